"""Read one layer of a map file as EPSG:4326: GeoJSON, GeoPackage, shapefile, KML, GeoParquet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import pyproj.exceptions
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError

from phusong.data.raw.refusals import not_found
from phusong.data.terrain_grid import Bounds
from phusong.errors import MissingCrsError, UnreadableFileError
from phusong.words import Text

Shape = Literal["Polygon", "LineString", "Point", "LineString or Polygon"]
POLYGON_SUFFIXES = (".geojson", ".json", ".gpkg", ".shp", ".parquet", ".geoparquet")
MAP_SUFFIXES = (*POLYGON_SUFFIXES, ".kml")
WGS84 = "EPSG:4326"
_PARQUET = (".parquet", ".geoparquet")


def read_map_file(
    path: Path, shape: Shape, *, around: Bounds | None = None, suffixes: Sequence[str] = MAP_SUFFIXES
) -> gpd.GeoDataFrame:
    """Read a layer as EPSG:4326; of a file with several layers the first one with such shapes.

    Parameters
    ----------
    shape
        What the layer should hold; a file without such a layer gives its first one.
    around
        West, south, east, north in degrees: only features that meet it are read. None reads all.
    suffixes
        Kinds of file taken.

    Returns
    -------
    layer
        The file's columns; the index is the number of the feature in the file, from 1.

    Raises
    ------
    MissingFileError, UnreadableFileError, MissingCrsError
        No such file; not a layer, damaged, without features, or with coordinates no place has; no coordinate system.
    """
    path = Path(path)
    if not path.is_file():
        raise not_found(path)
    if path.suffix.lower() not in suffixes:
        allowed = ", ".join(suffixes)
        raise UnreadableFileError(
            Text(
                f"{path.name}: chỉ đọc lớp bản đồ dạng {allowed}.",
                f"{path.name}: a map layer must be one of {allowed}.",
            )
        )
    layer = _read(path, shape, around)
    if layer.empty and around is not None:  # an empty file, a wrong coordinate system, or truly nothing near
        whole = _read(path, shape, None)
        _check(path, whole)
        layer = whole.iloc[:0]
    else:
        _check(path, layer)
    return layer.to_crs(WGS84)


def _check(path: Path, layer: gpd.GeoDataFrame) -> None:
    """Refuse a layer without features, without a coordinate system or with coordinates no place has."""
    if layer.empty:
        raise UnreadableFileError(Text(f"{path.name}: lớp bản đồ rỗng.", f"{path.name}: the layer has no features."))
    if layer.crs is None:
        raise MissingCrsError(
            Text(
                f"{path.name} không ghi hệ toạ độ. Hãy gán hệ toạ độ rồi đọc lại.",
                f"{path.name} has no coordinate reference system. Assign one and read it again.",
            )
        )
    _check_degrees(path, layer.to_crs(WGS84).total_bounds)


def _read(path: Path, shape: Shape, around: Bounds | None) -> gpd.GeoDataFrame:
    try:
        if path.suffix.lower() in _PARQUET:
            return _of_parquet(path, around)
        return _of_layers(path, shape, around)
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            Text(
                f"{path.name}: chữ không phải mã UTF-8. Hãy xuất lại lớp bản đồ với mã UTF-8.",
                f"{path.name}: its text is not UTF-8. Export the layer again with UTF-8.",
            )
        ) from error
    except (DataSourceError, DataLayerError, OSError, ValueError) as error:
        raise UnreadableFileError(
            Text(
                f"Không đọc được {path.name}: tệp hỏng hoặc không phải lớp bản đồ có hình học.",
                f"{path.name} cannot be read: damaged, or not a map layer with geometry.",
            )
        ) from error


def _of_parquet(path: Path, around: Bounds | None) -> gpd.GeoDataFrame:
    layer = gpd.read_parquet(path)
    layer.index = np.arange(1, len(layer) + 1)
    if around is None or layer.crs is None:
        return layer
    box = _box_in(layer.crs, around)
    return layer[shapely.intersects(layer.geometry.to_numpy(), shapely.box(*box))]


def _of_layers(path: Path, shape: Shape, around: Bounds | None) -> gpd.GeoDataFrame:
    layers = [(str(name), str(kind)) for name, kind in pyogrio.list_layers(path) if kind]
    fitting = [name for name, kind in layers if any(one in kind for one in shape.split(" or "))]
    fitting = fitting or [name for name, _ in layers[:1]]
    if not fitting:
        raise ValueError("no geometry")
    if path.suffix.lower() != ".kml" and shape != "LineString or Polygon":
        wanted = fitting[:1]
    else:  # each folder of a KML file is a layer of its own; areas too may stand for points
        wanted = [name for name, _ in layers] if shape == "Point" else fitting
    parts = [_of_layer(path, name, around) for name in wanted]
    if len(parts) == 1:
        return parts[0]
    joined = pd.concat([part for part in parts if len(part)] or parts[:1])
    joined.index = np.arange(1, len(joined) + 1)
    return gpd.GeoDataFrame(joined, crs=parts[0].crs)


def _of_layer(path: Path, name: str, around: Bounds | None) -> gpd.GeoDataFrame:
    crs = pyogrio.read_info(path, layer=name)["crs"]
    box = None if around is None or crs is None else _box_in(crs, around)
    options = {"encoding": "utf-8"} if _says_no_encoding(path) else {}
    layer = pyogrio.read_dataframe(path, layer=name, bbox=box, fid_as_index=True, **options)
    if not isinstance(layer, gpd.GeoDataFrame):
        raise ValueError("no geometry")
    layer.index = layer.index + (0 if path.suffix.lower() == ".gpkg" else 1)
    return layer


def _says_no_encoding(path: Path) -> bool:
    return path.suffix.lower() == ".shp" and not any(path.with_suffix(s).is_file() for s in (".cpg", ".CPG"))


def _box_in(crs: object, around: Bounds) -> tuple[float, float, float, float]:
    try:
        to_layer = pyproj.Transformer.from_crs(WGS84, crs, always_xy=True)
        west, south, east, north = to_layer.transform_bounds(*around)
    except pyproj.exceptions.ProjError as error:  # a drawing's own system, tied to no place on earth
        raise ValueError("no way from degrees") from error
    return west, south, east, north


def _check_degrees(path: Path, bounds: NDArray[np.float64]) -> None:
    west, south, east, north = bounds
    if np.isnan(bounds).all():  # features without geometry: said elsewhere
        return
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
