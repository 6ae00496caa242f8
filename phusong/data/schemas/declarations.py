"""Completeness declarations: how complete each operator says its station list is, and when it said so (design.md)."""

from __future__ import annotations

from phusong.data.schema import Field, ListSchema, Option
from phusong.data.schemas.common import note, row_number
from phusong.words import Text

COMPLETENESS = (
    Option("complete", Text("đầy đủ", "complete"), ("day du", "du", "toan bo")),
    Option("partial", Text("một phần", "partial"), ("chua day du", "thieu")),
    Option("none", Text("không có danh sách", "none"), ("khong co", "khong", "chua cung cap")),
)

DECLARATIONS = ListSchema(
    name="declarations",
    title=Text("Khai báo mức đầy đủ của danh sách trạm", "Completeness declarations"),
    unique=("operator",),
    fields=(
        row_number(),
        Field(
            name="operator",
            title=Text("Nhà mạng", "Operator"),
            kind="operator",
            required="R",
            aliases=("Doanh nghiệp", "Doanh nghiệp viễn thông"),
            meaning=Text("Nhà mạng khai báo.", "The operator that declares."),
            example="Viettel",
        ),
        Field(
            name="completeness",
            title=Text("Mức đầy đủ", "Completeness"),
            kind="enum",
            required="R",
            options=COMPLETENESS,
            aliases=("Độ đầy đủ", "Danh sách đầy đủ"),
            meaning=Text(
                "Danh sách trạm đầy đủ, một phần hay không có. Nhà mạng không có danh sách là chưa biết, "
                "không phải không có sóng.",
                "Whether the station list is complete, partial or absent. An operator without a list is unknown, "
                "not without signal.",
            ),
            example="đầy đủ",
        ),
        Field(
            name="declared_on",
            title=Text("Ngày khai báo", "Declared on"),
            kind="date",
            aliases=("Ngày",),
            meaning=Text("Ngày nhà mạng khai báo.", "Day of the declaration."),
            example="01/10/2026",
        ),
        Field(
            name="missing_communes",
            title=Text("Xã còn thiếu", "Missing communes"),
            kind="list",
            aliases=("Mã xã còn thiếu", "Các xã còn thiếu"),
            meaning=Text(
                "Mã 5 chữ số của các xã mà danh sách còn thiếu trạm, cách nhau bằng dấu chấm phẩy.",
                "Five-digit codes of the communes where stations are missing from the list, separated by semicolons.",
            ),
            example="00985; 00991",
        ),
        Field(
            name="neighbours_listed",
            title=Text("Có trạm của tỉnh giáp ranh", "Neighbouring stations listed"),
            kind="bool",
            default=Text("không", "no"),
            aliases=("Có trạm tỉnh bạn", "Trạm giáp ranh"),
            meaning=Text(
                "Danh sách có gồm trạm ngoài địa giới tỉnh hay không.",
                "Whether the list holds stations beyond the province's border.",
            ),
            example="Có",
        ),
        note(),
    ),
)
