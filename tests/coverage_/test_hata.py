"""Extended Hata: figures known of the models it extends, its seams, its laws."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phusong.coverage.radio._jit import plain
from phusong.coverage.radio.hata import SURROUNDINGS, extended_hata_loss_db, hata_loss_db
from phusong.errors import OutOfRangeError


def _loss_db(f_mhz, d_km, tx_m=30.0, rx_m=1.5, surroundings="urban") -> float:
    return extended_hata_loss_db(
        d_km, frequency_mhz=f_mhz, tx_height_agl_m=tx_m, rx_height_agl_m=rx_m, surroundings=surroundings
    )


@pytest.mark.parametrize(
    ("f_mhz", "d_km", "tx_m", "surroundings", "expected_db", "apart_db"),
    [
        (900.0, 1.0, 30.0, "urban", 126.42 - 0.016, 0.2),  # Hata 1980: 69.55 and 26.16, here rounded to 69.6 and 26.2
        (1800.0, 1.0, 30.0, "urban", 136.24 - 0.043, 0.01),  # COST 231-Hata, medium city
        (900.0, 1.0, 30.0, "suburban", 126.40 - 9.94, 0.2),  # Hata 1980
        (900.0, 1.0, 30.0, "rural", 126.40 - 28.51, 0.2),  # Hata 1980, open area
    ],
)
def test_meets_the_models_it_extends(f_mhz, d_km, tx_m, surroundings, expected_db, apart_db) -> None:
    """Hata's and COST 231's own figures, to the rounding of the constants."""
    assert _loss_db(f_mhz, d_km, tx_m, 1.5, surroundings) == pytest.approx(expected_db, abs=apart_db)


@pytest.mark.parametrize("surroundings", list(SURROUNDINGS))
@pytest.mark.parametrize(("d_km", "f_mhz"), [(0.04, 900.0), (0.1, 900.0), (20.0, 900.0), (5.0, 150.0), (5.0, 2000.0)])
def test_its_parts_meet_at_their_seams(surroundings, d_km, f_mhz) -> None:
    """No step at 0.04, 0.1 and 20 km, 150 and 2,000 MHz (1,500 MHz has one, in the source)."""
    before = _loss_db(f_mhz * (1 - 1e-9), d_km * (1 - 1e-9), surroundings=surroundings)
    after = _loss_db(f_mhz * (1 + 1e-9), d_km * (1 + 1e-9), surroundings=surroundings)
    assert after == pytest.approx(before, abs=1e-5)


@given(
    st.floats(30, 3000), st.floats(0.02, 100), st.floats(1, 200), st.floats(1, 10), st.sampled_from(list(SURROUNDINGS))
)
def test_laws(f_mhz, d_km, tx_m, rx_m, surroundings) -> None:
    """The same both ways, never under free space, never more in the open than in town, the same in plain Python."""
    loss_db = _loss_db(f_mhz, d_km, tx_m, rx_m, surroundings)
    assert loss_db == _loss_db(f_mhz, d_km, rx_m, tx_m, surroundings)
    free_db = 32.4 + 20.0 * math.log10(f_mhz) + 20.0 * math.log10(math.hypot(d_km, (tx_m - rx_m) / 1000.0))
    assert loss_db >= free_db - 1e-9
    assert _loss_db(f_mhz, d_km, tx_m, rx_m, "rural") <= _loss_db(f_mhz, d_km, tx_m, rx_m, "urban")
    code = SURROUNDINGS[surroundings]
    assert plain(hata_loss_db)(f_mhz, d_km, tx_m, rx_m, code) == pytest.approx(loss_db, abs=1e-9)


def test_the_long_distance_exponent_raises_the_loss() -> None:
    """Beyond 20 km the loss grows faster than the straight line does."""
    slope_db = _loss_db(900.0, 20.0) - _loss_db(900.0, 10.0)
    assert _loss_db(900.0, 80.0) > _loss_db(900.0, 20.0) + 2.0 * slope_db + 5.0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"f_mhz": 3500.0}, "frequency_mhz"),
        ({"d_km": 0.01}, "distance_km"),
        ({"tx_m": 300.0}, "tx_height_agl_m"),
        ({"rx_m": 0.5}, "rx_height_agl_m"),
        ({"surroundings": "jungle"}, "surroundings"),
    ],
)
def test_what_is_outside_is_refused(change, says) -> None:
    """Every limit has its message."""
    with pytest.raises(OutOfRangeError, match=says):
        _loss_db(**{"f_mhz": 900.0, "d_km": 1.0, **change})
