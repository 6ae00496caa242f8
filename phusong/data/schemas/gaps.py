"""The province's gap list: "Danh sách thôn/khu vực trắng sóng, lõm sóng" (domain.md §2.1)."""

from __future__ import annotations

from phusong.data.schema import Field, ListSchema
from phusong.data.schemas.common import (
    TECHNOLOGY_OPTIONS,
    UNKNOWN,
    former_unit_fields,
    note,
    position_fields,
    row_number,
    unit_fields,
)
from phusong.data.schemas.gap_options import GAP_CLASSES, LOCATION_KINDS, SOLUTIONS, SOURCES, TARGET_TYPES
from phusong.data.schemas.gap_signals import SIGNAL_FIELDS
from phusong.data.schemas.rules import GAP_RULES
from phusong.data.schemas.surroundings import SURROUNDINGS
from phusong.data.schemas.villages import VILLAGE_HEADERS
from phusong.errors import Range
from phusong.words import Text

_PLACE = (
    row_number(),
    Field(
        name="gap_id",
        title=Text("Mã khu vực lõm", "Gap ID"),
        kind="code",
        default=Text("phần mềm tự đặt", "made by the program"),
        aliases=("Mã khu vực", "Mã điểm lõm"),
        meaning=Text(
            "Mã khu vực, giữ nguyên giữa các lần gửi; để trống thì phần mềm đặt theo xã, thôn và cụm dân cư.",
            "Code of the area, kept between versions; made from commune, village and cluster where empty.",
        ),
    ),
    *unit_fields(),
    *former_unit_fields(),
    Field(
        name="village_name",
        title=Text("Tên thôn/bản/ấp/buôn", "Village"),
        required="R",
        aliases=(
            *VILLAGE_HEADERS,
            *("Khu vực lõm sóng", "Vùng lõm sóng", "Điểm lõm sóng", "Tên khu vực lõm sóng", "Thôn lõm sóng"),
            *("Thôn trắng sóng", "Tên thôn trắng sóng", "Tên thôn lõm sóng", "Tên thôn/khu vực", "Thôn/khu vực"),
        ),
        meaning=Text("Tên thôn hoặc tương đương.", "Name of the village or the like."),
        example="Bản Nà Lạ",
    ),
    Field(
        name="target_type",
        title=Text("Loại đối tượng", "Target"),
        kind="enum",
        required="R",
        options=TARGET_TYPES,
        default=Text("thôn", "village"),
        meaning=Text("Nơi cần phủ sóng là gì.", "What needs coverage."),
        example="thôn",
    ),
    Field(
        name="cluster_name",
        title=Text("Tên cụm dân cư/xóm", "Cluster"),
        aliases=("Cụm dân cư", "Xóm", "Tên cụm dân cư"),
        meaning=Text(
            "Cụm dân cư chưa có sóng nằm ngoài trung tâm thôn.", "The cluster without signal away from the centre."
        ),
    ),
    *position_fields(),
    Field(
        name="location_kind",
        title=Text("Điểm đo là", "Position is of"),
        kind="enum",
        required="R",
        options=LOCATION_KINDS,
        default=UNKNOWN,
        aliases=("Vị trí đo", "Điểm đo"),
        meaning=Text(
            "Toạ độ là của nơi nào; cần cho việc phân loại trắng sóng, lõm sóng.",
            "What the position is of; needed to tell no signal from a depression.",
        ),
        example="nhà văn hoá",
    ),
)

_NEED = (
    Field(
        name="households_total",
        title=Text("Tổng số hộ", "Households"),
        kind="int",
        required="R",
        limits=Range(0, 100000),
        aliases=(
            *("Số hộ", "Tổng số hộ dân", "Số hộ dân", "Tổng hộ", "Tổng số hộ của thôn", "Tổng số hộ trong thôn"),
            *("Tổng số hộ toàn thôn", "Số hộ toàn thôn"),
        ),
        meaning=Text("Tổng số hộ của thôn hoặc cụm dân cư.", "All households of the village or cluster."),
        example="84",
    ),
    Field(
        name="households_unserved",
        title=Text("Số hộ chưa có sóng/sóng yếu", "Households without signal or weak"),
        kind="int",
        required="R",
        limits=Range(0, 100000),
        aliases=(
            *("Số hộ chưa có sóng", "Số hộ bị ảnh hưởng", "Số hộ lõm sóng", "Số hộ chưa được phủ sóng"),
            *("Số hộ không có sóng", "Số hộ không có sóng di động", "Số hộ chưa có sóng di động", "Số hộ trắng sóng"),
            *("Số hộ chưa phủ sóng", "Số hộ chưa được phủ sóng di động", "Số hộ cần phủ sóng", "Số hộ vùng lõm sóng"),
            *("Số hộ trong vùng lõm sóng", "Số hộ trong khu vực lõm sóng", "Hộ chưa có sóng"),
            *("Số hộ chưa có sóng, sóng yếu",),
        ),
        meaning=Text("Không lớn hơn tổng số hộ.", "Not more than all households."),
        example="52",
    ),
    Field(
        name="population",
        title=Text("Dân số", "Population"),
        kind="int",
        required="R",
        limits=Range(0, 1000000),
        default=Text("số hộ × số người một hộ của hồ sơ ngưỡng", "households × persons per household of the profile"),
        aliases=(
            *("Số nhân khẩu", "Nhân khẩu", "Số khẩu", "Số người", "Tổng dân số", "Số dân", "Tổng số dân"),
            *("Tổng số khẩu", "Tổng số nhân khẩu", "Khẩu"),
        ),
        meaning=Text("Số người của thôn hoặc cụm dân cư.", "Persons of the village or cluster."),
        example="368",
    ),
    Field(
        name="poor_households",
        title=Text("Số hộ nghèo, cận nghèo", "Poor and near-poor households"),
        kind="int",
        limits=Range(0, 100000),
        aliases=(
            *("Số hộ nghèo", "Hộ nghèo, cận nghèo", "Số hộ nghèo và cận nghèo", "Hộ nghèo", "Hộ nghèo/cận nghèo"),
            *("Số hộ nghèo/cận nghèo",),
        ),
        meaning=Text("Chỉ số tổng, không ghi từng hộ.", "Sum only, no single households."),
        example="31",
    ),
    Field(
        name="gap_class",
        title=Text("Phân loại", "Class"),
        kind="enum",
        required="R",
        options=GAP_CLASSES,
        aliases=(
            *("Loại vùng", "Phân loại vùng", "Hiện trạng sóng", "Loại khu vực", "Phân loại khu vực"),
            *("Tình trạng sóng", "Hiện trạng phủ sóng", "Tình trạng phủ sóng", "Trắng sóng/lõm sóng"),
            *("Phân loại trắng sóng, lõm sóng", "Mức độ phủ sóng"),
        ),
        meaning=Text(
            "Trắng sóng, lõm sóng hoặc sóng yếu; phần mềm tính lại và so sánh.",
            "No signal, depression or weak; recomputed and compared.",
        ),
        example="trắng sóng",
    ),
)

_MEASURED = (
    Field(
        name="rsrp_dbm",
        title=Text("Mức thu đo được", "Level measured"),
        kind="float",
        unit="dBm",
        limits=Range(-160, -20, "dBm"),
        aliases=("Mức thu", "RSRP"),
        meaning=Text("Mức thu đo tại điểm này.", "Level measured at this place."),
        example="-118",
    ),
    Field(
        name="tech",
        title=Text("Công nghệ đo", "Technology measured"),
        kind="enum",
        options=TECHNOLOGY_OPTIONS,
        aliases=("Công nghệ",),
        meaning=Text("Công nghệ đã đo.", "Technology that was measured."),
        example="4G",
    ),
    Field(
        name="measured_on",
        title=Text("Ngày đo", "Measured on"),
        kind="date",
        meaning=Text("Ngày đo.", "Day of the measurement."),
        example="15/09/2026",
    ),
    Field(
        name="device",
        title=Text("Thiết bị đo", "Device"),
        aliases=("Thiết bị",),
        meaning=Text("Loại máy dùng để đo.", "Model of the device."),
    ),
    Field(
        name="dl_mbps",
        title=Text("Tốc độ tải xuống", "Download"),
        kind="float",
        unit="Mbit/s",
        limits=Range(0, 20000, "Mbit/s"),
        aliases=("Tải xuống",),
        meaning=Text("Tốc độ tải xuống (i-Speed).", "Download speed (i-Speed)."),
    ),
    Field(
        name="ul_mbps",
        title=Text("Tốc độ tải lên", "Upload"),
        kind="float",
        unit="Mbit/s",
        limits=Range(0, 20000, "Mbit/s"),
        aliases=("Tải lên",),
        meaning=Text("Tốc độ tải lên (i-Speed).", "Upload speed (i-Speed)."),
    ),
)

_PLANS = (
    Field(
        name="planned_operator",
        title=Text("Doanh nghiệp đã có kế hoạch", "Operator with a plan"),
        kind="operator",
        aliases=(
            *("Đã có kế hoạch của DN", "DN có kế hoạch", "Nhà mạng dự kiến", "Doanh nghiệp dự kiến"),
            *("Doanh nghiệp dự kiến đầu tư", "Doanh nghiệp dự kiến phủ sóng"),
        ),
        meaning=Text("Tránh hỗ trợ trùng.", "Avoids paying twice."),
    ),
    Field(
        name="planned_site",
        title=Text("Mã trạm dự kiến", "Planned site"),
        kind="code",
        aliases=("Trạm dự kiến",),
        meaning=Text("Mã trạm trong kế hoạch của doanh nghiệp.", "Site code in the operator's plan."),
    ),
    Field(
        name="planned_date",
        title=Text("Thời hạn hoàn thành", "Planned date"),
        kind="date",
        aliases=(
            *("Thời hạn", "Thời gian dự kiến phát sóng", "Thời gian hoàn thành", "Dự kiến hoàn thành"),
            *("Thời gian dự kiến hoàn thành", "Thời hạn phủ sóng"),
        ),
        meaning=Text("Ngày dự kiến phát sóng.", "Day the operator plans to be on air."),
    ),
    Field(
        name="other_support",
        title=Text("Hỗ trợ khác đã nhận", "Other support"),
        aliases=("Hỗ trợ khác",),
        meaning=Text(
            "Hỗ trợ đã nhận cho nơi này; không được trùng (Nghị định 295/2025/NĐ-CP).",
            "Support already given; it must not be doubled (Decree 295/2025/NĐ-CP).",
        ),
    ),
    Field(
        name="proposed_solution",
        title=Text("Phương án đề xuất", "Proposed solution"),
        kind="enum",
        options=SOLUTIONS,
        aliases=("Phương án", "Giải pháp đề xuất", "Giải pháp", "Phương án phủ sóng", "Giải pháp phủ sóng"),
        meaning=Text("Cách phủ sóng mà địa phương đề xuất.", "The way the province proposes."),
        example="trạm mới",
    ),
    Field(
        name="province_priority",
        title=Text("Mức ưu tiên của tỉnh", "Province's priority"),
        kind="int",
        limits=Range(1, 5),
        aliases=("Mức ưu tiên", "Ưu tiên", "Mức ưu tiên của tỉnh (1–5)"),
        meaning=Text("Từ 1 (cao nhất) đến 5.", "From 1 (highest) to 5."),
        example="1",
    ),
    Field(
        name="reason",
        title=Text("Lý do ưu tiên", "Reason of the priority"),
        aliases=("Lý do",),
        meaning=Text("Vì sao ưu tiên.", "Why it comes first."),
    ),
)

_REPORT = (
    Field(
        name="source",
        title=Text("Nguồn phát hiện", "Found by"),
        kind="enum",
        required="R",
        default=UNKNOWN,
        options=SOURCES,
        aliases=("Nguồn",),
        meaning=Text("Ai hoặc cách nào phát hiện.", "Who or what found it."),
        example="xã báo cáo",
    ),
    Field(
        name="reporter",
        title=Text("Đơn vị lập", "Reported by"),
        required="R",
        default=UNKNOWN,
        aliases=("Người lập", "Cơ quan lập", "Đơn vị báo cáo"),
        meaning=Text("Cơ quan, chức danh người lập danh sách.", "Office or function of whoever made the list."),
        example="UBND xã Thượng Lâm",
    ),
    Field(
        name="reported_on",
        title=Text("Ngày lập", "Reported on"),
        kind="date",
        required="R",
        default=UNKNOWN,
        aliases=("Ngày báo cáo",),
        meaning=Text("Ngày lập danh sách.", "Day of the report."),
        example="01/10/2026",
    ),
    Field(
        name="batch",
        title=Text("Đợt báo cáo", "Round"),
        required="R",
        default=UNKNOWN,
        aliases=("Đợt", "Kỳ báo cáo"),
        meaning=Text("Đợt báo cáo mà danh sách thuộc về.", "Reporting round of the list."),
        example="2026-Q3",
    ),
    Field(
        name="evidence",
        title=Text("Ảnh/biên bản kèm theo", "Evidence"),
        aliases=("Ảnh", "Biên bản", "Hồ sơ kèm theo"),
        meaning=Text("Tên tệp ảnh, biên bản kèm theo.", "Names of pictures or minutes attached."),
    ),
    note(),
)

GAPS = ListSchema(
    name="gaps",
    title=Text("Danh sách thôn, khu vực trắng sóng, lõm sóng", "Province's gap list"),
    unique=("gap_id",),
    position="required",
    key="gap_id",
    key_prefix="KV-",
    key_from=("province_code", "commune_code", "commune_name", "village_name", "cluster_name", "target_type"),
    one_of=(("province_code", "province_name"), ("commune_code", "commune_name", "old_commune")),
    checks=GAP_RULES,
    fields=(
        *_PLACE,
        *_NEED,
        *SIGNAL_FIELDS,
        *_MEASURED,
        *SURROUNDINGS,
        *_PLANS,
        *_REPORT,
    ),
)
