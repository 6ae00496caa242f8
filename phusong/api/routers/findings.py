"""Findings and decisions, with their reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, or_, select

from phusong.api.access.policy import Action, Person
from phusong.api.access.reach import reached
from phusong.api.access.scope import within
from phusong.api.database.models import Decision, GapRow, Round, RowFinding, Study
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id, IdOrNone
from phusong.api.paging import Page, WindowDep
from phusong.api.problems import NotFoundError, answers
from phusong.api.workflow.concluded import decided, found
from phusong.api.workflow.deciding import MOST_AT_ONCE, VERDICT_TITLES, Over, decide, decide_rows
from phusong.api.workflow.findings import (
    chosen,
    evidence_of,
    findings_table,
    over_of,
    standing_over,
    targets_of,
)
from phusong.api.workflow.reconciling import results_of
from phusong.api.workflow.taking import LONGEST_REASON
from phusong.coverage.findings import KIND_TITLES, SAYS_TITLES
from phusong.words import Language, Text

router = APIRouter(prefix="/api", tags=["findings"])

Verdict = Annotated[str, Field(max_length=32, examples=["served"])]
Reason = Annotated[str, Field(min_length=1, max_length=LONGEST_REASON, examples=["Trạm mới phát sóng ngày 20/10/2026"])]
Word = Literal["white", "depression", "weak", "covered", "undetermined", "unserved", "served"]
ROW_VERDICTS = {
    "confirmed": Text("mô hình cũng thấy chưa có sóng", "the model finds no signal either"),
    "served": Text("mô hình thấy có sóng", "the model finds signal"),
    "undetermined": Text("mô hình chưa xác định", "the model cannot tell"),
    "no_terrain": Text("thiếu địa hình", "no terrain"),
    "outside": Text("ngoài phạm vi nghiên cứu", "outside the study"),
    "unread": Text("dòng có lỗi", "a row with errors"),
}


class DecisionOut(BaseModel):
    """One decision."""

    id: str
    subject_kind: str
    subject_code: str
    village_name: str
    commune_code: str
    service: str
    verdict: str
    verdict_title: str
    reason: str
    round_id: str | None
    study_id: str | None
    supersedes_id: str | None
    at: datetime


class FindingOut(BaseModel):
    """What a study concludes of one village or gap, and the decision that stands over it."""

    finding_id: str
    target: str
    village_code: str
    village_name: str
    commune_code: str
    commune_name: str
    gap_id: str
    service: str
    finding: str
    finding_title: str
    basis: str
    basis_title: str
    said: dict[str, str]
    agrees: bool
    disagreement: str
    households: int
    provisional: bool
    because: str
    tender: bool
    author: str
    dated: str
    decision: DecisionOut | None


class EvidenceOut(BaseModel):
    """One piece of evidence."""

    kind: str
    kind_title: str
    source: str
    operator: str
    says: str
    says_title: str
    author: str
    dated: str
    detail: str


class RowFindingOut(BaseModel):
    """One reported row: what the study it was set beside says, and the decision that stands over it."""

    row_id: str
    gap_id: str
    village: str
    commune_code: str
    concluded: bool
    verdict: str
    verdict_title: str
    explanation: str
    details: dict[str, Any]
    decision: DecisionOut | None


class DecideIn(BaseModel):
    """One word over one or many findings of a study."""

    model_config = ConfigDict(extra="forbid")

    finding_ids: Annotated[list[Annotated[str, Field(max_length=200)]], Field(min_length=1, max_length=MOST_AT_ONCE)]
    verdict: Verdict
    reason: Reason


class DecideRowsIn(BaseModel):
    """One word over one or many rows of a round: served, unserved, undetermined, or withdrawn."""

    model_config = ConfigDict(extra="forbid")

    row_ids: Annotated[list[Id], Field(min_length=1, max_length=MOST_AT_ONCE)]
    verdict: Verdict
    reason: Reason


@router.get("/studies/{study_id}/findings", responses=answers(404, 409))
def list_findings(
    study_id: Id,
    service: ServiceDep,
    db: ReadDep,
    window: WindowDep,
    language: LanguageDep,
    person: Annotated[Person, Depends(Needs(Action.FINDING_READ))],
    target: Literal["village", "gap"] | None = None,
    finding: Word | None = None,
    network_service: Annotated[str, Query(max_length=32, alias="service")] = "",
    commune_code: Annotated[str, Query(max_length=5)] = "",
    agrees: bool | None = None,
    provisional: bool | None = None,
    q: Annotated[str, Query(max_length=100)] = "",
) -> Page[FindingOut]:
    """List what a study concludes, each with the decision that stands over it."""
    study = reached(db, person, Action.FINDING_READ, Study, study_id)
    table = findings_table(results_of(service, study, study.province_code))
    equal: dict[str, str | bool | None] = {
        "target": target, "finding": finding, "service": network_service, "agrees": agrees, "provisional": provisional,
    }  # fmt: skip
    kept = chosen(table, equal=equal, commune_code=commune_code, words=q)
    rows = kept.iloc[window.offset : window.offset + window.limit].to_dict("records")
    overs = [over_of(row) for row in rows]
    stands = standing_over(db, study.province_code, overs)
    items = [_finding(row, stands.get(over), language) for row, over in zip(rows, overs, strict=True)]
    return window.page(items, len(kept))


@router.get("/studies/{study_id}/evidence", responses=answers(404, 409))
def list_evidence(
    study_id: Id,
    service: ServiceDep,
    db: ReadDep,
    language: LanguageDep,
    person: Annotated[Person, Depends(Needs(Action.FINDING_READ))],
    finding_id: Annotated[str, Query(max_length=200)] = "",
) -> list[EvidenceOut]:
    """List the evidence one finding of a study was drawn from."""
    study = reached(db, person, Action.FINDING_READ, Study, study_id)
    folder = results_of(service, study, study.province_code)
    table = findings_table(folder)
    rows = table[table["finding_id"] == finding_id].to_dict("records")
    if not rows:
        raise NotFoundError
    finding = {str(name): value for name, value in rows[0].items()}
    return [_evidence(row, language) for row in evidence_of(folder, finding)]


@router.post("/studies/{study_id}/decisions", responses=answers(404, 409), status_code=201)
def decide_findings(
    study_id: Id,
    told: DecideIn,
    service: ServiceDep,
    language: LanguageDep,
    person: Annotated[Person, Depends(Needs(Action.FINDING_DECIDE))],
) -> list[DecisionOut]:
    """Decide one or many findings of a study; the decision stands above all evidence, in the next study too."""
    with service.database.read() as db:
        study = reached(db, person, Action.FINDING_DECIDE, Study, study_id)
    targets = targets_of(results_of(service, study, study.province_code), told.finding_ids)
    with service.database.write() as db:
        made = decide(
            db, person, study.province_code, targets, told.verdict, told.reason,
            round_id=study.round_id, study_id=study.id,
        )  # fmt: skip
        return [_decision(one, language) for one in made]


@router.get("/rounds/{round_id}/findings", responses=answers(404))
def list_row_findings(
    round_id: Id,
    db: ReadDep,
    window: WindowDep,
    language: LanguageDep,
    person: Annotated[Person, Depends(Needs(Action.FINDING_READ))],
    concluded: bool | None = None,
    verdict: Annotated[str, Query(max_length=32)] = "",
    commune_code: Annotated[str, Query(max_length=5)] = "",
) -> Page[RowFindingOut]:
    """List the rows of a round with what its study says of each; ``concluded=false`` are those to decide."""
    round_ = reached(db, person, Action.FINDING_READ, Round, round_id)
    has = or_(decided(round_), found(round_))
    conditions: list[Any] = [GapRow.round_id == round_.id, GapRow.present]
    if concluded is not None:
        conditions.append(has if concluded else ~has)
    if commune_code:
        conditions.append(GapRow.commune_code == commune_code)
    if verdict:
        conditions.append(RowFinding.verdict == verdict)
    said = (
        (RowFinding.row_id == GapRow.id)
        & (RowFinding.row_version == GapRow.version)
        & (RowFinding.study_id == round_.study_id)
    )
    total = db.scalar(select(func.count()).select_from(GapRow).outerjoin(RowFinding, said).where(*conditions)) or 0
    query = select(GapRow, RowFinding, has).outerjoin(RowFinding, said).where(*conditions).order_by(GapRow.gap_id)
    rows = db.execute(query.limit(window.limit).offset(window.offset)).all()
    overs = [Over(kind="reported", code=row.gap_id) for row, _, _ in rows]
    stands = standing_over(db, round_.province_code, overs, round_id=round_.id)
    items = [
        _row(row, told, bool(done), stands.get(over), language)
        for (row, told, done), over in zip(rows, overs, strict=True)
    ]
    return window.page(items, total)


@router.post("/rounds/{round_id}/decisions", responses=answers(404, 409), status_code=201)
def decide_reported(
    round_id: Id,
    told: DecideRowsIn,
    db: WriteDep,
    language: LanguageDep,
    person: Annotated[Person, Depends(Needs(Action.FINDING_DECIDE))],
) -> list[DecisionOut]:
    """Decide one or many rows of a round that was set beside a study."""
    round_ = reached(db, person, Action.FINDING_DECIDE, Round, round_id)
    made = decide_rows(db, person, round_, told.row_ids, told.verdict, told.reason)
    return [_decision(one, language) for one in made]


@router.get("/decisions", responses=answers())
def list_decisions(
    db: ReadDep,
    window: WindowDep,
    language: LanguageDep,
    person: Annotated[Person, Depends(Needs(Action.FINDING_READ))],
    subject_kind: Literal["village", "gap", "reported"] | None = None,
    subject_code: Annotated[str, Query(max_length=64)] = "",
    round_id: IdOrNone = "",
) -> Page[DecisionOut]:
    """List decisions, the newest first: of one subject, its whole history."""
    conditions = [within(person, Action.FINDING_READ, province=Decision.province_code)]
    for column, value in (
        (Decision.subject_kind, subject_kind), (Decision.subject_code, subject_code), (Decision.round_id, round_id),
    ):  # fmt: skip
        if value:
            conditions.append(column == value)
    total = db.scalar(select(func.count()).select_from(Decision).where(*conditions)) or 0
    query = select(Decision).where(*conditions).order_by(Decision.made_at.desc(), Decision.id)
    rows = db.scalars(query.limit(window.limit).offset(window.offset))
    return window.page([_decision(one, language) for one in rows], total)


def _decision(one: Decision, language: Language) -> DecisionOut:
    return DecisionOut(
        id=one.id,
        subject_kind=one.subject_kind,
        subject_code=one.subject_code,
        village_name=one.village_name,
        commune_code=one.commune_code,
        service=one.service,
        verdict=one.verdict,
        verdict_title=VERDICT_TITLES[one.verdict].to(language),
        reason=one.reason,
        round_id=one.round_id,
        study_id=one.study_id,
        supersedes_id=one.supersedes_id,
        at=one.made_at,
    )


def _finding(row: Mapping[Any, Any], decision: Decision | None, language: Language) -> FindingOut:
    texts = ("finding_id", "target", "village_code", "village_name", "commune_code", "commune_name", "gap_id")
    return FindingOut(
        **{name: str(row[name]) for name in (*texts, "service", "finding", "basis", "author", "dated")},
        finding_title=SAYS_TITLES[row["finding"]].to(language),
        basis_title=KIND_TITLES[row["basis"]].to(language),
        said={kind: str(row[kind]) for kind in ("modelled", "declared", "confirmed", "measured") if row[kind]},
        agrees=bool(row["agrees"]),
        disagreement=str(row[f"disagreement_{language}"]),
        households=int(row["households"]),
        provisional=bool(row["provisional"]),
        because=str(row[f"provisional_because_{language}"]),
        tender=bool(row["tender"]),
        decision=None if decision is None else _decision(decision, language),
    )


def _evidence(row: Mapping[str, Any], language: Language) -> EvidenceOut:
    return EvidenceOut(
        **{name: str(row[name]) for name in ("kind", "source", "operator", "says", "author", "dated")},
        kind_title=_title(KIND_TITLES, row["kind"], language),
        says_title=_title(SAYS_TITLES, row["says"], language),
        detail=str(row[f"detail_{language}"]),
    )


def _title(titles: Mapping[Any, Text], key: Any, language: Language) -> str:
    return titles[key].to(language) if key in titles else str(key)


def _row(
    row: GapRow, told: RowFinding | None, concluded: bool, decision: Decision | None, language: Language
) -> RowFindingOut:
    details: dict[str, Any] = {} if told is None else dict(told.details)
    texts: Sequence[str] = [str(details.pop(f"explanation_{lang}", "") or "") for lang in ("vi", "en")]
    verdict = "" if told is None else told.verdict
    return RowFindingOut(
        row_id=row.id,
        gap_id=row.gap_id,
        village=row.village,
        commune_code=row.commune_code,
        concluded=concluded,
        verdict=verdict,
        verdict_title=_title(ROW_VERDICTS, verdict, language),
        explanation=texts[0] if language == "vi" else texts[1],
        details=details,
        decision=None if decision is None else _decision(decision, language),
    )
