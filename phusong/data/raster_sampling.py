"""Values of a Cloud-Optimized GeoTIFF on EPSG:4326 at the crossings of some meridians and parallels.

A picture in Web Mercator is such a lattice: its columns are meridians, its rows parallels. Each value depends on its
own place and on the spacing alone, so two pictures side by side meet without a seam. The overview that is just finer
than the spacing is read, never the whole file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import rasterio
import rasterio.shutil
from numpy.typing import NDArray
from rasterio.transform import Affine
from rasterio.windows import Window

from phusong.coverage.terrain import MISSING, Terrain
from phusong.data.terrain_grid import WGS84

BLOCK = 512
CACHE_MB = 64
"""What GDAL keeps of open files; by itself it would take a twentieth of the machine's memory."""

FloatGrid = NDArray[np.float64]
Axis = NDArray[np.float64]


def nearest_values(path: Path, lon_deg: Axis, lat_deg: Axis) -> NDArray[np.uint8]:
    """Return the value of the cell each crossing lies in, shape (latitudes, longitudes); 0 outside the raster."""
    with _at_spacing(path, lon_deg) as file:
        cols, rows = _cells(file, lon_deg, lat_deg)
        found = np.zeros((rows.size, cols.size), dtype=np.uint8)
        in_rows, in_cols = _inside(rows, file.height), _inside(cols, file.width)
        if in_rows.any() and in_cols.any():
            found[np.ix_(in_rows, in_cols)] = _read(file, rows[in_rows], cols[in_cols])
    return found


def heights_m(path: Path, lon_deg: Axis, lat_deg: Axis) -> FloatGrid:
    """Return the height at each crossing, between the centres of cells; NaN in a cell without one and outside.

    Cells without a height take no part in what is between.
    """
    with _at_spacing(path, lon_deg) as file:
        x, y = _position(file, lon_deg, lat_deg)
        in_rows, in_cols = _inside(np.floor(y), file.height), _inside(np.floor(x), file.width)
        found = np.full((y.size, x.size), np.nan)
        if in_rows.any() and in_cols.any():
            found[np.ix_(in_rows, in_cols)] = _between(file, x[in_cols], y[in_rows])
    return found


def write_heights(path: Path, terrain: Terrain) -> Path:
    """Write heights in whole metres as a Cloud-Optimized GeoTIFF; an overview holds the mean of what is known."""
    n_rows, n_cols = terrain.elevation_m.shape
    filled = path.with_suffix(".filled.tif")
    transform = Affine(terrain.cell_lon_deg, 0.0, terrain.west_deg, 0.0, -terrain.cell_lat_deg, terrain.north_deg)
    with rasterio.Env(GDAL_CACHEMAX=CACHE_MB):
        with rasterio.open(
            filled, "w", driver="GTiff", dtype="int16", count=1, height=n_rows, width=n_cols, crs=WGS84,
            transform=transform, nodata=MISSING, tiled=True, blockxsize=BLOCK, blockysize=BLOCK,
        ) as file:  # fmt: skip
            file.write(terrain.elevation_m, 1)
        rasterio.shutil.copy(
            filled, path, driver="COG", compress="DEFLATE", predictor="YES", blocksize=BLOCK, num_threads=1,
            overviews="IGNORE_EXISTING", overview_resampling="AVERAGE", statistics="NO", bigtiff="IF_SAFER",
        )  # fmt: skip
    filled.unlink()
    return path


@contextmanager
def _at_spacing(path: Path, lon_deg: Axis) -> Iterator[rasterio.DatasetReader]:
    """Open the coarsest overview whose cells are no wider than the spacing."""
    spacing = abs(float(lon_deg[1] - lon_deg[0]))
    with rasterio.Env(GDAL_CACHEMAX=CACHE_MB, GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR"), rasterio.open(path) as file:
        level = sum(file.transform.a * factor <= spacing for factor in file.overviews(1))
        if not level:
            yield file
            return
        with rasterio.open(path, overview_level=level - 1) as overview:
            yield overview


def _position(file: rasterio.DatasetReader, lon_deg: Axis, lat_deg: Axis) -> tuple[Axis, Axis]:
    """Return columns and rows as fractions, counted from the outer corner."""
    at = file.transform
    return (lon_deg - at.c) / at.a, (lat_deg - at.f) / at.e


def _cells(file: rasterio.DatasetReader, lon_deg: Axis, lat_deg: Axis) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    x, y = _position(file, lon_deg, lat_deg)
    return np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)


def _inside(index: NDArray[np.int64] | Axis, size: int) -> NDArray[np.bool_]:
    return (index >= 0) & (index < size)


def _read(file: rasterio.DatasetReader, rows: NDArray[np.int64], cols: NDArray[np.int64]) -> NDArray[np.generic]:
    """Return the values of rows by columns, read as one window."""
    top, left = int(rows.min()), int(cols.min())
    window = Window(left, top, int(cols.max()) - left + 1, int(rows.max()) - top + 1)
    values: NDArray[np.generic] = file.read(1, window=window)[np.ix_(rows - top, cols - left)]
    return values


def _between(file: rasterio.DatasetReader, x: Axis, y: Axis) -> FloatGrid:
    """Return heights between the four centres around, weighed by nearness; NaN where the own cell has none."""
    left, top = np.floor(x - 0.5).astype(np.int64), np.floor(y - 0.5).astype(np.int64)
    first_col, first_row = max(int(left.min()), 0), max(int(top.min()), 0)
    last_col, last_row = min(int(left.max()) + 1, file.width - 1), min(int(top.max()) + 1, file.height - 1)
    cells = file.read(1, window=Window(first_col, first_row, last_col - first_col + 1, last_row - first_row + 1))
    known = cells != MISSING
    whole = bool(known.all())
    heights = np.where(known, cells, 0).astype(np.float64)
    total, weight = np.zeros((y.size, x.size)), np.zeros((y.size, x.size))
    for down, right in ((0, 0), (0, 1), (1, 0), (1, 1)):
        at = np.ix_(
            np.clip(top + down, first_row, last_row) - first_row,
            np.clip(left + right, first_col, last_col) - first_col,
        )
        share = np.outer(1.0 - np.abs(y - 0.5 - (top + down)), 1.0 - np.abs(x - 0.5 - (left + right)))
        total += heights[at] * share
        weight += 0.0 if whole else share * known[at]
    if whole:
        return total
    own = known[np.ix_(np.floor(y).astype(np.int64) - first_row, np.floor(x).astype(np.int64) - first_col)]
    return np.where(own & (weight > 0), total / np.where(weight > 0, weight, 1.0), np.nan)
