"""Tiles of an elevation model and the one grid they share: where each cell lies, nothing of what is in it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rasterio.crs import CRS
from rasterio.transform import Affine

from phusong.errors import TerrainError
from phusong.words import Language, Text

Bounds = tuple[float, float, float, float]
"""west, south, east, north in degrees."""

WGS84 = CRS.from_epsg(4326)
ALIGNED_CELLS = 1e-3
"""Two grids this close are one: 3 cm on the ground at 1″, far under the rounding of a height to 1 m."""
_ARC_SECOND_DEG = 1.0 / 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One file of heights: where it is, its system, its cells, its bounds in degrees."""

    path: Path
    crs: CRS
    transform: Affine
    width: int
    height: int
    bounds: Bounds

    @property
    def on_degrees(self) -> bool:
        """Say whether the tile is on EPSG:4326 and north-up, so that its cells can be copied."""
        t = self.transform
        return is_wgs84(self.crs) and t.b == 0.0 and t.d == 0.0 and t.a > 0.0 and t.e < 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The grid of the result: the corner of cell (0, 0), the cell, the shape."""

    west_deg: float
    north_deg: float
    cell_lon_deg: float
    cell_lat_deg: float
    n_rows: int = 0
    n_cols: int = 0

    @property
    def transform(self) -> Affine:
        """Return the affine transform from column and row to degrees."""
        return Affine(self.cell_lon_deg, 0.0, self.west_deg, 0.0, -self.cell_lat_deg, self.north_deg)

    def place_of(self, tile: Tile) -> tuple[float, float]:
        """Return the row and column of the tile's first cell, not yet rounded."""
        row = (self.north_deg - tile.transform.f) / self.cell_lat_deg
        return row, (tile.transform.c - self.west_deg) / self.cell_lon_deg

    def holds(self, tile: Tile) -> bool:
        """Say whether the tile's cells are cells of this grid."""
        return tile.on_degrees and all(abs(at - round(at)) <= ALIGNED_CELLS for at in self.place_of(tile))

    def over(self, bounds: Bounds) -> Grid:
        """Return the part of this endless grid that covers the bounds, snapped outwards to whole cells."""
        west, south, east, north = bounds
        first_col = _floor((west - self.west_deg) / self.cell_lon_deg)
        first_row = _floor((self.north_deg - north) / self.cell_lat_deg)
        n_cols = -_floor(-(east - self.west_deg) / self.cell_lon_deg) - first_col
        n_rows = -_floor(-(self.north_deg - south) / self.cell_lat_deg) - first_row
        return Grid(
            west_deg=self.west_deg + first_col * self.cell_lon_deg,
            north_deg=self.north_deg - first_row * self.cell_lat_deg,
            cell_lon_deg=self.cell_lon_deg,
            cell_lat_deg=self.cell_lat_deg,
            n_rows=n_rows,
            n_cols=n_cols,
        )


def common_grid(tiles: Sequence[Tile]) -> Grid:
    """Return the grid of the tiles in degrees; without any, 1″ with cell centres on whole seconds, as SRTM has it."""
    if not tiles:
        half = _ARC_SECOND_DEG / 2.0
        return Grid(west_deg=-half, north_deg=half, cell_lon_deg=_ARC_SECOND_DEG, cell_lat_deg=_ARC_SECOND_DEG)
    first = tiles[0]
    for tile in tiles[1:]:
        steps = ((tile.transform.a, first.transform.a), (tile.transform.e, first.transform.e))
        if any(abs(a - b) * max(tile.width, tile.height) > ALIGNED_CELLS * abs(b) for a, b in steps):
            raise TerrainError(
                Text(
                    f"Các tệp địa hình có cỡ ô khác nhau: {first.path.name} {seconds(first.transform.a, 'vi')}, "
                    f"{tile.path.name} {seconds(tile.transform.a, 'vi')}. Hãy dùng các tệp cùng cỡ ô.",
                    f"Terrain files have different cell sizes: {first.path.name} {seconds(first.transform.a, 'en')}, "
                    f"{tile.path.name} {seconds(tile.transform.a, 'en')}. Use files of one cell size.",
                )
            )
    t = first.transform
    return Grid(west_deg=t.c, north_deg=t.f, cell_lon_deg=t.a, cell_lat_deg=-t.e)


def is_wgs84(crs: CRS) -> bool:
    """Say whether a system is longitude and latitude on WGS 84, under either of its names."""
    return bool(crs in (WGS84, CRS.from_user_input("OGC:CRS84")) or crs.to_epsg() == 4326)


def crs_name(crs: CRS) -> str:
    """Return the short name of a system: its EPSG code, or the name it carries."""
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else crs.to_wkt().split('"')[1]


def extent(transform: Affine, shape: tuple[int, int]) -> Bounds:
    """Return the box around a raster of (rows, columns), whichever way it is turned."""
    rows, cols = shape
    xs = [transform.c + transform.a * col + transform.b * row for row in (0, rows) for col in (0, cols)]
    ys = [transform.f + transform.d * col + transform.e * row for row in (0, rows) for col in (0, cols)]
    return min(xs), min(ys), max(xs), max(ys)


def moved(transform: Affine, row: int, col: int) -> Affine:
    """Return the transform of the part of a raster that begins at a row and column."""
    t = transform
    return Affine(t.a, t.b, t.c + t.a * col + t.b * row, t.d, t.e, t.f + t.d * col + t.e * row)


def union(boxes: Sequence[Bounds]) -> Bounds:
    """Return the smallest box around all boxes."""
    wests, souths, easts, norths = zip(*boxes, strict=True)
    return min(wests), min(souths), max(easts), max(norths)


def common(first: Bounds, second: Bounds) -> Bounds | None:
    """Return what two boxes share; None where that is nothing."""
    west, south = max(first[0], second[0]), max(first[1], second[1])
    east, north = min(first[2], second[2]), min(first[3], second[3])
    return (west, south, east, north) if west < east and south < north else None


def corners(bounds: Bounds, language: Language) -> str:
    """Write a box as its ranges of longitude and latitude."""
    west, south, east, north = (_decimal(edge, 2, language) for edge in bounds)
    words = ("kinh độ", "vĩ độ") if language == "vi" else ("longitude", "latitude")
    return f"{words[0]} {west}–{east}, {words[1]} {south}–{north}"


def seconds(cell_deg: float, language: Language) -> str:
    """Write the size of a cell in seconds of arc."""
    written = f"{cell_deg * 3600.0:.4g}"
    return f"{written.replace('.', ',') if language == 'vi' else written}″"


def _decimal(value: float, decimals: int, language: Language) -> str:
    written = f"{value:.{decimals}f}"
    return written.replace(".", ",") if language == "vi" else written


def _floor(cells: float) -> int:
    """Round down, but take a number a hair under a whole one for that whole one."""
    return math.floor(cells + ALIGNED_CELLS)
