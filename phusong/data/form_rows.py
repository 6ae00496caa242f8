"""Room for more rows in a form: everything below moves down, and what refers to the rows comes along.

openpyxl moves the cells themselves. Merged cells, heights, rules, print areas, pictures and formulas are moved here,
as a spreadsheet program does when a person inserts rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import copy
from typing import Any

from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formula.tokenizer import Token, Tokenizer
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

_CELL = re.compile(r"(\$?[A-Z]{1,3})(\$?)(\d+)")
_ROWS = re.compile(r"(\$?)(\d+):(\$?)(\d+)")
_UNSURE = re.compile(r"INDIRECT|OFFSET|\[", re.IGNORECASE)
"""What may refer to rows in a way that is not seen."""

Moved = Callable[[int], int]


def insert_rows(book: Any, sheet: Any, last: int, count: int) -> list[str]:
    """Insert empty rows below row ``last``, the last row of the form's table; ranges that end there grow with it.

    Returns
    -------
    unsure
        Cells (``Sheet!A1``) whose formulas may need another look: they refer to rows in a way that cannot be followed.
    """
    _move_cells(sheet, last, count)
    unsure = [place for other in book.worksheets for place in _move_formulas(other, sheet, last, count)]
    _move_ranges(sheet, last, count)
    _move_names(book, sheet, last, count)
    return unsure


def moved_formula(formula: str, on: str, sheet: str, last: int, count: int) -> str:
    """Return a formula on sheet ``on`` after rows were inserted below row ``last`` of ``sheet``."""
    tokens = Tokenizer(formula)
    for token in tokens.items:
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            token.value = _moved_reference(token.value, on, sheet, last, count)
    return str(tokens.render())


def _moved_reference(reference: str, on: str, sheet: str, last: int, count: int) -> str:
    named, mark, place = reference.rpartition("!")
    target = named.strip("'").replace("''", "'") if mark else on
    if target != sheet or "[" in reference:
        return reference
    if match := _ROWS.fullmatch(place):
        first, end = _moved_range(int(match[2]), int(match[4]), last, count)
        return f"{named}{mark}{match[1]}{first}:{match[3]}{end}"
    ends = [_CELL.fullmatch(end) for end in place.split(":")]
    if not all(ends) or len(ends) > 2:
        return reference
    rows = [int(end[3]) for end in ends if end]
    moved = _moved_range(rows[0], rows[1], last, count) if len(rows) == 2 else (_moved(rows[0], last, count),)
    cells = [f"{end[1]}{end[2]}{row}" for end, row in zip(ends, moved, strict=True) if end]
    return f"{named}{mark}{':'.join(cells)}"


def _moved(row: int, last: int, count: int) -> int:
    return row + count if row > last else row


def _moved_range(first: int, end: int, last: int, count: int) -> tuple[int, int]:
    """Move a range of rows; one that reaches the last row of the table takes in the new rows."""
    return _moved(first, last, count), end + count if end >= last >= first or end > last else end


def _move_cells(sheet: Any, last: int, count: int) -> None:
    heights = {row: size for row, size in sheet.row_dimensions.items() if row > last}
    sheet.insert_rows(last + 1, count)
    for row in heights:
        del sheet.row_dimensions[row]
    for row, size in heights.items():
        moved = copy(size)
        moved.index = row + count
        sheet.row_dimensions[row + count] = moved
    for row in range(last + 1, last + count + 1):
        sheet.row_dimensions[row] = RowDimension(sheet, index=row)
    for cells in sheet.iter_rows(min_row=last + count + 1):
        for cell in cells:
            if getattr(cell, "hyperlink", None) is not None:
                cell.hyperlink.ref = cell.coordinate


def _move_formulas(other: Any, sheet: Any, last: int, count: int) -> list[str]:
    unsure = []
    for cells in other.iter_rows():
        for cell in cells:
            if isinstance(cell.value, ArrayFormula | DataTableFormula):
                unsure.append(f"{other.title}!{cell.coordinate}")
            elif cell.data_type == "f" and isinstance(cell.value, str):
                if _UNSURE.search(cell.value):
                    unsure.append(f"{other.title}!{cell.coordinate}")
                cell.value = moved_formula(cell.value, other.title, sheet.title, last, count)
    return unsure


def _move_ranges(sheet: Any, last: int, count: int) -> None:
    sheet.merged_cells.ranges = {_shifted(found, last, count) for found in sheet.merged_cells.ranges}
    for rule in sheet.data_validations.dataValidation:
        rule.sqref = _shifted_all(rule.sqref, last, count)
        for name in ("formula1", "formula2"):
            if getattr(rule, name):
                setattr(rule, name, _moved_bare(getattr(rule, name), sheet, last, count))
    _move_conditional_formats(sheet, last, count)
    for table in sheet.tables.values():
        table.ref = _shifted(CellRange(table.ref), last, count).coord
    if sheet.auto_filter.ref:
        sheet.auto_filter.ref = _shifted(CellRange(sheet.auto_filter.ref), last, count).coord
    if sheet.print_area:
        sheet.print_area = ",".join(
            _shifted(CellRange(part.rpartition("!")[2].replace("$", "")), last, count).coord
            for part in sheet.print_area.split(",")
        )
    for line in sheet.row_breaks.brk:
        line.id = _moved(line.id, last, count)
    for drawing in (*sheet._images, *sheet._charts):
        for corner in (getattr(drawing.anchor, "_from", None), getattr(drawing.anchor, "to", None)):
            if corner is not None and corner.row >= last:
                corner.row += count


def _move_conditional_formats(sheet: Any, last: int, count: int) -> None:
    moved = ConditionalFormattingList()
    for found in sheet.conditional_formatting:
        for rule in found.rules:
            rule.formula = [_moved_bare(formula, sheet, last, count) for formula in rule.formula]
            moved.add(str(_shifted_all(found.sqref, last, count)), rule)
    sheet.conditional_formatting = moved


def _move_names(book: Any, sheet: Any, last: int, count: int) -> None:
    for names in (book.defined_names, *(other.defined_names for other in book.worksheets)):
        for name in names.values():
            if name.attr_text and name.type == "RANGE":
                name.attr_text = _moved_bare(name.attr_text, None, last, count, sheet.title)


def _moved_bare(formula: str, on: Any, last: int, count: int, title: str | None = None) -> str:
    """Move a formula written without its equals sign."""
    own = title or on.title
    return moved_formula(f"={formula}", on.title if on is not None else "", own, last, count).removeprefix("=")


def _shifted_all(ranges: Any, last: int, count: int) -> MultiCellRange:
    return MultiCellRange({_shifted(found, last, count) for found in ranges.ranges})


def _shifted(found: Any, last: int, count: int) -> Any:
    moved = copy(found)
    moved.min_row, moved.max_row = _moved_range(found.min_row, found.max_row, last, count)
    return moved
