"""Loss of many paths at once: the complete Rec. ITU-R P.1812-8 at half of the time, over terrain sampled on the way."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phusong.coverage.earth import path_km
from phusong.coverage.profile import (
    MAX_SAMPLES,
    MIN_DISTANCE_KM,
    GridShape,
    fill_profile,
    flat_cells,
    grid_of,
    sample_count,
)
from phusong.coverage.radio._jit import bare_kernel
from phusong.coverage.radio.air import STANDARD_AIR, Air
from phusong.coverage.radio.diffraction import ANTENNA_AGL_M
from phusong.coverage.radio.free_space import FREQUENCY_GHZ
from phusong.coverage.radio.p1812_median import MedianTerms, loss_50_db, median_terms
from phusong.coverage.radio.profile_geometry import path_geometry
from phusong.coverage.terrain import Terrain
from phusong.coverage.threads import on_all_cores
from phusong.errors import Range

FloatGrid = NDArray[np.float64]

SAMPLES = Range(3, MAX_SAMPLES)
PART = 1024
"""Paths handed to a thread at a time."""


class _Ends(NamedTuple):
    """Both ends of every path, in degrees."""

    lon_a: FloatGrid
    lat_a: FloatGrid
    lon_b: FloatGrid
    lat_b: FloatGrid


class _Link(NamedTuple):
    """What all paths have in common; ``samples`` 0 leaves their number to the length of the path."""

    tx_agl_m: float
    rx_agl_m: float
    ae_km: float
    samples: int


@bare_kernel
def _fill_losses_db(
    elevation: NDArray[np.int16],
    grid: GridShape,
    ends: _Ends,
    link: _Link,
    terms: MedianTerms,
    profile_m: FloatGrid,
    loss_db: FloatGrid,
) -> None:
    for i in range(loss_db.size):
        path = (ends.lon_a[i], ends.lat_a[i], ends.lon_b[i], ends.lat_b[i])
        distance_km, _ = path_km(path[0], path[1], path[2], path[3])
        if not distance_km >= MIN_DISTANCE_KM:  # an end that is not given has no terrain either
            distance_km = MIN_DISTANCE_KM
        count = link.samples if link.samples > 0 else sample_count(distance_km)
        if not fill_profile(elevation, grid, path, count, 1, profile_m):
            loss_db[i] = math.nan
            continue
        tx_m, rx_m = profile_m[0] + link.tx_agl_m, profile_m[count - 1] + link.rx_agl_m
        geometry = path_geometry(profile_m, count, distance_km / (count - 1), tx_m, rx_m, link.ae_km)
        loss_db[i] = loss_50_db(profile_m, count, tx_m, rx_m, geometry, 0.5 * (path[1] + path[3]), terms)


def path_losses_db(
    terrain: Terrain,
    lon_a_deg: ArrayLike,
    lat_a_deg: ArrayLike,
    lon_b_deg: ArrayLike,
    lat_b_deg: ArrayLike,
    *,
    frequency_ghz: float,
    tx_height_agl_m: float,
    rx_height_agl_m: float,
    air: Air = STANDARD_AIR,
    samples: int | None = None,
) -> FloatGrid:
    """Loss not exceeded for half of the time at half of the places, of every path from a to b.

    Land all the way, vertical polarization, bare elevations without clutter on them.

    Parameters
    ----------
    terrain
        Elevations of all paths.
    lon_a_deg, lat_a_deg
        Transmitters, WGS84 degrees, of one shape with the receivers or broadcast to it.
    lon_b_deg, lat_b_deg
        Receivers. Ends less than 10 m apart are taken 10 m apart.
    frequency_ghz
        0.03 to 6 GHz.
    tx_height_agl_m, rx_height_agl_m
        Antennas above the terrain at a and at b.
    air
        Refractivity.
    samples
        Points of every profile, both ends included, 3 to 501; None takes one about every 60 m, 21 to 501.

    Returns
    -------
    loss_db
        Basic transmission loss in the shape of the ends; NaN where terrain is missing under the path. The same whatever
        the number of threads.

    Raises
    ------
    OutOfRangeError
        Where a frequency, height or number of samples is outside what the Recommendation or the profile takes.
    TerrainError
        Where the terrain has fewer than two rows or columns.

    References
    ----------
    Rec. ITU-R P.1812-8, eqs (8) to (69) at p = 50 %.
    """
    FREQUENCY_GHZ.check("frequency_ghz", frequency_ghz)
    ANTENNA_AGL_M.check("tx_height_agl_m", tx_height_agl_m)
    ANTENNA_AGL_M.check("rx_height_agl_m", rx_height_agl_m)
    if samples is not None:
        SAMPLES.check("samples", samples)
    places = np.broadcast_arrays(lon_a_deg, lat_a_deg, lon_b_deg, lat_b_deg)
    ends = _Ends(*(np.ascontiguousarray(values, dtype=np.float64).reshape(-1) for values in places))
    link = _Link(float(tx_height_agl_m), float(rx_height_agl_m), air.ae_km, samples or 0)
    loss_db = np.empty(ends.lon_a.size)
    _fill_on_all_cores(terrain, ends, link, median_terms(frequency_ghz, True, air.n0), loss_db)
    return loss_db.reshape(places[0].shape)


def _fill_on_all_cores(terrain: Terrain, ends: _Ends, link: _Link, terms: MedianTerms, loss_db: FloatGrid) -> None:
    """Fill the losses on one thread a core, each path by itself."""
    elevation, grid = flat_cells(terrain.elevation_m), grid_of(terrain)

    def fill(part: slice) -> None:
        here = _Ends(ends.lon_a[part], ends.lat_a[part], ends.lon_b[part], ends.lat_b[part])
        _fill_losses_db(elevation, grid, here, link, terms, np.empty(MAX_SAMPLES), loss_db[part])

    on_all_cores(fill, [slice(a, a + PART) for a in range(0, loss_db.size, PART)])
