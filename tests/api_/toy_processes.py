"""Toy jobs asked for, toy workers started and killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from api_.made_people import sign_in
from sqlalchemy import select

from phusong.api.access.policy import Person
from phusong.api.access.roles import Grant, Role
from phusong.api.database.models import Job, User, Worker
from phusong.api.deps import person_of
from phusong.api.jobs.asking import ask_for
from phusong.api.jobs.ending import ENDED
from phusong.api.service import Service

TESTS = Path(__file__).parents[1]
PATIENCE_SECONDS = 90.0


def planner(service: Service) -> Person:
    """Return the planner who asks for toy jobs."""
    with service.database.read() as db:
        found = db.scalar(select(User).where(User.username == "toy-planner"))
        if found is not None:
            return person_of(found)
    sign_in(service, [Grant(role=Role.PLANNER)], "toy-planner")
    return planner(service)


def ask(service: Service, kind: str = "toy", *, province_code: str = "01", **arguments: Any) -> str:
    """Ask for a toy job; return its id."""
    by = planner(service)
    with service.database.write() as db:
        return ask_for(db, kind, by=by, province_code=province_code, subject_id="toy", arguments=arguments).id


def job(service: Service, job_id: str) -> Job:
    """Return a job as it stands."""
    with service.database.read() as db:
        return db.get_one(Job, job_id)


def wait_until(true: Callable[[], Any], what: str = "it") -> Any:
    """Wait until something holds; fail where it never does."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if found := true():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited too long for {what}")


def ended(service: Service, job_id: str) -> Job:
    """Wait until a job has ended; return it."""
    wait_until(lambda: job(service, job_id).state in ENDED, "the end of a job")
    return job(service, job_id)


def at_work(service: Service, pid: int) -> bool:
    """Say whether the worker with this process has begun a job."""
    begun = select(Job.id).join(Worker, Worker.id == Job.worker).where(Job.state == "running", Worker.pid == pid)
    with service.database.read() as db:
        return db.scalar(begun.limit(1)) is not None


def start_worker(service: Service, **more: str) -> subprocess.Popen[bytes]:
    """Start a worker of the toy kinds."""
    settings = service.settings
    python_path = os.pathsep.join((str(TESTS), str(TESTS.parent)))
    environment = os.environ | {
        "PYTHONPATH": python_path, "PHUSONG_HOME": str(settings.home), "PHUSONG_DATABASE_URL": settings.url, **more,
    }  # fmt: skip
    return subprocess.Popen([sys.executable, "-P", "-m", "api_.toy_worker"], env=environment)


@contextmanager
def working(service: Service, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """Have a worker while the block runs; it leaves in order."""
    process = start_worker(service, **more)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(60)
