"""Gaps of two studies matched by the ground they share: closed, opened, shrunk, grown, the same, split, merged."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from phusong.data.crs import metric_crs
from phusong.study.compare_reasons import Reasons

LEAST_SHARE = 0.05
"""Two gaps are one place where they share at least this much of the smaller area."""

GAP_COLUMNS = (
    *("change", "gap_ids_before", "gap_ids_after", "commune_code", "commune_name", "village_name"),
    *("households_before", "households_after", "why_vi", "why_en"),
)
CHANGES = ("opened", "grown", "split", "merged", "regrouped", "shrunk", "closed", "same")

Ints = NDArray[np.int64]


def compared_gaps(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, reasons: Reasons) -> pd.DataFrame:
    """Return one row a group of gaps that share ground, or a gap that shares none.

    Every gap of both studies is in exactly one row, so that the households of the rows sum to those of the gaps.
    """
    group = _groups(*_overlaps(before, after), len(before), len(after))
    rows = [
        _row(before[group[: len(before)] == g], after[group[len(before) :] == g], reasons)
        for g in range(int(group.max(initial=-1)) + 1)
    ]
    table = pd.DataFrame(rows, columns=list(GAP_COLUMNS))
    rank = table["change"].map({change: k for k, change in enumerate(CHANGES)})
    keys = ["rank", "commune_code", "gap_ids_before", "gap_ids_after"]
    return table.assign(rank=rank).sort_values(keys, ignore_index=True).drop(columns="rank")


def _overlaps(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> tuple[Ints, Ints]:
    """Return the pairs of gaps that share enough ground, in a metric CRS."""
    nothing = np.empty(0, dtype=np.int64)
    if not len(before) or not len(after):
        return nothing, nothing
    west, south, east, north = before.total_bounds
    epsg = metric_crs(0.5 * (west + east), 0.5 * (south + north))
    old, new = (table.geometry.to_crs(epsg).to_numpy() for table in (before, after))
    i, j = shapely.STRtree(new).query(old, predicate="intersects")
    shared = shapely.area(shapely.intersection(old[i], new[j]))
    enough = shared >= LEAST_SHARE * np.minimum(shapely.area(old[i]), shapely.area(new[j]))
    return i[enough].astype(np.int64), j[enough].astype(np.int64)


def _groups(i: Ints, j: Ints, n_before: int, n_after: int) -> Ints:
    n = n_before + n_after
    if not n:
        return np.empty(0, dtype=np.int64)
    links = coo_array((np.ones(len(i), dtype=np.int8), (i, n_before + j)), shape=(n, n))
    return connected_components(links, directed=False)[1].astype(np.int64)


def _change(before: pd.DataFrame, after: pd.DataFrame) -> str:
    kind = (min(len(before), 2), min(len(after), 2))
    named = {(1, 0): "closed", (0, 1): "opened", (1, 2): "split", (2, 1): "merged", (2, 2): "regrouped"}
    if kind in named:
        return named[kind]
    more = int(after["households"].sum()) - int(before["households"].sum())
    return "grown" if more > 0 else "shrunk" if more < 0 else "same"


def _row(before: pd.DataFrame, after: pd.DataFrame, reasons: Reasons) -> tuple[object, ...]:
    change = _change(before, after)
    here = (after if len(after) else before).iloc[0]
    ids = [sorted(table["gap_id"]) for table in (before, after)]
    why = reasons.of_gaps(*ids, changed=change != "same")
    names = sorted({str(name) for table in (before, after) for name in table["village_name"]} - {""})
    return (
        change,
        *("; ".join(own) for own in ids),
        *(here["commune_code"], here["commune_name"], ", ".join(names)),
        *(int(table["households"].sum()) for table in (before, after)),
        *(why.vi, why.en),
    )
