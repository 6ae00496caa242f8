"""Compound files (OLE2), which .xls workbooks and encrypted .xlsx workbooks are: their directory and their streams.

After [MS-CFB] sections 2.2 to 2.6; only what is needed to say what a file is and to read the workbook stream.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from phusong.data.raw.refused import Reason, RefusedError

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_SECTOR = 0xFFFFFFFA
_MOST_SECTORS = 2**21
_STREAM, _STORAGE, _ROOT = 2, 1, 5
_NAMES: tuple[tuple[str, Reason], ...] = (
    ("encryptedpackage", "password"),
    ("encryptioninfo", "password"),
    ("_vba_project_cur", "macros"),
    ("_vba_project", "macros"),
    ("vba", "macros"),
    ("ctls", "active_x"),
    ("objectpool", "embedded_objects"),
    ("worddocument", "word_document"),
    ("powerpoint document", "presentation"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One stream or storage of the directory."""

    name: str
    kind: int
    start: int
    size: int


class Compound:
    """A compound file in memory."""

    def __init__(self, data: bytes) -> None:
        if not data.startswith(SIGNATURE) or len(data) < 512:
            raise RefusedError("damaged")
        self._data = data
        self._sector_bytes = 1 << min(struct.unpack_from("<H", data, 30)[0], 12)
        if self._sector_bytes < 512:
            raise RefusedError("damaged")
        self._table = self._allocation_table()
        self.entries = tuple(self._directory(struct.unpack_from("<I", data, 48)[0]))

    def stream(self, name: str) -> bytes | None:
        """Return a stream by its name, None where there is none; small ones (under 4096 bytes) lie in the root's."""
        entry = next((e for e in self.entries if e.kind == _STREAM and e.name.casefold() == name.casefold()), None)
        if entry is None:
            return None
        if entry.size >= struct.unpack_from("<I", self._data, 56)[0]:
            return self._chain(entry.start)[: entry.size]
        return self._small(entry)

    def _small(self, entry: Entry) -> bytes:
        root = next((e for e in self.entries if e.kind == _ROOT), None)
        table_bytes = self._chain(struct.unpack_from("<I", self._data, 60)[0])
        table = struct.unpack(f"<{len(table_bytes) // 4}I", table_bytes[: len(table_bytes) // 4 * 4])
        whole = self._chain(root.start) if root is not None else b""
        size = 1 << min(struct.unpack_from("<H", self._data, 32)[0], 12)
        return b"".join(whole[at * size : (at + 1) * size] for at in _followed(entry.start, table))[: entry.size]

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self._sector_bytes
        return self._data[at : at + self._sector_bytes]

    def _allocation_table(self) -> tuple[int, ...]:
        per_sector = self._sector_bytes // 4
        sectors = list(struct.unpack_from("<109I", self._data, 76))
        more, seen = struct.unpack_from("<I", self._data, 68)[0], 0
        while more < _LAST_SECTOR and seen <= len(self._data) // self._sector_bytes:
            numbers = self._numbers(more)
            sectors += numbers[: per_sector - 1]
            more, seen = (numbers[-1] if len(numbers) == per_sector else _LAST_SECTOR), seen + 1
        table: list[int] = []
        for number in sectors:
            if number < _LAST_SECTOR:
                table += self._numbers(number)
            if len(table) > _MOST_SECTORS:
                raise RefusedError("damaged")
        return tuple(table)

    def _numbers(self, sector: int) -> list[int]:
        data = self._sector(sector)
        return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))

    def _chain(self, start: int) -> bytes:
        return b"".join(self._sector(number) for number in _followed(start, self._table))

    def _directory(self, start: int) -> list[Entry]:
        data = self._chain(start)
        found = []
        for at in range(0, len(data) - 127, 128):
            length, kind = struct.unpack_from("<HB", data, at + 64)
            if kind in (_STREAM, _STORAGE, _ROOT) and 2 <= length <= 64:
                name = data[at : at + length - 2].decode("utf-16-le", "replace")
                found.append(Entry(name, kind, *struct.unpack_from("<II", data, at + 116)))
        return found


def _followed(start: int, table: tuple[int, ...]) -> list[int]:
    """Return the sectors of a chain; one that runs in a circle is damaged."""
    found: list[int] = []
    while start < len(table):
        found.append(start)
        if len(found) > len(table):
            raise RefusedError("damaged")
        start = table[start]
    return found


def check_compound(file: Compound) -> None:
    """Refuse what is no .xls workbook, is encrypted, or carries macros, controls or other files."""
    if not any(entry.kind == _ROOT for entry in file.entries):
        raise RefusedError("damaged")
    names = [entry.name for entry in file.entries]
    folded = {name.casefold() for name in names}
    for name, reason in _NAMES:
        if name in folded:
            raise RefusedError(reason, next(n for n in names if n.casefold() == name))
    embedded = next((e.name for e in file.entries if e.kind == _STORAGE and e.name.startswith("MBD")), None)
    if embedded is not None:
        raise RefusedError("embedded_objects", embedded)
    if not folded & {"workbook", "book"}:
        raise RefusedError("old_office")
