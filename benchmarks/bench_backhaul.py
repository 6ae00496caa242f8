"""Hops a second: path clearance of many candidates to many masts, against the same sample by sample in numpy.

Both sides take the same terrain at the same samples, in turns in one run: the ratio means something on a busy machine,
the seconds do not.
"""

from __future__ import annotations

import statistics
import time

import numpy as np
from numpy.typing import NDArray
from rows_of_hills import CELL, NORTH, WEST, rows_of_hills

from phusong.coverage.clearance import CLEAR, MicrowaveRules, Places, hops_between
from phusong.coverage.earth import bulge_deg
from phusong.coverage.radio.profile_geometry import EARTH_RADIUS_KM
from phusong.coverage.terrain import Terrain

Floats = NDArray[np.float64]

CELLS = 1440
"""A window of 40 × 40 km."""

CANDIDATES, MASTS = 1500, 60
PLAIN = 400
"""Hops of the plain way in a round; it is too slow for all."""

ROUNDS = 5
RULES = MicrowaveRules()


def _places(rng: np.random.Generator, count: int, height_m: float, name: str) -> Places:
    lon, lat = (rng.uniform(0.02, 0.98, count) * CELLS * CELL for _ in range(2))
    ids = [f"{name}{i}" for i in range(count)]
    return Places.at(ids, (WEST + lon).tolist(), (NORTH - lat).tolist(), [height_m] * count)


def plain_needed_m(terrain: Terrain, near: Places, far: Places, pair: tuple[int, int], length_km: float) -> float:
    """Return the needed height of one hop by numpy: samples of the terrain, both cases of the k factor."""
    i, j = pair
    count = max(21, int(np.ceil(length_km / RULES.sample_step_km)) + 1)
    t = np.linspace(0.0, 1.0, count)
    ends = float(near.lon_deg[i]), float(near.lat_deg[i]), float(far.lon_deg[j]), float(far.lat_deg[j])
    bend_lon, bend_lat = bulge_deg(*ends)
    lon = ends[0] + t * (ends[2] - ends[0]) + t * (1.0 - t) * bend_lon
    lat = ends[1] + t * (ends[3] - ends[1]) + t * (1.0 - t) * bend_lat
    ground = _bilinear(terrain, lon, lat)
    inner, d1 = t[1:-1], t[1:-1] * length_km
    d2 = length_km - d1
    rule = RULES.clearance
    band_ghz = float(RULES.bands_ghz(np.array([length_km]))[0])
    radius = np.sqrt(0.299792458 / band_ghz * 1000.0 * d1 * d2 / length_km)
    asked = np.full(count - 2, -np.inf)
    worst_k = float(rule.worst_k_at(np.array([length_km]))[0])
    for k, share in ((rule.median_k, rule.median_f1), (worst_k, rule.worst_f1)):
        asked = np.maximum(asked, 500.0 * d1 * d2 / (k * EARTH_RADIUS_KM) + share * radius)
    asked += ground[1:-1] + rule.terrain_error_m
    far_m = ground[-1] + far.low_m[j]
    return max(float(((asked - far_m * inner) / (1.0 - inner)).max()) - float(ground[0]), 0.0)


def _bilinear(terrain: Terrain, lon_deg: Floats, lat_deg: Floats) -> Floats:
    x, y = (lon_deg - WEST) / CELL - 0.5, (NORTH - lat_deg) / CELL - 0.5
    col, row = x.astype(int), y.astype(int)
    fx, fy = x - col, y - row
    cells = terrain.elevation_m
    top = cells[row, col] * (1 - fx) + cells[row, col + 1] * fx
    return np.asarray(top * (1 - fy) + (cells[row + 1, col] * (1 - fx) + cells[row + 1, col + 1] * fx) * fy)


def main() -> None:
    """Measure both ways in turns and print them."""
    rng = np.random.default_rng(1)
    terrain = rows_of_hills(rng, CELLS, height_m=500.0, waves=(45.0, 60.0))
    near, far = _places(rng, CANDIDATES, 40.0, "c"), _places(rng, MASTS, 42.0, "m")
    hops = hops_between(terrain, near, far, RULES)  # compiles
    some = rng.choice(hops.near.size, PLAIN, replace=False)
    ours, theirs, cpu = [], [], []
    for _ in range(ROUNDS):
        start, start_cpu = time.perf_counter(), time.process_time()
        hops = hops_between(terrain, near, far, RULES)
        ours.append((time.perf_counter() - start) / hops.near.size)
        cpu.append(time.process_time() - start_cpu)
        start = time.perf_counter()
        plain = [
            plain_needed_m(terrain, near, far, (int(hops.near[h]), int(hops.far[h])), float(hops.length_km[h]))
            for h in some
        ]
        theirs.append((time.perf_counter() - start) / PLAIN)
    apart = np.abs(np.array(plain) - hops.needed_m[some])
    ratio = statistics.median(slow / fast for slow, fast in zip(theirs, ours, strict=True))
    print(
        f"{hops.near.size} hops of {CANDIDATES} candidates and {MASTS} masts, {int((hops.grade == CLEAR).sum())} clear"
    )
    print(f"all hops: {hops.near.size * statistics.median(ours):.2f} s, {statistics.median(cpu):.2f} s of all cores")
    print(f"needed heights apart by at most {apart.max():.3f} m of up to {hops.needed_m.max():.0f} m")
    print(f"plain numpy, hop by hop, takes {ratio:.0f} times as long")


if __name__ == "__main__":
    main()
