"""The sheet of somebody else's form that holds the table: where it is, what it offers, how its rows are written."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl.formula.translate import Translator
from openpyxl.utils.cell import get_column_letter, range_boundaries

from phusong.data.cells import written
from phusong.data.form_rows import insert_rows
from phusong.data.form_values import FormColumn, form_column, form_value
from phusong.data.injection import put_text
from phusong.data.names import fold
from phusong.data.raw.header_rows import Header, find_header
from phusong.data.raw.layout import no_header
from phusong.data.raw.sheet import HEADER_ROWS, RawTable
from phusong.data.schema import ListSchema, named_columns
from phusong.words import Language, Text

_BLANKS = r"[\s.…_:]*"
_PLACEHOLDER = re.compile(r"[\s.…_\-]*")
_DAY = "dd/mm/yyyy"
_LEAST_TITLES = 2


class FormTable:
    """The sheet of a form that holds the table, and where its table is."""

    def __init__(self, path: Path, book: Any, schema: ListSchema) -> None:
        self._book, self._schema = book, schema
        self._sheet, header = _table_of(path, book, schema)
        self.first = header.end + 1
        self._top = header.first + 1
        choices = _offered(book, self._sheet, self.first)
        self.columns = tuple(
            form_column(schema, number, title, choices.get(number, ()))
            for number, title in enumerate(header.titles, start=1)
            if title
        )
        self.texts = [written(cell.value) for row in self._sheet.iter_rows(max_row=header.end) for cell in row]
        self._last = _last_slot(self._sheet, self.first, [column.number for column in self.columns])
        self._formulas = {
            column.number: cell.value
            for column in self.columns
            if (cell := self._sheet.cell(self.first, column.number)).data_type == "f" and isinstance(cell.value, str)
        }

    def write(self, rows: pd.DataFrame, language: Language) -> list[str]:
        """Write the rows; return the cells whose formulas somebody should look at."""
        missing = len(rows) - (self._last - self.first + 1)
        unsure: list[str] = []
        if missing > 0:
            unsure = insert_rows(self._book, self._sheet, self._last, missing)
        for at in range(max(len(rows), self._last - self.first + 1)):
            self._prepare(self.first + at)
        for at, row in enumerate(rows.to_dict("records")):
            self._write_row(at, {str(name): value for name, value in row.items()}, language)
        return unsure

    def _prepare(self, row: int) -> None:
        """Give a row the formats of the first one and empty it."""
        sheet = self._sheet
        if row != self.first:
            sheet.row_dimensions[row].height = sheet.row_dimensions[self.first].height
        for number in range(1, max(column.number for column in self.columns) + 1):
            cell = sheet.cell(row, number)
            if type(cell).__name__ == "MergedCell":
                continue
            cell._style = copy(sheet.cell(self.first, number)._style)
            cell.value = None

    def _write_row(self, at: int, row: Mapping[str, Any], language: Language) -> None:
        number = self.first + at
        for column in self.columns:
            cell = self._sheet.cell(number, column.number)
            if column.number in self._formulas:
                origin = f"{get_column_letter(column.number)}{self.first}"
                cell.value = Translator(self._formulas[column.number], origin).translate_formula(cell.coordinate)
            elif column.field == "row_no":
                cell.value = at + 1
            else:
                _put(cell, form_value(column, row, self._schema, cell.number_format, language))
        self._fit(number)

    def _fit(self, row: int) -> None:
        """Give a row of a fixed height room for its longest wrapped text."""
        size = self._sheet.row_dimensions[row]
        if size.height is None:
            return
        needed = max(_height_pt(self._sheet, row, column.number) for column in self.columns)
        size.height = max(size.height, needed)

    def write_titles(self, values: Mapping[str, str]) -> list[Text]:
        """Write values behind their labels above the table; say which labels the form does not have."""
        notes = []
        for label, value in values.items():
            pattern = re.compile(rf"\s*({re.escape(fold(label))}){_BLANKS}")
            cells = (cell for row in self._sheet.iter_rows(max_row=self._top - 1) for cell in row)
            found = next((cell for cell in cells if pattern.fullmatch(fold(written(cell.value)))), None)
            if found is None:
                notes.append(Text(f"Biểu mẫu không có chỗ ghi “{label}”.", f"The form has no place for “{label}”."))
                continue
            head = re.sub(r"[\s.…_:]+$", "", written(found.value))
            put_text(found, f"{head}: {value}")
        return notes

    def described(self, count: int) -> dict[str, object]:
        """Say which columns have values, which have none, and which of those are required."""
        filled = [column for column in self.columns if self._has_values(column, count)]
        empty = [column for column in self.columns if column not in filled]
        return {
            "sheet": str(self._sheet.title),
            "rows": count,
            "filled": [column.title for column in filled],
            "empty": [column.title for column in empty],
            "required": [column.title for column in empty if self._is_required(column)],
        }

    def _has_values(self, column: FormColumn, count: int) -> bool:
        cells = (self._sheet.cell(self.first + at, column.number).value for at in range(count))
        return any(value is not None for value in cells)

    def _is_required(self, column: FormColumn) -> bool:
        if "*" in column.title or "bat buoc" in fold(column.title):
            return True
        return column.field is not None and self._schema.field(column.field).required == "R"


def _table_of(path: Path, book: Any, schema: ListSchema) -> tuple[Any, Header]:
    """Return the visible sheet whose top holds the best header of the list."""

    def score(headers: Sequence[str]) -> int:
        return named_columns(schema, headers) + any(form_column(schema, 1, header).both for header in headers)

    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    found = [(sheet, header) for sheet in sheets if (header := find_header(_top_of(sheet), score)) is not None]
    best = max(found, key=lambda pair: pair[1].score, default=None)
    if best is None or best[1].score < _LEAST_TITLES:
        raise no_header(path)
    return best


def _top_of(sheet: Any) -> RawTable:
    """Return the first rows of a sheet as the readers of lists see them."""
    cells = [[_plain(cell) for cell in row] for row in sheet.iter_rows(max_row=HEADER_ROWS, values_only=True)]
    merged = tuple(
        (found.min_row - 1, found.min_col - 1, found.max_row - 1, found.max_col - 1)
        for found in sorted(sheet.merged_cells.ranges, key=lambda found: found.bounds)
    )
    return RawTable(name=sheet.title, cells=pd.DataFrame(cells, dtype=object), merged=merged)


def _plain(value: object) -> object:
    return str(value) if type(value).__name__ == "CellRichText" else value


def _last_slot(sheet: Any, first: int, columns: Sequence[int]) -> int:
    """Return the last row of a form's table that waits for data: bordered like the first, without words of its own."""
    look = _borders(sheet, first, columns)
    row = first
    while row < sheet.max_row and _waits(sheet, row + 1) and _borders(sheet, row + 1, columns) == look:
        row += 1
    return row if _waits(sheet, first) else first


def _waits(sheet: Any, row: int) -> bool:
    for cell in sheet[row]:
        value = cell.value
        if isinstance(value, str) and cell.data_type != "f" and not _PLACEHOLDER.fullmatch(value):
            return False
        if cell.data_type == "f" and "SUM" in str(value).upper():
            return False
    return True


def _borders(sheet: Any, row: int, columns: Sequence[int]) -> list[Any]:
    return [sheet.cell(row, column).border.left.style for column in columns]


def _offered(book: Any, sheet: Any, row: int) -> dict[int, tuple[str, ...]]:
    """Return the words a form offers in the columns of its first row."""
    found: dict[int, tuple[str, ...]] = {}
    for rule in sheet.data_validations.dataValidation:
        if rule.type != "list" or not rule.formula1:
            continue
        words = _words_of(book, sheet, rule.formula1)
        for area in rule.sqref.ranges:
            if area.min_row <= row <= area.max_row:
                found |= dict.fromkeys(range(area.min_col, area.max_col + 1), words)
    return found


def _words_of(book: Any, sheet: Any, source: str) -> tuple[str, ...]:
    if source.startswith('"'):
        return tuple(word.strip() for word in source.strip('"').split(","))
    named, mark, place = source.lstrip("=").replace("$", "").rpartition("!")
    try:
        left, top, right, bottom = range_boundaries(place)
        listed = book[named.strip("'").replace("''", "'")] if mark else sheet
        cells: Iterable[Any] = listed.iter_rows(top, bottom, left, right, values_only=True)
    except (ValueError, TypeError, KeyError):
        return ()  # a name or a formula: the words are not known
    return tuple(str(value) for row in cells for value in row if value is not None)


def _height_pt(sheet: Any, row: int, column: int) -> float:
    """Return the height of a cell's text where it is wrapped: 0 for all else."""
    cell = sheet.cell(row, column)
    if not isinstance(cell.value, str) or cell.data_type == "f" or not cell.alignment.wrap_text:
        return 0.0
    width = float(sheet.column_dimensions[get_column_letter(column)].width)
    size_pt = float(cell.font.sz or 11)
    room = max(1.0, 1.2 * width * 10.0 / size_pt)
    return 1.3 * size_pt * sum(math.ceil(max(1, len(line)) / room) for line in cell.value.split("\n"))


def _put(cell: Any, value: str | float | int | datetime | None) -> None:
    if isinstance(value, str):
        put_text(cell, value)
    elif isinstance(value, datetime):
        cell.value = value
        if cell.number_format == "General" or not cell.is_date:
            cell.number_format = _DAY
    elif value is not None:
        cell.value = value
