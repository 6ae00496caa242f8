"""The map of a study, drawn in the browser from its tiles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse

from phusong.api.access.policy import Action, Person
from phusong.api.database.models import Round, Study
from phusong.api.deps import Needs, ReadDep, ServiceDep
from phusong.api.ids import Id
from phusong.api.pages.frame import page
from phusong.api.pages.scope import Place
from phusong.api.studies.asking import study_for
from phusong.api.studies.relief import RELIEF
from phusong.api.tiles import rasters
from phusong.api.tiles.readers import readers_of
from phusong.api.tiles.serving import tiled_study
from phusong.maps import colours
from phusong.maps.tile_layers import POINTS_PART
from phusong.maps.vector_tiles import Rights, TileSource, layers
from phusong.words import Text

router = APIRouter()
DRAWN = ("communes", "gaps", "households", "villages", "sites", "commune_labels")
"""Layers of a study that this map shows."""


@router.get("/map/preview/{study_id}")
def map_preview(
    request: Request,
    person: Annotated[Person, Depends(Needs(Action.STUDY_READ))],
    db: ReadDep,
    service: ServiceDep,
    study_id: Id,
) -> HTMLResponse:
    """Show a study on a map: what this person may have of it."""
    study = study_for(db, person, study_id)
    tiled = tiled_study(service, person, study_id)
    source = readers_of(request).source(tiled.path)
    parts, (west, south, east, north) = _layers(source, tiled.rights), source.bounds
    told = {
        "sources": [*_relief(person, study), *_of_study(study, parts), *_rows(db, person, study)],
        "bounds": [[west, south], [east, north]],
        "colours": _colours(),
    }
    return page(
        request, "map_preview.html", Text("Bản đồ nghiên cứu", "Map of a study"), section="studies",
        place=Place(study.province_code), study=study, told=told, key=_key(),
    )  # fmt: skip


def _layers(source: TileSource, rights: Rights) -> dict[str, list[str]]:
    """Return the layers that are there for this person with what is in them."""
    there = {one.name: one.parts for one in layers(source, rights)}
    seen = {name: list(there[name]) for name in DRAWN if name in there}
    if not rights.households:
        seen["households"].remove(POINTS_PART)
    return seen


def _source(name: str, address: str, *parts: str) -> dict[str, Any]:
    return {"name": name, "tilejson": f"{address}/tilejson.json", "parts": parts}


def _relief(person: Person, study: Study) -> list[dict[str, Any]]:
    """Return the relief, and the first coverage layer that this person may have."""
    tiles = f"/tiles/studies/{study.id}"
    relief = [_source("hillshade", f"{tiles}/relief/hillshade")] if RELIEF in (study.manifest or {}) else []
    shown = list(rasters.shown_rasters(person, study))[:1]
    return [*relief, *(_source("coverage", f"{tiles}/coverage/{layer}") for layer in shown)]


def _of_study(study: Study, parts: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    return [_source(name, f"/tiles/studies/{study.id}/{name}", *inside) for name, inside in parts.items()]


def _rows(db: Session, person: Person, study: Study) -> list[dict[str, Any]]:
    """Return the reported rows of the study's round, where it has one that this person may read."""
    round_ = None if study.round_id is None else db.get(Round, study.round_id)
    if round_ is None or not person.may(Action.ROW_READ, province_code=round_.province_code):
        return []
    return [_source("rows", f"/tiles/rounds/{round_.id}/rows", "rows")]


def _colours() -> dict[str, Any]:
    """Return the colours of the one table, as the page's script takes them."""
    return {
        "ink": colours.INK,
        "paper": colours.PAPER,
        "action": colours.ACTION,
        "states": {key: one.colour for key, one in colours.HOUSEHOLD_STATES.items()},
        "classes": {key: one.colour for key, one in colours.VILLAGE_CLASSES.items()},
    }


def _key() -> list[tuple[Text, list[dict[str, Any]]]]:
    from phusong.maps import svg

    states = [{"swatch": svg.style_swatch(one), "name": one.name} for one in colours.HOUSEHOLD_STATES.values()]
    classes = [
        {"swatch": svg.disc_svg(5, one.colour, width_px=14), "name": one.name}
        for one in colours.VILLAGE_CLASSES.values()
    ]
    return [(Text("Hộ dân", "Households"), states), (Text("Thôn", "Villages"), classes)]
