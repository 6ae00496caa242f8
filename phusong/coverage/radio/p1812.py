"""Basic transmission loss over one path: Recommendation ITU-R P.1812-8 (09/2025), 30 MHz to 6 GHz, 1 to 50 % of time.

The public face: checks, climate from the zones, location variability (sections 4.7, 4.9). How the mechanisms combine is
in ``combination``; diffraction, scatter, ducting and path analysis in the modules beside it. Clutter stands on the
terrain between the terminals, not at them, and only diffraction sees it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phusong.coverage.radio.combination import (
    LN10,
    Climate,
    Mechanisms,
    Service,
    angular_interpolation,
    combined_db,
    distance_interpolation,
    least_loss_db,
    mechanisms,
    power_sum_db,
    smooth_maximum_db,
)
from phusong.coverage.radio.diffraction import ANTENNA_AGL_M, DELTA_N, Obstacle, Polarization, main_edge
from phusong.coverage.radio.free_space import FREQUENCY_GHZ
from phusong.coverage.radio.normal import inverse_normal
from phusong.coverage.radio.path_parameters import (
    COASTAL,
    INLAND,
    SEA,
    Zones,
    beta0_percent,
    centre_latitude_deg,
    zone_stretches_km,
)
from phusong.coverage.radio.profile_geometry import Floats, effective_earth_radius_km
from phusong.errors import OutOfRangeError, Range
from phusong.words import Text

__all__ = [
    "LN10",
    "Climate",
    "Link",
    "Service",
    "TransmissionLoss",
    "angular_interpolation",
    "basic_transmission_loss_db",
    "distance_interpolation",
    "least_loss_db",
    "power_sum_db",
    "smooth_maximum_db",
    "transmission_loss",
]

TIME_PERCENT = Range(1.0, 50.0, "%")
LOCATION_PERCENT = Range(1.0, 99.0, "%")
LOCATION_SD_DB = Range(0.0, 30.0, "dB")
DISTANCE_KM = Range(1e-3, 3000.0, "km")
LATITUDE_DEG = Range(-90.0, 90.0, "°")
LONGITUDE_DEG = Range(-180.0, 180.0, "°")
N0 = Range(200.0, 500.0, "N")
COAST_KM = Range(0.0, 20_000.0, "km")
CLUTTER_M = Range(0.0, 500.0, "m")


_ALLOWED: Mapping[str, Range] = MappingProxyType(
    {
        "frequency_ghz": FREQUENCY_GHZ,
        "time_percent": TIME_PERCENT,
        "tx_height_agl_m": ANTENNA_AGL_M,
        "rx_height_agl_m": ANTENNA_AGL_M,
        "tx_lat_deg": LATITUDE_DEG,
        "rx_lat_deg": LATITUDE_DEG,
        "tx_lon_deg": LONGITUDE_DEG,
        "rx_lon_deg": LONGITUDE_DEG,
        "delta_n": DELTA_N,
        "n0": N0,
        "tx_coast_km": COAST_KM,
        "rx_coast_km": COAST_KM,
        "location_percent": LOCATION_PERCENT,
        "location_sd_db": LOCATION_SD_DB,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What is asked of a path; the fields are the arguments of :func:`basic_transmission_loss_db`.

    Raises
    ------
    OutOfRangeError
        Where a value is outside what the Recommendation takes.
    """

    frequency_ghz: float
    time_percent: float
    tx_height_agl_m: float
    rx_height_agl_m: float
    polarization: Polarization
    tx_lat_deg: float
    rx_lat_deg: float
    tx_lon_deg: float
    rx_lon_deg: float
    delta_n: float
    n0: float
    tx_coast_km: float
    rx_coast_km: float
    location_percent: float = 50.0
    location_sd_db: float = 0.0

    def __post_init__(self) -> None:
        """Check every field."""
        for name, allowed in _ALLOWED.items():
            allowed.check(name, getattr(self, name))
        _is_vertical(self.polarization)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransmissionLoss:
    """The loss of one path and its parts, in dB; all NaN, not in sight and no obstacle where the profile has gaps.

    ``loss_db`` is L_b. ``free_space_db`` L_bfs, ``ducting_db`` L_ba and ``troposcatter_db`` L_bs are losses of their
    own; ``diffraction_50_db, diffraction_db`` add to free space: L_d50 at the median, L_dp at the percentage asked.
    The horizons are those of the bare terrain: distances from each antenna, elevation angles, and ``theta_mrad``
    between the rays. On a path in sight both lie at the terrain nearest to the line. ``obstacle`` is the terrain or
    clutter most in the way, None where none comes near enough to the line to lose anything.
    """

    loss_db: float
    free_space_db: float
    diffraction_50_db: float
    diffraction_db: float
    ducting_db: float
    troposcatter_db: float
    line_of_sight: bool
    tx_horizon_km: float
    rx_horizon_km: float
    tx_horizon_mrad: float
    rx_horizon_mrad: float
    theta_mrad: float
    obstacle: Obstacle | None

    @property
    def duct_and_scatter_gain_db(self) -> float:
        """Return by how much ducts, layers and scatter carry better than diffraction alone; 0 or more at 50 %."""
        return self.free_space_db + self.diffraction_db - self.loss_db


_UNKNOWN = TransmissionLoss(
    loss_db=math.nan,
    free_space_db=math.nan,
    diffraction_50_db=math.nan,
    diffraction_db=math.nan,
    ducting_db=math.nan,
    troposcatter_db=math.nan,
    line_of_sight=False,
    tx_horizon_km=math.nan,
    rx_horizon_km=math.nan,
    tx_horizon_mrad=math.nan,
    rx_horizon_mrad=math.nan,
    theta_mrad=math.nan,
    obstacle=None,
)


def transmission_loss(
    distance_km: ArrayLike, height_m: ArrayLike, clutter_height_m: ArrayLike, zone: ArrayLike, link: Link
) -> TransmissionLoss:
    """Basic transmission loss and its parts; the profile is that of :func:`basic_transmission_loss_db`.

    Raises
    ------
    OutOfRangeError
        Where the profile is not one.

    References
    ----------
    Rec. ITU-R P.1812-8 (09/2025), annex 1.
    """
    d_km, terrain_m, surface_m, zones = _checked_profile(distance_km, height_m, clutter_height_m, zone)
    if not np.isfinite(surface_m).all():
        return _UNKNOWN
    climate = _climate(d_km, zones, link)
    antennas_m = (float(terrain_m[0]) + link.tx_height_agl_m, float(terrain_m[-1]) + link.rx_height_agl_m)
    service = Service(float(link.frequency_ghz), _is_vertical(link.polarization), float(link.time_percent))
    found = mechanisms(d_km, terrain_m, surface_m, antennas_m, service, climate)
    median_db = combined_db(found, float(d_km[-1]), service, climate)
    location_db = 0.0 if zones[-1] == SEA else -inverse_normal(0.01 * link.location_percent) * link.location_sd_db
    obstacle = main_edge(d_km, surface_m, *antennas_m, climate.ae_km, frequency_ghz=link.frequency_ghz)
    return _with_loss(float(max(found.sight_db, median_db + location_db)), found, obstacle)  # (69)


def _with_loss(loss_db: float, found: Mechanisms, obstacle: Obstacle | None) -> TransmissionLoss:
    horizons = found.horizons
    return TransmissionLoss(
        loss_db=loss_db,
        free_space_db=found.free_space_db,
        diffraction_50_db=found.diffraction_50_db,
        diffraction_db=found.diffraction_db,
        ducting_db=found.ducting_db,
        troposcatter_db=found.troposcatter_db,
        line_of_sight=horizons.line_of_sight,
        tx_horizon_km=horizons.d_lt_km,
        rx_horizon_km=horizons.d_lr_km,
        tx_horizon_mrad=horizons.theta_t_mrad,
        rx_horizon_mrad=horizons.theta_r_mrad,
        theta_mrad=horizons.theta_mrad,
        obstacle=obstacle,
    )


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
    link = Link(
        frequency_ghz=frequency_ghz,
        time_percent=time_percent,
        tx_height_agl_m=tx_height_agl_m,
        rx_height_agl_m=rx_height_agl_m,
        polarization=polarization,
        tx_lat_deg=tx_lat_deg,
        rx_lat_deg=rx_lat_deg,
        tx_lon_deg=tx_lon_deg,
        rx_lon_deg=rx_lon_deg,
        delta_n=delta_n,
        n0=n0,
        tx_coast_km=tx_coast_km,
        rx_coast_km=rx_coast_km,
        location_percent=location_percent,
        location_sd_db=location_sd_db,
    )
    return transmission_loss(distance_km, height_m, clutter_height_m, zone, link).loss_db


def _climate(distance_km: Floats, zone: Zones, link: Link) -> Climate:
    """Derive what sections 3.6, 3.7 and 4.1 take from the zones along the path."""
    total_km = float(distance_km[-1])
    latitude_deg = centre_latitude_deg(link.tx_lat_deg, link.tx_lon_deg, link.rx_lat_deg, link.rx_lon_deg, total_km)
    sea_km, _ = zone_stretches_km(distance_km, zone == SEA)
    _, d_tm_km = zone_stretches_km(distance_km, zone != SEA)
    _, d_lm_km = zone_stretches_km(distance_km, zone == INLAND)
    return Climate(
        effective_earth_radius_km(link.delta_n),
        float(link.n0),
        beta0_percent(latitude_deg, d_tm_km, d_lm_km),
        d_lm_km,
        sea_km / total_km,
        0.0 if zone[0] == SEA else float(link.tx_coast_km),
        0.0 if zone[-1] == SEA else float(link.rx_coast_km),
    )


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
