"""Rows on the ground: what is near what, and how far it is."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from phusong.data.distances import earth_centred_m
from phusong.words import Text, number

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

MOST_NEIGHBOURS = 8
"""A row is compared with this many of its nearest, so that a heap of rows at one place costs no more than others."""


def located(rows: pd.DataFrame) -> Mask:
    """Mark the rows that have a position."""
    return np.asarray(rows["lon"].notna() & rows["lat"].notna(), dtype=bool)


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


def distance_text(metres: float) -> Text:
    """Write a distance as people say it: 35 m, 2,6 km."""
    if metres < 995.0:
        return Text(f"{number(metres)} m", f"{number(metres, 'en')} m")
    kilometres = metres / 1000.0
    return Text(f"{number(kilometres, decimals=1)} km", f"{number(kilometres, 'en', decimals=1)} km")
