"""Telephone and document numbers of persons inside free text: masked before anything is kept, and said.

Columns of personal data are dropped by their header (:mod:`phusong.data.headers`). What somebody typed into a remark is
found by its form: Vietnamese telephone numbers, identity cards of 12 digits (căn cước) and of 9 (chứng minh nhân dân).
Names of persons inside free text cannot be told from other names, and nothing is claimed about them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from phusong.data.columns import Note
from phusong.data.schema import Field, ListSchema, field_of_header
from phusong.errors import Problem
from phusong.words import Text

MASK = "•••"

_NUMBER = re.compile(
    r"""(?<!\d)(?<!\d[.,])(?:
        0(?:0[1-9]|[1-8]\d|9[0-6])\d{9}                              # căn cước: code of the province of birth first
      | (?:\+84[ .\-]?(?:\(0\))?[ .\-]?|84|0)[35789]\d(?:[ .\-]?\d){7}   # mobile
      | (?:\+84[ .\-]?|84|0)2\d\d?(?:[ .\-]?\d){7,8}                 # landline
    )(?!\d)""",
    re.VERBOSE,
)
_NINE_DIGITS = re.compile(r"(?<![\w.,/\-])[1-9]\d{8}(?![\w/]|[.,\-]\w)")
"""An old identity card, or a telephone number that lost its zero to Excel: standing alone, no part of a code."""

_TEXT_KINDS = ("str", "list", "operator", "operators")
_NUMBER_KINDS = ("int", "float", "azimuths")

_SAID = Text(
    "Ô này có số điện thoại hoặc số giấy tờ của người: đã che (•••) trong dữ liệu được lưu; tệp gốc không đổi. Lần sau "
    "đừng ghi số này.",
    "This cell has a telephone or document number of a person: masked (•••) in what is kept; the file itself is not "
    "changed. Leave such numbers out next time.",
)


def masked(text: str, *, is_free: bool = True) -> str:
    """Return a text without the numbers of persons; ``is_free``: nine digits alone are such a number too."""
    text = _NUMBER.sub(MASK, text)
    return _NINE_DIGITS.sub(MASK, text) if is_free else text


def is_personal_number(text: str) -> bool:
    """Say whether a text is a telephone or identity card number and nothing else."""
    return _NUMBER.fullmatch(text) is not None


def shown_text(text: str, field: Field) -> str:
    """Return a cell as typed, without the numbers of persons."""
    return masked(text, is_free=field.kind not in _NUMBER_KINDS) if any(map(str.isdigit, text)) else text


def mask_personal(rows: pd.DataFrame, schema: ListSchema) -> tuple[pd.DataFrame, list[Note]]:
    """Return the rows with the numbers of persons masked in every column of text, and which cells that was."""
    changed: dict[str, pd.Series[str]] = {}
    notes: list[Note] = []
    for field in schema.fields:
        if field.kind not in _TEXT_KINDS:
            continue
        cells = rows[field.name]
        odd = {cell: safe for cell in pd.unique(cells) if (safe := _masked_cell(cell)) != cell}
        if odd:
            changed[field.name] = cells.map(lambda cell, odd=odd: odd.get(cell, cell))
            notes += [
                Note(at, field.name, "repair", _SAID, "personal.number", after=_joined(changed[field.name].iloc[at]))
                for at in np.flatnonzero(cells.isin(list(odd))).tolist()
            ]
    return (rows.assign(**changed) if changed else rows), notes


def _masked_cell(cell: str | tuple[str, ...]) -> str | tuple[str, ...]:
    return masked(cell) if isinstance(cell, str) else tuple(masked(part) for part in cell)


def _joined(cell: str | tuple[str, ...]) -> str:
    return cell if isinstance(cell, str) else "; ".join(cell)


def masked_problems(problems: Iterable[Problem], schema: ListSchema) -> tuple[Problem, ...]:
    """Return the problems of a list with no number of a person in any of their texts."""
    headers: dict[str | None, bool] = {}
    kept = []
    for problem in problems:
        is_free = headers.setdefault(problem.column, _is_free(problem.column, schema))
        kept.append(_masked_problem(problem, is_free=is_free))
    return tuple(kept)


def _is_free(header: str | None, schema: ListSchema) -> bool:
    name = field_of_header(schema, header) if header else None
    return name is None or schema.field(name).kind not in _NUMBER_KINDS


def _masked_problem(problem: Problem, *, is_free: bool) -> Problem:
    safe = partial(masked, is_free=is_free)
    given = (problem.text.vi, problem.text.en, problem.found, problem.after, problem.column)
    vi, en, found, after, column = (None if text is None else safe(text) for text in given)
    if (vi, en, found, after, column) == given:
        return problem
    return replace(problem, text=Text(vi or "", en or ""), found=found, after=after, column=column)
