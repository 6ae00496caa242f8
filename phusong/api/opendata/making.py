"""The open tables of one study: counts by commune and village, and gaps, with what must not be told kept back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.api.opendata.columns import OPEN_TABLES, OpenTable
from phusong.api.opendata.hiding import KeptBack, Places, kept_back, small
from phusong.data.store import whole_folder, write_parquet
from phusong.data.terms import LEAST_SHOWN
from phusong.study.opened import OpenedResults, open_results

WGS84 = "EPSG:4326"
_STATES = ("served_households", "unserved_households", "undetermined_households", "no_data_households")


def write_open_tables(results: Path, folder: Path) -> None:
    """Work out the open tables of a results folder and write them, a GeoParquet file each, into a new folder.

    Raises
    ------
    MissingFileError
        There are no results.
    """
    tables = open_tables(open_results(results))
    with whole_folder(folder, is_ours=lambda _: True) as partial:
        for name, table in tables.items():
            write_parquet(partial / f"{name}.parquet", table)


def open_tables(results: OpenedResults) -> Mapping[str, gpd.GeoDataFrame]:
    """Return the open tables of a study by name."""
    communes, villages, gaps = (_in_order(results.places(name)) for name in ("communes", "villages", "gaps"))
    province = _whole(results.manifest["counts"])
    gaps = _shown_gaps(gaps, province)
    commune_of = pd.Index(communes["commune_code"]).get_indexer(villages["commune_code"]).astype(np.int64)
    of_communes, of_villages = (
        _places(table, gaps, code) for table, code in ((communes, "commune_code"), (villages, "village_code"))
    )
    whole = _with_gaps(province, int(gaps["households"].sum()))
    commune, village = kept_back(whole, of_communes, of_villages, commune_of)
    names = _names(communes, results.manifest)
    told = {
        "open_communes": _counted(communes, of_communes, commune),
        "open_villages": _placed(_counted(villages, of_villages, village)),
        "open_gaps": gaps.assign(households=gaps["households"].astype("Int64")),
    }
    return {name: _finished(table, OPEN_TABLES[name], names, results.manifest) for name, table in told.items()}


def joined(name: str, paths: Sequence[Path]) -> gpd.GeoDataFrame:
    """Return one open table of several files; with no file, its columns without a row."""
    parts = [gpd.read_parquet(path) for path in paths]
    table = pd.concat(parts, ignore_index=True) if parts else _empty(OPEN_TABLES[name])
    return gpd.GeoDataFrame(table, geometry="geometry", crs=WGS84)


def _empty(table: OpenTable) -> pd.DataFrame:
    kinds = {"whole": "Int64", "flag": "bool"}
    columns = {one.name: pd.Series(dtype=kinds.get(one.kind, "str")) for one in table.columns}
    return pd.DataFrame({**columns, "geometry": gpd.GeoSeries(dtype="geometry")})


def _in_order(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a table in the order of its codes: the order of a study's rows tells nothing more."""
    key = next(one for one in ("gap_id", "village_code", "commune_code") if one in table)
    return table.sort_values(key, kind="stable").reset_index(drop=True)


def _whole(counts: Mapping[str, Any]) -> Places:
    return _states({name: np.array([int(counts[name])], dtype=np.int64) for name in _STATES}, np.zeros(1, np.int64))


def _states(of: Mapping[str, Any], in_gaps: NDArray[np.int64]) -> Places:
    served, unserved, undetermined, no_data = (np.asarray(of[name], dtype=np.int64) for name in _STATES)
    return Places(served=served, unserved=unserved, unknown=undetermined + no_data, in_gaps=in_gaps)


def _with_gaps(province: Places, households: int) -> Places:
    return Places(
        served=province.served, unserved=province.unserved, unknown=province.unknown, in_gaps=np.array([households])
    )


def _places(table: pd.DataFrame, gaps: pd.DataFrame, code: str) -> Places:
    of_gaps = gaps.groupby(code)["households"].sum()
    return _states({name: table[name] for name in _STATES}, table[code].map(of_gaps).fillna(0).to_numpy(dtype=np.int64))


def _shown_gaps(gaps: gpd.GeoDataFrame, province: Places) -> gpd.GeoDataFrame:
    """Return the gaps that may be told: of five households or more, and not all but one to four of the province."""
    shown = gaps[gaps["households"] >= LEAST_SHOWN].reset_index(drop=True)
    while len(shown) and small(_with_gaps(province, int(shown["households"].sum())).second)[0, 0]:
        shown = shown.drop(index=shown["households"].idxmin()).reset_index(drop=True)
    return shown


def _counted(table: gpd.GeoDataFrame, of: Places, hidden: KeptBack) -> gpd.GeoDataFrame:
    """Return a table with its counts, those kept back missing."""
    told = (
        ("households", of.households, hidden.households),
        ("households_served", of.served, hidden.first),
        ("households_unserved", of.unserved, hidden.second),
        ("households_unknown", of.unknown, hidden.second),
    )
    counts = {name: pd.Series(count, index=table.index, dtype="Int64").mask(back) for name, count, back in told}
    return table.assign(**counts, few=small(of.households))


def _placed(villages: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return villages with the centres their locality gave; a village of few households has no place and no class."""
    given = (villages["centre_kind"] == "given") & ~villages["few"]
    classes = {name: villages[name].astype(str).mask(villages["few"], "") for name in _class_columns(villages)}
    return villages.assign(**classes).set_geometry(villages.geometry.where(given))


def _class_columns(villages: pd.DataFrame) -> Iterable[str]:
    return [name for name in ("village_class", "village_class_voice") if name in villages]


def _names(communes: pd.DataFrame, manifest: Mapping[str, Any]) -> dict[str, str]:
    from phusong.data.units import province_name

    code = str(manifest["province_code"])
    told = communes["province_name"].dropna().astype(str)
    return {"province_code": code, "province_name": province_name(code) or next(iter(told[told != ""]), code)}


def _finished(
    table: gpd.GeoDataFrame, wanted: OpenTable, names: Mapping[str, str], manifest: Mapping[str, Any]
) -> gpd.GeoDataFrame:
    """Return just the columns of an open table, in its order."""
    full = table.assign(**names, dated=str(manifest["dated"]), simulated=bool(manifest["simulated"]))
    for one in wanted.columns:
        if one.name not in full:
            full[one.name] = ""
        if one.kind in ("text", "class", "date"):
            full[one.name] = full[one.name].astype(object).where(full[one.name].notna(), "").astype(str)
        elif one.kind == "whole":
            full[one.name] = full[one.name].astype("Int64")
    return gpd.GeoDataFrame(full[[one.name for one in wanted.columns]], geometry=full.geometry.array, crs=WGS84)
