"""Slopes against planes known by formula, the ground of villages against a naive second way, and the two thirds."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phusong.coverage.earth import path_km
from phusong.coverage.mountains import (
    MOUNTAIN_RULE,
    GroundCounts,
    cell_size_m,
    ground_counts,
    nearest_areas,
    setting_of,
    setting_title,
    slope_percent,
)
from phusong.coverage.terrain import MISSING, Terrain
from phusong.errors import OutOfRangeError

CELL = 1 / 3600
WEST, NORTH = 105.0, 19.0


def terrain(elevation_m):
    return Terrain(
        elevation_m=np.asarray(elevation_m, dtype=np.int16),
        west_deg=WEST,
        north_deg=NORTH,
        cell_lon_deg=CELL,
        cell_lat_deg=CELL,
        kind="dtm",
    )


def plane(east_percent, north_percent, shape=(60, 80)):
    """A plane of so much rise a hundred metres of ground, by the ellipsoid's metres, rounded to whole metres."""
    rows, cols = np.indices(shape)
    width, height = cell_size_m(NORTH - (np.arange(shape[0]) + 0.5) * CELL, CELL, CELL)
    x = (cols - shape[1] / 2) * float(width.mean())
    y = (shape[0] / 2 - rows) * float(height.mean())
    return np.rint(2000 + (east_percent * x + north_percent * y) / 100.0)


def test_cells_are_as_wide_and_high_as_the_geodesic_says():
    """Width and height of a second of arc agree with the length of the path to a centimetre."""
    for lat in (8.5, 18.7, 23.3):
        width, height = (float(s[0]) for s in cell_size_m(np.array([lat]), CELL, CELL))
        assert width == pytest.approx(1000 * path_km(105.0, lat, 105.0 + CELL, lat)[0], abs=0.01)
        assert height == pytest.approx(1000 * path_km(105.0, lat - CELL / 2, 105.0, lat + CELL / 2)[0], abs=0.01)


@pytest.mark.parametrize(("east", "north"), [(0, 0), (40, 0), (0, 40), (30, 40), (-30, 40), (100, -100)])
def test_the_slope_of_a_plane_is_the_planes(east, north):
    """Rise over run whatever the direction; whole metres of elevation cost under 3 percentage points a cell."""
    slope = slope_percent(terrain(plane(east, north)))
    inner = slope[1:-1, 1:-1]
    assert np.abs(inner - math.hypot(east, north)).max() < 3.0
    assert inner.mean() == pytest.approx(math.hypot(east, north), abs=0.3)
    assert np.isnan(slope[[0, -1]]).all()
    assert np.isnan(slope[:, [0, -1]]).all()


def test_a_cell_without_elevation_takes_the_slope_of_all_its_neighbours():
    """Nothing is made up at the edge of missing ground."""
    z = plane(20, 0)
    z[10, 10] = MISSING
    slope = slope_percent(terrain(z))
    assert np.isnan(slope[9:12, 9:12]).all()
    assert np.isnan(slope[1:-1, 1:-1]).sum() == 9


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 40), st.integers(1, 40), st.integers(0, 50), st.integers(1, 50))
def test_a_window_has_the_slopes_of_the_whole(top, n_rows, left, n_cols):
    """What is cut out is what the whole grid has there."""
    z = np.random.default_rng(5).integers(0, 300, (50, 60))
    whole = slope_percent(terrain(z))
    rows, cols = slice(top, top + n_rows), slice(left, left + n_cols)
    np.testing.assert_array_equal(slope_percent(terrain(z), rows, cols), whole[rows, cols])


def test_each_cell_goes_to_the_nearest_house_within_reach():
    """The same owners as asking every house for every cell."""
    random = np.random.default_rng(3)
    ground = terrain(np.zeros((70, 90)))
    row, col = random.integers(0, 70, 14), random.integers(0, 90, 14)
    lon, lat = WEST + (col + 0.5) * CELL, NORTH - (row + 0.5) * CELL
    area = random.integers(-1, 4, 14)
    owner = np.full((70, 90), -9, dtype=np.int32)
    for tile in nearest_areas(ground, lon, lat, area, reach_m=400.0):
        owner[tile.rows, tile.cols] = tile.area
    width, height = (float(s[0]) for s in cell_size_m(np.array([NORTH - 35 * CELL]), CELL, CELL))
    for r in range(70):
        for c in range(90):
            away = np.hypot((row - r) * height, (col - c) * width)
            away[area < 0] = np.inf
            if owner[r, c] < 0:
                assert away.min() > 400.0
            else:
                assert away[area == owner[r, c]].min() == pytest.approx(away.min())
                assert away.min() <= 400.0


def test_ground_across_two_tiles_is_counted_once():
    """A house at the seam of tiles has the same ground as one in the middle of a tile."""
    ground = terrain(np.zeros((40, 2100)))
    counts = []
    for col in (512, 1023, 1024, 1500):
        lon, lat = np.array([WEST + (col + 0.5) * CELL]), np.array([NORTH - 20.5 * CELL])
        tiles = nearest_areas(ground, lon, lat, np.array([0]), reach_m=300.0)
        counts.append(int(ground_counts(ground, tiles, 1).cells[0]))
    assert len(set(counts)) == 1
    assert counts[0] * 30.9 * 29.2 == pytest.approx(math.pi * 300.0**2, rel=0.05)


def test_high_and_steep_ground_is_counted():
    """A plain at 250 m is high and not steep; a slope of 40 % at the coast is steep."""
    high = ground_of(np.full((60, 80), 250))
    assert (high.high_percent[0], high.steep_percent[0]) == (100.0, 0.0)
    assert high.mountainous() == ["yes"]
    steep = ground_of(plane(40, 0) - 2000)
    assert steep.steep_percent[0] == pytest.approx(100.0)
    assert steep.mountainous() == ["yes"]
    assert ground_of(np.full((60, 80), 20)).mountainous() == ["no"]


def ground_of(z):
    ground = terrain(z)
    tiles = nearest_areas(
        ground, np.array([WEST + 40 * CELL]), np.array([NORTH - 30 * CELL]), np.array([0]), reach_m=500
    )
    return ground_counts(ground, tiles, 1)


def counts(cells, with_height, high, with_slope=None, steep=0):
    a = [np.array([v]) for v in (cells, with_height, with_height if with_slope is None else with_slope, high, steep)]
    return GroundCounts(cells=a[0], with_height=a[1], with_slope=a[2], high=a[3], steep=a[4])


@pytest.mark.parametrize(
    ("found", "answer"),
    [
        (counts(300, 300, 200), "yes"),
        (counts(300, 300, 199), "no"),
        (counts(300, 300, 0, steep=200), "yes"),
        (counts(300, 300, 199, steep=199), "no"),
        (counts(300, 250, 200), "yes"),
        (counts(300, 250, 160), "unknown"),
        (counts(300, 250, 149), "no"),
        (counts(300, 300, 0, with_slope=250, steep=150), "unknown"),
        (counts(300, 0, 0), "unknown"),
        (counts(0, 0, 0), "unknown"),
    ],
)
def test_two_thirds_decide_and_missing_ground_only_where_it_could_turn_the_answer(found, answer):
    """Two thirds of the area high or steep; unknown where the unknown cells would decide."""
    assert found.mountainous() == [answer]


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_more_high_ground_never_makes_a_village_less_mountainous(a, b, known):
    """Order no < unknown < yes is kept."""
    low, high = sorted((min(a, known), min(b, known)))
    order = ["no", "unknown", "yes"]
    first, second = (order.index(counts(300, known, n).mountainous()[0]) for n in (low, high))
    assert first <= second


def test_the_rule_is_the_decrees():
    """200 m, 15 %, two thirds, with the source."""
    assert (MOUNTAIN_RULE.height_m, MOUNTAIN_RULE.slope_percent, MOUNTAIN_RULE.share) == (200.0, 15.0, 2 / 3)
    assert "272/2025" in MOUNTAIN_RULE.source.vi


def test_places_in_a_valley_on_a_ridge_and_on_a_plain_are_told_apart():
    """A V of 40 % slopes: its bottom is a valley, its rim a ridge, half way a hillside; a plain is flat."""
    cols = np.abs(np.arange(201) - 100)
    valley = terrain(np.tile(100 + 12 * cols, (201, 1)))

    def title(col, ground=valley):
        found = setting_of(ground, WEST + (col + 0.5) * CELL, NORTH - 100.5 * CELL)
        assert found is not None
        return setting_title(found).vi

    assert title(100) == "thung lũng"
    assert title(84) == "sườn núi"
    ridge = terrain(np.tile(2000 - 12 * cols, (201, 1)))
    assert title(100, ridge) == "sống núi"
    assert title(100, terrain(np.full((201, 201), 7))) == "đất bằng"
    assert setting_of(valley, WEST - 1.0, NORTH) is None


def test_a_reach_out_of_range_is_refused():
    """A reach of nothing is no area."""
    with pytest.raises(OutOfRangeError, match="reach_m"):
        list(nearest_areas(terrain(np.zeros((5, 5))), np.zeros(0), np.zeros(0), np.zeros(0, dtype=int), reach_m=0.0))
