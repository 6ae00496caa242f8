"""An .xlsx of the bare cells of another kind of file: .xls, .ods and text tables come back as this."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

from phusong.data.annotated.parts import said_of_parts
from phusong.data.injection import CELL_LIMIT, XLSXWRITER_OPTIONS, looks_like_formula
from phusong.data.raw.reading import WORKBOOKS
from phusong.data.raw.sheet import RawTable, Score
from phusong.data.raw.texts import read_text_table
from phusong.data.raw.workbooks import read_workbook
from phusong.data.templates import CREATED
from phusong.words import Text

_TEXT_SHEET = "Danh sách"


def bare_tables(source: Path, score: Score) -> tuple[RawTable, ...]:
    """Return every table of a file, all rows, titles above and totals below too."""
    if source.suffix.lower() in WORKBOOKS:
        return read_workbook(source)
    return (read_text_table(source, score),)


def write_plain_copy(tables: Sequence[RawTable], out: Path) -> None:
    """Write tables as the sheets of a workbook, every cell at its place; texts stay texts."""
    options = {**XLSXWRITER_OPTIONS, "constant_memory": True}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": CREATED})
        formats = {
            "day": book.add_format({"num_format": "dd/mm/yyyy"}),
            "time": book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"}),
            "text": book.add_format({"num_format": "@"}),
            "quoted": book.add_format({"num_format": "@", "quote_prefix": True}),
        }
        for table in tables:
            sheet = book.add_worksheet(table.name or _TEXT_SHEET)
            if table.hidden:
                sheet.hide()
            for row, cells in enumerate(table.cells.itertuples(index=False, name=None)):
                for column, cell in enumerate(cells):
                    _write(sheet, row, column, cell, formats)


def said_of_conversion(source: Path) -> tuple[Text, ...]:
    """Say what a copy of bare cells does not have."""
    kind = source.suffix.lower()
    remarks = [
        Text(
            f"Tệp gốc là {kind}: bản này là tệp .xlsx chỉ gồm giá trị các ô; định dạng, công "
            "thức, ghi chú, ô gộp và độ rộng cột của tệp gốc không được chép sang.",
            f"The file was {kind}: this is an .xlsx of the values in its cells; formats, "
            "formulas, comments, merged cells and widths of the original were not carried over.",
        )
    ]
    if kind == ".ods":
        with zipfile.ZipFile(source) as archive:
            remarks += [
                Text(f"Không chép sang: {what.vi}.", f"Not carried over: {what.en}.")
                for what in said_of_parts(archive.namelist())
            ]
    return tuple(remarks)


def _write(sheet: Any, row: int, column: int, cell: object, formats: dict[str, Any]) -> None:
    if isinstance(cell, str):
        if cell:
            look = formats["quoted" if looks_like_formula(cell) else "text"]
            sheet.write_string(row, column, cell[:CELL_LIMIT], look)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, int | float):
        if math.isfinite(cell):
            sheet.write_number(row, column, cell)
    elif isinstance(cell, datetime):
        sheet.write_datetime(row, column, cell, formats["time" if cell.time() != time() else "day"])
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, datetime.combine(cell, time()), formats["day"])
    elif isinstance(cell, time):
        sheet.write_string(row, column, cell.isoformat(), formats["text"])
    elif isinstance(cell, timedelta):
        sheet.write_string(row, column, str(cell), formats["text"])
