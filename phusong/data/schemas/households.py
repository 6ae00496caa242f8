"""The household list: "Danh sách toạ độ hộ dân" (domain.md §2.3)."""

from __future__ import annotations

from phusong.data.schema import Field, ListSchema, Option
from phusong.data.schemas.common import UNKNOWN, position_fields, row_number, unit_fields
from phusong.data.schemas.villages import VILLAGE_HEADERS
from phusong.errors import Range
from phusong.words import Text

COORD_QUALITY = (
    Option("gps", Text("GPS", "GPS"), ("do gps", "dinh vi", "thiet bi gps")),
    Option("digitised", Text("số hoá bản đồ", "digitised"), ("so hoa", "ban do", "digitized")),
    Option("estimated", Text("ước lượng", "estimated"), ("uoc tinh", "uoc")),
)
BUILDING_SOURCE = (
    Option("survey", Text("khảo sát", "survey"), ("dieu tra", "thuc dia")),
    Option("cadastre", Text("địa chính", "cadastre"), ("ban do dia chinh",)),
    Option("imagery", Text("ảnh vệ tinh", "satellite imagery"), ("anh", "vien tham")),
)
POVERTY = (
    Option("poor", Text("hộ nghèo", "poor"), ("ngheo",)),
    Option("near_poor", Text("hộ cận nghèo", "near poor"), ("can ngheo",)),
    Option("neither", Text("không", "neither"), ("khong ngheo", "khong thuoc dien")),
)

HOUSEHOLDS = ListSchema(
    name="households",
    title=Text("Danh sách toạ độ hộ dân", "Household list"),
    unique=("household_key",),
    position="required",
    key="household_key",
    key_prefix="HD-",
    fields=(
        row_number(),
        Field(
            name="household_key",
            title=Text("Mã hộ (ẩn danh)", "Household key (anonymous)"),
            kind="code",
            required="R",
            default=Text("phần mềm tự đặt", "made by the program"),
            aliases=("Mã hộ", "Mã hộ dân", "household id"),
            meaning=Text(
                "Mã ngẫu nhiên của hộ; không bao giờ là số căn cước hay số điện thoại.",
                "Random key of the household; never an identity card or telephone number.",
            ),
            example="HD-000123",
        ),
        *unit_fields(),
        Field(
            name="village_name",
            title=Text("Thôn", "Village"),
            required="R",
            default=Text("không xếp vào thôn nào", "in no village"),
            aliases=VILLAGE_HEADERS,
            meaning=Text(
                "Tên thôn, bản, ấp, buôn hoặc tổ dân phố.", "Name of the village, hamlet or residential group."
            ),
            example="Bản Nà Lạ",
        ),
        Field(
            name="village_code",
            title=Text("Mã thôn", "Village code"),
            kind="code",
            aliases=("Mã thôn/bản",),
            meaning=Text(
                "Mã thôn trong danh sách thôn, nếu có.", "Code of the village in the village list, if there is one."
            ),
            example="00985-03",
        ),
        Field(
            name="cluster",
            title=Text("Cụm dân cư", "Cluster"),
            aliases=("Xóm", "Tên cụm dân cư", "Cụm dân cư/xóm"),
            meaning=Text("Tên cụm dân cư hoặc xóm trong thôn.", "Name of the cluster of houses within the village."),
        ),
        *position_fields(),
        Field(
            name="coord_quality",
            title=Text("Chất lượng toạ độ", "Position quality"),
            kind="enum",
            options=COORD_QUALITY,
            default=Text("ước lượng", "estimated"),
            aliases=("Độ tin cậy toạ độ",),
            meaning=Text(
                "Toạ độ lấy bằng cách nào; quyết định độ bất định của kết quả.",
                "How the position was taken; it decides how uncertain the answer is.",
            ),
            example="GPS",
        ),
        Field(
            name="building_source",
            title=Text("Nguồn vị trí nhà", "Source of the building"),
            kind="enum",
            options=BUILDING_SOURCE,
            default=UNKNOWN,
            meaning=Text("Vị trí nhà lấy từ đâu.", "Where the place of the house was taken from."),
            example="khảo sát",
        ),
        Field(
            name="persons",
            title=Text("Số nhân khẩu", "Persons"),
            kind="int",
            limits=Range(0, 100000),
            default=Text("theo hồ sơ ngưỡng của phương án", "by the profile of the study"),
            aliases=(
                *("Nhân khẩu", "Số khẩu", "Số người", "Tổng số nhân khẩu", "Số nhân khẩu trong hộ"),
                *("Số khẩu trong hộ", "Số người trong hộ"),
            ),
            meaning=Text(
                "Số người của hộ (của tất cả các hộ nếu là điểm gộp).",
                "Persons of the household (of all of them where the point stands for several).",
            ),
            example="4",
        ),
        Field(
            name="powered",
            title=Text("Có điện", "Has power"),
            kind="bool",
            default=UNKNOWN,
            aliases=("Điện lưới", "Có điện lưới", "Có điện lưới quốc gia"),
            meaning=Text("Hộ có điện lưới quốc gia hay không.", "Whether the household has grid power."),
            example="Có",
        ),
        Field(
            name="poverty_class",
            title=Text("Hộ nghèo/cận nghèo", "Poverty class"),
            kind="enum",
            options=POVERTY,
            aliases=("Hộ nghèo", "Diện hộ"),
            meaning=Text("Cột hạn chế: chỉ dùng để cộng theo thôn.", "Restricted column: only summed over a village."),
        ),
        Field(
            name="weight",
            title=Text("Số hộ đại diện", "Households this point stands for"),
            kind="int",
            limits=Range(1, 100000),
            default=Text("1", "1"),
            aliases=("Số hộ", "Số hộ đại diện (nếu là điểm gộp)", "households"),
            meaning=Text(
                "Số hộ mà điểm này đại diện, nếu là điểm gộp.",
                "Households this point stands for, where it is a grouped point.",
            ),
            example="1",
        ),
        Field(
            name="surveyed_on",
            title=Text("Ngày khảo sát", "Surveyed on"),
            kind="date",
            aliases=("Ngày điều tra",),
            meaning=Text("Ngày lấy toạ độ.", "Day the position was taken."),
            example="15/09/2026",
        ),
    ),
)
