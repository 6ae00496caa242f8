"""Opened snapshots of studies: a few at a time in each process, let go of when a study goes or is put anew."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

from fastapi import Request

from phusong.api.problems import ConflictError, NotFoundError
from phusong.errors import MissingFileError, StudyError
from phusong.maps.tile_store import TileSource

MOST_OPEN = 4
"""Snapshots of one process; that asked for longest ago goes first."""


class Readers:
    """Snapshots by path. One that is let go of is closed with the last tile that is still being made from it."""

    def __init__(self, most: int = MOST_OPEN) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._open: OrderedDict[Path, tuple[tuple[int, int, int], TileSource]] = OrderedDict()

    def source(self, path: Path) -> TileSource:
        """Return the snapshot at a path.

        Raises
        ------
        NotFoundError
            There is none.
        ConflictError
            It is of a study that was run before there were tiles.
        """
        with self._lock:
            self._let_go()
            mark = _mark(path)
            if mark is None:
                raise NotFoundError
            if path not in self._open:
                self._open[path] = mark, _opened(path)
            self._open.move_to_end(path)
            while len(self._open) > self._most:
                self._open.popitem(last=False)
            return self._open[path][1]

    def _let_go(self) -> None:
        """Forget snapshots whose file is gone or another one."""
        for path, (mark, _) in list(self._open.items()):
            if _mark(path) != mark:
                del self._open[path]


def readers_of(request: Request) -> Readers:
    """Return the opened snapshots of this process."""
    readers: Readers = request.app.state.tile_readers
    return readers


def _mark(path: Path) -> tuple[int, int, int] | None:
    """Return what tells one file from another of its name; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _opened(path: Path) -> TileSource:
    try:
        return TileSource.open(path)
    except MissingFileError:
        raise NotFoundError from None
    except StudyError as error:
        raise ConflictError(error.text) from None
