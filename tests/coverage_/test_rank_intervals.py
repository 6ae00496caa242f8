"""Ranks: the base lies inside its interval, extreme weights give the order of one criterion, a slow way agrees."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phusong.coverage.ranking import (
    Scores,
    Sensitivity,
    base_ranking,
    drawn_ranks,
    drawn_scores,
    log_ramp,
    ramp,
    rank_intervals,
    weighted_parts,
)
from phusong.errors import OutOfRangeError

RULE = Sensitivity(draws=200, seed=3, weight_range=0.5, threshold_range=0.2, interval_percent=90.0)
STILL = Sensitivity(draws=20, seed=3, weight_range=0.0, threshold_range=0.0, interval_percent=90.0)
WEIGHTS = np.array([30.0, 20.0, 15.0])


def made_scores(seed: int, n: int = 40, k: int = 3, *, unknown: float = 0.3) -> Scores:
    random = np.random.default_rng(seed)
    middle = random.random((n, k))
    reach = np.where(random.random((n, k)) < unknown, 0.3, 0.0)
    return Scores(np.clip(middle - reach, 0, 1), middle, np.clip(middle + reach, 0, 1))


def naive_ranks(total: np.ndarray, below: np.ndarray) -> list[int]:
    """Rank one by one: who is better, or equal and earlier, stands before."""
    ranks = []
    for i in range(len(total)):
        before = 0
        for j in range(len(total)):
            if below[i] != below[j]:
                before += bool(below[i])
            elif abs(total[i] - total[j]) < 5e-10:
                before += j < i
            else:
                before += bool(total[j] > total[i])
        ranks.append(before + 1)
    return ranks


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.3, 0.6]))
def test_the_base_ranking_agrees_with_the_slow_way(seed: int, least: float) -> None:
    """Weighted sums and comparisons one by one give the same ranks, ties and minimums included."""
    scores = made_scores(seed, n=15)
    scores = Scores(*(np.round(end, 1) for end in (scores.low, scores.middle, scores.high)))
    minimum = np.array([least, 0.0, 0.0])
    total = [sum(w * s for w, s in zip(WEIGHTS, row, strict=True)) / WEIGHTS.sum() for row in scores.middle]
    below = [row[0] < least for row in scores.high]
    base = base_ranking(scores, WEIGHTS, minimum)
    assert base.rank.tolist() == naive_ranks(np.array(total), np.array(below))
    assert base.below[:, 0].tolist() == below
    assert np.all(base.score_low <= base.score + 1e-12) and np.all(base.score <= base.score_high + 1e-12)


def test_every_draw_agrees_with_the_slow_way() -> None:
    """With all scores known, weights drawn by the documented recipe and compared one by one give the same ranks."""
    scores, minimum = made_scores(1, n=12, unknown=0.0), np.array([0.3, 0.0, 0.0])
    ranks = drawn_ranks([scores], WEIGHTS, minimum, RULE)
    random = np.random.default_rng(RULE.seed)
    weights = WEIGHTS * (1 + 0.5 * (2 * random.random((200, 3)) - 1))
    least = minimum * (1 + 0.2 * (2 * random.random((200, 3)) - 1))
    for draw in range(0, 200, 7):
        total = [
            sum(w * s for w, s in zip(weights[draw], row, strict=True)) / weights[draw].sum() for row in scores.low
        ]
        below = [bool(np.any(row < least[draw])) for row in scores.low]
        assert ranks[draw].tolist() == naive_ranks(np.array(total), np.array(below))


@pytest.mark.parametrize("criterion", [0, 1, 2])
def test_all_weight_on_one_criterion_gives_its_order(criterion: int) -> None:
    """The order is that of the criterion, and no change of weights moves it."""
    scores = made_scores(5, unknown=0.0)
    weights = np.eye(3)[criterion]
    base = base_ranking(scores, weights, np.zeros(3))
    expected = np.argsort(-scores.middle[:, criterion], kind="stable")
    assert np.argsort(base.rank).tolist() == expected.tolist()
    moved = rank_intervals([scores], weights, np.zeros(3), RULE, top=5)
    assert np.array_equal(moved.rank_low, base.rank) and np.array_equal(moved.rank_high, base.rank)
    assert np.array_equal(moved.top_share, (base.rank <= 5).astype(float))


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.floats(0.0, 1.0), st.floats(50.0, 100.0), st.floats(0.0, 0.5))
def test_the_base_rank_lies_in_its_interval(seed: int, reach: float, percent: float, least: float) -> None:
    """However little is drawn and however narrow the interval, and every draw is a permutation."""
    rule = Sensitivity(draws=15, seed=seed, weight_range=reach, threshold_range=0.2, interval_percent=percent)
    variants = [made_scores(seed), made_scores(seed + 1), made_scores(seed + 2)]
    minimum = np.array([least, 0.0, 0.0])
    rank = base_ranking(variants[0], WEIGHTS, minimum).rank
    moved = rank_intervals(variants, WEIGHTS, minimum, rule, top=10)
    assert np.all(moved.rank_low <= rank) and np.all(rank <= moved.rank_high)
    assert np.all((moved.top_share >= 0) & (moved.top_share <= 1))
    assert moved.top_share.sum() == pytest.approx(10.0)
    ranks = drawn_ranks(variants, WEIGHTS, minimum, rule)
    assert np.array_equal(np.sort(ranks, axis=1), np.tile(np.arange(1, 41), (15, 1)))


def test_nothing_moves_where_nothing_may() -> None:
    """Known scores, still weights and still thresholds: every draw is the base."""
    scores = made_scores(8, unknown=0.0)
    base = base_ranking(scores, WEIGHTS, np.zeros(3)).rank
    assert np.array_equal(drawn_ranks([scores], WEIGHTS, np.zeros(3), STILL), np.tile(base, (20, 1)))


def test_a_drawn_value_stays_in_its_range() -> None:
    """A row whose whole range is better always stands before one whose whole range is worse, and ranges do matter."""
    low, high = np.array([[0.6], [0.2], [0.0]]), np.array([[0.9], [0.5], [0.4]])
    scores = Scores(low, (low + high) / 2, high)
    ranks = drawn_ranks([scores], np.ones(1), np.zeros(1), RULE)
    assert np.all(ranks[:, 0] == 1)
    assert set(ranks[:, 1]) == {2, 3}


@settings(deadline=None, max_examples=30)
@given(st.floats(0.0, 0.4), st.floats(0.0, 1.0), st.floats(0.05, 0.6), st.integers(0, 1000))
def test_drawn_scores_stay_in_their_range_and_mean_what_stands_for_them(
    low: float, at: float, span: float, seed: int
) -> None:
    """Whatever lies between the ends stands for the range: the draws keep to the ends and average to it."""
    ends = [np.array([low]), np.array([low + at * span]), np.array([low + span])]
    drawn = drawn_scores(np.random.default_rng(seed), *ends, draws=4000)[:, 0]
    assert drawn.min() >= low - 1e-12 and drawn.max() <= low + span + 1e-12
    assert drawn.mean() == pytest.approx(low + at * span, abs=6 * 0.5 * span / 4000**0.5)


def test_whoever_is_below_a_minimum_comes_last_and_the_unknown_does_not() -> None:
    """A minimum outweighs every other criterion, but a score that may reach it passes."""
    low = np.array([[0.0, 1.0], [0.0, 0.1], [0.2, 0.0]])
    high = np.array([[0.1, 1.0], [1.0, 0.1], [0.2, 0.0]])
    base = base_ranking(Scores(low, (low + high) / 2, high), np.array([1.0, 9.0]), np.array([0.2, 0.0]))
    assert base.rank.tolist() == [3, 1, 2]
    assert base.below.tolist() == [[True, False], [False, False], [False, False]]


def test_equal_scores_keep_the_order_given() -> None:
    """Ties are broken by place alone, also where sums differ in their last digits."""
    row = np.array([[0.1, 0.2, 0.3]])
    scores = Scores.exactly(np.vstack([row, row + 1e-12, row]))
    assert base_ranking(scores, WEIGHTS, np.zeros(3)).rank.tolist() == [1, 2, 3]


def test_the_same_seed_gives_the_same_intervals_and_another_does_not() -> None:
    """Deterministic, and truly drawn."""
    variants = [made_scores(2)]
    one, two = (drawn_ranks(variants, WEIGHTS, np.zeros(3), RULE) for _ in range(2))
    other = Sensitivity(draws=200, seed=4, weight_range=0.5, threshold_range=0.2, interval_percent=90.0)
    assert np.array_equal(one, two)
    assert not np.array_equal(one, drawn_ranks(variants, WEIGHTS, np.zeros(3), other))


def test_scales_meet_their_ends_and_rise_between() -> None:
    """Score 0 and 1 where the scale says, NaN kept, a falling scale falls."""
    values = np.array([1.0, 5.0, 50.0, 500.0, 5000.0, np.nan])
    rising = log_ramp(values, zero_at=5.0, one_at=500.0)
    assert rising[:5].tolist() == pytest.approx([0.0, 0.0, 0.5, 1.0, 1.0]) and np.isnan(rising[5])
    assert ramp(np.array([0.0, 25.0, 100.0]), zero_at=100.0, one_at=0.0).tolist() == [1.0, 0.75, 0.0]
    assert log_ramp(np.array([0.0]), zero_at=5.0, one_at=500.0).tolist() == [0.0]


def test_a_part_not_known_may_be_anything() -> None:
    """The ends of the mean are those with the missing part at 0 and at 1."""
    parts = np.array([[0.5, np.nan], [1.0, 0.0]])
    low, high = weighted_parts(parts, parts, np.array([3.0, 1.0]))
    assert low.tolist() == [0.375, 0.75] and high.tolist() == [0.625, 0.75]


@pytest.mark.parametrize("ends", [(-0.1, 0.5, 1.0), (0.5, 0.4, 0.6), (0.0, 0.5, 1.1), (np.nan, 0.5, 0.6)])
def test_scores_out_of_order_are_refused(ends: tuple[float, float, float]) -> None:
    """A score is 0 to 1 and its ends are in order."""
    with pytest.raises(OutOfRangeError):
        Scores(*(np.array([[end]]) for end in ends))


def test_weights_that_are_all_zero_are_refused() -> None:
    """Without a weight there is no order."""
    with pytest.raises(OutOfRangeError):
        base_ranking(made_scores(0), np.zeros(3), np.zeros(3))
