"""What to measure next: places where a measurement would decide something, at the nearest road, most households first.

Places are the middles of cells, centres of gaps and centres of villages: nobody's house; under five households none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd

from phusong.coverage.asks import CELL_M, NEAR_CELLS
from phusong.coverage.earth import path_km
from phusong.coverage.reasons import operator_title
from phusong.data.road_reach import columns_of, reach_by_road
from phusong.data.terms import LEAST_SHOWN
from phusong.words import Text

POINT_COLUMNS = (
    *("order", "target", "village_code", "village_name", "commune_code", "commune_name", "gap_id", "households"),
    *("why", "why_vi", "why_en", "operators", "lon_deg", "lat_deg", "by_road", "moved_m", "road_name"),
    *("road_vi", "road_en"),
)
ROAD_WITHIN_M = NEAR_CELLS * CELL_M
"""A place is moved this far at most: farther away a test would no longer speak of it."""

WHY: dict[str, Text] = {
    "disagreement": Text("các bằng chứng trái nhau", "the evidence disagrees"),
    "provisional": Text("vùng lõm chưa được xác nhận", "the gap is not confirmed"),
    "undetermined": Text("mô hình chưa xác định", "the model is undetermined"),
}


@dataclass(slots=True, kw_only=True)
class _Place:
    """A place while its reasons are gathered."""

    target: str
    unit: dict[str, object]
    households: int
    lon_deg: float
    lat_deg: float
    operators: str
    why: list[str] = field(default_factory=list)


def point_table(
    findings: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    roads: gpd.GeoDataFrame | None,
    *,
    operators: Iterable[str],
    road_within_m: float = ROAD_WITHIN_M,
) -> gpd.GeoDataFrame:
    """Return a row a place to measure at (``POINT_COLUMNS``), the one that would decide most households first.

    Parameters
    ----------
    findings
        Of the study: gaps that are provisional or disputed, and disputed villages, are measured.
    tables
        ``villages``, ``gaps`` and ``measure_first`` of the study.
    roads
        Lines in EPSG:4326 with ``road_class``; None where the study has none, so that reaching a place is unknown.
    operators
        All operators of the study: a gap is decided by tests of each of them.
    road_within_m
        A place is moved to a road for cars or motorbikes this near; farther ones stay and are flagged.
    """
    names = ", ".join(operator_title(one) for one in sorted(operators))
    places = _joined([*_undecided(tables["measure_first"])], [*_disputed(findings, tables, names)])
    table = pd.DataFrame([_cells(place) for place in places], columns=list(POINT_COLUMNS))
    _move(table, roads, road_within_m)
    table = table.sort_values(["households", "commune_code", "village_code"], ascending=[False, True, True])
    table = table.reset_index(drop=True)
    table["order"] = np.arange(1, len(table) + 1)
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(table["lon_deg"], table["lat_deg"]), crs="EPSG:4326")


def _undecided(measure_first: pd.DataFrame) -> Iterator[_Place]:
    """Yield the clusters of undetermined households that have a place."""
    shown = measure_first[measure_first["lon_deg"].notna() & (measure_first["households"] >= LEAST_SHOWN)]
    for row in pd.DataFrame(shown).drop(columns="geometry", errors="ignore").to_dict("records"):
        yield _Place(
            target="cluster",
            unit={str(key): value for key, value in row.items()},
            households=int(row["households"]),
            lon_deg=float(row["lon_deg"]),
            lat_deg=float(row["lat_deg"]),
            operators=", ".join(operator_title(one) for one in str(row["operators"]).split(", ") if one),
            why=["undetermined"],
        )


def _disputed(findings: pd.DataFrame, tables: Mapping[str, pd.DataFrame], operators: str) -> Iterator[_Place]:
    """Yield each gap that is provisional or disputed and each disputed village once; overrides are settled."""
    open_ = findings[findings["basis"] != "override"]
    for target, key in (("gap", "gap_id"), ("village", "village_code")):
        units = pd.DataFrame(tables[f"{target}s"]).drop(columns="geometry", errors="ignore").to_dict("records")
        by_key = {str(unit[key]): {str(k): v for k, v in unit.items()} for unit in units}
        own = open_[open_["target"] == target]
        disputed = dict.fromkeys(own.loc[~own["agrees"], key].astype(str))
        doubtful = own.loc[own["provisional"], key].astype(str) if target == "gap" else ()
        for code in dict.fromkeys([*disputed, *doubtful]):
            unit = by_key.get(code)
            if unit is None or not code or unit["households"] < LEAST_SHOWN or not np.isfinite(unit["lon_deg"]):
                continue
            why = [reason for reason, holds in (("disagreement", code in disputed),) if holds]
            yield _Place(
                target=target,
                unit=unit,
                households=int(unit["households"]),
                lon_deg=float(unit["lon_deg"]),
                lat_deg=float(unit["lat_deg"]),
                operators=operators,
                why=why + (["provisional"] if target == "gap" and code in set(doubtful) else []),
            )


def _joined(clusters: list[_Place], disputed: list[_Place]) -> list[_Place]:
    """Return the places, a disputed village as one with the cluster of its own that is measured near its centre."""
    kept = []
    for place in disputed:
        code = place.unit["village_code"]
        own = (one for one in clusters if place.target == "village" and code and one.unit["village_code"] == code)
        same = next((one for one in own if _apart_m(one, place) <= ROAD_WITHIN_M), None)
        if same is None:
            kept.append(place)
            continue
        same.why = [*place.why, *same.why]
        same.households = max(same.households, place.households)
        same.operators = place.operators
    return [*clusters, *kept]


def _apart_m(one: _Place, other: _Place) -> float:
    return 1000.0 * path_km(one.lon_deg, one.lat_deg, other.lon_deg, other.lat_deg)[0]


def _cells(place: _Place) -> dict[str, object]:
    texts = [WHY[one] for one in place.why]
    unit = place.unit
    names = ("village_code", "village_name", "commune_code", "commune_name")
    return {
        "target": place.target,
        **{name: str(unit.get(name, "")) for name in names},
        "gap_id": str(unit.get("gap_id", "")) if place.target == "gap" else "",
        "households": place.households,
        "why": ";".join(place.why),
        "why_vi": "; ".join(text.vi for text in texts),
        "why_en": "; ".join(text.en for text in texts),
        "operators": place.operators,
        "lon_deg": round(place.lon_deg, 5),
        "lat_deg": round(place.lat_deg, 5),
    }


def _move(table: pd.DataFrame, roads: gpd.GeoDataFrame | None, within_m: float) -> None:
    """Move the places to the nearest road within reach, and say of each whether there is one."""
    lon, lat = (table[name].to_numpy(dtype=np.float64) for name in ("lon_deg", "lat_deg"))
    for name, cells in columns_of(reach_by_road(lon, lat, roads, within_m=within_m)).items():
        table[name] = pd.Series(cells, index=table.index)
