"""The records of an .xls workbook (BIFF8) that say what the reader of cells does not: hidden rows, links, a password.

After [MS-XLS] sections 2.4.28 (BoundSheet8), 2.4.53 (ColInfo), 2.4.117 (FilePass), 2.4.221 (Row), 2.4.271 (SupBook).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from phusong.data.raw.marks import Marks
from phusong.data.raw.refused import RefusedError

_BEGIN, _END, _FILE_PASS, _BOUND_SHEET, _SUP_BOOK, _ROW, _COLUMN = 0x0809, 0x0A, 0x2F, 0x85, 0x01AE, 0x0208, 0x7D
_BIFF8 = 0x0600
_OWN_BOOK, _ADD_IN = 0x0401, 0x3A01
_MACRO_SHEETS = (1, 6)

Record = tuple[int, bytes]


def xls_marks(workbook: bytes) -> dict[str, Marks]:
    """Return the marks of every worksheet by its name; none for workbooks older than Excel 97.

    Raises
    ------
    RefusedError
        The workbook has a password, macro sheets or links to other workbooks.
    """
    places: dict[str, int] = {}
    for kind, body in _records(workbook, 0):
        if kind == _FILE_PASS:
            raise RefusedError("password")
        if kind == _BEGIN and len(body) >= 2 and struct.unpack_from("<H", body)[0] != _BIFF8:
            return {}
        if kind == _SUP_BOOK and len(body) >= 4 and struct.unpack_from("<H", body, 2)[0] not in (_OWN_BOOK, _ADD_IN):
            raise RefusedError("external_links")
        if kind == _BOUND_SHEET and len(body) >= 8:
            name, start = _bound_sheet(body)
            places[name] = start
    return {name: _sheet(workbook, start) for name, start in places.items()}


def _bound_sheet(body: bytes) -> tuple[str, int]:
    start, _, kind, length, is_wide = struct.unpack_from("<IBBBB", body)
    if kind in _MACRO_SHEETS:
        raise RefusedError("macros")
    name = (
        body[8 : 8 + 2 * length].decode("utf-16-le", "replace")
        if is_wide & 1
        else body[8 : 8 + length].decode("latin-1")
    )
    return name, start


def _sheet(workbook: bytes, start: int) -> Marks:
    marks = Marks()
    for kind, body in _records(workbook, start):
        if kind == _ROW and len(body) >= 14 and struct.unpack_from("<H", body, 12)[0] & 0x20:
            marks.hidden_rows.add(struct.unpack_from("<H", body)[0] + 1)
        elif kind == _COLUMN and len(body) >= 10 and struct.unpack_from("<H", body, 8)[0] & 1:
            first, last = struct.unpack_from("<HH", body)
            marks.hidden_columns.update(range(first, min(last, 255) + 1))
    return marks


def _records(workbook: bytes, at: int) -> Iterator[Record]:
    """Yield the records from one beginning to its end; those of charts within are passed over."""
    depth = 0
    unpack = struct.Struct("<HH").unpack_from
    while at + 4 <= len(workbook):
        kind, length = unpack(workbook, at)
        if kind == _BEGIN:
            depth += 1
        if kind == _END:
            depth -= 1
            if depth <= 0:
                return
        elif depth <= 1 and kind in _WANTED:
            yield kind, workbook[at + 4 : at + 4 + length]
        at += 4 + length


_WANTED = frozenset({_BEGIN, _FILE_PASS, _BOUND_SHEET, _SUP_BOOK, _ROW, _COLUMN})
