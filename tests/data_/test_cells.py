"""Every kind of cell a province writes is read, and what cannot be read is said in both languages."""

from __future__ import annotations

import math
from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phusong.data.cells import (
    PARSERS,
    Bad,
    Mended,
    parse_azimuths,
    parse_bool,
    parse_code,
    parse_date,
    parse_enum,
    parse_enums,
    parse_float,
    parse_int,
    parse_list,
    parse_operator,
    parse_operators,
    parse_str,
    parse_time,
)
from phusong.data.columns import read_column
from phusong.data.schema import Field
from phusong.data.schemas import GAPS, STATIONS
from phusong.errors import Range
from phusong.words import Text, number


def field(kind, **more):
    return Field(name="x", title=Text("Cột", "Column"), meaning=Text("", ""), kind=kind, **more)


FLOAT, INT = field("float", unit="m"), field("int")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("105,34808", 105.34808),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("2.503.641,2", 2503641.2),
        ("1.234.567", 1234567.0),
        ("-110", -110.0),
        ("−110", -110.0),
        (" 1 234,5 ", 1234.5),
        ("30 m", 30.0),
        ("30m", 30.0),
        ("1e3", 1000.0),
        ("0,5", 0.5),
        (42, 42.0),
        (1.5, 1.5),
        ("1.234", 1.234),
    ],
)
def test_numbers_are_read_as_they_are_written(cell, value):
    """Decimal comma and decimal dot, thousands of both kinds, the column's unit behind the number."""
    assert parse_float(cell, FLOAT) == pytest.approx(value)


@pytest.mark.parametrize(
    "cell", ["abc", "1.2.3", "12 km", "1,23.4", "1.23,4.5", True, "inf", "1e999", "--5", date(2026, 1, 1)]
)
def test_what_is_no_number_is_said(cell):
    """Nothing is guessed: words, broken groups, other units and infinity are problems in both languages."""
    problem = parse_float(cell, FLOAT)
    assert isinstance(problem, Bad)
    assert "không phải là số" in problem.text.vi
    assert "is not a number" in problem.text.en


@pytest.mark.parametrize(
    "cell", ["", None, "-", "–", "đang cập nhật", "Đang cập nhật", "N/A", "không rõ", math.nan, "…"]
)
@pytest.mark.parametrize("kind", sorted(PARSERS))
def test_cells_that_say_nothing_are_missing_and_no_problem(cell, kind):
    """An empty cell, a dash or "đang cập nhật" is silence in every kind of column."""
    assert PARSERS[kind](cell, field(kind)) is None


@pytest.mark.parametrize(
    ("cell", "value"),
    [("30,509", 30509), ("30.509", 30509), ("1.234.567", 1234567), ("12", 12), (12.0, 12), ("12,0", 12)],
)
def test_whole_numbers_take_either_thousands_mark(cell, value):
    """In a column of whole numbers a mark before three digits can only mean thousands."""
    assert parse_int(cell, INT) == value


@pytest.mark.parametrize("cell", ["1,5", 2.5, "0,123", "12,34"])
def test_fractions_are_no_whole_numbers(cell):
    """A fraction in a column of counts is a problem, not rounded."""
    assert isinstance(parse_int(cell, INT), Bad)


@given(st.floats(-1e9, 1e9).map(lambda value: round(value, 3)))
def test_a_number_written_the_vietnamese_way_reads_back(value):
    """What words.number writes is read again, where a fraction is written."""
    written = number(value, "vi", decimals=4)
    assert parse_float(written, FLOAT) == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize("cell", ["Có", "x", "X", "1", 1, 1.0, True, "yes", "TRUE", "có "])
def test_yes_in_all_its_spellings(cell):
    """Có, x, 1, yes and true mean yes."""
    assert parse_bool(cell, field("bool")) is True


@pytest.mark.parametrize("cell", ["Không", "0", 0, 0.0, False, "no", "chưa", "Chưa có"])
def test_no_in_all_its_spellings(cell):
    """Không, chưa, 0, no and false mean no."""
    assert parse_bool(cell, field("bool")) is False


def test_neither_yes_nor_no_is_a_problem():
    """Any other word is asked back."""
    assert isinstance(parse_bool("có thể", field("bool")), Bad)


@pytest.mark.parametrize(
    "cell",
    [
        "15/09/2026",
        "15-9-2026",
        "15.09.2026",
        "2026-09-15",
        "2026-09-15T00:00:00",
        date(2026, 9, 15),
        46280,
        46280.6,
        "46280",
    ],
)
def test_days_are_read_day_first_iso_or_as_excel_counts(cell):
    """dd/mm/yyyy, ISO, date cells and Excel's day numbers give one day."""
    assert parse_date(cell, field("date")) == datetime(2026, 9, 15)


@pytest.mark.parametrize("cell", ["31/02/2026", "09/15/2026", "tháng 9", 2026, "2026", True])
def test_what_is_no_day_is_said(cell):
    """Impossible days, months first and bare years are problems."""
    assert isinstance(parse_date(cell, field("date")), Bad)


def test_times_keep_their_hour():
    """A measurement's time of day is kept, a time zone behind it ignored."""
    when = datetime(2026, 9, 15, 14, 5)
    for cell in ("15/09/2026 14:05", "2026-09-15T14:05:00+07:00", datetime(2026, 9, 15, 14, 5)):
        assert parse_time(cell, field("time")) == when


def test_codes_keep_or_get_back_their_leading_zeros():
    """A commune code stays text; the number Excel made of 00097 is mended and said."""
    code = field("code", digits=5)
    assert parse_code("00097", code) == "00097"
    mended = parse_code(97.0, code)
    assert isinstance(mended, Mended)
    assert mended.value == "00097"
    assert "00097" in mended.text.vi
    assert isinstance(parse_code("97", code), Mended)
    assert isinstance(parse_code("123456", code), Bad)
    assert isinstance(parse_code("1a", code), Bad)
    assert parse_code(327.0, field("code")) == "327"


def test_options_are_found_without_accents_and_by_alias():
    """Labels in both languages, stored values and other spellings mean the same option."""
    status = STATIONS.field("status")
    for cell in ("Hoạt động", "hoat dong", "ON AIR", "on_air", "đang phát sóng"):
        assert parse_enum(cell, status) == "on_air"
    problem = parse_enum("bay", status)
    assert isinstance(problem, Bad)
    assert "hoạt động" in problem.text.vi
    assert parse_enum("không rõ", GAPS.field("sig_viettel_4g")) == "unknown"
    assert parse_enums("Núi che khuất; chưa có điện", GAPS.field("cause")) == ("terrain", "no_power")


def test_operators_become_their_keys():
    """VNPT is VinaPhone; an operator we do not know stays, in lower case; several are separated by almost anything."""
    kind = field("operator")
    assert [parse_operator(cell, kind) for cell in ("VIETTEL", "VNPT", "MBF", "iTel")] == [
        "viettel",
        "vinaphone",
        "mobifone",
        "itel",
    ]
    assert parse_operators("Viettel, VNPT/MobiFone và", field("operators"))[:2] == ("viettel", "vinaphone")
    assert parse_operators("Không", field("operators")) is None


@pytest.mark.parametrize(
    ("cell", "angles"),
    [
        ("0/120/240", (0, 120, 240)),
        ("0;120;240", (0, 120, 240)),
        ("0, 120, 240", (0, 120, 240)),
        ("0,120,240", (0, 120, 240)),
        ("0-120-240", (0, 120, 240)),
        ("30°/150°/270°", (30, 150, 270)),
        ("120,5", (120.5,)),
        (120.0, (120,)),
        ("360", (0,)),
    ],
)
def test_azimuths_are_read_one_or_several(cell, angles):
    """The separators lists use; 360 is north."""
    assert parse_azimuths(cell, STATIONS.field("azimuth_deg")) == angles


@pytest.mark.parametrize("cell", ["0/120/400", "-90", "bắc", "vô hướng"])
def test_what_is_no_azimuth_is_said(cell):
    """Angles beyond the circle and words are problems; an omnidirectional antenna is told where to say so."""
    assert isinstance(parse_azimuths(cell, STATIONS.field("azimuth_deg")), Bad)


def test_text_is_composed_and_tidied():
    """Names are stored composed, with single spaces; a number in a text column loses its .0."""
    assert parse_str("Ba\u0309n  Na\u0300 ", field("str")) == "Bản Nà"
    assert parse_str(1800.0, field("str")) == "1800"
    assert parse_list("00985; 00991;00985", field("list")) == ("00985", "00991")


@given(
    st.lists(
        st.one_of(
            st.floats(allow_nan=False, allow_infinity=False, width=32),
            st.sampled_from(["1.234,5", "105,3", "7", "", "abc", "1.234", "12 m", None, "inf", "-", True]),
        ),
        min_size=1,
    )
)
def test_the_fast_way_over_a_column_agrees_with_cell_by_cell(cells):
    """Reading a column at once gives what reading its cells one by one gives, for cells that mean one number only."""
    column = read_column(pd.Series(cells, dtype=object), FLOAT)
    dotted = any(isinstance(c, str) and "," in c for c in cells)
    for cell, value in zip(cells, column.cells, strict=True):
        slow = parse_float(cell, FLOAT, comma_is_decimal=dotted)
        expected = np.nan if slow is None or isinstance(slow, Bad) else slow
        assert value == pytest.approx(expected, nan_ok=True)
    assert {note.at for note in column.notes} == {
        at for at, cell in enumerate(cells) if isinstance(parse_float(cell, FLOAT), Bad)
    }


@pytest.mark.parametrize("dtype", [object, "str"])
def test_a_column_with_decimal_commas_reads_dots_as_thousands(dtype):
    """Beside 2,5 a cell 1.234 is one thousand and more; alone it is a decimal."""
    assert read_column(pd.Series(["2,5", "1.234"], dtype=dtype), FLOAT).cells.tolist() == [2.5, 1234.0]
    assert read_column(pd.Series(["2.5", "1.234"], dtype=dtype), FLOAT).cells.tolist() == [2.5, 1.234]
    assert read_column(pd.Series(["30.509", "1.234.567", "7"], dtype=dtype), INT).cells.tolist() == [30509, 1234567, 7]


def test_limits_are_the_columns_own():
    """A value outside the range is an error that says the range; the bounds themselves are inside."""
    height = field("float", unit="m", limits=Range(1, 300, "m"))
    column = read_column(pd.Series([1.0, 300.0, -5.0], dtype=object), height)
    assert [note.at for note in column.notes] == [2]
    assert column.notes[0].text.vi == "Cột phải từ 1 đến 300 m, nhận được -5"


def test_an_unknown_option_is_an_error_only_where_it_must_be_known():
    """In a column the study can do without it is a warning and counts as silent."""
    class_field, cause = GAPS.field("gap_class"), GAPS.field("road_access")
    assert [n.level for n in read_column(pd.Series(["gì đó"]), class_field).notes] == ["error"]
    column = read_column(pd.Series(["gì đó"]), cause)
    assert [n.level for n in column.notes] == ["warning"]
    assert column.missing.tolist() == [True]
