"""What a path loses at the least, from a few of its samples: what lets most paths be ruled out without their profile.

The Bullington edge and the angles of the horizons only rise when samples are added, and the edge only falls when the
antenna is raised. From these follows the least of each of the three losses of Rec. ITU-R P.1812-8 at half of the time:

* diffraction, section 4.3.4, is never below its Bullington part;
* ducting, section 4.5, grows with the angles of the horizons, is shielded the more the farther they are, and its part
  A(p) is not negative: it is least where both horizons stand on the first samples;
* scatter, section 4.4, grows with the angle between the horizon rays.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from phusong.coverage.radio._jit import kernel
from phusong.coverage.radio.combination import distance_interpolation
from phusong.coverage.radio.diffraction import NU_NEGLIGIBLE, bullington_loss_db, knife_edge_loss_db
from phusong.coverage.radio.p1812_median import DB, MedianTerms
from phusong.coverage.radio.profile_geometry import Floats
from phusong.coverage.radio.spherical_earth import WAVELENGTH_M_GHZ

ROOT_WAVELENGTH = math.sqrt(WAVELENGTH_M_GHZ)
NU_MOST = math.sqrt(6.0) / ROOT_WAVELENGTH
"""What turns a diffraction parameter at 1 m into that at 6 GHz, the highest frequency of the Recommendation."""

COARSE_STRIDE = 16
"""Every so many samples are looked at."""


class Outline(NamedTuple):
    """What a path's profile is at the least.

    The Bullington edge ``nu_1m`` at a wavelength of 1 m (NaN where terrain is missing), the angles of both horizons
    over the horizontal and of the scatter in mrad, and the distances of the horizons from their antennas in km.
    """

    nu_1m: float
    theta_t: float
    theta_r: float
    theta: float
    d_lt_km: float
    d_lr_km: float


@kernel
def missing_outline() -> Outline:
    """Return the outline of a path over missing terrain."""
    return Outline(math.nan, math.nan, math.nan, math.nan, math.nan, math.nan)


class _Edges(NamedTuple):
    """Largest slopes over the line of the antennas from both ends, m/km, and largest signed square of nu, unscaled."""

    tx: float
    rx: float
    square: float


@kernel
def _edges(
    height_m: Floats,
    samples: tuple[int, int, int],
    step_km: float,
    distance_km: float,
    line: tuple[float, float, float],
) -> _Edges:
    """Go over samples ``first, stop, stride``, eqs (13), (15), (17); ``line`` is start, slope and the Earth's curve."""
    start_m, slope, curve = line
    tx = rx = square = -math.inf
    for k in range(samples[0], samples[1], samples[2]):
        d = k * step_km
        product = d * (distance_km - d)
        clearance = (height_m[k] - (start_m + slope * d)) / product + curve
        tx = max(tx, clearance * (distance_km - d))
        rx = max(rx, clearance * d)
        square = max(square, clearance * abs(clearance) * product)
    return _Edges(tx, rx, square)


@kernel
def _outline_of(
    seen: _Edges, distance_km: float, slope: float, curve: float, horizons_km: tuple[float, float]
) -> Outline:
    """Turn edges into an outline, eqs (18) to (20), (76) to (84).

    From the receiver the terrain alone is looked at: a lower antenna in sight would stand lower than the tallest.
    """
    if seen.tx < 0.0:
        nu_1m = -math.sqrt(0.002 * distance_km * -seen.square)
    else:
        nu_1m = math.sqrt(0.002 * distance_km * seen.tx * max(seen.rx, 0.0))
    drop = curve * distance_km
    theta_t = 1000.0 * math.atan(0.001 * (max(seen.tx, 0.0) + slope - drop))
    theta_r = 1000.0 * math.atan(0.001 * (seen.rx - slope - drop))
    theta = max(2.0 * drop + theta_t + theta_r, 0.0)
    return Outline(nu_1m, theta_t, theta_r, theta, horizons_km[0], horizons_km[1])


@kernel
def coarse_outline(
    height_m: Floats, count: int, step_km: float, tx_amsl_m: float, rx_amsl_m: float, ae_km: float
) -> Outline:
    """Look at each sixteenth of ``height_m[:count]``, terrain at equal steps; horizons may stand on any sample."""
    distance_km = (count - 1) * step_km
    slope, curve = (rx_amsl_m - tx_amsl_m) / distance_km, 500.0 / ae_km
    seen = _edges(height_m, (COARSE_STRIDE, count - 1, COARSE_STRIDE), step_km, distance_km, (tx_amsl_m, slope, curve))
    return _outline_of(seen, distance_km, slope, curve, (step_km, step_km))


@kernel
def outline(
    height_m: Floats, count: int, step_km: float, tx_amsl_m: tuple[float, float], rx_amsl_m: float, ae_km: float
) -> Outline:
    """Look at each sixteenth of ``height_m[:count]`` and at all samples before the first and after the last of these.

    A horizon that is not among the samples near its antenna is beyond them. ``tx_amsl_m`` are the tallest and the
    lowest antenna: what stands near shows steeper from the lower one than what stands far.
    """
    last = count - 1
    distance_km = last * step_km
    slope, curve = (rx_amsl_m - tx_amsl_m[0]) / distance_km, 500.0 / ae_km
    line = (tx_amsl_m[0], slope, curve)
    far = _edges(height_m, (COARSE_STRIDE, last, COARSE_STRIDE), step_km, distance_km, line)
    near_t = _edges(height_m, (1, COARSE_STRIDE, 1), step_km, distance_km, line)
    near_r = _edges(height_m, (last - COARSE_STRIDE + 1, last, 1), step_km, distance_km, line)
    seen = _Edges(
        max(far.tx, max(near_t.tx, near_r.tx)),
        max(far.rx, max(near_t.rx, near_r.rx)),
        max(far.square, max(near_t.square, near_r.square)),
    )
    d_lt_km = d_lr_km = step_km
    if seen.tx >= 0.0:
        low_slope = (rx_amsl_m - tx_amsl_m[1]) / distance_km
        near_low = _edges(height_m, (1, COARSE_STRIDE, 1), step_km, distance_km, (tx_amsl_m[1], low_slope, curve))
        if max(far.tx, near_r.tx) + slope > near_low.tx + low_slope:
            d_lt_km = COARSE_STRIDE * step_km
        if max(far.rx, near_t.rx) > near_r.rx:
            d_lr_km = COARSE_STRIDE * step_km
    return _outline_of(seen, distance_km, slope, curve, (d_lt_km, d_lr_km))


@kernel
def likely_loss_db(distance_km: float, nu_1m: float) -> float:
    """Return a loss by which the masts around a point are put in order, at 1 GHz: none is ruled out by it."""
    free_db = DB * math.log(distance_km)
    if math.isnan(nu_1m):
        return free_db
    return free_db + bullington_loss_db(nu_1m / ROOT_WAVELENGTH, distance_km)


class Bound(NamedTuple):
    """What an outline makes certain of its path's loss at any frequency; ``known`` is False over missing terrain.

    ``excess_t, excess_r`` are how far the horizons' angles are over their caps at the least, eq. (48a), each times the
    root of its distance in ``rooted_t, rooted_r``; ``ducted`` the angle of eq. (51) times what stands before it.
    """

    known: bool
    free_db: float
    nu: float
    per_edge_db: float
    not_ducted: float
    horizons_db: float
    rooted_t: float
    rooted_r: float
    excess: float
    ducted: float
    scatter_db: float


@kernel
def path_bound(seen: Outline, distance_km: float, ae_km: float) -> Bound:
    """Prepare the bounds of a path; ``distance_km`` is that along the ground."""
    free_db = DB * math.log(distance_km)
    if math.isnan(seen.nu_1m) or seen.nu_1m * NU_MOST <= NU_NEGLIGIBLE:
        return Bound(not math.isnan(seen.nu_1m), free_db, -math.inf, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    excess_t, excess_r = max(seen.theta_t - 0.1 * distance_km, 0.0), max(seen.theta_r - 0.1 * distance_km, 0.0)
    angle = 1000.0 * distance_km / ae_km + min(seen.theta_t, 0.0) + min(seen.theta_r, 0.0)
    return Bound(
        True,
        free_db,
        seen.nu_1m / ROOT_WAVELENGTH,
        10.0 + 0.02 * distance_km,
        distance_interpolation(distance_km),
        DB * math.log(seen.d_lt_km + seen.d_lr_km),
        0.361 * excess_t * math.sqrt(seen.d_lt_km),
        0.361 * excess_r * math.sqrt(seen.d_lr_km),
        0.264 * (excess_t + excess_r),
        5e-5 * ae_km * angle,
        free_db + 0.573 * seen.theta,
    )


@kernel
def _power_sum_at_least_db(a_db: float, b_db: float) -> float:
    """Return at most -5 log(10^(-0.2 a) + 10^(-0.2 b)): what the weaker adds is 5 log 2 at most, and under a chord."""
    return min(a_db, b_db) - max(0.0217, 1.5052 - 0.14835 * abs(a_db - b_db))


@kernel
def least_loss_db(terms: MedianTerms, bound: Bound) -> float:
    """Return what a path loses at the least, half of the time at half of the places.

    In free space alone where its terrain is missing or stands far under the line.
    """
    free_db = terms.free_db + bound.free_db
    edge_db = knife_edge_loss_db(bound.nu * terms.root)
    if edge_db == 0.0:
        return free_db
    loss_db = free_db + edge_db + (1.0 - math.exp(-edge_db / 6.0)) * bound.per_edge_db  # (21)
    shielded = (1.0 + bound.rooted_t * terms.root) * (1.0 + bound.rooted_r * terms.root)  # (48)
    duct_db = (
        terms.duct_db + bound.horizons_db + DB * math.log(shielded) + terms.cube_root * (bound.excess + bound.ducted)
    )
    lower_db = max(duct_db, free_db)
    if lower_db < loss_db:
        loss_db = lower_db + (loss_db - lower_db) * bound.not_ducted  # (61)
    return max(free_db, _power_sum_at_least_db(terms.scatter_db + bound.scatter_db, loss_db))
