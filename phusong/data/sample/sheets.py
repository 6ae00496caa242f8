"""Write the sample's lists as a province keeps them: Vietnamese headers, xlsx or csv, the same bytes each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter

from phusong.data.injection import XLSXWRITER_OPTIONS, harmless_table
from phusong.data.schema import ListSchema
from phusong.words import day

CREATED = datetime(2026, 11, 1, tzinfo=UTC).replace(tzinfo=None)
SIMULATED = "DỮ LIỆU MÔ PHỎNG – KHÔNG PHẢI SỐ LIỆU THẬT"


def labelled(table: pd.DataFrame, schema: ListSchema) -> pd.DataFrame:
    """Return a table of field names and stored values with Vietnamese headers and words."""
    words = {}
    for name in table.columns:
        field = schema.field(name)
        column = table[name]
        if field.options and field.kind in ("enum", "enums"):
            titles = {option.value: option.title.vi for option in field.options}
            column = column.map(lambda value, titles=titles: titles.get(value, value))
        elif field.kind == "bool":
            column = column.map({True: "Có", False: "Không"})
        elif field.kind == "date":
            column = column.map(lambda value: day(value) if isinstance(value, date) else value)
        words[field.header("vi")] = column
    return pd.DataFrame(words)


def write_workbook(
    path: Path,
    table: pd.DataFrame,
    schema: ListSchema,
    title: str,
    *,
    headers: Mapping[str, str] | None = None,
    total: Sequence[str] = (),
) -> None:
    """Write one sheet: title and remark, header on the fourth line, rows, a total row for the fields named.

    ``headers`` are the file's own wordings of some fields' headers.
    """
    workbook = xlsxwriter.Workbook(str(path), dict(XLSXWRITER_OPTIONS))
    workbook.set_properties({"title": title, "comments": SIMULATED, "created": CREATED})
    sheet = workbook.add_worksheet("Danh sách")
    bold = workbook.add_format({"bold": True, "font_name": "Times New Roman"})
    sheet.write_string(0, 0, title, bold)
    sheet.write_string(1, 0, SIMULATED)
    sheet.freeze_panes(4, 0)
    columns = zip(table.columns, labelled(table, schema).items(), strict=True)
    for col, (field, (header, values)) in enumerate(columns):
        sheet.write_string(3, col, (headers or {}).get(field, str(header)), bold)
        sheet.set_column(col, col, max(9, min(26, len(str(header)))))
        for row, value in enumerate(values.tolist(), start=4):
            _write(sheet, row, col, value)
        if field in total:
            sheet.write_number(4 + len(table), col, float(table[field].sum()), bold)
    if total:
        sheet.write_string(4 + len(table), 1, "Tổng cộng", bold)
    workbook.close()


def _write(sheet: Any, row: int, col: int, value: Any) -> None:
    if isinstance(value, str):
        if value:
            sheet.write_string(row, col, value)
    elif value is not None and np.isfinite(value):
        sheet.write_number(row, col, value)


def write_csv(path: Path, table: pd.DataFrame, schema: ListSchema) -> None:
    """Write a csv as Vietnamese Excel opens it: UTF-8 with byte-order mark."""
    harmless_table(labelled(table, schema)).to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")


def comma(value: float, decimals: int) -> str:
    """Write a number as text with a decimal comma."""
    return f"{value:.{decimals}f}".replace(".", ",")
