"""What the substantive papers share: paragraphs with tags in them, columns, forms, lines to sign and to write on."""

from __future__ import annotations

from phusong.tenders.templates.layout import Block, Heading, Line, PageBreak, Table, TableColumn, TableLine
from phusong.words import Text

BLANK = "…………………………"
"""A line to write on, for a bidder, a contractor or a commune."""
SHORT_BLANK = "…………"
NUMBER = Text("STT", "No.")
ENDFOR = "{%tr endfor %}"
PRICE_WORDS = Text(
    "{% if price_words %} (bằng chữ: {{ price_words }}){% endif %}",
    "{% if price_words %} (in words: {{ price_words }}){% endif %}",
)
"""The package price in words, in brackets; nothing where the investor has not told it."""
DRAFT = Line(
    Text(
        "Dự thảo do công cụ lập từ bản chốt số liệu, để chủ đầu tư sửa và chịu trách nhiệm. Mức ghi “chưa xác minh” là "
        "đề xuất, chưa đối chiếu với văn bản; chủ đầu tư kiểm tra trước khi phát hành.",
        "A draft made by the tool from the frozen figures, for the investor to edit and answer for. Values marked “not "
        "verified” are proposals not yet held against any text; the investor checks them before issue.",
    ),
    italic=True,
)


def worded(vi: str, en: str, **tags: Text) -> Text:
    """Return a text with the tags of fields and options in the places named ``<so>``."""
    for name, tag in tags.items():
        vi, en = vi.replace(f"<{name}>", tag.vi), en.replace(f"<{name}>", tag.en)
    return Text(vi, en)


def heading(vi: str, en: str) -> Heading:
    """Return a heading of the body."""
    return Heading(Text(vi, en))


def line(vi: str, en: str, **tags: Text) -> Line:
    """Return a paragraph, with tags as in :func:`worded`."""
    return Line(worded(vi, en, **tags))


def held(vi: str, en: str, **tags: Text) -> Line:
    """Return a paragraph that stays on the page of what follows."""
    return Line(worded(vi, en, **tags), keep=True)


def note(vi: str, en: str, **tags: Text) -> Line:
    """Return a paragraph in italics."""
    return Line(worded(vi, en, **tags), italic=True)


def column(vi: str, en: str, width_cm: float, *, right: bool = False) -> TableColumn:
    """Return a column of a table."""
    return TableColumn(Text(vi, en), width_cm, right)


def row(*cells: str | Text) -> TableLine:
    """Return a row of a table."""
    return TableLine(cells)


def form(number: str, vi: str, en: str, *body: Block) -> tuple[Block, ...]:
    """Return a form on pages of its own."""
    return (
        PageBreak(),
        Line(Text(f"Mẫu số {number}", f"Form {number}"), bold=True, centred=True, keep=True),
        Line(Text(vi, en), bold=True, centred=True, keep=True),
        *body,
    )


def to_write(*questions: tuple[str, str]) -> Table:
    """Return a table of questions, each with room to write."""
    return Table(
        columns=(column("Nội dung", "Subject", 6.5), column("Khai báo", "Statement", 9.5)),
        lines=tuple(row(Text(*question), "\n") for question in questions),
        size=12,
    )


def signatures(left: Text, right: Text) -> Table:
    """Return a table of one row in which two parties sign."""
    sign = Text("(ký, ghi rõ họ tên, đóng dấu)\n\n\n\n", "(signature, name, seal)\n\n\n\n")
    return Table(columns=(TableColumn(left, 8.0), TableColumn(right, 8.0)), lines=(row(sign, sign),), size=12)
