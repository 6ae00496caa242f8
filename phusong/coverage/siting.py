"""Which sites to build: the most households for a budget, or so many households for the least cost.

Both are answered as one choice over all options under the one budget, to a proven gap (``siting_model``). What is
served today is not chosen again: the matrix is of households without service (``coverage_matrix``).

* One option is chosen a place: one height, one set of technologies.
* An option that is fixed stands whatever is chosen, at no cost here; what it serves is nobody else's gain.
* With a least number of households a site, every chosen site has so many that no other site of the plan serves:
  without it, so many would be lost. Hence the list of the sites keeps the rule in whichever order it is read.
* Of plans that serve as many households (less than half a household apart) the one with fewer new sites is taken, an
  upgrade or a shared mast before a new one; then the cheaper. With a gap allowed this holds for exchanges of a site.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.coverage_matrix import CoverageMatrix
from phusong.coverage.siting_model import Solved, gap_between, solve
from phusong.coverage.siting_task import Flags, Floats, Ints, Task, households_of_options, task_of
from phusong.errors import Range
from phusong.words import Text

Kind = Literal["upgrade", "share", "new"]
KINDS: tuple[Kind, ...] = ("upgrade", "share", "new")

Outcome = Literal["chosen", "no_options", "all_served", "none_reached", "none_affordable", "none_needed", "too_many"]

OUTCOME_TEXTS: dict[Outcome, Text] = {
    "chosen": Text("Đã chọn vị trí trạm", "Sites were chosen"),
    "no_options": Text("Không có phương án đặt trạm nào để chọn", "There is no option for a site to choose from"),
    "all_served": Text("Không còn hộ nào chưa có sóng", "No household is left without service"),
    "none_reached": Text(
        "Không phương án nào phủ sóng đủ số hộ tối thiểu của một trạm",
        "No option serves the least number of households of a site",
    ),
    "none_affordable": Text("Ngân sách không đủ cho phương án nào", "The budget is not enough for any option"),
    "none_needed": Text("Các trạm cố định đã phủ đủ số hộ cần", "The fixed sites serve the wanted households"),
    "too_many": Text(
        "Các phương án không phủ được số hộ cần", "The options together cannot serve the wanted households"
    ),
}

LEFT: tuple[str, ...] = ("served", "no_option", "too_few", "too_dear", "not_chosen")
SERVED, NO_OPTION, TOO_FEW, TOO_DEAR, NOT_CHOSEN = (np.int8(i) for i in range(len(LEFT)))

LEFT_TEXTS: dict[str, Text] = {
    "served": Text("được phủ sóng theo phương án", "served by the plan"),
    "no_option": Text("không phương án nào phủ tới", "no option reaches it"),
    "too_few": Text(
        "các phương án phủ tới có ít hộ hơn mức tối thiểu của một trạm",
        "every option that reaches it serves fewer households than a site must",
    ),
    "too_dear": Text("mọi phương án phủ tới đều vượt ngân sách", "every option that reaches it is beyond the budget"),
    "not_chosen": Text(
        "trạm phủ tới không được chọn, do ngân sách, mục tiêu hoặc mức hộ tối thiểu của một trạm",
        "the site that reaches it was not chosen: the budget, the goal or the least households of a site",
    ),
}

ALLOWED_GAP = 0.01
TIME_LIMIT_S = 100.0

_COST = Range(0.0, 1e15)
_GAP = Range(0.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing that could be built at a place: its height and technologies are those of its row in the matrix.

    ``cost`` is in any unit of money, the same for all. A ``fixed`` option is built anyway.
    """

    option_id: str
    place_id: str
    kind: Kind
    cost: float
    fixed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenSite:
    """A chosen option, by its number; ``households`` are those it serves that the sites before it do not.

    ``own_households`` are those that no other site of the plan serves. ``cost_per_household`` is of ``households``.
    """

    option: int
    households: float
    own_households: float
    cost: float
    cost_per_household: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SitingPlan:
    """Sites to build, the most households for the money first.

    ``households`` are those that the chosen sites serve, each counted once, beside the ``fixed_households`` of the
    fixed options. ``bound`` is proven: no plan within the rules serves more households (of the least cost: costs
    less); ``gap`` is how far the plan may be from it, as a share of the plan. ``in_time`` is False where the time limit
    ended the search: then another run may give another plan. ``left`` has a code of ``LEFT`` for each point.
    """

    outcome: Outcome
    chosen: tuple[ChosenSite, ...]
    households: float
    fixed_households: float
    cost: float
    bound: float
    gap: float
    in_time: bool
    left: NDArray[np.int8]

    def households_left(self, weight: Floats) -> dict[str, float]:
        """Return how many households are in each state of ``LEFT``."""
        sums = np.bincount(self.left, weights=weight, minlength=len(LEFT))
        return {name: float(sums[i]) for i, name in enumerate(LEFT)}


def most_households(
    options: Sequence[Option],
    matrix: CoverageMatrix,
    weight: Floats,
    *,
    budget: float,
    least_households: float = 0.0,
    allowed_gap: float = ALLOWED_GAP,
    time_limit_s: float = TIME_LIMIT_S,
) -> SitingPlan:
    """Choose the options within a budget that serve the most households.

    Parameters
    ----------
    options, matrix
        The options and, row by row, the points that each of them serves.
    weight
        Households at each point, shape (points,).
    budget
        In the unit of the options' costs; below 0 it is 0.
    least_households
        What every chosen site must serve that no other does.
    allowed_gap
        How far from the proven best, as a share, the search may stop; 0 asks for the best.
    time_limit_s
        When the search stops at the latest, soon after; the gap reached is told.

    Raises
    ------
    OutOfRangeError
        A cost or an allowed gap outside its range.
    """
    question = _Question(options, matrix, weight, max(0.0, budget), math.nan, least_households)
    return _answer(question, allowed_gap, time_limit_s)


def least_cost(
    options: Sequence[Option],
    matrix: CoverageMatrix,
    weight: Floats,
    *,
    households: float,
    least_households: float = 0.0,
    allowed_gap: float = ALLOWED_GAP,
    time_limit_s: float = TIME_LIMIT_S,
) -> SitingPlan:
    """Choose the options that serve so many households, with those of fixed options, for the least cost.

    ``bound`` is the cost that no such plan is below. The rest is as in :func:`most_households`. Where the options
    cannot serve so many the outcome is ``too_many``, nothing is chosen, and ``bound`` is how many they serve at the
    most.
    """
    question = _Question(options, matrix, weight, math.inf, households, least_households)
    return _answer(question, allowed_gap, time_limit_s)


class _Question:
    """A checked question, and what stands fixed in it."""

    def __init__(
        self,
        options: Sequence[Option],
        matrix: CoverageMatrix,
        weight: Floats,
        budget: float,
        wanted: float,
        least_households: float,
    ) -> None:
        self.options, self.matrix, self.weight = options, matrix, np.asarray(weight, dtype=np.float64)
        self.budget, self.wanted, self.least_households = budget, wanted, least_households
        for option in options:
            _COST.check(f"cost ({option.option_id})", option.cost)
        self.cost: Floats = np.array([o.cost for o in options], dtype=np.float64)
        self.fixed: Flags = np.array([o.fixed for o in options], dtype=np.bool_)
        self.place: Ints = np.unique([o.place_id for o in options], return_inverse=True)[1].astype(np.int64)
        self.served_fixed = matrix.served_by(np.flatnonzero(self.fixed).tolist())
        self.open_weight: Floats = np.where(self.served_fixed, 0.0, self.weight)
        self.free: Flags = ~np.isin(self.place, self.place[self.fixed])
        self.alone: Floats = households_of_options(matrix, self.open_weight)
        self.useful: Flags = self.free & (self.alone > 0.0) & (self.alone >= least_households)
        self.usable: Flags = self.useful & (self.cost <= budget)

    @property
    def fixed_households(self) -> float:
        return float(self.weight[self.served_fixed].sum())

    @property
    def still_wanted(self) -> float:
        return self.wanted - self.fixed_households

    def most(self) -> float:
        """Return the households that all usable options serve together."""
        served = self.matrix.served_by(np.flatnonzero(self.usable).tolist())
        return float(self.open_weight[served].sum())

    def nothing_to_choose(self) -> Outcome | None:
        """Say why there is nothing to choose, if so."""
        if not self.open_weight.sum() > 0.0:
            return "all_served"
        if self.still_wanted <= 0.0:
            return "none_needed"
        if not len(self.options):
            return "no_options"
        if not math.isnan(self.wanted) and self.most() < self.still_wanted:
            return "too_many"
        if not self.useful.any():
            return "none_reached"
        return None if self.usable.any() else "none_affordable"

    def task(self) -> Task:
        return task_of(
            self.matrix,
            self.open_weight,
            self.usable,
            place=self.place,
            cost=self.cost,
            is_new=np.array([o.kind == "new" for o in self.options], dtype=np.bool_),
            budget=self.budget,
            wanted=self.still_wanted,
            least_households=self.least_households,
        )

    def left(self, chosen: Sequence[int]) -> NDArray[np.int8]:
        """Return of each point whether it is served now, or why not."""
        left = np.full(self.matrix.n_points, NO_OPTION, dtype=np.int8)
        for code, options in ((TOO_FEW, self.free), (TOO_DEAR, self.useful), (NOT_CHOSEN, self.usable)):
            left[self.matrix.served_by(np.flatnonzero(options).tolist())] = code
        left[self.served_fixed | self.matrix.served_by(chosen)] = SERVED
        return left


def _answer(question: _Question, allowed_gap: float, time_limit_s: float) -> SitingPlan:
    _GAP.check("allowed_gap", allowed_gap)
    outcome = question.nothing_to_choose()
    if outcome is not None:
        return _nothing(question, outcome)
    task = question.task()
    solved = solve(task, gap=allowed_gap, time_limit_s=time_limit_s)
    if solved.chosen is None:
        return _nothing(question, "too_many", in_time=solved.in_time)
    chosen = [int(i) for i in task.option[solved.chosen]]
    sites = _in_order(question, chosen)
    cost, households = float(question.cost[chosen].sum()), sum(site.households for site in sites)
    bound = _bound(question, task, solved)
    return SitingPlan(
        outcome="chosen",
        chosen=sites,
        households=households,
        fixed_households=question.fixed_households,
        cost=cost,
        bound=bound,
        gap=gap_between(-cost, -bound) if task.for_least_cost else gap_between(households, bound),
        in_time=solved.in_time,
        left=question.left(chosen),
    )


def _nothing(question: _Question, outcome: Outcome, *, in_time: bool = True) -> SitingPlan:
    """Return the plan without a site."""
    return SitingPlan(
        outcome=outcome,
        chosen=(),
        households=0.0,
        fixed_households=question.fixed_households,
        cost=0.0,
        bound=question.most() + question.fixed_households if outcome == "too_many" else 0.0,
        gap=0.0,
        in_time=in_time,
        left=question.left(()),
    )


def _bound(question: _Question, task: Task, solved: Solved) -> float:
    """Return the bound in households or money: what preferences may hide is added."""
    beyond = task.told(solved.bound)
    return max(0.0, -beyond / task.units_of_money) if task.for_least_cost else min(beyond, question.most())


def _in_order(question: _Question, chosen: Sequence[int]) -> tuple[ChosenSite, ...]:
    """Return the chosen sites, the one with the most further households for its cost next."""
    matrix, cost = question.matrix, question.cost
    if not chosen:
        return ()
    times = np.bincount(np.concatenate([matrix.of(i) for i in chosen]), minlength=matrix.n_points)
    left, waiting = question.open_weight.copy(), list(chosen)
    sites: list[ChosenSite] = []
    while waiting:
        gains = {i: float(left[matrix.of(i)].sum()) for i in waiting}
        best = max(waiting, key=lambda i: (gains[i] / cost[i] if cost[i] > 0.0 else math.inf, gains[i], -i))
        own = matrix.of(best)[times[matrix.of(best)] == 1]
        each = float(cost[best]) / gains[best] if gains[best] > 0.0 else math.nan
        sites.append(
            ChosenSite(
                option=best,
                households=gains[best],
                own_households=float(question.open_weight[own].sum()),
                cost=float(cost[best]),
                cost_per_household=each,
            )
        )
        left[matrix.of(best)] = 0.0
        waiting.remove(best)
    return tuple(sites)
