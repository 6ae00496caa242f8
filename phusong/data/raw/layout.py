"""Where the table is in a sheet: titles above it, its header, the rows that are data, the sums and remarks below.

What is left out is never lost: a note says which row it was and what stood there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from openpyxl.utils.cell import get_column_letter

from phusong.data.legacy_fonts import ENCODING_TITLES, Encoding, convert
from phusong.data.raw.header_rows import Header, decoded_top, texts_of
from phusong.data.raw.refusals import unreadable
from phusong.data.raw.row_kinds import OddRow, filled_cells, odd_rows
from phusong.data.raw.sheet import HEADER_ROWS, RawTable, Section, Sheet, SheetNote
from phusong.errors import UnreadableFileError
from phusong.words import Text

_LONGEST = 200
_MOST_RANGES = 10


def no_header(path: Path) -> UnreadableFileError:
    """Return the error of a file in which nothing looks like the wanted list, with the two ways out of it."""
    return unreadable(
        path,
        f"không có dòng tiêu đề nào của danh sách này trong {HEADER_ROWS} dòng đầu; hãy dùng tệp mẫu, hoặc ghi mỗi cột "
        "là cột nào vào một tệp ghép cột (.toml)",
        f"has no header of this list in its first {HEADER_ROWS} rows; use the template, or say which column is which "
        "in a mapping file (.toml)",
    )


def cut(path: Path, raw: RawTable, header: Header) -> Sheet | None:
    """Keep the rows below a header that hold data; None where there are none."""
    below = raw.cells.iloc[header.end :]
    filled = filled_cells(below) if len(below) else np.zeros((0, raw.cells.shape[1]), dtype=bool)
    texts, encoding = decoded_top(raw)
    top = texts[header.first : header.last + 1]
    read = below if encoding is None else _decoded(below, encoding)
    odd = odd_rows(read, filled, top, _wide_rows(raw, header.end)) if len(below) else []
    headed = [column for column, title in enumerate(header.titles) if title]
    kept = np.asarray(filled[:, headed].any(axis=1), dtype=bool)
    kept[[row.at for row in odd]] = False
    if not kept.any():
        return None
    cells, merge_notes = _filled_down(below.loc[:, headed], raw, header.end, kept)
    row_numbers = np.arange(header.end + 1, len(raw.cells) + 1, dtype=np.int64)
    return Sheet(
        path.name,
        raw.name,
        tuple(header.titles[column] for column in headed),
        cells.loc[kept].set_axis(range(len(headed)), axis="columns").reset_index(drop=True),
        row_numbers[kept],
        tuple(headed),
        header_rows=tuple(range(header.first + 1, header.last + 2)),
        totals=tuple(header.end + 1 + row.at for row in odd if row.kind == "total"),
        notes=(
            *_font_note(encoding, header, raw, top),
            *_row_notes(odd, header),
            *_untitled(filled, odd, headed, header.end),
            *merge_notes,
            *_hidden(raw, row_numbers[kept]),
        ),
        sections=tuple(Section(header.end + 1 + row.at, row.text) for row in odd if row.kind == "section"),
    )


def _decoded(cells: pd.DataFrame, encoding: Encoding) -> pd.DataFrame:
    """Return the cells in Unicode, to tell what their rows are."""
    return cells.map(lambda cell: convert(cell, encoding) if isinstance(cell, str) else cell)


def _font_note(
    encoding: Encoding | None, header: Header, raw: RawTable, top: Sequence[Sequence[str]]
) -> Iterable[SheetNote]:
    """Say that the header was made Unicode, where it was not: rows below it alone may be in an old font."""
    if encoding is None:
        return
    rows = [texts_of(row) for row in raw.cells.iloc[header.first : header.last + 1].to_numpy(dtype=object).tolist()]
    if rows != top:
        title = ENCODING_TITLES[encoding]
        text = Text(
            f"Tiêu đề gõ bằng phông {title.vi} đã được chuyển sang Unicode.",
            f"Headers typed for a {title.en} font were made Unicode.",
        )
        yield SheetNote("repair", text, f"text.{encoding}", row=header.first + 1)


def _wide_rows(raw: RawTable, start: int) -> frozenset[int]:
    """Return the rows below the header in which three columns or more are merged."""
    return frozenset(top - start for top, left, _, right in raw.merged if top >= start and right - left >= 2)


def _filled_down(
    cells: pd.DataFrame, raw: RawTable, start: int, kept: NDArray[np.bool_]
) -> tuple[pd.DataFrame, list[SheetNote]]:
    """Give every row of a vertically merged cell its value."""
    notes: list[SheetNote] = []
    arrays: dict[int, NDArray[np.object_]] = {}
    for top, left, bottom, _ in raw.merged:
        first, last = top - start, min(bottom - start, len(cells) - 1)
        if first < 0 or last <= first or left not in cells.columns:
            continue
        rows = [at for at in range(first + 1, last + 1) if kept[at]]
        column = arrays.setdefault(left, cells[left].to_numpy(dtype=object, copy=True))
        value = column[first]
        if not rows or not texts_of([value])[0] or any(texts_of(column[rows])):
            continue
        column[rows] = value
        notes.append(_merge_note(value, top + 1, bottom + 1, raw.cells.shape[1]))
    return _with_arrays(cells, arrays), notes


def _with_arrays(cells: pd.DataFrame, arrays: dict[int, NDArray[np.object_]]) -> pd.DataFrame:
    changed = cells.copy() if arrays else cells
    for column, values in arrays.items():
        changed[column] = values
    return changed


def _merge_note(value: object, first: int, last: int, width: int) -> SheetNote:
    shown = texts_of([value])[0][:_LONGEST]
    if isinstance(value, int | float) and not isinstance(value, bool):
        text = Text(
            f"Ô gộp từ dòng {first} đến dòng {last}: số {shown} được dùng cho từng dòng. Nếu đó là tổng của các dòng, "
            "hãy bỏ gộp và ghi riêng từng dòng.",
            f"Cells merged from row {first} to {last}: {shown} is taken for each row. If it is the sum of the rows, "
            "unmerge the cells and give each row its own.",
        )
        return SheetNote("warning", text, "layout.merged", row=first)
    text = Text(
        f"Ô gộp từ dòng {first} đến dòng {last}: “{shown}” được dùng cho từng dòng.",
        f"Cells merged from row {first} to {last}: “{shown}” is taken for each row.",
    )
    return SheetNote("repair", text, "layout.merged", row=first)


def _row_notes(odd: Sequence[OddRow], header: Header) -> list[SheetNote]:
    """Say which rows are no data, and what stands in them; sums and sections are told by those who use them."""
    notes = []
    if header.numbering is not None:
        notes.append(SheetNote("repair", _NUMBERING, "layout.numbering", row=header.numbering + 1))
    for row in odd:
        number = header.end + 1 + row.at
        if row.kind == "header":
            notes.append(SheetNote("repair", _HEADER_AGAIN, "layout.header_again", row=number))
        elif row.kind == "remark":
            shown = "" if row.signed else row.text[:_LONGEST]
            notes.append(SheetNote("repair", _remark(shown), "layout.remark", row=number))
    return notes


_NUMBERING = Text("Dòng đánh số cột bị bỏ qua.", "A row that numbers the columns is left out.")
_HEADER_AGAIN = Text("Dòng tiêu đề lặp lại bị bỏ qua.", "The header stands here once more; it is left out.")


def _remark(shown: str) -> Text:
    if not shown:
        return Text("Phần chữ ký dưới bảng không phải là số liệu nên bị bỏ qua.", "Signatures are left out.")
    return Text(
        f"Dòng này không phải là số liệu nên bị bỏ qua: “{shown}”.", f"This row is no data and is left out: “{shown}”."
    )


def _untitled(
    filled: NDArray[np.bool_], odd: Sequence[OddRow], headed: Sequence[int], start: int
) -> Iterable[SheetNote]:
    """Warn of columns that hold something and have no title."""
    untold = np.ones(len(filled), dtype=bool)
    untold[[row.at for row in odd]] = False
    for column in sorted(set(range(filled.shape[1])) - set(headed)):
        rows = np.flatnonzero(filled[:, column] & untold)
        if len(rows):
            letter = get_column_letter(column + 1)
            text = Text(
                f"Cột {letter} không có tiêu đề nên không đọc ({len(rows)} ô có số liệu). Hãy ghi tiêu đề cho cột.",
                f"Column {letter} has no title and is not read ({len(rows)} cells with data). Give it a title.",
            )
            yield SheetNote("warning", text, "layout.untitled", row=start + 1 + int(rows[0]))


def _hidden(raw: RawTable, row_numbers: NDArray[np.int64]) -> Iterable[SheetNote]:
    """Warn that rows nobody sees in the sheet are read all the same."""
    hidden = np.intersect1d(row_numbers, np.fromiter(raw.hidden_rows, np.int64, len(raw.hidden_rows)))
    if len(hidden):
        where = _ranges(hidden)
        text = Text(
            f"Dòng đang ẩn vẫn được đọc: {where.vi}. Hãy xoá nếu không thuộc danh sách.",
            f"Hidden rows are read as well: {where.en}. Delete them if they are not of the list.",
        )
        yield SheetNote("warning", text, "layout.hidden_row", row=int(hidden[0]))


def _ranges(rows: NDArray[np.int64]) -> Text:
    """Write row numbers shortly: 5–7, 9."""
    runs = np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1)
    texts = [f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs[:_MOST_RANGES]]
    more = sum(map(len, runs[_MOST_RANGES:]))
    shown = ", ".join(texts)
    return Text(f"{shown} và {more} dòng khác", f"{shown} and {more} more") if more else Text(shown, shown)
