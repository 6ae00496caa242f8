"""A good division found by growing lots from seeds and moving units between neighbouring lots.

Each start grows k lots at once, the lightest first. Units are then moved, or two are exchanged, as long as that brings
the lots below the caps, then evens their weights, then makes them more compact without making them less even than is
allowed. Every lot hangs together at every step. The same task gives the same division.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from phusong.tenders.division.task import EQUAL, Assignment, Task, connected, pieces

SMALL, MIDDLING = 60, 150
STARTS_SMALL, STARTS_MIDDLING, STARTS_LARGE = 16, 6, 3
MOST_SWEEPS = 200
EXCHANGES_UP_TO = 150
"""Pairs are exchanged only up to so many units: beyond, moves alone even the lots well."""

Key = tuple[float, ...]


@dataclass(slots=True, eq=False)
class _State:
    """A division as it is changed, with what is asked of it at every step."""

    task: Task
    of: list[int]
    lots: list[set[int]]
    weights: list[int]
    loads: list[list[float]]
    travels: list[float]

    @classmethod
    def of_assignment(cls, task: Task, assignment: Sequence[int]) -> _State:
        """Return the state of a division."""
        lots = [set(lot) for lot in task.lots(tuple(assignment))]
        return cls(
            task=task,
            of=list(assignment),
            lots=lots,
            weights=[sum(task.weight[i] for i in lot) for lot in lots],
            loads=[_load(task, lot) for lot in lots],
            travels=[task.travel_of(lot) for lot in lots],
        )

    @property
    def assignment(self) -> Assignment:
        """Return the lot of every unit."""
        return tuple(self.of)


def _load(task: Task, lot: set[int]) -> list[float]:
    return [math.fsum(column) for column in task.loads[sorted(lot)].T.tolist()]


def _over(load: Sequence[float]) -> float:
    return sum(max(0.0, share - 1.0 - EQUAL) for share in load)


def search(task: Task, k: int) -> Assignment | None:
    """Return the best division into k lots that was found; None where none keeps the caps."""
    if k == 1:
        alone = (0,) * task.n
        return alone if task.keeps(alone) else None
    best: tuple[Key, Assignment] | None = None
    for start in range(_starts(task.n)):
        grown = _grown(task, k, random.Random(start))  # noqa: S311: no secret, the same every time
        if grown is None:
            continue
        found = improve(task, grown)
        if task.keeps(found):
            rank = ((max(task.spread_of(found), task.tolerance), task.travel_of_all(found)), found)
            best = rank if best is None else min(best, rank)
    return None if best is None else best[1]


def _starts(n: int) -> int:
    if n <= SMALL:
        return STARTS_SMALL
    return STARTS_MIDDLING if n <= MIDDLING else STARTS_LARGE


def _grown(task: Task, k: int, chance: random.Random) -> list[int] | None:
    """Grow k lots from seeds far from each other, the lightest lot taking the nearest free neighbour."""
    seeds = _seeds(task, k, chance)
    if seeds is None:
        return None
    of = [-1] * task.n
    for lot, seed in enumerate(seeds):
        of[seed] = lot
    weights = [task.weight[seed] for seed in seeds]
    border = [set(task.links[seed]) for seed in seeds]
    for _ in range(task.n - k):
        ready = [lot for lot in range(k) if any(of[i] < 0 for i in border[lot])]
        lot = min(ready, key=lambda one: (weights[one], one))
        unit = min((i for i in border[lot] if of[i] < 0), key=lambda i: (task.travel[i, seeds[lot]], i))
        of[unit] = lot
        weights[lot] += task.weight[unit]
        border[lot] |= task.links[unit]
    return of


def _seeds(task: Task, k: int, chance: random.Random) -> list[int] | None:
    """Return a seed in every piece of the land, then always the unit farthest from all seeds."""
    parts = pieces(range(task.n), task.links)
    if len(parts) > k:
        return None
    away = task.travel / np.maximum(task.travel.sum(axis=1, keepdims=True), EQUAL)
    seeds = [chance.choice(sorted(part)) for part in parts]
    nearest = away[:, seeds].min(axis=1)
    while len(seeds) < k:
        nearest[seeds] = -1.0
        seeds.append(int(np.argmax(nearest)))
        nearest = np.minimum(nearest, away[:, seeds[-1]])
    return seeds


def improve(task: Task, assignment: Sequence[int]) -> Assignment:
    """Return a division that no single move betters: within the caps, then even, then compact."""
    state = _State.of_assignment(task, assignment)
    _descend(state, _evenness)
    if task.spread(state.weights) > task.tolerance + EQUAL:
        _descend(state, _spread)
    limit = max(task.spread(state.weights), task.tolerance) + EQUAL
    _descend(state, lambda now: _compactness(now, limit))
    return state.assignment


def _evenness(state: _State) -> Key:
    middle = sum(state.weights) / len(state.weights)
    return (sum(map(_over, state.loads)), sum((w - middle) ** 2 for w in state.weights))


def _spread(state: _State) -> Key:
    over, uneven = _evenness(state)
    return (over, state.task.spread(state.weights), uneven)


def _compactness(state: _State, limit: float) -> Key:
    spread = state.task.spread(state.weights)
    return (sum(map(_over, state.loads)), spread if spread > limit else 0.0, sum(state.travels))


def _descend(state: _State, key: Callable[[_State], Key]) -> None:
    """Move units as long as that lowers a key."""
    now = key(state)
    for _ in range(MOST_SWEEPS):
        before = now
        for unit in range(state.task.n):
            for lot in sorted({state.of[j] for j in state.task.links[unit]} - {state.of[unit]}):
                now = _try(state, [(unit, lot)], key, now)
        if state.task.n <= EXCHANGES_UP_TO and now == before:
            now = _exchanged(state, key, now)
        if now == before:
            return


def _exchanged(state: _State, key: Callable[[_State], Key], now: Key) -> Key:
    for unit, other in _pairs(state):
        mine, its = state.of[unit], state.of[other]
        if mine != its:
            now = _try(state, [(unit, its), (other, mine)], key, now)
    return now


def _pairs(state: _State) -> Iterator[tuple[int, int]]:
    """Yield pairs of which each lies beside the lot of the other."""
    links = state.task.links
    for unit in range(state.task.n):
        for other in range(unit + 1, state.task.n):
            mine, its = state.of[unit], state.of[other]
            if mine != its and not links[unit].isdisjoint(state.lots[its]):
                if not links[other].isdisjoint(state.lots[mine]):
                    yield unit, other


def _try(state: _State, moves: list[tuple[int, int]], key: Callable[[_State], Key], now: Key) -> Key:
    """Move units, and back unless all lots hang together and the key is lower; return the key."""
    touched = sorted({lot for unit, to in moves for lot in (state.of[unit], to)})
    kept = [(lot, state.weights[lot], state.loads[lot], state.travels[lot]) for lot in touched]
    back = [(unit, state.of[unit]) for unit, _ in moves]
    _put(state, moves)
    if all(state.lots[lot] and connected(state.lots[lot], state.task.links) for lot in touched):
        for lot in touched:
            state.weights[lot] = sum(state.task.weight[i] for i in state.lots[lot])
            state.loads[lot] = _load(state.task, state.lots[lot])
            state.travels[lot] = state.task.travel_of(state.lots[lot])
        after = key(state)
        if _lower(after, now):
            return after
    _put(state, back)
    for lot, weight, load, travel in kept:
        state.weights[lot], state.loads[lot], state.travels[lot] = weight, load, travel
    return now


def _put(state: _State, moves: Sequence[tuple[int, int]]) -> None:
    for unit, _ in moves:
        state.lots[state.of[unit]].discard(unit)
    for unit, lot in moves:
        state.lots[lot].add(unit)
        state.of[unit] = lot


def _lower(after: Key, now: Key) -> bool:
    """Say whether a key is lower, and not by rounding alone."""
    for one, other in zip(after, now, strict=True):
        if abs(one - other) > EQUAL * max(1.0, abs(other)):
            return one < other
    return False
