"""Land cover from a vector layer (OpenStreetMap land use) or a raster (ESA WorldCover), in a handful of classes.

Used to place estimated households and to know what a point stands in. A vector layer seldom covers everything: where it
says nothing the class is ``unknown``, never a guess.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import rasterio.features
import shapely
from numpy.typing import ArrayLike, NDArray
from rasterio.enums import Resampling
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.transform import Affine
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window

from phusong.coverage.terrain import Terrain
from phusong.data.digests import sha256_of
from phusong.data.polygons import only_polygons, polygon_of_points, read_polygons
from phusong.data.terrain_grid import Bounds, common, extent, is_wgs84
from phusong.errors import MissingCrsError, MissingFileError, Problem, UnreadableFileError
from phusong.words import Text, number

LandClass = Literal["unknown", "residential", "built_up", "forest", "water", "open"]
LAND_CLASSES: tuple[LandClass, ...] = ("unknown", "residential", "built_up", "forest", "water", "open")

_HOUSES = frozenset({"yes", "house", "residential", "apartments", "detached", "hut", "terrace", "dormitory", "farm"})
_TAGS: Mapping[str, Mapping[str, LandClass]] = {
    "landuse": {
        "residential": "residential",
        **dict.fromkeys(("commercial", "retail", "farmyard", "mixed", "institutional"), "built_up"),
        **dict.fromkeys(("education", "religious", "village_green"), "built_up"),
        **dict.fromkeys(("forest", "wood"), "forest"),
        **dict.fromkeys(("basin", "reservoir", "aquaculture", "salt_pond"), "water"),
        **dict.fromkeys(("farmland", "paddy", "grass", "meadow", "orchard", "cemetery", "allotments"), "open"),
        **dict.fromkeys(("industrial", "quarry", "military", "construction", "brownfield", "greenfield"), "open"),
    },
    "natural": {"water": "water", "wood": "forest", **dict.fromkeys(("scrub", "grassland", "sand", "wetland"), "open")},
    "land_class": {name: name for name in LAND_CLASSES},
}
"""OpenStreetMap tags, and our own classes under ``land_class``. Industry and building sites are no place for houses."""
WORLD_COVER: Mapping[int, LandClass] = {
    **dict.fromkeys((20, 30, 40, 60, 70, 90, 100), "open"),
    **dict.fromkeys((10, 95), "forest"),
    50: "built_up",
    80: "water",
}
"""ESA WorldCover 2021 codes; it does not tell houses from other buildings, and calls shaded hamlets tree cover (10)."""
_COARSEST_DEG = 1.0 / 3600.0
_MAX_CELLS = 400_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClassRaster:
    """Classes on a grid in degrees, north-up: indices into ``LAND_CLASSES``."""

    classes: NDArray[np.uint8]
    west_deg: float
    north_deg: float
    cell_lon_deg: float
    cell_lat_deg: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LandCover:
    """Areas with their class (``land_class``), smallest first, in EPSG:4326; or a raster, and no areas.

    ``raster`` is None for a vector layer.
    """

    areas: gpd.GeoDataFrame
    raster: ClassRaster | None
    problems: tuple[Problem, ...]
    sha256: str

    def areas_of(self, land_class: LandClass) -> NDArray[np.object_]:
        """Return the polygons of one class, smallest first; those of a raster are drawn now, which takes seconds."""
        if self.raster is not None:
            return _drawn(self.raster, land_class)
        return np.array(self.areas.geometry[self.areas.land_class == land_class], dtype=object)

    def class_at(self, lon_deg: ArrayLike, lat_deg: ArrayLike) -> NDArray[np.object_]:
        """Return the class at each point: of overlapping areas the smallest counts; ``unknown`` outside all."""
        names = np.array(LAND_CLASSES, dtype=object)
        if self.raster is not None:
            return names[_classes_at(self.raster, lon_deg, lat_deg)]
        found = polygon_of_points(lon_deg, lat_deg, self.areas.geometry.to_numpy())
        return np.append(self.areas.land_class.to_numpy(dtype=object), "unknown")[found]


def read_land_cover(
    path: Path, *, bounds: Bounds | None = None, codes: Mapping[int, LandClass] = WORLD_COVER
) -> LandCover:
    """Read land cover: a GeoTIFF of ``codes`` (within the bounds, at 1″ or coarser), else a vector layer.

    Codes are 0 to 255; those not among ``codes`` are ``unknown``. A vector layer has the OpenStreetMap properties
    ``landuse``, ``natural`` or ``building``, or ``land_class`` with one of ``LAND_CLASSES``.

    Raises
    ------
    MissingFileError, UnreadableFileError, MissingCrsError
        No such file; damaged, without any class known here, outside the bounds; without a coordinate system.
    """
    path = Path(path)
    if not path.is_file():
        raise MissingFileError(Text(f"Không tìm thấy tệp lớp phủ {path}.", f"Land cover file {path} was not found."))
    if path.suffix.lower() in (".tif", ".tiff"):
        return _from_raster(path, bounds, codes)
    return _from_vector(path)


def _from_vector(path: Path) -> LandCover:
    layer = read_polygons(path)
    land_class = pd.Series("unknown", index=layer.index, dtype=object)
    for tag, classes in _TAGS.items():
        if tag in layer.columns:
            land_class = land_class.mask(land_class == "unknown", layer[tag].map(classes).fillna("unknown"))
    if "building" in layer.columns:
        land_class = land_class.mask(layer["building"].isin(_HOUSES), "residential")
    known = (land_class != "unknown").to_numpy()
    if not known.any():
        raise _no_classes(path)
    given = layer.geometry.to_numpy()[known]
    geometry = only_polygons(given)
    areas = gpd.GeoDataFrame({"land_class": land_class[known].to_numpy()}, geometry=geometry, crs="EPSG:4326")
    areas = areas[~areas.is_empty]
    order = np.argsort(shapely.area(areas.geometry.to_numpy()), kind="stable")
    problems = []
    invalid = int(np.count_nonzero(~shapely.is_valid(given) & ~shapely.is_missing(given)))
    if invalid:
        text = Text(
            f"{number(invalid)} vùng lớp phủ sai hình học: đã sửa",
            f"{number(invalid, 'en')} areas of land cover were invalid: repaired",
        )
        problems.append(Problem(level="repair", file=path.name, text=text))
    areas = areas.iloc[order].reset_index(drop=True)
    return LandCover(areas=areas, raster=None, problems=tuple(problems), sha256=sha256_of(path))


def _no_classes(path: Path) -> UnreadableFileError:
    return UnreadableFileError(
        Text(
            f"{path.name} không có loại đất nào biết được (landuse, natural, building hoặc mã raster).",
            f"{path.name} has no land class known here (landuse, natural, building, or raster codes).",
        )
    )


def _from_raster(path: Path, bounds: Bounds | None, codes: Mapping[int, LandClass]) -> LandCover:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)  # said by ourselves as MissingCrsError
            with rasterio.open(path) as source:
                if source.crs is None:
                    raise MissingCrsError(
                        Text(
                            f"Tệp lớp phủ {path.name} không ghi hệ toạ độ.",
                            f"Land cover file {path.name} has no coordinate reference system.",
                        )
                    )
                found, transform = _read_codes(path, source, bounds)
    except RasterioError as error:
        raise UnreadableFileError(
            Text(
                f"Không đọc được tệp lớp phủ {path.name}: tệp hỏng hoặc không phải GeoTIFF.",
                f"Land cover file {path.name} cannot be read: damaged or no GeoTIFF.",
            )
        ) from error
    index = np.zeros(256, dtype=np.uint8)
    for code, name in codes.items():
        index[code] = LAND_CLASSES.index(name)
    classes = index[found]
    if not classes.any():
        raise _no_classes(path)
    raster = ClassRaster(
        classes=classes,
        west_deg=transform.c,
        north_deg=transform.f,
        cell_lon_deg=transform.a,
        cell_lat_deg=-transform.e,
    )
    return LandCover(areas=_no_areas(), raster=raster, problems=(), sha256=sha256_of(path))


def _read_codes(path: Path, source: rasterio.DatasetReader, bounds: Bounds | None) -> tuple[NDArray[np.uint8], Affine]:
    """Return codes 0–255 and the transform of their grid in degrees: the commonest code of each cell of 1″ or more."""
    t = source.transform
    north_up = is_wgs84(source.crs) and t.b == t.d == 0.0 and t.e < 0.0
    raster = source if north_up else WarpedVRT(source, crs="EPSG:4326", resampling=Resampling.nearest)
    t = raster.transform
    whole = extent(t, (raster.height, raster.width))
    part = whole if bounds is None else common(whole, bounds)
    if part is None:
        raise UnreadableFileError(
            Text(
                f"Lớp phủ {path.name} nằm ngoài vùng nghiên cứu.",
                f"Land cover {path.name} lies outside the study area.",
            )
        )
    left, top = int((part[0] - t.c) / t.a), int((t.f - part[3]) / -t.e)
    right, bottom = int(np.ceil((part[2] - t.c) / t.a)), int(np.ceil((t.f - part[1]) / -t.e))
    window = Window(left, top, min(right, raster.width) - left, min(bottom, raster.height) - top)
    step = max(round(_COARSEST_DEG / t.a), 1)
    shape = (-(-int(window.height) // step), -(-int(window.width) // step))
    if shape[0] * shape[1] > _MAX_CELLS:
        raise UnreadableFileError(
            Text(
                f"Lớp phủ {path.name} quá lớn: {number(shape[0] * shape[1])} ô. Hãy cắt theo tỉnh.",
                f"Land cover {path.name} is too large: {number(shape[0] * shape[1], 'en')} cells. Clip it.",
            )
        )
    codes = raster.read(1, window=window, out_shape=shape, resampling=Resampling.mode)
    scale_x, scale_y = window.width / shape[1], window.height / shape[0]
    transform = Affine(t.a * scale_x, 0.0, t.c + left * t.a, 0.0, t.e * scale_y, t.f + top * t.e)
    return np.where((codes >= 0) & (codes <= 255), codes, 0).astype(np.uint8), transform


def classes_on(land_cover: LandCover, terrain: Terrain) -> NDArray[np.uint8]:
    """Return the class at the centre of every terrain cell, as an index into ``LAND_CLASSES``, 0 (unknown) outside all.

    Of overlapping areas the smallest counts, as in :meth:`LandCover.class_at`.
    """
    if land_cover.raster is not None:
        return _raster_on(land_cover.raster, terrain)
    areas = land_cover.areas.iloc[::-1]  # the smallest is burnt last
    shapes = [(area, LAND_CLASSES.index(name)) for area, name in zip(areas.geometry, areas.land_class, strict=True)]
    if not shapes:
        return np.zeros(terrain.elevation_m.shape, dtype=np.uint8)
    transform = Affine(terrain.cell_lon_deg, 0.0, terrain.west_deg, 0.0, -terrain.cell_lat_deg, terrain.north_deg)
    classes: NDArray[np.uint8] = rasterio.features.rasterize(
        shapes, out_shape=terrain.elevation_m.shape, transform=transform, fill=0, dtype=np.uint8
    )
    return classes


def _raster_on(raster: ClassRaster, terrain: Terrain) -> NDArray[np.uint8]:
    n_rows, n_cols = terrain.elevation_m.shape
    lon_deg = terrain.west_deg + (np.arange(n_cols) + 0.5) * terrain.cell_lon_deg
    lat_deg = terrain.north_deg - (np.arange(n_rows) + 0.5) * terrain.cell_lat_deg
    col = np.floor((lon_deg - raster.west_deg) / raster.cell_lon_deg).astype(np.int64)
    row = np.floor((raster.north_deg - lat_deg) / raster.cell_lat_deg).astype(np.int64)
    rows = np.flatnonzero((row >= 0) & (row < raster.classes.shape[0]))
    cols = np.flatnonzero((col >= 0) & (col < raster.classes.shape[1]))
    classes = np.zeros((n_rows, n_cols), dtype=np.uint8)
    if rows.size and cols.size:  # both run without a gap: their first and last cell bound a block
        block = (slice(rows[0], rows[-1] + 1), slice(cols[0], cols[-1] + 1))
        classes[block] = raster.classes[np.ix_(row[rows], col[cols])]
    return classes


def _no_areas() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"land_class": []}, geometry=[], crs="EPSG:4326")


def _drawn(raster: ClassRaster, land_class: LandClass) -> NDArray[np.object_]:
    own = raster.classes == LAND_CLASSES.index(land_class)
    transform = Affine(raster.cell_lon_deg, 0.0, raster.west_deg, 0.0, -raster.cell_lat_deg, raster.north_deg)
    found = rasterio.features.shapes(own.astype(np.uint8), mask=own, transform=transform)
    areas = np.array([shapely.geometry.shape(area) for area, _ in found], dtype=object)
    return areas[np.argsort(shapely.area(areas), kind="stable")]


def _classes_at(raster: ClassRaster, lon_deg: ArrayLike, lat_deg: ArrayLike) -> NDArray[np.uint8]:
    col = np.floor((np.asarray(lon_deg, dtype=np.float64) - raster.west_deg) / raster.cell_lon_deg)
    row = np.floor((raster.north_deg - np.asarray(lat_deg, dtype=np.float64)) / raster.cell_lat_deg)
    n_rows, n_cols = raster.classes.shape
    inside = (row >= 0) & (row < n_rows) & (col >= 0) & (col < n_cols)
    found = np.zeros(np.shape(inside), dtype=np.uint8)
    found[inside] = raster.classes[row[inside].astype(np.int64), col[inside].astype(np.int64)]
    return found
