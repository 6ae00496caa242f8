"""Excel templates, lists under the template's headers and the page of columns: all from the table that checks them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from phusong.data.raw.sheet import GUIDE_SHEET, OPTIONS_SHEET
from phusong.data.schema import KIND_TEXTS, REQUIRED_TEXTS, Field, ListSchema, Option, Required
from phusong.data.schemas import SCHEMAS
from phusong.data.schemas.common import OPERATORS
from phusong.words import Language, Text

CREATED = datetime(2026, 1, 1)
"""The date every template bears, so that the same tables give the same bytes."""

_LAST_ROW = 20_000
"""How far down choices and warnings are offered."""
_LINE_PT = 15.0
_FONT = {"font_name": "Times New Roman", "font_size": 11}
_FILLS: Mapping[Required, tuple[str, str]] = {
    "R": ("#0B5E8A", "#FFFFFF"),
    "C": ("#CFE3EE", "#1B2430"),
    "O": ("#E4E8EC", "#1B2430"),
}
_YES_NO = (Text("Có", "Yes"), Text("Không", "No"))
_LIST_SHEET = Text("Danh sách", "List")

_GUIDE_COLUMNS: tuple[tuple[Text, int], ...] = (
    (Text("Tên cột", "Column"), 34),
    (Text("Tên trường", "Field"), 22),
    (Text("Mức bắt buộc", "Needed"), 16),
    (Text("Cách ghi", "Written as"), 26),
    (Text("Đơn vị", "Unit"), 9),
    (Text("Giá trị cho phép", "Allowed"), 44),
    (Text("Khi để trống", "Where empty"), 40),
    (Text("Ý nghĩa", "Meaning"), 60),
    (Text("Ví dụ", "Example"), 22),
)
_GUIDE_NOTES: tuple[Text, ...] = (
    Text(
        "Điền vào trang “Danh sách”, mỗi đối tượng một dòng, không đổi tên cột. Cột có dấu * là bắt buộc; cột không "
        "dùng có thể xoá. Dòng ví dụ chỉ có ở bảng dưới đây, không có trong danh sách.",
        "Fill in the sheet “List”, one row each, and keep the headers. Columns with * are required; columns not used "
        "may be deleted. The example stands in the table below only, not in the list.",
    ),
    Text(
        "Số thập phân ghi 1.234,5; ngày ghi 15/09/2026; ô chưa có số liệu để trống hoặc ghi “đang cập nhật”.",
        "Decimals may be written 1.234,5 or 1234.5; days 15/09/2026; leave a cell empty where nothing is known.",
    ),
    Text(
        "Không ghi họ tên, số căn cước, số điện thoại của người dân: các cột như vậy bị bỏ ngay khi đọc.",
        "No names, identity card or telephone numbers of residents: such columns are dropped on reading.",
    ),
)


def write_template(schema: ListSchema, path: Path, language: Language = "vi") -> None:
    """Write an empty list to fill in: headers with units, choices, remarks on each column, and a guide sheet."""
    write_list(schema, pd.DataFrame(), path, language)


def write_list(schema: ListSchema, rows: pd.DataFrame, path: Path, language: Language = "vi") -> None:
    """Write rows under the template's headers, as a province would: labels for options, Có/Không, dd/mm/yyyy.

    Parameters
    ----------
    schema
        What the list is.
    rows
        Columns named as the fields, in the dtypes of :mod:`phusong.data.columns`; absent columns stay empty.
    path
        The .xlsx file to write.
    language
        Language of headers, labels and guide.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(Path(path), options) as book:
        book.set_properties({"title": schema.title.to(language), "created": CREATED})
        sheet = book.add_worksheet(_LIST_SHEET.to(language))
        _write_guide(book, schema, language)
        ranges = _write_options(book, schema, language)
        _write_headers(book, sheet, schema, language)
        for column, field in enumerate(schema.fields):
            sheet.set_column(column, column, _width(field, language), book.add_format(_cell_format(field)))
            _validate(sheet, column, field, ranges.get(field.name))
            if field.name in rows:
                _write_cells(sheet, column, field, rows[field.name], language)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.repeat_rows(0)


def written_cell(value: Any, field: Field, language: Language) -> str | float | datetime | None:
    """Return a value as its cell in the template: text, number or day; None for a value nobody gave."""
    if isinstance(value, tuple):
        return _joined(value, field, language) if value else None
    if pd.isna(value) or value == "":
        return None
    if field.kind == "bool":
        return _YES_NO[0 if value else 1].to(language)
    if field.kind in ("int", "float", "degrees"):
        return float(value)
    if field.kind in ("date", "time"):
        return pd.Timestamp(value).to_pydatetime()
    return _label(value, field, language)


def columns_page(language: Language) -> str:
    """Return the documentation page of every list and its columns, as Markdown."""
    title = Text("Các cột của danh sách", "Columns of the lists").to(language)
    made = Text(
        "Trang này được sinh từ bảng cột trong `phusong/data/schemas`; cùng bảng đó dùng để kiểm tra và tạo tệp mẫu.",
        "This page is made from the tables in `phusong/data/schemas`, which also make the checks and the templates.",
    ).to(language)
    notes = [note.to(language) for note in _GUIDE_NOTES[1:]]
    parts = [f"# {title}", made, *notes, *(_columns_section(schema, language) for schema in SCHEMAS.values())]
    return "\n\n".join(parts) + "\n"


def _columns_section(schema: ListSchema, language: Language) -> str:
    header = [column.to(language) for column, _ in _GUIDE_COLUMNS]
    lines = [_markdown_row(header), _markdown_row(["---"] * len(header))]
    lines += [_markdown_row(_guide_row(field, language)) for field in schema.fields]
    return f"## {schema.title.to(language)} (`{schema.name}`)\n\n" + "\n".join(lines)


def _markdown_row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _guide_row(field: Field, language: Language) -> list[str]:
    default = field.default
    return [
        field.title.to(language),
        field.name,
        REQUIRED_TEXTS[field.required].to(language),
        KIND_TEXTS[field.kind].to(language),
        field.unit,
        _allowed(field, language),
        default.to(language) if default else "",
        field.meaning.to(language),
        field.example,
    ]


def _allowed(field: Field, language: Language) -> str:
    if field.options:
        return "; ".join(option.title.to(language) for option in field.options)
    if field.digits is not None:
        return Text(f"{field.digits} chữ số", f"{field.digits} digits").to(language)
    if field.limits is None:
        return ""
    low, high = (f"{value:.12g}" for value in (field.limits.low, field.limits.high))
    text = Text(f"từ {low} đến {high}".replace(".", ","), f"{low} to {high}")
    return text.to(language)


def _write_headers(book: Any, sheet: Any, schema: ListSchema, language: Language) -> None:
    formats = {}
    for required, (fill, ink) in _FILLS.items():
        style = {"bold": True, "bg_color": fill, "font_color": ink, "border": 1, "text_wrap": True, "valign": "vcenter"}
        formats[required] = book.add_format(_FONT | style | {"align": "center"})
    sheet.set_row(0, 48)
    for column, field in enumerate(schema.fields):
        star = " *" if field.required == "R" else ""
        sheet.write_string(0, column, field.header(language) + star, formats[field.required])
        comment = {"author": "Phủ Sóng", "x_scale": 2.4, "y_scale": 1.8, "font_size": 9}
        sheet.write_comment(0, column, _remark(field, language), comment)


def _remark(field: Field, language: Language) -> str:
    """Return the remark on a header: what the column means, how it is written, what is allowed."""
    _, _, required, kind, unit, allowed, default, meaning, example = _guide_row(field, language)
    written = f"{kind} ({unit})" if unit else kind
    labels = Text("Cho phép|Khi để trống|Ví dụ", "Allowed|Where empty|Example").to(language).split("|")
    pairs = zip(labels, (allowed, default, example), strict=True)
    lines = [meaning, f"{required}; {written}.", *(f"{label}: {text}" for label, text in pairs if text)]
    return "\n".join(lines)


def _write_guide(book: Any, schema: ListSchema, language: Language) -> None:
    sheet = book.add_worksheet(GUIDE_SHEET.to(language))
    plain = book.add_format(_FONT | {"text_wrap": True, "valign": "top", "border": 1})
    head = book.add_format(_FONT | {"bold": True, "bg_color": _FILLS["C"][0], "border": 1, "text_wrap": True})
    note = book.add_format(_FONT | {"text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, schema.title.to(language), book.add_format(_FONT | {"bold": True, "font_size": 14}))
    last = len(_GUIDE_COLUMNS) - 1
    for row, remark in enumerate(_GUIDE_NOTES, start=1):
        sheet.merge_range(row, 0, row, last, remark.to(language), note)
    top = len(_GUIDE_NOTES) + 2
    for column, (header, width) in enumerate(_GUIDE_COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(top, column, header.to(language), head)
    for row, field in enumerate(schema.fields, start=top + 1):
        texts = _guide_row(field, language)
        lines = max(
            math.ceil(len(text) / (1.2 * width)) for text, (_, width) in zip(texts, _GUIDE_COLUMNS, strict=True)
        )
        sheet.set_row(row, _LINE_PT * max(lines, 1))  # not every program fits rows to wrapped text by itself
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text, plain)
    sheet.freeze_panes(top + 1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _write_options(book: Any, schema: ListSchema, language: Language) -> dict[str, str]:
    """Write the choices of each column on a hidden sheet; return the range of each field's choices."""
    name = OPTIONS_SHEET.to(language)
    sheet = book.add_worksheet(name)
    sheet.hide()
    ranges: dict[str, str] = {}
    choices = {field.name: _choices(field) for field in schema.fields}
    for column, (field, titles) in enumerate((name, texts) for name, texts in choices.items() if texts):
        sheet.write_column(0, column, [title.to(language) for title in titles])
        letter = xlsxwriter.utility.xl_col_to_name(column, col_abs=True)
        ranges[field] = f"='{name}'!{letter}$1:{letter}${len(titles)}"
    return ranges


def _choices(field: Field) -> tuple[Text, ...]:
    if field.kind == "bool":
        return _YES_NO
    return tuple(option.title for option in field.options) if field.kind == "enum" else ()


def _validate(sheet: Any, column: int, field: Field, choices: str | None) -> None:
    """Offer the choices and warn outside the limits; other spellings the reader knows may still be typed."""
    rule: dict[str, Any] = {"error_type": "warning"}
    if choices:
        rule |= {"validate": "list", "source": choices}
    elif field.limits and field.kind in ("int", "float"):
        whole = "integer" if field.kind == "int" else "decimal"
        rule |= {"validate": whole, "criteria": "between"}
        rule |= {"minimum": field.limits.low, "maximum": field.limits.high}
    else:
        return
    sheet.data_validation(1, column, _LAST_ROW, column, rule)


def _write_cells(sheet: Any, column: int, field: Field, values: pd.Series[Any], language: Language) -> None:
    for row, value in enumerate(values.tolist(), start=1):
        cell = written_cell(value, field, language)
        if isinstance(cell, str):
            sheet.write_string(row, column, cell)
        elif isinstance(cell, datetime):
            sheet.write_datetime(row, column, cell)
        elif cell is not None:
            sheet.write_number(row, column, cell)


def _cell_format(field: Field) -> dict[str, Any]:
    formats = {"code": "@", "str": "@", "azimuths": "@", "date": "dd/mm/yyyy", "time": "dd/mm/yyyy hh:mm:ss"}
    return _FONT | {"num_format": formats.get(field.kind, "General")}


def _width(field: Field, language: Language) -> float:
    return float(min(max(len(field.header(language)) * 0.8, len(field.example) + 2, 10), 30))


def _joined(values: tuple[Any, ...], field: Field, language: Language) -> str:
    if field.kind == "azimuths":
        return "/".join(f"{angle:.10g}" for angle in values)
    text = "; ".join(_label(value, field, language) for value in values)
    return f"{text};" if len(values) == 1 and "," in text else text  # else the comma would part it


def _label(value: Any, field: Field, language: Language) -> str:
    options = OPERATORS if field.kind in ("operator", "operators") else field.options
    return next((_title(option, language) for option in options if option.value == value), str(value))


def _title(option: Option, language: Language) -> str:
    return option.title.to(language)
