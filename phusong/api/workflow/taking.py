"""Taking a step: the one place where a round or a package changes its state."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.access.policy import Action, Person
from phusong.api.database.models import Package, Request, Round, StepRecord
from phusong.api.database.types import now
from phusong.api.problems import ConflictError, NotAllowedError, NotFoundError
from phusong.api.workflow.conditions import CONDITIONS
from phusong.api.workflow.steps import PACKAGE_STATES, ROUND_STATES, STEPS, Step, step_of
from phusong.errors import PhuSongError, UnknownNameError
from phusong.words import Text

Subject = Round | Package
LONGEST_REASON = 2000


class ReasonError(PhuSongError):
    """A step that needs a reason, without one."""


def take(
    db: Session, person: Person, subject: Subject, step: str, reason: str = "", *, more: Mapping[str, Any] | None = None
) -> StepRecord:
    """Take a step of a round or a package, in the transaction of ``db`` (``Database.write``).

    ``more`` goes into the trail beside what every step leaves there.

    Raises
    ------
    UnknownNameError, ReasonError
        There is no such step, or it needs a reason and has none.
    NotFoundError
        The subject lies outside this person's scope altogether.
    NotAllowedError
        The person may see it, and may not take this step.
    ConflictError
        Its state is another one, or a condition of the step does not hold.
    """
    kind = kind_of(subject)
    told = step_of(kind, step)
    if told is None:
        raise UnknownNameError(Text(f"Không có bước “{step}”.", f"There is no step “{step}”."))
    _check_person(person, subject, told)
    db.flush()
    db.refresh(subject, with_for_update={"key_share": True})  # another process may be taking a step of it
    _check_state(subject, told)
    words = reason.strip()[:LONGEST_REASON]
    if told.reason and not words:
        raise ReasonError(Text(f"{told.title.vi}: phải ghi lý do.", f"{told.title.en}: give a reason."))
    against = condition_against(db, subject, told)
    if against is not None:
        raise ConflictError(against)
    return _recorded(db, person, subject, told, words, more or {})


def kind_of(subject: Subject) -> str:
    """Return what the table of steps calls a subject."""
    return "round" if isinstance(subject, Round) else "package"


def condition_against(db: Session, subject: Subject, step: Step) -> Text | None:
    """Return what a step's own condition has against it, None where it holds."""
    _, condition = CONDITIONS.get((step.subject, step.name), (None, None))
    return None if condition is None else condition(db, subject)


def steps_for(person: Person, subject: Subject) -> tuple[Step, ...]:
    """Return the steps this person may take of a subject in the state it is in, conditions aside."""
    return tuple(
        step
        for step in STEPS
        if step.subject == kind_of(subject)
        and subject.state in step.before
        and person.may(step.action, province_code=subject.province_code)
    )


def history(db: Session, subject: Subject) -> Sequence[StepRecord]:
    """Return every step that was taken of a subject, oldest first."""
    return db.scalars(
        select(StepRecord)
        .where(StepRecord.subject_kind == kind_of(subject), StepRecord.subject_id == subject.id)
        .order_by(StepRecord.made_at, StepRecord.id)
    ).all()


def state_title(subject: Subject) -> Text:
    """Return the words of the state a subject is in."""
    return (ROUND_STATES if isinstance(subject, Round) else PACKAGE_STATES)[subject.state]


def silence(db: Session, person: Person | None, round_: Round, *conditions: ColumnElement[bool]) -> int:
    """Record that whoever has not answered was silent; return how many questions that were, as the database counts."""
    open_ones = (Request.round_id == round_.id, Request.state == "asked", *conditions)
    silenced = db.scalars(update(Request).where(*open_ones).values(state="silent").returning(Request.id)).all()
    count = len(silenced)
    if count:
        audit.record(
            db, "request.silent", by=person, subject=("round", round_.id), province_code=round_.province_code,
            details={"requests": count},
        )  # fmt: skip
    return count


def _check_person(person: Person, subject: Subject, step: Step) -> None:
    if person.may(step.action, province_code=subject.province_code):
        return
    seen = Action.ROUND_READ if step.subject == "round" else Action.PACKAGE_READ
    if person.may(seen, province_code=subject.province_code):
        raise NotAllowedError
    raise NotFoundError


def _check_state(subject: Subject, step: Step) -> None:
    if subject.state in step.before:
        return
    title = state_title(subject)
    raise ConflictError(
        Text(
            f"Không thể làm bước “{step.title.vi}” khi đang ở trạng thái “{title.vi}”.",
            f"“{step.title.en}” is not possible while the state is “{title.en}”.",
        )
    )


def _recorded(
    db: Session, person: Person, subject: Subject, step: Step, reason: str, more: Mapping[str, Any]
) -> StepRecord:
    record = StepRecord(
        subject_kind=step.subject,
        subject_id=subject.id,
        province_code=subject.province_code,
        step=step.name,
        from_state=subject.state,
        to_state=step.after,
        reason=reason,
        made_by=person.id,
        made_at=now(),
    )
    subject.state, subject.state_since = step.after, record.made_at
    db.add(record)
    db.flush()
    if (step.subject, step.name) == ("round", "close") and isinstance(subject, Round):
        silence(db, person, subject)
    details = {"from": record.from_state, "to": record.to_state, "step": record.id, **more}
    if reason:
        details["reason_sha256"] = hashlib.sha256(reason.encode()).hexdigest()
    audit.record(
        db, f"{step.subject}.{step.name}", by=person, subject=(step.subject, subject.id),
        province_code=subject.province_code, details=details,
    )  # fmt: skip
    return record
