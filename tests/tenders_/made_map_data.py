"""Made-up map data beside the made package: levels over rows of hills with a hole in them, communes, a road."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from rasterio.transform import Affine

from phusong.tenders.package.values import Package

CELLS_A_DEGREE = 600
NO_VALUE = -9999.0
SERVED_DBM, WEAK_DBM = -104.6, -114.6


def made_map_data(folder: Path, package: Package, *, hole: bool = True) -> Path:
    """Write ``expected.tif`` and ``base.gpkg`` for a package and return the folder; its south-west corner is a hole."""
    folder.mkdir(parents=True, exist_ok=True)
    lon = [area.place.lon_deg for area in package.areas]
    lat = [area.place.lat_deg for area in package.areas]
    west, south, east, north = min(lon) - 0.06, min(lat) - 0.06, max(lon) + 0.06, max(lat) + 0.06
    write_levels(folder / "expected.tif", package, (west, south, east, north), hole=hole)
    codes = sorted({(area.commune_code, area.commune_name) for area in package.areas})
    edges = np.linspace(west, east, len(codes) + 1)
    communes = gpd.GeoDataFrame(
        {"commune_code": [code for code, _ in codes], "commune_name": [name for _, name in codes]},
        geometry=[_winding(a, b, south, north) for a, b in pairwise(edges)],
        crs="EPSG:4326",
    )
    x = np.linspace(west, east, 60)
    road = shapely.LineString(np.column_stack([x, (south + north) / 2 + 0.03 * np.sin(60 * x)]))
    roads = gpd.GeoDataFrame({"road_class": ["car"]}, geometry=[road], crs="EPSG:4326")
    communes.to_file(folder / "base.gpkg", layer="communes", driver="GPKG")
    roads.to_file(folder / "base.gpkg", layer="roads", driver="GPKG")
    return folder


def _winding(west: float, east: float, south: float, north: float) -> shapely.Polygon:
    """Return a strip whose long sides wind, alike for neighbours."""
    y = np.linspace(south, north, 40)
    bend = 0.006 * np.sin(90 * y)
    return shapely.Polygon([*zip(west + bend, y, strict=True), *zip((east + bend)[::-1], y[::-1], strict=True)])


def write_levels(path: Path, package: Package, bounds: tuple[float, float, float, float], *, hole: bool) -> None:
    """Write levels that fall with the distance from made-up stations, and with the plan from the sites too."""
    west, south, east, north = bounds
    n_rows, n_cols = (round(CELLS_A_DEGREE * span) for span in (north - south, east - west))
    lat, lon = np.meshgrid(
        north - (np.arange(n_rows) + 0.5) / CELLS_A_DEGREE,
        west + (np.arange(n_cols) + 0.5) / CELLS_A_DEGREE,
        indexing="ij",
    )
    height = 500 + 260 * np.sin(55 * lon + 30 * lat) + 180 * np.sin(70 * lat - 20 * lon) + 60 * np.sin(160 * lon)
    stations = [(west + share * (east - west), south + 0.7 * (north - south)) for share in (0.1, 0.55, 0.95)]
    today = _levels(lon, lat, height, stations)
    sites = [(site.place.lon_deg, site.place.lat_deg) for site in package.sites]
    planned = np.maximum(today, _levels(lon, lat, height, sites))
    bands = np.stack([today, planned, height])
    if hole:
        bands[:, -n_rows // 4 :, : n_cols // 4] = NO_VALUE
    with rasterio.open(
        path, "w", driver="GTiff", dtype="float32", count=3, height=n_rows, width=n_cols, crs="EPSG:4326",
        transform=Affine(1 / CELLS_A_DEGREE, 0, west, 0, -1 / CELLS_A_DEGREE, north), nodata=NO_VALUE,
    ) as file:  # fmt: skip
        file.write(bands.astype(np.float32))
        file.update_tags(SERVED_DBM=f"{SERVED_DBM:.1f}", WEAK_DBM=f"{WEAK_DBM:.1f}")
        for band, name in enumerate(("level_today_dbm", "level_with_plan_dbm", "elevation_m"), start=1):
            file.set_band_description(band, name)


def _levels(
    lon: NDArray[np.float64], lat: NDArray[np.float64], height: NDArray[np.float64], masts: list[tuple[float, float]]
) -> NDArray[np.float64]:
    best = np.full(lon.shape, -200.0)
    for x, y in masts:
        km = np.hypot((lon - x) * 102.8, (lat - y) * 110.6)
        best = np.maximum(best, -78.0 - 30.0 * np.log10(km + 0.2) - 0.015 * np.abs(height - 500))
    return np.where(best < -130.0, -200.0, best)
