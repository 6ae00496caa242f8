"""The XML of one worksheet with some cells given another content: every byte outside those cells stays what it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape

from openpyxl.utils.cell import coordinate_to_tuple, get_column_letter

from phusong.data.annotated.remarks import Place
from phusong.data.annotated.sheet_xml import merged_ranges, refuse_doctype, spliced, tag_at, without_spans
from phusong.data.injection import cell_text, looks_like_formula

Value = str | float | None
"""What a cell is to hold: a text, a number, or nothing."""


class FixedCellError(Exception):
    """A cell that cannot be changed by itself: others hang on it."""

    def __init__(self, place: Place) -> None:
        super().__init__(f"{get_column_letter(place[1])}{place[0]}")
        self.place = place


@dataclass(frozen=True, slots=True)
class FixedSheet:
    """A worksheet's XML with changed cells; ``lost_formula`` says that one of them held a formula."""

    xml: bytes
    lost_formula: bool


@dataclass(slots=True)
class _Cell:
    column: int
    at: int
    style: int
    end: int = -1
    has_formula: bool = False
    leads_others: bool = False


@dataclass(slots=True)
class _Row:
    number: int
    at: int
    cells: list[_Cell] = field(default_factory=list)


def fix_cells(xml: bytes, values: Mapping[Place, Value], quoted: Callable[[int], int]) -> FixedSheet:
    """Write values into cells, each in the format it has; cells that are not in the file yet are added.

    Parameters
    ----------
    xml
        The worksheet, in UTF-8.
    values
        What each cell is to hold; a text is stored as text, whatever it begins with.
    quoted
        The style of a cell to the same with the quote prefix, for texts that look like a formula.

    Raises
    ------
    FixedCellError
        A cell belongs to a merged range, or holds a formula that other cells share.
    expat.ExpatError
        The XML is not well formed, or a row is not in the file.
    """
    ranges = merged_ranges(xml)
    for place in values:
        if any(a <= place[0] <= c and b <= place[1] <= d for a, b, c, d in ranges):
            raise FixedCellError(place)
    walk = _Walk(xml, values, quoted)
    walk.run()
    return FixedSheet(spliced(xml, walk.edits), walk.lost_formula)


class _Walk:
    """One walk through a worksheet, collecting what to write where."""

    def __init__(self, xml: bytes, values: Mapping[Place, Value], quoted: Callable[[int], int]) -> None:
        self.edits: list[tuple[int, int, bytes]] = []
        self.lost_formula = False
        self._xml, self._quoted = xml, quoted
        self._values: dict[int, dict[int, Value]] = {}
        for (row, column), value in values.items():
            self._values.setdefault(row, {})[column] = value
        self._parser = expat.ParserCreate()
        self._row: _Row | None = None
        self._last_row = self._last_column = 0

    def run(self) -> None:
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = refuse_doctype
        self._parser.Parse(self._xml, True)
        if self._values:
            raise expat.ExpatError("a row is not there")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local, row = name.rpartition(":")[2], self._row
        if row is None:
            if local == "row":
                self._last_row = int(attributes.get("r", self._last_row + 1))
                self._last_column = 0
                if self._last_row in self._values:
                    self._row = _Row(self._last_row, self._parser.CurrentByteIndex)
        elif local == "c":
            place = attributes.get("r")
            self._last_column = coordinate_to_tuple(place)[1] if place else self._last_column + 1
            row.cells.append(_Cell(self._last_column, self._parser.CurrentByteIndex, int(attributes.get("s", "0"))))
        elif local == "f" and row.cells:
            row.cells[-1].has_formula = True
            row.cells[-1].leads_others = "ref" in attributes

    def _end(self, name: str) -> None:
        local, row = name.rpartition(":")[2], self._row
        if row is None:
            return
        if local == "c":
            cell, at = row.cells[-1], self._parser.CurrentByteIndex
            tag = tag_at(self._xml, cell.at)
            cell.end = cell.at + len(tag) if tag.endswith(b"/>") else self._xml.index(b">", at) + 1
        elif local == "row":
            self._write(row, self._parser.CurrentByteIndex, name)
            self._row = None

    def _write(self, row: _Row, end: int, name: str) -> None:
        values = self._values.pop(row.number)
        there = {cell.column: cell for cell in row.cells}
        prefix = name.removesuffix("row")
        for column in sorted(values.keys() & there.keys()):
            cell = there[column]
            if cell.leads_others:
                raise FixedCellError((row.number, column))
            self.lost_formula |= cell.has_formula
            self.edits.append((cell.at, cell.end, self._cell(prefix, row.number, column, cell.style, values[column])))
        absent = sorted(column for column in values.keys() - there.keys() if values[column] is not None)
        if not absent:
            return
        tag = tag_at(self._xml, row.at)
        new = {column: self._cell(prefix, row.number, column, 0, values[column]) for column in absent}
        if tag.endswith(b"/>"):  # a row without cells
            whole = without_spans(tag)[:-2].rstrip() + b">" + b"".join(new.values()) + f"</{name}>".encode()
            self.edits.append((row.at, row.at + len(tag), whole))
            return
        self.edits.append((row.at, row.at + len(tag), without_spans(tag)))
        for column, cell_xml in new.items():
            at = next((cell.at for cell in row.cells if cell.column > column), end)
            self.edits.append((at, at, cell_xml))

    def _cell(self, prefix: str, row: int, column: int, style: int, value: Value) -> bytes:
        place = f"{get_column_letter(column)}{row}"
        if value is None:
            return f'<{prefix}c r="{place}" s="{style}"/>'.encode()
        if isinstance(value, str):
            style = self._quoted(style) if looks_like_formula(value) else style
            said = escape(cell_text(value))
            text = f'<{prefix}is><{prefix}t xml:space="preserve">{said}</{prefix}t></{prefix}is>'
            return f'<{prefix}c r="{place}" s="{style}" t="inlineStr">{text}</{prefix}c>'.encode()
        return f'<{prefix}c r="{place}" s="{style}"><{prefix}v>{value!r}</{prefix}v></{prefix}c>'.encode()
