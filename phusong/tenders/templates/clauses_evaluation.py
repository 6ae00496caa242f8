"""Wording of part 12, the draft of the evaluation criteria: pass or fail, points with a minimum each, ranking."""

from __future__ import annotations

from phusong.tenders.templates.clauses_words import DRAFT, ENDFOR, NUMBER, column, heading, line, row, worded
from phusong.tenders.templates.layout import Paper, Table, TableColumn, TableLine, fill, option
from phusong.words import Text

_PASS = Table(
    columns=(
        column("Mã", "Code", 1.6),
        column("Yêu cầu", "Requirement", 6.6),
        column("Đạt khi cam kết tối thiểu", "Passes when at least this is undertaken", 4.6),
        column("Kết quả (đạt/không)", "Result (pass/fail)", 3.2),
    ),
    lines=(
        "{%tr for group in requirement_groups %}",
        TableLine(("{{ group.code }}", "{{ group.title }}", "", ""), bold=True, group=True),
        "{%tr for one in group.rows %}",
        row("{{ one.code }}", "{{ one.text }}", "{{ one.level }}[[{% if one.ask %}{{ one.ask }}{% endif %}]]", ""),
        ENDFOR,
        ENDFOR,
    ),
    size=11.5,
)

_CRITERIA = (
    (
        "cost",
        Text("Số hộ được phủ trên một đồng", "Households covered per VND"),
        Text(
            "Số hộ cam kết phủ chia giá dự thầu. Điểm = trọng số × tỷ số của hồ sơ ÷ tỷ số cao nhất.",
            "Households undertaken over the bid price. Points = weight × the bid's ratio ÷ the highest ratio.",
        ),
    ),
    (
        "schedule",
        Text("Tiến độ", "Schedule"),
        Text(
            "Số ngày từ T0 tới khi trạm cuối cùng phát sóng. Điểm = trọng số × số ngày ngắn nhất ÷ số ngày của hồ sơ.",
            "Days from T0 until the last site is on air. Points = weight × the fewest days ÷ the bid's days.",
        ),
    ),
    (
        "sharing",
        Text("Dùng chung hạ tầng", "Sharing"),
        worded(
            "Số doanh nghiệp khác mà cột, nhà trạm đủ chỗ và tải, trung bình các trạm. Điểm = trọng số × số ấy ÷ <so>, "
            "không quá trọng số.",
            "Other operators for which mast and shelter have room and strength, mean of sites. Points = weight × that "
            "number ÷ <so>, no more than the weight.",
            so=option("evaluation_sharing_full"),
        ),
    ),
    (
        "power",
        Text("Nguồn điện bền vững", "Power resilience"),
        worded(
            "Thời gian tự cấp nguồn chia mức yêu cầu ở Phụ lục IV, trung bình các trạm. Điểm = trọng số × tỷ số ấy ÷ "
            "<so>, không quá trọng số.",
            "Autonomy over what Annex IV requires, mean of sites. Points = weight × that ratio ÷ <so>, no more than "
            "the "
            "weight.",
            so=option("evaluation_power_full_times"),
        ),
    ),
)
_POINTS = Table(
    columns=(
        TableColumn(NUMBER, 1.1, right=True),
        column("Tiêu chí", "Criterion", 3.3),
        column("Cách chấm", "How points are given", 6.2),
        column("Trọng số", "Weight", 2.7),
        column("Điểm tối thiểu", "Minimum", 2.7),
    ),
    lines=(
        *(
            row(str(n), title, how, option(f"evaluation_{key}_weight"), option(f"evaluation_{key}_minimum"))
            for n, (key, title, how) in enumerate(_CRITERIA, start=1)
        ),
        row("", Text("**Cộng**", "**Sum**"), "", "**{{ weight_sum }}**", ""),
    ),
    size=11.5,
)

EVALUATION = Paper(
    part="evaluation",
    kind=Text("TIÊU CHUẨN ĐÁNH GIÁ HỒ SƠ DỰ THẦU", "EVALUATION CRITERIA"),
    subject=Text("Dự thảo cho gói {{ package_code }}", "Draft for package {{ package_code }}"),
    body=(
        DRAFT,
        heading("I. TRÌNH TỰ", "I. ORDER"),
        line(
            "1. Kiểm tra tính hợp lệ, năng lực, kinh nghiệm theo mục tương ứng của E-CDNT: <so>.",
            "1. Validity, capacity and experience under the matching clauses of the E-CDNT: <so>.",
            so=fill("yêu cầu về doanh thu, hợp đồng tương tự, nhân sự", "turnover, like contracts, staff"),
        ),
        line(
            "2. Đánh giá kỹ thuật đạt / không đạt (mục II); hồ sơ không đạt một yêu cầu thì bị loại.",
            "2. Technical requirements, pass or fail (II); a bid that fails one is out.",
        ),
        line("3. Chấm điểm các tiêu chí (mục III).", "3. Points by criterion (III)."),
        line(
            "4. Phương pháp đánh giá áp dụng: <so>. Nếu pháp luật không cho phép kết hợp điểm giá như mục III thì chỉ "
            "dùng các tiêu chí 2, 3, 4 để đánh giá kỹ thuật.",
            "4. Method of evaluation: <so>. If the rules do not allow price to be combined as in III, only criteria 2, "
            "3 and 4 are used, for the technical part.",
            so=fill("phương pháp theo quy định hiện hành", "the method under the rules in force"),
        ),
        heading("II. YÊU CẦU KỸ THUẬT ĐẠT / KHÔNG ĐẠT", "II. TECHNICAL REQUIREMENTS, PASS OR FAIL"),
        line(
            "Đánh giá trên “{{ document.compliance.title }}” và tài liệu chứng minh của nhà thầu. Đề xuất vị trí trạm "
            "khác vị "
            "trí tham chiếu không phải là lý do đánh giá không đạt.",
            "Judged by the “{{ document.compliance.title }}” and its proofs. Sites other than the reference ones are "
            "no reason "
            "to fail.",
        ),
        _PASS,
        heading("III. TIÊU CHÍ CHẤM ĐIỂM", "III. POINTS"),
        line(
            "Mỗi tiêu chí có điểm tối thiểu riêng: hồ sơ dưới mức tối thiểu ở một tiêu chí thì không được xếp hạng, dù "
            "tổng điểm cao. Hộ tính điểm là hộ trong danh mục của gói ({{ households }} hộ), không vượt số ấy; hộ "
            "ngoài danh mục không được tính.",
            "Each criterion has a minimum of its own: a bid under it at one of them is not ranked whatever its sum. "
            "Households that count are those listed ({{ households }}), no more; others do not count.",
        ),
        _POINTS,
        line(
            "Điểm tính tới hai chữ số thập phân; không làm tròn ở bước trung gian.",
            "Points have two decimals; nothing is rounded on the way.",
        ),
        heading("IV. XẾP HẠNG", "IV. RANKING"),
        line(
            "Hồ sơ có tổng điểm cao nhất xếp thứ nhất. Bằng điểm thì hồ sơ phủ nhiều hộ hơn xếp trước, rồi đến hồ sơ "
            "phát sóng sớm hơn. Chấm trên “{{ document.evaluation_sheet.title }}” (tệp "
            "{{ document.evaluation_sheet.file }}).",
            "The highest sum ranks first. On equal sums the bid covering more households comes before, then the one on "
            "air earlier. Points are given in the “{{ document.evaluation_sheet.title }}” (file "
            "{{ document.evaluation_sheet.file }}).",
        ),
    ),
    letterhead=False,
    signed=False,
    required=("requirement_groups", "setting", "weight_sum"),
)
