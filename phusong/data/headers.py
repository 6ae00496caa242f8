"""The columns of a file against those of a list: which is which, which are missing, which must not be kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from phusong.data.header_units import other_unit, unit_text
from phusong.data.raw.sheet import Sheet
from phusong.data.schema import Field, ListSchema, field_of_header, header_key, is_personal, nearest_field
from phusong.data.sections import section_problems, unit_sections
from phusong.errors import Level, Problem
from phusong.words import Text


def match_headers(
    sheet: Sheet,
    schema: ListSchema,
    *,
    known: Collection[str] = (),
    mapped: Mapping[str, str] = MappingProxyType({}),
) -> tuple[dict[str, int], list[Problem]]:
    """Return the column number of each field, and the problems of the file's columns as a whole.

    ``known`` are fields the list need not have. ``mapped`` says of headers (as :func:`header_key` writes them) which
    field they are, "" for none: it goes before the headers the list knows.
    """
    columns_of: dict[str, int] = {}
    problems = _notes_of(sheet)
    unknown: list[int] = []
    for index, header in enumerate(sheet.headers):
        own = field_of_header(schema, header)
        said = None if is_personal(schema, header) else mapped.get(header_key(header))
        field = own if said is None else said
        if said is not None and said != (own or ""):
            problems.append(_as_mapped(sheet, schema, index, said))
        if field == "":
            continue
        if field is not None and field not in columns_of:
            columns_of[field] = index
        elif field is not None:
            text = _twice(header, sheet.headers[columns_of[field]])
            problems.append(_of_column(sheet, "warning", text, index, "header.twice"))
        elif is_personal(schema, header):
            problems.append(_of_column(sheet, "warning", _PERSONAL, index, "personal.column"))
        else:
            unknown.append(index)
    slips = _slips(sheet, schema, columns_of, unknown)
    problems += [_slip(sheet, schema, index, name) for name, index in slips.items()]
    columns_of |= slips
    unknown = [index for index in unknown if index not in slips.values()]
    problems += _other_units(sheet, schema, columns_of)
    absent = _absent(sheet, schema, columns_of, known)
    if unknown:
        problems.append(_unused(sheet, unknown, may_be_meant=any(problem.level == "error" for problem in absent)))
    totals = Text("Dòng tổng cộng bị bỏ qua.", "A row of totals is left out.")
    problems += [_of_file(sheet, "repair", totals, "layout.total", row=row) for row in sheet.totals]
    problems += section_problems(sheet, schema)
    return columns_of, problems + absent


def _notes_of(sheet: Sheet) -> list[Problem]:
    return [
        Problem(
            level=note.level,
            file=sheet.file,
            sheet=sheet.name,
            text=note.text,
            row=note.row,
            column=note.column,
            code=note.code,
        )
        for note in sheet.notes
    ]


def _other_units(sheet: Sheet, schema: ListSchema, columns_of: Mapping[str, int]) -> list[Problem]:
    """Say which columns are in another unit than the list's."""
    problems = []
    for name, index in columns_of.items():
        field = schema.field(name)
        other = other_unit(sheet.headers[index], field)
        if other is not None:
            level: Level = "error" if other.times is None else "repair"
            problem = _of_column(sheet, level, unit_text(other, field), index, "header.unit")
            problems.append(replace(problem, found=other.stated, after=None if other.times is None else field.unit))
    return problems


def _slips(sheet: Sheet, schema: ListSchema, taken: Mapping[str, int], unknown: Sequence[int]) -> dict[str, int]:
    """Return the columns whose header has a typing slip and can mean one field only, by that field."""
    near = {index: nearest_field(schema, sheet.headers[index], taken) for index in unknown}
    count = Counter(near.values())
    return {name: index for index, name in near.items() if name is not None and count[name] == 1}


def _slip(sheet: Sheet, schema: ListSchema, index: int, name: str) -> Problem:
    title = schema.field(name).title
    text = Text(f"Hiểu tiêu đề này là “{title.vi}”.", f"This header is read as “{title.en}”.")
    problem = _of_column(sheet, "repair", text, index, "header.typo")
    return replace(problem, found=sheet.headers[index], after=title.vi)


def _as_mapped(sheet: Sheet, schema: ListSchema, index: int, field: str) -> Problem:
    if not field:
        text = Text("Cột này không dùng theo bảng ghép cột.", "This column is left out by the mapping.")
        return replace(_of_column(sheet, "repair", text, index, "header.mapping"), found=sheet.headers[index])
    title = schema.field(field).title
    text = Text(f"Cột này là “{title.vi}” theo bảng ghép cột.", f"This column is “{title.en}” by the mapping.")
    problem = _of_column(sheet, "repair", text, index, "header.mapping")
    return replace(problem, found=sheet.headers[index], after=title.vi)


def _unused(sheet: Sheet, unknown: Sequence[int], *, may_be_meant: bool) -> Problem:
    names = ", ".join(f"“{sheet.headers[index]}”" for index in unknown)
    vi, en = f"Các cột không dùng đến: {names}.", f"Columns that are not used: {names}."
    if may_be_meant:
        vi += " Nếu một trong số đó là cột còn thiếu, hãy ghi cột nào là cột nào vào một tệp ghép cột (.toml)."
        en += " If one of them is a column that is missing, say which column is which in a mapping file (.toml)."
    return _of_file(sheet, "warning", Text(vi, en), "header.unused")


_PERSONAL = Text(
    "Cột có dữ liệu cá nhân đã bị bỏ, không đọc và không lưu. Lần sau hãy xoá cột này trước khi gửi.",
    "A column of personal data was dropped, neither read nor kept. Delete it before sending next time.",
)


def _twice(header: str, first: str) -> Text:
    return Text(
        f"Cột “{header}” cùng nghĩa với cột “{first}”; chỉ dùng cột “{first}”.",
        f"Column “{header}” means the same as “{first}”; only “{first}” is used.",
    )


def _absent(sheet: Sheet, schema: ListSchema, columns_of: Mapping[str, int], known: Collection[str]) -> list[Problem]:
    """Say which columns a list must have, or is asked for, are not there."""
    given = {*columns_of, *known, *(unit.field for unit in unit_sections(sheet, schema))}
    asked = [field for field in schema.fields if field.required == "R" and field.name != schema.key]
    problems = [
        _of_file(sheet, "error" if field.is_refused_without else "warning", _no_column(field), "header.missing")
        for field in asked
        if field.name not in given
    ]
    for group in (group for group in schema.one_of if not any(name in given for name in group)):
        names = either(schema, group)
        text = Text(f"Thiếu cột {names.vi}.", f"No column {names.en}.")
        problems.append(_of_file(sheet, "error", text, "header.missing"))
    has_degrees = {"lon", "lat"} <= columns_of.keys() or "coordinates" in columns_of or sheet.points is not None
    has_survey = {"northing", "easting"} <= columns_of.keys()
    if schema.position in ("required", "expected") and not (has_degrees or has_survey):
        text = Text(
            "Thiếu cột toạ độ: cần “Kinh độ” và “Vĩ độ”, hoặc “X VN-2000”, “Y VN-2000” và “Kinh tuyến trục”.",
            "No columns of position: “Longitude” and “Latitude” are needed, or X, Y and “Central meridian”.",
        )
        problems.append(_of_file(sheet, "error", text, "header.missing"))
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


def _of_file(sheet: Sheet, level: Level, text: Text, code: str, row: int | None = None) -> Problem:
    return Problem(level=level, file=sheet.file, text=text, sheet=sheet.name, row=row, code=code)


def _of_column(sheet: Sheet, level: Level, text: Text, index: int, code: str) -> Problem:
    """Return a problem of one column, at its title."""
    return replace(
        _of_file(sheet, level, text, code, row=sheet.header_rows[-1] if sheet.header_rows else None),
        column=sheet.headers[index],
        column_number=sheet.columns[index] + 1,
    )
