"""Wording of part 06 (technical requirements) and of the bidder's statement of compliance of part 14."""

from __future__ import annotations

from phusong.tenders.templates.clauses_words import BLANK, ENDFOR, column, heading, line, note, row, signatures
from phusong.tenders.templates.layout import Line, Paper, Table, TableLine, option
from phusong.words import Text

_GROUPS, _ROWS = "{%tr for group in requirement_groups %}", "{%tr for one in group.rows %}"
_LEVEL = "{{ one.level }}[[{% if one.ask %}{{ one.ask }}{% endif %}]]"

_REQUIREMENTS = Table(
    columns=(
        column("Mã", "Code", 1.6),
        column("Yêu cầu", "Requirement", 6.2),
        column("Mức yêu cầu", "Level required", 4.2),
        column("Nguồn của mức", "Source of the level", 4.0),
    ),
    lines=(
        _GROUPS,
        TableLine(("{{ group.code }}", "{{ group.title }}", "", ""), bold=True, group=True),
        _ROWS,
        row("{{ one.code }}", "{{ one.text }}", _LEVEL, "{{ one.source }}"),
        ENDFOR,
        ENDFOR,
    ),
    size=11.5,
)

REQUIREMENTS = Paper(
    part="requirements",
    kind=Text("PHỤ LỤC IV", "ANNEX IV"),
    subject=Text(
        "YÊU CẦU KỸ THUẬT VÀ CHẤT LƯỢNG – GÓI {{ package_code }}",
        "TECHNICAL REQUIREMENTS – PACKAGE {{ package_code }}",
    ),
    body=(
        note(
            "Mức ghi “chưa xác minh” là đề xuất, chưa đối chiếu với văn bản của cơ quan quản lý; chủ đầu tư kiểm tra "
            "trước khi phát hành.",
            "Levels marked “not verified” are proposals not yet held against the authority's texts; the investor "
            "checks them before issue.",
        ),
        heading("I. NGHĨA VỤ PHỦ SÓNG", "I. COVERAGE OBLIGATION"),
        line(
            "1. Nghĩa vụ là phủ sóng các hộ trong danh mục, không phải xây dựng một số lượng trạm. Gói có "
            "{{ households }} hộ cần phủ; {{ planned }} hộ đã có phương án là số hộ tính nghĩa vụ; "
            "{{ left }} hộ chưa có phương án (lý do ở Phụ lục II) không tính vào nghĩa vụ, {{ supplier }} "
            "được đề xuất phủ thêm.",
            "1. The obligation is to cover the listed households, not to build a number of sites. The package has "
            "{{ households }} households needing coverage; the {{ planned }} with an option make up the "
            "obligation; the {{ left }} without one (reason in Annex II) do not, and {{ supplier }} may offer them.",
        ),
        line(
            "2. Vị trí trạm ở Phụ lục III chỉ để tham chiếu. Trạm được dịch chuyển trong bán kính <so> quanh vị trí "
            "tham chiếu; {{ supplier }} được đề xuất vị trí, số lượng trạm khác nếu vẫn đáp ứng yêu cầu phủ sóng.",
            "2. The sites of Annex III are for reference. A site may move within <so> of its reference; {{ supplier }} "
            "may propose other places and another number of sites if the coverage required is met.",
            so=option("site_tolerance_m"),
        ),
        line(
            "3. Việc đạt hay không đạt được xác định bằng đo kiểm tại các điểm đo theo Phụ lục VIII, không bằng kết "
            "quả mô phỏng.",
            "3. Whether it is met is found by measuring at the test points of Annex VIII, not by simulation.",
        ),
        heading("II. TRUNG LẬP CÔNG NGHỆ", "II. TECHNOLOGY NEUTRALITY"),
        line(
            "Công nghệ, băng tần được cấp phép, loại trạm, truyền dẫn và nguồn điện do {{ supplier }} tự chọn. Tài "
            "liệu "
            "không nêu nhãn hiệu, nhà sản xuất, xuất xứ cụ thể. Mức thu yêu cầu áp dụng cho công nghệ được dùng.",
            "Technology, licensed band, kind of site, backhaul and power are chosen by {{ supplier }}. No brand, maker "
            "or origin "
            "is named. The level required is that of the technology used.",
        ),
        heading("III. BẢNG YÊU CẦU", "III. TABLE OF REQUIREMENTS"),
        _REQUIREMENTS,
        heading("IV. CÁCH HIỂU", "IV. HOW TO READ IT"),
        line(
            "1. Tỷ lệ hộ được phủ tính trên số hộ mà các điểm đo đạt đại diện; hộ không có điểm đo nào đại diện chỉ "
            "được tính khi hai bên thống nhất cách đo bổ sung bằng biên bản.",
            "1. The share of households covered counts those that passing test points stand for; a household that no "
            "point stands for counts only once the parties agree in writing on how to measure it.",
        ),
        line(
            "2. Tốc độ được xét khi nghiệm thu nếu Phụ lục VIII nêu mức; nếu không, được kiểm tra trong thời gian cung "
            "cấp dịch vụ.",
            "2. Speed is judged at acceptance where Annex VIII gives a level; else it is checked while the service "
            "runs.",
        ),
        line(
            "3. Độ sẵn sàng của một trạm trong tháng là thời gian trạm cung cấp dịch vụ chia cho thời gian của tháng; "
            "thời gian ngừng có kế hoạch đã được chấp thuận và sự kiện bất khả kháng không tính là ngừng dịch vụ.",
            "3. Availability of a site in a month is its time in service over the time of the month; approved planned "
            "work and force majeure are not counted as outage.",
        ),
        line(
            "4. Dùng chung hạ tầng và chuyển vùng thực hiện theo thoả thuận giữa các doanh nghiệp và pháp luật về viễn "
            "thông; hạ tầng được Nhà nước hỗ trợ phải mở cho doanh nghiệp khác theo điều kiện không phân biệt.",
            "4. Sharing and roaming follow the operators' agreements and telecommunications law; infrastructure with "
            "State support is open to other operators without discrimination.",
        ),
        line(
            "5. Kết cấu cột, chống sét, tiếp đất, an toàn điện, tương thích điện từ và phơi nhiễm trường điện từ theo "
            "quy chuẩn kỹ thuật quốc gia hiện hành; {{ supplier }} nộp hồ sơ chứng minh khi nghiệm thu.",
            "5. Mast structure, lightning protection, earthing, electrical safety, electromagnetic compatibility and "
            "exposure follow the national technical regulations in force; proof is handed over at acceptance.",
        ),
    ),
    letterhead=False,
    signed=False,
    required=("planned", "requirement_groups"),
)

_ANSWERS = Table(
    columns=(
        column("Mã", "Code", 1.5),
        column("Yêu cầu", "Requirement", 4.4),
        column("Mức yêu cầu", "Level required", 3.4),
        column("Đáp ứng (có/không)", "Complies (yes/no)", 2.4),
        column("Mức chào; dẫn chứng (tài liệu, trang)", "Level offered; proof (document, page)", 4.3),
    ),
    lines=(
        _GROUPS,
        TableLine(("{{ group.code }}", "{{ group.title }}", "", "", ""), bold=True, group=True),
        _ROWS,
        row("{{ one.code }}", "{{ one.text }}", _LEVEL, "", ""),
        ENDFOR,
        ENDFOR,
    ),
    size=11,
)

COMPLIANCE = Paper(
    part="compliance",
    kind=Text("BẢN CAM KẾT ĐÁP ỨNG", "STATEMENT OF COMPLIANCE"),
    subject=Text(
        "Yêu cầu kỹ thuật và chất lượng của gói {{ package_code }} (nhà thầu điền và ký)",
        "Technical and quality requirements of package {{ package_code }} (for the bidder to fill in and sign)",
    ),
    body=(
        line(f"Tên nhà thầu: {BLANK}{BLANK}", f"Bidder: {BLANK}{BLANK}"),
        line(f"Mã số doanh nghiệp: {BLANK}", f"Enterprise code: {BLANK}"),
        line(f"Thành viên liên danh (nếu có): {BLANK}", f"Members of the joint venture, if any: {BLANK}"),
        line(
            "1. Chúng tôi đã đọc Phụ lục I đến Phụ lục VIII của gói {{ package_code }} (số liệu chốt ngày "
            "{{ frozen_on }}, mã kiểm tra {{ digest_short }}) và trả lời từng yêu cầu như sau:",
            "1. We have read Annexes I to VIII of package {{ package_code }} (figures frozen on {{ frozen_on }}, "
            "digest "
            "{{ digest_short }}) and answer each requirement as follows:",
        ),
        _ANSWERS,
        line(
            f"2. Số hộ cam kết phủ: {BLANK} trên {{{{ planned }}}} hộ có phương án; số hộ phủ thêm trong "
            f"{{{{ left }}}} hộ chưa có phương án: {BLANK}.",
            f"2. Households we undertake to cover: {BLANK} of the {{{{ planned }}}} with an option; of the "
            f"{{{{ left }}}} without one: {BLANK}.",
        ),
        line(
            "3. Vị trí, số lượng trạm do chúng tôi đề xuất; chúng tôi chịu trách nhiệm về kết quả phủ sóng, không viện "
            "dẫn vị trí tham chiếu để miễn trừ nghĩa vụ.",
            "3. Places and number of sites are our own proposal; we answer for the coverage and do not plead the "
            "reference sites against our obligation.",
        ),
        line(
            "4. Chúng tôi chấp nhận nghiệm thu theo Phụ lục VIII tại các điểm đo đã công bố, và không nhận hỗ trợ khác "
            "của Nhà nước cho cùng nội dung.",
            "4. We accept the acceptance test of Annex VIII at the published points, and take no other State support "
            "for the same work.",
        ),
        line(
            "5. Điểm không đáp ứng, đề nghị khác: " + BLANK,
            "5. Not met, or proposed otherwise: " + BLANK,
        ),
        Line(Text("………………, ngày …… tháng …… năm ………", "………………, date ………………"), italic=True, keep=True, centred=True),
        signatures(
            Text("Người lập", "Prepared by"),
            Text("Đại diện hợp pháp của nhà thầu", "Legal representative of the bidder"),
        ),
    ),
    letterhead=False,
    signed=False,
    required=("requirement_groups",),
)
