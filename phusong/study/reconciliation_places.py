"""Which households, villages and modelled gaps a reported place is about."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from phusong.data.crs import metric_crs, project
from phusong.data.settlements import village_key
from phusong.study.reconciliation_sums import summed
from phusong.study.reconciliation_values import Flags, Floats, Found, Ints, Objects, Stated

REACH_M = 500.0
"""A reported position speaks of the households this near, and of a modelled gap this near."""


def stated_places(reported: pd.DataFrame) -> Stated:
    """Return what a checked list says."""

    def texts(name: str) -> Objects:
        if name not in reported:
            return np.full(len(reported), "", dtype=object)
        return np.asarray(reported[name].fillna("").astype(str), dtype=object)

    def numbers(name: str) -> Floats:
        if name not in reported:
            return np.full(len(reported), np.nan)
        return np.asarray(reported[name].to_numpy(dtype=np.float64, na_value=np.nan))

    return Stated(
        gap_id=texts("gap_id"),
        list_row=numbers("_row"),
        commune_code=texts("commune_code"),
        commune_name=texts("commune_name"),
        village_name=texts("village_name"),
        cluster_name=texts("cluster_name"),
        gap_class=texts("gap_class"),
        lon_deg=numbers("lon"),
        lat_deg=numbers("lat"),
        households=numbers("households_total"),
        unserved=numbers("households_unserved"),
    )


def found_there(stated: Stated, tables: Mapping[str, pd.DataFrame]) -> Found:
    """Join every reported place with the study: by village where the list names one it knows, else by position."""
    households, villages, gaps = tables["households"], tables["villages"], tables["gaps"]
    epsg = _metric(stated, households)
    village = _villages_of(stated, villages)
    near = _near_households(stated, households, epsg)
    own = _households_of_villages(villages, households, village)
    gap_ids, distance_m = _near_gaps(stated, gaps, epsg)
    members, joined_by = _members(stated, village, near, own, households)
    joined_by = np.where((joined_by == "") & (gap_ids != ""), "gap", joined_by)
    return summed(
        households,
        villages,
        gaps,
        members=members,
        joined_by=joined_by,
        village=village,
        near_gap=gap_ids,
        gap_distance_m=distance_m,
        outside=_outside(stated, village, near, gap_ids, tables["communes"]),
    )


def unreported_gaps(stated: Stated, found: Found, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the modelled gaps no reported place speaks of, with the distance to the nearest reported position."""
    gaps = tables["gaps"]
    reported = {one for ids in found.gap_ids for one in ids.split(", ") if one}
    lonely = pd.DataFrame(gaps[~gaps["gap_id"].isin(reported)])
    distance_m: Floats = np.full(len(lonely), np.nan)
    if len(lonely) and stated.placed.any():
        lon, lat = (lonely[name].to_numpy(dtype=np.float64) for name in ("lon_deg", "lat_deg"))
        epsg = metric_crs(float(lon.mean()), float(lat.mean()))
        tree = cKDTree(np.column_stack(project(stated.lon_deg[stated.placed], stated.lat_deg[stated.placed], epsg)))
        distance_m = np.asarray(tree.query(np.column_stack(project(lon, lat, epsg)))[0], dtype=np.float64)
    shown = ("commune_code", "commune_name", "village_name", "lon_deg", "lat_deg", "unserved_low", "unserved_high")
    return pd.DataFrame(
        {
            **{name: lonely[name].to_numpy() for name in shown},
            "class_computed": lonely["village_class"].to_numpy(),
            "households": lonely["households"].to_numpy(),
            "unserved_households": lonely["households"].to_numpy(),
            "model_gap_ids": lonely["gap_id"].to_numpy(),
            "distance_m": np.round(distance_m),
        }
    )


def _metric(stated: Stated, households: pd.DataFrame) -> int:
    lon, lat = households["lon_deg"], households["lat_deg"]
    if not len(households):
        lon, lat = pd.Series(stated.lon_deg), pd.Series(stated.lat_deg)
    return metric_crs(float(lon.mean()), float(lat.mean())) if len(lon.dropna()) else 32648


def _villages_of(stated: Stated, villages: pd.DataFrame) -> Ints:
    """Return the row of each place's village by commune and name, −1 where the study knows none or several."""
    keys = _village_keys(villages["commune_code"], villages["village_name"])
    once = ~keys.duplicated(keep=False)
    index = pd.Index(keys[once])
    wanted = _village_keys(pd.Series(stated.commune_code), pd.Series(stated.village_name))
    at = index.get_indexer(pd.Index(wanted))
    rows = np.append(np.flatnonzero(once.to_numpy()), -1)
    return np.asarray(np.where(stated.village_name == "", -1, rows[at]), dtype=np.int64)


def _village_keys(communes: pd.Series[str], names: pd.Series[str]) -> pd.Series[str]:
    keys = {name: village_key(name) for name in names.astype(str).unique()}
    return communes.astype(str).reset_index(drop=True) + "\n" + names.astype(str).map(keys).reset_index(drop=True)


def _near_households(stated: Stated, households: pd.DataFrame, epsg: int) -> list[Ints]:
    """Return the households within reach of each position."""
    near = [np.empty(0, dtype=np.int64)] * len(stated)
    at = np.flatnonzero(stated.placed)
    if not len(at) or not len(households):
        return near
    lon, lat = (households[name].to_numpy(dtype=np.float64) for name in ("lon_deg", "lat_deg"))
    tree = cKDTree(np.column_stack(project(lon, lat, epsg)))
    points = np.column_stack(project(stated.lon_deg[at], stated.lat_deg[at], epsg))
    sure = np.isfinite(points).all(axis=1)
    for place, found in zip(at[sure].tolist(), tree.query_ball_point(points[sure], REACH_M), strict=True):
        near[place] = np.sort(np.array(found, dtype=np.int64))
    return near


def _households_of_villages(villages: pd.DataFrame, households: pd.DataFrame, wanted: Ints) -> Mapping[int, Ints]:
    """Return the households of each village that is wanted."""
    columns = ["commune_code", "village_code", "village_name"]
    some = np.unique(wanted[wanted >= 0])
    if not len(some) or not len(households):
        return {}
    keys = pd.MultiIndex.from_frame(villages[columns].iloc[some].astype(str))
    rows = pd.MultiIndex.from_frame(households[columns].astype(str))
    at = keys.get_indexer(rows) if keys.is_unique else np.full(len(rows), -1)
    order = np.argsort(at, kind="stable")
    starts = np.searchsorted(at[order], np.arange(len(some) + 1))
    return {int(some[k]): order[starts[k] : starts[k + 1]] for k in range(len(some))}


def _members(
    stated: Stated, village: Ints, near: list[Ints], own: Mapping[int, Ints], households: pd.DataFrame
) -> tuple[list[Ints], Objects]:
    """Return the households each place is about, and by what they were found.

    A named cluster is the part of its village near the position; a village without a cluster is all of it.
    """
    members: list[Ints] = []
    joined_by = np.full(len(stated), "", dtype=object)
    for place in range(len(stated)):
        of_village = own.get(int(village[place]), np.empty(0, dtype=np.int64))
        both = np.intersect1d(near[place], of_village) if stated.cluster_name[place] else of_village
        if len(both):
            joined_by[place] = "cluster" if stated.cluster_name[place] else "village"
        elif len(near[place]):
            both, joined_by[place] = near[place], "households"
        elif len(of_village):
            both, joined_by[place] = of_village, "village"
        members.append(both)
    return members, joined_by


def _near_gaps(stated: Stated, gaps: pd.DataFrame, epsg: int) -> tuple[Objects, Floats]:
    """Return the modelled gaps within reach of each position, and the distance to the nearest one of all."""
    ids = np.full(len(stated), "", dtype=object)
    distance_m = np.full(len(stated), np.nan)
    at = np.flatnonzero(stated.placed)
    if not len(at) or not len(gaps):
        return ids, distance_m
    areas = gpd.GeoSeries(gaps["geometry"], crs="EPSG:4326").to_crs(epsg).to_numpy()
    names = gaps["gap_id"].to_numpy(dtype=object)
    points = np.asarray(shapely.points(*project(stated.lon_deg[at], stated.lat_deg[at], epsg)), dtype=object)
    tree = shapely.STRtree(areas)
    place, nearest = tree.query_nearest(points, all_matches=False, return_distance=False)
    distance_m[at[place]] = shapely.distance(points[place], areas[nearest])
    within = pd.DataFrame(tree.query(points, predicate="dwithin", distance=REACH_M).T, columns=["place", "gap"])
    for one, found in within.groupby("place")["gap"]:
        ids[at[int(str(one))]] = ", ".join(sorted(names[found.to_numpy()]))
    return ids, distance_m


def _outside(stated: Stated, village: Ints, near: list[Ints], gap_ids: Objects, communes: pd.DataFrame) -> Flags:
    """Mark places the study does not cover: in none of its communes, by name or by position, and nobody near."""
    nobody = np.array([len(found) == 0 for found in near], dtype=bool) & (gap_ids == "") & (village < 0)
    known = pd.Index(stated.commune_code).isin(communes["commune_code"].astype(str))
    inside = np.zeros(len(stated), dtype=bool)
    areas = [area for area in communes["geometry"] if area is not None and not area.is_empty]
    at = np.flatnonzero(stated.placed)
    if areas and len(at):
        points = shapely.points(stated.lon_deg[at], stated.lat_deg[at])
        inside[at[np.unique(shapely.STRtree(areas).query(points, predicate="intersects")[0])]] = True
    return np.asarray(nobody & ~np.where(stated.placed & bool(areas), inside, known))
