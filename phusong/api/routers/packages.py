"""Packages and their versions; their steps are those of the table in ``workflow/steps.py``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field

from phusong.api.access.policy import Action, Person
from phusong.api.database.models import Package
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id, IdOrNone
from phusong.api.paging import Page, WindowDep
from phusong.api.problems import NotFoundError, answers
from phusong.api.studies import packaging as room
from phusong.api.studies.downloads import FILE_ANSWERS, file_answer
from phusong.api.studies.serving import PACKAGE_FILES, file_for
from phusong.api.workflow.awarding import AWARD, Awarded, award
from phusong.api.workflow.steps import PACKAGE_STATES
from phusong.api.workflow.taking import history, steps_for, take
from phusong.errors import PhuSongError
from phusong.words import Text

router = APIRouter(prefix="/api", tags=["packages"])

_Reader = Annotated[Person, Depends(Needs(Action.PACKAGE_READ))]


class VersionOut(BaseModel):
    """One frozen version."""

    version: int
    digest: str
    households: int
    sites: int
    price_vnd: int | None
    because: str
    frozen_on: date
    files: list[str]


class StepOut(BaseModel):
    """A step that may be taken now."""

    step: str
    title: str
    reason: bool


class AwardedIn(BaseModel):
    """Who won, by which decision of which day, for how much."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    winner: str = Field(min_length=1, max_length=300, examples=["Công ty cổ phần Xây lắp Bưu điện miền núi"])
    decision_number: str = Field(min_length=1, max_length=64, examples=["1286/QĐ-UBND"])
    decided_on: date
    awarded_vnd: int = Field(ge=1, le=10**15, examples=[14_870_000_000])


class AwardedOut(BaseModel):
    """The same, as it was recorded."""

    winner: str
    decision_number: str
    decided_on: date
    awarded_vnd: int


class PackageOut(BaseModel):
    """A package; ``steps`` are those this person may take now."""

    id: str
    province_code: str
    plan_id: str
    round_id: str | None
    code: str
    award: str
    route: str
    state: str
    state_title: str
    state_since: datetime
    awarded: AwardedOut | None
    version: int
    versions: list[VersionOut]
    steps: list[StepOut]


class TakenOut(BaseModel):
    """A step that was taken."""

    step: str
    from_state: str
    to_state: str
    reason: str
    made_by: str
    made_at: datetime


class PackageStepIn(BaseModel):
    """Why a step is taken, which some steps need; and who won, which the step ``award`` needs."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(default="", max_length=2000)
    awarded: AwardedIn | None = None


def package_out(person: Person, package: Package, language: LanguageDep) -> PackageOut:
    """Return a package as this person may know it."""
    files = [name for name, action in PACKAGE_FILES.items() if person.may(action, province_code=package.province_code)]
    return PackageOut(
        id=package.id,
        province_code=package.province_code,
        plan_id=package.plan_id,
        round_id=package.round_id,
        code=package.code,
        award=package.award,
        route=package.route,
        state=package.state,
        state_title=PACKAGE_STATES[package.state].to(language),
        state_since=package.state_since,
        awarded=AwardedOut.model_validate(package, from_attributes=True) if package.winner else None,
        version=package.version,
        versions=[
            VersionOut(
                version=one.version, digest=one.digest, households=one.households, sites=one.sites,
                price_vnd=one.price_vnd, because=one.because, frozen_on=one.frozen_on, files=files,
            )
            for one in package.versions
        ],
        steps=[
            StepOut(step=one.name, title=one.title.to(language), reason=one.reason)
            for one in steps_for(person, package)
            if one.name != FREEZE
        ],
    )  # fmt: skip


FREEZE = "freeze"
"""The step that the making of a new version is: it is never taken by hand."""


@router.get("/packages")
def list_packages(
    person: _Reader,
    db: ReadDep,
    window: WindowDep,
    language: LanguageDep,
    plan_id: IdOrNone = "",
    province: Annotated[str, Query(max_length=2)] = "",
    state: Annotated[str, Query(max_length=32)] = "",
) -> Page[PackageOut]:
    """List the packages of your provinces."""
    found, total = room.listed_packages(
        db, person, plan_id=plan_id, province_code=province, state=state, limit=window.limit, offset=window.offset
    )
    items = [package_out(person, one, language) for one in found]
    return window.page(items, total)


@router.get("/packages/{package_id}", responses=answers(404))
def one_package(person: _Reader, db: ReadDep, language: LanguageDep, package_id: Id) -> PackageOut:
    """Tell one package with its versions."""
    return package_out(person, room.package_for(db, person, package_id), language)


@router.get("/packages/{package_id}/history", responses=answers(404))
def package_history(person: _Reader, db: ReadDep, package_id: Id) -> list[TakenOut]:
    """Tell every step a package has taken, oldest first."""
    package = room.package_for(db, person, package_id)
    return [TakenOut.model_validate(one, from_attributes=True) for one in history(db, package)]


@router.post("/packages/{package_id}/steps/{step}", responses=answers(404, 409))
def take_step(
    person: _Reader,
    db: WriteDep,
    language: LanguageDep,
    package_id: Id,
    step: Annotated[str, Path(max_length=32)],
    given: PackageStepIn,
) -> PackageOut:
    """Take a step of a package: approve, return, publish, award, report as built, accept, withdraw."""
    package = room.package_for(db, person, package_id)
    if step == FREEZE:
        raise NotFoundError
    if given.awarded is None:
        take(db, person, package, step, given.reason)
    elif step == AWARD:
        award(db, person, package, Awarded(**given.awarded.model_dump()), given.reason)
    else:
        raise PhuSongError(Text("Bước này không ghi nhà thầu trúng.", "This step records no winner."))
    return package_out(person, package, language)


@router.get(
    "/packages/{package_id}/versions/{version}/files/{name:path}", response_class=FileResponse, responses=FILE_ANSWERS
)
def package_file(
    person: _Reader,
    db: ReadDep,
    service: ServiceDep,
    package_id: Id,
    version: Annotated[int, Path(ge=1, le=10_000)],
    name: Annotated[str, Path(max_length=100)],
) -> FileResponse:
    """Give a file of a frozen version that this person may have."""
    package = room.package_for(db, person, package_id)
    found = next((one for one in package.versions if one.version == version), None)
    if found is None:
        raise NotFoundError
    kept: dict[str, dict[str, object]] = {one: {} for one in PACKAGE_FILES}
    folder = service.settings.home / found.folder
    path = file_for(person, PACKAGE_FILES, kept, name, folder=folder, province_code=package.province_code)
    return file_answer(path, {}, title=f"{package.code}-v{version}")
