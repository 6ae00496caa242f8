"""Kill a real service while a study runs and while documents are made, start it again, and see that all work ends well.

``python benchmarks/check_kills_work.py 50 [seed]`` kills 50 times in studies and 50 times in documents: the server, its
worker, or both. Prints what was seen and ends with 1 if anything acknowledged was lost, ended twice, or left behind.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select, update

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from api_.made_people import sign_in
from api_.made_studies import SAMPLE
from api_.made_tenders import OFFICE, make_tendered, settings_of
from api_.served import ENDED, Office, answers, serving
from api_.toy_processes import wait_until

from phusong.api.audit_check import verify
from phusong.api.database.models import AuditEntry, DocumentSet, Job, Study, Worker
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings
from phusong.api.studies.folders import digests_of
from phusong.api.studies.pictures import FOLDER as PAGE_PICTURES
from phusong.api.tidying import tidy
from phusong.data.sample import make_sample, read_recipe

VICTIMS = ("server", "worker", "both")
LONGEST_SECONDS = 8.0
"""A kill comes at a moment drawn from 0 to this after the work has begun."""


@dataclass
class Seen:
    """What the kills met, the jobs that were acknowledged, and what was found wrong."""

    kills: int = 0
    met: Counter[str] = field(default_factory=Counter)
    jobs: list[str] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    reasons: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def kill_while_working(home: Path, kind: str, kills: int, seed: int) -> Seen:
    """Ask for work, kill, start again, look, go on; at last let everything end and look at all of it."""
    rng, seen, settings = random.Random(seed), Seen(), settings_of(home)
    service = Service.of(settings)
    signed_in = sign_in(service, OFFICE)
    try:
        while seen.kills < kills:
            _one_kill(service, kind, signed_in, rng, seen)
            seen.kills += 1
        with serving(settings, "--port", "0", **_more(settings)) as served:
            office = _office(served.hear("đang chạy ở"), signed_in)
            for job_id in seen.jobs:
                office.ended(job_id)
            look(service, office, seen)
            office.close()
        look_at_the_rest(service, seen)
    finally:
        service.close()
    return seen


def _more(settings: ServiceSettings) -> dict[str, str]:
    return {"PHUSONG_DATABASE_URL": settings.database_url, "PHUSONG_JOB_ATTEMPTS": "1000"}


def _office(address: str, signed_in: tuple[str, str]) -> Office:
    wait_until(lambda: answers(address), "an answer")
    return Office(address, cookie=signed_in[0], csrf=signed_in[1])


def _one_kill(service: Service, kind: str, signed_in: tuple[str, str], rng: random.Random, seen: Seen) -> None:
    with serving(service.settings, "--port", "0", **_more(service.settings)) as served:
        office = _office(served.hear("đang chạy ở"), signed_in)
        look(service, office, seen)
        if not seen.jobs or _job(service, seen.jobs[-1]).state in ENDED:
            seen.jobs.append(_ask(service, office, kind, len(seen.jobs)))
        job_id = seen.jobs[-1]
        wait_until(lambda: _at_work(service, job_id), "work")
        time.sleep(rng.uniform(0.0, LONGEST_SECONDS))
        before, victim = _job(service, job_id), rng.choice(VICTIMS)
        if victim != "server":
            _kill_worker(service, before.worker)
        if victim == "worker":  # its server starts another one, which takes the job over
            wait_until(lambda: _job(service, job_id).worker != before.worker or _ended(service, job_id), "a new worker")
        seen.met[f"{victim}, {'at work' if before.state == 'running' else before.state}"] += 1
        office.close()
        served.process.kill()


def _job(service: Service, job_id: str) -> Job:
    with service.database.read() as db:
        return db.get_one(Job, job_id)


def _ended(service: Service, job_id: str) -> bool:
    return _job(service, job_id).state in ENDED


def _at_work(service: Service, job_id: str) -> bool:
    """Say whether a worker that lives has the job, or it has ended."""
    if _ended(service, job_id):
        return True
    begun = select(Worker.pid).join(Job, Job.worker == Worker.id).where(Job.id == job_id, Job.state == "running")
    with service.database.read() as db:
        pid = db.scalar(begun)
    return pid is not None and _lives(pid)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _kill_worker(service: Service, worker_id: str) -> None:
    with service.database.read() as db:
        pid = db.scalar(select(Worker.pid).where(Worker.id == worker_id))
    if pid is not None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _ask(service: Service, office: Office, kind: str, number: int) -> str:
    if kind == "study":
        with service.database.read() as db:
            first = db.scalars(select(Study).order_by(Study.created_at)).first()
            assert first is not None
            versions = [one.version_id for one in first.inputs]
        given = {"province_code": SAMPLE, "name": "x", "versions": versions, "settings": {"simulated": True}}
        return str(office.post("/api/studies", given)["job_id"])
    with service.database.write() as db:  # a set that is there is not made again: let each be wanted again
        db.execute(update(DocumentSet).where(DocumentSet.state == "done").values(state="failed"))
    packages = office.get("/api/packages")["items"]
    package = packages[number % len(packages)]
    return str(office.post(f"/api/packages/{package['id']}/documents", {"pdf": False})["job_id"])


def look(service: Service, office: Office, seen: Seen) -> None:
    """Hold what the service says after a restart to what it had acknowledged; the trail is whole."""
    for job_id in seen.jobs:
        told = office.get(f"/api/jobs/{job_id}")
        if job_id in seen.done and told["state"] != "done":
            seen.wrong.append(f"{job_id} was done and is {told['state']}")
        if told["state"] == "done" and job_id not in seen.done:
            seen.done.add(job_id)
            _look_at_results(service, _job(service, job_id), seen)
        if told["state"] == "failed":
            reason = (_job(service, job_id).error or {}).get("vi", "")
            seen.reasons.append(reason)
            if not reason:
                seen.wrong.append(f"{job_id} failed without a reason")
    with service.database.read() as db:
        seen.wrong += [fault.en for fault in verify(db).faults]


def _look_at_results(service: Service, job: Job, seen: Seen) -> None:
    """Every file that the row speaks of is there with its digest, and no other."""
    with service.database.read() as db:
        made = db.get_one(Study if job.kind == "study" else DocumentSet, job.subject_id)
        if isinstance(made, Study):
            kept = {name: one["sha256"] for name, one in (made.manifest or {})["files"].items()}
        else:
            kept = {one["name"]: one["sha256"] for one in made.files}
        ends = db.scalar(select(func.count()).where(AuditEntry.subject_id == made.id, AuditEntry.action.like("%.done")))
    told = digests_of(service.settings.home / made.folder)
    there = {name: one["sha256"] for name, one in told.items() if not name.startswith(f"{PAGE_PICTURES}/")}
    if there != kept or not kept:
        seen.wrong.append(f"{job.id}: files differ in {sorted(set(there.items()) ^ set(kept.items()))[:3]}")
    if ends != 1:
        seen.wrong.append(f"{job.id}: its end is recorded {ends} times")


def look_at_the_rest(service: Service, seen: Seen) -> None:
    """With every job ended, nothing lies there that no row speaks of."""
    with service.database.write() as db:  # those that were wanted again are there all the same
        db.execute(update(DocumentSet).where(DocumentSet.folder != "").values(state="done"))
    left = tidy(service, older_than=timedelta(0)).names
    seen.wrong += [f"left behind: {name}" for name in left]
    seen.wrong += [f"{job_id} has not ended" for job_id in seen.jobs if not _ended(service, job_id)]


def main(arguments: Sequence[str]) -> int:
    """Kill as often as asked for in each kind of work, and tell what was seen."""
    kills, seed = int(arguments[0]) if arguments else 50, int(arguments[1]) if len(arguments) > 1 else 1
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        sample, home = Path(folder) / "tinh-mau", Path(folder) / "home"
        make_sample(sample, households=2000, recipe=read_recipe().scaled(0.06))
        make_tendered(home, sample)
        for kind in arguments[2:] or ("study", "documents"):
            began = time.perf_counter()
            seen = kill_while_working(home, kind, kills, seed)
            print(
                f"{kind}: {seen.kills} kills in {time.perf_counter() - began:.0f} s, seed {seed}: {dict(seen.met)}; "
                f"{len(seen.jobs)} jobs, {len(seen.done)} done, {len(set(seen.reasons))} reasons of failure", flush=True
            )  # fmt: skip
            for line in seen.wrong:
                print(f"WRONG: {line}")
            wrong += len(seen.wrong)
    print("every job ended well, nothing lost, nothing left behind" if not wrong else f"{wrong} things wrong")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
