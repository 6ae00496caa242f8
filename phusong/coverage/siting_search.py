"""Plans found step by step: the best option next, then one site after the other given up for better ones.

What is found is a good plan at once, not a proven one: the model starts from it (``siting_model``).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.siting_task import Flags, Floats, Ints, Task

SLACK = 1e-9
ROUNDS = 20
"""How often all sites of a plan are gone through."""


class Plan:
    """A plan being made: its options, and what each other option would add to it."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.chosen: list[int] = []
        self.gain: Floats = np.asarray(task.groups_of @ task.weight, dtype=np.float64)
        self.households = 0.0
        self.cost = 0.0
        self._times: NDArray[np.int64] = np.zeros(len(task.weight), dtype=np.int64)
        self._taken: Flags = np.zeros(int(task.place.max(initial=-1)) + 1, dtype=np.bool_)

    @property
    def reached(self) -> bool:
        """Say whether the plan serves as many households as are wanted, if any number is."""
        return not self.households < self.task.wanted - SLACK

    @property
    def value(self) -> float:
        """Return what is to be as large as possible."""
        if not self.reached:
            return -np.inf
        first = -self.cost if self.task.for_least_cost else self.households
        return float(first - self.task.preference[self.chosen].sum())

    def add(self, option: int) -> None:
        """Take an option into the plan."""
        groups = self.task.groups(option)
        new = groups[self._times[groups] == 0]
        self._times[groups] += 1
        self._count(option, new, 1.0)
        self.chosen.append(option)

    def drop(self, option: int) -> None:
        """Take an option out of the plan."""
        groups = self.task.groups(option)
        self._times[groups] -= 1
        self._count(option, groups[self._times[groups] == 0], -1.0)
        self.chosen.remove(option)

    def own_households(self, option: int) -> float:
        """Return the households that of the plan's options this one alone serves."""
        groups = self.task.groups(option)
        return float(self.task.weight[groups[self._times[groups] == 1]].sum())

    def fits(self, option: int) -> bool:
        """Say whether an option can be taken in: money, its place, the least households of every site."""
        return bool(self._fitting()[option]) and self._leaves_enough(option)

    def fill(self, *, by_cost: bool) -> list[int]:
        """Take in the best option as long as one is left that fits; return what was taken."""
        taken: list[int] = []
        refused: Flags = np.zeros(len(self.gain), dtype=np.bool_)
        while not (self.task.for_least_cost and self.reached):
            score = np.where(self._fitting() & ~refused, self._score(by_cost), 0.0)
            option = int(np.argmax(score)) if len(score) else -1
            if option < 0 or score[option] <= SLACK:
                break
            if self._leaves_enough(option):
                self.add(option)
                taken.append(option)
            else:
                refused[option] = True
        return taken

    def prune(self) -> list[int]:
        """Take out, dearest first, what is not needed to serve the wanted households; return what was taken out."""
        out = []
        for option in sorted(self.chosen, key=lambda o: (-self.task.cost[o], o)):
            if self.households - self.own_households(option) >= self.task.wanted - SLACK:
                self.drop(option)
                out.append(option)
        return out

    def _count(self, option: int, groups: Ints, sign: float) -> None:
        task = self.task
        sums = task.options_of[groups]
        weights = np.repeat(task.weight[groups], np.diff(sums.indptr))
        self.gain -= sign * np.bincount(sums.indices, weights=weights, minlength=len(self.gain))
        self.households += sign * float(task.weight[groups].sum())
        self.cost += sign * float(task.cost[option])
        self._taken[task.place[option]] = sign > 0.0

    def _fitting(self) -> Flags:
        task = self.task
        affordable = task.cost <= task.budget - self.cost + SLACK
        enough = self.gain >= task.least_households - SLACK
        fitting: Flags = affordable & enough & ~self._taken[task.place]
        return fitting

    def _score(self, by_cost: bool) -> Floats:
        gain = self.gain
        if self.task.for_least_cost:
            gain = np.minimum(gain, self.task.wanted - self.households)
            gain = np.where(gain > SLACK, gain, 0.0)
        else:
            gain = gain - self.task.preference
        return np.asarray(gain / (self.task.cost + SLACK) if by_cost else gain, dtype=np.float64)

    def _leaves_enough(self, option: int) -> bool:
        """Say whether every site of the plan keeps the least number of its own households beside an option."""
        if self.task.least_households <= 0.0:
            return True
        self.add(option)
        enough = all(self.own_households(o) >= self.task.least_households - SLACK for o in self.chosen)
        self.drop(option)
        return enough


def plan_of(task: Task, chosen: Ints) -> Plan:
    """Return the plan of some options."""
    plan = Plan(task)
    for option in chosen:
        plan.add(int(option))
    return plan


def first_plan(task: Task) -> Plan:
    """Return the better of two plans, by households and by households for the money, each improved."""
    plans = []
    for by_cost in (True, False):
        plan = Plan(task)
        plan.fill(by_cost=by_cost)
        improve(plan)
        plans.append(plan)
    return max(plans, key=lambda plan: plan.value)


def improve(plan: Plan) -> None:
    """Give up one site after the other for what serves better, as long as that helps."""
    if plan.task.for_least_cost and plan.reached:
        plan.prune()
    for _ in range(ROUNDS):
        better = [_exchange(plan, option) for option in tuple(plan.chosen)]  # all of them, not to the first
        if True not in better:
            return


def _exchange(plan: Plan, option: int) -> bool:
    """Give up a site and fill up again; keep that only if it is better."""
    if option not in plan.chosen:
        return False
    for by_cost in (False, True):
        before, chosen = plan.value, tuple(plan.chosen)
        plan.drop(option)
        plan.fill(by_cost=by_cost)
        if plan.task.for_least_cost and plan.reached:
            plan.prune()
        if plan.value > before + SLACK:
            return True
        _back_to(plan, chosen)
    return False


def _back_to(plan: Plan, chosen: tuple[int, ...]) -> None:
    for option in [o for o in plan.chosen if o not in chosen]:
        plan.drop(option)
    for option in [o for o in chosen if o not in plan.chosen]:
        plan.add(option)
