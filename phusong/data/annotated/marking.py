"""The parts of a workbook's package that marks go into: cells, comments and their boxes, styles, the summary sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from phusong.data.annotated.comments import add_comments, add_shapes, empty_comments
from phusong.data.annotated.fixed_xml import Value, fix_cells
from phusong.data.annotated.levels import MARKS, gravest
from phusong.data.annotated.package import Package
from phusong.data.annotated.parts import said_of_sheet
from phusong.data.annotated.remarks import Place, SheetRemarks, comment_text, mark_of_cell
from phusong.data.annotated.sheet_xml import MarkedSheet, mark_sheet, merged_anchors
from phusong.data.annotated.styles import EMPTY_STYLES, Styles
from phusong.data.annotated.summary import Summary, summary_sheet
from phusong.data.raw.sheet import SUMMARY_SHEET
from phusong.errors import Problem
from phusong.words import Language, Text

MOST_COMMENTS = 20_000
"""Comments in one workbook: more of them make Excel slow to open it. All problems stand on the summary sheet."""

_TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.{}+xml"
_SHAPES_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"


class MarkedWorkbook:
    """A workbook being marked."""

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
        self.all_commented = True
        self.marked_before = bool({SUMMARY_SHEET.vi.lower(), SUMMARY_SHEET.en.lower()} & self._all_titles())

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
            self.all_commented = self.all_commented and len(texts) == len(problems_at)
            features |= dict.fromkeys(said_of_sheet(xml))
            self.threaded = self.threaded or self._package.related(part, "threadedComment") is not None
        self._package.put_tree(self._styles_part, self._styles.root)
        return commented, tuple(features)

    def fix(self, sheet: str, values: Mapping[Place, Value]) -> None:
        """Write values into cells of a sheet; what other cells computed from them is computed anew when it is opened.

        Raises
        ------
        FixedCellError
            A cell cannot be changed by itself.
        """
        part = self._sheets[sheet]
        fixed = fix_cells(_utf8(self._package.read(part)), values, self._styles.quoted)
        self._package.put(part, fixed.xml)
        self._package.put_tree(self._styles_part, self._styles.root)
        chain = self._package.related(self._part, "calcChain")
        if fixed.lost_formula and chain is not None:
            self._package.remove(chain.target)
            self._package.unrelate(self._part, "calcChain")
        settings = self._root.find(f"{{{self._namespace}}}calcPr")
        if settings is not None:
            settings.set("fullCalcOnLoad", "1")
            self._package.put_tree(self._part, self._root)

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
        self._list_sheet(_free_title(SUMMARY_SHEET.to(language), self._all_titles()), identity, sheet.header_row)
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
