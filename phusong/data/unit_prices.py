"""Unit prices of a plan's cost: an editable table, ours or a department's own, as TOML or as a workbook.

All numbers of the package's table are assumptions of this tool, marked so, to be replaced by the department's. A table
gives every item: what is left out is a mistake, never a number of ours in disguise.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from phusong.data.money import Money
from phusong.data.templates import write_list
from phusong.data.unit_price_checks import absent, key_problems, row_problems, value_problems
from phusong.data.unit_price_form import UNIT_PRICES, UNIT_PRICES_KEYS
from phusong.data.unit_price_keys import UNITS
from phusong.data.written_toml import as_toml
from phusong.errors import BadInputError, MissingFileError, Problem, UnreadableFileError
from phusong.words import Language, Text

_TABLE = "unit_prices.toml"
_BOOKS = (".xlsx", ".xls", ".ods", ".csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPrice:
    """One row: what it is, its unit, the range, where the numbers are from and whether they are assumed.

    ``low, middle, high`` are VND for units of đồng, else in the unit itself (%, km, years).
    """

    key: str
    title: Text
    unit: str
    low: float
    middle: float
    high: float
    source: Text
    assumption: bool
    dated: date | None

    @property
    def money(self) -> Money:
        """Return the range as money."""
        return Money(self.low, self.middle, self.high)

    @property
    def unit_text(self) -> Text:
        """Return the unit in both languages."""
        return UNITS[self.unit]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPrices:
    """A whole table: a row for every key; ``name`` is the file the numbers are from."""

    name: str
    rows: Mapping[str, UnitPrice]

    def __getitem__(self, key: str) -> UnitPrice:
        return self.rows[key]

    @property
    def years(self) -> int:
        """Return for how many years running costs are counted."""
        return int(self["years"].middle)

    @property
    def discount_percent(self) -> float:
        """Return the yearly rate at which running costs are discounted; 0 for a plain sum."""
        return self["discount_percent"].middle


def read_unit_prices(path: Path | None = None) -> UnitPrices:
    """Return the table of a .toml file or a workbook; without one, that of the package.

    Raises
    ------
    MissingFileError, UnreadableFileError
        No such file, or not what its name says.
    BadInputError
        Every wrong row and entry at once, with row and column.
    """
    if path is None:
        table = resources.files("phusong.data").joinpath("tables", _TABLE)
        return parse_unit_prices(table.read_text(encoding="utf-8"), _TABLE)
    if not path.is_file():
        raise MissingFileError(Text(f"Không tìm thấy bảng đơn giá {path}", f"No table of unit prices {path}"))
    if path.suffix.lower() in _BOOKS:
        return _of_book(path)
    try:
        return parse_unit_prices(path.read_text(encoding="utf-8"), path.name)
    except UnicodeDecodeError as error:
        raise _unreadable(path.name, error) from error


def write_unit_prices(prices: UnitPrices, path: Path, language: Language = "vi") -> None:
    """Write a table as a workbook to fill in, with a guide; it reads back as it is."""
    rows = [
        {
            "key": row.key,
            "title_vi": row.title.vi,
            "title_en": row.title.en,
            "unit": row.unit,
            "low": row.low,
            "middle": row.middle,
            "high": row.high,
            "source_vi": row.source.vi,
            "source_en": row.source.en,
            "assumption": row.assumption,
            "dated": pd.Timestamp(row.dated) if row.dated is not None else pd.NaT,
        }
        for row in prices.rows.values()
    ]
    write_list(UNIT_PRICES, pd.DataFrame(rows), path, language)


def unit_prices_text(prices: UnitPrices) -> str:
    """Write a table as TOML; it reads back as it is."""
    rows = [
        {
            "key": row.key,
            "title": {"vi": row.title.vi, "en": row.title.en},
            "unit": row.unit,
            "low": row.low,
            "middle": row.middle,
            "high": row.high,
            "source": {"vi": row.source.vi, "en": row.source.en},
            "assumption": row.assumption,
            **({} if row.dated is None else {"dated": row.dated}),
        }
        for row in prices.rows.values()
    ]
    return as_toml({"price": rows})


def parse_unit_prices(text: str, name: str) -> UnitPrices:
    """Return the table written in a TOML text.

    Raises
    ------
    UnreadableFileError, BadInputError
        Not TOML; every mistake at once, with its line as the row.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(name, error) from error
    rows = raw.get("price")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows) or set(raw) != {"price"}:
        found = Text("bảng đơn giá gồm các phần [[price]] và chỉ gồm chúng", "unit prices are sections [[price]] alone")
        raise BadInputError([Problem(level="error", file=name, text=found, code="prices.form")])
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if line.strip().startswith("[[price]]")]
    at = lines if len(lines) == len(rows) else [None] * len(rows)
    problems = [p for row, line in zip(rows, at, strict=True) for p in row_problems(row, name, line)]
    problems += key_problems([row.get("key") for row in rows], name, at)
    if problems:
        raise BadInputError(problems)
    return UnitPrices(name=name, rows=MappingProxyType({row["key"]: _price(row) for row in rows}))


def _unreadable(name: str, error: Exception) -> UnreadableFileError:
    return UnreadableFileError(Text(f"Bảng {name} không đọc được: {error}", f"Table {name} cannot be read: {error}"))


def _text(given: str | Mapping[str, str]) -> Text:
    return Text(given, given) if isinstance(given, str) else Text(given["vi"], given["en"])


def _price(row: Mapping[str, Any]) -> UnitPrice:
    return UnitPrice(
        key=row["key"],
        title=_text(row["title"]),
        unit=row["unit"],
        low=float(row["low"]),
        middle=float(row["middle"]),
        high=float(row["high"]),
        source=_text(row["source"]),
        assumption=row["assumption"],
        dated=row.get("dated"),
    )


def _of_book(path: Path) -> UnitPrices:
    from phusong.data.lists import read_list  # brings what reads workbooks and searches neighbours with it

    checked = read_list(path, UNIT_PRICES)
    place = checked.sheets[0]
    problems = [p for p in checked.problems if p.level == "error"]
    for row in checked.rows.to_dict("records"):
        plain = {str(key): value for key, value in row.items()}
        for column, text, code in value_problems(plain):
            header, number = place.headers.get(column, column), place.columns.get(column)
            problems.append(
                Problem(
                    level="error",
                    file=path.name,
                    sheet=plain["_sheet"] or None,
                    row=int(plain["_row"]),
                    column=header,
                    column_number=None if number is None else number + 1,
                    found=str(plain[column]),
                    text=text,
                    code=code,
                )
            )
    keys = read_list(path, UNIT_PRICES_KEYS).rows["key"].tolist()  # rows with other mistakes have keys, too
    problems += absent(keys, path.name)
    if problems:
        raise BadInputError(sorted(problems, key=lambda p: (p.row or 0, p.column_number or 0)))
    rows = {str(row["key"]): _price_of_book(row) for row in checked.rows.to_dict("records")}
    return UnitPrices(name=path.name, rows=MappingProxyType(rows))


def _price_of_book(row: Mapping[Any, Any]) -> UnitPrice:
    dated = row["dated"]
    return UnitPrice(
        key=row["key"],
        title=Text(row["title_vi"], row["title_en"] or row["title_vi"]),
        unit=row["unit"],
        low=float(row["low"]),
        middle=float(row["middle"]),
        high=float(row["high"]),
        source=Text(row["source_vi"], row["source_en"] or row["source_vi"]),
        assumption=bool(row["assumption"]),
        dated=None if pd.isna(dated) else pd.Timestamp(dated).date(),
    )
