"""Amounts in words: values as documents write them, and an inverse that reads the words back."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phusong.errors import OutOfRangeError
from phusong.tenders.papers.amounts import in_words

DIGITS = {"không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "sáu": 6}
DIGITS |= {"bảy": 7, "tám": 8, "chín": 9, "mười": 10}


def read_back(words: str) -> int:
    """Read Vietnamese words naively: tỷ splits, then triệu and nghìn, then trăm and mươi."""
    before, billions, after = words.rpartition("tỷ")
    if billions:
        return read_back(before.strip()) * 10**9 + read_back(after.strip())
    value, group = 0, 0
    for word in words.split():
        if word in ("triệu", "nghìn"):
            value, group = value + group * {"triệu": 10**6, "nghìn": 10**3}[word], 0
        elif word == "trăm":
            group *= 100
        elif word == "mươi":
            group = group // 10 * 10 + group % 10 * 10
        elif word != "linh":
            group += DIGITS[word]
    return value + group


@pytest.mark.parametrize(
    ("vnd", "words"),
    [
        (0, "Không đồng"),
        (5, "Năm đồng"),
        (10, "Mười đồng"),
        (15, "Mười lăm đồng"),
        (21, "Hai mươi mốt đồng"),
        (24, "Hai mươi tư đồng"),
        (55, "Năm mươi lăm đồng"),
        (101, "Một trăm linh một đồng"),
        (111, "Một trăm mười một đồng"),
        (1_005, "Một nghìn không trăm linh năm đồng"),
        (1_000_000, "Một triệu đồng"),
        (2_040_000, "Hai triệu không trăm bốn mươi nghìn đồng"),
        (1_000_000_001, "Một tỷ không trăm linh một đồng"),
        (28_700_000_000, "Hai mươi tám tỷ bảy trăm triệu đồng"),
        (1_250_000_000_000, "Một nghìn hai trăm năm mươi tỷ đồng"),
        (10**18, "Một tỷ tỷ đồng"),
    ],
)
def test_amounts_read_as_documents_write_them(vnd, words):
    """Reference values: mốt, tư, lăm after mươi, linh, không trăm, tỷ tỷ; a capital first."""
    assert in_words(vnd) == words


@given(st.integers(0, 10**15))
def test_words_read_back_give_the_amount(vnd):
    """No two amounts share their words, and none is lost."""
    words = in_words(vnd)
    assert words.endswith(" đồng")
    assert read_back(words.removesuffix(" đồng").lower()) == vnd


@given(st.integers(0, 10**12))
def test_year_old_mistakes_are_not_made(vnd):
    """Five after a ten is lăm, one after twenty is mốt."""
    words = in_words(vnd).lower().split()
    for first, second in itertools.pairwise(words):
        assert (first, second) not in {("mươi", "năm"), ("mười", "năm"), ("mươi", "một"), ("linh", "mười")}
        assert second != "mươi" or first not in {"một", "không"}


@pytest.mark.parametrize(
    ("vnd", "words"),
    [
        (0, "Zero Vietnamese dong"),
        (21, "Twenty-one Vietnamese dong"),
        (28_700_000_000, "Twenty-eight billion seven hundred million Vietnamese dong"),
        (1_000_015, "One million fifteen Vietnamese dong"),
    ],
)
def test_english_amounts(vnd, words):
    """English words are those of the short scale."""
    assert in_words(vnd, "en") == words


def test_an_amount_below_zero_is_refused():
    """Nobody is asked to pay less than nothing."""
    with pytest.raises(OutOfRangeError, match="got -1"):
        in_words(-1)
