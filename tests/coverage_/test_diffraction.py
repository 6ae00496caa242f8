"""Diffraction over terrain: reference figures, laws of physics, and two ways to the same geometry."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phusong.coverage.radio._jit import plain
from phusong.coverage.radio.diffraction import (
    AE_KM,
    bullington_loss_db,
    diffraction_db,
    diffraction_loss_db,
    effective_earth_radius_km,
    knife_edge_loss_db,
    main_obstacle,
    path_diffraction,
    path_geometry,
)
from phusong.coverage.radio.profile_geometry import uneven_path_geometry
from phusong.coverage.radio.spherical_earth import WAVELENGTH_M_GHZ, spherical_earth_loss_db
from phusong.errors import OutOfRangeError

REFERENCE = Path(__file__).resolve().parents[1] / "data" / "diffraction_reference.npz"
COLUMNS = ("n", "f", "tx", "rx", "delta_n", "omega", "los", "loss_h", "loss_v", "bullington", "smooth", "h_st", "h_sr")


def _reference_cases() -> list[tuple[dict[str, float], np.ndarray, np.ndarray]]:
    with np.load(REFERENCE) as data:
        parts = [slice(a, b) for a, b in zip(data["offset"][:-1], data["offset"][1:], strict=True)]
        values = [dict(zip(COLUMNS, row.tolist(), strict=True)) for row in data["cases"]]
        return [(v, data["d_km"][p], data["h_m"][p]) for v, p in zip(values, parts, strict=True)]


CASES = _reference_cases()
MET_DB = 1e-9  # what rounding leaves between two orders of the same sums

profiles = st.tuples(
    st.lists(st.floats(0, 1500), min_size=3, max_size=60).map(np.array),
    st.floats(0.3, 60.0),
    st.floats(1.0, 200.0),
    st.floats(1.0, 30.0),
    st.floats(0.03, 6.0),
)


def _geometry(height_m, total_km, tx_agl_m, rx_agl_m, ae_km=AE_KM):
    step_km = total_km / (height_m.size - 1)
    tx_amsl_m, rx_amsl_m = height_m[0] + tx_agl_m, height_m[-1] + rx_agl_m
    return path_geometry(height_m, height_m.size, step_km, tx_amsl_m, rx_amsl_m, ae_km)


@pytest.mark.parametrize("polarization", ["vertical", "horizontal"])
def test_meets_the_reference_implementation(polarization) -> None:
    """Loss and line of sight of every case, over land and sea, at even and uneven spacing."""
    for case, d_km, h_m in CASES:
        answer = path_diffraction(
            d_km,
            h_m,
            frequency_ghz=case["f"],
            tx_height_agl_m=case["tx"],
            rx_height_agl_m=case["rx"],
            polarization=polarization,
            delta_n=case["delta_n"],
            sea_fraction=case["omega"],
        )
        assert answer.loss_db == pytest.approx(case[f"loss_{polarization[0]}"], abs=MET_DB)
        assert answer.line_of_sight == bool(case["los"])


def test_the_parts_meet_the_reference_implementation() -> None:
    """Bullington loss of the path and of the smooth path, and the smooth surface, in both forms of the geometry."""
    evenly_spaced = 0
    for case, d_km, h_m in CASES:
        ae_km = effective_earth_radius_km(case["delta_n"])
        ends = (h_m[0] + case["tx"], h_m[-1] + case["rx"])
        forms = [uneven_path_geometry(d_km, h_m, *ends, ae_km)]
        if np.allclose(np.diff(d_km), d_km[1], rtol=1e-9):
            forms.append(path_geometry(h_m, h_m.size, d_km[1], *ends, ae_km))
            evenly_spaced += 1
        scale = math.sqrt(case["f"] / WAVELENGTH_M_GHZ)
        for geometry in forms:
            assert bullington_loss_db(geometry.nu_path_1m * scale, d_km[-1]) == pytest.approx(
                case["bullington"], abs=MET_DB
            )
            assert bullington_loss_db(geometry.nu_smooth_1m * scale, d_km[-1]) == pytest.approx(
                case["smooth"], abs=MET_DB
            )
            assert (geometry.h_st_m, geometry.h_sr_m) == pytest.approx((case["h_st"], case["h_sr"]), abs=1e-9)
    assert evenly_spaced > 20


@given(profiles)
@settings(deadline=None, max_examples=200)
def test_the_fast_geometry_is_the_recommendations(profile) -> None:
    """One pass with sums and maxima gives what the Recommendation's own steps give, in sight and out of it."""
    height_m, total_km, tx_m, rx_m, _ = profile
    d_km = np.linspace(0.0, total_km, height_m.size)
    fast = _geometry(height_m, total_km, tx_m, rx_m)
    steps = uneven_path_geometry(d_km, height_m, height_m[0] + tx_m, height_m[-1] + rx_m)
    assert fast == pytest.approx(steps, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("geometry", [path_geometry, plain(path_geometry)])
@pytest.mark.parametrize("loss_db", [diffraction_db, plain(diffraction_db)])
def test_compiled_equals_plain_python(geometry, loss_db) -> None:
    """The same body compiled and as Python, to rounding."""
    height_m = 100.0 + 80.0 * np.sin(np.arange(101) / 9.0)
    for tx_m, frequency_ghz in ((12.0, 0.7), (60.0, 1.8), (900.0, 3.7)):
        expected = diffraction_db(_geometry(height_m, 12.0, tx_m, 1.5), frequency_ghz)
        there = geometry(height_m, 101, 0.12, height_m[0] + tx_m, height_m[-1] + 1.5)
        assert loss_db(there, frequency_ghz, True, 0.0) == pytest.approx(expected, abs=MET_DB)


def test_a_single_edge_loses_what_the_recommendation_says() -> None:
    """6.0 dB at grazing to 0.05 dB, 0 far under the line, NaN for NaN."""
    assert knife_edge_loss_db(0.0) == pytest.approx(6.03, abs=0.01)
    assert knife_edge_loss_db(1.0) == pytest.approx(13.93, abs=0.01)
    assert knife_edge_loss_db(-0.78) == 0.0
    assert math.isnan(knife_edge_loss_db(math.nan))


def test_the_effective_radius_is_that_of_the_refractivity() -> None:
    """8,500 km for the k = 4/3 of 39.25 N/km, 9,348 km for the default 50."""
    assert effective_earth_radius_km(39.25) == pytest.approx(6371 * 4 / 3, abs=1e-9)
    assert pytest.approx(9348.1, abs=0.1) == AE_KM


@given(profiles, st.booleans(), st.floats(0, 1))
@settings(deadline=None, max_examples=200)
def test_the_loss_is_never_below_zero(profile, vertical, omega) -> None:
    """Diffraction never helps: free space stays the lower bound of the loss."""
    height_m, total_km, tx_m, rx_m, frequency_ghz = profile
    assert diffraction_db(_geometry(height_m, total_km, tx_m, rx_m), frequency_ghz, vertical, omega) >= 0.0


@given(profiles, st.booleans())
@settings(deadline=None, max_examples=200)
def test_a_path_loses_the_same_both_ways(profile, vertical) -> None:
    """Reciprocity holds for any path and both polarizations, to rounding."""
    height_m, total_km, tx_m, rx_m, frequency_ghz = profile
    there = diffraction_db(_geometry(height_m, total_km, tx_m, rx_m), frequency_ghz, vertical)
    back = diffraction_db(_geometry(height_m[::-1].copy(), total_km, rx_m, tx_m), frequency_ghz, vertical)
    assert there == pytest.approx(back, abs=1e-6)  # a profile that just grazes decides by the last bit


@given(profiles, st.integers(0, 57), st.floats(0, 500))
@settings(deadline=None, max_examples=300)
def test_a_higher_obstacle_never_loses_less_in_the_bullington_part(profile, where, more_m) -> None:
    """Raising any sample keeps or raises the Bullington loss; the whole loss stays above the Bullington loss before.

    The whole delta-Bullington loss itself may fall: higher terrain lowers the surface fitted to it and with it the
    spherical part.
    """
    height_m, total_km, tx_m, rx_m, frequency_ghz = profile
    raised_m = height_m.copy()
    raised_m[1 + where % (height_m.size - 2)] += more_m
    scale = math.sqrt(frequency_ghz / WAVELENGTH_M_GHZ)
    before = _geometry(height_m, total_km, tx_m, rx_m)
    after = _geometry(raised_m, total_km, tx_m, rx_m)
    loss_before_db = bullington_loss_db(before.nu_path_1m * scale, total_km)
    assert bullington_loss_db(after.nu_path_1m * scale, total_km) >= loss_before_db - 1e-9
    assert diffraction_db(after, frequency_ghz) >= loss_before_db - 1e-9


@given(st.floats(0, 1500), st.floats(0.3, 60), st.floats(1, 200), st.floats(1, 30), st.floats(0.03, 6), st.booleans())
@settings(deadline=None, max_examples=200)
def test_flat_land_loses_what_the_round_earth_does(ground_m, total_km, tx_m, rx_m, frequency_ghz, vertical) -> None:
    """Over a plain in sight the model is the larger of the spherical-Earth and the Bullington loss, at any altitude."""
    geometry = _geometry(np.full(101, ground_m), total_km, tx_m, rx_m)
    spherical_db = spherical_earth_loss_db(frequency_ghz, vertical, total_km, tx_m, rx_m, AE_KM, 0.0)
    smooth_db = bullington_loss_db(geometry.nu_smooth_1m * math.sqrt(frequency_ghz / WAVELENGTH_M_GHZ), total_km)
    assert diffraction_db(geometry, frequency_ghz, vertical) == pytest.approx(max(spherical_db, smooth_db), abs=1e-6)


def test_a_path_far_above_the_ground_loses_nothing() -> None:
    """Two hilltops over a deep valley: 0 dB and in sight."""
    height_m = np.full(101, 0.0)
    height_m[[0, -1]] = 800.0
    geometry = _geometry(height_m, 10.0, 42.0, 30.0)
    assert geometry.line_of_sight
    assert diffraction_db(geometry, 0.9) == 0.0


@pytest.mark.parametrize("where", [0, 1, 50, 99, 100])
def test_a_gap_in_the_terrain_is_a_gap_in_the_answer(where) -> None:
    """One unknown sample anywhere: NaN, not in sight, no obstacle; never coverage."""
    height_m = np.full(101, 10.0)
    height_m[where] = np.nan
    geometry = path_geometry(height_m, 101, 0.1, 52.0, 11.5)
    assert math.isnan(diffraction_db(geometry, 0.9))
    assert not geometry.line_of_sight
    answer = path_diffraction(
        np.linspace(0, 10, 101), height_m, frequency_ghz=0.9, tx_height_agl_m=42, rx_height_agl_m=2
    )
    assert math.isnan(answer.loss_db)
    assert not answer.line_of_sight
    assert answer.obstacle is None


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_profile_without_a_sample_between_is_unknown(count) -> None:
    """Fewer than three samples say nothing about the way between."""
    assert math.isnan(path_geometry(np.zeros(5), count, 0.1, 52.0, 11.5).nu_path_1m)


def test_only_the_counted_samples_of_a_buffer_are_read() -> None:
    """What lies behind ``count`` in the buffer does not matter."""
    height_m = np.full(300, np.nan)
    height_m[:101] = 10.0
    assert path_geometry(height_m, 101, 0.1, 52.0, 11.5) == path_geometry(height_m[:101].copy(), 101, 0.1, 52.0, 11.5)


def test_the_main_obstacle_is_the_ridge() -> None:
    """Where the ridge is, how far it stands over the line with the Earth's bulge, and what it would lose alone."""
    d_km = np.linspace(0.0, 10.0, 101)
    height_m = np.zeros(101)
    height_m[30] = 120.0
    answer = path_diffraction(d_km, height_m, frequency_ghz=0.9, tx_height_agl_m=42.0, rx_height_agl_m=2.0)
    assert answer.obstacle is not None
    assert not answer.line_of_sight
    over_m = 120.0 + 500.0 * 3.0 * 7.0 / AE_KM - (42.0 - 40.0 * 0.3)
    assert answer.obstacle.distance_km == pytest.approx(3.0, abs=1e-12)
    assert answer.obstacle.height_m == pytest.approx(over_m, abs=1e-9)
    nu = over_m * math.sqrt(0.002 * 10.0 / (WAVELENGTH_M_GHZ / 0.9 * 3.0 * 7.0))
    assert answer.obstacle.loss_db == pytest.approx(
        6.9 + 20 * math.log10(math.sqrt((nu - 0.1) ** 2 + 1) + nu - 0.1), abs=1e-9
    )
    assert answer.loss_db > answer.obstacle.loss_db


def test_a_free_path_has_no_obstacle() -> None:
    """Terrain too far under the line to lose anything is not an obstacle."""
    height_m = np.zeros(51)
    height_m[[0, -1]] = 500.0
    answer = path_diffraction(np.linspace(0, 5, 51), height_m, frequency_ghz=1.8, tx_height_agl_m=42, rx_height_agl_m=2)
    assert answer.obstacle is None
    assert answer.line_of_sight


@given(profiles)
@settings(deadline=None, max_examples=100)
def test_the_geometry_knows_the_main_obstacles_parameter(profile) -> None:
    """The largest parameter found without its place is that of the obstacle found with it."""
    height_m, total_km, tx_m, rx_m, _ = profile
    ends = (height_m[0] + tx_m, height_m[-1] + rx_m)
    d_km = np.linspace(0.0, total_km, height_m.size)
    index, _, nu_1m = main_obstacle(d_km, height_m, *ends, AE_KM)
    assert 0 < index < height_m.size - 1
    assert _geometry(height_m, total_km, tx_m, rx_m).nu_edge_1m == pytest.approx(nu_1m, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"frequency_ghz": 7.0}, "frequency_ghz must be 0.03 to 6 GHz"),
        ({"tx_height_agl_m": 0.0}, "tx_height_agl_m must be 1 to 3000 m"),
        ({"rx_height_agl_m": math.nan}, "rx_height_agl_m must be"),
        ({"delta_n": 157.0}, "delta_n must be"),
        ({"sea_fraction": 1.1}, "sea_fraction must be 0 to 1"),
        ({"distance_km": np.array([0.0, 2.0, 1.0])}, "distances that rise from 0"),
        ({"distance_km": np.array([0.0, 1.0])}, "at least 3 samples"),
    ],
)
def test_what_the_recommendation_does_not_take_is_refused(change, said) -> None:
    """The message names the value and what is allowed."""
    given_values = {
        "distance_km": np.array([0.0, 1.0, 2.0]),
        "height_m": np.zeros(3),
        "frequency_ghz": 0.9,
        "tx_height_agl_m": 30.0,
        "rx_height_agl_m": 1.5,
    } | change
    with pytest.raises(OutOfRangeError, match=said):
        diffraction_loss_db(given_values.pop("distance_km"), given_values.pop("height_m"), **given_values)
