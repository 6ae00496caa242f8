"""First form of a plan: one reference site for each gap, on the highest ground near it, and what it would serve."""

from __future__ import annotations

import math
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from phusong.coverage.best_server import LOW
from phusong.coverage.carriers import LTE_700
from phusong.coverage.criteria import Profile
from phusong.coverage.network import Network, Site, Span
from phusong.coverage.prediction import Engine, predict, prediction_points
from phusong.coverage.radio.defaults import antenna_height_m
from phusong.coverage.terrain import MISSING, Terrain
from phusong.data.crs import to_vn2000
from phusong.plan.candidate import REFERENCE, site_with

SEARCH_M = 300.0
"""How far outside a gap its reference site may stand."""

PROPOSED_COLUMNS = (
    *("site_id", "gap_id", "commune_code", "province_code", "ground_m", "height_agl_m", "households_gained"),
    *("lon_deg", "lat_deg", "vn2000_northing_m", "vn2000_easting_m", "vn2000_epsg", "central_meridian"),
)


def reference_sites(
    gaps: gpd.GeoDataFrame,
    terrain: Terrain,
    profile: Profile,
    *,
    lon_deg: NDArray[np.float64],
    lat_deg: NDArray[np.float64],
    weight: NDArray[np.float64],
    engine: Engine = predict,
) -> gpd.GeoDataFrame:
    """Propose one site a gap and count the households it surely gains.

    Parameters
    ----------
    gaps
        The gaps of a study.
    terrain, profile
        Those of the study.
    lon_deg, lat_deg, weight
        The unserved households of the study, in gaps or not.
    engine
        What predicts in the study.

    Returns
    -------
    sites
        One row a gap, in its order. ``households_gained`` counts each household at its best proposed site only, and
        only where the level reaches the threshold with the sectors turned the wrong way.
    """
    places = [_high_ground(gap, terrain) for gap in gaps.geometry]
    height_m = antenna_height_m("macro", LTE_700.technology, None).middle
    sites = [
        _site(f"DX-{gap_id}", lon, lat, height_m) for gap_id, (lon, lat, _) in zip(gaps["gap_id"], places, strict=True)
    ]
    gained = _gained(sites, terrain, profile, lon_deg, lat_deg, weight, engine)
    rows = [
        _row(gap, site, place, height_m, gained.get(site.site_id, 0))
        for gap, site, place in zip(gaps.to_dict("records"), sites, places, strict=True)
    ]
    table = pd.DataFrame(rows, columns=list(PROPOSED_COLUMNS))
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(table["lon_deg"], table["lat_deg"]), crs="EPSG:4326")


def _high_ground(area: BaseGeometry, terrain: Terrain) -> tuple[float, float, float]:
    """Return the highest cell in or near an area (of equals the north-westernmost); its middle off the terrain."""
    near = shapely.buffer(area, SEARCH_M / 111_320.0)
    west, south, east, north = near.bounds
    rows, cols = terrain.cell_at(np.array([west, east]), np.array([north, south]))
    if min(*rows, *cols) < 0:
        return area.centroid.x, area.centroid.y, math.nan
    window = terrain.elevation_m[rows[0] : rows[1] + 1, cols[0] : cols[1] + 1]
    lon = terrain.west_deg + (np.arange(cols[0], cols[1] + 1) + 0.5) * terrain.cell_lon_deg
    lat = terrain.north_deg - (np.arange(rows[0], rows[1] + 1) + 0.5) * terrain.cell_lat_deg
    inside = shapely.contains_xy(near, *np.meshgrid(lon, lat))
    ground = np.where(inside & (window != MISSING), window, np.iinfo(np.int16).min)
    row, col = np.unravel_index(int(np.argmax(ground)), ground.shape)
    return float(lon[col]), float(lat[row]), float(ground[row, col])


def _site(name: str, lon_deg: float, lat_deg: float, height_m: float) -> Site:
    sectors = (LTE_700.sector(name, Span.exactly(height_m)),)
    return site_with(LTE_700, REFERENCE, sectors, name=name, lon_deg=lon_deg, lat_deg=lat_deg, status="on_air")


def _gained(
    sites: list[Site],
    terrain: Terrain,
    profile: Profile,
    lon_deg: NDArray[np.float64],
    lat_deg: NDArray[np.float64],
    weight: NDArray[np.float64],
    engine: Engine,
) -> Mapping[str, int]:
    """Return the households each site gains, by site id."""
    if not sites or LTE_700.technology not in profile.rules:
        return {}
    points = prediction_points(lon_deg, lat_deg, terrain)
    prediction = engine(Network(sites=tuple(sites), inventories=()), terrain, points, profile)
    level_dbm = prediction.level_dbm(0, LOW) - profile.margin_db(indoor=False)
    served = (level_dbm >= profile.rules[LTE_700.technology].served_dbm)[points.of_household]
    site = prediction.sent.site_of_sector(prediction.server[:, 0].astype(np.int64))[points.of_household]
    sums = np.bincount(site[served], weights=weight[served], minlength=len(sites))
    return {s.site_id: int(sums[i]) for i, s in enumerate(sites)}


def _row(
    gap: Mapping[str, object], site: Site, place: tuple[float, float, float], height_m: float, gained: int
) -> tuple[object, ...]:
    epsg = int(str(gap["vn2000_epsg"]))
    northing_m, easting_m = to_vn2000(site.lon_deg, site.lat_deg, epsg)
    return (
        site.site_id,
        gap["gap_id"],
        gap["commune_code"],
        gap["province_code"],
        place[2],
        height_m,
        gained,
        round(site.lon_deg, 6),
        round(site.lat_deg, 6),
        round(float(northing_m), 1),
        round(float(easting_m), 1),
        epsg,
        gap["central_meridian"],
    )
