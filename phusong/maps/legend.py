"""The legend and the summary of the map page, made from the colour table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd

from phusong.maps import colours, phrases, svg
from phusong.maps.popups import operators_of
from phusong.words import Language, number, percent

Legend = dict[str, Any]
Tables = Mapping[str, gpd.GeoDataFrame]


_LAYER_MARKS = {
    "proposed_sites": svg.mark_svg(colours.PROPOSED_SITE.mark),
    "future_gaps": svg.dashed_svg(colours.FUTURE_GAP),
    "road_gaps": svg.line_svg(colours.DARK_ROAD),
}
"""Marks of layers that have one."""


def legends(tables: Tables, language: Language) -> list[Legend]:
    """Return one legend for each layer that is drawn and needs one."""
    made = {
        "communes": _communes(language),
        "gaps": _gaps(language),
        "villages": _marks(colours.VILLAGE_CLASSES.values(), language),
        "plan_sites": _marks(colours.PLAN_SITES.values(), language),
        "target_places": _marks(colours.TARGET_PLACES.values(), language),
    }
    if "sites" in tables:
        made["sites"] = _sites(tables["sites"], language)
    return [{"layer": layer, **legend} for layer, legend in made.items() if layer in tables]


def layer_label(layer: str, language: Language) -> str:
    """Return a layer's name for the switch, with its mark where one mark stands for the whole layer."""
    return f"{_LAYER_MARKS.get(layer, '')} {phrases.LAYER_NAMES[layer].to(language)}".strip()


def summary(tables: Tables, language: Language) -> tuple[list[dict[str, str]], list[dict[str, Any]]]:
    """Return the lines of the summary (name, value, swatch) and the shares of its bar."""
    lines: list[dict[str, str]] = []
    bar: list[dict[str, Any]] = []
    if "communes" in tables:
        lines, bar = _states(tables["communes"], language)
    if "gaps" in tables:
        gaps = tables["gaps"]
        name = phrases.SUMMARY["gaps"].to(language).format(households=number(gaps["households"].sum(), language))
        lines.append({"name": name, "value": number(len(gaps), language), "swatch": ""})
    if "villages" in tables and len(tables["villages"]):
        classes = tables["villages"]["village_class"]
        for key in ("white", "depression"):
            value = percent(int((classes == key).sum()), len(classes), language)
            mark = svg.mark_svg(colours.VILLAGE_CLASSES[key].mark, size_px=16)
            lines.append({"name": phrases.SUMMARY[key].to(language), "value": value, "swatch": mark})
    return lines, bar


def _states(communes: gpd.GeoDataFrame, language: Language) -> tuple[list[dict[str, str]], list[dict[str, Any]]]:
    total = float(communes["households"].sum())
    lines, bar = [], []
    for key, style in colours.HOUSEHOLD_STATES.items():
        count = float(communes[f"{key}_households"].sum())
        if count > 0 or key == "unserved":
            value = percent(count, total, language)
            lines.append({"name": phrases.SUMMARY[key].to(language), "value": value, "swatch": svg.style_swatch(style)})
        if count > 0:
            bar.append({"key": key, "share": round(100 * count / total, 3)})
    return lines, bar


def _communes(language: Language) -> Legend:
    scale = colours.UNSERVED_SHARE
    entries = [
        {"swatch": svg.swatch_svg(step.colour, "filled"), "name": scale.label(i, language)}
        for i, step in enumerate(scale.steps)
    ]
    unknown = [colours.HOUSEHOLD_STATES[key] for key in ("undetermined", "no_data")]
    entries += [{"swatch": svg.style_swatch(style), "name": _capital(style.name.to(language))} for style in unknown]
    return {"title": scale.title.to(language), "entries": entries}


def _gaps(language: Language) -> Legend:
    scale, widest = colours.GAP_HOUSEHOLDS, round(2 * max(colours.GAP_RADIUS_PX)) + 2
    entries = [
        {"swatch": svg.disc_svg(radius, step.colour, width_px=widest), "name": scale.label(i, language)}
        for i, (step, radius) in enumerate(zip(scale.steps, colours.GAP_RADIUS_PX, strict=True))
    ]
    return {"title": scale.title.to(language), "entries": entries}


def _sites(sites: gpd.GeoDataFrame, language: Language) -> Legend:
    present = {key for row in sites[["operators"]].to_dict("records") for key in operators_of(row)}
    entries = _marks([style for key, style in colours.OPERATORS.items() if key in present], language)["entries"]
    if present - set(colours.OPERATORS):
        entries += _marks([colours.OTHER_OPERATOR], language)["entries"]
    if not sites["status"].isin(phrases.ON_AIR).all():
        entries.append({"swatch": svg.outline_svg(), "name": _capital(phrases.PAGE["hollow"].to(language))})
    return {"title": "", "entries": entries}


def _marks(styles: Any, language: Language) -> Legend:
    return {
        "title": "",
        "entries": [{"swatch": svg.mark_svg(s.mark), "name": _capital(s.name.to(language))} for s in styles],
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
