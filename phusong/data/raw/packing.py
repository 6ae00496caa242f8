"""Cells on their way from the process that read them: bytes that hold values only, so nothing in them can run.

The bytes are the length of a description (JSON), the description, then numbers. A column is cut into pieces: numbers
as they are (8 bytes each), or the places of its cells among its different values (4 bytes each), which stand in the
description once. Days and durations are marked there: ``{"day": "2026-09-15"}``.
"""

from __future__ import annotations

import itertools
import json
import struct
import sys
from array import array
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import IO, Any

ROWS_AT_ONCE = 8192
NUMBERS, PLACES = "numbers", "places"
LENGTH = struct.Struct("<Q")


class Columns:
    """The columns of one sheet while its rows come in; so many empty columns stand before the first of a row."""

    def __init__(self, skipped: int = 0) -> None:
        self.rows = 0
        self._skipped = [""] * skipped
        self._pieces: list[list[tuple[str, int]]] = []
        self._places: list[dict[object, int]] = []
        self._data: list[list[bytes]] = []

    def add(self, rows: Iterable[list[Any]]) -> None:
        """Take in rows; each is as long as the first."""
        rows = iter(rows)
        while some := list(itertools.islice(rows, ROWS_AT_ONCE)):
            if self._skipped:
                some = [self._skipped + row for row in some]
            for number, cells in enumerate(zip(*some, strict=True)):
                if number == len(self._pieces):
                    self._pieces.append([])
                    self._places.append({})
                    self._data.append([])
                self._add_piece(number, cells)
            self.rows += len(some)

    def _add_piece(self, number: int, cells: tuple[object, ...]) -> None:
        kinds = set(map(type, cells))
        if kinds == {float}:
            self._append(number, NUMBERS, array("d", cells))
            return
        # 1, 1.0 and True are one key, so all but texts are kept apart by their type
        keys: tuple[object, ...] = cells if kinds == {str} else tuple(map(_key, cells))
        places = self._places[number]
        for key in dict.fromkeys(keys):
            places.setdefault(key, len(places))
        self._append(number, PLACES, array("I", map(places.__getitem__, keys)))

    def _append(self, number: int, kind: str, values: array[Any]) -> None:
        if sys.byteorder == "big":
            values.byteswap()
        self._pieces[number].append((kind, len(values)))
        self._data[number].append(values.tobytes())

    def described(self) -> list[dict[str, object]]:
        """Return what stands in the description of each column."""
        return [
            {"pieces": pieces, "values": [_written(key) for key in places]}
            for pieces, places in zip(self._pieces, self._places, strict=True)
        ]

    def data(self) -> Iterable[bytes]:
        """Yield the numbers of all columns, one after the other."""
        return itertools.chain.from_iterable(self._data)


def write(stream: IO[bytes], description: Mapping[str, object], data: Iterable[bytes]) -> None:
    """Write a description and the numbers behind it."""
    head = json.dumps(description, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    stream.write(LENGTH.pack(len(head)))
    stream.write(head)
    for piece in data:
        stream.write(piece)
    stream.flush()


def _key(cell: object) -> object:
    return cell if type(cell) is str else (type(cell), cell)


def _written(key: object) -> object:
    cell = key[1] if isinstance(key, tuple) else key
    for kind, mark, to_json in _MARKED:
        if type(cell) is kind:
            return {mark: to_json(cell)}
    return cell


def unmarked(value: object) -> object:
    """Return a value of the description as the cell it was."""
    if isinstance(value, dict):
        ((mark, text),) = value.items()
        return _READ[mark](text)
    return value


_MARKED: tuple[tuple[type, str, Callable[[Any], object]], ...] = (
    (datetime, "moment", datetime.isoformat),
    (date, "day", date.isoformat),
    (time, "clock", time.isoformat),
    (timedelta, "seconds", timedelta.total_seconds),
)
_READ: Mapping[str, Callable[[Any], object]] = {
    "moment": datetime.fromisoformat,
    "day": date.fromisoformat,
    "clock": time.fromisoformat,
    "seconds": lambda seconds: timedelta(seconds=float(seconds)),
}
