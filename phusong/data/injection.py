"""Text from a list that a spreadsheet program might run as a formula, made harmless in every workbook and text table.

In a workbook a text cell is stored as text (never as a formula, link or number) and, where it begins like a formula,
marked with the quote prefix, so that it stays text when somebody edits it. A .csv has no types: there an apostrophe
goes before such text. Numbers are left alone: −118 is a level, not a formula.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pandas as pd

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""First characters of text that Excel or LibreOffice may take for a formula; the last four are full-width forms."""

XLSXWRITER_OPTIONS: Mapping[str, bool] = MappingProxyType(
    {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
)
"""How every XlsxWriter workbook is opened: what is text is written as text."""

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d+)*|[.,]\d+)([eE][+-]?\d+)?")
CELL_LIMIT = 32_767
"""Most characters a cell of a workbook holds."""

_MORE = "…"
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]+_)")


def looks_like_formula(text: str) -> bool:
    """Say whether a spreadsheet program might take a text for a formula; a number or a lone dash is none."""
    bare = text.strip(" \u00a0")
    return bare.startswith(FORMULA_STARTS) and _NUMBER.fullmatch(bare) is None and bool(bare.strip("+-"))


def harmless(text: str) -> str:
    """Return text for a .csv cell: with an apostrophe before it where it begins like a formula."""
    return f"'{text}" if looks_like_formula(text) else text


def harmless_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table for ``to_csv`` whose texts and headers are harmless; other values are as they were."""
    columns = {name: column.map(_harmless_value) if _holds_text(column) else column for name, column in table.items()}
    safe = pd.DataFrame(columns, index=table.index)
    return safe.set_axis([_harmless_value(name) for name in table.columns], axis="columns")


def cell_text(text: str) -> str:
    """Return text as the XML of a workbook may hold it: without characters XML forbids, not longer than a cell.

    ``_x0041_`` in a list is those seven characters, not the letter A: its first underscore is written as Excel does.
    LibreOffice takes fewer digits for a character too.
    """
    clean = _ESCAPED.sub("_x005F_", _FORBIDDEN.sub("\ufffd", text))
    return clean if len(clean) <= CELL_LIMIT else clean[: CELL_LIMIT - 1] + _MORE


def put_text(cell: Any, text: str) -> None:
    """Set an openpyxl cell to text: a string that begins like a formula is stored as a string all the same."""
    cell.value = _FORBIDDEN.sub("\ufffd", text)[:CELL_LIMIT]
    if looks_like_formula(text):
        cell.data_type = "s"
        cell.quotePrefix = True


def _holds_text(column: pd.Series[Any]) -> bool:
    return column.dtype == object or isinstance(column.dtype, pd.StringDtype | pd.CategoricalDtype)


def _harmless_value(value: Any) -> Any:
    return harmless(value) if isinstance(value, str) else value
