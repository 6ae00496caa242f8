"""The village list: name, commune, centre and official totals of each village (domain.md §2.4)."""

from __future__ import annotations

from phusong.data.schema import Field, ListSchema, Option
from phusong.data.schemas.common import UNKNOWN, former_unit_fields, note, position_fields, row_number, unit_fields
from phusong.data.schemas.rules import VILLAGE_RULES
from phusong.errors import Range
from phusong.words import Text

COMMUNE_REGION = (
    Option("I", Text("khu vực I", "region I"), ("1", "kv1", "kv i", "xa khu vuc i")),
    Option("II", Text("khu vực II", "region II"), ("2", "kv2", "kv ii", "xa khu vuc ii")),
    Option("III", Text("khu vực III", "region III"), ("3", "kv3", "kv iii", "xa khu vuc iii")),
    Option("none", Text("không thuộc khu vực nào", "none"), ("khong", "0")),
)


VILLAGE_HEADERS = (
    *("Thôn", "Tên thôn", "Thôn/bản", "Thôn/bản/ấp", "Tên thôn/bản", "Tên thôn/bản/ấp/buôn", "Tên thôn/bản/ấp/buôn…"),
    *("Thôn, bản", "Thôn/xóm", "Thôn, xóm", "Thôn/ấp", "Thôn/bản/xóm", "Tên thôn, bản", "Tên thôn/bản/xóm"),
    *("Tên thôn/xóm", "Tên bản", "Tên ấp", "Tên làng", "Bản", "Ấp", "Buôn", "Làng", "Khóm", "Tổ dân phố", "Khu phố"),
    *("Thôn/tổ dân phố", "Thôn, tổ dân phố", "Tên thôn, tổ dân phố", "Thôn/bản/tổ dân phố", "Thôn, bản, tổ dân phố"),
    *("Thôn/bản/khu phố",),
)
"""How lists head their column of villages."""


def disadvantage_fields() -> tuple[Field, ...]:
    """Return grid power, official disadvantage and strategic place: what decides the route of funding."""
    return (
        Field(
            name="grid_power",
            title=Text("Đã có điện lưới quốc gia", "Grid power"),
            kind="bool",
            required="R",
            default=UNKNOWN,
            aliases=(
                *("Điện lưới quốc gia", "Có điện lưới", "Có điện lưới quốc gia", "Điện lưới", "Có điện"),
                *("Đã có điện", "Tình trạng điện", "Tình trạng điện lưới", "Hiện trạng điện lưới"),
                *("Điện lưới có/không", "Điện AC"),
            ),
            meaning=Text("Quyết định nguồn kinh phí.", "Decides where the money may come from."),
            example="Có",
        ),
        Field(
            name="powered_percent",
            title=Text("Tỷ lệ hộ có điện", "Households with power"),
            kind="float",
            unit="%",
            limits=Range(0, 100, "%"),
            aliases=("% hộ có điện", "Tỉ lệ hộ có điện"),
            meaning=Text("Phần trăm số hộ có điện lưới.", "Share of households with grid power."),
        ),
        Field(
            name="is_dbkk",
            title=Text("Thôn đặc biệt khó khăn", "Extremely disadvantaged village"),
            kind="bool",
            required="R",
            default=UNKNOWN,
            aliases=(
                *("Thôn ĐBKK", "ĐBKK", "Đặc biệt khó khăn", "Thuộc thôn ĐBKK", "Thôn, bản ĐBKK", "Vùng ĐBKK"),
                *("Thuộc vùng ĐBKK",),
            ),
            meaning=Text(
                "Thôn đặc biệt khó khăn theo quyết định hiện hành (Nghị định 272/2025/NĐ-CP).",
                "Extremely disadvantaged by the decision in force (Decree 272/2025/NĐ-CP).",
            ),
            example="Có",
        ),
        Field(
            name="dbkk_decision",
            title=Text("Quyết định công nhận ĐBKK", "Decision on disadvantage"),
            aliases=("Số quyết định ĐBKK", "Số quyết định"),
            meaning=Text("Số, ngày của quyết định công nhận.", "Number and date of the decision that says so."),
        ),
        Field(
            name="commune_region",
            title=Text("Xã khu vực", "Commune region"),
            kind="enum",
            required="R",
            default=UNKNOWN,
            options=COMMUNE_REGION,
            aliases=("Xã khu vực I-II-III", "Khu vực", "Xã thuộc khu vực", "Thuộc khu vực", "Phân định khu vực"),
            meaning=Text("Xã khu vực I, II hoặc III.", "Commune of region I, II or III."),
            example="khu vực III",
        ),
        Field(
            name="border",
            title=Text("Biên giới", "Border"),
            kind="bool",
            required="R",
            default=UNKNOWN,
            aliases=("Xã biên giới", "Khu vực biên giới", "Thuộc xã biên giới"),
            meaning=Text("Thuộc xã biên giới.", "In a border commune."),
            example="Không",
        ),
        Field(
            name="island",
            title=Text("Hải đảo", "Island"),
            kind="bool",
            required="R",
            default=UNKNOWN,
            aliases=("Xã đảo", "Đảo"),
            meaning=Text("Thuộc xã đảo, đặc khu hoặc đảo có hộ dân.", "On an island with residents."),
            example="Không",
        ),
    )


VILLAGES = ListSchema(
    name="villages",
    title=Text("Danh sách thôn", "Village list"),
    unique=("village_code",),
    position="optional",
    key="village_code",
    key_prefix="TH-",
    key_from=("province_code", "commune_code", "commune_name", "village_name"),
    one_of=(("commune_code", "commune_name", "old_commune"),),
    checks=VILLAGE_RULES,
    fields=(
        row_number(),
        Field(
            name="village_code",
            title=Text("Mã thôn", "Village code"),
            kind="code",
            required="R",
            default=Text("phần mềm tự đặt", "made by the program"),
            aliases=("Mã thôn/bản",),
            meaning=Text("Mã của thôn, không trùng trong danh sách.", "Code of the village, used once in the list."),
            example="00985-03",
        ),
        Field(
            name="village_name",
            title=Text("Tên thôn/bản/ấp/buôn", "Village"),
            required="R",
            aliases=VILLAGE_HEADERS,
            meaning=Text(
                "Tên thôn, bản, làng, ấp, buôn, bon, phum, sóc, xóm, khu dân cư hoặc tổ dân phố.",
                "Name of the village, hamlet or residential group.",
            ),
            example="Bản Nà Lạ",
        ),
        Field(
            name="other_names",
            title=Text("Tên gọi khác", "Other names"),
            kind="list",
            aliases=("Tên khác", "Tên cũ"),
            meaning=Text(
                "Tên khác của thôn, dùng khi đối chiếu danh sách.", "Other names, used when lists are compared."
            ),
        ),
        *unit_fields(),
        *former_unit_fields(),
        *position_fields(),
        Field(
            name="households",
            title=Text("Số hộ", "Households"),
            kind="int",
            limits=Range(0, 100000),
            aliases=(
                *("Tổng số hộ", "Tổng số hộ dân", "Số hộ dân", "Tổng hộ", "Tổng số hộ của thôn"),
                *("Tổng số hộ trong thôn", "Tổng số hộ toàn thôn", "Số hộ toàn thôn"),
            ),
            meaning=Text("Tổng số hộ của thôn.", "All households of the village."),
            example="84",
        ),
        Field(
            name="population",
            title=Text("Dân số", "Population"),
            kind="int",
            limits=Range(0, 1000000),
            aliases=(
                *("Số nhân khẩu", "Nhân khẩu", "Số người", "Tổng dân số", "Số dân", "Tổng số dân", "Tổng số khẩu"),
                *("Tổng số nhân khẩu", "Số khẩu", "Khẩu"),
            ),
            meaning=Text("Dân số của thôn.", "Population of the village."),
            example="368",
        ),
        Field(
            name="totals_year",
            title=Text("Năm số liệu", "Year of the totals"),
            kind="int",
            limits=Range(1990, 2100),
            aliases=("Năm",),
            meaning=Text("Số hộ và dân số của năm nào.", "Year of households and population."),
            example="2026",
        ),
        *disadvantage_fields(),
        note(),
    ),
)
