"""Diffraction loss over a terrain profile: the delta-Bullington model of Rec. ITU-R P.1812-8, section 4.3.

In two parts: :func:`path_geometry` goes once over the profile and needs no frequency; :func:`diffraction_db` turns its
scalars into a loss, so that all services at one height of a mast share the profile.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from phusong.coverage.radio._jit import kernel
from phusong.coverage.radio.free_space import FREQUENCY_GHZ
from phusong.coverage.radio.profile_geometry import (
    AE_KM,
    DEFAULT_DELTA_N,
    Floats,
    PathGeometry,
    effective_earth_radius_km,
    main_obstacle,
    path_geometry,
    uneven_path_geometry,
)
from phusong.coverage.radio.spherical_earth import (
    DB,
    WAVELENGTH_M_GHZ,
    Surface,
    first_term_loss_db,
    smooth_earth_share,
    surface,
)
from phusong.errors import OutOfRangeError, Range
from phusong.words import Text

__all__ = [
    "AE_KM",
    "Diffraction",
    "Obstacle",
    "PathGeometry",
    "bullington_loss_db",
    "diffraction_db",
    "diffraction_loss_db",
    "effective_earth_radius_km",
    "ground_diffraction_db",
    "knife_edge_loss_db",
    "main_edge",
    "main_obstacle",
    "path_diffraction",
    "path_geometry",
]

Polarization = Literal["vertical", "horizontal"]

NU_NEGLIGIBLE = -0.78
"""Edges so far under the line lose nothing."""

ANTENNA_AGL_M = Range(1.0, 3000.0, "m")
DELTA_N = Range(-50.0, 150.0, "N/km")
SHARE = Range(0.0, 1.0)


@kernel
def knife_edge_loss_db(nu: float) -> float:
    """Loss over a single knife edge: eq. (12), which is Rec. ITU-R P.526-15 eq. (31); NaN for NaN."""
    if nu <= NU_NEGLIGIBLE:
        return 0.0
    t = nu - 0.1
    return 6.9 + DB * math.log(math.sqrt(t * t + 1.0) + t)


@kernel
def bullington_loss_db(nu: float, distance_km: float) -> float:
    """Bullington part of the loss from its edge, eq. (21)."""
    edge_db = knife_edge_loss_db(nu)
    return edge_db + (1.0 - math.exp(-edge_db / 6.0)) * (10.0 + 0.02 * distance_km)


@kernel
def ground_diffraction_db(geometry: PathGeometry, ground: Surface, sea_fraction: float) -> float:
    """Diffraction loss of a path, section 4.3.4, eq. (39), with what the frequency makes of the ground at hand."""
    distance_km = geometry.distance_km
    per_root_wavelength = math.sqrt(ground.frequency_ghz / WAVELENGTH_M_GHZ)
    loss_db = bullington_loss_db(geometry.nu_path_1m * per_root_wavelength, distance_km)
    if math.isnan(loss_db):
        return loss_db
    h_te_m, h_re_m = geometry.h_te_m, geometry.h_re_m
    share, radius_km = smooth_earth_share(ground.frequency_ghz, distance_km, h_te_m, h_re_m, geometry.ae_km)
    if share == 0.0:
        return loss_db
    first_db = first_term_loss_db(ground, distance_km, h_te_m, h_re_m, radius_km, sea_fraction)
    smooth_db = bullington_loss_db(geometry.nu_smooth_1m * per_root_wavelength, distance_km)
    return loss_db + max(share * max(first_db, 0.0) - smooth_db, 0.0)


@kernel
def diffraction_db(
    geometry: PathGeometry, frequency_ghz: float, vertical: bool = True, sea_fraction: float = 0.0
) -> float:
    """Diffraction loss of a path at one frequency, section 4.3.4, eq. (39); NaN where the profile has gaps."""
    return ground_diffraction_db(geometry, surface(frequency_ghz, vertical), sea_fraction)


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """The terrain that stands most in the way: the sample with the largest diffraction parameter.

    ``height_m`` is its height over the line between the antennas, the Earth's bulge included, negative below it;
    ``loss_db`` what it would lose as a single knife edge.
    """

    distance_km: float
    height_m: float
    loss_db: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Diffraction:
    """Diffraction over one path: ``loss_db`` is NaN and ``obstacle`` None where the profile has gaps.

    ``obstacle`` is also None where no terrain comes near enough to the line to lose anything.
    """

    loss_db: float
    line_of_sight: bool
    obstacle: Obstacle | None


def main_edge(
    distance_km: Floats, height_m: Floats, tx_amsl_m: float, rx_amsl_m: float, ae_km: float, *, frequency_ghz: float
) -> Obstacle | None:
    """Return what stands most in the way of a profile; None where it loses nothing or the profile has gaps."""
    index, over_m, nu_1m = main_obstacle(distance_km, height_m, tx_amsl_m, rx_amsl_m, ae_km)
    edge_db = knife_edge_loss_db(nu_1m * math.sqrt(frequency_ghz / WAVELENGTH_M_GHZ))
    if not edge_db > 0.0:
        return None
    return Obstacle(distance_km=float(distance_km[index]), height_m=over_m, loss_db=edge_db)


def path_diffraction(
    distance_km: Floats,
    height_m: Floats,
    *,
    frequency_ghz: float,
    tx_height_agl_m: float,
    rx_height_agl_m: float,
    polarization: Polarization = "vertical",
    delta_n: float = DEFAULT_DELTA_N,
    sea_fraction: float = 0.0,
) -> Diffraction:
    """Diffraction loss, line of sight and main obstacle of one terrain profile.

    Parameters
    ----------
    distance_km
        Distance of each sample from the transmitter, from 0 upwards, at any spacing; at least three.
    height_m
        Height of the terrain above sea level, same shape; NaN where it is not known.
    frequency_ghz
        0.03 to 6 GHz.
    tx_height_agl_m, rx_height_agl_m
        Antennas above the terrain at the first and the last sample.
    polarization
        Of both antennas.
    delta_n
        Lapse of the radio refractivity over the lowest km, N-units/km.
    sea_fraction
        Share of the path over sea (omega).

    Raises
    ------
    OutOfRangeError
        Where a value is outside what the Recommendation takes, or distances do not rise.

    References
    ----------
    Rec. ITU-R P.1812-8, sections 4.3.1 to 4.3.4 and, for the smooth-Earth heights, 5.6 of attachment 1 to annex 1.
    """
    FREQUENCY_GHZ.check("frequency_ghz", frequency_ghz)
    ANTENNA_AGL_M.check("tx_height_agl_m", tx_height_agl_m)
    ANTENNA_AGL_M.check("rx_height_agl_m", rx_height_agl_m)
    DELTA_N.check("delta_n", delta_n)
    SHARE.check("sea_fraction", sea_fraction)
    distance_km, height_m = _checked_profile(distance_km, height_m)
    tx_amsl_m, rx_amsl_m = height_m[0] + tx_height_agl_m, height_m[-1] + rx_height_agl_m
    ae_km = effective_earth_radius_km(delta_n)
    geometry = uneven_path_geometry(distance_km, height_m, tx_amsl_m, rx_amsl_m, ae_km)
    return Diffraction(
        loss_db=diffraction_db(geometry, frequency_ghz, polarization == "vertical", sea_fraction),
        line_of_sight=geometry.line_of_sight,
        obstacle=main_edge(distance_km, height_m, tx_amsl_m, rx_amsl_m, ae_km, frequency_ghz=frequency_ghz),
    )


def diffraction_loss_db(
    distance_km: Floats,
    height_m: Floats,
    *,
    frequency_ghz: float,
    tx_height_agl_m: float,
    rx_height_agl_m: float,
    polarization: Polarization = "vertical",
    delta_n: float = DEFAULT_DELTA_N,
    sea_fraction: float = 0.0,
) -> float:
    """Return the diffraction loss alone; see :func:`path_diffraction`."""
    return path_diffraction(
        distance_km,
        height_m,
        frequency_ghz=frequency_ghz,
        tx_height_agl_m=tx_height_agl_m,
        rx_height_agl_m=rx_height_agl_m,
        polarization=polarization,
        delta_n=delta_n,
        sea_fraction=sea_fraction,
    ).loss_db


def _checked_profile(distance_km: Floats, height_m: Floats) -> tuple[Floats, Floats]:
    """Return both as float64 in one layout: one compilation."""
    distance_km = np.ascontiguousarray(distance_km, dtype=np.float64)
    height_m = np.ascontiguousarray(height_m, dtype=np.float64)
    rising = (
        distance_km.ndim == 1 and distance_km.size >= 3 and distance_km[0] == 0.0 and np.all(np.diff(distance_km) > 0)
    )
    if not rising or height_m.shape != distance_km.shape:
        raise OutOfRangeError(
            Text(
                "Mặt cắt địa hình cần ít nhất 3 điểm, khoảng cách tăng dần từ 0 và mỗi khoảng cách có một độ cao",
                "A terrain profile needs at least 3 samples, distances that rise from 0 and one height for each",
            )
        )
    return distance_km, height_m
