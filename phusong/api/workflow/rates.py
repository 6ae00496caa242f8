"""Who was asked and who has answered: of a round, of each commune and operator; within what a person may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from phusong.api.access.policy import Action, Person
from phusong.api.access.scope import within
from phusong.api.database import types
from phusong.api.database.models import Request
from phusong.words import Text, number


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Questions asked of one unit (or of all: both codes empty), and what became of them.

    ``overdue`` are open ones whose day has passed; ``late`` were answered after their day.
    """

    commune_code: str = ""
    operator: str = ""
    asked: int
    answered: int
    silent: int
    late: int
    overdue: int

    @property
    def text(self) -> Text:
        """Say it as officers do: 35/35 kiến nghị đã trả lời."""
        return Text(
            f"{number(self.answered)}/{number(self.asked)} kiến nghị đã trả lời",
            f"{number(self.answered, 'en')}/{number(self.asked, 'en')} requests answered",
        )


def visible(person: Person) -> ColumnElement[bool]:
    """Return the condition that a request is one this person may read."""
    return within(
        person,
        Action.REQUEST_READ,
        province=Request.province_code,
        commune=Request.commune_code,
        operator=Request.operator,
    )


def rates(db: Session, person: Person, round_id: str, *, today: date | None = None) -> Sequence[Rate]:
    """Return a rate for every unit of a round that this person may see, communes first."""
    day = today or types.today()
    counts = (
        func.count(),
        _sum(Request.state == "answered"),
        _sum(Request.state == "silent"),
        _sum(Request.late),
        _sum((Request.state == "asked") & (Request.due_on < day)),
    )
    query = (
        select(Request.commune_code, Request.operator, *counts)
        .where(Request.round_id == round_id, visible(person))
        .group_by(Request.commune_code, Request.operator)
        .order_by(Request.operator, Request.commune_code)
    )
    return [
        Rate(
            commune_code=commune, operator=operator, asked=asked, answered=int(answered), silent=int(silent),
            late=int(late), overdue=int(overdue),
        )
        for commune, operator, asked, answered, silent, late, overdue in db.execute(query)
    ]  # fmt: skip


def together(rates_: Sequence[Rate]) -> Rate:
    """Return the rate of several units together."""
    return Rate(
        asked=sum(one.asked for one in rates_),
        answered=sum(one.answered for one in rates_),
        silent=sum(one.silent for one in rates_),
        late=sum(one.late for one in rates_),
        overdue=sum(one.overdue for one in rates_),
    )


def _sum(condition: ColumnElement[bool] | object) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)  # type: ignore[arg-type]
