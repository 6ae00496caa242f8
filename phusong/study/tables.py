"""The result tables of a study: households, communes, villages and sites, from what was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.coverage.best_server import MIDDLE
from phusong.coverage.criteria import STATES, VILLAGE_CLASSES
from phusong.coverage.indicators import StateSums, state_sums
from phusong.coverage.network import Site
from phusong.coverage.states import BECAUSE_TEXTS
from phusong.study.assess import Assessment
from phusong.study.intervals import Intervals, interval_columns

WGS84 = "EPSG:4326"


def _names(codes: NDArray[np.integer], names: Sequence[str]) -> pd.Categorical[str]:
    return pd.Categorical(np.array(names, dtype=object)[codes], categories=list(names))


def _column(table: pd.DataFrame, name: str, default: Any = "") -> pd.Series[Any]:
    if name not in table:
        return pd.Series([default] * len(table), index=table.index, dtype=object)
    return table[name].astype(object).where(table[name].notna(), default)


def _of(table: pd.DataFrame, name: str, at: NDArray[np.int64]) -> NDArray[np.object_]:
    """Return a text column at some rows; "" at −1."""
    return np.array([*_column(table, name).astype(str), ""], dtype=object)[at]


def household_table(found: Assessment, gap_ids: Sequence[str], sure: Intervals) -> pd.DataFrame:
    """Return one row a household point; restricted: it holds positions."""
    h, rows = found.households, found.inputs.households
    main = h.outdoor[found.profile.main_service.key]
    layers = found.prediction.layers
    served_by = found.prediction.sent.site_of_sector(h.best.sector)
    sites = np.array([site.site_id for site in found.inputs.network.sites] + [""], dtype=object)
    table = pd.DataFrame(
        {
            "household_key": rows["household_key"].astype(str),
            "lon_deg": h.lon_deg,
            "lat_deg": h.lat_deg,
            "weight": h.weight.astype(np.int64),
            "coord_quality": _column(rows, "coord_quality").astype(str),
            "village_code": _of(found.villages.table, "village_code", h.village),
            "village_name": _of(found.villages.table, "village_name", h.village),
            "commune_code": np.array([*found.commune_codes, ""], dtype=object)[h.commune],
            "state": _names(main.overall.state, STATES),
            "state_indoor": _names(h.indoor.overall.state, STATES),
            **{f"state_{key}": _names(d.overall.state, STATES) for key, d in h.outdoor.items() if d is not main},
            "served_probability": sure.served_probability,
            "operators_serving": main.operators_serving,
            "best_operator": np.array([*(la.operator for la in layers), ""], dtype=object)[h.best.layer],
            "best_technology": np.array([*(la.technology for la in layers), ""], dtype=object)[h.best.layer],
            "best_level_dbm": h.best.level_dbm,
            "best_low_dbm": h.best.low_dbm,
            "best_high_dbm": h.best.high_dbm,
            "best_site_id": sites[served_by],
            "distance_km": np.round(h.distance_km, 3),
            "line_of_sight": h.in_sight,
            "undetermined_because": np.array([t.vi for t in BECAUSE_TEXTS], dtype=object)[main.overall.because],
            "gap_id": np.array([*gap_ids, ""], dtype=object)[h.gap],
        }
    )
    levels = {
        f"level_dbm_{layer.key}": found.prediction.level_dbm(i, MIDDLE)[h.places.point].astype(np.float32)
        for i, layer in enumerate(layers)
    }
    return pd.concat([table, pd.DataFrame(levels)], axis=1)


def _sums(found: Assessment, group: NDArray[np.int64], n_groups: int) -> StateSums:
    state = found.households.outdoor[found.profile.main_service.key].overall.state
    return state_sums(group, state, found.households.weight, n_groups=n_groups)


def _state_columns(sums: StateSums) -> dict[str, NDArray[np.int64]]:
    columns = {"households": sums.households.astype(np.int64)}
    return columns | {f"{state}_households": sums.of(state).astype(np.int64) for state in STATES}


_COMMUNE_COLUMNS = ("commune_name", "commune_kind", "province_code", "province_name", "population", "geometry")


def commune_table(found: Assessment, gaps: pd.DataFrame, sure: Intervals) -> gpd.GeoDataFrame:
    """Return one row a commune with its households by state; those without a polygon have no geometry."""
    codes = found.commune_codes
    known = found.inputs.communes
    sums = _sums(found, found.households.commune, len(codes))
    table = pd.DataFrame({"commune_code": list(codes)})
    if known is not None:
        table = table.merge(known[["commune_code", *_COMMUNE_COLUMNS]], on="commune_code", how="left")
    else:
        table = table.assign(**dict.fromkeys(_COMMUNE_COLUMNS, ""))
        table = table.assign(population=np.nan, geometry=None)
    villages = found.villages.table["commune_code"].value_counts()
    by_commune = gaps.groupby("commune_code")["households"].agg(["size", "sum"])
    table = table.assign(
        **_state_columns(sums),
        villages=table["commune_code"].map(villages).fillna(0).astype(int),
        gaps=table["commune_code"].map(by_commune["size"]).fillna(0).astype(int),
        gap_households=table["commune_code"].map(by_commune["sum"]).fillna(0).astype(int),
        unserved_percent=sums.unserved_percent,
        **interval_columns(found, sure.communes),
    )
    return gpd.GeoDataFrame(table, geometry="geometry", crs=WGS84)


def village_table(found: Assessment, communes: gpd.GeoDataFrame, sure: Intervals) -> gpd.GeoDataFrame:
    """Return one row a village with its class and households by state."""
    v, main = found.villages, found.profile.main_service.key
    sums = _sums(found, found.households.village, len(v.table))
    names = communes.set_index("commune_code")[["commune_name", "province_code"]]
    commune = _column(v.table, "commune_code").astype(str)
    class_names = np.array(VILLAGE_CLASSES, dtype=object)
    table = pd.DataFrame(
        {
            "village_code": _column(v.table, "village_code").astype(str),
            "village_name": _column(v.table, "village_name").astype(str),
            "commune_code": commune,
            "commune_name": commune.map(names["commune_name"]).fillna(""),
            "province_code": commune.map(names["province_code"]).fillna(""),
            "lon_deg": v.lon_deg,
            "lat_deg": v.lat_deg,
            "centre_kind": np.where(v.given, "given", "estimated"),
            "village_class": class_names[v.classes[main]],
            **{f"village_class_{key}": class_names[codes] for key, codes in v.classes.items() if key != main},
            "single_operator": pd.array(v.single, dtype="boolean"),
            "provisional": ~v.given | found.inputs.estimated,
            **_state_columns(sums),
            **interval_columns(found, sure.villages),
            "largest_cluster_households": v.clusters.largest_households.astype(np.int64),
            "population": pd.to_numeric(_column(v.table, "population", np.nan)),
            "grid_power": _answer(v.table, "grid_power"),
            "is_dbkk": _answer(v.table, "is_dbkk"),
        }
    )
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(table["lon_deg"], table["lat_deg"]), crs=WGS84)


def _answer(table: pd.DataFrame, name: str) -> list[str]:
    return ["unknown" if value is None else "yes" if value else "no" for value in _column(table, name, None)]


def _listed(values: set[str]) -> str:
    return ", ".join(sorted(values))


def site_table(found: Assessment, province_code: str) -> gpd.GeoDataFrame:
    """Return one row a site as listed, whatever its status."""
    sites = found.inputs.network.sites
    table = pd.DataFrame([_site_row(site, province_code) for site in sites], columns=list(_SITE_COLUMNS))
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(table["lon_deg"], table["lat_deg"]), crs=WGS84)


_SITE_COLUMNS = (
    "site_id",
    "site_name",
    "operators",
    "technologies",
    "status",
    "kind",
    "province_code",
    "commune_code",
    "in_province",
    "height_agl_m",
    "sectors",
    "assumed",
    "lon_deg",
    "lat_deg",
)


def _site_row(site: Site, province_code: str) -> tuple[object, ...]:
    sectors = [sector for service in site.services for sector in service.sectors]
    assumed = sum(len(sector.left_out) for sector in sectors)
    return (
        site.site_id,
        site.name,
        _listed({o for service in site.services for o in service.operators_served}),
        _listed({service.technology for service in site.services}),
        _listed({service.status for service in site.services}),
        site.kind,
        site.province_code,
        site.commune_code,
        site.province_code in ("", province_code),
        max((s.height_agl_m.middle for s in sectors), default=np.nan),
        len(sectors),
        assumed,
        site.lon_deg,
        site.lat_deg,
    )
