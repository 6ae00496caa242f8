"""Jobs whose workers are killed: taken over, done once, or given up with a reason."""

from __future__ import annotations

import random
import time

from api_.toy_processes import ask, at_work, ended, job, start_worker, wait_until, working
from sqlalchemy import func, select, update

from phusong.api.database.models import AuditEntry, Job, Worker
from phusong.api.database.types import now
from phusong.api.service import Service


def _times(service: Service, action: str, subject_id: str) -> int:
    with service.database.read() as db:
        counted = select(func.count()).where(AuditEntry.action == action, AuditEntry.subject_id == subject_id)
        return db.scalar(counted) or 0


def test_jobs_of_a_killed_worker_are_done_once(service: Service) -> None:
    """Three workers in a row are killed at random moments; the fourth finds every job, and each is finished once."""
    wanted = [ask(service, kind, count=8, seconds=0.2) for kind in ("toy", "heavy_toy", "toy", "heavy_toy")]
    draw = random.Random(7)
    for _ in range(3):
        worker = start_worker(service, PHUSONG_JOB_ATTEMPTS="9")
        wait_until(lambda: at_work(service, worker.pid), "a running job")  # noqa: B023
        time.sleep(draw.uniform(0.0, 1.5))
        worker.kill()
        worker.wait()
    with working(service, PHUSONG_JOB_ATTEMPTS="9"):
        states = [ended(service, one).state for one in wanted]
    assert states == ["done"] * 4
    for one in wanted:
        assert service.folder("toys", one).read_text() == "x" * 8
        assert _times(service, "job.done", one) == 1
        assert not service.folder("jobs", one).exists()


def test_a_job_that_takes_its_worker_along_is_given_up(service: Service) -> None:
    """After the allowed number of starts the job is failed with that reason instead of felling worker after worker."""
    wanted = ask(service, count=1000, seconds=0.1)
    for _ in range(2):
        worker = start_worker(service, PHUSONG_JOB_ATTEMPTS="2")
        wait_until(lambda: job(service, wanted).state == "running", "a start")
        worker.kill()
        worker.wait()
        with service.database.write() as db:  # as the next worker would, so that each loop sees a start of its own
            db.execute(update(Job).where(Job.id == wanted).values(state="queued", worker=""))
    with working(service, PHUSONG_JOB_ATTEMPTS="2"):
        found = ended(service, wanted)
    assert found.state == "failed"
    assert found.error is not None
    assert "2 lần" in found.error["vi"]


def test_a_child_ends_with_its_worker(service: Service) -> None:
    """A child whose worker was killed writes no further line."""
    wanted = ask(service, count=100_000, seconds=0.05)
    counted = service.folder("jobs", wanted) / "counted"
    worker = start_worker(service)
    wait_until(counted.exists, "the child's first line")
    worker.kill()
    worker.wait()
    time.sleep(1.0)
    size = counted.stat().st_size
    time.sleep(1.0)
    assert counted.stat().st_size == size


def test_two_workers_share_the_queue(service: Service) -> None:
    """Both work, no job is done twice, and each does one heavy job at a time."""
    wanted = [ask(service, "heavy_toy", count=5, seconds=0.3) for _ in range(4)]
    most = 0
    with working(service), working(service):
        while any(job(service, one).finished_at is None for one in wanted):
            with service.database.read() as db:
                most = max(most, db.scalar(select(func.count()).where(Job.state == "running")) or 0)
            time.sleep(0.1)
        workers = {ended(service, one).worker for one in wanted}
    assert most == 2
    assert len(workers) == 2
    assert [_times(service, "job.done", one) for one in wanted] == [1] * 4


def test_work_begun_by_another_version_is_begun_again(service: Service) -> None:
    """After an upgrade the checkpoints of the version before are let go, and the job is done all the same."""
    wanted = ask(service, count=6, seconds=0.3)
    worker = start_worker(service, TOY_VERSION="0.0.1")
    wait_until(lambda: job(service, wanted).progress.get("share"), "progress")
    worker.kill()
    worker.wait()
    with working(service):
        assert ended(service, wanted).state == "done"


def test_jobs_of_a_silent_worker_elsewhere_are_taken_over(service: Service) -> None:
    """A worker of another machine that no longer beats is dead after a while, though nobody can look at its file."""
    wanted = ask(service, count=1)
    with service.database.write() as db:
        db.add(Worker(id="elsewhere-1", host="elsewhere", pid=1, version="0", seen_at=now()))
        db.execute(update(Job).where(Job.id == wanted).values(state="running", worker="elsewhere-1", attempts=1))
    with working(service, TOY_SILENT="4"):
        found = ended(service, wanted)
    assert (found.state, found.attempts) == ("done", 2)
