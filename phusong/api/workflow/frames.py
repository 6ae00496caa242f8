"""Rows of a round out of the database, as the tables and forms of ``data/rounds`` know them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from phusong.api.database.models import Answer, GapRow, GapRowVersion, Request, Round
from phusong.data.schema import Field
from phusong.data.schemas import GAPS

if TYPE_CHECKING:  # forms and files are loaded where they are needed
    from phusong.data.rounds.store import Round as ListedRound

Cells = Mapping[str, Any]
_NUMBERS = ("int", "float", "degrees")
_TUPLES = ("enums", "operators", "list", "azimuths")
BY, ON = "by", "on"
"""Keys of an answer beside its fields: the function of whoever confirms, and the day."""


def rows_and_cells(db: Session, round_: Round, *conditions: Any) -> list[tuple[GapRow, Cells]]:
    """Return rows of a round, each with its cells as they are now, by gap id."""
    query = (
        select(GapRow, GapRowVersion.cells)
        .join(GapRowVersion, (GapRowVersion.row_id == GapRow.id) & (GapRowVersion.version == GapRow.version))
        .where(GapRow.round_id == round_.id, *conditions)
        .order_by(GapRow.gap_id)
    )
    return [(row, cells) for row, cells in db.execute(query)]


def frame_of(rows: Sequence[tuple[GapRow, Cells]]) -> pd.DataFrame:
    """Return rows in the columns and types of a checked gap list; ``_row`` counts them from 1."""
    told = [_cells(row, cells) for row, cells in rows]
    columns = {field.name: _column([one.get(field.name) for one in told], field) for field in GAPS.fields}
    numbered = np.arange(1, len(told) + 1, dtype=np.int64)
    return pd.DataFrame({"_sheet": pd.Series([""] * len(told), dtype="str"), "_row": numbered, **columns})


def listed(round_: Round, rows: Sequence[tuple[GapRow, Cells]]) -> ListedRound:
    """Return a round as forms are made from it, without what was answered."""
    from phusong.data.rounds.store import Round as ListedRound

    return ListedRound(
        batch=round_.batch,
        province_code=round_.province_code,
        made_on=round_.created_at.date(),
        rows=frame_of(rows),
        sources=(),
    )


def with_answers(db: Session, round_: Round) -> ListedRound:
    """Return a round with what communes and operators answered: evidence for a study (columns ``confirmed_…``)."""
    from phusong.data.rounds.answers import Answers
    from phusong.data.rounds.confirmed import apply_answers

    made = listed(round_, rows_and_cells(db, round_, GapRow.present))
    said = _said(db, round_)
    if said.empty:
        return made
    given = Answers(kind="", whom="", by="", on=None, said=said, silent=(), problems=())
    return apply_answers(made, given)


def _said(db: Session, round_: Round) -> pd.DataFrame:
    """Return every answer of a round as a line a field, oldest first."""
    from phusong.data.rounds.store import SAID_COLUMNS

    query = (
        select(Request.commune_code, Request.operator, GapRow.gap_id, Answer)
        .join(Request, Answer.request_id == Request.id)
        .join(GapRow, Request.row_id == GapRow.id)
        .where(Request.round_id == round_.id)
        .order_by(Answer.made_at, Answer.version)
    )
    lines = []
    for commune, operator, gap_id, answer in db.execute(query):
        same = {
            "subject": "gap",
            "id": gap_id,
            "kind": "operator" if operator else "commune",
            "who": operator or commune,
            "by": str(answer.cells.get(BY, "")),
            "on": str(answer.cells.get(ON, "")) or answer.made_at.date().isoformat(),
            "file": "",
            "sha256": answer.id,
        }
        told = {name: value for name, value in answer.cells.items() if name not in (BY, ON)}
        lines += [{**same, "field": name, "value": str(value)} for name, value in told.items()]
    return pd.DataFrame(lines, columns=list(SAID_COLUMNS)).astype("str")


def _cells(row: GapRow, cells: Cells) -> dict[str, Any]:
    """Return cells under the row's own id and unit, with its place where the list gave it in another system."""
    told = dict(cells) | {"gap_id": row.gap_id}
    told["commune_code"] = row.commune_code or told.get("commune_code", "")
    if row.geom is not None and (_empty(told.get("lon")) or _empty(told.get("lat"))):
        centre = row.geom.centroid
        told |= {"lon": centre.x, "lat": centre.y}
    return told


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, float) and bool(np.isnan(value)))


def _column(values: list[Any], field: Field) -> pd.Series[Any]:
    if field.kind in _NUMBERS:
        return pd.to_numeric(pd.Series(values, dtype=object), errors="coerce").astype("float64")
    if field.kind in _TUPLES:
        return pd.Series([tuple(one) if isinstance(one, list | tuple) else () for one in values], dtype=object)
    if field.kind == "bool":
        return pd.Series([one if isinstance(one, bool) else None for one in values], dtype="boolean")
    if field.kind in ("date", "time"):
        days = [str(one) if isinstance(one, str | date) else None for one in values]
        return pd.to_datetime(pd.Series(days, dtype=object), errors="coerce").astype("datetime64[s]")
    return pd.Series(["" if _empty(one) else str(one) for one in values], dtype="str")
