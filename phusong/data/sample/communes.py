"""The communes as polygons: drawn from the grid, smoothed together so that neighbours share every vertex, bent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import rasterio.features
import shapely
from numpy.typing import NDArray

from phusong.data.sample.ground import unbend
from phusong.data.sample.land import Land
from phusong.data.units import SAMPLE_CODE, SAMPLE_NAME

PROVINCE_CODE, PROVINCE_NAME = SAMPLE_CODE, SAMPLE_NAME
SMOOTHING_CELLS = 1.8
"""How much of the grid's steps may be smoothed away."""
DECIMALS = 6
EPOCH = "2026-11-01T00:00:00.000Z"
"""The one date written into GeoPackages."""


def commune_polygons(land: Land, seed: int) -> NDArray[Any]:
    """Return the polygon of each commune in WGS84: together they cover the province without gap or overlap."""
    frame = land.frame
    drawn = rasterio.features.shapes(land.commune, mask=land.commune >= 0, connectivity=4)
    by_commune = {int(value): shapely.geometry.shape(shape) for shape, value in drawn}
    stepped = np.array([by_commune[k] for k in range(len(land.towns))], dtype=object)
    noded = shapely.transform(shapely.segmentize(stepped, 1.0), np.round)  # a vertex at every corner of the grid
    smooth = shapely.coverage_simplify(noded, tolerance=SMOOTHING_CELLS)

    def shown(points: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = points[:, 0] * frame.cell_m, points[:, 1] * frame.cell_m * frame.aspect
        unbend(x, y, seed)
        return np.asarray(np.round(np.column_stack(frame.lonlat(x, y)), DECIMALS), dtype=np.float64)

    return np.asarray(shapely.normalize(shapely.transform(smooth, shown)))


def write_communes(
    path: Path, polygons: NDArray[Any], codes: list[str], names: list[str], kinds: list[str], population: NDArray[Any]
) -> None:
    """Write the boundaries as the layer ``communes`` of a GeoPackage, the same bytes each time."""
    layer = gpd.GeoDataFrame(
        {
            "code": codes,
            "fullName": [f"{kind.capitalize()} {name}" for kind, name in zip(kinds, names, strict=True)],
            "kind": kinds,
            "provinceCode": PROVINCE_CODE,
            "provinceName": PROVINCE_NAME,
            "population": population,
        },
        geometry=polygons,
        crs="EPSG:4326",
    )
    write_layer(path, layer, "communes")


def write_layer(path: Path, layer: gpd.GeoDataFrame, name: str) -> None:
    """Write a map layer as a GeoPackage, the same bytes each time."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": EPOCH})
    try:
        pyogrio.write_dataframe(layer, path, layer=name, driver="GPKG")
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
