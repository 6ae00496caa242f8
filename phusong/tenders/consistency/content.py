"""What was read out of a finished file: tables with their cells, and lines of running text, each with its place."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from phusong.tenders.consistency.numbers import Number, codes_in, numbers_in
from phusong.words import Language, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """One thing in which a finished file and the package disagree: the file, where in it, what, expected and found."""

    file: str
    where: Text
    what: Text
    expected: Text
    found: Text

    @property
    def text(self) -> Text:
        """Return the disagreement as one line."""
        place = Text(*(f", {self.where.to(x)}" if self.where.to(x) else "" for x in ("vi", "en")))
        return Text(
            f"{self.file}{place.vi}: {self.what.vi}: phải là {self.expected.vi}, tìm thấy {self.found.vi}.",
            f"{self.file}{place.en}: {self.what.en}: expected {self.expected.en}, found {self.found.en}.",
        )


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its text, its numbers in order, and where it is."""

    text: str
    numbers: tuple[Number, ...]
    where: Text

    def without_names(self, names: Collection[str]) -> Cell:
        """Return the cell without the numbers with which some names end."""
        ends = {at + len(name) for name in names for at in _places_of(name, self.text)}
        return replace(self, numbers=tuple(n for n in self.numbers if n.end not in ends)) if ends else self


def _places_of(name: str, text: str) -> Iterator[int]:
    at = text.find(name)
    while at >= 0:
        yield at
        at = text.find(name, at + 1)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, its cells in the order of the columns, empty ones too."""

    cells: tuple[Cell, ...]
    where: Text

    @property
    def text(self) -> str:
        """Return the texts of the cells, one after the other."""
        return " | ".join(cell.text for cell in self.cells if cell.text)

    def numbers(self) -> Iterator[Number]:
        """Give the numbers of all cells."""
        for cell in self.cells:
            yield from cell.numbers

    def codes(self) -> Iterator[str]:
        """Give the codes of all cells."""
        for cell in self.cells:
            yield from codes_in(cell.text)


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``exact`` says that its rows are rows, not stretches of a page's text between two codes.

    ``columns`` are the names of its columns where the file tells them.
    """

    rows: tuple[Row, ...]
    where: Text
    exact: bool = True
    columns: tuple[str, ...] = ()

    def without_names(self, names: Collection[str]) -> Table:
        """Return the table without the numbers that stand in some names, such as "Bản Nà Khuổi 8"."""
        rows = tuple(replace(row, cells=tuple(cell.without_names(names) for cell in row.cells)) for row in self.rows)
        return replace(self, rows=rows)


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of running text: a paragraph, a note, a page."""

    text: str
    where: Text


@dataclass(frozen=True, slots=True)
class Content:
    """All that was read out of one file; ``problems`` are those that show while reading."""

    file: str
    tables: tuple[Table, ...] = ()
    lines: tuple[Line, ...] = ()
    problems: tuple[Disagreement, ...] = ()


def text_cell(text: str, where: Text, language: Language) -> Cell:
    """Return a cell of text with the numbers written in it."""
    bare = text.strip()
    return Cell(bare, tuple(numbers_in(bare, language)), where)
