"""How lists are answered: a page of items, how many there are in all, and where the next page begins."""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel

T = TypeVar("T")
MOST = 500


class Page(BaseModel, Generic[T]):
    """One page of a list; ``total`` counts what this person may see, and nothing else."""

    items: list[T]
    total: int
    next_offset: int | None


class Window(BaseModel):
    """The part of a list that is asked for."""

    limit: int
    offset: int

    def page(self, items: list[T], total: int) -> Page[T]:
        """Return the answer."""
        end = self.offset + len(items)
        return Page[T](items=items, total=total, next_offset=end if end < total and items else None)


def _window(
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50, offset: Annotated[int, Query(ge=0, le=10**9)] = 0
) -> Window:
    return Window(limit=limit, offset=offset)


WindowDep = Annotated[Window, Depends(_window)]
