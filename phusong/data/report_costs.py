"""The sheets of an estimate (khái toán): a block a site with its lines, sums by formula, and the unit prices used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from phusong.data.unit_prices import UnitPrices
from phusong.data.workbook import Block, Column, Row, Sheet
from phusong.words import Text, day, number

TOTAL = Text("Tổng cộng", "Total")
_ASSUMED = Text("giả định, chưa xác minh", "assumed, not verified")

_LINES = (
    Column(title=Text("Trạm", "Site"), key="site", width=15),
    Column(title=Text("Loại chi phí", "Kind"), key="stage", width=9),
    Column(title=Text("Khoản mục", "Item"), key="item", width=38),
    Column(title=Text("Đơn vị", "Unit"), key="unit", width=11),
    Column(title=Text("Khối lượng", "Quantity"), key="quantity", kind="metres", width=9),
    Column(title=Text("Đơn giá: thấp – giữa – cao, triệu đồng", "Unit price: low – middle – high, VND million"),
           key="price", width=19),
    Column(title=Text("Thành tiền, thấp, triệu đồng", "Amount, low, VND million"), key="low_million", kind="decimal",
           width=12, summed=True),
    Column(title=Text("Thành tiền, giữa, triệu đồng", "Amount, middle, VND million"), key="middle_million",
           kind="decimal", width=12, summed=True),
    Column(title=Text("Thành tiền, cao, triệu đồng", "Amount, high, VND million"), key="high_million", kind="decimal",
           width=12, summed=True),
    Column(title=Text("Nguồn đơn giá", "Source of the price"), key="source", width=26),
)  # fmt: skip


def costs_sheet(sites: Sequence[tuple[str, Sequence[Row]]], prices: UnitPrices) -> Sheet:
    """Return the estimate: a block a site, in the order given, each with its subtotal, and the total of all.

    Parameters
    ----------
    sites
        The name of each site and its lines: ``site, stage, item, unit, quantity, price, low_million, middle_million,
        high_million, source``.
    prices
        The table the lines were made with: its years and its name are told.
    """
    return Sheet(
        name=Text("Khái toán", "Estimate"),
        title=Text("Khái toán chi phí theo trạm", "Estimate of costs by site"),
        notes=_notes(prices),
        columns=_LINES,
        blocks=[Block(rows=rows, subtotal={"site": Text(f"Cộng {name}", f"Sum of {name}")}) for name, rows in sites],
        total={"site": TOTAL},
        frozen_columns=3,
    )


def _notes(prices: UnitPrices) -> tuple[Text, ...]:
    years = prices.years
    rate = prices.discount_percent
    assumed = sum(row.assumption for row in prices.rows.values())
    plain = Text("cộng thẳng, không chiết khấu", "a plain sum, not discounted")
    discounted = Text(
        f"chiết khấu {number(rate, decimals=1)} % mỗi năm", f"discounted at {number(rate, 'en', decimals=1)} % a year"
    )
    how = plain if rate == 0.0 else discounted
    return (
        Text(
            f"Gồm đầu tư và chi phí vận hành {years} năm, {how.vi}. Mỗi khoản là một khoảng; tổng của cột thấp và cột "
            "cao là khi mọi khoản cùng thấp hoặc cùng cao. Điều chưa biết làm khoảng rộng ra, không lấy giá trị mặc "
            "định.",
            f"Investment and {years} years of running costs, {how.en}. Each amount is a range; the sums of low and of "
            "high hold if all amounts are low, or high, together. What is not known widens the range; nothing is "
            "taken for granted.",
        ),
        Text(
            f"Đơn giá theo bảng {prices.name}: {number(assumed)}/{number(len(prices.rows))} khoản là giả định, chưa "
            "xác minh. Đây là khái toán để so sánh phương án, không phải dự toán hay giá gói thầu.",
            f"Unit prices of table {prices.name}: {number(assumed, 'en')}/{number(len(prices.rows), 'en')} items are "
            "assumed, not verified. A rough estimate to compare plans by, neither a budget nor a package price.",
        ),
    )


_PRICES = (
    Column(title=Text("Mã khoản", "Item key"), key="key", width=24),
    Column(title=Text("Khoản mục", "Item"), key="item", width=44),
    Column(title=Text("Đơn vị tính", "Unit"), key="unit", width=15),
    Column(title=Text("Thấp", "Low"), key="low", kind="whole", width=15),
    Column(title=Text("Trung bình", "Middle"), key="middle", kind="whole", width=15),
    Column(title=Text("Cao", "High"), key="high", kind="whole", width=15),
    Column(title=Text("Căn cứ", "Standing"), key="standing", width=16),
    Column(title=Text("Nguồn", "Source"), key="source", width=32),
    Column(title=Text("Ngày", "Dated"), key="dated", width=11),
)


def unit_prices_sheet(prices: UnitPrices) -> Sheet:
    """Return the table of unit prices as it was used, assumptions marked."""
    return Sheet(
        name=Text("Đơn giá", "Unit prices"),
        title=Text("Bảng đơn giá dùng cho khái toán", "Unit prices of the estimate"),
        notes=_notes(prices)[1:],
        columns=_PRICES,
        blocks=(Block(rows=[_price_row(prices, key) for key in prices.rows]),),
        frozen_columns=2,
    )


def _price_row(prices: UnitPrices, key: str) -> Mapping[str, Any]:
    row = prices[key]
    return {
        "key": key,
        "item": row.title,
        "unit": row.unit_text,
        "low": _plain(row.low),
        "middle": _plain(row.middle),
        "high": _plain(row.high),
        "standing": _ASSUMED if row.assumption else Text("có căn cứ", "has a source"),
        "source": row.source,
        "dated": "" if row.dated is None else day(row.dated),
    }


def _plain(value: float) -> float | Text:
    """Return a number as it is, in words where the column's whole numbers would round it."""
    if value == round(value):
        return value
    return Text(number(value, decimals=2), number(value, "en", decimals=2))
