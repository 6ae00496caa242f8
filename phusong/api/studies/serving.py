"""Which file of a study, a plan or a package a person may get: one table, and nothing that is not in it.

Files that tell where stations stand need ``station.read``, household points ``household.read``; both for the province.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from phusong.api.access.policy import Action, Person
from phusong.api.problems import NotFoundError

STUDY_FILES: Mapping[str, Action] = {
    # villages, communes, findings, orders: nothing of a mast, nothing of a house
    "communes.parquet": Action.STUDY_READ,
    "findings.parquet": Action.STUDY_READ,
    "future_gaps.parquet": Action.STUDY_READ,
    "measure_first.parquet": Action.STUDY_READ,
    "packages.parquet": Action.STUDY_READ,
    "proposed_sites.parquet": Action.STUDY_READ,
    "ranking.parquet": Action.STUDY_READ,
    "ranking.png": Action.STUDY_READ,
    "reconciliation_communes.parquet": Action.STUDY_READ,
    "reliability.parquet": Action.STUDY_READ,
    "road_gaps.parquet": Action.STUDY_READ,
    "roads_summary.parquet": Action.STUDY_READ,
    "scenarios.parquet": Action.STUDY_READ,
    "target_places.parquet": Action.STUDY_READ,
    "test_points.parquet": Action.STUDY_READ,
    # the masts nearest to a place, their levels, or the masts themselves
    "asks.parquet": Action.STATION_READ,
    "cells.parquet": Action.STATION_READ,
    "evidence.parquet": Action.STATION_READ,
    "gaps.parquet": Action.STATION_READ,
    "map.html": Action.STATION_READ,
    "manifest.json": Action.STATION_READ,
    "planned.parquet": Action.STATION_READ,
    "reconciliation.parquet": Action.STATION_READ,
    "report.xlsx": Action.STATION_READ,
    "results.gpkg": Action.STATION_READ,
    "sites.parquet": Action.STATION_READ,
    "villages.parquet": Action.STATION_READ,
    # where people live
    "households.parquet": Action.HOUSEHOLD_READ,
    "study.duckdb": Action.HOUSEHOLD_READ,
}
PLAN_FILES: Mapping[str, Action] = {
    "expected.tif": Action.PLAN_READ,
    "plan_costs.parquet": Action.PLAN_READ,
    "plan_gaps.parquet": Action.PLAN_READ,
    "plan_served.parquet": Action.PLAN_READ,
    "provenance.json": Action.PLAN_READ,
    "ranking.parquet": Action.PLAN_READ,
    "ranking.png": Action.PLAN_READ,
    "candidates.parquet": Action.STATION_READ,
    "manifest.json": Action.STATION_READ,
    "map.html": Action.STATION_READ,
    "plan.xlsx": Action.STATION_READ,
    "plan_sites.parquet": Action.STATION_READ,
    "results.gpkg": Action.STATION_READ,
}
HOPS = "hops/"
"""Pictures of the links of a plan: both ends are masts."""
PACKAGE_FILES: Mapping[str, Action] = {
    "package.json": Action.STATION_READ,
    "maps/base.gpkg": Action.PACKAGE_READ,
    "maps/expected.tif": Action.PACKAGE_READ,
}
TABLES: Mapping[str, frozenset[str]] = {
    "communes": frozenset(),
    "findings": frozenset(),
    "future_gaps": frozenset(),
    "gaps": frozenset({"nearest", "level_dbm", "obstacle", "reason"}),
    "measure_first": frozenset(),
    "proposed_sites": frozenset(),
    "ranking": frozenset(),
    "reconciliation": frozenset({"explanation"}),
    "reconciliation_communes": frozenset(),
    "reliability": frozenset(),
    "road_gaps": frozenset(),
    "roads_summary": frozenset(),
    "scenarios": frozenset(),
    "target_places": frozenset(),
    "test_points": frozenset(),
    "villages": frozenset({"nearest"}),
}
"""Tables told as JSON, and how the columns begin that only those see who may read stations."""


def action_for(files: Mapping[str, Action], name: str) -> Action | None:
    """Return what a file needs; None where it is never served."""
    if files is PLAN_FILES and name.startswith(HOPS):
        return Action.STATION_READ
    return files.get(name)


def may_have(person: Person, files: Mapping[str, Action], name: str, province_code: str) -> bool:
    """Say whether a person may have a file of a province."""
    action = action_for(files, name)
    return action is not None and person.may(action, province_code=province_code)


def shown_files(
    person: Person, files: Mapping[str, Action], kept: Mapping[str, Mapping[str, object]], province_code: str
) -> list[str]:
    """Return the names of those kept files that a person may have."""
    return [name for name in sorted(kept) if may_have(person, files, name, province_code)]


def file_for(
    person: Person,
    files: Mapping[str, Action],
    kept: Mapping[str, Mapping[str, object]],
    name: str,
    *,
    folder: Path,
    province_code: str,
) -> Path:
    """Return a kept file that a person may have; ``name`` is looked up, never joined to a path as it came."""
    found = next((one for one in kept if one == name), None)
    if found is None or not may_have(person, files, found, province_code):
        raise NotFoundError
    path = folder / found
    if not path.is_file():
        raise NotFoundError
    return path
