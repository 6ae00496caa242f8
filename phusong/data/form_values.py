"""How a form wants its values: what each of its columns is, and a value written in the column's own manner."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import numpy as np
import pandas as pd

from phusong.data.crs import Zone, to_vn2000, zone_for, zone_given, zone_rows
from phusong.data.names import fold
from phusong.data.schema import Field, ListSchema, field_of_header
from phusong.data.templates import written_cell
from phusong.words import Language, Text

Part = Literal["lon/lat", "lat/lon"]

_LON, _LAT = re.compile(r"kinh do|\blong?\b|\blng\b|longitude"), re.compile(r"vi do|\blat\b|latitude")
_BRACKETS = re.compile(r"[\(\[]([^\)\]]*)[\)\]]")
_TO_KM = {"m": 1000.0, "met": 1000.0, "metre": 1000.0, "metres": 1000.0}
_MERIDIAN = re.compile(r"(10[2-9])\s*(?:°|do|d)\s*(\d{1,2})?")
_MERIDIAN_WORDS = re.compile(r"kinh tuyen truc|ktt|central meridian|meridian")
_DEGREES_DECIMALS = 6
_STATED = Text("theo kinh tuyến trục ghi trên biểu mẫu", "the central meridian the form states")
_SURVEY_FIELDS = ("northing", "easting", "central_meridian", "epsg")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormColumn:
    """One column of a form: its place (1 = A), its header, the field it asks for or both coordinates in one cell.

    ``factor`` turns the field's unit into that of the header; ``choices`` are the words the form offers there.
    """

    number: int
    title: str
    field: str | None = None
    both: Part | None = None
    factor: float = 1.0
    choices: tuple[str, ...] = ()


def form_column(schema: ListSchema, number: int, title: str, choices: Sequence[str] = ()) -> FormColumn:
    """Say what a column of a form is."""
    both = _both(title)
    field = None if both else field_of_header(schema, title)
    factor = 1.0
    if field is not None and schema.field(field).unit == "km":
        units = (fold(found).strip() for found in _BRACKETS.findall(title))
        factor = next((_TO_KM[unit] for unit in units if unit in _TO_KM), 1.0)
    return FormColumn(number=number, title=title, field=field, both=both, factor=factor, choices=tuple(choices))


def zone_of_form(texts: Sequence[str], rows: pd.DataFrame, province_code: str) -> Zone | None:
    """Return the VN-2000 zone the X and Y of a form are written in.

    The meridian a form states in its titles or headers goes first; else that of the province nearest to the middle of
    the rows. None where no row has a position.
    """
    for text in map(fold, texts):
        found = _MERIDIAN.search(text) if _MERIDIAN_WORDS.search(text) else None
        if found:
            meridian = f"{found[1]}°{int(found[2] or 0):02d}′"
            zones = [row.epsg for row in zone_rows() if row.central_meridian == meridian]
            if zones:
                return replace(zone_given(zones[0]), basis=_STATED)
    lon = pd.to_numeric(rows["lon"], errors="coerce").dropna() if "lon" in rows else pd.Series(dtype=float)
    return zone_for(province_code, float(lon.median())) if len(lon) else None


def with_survey_columns(rows: pd.DataFrame, zone: Zone) -> pd.DataFrame:
    """Return the rows with X, Y, meridian and EPSG code of one zone in place of what they had; no position, no X."""
    lon = pd.to_numeric(rows["lon"], errors="coerce").to_numpy(dtype=float)
    lat = pd.to_numeric(rows["lat"], errors="coerce").to_numpy(dtype=float)
    placed = np.isfinite(lon) & np.isfinite(lat)
    northing, easting = (np.full(len(rows), np.nan) for _ in range(2))
    northing[placed], easting[placed] = to_vn2000(lon[placed], lat[placed], zone.epsg)
    return rows.assign(
        northing=np.round(northing, 2),
        easting=np.round(easting, 2),
        central_meridian=np.where(placed, zone.central_meridian, ""),
        epsg=np.where(placed, float(zone.epsg), np.nan),
    )


def asks_for_survey(columns: Sequence[FormColumn]) -> bool:
    """Say whether a form wants VN-2000 coordinates."""
    return any(column.field in _SURVEY_FIELDS for column in columns)


def form_value(
    column: FormColumn, row: Mapping[str, Any], schema: ListSchema, number_format: str, language: Language
) -> str | float | int | datetime | None:
    """Return what a cell of a form says of a row; None where the row is silent.

    A cell formatted as text gets text: numbers with a decimal comma, days as dd/mm/yyyy.
    """
    if column.both is not None:
        return _both_in_one(column.both, row)
    if column.field is None or column.field not in row:
        return None
    field = schema.field(column.field)
    value = row[column.field]
    cell = _number(value, field, column.factor) if _is_number(value) else written_cell(value, field, language)
    if isinstance(cell, str):
        return _in_the_forms_words(cell, value, field, column.choices)
    return _as_text(cell, field) if number_format == "@" else cell


def _both(title: str) -> Part | None:
    """Say whether a header asks for both coordinates in one cell, and in which order."""
    text = fold(title.rpartition("›")[2])
    lon, lat = _LON.search(text), _LAT.search(text)
    if lon and lat:
        return "lon/lat" if lon.start() < lat.start() else "lat/lon"
    return "lon/lat" if fold(_BRACKETS.sub("", title)).strip(" *:") in ("toa do", "toa do gps", "coordinates") else None


def _both_in_one(order: Part, row: Mapping[str, Any]) -> str | None:
    """Write both coordinates as provinces do: 105,34808/22,62924."""
    lon, lat = row.get("lon"), row.get("lat")
    if not (_is_number(lon) and _is_number(lat)):
        return None
    texts = [_comma(value) for value in ((lon, lat) if order == "lon/lat" else (lat, lon))]
    return "/".join(texts)


def _comma(value: Any) -> str:
    return f"{round(float(value), _DEGREES_DECIMALS):.{_DEGREES_DECIMALS}f}".rstrip("0").rstrip(".").replace(".", ",")


def _is_number(value: Any) -> bool:
    return (
        isinstance(value, int | float | np.number) and not isinstance(value, bool | np.bool_) and math.isfinite(value)
    )


def _number(value: Any, field: Field, factor: float) -> float | int:
    number = float(value) * factor
    if field.name in ("lon", "lat"):
        return round(number, _DEGREES_DECIMALS)
    return int(number) if number.is_integer() else round(number, 9)


def _as_text(cell: float | int | datetime | None, field: Field) -> str | None:
    if isinstance(cell, datetime):
        return cell.strftime("%d/%m/%Y %H:%M:%S" if field.kind == "time" else "%d/%m/%Y")
    return None if cell is None else f"{cell:.15g}".replace(".", ",")


def _in_the_forms_words(cell: str, value: Any, field: Field, choices: Sequence[str]) -> str:
    """Return the form's own word for a value, where it offers words and one of them means the value."""
    if not choices:
        return cell
    option = next((option for option in field.options if option.value == value), None)
    spellings = {fold(text) for text in (option.spellings() if option else (cell,))}
    return next((choice for choice in choices if fold(choice) in spellings), cell)
