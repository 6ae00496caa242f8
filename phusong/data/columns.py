"""One column of a list to an array: the parsers of :mod:`phusong.data.cells`, fast where cells are already plain.

Numbers are float64 with NaN where the list is silent; texts, codes and options are strings, empty where silent;
several values are tuples, empty where silent; Có/Không is nullable boolean; days are datetime64[s] with NaT.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from phusong.data.cells import PARSERS, Bad, Cell, Mended, parse_degrees, parse_float, parse_int
from phusong.data.schema import Field
from phusong.errors import Cells, Level
from phusong.words import Text

_NUMBERS = ("int", "float", "degrees")
_TUPLES = ("enums", "operators", "list", "azimuths")
_DECIMAL_COMMA = r",\d{1,2}$|,\d{4,}$|\.\d{3},\d"

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Ways = tuple[Cells, ...]
AS_IT_STANDS: Ways = ((),)
"""The choice that what the row says is meant."""


@dataclass(frozen=True, slots=True)
class Note:
    """A problem on its way to be written: the position of the row in the table, the field, what was found.

    ``after``, ``code`` and ``choices`` are those of :class:`phusong.errors.Problem`; ``ways`` are of each choice the
    ways to write it into the row, the best first: the first whose columns the file has is what it writes.
    """

    at: int
    field: str
    level: Level
    text: Text
    code: str = ""
    after: str | None = None
    choices: tuple[Text, ...] = ()
    ways: tuple[Ways, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """The values of one column, where they are missing (silent or unreadable), and what was found."""

    cells: pd.Series
    missing: Mask
    notes: tuple[Note, ...]


def read_column(cells: pd.Series, field: Field) -> Column:
    """Read every cell of a column.

    Parameters
    ----------
    cells
        Cells as the reader delivers them: objects, text or numbers.
    field
        What the column is.

    Returns
    -------
    column
        Values in the dtype of the kind. A cell that cannot be read is an error, except an unknown option in a column
        the study can do without: that is a warning, and the cell counts as silent.
    """
    if field.kind in _NUMBERS:
        return _number_column(cells, field)
    return _parsed_column(cells, field)


def silent_column(length: int, field: Field) -> Column:
    """Return the column of a field the list does not have."""
    return _parsed_column(pd.Series([None] * length, dtype=object), field)


def silent_cells(cells: pd.Series) -> Mask:
    """Mark the cells of a column as read that hold nothing: NaN, NaT, empty text or no values."""
    if cells.dtype == object:
        return np.asarray(cells.map(len) == 0, dtype=bool)
    return np.asarray((cells == "") if isinstance(cells.dtype, pd.StringDtype) else cells.isna(), dtype=bool)


def _parsed_column(cells: pd.Series, field: Field) -> Column:
    """Parse each different cell once and spread the values."""
    codes, uniques = pd.factorize(cells)
    parsed = [PARSERS[field.kind](cell, field) for cell in uniques.tolist()]
    values = [*map(_value, parsed), None]  # the last one is for cells factorize calls missing (code −1)
    silent = np.fromiter((value is None for value in values), bool, len(values))
    spread = pd.Series(typed_values(values, field).array.take(codes))
    return Column(spread, silent[codes], _notes(codes, parsed, field))


def _value(parsed: object) -> object:
    if isinstance(parsed, Bad):
        return None
    return parsed.value if isinstance(parsed, Mended) else parsed


def typed_values(values: list[object], field: Field) -> pd.Series:
    """Return values in the dtype of the kind, with what stands for silence."""
    if field.kind == "bool":
        return pd.Series(values, dtype="boolean")
    if field.kind in ("date", "time"):
        return pd.Series(pd.to_datetime(pd.Series(values, dtype=object)).astype("datetime64[s]"))
    if field.kind in _NUMBERS:
        return pd.Series(values, dtype="float64")
    empty: object = () if field.kind in _TUPLES else ""
    return pd.Series([empty if value is None else value for value in values], dtype=object)


def _notes(codes: NDArray[np.intp], parsed: list[object], field: Field) -> tuple[Note, ...]:
    said = {index: _said(value, field) for index, value in enumerate(parsed) if isinstance(value, Bad | Mended)}
    odd = np.isin(codes, list(said))
    return tuple(Note(at, field.name, *said[codes[at]]) for at in np.flatnonzero(odd).tolist())


def _said(value: Bad | Mended, field: Field) -> tuple[Level, Text]:
    if isinstance(value, Mended):
        return "repair", value.text
    if field.kind in ("enum", "enums") and not field.is_refused_without:
        left_out = Text(f"{value.text.vi} Giá trị này bị bỏ qua.", f"{value.text.en} The value is left out.")
        return "warning", left_out
    return "error", value.text


def _number_column(cells: pd.Series, field: Field) -> Column:
    values, odd, comma_is_decimal = _plain_numbers(cells, field)
    codes, uniques = pd.factorize(cells[odd])
    parsed = [_number(cell, field, comma_is_decimal=comma_is_decimal) for cell in uniques.tolist()]
    notes: list[Note] = []
    for at, code in zip(np.flatnonzero(odd).tolist(), codes.tolist(), strict=True):
        value = parsed[code] if code >= 0 else None
        if isinstance(value, Bad):
            notes.append(Note(at, field.name, "error", value.text))
        values[at] = np.nan if value is None or isinstance(value, Bad) else value
    notes += _outside(values, field)
    return Column(pd.Series(values), np.isnan(values), tuple(notes))


def _number(cell: Cell, field: Field, *, comma_is_decimal: bool) -> float | Bad | None:
    if field.kind == "int":
        return parse_int(cell, field)
    if field.kind == "degrees":
        return parse_degrees(cell, field)
    return parse_float(cell, field, comma_is_decimal=comma_is_decimal)


def _outside(values: Floats, field: Field) -> list[Note]:
    """Find values outside the field's limits; they stay in place, their rows are refused."""
    if field.limits is None:
        return []
    outside = (values < field.limits.low) | (values > field.limits.high)
    return [Note(int(at), field.name, "error", field.limits_text(float(values[at]))) for at in np.flatnonzero(outside)]


def _plain_numbers(cells: pd.Series, field: Field) -> tuple[Floats, Mask, bool]:
    """Read cells that are plain numbers; mark the odd ones, and say whether the column writes decimal commas."""
    if pd.api.types.is_numeric_dtype(cells.dtype) and not pd.api.types.is_bool_dtype(cells.dtype):
        values = cells.to_numpy(dtype=np.float64, na_value=np.nan).copy()
        return values, _fractions(values, field) | np.isinf(values), False
    values = np.full(len(cells), np.nan)
    texts = np.ones(len(cells), dtype=bool)
    if cells.dtype == object:
        array = cells.to_numpy()
        plain = np.fromiter((type(cell) is float or type(cell) is int for cell in array), bool, len(array))
        values[plain] = array[plain].astype(np.float64)
        texts = np.fromiter((type(cell) is str for cell in array), bool, len(array))
    else:
        plain = np.zeros(len(cells), dtype=bool)
    comma_is_decimal = _read_texts(cells, texts, field, values)
    odd = ~np.isfinite(values) & ~_empty(cells) | _fractions(values, field)
    return values, odd, comma_is_decimal


def _read_texts(cells: pd.Series, texts: Mask, field: Field, values: Floats) -> bool:
    """Fill in the texts that can mean one number only; what is left NaN is read cell by cell."""
    written = cells[texts].astype("str")
    commas = bool(written.str.contains(",", regex=False).any())
    dots = bool(written.str.contains(".", regex=False).any())
    if (field.kind == "int" and (commas or dots)) or (commas and dots):
        return bool(written.str.contains(_DECIMAL_COMMA, regex=True).any())
    if commas:
        written = written.str.replace(",", ".", regex=False)
    values[texts] = _floats(written)
    return commas


def _floats(texts: pd.Series) -> Floats:
    """Return texts as numbers, NaN where they are none."""
    strings = pa.array(texts)
    try:  # ten times as fast, but all or nothing
        numbers = pc.cast(pc.if_else(pc.equal(strings, ""), None, strings), pa.float64())
    except pa.ArrowInvalid:
        return pd.to_numeric(texts, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.asarray(numbers.to_numpy(zero_copy_only=False), dtype=np.float64)


def _fractions(values: Floats, field: Field) -> Mask:
    if field.kind != "int":
        return np.zeros(len(values), dtype=bool)
    return np.asarray(np.isfinite(values) & (values != np.floor(values)), dtype=bool)


def _empty(cells: pd.Series) -> Mask:
    return np.asarray(cells.isna() | (cells == ""), dtype=bool)
