"""One table as a file of its own: GeoPackage, GeoJSON, KML, GeoParquet, CSV or a workbook with its data dictionary.

Workbook and CSV are for reading: columns by their titles, keys in words, one language, and no text that a spreadsheet
program could run. The others are for programs: columns and keys by their names.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio

from phusong.data.geopackage import write_geopackage
from phusong.data.injection import harmless_table
from phusong.data.store import write_parquet
from phusong.data.workbook import Block, Column, Kind, Sheet, new_book
from phusong.errors import MissingCrsError
from phusong.words import Language, Text, day

LONGITUDE, LATITUDE = Text("Kinh độ (WGS84)", "Longitude (WGS84)"), Text("Vĩ độ (WGS84)", "Latitude (WGS84)")
_DICTIONARY = Text("Từ điển dữ liệu", "Data dictionary")
_YES, _NO = Text("có", "yes"), Text("không", "no")
_WIDEST = 42.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FileColumn:
    """One column: what people call it, what it means, what the keys in it stand for; a date is text yyyy-mm-dd."""

    name: str
    title: Text
    meaning: Text
    keys: Mapping[str, Text] = field(default_factory=dict)
    is_date: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFile:
    """What is said of a table beside its rows.

    ``label`` is the column that names a feature on a map, ``style`` is QML for the GeoPackage; "" for none.
    """

    name: str
    label: str = ""
    title: Text
    columns: Sequence[FileColumn]
    notes: Sequence[Text] = ()
    dated: date
    style: str = ""


Writer = Callable[[Path, pd.DataFrame, TableFile, Language], None]


def write_table_file(path: Path, table: pd.DataFrame, about: TableFile, language: Language) -> None:
    """Write a table in the format its name ends with (``.gpkg``, …); with geometry it is in longitude and latitude.

    Parameters
    ----------
    table
        Rows with the columns of ``about``; others are not written. Map formats leave out rows without a place.

    Raises
    ------
    MissingCrsError
        A map format of a table without geometry or coordinate system.
    """
    kept = table[[column.name for column in about.columns if column.name in table]]
    if isinstance(table, gpd.GeoDataFrame):
        kept = gpd.GeoDataFrame(kept, geometry=table.geometry.array, crs=table.crs)
    WRITERS[path.suffix.lower().lstrip(".")](path, kept, about, language)


def _gpkg(path: Path, table: pd.DataFrame, about: TableFile, language: Language) -> None:
    styles = {about.name: about.style} if about.style else {}
    write_geopackage(path, {about.name: _plain(_placed(table))}, styles, titles={about.name: about.title})


def _geojson(path: Path, table: pd.DataFrame, about: TableFile, language: Language) -> None:
    path.unlink(missing_ok=True)
    options = {"RFC7946": "YES", "COORDINATE_PRECISION": "6", "DESCRIPTION": about.title.to(language)}
    pyogrio.write_dataframe(
        _plain(_placed(table)), path, driver="GeoJSON", layer=about.name, layer_options=options, **_kind(table)
    )


def _kml(path: Path, table: pd.DataFrame, about: TableFile, language: Language) -> None:
    path.unlink(missing_ok=True)
    placed = _placed(table)
    named = {"Name": placed[about.label].astype(str)} if about.label in placed else {}
    worded = gpd.GeoDataFrame(_written(_worded(placed, about, language)), geometry=placed.geometry, crs=4326)
    worded = worded.assign(**named)
    pyogrio.write_dataframe(_plain(worded), path, driver="KML", layer=about.name, **_kind(table))


def _parquet(path: Path, table: pd.DataFrame, about: TableFile, language: Language) -> None:
    write_parquet(path, table)


def _csv(path: Path, table: pd.DataFrame, about: TableFile, language: Language) -> None:
    worded = _written(_worded(_with_position(table, language), about, language))
    harmless_table(worded).to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def _xlsx(path: Path, table: pd.DataFrame, about: TableFile, language: Language) -> None:
    worded = _worded(_with_position(table, language), about, language)
    columns = [_column(title, worded.iloc[:, i], f"c{i}") for i, title in enumerate(worded.columns)]
    rows = [{f"c{i}": _cell(value) for i, value in enumerate(row)} for row in worded.itertuples(index=False, name=None)]
    data = Sheet(
        name=Text("Dữ liệu", "Data"), title=about.title, notes=about.notes, columns=columns, blocks=[Block(rows=rows)]
    )
    with new_book(path, language=language, title=about.title, created_on=about.dated) as book:
        book.add(data)
        book.add(_dictionary(about, [column.name for column in about.columns if column.name in table]))


WRITERS: Mapping[str, Writer] = MappingProxyType(
    {"gpkg": _gpkg, "geojson": _geojson, "csv": _csv, "xlsx": _xlsx, "parquet": _parquet, "kml": _kml}
)
"""Every format by its ending."""
OF_MAPS = frozenset({"gpkg", "geojson", "kml"})
"""Formats that hold places only."""


def _dictionary(about: TableFile, names: Sequence[str]) -> Sheet:
    columns = [
        Column(title=Text("Cột", "Column"), key="title", width=28),
        Column(title=Text("Tên trong tệp dữ liệu", "Name in data files"), key="name", width=26),
        Column(title=Text("Nghĩa", "Meaning"), key="meaning", width=60),
        Column(title=Text("Giá trị", "Values"), key="values", width=42),
    ]
    rows = [
        {"title": one.title, "name": one.name, "meaning": one.meaning, "values": _values(one)}
        for one in about.columns
        if one.name in names
    ]
    return Sheet(name=_DICTIONARY, title=_DICTIONARY, notes=about.notes, columns=columns, blocks=[Block(rows=rows)])


def _values(column: FileColumn) -> Text:
    return Text(*("\n".join(f"{key}: {text.to(of)}" for key, text in column.keys.items()) for of in ("vi", "en")))


def _placed(table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the rows that have a place, in longitude and latitude."""
    if not isinstance(table, gpd.GeoDataFrame) or table.crs is None:
        raise MissingCrsError(Text("Bảng này không có vị trí trên bản đồ", "This table has no places on a map"))
    placed = table[~(table.geometry.isna() | table.geometry.is_empty)].reset_index(drop=True)
    return placed.to_crs(4326)


def _kind(table: pd.DataFrame) -> dict[str, Any]:
    """Return what GDAL must be told of a table without a single place, and of one with parts and wholes."""
    assert isinstance(table, gpd.GeoDataFrame)
    kinds = set(table.geometry.geom_type.dropna())
    multi = any(kind.startswith("Multi") for kind in kinds)
    return {"promote_to_multi": multi} if kinds else {"geometry_type": "Unknown"}


def _plain(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a table with cells that GDAL knows: lists and categories as text, whole numbers that may be missing."""
    plain = table.copy()
    for name in plain.columns.drop(plain.geometry.name):
        values = plain[name]
        if isinstance(values.dtype, pd.CategoricalDtype):
            plain[name] = values.astype(object)
        elif values.dtype == object and values.map(lambda one: isinstance(one, list | tuple | np.ndarray)).any():
            plain[name] = values.map(_told)
    return plain


def _told(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple | np.ndarray) else value


def _with_position(table: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return a table without geometry: a place as longitude and latitude, an area as a point inside it."""
    if not isinstance(table, gpd.GeoDataFrame):
        return table
    plain = pd.DataFrame(table.drop(columns=table.geometry.name))
    if "lon_deg" in plain:
        return plain
    points = table.geometry.to_crs(4326).representative_point()
    return plain.assign(
        **{LONGITUDE.to(language): points.x.round(6).to_numpy(), LATITUDE.to(language): points.y.round(6).to_numpy()}
    )


def _worded(table: pd.DataFrame, about: TableFile, language: Language) -> pd.DataFrame:
    """Return a table in words: keys as what they stand for, text as days, columns by their titles."""
    found = {}
    for column in about.columns:
        if column.name in table:
            title = column.title.to(language)
            title = f"{title} ({column.name})" if title in found else title
            found[title] = _words(table[column.name], column, language)
    rest = [name for name in table.columns if name in (LONGITUDE.to(language), LATITUDE.to(language))]
    return pd.DataFrame({**found, **{name: table[name] for name in rest}}, index=table.index)


def _words(values: pd.Series[Any], column: FileColumn, language: Language) -> pd.Series[Any]:
    if pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype):
        return values

    def word(value: Any) -> Any:
        value = _told(value)
        if isinstance(value, bool | np.bool_):
            return (_YES if value else _NO).to(language)
        if not isinstance(value, str):
            return None if _cell(value) is None else value
        if column.is_date:
            return date.fromisoformat(value[:10]) if value else None
        text = column.keys.get(value)
        return value if text is None else text.to(language)

    return pd.Series([word(value) for value in values], index=values.index, dtype=object)


def _written(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its days as people write them."""
    days = {
        str(name): values.map(lambda one: day(one) if isinstance(one, date) else one)
        for name, values in table.items()
        if values.dtype == object
    }
    return table.assign(**days)


def _column(title: str, values: pd.Series[Any], key: str) -> Column:
    told = [value for value in map(_cell, values) if value is not None]
    numbers = bool(told) and all(isinstance(value, int | float) for value in told)
    kind: Kind = "date" if told and all(isinstance(value, date) for value in told) else "text"
    if numbers and title in (*_both(LONGITUDE), *_both(LATITUDE)):
        kind = "degrees"
    elif numbers:
        kind = "whole" if all(float(value).is_integer() for value in told) else "decimal"
    longest = max((len(str(value)) for value in told), default=0)
    return Column(
        title=Text(title, title), key=key, kind=kind, width=min(_WIDEST, max(10.0, longest + 2.0, len(title) / 2))
    )


def _both(text: Text) -> tuple[str, str]:
    return text.vi, text.en


def _cell(value: Any) -> Any:
    """Return a cell as a workbook takes it; None where nothing is known."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value if isinstance(value, int | float | str | date) else str(value)
