"""A kind of job that does nothing useful: it counts in a file, sleeps, and fails or crashes where it is told to."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phusong.api.jobs.kinds import JobKind, Plain, Task
from phusong.errors import PhuSongError
from phusong.words import Text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from phusong.api.database.models import Job
    from phusong.api.service import Service


def prepare(db: Session, service: Service, job: Job) -> Plain:
    """Pass the arguments on, or refuse."""
    if job.arguments.get("refuse") == "prepare":
        raise PhuSongError(Text("Thiếu dữ liệu trạm.", "Stations are missing."))
    return dict(job.arguments)


def work(task: Task) -> dict[str, Any]:
    """Count in a file; go on from where a run before this one was ended."""
    counted = task.folder / "counted"
    (task.folder / f"run-{time.time_ns()}-{os.getpid()}").touch()
    done = len(counted.read_text()) if counted.exists() else 0
    print("libraries print")
    task.progress.step(Text("Đếm", "Counting"), 1, 1)
    match task.arguments.get("refuse"):
        case "work":
            raise PhuSongError(Text("Tệp trống.", "The file is empty."))
        case "crash":
            raise ValueError("not told to users")
        case "die":
            os.kill(os.getpid(), 9)
        case "grow":
            return {"grown": len(bytearray(2**40))}
        case "spin":
            while True:
                pass
    for number in range(done, task.arguments.get("count", 3)):
        time.sleep(task.arguments.get("seconds", 0.0))
        with counted.open("a") as file:
            file.write("x")
        task.progress.share((number + 1) / task.arguments["count"])
    return {"counted": len(counted.read_text())}


def finish(db: Session, service: Service, job: Job, outcome: Plain) -> None:
    """Move the file into its place and record it."""
    if job.arguments.get("refuse") == "finish":
        raise RuntimeError("not told to users")
    kept = service.folder("toys", job.id)
    kept.parent.mkdir(parents=True, exist_ok=True)
    if not kept.exists():
        (service.folder("jobs", job.id) / "counted").rename(kept)
    from phusong.api import audit

    audit.record(db, "toy.counted", by=None, subject=("toy", job.id), details=dict(outcome))


def failed(db: Session, service: Service, job: Job, why: Text) -> None:
    """Record that nothing was counted."""
    from phusong.api import audit

    audit.record(db, "toy.failed", by=None, subject=("toy", job.id), details={"vi": why.vi})
    if job.arguments.get("refuse") == "failed":
        raise RuntimeError("not told to users")


def _kind(name: str, queue: Any, **limits: Any) -> JobKind:
    return JobKind(
        name=name, title=Text("Đếm", "Count"), queue=queue, prepare=prepare, work=work, finish=finish, failed=failed,
        **limits,
    )  # fmt: skip


TOYS = {
    one.name: one
    for one in (
        _kind("toy", "light"),
        _kind("heavy_toy", "heavy"),
        _kind("small_toy", "light", memory_bytes=2**30, cpu_seconds=3),
    )
}


def runs(folder: Path) -> int:
    """Return how often the work of a job under way was begun."""
    return len(list(folder.glob("run-*")))
