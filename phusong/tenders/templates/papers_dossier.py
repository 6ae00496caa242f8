"""Submission, appraisal and decision of the bidding documents (E-HSMT)."""

from __future__ import annotations

from phusong.tenders.templates import papers_common as c
from phusong.tenders.templates.layout import Paper, TableLine, fill, told
from phusong.words import Text

_SUBJECT = Text(
    "E-HSMT gói thầu {{ package_code }}: {{ package_name }}",
    "the bidding documents of package {{ package_code }}: {{ package_name }}",
)
_REQUIRED = ("package_name", "told")

_PACKAGE = c.facts(
    (
        Text("Gói thầu", "Package"),
        Text("{{ package_title }}", "{{ package_title }}"),
    ),
    (Text("Chủ đầu tư", "Investor"), c.INVESTOR),
    (Text("Dự án, dự toán mua sắm", "Project or procurement budget"), told("project")),
    (Text("Tóm tắt công việc chính", "Main work in brief"), Text("{{ work_summary }}", "{{ work_summary }}")),
    (Text("Giá gói thầu", "Package price"), c.PRICE),
    (
        Text("Nguồn vốn", "Funding"),
        Text(f"{{{{ route_title }}}}; {told('funding').vi}", f"{{{{ route_title }}}}; {told('funding').en}"),
    ),
    (
        Text("Hình thức; phương thức lựa chọn nhà thầu", "Form and method of selection"),
        Text(
            f"{told('selection_form').vi}; {told('selection_method').vi}",
            f"{told('selection_form').en}; {told('selection_method').en}",
        ),
    ),
    (
        Text("Loại hợp đồng; thời gian thực hiện", "Type of contract; time of performance"),
        Text(
            f"{told('contract_type').vi}; {told('contract_time').vi}",
            f"{told('contract_type').en}; {told('contract_time').en}",
        ),
    ),
)

_CHAPTERS = c.table(
    (
        c.column("Chương", "Chapter", 2.0),
        c.column("Nội dung E-HSMT", "Contents", 5.4),
        c.column("Tài liệu của bộ hồ sơ làm đầu vào", "Document of this set that feeds it", 8.6),
    ),
    tuple(
        TableLine((number, Text(*content), Text(*source)))
        for number, content, source in (
            (
                "I",
                ("Chỉ dẫn nhà thầu (E-CDNT)", "Instructions to bidders"),
                ("Biểu mẫu cố định trên Hệ thống mạng đấu thầu quốc gia", "Fixed web form of the national system"),
            ),
            (
                "II",
                ("Bảng dữ liệu đấu thầu (E-BDL)", "Bid data sheet"),
                ("11 – Bảng dữ liệu đấu thầu, dự thảo", "11 – Bid data sheet, draft"),
            ),
            (
                "III",
                ("Tiêu chuẩn đánh giá E-HSDT", "Evaluation criteria"),
                ("12 – Tiêu chuẩn đánh giá; bảng chấm điểm", "12 – Evaluation criteria; evaluation sheet"),
            ),
            (
                "IV",
                ("Biểu mẫu mời thầu và dự thầu", "Bidding forms"),
                ("14 – Biểu mẫu nhà thầu; bản cam kết đáp ứng", "14 – Bidder's forms; statement of compliance"),
            ),
            (
                "V",
                ("Yêu cầu về kỹ thuật", "Technical requirements"),
                (
                    "06 – Phụ lục IV; 03, 04, 05 – Phụ lục I, II, III; 07 – Bản đồ; 09 – Tiến độ; 10 – Nghiệm thu",
                    "06 – Annex IV; 03, 04, 05 – Annexes I, II, III; 07 – Maps; 09 – Schedule; 10 – Acceptance",
                ),
            ),
            (
                "VI",
                ("Điều kiện chung của hợp đồng", "General conditions"),
                ("Biểu mẫu cố định trên Hệ thống mạng đấu thầu quốc gia", "Fixed web form of the national system"),
            ),
            (
                "VII",
                ("Điều kiện cụ thể của hợp đồng", "Specific conditions"),
                ("13 – Điều khoản hợp đồng cụ thể", "13 – Specific contract terms"),
            ),
            (
                "VIII",
                ("Biểu mẫu hợp đồng", "Contract forms"),
                ("[[chủ đầu tư điền: biểu mẫu áp dụng]]", "[[investor to fill: forms used]]"),
            ),
        )
    ),
)
"""Which document of the set feeds which chapter."""

SUBMISSION = Paper(
    part="dossier_submission",
    kind=Text("TỜ TRÌNH", "SUBMISSION"),
    letters="TTr",
    subject=Text(f"Về việc phê duyệt {_SUBJECT.vi}", f"On approving {_SUBJECT.en}"),
    addressee=c.TO_COMPETENT,
    recipients=c.SUBMISSION_RECIPIENTS,
    required=_REQUIRED,
    body=(
        *c.basis(c.approved("estimate_decision"), c.approved("plan_decision")),
        c.line(
            f"{c.INVESTOR.vi} kính trình {c.COMPETENT.vi} xem xét, phê duyệt {_SUBJECT.vi} với các nội dung sau:",
            f"{c.INVESTOR.en} submits to {c.COMPETENT.en}, for approval, {_SUBJECT.en}:",
        ),
        c.heading("I. THÔNG TIN GÓI THẦU", "I. THE PACKAGE"),
        _PACKAGE,
        c.heading("II. NỘI DUNG E-HSMT", "II. THE BIDDING DOCUMENTS"),
        c.line(
            "E-HSMT được lập theo mẫu trên Hệ thống mạng đấu thầu quốc gia; các chương lấy đầu vào từ bộ hồ sơ gói "
            "{{ package_code }}, bản {{ version }}, mã kiểm tra {{ digest_short }}:",
            "The bidding documents follow the forms of the national e-procurement system; their chapters are fed from "
            "the set of package {{ package_code }}, version {{ version }}, digest {{ digest_short }}:",
            keep=True,
        ),
        _CHAPTERS,
        c.heading("III. BẢO ĐẢM CẠNH TRANH", "III. COMPETITION"),
        c.line(
            "1. Yêu cầu kỹ thuật trung lập về công nghệ, không nêu nhãn hiệu, xuất xứ hàng hoá; nghĩa vụ là phủ sóng "
            "các hộ trong danh sách, vị trí trạm chỉ để tham chiếu.",
            "1. Requirements are technology-neutral and name no brand or origin; the obligation is to cover the listed "
            "households, sites are for reference.",
        ),
        c.line(
            "2. Không đặt điều kiện nhằm hạn chế sự tham gia của nhà thầu; điểm đo và cách nghiệm thu công bố ngay "
            "trong E-HSMT.",
            "2. No condition serves to keep bidders out; test points and rules of acceptance are published with the "
            "documents.",
        ),
        *c.warnings()[:6],
        c.heading("IV. NỘI DUNG CÒN PHẢI HOÀN THIỆN", "IV. STILL TO BE COMPLETED"),
        c.line(
            "Các mục để trong ngoặc vuông của từng tài liệu được tập hợp tại tài liệu 99 – Danh sách mục chủ đầu tư "
            "điền; các giá trị ghi “chưa xác minh” phải được kiểm tra trước khi phát hành E-HSMT.",
            "What stands in brackets in any document is gathered in document 99, what the investor has to fill; values "
            "marked “not verified” must be checked before the documents are issued.",
        ),
        c.heading("V. KIẾN NGHỊ", "V. PROPOSAL"),
        c.line(
            f"Kính đề nghị {c.COMPETENT.vi} xem xét, phê duyệt {_SUBJECT.vi}.",
            f"{c.COMPETENT.en} is asked to approve {_SUBJECT.en}.",
            keep=True,
        ),
        c.line("Trân trọng kính trình./.", "Respectfully submitted.", keep=True),
    ),
)

APPRAISAL = Paper(
    part="dossier_appraisal",
    kind=Text("BÁO CÁO THẨM ĐỊNH", "APPRAISAL REPORT"),
    letters="BC",
    subject=Text(_SUBJECT.vi, f"On {_SUBJECT.en}"),
    addressee=c.TO_COMPETENT,
    recipients=c.APPRAISAL_RECIPIENTS,
    issuer="appraiser",
    required=_REQUIRED,
    body=(
        c.DRAFT,
        *c.basis(c.approved("estimate_decision"), c.approved("plan_decision")),
        c.line(
            f"Xét Tờ trình số [[chủ đầu tư điền: số, ngày]] của {c.INVESTOR.vi}, đơn vị thẩm định báo cáo như sau:",
            f"On submission [[investor to fill: number, date]] of {c.INVESTOR.en}, the appraiser reports:",
        ),
        c.heading("I. THÔNG TIN GÓI THẦU", "I. THE PACKAGE"),
        _PACKAGE,
        c.heading("II. KẾT QUẢ THẨM ĐỊNH", "II. RESULT OF THE APPRAISAL"),
        c.opinions(
            (
                Text("Căn cứ pháp lý để lập E-HSMT", "Legal basis of the documents"),
                Text("Nêu tại Tờ trình", "In the submission"),
            ),
            (
                Text("Sự phù hợp với KHLCNT được duyệt", "Agreement with the approved plan"),
                told("plan_decision"),
            ),
            (
                Text("E-BDL (Chương II)", "Bid data sheet (chapter II)"),
                Text("Tài liệu 11, dự thảo", "Document 11, draft"),
            ),
            (
                Text("Tiêu chuẩn đánh giá (Chương III)", "Evaluation criteria (chapter III)"),
                Text("Tài liệu 12, dự thảo", "Document 12, draft"),
            ),
            (
                Text("Yêu cầu kỹ thuật (Chương V)", "Technical requirements (chapter V)"),
                Text(
                    "Phụ lục IV; {{ area_count }} khu vực, {{ households }} hộ; {{ point_count }} điểm đo nghiệm thu",
                    "Annex IV; {{ area_count }} areas, {{ households }} households; {{ point_count }} test points",
                ),
            ),
            (
                Text("Điều kiện cụ thể của hợp đồng (Chương VII)", "Specific conditions (chapter VII)"),
                Text("Tài liệu 13", "Document 13"),
            ),
            (
                Text("Nội dung hạn chế cạnh tranh, nhãn hiệu, xuất xứ", "Limits to competition, brands, origin"),
                Text(
                    "{% if warnings %}{{ warnings|length }} nội dung cần xem xét, nêu dưới bảng{% else %}–{% endif %}",
                    "{% if warnings %}{{ warnings|length }} to be looked at, under the table{% else %}–{% endif %}",
                ),
            ),
            (
                Text("Ý kiến khác nhau giữa các thành viên", "Dissent among members"),
                fill("nếu có", "if any"),
            ),
        ),
        *c.warnings()[:6],
        *c.remarks("III"),
    ),
)

DECISION = Paper(
    part="dossier_decision",
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
            c.approved("estimate_decision"),
            c.approved("plan_decision"),
            *c.on_proposal("E-HSMT", "the bidding documents"),
        ),
        c.DECIDES,
        c.article(1, f"Phê duyệt {_SUBJECT.vi} với thông tin chính sau đây:", f"To approve {_SUBJECT.en}, in brief:"),
        _PACKAGE,
        c.article(
            2,
            f"{c.INVESTOR.vi} tổ chức phát hành E-HSMT, lựa chọn nhà thầu theo kế hoạch được duyệt và quy định của "
            f"pháp "
            "luật về đấu thầu. [[chủ đầu tư điền: nội dung giao khác, nếu có]]",
            f"{c.INVESTOR.en} is to issue the documents and select the contractor by the approved plan and the law on "
            "bidding. [[investor to fill: other duties, if any]]",
        ),
        c.article(
            3,
            f"Quyết định này có hiệu lực kể từ ngày ký. {c.CHARGED.text.vi}",
            f"This Decision takes effect on the day of signing. {c.CHARGED.text.en}",
        ),
    ),
)

DOSSIER_PAPERS: tuple[Paper, ...] = (SUBMISSION, APPRAISAL, DECISION)
