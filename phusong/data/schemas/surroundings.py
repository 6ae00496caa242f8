"""What lies around a gap: power, roads, backhaul, land and the nearest station (domain.md §2.1)."""

from __future__ import annotations

from phusong.data.schema import Field
from phusong.data.schemas.common import BACKHAUL_OPTIONS, CAUSE_OPTIONS, UNKNOWN
from phusong.data.schemas.gap_options import CONSTRAINTS, ROADS
from phusong.data.schemas.villages import disadvantage_fields
from phusong.errors import Range
from phusong.words import Text

SURROUNDINGS = (
    *disadvantage_fields(),
    Field(
        name="atk",
        title=Text("An toàn khu", "Former safe zone"),
        kind="bool",
        required="R",
        default=UNKNOWN,
        aliases=("ATK", "Xã ATK", "Xã an toàn khu"),
        meaning=Text("Thuộc xã an toàn khu.", "In a former resistance safe zone (ATK)."),
    ),
    Field(
        name="industrial_park",
        title=Text("Khu công nghiệp", "Industrial park"),
        kind="bool",
        required="R",
        default=UNKNOWN,
        aliases=("KCN",),
        meaning=Text("Thuộc khu công nghiệp.", "In an industrial park."),
    ),
    Field(
        name="dist_grid_km",
        title=Text("Khoảng cách tới lưới điện", "Distance to the grid"),
        kind="float",
        unit="km",
        limits=Range(0, 200, "km"),
        aliases=(
            *("Cách lưới điện", "Khoảng cách đến lưới điện", "Khoảng cách đến lưới điện quốc gia"),
            *("Khoảng cách tới lưới điện quốc gia",),
        ),
        meaning=Text("Khoảng cách tới lưới điện gần nhất.", "Distance to the nearest power line."),
        example="1,2",
    ),
    Field(
        name="nearest_site_id",
        title=Text("Trạm BTS gần nhất", "Nearest site"),
        kind="code",
        aliases=(
            *("Mã trạm gần nhất", "Trạm gần nhất", "Trạm BTS gần nhất: mã", "Mã trạm BTS gần nhất"),
            *("Tên trạm gần nhất", "Tên trạm BTS gần nhất", "Trạm gần nhất: mã", "Trạm gần nhất: mã trạm"),
            *("Trạm BTS gần nhất: mã trạm", "Trạm gần nhất: tên trạm", "Trạm BTS gần nhất: tên trạm"),
        ),
        meaning=Text("Mã trạm gần nhất.", "Code of the nearest site."),
        example="TQG0327",
    ),
    Field(
        name="nearest_operator",
        title=Text("Nhà mạng của trạm gần nhất", "Operator of the nearest site"),
        kind="operator",
        aliases=(
            *("Trạm BTS gần nhất: nhà mạng", "Trạm gần nhất: nhà mạng", "Trạm gần nhất: doanh nghiệp"),
            *("Trạm BTS gần nhất: doanh nghiệp", "Nhà mạng trạm gần nhất"),
        ),
        meaning=Text("Nhà mạng của trạm gần nhất.", "Operator of the nearest site."),
        example="Viettel",
    ),
    Field(
        name="nearest_dist_km",
        title=Text("Khoảng cách tới trạm gần nhất", "Distance to the nearest site"),
        kind="float",
        unit="km",
        limits=Range(0, 200, "km"),
        aliases=(
            *("Trạm BTS gần nhất: khoảng cách", "Cách trạm gần nhất", "Trạm gần nhất: khoảng cách"),
            *("Khoảng cách đến trạm gần nhất", "Khoảng cách đến trạm BTS gần nhất"),
            *("Khoảng cách tới trạm BTS gần nhất", "Cách trạm BTS gần nhất", "Cách trạm", "K/c tới trạm gần nhất"),
            *("K/c đến trạm gần nhất", "KC tới trạm gần nhất", "KC đến trạm gần nhất"),
        ),
        meaning=Text("Phần mềm tính lại; chênh quá 20 % thì báo.", "Recomputed; a difference above 20 % is reported."),
        example="2,6",
    ),
    Field(
        name="cause",
        title=Text("Nguyên nhân", "Cause"),
        kind="enums",
        options=CAUSE_OPTIONS,
        aliases=("Nguyên nhân chưa có sóng", "Nguyên nhân lõm sóng", "Nguyên nhân chưa phủ sóng", "Lý do chưa có sóng"),
        meaning=Text("Vì sao chưa có sóng.", "Why there is no signal."),
        example="núi che khuất; chưa có điện",
    ),
    Field(
        name="road_access",
        title=Text("Đường giao thông", "Road"),
        kind="enum",
        required="R",
        default=UNKNOWN,
        options=ROADS,
        aliases=("Giao thông", "Đường", "Tình hình giao thông", "Đường đi lại"),
        meaning=Text("Đi tới nơi bằng gì.", "How the place is reached."),
        example="xe máy",
    ),
    Field(
        name="backhaul_type",
        title=Text("Truyền dẫn gần nhất", "Nearest backhaul"),
        kind="enum",
        options=BACKHAUL_OPTIONS,
        aliases=("Truyền dẫn gần nhất (cáp quang/viba)", "Truyền dẫn"),
        meaning=Text("Loại truyền dẫn gần nhất.", "Kind of the nearest backhaul."),
        example="cáp quang",
    ),
    Field(
        name="backhaul_km",
        title=Text("Khoảng cách tới truyền dẫn", "Distance to backhaul"),
        kind="float",
        unit="km",
        limits=Range(0, 200, "km"),
        meaning=Text("Khoảng cách tới truyền dẫn gần nhất.", "Distance to the nearest backhaul."),
        example="3,5",
    ),
    Field(
        name="land_constraint",
        title=Text("Vướng rừng, đất quốc phòng, di tích", "Land constraints"),
        kind="enums",
        options=CONSTRAINTS,
        aliases=("Vướng mắc đất đai",),
        meaning=Text("Vướng mắc về đất khi dựng trạm.", "What stands against building there."),
    ),
)
