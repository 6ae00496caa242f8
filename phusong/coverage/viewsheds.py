"""What places see: which houses lie in line of sight of an antenna, and the few places that see the most of a gap.

A view is far cheaper than a prediction and decides nothing: it only chooses which places are worth predicting from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.coverage_matrix import CoverageMatrix
from phusong.coverage.earth import bulge_deg, path_km
from phusong.coverage.profile import GridShape, elevation_at, flat_cells, grid_of, sample_count
from phusong.coverage.radio._jit import bare_kernel, kernel_entry, parallel_kernel, prange
from phusong.coverage.radio.profile_geometry import AE_KM
from phusong.coverage.terrain import Elevation, Terrain

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

CURVE = 500.0 / AE_KM
"""The Earth rises so many metres times the distances in km to both ends of a path."""

SEEN_TWICE = 0.5
"""What a house still counts for a further place once one sees it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Antennas:
    """Places with the height of an antenna over the ground."""

    lon_deg: Floats
    lat_deg: Floats
    height_agl_m: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Targets:
    """Points to be seen, gap by gap: those of the i-th gap are ``start[i]`` to ``start[i + 1]``."""

    lon_deg: Floats
    lat_deg: Floats
    weight: Floats
    start: Ints

    @property
    def gaps(self) -> int:
        """Return the number of gaps."""
        return len(self.start) - 1

    def of(self, gap: int) -> slice:
        """Return where the points of a gap stand."""
        return slice(int(self.start[gap]), int(self.start[gap + 1]))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Views:
    """Which points of a gap are seen, pair by pair of gap and place."""

    start: Ints
    seen: Flags

    def of(self, pair: int) -> Flags:
        """Return for each point of the pair's gap whether the place sees it."""
        return self.seen[self.start[pair] : self.start[pair + 1]]


def views(
    terrain: Terrain, antennas: Antennas, targets: Targets, gap: Ints, place: Ints, *, rx_height_m: float
) -> Views:
    """Find which points of gaps are seen from places.

    Parameters
    ----------
    terrain
        Elevations; over missing ones nothing is seen.
    antennas, targets
        The places and the points of the gaps.
    gap, place
        The pairs that are asked for: the points of ``gap[i]`` from ``place[i]``.
    rx_height_m
        Height of the phone over the ground.
    """
    start = np.concatenate([[0], np.cumsum(np.diff(targets.start)[gap])]).astype(np.int64)
    seen = np.zeros(int(start[-1]), dtype=np.bool_)
    with kernel_entry():
        _fill_seen(
            flat_cells(terrain.elevation_m),
            grid_of(terrain),
            (antennas.lon_deg, antennas.lat_deg, antennas.height_agl_m),
            (targets.lon_deg, targets.lat_deg, targets.start),
            (np.ascontiguousarray(gap), np.ascontiguousarray(place), start),
            rx_height_m,
            seen,
        )
    return Views(start=start, seen=seen)


@bare_kernel
def sees(
    elevation: Elevation, grid: GridShape, ends: tuple[float, float, float, float], heights_m: tuple[float, float]
) -> bool:
    """Say whether nothing stands between two places; False where terrain is missing.

    ``ends`` are longitude and latitude of the mast, then of the phone, ``heights_m`` their heights over the ground. The
    samples are those of a prediction; they are taken from the phone on, where most that is hidden is hidden.
    """
    lon_a, lat_a, lon_b, lat_b = ends
    distance_km, _ = path_km(lon_a, lat_a, lon_b, lat_b)
    bulge_lon, bulge_lat = bulge_deg(lon_a, lat_a, lon_b, lat_b)
    last = sample_count(distance_km) - 1
    mast_m = elevation_at(elevation, grid, lon_a, lat_a) + heights_m[0]
    phone_m = elevation_at(elevation, grid, lon_b, lat_b) + heights_m[1]
    if not (mast_m > -1e9 and phone_m > -1e9):  # false for NaN
        return False
    for k in range(last - 1, 0, -1):
        t = k / last
        bent = t * (1.0 - t)
        lon = lon_a + t * (lon_b - lon_a) + bent * bulge_lon
        lat = lat_a + t * (lat_b - lat_a) + bent * bulge_lat
        over_m = mast_m + t * (phone_m - mast_m) - CURVE * bent * distance_km * distance_km
        if not elevation_at(elevation, grid, lon, lat) < over_m:  # true for NaN too
            return False
    return True


@parallel_kernel
def _fill_seen(
    elevation: Elevation,
    grid: GridShape,
    antennas: tuple[Floats, Floats, Floats],
    targets: tuple[Floats, Floats, Ints],
    pairs: tuple[Ints, Ints, Ints],
    rx_height_m: float,
    seen: Flags,
) -> None:
    lon, lat, height_m = antennas
    target_lon, target_lat, target_start = targets
    gap, place, start = pairs
    for i in prange(gap.size):
        p = place[i]
        first = target_start[gap[i]]
        for j in range(start[i + 1] - start[i]):
            ends = (lon[p], lat[p], target_lon[first + j], target_lat[first + j])
            seen[start[i] + j] = sees(elevation, grid, ends, (height_m[p], rx_height_m))


def seen_points(found: Views, targets: Targets, gap: Ints, place: Ints, *, places: int) -> CoverageMatrix:
    """Return the points of all gaps that each place sees, from the pairs that were asked for."""
    length = np.diff(found.start)
    of_place = np.repeat(place, length)[found.seen]
    point = (np.repeat(targets.start[gap] - found.start[:-1], length) + np.arange(len(found.seen)))[found.seen]
    order = np.lexsort((point, of_place))
    start = np.searchsorted(of_place[order], np.arange(places + 1)).astype(np.int64)
    return CoverageMatrix(start=start, point=point[order].astype(np.int32), n_points=len(targets.weight))


def best_views(seen: CoverageMatrix, weight: Floats, count: int) -> Ints:
    """Choose the places that together see the most households.

    One after the other the place with the most is taken, of equals the first; a household that a place taken before
    sees counts half, one that two see a quarter. So places that see the same do not crowd out those that see what is
    left, and where everything is seen the next best ones follow.

    Parameters
    ----------
    seen
        The points that each place sees.
    weight
        Households at each point.
    count
        At most so many are taken; places that see nothing never are.
    """
    left = weight.astype(np.float64)
    most = np.array([round(float(left[seen.of(place)].sum()), 6) for place in range(len(seen))])
    chosen: list[int] = []
    while len(chosen) < count and most.max(initial=0.0) > 0.0:
        best = int(np.argmax(most))
        now = round(float(left[seen.of(best)].sum()), 6)
        if now < most[best]:  # others were taken since it was last asked: what a place adds only falls
            most[best] = now
            continue
        chosen.append(best)
        most[best] = 0.0
        left[seen.of(best)] *= SEEN_TWICE
    return np.array(chosen, dtype=np.int64)
