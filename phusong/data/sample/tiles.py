"""The sample's terrain as files: GeoTIFF tiles named as SRTM's are, cut where whole degrees meet."""

from __future__ import annotations

import math
from pathlib import Path

import rasterio
from rasterio.transform import Affine
from rasterio.windows import Window

from phusong.coverage.terrain import MISSING, Terrain


def write_tiles(folder: Path, terrain: Terrain) -> None:
    """Write the terrain as one tile a degree square it touches: int16, EPSG:4326, deflated, no-data −32768."""
    folder.mkdir()
    for south in range(math.floor(terrain.south_deg), math.ceil(terrain.north_deg)):
        for west in range(math.floor(terrain.west_deg), math.ceil(terrain.east_deg)):
            _write_tile(folder / f"N{south:02d}E{west:03d}.tif", terrain, west, south)


def _write_tile(path: Path, terrain: Terrain, west_deg: int, south_deg: int) -> None:
    n_rows, n_cols = terrain.elevation_m.shape
    first_col, last_col = (
        min(max(round((edge - terrain.west_deg) / terrain.cell_lon_deg), 0), n_cols)
        for edge in (west_deg, west_deg + 1)
    )
    first_row, last_row = (
        min(max(round((terrain.north_deg - edge) / terrain.cell_lat_deg), 0), n_rows)
        for edge in (south_deg + 1, south_deg)
    )
    if first_col == last_col or first_row == last_row:
        return
    cells = terrain.elevation_m[first_row:last_row, first_col:last_col]
    west = terrain.west_deg + first_col * terrain.cell_lon_deg
    north = terrain.north_deg - first_row * terrain.cell_lat_deg
    corner = Affine(terrain.cell_lon_deg, 0.0, west, 0.0, -terrain.cell_lat_deg, north)
    with rasterio.open(
        path, "w", driver="GTiff", dtype="int16", count=1, height=cells.shape[0], width=cells.shape[1],
        crs="EPSG:4326", transform=corner, nodata=int(MISSING), compress="deflate", predictor=2, zlevel=6,
        tiled=True, blockxsize=256, blockysize=256, num_threads=2,
    ) as file:  # fmt: skip
        file.write(cells, 1, window=Window(0, 0, cells.shape[1], cells.shape[0]))
