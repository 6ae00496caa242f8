"""What the sample province is made of: numbers read from ``sample.toml`` and the grids that follow from them."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Grid = NDArray[np.float64]

RECIPE_FILE = Path(__file__).with_name("sample.toml")
BLOCK = 16
"""Seconds of arc of the coarsest grid; extents are whole multiples of it."""
METRES_A_DEGREE = 110_700.0
"""Length of a degree of latitude near 18.7° N."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A geographic grid and the plane used on it: x east and y south in metres from its north-west corner."""

    west_deg: float
    north_deg: float
    shape: tuple[int, int]
    cell_deg: float

    @property
    def metres_a_degree(self) -> float:
        """Return the length of a degree of longitude in the middle of the grid."""
        middle = self.north_deg - 0.5 * self.shape[0] * self.cell_deg
        return 111_320.0 * math.cos(math.radians(middle))

    @property
    def cell_m(self) -> float:
        """Return the width of a cell."""
        return self.cell_deg * self.metres_a_degree

    @property
    def aspect(self) -> float:
        """Return the height of a cell over its width."""
        return METRES_A_DEGREE / self.metres_a_degree

    def plane_m(self) -> tuple[Grid, Grid]:
        """Return x and y of all cell centres."""
        rows, cols = np.mgrid[0 : self.shape[0], 0 : self.shape[1]] + 0.5
        return cols * self.cell_m, rows * self.cell_m * self.aspect

    def lonlat(self, x_m: Grid, y_m: Grid) -> tuple[Grid, Grid]:
        """Return the longitude and latitude of points of the plane."""
        return self.west_deg + x_m / self.metres_a_degree, self.north_deg - y_m / METRES_A_DEGREE

    def xy(self, lon_deg: Grid, lat_deg: Grid) -> tuple[Grid, Grid]:
        """Return x and y of places."""
        return (lon_deg - self.west_deg) * self.metres_a_degree, (self.north_deg - lat_deg) * METRES_A_DEGREE

    def cell(self, x_m: Grid, y_m: Grid) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return row and column of the cells that hold the points, the nearest one outside."""
        col = np.clip(np.floor(x_m / self.cell_m), 0, self.shape[1] - 1)
        row = np.clip(np.floor(y_m / (self.cell_m * self.aspect)), 0, self.shape[0] - 1)
        return row.astype(np.int64), col.astype(np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Sizes and shares of the sample province; see ``sample.toml`` for what each means."""

    west_deg: float
    south_deg: float
    width_deg: float
    height_deg: float
    fringe_deg: float
    lift_m: float
    communes: int
    villages: int
    households: int
    sites: int
    neighbour_sites: int
    measurements: int
    no_azimuth_share: float
    off_air_share: float
    shared_pairs: int
    unlisted_sites: int
    estimated_share: float
    shadowing_sigma_db: float
    shadowing_correlation_m: float
    centre_missing_share: float

    def frame(self, seconds: int) -> Frame:
        """Return the grid of province and fringe with cells of so many seconds of arc (1, 4, 8 or 16)."""
        n_rows = round((self.height_deg + 2 * self.fringe_deg) * 3600 / BLOCK) * BLOCK // seconds
        n_cols = round((self.width_deg + 2 * self.fringe_deg) * 3600 / BLOCK) * BLOCK // seconds
        south = self.south_deg - self.fringe_deg
        return Frame(
            west_deg=self.west_deg - self.fringe_deg,
            north_deg=south + n_rows * seconds / 3600,
            shape=(n_rows, n_cols),
            cell_deg=seconds / 3600,
        )

    def inland_share(self, x_m: Grid) -> Grid:
        """Return how far inland a place is, by its easting alone: 0 at the coastal plain, 1 in the high ranges."""
        frame = self.frame(BLOCK)
        return np.clip(1.15 - 1.08 * x_m / (frame.shape[1] * frame.cell_m), 0.0, 1.0)

    def scaled(self, share: float) -> Recipe:
        """Return the recipe of a smaller province with the same density of everything."""
        side = math.sqrt(share)
        counts = ("communes", "villages", "households", "sites", "neighbour_sites", "measurements", "shared_pairs")
        smaller = {name: max(3, round(getattr(self, name) * share)) for name in counts}
        smaller["unlisted_sites"] = max(1, round(self.unlisted_sites * share))
        return replace(self, width_deg=self.width_deg * side, height_deg=self.height_deg * side, **smaller)


def read_recipe(path: Path = RECIPE_FILE) -> Recipe:
    """Read a recipe; each number is a field of :class:`Recipe`."""
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    names = {f.name for f in fields(Recipe)}
    flat = {name: value for table in values.values() for name, value in table.items() if name in names}
    return Recipe(**flat)
