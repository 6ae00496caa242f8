"""The columns of every digital table: name, title, meaning and unit; data dictionary and writers read them here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from phusong.words import Text

FieldKind = Literal["text", "whole", "degrees", "metres", "decimal"]

DECIMALS: Mapping[FieldKind, int] = MappingProxyType({"whole": 0, "degrees": 6, "metres": 2, "decimal": 3})
"""Most decimals of a number of each kind; in a .csv and a .kml the mark is always the point."""


class Field(NamedTuple):
    """One column: its name in the files, its title, its meaning with the unit, and how its values are written."""

    name: str
    title: Text
    meaning: Text
    kind: FieldKind = "text"


_CODES = (
    Field(
        "package_code",
        Text("Mã gói", "Package code"),
        Text("GT-…; một gói có một mã ở mọi tệp", "GT-…; the same in every file"),
    ),
    Field("version", Text("Phiên bản", "Version"), Text("số thứ tự bản chốt", "number of the frozen version"), "whole"),
)
_COMMUNE = (
    Field("commune_code", Text("Mã xã", "Commune code"), Text("mã đơn vị hành chính", "administrative code")),
    Field("commune_name", Text("Xã, phường, đặc khu", "Commune"), Text("tên", "name")),
)
_VILLAGE = (
    Field(
        "village_code",
        Text("Mã thôn", "Village code"),
        Text("mã trong danh mục thôn; trống: ngoài các thôn", "code in the list of villages; empty: outside villages"),
    ),
    Field("village_name", Text("Thôn, bản", "Village"), Text("tên", "name")),
)
_PLACE = (
    Field("lat_deg", Text("Vĩ độ", "Latitude"), Text("WGS84, độ thập phân", "WGS84, decimal degrees"), "degrees"),
    Field("lon_deg", Text("Kinh độ", "Longitude"), Text("WGS84, độ thập phân", "WGS84, decimal degrees"), "degrees"),
    Field("x_north_m", Text("X (Bắc)", "X (north)"), Text("VN-2000, mét", "VN-2000, metres"), "metres"),
    Field("y_east_m", Text("Y (Đông)", "Y (east)"), Text("VN-2000, mét", "VN-2000, metres"), "metres"),
    Field(
        "central_meridian",
        Text("Kinh tuyến trục", "Central meridian"),
        Text("của X, Y: VN-2000, múi chiếu 3°", "of X and Y: VN-2000, 3° zone"),
    ),
    Field("epsg", Text("Mã EPSG", "EPSG code"), Text("của X, Y", "of X and Y"), "whole"),
)
_AREA_COUNTS = (
    Field(
        "households",
        Text("Số hộ cần phủ", "Households needing coverage"),
        Text("hộ; = theo phương án + còn lại", "households; = planned + left"),
        "whole",
    ),
    Field(
        "planned_households",
        Text("Hộ được phủ theo phương án tham chiếu", "Households served by the reference plan"),
        Text("hộ", "households"),
        "whole",
    ),
    Field(
        "left_households",
        Text("Hộ chưa có phương án", "Households without an option"),
        Text("hộ", "households"),
        "whole",
    ),
)
_LEFT_BECAUSE = Field(
    "left_because",
    Text("Lý do chưa có phương án", "Why they are left"),
    Text("trống: không còn hộ", "empty: none left"),
)
_INTERVAL = (
    Field(
        "unserved_low",
        Text("Khoảng hộ chưa có sóng, từ", "Households without signal, from"),
        Text("hộ; đầu dưới của khoảng mô phỏng", "households; lower end of the simulated interval"),
        "whole",
    ),
    Field(
        "unserved_high",
        Text("Khoảng hộ chưa có sóng, đến", "Households without signal, to"),
        Text("hộ; đầu trên của khoảng mô phỏng", "households; upper end of the simulated interval"),
        "whole",
    ),
)
_POPULATION = Field(
    "population", Text("Dân số", "Population"), Text("người; trống: chưa rõ", "persons; empty: not known"), "whole"
)
_NOTE = Field("note", Text("Ghi chú", "Note"), Text("vì sao một ô để trống", "why a cell is empty"))
_ROAD_AND_POWER = (
    Field(
        "grid_km",
        Text("Khoảng cách tới lưới điện", "Distance to the power grid"),
        Text("km; trống: chưa rõ", "km; empty: not known"),
        "decimal",
    ),
    Field(
        "road_km",
        Text("Khoảng cách tới đường", "Distance to a road"),
        Text("km; trống: chưa rõ", "km; empty: not known"),
        "decimal",
    ),
)

AREAS = (
    *_CODES,
    Field(
        "gap_id",
        Text("Mã khu vực", "Area code"),
        Text(
            "LS-…; trống: dòng còn lại của thôn, gồm các khu vực dưới 5 hộ, không nêu vị trí",
            "LS-…; empty: the remainder of a village, its areas under 5 households, no position told",
        ),
    ),
    *_COMMUNE,
    *_VILLAGE,
    Field(
        "village_class",
        Text("Phân loại thôn", "Village class"),
        Text("trắng sóng, lõm sóng, sóng yếu", "no signal, signal depression, weak signal"),
    ),
    *_AREA_COUNTS,
    _LEFT_BECAUSE,
    *_INTERVAL,
    _POPULATION,
    *_PLACE,
    Field(
        "best_level_dbm",
        Text("Mức thu dự báo cao nhất", "Best predicted level"),
        Text("dBm, trung bình khu vực; trống: dưới mức tính", "dBm, mean of the area; empty: below the floor"),
        "decimal",
    ),
    Field(
        "nearest_sites",
        Text("Trạm gần nhất của từng nhà mạng", "Nearest station of each operator"),
        Text("tên và khoảng cách, không có tọa độ", "names and distances, no coordinates"),
    ),
    Field("grid_power", Text("Điện lưới", "Grid power"), Text("có, không, chưa rõ", "yes, no, not known")),
    *_ROAD_AND_POWER,
    Field(
        "is_dbkk",
        Text("Thôn đặc biệt khó khăn", "Village in special difficulty"),
        Text("có, không, chưa rõ", "yes, no, not known"),
    ),
    Field("commune_region", Text("Khu vực của xã", "Region of the commune"), Text("I, II, III", "I, II, III")),
    Field("border", Text("Biên giới", "Border"), Text("có, không, chưa rõ", "yes, no, not known")),
    Field("island", Text("Hải đảo", "Island"), Text("có, không, chưa rõ", "yes, no, not known")),
    Field("reason", Text("Nguyên nhân", "Reason"), Text("vì sao chưa có sóng, theo mô hình", "why, by the model")),
    Field(
        "site_ids",
        Text("Trạm tham chiếu phục vụ", "Reference sites that serve it"),
        Text("mã TC-…, cách nhau bởi dấu chấm phẩy", "codes TC-…, with semicolons between"),
    ),
    _NOTE,
)

VILLAGES = (
    *_CODES,
    *_COMMUNE,
    *_VILLAGE,
    Field(
        "village_households",
        Text("Tổng số hộ của thôn", "Households of the village"),
        Text(
            "hộ; = có sóng + chưa có sóng + chưa xác định + không có dữ liệu",
            "households; = served + unserved + undetermined + no data",
        ),
        "whole",
    ),
    Field("served_households", Text("Hộ có sóng", "Households served"), Text("hộ", "households"), "whole"),
    Field("unserved_households", Text("Hộ chưa có sóng", "Households unserved"), Text("hộ", "households"), "whole"),
    Field(
        "undetermined_households",
        Text("Hộ chưa xác định, cần đo", "Households undetermined, to be measured"),
        Text("hộ", "households"),
        "whole",
    ),
    Field(
        "no_data_households",
        Text("Hộ không có dữ liệu", "Households without data"),
        Text("hộ", "households"),
        "whole",
    ),
    *_INTERVAL,
    Field("areas", Text("Số khu vực trong gói", "Areas in the package"), Text("khu vực", "areas"), "whole"),
    *_AREA_COUNTS,
    *_PLACE,
    Field(
        "centre_kind",
        Text("Nguồn tọa độ trung tâm thôn", "Source of the village centre"),
        Text("theo danh sách hoặc ước tính", "as listed, or estimated"),
    ),
    _NOTE,
)

SITES = (
    *_CODES,
    Field(
        "site_id",
        Text("Mã vị trí tham chiếu", "Reference site code"),
        Text("TC-…; chỉ để tham chiếu, không ràng buộc", "TC-…; for reference, does not bind"),
    ),
    Field(
        "kind",
        Text("Cách làm", "Kind"),
        Text("xây dựng mới, nâng cấp, dùng chung cột hiện có", "new, upgrade or sharing of a standing mast"),
    ),
    *_COMMUNE,
    Field("technology", Text("Công nghệ giả định", "Assumed technology"), Text("2G, 3G, 4G, 5G", "2G, 3G, 4G, 5G")),
    Field("band", Text("Băng tần giả định", "Assumed band"), Text("ký hiệu băng 3GPP", "3GPP band")),
    Field(
        "height_agl_m",
        Text("Chiều cao anten", "Antenna height"),
        Text("mét trên mặt đất", "metres above ground"),
        "decimal",
    ),
    Field(
        "ground_m",
        Text("Độ cao mặt đất", "Ground height"),
        Text("mét; trống: chưa rõ", "metres; empty: not known"),
        "decimal",
    ),
    *_PLACE,
    Field(
        "tolerance_m",
        Text("Bán kính dịch chuyển", "Radius of tolerance"),
        Text("mét quanh vị trí tham chiếu", "metres around the reference site"),
        "decimal",
    ),
    Field(
        "gap_ids",
        Text("Phục vụ khu vực", "Serves areas"),
        Text("mã LS-…, cách nhau bởi dấu chấm phẩy", "codes LS-…, with semicolons between"),
    ),
    Field(
        "households",
        Text("Số hộ phủ thêm (dự báo)", "Households gained (forecast)"),
        Text("hộ của gói mà trạm trước chưa phủ", "households of the package that no site before serves"),
        "whole",
    ),
    Field("backhaul", Text("Truyền dẫn tham khảo", "Backhaul, for reference"), Text("mô tả", "in words")),
    Field("power", Text("Nguồn điện tham khảo", "Power, for reference"), Text("mô tả", "in words")),
    *_ROAD_AND_POWER,
    Field(
        "slope_percent",
        Text("Độ dốc", "Slope"),
        Text("phần trăm; trống: chưa rõ", "percent; empty: not known"),
        "decimal",
    ),
    Field("constraints", Text("Ràng buộc vị trí", "Constraints"), Text("mô tả; trống: không rõ", "in words")),
    Field("cost_low_vnd", Text("Khái toán, thấp", "Estimate, low"), Text("đồng", "VND"), "whole"),
    Field("cost_middle_vnd", Text("Khái toán, giữa", "Estimate, middle"), Text("đồng", "VND"), "whole"),
    Field("cost_high_vnd", Text("Khái toán, cao", "Estimate, high"), Text("đồng", "VND"), "whole"),
    _NOTE,
)

TEST_POINTS = (
    *_CODES,
    Field("point_id", Text("Mã điểm đo", "Test point code"), Text("DK-…", "DK-…")),
    Field("kind", Text("Loại điểm", "Kind"), Text("trung tâm thôn, cụm dân cư", "village centre, cluster")),
    *_COMMUNE,
    *_VILLAGE,
    Field("gap_id", Text("Mã khu vực", "Area code"), Text("trống: trung tâm thôn", "empty: village centre")),
    Field(
        "households",
        Text("Số hộ điểm đại diện", "Households it stands for"),
        Text("hộ, từ 5 trở lên; không phải nhà riêng", "households, 5 at least; never a private house"),
        "whole",
    ),
    *_PLACE,
    Field("by_road", Text("Tới được bằng đường", "Reached by road"), Text("có, không, chưa rõ", "yes, no, not known")),
    Field("road_text", Text("Đường tới điểm đo", "The way there"), Text("mô tả", "in words")),
    Field("samples", Text("Số mẫu đo", "Samples"), Text("mẫu", "samples"), "whole"),
)

COMMUNES = (
    *_CODES,
    *_COMMUNE,
    Field("villages", Text("Số thôn", "Villages"), Text("thôn có khu vực trong gói", "with areas in it"), "whole"),
    Field("areas", Text("Số khu vực", "Areas"), Text("khu vực trong gói", "areas in the package"), "whole"),
    *_AREA_COUNTS,
    _POPULATION,
    Field("sites", Text("Số trạm tham chiếu", "Reference sites"), Text("đặt tại xã", "that stand there"), "whole"),
    Field("cost_low_vnd", Text("Khái toán, thấp", "Estimate, low"), Text("đồng", "VND"), "whole"),
    Field("cost_middle_vnd", Text("Khái toán, giữa", "Estimate, middle"), Text("đồng", "VND"), "whole"),
    Field("cost_high_vnd", Text("Khái toán, cao", "Estimate, high"), Text("đồng", "VND"), "whole"),
)

PACKAGE = (
    *_CODES,
    Field("item", Text("Mục", "Item"), Text("tên mục", "name of the item")),
    Field("content", Text("Nội dung", "Content"), Text("giá trị", "value")),
)

FIELDS: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {
        "data_areas": AREAS,
        "data_households": VILLAGES,
        "data_sites": SITES,
        "data_test_points": TEST_POINTS,
        "data_communes": COMMUNES,
        "data_package": PACKAGE,
    }
)
"""The columns of every table, by key: three are .csv files of their own, all are layers of the GeoPackage."""

LAYERS: Mapping[str, tuple[str, Text]] = MappingProxyType(
    {
        "areas": ("data_areas", Text("Khu vực cần phủ sóng", "Areas needing coverage")),
        "villages": ("data_households", Text("Thôn: số hộ, trung tâm thôn", "Villages: households, centres")),
        "sites": ("data_sites", Text("Vị trí trạm tham chiếu", "Reference sites")),
        "test_points": ("data_test_points", Text("Điểm đo nghiệm thu", "Acceptance test points")),
        "communes": ("data_communes", Text("Tổng hợp theo xã", "Summary by commune")),
        "package": ("data_package", Text("Gói: số tổng, nguồn gốc", "Package: totals and origin")),
    }
)
"""Layers of the GeoPackage, in order: the table of each and its title."""

CSV_NOTE = Text(
    "CSV: mã hoá UTF-8 có BOM, phân cách bằng dấu phẩy, dấu thập phân là dấu chấm; ô trống là chưa rõ; chữ mở đầu như "
    "công thức có dấu nháy đơn đứng trước.",
    "CSV: UTF-8 with BOM, commas between, decimal point; an empty cell is not known; text that begins like a formula "
    "has an apostrophe before it.",
)
"""How the .csv files are written."""
