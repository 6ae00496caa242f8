"""Answering what a commune or operator is asked: one question after another, or many alike at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi import Request as Asking
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from phusong.api.access.policy import Action, Person
from phusong.api.access.reach import reached
from phusong.api.access.scope import within
from phusong.api.database.models import Answer, GapRow, Request, Round
from phusong.api.database.types import today
from phusong.api.deps import Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id
from phusong.api.pages.communes import commune_names
from phusong.api.pages.forms import FormDep, text_of, texts_of
from phusong.api.pages.frame import page
from phusong.api.pages.notices import go, local
from phusong.api.pages.place_maps import Drawing, Kind, Spot, draw, ground_of
from phusong.api.pages.scope import Place, place_of
from phusong.api.pages.shown import comments_on, names
from phusong.api.pages.views.requests import (
    OPERATOR_TITLES,
    REQUEST_STATES,
    open_rounds,
    own_unit,
    places_called,
    rounds_of,
    rows_asked_about,
)
from phusong.api.pages.windows import listed, window_of
from phusong.api.problems import NotFoundError
from phusong.api.service import Service
from phusong.api.workflow.answered import BY
from phusong.api.workflow.answering import ANSWERABLE, answer, fields_of
from phusong.api.workflow.rates import visible
from phusong.data.schema import Field
from phusong.errors import PhuSongError
from phusong.words import Text, number

router = APIRouter()
Reader = Annotated[Person, Depends(Needs(Action.REQUEST_READ))]
Answerer = Annotated[Person, Depends(Needs(Action.REQUEST_ANSWER))]
ALIKE = ("still_gap", "position_right", "coverage", "commitment", "quarter", "note")
"""What many places can share; counts, positions and stations are each place's own."""
MOST_AT_ONCE = 500
PLACE = Kind(name="place", title=Text("nơi được hỏi", "the place asked about"), shape="diamond")
_SOONEST = (Request.due_on, Request.row_id, Request.operator, Request.id)


@router.get("/requests")
def requests(request: Asking, person: Reader, db: ReadDep) -> HTMLResponse:
    """Show the questions in scope, those that wait first, the soonest due first; many alike are answered at once."""
    chosen = place_of(request, person).province_code
    state = request.query_params.get("state", "")
    every = select(Request).where(visible(person))
    every = every.where(Request.province_code == chosen) if chosen else every
    window = window_of(request)
    found, total = listed(db, every.where(*_of_state(state)), window, Request.state, *_SOONEST)
    rows, rounds = rows_asked_about(db, found), rounds_of(db, found)
    mine = {*db.scalars(select(Request.id).where(answerable(person), Request.id.in_([one.id for one in found])))}
    can = [one for one in found if one.id in mine and rounds[one.round_id].state in ANSWERABLE]
    return page(
        request, "requests.html", Text("Lấy ý kiến", "Requests"), section="requests", requests=found, total=total,
        window=window, states=REQUEST_STATES, state=state, operators=OPERATOR_TITLES, rows=rows, rounds=rounds,
        called=places_called(db, rows), open_rounds=open_rounds(db, person, chosen), own_unit=own_unit(person),
        counts={key: _count(db, every, key) for key in ("", *REQUEST_STATES)}, can={one.id for one in can},
        alike=fields_alike(can), first=first_open(db, person, chosen), signed=_signed(db, person),
    )  # fmt: skip


def _of_state(state: str) -> list[ColumnElement[bool]]:
    if state == "overdue":
        return [Request.state == "asked", Request.due_on < today()]
    return [Request.state == state] if state in REQUEST_STATES else []


def _count(db: Session, every: Select[tuple[Request]], state: str) -> int:
    return db.scalar(select(func.count()).select_from(every.where(*_of_state(state)).subquery())) or 0


@router.get("/requests/{request_id}")
def one_request(request: Asking, person: Reader, db: ReadDep, service: ServiceDep, request_id: Id) -> HTMLResponse:
    """Show one question with its place and its answers, the form to answer it, and the questions beside it."""
    asked = reached(db, person, Action.REQUEST_READ, Request, request_id)
    round_, row = db.get_one(Round, asked.round_id), db.get_one(GapRow, asked.row_id)
    scope = {"commune_code": asked.commune_code, "operator": asked.operator}
    may_answer = person.may(Action.REQUEST_ANSWER, province_code=asked.province_code, **scope)
    last = asked.answers[-1].cells if asked.answers else {}
    return page(
        request, "request.html", Text(row.village or row.gap_id, row.village or row.gap_id), section="requests",
        place=Place(round_.province_code), asked=asked, round=round_, row=row, fields=fields_of(asked), last=last,
        states=REQUEST_STATES, operators=OPERATOR_TITLES, by=names(db, (one.made_by for one in asked.answers)),
        called=commune_names(db, [(row.province_code, row.commune_code)]), signed=last.get(BY) or _signed(db, person),
        may_answer=may_answer and round_.state in ANSWERABLE, beside=_beside(db, person, asked),
        said=comments_on(db, person, "request", asked.id), drawing=_drawing(db, service, person, row),
    )  # fmt: skip


@router.post("/requests/{request_id}")
def answer_request(request: Asking, person: Answerer, db: WriteDep, form: FormDep, request_id: Id) -> Response:
    """Record an answer and go on to the next question; the last answer stands, none is replaced."""
    asked = reached(db, person, Action.REQUEST_ANSWER, Request, request_id)
    answer(db, person, asked, _given(form, fields_of(asked)), by=text_of(form, "answered_by")[:200], on=today())
    db.flush()
    left = _beside(db, person, asked)
    count = left["open"]
    if left["next"] is None:
        return go(request, "/requests", Text("Đã ghi. Bạn đã trả lời hết.", "Kept. You have answered everything."))
    told = Text(f"Đã ghi; còn {number(count)} câu hỏi.", f"Kept; {number(count, 'en')} questions are left.")
    return go(request, f"/requests/{left['next']}", told)


@router.post("/request-answers")
def answer_alike(request: Asking, person: Answerer, db: WriteDep, form: FormDep) -> Response:
    """Give one answer to many questions of one kind: all of them are kept, or none."""
    ids = list(dict.fromkeys(texts_of(form, "request")))
    if not ids or len(ids) > MOST_AT_ONCE:
        raise PhuSongError(
            Text(f"Hãy chọn từ 1 đến {MOST_AT_ONCE} câu hỏi.", f"Choose between 1 and {MOST_AT_ONCE} questions.")
        )
    asked = db.scalars(select(Request).where(Request.id.in_(ids), answerable(person)).order_by(*_SOONEST)).all()
    if len(asked) != len(ids):
        raise NotFoundError
    if len({bool(one.operator) for one in asked}) > 1:
        raise PhuSongError(
            Text("Hãy chọn các câu hỏi cùng một loại.", "Choose questions of one kind: communes' or operators'.")
        )
    for one in asked:
        given = _given(form, [field for field in fields_of(one) if field.name in ALIKE])
        answer(db, person, one, given, by=text_of(form, "answered_by")[:200], on=today())
    count = len(asked)
    told = Text(f"Đã ghi {number(count)} câu trả lời.", f"{number(count, 'en')} answers are kept.")
    return go(request, local(text_of(form, "next"), otherwise="/requests"), told)


def answerable(person: Person) -> ColumnElement[bool]:
    """Return the condition that a question is one this person answers."""
    return within(
        person, Action.REQUEST_ANSWER, province=Request.province_code, commune=Request.commune_code,
        operator=Request.operator,
    )  # fmt: skip


def fields_alike(requests: Sequence[Request]) -> list[Field]:
    """Return what many of these questions can be answered with at once; nothing where they are of two kinds."""
    if not requests or len({bool(one.operator) for one in requests}) > 1:
        return []
    return [field for field in fields_of(requests[0]) if field.name in ALIKE]


def first_open(db: Session, person: Person, province_code: str) -> str | None:
    """Return the question that is due first of those this person has still to answer."""
    query = _open(person).order_by(*_SOONEST).limit(1)
    return db.scalar(query.where(Request.province_code == province_code) if province_code else query)


def _given(form: FormData, fields: Sequence[Field]) -> dict[str, str]:
    return {field.name: text_of(form, field.name) for field in fields if text_of(form, field.name)}


def _open(person: Person) -> Select[tuple[str]]:
    taking = select(Round.id).where(Round.state.in_(ANSWERABLE))
    return select(Request.id).where(answerable(person), Request.state == "asked", Request.round_id.in_(taking))


def _beside(db: Session, person: Person, asked: Request) -> Mapping[str, Any]:
    """Return how many questions are open, and the open ones before and after this one."""
    ids = list(db.scalars(_open(person).order_by(*_SOONEST).limit(2_000)))
    others = [one for one in ids if one != asked.id]
    at = ids.index(asked.id) if asked.id in ids else 0
    count = db.scalar(select(func.count()).select_from(_open(person).subquery())) or 0
    return {
        "open": count,
        "at": at + 1 if asked.id in ids else 0,
        "next": others[at % len(others)] if others else None,
        "previous": others[at - 1] if others else None,
    }


def _signed(db: Session, person: Person) -> str:
    """Return the office this person's last answer was given for."""
    cells = db.scalar(
        select(Answer.cells).where(Answer.made_by == person.id).order_by(Answer.made_at.desc(), Answer.id).limit(1)
    )
    return str((cells or {}).get(BY, ""))


def _drawing(db: Session, service: Service, person: Person, row: GapRow) -> Drawing | None:
    if row.geom is None:
        return None
    point = row.geom.centroid
    spot = Spot(key=row.id, lon=point.x, lat=point.y, kind=PLACE.name, label=row.village or row.gap_id, address="#main")
    return draw([spot], [PLACE], ground=ground_of(db, service, person, row.province_code))
