"""Terrain as a value: elevations on a geographic, north-up grid, with what is missing kept missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from phusong.errors import TerrainError
from phusong.words import Text

MISSING = np.int16(-32768)
"""The elevation of a cell without data; never sea level, never coverage."""

TerrainKind = Literal["dsm", "dtm"]
Elevation = NDArray[np.int16]
Clutter = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Terrain:
    """Elevation in metres above mean sea level on EPSG:4326, as SRTM and Copernicus deliver it.

    ``elevation_m`` has shape (n_rows, n_cols), int16, C order, row 0 in the north; ``MISSING`` where there is no data.
    ``west_deg, north_deg`` is the outer corner of the first cell; a value stands for the centre of its cell.
    ``kind`` says whether canopy and roofs are inside the elevations (dsm) or not (dtm). ``clutter_m`` is what stands on
    each cell of bare ground, in whole metres, of the shape of ``elevation_m``; None where it is not known or inside the
    elevations.

    Raises
    ------
    TerrainError
        Clutter of another shape or type, or on a surface model: canopy and roofs would count twice.
    """

    elevation_m: Elevation
    west_deg: float
    north_deg: float
    cell_lon_deg: float
    cell_lat_deg: float
    kind: TerrainKind
    source: str = ""
    clutter_m: Clutter | None = None

    def __post_init__(self) -> None:
        if self.clutter_m is not None:
            _check_clutter(self.clutter_m, self.elevation_m.shape, self.kind)

    @property
    def surface_m(self) -> Elevation:
        """Return what stands in the way of rays: the elevation and, where there is clutter, that on top of it."""
        if self.clutter_m is None:
            return self.elevation_m
        return np.where(self.elevation_m == MISSING, MISSING, self.elevation_m + self.clutter_m)

    @property
    def east_deg(self) -> float:
        """Return the eastern edge."""
        n_cols: int = self.elevation_m.shape[1]
        return self.west_deg + n_cols * self.cell_lon_deg

    @property
    def south_deg(self) -> float:
        """Return the southern edge."""
        n_rows: int = self.elevation_m.shape[0]
        return self.north_deg - n_rows * self.cell_lat_deg

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Return west, south, east and north."""
        return self.west_deg, self.south_deg, self.east_deg, self.north_deg

    def cell_at(self, lon_deg: NDArray[np.float64], lat_deg: NDArray[np.float64]) -> tuple[NDArray[np.int64], ...]:
        """Return row and column of the cells that hold the points; −1 in both where a point lies outside."""
        col = np.floor((np.asarray(lon_deg) - self.west_deg) / self.cell_lon_deg).astype(np.int64)
        row = np.floor((self.north_deg - np.asarray(lat_deg)) / self.cell_lat_deg).astype(np.int64)
        n_rows, n_cols = self.elevation_m.shape
        outside = (row < 0) | (row >= n_rows) | (col < 0) | (col >= n_cols)
        return np.where(outside, -1, row), np.where(outside, -1, col)

    def known_at(self, lon_deg: NDArray[np.float64], lat_deg: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Say for each point whether its cell has an elevation."""
        row, col = self.cell_at(lon_deg, lat_deg)
        known: NDArray[np.bool_] = (row >= 0) & (self.elevation_m[row, col] != MISSING)
        return known


def _check_clutter(clutter_m: Clutter, shape: tuple[int, ...], kind: TerrainKind) -> None:
    if kind != "dtm":
        raise TerrainError(
            Text(
                f"Không đặt vật che phủ lên địa hình {kind}: tán cây và mái nhà đã nằm trong độ cao",
                f"No clutter on {kind} terrain: canopy and roofs are already inside its elevations",
            )
        )
    if clutter_m.shape != shape or clutter_m.dtype != np.uint8:
        found, wanted = (" × ".join(map(str, s)) for s in (clutter_m.shape, shape))
        raise TerrainError(
            Text(
                f"Lưới vật che phủ phải là {wanted} ô uint8 như địa hình, nhận được {found} ô {clutter_m.dtype}",
                f"The clutter grid must be {wanted} cells of uint8 like the terrain, got {found} of {clutter_m.dtype}",
            )
        )
