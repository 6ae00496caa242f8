"""Rec. ITU-R P.2108-1 and P.2109-2: figures of another implementation, laws, limits.

The figures were computed once with the Python helpers of crc-covlib (ic-crc/crc-covlib, bc72be0e), which round the
normal distribution to 1e-8.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phusong.coverage.radio.p2108 import height_gain_loss_db, statistical_loss_db
from phusong.coverage.radio.p2109 import building_entry_loss_db
from phusong.errors import OutOfRangeError

MET_DB = 2e-6


@pytest.mark.parametrize(
    ("f_ghz", "height_m", "clutter", "expected_db"),
    [
        (0.9, 1.5, "open", 17.727471),
        (0.9, 1.5, "urban", 22.576300),
        (1.8, 1.5, "suburban", 21.756534),
        (2.6, 5.0, "dense_urban", 28.054765),
        (0.03, 1.0, "water", 12.358152),
    ],
)
def test_height_gain_meets_the_other_implementation(f_ghz, height_m, clutter, expected_db) -> None:
    """P.2108 section 3.1 with the clutter heights of its table 3."""
    assert height_gain_loss_db(f_ghz, height_agl_m=height_m, clutter=clutter) == pytest.approx(expected_db, abs=MET_DB)


@pytest.mark.parametrize(
    ("f_ghz", "d_km", "p", "expected_db"),
    [
        (0.9, 1.0, 50.0, 24.495387),
        (2.0, 0.25, 90.0, 27.098893),
        (30.0, 10.0, 10.0, 27.847903),
        (67.0, 2.0, 99.0, 42.31607),
    ],
)
def test_statistical_loss_meets_the_other_implementation(f_ghz, d_km, p, expected_db) -> None:
    """P.2108 section 3.2."""
    assert statistical_loss_db(f_ghz, distance_km=d_km, location_percent=p) == pytest.approx(expected_db, abs=MET_DB)


@pytest.mark.parametrize(
    ("f_ghz", "p", "building", "elevation_deg", "expected_db"),
    [
        (0.9, 50.0, "traditional", 0.0, 14.241984),
        (1.8, 90.0, "thermally_efficient", 0.0, 47.146075),
        (30.0, 10.0, "traditional", 45.0, 14.098616),
        (100.0, 50.0, "thermally_efficient", -20.0, 60.350637),
    ],
)
def test_entry_loss_meets_the_other_implementation(f_ghz, p, building, elevation_deg, expected_db) -> None:
    """P.2109 section 3, both kinds of building."""
    loss_db = building_entry_loss_db(f_ghz, building=building, probability_percent=p, elevation_deg=elevation_deg)
    assert loss_db == pytest.approx(expected_db, abs=MET_DB)


@given(st.floats(0.03, 3.0), st.floats(0.5, 19.0), st.sampled_from(["open", "suburban", "urban", "dense_urban"]))
def test_a_higher_antenna_loses_no_more(f_ghz, height_m, clutter) -> None:
    """The height gain falls with height and is 0 above the clutter."""
    low_db = height_gain_loss_db(f_ghz, height_agl_m=height_m, clutter=clutter)
    assert low_db >= height_gain_loss_db(f_ghz, height_agl_m=height_m + 1.0, clutter=clutter) - 1e-9
    assert height_gain_loss_db(f_ghz, height_agl_m=20.0, clutter=clutter) == 0.0


@given(st.floats(0.5, 67.0), st.floats(0.25, 50.0), st.floats(1.0, 98.0))
def test_statistical_loss_grows_with_locations_and_settles_at_2_km(f_ghz, d_km, p) -> None:
    """More locations lose more; from 2 km on distance has no part."""
    loss_db = statistical_loss_db(f_ghz, distance_km=d_km, location_percent=p)
    assert loss_db < statistical_loss_db(f_ghz, distance_km=d_km, location_percent=p + 1.0)
    assert loss_db <= statistical_loss_db(f_ghz, distance_km=2.0, location_percent=p)
    assert statistical_loss_db(f_ghz, distance_km=80.0) == statistical_loss_db(f_ghz, distance_km=2.0)


@given(st.floats(0.08, 100.0), st.floats(1.0, 98.0))
def test_modern_walls_lose_more_at_the_median_and_more_buildings_lose_more(f_ghz, p) -> None:
    """Thermally efficient over traditional at 50 %; the loss rises with the share of buildings."""
    assert building_entry_loss_db(f_ghz, building="thermally_efficient") > building_entry_loss_db(
        f_ghz, building="traditional"
    )
    loss_db = building_entry_loss_db(f_ghz, building="traditional", probability_percent=p)
    assert loss_db < building_entry_loss_db(f_ghz, building="traditional", probability_percent=p + 1.0)


@pytest.mark.parametrize(
    ("function", "options", "says"),
    [
        (height_gain_loss_db, {"frequency_ghz": 3.5, "height_agl_m": 1.5, "clutter": "open"}, "frequency_ghz"),
        (height_gain_loss_db, {"frequency_ghz": 0.9, "height_agl_m": 0.0, "clutter": "open"}, "height_agl_m"),
        (height_gain_loss_db, {"frequency_ghz": 0.9, "height_agl_m": 1.5, "clutter": "jungle"}, "clutter must be"),
        (statistical_loss_db, {"frequency_ghz": 0.4, "distance_km": 1.0}, "frequency_ghz"),
        (statistical_loss_db, {"frequency_ghz": 0.9, "distance_km": 0.2}, "distance_km"),
        (
            statistical_loss_db,
            {"frequency_ghz": 0.9, "distance_km": 1.0, "location_percent": 100.0},
            "location_percent",
        ),
        (building_entry_loss_db, {"frequency_ghz": 0.05, "building": "traditional"}, "frequency_ghz"),
        (building_entry_loss_db, {"frequency_ghz": 0.9, "building": "tent"}, "building must be"),
    ],
)
def test_what_is_outside_is_refused(function, options, says) -> None:
    """Every limit has its message."""
    with pytest.raises(OutOfRangeError, match=says):
        function(**options)
