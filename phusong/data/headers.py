"""The columns of a file against those of a list: which is which, which are missing, which must not be kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from phusong.data.raw.sheet import Sheet
from phusong.data.schema import Field, ListSchema, field_of_header, is_personal
from phusong.errors import Level, Problem
from phusong.words import Text


def match_headers(sheet: Sheet, schema: ListSchema) -> tuple[dict[str, int], list[Problem]]:
    """Return the column number of each field, and the problems of the file's columns as a whole."""
    columns_of: dict[str, int] = {}
    problems: list[Problem] = []
    unknown: list[str] = []
    for index, header in enumerate(sheet.headers):
        field = field_of_header(schema, header)
        if field is not None and field not in columns_of:
            columns_of[field] = index
        elif field is not None:
            problems.append(_of_file(sheet, "warning", _twice(header, sheet.headers[columns_of[field]]), header))
        elif is_personal(schema, header):
            problems.append(_of_file(sheet, "warning", _PERSONAL, header))
        else:
            unknown.append(header)
    if unknown:
        names = ", ".join(unknown)
        text = Text(f"Các cột không dùng đến: {names}.", f"Columns that are not used: {names}.")
        problems.append(_of_file(sheet, "warning", text))
    totals = Text("Dòng tổng cộng bị bỏ qua.", "A row of totals is left out.")
    problems += [_of_file(sheet, "repair", totals, row=row) for row in sheet.totals]
    return columns_of, problems + _absent(sheet, schema, columns_of)


_PERSONAL = Text(
    "Cột có dữ liệu cá nhân đã bị bỏ, không đọc và không lưu. Lần sau hãy xoá cột này trước khi gửi.",
    "A column of personal data was dropped, neither read nor kept. Delete it before sending next time.",
)


def _twice(header: str, first: str) -> Text:
    return Text(
        f"Cột “{header}” cùng nghĩa với cột “{first}”; chỉ dùng cột “{first}”.",
        f"Column “{header}” means the same as “{first}”; only “{first}” is used.",
    )


def _absent(sheet: Sheet, schema: ListSchema, columns_of: Mapping[str, int]) -> list[Problem]:
    """Say which columns a list must have, or is asked for, are not there."""
    asked = [field for field in schema.fields if field.required == "R" and field.name != schema.key]
    problems = [
        _of_file(sheet, "error" if field.is_refused_without else "warning", _no_column(field))
        for field in asked
        if field.name not in columns_of
    ]
    groups = [group for group in schema.one_of if not any(name in columns_of for name in group)]
    for group in groups:
        names = either(schema, group)
        problems.append(_of_file(sheet, "error", Text(f"Thiếu cột {names.vi}.", f"No column {names.en}.")))
    has_degrees = {"lon", "lat"} <= columns_of.keys() or "coordinates" in columns_of or sheet.points is not None
    has_survey = {"northing", "easting"} <= columns_of.keys()
    if schema.position in ("required", "expected") and not (has_degrees or has_survey):
        text = Text(
            "Thiếu cột toạ độ: cần “Kinh độ” và “Vĩ độ”, hoặc “X VN-2000”, “Y VN-2000” và “Kinh tuyến trục”.",
            "No columns of position: “Longitude” and “Latitude” are needed, or X, Y and “Central meridian”.",
        )
        problems.append(_of_file(sheet, "error", text))
    return problems


def either(schema: ListSchema, group: Sequence[str]) -> Text:
    """Name the columns of a group: "this" or "that"."""
    titles = [schema.field(name).title for name in group]
    return Text(" hoặc ".join(f"“{title.vi}”" for title in titles), " or ".join(f"“{title.en}”" for title in titles))


def _no_column(field: Field) -> Text:
    default = field.default
    if default is None:
        return Text(f"Thiếu cột “{field.title.vi}”.", f"No column “{field.title.en}”.")
    return Text(
        f"Thiếu cột “{field.title.vi}”; dùng giá trị mặc định: {default.vi}.",
        f"No column “{field.title.en}”; the default stands in: {default.en}.",
    )


def _of_file(sheet: Sheet, level: Level, text: Text, header: str | None = None, row: int | None = None) -> Problem:
    return Problem(level=level, file=sheet.file, text=text, sheet=sheet.name, row=row, column=header)
