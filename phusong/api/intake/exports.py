"""The rows of a round as a file: under the template's own headers, and harmless in any spreadsheet program."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from phusong.data.injection import harmless_table
from phusong.data.schemas import GAPS
from phusong.words import Language


def as_xlsx(rows: pd.DataFrame, language: Language) -> bytes:
    """Return rows as a workbook that reads back unchanged."""
    from phusong.data.templates import write_list

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.xlsx"
        write_list(GAPS, rows, path, language)
        return path.read_bytes()


def as_csv(rows: pd.DataFrame, language: Language) -> bytes:
    """Return rows as text that Excel opens with its letters whole; columns nobody filled are left out."""
    from phusong.data.templates import written_cell

    columns = {
        field.header(language): [_text(written_cell(value, field, language)) for value in rows[field.name]]
        for field in GAPS.fields
        if field.name in rows
    }
    filled = {title: texts for title, texts in columns.items() if any(text != "" for text in texts)}
    table = pd.DataFrame(filled or {title: [] for title in columns})
    return harmless_table(table).to_csv(index=False, sep=";", lineterminator="\r\n").encode("utf-8-sig")


def _text(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y" if (value.hour, value.minute) == (0, 0) else "%d/%m/%Y %H:%M")
    return int(value) if isinstance(value, float) and value.is_integer() else value
