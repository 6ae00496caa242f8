"""How often somebody may ask: counted here, and in a table that all processes of a service share."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as insert_postgres
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from phusong.api.database.models import Throttle
from phusong.api.database.store import SQLITE_WAIT_SECONDS, Database
from phusong.api.problems import TooManyError
from phusong.words import Text

T = TypeVar("T")
WINDOW_SECONDS = 60
SHARES = 20  # a process tells the others after a twentieth of a limit
REMEMBERED = 20_000
_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '100ms'"


def window_now() -> int:
    """Return the number of the minute we are in."""
    return int(time.time()) // WINDOW_SECONDS


def until_next() -> int:
    """Return the seconds until the next minute begins."""
    return WINDOW_SECONDS - int(time.time()) % WINDOW_SECONDS


def counted(db: Session, key: str, by: int = 1) -> int:
    """Add to the count of a key in this minute and return what it has come to over all processes."""
    insert = insert_sqlite if db.get_bind().dialect.name == "sqlite" else insert_postgres
    added = insert(Throttle).values(key=key[:128], window=window_now(), count=by)
    both = added.on_conflict_do_update(
        index_elements=[Throttle.key, Throttle.window], set_={"count": Throttle.count + added.excluded.count}
    )
    return int(db.execute(both.returning(Throttle.count)).scalar_one())


def forget_old(db: Session) -> None:
    """Drop the counts of minutes that are over."""
    db.execute(delete(Throttle).where(Throttle.window < window_now() - 1))


def too_many() -> TooManyError:
    """Return the error of who asks too often."""
    seconds = until_next()
    return TooManyError(
        Text(f"Quá nhiều yêu cầu, hãy thử lại sau {seconds} giây.", f"Too many requests, try again in {seconds} s."),
        retry_seconds=seconds,
    )


def without_waiting(database: Database, act: Callable[[Session], T]) -> T | None:
    """Do something small in a transaction of its own if no other writer is in the way; else None, at once.

    For what may be left out (when a session was last seen): it can neither slow a reader down nor block a request
    that already holds the writer's lock.
    """
    with database.engine.connect() as connection:
        try:
            connection.exec_driver_sql("PRAGMA busy_timeout=0" if database.embedded else _LOCK_TIMEOUT)
            with Session(connection, expire_on_commit=False, join_transaction_mode="control_fully") as db:
                done = act(db)
                db.commit()
                return done
        except OperationalError:
            return None
        finally:
            connection.rollback()
            if database.embedded:
                with suppress(OperationalError):
                    connection.exec_driver_sql(f"PRAGMA busy_timeout={int(SQLITE_WAIT_SECONDS * 1000)}")


class Limits:
    """What each person or address asked for in this minute.

    A request is counted for a person once its cookie or token has been seen to be good (``knows``), for its address
    until then: a whole office behind one address is not held for one person, and made-up cookies count together.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._window = 0
        self._here: dict[str, int] = {}
        self._told: dict[str, int] = {}
        self._people: dict[str, str] = {}

    def knows(self, digest: str, user_id: str) -> None:
        """Remember whose cookie or token this is the digest of."""
        if len(self._people) >= REMEMBERED:
            self._people.clear()
        self._people[digest] = user_id

    def person(self, digest: str) -> str | None:
        """Return whose digest this is, where this process has seen it before."""
        return self._people.get(digest)

    def over(self, key: str, limit: int) -> bool:
        """Count one request here and say whether it is one too many."""
        if self._window != window_now():
            self._window, self._here, self._told = window_now(), {}, {}
        if len(self._here) >= REMEMBERED:
            self._here.clear()
        self._here[key] = self._here.get(key, 0) + 1
        return self._here[key] + self._told.get(key, 0) > limit

    def due(self, key: str, limit: int) -> bool:
        """Say whether the other processes should hear of this key now."""
        return self._here.get(key, 0) >= max(1, limit // SHARES)

    def share(self, key: str) -> None:
        """Tell the other processes, and hear from them; where the database is busy, later."""
        window, here = self._window, self._here.pop(key, 0)
        total = without_waiting(self._database, lambda db: counted(db, key, here))
        if window != self._window:
            return  # the minute is over: what was counted in it no longer matters
        if total is None:
            self._here[key] = self._here.get(key, 0) + here
        else:
            self._told[key] = total
