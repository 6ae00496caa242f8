"""Single cells of rows as read, and how a row is named to its user."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.words import Text


def text_at(rows: pd.DataFrame, column: str, at: int) -> str:
    """Return a cell of text."""
    return str(rows[column].iloc[at])


def number_at(rows: pd.DataFrame, column: str, at: int) -> float:
    """Return a cell of numbers; NaN where the list is silent."""
    return float(rows[column].iloc[at])


def cells_where(rows: pd.DataFrame, found: NDArray[np.bool_], *columns: str) -> Iterator[tuple[Any, ...]]:
    """Return position and cells of each row found: much faster than cell by cell where many are."""
    at = np.flatnonzero(found)
    return zip(at.tolist(), *(rows[column].iloc[at].tolist() for column in columns), strict=True)


def texts_of(rows: pd.DataFrame, column: str) -> pd.Series[str]:
    """Return a column of texts, empty where the list has no such column."""
    if column not in rows:
        return pd.Series("", index=range(len(rows)), dtype=object)
    return rows[column].reset_index(drop=True)


def row_texts(rows: pd.DataFrame, at: NDArray[np.int64]) -> list[Text]:
    """Name rows as the user sees them: by number, and by sheet where the list stands on several."""
    is_one_sheet = rows["_sheet"].nunique() < 2
    named = []
    for row, sheet in zip(rows["_row"].iloc[at].tolist(), rows["_sheet"].iloc[at].tolist(), strict=True):
        vi, en = ("", "") if is_one_sheet or not sheet else (f" trang “{sheet}”", f" of sheet “{sheet}”")
        named.append(Text(f"dòng {row}{vi}", f"row {row}{en}"))
    return named
