"""How far it is from places to roads, power lines and each operator's nearest station."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from phusong.coverage.earth import path_km
from phusong.coverage.transmitters import ON_AIR
from phusong.data.crs import project
from phusong.data.layers import Layers
from phusong.study.assess import Assessment

Floats = NDArray[np.float64]

ROAD_REACH_M = 300.0
"""A road this near a village's centre, or a gap's area, reaches it (ours)."""
_CANDIDATES = 4
"""Stations looked at by the exact distance: the plane's nearest may differ from it by a hair."""


def way_columns(layers: Layers, centres: gpd.GeoSeries, areas: gpd.GeoSeries, told: Sequence[str]) -> pd.DataFrame:
    """Return ``road_km`` and ``grid_km`` from the centres, and the class of the road that reaches each area.

    Without a layer the distances are NaN and the class is what the lists told. With roads given, an area that none
    reaches has the class ``none``; of several that reach it the nearest counts.
    """
    roads = layers.roads
    classes = list(told)
    if roads is not None and len(roads):
        metric = roads.to_crs(centres.crs)
        distance_m, nearest = _nearest(metric.geometry, areas)
        names = metric["road_class"].to_numpy()
        reached = [
            names[k] if k >= 0 and m <= ROAD_REACH_M else "none" for m, k in zip(distance_m, nearest, strict=True)
        ]
        placed = areas.notna().to_numpy()
        classes = [found or word if there else word for found, word, there in zip(reached, told, placed, strict=True)]
    return pd.DataFrame(
        {"road_class": classes, "road_km": _km(roads, centres), "grid_km": _km(layers.power_lines, centres)}
    )


def _km(lines: gpd.GeoDataFrame | None, centres: gpd.GeoSeries) -> Floats:
    if lines is None or lines.empty:
        return np.full(len(centres), np.nan)
    return np.round(_nearest(lines.geometry.to_crs(centres.crs), centres)[0] / 1000.0, 3)


def _nearest(lines: gpd.GeoSeries, places: gpd.GeoSeries) -> tuple[Floats, NDArray[np.int64]]:
    """Return the distance in metres to the nearest line and which it is, the first of equals; NaN and −1 for None."""
    distance_m = np.full(len(places), np.nan)
    nearest = np.full(len(places), -1, dtype=np.int64)
    (place, line), away_m = lines.sindex.nearest(places, return_all=True, return_distance=True)
    for p, k, m in zip(place[::-1], line[::-1], away_m[::-1], strict=True):  # the first of equals is written last
        distance_m[p], nearest[p] = m, k
    return distance_m, nearest


def near_site_columns(found: Assessment, lon_deg: Floats, lat_deg: Floats) -> pd.DataFrame:
    """Return ``nearest_<operator>_site_id`` and ``nearest_<operator>_km`` for every operator of the study.

    Stations on air with a technology of the main service, none indoors; "" and NaN where an operator has none.
    """
    network, technologies = found.inputs.network, found.profile.main_service.technologies
    by_operator: dict[str, list[int]] = {inventory.operator: [] for inventory in network.inventories}
    for k, site in enumerate(network.sites):
        sending = [s for s in site.services if s.status in ON_AIR and s.technology in technologies]
        if site.kind != "indoor":
            for operator in sorted({o for service in sending for o in service.operators_served}):
                by_operator.setdefault(operator, []).append(k)
    columns: dict[str, object] = {}
    for operator in sorted(by_operator):
        nearest, km = _nearest_sites(found, by_operator[operator], lon_deg, lat_deg)
        columns[f"nearest_{operator}_site_id"] = ["" if k < 0 else network.sites[k].site_id for k in nearest.tolist()]
        columns[f"nearest_{operator}_km"] = np.round(km, 2)
    return pd.DataFrame(columns, index=range(len(lon_deg)))


def _nearest_sites(
    found: Assessment, sites: list[int], lon_deg: Floats, lat_deg: Floats
) -> tuple[NDArray[np.int64], Floats]:
    """Return the nearest of some sites and its distance in km; −1 and NaN without one or without a place."""
    best, best_km = np.full(len(lon_deg), -1, dtype=np.int64), np.full(len(lon_deg), np.nan)
    there = np.flatnonzero(np.isfinite(lon_deg) & np.isfinite(lat_deg))
    if not sites or not there.size:
        return best, best_km
    at = np.array([(found.inputs.network.sites[k].lon_deg, found.inputs.network.sites[k].lat_deg) for k in sites])
    epsg = found.households.epsg
    tree = cKDTree(np.column_stack(project(at[:, 0], at[:, 1], epsg)))
    wanted = np.column_stack(project(lon_deg[there], lat_deg[there], epsg))
    near = np.sort(np.asarray(tree.query(wanted, k=range(1, min(_CANDIDATES, len(sites)) + 1))[1]), axis=1)
    for place, candidates in zip(there.tolist(), near.tolist(), strict=True):
        for k in candidates:
            km, _ = path_km(at[k, 0], at[k, 1], lon_deg[place], lat_deg[place])
            if best[place] < 0 or km < best_km[place]:
                best[place], best_km[place] = sites[k], km
    return best, best_km
