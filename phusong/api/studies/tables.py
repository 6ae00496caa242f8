"""Result tables as plain rows: a page of them, with the columns this person may see."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from phusong.api.problems import NotFoundError
from phusong.api.studies.serving import TABLES


def rows_of(
    folder: Path, name: str, *, stations: bool, limit: int, offset: int, equal: Sequence[tuple[str, str]] = ()
) -> tuple[list[dict[str, Any]], int]:
    """Return a page of a table's rows, and how many rows there are.

    ``stations``: whether columns that tell of masts are shown. ``equal`` are columns that must have a value.
    """
    import pyarrow.parquet

    path = folder / f"{name}.parquet"
    if name not in TABLES or not path.is_file():
        raise NotFoundError
    told = [one for one in pyarrow.parquet.read_schema(path).names if one != "geometry"]
    kept = [one for one in told if stations or not one.startswith(tuple(TABLES[name]) or ("\0",))]
    table = pd.read_parquet(path, columns=kept)
    for column, value in equal:
        if column in kept:
            table = table[table[column].astype(str) == value]
    page = table.iloc[offset : offset + limit]
    return [{str(key): plain(value) for key, value in row.items()} for row in page.to_dict("records")], len(table)


def plain(value: Any) -> Any:
    """Return a cell as JSON can hold it; None where nothing is known."""
    if isinstance(value, np.ndarray):
        return [plain(one) for one in value.tolist()]
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, bool | int | str):
        return value
    return str(value)
