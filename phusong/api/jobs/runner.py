"""What a worker does with one job: take it, prepare, work, finish. Each part may run again after a crash."""

from __future__ import annotations

import contextlib
import logging
import shutil
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from phusong.api.database.models import Job
from phusong.api.database.types import now
from phusong.api.jobs.child import told_of
from phusong.api.jobs.children import Child
from phusong.api.jobs.ending import CANCELLED, UNKNOWN_KIND, end_done, end_without, locked
from phusong.api.jobs.kinds import JobKind
from phusong.api.service import Service
from phusong.errors import PhuSongError
from phusong.words import Text, number

LOG = logging.getLogger("phusong.jobs")
TICK_SECONDS = 0.5
"""How often progress is written to a job's row, and how soon a wish to cancel is seen."""

Told = dict[str, Any]


class StoppedError(BaseException):
    """The worker is leaving, or the job is no longer its own: nothing of this run may be recorded.

    No ``Exception``, so that nothing between here and the worker takes it for an end of the job.
    """


class Runner:
    """Does jobs for one worker."""

    def __init__(self, service: Service, kinds: Mapping[str, JobKind], worker_id: str) -> None:
        self._service, self._kinds, self._worker_id = service, kinds, worker_id
        self.stopping = threading.Event()
        self.active: set[str] = set()

    @contextlib.contextmanager
    def turn(self, job_id: str) -> Iterator[bool]:
        """Take a queued job for this worker while the block runs; say whether it is ours to do."""
        if self.stopping.is_set():
            raise StoppedError
        self.active.add(job_id)
        try:
            yield self._taken(job_id)
        finally:
            self.active.discard(job_id)

    def _taken(self, job_id: str) -> bool:
        with self._service.database.write() as db:
            job = locked(db, job_id)
            if job is None or job.state != "queued":
                return False
            kind, limit = self._kinds.get(job.kind), self._service.settings.job_attempts
            if job.cancel_asked_at is not None:
                end_without(db, self._service, kind, job, "cancelled", _plain(CANCELLED))
            elif kind is None:
                end_without(db, self._service, None, job, "failed", _plain(UNKNOWN_KIND))
            elif job.attempts >= limit:
                end_without(db, self._service, kind, job, "failed", _plain(_too_often(limit)))
            else:
                job.state, job.worker, job.attempts = "running", self._worker_id, job.attempts + 1
                job.started_at = job.started_at or now()
                return True
        self.tidy(job_id)
        return False

    def prepare(self, job_id: str) -> Told:
        """Return the arguments of a job's child, or why there are none."""
        try:
            with self._service.database.read() as db:
                job = db.get_one(Job, job_id)
                return {"arguments": dict(self._kinds[job.kind].prepare(db, self._service, job)), "kind": job.kind}
        except PhuSongError as error:
            return {"failed": told_of(error)}
        except DBAPIError:
            raise
        except Exception as error:  # a fault of ours ends the job, not the worker
            return _fault(job_id, error)

    def work(self, job_id: str, prepared: Told) -> Told:
        """Do a job's work in a child; return its outcome, why it failed, or that it was cancelled."""
        if "arguments" not in prepared:
            return prepared
        child = Child(
            self._kinds[prepared["kind"]],
            job_id=job_id,
            folder=self._folder(job_id),
            lock=self._lock_file(job_id),
            arguments=prepared["arguments"],
            language=self._service.settings.language,
        )
        with child:
            shown: Told = {}
            while not child.wait(TICK_SECONDS):
                if self.stopping.is_set():
                    raise StoppedError
                shown, cancelled = self._look(job_id, shown, child.progress)
                if cancelled:
                    return {"cancelled": True}
            return child.result()

    def _look(self, job_id: str, shown: Told, progress: Told) -> tuple[Told, bool]:
        """Write progress where there is some; say whether somebody wants the job cancelled."""
        with self._service.database.read() as db:
            job = db.get_one(Job, job_id)
            self._must_be_ours(job)
            cancelled = job.cancel_asked_at is not None
        if progress == shown or cancelled:
            return shown, cancelled
        with self._service.database.write() as db:
            job = self._ours(db, job_id)
            job.progress = progress
        return progress, False

    def finish(self, job_id: str, told: Told) -> str:
        """Record the end of a job; return its state."""
        try:
            state = self._ended(job_id, told)
        except DBAPIError:
            raise
        except PhuSongError as error:
            state = self._ended(job_id, {"failed": told_of(error)})
        except Exception as error:  # a fault of ours ends the job, not the worker
            state = self._ended(job_id, _fault(job_id, error))
        self.tidy(job_id)
        return state

    def _ended(self, job_id: str, told: Told) -> str:
        with self._service.database.write() as db:
            job = self._ours(db, job_id)
            kind = self._kinds[job.kind]
            if "cancelled" in told:
                end_without(db, self._service, kind, job, "cancelled", _plain(CANCELLED))
            elif "failed" in told:
                end_without(db, self._service, kind, job, "failed", told["failed"])
            else:
                end_done(db, self._service, kind, job, told["outcome"])
                job.progress = job.progress | {"share": 1.0}
            return job.state

    def _ours(self, db: Session, job_id: str) -> Job:
        job = locked(db, job_id)
        assert job is not None
        self._must_be_ours(job)
        return job

    def _must_be_ours(self, job: Job) -> None:
        if (job.state, job.worker) != ("running", self._worker_id):
            raise StoppedError

    def tidy(self, job_id: str) -> None:
        """Take away what a job that has ended leaves under way."""
        shutil.rmtree(self._folder(job_id), ignore_errors=True)
        with contextlib.suppress(OSError):
            self._lock_file(job_id).unlink(missing_ok=True)

    def _folder(self, job_id: str) -> Path:
        return self._service.folder("jobs", job_id)

    def _lock_file(self, job_id: str) -> Path:
        return self._service.folder("locks", f"job-{job_id}")


def _plain(text: Text) -> Told:
    return {"vi": text.vi, "en": text.en}


def _too_often(times: int) -> Text:
    return Text(
        f"Máy xử lý đã dừng giữa chừng {number(times)} lần khi làm việc này, nên việc bị dừng hẳn.",
        f"The worker stopped in the middle of this work {number(times, 'en')} times, so it was given up.",
    )


def _fault(job_id: str, error: Exception) -> Told:
    LOG.error("job %s: %s", job_id, type(error).__name__, exc_info=error)
    name = type(error).__name__
    return {
        "failed": _plain(
            Text(
                f"Lỗi của phần mềm khi làm việc này ({name}); nhật ký của máy chủ ghi rõ hơn.",
                f"A fault of the software in this work ({name}); the server's log says more.",
            )
        )
    }
