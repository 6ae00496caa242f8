"""Make the Word templates of the village sheet and its letters, both languages from one layout.

Run ``python -m phusong.tenders.templates.build_village`` after a change here; nothing but these files is overwritten.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from phusong.data.archive import rezip
from phusong.tenders.templates import village_wording as v
from phusong.tenders.templates.letterhead import RECIPIENTS_TITLE
from phusong.tenders.templates.parts import (
    CENTRE,
    RED,
    add_paragraph,
    add_text,
    line_under,
    plain_table,
    set_cell_margins,
    set_mark_size,
    set_section,
    set_styles,
    shade,
    write_lines,
    write_table,
)
from phusong.words import Language, Text

_SIZE, _SMALL = 8, 6.5
_ACTION = RGBColor(0x0B, 0x5E, 0x8A)
_BOX_FILL = "F6F4EF"
_MARGIN_MM = 14
_ROW_GAP = Pt(1.5)


def build_sheet(path: Path, language: Language) -> None:
    """Write the template of the village sheet."""
    document = Document()
    set_styles(document)
    document.styles["Normal"].paragraph_format.line_spacing = 1.0
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(_MARGIN_MM)
    section.top_margin, section.bottom_margin = Mm(11), Mm(9)
    section.header_distance, section.footer_distance = Mm(6), Mm(4)
    add_text(section.footer.paragraphs[0], "{{ footer }}", size=7)
    _title(document, language)
    _heading(document, "services", language)
    write_table(document, v.SERVICES, language)
    _head(document.add_paragraph(), v.HEADINGS["households"].to(language) + " – {{ main_service }}")
    write_table(document, v.HOUSEHOLD_TABLE, language)
    _beside_map(document, language)
    _profile(document, language)
    _heading(document, "evidence", language)
    write_table(document, v.EVIDENCE, language)
    for text in ("{%p if evidence_note %}", "{{ evidence_note }}", "{%p endif %}"):
        _line(document, text, italic=True)
    _heading(document, "tasks", language)
    write_table(document, v.TASKS, language)
    for text in ("{%p if no_tasks %}", "{{ no_tasks }}", "{%p endif %}"):
        _line(document, text)
    _line(document, v.RESTS_ON, size=_SMALL)
    _all_gaps(document, language)
    _tighten(document)
    _save(document, path, v.FILE_TITLES["sheet"].to(language))


def _title(document: Any, language: Language) -> None:
    banner = document.sections[0].header.paragraphs[0]
    banner.alignment = CENTRE
    add_text(banner, "{{ banner }}", size=9, bold=True, colour=RED)
    table = plain_table(document, (12.6, 5.6))
    left, right = table.rows[0].cells
    first = left.paragraphs[0]
    add_text(first, v.HEADINGS["sheet"].to(language), size=9, bold=True, colour=_ACTION)
    for text, size, bold in (
        ("{{ village_name }}", 17, True),
        ("{{ place }}", 10.5, False),
        ("{{ code_line }}", 8, False),
    ):
        add_text(left.add_paragraph(), text, size=size, bold=bold)
    shade(right, _BOX_FILL)
    box = right.paragraphs[0]
    box.paragraph_format.space_before = Pt(9)
    for paragraph, text, size, bold in (
        (box, "{{ headline }}", 15, True),
        (right.add_paragraph(), "{{ headline_note }}", 8.5, False),
    ):
        paragraph.alignment = CENTRE
        add_text(paragraph, text, size=size, bold=bold)


def _beside_map(document: Any, language: Language) -> None:
    """Put the map to the left of the nearest stations and the reasons."""
    document.add_paragraph().paragraph_format.line_spacing = Pt(2)
    table = plain_table(document, (6.8, 11.4))
    _without_borders(table)
    left, right = table.rows[0].cells
    _head(left.paragraphs[0], v.HEADINGS["map"].to(language))
    for text in (
        "{%p if map_picture %}",
        "{{ map_picture }}",
        "{%p else %}",
        v.HEADINGS["no_picture"].to(language),
        "{%p endif %}",
    ):
        add_text(left.add_paragraph(), text, size=_SIZE)
    _head(right.paragraphs[0], v.HEADINGS["stations"].to(language) + " {{ stations_from }}")
    write_table(right, v.STATIONS, language)
    _head(right.paragraphs[-1], v.HEADINGS["gaps"].to(language))
    gap_lines = ("{%p for row in gaps %}", v.GAP_LINE.to(language), "{%p endfor %}")
    for text in (*gap_lines, "{%p if gap_note %}", "{{ gap_note }}", "{%p endif %}"):
        _line(right, text)
    _head(right.add_paragraph(), v.HEADINGS["facts"].to(language))
    _line(right, v.FACTS_LINE + v.SINGLE_LINE.to(language))
    for text in (v.ROUTE_LINE.to(language), v.PLAN_LINE.to(language)):
        _line(document, text)


def _without_borders(table: Any) -> None:
    """Say that a table has no lines: beside a ruled one inside it some programs draw them."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        line.set(qn("w:val"), "nil")
        borders.append(line)
    table._tbl.tblPr.insert_element_before(
        borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook", "w:tblCaption", "w:tblDescription"
    )


def _profile(document: Any, language: Language) -> None:
    document.add_paragraph("{%p if profile_picture %}")
    _heading(document, "profile", language)
    picture = document.add_paragraph("{{ profile_picture }}")
    picture.alignment = CENTRE
    document.add_paragraph("{%p endif %}")


def _all_gaps(document: Any, language: Language) -> None:
    document.add_paragraph("{%p if all_gaps %}")
    head = document.add_paragraph()
    head.paragraph_format.page_break_before = True
    add_text(head, v.HEADINGS["all_gaps"].to(language) + ": {{ village_name }}, {{ place }}", size=11, bold=True)
    write_table(document, v.ALL_GAPS, language)
    document.add_paragraph("{%p endif %}")


def _heading(document: Any, key: str, language: Language) -> None:
    _head(document.add_paragraph(), v.HEADINGS[key].to(language))


def _head(paragraph: Any, text: str) -> None:
    form = paragraph.paragraph_format
    form.space_before, form.space_after, form.keep_with_next = Pt(2), Pt(0.5), True
    add_text(paragraph, text, size=9, bold=True, colour=_ACTION)


def _line(
    place: Any,
    text: str,
    *,
    size: float = _SIZE,
    bold: bool = False,
    italic: bool = False,
    colour: RGBColor | None = None,
    centred: bool = False,
) -> None:
    paragraph = place.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(1)
    paragraph.alignment = CENTRE if centred else None
    set_mark_size(paragraph, size)
    add_text(paragraph, text, size=size, bold=bold, italic=italic, colour=colour)


def build_letter(path: Path, kind: v.Kind, language: Language) -> None:
    """Write the template of one letter: letterhead, addressee, body, signature."""
    document = Document()
    set_styles(document)
    set_section(document.sections[0])
    for header in (document.sections[0].header, document.sections[0].first_page_header):
        header.paragraphs[0].alignment = CENTRE
        add_text(header.paragraphs[0], "{{ banner }}", size=10, bold=True, colour=RED)
    _letterhead(document, v.SUBJECTS[kind], language)
    addressee = document.add_paragraph()
    addressee.alignment = CENTRE
    addressee.paragraph_format.space_before = addressee.paragraph_format.space_after = Pt(10)
    add_text(addressee, v.ADDRESSEES[kind].to(language))
    for part in v.VOTERS_BODY if kind == "voters" else v.OPERATOR_BODY:
        if isinstance(part, Text):
            add_paragraph(document, part.to(language))
        else:
            document.add_paragraph(part)
    if kind == "operator":
        document.add_paragraph().paragraph_format.line_spacing = Pt(6)
        write_table(document, v.ITEMS, language)
        add_paragraph(document, v.OPERATOR_END.to(language))
    _signature(document, language)
    _save(document, path, v.FILE_TITLES[kind].to(language))


def _letterhead(document: Any, subject: Text, language: Language) -> None:
    table = plain_table(document, (7.0, 9.7))
    set_cell_margins(table)
    left, right = table.rows[0].cells
    write_lines(left, [(v.PARENT, 12, False, False), (v.ISSUER, 12, True, False)], language)
    line_under(left.add_paragraph(), 18, 18)
    write_lines(left, [(v.NUMBER, 13, False, False), (subject, 12, False, False)], language)
    nation, motto = v.LETTERHEAD
    write_lines(right, [(nation, 12, True, False), (motto, 13, True, False)], language)
    line_under(right.add_paragraph(), 17, 17)
    write_lines(right, [(v.PLACE_AND_DATE, 13, False, True)], language)


def _signature(document: Any, language: Language) -> None:
    document.add_paragraph().paragraph_format.keep_with_next = True
    table = plain_table(document, (7.5, 8.5))
    left, right = table.rows[0].cells
    add_text(left.paragraphs[0], RECIPIENTS_TITLE.to(language), size=12, bold=True, italic=True)
    for text in v.RECIPIENTS:
        add_text(left.add_paragraph(), text.to(language), size=11)
    write_lines(right, [(v.SIGNER, 13, True, False)], language)
    for _ in range(3):
        right.add_paragraph()
    write_lines(right, [(v.SIGNER_NAME, 13, True, False)], language)


def _tighten(document: Any) -> None:
    """Take the space out of the cells: the sheet is to stay on one page."""
    for element in document.element.body.xpath(".//w:tbl//w:tbl//w:p | ./w:tbl[w:tblPr/w:tblStyle]//w:p"):
        form = Paragraph(element, document).paragraph_format
        if form.space_before == _ROW_GAP:
            form.space_before = form.space_after = Pt(0.3)


def _save(document: Any, path: Path, title: str) -> None:
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, "", ""
    properties.created = properties.modified = datetime(2026, 1, 1)
    document.save(str(path))
    rezip(path)


def main() -> None:
    """Write the templates of both languages."""
    here = Path(__file__).parent
    languages: tuple[Language, Language] = ("vi", "en")
    for language in languages:
        build_sheet(here / language / v.FILE_NAMES["sheet"].to(language), language)
        letters: tuple[v.Kind, v.Kind] = ("voters", "operator")
        for kind in letters:
            build_letter(here / language / v.FILE_NAMES[kind].to(language), kind, language)


if __name__ == "__main__":
    main()
