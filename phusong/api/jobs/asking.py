"""Asking for long work: one row, in the transaction of whoever asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.access.policy import Person
from phusong.api.database.models import Job


def ask_for(
    db: Session,
    kind: str,
    *,
    by: Person,
    province_code: str,
    subject_id: str,
    arguments: Mapping[str, Any] | None = None,
) -> Job:
    """Ask for a job; a worker takes it up once the transaction of ``db`` stands."""
    job = Job(
        kind=kind,
        province_code=province_code,
        subject_id=subject_id,
        arguments=dict(arguments or {}),
        created_by=by.id,
    )
    db.add(job)
    db.flush()
    audit.record(
        db, "job.ask", by=by, subject=("job", job.id), province_code=province_code,
        details={"kind": kind, "subject": subject_id},
    )  # fmt: skip
    return job
