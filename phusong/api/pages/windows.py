"""The part of a list a page shows, and the addresses of the parts beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from fastapi import Request
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

T = TypeVar("T")

SHOWN = 100
FARTHEST = 10**7


@dataclass(frozen=True, slots=True)
class Window:
    """Where the page of a list begins, and what the list was narrowed by."""

    limit: int
    offset: int
    asked: tuple[tuple[str, str], ...]

    def query(self, offset: int) -> str:
        """Return the query string of another part of the same list."""
        kept = [(key, value) for key, value in self.asked if key != "offset" and value]
        return urlencode([*kept, ("offset", str(max(0, offset)))] if offset > 0 else kept)


def window_of(request: Request, *, limit: int = SHOWN) -> Window:
    """Return the part that was asked for; whatever is no number is the beginning."""
    asked = request.query_params.get("offset", "0")
    offset = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= 8 else 0
    return Window(limit=limit, offset=min(offset, FARTHEST), asked=tuple(request.query_params.items())[:20])


def listed(
    db: Session, query: Select[T], window: Window, *order: ColumnElement[Any] | InstrumentedAttribute[Any]
) -> tuple[list[T], int]:
    """Return the part of a query a window shows, and how many there are in all."""
    total = db.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    return list(db.scalars(query.order_by(*order).limit(window.limit).offset(window.offset)).all()), total
