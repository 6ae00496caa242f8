"""Make the Word templates that come with the package, both languages from one layout (Decree 30/2020/NĐ-CP).

Run ``python -m phusong.tenders.templates.build`` after a change here. A department edits its own copy in Word and names
it when documents are made; nothing but these files is overwritten.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.shared import Mm, Pt

from phusong.data.archive import rezip
from phusong.tenders.templates import wording as w
from phusong.tenders.templates.parts import (
    CENTRE,
    RED,
    add_field,
    add_paragraph,
    add_text,
    keep_rows,
    line_under,
    plain_table,
    set_section,
    set_styles,
    write_lines,
    write_table,
)
from phusong.words import Language


def build(path: Path, language: Language) -> None:
    """Write the template of the report in one language."""
    document = Document()
    set_styles(document)
    set_section(document.sections[0])
    _write_running_lines(document.sections[0], language)
    _write_letterhead(document, language)
    _write_body(document, language)
    _write_signature(document, language)
    landscape = document.add_section(WD_SECTION.NEW_PAGE)
    landscape.orientation = WD_ORIENT.LANDSCAPE
    landscape.page_width, landscape.page_height = Mm(297), Mm(210)
    landscape.left_margin, landscape.top_margin = Mm(20), Mm(20)
    landscape.different_first_page_header_footer = False
    for number, annex in enumerate(w.ANNEXES):
        _write_annex(document, annex, language, new_page=number > 0)
    _write_map(document, language)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = w.FILE_TITLE.to(language), "", ""
    properties.created = properties.modified = datetime(2026, 1, 1)
    document.save(str(path))
    rezip(path)


def _write_running_lines(section: Any, language: Language) -> None:
    """Number pages at the top from the second on; say on every page whether data are simulated and which snapshot."""
    page = section.header.paragraphs[0]
    page.alignment = CENTRE
    add_field(page.add_run(), "PAGE")
    for header in (section.header, section.first_page_header):
        banner = header.paragraphs[0] if header is section.first_page_header else header.add_paragraph()
        banner.alignment = CENTRE
        add_text(banner, "{{ banner }}", size=10, bold=True, colour=RED)
    for footer in (section.footer, section.first_page_footer):
        add_text(footer.paragraphs[0], w.FOOTER.to(language), size=8)


def _write_letterhead(document: Any, language: Language) -> None:
    table = plain_table(document, (6.2, 9.8))
    left, right = table.rows[0].cells
    write_lines(left, [(w.PARENT, 12, False, False), (w.ISSUER, 12, True, False)], language)
    line_under(left.add_paragraph(), 18, 18)
    write_lines(left, [(w.NUMBER, 13, False, False)], language)
    write_lines(right, [(w.NATION, 12, True, False), (w.MOTTO, 13, True, False)], language)
    line_under(right.add_paragraph(), 17, 17)
    write_lines(right, [(w.PLACE_AND_DATE, 13, False, True)], language)
    for text, before in ((w.KIND, 18), (w.SUBJECT, 0)):
        paragraph = document.add_paragraph()
        paragraph.alignment, paragraph.paragraph_format.space_before = CENTRE, Pt(before)
        add_text(paragraph, text.to(language), size=14, bold=True)
    line_under(document.add_paragraph(), 60, 60)


def _write_body(document: Any, language: Language) -> None:
    addressee = document.add_paragraph()
    addressee.alignment = CENTRE
    addressee.paragraph_format.space_after = Pt(8)
    add_text(addressee, w.ADDRESSEE.to(language))
    for part in w.BODY:
        if isinstance(part, w.Heading):
            add_paragraph(document, part.text.to(language), bold=True, keep=True)
        elif isinstance(part, w.Control):
            document.add_paragraph(part.tag)
        elif isinstance(part, w.SummaryTable):
            write_table(document, w.SUMMARY, language)
        else:
            add_paragraph(document, part.text.to(language), italic=part.italic, keep=part.keep)


def _write_signature(document: Any, language: Language) -> None:
    document.add_paragraph().paragraph_format.keep_with_next = True
    table = plain_table(document, (7.5, 8.5))
    keep_rows(table)
    left, right = table.rows[0].cells
    add_text(left.paragraphs[0], w.RECIPIENTS_TITLE.to(language), size=12, bold=True, italic=True)
    for text in w.RECIPIENTS:
        add_text(left.add_paragraph(), text.to(language), size=11)
    write_lines(right, [(w.SIGNER, 13, True, False)], language)
    for _ in range(4):
        right.add_paragraph()
    write_lines(right, [(w.SIGNER_NAME, 13, True, False)], language)


def _write_annex(document: Any, annex: w.Annex, language: Language, *, new_page: bool) -> None:
    head = document.add_paragraph()
    head.paragraph_format.page_break_before = new_page
    for paragraph, text, bold in (
        (head, annex.head, True),
        (document.add_paragraph(), annex.title, True),
        (document.add_paragraph(), w.ATTACHED, False),
    ):
        paragraph.alignment = CENTRE
        add_text(paragraph, text.to(language), size=14 if bold else 13, bold=bold, italic=not bold)
    note = document.add_paragraph()
    note.paragraph_format.space_before = note.paragraph_format.space_after = Pt(6)
    add_text(note, annex.note.to(language), size=11, italic=True)
    write_table(document, annex.table, language)


def _write_map(document: Any, language: Language) -> None:
    head = document.add_paragraph()
    head.paragraph_format.page_break_before = True
    title = document.add_paragraph()
    for paragraph, text in ((head, w.MAP_HEAD), (title, w.MAP_TITLE)):
        paragraph.alignment = CENTRE
        paragraph.paragraph_format.keep_with_next = True
        add_text(paragraph, text.to(language), size=14, bold=True)
    document.add_paragraph("{%p if map_picture %}")
    picture = document.add_paragraph("{{ map_picture }}")
    picture.alignment = CENTRE
    document.add_paragraph("{%p else %}")
    absent = document.add_paragraph()
    absent.alignment = CENTRE
    add_text(absent, w.MAP_ABSENT.to(language))
    document.add_paragraph("{%p endif %}")


def main() -> None:
    """Write the templates of both languages."""
    here = Path(__file__).parent
    build(here / "vi" / w.FILE_NAMES["vi"], "vi")
    build(here / "en" / w.FILE_NAMES["en"], "en")


if __name__ == "__main__":
    main()
