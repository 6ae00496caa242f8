"""Which rows of a round have a finding: a decision that stands, or a definite word of the study it was set beside."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from phusong.api.database.models import Decision, GapRow, Round, RowFinding

DEFINITE = ("confirmed", "served")
"""Verdicts of a reconciliation that are a finding by themselves; the others are for a person to decide."""
WITHDRAWN = "withdrawn"


def standing() -> ColumnElement[bool]:
    """Return the condition that a decision is the last one over its subject."""
    later = aliased(Decision)
    return ~exists().where(later.supersedes_id == Decision.id)


def decided(round_: Round) -> ColumnElement[bool]:
    """Return the condition that somebody decided a row of this round (``GapRow``), if only that it is undetermined."""
    return exists().where(
        and_(
            Decision.subject_kind == "reported",
            Decision.province_code == round_.province_code,
            Decision.round_id == round_.id,
            Decision.subject_code == GapRow.gap_id,
            Decision.verdict != WITHDRAWN,
            standing(),
        )
    )


def found(round_: Round) -> ColumnElement[bool]:
    """Return the condition that the round's study says something definite of a row (``GapRow``) as it is now."""
    said = aliased(RowFinding)  # a list of rows may join the table itself
    return exists().where(
        said.row_id == GapRow.id,
        said.row_version == GapRow.version,
        said.study_id == round_.study_id,
        said.verdict.in_(DEFINITE),
    )


def rows_without_finding(db: Session, round_: Round) -> int:
    """Count the rows of a round that neither the study nor a person has concluded."""
    query = select(func.count()).where(
        GapRow.round_id == round_.id, GapRow.present, ~or_(decided(round_), found(round_))
    )
    return int(db.scalar(query) or 0)
