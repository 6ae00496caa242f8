"""The files of a study: tables, GeoPackage, report, map, and the manifest over all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

import phusong
from phusong.coverage.criteria import UncertaintyRule
from phusong.data.digests import sha256_of
from phusong.data.geopackage import write_geopackage
from phusong.data.inputs import Inputs
from phusong.data.ledger import ledger_records
from phusong.data.measured import Comparison
from phusong.data.provenance import Provenance, thresholds_text
from phusong.data.report import write_report
from phusong.data.store import MANIFEST, write_duckdb, write_json, write_parquet
from phusong.maps.colours import VILLAGE_CLASSES
from phusong.maps.hillshade import hillshade_overlay
from phusong.maps.page import write_map
from phusong.maps.qgis import layer_styles
from phusong.study.correction import Correction
from phusong.study.judged_sheets import judged_sheets
from phusong.study.plan_pictures import write_ranking
from phusong.study.progress import Stopwatch
from phusong.words import Language, Text, day

if TYPE_CHECKING:
    from phusong.study import Results, Study

PARQUET = (
    *("households", "villages", "gaps", "sites", "communes", "proposed_sites", "packages", "asks", "measure_first"),
    *("evidence", "findings", "reliability", "test_points", "ranking", "scenarios", "planned", "future_gaps"),
    *("road_gaps", "roads_summary", "target_places", "cells"),
)
IF_REPORTED = ("reconciliation", "reconciliation_communes")
"""Tables of a study that is given the province's gap list."""
LAYERS = (
    *("communes", "villages", "gaps", "sites", "proposed_sites", "future_gaps", "road_gaps", "target_places"),
    "test_points",
)
"""Layers of results.gpkg; household points never are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Where a run's results are, and its manifest."""

    folder: Path
    manifest: Mapping[str, object]


def write_results(
    folder: Path,
    out: Path,
    *,
    study: Study,
    rests_on: Provenance,
    inputs: Inputs,
    results: Results,
    correction: Correction,
    comparison: Comparison | None,
    language: Language,
    watch: Stopwatch,
) -> Written:
    """Write every file of a run into ``folder``, which becomes ``out``."""
    tables = results.tables
    kept = [name for name in (*PARQUET, *IF_REPORTED) if name in tables]
    for name in kept:
        write_parquet(folder / f"{name}.parquet", tables[name])
    write_duckdb(folder / "study.duckdb", {name: folder / f"{name}.parquet" for name in kept}, results.tiles)
    watch.share(0.2)
    shapes = {name: placed_rows(tables[name]) for name in LAYERS}
    write_geopackage(folder / "results.gpkg", shapes, layer_styles(language))
    write_report(
        folder / "report.xlsx",
        tables,
        counts=results.counts,
        problems=inputs.problems,
        provenance=rests_on,
        ledger=correction.ledger(study.ledger),
        colours={key: style.colour for key, style in VILLAGE_CLASSES.items()},
        language=language,
        calibration=correction.calibration,
        comparison=comparison.table if comparison else None,
        comparison_notes=comparison.notes if comparison else (),
        further=judged_sheets(results.judged, study.profile, language),
    )
    watch.share(0.5)
    write_map(
        folder / "map.html",
        shapes | _of_the_map(shapes, study),
        title=study.file.name,
        subtitle=f"{study.province} · {day(study.dated)}",
        language=language,
        simulated=study.file.simulated,
        provenance=map_provenance(rests_on, language),
        relief=hillshade_overlay(inputs.terrain),
    )
    write_ranking(folder / "ranking.png", tables["ranking"], results.judged.ranking, language)
    watch.end()
    manifest = _manifest(folder, study, rests_on, inputs, results, correction, watch)
    write_json(folder / MANIFEST, manifest)
    return Written(folder=out, manifest=manifest)


def placed_rows(table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return a layer without the rows that have no place."""
    assert isinstance(table, gpd.GeoDataFrame)
    placed = table[~(table.geometry.isna() | table.geometry.is_empty)]
    return placed.reset_index(drop=True)


def _of_the_map(shapes: Mapping[str, gpd.GeoDataFrame], study: Study) -> dict[str, gpd.GeoDataFrame]:
    """Return what the map shows of tables over several services and scenarios."""
    future, roads = shapes["future_gaps"], shapes["road_gaps"]
    dark = (roads["service"] == study.profile.main_service.key) & (roads["state"] == "unserved")
    return {
        "future_gaps": future[future["scenario"] == "after_2g_off"].reset_index(drop=True),
        "road_gaps": roads[dark].reset_index(drop=True),
    }


def map_provenance(rests_on: Provenance, language: Language) -> dict[str, str]:
    """Return what a map page says it rests on, label by label."""
    labels = {
        Text("Mô hình", "Model"): rests_on.model.to(language),
        Text(
            "Bộ ngưỡng", "Thresholds"
        ): f"{rests_on.profile_title.to(language)}: {thresholds_text(rests_on, language)}",
        Text("Kịch bản", "Scenario"): rests_on.scenario.to(language),
        Text("Ngày lập", "Date"): day(rests_on.created_on),
        Text("Độ tin cậy", "Reliability"): rests_on.reliability.to(language),
    }
    return {label.to(language): value for label, value in labels.items() if value}


def _manifest(
    folder: Path,
    study: Study,
    rests_on: Provenance,
    inputs: Inputs,
    results: Results,
    correction: Correction,
    watch: Stopwatch,
) -> dict[str, object]:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {
        "study": study.file.name,
        "province_code": study.file.province_code,
        "simulated": study.file.simulated,
        "dated": study.dated.isoformat(),
        "model": rests_on.model.en,
        "version": phusong.__version__,
        "scenario": rests_on.scenario.en,
        "profile": {
            "name": study.profile.name,
            "source": study.profile.source.en,
            "verified": study.profile.verified,
            "thresholds_dbm": {t: rule.served_dbm for t, rule in study.profile.rules.items()},
            "margins_outdoor_db": {m.key: m.outdoor_db for m in study.profile.margins},
        },
        "uncertainty": {"interval": rests_on.interval.en, **_plain_rule(study.profile.uncertainty)},
        "ledger": ledger_records(correction.ledger(study.ledger)),
        "clutter_heights": _clutter_heights(inputs),
        "calibration": correction.manifest(),
        "counts": dict(results.counts),
        "households_estimated": inputs.estimated,
        "boundaries_checked": inputs.communes is not None,
        "values_assumed": dict(inputs.network.assumed),
        "values_missing": {name: dict(fields) for name, fields in inputs.missing.items()},
        "operators": [
            {
                "operator": i.operator,
                "list": i.completeness,
                "declared_on": str(i.declared_on)[:10] if i.declared_on else None,
                "neighbours_listed": i.neighbours_listed,
                "sites_without_position": i.sites_unplaced,
            }
            for i in inputs.network.inventories
        ],
        "gap_ids": list(results.gap_ids),
        "reliability": rests_on.reliability.en,
        "warnings": len(inputs.problems),
        "inputs": [{"role": f.role.en, "name": f.name, "sha256": f.sha256} for f in rests_on.inputs],
        "files": {p.relative_to(folder).as_posix(): sha256_of(p) for p in files},
        "seconds": dict(watch.seconds),
    }


def _plain_rule(rule: UncertaintyRule) -> dict[str, object]:
    return asdict(rule) | {"source": rule.source.en}


def _clutter_heights(inputs: Inputs) -> dict[str, object] | None:
    table = inputs.clutter_heights
    if table is None:
        return None
    return {
        "table": table.name,
        "clearing_m": table.clearing_m,
        "classes": {c: {"height_m": h, "source": table.source[c].en} for c, h in table.height_m.items()},
    }
