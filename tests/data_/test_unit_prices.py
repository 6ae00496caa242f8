"""The table of unit prices: whole, marked as assumed, read back as written, and refused with every mistake at once."""

from __future__ import annotations

from collections import Counter
from datetime import date
from importlib import resources

import openpyxl
import pytest

from phusong.data.unit_price_keys import COUNTED, KEYS, UNITS
from phusong.data.unit_prices import UnitPrices, parse_unit_prices, read_unit_prices, write_unit_prices
from phusong.errors import BadInputError, MissingFileError, UnreadableFileError

TEXT = resources.files("phusong.data").joinpath("tables", "unit_prices.toml").read_text(encoding="utf-8")


def problems_of(read):
    with pytest.raises(BadInputError) as caught:
        read()
    return caught.value.problems


def changed(key, old, new):
    """Return the table with a text replaced in the section of one key."""
    before, section = TEXT.split(f'key = "{key}"\n')
    assert old in section
    return before + f'key = "{key}"\n' + section.replace(old, new, 1)


def test_our_table_holds_every_item_and_calls_every_number_an_assumption():
    """Each key once, in its unit, titled in both languages; all assumed, with a source that says so."""
    prices = read_unit_prices()
    assert set(prices.rows) == set(KEYS)
    assert {row.unit for row in prices.rows.values()} <= set(UNITS)
    assert all(row.assumption and "giả định" in row.source.vi and row.title.en for row in prices.rows.values())
    assert (prices.years, prices.discount_percent) == (5, 0.0)
    assert prices["microwave_hop"].money.low == prices["microwave_hop"].low > 0
    assert set(COUNTED) == set(UNITS) - {"năm", "km"}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_workbook_of_the_table_reads_back_as_it_is(tmp_path, language):
    """Every number, text and day survives the template, whichever its language; the bytes are always the same."""
    prices = read_unit_prices()
    for name in ("a.xlsx", "b.xlsx"):
        write_unit_prices(prices, tmp_path / name, language)
    assert read_unit_prices(tmp_path / "a.xlsx").rows == prices.rows
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_department_may_put_its_own_numbers(tmp_path):
    """Numbers as a province types them, a source and Không for assumed: taken, the rest as it was."""
    path = tmp_path / "don_gia.xlsx"
    write_unit_prices(read_unit_prices(), path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    row = next(cells for cells in sheet.iter_rows(min_row=2) if cells[1].value == "microwave_hop")
    row[5].value, row[6].value, row[7].value = "200.000.000", "250.000.000", 300_000_000
    row[8].value, row[9].value, row[10].value = "Báo giá 12", None, "Không"
    book.save(path)
    price = read_unit_prices(path)["microwave_hop"]
    assert (price.low, price.middle, price.high) == (2e8, 2.5e8, 3e8)
    assert (price.source.vi, price.source.en, price.assumption) == ("Báo giá 12", "Báo giá 12", False)
    assert price.dated == date(2026, 11, 22)


def test_every_mistake_of_a_workbook_is_named_with_row_and_column(tmp_path):
    """Negative, text for a number, low over middle, unknown key and unit, another unit, twice, absent: all at once."""
    path = tmp_path / "don_gia.xlsx"
    write_unit_prices(read_unit_prices(), path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    sheet["F3"], sheet["F4"], sheet["F5"] = -5, "mười", 9e9
    sheet["B6"], sheet["E7"], sheet["E8"] = "la_lam", "đồng/con", "đồng/km"
    sheet["B10"] = sheet["B9"].value
    book.save(path)
    found = problems_of(lambda: read_unit_prices(path))
    cells = {(problem.row, problem.column_number) for problem in found}
    assert {(3, 6), (4, 6), (5, 6), (6, 2), (7, 5), (8, 5)} <= cells
    assert any(problem.row in (9, 10) and problem.column_number == 2 for problem in found)
    whole = [problem for problem in found if problem.row is None]
    assert len(whole) == 1
    assert whole[0].code == "prices.absent"
    lost = [KEYS_IN_ORDER[6 - 2], KEYS_IN_ORDER[10 - 2]]
    assert all(key in whole[0].text.vi for key in lost)
    assert "mast_guyed_base" not in whole[0].text.vi
    assert all(problem.text.vi and problem.text.en for problem in found)


KEYS_IN_ORDER = list(read_unit_prices().rows)


@pytest.mark.parametrize(
    ("key", "old", "new", "column", "code"),
    [
        ("shelter", "low = 80_000_000", "low = -1", "low", "prices.negative"),
        ("shelter", "low = 80_000_000", "low = 900_000_000", "low", "prices.order"),
        ("shelter", "high = 250_000_000", "high = 1", "middle", "prices.order"),
        ("shelter", "low = 80_000_000", 'low = "tám mươi"', "low", "prices.kind"),
        ("shelter", "low = 80_000_000\n", "", "low", "prices.missing"),
        ("shelter", "low = 80_000_000", "low = inf", "low", "prices.negative"),
        ("shelter", 'unit = "đồng/trạm"', 'unit = "đồng/con"', "unit", "prices.unit"),
        ("shelter", 'unit = "đồng/trạm"', 'unit = "đồng/km"', "unit", "prices.unit"),
        ("shelter", "assumption = true", 'assumption = "có"', "assumption", "prices.kind"),
        ("shelter", "dated = 2026-11-22", 'dated = "hôm qua"', "dated", "prices.kind"),
        ("shelter", "assumption = true", "assumption = true\ncolour = 1", "colour", "prices.entry"),
        ("years", "middle = 5", "middle = 6", "middle", "prices.single"),
        ("years", "low = 5\nmiddle = 5\nhigh = 5", "low = 2.5\nmiddle = 2.5\nhigh = 2.5", "middle", "prices.years"),
        ("survey_design_percent", "high = 8", "high = 800", "high", "prices.percent"),
    ],
)
def test_a_mistake_of_a_toml_table_is_named_with_its_line(key, old, new, column, code):
    """The line is that of the section, the column the entry; nothing else is found wrong."""
    text = changed(key, old, new)
    found = problems_of(lambda: parse_unit_prices(text, "gia.toml"))
    assert Counter((problem.column, problem.code) for problem in found)[(column, code)] == 1
    assert {problem.column for problem in found} <= {column, "middle"}
    line = found[0].row
    assert text.splitlines()[line - 1] == "[[price]]"
    assert text.splitlines()[line] == f'key = "{key}"'
    assert found[0].line("vi").startswith("gia.toml, dòng")


def test_items_twice_absent_and_unknown_are_named():
    """A table must hold each item once; what is left out is a mistake, never one of our numbers in disguise."""
    text = TEXT.replace('key = "shelter"', 'key = "nha_tram"') + TEXT[TEXT.index("[[price]]") :].split("\n\n")[0]
    codes = {problem.code: problem for problem in problems_of(lambda: parse_unit_prices(text, "gia.toml"))}
    assert set(codes) == {"prices.key", "prices.absent", "prices.twice"}
    assert codes["prices.absent"].text.en == "items missing: shelter"


def test_what_is_no_table_is_said(tmp_path):
    """No file, no TOML, another form, broken letters: one sentence each."""
    with pytest.raises(MissingFileError, match="No table of unit prices"):
        read_unit_prices(tmp_path / "khong.toml")
    (tmp_path / "a.toml").write_text("a = [", encoding="utf-8")
    (tmp_path / "b.toml").write_text("a = 1", encoding="utf-8")
    (tmp_path / "c.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UnreadableFileError):
        read_unit_prices(tmp_path / "a.toml")
    assert problems_of(lambda: read_unit_prices(tmp_path / "b.toml"))[0].code == "prices.form"
    with pytest.raises(UnreadableFileError):
        read_unit_prices(tmp_path / "c.toml")
    assert isinstance(parse_unit_prices(TEXT, "x"), UnitPrices)
