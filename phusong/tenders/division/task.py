"""One province and route to divide, as numbers: weights, loads, neighbours, distances."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phusong.tenders.division.neighbours import links_of, positions_km
from phusong.tenders.division.values import Caps, Contact, Unit

Floats = NDArray[np.float64]
Assignment = tuple[int, ...]
"""The lot of every unit, 0 to k − 1."""

EQUAL = 1e-9
"""Spreads nearer than this are the same: they are ratios of whole numbers."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Task:
    """Units to divide into lots.

    ``weight`` is what is to be even: VND or households, whole numbers. ``loads`` is what a unit holds of what each of
    ``caps`` limits: VND, households, sites. ``travel`` is households × km from unit (row) to unit, shape (n, n).
    ``fixed`` are the weights of lots that stand already: units that alone are above a cap.
    """

    weight: tuple[int, ...]
    loads: tuple[tuple[int, ...], ...]
    caps: tuple[int, ...]
    links: tuple[frozenset[int], ...]
    travel: Floats
    fixed: tuple[int, ...]
    tolerance: float

    @property
    def n(self) -> int:
        """Return the number of units."""
        return len(self.weight)

    def spread(self, weights: Iterable[int]) -> float:
        """Return the greatest lot over the smallest, the fixed lots among them; infinite where one weighs nothing."""
        every = [*weights, *self.fixed]
        return max(every) / min(every) if min(every) > 0 else math.inf

    def lots(self, assignment: Assignment) -> list[list[int]]:
        """Return the units of each lot."""
        lots: list[list[int]] = [[] for _ in range(max(assignment) + 1)]
        for unit, lot in enumerate(assignment):
            lots[lot].append(unit)
        return lots

    def weights(self, assignment: Assignment) -> list[int]:
        """Return the weight of each lot."""
        return [sum(self.weight[i] for i in lot) for lot in self.lots(assignment)]

    def spread_of(self, assignment: Assignment) -> float:
        """Return the spread of a division."""
        return self.spread(self.weights(assignment))

    def travel_of(self, lot: Collection[int]) -> float:
        """Return households × km to the unit of the lot from which these are least: its middle."""
        members = sorted(lot)
        return float(self.travel[np.ix_(members, members)].sum(axis=0).min())

    def travel_of_all(self, assignment: Assignment) -> float:
        """Return households × km to the middles of all lots."""
        return math.fsum(self.travel_of(lot) for lot in self.lots(assignment))

    def keeps(self, assignment: Assignment) -> bool:
        """Say whether a division is contiguous and within the caps."""
        return all(self.fits(lot) and connected(lot, self.links) for lot in self.lots(assignment))

    def load(self, lot: Iterable[int]) -> list[int]:
        """Return what some units hold together of what each cap limits."""
        return [sum(column) for column in zip(*(self.loads[i] for i in lot), strict=True)]

    def fits(self, lot: Iterable[int]) -> bool:
        """Say whether some units keep the caps."""
        return all(load <= cap for load, cap in zip(self.load(lot), self.caps, strict=True))

    def least_spread(self, k: int) -> float:
        """Return a spread that no division into k lots can go below, whatever its shape."""
        total, heaviest = sum(self.weight), max(self.weight)
        high = max([-(-total // k), heaviest, *self.fixed])
        low = min([total // k, *self.fixed])
        if k > 1:
            low = min(low, (total - heaviest) // (k - 1))
        return max(1.0, high / low) if low > 0 else math.inf


def connected(members: Collection[int], links: Sequence[frozenset[int]]) -> bool:
    """Say whether some units hang together."""
    left = set(members)
    queue = [left.pop()] if left else []
    while queue and left:
        beside = links[queue.pop()] & left
        left -= beside
        queue.extend(beside)
    return not left


def pieces(members: Collection[int], links: Sequence[frozenset[int]]) -> list[set[int]]:
    """Return the parts that hang together, that of the lowest unit first."""
    left, found = set(members), []
    while left:
        start = min(left)
        left.discard(start)
        piece, queue = {start}, [start]
        while queue:
            beside = links[queue.pop()] & left
            left -= beside
            piece |= beside
            queue.extend(beside)
        found.append(piece)
    return found


def measure_of(units: Iterable[Unit]) -> Callable[[Unit], int]:
    """Return what of a unit is to be even: its value, or its households where any value is not known."""
    if all(unit.value_vnd is not None for unit in units):
        return lambda unit: unit.value_vnd or 0
    return lambda unit: unit.households


def task_of(units: Sequence[Unit], contacts: Iterable[Contact], caps: Caps, fixed: Sequence[Unit]) -> Task:
    """Return the task of dividing some units; ``fixed`` are those that are lots of their own."""
    weight = measure_of([*units, *fixed])
    at = positions_km((unit.lon_deg for unit in units), (unit.lat_deg for unit in units))
    away_km = np.hypot(*(at[:, np.newaxis, :] - at[np.newaxis, :, :]).transpose(2, 0, 1))
    households = np.array([unit.households for unit in units], dtype=np.float64)
    return Task(
        weight=tuple(weight(unit) for unit in units),
        loads=tuple((unit.value_vnd or 0, unit.households, unit.sites) for unit in units),
        caps=(caps.max_value_vnd, caps.max_households, caps.max_sites),
        links=links_of(units, contacts),
        travel=np.round(households[:, np.newaxis] * away_km, 6),
        fixed=tuple(weight(unit) for unit in fixed),
        tolerance=caps.tolerance,
    )


def fewest_by_sums(task: Task) -> int:
    """Return the number of lots below which the sums alone break a cap; each piece of the land needs its own."""
    return sum(
        max(1, *(-(-load // cap) for load, cap in zip(task.load(piece), task.caps, strict=True)))
        for piece in pieces(range(task.n), task.links)
    )
