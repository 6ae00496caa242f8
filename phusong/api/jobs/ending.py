"""How a job ends: its own record, what its kind records, and the trail, in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.access.policy import Person
from phusong.api.database.models import Job
from phusong.api.database.types import now
from phusong.api.jobs.kinds import JobKind, Plain
from phusong.api.problems import ConflictError
from phusong.api.service import Service
from phusong.words import Text

LOG = logging.getLogger("phusong.jobs")
ENDED = frozenset({"done", "failed", "cancelled"})
CANCELLED = Text("Đã hủy theo yêu cầu.", "Cancelled on request.")
UNKNOWN_KIND = Text(
    "Phiên bản phần mềm này không còn làm loại việc này.", "This version of the software no longer does this work."
)


def locked(db: Session, job_id: str) -> Job | None:
    """Return a job that nobody else changes until the transaction of ``db`` ends."""
    return db.get(Job, job_id, with_for_update=True, populate_existing=True)


def end_done(db: Session, service: Service, kind: JobKind, job: Job, outcome: Plain) -> None:
    """Record the outcome of a job."""
    kind.finish(db, service, job, outcome)
    _end(db, job, "done")


def end_without(
    db: Session,
    service: Service,
    kind: JobKind | None,
    job: Job,
    state: Literal["failed", "cancelled"],
    error: Mapping[str, Any],
) -> None:
    """Record that a job ended without an outcome, and why."""
    if kind is not None:
        _tell_kind(db, service, kind, job, Text(str(error["vi"]), str(error["en"])))
    job.error = dict(error)
    _end(db, job, state)


def _tell_kind(db: Session, service: Service, kind: JobKind, job: Job, text: Text) -> None:
    """Let the kind record that there is no outcome; a fault in that must not keep the job from ending."""
    try:
        with db.begin_nested():
            kind.failed(db, service, job, text)
    except DBAPIError:
        raise
    except Exception as error:  # a fault of ours: logged, the job still ends
        LOG.error("job %s: what failed could not be recorded", job.id, exc_info=error)


def _end(db: Session, job: Job, state: str) -> None:
    job.state, job.finished_at = state, now()
    audit.record(
        db, f"job.{state}", by=None, subject=("job", job.id), province_code=job.province_code,
        details={"kind": job.kind, "subject": job.subject_id},
    )  # fmt: skip


def cancel(db: Session, service: Service, kind: JobKind | None, job_id: str, *, by: Person) -> Job:
    """Cancel a job: at once where nobody has begun it, else as soon as its worker has stopped.

    Raises
    ------
    ConflictError
        It has ended already.
    """
    job = locked(db, job_id)
    if job is None or job.state in ENDED:
        raise ConflictError(Text("Việc này đã kết thúc.", "This work has ended already."))
    if job.cancel_asked_at is None:
        job.cancel_asked_at = now()
        audit.record(
            db, "job.cancel", by=by, subject=("job", job.id), province_code=job.province_code,
            details={"kind": job.kind, "subject": job.subject_id},
        )  # fmt: skip
    if job.state == "queued":
        end_without(db, service, kind, job, "cancelled", {"vi": CANCELLED.vi, "en": CANCELLED.en})
    return job
