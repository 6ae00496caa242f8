"""Make the Word templates that come with the package, both languages from one layout (Decree 30/2020/NĐ-CP).

Run ``python -m phusong.tenders.templates.build`` after a change here. A department edits its own copy in Word and names
it when documents are made; nothing but these files is overwritten.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt, RGBColor

from phusong.data.archive import rezip
from phusong.tenders.templates import wording as w
from phusong.words import Language, Text

FONT = "Times New Roman"
_CENTRE, _RIGHT, _JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY
_RED = RGBColor(0x8E, 0x1B, 0x3A)
_TO_FILL = re.compile(r"\A(\{%.*?%\})?(.*?)(\{%.*?%\})?\Z", re.DOTALL)
"""What stands between brackets: the words, not the condition they stand under."""
_HEAD_FILL, _GROUP_FILL = "E4E8EC", "F1F3F5"
_ROW_GAP_PT, _CELL_MARGIN_MM = 1.5, 1.2


def build(path: Path, language: Language) -> None:
    """Write the template of the report in one language."""
    document = Document()
    _set_styles(document)
    _set_section(document.sections[0])
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


def _set_styles(document: Any) -> None:
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(13)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for slot in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(slot), FONT)
    style.paragraph_format.space_after, style.paragraph_format.space_before = Pt(0), Pt(0)


def _set_section(section: Any) -> None:
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(25), Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(20)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True


def _write_running_lines(section: Any, language: Language) -> None:
    """Number pages at the top from the second on; say on every page whether data are simulated and which snapshot."""
    page = section.header.paragraphs[0]
    page.alignment = _CENTRE
    _add_field(page.add_run(), "PAGE")
    for header in (section.header, section.first_page_header):
        banner = header.paragraphs[0] if header is section.first_page_header else header.add_paragraph()
        banner.alignment = _CENTRE
        _run(banner, "{{ banner }}", size=10, bold=True, colour=_RED)
    for footer in (section.footer, section.first_page_footer):
        _run(footer.paragraphs[0], w.FOOTER.to(language), size=8)


def _add_field(run: Any, code: str) -> None:
    for kind, text in (("begin", None), (None, code), ("end", None)):
        if text is None:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        else:
            part = OxmlElement("w:instrText")
            part.text = text
        run._r.append(part)


def _run(
    paragraph: Any,
    text: str,
    *,
    size: float | None = None,
    bold: bool = False,
    italic: bool = False,
    colour: RGBColor | None = None,
) -> None:
    """Add text to a paragraph: ``[[…]]`` is what only the investor knows, highlighted; ``**…**`` is bold."""
    for i, piece in enumerate(w.pieces(text)):
        if not piece:
            continue
        run = paragraph.add_run(_TO_FILL.sub(r"\1[\2]\3", piece) if i % 3 == 1 else piece)
        run.bold, run.italic = bold or i % 3 == 2, italic
        if size is not None:
            run.font.size = Pt(size)
        if colour is not None:
            run.font.color.rgb = colour
        if i % 3 == 1:
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def _line_under(paragraph: Any, left_mm: float, right_mm: float) -> None:
    paragraph.paragraph_format.left_indent, paragraph.paragraph_format.right_indent = Mm(left_mm), Mm(right_mm)
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:shd", "w:spacing", "w:ind", "w:jc", "w:rPr")
    paragraph.paragraph_format.line_spacing = Pt(6)


def _write_letterhead(document: Any, language: Language) -> None:
    table = _plain_table(document, (6.2, 9.8))
    left, right = table.rows[0].cells
    _cell_lines(left, [(w.PARENT, 12, False, False), (w.ISSUER, 12, True, False)], language)
    _line_under(left.add_paragraph(), 18, 18)
    _cell_lines(left, [(w.NUMBER, 13, False, False)], language)
    _cell_lines(right, [(w.NATION, 12, True, False), (w.MOTTO, 13, True, False)], language)
    _line_under(right.add_paragraph(), 17, 17)
    _cell_lines(right, [(w.PLACE_AND_DATE, 13, False, True)], language)
    for text, before in ((w.KIND, 18), (w.SUBJECT, 0)):
        paragraph = document.add_paragraph()
        paragraph.alignment, paragraph.paragraph_format.space_before = _CENTRE, Pt(before)
        _run(paragraph, text.to(language), size=14, bold=True)
    _line_under(document.add_paragraph(), 60, 60)


def _plain_table(document: Any, widths_cm: tuple[float, ...]) -> Any:
    table = document.add_table(rows=1, cols=len(widths_cm))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _set_widths(table, widths_cm)
    return table


def _cell_lines(cell: Any, lines: list[tuple[Text, int, bool, bool]], language: Language) -> None:
    for text, size, bold, italic in lines:
        empty = len(cell.paragraphs) == 1 and not cell.paragraphs[0].runs
        paragraph = cell.paragraphs[0] if empty else cell.add_paragraph()
        paragraph.alignment = _CENTRE
        _run(paragraph, text.to(language), size=size, bold=bold, italic=italic)


def _write_body(document: Any, language: Language) -> None:
    addressee = document.add_paragraph()
    addressee.alignment = _CENTRE
    addressee.paragraph_format.space_after = Pt(8)
    _run(addressee, w.ADDRESSEE.to(language))
    for part in w.BODY:
        if isinstance(part, w.Heading):
            _paragraph(document, part.text.to(language), bold=True, keep=True)
        elif isinstance(part, w.Control):
            document.add_paragraph(part.tag)
        elif isinstance(part, w.SummaryTable):
            _write_table(document, w.SUMMARY, language)
        else:
            _paragraph(document, part.text.to(language), italic=part.italic, keep=part.keep)


def _paragraph(document: Any, text: str, *, bold: bool = False, italic: bool = False, keep: bool = False) -> None:
    paragraph = document.add_paragraph()
    form = paragraph.paragraph_format
    form.first_line_indent, form.space_before, form.line_spacing, form.keep_with_next = Cm(1), Pt(6), 1.1, keep
    paragraph.alignment = _JUSTIFY
    _run(paragraph, text, bold=bold, italic=italic)


def _write_signature(document: Any, language: Language) -> None:
    document.add_paragraph().paragraph_format.keep_with_next = True
    table = _plain_table(document, (7.5, 8.5))
    _keep_rows(table)
    left, right = table.rows[0].cells
    _run(left.paragraphs[0], w.RECIPIENTS_TITLE.to(language), size=12, bold=True, italic=True)
    for text in w.RECIPIENTS:
        _run(left.add_paragraph(), text.to(language), size=11)
    _cell_lines(right, [(w.SIGNER, 13, True, False)], language)
    for _ in range(4):
        right.add_paragraph()
    _cell_lines(right, [(w.SIGNER_NAME, 13, True, False)], language)


def _write_annex(document: Any, annex: w.Annex, language: Language, *, new_page: bool) -> None:
    head = document.add_paragraph()
    head.paragraph_format.page_break_before = new_page
    for paragraph, text, bold in (
        (head, annex.head, True),
        (document.add_paragraph(), annex.title, True),
        (document.add_paragraph(), w.ATTACHED, False),
    ):
        paragraph.alignment = _CENTRE
        _run(paragraph, text.to(language), size=14 if bold else 13, bold=bold, italic=not bold)
    note = document.add_paragraph()
    note.paragraph_format.space_before = note.paragraph_format.space_after = Pt(6)
    _run(note, annex.note.to(language), size=11, italic=True)
    _write_table(document, annex.table, language)


def _write_map(document: Any, language: Language) -> None:
    head = document.add_paragraph()
    head.paragraph_format.page_break_before = True
    title = document.add_paragraph()
    for paragraph, text in ((head, w.MAP_HEAD), (title, w.MAP_TITLE)):
        paragraph.alignment = _CENTRE
        paragraph.paragraph_format.keep_with_next = True
        _run(paragraph, text.to(language), size=14, bold=True)
    document.add_paragraph("{%p if map_picture %}")
    picture = document.add_paragraph("{{ map_picture }}")
    picture.alignment = _CENTRE
    document.add_paragraph("{%p else %}")
    absent = document.add_paragraph()
    absent.alignment = _CENTRE
    _run(absent, w.MAP_ABSENT.to(language))
    document.add_paragraph("{%p endif %}")


def _write_table(document: Any, spec: w.Table, language: Language) -> None:
    """Write a table: its header repeats on every page, no row is split, a tag row opens and closes each loop."""
    table = document.add_table(rows=0, cols=len(spec.columns))
    table.style = "Table Grid"
    _set_cell_margins(table)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _write_row(table, [column.title.to(language) for column in spec.columns], spec, fill=_HEAD_FILL, head=True)
    for line in spec.lines:
        if isinstance(line, str):
            table.add_row().cells[0].text = line
        else:
            texts = [text.to(language) if isinstance(text, Text) else text for text in line.cells]
            _write_row(table, texts, spec, fill=_GROUP_FILL if line.bold else "", bold=line.bold, keep=line.group)
    _set_widths(table, tuple(column.width_cm for column in spec.columns))
    for row, line in zip(table.rows[1:], spec.lines, strict=True):
        if not isinstance(line, str) and line.bold and not line.cells[2]:
            _join_next(row.cells[1], row.cells[2])
    _keep_rows(table)


def _write_row(
    table: Any,
    texts: list[str],
    spec: w.Table,
    *,
    fill: str,
    bold: bool = False,
    head: bool = False,
    keep: bool = False,
) -> None:
    row = table.add_row()
    for cell, text, column in zip(row.cells, texts, spec.columns, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.alignment = _CENTRE if head else (_RIGHT if column.right else None)
        form = paragraph.paragraph_format
        form.keep_with_next, form.space_before, form.space_after = keep or head, Pt(_ROW_GAP_PT), Pt(_ROW_GAP_PT)
        _run(paragraph, text, size=spec.size, bold=bold or head)
        _set_mark_size(paragraph, spec.size)
        if fill:
            _shade(cell, fill)
    if head:
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _join_next(cell: Any, empty: Any) -> None:
    """Give a label the room of the empty cell beside it."""
    alignment, keep = cell.paragraphs[0].alignment, cell.paragraphs[0].paragraph_format.keep_with_next
    joined = cell.merge(empty)
    joined.paragraphs[0].alignment, joined.paragraphs[0].paragraph_format.keep_with_next = alignment, keep


def _set_mark_size(paragraph: Any, size: float) -> None:
    """Give the paragraph mark the size of its text: it alone sets the height of an empty cell."""
    look, points = OxmlElement("w:rPr"), OxmlElement("w:sz")
    points.set(qn("w:val"), str(round(2 * size)))
    look.append(points)
    paragraph._p.get_or_add_pPr().append(look)


def _set_cell_margins(table: Any) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(Mm(_CELL_MARGIN_MM).twips))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription")


def _shade(cell: Any, fill: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _keep_rows(table: Any) -> None:
    for row in table.rows:
        row._tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))


def _set_widths(table: Any, widths_cm: tuple[float, ...]) -> None:
    table.autofit = False
    for column, width_cm in zip(table.columns, widths_cm, strict=True):
        column.width = Cm(width_cm)
        for cell in column.cells:
            cell.width = Cm(width_cm)


def main() -> None:
    """Write the templates of both languages."""
    here = Path(__file__).parent
    build(here / "vi" / w.FILE_NAMES["vi"], "vi")
    build(here / "en" / w.FILE_NAMES["en"], "en")


if __name__ == "__main__":
    main()
