"""What follows from an assessed study: findings, routes, priorities, scenarios, roads and places besides villages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from phusong.coverage.routes import RouteTable
from phusong.coverage.states import SERVED, UNSERVED
from phusong.data.ranking import RankingRules, read_ranking
from phusong.data.routes import read_routes
from phusong.study.assess import Assessment
from phusong.study.conclusions import Conclusions, conclude
from phusong.study.congestion import congestion_note, loaded_cells
from phusong.study.congestion import village_columns as congestion_columns
from phusong.study.correction import Correction
from phusong.study.future_gaps import future_gaps
from phusong.study.gathered import Gathered
from phusong.study.priorities import ranking_of, with_routes
from phusong.study.ranking import RankedGaps
from phusong.study.reconciliation import Reconciliation, reconcile_study
from phusong.study.scenarios import (
    ScenarioAnswers,
    gap_columns,
    planned_table,
    run_scenarios,
    scenario_table,
    village_columns,
)
from phusong.study.targets import target_tables
from phusong.words import Text

if TYPE_CHECKING:
    from phusong.study import Study

FINDING_COLUMNS = ("finding", "basis", "tender")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """All tables of a study, what its reports say besides them, and its scenarios household by household."""

    tables: dict[str, pd.DataFrame]
    answers: tuple[ScenarioAnswers, ...]
    conclusions: Conclusions
    reconciled: Reconciliation | None
    rules: RouteTable
    ranking: RankingRules
    ranked: RankedGaps
    congestion: Text


def judge(found: Assessment, gathered: Gathered, study: Study, correction: Correction) -> Judged:
    """Conclude, say who pays, put the gaps in order and look at other days and other targets.

    Raises
    ------
    BadInputError, StudyError
        The recorded findings, the table of routes or that of the ranking have mistakes: all of one file at once.
    """
    rules = read_routes(study.file.further.get("routes"))
    ranking = read_ranking(study.file.further.get("ranking"))
    tables = dict(gathered.tables)
    listed = found.inputs.reported
    reconciled = None if listed is None else reconcile_study(listed, tables, found, correction.predict)
    if reconciled is not None:
        tables |= {"reconciliation": reconciled.table, "reconciliation_communes": reconciled.agreement}
    conclusions = conclude(found, tables, study.file, correction)
    tables |= conclusions.tables
    answers = run_scenarios(found, engine=correction.predict)
    tables |= _of_other_days(found, gathered, tables, answers)
    tables |= _other_targets(found, correction)
    cells = loaded_cells(found)
    tables["cells"] = cells.table
    tables["villages"] = tables["villages"].join(congestion_columns(found, cells))
    service = found.profile.main_service.key
    for target in ("village", "gap"):
        tables[f"{target}s"] = _with_findings(tables[f"{target}s"], tables["findings"], target, service)
    tables = with_routes(tables, found, rules, on=study.file.dated)
    ranked = ranking_of(tables, found, ranking)
    tables["ranking"] = ranked.table
    return Judged(
        tables=tables,
        answers=answers,
        conclusions=conclusions,
        reconciled=reconciled,
        rules=rules,
        ranking=ranking,
        ranked=ranked,
        congestion=congestion_note(cells),
    )


def _of_other_days(
    found: Assessment, gathered: Gathered, tables: dict[str, pd.DataFrame], answers: tuple[ScenarioAnswers, ...]
) -> dict[str, pd.DataFrame]:
    """Return the tables of the scenarios, and villages and gaps with what becomes of them."""
    ids = gathered.places.ids
    later = gap_columns(found, answers, ids).set_index("gap_id")
    later["served_when_planned"] = _when_planned(found, answers, len(ids))
    return {
        "scenarios": scenario_table(found, answers),
        "planned": planned_table(found),
        "future_gaps": future_gaps(found, answers, ids),
        "villages": tables["villages"].join(village_columns(found, answers)),
        "gaps": tables["gaps"].join(later, on="gap_id"),
    }


def _other_targets(found: Assessment, correction: Correction) -> dict[str, pd.DataFrame]:
    targets = target_tables(found, engine=correction.predict)
    state = targets.places[f"state_{found.profile.main_service.key}"]
    return {
        "road_gaps": targets.road_gaps,
        "roads_summary": targets.roads_summary,
        "target_places": targets.places.assign(state=state),
    }


def _when_planned(found: Assessment, answers: tuple[ScenarioAnswers, ...], n_gaps: int) -> list[str]:
    """Say of each gap whether the operators' planned services serve all of it."""
    h, main = found.households, found.profile.main_service.key
    planned = next(a for a in answers if a.scenario.key == "with_planned").views[main]["any"].state
    inside = h.gap >= 0
    served, dark = (
        np.bincount(h.gap[inside], weights=(planned == state)[inside] * h.weight[inside], minlength=n_gaps)
        for state in (SERVED, UNSERVED)
    )
    households = np.bincount(h.gap[inside], weights=h.weight[inside], minlength=n_gaps)
    return ["yes" if s == n else "no" if d > 0 else "unknown" for s, d, n in zip(served, dark, households, strict=True)]


def _with_findings(table: pd.DataFrame, findings: pd.DataFrame, target: str, service: str) -> pd.DataFrame:
    """Return gaps or villages with their findings, which stand in the same order."""
    own = findings[(findings["target"] == target) & (findings["service"] == service)]
    name = "gap_id" if target == "gap" else "village_name"
    assert np.array_equal(own[name], table[name])
    return table.assign(**{column: own[column].to_numpy() for column in FINDING_COLUMNS})
