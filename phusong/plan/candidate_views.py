"""Which places the gaps keep: those that together see the most of their households, and the nearest."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from phusong.coverage.prediction import prediction_points
from phusong.coverage.terrain import Terrain
from phusong.coverage.viewsheds import Antennas, Targets, Views, best_views, seen_points, views

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ENOUGH = 0.8
"""A gap needs no place of its own where one that is kept for others sees this share of what its best place sees."""

Kept = Iterable[tuple[int, int]]
"""Gaps with a place that they keep."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pairs:
    """Gaps and places near each other, gap by gap from the nearest place on."""

    gap: Ints
    place: Ints

    def by_gap(self) -> Iterator[slice]:
        """Yield where the pairs of each gap stand."""
        first = np.unique(self.gap, return_index=True)[1]
        for start, stop in itertools.pairwise([*first, len(self.gap)]):
            yield slice(int(start), int(stop))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lookout:
    """Places with the houses of gaps that are looked at from them; ``places_m, houses_m`` are on a metric plane."""

    terrain: Terrain
    antennas: Antennas
    houses: Targets
    places_m: Floats
    houses_m: Floats
    rx_height_m: float

    def nearest(self, of: Ints, within_m: float, count: int) -> Kept:
        """Yield the nearest of some places to each gap."""
        pairs = self._pairs(of, within_m)
        for part in pairs.by_gap():
            yield from zip(pairs.gap[part][:count].tolist(), pairs.place[part][:count].tolist(), strict=True)

    def seeing(self, of: Ints, within_m: float, count: int) -> Kept:
        """Yield those of some places that see the most of all gaps.

        For a gap of which these see too little the place that sees the most of it is added. A gap keeps every one of
        them that sees something of it.
        """
        pairs = self._pairs(of, within_m)
        seen = self._views(pairs)
        kept = set(self._best(pairs, seen, count))
        households = self._households(pairs, seen)
        for part in pairs.by_gap():
            best = int(np.argmax(households[part]))
            others = households[part][[place in kept for place in pairs.place[part].tolist()]]
            if ENOUGH * households[part][best] > others.max(initial=0.0):
                kept.add(int(pairs.place[part][best]))
        for gap, place, n in zip(pairs.gap.tolist(), pairs.place.tolist(), households, strict=True):
            if n > 0.0 and place in kept:
                yield gap, place

    def best(self, of: Ints, within_m: float, count: int) -> list[int]:
        """Return the places that together see the most of all gaps."""
        pairs = self._pairs(of, within_m)
        return self._best(pairs, self._views(pairs), count)

    def _pairs(self, of: Ints, within_m: float) -> Pairs:
        found = pairs_within(self.places_m[of], self.houses_m, self.houses.start, within_m)
        return Pairs(gap=found.gap, place=of[found.place])

    def _views(self, pairs: Pairs) -> Views:
        return views(self.terrain, self.antennas, self.houses, pairs.gap, pairs.place, rx_height_m=self.rx_height_m)

    def _best(self, pairs: Pairs, seen: Views, count: int) -> list[int]:
        points = seen_points(seen, self.houses, pairs.gap, pairs.place, places=len(self.places_m))
        return [int(place) for place in best_views(points, self.houses.weight, count)]

    def _households(self, pairs: Pairs, seen: Views) -> Floats:
        """Return the households of its gap that the place of each pair sees."""
        weight = [self.houses.weight[self.houses.of(gap)][seen.of(k)].sum() for k, gap in enumerate(pairs.gap)]
        found: Floats = np.array(weight, dtype=np.float64).round(6)
        return found


def pairs_within(places_m: Floats, houses_m: Floats, start: Ints, within_m: float) -> Pairs:
    """Return the pairs of gaps and places within a distance; all in metres, ``start`` as of the targets."""
    empty = np.empty(0, dtype=np.int64)
    if not len(places_m) or not len(houses_m) or within_m <= 0.0:
        return Pairs(gap=empty, place=empty)
    near = cast(list[list[int]], cKDTree(places_m).query_ball_point(houses_m, within_m))
    place = np.concatenate([empty, *(np.array(some, dtype=np.int64) for some in near)])
    house = np.repeat(np.arange(len(houses_m)), [len(some) for some in near])
    gap = np.searchsorted(start, house, side="right").astype(np.int64) - 1
    away_m = np.round(np.hypot(*(places_m[place] - houses_m[house]).T), 3)
    order = np.lexsort((away_m, place, gap))
    gap, place, away_m = gap[order], place[order], away_m[order]
    nearest = np.ones(len(gap), dtype=np.bool_)
    nearest[1:] = (gap[1:] != gap[:-1]) | (place[1:] != place[:-1])
    gap, place, away_m = gap[nearest], place[nearest], away_m[nearest]
    order = np.lexsort((place, away_m, gap))
    return Pairs(gap=gap[order], place=place[order])


def houses_of_gaps(
    lon_deg: Floats, lat_deg: Floats, weight: Floats, gap: Ints, terrain: Terrain, *, gaps: int, most: int
) -> Targets:
    """Return the cells of the terrain in which the households of each gap live.

    At the most so many of a gap, evenly taken; they carry the weight of all its households.
    """
    inside = np.flatnonzero(gap >= 0)
    points = prediction_points(lon_deg[inside], lat_deg[inside], terrain)
    cell, of = np.unique(np.column_stack([gap[inside], points.of_household]), axis=0, return_inverse=True)
    households = np.bincount(of.reshape(-1), weights=weight[inside], minlength=len(cell)).astype(np.float64)
    first = np.searchsorted(cell[:, 0], np.arange(gaps + 1))
    kept = [start + _evenly(int(stop - start), most) for start, stop in itertools.pairwise(first)]
    at = np.concatenate([np.empty(0, dtype=np.int64), *kept])
    of_gap = cell[at, 0]
    all_households = np.bincount(cell[:, 0], weights=households, minlength=gaps)
    share = np.bincount(of_gap, weights=households[at], minlength=gaps)[of_gap] / all_households[of_gap]
    return Targets(
        lon_deg=points.lon_deg[cell[at, 1]],
        lat_deg=points.lat_deg[cell[at, 1]],
        weight=households[at] / share,
        start=np.concatenate([[0], np.cumsum([len(k) for k in kept], dtype=np.int64)]).astype(np.int64),
    )


def _evenly(count: int, most: int) -> Ints:
    """Return so many of the numbers under ``count``, evenly."""
    taken = min(count, most)
    return ((2 * np.arange(taken) + 1) * count // (2 * taken or 1)).astype(np.int64)
