"""What the atlas reads beside the package: the expected levels, the communes and the roads, as far as there are any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyogrio
import rasterio
import shapely
from rasterio.errors import RasterioIOError
from shapely.geometry.base import BaseGeometry

from phusong.errors import UnreadableFileError
from phusong.maps.atlas_ground import Floats, Ground
from phusong.tenders.package.values import Package
from phusong.words import Text

EXPECTED, BASE = "expected.tif", "base.gpkg"
BANDS = ("level_today_dbm", "level_with_plan_dbm", "elevation_m")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Commune:
    """A commune of the map data."""

    code: str
    name: str
    shape: BaseGeometry


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MapData:
    """The map data of a package; ``ground`` is None where no levels were frozen with it.

    ``borders`` has each border between two communes once: drawn twice, its dashes would close to a line.
    """

    ground: Ground | None
    communes: Sequence[Commune]
    borders: Sequence[BaseGeometry]
    roads: Sequence[BaseGeometry]


def read_map_data(folder: Path, package: Package) -> MapData:
    """Read what stands in the folder of map data.

    Raises
    ------
    UnreadableFileError
        A file that is there cannot be read, or lacks what it should hold.
    """
    base = folder / BASE
    layers = _layers(base)
    roads = [shape for shape, _ in _rows(base, "roads", ()) if shape is not None] if "roads" in layers else []
    rows = _rows(base, "communes", ("commune_code", "commune_name")) if "communes" in layers else []
    communes = [Commune(code=str(code), name=str(name), shape=shape) for shape, (code, name) in rows if shape]
    return MapData(
        ground=read_ground(folder / EXPECTED, package),
        communes=communes,
        borders=borders_of([commune.shape for commune in communes]),
        roads=roads,
    )


def borders_of(shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """Return the borders of some areas, each only once."""
    whole = shapely.union_all([shape.boundary for shape in shapes])
    return [] if whole.is_empty else [shapely.line_merge(whole)]


def read_ground(path: Path, package: Package) -> Ground | None:
    """Read the expected levels; None without the file. What is no data in it is NaN here."""
    if not path.is_file():
        return None
    try:
        with rasterio.open(path) as file:
            bands = {name: _band(file, name) for name in BANDS}
            tags, to_degrees = file.tags(), file.transform
    except (RasterioIOError, KeyError) as error:
        raise _unreadable(path, error) from error
    served, weak = _thresholds(package)
    return Ground(
        today_dbm=bands[BANDS[0]],
        planned_dbm=bands[BANDS[1]],
        elevation_m=bands[BANDS[2]],
        west_deg=to_degrees.c,
        north_deg=to_degrees.f,
        cell_lon_deg=to_degrees.a,
        cell_lat_deg=-to_degrees.e,
        served_dbm=float(tags.get("SERVED_DBM") or served),
        weak_dbm=float(tags.get("WEAK_DBM") or weak),
    )


def _band(file: rasterio.DatasetReader, name: str) -> Floats:
    """Return a band by its name with NaN for no data; KeyError where there is none."""
    if name not in file.descriptions:
        raise KeyError(name)
    values = file.read(file.descriptions.index(name) + 1).astype(np.float64)
    return values if file.nodata is None else np.where(values == file.nodata, np.nan, values)


def _thresholds(package: Package) -> tuple[float, float]:
    """Return the lowest levels that serve and are weak, the margins outdoors in them, as the raster's tags say them."""
    p = package.provenance
    margin_db = sum(margin.outdoor_db for margin in p.margins)
    return min(t.served_dbm for t in p.thresholds) + margin_db, min(t.weak_dbm for t in p.thresholds) + margin_db


def _layers(path: Path) -> set[str]:
    if not path.is_file():
        return set()
    try:
        return {str(name) for name in pyogrio.list_layers(path)[:, 0]}
    except pyogrio.errors.DataSourceError as error:
        raise _unreadable(path, error) from error


def _rows(path: Path, layer: str, columns: tuple[str, ...]) -> list[tuple[BaseGeometry | None, tuple[object, ...]]]:
    """Return the shapes of a layer with some columns."""
    meta, _, shapes, fields = pyogrio.raw.read(path, layer=layer, columns=list(columns))
    names = [str(name) for name in meta["fields"]]
    if missing := [name for name in columns if name not in names]:
        raise _unreadable(path, KeyError(", ".join(missing)))
    values = [fields[names.index(name)] for name in columns]
    return [(shape, tuple(value[i] for value in values)) for i, shape in enumerate(shapely.from_wkb(shapes))]


def _unreadable(path: Path, error: Exception) -> UnreadableFileError:
    return UnreadableFileError(
        Text(
            f"Dữ liệu bản đồ {path.name} của gói không đọc được hoặc thiếu nội dung: {error}.",
            f"Map data {path.name} of the package cannot be read, or lacks something: {error}.",
        )
    )
