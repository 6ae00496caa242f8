"""Workbooks a person prints: titled tables with frozen header, filter, totals and page set-up; always the same bytes.

Text is always written as text (a cell that begins like a formula stays what it is), totals are SUBTOTAL formulas whose
stored values are computed here from the same rows.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from numbers import Integral, Real
from pathlib import Path
from typing import Any, Literal, TypeGuard

import xlsxwriter

from phusong.data.injection import CELL_LIMIT, XLSXWRITER_OPTIONS, looks_like_formula
from phusong.words import Language, Text

Kind = Literal["text", "whole", "decimal", "degrees", "metres", "percent", "correlation", "date"]
Row = Mapping[str, Any]

FONT = "Times New Roman"
_INK, _QUIET, _HEAD_FILL, _SUBTOTAL_FILL, _TOTAL_FILL, _ALERT, _ENTRY_FILL = (
    "#1B2430",
    "#55606E",
    "#E4E8EC",
    "#F1F3F5",
    "#E4E8EC",
    "#8E1B3A",
    "#FFFBE6",
)
_NUMBERS: Mapping[Kind, str] = {
    "whole": "#,##0",
    "decimal": "#,##0.0",
    "degrees": "0.000000",
    "metres": "#,##0.00",
    "percent": "0.0",
    "correlation": "0.00",
    "date": "dd/mm/yyyy",
}
VIETNAMESE = "[$-42A]"
"""Before a number format: programs that look at it write 1.234,5 even on a computer set to English."""
_MORE = "…"
_READABLE = 4.5
"""Least contrast of text with its fill."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula over cells of its own row, named ``{key}`` after their columns, with the value it has."""

    text: str
    value: float | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its header, the key of its value in a row, how it is written, and whether it is added up.

    A percentage (``share_of``) is the first key over the second, in a row and in the totals alike. ``group`` is a
    header above those of neighbouring columns. ``entry`` is a column that people fill in; ``rule`` is what it may hold,
    as XlsxWriter's ``data_validation`` takes it.
    """

    title: Text
    key: str
    kind: Kind = "text"
    width: float = 10.0
    summed: bool = False
    share_of: tuple[str, str] | None = None
    group: Text | None = None
    entry: bool = False
    rule: Row | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Rows that stand together; ``subtotal`` holds the label cells of the line that adds them up, None for no line."""

    rows: Sequence[Row]
    subtotal: Row | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table on one sheet, with its title, notes above it and a line of totals (label cells) below it.

    ``locked`` lets people change entry columns only (there is no password); a ``hidden`` sheet is for programs.
    """

    name: Text
    title: Text
    columns: Sequence[Column]
    blocks: Sequence[Block]
    notes: Sequence[Text] = ()
    alert: Text | None = None
    total: Row | None = None
    frozen_columns: int = 0
    landscape: bool = True
    a3: bool = False
    locked: bool = False
    hidden: bool = False

    @property
    def first_row(self) -> int:
        """Return the row of the first line of the table, 1 = first of the sheet."""
        head = 1 + len(self.notes) + (self.alert is not None)
        return head + 3 + any(column.group for column in self.columns)


class Book:
    """A workbook being written."""

    def __init__(self, workbook: Any, language: Language, footer: str, colours: Mapping[str, str]) -> None:
        self.language = language
        self._workbook = workbook
        self._footer = footer
        self._colours = colours
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def add(self, sheet: Sheet) -> None:
        """Write one sheet."""
        worksheet = self._workbook.add_worksheet(sheet.name.to(self.language))
        self._set_page(worksheet, sheet)
        top = self._write_head(worksheet, sheet)
        self._write_rows(worksheet, sheet, top)
        if sheet.locked:
            worksheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True})
        if sheet.hidden:
            worksheet.hide()

    def _set_page(self, worksheet: Any, sheet: Sheet) -> None:
        worksheet.set_paper(8 if sheet.a3 else 9)
        if sheet.landscape:
            worksheet.set_landscape()
        worksheet.set_margins(left=0.6, right=0.4, top=0.5, bottom=0.6)
        worksheet.fit_to_pages(1, 0)
        worksheet.hide_gridlines(2)
        page = Text("Trang", "Page").to(self.language)
        worksheet.set_footer(f'&L&"{FONT}"&8{self._footer}&R&"{FONT}"&9{page} &P/&N')
        for i, column in enumerate(sheet.columns):
            worksheet.set_column(i, i, column.width)

    def _write_head(self, worksheet: Any, sheet: Sheet) -> int:
        """Write title, notes and header; return the first row of the table."""
        lines = [(sheet.title, self._format(bold=True, font_size=14, font_color=_INK))]
        if sheet.alert is not None:
            lines.append((sheet.alert, self._format(bold=True, font_size=11, font_color=_ALERT)))
        for row, (text, form) in enumerate(lines):
            worksheet.write_string(row, 0, text.to(self.language), form)
        for row, note in enumerate(sheet.notes, start=len(lines)):
            self._write_note(worksheet, sheet, row, note.to(self.language))
        header = sheet.first_row - 2 - any(column.group for column in sheet.columns)
        top = self._write_groups(worksheet, sheet, header)
        self._write_titles(worksheet, sheet, top)
        worksheet.freeze_panes(top + 1, sheet.frozen_columns)
        worksheet.repeat_rows(header, top)
        return top + 1

    def _write_groups(self, worksheet: Any, sheet: Sheet, row: int) -> int:
        """Write the headers over several columns where there are any; return the row of the titles."""
        if not any(column.group for column in sheet.columns):
            return row
        for group, one in groupby(enumerate(sheet.columns), key=lambda item: item[1].group):
            places = [i for i, _ in one]
            text = group.to(self.language) if group else ""
            if len(places) > 1 and text:
                worksheet.merge_range(row, places[0], row, places[-1], text, self._head_format())
            else:
                for i in places:
                    worksheet.write_string(row, i, text, self._head_format())
        return row + 1

    def _write_titles(self, worksheet: Any, sheet: Sheet, row: int) -> None:
        titles = [column.title.to(self.language) for column in sheet.columns]
        worksheet.set_row(row, _height_pt(titles, sheet.columns, bold=True))
        for i, title in enumerate(titles):
            worksheet.write_string(row, i, title, self._head_format())

    def _head_format(self) -> Any:
        return self._format(bold=True, text_wrap=True, align="center", valign="vcenter", border=1, bg_color=_HEAD_FILL)

    def _write_note(self, worksheet: Any, sheet: Sheet, row: int, text: str) -> None:
        """Write a note over the width of the table, so that a long one neither widens the page nor is cut off."""
        form = self._format(italic=True, font_color=_QUIET, text_wrap=True, valign="top")
        wide = Column(title=sheet.title, key="", width=sum(column.width for column in sheet.columns))
        worksheet.set_row(row, _height_pt([text], [wide], bold=False))
        worksheet.merge_range(row, 0, row, len(sheet.columns) - 1, text, form)

    def _write_rows(self, worksheet: Any, sheet: Sheet, top: int) -> None:
        row = top
        for block in sheet.blocks:
            first = row
            for cells in block.rows:
                self._write_row(worksheet, sheet, row, cells)
                row += 1
            if block.subtotal is not None:
                self._write_sum(worksheet, sheet, row, block.subtotal, block.rows, (first, row - 1), _SUBTOTAL_FILL)
                row += 1
        self._write_rules(worksheet, sheet, (top, row - 1))
        worksheet.autofilter(top - 1, 0, max(row - 1, top), len(sheet.columns) - 1)
        if row == top:
            nothing = Text("Không có dòng nào.", "No rows.").to(self.language)
            worksheet.write_string(row, 0, nothing, self._format(italic=True))
            row += 1
        if sheet.total is not None:
            rows = [cells for block in sheet.blocks for cells in block.rows]
            self._write_sum(worksheet, sheet, row, sheet.total, rows, (top, row - 1), _TOTAL_FILL)

    def _write_rules(self, worksheet: Any, sheet: Sheet, span: tuple[int, int]) -> None:
        for i, column in enumerate(sheet.columns):
            if column.rule is not None and span[1] >= span[0]:
                worksheet.data_validation(span[0], i, span[1], i, dict(column.rule))

    def _write_row(self, worksheet: Any, sheet: Sheet, row: int, cells: Row) -> None:
        texts = [self._text(cells.get(column.key)) for column in sheet.columns]
        worksheet.set_row(row, _height_pt(texts, sheet.columns, bold=False))
        for i, column in enumerate(sheet.columns):
            value = _share(cells, column.share_of) if column.share_of else cells.get(column.key)
            fill = self._colours.get(str(cells.get(f"{column.key}_colour", "")))
            look: dict[str, Any] = {"bg_color": fill, "font_color": _readable_on(fill)} if fill else {}
            if column.entry and not isinstance(value, Formula):
                look |= {"locked": False} if fill else {"locked": False, "bg_color": _ENTRY_FILL}
            self._write_cell(worksheet, row, i, column, _placed(value, sheet, row), look)

    def _write_cell(self, worksheet: Any, row: int, i: int, column: Column, value: object, look: Row) -> None:
        form = self._cell_format("text" if isinstance(value, str | Text) else column.kind, look)
        if isinstance(value, Formula):
            worksheet.write_formula(row, i, value.text, form, value.value)
            return
        if column.kind == "date" and isinstance(value, date):
            worksheet.write_datetime(row, i, datetime.combine(value, time()), form)
            return
        if _is_number(value):
            worksheet.write_number(row, i, value, form)
            return
        text = self._text(value)
        if looks_like_formula(text):
            form = self._cell_format("text", {**look, "quote_prefix": True})
        if text:
            worksheet.write_string(row, i, text, form)
        else:
            worksheet.write_blank(row, i, None, form)

    def _write_sum(
        self, worksheet: Any, sheet: Sheet, row: int, labels: Row, rows: Sequence[Row], span: tuple[int, int], fill: str
    ) -> None:
        look = {"bold": True, "bg_color": fill}
        texts = [self._text(labels.get(column.key)) for column in sheet.columns]
        worksheet.set_row(row, _height_pt(texts, sheet.columns, bold=True))
        place = {column.key: i for i, column in enumerate(sheet.columns)}
        for i, column in enumerate(sheet.columns):
            if column.summed:
                cells = xlsxwriter.utility.xl_range(span[0], i, span[1], i)
                form = self._cell_format(column.kind, look)
                worksheet.write_formula(row, i, f"=SUBTOTAL(9,{cells})", form, total(rows, column.key))
            elif column.share_of:
                part, whole = (xlsxwriter.utility.xl_rowcol_to_cell(row, place[key]) for key in column.share_of)
                sums = {key: total(rows, key) for key in column.share_of}
                formula = f'=IF({whole}=0,"",100*{part}/{whole})'
                share = _share(sums, column.share_of)
                form = self._cell_format(column.kind, look)
                worksheet.write_formula(row, i, formula, form, "" if share is None else share)
            else:
                self._write_cell(worksheet, row, i, column, _placed(labels.get(column.key), sheet, row), look)

    def _text(self, value: object) -> str:
        if isinstance(value, Text):
            value = value.to(self.language)
        if isinstance(value, bool):
            value = (Text("có", "yes") if value else Text("không", "no")).to(self.language)
        if not isinstance(value, str):
            return ""
        return value if len(value) <= CELL_LIMIT else value[: CELL_LIMIT - 1] + _MORE

    def _cell_format(self, kind: Kind, look: Row) -> Any:
        base: dict[str, Any] = {"border": 1, "border_color": "#B8BEC6", "valign": "top", **look}
        if kind == "text":
            return self._format(text_wrap=True, align="left", indent=1, **base)
        prefix = VIETNAMESE if self.language == "vi" else ""
        return self._format(num_format=prefix + _NUMBERS[kind], align="right", **base)

    def _format(self, **look: Any) -> Any:
        look = {"font_name": FONT, "font_size": 10, **look}
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self._workbook.add_format(look)
        return self._formats[key]


@contextmanager
def new_book(
    path: Path,
    *,
    language: Language,
    title: Text,
    created_on: date,
    footer: str = "",
    colours: Mapping[str, str] | None = None,
) -> Iterator[Book]:
    """Open a workbook for writing; it is complete on disk when the block ends.

    ``colours`` are fills by key: a row's cell of column ``x`` takes the fill its ``x_colour`` names.
    """
    workbook = xlsxwriter.Workbook(str(path), dict(XLSXWRITER_OPTIONS))
    workbook.set_properties({"title": title.to(language), "created": datetime.combine(created_on, time())})
    yield Book(workbook, language, footer.replace("&", "&&"), colours or {})
    workbook.close()


def total(rows: Sequence[Row], key: str) -> float:
    """Return the sum of a column over rows, unknown values aside."""
    values = [value for row in rows if _is_number(value := _stored(row.get(key)))]
    return sum(values) if all(isinstance(value, Integral) for value in values) else math.fsum(values)


def _stored(value: Any) -> Any:
    return value.value if isinstance(value, Formula) else value


def _placed(value: object, sheet: Sheet, row: int) -> object:
    """Return a value, a formula with the cells of a row in place of their names."""
    if not isinstance(value, Formula):
        return value
    names = {column.key: xlsxwriter.utility.xl_rowcol_to_cell(row, i) for i, column in enumerate(sheet.columns)}
    return Formula(value.text.format_map(names), value.value)


def _is_number(value: Any) -> TypeGuard[float]:
    return not isinstance(value, bool) and isinstance(value, Real) and math.isfinite(value)


def _share(row: Row, terms: tuple[str, str]) -> float | None:
    part, whole = row.get(terms[0]), row.get(terms[1])
    return 100.0 * part / whole if _is_number(part) and _is_number(whole) and whole != 0 else None


def _height_pt(texts: Sequence[str], columns: Sequence[Column], *, bold: bool) -> float:
    """Return the height that shows all lines of a row: LibreOffice's converter does not fit wrapped rows by itself."""
    room = 1.2 if bold else 1.5  # letters of this font to one unit of width, on the safe side
    lines = [
        sum(max(1, len(textwrap.wrap(line, max(1, int(room * column.width - 1))))) for line in text.split("\n"))
        for text, column in zip(texts, columns, strict=True)
    ]
    return 2.5 + 12.6 * max(lines)


def _readable_on(fill: str) -> str:
    """Return ink or white, and black where neither reaches the WCAG contrast: on any fill, white or black does."""
    return next((text for text in (_INK, "#FFFFFF") if contrast(fill, text) >= _READABLE), "#000000")


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (``#RRGGBB``) as WCAG 2 defines it."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
