"""Coverage as Cloud-Optimized GeoTIFF: one band of bytes with a palette, so that any program shows it in colour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
import rasterio.shutil
import rasterio.windows
from numpy.typing import NDArray
from rasterio.features import rasterize
from rasterio.transform import Affine
from shapely import Geometry

from phusong.coverage.area import NO_DATA, Area, Window
from phusong.coverage.kernel_arrays import NONE
from phusong.data.coverage_values import BELOW_FLOOR_VALUE, NO_DATA_VALUE, Colour
from phusong.data.raster_sampling import BLOCK, CACHE_MB
from phusong.data.terrain_grid import WGS84

_FILLED = ".filled.tif"

Levels = NDArray[np.int16]
Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class RasterLayer:
    """One file to write: its name without suffix, what the band is called, its colours by value, its metadata."""

    name: str
    description: str
    palette: Mapping[int, Colour]
    tags: Mapping[str, str]


def level_values(levels: Levels) -> Bytes:
    """Return levels in hundredths of a dBm as values of a raster."""
    value = np.clip(-(levels.astype(np.int32) // 100), 1, BELOW_FLOOR_VALUE - 1)
    value[levels == NONE] = BELOW_FLOOR_VALUE
    value[levels == NO_DATA] = NO_DATA_VALUE
    return value.astype(np.uint8)


def cells_inside(area: Area, polygons: Iterable[Geometry]) -> NDArray[np.bool_]:
    """Say which cells of an area have their centre in any of the polygons, shape (n_rows, n_cols)."""
    inside = rasterize(
        polygons,
        out_shape=(area.n_rows, area.n_cols),
        transform=_transform(area),
        fill=0,
        default_value=1,
        dtype="uint8",
    )
    found: NDArray[np.bool_] = inside.view(np.bool_)
    return found


def fill_rasters(
    folder: Path, area: Area, layers: Sequence[RasterLayer], windows: Iterable[tuple[Window, Levels]]
) -> tuple[Path, ...]:
    """Write the levels of some layers into plain GeoTIFFs, to be finished by :func:`finish_raster`.

    Parameters
    ----------
    folder
        Where the files are made.
    area
        The grid of all files.
    layers
        What to write, in the order of the last axis of the levels.
    windows
        Levels in hundredths of a dBm, shape (rows, columns, layers); what no window holds is no data. Only one window
        is held at a time.

    Returns
    -------
    paths
        One file a layer.
    """
    paths = tuple(folder / f"{layer.name}{_FILLED}" for layer in layers)
    with rasterio.Env(GDAL_CACHEMAX=CACHE_MB), ExitStack() as open_files:
        files = [open_files.enter_context(_new(path, area, la)) for path, la in zip(paths, layers, strict=True)]
        for window, levels in windows:
            at = rasterio.windows.Window(window.col, window.row, window.n_cols, window.n_rows)
            for k, file in enumerate(files):
                file.write(level_values(levels[:, :, k]), 1, window=at)
    return paths


def finish_raster(filled: Path) -> Path:
    """Turn a filled GeoTIFF into a Cloud-Optimized one and return its path; same values and metadata, same bytes.

    An overview keeps every other cell: classes cannot be averaged.
    """
    path = filled.with_name(filled.name.removesuffix(_FILLED) + ".tif")
    with rasterio.Env(GDAL_CACHEMAX=CACHE_MB):
        rasterio.shutil.copy(
            filled, path, driver="COG", compress="DEFLATE", level=9, blocksize=BLOCK, overviews="IGNORE_EXISTING",
            overview_resampling="NEAREST", num_threads=1, statistics="NO", bigtiff="IF_SAFER",
        )  # fmt: skip
    filled.unlink()
    return path


def _new(path: Path, area: Area, layer: RasterLayer) -> rasterio.io.DatasetWriter:
    """Open a tiled GeoTIFF to be filled; what is never written stays 0, no data."""
    file = rasterio.open(
        path, "w", driver="GTiff", dtype="uint8", count=1, height=area.n_rows, width=area.n_cols, crs=WGS84,
        transform=_transform(area), nodata=NO_DATA_VALUE, photometric="palette", tiled=True, blockxsize=BLOCK,
        blockysize=BLOCK, sparse_ok=True,
    )  # fmt: skip
    file.write_colormap(1, layer.palette)
    file.set_band_description(1, layer.description)
    file.update_tags(**layer.tags)
    return file


def _transform(area: Area) -> Affine:
    return Affine(area.cell_lon_deg, 0.0, area.west_deg, 0.0, -area.cell_lat_deg, area.north_deg)
