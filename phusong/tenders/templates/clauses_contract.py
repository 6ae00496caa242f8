"""Wording of part 13, the specific contract terms, with request forms on pages of their own."""

from __future__ import annotations

from phusong.tenders.templates.clauses_forms import CONTRACT_FORMS
from phusong.tenders.templates.clauses_words import DRAFT, heading, line
from phusong.tenders.templates.layout import Block, Paper, fill, option, told
from phusong.words import Text

PAYMENT_TERMS: tuple[Block, ...] = (
    line(
        "1. Thanh toán theo số hộ được nghiệm thu vùng phủ. Giá trị được thanh toán = giá {{ award_paper }} × số hộ "
        "được "
        "nghiệm thu ÷ {{ planned }} hộ nghĩa vụ. Hộ chưa được nghiệm thu thì chưa được thanh toán, dù trạm đã "
        "xây xong.",
        "1. Payment follows households whose coverage is accepted. Amount payable = price of the {{ award_paper }} × "
        "households accepted ÷ {{ planned }} obligated households. Those not accepted are not paid, even "
        "where the site is built.",
    ),
    line(
        "2. Khi nghiệm thu vùng phủ thanh toán <so> của giá trị nói trên; phần còn lại chia đều cho {{ quarters }} quý "
        "của {{ cost_years }} năm cung cấp dịch vụ, mỗi quý thanh toán theo thời gian dịch vụ được duy trì.",
        "2. On acceptance <so> of that amount is paid; the rest in {{ quarters }} equal quarterly instalments over the "
        "{{ cost_years }} years of service, each for the time the service was kept.",
        so=option("contract_acceptance_percent"),
    ),
    line(
        "3. Thanh toán trong <so> kể từ khi đủ hồ sơ: biên bản nghiệm thu vùng phủ, báo cáo tháng, giấy xác nhận duy "
        "trì "
        "dịch vụ khi đến kỳ, bảng tính giá trị thanh toán.",
        "3. Paid within <so> of a complete file: acceptance minutes, monthly statements, continuity certificate when "
        "due, statement of the amount.",
        so=option("contract_payment_days"),
    ),
    line(
        "4. Độ sẵn sàng trong tháng dưới mức ở Phụ lục IV thì kỳ thanh toán của trạm đó giảm theo tỷ lệ thời gian "
        "ngừng "
        "dịch vụ.",
        "4. Where availability in a month is under Annex IV, the site's instalment falls with the time out of service.",
    ),
)
KEEPING_TERMS: tuple[Block, ...] = (
    line(
        "1. Dịch vụ được duy trì {{ cost_years }} năm từ ngày nghiệm thu vùng phủ. Mỗi <so>, Uỷ ban nhân dân cấp xã ký "
        "giấy xác nhận duy trì dịch vụ (Mẫu số 04) trên cơ sở đo lại hoặc kiểm tra tại các điểm đo.",
        "1. The service is kept {{ cost_years }} years from acceptance. Every <so> the commune People's Committee "
        "signs "
        "a continuity certificate (Form 04), after measuring or checking at the test points.",
        so=option("contract_certificate_months"),
    ),
    line(
        "2. Ngừng dịch vụ tại một khu vực liên tục quá <so> không do bất khả kháng là bỏ phục vụ khu vực đó.",
        "2. An outage in an area of more than <so> on end, force majeure aside, is abandoning that area.",
        so=option("contract_outage_days"),
    ),
    line(
        "3. Thu hồi: khi bỏ phục vụ, khi nghiệm thu dựa trên số liệu sai, hoặc khi cùng nội dung đã nhận hỗ trợ khác "
        "của "
        "Nhà nước, bên thực hiện hoàn trả phần đã nhận cho số hộ liên quan. Trường hợp bỏ phục vụ, phần hoàn trả tính "
        "theo tỷ lệ thời gian dịch vụ còn lại; hai trường hợp sau hoàn trả toàn bộ.",
        "3. Claw-back: on abandoning, on acceptance by wrong data, or where the same work had other State support, "
        "what "
        "was paid for the households concerned is paid back: on abandoning by the service time left, otherwise in "
        "full.",
    ),
)

CONTRACT = Paper(
    part="contract",
    kind=Text("ĐIỀU KHOẢN HỢP ĐỒNG CỤ THỂ", "SPECIFIC CONTRACT TERMS"),
    subject=Text("Dự thảo cho gói {{ package_code }}", "Draft for package {{ package_code }}"),
    body=(
        DRAFT,
        heading("Điều 1. Đối tượng và tài liệu của hợp đồng", "Article 1. Subject and documents"),
        line(
            "1. Bên A: <so>. Bên B: nhà thầu trúng thầu. Bên B phủ sóng {{ planned }} hộ nghĩa vụ trong "
            "{{ area_count }} khu vực của gói {{ package_code }} và duy trì dịch vụ {{ cost_years }} năm.",
            "1. Party A: <so>. Party B: the successful bidder. B covers the {{ planned }} obligated "
            "households in the {{ area_count }} areas of package {{ package_code }} and keeps the service "
            "{{ cost_years }} years.",
            so=told("investor"),
        ),
        line(
            "2. Phụ lục I đến VIII (số liệu chốt ngày {{ frozen_on }}, mã kiểm tra {{ digest_short }}), biểu mẫu và "
            "cam "
            "kết của nhà thầu là bộ phận của hợp đồng. Các điều dưới đây bổ sung mục tương ứng của Điều kiện chung.",
            "2. Annexes I to VIII (figures frozen on {{ frozen_on }}, digest {{ digest_short }}), the bidder's forms "
            "and "
            "statement are part of the contract. The articles below add to the matching general conditions.",
        ),
        heading("Điều 2. Tạm ứng, bảo đảm", "Article 2. Advance and security"),
        line("1. Mức tạm ứng: <so>.", "1. Advance: <so>.", so=option("contract_advance_percent")),
        line(
            "2. Bảo đảm thực hiện hợp đồng: <so>, có hiệu lực tới khi nghiệm thu vùng phủ toàn bộ gói.",
            "2. Performance security: <so>, valid until coverage of the whole package is accepted.",
            so=told("performance_security"),
        ),
        heading("Điều 3. Thanh toán gắn với vùng phủ được nghiệm thu", "Article 3. Payment by accepted coverage"),
        *PAYMENT_TERMS,
        heading("Điều 4. Nghiệm thu, khắc phục", "Article 4. Acceptance and mending"),
        line(
            "Nghiệm thu theo Phụ lục VIII tại {{ point_count }} điểm đo đã công bố. Khu vực chưa đạt được khắc phục và "
            "đo "
            "lại trong <so>; chi phí đo lại do Bên B chịu.",
            "Acceptance follows Annex VIII at the {{ point_count }} published points. An area that fails is mended and "
            "measured again within <so>, at B's cost.",
            so=option("contract_cure_days"),
        ),
        heading("Điều 5. Chậm tiến độ và phạt vi phạm", "Article 5. Delay and penalties"),
        line(
            "1. Chậm mốc phát sóng hoặc nghiệm thu ở Phụ lục VII: phạt <tuan> giá trị phần chậm cho mỗi tuần chậm. Giá "
            "trị phần chậm tính theo số hộ của khu vực chưa đạt.",
            "1. For being late on air or at acceptance under Annex VII: <tuan> of the value of what is late for each "
            "week. That value follows the households of the areas not done.",
            tuan=option("contract_delay_percent"),
        ),
        line(
            "2. Tổng mức phạt không quá <tran> giá trị phần bị vi phạm.",
            "2. Penalties come to no more than <tran> of the value concerned.",
            tran=option("contract_penalty_cap_percent"),
        ),
        line(
            "3. Chậm quá <so> thì Bên A được chấm dứt phần hợp đồng của các khu vực chưa thực hiện và giao cho bên "
            "khác.",
            "3. After <so> of delay A may end the contract for the areas not done and award them elsewhere.",
            so=option("contract_termination_days"),
        ),
        heading("Điều 6. Tăng, giảm khối lượng", "Article 6. Variation of quantities"),
        line(
            "Bên A được tăng, giảm số hộ, số khu vực không quá <so> so với khối lượng của hợp đồng, với cùng đơn giá "
            "một "
            "hộ, khi có kết luận mới về khu vực. Thay đổi lập từ một bản chốt số liệu mới và bảng so sánh hai bản.",
            "A may raise or lower households and areas by no more than <so> of the contract at the same price a "
            "household, where a new finding asks for it. A change is made from a new frozen version and the difference "
            "between the two.",
            so=option("contract_vary_percent"),
        ),
        heading("Điều 7. Dịch chuyển, bổ sung, bớt trạm", "Article 7. Shifting, adding, deleting sites"),
        line(
            "1. Dịch chuyển trong bán kính <so> quanh vị trí đã cam kết: chỉ cần thông báo. Ngoài bán kính ấy: dùng "
            "Mẫu "
            "số 01. Bổ sung, bớt trạm: Mẫu số 02, 03.",
            "1. Within <so> of the place undertaken a notice is enough. Beyond it: Form 01. Adding and deleting: Forms "
            "02 and 03.",
            so=option("site_tolerance_m"),
        ),
        line(
            "2. Bên A trả lời trong <so>. Thay đổi trạm không làm giảm số hộ nghĩa vụ và không làm tăng giá hợp đồng.",
            "2. A answers within <so>. A change of sites neither lowers the obligated households nor raises the price.",
            so=option("contract_request_days"),
        ),
        heading("Điều 8. Duy trì dịch vụ và thu hồi", "Article 8. Continuity and claw-back"),
        *KEEPING_TERMS,
        heading("Điều 9. Báo cáo, dữ liệu", "Article 9. Statements and data"),
        line(
            "1. Bên B gửi báo cáo tháng trước hết ngày <so> của tháng sau theo “{{ document.statement.title }}”.",
            "1. B sends the monthly statement by day <so> of the next month on the “{{ document.statement.title }}”.",
            so=option("schedule_statement_day"),
        ),
        line(
            "2. Số liệu đo gốc, ảnh có toạ độ được giao cùng biên bản. Không đưa họ tên, số điện thoại, vị trí nhà của "
            "hộ dân vào báo cáo.",
            "2. Raw logs and photographs with coordinates come with the minutes. No name, telephone or home position "
            "of "
            "a household enters a statement.",
        ),
        heading("Điều 10. Điều khoản khác", "Article 10. Other terms"),
        line(
            "Tạm dừng, bất khả kháng, giải quyết tranh chấp: <so>.",
            "Suspension, force majeure, disputes: <so>.",
            so=fill("theo Điều kiện chung và quy định hiện hành", "by the general conditions and the rules in force"),
        ),
        *CONTRACT_FORMS,
    ),
    letterhead=False,
    signed=False,
    required=("planned", "setting"),
)
