"""Terrain for the benchmarks: rows of hills, rough to a few metres."""

from __future__ import annotations

import numpy as np

from phusong.coverage.terrain import Terrain

WEST, NORTH, CELL = 105.0, 19.0, 1.0 / 3600.0


def rows_of_hills(rng: np.random.Generator, cells: int, *, height_m: float, waves: tuple[float, float]) -> Terrain:
    """Return ``cells`` × ``cells`` of 1″ with hills of some height; ``waves`` say how far apart they stand."""
    y, x = np.mgrid[0:cells, 0:cells]
    rough_m = rng.normal(0.0, 5.0, (cells, cells))
    hills_m = 0.5 * height_m * (np.sin(x / waves[0]) * np.cos(y / waves[1]) + 1.0) + rough_m
    return Terrain(
        elevation_m=hills_m.astype(np.int16),
        west_deg=WEST,
        north_deg=NORTH,
        cell_lon_deg=CELL,
        cell_lat_deg=CELL,
        kind="dsm",
    )
