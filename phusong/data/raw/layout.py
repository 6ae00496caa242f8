"""Where the table is in a sheet: titles above it, its header, the rows that are data, the totals below."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.data.cells import Cell, written
from phusong.data.names import fold
from phusong.data.raw.refusals import empty_file, unreadable
from phusong.data.raw.sheet import HEADER_ROWS, RawTable, Score, Sheet

_TOTALS = frozenset({"tong", "tong cong", "cong", "tong so", "total", "grand total"})
_MAYBE_TOTAL = re.compile(r"\s*(t[oổô]|c[oộ]|gr)", re.IGNORECASE)


def cut(path: Path, raw: RawTable, score: Score) -> Sheet:
    """Find the header, then keep the rows below it that are neither empty nor totals."""
    table = raw.cells
    tops = [texts_of(row) for row in table.head(HEADER_ROWS).to_numpy(dtype=object).tolist()]
    scores = [score(row) for row in tops]
    if not scores or max(scores) < min(2, max(len(row) for row in tops)):
        raise unreadable(
            path,
            f"không có dòng tiêu đề nào của danh sách này trong {HEADER_ROWS} dòng đầu; hãy dùng tệp mẫu",
            f"has no header of this list in its first {HEADER_ROWS} rows; use the template",
        )
    header = scores.index(max(scores))
    headed = [index for index, text in enumerate(tops[header]) if text]
    body = table.iloc[header + 1 :, headed]
    filled = np.column_stack([_filled_cells(body[column]) for column in body.columns])
    totals = _total_rows(body, filled)
    kept = filled.any(axis=1) & ~totals
    row_numbers = np.arange(header + 2, len(table) + 1, dtype=np.int64)
    if not kept.any():
        raise empty_file(path)
    cells = body[kept].set_axis(range(len(headed)), axis="columns").reset_index(drop=True)
    headers = tuple(tops[header][index] for index in headed)
    return Sheet(
        path.name,
        raw.name,
        headers,
        cells,
        row_numbers[kept],
        tuple(headed),
        header_rows=(header + 1,),
        totals=tuple(row_numbers[totals].tolist()),
    )


def _filled_cells(cells: pd.Series) -> NDArray[np.bool_]:
    if cells.dtype != object:
        return np.asarray(cells.str.strip() != "", dtype=bool)
    return np.fromiter(
        (cell is not None and not (type(cell) is str and not cell.strip()) for cell in cells), bool, len(cells)
    )


def _total_rows(body: pd.DataFrame, filled: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Mark rows whose first filled cell says "Tổng cộng" or the like."""
    first = filled.argmax(axis=1)
    totals = np.zeros(len(body), dtype=bool)
    for position in np.unique(first):
        at = np.flatnonzero((first == position) & filled[:, position])
        cells = body.iloc[at, position]
        maybe = cells.map(_may_be_total) if cells.dtype == object else cells.str.match(_MAYBE_TOTAL.pattern, case=False)
        for index in at[maybe.to_numpy(dtype=bool)]:
            totals[index] = fold(str(body.iloc[index, position])).strip(" :.") in _TOTALS
    return totals


def _may_be_total(cell: Cell) -> bool:
    return isinstance(cell, str) and _MAYBE_TOTAL.match(cell) is not None


def texts_of(row: Iterable[Cell]) -> list[str]:
    """Return the cells of a row as written, with single spaces."""
    return [" ".join(written(cell).split()) for cell in row]


def is_filled(row: Iterable[Cell]) -> bool:
    """Say whether a row holds anything."""
    return any(texts_of(row))
