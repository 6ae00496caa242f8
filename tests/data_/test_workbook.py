"""Printed workbooks: text stays text, totals are formulas that agree, the page is set up, the bytes never change."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest

from phusong.data.workbook import Block, Column, Sheet, new_book, total
from phusong.maps.colours import VILLAGE_CLASSES
from phusong.words import Text

COLUMNS = (
    Column(title=Text("Tên", "Name"), key="name", width=20),
    Column(title=Text("Số hộ", "Households"), key="households", kind="whole", summed=True),
    Column(title=Text("Hộ tối", "Dark"), key="dark", kind="whole", summed=True),
    Column(title=Text("Tỷ lệ", "Share"), key="share", kind="percent", share_of=("dark", "households")),
)


def sheet(*blocks: Block) -> Sheet:
    return Sheet(
        name=Text("Bảng", "Table"),
        title=Text("Một bảng", "A table"),
        columns=COLUMNS,
        blocks=blocks,
        total={"name": Text("Tổng cộng", "Total")},
        frozen_columns=1,
    )


def written(path, *blocks, language="vi", colours=None):
    with new_book(
        path, language=language, title=Text("T", "T"), created_on=date(2026, 11, 22), colours=colours
    ) as book:
        book.add(sheet(*blocks))
    return path


def rows_of(path, *, values: bool):
    table = openpyxl.load_workbook(path, data_only=values).active
    return [list(row) for row in table.iter_rows(min_row=3, values_only=True)]


TWO = (
    Block(
        rows=[{"name": "a", "households": 10, "dark": 4}, {"name": "b", "households": 5, "dark": None}],
        subtotal={"name": "Cộng"},
    ),
    Block(rows=[{"name": "c", "households": 85, "dark": 1}], subtotal={"name": "Cộng"}),
)


def test_totals_are_formulas_with_the_values_they_have(tmp_path):
    """SUBTOTAL over the rows of a block and over all; the stored value is the sum; a subtotal is not added twice."""
    path = written(tmp_path / "a.xlsx", *TWO)
    formulas, values = rows_of(path, values=False), rows_of(path, values=True)
    assert formulas[3][1:] == ["=SUBTOTAL(9,B4:B5)", "=SUBTOTAL(9,C4:C5)", '=IF(B6=0,"",100*C6/B6)']
    assert formulas[6][:3] == ["Tổng cộng", "=SUBTOTAL(9,B4:B8)", "=SUBTOTAL(9,C4:C8)"]
    assert values[3][1:] == [15, 4, pytest.approx(100 * 4 / 15)]
    assert values[6][1:] == [100, 5, 5.0]


@pytest.mark.parametrize("evil", ['=HYPERLINK("http://x")', "+A1", "-2+3", "@SUM(A1)", "\t=1", "http://x.vn"])
def test_text_from_a_list_is_never_a_formula_or_a_link(tmp_path, evil):
    """A cell that begins like a formula is stored as text that stays text when somebody edits it."""
    path = written(tmp_path / "a.xlsx", Block(rows=[{"name": evil, "households": 1, "dark": 0}]))
    cell = openpyxl.load_workbook(path).active["A4"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (evil, "s", None)
    assert cell.quotePrefix == (evil[0] != "h")


def test_the_page_is_ready_to_print(tmp_path):
    """A4 landscape, one page wide, header repeated and frozen, filter over the rows but not over the total."""
    table = openpyxl.load_workbook(written(tmp_path / "a.xlsx", *TWO)).active
    assert (table.page_setup.paperSize, table.page_setup.orientation, table.page_setup.fitToHeight) == (
        9,
        "landscape",
        0,
    )
    assert table.print_title_rows == "$3:$3"
    assert table.freeze_panes == "B4"
    assert table.auto_filter.ref == "A3:D8"
    assert "Trang &P/&N" in table.oddFooter.right.text


def test_numbers_are_written_the_vietnamese_way_and_keep_being_numbers(tmp_path):
    """The format, not the text, carries the separators; English books leave it to the computer."""
    for language, expected in (("vi", "[$-42A]#,##0"), ("en", "#,##0")):
        cell = openpyxl.load_workbook(written(tmp_path / "a.xlsx", *TWO, language=language)).active["B4"]
        assert (cell.value, cell.number_format) == (10, expected)


def test_a_class_has_its_colour_and_letters_that_can_be_read_on_it(tmp_path):
    """Dark red carries white; ochre carries ink."""
    rows = [
        {"name": "x", "name_colour": "white"},
        {"name": "y", "name_colour": "weak"},
        {"name": "z", "name_colour": "?"},
    ]
    path = written(tmp_path / "a.xlsx", Block(rows=rows), colours={"white": "#8E1B3A", "weak": "#EBC04A"})
    cells = [openpyxl.load_workbook(path).active[f"A{i}"] for i in (4, 5, 6)]
    assert [c.fill.fgColor.rgb for c in cells] == ["FF8E1B3A", "FFEBC04A", "00000000"]
    assert [c.font.color.rgb for c in cells[:2]] == ["FFFFFFFF", "FF1B2430"]


@pytest.mark.parametrize("key", VILLAGE_CLASSES)
def test_letters_on_every_class_colour_reach_the_wcag_contrast(tmp_path, key):
    """4.5 to 1, as stored in the file; on orange and teal neither white nor ink would."""

    def luminance(argb):
        parts = [int(argb[i : i + 2], 16) / 255 for i in (2, 4, 6)]
        return sum(
            w * (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4)
            for w, p in zip((0.2126, 0.7152, 0.0722), parts, strict=True)
        )

    rows = [{"name": "x", "name_colour": key}]
    path = written(tmp_path / "a.xlsx", Block(rows=rows), colours={key: VILLAGE_CLASSES[key].colour})
    cell = openpyxl.load_workbook(path).active["A4"]
    assert cell.fill.fgColor.rgb == "FF" + VILLAGE_CLASSES[key].colour.removeprefix("#")
    light, dark = sorted((luminance(cell.fill.fgColor.rgb), luminance(cell.font.color.rgb)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_a_table_without_rows_says_so_and_totals_nothing(tmp_path):
    """No row is an answer; the total is 0, not an error."""
    rows = rows_of(written(tmp_path / "a.xlsx", Block(rows=[])), values=True)
    assert rows[1][0] == "Không có dòng nào."
    assert rows[2][:3] == ["Tổng cộng", 0, 0]


def test_the_same_table_gives_the_same_bytes(tmp_path):
    """No clock enters."""
    assert written(tmp_path / "a.xlsx", *TWO).read_bytes() == written(tmp_path / "b.xlsx", *TWO).read_bytes()


def test_unknown_values_are_left_out_of_a_total():
    """None and NaN add nothing; whole numbers stay whole."""
    rows = [{"x": 2}, {"x": None}, {"x": float("nan")}, {}]
    assert total(rows, "x") == 2
    assert isinstance(total(rows, "x"), int)


def test_a_text_longer_than_a_cell_ends_with_an_ellipsis(tmp_path):
    """Excel's limit of 32,767 letters does not lose the row."""
    path = written(tmp_path / "a.xlsx", Block(rows=[{"name": "x" * 40_000, "households": 1, "dark": 0}]))
    value = openpyxl.load_workbook(path).active["A4"].value
    assert len(value) == 32_767
    assert value.endswith("…")
