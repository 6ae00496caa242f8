"""Workbooks of strangers are written to in a process of their own, with a limit to its memory and time.

What goes there is pickled by us; what comes back is JSON of words and counts, never objects: a process that a file
has brought to ruin can only fail. POSIX processes lower their own limits, Windows holds them in a job (not tried).
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from phusong.data.raw.processes import CREATION_FLAGS, package_environment
from phusong.data.raw.refusals import unreadable
from phusong.data.raw.windows_jobs import confine
from phusong.data.schema import ListSchema
from phusong.errors import MissingFileError, PhuSongError, UnreadableFileError
from phusong.words import Text

_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""Each thread's stack counts against the limit of memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLimits:
    """What the process may use: bytes of memory, seconds of one core, seconds on the clock."""

    memory_bytes: int = 2 * 2**30
    cpu_seconds: int = 600
    wall_seconds: float = 1200.0


LIMITS = JobLimits()


def run_confined(
    source: Path, module: str, function: str, arguments: Mapping[str, Any], limits: JobLimits = LIMITS
) -> dict[str, Any]:
    """Call a function of this package in its own process and return its answer, a mapping JSON can hold.

    Parameters
    ----------
    source
        The stranger's file, for what is said if the process dies.
    module, function
        The function, by name; it takes ``arguments`` by keyword.

    Raises
    ------
    PhuSongError
        What the function raised, or that the file needs more than it may.
    """
    with tempfile.TemporaryDirectory() as folder:
        job = Path(folder) / "job.pickle"
        job.write_bytes(pickle.dumps((module, function, dict(arguments), limits)))
        said = _said(job, source, limits)
    answer: dict[str, Any] = json.loads(said.decode("utf-8"))
    if "refused" in answer:
        raise _ERRORS.get(answer["refused"], UnreadableFileError)(Text(*answer["text"]))
    return answer


def _said(job: Path, source: Path, limits: JobLimits) -> bytes:
    """Start the process, wait no longer than it may take, and return all it says."""
    environment = package_environment(**_ONE_THREAD)
    with subprocess.Popen(  # noqa: S603 (this very program, a file we have just written)
        [sys.executable, "-P", "-m", __name__, str(job)],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        creationflags=CREATION_FLAGS,
    ) as process:
        try:
            with confine(process, limits):
                said, _ = process.communicate(timeout=limits.wall_seconds)
        except subprocess.TimeoutExpired as error:
            raise _too_much(source) from error
        finally:
            process.kill()  # also on Ctrl-C; nothing if it has ended
    if process.returncode != 0:
        raise _too_much(source)
    return said


def without_rules(schema: ListSchema) -> ListSchema:
    """Return a schema another process can be given: rules between columns are functions made on the spot."""
    return replace(schema, checks=())


def _errors() -> dict[str, type[PhuSongError]]:
    from phusong.data.store import OutputError

    return {kind.__name__: kind for kind in (MissingFileError, UnreadableFileError, OutputError)}


_ERRORS = _errors()


def _too_much(source: Path) -> UnreadableFileError:
    return unreadable(
        source,
        "quá lớn hoặc bị hỏng nên không ghi vào được; hãy mở, lưu lại rồi thử lần nữa",
        "is too large or damaged to be written to; open it, save it again and try once more",
    )


def _limit(limits: JobLimits) -> None:
    """Let the system end this process when it takes too much."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 5))


def _main(job: Path) -> None:
    import importlib

    module, function, arguments, limits = pickle.loads(job.read_bytes())  # noqa: S301 (written by the caller)
    _limit(limits)
    try:
        answer = getattr(importlib.import_module(module), function)(**arguments)
    except PhuSongError as error:
        answer = {"refused": type(error).__name__, "text": [error.text.vi, error.text.en]}
    sys.stdout.buffer.write(json.dumps(answer).encode("utf-8"))


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
