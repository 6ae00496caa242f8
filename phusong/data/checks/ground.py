"""Rows on the ground: what is near what, and how far it is."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod
from scipy.spatial import cKDTree

from phusong.words import Text, number

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

_WGS84 = Geod(ellps="WGS84")

MOST_NEIGHBOURS = 8
"""A row is compared with this many of its nearest, so that a heap of rows at one place costs no more than others."""


def located(rows: pd.DataFrame) -> Mask:
    """Mark the rows that have a position."""
    return np.asarray(rows["lon"].notna() & rows["lat"].notna(), dtype=bool)


def earth_centred_m(lon_deg: ArrayLike, lat_deg: ArrayLike) -> Floats:
    """Return points on the WGS 84 ellipsoid as x, y, z: within 100 km the chord is the geodesic to 1 m."""
    lon, lat = np.radians(np.asarray(lon_deg, np.float64)), np.radians(np.asarray(lat_deg, np.float64))
    prime_vertical_m = _WGS84.a / np.sqrt(1.0 - _WGS84.es * np.sin(lat) ** 2)
    across_m = prime_vertical_m * np.cos(lat)
    up_m = prime_vertical_m * (1.0 - _WGS84.es) * np.sin(lat)
    return np.column_stack([across_m * np.cos(lon), across_m * np.sin(lon), up_m])


def near_pairs_of(lon_deg: Floats, lat_deg: Floats, within_m: float) -> tuple[Ints, Ints]:
    """Return pairs (first < second) of points near each other, each point with ``MOST_NEIGHBOURS`` of them at most."""
    if len(lon_deg) < 2:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    points = earth_centred_m(lon_deg, lat_deg)
    k = min(MOST_NEIGHBOURS + 1, len(points))
    away_m, near = cKDTree(points).query(points, k=k, distance_upper_bound=within_m, workers=-1)
    own = np.repeat(np.arange(len(points)), k)
    other = np.asarray(near, dtype=np.int64).ravel()
    found = np.isfinite(np.asarray(away_m).ravel()) & (own != other)
    return unique_pairs(own[found], other[found])


def unique_pairs(a: Ints, b: Ints) -> tuple[Ints, Ints]:
    """Return each pair once, the smaller position first, in order."""
    if not len(a):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    span = int(max(a.max(), b.max())) + 1
    pairs = np.unique(np.minimum(a, b) * span + np.maximum(a, b))
    return pairs // span, pairs % span


def away_m(lon_a_deg: Floats, lat_a_deg: Floats, lon_b_deg: Floats, lat_b_deg: Floats) -> Floats:
    """Return the geodesic from each point to its fellow in metres; NaN where one has no position."""
    return np.asarray(_WGS84.inv(lon_a_deg, lat_a_deg, lon_b_deg, lat_b_deg)[2], dtype=np.float64)


def distance_text(metres: float) -> Text:
    """Write a distance as people say it: 35 m, 2,6 km."""
    if metres < 995.0:
        return Text(f"{number(metres)} m", f"{number(metres, 'en')} m")
    kilometres = metres / 1000.0
    return Text(f"{number(kilometres, decimals=1)} km", f"{number(kilometres, 'en', decimals=1)} km")
