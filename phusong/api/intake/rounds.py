"""Rounds of a province: opened, found, counted, their rows searched with or without accents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.access.policy import Action, Person
from phusong.api.access.scope import within
from phusong.api.database.models import GapRow, Province, Round
from phusong.api.problems import ConflictError, NotFoundError
from phusong.data.names import fold
from phusong.words import Text

_ESCAPE = "\\"


def open_round(
    db: Session, person: Person, *, province_code: str, batch: str, title: str = "", due_on: date | None = None
) -> Round:
    """Open a round of a province under a name no other round of it has."""
    if not person.may(Action.ROUND_OPEN, province_code=province_code) or db.get(Province, province_code) is None:
        raise NotFoundError
    taken = ConflictError(Text(f"Tỉnh đã có đợt “{batch}”.", f"The province has a round “{batch}” already."))
    if db.scalars(select(Round.id).where(Round.province_code == province_code, Round.batch == batch)).first():
        raise taken
    round_ = Round(province_code=province_code, batch=batch, title=title, due_on=due_on, created_by=person.id)
    db.add(round_)
    try:
        db.flush()
    except IntegrityError as error:  # somebody opened it at the same moment
        raise taken from error
    audit.record(
        db, "round.open", by=person, subject=("round", round_.id), province_code=province_code, details={"batch": batch}
    )
    return round_


def rows_in_each(db: Session, rounds: Sequence[Round]) -> Mapping[str, tuple[int, int]]:
    """Return of each round how many rows its list has, and their households."""
    query = select(GapRow.round_id, func.count(), func.coalesce(func.sum(GapRow.households), 0))
    ids = [one.id for one in rounds]
    found = db.execute(query.where(GapRow.round_id.in_(ids), GapRow.present).group_by(GapRow.round_id))
    return {round_id: (int(rows), int(households or 0)) for round_id, rows, households in found}


def rows_in_reach(person: Person) -> ColumnElement[bool]:
    """Return the condition that a row is one this person may read."""
    return within(person, Action.ROW_READ, province=GapRow.province_code, commune=GapRow.commune_code)


def rows_like(asked: str) -> ColumnElement[bool]:
    """Return the condition that village, cluster, commune or gap id hold every word, accents or not."""
    words = fold(asked.replace("\x00", " ")).split()
    return and_(true(), *(GapRow.folded.contains(word, autoescape=True, escape=_ESCAPE) for word in words))
