"""Submission, appraisal and decision of the contractor-selection plan, with its table on lying pages."""

from __future__ import annotations

from phusong.tenders.templates import papers_common as c
from phusong.tenders.templates.layout import (
    Block,
    Line,
    PageBreak,
    Paper,
    Signature,
    Table,
    TableColumn,
    TableLine,
    fill,
    told,
)
from phusong.words import Text

_SUBJECT = Text(
    "kế hoạch lựa chọn nhà thầu gói {{ package_code }}: {{ package_name }}",
    "the contractor-selection plan of package {{ package_code }}: {{ package_name }}",
)
_REQUIRED = ("package_name", "told")
_PACKAGE = Text("Gói thầu", "Package")


def _columns() -> tuple[TableColumn, ...]:
    titles = (
        ("STT", "No.", 0.95),
        ("Tên chủ đầu tư", "Investor", 1.6),
        ("Tên gói thầu", "Name", 2.05),
        ("Tóm tắt công việc chính", "Main work in brief", 2.9),
        ("Lĩnh vực", "Field", 1.4),
        ("Giá gói thầu (VND)", "Price (VND)", 2.5),
        ("Chi tiết nguồn vốn", "Funding in detail", 1.7),
        ("Hình thức LCNT", "Form of selection", 1.6),
        ("Phương thức LCNT", "Method of selection", 1.6),
        ("Thời gian tổ chức LCNT", "Time for selection", 1.5),
        ("Thời gian bắt đầu tổ chức LCNT", "Start of selection", 1.5),
        ("Loại hợp đồng", "Type of contract", 1.5),
        ("Thời gian thực hiện gói thầu", "Time of performance", 1.5),
        ("Tuỳ chọn mua thêm", "Option to buy more", 1.4),
        ("Giám sát hoạt động đấu thầu", "Supervision of bidding", 1.5),
    )
    over = {2: _PACKAGE, 3: _PACKAGE}
    return tuple(TableColumn(Text(vi, en), width_cm, over=over.get(i)) for i, (vi, en, width_cm) in enumerate(titles))


_TOLD = (
    *("field", "package_price", "funding", "selection_form", "selection_method", "selection_time", "selection_start"),
    *("contract_type", "contract_time", "purchase_option", "supervision"),
)
_TOLD_IN_TABLE = tuple(told(key) for key in _TOLD)

PLAN = c.table(
    _columns(),
    (
        TableLine(("1", c.INVESTOR, "{{ package_title }}", "{{ work_summary }}", *_TOLD_IN_TABLE)),
        TableLine(("", c.TOTAL, "", "", "", told("package_price"), *[""] * 9), bold=True),
    ),
    size=9,
)
"""The table of the plan: its columns are those of the national e-procurement system."""


def _plan_pages(vi: str, en: str) -> tuple[Block, ...]:
    return (
        Signature(),
        PageBreak(landscape=True),
        Line(
            Text("PHỤ LỤC. BẢNG KẾ HOẠCH LỰA CHỌN NHÀ THẦU", "ANNEX. CONTRACTOR-SELECTION PLAN"),
            bold=True,
            centred=True,
        ),
        Line(Text(vi, en), italic=True, centred=True),
        PLAN,
        c.line(
            "Tổng giá gói thầu bằng chữ: {{ price_words }}[[{% if not price_words %}chủ đầu tư điền: số tiền bằng chữ"
            "{% endif %}]]. Các gói thầu khác của dự án, dự toán "
            "mua sắm: [[chủ đầu tư điền: bổ sung dòng]].",
            "Total price in words: {{ price_words }}[[{% if not price_words %}investor to fill: amount in words"
            "{% endif %}]]. Other packages of the project: [[investor to "
            "fill: add rows]].",
        ),
    )


def _work(vi: str, en: str) -> Table:
    """Return the table of a part of the work that the tool knows nothing of."""
    return c.table(
        (
            c.column("STT", "No.", 1.2, right=True),
            c.column("Nội dung công việc", "Work", 5.2),
            c.column("Đơn vị thực hiện", "Done by", 3.4),
            c.column("Giá trị (đồng)", "Value (VND)", 2.8, right=True),
            c.column(vi, en, 3.4),
        ),
        (
            TableLine(
                (
                    "1",
                    *(
                        fill(f"{a}", f"{b}")
                        for a, b in (
                            ("nội dung, hoặc “không có”", "work, or “none”"),
                            ("đơn vị", "body"),
                            ("giá trị", "value"),
                            ("văn bản", "paper"),
                        )
                    ),
                )
            ),
            TableLine(("", c.TOTAL, "", fill("tổng giá trị", "total value"), ""), bold=True),
        ),
    )


_VALUES = c.table(
    (
        c.column("STT", "No.", 1.2, right=True),
        c.column("Nội dung", "Part", 9.8),
        c.column("Giá trị (đồng)", "Value (VND)", 5.0, right=True),
    ),
    (
        TableLine(
            (
                "1",
                Text("Tổng giá trị phần công việc đã thực hiện", "Work already done"),
                fill("giá trị mục II", "value of section II"),
            )
        ),
        TableLine(
            (
                "2",
                Text(
                    "Tổng giá trị phần công việc không áp dụng được một trong các hình thức lựa chọn nhà thầu",
                    "Work to which no form of selection applies",
                ),
                fill("giá trị mục III", "value of section III"),
            )
        ),
        TableLine(
            (
                "3",
                Text("Tổng giá trị phần công việc thuộc kế hoạch lựa chọn nhà thầu", "Work in the selection plan"),
                told("package_price"),
            )
        ),
        TableLine(
            (
                "4",
                Text(
                    "Tổng giá trị phần công việc chưa đủ điều kiện lập kế hoạch lựa chọn nhà thầu",
                    "Work not yet ready for a selection plan",
                ),
                fill("giá trị mục V", "value of section V"),
            )
        ),
        TableLine(
            (
                "",
                Text("Tổng giá trị các phần công việc", "All parts"),
                fill("tổng giá trị, bằng dự toán được duyệt", "total, equal to the approved estimate"),
            ),
            bold=True,
        ),
    ),
    size=12,
)

_BIDDERS = (
    c.line(
        "- Nhà mạng có trạm gần khu vực của gói: {% for row in bidders %}{{ row.operator }} ({{ row.stations }} trạm, "
        "gần nhất {{ row.nearest_km }} km){% if not loop.last %}; {% endif %}{% endfor %}{% if not bidders %}chưa có "
        "số liệu{% endif %}. Danh sách chỉ để đánh giá mức độ cạnh tranh, không giới hạn nhà thầu tham dự.",
        "- Operators with stations near the package's areas: {% for row in bidders %}{{ row.operator }} "
        "({{ row.stations }} stations, the nearest at {{ row.nearest_km }} km){% if not loop.last %}; {% endif %}"
        "{% endfor %}{% if not bidders %}not known{% endif %}. The list only serves to judge competition and limits no "
        "bidder.",
    ),
)

SUBMISSION = Paper(
    part="selection_submission",
    kind=Text("TỜ TRÌNH", "SUBMISSION"),
    letters="TTr",
    subject=Text(f"Về việc phê duyệt {_SUBJECT.vi}", f"On approving {_SUBJECT.en}"),
    addressee=c.TO_COMPETENT,
    recipients=c.SUBMISSION_RECIPIENTS,
    required=_REQUIRED,
    body=(
        *c.basis(c.approved("list_decision"), c.approved("estimate_decision")),
        c.line(
            f"{c.INVESTOR.vi} kính trình {c.COMPETENT.vi} xem xét, phê duyệt {_SUBJECT.vi} trên cơ sở những nội dung "
            f"sau:",
            f"{c.INVESTOR.en} submits to {c.COMPETENT.en}, for approval, {_SUBJECT.en}, on the following grounds:",
        ),
        c.heading("I. MÔ TẢ TÓM TẮT DỰ ÁN, DỰ TOÁN MUA SẮM", "I. THE PROJECT IN BRIEF"),
        c.facts(
            (Text("Tên dự án, dự toán mua sắm", "Project or procurement budget"), told("project")),
            (Text("Chủ đầu tư", "Investor"), c.INVESTOR),
            (
                Text("Giá trị dự toán được duyệt", "Estimate approved"),
                fill("giá trị theo quyết định phê duyệt dự toán", "value by the decision on the estimate"),
            ),
            (
                Text("Nguồn vốn", "Funding"),
                Text(f"{{{{ route_title }}}}; {told('funding').vi}", f"{{{{ route_title }}}}; {told('funding').en}"),
            ),
            (
                Text("Quy mô", "Extent"),
                Text(
                    "{{ area_count }} khu vực, {{ households }} hộ cần phủ sóng; {{ site_count }} trạm tham chiếu",
                    "{{ area_count }} areas, {{ households }} households needing coverage; {{ site_count }} reference "
                    "sites",
                ),
            ),
            (
                Text("Địa điểm", "Place"),
                Text(
                    "{{ village_count }} thôn, {{ commune_count }} xã, phường, đặc khu của {{ province }}",
                    "{{ village_count }} villages of {{ commune_count }} communes of {{ province }}",
                ),
            ),
            (Text("Thời gian thực hiện", "Time of performance"), told("contract_time")),
        ),
        c.heading("II. PHẦN CÔNG VIỆC ĐÃ THỰC HIỆN", "II. WORK ALREADY DONE"),
        _work("Văn bản phê duyệt", "Approved by"),
        c.heading(
            "III. PHẦN CÔNG VIỆC KHÔNG ÁP DỤNG ĐƯỢC MỘT TRONG CÁC HÌNH THỨC LỰA CHỌN NHÀ THẦU",
            "III. WORK TO WHICH NO FORM OF SELECTION APPLIES",
        ),
        _work("Căn cứ", "Ground"),
        c.heading(
            "IV. PHẦN CÔNG VIỆC THUỘC KẾ HOẠCH LỰA CHỌN NHÀ THẦU",
            "IV. WORK IN THE SELECTION PLAN",
        ),
        c.line("1. Bảng kế hoạch lựa chọn nhà thầu: Phụ lục kèm theo.", "1. The table of the plan is in the annex."),
        c.line("2. Giải trình nội dung kế hoạch lựa chọn nhà thầu:", "2. Grounds of the plan:", keep=True),
        c.line(
            "a) Cơ sở phân chia gói thầu: các khu vực của nguồn vốn {{ route_title }} được chia thành {{ lot_count }} "
            "gói liền kề, cân đối. {{ balance }} Không chia dự án để áp dụng hình thức chỉ định thầu.",
            "a) Division into packages: the areas of route {{ route_title }} are divided into {{ lot_count }} "
            "contiguous, balanced lots. {{ balance }} No division serves to fall under a ceiling of direct "
            "appointment.",
        ),
        c.line(
            f"b) Giá gói thầu: {c.PRICE.vi}, theo dự toán được duyệt. Khái toán để đối chiếu: mức giữa "
            "{{ cost_middle }} đồng, khoảng {{ cost_low }}–{{ cost_high }} đồng.",
            f"b) Package price: {c.PRICE.en}, by the approved estimate. For comparison: middle VND "
            "{{ cost_middle }}, range VND {{ cost_low }}–{{ cost_high }}.",
        ),
        c.line(
            f"c) Lĩnh vực: {told('field').vi}. Hình thức: {told('selection_form').vi}. Phương thức: "
            f"{told('selection_method').vi}. Lý do lựa chọn: [[chủ đầu tư điền: căn cứ điều, khoản áp dụng]].",
            f"c) Field: {told('field').en}. Form: {told('selection_form').en}. Method: {told('selection_method').en}. "
            "Reasons: [[investor to fill: articles applied]].",
        ),
        c.line(
            f"d) Thời gian tổ chức lựa chọn nhà thầu: {told('selection_time').vi}; bắt đầu: "
            f"{told('selection_start').vi}. Loại hợp đồng: {told('contract_type').vi}. Thời gian thực hiện gói thầu: "
            f"{told('contract_time').vi}. Tuỳ chọn mua thêm: {told('purchase_option').vi}. Giám sát: "
            f"{told('supervision').vi}.",
            f"d) Time for selection: {told('selection_time').en}; start: {told('selection_start').en}. Contract: "
            f"{told('contract_type').en}. Time of performance: {told('contract_time').en}. Option to buy more: "
            f"{told('purchase_option').en}. Supervision: {told('supervision').en}.",
        ),
        *c.warnings()[:6],
        *_BIDDERS,
        c.heading(
            "V. PHẦN CÔNG VIỆC CHƯA ĐỦ ĐIỀU KIỆN LẬP KẾ HOẠCH LỰA CHỌN NHÀ THẦU",
            "V. WORK NOT YET READY FOR A SELECTION PLAN",
        ),
        _work("Lý do", "Reason"),
        c.heading("VI. TỔNG GIÁ TRỊ CÁC PHẦN CÔNG VIỆC", "VI. TOTAL VALUE"),
        _VALUES,
        c.heading("VII. KIẾN NGHỊ", "VII. PROPOSAL"),
        c.line(
            f"Kính đề nghị {c.COMPETENT.vi} xem xét, phê duyệt {_SUBJECT.vi}.",
            f"{c.COMPETENT.en} is asked to approve {_SUBJECT.en}.",
            keep=True,
        ),
        c.line("Trân trọng kính trình./.", "Respectfully submitted.", keep=True),
        *_plan_pages(
            "(Kèm theo Tờ trình số [[chủ đầu tư điền: số, ngày]])",
            "(Attached to submission [[investor to fill: number, date]])",
        ),
    ),
)

APPRAISAL = Paper(
    part="selection_appraisal",
    kind=Text("BÁO CÁO THẨM ĐỊNH", "APPRAISAL REPORT"),
    letters="BC",
    subject=Text(_SUBJECT.vi[:1].upper() + _SUBJECT.vi[1:], f"On {_SUBJECT.en}"),
    addressee=c.TO_COMPETENT,
    recipients=c.APPRAISAL_RECIPIENTS,
    issuer="appraiser",
    required=_REQUIRED,
    body=(
        c.DRAFT,
        *c.basis(c.approved("list_decision"), c.approved("estimate_decision")),
        c.line(
            f"Xét Tờ trình số [[chủ đầu tư điền: số, ngày]] của {c.INVESTOR.vi}, đơn vị thẩm định báo cáo như sau:",
            f"On submission [[investor to fill: number, date]] of {c.INVESTOR.en}, the appraiser reports:",
        ),
        c.heading("I. THÔNG TIN CƠ BẢN", "I. BASIC DATA"),
        c.facts(
            (Text("Dự án, dự toán mua sắm", "Project or procurement budget"), told("project")),
            (
                Text("Gói thầu", "Package"),
                Text("{{ package_title }}", "{{ package_title }}"),
            ),
            (Text("Tóm tắt công việc chính", "Main work in brief"), Text("{{ work_summary }}", "{{ work_summary }}")),
            (Text("Giá gói thầu", "Package price"), c.PRICE),
        ),
        c.heading("II. TỔNG HỢP KẾT QUẢ THẨM ĐỊNH", "II. RESULT OF THE APPRAISAL"),
        c.line(
            "1. Căn cứ pháp lý: [[chủ đầu tư điền: ý kiến thẩm định]].",
            "1. Legal basis: [[investor to fill: opinion of the appraiser]].",
        ),
        c.line("2. Nội dung kế hoạch lựa chọn nhà thầu:", "2. Contents of the plan:", keep=True),
        c.opinions(
            (
                Text("Phân chia gói thầu", "Division into packages"),
                Text("{{ lot_count }} gói. {{ balance }}", "{{ lot_count }} lots. {{ balance }}"),
            ),
            (Text("Tên gói thầu", "Name"), Text("{{ package_title }}", "{{ package_title }}")),
            (Text("Giá gói thầu", "Price"), c.PRICE),
            (Text("Nguồn vốn", "Funding"), told("funding")),
            (
                Text("Hình thức, phương thức lựa chọn nhà thầu", "Form and method of selection"),
                Text(
                    f"{told('selection_form').vi}; {told('selection_method').vi}",
                    f"{told('selection_form').en}; {told('selection_method').en}",
                ),
            ),
            (
                Text("Thời gian tổ chức, thời gian bắt đầu", "Time for selection, start"),
                Text(
                    f"{told('selection_time').vi}; {told('selection_start').vi}",
                    f"{told('selection_time').en}; {told('selection_start').en}",
                ),
            ),
            (Text("Loại hợp đồng", "Type of contract"), told("contract_type")),
            (Text("Thời gian thực hiện gói thầu", "Time of performance"), told("contract_time")),
            (Text("Tuỳ chọn mua thêm", "Option to buy more"), told("purchase_option")),
            (Text("Giám sát hoạt động đấu thầu", "Supervision of bidding"), told("supervision")),
            (
                Text(
                    "Sự phù hợp của tổng giá trị với dự toán được duyệt",
                    "Agreement of the total value with the approved estimate",
                ),
                Text("Mục VI của Tờ trình", "Section VI of the submission"),
            ),
        ),
        *c.warnings()[:6],
        *c.remarks("III"),
    ),
)

DECISION = Paper(
    part="selection_decision",
    kind=Text("QUYẾT ĐỊNH", "DECISION"),
    letters="QĐ",
    subject=Text(f"Về việc phê duyệt {_SUBJECT.vi}", f"On approving {_SUBJECT.en}"),
    recipients=c.DECISION_RECIPIENTS,
    issuer="competent_body",
    required=_REQUIRED,
    body=(
        c.DRAFT,
        c.AUTHORITY,
        *c.basis(
            c.approved("list_decision"),
            c.approved("estimate_decision"),
            *c.on_proposal("kế hoạch lựa chọn nhà thầu", "the contractor-selection plan"),
        ),
        c.DECIDES,
        c.article(
            1,
            f"Phê duyệt {_SUBJECT.vi} với nội dung tại Phụ lục kèm theo Quyết định này.",
            f"To approve {_SUBJECT.en}, as set out in the annex.",
        ),
        c.article(
            2,
            f"{c.INVESTOR.vi} chịu trách nhiệm tổ chức lựa chọn nhà thầu theo kế hoạch được phê duyệt, bảo đảm cạnh "
            f"tranh, "
            "công bằng, minh bạch, hiệu quả và trách nhiệm giải trình; đăng tải kế hoạch lựa chọn nhà thầu trên Hệ "
            "thống mạng đấu thầu quốc gia theo quy định.",
            f"{c.INVESTOR.en} is to select the contractor by the approved plan, with competition, fairness, "
            f"transparency, "
            "economy and accountability, and to publish the plan on the national e-procurement system.",
        ),
        c.article(
            3,
            f"Quyết định này có hiệu lực kể từ ngày ký. {c.CHARGED.text.vi}",
            f"This Decision takes effect on the day of signing. {c.CHARGED.text.en}",
        ),
        *_plan_pages(
            "(Kèm theo Quyết định số [[chủ đầu tư điền: số, ngày]])",
            "(Attached to decision [[investor to fill: number, date]])",
        ),
    ),
)

SELECTION_PAPERS: tuple[Paper, ...] = (SUBMISSION, APPRAISAL, DECISION)
