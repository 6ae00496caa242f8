"""Raw readers: a spreadsheet, text table or map layer to one :class:`Sheet`, cells as they stand, nothing interpreted.

A workbook may hold titles above its header and totals below; where the header is, is decided by the list that is
wanted. Uploaded workbooks are checked before they are unpacked: a small file can unpack to memory no machine has.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd
import python_calamine
from numpy.typing import NDArray

from phusong.data import raw_layers
from phusong.data.cells import Cell, written
from phusong.data.names import fold
from phusong.errors import MissingFileError, UnreadableFileError
from phusong.words import Text

HEADER_ROWS = 15
"""How many rows from the top the header is looked for in."""

_WORKBOOKS = (".xlsx", ".xls", ".ods")
_LAYERS = (".geojson", ".gpkg", ".parquet")
SUFFIXES: tuple[str, ...] = (*_WORKBOOKS, ".csv", *_LAYERS)

_DELIMITERS = (",", ";", "\t")
_MAX_UNPACKED_BYTES = 200 * 2**20
_MAX_RATIO = 100
_MAX_ENTRIES = 2000
_TOTALS = frozenset({"tong", "tong cong", "cong", "tong so", "total", "grand total"})
_MAYBE_TOTAL = re.compile(r"\s*(t[oổô]|c[oộ]|gr)", re.IGNORECASE)

Score = Callable[[Sequence[str]], int]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as it stands in a file.

    ``headers`` are as written; ``cells`` has one column (named by its position) for each; ``row_numbers`` are the rows
    as the user sees them (1 = first row of the sheet, first feature of a layer). ``totals`` are rows of sums that
    were left out. ``points`` holds WGS 84 longitude and latitude where the file has geometry, else None.
    """

    file: str
    name: str | None
    headers: tuple[str, ...]
    cells: pd.DataFrame
    row_numbers: NDArray[np.int64]
    totals: tuple[int, ...] = ()
    points: NDArray[np.float64] | None = None


def read_sheet(path: Path, score: Score) -> Sheet:
    """Read the table of a file that fits best.

    Parameters
    ----------
    path
        A workbook, text table or layer: one of ``SUFFIXES``.
    score
        How many columns of the wanted list a row of headers names; it chooses sheet, header row and delimiter.

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
        return _layer_sheet(path, score)
    if suffix in _WORKBOOKS:
        name, rows = _best_worksheet(path, score)
        return _cut(path, name, pd.DataFrame(rows, dtype=object), score)
    if suffix == ".csv":
        return _cut(path, None, _text_table(path, score), score)
    kinds = ", ".join(SUFFIXES)
    raise _unreadable(path, f"không đọc được loại tệp này; hãy dùng {kinds}", f"cannot be read; use one of {kinds}")


def _layer_sheet(path: Path, score: Score) -> Sheet:
    layer = raw_layers.read_layer(path, score)
    if layer.table.empty:
        raise _empty_file(path)
    headers = tuple(str(header) for header in layer.table.columns)
    cells = layer.table.set_axis(range(len(headers)), axis="columns")
    return Sheet(path.name, layer.name, headers, cells, np.arange(1, len(cells) + 1), points=layer.points)


def _best_worksheet(path: Path, score: Score) -> tuple[str, list[list[Cell]]]:
    """Return name and rows of the visible worksheet whose first rows hold the best header; the first of equals."""
    if path.suffix.lower() != ".xls":
        _check_archive(path)
    try:
        with python_calamine.CalamineWorkbook.from_path(path) as book:
            names = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.visible == python_calamine.SheetVisibleEnum.Visible
                and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
            ]
            sheets = [book.get_sheet_by_name(name) for name in names]
            tops = [sheet.to_python(skip_empty_area=False, nrows=HEADER_ROWS) for sheet in sheets]
            scores = [max((score(_texts(row)) for row in top if _filled(row)), default=-1) for top in tops]
            if not scores or max(scores) < 0:
                raise _empty_file(path)
            best = scores.index(max(scores))
            return names[best], cast("list[list[Cell]]", sheets[best].to_python(skip_empty_area=False))
    except python_calamine.CalamineError as error:
        raise _damaged(path) from error
    except (OSError, UnicodeError, ValueError) as error:
        raise _damaged(path) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # calamine's Rust panics are no Exception
            raise
        raise _damaged(path) from error


def _check_archive(path: Path) -> None:
    """Refuse a workbook that is no zip, would unpack to too much, or carries macros, before anything is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        if path.stat().st_size == 0:
            raise _empty_file(path) from error
        raise _damaged(path) from error
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > _MAX_ENTRIES or unpacked > _MAX_UNPACKED_BYTES or unpacked > _MAX_RATIO * max(packed, 10**4):
        raise _unreadable(
            path,
            "quá lớn khi giải nén; hãy lưu lại danh sách sang tệp mới hoặc tệp .csv",
            "unpacks to too much; save the list to a new workbook or a .csv file",
        )
    if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries):
        raise _unreadable(path, "có macro; hãy lưu lại thành .xlsx không có macro", "holds macros; save it without")


def _text_table(path: Path, score: Score) -> pd.DataFrame:
    """Read a text table whole, every cell as text, short rows filled up."""
    text = _decoded(path)
    delimiter = max(_DELIMITERS, key=lambda mark: max(map(score, _top(text, mark)), default=0))
    width = max((len(record) for record in _top(text, delimiter)), default=0)
    if not text.strip() or not width:
        raise _empty_file(path)
    try:
        try:
            return _parsed(text, delimiter, width)
        except pd.errors.ParserError:
            return _parsed(text, delimiter, 1 + max(line.count(delimiter) for line in io.StringIO(text)))
    except (pd.errors.ParserError, pd.errors.EmptyDataError, csv.Error) as error:
        raise _damaged(path) from error


def _parsed(text: str, delimiter: str, width: int) -> pd.DataFrame:
    return pd.read_csv(
        io.StringIO(text),
        sep=delimiter,
        header=None,
        names=range(width),
        index_col=False,
        dtype=str,
        keep_default_na=False,
        na_filter=False,
        skip_blank_lines=False,
        engine="c",
    )


def _top(text: str, delimiter: str) -> list[list[str]]:
    lines = io.StringIO(text[:200_000], newline="")
    return list(itertools.islice(csv.reader(lines, delimiter=delimiter), HEADER_ROWS))


def _decoded(path: Path) -> str:
    """Decode UTF-8 or UTF-16, else the Vietnamese code page of Windows (whose tone marks stand apart)."""
    data = path.read_bytes()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif data[1:40:2].count(0) > 10:
        encodings = ["utf-16-le"]
    else:
        encodings = ["utf-8-sig", "cp1258"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return unicodedata.normalize("NFC", text) if encoding == "cp1258" else text
    raise _unreadable(path, "không phải tệp chữ; hãy lưu lại thành CSV UTF-8", "is not text; save it as CSV UTF-8")


def _cut(path: Path, name: str | None, table: pd.DataFrame, score: Score) -> Sheet:
    """Find the header, then keep the rows below it that are neither empty nor totals."""
    tops = [_texts(row) for row in table.head(HEADER_ROWS).to_numpy(dtype=object).tolist()]
    scores = [score(row) for row in tops]
    if not scores or max(scores) < min(2, max(len(row) for row in tops)):
        raise _unreadable(
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
        raise _empty_file(path)
    cells = body[kept].set_axis(range(len(headed)), axis="columns").reset_index(drop=True)
    headers = tuple(tops[header][index] for index in headed)
    return Sheet(path.name, name, headers, cells, row_numbers[kept], tuple(row_numbers[totals].tolist()))


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


def _texts(row: Iterable[Cell]) -> list[str]:
    return [" ".join(written(cell).split()) for cell in row]


def _filled(row: Iterable[Cell]) -> bool:
    return any(_texts(row))


def _empty_file(path: Path) -> UnreadableFileError:
    return _unreadable(path, "không có dòng dữ liệu nào", "has no rows of data")


def _damaged(path: Path) -> UnreadableFileError:
    return _unreadable(
        path,
        f"bị hỏng, có mật khẩu hoặc không phải tệp {path.suffix}; hãy mở và lưu lại",
        f"is damaged, protected or no {path.suffix} file; open it and save it again",
    )


def _unreadable(path: Path, vi: str, en: str) -> UnreadableFileError:
    return UnreadableFileError(Text(f"Tệp {path.name} {vi}.", f"File {path.name} {en}."))
