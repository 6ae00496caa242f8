"""How often the model was right, and an interval that knows that neighbours are alike."""

from __future__ import annotations

import math

import numpy as np
import pytest

from phusong.coverage.reliability import reliability, share_interval
from phusong.coverage.states import NO_DATA, SERVED, UNDETERMINED, UNSERVED


def drawn(random, places, share, alike):
    """Tests of places: one to eight in each, its own share from a Beta with that correlation."""
    a = share * (1.0 / alike - 1.0)
    own = random.beta(a, a * (1.0 - share) / share, places)
    count = random.integers(1, 9, places)
    place = np.repeat(np.arange(places), count)
    return random.random(len(place)) < own[place], place


@pytest.mark.parametrize("places", [20, 60, 200])
@pytest.mark.parametrize(("share", "alike"), [(0.7, 0.05), (0.7, 0.6), (0.93, 0.3), (0.97, 0.6)])
def test_the_interval_holds_the_true_share_as_often_as_it_says(places, share, alike):
    """In 400 draws at least 87 %: 90 % less twice what counting 400 may miss; however alike neighbours are."""
    random = np.random.default_rng([places, round(100 * share), round(100 * alike)])
    held = 0
    for _ in range(400):
        low, high = share_interval(*drawn(random, places, share, alike), interval_percent=90.0)
        held += low <= share <= high
    assert held / 400 >= 0.87


def test_copies_of_a_test_at_its_place_tell_nothing_new():
    """Ten times the same tests at the same places: the interval stays, it does not shrink by a third."""
    random = np.random.default_rng(5)
    right, place = random.random(60) < 0.8, np.arange(60)
    low, high = share_interval(right, place, interval_percent=90.0)
    copied = share_interval(np.repeat(right, 10), np.repeat(place, 10), interval_percent=90.0)
    assert copied == pytest.approx((low, high), abs=0.01)


def test_the_model_is_never_right_where_it_says_nothing():
    """Undetermined and no data are counted apart."""
    modelled = np.array([SERVED, SERVED, UNSERVED, UNSERVED, UNDETERMINED, NO_DATA] * 2, dtype=np.int8)
    passed = np.array([True, False, False, True, True, False] * 2)
    found = reliability(modelled, passed, np.arange(12))
    assert (found.tests, found.decided, found.right, found.undetermined) == (12, 8, 4, 4)
    assert found.right_percent == 50.0
    assert found.low_percent < 50.0 < found.high_percent


def test_a_few_places_or_none_have_no_interval():
    """Nothing is known of how places differ."""
    few = reliability(np.full(8, SERVED, dtype=np.int8), np.full(8, True), np.arange(8) // 2)
    assert few.right_percent == 100.0 and math.isnan(few.low_percent)
    none = reliability(np.empty(0, dtype=np.int8), np.empty(0, dtype=np.bool_), np.empty(0, dtype=np.int64))
    assert none.tests == 0 and math.isnan(none.right_percent)


def test_all_right_does_not_mean_certainly_right():
    """Where no test disagrees the interval still has a width, that of the places."""
    low, high = share_interval(np.ones(40, dtype=np.bool_), np.repeat(np.arange(10), 4), interval_percent=90.0)
    assert 0.5 < low < 0.85 and high == pytest.approx(1.0)
