"""Exact one-sided bounds of a share (Clopper and Pearson 1934), also for a weighted number of places.

With ``n`` places of which ``k`` are good, the lower bound at confidence ``c`` is the share at which ``k`` or more good
ones would be met with probability ``1 − c``; the upper bound mirrors it. Places of several points weighted alike give
an effective number that need not be whole (Korn and Graubard 1998): the beta quantiles then stand for the binomial sum.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from scipy.special import betaincinv

MOST_PLACES = 5000
"""Beyond so many places a village is not worth measuring on."""


def lower_bound(good: float, places: float, confidence: float) -> float:
    """Return the share that the truth is above, with this confidence; 0 where nothing was measured."""
    if places <= 0.0 or good <= 0.0:
        return 0.0
    return float(betaincinv(good, max(places - good, 0.0) + 1.0, 1.0 - confidence))


def upper_bound(good: float, places: float, confidence: float) -> float:
    """Return the share that the truth is below, with this confidence; 1 where nothing was measured."""
    if places <= 0.0 or good >= places:
        return 1.0
    return float(betaincinv(good + 1.0, places - good, confidence))


def effective_places(places: Sequence[int]) -> float:
    """Return how many places the mean over points is worth, each point weighing the same (Kish 1965).

    0 where a point has none: its share is then not known.
    """
    if not places or min(places) == 0:
        return 0.0
    return len(places) ** 2 / math.fsum(1.0 / one for one in places)


def places_to_decide(share: float, needed: float, *, pass_confidence: float, fail_confidence: float) -> int | None:
    """Return the least number of places that would decide at a share, None where more than ``MOST_PLACES``.

    Counted in steps of one place; the share need not be one that so many places can have.
    """
    low, high = 1, MOST_PLACES

    def decides(n: int) -> bool:
        good = share * n
        return lower_bound(good, n, pass_confidence) >= needed or upper_bound(good, n, fail_confidence) < needed

    if not decides(high):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if decides(middle) else (middle + 1, high)
    return low


def least_places(needed: float, confidence: float) -> int:
    """Return how many places, all of them good, it takes to pass."""
    return math.ceil(math.log(1.0 - confidence) / math.log(needed))
