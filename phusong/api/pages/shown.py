"""What several pages show the same way: people by name, jobs with how far they are, words said beside a thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from phusong.api.access.policy import Action, Person
from phusong.api.access.scope import within
from phusong.api.database.models import Comment, Job, StepRecord, User
from phusong.api.jobs.registry import KINDS
from phusong.api.workflow.steps import step_of
from phusong.words import Text

JOB_STATES = {
    "queued": Text("Đang chờ", "Waiting"),
    "running": Text("Đang chạy", "Running"),
    "done": Text("Đã xong", "Done"),
    "failed": Text("Không xong", "Failed"),
    "cancelled": Text("Đã huỷ", "Cancelled"),
}
"""Also the states of studies, plans and sets of documents, which jobs make."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A step taken or a word said: who, when, what."""

    by: str
    at: datetime
    title: Text
    text: str = ""

    @property
    def reason(self) -> str:
        """Return the text under the name steps have for it."""
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownJob:
    """A job as a page shows it."""

    id: str
    kind: str
    title: Text
    state: str
    province_code: str
    share: float | None
    step: Text | str | Mapping[str, str]
    error: Mapping[str, str] | None
    cancellable: bool
    by: str
    created_at: datetime
    finished_at: datetime | None

    @property
    def state_title(self) -> Text:
        """Return the state in words."""
        return JOB_STATES.get(self.state, Text(self.state, self.state))


def names(db: Session, ids: Iterable[str | None]) -> Mapping[str, str]:
    """Return people's full names by id; "" is the service itself."""
    wanted = {one for one in ids if one}
    found = db.execute(select(User.id, User.full_name).where(User.id.in_(wanted))).all() if wanted else []
    return {"": "Phủ Sóng", **{str(one.id): str(one.full_name) for one in found}}


def shown_job(db: Session, person: Person, job: Job | None) -> ShownJob | None:
    """Return a job as this person sees it."""
    return None if job is None else shown_jobs(db, person, [job])[0]


def shown_jobs(db: Session, person: Person, jobs: Sequence[Job]) -> list[ShownJob]:
    """Return jobs as this person sees them."""
    by = names(db, (one.created_by for one in jobs))
    return [_job(one, person, by.get(one.created_by, "")) for one in jobs]


def _job(job: Job, person: Person, by: str) -> ShownJob:
    kind = KINDS.get(job.kind)
    share = job.progress.get("share")
    return ShownJob(
        id=job.id,
        kind=job.kind,
        title=kind.title if kind else Text(job.kind, job.kind),
        state=job.state,
        province_code=job.province_code,
        share=float(share) if isinstance(share, int | float) else None,
        step=_step(job.progress),
        error=job.error,
        cancellable=job.state in ("queued", "running")
        and job.cancel_asked_at is None
        and person.may(Action.JOB_CANCEL, province_code=job.province_code),
        by=by,
        created_at=job.created_at,
        finished_at=job.finished_at,
    )


def _step(progress: Mapping[str, Any]) -> Text | str | Mapping[str, str]:
    title = progress.get("title", "")
    return title if isinstance(title, str | dict) else ""


def job_of(db: Session, subject_id: str, *kinds: str) -> Job | None:
    """Return the last job asked for a subject."""
    query = select(Job).where(Job.subject_id == subject_id).order_by(Job.created_at.desc()).limit(1)
    return db.scalar(query.where(Job.kind.in_(kinds)) if kinds else query)


def steps_told(db: Session, records: Sequence[StepRecord]) -> list[Said]:
    """Return steps that were taken, newest first."""
    by = names(db, (one.made_by for one in records))
    newest = sorted(records, key=lambda one: one.made_at, reverse=True)
    return [_step_told(one, by.get(one.made_by, "")) for one in newest]


def _step_told(record: StepRecord, by: str) -> Said:
    step = step_of(record.subject_kind, record.step)
    title = step.title if step else Text(record.step, record.step)
    return Said(by=by, at=record.made_at, title=title, text=record.reason)


def comments_on(db: Session, person: Person, kind: str, subject_id: str) -> list[Said]:
    """Return what was said beside a thing and lies in this person's scope, oldest first."""
    scope = within(
        person, Action.COMMENT_READ, province=Comment.province_code, commune=Comment.commune_code,
        operator=Comment.operator,
    )  # fmt: skip
    query = select(Comment).where(Comment.subject_kind == kind, Comment.subject_id == subject_id, scope)
    found = db.scalars(query.order_by(Comment.made_at).limit(500)).all()
    by = names(db, (one.made_by for one in found))
    return [Said(by=by.get(one.made_by, ""), at=one.made_at, title=Text("", ""), text=one.text) for one in found]
