"""Reminders, and silence once the day has passed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.access.policy import Person
from phusong.api.database import types
from phusong.api.database.models import Reminder, Request, Round
from phusong.api.service import Service
from phusong.api.workflow.rates import rates
from phusong.api.workflow.taking import silence


def remind(
    db: Session, person: Person, round_: Round, *, communes: Sequence[str] | None, operators: Sequence[str] | None
) -> list[Reminder]:
    """Remind units of a round that have open questions (None: all of them); it stands in their inbox."""
    made = []
    for rate in rates(db, person, round_.id):
        wanted = operators if rate.operator else communes
        left = rate.asked - rate.answered - rate.silent
        if not left or (wanted is not None and (rate.operator or rate.commune_code) not in wanted):
            continue
        made.append(
            Reminder(
                round_id=round_.id, province_code=round_.province_code, commune_code=rate.commune_code,
                operator=rate.operator, open_requests=left, made_by=person.id,
            )
        )  # fmt: skip
    db.add_all(made)
    if made:
        audit.record(
            db, "request.remind", by=person, subject=("round", round_.id), province_code=round_.province_code,
            details={"units": [one.operator or one.commune_code for one in made]},
        )  # fmt: skip
    return made


def remind_province(db: Session, person: Person, round_: Round) -> Reminder:
    """Remind the province that its list is due."""
    made = Reminder(
        round_id=round_.id, province_code=round_.province_code, commune_code="", operator="", open_requests=0,
        made_by=person.id,
    )  # fmt: skip
    db.add(made)
    audit.record(db, "round.remind", by=person, subject=("round", round_.id), province_code=round_.province_code)
    return made


def record_silence(service: Service, today: date | None = None) -> int:
    """Record the silence of every unit whose day has passed, round by round; return how many questions that were.

    For a worker to call when it starts and once a day; a round that is closed records its silence by itself. Of two
    workers that come to a round at once the second waits, and finds nothing left to record.
    """
    day = today or types.today()
    past = (Request.state == "asked", Request.due_on < day)
    with service.database.read() as db:
        rounds = db.scalars(select(Request.round_id).where(*past).distinct().order_by(Request.round_id)).all()
    count = 0
    for round_id in rounds:
        with service.database.write() as db:
            round_ = db.get_one(Round, round_id, with_for_update={"key_share": True})
            count += silence(db, None, round_, Request.due_on < day)
    return count
