"""What communes and operators answered of a round, as the program knows answers: evidence for a study."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from phusong.api.database.models import Answer, GapRow, Request
from phusong.api.database.types import day_of

BY, ON = "by", "on"
"""Keys of an answer beside its fields: the function of whoever confirms, and the day."""


def answers_said(db: Session, round_id: str) -> list[Mapping[str, str]]:
    """Return every answer of a round, a line a field (``SAID_COLUMNS``), oldest first; the last of a field stands."""
    query = (
        select(Request.commune_code, Request.operator, GapRow.gap_id, Answer)
        .join(Request, Answer.request_id == Request.id)
        .join(GapRow, Request.row_id == GapRow.id)
        .where(Request.round_id == round_id, GapRow.present)
        .order_by(Answer.made_at, Answer.version)
    )
    return [line for found in db.execute(query) for line in _lines(*found)]


def _lines(commune: str, operator: str, gap_id: str, answer: Answer) -> Iterator[dict[str, str]]:
    same = {
        "subject": "gap",
        "id": gap_id,
        "kind": "operator" if operator else "commune",
        "who": operator or commune,
        "by": str(answer.cells.get(BY, "")),
        "on": str(answer.cells.get(ON, "")) or day_of(answer.made_at).isoformat(),
        "file": "",
        "sha256": answer.id,
    }
    told: Mapping[str, Any] = answer.cells
    yield from ({**same, "field": name, "value": str(value)} for name, value in told.items() if name not in (BY, ON))
