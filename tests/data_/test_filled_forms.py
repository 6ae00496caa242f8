"""Results go into a form somebody else made: under its headers, in its manner, its looks kept."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_forms import foreign_form, messy_list

from phusong.data.crs import from_vn2000
from phusong.data.filled_forms import fill_form
from phusong.data.form_rows import moved_formula
from phusong.data.form_values import form_column, form_value
from phusong.data.lists import read_list
from phusong.data.schemas import GAPS
from phusong.data.schemas.gaps import GAPS as GAP_SCHEMA
from phusong.data.store import OutputError
from phusong.errors import MissingFileError, UnreadableFileError

N = 7
FIRST, TOTAL = 8, 8 + N
"""The form's first row of data, and its row of totals once it is filled."""

ROWS = pd.DataFrame(
    {
        "commune_name": ["Xã Sơn Kim 1"] * N,
        "village_name": ["Thôn Khe Cấy", "=1+1", "Bản Nà Lạ", "Thôn Đồi", "Thôn 5", "Thôn 6", "Thôn 7"],
        "lon": [105.34808, 105.4, 105.2, np.nan, 105.5, 105.6, 105.7],
        "lat": [18.43, 18.5, 18.6, np.nan, 18.3, 18.31, 18.32],
        "households_total": [84.0, 120, 1200, 30, np.nan, 10, 11],
        "households_unserved": [52.0, 110, 100, 30, 2, 3, 4],
        "gap_class": ["white", "depression", "weak", "", "white", "white", "white"],
        "nearest_dist_km": [2.6, 3.5, 8.912, np.nan, 1, 2, 3],
    }
)


@pytest.fixture
def form(tmp_path: Path) -> Path:
    return foreign_form(tmp_path / "bieu mau.xlsx")


def filled(form: Path, rows: pd.DataFrame = ROWS, **more):
    out = form.with_name("da dien.xlsx")
    result = fill_form(form, rows, GAPS, out, **more)
    return result, openpyxl.load_workbook(out)


def test_values_stand_under_the_forms_own_headers_in_its_manner(form):
    """Numbers, the form's own words, both coordinates in one cell, metres where the header says metres, STT."""
    result, book = filled(form)
    sheet = book["Phụ lục 2"]
    first = [cell.value for cell in sheet[FIRST]]
    assert first[:4] == [1, "Xã Sơn Kim 1", "Thôn Khe Cấy", "105,34808/18,43"]
    assert first[6:10] == [84, 52, "Trắng sóng", 2600]
    assert [sheet.cell(FIRST + i, 1).value for i in range(N)] == [1, 2, 3, 4, 5, 6, 7]
    assert sheet.cell(FIRST + 3, 4).value is None, "no position, no coordinates"
    assert sheet.cell(FIRST + 4, 7).value is None, "unknown households stay unknown"
    assert sheet.cell(FIRST + 1, 3).value == "=1+1"
    assert sheet.cell(FIRST + 1, 3).data_type == "s"
    assert sheet.cell(FIRST + 1, 3).quotePrefix
    assert result.rows == N
    assert result.empty == ("Số quyết định phê duyệt (bắt buộc)",) == result.required


def test_x_and_y_are_in_the_zone_the_form_states(form):
    """The meridian of the title goes before the province's; from X and Y the place comes back within a decimetre."""
    result, book = filled(form, province_code="48")
    sheet = book["Phụ lục 2"]
    for at in (0, 1, 6):
        lon, lat = from_vn2000(sheet.cell(FIRST + at, 5).value, sheet.cell(FIRST + at, 6).value, 9209)
        assert lon == pytest.approx(ROWS["lon"][at], abs=1e-6)
        assert lat == pytest.approx(ROWS["lat"][at], abs=1e-6)
    assert sheet.cell(FIRST + 3, 5).value is None
    assert any("105°30′" in text.vi and "biểu mẫu" in text.vi for text in result.to_check)


def test_rows_below_are_pushed_down_and_formulas_grow(form):
    """Totals, notes, signatures, merged cells, heights, names, print area, rules: all follow the new rows."""
    _, book = filled(form)
    sheet = book["Phụ lục 2"]
    assert sheet.cell(TOTAL, 1).value == "Tổng cộng"
    assert sheet.cell(TOTAL, 7).value == f"=SUM(G8:G{TOTAL - 1})"
    assert sheet.cell(TOTAL + 2, 1).value.startswith("Ghi chú")
    assert sheet.cell(TOTAL + 4, 9).value == "NGƯỜI LẬP BIỂU"
    assert sheet.row_dimensions[TOTAL + 4].height == pytest.approx(32, abs=0.5)
    merged = {str(found) for found in sheet.merged_cells.ranges}
    assert {"A1:L1", "E5:F5", f"A{TOTAL}:F{TOTAL}", f"I{TOTAL + 4}:L{TOTAL + 4}"} <= merged
    assert book["DM"]["A5"].value == f"='Phụ lục 2'!G{TOTAL}"
    assert book.defined_names["TongHo"].attr_text == f"'Phụ lục 2'!$G${TOTAL}"
    assert sheet.print_area == f"'Phụ lục 2'!$A$1:$L${TOTAL + 5}"
    assert sheet.print_title_rows == "$5:$7"
    assert str(sheet.data_validations.dataValidation[0].sqref) == f"I8:I{TOTAL - 1}"
    assert [str(found.sqref) for found in sheet.conditional_formatting] == [f"H8:H{TOTAL - 1}"]
    assert [sheet.cell(FIRST + i, 11).value for i in (0, 6)] == [
        f"=IF(G{row}=0,0,H{row}/G{row}*100)" for row in (FIRST, FIRST + 6)
    ]


def test_new_rows_look_like_the_forms_first_row(form):
    """Fonts, borders and number formats of every cell, and the form's page, widths and heights."""
    _, book = filled(form)
    sheet = book["Phụ lục 2"]
    for column in range(1, 13):
        first, last = sheet.cell(FIRST, column), sheet.cell(TOTAL - 1, column)
        assert (first.font.name, first.border.left.style) == ("Times New Roman", "thin")
        assert first._style == last._style or first.quotePrefix != last.quotePrefix
    assert sheet.cell(TOTAL - 1, 5).number_format == "0.0000"
    assert sheet.row_dimensions[TOTAL - 1].height >= 21
    assert sheet.column_dimensions["B"].width == openpyxl.load_workbook(form)["Phụ lục 2"].column_dimensions["B"].width
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_fewer_rows_than_the_form_has_leave_its_slots_empty(tmp_path):
    """Slots that are not used keep their borders and lose their numbers; nothing moves."""
    form = foreign_form(tmp_path / "dai.xlsx", slots=10)
    _, book = filled(form, ROWS.head(2))
    sheet = book["Phụ lục 2"]
    assert [sheet.cell(FIRST + i, 1).value for i in range(4)] == [1, 2, None, None]
    assert sheet.cell(FIRST + 9, 1).border.left.style == "thin"
    assert sheet.cell(FIRST + 10, 1).value == "Tổng cộng"
    assert sheet.cell(FIRST + 10, 7).value == "=SUM(G8:G17)"


def test_labels_above_the_table_are_filled_and_unknown_ones_told(form):
    """Dots after a label give way to the value; a label that is not there is said, never put somewhere else."""
    result, book = filled(form, title_values={"Tỉnh": "Hà Tĩnh", "Huyện": "Hương Sơn"})
    assert book["Phụ lục 2"]["A2"].value == "Tỉnh: Hà Tĩnh"
    assert any("Huyện" in text.vi for text in result.to_check)
    cells = [cell.value for row in book["Phụ lục 2"].iter_rows() for cell in row]
    assert not any("Hương Sơn" in str(value) for value in cells)


def test_a_filled_form_reads_back_as_the_list(form):
    """What was written under a foreign header is what the reader of lists finds there."""
    rows = ROWS.drop(columns=["lon", "lat", "nearest_dist_km"]).assign(
        village_name=[f"Thôn {i}" for i in range(N)], gap_class="white"
    )
    filled(form, rows)
    of_a_commune = replace(GAPS, one_of=(("commune_name",),), position="none")  # the form asks for no province
    checked = read_list(form.with_name("da dien.xlsx"), of_a_commune)
    rows = checked.rows.set_index("village_name")
    assert rows.loc["Thôn 0", "households_total"] == 84
    assert rows.loc["Thôn 0", "gap_class"] == "white"


def test_what_openpyxl_cannot_keep_is_named(tmp_path):
    """Sparklines and newer rules of a form are lost; the result says so."""
    form = messy_list(tmp_path / "bieu.xlsx")
    result = fill_form(form, ROWS, GAPS, tmp_path / "out.xlsx")
    assert {"sparklines", "conditional formats of the newer kind"} <= {text.en for text in result.lost}


def test_a_form_without_headers_or_of_another_kind_is_refused_in_a_sentence(form, tmp_path):
    """No traceback, no half-written file, and the form itself is never written to."""
    book = openpyxl.Workbook()
    book.active["A1"] = "Kính gửi"
    book.save(tmp_path / "thu.xlsx")
    (tmp_path / "hong.xlsx").write_bytes(b"PK\x03\x04 not a zip")
    (tmp_path / "bieu.xls").write_bytes(b"x")
    for name in ("thu.xlsx", "hong.xlsx", "bieu.xls"):
        with pytest.raises(UnreadableFileError, match=name):
            fill_form(tmp_path / name, ROWS, GAPS, tmp_path / "out.xlsx")
    with pytest.raises(MissingFileError):
        fill_form(tmp_path / "nowhere.xlsx", ROWS, GAPS, tmp_path / "out.xlsx")
    before = form.read_bytes()
    with pytest.raises(OutputError):
        fill_form(form, ROWS, GAPS, form)
    assert form.read_bytes() == before
    assert not (tmp_path / "out.xlsx").exists()


def test_a_damaged_part_of_a_form_is_a_sentence(form, tmp_path):
    """A sheet cut off in the middle is said to be damaged."""
    with zipfile.ZipFile(form) as archive, zipfile.ZipFile(tmp_path / "cut.xlsx", "w") as spoilt:
        for name in archive.namelist():
            data = archive.read(name)
            spoilt.writestr(name, data[:-60] if name.endswith("sheet1.xml") else data)
    with pytest.raises(UnreadableFileError, match=r"cut\.xlsx"):
        fill_form(tmp_path / "cut.xlsx", ROWS, GAPS, tmp_path / "out.xlsx")


@pytest.mark.parametrize(
    ("formula", "moved"),
    [
        ("=SUM(G8:G10)", "=SUM(G8:G14)"),
        ("=SUM($G$8:$G$10)+G10", "=SUM($G$8:$G$14)+G10"),
        ("=G11+Other!G11", "=G15+Other!G11"),
        ("='Biểu 1'!A20*2", "='Biểu 1'!A24*2"),
        ("=SUM(G2:G5)", "=SUM(G2:G5)"),
        ("=SUM(9:12)", "=SUM(9:16)"),
        ('=IF(A11>0,"A11","")', '=IF(A15>0,"A11","")'),
        ("=SUM(A:A)", "=SUM(A:A)"),
    ],
)
def test_references_move_as_a_spreadsheet_program_moves_them(formula, moved):
    """Four rows inserted below row 10: ranges that end there grow, what is below moves, text and other sheets stay."""
    assert moved_formula(formula, "Biểu 1", "Biểu 1", 10, 4) == moved


@given(st.integers(1, 60), st.integers(0, 20), st.integers(1, 50), st.integers(1, 30))
def test_a_range_keeps_every_row_it_had(first, length, last, count):
    """Whatever is inserted, the rows a range covered are covered still, at their new places, in order."""
    text = moved_formula(f"=SUM(A{first}:A{first + length})", "S", "S", last, count)
    start, end = (int(part[1:]) for part in text[5:-1].split(":"))
    moved = [row + count if row > last else row for row in range(first, first + length + 1)]
    assert start == moved[0]
    assert end in (moved[-1], moved[-1] + count)
    assert (end == moved[-1] + count) == (first + length == last)


def test_both_coordinates_in_one_cell_follow_the_headers_order():
    """Lon/lat or lat/lon as the header says; nothing where one of the two is unknown."""
    row = {"lon": 105.34808, "lat": 22.62924}
    for title, text in (
        ("Toạ độ (kinh độ/vĩ độ)", "105,34808/22,62924"),
        ("Tọa độ: Vĩ độ, kinh độ", "22,62924/105,34808"),
        ("Toạ độ", "105,34808/22,62924"),
    ):
        column = form_column(GAP_SCHEMA, 1, title)
        assert form_value(column, row, GAP_SCHEMA, "General", "vi") == text
        assert form_value(column, row | {"lat": np.nan}, GAP_SCHEMA, "General", "vi") is None
    assert form_column(GAP_SCHEMA, 1, "Kinh độ").field == "lon"


def test_a_cell_formatted_as_text_gets_text():
    """Decimal comma and dd/mm/yyyy: what a person would have typed there."""
    for title, value, text in (
        ("Kinh độ", 105.34808, "105,34808"),
        ("Ngày lập", pd.Timestamp(2026, 9, 15), "15/09/2026"),
        ("Tổng số hộ", 84.0, "84"),
    ):
        column = form_column(GAP_SCHEMA, 1, title)
        assert form_value(column, {column.field: value}, GAP_SCHEMA, "@", "vi") == text
