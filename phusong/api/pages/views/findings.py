"""Findings: of a round's rows and of a study, with the evidence, decided one or many with a reason."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from sqlalchemy import select
from starlette.responses import HTMLResponse, Response

from phusong.api.access.policy import Action, Person
from phusong.api.access.reach import reached
from phusong.api.access.scope import within
from phusong.api.database.models import Round, Study
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id
from phusong.api.pages.forms import FormDep, model_of, text_of, texts_of
from phusong.api.pages.frame import page
from phusong.api.pages.notices import go, local
from phusong.api.pages.scope import Place, place_of
from phusong.api.pages.views.rounds import place
from phusong.api.pages.windows import window_of
from phusong.api.paging import Page, Window
from phusong.api.routers.comments import CommentIn, write_comment
from phusong.api.routers.findings import (
    DecideIn,
    DecideRowsIn,
    FindingOut,
    decide_findings,
    decide_reported,
    list_evidence,
    list_findings,
    list_row_findings,
)
from phusong.api.routers.rounds_steps import ReconcileIn, reconcile_round
from phusong.api.studies.asking import study_for
from phusong.api.workflow.deciding import VERDICT_TITLES
from phusong.api.workflow.steps import ROUND_STATES
from phusong.coverage.findings import GAP_SAYS, SAYS_TITLES, VILLAGE_SAYS
from phusong.errors import PhuSongError
from phusong.words import Text, number

router = APIRouter()
Reader = Annotated[Person, Depends(Needs(Action.FINDING_READ))]
Decider = Annotated[Person, Depends(Needs(Action.FINDING_DECIDE))]
Reconciler = Annotated[Person, Depends(Needs(Action.ROUND_RECONCILE))]
Writer = Annotated[Person, Depends(Needs(Action.COMMENT_WRITE))]
TARGETS = {"village": Text("Thôn, bản", "Villages"), "gap": Text("Vùng chưa có sóng", "Gaps")}
RECONCILED_FROM = ("submitted", "answered", "reconciled")
DECIDED_IN = ("reconciled",)


@router.get("/findings")
def findings(request: Request, person: Reader, db: ReadDep) -> HTMLResponse:
    """Show the studies whose findings can be read and the rounds whose rows are being concluded."""
    chosen = place_of(request, person).province_code
    own = within(person, Action.FINDING_READ, province=Study.province_code) & (Study.state == "done")
    studies = select(Study).where(own).order_by(Study.finished_at.desc()).limit(50)
    of_rounds = within(person, Action.FINDING_READ, province=Round.province_code) & Round.study_id.is_not(None)
    rounds = select(Round).where(of_rounds).order_by(Round.state_since.desc()).limit(50)
    if chosen:
        studies, rounds = studies.where(Study.province_code == chosen), rounds.where(Round.province_code == chosen)
    return page(
        request, "findings.html", Text("Kết luận", "Findings"), section="findings", studies=db.scalars(studies).all(),
        rounds=db.scalars(rounds).all(), states=ROUND_STATES,
    )  # fmt: skip


@router.get("/rounds/{round_id}/findings")
def round_findings(request: Request, person: Reader, db: ReadDep, language: LanguageDep, round_id: Id) -> HTMLResponse:
    """Show what the round's study says of each row, and decide those it does not conclude."""
    round_ = reached(db, person, Action.FINDING_READ, Round, round_id)
    window, shown = window_of(request), request.query_params.get("concluded", "")
    concluded = {"yes": True, "no": False}.get(shown)
    part = Window(limit=window.limit, offset=window.offset)
    found = list_row_findings(round_id, db, part, language, person, concluded)
    own = within(person, Action.STUDY_READ, province=Study.province_code)
    studies = select(Study).where(own, Study.province_code == round_.province_code, Study.state == "done")
    return page(
        request, "round_findings.html", Text(f"Đợt {round_.batch}: kết luận", f"Round {round_.batch}: findings"),
        section="rounds", place=place(round_), round=round_, tab="findings", round_states=ROUND_STATES,
        rows=found.items, total=found.total, window=window, concluded=shown,
        studies=[(one.id, Text(one.name, one.name)) for one in db.scalars(studies.limit(50))],
        may_reconcile=round_.state in RECONCILED_FROM
        and person.may(Action.ROUND_RECONCILE, province_code=round_.province_code),
        may_decide=round_.state in DECIDED_IN
        and person.may(Action.FINDING_DECIDE, province_code=round_.province_code),
        verdicts=[(one, VERDICT_TITLES[one]) for one in (*GAP_SAYS, "withdrawn")],
    )  # fmt: skip


@router.post("/rounds/{round_id}/reconcile")
def reconcile(
    request: Request, person: Reconciler, service: ServiceDep, language: LanguageDep, form: FormDep, round_id: Id
) -> Response:
    """Set the rows of a round beside a finished study."""
    reconcile_round(round_id, model_of(ReconcileIn, {"study_id": text_of(form, "study_id")}), service, language, person)
    return go(request, f"/rounds/{round_id}/findings", Text("Đã đối chiếu với nghiên cứu.", "Set beside the study."))


@router.post("/rounds/{round_id}/decisions")
def decide_rows(
    request: Request, person: Decider, db: WriteDep, language: LanguageDep, form: FormDep, round_id: Id
) -> Response:
    """Decide one or many rows of a round."""
    values = {"row_ids": texts_of(form, "row"), "verdict": text_of(form, "verdict"), "reason": text_of(form, "reason")}
    made = decide_reported(round_id, model_of(DecideRowsIn, values), db, language, person)
    return go(request, f"/rounds/{round_id}/findings?concluded=no", _kept(len(made)))


def _kept(count: int) -> Text:
    return Text(f"Đã ghi {number(count)} kết luận.", f"{number(count, 'en')} decisions are kept.")


@router.get("/studies/{study_id}/findings")
def study_findings(
    request: Request, person: Reader, db: ReadDep, service: ServiceDep, language: LanguageDep, study_id: Id
) -> HTMLResponse:
    """Show what a study concludes, each with its evidence and the decision that stands over it."""
    study = study_for(db, person, study_id, Action.FINDING_READ)
    target: Literal["gap", "village"] = "gap" if request.query_params.get("target") == "gap" else "village"
    search, chosen = request.query_params.get("q", "")[:100], request.query_params.get("finding_id", "")[:200]
    window = window_of(request)
    part, why, evidence = Window(limit=window.limit, offset=window.offset), None, []
    found: Page[FindingOut] = part.page([], 0)
    try:
        found = list_findings(study_id, service, db, part, language, person, target=target, q=search)
        evidence = list_evidence(study_id, service, db, language, person, chosen) if chosen else []
    except PhuSongError as error:
        why = error.text
    says = GAP_SAYS if target == "gap" else VILLAGE_SAYS
    return page(
        request, "study_findings.html", Text(f"Kết luận: {study.name}", f"Findings: {study.name}"), section="findings",
        place=Place(study.province_code), study=study, rows=found.items, total=found.total, window=window, why=why,
        targets=TARGETS, target=target, search=search, evidence=evidence, chosen=chosen,
        may_decide=person.may(Action.FINDING_DECIDE, province_code=study.province_code),
        verdicts=[*((one, SAYS_TITLES[one]) for one in says), ("withdrawn", VERDICT_TITLES["withdrawn"])],
    )  # fmt: skip


@router.post("/studies/{study_id}/decisions")
def decide(
    request: Request, person: Decider, service: ServiceDep, language: LanguageDep, form: FormDep, study_id: Id
) -> Response:
    """Decide one or many findings of a study."""
    words = {name: text_of(form, name) for name in ("verdict", "reason")}
    values = {"finding_ids": texts_of(form, "finding"), **words}
    made = decide_findings(study_id, model_of(DecideIn, values), service, language, person)
    return go(request, local(text_of(form, "next"), otherwise=f"/studies/{study_id}/findings"), _kept(len(made)))


@router.post("/comments")
def comment(request: Request, person: Writer, db: WriteDep, form: FormDep) -> Response:
    """Say something beside a thing and go back to it."""
    names = ("subject_kind", "subject_id", "text")
    write_comment(model_of(CommentIn, {name: text_of(form, name) for name in names}), db, person)
    return go(request, text_of(form, "next"), Text("Đã gửi.", "Sent."))
