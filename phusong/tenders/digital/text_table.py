"""A digital table as .csv: UTF-8 with BOM so that Excel opens it with its diacritics, text that runs as no formula."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from phusong.data.injection import harmless
from phusong.tenders.digital.fields import DECIMALS, FIELDS, Field
from phusong.tenders.digital.tables import ROWS
from phusong.tenders.package.values import Package
from phusong.tenders.parts import Making, Writer


def csv_writer(key: str) -> Writer:
    """Return the writer of one table of ``FIELDS``."""

    def write(path: Path, package: Package, making: Making) -> None:
        fields = FIELDS[key]
        buffer = io.StringIO(newline="")
        lines = csv.writer(buffer, lineterminator="\r\n")
        lines.writerow([field.name for field in fields])
        for row in ROWS[key](package, making.language):
            lines.writerow([written(field, row.get(field.name)) for field in fields])
        path.write_bytes(buffer.getvalue().encode("utf-8-sig"))

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
