"""Column types that mean the same on SQLite and on PostgreSQL."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import JSON, DateTime, Dialect, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

Json = JSON().with_variant(JSONB(), "postgresql")

VIETNAM = timezone(timedelta(hours=7))
"""The time people read; a fixed offset, for not every machine has a table of zones."""


def new_id() -> str:
    """Return a random id: it tells neither how many there are nor which came first."""
    return secrets.token_hex(8)


def now() -> datetime:
    """Return this moment in UTC."""
    return datetime.now(UTC)


def day_of(moment: datetime) -> date:
    """Return the day a moment falls on in Vietnam, wherever the server stands."""
    return moment.astimezone(VIETNAM).date()


def today() -> date:
    """Return today's date in Vietnam: deadlines end there, whatever the clock of the server says."""
    return day_of(now())


class Moment(TypeDecorator[datetime]):
    """A moment, always in UTC; SQLite keeps it without its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone, keep the others in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PostGis(UserDefinedType[Any]):
    """PostGIS's own type; what it is given is how a database describes it."""

    cache_ok = True

    def __init__(self, *_described: str) -> None:
        super().__init__()

    def get_col_spec(self, **_: Any) -> str:
        """Return what a column is declared as."""
        return "geometry(Geometry,4326)"


class Geom(TypeDecorator[BaseGeometry]):
    """A shapely geometry in WGS84: ``geometry`` under PostGIS, WKB elsewhere."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Take PostGIS's own type where there is one."""
        return dialect.type_descriptor(PostGis() if dialect.name == "postgresql" else LargeBinary())

    def process_bind_param(self, value: BaseGeometry | None, dialect: Dialect) -> Any:
        """Write hexadecimal EWKB for PostGIS, WKB for SQLite."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            return shapely.to_wkb(shapely.set_srid(value, 4326), hex=True, include_srid=True)
        return shapely.to_wkb(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> BaseGeometry | None:
        """Read either."""
        return None if value is None else shapely.from_wkb(value)
