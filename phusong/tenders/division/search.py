"""A good division found by growing lots from seeds and moving units between neighbouring lots.

Each start grows k lots at once, the lightest first. Units are then moved, or two are exchanged, as long as that brings
the lots below the caps, then evens their weights, then makes them more compact without making them less even than is
allowed. Every lot hangs together at every step. The same task gives the same division.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from phusong.tenders.division.task import EQUAL, Assignment, Task, connected, pieces

STARTS = ((60, 16), (150, 8), (600, 4))
"""How many starts are made up to so many units; beyond, two."""

STARTS_BEYOND = 2
MOST_SWEEPS = 200
EXCHANGES_UP_TO = 600
"""Pairs are exchanged only up to so many units: beyond, moves have to do."""

Key = tuple[float, ...]


class _State:
    """A division as it is changed; everything but ``travels`` is kept up at every step."""

    def __init__(self, task: Task, assignment: Sequence[int]) -> None:
        self.task, self.of = task, list(assignment)
        self.lots = [set(lot) for lot in task.lots(tuple(assignment))]
        self.weights = [sum(task.weight[i] for i in lot) for lot in self.lots]
        self.loads = [task.load(lot) for lot in self.lots]
        self.travels = [math.nan] * len(self.lots)
        self.total = sum(task.weight)

    def put(self, unit: int, lot: int) -> None:
        """Move a unit."""
        task, before = self.task, self.of[unit]
        self.lots[before].discard(unit)
        self.lots[lot].add(unit)
        self.of[unit] = lot
        self.weights[before] -= task.weight[unit]
        self.weights[lot] += task.weight[unit]
        for at, load in enumerate(task.loads[unit]):
            self.loads[before][at] -= load
            self.loads[lot][at] += load

    def over(self, lots: Sequence[int]) -> float:
        """Return how far lots are above the caps, in shares of these."""
        caps = self.task.caps
        return sum(
            (load - cap) / cap for lot in lots for load, cap in zip(self.loads[lot], caps, strict=True) if load > cap
        )

    def uneven(self, lots: Sequence[int]) -> float:
        """Return the squares of how far lots are from the mean weight, in mean weights."""
        mean = self.total / len(self.lots) or 1.0
        return sum((self.weights[lot] / mean - 1.0) ** 2 for lot in lots)

    @property
    def spread(self) -> float:
        """Return the spread of all lots."""
        return self.task.spread(self.weights)


Goal = Callable[[_State, Sequence[int]], Key]
"""What is to be lower, as far as it changes with some lots."""


def search(task: Task, k: int) -> Assignment | None:
    """Return the best division into k lots that was found; None where none keeps the caps."""
    if k == 1:
        alone = (0,) * task.n
        return alone if task.keeps(alone) else None
    best: tuple[Key, Assignment] | None = None
    for start in range(_starts(task.n)):
        grown = _grown(task, k, np.random.default_rng(start))
        if grown is None:
            return None
        found = improve(task, grown)
        if task.keeps(found):
            rank = ((max(task.spread_of(found), task.tolerance), task.travel_of_all(found)), found)
            best = rank if best is None else min(best, rank)
    return None if best is None else best[1]


def _starts(n: int) -> int:
    return next((starts for up_to, starts in STARTS if n <= up_to), STARTS_BEYOND)


def _grown(task: Task, k: int, chance: np.random.Generator) -> list[int] | None:
    """Grow k lots from seeds far from each other, the lightest lot taking the nearest free neighbour."""
    seeds = _seeds(task, k, chance)
    if seeds is None:
        return None
    of = [-1] * task.n
    for lot, seed in enumerate(seeds):
        of[seed] = lot
    queue = [(task.weight[seed], lot) for lot, seed in enumerate(seeds)]
    border = [set(task.links[seed]) for seed in seeds]
    heapq.heapify(queue)
    while queue:
        weight, lot = heapq.heappop(queue)
        border[lot] = {i for i in border[lot] if of[i] < 0}
        if border[lot]:
            unit = min((float(task.travel[i, seeds[lot]]), i) for i in border[lot])[1]
            of[unit] = lot
            border[lot] |= task.links[unit]
            heapq.heappush(queue, (weight + task.weight[unit], lot))
    return of


def _seeds(task: Task, k: int, chance: np.random.Generator) -> list[int] | None:
    """Return a seed in every piece of the land, then always the unit farthest from all seeds; None for too many."""
    parts = pieces(range(task.n), task.links)
    if len(parts) > k:
        return None
    away = task.travel / np.maximum(task.travel.sum(axis=1, keepdims=True), EQUAL)
    seeds = [sorted(part)[int(chance.integers(len(part)))] for part in parts]
    nearest = away[:, seeds].min(axis=1)
    while len(seeds) < k:
        nearest[seeds] = -1.0
        seeds.append(int(np.argmax(nearest)))
        nearest = np.minimum(nearest, away[:, seeds[-1]])
    return seeds


def improve(task: Task, assignment: Sequence[int]) -> Assignment:
    """Return a division that no single step betters: within the caps, then even, then compact."""
    state = _State(task, assignment)
    _descend(state, _evenness)
    if state.spread > task.tolerance + EQUAL:
        _descend(state, _spread)
    state.travels = [task.travel_of(lot) for lot in state.lots]
    _descend(state, _compactness(max(state.spread, task.tolerance) + EQUAL))
    return tuple(state.of)


def _evenness(state: _State, lots: Sequence[int]) -> Key:
    return state.over(lots), state.uneven(lots)


def _spread(state: _State, lots: Sequence[int]) -> Key:
    return state.over(lots), state.spread, state.uneven(lots)


def _compactness(limit: float) -> Goal:
    def goal(state: _State, lots: Sequence[int]) -> Key:
        spread = state.spread
        return state.over(lots), spread if spread > limit else 0.0, math.fsum(state.travels[lot] for lot in lots)

    return goal


def _descend(state: _State, goal: Goal) -> None:
    """Move units as long as that lowers a goal; exchange two only where no move does."""
    for _ in range(MOST_SWEEPS):
        moved = False
        for unit in range(state.task.n):
            for lot in sorted({state.of[j] for j in state.task.links[unit]} - {state.of[unit]}):
                moved |= _try(state, [(unit, lot)], goal)
        if not moved and state.task.n <= EXCHANGES_UP_TO:
            for unit, other in _pairs(state):
                moved |= _try(state, [(unit, state.of[other]), (other, state.of[unit])], goal)
        if not moved:
            return


def _pairs(state: _State) -> Iterator[tuple[int, int]]:
    """Yield pairs of which each lies beside the lot of the other."""
    links, of = state.task.links, state.of
    for unit in range(state.task.n):
        for lot in sorted({of[j] for j in links[unit]} - {of[unit]}):
            for other in sorted(state.lots[lot]):
                if unit < other and of[other] != of[unit] and not links[other].isdisjoint(state.lots[of[unit]]):
                    yield unit, other


def _try(state: _State, moves: Sequence[tuple[int, int]], goal: Goal) -> bool:
    """Move units, and back unless the goal is lower and all lots hang together; say whether they stay moved."""
    back = [(unit, state.of[unit]) for unit, _ in moves]
    touched = sorted({lot for _, lot in (*moves, *back)})
    before, travels = goal(state, touched), [state.travels[lot] for lot in touched]
    for unit, lot in moves:
        state.put(unit, lot)
    if _stays(state, touched, goal, before, with_travel=not math.isnan(travels[0])):
        return True
    for unit, lot in back:
        state.put(unit, lot)
    for lot, travel in zip(touched, travels, strict=True):
        state.travels[lot] = travel
    return False


def _stays(state: _State, touched: Sequence[int], goal: Goal, before: Key, *, with_travel: bool) -> bool:
    if not all(state.lots[lot] for lot in touched):
        return False
    if with_travel:
        if _lower(before[:-1], goal(state, touched)[:-1]):
            return False  # worse before its distances are even looked at
        for lot in touched:
            state.travels[lot] = state.task.travel_of(state.lots[lot])
    return _lower(goal(state, touched), before) and all(connected(state.lots[lot], state.task.links) for lot in touched)


def _lower(after: Key, now: Key) -> bool:
    """Say whether a key is lower, and not by rounding alone."""
    for one, other in zip(after, now, strict=True):
        if one != other and not abs(one - other) <= EQUAL * max(1.0, abs(other)):
            return one < other
    return False
