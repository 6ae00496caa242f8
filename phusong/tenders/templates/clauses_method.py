"""Wording of part 02, the statement of method: data, model, thresholds, findings, certainty, lots, limits."""

from __future__ import annotations

from phusong.tenders.templates.clauses_words import ENDFOR, NUMBER, column, heading, line, note, row
from phusong.tenders.templates.layout import Control, Paper, Table, TableColumn, option
from phusong.words import Text

_INPUTS = Table(
    columns=(
        TableColumn(NUMBER, 1.1, right=True),
        column("Dữ liệu", "Data", 4.2),
        column("Tệp", "File", 4.4),
        column("Thời điểm", "As of", 2.3),
        column("SHA-256 (đầu)", "SHA-256 (start)", 4.0),
    ),
    lines=(
        "{%tr for file in inputs %}",
        row("{{ loop.index }}", "{{ file.role }}", "{{ file.name }}", "{{ file.dated }}", "{{ file.sha256[:16] }}"),
        ENDFOR,
    ),
)
_THRESHOLDS = Table(
    columns=(
        column("Công nghệ", "Technology", 4.0),
        column("Có sóng từ (dBm)", "Served from (dBm)", 4.0, right=True),
        column("Sóng yếu từ (dBm)", "Weak from (dBm)", 4.0, right=True),
        column("Tình trạng", "State", 4.0),
    ),
    lines=(
        "{%tr for threshold in threshold_rows %}",
        row(
            "{{ threshold.technology }}",
            "{{ threshold.served }}",
            "{{ threshold.weak }}",
            "{{ profile_state }}",
        ),
        ENDFOR,
    ),
)
_MARGINS = Table(
    columns=(
        TableColumn(NUMBER, 1.1, right=True),
        column("Khoản dự trữ, tổn hao", "Margin or loss", 5.0),
        column("Ngoài trời (dB)", "Outdoors (dB)", 2.3, right=True),
        column("Trong nhà (dB)", "Indoors (dB)", 2.3, right=True),
        column("Nguồn", "Source", 5.3),
    ),
    lines=(
        "{%tr for margin in margin_rows %}",
        row(
            "{{ loop.index }}",
            "{{ margin.title }}",
            "{{ margin.outdoor }}",
            "{{ margin.indoor }}",
            "{{ margin.source }}",
        ),
        ENDFOR,
        row("", Text("**Cộng**", "**Sum**"), "**{{ margin_outdoor }}**", "**{{ margin_indoor }}**", ""),
    ),
)
_FINDINGS = Table(
    columns=(
        column("Kết luận", "Finding", 4.5),
        column("Căn cứ", "Basis", 5.5),
        column("Số khu vực", "Areas", 3.0, right=True),
        column("Hộ cần phủ", "Households", 3.0, right=True),
    ),
    lines=(
        "{%tr for finding in finding_rows %}",
        row("{{ finding.title }}", "{{ finding.basis }}", "{{ finding.areas }}", "{{ finding.households }}"),
        ENDFOR,
        row(Text("**Cộng**", "**Sum**"), "", "**{{ area_count }}**", "**{{ households }}**"),
    ),
)
_SCOPE = (
    heading("I. PHẠM VI VÀ SỐ LIỆU", "I. SCOPE AND DATA"),
    line(
        "1. Gói {{ package_code }} gồm {{ area_count }} khu vực tại {{ commune_count }} xã, phường, đặc khu của "
        "{{ province }}, với {{ households }} hộ cần phủ sóng. Số liệu chốt ngày {{ frozen_on }}, mã kiểm tra "
        "{{ digest_short }}. Kết quả lấy từ nghiên cứu {{ study }} ngày {{ study_date }}, kịch bản: {{ scenario }}; "
        "phần mềm Phủ Sóng {{ software_version }}.",
        "1. Package {{ package_code }} holds {{ area_count }} areas in {{ commune_count }} communes of "
        "{{ province }}, with {{ households }} households needing coverage. Figures frozen on {{ frozen_on }}, "
        "digest {{ digest_short }}. They come from study {{ study }} of {{ study_date }}, scenario: {{ scenario }}; "
        "software Phủ Sóng {{ software_version }}.",
    ),
    line(
        "2. Số hộ {{ households_origin }}. Các tệp đã dùng; mã SHA-256 đầy đủ nằm trong bản chốt của gói:",
        "2. Households are {{ households_origin }}. Files used; their full SHA-256 stands in the frozen package:",
    ),
    _INPUTS,
)
_MODEL = (
    heading("II. MÔ HÌNH, NGƯỠNG VÀ DỰ TRỮ", "II. MODEL, THRESHOLDS AND MARGINS"),
    line(
        "1. Mức thu của từng nhà mạng, từng công nghệ được tính tại nơi ở của từng hộ trên địa hình, theo "
        "{{ model }}. Khoảng cách tới trạm không được dùng để suy ra vùng phủ.",
        "1. The level of each operator and technology is computed at every home over the terrain, by {{ model }}. "
        "Distance to a station is never taken for coverage.",
    ),
    line(
        "2. Dịch vụ xét: {{ service }}. Một hộ **có sóng** khi có nhà mạng đạt ngưỡng, kể cả khi mọi thông số còn "
        "thiếu đều bất lợi; **chưa có sóng** khi không nhà mạng nào đạt, kể cả khi mọi thông số còn thiếu đều thuận "
        "lợi; còn lại là **chưa xác định**, phải đo, và không được tính là hộ cần phủ. Ngưỡng của bộ {{ profile }}:",
        "2. Service: {{ service }}. A household is **served** where an operator reaches the threshold even if all that "
        "is unknown is unfavourable; **unserved** where none does even if all of it is favourable; else it is "
        "**undetermined**, to be measured, and not among those needing coverage. Thresholds of {{ profile }}:",
    ),
    _THRESHOLDS,
    line("Nguồn của ngưỡng: {{ profile_source }}.", "Source of the thresholds: {{ profile_source }}."),
    line(
        "3. Từ mức thu tính được trừ các khoản sau, mỗi khoản một lần, trước khi so với ngưỡng:",
        "3. From the computed level these are taken, each once, before it is held against the threshold:",
    ),
    _MARGINS,
)
_EVIDENCE = (
    heading("III. KẾT LUẬN VÀ CĂN CỨ", "III. FINDINGS AND THEIR BASIS"),
    line(
        "Mỗi khu vực có một kết luận. Thứ tự căn cứ: kết luận ghi thay có lý do; đo kiểm; xã xác nhận; khai báo của "
        "doanh nghiệp, báo cáo của tỉnh; mô hình. Kết luận chỉ dựa trên mô hình là kết luận tạm và không được đưa vào "
        "danh mục. Các khu vực của gói:",
        "Each area has one finding. Order of evidence: a recorded finding with its reason; measurement; confirmed by "
        "the commune; declared by operators or reported by the province; the model. A finding on the model alone is "
        "provisional and enters no list. The package's areas:",
    ),
    _FINDINGS,
    Control("{%p for override in overrides %}"),
    line("- {{ override }}", "- {{ override }}"),
    Control("{%p endfor %}"),
)
_CERTAINTY = (
    heading("IV. HIỆU CHỈNH, ĐỘ TIN CẬY VÀ KHOẢNG SỐ HỘ", "IV. CALIBRATION, RELIABILITY AND INTERVALS"),
    line("1. {{ reliability_text }}.", "1. {{ reliability_text }}."),
    line(
        "2. Bên cạnh số hộ cần phủ của từng khu vực ở Phụ lục I là khoảng số hộ thực tế chưa có sóng, kể cả hộ chưa "
        "xác định ({{ interval }}). Căn cứ của khoảng: {{ interval_source }}. Số ghi “cộng từ khoảng của từng khu "
        "vực” là tổng các đầu khoảng, rộng hơn khoảng thật của cả xã, cả gói.",
        "2. Beside the households of each area in Annex I stands the interval of households truly without signal, "
        "undetermined ones included ({{ interval }}). It rests on: {{ interval_source }}. What is said to be the sum "
        "of the areas' intervals adds up their ends, and is wider than the interval of a commune or package.",
    ),
)
_MAKING = (
    heading("V. CÁCH LẬP KHU VỰC, GÓI, TRẠM THAM CHIẾU VÀ KHÁI TOÁN", "V. AREAS, PACKAGES, REFERENCE SITES, ESTIMATE"),
    line(
        "1. Khu vực là cụm từ {{ min_gap_households }} hộ chưa có sóng trở lên ở gần nhau. Dân số ước tính "
        "{{ persons_per_household }} người một hộ. Mỗi hộ thuộc đúng một khu vực và đúng một gói, hoặc nằm trong phần "
        "còn lại được kê riêng.",
        "1. An area is a cluster of {{ min_gap_households }} or more unserved households. Population is estimated at "
        "{{ persons_per_household }} persons a household. Each household is in exactly one area and one package, or in "
        "the listed remainder.",
    ),
    line(
        "2. Gói chỉ có một nguồn thực hiện: {{ route_title }}. Các khu vực cùng nguồn, đã có kết luận, được chia thành "
        "{{ lot_count }} gói liền nhau theo xã hoặc theo đường, trong mức tối đa, sao cho các gói cân bằng theo "
        "{{ balance_measure }}; chênh lệch cho phép <so>. {{ balance }}",
        "2. A package has one route: {{ route_title }}. The confirmed areas of a route are divided into "
        "{{ lot_count }} packages contiguous by commune or road, within the caps, as even as can be by "
        "{{ balance_measure }}; tolerance: <so>. {{ balance }}",
        so=option("lot_tolerance"),
    ),
    line(
        "3. {{ site_count }} vị trí trạm tham chiếu được chọn từ các phương án cột hiện có, đỉnh đồi, vai núi, trung "
        "tâm thôn theo số hộ phủ thêm và chi phí; một hộ phủ bởi nhiều trạm chỉ tính một lần. Có phương án phủ "
        "{{ planned }}/{{ households }} hộ; còn {{ left }} hộ chưa có phương án, lý do ghi ở "
        "Phụ lục II. Vị trí chỉ để tham chiếu, không ràng buộc.",
        "3. {{ site_count }} reference sites are chosen among standing masts, hilltops, shoulders and village centres "
        "by households gained and cost; a household that several sites reach counts once. Options reach "
        "{{ planned }}/{{ households }} households; {{ left }} have none, for the reason in "
        "Annex II. Sites are for reference and do not bind.",
    ),
    line(
        "4. Khái toán gồm đầu tư và {{ cost_years }} năm vận hành theo đơn giá thấp, giữa, cao: giữa "
        "{{ cost_middle }} đồng (từ {{ cost_low }} đến {{ cost_high }} đồng); {{ assumed_lines }}/{{ line_count }} "
        "dòng "
        "dùng đơn giá giả định. Khái toán không thay dự toán được duyệt.",
        "4. The estimate holds investment and {{ cost_years }} years of running at low, middle and high prices: middle "
        "VND {{ cost_middle }} (VND {{ cost_low }} to {{ cost_high }}); {{ assumed_lines }}/{{ line_count }} lines "
        "use assumed prices. It is not the package price.",
    ),
    line(
        "5. {{ point_count }} điểm đo nghiệm thu được chọn ngay khi lập gói, tại trung tâm thôn và giữa các cụm dân "
        "cư, không đặt tại nhà dân; {{ supplier }} biết trước điểm đo.",
        "5. {{ point_count }} acceptance test points are chosen with the package, at village centres and in the middle "
        "of clusters, none at a private house; {{ supplier }} knows them beforehand.",
    ),
)
_OPEN = (
    heading("VI. ĐIỀU CẦN XEM VÀ CÒN THIẾU", "VI. WHAT TO LOOK AT, WHAT IS MISSING"),
    Control("{%p for one in notices %}"),
    line("- {{ one }}", "- {{ one }}"),
    Control("{%p endfor %}"),
    heading("VII. GIỚI HẠN", "VII. LIMITS"),
    Control("{%p for one in limits %}"),
    line("- {{ one }}", "- {{ one }}"),
    Control("{%p endfor %}"),
)

METHOD = Paper(
    part="method",
    kind=Text("THUYẾT MINH PHƯƠNG PHÁP", "STATEMENT OF METHOD"),
    subject=Text(
        "Xác định khu vực lõm sóng, số hộ cần phủ và vị trí trạm tham chiếu của gói {{ package_code }}",
        "How signal gaps, households and reference sites of package {{ package_code }} were found",
    ),
    body=(
        note(
            "Số liệu là kết quả dự báo, không thay thế đo kiểm.",
            "The figures are a forecast; they do not replace measurement.",
        ),
        *_SCOPE,
        *_MODEL,
        *_EVIDENCE,
        *_CERTAINTY,
        *_MAKING,
        *_OPEN,
    ),
    letterhead=False,
    signed=False,
    required=("limits", "profile_state", "threshold_rows"),
)
