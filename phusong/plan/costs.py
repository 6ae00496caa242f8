"""What a site costs to build and to run for some years: items from the table of unit prices, each a range.

What is not known widens the range: it runs from the cheapest way to the dearest one, and no way is taken for granted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from phusong.data.money import NOTHING, Money, money_sum, widest
from phusong.data.unit_price_keys import COUNTED, MAST_TYPES, ROAD_CLASSES
from phusong.data.unit_prices import UnitPrice, UnitPrices
from phusong.plan.site_facts import (
    ANY_FEED,
    ANY_LINK,
    ONE,
    YEARS,
    Amount,
    CostItem,
    Feed,
    Link,
    SiteCost,
    SiteFacts,
    Stage,
)
from phusong.words import LANGUAGES, Language, Text, number

__all__ = [
    "FEED_TITLES",
    "LINK_TITLES",
    "NOTHING",
    "Amount",
    "CostItem",
    "Feed",
    "Link",
    "Money",
    "SiteCost",
    "SiteFacts",
    "cost_rows",
    "feed_cost",
    "link_cost",
    "money_sum",
    "one_of",
    "site_cost",
    "widest",
]

_ALL_WAYS = Text("tính từ cách rẻ nhất tới cách đắt nhất", "from the cheapest way to the dearest")


def site_cost(facts: SiteFacts, prices: UnitPrices, *, years: int | None = None) -> SiteCost:
    """Return the estimate of a site.

    Parameters
    ----------
    facts
        The site.
    prices
        The table of unit prices.
    years
        For how many years running costs are counted; None takes those of the table. They are discounted at the rate of
        the table, which is 0 in ours.
    """
    counted = prices.years if years is None else years
    YEARS.check("years", counted)
    estimate = _Estimate(prices, _yearly_factor(counted, prices.discount_percent))
    items = [*(_new_site(facts, estimate) if facts.kind == "new" else _existing_mast(facts, estimate))]
    items = [item for item in items if item.money.high > 0.0]
    capex = money_sum(item.money for item in items if item.stage == "capex")
    survey = estimate.share("survey_design_percent", capex)
    return SiteCost(items=tuple(sorted([*items, survey], key=lambda item: item.stage)), years=counted)


def link_cost(link: Link, prices: UnitPrices, *, years: int | None = None) -> Money:
    """Return what one way to join a site costs to build and run, without survey and transport."""
    counted = prices.years if years is None else years
    estimate = _Estimate(prices, _yearly_factor(counted, prices.discount_percent))
    return money_sum(item.money for item in _link(link, estimate))


def feed_cost(feed: Feed, prices: UnitPrices, *, years: int | None = None) -> Money:
    """Return what one way to power a site costs to build and run, without survey and transport."""
    counted = prices.years if years is None else years
    estimate = _Estimate(prices, _yearly_factor(counted, prices.discount_percent))
    return money_sum(item.money for item in _feed(feed, estimate))


def _yearly_factor(years: int, discount_percent: float) -> float:
    """Return how many undiscounted years some years are worth, each paid at its end."""
    if discount_percent == 0.0:
        return float(years)
    return math.fsum((1.0 + discount_percent / 100.0) ** -year for year in range(1, years + 1))


@dataclass(frozen=True, slots=True)
class _Estimate:
    """Makes lines from the table; running costs are multiplied by the years they are counted for."""

    prices: UnitPrices
    factor: float

    def line(self, key: str, quantity: Amount = ONE) -> CostItem:
        """Return a line of one key."""
        row = self.prices[key]
        stage: Stage = "opex" if row.unit.endswith("/năm") else "capex"
        times = Amount(*(self.factor * end for end in quantity)) if stage == "opex" else quantity
        return _item(row, stage, times, row.money)

    def share(self, key: str, of: Money) -> CostItem:
        """Return a line that is a percentage of an amount."""
        row = self.prices[key]
        money = Money(of.low * row.low / 100.0, of.middle * row.middle / 100.0, of.high * row.high / 100.0).rounded()
        shares = Amount(row.low, row.middle, row.high)
        return CostItem(
            key=key,
            title=row.title,
            stage="capex",
            unit=COUNTED[row.unit],
            quantity=shares,
            price=of,
            money=money,
            source=row.source,
            assumption=row.assumption,
        )

    def length(self, known_km: float, unknown_key: str) -> Amount:
        """Return a length as it is known, or the range the table takes for one that is not."""
        if not math.isnan(known_km):
            return Amount.exactly(known_km)
        row = self.prices[unknown_key]
        return Amount(row.low, row.middle, row.high)


def _item(row: UnitPrice, stage: Stage, quantity: Amount, price: Money) -> CostItem:
    money = Money(price.low * quantity.low, price.middle * quantity.middle, price.high * quantity.high).rounded()
    return CostItem(
        key=row.key,
        title=row.title,
        stage=stage,
        unit=COUNTED[row.unit],
        quantity=quantity,
        price=price,
        money=money,
        source=row.source,
        assumption=row.assumption,
    )


def _either(key: str, title: Text, ways: Iterable[Sequence[CostItem]]) -> Iterator[CostItem]:
    """Return the lines of one way, or of several a line a stage from the cheapest way to the dearest."""
    known = list(ways)
    if len(known) == 1:
        yield from known[0]
        return
    stages: tuple[Stage, Stage] = ("capex", "opex")
    for stage in stages:
        sums = [money_sum(item.money for item in way if item.stage == stage) for way in known]
        money = widest(sums).rounded()
        assumed = any(item.assumption for way in known for item in way)
        yield CostItem(
            key=f"{key}_{stage}",
            title=title,
            stage=stage,
            unit=Text("trạm", "site"),
            quantity=ONE,
            price=money,
            money=money,
            source=_ALL_WAYS,
            assumption=assumed,
        )


def _radio(facts: SiteFacts, estimate: _Estimate) -> Iterator[CostItem]:
    sectors = Amount.exactly(float(facts.sectors))
    for technology in facts.technologies:
        yield estimate.line(f"radio_{technology.lower()}", sectors)
    yield estimate.line("antenna_feeder", sectors)


def _new_site(facts: SiteFacts, estimate: _Estimate) -> Iterator[CostItem]:
    masts = [_mast(kind, facts.height_agl_m, estimate) for kind in _known(facts.mast_type, MAST_TYPES)]
    yield from _either("mast", Text("Móng và cột, chưa rõ loại cột", "Mast and foundation, type not known"), masts)
    yield estimate.line("shelter")
    yield from _radio(facts, estimate)
    feeds, links = facts.feeds or ANY_FEED, facts.links or ANY_LINK
    title = _unknown_title("Nguồn điện", "Power", feeds, FEED_TITLES)
    yield from _either("power", title, [_feed(feed, estimate) for feed in feeds])
    title = _unknown_title("Truyền dẫn", "Backhaul", links, LINK_TITLES)
    yield from _either("backhaul", title, [_link(link, estimate) for link in links])
    yield from _transport(facts, estimate)
    yield estimate.line("land_rent")
    yield estimate.line("maintenance")


def _existing_mast(facts: SiteFacts, estimate: _Estimate) -> Iterator[CostItem]:
    yield estimate.line("mast_reinforcement")
    yield from _radio(facts, estimate)
    yield estimate.line("power_existing_upgrade")
    yield estimate.line("backhaul_existing_upgrade")
    to_new = money_sum(item.money for item in _transport(facts, estimate))
    yield estimate.share("transport_equipment_percent", to_new)
    if facts.kind == "share":
        yield estimate.line("mast_rent")
    for key in ("electricity_equipment", "maintenance_equipment", "backhaul_existing_yearly"):
        yield estimate.line(key)


def _known(given: str, every: Sequence[str]) -> Sequence[str]:
    return [given] if given else every


def _mast(kind: str, height_m: float, estimate: _Estimate) -> list[CostItem]:
    return [estimate.line(f"mast_{kind}_base"), estimate.line(f"mast_{kind}_per_m", Amount.exactly(height_m))]


def _transport(facts: SiteFacts, estimate: _Estimate) -> Iterator[CostItem]:
    title = Text("Vận chuyển, chưa rõ loại đường", "Transport, kind of road not known")
    ways = [[estimate.line(f"transport_{road}")] for road in _known(facts.road_class, ROAD_CLASSES)]
    yield from _either("transport", title, ways)
    yield estimate.line("carry_per_km", estimate.length(facts.road_km, "unknown_road_km"))


def _feed(feed: Feed, estimate: _Estimate) -> list[CostItem]:
    if feed.kind == "solar":
        return [estimate.line("power_solar"), estimate.line("solar_upkeep")]
    away_km = estimate.length(feed.grid_km, "unknown_grid_km")
    keys = ("power_transformer", "power_backup", "electricity")
    return [estimate.line("power_grid_per_km", away_km), *(estimate.line(key) for key in keys)]


def _link(link: Link, estimate: _Estimate) -> list[CostItem]:
    return list(_LINKS[link.kind](link, estimate))


def _fibre(link: Link, estimate: _Estimate) -> Iterator[CostItem]:
    yield estimate.line("fibre_per_km", estimate.length(link.length_km, "unknown_fibre_km"))
    yield estimate.line("fibre_terminal")
    yield estimate.line("fibre_yearly")


def _microwave(link: Link, estimate: _Estimate) -> Iterator[CostItem]:
    yield estimate.line("microwave_hop")
    yield estimate.line("microwave_yearly")


def _relay(link: Link, estimate: _Estimate) -> Iterator[CostItem]:
    hops = Amount.exactly(2.0)
    yield estimate.line("microwave_hop", hops)
    yield estimate.line("microwave_yearly", hops)
    new = [estimate.line("relay_station"), estimate.line("relay_yearly")]
    shared = [estimate.line("relay_mast_rent")]
    ways = [new] if link.relay == "new" else [shared] if link.relay == "mast" else [new, shared]
    yield from _either(
        "relay", Text("Điểm chuyển tiếp, chưa rõ có cột hay không", "Relay, mast or none not known"), ways
    )


def _satellite(link: Link, estimate: _Estimate) -> Iterator[CostItem]:
    yield estimate.line("vsat_terminal")
    yield estimate.line("satellite_yearly")


_LINKS: dict[str, Callable[[Link, _Estimate], Iterator[CostItem]]] = {
    "fibre": _fibre,
    "microwave": _microwave,
    "relay": _relay,
    "satellite": _satellite,
}
LINK_TITLES = {
    "fibre": Text("cáp quang", "fibre"),
    "microwave": Text("viba", "microwave"),
    "relay": Text("viba chuyển tiếp", "microwave over a relay"),
    "satellite": Text("vệ tinh", "satellite"),
}
FEED_TITLES = {"grid": Text("điện lưới", "grid"), "solar": Text("mặt trời", "solar")}


def _unknown_title(vi: str, en: str, ways: Sequence[Link] | Sequence[Feed], titles: dict[str, Text]) -> Text:
    kinds = dict.fromkeys(way.kind for way in ways)
    names = [titles[kind] for kind in kinds]
    either = one_of(names)
    return Text(f"{vi}, chưa xác định: {either.vi}", f"{en}, not determined: {either.en}")


def one_of(names: Sequence[Text]) -> Text:
    """Write several names as a choice: ``a, b hoặc c``."""
    *some, last = names
    if not some:
        return last
    vi, en = ", ".join(name.vi for name in some), ", ".join(name.en for name in some)
    return Text(f"{vi} hoặc {last.vi}", f"{en} or {last.en}")


STAGE_TITLES = {"capex": Text("Đầu tư", "Investment"), "opex": Text("Vận hành", "Running")}


def cost_rows(site: str, cost: SiteCost) -> list[dict[str, object]]:
    """Return the lines of one site as rows of the estimate's sheet; amounts in million VND."""
    return [
        {
            "site": site,
            "stage": STAGE_TITLES[item.stage],
            "item": item.title,
            "unit": item.unit,
            "quantity": item.quantity.middle if item.quantity.low == item.quantity.high else _range_text(item.quantity),
            "price": _price_text(item),
            "low_million": item.money.low / 1e6,
            "middle_million": item.money.middle / 1e6,
            "high_million": item.money.high / 1e6,
            "source": item.source,
            "assumption": item.assumption,
        }
        for item in cost.items
    ]


def _price_text(item: CostItem) -> Text:
    """Write low, middle and high of one unit's price in million VND; "" for a share or a line over several ways."""
    if item.key.endswith(("_percent", "_capex", "_opex")):
        return Text("", "")
    ends = (item.price.low, item.price.middle, item.price.high)
    vi, en = (" – ".join(_short(end / 1e6, language) for end in ends) for language in LANGUAGES)
    return Text(vi, en)


def _range_text(quantity: Amount) -> Text:
    ends = (quantity.low, quantity.high)
    vi, en = ("–".join(_short(end, language) for end in ends) for language in LANGUAGES)
    return Text(vi, en)


def _short(value: float, language: Language) -> str:
    return number(value, language, decimals=0 if value == round(value) else 1)
