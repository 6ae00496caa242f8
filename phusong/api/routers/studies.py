"""Studies and their results."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from phusong.api.access.policy import Action, Person
from phusong.api.database.models import DatasetVersion, Study
from phusong.api.deps import Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id, IdOrNone
from phusong.api.paging import Page, WindowDep
from phusong.api.problems import NotFoundError, answers
from phusong.api.studies import asking
from phusong.api.studies.downloads import FILE_ANSWERS, file_answer, job_of
from phusong.api.studies.serving import STUDY_FILES, TABLES, file_for, shown_files
from phusong.api.studies.tables import rows_of

router = APIRouter(prefix="/api", tags=["studies"])

_Reader = Annotated[Person, Depends(Needs(Action.STUDY_READ))]
_Runner = Annotated[Person, Depends(Needs(Action.STUDY_RUN))]


class StudySettings(BaseModel):
    """Entries of study.toml that a person may set."""

    model_config = ConfigDict(extra="forbid")

    simulated: bool = False
    seed: int = Field(default=1, ge=0, le=2**31 - 1)
    vn2000_epsg: int | None = Field(default=None, ge=1024, le=32767)
    operators: list[Annotated[str, Field(max_length=32, pattern=r"^[a-z0-9_-]+$")]] | None = Field(
        default=None, max_length=20
    )
    calibrate: bool | None = None
    delta_n: float | None = Field(default=None, ge=0, le=200)
    n0: float | None = Field(default=None, ge=200, le=450)
    max_households: int | None = Field(default=None, ge=1, le=1_000_000)
    max_sites: int | None = Field(default=None, ge=1, le=10_000)


class StudyIn(BaseModel):
    """A study to run."""

    model_config = ConfigDict(extra="forbid")

    province_code: str = Field(pattern=r"^\d{2}$", examples=["04"])
    name: str = Field(min_length=1, max_length=200, examples=["Rà soát quý 4"])
    versions: list[Id] = Field(min_length=1, max_length=100)
    profile: str = Field(default="vn-default", max_length=64)
    settings: StudySettings = StudySettings()
    round_id: Id | None = None
    continues: Id | None = None
    findings: bool = True
    neighbours: bool = True


class InputOut(BaseModel):
    """A dataset version a study reads."""

    version_id: str
    dataset_id: str
    role: str
    name: str
    version: int
    outside: bool


class StudyOut(BaseModel):
    """A study; ``files`` are those this person may have, ``neighbours`` says that masts beyond the border count."""

    id: str
    province_code: str
    name: str
    profile: str
    settings: dict[str, Any]
    round_id: str | None
    state: str
    error: str
    digest: str
    counts: dict[str, Any]
    dated: str
    inputs: list[InputOut]
    neighbours: bool
    files: list[str]
    tables: list[str]
    job_id: str
    created_at: datetime
    finished_at: datetime | None


class AskedOut(BaseModel):
    """A study that waits for its turn."""

    study: StudyOut
    job_id: str


class RowsOut(BaseModel):
    """A page of a result table."""

    items: list[dict[str, Any]]
    total: int
    next_offset: int | None


def study_out(db: Session, person: Person, study: Study) -> StudyOut:
    """Return a study as this person may know it."""
    manifest = study.manifest or {}
    job = job_of(db, asking.STUDY, study.id)
    files = shown_files(person, STUDY_FILES, manifest.get("files", {}), study.province_code)
    return StudyOut(
        id=study.id,
        province_code=study.province_code,
        name=study.name,
        profile=study.profile,
        settings=study.settings,
        round_id=study.round_id,
        state="running" if job is not None and job.state == "running" else study.state,
        error=study.error,
        digest=study.digest,
        counts=manifest.get("counts", {}),
        dated=str(manifest.get("dated", "")),
        inputs=_inputs(db, person, study),
        neighbours=float(study.settings.get("neighbour_km") or 0) > 0,
        files=files,
        tables=sorted(TABLES) if manifest else [],
        job_id="" if job is None else job.id,
        created_at=study.created_at,
        finished_at=study.finished_at,
    )


def _inputs(db: Session, person: Person, study: Study) -> list[InputOut]:
    """Return the inputs whose datasets this person may read: a neighbour's are not even counted for others."""
    told = []
    for one in study.inputs:
        version = db.get_one(DatasetVersion, one.version_id)
        dataset = version.dataset
        if one.outside and not person.may(
            Action.DATASET_READ, province_code=dataset.province_code, operator=dataset.operator
        ):
            continue
        told.append(
            InputOut(
                version_id=version.id, dataset_id=dataset.id, role=one.role, name=dataset.name,
                version=version.version, outside=one.outside,
            )
        )  # fmt: skip
    return sorted(told, key=lambda one: (one.outside, one.role, one.name, one.version_id))


@router.get("/studies")
def list_studies(
    person: _Reader,
    db: ReadDep,
    window: WindowDep,
    province: Annotated[str, Query(max_length=2)] = "",
    round_id: IdOrNone = "",
) -> Page[StudyOut]:
    """List the studies of your provinces, the newest first."""
    found, total = asking.listed_studies(
        db, person, province_code=province, round_id=round_id, limit=window.limit, offset=window.offset
    )
    items = [study_out(db, person, one) for one in found]
    return window.page(items, total)


@router.post("/studies", status_code=202, responses=answers(404, 409))
def ask_study(person: _Runner, db: WriteDep, service: ServiceDep, given: StudyIn) -> AskedOut:
    """Ask for a study of a province; it runs as a job."""
    study, job = asking.ask_study(
        db,
        person,
        province_code=given.province_code,
        name=given.name,
        version_ids=given.versions,
        profile=given.profile,
        settings={**given.settings.model_dump(exclude_none=True), "findings": given.findings},
        round_id=given.round_id,
        continues=given.continues,
        neighbour_km=service.settings.neighbour_km if given.neighbours else 0.0,
    )
    return AskedOut(study=study_out(db, person, study), job_id=job.id)


@router.get("/studies/{study_id}", responses=answers(404))
def one_study(person: _Reader, db: ReadDep, study_id: Id) -> StudyOut:
    """Tell one study."""
    return study_out(db, person, asking.study_for(db, person, study_id))


@router.get("/studies/{study_id}/tables/{table}", responses=answers(404))
def study_table(
    person: _Reader,
    db: ReadDep,
    service: ServiceDep,
    window: WindowDep,
    study_id: Id,
    table: Annotated[str, Path(max_length=32)],
    commune: Annotated[str, Query(max_length=8)] = "",
    service_key: Annotated[str, Query(alias="service", max_length=16)] = "",
) -> RowsOut:
    """Tell rows of a result table; what tells of masts only to those who may read stations."""
    study = asking.study_for(db, person, study_id)
    if study.state != "done":
        raise NotFoundError
    equal = [(column, value) for column, value in (("commune_code", commune), ("service", service_key)) if value]
    rows, total = rows_of(
        service.settings.home / study.folder,
        table,
        stations=person.may(Action.STATION_READ, province_code=study.province_code),
        limit=window.limit,
        offset=window.offset,
        equal=equal,
    )
    end = window.offset + len(rows)
    return RowsOut(items=rows, total=total, next_offset=end if end < total and rows else None)


@router.get("/studies/{study_id}/files/{name:path}", response_class=FileResponse, responses=FILE_ANSWERS)
def study_file(
    person: _Reader,
    db: ReadDep,
    service: ServiceDep,
    study_id: Id,
    name: Annotated[str, Path(max_length=200)],
    view: Annotated[Literal["", "inline"], Query()] = "",
) -> FileResponse:
    """Give a file of the results that this person may have; it can be read in parts (Range)."""
    study = asking.study_for(db, person, study_id)
    kept = (study.manifest or {}).get("files", {})
    folder = service.settings.home / study.folder
    path = file_for(person, STUDY_FILES, kept, name, folder=folder, province_code=study.province_code)
    return file_answer(path, kept[name], title=f"nghien-cuu-{study.province_code}", inline=view == "inline")
