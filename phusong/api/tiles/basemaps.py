"""The agency's own basemap, if a setting names one: opened once, anew when the file is another one."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import structlog

from phusong.api.service import Service
from phusong.errors import UnreadableFileError
from phusong.maps.basemap import Basemap

ADDRESS = "/tiles/basemap/{z}/{x}/{y}"
Mark = tuple[int, int, int]


def mark_of(service: Service) -> Mark | None:
    """Return what tells the basemap's file from another one; None where there is none."""
    path = service.settings.basemap
    if path is None:
        return None
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def basemap_of(service: Service) -> Basemap | None:
    """Return the basemap; None where no setting names one, or what it names cannot be read."""
    mark, path = mark_of(service), service.settings.basemap
    return None if mark is None or path is None else _opened(path, mark)


@lru_cache(maxsize=1)
def _opened(path: Path, mark: Mark) -> Basemap | None:
    try:
        return Basemap(path)
    except UnreadableFileError as error:
        structlog.get_logger().warning("basemap unreadable", file=path.name, mark=mark, reason=error.text.en)
        return None
