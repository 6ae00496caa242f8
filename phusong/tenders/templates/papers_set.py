"""The papers that explain a set: cover and contents, data dictionary, public summary, changes."""

from __future__ import annotations

from phusong.tenders.templates import papers_common as c
from phusong.tenders.templates.layout import Control, PageBreak, Paper, TableLine
from phusong.tenders.templates.papers_award import AWARD_PAPERS
from phusong.tenders.templates.papers_dossier import DOSSIER_PAPERS
from phusong.tenders.templates.papers_estimate import ESTIMATE_PAPERS
from phusong.tenders.templates.papers_list import LIST_PAPERS
from phusong.tenders.templates.papers_selection import SELECTION_PAPERS
from phusong.words import Text

COVER = Paper(
    part="cover",
    kind=Text("BỘ HỒ SƠ GÓI {{ package_code }}", "DOCUMENT SET OF PACKAGE {{ package_code }}"),
    subject=Text(
        "{{ package_name[:1]|upper }}{{ package_name[1:] }}", "{{ package_name[:1]|upper }}{{ package_name[1:] }}"
    ),
    letterhead=False,
    signed=False,
    required=("contents", "digest", "origin"),
    body=(
        c.facts(
            (Text("Chủ đầu tư", "Investor"), c.INVESTOR),
            (Text("Nguồn vốn dự kiến", "Funding foreseen"), Text("{{ route_title }}", "{{ route_title }}")),
            (Text("Phương thức thực hiện", "Way of award"), Text("{{ award_title }}", "{{ award_title }}")),
            (
                Text("Phạm vi", "Extent"),
                Text(
                    "{{ area_count }} khu vực, {{ village_count }} thôn, {{ commune_count }} xã, phường, đặc khu",
                    "{{ area_count }} areas, {{ village_count }} villages, {{ commune_count }} communes",
                ),
            ),
            (
                Text("Số hộ cần phủ", "Households to cover"),
                Text(
                    "{{ households }} (phủ theo phương án tham chiếu {{ planned }}, còn lại {{ left }})",
                    "{{ households }} ({{ planned }} served by the reference plan, {{ left }} left)",
                ),
            ),
            (
                Text("Trạm tham chiếu", "Reference sites"),
                Text("{{ site_count }}", "{{ site_count }}"),
            ),
            (
                Text("Khái toán", "Estimate"),
                Text(
                    "{{ cost_middle }} đồng (Bằng chữ: {{ cost_words }}); khoảng {{ cost_low }}–{{ cost_high }} đồng",
                    "VND {{ cost_middle }} (in words: {{ cost_words }}); range VND {{ cost_low }}–{{ cost_high }}",
                ),
            ),
            (
                Text("Bản chốt", "Frozen version"),
                Text(
                    "Phiên bản {{ version }}, ngày {{ frozen_on }}; người duyệt: {{ approver }}"
                    "[[{% if not approver %}chủ đầu tư điền: người duyệt bản chốt{% endif %}]]",
                    "Version {{ version }} of {{ frozen_on }}; approved by {{ approver }}"
                    "[[{% if not approver %}investor to fill: who approved the version{% endif %}]]",
                ),
            ),
            (Text("Mã kiểm tra (SHA-256)", "Digest (SHA-256)"), Text("{{ digest }}", "{{ digest }}")),
        ),
        PageBreak(),
        c.heading("I. MỤC LỤC", "I. CONTENTS"),
        c.table(
            (
                c.column("Số", "No.", 1.3),
                c.column("Tài liệu", "Document", 7.6),
                c.column("Tệp", "File", 7.1),
            ),
            c.loop("row", "contents", "row.number", "row.title", "row.file"),
        ),
        c.line(
            "Mã SHA-256 của từng tệp nằm trong tệp kê khai 00-manifest.json kèm bộ hồ sơ.",
            "The SHA-256 of every file is in 00-manifest.json of the set.",
        ),
        c.heading("II. SỐ LIỆU LÀM CĂN CỨ", "II. WHAT THE FIGURES REST ON"),
        c.table(
            (c.column("Nội dung", "Item", 5.6), c.column("Giá trị", "Value", 10.4)),
            c.loop("row", "origin", "row.title", "row.value"),
            10.5,
        ),
        c.heading("III. GIỚI HẠN", "III. LIMITS"),
        *c.limits(),
    ),
)

DICTIONARY = Paper(
    part="dictionary",
    kind=Text("TỪ ĐIỂN DỮ LIỆU", "DATA DICTIONARY"),
    subject=Text("Dữ liệu số của gói {{ package_code }}", "Data of package {{ package_code }}"),
    letterhead=False,
    signed=False,
    required=("tables",),
    body=(
        c.heading("I. CÁC TỆP", "I. FILES"),
        c.table(
            (
                c.column("Tệp", "File", 5.0),
                c.column("Lớp, bảng", "Layer, table", 3.4),
                c.column("Nội dung", "Contents", 7.6),
            ),
            c.loop("row", "data_files", "row.file", "row.layer", "row.title"),
        ),
        c.line("{{ csv_note }}", "{{ csv_note }}"),
        c.line(
            "Toạ độ: WGS84 (EPSG:4326) và VN-2000, múi chiếu 3°, kinh tuyến trục ghi tại từng dòng. Tiền: đồng. Ngày: "
            "ngày/tháng/năm.",
            "Coordinates: WGS84 (EPSG:4326) and VN-2000, 3° zone, central meridian in each row. Money: VND. Dates: "
            "day/month/year.",
        ),
        c.heading("II. CÁC CỘT", "II. COLUMNS"),
        Control("{%p for table in tables %}"),
        c.line(
            "**Bảng {{ table.name }}: {{ table.title }}**", "**Table {{ table.name }}: {{ table.title }}**", keep=True
        ),
        c.table(
            (
                c.column("Cột", "Column", 4.3),
                c.column("Tên", "Title", 5.0),
                c.column("Ý nghĩa, đơn vị", "Meaning, unit", 6.7),
            ),
            c.loop("row", "table.fields", "row.name", "row.title", "row.meaning"),
            10,
        ),
        Control("{%p endfor %}"),
        c.heading("III. QUYỀN RIÊNG TƯ", "III. PRIVACY"),
        c.line(
            "1. Vị trí hộ dân là dữ liệu cá nhân: không tệp nào của bộ hồ sơ có toạ độ, tên chủ hộ, số điện thoại của "
            "hộ dân; chỉ có số đếm theo khu vực, thôn, xã.",
            "1. The place of a household is personal data: no file of the set has coordinates, names or telephone "
            "numbers of households, but only counts by area, village and commune.",
        ),
        c.line(
            "2. Khu vực dưới {{ least_shown }} hộ không nêu vị trí: số hộ được gộp vào phần còn lại của thôn.",
            "2. An area of fewer than {{ least_shown }} households has no position told: its households are in the "
            "remainder of the village.",
        ),
        c.line(
            "3. Điểm đo nghiệm thu không đặt tại nhà riêng và mỗi điểm đại diện cho từ {{ least_shown }} hộ trở lên. "
            "Vị trí trạm hiện có của nhà mạng không được nêu, chỉ có tên và khoảng cách.",
            "3. Test points stand at no private house, and each for {{ least_shown }} households or more. Positions of "
            "operators' standing stations are not told, only names and distances.",
        ),
    ),
)

SUMMARY = Paper(
    part="summary",
    kind=Text("BẢN TÓM TẮT CÔNG KHAI", "PUBLIC SUMMARY"),
    subject=Text("{{ package_title }}", "{{ package_title }}"),
    letterhead=False,
    signed=False,
    required=("households", "forecast_note"),
    body=(
        c.heading("1. Nơi cần phủ sóng", "1. Where coverage is needed"),
        c.line(
            "Gói có **{{ area_count }} khu vực** thuộc {{ village_count }} thôn của {{ commune_count }} xã, phường, "
            "đặc khu tại {{ province }}, với **{{ households }} hộ** cần phủ sóng (số hộ thực tế chưa có sóng: "
            "{{ unserved_low }}–{{ unserved_high }}, cộng từ khoảng của từng khu vực). Dịch vụ xét: {{ service }}.",
            "The package holds **{{ area_count }} areas** in {{ village_count }} villages of {{ commune_count }} "
            "communes of {{ province }}, with **{{ households }} households** to cover "
            "({{ unserved_low }}–{{ unserved_high }} truly without signal, the sum of the areas' intervals). "
            "Service: {{ service }}.",
        ),
        c.table(
            (
                c.column("STT", "No.", 1.2, right=True),
                c.column("Xã, phường, đặc khu", "Commune", 7.0),
                c.column("Số thôn", "Villages", 2.4, right=True),
                c.column("Số khu vực", "Areas", 2.4, right=True),
                c.column("Số hộ cần phủ", "Households to cover", 3.0, right=True),
            ),
            (
                "{%tr for row in communes if row.area_count != '0' %}",
                TableLine(
                    (
                        "{{ loop.index }}",
                        "{{ row.name }}",
                        "{{ row.village_count }}",
                        "{{ row.area_count }}",
                        "{{ row.households }}",
                    )
                ),
                c.ENDFOR,
                TableLine(
                    ("", c.TOTAL, "{{ village_count }}", "{{ area_count }}", "{{ households }}"),
                    bold=True,
                ),
            ),
        ),
        c.heading("2. Vì sao biết", "2. How it is known"),
        c.line(
            "Danh sách do địa phương và nhà mạng cung cấp được đối chiếu với mô hình truyền sóng trên địa hình; chỉ "
            "khu vực đã có kết luận mới được đưa vào gói. Một hộ được coi là có sóng khi mức thu đạt ngưỡng: {{ "
            "thresholds }}.",
            "Lists by the province and the operators are checked against a model of radio waves over the terrain; only "
            "areas with a finding enter the package. A household counts as served where the level reaches: "
            "{{ thresholds }}.",
        ),
        c.heading("3. Sẽ làm gì", "3. What will be done"),
        c.line(
            "Phương án tham chiếu gồm {{ site_count }} vị trí trạm, phủ {{ planned }} hộ; {{ left }} hộ còn lại chưa "
            "có phương án trong gói này. {{ reference_note }} Nguồn vốn dự kiến: {{ route_title }}; phương thức: "
            "{{ award_title }}.",
            "The reference plan has {{ site_count }} sites and serves {{ planned }} households; {{ left }} have no "
            "option in this package. {{ reference_note }} Funding foreseen: {{ route_title }}; way: {{ award_title }}.",
        ),
        c.line(
            "Nghĩa vụ của đơn vị thực hiện là phủ sóng các hộ trong danh sách; trước khi thanh toán, vùng phủ được đo "
            "tại {{ point_count }} điểm.",
            "The obligation is to cover the listed households; before payment, coverage is measured at {{ point_count "
            "}} points.",
        ),
        c.heading("4. Cần hiểu đúng số liệu", "4. How to read the figures"),
        c.line("{{ forecast_note }} {{ boundary_note }}", "{{ forecast_note }} {{ boundary_note }}"),
        c.line(
            "Số liệu chốt ngày {{ frozen_on }}. Ý kiến góp ý, phản ánh về chất lượng sóng gửi về: {{ told.address }}"
            "[[{% if not told.address %}chủ đầu tư điền: nơi nhận ý kiến{% endif %}]].",
            "Figures frozen on {{ frozen_on }}. Comments and reports on signal quality to: {{ told.address }}"
            "[[{% if not told.address %}investor to fill: where comments are received{% endif %}]].",
        ),
    ),
)

CHANGE_LOG = Paper(
    part="change_log",
    kind=Text("THAY ĐỔI SO VỚI BẢN TRƯỚC", "CHANGES FROM THE VERSION BEFORE"),
    subject=Text("Gói {{ package_code }}, bản {{ version }}", "Package {{ package_code }}, version {{ version }}"),
    letterhead=False,
    signed=False,
    required=("changes", "version"),
    body=(
        Control("{%p if version == 1 %}"),
        c.line(
            "Đây là bản chốt đầu tiên của gói {{ package_code }}, ngày {{ frozen_on }}; chưa có bản trước để so sánh.",
            "This is the first frozen version of package {{ package_code }}, of {{ frozen_on }}; there is none before "
            "it.",
        ),
        Control("{%p else %}"),
        c.line(
            "Bản {{ version }} chốt ngày {{ frozen_on }} (mã kiểm tra {{ digest_short }}) thay bản {{ version - 1 }} "
            "(mã kiểm tra {{ previous_digest_short }}). Lý do: {{ because }}[[{% if not because %}chủ đầu tư điền: lý "
            "do thay đổi{% endif %}]].",
            "Version {{ version }} frozen on {{ frozen_on }} (digest {{ digest_short }}) replaces version "
            "{{ version - 1 }} (digest {{ previous_digest_short }}). Reason: {{ because }}[[{% if not because "
            "%}investor to fill: reason of the change{% endif %}]].",
        ),
        Control("{%p if not changes %}"),
        c.line(
            "Không có khác biệt về khu vực, thôn, trạm, chi phí.",
            "Areas, villages, sites and costs are the same as before.",
        ),
        Control("{%p else %}"),
        c.line(
            "Có {{ changes|length }} khác biệt: {{ changes_added }} thêm, {{ changes_removed }} bỏ, {{ changes_changed "
            "}} sửa.",
            "There are {{ changes|length }} differences: {{ changes_added }} added, {{ changes_removed }} removed, "
            "{{ changes_changed }} changed.",
        ),
        c.table(
            (
                c.column("STT", "No.", 1.1, right=True),
                c.column("Loại", "Kind", 1.5),
                c.column("Đối tượng, mã", "Subject, code", 3.6),
                c.column("Nội dung", "What", 3.6),
                c.column("Bản trước", "Before", 3.1),
                c.column("Bản này", "Now", 3.1),
            ),
            (
                "{%tr for row in changes %}",
                TableLine(
                    (
                        "{{ loop.index }}",
                        "{{ row.kind }}",
                        "{{ row.subject }} {{ row.code }}",
                        "{{ row.what }}",
                        "{{ row.before }}",
                        "{{ row.after }}",
                    )
                ),
                c.ENDFOR,
            ),
            10,
        ),
        Control("{%p endif %}"),
        Control("{%p endif %}"),
    ),
)

SET_PAPERS: tuple[Paper, ...] = (
    COVER,
    *LIST_PAPERS,
    *ESTIMATE_PAPERS,
    *SELECTION_PAPERS,
    *DOSSIER_PAPERS,
    *AWARD_PAPERS,
    DICTIONARY,
    SUMMARY,
    CHANGE_LOG,
)
