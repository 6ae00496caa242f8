"""Extended Hata model: median loss between a mast and a house where no terrain is known.

As Report ITU-R SM.2028-2, section 6.1, and the SEAMCAT handbook of CEPT (ECC Report 252, annex 17) describe it, 30 MHz
to 3 GHz. It knows heights above ground, distance and the kind of surroundings, no hill: a fallback, to be named as one.

Symbols: ``h_b, h_m`` the higher and the lower antenna above ground, so that both directions lose the same; ``alpha``
the exponent of the distance beyond 20 km.
"""

from __future__ import annotations

import math
from typing import Literal

from phusong.coverage.radio._jit import kernel
from phusong.errors import OutOfRangeError, Range
from phusong.words import Text

Surroundings = Literal["urban", "suburban", "rural"]

URBAN, SUBURBAN, RURAL = 0, 1, 2
SURROUNDINGS: dict[str, int] = {"urban": URBAN, "suburban": SUBURBAN, "rural": RURAL}
"""Names of the surroundings and their codes in the kernel; rural is Hata's open area."""

FREQUENCY_MHZ = Range(30.0, 3000.0, "MHz")
DISTANCE_KM = Range(0.02, 100.0, "km")
ANTENNA_AGL_M = Range(1.0, 200.0, "m")

NEAR_KM, FAR_KM, LONG_KM = 0.04, 0.1, 20.0


@kernel
def _free_space_db(frequency_mhz: float, distance_km: float, h_b_m: float, h_m_m: float) -> float:
    """Free space from antenna to antenna, which near the mast is the model itself."""
    climb_km = (h_b_m - h_m_m) / 1000.0
    return 32.4 + 20.0 * math.log10(frequency_mhz) + 10.0 * math.log10(distance_km**2 + climb_km**2)


@kernel
def _antenna_gain_db(frequency_mhz: float, h_b_m: float, h_m_m: float) -> float:
    """Height gains a(h_m) + b(h_b)."""
    log_f = math.log10(frequency_mhz)
    low_db = (1.1 * log_f - 0.7) * min(10.0, h_m_m) - (1.56 * log_f - 0.8) + max(0.0, 20.0 * math.log10(h_m_m / 10.0))
    return low_db + min(0.0, 20.0 * math.log10(h_b_m / 30.0))


@kernel
def _frequency_db(frequency_mhz: float) -> float:
    """Part of the urban loss that the frequency makes; the two halves of the model do not meet at 1,500 MHz."""
    if frequency_mhz <= 150.0:
        return 69.6 + 26.2 * math.log10(150.0) - 20.0 * math.log10(150.0 / frequency_mhz)
    if frequency_mhz <= 1500.0:
        return 69.6 + 26.2 * math.log10(frequency_mhz)
    if frequency_mhz <= 2000.0:
        return 46.3 + 33.9 * math.log10(frequency_mhz)
    return 46.3 + 33.9 * math.log10(2000.0) + 10.0 * math.log10(frequency_mhz / 2000.0)


@kernel
def _distance_db(frequency_mhz: float, distance_km: float, h_b_m: float) -> float:
    """Part of the urban loss that grows with distance."""
    log_d = math.log10(distance_km)
    if distance_km > LONG_KM:
        slower = 0.14 + 1.87e-4 * frequency_mhz + 1.07e-3 * h_b_m
        log_d = math.pow(log_d, 1.0 + slower * math.pow(math.log10(distance_km / LONG_KM), 0.8))
    return (44.9 - 6.55 * math.log10(max(30.0, h_b_m))) * log_d


@kernel
def _clearing_db(frequency_mhz: float, surroundings: int) -> float:
    """Loss that suburbs and open land save over a city."""
    log_f = math.log10(min(max(150.0, frequency_mhz), 2000.0))
    if surroundings == SUBURBAN:
        return 2.0 * (log_f - math.log10(28.0)) ** 2 + 5.4
    if surroundings == RURAL:
        return 4.78 * log_f**2 - 18.33 * log_f + 40.94
    return 0.0


@kernel
def _far_loss_db(frequency_mhz: float, distance_km: float, h_b_m: float, h_m_m: float, surroundings: int) -> float:
    """Loss from 0.1 km on, never below free space."""
    loss_db = _frequency_db(frequency_mhz) - 13.82 * math.log10(max(30.0, h_b_m))
    loss_db += _distance_db(frequency_mhz, distance_km, h_b_m)
    loss_db -= _antenna_gain_db(frequency_mhz, h_b_m, h_m_m) + _clearing_db(frequency_mhz, surroundings)
    return max(loss_db, _free_space_db(frequency_mhz, distance_km, h_b_m, h_m_m))


@kernel
def hata_loss_db(
    frequency_mhz: float, distance_km: float, tx_height_agl_m: float, rx_height_agl_m: float, surroundings: int
) -> float:
    """Median loss for one of the codes of :data:`SURROUNDINGS`; NaN where the distance is NaN."""
    h_b_m, h_m_m = max(tx_height_agl_m, rx_height_agl_m), min(tx_height_agl_m, rx_height_agl_m)
    if distance_km >= FAR_KM:
        return _far_loss_db(frequency_mhz, distance_km, h_b_m, h_m_m, surroundings)
    near_km = min(distance_km, NEAR_KM)
    near_db = _free_space_db(frequency_mhz, near_km, h_b_m, h_m_m)
    if distance_km <= NEAR_KM:
        return near_db
    far_db = _far_loss_db(frequency_mhz, FAR_KM, h_b_m, h_m_m, surroundings)
    between = math.log10(distance_km / NEAR_KM) / math.log10(FAR_KM / NEAR_KM)
    between_db = near_db + between * (far_db - near_db)
    return max(between_db, _free_space_db(frequency_mhz, distance_km, h_b_m, h_m_m))


def extended_hata_loss_db(
    distance_km: float,
    *,
    frequency_mhz: float,
    tx_height_agl_m: float,
    rx_height_agl_m: float,
    surroundings: Surroundings,
) -> float:
    """Median loss over built-up or open land, without terrain.

    Parameters
    ----------
    distance_km
        0.02 to 100 km along the ground.
    frequency_mhz
        30 to 3,000 MHz.
    tx_height_agl_m, rx_height_agl_m
        Antennas above ground, 1 to 200 m. Measured was with 30 to 200 m for the higher, 1 to 10 m for the lower.
    surroundings
        "urban", "suburban" or "rural" (open area).

    Raises
    ------
    OutOfRangeError
        Where a value is outside these.

    References
    ----------
    Report ITU-R SM.2028-2, section 6.1; Hata, IEEE Trans. VT-29 (1980); COST 231 final report, section 4.4.
    """
    FREQUENCY_MHZ.check("frequency_mhz", frequency_mhz)
    DISTANCE_KM.check("distance_km", distance_km)
    ANTENNA_AGL_M.check("tx_height_agl_m", tx_height_agl_m)
    ANTENNA_AGL_M.check("rx_height_agl_m", rx_height_agl_m)
    if surroundings not in SURROUNDINGS:
        raise OutOfRangeError(
            Text(
                f"Môi trường phải là “urban” (đô thị), “suburban” (ven đô) hoặc “rural” (nông thôn), "
                f"nhận được “{surroundings}”",
                f'surroundings must be "urban", "suburban" or "rural", got "{surroundings}"',
            )
        )
    return hata_loss_db(frequency_mhz, distance_km, tx_height_agl_m, rx_height_agl_m, SURROUNDINGS[surroundings])
