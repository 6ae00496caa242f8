"""Which counts are kept back so that no count of one to four households is told, nor follows from the others.

A province is its communes and what lies in none; a commune is its villages and what lies in none. Every place has
its households, split first into *served* and *rest*, then the rest into *unserved* and *unknown*. Gaps of five
households or more are always told, so all of this is of households outside them. A place whose number or split would
tell a small count is kept back, and with it as many others as it takes: what the told numbers leave for all places
kept back is then 0 or at least five, and at least two bodies of five or more share it, so that each small count could
as well be any other from 0 to five. Where a commune's split is kept back, so are all of its villages'.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phusong.data.terms import LEAST_SHOWN

Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """Households of places by state, shape (n,); ``in_gaps`` are those unserved ones that gaps tell of."""

    served: Counts
    unserved: Counts
    unknown: Counts
    in_gaps: Counts

    @property
    def households(self) -> Counts:
        """Return all households of each place."""
        return self.served + self.unserved + self.unknown

    @property
    def outside(self) -> Counts:
        """Return the households of each place that no told gap counts."""
        return self.households - self.in_gaps

    @property
    def first(self) -> Counts:
        """Return served and rest, shape (n, 2)."""
        return np.stack([self.served, self.unserved + self.unknown - self.in_gaps], axis=1)

    @property
    def second(self) -> Counts:
        """Return the rest as unserved and unknown, shape (n, 2)."""
        return np.stack([self.unserved - self.in_gaps, self.unknown], axis=1)

    def at(self, rows: NDArray[np.intp] | slice) -> Places:
        """Return some of the places."""
        return Places(
            served=self.served[rows],
            unserved=self.unserved[rows],
            unknown=self.unknown[rows],
            in_gaps=self.in_gaps[rows],
        )

    def less(self, parts: Places) -> Places:
        """Return what lies in none of the parts of a single place."""
        return Places(
            served=self.served - parts.served.sum(),
            unserved=self.unserved - parts.unserved.sum(),
            unknown=self.unknown - parts.unknown.sum(),
            in_gaps=self.in_gaps - parts.in_gaps.sum(),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KeptBack:
    """Which places keep back their number of households, served, and the split of the rest; each includes the last."""

    households: Flags
    first: Flags
    second: Flags

    @classmethod
    def none(cls, count: int) -> KeptBack:
        """Return places of which nothing is kept back."""
        return cls(**{name: np.zeros(count, dtype=bool) for name in ("households", "first", "second")})


def small(counts: Counts) -> Flags:
    """Say which counts are of one to four households."""
    return np.asarray((counts > 0) & (counts < LEAST_SHOWN), dtype=bool)


def kept_back(
    province: Places, communes: Places, villages: Places, commune_of: NDArray[np.int64]
) -> tuple[KeptBack, KeptBack]:
    """Return what is kept back of communes and of villages.

    Parameters
    ----------
    province
        One place: all of it. Its public counts are told elsewhere, but for few unserved or unknown.
    commune_of
        The row of each village's commune, shape (n_villages,); −1 lies in none, and tells nothing of itself.
    """
    in_commune = [np.flatnonzero(commune_of == row) for row in range(len(communes.served))]
    village = KeptBack.none(len(villages.served))
    village.households[commune_of < 0] = True
    lone = np.zeros(len(communes.served), dtype=bool)
    for row, whole, rows in _by_commune(communes, in_commune):
        village.households[rows], enough = _totals(villages.at(rows), whole.less(villages.at(rows)))
        lone[row] = not enough
    commune = KeptBack.none(len(communes.served))
    commune.households[:], _ = _totals(communes, province.less(communes), lone)
    village.households[_of_their_commune(commune.households, commune_of)] = True
    outside = province.less(communes)
    village_less, commune_less = village.households, commune.households | _beside_the_public_counts(province, communes)
    for split in ("first", "second"):
        told, of_villages = getattr(commune, split), getattr(village, split)
        told[:] = _splits(getattr(communes, split), getattr(outside, split)[0], ~commune_less)
        of_villages[_of_their_commune(told, commune_of)] = True
        for row, whole, rows in _by_commune(communes, in_commune):
            if not told[row]:
                mine = villages.at(rows)
                left = getattr(whole.less(mine), split)[0]
                of_villages[rows] = _splits(getattr(mine, split), left, ~village_less[rows])
        village_less, commune_less = of_villages, told
    return commune, village


def _beside_the_public_counts(province: Places, communes: Places) -> Flags:
    """Say which commune keeps back its served because the province's public counts tell just one of the other two.

    Where the province has few unserved, or few unknown, its public counts tell the other: with served of every commune
    the few would follow. The smallest commune that leaves it open by five or more is enough; else all of them.
    """
    if not small(province.second).any():
        return np.zeros(len(communes.served), dtype=bool)
    enough = np.flatnonzero(communes.served >= LEAST_SHOWN)
    if not len(enough):
        return np.ones(len(communes.served), dtype=bool)
    chosen = enough[np.argmin(communes.households[enough])]
    return np.asarray(np.arange(len(communes.served)) == chosen, dtype=bool)


def _of_their_commune(kept: Flags, commune_of: NDArray[np.int64]) -> Flags:
    """Say of which villages the commune keeps back; a village in none counts as such a one."""
    told: Flags = np.append(kept, True)[commune_of]
    return told


def _by_commune(communes: Places, in_commune: list[NDArray[np.intp]]) -> Iterator[tuple[int, Places, NDArray[np.intp]]]:
    for row, rows in enumerate(in_commune):
        yield row, communes.at(slice(row, row + 1)), rows


def _totals(places: Places, remainder: Places, lone: Flags | None = None) -> tuple[Flags, bool]:
    """Return which places keep back their number of households, and whether that is enough to hide the small ones.

    ``lone`` are places that must whatever their number. What the others leave is shared by those kept back: it must
    be as much as the least of each, and four more, so that every small one could be any number below five.
    """
    outside, left = places.outside, int(remainder.outside[0])
    few = small(places.households) | small(outside) | (False if lone is None else lone)
    hidden = few.copy()
    while True:
        shared = int(outside[hidden].sum()) + left
        least = LEAST_SHOWN * int((hidden & ~few).sum()) + int(few.sum()) + LEAST_SHOWN - 1
        if shared == 0 or shared >= (least if hidden.any() else LEAST_SHOWN):
            return hidden, True
        further = np.flatnonzero(~hidden & (outside > 0))
        if not len(further):
            return np.ones_like(hidden), False
        hidden[further[np.argmin(outside[further])]] = True


def _splits(parts: Counts, remainder: Counts, known: Flags) -> Flags:
    """Return which places keep back a split of theirs, of which ``known`` say what is split."""
    hidden = ~known | small(parts).any(axis=1)
    size = parts.sum(axis=1)
    while True:
        lacking = small(parts[hidden].sum(axis=0) + remainder)
        if not lacking.any():
            return hidden
        further = np.flatnonzero(~hidden & (parts[:, lacking] > 0).any(axis=1))
        if not len(further):
            return np.ones_like(hidden)
        both = further[(parts[further][:, lacking] > 0).all(axis=1)]
        chosen = both if len(both) else further
        hidden[chosen[np.argmin(size[chosen])]] = True
