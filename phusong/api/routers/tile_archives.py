"""PMTiles of a study: one file with all its map tiles, to hand over."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict

from phusong.api.access.policy import Action, Person
from phusong.api.deps import Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id
from phusong.api.problems import answers
from phusong.api.routers.raster_tiles import AskedOut
from phusong.api.studies.asking import study_for
from phusong.api.studies.downloads import FILE_ANSWERS, file_answer, job_of
from phusong.api.tiles import archives as room
from phusong.api.tiles.making import path_of

router = APIRouter(prefix="/api/studies", tags=["tiles"])

_Reader = Annotated[Person, Depends(Needs(Action.STUDY_READ))]
_Runner = Annotated[Person, Depends(Needs(Action.STUDY_RUN))]


class ArchiveIn(BaseModel):
    """Which archive: whole, with houses and masts, or public, with counts of five households or more."""

    model_config = ConfigDict(extra="forbid")

    which: room.Which = "public"


class ArchiveOut(BaseModel):
    """One archive; ``file`` is where it is, readable in parts (Range)."""

    which: str
    tiles: int
    size: int
    sha256: str
    file: str


class ArchivesOut(BaseModel):
    """The archives of a study that this person may have; ``job_id`` is the newest job that makes one."""

    archives: list[ArchiveOut]
    job_id: str


@router.post("/{study_id}/archives", status_code=202, responses=answers(404, 409))
def ask_archive(person: _Runner, db: WriteDep, study_id: Id, given: ArchiveIn) -> AskedOut:
    """Ask for all tiles of a study as one PMTiles file; it is made as a job."""
    study = study_for(db, person, study_id, Action.STUDY_RUN)
    return AskedOut(job_id=room.ask_archive(db, person, study, given.which).id)


@router.get("/{study_id}/archives", responses=answers(404))
def list_archives(person: _Reader, db: ReadDep, study_id: Id) -> ArchivesOut:
    """List the PMTiles files of a study."""
    study = study_for(db, person, study_id)
    job = job_of(db, room.ARCHIVE, study.id)
    found = [
        ArchiveOut(
            which=which, file=f"/api/studies/{study.id}/archives/{which}",
            **{name: kept[name] for name in ("tiles", "size", "sha256")},
        )
        for which, kept in room.shown_archives(person, study).items()
    ]  # fmt: skip
    return ArchivesOut(archives=found, job_id="" if job is None else job.id)


@router.get("/{study_id}/archives/{which}", response_class=FileResponse, responses=FILE_ANSWERS)
def archive_file(
    person: _Reader, db: ReadDep, service: ServiceDep, study_id: Id, which: Annotated[str, Path(max_length=16)]
) -> FileResponse:
    """Give a PMTiles file; it can be read in parts (Range), as maps do."""
    study = study_for(db, person, study_id)
    kept = room.archive_for(person, study, which)
    return file_answer(path_of(service, kept), kept, name=f"nghien-cuu-{study.province_code}-{which}.pmtiles")
