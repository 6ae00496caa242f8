"""Amounts of đồng as officers write and read them."""

from __future__ import annotations

import pytest

from phusong.errors import PhuSongError
from phusong.plan.money_text import dong, parse_vnd


@pytest.mark.parametrize(
    ("written", "vnd"),
    [
        ("60 tỷ", 60e9), ("60 tỉ đồng", 60e9), ("60ty", 60e9), ("60e9", 60e9), ("60.000.000.000", 60e9),
        ("60,000,000,000", 60e9), ("60 000 000 000 VND", 60e9), ("750 triệu", 750e6), ("750tr", 750e6),
        ("1,5 tỷ", 1.5e9), ("1.5 tỷ", 1.5e9), ("1.500 triệu", 1.5e9), ("1.234,5 triệu", 1234.5e6), ("0", 0.0),
        ("15.000đ", 15e3), ("2 bn", 2e9),
    ],
)  # fmt: skip
def test_amounts_are_read_as_they_are_written(written: str, vnd: float) -> None:
    """Units, points between thousands, decimal commas, plain numbers."""
    assert parse_vnd(written) == pytest.approx(vnd, rel=1e-12)


@pytest.mark.parametrize("written", ["", "nhiều", "-5 tỷ", "60 usd", "1.5", "1,2,3 tỷ", "tỷ", "nan", "inf"])
def test_what_is_no_amount_is_refused_with_what_is_allowed(written: str) -> None:
    """The sentence repeats what was given and shows how to write it."""
    with pytest.raises(PhuSongError) as error:
        parse_vnd(written)
    assert f"“{written}”" in error.value.text.vi
    assert "60 tỷ" in error.value.text.vi


def test_one_amount_is_said_in_the_unit_people_use() -> None:
    """As ranges are, without one."""
    assert (dong(60e9).vi, dong(850e6).en) == ("60,0 tỷ đồng", "VND 850 million")
