"""Free-space loss."""

from __future__ import annotations

import math

import numpy as np
import pytest

from phusong.coverage.radio._jit import plain
from phusong.coverage.radio.free_space import free_space_loss_db, free_space_loss_grid_db, slant_distance_km
from phusong.errors import OutOfRangeError


@pytest.mark.parametrize("loss_db", [free_space_loss_db, plain(free_space_loss_db)])
def test_matches_the_recommendation(loss_db) -> None:
    """92.4 dB at 1 GHz and 1 km, 20 dB more a decade of either; speed of light as the Recommendation rounds it."""
    assert loss_db(1.0, 1.0) == pytest.approx(92.4, abs=1e-12)
    assert loss_db(0.9, 10.0) == pytest.approx(92.4 + 20 * math.log10(0.9) + 20, abs=1e-12)
    exact = 20 * math.log10(4 * math.pi * 1e3 * 1e9 / 299792458.0)
    assert loss_db(1.0, 1.0) == pytest.approx(exact, abs=0.06)  # 92.45 in P.525


def test_the_slant_distance_adds_the_heights() -> None:
    """A mast 3 km above a house 4 km away is 5 km off."""
    assert slant_distance_km(4.0, 3100.0, 100.0) == pytest.approx(5.0, abs=1e-12)


def test_a_grid_keeps_its_shape_and_what_is_missing() -> None:
    """Cell by cell the scalar loss; NaN where the distance is NaN or not above 0."""
    distance_km = np.array([[1.0, np.nan, 3.0], [0.0, -1.0, 20.0]])
    loss_db = free_space_loss_grid_db(distance_km, frequency_ghz=1.8)
    expected = [[free_space_loss_db(1.8, d) if d > 0 else np.nan for d in row] for row in distance_km]
    np.testing.assert_allclose(loss_db, expected, atol=1e-12)


@pytest.mark.parametrize("frequency_ghz", [0.029, 6.1, math.nan])
def test_a_frequency_outside_the_recommendation_is_refused(frequency_ghz: float) -> None:
    """30 MHz to 6 GHz."""
    with pytest.raises(OutOfRangeError, match=r"0\.03 to 6 GHz"):
        free_space_loss_grid_db(np.ones(2), frequency_ghz=frequency_ghz)
