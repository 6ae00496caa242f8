"""A choice of sites as arrays: which options are left to choose from, and the households they serve, put in groups.

Households that exactly the same options serve are one group: for the choice they are one household of their weight.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from phusong.coverage.coverage_matrix import CoverageMatrix

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

EQUAL_HOUSEHOLDS = 0.5
"""Plans serve as many households as each other where they are less than this apart: half a household is none."""

EQUAL_COST = 1e-3
"""Plans cost the same where they are less than this share of the cheapest option apart: no price is known so well."""

ROUNDING = 1e-6

COST_UNITS = 1000.0
"""What the dearest option costs in the units of a task: the solver's tolerances are made for such numbers."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Task:
    """What is to be chosen, over the usable options (o) and groups of households (g).

    ``wanted`` is NaN where as many households as possible are to be served within ``budget``; else so many households
    are to be served for the least cost. ``preference`` is added to the cost, or taken off the households, of an option.
    """

    option: Ints  # the number of each usable option among all
    place: Ints
    cost: Floats
    preference: Floats
    budget: float
    wanted: float
    least_households: float
    groups_of: csr_matrix  # (o, g)
    options_of: csr_matrix  # (g, o)
    weight: Floats  # (g,)
    units_of_money: float  # what a cost of 1 is in the units of this task

    @property
    def equal(self) -> float:
        """Return how far apart plans are at the least that are not equal."""
        if not self.for_least_cost:
            return EQUAL_HOUSEHOLDS
        return EQUAL_COST * _cheapest(self.cost)

    @property
    def for_least_cost(self) -> bool:
        """Say whether cost is to be least, rather than households most."""
        return not np.isnan(self.wanted)

    def told(self, bound: float) -> float:
        """Return what no plan goes beyond in households, or in cost with its sign turned: preferences may hide some.

        Where all households are whole ones, so is what they add up to.
        """
        beyond = bound + self.equal
        if self.for_least_cost or not math.isfinite(beyond) or not np.array_equal(self.weight, np.rint(self.weight)):
            return beyond
        return float(math.floor(beyond + ROUNDING))

    def groups(self, option: int) -> Ints:
        """Return the groups that an option serves."""
        rows = self.groups_of
        return np.asarray(rows.indices[rows.indptr[option] : rows.indptr[option + 1]], dtype=np.int64)

    def households(self, chosen: Ints) -> float:
        """Return the households that some options serve together."""
        served = np.zeros(len(self.weight), dtype=np.bool_)
        for option in chosen:
            served[self.groups(option)] = True
        return float(self.weight[served].sum())

    def first(self, chosen: Ints) -> float:
        """Return what is to be as large as possible: households, or the cost with its sign turned."""
        return float(-self.cost[chosen].sum() if self.for_least_cost else self.households(chosen))


def group_of_points(matrix: CoverageMatrix) -> Ints:
    """Return for each point the group of those that exactly the same options serve; −1 where none does.

    Groups are numbered by their first point. Each option in turn splits the groups that it serves in part.
    """
    label = np.zeros(matrix.n_points, dtype=np.int64)
    used = 1
    for option in range(len(matrix)):
        here = matrix.of(option)
        old, split = np.unique(label[here], return_inverse=True)
        label[here] = used + split
        used += len(old)
    served = np.flatnonzero(label)
    _, first, of_served = np.unique(label[served], return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    group = np.full(matrix.n_points, -1, dtype=np.int64)
    group[served] = rank[of_served]
    return group


def households_of_options(matrix: CoverageMatrix, weight: Floats) -> Floats:
    """Return the households that each option serves by itself."""
    option = np.repeat(np.arange(len(matrix)), np.diff(matrix.start))
    return np.bincount(option, weights=weight[matrix.point], minlength=len(matrix)).astype(np.float64)


def task_of(
    matrix: CoverageMatrix,
    weight: Floats,
    usable: Flags,
    *,
    place: Ints,
    cost: Floats,
    is_new: Flags,
    budget: float,
    wanted: float,
    least_households: float,
) -> Task:
    """Return the task of choosing among the usable options; points of no weight do not count."""
    option = np.flatnonzero(usable)
    counted = _rows(matrix, option, weight > 0.0)
    group = group_of_points(counted)
    n_groups = int(group.max(initial=-1)) + 1
    first = np.unique(group[group >= 0], return_index=True)[1]
    points_of = csr_matrix(
        (np.ones(len(counted.point)), counted.point, counted.start), shape=(len(option), matrix.n_points)
    )
    groups_of = points_of[:, np.flatnonzero(group >= 0)[first]].tocsr()
    groups_of.sort_indices()
    unit = COST_UNITS / (float(cost[option].max(initial=0.0)) or COST_UNITS)
    scaled, limit = cost[option] * unit, budget * unit
    return Task(
        option=option,
        place=np.unique(place[option], return_inverse=True)[1].astype(np.int64),
        cost=scaled,
        preference=_preference(scaled, is_new[option], place[option], limit, least_cost=not np.isnan(wanted)),
        budget=limit,
        wanted=wanted,
        least_households=least_households,
        groups_of=groups_of,
        options_of=groups_of.T.tocsr(),
        weight=np.bincount(group[group >= 0], weights=weight[group >= 0], minlength=n_groups).astype(np.float64),
        units_of_money=unit,
    )


def _rows(matrix: CoverageMatrix, options: Ints, counts: Flags) -> CoverageMatrix:
    """Return the rows of some options, with the points that count."""
    kept = [here[counts[here]] for here in (matrix.of(int(option)) for option in options)]
    start = np.concatenate([[0], np.cumsum([len(k) for k in kept], dtype=np.int64)]).astype(np.int64)
    point = np.concatenate([np.empty(0, dtype=np.int32), *kept])
    return CoverageMatrix(start=start, point=point, n_points=matrix.n_points)


def _cheapest(cost: Floats) -> float:
    """Return the least cost of an option that costs something; 1 where all are free."""
    return float(cost[cost > 0.0].min(initial=np.inf)) if (cost > 0.0).any() else 1.0


def _preference(cost: Floats, is_new: Flags, place: Ints, budget: float, *, least_cost: bool) -> Floats:
    """Return what decides between plans that are equal: fewer new sites, then less cost, then fewer sites.

    All preferences of a plan together stay under what counts as equal, so that they never outweigh a household, or a
    cost that is known.
    """
    if not len(cost):
        return np.zeros(0)
    cheapest = _cheapest(cost)
    most_sites = min(len(np.unique(place)), np.count_nonzero(cost == 0.0) + budget // cheapest)
    whole = min(budget, float(cost.sum())) or 1.0
    equal = EQUAL_COST * cheapest if least_cost else EQUAL_HOUSEHOLDS
    in_steps = is_new + 0.5 * cost / whole + 0.4 / (most_sites + 1.0)
    return np.asarray(equal / (most_sites + 1.0) * in_steps, dtype=np.float64)
