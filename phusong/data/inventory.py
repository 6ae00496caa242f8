"""Where an operator's list may miss sites: there nobody can say that it does not serve."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from phusong.coverage.network import Inventory
from phusong.data.crs import metric_crs, project

Flags = NDArray[np.bool_]


def unknown_here(
    inventories: Iterable[Inventory],
    communes: gpd.GeoDataFrame | None,
    lon_deg: NDArray[np.float64],
    lat_deg: NDArray[np.float64],
    *,
    reach_km: float,
) -> Mapping[str, Flags]:
    """Say for each operator at which places an unlisted mast of its own could serve.

    Everywhere, where the operator has no list; within ``reach_km`` of the communes its list leaves out or where its
    sites without a position may stand; within ``reach_km`` of the border of the communes given, where masts beyond it
    were not listed. Without boundaries a partial list may miss sites anywhere.
    """
    return {i.operator: _unknown(i, communes, lon_deg, lat_deg, reach_km) for i in inventories}


def _unknown(
    inventory: Inventory,
    communes: gpd.GeoDataFrame | None,
    lon_deg: NDArray[np.float64],
    lat_deg: NDArray[np.float64],
    reach_km: float,
) -> Flags:
    listed = inventory.completeness == "complete" and inventory.neighbours_listed
    whole = listed and not inventory.sites_unplaced
    if whole or inventory.completeness == "none" or communes is None or not len(lon_deg):
        return np.full(len(lon_deg), not whole)
    epsg = metric_crs(float(np.mean(lon_deg)), float(np.mean(lat_deg)))
    areas = communes.to_crs(epsg)
    doubtful = list(areas.geometry[areas["commune_code"].isin(inventory.unplaced_communes)])
    if inventory.completeness == "partial":
        named = areas["commune_code"].isin(inventory.missing_communes)
        doubtful += list(areas.geometry[named]) if inventory.missing_communes else list(areas.geometry)
    if not inventory.neighbours_listed:
        doubtful.append(shapely.boundary(shapely.union_all(shapely.buffer(areas.geometry.to_numpy(), 1.0))))
    near = shapely.buffer(shapely.union_all(np.array(doubtful, dtype=object)), reach_km * 1000.0)
    shapely.prepare(near)
    x_m, y_m = project(lon_deg, lat_deg, epsg)
    inside: Flags = shapely.contains_xy(near, x_m, y_m)
    return inside
