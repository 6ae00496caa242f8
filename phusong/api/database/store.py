"""Reading and writing the work store: short transactions, one writer at a time on SQLite, whole or not at all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, QueuePool, create_engine, event
from sqlalchemy.orm import Session

from phusong.api.database.boxes import add_functions
from phusong.errors import PhuSongError
from phusong.words import Text

SQLITE_WAIT_SECONDS = 30.0
_EMBEDDED: dict[str, Any] = {
    "connect_args": {"timeout": SQLITE_WAIT_SECONDS},
    "poolclass": QueuePool,
    "pool_size": 20,
    "max_overflow": -1,  # a connection for every thread
}
_SERVER: dict[str, Any] = {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 20}
_NUL_IN_JSON = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # and no backslash that is itself escaped


class UnstorableError(PhuSongError):
    """A text holds a NUL: PostgreSQL cannot keep one, so neither database is ever asked to."""

    def __init__(self) -> None:
        super().__init__(Text("Có ký tự lạ, không lưu được.", "An odd character that cannot be kept."))


class Database:
    """A connection pool to one database, and its two kinds of transaction."""

    def __init__(self, url: str) -> None:
        self.engine = engine_of(url)
        self.embedded = self.engine.dialect.name == "sqlite"
        self._writing = self.engine.execution_options(phusong_write=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session that sees one state of the database and changes nothing."""
        with Session(self.engine, autoflush=False, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session whose changes all stand when the block ends, or none if it raises.

        The transaction begins with its first statement, so that nothing is held by who is still waiting for a thread.
        """
        with Session(self._writing, expire_on_commit=False) as session:
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
    embedded = url.startswith("sqlite")
    engine = create_engine(url, hide_parameters=True, json_serializer=_written, **(_EMBEDDED if embedded else _SERVER))
    event.listen(engine, "before_cursor_execute", _refuse_nul)
    event.listen(engine, "handle_error", _unwrap)
    if embedded:
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _unwrap(context: ExceptionContext) -> None:
    if isinstance(context.original_exception, UnstorableError):
        raise context.original_exception


def _refuse_nul(_c: Any, _cursor: Any, _statement: str, parameters: Any, _context: Any, _many: bool) -> None:
    for one in parameters if isinstance(parameters, list) else [parameters]:
        for value in one.values() if isinstance(one, dict) else one or ():
            if isinstance(value, str) and "\x00" in value:
                raise UnstorableError


def _written(value: Any) -> str:
    text = json.dumps(value)
    if _NUL_IN_JSON.search(text):
        raise UnstorableError
    return text


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    add_functions(connection)
    connection.isolation_level = None  # BEGIN is ours: the driver would begin too late for a consistent read
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("phusong_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
