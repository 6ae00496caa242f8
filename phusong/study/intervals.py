"""How sure the study is: a probability for every household, an interval for every gap, village and commune."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from phusong.coverage.uncertainty import interval, simulate
from phusong.data.terms import interval_label, interval_text
from phusong.study.assess import Assessment, HouseholdAnswers

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Interval:
    """Households without service, from the low to the high end, shape (n,)."""

    low: Ints
    high: Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Intervals:
    """What the simulated worlds say of a study; ``total`` has one entry, all households."""

    served_probability: NDArray[np.float32]
    villages: Interval
    communes: Interval
    gaps: Interval
    total: Interval


def intervals(found: Assessment, areas: Sequence[BaseGeometry]) -> Intervals:
    """Simulate the main service outdoors; ``areas`` are the outlines of the gaps in the metric system of the study."""
    h = found.households
    groups = [
        (h.village, len(found.villages.table)),
        (h.commune, len(found.commune_codes)),
        (households_around(h, areas), len(areas)),
        (np.zeros(len(h.weight), dtype=np.int64), 1),
    ]
    worlds = simulate(found.prediction, h.places, found.profile, h.weight, groups)
    percent = found.profile.uncertainty.interval_percent
    ends = [Interval(low=low, high=high) for low, high in _ends(worlds.least, worlds.most, percent)]
    villages, communes, gaps, total = ends
    return Intervals(
        served_probability=worlds.served_probability, villages=villages, communes=communes, gaps=gaps, total=total
    )


def _ends(
    least: Sequence[NDArray[np.float64]], most: Sequence[NDArray[np.float64]], percent: float
) -> list[tuple[Ints, Ints]]:
    return [interval(fewest, highest, percent) for fewest, highest in zip(least, most, strict=True)]


def households_around(h: HouseholdAnswers, areas: Sequence[BaseGeometry]) -> Ints:
    """Return the gap whose interval counts each household: its own, or the one of its village it stands in; −1 none.

    A household without signal that belongs to no gap, one undetermined and one served all count in the gap in whose
    outline they stand, if it is of their village and commune: any of them may be without signal.
    """
    around = h.gap.copy()
    key = (h.village + 1) * (int(h.commune.max(initial=-1)) + 2) + h.commune + 1
    order = np.argsort(key, kind="stable")
    sorted_key = key[order]
    _, first = np.unique(h.gap, return_index=True)
    members = first[h.gap[first] >= 0]
    for member in members:
        gap = int(h.gap[member])
        start, end = np.searchsorted(sorted_key, [key[member], key[member] + 1])
        near = order[start:end]
        near = near[around[near] < 0]
        around[near[shapely.contains_xy(areas[gap], h.x_m[near], h.y_m[near])]] = gap
    return around


def interval_columns(found: Assessment, ends: Interval) -> dict[str, Ints | list[str]]:
    """Return the columns of a table with an interval: both ends, and in words."""
    label = interval_label(found.profile.uncertainty)
    texts = [interval_text(int(low), int(high), label) for low, high in zip(ends.low, ends.high, strict=True)]
    return {
        "unserved_low": ends.low,
        "unserved_high": ends.high,
        "interval_vi": [text.vi for text in texts],
        "interval_en": [text.en for text in texts],
    }
