"""What rules paths out may never rule out one that counts; and the prediction does not depend on what surrounds it."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import made_hills
import naive_prediction
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba.core.runtime import _nrt_python, rtsys
from plain_scene import STORED, answers

from phusong.coverage.best_server import HIGH, LOW, MIDDLE, NONE, hundredths
from phusong.coverage.loss_bound import COARSE_STRIDE, coarse_outline, least_loss_db, outline, path_bound
from phusong.coverage.network import Network
from phusong.coverage.prediction import Points, predict, prediction_points
from phusong.coverage.profile import fill_profile, grid_of, hole_counts, may_have_holes, sample_count
from phusong.coverage.radio._jit import plain
from phusong.coverage.radio.air import Air
from phusong.coverage.radio.p1812_median import loss_50_db, median_terms
from phusong.coverage.radio.profile_geometry import path_geometry
from phusong.coverage.terrain import MISSING, Terrain
from phusong.data.profiles import read_profile
from phusong.errors import TerrainError

PROFILE = read_profile("vn-default")
ROUNDING_DB = 1e-6


def hills(rng, count):
    """Waves of any length with roughness on them, sometimes a wall near one end."""
    height_m = rng.uniform(0, 1) * 400 * np.sin(np.arange(count) / rng.uniform(2, 80)) + rng.uniform(0, 9, count)
    if rng.random() < 0.3:
        height_m[rng.integers(1, 20) * rng.choice([1, -1])] += rng.uniform(0, 60)
    return height_m + 400.0


@settings(max_examples=400, deadline=None)
@given(
    st.integers(0, 2**31), st.integers(49, 501), st.floats(0.05, 60), st.floats(3, 100), st.floats(0, 80),
    st.sampled_from([0.0, 50.0, 120.0]), st.sampled_from([250.0, 370.0, 450.0]),
)  # fmt: skip
def test_the_bounds_of_a_path_are_never_above_its_loss(seed, count, length_km, tall_m, lower_m, delta_n, n0):
    """From a few samples and the tallest antenna: at most the loss of the path, for that antenna and lower ones."""
    height_m = hills(np.random.default_rng(seed), count)
    air = Air(delta_n=delta_n, n0=n0)
    step_km, rx_m = length_km / (count - 1), height_m[-1] + 1.5
    tallest_m, lowest_m = height_m[0] + tall_m, height_m[0] + max(tall_m - lower_m, 1.0)
    seen = [
        coarse_outline(height_m, count, step_km, tallest_m, rx_m, air.ae_km),
        outline(height_m, count, step_km, (tallest_m, lowest_m), rx_m, air.ae_km),
    ]
    assert plain(coarse_outline)(height_m, count, step_km, tallest_m, rx_m, air.ae_km) == pytest.approx(seen[0])
    for tx_m in (tallest_m, 0.5 * (tallest_m + lowest_m), lowest_m):
        geometry = path_geometry(height_m, count, step_km, tx_m, rx_m, air.ae_km)
        for ghz in (0.7, 2.6):
            terms = median_terms(ghz, True, n0)
            loss_db = loss_50_db(height_m, count, tx_m, rx_m, geometry, 18.0, terms)
            for one in seen:
                assert least_loss_db(terms, path_bound(one, length_km, air.ae_km)) <= loss_db + ROUNDING_DB


def test_the_bounds_see_a_ridge():
    """A ridge on a sample that is read costs what it costs: a bound of free space alone would pass the test above."""
    height_m = np.full(161, 50.0)
    height_m[5 * COARSE_STRIDE] = 350.0
    terms, free_db = median_terms(0.9, True, 370.0), 92.4 + 20.0 * math.log10(0.9 * 9.6)
    coarse = coarse_outline(height_m, 161, 0.06, 80.0, 51.5, Air().ae_km)
    closer = outline(height_m, 161, 0.06, (80.0, 80.0), 51.5, Air().ae_km)
    assert least_loss_db(terms, path_bound(coarse, 9.6, Air().ae_km)) > free_db + 20.0
    assert least_loss_db(terms, path_bound(closer, 9.6, Air().ae_km)) > free_db + 25.0


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**31))
def test_a_path_held_to_be_whole_is_whole(seed):
    """With no hole in the blocks around a path no sample is missing; with no hole at all every inner path is whole."""
    rng = np.random.default_rng(seed)
    rows, cols = rng.integers(40, 400, 2)
    elevation = np.full((rows, cols), 100, dtype=np.int16)
    for _ in range(rng.integers(0, 4)):
        row, col = rng.integers(0, rows), rng.integers(0, cols)
        elevation[row : row + 5, col : col + 5] = MISSING
    terrain = made_hills.terrain_of(elevation)
    grid, holes, height_m = grid_of(terrain), hole_counts(terrain), np.empty(501)
    inside = rng.uniform(0.01, 0.99, (20, 4)) * np.array([cols, rows, cols, rows]) / 3600
    for x_a, y_a, x_b, y_b in inside:
        ends = (made_hills.WEST + x_a, made_hills.NORTH - y_a, made_hills.WEST + x_b, made_hills.NORTH - y_b)
        whole = fill_profile(elevation.reshape(-1), grid, ends, sample_count(10.0), 1, height_m)
        assert whole or may_have_holes(holes, grid, ends)
        if not (elevation == MISSING).any():
            assert not may_have_holes(holes, grid, ends)
    assert may_have_holes(holes, grid, (made_hills.WEST - 0.001, *ends[1:]))


def slow_unseen(network, terrain, points, found):
    """Return the best level over missing terrain in free space where it is above the favourable level."""
    unseen = np.full(found.unseen.shape, NONE)
    flat, grid = terrain.elevation_m.reshape(-1), grid_of(terrain)
    for i, layer, site, service, sector in made_hills.everything(network, points, found.layers, PROFILE):
        lon, lat = points.lon_deg[i], points.lat_deg[i]
        height_m = sector.height_agl_m.high
        if not found.known[i] or not math.isnan(
            naive_prediction.loss_db(terrain, site, service, height_m, lon, lat, PROFILE.receiver_height_m, Air())
        ):
            continue
        level_dbm = made_hills.free_space_level_dbm(flat, grid, site, service, sector, lon, lat, PROFILE)
        if level_dbm >= PROFILE.rules[service.technology].floor_dbm:
            unseen[i, layer] = max(unseen[i, layer], hundredths(level_dbm))
    return np.where(unseen > found.level[:, :, HIGH], unseen, NONE)


@pytest.mark.parametrize("seed", range(3))
def test_what_missing_terrain_may_hide_equals_the_slow_way(seed):
    """``unseen`` is the free-space level of the best sector over missing terrain, to the hundredth."""
    network, terrain, points = made_hills.scene(seed, holes=True)
    found = predict(network, terrain, points, PROFILE)
    expected = slow_unseen(network, terrain, points, found)
    assert (expected > NONE).sum() > 20
    assert np.abs(found.unseen.astype(int) - expected).max() <= 1  # the last digit may round the other way
    assert (found.unseen == expected).mean() > 0.999


def test_a_point_alone_gets_the_same_answer_as_among_others():
    """Level, server and what may be hidden do not depend on which other households are asked about."""
    network, terrain, points = made_hills.scene(5, holes=True)
    together = predict(network, terrain, points, PROFILE)
    for i in range(0, len(points), 7):
        only = slice(i, i + 1)
        alone = Points(lon_deg=points.lon_deg[only], lat_deg=points.lat_deg[only], of_household=np.zeros(1, dtype=int))
        found = predict(network, terrain, alone, PROFILE)
        for name in STORED:
            assert np.array_equal(getattr(found, name), getattr(together, name)[only])


def test_sectors_that_nothing_tells_apart_stand_once_under_the_lowest_id():
    """Three sectors listed without azimuths: the answers are those of all three, the server has the lowest id."""
    network, terrain, points = made_hills.scene(2, holes=False)
    tripled = []
    for site in network.sites:
        services = [
            replace(v, sectors=tuple(replace(v.sectors[0], sector_id=f"{v.sectors[0].sector_id}/{k}") for k in "cab"))
            for v in site.services
        ]
        tripled.append(replace(site, services=tuple(services)))
    single = replace(
        network,
        sites=tuple(
            replace(s, services=tuple(replace(v, sectors=v.sectors[-1:]) for v in s.services)) for s in tripled
        ),
    )
    tripled = replace(network, sites=tuple(tripled))
    found, alone = (predict(n, terrain, points, PROFILE) for n in (tripled, single))
    assert np.array_equal(found.level, alone.level)
    assert (found.server >= 0).any()
    assert all(found.sent.sector_ids[s].endswith("/a") for s in found.server[found.server >= 0])


def test_a_site_of_unknown_status_counts_at_the_favourable_end_only():
    """It gives no level in the middle or at the unfavourable end, and is nobody's server."""
    network, terrain, points = made_hills.scene(4, holes=False)
    doubtful = replace(
        network,
        sites=tuple(
            replace(s, services=tuple(replace(v, status="unknown") for v in s.services)) for s in network.sites
        ),
    )
    sure, found = (predict(n, terrain, points, PROFILE) for n in (network, doubtful))
    assert np.array_equal(found.level[:, :, HIGH], sure.level[:, :, HIGH])
    assert (found.level[:, :, HIGH] > NONE).any()
    assert (found.level[:, :, [LOW, MIDDLE]] == NONE).all()
    assert (found.server == -1).all()
    assert (found.second == NONE).all()
    assert np.array_equal(found.server_high, sure.server_high)


def test_a_network_with_nothing_on_air_knows_the_same_terrain():
    """Whether a point has terrain does not depend on the stations."""
    network, terrain, points = made_hills.scene(6, holes=True)
    with_masts = predict(network, terrain, points, PROFILE)
    without = predict(Network(sites=(), inventories=()), terrain, points, PROFILE)
    assert np.array_equal(with_masts.known, without.known)
    assert not with_masts.known.all()


def test_terrain_of_one_row_is_refused():
    """Nothing lies between the centres of one row of cells."""
    with pytest.raises(TerrainError, match="at least 2 rows"):
        grid_of(made_hills.terrain_of(np.zeros((1, 50), dtype=np.int16)))


def test_prediction_points_are_cells_of_one_second_on_coarse_terrain():
    """Households of one cell share a point: a 1″ cell on 3″ terrain, the terrain's own, wherever it starts, on 1″."""
    rng = np.random.default_rng(0)
    lon, lat = made_hills.WEST + rng.uniform(0, 0.05, 500), made_hills.NORTH - rng.uniform(0, 0.05, 500)
    lon[1], lat[1] = lon[0], lat[0]
    fine = made_hills.terrain_of(np.zeros((180, 180), dtype=np.int16))
    coarse = replace(fine, elevation_m=np.zeros((60, 60), dtype=np.int16), cell_lon_deg=3 / 3600, cell_lat_deg=3 / 3600)
    shifted = replace(fine, west_deg=fine.west_deg + 0.3 / 3600)
    for terrain in (fine, coarse, shifted):
        points = prediction_points(lon, lat, terrain)
        assert points.of_household[0] == points.of_household[1]
        assert np.abs(points.lon_deg[points.of_household] - lon).max() <= 0.5001 / 3600
        assert np.abs(points.lat_deg[points.of_household] - lat).max() <= 0.5001 / 3600
        assert len(np.unique(np.stack([points.lon_deg, points.lat_deg]), axis=1).T) == len(points)
    inner = prediction_points(lon, lat, shifted)
    offset = (inner.lon_deg - shifted.west_deg) * 3600 % 1.0
    assert np.allclose(offset, 0.5, atol=1e-6)


def test_the_kernels_run_as_plain_python_with_the_same_answers(tmp_path: Path):
    """Interpreted, where indices are checked and bad logarithms raise, the stored answers are the compiled ones."""
    out = tmp_path / "plain.npz"
    tests = Path(__file__).resolve().parents[1]
    path = os.pathsep.join(map(str, (tests, tests.parent)))
    subprocess.run(
        [sys.executable, str(tests / "plain_scene.py"), str(out)],
        check=True,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": path},
    )
    compiled = answers()
    assert (compiled["dsm level"] > compiled["dtm level"]).any()
    with np.load(out) as interpreted:
        for name in compiled:
            assert np.array_equal(interpreted[name], compiled[name], equal_nan=True), name


@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT", "0") != "0", reason="nothing is compiled")
def test_the_kernels_leave_no_memory_behind():
    """They are compiled without reference counts: an array made in one of them would never be freed."""
    scene = made_hills.scene(3, holes=True)
    predict(*scene, PROFILE)
    _nrt_python.memsys_enable_stats()
    before = rtsys.get_allocation_stats()
    predict(*scene, PROFILE)
    after = rtsys.get_allocation_stats()
    assert after.alloc - after.free == before.alloc - before.free
    assert after.mi_alloc - after.mi_free == before.mi_alloc - before.mi_free


def test_of_equal_servers_the_lowest_id_serves():
    """Every mast stands twice at one place, alike but for the ids: the lower one serves, whichever is listed first."""
    network, terrain, points = made_hills.scene(7, holes=False, households=400)
    for suffixes in ("ab", "ba"):
        twice = [_renamed(site, suffix) for site in network.sites for suffix in suffixes]
        found = predict(replace(network, sites=tuple(twice)), terrain, points, PROFILE)
        servers = {found.sent.sector_ids[s][-1] for s in found.server[found.server >= 0]}
        assert servers == {"a"}


def _renamed(site, suffix):
    services = (
        replace(v, sectors=tuple(replace(sector, sector_id=sector.sector_id + suffix) for sector in v.sectors))
        for v in site.services
    )
    return replace(site, site_id=site.site_id + suffix, services=tuple(services))


def test_the_terrain_is_not_changed():
    """Predicting reads the elevations and leaves them as they are."""
    network, terrain, points = made_hills.scene(3, holes=True)
    before: Terrain = replace(terrain, elevation_m=terrain.elevation_m.copy())
    predict(network, terrain, points, PROFILE)
    assert np.array_equal(before.elevation_m, terrain.elevation_m)
