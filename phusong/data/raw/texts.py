"""Text tables: encoding, delimiter, cells as text."""

from __future__ import annotations

import csv
import io
import itertools
import unicodedata
from pathlib import Path

import pandas as pd

from phusong.data.raw.refusals import damaged, empty_file, unreadable
from phusong.data.raw.sheet import HEADER_ROWS, RawTable, Score

_DELIMITERS = (",", ";", "\t")


def read_text_table(path: Path, score: Score) -> RawTable:
    """Read a text table whole, every cell as text, short rows filled up."""
    text = _decoded(path)
    delimiter = max(_DELIMITERS, key=lambda mark: max(map(score, _top(text, mark)), default=0))
    width = max((len(record) for record in _top(text, delimiter)), default=0)
    if not text.strip() or not width:
        raise empty_file(path)
    try:
        try:
            cells = _parsed(text, delimiter, width)
        except pd.errors.ParserError:
            cells = _parsed(text, delimiter, 1 + max(line.count(delimiter) for line in io.StringIO(text)))
    except (pd.errors.ParserError, pd.errors.EmptyDataError, csv.Error) as error:
        raise damaged(path) from error
    return RawTable(name=None, cells=cells)


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
    raise unreadable(path, "không phải tệp chữ; hãy lưu lại thành CSV UTF-8", "is not text; save it as CSV UTF-8")
