"""The annotated copy of a list: cells coloured by level, a comment on each, a summary sheet behind the user's own.

An .xlsx is not read and written anew: its package is kept part by part, and only the marked cells, their comments, the
style table and the list of sheets are changed in it. So formats, formulas with their results, charts, images, pivot
tables and whatever else a workbook may hold are what they were; what cannot stay (a digital signature no longer holds)
is named on the summary sheet.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from xml.parsers import expat

from lxml import etree

from phusong.data.annotated.comments import add_comments, add_shapes, empty_comments
from phusong.data.annotated.levels import MARKS, gravest
from phusong.data.annotated.package import Package, open_package
from phusong.data.annotated.parts import said_of_lost_parts, said_of_parts, said_of_sheet
from phusong.data.annotated.plain_copy import bare_tables, said_of_conversion, write_plain_copy
from phusong.data.annotated.remarks import Place, SheetRemarks, by_sheet, comment_text, mark_of_cell
from phusong.data.annotated.sheet_xml import MarkedSheet, mark_sheet, merged_anchors
from phusong.data.annotated.styles import EMPTY_STYLES, Styles
from phusong.data.annotated.summary import SUMMARY, Summary, summary_sheet
from phusong.data.lists import CheckedList
from phusong.data.raw.archives import check_archive
from phusong.data.raw.reading import WORKBOOKS
from phusong.data.raw.refusals import damaged, unreadable
from phusong.data.schema import ListSchema, field_of_header
from phusong.data.store import OutputError
from phusong.errors import MissingFileError, Problem
from phusong.words import Language, Text, number

SUFFIXES = (*WORKBOOKS, ".csv")
"""Files that can come back annotated."""

MOST_COMMENTS = 20_000
"""Comments in one workbook: more of them make Excel slow to open it. All problems stand on the summary sheet."""

_TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.{}+xml"
_SHAPES_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatedCopy:
    """An annotated copy: where it is, what of the original it keeps and has lost beside cells, how many comments."""

    path: Path
    kept: tuple[Text, ...]
    lost: tuple[Text, ...]
    comments: int


def annotate(source: Path, checked: CheckedList, out: Path, *, dated: date, language: Language = "vi") -> AnnotatedCopy:
    """Write the user's own list back with every problem marked in its own cell.

    Parameters
    ----------
    source
        The file that was checked: .xlsx, .xls, .ods or .csv; it is never written to.
    checked
        What was found in it.
    out
        The .xlsx to write; it is whole or not there.
    dated
        The day of the check, as the summary says it.
    language
        Language of comments and summary.

    Raises
    ------
    MissingFileError, UnreadableFileError
        The file is not there, cannot be read, or is of a kind that has no cells to mark.
    OutputError
        ``out`` is the source itself, or no .xlsx.
    """
    return annotate_problems(source, checked.problems, checked.schema, out, dated=dated, language=language)


def annotate_problems(
    source: Path,
    problems: Sequence[Problem],
    schema: ListSchema,
    out: Path,
    *,
    dated: date,
    language: Language = "vi",
) -> AnnotatedCopy:
    """Write an annotated copy where the problems are known without the checked rows; see :func:`annotate`."""
    source, out = Path(source), Path(out)
    _check_paths(source, out)
    partial = out.with_name(f".{out.name}.partial-{os.getpid()}")
    try:
        with tempfile.TemporaryDirectory() as folder:
            book, converted = _as_workbook(source, schema, Path(folder))
            try:
                copy = _annotated(source, book, converted, problems, schema, partial, dated, language)
            except (etree.XMLSyntaxError, expat.ExpatError, KeyError, ValueError, IndexError) as error:
                raise damaged(source) from error
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
    return AnnotatedCopy(path=out, kept=copy.kept, lost=copy.lost, comments=copy.comments)


def _check_paths(source: Path, out: Path) -> None:
    if not source.is_file():
        raise MissingFileError(Text(f"Không tìm thấy tệp {source}.", f"File {source} was not found."))
    if source.suffix.lower() not in SUFFIXES:
        kinds = ", ".join(SUFFIXES)
        raise unreadable(
            source,
            f"không có ô để ghi chú; bản ghi chú chỉ có cho {kinds}",
            f"has no cells to mark; annotated copies are made of {kinds}",
        )
    if out.suffix.lower() != ".xlsx" or (out.exists() and out.samefile(source)):
        raise OutputError(
            Text(
                f"{out}: bản ghi chú phải là một tệp .xlsx khác với tệp gốc",
                f"{out}: the annotated copy must be an .xlsx other than the file itself",
            )
        )


def _as_workbook(source: Path, schema: ListSchema, folder: Path) -> tuple[Path, tuple[Text, ...]]:
    """Return the list as an .xlsx, and what was left behind where it had to be made into one."""
    if source.suffix.lower() == ".xlsx":
        check_archive(source)
        return source, ()
    tables = bare_tables(source, lambda headers: len({field_of_header(schema, h) for h in headers} - {None}))
    made = folder / "copy.xlsx"
    write_plain_copy(tables, made)
    return made, said_of_conversion(source)


def _annotated(
    source: Path,
    book: Path,
    converted: tuple[Text, ...],
    problems: Sequence[Problem],
    schema: ListSchema,
    out: Path,
    dated: date,
    language: Language,
) -> AnnotatedCopy:
    with open_package(book) as package:
        before = package.names()
        workbook = _Workbook(package)
        commented, features = workbook.mark(by_sheet(problems, workbook.names()), language)
        package.unrelate("", "origin")
        for name in before:
            if name.lower().startswith("_xmlsignatures/"):
                package.remove(name)
        lost = (*converted, *said_of_lost_parts(before, package.names()))
        kept = () if converted else (*said_of_parts(set(before) & set(package.names())), *features)
        marked = {problem.row for problem in problems if problem.row is not None}
        remarks = _remarks(kept, lost, workbook.threaded, commented, len(marked))
        summary = Summary(file=source.name, list_title=schema.title, dated=dated, remarks=remarks)
        workbook.add_summary(summary, problems, language)
        package.save(out)
    return AnnotatedCopy(path=out, kept=kept, lost=lost, comments=commented)


def _remarks(kept: Sequence[Text], lost: Sequence[Text], threaded: bool, commented: int, rows: int) -> tuple[Text, ...]:
    """Say how the copy is to be read, and what it has and has not of the original."""
    remarks = [
        Text(
            "Mỗi ô có vấn đề được tô màu và có ghi chú; ghi chú không in ra giấy, bảng dưới đây có đủ. Giá trị các ô "
            "không bị thay đổi.",
            "Each cell with a problem is coloured and has a comment; comments do not print, the table below has them "
            "all. No value was changed.",
        )
    ]
    if commented >= MOST_COMMENTS:
        most = (number(MOST_COMMENTS), number(MOST_COMMENTS, "en"))
        remarks.append(
            Text(
                f"Chỉ {most[0]} ô đầu tiên, lỗi trước, có ghi chú; các ô khác chỉ được tô màu và có trong bảng.",
                f"Only the first {most[1]} cells, errors first, have comments; others are coloured and in the table.",
            )
        )
    if threaded:
        remarks.append(
            Text(
                "Ở ô đã có bình luận theo luồng, Excel chỉ hiện bình luận đó; nội dung kiểm tra xem trong bảng.",
                "Where a cell has a threaded comment Excel shows that one only; see the table for what was found.",
            )
        )
    if kept:
        remarks.append(
            Text(
                f"Giữ nguyên cùng với định dạng và công thức: {', '.join(what.vi for what in kept)}.",
                f"Kept along with formats and formulas: {', '.join(what.en for what in kept)}.",
            )
        )
    of_parts = [what for what in lost if not what.vi.endswith(".")]
    if of_parts:
        remarks.append(
            Text(
                f"Không giữ được: {', '.join(what.vi for what in of_parts)}.",
                f"Could not be kept: {', '.join(what.en for what in of_parts)}.",
            )
        )
    remarks += [what for what in lost if what.vi.endswith(".")]
    return tuple(remarks)


class _Workbook:
    """The parts of a package that marks go into."""

    def __init__(self, package: Package) -> None:
        self._package = package
        main = package.related("", "officeDocument")
        if main is None:
            raise ValueError("no workbook part")
        self._part = main.target
        self._root = package.tree(self._part)
        self._namespace = etree.QName(self._root).namespace
        self._relations = _STRICT if "purl.oclc.org" in self._namespace else _TRANSITIONAL
        self._sheets = dict(self._listed_sheets())
        found = package.related(self._part, "styles")
        self._styles_part = "xl/styles.xml" if found is None else found.target
        if found is None:
            package.add(self._styles_part, EMPTY_STYLES, _SHEET_TYPE.format("styles"))
            package.relate(self._part, f"{self._relations}/styles", self._styles_part)
        self._styles = Styles(package.tree(self._styles_part))
        self.threaded = False

    def names(self) -> tuple[str, ...]:
        """Return the names of the worksheets, in their order."""
        return tuple(self._sheets)

    def mark(self, remarks: Mapping[str, SheetRemarks], language: Language) -> tuple[int, tuple[Text, ...]]:
        """Colour and comment; return how many comments were written and what else the marked sheets hold."""
        commented, features = 0, dict[Text, None]()
        for name, of_sheet in remarks.items():
            part = self._sheets[name]
            xml = _utf8(self._package.read(part))
            anchors = merged_anchors(xml, set(of_sheet.cells))
            shown = _at_anchors(of_sheet, anchors)
            marked = mark_sheet(
                xml,
                {place: mark_of_cell(found) for place, found in shown.cells.items()},
                {row: mark_of_cell(found) for row, found in shown.rows.items()},
                self._styles.marked,
                gravest,
            )
            problems_at = shown.resolved(marked.first_used)
            places = sorted(problems_at, key=lambda place: _rank(problems_at[place]))[: MOST_COMMENTS - commented]
            texts = {place: comment_text(problems_at[place], language) for place in places}
            self._package.put(part, self._commented(part, marked, texts))
            commented += len(texts)
            features |= dict.fromkeys(said_of_sheet(xml))
            self.threaded = self.threaded or self._package.related(part, "threadedComment") is not None
        self._package.put_tree(self._styles_part, self._styles.root)
        return commented, tuple(features)

    def _commented(self, part: str, sheet: MarkedSheet, texts: Mapping[Place, str]) -> bytes:
        """Write comments and their boxes; return the worksheet, linked to them."""
        if not texts:
            return sheet.xml
        package = self._package
        there = package.related(part, "comments")
        root = empty_comments(self._namespace) if there is None else package.tree(there.target)
        new = add_comments(root, texts)
        if there is None:
            name = package.free_name("xl/comments{}.xml")
            package.add(name, b"", _SHEET_TYPE.format("comments"))
            package.relate(part, f"{self._relations}/comments", name)
        else:
            name = there.target
        package.put_tree(name, root)
        own = {relation.id: relation.target for relation in package.relations(part)}
        if sheet.comments_id in own:
            shapes = own[str(sheet.comments_id)]
            package.put(shapes, add_shapes(package.read(shapes), new, texts))
            return sheet.xml
        shapes = package.free_name("xl/drawings/vmlDrawing{}.vml")
        package.name_extension("vml", _SHAPES_TYPE)
        package.put(shapes, add_shapes(None, new, texts))
        identity = package.relate(part, f"{self._relations}/vmlDrawing", shapes)
        return sheet.linked(self._relations, identity)

    def add_summary(self, summary: Summary, problems: Sequence[Problem], language: Language) -> None:
        """Put the summary sheet behind the user's."""
        names = self.names()
        sheet_of: dict[str | None, str] = {name: name for name in names}
        if names:
            sheet_of[None] = names[0]
        sheet = summary_sheet(summary, problems, sheet_of, self._styles, language, self._namespace)
        self._package.put_tree(self._styles_part, self._styles.root)
        part = self._package.free_name("xl/worksheets/sheet{}.xml")
        self._package.add(part, sheet.xml, _SHEET_TYPE.format("worksheet"))
        identity = self._package.relate(self._part, f"{self._relations}/worksheet", part)
        self._list_sheet(_free_title(SUMMARY.to(language), self._all_titles()), identity, sheet.header_row)
        self._package.put_tree(self._part, self._root)

    def _listed_sheets(self) -> list[tuple[str, str]]:
        targets = {
            relation.id: relation.target
            for relation in self._package.relations(self._part)
            if relation.kind == "worksheet"
        }
        ids = [(str(item.get("name")), str(item.get(f"{{{self._relations}}}id"))) for item in self._sheets_element()]
        return [(name, targets[identity]) for name, identity in ids if identity in targets]

    def _sheets_element(self) -> Any:
        return self._root.find(f"{{{self._namespace}}}sheets")

    def _all_titles(self) -> set[str]:
        return {str(item.get("name")).lower() for item in self._sheets_element()}

    def _list_sheet(self, title: str, identity: str, header_row: int) -> None:
        sheets = self._sheets_element()
        number_ = 1 + max(int(item.get("sheetId", "0")) for item in sheets)
        entry = etree.SubElement(sheets, f"{{{self._namespace}}}sheet", name=title, sheetId=str(number_))
        entry.set(f"{{{self._relations}}}id", identity)
        names = self._defined_names()
        title_rows = etree.SubElement(
            names, f"{{{self._namespace}}}definedName", name="_xlnm.Print_Titles", localSheetId=str(len(sheets) - 1)
        )
        title_rows.text = f"'{title}'!${header_row}:${header_row}"

    def _defined_names(self) -> Any:
        """Return the element of defined names, added at its place where there is none."""
        space = f"{{{self._namespace}}}"
        found = self._root.find(f"{space}definedNames")
        if found is None:
            found = etree.Element(f"{space}definedNames")
            before = [self._root.find(f"{space}{name}") for name in ("externalReferences", "functionGroups", "sheets")]
            next(element for element in before if element is not None).addnext(found)
        return found


def _rank(problems: Sequence[Problem]) -> int:
    return list(MARKS).index(mark_of_cell(problems))


def _at_anchors(remarks: SheetRemarks, anchors: Mapping[Place, Place]) -> SheetRemarks:
    """Return remarks of cells inside merged ranges at the cell that shows."""
    if not anchors:
        return remarks
    cells: dict[Place, list[Problem]] = {}
    for place, problems in remarks.cells.items():
        cells.setdefault(anchors.get(place, place), []).extend(problems)
    return SheetRemarks(cells, remarks.rows)


def _free_title(title: str, taken: set[str]) -> str:
    names = (title, *(f"{title} ({i})" for i in range(2, len(taken) + 3)))
    return next(name for name in names if name.lower() not in taken)


def _utf8(xml: bytes) -> bytes:
    """Return XML in UTF-8, as nearly every program writes it."""
    if not xml.startswith((b"\xff\xfe", b"\xfe\xff")):
        return xml
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return bytes(etree.tostring(etree.fromstring(xml, parser), xml_declaration=True, encoding="UTF-8"))
