"""Inputs that the service writes itself: the round's accepted list, the findings people recorded, earlier results."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from phusong.api.database.models import GapRow, Study
from phusong.api.intake.kept_rows import rows_of_round
from phusong.api.studies.outside import table_text
from phusong.data.schemas import GAPS


def has_list(db: Session, round_id: str) -> bool:
    """Say whether a round has rows of an accepted list."""
    return db.scalars(select(GapRow.id).where(GapRow.round_id == round_id, GapRow.present).limit(1)).first() is not None


def written_inputs(db: Session, study: Study) -> dict[str, str]:
    """Return the text of every input a study is given by the service, by its name in study.toml."""
    found: dict[str, str] = {}
    if study.round_id is not None and has_list(db, study.round_id):
        found["reported_gaps"] = table_text(rows_of_round(db, study.round_id).table, GAPS)
    return found
