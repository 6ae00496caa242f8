"""Jobs done by a worker process: their ends, their progress, their limits."""

from __future__ import annotations

from api_.toy_processes import ask, ended, job, planner, wait_until, working
from sqlalchemy import select

from phusong.api.database.models import AuditEntry, Worker
from phusong.api.jobs.ending import cancel
from phusong.api.service import Service


def _trail(service: Service, subject_id: str) -> list[str]:
    with service.database.read() as db:
        found = select(AuditEntry.action).where(AuditEntry.subject_id == subject_id).order_by(AuditEntry.number)
        return list(db.scalars(found))


def test_a_job_is_done_and_leaves_what_it_made(service: Service) -> None:
    """Its outcome, its end and the trail stand together; nothing under way is left."""
    first, second = ask(service, count=3), ask(service, "heavy_toy", count=2)
    left = service.folder("jobs", "0123456789abcdef")  # of a job that is no more
    left.mkdir(parents=True)
    with working(service):
        done = ended(service, first)
        assert ended(service, second).state == "done"
    assert (done.state, done.attempts, done.error) == ("done", 1, None)
    assert done.progress["share"] == 1.0
    assert done.started_at is not None
    assert done.finished_at is not None
    assert service.folder("toys", first).read_text() == "xxx"
    assert not service.folder("jobs", first).exists()
    assert not left.exists()
    assert _trail(service, first) == ["job.ask", "toy.counted", "job.done"]
    with service.database.read() as db:
        assert not list(db.scalars(select(Worker)))


FAILURES = (
    ("toy", "prepare", "Thiếu dữ liệu trạm."),
    ("toy", "work", "Tệp trống."),
    ("toy", "crash", "ValueError"),
    ("toy", "die", "hết bộ nhớ"),
    ("toy", "finish", "RuntimeError"),
    ("small_toy", "grow", "bộ nhớ"),
    ("small_toy", "spin", "thời gian"),
    ("no_such_kind", "", "không còn làm"),
)


def test_a_job_that_fails_says_why(service: Service) -> None:
    """Whatever ends a job without an outcome, its row gives the reason and nothing is left of it."""
    wanted = [(ask(service, kind, refuse=refuse, count=1), why) for kind, refuse, why in FAILURES]
    with working(service):
        found = [(ended(service, job_id), why) for job_id, why in wanted]
    for one, why in found:
        assert one.state == "failed"
        assert one.error is not None
        assert why in one.error["vi"]
        assert "not told" not in str(one.error)
        assert not service.folder("jobs", one.id).exists()
        assert _trail(service, one.id)[-1] == "job.failed"


def test_cancelling_ends_a_job_in_mid_step(service: Service) -> None:
    """The child is ended, what it had written is taken away, and the kind is told."""
    wanted = ask(service, count=1000, seconds=0.1)
    person = planner(service)
    with working(service):
        wait_until(lambda: job(service, wanted).progress.get("share"), "progress")
        with service.database.write() as db:
            cancel(db, service, None, wanted, by=person)
        found = ended(service, wanted)
    assert found.state == "cancelled"
    assert not service.folder("jobs", wanted).exists()
    assert _trail(service, wanted) == ["job.ask", "job.cancel", "toy.failed", "job.cancelled"]


def test_a_worker_that_leaves_gives_its_job_back(service: Service) -> None:
    """Leaving in order counts no attempt; the next worker goes on where the first left off."""
    wanted = ask(service, count=30, seconds=0.1)
    with working(service):
        wait_until(lambda: job(service, wanted).progress.get("share", 0) > 0.2, "progress")
        told = job(service, wanted).progress
        assert told | {"share": 0} == {"step": 1, "of": 1, "title": {"vi": "Đếm", "en": "Counting"}, "share": 0}
    left = job(service, wanted)
    assert (left.state, left.worker, left.attempts) == ("queued", "", 0)
    with working(service):
        found = ended(service, wanted)
    assert (found.state, found.attempts) == ("done", 1)
    assert service.folder("toys", wanted).read_text() == "x" * 30
