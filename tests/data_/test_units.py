"""Names and codes of administrative units."""

from __future__ import annotations

import math
import unicodedata

import numpy as np
import pytest

from phusong.data.names import fold
from phusong.data.population import count_of
from phusong.data.units import code_of, full_name, province_code_of, provinces, split_unit


def test_there_are_34_provinces_and_seven_are_cities():
    """Đồng Nai has been a city since 30 April 2026; no two names are the same without accents."""
    table = provinces()
    assert len(table) == 34
    cities = {province.name for province in table.values() if province.kind == "thành phố"}
    assert cities == {"Hà Nội", "Hải Phòng", "Huế", "Đà Nẵng", "Đồng Nai", "Hồ Chí Minh", "Cần Thơ"}
    assert len({fold(province.name) for province in table.values()}) == 34
    assert table["40"].full_name == "Tỉnh Nghệ An"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Thủ đô Hà Nội", "01"),
        ("tỉnh Ninh BÌnh", "37"),
        ("Tỉnh Thanh Hoá", "38"),
        ("TP. Hồ Chí Minh", "79"),
        ("TP.HCM", "79"),
        ("Tinh Ha Tinh", "42"),
        (unicodedata.normalize("NFD", "thành phố Đà Nẵng"), "48"),
        ("Thái Nguyên", "19"),
        ("Tây Ninh", "80"),
        ("Quảng Nam", ""),
        ("", ""),
    ],
)
def test_a_province_is_known_by_any_usual_name(written, code):
    """Kind, case, accents, tone place and composition do not matter; an abolished province is not guessed."""
    assert province_code_of(written) == code


@pytest.mark.parametrize(
    ("written", "kind", "name"),
    [
        ("Phường Hoà Khánh", "phường", "Hoà Khánh"),
        ("  xã   Avương ", "xã", "Avương"),
        ("ĐẶC KHU Hoàng Sa", "đặc khu", "Hoàng Sa"),
        (unicodedata.normalize("NFD", "Đặc khu Lý Sơn"), "đặc khu", "Lý Sơn"),
        ("P.An Hải", "phường", "An Hải"),
        ("TT. Ái Nghĩa", "thị trấn", "Ái Nghĩa"),
        ("Xa Dung", "", "Xa Dung"),
        ("Xã Xa Dung", "xã", "Xa Dung"),
        ("Xã", "", "Xã"),
        ("Phường Hà Giang 2", "phường", "Hà Giang 2"),
    ],
)
def test_the_kind_is_taken_off_a_name(written, kind, name):
    """Every way of writing the kind is understood, and a name that only looks like one is left whole."""
    assert split_unit(written) == (kind, name)


def test_a_full_name_is_kind_and_name():
    """The kind gets its capital, the name is not touched."""
    assert full_name("đặc khu", "Hoàng Sa") == "Đặc khu Hoàng Sa"
    assert full_name("", "Avương") == "Avương"


@pytest.mark.parametrize(
    ("written", "code"), [(97, "00097"), (97.0, "00097"), (" 00097", "00097"), ("97.0", "00097"), ("20194", "20194")]
)
def test_a_code_gets_its_leading_zeros_back(written, code):
    """Spreadsheets make numbers of codes; five digits come back."""
    assert code_of(written, 5) == code


@pytest.mark.parametrize("written", ["", "1234567", "0001.0002", "An Hải", math.nan, None, -4, "12,5"])
def test_what_is_no_code_is_not_made_one(written):
    """Text, too many digits and empty cells give no code."""
    assert code_of(written, 5) == ""


@pytest.mark.parametrize(
    ("cell", "count"),
    [("30,509", 30509), ("30.509 người", 30509), (30509.0, 30509), (np.int64(7), 7), ("1.234.567", 1234567)],
)
def test_a_count_of_people_is_read_however_written(cell, count):
    """Thousands commas, Vietnamese points, the unit behind it and numpy numbers all count."""
    assert count_of(cell) == count


@pytest.mark.parametrize("cell", ["đang cập nhật", "", None, math.nan, -5, "nhiều"])
def test_an_unknown_count_stays_unknown(cell):
    """What the table calls "đang cập nhật" is NaN, never 0."""
    assert math.isnan(count_of(cell))
