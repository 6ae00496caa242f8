"""Which places each gap keeps: those that together see the most of its households, or the nearest."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from phusong.coverage.prediction import prediction_points
from phusong.coverage.terrain import Terrain
from phusong.coverage.views import Antennas, Targets, best_views, views

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pairs:
    """Gaps and places near each other, gap by gap from the nearest place on; ``distance_m`` to its nearest house."""

    gap: Ints
    place: Ints
    distance_m: Floats

    def by_gap(self) -> Iterator[tuple[int, slice]]:
        """Yield each gap with where its pairs stand."""
        gaps, first = np.unique(self.gap, return_index=True)
        ends = itertools.pairwise([*first, len(self.gap)])
        for gap, (start, stop) in zip(gaps, ends, strict=True):
            yield int(gap), slice(int(start), int(stop))


def houses_of_gaps(
    lon_deg: Floats, lat_deg: Floats, weight: Floats, gap: Ints, terrain: Terrain, *, gaps: int, most: int
) -> Targets:
    """Return the cells of the terrain in which the households of each gap live, evenly so many of them at the most."""
    inside = np.flatnonzero(gap >= 0)
    points = prediction_points(lon_deg[inside], lat_deg[inside], terrain)
    cell, of = np.unique(np.column_stack([gap[inside], points.of_household]), axis=0, return_inverse=True)
    households = np.bincount(of.reshape(-1), weights=weight[inside], minlength=len(cell)).astype(np.float64)
    first = np.searchsorted(cell[:, 0], np.arange(gaps + 1))
    kept = [start + _evenly(int(stop - start), most) for start, stop in itertools.pairwise(first)]
    at = np.concatenate([np.empty(0, dtype=np.int64), *kept])
    return Targets(
        lon_deg=points.lon_deg[cell[at, 1]],
        lat_deg=points.lat_deg[cell[at, 1]],
        weight=households[at],
        start=np.concatenate([[0], np.cumsum([len(k) for k in kept], dtype=np.int64)]).astype(np.int64),
    )


def _evenly(count: int, most: int) -> Ints:
    """Return so many of the numbers under ``count``, evenly."""
    taken = min(count, most)
    return ((2 * np.arange(taken) + 1) * count // (2 * taken or 1)).astype(np.int64)


def pairs_within(places_m: Floats, houses_m: Floats, start: Ints, within_m: float) -> Pairs:
    """Return the pairs of gaps and places within a distance; all in metres, ``start`` as of the targets."""
    empty = np.empty(0, dtype=np.int64)
    if not len(places_m) or not len(houses_m):
        return Pairs(gap=empty, place=empty, distance_m=np.empty(0))
    near = cKDTree(places_m).query_ball_point(houses_m, within_m)
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
    return Pairs(gap=gap[order], place=place[order], distance_m=away_m[order])


def nearest_places(pairs: Pairs, count: int) -> list[tuple[int, int]]:
    """Return the nearest places of each gap, as gap and place."""
    found = []
    for gap, part in pairs.by_gap():
        found += [(gap, int(place)) for place in pairs.place[part][:count]]
    return found


def places_that_see(
    pairs: Pairs,
    terrain: Terrain,
    antennas: Antennas,
    houses: Targets,
    *,
    count: int,
    rx_height_m: float,
    fill: bool,
) -> list[tuple[int, int]]:
    """Return the places of each gap that see the most of it; filled up with the nearest, if wanted."""
    seen = views(terrain, antennas, houses, pairs.gap, pairs.place, rx_height_m=rx_height_m)
    found = []
    for gap, part in pairs.by_gap():
        here = np.stack([seen.of(pair) for pair in range(part.start, part.stop)])
        best = [int(k) for k in best_views(here, houses.weight[houses.of(gap)], count)]
        others = [k for k in range(len(here)) if k not in best] if fill else []
        found += [(gap, int(pairs.place[part][k])) for k in (best + others)[:count]]
    return found
