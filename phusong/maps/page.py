"""``map.html``: one file that opens offline, today and in five years; folium draws with Leaflet carried inside.

The page holds its scripts, its styles and its data; a content security policy made from the digests of its own scripts
lets nothing else run and nothing be fetched. The scripts are plain ones sharing one name, not ES modules: modules
inside one file cannot import each other.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import jinja2

from phusong.data.terms import LEAST_SHOWN
from phusong.errors import MissingFileError
from phusong.maps import colours, features, phrases, popups
from phusong.maps.extent import Bounds, extent_of
from phusong.maps.hillshade import Relief
from phusong.maps.legend import layer_label, legends, summary
from phusong.words import Language, Text, number

Tables = Mapping[str, gpd.GeoDataFrame]

LEAFLET = "leaflet-1.9.4"
SCRIPTS = ("marks.js", "popup.js", "layers.js", "select.js", "search.js", "names.js", "start.js")
PAGE_WORDS = ("nothing", "place", "close", "zoom_in", "zoom_out", "levels")
VIETNAM: Bounds = (102.0, 8.0, 110.0, 23.5)
"""Shown when no table has a shape to look at."""


def write_map(
    path: Path,
    tables: Tables,
    *,
    title: str,
    subtitle: str,
    language: Language,
    simulated: bool,
    provenance: Mapping[str, str],
    relief: Relief | None = None,
) -> None:
    """Write the map of a study as one self-contained HTML file.

    Parameters
    ----------
    path
        File to write.
    tables
        Those of ``phrases.LAYER_NAMES`` as far as there are any; other tables, household points above all, are never
        drawn.
    title, subtitle
        Plain text; the subtitle says province and round.
    simulated
        True where the input itself is made up; the page says so at the top.
    provenance
        What the page rests on, label to value, in the page's language: sources, model, profile, date.
    relief
        The basemap, from :func:`phusong.maps.hillshade.hillshade_overlay`.
    """
    drawn = {key: tables[key] for key in phrases.LAYER_NAMES if key in tables}
    layers = [key for key in phrases.LAYER_NAMES if key in drawn or (key == "relief" and relief is not None)]
    folium_html, folium_script = _folium(layers, language)
    data = page_data(drawn, language, relief)
    scripts = [_static(f"vendor/{LEAFLET}.js"), *(_static(f"static/{name}") for name in SCRIPTS), folium_script]
    scripts = [_inline(script) for script in scripts]
    lines, bar = summary(drawn, language)
    page = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(
        _static("static/page.html")
    )
    html = page.render(
        language=language,
        title=title,
        subtitle=subtitle,
        simulated=simulated,
        provenance=list(provenance.items()),
        words={key: text.to(language) for key, text in phrases.PAGE.items()},
        styles=[_leaflet_css(), _static("static/page.css")],
        scripts=scripts,
        script_hashes=" ".join(map(_digest, scripts)),
        folium_html=folium_html,
        legends=legends(drawn, language),
        summary=lines,
        total=number(drawn["communes"]["households"].sum(), language) if "communes" in drawn else "",
        summary_bar=bar,
        not_drawn=_not_drawn(drawn, language),
        data=_json(data),
    )
    path.write_text(html, encoding="utf-8", newline="\n")


def page_data(tables: Tables, language: Language, relief: Relief | None) -> dict[str, Any]:
    """Return the one JSON value the page draws from."""
    styles = {**colours.VILLAGE_CLASSES, "proposed": colours.PROPOSED_SITE}
    styles |= {f"op:{style.key}": style for style in (*colours.OPERATORS.values(), colours.OTHER_OPERATOR)}
    styles |= {f"plan:{key}": style for key, style in colours.PLAN_SITES.items()}
    styles |= {f"place:{key}": style for key, style in colours.TARGET_PLACES.items()}
    data: dict[str, Any] = {
        "layers": features.layer_items(tables, language),
        "views": _views(tables, language),
        "names": {key: phrases.LAYER_NAMES[key].to(language) for key in tables},
        "words": {key: phrases.PAGE[key].to(language) for key in PAGE_WORDS},
        "labels": popups.labels(language),
        "marks": {key: [[p.path, p.fill, p.stroke, p.width] for p in style.mark] for key, style in styles.items()},
        "fills": _fills(),
        "lines": {"road_gaps": colours.DARK_ROAD, "future_gaps": colours.FUTURE_GAP},
        "panel": phrases.PANEL_ORDER,
        "steps": [
            {
                "colour": step.colour,
                "ink": step.text_colour,
                "radius": radius,
                "edge": colours.GAP_HOUSEHOLDS.steps[3].colour,
            }
            for step, radius in zip(colours.GAP_HOUSEHOLDS.steps, colours.GAP_RADIUS_PX, strict=True)
        ],
    }
    if relief is not None:
        source = "data:image/png;base64," + base64.b64encode(relief.png).decode("ascii")
        data["relief"] = {"source": source, "bounds": _corners(relief.bounds)}
    return data


def _fills() -> dict[str, dict[str, Any]]:
    """Return the Leaflet path options of every commune fill."""
    edge = {"color": "#8C8577", "weight": 0.8, "fillOpacity": 0.82}
    fills: dict[str, dict[str, Any]] = {
        str(i): edge | {"fillColor": step.colour} for i, step in enumerate(colours.UNSERVED_SHARE.steps)
    }
    unsure, none = (colours.HOUSEHOLD_STATES[key].colour for key in ("undetermined", "no_data"))
    fills["undetermined"] = edge | {"fillColor": unsure, "hatch": colours.QUIET_INK}
    fills["no_data"] = {
        "color": colours.QUIET_INK,
        "weight": 1,
        "dashArray": "1 4",
        "fillColor": none,
        "fillOpacity": 0.4,
    }
    return fills


def _views(tables: Tables, language: Language) -> list[dict[str, Any]]:
    """Return the first view and one for each far part, such as an island district."""
    whole = phrases.PAGE["whole"].to(language)
    found = [key for key in ("communes", "gaps", "villages", "sites") if key in tables and len(tables[key])]
    if not found:
        return [{"name": whole, "bounds": _corners(VIETNAM)}]
    table = tables[found[0]]
    shapes = table.geometry[table.geometry.notna() & ~table.geometry.is_empty]
    extent = extent_of(list(shapes))
    views = [{"name": whole, "bounds": _corners(extent.main)}]
    if found[0] == "communes":
        for i in extent.far:
            row = shapes.index[i]
            views.append({"name": str(table.loc[row, "commune_name"]), "bounds": _corners(shapes.loc[row].bounds)})
    return views


def _corners(bounds: Bounds) -> list[list[float]]:
    west, south, east, north = (round(float(value), 5) for value in bounds)
    return [[south, west], [north, east]]


def _not_drawn(tables: Tables, language: Language) -> str:
    least = LEAST_SHOWN
    small = int((tables["gaps"]["households"] < least).sum()) if "gaps" in tables else 0
    return phrases.PAGE["not_drawn"].to(language).format(gaps=number(small, language), least=least) if small else ""


def _folium(layers: list[str], language: Language) -> tuple[str, str]:
    """Return the markup and the script of folium's map, groups and layer switch, with names that never change."""
    chart = folium.Map(
        location=(16.0, 107.0), tiles=None, zoom_control=False, prefer_canvas=True, attribution_control=False
    )
    chart._id = "phusong"
    groups = {
        key: folium.FeatureGroup(name=layer_label(key, language), show=key not in phrases.OFF_AT_FIRST)
        for key in layers
    }
    for key, group in groups.items():
        group._id = key
        group.add_to(chart)
    switch = folium.LayerControl(collapsed=False, auto_z_index=False)
    switch._id = "phusong"
    switch.add_to(chart)
    figure: Any = chart.get_root()
    figure.render()
    named = ", ".join(f"{key}: {group.get_name()}" for key, group in groups.items())
    start = f"PhuSong.start({chart.get_name()}, {{{named}}}, {switch.get_name()});"
    return figure.html.render(), f"{figure.script.render()}\n{start}"


def _static(name: str) -> str:
    source = files("phusong.maps").joinpath(name)
    if not source.is_file():
        raise MissingFileError(
            Text(
                f"thiếu tệp {name} của trang bản đồ: cài lại phần mềm (make demo)",
                f"the map page's file {name} is missing: install the package again (make demo)",
            )
        )
    return source.read_text(encoding="utf-8")


def _leaflet_css() -> str:
    """Return Leaflet's styles without its pictures: the page uses no default marker, and the switch is always open."""
    return re.sub(r"background-image:\s*url\(images/[^)]*\);?", "", _static(f"vendor/{LEAFLET}.css"))


def _inline(script: str) -> str:
    """Make a script safe inside the page: it cannot end its own element, and it names no other file to load."""
    without_map = re.sub(r"\n//# sourceMappingURL=.*", "", script)
    return re.sub(r"</(script)", r"<\\/\1", without_map, flags=re.IGNORECASE).replace("<!--", r"<\!--")


def _digest(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode('utf-8')).digest()).decode('ascii')}'"


def _json(data: dict[str, Any]) -> str:
    """Write the data so that no text in it can close the element or start another."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
