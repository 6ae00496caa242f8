"""The worker's side of a child: it starts, is heard, and ends, by itself or because it must."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from phusong.api.jobs.kinds import JobKind, Plain
from phusong.data.raw.processes import CREATION_FLAGS, package_environment
from phusong.words import Language, Text

LOG = logging.getLogger("phusong.jobs")
SAID_BYTES = 16 * 2**20  # most of one line a child says
TAIL_LINES = 40
LAST_WORDS_SECONDS = 5.0
_COMMAND = ("-P", "-m", "phusong.api.jobs.child")
_ONE_START_AT_A_TIME = threading.Lock()  # on Windows a child started meanwhile would hold this one's pipe open
_OUT_OF_TIME = -getattr(signal, "SIGXCPU", 24)

OUT_OF_MEMORY = Text(
    "Việc này cần nhiều bộ nhớ hơn máy cho phép.", "This work needs more memory than the machine allows."
)
OUT_OF_TIME = Text("Việc này vượt quá thời gian tính cho phép.", "This work took more computing time than allowed.")
KILLED = Text(
    "Hệ thống đã dừng tiến trình tính toán, thường do hết bộ nhớ.",
    "The system ended the computing process, most often for lack of memory.",
)


def _broken(what: str) -> Text:
    return Text(
        f"Lỗi của phần mềm khi làm việc này ({what}); nhật ký của máy chủ ghi rõ hơn.",
        f"A fault of the software in this work ({what}); the server's log says more.",
    )


class Child:
    """One child process at work; leaving the block ends it."""

    def __init__(
        self, kind: JobKind, *, job_id: str, folder: Path, lock: Path, arguments: Plain, language: Language
    ) -> None:
        asked = {
            "module": kind.work.__module__, "function": kind.work.__qualname__, "job_id": job_id,
            "folder": str(folder.resolve()), "lock": str(lock.resolve()), "arguments": arguments, "language": language,
            "memory_bytes": kind.memory_bytes, "cpu_seconds": kind.cpu_seconds,
        }  # fmt: skip
        self.job_id = job_id
        self.progress: dict[str, Any] = {}
        self._said: Mapping[str, Any] | None = None
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._process = _started()
        assert self._process.stdin is not None
        self._stdin = self._process.stdin
        self._threads = [
            _listening(self._hear, self._process.stdout),
            _listening(self._keep_tail, self._process.stderr),
        ]
        with contextlib.suppress(OSError):  # it died before it was asked
            self._stdin.write(json.dumps(asked, ensure_ascii=False, allow_nan=False).encode() + b"\n")
            self._stdin.flush()

    def __enter__(self) -> Child:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.end()

    @property
    def pid(self) -> int:
        """Return the number of its process."""
        return self._process.pid

    def wait(self, seconds: float) -> bool:
        """Wait a little; say whether it has ended."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def end(self) -> None:
        """End it at once, with whatever it has started (on Windows: it alone)."""
        if self._process.returncode is None:
            with contextlib.suppress(OSError):
                if os.name == "nt":
                    self._process.kill()
                else:
                    os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for thread in self._threads:
            thread.join(LAST_WORDS_SECONDS)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert pipe is not None
            with contextlib.suppress(OSError):
                pipe.close()

    def result(self) -> dict[str, Any]:
        """Return how it ended: ``{"outcome": …}``, or ``{"failed": {"vi", "en", …}}``."""
        self.end()
        said = self._said or {}
        if "outcome" in said:
            return {"outcome": said["outcome"]}
        if "refused" in said:
            return {"failed": said["refused"]}
        LOG.error("job %s: its process ended with %s: %s", self.job_id, self._process.returncode, "\n".join(self._tail))
        text = self._reason(said)
        return {"failed": {"vi": text.vi, "en": text.en}}

    def _reason(self, said: Mapping[str, Any]) -> Text:
        crashed, code = str(said.get("crashed", "")), self._process.returncode
        if crashed == "MemoryError":
            return OUT_OF_MEMORY
        if crashed:
            return _broken(crashed)
        if code == _OUT_OF_TIME:
            return OUT_OF_TIME
        return KILLED if code in (-9, 137) else _broken(f"{code}")

    def _hear(self, pipe: IO[bytes]) -> None:
        """Keep the newest progress and the last word; a line that is none of ours ends the child."""
        try:
            while line := pipe.readline(SAID_BYTES):
                said = json.loads(line)
                if {"outcome", "refused", "crashed"} & said.keys():
                    self._said = said
                else:
                    self.progress = self.progress | said
        except (ValueError, AttributeError, TypeError):
            self._process.kill()

    def _keep_tail(self, pipe: IO[bytes]) -> None:
        while line := pipe.readline(4096):
            self._tail.append(line.decode("utf-8", "replace").rstrip())


def _listening(hear: Any, pipe: IO[bytes] | None) -> threading.Thread:
    thread = threading.Thread(target=hear, args=(pipe,), daemon=True)
    thread.start()
    return thread


def _started() -> subprocess.Popen[bytes]:
    """Start a child in a group of its own: Ctrl-C in the terminal is for the worker, which ends its children."""
    environment = {name: value for name, value in package_environment().items() if not name.startswith("PHUSONG_")}
    with _ONE_START_AT_A_TIME:
        return subprocess.Popen(  # noqa: S603
            [sys.executable, *_COMMAND],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            creationflags=CREATION_FLAGS,
            start_new_session=True,
        )
