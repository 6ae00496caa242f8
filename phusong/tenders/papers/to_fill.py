"""What a set leaves to the investor: every mark in its finished Word files and workbooks, where it stands, gathered."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import docx
import openpyxl
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from phusong.data.workbook import Block, Column, Row, Sheet, new_book
from phusong.tenders.package.canonical import digest_of
from phusong.tenders.package.investor import INVESTOR_FIELDS, asked_for
from phusong.tenders.package.values import Package
from phusong.tenders.parts import Making, Part, part, parts_of
from phusong.tenders.sentences import alert
from phusong.words import Language, Text

MARK = re.compile(r"\[((?:chủ đầu tư|investor to) ?(?:điền|kiểm tra|fill|check)[^\]]*|…|day, month)\]")
"""A mark as documents print it, in either language."""

_OPENING = re.compile(r"^(?:chủ đầu tư điền|investor to fill)\s*[:–-]?\s*")
_BLANK = Text("số, ký hiệu, ngày tháng, nơi lưu của văn bản", "number, letters, date, file of the paper")
_CHECK = Text(
    "kiểm tra hiệu lực, số hiệu, trích yếu của văn bản", "check that the act is in force, its number and title"
)
_UNNAMED = Text("theo nội dung của đoạn", "as the paragraph says")
_LONGEST_PLACE = 90


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark: the part it stands in, where there, and what it asks for."""

    part: Part
    place: str
    what: str


def write_to_fill(path: Path, package: Package, making: Making) -> None:
    """Write the list of all marks in the files beside ``path``; it is made last."""
    marks = marks_of_set(path.parent, package, making.language)
    footer = f"{package.package_code} · {package.version} · {digest_of(package)[:16]}"
    one = part("to_fill")
    with new_book(path, language=making.language, title=one.title, created_on=package.frozen_on, footer=footer) as book:
        book.add(_summary(marks, making.language, alert(package)))
        book.add(_details(marks, making.language, alert(package)))


def marks_of_set(folder: Path, package: Package, language: Language) -> list[Mark]:
    """Return the marks of every Word file and workbook of a set that is there, in the order of the shelf."""
    marks: list[Mark] = []
    for one in parts_of(package.award):
        path = folder / one.file_name(language)
        if one.key != "to_fill" and one.suffix in _READERS and path.is_file():
            marks += (
                Mark(one, place, _asked(found, language)) for place, found in _READERS[one.suffix](path, language)
            )
    return marks


def _asked(found: str, language: Language) -> str:
    """Return what a mark asks for, in words."""
    if found in ("…", "day, month"):
        return _BLANK.to(language)
    if found in ("chủ đầu tư kiểm tra", "investor to check"):
        return _CHECK.to(language)
    words = _OPENING.sub("", found).strip()
    return words[:1].upper() + words[1:] if words else _UNNAMED.to(language)


def _marks_in_word(path: Path, language: Language) -> Iterator[tuple[str, str]]:
    """Give the marks of a Word file with the heading, or the row and column, they stand under."""
    heading = Text("đầu văn bản", "head of the paper").to(language)
    for block in docx.Document(str(path)).iter_inner_content():
        if isinstance(block, Paragraph):
            if _is_heading(block):
                heading = _short(block.text)
            yield from ((heading, found) for found in MARK.findall(block.text))
        else:
            yield from _marks_in_table(block, heading, language)


def _is_heading(paragraph: Paragraph) -> bool:
    runs = [run for run in paragraph.runs if run.text.strip()]
    return bool(runs) and all(run.bold for run in runs) and not MARK.search(paragraph.text)


def _marks_in_table(table: Table, heading: str, language: Language) -> Iterator[tuple[str, str]]:
    """Give the marks of a table; a joined cell is read once."""
    rows = [_cells(row.cells) for row in table.rows]
    for cells in rows:
        for cell in cells:
            label = _label(cells, cell)
            place = f"{heading} – {label}" if label else heading
            yield from ((_short(place), found) for found in MARK.findall(cell.text))


def _cells(cells: tuple[_Cell, ...]) -> list[_Cell]:
    """Return the cells of a row, joined ones once."""
    return list({id(cell._tc): cell for cell in cells}.values())


def _label(cells: list[_Cell], cell: _Cell) -> str:
    """Return the words of a row that say what it is about: the first cell before this one that is no number."""
    for other in cells:
        if other._tc is cell._tc:
            return ""
        words = other.text.strip()
        if words and not words.isdigit() and not MARK.search(words):
            return words.split("\n")[0]
    return ""


def _marks_in_workbook(path: Path, language: Language) -> Iterator[tuple[str, str]]:
    """Give the marks of a workbook with their sheet and cell."""
    book = openpyxl.load_workbook(path)
    where = Text("trang", "sheet").to(language)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    place = f"{where} {sheet.title}, {cell.coordinate}"
                    yield from ((place, found) for found in MARK.findall(cell.value))
    book.close()


_READERS = MappingProxyType({"docx": _marks_in_word, "xlsx": _marks_in_workbook})


def _short(words: str) -> str:
    words = " ".join(words.split())
    return textwrap.shorten(words, _LONGEST_PLACE, placeholder=" …")


def _summary(marks: list[Mark], language: Language, alert: Text | None) -> Sheet:
    """Return what is asked for, each once, with the key that fills it everywhere and the files it stands in."""
    keys = {asked_for(key, tender=tender).to(language): key for key in INVESTOR_FIELDS for tender in (True, False)}
    counts = Counter(mark.what for mark in marks)
    files: Mapping[str, dict[str, None]] = {
        what: {mark.part.file_name(language): None for mark in marks if mark.what == what} for what in counts
    }
    rows: list[Row] = [
        {"position": n, "what": what, "key": keys.get(what, ""), "times": times, "files": "; ".join(files[what])}
        for n, (what, times) in enumerate(sorted(counts.items(), key=lambda item: (item[0] not in keys,)), start=1)
    ]
    return Sheet(
        name=Text("Cần điền", "To fill"),
        title=part("to_fill").title,
        alert=alert,
        notes=(
            Text(
                "Mục có mã: ghi một lần vào mục [investor] của tệp cài đặt rồi tạo lại bộ hồ sơ, mọi tài liệu được "
                "điền. Mục không có mã: ghi trực tiếp vào tài liệu.",
                "An entry with a key: write it once under [investor] of the settings file and make the set again; it "
                "fills every document. An entry without: write it into the document.",
            ),
        ),
        columns=(
            Column(title=Text("STT", "No."), key="position", kind="whole", width=6),
            Column(title=Text("Nội dung cần điền", "What to fill"), key="what", width=48),
            Column(title=Text("Mã trong tệp cài đặt", "Key in the settings file"), key="key", width=22),
            Column(title=Text("Số chỗ", "Places"), key="times", kind="whole", width=9, summed=True),
            Column(title=Text("Tệp", "Files"), key="files", width=70),
        ),
        blocks=(Block(rows=rows),),
        total={"what": Text("Tổng số", "Total").to(language)},
        frozen_columns=2,
    )


def _details(marks: list[Mark], language: Language, alert: Text | None) -> Sheet:
    """Return every place, equal marks of one place in one row."""
    counts = Counter(marks)
    rows: list[Row] = [
        {
            "position": n,
            "file": mark.part.file_name(language),
            "document": mark.part.title.to(language),
            "place": mark.place,
            "what": mark.what,
            "times": times,
        }
        for n, (mark, times) in enumerate(counts.items(), start=1)
    ]
    return Sheet(
        name=Text("Theo tài liệu", "By document"),
        title=Text("Nơi cần điền trong từng tài liệu", "Where to fill in each document"),
        alert=alert,
        columns=(
            Column(title=Text("STT", "No."), key="position", kind="whole", width=6),
            Column(title=Text("Tệp", "File"), key="file", width=34),
            Column(title=Text("Tài liệu", "Document"), key="document", width=34),
            Column(title=Text("Chỗ cần điền", "Place"), key="place", width=44),
            Column(title=Text("Nội dung cần điền", "What to fill"), key="what", width=44),
            Column(title=Text("Số chỗ", "Places"), key="times", kind="whole", width=9, summed=True),
        ),
        blocks=(Block(rows=rows),),
        total={"file": Text("Tổng số", "Total").to(language)},
        frozen_columns=2,
    )
