"""One result table of a study as a file to keep: the columns this person may see, named and explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from phusong.api.access.policy import Action, Person
from phusong.api.problems import ConflictError, NotFoundError
from phusong.api.studies.serving import TABLES
from phusong.api.studies.titles import TITLES, column_keys, column_title, operators_told
from phusong.data.schemas import STATIONS, VILLAGES
from phusong.words import Language, Text, day

if TYPE_CHECKING:
    import pandas as pd

    from phusong.data.table_files import FileColumn, TableFile

Format = Literal["gpkg", "geojson", "kml", "parquet", "xlsx", "csv"]
WORDED = frozenset({"csv", "xlsx", "kml"})
"""Formats for people: one language, keys in words, and no column that another one says in words."""
MOST_ROWS_XLSX = 20_000
LABELS = ("village_name", "commune_name", "site_name", "place_name", "gap_id", "option_id", "site_id")
_IN_WORDS_ELSEWHERE = ("route_rule", "route_deciding", "gates_unknown")
_SIMULATED = Text("Dữ liệu mô phỏng, không phải số liệu thật.", "Made-up data, not of a real place.")
NO_PLACES = Text(
    "Bảng này không có vị trí trên bản đồ: hãy tải dạng xlsx, csv hoặc parquet.",
    "This table has no places on a map: choose xlsx, csv or parquet.",
)
NO_DAY = Text(
    "Nghiên cứu này không ghi ngày số liệu nên không xuất được tệp: hãy chạy lại nghiên cứu.",
    "This study does not say of which day its data are, so no file can be made of it: run it again.",
)
TOO_LONG = Text(
    "Bảng quá dài cho xlsx: hãy tải dạng csv hoặc parquet.", "The table is too long for xlsx: choose csv or parquet."
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A table of a study's folder in a format and a language; ``stations`` are columns that tell of masts."""

    folder: Path
    table: str
    kind: str
    language: Language
    stations: bool

    @property
    def file(self) -> Path:
        """Return where the table is kept."""
        return self.folder / f"{self.table}.parquet"


def may_have_table(person: Person, table: str, province_code: str) -> bool:
    """Say whether a person who may read a province's studies may have one of their tables: as a file of results."""
    if table == "sites":
        return person.may(Action.STATION_READ, province_code=province_code)
    return table in TABLES


def write_export(wanted: Wanted, path: Path, manifest: Mapping[str, Any]) -> None:
    """Write a table to ``path``, whose name ends with its format.

    Raises
    ------
    NotFoundError
        The study has no such table.
    ConflictError
        A map format of a table without places, or a workbook of too many rows.
    """
    import geopandas as gpd

    from phusong.data.table_files import OF_MAPS, write_table_file

    if not wanted.file.is_file():
        raise NotFoundError
    table = _read(wanted)
    if wanted.kind in OF_MAPS and not isinstance(table, gpd.GeoDataFrame):
        raise ConflictError(NO_PLACES)
    if wanted.kind == "xlsx" and len(table) > MOST_ROWS_XLSX:
        raise ConflictError(TOO_LONG)
    write_table_file(path, table, _about(wanted, table, manifest), wanted.language)


def _read(wanted: Wanted) -> pd.DataFrame:
    import geopandas as gpd
    import pandas as pd
    import pyarrow.parquet

    names = pyarrow.parquet.read_schema(wanted.file).names
    veiled = () if wanted.stations else tuple(TABLES.get(wanted.table, ()))
    kept = [one for one in names if not (veiled and one.startswith(veiled))]
    table: pd.DataFrame = (gpd if "geometry" in kept else pd).read_parquet(wanted.file, columns=kept)
    return table


def _about(wanted: Wanted, table: pd.DataFrame, manifest: Mapping[str, Any]) -> TableFile:
    from phusong.data.table_files import TableFile
    from phusong.maps.qgis import layer_styles

    dated = _day_of(manifest)
    return TableFile(
        name=wanted.table,
        label=next((one for one in LABELS if one in table), ""),
        title=TITLES.get(wanted.table, Text(wanted.table, wanted.table)),
        columns=_columns(wanted, table),
        notes=_notes(manifest, dated),
        dated=dated,
        style=layer_styles(wanted.language).get(wanted.table, "") if wanted.kind == "gpkg" else "",
    )


def _day_of(manifest: Mapping[str, Any]) -> date:
    """Return the day of a study's data: a file that leaves the house bears it."""
    try:
        return date.fromisoformat(str(manifest["dated"])[:10])
    except (KeyError, ValueError) as error:
        raise ConflictError(NO_DAY) from error


def _notes(manifest: Mapping[str, Any], dated: date) -> Sequence[Text]:
    study = str(manifest.get("study", ""))
    notes = [Text(f"Nghiên cứu: {study}. Số liệu ngày {day(dated)}.", f"Study: {study}. Data of {day(dated)}.")]
    return [*notes, _SIMULATED] if manifest.get("simulated") else notes


def _columns(wanted: Wanted, table: pd.DataFrame) -> Sequence[FileColumn]:
    from phusong.data.table_files import FileColumn

    found = []
    for name in _names(wanted, [str(one) for one in table.columns if one != "geometry"]):
        title = column_title(name)
        keys = column_keys(name)
        if name in ("operators", "operators_served"):
            keys = {value: operators_told(value) for value in set(table[name].dropna().astype(str))}
        here = {key: text for key, text in keys.items() if key in _cells(table[name])} if keys else {}
        found.append(
            FileColumn(name=name, title=title, meaning=_meaning(name, title), keys=here, is_date=name == "dated")
        )
    return found


def _names(wanted: Wanted, names: Sequence[str]) -> Iterator[str]:
    """Give the columns that are written: for people in one language, and without what is said in words beside it."""
    if wanted.kind not in WORDED:
        yield from names
        return
    other = "_en" if wanted.language == "vi" else "_vi"
    for name in names:
        if not name.endswith(other) and f"{name}_vi" not in names and name not in _IN_WORDS_ELSEWHERE:
            yield name


def _cells(values: pd.Series[Any]) -> frozenset[str]:
    return frozenset(value for value in values if isinstance(value, str))


def _meaning(name: str, title: Text) -> Text:
    for schema in (VILLAGES, STATIONS):
        for field in schema.fields:
            if field.name == name:
                return field.meaning
    return title
