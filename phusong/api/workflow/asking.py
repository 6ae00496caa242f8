"""Asking communes and operators: one question a row and unit, with a day it is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from phusong.api.access.policy import Person
from phusong.api.database.models import GapRow, Request, Round, StepRecord
from phusong.api.database.types import now
from phusong.api.workflow.taking import take
from phusong.data.rounds.form_fields import COMMUNE_FIELDS, OPERATOR_FIELDS

COMMUNE_ASKED = [field.name for field in COMMUNE_FIELDS]
OPERATOR_ASKED = [field.name for field in OPERATOR_FIELDS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whom a round asks, and by when: communes about their own rows (None: all of them), operators about every row."""

    due_on: date
    communes: Sequence[str] | None = None
    operators: Sequence[str] = ()


def ask(db: Session, person: Person, round_: Round, asked: Asked, reason: str = "") -> tuple[StepRecord, int]:
    """Send a round to communes and operators; return the step and how many questions are open.

    A unit that was silent is asked again under the new day; what was answered stands.
    """
    there = {
        (one.row_id, one.commune_code, one.operator): one
        for one in db.scalars(select(Request).where(Request.round_id == round_.id))
    }
    wanted = None if asked.communes is None else set(asked.communes)
    open_ones = 0
    for row in db.scalars(select(GapRow).where(GapRow.round_id == round_.id, GapRow.present)):
        units = [("", operator) for operator in dict.fromkeys(asked.operators)]
        if row.commune_code and (wanted is None or row.commune_code in wanted):
            units.append((row.commune_code, ""))
        for commune, operator in units:
            open_ones += _asked(db, row, commune, operator, asked.due_on, there.get((row.id, commune, operator)))
    round_.answers_due_on = asked.due_on
    db.flush()
    return take(db, person, round_, "ask", reason), open_ones


def _asked(db: Session, row: GapRow, commune: str, operator: str, due_on: date, there: Request | None) -> int:
    """Ask one question, or ask it again; return 1 where it is open."""
    if there is not None and there.state == "answered":
        return 0
    if there is None:
        there = Request(
            round_id=row.round_id, row_id=row.id, province_code=row.province_code, commune_code=commune,
            operator=operator, fields=OPERATOR_ASKED if operator else COMMUNE_ASKED, due_on=due_on,
        )  # fmt: skip
        db.add(there)
    there.state, there.due_on, there.asked_at = "asked", due_on, now()
    return 1
