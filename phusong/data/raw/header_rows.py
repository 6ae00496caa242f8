"""The header of a table: one row or up to three, with titles above it and units or numbers of columns below.

A title over several columns ("Toạ độ" over "Kinh độ" and "Vĩ độ") belongs to each of them: the merged range says how
far it reaches, or, where a file has no merged cells, the empty cells up to the next title.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from phusong.data.cells import Cell, written
from phusong.data.legacy_fonts import Encoding, decode_legacy
from phusong.data.names import fold
from phusong.data.raw.sheet import HEADER_ROWS, JOINT, RawTable, Score

_MOST_ROWS = 3
_NUMBER = re.compile(r"[-+]?\d[\d.,]*")
_UNITS = frozenset(
    {"m", "km", "%", "°", "dbm", "db", "dbi", "mhz", "ghz", "w", "h", "ha", "m2", "km2", "mbps", "mbit/s"}
)
_UNIT_WORDS = frozenset({"ho", "nguoi", "khau", "do", "gio", "tram", "thon", "met"})
"""Units only in brackets: alone they are titles ("Số lượng" over "Hộ" and "Khẩu")."""
_COLUMN_NUMBER = re.compile(r"\(?-?(\d{1,3}|[A-Z])\)?(\s*=.*)?")


@dataclass(frozen=True, slots=True)
class Header:
    """Where a header stands (rows from 0, the last one included) and the title of each column of the file, "" if none.

    ``numbering`` is the row below that only numbers the columns, None where there is none.
    """

    first: int
    last: int
    titles: tuple[str, ...]
    score: int
    numbering: int | None = None

    @property
    def end(self) -> int:
        """Return the first row below."""
        return (self.last if self.numbering is None else self.numbering) + 1


def texts_of(row: Iterable[Cell]) -> list[str]:
    """Return the cells of a row as written, with single spaces."""
    return [" ".join(written(cell).split()) for cell in row]


def find_header(raw: RawTable, score: Score) -> Header | None:
    """Return the header whose titles name most columns of the list: the shortest and first of equals."""
    top, _ = decoded_top(raw)
    best: Header | None = None
    for first, row in enumerate(top):
        for last in range(first, min(first + _MOST_ROWS, len(top))) if any(row) else ():
            if last > first and not _is_subtitle_row(top[last - 1], top[last]):
                break
            titles = titles_of(top, raw, first, last)
            found = score([title for title in titles if title])
            if best is None or (found, first - last) > (best.score, best.first - best.last):
                best = Header(first, last, titles, found)
    return None if best is None else _with_rows_below(best, top, raw)


def header_at(raw: RawTable, first: int, last: int, score: Score) -> Header | None:
    """Return the header of the rows somebody named, None where there is nothing."""
    top, _ = decoded_top(raw)
    if not 0 <= first <= last < len(top):
        return None
    titles = titles_of(top, raw, first, last)
    if not any(titles):
        return None
    header = Header(first, last, titles, score([title for title in titles if title]))
    return _with_numbering(header, top)


def guess_header(raw: RawTable, score: Score) -> Header | None:
    """Return the row that looks most like a header where none names the wanted list: many different short texts."""
    top, _ = decoded_top(raw)
    looks = [score(row) + len({fold(text) for text in row if text and not _NUMBER.fullmatch(text)}) for row in top]
    if not looks or max(looks) < 1:
        return None
    first = looks.index(max(looks))
    titles = titles_of(top, raw, first, first)
    return _with_rows_below(Header(first, first, titles, score([t for t in titles if t])), top, raw)


def decoded_top(raw: RawTable) -> tuple[list[list[str]], Encoding | None]:
    """Return the first rows as texts, made Unicode, and the encoding of before Unicode they were in, None without."""
    rows = [texts_of(row) for row in raw.cells.head(HEADER_ROWS).to_numpy(dtype=object).tolist()]
    texts, encoding = decode_legacy([text for row in rows for text in row])
    if encoding is None:
        return rows, None
    width = raw.cells.shape[1]
    return [texts[start : start + width] for start in range(0, len(texts), width)], encoding


def titles_of(top: Sequence[Sequence[str]], raw: RawTable, first: int, last: int) -> tuple[str, ...]:
    """Return the title of every column: those of all rows from the top down, each once."""
    rows = [list(row) for row in top[first : last + 1]]
    for at in range(len(rows) - 1):
        below = np.logical_or.reduce([[bool(text) for text in row] for row in rows[at + 1 :]])
        starts = np.logical_or.reduce([[bool(text) for text in row] for row in top[first : first + at + 1]])
        rows[at] = _spread(rows[at], below.tolist(), starts.tolist(), _reaches(raw, first + at))
    return tuple(_title(column) for column in zip(*rows, strict=True))


def _title(column: Sequence[str]) -> str:
    """Join the titles of one column; a unit below one stands behind it in brackets."""
    parts: list[str] = []
    for text in column:
        if parts and _is_unit(text):
            parts[-1] = f"{parts[-1]} ({text.strip('() ')})"
        elif text and text not in parts:
            parts.append(text)
    return JOINT.join(parts)


def _reaches(raw: RawTable, row: int) -> dict[int, int]:
    """Return how far each merged title of a row reaches to the right."""
    return {left: right for top, left, bottom, right in raw.merged if top == row and right > left}


def _spread(row: list[str], below: list[bool], starts: list[bool], reaches: dict[int, int]) -> list[str]:
    """Fill group titles to the right: over empty cells with a title below, up to the next title here or above."""
    filled, title, start = list(row), "", 0
    for column, text in enumerate(row):
        if starts[column]:
            title, start = text, column
        elif title and below[column] and below[start] and column <= reaches.get(start, column):
            filled[column] = title
    return filled


def _is_subtitle_row(above: Sequence[str], row: Sequence[str]) -> bool:
    """Say whether a row may hold the parts of the titles above it; a row of data may not.

    It has words only, some under no title of their own (so under the one to the left), and few under plain titles.
    """
    filled = [bool(text) for text in row]
    if not any(filled) or any(_NUMBER.fullmatch(text) for text in row):
        return False
    if not any(here and not up for here, up in zip(filled, above, strict=True)):
        return False
    plain = [column for column, up in enumerate(above) if up and (column + 1 == len(above) or above[column + 1])]
    return sum(filled[column] for column in plain) <= max(1, len(plain) / 2)


def _with_rows_below(header: Header, top: Sequence[Sequence[str]], raw: RawTable) -> Header:
    """Add what belongs to the header and names no column of the list: parts, units and numbers of columns."""
    following = header.last + 1
    if following < len(top) and header.last - header.first + 1 < _MOST_ROWS:
        row = top[following]
        if _are_unknown_parts(top[header.last], row) and not _is_numbering(row, header.titles):
            header = Header(header.first, following, titles_of(top, raw, header.first, following), header.score)
    following = header.last + 1
    if following < len(top) and any(top[following]) and all(_is_unit(text) for text in top[following] if text):
        header = Header(header.first, following, titles_of(top, raw, header.first, following), header.score)
    return _with_numbering(header, top)


def _with_numbering(header: Header, top: Sequence[Sequence[str]]) -> Header:
    following = header.last + 1
    if following >= len(top) or not _is_numbering(top[following], header.titles):
        return header
    return Header(header.first, header.last, header.titles, header.score, numbering=following)


def _are_unknown_parts(above: Sequence[str], row: Sequence[str]) -> bool:
    if not _is_subtitle_row(above, row) or sum(map(bool, row)) < 2:
        return False
    ends = [*above[1:], ""]
    return all(not up or not right for text, up, right in zip(row, above, ends, strict=True) if text)


def _is_unit(text: str) -> bool:
    bare = fold(text.strip("() "))
    return bare in _UNITS or (bare in _UNIT_WORDS and text.startswith("("))


def is_numbering(row: Sequence[str]) -> bool:
    """Say whether cells only number columns, in order: (1) (2) (3), A B 1 2 3, (5)=(3)+(4)."""
    matches = [_COLUMN_NUMBER.fullmatch(text) for text in row if text]
    if len(matches) < 3 or not all(matches):
        return False
    marks = [match[1] for match in matches if match]
    digits = [int(mark) for mark in marks if mark.isdigit()]
    letters = [mark for mark in marks if not mark.isdigit()]
    return digits == list(range(1, len(digits) + 1)) and letters == sorted(set(letters))


def _is_numbering(row: Sequence[str], titles: Sequence[str]) -> bool:
    return is_numbering(row) and sum(map(bool, row)) >= sum(map(bool, titles)) / 2
