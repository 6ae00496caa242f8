"""Tiles that were made lately, ready to be sent: two hundred people look at the same few studies."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

MOST_BYTES = 64_000_000
"""Tiles of one process; those asked for longest ago go first."""


class KeptTiles:
    """Bytes by what they are made from; threads may ask at once, and two that ask for the same may both make it."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()

    def get(self, key: Hashable, made: Callable[[], bytes]) -> bytes:
        """Return what is kept under a key, else what ``made`` gives, and keep it."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        content = made()
        with self._lock:
            self._bytes += len(content) - len(self._kept.get(key, b""))
            self._kept[key] = content
            while self._bytes > self._most_bytes:
                self._bytes -= len(self._kept.popitem(last=False)[1])
        return content
