"""Samples of the terrain along a path: where they stand, whichever of them are taken, up to the edge of the grid."""

from __future__ import annotations

import made_hills
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phusong.coverage.earth import bulge_deg
from phusong.coverage.profile import elevation_at, fill_profile, fill_samples, grid_of

ROWS, COLS = 60, 90
SHARES = st.floats(0.0, 1.0)


def _terrain():
    """Heights on both sides of sea level, up to the least and the most that a cell may have."""
    heights_m = np.random.default_rng(4).integers(-300, 3000, (ROWS, COLS)).astype(np.int16)
    heights_m[20, 30], heights_m[40, 60] = -32767, 32767
    return made_hills.terrain_of(heights_m)


def _ends(x_a: float, y_a: float, x_b: float, y_b: float) -> tuple[float, float, float, float]:
    """Return places at shares of the grid, a rounding inside its outer edge."""
    east, south = COLS * made_hills.CELL * (1.0 - 1e-9), ROWS * made_hills.CELL * (1.0 - 1e-9)
    west, north = made_hills.WEST + 1e-11, made_hills.NORTH - 1e-11
    return west + x_a * east, north - y_a * south, west + x_b * east, north - y_b * south


@given(SHARES, SHARES, SHARES, SHARES, st.integers(3, 300))
@settings(deadline=None, max_examples=200)
def test_every_sample_has_the_height_of_its_place(x_a, y_a, x_b, y_b, count) -> None:
    """That of the bilinear surface, to 1 dm on slopes of tens of kilometres a cell, wherever the path runs."""
    terrain, ends = _terrain(), _ends(x_a, y_a, x_b, y_b)
    flat, grid, height_m = terrain.elevation_m.reshape(-1), grid_of(terrain), np.empty(count)
    assert fill_profile(flat, grid, ends, count, 1, height_m)
    bulge = bulge_deg(*ends)
    for k, share in enumerate(np.linspace(0.0, 1.0, count)):
        lon, lat = (ends[i] + share * (ends[i + 2] - ends[i]) + share * (1.0 - share) * bulge[i] for i in (0, 1))
        expected_m = elevation_at(flat, grid, lon, lat)
        if not np.isnan(expected_m):  # a path along the edge bends over it by a rounding
            assert height_m[k] == pytest.approx(expected_m, abs=0.1)


@given(SHARES, SHARES, SHARES, SHARES, st.integers(0, 40), st.integers(1, 40))
@settings(deadline=None, max_examples=200)
def test_a_sample_is_the_same_whichever_others_are_taken(x_a, y_a, x_b, y_b, first, stride) -> None:
    """To the last bit, so that what a few samples say of a path holds for all of them; the others stay untouched."""
    terrain, ends, count = _terrain(), _ends(x_a, y_a, x_b, y_b), 201
    flat, grid = terrain.elevation_m.reshape(-1), grid_of(terrain)
    every, some = np.empty(count), np.full(count, -1e9)
    assert fill_profile(flat, grid, ends, count, 1, every)
    assert fill_samples(flat, grid, ends, count, (first, count, stride), some)
    np.testing.assert_array_equal(some[first::stride], every[first::stride])
    some[first::stride] = -1e9
    assert np.all(some == -1e9)
