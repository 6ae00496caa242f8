"""The choice of sites as one mixed-integer model under the shared budget, solved by HiGHS to a proven gap.

A model with a variable for each group of households is too slow at the size of a province. Here a part of the groups
has one variable, the households it gets, and rows are added as they are needed that say what these are at the most:
those that a plan serves, and for each option more what it serves beside (Cordeau, Furini and Ljubić, "Benders
decomposition for very large scale partial set covering and maximal covering location problems", European Journal of
Operational Research 275, 2019). Such rows hold for every plan, so that the bound of the model is proven at any time.

First the sites may be built in part, which bounds what can be reached; what then cannot belong to a better plan is
left out, and the rest is decided whole or not at all.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from phusong.coverage.siting_search import Plan, first_plan, improve, plan_of
from phusong.coverage.siting_task import ROUNDING, Floats, Ints, Task

SEED = 1
PARTS = 50
"""Variables for households: more of them need fewer rounds, each of which takes longer."""

GROUPS_A_PART = 20
MOST_ROUNDS = 200
CLOSE_SHARE = 0.1
"""What share of the allowed gap may be left open by the rounds with sites in part."""

NEARLY = 0.95
"""A site built so far in part is taken as whole when a plan is looked for."""

SETTLING_ROUNDS = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solved:
    """The best plan found; ``bound`` is what no plan goes beyond, in the measure of ``Task.value``; −∞: there is none.

    ``chosen`` is None where no plan was found. ``in_time`` is False where the time limit ended the search.
    """

    chosen: Ints | None
    value: float
    bound: float
    in_time: bool


def gap_between(value: float, bound: float) -> float:
    """Return how far a value may be from the best one, as a share of the value."""
    if not math.isfinite(value):
        return math.inf
    return max(0.0, bound - value) / max(abs(value), ROUNDING)


def solve(task: Task, *, gap: float, time_limit_s: float) -> Solved:
    """Choose the best plan of a task, proven to a gap.

    The same task gives the same plan unless the time limit ends the search.
    """
    ends = time.monotonic() + time_limit_s
    model = _Model(task, first_plan(task), gap, ends)
    model.bound_in_part()
    if not model.proven and not model.over:
        model.dive()
    if not model.proven and not model.over:
        model.decide()
    best = model.best
    chosen = np.array(sorted(best.chosen), dtype=np.int64) if math.isfinite(best.value) else None
    return Solved(chosen=chosen, value=best.value, bound=model.bound, in_time=model.proven or not model.over)


class _Model:
    """The model as it grows, the best plan so far, and the bound so far.

    HiGHS minimises: its objective is the value with its sign turned.
    """

    def __init__(self, task: Task, best: Plan, gap: float, ends: float) -> None:
        self.task, self.best, self.gap, self._ends = task, best, gap, ends
        self.bound = math.inf
        self._n = len(task.option)
        n_groups = len(task.weight)
        self._parts = max(1, min(PARTS, n_groups // GROUPS_A_PART))
        self._part: Ints = np.arange(n_groups) * self._parts // max(1, n_groups)
        self._highs = _highs_with(_first_model(task, self._part, self._parts))
        self._bound_without: Floats = np.full(self._n, math.inf)
        self._left_out = -math.inf

    @property
    def proven(self) -> bool:
        """Say whether the best plan is within the gap of the bound, or there is none."""
        open_gap = gap_between(self.best.value, self.bound)
        if self.bound == -math.inf or open_gap <= ROUNDING:
            return True
        if open_gap > self.gap + ROUNDING:
            return False
        reached = self.task.first(np.array(self.best.chosen, dtype=np.int64))
        return gap_between(reached, self.task.told(self.bound)) <= self.gap + ROUNDING

    @property
    def _margin(self) -> float:
        """Return how far over the best plan the bound may be left by either of two steps."""
        return max(0.0, 0.5 * self.gap * abs(self.best.value) - self.task.equal)

    @property
    def over(self) -> bool:
        """Say whether the time is over."""
        return time.monotonic() >= self._ends

    def bound_in_part(self) -> None:
        """Bound what can be reached by letting sites be built in part; rows are asked for half-way to the best plan.

        Half-way they say more than at the corner where the model stands.
        """
        middle = self._as_vector(self.best.chosen) if math.isfinite(self.best.value) else np.ones(self._n)
        reached = self._households(middle)
        self._add_rows(middle, middle, np.full(self._parts, math.inf))
        for _ in range(MOST_ROUNDS):
            if not self._run():
                return
            built, given = self._solution()
            self._keep_bound()
            half = 0.5 * (built + middle)
            added = self._add_rows(half, built, given) or self._add_rows(built, built, given)
            if self._households(half) >= reached:
                middle, reached = half, self._households(half)
            open_households = given.sum() - self._households(built)
            if not added or open_households <= CLOSE_SHARE * self.gap * given.sum() or self.over or self.proven:
                return

    def dive(self) -> None:
        """Look for a better plan: build whole what nearly is, let the rest settle, and so on to the end."""
        built, _ = self._solution()
        whole = np.zeros(self._n, dtype=np.bool_)
        while not self.over:
            nearly = np.where(whole, 0.0, built)
            if nearly.max(initial=0.0) <= ROUNDING:
                break
            whole |= nearly > NEARLY
            whole[np.argmax(nearly)] = True
            self._limit(whole.astype(np.float64), np.ones(self._n))
            if not self._settle():
                break
            built, _ = self._solution()
        self._limit(np.zeros(self._n), np.ones(self._n))
        self._take(np.flatnonzero(whole))

    def decide(self) -> None:
        """Decide every site whole or not at all, with the best plan as the start, until its gap is proven."""
        self._leave_out()
        for option in range(self._n):
            self._highs.changeColIntegrality(option, highspy.HighsVarType.kInteger)
        rel_gap = self._margin / abs(self.best.value) if math.isfinite(self.best.value) and self.best.value else 0.0
        self._highs.setOptionValue("mip_rel_gap", rel_gap)
        while not self.proven and not self.over:
            if math.isfinite(self.best.value):
                self._start_from_best()
            solved = self._run()
            dual_bound = self._highs.getInfo().mip_dual_bound
            if solved or dual_bound > -highspy.kHighsInf:
                inside = -dual_bound if dual_bound < highspy.kHighsInf else -math.inf
                self.bound = min(self.bound, max(inside, self._left_out, self.best.value))
            if not self._highs.getSolution().value_valid:
                return
            built, given = self._solution()
            chosen = np.flatnonzero(built > 0.5)
            whole = self._as_vector(chosen)
            added = self._add_rows(whole, whole, given) + self._add_crowded(chosen)
            self._take(chosen)
            if not added and solved:
                return

    def _as_vector(self, chosen: Ints | list[int]) -> Floats:
        vector = np.zeros(self._n)
        vector[chosen] = 1.0
        return vector

    def _served(self, built: Floats) -> Floats:
        """Return the share of each group that is served by sites built in part."""
        share: Floats = np.minimum(1.0, self.task.options_of @ built)
        return share

    def _households(self, built: Floats) -> float:
        return float(self.task.weight @ self._served(built))

    def _add_rows(self, at: Floats, built: Floats, given: Floats) -> int:
        """Add the rows that a plan in part implies and that a solution of the model breaks; return how many.

        Each part gets at the most what is served whole, and for each option more what it serves of the rest: true of
        every plan, for a household of the rest is served only by an option that serves it.
        """
        weight = self.task.weight
        rest = np.asarray(self.task.options_of @ at) < 1.0 - ROUNDING
        whole = np.bincount(self._part[~rest], weights=weight[~rest], minlength=self._parts)
        of_part = csr_matrix(
            (weight[rest], (self._part[rest], np.arange(np.count_nonzero(rest)))), shape=(self._parts, int(rest.sum()))
        )
        more = (of_part @ self.task.options_of[np.flatnonzero(rest)]).tocsr()
        slack = ROUNDING * max(1.0, float(weight.sum())) / self._parts
        broken = np.flatnonzero(given > whole + more @ built + slack)
        for part in broken:
            row = slice(more.indptr[part], more.indptr[part + 1])
            columns = np.append(more.indices[row], self._n + part).astype(np.int32)
            self._add_row(columns, np.append(-more.data[row], 1.0), float(whole[part]))
        return len(broken)

    def _add_crowded(self, chosen: Ints) -> int:
        """Forbid the options to stand together of which one has too few households of its own; return how many rows."""
        plan = plan_of(self.task, chosen)
        few = [o for o in plan.chosen if plan.own_households(o) < self.task.least_households - ROUNDING]
        for option in few:
            others = crowding(self.task, option, [o for o in plan.chosen if o != option])
            columns = np.array([option, *others], dtype=np.int32)
            self._add_row(columns, np.ones(len(columns)), float(len(others)))
        return len(few)

    def _add_row(self, columns: NDArray[np.int32], values: Floats, at_most: float) -> None:
        self._highs.addRow(-highspy.kHighsInf, at_most, len(columns), columns, values)

    def _run(self) -> bool:
        """Solve the model as it stands; say whether that came to its end with a solution."""
        self._highs.setOptionValue("time_limit", max(0.01, self._ends - time.monotonic()))
        self._highs.run()
        status = self._highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible and not math.isfinite(self.best.value):
            self.bound = -math.inf
        return bool(status == highspy.HighsModelStatus.kOptimal)

    def _solution(self) -> tuple[Floats, Floats]:
        """Return how far each site is built, and the households that each part gets."""
        values = np.array(self._highs.getSolution().col_value)
        return np.clip(values[: self._n], 0.0, 1.0), values[self._n :]

    def _keep_bound(self) -> None:
        """Keep the bound of the solved model, and what it would be with each of the options built."""
        value = -self._highs.getInfo().objective_function_value
        self.bound = min(self.bound, max(value, self.best.value))
        rise = np.maximum(0.0, np.array(self._highs.getSolution().col_dual)[: self._n])
        self._bound_without = value - rise

    def _leave_out(self) -> None:
        """Leave out the options that belong to no plan better than the best by more than half of the gap."""
        if not math.isfinite(self.best.value):
            return
        enough = self.best.value + self._margin
        out = self._bound_without <= enough
        out[self.best.chosen] = False
        self._limit(np.zeros(self._n), (~out).astype(np.float64))
        self._left_out = float(self._bound_without[out].max(initial=-math.inf))

    def _limit(self, lower: Floats, upper: Floats) -> None:
        self._highs.changeColsBounds(self._n, np.arange(self._n, dtype=np.int32), lower, upper)

    def _settle(self) -> bool:
        """Solve again with some sites built whole; say whether that can be."""
        for _ in range(SETTLING_ROUNDS):
            if not self._run():
                return False
            built, given = self._solution()
            if not self._add_rows(built, built, given):
                break
        return self._run()

    def _start_from_best(self) -> None:
        built = self._as_vector(self.best.chosen)
        given = np.bincount(self._part, weights=self.task.weight * self._served(built), minlength=self._parts)
        start = highspy.HighsSolution()
        start.col_value = [*built.tolist(), *given.tolist()]
        self._highs.setSolution(start)

    def _take(self, chosen: Ints) -> None:
        """Make a plan of some options, as far as they go together, and keep it if it is the best."""
        plan = Plan(self.task)
        for option in chosen:
            if plan.fits(int(option)):
                plan.add(int(option))
        plan.fill(by_cost=True)
        improve(plan)
        if plan.value > self.best.value:
            self.best = plan


def crowding(task: Task, option: int, others: list[int]) -> list[int]:
    """Return as few of some options as leave an option fewer households of its own than the least."""
    mine = task.groups(option)
    beside = {o: np.isin(mine, task.groups(o)) for o in others}
    for other in others:
        rest = [served for o, served in beside.items() if o != other]
        left = ~np.logical_or.reduce(rest) if rest else np.ones(len(mine), dtype=np.bool_)
        if task.weight[mine[left]].sum() < task.least_households - ROUNDING:
            del beside[other]
    return list(beside)


def _highs_with(model: highspy.HighsLp) -> highspy.Highs:
    """Return HiGHS with a model, set to give the same answer every time."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in (("output_flag", False), ("threads", 1), ("parallel", "off"), ("random_seed", SEED)):
        highs.setOptionValue(name, value)
    highs.passModel(model)
    return highs


def _first_model(task: Task, part: Ints, parts: int) -> highspy.HighsLp:
    """Return the model before any row of households: budget or wanted households, and one option a place."""
    n, n_places = len(task.option), int(task.place.max(initial=-1)) + 1
    one_a_place = csr_matrix((np.ones(n), (task.place, np.arange(n))), shape=(n_places, n + parts))
    shared = csr_matrix(np.append(task.cost, np.zeros(parts))[np.newaxis])
    given = csr_matrix(np.append(np.zeros(n), np.ones(parts))[np.newaxis])
    rows = vstack([shared, given, one_a_place]).tocsr()
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = n + parts, rows.shape[0]
    each = np.ones(parts)
    first = task.cost if task.for_least_cost else np.zeros(n)
    model.col_cost_ = np.append(first + task.preference, np.zeros(parts) if task.for_least_cost else -each)
    model.col_lower_ = np.zeros(n + parts)
    model.col_upper_ = np.append(np.ones(n), np.bincount(part, weights=task.weight, minlength=parts))
    wanted = task.wanted if task.for_least_cost else -highspy.kHighsInf
    budget = task.budget if math.isfinite(task.budget) else highspy.kHighsInf
    model.row_lower_ = np.concatenate([[-highspy.kHighsInf, wanted], np.full(n_places, -highspy.kHighsInf)])
    model.row_upper_ = np.concatenate([[budget, highspy.kHighsInf], np.ones(n_places)])
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
    return model
