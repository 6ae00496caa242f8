"""Rows that head others ("A. HUYỆN NA HANG", "I. Xã Thượng Lâm"): the unit they name is that of the rows below."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.data.columns import Column, Note
from phusong.data.names import fold, tidy
from phusong.data.raw.sheet import Section, Sheet
from phusong.data.schema import ListSchema
from phusong.errors import Problem
from phusong.words import Text

_MARK = re.compile(r"^\W*(?:(?:[IVX]{1,5}|[A-H]|\d{1,2})\s*(?:[.)\]:/|-]\s*)+)?")
_KINDS = (
    ("province_name", re.compile(r"(?:tinh)\s+\S")),
    ("old_district", re.compile(r"(?:huyen|quan|thi xa|h\.|tx\.)\s*\S")),
    ("commune_name", re.compile(r"(?:xa|phuong|thi tran|dac khu|x\.|p\.|tt\.)\s*\S")),
)
"""From the widest unit to the narrowest: a wider one ends those below it."""


@dataclass(frozen=True, slots=True)
class UnitSection:
    """A section that names a unit: the row it stands in, the field it fills and the name."""

    row: int
    field: str
    name: str


def unit_sections(sheet: Sheet, schema: ListSchema) -> list[UnitSection]:
    """Return the sections that name a unit the list has a column for."""
    named = (_unit(section) for section in sheet.sections)
    fields = {field.name for field in schema.fields}
    return [unit for unit in named if unit is not None and unit.field in fields]


def take_from_sections(
    sheet: Sheet, schema: ListSchema, columns: Mapping[str, Column]
) -> tuple[dict[str, Column], list[Note]]:
    """Give rows whose cell is empty the unit of the section they stand in, and note it."""
    filled, notes = dict(columns), list[Note]()
    units = unit_sections(sheet, schema)
    for name in dict.fromkeys(unit.field for unit in units):
        values = _values(name, units, sheet.row_numbers)
        column = filled[name]
        at = np.flatnonzero(column.missing & (values != "") & ~_stated_by_code(name, filled))
        cells = column.cells.to_numpy(dtype=object, copy=True)
        cells[at] = values[at]
        missing = column.missing.copy()
        missing[at] = False
        filled[name] = Column(pd.Series(cells, dtype=object), missing, column.notes)
        notes += [
            Note(row, name, "repair", _taken(values[row]), "layout.section", after=values[row]) for row in at.tolist()
        ]
    return filled, notes


def section_problems(sheet: Sheet, schema: ListSchema) -> list[Problem]:
    """Say which rows are sections: those of a unit are used, the words of others concern no single row."""
    used = {unit.row for unit in unit_sections(sheet, schema)}
    return [
        Problem(
            level="repair" if section.row in used else "warning",
            file=sheet.file,
            sheet=sheet.name,
            row=section.row,
            text=_heads(section.text) if section.row in used else _left_out(section.text),
            found=section.text,
            code="layout.section" if section.row in used else "layout.section_unused",
        )
        for section in sheet.sections
    ]


def _unit(section: Section) -> UnitSection | None:
    """Read the unit of a section: its first cell with a unit's kind in front, without the mark before it."""
    for text in section.text.split(" | "):
        name = tidy(_MARK.sub("", text, count=1))
        for field, pattern in _KINDS:
            if pattern.match(fold(name)):
                return UnitSection(section.row, field, re.split(r"\s*[:(]", name)[0])
    return None


def _values(name: str, units: list[UnitSection], rows: NDArray[np.int64]) -> NDArray[np.object_]:
    """Return the unit of each row: that of the last section above, unless a wider one came since."""
    order = [field for field, _ in _KINDS]
    heads = [unit for unit in units if order.index(unit.field) <= order.index(name)]
    names = np.array(["", *(unit.name if unit.field == name else "" for unit in heads)], dtype=object)
    return names[np.searchsorted([unit.row for unit in heads], rows, side="right")]


def _stated_by_code(name: str, columns: Mapping[str, Column]) -> NDArray[np.bool_]:
    """Mark rows that state the unit by its code: the section adds nothing there."""
    code = columns.get(name.replace("_name", "_code")) if name.endswith("_name") else None
    length = len(columns[name].missing)
    return np.zeros(length, dtype=bool) if code is None else ~code.missing


def _taken(name: str) -> Text:
    return Text(f"Lấy “{name}” theo dòng nhóm phía trên.", f"“{name}” is taken from the heading above.")


def _heads(text: str) -> Text:
    return Text(
        f"Dòng nhóm “{text}”: dùng cho các dòng bên dưới còn trống.",
        f"Heading “{text}”: it stands for the rows below that are silent.",
    )


def _left_out(text: str) -> Text:
    return Text(
        f"Dòng nhóm “{text}” không nêu tên xã, huyện nên bị bỏ qua. Nếu nội dung này thuộc về các dòng bên dưới, hãy "
        "ghi vào cột của từng dòng.",
        f"Heading “{text}” names no commune or district and is left out. If it concerns the rows below, write it in a "
        "column of each.",
    )
