"""Wording of part 11, the draft of the bid data sheet (E-BDL), field by field; clause numbers are left to the form."""

from __future__ import annotations

from phusong.tenders.templates.clauses_words import (
    DRAFT,
    ENDFOR,
    NUMBER,
    PRICE_WORDS,
    column,
    heading,
    line,
    note,
    row,
    worded,
)
from phusong.tenders.templates.layout import Paper, Table, TableColumn, fill, option, told
from phusong.words import Text

_ASKED_DAYS = fill("số ngày", "number of days")
_PRICE = worded("<so><chu>", "<so><chu>", so=told("package_price"), chu=PRICE_WORDS)

_GENERAL: tuple[tuple[Text, Text], ...] = (
    (Text("Tên chủ đầu tư", "Investor"), told("investor")),
    (Text("Địa chỉ chủ đầu tư", "Investor's address"), told("address")),
    (Text("Tên dự án, dự toán mua sắm", "Project or procurement budget"), told("project")),
    (
        Text("Tên gói thầu", "Package"),
        Text(
            "Gói {{ package_code }}: cung cấp dịch vụ thông tin di động tại {{ area_count }} khu vực lõm sóng thuộc "
            "{{ commune_count }} xã, phường, đặc khu của {{ province }}",
            "Package {{ package_code }}: mobile service in {{ area_count }} signal gaps of {{ commune_count }} "
            "communes "
            "of {{ province }}",
        ),
    ),
    (Text("Nguồn vốn", "Funding"), worded("{{ route_title }}; <so>", "{{ route_title }}; <so>", so=told("funding"))),
    (Text("Giá gói thầu (VND)", "Package price (VND)"), _PRICE),
    (Text("Quyết định phê duyệt KHLCNT", "Decision on the contractor-selection plan"), told("plan_decision")),
    (Text("Lĩnh vực", "Field of procurement"), told("field")),
    (Text("Hình thức lựa chọn nhà thầu", "Form of selection"), told("selection_form")),
    (Text("Phương thức lựa chọn nhà thầu", "Method of selection"), told("selection_method")),
    (Text("Loại hợp đồng", "Type of contract"), told("contract_type")),
    (Text("Thời gian thực hiện gói thầu", "Time of performance"), told("contract_time")),
    (Text("Giám sát hoạt động đấu thầu", "Supervision of the bidding"), told("supervision")),
)
_SCOPE: tuple[tuple[Text, Text], ...] = (
    (
        Text("Phạm vi công việc", "Scope"),
        Text(
            "Đầu tư, vận hành để phủ sóng {{ planned }} hộ đã có phương án trong {{ households }} hộ cần phủ "
            "(Phụ lục I, II), duy trì dịch vụ {{ cost_years }} năm từ ngày nghiệm thu. Được đề xuất phủ thêm "
            "{{ left }} hộ chưa có phương án.",
            "Build and run what covers the {{ planned }} households with an option among the "
            "{{ households }} needing coverage (Annexes I, II), and keep the service {{ cost_years }} years from "
            "acceptance. Bidders may offer the {{ left }} households without an option.",
        ),
    ),
    (
        Text("Vị trí trạm thay thế", "Other sites"),
        worded(
            "Được phép. Vị trí ở Phụ lục III chỉ để tham chiếu, bán kính dịch chuyển <so>; nhà thầu được chào vị trí, "
            "số lượng trạm khác nếu đáp ứng Phụ lục IV.",
            "Allowed. The sites of Annex III are for reference and may move <so>; bidders may offer other places "
            "and "
            "another number of sites that meet Annex IV.",
            so=option("site_tolerance_m"),
        ),
    ),
    (
        Text("Yêu cầu kỹ thuật", "Technical requirements"),
        Text("Theo Phụ lục IV; trung lập công nghệ, không nêu nhãn hiệu.", "Annex IV; technology-neutral, no brand."),
    ),
    (
        Text("Tăng, giảm khối lượng", "Variation of quantities"),
        worded("Không quá <so>", "No more than <so>", so=option("contract_vary_percent")),
    ),
    (Text("Tuỳ chọn mua thêm", "Option to buy more"), told("purchase_option")),
)
_BIDDER: tuple[tuple[Text, Text], ...] = (
    (
        Text("Tư cách hợp lệ", "Eligibility"),
        worded(
            "Doanh nghiệp được cấp phép cung cấp dịch vụ thông tin di động mặt đất và được quyền sử dụng tần số tương "
            "ứng; các điều kiện khác theo E-CDNT. <so>",
            "An enterprise licensed for terrestrial mobile service with the right to use the frequencies; other "
            "conditions as in the E-CDNT. <so>",
            so=fill("điều kiện khác, nếu có", "other conditions, if any"),
        ),
    ),
    (
        Text("Liên danh", "Joint venture"),
        Text(
            "Được phép. Thoả thuận liên danh nêu khu vực, số hộ và phần việc của từng thành viên; các thành viên chịu "
            "trách nhiệm liên đới.",
            "Allowed. The agreement names each member's areas, households and work; members answer jointly.",
        ),
    ),
    (Text("Nhà thầu phụ", "Subcontractors"), fill("phần việc được giao thầu phụ", "work that may be subcontracted")),
    (
        Text("Ưu đãi", "Preferences"),
        fill("theo quy định hiện hành", "under the rules in force"),
    ),
)
_BID: tuple[tuple[Text, Text], ...] = (
    (Text("Ngôn ngữ của E-HSDT", "Language of bids"), Text("Tiếng Việt", "Vietnamese")),
    (Text("Đồng tiền dự thầu và thanh toán", "Currency"), Text("Đồng Việt Nam (VND)", "Vietnamese đồng (VND)")),
    (
        Text("Cách ghi số, ngày", "Numbers and dates"),
        Text(
            "Dấu chấm ngăn hàng nghìn, dấu phẩy ngăn phần thập phân; ngày ghi dd/mm/yyyy; số tiền ghi bằng số và bằng "
            "chữ.",
            "Dots part thousands, a comma the decimals; dates dd/mm/yyyy; amounts in figures and in words.",
        ),
    ),
    (Text("Hiệu lực của E-HSDT", "Validity of bids"), told("bid_validity")),
    (Text("Giá trị bảo đảm dự thầu", "Bid security"), told("bid_security")),
    (Text("Giá trị bảo đảm thực hiện hợp đồng", "Performance security"), told("performance_security")),
    (
        Text("Giá dự thầu", "Bid price"),
        Text(
            "Gồm toàn bộ chi phí đầu tư, vận hành trong thời gian cung cấp dịch vụ, thuế, phí; không trùng với hỗ trợ "
            "khác của Nhà nước. Ghi theo biểu giá trong biểu mẫu nhà thầu.",
            "All cost of building and running during the service period, taxes and fees; nothing paid by other State "
            "support. To be entered in the price schedule of the bidder's forms.",
        ),
    ),
    (
        Text("Tài liệu nhà thầu nộp", "What bidders submit"),
        Text(
            "“{{ document.bid_forms.title }}” (tệp {{ document.bid_forms.file }}) và “{{ document.compliance.title }}” "
            "(tệp {{ document.compliance.file }}), cùng "
            "các biểu mẫu trên Hệ thống mạng đấu thầu quốc gia.",
            "“{{ document.bid_forms.title }}” (file {{ document.bid_forms.file }}) and "
            "“{{ document.compliance.title }}” (file {{ document.compliance.file }}), "
            "and the forms of the national e-procurement system.",
        ),
    ),
)
_TIMES: tuple[tuple[Text, Text], ...] = (
    (
        Text("Khảo sát hiện trường", "Site visit"),
        worded(
            "Nhà thầu tự khảo sát và chịu chi phí; đầu mối địa phương: <so>",
            "Bidders survey at their own cost; local contact: <so>",
            so=fill("đơn vị, số điện thoại của cơ quan", "office and its telephone"),
        ),
    ),
    (
        Text("Làm rõ E-HSMT", "Clarification of the documents"),
        worded(
            "Gửi đề nghị qua Hệ thống trước thời điểm đóng thầu tối thiểu <so>; câu trả lời được đăng cho mọi nhà "
            "thầu.",
            "Through the system at least <so> before bids close; answers are posted for all.",
            so=_ASKED_DAYS,
        ),
    ),
    (
        Text("Sửa đổi E-HSMT", "Amendment of the documents"),
        worded(
            "Đăng trên Hệ thống trước thời điểm đóng thầu tối thiểu <so>; số liệu sửa phải lấy từ một bản chốt mới.",
            "Posted at least <so> before bids close; changed figures come from a new frozen version.",
            so=_ASKED_DAYS,
        ),
    ),
    (
        Text("Thời điểm đóng thầu, mở thầu", "Closing and opening of bids"),
        fill("theo E-TBMT", "as in the e-notice"),
    ),
    (
        Text("Tiêu chuẩn đánh giá", "Evaluation"),
        Text("Theo “{{ document.evaluation.title }}” (tệp {{ document.evaluation.file }}).",
             "As in “{{ document.evaluation.title }}” (file {{ document.evaluation.file }})."),
    ),
    (Text("Giải quyết kiến nghị", "Complaints"), fill("nơi nhận, địa chỉ", "where to send them")),
)  # fmt: skip


def _table(items: tuple[tuple[Text, Text], ...], first: int) -> Table:
    return Table(
        columns=(
            TableColumn(NUMBER, 1.1, right=True),
            column("Mục của E-CDNT", "Matter of the E-CDNT", 4.9),
            column("Nội dung", "Content", 10.0),
        ),
        lines=tuple(row(str(n), title, content) for n, (title, content) in enumerate(items, start=first)),
        size=12,
    )


_ANNEXES = Table(
    columns=(
        TableColumn(NUMBER, 1.1, right=True),
        column("Tài liệu", "Document", 9.0),
        column("Tệp", "File", 5.9),
    ),
    lines=(
        "{%tr for one in attached_parts %}",
        row("{{ one.number }}", "{{ one.title }}", "{{ one.file }}"),
        ENDFOR,
    ),
    size=11.5,
)


_FIRST = 1
_SECOND = _FIRST + len(_GENERAL)
_THIRD = _SECOND + len(_SCOPE)
_FOURTH = _THIRD + len(_BIDDER)
_FIFTH = _FOURTH + len(_BID)

BID_DATA = Paper(
    part="bid_data",
    kind=Text("BẢNG DỮ LIỆU ĐẤU THẦU (E-BDL)", "BID DATA SHEET (E-BDL)"),
    subject=Text("Dự thảo cho gói {{ package_code }}", "Draft for package {{ package_code }}"),
    body=(
        DRAFT,
        note(
            "Mỗi dòng là nội dung cho mục tương ứng của E-CDNT; số mục theo mẫu trên Hệ thống mạng đấu thầu quốc gia.",
            "Each row is what to enter for the matching clause of the E-CDNT; clause numbers are those of the form on "
            "the "
            "national e-procurement system.",
        ),
        heading("I. THÔNG TIN CHUNG", "I. GENERAL"),
        _table(_GENERAL, _FIRST),
        heading("II. PHẠM VI GÓI THẦU", "II. SCOPE"),
        _table(_SCOPE, _SECOND),
        heading("III. NHÀ THẦU", "III. BIDDERS"),
        _table(_BIDDER, _THIRD),
        heading("IV. HỒ SƠ DỰ THẦU", "IV. BIDS"),
        _table(_BID, _FOURTH),
        heading("V. KHẢO SÁT, LÀM RÕ, ĐÁNH GIÁ", "V. VISIT, CLARIFICATION, EVALUATION"),
        _table(_TIMES, _FIFTH),
        heading("VI. TÀI LIỆU KÈM THEO", "VI. ATTACHED DOCUMENTS"),
        line(
            "Các tài liệu dưới đây lập từ cùng một bản chốt số liệu, mã kiểm tra {{ digest_short }}:",
            "The documents below are made from one frozen package, digest {{ digest_short }}:",
        ),
        _ANNEXES,
    ),
    letterhead=False,
    signed=False,
    required=("planned", "told"),
)
