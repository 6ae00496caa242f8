"""Wording of part 13 for orders and assignments: the order contract, and the minutes of acceptance for payment."""

from __future__ import annotations

from phusong.tenders.templates.clauses_contract import KEEPING_TERMS
from phusong.tenders.templates.clauses_forms import SERVICE_FORMS
from phusong.tenders.templates.clauses_words import (
    BLANK,
    DRAFT,
    ENDFOR,
    NUMBER,
    PRICE_WORDS,
    SHORT_BLANK,
    column,
    heading,
    held,
    line,
    row,
    signatures,
    worded,
)
from phusong.tenders.templates.layout import Control, Line, Paper, Table, TableColumn, TableLine, fill, option, told
from phusong.words import Text

_BASES = (
    Control("{%p for basis in legal_basis %}"),
    Line(
        Text(
            "Căn cứ {{ basis.text }}[[{% if basis.to_check %}chủ đầu tư kiểm tra{% endif %}]];",
            "Pursuant to {{ basis.text }}[[{% if basis.to_check %}investor to check{% endif %}]];",
        ),
        italic=True,
    ),
    Control("{%p endfor %}"),
)
_VOLUMES = Table(
    columns=(
        TableColumn(NUMBER, 1.1, right=True),
        column("Xã, phường, đặc khu", "Commune", 6.1),
        column("Số khu vực", "Areas", 2.4, right=True),
        column("Hộ cần phủ", "Households", 3.1, right=True),
        column("Hộ nghĩa vụ", "Obligated households", 3.3, right=True),
    ),
    lines=(
        "{%tr for commune in volume_rows %}",
        row(
            "{{ commune.number }}",
            "{{ commune.name }}",
            "{{ commune.area_count }}",
            "{{ commune.households }}",
            "{{ commune.planned }}",
        ),
        ENDFOR,
        row(
            "",
            Text("**Cộng**", "**Sum**"),
            "**{{ area_count }}**",
            "**{{ households }}**",
            "**{{ planned }}**",
        ),
    ),
    size=12,
)
_PAYMENT_TERMS = (
    line(
        "1. Giá trị của kỳ = số hộ được nghiệm thu trong kỳ × đơn giá một hộ + số trạm-ngày × đơn giá một trạm-ngày. "
        "Hộ "
        "chưa được nghiệm thu vùng phủ thì chưa được thanh toán, dù trạm đã xây xong.",
        "1. Value of a period = households accepted in it × price of a household + site-days × price of a site-day. "
        "Households whose coverage is not accepted are not paid for, even where the site is built.",
    ),
    line(
        "2. Trạm-ngày chỉ tính từ ngày nghiệm thu vùng phủ và chỉ những ngày trạm có dịch vụ. Tháng có độ sẵn sàng của "
        "trạm dưới mức ở Phụ lục IV thì phần trạm-ngày giảm theo tỷ lệ thời gian ngừng dịch vụ.",
        "2. Site-days count from acceptance on and only with the site in service. In a month where its availability is "
        "under Annex IV they fall with the time out of service.",
    ),
    line(
        "3. Thanh toán trong <so> kể từ khi đủ hồ sơ: biên bản nghiệm thu vùng phủ, “{{ document.volumes.title }}”, "
        "“{{ document.payment.title }}”, giấy xác nhận duy trì dịch vụ khi đến kỳ.",
        "3. Paid within <so> of a complete file: acceptance minutes, “{{ document.volumes.title }}”, "
        "“{{ document.payment.title }}”, continuity certificate when due.",
        so=option("contract_payment_days"),
    ),
    line("4. Mức tạm ứng: <so>.", "4. Advance: <so>.", so=option("contract_advance_percent")),
)
_ESTIMATE = line(
    "3. Để tham khảo khi thương thảo: khái toán {{ cost_years }} năm của gói là {{ cost_middle }} đồng (bằng chữ: "
    "{{ cost_words }}), trong khoảng {{ cost_low }} đến {{ cost_high }} đồng. Khái toán không phải giá hợp đồng.",
    "3. For reference when the price is settled: the estimate over {{ cost_years }} years is VND {{ cost_middle }} (in "
    "words: {{ cost_words }}), between VND {{ cost_low }} and {{ cost_high }}. It is not the contract price.",
)

ORDER_CONTRACT = Paper(
    part="order_contract",
    kind=Text("HỢP ĐỒNG ĐẶT HÀNG", "ORDER CONTRACT"),
    letters="HĐ-ĐH",
    subject=Text(
        "Cung cấp dịch vụ viễn thông công ích tại khu vực lõm sóng của {{ province }} (gói {{ package_code }})",
        "Universal telecommunications service in signal gaps of {{ province }} (package {{ package_code }})",
    ),
    body=(
        DRAFT,
        *_BASES,
        Line(
            worded("Căn cứ <so>.", "Pursuant to <so>.", so=fill("quyết định đặt hàng", "the decision to order")),
            italic=True,
        ),
        line("**Bên A (bên đặt hàng):** <so>", "**Party A (orders):** <so>", so=told("investor")),
        line(
            "Địa chỉ: <dia_chi>. Đại diện: <nguoi_ky>, chức vụ: <chuc_vu>",
            "Address: <dia_chi>. Represented by: <nguoi_ky>, position: <chuc_vu>",
            dia_chi=told("address"),
            nguoi_ky=told("signer_name"),
            chuc_vu=told("signer_title"),
        ),
        line(
            "**Bên B (doanh nghiệp nhận đặt hàng):** <so>",
            "**Party B (takes the order):** <so>",
            so=fill("tên, mã số, địa chỉ, người đại diện", "name, code, address, representative"),
        ),
        line("Hai bên thoả thuận:", "The parties agree:"),
        heading("Điều 1. Dịch vụ và khối lượng", "Article 1. Service and volume"),
        held(
            "1. Bên B cung cấp dịch vụ thông tin di động tại {{ area_count }} khu vực, phủ sóng {{ planned }} "
            "hộ nghĩa vụ; {{ left }} hộ chưa có phương án không tính vào nghĩa vụ.",
            "1. B gives mobile service in {{ area_count }} areas and covers {{ planned }} "
            "obligated households; the {{ left }} without an option are not part of the obligation.",
        ),
        _VOLUMES,
        line(
            "2. Khối lượng thanh toán gồm: số hộ được nghiệm thu vùng phủ trong tháng, mỗi hộ tính một lần; và số ngày "
            "phục vụ của các trạm trong tháng (trạm-ngày), của những trạm được chấp thuận theo thiết kế. Khối lượng "
            "ghi "
            "theo “{{ document.volumes.title }}” (tệp {{ document.volumes.file }}).",
            "2. What is paid for: households whose coverage is accepted in the month, each once; and days of service "
            "of the "
            "sites in the month (site-days), of sites approved with the design. Volumes are kept on "
            "“{{ document.volumes.title }}” (file {{ document.volumes.file }}).",
        ),
        heading("Điều 2. Chất lượng, tiến độ, nghiệm thu", "Article 2. Quality, schedule, acceptance"),
        line(
            "Chất lượng theo Phụ lục IV; tiến độ theo Phụ lục VII; nghiệm thu vùng phủ theo Phụ lục VIII tại "
            "{{ point_count }} điểm đo. Vị trí trạm ở Phụ lục III chỉ để tham chiếu. Khu vực chưa đạt được khắc phục "
            "và "
            "đo lại trong <so>.",
            "Quality as in Annex IV, schedule as in Annex VII, acceptance as in Annex VIII at {{ point_count }} "
            "points. "
            "The sites of Annex III are for reference. An area that fails is mended and measured again within <so>.",
            so=option("contract_cure_days"),
        ),
        heading("Điều 3. Đơn giá và giá trị", "Article 3. Unit price and value"),
        line(
            "1. Đơn giá một hộ được nghiệm thu vùng phủ: <ho>; đơn giá một trạm-ngày: <tram>.",
            "1. Unit price of a household accepted: <ho>; of a site-day: <tram>.",
            ho=fill("đơn giá được phê duyệt (đồng/hộ)", "the approved price (VND a household)"),
            tram=fill("đơn giá được phê duyệt (đồng/trạm-ngày)", "the approved price (VND a site-day)"),
        ),
        line(
            "2. Giá trị hợp đồng (đồng): <so><chu>.",
            "2. Contract value (VND): <so><chu>.",
            so=told("package_price", tender=False),
            chu=PRICE_WORDS,
        ),
        _ESTIMATE,
        heading("Điều 4. Thanh toán", "Article 4. Payment"),
        *_PAYMENT_TERMS,
        heading("Điều 5. Duy trì dịch vụ và thu hồi", "Article 5. Continuity and claw-back"),
        *KEEPING_TERMS,
        heading("Điều 6. Thay đổi", "Article 6. Changes"),
        line(
            "Bên A được tăng, giảm khối lượng không quá <vary>, với cùng đơn giá. Dịch chuyển trạm quá <so>, bổ sung, "
            "bớt "
            "trạm dùng Mẫu số 01, 02, 03; Bên A trả lời trong <days>.",
            "A may raise or lower the volume by no more than <vary> at the same unit price. Shifting a site beyond "
            "<so>, "
            "adding and deleting use Forms 01, 02, 03; A answers within <days>.",
            vary=option("contract_vary_percent"),
            so=option("site_tolerance_m"),
            days=option("contract_request_days"),
        ),
        heading("Điều 7. Chậm tiến độ, phạt, chấm dứt", "Article 7. Delay, penalties, ending"),
        line(
            "Phạt <tuan> giá trị phần chậm cho mỗi tuần chậm; tổng mức phạt không quá <tran> giá trị phần bị vi phạm. "
            "Chậm quá <so> thì Bên A được chấm dứt phần chưa thực hiện.",
            "For each week late <tuan> of the value of what is late; no more than <tran> of the value concerned. After "
            "<so> of delay A may end what is not done.",
            tuan=option("contract_delay_percent"),
            tran=option("contract_penalty_cap_percent"),
            so=option("contract_termination_days"),
        ),
        heading("Điều 8. Báo cáo, hiệu lực", "Article 8. Statements, validity"),
        line(
            "Bên B gửi báo cáo tháng trước hết ngày <so> của tháng sau. Hợp đồng có hiệu lực từ <ngay>; Phụ lục I đến "
            "VIII (số liệu chốt ngày {{ frozen_on }}, mã kiểm tra {{ digest_short }}) là bộ phận của hợp đồng.",
            "B sends the monthly statement by day <so> of the next month. The contract takes effect on <ngay>; Annexes "
            "I to VIII (figures frozen on {{ frozen_on }}, digest {{ digest_short }}) are part of it.",
            so=option("schedule_statement_day"),
            ngay=fill("ngày", "day"),
        ),
        signatures(Text("Đại diện Bên A", "For party A"), Text("Đại diện Bên B", "For party B")),
        *SERVICE_FORMS,
    ),
    signed=False,
    required=("setting", "volume_rows"),
)

_PAYABLE = Table(
    columns=(
        TableColumn(NUMBER, 1.1, right=True),
        column("Xã, phường, đặc khu", "Commune", 3.9),
        column("Hộ nghĩa vụ", "Obligated", 1.9, right=True),
        column("Hộ nghiệm thu trong kỳ", "Accepted in the period", 2.2, right=True),
        column("Hộ nghiệm thu luỹ kế", "Accepted so far", 2.2, right=True),
        column("Trạm-ngày", "Site-days", 1.9, right=True),
        column("Thành tiền (đồng)", "Amount (VND)", 2.8, right=True),
    ),
    lines=(
        "{%tr for commune in volume_rows %}",
        row("{{ commune.number }}", "{{ commune.name }}", "{{ commune.planned }}", "", "", "", ""),
        ENDFOR,
        row("", Text("**Cộng**", "**Sum**"), "**{{ planned }}**", "", "", "", ""),
    ),
    size=11.5,
)
_SUMS = Table(
    columns=(
        column("Khoản", "Item", 7.0),
        column("Bằng số (đồng)", "In figures (VND)", 3.6, right=True),
        column("Bằng chữ", "In words", 5.4),
    ),
    lines=tuple(
        TableLine((Text(vi, en), "", ""))
        for vi, en in (
            ("1. Giá trị khối lượng trong kỳ", "1. Value of the period"),
            ("2. Giảm trừ do ngừng dịch vụ, phạt", "2. Taken off for outage, penalties"),
            ("3. Thu hồi tạm ứng", "3. Advance recovered"),
            ("4. Giá trị đề nghị thanh toán (1 − 2 − 3)", "4. Payable (1 − 2 − 3)"),
            ("5. Luỹ kế đã thanh toán, kể cả kỳ này", "5. Paid so far, this period included"),
        )
    ),
    size=12,
)

PAYMENT = Paper(
    part="payment",
    kind=Text("BIÊN BẢN", "MINUTES"),
    letters="BB",
    subject=Text(
        "Nghiệm thu khối lượng và xác định giá trị thanh toán gói {{ package_code }} ({{ award_title }})",
        "Acceptance of volumes and amount payable, package {{ package_code }} ({{ award_title }})",
    ),
    body=(
        line(
            f"Kỳ thanh toán: từ {SHORT_BLANK} đến {SHORT_BLANK}. Căn cứ: {{{{ award_paper }}}} số {SHORT_BLANK} ngày "
            f"{SHORT_BLANK}; biên bản nghiệm thu vùng phủ số {SHORT_BLANK}; báo cáo tháng trong kỳ.",
            f"Period: from {SHORT_BLANK} to {SHORT_BLANK}. By: {{{{ award_paper }}}} No. {SHORT_BLANK} of "
            f"{SHORT_BLANK}; "
            f"acceptance minutes No. {SHORT_BLANK}; monthly statements of the period.",
        ),
        line(
            "1. Bên giao: <so>. Đại diện: <nguoi_ky>, chức vụ: <chuc_vu>",
            "1. Party A: <so>. Represented by: <nguoi_ky>, position: <chuc_vu>",
            so=told("investor"),
            nguoi_ky=told("signer_name"),
            chuc_vu=told("signer_title"),
        ),
        line(f"2. Bên thực hiện: {BLANK}{BLANK}", f"2. Party B: {BLANK}{BLANK}"),
        heading("I. KHỐI LƯỢNG ĐƯỢC NGHIỆM THU", "I. VOLUMES ACCEPTED"),
        line(
            "Chỉ tính hộ trong khu vực đã có biên bản nghiệm thu vùng phủ đạt, và những ngày trạm có dịch vụ. Chi tiết "
            "theo “{{ document.volumes.title }}” (tệp {{ document.volumes.file }}).",
            "Only households of areas whose coverage was accepted count, and days with the site in service. Details on "
            "“{{ document.volumes.title }}” (file {{ document.volumes.file }}).",
        ),
        _PAYABLE,
        line(
            f"Đơn giá một hộ: {SHORT_BLANK} đồng; đơn giá một trạm-ngày: {SHORT_BLANK} đồng.",
            f"Price of a household: VND {SHORT_BLANK}; of a site-day: VND {SHORT_BLANK}.",
        ),
        heading("II. GIÁ TRỊ THANH TOÁN", "II. AMOUNT PAYABLE"),
        _SUMS,
        heading("III. KẾT LUẬN", "III. CONCLUSION"),
        line(
            "Hai bên thống nhất khối lượng, giá trị nêu trên.",
            "The parties agree on the volumes and amounts above.",
        ),
        line(f"Ý kiến khác: {BLANK}{BLANK}", f"Remarks: {BLANK}{BLANK}"),
        line(
            "Biên bản lập thành các bản có giá trị như nhau, mỗi bên giữ một bản.",
            "These minutes are made out in copies of equal force, one for each party.",
        ),
        signatures(Text("Đại diện bên giao", "For party A"), Text("Đại diện bên thực hiện", "For party B")),
    ),
    signed=False,
    required=("volume_rows",),
)
