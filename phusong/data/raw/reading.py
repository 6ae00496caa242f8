"""A file to the tables of the wanted list: a spreadsheet, text table or map layer.

A workbook may hold titles above its header and totals below; where the header is, is decided by the list that is
wanted. Uploaded workbooks are checked before they are unpacked: a small file can unpack to memory no machine has.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from phusong.data.raw.layers import read_layer
from phusong.data.raw.layout import cut, is_filled, texts_of
from phusong.data.raw.limits import LIMITS, Limits
from phusong.data.raw.refusals import empty_file, unreadable
from phusong.data.raw.sheet import HEADER_ROWS, RawTable, Score, Sheet
from phusong.data.raw.texts import read_text_table
from phusong.data.raw.workbooks import is_workbook, read_workbook
from phusong.errors import MissingFileError
from phusong.words import Text

WORKBOOKS = (".xlsx", ".xls", ".ods")
_TEXTS = (".csv", ".tsv", ".txt")
_LAYERS = (".geojson", ".gpkg", ".parquet")
_REFUSED_BY_NAME = (".xlsm", ".xlsb", ".xltm", ".xltx")
"""Workbooks that are opened to say what they have that is not taken; one that has nothing of it is read."""
SUFFIXES: tuple[str, ...] = (*WORKBOOKS, *_TEXTS, *_LAYERS)


def read_sheets(path: Path, score: Score, limits: Limits = LIMITS) -> tuple[Sheet, ...]:
    """Read the tables of a file that hold the wanted list; one at least.

    Parameters
    ----------
    path
        A workbook, text table or layer: one of ``SUFFIXES``.
    score
        How many columns of the wanted list a row of headers names; it chooses sheets, header row and delimiter.
    limits
        How large the file may be.

    Raises
    ------
    MissingFileError, UnreadableFileError, MissingCrsError
        No such file; a file that is damaged, empty, of another kind or without a header; a layer that cannot be placed.
    """
    path = Path(path)
    if not path.is_file():
        raise MissingFileError(Text(f"Không tìm thấy tệp {path}.", f"File {path} was not found."))
    suffix = path.suffix.lower()
    if suffix in _LAYERS:
        return (_layer_sheet(path, score),)
    if suffix in (*WORKBOOKS, *_TEXTS, *_REFUSED_BY_NAME):
        return (cut(path, _best(path, _tables(path, score, limits), score), score),)
    kinds = ", ".join(SUFFIXES)
    raise unreadable(path, f"không đọc được loại tệp này; hãy dùng {kinds}", f"cannot be read; use one of {kinds}")


def _tables(path: Path, score: Score, limits: Limits) -> tuple[RawTable, ...]:
    """Read a workbook or a text table: its bytes say which, not its name."""
    if is_workbook(path):
        return read_workbook(path, limits)
    return (read_text_table(path, score, limits),)


def _layer_sheet(path: Path, score: Score) -> Sheet:
    layer = read_layer(path, score)
    if layer.table.empty:
        raise empty_file(path)
    headers = tuple(str(header) for header in layer.table.columns)
    cells = layer.table.set_axis(range(len(headers)), axis="columns")
    return Sheet(
        path.name,
        layer.name,
        headers,
        cells,
        np.arange(1, len(cells) + 1),
        tuple(range(len(headers))),
        points=layer.points,
    )


def _best(path: Path, tables: tuple[RawTable, ...], score: Score) -> RawTable:
    """Return the worksheet whose first rows hold the best header; the first of equals."""
    tables = tuple(table for table in tables if not table.hidden)
    tops = [table.cells.head(HEADER_ROWS).to_numpy(dtype=object).tolist() for table in tables]
    scores = [max((score(texts_of(row)) for row in top if is_filled(row)), default=-1) for top in tops]
    if not scores or max(scores) < 0:
        raise empty_file(path)
    return tables[scores.index(max(scores))]
