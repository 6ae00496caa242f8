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
MIN_DISTANCE_KM = 0.01
"""Ends of a path that stand nearer to each other are taken this far apart."""

BLOCK_CELLS = 32
"""Side of the blocks by which a path is first asked whether terrain may be missing on it."""

FRACTION_BITS = 22
"""Bits of a cell between which heights are interpolated: finer than 0.01 mm."""

FRACTION = (1 << FRACTION_BITS) - 1
PLACE_BITS = 2 * FRACTION_BITS
CELL_PARTS = 1 << PLACE_BITS
"""Parts of a cell in which places along a path are counted: 64 bits hold a grid of 500,000 cells a side."""

HALF_FRACTION = 1 << (FRACTION_BITS - 1)
PART_M = 1.0 / CELL_PARTS
ROUNDING = 1e-6
"""Share of a cell by which places stay off the last cell centre, so that there is a cell on both sides of them."""

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


def flat_cells(cells: NDArray[np.int16]) -> NDArray[np.int16]:
    """Return cells in one row, in memory of numpy's own: it asks for large pages, without which paths take longer.

    What was unpickled or mapped from a file is copied.
    """
    owner = cells
    while isinstance(owner.base, np.ndarray):
        owner = owner.base
    return np.ascontiguousarray(cells if owner.flags.owndata else cells.copy()).reshape(-1)


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
    x = min(max(x, 0.0), n_cols - 1 - ROUNDING)
    y = min(max(y, 0.0), n_rows - 1 - ROUNDING)
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
    sums = np.zeros((len(rows) + 1, len(cols) + 1), dtype=np.int64)
    if missing.any():
        holed = np.logical_or.reduceat(np.logical_or.reduceat(missing, rows, axis=0), cols, axis=1)
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


@kernel
def _within(at_a: float, at_b: float, bulge: float, n: int) -> bool:
    """Say whether a path keeps off the outer cell centres in one coordinate, by more than rounding."""
    return min(at_a, at_b) > abs(bulge) + ROUNDING and max(at_a, at_b) < n - 1 - abs(bulge) - ROUNDING


@kernel
def _steps(at_a: float, at_b: float, bulge: float, count: int, samples: tuple[int, int, int]) -> tuple[int, int, int]:
    """Return start, first step and change of the step of one coordinate along a path, in parts of a cell.

    Sample k of ``count`` stands at ``at_a + k step + k (count - 1 - k) bend``; all in whole numbers, so that it stands
    there whichever samples are taken.
    """
    first, _, stride = samples
    last = count - 1
    share = 1.0 / last
    start, step = int(at_a * CELL_PARTS) + HALF_FRACTION, int((at_b - at_a) * share * CELL_PARTS)
    bend = int(bulge * share * share * CELL_PARTS)
    start += first * (step + (last - first) * bend)
    return start, stride * (step + (last - 2 * first - stride) * bend), 2 * stride * stride * bend


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

    The hot loop of every prediction, hence in whole numbers: places in 2^44 parts of a cell, of which the upper half is
    interpolated. Samples beyond the outer cell centres take the height there.
    """
    lon_a, lat_a, lon_b, lat_b = ends
    if not (_inside(grid, lon_a, lat_a) and _inside(grid, lon_b, lat_b)):
        return False
    west, north, per_lon, per_lat, n_rows, n_cols = grid
    bulge_lon, bulge_lat = bulge_deg(lon_a, lat_a, lon_b, lat_b)
    x_a, x_b, x_bulge = (lon_a - west) * per_lon - 0.5, (lon_b - west) * per_lon - 0.5, bulge_lon * per_lon
    y_a, y_b, y_bulge = (north - lat_a) * per_lat - 0.5, (north - lat_b) * per_lat - 0.5, -bulge_lat * per_lat
    inner = _within(x_a, x_b, x_bulge, n_cols) and _within(y_a, y_b, y_bulge, n_rows)
    x, x_step, x_turn = _steps(x_a, x_b, x_bulge, count, samples)
    y, y_step, y_turn = _steps(y_a, y_b, y_bulge, count, samples)
    x_most, y_most = int((n_cols - 1 - ROUNDING) * CELL_PARTS), int((n_rows - 1 - ROUNDING) * CELL_PARTS)
    one, width = np.uint64(1), np.uint64(n_cols)
    least = 0
    for k in range(samples[0], samples[1], samples[2]):
        at_x, at_y = x, y
        if not inner:
            at_x, at_y = min(max(x, 0), x_most), min(max(y, 0), y_most)
        i = np.uint64((at_y >> PLACE_BITS) * n_cols + (at_x >> PLACE_BITS))
        a, b = int(elevation[i]), int(elevation[i + one])
        c, d = int(elevation[i + width]), int(elevation[i + width + one])
        least = min(least, min(min(a, b), min(c, d)))
        fx, fy = (at_x >> FRACTION_BITS) & FRACTION, (at_y >> FRACTION_BITS) & FRACTION
        top = (a << FRACTION_BITS) + fx * (b - a)
        bottom = (c << FRACTION_BITS) + fx * (d - c)
        height_m[np.uint64(k)] = ((top << FRACTION_BITS) + fy * (bottom - top)) * PART_M
        x, x_step = x + x_step, x_step - x_turn
        y, y_step = y + y_step, y_step - y_turn
    return bool(least != MISSING)


def terrain_profile(
    terrain: Terrain, lon_a_deg: float, lat_a_deg: float, lon_b_deg: float, lat_b_deg: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return distance in km and elevation in metres along the path from a to b; all NaN where terrain is missing."""
    length_km, _ = path_km(lon_a_deg, lat_a_deg, lon_b_deg, lat_b_deg)
    count = sample_count(length_km)
    height_m = np.empty(count)
    flat = flat_cells(terrain.elevation_m)
    if not fill_profile(flat, grid_of(terrain), (lon_a_deg, lat_a_deg, lon_b_deg, lat_b_deg), count, 1, height_m):
        height_m[:] = np.nan
    return np.linspace(0.0, length_km, count), height_m
