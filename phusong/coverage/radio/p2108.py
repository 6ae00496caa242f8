"""Clutter loss at a terminal: Recommendation ITU-R P.2108-1 (09/2021), sections 3.1 and 3.2.

Not for paths on which P.1812 already has clutter heights, or whose terrain is a surface model: clutter counts once.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Literal

from phusong.coverage.radio.diffraction import knife_edge_loss_db
from phusong.errors import OutOfRangeError, Range
from phusong.words import Text

Clutter = Literal["water", "open", "suburban", "urban", "dense_urban"]

REPRESENTATIVE_M: dict[str, float] = {"water": 10.0, "open": 10.0, "suburban": 10.0, "urban": 15.0, "dense_urban": 20.0}
"""Representative clutter heights, table 3; "urban" is also trees and forest."""

_WITHOUT_EDGES = frozenset({"water", "open"})
STREET_WIDTH_M = 27.0

HEIGHT_GAIN_GHZ = Range(0.03, 3.0, "GHz")
STATISTICAL_GHZ = Range(0.5, 67.0, "GHz")
LEAST_DISTANCE_KM = 0.25
SETTLED_KM = 2.0
"""From here on the statistical loss no longer grows."""

ANTENNA_AGL_M = Range(0.1, 3000.0, "m")
CLUTTER_M = Range(0.1, 500.0, "m")
STREET_M = Range(1.0, 1000.0, "m")
DISTANCE_KM = Range(LEAST_DISTANCE_KM, 3000.0, "km")
LOCATION_PERCENT = Range(0.001, 99.999, "%")


def height_gain_loss_db(
    frequency_ghz: float,
    *,
    height_agl_m: float,
    clutter: Clutter,
    clutter_height_m: float | None = None,
    street_width_m: float = STREET_WIDTH_M,
) -> float:
    """Loss of an antenna below the clutter around it, to be added to a loss computed at the height of the clutter.

    Parameters
    ----------
    frequency_ghz
        0.03 to 3 GHz.
    height_agl_m
        Antenna above ground; above the clutter nothing is lost.
    clutter
        What stands around the terminal.
    clutter_height_m
        Its height; that of table 3 where not given.
    street_width_m
        Between buildings or trees.

    Raises
    ------
    OutOfRangeError
        Where a value is outside the Recommendation.

    References
    ----------
    Rec. ITU-R P.2108-1, section 3.1, eqs (1), (2).
    """
    if clutter not in REPRESENTATIVE_M:
        raise _unknown_clutter(clutter)
    top_m = REPRESENTATIVE_M[clutter] if clutter_height_m is None else clutter_height_m
    HEIGHT_GAIN_GHZ.check("frequency_ghz", frequency_ghz)
    ANTENNA_AGL_M.check("height_agl_m", height_agl_m)
    CLUTTER_M.check("clutter_height_m", top_m)
    STREET_M.check("street_width_m", street_width_m)
    if height_agl_m >= top_m:
        return 0.0
    if clutter in _WITHOUT_EDGES:
        return -(21.8 + 6.2 * math.log10(frequency_ghz)) * math.log10(height_agl_m / top_m)  # (2b), (2f)
    below_m = top_m - height_agl_m
    nu = 0.342 * math.sqrt(frequency_ghz * below_m * math.degrees(math.atan(below_m / street_width_m)))  # (2c) to (2e)
    return knife_edge_loss_db(nu) - 6.03  # (2a)


def statistical_loss_db(frequency_ghz: float, *, distance_km: float, location_percent: float = 50.0) -> float:
    """Loss not exceeded at a share of locations for a terminal well below urban or suburban clutter.

    Parameters
    ----------
    frequency_ghz
        0.5 to 67 GHz.
    distance_km
        Whole path, from 0.25 km.
    location_percent
        Between 0 and 100 %.

    Raises
    ------
    OutOfRangeError
        Where a value is outside the Recommendation.

    References
    ----------
    Rec. ITU-R P.2108-1, section 3.2, eqs (3) to (6).
    """
    STATISTICAL_GHZ.check("frequency_ghz", frequency_ghz)
    DISTANCE_KM.check("distance_km", distance_km)
    LOCATION_PERCENT.check("location_percent", location_percent)
    deviations = NormalDist().inv_cdf(0.01 * location_percent)
    return min(_statistical_db(frequency_ghz, km, deviations) for km in (distance_km, SETTLED_KM))


def _statistical_db(frequency_ghz: float, distance_km: float, deviations: float) -> float:
    log_f = math.log10(frequency_ghz)
    long_db = -2.0 * math.log10(10.0 ** (-5.0 * log_f - 12.5) + 10.0**-16.5)  # (5)
    short_db = 32.98 + 23.9 * math.log10(distance_km) + 3.0 * log_f  # (6)
    long_share, short_share = 10.0 ** (-0.2 * long_db), 10.0 ** (-0.2 * short_db)
    sigma_db = math.sqrt((16.0 * long_share + 36.0 * short_share) / (long_share + short_share))  # (4)
    return -5.0 * math.log10(long_share + short_share) + sigma_db * deviations  # (3)


def _unknown_clutter(clutter: str) -> OutOfRangeError:
    names = ", ".join(REPRESENTATIVE_M)
    return OutOfRangeError(
        Text(
            f"Vật che phủ phải là một trong: {names}; nhận được “{clutter}”",
            f"clutter must be one of {names}; got {clutter}",
        )
    )
