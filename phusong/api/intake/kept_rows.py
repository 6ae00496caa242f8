"""The rows of a round as they stand: read from the database as the table the rest of the program works with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from phusong.api.database.models import GapRow, GapRowVersion, Round, Upload
from phusong.api.database.types import day_of
from phusong.api.intake.cells import Cells, rows_of

if TYPE_CHECKING:
    from phusong.data.rounds import store


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KeptRows:
    """Rows of a round: the table, under stable ids, and beside each its row in the database."""

    ids: tuple[str, ...]
    versions: tuple[int, ...]
    table: pd.DataFrame


def rows_of_round(db: Session, round_id: str, *conditions: ColumnElement[bool], gone_too: bool = False) -> KeptRows:
    """Return the newest version of every row of a round that its list still has, in the order of the list."""
    found = _standing(db, round_id, *conditions, *(() if gone_too else (GapRow.present.is_(True),)))
    table = rows_of([one.cells for one in found], [one.file_row for one in found])
    table["gap_id"] = pd.Series([one.gap_id for one in found], dtype=object)
    return KeptRows(ids=tuple(one.id for one in found), versions=tuple(one.version for one in found), table=table)


def cells_of_round(db: Session, round_id: str) -> list[Cells]:
    """Return the same rows as JSON holds them: ``rows_of`` makes the table of them wherever it is wanted."""
    return [{**one.cells, "gap_id": one.gap_id} for one in _standing(db, round_id, GapRow.present.is_(True))]


def _standing(db: Session, round_id: str, *conditions: Any) -> Sequence[Row[Any]]:
    query = (
        select(GapRow.id, GapRow.gap_id, GapRow.version, GapRowVersion.cells, GapRowVersion.file_row)
        .join(GapRowVersion, (GapRowVersion.row_id == GapRow.id) & (GapRowVersion.version == GapRow.version))
        .where(GapRow.round_id == round_id, *conditions)
        .order_by(GapRow.commune_code, GapRow.folded, GapRow.gap_id)
    )
    return db.execute(query).all()


def earlier_rounds(db: Session, round_: Round) -> Sequence[Round]:
    """Return the province's rounds before this one that have a list, oldest first."""
    query = select(Round).where(
        Round.province_code == round_.province_code,
        Round.id != round_.id,
        Round.list_upload_id.is_not(None),
        Round.created_at < round_.created_at,
    )
    return db.scalars(query.order_by(Round.created_at, Round.id)).all()


def round_as_data(db: Session, round_: Round, *conditions: ColumnElement[bool], gone_too: bool = False) -> store.Round:
    """Return a round as :mod:`phusong.data.rounds` takes it: for forms, answers and comparisons."""
    from phusong.data.rounds import store

    upload = None if round_.list_upload_id is None else db.get(Upload, round_.list_upload_id)
    sources = () if upload is None else (store.SourceFile(name=upload.file_name, sha256=upload.sha256 or ""),)
    return store.Round(
        batch=round_.batch,
        province_code=round_.province_code,
        made_on=day_of(round_.created_at),
        rows=rows_of_round(db, round_.id, *conditions, gone_too=gone_too).table,
        sources=sources,
    )
