"""What is known of each gap for its priority, from every table that tells: one row a gap, NaN and "" not known."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from phusong.data.crs import metric_crs
from phusong.study.reported_on import NO_REPORTS, Reported, ReportedPlaces

Floats = NDArray[np.float64]

NEAR = ("school", "clinic", "office", "industrial_park", "border_post")
"""Kinds of places of interest looked for near a gap."""

_TARGETS: Mapping[str, str] = {"industrial": "industrial_park"}
"""What a list calls a target where a layer of places calls it otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankingInputs:
    """What a ranking rests on besides the gaps; None where a study has no such table.

    ``service`` is the one whose findings count. ``places`` is the layer of places of interest, ``plan_sites`` the
    chosen sites with their cost and the gaps they serve.
    """

    villages: pd.DataFrame
    service: str
    findings: pd.DataFrame | None = None
    reported: ReportedPlaces = NO_REPORTS
    places: gpd.GeoDataFrame | None = None
    plan_sites: pd.DataFrame | None = None


def gap_facts(gaps: pd.DataFrame, given: RankingInputs, *, reach_m: float) -> pd.DataFrame:
    """Return the facts of every gap, in the order of ``gaps``.

    Petitions are counted as recorded: a list without one for a gap says that there is none.
    """
    told = [
        given.reported.of_gap(str(gap_id), str(commune), str(village))
        for gap_id, commune, village in zip(gaps["gap_id"], gaps["commune_code"], gaps["village_name"], strict=True)
    ]
    near = _near(gaps, given.places, reach_m)
    facts = {
        **_need(gaps, given.villages),
        "is_dbkk": _answers(gaps, "is_dbkk"),
        "commune_region": _words(gaps, "commune_region", ("I", "II", "III", "none")),
        **_same("poor_percent", np.array([one.poor_percent for one in told], dtype=np.float64)),
        "border": _answers(gaps, "border"),
        "island": _answers(gaps, "island"),
        "atk": _numbers([one.atk for one in told]),
        **{kind: _either(near[kind], told, kind) for kind in NEAR},
        "basis": _basis(gaps, given),
        "voters": _numbers([bool(one.voters) if given.reported.is_given else None for one in told]),
        **_cost(gaps, given.plan_sites),
    }
    return pd.DataFrame(facts, index=gaps.index)


def _same(name: str, values: Floats) -> dict[str, Floats]:
    return {f"{name}_low": values, name: values, f"{name}_high": values}


def _need(gaps: pd.DataFrame, villages: pd.DataFrame) -> dict[str, Any]:
    count = gaps["households"].to_numpy(dtype=np.float64)
    low, high = (_numbers(gaps[name]) if name in gaps else count for name in ("unserved_low", "unserved_high"))
    whole = _numbers(villages["households"])
    percent = 100.0 * _numbers(villages["unserved_households"]) / np.where(whole > 0.0, whole, np.nan)
    shares = dict(zip(villages["village_code"].astype(str), percent, strict=True))
    shares.pop("", None)
    share = _numbers([shares.get(str(code), math.nan) for code in gaps["village_code"]])
    return {
        "households": count,
        "households_low": np.maximum(np.fmin(count, low), 1.0),
        "households_high": np.fmax(count, high),
        **_same("unserved_percent", share),
        "village_class": _words(gaps, "village_class", ("white", "depression", "weak", "covered")),
    }


def _answers(table: pd.DataFrame, name: str) -> Floats:
    """Return yes as 1, no as 0, anything else as not known."""
    if name not in table:
        return np.full(len(table), np.nan)
    answers = table[name].astype(object).map({"yes": 1.0, "no": 0.0})
    return np.asarray(answers.to_numpy(dtype=np.float64))


def _words(table: pd.DataFrame, name: str, allowed: tuple[str, ...]) -> NDArray[np.object_]:
    values = table[name].astype(object) if name in table else pd.Series("", index=table.index, dtype=object)
    return np.asarray(values.where(values.isin(allowed), "").to_numpy(dtype=object))


def _numbers(values: Any) -> Floats:
    return np.array(
        [math.nan if value is None or pd.isna(value) else float(value) for value in values], dtype=np.float64
    )


def _either(near: Floats, told: list[Reported], kind: str) -> Floats:
    """Say where a layer shows a kind of place near a gap, or the list names it as what needs coverage."""
    named = np.array([kind in {_TARGETS.get(t, t) for t in one.target_types} for one in told], dtype=bool)
    return np.where(named, 1.0, near)


def _near(gaps: pd.DataFrame, places: gpd.GeoDataFrame | None, reach_m: float) -> dict[str, Floats]:
    """Say by kind near which gaps there is such a place; not known without a layer."""
    if places is None or "geometry" not in gaps:
        return {kind: np.full(len(gaps), np.nan) for kind in NEAR}
    found = {kind: np.zeros(len(gaps)) for kind in NEAR}
    if not len(gaps) or not len(places):
        return found
    epsg = metric_crs(float(gaps["lon_deg"].mean()), float(gaps["lat_deg"].mean()))
    areas = gpd.GeoSeries(gaps["geometry"], crs="EPSG:4326").to_crs(epsg).to_numpy()
    points = places.geometry.to_crs(epsg).to_numpy()
    gap, place = shapely.STRtree(points).query(areas, predicate="dwithin", distance=reach_m)
    kinds = places["kind"].astype(str).to_numpy(dtype=object)[place]
    for kind in NEAR:
        found[kind][gap[kinds == kind]] = 1.0
    return found


def _basis(gaps: pd.DataFrame, given: RankingInputs) -> list[str]:
    """Return what the finding of each gap rests on; a gap without a finding is modelled."""
    if given.findings is None:
        return ["modelled"] * len(gaps)
    own = given.findings[(given.findings["target"] == "gap") & (given.findings["service"] == given.service)]
    basis = dict(zip(own["gap_id"].astype(str), own["basis"].astype(str), strict=True))
    return [basis.get(str(gap_id), "modelled") for gap_id in gaps["gap_id"]]


def _cost(gaps: pd.DataFrame, sites: pd.DataFrame | None) -> dict[str, Floats]:
    """Return the cost per household of the sites that serve a gap: their cost over their households, NaN without."""
    name, ends = "cost_per_household_vnd", ("_low", "", "_high")
    money = {f"{name}{end}": np.full(len(gaps), np.nan) for end in ends}
    if sites is None or not len(sites):
        return money
    served = [(gap_id, at) for at, ids in enumerate(sites["gap_ids"]) for gap_id in re.split(r"[;,]\s*", str(ids))]
    by_gap: dict[str, list[int]] = {}
    for gap_id, at in served:
        by_gap.setdefault(gap_id, []).append(at)
    households = sites["households"].to_numpy(dtype=np.float64)
    for end in ends:
        cost = sites[f"cost{end}_vnd"].to_numpy(dtype=np.float64)
        for row, gap_id in enumerate(gaps["gap_id"]):
            own = by_gap.get(str(gap_id), [])
            if own and households[own].sum() > 0:
                money[f"{name}{end}"][row] = cost[own].sum() / households[own].sum()
    return money
