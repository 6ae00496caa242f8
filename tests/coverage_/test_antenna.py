"""The sector pattern, known and unknown."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phusong.coverage.radio._jit import plain
from phusong.coverage.radio.antenna import (
    combined_attenuation_db,
    horizontal_attenuation_db,
    pattern_span_db,
    ring_attenuation_db,
    tilt_span_attenuation_db,
    vertical_attenuation_db,
)

BEAM = (65.0, 8.0)
FLAT = (0.0, 0.0, 0.0)


@pytest.mark.parametrize("horizontal_db", [horizontal_attenuation_db, plain(horizontal_attenuation_db)])
def test_the_horizontal_pattern_is_3_db_at_half_the_beam(horizontal_db) -> None:
    """0 dB on the axis, 3 dB at half the beamwidth, 12 dB at the beamwidth, 25 dB behind; angles wrap."""
    assert horizontal_db(0.0, 65.0) == 0.0
    assert horizontal_db(32.5, 65.0) == pytest.approx(3.0, abs=1e-12)
    assert horizontal_db(-65.0, 65.0) == pytest.approx(12.0, abs=1e-12)
    assert horizontal_db(180.0, 65.0) == 25.0
    assert horizontal_db(350.0, 65.0) == pytest.approx(horizontal_db(10.0, 65.0), abs=1e-9)
    assert horizontal_db(-350.0, 65.0) == pytest.approx(horizontal_db(10.0, 65.0), abs=1e-9)
    assert math.isnan(horizontal_db(math.nan, 65.0))


@pytest.mark.parametrize("vertical_db", [vertical_attenuation_db, plain(vertical_attenuation_db)])
def test_the_vertical_pattern_points_down_by_its_tilt(vertical_db) -> None:
    """A receiver 4° below an antenna tilted 4° is on the axis; the side lobes stay at 20 dB."""
    assert vertical_db(-4.0, 4.0, 8.0) == 0.0
    assert vertical_db(0.0, 4.0, 8.0) == pytest.approx(3.0, abs=1e-12)
    assert vertical_db(-60.0, 4.0, 8.0) == 20.0
    assert math.isnan(vertical_db(math.nan, 4.0, 8.0))


@given(st.floats(-89, 89), st.floats(-5, 10), st.floats(0, 12))
@settings(deadline=None)
def test_a_span_of_tilts_is_bounded_exactly(elevation_deg, low_deg, width_deg) -> None:
    """No tilt of the span gives less than the least or more than the greatest, and both are reached."""
    tilt = (low_deg, low_deg + 0.5 * width_deg, low_deg + width_deg)
    least, middle, most = tilt_span_attenuation_db(elevation_deg, tilt, 8.0)
    tilts = np.append(np.linspace(tilt[0], tilt[2], 401), np.clip(-elevation_deg, tilt[0], tilt[2]))
    seen = [vertical_attenuation_db(elevation_deg, float(t), 8.0) for t in tilts]
    assert min(seen) == pytest.approx(least, abs=1e-9)
    assert max(seen) == pytest.approx(most, abs=1e-9)
    assert middle == vertical_attenuation_db(elevation_deg, tilt[1], 8.0)


@pytest.mark.parametrize("ring_size", [1, 2, 3, 4, 6])
@pytest.mark.parametrize("ring_db", [ring_attenuation_db, plain(ring_attenuation_db)])
def test_a_ring_of_sectors_is_what_all_its_turns_give(ring_db, ring_size) -> None:
    """Least, mean and greatest attenuation of the best of n sectors while the ring is turned once around."""
    turns = (np.arange(36_000) + 0.5) / 100.0
    axes = np.arange(ring_size) * 360.0 / ring_size
    best = [
        min(horizontal_attenuation_db(float(turn - axis), 65.0) for axis in axes) for turn in turns[:: ring_size * 4]
    ]
    least, middle, most = ring_db(ring_size, 65.0)
    assert least == 0.0
    assert most == pytest.approx(max(best), abs=0.05)  # the turns miss the middle by up to 0.1°
    assert middle == pytest.approx(np.mean(best), abs=0.05)


def test_three_sectors_lose_ten_db_between_their_axes() -> None:
    """No azimuth is not omnidirectional: 12 (60/65)² dB half-way; one antenna may point away; omni loses nothing."""
    assert ring_attenuation_db(3, 65.0)[2] == pytest.approx(12 * (60 / 65) ** 2, abs=1e-12)
    assert ring_attenuation_db(1, 65.0)[2] == 25.0
    assert ring_attenuation_db(0, 65.0) == FLAT


def test_both_planes_together_lose_at_most_the_front_to_back_ratio() -> None:
    """Sum of both planes, never over 25 dB; NaN stays NaN."""
    assert combined_attenuation_db(3.0, 4.0) == 7.0
    assert combined_attenuation_db(20.0, 20.0) == 25.0
    assert math.isnan(combined_attenuation_db(math.nan, 4.0))


@pytest.mark.parametrize("span_db", [pattern_span_db, plain(pattern_span_db)])
def test_a_known_direction_and_tilt_leave_no_range(span_db) -> None:
    """All three ends are the one attenuation."""
    expected = 12 * (30 / 65) ** 2 + 12 * (1 / 8) ** 2
    assert span_db(30.0, 3, -3.0, (4.0, 4.0, 4.0), BEAM) == pytest.approx((expected,) * 3, abs=1e-12)


@pytest.mark.parametrize("span_db", [pattern_span_db, plain(pattern_span_db)])
def test_an_unknown_direction_is_a_range(span_db) -> None:
    """The ring's ends with the tilt's ends, each sum capped; an omnidirectional antenna has its tilt only."""
    tilt = (0.0, 4.0, 8.0)
    least, middle, most = span_db(math.nan, 3, -2.0, tilt, BEAM)
    assert (least, most) == pytest.approx((0.0, 12 * (60 / 65) ** 2 + 12 * (6 / 8) ** 2), abs=1e-12)
    assert least < middle < most
    assert span_db(math.nan, 1, -2.0, tilt, BEAM)[2] == 25.0
    assert span_db(math.nan, 0, -2.0, tilt, BEAM) == pytest.approx(
        (0.0, 12 * (2 / 8) ** 2, 12 * (6 / 8) ** 2), abs=1e-12
    )


@pytest.mark.parametrize("offset_deg", [0.0, 120.0, math.nan])
def test_without_terrain_the_attenuation_is_unknown(offset_deg) -> None:
    """An elevation that is not known is never 0 dB, and never the cap."""
    assert all(math.isnan(end) for end in pattern_span_db(offset_deg, 3, math.nan, (0.0, 4.0, 8.0), BEAM))
