"""The parts of a P.1812-8 loss: they make the whole, and each is what its own section says."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from phusong.coverage.radio.diffraction import path_diffraction
from phusong.coverage.radio.free_space import free_space_loss_db
from phusong.coverage.radio.p1812 import Link, basic_transmission_loss_db, transmission_loss
from phusong.coverage.radio.path_parameters import INLAND

LINK = Link(
    frequency_ghz=0.9,
    time_percent=50.0,
    tx_height_agl_m=40.0,
    rx_height_agl_m=1.5,
    polarization="vertical",
    tx_lat_deg=16.0,
    rx_lat_deg=16.0,
    tx_lon_deg=108.0,
    rx_lon_deg=108.3,
    delta_n=50.0,
    n0=370.0,
    tx_coast_km=500.0,
    rx_coast_km=500.0,
)


def hills(seed: int) -> tuple[Any, ...]:
    """Distance, terrain, clutter and zones of an inland path of 1 to 150 km."""
    rng = np.random.default_rng(seed)
    d_km = np.linspace(0.0, float(np.exp(rng.uniform(0.0, math.log(150.0)))), 151)
    h_m = np.abs(np.cumsum(rng.normal(0.0, rng.choice([0.2, 3.0, 30.0]), 151)))
    return d_km, h_m, rng.choice([0.0, 15.0], 151), np.full(151, INLAND)


def whole_db(parts: Any, distance_km: float) -> float:
    """L_b at half of the time and of the locations from its parts, section 4.6 written out without its short cuts."""
    f_j = 1.0 - 0.5 * (1.0 + math.tanh(3.0 * 0.8 * (parts.theta_mrad - 0.3) / 0.3))
    f_k = 1.0 - 0.5 * (1.0 + math.tanh(3.0 * 0.5 * (distance_km - 20.0) / 20.0))
    free_db, bent_db = parts.free_space_db, parts.free_space_db + parts.diffraction_50_db
    if max(parts.ducting_db, free_db) > 700.0:
        lower_db = max(parts.ducting_db, free_db)
    else:
        lower_db = 2.5 * math.log(math.exp(parts.ducting_db / 2.5) + math.exp(free_db / 2.5))
    best_db = bent_db if lower_db > bent_db else lower_db + (bent_db - lower_db) * f_k
    all_but_scatter_db = best_db + (bent_db - best_db) * f_j
    both = 10.0 ** (-0.2 * parts.troposcatter_db) + 10.0 ** (-0.2 * all_but_scatter_db)
    return max(free_db, -5.0 * math.log10(both))


def test_the_parts_make_the_whole() -> None:
    """Free space, diffraction, ducting and scatter combined as section 4.6 says are L_b, in sight and beyond."""
    in_sight = 0
    for seed in range(60):
        path = hills(seed)
        link = replace(LINK, tx_height_agl_m=float((10.0, 60.0, 800.0)[seed % 3]))
        parts = transmission_loss(*path, link)
        assert parts.loss_db == pytest.approx(whole_db(parts, path[0][-1]), abs=1e-6)
        assert parts.diffraction_db == parts.diffraction_50_db
        assert parts.duct_and_scatter_gain_db >= -1e-9
        in_sight += parts.line_of_sight
    assert 5 < in_sight < 55


def test_the_whole_is_the_basic_transmission_loss() -> None:
    """At any share of time and of locations the parts' total is what the plain function gives."""
    for seed in range(20):
        path = hills(seed)
        link = replace(LINK, time_percent=float(1 + 2 * seed), location_percent=80.0, location_sd_db=6.0)
        arguments = {name: getattr(link, name) for name in Link.__dataclass_fields__}
        assert transmission_loss(*path, link).loss_db == basic_transmission_loss_db(*path, **arguments)


def test_each_part_is_that_of_its_section() -> None:
    """Free space over the slant distance; diffraction and obstacle of the delta-Bullington model without clutter."""
    d_km, h_m, clutter_m, zone = hills(4)
    parts = transmission_loss(d_km, h_m, 0.0 * clutter_m, zone, LINK)
    slant_km = math.hypot(d_km[-1], (h_m[0] + 40.0 - h_m[-1] - 1.5) / 1000.0)
    bent = path_diffraction(d_km, h_m, frequency_ghz=0.9, tx_height_agl_m=40.0, rx_height_agl_m=1.5)
    assert parts.free_space_db == pytest.approx(free_space_loss_db(0.9, slant_km), abs=1e-12)
    assert parts.diffraction_50_db == pytest.approx(bent.loss_db, abs=1e-12)
    assert parts.obstacle == bent.obstacle


def test_the_parts_are_the_same_both_ways() -> None:
    """Reciprocity: the same mechanisms, the horizons exchanged, the obstacle seen from the other end."""
    for seed in range(30):
        d_km, h_m, clutter_m, zone = hills(seed)
        there = transmission_loss(d_km, h_m, clutter_m, zone, LINK)
        turned = replace(LINK, tx_height_agl_m=1.5, rx_height_agl_m=40.0)
        back = transmission_loss(d_km[-1] - d_km[::-1], h_m[::-1], clutter_m[::-1], zone, turned)
        for name in ("loss_db", "free_space_db", "diffraction_50_db", "ducting_db", "troposcatter_db", "theta_mrad"):
            assert getattr(back, name) == pytest.approx(getattr(there, name), abs=1e-6), (seed, name)
        if not there.line_of_sight:
            assert back.tx_horizon_km == pytest.approx(there.rx_horizon_km, abs=1e-9)
            assert back.tx_horizon_mrad == pytest.approx(there.rx_horizon_mrad, abs=1e-9)
        assert (there.obstacle is None) == (back.obstacle is None)
        if there.obstacle and back.obstacle:
            assert back.obstacle.distance_km == pytest.approx(d_km[-1] - there.obstacle.distance_km, abs=1e-9)
            assert back.obstacle.height_m == pytest.approx(there.obstacle.height_m, abs=1e-6)


def test_clutter_can_be_the_main_obstacle() -> None:
    """A wood of 20 m on a plain 2 km from a mast of 10 m stands over the line by 20 m, the bulge and less the line."""
    d_km, zone = np.linspace(0.0, 4.0, 81), np.full(81, INLAND)
    wood_m = np.where(np.arange(81) == 40, 20.0, 0.0)
    parts = transmission_loss(d_km, 0.0 * d_km, wood_m, zone, replace(LINK, tx_height_agl_m=10.0))
    bulge_m = 500.0 * 2.0 * 2.0 / (6371.0 * 157.0 / 107.0)
    assert parts.obstacle is not None
    assert parts.obstacle.distance_km == pytest.approx(2.0)
    assert parts.obstacle.height_m == pytest.approx(20.0 + bulge_m - 5.75, abs=1e-9)
    bare = transmission_loss(d_km, 0.0 * d_km, 0.0 * wood_m, zone, replace(LINK, tx_height_agl_m=10.0))
    assert parts.diffraction_50_db > bare.diffraction_50_db + 5.0
    assert (parts.ducting_db, parts.troposcatter_db) == (bare.ducting_db, bare.troposcatter_db)


def test_missing_terrain_has_no_parts() -> None:
    """NaN in the profile: every part NaN, not in sight, nothing in the way."""
    d_km, h_m, clutter_m, zone = hills(1)
    h_m[7] = math.nan
    parts = transmission_loss(d_km, h_m, clutter_m, zone, LINK)
    assert all(math.isnan(v) for v in (parts.loss_db, parts.free_space_db, parts.ducting_db, parts.theta_mrad))
    assert not parts.line_of_sight
    assert parts.obstacle is None
