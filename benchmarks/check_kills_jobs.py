"""Kills workers and their children at random moments: each job is done once or failed with its reason, nothing left.

``python benchmarks/check_kills_jobs.py [kills] [database address]`` asks for toy jobs, light and heavy, and starts
worker after worker; four of five are killed themselves, one of five loses a child. Without an address it is SQLite.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from sqlalchemy import select
from warm_starts import started

from phusong.api import audit
from phusong.api.database import schema
from phusong.api.database.models import AuditEntry, Job
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings

TESTS = Path(__file__).parents[1] / "tests"
sys.path.insert(0, str(TESTS))
from api_.toy_jobs import TOYS  # noqa: E402
from api_.toy_processes import ask, at_work, ended, job, wait_until  # noqa: E402

ATTEMPTS = 10
COUNT, SECONDS = 10, 0.15
UNDER_WAY = 6
LONGEST_SECONDS = 1.6
"""A kill comes at a moment drawn from 0 to this after a job was begun: a whole job and its end lie within it."""


def main() -> int:
    """Kill and look; 1 where a job was lost, done twice, or left something."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    draw = random.Random(20_261_122)
    with tempfile.TemporaryDirectory() as place:
        settings = ServiceSettings(home=Path(place) / "home", database_url=sys.argv[2] if len(sys.argv) > 2 else "")
        settings.home.mkdir()
        schema.upgrade(settings.url)
        service = Service.of(settings)
        wanted: list[str] = []
        victims: Counter[str] = Counter()
        for number in range(kills):
            _fill_up(service, wanted)
            victim = _killed(service, wanted, draw)
            victims[victim] += 1
            print(f"kill {number + 1}: {victim}; {_states(service, wanted)}", flush=True)
        bad = _finish(service, wanted)
        service.close()
    print(
        f"{kills} kills ({dict(victims)}), {len(wanted)} jobs: {bad or 'every one done once or failed with its reason'}"
    )
    return int(bool(bad))


def work(home: str, url: str) -> None:
    """Be a worker of the toy kinds, in a process of its own."""
    from phusong.api.jobs.process import work_until_told

    os.environ["PYTHONPATH"] = os.pathsep.join((str(TESTS), str(TESTS.parent)))  # its children load the toys too
    work_until_told(ServiceSettings(home=Path(home), database_url=url, job_attempts=ATTEMPTS), TOYS)


def _fill_up(service: Service, wanted: list[str]) -> None:
    """See to it that there is always work to be interrupted."""
    open_ = sum(job(service, one).finished_at is None for one in wanted)
    kinds = ("toy", "heavy_toy") * UNDER_WAY
    wanted.extend(ask(service, kind, count=COUNT, seconds=SECONDS) for kind in kinds[: max(UNDER_WAY - open_, 0)])


def _killed(service: Service, wanted: list[str], draw: random.Random) -> str:
    """Start a worker, kill it or a child of it at a random moment after it has begun, and say which."""
    worker = started(work, str(service.settings.home), service.settings.url)
    wait_until(lambda: at_work(service, worker.pid or 0), "a running job")
    time.sleep(draw.uniform(0.0, LONGEST_SECONDS))
    children = _children(worker.pid or 0) if draw.random() < 0.2 else []
    if not children:
        worker.kill()
        worker.join()
        return "worker"
    subprocess.run(["kill", "-9", str(draw.choice(children))], check=False)
    time.sleep(draw.uniform(0.2, 0.8))
    worker.kill()
    worker.join()
    return "child"


def _children(pid: int) -> list[int]:
    told = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], check=False, capture_output=True, text=True)
    return [int(one) for one in told.stdout.split()]


def _states(service: Service, wanted: list[str]) -> dict[str, int]:
    return dict(Counter(job(service, one).state for one in wanted))


def _finish(service: Service, wanted: list[str]) -> list[str]:
    """Let one worker finish everything; return what is wrong then."""
    worker = started(work, str(service.settings.home), service.settings.url)
    try:
        found = [ended(service, one) for one in wanted]
        time.sleep(1.0)
    finally:
        worker.terminate()
        worker.join()
    print(f"at the end: {_states(service, wanted)}")
    for reason, times in Counter((one.error or {}).get("vi", "") for one in found if one.state == "failed").items():
        print(f"  failed {times} times: {reason}")
    return [*_wrong_jobs(service, found), *_left(service), *_wrong_trail(service)]


def _wrong_jobs(service: Service, found: list[Job]) -> list[str]:
    bad = []
    for one in found:
        with service.database.read() as db:
            ends = db.scalars(
                select(AuditEntry.action).where(
                    AuditEntry.subject_id == one.id, AuditEntry.action.in_(("job.done", "job.failed", "toy.counted"))
                )
            ).all()
        kept = service.folder("toys", one.id)
        if one.state == "done" and (sorted(ends) != ["job.done", "toy.counted"] or kept.read_text() != "x" * COUNT):
            bad.append(f"{one.id} is done, but {ends}")
        if one.state == "failed" and (list(ends) != ["job.failed"] or not (one.error or {}).get("vi") or kept.exists()):
            bad.append(f"{one.id} failed, but {ends}")
    return bad


def _left(service: Service) -> list[str]:
    lefts = (("jobs", "*"), ("locks", "job-*"), ("locks", "worker-*"))
    return [str(path) for kind, names in lefts for path in service.folder(kind, ".").glob(names)]


def _wrong_trail(service: Service) -> list[str]:
    before, bad = audit.FIRST, []
    with service.database.read() as db:
        for entry in db.scalars(select(AuditEntry).order_by(AuditEntry.number)):
            if entry.before != before or audit.seal_of(entry) != entry.seal:
                bad.append(f"the trail breaks at {entry.number}")
            before = entry.seal
    return bad


if __name__ == "__main__":
    raise SystemExit(main())
