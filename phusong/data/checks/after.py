"""Problems found after a list was read: against other lists, whose rows it knows nothing of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pandas as pd

from phusong.data.cells import written
from phusong.data.checks.personal import masked_problems
from phusong.data.checks.row_cells import number_at, text_at
from phusong.data.columns import Note
from phusong.data.lists import CheckedList
from phusong.errors import Problem


def with_notes(checked: CheckedList, notes: Iterable[Note]) -> CheckedList:
    """Return the list with more problems; ``at`` counts the rows that stand, ``found`` is the value as read.

    None of them may be an error: the rows have been taken.
    """
    sheets = {sheet.name or "": sheet for sheet in checked.sheets}
    problems: list[Problem] = []
    for note in notes:
        sheet = sheets[text_at(checked.rows, "_sheet", note.at)]
        column = sheet.columns.get(note.field)
        cell = checked.rows[note.field].iloc[note.at]
        problems.append(
            Problem(
                level=note.level,
                file=checked.path.name,
                text=note.text,
                sheet=sheet.name,
                row=int(number_at(checked.rows, "_row", note.at)),
                column=sheet.headers.get(note.field),
                column_number=None if column is None else column + 1,
                found=_as_read(cell) or None,
                code=note.code,
                choices=note.choices,
            )
        )
    return replace(checked, problems=(*checked.problems, *masked_problems(problems, checked.schema)))


def _as_read(cell: object) -> str:
    if isinstance(cell, tuple):
        return "; ".join(map(written, cell))
    return "" if pd.isna(cell) else written(cell)  # type: ignore[call-overload]


def rows_of(lists: Sequence[CheckedList]) -> pd.DataFrame:
    """Return the rows of several lists below each other, ``_list`` saying which list a row is of."""
    return pd.concat([checked.rows.assign(_list=k) for k, checked in enumerate(lists)], ignore_index=True)
