"""Which workers are there: each has a row that beats and a file it holds; whoever no longer does is dead."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

from sqlalchemy import Update, delete, select, update

import phusong
from phusong.api.database.models import Job, Worker
from phusong.api.database.types import new_id, now
from phusong.api.service import Service
from phusong.data.file_locks import FileLock, try_lock

SILENT_SECONDS = 30.0
"""A worker of another machine that has not been heard for so long is dead."""


class ExpelledError(Exception):
    """Others have taken this worker for dead, and its jobs with it."""


class Presence:
    """A worker among others: the one this process is."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.host = socket.gethostname()[:255]
        self.id = f"{self.host[:40]}-{new_id()}"
        self._lock: FileLock | None = None
        self._heard: dict[str, tuple[int, float]] = {}

    def enter(self) -> None:
        """Be there."""
        self._lock = try_lock(self._file(self.id))
        with self._service.database.write() as db:
            db.add(Worker(id=self.id, host=self.host, pid=os.getpid(), version=phusong.__version__, seen_at=now()))

    def beat(self) -> None:
        """Give a sign of life.

        Raises
        ------
        ExpelledError
            Others have taken this worker for dead.
        """
        with self._service.database.write() as db:
            told = update(Worker).where(Worker.id == self.id).values(beats=Worker.beats + 1, seen_at=now())
            if db.execute(told).rowcount == 0:  # type: ignore[attr-defined]
                raise ExpelledError

    def leave(self) -> None:
        """Go, and give unfinished jobs back without counting this start against them."""
        with self._service.database.write() as db:
            db.execute(_given_back(self.id).values(attempts=Job.attempts - 1))
            db.execute(delete(Worker).where(Worker.id == self.id))
        self._forget(self.id)

    def take_back_from_the_dead(self) -> list[str]:
        """Put the jobs of dead workers back into the queue, strike those workers off, and return their ids."""
        with self._service.database.read() as db:
            others = list(db.scalars(select(Worker).where(Worker.id != self.id)))
        dead = [one.id for one in others if not self.alive(one)]
        for worker_id in dead:
            with self._service.database.write() as db:
                db.execute(_given_back(worker_id))
                db.execute(delete(Worker).where(Worker.id == worker_id))
            self._forget(worker_id)
        self._give_back_what_is_nobodys()
        return dead

    def alive(self, worker: Worker) -> bool:
        """Say whether a worker lives: on this machine by the file it holds, elsewhere by its beats and our clock."""
        if worker.host == self.host:
            held = try_lock(self._file(worker.id))
            if held is not None:
                held.release()
            return held is None
        beats, since = self._heard.get(worker.id, (-1, 0.0))
        if beats != worker.beats:
            self._heard[worker.id] = (worker.beats, time.monotonic())
            return True
        return time.monotonic() - since < SILENT_SECONDS

    def _give_back_what_is_nobodys(self) -> None:
        nobodys = Job.worker.notin_(select(Worker.id))
        with self._service.database.read() as db:
            if db.scalar(select(Job.id).where(Job.state == "running", nobodys).limit(1)) is None:
                return
        with self._service.database.write() as db:
            db.execute(update(Job).where(Job.state == "running", nobodys).values(state="queued", worker=""))

    def _file(self, worker_id: str) -> Path:
        return self._service.folder("locks", f"worker-{worker_id}")

    def _forget(self, worker_id: str) -> None:
        if worker_id == self.id and self._lock is not None:
            self._lock.release()
        self._heard.pop(worker_id, None)
        self._file(worker_id).unlink(missing_ok=True)


def _given_back(worker_id: str) -> Update:
    return update(Job).where(Job.state == "running", Job.worker == worker_id).values(state="queued", worker="")
