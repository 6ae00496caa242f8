"""Which jobs a person sees: those of the provinces the roles reach, and what the person has asked for."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from phusong.api.access.policy import Action, Person
from phusong.api.access.scope import within
from phusong.api.database.models import Job
from phusong.api.problems import NotFoundError


def seen_by(person: Person) -> ColumnElement[bool]:
    """Return the condition that a job is one this person may follow."""
    own = and_(Job.created_by == person.id, within(person, Action.JOB_FOLLOW, province=Job.province_code))
    return or_(within(person, Action.JOB_READ, province=Job.province_code), own)


def job_for(db: Session, person: Person, job_id: str) -> Job:
    """Return a job this person may follow.

    Raises
    ------
    NotFoundError
        There is none, or it is another's.
    """
    job = db.scalar(select(Job).where(Job.id == job_id, seen_by(person)))
    if job is None:
        raise NotFoundError
    return job
