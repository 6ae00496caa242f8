"""Questions to communes and operators, and their answers."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from phusong.api.access.policy import Action, Person
from phusong.api.access.reach import reached
from phusong.api.database.models import GapRow, GapRowVersion, Reminder, Request, Round
from phusong.api.database.types import today
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id, IdOrNone
from phusong.api.intake.kept_rows import round_as_data
from phusong.api.media import XLSX
from phusong.api.paging import Page, WindowDep
from phusong.api.problems import NotFoundError, answers
from phusong.api.workflow.answering import answer, fields_of, hand_in, read_form
from phusong.api.workflow.rates import Rate, rates, together, visible
from phusong.api.workflow.reminding import remind, remind_province
from phusong.errors import UnknownNameError
from phusong.words import Language, Text

if TYPE_CHECKING:
    from phusong.data.rounds.forms import Form

router = APIRouter(prefix="/api", tags=["requests"])

State = Literal["asked", "answered", "silent", "overdue"]
Code = Annotated[str, Field(max_length=64)]
_LISTED = ("village_name", "cluster_name", "gap_class", "households_total", "households_unserved", "lon", "lat")


class FieldOut(BaseModel):
    """One thing that is asked."""

    name: str
    title: str
    kind: str
    options: dict[str, str]


class AnswerOut(BaseModel):
    """One answer, as it was given; the last one stands."""

    version: int
    cells: dict[str, Any]
    upload_id: str | None
    at: datetime


class RequestOut(BaseModel):
    """One question to one commune or operator about one place."""

    id: str
    round_id: str
    batch: str
    row_id: str
    gap_id: str
    village: str
    province_code: str
    commune_code: str
    operator: str
    state: str
    overdue: bool
    late: bool
    due_on: date
    asked_at: datetime
    answered_at: datetime | None


class RequestDetailOut(RequestOut):
    """The same with what the list says of the place, what is asked, and every answer so far."""

    listed: dict[str, Any]
    fields: list[FieldOut]
    answers: list[AnswerOut]


class AnswersIn(BaseModel):
    """Answers by the names of the fields asked; ``by`` is an office or function, never a person's name."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"cells": {"still_gap": "yes", "households_unserved": 18}, "by": "UBND xã", "on": "2026-11-20"}
            ]
        },
    )

    cells: Annotated[
        dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=1000)] | float | None],
        Field(max_length=20),
    ]
    by: Annotated[str, Field(max_length=200)] = ""
    on: date | None = None


class FormIn(BaseModel):
    """A filled-in form that was sent as an upload."""

    model_config = ConfigDict(extra="forbid")

    upload_id: Id


class ProblemOut(BaseModel):
    """Something found in a form."""

    level: str
    where: str
    detail: str


class HandedInOut(BaseModel):
    """What a form brought."""

    answered: int
    silent: int
    problems: list[ProblemOut]


class RateOut(BaseModel):
    """Who was asked and who has answered."""

    commune_code: str
    operator: str
    asked: int
    answered: int
    silent: int
    late: int
    overdue: int
    text: str


class RatesOut(BaseModel):
    """The same of a round: together and by unit."""

    round_id: str
    total: RateOut
    units: list[RateOut]


class RemindIn(BaseModel):
    """Whom to remind; left out is everybody with open questions. ``province`` reminds the province of its list."""

    model_config = ConfigDict(extra="forbid")

    communes: Annotated[list[Code], Field(max_length=1000)] | None = None
    operators: Annotated[list[Code], Field(max_length=20)] | None = None
    province: bool = False


class ReminderOut(BaseModel):
    """A reminder that was given."""

    commune_code: str
    operator: str
    open_requests: int
    at: datetime


@router.get("/requests", responses=answers())
def list_requests(
    db: ReadDep,
    window: WindowDep,
    person: Annotated[Person, Depends(Needs(Action.REQUEST_READ))],
    round_id: IdOrNone = "",
    state: State | None = None,
    commune_code: Annotated[str, Query(max_length=5)] = "",
    operator: Annotated[str, Query(max_length=32)] = "",
) -> Page[RequestOut]:
    """List the questions in this person's scope, the first due first."""
    conditions = [visible(person)]
    if state == "overdue":
        conditions += [Request.state == "asked", Request.due_on < today()]
    elif state is not None:
        conditions.append(Request.state == state)
    for column, value in (
        (Request.round_id, round_id), (Request.commune_code, commune_code), (Request.operator, operator),
    ):  # fmt: skip
        if value:
            conditions.append(column == value)
    total = db.scalar(select(func.count()).select_from(Request).where(*conditions)) or 0
    query = (
        select(Request, GapRow, Round.batch)
        .join(GapRow, Request.row_id == GapRow.id)
        .join(Round, Request.round_id == Round.id)
        .where(*conditions)
        .order_by(Request.due_on, GapRow.gap_id, Request.operator, Request.id)
        .limit(window.limit)
        .offset(window.offset)
    )
    items = [RequestOut(**_told(one, row, batch)) for one, row, batch in db.execute(query)]
    return window.page(items, total)


@router.get("/requests/{request_id}", responses=answers(404))
def get_request(
    request_id: Id,
    db: ReadDep,
    language: LanguageDep,
    person: Annotated[Person, Depends(Needs(Action.REQUEST_READ))],
) -> RequestDetailOut:
    """Tell one question: the place as the list has it, what is asked, and every answer."""
    return _detail(db, reached(db, person, Action.REQUEST_READ, Request, request_id), language)


@router.post("/requests/{request_id}/answers", responses=answers(404, 409), status_code=201)
def give_answer(
    request_id: Id,
    told: AnswersIn,
    db: WriteDep,
    language: LanguageDep,
    person: Annotated[Person, Depends(Needs(Action.REQUEST_ANSWER))],
) -> RequestDetailOut:
    """Answer a question; answered again, the new answer stands and the old one is kept."""
    asked = reached(db, person, Action.REQUEST_ANSWER, Request, request_id)
    answer(db, person, asked, told.cells, by=told.by, on=told.on)
    db.flush()
    db.expire(asked, ["answers"])
    return _detail(db, asked, language)


@router.get(
    "/rounds/{round_id}/form",
    responses=answers(404) | {200: {"content": {XLSX: {}}, "description": "Phiếu .xlsx"}},
    response_class=Response,
)
def get_form(
    round_id: Id,
    service: ServiceDep,
    language: LanguageDep,
    person: Annotated[Person, Depends(Needs(Action.REQUEST_READ))],
    commune_code: Annotated[str, Query(max_length=5)] = "",
    operator: Annotated[str, Query(max_length=32)] = "",
) -> Response:
    """Return the form of one commune or operator: printed, filled in, signed, and handed in again as a file."""
    with service.database.read() as db:
        units = [(one.commune_code, one.operator) for one in rates(db, person, round_id)]
        if not units:
            raise NotFoundError
        wanted = [one for one in units if one == (commune_code, operator)]
        if not (commune_code or operator):
            wanted = units
        if not wanted:
            raise NotFoundError
        if len(wanted) > 1:
            raise UnknownNameError(Text("Hãy chọn một xã hoặc một nhà mạng.", "Choose one commune or one operator."))
        form = _form(db, db.get_one(Round, round_id), *wanted[0], language)
    from phusong.data.rounds.forms import write_form

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "phieu.xlsx"
        write_form(form, path)
        content = path.read_bytes()
    name = f"phieu-{wanted[0][0] or wanted[0][1]}.xlsx"
    return Response(content, media_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.post("/rounds/{round_id}/answers", responses=answers(404, 409))
def hand_in_form(
    round_id: Id,
    told: FormIn,
    service: ServiceDep,
    language: LanguageDep,
    person: Annotated[Person, Depends(Needs(Action.FORM_HAND_IN))],
) -> HandedInOut:
    """Read a filled-in form that was uploaded, and record what it answers; the file is kept as sent."""
    found, sent = read_form(service, person, round_id, told.upload_id)
    with service.database.write() as db:
        made = hand_in(db, person, round_id, found, sent)
    return HandedInOut(
        answered=made.answered,
        silent=made.silent,
        problems=[
            ProblemOut(level=one.level, where=one.where(language), detail=one.text.to(language))
            for one in made.problems
        ],
    )


@router.get("/rounds/{round_id}/answer-rate", responses=answers(404))
def answer_rate(
    round_id: Id,
    db: ReadDep,
    language: LanguageDep,
    person: Annotated[Person, Depends(Needs(Action.REQUEST_READ))],
) -> RatesOut:
    """Tell how many questions are answered: 35/35 kiến nghị đã trả lời."""
    units = rates(db, person, round_id)
    if not units:
        reached(db, person, Action.ROUND_READ, Round, round_id)
    return RatesOut(
        round_id=round_id,
        total=_rate(together(units), language),
        units=[_rate(one, language) for one in units],
    )


@router.post("/rounds/{round_id}/reminders", responses=answers(404), status_code=201)
def give_reminders(
    round_id: Id,
    told: RemindIn,
    db: WriteDep,
    person: Annotated[Person, Depends(Needs(Action.ROUND_ASK))],
) -> list[ReminderOut]:
    """Remind communes and operators with open questions, or the province of its list."""
    found = reached(db, person, Action.ROUND_ASK, Round, round_id)
    if told.province:
        made = [remind_province(db, person, found)]
    else:
        made = remind(db, person, found, communes=told.communes, operators=told.operators)
    db.flush()
    return [_reminder(one) for one in made]


@router.get("/rounds/{round_id}/reminders", responses=answers(404))
def list_reminders(
    round_id: Id,
    db: ReadDep,
    window: WindowDep,
    person: Annotated[Person, Depends(Needs(Action.ROUND_READ))],
) -> Page[ReminderOut]:
    """List the reminders of a round, the newest first."""
    reached(db, person, Action.ROUND_READ, Round, round_id)
    own = Reminder.round_id == round_id
    total = db.scalar(select(func.count()).select_from(Reminder).where(own)) or 0
    query = select(Reminder).where(own).order_by(Reminder.made_at.desc(), Reminder.id)
    found = db.scalars(query.limit(window.limit).offset(window.offset))
    return window.page([_reminder(one) for one in found], total)


def _told(one: Request, row: GapRow, batch: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "round_id": one.round_id,
        "batch": batch,
        "row_id": one.row_id,
        "gap_id": row.gap_id,
        "village": row.village,
        "province_code": one.province_code,
        "commune_code": one.commune_code,
        "operator": one.operator,
        "state": one.state,
        "overdue": one.state == "asked" and one.due_on < today(),
        "late": one.late,
        "due_on": one.due_on,
        "asked_at": one.asked_at,
        "answered_at": one.answered_at,
    }


def _detail(db: Session, one: Request, language: Language) -> RequestDetailOut:
    round_ = db.get_one(Round, one.round_id)
    row = db.get_one(GapRow, one.row_id)
    kept = db.scalars(select(Request).where(Request.id == one.id).options(selectinload(Request.answers))).one()
    return RequestDetailOut(
        **_told(one, row, round_.batch),
        listed=_listed(_cells_now(db, row)),
        fields=[
            FieldOut(
                name=field.name,
                title=field.title.to(language),
                kind=field.kind,
                options={option.value: option.title.to(language) for option in field.options},
            )
            for field in fields_of(one)
        ],
        answers=[
            AnswerOut(version=a.version, cells=a.cells, upload_id=a.upload_id, at=a.made_at) for a in kept.answers
        ],
    )


def _cells_now(db: Session, row: GapRow) -> Mapping[str, Any]:
    stands = (GapRowVersion.row_id == row.id, GapRowVersion.version == row.version)
    cells: Mapping[str, Any] = db.scalars(select(GapRowVersion.cells).where(*stands)).one()
    return cells


def _listed(cells: Mapping[str, Any]) -> dict[str, Any]:
    """Return what everybody who is asked may read of a row: nothing an operator has said of its plans or signal."""
    return {name: cells.get(name) for name in _LISTED}


def _form(db: Session, round_: Round, commune: str, operator: str, language: Language) -> Form:
    from phusong.data.rounds.questions import commune_form, operator_form

    asked = select(Request.row_id).where(
        Request.round_id == round_.id, Request.commune_code == commune, Request.operator == operator
    )
    made = round_as_data(db, round_, GapRow.id.in_(asked), gone_too=True)
    return operator_form(made, operator, None, language) if operator else commune_form(made, commune, language)


def _rate(one: Rate, language: Language) -> RateOut:
    return RateOut(
        commune_code=one.commune_code,
        operator=one.operator,
        asked=one.asked,
        answered=one.answered,
        silent=one.silent,
        late=one.late,
        overdue=one.overdue,
        text=one.text.to(language),
    )


def _reminder(one: Reminder) -> ReminderOut:
    return ReminderOut(
        commune_code=one.commune_code, operator=one.operator, open_requests=one.open_requests, at=one.made_at
    )
