"""Hilltops, shoulders and slopes on terrain whose shape is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from phusong.coverage.area import degrees_a_metre
from phusong.coverage.landforms import (
    LandformRules,
    _slope_percent,
    hilltops,
    landforms,
    shoulders,
    slope_grid_percent,
    slope_percent,
    spaced,
)
from phusong.coverage.radio._jit import plain
from phusong.coverage.terrain import MISSING, Terrain

CELL = 1.0 / 3600.0
WEST, NORTH, SIZE = 105.0, 21.0, 240
LON_A_METRE, LAT_A_METRE = degrees_a_metre(NORTH - 0.5 * SIZE * CELL)
WIDTH_M, HEIGHT_M = CELL / LON_A_METRE, CELL / LAT_A_METRE
RULES = LandformRules()


def terrain_of(height_m):
    """Return terrain of 1″ cells from heights in metres."""
    return Terrain(
        elevation_m=np.asarray(height_m).astype(np.int16),
        west_deg=WEST,
        north_deg=NORTH,
        cell_lon_deg=CELL,
        cell_lat_deg=CELL,
        kind="dtm",
    )


def plane_m(size=SIZE):
    """Return x east and y south in metres of the cells."""
    row, col = np.mgrid[0:size, 0:size]
    return col * WIDTH_M, row * HEIGHT_M


def cone(row, col, *, height_m=300.0, slope=0.25):
    """Return a cone on a plain of 100 m."""
    x, y = plane_m()
    away = np.hypot(x - col * WIDTH_M, y - row * HEIGHT_M)
    return 100.0 + np.maximum(0.0, height_m - slope * away)


def hills(seed, size=SIZE):
    """Return gentle random hills, rough to a metre."""
    rng = np.random.default_rng(seed)
    x, y = plane_m(size)
    return 400 + 150 * np.sin(x / 500 + rng.uniform(0, 6)) * np.cos(y / 650) + rng.normal(0, 1, x.shape)


def ridge_with_spur():
    """Return a ridge from west to east, 300 m high, with a lower spur to the south that ends over the plain."""
    x, y = plane_m()
    middle = 0.5 * SIZE * WIDTH_M
    ridge = 300.0 * np.exp(-(((y - 1500.0) / 350.0) ** 2))
    along = np.clip((y - 1500.0) / 1500.0, 0.0, 1.0)
    ends = 1.0 / (1.0 + np.exp((y - 3300.0) / 60.0))
    spur = (200.0 - 60.0 * along) * np.exp(-(((x - middle) / 220.0) ** 2)) * ends
    return 100.0 + np.maximum(ridge, np.where(y > 1500.0, spur, 0.0))


def test_the_top_of_a_cone_is_the_hilltop():
    """A cone on a plain has one hilltop: its top."""
    tops = hilltops(terrain_of(cone(90, 130)), RULES)
    assert list(zip(tops.row, tops.col, strict=True)) == [(90, 130)]
    assert tops.rise_m[0] > RULES.least_rise_m


@pytest.mark.parametrize("height_m", [np.full((SIZE, SIZE), 40.0), 50.0 + 0.3 * plane_m()[0]], ids=["flat", "slope"])
def test_a_plain_and_an_even_slope_have_nothing(height_m):
    """Nothing is invented where the ground is even."""
    tops, found = landforms(terrain_of(height_m), RULES)
    assert len(tops) == 0
    assert len(found) == 0


def test_a_rough_plain_has_nothing():
    """Roughness of a few metres is no landform."""
    rough = 40.0 + np.random.default_rng(1).normal(0.0, 1.5, (SIZE, SIZE))
    tops, found = landforms(terrain_of(rough), RULES)
    assert len(tops) == 0
    assert len(found) == 0


def test_a_flat_top_is_one_hilltop_in_its_middle():
    """A table mountain wider than the spacing is one place, in the middle of the table."""
    table = np.minimum(cone(120, 120, height_m=400.0), 320.0)
    tops = hilltops(terrain_of(table), RULES)
    assert len(tops) == 1
    assert math.hypot(tops.row[0] - 120, tops.col[0] - 120) <= 1.5


def test_a_top_beside_missing_terrain_is_not_known_to_be_one():
    """Within the spacing of a hole nothing is the highest; farther away it is."""
    height = cone(90, 130).astype(np.int16)
    near, far = height.copy(), height.copy()
    near[90, 136] = MISSING
    far[90, 170] = MISSING
    assert len(hilltops(terrain_of(near), RULES)) == 0
    assert len(hilltops(terrain_of(far), RULES)) == 1


def test_the_edge_of_the_terrain_is_no_hilltop():
    """A slope cut off by the edge has no top there, and no shoulder."""
    tops, found = landforms(terrain_of(cone(0, 0)), RULES)
    assert len(tops) == 0
    assert len(found) == 0


def test_a_spur_has_a_shoulder_over_the_plain():
    """The place on the spur where it breaks off to the plain is found, and it is on the crest of the spur."""
    found = shoulders(terrain_of(ridge_with_spur()), RULES)
    on_spur = [
        (row * HEIGHT_M, (col - SIZE / 2) * WIDTH_M) for row, col in zip(found.row, found.col, strict=True)
        if row * HEIGHT_M > 2500.0
    ]  # fmt: skip
    assert any(2700.0 < y < 3300.0 and abs(x) < 60.0 for y, x in on_spur)
    assert all(abs(x) < 250.0 for _, x in on_spur)


def test_no_shoulder_is_steeper_than_the_rule():
    """The slope at every shoulder keeps to the rule, also when it is strict."""
    rules = LandformRules(max_slope_percent=12.0, least_near_m=1.0)
    terrain = terrain_of(hills(3))
    found = shoulders(terrain, rules)
    assert len(found) > 0
    assert (slope_percent(terrain, found.row, found.col) <= 12.0).all()


@pytest.mark.parametrize("seed", range(5))
def test_landforms_keep_their_distance(seed):
    """Hilltops and shoulders stand farther from each other than the spacing."""
    tops, found = landforms(terrain_of(hills(seed)), LandformRules(least_near_m=0.5, least_far_m=2.0))
    row, col = np.concatenate([tops.row, found.row]), np.concatenate([tops.col, found.col])
    away_m = np.hypot((row[:, None] - row) * HEIGHT_M, (col[:, None] - col) * WIDTH_M)
    np.fill_diagonal(away_m, np.inf)
    assert len(row) > 5
    assert away_m.min() > RULES.spacing_m


@pytest.mark.parametrize("seed", range(3))
def test_hilltops_are_those_of_a_plain_search(seed):
    """Looking at every cell and all around it finds the same hilltops."""
    height = terrain_of(hills(seed, size=120)).elevation_m
    rules = LandformRules(spacing_m=200.0, far_radius_m=400.0, least_rise_m=10.0)
    near, far = ((round(r / HEIGHT_M), round(r / WIDTH_M)) for r in (rules.spacing_m, rules.far_radius_m))
    expected = set()
    for row in range(near[0], 120 - near[0]):
        for col in range(near[1], 120 - near[1]):
            around = height[row - near[0] : row + near[0] + 1, col - near[1] : col + near[1] + 1]
            wide = height[max(0, row - far[0]) : row + far[0] + 1, max(0, col - far[1]) : col + far[1] + 1]
            if height[row, col] == around.max() and height[row, col] - wide.mean() >= rules.least_rise_m:
                expected.add((row, col))
    tops = hilltops(terrain_of(height), rules)
    found = set(zip(tops.row.tolist(), tops.col.tolist(), strict=True))
    assert found
    assert found <= expected
    for row, col in expected:  # every other one has a found one beside it
        assert min(math.hypot((row - r) * HEIGHT_M, (col - c) * WIDTH_M) for r, c in found) <= rules.spacing_m


@pytest.mark.parametrize("slope_of", [_slope_percent, plain(_slope_percent)])
def test_the_slope_of_a_plane_is_exact(slope_of):
    """A plane falling 3 m a cell to the south and 4 m to the east has its own slope, compiled and as plain Python."""
    row, col = np.mgrid[0:5, 0:5]
    height = (100 - 3 * row - 4 * col).astype(np.int16)
    expected = 100.0 * math.hypot(4 / 28.0, 3 / 31.0)
    assert slope_of(height, 2, 2, 28.0, 31.0) == pytest.approx(expected)


def test_the_slope_is_not_known_beside_missing_terrain_and_at_the_edge():
    """Where a neighbour is missing the slope is NaN; one cell and the whole grid agree."""
    height = hills(1, size=40).astype(np.int16)
    height[20, 20] = MISSING
    terrain = terrain_of(height)
    grid = slope_grid_percent(terrain)
    row, col = (axis.ravel() for axis in np.mgrid[0:40, 0:40])
    assert np.isnan(grid[20, 19]) and np.isnan(grid[19, 20]) and np.isnan(grid[0, 5]) and np.isnan(grid[39, 5])
    assert np.isfinite(grid[18, 20])
    np.testing.assert_allclose(slope_percent(terrain, row, col), grid.ravel(), rtol=1e-6)


def test_places_in_a_row_leave_every_second_one():
    """Each place takes the room around it; the next that is free is kept."""
    in_a_row = np.column_stack([np.arange(5) * 10.0, np.zeros(5)])
    assert spaced(in_a_row, 12.0).tolist() == [0, 2, 4]
    assert spaced(np.empty((0, 2)), 12.0).tolist() == []
