"""Tables as lines of JSON, the same from SQLite and from PostgreSQL: what one wrote the other reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import shapely
from sqlalchemy import JSON, BigInteger, Boolean, Column, Connection, Date, Float, Integer, Table, Text, select
from sqlalchemy import column as named
from sqlalchemy import table as table_of
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.expression import TableClause
from sqlalchemy.types import String, TypeEngine

from phusong.api.database.models import Base
from phusong.api.database.types import Geom, Json, Moment

NOT_KEPT = frozenset({"user_sessions", "oidc_logins", "throttles"})
"""What a restored service must not bring back to life: who was signed in, and how often somebody knocked."""

AT_ONCE = 2_000
_EXACT_FLOAT = 10**16
_TYPES: dict[str, TypeEngine[Any]] = {
    "text": Text(),
    "int": BigInteger(),
    "float": Float(),
    "bool": Boolean(),
    "date": Date(),
    "moment": Moment(),
    "json": Json,
    "sealed": JSON(),  # kept as it was written, to the digit
    "geom": Geom(),
}
Columns = Sequence[tuple[str, str]]
"""Names of columns, each with its kind: a key of ``_TYPES``."""


def kept_tables() -> list[Table]:
    """Return the tables a backup holds, each after those it refers to."""
    return [one for one in Base.metadata.sorted_tables if one.name not in NOT_KEPT]


def columns_of(table: Table) -> list[tuple[str, str]]:
    """Return the columns of a table and what kind each is."""
    return [(one.name, _kind_of(one)) for one in table.columns]


def key_of(table: Table) -> list[str]:
    """Return the columns rows are ordered by."""
    return [one.name for one in table.primary_key.columns]


def lines(connection: Connection, name: str, columns: Columns, key: Sequence[str]) -> Iterator[str]:
    """Give every row as one line, in the order of its key: equal tables give equal lines on both databases."""
    table = _clause(name, columns)
    embedded = connection.dialect.name == "sqlite"
    kinds = dict(columns)
    order = [
        table.c[one].collate("C") if kinds[one] == "text" and not embedded else table.c[one]  # digits before letters
        for one in key
    ]
    rows = connection.execute(select(table).order_by(*order), execution_options={"yield_per": AT_ONCE})
    told = [kind for _, kind in columns]
    for row in rows:
        yield _dumped([_told(kind, value) for kind, value in zip(told, row, strict=True)])


def fill(connection: Connection, name: str, columns: Columns, written: Iterable[str]) -> None:
    """Put lines into an empty table."""
    table = _clause(name, columns)
    batch: list[dict[str, Any]] = []
    for line in written:
        values = json.loads(line)
        batch.append({one: _read(kind, value) for (one, kind), value in zip(columns, values, strict=True)})
        if len(batch) >= AT_ONCE:
            connection.execute(table.insert(), batch)
            batch = []
    if batch:
        connection.execute(table.insert(), batch)


def _clause(name: str, columns: Columns) -> TableClause:
    return table_of(name, *(named(one, _TYPES[kind]) for one, kind in columns))


def _kind_of(column: Column[Any]) -> str:
    type_ = column.type
    if isinstance(type_, JSON):
        on_server: Any = postgresql.dialect
        return "json" if isinstance(type_.dialect_impl(on_server()), JSONB) else "sealed"
    kinds: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
        (Moment, "moment"), (Geom, "geom"), (Boolean, "bool"), (Date, "date"), (String, "text"), (Integer, "int"),
        (Float, "float"),
    )  # fmt: skip
    return next(kind for of, kind in kinds if isinstance(type_, of))


def _told(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "json":
        return _normal(value)
    if kind == "geom":
        return shapely.to_wkb(value, hex=True)
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value


def _read(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "moment":
        return datetime.fromisoformat(value)
    if kind == "date":
        return date.fromisoformat(value)
    return shapely.from_wkb(value) if kind == "geom" else value


def _normal(value: Any) -> Any:
    """Write numbers as PostgreSQL's JSONB gives them back: large whole floats in digits, no negative nought."""
    if isinstance(value, dict):
        return {name: _normal(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_normal(one) for one in value]
    if isinstance(value, float):
        if value == 0:
            return 0.0
        return int(Decimal(repr(value))) if abs(value) >= _EXACT_FLOAT else value
    return value


def _dumped(values: list[Any]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
