"""Questions to communes and operators: who is asked, how many have answered, and answering one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi import Request as Asking
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from phusong.api.access.policy import Action, Person
from phusong.api.access.reach import reached
from phusong.api.access.scope import within
from phusong.api.database.models import GapRow, Request, Round
from phusong.api.database.types import today
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id
from phusong.api.intake.uploads import NewUpload
from phusong.api.pages.communes import commune_names
from phusong.api.pages.forms import FormDep, file_of, model_of, text_of, texts_of
from phusong.api.pages.frame import page
from phusong.api.pages.notices import go
from phusong.api.pages.views.rounds import place, round_title
from phusong.api.pages.views.uploads import sent_whole
from phusong.api.problems import NotFoundError
from phusong.api.routers.rounds_steps import AskIn, ask_units
from phusong.api.workflow.answering import HandedIn, hand_in, read_form
from phusong.api.workflow.rates import rates, together
from phusong.api.workflow.reminding import remind
from phusong.api.workflow.steps import ROUND_STATES
from phusong.data.schemas.common import OPERATORS
from phusong.errors import PhuSongError
from phusong.words import Text, number

router = APIRouter()
Reader = Annotated[Person, Depends(Needs(Action.REQUEST_READ))]
HandsIn = Annotated[Person, Depends(Needs(Action.FORM_HAND_IN))]
Asker = Annotated[Person, Depends(Needs(Action.ROUND_ASK))]
REQUEST_STATES = {
    "asked": Text("Chờ trả lời", "Waiting"),
    "overdue": Text("Quá hạn", "Overdue"),
    "answered": Text("Đã trả lời", "Answered"),
    "silent": Text("Không trả lời", "Silent"),
}
OPERATOR_TITLES = {option.value: option.title for option in OPERATORS}
ASKABLE = ("submitted", "answered")


def rows_asked_about(db: Session, found: list[Request]) -> dict[str, GapRow]:
    """Return the rows questions are about, by id."""
    ids = {one.row_id for one in found}
    return {one.id: one for one in db.scalars(select(GapRow).where(GapRow.id.in_(ids)))} if ids else {}


def places_called(db: Session, rows: Mapping[str, GapRow]) -> Mapping[str, str]:
    """Return what the communes of rows are called."""
    return commune_names(db, [(one.province_code, one.commune_code) for one in rows.values()])


def rounds_of(db: Session, found: list[Request]) -> dict[str, Round]:
    """Return the rounds of questions, by id."""
    ids = {one.round_id for one in found}
    return {one.id: one for one in db.scalars(select(Round).where(Round.id.in_(ids)))} if ids else {}


def open_rounds(db: Session, person: Person, province: str) -> list[Round]:
    """Return the rounds whose forms this person may still hand in."""
    scope = within(
        person, Action.FORM_HAND_IN, province=Request.province_code, commune=Request.commune_code,
        operator=Request.operator,
    )  # fmt: skip
    asked = select(Request.round_id).where(scope, Request.state == "asked")
    query = select(Round).where(Round.id.in_(asked)).order_by(Round.created_at.desc()).limit(50)
    return list(db.scalars(query.where(Round.province_code == province) if province else query))


def own_unit(person: Person) -> tuple[str, str]:
    """Return the one commune and operator whose forms a person hands in; "" where that is not narrowed to one."""
    held = {(one.commune_code, one.operator) for one in person.grants_for(Action.FORM_HAND_IN)}
    return held.pop() if len(held) == 1 else ("", "")


@router.get("/rounds/{round_id}/requests")
def round_requests(request: Asking, person: Reader, db: ReadDep, round_id: Id) -> HTMLResponse:
    """Show who of a round was asked and who has answered, and ask."""
    round_ = reached(db, person, Action.ROUND_READ, Round, round_id)
    found, communes = rates(db, person, round_.id), _communes(db, person, round_)
    codes = {*(one.commune_code for one in found), *(code for code, _ in communes)}
    return page(
        request, "round_requests.html", round_title(round_.batch, Text("lấy ý kiến", "answers")),
        section="rounds", place=place(round_), round=round_, tab="requests", rates=found, whole=together(found),
        round_states=ROUND_STATES, operators=OPERATOR_TITLES, communes=communes,
        called=commune_names(db, [(round_.province_code, code) for code in codes]),
        may_ask=person.may(Action.ROUND_ASK, province_code=round_.province_code),
        askable=round_.state in ASKABLE, due_on=_due(request),
    )  # fmt: skip


def _communes(db: Session, person: Person, round_: Round) -> list[tuple[str, int]]:
    scope = within(person, Action.ROW_READ, province=GapRow.province_code, commune=GapRow.commune_code)
    query = select(GapRow.commune_code, func.count()).where(scope, GapRow.round_id == round_.id, GapRow.present)
    counted = db.execute(query.group_by(GapRow.commune_code).order_by(GapRow.commune_code))
    return [(code, count) for code, count in counted if code]


def _due(request: Asking) -> str:
    days: int = request.app.state.service.settings.answer_days
    return (today() + timedelta(days=days)).isoformat()


@router.post("/rounds/{round_id}/ask")
def ask(request: Asking, person: Asker, db: WriteDep, language: LanguageDep, form: FormDep, round_id: Id) -> Response:
    """Ask communes and operators, with the day their answers are due."""
    values: dict[str, Any] = {"due_on": text_of(form, "due_on"), "operators": texts_of(form, "operator")}
    if not text_of(form, "all_communes"):
        values["communes"] = texts_of(form, "commune")
    sent = ask_units(round_id, model_of(AskIn, values), db, language, person)
    told = Text(f"Đã gửi {number(sent.requests)} câu hỏi.", f"{number(sent.requests, 'en')} questions were sent.")
    return go(request, f"/rounds/{round_id}/requests", told)


@router.post("/rounds/{round_id}/remind")
def remind_units(
    request: Asking, person: Asker, db: WriteDep, service: ServiceDep, form: FormDep, round_id: Id
) -> Response:
    """Remind every unit that has not answered; it stands in their inbox."""
    round_ = reached(db, person, Action.ROUND_ASK, Round, round_id)
    made = remind(db, person, round_, communes=None, operators=None)
    told = Text(f"Đã nhắc {number(len(made))} đơn vị.", f"{number(len(made), 'en')} units were reminded.")
    return go(request, f"/rounds/{round_id}/requests", told)


@router.post("/rounds/{round_id}/answers")
def hand_in_answers(request: Asking, person: HandsIn, service: ServiceDep, form: FormDep, round_id: Id) -> Response:
    """Take a filled-in form: the file is kept as it was sent, its answers are recorded."""
    file, (commune, operator) = file_of(form, "file"), own_unit(person)
    with service.database.read() as db:
        round_ = db.get(Round, round_id)
    scope = {"commune_code": commune, "operator": operator}
    if round_ is None or not person.may(Action.FORM_HAND_IN, province_code=round_.province_code, **scope):
        raise NotFoundError
    if file is None:
        raise PhuSongError(Text("Hãy chọn một tệp.", "Choose a file."))
    new = NewUpload(
        province_code=round_.province_code, purpose="answers", kind="answers", round_id=round_id,
        file_name=file.filename or "", size=file.size or 0, **scope,
    )  # fmt: skip
    sent = sent_whole(request, service, person, new, file)
    found, kept = read_form(service, person, round_id, sent.id)
    with service.database.write() as db:
        made = hand_in(db, person, round_id, found, kept)
    return go(request, "/requests", _handed_in(made), tone="warn" if made.problems else "good")


def _handed_in(made: HandedIn) -> Text:
    """Say what a form brought, and the first things found in it."""
    told = [one.text for one in made.problems[:3]]
    return Text(
        f"Đã ghi {number(made.answered)} câu trả lời; {number(made.silent)} dòng để trống. "
        + " ".join(one.vi for one in told),
        f"{number(made.answered, 'en')} answers are kept; {number(made.silent, 'en')} rows were left empty. "
        + " ".join(one.en for one in told),
    )
