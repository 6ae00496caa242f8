"""How far places of lists are from each other on the WGS 84 ellipsoid, many at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod

Floats = NDArray[np.float64]

_WGS84 = Geod(ellps="WGS84")


def metres_between(lon_a_deg: ArrayLike, lat_a_deg: ArrayLike, lon_b_deg: ArrayLike, lat_b_deg: ArrayLike) -> Floats:
    """Return the geodesic from each point to its fellow; NaN where one has no position."""
    given = (lon_a_deg, lat_a_deg, lon_b_deg, lat_b_deg)
    lon_a, lat_a, lon_b, lat_b = (np.asarray(end, dtype=np.float64) for end in given)
    placed = np.isfinite(lon_a) & np.isfinite(lat_a) & np.isfinite(lon_b) & np.isfinite(lat_b)
    away_m = np.full(lon_a.shape, np.nan)
    away_m[placed] = _WGS84.inv(lon_a[placed], lat_a[placed], lon_b[placed], lat_b[placed])[2]
    return away_m


def earth_centred_m(lon_deg: ArrayLike, lat_deg: ArrayLike) -> Floats:
    """Return points as x, y, z, shape (n, 3), NaN without a position: up to 100 km the chord is the geodesic to 1 m."""
    lon, lat = np.radians(np.asarray(lon_deg, np.float64)), np.radians(np.asarray(lat_deg, np.float64))
    prime_vertical_m = _WGS84.a / np.sqrt(1.0 - _WGS84.es * np.sin(lat) ** 2)
    across_m = prime_vertical_m * np.cos(lat)
    up_m = prime_vertical_m * (1.0 - _WGS84.es) * np.sin(lat)
    return np.column_stack([across_m * np.cos(lon), across_m * np.sin(lon), up_m])


def chords_m(one: Floats, other: Floats) -> Floats:
    """Return the straight distances between points of :func:`earth_centred_m` in pairs."""
    return np.asarray(np.linalg.norm(one - other, axis=1), dtype=np.float64)
