"""Where the terrain offers a place for a mast: hilltops, shoulders of ridges, and how steep the ground is.

Height over the surroundings is the elevation less the mean of the square within a radius, known as the topographic
position index: high on summits and crests, about zero on even slopes and on plains, negative in valleys.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import label, maximum_filter1d, uniform_filter1d
from scipy.spatial import cKDTree

from phusong.coverage.area import degrees_a_metre
from phusong.coverage.earth import path_km
from phusong.coverage.profile import flat_cells
from phusong.coverage.radio._jit import kernel, kernel_entry, parallel_kernel, prange
from phusong.coverage.terrain import MISSING, Elevation, Terrain

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Heights = NDArray[np.float32]
Flags = NDArray[np.bool_]

ABOVE_ALL = np.int16(np.iinfo(np.int16).max)
"""What stands for missing terrain where the highest is looked for: beside a hole nothing is known to be highest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LandformRules:
    """What is a hilltop, what a shoulder; assumptions of this tool.

    A hilltop is the highest cell within ``spacing_m`` and at least ``least_rise_m`` over the mean of the terrain within
    ``far_radius_m``. A shoulder is where a ridge or spur breaks off, no hilltop within ``spacing_m``: over the mean
    within ``near_radius_m`` by ``least_near_m`` and within ``far_radius_m`` by ``least_far_m``, most of all of the near
    one, no steeper than ``max_slope_percent``.
    """

    spacing_m: float = 300.0
    near_radius_m: float = 200.0
    far_radius_m: float = 1000.0
    least_rise_m: float = 25.0
    least_near_m: float = 6.0
    least_far_m: float = 20.0
    max_slope_percent: float = 40.0


ASSUMED_LANDFORMS = LandformRules()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Landforms:
    """Cells of the terrain, from north to south and west to east; ``rise_m`` is their height over what is far around.

    All are at least the spacing of the rules from each other.
    """

    row: Ints
    col: Ints
    rise_m: Floats

    def __len__(self) -> int:
        return len(self.row)


def hilltops(terrain: Terrain, rules: LandformRules = ASSUMED_LANDFORMS) -> Landforms:
    """Find the hilltops; one for a flat top. Near missing terrain and the terrain's edge there are none."""
    return _hilltops(terrain, _over_mean_m(terrain, rules.far_radius_m), rules)


def shoulders(terrain: Terrain, rules: LandformRules = ASSUMED_LANDFORMS) -> Landforms:
    """Find the shoulders; near missing terrain and the terrain's edge there are none."""
    return landforms(terrain, rules)[1]


def landforms(terrain: Terrain, rules: LandformRules = ASSUMED_LANDFORMS) -> tuple[Landforms, Landforms]:
    """Find hilltops and shoulders at once."""
    far_m = _over_mean_m(terrain, rules.far_radius_m)
    tops = _hilltops(terrain, far_m, rules)
    return tops, _shoulders(terrain, far_m, tops, rules)


def slope_percent(terrain: Terrain, row: Ints, col: Ints) -> Floats:
    """Return the slope of the ground at cells, from the four beside each; NaN where one of these is not known."""
    found = np.full(len(row), np.nan)
    width_m, height_m = _cell_m(terrain)
    for i, (r, c) in enumerate(zip(row, col, strict=True)):
        found[i] = _slope_percent(terrain.elevation_m, int(r), int(c), width_m[r], height_m)
    return found


def _hilltops(terrain: Terrain, far_m: Heights, rules: LandformRules) -> Landforms:
    elevation = terrain.elevation_m
    filled = np.where(elevation == MISSING, ABOVE_ALL, elevation)
    highest = filled
    for axis, half in enumerate(_half_widths(terrain, rules.spacing_m)):
        highest = maximum_filter1d(highest, 2 * half + 1, axis=axis, mode="constant", cval=float(ABOVE_ALL))
    top = (filled == highest) & (filled != ABOVE_ALL) & (far_m >= rules.least_rise_m)
    return _thinned(terrain, *_one_a_patch(top), far_m, elevation, rules.spacing_m)


def _shoulders(terrain: Terrain, far_m: Heights, tops: Landforms, rules: LandformRules) -> Landforms:
    near_m = _over_mean_m(terrain, rules.near_radius_m)
    fits = (near_m >= rules.least_near_m) & (far_m >= rules.least_far_m)
    fits &= slope_grid_percent(terrain) <= rules.max_slope_percent
    found = np.where(fits, near_m, np.float32(-np.inf))
    most = found
    for axis, half in enumerate(_half_widths(terrain, rules.spacing_m)):
        most = maximum_filter1d(most, 2 * half + 1, axis=axis, mode="constant", cval=-np.inf)
        fits &= _off_edge(fits.shape, axis, half)
    row, col = _one_a_patch(fits & (found == most))
    free = _away_from(terrain, (row, col), (tops.row, tops.col), rules.spacing_m)
    return _thinned(terrain, row[free], col[free], far_m, near_m, rules.spacing_m)


def slope_grid_percent(terrain: Terrain) -> Heights:
    """Return the slope of the ground at every cell, as :func:`slope_percent`."""
    n_rows, n_cols = terrain.elevation_m.shape
    slope = np.empty((n_rows, n_cols), dtype=np.float32)
    width_m, height_m = _cell_m(terrain)
    cells = flat_cells(terrain.elevation_m).reshape(n_rows, n_cols)
    with kernel_entry():
        _fill_slope_percent(cells, width_m, height_m, slope)
    return slope


@kernel
def _slope_percent(elevation: Elevation, row: int, col: int, width_m: float, height_m: float) -> float:
    """Slope by central differences."""
    if not (0 < row < elevation.shape[0] - 1 and 0 < col < elevation.shape[1] - 1):
        return math.nan
    west, east = elevation[row, col - 1], elevation[row, col + 1]
    north, south = elevation[row - 1, col], elevation[row + 1, col]
    if min(min(west, east), min(north, south)) == MISSING:
        return math.nan
    return 50.0 * math.hypot((float(east) - west) / width_m, (float(north) - south) / height_m)


@parallel_kernel
def _fill_slope_percent(elevation: Elevation, width_m: Floats, height_m: float, slope: Heights) -> None:
    for row in prange(elevation.shape[0]):
        for col in range(elevation.shape[1]):
            slope[row, col] = _slope_percent(elevation, row, col, width_m[row], height_m)


def _cell_m(terrain: Terrain) -> tuple[Floats, float]:
    """Return the width of the cells of each row and the height of them all in metres."""
    n_rows: int = terrain.elevation_m.shape[0]
    lat = terrain.north_deg - (np.arange(n_rows) + 0.5) * terrain.cell_lat_deg
    width_m = np.array([1000.0 * path_km(0.0, at, terrain.cell_lon_deg, at)[0] for at in lat])
    return width_m, terrain.cell_lat_deg / degrees_a_metre(float(lat.mean()))[1]


def _half_widths(terrain: Terrain, radius_m: float) -> tuple[int, int]:
    """Return how many rows and columns lie within a radius, at least one."""
    width_m, height_m = _cell_m(terrain)
    return max(1, round(radius_m / height_m)), max(1, round(radius_m / float(width_m.mean())))


def _over_mean_m(terrain: Terrain, radius_m: float) -> Heights:
    """Return how far each cell is over the mean of the known cells within a radius; NaN where it is missing."""
    known = terrain.elevation_m != MISSING
    mean_m = np.where(known, terrain.elevation_m, 0).astype(np.float32)
    share = known.astype(np.float32)
    for axis, half in enumerate(_half_widths(terrain, radius_m)):
        mean_m = uniform_filter1d(mean_m, 2 * half + 1, axis=axis, mode="constant")
        share = uniform_filter1d(share, 2 * half + 1, axis=axis, mode="constant")
    over_m = np.full(known.shape, np.nan, dtype=np.float32)
    np.divide(mean_m, share, out=over_m, where=known)
    return np.subtract(terrain.elevation_m, over_m, out=over_m, dtype=np.float32, casting="unsafe")


def _off_edge(shape: tuple[int, ...], axis: int, half: int) -> Flags:
    """Say along one axis which cells are farther from the edge than a number of cells."""
    at = np.arange(shape[axis])
    inner = (at >= half) & (at < shape[axis] - half)
    return inner[:, None] if axis == 0 else inner[None, :]


def _one_a_patch(cells: Flags) -> tuple[Ints, Ints]:
    """Return for each patch of joined cells the one nearest to its middle; of equals the first."""
    patch, count = label(cells, structure=np.ones((3, 3)))
    row, col = np.nonzero(cells)
    of = patch[row, col].astype(np.int64) - 1
    size = np.bincount(of, minlength=count)
    away = (row - (np.bincount(of, weights=row, minlength=count) / size)[of]) ** 2
    away += (col - (np.bincount(of, weights=col, minlength=count) / size)[of]) ** 2
    order = np.lexsort((col, row, np.round(away, 6), of))
    first = order[np.unique(of[order], return_index=True)[1]]
    return row[first], col[first]


def _metres(terrain: Terrain, row: Ints, col: Ints) -> Floats:
    """Return cells on a plane in metres, good for telling which are near each other."""
    width_m, height_m = _cell_m(terrain)
    return np.column_stack([col * float(width_m.mean()), row * height_m]).astype(np.float64)


def _away_from(terrain: Terrain, cells: tuple[Ints, Ints], others: tuple[Ints, Ints], within_m: float) -> Flags:
    """Say which cells are farther than a distance from all others."""
    if not len(others[0]) or not len(cells[0]):
        return np.ones(len(cells[0]), dtype=np.bool_)
    nearest_m, _ = cKDTree(_metres(terrain, *others)).query(_metres(terrain, *cells))
    return np.asarray(nearest_m > within_m, dtype=np.bool_)


def _thinned(
    terrain: Terrain, row: Ints, col: Ints, far_m: Heights, worth: NDArray[np.generic], spacing_m: float
) -> Landforms:
    """Keep the best of the cells nearer to each other than the spacing; of equals the north-western one."""
    order = np.lexsort((col, row, -worth[row, col].astype(np.float64)))
    kept = np.sort(order[spaced(_metres(terrain, row[order], col[order]), spacing_m)])
    kept = kept[np.lexsort((col[kept], row[kept]))]
    return Landforms(row=row[kept], col=col[kept], rise_m=far_m[row[kept], col[kept]].astype(np.float64))


def spaced(places_m: Floats, spacing_m: float) -> Ints:
    """Return which places stay if each in turn takes the room around it, the first first; shape (n, 2) in metres."""
    if not len(places_m):
        return np.empty(0, dtype=np.int64)
    taken = np.zeros(len(places_m), dtype=np.bool_)
    kept = []
    near = cKDTree(places_m).query_ball_point(places_m, spacing_m)
    for place, around in enumerate(near):
        if not taken[place]:
            kept.append(place)
            taken[around] = True
    return np.array(kept, dtype=np.int64)
