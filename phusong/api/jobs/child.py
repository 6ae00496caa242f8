"""The process that does the work of one job; it knows no database and dies with the worker that started it.

It is told what to do as one line of JSON on its standard input, which stays open as long as the worker lives, and
answers with lines of JSON. What libraries print goes to the standard error.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from phusong.data.file_locks import lock
from phusong.errors import BadInputError, PhuSongError
from phusong.words import Text

SHARES_A_SECOND = 5.0
TOLD_PROBLEMS = 100
BEHIND_PAGES = 10
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


def main() -> None:
    """Do the work asked for and say how it ended."""
    asked = json.loads(sys.stdin.buffer.readline())
    tell = _Teller(_private_output())
    _end_with_the_worker()
    _make_way_for_pages()
    _lower_limits(asked["memory_bytes"], asked["cpu_seconds"])
    with lock(Path(asked["lock"])):  # the child of a worker that died may still be on its way out
        tell(_outcome(asked, tell))
        os._exit(0)  # nothing is left to be taken apart


def _make_way_for_pages() -> None:
    """Let people who read pages go first where the system knows priorities.

    Where Linux shares a core between sessions and not between processes (autogroup), this child's session steps back.
    """
    if hasattr(os, "nice"):
        os.nice(BEHIND_PAGES)
    with contextlib.suppress(OSError):  # another system, or one without autogroups
        Path("/proc/self/autogroup").write_text(str(BEHIND_PAGES), encoding="ascii")


def _outcome(asked: Mapping[str, Any], tell: _Teller) -> dict[str, Any]:
    try:
        return {"outcome": _work(asked, tell)}
    except PhuSongError as error:
        return {"refused": told_of(error)}
    except MemoryError:
        traceback.print_exc()
        return {"crashed": "MemoryError"}
    except Exception as error:  # whatever it is, the worker must hear of it
        traceback.print_exc()
        return {"crashed": type(error).__name__}


def _work(asked: Mapping[str, Any], tell: _Teller) -> dict[str, Any]:
    from phusong.api.jobs.kinds import Task

    work = getattr(importlib.import_module(asked["module"]), asked["function"])
    folder = Path(asked["folder"])
    folder.mkdir(parents=True, exist_ok=True)
    outcome = work(
        Task(
            job_id=asked["job_id"], folder=folder, arguments=asked["arguments"], language=asked["language"],
            progress=tell,
        )
    )  # fmt: skip
    json.dumps(outcome, allow_nan=False)
    return dict(outcome)


def told_of(error: PhuSongError) -> dict[str, Any]:
    """Return an error as the job's row keeps it."""
    told: dict[str, Any] = {"vi": error.text.vi, "en": error.text.en}
    if isinstance(error, BadInputError):
        told["problems"] = [
            {"level": one.level, "where": {"vi": one.where("vi"), "en": one.where("en")},
             "vi": one.text.vi, "en": one.text.en}
            for one in error.problems[:TOLD_PROBLEMS]
        ]  # fmt: skip
    return told


class _Teller:
    """Progress that goes to the worker, and the one place that writes to it."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out, self._lock = out, threading.Lock()
        self._told_at = 0.0

    def __call__(self, told: Mapping[str, Any]) -> None:
        line = json.dumps(told, ensure_ascii=False, allow_nan=False).encode() + b"\n"
        with self._lock:
            self._out.write(line)
            self._out.flush()

    def step(self, title: Text, number: int, of: int) -> None:
        """Say that a step begins."""
        self({"step": number, "of": of, "title": {"vi": title.vi, "en": title.en}, "share": 0.0})

    def share(self, done: float) -> None:
        """Say how much of the step is done, a few times a second."""
        at = time.monotonic()
        if at - self._told_at >= 1.0 / SHARES_A_SECOND or done >= 1.0:
            self._told_at = at
            self({"share": min(max(float(done), 0.0), 1.0)})


def _private_output() -> IO[bytes]:
    """Keep the standard output for answers; prints of libraries go to the standard error."""
    private = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return private


def _end_with_the_worker() -> None:
    """See to it that this process ends when the worker does: the input closes, and Linux has a signal of its own."""
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    threading.Thread(target=_wait_for_the_end, args=(_end_at_once(),), daemon=True).start()


def _wait_for_the_end(end: Callable[[], None]) -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 1024):
            pass
    end()


def _end_at_once() -> Callable[[], None]:
    if os.name != "nt" and os.getpgrp() == os.getpid():
        return lambda: os.killpg(os.getpid(), signal.SIGKILL)  # with the processes it has started itself
    return lambda: os._exit(1)


def _lower_limits(memory_bytes: int | None, cpu_seconds: int | None) -> None:
    """Take memory and time from this process, where the system has such limits (not Windows)."""
    try:
        import resource
    except ImportError:
        return
    limits = ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_CPU, cpu_seconds))
    for kind, value in limits:
        if value is None:
            continue
        hard = resource.getrlimit(kind)[1]
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, hard))  # past the lower one of time comes a signal that tells why it ended


if __name__ == "__main__":
    main()
