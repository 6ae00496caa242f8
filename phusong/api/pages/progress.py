"""Work under way as pages show it: what a job is at, as long as it has something to tell."""

from __future__ import annotations

from sqlalchemy.orm import Session

from phusong.api.access.policy import Person
from phusong.api.database.models import Job
from phusong.api.pages.shown import ShownJob, shown_job


def running_job(db: Session, person: Person, *ids: str) -> ShownJob | None:
    """Return the first of some jobs that has something to tell: under way, or ended without an outcome."""
    for one in filter(None, ids):
        job = db.get(Job, one)
        if job is not None and job.state != "done":
            return shown_job(db, person, job)
    return None
