"""Populations of communes from a table, joined by province and name and not by code.

Published tables carry codes of their own under headers like ``maxa``. Tone-mark placement (hoà, hòa), composition and
case never matter. A different kind (a xã that became a phường) or missing accents are accepted where only one commune
of the province can be meant, and reported.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from phusong.data.cells import Cell, is_silent, parse_float, parse_int
from phusong.data.digests import sha256_of
from phusong.data.names import fold, name_key
from phusong.data.raw.refusals import not_found
from phusong.data.raw.workbooks import read_workbook
from phusong.data.schema import Field, header_key
from phusong.data.units import full_name, province_code_of, split_unit
from phusong.errors import Problem, UnreadableFileError
from phusong.words import Text, number

POPULATION = Field(
    name="population",
    title=Text("Dân số", "Population"),
    meaning=Text("Số người của đơn vị.", "People of the unit."),
    kind="int",
    unit="người",
)
AREA = Field(
    name="area_km2",
    title=Text("Diện tích", "Area"),
    meaning=Text("Diện tích của đơn vị.", "Area of the unit."),
    kind="float",
    unit="km²",
)
FEWEST_PEOPLE = 1000
"""A xã or phường with fewer people is reported: published tables have figures that lost their last digits."""

_ALIASES: Mapping[str, tuple[str, ...]] = {
    "name": ("tenhc", "tenxa", "communename", "tendonvi", "tendvhc", "donvi", "ward", "ten", "name", "xa"),
    "kind": ("loai", "communekind", "loaihinh", "cap", "wardtype", "type"),
    "province": ("tentinh", "provincename", "tinh", "province", "tinhthanhpho", "tinhthanh"),
    "population": ("dansonguoi", "danso", "population", "sodan", "quymodanso"),
    "area_km2": ("dientichkm2", "dientich", "areakm2", "area", "dientichtunhien"),
}
_HEADER_ROWS = 20


def count_of(cell: Cell) -> float:
    """Return a count of people written in any usual way (30509, "30,509", "30.509 người"); NaN where none is given."""
    value = parse_int(cell.item() if isinstance(cell, np.generic) else cell, POPULATION)
    return value if isinstance(value, float) and value >= 0.0 else math.nan


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PopulationReading:
    """Populations as a table gives them, and what was wrong in it.

    Columns of ``table``: row (in the file), province_code, commune_kind, commune_name (without kind), population and
    area_km2 (NaN where unknown).
    """

    file: str
    table: pd.DataFrame
    problems: tuple[Problem, ...]
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PopulationJoin:
    """Communes with their populations, how many were found in the table, the full names of those that were not.

    A commune that is in the table without a population is found, and keeps the one it had.
    """

    communes: gpd.GeoDataFrame
    joined: int
    unjoined: tuple[str, ...]
    problems: tuple[Problem, ...]


def read_population(path: Path) -> PopulationReading:
    """Read a population table (.csv, .xlsx, .xls, .ods) with any usual headers; titles above the header are skipped.

    Raises
    ------
    MissingFileError, UnreadableFileError
        No such file; not a table; no column of names or of populations.
    """
    path = Path(path)
    rows = _rows(path)
    header, columns = _header(path, rows)
    table, unread = _table(rows[header + 1 :], columns, first_row=header + 2)
    problems = [
        Problem(
            level="warning",
            file=path.name,
            text=Text(f"{name}: số dân “{found}” không phải là số", f'{name}: population "{found}" is not a number'),
            row=row,
            column=str(rows[header][columns["population"]]),
            found=found,
        )
        for row, name, found in unread
    ]
    return PopulationReading(file=path.name, table=table, problems=tuple(problems), sha256=sha256_of(path))


def _rows(path: Path) -> list[list[Cell]]:
    if not path.is_file():
        raise not_found(path)
    try:
        if path.suffix.lower() == ".csv":
            text = path.read_text(encoding="utf-8-sig")
            delimiter = max(",;\t", key=text.partition("\n")[0].count)
            return [list(row) for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableFileError(
            Text(
                f"Không đọc được bảng dân số {path.name}: cần tệp .csv (UTF-8) hoặc .xlsx.",
                f"Population table {path.name} cannot be read: a .csv (UTF-8) or .xlsx file is needed.",
            )
        ) from error
    sheets = read_workbook(path)
    return [list(row) for row in sheets[0].cells.to_numpy().tolist()] if sheets else []


def _header(path: Path, rows: Sequence[Sequence[Cell]]) -> tuple[int, dict[str, int]]:
    """Return the row of the header and the column of each field."""
    for at, row in enumerate(rows[:_HEADER_ROWS]):
        plain = [header_key(str(cell)).replace(" ", "") for cell in row]
        columns = {
            field: plain.index(next(alias for alias in aliases if alias in plain))
            for field, aliases in _ALIASES.items()
            if any(alias in plain for alias in aliases)
        }
        if "population" in columns and "name" in columns:
            return at, columns
    raise UnreadableFileError(
        Text(
            f"{path.name}: không thấy cột tên xã và cột dân số.",
            f"{path.name}: no column of commune names and of populations was found.",
        )
    )


def _table(
    rows: Sequence[Sequence[Cell]], columns: Mapping[str, int], *, first_row: int
) -> tuple[pd.DataFrame, list[tuple[int, str, str]]]:
    """Return the table, and row, name and cell of each population that says something but is no number."""
    found, unread = [], []
    for at, row in enumerate(rows, start=first_row):
        cells = {field: row[col] if col < len(row) else None for field, col in columns.items()}
        kind, name = split_unit(str(cells["name"] or ""))
        if is_silent(cells["name"]) or (not kind and re.fullmatch(r"(tong|cong)( cong| so)?[: ]*", fold(name))):
            continue
        area, people = parse_float(cells.get("area_km2"), AREA), count_of(cells["population"])
        if math.isnan(people) and not is_silent(cells["population"]):
            unread.append((at, name, str(cells["population"])))
        found.append(
            {
                "row": at,
                "province_code": province_code_of(str(cells.get("province") or "")),
                "commune_kind": kind or split_unit(f"{cells.get('kind') or ''} x")[0],
                "commune_name": name,
                "population": people,
                "area_km2": area if isinstance(area, float) and area > 0.0 else math.nan,
            }
        )
    names = ["row", "province_code", "commune_kind", "commune_name", "population", "area_km2"]
    return pd.DataFrame(found, columns=names), unread


def join_population(communes: gpd.GeoDataFrame, reading: PopulationReading) -> PopulationJoin:
    """Give communes the populations of a table, by province and name.

    Rows of other provinces are left alone; a table that names no province is taken as that of the communes.
    """
    codes = sorted(set(communes.province_code))
    table = reading.table
    if len(codes) == 1 and (table.province_code == "").all():
        table = table.assign(province_code=codes[0])
    table = table[table.province_code.isin(codes)].reset_index(drop=True)
    names = [split_unit(name) for name in communes.commune_name]
    ours = [(code, kind, name) for code, (kind, name) in zip(communes.province_code, names, strict=True)]
    theirs = list(zip(table.province_code, table.commune_kind, table.commune_name, strict=True))
    row_of = _matches(ours, theirs)
    population = communes.population.to_numpy(dtype=np.float64, copy=True)
    for commune, row in row_of.items():
        if np.isfinite(table.population.iloc[row]):
            population[commune] = table.population.iloc[row]
    filled = communes.assign(population=population)
    unjoined = tuple(name for at, name in enumerate(communes.commune_name) if at not in row_of)
    problems = [
        *_of_likeness(reading.file, ours, table, row_of),
        *_of_rest(reading.file, communes, unjoined, table.drop(index=list(row_of.values()))),
        *_of_figures(reading.file, filled),
    ]
    return PopulationJoin(communes=filled, joined=len(row_of), unjoined=unjoined, problems=tuple(problems))


_Unit = tuple[str, str, str]  # province code, kind, name
_LIKENESS: tuple[Callable[[_Unit], tuple[str, ...]], ...] = (
    lambda unit: (unit[0], unit[1], name_key(unit[2])),
    lambda unit: (unit[0], name_key(unit[2])),
    lambda unit: (unit[0], fold(unit[2])),
)
"""What must be equal for two units to be one, from strict to lenient."""


def _matches(ours: Sequence[_Unit], theirs: Sequence[_Unit]) -> dict[int, int]:
    """Return for each of our units which of theirs it is, where a key names exactly one that is left on both sides."""
    row_of: dict[int, int] = {}
    for key in _LIKENESS:
        taken = set(row_of.values())
        left = _by_key([(at, key(unit)) for at, unit in enumerate(ours) if at not in row_of])
        right = _by_key([(at, key(unit)) for at, unit in enumerate(theirs) if at not in taken])
        both = left.keys() & right.keys()
        row_of |= {left[k][0]: right[k][0] for k in both if len(left[k]) == len(right[k]) == 1}
    return row_of


def _by_key(keyed: Sequence[tuple[int, tuple[str, ...]]]) -> dict[tuple[str, ...], list[int]]:
    found: dict[tuple[str, ...], list[int]] = {}
    for at, key in keyed:
        found.setdefault(key, []).append(at)
    return found


def _of_likeness(file: str, ours: Sequence[_Unit], table: pd.DataFrame, row_of: Mapping[int, int]) -> list[Problem]:
    """Report the matches that rest on less than kind and name."""
    problems = []
    for commune, at in sorted(row_of.items()):
        row = table.iloc[at]
        _, kind, name = ours[commune]
        if name_key(name) == name_key(row.commune_name) and (kind == row.commune_kind or not row.commune_kind):
            continue
        given, taken = full_name(row.commune_kind, row.commune_name), full_name(kind, name)
        text = Text(f"“{given}” được hiểu là {taken}", f'"{given}" is taken as {taken}')
        problems.append(Problem(level="repair", file=file, text=text, row=int(row.row), found=given))
    return problems


def _of_rest(file: str, communes: gpd.GeoDataFrame, unjoined: Sequence[str], left: pd.DataFrame) -> list[Problem]:
    """Report what has no counterpart, on either side."""
    texts: list[tuple[Text, int | None]] = []
    if unjoined:
        names = ", ".join(unjoined)
        count, whole = number(len(unjoined)), number(len(communes))
        text = Text(
            f"{count}/{whole} đơn vị không có trong bảng dân số: {names}",
            f"{len(unjoined)} of {len(communes)} units are not in the population table: {names}",
        )
        texts.append((text, None))
    for row, kind, name in zip(left["row"], left.commune_kind, left.commune_name, strict=True):
        unit = full_name(kind, name)
        text = Text(f"{unit} không có trong ranh giới xã", f"{unit} is not among the commune boundaries")
        texts.append((text, int(row)))
    return [Problem(level="warning", file=file, text=text, row=row) for text, row in texts]


def _of_figures(file: str, communes: gpd.GeoDataFrame) -> list[Problem]:
    """Report populations that are unknown, too small to be true, or the same in two units of a province."""
    unknown = communes.commune_name[communes.population.isna()]
    texts = [Text(f"{name}: chưa có số dân", f"{name}: the population is not known") for name in unknown]
    ordinary = communes.commune_kind.isin(["xã", "phường"])
    for unit in communes[ordinary & (communes.population < FEWEST_PEOPLE)].itertuples():
        vi, en = number(unit.population), number(unit.population, "en")
        texts.append(
            Text(
                f"{unit.commune_name}: {vi} người là ít bất thường, hãy kiểm tra",
                f"{unit.commune_name}: {en} people are unusually few, please check",
            )
        )
    known = communes[communes.population.notna()]
    for (_, population), same in known.groupby(["province_code", "population"], sort=True):
        if len(same) > 1:
            vi, en, names = number(population), number(population, "en"), ", ".join(same.commune_name)
            texts.append(
                Text(
                    f"{names} cùng ghi {vi} người: có thể một số bị chép nhầm, hãy kiểm tra",
                    f"{names} all have {en} people: one figure may be a copy, please check",
                )
            )
    return [Problem(level="warning", file=file, text=text) for text in texts]
