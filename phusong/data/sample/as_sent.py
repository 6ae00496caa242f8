"""A gap list as a commune sends it: titles, merged headers, sections, a total, a signature, and mistakes to find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from phusong.data.injection import XLSXWRITER_OPTIONS
from phusong.data.sample.sheets import CREATED, SIMULATED, comma
from phusong.data.schemas.gaps import GAPS

ROWS = 14
_HEADERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("TT", ()),
    ("Thôn, bản", ()),
    ("Tọa độ (WGS84)", ("Kinh độ", "Vĩ độ")),
    ("Số hộ", ("Tổng số hộ", "Số hộ chưa có sóng")),
    ("Dân số", ()),
    ("Phân loại", ()),
    ("Hiện trạng sóng 4G", ("Viettel", "VinaPhone", "MobiFone")),
    ("Có điện lưới", ()),
    ("K/c tới trạm gần nhất (km)", ()),
    ("Trưởng thôn, SĐT", ()),
    ("Ghi chú", ()),
)
_OPERATORS = ("viettel", "vinaphone", "mobifone")


def write_as_sent(path: Path, gaps: pd.DataFrame) -> None:
    """Write the first rows of the province's list the way its communes had sent them."""
    first = gaps.sort_values(["commune_name", "row_no"], kind="stable").head(ROWS)
    rows = [{str(name): value for name, value in row.items()} for row in first.to_dict("records")]
    with xlsxwriter.Workbook(str(path), dict(XLSXWRITER_OPTIONS)) as book:
        book.set_properties({"title": "Danh sách xã gửi", "comments": SIMULATED, "created": CREATED})
        sheet = book.add_worksheet("Biểu 01")
        styles = {
            name: book.add_format({"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter"} | more)
            for name, more in _STYLES.items()
        }
        width = _write_top(sheet, styles)
        row = _write_rows(sheet, styles, rows, width)
        _write_foot(sheet, styles, row, rows)
        sheet.set_column(0, 0, 5)
        sheet.set_column(1, 1, 24)
        sheet.set_column(2, width - 1, 13)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)


_STYLES: Mapping[str, dict[str, Any]] = {
    "title": {"bold": True, "align": "center"},
    "head": {"bold": True, "align": "center", "text_wrap": True, "border": 1, "bg_color": "#E4E8EC"},
    "section": {"bold": True, "border": 1},
    "cell": {"border": 1, "text_wrap": True},
    "plain": {"align": "center"},
}


def _write_top(sheet: Any, styles: Mapping[str, Any]) -> int:
    """Write titles and the header of two rows; return the number of columns."""
    width = sum(max(1, len(parts)) for _, parts in _HEADERS)
    for row, text in enumerate(
        (
            "BIỂU TỔNG HỢP THÔN, BẢN CHƯA CÓ SÓNG HOẶC SÓNG YẾU",
            "(Kèm theo báo cáo của UBND các xã, đợt 2/2026)",
            SIMULATED,
        )
    ):
        sheet.merge_range(row, 0, row, width - 1, text, styles["title"])
    col = 0
    for title, parts in _HEADERS:
        if parts:
            sheet.merge_range(4, col, 4, col + len(parts) - 1, title, styles["head"])
        else:
            sheet.merge_range(4, col, 5, col, title, styles["head"])
        for index, part in enumerate(parts):
            sheet.write_string(5, col + index, part, styles["head"])
        col += max(1, len(parts))
    sheet.set_row(5, 32)
    for col in range(width):
        sheet.write_string(6, col, f"({col + 1})", styles["head"])
    return width


def _write_rows(sheet: Any, styles: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], width: int) -> int:
    """Write the rows under a line for each commune; return the next free row."""
    at, commune, section = 7, "", 0
    for index, row in enumerate(rows):
        if row["commune_name"] != commune:
            commune, section = row["commune_name"], section + 1
            text = f"{('I', 'II', 'III', 'IV', 'V', 'VI', 'VII')[min(section, 7) - 1]}. {commune}"
            sheet.merge_range(at, 0, at, width - 1, text, styles["section"])
            at += 1
        for col, value in enumerate(_cells(index, row)):
            sheet.write(at, col, value, styles["cell"])
        at += 1
    return at


def _cells(index: int, row: Mapping[str, Any]) -> list[Any]:
    """Return the cells of a row; some rows have the mistakes such lists have."""
    lon, lat = (float(str(row[name]).replace(",", ".")) for name in ("lon", "lat"))
    position: tuple[Any, Any] = (lon, lat)
    if index % 4 == 1:
        position = (comma(lon, 5), comma(lat, 5))
    if index == 3:
        position = (_dms(lon), _dms(lat))
    if index == 5:
        position = (lat, lon)
    total, unserved = int(row["households_total"]), int(row["households_unserved"])
    return [
        index + 1,
        row["village_name"],
        *position,
        total,
        total + 7 if index == 7 else unserved,
        "đang cập nhật" if index == 2 else int(row["population"]),
        _title("gap_class", row["gap_class"]),
        *(_title(f"sig_{operator}_4g", row[f"sig_{operator}_4g"]) for operator in _OPERATORS),
        "x" if row["grid_power"] else "",
        comma(float(row["nearest_dist_km"]), 1),
        "(tên, số)",
        "Chập chờn" if index == 4 else "",
    ]


def _title(field: str, value: str) -> str:
    return next(option.title.vi for option in GAPS.field(field).options if option.value == value)


def _dms(degrees: float) -> str:
    seconds = round(degrees * 36_000) / 10
    return f"{int(seconds // 3600)}°{int(seconds % 3600 // 60):02d}'{comma(seconds % 60, 1)}\""


def _write_foot(sheet: Any, styles: Mapping[str, Any], row: int, rows: Sequence[Mapping[str, Any]]) -> None:
    sheet.write_string(row, 1, "Tổng cộng", styles["section"])
    sheet.write_number(row, 4, sum(int(r["households_total"]) for r in rows), styles["section"])
    sheet.write_string(row + 2, 1, "Người lập biểu", styles["plain"])
    sheet.write_string(row + 2, 8, "TM. UBND XÃ", styles["plain"])
