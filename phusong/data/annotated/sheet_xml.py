"""The XML of one worksheet with some cells given another style: every byte outside those cells stays what it was.

A worksheet of 100,000 × 25 cells is 100 MB of XML. Reading it into a tree and writing it back takes minutes, gigabytes
and whatever the tree does not know; here it is walked through once (expat), and only the start tags of marked cells
are written anew, at their places.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from openpyxl.utils.cell import coordinate_to_tuple, get_column_letter

from phusong.data.annotated.remarks import Place

Restyle = Callable[[int, str], int]
"""The style of a cell and its mark to the style of the marked cell."""

_TAG = re.compile(rb"<[^\s/>]+(?:\s+[^\s=]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*/?>")
_STYLE = re.compile(rb"(\ss\s*=\s*)(?:\"[^\"]*\"|'[^']*')")
_SPANS = re.compile(rb"\sspans\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*[\"']([A-Z]+\d+):([A-Z]+\d+)[\"']")
_AFTER_COMMENTS = frozenset(
    (
        *("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts"),
        *("extLst", "AlternateContent"),
    )
)
"""What may only stand behind the link to the comments' shapes."""


@dataclass(frozen=True, slots=True)
class MarkedSheet:
    """A worksheet's XML with marked cells.

    ``first_used`` is the first used column of each row that was asked for, ``comments_id`` the relation to the shapes
    of comments the sheet has already, ``comments_at`` where a link to new ones belongs, ``prefix`` that of its tags.
    """

    xml: bytes
    first_used: Mapping[int, int]
    comments_id: str | None
    comments_at: int
    prefix: str

    def linked(self, relations: str, identity: str) -> bytes:
        """Return the XML with the link to the comments' shapes at the one place where it may stand."""
        tag = f'<{self.prefix}legacyDrawing xmlns:r="{relations}" r:id="{identity}"/>'
        return self.xml[: self.comments_at] + tag.encode() + self.xml[self.comments_at :]


@dataclass(slots=True)
class _Cell:
    column: int
    at: int
    style: int
    used: bool = False


@dataclass(slots=True)
class _Row:
    number: int
    at: int
    style: int | None
    cells: list[_Cell] = field(default_factory=list)


def mark_sheet(
    xml: bytes, cells: Mapping[Place, str], rows: Mapping[int, str], restyle: Restyle, gravest: Callable[..., str]
) -> MarkedSheet:
    """Give the marked cells their fills.

    Parameters
    ----------
    xml
        The worksheet, in UTF-8.
    cells
        The mark of each marked cell; cells that are not in the file yet are added.
    rows
        Marks of rows as a whole: they go on the first used cell.
    restyle
        What turns a style into that of a marked cell.
    gravest
        Chooses where a cell has its own mark and its row's.

    Raises
    ------
    expat.ExpatError
        The XML is not well formed.
    """
    walk = _Walk(xml, cells, rows, restyle, gravest)
    walk.run()
    longer = sum(len(new) - (end - start) for start, end, new in walk.edits)
    return MarkedSheet(
        xml=spliced(xml, walk.edits),
        first_used=walk.first_used,
        comments_id=walk.comments_id,
        comments_at=walk.comments_at + longer,
        prefix=walk.prefix,
    )


def merged_anchors(xml: bytes, places: set[Place]) -> dict[Place, Place]:
    """Return, for cells inside merged ranges, the cell that shows: the range's first."""
    found: dict[Place, Place] = {}
    for top, left, bottom, right in merged_ranges(xml):
        for place in places:
            if top <= place[0] <= bottom and left <= place[1] <= right and place != (top, left):
                found[place] = (top, left)
    return found


def merged_ranges(xml: bytes) -> list[tuple[int, int, int, int]]:
    """Return the merged ranges of a worksheet: first row and column, last row and column."""
    tail = max(xml.rfind(b"sheetData"), 0)
    return [
        (*coordinate_to_tuple(match[1].decode()), *coordinate_to_tuple(match[2].decode()))
        for match in _MERGED.finditer(xml, tail)
    ]


class _Walk:
    """One walk through a worksheet, collecting what to write where."""

    def __init__(
        self,
        xml: bytes,
        cells: Mapping[Place, str],
        rows: Mapping[int, str],
        restyle: Restyle,
        gravest: Callable[..., str],
    ) -> None:
        self.edits: list[tuple[int, int, bytes]] = []
        self.first_used: dict[int, int] = {}
        self._xml = xml
        self._cells: dict[int, dict[int, str]] = {}
        for (row, column), mark in cells.items():
            self._cells.setdefault(row, {})[column] = mark
        self._rows = rows
        self._restyle, self._gravest = restyle, gravest
        self._columns: list[tuple[int, int, int]] = []
        self._parser = expat.ParserCreate()
        self._row: _Row | None = None
        self._last_row = self._last_column = 0
        self._depth_behind = 0
        self.prefix = ""
        self.comments_id: str | None = None
        self.comments_at = -1

    def run(self) -> None:
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = refuse_doctype
        self._parser.Parse(self._xml, True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        row = self._row
        if row is not None:
            local = name.rpartition(":")[2]
            if local == "c":
                place = attributes.get("r")
                column = coordinate_to_tuple(place)[1] if place else self._last_column + 1
                self._last_column = column
                row.cells.append(_Cell(column, self._parser.CurrentByteIndex, int(attributes.get("s", "0"))))
            elif local in ("v", "is", "f") and row.cells:
                row.cells[-1].used = True
        elif self._depth_behind:
            self._start_behind(name, attributes)
        elif name.endswith("row") and name.rpartition(":")[2] == "row":
            self._start_row(name, attributes)
        elif name.endswith("col") and "min" in attributes:
            style = int(attributes.get("style", "0"))
            self._columns.append((int(attributes["min"]), int(attributes.get("max", attributes["min"])), style))

    def _start_row(self, name: str, attributes: dict[str, str]) -> None:
        self._last_row = number = int(attributes.get("r", self._last_row + 1))
        if number not in self._cells and number not in self._rows:
            return
        self._last_column = 0
        given = attributes.get("customFormat") in ("1", "true") and "s" in attributes
        self._row = _Row(number, self._parser.CurrentByteIndex, int(attributes["s"]) if given else None)

    def _end(self, name: str) -> None:
        row = self._row
        if row is None:
            self._end_behind(name)
            return
        if not name.endswith("row") or name.rpartition(":")[2] != "row":
            return
        marks = self._marks(row)
        if marks:
            self._write(row, marks, self._parser.CurrentByteIndex, name)
        self._row = None

    def _start_behind(self, name: str, attributes: dict[str, str]) -> None:
        """Look at what follows the cells: the link to comments, and what may only stand behind it."""
        local = name.rpartition(":")[2]
        if self._depth_behind == 1 and local == "legacyDrawing":
            self.comments_id = next((value for key, value in attributes.items() if key.endswith(":id")), None)
        elif self._depth_behind == 1 and local in _AFTER_COMMENTS and self.comments_at < 0:
            self.comments_at = self._parser.CurrentByteIndex
        self._depth_behind += 1

    def _end_behind(self, name: str) -> None:
        if self._depth_behind:
            self._depth_behind -= 1
            if not self._depth_behind and self.comments_at < 0:
                self.comments_at = self._parser.CurrentByteIndex
        elif name.endswith("sheetData"):
            self._depth_behind = 1
            self.prefix = name.removesuffix("sheetData")

    def _marks(self, row: _Row) -> dict[int, str]:
        marks = dict(self._cells.get(row.number, {}))
        first = next((cell.column for cell in row.cells if cell.used), None)
        if row.number in self._rows and first is not None:
            self.first_used[row.number] = first
            own = [marks[first]] if first in marks else []
            marks[first] = self._gravest([self._rows[row.number], *own])
        return marks

    def _write(self, row: _Row, marks: dict[int, str], end: int, name: str) -> None:
        there = {cell.column: cell for cell in row.cells}
        for column in sorted(marks.keys() & there.keys()):
            cell = there[column]
            tag = tag_at(self._xml, cell.at)
            self.edits.append((cell.at, cell.at + len(tag), _restyled(tag, self._restyle(cell.style, marks[column]))))
        absent = sorted(marks.keys() - there.keys())
        if not absent:
            return
        tag = tag_at(self._xml, row.at)
        opened = without_spans(tag)
        if tag.endswith(b"/>"):  # a row without cells
            added = b"".join(self._new(row, column, marks[column]) for column in absent)
            whole = opened[:-2].rstrip() + b">" + added + f"</{name}>".encode()
            self.edits.append((row.at, row.at + len(tag), whole))
            return
        self.edits.append((row.at, row.at + len(tag), opened))
        for column in absent:
            at = next((cell.at for cell in row.cells if cell.column > column), end)
            self.edits.append((at, at, self._new(row, column, marks[column])))

    def _tag_prefix(self, row: _Row) -> str:
        return tag_at(self._xml, row.at)[1:].split(b"row", 1)[0].decode()

    def _new(self, row: _Row, column: int, mark: str) -> bytes:
        of_column = next((style for low, high, style in self._columns if low <= column <= high), 0)
        style = self._restyle(of_column if row.style is None else row.style, mark)
        return f'<{self._tag_prefix(row)}c r="{get_column_letter(column)}{row.number}" s="{style}"/>'.encode()


def refuse_doctype(*_: Any) -> None:
    """Refuse a document type: with it XML can ask for what is elsewhere."""
    raise expat.ExpatError("a worksheet has no document type")


def tag_at(xml: bytes, at: int) -> bytes:
    """Return the start tag that stands at a place."""
    match = _TAG.match(xml, at)
    assert match is not None, "expat has read this tag"
    return match[0]


def _restyled(tag: bytes, style: int) -> bytes:
    text = str(style).encode()
    if _STYLE.search(tag):
        return _STYLE.sub(rb'\1"' + text + b'"', tag, count=1)
    end = -2 if tag.endswith(b"/>") else -1
    return tag[:end].rstrip() + b' s="' + text + b'"' + tag[end:]


def without_spans(tag: bytes) -> bytes:
    """Return a row's start tag without what it says of the columns in use."""
    return _SPANS.sub(b"", tag)


def spliced(xml: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    """Return bytes with some stretches (start, end) written anew."""
    parts: list[bytes | memoryview] = []
    view, done = memoryview(xml), 0
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        parts += [view[done:start], new]
        done = end
    parts.append(view[done:])
    return b"".join(parts)
