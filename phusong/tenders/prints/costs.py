"""Annex VI in print: the estimate line by line and site by site, then by item; a range and never one figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from phusong.data.money import Money, money_sum
from phusong.tenders.package.values import CostLine, Package, ReferenceSite, Stage
from phusong.tenders.parts import Making, part
from phusong.tenders.prints.table import Cells, Print, PrintColumn, PrintTable, Row, print_pdf, subtotal_of, total_row
from phusong.tenders.prints.words import count
from phusong.words import Language, Text, number

STAGES: dict[Stage, Text] = {"capex": Text("đầu tư", "capital"), "opex": Text("vận hành", "running")}
_AMOUNTS = (
    PrintColumn(key="low", title=Text("Thành tiền: thấp", "Amount: low"), kind="number", least_mm=20),
    PrintColumn(key="middle", title=Text("Thành tiền: giữa", "Amount: middle"), kind="number",
                least_mm=20),
    PrintColumn(key="high", title=Text("Thành tiền: cao", "Amount: high"), kind="number", least_mm=20),
)  # fmt: skip
COLUMNS = (
    PrintColumn(key="number", title=Text("STT", "No."), kind="number", least_mm=7),
    PrintColumn(key="item", title=Text("Hạng mục", "Item"), share=2.2),
    PrintColumn(key="stage", title=Text("Loại chi phí", "Stage"), least_mm=14),
    PrintColumn(key="unit", title=Text("Đơn vị", "Unit"), least_mm=12),
    PrintColumn(key="quantity", title=Text("Khối lượng", "Quantity"), kind="number", least_mm=14),
    PrintColumn(key="price_low", title=Text("Đơn giá: thấp", "Price: low"), kind="number", least_mm=17),
    PrintColumn(key="price_middle", title=Text("Đơn giá: giữa", "Price: middle"), kind="number", least_mm=17),
    PrintColumn(key="price_high", title=Text("Đơn giá: cao", "Price: high"), kind="number", least_mm=17),
    *_AMOUNTS,
    PrintColumn(key="source", title=Text("Nguồn đơn giá", "Source of the price"), share=2.0),
)  # fmt: skip
ITEM_COLUMNS = (
    PrintColumn(key="number", title=Text("STT", "No."), kind="number", least_mm=7),
    PrintColumn(key="item", title=Text("Hạng mục", "Item"), share=2.0),
    PrintColumn(key="stage", title=Text("Loại chi phí", "Stage"), least_mm=14),
    *_AMOUNTS,
)
_FACT = Text(
    "Khái toán theo vị trí tham chiếu ghi thành khoảng, không thay dự toán; giá theo dự toán được duyệt.",
    "An estimate by reference site, as a range; prices follow the approved estimate.",
)

_SHARES = Text(
    "Khoản có đơn vị %: khối lượng là tỷ lệ thấp, giữa, cao; đơn giá là giá trị đầu tư làm cơ sở tính.",
    "Items in %: the quantity is the low, middle and high share, the price is the investment it is taken of.",
)


def write_costs(path: Path, package: Package, making: Making) -> None:
    """Write Annex VI as a PDF."""
    path.write_bytes(print_pdf(annex(package, making.language), package, making.language))


def annex(package: Package, language: Language) -> Print:
    """Return Annex VI."""
    years = count(package.cost_years, language)
    spent = Text(
        f"Chi phí vận hành tính cho {years} năm. Đơn vị: đồng.", f"Running costs are for {years} years. Unit: VND."
    )
    by_site = PrintTable(
        title=Text("A. Theo vị trí tham chiếu", "A. By reference site"),
        columns=COLUMNS,
        rows=list(_site_rows(package, language)),
        size_pt=7.5,
    )
    by_item = PrintTable(
        title=Text("B. Tổng hợp theo hạng mục", "B. By item"),
        columns=ITEM_COLUMNS,
        rows=list(_item_rows(package, language)),
    )
    return Print(
        title=part("costs_print").title,
        facts=(_FACT, spent, *((_SHARES,) if any(c.unit.vi == "%" for c in package.costs) else ())),
        tables=(by_site, by_item),
        notes=(_per_household(package),),
    )


def _per_household(package: Package) -> Text:
    """Write what a household served after costs."""
    served = package.planned_households
    if not served:
        return Text("", "")
    cost = package.cost / served
    vi, en = (" – ".join(number(end, la) for end in (cost.low, cost.middle, cost.high)) for la in ("vi", "en"))
    return Text(
        f"Bình quân một hộ được phủ ({number(served)} hộ): {vi} đồng (thấp – giữa – cao).",
        f"Per household served ({number(served, 'en')}): VND {en} (low – middle – high).",
    )


def _site_rows(package: Package, language: Language) -> Iterator[Row]:
    communes: dict[tuple[str, str], list[ReferenceSite]] = {}
    for site in sorted(package.sites, key=lambda site: (site.commune_code, site.site_id)):
        communes.setdefault((site.commune_code, site.commune_name), []).append(site)
    lines: dict[str, list[CostLine]] = {}
    for line in package.costs:
        lines.setdefault(line.site_id, []).append(line)
    for (code, name), sites in communes.items():
        yield Row("head", {}, f"{name} ({code})")
        own = [line for site in sites for line in lines.get(site.site_id, ())]
        for site in sites:
            yield from _one_site(site, lines.get(site.site_id, []), language)
        yield Row("sum", _money(own, language), subtotal_of(name, language))
    yield total_row(package, _money(package.costs, language), language)


def _one_site(site: ReferenceSite, lines: Sequence[CostLine], language: Language) -> Iterator[Row]:
    households = count(site.households, language)
    words = Text(f"{site.site_id}: phủ thêm {households} hộ", f"{site.site_id}: {households} households gained")
    yield Row("head", {}, words.to(language), level=2)
    for i, line in enumerate(lines, start=1):
        yield Row("row", _cells(i, line, language))
    yield Row("sum", _money(lines, language), subtotal_of(site.site_id, language))


def _item_rows(package: Package, language: Language) -> Iterator[Row]:
    items: dict[tuple[Stage, str], list[CostLine]] = {}
    for line in package.costs:
        items.setdefault((line.stage, line.item.to(language)), []).append(line)
    for stage, title in STAGES.items():
        own = [(item, lines) for (of, item), lines in items.items() if of == stage]
        for i, (item, lines) in enumerate(sorted(own), start=1):
            yield Row("row", {"number": str(i), "item": item, "stage": title.to(language), **_money(lines, language)})
        label = Text(f"chi phí {title.vi}", f"{title.en} costs").to(language)
        yield Row("sum", _money([line for _, lines in own for line in lines], language), subtotal_of(label, language))
    yield total_row(package, _money(package.costs, language), language)


def _cells(i: int, line: CostLine, language: Language) -> Cells:
    return {
        "number": str(i),
        "item": line.item.to(language),
        "stage": STAGES[line.stage].to(language),
        "unit": line.unit.to(language),
        "quantity": _range(line.quantity, language),
        **{f"price_{key}": number(getattr(line.price, key), language) for key in ("low", "middle", "high")},
        "source": line.source.to(language),
        **_money([line], language),
    }


def _range(quantity: Money, language: Language) -> str:
    """Write a quantity: one number, or low, middle and high one a line."""
    ends = (quantity.low, quantity.middle, quantity.high)
    return "\n".join(dict.fromkeys(number(end, language, decimals=0 if end == round(end) else 2) for end in ends))


def _money(lines: Iterable[CostLine], language: Language) -> Cells:
    cost = money_sum(line.amount for line in lines)
    return {key: number(getattr(cost, key), language) for key in ("low", "middle", "high")}
