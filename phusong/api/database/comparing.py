"""Holding a database against the models: what differs, and how a difference is written as a migration."""

from __future__ import annotations

from typing import Any, Literal

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Connection
from sqlalchemy.types import TypeEngine

from phusong.api.database.models import Base
from phusong.api.database.types import Geom, Json, Moment, PostGis

NOT_IN_MODELS = ("spatial_ref_sys", "alembic_version", "gap_boxes", "gap_box_rows", "ix_gap_rows_geom")
"""What the migrations make by hand, or PostGIS and Alembic by themselves."""


def _include_name(name: str | None, kind: str, _parents: Any) -> bool:
    return name is None or not (kind in ("table", "index") and name.startswith(NOT_IN_MODELS))


def _render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    if kind != "type":
        return False
    ours = "Json" if item is Json else type(item).__name__ + "()" if isinstance(item, Geom | Moment) else None
    return False if ours is None else f"types.{ours}"


def _compare_type(
    _context: Any, _inspected_column: Any, column: Column[Any], found: TypeEngine[Any], wanted: TypeEngine[Any]
) -> bool | None:
    """Say that a geometry column is what it is; leave the others to Alembic."""
    if not isinstance(wanted, Geom):
        return None
    expected = wanted.load_dialect_impl(_context.dialect)
    return not isinstance(found, PostGis) if isinstance(expected, PostGis) else found.python_type is not bytes


def _compare_default(
    context: Any, _inspected: Any, _column: Any, found: str | None, wanted: Any, _rendered: Any
) -> bool | None:
    """Compare a default apart from the quotes and brackets that SQLite gives it back with."""
    if context.dialect.name != "sqlite":
        return None
    return (None if found is None else found.strip("()'")) != (None if wanted is None else str(wanted.arg))


HOW: dict[str, Any] = {
    "compare_type": _compare_type,
    "compare_server_default": _compare_default,
    "include_name": _include_name,
    "render_item": _render_item,
}
"""How models and database are compared, and how our types are written."""


def differences(connection: Connection) -> list[Any]:
    """Return what the models have and the database has not, or the other way round."""
    found: list[Any] = compare_metadata(context_of(connection), Base.metadata)
    return found


def context_of(connection: Connection) -> MigrationContext:
    """Return the context in which a database and the models are compared."""
    if connection.dialect.name == "postgresql":
        dialect: Any = connection.dialect
        dialect.ischema_names = {**dialect.ischema_names, "geometry": PostGis}
    return MigrationContext.configure(connection, opts={"target_metadata": Base.metadata, **HOW})
