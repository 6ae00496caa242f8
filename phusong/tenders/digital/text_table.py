"""A digital table as .csv: UTF-8 with BOM so that Excel opens it with its diacritics, text that runs as no formula."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from phusong.data.injection import harmless, harmless_table
from phusong.tenders.digital.fields import DECIMALS, FIELDS, Field
from phusong.tenders.digital.tables import ROWS
from phusong.tenders.package.values import Package
from phusong.tenders.parts import Making, Writer


def csv_writer(key: str) -> Writer:
    """Return the writer of one table of ``FIELDS``."""

    def write(path: Path, package: Package, making: Making) -> None:
        rows = list(ROWS[key](package, making.language))
        columns = {field.name: [written(field, row.get(field.name)) for row in rows] for field in FIELDS[key]}
        table = pd.DataFrame(columns, dtype=str)
        harmless_table(table).to_csv(path, index=False, lineterminator="\r\n", encoding="utf-8-sig")

    return write


def written(field: Field, value: Any) -> str:
    """Write a value as text tables and KML do: decimal point, no thousands mark, "" where not known."""
    if value is None:
        return ""
    if field.kind == "text":
        return harmless(str(value))
    if field.kind == "decimal":
        return f"{value:.{DECIMALS['decimal']}f}".rstrip("0").rstrip(".")
    return f"{value:.{DECIMALS[field.kind]}f}"
