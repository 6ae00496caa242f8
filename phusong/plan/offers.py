"""Where candidates meet their links, their power and their prices: what the choice of sites is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from phusong.coverage.clearance import Places
from phusong.coverage.criteria import Profile
from phusong.data.crs import metric_crs
from phusong.data.report_costs import costs_sheet, unit_prices_sheet
from phusong.data.unit_prices import UnitPrices
from phusong.data.workbook import Sheet
from phusong.plan.candidate import ASSUMED_RULES, Candidate, CandidateRules
from phusong.plan.candidate_land import distances_km
from phusong.plan.candidates import Surroundings, Unserved, search_candidates
from phusong.plan.choice import Demand, Offer
from phusong.plan.costs import SiteCost, cost_rows, site_cost
from phusong.plan.supply import DEFAULT_SUPPLY, Supply, candidate_places, site_facts, supplies
from phusong.plan.supply_texts import backhaul_note
from phusong.words import Text

RELAY_SOURCES = ("hilltop", "shoulder")
"""Places from which a microwave hop may be handed on by a station of its own."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Offers:
    """All options of a plan; how many places were looked at and left out, and the prices, where there are any.

    ``estimates`` has the lines of each option's cost by its id; ``relays`` are the places that may hand a hop on.
    """

    options: tuple[Offer, ...]
    counts: pd.DataFrame | None = None
    prices: UnitPrices | None = None
    estimates: Mapping[str, SiteCost]
    relays: Places | None = None
    notes: tuple[Text, ...] = ()

    def sheets(self, chosen: Sequence[Offer]) -> tuple[Sheet, ...]:
        """Return the sheets of the cost of chosen options and of all prices."""
        if self.prices is None:
            return ()
        rows = [(o.option_id, cost_rows(o.option_id, self.estimates[o.option_id])) for o in chosen]
        return costs_sheet(rows, self.prices), unit_prices_sheet(self.prices)


def find_offers(
    demand: Demand,
    around: Surroundings,
    profile: Profile,
    prices: UnitPrices,
    *,
    years: int | None = None,
    rules: CandidateRules = ASSUMED_RULES,
) -> Offers:
    """Find the candidates for the households of a plan, link and power them, and price them.

    Parameters
    ----------
    demand
        The households to plan for.
    around, profile
        What there is to build on, and the thresholds of the study.
    prices, years
        The unit prices, and for how many years running costs are counted; None: as the prices say.
    rules
        How candidates are looked for.
    """
    unserved = Unserved(
        lon_deg=demand.lon_deg, lat_deg=demand.lat_deg, weight=demand.weight, gap=demand.gap, gap_ids=demand.gap_ids
    )
    search = search_candidates(unserved, around, profile, rules)
    relays = _relays(search.candidates)
    supplied = _supplied(search.candidates, around, prices, relays)
    estimates = {
        candidate.option_id: site_cost(site_facts(candidate, supply), prices, years=years)
        for candidate, supply in zip(search.candidates, supplied, strict=True)
    }
    return Offers(
        options=tuple(
            Offer(candidate=candidate, cost=estimates[candidate.option_id].total, supply=supply)
            for candidate, supply in zip(search.candidates, supplied, strict=True)
        ),
        counts=search.counts,
        prices=prices,
        estimates=estimates,
        relays=relays,
        notes=(
            Text(f"Cách tìm vị trí: {rules.source.vi}.", f"How places are looked for: {rules.source.en}."),
            backhaul_note(DEFAULT_SUPPLY.backhaul),
        ),
    )


def _relays(candidates: Sequence[Candidate]) -> Places:
    """Return the hilltops and shoulders among the candidates, each once: a hop may be handed on there."""
    tops = {c.place_id: c for c in reversed(candidates) if c.source in RELAY_SOURCES}
    return candidate_places(
        list(tops),
        [c.lon_deg for c in tops.values()],
        [c.lat_deg for c in tops.values()],
        [c.height_agl_m for c in tops.values()],
    )


def _supplied(
    candidates: Sequence[Candidate], around: Surroundings, prices: UnitPrices, relays: Places
) -> tuple[Supply, ...]:
    """Return link and power of each candidate."""
    if not candidates:
        return ()
    lon, lat = (np.array([getattr(c, name) for c in candidates]) for name in ("lon_deg", "lat_deg"))
    fibre_km = distances_km(around.layers.fibre, lon, lat, epsg=metric_crs(float(lon.mean()), float(lat.mean())))
    return supplies(
        candidates,
        around.terrain,
        around.network.sites,
        prices,
        relays=relays,
        relay_masts=frozenset(),
        fibre_km=fibre_km,
    )
