"""A raster tile by zoom: coverage, hillshade and heights of a province of 36 million cells, against GDAL's warper.

Times are the processor's, so that other work on the machine does not count; the warper reads the same overview and
resamples the same cells, without the colours, the shade and the PNG.
"""

from __future__ import annotations

import math
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import rasterio
from rasterio.enums import Resampling
from rasterio.transform import from_bounds
from rasterio.vrt import WarpedVRT

from phusong.coverage.area import area_over
from phusong.coverage.terrain import Terrain
from phusong.data.coverage_raster import RasterLayer, fill_rasters, finish_raster
from phusong.data.raster_sampling import write_heights
from phusong.maps import raster_tiles
from phusong.maps.colours import level_scale

WEST, NORTH, SIDE_DEG, CELLS = 105.0, 22.5, 5 / 3, 6000
SERVED_DBM, WEAK_DBM = -104.0, -114.0
TILES = 12
HALF_WORLD_M = 20_037_508.342789244


def hills(n: int) -> np.ndarray:
    """Return rough ground between 0 and about 1,500 m."""
    rng, heights_m = np.random.default_rng(1), np.zeros((n, n), dtype=np.float32)
    for step in (1000, 250, 60, 15, 3):
        coarse = rng.random((n // step + 2, n // step + 2)).astype(np.float32)
        heights_m += step * np.kron(coarse, np.ones((step, step), dtype=np.float32))[:n, :n]
    return heights_m.astype(np.int16)


def made(folder: Path) -> tuple[Path, Path]:
    """Write the rasters: coverage in cells of 30 m, terrain of 1″."""
    cell = SIDE_DEG / CELLS
    elevation_m = hills(CELLS)
    terrain = Terrain(
        elevation_m=elevation_m, west_deg=WEST, north_deg=NORTH, cell_lon_deg=cell, cell_lat_deg=cell, kind="dsm",
        source="made up",
    )  # fmt: skip
    heights = write_heights(folder / "terrain.tif", terrain)
    area = area_over((WEST, NORTH - SIDE_DEG, WEST + SIDE_DEG, NORTH), 30)
    palette = raster_tiles.coverage_palette(level_scale(SERVED_DBM, WEAK_DBM))
    (filled,) = fill_rasters(folder, area, [RasterLayer(name="coverage", description="", palette=palette, tags={})], [])
    rows, cols = np.minimum(np.arange(area.n_rows), CELLS - 1), np.minimum(np.arange(area.n_cols), CELLS - 1)
    with rasterio.open(filled, "r+") as file:
        file.write((60 + elevation_m[np.ix_(rows, cols)] // 12).astype(np.uint8), 1)
    return finish_raster(filled), heights


def places(z: int) -> list[tuple[int, int, int]]:
    """Return tiles over the province, spread evenly."""
    rng, found = np.random.default_rng(z), []
    for lon, lat in zip(
        rng.uniform(WEST, WEST + SIDE_DEG, TILES), rng.uniform(NORTH - SIDE_DEG, NORTH, TILES), strict=True
    ):
        down = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
        found.append((z, int((lon + 180) / 360 * 2**z), int(down * 2**z)))
    return found


def warped(path: Path, z: int, x: int, y: int) -> bytes:
    """Read a tile with GDAL's warper."""
    side = 2 * HALF_WORLD_M / 2**z
    west, north = x * side - HALF_WORLD_M, HALF_WORLD_M - y * side
    transform = from_bounds(west, north - side, west + side, north, 256, 256)
    with (
        rasterio.open(path) as file,
        WarpedVRT(
            file, crs="EPSG:3857", transform=transform, width=256, height=256, resampling=Resampling.nearest
        ) as seen,
    ):
        return bytes(seen.read(1))


def measured(draw: Callable[[int, int, int], bytes], z: int) -> tuple[float, float, float]:
    """Return the median and the longest time of a tile, ms of the processor, and the largest, kB."""
    times, sizes = [], []
    for at in places(z):
        draw(*at)
        began = time.process_time()
        sizes.append(len(draw(*at)))
        times.append(time.process_time() - began)
    return 1e3 * statistics.median(times), 1e3 * max(times), max(sizes) / 1e3


def main() -> None:
    """Print a line a zoom."""
    with tempfile.TemporaryDirectory() as folder:
        coverage, heights = made(Path(folder))
        kinds: dict[str, Callable[[int, int, int], bytes]] = {
            "coverage": lambda *at: raster_tiles.coverage_tile(coverage, SERVED_DBM, WEAK_DBM, *at),
            "hillshade": lambda *at: raster_tiles.hillshade_tile(heights, *at),
            "terrarium": lambda *at: raster_tiles.terrarium_tile(heights, *at),
            "warper": lambda *at: warped(coverage, *at),
        }
        print("zoom  " + "  ".join(f"{name:>26}" for name in kinds))
        for z in (5, 7, 8, 9, 10, 11, 12, 13, 14, 16):
            told = (measured(draw, z) for draw in kinds.values())
            print(f"{z:4}  " + "  ".join(f"{mid:5.1f} ms, most {most:5.1f}, {kb:4.0f} kB" for mid, most, kb in told))


if __name__ == "__main__":
    main()
