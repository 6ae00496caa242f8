"""Read layers of polygons and find the polygon of a point: what boundaries and land cover have in common."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from numpy.typing import ArrayLike, NDArray
from pyogrio.errors import DataLayerError, DataSourceError

from phusong.data.raw.refusals import not_found
from phusong.errors import MissingCrsError, UnreadableFileError
from phusong.words import Text

LAYER_SUFFIXES = (".geojson", ".json", ".gpkg", ".shp", ".parquet", ".geoparquet")
_PARQUET = (".parquet", ".geoparquet")
_POINTS_AT_ONCE = 1_000_000


def read_polygons(path: Path) -> gpd.GeoDataFrame:
    """Read a layer of polygons as EPSG:4326; of a file with several layers the first one with polygons.

    Raises
    ------
    MissingFileError, UnreadableFileError, MissingCrsError
        No such file; not a layer, damaged, without features, or with coordinates no place has; no coordinate system.
    """
    path = Path(path)
    if not path.is_file():
        raise not_found(path)
    if path.suffix.lower() not in LAYER_SUFFIXES:
        allowed = ", ".join(LAYER_SUFFIXES)
        raise UnreadableFileError(
            Text(
                f"{path.name}: chỉ đọc lớp bản đồ dạng {allowed}.",
                f"{path.name}: a map layer must be one of {allowed}.",
            )
        )
    layer = _read(path)
    if layer.empty:
        raise UnreadableFileError(Text(f"{path.name}: lớp bản đồ rỗng.", f"{path.name}: the layer has no features."))
    if layer.crs is None:
        raise MissingCrsError(
            Text(
                f"{path.name} không ghi hệ toạ độ. Hãy gán hệ toạ độ rồi đọc lại.",
                f"{path.name} has no coordinate reference system. Assign one and read it again.",
            )
        )
    layer = layer.to_crs("EPSG:4326")
    _check_degrees(path, layer.total_bounds)
    return layer


def _read(path: Path) -> gpd.GeoDataFrame:
    try:
        if path.suffix.lower() in _PARQUET:
            return gpd.read_parquet(path)
        layer = pyogrio.read_dataframe(path, layer=_layer_name(path))
        if not isinstance(layer, gpd.GeoDataFrame):
            raise ValueError("no geometry")
        return layer
    except (DataSourceError, DataLayerError, OSError, ValueError) as error:
        raise UnreadableFileError(
            Text(
                f"Không đọc được {path.name}: tệp hỏng hoặc không phải lớp bản đồ có hình học.",
                f"{path.name} cannot be read: damaged, or not a map layer with geometry.",
            )
        ) from error


def _layer_name(path: Path) -> str:
    layers = pyogrio.list_layers(path)
    polygons = [name for name, kind in layers if kind and "Polygon" in kind]
    return str(polygons[0] if polygons else layers[0][0])


def _check_degrees(path: Path, bounds: NDArray[np.float64]) -> None:
    west, south, east, north = bounds
    if -180.0 <= west <= east <= 180.0 and -90.0 <= south <= north <= 90.0:
        return
    swapped = -90.0 <= west <= east <= 90.0 and -180.0 <= south <= north <= 180.0
    vi = " Có lẽ kinh độ và vĩ độ bị đổi chỗ." if swapped else ""
    en = " Longitude and latitude may be swapped." if swapped else ""
    raise UnreadableFileError(
        Text(
            f"{path.name}: toạ độ không phải kinh độ, vĩ độ như hệ toạ độ ghi trong tệp.{vi}",
            f"{path.name}: its coordinates are not the longitudes and latitudes its system says.{en}",
        )
    )


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
