"""What the map page tells its scripts: where each layer's tiles are, how it is filtered, colours, marks and words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from phusong.api.access.policy import Action, Person
from phusong.api.access.scope import within
from phusong.api.database.models import Plan, Round, Study
from phusong.api.pages.inspector_words import INSPECTOR_WORDS
from phusong.api.pages.map_words import WORDS
from phusong.api.studies.relief import RELIEF
from phusong.api.tiles import rasters
from phusong.api.tiles.basemaps import ADDRESS
from phusong.api.tiles.serving import TiledStudy, described
from phusong.maps import colours
from phusong.maps.archipelagos import ADMINISTERED, ARCHIPELAGOS
from phusong.maps.basemap import Basemap
from phusong.maps.phrases import ON_AIR
from phusong.maps.vector_tiles import TileSource, layers
from phusong.words import Language

MOST_ROUNDS = 12
_ROWS_DEEPEST = 14
_ASKED_APART = ("future_gaps", "proposed_sites")
"""Layers that are off at first: their tiles are asked for when they are switched on."""

Told = dict[str, Any]


def told_of(
    db: Session, person: Person, study: Study, tiled: TiledStudy, source: TileSource, language: Language
) -> Told:
    """Return all that the scripts of the page need, as JSON; nothing in it is for somebody else."""
    west, south, east, north = source.bounds
    return {
        "study": study.id,
        "name": study.name,
        "language": language,
        "bounds": [[west, south], [east, north]],
        "tiles": {
            **_rasters(person, study),
            **_vectors(study, tiled, source, language),
            **_rows(rounds_of(db, person, study)),
        },
        "joined": _joined(study, tiled, source),
        "geojson": _features(db, person, study),
        "views": [[one.service, one.technology, one.operator, one.scenario] for one in source.views],
        "places": [
            {"name": name.to(language), "unit": unit.to(language), "islands": islands}
            for (name, islands), unit in zip(ARCHIPELAGOS, ADMINISTERED, strict=True)
        ],
        "on_air": sorted(ON_AIR),
        "colours": colours_told(),
        "marks": marks(),
        "words": {key: text.to(language) for key, text in {**WORDS, **INSPECTOR_WORDS}.items()},
    }


def _vectors(study: Study, tiled: TiledStudy, source: TileSource, language: Language) -> Told:
    """Return the study's layers that this person may have."""
    found: Told = {}
    for layer in layers(source, tiled.rights):
        told = described(tiled, source, layer, language)
        found[layer.name] = {
            "type": "vector",
            "address": f"/tiles/studies/{study.id}/{layer.name}/{{z}}/{{x}}/{{y}}.mvt",
            "minzoom": told["min_zoom"],
            "maxzoom": told["max_zoom"],
            "bounds": list(told["bounds"]),
            "parts": [one["id"] for one in told["vector_layers"]],
            "filters": sorted(layer.filters),
        }
    return found


def _joined(study: Study, tiled: TiledStudy, source: TileSource) -> Told:
    """Return where the layers are that are shown at first: one tile holds all of them, so one question is asked."""
    found = [one for one in layers(source, tiled.rights) if one.name not in _ASKED_APART]
    return {
        "type": "vector",
        "address": f"/tiles/studies/{study.id}/{','.join(one.name for one in found)}/{{z}}/{{x}}/{{y}}.mvt",
        "minzoom": min(one.min_zoom for one in found),
        "maxzoom": max(one.max_zoom for one in found),
        "bounds": list(source.bounds),
        "layers": [one.name for one in found],
    }


def _rows(rounds: Sequence[Round]) -> Told:
    """Return the reported rows of a round, the study's own where it has one."""
    if not rounds:
        return {}
    return {
        "rows": {
            "type": "vector",
            "address": f"/tiles/rounds/{rounds[0].id}/rows/{{z}}/{{x}}/{{y}}.mvt",
            "minzoom": 0,
            "maxzoom": _ROWS_DEEPEST,
            "bounds": [-180, -85, 180, 85],
            "parts": ["rows"],
            "filters": [],
        }
    }


def _rasters(person: Person, study: Study) -> Told:
    """Return the relief and the coverage rasters that are made and that this person may have."""
    tiles = f"/tiles/studies/{study.id}"
    relief = (study.manifest or {}).get(RELIEF)
    found = {"hillshade": _raster(f"{tiles}/relief/hillshade", relief)} if relief else {}
    shown = rasters.shown_rasters(person, study)
    return found | {f"coverage/{name}": _raster(f"{tiles}/coverage/{name}", one) for name, one in shown.items()}


def basemap_told(found: Basemap | None) -> Told:
    """Return where the tiles of the agency's own basemap are; nothing without one."""
    if found is None:
        return {}
    facts = found.facts
    return {
        "basemap": {
            "type": facts.kind,
            "address": ADDRESS,
            "minzoom": facts.min_zoom,
            "maxzoom": facts.max_zoom,
            "bounds": list(facts.bounds),
            "parts": list(facts.parts),
            "filters": [],
        }
    }


def _raster(address: str, kept: Mapping[str, Any]) -> Told:
    from phusong.maps.raster_tiles import deepest_zoom

    return {
        "type": "raster",
        "address": f"{address}/{{z}}/{{x}}/{{y}}.png",
        "minzoom": 0,
        "maxzoom": deepest_zoom(kept["cell_deg"]),
        "bounds": list(kept["bounds"]),
        "parts": [],
        "filters": [],
    }


def _features(db: Session, person: Person, study: Study) -> Told:
    """Return where layers are that come as they are: the newest plan's sites, the packages of the province."""
    code, found = study.province_code, {}
    plan = newest_plan(db, person, study)
    if plan is not None and person.may(Action.STATION_READ, province_code=code):
        found["plan_sites"] = f"/api/plans/{plan.id}/map"
    if person.may(Action.PACKAGE_READ, province_code=code):
        found["packages"] = f"/ogc/collections/packages/items?f=json&province_code={code}&limit=1000"
    return found


def newest_plan(db: Session, person: Person, study: Study) -> Plan | None:
    """Return the plan made last over a study, as far as this person may read plans of its province."""
    own = within(person, Action.PLAN_READ, province=Plan.province_code)
    query = select(Plan).where(own, Plan.study_id == study.id, Plan.state == "done")
    return db.scalars(query.order_by(Plan.finished_at.desc(), Plan.id).limit(1)).first()


def rounds_of(db: Session, person: Person, study: Study) -> list[Round]:
    """Return the rounds whose reported rows can be shown over a study: its own first, then the newest."""
    own = within(person, Action.ROW_READ, province=Round.province_code)
    query = select(Round).where(own, Round.province_code == study.province_code)
    found = list(db.scalars(query.order_by(Round.created_at.desc(), Round.id).limit(MOST_ROUNDS)))
    return sorted(found, key=lambda one: one.id != study.round_id)


def colours_told() -> Told:
    """Return the colours of the one table."""
    return {
        "ink": colours.INK,
        "quiet": colours.QUIET_INK,
        "paper": colours.PAPER,
        "white": colours.WHITE,
        "action": colours.ACTION,
        "later": colours.FUTURE_GAP,
        "road": colours.ROAD,
        "water": colours.WATER,
        "states": _coloured(colours.HOUSEHOLD_STATES.values()),
        "classes": _coloured(colours.VILLAGE_CLASSES.values()),
        "shares": [[step.low, step.colour] for step in colours.UNSERVED_SHARE.steps],
    }


def _coloured(styles: Iterable[colours.Style]) -> dict[str, str]:
    return {one.key: one.colour for one in styles}


def marks() -> Told:
    """Return every mark that is drawn at a place as the paths it is made of."""
    named = {f"class:{key}": one for key, one in colours.VILLAGE_CLASSES.items()}
    named |= {f"op:{key}": one for key, one in (*colours.OPERATORS.items(), ("other", colours.OTHER_OPERATOR))}
    named |= {f"plan:{key}": one for key, one in colours.PLAN_SITES.items()}
    named |= {f"sector:{key}": one for key, one in colours.SECTORS.items()}
    named |= {f"around:{key}": one for key, one in colours.AROUND.items()}
    named |= {f"ev:{key}": one for key, one in colours.EVIDENCE.items()}
    named["proposed"] = colours.PROPOSED_SITE
    return {key: [_part(one) for one in style.mark] for key, style in named.items() if style.mark}


def _part(part: colours.Part) -> list[Any]:
    return [part.path, part.fill, part.stroke, part.width, [float(one) for one in part.dash.split()]]
