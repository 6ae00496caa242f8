"""What a version of a dataset holds: read by the readers that studies use, in a child process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from phusong.api.studies.kinds_of_data import DataKind
from phusong.data.antenna_files import read_antennas
from phusong.data.boundaries import read_communes
from phusong.data.clutter import read_clutter_heights
from phusong.data.land_cover import read_land_cover
from phusong.data.layers import read_layer
from phusong.data.lists import read_list
from phusong.data.population import read_population
from phusong.data.profiles.own import read_own_profile_file
from phusong.data.ranking import read_ranking
from phusong.data.routes import read_routes
from phusong.data.schemas import SCHEMAS
from phusong.data.terrain import read_terrain
from phusong.data.territory import Territory
from phusong.data.unit_prices import read_unit_prices
from phusong.errors import BadInputError, Problem, StudyError
from phusong.words import Text

MOST_NOTES = 100
_KEPT_TO_ITSELF = ("households",)
"""Kinds of whose cells nothing is told: their notes are counts by rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a reader found in the files of a version."""

    rows: int | None = None
    bounds: tuple[float, float, float, float] | None = None
    problems: tuple[Problem, ...] = ()
    more: Mapping[str, Any] | None = None


def read_files(kind: DataKind, files: Path, *, province_code: str, ground: str) -> dict[str, Any]:
    """Return the details of a version, in plain values; ``usable`` says whether a study can read it.

    ``files`` is what a reader is given: the version's file, or the folder of its tiles.
    """
    try:
        found = _READERS[kind.form](kind, files, province_code, ground)
    except BadInputError as error:
        found = Found(problems=tuple(error.problems))
    errors = sum(one.level == "error" for one in found.problems)
    told: dict[str, Any] = {
        "errors": errors,
        "warnings": sum(one.level == "warning" for one in found.problems),
        "notes": _notes(kind, found.problems),
        **dict(found.more or {}),
    }
    if found.rows is not None:
        told["rows"] = found.rows
    if found.bounds is not None:
        told["bounds"] = [round(float(value), 6) for value in found.bounds]
    stops = errors > 0 and kind.name != "reported_gaps"  # rows of a gap list are set beside results, nothing more
    return {"usable": not stops and found.rows != 0, "details": told}


def _notes(kind: DataKind, problems: Iterable[Problem]) -> list[dict[str, Any]]:
    if kind.name in _KEPT_TO_ITSELF:
        counted = Counter((one.level, one.code) for one in problems)
        return [{"level": level, "code": code, "count": n} for (level, code), n in sorted(counted.items())]
    ordered = sorted(problems, key=lambda one: ("error", "warning", "repair").index(one.level))
    return [
        {"level": one.level, "code": one.code, "row": one.row, "vi": one.text.vi, "en": one.text.en}
        for one in ordered[:MOST_NOTES]
    ]


def _read_list(kind: DataKind, path: Path, province_code: str, _: str) -> Found:
    checked = read_list(path, SCHEMAS[kind.schema], Territory(province_code=province_code))
    rows = checked.rows
    placed = rows.dropna(subset=["lon", "lat"]) if {"lon", "lat"} <= set(rows.columns) else rows.iloc[:0]
    bounds = None
    if len(placed):
        bounds = (placed["lon"].min(), placed["lat"].min(), placed["lon"].max(), placed["lat"].max())
    operators = _operators(rows)
    more = {"operators": operators} if operators else {}
    return Found(rows=len(rows), bounds=bounds, problems=checked.problems, more=more)


def _operators(rows: pd.DataFrame) -> list[str]:
    """Return whose the masts of a list are, and who sends from them."""
    found = set(rows["operator"].astype(str)) if "operator" in rows else set()
    if "operators_served" in rows:
        found.update(str(one) for many in rows["operators_served"] for one in many)
    return sorted(found - {""})


def _read_layer(kind: DataKind, path: Path, _province: str, _: str) -> Found:
    layer, problems = read_layer(path, kind.name)
    return Found(rows=len(layer), bounds=tuple(layer.total_bounds) if len(layer) else None, problems=problems)


def _read_communes(_kind: DataKind, path: Path, province_code: str, _: str) -> Found:
    found = read_communes(path, province_code)
    bounds = tuple(found.communes.total_bounds)
    return Found(rows=len(found.communes), bounds=bounds, problems=tuple(found.problems))


def _read_terrain(_kind: DataKind, path: Path, _province: str, ground: str) -> Found:
    if ground not in ("dsm", "dtm"):
        raise StudyError(Text("Hãy nói rõ địa hình là DSM hay DTM.", "Say whether the terrain is DSM or DTM."))
    reading = read_terrain(path, kind="dsm" if ground == "dsm" else "dtm")
    terrain = reading.terrain
    cell_deg = [terrain.cell_lon_deg, terrain.cell_lat_deg]
    more = {"ground": ground, "cell_deg": cell_deg, "tiles": len(reading.sha256)}
    return Found(bounds=terrain.bounds, problems=reading.problems, more=more)


def _read_land_cover(_kind: DataKind, path: Path, _province: str, _: str) -> Found:
    found = read_land_cover(path, codes=read_clutter_heights().codes)
    return Found(problems=tuple(found.problems))


def _read_population(_kind: DataKind, path: Path, _province: str, _: str) -> Found:
    found = read_population(path)
    return Found(problems=tuple(found.problems))


def _read_antennas(_kind: DataKind, path: Path, _province: str, _: str) -> Found:
    patterns, problems = read_antennas(path)
    return Found(rows=len(patterns), problems=tuple(problems))


def _read_table(kind: DataKind, path: Path, _province: str, _: str) -> Found:
    readers: Mapping[str, Any] = {
        "unit_prices": read_unit_prices,
        "clutter_heights": read_clutter_heights,
        "routes": read_routes,
        "ranking": read_ranking,
        "profile": read_own_profile_file,
    }
    found = readers[kind.name](path)
    return Found(more={"name": found.name} if kind.name == "profile" else None)


_READERS: Mapping[str, Any] = {
    "list": _read_list,
    "layer": _read_layer,
    "communes": _read_communes,
    "terrain": _read_terrain,
    "land_cover": _read_land_cover,
    "population": _read_population,
    "antennas": _read_antennas,
    "table": _read_table,
}
