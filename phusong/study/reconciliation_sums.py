"""What a study found at the households of each reported place, added up."""

from __future__ import annotations

import numpy as np
import pandas as pd

from phusong.coverage.criteria import STATES
from phusong.study.reconciliation_values import Flags, Floats, Found, Ints, Objects


def summed(
    households: pd.DataFrame,
    villages: pd.DataFrame,
    gaps: pd.DataFrame,
    *,
    members: list[Ints],
    joined_by: Objects,
    village: Ints,
    near_gap: Objects,
    gap_distance_m: Floats,
    outside: Flags,
) -> Found:
    """Add up what was found at the households of each place."""
    n = len(members)
    place = np.repeat(np.arange(n), [len(found) for found in members])
    at = np.concatenate([np.empty(0, dtype=np.int64), *members])
    rows = households.iloc[at].reset_index(drop=True)
    weight = rows["weight"].to_numpy(dtype=np.float64)
    state = rows["state"].astype(str).to_numpy(dtype=object)
    count: dict[str, Floats] = {"households": np.bincount(place, weights=weight, minlength=n).astype(np.float64)}
    for name in STATES:
        here = weight * (state == name)
        count[f"{name}_households"] = np.bincount(place, weights=here, minlength=n).astype(np.float64)
    ids = _gaps_of(place, rows["gap_id"].astype(str).to_numpy(dtype=object), n)
    in_gap = ids != ""
    ids = np.where(in_gap, ids, np.where(joined_by == "gap", near_gap, ""))
    served = state == "served"
    operator, technology, level_dbm = _best(place[served], rows[served], weight[served], n)
    whole = (joined_by == "village") & (village >= 0)
    low, high = _interval(villages, gaps, whole, village, ids)
    return Found(
        joined_by=joined_by,
        count=count,
        in_gap=in_gap | (joined_by == "gap"),
        outside=outside,
        gap_ids=ids,
        gap_distance_m=gap_distance_m,
        village_class=np.append(villages["village_class"].astype(str).to_numpy(dtype=object), "")[village],
        low=low,
        high=high,
        operator=operator,
        technology=technology,
        level_dbm=level_dbm,
        because=_most(place, rows["undetermined_because"].astype(str), weight, n),
    )


def _gaps_of(place: Ints, gap_id: Objects, n: int) -> Objects:
    ids = np.full(n, "", dtype=object)
    pairs = pd.DataFrame({"place": place, "gap": gap_id})
    for one, found in pairs[pairs["gap"] != ""].drop_duplicates().groupby("place")["gap"]:
        ids[int(str(one))] = ", ".join(sorted(found))
    return ids


def _interval(
    villages: pd.DataFrame, gaps: pd.DataFrame, whole: Flags, village: Ints, gap_ids: Objects
) -> tuple[Floats, Floats]:
    """Return the interval of the whole village, or of the one gap a part of a village lies in."""
    by_gap = gaps.set_index("gap_id")
    ends = []
    for name in ("unserved_low", "unserved_high"):
        of_village = np.append(villages[name].to_numpy(dtype=np.float64), np.nan)[village]
        of_gap = pd.Series(gap_ids).map(by_gap[name]).to_numpy(dtype=np.float64, na_value=np.nan)
        ends.append(np.where(whole, of_village, of_gap))
    return ends[0], ends[1]


def _best(place: Ints, rows: pd.DataFrame, weight: Floats, n: int) -> tuple[Objects, Objects, Floats]:
    """Return the layer that serves most households of each place, and the middle of their levels."""
    operator, technology = np.full(n, "", dtype=object), np.full(n, "", dtype=object)
    level_dbm = np.full(n, np.nan)
    table = pd.DataFrame({"place": place, "weight": weight}).join(
        rows[["best_operator", "best_technology", "best_level_dbm"]].reset_index(drop=True)
    )
    groups = table.groupby(["place", "best_operator", "best_technology"], observed=True)
    sums = groups.agg(weight=("weight", "sum"), level=("best_level_dbm", "median")).reset_index()
    first = sums.sort_values(["place", "weight", "best_operator"], ascending=[True, False, True]).drop_duplicates(
        "place"
    )
    at = first["place"].to_numpy(dtype=np.int64)
    operator[at], technology[at] = first["best_operator"].astype(str), first["best_technology"].astype(str)
    level_dbm[at] = first["level"]
    return operator, technology, level_dbm


def _most(place: Ints, texts: pd.Series[str], weight: Floats, n: int) -> Objects:
    """Return the text most households of each place have, empty ones aside."""
    found = np.full(n, "", dtype=object)
    table = pd.DataFrame({"place": place, "text": texts.to_numpy(), "weight": weight})
    sums = table[table["text"] != ""].groupby(["place", "text"])["weight"].sum().reset_index()
    first = sums.sort_values(["place", "weight", "text"], ascending=[True, False, True]).drop_duplicates("place")
    found[first["place"].to_numpy(dtype=np.int64)] = first["text"]
    return found
