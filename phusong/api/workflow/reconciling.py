"""A round beside a finished study: what the model says of every row, kept as it was read."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlalchemy import delete
from sqlalchemy.orm import Session

from phusong.api.access.policy import Action, Person
from phusong.api.database.models import Round, RowFinding, StepRecord, Study
from phusong.api.intake.kept_rows import rows_of_round
from phusong.api.problems import ConflictError, NotFoundError
from phusong.api.service import Service
from phusong.api.studies.own_profiles import profile_of
from phusong.api.workflow.taking import take
from phusong.coverage.criteria import Profile
from phusong.words import Text

if TYPE_CHECKING:  # a study brings everything that computes: it is loaded where it is needed
    from phusong.study.opened import OpenedResults

_TOLD = (
    *("class_stated", "class_computed", "joined_by", "households_stated", "unserved_stated", "households"),
    *("served_households", "unserved_households", "undetermined_households", "no_data_households", "model_gap_ids"),
    *("distance_m", "best_operator", "best_technology", "explanation_vi", "explanation_en"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsSaid:
    """What a study says of the rows of a round: by row, its version at that moment, a verdict and the details."""

    study_id: str
    said: Mapping[str, tuple[int, str, dict[str, Any]]]

    @property
    def counts(self) -> dict[str, int]:
        """Return how many rows have each verdict."""
        return dict(Counter(verdict for _, verdict, _ in self.said.values()))


def results_of(service: Service, study: Study | None, province_code: str) -> Path:
    """Return the results folder of a finished study of a province."""
    if study is None or study.province_code != province_code:
        raise NotFoundError
    if study.state != "done" or not study.folder:
        raise ConflictError(Text("Nghiên cứu này chưa xong.", "This study is not finished."))
    return service.results(study.folder)


def read_findings(service: Service, person: Person, round_id: str, study_id: str) -> RowsSaid:
    """Read what a study says of the rows of a round, outside any writing transaction."""
    from phusong.study.opened import open_results

    with service.database.read() as db:
        round_ = db.get_one(Round, round_id)
        study = db.get(Study, study_id)
        folder = results_of(service, study, round_.province_code)
        if not person.may(Action.STUDY_READ, province_code=round_.province_code):
            raise NotFoundError
        profile = profile_of(db, service, study)
        rows = rows_of_round(db, round_id)
    if not rows.ids:
        return RowsSaid(study_id=study_id, said={})
    results = open_results(folder)
    verdicts = _reconciled(results, rows.table, profile)
    villages = _villages(results, rows.table)
    said = {}
    for row_id, version, told, village in zip(
        rows.ids, rows.versions, verdicts.to_dict("records"), villages, strict=True
    ):
        details = {name: _plain(told[name]) for name in _TOLD} | {"village": village}
        said[row_id] = (version, str(told["verdict"]), details)
    return RowsSaid(study_id=study_id, said=said)


def keep_findings(db: Session, person: Person, round_: Round, findings: RowsSaid, reason: str) -> StepRecord:
    """Record what a study says of a round's rows, and take the step."""
    round_.study_id = findings.study_id
    db.execute(
        delete(RowFinding).where(RowFinding.round_id == round_.id, RowFinding.study_id == findings.study_id)
    )  # the same study read again says the same, but for rows that were corrected
    for row_id, (version, verdict, details) in findings.said.items():
        db.add(
            RowFinding(
                round_id=round_.id, row_id=row_id, row_version=version, study_id=findings.study_id,
                province_code=round_.province_code, verdict=verdict, details=details,
            )
        )  # fmt: skip
    return take(db, person, round_, "reconcile", reason)


def _reconciled(results: OpenedResults, table: pd.DataFrame, profile: Profile) -> pd.DataFrame:
    """Return a verdict for every row, in their order: levels are those of the households near."""
    from phusong.study.reconciliation import reconcile
    from phusong.study.reconciliation_values import Found

    tables: dict[str, pd.DataFrame] = {name: results.places(name) for name in ("communes", "villages", "gaps")}
    tables["households"] = results.table("households", columns=Found.HOUSEHOLD_COLUMNS)
    made = reconcile(
        table,
        tables,
        least_households=profile.gap.min_households,
        at_points=None,
        margin_db=profile.margin_db(indoor=False),
    )
    return made.table.iloc[: len(table)]


def _villages(results: OpenedResults, table: pd.DataFrame) -> list[dict[str, str] | None]:
    """Return the study's village each row names; None where it names none, or two could be meant."""
    from phusong.study.evidence_ground import place_keys

    villages = results.table("villages", columns=["village_code", "village_name", "commune_code"])
    known: dict[str, dict[str, str] | None] = {}
    for key, told in zip(place_keys(villages), villages.to_dict("records"), strict=True):
        known[key] = None if key in known else {str(name): str(value) for name, value in told.items()}
    return [known.get(key) if key else None for key in place_keys(table)]


def _plain(value: Any) -> Any:
    """Return a value JSON can hold."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    told = value.item() if hasattr(value, "item") else value
    json.dumps(told)
    return told
