"""Levels over an area are those of the household engine at the centres of the cells, whatever the windows."""

from __future__ import annotations

import itertools
import weakref

import made_masts
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_hills import CELL, NORTH, SIZE, WEST, scene

from phusong.coverage.area import NO_DATA, Area, area_levels, area_over, windows
from phusong.coverage.earth import path_km
from phusong.coverage.kernel_arrays import MIDDLE, NONE
from phusong.coverage.prediction import Points, predict
from phusong.coverage.transmitters import transmitters
from phusong.data.profiles import read_profile

PROFILE = read_profile("vn-default")
HILLS = (WEST, NORTH - SIZE * CELL, WEST + SIZE * CELL, NORTH)


def layers_of(network, profile=PROFILE):
    return transmitters(network, profile).layers


def whole(area, parts, n_layers):
    """Put windows together; what none of them holds is no data."""
    levels = np.full((area.n_rows, area.n_cols, n_layers), NO_DATA, dtype=np.int16)
    for at, part in parts:
        levels[at.row : at.row + at.n_rows, at.col : at.col + at.n_cols] = part
    return levels


def slowly(network, terrain, area, profile=PROFILE):
    """Predict the whole network, both ends too, at the centres of all cells in one go."""
    lat = area.north_deg - (np.arange(area.n_rows) + 0.5) * area.cell_lat_deg
    lon = area.west_deg + (np.arange(area.n_cols) + 0.5) * area.cell_lon_deg
    lon, lat = (grid.ravel() for grid in np.meshgrid(lon, lat))
    return predict(network, terrain, Points(lon_deg=lon, lat_deg=lat, of_household=np.arange(lon.size)), profile)


@settings(deadline=None)
@given(
    west=st.floats(102, 117), south=st.floats(7, 23), width=st.floats(0.001, 2), height=st.floats(0.001, 2),
    resolution_m=st.floats(10, 2000),
)  # fmt: skip
def test_the_grid_holds_its_bounds_with_cells_of_the_size_asked_for(west, south, width, height, resolution_m):
    """The bounds lie inside, less than a cell from each edge; a cell in the middle is as wide and high to 0.16 m."""
    area = area_over((west, south, west + width, south + height), resolution_m)
    east, bottom = area.west_deg + area.n_cols * area.cell_lon_deg, area.north_deg - area.n_rows * area.cell_lat_deg
    for beyond, cell in (
        (west - area.west_deg, area.cell_lon_deg),
        (east - west - width, area.cell_lon_deg),
        (area.north_deg - south - height, area.cell_lat_deg),
        (south - bottom, area.cell_lat_deg),
    ):
        assert -1e-9 <= beyond <= cell + 1e-9
    middle = south + height / 2
    wide_km, _ = path_km(0.0, middle, area.cell_lon_deg, middle)
    high_km, _ = path_km(0.0, middle - area.cell_lat_deg / 2, 0.0, middle + area.cell_lat_deg / 2)
    assert 1000 * wide_km == pytest.approx(resolution_m, abs=0.16)
    assert 1000 * high_km == pytest.approx(resolution_m, abs=0.16)


def test_two_areas_with_cells_of_one_size_share_their_cells():
    """A part of an area, as wide around the same latitude, has its edges on the edges of the cells of the whole."""
    large, small = area_over((105.0, 18.0, 106.0, 19.0), 100.0), area_over((105.3, 18.3, 105.7, 18.7), 100.0)
    assert (small.cell_lon_deg, small.cell_lat_deg) == (large.cell_lon_deg, large.cell_lat_deg)
    col = (small.west_deg - large.west_deg) / large.cell_lon_deg
    row = (large.north_deg - small.north_deg) / large.cell_lat_deg
    assert (col, row) == (pytest.approx(round(col), abs=1e-6), pytest.approx(round(row), abs=1e-6))


@given(n_rows=st.integers(1, 40), n_cols=st.integers(1, 40), side=st.integers(1, 50))
def test_windows_hold_every_cell_once(n_rows, n_cols, side):
    """Counted cell by cell; no window is larger than asked for."""
    area = Area(west_deg=105, north_deg=20, cell_lon_deg=0.1, cell_lat_deg=0.1, n_rows=n_rows, n_cols=n_cols)
    count = np.zeros((n_rows, n_cols), dtype=int)
    for at in windows(area, side):
        count[at.row : at.row + at.n_rows, at.col : at.col + at.n_cols] += 1
        assert max(at.n_rows, at.n_cols) <= side
    assert (count == 1).all()


@pytest.mark.parametrize("seed", range(3))
def test_levels_are_those_of_the_household_engine(seed):
    """Every level of a cell is the middle one that predict() gives at its centre, both ends computed, to the digit."""
    network, terrain, _ = scene(seed, holes=False)
    layers = layers_of(network)
    area = area_over(HILLS, 400.0)
    levels = whole(area, area_levels(network, terrain, area, PROFILE, layers), len(layers)).reshape(-1, len(layers))
    slow = slowly(network, terrain, area)
    assert slow.layers == layers
    inside = slow.known
    assert inside.sum() > 500
    assert np.array_equal(levels[inside], slow.level[inside][:, :, MIDDLE])
    assert (levels[~inside] == NO_DATA).all()
    assert (levels[inside] != NONE).any()


def test_one_layer_asked_for_alone_is_the_same_and_takes_fewer_sectors():
    """A layer's levels do not depend on which others are asked for, nor on their order."""
    network, terrain, _ = scene(3, holes=False)
    layers = layers_of(network)
    area = area_over(HILLS, 600.0)
    all_of_them = whole(area, area_levels(network, terrain, area, PROFILE, layers), len(layers))
    for k, layer in enumerate(layers):
        alone = whole(area, area_levels(network, terrain, area, PROFILE, [layer]), 1)
        assert np.array_equal(alone[:, :, 0], all_of_them[:, :, k])
    turned = whole(area, area_levels(network, terrain, area, PROFILE, layers[::-1]), len(layers))
    assert np.array_equal(turned[:, :, ::-1], all_of_them)


@pytest.mark.parametrize("side", [5, 16, 37])
def test_windows_of_any_size_give_the_same_levels(side):
    """Holes in the terrain and cells left out included."""
    network, terrain, _ = scene(4, holes=True)
    layers = layers_of(network)
    area = area_over(HILLS, 500.0)
    inside = np.random.default_rng(4).random((area.n_rows, area.n_cols)) < 0.6
    one = whole(area, area_levels(network, terrain, area, PROFILE, layers, inside=inside), len(layers))
    parts = area_levels(network, terrain, area, PROFILE, layers, inside=inside, side=side)
    assert np.array_equal(whole(area, parts, len(layers)), one)
    assert (one[~inside] == NO_DATA).all()
    assert (one[inside] != NO_DATA).any()


def test_a_cell_over_missing_terrain_is_no_data_and_never_below_the_floor():
    """A mast on a plain with a band of missing terrain.

    In the band, and behind it where the mast might be received over it: no data. Beyond the mast's reach: below the
    floor, which is known. In front of the band: a level.
    """
    site = made_masts.made_site("A", made_masts.LON)
    network = made_masts.Network(sites=(site,), inventories=())
    profile = made_masts.made_profile(max_path_km=6.0)
    terrain = made_masts.made_terrain(hole=slice(450, 470))
    south = made_masts.NORTH - made_masts.SIZE * made_masts.CELL
    area = area_over((made_masts.WEST + 0.02, south + 0.02, made_masts.WEST + 0.18, made_masts.NORTH - 0.02), 200.0)
    layers = layers_of(network, profile)
    level = whole(area, area_levels(network, terrain, area, profile, layers), 1)[:, :, 0]
    row = round((area.north_deg - made_masts.LAT) / area.cell_lat_deg - 0.5)

    def at(lon_deg):
        return level[row, int((lon_deg - area.west_deg) / area.cell_lon_deg)]

    hole = made_masts.WEST + 460 * made_masts.CELL
    assert at(hole - 0.01) > -14000
    assert at(hole) == NO_DATA
    assert at(hole + 0.01) == NO_DATA
    assert at(made_masts.LON + 0.07) == NONE


def test_windows_with_nothing_inside_are_passed_over_and_the_progress_grows_to_the_end():
    """One corner is asked for: its window comes, no other, and the share done never falls and ends at 1."""
    network, terrain, _ = scene(5, holes=False)
    area = area_over(HILLS, 400.0)
    inside = np.zeros((area.n_rows, area.n_cols), dtype=bool)
    inside[:7, :9] = True
    shares = []
    layers = layers_of(network)
    parts = list(area_levels(network, terrain, area, PROFILE, layers, inside=inside, side=10, progress=shares.append))
    assert [(at.row, at.col) for at, _ in parts] == [(0, 0)]
    list(area_levels(network, terrain, area, PROFILE, layers, side=16, progress=shares.append))
    second = shares[shares.index(1.0) + 1 :]
    assert all(a <= b for a, b in itertools.pairwise(second))
    assert second[-1] == pytest.approx(1.0)


def test_no_more_than_the_last_window_is_kept():
    """While a window is in the making only the one before it is still there, however many there were."""
    network, terrain, _ = scene(6, holes=False)
    area = area_over(HILLS, 800.0)
    seen = []
    for _, levels in area_levels(network, terrain, area, PROFILE, layers_of(network), side=4):
        assert sum(old() is not None for old in seen) <= 1
        seen.append(weakref.ref(levels))
    assert len(seen) > 5
