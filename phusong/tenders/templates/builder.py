"""Make the Word templates of the papers of a document set, both languages from one layout (Decree 30/2020/NĐ-CP).

Run ``python -m phusong.tenders.templates.builder`` after a change of a paper's wording. A department edits its own
copies in Word; nothing but the files in this folder is overwritten.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.shared import Cm, Mm, Pt

from phusong.data.archive import rezip
from phusong.tenders.parts import part
from phusong.tenders.templates.layout import (
    Block,
    Control,
    Heading,
    Line,
    PageBreak,
    Paper,
    Picture,
    Signature,
    Table,
    told,
)
from phusong.tenders.templates.letterhead import (
    FOOTER,
    MOTTO,
    NATION,
    PARENTS,
    PLACE_AND_DATE,
    RECIPIENTS_TITLE,
    SIGNER_NAMES,
    SIGNERS,
    number_line,
)
from phusong.tenders.templates.parts import (
    CENTRE,
    JUSTIFY,
    RED,
    add_field,
    add_text,
    keep_rows,
    line_under,
    plain_table,
    set_section,
    set_styles,
    write_lines,
    write_table,
)
from phusong.words import LANGUAGES, Language, Text

HERE = Path(__file__).parent
_MADE_ON = datetime(2026, 1, 1)


def template_path(part_key: str, language: Language) -> Path:
    """Return where the template of a part is kept."""
    return HERE / language / f"{part_key}.docx"


def build(path: Path, paper: Paper, language: Language) -> None:
    """Write the template of a paper in one language; the same paper gives the same bytes."""
    document = Document()
    set_styles(document)
    set_section(document.sections[0])
    _write_running_lines(document.sections[0], language)
    if paper.letterhead:
        _write_letterhead(document, paper, language)
    _write_head(document, paper, language)
    for block in _signed(paper):
        _write_block(document, block, paper, language)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = part(paper.part).title.to(language), "", ""
    properties.created = properties.modified = _MADE_ON
    document.save(str(path))
    rezip(path)


def _signed(paper: Paper) -> Iterator[Block]:
    """Give the body with the signature at its place."""
    yield from paper.body
    if paper.signed and not any(isinstance(block, Signature) for block in paper.body):
        yield Signature()


def _write_running_lines(section: Any, language: Language) -> None:
    """Number pages at the top from the second on; say on each whether data are simulated and which package it is."""
    page = section.header.paragraphs[0]
    page.alignment = CENTRE
    add_field(page.add_run(), "PAGE")
    for header in (section.header, section.first_page_header):
        banner = header.paragraphs[0] if header is section.first_page_header else header.add_paragraph()
        banner.alignment = CENTRE
        add_text(banner, "{{ banner }}", size=10, bold=True, colour=RED)
    for footer in (section.footer, section.first_page_footer):
        add_text(footer.paragraphs[0], FOOTER.to(language), size=8)


def _write_letterhead(document: Any, paper: Paper, language: Language) -> None:
    """Write issuer and number on the left; nation, motto, place and date on the right."""
    table = plain_table(document, (6.8, 9.6))
    left, right = table.rows[0].cells
    issuer = _in_capitals(told(paper.issuer))
    write_lines(left, [(PARENTS[paper.issuer], 12, False, False), (issuer, 12, True, False)], language)
    line_under(left.add_paragraph(), 20, 20)
    write_lines(left, [(number_line(paper.letters, paper.issuer), 13, False, False)], language)
    write_lines(right, [(NATION, 12, True, False), (MOTTO, 13, True, False)], language)
    line_under(right.add_paragraph(), 18, 18)
    write_lines(right, [(PLACE_AND_DATE, 13, False, True)], language)


def _in_capitals(text: Text) -> Text:
    return Text(text.vi.replace(" }}", "|upper }}", 1), text.en.replace(" }}", "|upper }}", 1))


def _write_head(document: Any, paper: Paper, language: Language) -> None:
    """Write the kind of paper and its subject, a short line, and whom it is for."""
    for text, before in ((paper.kind, 16), (paper.subject, 0)):
        if text.to(language):
            paragraph = document.add_paragraph()
            paragraph.alignment, paragraph.paragraph_format.space_before = CENTRE, Pt(before)
            add_text(paragraph, text.to(language), size=14, bold=True)
    line_under(document.add_paragraph(), 60, 60)
    if paper.addressee is not None:
        addressee = document.add_paragraph()
        addressee.alignment = CENTRE
        addressee.paragraph_format.space_before = addressee.paragraph_format.space_after = Pt(8)
        add_text(addressee, paper.addressee.to(language), size=14)


def _write_block(document: Any, block: Block, paper: Paper, language: Language) -> None:
    if isinstance(block, Heading):
        _write_line(document, block.text.to(language), bold=True, italic=block.level > 1, keep=True)
    elif isinstance(block, Line):
        _write_line(
            document,
            block.text.to(language),
            bold=block.bold,
            italic=block.italic,
            keep=block.keep,
            centred=block.centred,
        )
    elif isinstance(block, Control):
        document.add_paragraph(block.tag)
    elif isinstance(block, Table):
        _write_table(document, block, language)
    elif isinstance(block, PageBreak):
        _begin_page(document, landscape=block.landscape)
    elif isinstance(block, Picture):
        _write_picture(document, block)
    else:
        _write_signature(document, paper, language)


def _write_line(
    document: Any, text: str, *, bold: bool = False, italic: bool = False, keep: bool = False, centred: bool = False
) -> None:
    paragraph = document.add_paragraph()
    form = paragraph.paragraph_format
    form.space_before, form.line_spacing, form.keep_with_next = Pt(6), 1.1, keep
    paragraph.alignment = CENTRE if centred else JUSTIFY
    if not centred:
        form.first_line_indent = Cm(1)
    add_text(paragraph, text, bold=bold, italic=italic)


def _write_table(document: Any, table: Table, language: Language) -> None:
    """Write a table with a little room above and below."""
    for write in (True, False):
        gap = document.add_paragraph()
        gap.paragraph_format.line_spacing, gap.paragraph_format.keep_with_next = Pt(6), write
        if write:
            write_table(document, table, language)


def _begin_page(document: Any, *, landscape: bool) -> None:
    """Begin a page; a section of its own where the page lies otherwise than the one before."""
    lies = document.sections[-1].orientation == WD_ORIENT.LANDSCAPE
    if landscape == lies:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.page_break_before, paragraph.paragraph_format.line_spacing = True, Pt(2)
        return
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.different_first_page_header_footer = False
    if landscape:
        section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
        section.left_margin, section.right_margin, section.top_margin = Mm(30), Mm(15), Mm(20)
    else:
        section.orientation, section.page_width, section.page_height = WD_ORIENT.PORTRAIT, Mm(210), Mm(297)
        section.left_margin, section.right_margin, section.top_margin = Mm(30), Mm(20), Mm(25)


def _write_picture(document: Any, picture: Picture) -> None:
    document.add_paragraph(f"{{%p if {picture.field} %}}")
    document.add_paragraph(f"{{{{ {picture.field} }}}}").alignment = CENTRE
    document.add_paragraph("{%p endif %}")


def _write_signature(document: Any, paper: Paper, language: Language) -> None:
    """Write recipients and signature side by side, together with the last words before them."""
    document.add_paragraph().paragraph_format.keep_with_next = True
    table = plain_table(document, (7.5, 8.5))
    keep_rows(table)
    left, right = table.rows[0].cells
    if paper.recipients:
        add_text(left.paragraphs[0], RECIPIENTS_TITLE.to(language), size=12, bold=True, italic=True)
    for text in paper.recipients:
        add_text(left.add_paragraph(), text.to(language), size=11)
    write_lines(right, [(SIGNERS[paper.issuer], 13, True, False)], language)
    for _ in range(4):
        right.add_paragraph()
    write_lines(right, [(SIGNER_NAMES[paper.issuer], 13, True, False)], language)


def main() -> None:
    """Write the templates of all papers in both languages."""
    from phusong.tenders.templates.papers import ALL_PAPERS

    for language in LANGUAGES:
        for paper in ALL_PAPERS:
            build(template_path(paper.part, language), paper, language)


if __name__ == "__main__":
    main()
