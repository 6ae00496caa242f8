"""What changed since the round before, in one line: on a round's page and before its list is submitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from phusong.api.access.policy import Action, Person
from phusong.api.database.models import GapRow, Round
from phusong.api.intake.differences import difference_to
from phusong.errors import PhuSongError
from phusong.words import Text

CHANGES = {
    "new": Text("Mới", "New"),
    "closed": Text("Không còn", "Closed"),
    "reopened": Text("Trở lại", "Back again"),
    "changed": Text("Thay đổi", "Changed"),
    "moved": Text("Dời chỗ", "Moved"),
    "unchanged": Text("Như cũ", "Unchanged"),
}
MOST_ROWS = 3_000
"""Longer lists are compared on the page of the differences only: everybody else should not wait for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SinceLast:
    """The round compared with, and how many places there are of each kind of change."""

    before: Round
    counts: Mapping[str, int]


def since_last(db: Session, person: Person, round_: Round) -> SinceLast | None:
    """Return what changed since the round before; None where there is none, no list yet, or a very long one."""
    if not round_.list_upload_id or not person.may(Action.ROUND_READ, province_code=round_.province_code):
        return None
    rows = select(func.count()).select_from(GapRow).where(GapRow.round_id == round_.id, GapRow.present)
    if (db.scalar(rows) or 0) > MOST_ROWS:
        return None
    try:
        before, found = difference_to(db, round_)
    except PhuSongError:
        return None
    return SinceLast(before=before, counts=found.counts)
