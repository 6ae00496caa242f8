"""Tables as they stand in a file: what the raw readers deliver and what a list is read from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.errors import Level
from phusong.words import Text

HEADER_ROWS = 30
"""How many rows from the top the header is looked for in."""

JOINT = " › "
"""What stands between the titles of a header of several rows: "Toạ độ › Kinh độ"."""

GUIDE_SHEET = Text("Hướng dẫn", "Guide")
OPTIONS_SHEET = Text("Lựa chọn", "Options")
SUMMARY_SHEET = Text("Kết quả kiểm tra", "Check results")
"""Sheets our own templates and annotated copies have beside the list: never read, never mentioned."""

Score = Callable[[Sequence[str]], int]
"""How many columns of the wanted list a row of headers names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """Every cell of one worksheet or text file, nothing interpreted.

    ``cells`` has a column for each column of the file (0 = column A), a row for each row (0 = row 1). ``hidden_rows``
    are the rows (1 = first) that are hidden there, ``merged`` the merged ranges as (first row, first column, last row,
    last column), all counted from 0; ``hidden_columns`` are columns hidden there (0 = A), and ``hidden`` says that the
    sheet itself is.
    """

    name: str | None
    cells: pd.DataFrame
    hidden_rows: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden_columns: frozenset[int] = frozenset()
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class SheetNote:
    """Something met while a table was cut out that the user should know; ``row`` 1 = first row of the sheet."""

    level: Level
    text: Text
    code: str
    row: int | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A row that heads the rows below it, up to the next one: "I. Xã Thượng Lâm"; ``row`` 1 = first of the sheet."""

    row: int
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file.

    ``headers`` are as written, those of several rows with ``JOINT`` between; ``cells`` has one column (named by its
    position) for each; ``columns`` are the columns of the file they stand in (0 = column A). ``row_numbers`` are the
    rows as the user sees them (1 = first row of the sheet, first feature of a layer), ``header_rows`` those of the
    header. ``totals`` are rows of sums that were left out, ``sections`` rows that head others. ``points`` holds WGS 84
    longitude and latitude where the file has geometry, else None.
    """

    file: str
    name: str | None
    headers: tuple[str, ...]
    cells: pd.DataFrame
    row_numbers: NDArray[np.int64]
    columns: tuple[int, ...]
    header_rows: tuple[int, ...] = ()
    totals: tuple[int, ...] = ()
    points: NDArray[np.float64] | None = None
    notes: tuple[SheetNote, ...] = ()
    sections: tuple[Section, ...] = ()
