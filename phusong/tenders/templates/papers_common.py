"""Blocks that papers share: legal basis, tables of counts and costs, articles, recipients."""

from __future__ import annotations

from phusong.tenders.templates.layout import (
    Block,
    Control,
    Heading,
    Line,
    PageBreak,
    Signature,
    Table,
    TableColumn,
    TableLine,
    fill,
    told,
)
from phusong.words import Text

REQUIRED_COUNTS = ("area_count", "communes", "households")
LAST_ARTICLE = 3
"""Decisions end with it: it stays on the page of the signature."""
DRAFT = Line(
    Text(
        "(Dự thảo: công cụ chỉ điền số liệu của gói; nội dung trong ngoặc vuông do cơ quan ban hành ghi)",
        "(Draft: the tool fills in the package's figures only; what stands in brackets is for the issuing body)",
    ),
    italic=True,
    centred=True,
)
COMPETENT, INVESTOR = told("competent_body"), told("investor")
TO_COMPETENT = Text(f"Kính gửi: {COMPETENT.vi}.", f"To: {COMPETENT.en}.")
TOTAL = Text("Tổng cộng", "Total")
ENDFOR = "{%tr endfor %}"


def line(vi: str, en: str, *, keep: bool = False) -> Line:
    """Return a paragraph."""
    return Line(Text(vi, en), keep=keep)


def heading(vi: str, en: str, level: int = 1) -> Heading:
    """Return a heading."""
    return Heading(Text(vi, en), level)


def basis(*more: Text) -> tuple[Block, ...]:
    """Return the acts a paper rests on, then papers of its own, each closed as the decree asks."""
    return (
        Control("{%p for basis in legal_basis %}"),
        Line(
            Text(
                "Căn cứ {{ basis.text }}[[{% if basis.to_check %}chủ đầu tư kiểm tra{% endif %}]];",
                "Pursuant to {{ basis.text }}[[{% if basis.to_check %}investor to check{% endif %}]];",
            ),
            italic=True,
        ),
        Control("{%p endfor %}"),
        Line(
            Text(
                "Căn cứ [[chủ đầu tư điền: văn bản quy định chức năng, nhiệm vụ; quyết định, kế hoạch của địa phương; "
                "rà soát hiệu lực của các căn cứ trên]];",
                "Pursuant to [[investor to fill: acts on the functions of the body; decisions and plans of the "
                "province; check that the above are in force]];",
            ),
            italic=True,
        ),
        *(Line(text, italic=True) for text in more),
    )


def approved(key: str) -> Text:
    """Return the line that names a decision the investor told of."""
    decision = told(key)
    return Text(f"Căn cứ {decision.vi};", f"Pursuant to {decision.en};")


def on_proposal(vi: str, en: str) -> tuple[Text, Text]:
    """Return the last two lines of a decision's basis: the appraisal and the submission on a subject."""
    who = INVESTOR
    return (
        Text(
            f"Căn cứ Báo cáo thẩm định {vi} số [[chủ đầu tư điền: số, ngày]] của {told('appraiser').vi};",
            f"Pursuant to appraisal report on {en} [[investor to fill: number, date]] of {told('appraiser').en};",
        ),
        Text(
            f"Theo đề nghị của {who.vi} tại Tờ trình số [[chủ đầu tư điền: số, ngày]].",
            f"At the proposal of {who.en} in submission [[investor to fill: number, date]].",
        ),
    )


def table(columns: tuple[TableColumn, ...], lines: tuple[TableLine | str, ...], size: float = 11) -> Table:
    """Return a table."""
    return Table(columns=columns, lines=lines, size=size)


def column(vi: str, en: str, width_cm: float, *, right: bool = False) -> TableColumn:
    """Return a column."""
    return TableColumn(Text(vi, en), width_cm, right=right)


def loop(name: str, rows: str, *cells: str, total: tuple[str | Text, ...] = ()) -> tuple[TableLine | str, ...]:
    """Return the lines that repeat a row for every item of a list, with a total under them."""
    repeated = (f"{{%tr for {name} in {rows} %}}", TableLine(tuple(f"{{{{ {cell} }}}}" for cell in cells)), ENDFOR)
    return (*repeated, TableLine(total, bold=True)) if total else repeated


COMMUNES = table(
    (
        column("STT", "No.", 1.1, right=True),
        column("Xã, phường, đặc khu", "Commune", 4.4),
        column("Số khu vực", "Areas", 1.9, right=True),
        column("Số hộ cần phủ", "Households to cover", 2.5, right=True),
        column("Phủ theo phương án tham chiếu", "Served by the reference plan", 2.3, right=True),
        column("Còn lại", "Left", 1.7, right=True),
        column("Trạm tham chiếu", "Reference sites", 2.1, right=True),
    ),
    loop(
        "row",
        "communes",
        "row.number",
        "row.name",
        "row.area_count",
        "row.households",
        "row.planned",
        "row.left",
        "row.site_count",
        total=(
            "",
            TOTAL,
            "{{ area_count }}",
            "{{ households }}",
            "{{ planned }}",
            "{{ left }}",
            "{{ site_count }}",
        ),
    ),
)
"""Areas, households and sites by commune."""


def remarks(numeral: str) -> tuple[Block, ...]:
    """Return how every appraisal ends: the appraiser's remarks and proposal, his to write."""
    return (
        heading(f"{numeral}. NHẬN XÉT VÀ KIẾN NGHỊ", f"{numeral}. REMARKS AND PROPOSAL"),
        line(
            "1. Nhận xét: [[chủ đầu tư điền: nhận xét của đơn vị thẩm định]].",
            "1. Remarks: [[investor to fill: remarks of the appraiser]].",
        ),
        line(
            "2. Kiến nghị: [[chủ đầu tư điền: kiến nghị của đơn vị thẩm định]]./.",
            "2. Proposal: [[investor to fill: proposal of the appraiser]].",
            keep=True,
        ),
    )


HOSTS: tuple[Block, ...] = (
    Control("{%p if host_communes %}"),
    line(
        "Xã có số khu vực bằng 0 trong bảng chỉ đặt trạm tham chiếu phục vụ khu vực của xã khác: {{ host_communes }}.",
        "Communes with no area in the table only hold reference sites for areas of others: {{ host_communes }}.",
    ),
    Control("{%p endif %}"),
)
"""Which communes of the table have sites and no area."""

COMMUNE_COSTS = table(
    (
        column("STT", "No.", 1.1, right=True),
        column("Xã, phường, đặc khu", "Commune", 4.4),
        column("Trạm", "Sites", 1.4, right=True),
        column("Mức thấp (đồng)", "Low (VND)", 3.0, right=True),
        column("Mức giữa (đồng)", "Middle (VND)", 3.0, right=True),
        column("Mức cao (đồng)", "High (VND)", 3.1, right=True),
    ),
    loop(
        "row",
        "communes if row.hosts",
        "loop.index",
        "row.name",
        "row.site_count",
        "row.cost_low",
        "row.cost_middle",
        "row.cost_high",
        total=("", TOTAL, "{{ site_count }}", "{{ cost_low }}", "{{ cost_middle }}", "{{ cost_high }}"),
    ),
)
"""The estimate by commune."""

COSTS = table(
    (
        column("STT", "No.", 1.1, right=True),
        column("Khoản mục; nguồn đơn giá", "Item; source of the price", 5.3),
        column("Số trạm", "Sites", 1.3, right=True),
        column("Mức thấp (đồng)", "Low (VND)", 2.8, right=True),
        column("Mức giữa (đồng)", "Middle (VND)", 2.8, right=True),
        column("Mức cao (đồng)", "High (VND)", 2.8, right=True),
    ),
    (
        TableLine(
            (
                "I",
                Text("Chi phí đầu tư", "Investment"),
                "",
                "{{ capex_low }}",
                "{{ capex_middle }}",
                "{{ capex_high }}",
            ),
            bold=True,
            group=True,
        ),
        "{%tr for row in costs if row.stage == 'capex' %}",
        TableLine(
            (
                "{{ row.number }}",
                "{{ row.item }} ({{ row.source }})",
                "{{ row.sites }}",
                "{{ row.amount_low }}",
                "{{ row.amount_middle }}",
                "{{ row.amount_high }}",
            )
        ),
        ENDFOR,
        TableLine(
            (
                "II",
                Text("Chi phí vận hành {{ cost_years }} năm", "Running costs of {{ cost_years }} years"),
                "",
                "{{ opex_low }}",
                "{{ opex_middle }}",
                "{{ opex_high }}",
            ),
            bold=True,
            group=True,
        ),
        "{%tr for row in costs if row.stage == 'opex' %}",
        TableLine(
            (
                "{{ row.number }}",
                "{{ row.item }} ({{ row.source }})",
                "{{ row.sites }}",
                "{{ row.amount_low }}",
                "{{ row.amount_middle }}",
                "{{ row.amount_high }}",
            )
        ),
        ENDFOR,
        TableLine(("", TOTAL, "{{ site_count }}", "{{ cost_low }}", "{{ cost_middle }}", "{{ cost_high }}"), bold=True),
    ),
    size=10.5,
)
"""The estimate by kind of cost, investment and running apart."""


def facts(*rows: tuple[Text, Text]) -> Table:
    """Return a table of items and their content, numbered."""
    return table(
        (column("STT", "No.", 1.2, right=True), column("Nội dung", "Item", 5.6), column("Chi tiết", "Content", 9.2)),
        tuple(TableLine((str(n), item, content)) for n, (item, content) in enumerate(rows, start=1)),
        size=12,
    )


def opinions(*rows: tuple[Text, Text]) -> Table:
    """Return the table of an appraisal: what was submitted, and room for the appraiser's opinion."""
    opinion = fill("ý kiến thẩm định", "opinion of the appraiser")
    return table(
        (
            column("STT", "No.", 1.1, right=True),
            column("Nội dung thẩm định", "Subject of appraisal", 4.4),
            column("Nội dung trình (số liệu của gói)", "As submitted (figures of the package)", 6.3),
            column("Ý kiến của đơn vị thẩm định", "Opinion of the appraiser", 4.2),
        ),
        tuple(TableLine((str(n), item, content, opinion)) for n, (item, content) in enumerate(rows, start=1)),
    )


def limits() -> tuple[Block, ...]:
    """Return what the figures are not."""
    return (
        Control("{%p for limit in limits %}"),
        line("- {{ limit }}", "- {{ limit }}"),
        Control("{%p endfor %}"),
    )


def warnings() -> tuple[Block, ...]:
    """Return what the bidding rules warn of, and what villages still lack."""
    return (
        Control("{%p if warnings %}"),
        line(
            "Nội dung cần người có thẩm quyền xem xét trước khi quyết định:",
            "To be looked at by the competent person before a decision:",
            keep=True,
        ),
        Control("{%p endif %}"),
        Control("{%p for row in warnings %}"),
        line(
            "- {{ row.text }}{% if row.source %} ({{ row.source }}){% endif %}",
            "- {{ row.text }}{% if row.source %} ({{ row.source }}){% endif %}",
        ),
        Control("{%p endfor %}"),
        Control("{%p if missing %}"),
        line(
            "Còn {{ missing|length }} nội dung phải bổ sung cho từng thôn, khu vực, nêu tại bảng kèm theo.",
            "{{ missing|length }} values of villages and areas are still missing; the table attached lists them.",
        ),
        Control("{%p endif %}"),
    )


def missing_pages() -> tuple[Block, ...]:
    """Return the table of what villages still lack, after the signature."""
    return (
        Signature(),
        Control("{%p if missing %}"),
        PageBreak(),
        Line(
            Text(
                "**Bảng kèm theo: nội dung còn phải bổ sung theo thôn, khu vực**",
                "**Attached: what is still missing by village and area**",
            ),
            keep=True,
            centred=True,
        ),
        table(
            (
                column("STT", "No.", 1.0, right=True),
                column("Mã", "Code", 2.7),
                column("Thôn, khu vực", "Village, area", 3.6),
                column("Nội dung còn thiếu", "What is missing", 8.7),
            ),
            loop("row", "missing_by_place", "loop.index", "row.code", "row.place_name", "row.text"),
        ),
        Control("{%p endif %}"),
    )


_PRICE = told("package_price")
PRICE = Text(
    f"{_PRICE.vi}{{% if price_words %}} đồng (Bằng chữ: {{{{ price_words }}}}){{% endif %}}",
    f"{{% if price_words %}}VND {{% endif %}}{_PRICE.en}"
    "{% if price_words %} (in words: {{ price_words }}){% endif %}",
)
"""The price of the package, in figures and in words."""


def article(number: int, vi: str, en: str) -> Line:
    """Return an article of a decision."""
    return Line(Text(f"**Điều {number}.** {vi}", f"**Article {number}.** {en}"), keep=number == LAST_ARTICLE)


AUTHORITY = Line(
    fill("CHỨC VỤ NGƯỜI CÓ THẨM QUYỀN", "POSITION OF THE COMPETENT PERSON"), bold=True, centred=True, keep=True
)
DECIDES = Line(Text("QUYẾT ĐỊNH:", "DECIDES:"), bold=True, centred=True, keep=True)
CHARGED = Line(
    Text(
        f"{INVESTOR.vi}, [[chủ đầu tư điền: các đơn vị liên quan]] và các tổ chức, cá nhân có liên quan chịu trách "
        "nhiệm thi hành Quyết định này./.",
        f"{INVESTOR.en}, [[investor to fill: units concerned]] and organisations and persons concerned are to carry "
        "out this Decision.",
    )
)

SUBMISSION_RECIPIENTS = (
    Text("- Như trên;", "- As above;"),
    Text(f"- {told('appraiser').vi} (để thẩm định);", f"- {told('appraiser').en} (for appraisal);"),
    Text("- Lưu: VT, [[…]].", "- File, [[…]]."),
)
APPRAISAL_RECIPIENTS = (
    Text("- Như trên;", "- As above;"),
    Text(f"- {INVESTOR.vi};", f"- {INVESTOR.en};"),
    Text("- Lưu: VT, [[…]].", "- File, [[…]]."),
)
DECISION_RECIPIENTS = (
    Text("- Như Điều 3;", "- As Article 3;"),
    Text("- [[chủ đầu tư điền: nơi nhận khác]];", "- [[investor to fill: other recipients]];"),
    Text("- Lưu: VT, [[…]].", "- File, [[…]]."),
)
