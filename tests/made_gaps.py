"""Rows of a gap list made in code, in the types a checked list has."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pandas as pd

from phusong.data.columns import silent_column
from phusong.data.rounds.store import Round, SourceFile
from phusong.data.schemas import GAPS

LON_DEG, LAT_DEG = 105.0, 22.0
METRES_A_DEGREE = 110_731.0
"""Of latitude at 22° N on the WGS 84 ellipsoid."""


def gap_rows(*rows: dict[str, Any]) -> pd.DataFrame:
    """Return a gap list; each row says only what matters to it, ``north_m`` moves its position."""
    table = _silent(len(rows)).copy()
    values = [_with_defaults(number, row) for number, row in enumerate(rows)]
    for name in sorted({key for row in values for key in row}):
        kind = table[name].dtype
        given = [row.get(name, silent) for row, silent in zip(values, table[name], strict=True)]
        table[name] = pd.Series(given, dtype=kind)
    table.insert(0, "_row", range(2, len(rows) + 2))
    table.insert(0, "_sheet", "Danh sách")
    return table


@cache
def _silent(length: int) -> pd.DataFrame:
    return pd.DataFrame({field.name: silent_column(length, field).cells for field in GAPS.fields})


def _with_defaults(number: int, row: dict[str, Any]) -> dict[str, Any]:
    row = dict(row)
    north_m = row.pop("north_m", None)
    lat = LAT_DEG + (0.02 * number if north_m is None else north_m / METRES_A_DEGREE)
    return {
        "gap_id": f"T{number}",
        "province_code": "99",
        "commune_code": "99001",
        "commune_name": "Xã Một",
        "target_type": "village",
        "gap_class": "white",
        "households_total": 50.0,
        "households_unserved": 20.0,
        "lon": LON_DEG,
        "lat": lat,
    } | row


def gap_round(rows: pd.DataFrame, batch: str = "Đợt 1/2026") -> Round:
    """Return a round of some rows."""
    return Round(
        batch=batch,
        province_code="99",
        made_on=date(2026, 11, 1),
        rows=rows,
        sources=(SourceFile(name="danh_sach.xlsx", sha256="0" * 64),),
    )
