"""The rows of a list as somebody typed them: kept when it is checked, read a page at a time however long it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

if TYPE_CHECKING:
    from phusong.data.lists import CheckedList
    from phusong.errors import Problem

LEVELS = ("", "repair", "warning", "error")
_GROUP = 1_000
"""Rows that are read together."""
_OURS = ("_sheet", "_row", "_lon", "_lat", "_level")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenRow:
    """A row as typed: where it stands, the gravest thing found in it, its position if it has one, its cells."""

    sheet: str
    row: int
    level: str
    lon: float | None
    lat: float | None
    cells: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """Where the rows of a list are: those with a position only."""

    sheet: NDArray[np.object_]
    row: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    level: NDArray[np.object_]


def levels_of(written: pd.DataFrame, problems: Sequence[Problem]) -> list[str]:
    """Return the gravest level of what was found in each row, "" where nothing was."""
    ranks: dict[tuple[str, int | None], int] = {}
    for one in problems:
        place = (one.sheet or "", one.row)
        ranks[place] = max(ranks.get(place, 0), LEVELS.index(one.level))
    places = zip(written["_sheet"], written["_row"], strict=True)
    return [LEVELS[ranks.get((str(sheet), int(row)), 0)] for sheet, row in places]


def keep_written(written: pd.DataFrame, levels: Sequence[str], path: Path) -> None:
    """Write the rows so that any part of them can be read without the rest."""
    table = pa.Table.from_pandas(written.assign(_level=list(levels)), preserve_index=False)
    pq.write_table(table, path, row_group_size=_GROUP, compression="zstd")


def columns_in(checked: CheckedList, suffix: str) -> dict[str, dict[str, int]]:
    """Return of each sheet where the list's columns stand (1 = A); nothing where the file has no cells to correct."""
    from phusong.data.annotated.fixed import SUFFIXES

    if suffix.lower() not in SUFFIXES:
        return {}
    return {one.name or "": {name: at + 1 for name, at in one.columns.items()} for one in checked.sheets}


def count_of(path: Path, levels: Sequence[str]) -> int:
    """Return how many rows have one of these levels."""
    return len(_at(path, tuple(levels)))


def read_part(path: Path, levels: Sequence[str], offset: int, limit: int) -> list[WrittenRow]:
    """Return a part of the rows that have one of these levels, in the order of the file."""
    return _read(path, _at(path, tuple(levels))[offset : offset + limit])


def find_rows(path: Path, wanted: set[tuple[str, int]]) -> dict[tuple[str, int], WrittenRow]:
    """Return rows by sheet and row; what is not there is left out."""
    flags = _flags(path)
    numbers = np.isin(flags.row, [row for _, row in wanted])
    at = [k for k in np.flatnonzero(numbers).tolist() if (flags.sheet[k], int(flags.row[k])) in wanted]
    return {(one.sheet, one.row): one for one in _read(path, np.asarray(at, dtype=np.int64))}


@lru_cache(maxsize=8)
def places_in(path: Path) -> Places:
    """Return where the rows of a list are."""
    flags = _flags(path)
    has = np.isfinite(flags.lon) & np.isfinite(flags.lat)
    return Places(
        sheet=flags.sheet[has], row=flags.row[has], lon=flags.lon[has], lat=flags.lat[has], level=flags.level[has]
    )


def offset_of(path: Path, levels: Sequence[str], sheet: str, row: int) -> int:
    """Return the place of a row among those of these levels; 0 where it is none of them."""
    flags = _flags(path)
    at = _at(path, tuple(levels))
    found = np.flatnonzero((flags.row[at] == row) & (flags.sheet[at] == sheet))
    return int(found[0]) if len(found) else 0


@lru_cache(maxsize=16)
def _at(path: Path, levels: tuple[str, ...]) -> NDArray[np.int64]:
    return np.flatnonzero(np.isin(_flags(path).level.astype(str), levels))


def _read(path: Path, at: NDArray[np.int64]) -> list[WrittenRow]:
    if not len(at):
        return []
    with pq.ParquetFile(path) as file:
        groups = np.unique(at // _GROUP)
        table = file.read_row_groups(groups.tolist())
    start = np.searchsorted(groups, at // _GROUP) * _GROUP
    rows = table.take(start + at % _GROUP).to_pylist()
    return [_row(one) for one in rows]


def _row(one: dict[str, Any]) -> WrittenRow:
    lon, lat = one["_lon"], one["_lat"]
    has = lon is not None and lat is not None and np.isfinite(lon) and np.isfinite(lat)
    return WrittenRow(
        sheet=one["_sheet"],
        row=int(one["_row"]),
        level=one["_level"],
        lon=float(lon) if has else None,
        lat=float(lat) if has else None,
        cells={name: str(value) for name, value in one.items() if name not in _OURS},
    )


@lru_cache(maxsize=8)
def _flags(path: Path) -> Places:
    """Read what all rows are found by; a list that was checked never changes."""
    table = pq.read_table(path, columns=list(_OURS)).to_pandas()
    return Places(
        sheet=table["_sheet"].astype(str).to_numpy(dtype=object),
        row=table["_row"].to_numpy(dtype=np.int64),
        lon=table["_lon"].to_numpy(dtype=np.float64),
        lat=table["_lat"].to_numpy(dtype=np.float64),
        level=table["_level"].astype(str).to_numpy(dtype=object),
    )
