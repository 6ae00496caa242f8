"""Rows of a checked list as records: cells that may be empty, groups of rows, and what is noted on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pandas as pd

from phusong.coverage.network import Span
from phusong.errors import Problem
from phusong.words import Text

Row = Mapping[str, Any]
_Key = TypeVar("_Key", bound=Hashable)


def is_missing(value: Any) -> bool:
    """Say whether a cell is empty: None, NaN or no text."""
    if isinstance(value, str | float):
        return value == "" or value != value
    return value is None or value is pd.NA or value is pd.NaT


def value_of(row: Row, column: str) -> Any:
    """Return a cell, None where it is empty."""
    value = row.get(column)
    return None if is_missing(value) else value


def number_of(row: Row, column: str) -> float | None:
    """Return a cell as a number, None where it is empty."""
    value = value_of(row, column)
    return None if value is None else float(value)


def text_of(row: Row, column: str) -> str:
    """Return a cell as text."""
    value = value_of(row, column)
    return "" if value is None else str(value)


def row_number(row: Row) -> int | None:
    """Return the row as the user sees it in the file."""
    value = number_of(row, "_row")
    return None if value is None else int(value)


def first_of(rows: Iterable[Row], column: str) -> Any:
    """Return the first cell of a column that is not empty."""
    return next((value for row in rows if (value := value_of(row, column)) is not None), None)


def grouped(rows: Iterable[Row], key: Callable[[Row], _Key]) -> list[list[Row]]:
    """Return the rows in groups of one key, groups and rows in the order they come."""
    groups: dict[_Key, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return list(groups.values())


@dataclass(slots=True)
class Findings:
    """What is noted while the network is built: values the list did not give, by column, and problems."""

    file: str
    assumed: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)

    def span(self, column: str, value: float | None, default: Span) -> Span:
        """Return the stated value, or count the column as assumed and return its range."""
        if value is not None:
            return Span.exactly(float(value))
        self.assumed[column] += 1
        return default

    def warn(self, row: Row, column: str, text: Text) -> None:
        """Note something to look at in one cell."""
        found = row.get(column)
        written = None if is_missing(found) else str(found)
        self.problems.append(
            Problem(level="warning", file=self.file, row=row_number(row), column=column, found=written, text=text)
        )

    def refuse(self, row: Row, text: Text) -> None:
        """Note a row that cannot be used."""
        self.problems.append(Problem(level="error", file=self.file, row=row_number(row), text=text))
