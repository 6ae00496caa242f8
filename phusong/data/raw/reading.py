"""A file to the tables of the wanted list: a spreadsheet, text table or map layer.

A workbook may hold titles above its header and totals below; where the header is, is decided by the list that is
wanted. Uploaded workbooks are checked before they are unpacked: a small file can unpack to memory no machine has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np

from phusong.data.names import fold
from phusong.data.raw.header_rows import Header, find_header, header_at, texts_of
from phusong.data.raw.layers import read_layer
from phusong.data.raw.layout import cut, no_header
from phusong.data.raw.limits import LIMITS, Limits
from phusong.data.raw.refusals import empty_file, not_found, unreadable
from phusong.data.raw.sheet import (
    GUIDE_SHEET,
    HEADER_ROWS,
    OPTIONS_SHEET,
    SUMMARY_SHEET,
    RawTable,
    Score,
    Sheet,
    SheetNote,
)
from phusong.data.raw.texts import read_text_table
from phusong.data.raw.workbooks import is_workbook, read_workbook
from phusong.words import Text

WORKBOOKS = (".xlsx", ".xls", ".ods")
_TEXTS = (".csv", ".tsv", ".txt")
_LAYERS = (".geojson", ".gpkg", ".parquet")
_REFUSED_BY_NAME = (".xlsm", ".xlsb", ".xltm", ".xltx")
"""Workbooks that are opened to say what they have that is not taken; one that has nothing of it is read."""
SUFFIXES: tuple[str, ...] = (*WORKBOOKS, *_TEXTS, *_LAYERS)


@dataclass(frozen=True, slots=True)
class FileTables:
    """What a file holds before a list is looked for in it: worksheets and text as cells, or one layer as a table."""

    path: Path
    raw: tuple[RawTable, ...] = ()
    layer: Sheet | None = None


@dataclass(frozen=True, slots=True)
class HeaderPlace:
    """Where a header stands by what somebody said: first and last row from 1, and a pattern of the names of sheets."""

    rows: tuple[int, int] | None
    sheet: str = "*"


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
    return sheets_of(read_tables(path, score, limits), score)


def read_tables(path: Path, score: Score, limits: Limits = LIMITS) -> FileTables:
    """Read every table of a file; raises what :func:`read_sheets` does, but for a missing header."""
    path = Path(path)
    if not path.is_file():
        raise not_found(path)
    suffix = path.suffix.lower()
    if suffix in _LAYERS:
        return FileTables(path, layer=_layer_sheet(path, score))
    if suffix in (*WORKBOOKS, *_TEXTS, *_REFUSED_BY_NAME):
        return FileTables(path, _tables(path, score, limits))
    kinds = ", ".join(SUFFIXES)
    raise unreadable(path, f"không đọc được loại tệp này; hãy dùng {kinds}", f"cannot be read; use one of {kinds}")


def sheets_of(tables: FileTables, score: Score, place: HeaderPlace | None = None) -> tuple[Sheet, ...]:
    """Return the tables that hold the wanted list: its header names half as many columns as the best, three at least.

    The first tells which other sheets hold something and are not read. ``place`` says where the header is; without it,
    it is looked for.
    """
    if tables.layer is not None:
        return (tables.layer,)
    full = [raw for raw in tables.raw if _holds_anything(raw) and not _is_ours(raw)]
    if not full:
        raise empty_file(tables.path)
    headers = [_header(raw, score, place) for raw in full]
    shown = [header for raw, header in zip(full, headers, strict=True) if header is not None and not raw.hidden]
    best = max(shown, key=lambda header: header.score, default=None)
    if best is None or (place is None and best.score < min(2, max(raw.cells.shape[1] for raw in full))):
        raise no_header(tables.path)
    enough = min(best.score, max(3, best.score / 2))
    is_list = [header is not None and header.score >= enough for header in headers]
    sheets = _cut_all(tables.path, full, headers, is_list)
    first = replace(sheets[0], notes=(*sheets[0].notes, *_not_read(full, is_list)))
    return (first, *sheets[1:])


def _cut_all(
    path: Path, full: Sequence[RawTable], headers: Sequence[Header | None], is_list: Sequence[bool]
) -> tuple[Sheet, ...]:
    """Cut every visible sheet with the list; one without rows is no error where another has some."""
    sheets = []
    for raw, header, wanted in zip(full, headers, is_list, strict=True):
        if wanted and header is not None and not raw.hidden:
            sheet = cut(path, raw, header)
            if sheet is not None:
                sheets.append(sheet)
    if not sheets:
        raise empty_file(path)
    return tuple(sheets)


def _header(raw: RawTable, score: Score, place: HeaderPlace | None) -> Header | None:
    if place is not None and not fnmatchcase(fold(raw.name or ""), fold(place.sheet)):
        return None
    if place is None or place.rows is None:
        return find_header(raw, score)
    first, last = place.rows
    return header_at(raw, first - 1, last - 1, score)


def _holds_anything(raw: RawTable) -> bool:
    top = raw.cells.head(HEADER_ROWS).to_numpy(dtype=object).tolist()
    return any(any(texts_of(row)) for row in top)


def _is_ours(raw: RawTable) -> bool:
    """Say whether a sheet is one our templates have beside the list."""
    names = {title for text in (GUIDE_SHEET, OPTIONS_SHEET, SUMMARY_SHEET) for title in (text.vi, text.en)}
    return raw.name in names


def _not_read(full: Sequence[RawTable], is_list: Sequence[bool]) -> list[SheetNote]:
    """Name the sheets that hold something and are not read: others than the list, and lists on hidden sheets."""
    others = [raw.name or "" for raw, wanted in zip(full, is_list, strict=True) if not wanted and not raw.hidden]
    hidden = [raw.name or "" for raw, wanted in zip(full, is_list, strict=True) if wanted and raw.hidden]
    notes = []
    if others:
        names = ", ".join(others)
        text = Text(f"Các trang không đọc: {names}.", f"Sheets that are not read: {names}.")
        notes.append(SheetNote("warning", text, "layout.sheet_not_read"))
    if hidden:
        names = ", ".join(hidden)
        text = Text(
            f"Trang đang ẩn có danh sách nhưng không đọc: {names}. Hãy bỏ ẩn nếu cần đọc.",
            f"Hidden sheets with a list are not read: {names}. Unhide them if they are meant.",
        )
        notes.append(SheetNote("warning", text, "layout.hidden_sheet"))
    return notes


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
