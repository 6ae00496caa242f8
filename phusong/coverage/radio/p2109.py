"""Building entry loss: Recommendation ITU-R P.2109-2 (08/2023), section 3, from 80 MHz to 100 GHz."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

from phusong.errors import OutOfRangeError, Range
from phusong.words import Text

Building = Literal["traditional", "thermally_efficient"]

FREQUENCY_GHZ = Range(0.08, 100.0, "GHz")
PROBABILITY_PERCENT = Range(0.001, 99.999, "%")
ELEVATION_DEG = Range(-90.0, 90.0, "°")
_FLOOR_DB = -3.0


@dataclass(frozen=True, slots=True)
class _Coefficients:
    """Table 1 of the Recommendation, under its own letters."""

    r: float
    s: float
    t: float
    u: float
    v: float
    w: float
    x: float
    y: float
    z: float


_BUILDINGS = {
    "traditional": _Coefficients(12.64, 3.72, 0.96, 9.6, 2.0, 9.1, -3.0, 4.5, -2.0),
    "thermally_efficient": _Coefficients(28.19, -3.00, 8.48, 13.5, 3.8, 27.8, -2.9, 9.4, -2.1),
}


def building_entry_loss_db(
    frequency_ghz: float, *, building: Building, probability_percent: float = 50.0, elevation_deg: float = 0.0
) -> float:
    """Loss between outside and inside that a share of buildings and rooms does not exceed.

    Parameters
    ----------
    frequency_ghz
        0.08 to 100 GHz.
    building
        "traditional", or "thermally_efficient": metallised glass, foil-backed panels.
    probability_percent
        Between 0 and 100 %; 50 % is the median.
    elevation_deg
        Of the path at the outer wall, over (or under) the horizontal.

    Raises
    ------
    OutOfRangeError
        Where a value is outside the Recommendation.

    References
    ----------
    Rec. ITU-R P.2109-2, section 3, eqs (1) to (10).
    """
    FREQUENCY_GHZ.check("frequency_ghz", frequency_ghz)
    PROBABILITY_PERCENT.check("probability_percent", probability_percent)
    ELEVATION_DEG.check("elevation_deg", elevation_deg)
    if building not in _BUILDINGS:
        names = ", ".join(_BUILDINGS)
        raise OutOfRangeError(
            Text(
                f"Loại nhà phải là một trong: {names}; nhận được “{building}”",
                f"building must be one of {names}; got {building}",
            )
        )
    c = _BUILDINGS[building]
    log_f = math.log10(frequency_ghz)
    deviations = NormalDist().inv_cdf(0.01 * probability_percent)
    horizontal_db = c.r + c.s * log_f + c.t * log_f**2 + 0.212 * abs(elevation_deg)  # (5), (9), (10)
    a_db = deviations * (c.u + c.v * log_f) + horizontal_db  # (2), (7)
    b_db = deviations * (c.y + c.z * log_f) + c.w + c.x * log_f  # (3), (6), (8)
    return 10.0 * math.log10(sum(10.0 ** (0.1 * part_db) for part_db in (a_db, b_db, _FLOOR_DB)))  # (1)
