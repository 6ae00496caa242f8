"""The estimate of a site: lines add up, what is dearer is never cheaper, what is not known widens the range."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phusong.data.report_costs import costs_sheet, unit_prices_sheet
from phusong.data.unit_price_keys import MAST_TYPES, ROAD_CLASSES, TECHNOLOGIES
from phusong.data.unit_prices import read_unit_prices
from phusong.data.workbook import new_book
from phusong.errors import OutOfRangeError, UnknownNameError
from phusong.plan.costs import (
    NOTHING,
    Feed,
    Link,
    Money,
    SiteFacts,
    cost_rows,
    feed_cost,
    link_cost,
    money_sum,
    site_cost,
    widest,
)
from phusong.words import Text

PRICES = read_unit_prices()
GRID, MICROWAVE = Feed(kind="grid", grid_km=1.5), Link(kind="microwave")
KNOWN = SiteFacts(
    kind="new", height_agl_m=42.0, technologies=("4G",), mast_type="guyed", road_class="car", road_km=0.5,
    links=(MICROWAVE,), feeds=(GRID,),
)  # fmt: skip

LINKS = st.sampled_from(
    [MICROWAVE, Link(kind="fibre"), Link(kind="fibre", length_km=3.0), Link(kind="relay"), Link(kind="satellite")]
)
FACTS = st.builds(
    SiteFacts,
    kind=st.sampled_from(["new", "share", "upgrade"]),
    height_agl_m=st.floats(10.0, 90.0),
    technologies=st.lists(st.sampled_from(TECHNOLOGIES), min_size=1, max_size=3, unique=True).map(tuple),
    sectors=st.integers(1, 6),
    mast_type=st.sampled_from(["", *MAST_TYPES]),
    road_class=st.sampled_from(["", *ROAD_CLASSES]),
    road_km=st.sampled_from([math.nan, 0.0, 1.7, 6.0]),
    links=st.lists(LINKS, max_size=3).map(tuple),
    feeds=st.lists(st.sampled_from([GRID, Feed(kind="grid"), Feed(kind="solar")]), max_size=2).map(tuple),
)


def ends(money):
    return money.low, money.middle, money.high


def within(inner, outer):
    return outer.low <= inner.low and inner.high <= outer.high


def total(facts, **changes):
    return site_cost(replace(facts, **changes), PRICES).total


# money --------------------------------------------------------------------------------------------------------------


def test_money_is_written_as_officers_write_it():
    """Tỷ, triệu, nghìn by size; one number where nothing is open; the lower end is never rounded away."""
    assert str(Money(3.2e9, 4.0e9, 4.8e9)) == "3,2–4,8 tỷ đồng"
    assert Money(3.2e9, 4.0e9, 4.8e9).written("en") == "VND 3.2–4.8 billion"
    assert Money(350e6, 400e6, 480e6).text.vi == "350–480 triệu đồng"
    assert str(Money.exactly(2.5e6)) == "2,5 triệu đồng"
    assert str(Money(4e6, 5e8, 1.2e9)) == "4–1.200 triệu đồng"
    assert str(NOTHING) == "0 đồng"
    assert Money.exactly(0.0).written("en") == "VND 0"


@pytest.mark.parametrize("wrong", [(2, 1, 3), (1, 3, 2), (-1, 0, 1), (0, 0, math.inf), (math.nan, 1, 2)])
def test_a_range_of_money_out_of_order_is_refused(wrong):
    """Ends in order, none negative, none unknown or endless."""
    with pytest.raises(OutOfRangeError, match="0 ≤ low ≤ middle ≤ high"):
        Money(*wrong)


def test_money_adds_and_scales_end_by_end_and_is_ordered_by_its_middle():
    """Sums and multiples keep the order of the ends; the dearer middle is more."""
    a, b = Money(1.0, 2.0, 5.0), Money(2.0, 2.5, 3.0)
    assert ends(a + b) == (3.0, 4.5, 8.0) == ends(money_sum([a, b]))
    assert ends(3 * a) == ends(a * 3) == (3.0, 6.0, 15.0)
    assert ends(a / 2) == (0.5, 1.0, 2.5)
    assert a < b
    assert max(a, b) == b
    assert ends(widest([a, b])) == (1.0, 2.25, 5.0)
    assert money_sum([]) == NOTHING


# the estimate -------------------------------------------------------------------------------------------------------


@given(FACTS, st.integers(1, 12))
@settings(max_examples=80)
def test_lines_add_up_to_the_totals_exactly(facts, years):
    """Capex and opex are the sums of their lines, the total that of both, in whole hundreds of thousands."""
    cost = site_cost(facts, PRICES, years=years)
    for end in ("low", "middle", "high"):
        of_stage = {
            stage: sum(getattr(item.money, end) for item in cost.items if item.stage == stage)
            for stage in ("capex", "opex")
        }
        assert getattr(cost.capex, end) == of_stage["capex"]
        assert getattr(cost.opex, end) == of_stage["opex"]
        assert getattr(cost.total, end) == sum(getattr(item.money, end) for item in cost.items)
    assert all(value % 100_000.0 == 0.0 for item in cost.items for value in ends(item.money))
    assert all(item.title.vi and item.title.en and item.unit.vi and item.source.vi for item in cost.items)


def test_a_line_is_price_times_quantity_and_years():
    """A known site by hand: 42 m of guyed mast, three sectors, 1.5 km of line, five years of electricity."""
    items = {item.key: item for item in site_cost(KNOWN, PRICES).items}
    price = PRICES["mast_guyed_per_m"]
    assert ends(items["mast_guyed_per_m"].money) == (42 * price.low, 42 * price.middle, 42 * price.high)
    assert items["radio_4g"].money.middle == 3 * PRICES["radio_4g"].middle
    assert items["power_grid_per_km"].money.high == 1.5 * PRICES["power_grid_per_km"].high
    assert items["electricity"].money.middle == 5 * PRICES["electricity"].middle
    capex = sum(item.money.low for item in items.values() if item.stage == "capex")
    survey = items["survey_design_percent"].money.low
    assert survey == pytest.approx((capex - survey) * PRICES["survey_design_percent"].low / 100.0, abs=50_000)
    assert "relay_station" not in items
    assert "power_solar" not in items


@given(FACTS, st.floats(0.0, 40.0))
@settings(max_examples=60)
def test_a_higher_mast_more_sectors_a_longer_way_and_more_years_never_cost_less(facts, more):
    """Every end of the total grows or stays with height, sectors, distances and years."""
    base = ends(site_cost(facts, PRICES).total)
    for dearer in (
        total(facts, height_agl_m=facts.height_agl_m + more),
        total(facts, sectors=facts.sectors + 1),
        total(facts, road_km=facts.road_km + more) if not math.isnan(facts.road_km) else total(facts),
        total(facts, technologies=(*facts.technologies, next(t for t in TECHNOLOGIES if t not in facts.technologies))),
        site_cost(facts, PRICES, years=6).total,
    ):
        assert all(much >= little for much, little in zip(ends(dearer), base, strict=True))
    assert total(KNOWN, feeds=(Feed(kind="grid", grid_km=1.5 + more),)) >= total(KNOWN)
    assert total(KNOWN, links=(Link(kind="fibre", length_km=more),)) >= total(
        KNOWN, links=(Link(kind="fibre", length_km=0),)
    )


def test_the_harder_the_road_the_dearer():
    """Car, motorbike, trail, no road, in this order at every end."""
    order = [ends(total(KNOWN, road_class=road)) for road in ("car", "motorbike", "trail", "none")]
    assert all(list(pair) == sorted(pair) for pair in zip(*order, strict=True))


def test_what_is_not_known_covers_every_known_way():
    """Unknown mast, road, power or backhaul: from the cheapest of the ways to the dearest, and wider than each."""
    ways = {
        "mast_type": [{"mast_type": kind} for kind in MAST_TYPES],
        "road_class": [{"road_class": road} for road in ROAD_CLASSES],
        "feeds": [{"feeds": (feed,)} for feed in (GRID, Feed(kind="solar"))],
        "links": [{"links": (Link(kind=kind),)} for kind in ("microwave", "fibre", "relay", "satellite")],
    }
    unknown = {"mast_type": "", "road_class": "", "feeds": (GRID, Feed(kind="solar")), "links": ()}
    for name, known in ways.items():
        open_ = total(KNOWN, **{name: unknown[name]})
        assert all(within(total(KNOWN, **way), open_) for way in known)
        assert open_.high - open_.low > max(total(KNOWN, **way).high - total(KNOWN, **way).low for way in known)
    assert within(total(KNOWN, road_km=3.0), total(KNOWN, road_km=math.nan))
    relay = Link(kind="relay", relay="mast"), Link(kind="relay", relay="new"), Link(kind="relay")
    mast, new, either = (total(KNOWN, links=(link,)) for link in relay)
    assert mast < new
    assert within(mast, either)
    assert within(new, either)


def test_one_way_among_two_is_no_line_of_its_own():
    """A known way is told by its own lines; several by one line for building and one for running, named as open."""
    items = site_cost(replace(KNOWN, links=(MICROWAVE, Link(kind="fibre", length_km=2.0))), PRICES).items
    either = [item for item in items if item.key.startswith("backhaul_")]
    assert [item.key for item in either] == ["backhaul_capex", "backhaul_opex"]
    assert either[0].title.vi == "Truyền dẫn, chưa xác định: viba hoặc cáp quang"
    assert either[0].title.en == "Backhaul, not determined: microwave or fibre"
    assert not any(item.key.startswith("microwave") for item in items)


def test_an_upgrade_costs_less_than_a_shared_mast_and_that_less_than_a_new_site():
    """No mast, power line or backhaul is built twice; a shared mast pays rent."""
    upgrade, share, new = (total(KNOWN, kind=kind) for kind in ("upgrade", "share", "new"))
    assert upgrade < share < new
    keys = {
        kind: {item.key for item in site_cost(replace(KNOWN, kind=kind), PRICES).items} for kind in ("share", "new")
    }
    assert "mast_rent" in keys["share"]
    assert not keys["share"] & {"mast_guyed_base", "shelter", "power_grid_per_km", "microwave_hop", "land_rent"}
    assert "mast_rent" not in keys["new"]


def test_running_costs_may_be_discounted():
    """At 10 % five years at their ends are worth 3.7908 of one; at 0 they are five."""
    row = PRICES["discount_percent"]
    rate = replace(row, low=10.0, middle=10.0, high=10.0)
    discounted = replace(PRICES, rows=MappingProxyType({**PRICES.rows, "discount_percent": rate}))
    plain, less = (link_cost(MICROWAVE, prices).middle for prices in (PRICES, discounted))
    yearly = PRICES["microwave_yearly"].middle
    assert plain - less == pytest.approx((5.0 - 3.790787) * yearly, abs=100_000)
    assert feed_cost(GRID, PRICES, years=1) < feed_cost(GRID, PRICES, years=2)


@pytest.mark.parametrize(
    ("wrong", "error", "text"),
    [
        ({"kind": "other"}, UnknownNameError, "kind must be one of upgrade, share, new"),
        ({"road_class": "đường"}, UnknownNameError, "road_class must be one of car"),
        ({"mast_type": "gỗ"}, UnknownNameError, "mast_type must be one of guyed"),
        ({"technologies": ("6G",)}, UnknownNameError, "technology must be one of 2G"),
        ({"links": (Link(kind="dây"),)}, UnknownNameError, "backhaul must be one of fibre"),
        ({"links": (Link(kind="relay", relay="x"),)}, UnknownNameError, "relay must be one of new"),
        ({"feeds": (Feed(kind="gió"),)}, UnknownNameError, "power must be one of grid"),
        ({"height_agl_m": 0.0}, OutOfRangeError, "height_agl_m must be 1 to 150 m"),
        ({"sectors": 0}, OutOfRangeError, "sectors must be 1 to 12"),
        ({"road_km": -1.0}, OutOfRangeError, "distances must not be negative"),
    ],
)
def test_facts_that_cannot_be_are_refused(wrong, error, text):
    """One sentence says what was given and what is allowed."""
    with pytest.raises(error, match=text):
        replace(KNOWN, **wrong)


# the sheet ----------------------------------------------------------------------------------------------------------

SITES = (
    ("P-001", SiteFacts(kind="new", height_agl_m=42.0, technologies=("4G",))),
    ("P-002", KNOWN),
    ("P-003", replace(KNOWN, kind="share")),
)


def written(path, language="vi"):
    lines = [(name, cost_rows(name, site_cost(facts, PRICES))) for name, facts in SITES]
    title = Text("Khái toán", "Estimate")
    with new_book(path, language=language, title=title, created_on=date(2026, 11, 22)) as book:
        book.add(costs_sheet(lines, PRICES))
        book.add(unit_prices_sheet(PRICES))
    return path


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_sheets_sums_are_formulas_whose_values_are_the_estimates(tmp_path, language):
    """Subtotal and total are formulas; what they hold is the sum of the printed lines and the total of the estimate."""
    path = written(tmp_path / "a.xlsx", language)
    values = openpyxl.load_workbook(path, data_only=True).worksheets[0]
    formulas = openpyxl.load_workbook(path).worksheets[0]
    sums = [row for row in values.iter_rows(min_row=6) if str(row[0].value).startswith(("Cộng", "Sum of"))]
    for row, (_, facts) in zip(sums, SITES, strict=True):
        expected = [end / 1e6 for end in ends(site_cost(facts, PRICES).total)]
        assert [row[i].value for i in (6, 7, 8)] == pytest.approx(expected, abs=1e-9)
        assert str(formulas.cell(row[0].row, 7).value).startswith("=SUBTOTAL(9,")
    lines = [row for row in values.iter_rows(min_row=6) if str(row[0].value).startswith("P-0")]
    last = list(values.iter_rows(min_row=6))[-1]
    for i in (6, 7, 8):
        assert last[i].value == pytest.approx(sum(row[i].value for row in lines), abs=1e-9)
        assert round(last[i].value, 1) == pytest.approx(sum(round(row[i].value, 1) for row in lines), abs=1e-6)


def test_the_sheets_say_that_numbers_are_assumed_and_the_bytes_do_not_change(tmp_path):
    """The notes tell years, table and how many items are assumed; every row of prices is marked."""
    one, two = written(tmp_path / "a.xlsx"), written(tmp_path / "b.xlsx")
    assert one.read_bytes() == two.read_bytes()
    book = openpyxl.load_workbook(one)
    words = " ".join(str(cell.value) for row in book.worksheets[0].iter_rows(max_row=3) for cell in row if cell.value)
    assert "5 năm" in words
    assert "49/49 khoản là giả định" in words
    standing = [cell.value for cell in book.worksheets[1]["G"] if cell.value]
    assert standing.count("giả định, chưa xác minh") == len(PRICES.rows)


def test_fractions_of_the_table_are_printed_in_full(tmp_path):
    """A rate of 7.5 % is not printed as 8."""
    rate = replace(PRICES["discount_percent"], low=7.5, middle=7.5, high=7.5, assumption=False)
    prices = replace(PRICES, rows=MappingProxyType({**PRICES.rows, "discount_percent": rate}))
    rows = unit_prices_sheet(prices).blocks[0].rows
    row = next(row for row in rows if row["key"] == "discount_percent")
    assert str(row["middle"]) == "7,50"
    assert "chiết khấu 7,5 % mỗi năm" in costs_sheet([], prices).notes[0].vi
    assert "48/49" in costs_sheet([], prices).notes[1].vi
