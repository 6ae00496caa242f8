"""Reads a finished workbook from its own XML: stored values, and every formula worked out again from stored values."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from phusong.tenders.consistency.arithmetic import CannotSayError, Grids, worked_out
from phusong.tenders.consistency.content import Cell, Content, Disagreement, Line, Row, Table, text_cell
from phusong.tenders.consistency.numbers import stored_number
from phusong.words import Language, Text, number

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINKS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_ADDRESS = re.compile(r"([A-Z]+)(\d+)")
_NEAR = 1e-6
_MARGIN_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-F]{6}|\d+|[A-Z])')


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored cell: its text, its number where it is one, its formula."""

    text: str
    value: float | None
    formula: str


StoredSheet = Mapping[tuple[int, int], Stored]


def safe_xml(content: bytes) -> etree._Element:
    """Parse XML that other programs may have written: no entities, no network."""
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def read_workbook(path: Path, language: Language) -> Content:
    """Return the rows of every sheet, and every formula whose stored value is not what it works out to."""
    with zipfile.ZipFile(path) as archive:
        sheets = dict(stored_sheets(archive))
    grids: Grids = {
        name: {
            place: (cell.value if cell.value is not None else cell.text, cell.formula) for place, cell in sheet.items()
        }
        for name, sheet in sheets.items()
    }
    problems = [p for name, sheet in sheets.items() for p in _wrong_formulas(path.name, name, sheet, grids)]
    problems += [_empty(path.name, name) for name, sheet in sheets.items() if not sheet]
    tables = tuple(_table(name, sheet, language) for name, sheet in sheets.items())
    lines = tuple(
        Line(cell.text, cell.where) for table in tables for row in table.rows for cell in row.cells if " " in cell.text
    )
    return Content(path.name, tables, lines, tuple(problems))


def stored_sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, StoredSheet]]:
    """Give the name and the stored cells of every sheet."""
    shared = _shared(archive)
    yield from ((name, dict(_cells(root, shared))) for name, root in _roots(archive))


def page_margins(archive: zipfile.ZipFile) -> Iterator[Line]:
    """Give the headers and footers of the printed sheets, without their codes of fonts and fields."""
    for name, root in _roots(archive):
        for margin in root.iterfind(f"{_MAIN}headerFooter/*"):
            where = Text(f"chân trang in của “{name}”", f"printed margin of “{name}”")
            yield Line(_MARGIN_CODE.sub(" ", margin.text or ""), where)


def _roots(archive: zipfile.ZipFile) -> Iterator[tuple[str, etree._Element]]:
    links = {link.get("Id"): str(link.get("Target")) for link in safe_xml(archive.read("xl/_rels/workbook.xml.rels"))}
    for sheet in safe_xml(archive.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):
        target = links[sheet.get(f"{_LINKS}id")].lstrip("/")
        content = archive.read(target if target.startswith("xl/") else f"xl/{target}")
        yield str(sheet.get("name")), safe_xml(content)


def _shared(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    root = safe_xml(archive.read("xl/sharedStrings.xml"))
    return ["".join(t.text or "" for t in item.iter(f"{_MAIN}t")) for item in root.iter(f"{_MAIN}si")]


def _cells(root: etree._Element, shared: list[str]) -> Iterator[tuple[tuple[int, int], Stored]]:
    for cell in root.iter(f"{_MAIN}c"):
        value, formula = cell.findtext(f"{_MAIN}v"), cell.findtext(f"{_MAIN}f")
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            value = "".join(t.text or "" for t in cell.iter(f"{_MAIN}t"))
        elif kind == "s" and value is not None:
            value = shared[int(value)]
        if value is None and formula is None:
            continue
        text = value or ""
        plain = float(text) if kind == "n" and text else None
        yield place_of(str(cell.get("r"))), Stored(text, plain, formula or "")


def place_of(address: str) -> tuple[int, int]:
    """Return row and column of an address like ``$AB$12``, from 1."""
    match = _ADDRESS.fullmatch(address.replace("$", ""))
    if match is None:
        raise CannotSayError(address)
    column = 0
    for letter in match.group(1):
        column = 26 * column + ord(letter) - 64
    return int(match.group(2)), column


def address_of(row: int, column: int) -> str:
    """Return the address of a cell: ``AB12``."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def _where(sheet: str, address: str) -> Text:
    return Text(f"trang tính “{sheet}”, ô {address}", f"sheet “{sheet}”, cell {address}")


def place_text(sheet: str, row: int, column: int) -> Text:
    """Say where a cell is."""
    return _where(sheet, address_of(row, column))


def _table(name: str, sheet: StoredSheet, language: Language) -> Table:
    rows: dict[int, dict[int, Stored]] = {}
    for (row, column), cell in sheet.items():
        rows.setdefault(row, {})[column] = cell
    width = max((column for _, column in sheet), default=0)
    return Table(
        tuple(_row(name, number, rows[number], width, language) for number in sorted(rows)),
        Text(f"trang tính “{name}”", f"sheet “{name}”"),
    )


def _row(name: str, number: int, cells: Mapping[int, Stored], width: int, language: Language) -> Row:
    return Row(
        tuple(
            _cell(cells.get(column, _NOTHING), _where(name, address_of(number, column)), language)
            for column in range(1, width + 1)
        ),
        Text(f"trang tính “{name}”, dòng {number}", f"sheet “{name}”, row {number}"),
    )


_NOTHING = Stored("", None, "")


def _cell(stored: Stored, where: Text, language: Language) -> Cell:
    if stored.value is not None:
        return Cell(stored_number(stored.value).text, (stored_number(stored.value),), where)
    return text_cell(stored.text, where, language)


def _wrong_formulas(file: str, name: str, sheet: StoredSheet, grids: Grids) -> Iterator[Disagreement]:
    for place, cell in sheet.items():
        if not cell.formula or cell.value is None:
            continue
        try:
            expected = worked_out(cell.formula, name, grids)
        except CannotSayError:
            continue
        if abs(expected - cell.value) > _NEAR * max(1.0, abs(expected)) * (1e-6 if abs(expected) > 1e6 else 1.0):
            yield Disagreement(
                file=file,
                where=_where(name, address_of(*place)),
                what=Text(f"giá trị lưu của công thức ={cell.formula}", f"stored value of the formula ={cell.formula}"),
                expected=Text(number(expected, decimals=2), number(expected, "en", decimals=2)),
                found=Text(number(cell.value, decimals=2), number(cell.value, "en", decimals=2)),
            )


def _empty(file: str, name: str) -> Disagreement:
    return Disagreement(
        file=file,
        where=Text(f"trang tính “{name}”", f"sheet “{name}”"),
        what=Text("trang tính trống", "empty sheet"),
        expected=Text("có nội dung", "content"),
        found=Text("không có gì", "nothing"),
    )
