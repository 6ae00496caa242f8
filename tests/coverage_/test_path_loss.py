"""Losses of many paths at once: each that of the whole Recommendation on its own profile, on any number of threads."""

from __future__ import annotations

import os

import made_hills
import numpy as np
import pytest

from phusong.coverage.earth import path_km
from phusong.coverage.path_loss import path_losses_db
from phusong.coverage.profile import terrain_profile
from phusong.coverage.radio.air import Air
from phusong.coverage.radio.free_space import free_space_loss_db
from phusong.coverage.radio.models import RadioPath, propagation_model
from phusong.coverage.terrain import MISSING
from phusong.errors import OutOfRangeError

EQUAL_DB = 1e-9
SIDE = 500
SERVICE = {"frequency_ghz": 0.9, "tx_height_agl_m": 30.0, "rx_height_agl_m": 1.5}


def _hilly(rough_m: float = 4.0, tall_m: float = 150.0, side: int = SIDE):
    rng = np.random.default_rng(5)
    y, x = np.mgrid[0:side, 0:side]
    height_m = 200.0 + tall_m * np.sin(x / 31.0) * np.cos(y / 43.0) + rng.normal(0.0, rough_m, (side, side))
    return made_hills.terrain_of(height_m.astype(np.int16))


def _flat(height_m: int = 20):
    return made_hills.terrain_of(np.full((SIDE, SIDE), height_m, dtype=np.int16))


def _ends(n: int, seed: int = 1, least: float = 0.01, most: float = 0.99) -> np.ndarray:
    """Longitudes and latitudes of both ends, four rows."""
    places = np.random.default_rng(seed).uniform(least, most, (4, n)) * SIDE * made_hills.CELL
    return np.array([made_hills.WEST, made_hills.NORTH] * 2)[:, None] + places * np.array([1.0, -1.0] * 2)[:, None]


def _whole_db(terrain, ends, *, frequency_ghz, tx_height_agl_m, rx_height_agl_m, air=None) -> float:
    """The complete P.1812-8 of one path over its sampled profile."""
    distance_km, height_m = terrain_profile(terrain, *ends)
    air = air or Air()
    path = RadioPath(
        distance_km=distance_km,
        height_m=height_m,
        frequency_ghz=frequency_ghz,
        tx_height_agl_m=tx_height_agl_m,
        rx_height_agl_m=rx_height_agl_m,
        latitude_deg=0.5 * (ends[1] + ends[3]),
        delta_n=air.delta_n,
        n0=air.n0,
    )
    return propagation_model("p1812-8").median_loss_db(path)


@pytest.mark.parametrize(
    ("terrain", "service", "air"),
    [
        (_hilly(), SERVICE, None),
        (_hilly(1.0, 6.0), {"frequency_ghz": 2.1, "tx_height_agl_m": 12.0, "rx_height_agl_m": 3.0}, None),
        (_flat(), {"frequency_ghz": 0.45, "tx_height_agl_m": 80.0, "rx_height_agl_m": 10.0}, Air(delta_n=70, n0=380)),
    ],
)
def test_every_loss_is_that_of_the_whole_recommendation(terrain, service, air) -> None:
    """Over hills, rough flats and a plain, to 1e-9 dB on the same profiles."""
    ends = _ends(60)
    losses_db = path_losses_db(terrain, *ends, **service, **({"air": air} if air else {}))
    expected_db = [_whole_db(terrain, path, **service, air=air) for path in ends.T]
    np.testing.assert_allclose(losses_db, expected_db, rtol=0.0, atol=EQUAL_DB)


def test_missing_terrain_under_a_path_gives_no_loss() -> None:
    """NaN exactly where the profile has a gap or an end is off the grid or not given; the others keep their loss."""
    terrain = _hilly()
    ends = _ends(400)
    before_db = path_losses_db(terrain, *ends, **SERVICE)
    terrain.elevation_m[200:230, 180:260] = MISSING
    ends[0, 0] = made_hills.WEST - 1e-4
    ends[3, 1] = np.nan
    losses_db = path_losses_db(terrain, *ends, **SERVICE)
    gaps = np.array([np.isnan(terrain_profile(terrain, *path)[1]).any() for path in ends[:, 2:].T])
    assert np.all(np.isnan(losses_db[:2]))
    assert 20 < gaps.sum() < 380
    np.testing.assert_array_equal(losses_db[2:], np.where(gaps, np.nan, before_db[2:]))


@pytest.mark.parametrize("cores", [1, 2, 5])
def test_losses_do_not_depend_on_the_number_of_threads(monkeypatch, cores) -> None:
    """Equal to the last bit on one thread and on several, all at once and path by path."""
    terrain, ends = _hilly(), _ends(5000)
    losses_db = path_losses_db(terrain, *ends, **SERVICE, samples=51)
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    np.testing.assert_array_equal(path_losses_db(terrain, *ends, **SERVICE, samples=51), losses_db)
    one_by_one = [path_losses_db(terrain, *path, **SERVICE, samples=51) for path in ends[:, ::100].T]
    np.testing.assert_array_equal(one_by_one, losses_db[::100])


def test_the_way_back_loses_as_much() -> None:
    """Reciprocal over hills; over plains to a few dB.

    Both ends of the smooth surface and both horizons come from the whole path. Only the sample that counts as nearest
    to the line of a path in sight is chosen from one side, which matters where several are equally near.
    """
    service = {"frequency_ghz": 0.9, "tx_height_agl_m": 10.0, "rx_height_agl_m": 10.0}
    terrain, ends = _hilly(), _ends(500)
    there_db = path_losses_db(terrain, *ends, **service)
    back_db = path_losses_db(terrain, *ends[[2, 3, 0, 1]], **service)
    np.testing.assert_allclose(back_db, there_db, rtol=0.0, atol=1e-6)


def test_a_short_path_over_a_plain_in_sight_is_free_space() -> None:
    """High antennas, some hundred metres apart: to 0.01 dB; and nothing ever loses less than free space."""
    lon, lat = made_hills.WEST + 0.05, made_hills.NORTH - 0.05
    apart_deg = np.array([0.003, 0.005, 0.008])
    service = {"frequency_ghz": 2.0, "tx_height_agl_m": 60.0, "rx_height_agl_m": 60.0}
    losses_db = path_losses_db(_flat(), lon, lat, lon + apart_deg, lat, **service)
    lengths_km = [path_km(lon, lat, lon + apart, lat)[0] for apart in apart_deg]
    np.testing.assert_allclose(losses_db, [free_space_loss_db(2.0, d_km) for d_km in lengths_km], atol=0.01)
    ends = _ends(500)
    least_db = [free_space_loss_db(0.9, path_km(*path)[0]) for path in ends.T]
    assert np.all(path_losses_db(_hilly(), *ends, **SERVICE) >= np.array(least_db) - EQUAL_DB)


def test_the_curved_earth_hides_a_low_antenna_over_a_plain() -> None:
    """Over flat ground the loss over free space grows with every km, and less air bending hides more."""
    lon, lat = made_hills.WEST + 0.01, made_hills.NORTH - 0.05
    apart_deg = np.linspace(0.02, 0.11, 10)
    usual_db = path_losses_db(_flat(), lon, lat, lon + apart_deg, lat, **SERVICE)
    free_db = np.array([free_space_loss_db(0.9, path_km(lon, lat, lon + d, lat)[0]) for d in apart_deg])
    assert np.all(np.diff(usual_db - free_db) > 0.0)
    assert np.all(path_losses_db(_flat(), lon, lat, lon + apart_deg, lat, **SERVICE, air=Air(delta_n=10)) > usual_db)


def test_ends_at_one_place_are_taken_ten_metres_apart() -> None:
    """A receiver under the mast has the loss of free space at 10 m, not infinity."""
    lon, lat = made_hills.WEST + 0.05, made_hills.NORTH - 0.05
    service = {"frequency_ghz": 0.9, "tx_height_agl_m": 10.0, "rx_height_agl_m": 10.0}
    loss_db = path_losses_db(_flat(), lon, lat, lon, lat, **service)
    assert loss_db == pytest.approx(free_space_loss_db(0.9, 0.01), abs=0.01)
    assert loss_db.shape == ()


def test_the_shape_of_the_ends_is_kept() -> None:
    """One transmitter and a grid of receivers give a grid of losses."""
    lon, lat = np.meshgrid(made_hills.WEST + np.linspace(0.02, 0.1, 4), made_hills.NORTH - np.linspace(0.02, 0.1, 3))
    losses_db = path_losses_db(_hilly(), made_hills.WEST + 0.05, made_hills.NORTH - 0.05, lon, lat, **SERVICE)
    assert losses_db.shape == (3, 4)
    assert np.all(np.isfinite(losses_db))


@pytest.mark.parametrize(
    "wrong",
    [{"samples": 2}, {"samples": 502}, {"frequency_ghz": 7.0}, {"tx_height_agl_m": 0.0}, {"rx_height_agl_m": -1}],
)
def test_what_no_path_can_have_is_refused(wrong) -> None:
    """One sentence naming the value and what is allowed."""
    with pytest.raises(OutOfRangeError, match=next(iter(wrong))):
        path_losses_db(_flat(), 0.0, 0.0, 0.0, 0.0, **(SERVICE | wrong))
