"""The map data frozen beside a package: what levels to expect, and the ground plan its pictures are drawn on.

Neither has a household or a station that stands: what is public of a package can be drawn from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import rasterio.windows
import shapely
from rasterio.transform import Affine
from shapely.geometry.base import BaseGeometry

from phusong.coverage.area import Bounds, degrees_a_metre
from phusong.data.digests import sha256_of
from phusong.data.geopackage import write_geopackage
from phusong.study.expected import EXPECTED, write_bands
from phusong.study.packaging_sources import Sources
from phusong.tenders.package.shown import is_shown, shown_place
from phusong.tenders.package.values import Area, MapFile, ReferenceSite

WGS84 = "EPSG:4326"
BASE = "base.gpkg"
AROUND_M = 3000.0
"""How far around a package its maps reach."""


def write_maps(
    folder: Path, sources: Sources, areas: Sequence[Area], sites: Sequence[ReferenceSite]
) -> tuple[MapFile, ...]:
    """Write the map data of a package and return its files with their digests; the same rows give the same bytes."""
    folder.mkdir(parents=True)
    bounds = bounds_of(areas, sites)
    if sources.expected is not None:
        _write_expected(folder / EXPECTED, sources.expected, bounds)
    _write_base(folder / BASE, sources, areas, sites, bounds)
    return tuple(MapFile(name=path.name, sha256=sha256_of(path)) for path in sorted(folder.iterdir()))


def bounds_of(areas: Sequence[Area], sites: Sequence[ReferenceSite]) -> Bounds:
    """Return the box around the outlines and sites of a package, in degrees."""
    shapes = [_outline(area) for area in areas]
    shapes += [shapely.Point(site.place.lon_deg, site.place.lat_deg) for site in sites]
    west, south, east, north = shapely.total_bounds(np.array(shapes, dtype=object))
    x, y = (AROUND_M * a_metre for a_metre in degrees_a_metre((south + north) / 2))
    return float(west - x), float(south - y), float(east + x), float(north + y)


def _outline(area: Area) -> BaseGeometry:
    at = shapely.Point(area.place.lon_deg, area.place.lat_deg)
    return shapely.from_wkt(area.outline_wkt) if area.outline_wkt else at


def _write_expected(path: Path, whole: Path, bounds: Bounds) -> None:
    """Write the part of the plan's raster that lies in some bounds; nothing where none does.

    Its day is left out: the same plan made on another day is no new version of a package.
    """
    with rasterio.open(whole) as file:
        window = rasterio.windows.from_bounds(*bounds, transform=file.transform)
        row, col = max(0, int(np.floor(window.row_off))), max(0, int(np.floor(window.col_off)))
        end_row = min(file.height, int(np.ceil(window.row_off + window.height)))
        end_col = min(file.width, int(np.ceil(window.col_off + window.width)))
        if end_row <= row or end_col <= col:
            return
        part = rasterio.windows.Window(col, row, end_col - col, end_row - row)
        tags = {key: value for key, value in file.tags().items() if key not in ("AREA_OR_POINT", "DATE")}
        t = file.transform
        corner = Affine(t.a, 0.0, t.c + col * t.a, 0.0, t.e, t.f + row * t.e)
        write_bands(path, file.read(window=part), corner, tags)


def _write_base(
    path: Path, sources: Sources, areas: Sequence[Area], sites: Sequence[ReferenceSite], bounds: Bounds
) -> None:
    box = shapely.box(*bounds)
    communes = sources.communes[["commune_code", "commune_name", "geometry"]]
    layers = {
        "communes": communes[communes.geometry.intersects(box)].sort_values("commune_code"),
        "areas": _areas_layer(areas),
        "sites": _sites_layer(sites),
    }
    if sources.roads is not None:
        layers["roads"] = _roads_layer(sources.roads, box)
    write_geopackage(path, {name: layer for name, layer in layers.items() if len(layer)}, {})


def _areas_layer(areas: Sequence[Area]) -> gpd.GeoDataFrame:
    shown = [area for area in areas if is_shown(area)]
    rows = [
        {
            "gap_id": area.gap_id,
            "commune_code": area.commune_code,
            "village_name": area.village_name,
            "households": area.households,
            "planned_households": area.planned_households,
        }
        for area in shown
    ]
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=[_outline(area) for area in shown], crs=WGS84)


def _sites_layer(sites: Sequence[ReferenceSite]) -> gpd.GeoDataFrame:
    shown = [(site, place) for site in sites if (place := shown_place(site)) is not None]
    rows = [
        {"site_id": s.site_id, "kind": s.kind, "technology": s.technology, "height_agl_m": s.height_agl_m}
        for s, _ in shown
    ]
    points = [shapely.Point(place.lon_deg, place.lat_deg) for _, place in shown]
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=points, crs=WGS84)


def _roads_layer(roads: gpd.GeoDataFrame, box: BaseGeometry) -> gpd.GeoDataFrame:
    near = roads[roads.geometry.intersects(box)]
    layer = near[["road_class", "road_name", "geometry"]].reset_index(drop=True)
    cut = layer.geometry.intersection(box)
    layer = layer.set_geometry(cut)[cut.geom_type.isin(["LineString", "MultiLineString"])]
    return layer.sort_values(["road_class", "road_name"], kind="stable").reset_index(drop=True)
