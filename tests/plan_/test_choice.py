"""The choice of sites for the gaps of a study: promises kept exactly, sums that close, reasons and advice."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import geopandas as gpd
import made_hills
import numpy as np
import pandas as pd
import pytest
from made_offers import made_offer
from numpy.typing import NDArray
from shapely.geometry import Point

from phusong.coverage.coverage_matrix import with_built
from phusong.coverage.decision import Places, decide
from phusong.coverage.network import Network
from phusong.coverage.prediction import predict, prediction_points
from phusong.coverage.states import SERVED, UNSERVED
from phusong.coverage.terrain import Terrain
from phusong.data.profiles import read_profile
from phusong.errors import PhuSongError
from phusong.plan.advice import satellite_rule
from phusong.plan.choice import Asked, Choice, Demand, Offer, choose_sites, demand_of, held_of, served_already
from phusong.plan.choice_tables import considered_table, plan_gaps_table, plan_served_table, plan_sites_table

PROFILE = read_profile("vn-default")
GAP_IDS = ("LS-1", "LS-2", "LS-3", "LS-4")
ASKED = Asked(budget_vnd=8e9, least_households=5.0, satellite_vnd=300e6)


def state(network: Network, terrain: Terrain, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int8]:
    """The state of every household, decided as a study decides."""
    points = prediction_points(lon, lat, terrain)
    prediction = predict(network, terrain, points, PROFILE)
    places = Places(point=points.of_household, unknown_here={})
    return decide(prediction, places, PROFILE, PROFILE.main_service, indoor=False).overall.state


@cache
def homes() -> tuple[Network, Terrain, NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """A network on hills and 500 households, some of them sharing a cell."""
    network, terrain, points = made_hills.scene(11, holes=False, households=400, sites=2)
    lon, lat = (np.concatenate([axis, axis[:100]]) for axis in (points.lon_deg, points.lat_deg))
    weight = np.random.default_rng(3).integers(1, 6, len(lon)).astype(np.float64)
    return network, terrain, lon, lat, weight


def gaps_of_homes(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
    """A gap for each quarter of the scene; one household in ten is in none."""
    middle = made_hills.WEST + 0.5 * made_hills.SIZE * made_hills.CELL, np.median(lat)
    gap = (lon > middle[0]).astype(np.int64) + 2 * (lat > middle[1])
    return np.where(np.arange(len(lon)) % 10 == 0, -1, gap)


def demand(**settled: object) -> Demand:
    network, terrain, lon, lat, weight = homes()
    return demand_of(
        state(network, terrain, lon, lat) == UNSERVED,
        lon_deg=lon,
        lat_deg=lat,
        weight=weight,
        gap=gaps_of_homes(lon, lat),
        gap_ids=GAP_IDS,
        terrain=terrain,
        **settled,  # type: ignore[arg-type]
    )


def offers() -> tuple[Offer, ...]:
    """Six places of two heights, two upgrades of the masts that stand, and one place far from everybody."""
    network, *_ = homes()
    rng = np.random.default_rng(5)
    spread = made_hills.SIZE * made_hills.CELL
    made = []
    for number, (a, b) in enumerate(rng.uniform(0.1, 0.9, (6, 2))):
        lon, lat = made_hills.WEST + a * spread, made_hills.NORTH - b * spread
        for height_m, price in ((30.0, 2.6), (60.0, 3.9)):
            made.append(made_offer(f"N{number}-{height_m:g}", f"N{number}", "new", lon, lat, height_m, price))
    made += [
        made_offer(f"U-{s.site_id}", s.site_id, "upgrade", s.lon_deg, s.lat_deg, 40.0, 1.1, s.site_id)
        for s in network.sites
    ]
    made.append(made_offer("far", "far", "new", made_hills.WEST + 3.0, made_hills.NORTH, 30.0, 2.0))
    return tuple(made)


@cache
def choice(asked: Asked = ASKED) -> Choice:
    _, terrain, *_ = homes()
    return choose_sites(offers(), demand(), terrain, PROFILE, asked, engine=predict)


def gap_shapes(made: Demand) -> gpd.GeoDataFrame:
    """The gap table of a study, in another order than the demand's."""
    table = pd.DataFrame({"gap_id": list(reversed(made.gap_ids))})
    return gpd.GeoDataFrame(table, geometry=[Point(105.0, 21.0)] * len(table), crs="EPSG:4326")


def test_predicted_with_the_plan_built_the_promised_households_have_service() -> None:
    """Household by household, those of the demand that are served then are those the plan says; counts are equal."""
    network, terrain, lon, lat, weight = homes()
    made = choice()
    after = state(with_built(network, made.sites), terrain, lon, lat)[made.demand.household] == SERVED
    assert np.array_equal(after, made.served)
    assert weight[made.demand.household][after].sum() == made.plan.households > 0
    assert 0 < made.plan.households < made.demand.households


def test_sites_add_up_and_no_household_is_counted_twice() -> None:
    """The sites' households are the plan's; own households are those lost without the site; money is kept to."""
    made = choice()
    table = plan_sites_table(made, np.zeros(len(made.plan.chosen)))
    assert table["households"].sum() == made.plan.households
    assert table["order"].tolist() == list(range(1, len(table) + 1))
    assert table["cost_vnd"].sum() <= ASKED.budget_vnd
    assert (table["cost_low_vnd"] <= table["cost_vnd"]).all()
    assert (table["own_households"] >= ASKED.least_households).all()
    assert np.allclose(table["cost_per_household_vnd"], table["cost_vnd"] / table["households"])
    for i, own in enumerate(table["own_households"]):
        others = [site.option for k, site in enumerate(made.plan.chosen) if k != i]
        without = made.demand.weight[made.demand.at(made.matrix.served_by(others))].sum()
        assert made.plan.households - without == own


def test_gaps_close_and_say_why_households_stay() -> None:
    """Planned and left make the gap; what is left has a reason and advice; with those in no gap it is all."""
    made = choice()
    table = plan_gaps_table(made, gap_shapes(made.demand)).set_index("gap_id")
    assert list(table.index) == list(reversed(GAP_IDS))
    assert (table["planned_households"] + table["left_households"] == table["households"]).all()
    alone = made.demand.gap < 0
    assert table["households"].sum() + made.demand.weight[alone].sum() == made.demand.households
    assert table["planned_households"].sum() + made.demand.weight[alone & made.served].sum() == made.plan.households
    stays = table["left_households"] > 0
    assert stays.any()
    for language in ("vi", "en"):
        assert ((table[f"left_because_{language}"] != "") == stays).all()
        assert (table.loc[stays, f"advice_{language}"] != "").all()
    named = {name for names in table["site_option_ids"] for name in names.split(";") if name}
    assert named == {offer.option_id for offer in made.chosen}


def test_every_candidate_has_a_verdict() -> None:
    """One row each; the chosen are those of the plan, the far one serves nobody, the other height's place is taken."""
    made = choice()
    table = considered_table(made).set_index("option_id")
    assert table.index.tolist() == [offer.option_id for offer in made.offers]
    assert set(table.index[table["verdict"] == "chosen"]) == {offer.option_id for offer in made.chosen}
    assert table.loc["far", "verdict"] == "serves_nobody"
    new = next(offer for offer in made.chosen if offer.candidate.kind == "new")
    other = table[(table["place_id"] == new.candidate.place_id) & (table.index != new.option_id)]
    assert other["verdict"].tolist() == ["other_at_place"]


def test_gaps_found_served_are_no_part_of_the_plan() -> None:
    """Their households do not count, and their row says that a finding settled them."""
    _, terrain, *_ = homes()
    left_out = demand(settled=("LS-2", "LS-9"))
    whole = demand()
    assert left_out.settled == ("LS-2",)
    assert left_out.households == whole.households - whole.of_gaps(np.ones(len(whole.gap), dtype=bool))[1]
    made = choose_sites(offers(), left_out, terrain, PROFILE, ASKED, engine=predict)
    row = plan_gaps_table(made, gap_shapes(left_out)).set_index("gap_id").loc["LS-2"]
    assert (row["households"], row["planned_households"]) == (0, 0)
    assert "kết luận" in row["advice_vi"]


def advice(asked: Asked, made_offers: tuple[Offer, ...]) -> pd.DataFrame:
    _, terrain, *_ = homes()
    made = choose_sites(made_offers, demand(), terrain, PROFILE, asked, engine=predict)
    return plan_gaps_table(made, gap_shapes(made.demand))


def test_each_planned_household_is_counted_at_the_first_site_that_serves_it() -> None:
    """Sums by site are those of the sites, by gap those of the gaps; found again household by household."""
    made = choice()
    table = plan_served_table(made)
    sites = plan_sites_table(made, np.zeros(len(made.plan.chosen))).set_index("option_id")["households"]
    gaps = plan_gaps_table(made, gap_shapes(made.demand)).set_index("gap_id")["planned_households"]
    assert table.groupby("option_id")["households"].sum().to_dict() == sites[sites > 0].to_dict()
    by_gap = table[table["gap_id"] != ""].groupby("gap_id")["households"].sum()
    assert by_gap.to_dict() == gaps[gaps > 0].to_dict()
    naive: dict[tuple[str, str], int] = {}
    for household, gap in enumerate(made.demand.gap):
        point = made.demand.points.of_household[household]
        first = next((s for s in made.plan.chosen if point in made.matrix.of(s.option)), None)
        if first is not None:
            key = made.offers[first.option].option_id, made.demand.gap_ids[gap] if gap >= 0 else ""
            naive[key] = naive.get(key, 0) + int(made.demand.weight[household])
    assert table.set_index(["option_id", "gap_id"])["households"].to_dict() == naive


def test_satellite_is_named_where_no_option_reaches_and_where_sites_are_dear() -> None:
    """Without an option everywhere; with money short and a household dearer than allowed, with that cost."""
    nothing = advice(ASKED, ())
    assert nothing["advice_vi"].str.startswith("vệ tinh").all()
    assert (nothing["left_because_vi"] == "không phương án nào phủ tới").all()
    dear = advice(replace(ASKED, budget_vnd=0.0, satellite_vnd=1.0), offers())
    assert dear["advice_vi"].str.contains("vệ tinh").all()
    assert dear["advice_vi"].str.contains("đồng một hộ").any()
    built = advice(replace(ASKED, satellite_vnd=1.0), offers())
    assert built.loc[built["planned_households"] > 0, "advice_en"].str.contains("weigh satellite: site ").all()


def test_with_too_little_money_the_next_site_in_line_is_named() -> None:
    """The option that serves what is left at the least cost a household, and what it costs."""
    table = advice(replace(ASKED, budget_vnd=0.0, satellite_vnd=1e12), offers())
    reached = table[table["left_because_vi"].str.contains("vượt ngân sách")]
    assert len(reached)
    assert reached["advice_vi"].str.contains("kế tiếp khi có thêm vốn: ").any()
    assert not reached["advice_vi"].str.contains("4G-B28").any()
    assert not table["advice_vi"].str.contains("trạm rẻ nhất").any()


def test_a_goal_that_cannot_be_reached_is_answered_with_the_most_there_is() -> None:
    """More households than all options serve: nothing is chosen, and the bound is what they serve at the most."""
    whole = demand().households
    made = choice(Asked(cover_households=whole))
    assert made.plan.outcome == "too_many"
    most = made.demand.weight[made.demand.at(made.matrix.served_by(range(len(made.offers))))].sum()
    assert most <= made.plan.bound < whole
    table = plan_gaps_table(made, gap_shapes(made.demand))
    assert table["left_because_vi"].str.contains("mục tiêu không đạt được").any()


def test_where_nobody_is_without_service_or_no_site_is_large_enough_it_is_said() -> None:
    """An answer each, with tables that are empty or full of zeros."""
    network, terrain, lon, lat, weight = homes()
    nobody = demand_of(
        np.zeros(len(lon), dtype=bool),
        lon_deg=lon, lat_deg=lat, weight=weight, gap=gaps_of_homes(lon, lat), gap_ids=GAP_IDS, terrain=terrain,
    )  # fmt: skip
    served = choose_sites(offers(), nobody, terrain, PROFILE, ASKED, engine=predict)
    assert served.plan.outcome == "all_served"
    assert plan_gaps_table(served, gap_shapes(nobody))["households"].tolist() == [0, 0, 0, 0]
    assert held_of(served, network, terrain, PROFILE, engine=predict).promised == 0.0
    few = choice(replace(ASKED, least_households=5000.0))
    assert few.plan.outcome == "none_reached"
    assert len(plan_sites_table(few, np.zeros(0))) == 0
    assert set(considered_table(few)["verdict"]) == {"too_few", "serves_nobody"}


def test_households_with_service_today_are_told_apart() -> None:
    """What a site would also serve of those served already is what it serves alone of them."""
    network, terrain, lon, lat, weight = homes()
    made = choice()
    today = state(network, terrain, lon, lat) == SERVED
    already = served_already(made, lon[today], lat[today], weight[today], terrain, PROFILE, engine=predict)
    for site, households in zip(made.sites, already, strict=True):
        alone = state(with_built(Network(sites=(), inventories=()), [site]), terrain, lon[today], lat[today]) == SERVED
        assert weight[today][alone].sum() == households
    assert already.sum() > 0


def test_what_holds_is_counted_of_the_promised_households() -> None:
    """The interval lies within the promise, the same every time."""
    network, terrain, *_ = homes()
    first, again = (held_of(choice(), network, terrain, PROFILE, engine=predict) for _ in range(2))
    assert first.promised == choice().plan.households
    assert 0 < first.low <= first.middle <= first.high <= first.promised
    assert np.array_equal(first.in_world, again.in_world)


@pytest.mark.parametrize("given", [{}, {"budget_vnd": 1.0, "cover_households": 1.0}])
def test_both_or_neither_question_is_refused(given: dict[str, float]) -> None:
    """One of a budget and a number of households."""
    with pytest.raises(PhuSongError, match="exactly one"):
        Asked(**given)


def test_the_satellite_rule_is_an_assumption_with_its_source() -> None:
    """It is printed as not verified."""
    rule = satellite_rule()
    assert not rule.verified
    assert "chưa xác minh" in rule.text.vi
    assert "not verified" in rule.text.en
