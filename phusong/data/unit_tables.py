"""Conversion tables of administrative units in the forms they are published in, read as one table.

Four forms are known: two JSON files of the public mapping of July 2025 (old → new, and new → old), the tables inside
the package ``vietnamadminunits``, and any spreadsheet with old and new names and codes. The package is read as data
and never imported: it imports a GPL library.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import pandas as pd

from phusong.data.former_units import COLUMNS, MERGER_DAY, old_province_code_of
from phusong.data.lists import read_list
from phusong.data.names import tidy
from phusong.data.raw.refusals import not_found
from phusong.data.schema import Field, ListSchema
from phusong.data.units import full_name, plain_province, province_code_of, split_unit
from phusong.errors import BadInputError, Problem, UnreadableFileError
from phusong.words import Text

PACKAGE = "vietnamadminunits"
_OTHER_FORM = (AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What reading JSON of another form raises."""
_PACKAGE_TABLES = ("parser_legacy.json", "parser_from_2025.json", "converter_2025.json")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitTable:
    """What one file says: lines with ``former_units.COLUMNS``, and what was wrong in it."""

    lines: pd.DataFrame
    problems: tuple[Problem, ...] = ()


def read_unit_table(path: Path) -> UnitTable:
    """Read a conversion table or a table of later changes, in whatever known form.

    Parameters
    ----------
    path
        A .json file of the public mapping, a folder with the tables of the package, or a .csv, .xlsx, .xls, .ods file.

    Raises
    ------
    MissingFileError, UnreadableFileError, BadInputError
        No such file; not one of the known forms; lines that say no unit.
    """
    path = Path(path)
    if path.is_dir():
        return _of_package(path)
    if path.suffix.lower() != ".json":
        return _of_sheet(path)
    if not path.is_file():
        raise not_found(path)
    try:
        return UnitTable(lines=_frame(_of_mapping(_json(path)["data"]), path.name))
    except _OTHER_FORM as error:
        raise _unknown_form(path) from error


def packaged_tables() -> Path | None:
    """Return the folder of the tables of the package ``vietnamadminunits``, None where it is not installed.

    Only the place of its files is asked for; none of its code runs.
    """
    try:
        folder = Path(str(distribution(PACKAGE).locate_file(f"{PACKAGE}/data")))
    except PackageNotFoundError:
        return None
    return folder if folder.is_dir() else None


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8-sig"))


def _unknown_form(path: Path) -> UnreadableFileError:
    return UnreadableFileError(
        Text(
            f"{path.name} không phải bảng chuyển đổi đơn vị hành chính mà phần mềm đọc được.",
            f"{path.name} is no conversion table of administrative units in a known form.",
        )
    )


_Line = Mapping[str, str]


def _frame(lines: Iterable[_Line], source: str) -> pd.DataFrame:
    """Return lines as a table; what they do not say is empty, the day that of the merger."""
    known = dict.fromkeys(COLUMNS, "") | {"valid_to": MERGER_DAY}
    return pd.DataFrame([{**known, **line, "source": source} for line in lines], columns=list(COLUMNS), dtype=str)


def _of_mapping(provinces: list[dict[str, Any]]) -> Iterator[_Line]:
    """Return the lines of the public mapping: ``splits`` lists old units, ``merges`` new ones."""
    return _of_splits(provinces) if "splits" in provinces[0] else _of_merges(provinces)


def _of_splits(provinces: list[dict[str, Any]]) -> Iterator[_Line]:
    for province in provinces:
        own = {"old_province_code": province["level1_id"], "old_province": plain_province(province["name"])}
        for level in ("level2s", "level3s"):
            for unit in province.get(level, ()):
                old = {**own, "old_code": unit[f"{level[:-1]}_id"], "old_name": _name(unit["name"])}
                if level == "level2s":
                    old["old_district"] = old["old_name"]
                targets = unit["splits"]
                part = "full" if len(targets) == 1 else "partial"
                for target in targets:
                    yield {**old, "new_code": target["new_id"], "new_name": _name(target["name"]), "part": part}


def _of_merges(provinces: list[dict[str, Any]]) -> Iterator[_Line]:
    for province in provinces:
        for unit in province["level2s"]:
            new = {"new_code": unit["level2_id"], "new_name": _name(unit["name"])}
            new["new_province_code"] = province["level1_id"]
            for old in unit["merges"]:
                yield {**new, "old_code": old["old_id"], "old_name": _name(old["name"]), "part": old["type"]}


def _name(written: str) -> str:
    """Return the full name of a commune: its kind with a capital."""
    return full_name(*split_unit(tidy(written)))


def _of_package(folder: Path) -> UnitTable:
    try:
        legacy, today, converter = (_json(folder / name) for name in _PACKAGE_TABLES)
        return UnitTable(lines=_frame(_of_converter(legacy, today, converter), PACKAGE))
    except (OSError, *_OTHER_FORM) as error:
        raise _unknown_form(folder) from error


def _of_converter(legacy: dict[str, Any], today: dict[str, Any], converter: dict[str, Any]) -> Iterator[_Line]:
    old = _packaged_old(legacy)
    new = _packaged_new(today)
    for province, communes in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for commune, parts in communes.items():
            for key in parts:
                yield {**old[key], **new[province, commune], "part": "full"}
    for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for key, communes in divided.items():
            for commune in communes:
                yield {**old[key], **new[province, commune["newWardKey"]], "part": "partial"}


def _packaged_old(legacy: dict[str, Any]) -> dict[str, _Line]:
    """Return the old communes of the package by its keys ``province_district_commune``."""
    found: dict[str, _Line] = {}
    districts_of, provinces = legacy["DICT_PROVINCE_DISTRICT"], legacy["DICT_PROVINCE"]
    for table in ("DICT_PROVINCE_DISTRICT_WARD_NO_ACCENTED", "DICT_PROVINCE_DISTRICT_WARD_ACCENTED"):
        for province, districts in legacy[table].items():
            for district, communes in districts.items():
                own = districts_of[province][district]
                for key, commune in communes.items():
                    is_commune = isinstance(commune["ward"], str)  # an island district without communes has NaN
                    found[f"{province}_{district}_{key if is_commune else ''}"] = {
                        "old_code": commune["wardCode"] if is_commune else own["districtCode"],
                        "old_name": _name(commune["ward"] if is_commune else own["district"]),
                        "old_district": tidy(own["district"]),
                        "old_province_code": provinces[province]["provinceCode"],
                        "old_province": plain_province(provinces[province]["province"]),
                    }
    return found


def _packaged_new(today: dict[str, Any]) -> dict[tuple[str, str], _Line]:
    found: dict[tuple[str, str], _Line] = {}
    for table in ("DICT_PROVINCE_WARD_NO_ACCENTED", "DICT_PROVINCE_WARD_ACCENTED"):
        for province, communes in today[table].items():
            code = today["DICT_PROVINCE"][province]["provinceCode"]
            for key, unit in communes.items():
                found[province, key] = {
                    "new_code": unit["wardCode"],
                    "new_name": _name(unit["ward"]),
                    "new_province_code": code,
                }
    return found


def _field(name: str, vi: str, en: str, *aliases: str, digits: int | None = None) -> Field:
    kind = "code" if digits else "str"
    title = Text(vi, en)
    return Field(name=name, title=title, meaning=title, kind=kind, digits=digits, aliases=aliases)  # type: ignore[arg-type]


UNIT_CHANGES = ListSchema(
    name="unit_changes",
    title=Text("Bảng chuyển đổi đơn vị hành chính", "Conversion table of administrative units"),
    unique=("old_code", "old_name", "old_district", "old_province", "new_code", "new_name", "valid_to"),
    one_of=(("old_code", "old_name"), ("new_code", "new_name")),
    personal=(),
    fields=(
        _field("old_code", "Mã xã cũ", "Old code", "Mã cũ", "ma xa truoc", "old commune code", digits=5),
        _field("old_name", "Xã cũ", "Old name", "Tên xã cũ", "Xã (cũ)", "Tên cũ", "Xã trước sáp nhập", "old commune"),
        _field("old_district", "Huyện cũ", "Old district", "Huyện", "Quận/Huyện", "Huyện (cũ)", "Tên huyện cũ"),
        _field("old_province", "Tỉnh cũ", "Old province", "Tỉnh (cũ)", "Tên tỉnh cũ", "Tỉnh trước sáp nhập"),
        _field("new_code", "Mã xã mới", "New code", "Mã mới", "Mã xã", "new commune code", digits=5),
        _field("new_name", "Xã mới", "New name", "Tên xã mới", "Tên mới", "Xã sau sáp nhập", "new commune"),
        _field("new_province", "Tỉnh mới", "New province", "Tỉnh", "Tên tỉnh mới", "Tỉnh, thành phố mới"),
        _field("part", "Toàn bộ hay một phần", "Full or partial", "Phần", "Mức độ", "part", "type"),
        Field(
            name="valid_to",
            title=Text("Ngày hiệu lực", "Date"),
            meaning=Text("Ngày đơn vị cũ thành đơn vị mới.", "The day the old unit became the new one."),
            kind="date",
            aliases=("Ngày", "Từ ngày", "Ngày áp dụng", "effective date", "valid from"),
        ),
        _field("change", "Loại thay đổi", "Kind of change", "Thay đổi", "Hình thức", "change"),
        _field("decision", "Quyết định", "Decision", "Nghị quyết", "Căn cứ", "Văn bản", "Số văn bản"),
    ),
)
"""A spreadsheet of conversions; a line dated after the merger, or that names its kind of change, is a later change."""


def _of_sheet(path: Path) -> UnitTable:
    checked = read_list(path, UNIT_CHANGES)
    if checked.rows.empty and any(problem.level == "error" for problem in checked.problems):
        raise BadInputError(checked.problems)
    rows = checked.rows
    days = rows["valid_to"].dt.strftime("%Y-%m-%d").fillna(MERGER_DAY)
    is_later = (days > MERGER_DAY) | (rows["change"] != "")
    lines = pd.DataFrame(
        {
            "old_code": rows["old_code"],
            "old_name": rows["old_name"].map(_name),
            "old_district": rows["old_district"].map(tidy),
            "old_province": rows["old_province"].map(plain_province),
            "new_code": rows["new_code"],
            "new_name": rows["new_name"].map(_name),
            "new_province_code": [
                province_code_of(new) or old_province_code_of(old)
                for new, old in zip(rows["new_province"], rows["old_province"], strict=True)
            ],
            "part": rows["part"].map(_part),
            "valid_to": days,
            "change": rows["change"].where(rows["change"] != "", "thay đổi").where(is_later, ""),
            "decision": rows["decision"],
        }
    )
    records = (dict(zip(lines.columns, line, strict=True)) for line in lines.itertuples(index=False))
    return UnitTable(lines=_frame(records, path.name), problems=checked.problems)


def _part(written: str) -> str:
    words = written.casefold()
    if "phần" in words or "phan" in words or "part" in words:
        return "partial"
    return "full" if words else ""
