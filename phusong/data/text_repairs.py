"""Letters mended before a column is read: legacy fonts made Unicode, accents that stand apart from their letters."""

from __future__ import annotations

import unicodedata

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from phusong.data.columns import Note
from phusong.data.legacy_fonts import ENCODING_TITLES, Converted, convert_column
from phusong.data.schema import Field
from phusong.words import Text, number

MOST_NOTES = 1000
"""So many converted cells of a column have a note each; the rest are counted in one."""


def repair_texts(cells: pd.Series, field: Field, *, shows_cells: bool = True) -> tuple[pd.Series, tuple[Note, ...]]:
    """Return the cells of a column in Unicode, and a repair for what was converted.

    Parameters
    ----------
    cells
        Cells as the reader delivers them; they are not changed.
    field
        What the column is.
    shows_cells
        Whether notes may quote what became of a cell.
    """
    if _is_plain(cells):
        return cells, ()
    converted = convert_column(cells)
    if converted is not None:
        return converted.cells, tuple(_legacy_notes(converted, field, shows_cells=shows_cells))
    return cells, _apart_notes(cells, field)


def _is_plain(cells: pd.Series) -> bool:
    """Say whether a column has nothing but ASCII letters, fast: most columns are numbers."""
    if cells.dtype == object:
        return "".join([cell for cell in cells.tolist() if type(cell) is str]).isascii()
    if not pd.api.types.is_string_dtype(cells.dtype):
        return True
    return pc.all(pc.string_is_ascii(pa.array(cells))).as_py() is not False


def _legacy_notes(converted: Converted, field: Field, *, shows_cells: bool) -> list[Note]:
    title = ENCODING_TITLES[converted.encoding]
    code = f"text.{converted.encoding}"
    text = Text(
        f"Chữ gõ bằng phông {title.vi} đã được chuyển sang Unicode.",
        f"Text typed for a {title.en} font was made Unicode.",
    )
    rows = np.flatnonzero(converted.changed)
    after = converted.cells.iloc[rows[:MOST_NOTES]].tolist()
    notes = [
        Note(at, field.name, "repair", text, code, cell if shows_cells else None)
        for at, cell in zip(rows[:MOST_NOTES].tolist(), after, strict=True)
    ]
    if len(rows) > MOST_NOTES:
        more = len(rows) - MOST_NOTES
        rest = Text(
            f"{text.vi} Cột này còn {number(more)} ô như vậy, kể từ dòng này.",
            f"{text.en} {number(more, 'en')} more cells of this column, from this row on.",
        )
        notes.append(Note(int(rows[MOST_NOTES]), field.name, "repair", rest, code))
    return notes


def _apart_notes(cells: pd.Series, field: Field) -> tuple[Note, ...]:
    """Tell once a column that its accents stand apart (NFD); every reader of text composes them."""
    codes, uniques = pd.factorize(cells)
    apart = np.fromiter((_is_apart(cell) for cell in uniques), bool, len(uniques))
    if not apart.any():
        return ()
    rows = np.flatnonzero(np.append(apart, [False])[codes])  # the last one is for cells factorize calls missing
    text = Text(
        f"Dấu tiếng Việt viết tách rời chữ (Unicode tổ hợp) ở {number(len(rows))} ô của cột, đã được ghép lại.",
        f"Accents stand apart from their letters (decomposed Unicode) in {number(len(rows), 'en')} cells of the "
        "column; they were composed.",
    )
    return (Note(int(rows[0]), field.name, "repair", text, "text.nfd"),)


def _is_apart(cell: object) -> bool:
    return isinstance(cell, str) and not cell.isascii() and not unicodedata.is_normalized("NFC", cell)
