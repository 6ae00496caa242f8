"""The summary sheet of an annotated copy: what was found, cell by cell, what the colours mean, what was not kept.

Comments do not print: on paper this sheet says all of it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from openpyxl.utils.cell import get_column_letter, quote_sheetname

from phusong.data.annotated.levels import MARKS, mark_of
from phusong.data.annotated.remarks import with_choices
from phusong.data.annotated.styles import Styles
from phusong.data.injection import cell_text, looks_like_formula
from phusong.data.raw.sheet import SUMMARY_SHEET
from phusong.errors import Problem
from phusong.words import Language, Text, day, number

_COLUMNS: tuple[tuple[Text, float], ...] = (
    (Text("STT", "No."), 6),
    (Text("Mức", "Level"), 11),
    (Text("Trang", "Sheet"), 14),
    (Text("Dòng", "Row"), 7),
    (Text("Cột", "Column"), 22),
    (Text("Ô", "Cell"), 8),
    (Text("Ghi trong ô", "Written in the cell"), 24),
    (Text("Đã đọc là", "Read as"), 20),
    (Text("Vấn đề và việc cần làm", "What was found and what to do"), 62),
)
_WIDE = sum(width for _, width in _COLUMNS)
_LINE_PT, _ROW_PT = 12.8, 3.0
_LETTERS_PER_WIDTH = 1.35
"""Letters of Times New Roman 10 to one unit of column width, on the safe side."""
_LAST_ROW = 1_048_576
_MOST_LINKS = 65_000
"""Excel opens no sheet with more than 65,530 links."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What the sheet says above its table: the file, the list, the day, and remarks on the copy."""

    file: str
    list_title: Text
    dated: date
    remarks: Sequence[Text]


@dataclass(frozen=True, slots=True)
class SummarySheet:
    """The worksheet's XML, the row of its header and its last row."""

    xml: bytes
    header_row: int
    last_row: int


def summary_sheet(
    summary: Summary,
    problems: Sequence[Problem],
    sheet_of: dict[str | None, str],
    styles: Styles,
    language: Language,
    namespace: str,
) -> SummarySheet:
    """Write the summary.

    Parameters
    ----------
    summary
        What stands above the table.
    problems
        All problems, in the order of the file; the gravest are listed first.
    sheet_of
        The name in the copy of each sheet that cells may be linked to.
    styles
        The style table the formats are added to.
    language
        Language of the sheet.
    namespace
        Main namespace of the workbook.
    """
    page = _Page(styles, language)
    page.write_head(summary, problems)
    header_row = page.row
    page.write_header()
    room = _LAST_ROW - page.row - 1
    ranks = {key: rank for rank, key in enumerate(MARKS)}
    ordered = sorted(problems, key=lambda problem: ranks[mark_of(problem)])
    for at, problem in enumerate(ordered[:room], start=1):
        page.write_problem(at, problem, sheet_of)
    if len(problems) > room:
        page.write_left_out(len(problems) - room)
    last_row = max(page.row - 1, header_row)
    return SummarySheet(page.xml(namespace, header_row, last_row, summary.file), header_row, last_row)


class _Page:
    """Rows of the summary being written."""

    def __init__(self, styles: Styles, language: Language) -> None:
        self.row = 1
        self._language = language
        self._rows: list[str] = []
        self._merges: list[str] = []
        self._links: list[str] = []
        self._title = styles.add_format(bold=True, size=14)
        self._note = styles.add_format(wrap=True)
        self._strong = styles.add_format(bold=True)
        self._head = styles.add_format(bold=True, wrap=True, border=True, centre=True, fill="E4E8EC")
        self._cell = styles.add_format(wrap=True, border=True)
        self._number = styles.add_format(border=True, centre=True)
        self._quoted = styles.add_format(wrap=True, border=True, quoted=True)
        self._link = styles.add_format(border=True, centre=True, link=True, colour="0B5E8A")
        self._levels = {
            key: styles.add_format(bold=True, wrap=True, border=True, centre=True, fill=mark.fill, colour="000000")
            for key, mark in MARKS.items()
        }

    def write_head(self, summary: Summary, problems: Sequence[Problem]) -> None:
        """Write title, file, the levels with their counts and meanings, and the remarks."""
        to = self._language
        self._line(SUMMARY_SHEET.to(to), self._title, 20)
        of = Text(f"{summary.list_title.vi}, tệp {summary.file}", f"{summary.list_title.en}, file {summary.file}")
        self._line(of.to(to), self._strong, 18)
        self._note_line(Text(f"Ngày kiểm tra: {day(summary.dated)}", f"Checked on {day(summary.dated)}").to(to))
        counts = Counter(map(mark_of, problems))
        self._line("", self._note, 6)
        for key, mark in MARKS.items():
            cells = [
                _text_cell("A", self.row, number(counts[key], to), self._levels[key]),
                _text_cell("B", self.row, mark.word.to(to), self._levels[key]),
                _text_cell("C", self.row, mark.meaning.to(to), self._note),
            ]
            self._merges.append(f"C{self.row}:{_letter(len(_COLUMNS))}{self.row}")
            self._add(cells, 15)
        self._line("", self._note, 6)
        for remark in summary.remarks:
            self._note_line(remark.to(to))
        self._line("", self._note, 6)

    def write_header(self) -> None:
        """Write the table's header."""
        cells = [
            _text_cell(_letter(column), self.row, title.to(self._language), self._head)
            for column, (title, _) in enumerate(_COLUMNS, start=1)
        ]
        self._add(cells, 18)

    def write_problem(self, at: int, problem: Problem, sheet_of: dict[str | None, str]) -> None:
        """Write one problem, its cell linked."""
        sheet = sheet_of.get(problem.sheet)
        column = _letter(problem.column_number) if problem.column_number else ""
        place = f"{column}{problem.row}" if column and problem.row else ""
        mark = mark_of(problem)
        texts = [
            (str(at), self._number),
            (MARKS[mark].word.to(self._language), self._levels[mark]),
            (problem.sheet or "", None),
            ("" if problem.row is None else str(problem.row), self._number),
            (problem.column or "", None),
            (place, self._cell),
            (problem.found or "", None),
            (problem.after or "", None),
            (with_choices(problem, self._language), None),
        ]
        target = place or (f"A{problem.row}" if problem.row else "")
        if sheet is not None and target and len(self._links) < _MOST_LINKS:
            spot = 6 if place else 4
            texts[spot - 1] = (texts[spot - 1][0], self._link)
            self._links.append(
                f"<hyperlink ref={quoteattr(_letter(spot) + str(self.row))} "
                f"location={quoteattr(f'{quote_sheetname(sheet)}!{target}')}/>"
            )
        cells = [
            _text_cell(_letter(i), self.row, text, self._of_user(text) if style is None else style)
            for i, (text, style) in enumerate(texts, start=1)
        ]
        self._add(cells, _height_pt([text for text, _ in texts], [width for _, width in _COLUMNS]))

    def write_left_out(self, count: int) -> None:
        """Say how many problems found no room."""
        self._line(
            Text(f"Còn {number(count)} vấn đề khác.", f"{number(count, 'en')} more problems.").to(self._language),
            self._strong,
            15,
        )

    def xml(self, namespace: str, header_row: int, last_row: int, file: str) -> bytes:
        """Return the whole worksheet."""
        return "".join(self._parts(namespace, header_row, last_row, file)).encode()

    def _parts(self, namespace: str, header_row: int, last_row: int, file: str) -> Iterator[str]:
        yield f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{namespace}">'
        yield '<sheetPr><tabColor rgb="FF0B5E8A"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        yield '<sheetViews><sheetView showGridLines="0" workbookViewId="0"/></sheetViews>'
        yield '<sheetFormatPr defaultRowHeight="15"/><cols>'
        for i, (_, width) in enumerate(_COLUMNS, start=1):
            yield f'<col min="{i}" max="{i}" width="{width}" customWidth="1"/>'
        yield "</cols><sheetData>"
        yield from self._rows
        yield f'</sheetData><autoFilter ref="A{header_row}:{_letter(len(_COLUMNS))}{last_row}"/>'
        yield f'<mergeCells count="{len(self._merges)}">'
        yield from (f'<mergeCell ref="{merge}"/>' for merge in self._merges)
        yield "</mergeCells>"
        if self._links:
            yield "<hyperlinks>" + "".join(self._links) + "</hyperlinks>"
        yield '<pageMargins left="0.6" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
        yield '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
        page = Text("Trang", "Page").to(self._language)
        footer = f"&L&8{file.replace('&', '&&')[:120]}&R&9{page} &P/&N"
        yield f"<headerFooter><oddFooter>{escape(cell_text(footer))}</oddFooter></headerFooter></worksheet>"

    def _of_user(self, text: str) -> int:
        return self._quoted if looks_like_formula(text) else self._cell

    def _line(self, text: str, style: int, height_pt: float) -> None:
        self._add([_text_cell("A", self.row, text, style)], height_pt)

    def _note_line(self, text: str, style: int | None = None) -> None:
        self._merges.append(f"A{self.row}:{_letter(len(_COLUMNS))}{self.row}")
        self._line(text, self._note if style is None else style, _height_pt([text], [_WIDE]))

    def _add(self, cells: Sequence[str], height_pt: float) -> None:
        height = f'ht="{min(height_pt, 409):g}" customHeight="1"'
        self._rows.append(f'<row r="{self.row}" {height}>{"".join(cells)}</row>')
        self.row += 1


def _letter(column: int) -> str:
    return str(get_column_letter(column))


def _text_cell(column: str, row: int, text: str, style: int) -> str:
    if not text:
        return f'<c r="{column}{row}" s="{style}"/>'
    if text.isascii() and text.isdecimal() and len(text) < 8 and column in ("A", "D"):
        return f'<c r="{column}{row}" s="{style}"><v>{text}</v></c>'
    said = escape(cell_text(text))
    return f'<c r="{column}{row}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{said}</t></is></c>'


def _height_pt(texts: Sequence[str], widths: Sequence[float]) -> float:
    """Return the height that shows all lines: not every program fits rows to wrapped text by itself."""
    lines = [
        sum(max(1, math.ceil(len(line) / (_LETTERS_PER_WIDTH * width - 1))) for line in text.split("\n"))
        for text, width in zip(texts, widths, strict=True)
    ]
    return _ROW_PT + _LINE_PT * max(lines)
