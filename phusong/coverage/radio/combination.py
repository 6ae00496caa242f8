"""How the mechanisms of one path make its loss: Rec. ITU-R P.1812-8, sections 4.2, 4.3.5 and 4.6.

Symbols: ``beta0`` the share of time with ducting, %; ``omega`` the share of the path over sea; ``f_i, f_j, f_k`` the
interpolation factors of eqs (40), (57), (58).
"""

from __future__ import annotations

import math
from typing import NamedTuple

from phusong.coverage.radio._jit import kernel
from phusong.coverage.radio.diffraction import diffraction_db
from phusong.coverage.radio.ducting import ducting_loss_db, sea_coupling_db
from phusong.coverage.radio.free_space import free_space_loss_db, slant_distance_km
from phusong.coverage.radio.normal import inverse_normal
from phusong.coverage.radio.path_parameters import Horizons, path_horizons
from phusong.coverage.radio.profile_geometry import EARTH_RADIUS_KM, Floats, surface_path_geometry
from phusong.coverage.radio.troposcatter import troposcatter_loss_db

BETA0_AE_KM = 3.0 * EARTH_RADIUS_KM
"""Effective Earth radius exceeded for beta0 of the time, eq. (7b)."""

LN10 = math.log(10.0)


class Service(NamedTuple):
    """What is asked of a path: frequency, polarization and share of time."""

    frequency_ghz: float
    vertical: bool
    time_percent: float


class Climate(NamedTuple):
    """What air and ground make of a path: refractivity, incidence of ducting, zones."""

    ae_km: float
    n0: float
    beta0: float
    d_lm_km: float
    omega: float
    tx_coast_km: float
    rx_coast_km: float


class Mechanisms(NamedTuple):
    """What each mechanism alone would lose, in dB, and the horizons that decide between them.

    ``free_space_db`` is L_bfs; ``sight_db`` the least the path may lose, L_b0p; ``diffraction_50_db, diffraction_db``
    what diffraction adds at the median, L_d50, and at the time percentage asked for, L_dp; ``ducting_db`` L_ba;
    ``troposcatter_db`` L_bs.
    """

    free_space_db: float
    sight_db: float
    diffraction_50_db: float
    diffraction_db: float
    ducting_db: float
    troposcatter_db: float
    horizons: Horizons


@kernel
def multipath_db(time_percent: float, horizons_km: float) -> float:
    """Correction for multipath and focusing, never above 0, eqs (9); ``horizons_km`` is d_lt + d_lr."""
    return 2.6 * (1.0 - math.exp(-0.1 * horizons_km)) * math.log10(time_percent / 50.0)


@kernel
def least_loss_db(frequency_ghz: float, distance_km: float, time_percent: float = 50.0) -> float:
    """Loss that no path of this length goes under, whatever its terrain, antennas, zones and location percentage.

    Eq. (69) keeps the loss from falling under L_b0p, eq. (10): free space plus the correction of eq. (9), which takes
    from it the more the longer d_lt + d_lr. The horizon rays touch the terrain where a cord between the antennas would,
    so the first horizon is never beyond the second: d_lt + d_lr is at most the path. At 50 % that is free space.
    ``distance_km`` may be that along the ground or, which bounds closer, that from antenna to antenna.
    """
    return free_space_loss_db(frequency_ghz, distance_km) + multipath_db(time_percent, distance_km)


@kernel
def time_interpolation(time_percent: float, beta0: float) -> float:
    """Where ``time_percent`` lies between the median (0) and beta0 (1), F_i, eq. (40).

    Exactly 0 at the median, where the approximation of the normal distribution leaves 1.3e-9.
    """
    if time_percent >= 50.0:
        return 0.0
    if time_percent <= beta0:
        return 1.0
    return inverse_normal(0.01 * time_percent) / inverse_normal(0.01 * beta0)


@kernel
def angular_interpolation(theta_mrad: float) -> float:
    """F_j: 1 on paths in sight, 0 far beyond the horizon, eq. (57)."""
    return 1.0 - 0.5 * (1.0 + math.tanh(2.4 * (theta_mrad - 0.3) / 0.3))


@kernel
def distance_interpolation(distance_km: float) -> float:
    """F_k: 1 on short paths, 0 on long ones, eq. (58)."""
    return 1.0 - 0.5 * (1.0 + math.tanh(1.5 * (distance_km - 20.0) / 20.0))


@kernel
def smooth_maximum_db(a_db: float, b_db: float) -> float:
    """2.5 ln(exp(a/2.5) + exp(b/2.5)) without overflow: the form of eq. (60)."""
    return max(a_db, b_db) + 2.5 * math.log1p(math.exp(-abs(a_db - b_db) / 2.5))


@kernel
def power_sum_db(a_db: float, b_db: float) -> float:
    """-5 log(10^(-0.2 a) + 10^(-0.2 b)) without underflow: the form of eq. (63)."""
    return min(a_db, b_db) - 5.0 / LN10 * math.log1p(math.exp(-0.2 * LN10 * abs(a_db - b_db)))


@kernel
def blended_db(
    diffraction_loss_db: float, ducting_or_sight_db: float, notional_db: float, theta_mrad: float, distance_km: float
) -> float:
    """Loss of all mechanisms but scatter, eqs (61), (62), from L_bd, L_minbap and L_minb0p."""
    loss_db = diffraction_loss_db
    if ducting_or_sight_db <= diffraction_loss_db:
        loss_db = ducting_or_sight_db + (diffraction_loss_db - ducting_or_sight_db) * distance_interpolation(
            distance_km
        )
    return loss_db + (notional_db - loss_db) * angular_interpolation(theta_mrad)


@kernel
def _diffraction_db(
    distance_km: Floats,
    height_m: Floats,
    surface_m: Floats,
    antennas_amsl_m: tuple[float, float],
    service: Service,
    climate: Climate,
) -> tuple[float, float]:
    """Diffraction loss at the median and at the time percentage asked for, section 4.3.5."""
    tx_m, rx_m = antennas_amsl_m
    median = surface_path_geometry(distance_km, height_m, surface_m, tx_m, rx_m, climate.ae_km)
    median_db = diffraction_db(median, service.frequency_ghz, service.vertical, climate.omega)
    f_i = time_interpolation(service.time_percent, climate.beta0)
    if f_i == 0.0:
        return median_db, median_db
    ducted = surface_path_geometry(distance_km, height_m, surface_m, tx_m, rx_m, BETA0_AE_KM)
    ducted_db = diffraction_db(ducted, service.frequency_ghz, service.vertical, climate.omega)
    return median_db, median_db + f_i * (ducted_db - median_db)  # (41)


@kernel
def _ducting_db(
    distance_km: float, horizons: Horizons, antennas_amsl_m: tuple[float, float], service: Service, climate: Climate
) -> float:
    tx_m, rx_m = antennas_amsl_m
    sea_db = sea_coupling_db(climate.omega, climate.tx_coast_km, horizons.d_lt_km, tx_m)
    sea_db += sea_coupling_db(climate.omega, climate.rx_coast_km, horizons.d_lr_km, rx_m)
    incidence = (climate.beta0, climate.d_lm_km)
    return ducting_loss_db(
        service.frequency_ghz, service.time_percent, distance_km, horizons, climate.ae_km, incidence, sea_db
    )


@kernel
def mechanisms(
    distance_km: Floats,
    height_m: Floats,
    surface_m: Floats,
    antennas_amsl_m: tuple[float, float],
    service: Service,
    climate: Climate,
) -> Mechanisms:
    """Loss of each mechanism over one path; ``surface_m`` is terrain and clutter, which only diffraction sees."""
    tx_m, rx_m = antennas_amsl_m
    total, frequency_ghz = distance_km[-1], service.frequency_ghz
    fit_m = surface_path_geometry(distance_km, height_m, height_m, tx_m, rx_m, climate.ae_km)
    horizons = path_horizons(distance_km, height_m, antennas_amsl_m, (fit_m.h_st_m, fit_m.h_sr_m), climate.ae_km)
    median_db, asked_db = _diffraction_db(distance_km, height_m, surface_m, antennas_amsl_m, service, climate)
    free_db = free_space_loss_db(frequency_ghz, slant_distance_km(total, tx_m, rx_m))
    scatter_db = troposcatter_loss_db(frequency_ghz, service.time_percent, total, horizons.theta_mrad, climate.n0)
    return Mechanisms(
        free_db,
        free_db + multipath_db(service.time_percent, horizons.d_lt_km + horizons.d_lr_km),  # (10)
        median_db,
        asked_db,
        _ducting_db(total, horizons, antennas_amsl_m, service, climate),
        scatter_db,
        horizons,
    )


@kernel
def _notional_db(found: Mechanisms, service: Service, climate: Climate) -> float:
    """Least loss of sight and over-sea diffraction L_minb0p, eq. (59)."""
    over_land_db = (1.0 - climate.omega) * found.diffraction_db
    if service.time_percent < climate.beta0:
        return found.sight_db + over_land_db
    horizons_km = found.horizons.d_lt_km + found.horizons.d_lr_km
    ducted_sight_db = found.free_space_db + multipath_db(climate.beta0, horizons_km)  # (11)
    median_db = found.free_space_db + found.diffraction_50_db
    f_i = time_interpolation(service.time_percent, climate.beta0)
    return median_db + (ducted_sight_db + over_land_db - median_db) * f_i


@kernel
def combined_db(found: Mechanisms, distance_km: float, service: Service, climate: Climate) -> float:
    """Loss of all mechanisms together at half of the locations, L_bc, eq. (63)."""
    ducting_or_sight_db = smooth_maximum_db(found.ducting_db, found.sight_db)
    all_but_scatter_db = blended_db(
        found.sight_db + found.diffraction_db,
        ducting_or_sight_db,
        _notional_db(found, service, climate),
        found.horizons.theta_mrad,
        distance_km,
    )
    return power_sum_db(found.troposcatter_db, all_but_scatter_db)
