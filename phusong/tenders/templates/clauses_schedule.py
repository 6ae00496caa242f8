"""Wording of part 09, the schedule: milestones from T0, communes with their sites, conditions, monthly statement."""

from __future__ import annotations

from phusong.tenders.templates.clauses_words import ENDFOR, NUMBER, column, heading, line, note, row
from phusong.tenders.templates.layout import Paper, Table, TableColumn, TableLine, option
from phusong.words import Text

_MILESTONES = (
    ("schedule_survey_days", "Khảo sát, chốt vị trí trạm", "Survey done, sites settled",
     "Biên bản khảo sát từng vị trí, có toạ độ, ảnh", "Survey record of each site with coordinates and photographs"),
    ("schedule_design_days", "Thiết kế được chấp thuận", "Design approved",
     "Thiết kế, tính toán phủ sóng cho các hộ trong danh mục", "Design; coverage computed for the listed homes"),
    ("schedule_permits_days", "Xong mặt bằng, giấy phép", "Land and permits ready",
     "Văn bản về đất, giấy phép theo quy định", "Land papers and permits as the rules ask"),
    ("schedule_civil_days", "Xong móng, cột, nhà trạm", "Foundation, mast and shelter done",
     "Biên bản nghiệm thu xây dựng", "Civil works accepted"),
    ("schedule_power_days", "Xong nguồn điện, truyền dẫn", "Power and backhaul done",
     "Biên bản đo thử nguồn, truyền dẫn", "Power and backhaul tested"),
    ("schedule_on_air_days", "Phát sóng", "On air",
     "Thông báo phát sóng, mã ô, ngày giờ", "Notice of going on air with cell codes, day and hour"),
    ("schedule_trial_days", "Xong vận hành thử", "Trial operation done",
     "Số liệu độ sẵn sàng trong thời gian thử", "Availability during the trial"),
    ("schedule_acceptance_days", "Nghiệm thu vùng phủ", "Coverage accepted",
     "Biên bản nghiệm thu vùng phủ (Phụ lục VIII)", "Acceptance minutes (Annex VIII)"),
)  # fmt: skip

_DAYS = Table(
    columns=(
        column("Mốc", "Mark", 1.3),
        column("Nội dung", "Subject", 5.0),
        column("Chậm nhất, kể từ T0", "At the latest, from T0", 4.9),
        column("Tài liệu chứng minh", "Proof", 4.8),
    ),
    lines=(
        row("T0", Text("Bắt đầu", "Start"), Text("0 ngày", "0 days"), Text("Văn bản có hiệu lực", "Papers in force")),
        *(
            row(f"T{n}", Text(vi, en), option(key), Text(proof_vi, proof_en))
            for n, (key, vi, en, proof_vi, proof_en) in enumerate(_MILESTONES, start=1)
        ),
    ),
    size=12,
)
_SUM = Text("Cộng: {{ site_count }} trạm", "Sum: {{ site_count }} sites")
_SITES = Table(
    columns=(
        TableColumn(NUMBER, 1.1, right=True),
        column("Trạm tham chiếu", "Reference site", 2.8),
        column("Thôn được phục vụ", "Villages served", 3.8),
        column("Hộ được phủ", "Households", 2.4, right=True),
        column("Cách đường; cách lưới điện", "To road; to grid", 2.9),
        column("Ngày phát sóng đề xuất", "On air as proposed", 3.0),
    ),
    lines=(
        "{%tr for commune in schedule_communes %}",
        TableLine(("", "{{ commune.title }}", "", "{{ commune.households }}", "", ""), bold=True, group=True),
        "{%tr for site in commune.sites %}",
        row("{{ site.number }}", "{{ site.title }}", "{{ site.villages }}", "{{ site.households }}",
            "{{ site.access }}", ""),
        ENDFOR,
        ENDFOR,
        TableLine(
            ("", _SUM, "", "{{ site_households }}", "", ""),
            bold=True,
        ),
    ),
    size=11,
)  # fmt: skip

SCHEDULE = Paper(
    part="schedule",
    kind=Text("PHỤ LỤC VII", "ANNEX VII"),
    subject=Text("TIẾN ĐỘ THỰC HIỆN – GÓI {{ package_code }}", "SCHEDULE – PACKAGE {{ package_code }}"),
    body=(
        heading("I. MỐC THỜI GIAN", "I. MILESTONES"),
        line(
            "T0 là ngày {{ award_paper }} có hiệu lực. Ngày là ngày theo lịch. Các mốc áp dụng cho từng trạm; mốc của "
            "cả gói là mốc của trạm cuối cùng.",
            "T0 is the day the {{ award_paper }} takes effect. Days are calendar days. Milestones hold for each site; "
            "the package's is that of the last site.",
        ),
        _DAYS,
        heading("II. TIẾN ĐỘ THEO XÃ", "II. BY COMMUNE"),
        note(
            "Vị trí chỉ để tham chiếu; {{ supplier }} thay bằng vị trí mình đề xuất. Hộ phủ bởi nhiều trạm chỉ tính "
            "một lần, "
            "ở "
            "trạm đứng trước. {{ site_notes }}",
            "Sites are for reference; {{ supplier }} puts in its own. Households reached by several sites count once, "
            "at "
            "the first. {{ site_notes }}",
        ),
        _SITES,
        heading("III. ĐIỀU KIỆN VÀ GIA HẠN", "III. CONDITIONS AND EXTENSION"),
        line(
            "1. Nguồn điện: nơi chưa có điện lưới, {{ supplier }} dùng nguồn khác (điện mặt trời, máy phát, ắc quy) và "
            "không "
            "được chờ điện lưới để kéo dài tiến độ.",
            "1. Power: where there is no grid {{ supplier }} uses another source (solar, generator, batteries) and may "
            "not wait for the grid.",
        ),
        line(
            "2. Đường, mặt bằng: {{ supplier }} tự khảo sát đường vận chuyển; chính quyền địa phương tạo điều kiện về "
            "mặt "
            "bằng theo quy định.",
            "2. Road and land: {{ supplier }} surveys the ways of transport; the local authority helps with land as "
            "the "
            "rules provide.",
        ),
        line(
            "3. Trạm vướng điện, đường, mặt bằng, thiên tai không do lỗi của {{ supplier }} được gia hạn không quá "
            "<so>, nếu "
            "đã báo bằng văn bản ngay khi phát sinh và có xác nhận của Uỷ ban nhân dân cấp xã.",
            "3. A site held up by power, road, land or disaster through no fault of {{ supplier }} is given no more "
            "than "
            "<so>, if notice was given in writing at once and the commune People's Committee confirms it.",
            so=option("schedule_extension_days"),
        ),
        line(
            "4. Trạm chậm quá thời gian gia hạn được xử lý theo điều khoản về chậm tiến độ.",
            "4. A site late beyond that falls under the terms on delay.",
        ),
        heading("IV. BÁO CÁO THÁNG", "IV. MONTHLY STATEMENT"),
        line(
            "Trước hết ngày <so> của tháng sau, {{ supplier }} gửi “{{ document.statement.title }}” (tệp "
            "{{ document.statement.file }}) ghi "
            "mốc đã đạt của từng trạm, ngày, vướng mắc; từ khi phát sóng ghi thêm độ sẵn sàng, sự cố, phản ánh. Báo "
            "cáo "
            "kèm ảnh có toạ độ.",
            "By day <so> of the next month {{ supplier }} sends the “{{ document.statement.title }}” (file "
            "{{ document.statement.file }}) with each site's milestones, days and obstacles; once on air also "
            "availability, "
            "faults and complaints. Photographs carry coordinates.",
            so=option("schedule_statement_day"),
        ),
    ),
    letterhead=False,
    signed=False,
    required=("schedule_communes", "setting"),
)
