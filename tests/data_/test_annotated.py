"""The user's own workbook comes back: problems marked in their cells, all else as it was."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from datetime import date
from itertools import combinations
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from made_forms import messy_list

from phusong.data.annotated import annotate, marking
from phusong.data.annotated.copy import annotate_here, annotate_problems
from phusong.data.annotated.levels import MARKS, mark_of
from phusong.data.annotated.remarks import mark_of_cell
from phusong.data.annotated.sheet_xml import mark_sheet
from phusong.data.lists import read_list
from phusong.data.schemas import GAPS
from phusong.data.store import OutputError
from phusong.data.workbook import contrast
from phusong.errors import Problem, UnreadableFileError
from phusong.words import Text

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")
"""openpyxl drops what we keep, and says so."""

DATED = date(2026, 11, 22)
SHEET, OTHER, SUMMARY = "Biểu 01", "Tổng hợp", "Kết quả kiểm tra"
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def problem(level="error", row=None, column=None, **more) -> Problem:
    text = more.pop("text", Text("Sai toạ độ.", "Wrong position."))
    return Problem(
        level=level, file="a.xlsx", sheet=more.pop("sheet", SHEET), row=row, column_number=column, text=text, **more
    )


def marked(source: Path, out: Path, *problems: Problem, language="vi") -> dict:
    """Annotate in this process: the confined one does the same, two seconds later."""
    return annotate_here(source, problems, GAPS, out, DATED, language)


def fill(cell) -> str:
    return cell.fill.fgColor.rgb[2:] if cell.fill.patternType == "solid" else ""


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return messy_list(tmp_path / "danh sách xã.xlsx")


def test_every_problem_of_a_real_check_is_in_its_cell_with_its_colour_and_a_comment(source, tmp_path):
    """Cells named by the check, and no others below the header, have a fill of a mark and a comment by us."""
    checked = read_list(source, GAPS)
    out = tmp_path / "ket qua.xlsx"
    copy = annotate(source, checked, out, dated=DATED)
    sheet = openpyxl.load_workbook(out)[SHEET]
    wanted: dict[tuple[int, int], list[Problem]] = {}
    for found in checked.problems:
        if found.row and found.column_number:
            wanted.setdefault((found.row, found.column_number), []).append(found)
    assert len(wanted) >= 5
    for (row, column), problems in wanted.items():
        cell = sheet.cell(row, column)
        assert fill(cell) == MARKS[mark_of_cell(problems)].fill
        for found in problems:
            assert found.text.vi in cell.comment.text
            assert MARKS[mark_of(found)].word.vi in cell.comment.text
    ours = {mark.fill for mark in MARKS.values()}
    coloured = {(c.row, c.column) for row in sheet.iter_rows() for c in row if fill(c) in ours}
    assert coloured == {*wanted, (16, 1), (17, 4)}, "a hidden row and the row of totals: at the first used cell"
    assert copy.comments == len(coloured)


def test_everything_else_of_the_workbook_is_byte_for_byte_what_it_was(source, tmp_path):
    """Charts, images, other sheets, shared strings, workbook names: no part but those that must change has changed."""
    checked = read_list(source, GAPS)
    annotate(source, checked, tmp_path / "k.xlsx", dated=DATED)
    before, after = parts(source), parts(tmp_path / "k.xlsx")
    assert set(before) <= set(after)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {
        *("xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"),
        *("[Content_Types].xml", "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"),
    }
    old, new = (re.sub(rb'\ss="\d+"', b"", book["xl/worksheets/sheet1.xml"]) for book in (before, after))
    assert re.sub(rb'<c r="[A-Z]+\d+"/>', b"", new) == re.sub(rb'<c r="[A-Z]+\d+"/>', b"", old), "only styles differ"
    assert b"<v>1008</v>" in new, "the formula keeps the value it had"


def test_formats_are_kept_under_the_colour(source, tmp_path):
    """Number format, border and font of a marked cell stay; text too light for the fill becomes black."""
    marked(source, tmp_path / "k.xlsx", problem("warning", 5, 5), problem("error", 6, 5), problem("repair", 17, 7))
    old = openpyxl.load_workbook(source)[SHEET]
    new = openpyxl.load_workbook(tmp_path / "k.xlsx")[SHEET]
    assert new["E5"].number_format == old["E5"].number_format == "0.00000"
    assert new["E5"].border.left.style == old["E5"].border.left.style == "thin"
    assert repr(new["E5"].font) == repr(old["E5"].font)
    assert new["G17"].value == old["G17"].value == "=SUM(G5:G16)"
    assert old["E6"].font.color.rgb == "FFFFFFFF"
    assert new["E6"].font.color.rgb == "FF000000"
    assert new.merged_cells.ranges == old.merged_cells.ranges
    assert new.column_dimensions["D"].width == old.column_dimensions["D"].width
    assert new.row_dimensions[16].hidden
    assert new.print_area == old.print_area
    assert new.freeze_panes == "C5"
    assert new.page_setup.paperSize == 8


def test_the_users_own_comment_stays_and_ours_follows_it(source, tmp_path):
    """A comment is never replaced: our words come behind the user's, in the same box."""
    marked(source, tmp_path / "k.xlsx", problem("error", 6, 5), problem("error", 7, 5))
    sheet = openpyxl.load_workbook(tmp_path / "k.xlsx")[SHEET]
    text = sheet["E6"].comment.text
    assert text.startswith("Anh Ba xem lại ô này")
    assert text.endswith("Phủ Sóng: Lỗi: Sai toạ độ.")
    assert sheet["A1"].comment.text == "Biểu theo công văn 12"
    assert sheet["E7"].comment.text == "Lỗi: Sai toạ độ."
    assert sheet["E7"].comment.author == "Phủ Sóng"
    shapes = parts(tmp_path / "k.xlsx")["xl/drawings/vmlDrawing1.vml"]
    identities = re.findall(rb'id="(_x0000_s\d+)"', shapes)
    assert len(identities) == len(set(identities)) == 3, "one box a comment"
    etree.fromstring(shapes)


def test_several_problems_of_a_cell_share_one_comment_and_the_gravest_colour(source, tmp_path):
    """One comment, gravest first; a repair says before and after; a question lists its readings."""
    choices = (Text("105,5° Đ", "105.5 E"), Text("22,6° B", "22.6 N"))
    marked(
        source,
        tmp_path / "k.xlsx",
        problem("repair", 5, 5, found="105,3", after="105.3", text=Text("Đã đổi dấu phẩy.", "Comma changed.")),
        problem("error", 5, 5),
        problem("error", 6, 6, choices=choices),
        language="en",
    )
    sheet = openpyxl.load_workbook(tmp_path / "k.xlsx")[SHEET]
    assert fill(sheet["E5"]) == MARKS["error"].fill
    assert sheet["E5"].comment.text == "Error: Wrong position.\n\nRepaired: Comma changed.\n105,3 → 105.3"
    assert fill(sheet["F6"]) == MARKS["question"].fill
    assert "• 105.5 E\n• 22.6 N" in sheet["F6"].comment.text


def test_cells_and_rows_the_file_does_not_have_are_marked_too(source, tmp_path):
    """An empty required cell is added in the order of its row; a merged range is marked at the cell that shows."""
    marked(source, tmp_path / "k.xlsx", problem("error", 5, 11), problem("error", 6, 1, sheet=OTHER))
    marked(source, tmp_path / "m.xlsx", problem("error", 1, 4))
    book = openpyxl.load_workbook(tmp_path / "k.xlsx")
    assert fill(book[SHEET]["K5"]) == MARKS["error"].fill
    row = re.search(rb'<row r="5".*?</row>', parts(tmp_path / "k.xlsx")["xl/worksheets/sheet1.xml"])[0]
    places = re.findall(rb'r="([A-Z]+)5"', row)
    assert places == sorted(places, key=lambda letters: (len(letters), letters))
    assert book[OTHER]["A6"].comment is not None, "a row that is not there cannot be coloured, but commented"
    assert fill(openpyxl.load_workbook(tmp_path / "m.xlsx")[SHEET]["A1"]) == MARKS["error"].fill


def test_the_summary_has_every_problem_a_link_to_each_cell_and_the_legend(source, tmp_path):
    """Counts by level, all problems with place and values, internal links; it fits the width of a landscape page."""
    checked = read_list(source, GAPS)
    annotate(source, checked, tmp_path / "k.xlsx", dated=DATED)
    book = openpyxl.load_workbook(tmp_path / "k.xlsx")
    assert book.sheetnames == [SHEET, OTHER, SUMMARY]
    sheet = book[SUMMARY]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    header = next(i for i, row in enumerate(rows) if row[0] == "STT")
    listed = rows[header + 1 :]
    assert len(listed) == len(checked.problems)
    assert {row[8].split("\n")[0] for row in listed} == {p.text.vi for p in checked.problems}
    counts = {row[1]: int(row[0]) for row in rows[:header] if row[1] in {m.word.vi for m in MARKS.values()}}
    assert counts == {mark.word.vi: sum(mark_of(p) == key for p in checked.problems) for key, mark in MARKS.items()}
    above = "\n".join(str(row[0]) for row in rows[:header])
    assert "22/11/2026" in above
    assert source.name in above
    assert "biểu đồ" in above, "what was kept is named"
    error = next(i for i, row in enumerate(rows) if row[4] == "Kinh độ")
    link = sheet.cell(error + 1, 6).hyperlink
    assert link.location == f"'{SHEET}'!E6"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == f"${header + 1}:${header + 1}"


def test_a_summary_of_the_same_name_is_not_overwritten(source, tmp_path):
    """An annotated copy that is sent back and checked again gets a second summary beside the first."""
    marked(source, tmp_path / "1.xlsx", problem("error", 5, 5))
    marked(tmp_path / "1.xlsx", tmp_path / "2.xlsx", problem("error", 5, 5))
    book = openpyxl.load_workbook(tmp_path / "2.xlsx")
    assert book.sheetnames == [SHEET, OTHER, SUMMARY, f"{SUMMARY} (2)"]
    assert book[SHEET]["E5"].comment.text.count("Lỗi: Sai toạ độ.") == 2
    remarks = [[str(row[0].value) for row in book[name]["A1:A14"]] for name in (SUMMARY, f"{SUMMARY} (2)")]
    assert [any("lần kiểm tra trước" in text for text in texts) for texts in remarks] == [False, True]


def test_an_annotated_copy_reads_like_the_list_it_was_made_of(source, tmp_path):
    """Marks are no data: rows and problems of the cells are the same, the summary is not taken for a list."""
    checked = read_list(source, GAPS)
    annotate(source, checked, tmp_path / "k.xlsx", dated=DATED)
    again = read_list(tmp_path / "k.xlsx", GAPS)
    pd.testing.assert_frame_equal(again.rows.drop(columns="gap_id"), checked.rows.drop(columns="gap_id"))
    assert [(p.row, p.text) for p in again.problems] == [(p.row, p.text) for p in checked.problems]


@pytest.mark.parametrize("kind", [".csv", ".ods", ".xls"])
def test_other_kinds_of_files_come_back_as_workbooks_of_their_cells(kind, source, tmp_path, require):
    """Every row stands where it stood, titles too; the copy says that formats were not carried over."""
    path = tmp_path / f"ds{kind}"
    if kind == ".csv":
        path.write_text("Danh sách thôn;;\nTên thôn;Kinh độ;Vĩ độ\nBản Mới;105,3;22,6\n=1+1;;\n", encoding="utf-8")
        place, value = "A3", "Bản Mới"
    else:
        require("libreoffice", shutil.which("soffice") is not None, "LibreOffice")
        source = messy_list(tmp_path / "bare.xlsx", drawings=False)  # a chart in an .ods is refused as embedded
        _convert(source, tmp_path, kind[1:])
        shutil.move(tmp_path / f"{source.stem}{kind}", path)
        place, value = "D5", "Bản Nà Lạ 0"
    row = int(place[1:])
    found = problem("error", row, 1, sheet=None if kind == ".csv" else SHEET, found="=1+1")
    copy = marked(path, tmp_path / "k.xlsx", found)
    book = openpyxl.load_workbook(tmp_path / "k.xlsx")
    assert book.worksheets[0][place].value == value
    assert fill(book.worksheets[0].cell(row, 1)) == MARKS["error"].fill
    said = [str(cell[0].value) for cell in book[SUMMARY]["A1:A14"]]
    assert any(f"Tệp gốc là {kind}" in text for text in said)
    assert copy["lost"]
    assert not copy["kept"]
    if kind == ".csv":
        assert book.worksheets[0]["A4"].data_type == "s"


def _convert(path: Path, folder: Path, kind: str) -> None:
    profile = (folder / "profile").resolve().as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind, "--outdir"]
    subprocess.run([*command, str(folder), str(path)], check=True, capture_output=True, timeout=180)


def test_a_digital_signature_is_left_out_and_named(source, tmp_path):
    """A signature would no longer hold: its parts go, and the copy and its summary say so."""
    with zipfile.ZipFile(source, "a") as archive:
        archive.writestr("_xmlsignatures/sig1.xml", "<Signature/>")
        archive.writestr("_xmlsignatures/origin.sigs", "")
    copy = marked(source, tmp_path / "k.xlsx", problem("error", 5, 5))
    assert "digital signatures (2)" in [en for _, en in copy["lost"]]
    assert not any("_xmlsignatures" in name for name in parts(tmp_path / "k.xlsx"))
    said = [str(cell[0].value) for cell in openpyxl.load_workbook(tmp_path / "k.xlsx")[SUMMARY]["A1:A14"]]
    assert any("chữ ký số" in text for text in said)


def test_comments_are_capped_errors_first_and_the_summary_says_so(source, tmp_path, monkeypatch):
    """Beyond the cap cells are still coloured and listed."""
    monkeypatch.setattr(marking, "MOST_COMMENTS", 2)
    problems = [problem("warning", 5, 5), problem("warning", 6, 6), problem("error", 7, 7), problem("repair", 8, 8)]
    copy = marked(source, tmp_path / "k.xlsx", *problems)
    book = openpyxl.load_workbook(tmp_path / "k.xlsx")
    ours = [c.coordinate for row in book[SHEET].iter_rows() for c in row if c.comment and "Sai" in c.comment.text]
    assert ours == ["E5", "G7"]
    assert copy["comments"] == 2
    assert fill(book[SHEET]["H8"]) == MARKS["repair"].fill
    assert any("ô đầu tiên, lỗi trước" in str(cell[0].value) for cell in book[SUMMARY]["A1:A14"])


def test_hostile_text_of_a_list_stays_text(source, tmp_path):
    """Formulas, XML marks, control characters and Excel's own escapes reach comment and summary as text."""
    nasty = '=HYPERLINK("http://x","a")<&>"\x07_x0041_'
    marked(source, tmp_path / "k.xlsx", problem("error", 5, 5, found=nasty, text=Text(nasty, nasty)))
    book = openpyxl.load_workbook(tmp_path / "k.xlsx")
    cells = [c for row in book[SUMMARY].iter_rows() for c in row if "HYPERLINK" in str(c.value)]
    assert len(cells) == 2
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)
    assert "\ufffd" in cells[0].value
    assert '=HYPERLINK("http://x","a")<&>"' in book[SHEET]["E5"].comment.text


def test_the_source_is_never_written_to_and_nothing_half_written_stays(source, tmp_path):
    """The copy may not be the file itself; a damaged file leaves nothing behind."""
    before = source.read_bytes()
    with pytest.raises(OutputError):
        annotate_problems(source, [problem("error", 5, 5)], GAPS, source, dated=DATED)
    assert source.read_bytes() == before
    broken = tmp_path / "hong.xlsx"
    shutil.copy(source, broken)
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(broken, "w") as spoilt:
        for name in archive.namelist():
            data = archive.read(name)
            spoilt.writestr(name, data[:-40] if name.endswith("sheet1.xml") else data)
    kept = set(tmp_path.iterdir())
    with pytest.raises(UnreadableFileError, match=r"hong\.xlsx"):
        annotate_problems(broken, [problem("error", 5, 5)], GAPS, tmp_path / "k.xlsx", dated=DATED)
    assert set(tmp_path.iterdir()) == kept


def test_a_layer_has_no_cells_to_mark(tmp_path):
    """Said in one sentence, with the kinds that have."""
    (tmp_path / "a.geojson").write_text("{}")
    with pytest.raises(UnreadableFileError, match=r"no cells to mark"):
        annotate_problems(tmp_path / "a.geojson", [problem()], GAPS, tmp_path / "k.xlsx", dated=DATED)


def test_the_same_check_gives_the_same_bytes(source, tmp_path):
    """Nothing of the day or the machine is written into a copy."""
    for name in ("a.xlsx", "b.xlsx"):
        marked(source, tmp_path / name, problem("error", 5, 5))
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_marks_are_told_apart_in_grey_and_read_in_black():
    """Error, warning and repair differ by 12 of the 100 steps of lightness; black text reads on every fill."""
    greys = {key: _lightness(mark.fill) for key, mark in MARKS.items()}
    assert all(abs(greys[a] - greys[b]) >= 12 for a, b in combinations(("error", "warning", "repair"), 2)), greys
    assert all(contrast("#000000", f"#{mark.fill}") >= 7 for mark in MARKS.values())


def _lightness(colour: str) -> float:
    """Return CIE L* of a colour."""
    y = 1.05 / contrast("#FFFFFF", f"#{colour}") - 0.05
    return 116 * y ** (1 / 3) - 16


CELLS = st.dictionaries(st.integers(1, 6), st.sampled_from(["v", "f", "is", "empty"]), max_size=5)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.dictionaries(st.integers(1, 9), CELLS, min_size=1, max_size=6),
    cells=st.dictionaries(st.tuples(st.integers(1, 9), st.integers(1, 7)), st.sampled_from(list(MARKS)), max_size=6),
    whole=st.dictionaries(st.integers(1, 9), st.sampled_from(list(MARKS)), max_size=3),
    prefix=st.sampled_from(["", "x:"]),
)
def test_marking_a_sheet_is_what_a_tree_would_give(rows, cells, whole, prefix):
    """Splicing start tags gives the sheet that editing the whole tree gives, for any sparse sheet and any prefix."""
    xml = _sheet(rows, prefix)
    styles: dict[tuple[int, str], int] = {}
    given_ = mark_sheet(xml, cells, whole, lambda s, m: styles.setdefault((s, m), 100 + len(styles)), _gravest)
    names = {number: mark for (_, mark), number in styles.items()}
    seen = {}
    for row in etree.fromstring(given_.xml).iter(f"{{{NAMESPACE}}}row"):
        columns = [cell.get("r") for cell in row]
        assert columns == sorted(columns), "cells stand in order"
        for cell in row:
            if int(cell.get("s", "0")) >= 100:
                column = ord(cell.get("r")[0]) - 64
                seen[int(row.get("r")), column] = names[int(cell.get("s"))]
    expected = {place: mark for place, mark in cells.items() if place[0] in rows}
    for row, mark in whole.items():
        used = [column for column, kind in sorted(rows.get(row, {}).items()) if kind != "empty"]
        if used:
            place = (row, used[0])
            expected[place] = _gravest([mark, *([expected[place]] if place in expected else [])])
    assert seen == expected
    linked = etree.fromstring(given_.linked("urn:r", "rId9"))
    order = [etree.QName(child).localname for child in linked]
    assert order == ["cols", "sheetData", "pageSetup", "drawing", "legacyDrawing", "tableParts", "extLst"]


def _gravest(keys):
    return mark_of_cell([problem("error", choices=(Text("", ""),)) if k == "question" else problem(k) for k in keys])


def _sheet(rows, prefix) -> bytes:
    inner = {"v": "<{0}v>1</{0}v>", "f": "<{0}f>A1</{0}f>", "is": "<{0}is><{0}t>a</{0}t></{0}is>", "empty": ""}
    written = ""
    for row, cells in sorted(rows.items()):
        body = "".join(
            f"<{prefix}c s='{column}' r=\"{chr(64 + column)}{row}\">{inner[kind].format(prefix)}</{prefix}c>"
            if kind != "empty"
            else f'<{prefix}c r="{chr(64 + column)}{row}"/>'
            for column, kind in sorted(cells.items())
        )
        tag = f'{prefix}row spans="1:6" r="{row}"'
        written += f"<{tag}>{body}</{prefix}row>" if body else f"<{tag}/>"
    space = f'xmlns:{prefix[:-1]}="{NAMESPACE}"' if prefix else f'xmlns="{NAMESPACE}"'
    behind = "".join(f"<{prefix}{name}/>" for name in ("pageSetup", "drawing", "tableParts"))
    return (
        f"<?xml version='1.0'?><{prefix}worksheet {space}><{prefix}cols/><{prefix}sheetData>{written}"
        f"</{prefix}sheetData>{behind}<{prefix}extLst><{prefix}ext/></{prefix}extLst></{prefix}worksheet>"
    ).encode()
