"""Basic transmission loss over one path: Recommendation ITU-R P.1812-8 (09/2025), 30 MHz to 6 GHz, 1 to 50 % of time.

This file holds line of sight with multipath and focusing (section 4.2), the beta0 pass of the diffraction (4.3.5), the
combination over time (4.6) and location variability (4.7, 4.9). Diffraction, scatter, ducting and path analysis are in
the modules beside it. Clutter stands on the terrain between the terminals, not at them, and only diffraction sees it.

Symbols: ``beta0`` the share of time with ducting, %; ``omega`` the share of the path over sea; ``f_i, f_j, f_k`` the
interpolation factors of eqs (40), (57), (58).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phusong.coverage.radio._jit import kernel
from phusong.coverage.radio.diffraction import ANTENNA_AGL_M, DELTA_N, Polarization, diffraction_db
from phusong.coverage.radio.ducting import ducting_loss_db, sea_coupling_db
from phusong.coverage.radio.free_space import FREQUENCY_GHZ, free_space_loss_db, slant_distance_km
from phusong.coverage.radio.normal import inverse_normal
from phusong.coverage.radio.path_parameters import (
    COASTAL,
    INLAND,
    SEA,
    Horizons,
    Zones,
    beta0_percent,
    centre_latitude_deg,
    path_horizons,
    zone_stretches_km,
)
from phusong.coverage.radio.profile_geometry import (
    EARTH_RADIUS_KM,
    Floats,
    effective_earth_radius_km,
    surface_path_geometry,
)
from phusong.coverage.radio.troposcatter import troposcatter_loss_db
from phusong.errors import OutOfRangeError, Range
from phusong.words import Text

BETA0_AE_KM = 3.0 * EARTH_RADIUS_KM
"""Effective Earth radius exceeded for beta0 of the time, eq. (7b)."""

LN10 = math.log(10.0)

TIME_PERCENT = Range(1.0, 50.0, "%")
LOCATION_PERCENT = Range(1.0, 99.0, "%")
LOCATION_SD_DB = Range(0.0, 30.0, "dB")
DISTANCE_KM = Range(1e-3, 3000.0, "km")
LATITUDE_DEG = Range(-90.0, 90.0, "°")
LONGITUDE_DEG = Range(-180.0, 180.0, "°")
N0 = Range(200.0, 500.0, "N")
COAST_KM = Range(0.0, 20_000.0, "km")
CLUTTER_M = Range(0.0, 500.0, "m")


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
def path_loss_db(
    distance_km: Floats,
    height_m: Floats,
    surface_m: Floats,
    antennas_amsl_m: tuple[float, float],
    service: Service,
    climate: Climate,
) -> tuple[float, float]:
    """Loss at half of the locations L_bc, eq. (63), and the least it may be at any, L_b0p, eq. (10)."""
    tx_m, rx_m = antennas_amsl_m
    total = distance_km[-1]
    time_percent, omega = service.time_percent, climate.omega
    fit_m = surface_path_geometry(distance_km, height_m, height_m, tx_m, rx_m, climate.ae_km)
    horizons = path_horizons(distance_km, height_m, antennas_amsl_m, (fit_m.h_st_m, fit_m.h_sr_m), climate.ae_km)
    median_db, asked_db = _diffraction_db(distance_km, height_m, surface_m, antennas_amsl_m, service, climate)

    horizons_km = horizons.d_lt_km + horizons.d_lr_km
    free_db = free_space_loss_db(service.frequency_ghz, slant_distance_km(total, tx_m, rx_m))
    sight_db = free_db + multipath_db(time_percent, horizons_km)  # (10)
    ducted_sight_db = free_db + multipath_db(climate.beta0, horizons_km)  # (11)
    notional_db = sight_db + (1.0 - omega) * asked_db  # (59)
    if time_percent >= climate.beta0:
        f_i = time_interpolation(time_percent, climate.beta0)
        median_loss_db = free_db + median_db
        notional_db = median_loss_db + (ducted_sight_db + (1.0 - omega) * asked_db - median_loss_db) * f_i

    ducting_db = _ducting_db(total, horizons, antennas_amsl_m, service, climate)
    ducting_or_sight_db = smooth_maximum_db(ducting_db, sight_db)
    all_but_scatter_db = blended_db(sight_db + asked_db, ducting_or_sight_db, notional_db, horizons.theta_mrad, total)
    scatter_db = troposcatter_loss_db(service.frequency_ghz, time_percent, total, horizons.theta_mrad, climate.n0)
    return power_sum_db(scatter_db, all_but_scatter_db), sight_db


def basic_transmission_loss_db(
    distance_km: ArrayLike,
    height_m: ArrayLike,
    clutter_height_m: ArrayLike,
    zone: ArrayLike,
    *,
    frequency_ghz: float,
    time_percent: float,
    tx_height_agl_m: float,
    rx_height_agl_m: float,
    polarization: Polarization,
    tx_lat_deg: float,
    rx_lat_deg: float,
    tx_lon_deg: float,
    rx_lon_deg: float,
    delta_n: float,
    n0: float,
    tx_coast_km: float,
    rx_coast_km: float,
    location_percent: float = 50.0,
    location_sd_db: float = 0.0,
) -> float:
    """Basic transmission loss not exceeded for a share of time and of locations.

    Parameters
    ----------
    distance_km
        Distance of each sample from the transmitter, from 0 upwards, at any spacing; at least three samples.
    height_m
        Height of the terrain above sea level, same shape; NaN where it is not known.
    clutter_height_m
        Representative height of clutter on the terrain, same shape. The values at the terminals are not used.
    zone
        1 sea, 3 coastal land, 4 inland, same shape.
    frequency_ghz
        0.03 to 6 GHz.
    time_percent
        Share of an average year, 1 to 50 %.
    tx_height_agl_m, rx_height_agl_m
        Antennas above the terrain at the first and the last sample, 1 to 3,000 m.
    polarization
        "horizontal" or "vertical", of both antennas.
    tx_lat_deg, rx_lat_deg, tx_lon_deg, rx_lon_deg
        Where the terminals stand: only the latitude half-way between them has a part in the loss.
    delta_n
        Lapse of the radio refractivity over the lowest km, N-units/km, a positive number.
    n0
        Surface refractivity at sea level, N-units.
    tx_coast_km, rx_coast_km
        Distance of the terminals over land to the coast along the path; taken as 0 for one at sea.
    location_percent
        Share of locations, 1 to 99 %.
    location_sd_db
        Standard deviation of the loss over locations; not applied to a receiver at sea.

    Returns
    -------
    loss_db
        NaN where the terrain or the clutter has gaps.

    Raises
    ------
    OutOfRangeError
        Where a value is outside what the Recommendation takes, or the profile is not one.

    References
    ----------
    Rec. ITU-R P.1812-8 (09/2025), annex 1.
    """
    _check_ranges(
        frequency_ghz=(FREQUENCY_GHZ, frequency_ghz),
        time_percent=(TIME_PERCENT, time_percent),
        tx_height_agl_m=(ANTENNA_AGL_M, tx_height_agl_m),
        rx_height_agl_m=(ANTENNA_AGL_M, rx_height_agl_m),
        tx_lat_deg=(LATITUDE_DEG, tx_lat_deg),
        rx_lat_deg=(LATITUDE_DEG, rx_lat_deg),
        tx_lon_deg=(LONGITUDE_DEG, tx_lon_deg),
        rx_lon_deg=(LONGITUDE_DEG, rx_lon_deg),
        delta_n=(DELTA_N, delta_n),
        n0=(N0, n0),
        tx_coast_km=(COAST_KM, tx_coast_km),
        rx_coast_km=(COAST_KM, rx_coast_km),
        location_percent=(LOCATION_PERCENT, location_percent),
        location_sd_db=(LOCATION_SD_DB, location_sd_db),
    )
    d_km, terrain_m, surface_m, zones = _checked_profile(distance_km, height_m, clutter_height_m, zone)
    if not np.isfinite(surface_m).all():
        return math.nan
    latitude_deg = centre_latitude_deg(tx_lat_deg, tx_lon_deg, rx_lat_deg, rx_lon_deg, float(d_km[-1]))
    coasts_km = (0.0 if zones[0] == SEA else tx_coast_km, 0.0 if zones[-1] == SEA else rx_coast_km)
    climate = _climate(d_km, zones, latitude_deg, effective_earth_radius_km(delta_n), n0, coasts_km)
    antennas_m = (float(terrain_m[0]) + tx_height_agl_m, float(terrain_m[-1]) + rx_height_agl_m)
    service = Service(float(frequency_ghz), _is_vertical(polarization), float(time_percent))
    median_db, least_db = path_loss_db(d_km, terrain_m, surface_m, antennas_m, service, climate)
    location_db = 0.0 if zones[-1] == SEA else -inverse_normal(0.01 * location_percent) * location_sd_db
    return float(max(least_db, median_db + location_db))  # (69)


def _climate(
    distance_km: Floats,
    zone: Zones,
    latitude_deg: float,
    ae_km: float,
    n0: float,
    coasts_km: tuple[float, float],
) -> Climate:
    """Derive what sections 3.6, 3.7 and 4.1 take from the zones along the path."""
    sea_km, _ = zone_stretches_km(distance_km, zone == SEA)
    _, d_tm_km = zone_stretches_km(distance_km, zone != SEA)
    _, d_lm_km = zone_stretches_km(distance_km, zone == INLAND)
    beta0 = beta0_percent(latitude_deg, d_tm_km, d_lm_km)
    return Climate(ae_km, float(n0), beta0, d_lm_km, sea_km / float(distance_km[-1]), *map(float, coasts_km))


def _check_ranges(**given: tuple[Range, float]) -> None:
    for name, (allowed, value) in given.items():
        allowed.check(name, value)


def _is_vertical(polarization: str) -> bool:
    if polarization not in ("vertical", "horizontal"):
        raise OutOfRangeError(
            Text(
                f"Phân cực phải là “vertical” (đứng) hoặc “horizontal” (ngang), nhận được “{polarization}”",
                f'polarization must be "vertical" or "horizontal", got "{polarization}"',
            )
        )
    return polarization == "vertical"


def _checked_profile(
    distance_km: ArrayLike, height_m: ArrayLike, clutter_height_m: ArrayLike, zone: ArrayLike
) -> tuple[Floats, Floats, Floats, Zones]:
    """Return distance, terrain, terrain with clutter between the terminals, and zones, each in one dtype and layout."""
    d_km, terrain_m, clutter_m = (
        np.ascontiguousarray(values, dtype=np.float64) for values in (distance_km, height_m, clutter_height_m)
    )
    zones = np.ascontiguousarray(zone, dtype=np.int64)
    _check_shape(d_km, (terrain_m, clutter_m, zones))
    DISTANCE_KM.check("distance_km", float(d_km[-1]))
    for worst_m in (np.nanmin(clutter_m, initial=0.0), np.nanmax(clutter_m, initial=0.0)):
        CLUTTER_M.check("clutter_height_m", float(worst_m))
    if not np.isin(zones, (SEA, COASTAL, INLAND)).all():
        raise OutOfRangeError(
            Text(
                "Vùng trên mặt cắt phải là 1 (biển), 3 (đất ven biển) hoặc 4 (nội địa)",
                "zones of a profile must be 1 (sea), 3 (coastal land) or 4 (inland)",
            )
        )
    surface_m = terrain_m + clutter_m
    surface_m[0], surface_m[-1] = terrain_m[0], terrain_m[-1]
    return d_km, terrain_m, surface_m, zones


def _check_shape(distance_km: Floats, others: Sequence[NDArray[np.generic]]) -> None:
    is_row = distance_km.ndim == 1 and distance_km.size >= 3
    if (
        not is_row
        or distance_km[0] != 0.0
        or not np.all(np.diff(distance_km) > 0.0)
        or any(values.shape != distance_km.shape for values in others)
    ):
        raise OutOfRangeError(
            Text(
                "Mặt cắt địa hình cần ít nhất 3 điểm, khoảng cách tăng dần từ 0; mỗi điểm có một độ cao, "
                "một chiều cao vật che phủ và một vùng",
                "A terrain profile needs at least 3 samples at distances that rise from 0, each with a height, "
                "a clutter height and a zone",
            )
        )
