"""Columns and options several lists share: administrative unit, position, operators, technologies."""

from __future__ import annotations

from phusong.data.schema import Field, Option
from phusong.errors import Range
from phusong.words import Text

UNKNOWN = Text("không rõ", "unknown")


def _plmn(network: str) -> tuple[str, ...]:
    """Return how phones write an operator: the country's code 452 and its network's (ITU-T E.212)."""
    return tuple(f"452{between}{network}" for between in ("", "-", " ", "/", "_"))


OPERATORS: tuple[Option, ...] = (
    Option("viettel", Text("Viettel", "Viettel"), ("vtl", "viettel telecom", "viettel mobile", "vt", *_plmn("04"))),
    Option(
        "vinaphone",
        Text("VinaPhone", "VinaPhone"),
        ("vnp", "vina", "vnpt", "vnpt vinaphone", "vnpt-vinaphone", *_plmn("02")),
    ),
    Option("mobifone", Text("MobiFone", "MobiFone"), ("mbf", "mobi", "vms", "vms mobifone", *_plmn("01"))),
    Option(
        "vietnamobile",
        Text("Vietnamobile", "Vietnamobile"),
        ("vnm", "vietnammobile", "vietnam mobile", "htm", *_plmn("05")),
    ),
)

TECHNOLOGY_OPTIONS: tuple[Option, ...] = (
    Option("2G", Text("2G", "2G"), ("gsm", "2g gsm", "edge", "gprs")),
    Option("3G", Text("3G", "3G"), ("umts", "wcdma", "hspa", "hspa+", "hspap", "hsdpa", "hsupa")),
    Option("4G", Text("4G", "4G"), ("lte", "4g lte", "4g-lte", "lte-a", "lte+", "lte ca", "lte_ca", "lte-ca")),
    Option(
        "5G",
        Text("5G", "5G"),
        ("nr", "5g nr", "5g-nr", "nr sa", "nr nsa", "nr_sa", "nr_nsa", "5g sa", "5g nsa", "nr5g"),
    ),
    Option("other", Text("khác", "other"), ("lora", "lorawan", "lpwan")),
)

BACKHAUL_OPTIONS: tuple[Option, ...] = (
    Option("fibre", Text("cáp quang", "fibre"), ("quang", "fiber", "optical", "cap quang ftth")),
    Option("microwave", Text("vi ba", "microwave"), ("viba", "vi-ba", "radio")),
    Option("satellite", Text("vệ tinh", "satellite"), ("vsat",)),
    Option("none", Text("chưa có", "none"), ("khong", "khong co")),
)

CAUSE_OPTIONS: tuple[Option, ...] = (
    Option("terrain", Text("núi che khuất", "blocked by terrain"), ("dia hinh", "nui che", "bi che khuat", "doi nui")),
    Option("far", Text("xa trạm", "far from a station"), ("xa tram bts",)),
    Option("no_power", Text("chưa có điện", "no power"), ("chua dien", "khong co dien", "chua co dien ac")),
    Option("other", Text("khác", "other")),
)

POSITION_EITHER = Text(
    "Cần kinh độ và vĩ độ, hoặc X, Y và kinh tuyến trục.",
    "Longitude and latitude are needed, or X, Y and the central meridian.",
)


def row_number() -> Field:
    """Return the running number column every Vietnamese list begins with."""
    return Field(
        name="row_no",
        title=Text("STT", "No."),
        kind="int",
        aliases=("TT", "Số thứ tự", "number", "Số TT", "No"),
        meaning=Text("Số thứ tự, không dùng để tính.", "Running number, not used."),
        example="1",
    )


def unit_fields() -> tuple[Field, ...]:
    """Return province and commune by code and by name."""
    either = Text("lấy theo toạ độ", "taken from the position")
    return (
        Field(
            name="province_code",
            title=Text("Mã tỉnh", "Province code"),
            kind="code",
            required="C",
            digits=2,
            default=either,
            aliases=("Mã tỉnh/TP", "matinh", "Mã tỉnh thành"),
            meaning=Text(
                "Mã tỉnh, thành phố 2 chữ số theo Quyết định 19/2025/QĐ-TTg.",
                "Two-digit code of the province by Decision 19/2025/QĐ-TTg.",
            ),
            example="08",
        ),
        Field(
            name="province_name",
            title=Text("Tên tỉnh, TP", "Province"),
            required="C",
            default=either,
            aliases=(
                *("Tỉnh", "Tỉnh/TP", "Tỉnh/Thành phố", "Tên tỉnh", "Tên tỉnh/thành phố", "Tỉnh, thành phố"),
                *("Tỉnh, TP", "Tên tỉnh, thành phố", "Tỉnh thành", "Tỉnh/thành"),
            ),
            meaning=Text("Tên tỉnh, thành phố hiện nay.", "Name of the province as of today."),
            example="Tuyên Quang",
        ),
        Field(
            name="commune_code",
            title=Text("Mã xã", "Commune code"),
            kind="code",
            required="C",
            digits=5,
            default=either,
            aliases=("Mã xã/phường", "Mã xã, phường, đặc khu", "Mã đơn vị hành chính", "ward code"),
            meaning=Text(
                "Mã xã, phường, đặc khu 5 chữ số của cơ quan thống kê; giữ số 0 ở đầu.",
                "Five-digit code of the commune by the statistics office; leading zeros kept.",
            ),
            example="00985",
        ),
        Field(
            name="commune_name",
            title=Text("Tên xã, phường, đặc khu", "Commune"),
            required="C",
            default=either,
            aliases=(
                *("Xã", "Tên xã", "Xã/Phường", "Xã/phường/đặc khu", "Xã, phường", "Tên xã/phường", "ward"),
                *("Tên xã/phường/đặc khu", "Xã/phường/thị trấn", "Xã, phường, thị trấn", "Tên xã, phường, thị trấn"),
                *("Xã, phường, đặc khu", "Tên xã, phường", "Tên xã phường", "Phường/xã", "Phường, xã"),
                *("Tên phường/xã", "Xã mới", "Tên xã mới", "Xã sau sáp nhập", "Xã sau sắp xếp"),
                *("Đơn vị hành chính cấp xã", "Tên đơn vị hành chính"),
            ),
            meaning=Text("Tên xã, phường, đặc khu hiện nay.", "Name of the commune as of today."),
            example="Xã Thượng Lâm",
        ),
    )


def former_unit_fields() -> tuple[Field, ...]:
    """Return district and commune of before July 2025, for lists still written in them."""
    return (
        Field(
            name="old_district",
            title=Text("Huyện (cũ)", "Former district"),
            aliases=(
                *("Huyện", "Quận/Huyện", "Huyện cũ", "Tên huyện", "Huyện/Thị xã", "Huyện, thị xã, thành phố"),
                *("Huyện/thành phố", "Huyện, thành phố", "Quận, huyện", "Huyện trước sáp nhập", "Quận/huyện cũ"),
            ),
            meaning=Text("Huyện trước 01/7/2025.", "District before 1 July 2025."),
        ),
        Field(
            name="old_commune",
            title=Text("Xã (cũ)", "Former commune"),
            aliases=(
                *("Xã cũ", "Xã trước sáp nhập", "Tên xã cũ", "Xã trước đây", "Xã trước sắp xếp", "Xã/phường cũ"),
                *("Xã, phường cũ", "Xã trước khi sáp nhập"),
            ),
            meaning=Text("Xã trước khi sắp xếp năm 2025.", "Commune before the reorganisation of 2025."),
        ),
    )


def position_fields(default: Text | None = None) -> tuple[Field, ...]:
    """Return longitude and latitude, and the VN-2000 columns that may stand in; ``default`` is for rows without."""
    return (
        Field(
            name="lon",
            title=Text("Kinh độ", "Longitude"),
            kind="degrees",
            required="C",
            unit="°",
            default=default,
            aliases=(
                *("Kinh độ (WGS84)", "Long", "Lng", "KĐ", "Kinh do", "lon_deg", "Toạ độ kinh độ", "kinhdo"),
                *("Kinh độ VN-2000", "Kinh độ VN2000", "Toạ độ địa lý kinh độ", "Kinh độ (Long)"),
            ),
            meaning=Text(
                "Kinh độ WGS84, độ thập phân hoặc độ phút giây. " + POSITION_EITHER.vi,
                "WGS84 longitude in decimal degrees or degrees, minutes and seconds. " + POSITION_EITHER.en,
            ),
            example="105,34808",
        ),
        Field(
            name="lat",
            title=Text("Vĩ độ", "Latitude"),
            kind="degrees",
            required="C",
            unit="°",
            default=default,
            aliases=(
                *("Vĩ độ (WGS84)", "VĐ", "lat_deg", "Toạ độ vĩ độ", "vido", "Vĩ độ VN-2000", "Vĩ độ VN2000"),
                *("Toạ độ địa lý vĩ độ", "Vĩ độ (Lat)"),
            ),
            meaning=Text(
                "Vĩ độ WGS84, độ thập phân hoặc độ phút giây.",
                "WGS84 latitude in decimal degrees or degrees, minutes and seconds.",
            ),
            example="22,62924",
        ),
        Field(
            name="coordinates",
            title=Text("Toạ độ", "Coordinates"),
            required="C",
            aliases=(
                *("Toạ độ kinh độ vĩ độ", "Toạ độ vĩ độ kinh độ", "Toạ độ (kinh độ/vĩ độ)", "Toạ độ GPS"),
                *("Toạ độ vị trí", "Kinh độ vĩ độ", "Vĩ độ kinh độ", "Vị trí", "Long/Lat", "Lat/Long", "Lon/Lat"),
                *("Lat/Lon", "GPS"),
            ),
            meaning=Text(
                "Kinh độ và vĩ độ (hoặc X và Y) ghi chung một ô; chỉ dùng khi các cột riêng để trống.",
                "Longitude and latitude (or X and Y) in one cell; used where the columns of their own are empty.",
            ),
            example="105,34808; 22,62924",
        ),
        Field(
            name="northing",
            title=Text("X VN-2000", "X VN-2000 (northing)"),
            kind="float",
            required="C",
            unit="m",
            aliases=("X", "X (VN2000)", "Toạ độ X", "Toạ độ X VN-2000", "Toạ độ VN-2000 X", "Toạ độ VN2000 X"),
            meaning=Text(
                "Toạ độ X của bảng đo đạc: khoảng cách về phía bắc.",
                "X of Vietnamese survey tables: the northing.",
            ),
            example="2503641,2",
        ),
        Field(
            name="easting",
            title=Text("Y VN-2000", "Y VN-2000 (easting)"),
            kind="float",
            required="C",
            unit="m",
            aliases=("Y", "Y (VN2000)", "Toạ độ Y", "Toạ độ Y VN-2000", "Toạ độ VN-2000 Y", "Toạ độ VN2000 Y"),
            meaning=Text(
                "Toạ độ Y của bảng đo đạc: khoảng cách về phía đông.",
                "Y of Vietnamese survey tables: the easting.",
            ),
            example="432993,0",
        ),
        Field(
            name="central_meridian",
            title=Text("Kinh tuyến trục", "Central meridian"),
            required="C",
            aliases=("KTT", "Kinh tuyến trục/hệ toạ độ", "Hệ toạ độ", "Hệ quy chiếu", "Múi chiếu"),
            meaning=Text(
                "Kinh tuyến trục múi chiếu 3° của X, Y, ví dụ 105°30′; bắt buộc khi dùng X, Y (hoặc mã EPSG).",
                "Central meridian of the 3° zone of X, Y, for example 105°30′; needed with X, Y (or the EPSG code).",
            ),
            example="105°30′",
        ),
        Field(
            name="epsg",
            title=Text("Mã EPSG", "EPSG code"),
            kind="int",
            required="C",
            limits=Range(1000, 99999),
            meaning=Text(
                "Mã EPSG của X, Y, ví dụ 9209; thay cho kinh tuyến trục.",
                "EPSG code of X, Y, for example 9209; in place of the central meridian.",
            ),
            example="9209",
        ),
    )


def note() -> Field:
    """Return the free remark column."""
    return Field(
        name="note",
        title=Text("Ghi chú", "Note"),
        aliases=("Chú thích", "remarks"),
        meaning=Text(
            "Ghi chú tự do; không ghi họ tên, số điện thoại, số giấy tờ của người dân.",
            "Free remark; no names, telephone or document numbers of residents.",
        ),
    )
