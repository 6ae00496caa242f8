"""The inner loop of P.1812 at half of the time: equal to the whole Recommendation, usable in kernels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phusong.coverage.radio._jit import kernel, plain
from phusong.coverage.radio.free_space import free_space_loss_db
from phusong.coverage.radio.p1812 import basic_transmission_loss_db
from phusong.coverage.radio.p1812_median import (
    _duct_path_db,
    _excess_mrad,
    _horizon_samples,
    _least_duct_db,
    _rays,
    loss_50_db,
    median_terms,
)
from phusong.coverage.radio.path_parameters import centre_latitude_deg
from phusong.coverage.radio.profile_geometry import AE_KM, effective_earth_radius_km, path_geometry

EQUAL_DB = 1e-9

terrains = st.one_of(
    st.lists(st.integers(0, 1500), min_size=3, max_size=80),
    st.lists(st.integers(0, 20), min_size=3, max_size=80),
    st.integers(3, 80).map(lambda n: [7] * n),
).map(lambda values: np.array(values, dtype=np.float64))
masts = st.one_of(st.floats(1.0, 100.0), st.floats(1.0, 3000.0))


def _both_db(h_m, step_km, tx_m, rx_m, f_ghz, lat, delta_n=50.0, n0=370.0, vertical=True) -> tuple[float, float]:
    """Loss of the kernel and of the whole Recommendation on one path northwards."""
    count = h_m.size
    total_km = (count - 1) * step_km
    north = lat + total_km / 111.0
    expected_db = basic_transmission_loss_db(
        np.arange(count) * step_km,
        h_m,
        np.zeros(count),
        np.full(count, 4),
        frequency_ghz=f_ghz,
        time_percent=50.0,
        tx_height_agl_m=tx_m,
        rx_height_agl_m=rx_m,
        polarization="vertical" if vertical else "horizontal",
        tx_lat_deg=lat,
        rx_lat_deg=north,
        tx_lon_deg=105.0,
        rx_lon_deg=105.0,
        delta_n=delta_n,
        n0=n0,
        tx_coast_km=500.0,
        rx_coast_km=500.0,
    )
    ends = (h_m[0] + tx_m, h_m[-1] + rx_m)
    geometry = path_geometry(h_m, count, step_km, *ends, effective_earth_radius_km(delta_n))
    centre = centre_latitude_deg(lat, 105.0, north, 105.0, total_km)
    return loss_50_db(h_m, count, *ends, geometry, centre, median_terms(f_ghz, vertical, n0)), expected_db


@given(
    terrains,
    st.floats(0.01, 1.2),
    masts,
    st.floats(1.0, 30.0),
    st.floats(0.03, 6.0),
    st.floats(-80.0, 80.0),
    st.floats(20.0, 90.0),
    st.booleans(),
)
@settings(deadline=None, max_examples=500)
def test_equals_the_whole_recommendation(h_m, step_km, tx_m, rx_m, f_ghz, lat, delta_n, vertical) -> None:
    """To 1e-9 dB on whole metres of terrain, plains included, at any latitude."""
    fast_db, expected_db = _both_db(h_m, step_km, tx_m, rx_m, f_ghz, lat, delta_n, 350.0, vertical)
    assert fast_db == pytest.approx(expected_db, abs=EQUAL_DB)
    assert fast_db >= free_space_loss_db(f_ghz, (h_m.size - 1) * step_km) - EQUAL_DB


def _hills(seed: int, count: int, rough_m: float) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.round(np.abs(np.cumsum(rng.normal(0.0, rough_m, count))))


def test_equals_it_where_ducting_matters() -> None:
    """Long paths beyond the horizon lose less by ducts than by diffraction: the part most often left out."""
    helped = 0
    for seed in range(60):
        h_m = _hills(seed, 201, (0.2, 2.0, 8.0)[seed % 3])
        fast_db, expected_db = _both_db(h_m, 0.5, 30.0, 10.0, 0.45 if seed % 2 else 2.1, 16.0)
        assert fast_db == pytest.approx(expected_db, abs=EQUAL_DB)
        helped += fast_db < free_space_loss_db(2.1, 100.0) + 40.0
    assert helped > 5


@given(terrains, st.floats(0.01, 1.2), masts, st.floats(1.0, 30.0), st.floats(0.03, 6.0))
@settings(deadline=None, max_examples=300)
def test_ducting_never_loses_less_than_its_bound(h_m, step_km, tx_m, rx_m, f_ghz) -> None:
    """What is said of ducting before the horizons are looked for holds for where they are found."""
    count, ends, terms = h_m.size, (h_m[0] + tx_m, h_m[-1] + rx_m), median_terms(f_ghz, True, 370.0)
    geometry = path_geometry(h_m, count, step_km, *ends)
    rays = _rays(geometry, (ends[1] - ends[0]) / geometry.distance_km)
    first, second = _horizon_samples(h_m, count, *ends, geometry, rays)
    d_km = (first * step_km, (count - 1 - second) * step_km)
    excess = (_excess_mrad(d_km[0], rays.theta_t), _excess_mrad(d_km[1], rays.theta_r))
    loss_db = _duct_path_db(terms, rays, geometry.ae_km, d_km[0] + d_km[1], d_km, excess)
    assert _least_duct_db(terms, geometry, rays, step_km) <= loss_db + EQUAL_DB


@pytest.mark.parametrize("loss_db", [loss_50_db, plain(loss_50_db)])
def test_compiled_equals_plain_python(loss_db) -> None:
    """The same body compiled and as Python, in sight and beyond the horizon."""
    for seed, tx_m in ((1, 30.0), (2, 600.0), (3, 2000.0)):
        h_m = _hills(seed, 101, 10.0)
        ends = (h_m[0] + tx_m, h_m[-1] + 1.5)
        geometry = path_geometry(h_m, 101, 0.1, *ends)
        terms = plain(median_terms)(0.9, True, 370.0)
        expected_db, _ = _both_db(h_m, 0.1, tx_m, 1.5, 0.9, 16.0 - 0.5 * 10.0 / 111.0)
        centre = centre_latitude_deg(16.0 - 0.5 * 10.0 / 111.0, 105.0, 16.0 + 0.5 * 10.0 / 111.0, 105.0, 10.0)
        assert loss_db(h_m, 101, *ends, geometry, centre, terms) == pytest.approx(expected_db, abs=EQUAL_DB)


@kernel
def _sum_of_losses_db(height_m: np.ndarray, terms: tuple) -> float:
    total_db = 0.0
    for row in range(height_m.shape[0]):
        h_m = height_m[row]
        count = h_m.size
        geometry = path_geometry(h_m, count, 0.1, h_m[0] + 30.0, h_m[-1] + 1.5, AE_KM)
        total_db += loss_50_db(h_m, count, h_m[0] + 30.0, h_m[-1] + 1.5, geometry, 16.0, terms)
    return total_db


def test_can_be_called_in_a_kernel() -> None:
    """A kernel of ours adds up the losses of several profiles."""
    height_m = np.array([_hills(seed, 51, 10.0) for seed in range(4)])
    terms = median_terms(1.8, True, 370.0)
    one_by_one = [_sum_of_losses_db(height_m[k : k + 1], terms) for k in range(4)]
    assert _sum_of_losses_db(height_m, terms) == pytest.approx(sum(one_by_one), abs=1e-9)
    assert all(90.0 < loss_db < 250.0 for loss_db in one_by_one)


def test_missing_terrain_gives_no_loss() -> None:
    """NaN in the profile, or fewer than three samples, gives NaN."""
    terms = median_terms(0.9, True, 370.0)
    h_m = np.array([10.0, np.nan, 10.0, 10.0])
    assert math.isnan(loss_50_db(h_m, 4, 40.0, 11.5, path_geometry(h_m, 4, 1.0, 40.0, 11.5), 16.0, terms))
    assert math.isnan(loss_50_db(h_m, 2, 40.0, 11.5, path_geometry(h_m, 2, 1.0, 40.0, 11.5), 16.0, terms))
