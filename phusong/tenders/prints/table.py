"""A printed table as values: columns, rows under headings, sums; the layout ``table.typ`` sets it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from phusong.tenders.package.values import Package
from phusong.tenders.prints.heading import head_of, under_title
from phusong.tenders.prints.typeset import typeset
from phusong.words import Language, Text

Kind = Literal["text", "codes", "number", "page"]
"""What a column holds; ``page`` is the name of a place in the document, written as its page."""
Cells = Mapping[str, str]
NO_TITLE = Text("", "")
_SUBTOTAL, _TOTAL = Text("Cộng", "Subtotal"), Text("Tổng cộng gói", "Total of package")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintColumn:
    """A column: its title and what it holds; ``share`` of the free width, or 0 for its own with ``least_mm``."""

    key: str
    title: Text
    kind: Kind = "text"
    share: float = 0.0
    least_mm: float = 10.0


@dataclass(frozen=True, slots=True)
class Row:
    """A row: cells by column key, a heading of a level, the sum of a group, or the total.

    The words of a sum stand in the columns before its first number.
    """

    kind: Literal["row", "head", "sum", "total"]
    cells: Cells
    words: str = ""
    level: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintTable:
    """A table with its own title ("" for none) and the size of its letters."""

    columns: Sequence[PrintColumn]
    rows: Sequence[Row]
    title: Text = NO_TITLE
    size_pt: float = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """A printed annex: its title, what stands before and behind its tables, and its paper, lying."""

    title: Text
    facts: Sequence[Text]
    notes: Sequence[Text]
    tables: Sequence[PrintTable]
    paper: Literal["a4", "a3"] = "a4"


def print_pdf(annex: Print, package: Package, language: Language) -> bytes:
    """Typeset an annex of a package."""
    data = {
        "lang": language,
        "title": annex.title.to(language),
        "under": under_title(package, language),
        "head": head_of(annex.title, package, language),
        "paper": annex.paper,
        "facts": [fact.to(language) for fact in annex.facts],
        "notes": [note.to(language) for note in annex.notes],
        "tables": [table_data(table, language) for table in annex.tables],
    }
    return typeset("table.typ", data, dated=package.frozen_on)


def by_commune(rows: Iterable[tuple[str, str, Cells]], sums: Mapping[str, Cells], language: Language) -> Iterator[Row]:
    """Yield rows of (commune code, commune name, cells) under their commune, each with its sum.

    ``sums`` holds the sum of each commune by its code.
    """
    groups: dict[str, tuple[str, list[Cells]]] = {}
    for code, name, cells in rows:
        groups.setdefault(code, (name, []))[1].append(cells)
    for code, (name, members) in sorted(groups.items()):
        yield Row("head", {}, f"{name} ({code})" if code else name)
        yield from (Row("row", cells) for cells in members)
        yield Row("sum", sums[code], subtotal_of(name, language))


def subtotal_of(name: str, language: Language) -> str:
    """Return the words of a sum."""
    return f"{_SUBTOTAL.to(language)} {name}"


def total_row(package: Package, cells: Cells, language: Language) -> Row:
    """Return the row of the package's total."""
    return Row("total", cells, f"{_TOTAL.to(language)} {package.package_code}")


def table_data(table: PrintTable, language: Language) -> dict[str, Any]:
    """Return a table as the layouts take it."""
    return {
        "title": table.title.to(language),
        "size": table.size_pt,
        "columns": [
            {"title": c.title.to(language), "kind": c.kind, "share": c.share, "least": c.least_mm}
            for c in table.columns
        ],
        "rows": [_row(row, table.columns) for row in table.rows],
    }


def _row(row: Row, columns: Sequence[PrintColumn]) -> dict[str, Any]:
    if row.kind == "head":
        return {"kind": "head", "level": row.level, "words": row.words}
    strange = set(row.cells) - {column.key for column in columns}
    if strange:
        raise KeyError(f"no column {sorted(strange)}")
    cells = [row.cells.get(column.key, "") for column in columns]
    span = next((i for i, words in enumerate(cells) if words), len(cells)) if row.words else 0
    return {"kind": row.kind, "cells": cells[span:], "words": row.words, "span": span}
