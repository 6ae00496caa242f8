"""Compares a finished set with one written afresh from the same package: nothing that was altered can agree with both.

The other check of this room knows nothing of how files are written and finds what a writer does wrong; this one knows
nothing of what a number means and finds whatever was changed after the writing.
"""

from __future__ import annotations

import contextlib
import csv
import json
import math
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import SupportsFloat, TypeVar

import pyogrio
import shapely
from lxml import etree

from phusong.tenders.consistency.aligned import (
    Lost,
    Piece,
    Record,
    facts_of,
    has_mark,
    lost_in_lines,
    lost_in_records,
)
from phusong.tenders.consistency.check import DAMAGED
from phusong.tenders.consistency.content import Disagreement, Line
from phusong.tenders.consistency.manifest import MANIFEST, manifest_head
from phusong.tenders.consistency.printed import lost_in_print
from phusong.tenders.consistency.read_pdf import read_pdf
from phusong.tenders.consistency.read_sheets import StoredSheet, page_margins, place_text, safe_xml, stored_sheets
from phusong.tenders.consistency.read_word import read_document
from phusong.tenders.package.values import Package
from phusong.tenders.parts import Suffix, parts_of
from phusong.words import Language, Text

PDF_FOLDER = "pdf"
"""Where the PDF of the Word files are, in a set."""

_WHAT = Text("so với tệp lập lại từ bản chốt", "against the file written anew from the frozen package")
_NOTHING = Text("không có", "nothing")
_SHAPE_DECIMALS = 7
_LONGEST = 120
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")


def compare_afresh(finished: Path, fresh: Path, package: Package, language: Language) -> tuple[Disagreement, ...]:
    """Return every fact of a freshly written set that the finished one has not in its place.

    Parameters
    ----------
    finished
        The folder of the set in question. What the investor filled in or added to it is no matter.
    fresh
        The folder of a set written anew from the same package, templates and software.
    package
        The package of both.
    language
        Of both.
    """
    found: list[Disagreement] = []
    for part in parts_of(package.award):
        name = part.file_name(language)
        paper, printed = finished / name, (finished / PDF_FOLDER / name).with_suffix(".pdf")
        if not paper.is_file():
            continue
        if paper.read_bytes() != (fresh / name).read_bytes():
            lost = READERS[part.suffix](fresh / name, paper, language)
            found += (_told(name, one) for one in _guarded(lost))
        if part.suffix == "docx" and printed.is_file():
            lost = _printed(printed, (paper, fresh / name), language)
            found += (_told(f"{PDF_FOLDER}/{printed.name}", one) for one in _guarded(lost))
    return tuple(dict.fromkeys((*found, *_in_manifest(finished, package, language))))


T = TypeVar("T")


def _guarded(lost: Iterator[T]) -> Iterator[T]:
    """Give what is lost; a damaged file is told of where it is read for the other check."""
    with contextlib.suppress(*DAMAGED):
        yield from lost


def _printed(pdf: Path, papers: Sequence[Path], language: Language) -> Iterator[Lost]:
    yield from lost_in_print(pdf, papers, language)


def _told(file: str, lost: Lost) -> Disagreement:
    expected, found = (Text(said, said) if said else _NOTHING for said in (lost.expected, lost.found))
    return Disagreement(file=file, where=lost.where, what=_WHAT, expected=_short(expected), found=_short(found))


def _short(said: Text) -> Text:
    return Text(*(text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …" for text in (said.vi, said.en)))


def _word(fresh: Path, finished: Path, language: Language) -> Iterator[Lost]:
    a, b = (read_document(path, language).lines for path in (fresh, finished))
    yield from lost_in_lines([x for x in a if not _in_margin(x)], [x for x in b if not _in_margin(x)], language)
    yield from _lost_in_margins([x for x in a if _in_margin(x)], [x for x in b if _in_margin(x)], language)


def _in_margin(line: Line) -> bool:
    return line.where.en.startswith(("header", "footer"))


def _lost_in_margins(fresh: Sequence[Line], finished: Sequence[Line], language: Language) -> Iterator[Lost]:
    """Compare headers and footers as a whole: programs number and repeat them as they like."""
    expected = {facts_of(line.text, language) for line in fresh} - {()}
    found = {facts_of(line.text, language) for line in finished}
    for line in finished:
        facts = facts_of(line.text, language)
        like = next((one for one in expected if len(one) == len(facts) and _bare(line) in map(_bare, fresh)), None)
        if facts and facts not in expected and like is not None:
            yield Lost(line.where, ", ".join(like), ", ".join(facts))
    for line in fresh:
        facts = facts_of(line.text, language)
        if facts and not any(_part_of(facts, one) for one in found):
            yield Lost(line.where, ", ".join(facts), "")


def _part_of(facts: Sequence[str], others: Sequence[str]) -> bool:
    rest = iter(others)
    return all(fact in rest for fact in facts)


def _bare(line: Line) -> str:
    """Return the words of a line without anything that has a digit."""
    return " ".join(word for word in line.text.split() if not any(sign.isdigit() for sign in word))


def _workbook(fresh: Path, finished: Path, language: Language) -> Iterator[Lost]:
    with zipfile.ZipFile(fresh) as a, zipfile.ZipFile(finished) as b:
        expected, found = dict(stored_sheets(a)), dict(stored_sheets(b))
        margins = list(page_margins(a)), list(page_margins(b))
    filled = any(_is_filled(sheet, found.get(name, {})) for name, sheet in expected.items())
    for name, sheet in expected.items():
        records, others = _records(name, sheet), _records(name, found.get(name, {}))
        yield from lost_in_records(records, others, language)
        if not filled:
            yield from _values_lost(name, sheet, found.get(name, {}))
    yield from _lost_in_margins(*margins, language)


def _is_filled(fresh: StoredSheet, finished: StoredSheet) -> bool:
    """Say whether something stands in the finished sheet where the fresh one has nothing, or a mark to fill."""
    return any(
        cell.text and (place not in fresh or not fresh[place].text or has_mark(fresh[place].text))
        for place, cell in finished.items()
        if place not in fresh or cell.text != fresh[place].text
    )


def _records(name: str, sheet: StoredSheet) -> list[Record]:
    rows: dict[int, dict[int, Piece]] = {}
    for (row, column), cell in sheet.items():
        place = place_text(name, row, column)
        rows.setdefault(row, {})[column] = Piece(cell.text, cell.value, cell.formula, place)
    return [
        tuple(rows[row].get(n, Piece("", where=place_text(name, row, n))) for n in range(1, max(rows[row]) + 1))
        for row in sorted(rows)
    ]


def _values_lost(name: str, fresh: StoredSheet, finished: StoredSheet) -> Iterator[Lost]:
    """Compare the stored values of formulas; a program may have left them out, for it works them out on opening."""
    for place, cell in fresh.items():
        other = finished.get(place)
        if cell.formula and other is not None and other.formula and other.text:
            numbers = cell.value is not None and other.value is not None
            same = math.isclose(cell.value or 0, other.value or 0, rel_tol=1e-13, abs_tol=1e-9) if numbers else True
            if not same or (not numbers and cell.text != other.text):
                yield Lost(place_text(name, *place), cell.text, other.text)


def _pages(fresh: Path, finished: Path, language: Language) -> Iterator[Lost]:
    a, b = ([*_page_lines(path, language)] for path in (fresh, finished))
    yield from lost_in_lines(a, b, language)


def _page_lines(path: Path, language: Language) -> Iterator[Line]:
    for page in read_pdf(path, language).lines:
        yield from (
            Line(text, Text(f"{page.where.vi}, dòng {n}", f"{page.where.en}, line {n}"))
            for n, text in enumerate(page.text.splitlines(), start=1)
        )


def _layers(fresh: Path, finished: Path, language: Language) -> Iterator[Lost]:
    expected, found = ({str(name) for name, _ in pyogrio.list_layers(path)} for path in (fresh, finished))
    for name in sorted(expected):
        others = list(_features(finished, name)) if name in found else []
        yield from lost_in_records(list(_features(fresh, name)), others, language)


def _features(path: Path, layer: str) -> Iterator[Record]:
    meta, _, shapes, columns = pyogrio.raw.read(path, layer=layer)
    for n in range(len(columns[0]) if len(columns) else 0):
        where = Text(f"lớp {layer}, dòng {n + 1}", f"layer {layer}, row {n + 1}")
        yield (
            *(_attribute(str(name), column[n], where) for name, column in zip(meta["fields"], columns, strict=True)),
            _geometry(shapes[n] if shapes is not None else None, where),
        )


def _attribute(name: str, value: object, where: Text) -> Piece:
    place = Text(f"{where.vi}, cột {name}", f"{where.en}, column {name}")
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return Piece("", where=place)
    if isinstance(value, str):
        return Piece(value, where=place)
    return Piece(str(value), float(value), where=place) if isinstance(value, SupportsFloat) else Piece(str(value))


def _geometry(shape: bytes | None, where: Text) -> Piece:
    place = Text(f"{where.vi}, hình", f"{where.en}, geometry")
    if shape is None:
        return Piece("", where=place)
    read = shapely.from_wkb(shape, on_invalid="ignore")
    text = "" if read is None else shapely.to_wkt(read, rounding_precision=_SHAPE_DECIMALS)
    return Piece(text, where=place)


def _placemarks(fresh: Path, finished: Path, language: Language) -> Iterator[Lost]:
    a, b = (list(_texts(safe_xml(path.read_bytes()))) for path in (fresh, finished))
    yield from lost_in_lines(a, b, language)


def _texts(root: etree._Element) -> Iterator[Line]:
    """Give all text of a KML, and the names of its data, by placemark."""
    name = ""
    for element in root.iter(etree.Element):
        tag = etree.QName(element).localname
        if tag == "Placemark":
            name = element.findtext("{*}name") or ""
        if (element.text or "").strip():
            column = (element.getparent().get("name") or tag) if tag == "value" else tag
            yield Line(element.text, Text(*(f"{name}, {column}" if name else column,) * 2))


def _text_table(fresh: Path, finished: Path, language: Language) -> Iterator[Lost]:
    a, b = (list(_csv_records(path)) for path in (fresh, finished))
    yield from lost_in_records(a, b, language)


def _csv_records(path: Path) -> Iterator[Record]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    head = rows[0] if rows else []
    for number, row in enumerate(rows, start=1):
        names = [head[n] if n < len(head) else str(n + 1) for n in range(len(row))]
        yield tuple(
            _written(text, Text(f"dòng {number}, cột {name}", f"row {number}, column {name}"))
            for text, name in zip(row, names, strict=True)
        )


def _written(text: str, where: Text) -> Piece:
    """Return a cell of a text table; a code that begins with a zero is no number."""
    return Piece(text, float(text) if _PLAIN_NUMBER.fullmatch(text) else None, where=where)


READERS: Mapping[Suffix, Callable[[Path, Path, Language], Iterator[Lost]]] = MappingProxyType(
    {
        "docx": _word,
        "xlsx": _workbook,
        "pdf": _pages,
        "gpkg": _layers,
        "kml": _placemarks,
        "csv": _text_table,
    }
)
"""What gives the facts of a fresh file of each kind that a finished one has not."""


def _in_manifest(finished: Path, package: Package, language: Language) -> Iterator[Disagreement]:
    """Compare what the manifest says of the package; its hashes are another check's."""
    try:
        said = json.loads((finished / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return
    for key, expected in manifest_head(package, language).items():
        found = said.get(key) if isinstance(said, dict) else None
        if found != expected:
            yield _told(MANIFEST, Lost(Text(key, key), str(expected), str(found or "")))
