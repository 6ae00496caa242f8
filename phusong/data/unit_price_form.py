"""The workbook of unit prices: its columns, by which it is written to be filled in and read back."""

from __future__ import annotations

from dataclasses import replace

from phusong.data.schema import Field, ListSchema, Option
from phusong.data.schemas.common import row_number
from phusong.data.unit_price_keys import UNITS
from phusong.words import Text


def _range_field(name: str, title: Text, meaning: Text, example: str) -> Field:
    return Field(name=name, title=title, kind="float", required="R", meaning=meaning, example=example)


UNIT_PRICES = ListSchema(
    name="unit_prices",
    title=Text("Bảng đơn giá khái toán", "Unit prices of the estimate"),
    unique=("key",),
    fields=(
        row_number(),
        Field(
            name="key",
            title=Text("Mã khoản", "Item key"),
            required="R",
            meaning=Text("Mã của khoản, giữ nguyên như tệp mẫu.", "Key of the item, kept as in the template."),
            example="transport_equipment_percent",
        ),
        Field(
            name="title_vi",
            title=Text("Khoản mục", "Item in Vietnamese"),
            required="R",
            meaning=Text("Tên khoản in trong khái toán.", "Name printed in the estimate."),
            example="Vận chuyển thiết bị tới cột sẵn có, so với trạm mới",
        ),
        Field(
            name="title_en",
            title=Text("Khoản mục (tiếng Anh)", "Item in English"),
            meaning=Text("Tên tiếng Anh.", "English name."),
            example="Transport of equipment to an existing mast",
        ),
        Field(
            name="unit",
            title=Text("Đơn vị tính", "Unit"),
            kind="enum",
            required="R",
            options=tuple(Option(key, title) for key, title in UNITS.items()),
            meaning=Text("Đơn vị tính, giữ nguyên như tệp mẫu.", "Unit, kept as in the template."),
            example="%",
        ),
        _range_field(
            "low", Text("Đơn giá thấp", "Low price"), Text("Mức thấp nhất.", "The least it may cost."), "180.000.000"
        ),
        _range_field(
            "middle", Text("Đơn giá trung bình", "Middle price"), Text("Mức thường gặp.", "The usual."), "260.000.000"
        ),
        _range_field(
            "high", Text("Đơn giá cao", "High price"), Text("Mức cao nhất.", "The most it may cost."), "400.000.000"
        ),
        Field(
            name="source_vi",
            title=Text("Nguồn đơn giá", "Source in Vietnamese"),
            required="R",
            meaning=Text("Đơn giá lấy từ đâu.", "Where the price is from."),
            example="Báo giá số 12 ngày 01/10/2026",
        ),
        Field(
            name="source_en",
            title=Text("Nguồn đơn giá (tiếng Anh)", "Source in English"),
            meaning=Text("Nguồn bằng tiếng Anh.", "The source in English."),
            example="Offer 12 of 1 October 2026",
        ),
        Field(
            name="assumption",
            title=Text("Là giả định", "Is assumed"),
            kind="bool",
            required="R",
            meaning=Text("Có: số giả định. Không: đã có căn cứ.", "Yes: assumed. No: it has a source."),
            example="Không",
        ),
        Field(
            name="dated",
            title=Text("Ngày của đơn giá", "Price dated"),
            kind="date",
            meaning=Text("Ngày của báo giá hay căn cứ.", "Day of the offer or source."),
            example="01/10/2026",
        ),
    ),
)

UNIT_PRICES_KEYS = replace(UNIT_PRICES, fields=UNIT_PRICES.fields[:2])
"""The same workbook read for its keys alone."""
