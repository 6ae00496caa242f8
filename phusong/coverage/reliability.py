"""How often the model was right where somebody measured, with an interval that knows that neighbours are alike.

Tests of one place share its hills and its trees: a hundred of them weigh little more than one. Places are the units:
the variance of the share is that between places (ratio estimator), and Wilson's interval is taken with the number of
independent tests that has the same variance.

References
----------
W. G. Cochran, Sampling Techniques, 3rd ed., 1977, section 3.12 (proportions from clusters); E. B. Wilson, Probable
inference, the law of succession, and statistical inference, J. Am. Stat. Assoc. 22, 1927.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from phusong.coverage.states import NO_DATA, SERVED, UNDETERMINED, UNSERVED

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


LEAST_PLACES = 5
"""Under so many places nothing is known of how places differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """Of ``tests`` at ``places``, the model decided ``decided`` (at ``decided_places``) and was right in ``right``.

    The others it left undetermined; they are never counted as right. ``low_percent`` and ``high_percent`` are the ends
    of the interval, NaN under ``LEAST_PLACES``.
    """

    tests: int
    places: int
    decided: int
    decided_places: int
    right: int
    low_percent: float
    high_percent: float
    interval_percent: float

    @property
    def undetermined(self) -> int:
        """Return the tests about which the model said nothing."""
        return self.tests - self.decided

    @property
    def right_percent(self) -> float:
        """Return the share of the decided tests that the model got right; NaN where it decided none."""
        return 100.0 * self.right / self.decided if self.decided else math.nan


def reliability(
    modelled: NDArray[np.int8], passed: Flags, place: Ints, *, interval_percent: float = 90.0
) -> Reliability:
    """Compare what the model says at each test with what the test found.

    Parameters
    ----------
    modelled
        State code of the test's operator and technology at its place, shape (tests,).
    passed
        Whether the test reached the threshold.
    place
        Number of the place of each test; tests of one place are not independent.
    interval_percent
        How often the interval shall hold the true share of places of this kind.
    """
    decided = (modelled != UNDETERMINED) & (modelled != NO_DATA)
    right = decided & np.where(passed, modelled == SERVED, modelled == UNSERVED)
    low, high = share_interval(right[decided], place[decided], interval_percent=interval_percent)
    return Reliability(
        tests=len(passed),
        places=len(np.unique(place)),
        decided=int(decided.sum()),
        decided_places=len(np.unique(place[decided])),
        right=int(right.sum()),
        low_percent=100.0 * low,
        high_percent=100.0 * high,
        interval_percent=interval_percent,
    )


def share_interval(right: Flags, place: Ints, *, interval_percent: float) -> tuple[float, float]:
    """Return the interval of a share of clustered tests as fractions; NaN under ``LEAST_PLACES`` places.

    Wilson's, with Student's quantile of the places and the effective number of tests. How alike the tests of a place
    are is seen badly where nearly all agree: two places of middling size are thought in addition, one all right and one
    all wrong, where the variance between places is taken (not in the share).
    """
    _, of = np.unique(place, return_inverse=True)
    of = np.asarray(of).reshape(-1)
    total = np.bincount(of).astype(np.float64)
    k, n = len(total), len(right)
    if k < LEAST_PLACES:
        return math.nan, math.nan
    hits, middling = np.bincount(of, weights=right), n / k
    design = _design_effect(np.append(hits, (middling, 0.0)), np.append(total, (middling, middling)))
    t = float(stdtrit(k - 1, 0.5 + interval_percent / 200.0))
    return _wilson(float(right.mean()), n / max(1.0, design), t)


def _design_effect(hits: Floats, total: Floats) -> float:
    """Return how much more a share varies between places than between independent tests."""
    k, n = len(total), float(total.sum())
    share = float(hits.sum()) / n
    variance = k / (k - 1) * float(((hits - share * total) ** 2).sum()) / n**2
    return variance * n / (share * (1.0 - share))


def _wilson(share: float, n: float, z: float) -> tuple[float, float]:
    middle = (share + z * z / (2.0 * n)) / (1.0 + z * z / n)
    half = z / (1.0 + z * z / n) * math.sqrt(share * (1.0 - share) / n + z * z / (4.0 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)
