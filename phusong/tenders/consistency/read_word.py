"""Reads a finished Word document: paragraphs, tables, headers, footers and notes, from its own XML."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from phusong.tenders.consistency.content import Cell, Content, Disagreement, Line, Row, Table, text_cell
from phusong.tenders.consistency.read_sheets import safe_xml
from phusong.words import Language, Text

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml")
_BREAKS = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


def read_document(path: Path, language: Language) -> Content:
    """Return the tables and paragraphs of a document; a paragraph in a table is told by its row."""
    tables: list[Table] = []
    lines: list[Line] = []
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            match = _PARTS.fullmatch(name)
            if match is not None:
                root = safe_xml(archive.read(name))
                tables.extend(_tables(root, match.group(1), language))
                lines.extend(_paragraphs(root, match.group(1)))
    empty = [] if any(line.text for line in lines) or tables else [_empty(path.name)]
    problems = empty + [_no_rows(path.name, table) for table in tables if not any(row.text for row in table.rows)]
    return Content(path.name, tuple(tables), tuple(lines), tuple(problems))


def _tables(root: etree._Element, part: str, language: Language) -> Iterator[Table]:
    for number, table in enumerate(root.iter(f"{_W}tbl"), start=1):
        where = _in_part(part, Text(f"bảng {number}", f"table {number}"))
        rows = tuple(
            _row(row, Text(f"{where.vi}, dòng {i}", f"{where.en}, row {i}"), language)
            for i, row in enumerate(table.iterchildren(f"{_W}tr", f"{_W}sdt"), start=1)
        )
        yield Table(rows, where)


def _row(row: etree._Element, where: Text, language: Language) -> Row:
    cells: list[Cell] = []
    for cell in row.iter(f"{_W}tc"):
        text = "\n".join(_text(p) for p in cell.iterchildren(f"{_W}p", f"{_W}sdt"))
        cells.append(text_cell(text, where, language))
        span = cell.find(f"{_W}tcPr/{_W}gridSpan")
        wide = int(span.get(f"{_W}val", "1")) if span is not None else 1
        cells.extend(text_cell("", where, language) for _ in range(wide - 1))
    return Row(tuple(cells), where)


def _paragraphs(root: etree._Element, part: str) -> Iterator[Line]:
    for number, paragraph in enumerate(root.iter(f"{_W}p"), start=1):
        text = _text(paragraph).strip()
        if text:
            yield Line(text, _in_part(part, Text(f"đoạn {number}", f"paragraph {number}")))


def _text(paragraph: etree._Element) -> str:
    pieces = (
        node.text or "" if node.tag == f"{_W}t" else _BREAKS.get(node.tag, "") for node in paragraph.iter(etree.Element)
    )
    return "".join(pieces)


def _in_part(part: str, place: Text) -> Text:
    if part == "document":
        return place
    vi, en = ("đầu trang", "header") if part.startswith("header") else ("chân trang", "footer")
    if not part.startswith(("header", "footer")):
        vi, en = part, part
    return Text(f"{vi}, {place.vi}", f"{en}, {place.en}")


def _empty(file: str) -> Disagreement:
    return Disagreement(
        file=file,
        where=Text("", ""),
        what=Text("văn bản trống", "empty document"),
        expected=Text("có nội dung", "content"),
        found=Text("không có gì", "nothing"),
    )


def _no_rows(file: str, table: Table) -> Disagreement:
    return Disagreement(
        file=file,
        where=table.where,
        what=Text("bảng trống", "empty table"),
        expected=Text("có nội dung", "content"),
        found=Text("không có gì", "nothing"),
    )
