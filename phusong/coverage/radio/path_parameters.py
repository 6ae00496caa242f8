"""Zones, incidence of ducting and horizons of a path: Rec. ITU-R P.1812-8, sections 3, 4.1 and attachment 1.

Symbols: ``omega`` the share of the path over sea; ``d_tm, d_lm`` its longest stretch over land and over inland;
``beta0`` the share of time with ducting, %; ``theta_t, theta_r`` the horizon's elevation angles and ``theta`` the angle
between the horizon rays, mrad; ``d_lt, d_lr`` the distances to the horizons; ``h_te, h_re, h_m`` the effective heights
and the roughness of the ducting model. Horizons are those of the bare terrain over the median effective Earth.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.radio._jit import kernel
from phusong.coverage.radio.profile_geometry import EARTH_RADIUS_KM, Floats

SEA, COASTAL, INLAND = 1, 3, 4
"""Zones as the vectors code them: sea (B), coastal land (A1), inland (A2)."""

FAR_FROM_COAST_KM = 500.0
"""Distance to the coast of terminals inland, where it has no part in the loss."""

Zones = NDArray[np.int64]


class Horizons(NamedTuple):
    """A path as the models beyond diffraction see it: horizons, effective heights and roughness; see the module."""

    line_of_sight: bool
    d_lt_km: float
    d_lr_km: float
    theta_t_mrad: float
    theta_r_mrad: float
    theta_mrad: float
    h_te_m: float
    h_re_m: float
    h_m_m: float


@kernel
def zone_stretches_km(distance_km: Floats, inside: NDArray[np.bool_]) -> tuple[float, float]:
    """Sum and longest of the unbroken stretches of samples ``inside`` some zones, in km, sections 3.6 and 4.1.

    A stretch ends half-way to the neighbours outside it.
    """
    last = inside.size - 1
    sum_km = longest_km = 0.0
    start = 0
    for k in range(inside.size):
        if not inside[k]:
            start = k + 1
        elif k == last or not inside[k + 1]:
            edges_km = (distance_km[k + 1] - distance_km[k]) / 2.0 if k < last else 0.0
            edges_km += (distance_km[start] - distance_km[start - 1]) / 2.0 if start > 0 else 0.0
            sum_km = sum_km + distance_km[k] - distance_km[start] + edges_km
            longest_km = max(longest_km, distance_km[k] - distance_km[start] + edges_km)
    return sum_km, longest_km


@kernel
def inland_tau(d_lm_km: float) -> float:
    """How far inland the path is, 0 to 1, eq. (3)."""
    return 1.0 - math.exp(-4.12e-4 * math.pow(d_lm_km, 2.41))


@kernel
def beta0_percent(latitude_deg: float, d_tm_km: float, d_lm_km: float) -> float:
    """Share of time with lapse rates over 100 N-units/km in the lowest 100 m, at the path's centre, eqs (2) to (5)."""
    tau = inland_tau(d_lm_km)
    sum_of_powers = math.pow(10.0, -d_tm_km / (16.0 - 6.6 * tau)) + math.pow(10.0, -2.48 - 1.77 * tau)
    mu1 = min(math.pow(sum_of_powers, 0.2), 1.0)  # (2)
    latitude = abs(latitude_deg)
    if latitude > 70.0:
        return 4.17 * math.pow(mu1, 1.3)  # (4), (5)
    return math.pow(10.0, 1.67 - 0.015 * latitude) * math.pow(mu1, 0.065 + 0.0176 * latitude)


@kernel
def centre_latitude_deg(
    tx_lat_deg: float, tx_lon_deg: float, rx_lat_deg: float, rx_lon_deg: float, distance_km: float
) -> float:
    """Latitude half of ``distance_km`` from the transmitter towards the receiver, Rec. ITU-R P.2001 attachment H.

    Two terminals at one point have no bearing: the Recommendation then takes the longitude for it.
    """
    tx, rx, apart = math.radians(tx_lat_deg), math.radians(rx_lat_deg), math.radians(rx_lon_deg - tx_lon_deg)
    cosine = math.sin(tx) * math.sin(rx) + math.cos(tx) * math.cos(rx) * math.cos(apart)
    north = math.sin(rx) - cosine * math.sin(tx)
    east = math.cos(tx) * math.cos(rx) * math.sin(apart)
    at_one_point = abs(north) < 1e-9 and abs(east) < 1e-9
    bearing = math.radians(rx_lon_deg) if at_one_point else math.atan2(east, north)
    half = 0.5 * distance_km / EARTH_RADIUS_KM
    sine = math.sin(tx) * math.cos(half) + math.cos(tx) * math.sin(half) * math.cos(bearing)
    return math.degrees(math.asin(min(1.0, max(-1.0, sine))))


@kernel
def elevation_mrad(from_m: float, to_m: float, distance_km: float, ae_km: float) -> float:
    """Elevation angle over the horizontal from one height to another, eqs (77), (78), (81)."""
    return 1000.0 * math.atan((to_m - from_m) / (1000.0 * distance_km) - distance_km / (2.0 * ae_km))


@kernel
def _first_horizon(distance_km: Floats, height_m: Floats, tx_amsl_m: float, ae_km: float) -> tuple[int, float]:
    """Sample nearest to the transmitter among those that stand highest from it, and its angle, eqs (76), (77), (80)."""
    index, highest = 1, -math.inf
    for k in range(1, distance_km.size - 1):
        angle = elevation_mrad(tx_amsl_m, height_m[k], distance_km[k], ae_km)
        if angle > highest:
            index, highest = k, angle
    return index, highest


@kernel
def _last_horizon(distance_km: Floats, height_m: Floats, rx_amsl_m: float, ae_km: float) -> tuple[int, float]:
    """Sample nearest to the receiver among those that stand highest from it, and its angle, eqs (82), (83)."""
    last = distance_km.size - 1
    index, highest = 1, -math.inf
    for k in range(1, last):
        angle = elevation_mrad(rx_amsl_m, height_m[k], distance_km[last] - distance_km[k], ae_km)
        if angle >= highest:
            index, highest = k, angle
    return index, highest


@kernel
def _nearest_to_the_line(
    distance_km: Floats, height_m: Floats, tx_amsl_m: float, rx_amsl_m: float, ae_km: float
) -> int:
    """Sample with the largest diffraction parameter, the last of equals, which a path in sight takes for both horizons.

    Eq. (82a) at a wavelength of 1 m: the wavelength has no part in which sample it is.
    """
    total, curve = distance_km[-1], 500.0 / ae_km
    index, largest = 1, -math.inf
    for k in range(1, distance_km.size - 1):
        d = distance_km[k]
        rest = total - d
        over_m = height_m[k] + curve * d * rest - (tx_amsl_m * rest + rx_amsl_m * d) / total
        nu = over_m * math.sqrt(0.002 * total / (d * rest))
        if nu >= largest:
            index, largest = k, nu
    return index


@kernel
def roughness_m(
    distance_km: Floats, height_m: Floats, horizons: tuple[int, int], smooth_m: tuple[float, float]
) -> float:
    """Largest height of the terrain over the smooth surface from one horizon to the other, eqs (93), (95)."""
    rise = (smooth_m[1] - smooth_m[0]) / distance_km[-1]
    highest = -math.inf
    for k in range(horizons[0], horizons[1] + 1):
        highest = max(highest, height_m[k] - (smooth_m[0] + rise * distance_km[k]))
    return highest


@kernel
def path_horizons(
    distance_km: Floats,
    height_m: Floats,
    antennas_amsl_m: tuple[float, float],
    fit_m: tuple[float, float],
    ae_km: float,
) -> Horizons:
    """Horizons of a profile at any spacing, attachment 1; ``fit_m`` are the ends of the surface fitted to it."""
    tx_m, rx_m = antennas_amsl_m
    total = distance_km[-1]
    to_rx, to_tx = elevation_mrad(tx_m, rx_m, total, ae_km), elevation_mrad(rx_m, tx_m, total, ae_km)
    first, theta_t = _first_horizon(distance_km, height_m, tx_m, ae_km)
    in_sight = theta_t <= to_rx
    if in_sight:
        theta_t, theta_r = to_rx, to_tx
        first = last = _nearest_to_the_line(distance_km, height_m, tx_m, rx_m, ae_km)
    else:
        last, theta_r = _last_horizon(distance_km, height_m, rx_m, ae_km)
    smooth_m = (min(fit_m[0], height_m[0]), min(fit_m[1], height_m[-1]))  # (92)
    return Horizons(
        in_sight,
        distance_km[first],
        total - distance_km[last],
        theta_t,
        theta_r,
        1000.0 * total / ae_km + theta_t + theta_r,  # (84)
        tx_m - smooth_m[0],  # (94)
        rx_m - smooth_m[1],
        roughness_m(distance_km, height_m, (first, last), smooth_m),
    )
