"""The files of a plan: tables, plan.xlsx, GeoPackage, map and, last of all, the manifest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

import phusong
from phusong.coverage.terrain import Terrain
from phusong.data.digests import sha256_of
from phusong.data.geopackage import write_geopackage
from phusong.data.plan_report import write_plan_report
from phusong.data.provenance import Provenance
from phusong.data.store import MANIFEST, write_json, write_parquet
from phusong.data.workbook import Sheet
from phusong.maps.hillshade import hillshade_overlay
from phusong.maps.page import write_map
from phusong.maps.qgis import layer_styles
from phusong.plan.choice import Offer
from phusong.plan.offers import Offers
from phusong.study.write import map_provenance, placed_rows
from phusong.tenders.package.canonical import plain
from phusong.words import Language, Text, day

PARQUET = ("plan_sites", "plan_gaps", "plan_served", "plan_costs", "candidates", "ranking")
LAYERS = ("communes", "plan_gaps", "sites", "candidates", "plan_sites")
MAP = ("communes", "gaps", "villages", "sites", "plan_sites")
PROVENANCE = "provenance.json"
PLAN_COLUMNS = ("planned_households", "left_because_vi", "left_because_en", "advice_vi", "advice_en")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """What stands at the head of a plan's files: the study, its province, what they rest on."""

    study: str
    province: str
    rests_on: Provenance

    @property
    def title(self) -> Text:
        """Return the title of the plan."""
        return Text(f"Phương án đặt trạm: {self.study}", f"Plan of sites: {self.study}")


def write_plan(
    folder: Path,
    tables: Mapping[str, pd.DataFrame],
    page: PlanPage,
    *,
    answer: Sequence[tuple[Text, Text]],
    notes: Sequence[Text],
    offers: Offers,
    chosen: Sequence[Offer],
    ranking: Sheet,
    terrain: Terrain,
    language: Language,
) -> None:
    """Write every file of a plan but the manifest.

    Parameters
    ----------
    tables
        ``communes, villages, gaps, sites`` of the study, ``plan_sites, plan_gaps, candidates`` of the plan.
    answer, notes
        The plan in words.
    offers, chosen
        What was chosen from, for the estimate of costs, and what was chosen.
    ranking
        The sheet of the gaps in order of priority, now with what each costs.
    """
    for name in PARQUET:
        write_parquet(folder / f"{name}.parquet", tables[name])
    shapes = {name: placed_rows(tables[name]) for name in {*LAYERS, *MAP}}
    write_geopackage(folder / "results.gpkg", {name: shapes[name] for name in LAYERS}, layer_styles(language))
    write_json(folder / PROVENANCE, plain(page.rests_on))
    names = tables["gaps"][["gap_id", "village_name", "commune_name"]]
    write_plan_report(
        folder / "plan.xlsx",
        title=page.title,
        summary=answer,
        notes=notes,
        sites=tables["plan_sites"],
        gaps=pd.DataFrame(tables["plan_gaps"].drop(columns="geometry")).merge(names, on="gap_id"),
        candidates=tables["candidates"],
        counts=offers.counts,
        costs=(*offers.sheets(chosen), ranking),
        provenance=page.rests_on,
        language=language,
    )
    planned = tables["plan_gaps"].set_index("gap_id")[list(PLAN_COLUMNS)]
    shapes["gaps"] = shapes["gaps"].join(planned, on="gap_id")
    write_map(
        folder / "map.html",
        {name: shapes[name] for name in MAP},
        title=page.title.to(language),
        subtitle=f"{page.province} · {day(page.rests_on.created_on)}",
        language=language,
        simulated=page.rests_on.simulated,
        provenance=map_provenance(page.rests_on, language),
        relief=hillshade_overlay(terrain),
    )


def write_manifest(
    folder: Path, page: PlanPage, said: Mapping[str, object], seconds: Mapping[str, float]
) -> dict[str, object]:
    """Write manifest.json over all files of a plan; ``said`` is its question and answer in numbers."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    p = page.rests_on
    manifest = {
        "plan_of": page.study,
        "simulated": p.simulated,
        "dated": p.created_on.isoformat(),
        "model": p.model.en,
        "version": phusong.__version__,
        "scenario": p.scenario.en,
        "profile": {"name": p.profile, "source": p.profile_source.en, "verified": p.verified},
        **said,
        "inputs": [{"role": f.role.en, "name": f.name, "sha256": f.sha256} for f in p.inputs],
        "files": {f.relative_to(folder).as_posix(): sha256_of(f) for f in files},
        "seconds": dict(seconds),
    }
    write_json(folder / MANIFEST, manifest)
    return manifest
