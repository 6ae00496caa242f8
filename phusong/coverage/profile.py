"""Terrain along a path: bilinear samples of the elevation grid at equal steps of the geodesic."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.earth import bulge_deg, path_km
from phusong.coverage.radio._jit import bare_kernel, kernel
from phusong.coverage.terrain import MISSING, Terrain
from phusong.errors import TerrainError
from phusong.words import Text

SAMPLE_STEP_KM = 0.06
MIN_SAMPLES = 21
MAX_SAMPLES = 501
BLOCK_CELLS = 32
"""Side of the blocks by which a path is first asked whether terrain may be missing on it."""

GridShape = tuple[float, float, float, float, int, int]
"""West, north, cells a degree of longitude, cells a degree of latitude, rows, columns."""


PathEnds = tuple[float, float, float, float]
"""Longitude and latitude of the first end, then of the second, in degrees."""


def grid_of(terrain: Terrain) -> GridShape:
    """Return what the kernels need to place a point on the grid.

    Raises
    ------
    TerrainError
        Fewer than two rows or columns: nothing lies between cell centres.
    """
    n_rows, n_cols = terrain.elevation_m.shape
    if min(n_rows, n_cols) < 2:
        raise TerrainError(
            Text(
                f"Lưới địa hình phải có ít nhất 2 hàng và 2 cột, nhận được {n_rows} × {n_cols}",
                f"The terrain grid must have at least 2 rows and 2 columns, got {n_rows} × {n_cols}",
            )
        )
    return terrain.west_deg, terrain.north_deg, 1.0 / terrain.cell_lon_deg, 1.0 / terrain.cell_lat_deg, n_rows, n_cols


@kernel
def sample_count(distance_km: float) -> int:
    """Return how many samples a path takes, both ends included: one about every 60 m, 21 to 501."""
    return min(MAX_SAMPLES, max(MIN_SAMPLES, int(np.ceil(distance_km / SAMPLE_STEP_KM)) + 1))


@bare_kernel
def elevation_at(elevation: NDArray[np.int16], grid: GridShape, lon_deg: float, lat_deg: float) -> float:
    """Return the bilinear elevation at a point in metres; NaN outside the grid or where a neighbour cell is missing."""
    west, north, per_lon, per_lat, n_rows, n_cols = grid
    x = (lon_deg - west) * per_lon - 0.5
    y = (north - lat_deg) * per_lat - 0.5
    if not (-0.5 <= x <= n_cols - 0.5 and -0.5 <= y <= n_rows - 0.5):
        return math.nan
    x = min(max(x, 0.0), n_cols - 1.000001)
    y = min(max(y, 0.0), n_rows - 1.000001)
    col, row = int(x), int(y)
    fx, fy = x - col, y - row
    i = row * n_cols + col
    a, b, c, d = elevation[i], elevation[i + 1], elevation[i + n_cols], elevation[i + n_cols + 1]
    if min(min(a, b), min(c, d)) == MISSING:
        return math.nan
    top = a + fx * (float(b) - a)
    return float(top + fy * (c + fx * (float(d) - c) - top))


@kernel
def _inside(grid: GridShape, lon_deg: float, lat_deg: float) -> bool:
    """Say whether a point lies on the grid, to its outer edge."""
    west, north, per_lon, per_lat, n_rows, n_cols = grid
    return 0.0 <= (lon_deg - west) * per_lon <= n_cols and 0.0 <= (north - lat_deg) * per_lat <= n_rows


def hole_counts(terrain: Terrain) -> NDArray[np.int64]:
    """Count blocks of cells with anything missing in them, summed from the north-west: entry (r, c) is over r × c."""
    missing = terrain.elevation_m == MISSING
    rows, cols = (range(0, n, BLOCK_CELLS) for n in missing.shape)
    holed = np.logical_or.reduceat(np.logical_or.reduceat(missing, rows, axis=0), cols, axis=1)
    sums = np.zeros((len(rows) + 1, len(cols) + 1), dtype=np.int64)
    sums[1:, 1:] = holed.cumsum(axis=0).cumsum(axis=1)
    return sums


@bare_kernel
def may_have_holes(holes: NDArray[np.int64], grid: GridShape, ends: PathEnds) -> bool:
    """Say whether terrain may be missing between two places: whether any is in the blocks around them.

    One block more is taken on each side, for the bend of the geodesic and for the neighbours of a sample.
    """
    if not (_inside(grid, ends[0], ends[1]) and _inside(grid, ends[2], ends[3])):
        return True
    if holes[-1, -1] == 0:
        return False
    west, north, per_lon, per_lat, _, _ = grid
    col_a, col_b = (ends[0] - west) * per_lon / BLOCK_CELLS, (ends[2] - west) * per_lon / BLOCK_CELLS
    row_a, row_b = (north - ends[1]) * per_lat / BLOCK_CELLS, (north - ends[3]) * per_lat / BLOCK_CELLS
    top, bottom = math.floor(min(row_a, row_b)) - 1, math.floor(max(row_a, row_b)) + 2
    left, right = math.floor(min(col_a, col_b)) - 1, math.floor(max(col_a, col_b)) + 2
    last_row, last_col = holes.shape[0] - 1, holes.shape[1] - 1
    top, bottom = max(0, min(top, last_row)), max(0, min(bottom, last_row))
    left, right = max(0, min(left, last_col)), max(0, min(right, last_col))
    return bool(holes[bottom, right] - holes[top, right] - holes[bottom, left] + holes[top, left] > 0)


@bare_kernel
def fill_profile(
    elevation: NDArray[np.int16],
    grid: GridShape,
    ends: PathEnds,
    count: int,
    stride: int,
    height_m: NDArray[np.float64],
) -> bool:
    """Fill every ``stride``-th of ``height_m[:count]`` with terrain along the geodesic; False where any is missing."""
    return fill_samples(elevation, grid, ends, count, (0, count, stride), height_m)


@bare_kernel
def fill_samples(
    elevation: NDArray[np.int16],
    grid: GridShape,
    ends: PathEnds,
    count: int,
    samples: tuple[int, int, int],
    height_m: NDArray[np.float64],
) -> bool:
    """Fill some of the ``count`` samples of a path, ``first, stop, stride``; False where terrain of any is missing.

    In units of cells, with one look for missing cells over all of them: the hot loop of every prediction.
    """
    lon_a, lat_a, lon_b, lat_b = ends
    if not (_inside(grid, lon_a, lat_a) and _inside(grid, lon_b, lat_b)):
        return False
    west, north, per_lon, per_lat, n_rows, n_cols = grid
    bulge_lon, bulge_lat = bulge_deg(lon_a, lat_a, lon_b, lat_b)
    x_a, y_a = (lon_a - west) * per_lon - 0.5, (north - lat_a) * per_lat - 0.5
    x_step, y_step = (lon_b - lon_a) * per_lon, (lat_a - lat_b) * per_lat
    x_bulge, y_bulge = bulge_lon * per_lon, -bulge_lat * per_lat
    x_most, y_most = n_cols - 1.000001, n_rows - 1.000001
    width = np.uint64(n_cols)
    least = elevation[0]
    t_step = 1.0 / (count - 1)
    for k in range(samples[0], samples[1], samples[2]):
        t = k * t_step
        bend = t * (1.0 - t)
        x = min(max(x_a + t * x_step + bend * x_bulge, 0.0), x_most)
        y = min(max(y_a + t * y_step + bend * y_bulge, 0.0), y_most)
        col, row = np.uint64(x), np.uint64(y)
        fx, fy = x - np.float64(col), y - np.float64(row)
        i = row * width + col
        a, b = elevation[i], elevation[i + np.uint64(1)]
        c, d = elevation[i + width], elevation[i + width + np.uint64(1)]
        least_here = min(min(a, b), min(c, d))
        least = least_here if k == samples[0] else min(least, least_here)
        top = a + fx * (np.float64(b) - a)
        height_m[k] = top + fy * (c + fx * (np.float64(d) - c) - top)
    return bool(least != MISSING)


def terrain_profile(
    terrain: Terrain, lon_a_deg: float, lat_a_deg: float, lon_b_deg: float, lat_b_deg: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return distance in km and elevation in metres along the path from a to b; all NaN where terrain is missing."""
    length_km, _ = path_km(lon_a_deg, lat_a_deg, lon_b_deg, lat_b_deg)
    count = sample_count(length_km)
    height_m = np.empty(count)
    flat = np.ascontiguousarray(terrain.elevation_m).reshape(-1)
    if not fill_profile(flat, grid_of(terrain), (lon_a_deg, lat_a_deg, lon_b_deg, lat_b_deg), count, 1, height_m):
        height_m[:] = np.nan
    return np.linspace(0.0, length_km, count), height_m
