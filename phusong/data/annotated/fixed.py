"""The corrected file: the user's own list with some cells written anew and nothing else changed.

An .xlsx keeps its package part by part, a .csv its text character by character; .xls and .ods become an .xlsx of their
cells, as their annotated copies do. The file that was sent is never written to.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from xml.parsers import expat

from lxml import etree

from phusong.data.annotated.fixed_text import fix_text
from phusong.data.annotated.fixed_xml import FixedCellError, Value
from phusong.data.annotated.marking import MarkedWorkbook
from phusong.data.annotated.package import open_package
from phusong.data.annotated.plain_copy import bare_tables, write_plain_copy
from phusong.data.raw.encodings import decoded
from phusong.data.raw.refusals import damaged
from phusong.data.raw.texts import delimiter_of
from phusong.data.raw.workbooks import check_workbook, is_workbook
from phusong.data.schema import Field, ListSchema, named_columns
from phusong.data.store import whole_file
from phusong.data.workbook_jobs import run_confined, without_rules
from phusong.errors import UnreadableFileError
from phusong.words import Text

SUFFIXES = (".xlsx", ".xls", ".ods", ".csv", ".tsv", ".txt")
"""Files whose cells can be corrected."""
_TEXTS = (".csv", ".tsv", ".txt")
_PLAIN_NUMBER = re.compile(r"-?(?:\d{1,15}|\d+[.,](?:\d{1,2}|\d{4,12}))")
"""A number that can be read in one way only; three digits behind a mark may be thousands."""
_NUMBER_KINDS = ("int", "float", "degrees")


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFix:
    """A cell written anew: its sheet ("" where the file has none), row and column (1 = first), and what it holds."""

    sheet: str
    row: int
    column: int
    text: str
    field: str


def fixed_name(name: str) -> str:
    """Return the name of the corrected file: with the ending of what it is."""
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}.xlsx" if dot and f".{suffix.lower()}" in (".xls", ".ods") else name


def write_fixed(source: Path, fixes: Sequence[CellFix], schema: ListSchema, out: Path) -> None:
    """Write the list with some cells changed.

    Parameters
    ----------
    source
        The file that was checked: one of ``SUFFIXES``; it is never written to.
    fixes
        The cells, each once.
    schema
        What the list is: its columns say which texts are numbers.
    out
        The file to write, named as :func:`fixed_name` says; it is whole or not there.

    Raises
    ------
    UnreadableFileError
        The file is damaged, or a cell cannot be changed by itself.
    """
    arguments = {"source": source.resolve(), "fixes": tuple(fixes), "schema": without_rules(schema), "out": out}
    run_confined(source, __name__, "write_here", arguments)


def write_here(source: Path, fixes: Sequence[CellFix], schema: ListSchema, out: Path) -> dict[str, object]:
    """Write the corrected file in this process, unlimited: what the confined process runs."""
    by_place = {(one.sheet, one.row, one.column): _value(one.text, schema.field(one.field)) for one in fixes}
    score = partial(named_columns, schema)
    with whole_file(out) as unfinished:
        try:
            if source.suffix.lower() in _TEXTS and not is_workbook(source):
                text = decoded(source)
                cells = {(one.row, one.column): one.text for one in fixes}
                unfinished.write_text(
                    fix_text(text, delimiter_of(text, score), cells), encoding="utf-8-sig", newline=""
                )
            elif source.suffix.lower() == ".xlsx":
                check_workbook(source)
                _fix_workbook(source, by_place, unfinished)
            else:
                _fix_plain(source, by_place, score, unfinished)
        except FixedCellError as error:
            raise _hangs_on_others(error) from error
        except (etree.XMLSyntaxError, expat.ExpatError, KeyError, ValueError, IndexError, OSError) as error:
            raise damaged(source) from error
    return {}


def _fix_workbook(source: Path, values: Mapping[tuple[str, int, int], Value], out: Path) -> None:
    by_sheet: dict[str, dict[tuple[int, int], Value]] = {}
    for (sheet, row, column), value in values.items():
        by_sheet.setdefault(sheet, {})[row, column] = value
    with open_package(source) as package:
        book = MarkedWorkbook(package)
        for sheet, cells in by_sheet.items():
            book.fix(sheet, cells)
        package.unrelate("", "origin")
        for name in package.names():
            if name.lower().startswith("_xmlsignatures/"):
                package.remove(name)
        package.save(out)


def _fix_plain(source: Path, values: Mapping[tuple[str, int, int], Value], score: partial[int], out: Path) -> None:
    tables = bare_tables(source, score)
    for table in tables:
        own = {(row, column): value for (sheet, row, column), value in values.items() if sheet == (table.name or "")}
        if any(top < r <= bottom + 1 and left < c <= right + 1
               for r, c in own for top, left, bottom, right in table.merged):  # fmt: skip
            raise FixedCellError(next(iter(own)))
        for (row, column), value in own.items():
            table.cells[table.cells.columns[column - 1]] = table.cells.iloc[:, column - 1].astype(object)
            table.cells.iat[row - 1, column - 1] = value
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "fixed.xlsx"
        write_plain_copy(tables, made)
        out.write_bytes(made.read_bytes())


def _value(text: str, field: Field) -> Value:
    """Return what a cell of a workbook is to hold: a number where the column has them and the text is plainly one."""
    if not text:
        return None
    if field.kind in _NUMBER_KINDS and _PLAIN_NUMBER.fullmatch(text):
        number = float(text.replace(",", "."))
        return int(number) if number.is_integer() and "." not in text and "," not in text else number
    return text


def _hangs_on_others(error: FixedCellError) -> UnreadableFileError:
    cell = str(error)
    return UnreadableFileError(
        Text(
            f"Ô {cell} là ô gộp hoặc có công thức chung với ô khác: hãy sửa trong tệp rồi gửi lại.",
            f"Cell {cell} is merged, or shares a formula with others: correct it in the file and send that again.",
        )
    )
