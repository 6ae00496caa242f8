"""Path clearance written out sample by sample in plain Python, each case by itself, heights by bisection."""

from __future__ import annotations

import math

EARTH_KM = 6371.0


def margin_m(surface_m, length_km, near_amsl_m, far_amsl_m, ghz, k, share, error_m):
    """Return the least spare height over what is asked between two antennas, in first Fresnel radii and in metres."""
    worst = (math.inf, math.inf)
    for i in range(1, len(surface_m) - 1):
        d1 = length_km * i / (len(surface_m) - 1)
        d2 = length_km - d1
        line = near_amsl_m + (far_amsl_m - near_amsl_m) * d1 / length_km
        bulge = d1 * d2 / (2.0 * k * EARTH_KM) * 1000.0
        radius = 17.3145 * math.sqrt(d1 * d2 / (ghz * length_km))
        spare = line - surface_m[i] - bulge - error_m - share * radius
        worst = min(worst, (spare / radius, spare))
    return worst


def needed_amsl_m(surface_m, length_km, far_amsl_m, ghz, cases, error_m, *, low=-2000.0, high=20000.0):
    """Return the least near height that clears all cases, by bisection."""
    for _ in range(80):
        middle = (low + high) / 2.0
        spare = min(margin_m(surface_m, length_km, middle, far_amsl_m, ghz, k, f, error_m)[1] for k, f in cases)
        low, high = (low, middle) if spare >= 0.0 else (middle, high)
    return high
