"""What changed between two rounds of a province, worked out from their rows as they stand."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from phusong.api.database.models import Round
from phusong.api.database.types import day_of
from phusong.api.intake.kept_rows import earlier_rounds, rows_of_round
from phusong.api.problems import ConflictError, NotFoundError
from phusong.words import Language, Text

if TYPE_CHECKING:
    from phusong.data.rounds.difference import Difference


def difference_to(db: Session, round_: Round, against: str | None = None) -> tuple[Round, Difference]:
    """Return the round compared with, that before this one where none is named, and what changed since.

    Raises
    ------
    NotFoundError, ConflictError
        The round named is none of the province's earlier ones; there is no earlier one, or this one has no list.
    """
    from phusong.data.rounds.difference import difference

    earlier = earlier_rounds(db, round_)
    if round_.list_upload_id is None:
        raise ConflictError(Text("Đợt này chưa có danh sách.", "The round has no list yet."))
    if not earlier:
        raise ConflictError(Text("Chưa có đợt nào trước đợt này.", "There is no round before this one."))
    at = len(earlier) - 1
    if against is not None:
        at = next((n for n, one in enumerate(earlier) if one.id == against), -1)
        if at < 0:
            raise NotFoundError
    before, after = (rows_of_round(db, one.id).table for one in (earlier[at], round_))
    history = [rows_of_round(db, one.id).table for one in earlier[:at]]
    known = set(before["gap_id"]).union(*(one["gap_id"] for one in history))
    same = {(gap_id, gap_id): True for gap_id in after["gap_id"] if gap_id in known}
    return earlier[at], difference(before, after, [one for one in history if len(one)], answers=same)


def difference_book(found: Difference, before: Round, after: Round, language: Language) -> bytes:
    """Return a difference as a workbook."""
    from phusong.data.rounds.difference_book import write_difference

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "difference.xlsx"
        made_on = day_of(after.state_since)
        write_difference(found, path, between=(before.batch, after.batch), made_on=made_on, language=language)
        return path.read_bytes()
