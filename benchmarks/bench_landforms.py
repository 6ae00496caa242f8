"""Candidate sites at the size of a province: hilltops, shoulders, views and the whole search, each against a plain way.

The plain ways look at one cell, or one line of sight, after the other with numpy. They are asked only a part of the
work, their answers are compared with the quick ones, and their time is scaled: the ratios mean something on a busy
machine, the seconds do not.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from check_scale import peak_mb
from numpy.typing import NDArray
from rows_of_hills import CELL, NORTH, WEST, rows_of_hills

from phusong.coverage.area import degrees_a_metre
from phusong.coverage.landforms import LandformRules, hilltops, landforms
from phusong.coverage.network import Inventory, Network
from phusong.coverage.profile import elevation_at, flat_cells, grid_of, terrain_profile
from phusong.coverage.radio.profile_geometry import path_geometry
from phusong.coverage.terrain import Terrain
from phusong.coverage.viewsheds import Antennas, Targets, views
from phusong.data.profiles import read_profile
from phusong.plan.candidates import Surroundings, Unserved, search_candidates

Floats = NDArray[np.float64]

CELLS, GAPS, HOUSEHOLDS = 3600, 500, 150_000
PART = 300
RAYS = 2000
RULES = LandformRules()


def relief(rng: np.random.Generator, cells: int) -> Terrain:
    """Return hills on hills: ranges, and spurs on them."""
    large = rows_of_hills(rng, cells, height_m=700.0, waves=(97.0, 131.0))
    small = rows_of_hills(rng, cells, height_m=160.0, waves=(11.0, 17.0))
    large.elevation_m[:] += small.elevation_m
    return large


def plain_hilltops(terrain: Terrain, first: int, last: int) -> set[tuple[int, int]]:
    """Return the hilltops of some rows and columns, looking all around every cell."""
    height = terrain.elevation_m
    lon_a_metre, lat_a_metre = degrees_a_metre(NORTH - 0.5 * CELLS * CELL)
    near, far = (
        (round(r * lat_a_metre / CELL), round(r * lon_a_metre / CELL)) for r in (RULES.spacing_m, RULES.far_radius_m)
    )
    found = set()
    for row in range(first, last):
        for col in range(first, last):
            wide = height[row - far[0] : row + far[0] + 1, col - far[1] : col + far[1] + 1]
            around = height[row - near[0] : row + near[0] + 1, col - near[1] : col + near[1] + 1]
            if height[row, col] == around.max() and height[row, col] - wide.mean() >= RULES.least_rise_m:
                found.add((row, col))
    return found


def demand(rng: np.random.Generator) -> Unserved:
    """Return households in gaps of every size."""
    middle = rng.uniform(0.06, 0.94, (GAPS, 2)) * CELLS * CELL
    share = rng.lognormal(0.0, 0.8, GAPS)
    gap = np.sort(rng.choice(GAPS, HOUSEHOLDS, p=share / share.sum()))
    place = middle[gap] + rng.normal(0.0, 0.004, (HOUSEHOLDS, 2))
    return Unserved(
        lon_deg=WEST + place[:, 0],
        lat_deg=NORTH - place[:, 1],
        weight=np.ones(HOUSEHOLDS),
        gap=gap,
        gap_ids=tuple(f"LS-{k:05d}" for k in range(GAPS)),
    )


def time_landforms(terrain: Terrain) -> None:
    """Print the time of hilltops and shoulders, and of hilltops against the plain way."""
    began = time.perf_counter()
    tops, found = landforms(terrain, RULES)
    both_s = time.perf_counter() - began
    began = time.perf_counter()
    tops = hilltops(terrain, RULES)
    tops_s = time.perf_counter() - began
    began = time.perf_counter()
    first = CELLS // 2
    expected = plain_hilltops(terrain, first, first + PART)
    plain_s = (time.perf_counter() - began) * terrain.elevation_m.size / PART**2
    inside = {
        (r, c) for r, c in zip(tops.row, tops.col, strict=True) if first <= min(r, c) and max(r, c) < first + PART
    }
    assert inside <= expected, "the two ways differ"
    print(f"hilltops and shoulders of {CELLS} × {CELLS} cells: {both_s:.1f} s, {len(tops):,} and {len(found):,}")
    print(f"hilltops: {tops_s:.2f} s; cell by cell {plain_s:,.0f} s (of {PART} × {PART}, {len(inside)} in both)")
    print(f"ratio: {plain_s / tops_s:,.0f}")


def time_views(terrain: Terrain, rng: np.random.Generator) -> None:
    """Print lines of sight a second, and against the plain way."""
    lon_a_metre, lat_a_metre = degrees_a_metre(NORTH - 0.5)
    n = 200
    lon = WEST + rng.uniform(0.1, 0.9, n) * CELLS * CELL
    lat = NORTH - rng.uniform(0.1, 0.9, n) * CELLS * CELL
    antennas = Antennas(lon_deg=lon, lat_deg=lat, height_agl_m=np.full(n, 42.0))
    near = rng.normal(0.0, 2000.0, (n, 500, 2))
    targets = Targets(
        lon_deg=(lon[:, None] + near[..., 0] * lon_a_metre).ravel(),
        lat_deg=(lat[:, None] + near[..., 1] * lat_a_metre).ravel(),
        weight=np.ones(n * 500),
        start=np.arange(0, n * 500 + 1, 500),
    )
    pairs = np.arange(n)
    views(terrain, antennas, targets, pairs[:1], pairs[:1], rx_height_m=1.5)
    began = time.perf_counter()
    seen = views(terrain, antennas, targets, pairs, pairs, rx_height_m=1.5).seen
    a_ray_s = (time.perf_counter() - began) / len(seen)
    asked = rng.choice(len(seen), RAYS, replace=False)
    began = time.perf_counter()
    cells = flat_cells(terrain.elevation_m)
    plain = [plain_view(terrain, cells, antennas, targets, k) for k in asked]
    plain_s = (time.perf_counter() - began) / RAYS
    assert np.array_equal(plain, seen[asked]), "the two ways differ"
    print(f"views: {1 / a_ray_s:,.0f} lines of sight a second; one by one {1 / plain_s:,.0f} ({seen.mean():.0%} seen)")
    print(f"ratio: {plain_s / a_ray_s:,.0f}")


def plain_view(terrain: Terrain, cells: NDArray[np.int16], antennas: Antennas, targets: Targets, k: int) -> bool:
    """Say by the geometry of a prediction, its profile sampled whole, whether a point is seen."""
    p = k // 500
    ends = antennas.lon_deg[p], antennas.lat_deg[p], targets.lon_deg[k], targets.lat_deg[k]
    grid = grid_of(terrain)
    distance_km, height_m = terrain_profile(terrain, *ends)
    tx = elevation_at(cells, grid, ends[0], ends[1]) + 42.0
    rx = elevation_at(cells, grid, ends[2], ends[3]) + 1.5
    return bool(path_geometry(height_m, len(height_m), distance_km[1], tx, rx).line_of_sight)


def main() -> None:
    """Print the three."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.parse_args()
    rng = np.random.default_rng(1)
    terrain = relief(rng, CELLS)
    landforms(relief(rng, 100), RULES)  # compiles, or loads what was compiled
    time_landforms(terrain)
    time_views(terrain, rng)
    around = Surroundings(
        network=Network(sites=(), inventories=(Inventory(operator="viettel", completeness="complete"),)),
        terrain=terrain,
        centres=np.empty((0, 2)),
        proposed=np.empty((0, 2)),
    )
    unserved = demand(rng)
    began = time.perf_counter()
    search = search_candidates(unserved, around, read_profile("vn-default"))
    without = GAPS - len({gap for candidate in search.candidates for gap in candidate.near_gap_ids})
    print(
        f"search for {GAPS} gaps, {HOUSEHOLDS:,} household points: {time.perf_counter() - began:.1f} s, "
        f"{len(search.candidates):,} options, {without} gaps without one; "
        f"peak {peak_mb():,.0f} MB"
    )
    print(search.counts[["source", "reason", "places"]].to_string(index=False))


if __name__ == "__main__":
    main()
