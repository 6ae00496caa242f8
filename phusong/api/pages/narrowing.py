"""How the lists of an administrator are narrowed: by a person's name without accents, by days of Vietnam."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from fastapi import Request
from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from phusong.api.database.models import User
from phusong.api.database.types import VIETNAM
from phusong.data.names import fold

LONGEST = 64
MOST_PEOPLE = 200
_YEARS = range(2000, 2200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What an address asks for, as it was typed; whatever is no day or no name counts for nothing."""

    who: str
    since: str
    until: str

    def days(self, column: InstrumentedAttribute[datetime]) -> ColumnElement[bool]:
        """Return the condition that a moment lies within the days, both of them whole."""
        first, last = _begins(self.since), _begins(self.until)
        after = column >= first if first is not None else true()
        return and_(after, column < last + timedelta(days=1) if last is not None else true())


def narrowed(request: Request) -> Narrowed:
    """Return what an address asks for."""
    who, since, until = (request.query_params.get(key, "")[:LONGEST].strip() for key in ("who", "since", "until"))
    return Narrowed(who=who, since=since if _begins(since) else "", until=until if _begins(until) else "")


def _begins(text: str) -> datetime | None:
    """Return the first moment of a day in Vietnam, None where the text is no day."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return datetime.combine(day, time(), tzinfo=VIETNAM) if day.year in _YEARS else None


def of_person(
    db: Session, who: str, *, user_id: InstrumentedAttribute[str], username: InstrumentedAttribute[str] | None = None
) -> ColumnElement[bool]:
    """Return the condition that something is a person's: by part of the user name or of the name without accents."""
    if not who:
        return true()
    asked = fold(who)
    people = db.execute(select(User.id, User.username, User.full_name)).all()
    ids = [one.id for one in people if asked in fold(one.full_name) or asked in fold(one.username)][:MOST_PEOPLE]
    by_id = user_id.in_(ids)
    return by_id if username is None else or_(by_id, username.contains(who.lower(), autoescape=True))
