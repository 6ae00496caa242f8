"""One thing by its id, for one person: there, or not there for this person; the two are never told apart."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy.orm import Session

from phusong.api.access.policy import Action, Person
from phusong.api.database.models import Base
from phusong.api.problems import NotFoundError

T = TypeVar("T", bound=Base)


def reached(db: Session, person: Person, action: Action, kind: type[T], id_: str, *, to_change: bool = False) -> T:
    """Return a thing this person may do something to; ``to_change`` keeps it from others until the transaction ends.

    Its province decides, and its commune and operator where its table has them (as in :meth:`Grant.holds`).

    Raises
    ------
    NotFoundError
        There is none, or it is out of the person's scope.
    """
    found = db.get(kind, id_, with_for_update=to_change or None)
    if found is None or not person.may(
        action,
        province_code=found.province_code,  # type: ignore[attr-defined]
        commune_code=getattr(found, "commune_code", None),
        operator=getattr(found, "operator", None),
    ):
        raise NotFoundError
    return found
