"""Diffraction over a smooth spherical Earth: Rec. ITU-R P.1812-8, sections 4.3.2 and 4.3.3.

Symbols: ``h_te_m, h_re_m`` effective antenna heights above the smooth Earth, ``ae_km`` effective Earth radius, ``K``
the normalized surface admittance, ``X`` the normalized distance, ``Y`` normalized heights, ``omega`` the share of the
path over sea. Equation numbers are those of the Recommendation's editions -6 to -8, which compute alike.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from phusong.coverage.radio._jit import kernel

WAVELENGTH_M_GHZ = 0.2998
"""Speed of light as the Recommendation rounds it: wavelength in m times frequency in GHz."""

DB = 20.0 / math.log(10.0)
"""20 log10(x) is ``DB * ln(x)``, a quicker logarithm."""

TWO_DB = 10.0**0.1
REQUIRED = 17.456
"""Factor of eq. (25), of which the root is largest mid-path."""

LAND_PERMITTIVITY, LAND_CONDUCTIVITY_S_M = 22.0, 0.003
SEA_PERMITTIVITY, SEA_CONDUCTIVITY_S_M = 80.0, 5.0


class Surface(NamedTuple):
    """What one frequency and polarization make of the ground.

    ``k_land, k_sea`` are K for an Earth radius of 1 km, the others the powers of the frequency in eqs (31), (32).
    """

    frequency_ghz: float
    k_land: float
    k_sea: float
    frequency_third: float
    frequency_two_thirds: float


@kernel
def _unit_admittance(frequency_ghz: float, vertical: bool, permittivity: float, conductivity_s_m: float) -> float:
    """K for an Earth radius of 1 km, eqs (29a), (29b)."""
    loss = (18.0 * conductivity_s_m / frequency_ghz) ** 2
    k = 0.036 * math.pow(frequency_ghz, -1.0 / 3.0) * math.pow((permittivity - 1.0) ** 2 + loss, -0.25)
    if vertical:
        return k * math.sqrt(permittivity**2 + loss)
    return k


@kernel
def surface(frequency_ghz: float, vertical: bool = True) -> Surface:
    """Return the ground's constants at a frequency, for vertical or horizontal polarization."""
    third = math.pow(frequency_ghz, 1.0 / 3.0)
    return Surface(
        frequency_ghz,
        _unit_admittance(frequency_ghz, vertical, LAND_PERMITTIVITY, LAND_CONDUCTIVITY_S_M),
        _unit_admittance(frequency_ghz, vertical, SEA_PERMITTIVITY, SEA_CONDUCTIVITY_S_M),
        third,
        third * third,
    )


@kernel
def _distance_db(x: float) -> float:
    """F(X), eq. (33)."""
    if x >= 1.6:
        return 11.0 + 0.5 * DB * math.log(x) - 17.6 * x
    log_x = math.log(x)
    return -DB * log_x - 5.6488 * math.exp(1.425 * log_x)


@kernel
def _height_gain_db(b: float, k: float) -> float:
    """G(Y), eqs (34), (35), with B = beta Y."""
    if b > 2.0:
        gain_db = 17.6 * math.sqrt(b - 1.1) - 0.25 * DB * math.log(b - 1.1) - 8.0
        return max(gain_db, 2.0 + DB * math.log(k))
    return DB * math.log(max(b + 0.1 * b * b * b, TWO_DB * k))


@kernel
def _first_term_over_db(
    ground: Surface, unit_k: float, distance_km: float, h_te_m: float, h_re_m: float, ae_km: float
) -> float:
    """First-term loss over one kind of ground, eqs (29) to (36)."""
    per_third = math.exp(math.log(ae_km) / -3.0)
    k = unit_k * per_third
    k2 = k * k
    beta = (1.0 + 1.6 * k2 + 0.67 * k2 * k2) / (1.0 + 4.5 * k2 + 1.53 * k2 * k2)  # (30)
    x = 21.88 * beta * ground.frequency_third * per_third * per_third * distance_km  # (31)
    per_metre = 0.9575 * beta * beta * ground.frequency_two_thirds * per_third  # (32) times beta
    return -_distance_db(x) - _height_gain_db(per_metre * h_te_m, k) - _height_gain_db(per_metre * h_re_m, k)  # (36)


@kernel
def first_term_loss_db(
    ground: Surface, distance_km: float, h_te_m: float, h_re_m: float, ae_km: float, omega: float
) -> float:
    """First-term part of the loss, land and sea by their shares of the path, eq. (28)."""
    loss_db = 0.0
    if omega < 1.0:
        loss_db += (1.0 - omega) * _first_term_over_db(ground, ground.k_land, distance_km, h_te_m, h_re_m, ae_km)
    if omega > 0.0:
        loss_db += omega * _first_term_over_db(ground, ground.k_sea, distance_km, h_te_m, h_re_m, ae_km)
    return loss_db


@kernel
def _smallest_clearance(distance_km: float, h_te_m: float, h_re_m: float, ae_km: float) -> tuple[float, float]:
    """Smallest clearance over the curved Earth in m and its distance from the transmitter in km, eqs (23), (24)."""
    c = (h_te_m - h_re_m) / (h_te_m + h_re_m)  # (24d)
    m = 250.0 * distance_km * distance_km / (ae_km * (h_te_m + h_re_m))  # (24e)
    cosine = 1.5 * c * math.sqrt(3.0 * m / (m + 1.0) ** 3)
    angle = math.acos(min(1.0, max(-1.0, cosine)))  # rounding alone may leave -1..1
    b = 2.0 * math.sqrt((m + 1.0) / (3.0 * m)) * math.cos(math.pi / 3.0 + angle / 3.0)  # (24c)
    d1_km = 0.5 * distance_km * (1.0 + b)  # (24a)
    d2_km = distance_km - d1_km  # (24b)
    over_tx_m = (h_te_m - 500.0 * d1_km * d1_km / ae_km) * d2_km
    over_rx_m = (h_re_m - 500.0 * d2_km * d2_km / ae_km) * d1_km
    return (over_tx_m + over_rx_m) / distance_km, d1_km  # (23)


@kernel
def smooth_earth_share(
    frequency_ghz: float, distance_km: float, h_te_m: float, h_re_m: float, ae_km: float
) -> tuple[float, float]:
    """Share of the first-term loss that counts and the Earth radius it is taken at, eqs (22) to (27).

    1 and the effective radius beyond the horizon; 0 where the smooth Earth stays clear of the path.
    """
    wavelength_m = WAVELENGTH_M_GHZ / frequency_ghz
    least_m = min(h_te_m, h_re_m) - 125.0 * distance_km * distance_km / ae_km  # lower antenna over the bulge's top
    if least_m > 0.0 and least_m * least_m >= REQUIRED * REQUIRED * 0.25 * distance_km * wavelength_m:
        return 0.0, ae_km
    root_te, root_re = math.sqrt(h_te_m), math.sqrt(h_re_m)
    if distance_km >= math.sqrt(0.002 * ae_km) * (root_te + root_re):  # (22)
        return 1.0, ae_km
    clearance_m, d1_km = _smallest_clearance(distance_km, h_te_m, h_re_m, ae_km)
    required_m = REQUIRED * math.sqrt(d1_km * (distance_km - d1_km) * wavelength_m / distance_km)  # (25)
    grazing_km = 500.0 * (distance_km / (root_te + root_re)) ** 2  # (26)
    return max(1.0 - clearance_m / required_m, 0.0), grazing_km  # (27)


@kernel
def spherical_earth_loss_db(
    frequency_ghz: float, vertical: bool, distance_km: float, h_te_m: float, h_re_m: float, ae_km: float, omega: float
) -> float:
    """Diffraction loss over the smooth Earth, section 4.3.2, never below 0; both heights above 0."""
    share, radius_km = smooth_earth_share(frequency_ghz, distance_km, h_te_m, h_re_m, ae_km)
    if share == 0.0:
        return 0.0
    ground = surface(frequency_ghz, vertical)
    return share * max(first_term_loss_db(ground, distance_km, h_te_m, h_re_m, radius_km, omega), 0.0)
