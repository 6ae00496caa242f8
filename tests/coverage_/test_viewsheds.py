"""What a place sees, and which few places see the most."""

from __future__ import annotations

import numpy as np
import pytest
from made_hills import CELL, NORTH, SIZE, WEST, scene

from phusong.coverage.coverage_matrix import matrix_of
from phusong.coverage.profile import elevation_at, flat_cells, grid_of, terrain_profile
from phusong.coverage.radio._jit import plain
from phusong.coverage.radio.profile_geometry import path_geometry
from phusong.coverage.terrain import MISSING
from phusong.coverage.viewsheds import Antennas, Targets, best_views, seen_points, sees, views


def ends_of(rng, count):
    """Return random pairs of places inside the scene."""
    spread = SIZE * CELL
    lon = WEST + rng.uniform(0.05, 0.95, (count, 2)) * spread
    lat = NORTH - rng.uniform(0.05, 0.95, (count, 2)) * spread
    return np.column_stack([lon[:, 0], lat[:, 0], lon[:, 1], lat[:, 1]])


def in_sight(terrain, ends, mast_m, phone_m):
    """Say by the geometry of a prediction whether a phone is in sight of a mast."""
    cells, grid = flat_cells(terrain.elevation_m), grid_of(terrain)
    distance_km, height_m = terrain_profile(terrain, *ends)
    tx = elevation_at(cells, grid, ends[0], ends[1]) + mast_m
    rx = elevation_at(cells, grid, ends[2], ends[3]) + phone_m
    return path_geometry(height_m, len(height_m), distance_km[1], tx, rx).line_of_sight


@pytest.mark.parametrize("look", [sees, plain(sees)], ids=["compiled", "plain"])
def test_sight_is_that_of_a_prediction(look):
    """The line of sight of the propagation model says the same of every path."""
    _, terrain, _ = scene(1, holes=False)
    cells, grid = flat_cells(terrain.elevation_m), grid_of(terrain)
    pairs = ends_of(np.random.default_rng(5), 400)
    found = [bool(look(cells, grid, tuple(ends), (60.0, 1.5))) for ends in pairs]
    assert found == [in_sight(terrain, ends, 60.0, 1.5) for ends in pairs]
    assert 10 < sum(found) < 390


def test_a_higher_antenna_sees_no_less():
    """What is seen from 30 m is seen from 60 m."""
    _, terrain, _ = scene(2, holes=False)
    cells, grid = flat_cells(terrain.elevation_m), grid_of(terrain)
    for ends in ends_of(np.random.default_rng(6), 300):
        assert sees(cells, grid, tuple(ends), (60.0, 1.5)) >= sees(cells, grid, tuple(ends), (30.0, 1.5))


def test_nothing_is_seen_over_missing_terrain():
    """A hole on the way, under the mast or under the phone leaves nothing seen."""
    _, terrain, _ = scene(3, holes=False)
    terrain.elevation_m[:] = 100
    grid = grid_of(terrain)
    lon, lat = WEST + np.array([50.5, 100.5, 150.5]) * CELL, NORTH - 200.5 * CELL
    ends = (lon[0], lat, lon[2], lat)
    assert sees(flat_cells(terrain.elevation_m), grid, ends, (30.0, 1.5))
    for col in (50, 100, 150):
        holed = terrain.elevation_m.copy()
        holed[200, col] = MISSING
        assert not sees(flat_cells(holed), grid, ends, (30.0, 1.5))


def test_pairs_of_gaps_and_places_are_looked_at_one_by_one():
    """Every pair has the points of its gap, as if asked alone, and the points each place sees are gathered."""
    _, terrain, points = scene(4, holes=True)
    start = np.array([0, 7, 7, 20])
    targets = Targets(
        lon_deg=points.lon_deg[:20], lat_deg=points.lat_deg[:20], weight=np.arange(1.0, 21.0), start=start
    )
    ends = ends_of(np.random.default_rng(7), 5)
    antennas = Antennas(lon_deg=ends[:, 0].copy(), lat_deg=ends[:, 1].copy(), height_agl_m=np.linspace(20.0, 80.0, 5))
    gap, place = np.array([0, 2, 2, 0, 2]), np.array([4, 0, 1, 2, 4])
    found = views(terrain, antennas, targets, gap, place, rx_height_m=1.5)
    cells, grid = flat_cells(terrain.elevation_m), grid_of(terrain)
    seen_by = {p: set() for p in range(5)}
    for pair, (g, p) in enumerate(zip(gap, place, strict=True)):
        for k, j in enumerate(range(start[g], start[g + 1])):
            path = (antennas.lon_deg[p], antennas.lat_deg[p], targets.lon_deg[j], targets.lat_deg[j])
            alone = sees(cells, grid, path, (antennas.height_agl_m[p], 1.5))
            assert bool(found.of(pair)[k]) == bool(alone)
            if alone:
                seen_by[p].add(j)
    gathered = seen_points(found, targets, gap, place, places=5)
    assert [set(gathered.of(p).tolist()) for p in range(5)] == [seen_by[p] for p in range(5)]
    assert any(seen_by.values())


def greedy(rows, weight, count):
    """Choose by asking every place anew each time."""
    left, chosen = weight.copy(), []
    for _ in range(count):
        gain = [round(float(left[row].sum()), 6) if k not in chosen else 0.0 for k, row in enumerate(rows)]
        if max(gain) <= 0.0:
            break
        chosen.append(int(np.argmax(gain)))
        left[rows[chosen[-1]]] *= 0.5
    return chosen


@pytest.mark.parametrize("seed", range(20))
def test_best_views_are_those_of_a_plain_search(seed):
    """Asking only places that may have the most finds what asking all of them finds."""
    rng = np.random.default_rng(seed)
    rows = [np.flatnonzero(rng.random(30) < rng.uniform(0, 0.5)).astype(np.int32) for _ in range(25)]
    weight = rng.integers(1, 6, 30).astype(np.float64)
    assert best_views(matrix_of(rows, 30), weight, 12).tolist() == greedy(rows, weight, 12)


def test_a_place_that_sees_what_is_left_goes_before_one_that_sees_the_same():
    """Of three places the second-largest view is passed over while it shows the same houses; blind ones never come."""
    rows = [np.array(r, dtype=np.int32) for r in ([0, 1, 2, 3], [0, 1, 2], [4, 5], [])]
    assert best_views(matrix_of(rows, 6), np.ones(6), 4).tolist() == [0, 2, 1]
    assert best_views(matrix_of([], 6), np.ones(6), 4).tolist() == []
    assert best_views(matrix_of(rows, 6), np.ones(6), 0).tolist() == []
