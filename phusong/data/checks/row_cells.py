"""Single cells of rows as read, and how a row is named to its user."""

from __future__ import annotations

import numpy as np
import pandas as pd

from phusong.words import Text


def text_at(rows: pd.DataFrame, column: str, at: int) -> str:
    """Return a cell of text."""
    return str(rows[column].to_numpy(dtype=object)[at])


def number_at(rows: pd.DataFrame, column: str, at: int) -> float:
    """Return a cell of numbers; NaN where the list is silent."""
    return float(rows[column].to_numpy(dtype=np.float64)[at])


def texts_of(rows: pd.DataFrame, column: str) -> pd.Series[str]:
    """Return a column of texts, empty where the list has no such column."""
    if column not in rows:
        return pd.Series("", index=range(len(rows)), dtype=object)
    return rows[column].reset_index(drop=True)


def row_text(rows: pd.DataFrame, at: int) -> Text:
    """Name a row as the user sees it: its number, and its sheet where the list stands on several."""
    row, sheet = int(number_at(rows, "_row", at)), text_at(rows, "_sheet", at)
    if not sheet or (rows["_sheet"] == sheet).all():
        return Text(f"dòng {row}", f"row {row}")
    return Text(f"dòng {row} trang “{sheet}”", f"row {row} of sheet “{sheet}”")
