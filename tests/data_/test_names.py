"""Vietnamese names join, are found and are sorted however they were typed."""

from __future__ import annotations

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phusong.data.names import fold, name_key, sort_key, tidy

VIETNAMESE = st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẩỗớựỳỷ HĐÊ'-12", min_size=1, max_size=30)


@given(VIETNAMESE)
def test_composed_and_decomposed_names_have_the_same_keys(name):
    """NFC and NFD of one name join, are found alike and sort alike."""
    composed, decomposed = unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name)
    assert fold(composed) == fold(decomposed)
    assert name_key(composed) == name_key(decomposed)
    assert sort_key(composed) == sort_key(decomposed)
    assert tidy(decomposed) == " ".join(composed.split())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hoà", "hòa"),
        ("Thuỷ", "thủy"),
        ("Hoả Lựu", "HỎA LỰU"),
        ("Cư M’gar", "Cư M'gar"),
        ("Khoẻ", "khỏe"),
        ("Quý", "quý"),
    ],
)
def test_the_place_of_the_tone_mark_does_not_matter(one, other):
    """hoà and hòa are one name, whatever the case and the apostrophe."""
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Hòa", "Hoa"), ("Hòa", "Hỏa"), ("Đông", "Dông"), ("Nà Lạ", "Na La"), ("Ơn", "On")]
)
def test_names_with_other_accents_stay_apart(one, other):
    """The joining key keeps letters and tones; only the search key drops them."""
    assert name_key(one) != name_key(other)
    assert fold(one) == fold(other)


def test_the_search_key_has_no_accents():
    """đ becomes d, spaces are single, invisible characters vanish."""
    assert fold("  Đắk\u00a0Lắk\u200b – Buôn  Ma Thuột ") == "dak lak - buon ma thuot"


def test_sorting_follows_the_vietnamese_alphabet():
    """ă, â after a; đ after d; ê after e; ô, ơ after o; ư after u: over whole words, before any tone."""
    order = ["an", "ăn", "ân", "da", "đa", "em", "êm", "on", "ôn", "ơn", "un", "ưn", "xa", "ya"]
    shuffled = random.Random(1).sample(order, len(order))
    assert sorted(shuffled, key=sort_key) == order


def test_tones_sort_last_in_dictionary_order():
    """Level, huyền, hỏi, ngã, sắc, nặng, and only between names that are otherwise equal."""
    order = ["ma", "mà", "mả", "mã", "má", "mạ", "mai"]
    assert sorted(set(order), key=sort_key) == order


def test_numbers_in_names_sort_by_value():
    """Thôn 2 stands before Thôn 10."""
    assert sorted(["Thôn 10", "Thôn 2", "Thôn 1"], key=sort_key) == ["Thôn 1", "Thôn 2", "Thôn 10"]
