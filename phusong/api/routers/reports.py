"""Indicators, quarterly reports, provinces compared."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from phusong.api.access.policy import Action, Person
from phusong.api.access.reach import reached
from phusong.api.access.scope import within
from phusong.api.database.models import Province, Report, Round, Study
from phusong.api.deps import Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id
from phusong.api.media import DOCX, XLSX
from phusong.api.paging import Page, WindowDep
from phusong.api.problems import NotFoundError, answers
from phusong.api.reports.facts import round_facts
from phusong.api.reports.indicators import RULES, Indicator, StudyIndicators
from phusong.api.reports.jobs import FILES, ask_report
from phusong.api.reports.kept import indicators_of_study, readable_indicators, speaking_studies
from phusong.api.reports.provinces import compare
from phusong.api.service import Service

router = APIRouter(prefix="/api", tags=["reports"])
Reader = Annotated[Person, Depends(Needs(Action.REPORT_READ))]
Maker = Annotated[Person, Depends(Needs(Action.REPORT_MAKE))]
MEDIA = {"xlsx": XLSX, "docx": DOCX}


class ProvinceIndicatorsOut(BaseModel):
    """The indicators of a province, and what they rest on."""

    province_code: str
    province_name: str
    study_id: str
    study_name: str
    dated: str
    simulated: bool
    profile: str
    profile_verified: bool
    incomplete_lists: list[str]
    village_classes: dict[str, int]
    gaps: int
    gap_households: int
    indicators: list[Indicator]


class CommuneIndicatorsOut(ProvinceIndicatorsOut):
    """The same with its communes: their names by code, their indicators after the province's."""

    communes: dict[str, str]


class CountryOut(BaseModel):
    """Provinces beside each other and together; those ``without`` a study or ``unreadable`` are in no figure."""

    provinces: list[ProvinceIndicatorsOut]
    together: list[Indicator]
    without: list[str]
    unreadable: list[str]
    rules: list[str]


class RoundIndicatorsOut(BaseModel):
    """How far a round is, and the indicators of the study it was set beside."""

    round_id: str
    rows: int
    requests: int
    answered: int
    silent: int
    late: int
    decided: int
    study: CommuneIndicatorsOut | None


class ReportIn(BaseModel):
    """Which report is wanted; ``province_code`` "" is the whole country."""

    model_config = ConfigDict(extra="forbid")

    province_code: str = Field(default="", max_length=2, examples=["42"])
    year: int = Field(ge=2020, le=2100, examples=[2026])
    quarter: int = Field(ge=1, le=4, examples=[4])


class ReportOut(BaseModel):
    """A quarterly report: ``queued``, ``running``, ``done``, ``failed`` or ``cancelled``."""

    id: str
    province_code: str
    year: int
    quarter: int
    state: str
    error: str
    files: list[str]
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, one: Report) -> ReportOut:
        """Return a report as it is told."""
        files = [kind for kind in FILES if getattr(one, f"{kind}_sha256") is not None]
        return cls(
            id=one.id, province_code=one.province_code, year=one.year, quarter=one.quarter, state=one.state,
            error=one.error, files=files, created_at=one.created_at, finished_at=one.finished_at,
        )  # fmt: skip


class AskedOut(ReportOut):
    """A report that was asked for; ``job_id`` tells how far it is."""

    job_id: str


def names_in_scope(db: Session, person: Person) -> dict[str, str]:
    """Return the provinces whose reports a person may read, by code."""
    told = select(Province.code, Province.name).where(within(person, Action.REPORT_READ, province=Province.code))
    return {one.code: one.name for one in db.execute(told.order_by(Province.code))}


@router.get("/indicators")
def country(service: ServiceDep, db: ReadDep, person: Reader) -> CountryOut:
    """Compare the provinces this person may read, and take them together."""
    names = names_in_scope(db, person)
    studies = speaking_studies(db, names)
    compared = compare(readable_indicators(service, studies), names)
    return CountryOut(
        provinces=[
            ProvinceIndicatorsOut(**_province(names[code], studies[code], one))
            for code, one in compared.provinces.items()
        ],
        together=list(compared.together),
        without=[code for code in compared.without if code not in studies],
        unreadable=sorted(set(studies) - set(compared.provinces)),
        rules=[rule.to("en" if person.language == "en" else "vi") for rule in RULES],
    )


@router.get("/provinces/{province_code}/indicators", responses=answers(404, 409))
def province(
    province_code: Annotated[str, Path(max_length=8)], service: ServiceDep, db: ReadDep, person: Reader
) -> CommuneIndicatorsOut:
    """Tell the indicators of a province and of each of its communes."""
    names = names_in_scope(db, person)
    study = speaking_studies(db, [province_code]).get(province_code) if province_code in names else None
    if study is None:
        raise NotFoundError
    return _with_communes(service, names[province_code], study)


@router.get("/rounds/{round_id}/indicators", responses=answers(404, 409))
def of_round(round_id: Id, service: ServiceDep, db: ReadDep, person: Reader) -> RoundIndicatorsOut:
    """Tell how far a round is: answers, conclusions, and the indicators of its study once there is one."""
    found = reached(db, person, Action.REPORT_READ, Round, round_id)
    (facts,) = round_facts(db, Round.id == round_id)
    study = None if found.study_id is None else db.get(Study, found.study_id)
    told = None
    if study is not None and study.state == "done":
        told = _with_communes(service, db.get_one(Province, study.province_code).name, study)
    counts = {key: facts[key] for key in ("rows", "requests", "answered", "silent", "late", "decided")}
    return RoundIndicatorsOut(round_id=round_id, study=told, **counts)


def _with_communes(service: Service, name: str, study: Study) -> CommuneIndicatorsOut:
    found = indicators_of_study(service, study)
    told = _province(name, study, found)
    told["indicators"] = list(found.rows)
    return CommuneIndicatorsOut(**told, communes=dict(found.communes))


def _province(name: str, study: Study, found: StudyIndicators) -> dict[str, Any]:
    return {
        "province_code": study.province_code,
        "province_name": name,
        "study_id": study.id,
        "study_name": found.name,
        "dated": found.dated,
        "simulated": found.simulated,
        "profile": found.profile,
        "profile_verified": found.verified,
        "incomplete_lists": list(found.incomplete_lists),
        "village_classes": dict(found.village_classes),
        "gaps": found.gaps,
        "gap_households": found.gap_households,
        "indicators": list(found.of_place()),
    }


@router.post("/reports", status_code=202, responses=answers(404))
def ask(wanted: ReportIn, db: WriteDep, person: Maker) -> AskedOut:
    """Ask for a quarterly report, as a workbook and a Word document."""
    known = not wanted.province_code or db.get(Province, wanted.province_code) is not None
    if not known or not person.may(Action.REPORT_MAKE, province_code=wanted.province_code):
        raise NotFoundError
    report, job = ask_report(
        db, by=person, province_code=wanted.province_code, year=wanted.year, quarter=wanted.quarter
    )
    return AskedOut(job_id=job.id, **ReportOut.of(report).model_dump())


@router.get("/reports")
def reports(db: ReadDep, person: Reader, window: WindowDep) -> Page[ReportOut]:
    """List the reports that were made, the newest first."""
    mine = within(person, Action.REPORT_READ, province=Report.province_code)
    total = db.scalar(select(func.count()).select_from(Report).where(mine)) or 0
    told = select(Report).where(mine).order_by(Report.created_at.desc(), Report.id)
    found = db.scalars(told.limit(window.limit).offset(window.offset))
    return window.page([ReportOut.of(one) for one in found], total)


@router.get("/reports/{report_id}", responses=answers(404))
def report(report_id: Id, db: ReadDep, person: Reader) -> ReportOut:
    """Tell how far a report is."""
    return ReportOut.of(reached(db, person, Action.REPORT_READ, Report, report_id))


@router.get(
    "/reports/{report_id}/files/{kind}",
    response_class=FileResponse,
    responses={
        **answers(404),
        200: {"content": {one: {"schema": {"type": "string", "format": "binary"}} for one in MEDIA.values()}},
    },
)
def report_file(
    report_id: Id, kind: Literal["xlsx", "docx"], service: ServiceDep, db: ReadDep, person: Reader
) -> Response:
    """Send a file of a report."""
    found = reached(db, person, Action.REPORT_READ, Report, report_id)
    sha256: str | None = getattr(found, f"{kind}_sha256")
    if sha256 is None:
        raise NotFoundError
    name = f"bao_cao_quy_{found.quarter}_{found.year}_{found.province_code or 'ca_nuoc'}.{kind}"
    return FileResponse(service.blobs.path(sha256), media_type=MEDIA[kind], filename=name)
