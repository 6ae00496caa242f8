"""Rows of result tables that speak of one village, and their cells as plain values; a table may be absent."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from phusong.study.opened import OpenedResults
from phusong.words import Text

Row = Mapping[Hashable, Any]


def text(row: Row, name: str) -> str:
    """Return a cell as text; "" where it is absent or empty."""
    value = row.get(name)
    return "" if value is None or value is pd.NA or value != value else str(value)


def both(row: Row, name: str) -> Text:
    """Return the Vietnamese and the English column of a text; where one is empty the other stands for it."""
    vi, en = text(row, f"{name}_vi"), text(row, f"{name}_en")
    return Text(vi or en, en or vi)


def value(row: Row, name: str) -> float:
    """Return a number; NaN where it is absent."""
    try:
        return float(row.get(name, math.nan))
    except (TypeError, ValueError):
        return math.nan


def whole(row: Row, name: str) -> int:
    """Return a count; 0 where it is absent."""
    found = value(row, name)
    return round(found) if math.isfinite(found) else 0


def truth(row: Row, name: str) -> bool | None:
    """Return a yes or no; None where it is neither."""
    found = text(row, name).casefold()
    return {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}.get(found)


def listed(row: Row, name: str) -> tuple[str, ...]:
    """Return the parts of a ";"-joined cell."""
    return tuple(part.strip() for part in text(row, name).split(";") if part.strip())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VillageRows:
    """The tables of a run, seen from one village: ``row`` is its own, ``gaps`` are its areas, most households first."""

    results: OpenedResults
    row: Row
    gaps: tuple[Row, ...]

    def about(self, name: str) -> tuple[Row, ...]:
        """Return the rows of a table about the village; none where the run wrote no such table."""
        return _about(self.results, name, self.row)

    def of_gaps(self, name: str) -> tuple[Row, ...]:
        """Return the rows of a table about the areas of the village, by ``gap_id``."""
        ids = {text(gap, "gap_id") for gap in self.gaps}
        return tuple(row for row in records(self.results, name) if text(row, "gap_id") in ids)


def rows_of_village(results: OpenedResults, row: Row) -> VillageRows:
    """Return what the tables hold of a village; ``row`` is its row of ``villages``."""
    gaps = sorted(_about(results, "gaps", row), key=lambda gap: (-whole(gap, "households"), text(gap, "gap_id")))
    return VillageRows(results=results, row=row, gaps=tuple(gaps))


def records(results: OpenedResults, name: str) -> list[dict[Hashable, Any]]:
    """Return the rows of a table; none where the run wrote no such table."""
    return results.table(name).to_dict("records") if results.has(name) else []


def _about(results: OpenedResults, name: str, village: Row) -> tuple[Row, ...]:
    code, own = text(village, "village_code"), _by_name(village)
    return tuple(
        row
        for row in records(results, name)
        if (text(row, "village_code") == code if code and text(row, "village_code") else _by_name(row) == own)
    )


def _by_name(row: Row) -> tuple[str, str]:
    return text(row, "village_name"), text(row, "commune_code")
