"""Inputs that the service writes itself: the round's accepted list, the findings people recorded, earlier results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from phusong.api.database.models import DatasetVersion, GapRow, Round, Study
from phusong.api.database.types import day_of
from phusong.api.intake.kept_rows import cells_of_round, rows_of_round
from phusong.api.studies.outside import table_text
from phusong.api.workflow.answered import answers_said
from phusong.api.workflow.recorded import recorded_findings
from phusong.data.schemas import DECLARATIONS, FINDINGS, GAPS


def has_list(db: Session, round_id: str) -> bool:
    """Say whether a round has rows of an accepted list."""
    return db.scalars(select(GapRow.id).where(GapRow.round_id == round_id, GapRow.present).limit(1)).first() is not None


def written_inputs(db: Session, study: Study, own: Sequence[DatasetVersion]) -> dict[str, str]:
    """Return the text of every input a study is given by the service, by its name in study.toml.

    ``own`` are the versions of the province itself that the study reads.
    """
    found: dict[str, str] = {}
    declared = declarations_of(own)
    if declared is not None:
        found["declarations"] = declared
    if study.round_id is not None and has_list(db, study.round_id):
        found["reported_gaps"] = table_text(rows_of_round(db, study.round_id).table, GAPS)
    rows = recorded_findings(db, study.province_code, gaps_of=str(study.settings.get("continues") or ""))
    if rows and study.settings.get("findings", True):
        found["findings"] = table_text(pd.DataFrame(rows), FINDINGS)
    return found


def answered_round(db: Session, study: Study) -> Mapping[str, Any] | None:
    """Return the rows of the study's round and what communes and operators answered; None where nobody has."""
    round_ = None if study.round_id is None else db.get(Round, study.round_id)
    said = [] if round_ is None else answers_said(db, round_.id)
    if round_ is None or not said:
        return None
    return {
        "batch": round_.batch,
        "province_code": round_.province_code,
        "made_on": day_of(round_.created_at).isoformat(),
        "cells": cells_of_round(db, round_.id),
        "said": said,
    }


def declarations_of(own: Sequence[DatasetVersion]) -> str | None:
    """Return what operators declared with their station lists; None where that is a dataset itself, or nothing is.

    Whether masts beyond the border are listed is not declared here: near the border things stay undetermined.
    """
    if any(one.dataset.kind == "declarations" for one in own):
        return None
    rows = [
        {
            "operator": one.dataset.operator,
            "completeness": "complete" if one.completeness == "full" else one.completeness,
            "declared_on": one.vintage,
        }
        for one in own
        if one.dataset.kind == "stations" and one.dataset.operator and one.completeness
    ]
    return table_text(pd.DataFrame(rows), DECLARATIONS) if rows else None
