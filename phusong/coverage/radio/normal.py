"""Inverse complementary cumulative normal distribution: Rec. ITU-R P.1812-8, attachment 2 to annex 1."""

from __future__ import annotations

import math

from phusong.coverage.radio._jit import kernel

LEAST = 1e-6


@kernel
def _upper_half(share: float) -> float:
    """I(x) for a share up to one half, eqs (96a), (97)."""
    t = math.sqrt(-2.0 * math.log(share))
    above = (0.010328 * t + 0.802853) * t + 2.515516698
    below = ((0.001308 * t + 0.189269) * t + 1.432788) * t + 1.0
    return t - above / below


@kernel
def inverse_normal(share: float) -> float:
    """Standard deviations over the mean that a share of all values exceeds, eqs (96), (97); shares end at 1e-6."""
    share = min(max(share, LEAST), 1.0 - LEAST)
    return _upper_half(share) if share <= 0.5 else -_upper_half(1.0 - share)
