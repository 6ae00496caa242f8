"""How numbers, shares, dates, ranges and problems are written in both languages."""

from __future__ import annotations

import math
from datetime import date

import pytest

from phusong.errors import BadInputError, OutOfRangeError, Problem, Range
from phusong.words import Text, day, number, percent


@pytest.mark.parametrize(
    ("value", "decimals", "vi", "en"),
    [
        (1234567.891, 1, "1.234.567,9", "1,234,567.9"),
        (0, 0, "0", "0"),
        (-0.0, 2, "0,00", "0.00"),
        (-0.04, 1, "0,0", "0.0"),
        (-0.06, 1, "-0,1", "-0.1"),
        (-1234.5, 1, "-1.234,5", "-1,234.5"),
        (999.5, 0, "1.000", "1,000"),
        (math.nan, 1, "–", "–"),
        (-math.inf, 0, "–", "–"),
    ],
)
def test_numbers_are_written_as_each_language_does(value, decimals, vi, en):
    """Thousands and decimals change places, there is no minus zero, and what is not known is a dash."""
    assert number(value, decimals=decimals) == vi
    assert number(value, "en", decimals=decimals) == en


def test_a_share_names_both_terms():
    """Part, whole and percent; no percent of nothing."""
    assert percent(91, 3802) == "91/3.802 (2,4 %)"
    assert percent(91, 3802, "en") == "91/3,802 (2.4 %)"
    assert percent(0, 0) == "0/0"


def test_a_text_without_a_language_is_vietnamese():
    """Both wordings can be asked for; printing gives the Vietnamese one."""
    text = Text("trạm", "site")
    assert (text.to("vi"), text.to("en"), str(text)) == ("trạm", "site", "trạm")
    assert day(date(2026, 3, 5)) == "05/03/2026"


def test_a_range_says_what_was_given_and_what_is_allowed():
    """Its ends belong to it; beyond them, and for NaN, the message has the range and the value in both languages."""
    height = Range(1.5, 3000.0, "m")
    height.check("height_m", 1.5)
    height.check("height_m", 3000.0)
    assert not height.holds(math.nan)
    with pytest.raises(OutOfRangeError) as caught:
        height.check("height_m", 0.25)
    assert caught.value.text == Text(
        "height_m phải từ 1,5 đến 3000 m, nhận được 0,25", "height_m must be 1.5 to 3000 m, got 0.25"
    )


def test_a_bad_input_names_its_first_error_and_counts_the_others():
    """Warnings are kept but not counted; the place is written as the user sees it."""

    def problem(level, row):
        return Problem(level=level, file="tram.xlsx", sheet="Trạm", row=row, column="vĩ độ", text=Text("sai", "wrong"))

    error = BadInputError([problem("warning", 2), problem("error", 3), problem("error", 4)])
    assert error.text.vi == "tram.xlsx, trang Trạm, dòng 3, cột vĩ độ: sai (và 1 lỗi khác)"
    assert error.text.en == "tram.xlsx, sheet Trạm, row 3, column vĩ độ: wrong (and 1 more)"
    assert len(error.problems) == 3
    assert Problem(level="error", file="a.csv", text=Text("trống", "empty")).line("en") == "a.csv: empty"
