"""Plans: sites chosen over a study."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from phusong.api.access.policy import Action, Person
from phusong.api.database.models import Plan
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id, IdOrNone
from phusong.api.paging import Page, WindowDep
from phusong.api.problems import NotFoundError, answers
from phusong.api.studies import planning as room
from phusong.api.studies.asking import study_for
from phusong.api.studies.downloads import FILE_ANSWERS, file_answer, job_of
from phusong.api.studies.packaging import LOTS, ask_packages, division_folder, effects_of, last_division
from phusong.api.studies.serving import PLAN_FILES, file_for, shown_files
from phusong.tenders.division.eligible import DEFAULT_ROUTES

router = APIRouter(prefix="/api", tags=["plans"])

_Reader = Annotated[Person, Depends(Needs(Action.PLAN_READ))]
_Planner = Annotated[Person, Depends(Needs(Action.PLAN_MAKE))]
_Packager = Annotated[Person, Depends(Needs(Action.PACKAGE_MAKE))]
_PackageReader = Annotated[Person, Depends(Needs(Action.PACKAGE_READ))]
_Key = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,64}$")]
_Value = Annotated[str, Field(max_length=2000)] | float
_Code = Annotated[str, Field(max_length=64)]
_Because = Annotated[str, Field(max_length=2000)]


class GoalIn(BaseModel):
    """What is asked: exactly one of the first three."""

    model_config = ConfigDict(extra="forbid")

    budget_vnd: float | None = Field(default=None, ge=0, le=1e15, examples=[60_000_000_000])
    cover_households: float | None = Field(default=None, ge=0, le=1e9)
    cover_percent: float | None = Field(default=None, ge=0, le=100)
    least_households: float | None = Field(default=None, ge=0, le=1e9)
    years: int | None = Field(default=None, ge=1, le=30)
    satellite_vnd: float | None = Field(default=None, ge=0, le=1e15)


class PlanIn(BaseModel):
    """A plan to make."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200, examples=["60 tỷ"])
    goal: GoalIn


class PlanOut(BaseModel):
    """A plan; ``files`` are those this person may have."""

    id: str
    province_code: str
    study_id: str
    name: str
    goal: dict[str, Any]
    state: str
    error: str
    digest: str
    numbers: dict[str, Any]
    answer: list[str]
    files: list[str]
    job_id: str
    created_at: datetime
    finished_at: datetime | None


class PackagesIn(BaseModel):
    """How packages are made of a plan; ``because`` says why, where there are some already."""

    model_config = ConfigDict(extra="forbid")

    award: Literal["tender", "order", "assignment"] = "tender"
    routes: list[_Key] = Field(default=list(DEFAULT_ROUTES), min_length=1, max_length=20)
    settings: dict[_Key, _Value] = Field(default={}, max_length=500)
    investor: dict[_Key, _Value] = Field(default={}, max_length=100)
    because: _Because = ""
    afresh: bool = False


class MoveIn(BaseModel):
    """An area, or a site with its areas, to another package; "" takes it out of all."""

    model_config = ConfigDict(extra="forbid")

    item: _Code
    to: _Code = ""
    because: _Because = Field(min_length=1)


class JobOut(BaseModel):
    """Work that waits for its turn."""

    job_id: str


class AskedOut(BaseModel):
    """A plan that waits for its turn."""

    plan: PlanOut
    job_id: str


def plan_out(db: Session, person: Person, plan: Plan, language: LanguageDep) -> PlanOut:
    """Return a plan as this person may know it."""
    manifest = plan.manifest or {}
    job = job_of(db, room.PLAN, plan.id)
    return PlanOut(
        id=plan.id,
        province_code=plan.province_code,
        study_id=plan.study_id,
        name=plan.name,
        goal=plan.goal,
        state="running" if job is not None and job.state == "running" else plan.state,
        error=plan.error,
        digest=plan.digest,
        numbers={key: value for key, value in manifest.items() if key not in ("files", "answer")},
        answer=[one[language] for one in manifest.get("answer", [])],
        files=shown_files(person, PLAN_FILES, manifest.get("files", {}), plan.province_code),
        job_id="" if job is None else job.id,
        created_at=plan.created_at,
        finished_at=plan.finished_at,
    )


@router.get("/plans")
def list_plans(
    person: _Reader,
    db: ReadDep,
    window: WindowDep,
    language: LanguageDep,
    study_id: IdOrNone = "",
    province: Annotated[str, Query(max_length=2)] = "",
) -> Page[PlanOut]:
    """List the plans of your provinces, the newest first."""
    found, total = room.listed_plans(
        db, person, study_id=study_id, province_code=province, limit=window.limit, offset=window.offset
    )
    items = [plan_out(db, person, one, language) for one in found]
    return window.page(items, total)


@router.post("/studies/{study_id}/plans", status_code=202, responses=answers(404, 409))
def ask_plan(person: _Planner, db: WriteDep, language: LanguageDep, study_id: Id, given: PlanIn) -> AskedOut:
    """Ask for a plan of a study."""
    study = study_for(db, person, study_id, Action.PLAN_MAKE)
    plan, job = room.ask_plan(db, person, study, name=given.name, goal=given.goal.model_dump(exclude_none=True))
    return AskedOut(plan=plan_out(db, person, plan, language), job_id=job.id)


@router.get("/plans/{plan_id}", responses=answers(404))
def one_plan(person: _Reader, db: ReadDep, language: LanguageDep, plan_id: Id) -> PlanOut:
    """Tell one plan."""
    return plan_out(db, person, room.plan_for(db, person, plan_id), language)


@router.get("/plans/{plan_id}/files/{name:path}", response_class=FileResponse, responses=FILE_ANSWERS)
def plan_file(
    person: _Reader,
    db: ReadDep,
    service: ServiceDep,
    plan_id: Id,
    name: Annotated[str, Path(max_length=200)],
    view: Annotated[Literal["", "inline"], Query()] = "",
) -> FileResponse:
    """Give a file of a plan that this person may have."""
    plan = room.plan_for(db, person, plan_id)
    kept = (plan.manifest or {}).get("files", {})
    path = file_for(
        person, PLAN_FILES, kept, name, folder=service.settings.home / plan.folder, province_code=plan.province_code
    )
    return file_answer(path, kept[name], title=f"phuong-an-{plan.province_code}", inline=view == "inline")


@router.post("/plans/{plan_id}/packages", status_code=202, responses=answers(404, 409))
def ask_for_packages(person: _Packager, db: WriteDep, plan_id: Id, given: PackagesIn) -> JobOut:
    """Ask for the packages of a plan, or for new versions of those that changed."""
    plan = room.plan_for(db, person, plan_id, Action.PACKAGE_MAKE)
    return JobOut(job_id=ask_packages(db, person, plan, {"do": "make", **given.model_dump()}).id)


@router.post("/plans/{plan_id}/packages/move", status_code=202, responses=answers(404, 409))
def move(person: _Packager, db: WriteDep, plan_id: Id, given: MoveIn) -> JobOut:
    """Ask for an area to be moved between packages; what changes by that is frozen as new versions."""
    plan = room.plan_for(db, person, plan_id, Action.PACKAGE_MAKE)
    return JobOut(job_id=ask_packages(db, person, plan, {"do": "move", **given.model_dump()}).id)


@router.get("/plans/{plan_id}/packages/effects", responses=answers(404, 409))
def effects(
    person: _Packager,
    db: ReadDep,
    service: ServiceDep,
    language: LanguageDep,
    plan_id: Id,
    item: Annotated[str, Query(max_length=64)],
    to: Annotated[str, Query(max_length=64)] = "",
) -> list[str]:
    """Say what moving an area to a package would do."""
    plan = room.plan_for(db, person, plan_id, Action.PACKAGE_MAKE)
    return [one.to(language) for one in effects_of(service, db, plan, item, to)]


@router.get("/plans/{plan_id}/lots.xlsx", response_class=FileResponse, responses=FILE_ANSWERS)
def lots(person: _PackageReader, db: ReadDep, service: ServiceDep, plan_id: Id) -> FileResponse:
    """Give the list of a plan's packages, with what is in none of them and why."""
    plan = room.plan_for(db, person, plan_id, Action.PACKAGE_READ)
    division = last_division(db, plan.id)
    path = None if division is None else division_folder(service, division) / LOTS
    if path is None or not path.is_file():
        raise NotFoundError
    return file_answer(path, {}, title=f"goi-thau-{plan.province_code}")
