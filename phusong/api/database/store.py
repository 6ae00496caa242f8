"""Reading and writing the work store: short transactions, one writer at a time on SQLite, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session

from phusong.api.database.boxes import add_functions

SQLITE_WAIT_SECONDS = 30.0


class Database:
    """A connection pool to one database, and its two kinds of transaction."""

    def __init__(self, url: str) -> None:
        self.engine = engine_of(url)
        self.embedded = self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session that sees one state of the database and changes nothing."""
        with Session(self.engine, autoflush=False, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session whose changes all stand when the block ends, or none if it raises."""
        with Session(self.engine, expire_on_commit=False) as session:
            session.connection(execution_options={"phusong_write": True})
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def engine_of(url: str) -> Engine:
    """Return an engine; SQLite with WAL, foreign keys and full syncing, and transactions that begin when we say."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": SQLITE_WAIT_SECONDS})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    add_functions(connection)
    connection.isolation_level = None  # BEGIN is ours: the driver would begin too late for a consistent read
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("phusong_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
