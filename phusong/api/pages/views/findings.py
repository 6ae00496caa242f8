"""Findings: of a round's rows and of a study, with the evidence, decided one or many with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

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
from phusong.api.pages.scope import place_of
from phusong.api.pages.views.rounds import place, round_title
from phusong.api.pages.windows import window_of
from phusong.api.paging import Window
from phusong.api.problems import ConflictError
from phusong.api.routers.comments import CommentIn, write_comment
from phusong.api.routers.findings import (
    ROW_VERDICTS,
    DecideRowsIn,
    RowFindingOut,
    decide_reported,
    list_row_findings,
)
from phusong.api.routers.rounds_steps import ReconcileIn, reconcile_round
from phusong.api.workflow.deciding import MOST_AT_ONCE, VERDICT_TITLES
from phusong.api.workflow.steps import ROUND_STATES
from phusong.coverage.findings import GAP_SAYS
from phusong.errors import PhuSongError
from phusong.words import Text, number

router = APIRouter()
Reader = Annotated[Person, Depends(Needs(Action.FINDING_READ))]
Decider = Annotated[Person, Depends(Needs(Action.FINDING_DECIDE))]
Reconciler = Annotated[Person, Depends(Needs(Action.ROUND_RECONCILE))]
Writer = Annotated[Person, Depends(Needs(Action.COMMENT_WRITE))]
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
    window, asked = window_of(request), asked_of(request.query_params)
    part = Window(limit=window.limit, offset=window.offset)
    found = list_row_findings(round_id, db, part, language, person, asked.concluded, asked.verdict)
    counts = {key: _count(db, person, language, round_id, concluded) for key, concluded in _CONCLUDED.items()}
    own = within(person, Action.STUDY_READ, province=Study.province_code)
    studies = select(Study).where(own, Study.province_code == round_.province_code, Study.state == "done")
    return page(
        request, "round_findings.html", round_title(round_.batch, Text("kết luận", "findings")),
        section="rounds", place=place(round_), round=round_, tab="findings", round_states=ROUND_STATES,
        rows=found.items, total=found.total, window=window, asked=asked, counts=counts, said_titles=ROW_VERDICTS,
        undo=_to_undo(request, found.items), most=MOST_AT_ONCE,
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
    ids = texts_of(form, "row")
    if text_of(form, "whole"):
        asked, part = asked_of(form), Window(limit=MOST_AT_ONCE, offset=0)
        found = list_row_findings(round_id, db, part, language, person, asked.concluded, asked.verdict)
        check_whole(text_of(form, "whole"), found.total)
        ids = [one.row_id for one in found.items]
    values = {"row_ids": ids, "verdict": text_of(form, "verdict"), "reason": text_of(form, "reason")}
    made = decide_reported(round_id, model_of(DecideRowsIn, values), db, language, person)
    back = local(text_of(form, "next"), otherwise=f"/rounds/{round_id}/findings?concluded=no")
    return go(request, back, kept(len(made), text_of(form, "verdict")))


def kept(count: int, verdict: str) -> Text:
    """Say what became of the rows."""
    if verdict == "withdrawn":
        return Text(f"Đã rút lại {number(count)} kết luận.", f"{number(count, 'en')} decisions are withdrawn.")
    return Text(f"Đã ghi {number(count)} kết luận.", f"{number(count, 'en')} decisions are kept.")


def check_whole(said: str, total: int) -> None:
    """See to it that "all that the filter shows" is what was seen, and not more than can be decided at once."""
    if total > MOST_AT_ONCE:
        most = (number(MOST_AT_ONCE), number(MOST_AT_ONCE, "en"))
        raise PhuSongError(
            Text(f"Một lần kết luận nhiều nhất {most[0]} dòng: hãy lọc hẹp hơn.", f"At most {most[1]} at once: filter.")
        )
    if said != str(total):
        raise ConflictError(Text("Danh sách vừa thay đổi: hãy xem lại.", "The list has just changed: look again."))


@dataclass(frozen=True, slots=True)
class AskedRows:
    """What the rows of a round are narrowed by."""

    concluded: bool | None
    verdict: str

    @property
    def shown(self) -> str:
        """Return the name of the tab."""
        return next(key for key, value in _CONCLUDED.items() if value is self.concluded)


_CONCLUDED: dict[str, bool | None] = {"": None, "no": False, "yes": True}


def asked_of(given: Mapping[str, Any]) -> AskedRows:
    """Read what rows are narrowed by, from an address or from a form."""
    verdict = str(given.get("said", ""))
    concluded = _CONCLUDED.get(str(given.get("concluded", "")))
    return AskedRows(concluded, verdict if verdict in ROW_VERDICTS else "")


def _count(db: ReadDep, person: Person, language: LanguageDep, round_id: str, concluded: bool | None) -> int:
    return list_row_findings(round_id, db, Window(limit=1, offset=0), language, person, concluded).total


def _to_undo(request: Request, rows: Sequence[RowFindingOut]) -> RowFindingOut | None:
    """Return the row whose decision is to be taken back."""
    asked = request.query_params.get("undo", "")
    return next((one for one in rows if one.row_id == asked and one.decision is not None), None)


@router.post("/comments")
def comment(request: Request, person: Writer, db: WriteDep, form: FormDep) -> Response:
    """Say something beside a thing and go back to it."""
    names = ("subject_kind", "subject_id", "text")
    write_comment(model_of(CommentIn, {name: text_of(form, name) for name in names}), db, person)
    return go(request, text_of(form, "next"), Text("Đã gửi.", "Sent."))
