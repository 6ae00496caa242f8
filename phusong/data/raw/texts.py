"""Text tables: delimiter, cells as text."""

from __future__ import annotations

import csv
import io
import itertools
import re
from pathlib import Path

import pandas as pd

from phusong.data.legacy_fonts import decode_legacy
from phusong.data.raw.encodings import decoded
from phusong.data.raw.limits import LIMITS, Limits
from phusong.data.raw.refusals import empty_file, too_many, unreadable
from phusong.data.raw.sheet import HEADER_ROWS, RawTable, Score
from phusong.words import Text

_DELIMITERS = (",", ";", "\t", "|")
_LOOKED_AT = 200_000
_NAMED_DELIMITER = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


def read_text_table(path: Path, score: Score, limits: Limits = LIMITS) -> RawTable:
    """Read a text table whole, every cell as text, short rows filled up.

    Raises
    ------
    UnreadableFileError
        The file is empty, no text, or has more rows or columns than are read.
    """
    if path.stat().st_size > limits.text_bytes:
        raise unreadable(path, "quá lớn để đọc; hãy chia nhỏ danh sách", "is too large to be read; split the list")
    text = decoded(path)
    if not text.strip():
        raise empty_file(path)
    if text.count("\n") > limits.text_rows:
        raise too_many(path, limits.text_rows, Text("dòng", "rows"))
    try:
        cells = _cells(path, text, score, limits)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, csv.Error, OverflowError) as error:
        raise unreadable(
            path,
            "bị hỏng: có ô quá dài hoặc dấu ngoặc kép không đóng; hãy mở bằng Excel và lưu lại",
            "is damaged: a cell is too long, or a quote is never closed; open it with Excel and save it again",
        ) from error
    return RawTable(name=None, cells=cells)


def _cells(path: Path, text: str, score: Score, limits: Limits) -> pd.DataFrame:
    delimiter = delimiter_of(text, score)
    width = max((len(record) for record in _top(text, delimiter)), default=0)
    if not width:
        raise empty_file(path)
    _check_width(path, width, limits)
    try:
        return _parsed(text, delimiter, width)
    except pd.errors.ParserError:
        width = 1 + max(line.count(delimiter) for line in io.StringIO(text))
        _check_width(path, width, limits)
        return _parsed(text, delimiter, width)


def delimiter_of(text: str, score: Score) -> str:
    """Return what stands between the cells of a text table."""
    named = _NAMED_DELIMITER.match(text)  # Excel's own way to say it; the line stays a row: rows keep their numbers
    return named[1] if named else _best_delimiter(text, score)


def _best_delimiter(text: str, score: Score) -> str:
    def best_header(mark: str) -> int:
        return max((score(decode_legacy(record)[0]) for record in _top(text, mark)), default=0)

    return max(_DELIMITERS, key=best_header)


def _check_width(path: Path, width: int, limits: Limits) -> None:
    if width > limits.columns:
        raise too_many(path, limits.columns, Text("cột", "columns"))


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
    lines = io.StringIO(text[:_LOOKED_AT], newline="")
    return list(itertools.islice(csv.reader(lines, delimiter=delimiter), HEADER_ROWS))
