"""A job done here and now, in this process, as a worker would do it in one of its own."""

from __future__ import annotations

from phusong.api.database.models import Job
from phusong.api.database.types import now
from phusong.api.jobs.kinds import JobKind, Task
from phusong.api.service import Service
from phusong.errors import PhuSongError


def run_now(service: Service, kind: JobKind, job_id: str) -> Job:
    """Prepare, do and finish a job as a worker would, without its process and its queue."""
    with service.database.read() as db:
        arguments = kind.prepare(db, service, db.get_one(Job, job_id))
    folder = service.folder("jobs", job_id)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        outcome = kind.work(Task(job_id=job_id, folder=folder, arguments=arguments))
    except PhuSongError as error:
        with service.database.write() as db:
            job = db.get_one(Job, job_id)
            kind.failed(db, service, job, error.text)
            job.state, job.finished_at = "failed", now()
            job.error = {"vi": error.text.vi, "en": error.text.en}
        return job
    with service.database.write() as db:
        job = db.get_one(Job, job_id)
        kind.finish(db, service, job, outcome)
        job.state, job.finished_at = "done", now()
    return job
