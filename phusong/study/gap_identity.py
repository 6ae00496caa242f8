"""Ids of gaps that last from run to run: a gap keeps the id of the earlier gap it mostly is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

LEAST_SHARE = 0.2
"""Two areas are of one gap from this share of the smaller one on (ours): rims of neighbours overlap by less."""
_NUMBERED = re.compile(r"(?P<stem>.*-)(?P<number>\d+)")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EarlierGaps:
    """Gaps of an earlier run: areas in a metric system, and every id that run or one before it had given."""

    ids: tuple[str, ...]
    areas: tuple[BaseGeometry, ...]
    households: NDArray[np.float64]
    used: frozenset[str]


NO_EARLIER = EarlierGaps(ids=(), areas=(), households=np.empty(0), used=frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Identities:
    """An id for every gap; ``formerly`` the other earlier gaps each took in or was split from; all ids ever given."""

    ids: tuple[str, ...]
    formerly: tuple[tuple[str, ...], ...]
    used: tuple[str, ...]


def earlier_gaps(gaps: gpd.GeoDataFrame, epsg: int, *, used: Iterable[str] = ()) -> EarlierGaps:
    """Return the gaps of an earlier run's table in a metric system.

    ``used`` are ids given before that run (its own :attr:`Identities.used`), so that none is ever given again.
    """
    return EarlierGaps(
        ids=tuple(gaps["gap_id"].astype(str)),
        areas=tuple(gaps.geometry.to_crs(epsg)),
        households=gaps["households"].to_numpy(dtype=np.float64),
        used=frozenset({*used, *gaps["gap_id"].astype(str)}),
    )


def stable_ids(
    areas: Sequence[BaseGeometry],
    households: NDArray[np.float64],
    fresh: Sequence[str],
    earlier: EarlierGaps = NO_EARLIER,
) -> Identities:
    """Give every gap the id of the earlier gap it mostly is, one to one, and new ids to the others.

    Pairs are taken by overlap, the largest first, then by households of both: of a split the largest part keeps the id,
    of a merger the largest member gives it. Nothing depends on the order of the gaps.

    Parameters
    ----------
    areas, households
        Gaps of this run, in the metric system of ``earlier``.
    fresh
        Ids they would have without an earlier run (:func:`phusong.coverage.gaps.gap_ids`). New gaps take the stem of
        theirs (the commune) with a number no gap of it ever had.
    """
    if not earlier.ids and not earlier.used:
        return Identities(ids=tuple(fresh), formerly=((),) * len(fresh), used=tuple(sorted(fresh)))
    new, old, overlap = _overlaps(areas, earlier.areas)
    both = np.asarray(households, dtype=np.float64)[new] + earlier.households[old]
    names = np.array([fresh[k] for k in new], dtype=object), np.array([earlier.ids[k] for k in old], dtype=object)
    ids = [""] * len(areas)
    kept: set[int] = set()
    for k in np.lexsort((names[0], names[1], -both, -overlap)):
        if not ids[new[k]] and int(old[k]) not in kept:
            ids[new[k]] = earlier.ids[old[k]]
            kept.add(int(old[k]))
    used = set(earlier.used) | set(earlier.ids)
    for gap in sorted((g for g, one in enumerate(ids) if not one), key=lambda g: fresh[g]):
        ids[gap] = _unused(fresh[gap], used)
        used.add(ids[gap])
    touched = [sorted({earlier.ids[o] for o in old[new == g]} - {ids[g]}) for g in range(len(areas))]
    return Identities(ids=tuple(ids), formerly=tuple(map(tuple, touched)), used=tuple(sorted(used)))


def _overlaps(
    areas: Sequence[BaseGeometry], earlier: Sequence[BaseGeometry]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return the pairs of areas that are of one gap, and their overlap in whole square metres."""
    these, those = np.array(areas, dtype=object), np.array(earlier, dtype=object)
    new, old = shapely.STRtree(those).query(these, predicate="intersects")
    overlap = shapely.area(shapely.intersection(these[new], those[old]))
    smaller = np.minimum(shapely.area(these[new]), shapely.area(those[old]))
    enough = overlap >= LEAST_SHARE * smaller
    return new[enough], old[enough], np.rint(overlap[enough])


def _unused(fresh: str, used: set[str]) -> str:
    """Return an id with the stem of ``fresh`` and the number after the highest that stem ever had."""
    match = _NUMBERED.fullmatch(fresh)
    stem = match["stem"] if match else f"{fresh}-"
    numbers = [int(m["number"]) for m in map(_NUMBERED.fullmatch, used) if m is not None and m["stem"] == stem]
    return f"{stem}{max(numbers, default=0) + 1:02d}"
