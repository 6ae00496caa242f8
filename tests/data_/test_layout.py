"""Where the table is in a sheet: its header, its rows, and what stands around them and is told, not lost."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from messy.clean import CLEAN, HEADERS, TERRITORY, grid
from messy.files import Page, text, xlsx

from phusong.data.lists import read_list
from phusong.data.mapping import score_of
from phusong.data.raw.header_rows import find_header
from phusong.data.raw.reading import FileTables, sheets_of
from phusong.data.raw.row_kinds import filled_cells, odd_rows
from phusong.data.raw.sheet import RawTable
from phusong.data.schema import field_of_header, nearest_field
from phusong.data.schemas import GAPS, HOUSEHOLDS, MEASUREMENTS, SCHEMAS, STATIONS, VILLAGES
from phusong.errors import UnreadableFileError
from phusong.words import Text

GAP_SCORE = score_of(GAPS)


def raw(rows, *, name="Trang 1", **more):
    """Return rows as a worksheet delivers them."""
    width = max(map(len, rows))
    cells = pd.DataFrame([[*row, *[""] * (width - len(row))] for row in rows], dtype=object)
    return RawTable(name=name, cells=cells, **more)


def sheet_of(tmp_path, *tables, score=GAP_SCORE):
    return sheets_of(FileTables(tmp_path / "ds.xlsx", tables), score)


def codes(sheet):
    return [(note.level, note.row, note.code) for note in sheet.notes]


@pytest.mark.parametrize(
    ("schema", "header", "name"),
    [
        (GAPS, "Toạ độ › Kinh độ", "lon"),
        (GAPS, "Tọa độ trung tâm thôn (WGS84) › Vĩ độ", "lat"),
        (GAPS, "Hiện trạng sóng › Viettel › 4G", "sig_viettel_4g"),
        (GAPS, "Hiện trạng 4G › MobiFone", "sig_mobifone_4g"),
        (GAPS, "4G › Vinaphone", "sig_vinaphone_4g"),
        (GAPS, "Số hộ › Tổng số", "households_total"),
        (GAPS, "Số hộ › Chưa có sóng", "households_unserved"),
        (GAPS, "Trạm BTS gần nhất › Mã trạm", "nearest_site_id"),
        (GAPS, "Trạm gần nhất › Kinh độ", None),
        (STATIONS, "Cột anten › Chiều cao", "mast_height_m"),
        (STATIONS, "Chiều cao › Anten (m)", "antenna_height_m"),
        (STATIONS, "T.T", "row_no"),
        (STATIONS, "STT\n(1)", "row_no"),
        (STATIONS, "MaTram", "site_id"),
        (STATIONS, "(12) Công suất phát (W)", "tx_power_w"),
        (STATIONS, "IV. Băng tần", "band"),
        (HOUSEHOLDS, "Thông tin hộ › Số nhân khẩu", "persons"),
        (VILLAGES, "SL hộ", "households"),
        (VILLAGES, "Đơn vị hành chính › Xã", "commune_name"),
        (MEASUREMENTS, "Kết quả đo › RSRP (dBm)", "rsrp_dbm"),
    ],
)
def test_a_title_counts_with_those_above_it(schema, header, name):
    """Parent and child in either order, then the child alone; never the position of something else."""
    assert field_of_header(schema, header) == name


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Tổng số hộo", "households_total"),
        ("Kih độ", "lon"),
        ("Tên thôn/bản/ấp/buno", "village_name"),
        ("Hiện trạng 6G Viettel", None),
        ("Hiện trạng 4G Vietel", "sig_viettel_4g"),
        ("Màu mái nhà", None),
        ("Họ tênn", None),
        ("Xx", None),
    ],
)
def test_a_slip_of_the_keyboard_is_mended_only_where_one_column_can_be_meant(header, name):
    """Digits never slip, short titles are not guessed, and two equally near columns are neither."""
    assert nearest_field(GAPS, header, set()) == name
    assert name is None or nearest_field(GAPS, header, {name}) is None


def test_no_title_of_a_list_is_a_slip_of_another(tmp_path):
    """Every header a list knows means the same column when it is read loosely."""
    for schema in SCHEMAS.values():
        for field in schema.fields:
            for title in (field.title.vi, field.title.en, *field.aliases):
                assert field_of_header(schema, title) == field.name
                assert field_of_header(schema, f"(3) {title.upper()}\n*") == field.name


def test_a_group_title_reaches_as_far_as_its_merged_cells(tmp_path):
    """Where merged cells say how far a title reaches, it goes no further."""
    top = ["STT", "Tên thôn", "Toạ độ", "", "", "Tổng số hộ"]
    low = ["", "", "Kinh độ", "Vĩ độ", "Phân loại", ""]
    sheet = raw([top, low, [1, "Nà Lạ", 105.3, 22.6, "trắng sóng", 84]], merged=((0, 2, 0, 3),))
    header = find_header(sheet, GAP_SCORE)
    assert header.titles == ("STT", "Tên thôn", "Toạ độ › Kinh độ", "Toạ độ › Vĩ độ", "Phân loại", "Tổng số hộ")


def test_a_group_title_without_merged_cells_ends_at_the_next_title_above_or_beside():
    """A title below never reaches under another title of the row above."""
    rows = [
        ["Mã trạm", "Cột", "", "Công suất phát", "Kinh độ", "Vĩ độ"],
        ["", "Loại cột", "Chiều cao", "", "", ""],
        ["", "", "(m)", "(W)", "", ""],
        ["A", "dây co", 42, 20, 105.3, 22.6],
    ]
    header = find_header(raw(rows), score_of(STATIONS))
    assert header.titles == (
        *("Mã trạm", "Cột › Loại cột", "Cột › Chiều cao (m)"),
        *("Công suất phát (W)", "Kinh độ", "Vĩ độ"),
    )
    assert header.end == 3


def test_the_first_row_of_data_is_never_taken_for_a_part_of_the_header():
    """Words under a full row of titles are data, also where they would make a known title ("4G" over "Viettel")."""
    rows = [["Tên thôn", "Tổng số hộ", "4G"], ["Nà Lạ", "tám mươi", "Viettel"]]
    assert find_header(raw(rows), GAP_SCORE).last == 0
    rows = [["Tên thôn", "4G", "", "Tổng số hộ"], ["Nà Lạ", "Viettel", "MobiFone", 84]]
    assert find_header(raw(rows), GAP_SCORE).last == 0


def test_the_header_is_found_down_to_row_thirty(tmp_path):
    """Twenty-nine rows of titles above are no hindrance, thirty are too many."""
    above = [[f"Dòng {n}"] for n in range(29)]
    (sheet,) = sheet_of(tmp_path, raw([*above, *grid()]))
    assert sheet.header_rows == (30,) and len(sheet.cells) == 6
    with pytest.raises(UnreadableFileError):
        sheet_of(tmp_path, raw([["Dòng"], *above, *grid()]))


@pytest.mark.parametrize(
    "first",
    ["Xã Cộng Hoà", "Tổng Cọt", "Tổng Bình", "Cộng Lạc", "Công Sơn", "Tòng Cọ", "Nguồn Cội", "Chủ Tịch Sơn"],
)
def test_names_that_look_like_sums_or_remarks_stay_rows(tmp_path, first):
    """A commune or village called Tổng or Cộng something is no row of sums."""
    rows = [["Xã", "Tên thôn", "Tổng số hộ", "Phân loại", "Kinh độ"], [first, first, 84, "trắng sóng", 105.3]]
    (sheet,) = sheet_of(tmp_path, raw(rows))
    assert len(sheet.cells) == 1 and sheet.totals == () and sheet.notes == ()


@pytest.mark.parametrize(
    "words",
    [
        *("Tổng cộng", "TỔNG CỘNG:", "Cộng", "Tổng số", "Tổng", "Tổng số: 52 hộ", "Tổng xã Thượng Lâm", "Cộng (I+II)"),
        *("Tong cong", "Total", "Tổng cộng toàn huyện", "III. Tổng cộng", "Tổng số hộ: 52"),
    ],
)
def test_sums_are_known_in_their_usual_words(tmp_path, words):
    """A row of sums is left out and told, wherever its words stand."""
    rows = [HEADERS["village_name"], "Tổng số hộ", "Phân loại", "Ghi chú"]
    data = ["Nà Lạ", 84, "trắng sóng", "x"]
    (sheet,) = sheet_of(tmp_path, raw([rows, data, [words, 84, "", ""], data]))
    assert sheet.totals == (3,) and sheet.row_numbers.tolist() == [2, 4]


def test_sections_give_their_unit_to_the_silent_rows_below_only(tmp_path):
    """A stated commune is kept; a wider heading ends a narrower one; each taken value is a repair with its row."""
    rows = grid(cells={"commune_name": ["", "Xã Thượng Lâm", "", "", "", ""]})
    blank = [""] * (len(rows[0]) - 1)
    rows = [rows[0], ["I. Xã Thượng Lâm", *blank], *rows[1:4], ["B. Huyện Lâm Bình", *blank], *rows[4:]]
    checked = read_list(xlsx(tmp_path / "nhom.xlsx", Page(rows)), GAPS)
    taken = {p.row: p.after for p in checked.problems if p.code == "layout.section" and p.after}
    assert {row: name for row, name in taken.items() if row in (3, 5)} == {3: "Xã Thượng Lâm", 5: "Xã Thượng Lâm"}
    assert {taken[row] for row in (7, 8, 9)} == {"Huyện Lâm Bình"}
    assert [p.row for p in checked.problems if p.level == "error" and p.row] == [7, 8, 9]


def test_a_heading_typed_in_a_row_of_its_own_is_no_data_but_an_unfinished_row_is(tmp_path):
    """One cell under the numbers is a heading; one under the villages is a row somebody did not finish."""
    rows = grid()
    unfinished = ["", "", "Khuổi Mới", *[""] * 9]
    (sheet,) = sheet_of(tmp_path, raw([*rows[:3], ["Vùng phía bắc"], *rows[3:], unfinished]))
    assert [(section.row, section.text) for section in sheet.sections] == [(4, "Vùng phía bắc")]
    assert sheet.row_numbers.tolist()[-1] == 9


def test_names_in_signatures_are_not_repeated(tmp_path):
    """What stands under the table is told, the names of those who signed are not."""
    rows = [*grid(), [], ["", "Ghi chú: số liệu quý III"], ["", "NGƯỜI LẬP BIỂU"], ["", "Ai Đó Nào Đấy"]]
    (sheet,) = sheet_of(tmp_path, raw(rows))
    told = [note.text.vi for note in sheet.notes]
    assert codes(sheet) == [("repair", row, "layout.remark") for row in (9, 10, 11)]
    assert "số liệu quý III" in told[0] and not any("Ai Đó" in text for text in told)


def test_merged_words_stand_for_each_row_and_merged_numbers_are_asked_about(tmp_path):
    """A commune over its rows is a repair; a count over several rows may be their sum: a warning."""
    rows = grid(cells={"commune_name": ["Xã Thượng Lâm", "", "", "Xã B", "Xã B", "Xã C"]})
    rows[2][5] = rows[3][5] = ""
    (sheet,) = sheet_of(tmp_path, raw(rows, merged=((1, 1, 3, 1), (1, 5, 3, 5))))
    assert sheet.cells[1].tolist()[:3] == ["Xã Thượng Lâm"] * 3
    assert sheet.cells[5].tolist()[:3] == [84] * 3
    assert codes(sheet) == [("repair", 2, "layout.merged"), ("warning", 2, "layout.merged")]


def test_blank_cells_without_merged_ranges_stay_blank(tmp_path):
    """Nobody guesses that a blank cell repeats the one above."""
    rows = grid(cells={"commune_name": ["Xã Thượng Lâm", "", "", "Xã B", "Xã B", "Xã C"]})
    (sheet,) = sheet_of(tmp_path, raw(rows))
    assert sheet.cells[1].tolist()[1:3] == ["", ""]


def test_hidden_rows_are_read_and_told_shortly(tmp_path):
    """Runs of hidden rows are written as runs; hidden rows outside the list do not matter."""
    rows = [grid()[0], *(grid()[1:] * 6)]
    hidden = frozenset({1, 3, 4, 5, 9, *range(11, 36, 2), 99})
    (sheet,) = sheet_of(tmp_path, raw(rows, hidden_rows=hidden))
    (note,) = sheet.notes
    assert (note.level, note.row, note.code) == ("warning", 3, "layout.hidden_row")
    assert "3–5, 9, 11, 13" in note.text.vi and "và 5 dòng khác" in note.text.vi
    assert len(sheet.cells) == 36


def test_every_sheet_with_the_list_is_read_and_the_others_are_named(tmp_path):
    """Half of the best header is enough, three columns at least; empty, guide and hidden sheets are treated apart."""
    rows = grid()
    short = [row[:7] for row in rows]
    tables = [
        raw([["Mục lục"]], name="Bìa"),
        raw(rows, name="A"),
        raw(short, name="B"),
        raw([row[:2] for row in rows], name="Chỉ tên"),
        raw([rows[0]], name="Trống"),
        raw(rows, name="Ẩn", hidden=True),
        raw(rows, name="Hướng dẫn"),
        raw([[""]], name="Không có gì"),
    ]
    sheets = sheet_of(tmp_path, *tables)
    assert [sheet.name for sheet in sheets] == ["A", "B"]
    texts = [note.text for note in sheets[0].notes]
    assert texts[0] == Text("Các trang không đọc: Bìa, Chỉ tên.", "Sheets that are not read: Bìa, Chỉ tên.")
    assert texts[1].vi.startswith("Trang đang ẩn có danh sách nhưng không đọc: Ẩn.")
    assert sheets[1].notes == ()


def test_problems_of_several_sheets_carry_their_sheet_and_row(tmp_path):
    """An error on the second sheet is told with its name and its own row."""
    rows = grid()
    bad = [rows[0], [*rows[6][:5], "nhiều", *rows[6][6:]]]
    path = xlsx(tmp_path / "hai.xlsx", Page(rows[:6], name="Một"), Page([["Tiêu đề"], *bad], name="Hai"))
    checked = read_list(path, GAPS, TERRITORY)
    errors = [(p.sheet, p.row, p.column) for p in checked.problems if p.level == "error"]
    assert errors == [("Hai", 3, "Tổng số hộ")]
    assert checked.rows["_sheet"].tolist() == ["Một"] * 5
    assert [place.header_rows for place in checked.sheets] == [(1,), (2,)]


_ODD = st.sampled_from(
    [
        [],
        ["Tổng cộng", "", "", "", "", 5],
        ["I. Xã Thượng Lâm"],
        ["", "Ghi chú: không có"],
        [f"({n + 1})" for n in range(12)],
    ]
)


@settings(max_examples=50, deadline=None)
@given(st.lists(_ODD, max_size=8), st.lists(st.integers(0, 5), max_size=8))
def test_rows_of_data_are_never_lost_among_others(tmp_path_factory, odd, places):
    """Whatever stands between them, the six rows come out, in order, with the rows they stand in."""
    rows = grid()
    body = [[row, number] for number, row in enumerate(rows[1:])]
    for row, at in zip(odd, places, strict=False):
        if row and row[0] == "(1)":
            row, at = rows[0], at
        body.insert(at, [row, None])
    table = raw([rows[0], *(row for row, _ in body)])
    (sheet,) = sheets_of(FileTables(tmp_path_factory.getbasetemp() / "ds.xlsx", (table,)), GAP_SCORE)
    stands = [at + 2 for at, (_, number) in enumerate(body) if number is not None]
    assert sheet.row_numbers.tolist() == stands
    assert sheet.cells[2].tolist() == CLEAN["village_name"].tolist()
    told = {*(note.row for note in sheet.notes), *sheet.totals, *(section.row for section in sheet.sections)}
    assert told == {at + 2 for at, (row, number) in enumerate(body) if number is None and any(row)}


_CELLS = st.one_of(st.text(max_size=12), st.integers(-5, 10**6), st.floats(0, 200), st.none())


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.lists(
            st.one_of(st.text(max_size=12), st.integers(-5, 10**6), st.floats(0, 200), st.none()),
            min_size=5,
            max_size=5,
        ),
        min_size=1,
        max_size=12,
    )
)
def test_any_cells_are_cut_without_a_traceback_and_every_row_is_accounted_for(rows):
    """Each row that holds anything is data, or told as something else: none is both, none is lost."""
    cells = pd.DataFrame(rows, dtype=object)
    filled = filled_cells(cells)
    odd = [row.at for row in odd_rows(cells, filled, [["A", "B"]], frozenset())]
    assert sorted(set(odd)) == odd
    assert all(filled[at].any() for at in odd)
    assert filled.tolist() == [[cell is not None and str(cell).strip() != "" for cell in row] for row in rows]


def test_text_tables_and_workbooks_are_cut_alike(tmp_path):
    """The same rows as text give the same rows, sums and remarks."""
    rows = [["DANH SÁCH"], *grid(), ["", "Tổng cộng", "", "", "", 1657], [], ["", "Người lập biểu"]]
    book = read_list(xlsx(tmp_path / "a.xlsx", Page(rows)), GAPS, TERRITORY)
    table = read_list(text(tmp_path / "a.csv", rows), GAPS, TERRITORY)
    shown = ["village_name", "lon", "households_total", "_row"]
    pd.testing.assert_frame_equal(book.rows[shown], table.rows[shown])
    layout = [
        [(p.level, p.row, p.code) for p in checked.problems if p.code.startswith("layout.")]
        for checked in (book, table)
    ]
    assert layout[0] == layout[1] != []


def test_a_hundred_thousand_rows_are_looked_at_column_by_column(monkeypatch):
    """Plain rows are never looked at one by one: what is called for each row is called for the odd ones only."""
    import phusong.data.raw.row_kinds as kinds

    looked = []
    original = kinds._kind
    monkeypatch.setattr(kinds, "_kind", lambda row, *rest, **more: looked.append(row) or original(row, *rest, **more))
    rows = [[n, f"Bản {n}", 105.0 + n / 1e6, 22.6, 84] for n in range(2000)]
    rows.insert(1000, ["", "Tổng cộng", "", "", 5])
    cells = pd.DataFrame(rows, dtype=object)
    found = odd_rows(cells, filled_cells(cells), [["STT", "Tên thôn"]], frozenset())
    assert [row.at for row in found] == [1000]
    assert len(looked) == 1 and np.size(looked[0]) > 0
