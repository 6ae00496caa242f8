"""The corrected file of a list: the cells that were written anew, and nothing else of what was sent."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phusong.data.annotated.fixed import CellFix, fixed_name, write_here
from phusong.data.annotated.fixed_text import fix_text
from phusong.data.injection import harmless
from phusong.data.lists import read_list_as_written
from phusong.data.schemas import GAPS
from phusong.errors import UnreadableFileError

HEAD = ("Mã xã", "Tên thôn", "Kinh độ", "Vĩ độ", "Tổng số hộ", "Phân loại")
ROWS = (("00985", "Nà Lạ", 105.3, 22.6, 84, "trắng sóng"), ("00985", "Nà Đon", 105.4, 22.6, 40, "đen"))


def fix(row: int, column: int, text: str, field: str, sheet: str = "Danh sách") -> CellFix:
    """Return a cell written anew."""
    return CellFix(sheet=sheet, row=row, column=column, text=text, field=field)


def book(path: Path) -> openpyxl.Workbook:
    """Write a workbook with a list, formulas of its own, a chart's worth of formats and a second sheet."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Danh sách"
    for row in (HEAD, *ROWS):
        sheet.append(list(row))
    sheet["E3"] = "=E2-44"
    sheet["G2"] = "=SUM(E2:E3)"
    sheet["B2"].font = openpyxl.styles.Font(bold=True)
    sheet.column_dimensions["B"].width = 31
    made.create_sheet("Ghi chép")["A1"] = "không phải danh sách"
    made.save(path)
    return made


def test_a_workbook_keeps_all_but_the_cells_that_were_fixed(tmp_path: Path) -> None:
    """Numbers become numbers, formats stay, other parts of the package keep every byte."""
    source, out = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    book(source)
    write_here(source, [fix(2, 2, "Nà Lùng", "village_name"), fix(3, 3, "105,41", "lon"), fix(3, 5, "41",
               "households_total"), fix(3, 6, "", "gap_class")], GAPS, out)  # fmt: skip
    after = openpyxl.load_workbook(out)["Danh sách"]
    assert [after[cell].value for cell in ("B2", "C3", "E3", "F3")] == ["Nà Lùng", 105.41, 41, None]
    assert after["B2"].font.bold and after["G2"].value == "=SUM(E2:E3)" and after.column_dimensions["B"].width == 31
    with zipfile.ZipFile(source) as one, zipfile.ZipFile(out) as other:
        assert one.read("xl/worksheets/sheet2.xml") == other.read("xl/worksheets/sheet2.xml")
        assert b'fullCalcOnLoad="1"' in other.read("xl/workbook.xml")
        assert not [name for name in other.namelist() if "calcChain" in name]


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+84 912", "-cmd|' /C calc'!A0", "\t=1", "＝1"])
def test_what_looks_like_a_formula_stays_a_text(tmp_path: Path, text: str) -> None:
    """In a workbook it is stored as text under the quote prefix, in a text table an apostrophe goes before it."""
    source, out = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    book(source)
    write_here(source, [fix(2, 2, text, "village_name")], GAPS, out)
    cell = openpyxl.load_workbook(out)["Danh sách"]["B2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True) or cell.value == text.strip()
    assert fix_text("a;b\n1;2\n", ";", {(2, 1): text}).splitlines()[1].lstrip('"').startswith("'")


def test_a_shared_formula_and_a_merged_cell_are_left(tmp_path: Path) -> None:
    """Others hang on them: they are refused by their name, and nothing is written."""
    source, out = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    made = book(source)
    made["Danh sách"].merge_cells("A2:A3")
    made.save(source)
    with pytest.raises(UnreadableFileError, match="A3"):
        write_here(source, [fix(3, 1, "00988", "commune_code")], GAPS, out)
    content = {}
    with zipfile.ZipFile(source) as package:
        content = {name: package.read(name) for name in package.namelist()}
    part = "xl/worksheets/sheet1.xml"
    content[part] = content[part].replace(b"<f>E2-44</f>", b'<f t="shared" ref="E3:E9" si="0">E2-44</f>')
    with zipfile.ZipFile(source, "w") as package:
        for name, data in content.items():
            package.writestr(name, data)
    with pytest.raises(UnreadableFileError, match="E3"):
        write_here(source, [fix(3, 5, "40", "households_total")], GAPS, out)
    assert not out.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_table_is_fixed_whatever_it_is_written_in(tmp_path: Path, encoding: str) -> None:
    """Quotes, a line break inside a cell, short rows: the row is the one the check speaks of."""
    lines = ['"Tên thôn";"Kinh độ";"Vĩ độ"', '"Bản ""Cũ""\nđầu suối";105.3;22.6', "Ban Moi;105.4;22.6"]
    text = "\r\n".join(lines) + "\r\n"
    source, out = tmp_path / "a.csv", tmp_path / "b.csv"
    source.write_bytes(text.encode(encoding))
    _, written = read_list_as_written(source, GAPS)
    row = int(written.loc[written["village_name"] == "Ban Moi", "_row"].iloc[0])
    write_here(source, [fix(row, 2, "105;5", "lon", sheet="")], GAPS, out)
    assert out.read_bytes().decode("utf-8-sig") == text.replace("Ban Moi;105.4", 'Ban Moi;"105;5"')
    _, again = read_list_as_written(out, GAPS)
    assert again["lon"].tolist()[-1] == "105;5" and len(again) == len(written)


CELLS = st.text(st.sampled_from('ab";\n é'), max_size=4)


@settings(max_examples=60)
@given(
    rows=st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=5),
    at=st.tuples(st.integers(0, 4), st.integers(0, 5)),
    new=st.text(st.sampled_from('xy";\n'), max_size=4),
)
def test_one_cell_of_any_table_is_changed_and_no_other(rows: list[list[str]], at: tuple[int, int], new: str) -> None:
    """Read back by a second reader, all cells but the one are what they were."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    row, column = at[0] % len(rows), at[1]
    fixed = fix_text(out.getvalue(), ";", {(row + 1, column + 1): new})
    back = [one or [""] for one in csv.reader(io.StringIO(fixed, newline=""), delimiter=";")]
    wanted = [list(one) for one in rows]
    wanted[row] += [""] * (column + 1 - len(wanted[row]))
    wanted[row][column] = harmless(new)
    assert back == wanted


def test_the_corrected_file_has_the_ending_of_what_it_is() -> None:
    """Old workbooks come back as .xlsx; everything else keeps its name."""
    assert [fixed_name(name) for name in ("a.xls", "b.ods", "c.csv", "d.xlsx")] == [
        "a.xlsx", "b.xlsx", "c.csv", "d.xlsx",
    ]  # fmt: skip
