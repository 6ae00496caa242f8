"""How long the service takes to start: what is loaded, the first answer of a server, a worker, the child of a job.

``python benchmarks/bench_service_start.py [times]`` takes the quickest of several; other programs only make it longer.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

from check_kills_upload import free_port
from sqlalchemy import select

from phusong.api.database import schema
from phusong.api.database.models import Worker
from phusong.api.database.store import Database

LOADED = ("phusong.api.app", "phusong.api.jobs.worker", "phusong.api.jobs.registry", "phusong.api.jobs.child")
SERVE = "import sys; from phusong.cli import main; main(sys.argv[1:])"
TOLD = "import sys, time, {0}; print(time.process_time(), len(sys.modules))"


def main(times: int) -> None:
    """Measure and print."""
    for name in LOADED:
        print(f"loading {name:28} {_quickest(lambda name=name: _loaded(name), times)}")  # type: ignore[misc]
    print(f"{'serve, new home: first answer':36} {_quickest(_served, times)}")
    print(f"{'serve, home there: first answer':36} {_quickest(lambda: _served(there=True), times)}")
    print(f"{'a worker has its row':36} {_quickest(_worked, times)}")


def _quickest(measured: Callable[[], tuple[float, str]], times: int) -> str:
    seconds, more = min(measured() for _ in range(times))
    return f"{seconds:6.2f} s{more}"


def _loaded(name: str) -> tuple[float, str]:
    began = time.perf_counter()
    told = subprocess.run([sys.executable, "-c", TOLD.format(name)], check=True, capture_output=True, text=True)
    cpu, modules = told.stdout.split()
    return time.perf_counter() - began, f"  (CPU {float(cpu):.2f} s, {modules} modules)"


def _served(*, there: bool = False) -> tuple[float, str]:
    """Start the whole command; the clock stops at the first answer."""
    with tempfile.TemporaryDirectory() as place:
        home, port = Path(place) / "home", free_port()
        if there:
            schema.upgrade(_url(home))
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, "serve", "--home", str(home), "--port", str(port), "--workers", "0"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            while not _answers(port):
                time.sleep(0.02)
            return time.perf_counter() - began, ""
        finally:
            process.terminate()
            process.wait()


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/health", timeout=60) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _worked() -> tuple[float, str]:
    with tempfile.TemporaryDirectory() as place:
        home = Path(place) / "home"
        schema.upgrade(_url(home))
        database = Database(_url(home))
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "phusong.api.jobs"], env=os.environ | {"PHUSONG_HOME": str(home)}
        )
        try:
            while not _has_worker(database):
                time.sleep(0.02)
            return time.perf_counter() - began, ""
        finally:
            process.terminate()
            process.wait()
            database.close()


def _has_worker(database: Database) -> bool:
    with database.read() as db:
        return db.scalar(select(Worker.id).limit(1)) is not None


def _url(home: Path) -> str:
    home.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{(home / 'phusong.sqlite').as_posix()}"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
