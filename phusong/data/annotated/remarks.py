"""Problems sorted to the cells they are about, and what a comment on a cell says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from phusong.data.annotated.levels import MARKS, gravest, mark_of
from phusong.errors import Problem
from phusong.words import Language, Text

Place = tuple[int, int]
"""Row and column of a cell, 1 = first."""

_COMMENT_LIMIT = 4_000
_SHOWN_VALUE = 200
_ARROW = "→"


@dataclass(frozen=True, slots=True)
class SheetRemarks:
    """What is to be said on one sheet: of cells, and of whole rows (these go on the row's first used cell)."""

    cells: dict[Place, list[Problem]] = field(default_factory=dict)
    rows: dict[int, list[Problem]] = field(default_factory=dict)

    def resolved(self, first_used: Mapping[int, int]) -> dict[Place, list[Problem]]:
        """Return the problems of each cell, those of rows among them; a row without a used cell is left out."""
        found = {place: list(problems) for place, problems in self.cells.items()}
        for row, problems in self.rows.items():
            if row in first_used:
                found.setdefault((row, first_used[row]), []).extend(problems)
        return found


def by_sheet(problems: Iterable[Problem], names: Sequence[str]) -> dict[str, SheetRemarks]:
    """Sort problems to the sheets of a workbook; those of the whole file, or of no sheet there, are left out.

    A problem without a sheet's name (a text table) is of the first sheet.
    """
    found: dict[str, SheetRemarks] = {}
    for problem in problems:
        name = names[0] if problem.sheet is None and names else problem.sheet
        if problem.row is None or name not in names:
            continue
        remarks = found.setdefault(str(name), SheetRemarks())
        if problem.column_number is None:
            remarks.rows.setdefault(problem.row, []).append(problem)
        else:
            remarks.cells.setdefault((problem.row, problem.column_number), []).append(problem)
    return found


def mark_of_cell(problems: Iterable[Problem]) -> str:
    """Return the mark of a cell with these problems."""
    return gravest(mark_of(problem) for problem in problems)


def comment_text(problems: Sequence[Problem], language: Language) -> str:
    """Return one comment for all problems of a cell, the gravest first."""
    ranks = {key: rank for rank, key in enumerate(MARKS)}
    ordered = sorted(problems, key=lambda problem: ranks[mark_of(problem)])
    text = "\n\n".join(dict.fromkeys(_said(problem, language) for problem in ordered))
    return text if len(text) <= _COMMENT_LIMIT else text[: _COMMENT_LIMIT - 1] + "…"


def with_choices(problem: Problem, language: Language) -> str:
    """Return a problem's text, with the readings to choose from where it is a question."""
    text = problem.text.to(language)
    if not problem.choices:
        return text
    head = Text("Hãy chọn một trong các cách hiểu sau:", "Choose one of these readings:").to(language)
    return "\n".join([text, head, *(f"• {choice.to(language)}" for choice in problem.choices)])


def _said(problem: Problem, language: Language) -> str:
    word = MARKS[mark_of(problem)].word.to(language)
    lines = [f"{word}: {with_choices(problem, language)}"]
    if problem.after is not None:
        lines.append(f"{_short(problem.found or '–')} {_ARROW} {_short(problem.after)}")
    return "\n".join(lines)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_VALUE else text[: _SHOWN_VALUE - 1] + "…"
