"""The schema and its migrations: brought to the newest by one process at a time, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, event, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError

from phusong.api.database.models import Base, Province
from phusong.api.database.store import engine_of
from phusong.errors import PhuSongError
from phusong.words import Text

if TYPE_CHECKING:  # loading it takes long, and only who changes or checks a schema needs it
    from alembic.config import Config
    from alembic.script import ScriptDirectory

MIGRATIONS = Path(__file__).parent / "migrations"
NEWEST = "head"
EMPTY = "base"
_UPGRADE_LOCK = 7_368_002  # any number, the same in every process


class SchemaError(PhuSongError):
    """A database whose schema this version of the software cannot work with."""


def upgrade(url: str, revision: str = NEWEST) -> str:
    """Bring a database to a revision and give it the provinces; return the revision.

    Several processes may ask at once: one works, the others wait and find it done. It is one transaction.
    """
    with changing(url) as connection:
        return upgrade_on(connection, revision)


def upgrade_on(connection: Connection, revision: str = NEWEST) -> str:
    """Do the same within a transaction of ``changing``."""
    from alembic import command

    _check_known(connection)
    if connection.dialect.name == "postgresql":
        _need_postgis(connection)
    command.upgrade(_config(connection), revision)
    if revision == NEWEST:
        _seed(connection)
    _check_references(connection)
    return revision_of(connection) or EMPTY


def downgrade(url: str, revision: str) -> None:
    """Take a database back to a revision; what only later ones have is gone."""
    from alembic import command

    with changing(url) as connection:
        _check_known(connection)
        command.downgrade(_config(connection), revision)
        _check_references(connection)


def current(url: str) -> str | None:
    """Return a database's revision; None where there is no schema, or no SQLite file yet."""
    file = sqlite_file(url)
    if file is not None and not file.exists():
        return None
    engine = engine_of(url)
    try:
        with engine.connect() as connection:
            return revision_of(connection)
    finally:
        engine.dispose()


def need_newest(url: str) -> None:
    """Refuse a database that is not at the newest revision.

    Raises
    ------
    SchemaError
        It has no schema, or an older or later one.
    """
    found = current(url)
    if found != newest():
        raise SchemaError(
            Text(
                f"Cơ sở dữ liệu ở phiên bản {found or 'trống'}, phần mềm cần {newest()}: hãy chạy phusong db upgrade.",
                f"The database is at revision {found or 'none'}, needed is {newest()}: run phusong db upgrade.",
            )
        )


def newest() -> str:
    """Return the newest revision this version of the software knows."""
    return _scripts().get_current_head() or EMPTY


def revision_of(connection: Connection) -> str | None:
    """Return the revision of the database behind a connection."""
    from alembic.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def sqlite_file(url: str) -> Path | None:
    """Return the file of an SQLite address; None for a server."""
    parts = make_url(url)
    return Path(parts.database) if parts.get_backend_name() == "sqlite" and parts.database else None


@contextmanager
def changing(url: str) -> Iterator[Connection]:
    """Give a connection that alone may change the schema; all stands at the end, or nothing.

    SQLite checks references at the end only (``upgrade_on`` does): a table is rebuilt by making it anew.
    """
    engine = engine_of(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _without_references)
    try:
        with _locked(engine) as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _locked(engine: Engine) -> Iterator[Connection]:
    with engine.connect().execution_options(phusong_write=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        yield connection


def _without_references(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA foreign_keys=OFF")


def _config(connection: Connection | None = None) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _scripts() -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config())


def _check_known(connection: Connection) -> None:
    """Refuse a database of a later version of the software, and tables that no migration made."""
    from alembic.util import CommandError

    found = revision_of(connection)
    if found is None:
        if inspect(connection).has_table("users"):
            raise SchemaError(
                Text(
                    "Cơ sở dữ liệu đã có bảng nhưng không ghi phiên bản: không phải do phusong tạo.",
                    "The database has tables but no revision: they were not made by phusong.",
                )
            )
        return
    try:
        _scripts().get_revision(found)
    except CommandError:
        raise SchemaError(
            Text(
                f"Cơ sở dữ liệu ở phiên bản {found}, mới hơn phần mềm này ({newest()}): hãy cập nhật phần mềm.",
                f"The database is at revision {found}, later than this software ({newest()}): update the software.",
            )
        ) from None


def _need_postgis(connection: Connection) -> None:
    known = connection.execute(text("SELECT 1 FROM pg_extension WHERE extname = 'postgis'")).scalar()
    if known:
        return
    try:
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
    except ProgrammingError:
        raise SchemaError(
            Text(
                "Cơ sở dữ liệu chưa có PostGIS: người quản trị máy chủ cần chạy CREATE EXTENSION postgis.",
                "The database has no PostGIS: its administrator must run CREATE EXTENSION postgis.",
            )
        ) from None


def _seed(connection: Connection) -> None:
    from phusong.data.units import provinces  # brings coordinate systems with it: only who upgrades needs it

    known = set(connection.execute(select(Province.code)).scalars())
    new = [{"code": code, "name": one.name} for code, one in provinces().items() if code not in known]
    if new:
        connection.execute(Base.metadata.tables["provinces"].insert(), new)


def _check_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise SchemaError(
            Text(
                f"Bảng {broken[0]} trỏ tới dòng không có trong bảng {broken[2]}; không thay đổi gì.",
                f"Table {broken[0]} refers to rows missing in {broken[2]}; nothing was changed.",
            )
        )
