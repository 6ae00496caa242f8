"""Households counted in square bins, level by level; and the counts that may be told without telling of a few.

At level L the world is 2ᴸ bins wide; a tile of zoom z is shown by level z + 7, 128 bins a side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phusong.data.terms import LEAST_SHOWN
from phusong.maps.tile_grid import WORLD_BITS, Tile

BITS_PER_TILE = 7
FINEST_LEVEL = 18
"""Of the levels that are kept: bins of 153 m on the equator, those of zoom 11."""
COARSEST_LEVEL = BITS_PER_TILE

Ints = NDArray[np.int64]
Codes = NDArray[np.uint8]
STATES = 4


@dataclass(frozen=True, slots=True, eq=False)
class Bins:
    """Bins of one level in the order of their codes, and the households by state in each, shape (n, 4)."""

    level: int
    code: Ints
    households: Ints

    def within(self, tile: Tile) -> Bins:
        """Return the bins whose centre lies in a tile."""
        bits = 2 * (WORLD_BITS - self.level)
        centre = (self.code << bits) | (3 << (bits - 2))
        start, end = np.searchsorted(centre, tile.codes)
        return Bins(self.level, self.code[start:end], self.households[start:end])

    def coarser(self) -> Bins:
        """Return the bins of the next level up."""
        return counted(self.level - 1, self.code >> 2, self.households)

    @property
    def size(self) -> int:
        """Return the bytes held."""
        return self.code.nbytes + self.households.nbytes


def counted(level: int, code: Ints, households: Ints) -> Bins:
    """Add up rows whose codes do not go down."""
    if not len(code):
        return Bins(level, code, households)
    first = np.flatnonzero(np.concatenate([[True], code[1:] != code[:-1]]))
    return Bins(level, code[first], np.add.reduceat(households, first, axis=0))


def bins_of(level: int, morton: Ints, state: Codes, weight: Ints) -> Bins:
    """Count households, sorted by code, in the bins of a level."""
    code = morton >> 2 * (WORLD_BITS - level)
    if not len(code):
        return Bins(level, code, np.zeros((0, STATES), dtype=np.int64))
    number = np.concatenate([[0], np.cumsum(code[1:] != code[:-1])])
    n = int(number[-1]) + 1
    sums = np.bincount(number * STATES + state, weights=weight, minlength=n * STATES)
    first = np.flatnonzero(np.concatenate([[True], code[1:] != code[:-1]]))
    return Bins(level, code[first], np.rint(sums).astype(np.int64).reshape(n, STATES))


def pyramid(parts: Iterable[tuple[Ints, Codes, Ints]]) -> dict[int, Bins]:
    """Return the bins of every level from parts of the households (codes, states, weights), sorted over all parts."""
    finest = [bins_of(FINEST_LEVEL, *part) for part in parts] or [bins_of(FINEST_LEVEL, *_nothing())]
    code = np.concatenate([one.code for one in finest])
    joined = counted(FINEST_LEVEL, code, np.concatenate([one.households for one in finest]))
    return {one.level: one for one in _up(joined)}


def _nothing() -> tuple[Ints, Codes, Ints]:
    none = np.zeros(0, dtype=np.int64)
    return none, none.astype(np.uint8), none


def _up(finest: Bins) -> Iterator[Bins]:
    yield finest
    while finest.level > COARSEST_LEVEL:
        finest = finest.coarser()
        yield finest


def published(exact: Bins, least: int = LEAST_SHOWN) -> dict[int, Bins]:
    """Return the bins of every level in which no count is of fewer than ``least`` households, nor any difference.

    What is too few at one level is carried to the bin above, and told there once it is enough together. So a bin less
    the bins in it is always nothing, or ``least`` and more: nobody can subtract a few households out.
    """
    found: dict[int, Bins] = {}
    told, held = np.zeros_like(exact.households), exact.households
    code, level = exact.code, exact.level
    while True:
        now = np.where(held >= least, held, 0)
        told, held = told + now, held - now
        some = told.any(axis=1)
        found[level] = Bins(level, code[some], told[some])
        if level == COARSEST_LEVEL:
            return found
        both = counted(level - 1, code >> 2, np.concatenate([told, held], axis=1))
        level, code, told, held = level - 1, both.code, both.households[:, :STATES], both.households[:, STATES:]
