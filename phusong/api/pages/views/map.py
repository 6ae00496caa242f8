"""The map of a study: its layers as far as a person may have them, and the place asked about beside it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from phusong.api.access.policy import Action, Person
from phusong.api.access.scope import within
from phusong.api.database.models import Study
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep
from phusong.api.ids import Id
from phusong.api.pages.frame import page
from phusong.api.pages.map_filters import chips
from phusong.api.pages.map_legend import evidence, switches
from phusong.api.pages.map_told import basemap_told, rounds_of, told_of
from phusong.api.pages.scope import Place, place_of
from phusong.api.studies.asking import study_for
from phusong.api.tiles import rasters
from phusong.api.tiles.basemaps import basemap_of
from phusong.api.tiles.readers import readers_of
from phusong.api.tiles.serving import SNAPSHOT, tiled_study
from phusong.words import Text

router = APIRouter()
Reader = Annotated[Person, Depends(Needs(Action.STUDY_READ))]
MOST_STUDIES = 30
"""Studies one may change to without leaving the map."""
_FIRST = ("gl", "style", "ground", "marks", "state", "view", "layers", "filters")
"""Modules the first picture needs: a browser asks for all of them at once."""
_TITLE = Text("Bản đồ", "Map")


@router.get("/map")
def newest_map(
    request: Request, person: Reader, db: ReadDep, service: ServiceDep, language: LanguageDep, study: str = ""
) -> Response:
    """Show the newest finished study of the province looked at, or the one that was chosen."""
    listed = _finished(db, person, place_of(request, person).province_code)
    if not listed:
        return page(request, "map_none.html", _TITLE, section="map")
    chosen = study if study in {one.id for one in listed} else listed[0].id
    return study_map(request, person, db, service, language, chosen)


@router.get("/map/{study_id}")
def study_map(
    request: Request, person: Reader, db: ReadDep, service: ServiceDep, language: LanguageDep, study_id: Id
) -> HTMLResponse:
    """Show a study on a map: what this person may have of it."""
    study = study_for(db, person, study_id)
    tiled = tiled_study(service, person, study_id)
    source = readers_of(request).source(tiled.path)
    rounds = rounds_of(db, person, study)
    told = told_of(db, person, study, tiled, source, language)
    told["tiles"] |= basemap_told(basemap_of(service))
    return page(
        request, "map.html", _TITLE, section="map", place=Place(study.province_code), study=study, told=told,
        studies=_finished(db, person, study.province_code), chips=chips(source, rounds, language),
        switches=switches(told, rasters.shown_rasters(person, study), language), evidence=evidence(language),
        modules=[f"map-{name}.js" for name in _FIRST],
    )  # fmt: skip


def _finished(db: Session, person: Person, province_code: str) -> list[Study]:
    """Return the studies that can be drawn, the newest first."""
    own = within(person, Action.STUDY_READ, province=Study.province_code) & (Study.state == "done")
    query = select(Study).where(own).order_by(Study.finished_at.desc(), Study.id).limit(MOST_STUDIES)
    query = query.where(Study.province_code == province_code) if province_code else query
    return [one for one in db.scalars(query) if SNAPSHOT in (one.manifest or {}).get("files", {})]
