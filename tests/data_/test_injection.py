"""What a list says is never run by the program that opens our files."""

from __future__ import annotations

import ast
import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_forms import foreign_form

import phusong
from phusong.data.annotated.copy import annotate_here
from phusong.data.cells import is_silent
from phusong.data.filled_forms import fill_here
from phusong.data.injection import (
    FORMULA_STARTS,
    XLSXWRITER_OPTIONS,
    cell_text,
    harmless,
    harmless_table,
    looks_like_formula,
)
from phusong.data.sample.sheets import write_csv, write_workbook
from phusong.data.schemas import GAPS
from phusong.data.table_files import FileColumn, TableFile, write_table_file
from phusong.data.templates import write_list
from phusong.data.workbook import Block, Column, Sheet, new_book
from phusong.errors import Problem
from phusong.words import Text

HOSTILE = (
    *("=1+1", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", '=HYPERLINK("http://x.vn","a")', "\t=1+1", "\r=1", "{=1}"),
    *("http://x.vn", "＝1+1", " =1+1", "=\u0000", "-1-1"),
)
HARMLESS = ("-118", "+84", "-0,5", "+1.234,5", "1e5", "-", "--", "Thôn 1", "", "a=b", "−118")


def table(text: str) -> pd.DataFrame:
    return pd.DataFrame({"village_name": [text], "note": [text], "households_total": [-5.0]})


def _template(text: str, path: Path) -> None:
    write_list(GAPS, table(text), path)


def _report(text: str, path: Path) -> None:
    column = Column(title=Text(text, text), key="x")
    sheet = Sheet(name=Text("A", "A"), title=Text(text, text), columns=[column], blocks=[Block(rows=[{"x": text}])])
    with new_book(path, language="vi", title=Text(text, text), created_on=date(2026, 1, 1), footer=text) as book:
        book.add(sheet)


def _sample(text: str, path: Path) -> None:
    write_workbook(path, table(text), GAPS, text)


def _form(text: str, path: Path) -> None:
    fill_here(foreign_form(path.with_name("form.xlsx"), slots=1), table(text), GAPS, path, "vi", {"Tỉnh": text}, "")


def _copy_of_text_table(text: str, path: Path) -> None:
    source = path.with_name("a.csv")
    with source.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["Tên thôn", "Ghi chú"], ["a", text.replace("\r", " ").replace("\0", " ")]])
    said = Text(text, text)
    values = {"column": text, "found": text, "after": text, "choices": (said,)}
    found = Problem(level="repair", file=text, text=said, row=2, column_number=2, **values)
    annotate_here(source, [found], GAPS, path, date(2026, 1, 1), "vi")


def _table_file(text: str, path: Path) -> None:
    column = FileColumn(name="x", title=Text(text, text), meaning=Text(text, text), keys={"y": Text(text, text)})
    about = TableFile(name="a", title=Text(text, text), columns=[column], dated=date(2026, 1, 1))
    write_table_file(path, pd.DataFrame({"x": [text, "y"]}), about, "vi")


WRITERS: dict[str, Callable[[str, Path], None]] = {
    "template": _template,
    "report": _report,
    "sample": _sample,
    "form": _form,
    "annotated": _copy_of_text_table,
    "table": _table_file,
}
OURS = ("=SUBTOTAL(", "=SUM(", "=IF(", "='Phụ lục 2'!")
"""Formulas we write ourselves."""


@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS)
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_written_as_text_by_every_writer(tmp_path, writer, text):
    """No formula, no link to elsewhere; what begins like a formula has the quote prefix that keeps it text."""
    writer(text, tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    formulas = [cell.value for cell in cells if cell.data_type == "f" and not str(cell.value).startswith(OURS)]
    assert formulas == []
    assert not any(cell.hyperlink and cell.hyperlink.target for cell in cells)
    if writer is not _sample:
        assert any(cell.quotePrefix for cell in cells) == looks_like_formula(text)


LINES = {"api/studies/outside.py", "api/intake/corrections.py"}
"""What these write is read back by the program itself, in a job's own folder, and given to nobody."""


def test_every_workbook_of_the_package_is_opened_with_texts_as_texts():
    """No XlsxWriter workbook without the options, no ``to_csv`` but of a harmless table: whoever adds one sees this."""
    root = Path(phusong.__file__).parent
    seen = 0
    for path in root.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        source = path.read_text(encoding="utf-8")
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = ast.unparse(call.func)
            if name == "xlsxwriter.Workbook":
                seen += 1
                options = ast.unparse(call)
                assert "XLSXWRITER_OPTIONS" in options or "XLSXWRITER_OPTIONS" in source, path
            if name.endswith(".to_csv"):
                seen += 1
                assert name.startswith("harmless_table("), path
            if name in ("csv.writer", "csv.DictWriter"):
                assert path.relative_to(root).as_posix() in LINES or "[harmless(cell)" in source, path
            assert not name.endswith(".to_excel"), path
    assert seen >= 5
    assert not any(XLSXWRITER_OPTIONS.values())


def test_a_text_table_has_an_apostrophe_before_what_looks_like_a_formula(tmp_path):
    """Texts and headers alike; numbers stay numbers."""
    write_csv(tmp_path / "a.csv", table("=1+1"), GAPS)
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        row = list(csv.reader(file))[1]
    assert row == ["'=1+1", "'=1+1", "-5.0"]
    safe = harmless_table(pd.DataFrame({"=a": ["x"], "b": [-1]}))
    assert list(safe.columns) == ["'=a", "b"]
    assert safe["b"].tolist() == [-1]


@pytest.mark.parametrize("text", HARMLESS)
def test_numbers_dashes_and_plain_text_are_left_alone(text):
    """−118 is a level and "-" says that nothing is known: an apostrophe would change what they mean."""
    assert harmless(text) == text


@given(st.text())
def test_nothing_harmless_begins_like_a_formula_but_numbers_and_dashes(text):
    """After treatment no text begins with a mark of a formula, unless it is a number or says nothing."""
    safe = harmless(text)
    if safe.startswith(FORMULA_STARTS):
        bare = safe.strip(" \u00a0")
        assert is_silent(bare) or not bare.strip("+-") or bare.lstrip("+-")[0].isdigit() or bare.lstrip("+-")[0] in ".,"
    assert safe.endswith(text)


@given(st.text())
def test_cell_text_is_always_xml(text):
    """Whatever a list holds, the XML of a workbook can hold what we write of it."""
    from lxml import etree

    element = etree.Element("t")
    element.text = cell_text(text)
    assert etree.fromstring(etree.tostring(element)).text in (cell_text(text), None) or "\r" in text
