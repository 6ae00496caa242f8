"""Make the Word templates of the quarterly report, both languages from one layout (Decree 30/2020/NĐ-CP).

Run ``python -m phusong.api.reports.template`` after a change of wording. A department edits its own copy in Word:
``templates/<language>/quarterly_report.docx`` in the folder the setting ``templates_folder`` names.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.shared import Pt

from phusong.data.archive import rezip
from phusong.tenders.templates.layout import Table, TableColumn, TableLine
from phusong.tenders.templates.letterhead import MOTTO, NATION, RECIPIENTS_TITLE
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
from phusong.words import LANGUAGES, Language, Text

NAME = "quarterly_report.docx"
HERE = Path(__file__).parent / "templates"
FIELDS = frozenset(
    {
        "banner", "subject", "place_title", "place", "year", "summary", "provinces", "layers", "rounds", "packages",
        "notes",
    }
)  # fmt: skip
MUST_STAY = frozenset({"banner", "summary", "notes"})
_MADE_ON = datetime(2026, 1, 1)
_TO_FILL = Text("[[ghi rõ]]", "[[to be filled in]]")


def template_path(language: Language, own: Path | None = None) -> Path:
    """Return the template in a language: the department's own where it has one."""
    if own is not None and (own / language / NAME).is_file():
        return own / language / NAME
    return HERE / language / NAME


def build(path: Path, language: Language) -> None:
    """Write the template in one language; the same layout gives the same bytes."""
    document = Document()
    set_styles(document)
    set_section(document.sections[0])
    _running_lines(document.sections[0])
    _letterhead(document, language)
    _head(document, language)
    _body(document, language)
    _signature(document, language)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = "", "", ""
    properties.created = properties.modified = _MADE_ON
    document.save(str(path))
    rezip(path)


def _running_lines(section: Any) -> None:
    page = section.header.paragraphs[0]
    page.alignment = CENTRE
    add_field(page.add_run(), "PAGE")
    for header in (section.header, section.first_page_header):
        banner = header.paragraphs[0] if header is section.first_page_header else header.add_paragraph()
        banner.alignment = CENTRE
        add_text(banner, "{{ banner }}", size=10, bold=True, colour=RED)


def _letterhead(document: Any, language: Language) -> None:
    left, right = plain_table(document, (6.8, 9.6)).rows[0].cells
    parent = Text("[[CƠ QUAN CHỦ QUẢN]]", "[[PARENT BODY]]")
    issuer = Text("[[CƠ QUAN LẬP BÁO CÁO]]", "[[REPORTING BODY]]")
    write_lines(left, [(parent, 12, False, False), (issuer, 12, True, False)], language)
    line_under(left.add_paragraph(), 20, 20)
    write_lines(left, [(Text("Số: [[…]]/BC-[[…]]", "No.: [[…]]"), 13, False, False)], language)
    write_lines(right, [(NATION, 12, True, False), (MOTTO, 13, True, False)], language)
    line_under(right.add_paragraph(), 18, 18)
    dated = Text("[[…]], ngày [[…]] tháng [[…]] năm [[…]]", "[[place, day, month, year]]")
    write_lines(right, [(dated, 13, False, True)], language)


def _head(document: Any, language: Language) -> None:
    for text, before in ((Text("BÁO CÁO", "REPORT").to(language), 16), ("{{ subject }}", 0)):
        paragraph = document.add_paragraph()
        paragraph.alignment, paragraph.paragraph_format.space_before = CENTRE, Pt(before)
        add_text(paragraph, text, size=14, bold=True)
    line_under(document.add_paragraph(), 60, 60)
    addressee = document.add_paragraph()
    addressee.alignment = CENTRE
    addressee.paragraph_format.space_before = addressee.paragraph_format.space_after = Pt(8)
    to_whom = Text("Kính gửi: [[nơi nhận báo cáo]]", "To: [[who receives the report]]")
    add_text(addressee, to_whom.to(language), size=14)


def _loop(rows: str, cells: tuple[str, ...]) -> tuple[TableLine | str, ...]:
    return (
        f"{{%tr for row in {rows} %}}",
        TableLine(tuple(f"{{{{ row.{cell} }}}}" for cell in cells)),
        "{%tr endfor %}",
    )


def _column(vi: str, en: str, width_cm: float, *, right: bool = False) -> TableColumn:
    return TableColumn(Text(vi, en), width_cm, right=right)


PROVINCES = Table(
    columns=(
        _column("Tỉnh, thành phố", "Province", 2.9),
        _column("Hộ có sóng", "Households served", 4.1, right=True),
        _column("Hộ chưa rõ", "Unknown", 1.7, right=True),
        _column("Thôn có sóng", "Villages served", 3.1, right=True),
        _column("Trắng sóng", "No signal", 1.5, right=True),
        _column("Lõm sóng", "Depres­sion", 1.5, right=True),
        _column("Vùng lõm (hộ)", "Gaps (households)", 2.0, right=True),
    ),
    lines=_loop("provinces", ("province", "households", "unknown", "villages", "white", "depression", "gaps")),
    size=10,
)
LAYERS = Table(
    columns=(
        _column("Doanh nghiệp", "Operator", 3.2),
        _column("Công nghệ", "Technology", 2.3),
        _column("Hộ có sóng", "Households served", 3.8, right=True),
        _column("Hộ chưa rõ", "Unknown", 2.0, right=True),
        _column("Thôn có sóng", "Villages served", 2.8, right=True),
        _column("Xã có sóng", "Communes served", 2.5, right=True),
    ),
    lines=_loop("layers", ("operator", "technology", "households", "unknown", "villages", "communes")),
    size=10,
)
ROUNDS = Table(
    columns=(
        _column("Tỉnh, thành phố", "Province", 3.1),
        _column("Đợt", "Round", 2.6),
        _column("Trạng thái", "State", 4.2),
        _column("Điểm báo cáo", "Places", 1.9, right=True),
        _column("Kiến nghị đã trả lời", "Requests answered", 2.9, right=True),
        _column("Kết luận", "Conclusions", 1.9, right=True),
    ),
    lines=_loop("rounds", ("province", "batch", "state", "rows", "answered", "decided")),
    size=10,
)
PACKAGES = Table(
    columns=(
        _column("Tỉnh, thành phố", "Province", 3.1),
        _column("Gói thầu", "Package", 3.4),
        _column("Trạng thái", "State", 3.0),
        _column("Hộ cần phủ", "Households", 2.0, right=True),
        _column("Vị trí", "Sites", 1.5, right=True),
        _column("Giá (đồng)", "Price (VND)", 3.4, right=True),
    ),
    lines=_loop("packages", ("province", "code", "state", "households", "sites", "price")),
    size=10,
)
_SECTIONS = (
    (Text("1. Tình hình phủ sóng", "1. Coverage"), "provinces", PROVINCES),
    (Text("2. Theo doanh nghiệp và công nghệ", "2. By operator and technology"), "layers", LAYERS),
    (Text("3. Các đợt rà soát", "3. Rounds"), "rounds", ROUNDS),
    (Text("4. Gói thầu", "4. Packages"), "packages", PACKAGES),
)
_NOTHING = Text("Chưa có số liệu trong kỳ.", "Nothing in this quarter.")


def _body(document: Any, language: Language) -> None:
    document.add_paragraph("{%p for line in summary %}")
    add_paragraph(document, "{{ line }}")
    document.add_paragraph("{%p endfor %}")
    for title, rows, table in _SECTIONS:
        add_paragraph(document, title.to(language), bold=True, keep=True)
        document.add_paragraph(f"{{%p if {rows} %}}")
        gap = document.add_paragraph().paragraph_format
        gap.line_spacing, gap.keep_with_next = Pt(6), True
        write_table(document, table, language)
        document.add_paragraph("{%p else %}")
        add_paragraph(document, _NOTHING.to(language), italic=True)
        document.add_paragraph("{%p endif %}")
    ends = (
        Text("5. Khó khăn, vướng mắc", "5. Difficulties"),
        Text("6. Kiến nghị, đề xuất", "6. Proposals"),
    )
    for title in ends:
        add_paragraph(document, title.to(language), bold=True, keep=True)
        add_paragraph(document, _TO_FILL.to(language))
    add_paragraph(document, Text("7. Căn cứ số liệu", "7. What the figures rest on").to(language), bold=True, keep=True)
    document.add_paragraph("{%p for line in notes %}")
    add_paragraph(document, "– {{ line }}")
    document.add_paragraph("{%p endfor %}")


def _signature(document: Any, language: Language) -> None:
    document.add_paragraph().paragraph_format.keep_with_next = True
    table = plain_table(document, (7.5, 8.5))
    keep_rows(table)
    left, right = table.rows[0].cells
    add_text(left.paragraphs[0], RECIPIENTS_TITLE.to(language), size=12, bold=True, italic=True)
    for text in (Text("- Như trên;", "- As above;"), Text("- Lưu: VT.", "- File.")):
        add_text(left.add_paragraph(), text.to(language), size=11)
    write_lines(right, [(Text("[[CHỨC VỤ NGƯỜI KÝ]]", "[[POSITION OF THE SIGNER]]"), 13, True, False)], language)
    for _ in range(4):
        right.add_paragraph()
    write_lines(right, [(Text("[[họ và tên]]", "[[name]]"), 13, True, False)], language)


def main() -> None:
    """Write the templates in both languages."""
    for language in LANGUAGES:
        path = HERE / language / NAME
        path.parent.mkdir(parents=True, exist_ok=True)
        build(path, language)


if __name__ == "__main__":
    main()
