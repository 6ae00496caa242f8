"""The rule of acceptance: exact bounds, and verdicts that follow from them."""

from __future__ import annotations

import dataclasses
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phusong.tenders.acceptance.bounds import (
    effective_places,
    least_places,
    lower_bound,
    places_to_decide,
    upper_bound,
)
from phusong.tenders.acceptance.options import options_of
from phusong.tenders.acceptance.rule import Measured, Reason, decide
from phusong.tenders.package.settings import read_settings
from phusong.words import Text

OPTIONS = options_of(read_settings())


def _at_least(good: int, places: int, share: float) -> float:
    """Return the chance of so many good places or more: the binomial sum itself."""
    return sum(comb(places, k) * share**k * (1.0 - share) ** (places - k) for k in range(good, places + 1))


def _measured(*groups: tuple[int, int]) -> list[Measured]:
    """Return points with so many good places of so many."""
    return [
        Measured(
            point_id=f"P{i}",
            place_shares=np.repeat([1.0, 0.0], [good, places - good]),
            samples=places,
            good_samples=good,
        )
        for i, (good, places) in enumerate(groups)
    ]


@given(st.integers(1, 300), st.data(), st.sampled_from([0.9, 0.95, 0.98, 0.99]))
def test_the_lower_bound_is_where_the_binomial_sum_says(places, data, confidence):
    """At the bound, as many good places or more come with the chance of an error, no more and no less."""
    good = data.draw(st.integers(1, places))
    assert _at_least(good, places, lower_bound(good, places, confidence)) == pytest.approx(1.0 - confidence, rel=1e-6)


@given(st.integers(1, 300), st.data(), st.sampled_from([0.9, 0.95, 0.98, 0.99]))
def test_the_upper_bound_is_the_lower_bound_of_the_bad(places, data, confidence):
    """What holds of good places holds of bad ones."""
    good = data.draw(st.integers(0, places))
    assert upper_bound(good, places, confidence) == pytest.approx(
        1.0 - lower_bound(places - good, places, confidence), abs=1e-9
    )


def test_known_bounds_are_met():
    """With all good the bound is a root: 77 places show 95 % at 98 % confidence, 76 do not."""
    assert lower_bound(77, 77, 0.98) == pytest.approx(0.02 ** (1 / 77))
    assert lower_bound(77, 77, 0.98) >= 0.95 > lower_bound(76, 76, 0.98)
    assert least_places(0.95, 0.98) == 77
    assert least_places(0.5, 0.98) == 6
    assert (lower_bound(0, 0, 0.98), upper_bound(0, 0, 0.98)) == (0.0, 1.0)


@given(st.lists(st.integers(1, 200), min_size=1, max_size=8))
def test_uneven_points_are_worth_no_more_than_they_are(places):
    """The effective number is at most the real one, and equal where all points have the same."""
    assert effective_places(places) <= sum(places) + 1e-9
    assert effective_places([places[0]] * len(places)) == pytest.approx(len(places) * places[0])
    assert effective_places([*places, 0]) == 0.0


@pytest.mark.parametrize("share", [0.5, 0.9, 0.97, 0.99, 1.0])
def test_the_places_that_would_decide_do(share):
    """So many decide, one less does not."""
    n = places_to_decide(share, 0.95, pass_confidence=0.98, fail_confidence=0.99)
    assert n is not None
    for count, decides in ((n, True), (n - 1, False)):
        good = share * count
        assert (lower_bound(good, count, 0.98) >= 0.95 or upper_bound(good, count, 0.99) < 0.95) is decides


def test_at_the_limit_no_number_decides():
    """A share of just 95 % is neither shown above nor below."""
    assert places_to_decide(0.95, 0.95, pass_confidence=0.98, fail_confidence=0.99) is None


@pytest.mark.parametrize(
    ("groups", "verdict", "reason"),
    [
        ([(77, 77)], "pass", "above"),
        ([(76, 76)], "undecided", "between"),
        ([(50, 50), (50, 50)], "pass", "above"),
        ([(96, 100)], "undecided", "between"),
        ([(60, 100)], "fail", "below"),
        ([(0, 30), (30, 30)], "fail", "below"),
    ],
)
def test_a_village_is_decided_by_its_bounds(groups, verdict, reason):
    """Passed when surely above, failed when surely below, else measured further."""
    found = decide(_measured(*groups), OPTIONS)
    assert (found.verdict, found.reasons[0].key) == (verdict, reason)
    assert found.low_percent is not None and found.high_percent is not None and found.share_percent is not None
    assert found.low_percent <= found.share_percent <= found.high_percent


def test_measuring_more_at_a_good_point_does_not_hide_a_bad_one():
    """A thousand good places at one point against forty half bad ones at the other: the village still fails."""
    assert decide(_measured((1000, 1000), (20, 40)), OPTIONS).verdict == "fail"
    plain = dataclasses.replace(OPTIONS, decision="plain")
    assert decide(_measured((1000, 1000), (20, 40)), plain).verdict == "pass"


def test_the_median_asks_for_half_the_places():
    """A village whose middle place is good passes by the median, not by the share."""
    median = dataclasses.replace(OPTIONS, rule="median")
    assert decide(_measured((70, 100)), median).verdict == "pass"
    assert decide(_measured((70, 100)), OPTIONS).verdict == "fail"
    assert decide(_measured((30, 100)), median).verdict == "fail"


def test_every_point_may_be_asked_to_pass():
    """One bad point fails the village by that rule alone; one open point leaves it open."""
    every = dataclasses.replace(OPTIONS, rule="every_point")
    groups = ((300, 300), (90, 100), (300, 300))
    assert decide(_measured(*groups), every).verdict == "undecided"
    assert decide(_measured((300, 300), (60, 100)), every).verdict == "fail"
    assert decide(_measured((80, 80), (80, 80)), every).verdict == "pass"


def test_the_bare_ratio_never_asks_for_more():
    """95 of 100 pass, 94 fail, whatever may be behind it."""
    plain = dataclasses.replace(OPTIONS, decision="plain")
    assert decide(_measured((95, 100)), plain).verdict == "pass"
    assert decide(_measured((94, 100)), plain).verdict == "fail"


@pytest.mark.parametrize("decision", ["bound", "plain"])
def test_nothing_is_decided_where_something_hinders(decision):
    """Whatever the figures; the hindrance is the reason."""
    options = dataclasses.replace(OPTIONS, decision=decision)
    why = Reason("too_few", Text("thiếu mẫu", "too few"))
    for groups in ([(100, 100)], [(0, 100)]):
        found = decide(_measured(*groups), options, hindered=[why])
        assert (found.verdict, found.reasons) == ("undecided", (why,))
    for points in ([], _measured((0, 0)), _measured((100, 100), (0, 0))):
        found = decide(points, options)
        assert found.verdict == "undecided" and found.reasons


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 60)), min_size=1, max_size=4), st.randoms())
def test_better_places_never_make_a_verdict_worse(groups, rng):
    """Raising the share of any place keeps a pass a pass, and a fail never comes of it."""
    order = {"fail": 0, "undecided": 1, "pass": 2}
    points = _measured(*((min(good, places), places) for good, places in groups))
    better = [dataclasses.replace(one, place_shares=np.maximum(one.place_shares, rng.random() < 0.5)) for one in points]
    for rule in ("share", "median", "every_point"):
        options = dataclasses.replace(OPTIONS, rule=rule)
        assert order[decide(better, options).verdict] >= order[decide(points, options).verdict]
