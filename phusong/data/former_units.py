"""Communes, districts and provinces of before July 2025, and what became of them.

One table of conversions: each line says that (a part of) an old unit is now (a part of) a new one, and since when.
Later renames, mergers and new codes are lines of the same kind with a later date; a unit that changed twice leads to
what it is now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

import pandas as pd

from phusong.data.crs import zone_rows
from phusong.data.names import fold
from phusong.data.units import bare_province

COLUMNS = (
    *("old_code", "old_name", "old_district", "old_province_code", "old_province"),
    *("new_code", "new_name", "new_province_code", "part", "valid_to", "change", "decision", "source"),
)
"""Columns of a conversion table, all text.

``old_name`` and ``new_name`` carry the kind (Xã Phúc Yên); ``old_province`` does not. ``part`` is full, partial or ""
(not said); ``valid_to`` is the day (yyyy-mm-dd) from which the old unit is the new one; ``change`` is "" in the
conversion of July 2025 and the kind of change in a later one.
"""
MERGER_DAY = "2025-07-01"

Part = Literal["full", "partial", ""]


@dataclass(frozen=True, slots=True)
class Unit:
    """A commune of today."""

    code: str
    name: str
    province_code: str


@dataclass(frozen=True, slots=True)
class OldUnit:
    """A commune of some earlier day (or a district without communes), and the communes of today it went into.

    ``targets`` and ``parts`` belong together: how much of the old unit went into each.
    """

    code: str
    name: str
    district: str
    province: str
    valid_to: str
    targets: tuple[Unit, ...]
    parts: tuple[Part, ...]

    @property
    def is_split(self) -> bool:
        """Say whether its name alone does not tell where a place lies today."""
        return len({unit.code for unit in self.targets}) > 1

    @property
    def full_name(self) -> str:
        """Return name, district and province as far as they are known."""
        return ", ".join(part for part in (self.name, self.district, self.province) if part)


@dataclass(frozen=True, kw_only=True, eq=False)
class FormerUnits:
    """A conversion table a user imported: ``table`` has the columns ``COLUMNS``, later changes already followed."""

    table: pd.DataFrame

    @staticmethod
    def of(lines: pd.DataFrame) -> FormerUnits:
        """Return the conversion of lines as imported: later changes follow upon earlier ones."""
        return FormerUnits(table=_followed(lines))

    @cached_property
    def units(self) -> tuple[OldUnit, ...]:
        """Return every old unit once."""
        found: dict[tuple[str, ...], list[tuple[Unit, Part]]] = {}
        table = self.table
        old = zip(*(table[name] for name in _OLD), strict=True)
        new = zip(*(table[name] for name in ("new_code", "new_name", "new_province_code", "part")), strict=True)
        for key, (code, name, province_code, part) in zip(old, new, strict=True):
            found.setdefault(key, []).append((Unit(code, name, province_code), part))
        return tuple(
            OldUnit(
                code, name, district, province, day, tuple(unit for unit, _ in went), tuple(part for _, part in went)
            )
            for (code, name, district, province, day), went in found.items()
        )

    @cached_property
    def by_code(self) -> Mapping[str, tuple[OldUnit, ...]]:
        """Return the old units of each old code; a code may have been given twice."""
        found: dict[str, tuple[OldUnit, ...]] = {}
        for unit in self.units:
            if unit.code:
                found[unit.code] = (*found.get(unit.code, ()), unit)
        return found

    @cached_property
    def by_province(self) -> Mapping[str, tuple[OldUnit, ...]]:
        """Return the old units that have a part in each province of today."""
        found: dict[str, list[OldUnit]] = {}
        for unit in self.units:
            for code in dict.fromkeys(target.province_code for target in unit.targets):
                found.setdefault(code, []).append(unit)
        return {code: tuple(units) for code, units in found.items()}

    @cached_property
    def today(self) -> tuple[Unit, ...]:
        """Return the communes of today the table leads to, each code once."""
        return tuple({target.code: target for unit in self.units for target in unit.targets}.values())

    @cached_property
    def province_codes(self) -> Mapping[str, str]:
        """Return the code of today's province of each old province code."""
        pairs = self.table[self.table["old_province_code"] != ""].groupby(
            ["old_province_code", "new_province_code"], sort=False
        )
        sizes = pairs.size().sort_values(ascending=False).reset_index()
        return dict(sizes.drop_duplicates("old_province_code")[["old_province_code", "new_province_code"]].to_numpy())


_OLD = ("old_code", "old_name", "old_district", "old_province", "valid_to")


def _followed(lines: pd.DataFrame) -> pd.DataFrame:
    """Lead every line to what its new unit is after all later changes."""
    lines = lines[list(COLUMNS)].astype(str)
    table = lines[lines["change"] == ""]
    later = lines[lines["change"] != ""]
    for _, changes in later.groupby("valid_to", sort=True):
        table = pd.concat([_after(table, changes), changes], ignore_index=True)
    return table.drop_duplicates(subset=[*_OLD, "new_code", "new_name"], ignore_index=True)


def _after(table: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """Return the lines after the changes of one day; what a changed unit was split into becomes several lines."""
    changed = table["new_code"].isin(changes["old_code"])
    new = changes[["old_code", "new_code", "new_name", "new_province_code", "part"]]
    led = table[changed].merge(new, left_on="new_code", right_on="old_code", suffixes=("", "_next"))
    province = led["new_province_code_next"].where(led["new_province_code_next"] != "", led["new_province_code"])
    part = led["part"].where(led["part_next"] != "partial", "partial")
    led = led.assign(
        new_code=led["new_code_next"], new_name=led["new_name_next"], new_province_code=province, part=part
    )
    return pd.concat([table[~changed], led[list(COLUMNS)]], ignore_index=True)


def old_province_code_of(name: str) -> str:
    """Return the code today of a province named as before July 2025; "" if there was none of that name."""
    return _codes_by_old_name().get(bare_province(name), "")


@cache
def _codes_by_old_name() -> Mapping[str, str]:
    return {bare_province(row.old_province): row.province_code for row in zone_rows()}


def district_key(name: str) -> tuple[str, str]:
    """Return kind and name of an old district as they are compared: accents, case and abbreviations left out."""
    words = fold(name).replace(".", " ").split()
    for count in (2, 1):
        kind = _DISTRICT_KINDS.get(" ".join(words[:count]))
        if kind and len(words) > count:
            return kind, " ".join(words[count:])
    return "", " ".join(words)


_DISTRICT_KINDS = {
    "huyen": "huyen",
    "h": "huyen",
    "quan": "quan",
    "q": "quan",
    "thi xa": "thi xa",
    "tx": "thi xa",
    "thanh pho": "thanh pho",
    "tp": "thanh pho",
}


def same_district(one: str, other: str) -> bool:
    """Say whether two spellings can be of one district: an unsaid kind agrees with every kind."""
    (kind, name), (other_kind, other_name) = district_key(one), district_key(other)
    return name == other_name and (kind == other_kind or "" in (kind, other_kind))
