"""What a sheet says of its rows and columns beside their cells: which are hidden, which are merged, how far it goes.

Read from the markup itself, as the reader of cells does not tell; a sheet that hides nothing costs one look through it.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from phusong.data.raw.archives import check_content, check_prolog, chunks, part
from phusong.data.raw.limits import Limits
from phusong.data.raw.markup import elements
from phusong.data.raw.refused import RefusedError

_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
_NUMBER = re.compile(rb"""\sr=["'](\d+)["']""")
_HIDDEN = re.compile(rb"""\shidden=["'](?:1|true)["']""")
_ODS_TAG = re.compile(rb"<(/?)table:(table|table-column|table-row|table-cell|covered-table-cell)(?=[\s/>])([^>]*?)/?>")
_ODS_UNSEEN = re.compile(rb"""table:visibility=["'](?:collapse|filter)["']""")
_ODS_NAME = re.compile(rb"""\stable:name=["']([^"']*)["']""")
_ODS_NUMBERS = {
    name: re.compile(rb"table:number-" + name.encode() + rb"""=["'](\d+)["']""")
    for name in ("rows-repeated", "columns-repeated", "rows-spanned", "columns-spanned")
}
_FARTHEST = 2**20  # rows of a spreadsheet; what is repeated beyond is the empty rest of the sheet


@dataclass(slots=True)
class Marks:
    """Rows hidden (1 = first), columns hidden (0 = A), ranges merged (first row and column, last row and column)."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def xlsx_marks(archive: zipfile.ZipFile, limits: Limits) -> dict[str, Marks]:
    """Return the marks of every worksheet by its name.

    Raises
    ------
    RefusedError
        More sheets, rows or columns than are read, or a part that declares entities.
    """
    sheets = _xlsx_sheets(archive)
    if len(sheets) > limits.sheets:
        raise RefusedError("too_many_sheets", str(len(sheets)))
    check_prolog(next(chunks(archive, "xl/sharedStrings.xml"), b"")[:4096] if _has_texts(archive) else b"")
    return {name: _xlsx_sheet(archive, path, limits) for name, path in sheets.items()}


def _has_texts(archive: zipfile.ZipFile) -> bool:
    return "xl/sharedStrings.xml" in archive.namelist()


def _xlsx_sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the part of every sheet that has cells."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        raise RefusedError("damaged")
    targets = {
        attributes.get("Id", ""): posixpath.normpath(posixpath.join("/xl", attributes.get("Target", "")))[1:]
        for tag, attributes in elements(part(archive, "xl/_rels/workbook.xml.rels"))
        if tag == "Relationship" and attributes.get("Type", "").endswith("/worksheet")
    }
    sheets = {
        attributes.get("name", ""): targets.get(attributes.get("id", ""), "")
        for tag, attributes in elements(part(archive, "xl/workbook.xml"))
        if tag == "sheet"
    }
    return {name: path for name, path in sheets.items() if path in names}


def _xlsx_sheet(archive: zipfile.ZipFile, path: str, limits: Limits) -> Marks:
    marks, hides, cells = Marks(), False, 0
    for at, piece in enumerate(chunks(archive, path)):
        if at == 0:
            check_prolog(piece[:4096])
            marks.hidden_columns = _hidden_columns(piece.partition(b"sheetData")[0])
        cells += piece.count(b"<v>") + piece.count(b"<is>")
        if cells > limits.cells:
            raise RefusedError("too_many_cells", str(limits.cells))
        if _last_row(piece) > limits.rows:
            raise RefusedError("too_many_rows", str(limits.rows))
        hides = hides or b" hidden=" in piece
    if hides:
        marks.hidden_rows = _hidden_rows(chunks(archive, path))
    return marks


def _last_row(piece: bytes) -> int:
    """Return the number of the last row with a value; rows that only have a height or a format do not count."""
    value = max(piece.rfind(b"<v>"), piece.rfind(b"<is>"))
    at = piece.rfind(b"<row ", 0, max(value, 0))
    number = _NUMBER.search(piece, at, piece.find(b">", at)) if at >= 0 else None
    return int(number[1]) if number is not None else 0


def _hidden_columns(head: bytes) -> set[int]:
    hidden: set[int] = set()
    for column in _COLUMN.finditer(head):
        first, last = (re.search(rb"""\s%b=["'](\d+)["']""" % name, column[1]) for name in (b"min", b"max"))
        if first is not None and last is not None and _HIDDEN.search(column[1]):
            hidden.update(range(int(first[1]) - 1, min(int(last[1]), 2**14)))
    return hidden


def _hidden_rows(pieces: Iterator[bytes]) -> set[int]:
    hidden: set[int] = set()
    row = 0
    for piece in pieces:
        for tag in _ROW.finditer(piece):
            number = _NUMBER.search(tag[1])
            row = int(number[1]) if number is not None else row + 1
            if _HIDDEN.search(tag[1]):
                hidden.add(row)
    return hidden


def ods_marks(archive: zipfile.ZipFile, limits: Limits) -> dict[str, Marks]:
    """Return the marks of every table of an ``.ods`` by its name.

    Raises
    ------
    RefusedError
        More tables than are read, links to other files, scripts, or a part that declares entities.
    """
    tables = 0
    worth_reading = False
    for at, piece in enumerate(check_content(chunks(archive, "content.xml"))):
        if at == 0:
            check_prolog(piece[:4096])
        tables += piece.count(b"</table:table>")
        worth_reading = worth_reading or b"table:visibility=" in piece or b"-spanned=" in piece
    if tables > limits.sheets:
        raise RefusedError("too_many_sheets", str(tables))
    return _ods_tables(chunks(archive, "content.xml")) if worth_reading else {}


def _ods_tables(pieces: Iterator[bytes]) -> dict[str, Marks]:
    found: dict[str, Marks] = {}
    marks, row, rows, column = Marks(), 0, 0, 0
    for piece in pieces:
        for tag in _ODS_TAG.finditer(piece):
            is_end, kind, attributes = bool(tag[1]), tag[2], tag[3]
            if kind == b"table":
                name = _ODS_NAME.search(attributes)
                if not is_end:
                    marks, row, rows, column = Marks(), 0, 0, 0
                    found[_unescaped(name[1]) if name else ""] = marks
            elif is_end:
                continue
            elif kind == b"table-column":
                times = _ods_number("columns-repeated", attributes)
                if _ODS_UNSEEN.search(attributes):
                    marks.hidden_columns.update(range(column, min(column + times, 2**14)))
                column += times
            elif kind == b"table-row":
                row, column = row + rows, 0
                rows = _ods_number("rows-repeated", attributes)
                if _ODS_UNSEEN.search(attributes):
                    marks.hidden_rows.update(range(row + 1, min(row + rows, _FARTHEST) + 1))
            else:
                _add_span(marks, row, column, attributes)
                column += _ods_number("columns-repeated", attributes)
    return found


def _add_span(marks: Marks, row: int, column: int, attributes: bytes) -> None:
    if b"-spanned=" not in attributes:
        return
    rows, columns = _ods_number("rows-spanned", attributes), _ods_number("columns-spanned", attributes)
    if rows > 1 or columns > 1:
        marks.merged.append((row, column, row + rows - 1, column + columns - 1))


def _ods_number(name: str, attributes: bytes) -> int:
    if b"table:number-" not in attributes:
        return 1
    found = _ODS_NUMBERS[name].search(attributes)
    return min(int(found[1]), _FARTHEST) if found is not None else 1


def _unescaped(name: bytes) -> str:
    text = name.decode("utf-8", "replace")
    for entity, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, letter)
    return text
