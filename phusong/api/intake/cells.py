"""The cells of a row as JSON, and back as the table a checked list is: nothing is lost between the two."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from shapely.geometry import Point

from phusong.api.intake.clean import clean_text
from phusong.data.columns import typed_values
from phusong.data.names import fold
from phusong.data.schema import Field
from phusong.data.schemas import GAPS

Cells = dict[str, Any]
_TUPLES = ("enums", "operators", "list", "azimuths")


def cells_of(rows: pd.DataFrame) -> list[Cells]:
    """Return the cells of each row, silent ones left out."""
    columns = {field.name: [_plain(v, field) for v in rows[field.name]] for field in GAPS.fields if field.name in rows}
    return [{name: values[at] for name, values in columns.items() if values[at] is not None} for at in range(len(rows))]


def rows_of(cells: Sequence[Mapping[str, Any]], file_rows: Sequence[int | None] | None = None) -> pd.DataFrame:
    """Return rows in the dtypes of a checked gap list."""
    columns: dict[str, Any] = {
        "_sheet": pd.Series([""] * len(cells), dtype=object),
        "_row": pd.Series([0] * len(cells) if file_rows is None else [row or 0 for row in file_rows], dtype="int64"),
    }
    for field in GAPS.fields:
        columns[field.name] = typed_values([_value(one.get(field.name), field) for one in cells], field)
    return pd.DataFrame(columns)


def what_is_searched(cells: Mapping[str, Any]) -> str:
    """Return village, cluster and commune without accents."""
    names = ("village_name", "cluster_name", "commune_name", "gap_id")
    return " | ".join(fold(str(cells[name])) for name in names if cells.get(name))


def place_of(cells: Mapping[str, Any]) -> Point | None:
    """Return where a row is; None where its list does not say."""
    lon, lat = cells.get("lon"), cells.get("lat")
    return None if lon is None or lat is None else Point(float(lon), float(lat))


def households_of(cells: Mapping[str, Any]) -> int | None:
    """Return the households a row is about: those without signal, else all of the place."""
    count = cells.get("households_unserved", cells.get("households_total"))
    return None if count is None else int(count)


def _plain(value: Any, field: Field) -> Any:
    if field.kind in _TUPLES:
        return [clean_text(one) if isinstance(one, str) else one for one in value] or None
    if pd.isna(value) or value == "":
        return None
    if field.kind in ("date", "time"):
        return pd.Timestamp(value).isoformat()
    if field.kind == "bool":
        return bool(value)
    if field.kind in ("int", "float", "degrees"):
        number = float(value)
        if not math.isfinite(number):
            return None
        return int(number) if field.kind == "int" and number.is_integer() else number
    return clean_text(str(value))


def _value(plain: Any, field: Field) -> object:
    if plain is None:
        return None
    return tuple(plain) if field.kind in _TUPLES else plain
