"""Rows below a header that are no data: sums, headings of sections, remarks and signatures, the header once more.

Only rows that look odd from afar (few cells filled, a word of sums in front) are looked at one by one: a list of a
hundred thousand plain rows costs a few passes over its columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.data.cells import Cell
from phusong.data.names import fold
from phusong.data.raw.header_rows import is_numbering, texts_of

Kind = Literal["total", "section", "remark", "header"]

_FEW = 3
_SUM_WORD = r"\W*(?:t[oôổ][\u0300-\u036f]*ng|c[oôộ][\u0300-\u036f]*ng|total|grand)\b"
_LABEL = r"\W*(?:[IVX]{1,5}|[A-H])\W*"
_ODD = re.compile(f"(?i:{_SUM_WORD})|(?:{_LABEL})$")
_LABELLED = re.compile(r"[(\[]?(?:[IVX]{1,5}|[A-H]|\d{1,2})\s*[.)\]:/-]\s*(?=\D)|[-+*•]\s+")
_SUM = re.compile(
    r"(?:tong cong|tong so|tong|cong|total|grand total)\b[\s:.,(/-]*"
    r"(?:$|\d|[ivx]+\b|(?:xa|phuong|huyen|thi|tp|tinh|thon|toan|ho|cac|theo|muc|trang|chung|khu|cum|nhom|don vi|so)\b)"
)
_REMARK = re.compile(
    r"(?:\*+\s|\(\*\)|ghi chu\b|chu thich\b|luu y\b|nguon\s*:|noi nhan\b|nguoi lap\b|lap bieu\b|can bo lap\b"
    r"|tm\s*\.|t/m|kt\s*\.|tl\s*\.|tuq\s*\.|chu tich\b|pho chu tich\b|giam doc\b|pho giam doc\b|thu truong\b"
    r"|truong phong\b|xac nhan cua\b|dai dien\b|ky ten\b|\(?ky[,. ]|luu\s*:|- nhu tren|nhu tren\b|van phong\b"
    r"|.*\bngay\b.*\bthang\b.*\bnam\b|.*\bkem theo (?:cong van|bao cao|quyet dinh|van ban)\b)"
)
_SIGNATURE = re.compile(r"(?:nguoi lap|lap bieu|can bo lap|tm\s*\.|t/m|kt\s*\.|tl\s*\.|tuq\s*\.|chu tich|pho chu tich)")
_UNIT = re.compile(r"(?:xa|phuong|thi tran|dac khu|huyen|quan|thi xa|thanh pho|tp|tinh|tt|x|p|h)\b\.?\s+\S")
_NUMBER = re.compile(r"[-+]?\d[\d.,\s]*%?")

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class OddRow:
    """A row (from 0, below the header) that is no data, its cells as one text; ``signed``: it may hold a name."""

    at: int
    kind: Kind
    text: str
    signed: bool = False


@dataclass(slots=True)
class _Look:
    """What is seen of the rows while they are sorted."""

    filled: Mask
    cells: pd.DataFrame
    found: dict[int, OddRow] = field(default_factory=dict)

    def row(self, at: int) -> list[tuple[int, Cell]]:
        positions = np.flatnonzero(self.filled[at]).tolist()
        return [(position, self.cells.iloc[at, position]) for position in positions]


def filled_cells(cells: pd.DataFrame) -> Mask:
    """Mark the cells that hold anything but spaces."""
    return np.column_stack([_filled(cells[column]) for column in cells.columns])


def odd_rows(
    cells: pd.DataFrame, filled: Mask, header: Sequence[Sequence[str]], merged: frozenset[int]
) -> list[OddRow]:
    """Find the rows that are no data.

    Parameters
    ----------
    cells
        The rows below the header, a column for each of the file.
    filled
        Which of the cells hold anything.
    header
        The rows of the header as texts: the same rows further down are the header once more.
    merged
        Rows in which cells of several columns are merged.
    """
    look = _Look(filled, cells)
    count = filled.sum(axis=1)
    _find_headers(look, header)
    few = (count > 0) & (count <= min(_FEW, max(1, int(count.max()) // 2)))
    suspects = np.flatnonzero(((count > 0) & (count <= _FEW)) | _odd_in_front(cells, filled))
    front = _front(cells)
    for at in suspects.tolist():
        if at not in look.found:
            kind = _kind(look.row(at), front, few=bool(few[at]), wide=at in merged)
            if kind is not None:
                look.found[at] = _odd(look, at, kind)
    _find_tail(look, few)
    return [look.found[at] for at in sorted(look.found)]


def _filled(cells: pd.Series) -> Mask:
    if cells.dtype != object:
        if isinstance(cells.dtype, pd.StringDtype):
            return np.asarray(cells.str.strip() != "", dtype=bool)
        return np.asarray(cells.notna(), dtype=bool)
    blank = [cell is None or (cell.__class__ is str and (not cell or cell.isspace())) for cell in cells.tolist()]
    return ~np.array(blank, dtype=bool)


def _odd_in_front(cells: pd.DataFrame, filled: Mask) -> Mask:
    """Mark rows whose first filled cell is a word of sums, or a mark such as "II" or "A" alone."""
    first = filled.argmax(axis=1)
    odd = np.zeros(len(cells), dtype=bool)
    for position in np.unique(first).tolist():
        at = np.flatnonzero((first == position) & filled[:, position])
        column = cells.iloc[at, position]
        if isinstance(column.dtype, pd.StringDtype):
            odd[at] = column.str.match(_ODD).to_numpy(dtype=bool)
        elif column.dtype == object:
            match = _ODD.match
            odd[at] = [type(cell) is str and match(cell) is not None for cell in column.to_numpy()]
    return odd


@dataclass(frozen=True, slots=True)
class _Front:
    """How the rows are numbered: by numbers in the first column, by marks such as I, II or A, B."""

    by_numbers: bool
    by_marks: bool


def _front(cells: pd.DataFrame) -> _Front:
    first = [text for text in texts_of(cells.iloc[:200, 0]) if text]
    numbers = sum(_NUMBER.fullmatch(text) is not None for text in first)
    marks = sum(re.fullmatch(_LABEL, text) is not None for text in first)
    return _Front(by_numbers=numbers > len(first) / 2, by_marks=marks > len(first) / 2)


def _find_headers(look: _Look, header: Sequence[Sequence[str]]) -> None:
    """Find the rows of the header once more, and the numbers of columns below them."""
    for row in header:
        wanted = {column: text for column, text in enumerate(row) if text}
        if len(wanted) < 2:
            continue
        for at in _equal_rows(look, dict(list(wanted.items())[:2])):
            texts = texts_of(look.cells.iloc[at].tolist())
            if sum(texts[column] == text for column, text in wanted.items()) > len(wanted) / 2:
                look.found[at] = _odd(look, at, "header")
    for at in sorted(look.found):
        below = at + 1
        if below < len(look.cells) and below not in look.found and is_numbering(texts_of(look.cells.iloc[below])):
            look.found[below] = _odd(look, below, "header")


def _equal_rows(look: _Look, wanted: dict[int, str]) -> list[int]:
    equal = np.ones(len(look.cells), dtype=bool)
    for column, text in wanted.items():
        cells = look.cells.iloc[:, column]
        at = np.flatnonzero(equal)
        same = [type(cell) is str and cell[:1] == text[:1] and texts_of([cell])[0] == text for cell in cells.iloc[at]]
        equal[at] = same
    return np.flatnonzero(equal).tolist()


def _kind(row: list[tuple[int, Cell]], front: _Front, *, few: bool, wide: bool) -> Kind | None:
    texts = texts_of(cell for _, cell in row)
    words = [text for text in texts if not _NUMBER.fullmatch(text)]
    lead = next((text for text in words if not re.fullmatch(_LABEL, text)), "")
    key = fold(lead)
    if lead and _SUM.match(_bare(key)) and len(words) - words.count(lead) <= 1:
        return "total"
    if len(texts) == len(words) and _REMARK.match(key):
        return "remark"
    if not lead:
        return None
    if len(texts) == 1 and few:
        is_headed = _LABELLED.match(lead) is not None or _UNIT.match(key) is not None
        return "section" if is_headed or wide or (front.by_numbers and row[0][0] == 0) else None
    is_labelled = not front.by_marks and texts[0] == words[0] and re.fullmatch(_LABEL, texts[0]) is not None
    return "section" if is_labelled and len(words) == 2 else None


def _bare(key: str) -> str:
    """Return a folded text without the mark in front of it."""
    return re.sub(r"^\W*(?:(?:[ivx]{1,5}|[a-h]|\d{1,2})\s*[.)\]:/-]\s*)?", "", key, count=1)


def _find_tail(look: _Look, few: Mask) -> None:
    """Take what stands under the last row of data, from the first remark or signature on, as remarks."""
    plain = look.filled.any(axis=1) & ~few
    plain[list(look.found)] = False
    last = int(np.flatnonzero(plain)[-1]) if plain.any() else -1
    remarks = [at for at, odd in look.found.items() if odd.kind == "remark" and at > last]
    if not remarks:
        return
    below = np.flatnonzero(look.filled[min(remarks) :].any(axis=1)) + min(remarks)
    signed = False
    for at in below.tolist():
        odd = look.found.get(at)
        if odd is not None and odd.kind == "total":
            continue
        odd = _odd(look, at, "remark")
        signed = signed or _SIGNATURE.match(fold(odd.text)) is not None
        look.found[at] = OddRow(at, "remark", odd.text, signed)


def _odd(look: _Look, at: int, kind: Kind) -> OddRow:
    return OddRow(at, kind, joined(cell for _, cell in look.row(at)))


def joined(cells: Iterable[Cell]) -> str:
    """Return the filled cells of a row as one text."""
    return " | ".join(text for text in texts_of(cells) if text)
