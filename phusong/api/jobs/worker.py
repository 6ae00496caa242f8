"""The worker: takes queued jobs, takes over those of dead workers, leaves in order."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from phusong.api.database.models import Job, Worker
from phusong.api.database.types import today
from phusong.api.jobs.daily import Daily
from phusong.api.jobs.durable import Durable, Others, application_version
from phusong.api.jobs.ending import ENDED, UNKNOWN_KIND, end_without, locked
from phusong.api.jobs.kinds import JobKind
from phusong.api.jobs.runner import Runner
from phusong.api.jobs.workers import ExpelledError, Presence
from phusong.api.service import Service

LOG = logging.getLogger("phusong.jobs")
LOOK_SECONDS = 0.5
BEAT_SECONDS = 3.0
SEND_AGAIN_SECONDS = 10.0
FORGET_SECONDS = 60.0
DAY_SECONDS = 600.0  # how often it is asked whether a day has begun
LEAVE_SECONDS = 20.0
MOST_QUEUED = 2000


class JobWorker:
    """One worker process's loop."""

    def __init__(self, service: Service, kinds: Mapping[str, JobKind]) -> None:
        self._service, self._kinds = service, kinds
        self.presence = Presence(service)
        self._runner = Runner(service, kinds, self.presence.id)
        self._sent: dict[str, float] = {}
        self._due = {"beat": 0.0, "forget": 0.0, "day": 0.0}
        self._daily = Daily(service)

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop`` is set."""
        self.presence.enter()
        durable = Durable(self._service.settings, self._runner, self.presence.id)
        LOG.info("worker %s is here", self.presence.id)
        try:
            while not stop.is_set():
                try:
                    self._look(durable)
                except DBAPIError as error:  # a database that is away comes back
                    LOG.error("the database does not answer: %s", type(error).__name__)
                except ExpelledError:
                    LOG.error("worker %s was taken for dead and leaves", self.presence.id)
                    return
                stop.wait(LOOK_SECONDS)
        finally:
            self._leave(durable)

    def _leave(self, durable: Durable) -> None:
        """End the children, give the jobs back, go."""
        self._runner.stopping.set()
        until = time.monotonic() + LEAVE_SECONDS
        while self._runner.active and time.monotonic() < until:
            time.sleep(0.05)
        self._daily.leave()
        durable.close()
        self.presence.leave()
        LOG.info("worker %s has left", self.presence.id)

    def _look(self, durable: Durable) -> None:
        if self._is_due("beat", BEAT_SECONDS):
            self.presence.beat()
            for worker_id in self.presence.take_back_from_the_dead():
                LOG.warning("worker %s is dead; its jobs are taken over", worker_id)
            self._give_back_what_fell()
        others = self._others()
        durable.send(self._unsent(others), others)
        if self._is_due("forget", FORGET_SECONDS):
            durable.forget(self._ended, others)
            self._tidy()
        if self._is_due("day", DAY_SECONDS):
            self._daily.look(today())

    def _is_due(self, what: str, every_seconds: float) -> bool:
        at = time.monotonic()
        if at < self._due[what]:
            return False
        self._due[what] = at + every_seconds
        return True

    def _others(self) -> Others:
        with self._service.database.read() as db:
            rows = db.execute(select(Worker.id, Worker.version)).all()
        return Others({row.id for row in rows}, {application_version(row.version) for row in rows})

    def _unsent(self, others: Others) -> dict[str, str]:
        """Return the queue of each queued job that was not sent lately."""
        with self._service.database.read() as db:
            waiting = select(Job.id, Job.kind).where(Job.state == "queued").order_by(Job.created_at).limit(MOST_QUEUED)
            rows = db.execute(waiting).all()
        at = time.monotonic()
        self._sent = {row.id: self._sent[row.id] for row in rows if row.id in self._sent}
        due = [row for row in rows if at - self._sent.get(row.id, -SEND_AGAIN_SECONDS) >= SEND_AGAIN_SECONDS]
        self._sent |= {row.id: at for row in due}
        if len(others.versions) == 1:
            self._end_unknown([row.id for row in due if row.kind not in self._kinds])
        return {row.id: self._kinds[row.kind].queue for row in due if row.kind in self._kinds}

    def _end_unknown(self, job_ids: list[str]) -> None:
        """End jobs that no worker can do: all there are have this version, which does not know them."""
        for job_id in job_ids:
            with self._service.database.write() as db:
                job = locked(db, job_id)
                if job is not None and job.state == "queued":
                    told = {"vi": UNKNOWN_KIND.vi, "en": UNKNOWN_KIND.en}
                    end_without(db, self._service, None, job, "failed", told)

    def _give_back_what_fell(self) -> None:
        """Queue jobs again that are ours by their rows and that we do not do: a database error ended their run."""
        with self._service.database.read() as db:
            ours = select(Job.id).where(Job.state == "running", Job.worker == self.presence.id)
            fell = set(db.scalars(ours)) - self._runner.active
        for job_id in fell:
            with self._service.database.write() as db:
                mine = update(Job).where(Job.id == job_id, Job.state == "running", Job.worker == self.presence.id)
                db.execute(mine.values(state="queued", worker=""))

    def _tidy(self) -> None:
        """Take away folders and locks of jobs that have ended: a worker may die between an end and its tidying."""
        folders = [path.name for path in self._service.folder("jobs", ".").glob("*")]
        locks = [path.name.removeprefix("job-") for path in self._service.folder("locks", ".").glob("job-*")]
        for job_id in self._ended({*folders, *locks}):
            self._runner.tidy(job_id)

    def _ended(self, job_ids: Collection[str]) -> Iterable[str]:
        with self._service.database.read() as db:
            lasting = set(db.scalars(select(Job.id).where(Job.id.in_(job_ids), Job.state.notin_(ENDED))))
        return set(job_ids) - lasting
