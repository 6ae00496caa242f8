"""What a mast would serve, as it is told to one person: counts for all, single households to those who may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydantic import BaseModel

from phusong.api.studies.kept import Opened
from phusong.data.terms import LEAST_SHOWN
from phusong.words import Language

if TYPE_CHECKING:
    from phusong.data.money import Money
    from phusong.study.what_if import AskedMast, OfVillage, WhatIf

MOST_POINTS = 4000
"""Households that are sent as points; of more, those of the first so many."""


class VillageGain(BaseModel):
    """Households of a village the mast would serve, of those without service; null where they are too few to tell."""

    code: str
    name: str
    households: int | None
    without: int | None


class MoneyOut(BaseModel):
    """A range of VND, and as it is said."""

    low_vnd: float
    middle_vnd: float
    high_vnd: float
    text: str


class WhatIfOut(BaseModel):
    """What one mast would serve of the households without the main service, how sure that is, and what it would cost.

    ``points`` are longitude, latitude and households, for those who may see households; else there are none.
    """

    study_id: str
    lon_deg: float
    lat_deg: float
    height_agl_m: float
    technology: str
    carrier: str
    ground_m: float
    households: int
    low: int
    high: int
    interval_percent: float
    without: int
    villages: list[VillageGain]
    points: list[tuple[float, float, int]] | None
    cost: MoneyOut
    capex: MoneyOut
    years: int
    a_household: MoneyOut | None
    prices_assumed: bool
    backhaul: str
    power: str
    notes: list[str]


def what_if_told(of: Opened, asked: AskedMast, language: Language) -> WhatIfOut:
    """Ask what a mast would serve and tell it."""
    from phusong.study.what_if import what_if

    found = what_if(of.kept, asked)
    candidate, cost = found.candidate, found.cost
    return WhatIfOut(
        study_id=of.id,
        lon_deg=candidate.lon_deg,
        lat_deg=candidate.lat_deg,
        height_agl_m=candidate.height_agl_m,
        technology=candidate.technology,
        carrier=found.carrier.source.to(language),
        ground_m=candidate.ground_m,
        households=round(found.households),
        low=round(found.held.low),
        high=round(found.held.high),
        interval_percent=of.kept.profile.uncertainty.interval_percent,
        without=round(found.demand),
        villages=[_village(one, households=of.households) for one in found.villages],
        points=_points(of, found) if of.households else None,
        cost=_money(cost.total, language),
        capex=_money(cost.capex, language),
        years=cost.years,
        a_household=_money(cost.total / found.households, language) if found.households else None,
        prices_assumed=any(item.assumption for item in cost.items),
        backhaul=found.supply.backhaul_text.to(language) if of.stations else "",
        power=found.supply.power_text.to(language),
        notes=[note.to(language) for note in found.notes],
    )


def _village(found: OfVillage, *, households: bool) -> VillageGain:
    """Return what a village gains; a few households are not counted for those who may not see any."""
    few = not households and found.households < LEAST_SHOWN
    return VillageGain(
        code=found.village_code,
        name=found.village_name,
        households=None if few else round(found.households),
        without=None if few else round(found.without),
    )


def _points(of: Opened, found: WhatIf) -> list[tuple[float, float, int]]:
    demand = of.kept.demand
    at = np.flatnonzero(found.served)[:MOST_POINTS]
    return [
        (round(float(lon), 6), round(float(lat), 6), round(float(weight)))
        for lon, lat, weight in zip(demand.lon_deg[at], demand.lat_deg[at], demand.weight[at], strict=True)
    ]


def _money(money: Money, language: Language) -> MoneyOut:
    return MoneyOut(
        low_vnd=money.low, middle_vnd=money.middle, high_vnd=money.high, text=money.written(language)
    )  # fmt: skip
