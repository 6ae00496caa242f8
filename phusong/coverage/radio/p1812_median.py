"""Rec. ITU-R P.1812-8 at half of the time over land, on terrain at equal steps: the inner loop of predictions.

The same loss as :func:`phusong.coverage.radio.p1812.basic_transmission_loss_db` for ``time_percent=50`` on an inland
path without clutter, in fewer steps. At the median there is no multipath correction, no beta0 pass and F_i is 0, which
leaves three losses: diffraction, ducting where it loses less than diffraction, and scatter. What depends on the
frequency alone is in :class:`MedianTerms`, computed once; the profile enters through its :class:`PathGeometry`, shared
by all services at one height. Ducting is costly and mostly loses more than diffraction, so it is bounded from below
before it is computed. Symbols as in ``path_parameters``; ``curve`` is 500/ae.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from phusong.coverage.radio._jit import kernel
from phusong.coverage.radio.diffraction import ground_diffraction_db
from phusong.coverage.radio.ducting import low_frequency_db
from phusong.coverage.radio.p1812 import (
    LN10,
    angular_interpolation,
    distance_interpolation,
    power_sum_db,
    smooth_maximum_db,
)
from phusong.coverage.radio.profile_geometry import Floats, PathGeometry
from phusong.coverage.radio.spherical_earth import Surface, surface
from phusong.coverage.radio.troposcatter import scatter_frequency_db

LOG_50 = math.log(50.0)
DB = 20.0 / LN10
"""20 log10(x) is ``DB * ln(x)``."""

EQUAL = 1e-9
"""Samples that differ less, as a share, are taken for equally high: rounding of one sum in two orders."""


class MedianTerms(NamedTuple):
    """What one frequency, polarization and refractivity make of every path.

    ``free_db``, ``scatter_db`` and ``duct_db`` are the parts without distance of eqs (8), (44) and (47).
    """

    ground: Surface
    free_db: float
    scatter_db: float
    duct_db: float
    root: float
    cube_root: float


@kernel
def median_terms(frequency_ghz: float, vertical: bool, n0: float) -> MedianTerms:
    """Return the terms of one frequency."""
    decibels = 20.0 * math.log10(frequency_ghz)
    return MedianTerms(
        surface(frequency_ghz, vertical),
        92.4 + decibels,
        scatter_frequency_db(frequency_ghz) - 0.15 * n0,
        102.45 + decibels + low_frequency_db(frequency_ghz),
        math.sqrt(frequency_ghz),
        math.pow(frequency_ghz, 1.0 / 3.0),
    )


class _Rays(NamedTuple):
    """The two horizon rays: their slopes at the antennas over the horizontal, m/km, and their angles, mrad."""

    rise_t: float
    rise_r: float
    theta_t: float
    theta_r: float
    theta: float


@kernel
def _rays(geometry: PathGeometry, slope: float) -> _Rays:
    """Return the horizon rays, eqs (76) to (84); ``slope`` is that of the line between the antennas, m/km."""
    drop = 500.0 / geometry.ae_km * geometry.distance_km
    rise_t = (slope if geometry.line_of_sight else geometry.slope_tx_m_km) - drop
    rise_r = (-slope if geometry.line_of_sight else geometry.slope_rx_m_km) - drop
    theta_t, theta_r = 1000.0 * math.atan(0.001 * rise_t), 1000.0 * math.atan(0.001 * rise_r)
    return _Rays(rise_t, rise_r, theta_t, theta_r, 2.0 * drop + theta_t + theta_r)


@kernel
def _first_horizon(height_m: Floats, count: int, step_km: float, tx_amsl_m: float, rise: float, curve: float) -> int:
    """First sample from the transmitter that stands at the horizon's slope ``rise`` (m/km) over the curved Earth."""
    least = rise - EQUAL * (1.0 + abs(rise))
    for k in range(1, count - 1):
        d = k * step_km
        if height_m[k] - tx_amsl_m >= (least + curve * d) * d:
            return k
    return count - 2


@kernel
def _last_horizon(height_m: Floats, count: int, step_km: float, rx_amsl_m: float, rise: float, curve: float) -> int:
    """First sample from the receiver that stands at the horizon's slope ``rise`` (m/km) over the curved Earth."""
    least = rise - EQUAL * (1.0 + abs(rise))
    for back in range(1, count - 1):
        d = back * step_km
        if height_m[count - 1 - back] - rx_amsl_m >= (least + curve * d) * d:
            return count - 1 - back
    return 1


@kernel
def _nearest_to_the_line(
    height_m: Floats, count: int, step_km: float, tx_amsl_m: float, rx_amsl_m: float, geometry: PathGeometry
) -> int:
    """Last sample with the largest diffraction parameter of a path in sight, eq. (82a), without roots."""
    last = count - 1
    slope = (rx_amsl_m - tx_amsl_m) / geometry.distance_km
    curve = 500.0 / geometry.ae_km
    most = (1.0 + EQUAL) * geometry.nu_edge_1m * geometry.nu_edge_1m / (0.002 * geometry.distance_km)
    for k in range(last - 1, 0, -1):
        d = k * step_km
        product = d * ((last - k) * step_km)
        under_m = tx_amsl_m + slope * d - height_m[k] - curve * product
        if under_m * under_m <= most * product:
            return k
    return 1


@kernel
def _horizon_samples(
    height_m: Floats, count: int, tx_amsl_m: float, rx_amsl_m: float, geometry: PathGeometry, rays: _Rays
) -> tuple[int, int]:
    """Return the samples that are the horizons of both antennas; on a path in sight the one nearest to the line."""
    step_km, curve = geometry.distance_km / (count - 1), 500.0 / geometry.ae_km
    if geometry.line_of_sight:
        nearest = _nearest_to_the_line(height_m, count, step_km, tx_amsl_m, rx_amsl_m, geometry)
        return nearest, nearest
    return (
        _first_horizon(height_m, count, step_km, tx_amsl_m, rays.rise_t, curve),
        _last_horizon(height_m, count, step_km, rx_amsl_m, rays.rise_r, curve),
    )


@kernel
def _roughness_m(height_m: Floats, first: int, last: int, start_m: float, rise_m: float) -> float:
    """Largest height over the smooth surface between the horizons, eqs (93), (95); ``rise_m`` is a sample's."""
    highest = -math.inf
    for k in range(first, last + 1):
        highest = max(highest, height_m[k] - rise_m * k)
    return highest - start_m


_Excess = tuple[float, float]


@kernel
def _excess_mrad(horizon_km: float, theta_mrad: float) -> float:
    """Return what a horizon's angle is over its cap of 0.1 mrad a km, never below 0: theta'' of eq. (48a)."""
    return max(theta_mrad - 0.1 * horizon_km, 0.0)


@kernel
def shielding_db(terms: MedianTerms, horizon_km: float, theta_mrad: float) -> float:
    """Shielding of one terminal by its horizon, eqs (48), (48a)."""
    excess = theta_mrad - 0.1 * horizon_km
    if excess <= 0.0:
        return 0.0
    return DB * math.log(1.0 + 0.361 * excess * terms.root * math.sqrt(horizon_km)) + 0.264 * excess * terms.cube_root


@kernel
def _duct_time_db(
    distance_km: float, latitude_deg: float, log_ratio: float, between_km: float, roughness_m: float
) -> float:
    """A(50) of eq. (53) over land, with beta0, mu2 and mu3 multiplied as logarithms, eqs (2) to (5), (53a) to (56).

    ``log_ratio`` is that of the bracket of eq. (55).
    """
    log_d = math.log(distance_km)
    tau = 1.0 - math.exp(-4.12e-4 * math.exp(2.41 * log_d))
    sum_of_powers = math.exp(-LN10 * distance_km / (16.0 - 6.6 * tau)) + math.exp(-LN10 * (2.48 + 1.77 * tau))
    log_mu1 = min(0.2 * math.log(sum_of_powers), 0.0)
    latitude = abs(latitude_deg)
    if latitude > 70.0:
        log_beta = math.log(4.17) + 1.3 * log_mu1
    else:
        log_beta = LN10 * (1.67 - 0.015 * latitude) + (0.065 + 0.0176 * latitude) * log_mu1
    alpha = max(-0.6 - 3.5e-9 * math.exp(3.1 * log_d) * tau, -3.4)
    log_beta += min(alpha * log_ratio, 0.0)
    if roughness_m > 10.0:
        log_beta -= 4.6e-5 * (roughness_m - 10.0) * (43.0 + 6.0 * min(between_km, 40.0))
    decades = log_beta / LN10
    shape = (9.51 - 4.8 * decades + 0.198 * decades * decades) * 1e-6 * math.exp(1.13 * log_d)
    gamma = 1.076 * math.exp(-1.012 * math.log(2.0058 - decades) - shape)
    log_share = LOG_50 - log_beta
    return -12.0 + (1.2 + 0.0037 * distance_km) * log_share / LN10 + 12.0 * math.exp(gamma * log_share)


@kernel
def _duct_path_db(
    terms: MedianTerms, rays: _Rays, ae_km: float, both_km: float, horizons_km: tuple[float, float], excess: _Excess
) -> float:
    """Ducting loss without its part A(p), eqs (46) to (52), its three logarithms as one.

    ``both_km`` is the sum of the horizons' distances.
    """
    shielding_t = 1.0 + 0.361 * excess[0] * terms.root * math.sqrt(horizons_km[0])  # (48)
    shielding_r = 1.0 + 0.361 * excess[1] * terms.root * math.sqrt(horizons_km[1])
    angle = rays.theta - excess[0] - excess[1]  # (52)
    loss_db = terms.duct_db + DB * math.log(both_km * shielding_t * shielding_r)
    return loss_db + terms.cube_root * (0.264 * (excess[0] + excess[1]) + 5e-5 * ae_km * angle)  # (51)


@kernel
def _duct_db(
    height_m: Floats,
    count: int,
    antennas_amsl_m: tuple[float, float],
    geometry: PathGeometry,
    rays: _Rays,
    latitude_deg: float,
    terms: MedianTerms,
    enough_db: float,
) -> float:
    """Ducting loss L_ba, eq. (46), or anything above ``enough_db`` where it is above: A(50) is never below 0.

    beta stays under 50 %, so both terms of eq. (53) that vary are above their values at beta = 50 %, which sum to 0.
    """
    tx_m, rx_m = antennas_amsl_m
    last = count - 1
    distance_km = geometry.distance_km
    step_km = distance_km / last
    first, second = _horizon_samples(height_m, count, tx_m, rx_m, geometry, rays)
    d_lt_km, d_lr_km = first * step_km, (last - second) * step_km
    excess = (_excess_mrad(d_lt_km, rays.theta_t), _excess_mrad(d_lr_km, rays.theta_r))
    loss_db = _duct_path_db(terms, rays, geometry.ae_km, d_lt_km + d_lr_km, (d_lt_km, d_lr_km), excess)
    if loss_db > enough_db:
        return loss_db
    start_m, end_m = min(geometry.h_st_m, height_m[0]), min(geometry.h_sr_m, height_m[last])  # (92)
    rough_m = _roughness_m(height_m, first, second, start_m, (end_m - start_m) / last)
    roots = math.sqrt(tx_m - start_m) + math.sqrt(rx_m - end_m)
    log_ratio = math.log(500.0 / geometry.ae_km * (distance_km / roots) ** 2)
    return loss_db + _duct_time_db(distance_km, latitude_deg, log_ratio, distance_km - d_lt_km - d_lr_km, rough_m)


@kernel
def _least_duct_db(terms: MedianTerms, geometry: PathGeometry, rays: _Rays, step_km: float) -> float:
    """Return what ducting loses at the least, without a look at the profile.

    No horizon is nearer than the first sample nor beyond the path, so an angle is over its cap by what it is at the end
    of the path, or by up to 0.1 mrad a km more; on a path in sight only one ray rises, and d_lt + d_lr is the path.
    """
    distance_km = geometry.distance_km
    excess = (_excess_mrad(distance_km, rays.theta_t), _excess_mrad(distance_km, rays.theta_r))
    both_km, more = (distance_km, 0.1 * distance_km) if geometry.line_of_sight else (2.0 * step_km, 0.2 * distance_km)
    least_db = _duct_path_db(terms, rays, geometry.ae_km, both_km, (step_km, step_km), excess)
    return least_db - 5e-5 * geometry.ae_km * terms.cube_root * more


@kernel
def loss_50_db(
    height_m: Floats,
    count: int,
    tx_amsl_m: float,
    rx_amsl_m: float,
    geometry: PathGeometry,
    latitude_deg: float,
    terms: MedianTerms,
) -> float:
    """Loss not exceeded for half of the time at half of the places; NaN where the profile has gaps.

    ``height_m[:count]`` is the terrain of which ``geometry`` was made, with the antennas at the same heights;
    ``latitude_deg`` is that of the path's centre.
    """
    diffraction_db = ground_diffraction_db(geometry, terms.ground, 0.0)
    if math.isnan(diffraction_db):
        return diffraction_db
    distance_km = geometry.distance_km
    slope = (rx_amsl_m - tx_amsl_m) / distance_km
    rays = _rays(geometry, slope)
    log_distance_db = DB * math.log(distance_km)
    free_db = terms.free_db + log_distance_db + 0.5 * DB * math.log1p(1e-6 * slope * slope)  # (8)
    loss_db = free_db + diffraction_db
    if _least_duct_db(terms, geometry, rays, distance_km / (count - 1)) <= loss_db:
        antennas = (tx_amsl_m, rx_amsl_m)
        duct_db = _duct_db(height_m, count, antennas, geometry, rays, latitude_deg, terms, loss_db)
        lower_db = smooth_maximum_db(duct_db, free_db)  # (60)
        if lower_db < loss_db:
            saved_db = (loss_db - lower_db) * (1.0 - distance_interpolation(distance_km))  # (61)
            loss_db -= saved_db * (1.0 - angular_interpolation(rays.theta))  # (62)
    scatter_db = terms.scatter_db + log_distance_db + 0.573 * rays.theta  # (44)
    return max(free_db, power_sum_db(scatter_db, loss_db))  # (63), (69)
