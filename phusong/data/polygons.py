"""Read layers of polygons and find the polygon of a point: what boundaries and land cover have in common."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray

from phusong.data.map_files import POLYGON_SUFFIXES, read_map_file

_POINTS_AT_ONCE = 1_000_000


def read_polygons(path: Path) -> gpd.GeoDataFrame:
    """Read a layer of polygons as EPSG:4326; of a file with several layers the first one with polygons.

    Raises
    ------
    MissingFileError, UnreadableFileError, MissingCrsError
        As :func:`phusong.data.map_files.read_map_file`.
    """
    return read_map_file(path, "Polygon", suffixes=POLYGON_SUFFIXES).reset_index(drop=True)


def only_polygons(geometry: ArrayLike) -> NDArray[np.object_]:
    """Return valid multipolygons of the geometries, lines and points left out; empty where nothing is left."""
    whole = shapely.make_valid(np.asarray(geometry, dtype=object))
    parts, owner = shapely.get_parts(whole, return_index=True)
    parts, of_part = shapely.get_parts(parts, return_index=True)  # make_valid puts multipolygons into collections
    owner = owner[of_part]
    polygons = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    found = np.full(whole.shape, shapely.MultiPolygon(), dtype=object)
    shapely.multipolygons(parts[polygons], indices=owner[polygons], out=found)
    return found


def polygon_of_points(lon_deg: ArrayLike, lat_deg: ArrayLike, polygons: ArrayLike) -> NDArray[np.int64]:
    """Return for each point the index of the first polygon that holds or touches it; −1 where none does.

    Points without a position (NaN) are in no polygon. The tree is built over the points: each polygon is then prepared
    once, which is what makes a million points against detailed boundaries a matter of two seconds.
    """
    lon_deg, lat_deg = np.asarray(lon_deg, dtype=np.float64), np.asarray(lat_deg, dtype=np.float64)
    shapes = np.asarray(polygons, dtype=object)
    found = np.full(lon_deg.shape, -1, dtype=np.int64)
    placed = np.flatnonzero(np.isfinite(lon_deg) & np.isfinite(lat_deg))
    for start in range(0, placed.size, _POINTS_AT_ONCE):
        rows = placed[start : start + _POINTS_AT_ONCE]
        tree = shapely.STRtree(np.asarray(shapely.points(lon_deg[rows], lat_deg[rows])))
        polygon, point = tree.query(shapes, predicate="intersects")
        first = pd.Series(polygon).groupby(point).min()
        found[rows[first.index.to_numpy()]] = first.to_numpy()
    return found
