"""No count of one to four households is told, nor can be worked out from all that is told."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import linprog

from phusong.api.opendata.hiding import KeptBack, Places, kept_back, small
from phusong.data.terms import LEAST_SHOWN

STATES = 3  # served, unserved outside told gaps, unknown
TOTAL, REST = np.array([1, 1, 1]), np.array([0, 1, 1])
SERVED, UNSERVED, UNKNOWN = np.eye(STATES, dtype=int)
WIDTH = LEAST_SHOWN - 1


class World:
    """A province of communes and villages with a remainder in each, as a matrix of cells; and what is told of it."""

    def __init__(self, seed: int) -> None:
        dice = np.random.default_rng(seed)
        communes = int(dice.integers(1, 6))
        counts = [int(dice.integers(0, 7)) for _ in range(communes)]
        self.commune_of = np.repeat(np.arange(communes), counts)
        villages = self.commune_of.size
        most = dice.choice([3, 12, 80], size=(villages, STATES), p=[0.35, 0.4, 0.25])
        self.cells = dice.integers(0, most + 1) * (dice.random((villages, STATES)) < 0.8)
        self.gaps = np.where(dice.random(villages) < 0.3, dice.integers(LEAST_SHOWN, 30, villages), 0)
        left = dice.integers(0, 9, size=(communes, STATES)) * (dice.random((communes, 1)) < 0.3)
        self.left_in_communes = left
        self.left_in_province = dice.integers(0, 9, size=(1, STATES)) * (dice.random() < 0.3)
        inside = np.array([self.cells[self.commune_of == c].sum(axis=0) for c in range(communes)]).reshape(-1, STATES)
        self.communes = inside + left
        self.commune_gaps = np.array([self.gaps[self.commune_of == c].sum() for c in range(communes)])
        self.province = self.communes.sum(axis=0, keepdims=True) + self.left_in_province
        self.commune, self.village = kept_back(
            places(self.province, self.commune_gaps.sum(keepdims=True)),
            places(self.communes, self.commune_gaps),
            places(self.cells, self.gaps),
            self.commune_of,
        )

    @property
    def all_cells(self) -> NDArray[np.int64]:
        """Return the truth: a row a village, a commune's remainder, the province's remainder."""
        return np.concatenate([self.cells, self.left_in_communes, self.left_in_province])

    def members(self) -> Iterator[tuple[NDArray[np.bool_], KeptBack | None, int]]:
        """Give each place as the rows of it, what is kept back of it, and its row there; None is never told itself."""
        rows, villages, communes = len(self.all_cells), len(self.cells), len(self.communes)
        alone = np.eye(rows, dtype=bool)
        for v in range(villages):
            yield alone[v], self.village, v
        for c in range(communes):
            inside = alone[villages + c].copy()
            inside[:villages] |= self.commune_of == c
            yield inside, self.commune, c
            yield alone[villages + c], None, 0
        yield alone[-1], None, 0

    def told_of_province(self) -> list[NDArray[np.int64]]:
        """Return what the public counts tell of the whole province: they keep back by themselves what is small."""
        served, unserved, unknown = self.province[0]
        few = small(np.array([served, unserved + unknown, unserved, unknown]))
        both = [] if few[0] or few[1] else [what for what, back in ((UNSERVED, few[2]), (UNKNOWN, few[3])) if not back]
        return [TOTAL, *both]

    @cached_property
    def told(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return all that is told, as equations over the cells."""
        truth, found = self.all_cells, []
        every = np.ones(len(truth), dtype=bool)
        found += [np.outer(every, what) for what in self.told_of_province()]
        for inside, kept, row in self.members():
            for what, back in equations(kept, row):
                if not back:
                    found.append(np.outer(inside, what))
        matrix = np.array(found, dtype=float).reshape(len(found), -1)
        return matrix, matrix @ truth.reshape(-1)


def equations(kept: KeptBack | None, row: int) -> Iterator[tuple[NDArray[np.int64], bool]]:
    """Give what may be told of a place, and whether it is kept back."""
    if kept is not None:
        yield TOTAL, bool(kept.households[row])
        yield SERVED, bool(kept.first[row])
        yield UNSERVED, bool(kept.second[row])
        yield UNKNOWN, bool(kept.second[row])


def places(cells: NDArray[np.int64], gaps: NDArray[np.int64]) -> Places:
    return Places(served=cells[:, 0], unserved=cells[:, 1] + gaps, unknown=cells[:, 2], in_gaps=gaps)


def span(world: World, of: NDArray[np.bool_], what: NDArray[np.int64]) -> float:
    """Return how far apart the least and the greatest value are that agree with all that is told."""
    matrix, values = world.told
    aim = np.outer(of, what).reshape(-1).astype(float)
    least, most = (linprog(sign * aim, A_eq=matrix, b_eq=values, bounds=(0, None)) for sign in (1, -1))
    assert least.status == most.status == 0
    return float(-most.fun - least.fun)


@pytest.mark.parametrize("seed", range(24))
def test_every_small_count_could_as_well_be_another(seed):
    """An attacker who solves all that is told as equations finds no count of one to four to less than four apart."""
    world = World(seed)
    truth = world.all_cells
    for inside, kept, row in world.members():
        back = [flag for _, flag in equations(kept, row)]
        for what in (TOTAL, SERVED, REST, UNSERVED, UNKNOWN):
            value = np.array([int(truth[inside].sum(axis=0) @ what)])
            if small(value)[0]:
                assert span(world, inside, what) >= WIDTH - 1e-6, (inside, what, value, back)


def test_the_attack_of_the_test_finds_what_is_not_kept_back():
    """With nothing kept back the same attack finds small counts exactly: it can see."""
    world = World(3)
    world.commune, world.village = (KeptBack.none(len(one.first)) for one in (world.commune, world.village))
    truth = world.all_cells
    exact = [
        span(world, inside, SERVED) < 1e-6
        for inside, _, _ in world.members()
        if small(np.array([int(truth[inside].sum(axis=0) @ SERVED)]))[0]
    ]
    assert exact
    assert any(exact)


def test_large_counts_are_told():
    """Where every count is of five or more, or none, nothing is kept back."""
    cells = np.array([[100, 20, 0], [50, 5, 7], [0, 0, 60]])
    gaps = np.array([12, 0, 0])
    villages = places(cells, gaps)
    whole = places(cells.sum(axis=0, keepdims=True), gaps.sum(keepdims=True))
    commune, village = kept_back(whole, whole, villages, np.zeros(3, dtype=np.int64))
    for one in (commune, village):
        assert not (one.households.any() or one.first.any() or one.second.any())


def test_a_split_takes_no_more_with_it_than_it_needs():
    """Of four villages, one with three unserved, one more keeps back how its rest splits; served is told of all."""
    cells = np.array([[90, 3, 20], [80, 9, 30], [200, 40, 60], [300, 50, 80]])
    gaps = np.zeros(4, dtype=np.int64)
    whole = places(cells.sum(axis=0, keepdims=True), gaps[:1])
    _, village = kept_back(whole, whole, places(cells, gaps), np.zeros(4, dtype=np.int64))
    assert village.second.tolist() == [True, True, False, False]
    assert not village.first.any()
    assert not village.households.any()


def test_villages_of_no_commune_tell_nothing():
    """What cannot be held against a commune's sums is kept back."""
    cells = np.array([[90, 10, 20]])
    none = np.zeros(0, dtype=np.int64)
    commune, village = kept_back(
        places(cells, np.zeros(1, dtype=np.int64)),
        places(np.zeros((0, 3), dtype=np.int64), none),
        places(cells, np.zeros(1, dtype=np.int64)),
        np.array([-1]),
    )
    assert len(commune.first) == 0
    assert village.households.all()
    assert village.first.all()
    assert village.second.all()
