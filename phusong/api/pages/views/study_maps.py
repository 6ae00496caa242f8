"""Maps of a study to hand over, asked for by a button: coverage rasters, and all tiles in one file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from phusong.api.access.policy import Action, Person
from phusong.api.database.models import Study
from phusong.api.deps import Needs, WriteDep
from phusong.api.ids import Id
from phusong.api.pages.forms import FormDep, model_of, text_of
from phusong.api.pages.notices import go
from phusong.api.pages.progress import running_job
from phusong.api.pages.shown import ShownJob
from phusong.api.routers.raster_tiles import RastersIn
from phusong.api.routers.tile_archives import ArchiveIn
from phusong.api.studies.asking import study_for
from phusong.api.studies.downloads import job_of
from phusong.api.tiles import archives, rasters
from phusong.api.tiles.making import Kept
from phusong.api.tiles.serving import SNAPSHOT
from phusong.words import Text

router = APIRouter()
Runner = Annotated[Person, Depends(Needs(Action.STUDY_RUN))]
WHICH = {
    "public": Text("Bản công khai (số hộ từ 5 trở lên, không có trạm)", "Public (counts of 5 or more, no masts)"),
    "whole": Text("Bản đầy đủ (có hộ dân và trạm)", "Whole (with households and masts)"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyMaps:
    """What there is of a study's maps for one person, what may be asked for, and what is under way."""

    rasters: dict[str, Kept]
    archives: dict[str, Kept]
    jobs: list[ShownJob]
    may_ask: tuple[str, ...]


def maps_of(db: Session, person: Person, study: Study) -> StudyMaps:
    """Return the maps of a study as a person may have them."""
    code = study.province_code
    newest = [job_of(db, kind, study.id) for kind in (rasters.COVERAGE, archives.ARCHIVE)]
    jobs = [running_job(db, person, "" if one is None else one.id) for one in newest]
    may_ask: tuple[str, ...] = ()
    if study.state == "done" and person.may(Action.STUDY_RUN, province_code=code):
        tiled = SNAPSHOT in (study.manifest or {}).get("files", {})
        needed = archives.NEEDS.items() if tiled else ()
        held = [which for which, needs in needed if all(person.may(one, province_code=code) for one in needs)]
        may_ask = ("coverage", *held)
    return StudyMaps(
        rasters=rasters.shown_rasters(person, study), archives=archives.shown_archives(person, study),
        jobs=[one for one in jobs if one is not None and may_ask], may_ask=may_ask,
    )  # fmt: skip


@router.post("/studies/{study_id}/maps")
def ask_maps(request: Request, person: Runner, db: WriteDep, form: FormDep, study_id: Id) -> Response:
    """Ask for coverage rasters, or for all tiles as one file; they are made as a job."""
    study = study_for(db, person, study_id, Action.STUDY_RUN)
    what = text_of(form, "what")
    if what == "coverage":
        given = model_of(RastersIn, {"resolution_m": text_of(form, "resolution_m").replace(",", ".")})
        rasters.ask_rasters(db, person, study, layers=given.layers, resolution_m=given.resolution_m)
    else:
        archives.ask_archive(db, person, study, model_of(ArchiveIn, {"which": what}).which)
    return go(request, f"/studies/{study_id}#maps", Text("Đã nhận: bản đồ đang được lập.", "The map is being made."))
