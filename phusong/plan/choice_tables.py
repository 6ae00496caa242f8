"""The choice of sites as tables: the sites with households and cost lines, what each gap gets, every candidate."""

from __future__ import annotations

import math
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.coverage.siting import ChosenSite
from phusong.plan.advice import gaps_left
from phusong.plan.candidates import candidates_table
from phusong.plan.choice import Choice, Offer
from phusong.plan.site_facts import CostItem, SiteCost
from phusong.words import Text

WGS84 = "EPSG:4326"

SITE_COLUMNS = (
    *("order", "option_id", "place_id", "kind", "source", "host_site_id", "operator", "technology", "band"),
    *("height_agl_m", "lon_deg", "lat_deg", "ground_m", "commune_code", "gap_ids", "households", "own_households"),
    *("served_already_households", "cost_low_vnd", "cost_vnd", "cost_high_vnd", "cost_per_household_vnd", "backhaul"),
    *("backhaul_to", "backhaul_km", "backhaul_vi", "backhaul_en", "power", "power_vi", "power_en", "slope_percent"),
    *("road_km", "grid_km", "constraints"),
)
GAP_COLUMNS = (
    *("gap_id", "households", "planned_households", "left_households", "left_because_vi", "left_because_en"),
    *("advice_vi", "advice_en", "site_option_ids"),
)
SERVED_COLUMNS = ("option_id", "gap_id", "households")
ITEM_COLUMNS = (
    *("option_id", "stage", "key", "item_vi", "item_en", "unit_vi", "unit_en"),
    *("quantity_low", "quantity", "quantity_high", "price_low_vnd", "price_vnd", "price_high_vnd"),
    *("amount_low_vnd", "amount_vnd", "amount_high_vnd", "source_vi", "source_en", "assumed"),
)
COST_COLUMNS = ("cost_low_vnd", "cost_vnd", "cost_high_vnd", "cost_per_household_vnd")

VERDICTS: Mapping[str, Text] = {
    "chosen": Text("được chọn", "chosen"),
    "serves_nobody": Text("không phủ thêm hộ nào", "serves no further household"),
    "too_few": Text("ít hộ hơn mức tối thiểu của một trạm", "fewer households than a site must serve"),
    "too_dear": Text("vượt ngân sách", "beyond the budget"),
    "other_at_place": Text("đã chọn phương án khác tại vị trí này", "another option was chosen at the place"),
    "not_chosen": Text("phương án khác có lợi hơn", "other options serve more for the money"),
}


def plan_sites_table(choice: Choice, served_already: NDArray[np.float64]) -> gpd.GeoDataFrame:
    """Return the sites to build, the most households for the money first.

    ``served_already`` counts for each the households with service today that it would serve as well.
    """
    gaps = _gaps_of_sites(choice)
    rows = [
        {
            "order": number,
            **_place(offer),
            "gap_ids": ";".join(gaps[number - 1]),
            "households": site.households,
            "own_households": site.own_households,
            "served_already_households": served_already[number - 1],
            **_cost(offer, site.households),
            **_supply(offer),
        }
        for number, (site, offer) in enumerate(zip(choice.plan.chosen, choice.chosen, strict=True), start=1)
    ]
    table = pd.DataFrame(rows).reindex(columns=list(SITE_COLUMNS))
    for name in ("order", "households", "own_households", "served_already_households"):
        table[name] = table[name].astype(np.int64)
    return _placed(table)


def plan_gaps_table(choice: Choice, gaps: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return what the plan does for each gap of a study, in the order of its table and with its shapes.

    Where a finding says that a gap is served it is listed with no household to plan for.
    """
    demand = choice.demand
    whole, planned = demand.of_gaps(np.ones(len(demand.gap), dtype=np.bool_)), demand.of_gaps(choice.served)
    sites, left = _sites_of_gaps(choice), gaps_left(choice)
    rows = {
        gap_id: {
            "gap_id": gap_id,
            "households": int(whole[g]),
            "planned_households": int(planned[g]),
            "left_households": int(whole[g]) - int(planned[g]),
            "left_because_vi": left[g].left_because.vi,
            "left_because_en": left[g].left_because.en,
            "advice_vi": SETTLED.vi if gap_id in demand.settled else left[g].advice.vi,
            "advice_en": SETTLED.en if gap_id in demand.settled else left[g].advice.en,
            "site_option_ids": ";".join(sites[g]),
        }
        for g, gap_id in enumerate(demand.gap_ids)
    }
    table = pd.DataFrame([rows[gap_id] for gap_id in gaps["gap_id"]], columns=list(GAP_COLUMNS))
    return gpd.GeoDataFrame(table, geometry=gaps.geometry.to_numpy(), crs=gaps.crs)


def plan_served_table(choice: Choice) -> pd.DataFrame:
    """Return for each site and gap the households counted there: each at the first site of the plan that serves it.

    ``gap_id`` is "" for those in no gap. Sums over gaps are the households of the sites, sums over sites the planned
    households of the gaps.
    """
    demand, rows = choice.demand, []
    waiting = choice.served
    for site in choice.plan.chosen:
        here = waiting & demand.at(choice.matrix.served_by([site.option]))
        waiting = waiting & ~here
        of_gaps = demand.of_gaps(here)
        found = [(gap_id, households) for gap_id, households in zip(demand.gap_ids, of_gaps, strict=True)]
        alone = float(demand.weight[here & (demand.gap < 0)].sum())
        rows += [(_id_of(choice, site), gap_id, int(count)) for gap_id, count in (*found, ("", alone)) if count > 0.0]
    table = pd.DataFrame(rows, columns=list(SERVED_COLUMNS))
    return table.astype({"option_id": str, "gap_id": str, "households": np.int64})


def plan_costs_table(choice: Choice, estimates: Mapping[str, SiteCost]) -> pd.DataFrame:
    """Return the lines of the estimate of every site to build; amounts sum to the site's cost, end by end."""
    rows = [
        {"option_id": offer.option_id, **_item(item)}
        for offer in choice.chosen
        for item in estimates[offer.option_id].items
    ]
    return pd.DataFrame(rows, columns=list(ITEM_COLUMNS))


def _item(item: CostItem) -> dict[str, object]:
    return {
        "stage": item.stage,
        "key": item.key,
        "item_vi": item.title.vi,
        "item_en": item.title.en,
        "unit_vi": item.unit.vi,
        "unit_en": item.unit.en,
        "quantity_low": item.quantity.low,
        "quantity": item.quantity.middle,
        "quantity_high": item.quantity.high,
        "price_low_vnd": item.price.low,
        "price_vnd": item.price.middle,
        "price_high_vnd": item.price.high,
        "amount_low_vnd": item.money.low,
        "amount_vnd": item.money.middle,
        "amount_high_vnd": item.money.high,
        "source_vi": item.source.vi,
        "source_en": item.source.en,
        "assumed": item.assumption,
    }


SETTLED = Text("đã có kết luận: có sóng, không đưa vào phương án", "found served: not part of the plan")


def considered_table(choice: Choice) -> gpd.GeoDataFrame:
    """Return every candidate with what it would serve alone, what it costs, and what became of it."""
    weight = choice.demand.point_weight
    alone = [float(weight[choice.matrix.of(i)].sum()) for i in range(len(choice.offers))]
    chosen = {site.option for site in choice.plan.chosen}
    taken = {offer.candidate.place_id for offer in choice.chosen}
    verdicts = [
        "chosen" if i in chosen else _verdict(choice, offer, alone[i], taken) for i, offer in enumerate(choice.offers)
    ]
    costs = [_cost(offer, households) for offer, households in zip(choice.offers, alone, strict=True)]
    more = {
        "households": np.array(alone, dtype=np.int64),
        **{name: [cost[name] for cost in costs] for name in COST_COLUMNS},
        "backhaul": [offer.supply.backhaul for offer in choice.offers],
        "power": [offer.supply.power for offer in choice.offers],
        "verdict": verdicts,
        "verdict_vi": [VERDICTS[verdict].vi for verdict in verdicts],
        "verdict_en": [VERDICTS[verdict].en for verdict in verdicts],
    }
    table = candidates_table([offer.candidate for offer in choice.offers])
    return gpd.GeoDataFrame(table.assign(**more), geometry="geometry", crs=WGS84)


def _verdict(choice: Choice, offer: Offer, alone: float, taken: set[str]) -> str:
    asked = choice.asked
    if alone <= 0.0:
        return "serves_nobody"
    if alone < asked.least_households:
        return "too_few"
    if asked.budget_vnd is not None and offer.cost.middle > asked.budget_vnd:
        return "too_dear"
    return "other_at_place" if offer.candidate.place_id in taken else "not_chosen"


def _place(offer: Offer) -> dict[str, object]:
    c = offer.candidate
    return {
        "option_id": offer.option_id,
        "place_id": c.place_id,
        "kind": c.kind,
        "source": c.source,
        "host_site_id": c.host_site_id,
        "operator": c.operator,
        "technology": c.technology,
        "band": c.band,
        "height_agl_m": float(c.height_agl_m),
        "lon_deg": round(float(c.lon_deg), 6),
        "lat_deg": round(float(c.lat_deg), 6),
        "ground_m": float(c.ground_m),
        "commune_code": c.commune_code,
        "slope_percent": c.slope_percent,
        "road_km": c.road_km,
        "grid_km": c.grid_km,
        "constraints": ";".join(c.constraints),
    }


def _cost(offer: Offer, households: float) -> dict[str, float]:
    return {
        "cost_low_vnd": offer.cost.low,
        "cost_vnd": offer.cost.middle,
        "cost_high_vnd": offer.cost.high,
        "cost_per_household_vnd": offer.cost.middle / households if households > 0.0 else math.nan,
    }


def _supply(offer: Offer) -> dict[str, object]:
    s = offer.supply
    return {
        "backhaul": s.backhaul,
        "backhaul_to": s.backhaul_to,
        "backhaul_km": s.backhaul_km,
        "backhaul_vi": s.backhaul_text.vi,
        "backhaul_en": s.backhaul_text.en,
        "power": s.power,
        "power_vi": s.power_text.vi,
        "power_en": s.power_text.en,
    }


def _gaps_of_sites(choice: Choice) -> list[list[str]]:
    """Return for each site the gaps in which it serves households that no site before it does, most first."""
    demand, matrix = choice.demand, choice.matrix
    by_point = demand.gaps_of_points(np.ones(len(demand.gap), dtype=np.bool_))
    waiting = np.ones(matrix.n_points, dtype=np.bool_)
    found = []
    for site in choice.plan.chosen:
        points = matrix.of(site.option)
        sums = np.asarray(by_point[points[waiting[points]]].sum(axis=0)).ravel()
        order = sorted(np.flatnonzero(sums).tolist(), key=lambda g: (-sums[g], g))
        found.append([demand.gap_ids[g] for g in order])
        waiting[points] = False
    return found


def _sites_of_gaps(choice: Choice) -> list[list[str]]:
    """Return for each gap the sites that serve any household in it, in the order of the plan."""
    demand = choice.demand
    by_point = demand.gaps_of_points(np.ones(len(demand.gap), dtype=np.bool_))
    sites: list[list[str]] = [[] for _ in demand.gap_ids]
    for site in choice.plan.chosen:
        for g in np.flatnonzero(np.asarray(by_point[choice.matrix.of(site.option)].sum(axis=0)).ravel()):
            sites[int(g)].append(_id_of(choice, site))
    return sites


def _id_of(choice: Choice, site: ChosenSite) -> str:
    return choice.offers[site.option].option_id


def _placed(table: pd.DataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(table["lon_deg"], table["lat_deg"]), crs=WGS84)
