"""Forms that travel without a network: a sheet a person prints, fills in and signs, and that reads back by itself.

What the list says is locked; only answer cells are open. Column A is hidden and says whose form it is and which row is
which, so that rows may be sorted or left out and the form still reads.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import xlsxwriter

from phusong.data.injection import XLSXWRITER_OPTIONS, looks_like_formula
from phusong.data.schema import Field
from phusong.data.templates import CREATED
from phusong.data.workbook import FONT, VIETNAMESE
from phusong.words import Language, Text

FORM, VERSION = "phusong_form", 1
KEYS, BY, ON = "#keys", "#by", "#on"
ANSWER = "answer:"
"""Before the key of an answer column in the hidden row of keys."""

FormKind = Literal["commune", "operator"]
Subject = Literal["gap", "station"]
Value = str | float | None

_INK, _HEAD, _ANSWER_HEAD, _ANSWER_FILL, _LINE = "#1B2430", "#E4E8EC", "#F5D99B", "#FFF8E6", "#B8BEC6"
_FORMATS: Mapping[str, str] = {
    "int": "#,##0",
    "degrees": "0.000000",
    "float": "0.######",
    "date": "dd/mm/yyyy",
    "str": "@",
    "code": "@",
}
_LONGEST_CHOICES = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A column of what the list says; ``form`` is how numbers are written."""

    key: str
    title: Text
    width: float
    form: str = "int"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A column to fill in: the field it answers, which also checks it."""

    field: Field
    width: float

    @property
    def key(self) -> str:
        """Return the key in the hidden row."""
        return ANSWER + self.field.name

    @property
    def form(self) -> str:
        """Return how its numbers are written."""
        return self.field.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSheet:
    """One table of a form.

    ``rows`` have a value for every shown column by its key. An asked column is open in every row, except where the row
    itself has a value for it: that one is shown, locked.
    """

    subject: Subject
    name: Text
    title: Text
    guide: Sequence[Text]
    columns: Sequence[Shown | Asked]
    ids: Sequence[str]
    rows: Sequence[Mapping[str, Value]]
    signed: tuple[Text, Text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Everything one recipient gets: ``whom`` is a commune code or an operator."""

    kind: FormKind
    whom: str
    title: Text
    batch: str
    language: Language
    sheets: Sequence[FormSheet]


def write_form(form: Form, path: Path) -> None:
    """Write a form as .xlsx; the same form gives the same bytes."""
    with xlsxwriter.Workbook(str(path), dict(XLSXWRITER_OPTIONS)) as book:
        book.set_properties({"title": form.title.to(form.language), "created": CREATED})
        for sheet in form.sheets:
            _SheetWriter(book, form, sheet).write()


def answer_cells(sheet: FormSheet) -> int:
    """Count the cells a form asks to fill in."""
    asked = [column for column in sheet.columns if isinstance(column, Asked)]
    return sum(row.get(column.field.name) is None for row in sheet.rows for column in asked)


class _SheetWriter:
    """One sheet of a form being written."""

    def __init__(self, book: Any, form: Form, sheet: FormSheet) -> None:
        self.form, self.sheet, self.language = form, sheet, form.language
        self._book = book
        self._page = book.add_worksheet(sheet.name.to(form.language))
        self._last = len(sheet.columns)
        self._looks: dict[tuple[tuple[str, Any], ...], Any] = {}

    def write(self) -> None:
        """Write everything, top to bottom."""
        said = {FORM: VERSION, "kind": self.form.kind, "for": self.form.whom, "batch": self.form.batch}
        said |= {"subject": self.sheet.subject, "language": self.language}
        self._hidden(0, json.dumps(said, ensure_ascii=False))
        row = self._write_head()
        top = self._write_header(row)
        for number, (one, values) in enumerate(zip(self.sheet.ids, self.sheet.rows, strict=True)):
            self._write_row(top + number, one, values)
        self._write_signature(top + len(self.sheet.rows) + 1)
        self._set_page(top)

    def _set_page(self, top: int) -> None:
        page = self._page
        page.set_paper(9)  # A4
        page.set_landscape()
        page.set_margins(left=0.5, right=0.4, top=0.5, bottom=0.6)
        page.fit_to_pages(1, 0)
        page.hide_gridlines(2)
        page.repeat_rows(top - 1)
        page.freeze_panes(top, 0)
        page.set_column(0, 0, 10, None, {"hidden": True})
        for at, column in enumerate(self.sheet.columns, start=1):
            page.set_column(at, at, column.width)
        word = Text("Trang", "Page").to(self.language)
        footer = f"{self.form.title.to(self.language)} · {self.form.batch}".replace("&", "&&")
        page.set_footer(f'&L&"{FONT}"&8{footer}&R&"{FONT}"&9{word} &P/&N')
        page.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})

    def _write_head(self) -> int:
        """Write title, guide and the cells for who answers and when; return the next row."""
        self._merged(0, self.sheet.title.to(self.language), {"bold": True, "font_size": 14})
        for row, text in enumerate(self.sheet.guide, start=1):
            self._merged(row, text.to(self.language), {"valign": "top"})
        row = len(self.sheet.guide) + 1
        asked = (
            (BY, Text("Chức danh người xác nhận:", "Function of whoever confirms:"), "@"),
            (ON, Text("Ngày xác nhận (ngày/tháng/năm):", "Confirmed on (day/month/year):"), "dd/mm/yyyy"),
        )
        for key, label, form in asked:
            self._hidden(row, key)
            self._page.merge_range(row, 1, row, 3, label.to(self.language), self._look(bold=True))
            look = self._look(border=1, bg_color=_ANSWER_FILL, num_format=form, locked=False, border_color=_LINE)
            self._page.merge_range(row, 4, row, min(6, self._last), "", look)
            self._page.set_row(row, 18)
            row += 1
        return row + 1

    def _write_header(self, row: int) -> int:
        """Write the hidden keys and the header; return the first row of the table."""
        self._hidden(row, KEYS)
        self._page.set_row(row, None, None, {"hidden": True})
        titles = []
        for at, column in enumerate(self.sheet.columns, start=1):
            asked = isinstance(column, Asked)
            self._page.write_string(row, at, column.key)
            title = column.field.header(self.language) if isinstance(column, Asked) else column.title.to(self.language)
            fill = _ANSWER_HEAD if asked else _HEAD
            look = self._look(bold=True, border=1, bg_color=fill, text_wrap=True, align="center", valign="vcenter")
            self._page.write_string(row + 1, at, title, look)
            titles.append(title)
        self._page.set_row(row + 1, self._height(titles, 1.0))
        return row + 2

    def _write_row(self, row: int, one: str, values: Mapping[str, Value]) -> None:
        self._hidden(row, one)
        for at, column in enumerate(self.sheet.columns, start=1):
            key = column.field.name if isinstance(column, Asked) else column.key
            value = values.get(key)
            if isinstance(column, Asked) and value is None:
                self._write_answer(row, at, column)
            else:
                self._write_shown(row, at, value, column.form)
        texts = [str(values.get(column.key) or "") for column in self.sheet.columns]
        self._page.set_row(row, max(20.0, self._height(texts, 1.3)))

    def _write_answer(self, row: int, at: int, column: Asked) -> None:
        form = self._number_form(column.form)
        look = self._look(
            border=1, border_color=_LINE, bg_color=_ANSWER_FILL, text_wrap=True, num_format=form, locked=False
        )
        self._page.write_blank(row, at, None, look)
        choices = [option.title.to(self.language) for option in column.field.options]
        if choices and len(",".join(choices)) <= _LONGEST_CHOICES:
            self._page.data_validation(
                row, at, row, at, {"validate": "list", "source": choices, "error_type": "warning"}
            )

    def _write_shown(self, row: int, at: int, value: Value, form: str) -> None:
        plain = {"border": 1, "border_color": _LINE, "valign": "top", "text_wrap": True}
        if isinstance(value, str) and value:
            quoted = {"quote_prefix": True} if looks_like_formula(value) else {}
            self._page.write_string(row, at, value, self._look(**plain, **quoted, align="left", indent=1))
        elif isinstance(value, float | int):
            number_form = self._number_form(form)
            self._page.write_number(row, at, value, self._look(**plain, num_format=number_form, align="right"))
        else:
            self._page.write_blank(row, at, None, self._look(**plain))

    def _number_form(self, form: str) -> str:
        """Return how a cell is written; Vietnamese marks even in a program set to English."""
        known = _FORMATS.get(form, "General")
        return VIETNAMESE + known if self.language == "vi" and known[0] in "0#" else known

    def _write_signature(self, row: int) -> None:
        """Write where to sign: whoever filled it in on the left, whoever answers for it on the right."""
        half = max(self._last // 2, 1)
        centre = self._look(align="center", italic=True)
        bold = self._look(align="center", bold=True)
        place = Text("……………, ngày …… tháng …… năm 20……", "……………, day …… month …… year 20……").to(self.language)
        below = Text("(ký, ghi rõ họ tên)", "(signature, full name)").to(self.language)
        stamped = Text("(ký tên, đóng dấu)", "(signature, stamp)").to(self.language)
        self._spread(row, half + 1, self._last, place, centre)
        for first, last, head, hint in (
            (1, half, self.sheet.signed[0], below),
            (half + 1, self._last, self.sheet.signed[1], stamped),
        ):
            self._spread(row + 1, first, last, head.to(self.language), bold)
            self._spread(row + 2, first, last, hint, centre)

    def _spread(self, row: int, first: int, last: int, text: str, look: Any) -> None:
        if first < last:
            self._page.merge_range(row, first, row, last, text, look)
        else:
            self._page.write_string(row, first, text, look)

    def _merged(self, row: int, text: str, look: Mapping[str, Any]) -> None:
        width = sum(column.width for column in self.sheet.columns)
        lines = len(textwrap.wrap(text, max(10, int(1.15 * width)))) or 1
        self._page.set_row(row, 4 + lines * (18.0 if look.get("font_size") else 14.0))
        self._page.merge_range(row, 1, row, self._last, text, self._look(text_wrap=True, **look))

    def _height(self, texts: Sequence[str], room: float) -> float:
        lines = [
            len(textwrap.wrap(text, max(1, int(room * column.width)))) or 1
            for text, column in zip(texts, self.sheet.columns, strict=True)
        ]
        return 4.0 + 13.0 * max(lines)

    def _hidden(self, row: int, text: str) -> None:
        self._page.write_string(row, 0, text)

    def _look(self, **look: Any) -> Any:
        look = {"font_name": FONT, "font_size": 10, "font_color": _INK, **look}
        key = tuple(sorted(look.items()))
        if key not in self._looks:
            self._looks[key] = self._book.add_format(look)
        return self._looks[key]
