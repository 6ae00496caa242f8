"""Phụ lục VI: the estimate, line by line for every site, by site with VND per household, and the unit prices used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from phusong.data.money import Money, money_sum
from phusong.data.workbook import Block, Column, Formula, Row, Sheet
from phusong.tenders.naming import price_vnd
from phusong.tenders.package.said import TOTAL, told
from phusong.tenders.package.titles import SITE_KINDS
from phusong.tenders.package.values import CostLine, Package, ReferenceSite
from phusong.tenders.parts import Making
from phusong.tenders.sentences import alert
from phusong.tenders.sheets.page import SITE, item_sheet, named, origin_sheet, package_book
from phusong.tenders.sheets.wording import ASSUMED, SOURCED, STAGES, attached
from phusong.words import Text, number

NAME = Text("Phụ lục VI – Khái toán", "Annex VI – Estimate")
End = Literal["low", "middle", "high"]
ENDS: tuple[tuple[End, Text], ...] = (
    ("low", Text("thấp", "low")),
    ("middle", Text("giữa", "middle")),
    ("high", Text("cao", "high")),
)


def _money(key: str, title: Text, *, summed: bool = True) -> Column:
    return Column(title=title, key=key, kind="whole", width=15, summed=summed)


def _each(prefix: str, title: Text, *, summed: bool = True) -> tuple[Column, ...]:
    return tuple(
        _money(f"{prefix}_{end}", Text(f"{title.vi}, {name.vi}, đồng", f"{title.en}, {name.en}, VND"), summed=summed)
        for end, name in ENDS
    )


_ITEM = (
    Column(title=Text("Khoản mục", "Item"), key="item", width=34),
    Column(title=Text("Đơn vị", "Unit"), key="unit", width=9),
)
_SOURCE = (
    Column(title=Text("Căn cứ", "Standing"), key="standing", width=20),
    Column(title=Text("Nguồn đơn giá", "Source of the price"), key="source", width=30),
)
_LINES = (
    replace(SITE, width=17),
    Column(title=Text("Loại chi phí", "Kind"), key="stage", width=9),
    *_ITEM,
    Column(title=Text("Khối lượng (giữa)", "Quantity (middle)"), key="quantity", kind="metres", width=10),
    *_each("amount", Text("Thành tiền", "Amount")),
    *_SOURCE,
)
_BY_SITE = (
    SITE,
    Column(title=Text("Loại", "Kind"), key="kind", width=14),
    Column(title=Text("Xã, phường, đặc khu", "Commune"), key="commune_name", width=18),
    _money("capex", Text("Đầu tư (giữa), đồng", "Investment (middle), VND")),
    _money("opex", Text("Vận hành (giữa), đồng", "Running (middle), VND")),
    *_each("amount", Text("Cộng", "Sum")),
    Column(title=Text("Số hộ phủ thêm", "Households gained"), key="households", kind="whole", width=9, summed=True),
    _money("per_household", Text("Đồng một hộ (giữa)", "VND a household (middle)"), summed=False),
)
_PRICES = (
    Column(title=Text("Mã khoản", "Item key"), key="key", width=22),
    *_ITEM,
    *_each("price", Text("Đơn giá", "Unit price"), summed=False),
    *_SOURCE,
)


def write_costs(path: Path, package: Package, making: Making) -> None:
    """Write Annex VI."""
    with package_book(path, package, making, "costs") as book:
        book.add(_lines_sheet(package))
        book.add(_sites_sheet(package))
        book.add(_prices_sheet(package))
        book.add(_price_sheet(package))
        book.add(origin_sheet(package, making.language))


def lines_of(package: Package, site: ReferenceSite) -> tuple[CostLine, ...]:
    """Return the lines of a site's estimate."""
    return tuple(line for line in package.costs if line.site_id == site.site_id)


def _notes(package: Package) -> tuple[Text, ...]:
    assumed = sum(line.assumed for line in package.costs)
    counts = Text(
        f"{number(assumed)}/{number(len(package.costs))} dòng dùng đơn giá giả định, chưa xác minh.",
        f"{number(assumed, 'en')}/{number(len(package.costs), 'en')} lines use assumed prices, not verified.",
    )
    return (
        attached(package),
        Text(
            f"Gồm đầu tư và chi phí vận hành {package.cost_years} năm. Mỗi khoản là một khoảng thấp – giữa – cao; tổng "
            f"cột thấp, cột cao là khi mọi khoản cùng thấp hoặc cùng cao. {counts.vi}",
            f"Investment and {package.cost_years} years of running costs. Each amount is a range low – middle – high; "
            f"the sums of low and high hold if all amounts are low, or high, together. {counts.en}",
        ),
        Text(
            "Đây là khái toán, không phải dự toán: giá lấy theo dự toán được duyệt.",
            "A rough estimate, not a budget: the price follows the approved estimate.",
        ),
    )


def _lines_sheet(package: Package) -> Sheet:
    blocks = [
        Block(
            rows=[_line(line) for line in lines_of(package, site)],
            subtotal={"site_id": Text(f"Cộng {site.site_id}", f"Sum of {site.site_id}")},
        )
        for site in package.sites
    ]
    title = Text("Phụ lục VI – Khái toán chi phí theo trạm", "Annex VI – Estimate by site")
    return Sheet(
        name=NAME,
        title=named(package, title),
        alert=alert(package),
        notes=_notes(package),
        columns=_LINES,
        blocks=blocks,
        total={"site_id": TOTAL},
        frozen_columns=3,
    )


def _line(line: CostLine) -> Row:
    return {
        "site_id": line.site_id,
        "stage": STAGES[line.stage],
        "item": line.item,
        "unit": line.unit,
        "quantity": round(line.quantity.middle, 2),
        **_ends("amount", line.amount),
        **_standing(line),
    }


def _ends(prefix: str, money: Money) -> Row:
    return {f"{prefix}_{end}": round(getattr(money, end)) for end, _ in ENDS}


def _standing(line: CostLine) -> Row:
    return {"standing": ASSUMED if line.assumed else SOURCED, "source": line.source}


def _sites_sheet(package: Package) -> Sheet:
    title = Text("Tổng hợp theo trạm", "Sums by site")
    households = sum(site.households for site in package.sites)
    return Sheet(
        name=title,
        title=named(package, Text(f"Phụ lục VI – {title.vi}", f"Annex VI – {title.en}")),
        alert=alert(package),
        notes=_notes(package),
        columns=_BY_SITE,
        blocks=(Block(rows=[_site(package, site) for site in package.sites]),),
        total={"site_id": TOTAL, "per_household": _per_household(round(package.cost.middle), households)},
        frozen_columns=1,
    )


def _site(package: Package, site: ReferenceSite) -> Row:
    lines = lines_of(package, site)
    middle = round(site.cost.middle)
    return {
        "site_id": site.site_id,
        "kind": SITE_KINDS[site.kind],
        "commune_name": site.commune_name,
        **{stage: _middle([line for line in lines if line.stage == stage]) for stage in STAGES},
        **_ends("amount", site.cost),
        "households": site.households,
        "per_household": _per_household(middle, site.households),
    }


def _middle(lines: Sequence[CostLine]) -> int:
    return round(money_sum(line.amount for line in lines).middle)


def _per_household(vnd: int, households: int) -> Formula:
    value: float | str = vnd / households if households else ""
    return Formula('=IF({households}=0,"",{amount_middle}/{households})', value)


_SHARES = Text(
    "Khoản tính theo tỷ lệ % của đầu tư không có đơn giá, nên không nêu ở bảng này.",
    "Items that are a percentage of the investment have no unit price and are not listed here.",
)


def _prices_sheet(package: Package) -> Sheet:
    seen: dict[tuple[object, ...], Row] = {}
    for line in package.costs:
        if line.unit.vi == "%":
            continue
        row = {"key": line.key, "item": line.item, "unit": line.unit, **_ends("price", line.price), **_standing(line)}
        seen.setdefault((line.key, line.item, line.price, line.source), row)
    rows = sorted(seen.values(), key=lambda row: (str(row["key"]), row["price_middle"], row["item"].vi))
    title = Text("Đơn giá", "Unit prices")
    return Sheet(
        name=title,
        title=named(package, Text("Bảng đơn giá dùng cho khái toán", "Unit prices of the estimate")),
        alert=alert(package),
        notes=(*_notes(package)[:1], _SHARES),
        columns=_PRICES,
        blocks=(Block(rows=rows),),
        frozen_columns=2,
    )


def _price_sheet(package: Package) -> Sheet:
    cost, price = package.cost, price_vnd(package)
    tender = package.award == "tender"
    title = Text("Giá gói thầu", "Package price") if tender else Text("Kinh phí được duyệt", "Approved money")
    ends = [
        {
            "item": Text(f"Khái toán của gói, {name.vi}", f"Estimate of the package, {name.en}"),
            "content": _vnd(getattr(cost, end)),
        }
        for end, name in ENDS
    ]
    rows: list[Row] = [
        *ends,
        {
            "item": Text(f"{title.vi} (theo dự toán được duyệt)", f"{title.en} (by the approved estimate)"),
            "content": told(package, "package_price") if price is None else _vnd(price),
        },
        {
            "item": Text("Quyết định phê duyệt dự toán", "Decision on the estimate"),
            "content": told(package, "estimate_decision"),
        },
    ]
    return item_sheet(package, name=title, items=rows, notes=_notes(package))


def _vnd(amount: float) -> Text:
    return Text(f"{number(amount)} đồng", f"VND {number(amount, 'en')}")
