"""From candidates with their costs to the choice of sites: who counts, what each option serves, which are built.

Costs are compared by their middle. What stands goes before new masts where both serve as many households: the choice
takes the plan with fewer new sites, and an upgrade or a shared mast, which costs less, leaves more for others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from phusong.coverage.coverage_matrix import CoverageMatrix, coverage_matrix, weight_of_points, with_built
from phusong.coverage.criteria import Profile
from phusong.coverage.network import Network, Site
from phusong.coverage.prediction import Engine, Points, prediction_points
from phusong.coverage.siting import Option, SitingPlan, least_cost, most_households
from phusong.coverage.siting_worlds import Held, held_when_perturbed
from phusong.coverage.terrain import Terrain
from phusong.data.money import Money, money_sum
from phusong.errors import PhuSongError
from phusong.plan.candidate import Candidate
from phusong.plan.supply import Supply
from phusong.words import Text

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

WELL_FOUNDED = ("override", "measured", "confirmed")
"""Bases of a finding “served” that take a gap out of the plan; what an operator only declares does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A candidate that may be chosen, with its cost over the years of the plan and its supply."""

    candidate: Candidate
    cost: Money
    supply: Supply

    @property
    def option_id(self) -> str:
        """Return the key of the option."""
        return self.candidate.option_id


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Demand:
    """The households a plan is made for: surely without the main service, and not found served.

    ``household`` numbers them among all households of the study, ``gap`` their gap (−1 none), ``weight`` says how many
    each stands for. ``points`` are where they are predicted, ``point_weight`` the households at each.
    """

    household: Ints
    lon_deg: Floats
    lat_deg: Floats
    gap: Ints
    gap_ids: tuple[str, ...]
    weight: Floats
    points: Points
    point_weight: Floats
    settled: tuple[str, ...]

    @property
    def households(self) -> float:
        """Return how many households there are."""
        return float(self.weight.sum())

    def at(self, of_points: Flags) -> Flags:
        """Return what is said of points for each household."""
        return of_points[self.points.of_household]

    def of_gaps(self, households: Flags) -> Floats:
        """Return how many of some households are in each gap."""
        inside = households & (self.gap >= 0)
        sums = np.bincount(self.gap[inside], weights=self.weight[inside], minlength=len(self.gap_ids))
        return sums.astype(np.float64)

    def gaps_of_points(self, households: Flags) -> csr_matrix:
        """Return the weight of some households by point and gap."""
        inside = households & (self.gap >= 0)
        where = (self.points.of_household[inside], self.gap[inside])
        return csr_matrix((self.weight[inside], where), shape=(len(self.points), max(1, len(self.gap_ids))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked: the most households for ``budget_vnd``, or ``cover_households`` for the least cost.

    ``least_households`` must be served by every new site alone. ``satellite_vnd`` is what a household may cost before
    satellite is advised.
    """

    budget_vnd: float | None = None
    cover_households: float | None = None
    least_households: float = 0.0
    satellite_vnd: float = math.inf

    def __post_init__(self) -> None:
        if (self.budget_vnd is None) == (self.cover_households is None):
            raise PhuSongError(
                Text(
                    "Cần đúng một trong hai: ngân sách (--budget) hoặc số hộ cần phủ (--cover)",
                    "Give exactly one of a budget (--budget) and the households to cover (--cover)",
                )
            )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Choice:
    """A plan with what it was chosen from; ``matrix`` has a row an offer and a column a point of the demand."""

    asked: Asked
    offers: tuple[Offer, ...]
    demand: Demand
    matrix: CoverageMatrix
    plan: SitingPlan

    @property
    def chosen(self) -> tuple[Offer, ...]:
        """Return the chosen offers in the order of the plan."""
        return tuple(self.offers[site.option] for site in self.plan.chosen)

    @property
    def sites(self) -> tuple[Site, ...]:
        """Return what the plan puts on air."""
        return tuple(offer.candidate.site for offer in self.chosen)

    @property
    def served(self) -> Flags:
        """Say of each household of the demand whether the plan serves it."""
        return self.demand.at(self.matrix.served_by([site.option for site in self.plan.chosen]))

    @property
    def cost(self) -> Money:
        """Return the cost of the whole plan."""
        return money_sum(offer.cost for offer in self.chosen)


def demand_of(
    unserved: Flags,
    *,
    lon_deg: Floats,
    lat_deg: Floats,
    weight: Floats,
    gap: Ints,
    gap_ids: Sequence[str],
    terrain: Terrain,
    settled: Collection[str] = (),
) -> Demand:
    """Return the households to plan for.

    Parameters
    ----------
    unserved
        Which households surely lack the main service.
    lon_deg, lat_deg, weight, gap
        Of every household; ``gap`` is −1 for those in none.
    gap_ids
        The id of each gap.
    terrain
        That of the study: its cells are the prediction points.
    settled
        Ids of gaps that a finding says are served: their households do not count.
    """
    out = np.array([gap_id in settled for gap_id in gap_ids] + [False], dtype=np.bool_)
    household = np.flatnonzero(unserved & ~out[gap])
    points = prediction_points(lon_deg[household], lat_deg[household], terrain)
    return Demand(
        household=household,
        lon_deg=lon_deg[household],
        lat_deg=lat_deg[household],
        gap=gap[household],
        gap_ids=tuple(gap_ids),
        weight=weight[household],
        points=points,
        point_weight=weight_of_points(points, weight[household]),
        settled=tuple(sorted(set(settled) & set(gap_ids))),
    )


def choose_sites(
    offers: Sequence[Offer],
    demand: Demand,
    terrain: Terrain,
    profile: Profile,
    asked: Asked,
    *,
    engine: Engine,
    progress: Callable[[float], None] | None = None,
) -> Choice:
    """Predict what every offer serves and choose among them.

    The same question has the same answer unless ``Choice.plan.in_time`` is False. Predicted again with the plan built,
    as many households of the demand are served as the plan says, exactly.
    """
    sites = [offer.candidate.site for offer in offers]
    matrix = coverage_matrix(sites, terrain, demand.points, profile, engine=engine, progress=progress)
    options = [
        Option(option_id=o.option_id, place_id=o.candidate.place_id, kind=o.candidate.kind, cost=o.cost.middle)
        for o in offers
    ]
    weight, least = demand.point_weight, asked.least_households
    if asked.budget_vnd is not None:
        plan = most_households(options, matrix, weight, budget=asked.budget_vnd, least_households=least)
    else:
        wanted = float(asked.cover_households or 0.0)
        plan = least_cost(options, matrix, weight, households=wanted, least_households=least)
    return Choice(asked=asked, offers=tuple(offers), demand=demand, matrix=matrix, plan=plan)


def held_of(choice: Choice, network: Network, terrain: Terrain, profile: Profile, *, engine: Engine) -> Held:
    """Count how many of the promised households have service in the worlds of the profile's uncertainty."""
    served = choice.matrix.served_by([site.option for site in choice.plan.chosen])
    kept = np.flatnonzero(served)
    points = Points(
        lon_deg=choice.demand.points.lon_deg[kept],
        lat_deg=choice.demand.points.lat_deg[kept],
        of_household=np.arange(len(kept)),
    )
    weight = choice.demand.point_weight[kept]
    return held_when_perturbed(network, choice.sites, terrain, points, weight, profile, engine=engine)


def served_already(
    choice: Choice, lon_deg: Floats, lat_deg: Floats, weight: Floats, terrain: Terrain, profile: Profile, *,
    engine: Engine,
) -> Floats:  # fmt: skip
    """Return how many of some households, those with service today, each chosen site would serve as well."""
    points = prediction_points(lon_deg, lat_deg, terrain)
    matrix = coverage_matrix(choice.sites, terrain, points, profile, engine=engine)
    at_point = weight_of_points(points, weight)
    return np.array([at_point[matrix.of(i)].sum() for i in range(len(choice.sites))], dtype=np.float64)


def network_with(choice: Choice, network: Network) -> Network:
    """Return the network with the plan built."""
    return with_built(network, choice.sites)
