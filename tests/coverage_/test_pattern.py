"""The measured pattern of an antenna, its direction and tilt known and unknown."""

from __future__ import annotations

import math
from dataclasses import replace

import made_antennas
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phusong.coverage.radio._jit import plain
from phusong.coverage.radio.antenna import combined_table_db, table_attenuation_db, table_span_db, table_tilt_span_db
from phusong.coverage.radio.pattern import ring_of_pattern_db

PATTERN = made_antennas.SECTOR
TABLES = np.stack([PATTERN.horizontal_db, PATTERN.vertical_db])
ACROSS, DOWN = TABLES


@pytest.mark.parametrize("at_db", [table_attenuation_db, plain(table_attenuation_db)])
def test_between_whole_degrees_the_table_is_straight(at_db) -> None:
    """Whole degrees are the table's, halves the mean of two, also over the end of the circle; angles wrap."""
    assert [at_db(ACROSS, float(k)) for k in range(360)] == ACROSS.tolist()
    assert at_db(ACROSS, 20.5) == pytest.approx((ACROSS[20] + ACROSS[21]) / 2)
    assert at_db(ACROSS, 359.25) == pytest.approx(0.75 * ACROSS[359] + 0.25 * ACROSS[0])
    assert at_db(ACROSS, -10.0) == ACROSS[350]
    assert at_db(ACROSS, 730.0) == ACROSS[10]
    assert at_db(ACROSS, -1e-18) == ACROSS[0]


@settings(max_examples=200, deadline=None)
@given(st.floats(-89, 89), st.floats(-10, 10), st.floats(0, 12), st.floats(0, 1))
def test_a_span_of_tilts_is_bounded_exactly_by_a_table(elevation_deg, low_deg, width_deg, part) -> None:
    """No tilt of the span gives less than the least or more than the greatest, and both are reached."""
    tilt = (low_deg, low_deg + part * width_deg, low_deg + width_deg)
    for span_db in (table_tilt_span_db, plain(table_tilt_span_db)):
        least, middle, most = span_db(DOWN, elevation_deg, tilt)
        whole = [-elevation_deg - a for a in range(-180, 180) if tilt[0] <= -elevation_deg - a <= tilt[2]]
        tilts = np.concatenate([np.linspace(tilt[0], tilt[2], 301), whole])
        seen = [table_attenuation_db(DOWN, -elevation_deg - float(t)) for t in tilts]
        assert min(seen) == pytest.approx(least, abs=1e-9)
        assert max(seen) == pytest.approx(most, abs=1e-9)
        assert middle == pytest.approx(table_attenuation_db(DOWN, -elevation_deg - tilt[1]), abs=1e-9)


@settings(max_examples=200, deadline=None)
@given(
    st.floats(-400, 400), st.floats(-89, 89), st.floats(-5, 5), st.floats(0, 8), st.integers(1, 6), st.floats(0, 360)
)
def test_the_ends_hold_every_direction_and_tilt(
    offset_deg, elevation_deg, low_deg, width_deg, ring_size, turn_deg
) -> None:
    """What the antenna does, wherever it points and however it is tilted, lies between its least and greatest end."""
    behind_db = PATTERN.front_to_back_db
    spans = (low_deg, low_deg + width_deg / 3.0, low_deg + width_deg)
    ring = ring_of_pattern_db(PATTERN, ring_size)
    open_ = table_span_db(TABLES, behind_db, math.nan, ring, elevation_deg, spans)
    known = table_span_db(TABLES, behind_db, offset_deg, ring, elevation_deg, spans)
    assert open_[0] <= open_[1] <= open_[2]
    assert known[0] <= known[1] + 1e-9 <= known[2] + 2e-9
    sure = (spans[1],) * 3
    best = min(
        table_span_db(TABLES, behind_db, offset_deg + 360.0 * k / ring_size, ring, elevation_deg, sure)[1]
        for k in range(ring_size)
    )
    assert open_[0] - 1e-9 <= best <= open_[2] + 0.5  # the ring is looked at in tenths of a degree


@pytest.mark.parametrize("combined_db", [combined_table_db, plain(combined_table_db)])
def test_each_plane_alone_is_what_the_file_says(combined_db) -> None:
    """One plane on its axis leaves the other; together never darker than behind; all around they add up."""
    assert combined_db(40.0, 0.0, 28.0) == 40.0
    assert combined_db(0.0, 33.0, 28.0) == 33.0
    assert combined_db(12.0, 20.0, 28.0) == 28.0
    assert combined_db(12.0, 6.0, 28.0) == 18.0
    assert combined_db(0.3, 17.0, 0.0) == 17.0


@pytest.mark.parametrize("span_db", [table_span_db, plain(table_span_db)])
def test_without_terrain_a_table_says_nothing(span_db) -> None:
    """An elevation that is not known is never 0 dB."""
    ends = span_db(TABLES, 28.0, 10.0, (0.0, 5.0, 9.0), math.nan, (0.0, 0.0, 0.0))
    assert all(math.isnan(end) for end in ends)


def test_three_unknown_sectors_lose_between_their_axes_not_behind() -> None:
    """Three sectors of unknown azimuth lose what the table says half-way at the most; one may point away."""
    least, mean, most = ring_of_pattern_db(PATTERN, 3)
    half_way = min(ACROSS[60], ACROSS[300])
    assert least == 0.0
    assert half_way - 1e-9 <= most <= ACROSS[55:66].max()
    assert least < mean < most
    assert ring_of_pattern_db(PATTERN, 1) == pytest.approx((0.0, ACROSS.mean(), ACROSS.max()), abs=1e-9)
    assert ring_of_pattern_db(PATTERN, 0) == ring_of_pattern_db(PATTERN, 1)


@pytest.mark.parametrize(("lobe_deg", "width"), [(0, 1), (6, 1), (-2, 1), (6, 3), (4, 2)])
def test_the_main_lobe_is_found(lobe_deg, width) -> None:
    """Where the table is least ahead; the middle of a flat top."""
    down = made_antennas.made_pattern(lobe_deg=lobe_deg).vertical_db.copy()
    down[np.arange(lobe_deg, lobe_deg + width) % 360] = 0.0
    assert replace(PATTERN, vertical_db=down).lobe_deg == lobe_deg + (width - 1) / 2


def test_what_serves_all_around_is_told_from_a_sector() -> None:
    """By the ripple of the horizontal table; behind a sector antenna lies its front-to-back ratio."""
    assert made_antennas.OMNI.is_omni
    assert not PATTERN.is_omni
    assert PATTERN.front_to_back_db == ACROSS[150:211].min() > 20.0
