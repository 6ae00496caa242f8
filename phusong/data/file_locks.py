"""A lock that the system lets go of when its process ends, however it ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def hold(file: int, *, wait: bool = False) -> None:
        """Hold an open file, or raise OSError; Windows gives up a wait after ten tries in ten seconds."""
        os.lseek(file, 0, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def hold(file: int, *, wait: bool = False) -> None:
        """Hold an open file until it is closed; raise OSError where another process does and no wait is asked."""
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)


class FileLock:
    """A file held by this process alone."""

    def __init__(self, path: Path, held: IO[bytes]) -> None:
        self.path, self._held = path, held

    def __enter__(self) -> FileLock:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()

    def release(self) -> None:
        """Let go of it; the file stays."""
        self._held.close()


def try_lock(path: Path) -> FileLock | None:
    """Return the lock, or None where another process holds it."""
    return _lock(path, wait=False)


def lock(path: Path) -> FileLock:
    """Return the lock; wait while another process holds it."""
    held = _lock(path, wait=True)
    assert held is not None
    return held


def _lock(path: Path, *, wait: bool) -> FileLock | None:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("ab")
    try:
        hold(file.fileno(), wait=wait)
    except OSError:
        file.close()
        if wait:
            raise
        return None
    return FileLock(path, file)
