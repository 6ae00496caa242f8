"""The parts all our Word templates are made of: styles, marked text, tables (Decree 30/2020/NĐ-CP)."""

from __future__ import annotations

import re
from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt, RGBColor

from phusong.tenders.templates.layout import Table, pieces
from phusong.words import Language, Text

FONT = "Times New Roman"
CENTRE, RIGHT, JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY
RED = RGBColor(0x8E, 0x1B, 0x3A)
_TO_FILL = re.compile(r"\A(\{%.*?%\})?(.*?)(\{%.*?%\})?\Z", re.DOTALL)
"""What stands between brackets: the words, not the condition they stand under."""
_HEAD_FILL, _GROUP_FILL = "E4E8EC", "F1F3F5"
_ROW_GAP_PT, _CELL_MARGIN_MM = 1.5, 1.2


def set_styles(document: Any) -> None:
    """Give a document the face and size of the decree."""
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(13)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for slot in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(slot), FONT)
    style.paragraph_format.space_after, style.paragraph_format.space_before = Pt(0), Pt(0)


def set_section(section: Any) -> None:
    """Set page, margins and a first page of its own."""
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(25), Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(20)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True


def add_field(run: Any, code: str) -> None:
    """Add a field that Word fills, such as the page number."""
    for kind, text in (("begin", None), (None, code), ("end", None)):
        if text is None:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        else:
            part = OxmlElement("w:instrText")
            part.text = text
        run._r.append(part)


def add_text(
    paragraph: Any,
    text: str,
    *,
    size: float | None = None,
    bold: bool = False,
    italic: bool = False,
    colour: RGBColor | None = None,
) -> None:
    """Add text to a paragraph: ``[[…]]`` is what only the investor knows, highlighted; ``**…**`` is bold."""
    for i, piece in enumerate(pieces(text)):
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


def line_under(paragraph: Any, left_mm: float, right_mm: float) -> None:
    """Draw a short line as the letterhead has under its names."""
    paragraph.paragraph_format.left_indent, paragraph.paragraph_format.right_indent = Mm(left_mm), Mm(right_mm)
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:shd", "w:spacing", "w:ind", "w:jc", "w:rPr")
    paragraph.paragraph_format.line_spacing = Pt(6)


def plain_table(document: Any, widths_cm: tuple[float, ...]) -> Any:
    """Add a table of one row without lines."""
    table = document.add_table(rows=1, cols=len(widths_cm))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    set_widths(table, widths_cm)
    return table


def write_lines(cell: Any, lines: list[tuple[Text, int, bool, bool]], language: Language) -> None:
    """Write lines into a cell, each a text, its size, bold, italic."""
    for text, size, bold, italic in lines:
        empty = len(cell.paragraphs) == 1 and not cell.paragraphs[0].runs
        paragraph = cell.paragraphs[0] if empty else cell.add_paragraph()
        paragraph.alignment = CENTRE
        add_text(paragraph, text.to(language), size=size, bold=bold, italic=italic)


def add_paragraph(document: Any, text: str, *, bold: bool = False, italic: bool = False, keep: bool = False) -> None:
    """Add a paragraph of running text."""
    paragraph = document.add_paragraph()
    form = paragraph.paragraph_format
    form.first_line_indent, form.space_before, form.line_spacing, form.keep_with_next = Cm(1), Pt(6), 1.1, keep
    paragraph.alignment = JUSTIFY
    add_text(paragraph, text, bold=bold, italic=italic)


def write_table(document: Any, spec: Table, language: Language) -> None:
    """Write a table: its header repeats on every page, no row is split, a tag row opens and closes each loop."""
    table = document.add_table(rows=0, cols=len(spec.columns))
    table.style = "Table Grid"
    set_cell_margins(table)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _write_heads(table, spec, language)
    for line in spec.lines:
        if isinstance(line, str):
            table.add_row().cells[0].text = line
        else:
            texts = [text.to(language) if isinstance(text, Text) else text for text in line.cells]
            _write_row(table, texts, spec, fill=_GROUP_FILL if line.bold else "", bold=line.bold, keep=line.group)
    set_widths(table, tuple(column.width_cm for column in spec.columns))
    for row, line in zip(table.rows[-len(spec.lines) :], spec.lines, strict=True):
        if not isinstance(line, str) and line.bold and len(line.cells) > 2 and not line.cells[2]:
            _join_next(row.cells[1], row.cells[2])
    keep_rows(table)


def _write_heads(table: Any, spec: Table, language: Language) -> None:
    """Write the titles of the columns; where some share a title, that stands in a row above theirs."""
    titles = [column.title.to(language) for column in spec.columns]
    if not any(column.over for column in spec.columns):
        _write_row(table, titles, spec, fill=_HEAD_FILL, head=True)
        return
    above = [
        column.over.to(language) if column.over else title for column, title in zip(spec.columns, titles, strict=True)
    ]
    below = [title if column.over else "" for column, title in zip(spec.columns, titles, strict=True)]
    _write_row(table, above, spec, fill=_HEAD_FILL, head=True)
    _write_row(table, below, spec, fill=_HEAD_FILL, head=True)
    upper, lower = table.rows[0].cells, table.rows[1].cells
    for i, column in enumerate(spec.columns):
        if column.over is None:
            _join(upper[i], lower[i])
        elif i and spec.columns[i - 1].over == column.over:
            _join(upper[i - 1], upper[i])


def _join(cell: Any, other: Any) -> None:
    """Join a cell with its neighbour and leave the words of the first."""
    for paragraph in other.paragraphs:
        for run in paragraph.runs:
            run.text = ""
    joined = cell.merge(other)
    for paragraph in joined.paragraphs[1:]:
        paragraph._p.getparent().remove(paragraph._p)


def _write_row(
    table: Any,
    texts: list[str],
    spec: Table,
    *,
    fill: str,
    bold: bool = False,
    head: bool = False,
    keep: bool = False,
) -> None:
    row = table.add_row()
    for cell, text, column in zip(row.cells, texts, spec.columns, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.alignment = CENTRE if head else (RIGHT if column.right else None)
        form = paragraph.paragraph_format
        form.keep_with_next, form.space_before, form.space_after = keep or head, Pt(_ROW_GAP_PT), Pt(_ROW_GAP_PT)
        add_text(paragraph, text, size=spec.size, bold=bold or head)
        set_mark_size(paragraph, spec.size)
        if fill:
            shade(cell, fill)
    if head:
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _join_next(cell: Any, empty: Any) -> None:
    """Give a label the room of the empty cell beside it."""
    alignment, keep = cell.paragraphs[0].alignment, cell.paragraphs[0].paragraph_format.keep_with_next
    joined = cell.merge(empty)
    joined.paragraphs[0].alignment, joined.paragraphs[0].paragraph_format.keep_with_next = alignment, keep


def set_mark_size(paragraph: Any, size: float) -> None:
    """Give the paragraph mark the size of its text: it alone sets the height of an empty cell."""
    look, points = OxmlElement("w:rPr"), OxmlElement("w:sz")
    points.set(qn("w:val"), str(round(2 * size)))
    look.append(points)
    paragraph._p.get_or_add_pPr().append(look)


def set_cell_margins(table: Any) -> None:
    """Set the space beside the words of every cell."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(Mm(_CELL_MARGIN_MM).twips))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription")


def shade(cell: Any, fill: str) -> None:
    """Fill a cell with a colour."""
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def keep_rows(table: Any) -> None:
    """Keep every row of a table on one page."""
    for row in table.rows:
        row._tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))


def set_widths(table: Any, widths_cm: tuple[float, ...]) -> None:
    """Fix the widths of the columns."""
    table.autofit = False
    for column, width_cm in zip(table.columns, widths_cm, strict=True):
        column.width = Cm(width_cm)
        for cell in column.cells:
            cell.width = Cm(width_cm)
