"""Sector antenna patterns, with tilt and direction known or not: of 3GPP TR 36.814, table A.2.1.1-2, or of a file.

Attenuations are positive, in dB under the gain on the axis. Angles of elevation are positive upwards, tilts downwards.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.radio._jit import bare_kernel, kernel

FRONT_TO_BACK_DB = 25.0
"""A_m: the most the pattern attenuates, horizontally and altogether."""

SIDE_LOBE_DB = 20.0
"""SLA_v: the most the vertical pattern attenuates."""

Ends = tuple[float, float, float]
"""Least, middle and greatest over what is not known."""


@kernel
def horizontal_attenuation_db(offset_deg: float, beamwidth_deg: float) -> float:
    """Attenuation at an angle from the azimuth of the antenna; any angle, NaN for NaN."""
    if math.isnan(offset_deg):
        return offset_deg
    off = abs((offset_deg + 180.0) % 360.0 - 180.0) / beamwidth_deg
    return min(12.0 * off * off, FRONT_TO_BACK_DB)


@kernel
def vertical_attenuation_db(elevation_deg: float, tilt_deg: float, beamwidth_deg: float) -> float:
    """Attenuation towards an elevation for an antenna tilted down; NaN for NaN."""
    off = (elevation_deg + tilt_deg) / beamwidth_deg
    if math.isnan(off):
        return off
    return min(12.0 * off * off, SIDE_LOBE_DB)


@kernel
def tilt_span_attenuation_db(elevation_deg: float, tilt_deg: Ends, beamwidth_deg: float) -> Ends:
    """Vertical attenuation over a span of tilts: its exact least and greatest value and that at the middle tilt."""
    low, middle, high = tilt_deg
    at_low = vertical_attenuation_db(elevation_deg, low, beamwidth_deg)
    at_high = vertical_attenuation_db(elevation_deg, high, beamwidth_deg)
    least = 0.0 if low <= -elevation_deg <= high else min(at_low, at_high)
    return least, vertical_attenuation_db(elevation_deg, middle, beamwidth_deg), max(at_low, at_high)


@kernel
def ring_attenuation_db(ring_size: int, beamwidth_deg: float) -> Ends:
    """Horizontal attenuation where only the number of sectors is known, spread evenly over the circle.

    Least: on an axis. Greatest: half-way between two axes, or behind a single antenna. Middle: the mean over the
    circle, in dB. No sectors is an omnidirectional antenna: 0 dB.
    """
    if ring_size <= 0:
        return 0.0, 0.0, 0.0
    half_deg = 180.0 / ring_size
    worst_db = horizontal_attenuation_db(half_deg, beamwidth_deg)
    bent_deg = min(half_deg, beamwidth_deg * math.sqrt(FRONT_TO_BACK_DB / 12.0))  # beyond it the pattern is flat
    bent_db_deg = 4.0 * bent_deg**3 / beamwidth_deg**2  # integral of 12 (angle / beamwidth)²
    return 0.0, (bent_db_deg + FRONT_TO_BACK_DB * (half_deg - bent_deg)) / half_deg, worst_db


@kernel
def combined_attenuation_db(horizontal_db: float, vertical_db: float) -> float:
    """Attenuation of both planes together; NaN for NaN."""
    both_db = horizontal_db + vertical_db
    if both_db > FRONT_TO_BACK_DB:
        return FRONT_TO_BACK_DB
    return both_db


@kernel
def pattern_span_db(
    offset_deg: float, ring_size: int, elevation_deg: float, tilt_deg: Ends, beamwidth_deg: tuple[float, float]
) -> Ends:
    """Least, middle and greatest attenuation towards a receiver.

    Parameters
    ----------
    offset_deg
        Direction of the receiver less the azimuth of the antenna; NaN where the azimuth is not known.
    ring_size
        How many sectors share the circle (0: omnidirectional); used where the azimuth is not known.
    elevation_deg
        Elevation of the receiver seen from the antenna, negative below it; NaN, and so is the answer, without terrain.
    tilt_deg
        Least, middle and greatest downtilt.
    beamwidth_deg
        Horizontal and vertical beamwidth at -3 dB.
    """
    low_v, middle_v, high_v = tilt_span_attenuation_db(elevation_deg, tilt_deg, beamwidth_deg[1])
    if ring_size <= 0 or math.isnan(offset_deg):
        low_h, middle_h, high_h = ring_attenuation_db(ring_size, beamwidth_deg[0])
    else:
        low_h = middle_h = high_h = horizontal_attenuation_db(offset_deg, beamwidth_deg[0])
    return (
        combined_attenuation_db(low_h, low_v),
        combined_attenuation_db(middle_h, middle_v),
        combined_attenuation_db(high_h, high_v),
    )


@bare_kernel
def table_attenuation_db(table_db: NDArray[np.float64], angle_deg: float) -> float:
    """Attenuation at any angle from a table of 360 whole degrees, linear between them; the angle must be a number."""
    turned = angle_deg % 360.0
    below = int(turned) % 360  # a tiny negative angle turns to 360.0
    share = turned - math.floor(turned)
    return float(table_db[below] + share * (table_db[(below + 1) % 360] - table_db[below]))


@bare_kernel
def table_tilt_span_db(table_db: NDArray[np.float64], elevation_deg: float, tilt_deg: Ends) -> Ends:
    """Vertical attenuation of a table over a span of tilts: exact, for between whole degrees the table is straight.

    ``tilt_deg`` is how far the table is turned down.
    """
    low, middle, high = -elevation_deg - tilt_deg[2], -elevation_deg - tilt_deg[1], -elevation_deg - tilt_deg[0]
    least = most = table_attenuation_db(table_db, low)
    for whole in range(math.ceil(low), math.ceil(high)):
        least, most = min(least, table_db[whole % 360]), max(most, table_db[whole % 360])
    at_end = table_attenuation_db(table_db, high)
    return min(least, at_end), table_attenuation_db(table_db, middle), max(most, at_end)


@kernel
def combined_table_db(horizontal_db: float, vertical_db: float, front_to_back_db: float) -> float:
    """Attenuation of both planes of a table: their sum, but no more than behind the antenna or in either plane alone.

    So each plane by itself is what the file says, and between them the antenna is never darker than behind.
    """
    return min(horizontal_db + vertical_db, max(front_to_back_db, max(horizontal_db, vertical_db)))


@bare_kernel
def table_span_db(
    tables_db: NDArray[np.float64],
    front_to_back_db: float,
    offset_deg: float,
    ring_db: Ends,
    elevation_deg: float,
    tilt_deg: Ends,
) -> Ends:
    """Least, middle and greatest attenuation towards a receiver of an antenna with measured tables.

    Parameters
    ----------
    tables_db
        Horizontal and vertical table, shape (2, 360) (``pattern.AntennaPattern``).
    front_to_back_db
        What limits the sum of both planes.
    offset_deg
        Direction of the receiver less the azimuth; NaN where that is not known: then ``ring_db`` are the ends.
    ring_db
        Least, middle and greatest horizontal attenuation without an azimuth (``pattern.ring_of_pattern_db``).
    elevation_deg
        Elevation of the receiver seen from the antenna; NaN, and so is the answer, without terrain.
    tilt_deg
        Least, middle and greatest angle by which the vertical table is turned down.
    """
    if math.isnan(elevation_deg):
        return math.nan, math.nan, math.nan
    low_v, middle_v, high_v = table_tilt_span_db(tables_db[1], elevation_deg, tilt_deg)
    low_h, middle_h, high_h = ring_db
    if not math.isnan(offset_deg):
        low_h = middle_h = high_h = table_attenuation_db(tables_db[0], offset_deg)
    return (
        combined_table_db(low_h, low_v, front_to_back_db),
        combined_table_db(middle_h, middle_v, front_to_back_db),
        combined_table_db(high_h, high_v, front_to_back_db),
    )
