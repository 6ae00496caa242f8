"""What packages are made from: a study, its results and a plan of it, opened and found to belong together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import pandas as pd

from phusong.data.digests import sha256_of
from phusong.data.layers import read_layers
from phusong.data.provenance import Provenance
from phusong.data.store import MANIFEST
from phusong.data.study_file import INPUT_TITLES, StudyFile
from phusong.data.unit_prices import read_unit_prices
from phusong.errors import StudyError
from phusong.study import Study
from phusong.study.expected import EXPECTED
from phusong.study.opened import OpenedResults, open_results
from phusong.study.plan_files import PROVENANCE
from phusong.tenders.package.canonical import read_plain
from phusong.words import Text

OF_RESULTS = ("gaps", "villages", "findings", "communes", "sites")
OF_PLAN = ("plan_sites", "plan_gaps", "plan_served", "plan_costs")

Inputs = frozenset[tuple[str, str, str]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sources:
    """Everything that packages are made from; ``roads`` None where no road layer is given.

    ``expected`` is the map data of the plan, None where the plan has no site. ``cost_years`` are the years for which
    running costs are in the plan's costs.
    """

    study: Study
    results: Path
    plan: Path
    gaps: gpd.GeoDataFrame
    villages: gpd.GeoDataFrame
    findings: pd.DataFrame
    communes: gpd.GeoDataFrame
    stations: gpd.GeoDataFrame
    plan_sites: gpd.GeoDataFrame
    plan_gaps: pd.DataFrame
    served: pd.DataFrame
    costs: pd.DataFrame
    roads: gpd.GeoDataFrame | None
    expected: Path | None
    cost_years: int
    rests_on: Provenance


def open_sources(path: Path, *, results: Path, plan: Path) -> Sources:
    """Open a study with its results and a plan of it.

    Raises
    ------
    MissingFileError
        There are no results or no plan in the folders named.
    StudyError
        Input files changed since, results and plan are of different inputs, a table was altered or is missing.
    """
    study = Study.read(path)
    found, planned = open_results(results), open_results(plan)
    _check_kinds(found, planned)
    _check_tables(found, OF_RESULTS)
    _check_tables(planned, OF_PLAN)
    _check_inputs(_inputs_now(study.file), _inputs_of(found.manifest), found.folder)
    _check_inputs(_inputs_now(study.file), _inputs_of(planned.manifest), planned.folder)
    gaps, plan_gaps = found.places("gaps"), planned.table("plan_gaps")
    _check_gaps(gaps, plan_gaps, found, planned)
    rests_on = cast(Provenance, read_plain(Provenance, plan / PROVENANCE))
    _check_model(found, rests_on)
    raster = plan / EXPECTED
    return Sources(
        study=study,
        results=results,
        plan=plan,
        gaps=gaps,
        villages=found.places("villages"),
        findings=found.table("findings"),
        communes=found.places("communes"),
        stations=found.places("sites"),
        plan_sites=planned.places("plan_sites"),
        plan_gaps=plan_gaps,
        served=planned.table("plan_served"),
        costs=planned.table("plan_costs"),
        roads=read_layers(study.file).layers.roads,
        expected=raster if raster.is_file() else None,
        cost_years=_cost_years(planned.manifest, study.file),
        rests_on=rests_on,
    )


def _cost_years(manifest: Mapping[str, Any], file: StudyFile) -> int:
    asked = manifest["asked"]["years"]
    return int(read_unit_prices(file.further.get("unit_prices")).years if asked is None else asked)


def _check_kinds(found: OpenedResults, planned: OpenedResults) -> None:
    for opened, key, vi, en in ((found, "study", "kết quả nghiên cứu", "results of a study"),
                                (planned, "plan_of", "phương án đặt trạm", "a plan of sites")):  # fmt: skip
        if key not in opened.manifest:
            raise StudyError(Text(f"{opened.folder} không phải thư mục {vi}.", f"{opened.folder} does not hold {en}."))


def _check_tables(opened: OpenedResults, names: Sequence[str]) -> None:
    """Refuse tables that are not there or are no longer what was written."""
    files = opened.manifest["files"]
    missing = [name for name in names if f"{name}.parquet" not in files or not opened.has(name)]
    if missing:
        listed = ", ".join(missing)
        raise StudyError(
            Text(
                f"{opened.folder} thiếu bảng {listed}: hãy chạy lại bằng phiên bản này của phần mềm.",
                f"{opened.folder} lacks the tables {listed}: run again with this version of the program.",
            )
        )
    altered = [name for name in names if sha256_of(opened.folder / f"{name}.parquet") != files[f"{name}.parquet"]]
    if altered:
        listed = ", ".join(f"{name}.parquet" for name in altered)
        raise StudyError(
            Text(
                f"{opened.folder}: tệp {listed} đã bị sửa sau khi ghi; hãy chạy lại.",
                f"{opened.folder}: {listed} was altered after it was written; run again.",
            )
        )


def _inputs_now(file: StudyFile) -> Inputs:
    return frozenset(
        (INPUT_TITLES[key.partition("/")[0]].en, path.name, sha256_of(path)) for key, path in file.inputs.items()
    )


def _inputs_of(manifest: Mapping[str, Any]) -> Inputs:
    return frozenset((one["role"], one["name"], one["sha256"]) for one in manifest["inputs"])


def _check_inputs(now: Inputs, then: Inputs, folder: Path) -> None:
    """Refuse results of other input files than those of the study as they are now."""
    if now != then:
        names = ", ".join(sorted({name for _, name, _ in now ^ then}))
        raise StudyError(
            Text(
                f"Tệp vào của nghiên cứu không còn như khi lập {folder / MANIFEST}: {names}; hãy chạy lại nghiên cứu "
                "và phương án.",
                f"The study's input files are no longer those of {folder / MANIFEST}: {names}; run study and plan "
                "again.",
            )
        )


def _check_model(found: OpenedResults, rests_on: Provenance) -> None:
    """Refuse a plan that rests on another model, scenario or thresholds than the results."""
    run = found.manifest
    dbm = {str(name): float(level) for name, level in run["profile"]["thresholds_dbm"].items()}
    differing = [
        name
        for name, same in (
            (Text("mô hình", "model"), run["model"] == rests_on.model.en),
            (Text("kịch bản", "scenario"), run["scenario"] == rests_on.scenario.en),
            (Text("bộ ngưỡng", "thresholds"), run["profile"]["name"] == rests_on.profile
             and all(dbm.get(t.technology) == t.served_dbm for t in rests_on.thresholds)),
        )
        if not same
    ]  # fmt: skip
    if differing:
        raise StudyError(
            Text(
                f"Kết quả ở {found.folder} và phương án khác nhau về {', '.join(one.vi for one in differing)}: "
                "hãy chạy lại cả hai.",
                f"The results in {found.folder} and the plan differ in {', '.join(one.en for one in differing)}: "
                "run both again.",
            )
        )


def _check_gaps(gaps: pd.DataFrame, plan_gaps: pd.DataFrame, found: OpenedResults, planned: OpenedResults) -> None:
    """Refuse a plan that was made for other gaps than those of the results."""
    own = dict(zip(gaps["gap_id"], gaps["households"], strict=True))
    theirs = dict(zip(plan_gaps["gap_id"], plan_gaps["households"], strict=True))
    other = sorted({*own} ^ {*theirs} | {g for g in {*own} & {*theirs} if theirs[g] not in (0, own[g])})
    if other:
        listed = ", ".join(other[:5]) + ("…" if len(other) > 5 else "")
        raise StudyError(
            Text(
                f"Phương án ở {planned.folder} không cùng vùng lõm với kết quả ở {found.folder} ({listed}): "
                "hãy chạy lại cả hai.",
                f"The plan in {planned.folder} is for other gaps than the results in {found.folder} ({listed}): "
                "run both again.",
            )
        )
