"""How high and how steep the ground is where people live: the two thirds that make a village a mountain village.

Slopes are in percent (rise over run × 100), by Horn's third-order differences over the eight neighbours of a cell, with
the true width and height of cells on the WGS84 ellipsoid at each latitude.

References
----------
B. K. P. Horn (1981), Hill shading and the reflectance map, Proc. IEEE 69(1), p. 19: the weights of the differences.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from phusong.coverage.earth import ECCENTRICITY_2, SEMI_MAJOR_KM
from phusong.coverage.terrain import MISSING, Terrain
from phusong.errors import Range
from phusong.words import Text

Grid = NDArray[np.float32]
Ints = NDArray[np.int64]
Answer = Literal["yes", "no", "unknown"]

REACH_M = Range(30.0, 5_000.0, "m")
_BLOCK_ROWS = 512
_TILE_CELLS = 1024


_DECREE = Text(
    "Nghị định 272/2025/NĐ-CP: từ 2/3 diện tích ở độ cao từ 200 m hoặc có độ dốc từ 15 %",
    "Decree 272/2025/NĐ-CP: two thirds of the area at 200 m or higher, or with a slope of 15 % or more",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MountainRule:
    """What makes a village a *thôn miền núi*.

    A village is one where at least ``share`` of its area lies at ``height_m`` or more, or at least ``share`` of it is
    as steep as ``slope_percent`` or steeper. Of a village without a polygon its area is taken to be all ground within
    ``reach_m`` of its households that is nearer to them than to those of any other village, inside its own commune: an
    assumption of ours, no part of the decree.
    """

    height_m: float = 200.0
    slope_percent: float = 15.0
    share: float = 2.0 / 3.0
    reach_m: float = 500.0
    source: Text = _DECREE


MOUNTAIN_RULE = MountainRule()


def cell_size_m(lat_deg: NDArray[np.float64], cell_lon_deg: float, cell_lat_deg: float) -> tuple[Grid, Grid]:
    """Return the width and the height in metres of cells at latitudes, on the ellipsoid."""
    lat = np.radians(lat_deg)
    w2 = 1.0 - ECCENTRICITY_2 * np.sin(lat) ** 2
    prime_vertical_m = 1000.0 * SEMI_MAJOR_KM / np.sqrt(w2)
    width = prime_vertical_m * np.cos(lat) * np.radians(cell_lon_deg)
    height = prime_vertical_m * (1.0 - ECCENTRICITY_2) / w2 * np.radians(cell_lat_deg)
    return width.astype(np.float32), height.astype(np.float32)


def slope_percent(terrain: Terrain, rows: slice | None = None, cols: slice | None = None) -> Grid:
    """Return the slope of every cell, or of a window of them.

    Parameters
    ----------
    rows, cols
        Window of the grid, with plain bounds; all of it where not given. Neighbours outside the window still count.

    Returns
    -------
    slope
        Percent, float32, of the shape of the window; NaN where the cell or one of its eight neighbours has no
        elevation, and on the outer ring of the terrain.
    """
    n_rows, n_cols = terrain.elevation_m.shape
    r0, r1, _ = (rows or slice(None)).indices(n_rows)
    c0, c1, _ = (cols or slice(None)).indices(n_cols)
    found = np.full((max(0, r1 - r0), max(0, c1 - c0)), np.nan, dtype=np.float32)
    for top in range(max(r0, 1), min(r1, n_rows - 1), _BLOCK_ROWS):
        low = min(top + _BLOCK_ROWS, r1, n_rows - 1)
        left, right = max(c0, 1), min(c1, n_cols - 1)
        if left < right:
            found[top - r0 : low - r0, left - c0 : right - c0] = _slope(terrain, top, low, left, right)
    return found


def _slope(terrain: Terrain, top: int, low: int, left: int, right: int) -> Grid:
    """Return the slope of inner cells; rows ``top`` to ``low``, columns ``left`` to ``right``."""
    raw = terrain.elevation_m[top - 1 : low + 1, left - 1 : right + 1]
    z = raw.astype(np.float32)
    z[raw == MISSING] = np.nan
    middle = np.asarray(terrain.north_deg - (np.arange(top, low) + 0.5) * terrain.cell_lat_deg, dtype=np.float64)
    width, height = cell_size_m(middle, terrain.cell_lon_deg, terrain.cell_lat_deg)
    columns = z[:-2] + 2.0 * z[1:-1] + z[2:]
    rows = z[:, :-2] + 2.0 * z[:, 1:-1] + z[:, 2:]
    east = (columns[:, 2:] - columns[:, :-2]) / (8.0 * width[:, None])
    north = (rows[:-2] - rows[2:]) / (8.0 * height[:, None])
    there = np.where(np.isnan(z[1:-1, 1:-1]), np.float32(np.nan), np.float32(100.0))
    return np.asarray(np.hypot(east, north) * there, dtype=np.float32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroundCounts:
    """Cells of each area, shape (n_areas,): all, with an elevation, with a slope, high ones, steep ones."""

    cells: Ints
    with_height: Ints
    with_slope: Ints
    high: Ints
    steep: Ints

    @property
    def high_percent(self) -> NDArray[np.float64]:
        """Return the share of known ground that is high; NaN where nothing is known."""
        return _percent(self.high, self.with_height)

    @property
    def steep_percent(self) -> NDArray[np.float64]:
        """Return the share of known ground that is steep; NaN where nothing is known."""
        return _percent(self.steep, self.with_slope)

    def mountainous(self, rule: MountainRule = MOUNTAIN_RULE) -> list[Answer]:
        """Say of each area whether it is a mountain village: unknown where the missing ground could turn the answer."""
        high = _reaches(self.high, self.cells - self.with_height, self.cells, rule.share)
        steep = _reaches(self.steep, self.cells - self.with_slope, self.cells, rule.share)
        return [
            "yes" if "yes" in both else "unknown" if "unknown" in both else "no"
            for both in zip(high, steep, strict=True)
        ]


def _percent(part: Ints, whole: Ints) -> NDArray[np.float64]:
    return np.where(whole > 0, 100.0 * part / np.maximum(whole, 1), np.nan)


def _reaches(part: Ints, missing: Ints, whole: Ints, share: float) -> list[Answer]:
    least = share * whole - 1e-9 * whole
    surely, maybe = (part >= least) & (whole > 0), (part + missing >= least) | (whole == 0)
    return ["yes" if s else "unknown" if m else "no" for s, m in zip(surely, maybe, strict=True)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tile:
    """A window of the terrain with the area each of its cells belongs to, −1 none."""

    rows: slice
    cols: slice
    area: NDArray[np.int32]


def nearest_areas(
    terrain: Terrain, lon_deg: NDArray[np.float64], lat_deg: NDArray[np.float64], area: Ints, *, reach_m: float
) -> Iterator[Tile]:
    """Yield tiles that give each cell of ground to the area of the nearest point within reach.

    Parameters
    ----------
    lon_deg, lat_deg, area
        Points and the area each belongs to, shape (n,); points of area −1 or outside the terrain claim nothing.
    reach_m
        How far a point's ground goes, in metres.

    Yields
    ------
    tile
        Only tiles with ground of some area; together they hold every such cell once. Of points in one cell the first
        counts.
    """
    REACH_M.check("reach_m", reach_m)
    row, col = terrain.cell_at(lon_deg, lat_deg)
    kept = np.flatnonzero((row >= 0) & (area >= 0))[::-1]  # written backwards: the first point of a cell stays
    row, col, area = row[kept], col[kept], area[kept]
    n_rows, n_cols = terrain.elevation_m.shape
    for top in range(0, n_rows, _TILE_CELLS):
        for left in range(0, n_cols, _TILE_CELLS):
            rows, cols = (slice(a, min(a + _TILE_CELLS, n)) for a, n in ((top, n_rows), (left, n_cols)))
            tile = _tile(terrain, rows, cols, row, col, area, reach_m)
            if tile is not None:
                yield tile


def _tile(terrain: Terrain, rows: slice, cols: slice, row: Ints, col: Ints, area: Ints, reach_m: float) -> Tile | None:
    middle = terrain.north_deg - 0.5 * (rows.start + rows.stop) * terrain.cell_lat_deg
    width, height = (float(s[0]) for s in cell_size_m(np.array([middle]), terrain.cell_lon_deg, terrain.cell_lat_deg))
    pad_rows, pad_cols = int(reach_m / height) + 1, int(reach_m / width) + 1
    r0, c0 = rows.start - pad_rows, cols.start - pad_cols
    near = (row >= r0) & (row < rows.stop + pad_rows) & (col >= c0) & (col < cols.stop + pad_cols)
    if not near.any():
        return None
    shape = (rows.stop - rows.start + 2 * pad_rows, cols.stop - cols.start + 2 * pad_cols)
    owner = np.full(shape, -1, dtype=np.int32)
    owner[row[near] - r0, col[near] - c0] = area[near]
    distance, nearest = ndimage.distance_transform_edt(owner < 0, sampling=(height, width), return_indices=True)
    inner = (slice(pad_rows, shape[0] - pad_rows), slice(pad_cols, shape[1] - pad_cols))
    given = owner[nearest[0][inner], nearest[1][inner]]
    return Tile(rows=rows, cols=cols, area=np.where(distance[inner] <= reach_m, given, -1).astype(np.int32))


def ground_counts(
    terrain: Terrain, tiles: Iterator[Tile], n_areas: int, rule: MountainRule = MOUNTAIN_RULE
) -> GroundCounts:
    """Count the ground of every area: how much is known, high, steep."""
    sums = np.zeros((5, n_areas), dtype=np.int64)
    for tile in tiles:
        here = tile.area >= 0
        owner = tile.area[here]
        height = terrain.elevation_m[tile.rows, tile.cols][here]
        slope = slope_percent(terrain, tile.rows, tile.cols)[here]
        known = height != MISSING
        marks = (
            np.ones_like(known),
            known,
            ~np.isnan(slope),
            known & (height >= rule.height_m),
            slope >= rule.slope_percent,
        )
        for k, mark in enumerate(marks):
            sums[k] += np.bincount(owner[mark], minlength=n_areas)
    return GroundCounts(cells=sums[0], with_height=sums[1], with_slope=sums[2], high=sums[3], steep=sums[4])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Setting:
    """How a place lies: its height, the relief around it, how far up in that relief it is (0 floor, 1 top), slope."""

    height_m: float
    relief_m: float
    share_up: float
    slope_percent: float


def setting_of(terrain: Terrain, lon_deg: float, lat_deg: float, *, around_m: float = 1_000.0) -> Setting | None:
    """Return how a place lies among the ground around it; None without an elevation there.

    ``slope_percent`` is the median slope of the ground within ``around_m``, which is what roads to the place climb.
    """
    row, col = (int(a[0]) for a in terrain.cell_at(np.array([lon_deg]), np.array([lat_deg])))
    if row < 0 or terrain.elevation_m[row, col] == MISSING:
        return None
    width, height = (float(s[0]) for s in cell_size_m(np.array([lat_deg]), terrain.cell_lon_deg, terrain.cell_lat_deg))
    half_rows, half_cols = round(around_m / height), round(around_m / width)
    rows = slice(max(row - half_rows, 0), row + half_rows + 1)
    cols = slice(max(col - half_cols, 0), col + half_cols + 1)
    z = terrain.elevation_m[rows, cols].astype(np.float32)
    z[z == MISSING] = np.nan
    low, high = float(np.nanmin(z)), float(np.nanmax(z))
    here = float(terrain.elevation_m[row, col])
    slope = slope_percent(terrain, rows, cols)
    steep = float(np.nanmedian(slope)) if np.isfinite(slope).any() else float("nan")
    relief = high - low
    return Setting(
        height_m=here, relief_m=relief, share_up=(here - low) / relief if relief > 0.0 else 0.0, slope_percent=steep
    )


FLAT_RELIEF_M = 30.0
"""Ground with less relief than this within a kilometre is flat."""
VALLEY_SHARE, RIDGE_SHARE = 0.3, 0.75
"""A place this low, or this high, in the relief around it lies in a valley, or on a ridge."""


def setting_title(setting: Setting) -> Text:
    """Return the word for how a place lies."""
    if setting.relief_m < FLAT_RELIEF_M:
        return Text("đất bằng", "flat ground")
    if setting.share_up <= VALLEY_SHARE:
        return Text("thung lũng", "valley")
    if setting.share_up >= RIDGE_SHARE:
        return Text("sống núi", "ridge")
    return Text("sườn núi", "hillside")
