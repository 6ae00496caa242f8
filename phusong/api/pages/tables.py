"""Result tables as pages show them: which columns, under which names, in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from phusong.api.studies.titles import COLUMNS, TITLES, VALUES
from phusong.words import Language, Text

_NEVER_KEYS = frozenset({"geometry", "coord_quality"})
MOST_COLUMNS = 14


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table on a page."""

    name: str
    title: Text
    is_number: bool
    decimals: int


def columns_of(rows: Sequence[Mapping[str, Any]], language: Language) -> list[Column]:
    """Return the columns of some rows, at most as many as a page can hold; geometry is for maps."""
    if not rows:
        return []
    other = f"_{'vi' if language == 'en' else 'en'}"
    names = [
        name
        for name in rows[0]
        if name not in _NEVER_KEYS and not name.endswith(other) and not isinstance(rows[0][name], dict | list)
    ]
    return [_column(name, rows) for name in names[:MOST_COLUMNS]]


def _column(name: str, rows: Sequence[Mapping[str, Any]]) -> Column:
    values = [row[name] for row in rows if row.get(name) is not None]
    number = bool(values) and all(isinstance(one, int | float) and not isinstance(one, bool) for one in values)
    whole = number and all(float(one).is_integer() for one in values)
    plain = name.removesuffix("_vi").removesuffix("_en")
    title = COLUMNS.get(plain, Text(plain.replace("_", " "), plain.replace("_", " ")))
    return Column(name, title, number, 0 if whole else _decimals(name))


def _decimals(name: str) -> int:
    return 5 if name.startswith(("lon", "lat")) else 1


def table_titles(names: Sequence[str]) -> list[tuple[str, Text]]:
    """Return tables with what people call them, those most looked at first."""
    order = {name: at for at, name in enumerate(TITLES)}
    ordered = sorted(names, key=lambda name: order.get(name, len(order)))
    return [(name, TITLES.get(name, Text(name.replace("_", " "), name.replace("_", " ")))) for name in ordered]


def value_title(value: object) -> object:
    """Return what a key in a cell is called, or the cell as it is."""
    return VALUES.get(value, value) if isinstance(value, str) else value
