"""Masts of neighbouring provinces as a study is given them: what they send, not whose they are or what they are called.

Names and codes go before the study begins, so that nothing a study writes can tell them. Place and operator are needed
to predict: :mod:`phusong.study.veil` keeps them out of what is written.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Collection, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from phusong.data.injection import harmless
from phusong.data.schema import ListSchema
from phusong.data.schemas import STATIONS

_UNSAID = ("row_no", "note", "address", "tower_owner", "confidence", "commune_name", "province_name", "village_name")
"""Columns that a prediction does not need."""


def write_outside(
    path: Path,
    lists: Sequence[tuple[str, Path]],
    *,
    own: str,
    operators: Collection[str],
    around: Sequence[float] | None,
) -> bool:
    """Write the masts of other provinces that stand within ``around``; say whether there are any.

    Parameters
    ----------
    lists
        Province code and list, of every neighbour.
    own
        The study's province: what others list inside it is left to its own lists.
    operators
        Those that are told of in the province anyway; the others become one that has no name.
    around
        West, south, east, north in degrees; None takes all.
    """
    from phusong.data.lists import read_list
    from phusong.data.territory import Territory
    from phusong.study.veil import OUTSIDE_CODE, OUTSIDE_TITLE

    parts = []
    for code, file in lists:
        rows = read_list(file, STATIONS, Territory(province_code=code)).rows
        rows = rows[rows["lon"].notna() & (rows["province_code"] != own)]
        if around is not None:
            west, south, east, north = around
            rows = rows[rows["lon"].between(west, east) & rows["lat"].between(south, north)]
        parts.append(rows.assign(province_code=rows["province_code"].where(rows["province_code"] != "", code)))
    rows = pd.concat(parts, ignore_index=True)
    if rows.empty:
        return False
    numbers = {one: f"{OUTSIDE_CODE}{n:04d}" for n, one in enumerate(sorted(set(rows["site_id"])), start=1)}
    rows["site_id"] = rows["site_id"].map(numbers)
    rows["donor_site_id"] = rows["donor_site_id"].map(lambda one: numbers.get(one, ""))
    rows["site_name"] = OUTSIDE_TITLE.vi
    rows["operator"] = rows["operator"].map(lambda one: _operator(one, operators))
    for column in ("shared_with", "operators_served"):
        rows[column] = rows[column].map(lambda many: tuple(dict.fromkeys(_operator(one, operators) for one in many)))
    path.write_text(table_text(rows, STATIONS, without=_UNSAID), encoding="utf-8")
    return True


def table_text(rows: pd.DataFrame, schema: ListSchema, *, without: Collection[str] = ()) -> str:
    """Write the rows of a list as a text table that :func:`phusong.data.lists.read_list` reads to the same rows."""
    kept = [field.name for field in schema.fields if field.name in rows.columns and field.name not in without]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(kept)
    for row in rows[kept].itertuples(index=False):
        writer.writerow([harmless(_cell(value)) for value in row])
    return out.getvalue()


def _operator(key: str, known: Collection[str]) -> str:
    from phusong.study.veil import OUTSIDE_OPERATOR

    return key if key in known else OUTSIDE_OPERATOR


def _cell(value: Any) -> str:
    """Write a value as :func:`phusong.data.lists.read_list` reads it."""
    if isinstance(value, tuple | list):
        return ";".join(_cell(one) for one in value)
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, datetime | date):
        return "" if pd.isna(value) else f"{value:%d/%m/%Y}"
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
