"""Which gap comes first: weighted criteria, and how far a rank moves when weights, thresholds and unknowns do.

A score that is not known is a range from its least to its most, never a number in disguise: what stands for it counts
in the base rank, and in every draw another value of the range, which on average is what stands for it. Whoever is
surely below the minimum of a criterion comes after all others; what is not known fails no minimum. Equal scores keep
the order in which the rows were given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from phusong.errors import OutOfRangeError
from phusong.words import Text

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

CRITERIA = ("need", "disadvantage", "place", "interest", "evidence", "cost")
"""The criteria in the order in which they are shown."""

_STEP = 1e-9
"""Scores nearer than this are equal: their last digits depend on the machine."""
_BELOW = 2.0
"""Taken off the score of whoever is below a minimum; scores lie from 0 to 1."""
_CHUNK = 100


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Scores from 0 to 1, shape (n, criteria): the least and the most each may be, and what stands for it."""

    low: Floats
    middle: Floats
    high: Floats

    def __post_init__(self) -> None:
        zero, one = np.zeros_like(self.low), np.ones_like(self.low)
        ends = (zero, self.low, self.middle, self.high, one)
        if not all(np.all(less <= more) for less, more in pairwise(ends)):
            raise OutOfRangeError(
                Text("điểm phải từ 0 đến 1, đầu dưới ≤ giữa ≤ đầu trên", "scores must be 0 to 1, low ≤ middle ≤ high")
            )

    @classmethod
    def exactly(cls, score: Floats) -> Scores:
        """Return scores that are all known."""
        return cls(score, score, score)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """How ranks are shaken.

    In each draw every weight is multiplied by a number drawn evenly from 1 − ``weight_range`` to 1 + ``weight_range``,
    every minimum likewise by ``threshold_range``, one of the variants of the scores is taken (those of moved scales),
    and what is not known is drawn from its range (:func:`drawn_scores`).
    """

    draws: int
    seed: int
    weight_range: float
    threshold_range: float
    interval_percent: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranked:
    """The base ranking, by row: weighted score with its ends, rank from 1, and which criteria lie surely below."""

    score: Floats
    score_low: Floats
    score_high: Floats
    rank: Ints
    below: Flags


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankIntervals:
    """Between which ranks a row lies in ``interval_percent`` of the draws, and in what share it is among the top.

    The base rank always lies inside.
    """

    rank_low: Ints
    rank_high: Ints
    top_share: Floats


def base_ranking(scores: Scores, weights: Floats, minimum: Floats) -> Ranked:
    """Rank by the weighted mean of the scores that stand for each criterion.

    Parameters
    ----------
    scores
        Shape (n, k).
    weights
        Shape (k,), of any sum above 0.
    minimum
        Shape (k,); a row is below where even its most is less.
    """
    share = _shares(weights)
    below: Flags = np.asarray(scores.high < minimum, dtype=bool)
    total = scores.middle @ share
    return Ranked(
        score=total,
        score_low=scores.low @ share,
        score_high=scores.high @ share,
        rank=_ranks(total[None, :], np.atleast_2d(below.any(axis=1)))[0],
        below=below,
    )


def rank_intervals(
    variants: Sequence[Scores], weights: Floats, minimum: Floats, rule: Sensitivity, *, top: int
) -> RankIntervals:
    """Shake weights, thresholds and unknowns, and see between which ranks each row stays.

    Parameters
    ----------
    variants
        The scores by the scales as they are, first, and by scales moved; each of shape (n, k).
    weights, minimum
        As in :func:`base_ranking`.
    rule
        How far things are moved, how often, and the seed.
    top
        How many rows are the top.
    """
    base = base_ranking(variants[0], weights, minimum).rank
    ranks = drawn_ranks(variants, weights, minimum, rule)
    tail = (100.0 - rule.interval_percent) / 2.0
    ends = np.percentile(ranks, [tail, 100.0 - tail], axis=0, method="inverted_cdf").astype(np.int64)
    return RankIntervals(
        rank_low=np.minimum(ends[0], base),
        rank_high=np.maximum(ends[1], base),
        top_share=np.asarray((ranks <= top).mean(axis=0)),
    )


def drawn_ranks(variants: Sequence[Scores], weights: Floats, minimum: Floats, rule: Sensitivity) -> Ints:
    """Return the rank of every row in every draw, shape (draws, n)."""
    random = np.random.default_rng(rule.seed)
    drawn = weights * _around(random, rule.draws, len(weights), rule.weight_range)
    least = minimum * _around(random, rule.draws, len(weights), rule.threshold_range)
    variant = random.integers(len(variants), size=rule.draws)
    share = drawn / drawn.sum(axis=1, keepdims=True)
    ranks = np.empty((rule.draws, len(variants[0].low)), dtype=np.int64)
    for start in range(0, rule.draws, _CHUNK):
        part = slice(start, start + _CHUNK)
        for which, scores in enumerate(variants):
            at = start + np.flatnonzero(variant[part] == which)
            ranks[at] = _ranks(*_drawn_totals(random, scores, share[at], least[at]))
    return ranks


def _around(random: np.random.Generator, draws: int, count: int, reach: float) -> Floats:
    return np.asarray(1.0 + reach * (2.0 * random.random((draws, count)) - 1.0))


def _drawn_totals(random: np.random.Generator, scores: Scores, share: Floats, least: Floats) -> tuple[Floats, Flags]:
    """Return scores and who is below, shape (draws, n): a value drawn for each score that is not known."""
    total = share @ scores.low.T
    below = np.zeros(total.shape, dtype=bool)
    for criterion in range(share.shape[1]):
        low, middle, high = (end[:, criterion] for end in (scores.low, scores.middle, scores.high))
        open_ = np.flatnonzero(high > low)
        value = drawn_scores(random, low[open_], middle[open_], high[open_], draws=len(share))
        total[:, open_] += share[:, criterion, None] * (value - low[open_])
        if np.any(least[:, criterion] > 0.0):
            below |= scores.high[:, criterion] < least[:, criterion, None]
    return total, below


def drawn_scores(random: np.random.Generator, low: Floats, middle: Floats, high: Floats, *, draws: int) -> Floats:
    """Draw scores of shape (draws, n), each evenly below or evenly above its middle, so that the mean is the middle.

    ``low`` must be less than ``high``.
    """
    above = (middle - low) / (high - low)
    chance = random.random((draws, len(low)))
    with np.errstate(divide="ignore", invalid="ignore"):
        up = middle + (high - middle) * (chance / above)
        down = low + (middle - low) * ((chance - above) / (1.0 - above))
    return np.where(chance < above, up, down)


def _shares(weights: Floats) -> Floats:
    if not (np.all(weights >= 0.0) and weights.sum() > 0.0):
        raise OutOfRangeError(
            Text("trọng số phải từ 0 và có ít nhất một số dương", "weights must be 0 or more, one above 0")
        )
    return np.asarray(weights / weights.sum())


def _ranks(total: Floats, below: Flags) -> Ints:
    """Return ranks along the last axis, best first: 1 for the highest score; below a minimum after all others."""
    n = total.shape[-1]
    steps = np.rint((total - _BELOW * below) / _STEP).astype(np.int64)
    order = np.argsort(np.arange(n, dtype=np.int64) - steps * n, axis=-1)  # no two keys are equal
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.broadcast_to(np.arange(1, n + 1), order.shape), axis=-1)
    return ranks


def ramp(values: Floats, *, zero_at: float, one_at: float) -> Floats:
    """Return a score that rises evenly from 0 at one value to 1 at another, which may be the smaller; NaN stays NaN."""
    return np.asarray(np.clip((values - zero_at) / (one_at - zero_at), 0.0, 1.0))


def log_ramp(values: Floats, *, zero_at: float, one_at: float) -> Floats:
    """Return a score that rises with the logarithm of positive values; NaN stays NaN."""
    with np.errstate(divide="ignore"):
        return ramp(np.log(values), zero_at=float(np.log(zero_at)), one_at=float(np.log(one_at)))


def weighted_parts(low: Floats, high: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return the ends of the weighted mean of parts, shape (n, parts); a part that is NaN may be all from 0 to 1."""
    share = _shares(weights)
    ends = np.nan_to_num(low, nan=0.0) @ share, np.nan_to_num(high, nan=1.0) @ share
    return np.clip(ends[0], 0.0, 1.0), np.clip(ends[1], 0.0, 1.0)
