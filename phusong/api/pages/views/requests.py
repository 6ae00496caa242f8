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
from phusong.api.pages.scope import Place, place_of
from phusong.api.pages.shown import comments_on, names
from phusong.api.pages.views.rounds import place
from phusong.api.pages.views.uploads import sent_whole
from phusong.api.pages.windows import listed, window_of
from phusong.api.problems import NotFoundError
from phusong.api.routers.rounds_steps import AskIn, ask_units
from phusong.api.workflow.answering import HandedIn, answer, fields_of, hand_in, read_form
from phusong.api.workflow.rates import rates, together, visible
from phusong.api.workflow.reminding import remind
from phusong.api.workflow.steps import ROUND_STATES
from phusong.data.schemas.common import OPERATORS
from phusong.errors import PhuSongError
from phusong.words import Text, number

router = APIRouter()
Reader = Annotated[Person, Depends(Needs(Action.REQUEST_READ))]
Answerer = Annotated[Person, Depends(Needs(Action.REQUEST_ANSWER))]
HandsIn = Annotated[Person, Depends(Needs(Action.FORM_HAND_IN))]
Asker = Annotated[Person, Depends(Needs(Action.ROUND_ASK))]
REQUEST_STATES = {
    "asked": Text("Chờ trả lời", "Waiting"),
    "answered": Text("Đã trả lời", "Answered"),
    "silent": Text("Không trả lời", "Silent"),
}
OPERATOR_TITLES = {option.value: option.title for option in OPERATORS}
ASKABLE = ("submitted", "answered")


@router.get("/requests")
def requests(request: Asking, person: Reader, db: ReadDep) -> HTMLResponse:
    """Show the questions in scope, those that wait first, the soonest due first."""
    chosen = place_of(request, person).province_code
    query = select(Request).where(visible(person))
    query = query.where(Request.province_code == chosen) if chosen else query
    state = request.query_params.get("state", "")
    query = query.where(Request.state == state) if state in REQUEST_STATES else query
    window = window_of(request)
    found, total = listed(db, query, window, Request.state, Request.due_on, Request.row_id, Request.operator)
    rows = _rows(db, found)
    return page(
        request, "requests.html", Text("Lấy ý kiến", "Requests"), section="requests", requests=found, total=total,
        window=window, states=REQUEST_STATES, state=state, operators=OPERATOR_TITLES, rows=rows,
        rounds=_rounds(db, found), called=_called(db, rows), open_rounds=_open_rounds(db, person, chosen),
        own_unit=_own_unit(person),
    )  # fmt: skip


def _rows(db: Session, found: list[Request]) -> dict[str, GapRow]:
    ids = {one.row_id for one in found}
    return {one.id: one for one in db.scalars(select(GapRow).where(GapRow.id.in_(ids)))} if ids else {}


def _called(db: Session, rows: Mapping[str, GapRow]) -> Mapping[str, str]:
    return commune_names(db, [(one.province_code, one.commune_code) for one in rows.values()])


def _rounds(db: Session, found: list[Request]) -> dict[str, Round]:
    ids = {one.round_id for one in found}
    return {one.id: one for one in db.scalars(select(Round).where(Round.id.in_(ids)))} if ids else {}


def _open_rounds(db: Session, person: Person, province: str) -> list[Round]:
    """Return the rounds whose forms this person may still hand in."""
    scope = within(
        person, Action.FORM_HAND_IN, province=Request.province_code, commune=Request.commune_code,
        operator=Request.operator,
    )  # fmt: skip
    asked = select(Request.round_id).where(scope, Request.state == "asked")
    query = select(Round).where(Round.id.in_(asked)).order_by(Round.created_at.desc()).limit(50)
    return list(db.scalars(query.where(Round.province_code == province) if province else query))


def _own_unit(person: Person) -> tuple[str, str]:
    """Return the one commune and operator whose forms a person hands in; "" where that is not narrowed to one."""
    held = {(one.commune_code, one.operator) for one in person.grants_for(Action.FORM_HAND_IN)}
    return held.pop() if len(held) == 1 else ("", "")


@router.get("/requests/{request_id}")
def one_request(request: Asking, person: Reader, db: ReadDep, request_id: Id) -> HTMLResponse:
    """Show one question with its answers, and the form to answer it."""
    asked = reached(db, person, Action.REQUEST_READ, Request, request_id)
    round_, row = db.get_one(Round, asked.round_id), db.get_one(GapRow, asked.row_id)
    scope = {"commune_code": asked.commune_code, "operator": asked.operator}
    may_answer = person.may(Action.REQUEST_ANSWER, province_code=asked.province_code, **scope)
    last = asked.answers[-1].cells if asked.answers else {}
    return page(
        request, "request.html", Text(row.village or row.gap_id, row.village or row.gap_id), section="requests",
        place=Place(round_.province_code), asked=asked, round=round_, row=row, fields=fields_of(asked), last=last,
        states=REQUEST_STATES, operators=OPERATOR_TITLES, by=names(db, (one.made_by for one in asked.answers)),
        called=commune_names(db, [(row.province_code, row.commune_code)]),
        may_answer=may_answer and round_.state in ("asked", "answered"),
        said=comments_on(db, person, "request", asked.id),
    )  # fmt: skip


@router.post("/requests/{request_id}")
def answer_request(request: Asking, person: Answerer, db: WriteDep, form: FormDep, request_id: Id) -> Response:
    """Record an answer; the last one stands, none is replaced."""
    asked = reached(db, person, Action.REQUEST_ANSWER, Request, request_id)
    given = {field.name: text_of(form, field.name) for field in fields_of(asked) if text_of(form, field.name)}
    answer(db, person, asked, given, by=text_of(form, "answered_by")[:200], on=today())
    return go(request, f"/requests/{request_id}", Text("Đã ghi câu trả lời.", "The answer is kept."))


@router.get("/rounds/{round_id}/requests")
def round_requests(request: Asking, person: Reader, db: ReadDep, round_id: Id) -> HTMLResponse:
    """Show who of a round was asked and who has answered, and ask."""
    round_ = reached(db, person, Action.ROUND_READ, Round, round_id)
    found, communes = rates(db, person, round_.id), _communes(db, person, round_)
    codes = {*(one.commune_code for one in found), *(code for code, _ in communes)}
    return page(
        request, "round_requests.html", Text(f"Đợt {round_.batch}: lấy ý kiến", f"Round {round_.batch}: answers"),
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
    file, (commune, operator) = file_of(form, "file"), _own_unit(person)
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
