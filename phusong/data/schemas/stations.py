"""The station list: one row a site × operator × technology, or a row a sector (domain.md §2.2)."""

from __future__ import annotations

from phusong.coverage.radio.defaults import assumed
from phusong.data.schema import Field, ListSchema, Option
from phusong.data.schemas.common import (
    BACKHAUL_OPTIONS,
    UNKNOWN,
    note,
    position_fields,
    row_number,
    unit_fields,
)
from phusong.data.schemas.radio import RADIO, SITE_KINDS, assumed_text
from phusong.data.schemas.rules import POSSIBLE_ANTENNA_M, STATION_RULES
from phusong.errors import Range
from phusong.words import Text

_ON_MAST = assumed("antenna_height_share", "mast")
_SHARE = f"{100 * _ON_MAST.low:g}–{100 * _ON_MAST.high:g} %"

MAST_TYPES = (
    Option("guyed", Text("cột dây co", "guyed mast"), ("day co", "cot day neo", "day neo")),
    Option("lattice", Text("cột tự đứng", "self-supporting tower"), ("tu dung", "thap", "cot thap")),
    Option("monopole", Text("cột đơn thân", "monopole"), ("don than", "mono", "cot monopole", "cot thep don than")),
    Option("rooftop", Text("cột trên mái", "rooftop"), ("tren mai", "mai nha", "san thuong", "roof top")),
    Option("other", Text("khác", "other")),
)
POWER_SOURCES = (
    Option("grid", Text("điện lưới", "grid"), ("luoi", "ac", "dien ac", "dien luoi quoc gia")),
    Option("generator", Text("máy phát", "generator"), ("may phat dien", "may no")),
    Option("solar", Text("mặt trời", "solar"), ("dien mat troi", "nang luong mat troi")),
    Option("hybrid", Text("lai", "hybrid"), ("ket hop", "dien lai")),
)
STATUSES = (
    Option("planned", Text("kế hoạch", "planned"), ("de xuat", "quy hoach", "du kien", "proposed", "cho duyet")),
    Option("building", Text("đang xây", "building"), ("dang xay dung", "dang trien khai", "under construction")),
    Option("listed", Text("có trong danh sách", "listed"), ("chua xac nhan",)),
    Option(
        "on_air",
        Text("hoạt động", "on air"),
        ("dang hoat dong", "dang phat song", "phat song", "da phat song", "on-air", "onair", "active"),
    ),
    Option("off", Text("dừng", "off"), ("ngung", "dung hoat dong", "ngung hoat dong", "tat", "da tat", "thao do")),
    Option("unknown", Text("không rõ", "unknown"), ("chua ro",)),
)
CONFIDENCES = (
    Option("confirmed", Text("xác nhận", "confirmed"), ("da xac nhan",)),
    Option("inferred", Text("suy ra", "inferred"), ("suy luan",)),
    Option("estimated", Text("ước tính", "estimated"), ("uoc luong",)),
)

_IDENTITY = (
    row_number(),
    Field(
        name="site_id",
        title=Text("Mã trạm", "Site ID"),
        kind="code",
        required="R",
        aliases=(
            *("Mã trạm BTS", "Mã BTS", "Site", "Mã vị trí", "Mã nhà trạm", "Mã trạm phát sóng"),
            *("Mã trạm thu phát sóng", "Site code", "Mã site"),
        ),
        meaning=Text("Mã trạm của nhà mạng.", "The operator's code of the site."),
        example="TQG0327-12",
    ),
    Field(
        name="site_name",
        title=Text("Tên trạm", "Site name"),
        required="R",
        default=Text("như mã trạm", "same as the site ID"),
        aliases=("Tên trạm BTS", "Tên BTS", "Tên trạm phát sóng", "Tên trạm thu phát sóng", "Tên nhà trạm", "Tên site"),
        meaning=Text("Tên trạm của nhà mạng.", "The operator's name of the site."),
        example="ThuongGiap_TQG",
    ),
    Field(
        name="operator",
        title=Text("Nhà mạng", "Operator"),
        kind="operator",
        required="R",
        aliases=(
            *("Doanh nghiệp", "Mạng", "Doanh nghiệp viễn thông", "Đơn vị", "Nhà mạng/Doanh nghiệp"),
            *("Doanh nghiệp/Nhà mạng", "Tên doanh nghiệp", "Nhà cung cấp dịch vụ"),
        ),
        meaning=Text("Nhà mạng phát sóng trên trạm.", "The operator on air at the site."),
        example="Viettel",
    ),
    Field(
        name="tower_owner",
        title=Text("Chủ sở hữu hạ tầng", "Tower owner"),
        aliases=(
            *("Chủ sở hữu hạ tầng (dùng chung)", "Chủ sở hữu", "Chủ sở hữu cột", "Đơn vị sở hữu"),
            *("Đơn vị sở hữu cột", "Chủ sở hữu trạm"),
        ),
        meaning=Text("Doanh nghiệp sở hữu cột, nhà trạm.", "The company that owns mast and housing."),
        example="VNPT Tuyên Quang",
    ),
    Field(
        name="shared_with",
        title=Text("Dùng chung cột với", "Mast shared with"),
        kind="operators",
        aliases=(
            *("Dùng chung", "Dùng chung với", "Nhà mạng dùng chung", "Doanh nghiệp dùng chung", "Đơn vị dùng chung"),
            *("Dùng chung hạ tầng với",),
        ),
        meaning=Text(
            "Các nhà mạng khác cùng đặt thiết bị trên cột (dùng chung hạ tầng thụ động).",
            "Other operators with equipment on the same mast (passive sharing).",
        ),
        example="MobiFone; VinaPhone",
    ),
    Field(
        name="operators_served",
        title=Text("Phục vụ thuê bao của", "Operators served"),
        kind="operators",
        default=Text("chỉ nhà mạng của trạm", "only the operator itself"),
        aliases=("Nhà mạng được phục vụ", "Chuyển vùng trong nước", "MOCN", "Roaming"),
        meaning=Text(
            "Các nhà mạng có thuê bao dùng được sóng này (dùng chung sóng MOCN, chuyển vùng trong nước).",
            "Operators whose customers may use this signal (MOCN, national roaming).",
        ),
        example="Viettel; VinaPhone",
    ),
)

_MAST = (
    Field(
        name="site_kind",
        title=Text("Loại trạm", "Site kind"),
        kind="enum",
        options=SITE_KINDS,
        default=Text("macro", "macro"),
        aliases=("Phân loại trạm", "Loại hình trạm", "Kiểu trạm"),
        meaning=Text(
            "Loại trạm. Trạm trong nhà không phủ ngoài trời nên không được tính.",
            "Kind of station. Indoor ones never serve outdoors and are not counted.",
        ),
        example="macro",
    ),
    Field(
        name="donor_site_id",
        title=Text("Mã trạm nguồn", "Donor site ID"),
        kind="code",
        default=Text(
            "trạm lặp không rõ nguồn chỉ tính ở đầu thuận lợi",
            "a repeater of unknown donor counts at the favourable end only",
        ),
        aliases=("Trạm nguồn", "Trạm cho", "Trạm donor", "Donor", "Mã trạm donor"),
        meaning=Text(
            "Chỉ với trạm lặp: mã trạm có sóng được lặp lại. Trạm nguồn không phát sóng thì trạm lặp không được tính.",
            "Repeaters only: the site whose signal is repeated. A repeater whose donor is not on air is not counted.",
        ),
    ),
    Field(
        name="mast_type",
        title=Text("Loại cột", "Mast type"),
        kind="enum",
        options=MAST_TYPES,
        default=UNKNOWN,
        aliases=("Loại cột anten", "Kiểu cột"),
        meaning=Text("Loại cột anten.", "Type of the mast."),
        example="cột dây co",
    ),
    Field(
        name="mast_height_m",
        title=Text("Cao cột", "Mast height"),
        kind="float",
        unit="m",
        limits=Range(0, 300, "m"),
        aliases=(
            *("Chiều cao cột", "Độ cao cột", "Chiều cao cột anten", "Độ cao cột anten", "Cao độ cột"),
            *("Độ cao đỉnh cột anten",),
        ),
        default=Text("không dùng", "not used"),
        meaning=Text(
            f"Chiều cao cột so với mặt đất; thiếu cao anten thì anten ở {_SHARE} chiều cao cột, trừ cột trên mái.",
            f"Height of the mast above ground; a missing antenna height is {_SHARE} of it, but for masts on roofs.",
        ),
        example="42",
    ),
    Field(
        name="antenna_height_m",
        title=Text("Cao anten", "Antenna height"),
        kind="float",
        required="R",
        unit="m",
        limits=POSSIBLE_ANTENNA_M,
        default=assumed_text("antenna_height_m"),
        aliases=(
            *("Chiều cao anten", "Độ cao anten", "Độ cao treo anten", "Cao độ anten", "Chiều cao treo anten"),
            *("Chiều cao lắp đặt anten", "Độ cao lắp anten", "Độ cao lắp đặt anten"),
        ),
        meaning=Text(
            "Chiều cao tâm anten so với mặt đất; thiếu thì tính theo khoảng giá trị.",
            "Height of the antenna's centre above ground; a range of values where missing.",
        ),
        example="39",
    ),
)

_OPERATION = (
    Field(
        name="power_source",
        title=Text("Nguồn điện", "Power source"),
        kind="enum",
        options=POWER_SOURCES,
        aliases=("Nguồn điện sử dụng", "Loại nguồn điện"),
        meaning=Text("Nguồn điện của trạm.", "Power of the site."),
        example="điện lưới",
    ),
    Field(
        name="backup_hours",
        title=Text("Ắc quy", "Battery"),
        kind="float",
        unit="h",
        limits=Range(0, 1000, "h"),
        aliases=("Ắc quy dự phòng", "Thời gian dự phòng", "Battery (h)", "Battery hours"),
        meaning=Text("Số giờ chạy bằng ắc quy.", "Hours on battery."),
        example="4",
    ),
    Field(
        name="backhaul",
        title=Text("Truyền dẫn", "Backhaul"),
        kind="enum",
        options=BACKHAUL_OPTIONS,
        aliases=("Loại truyền dẫn", "Phương thức truyền dẫn", "Truyền dẫn sử dụng"),
        meaning=Text("Loại truyền dẫn của trạm.", "Kind of backhaul."),
        example="cáp quang",
    ),
    Field(
        name="backhaul_mbps",
        title=Text("Dung lượng truyền dẫn", "Backhaul capacity"),
        kind="float",
        unit="Mbit/s",
        limits=Range(0, 1000000, "Mbit/s"),
        aliases=("Dung lượng", "Dung lượng (Mbit/s)"),
        meaning=Text("Dung lượng truyền dẫn.", "Capacity of the backhaul."),
        example="150",
    ),
    Field(
        name="status",
        title=Text("Trạng thái", "Status"),
        kind="enum",
        required="R",
        options=STATUSES,
        default=Text("có trong danh sách, chưa xác nhận phát sóng", "listed, not confirmed on air"),
        aliases=(
            *("Tình trạng", "Hiện trạng", "Trạng thái hoạt động", "Tình trạng hoạt động", "Trạng thái trạm"),
            *("Tình trạng trạm",),
        ),
        meaning=Text("Trạm đang ở giai đoạn nào.", "State of the site."),
        example="hoạt động",
    ),
    Field(
        name="on_air",
        title=Text("Ngày phát sóng", "On air since"),
        kind="date",
        aliases=("Thời gian phát sóng", "Ngày hoạt động"),
        meaning=Text("Ngày bắt đầu phát sóng.", "First day on air."),
        example="20/08/2019",
    ),
    Field(
        name="off_2g",
        title=Text("Ngày tắt 2G", "2G switch-off"),
        kind="date",
        meaning=Text("Ngày tắt hoặc dự kiến tắt 2G.", "Day 2G was or will be switched off."),
    ),
    Field(
        name="off_3g",
        title=Text("Ngày tắt 3G", "3G switch-off"),
        kind="date",
        meaning=Text("Ngày tắt hoặc dự kiến tắt 3G.", "Day 3G was or will be switched off."),
    ),
    Field(
        name="funded_by",
        title=Text("Thuộc chương trình viễn thông công ích", "Public telecom programme"),
        aliases=("Thuộc chương trình VTCI", "VTCI", "Chương trình VTCI"),
        meaning=Text("Chương trình đã hỗ trợ xây trạm.", "Programme that paid for the site."),
    ),
    Field(
        name="confidence",
        title=Text("Độ tin cậy", "Confidence"),
        kind="enum",
        options=CONFIDENCES,
        meaning=Text("Số liệu của dòng này chắc đến đâu.", "How sure this row is."),
        example="xác nhận",
    ),
    Field(
        name="updated_on",
        title=Text("Ngày cập nhật", "Updated on"),
        kind="date",
        meaning=Text("Ngày cập nhật dòng này.", "Day this row was last updated."),
        example="01/10/2026",
    ),
    note(),
)

_ANYWHERE = Text(
    "trạm không được tính, có thể ở bất cứ đâu trong xã (không ghi xã: trong tỉnh)",
    "the station is not counted; it may be anywhere in its commune (none given: in the province)",
)

STATIONS = ListSchema(
    name="stations",
    title=Text("Danh sách trạm thu phát sóng", "Station list"),
    unique=("site_id", "operator", "tech", "band", "sector", "azimuth_deg"),
    position="expected",
    position_of="site_id",
    checks=STATION_RULES,
    fields=(*_IDENTITY, *unit_fields(), *position_fields(_ANYWHERE), *_MAST, *RADIO, *_OPERATION),
)
