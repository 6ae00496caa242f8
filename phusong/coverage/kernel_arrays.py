"""The arrays that the kernels of the prediction work on, in tuples because that is what compiled code takes.

What they mean is said in ``transmitters``; columns of three are the unfavourable, middle and favourable end.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.profile import GridShape

LOW, MIDDLE, HIGH = 0, 1, 2

NONE = -32768
"""No level: no sector in reach, or all of them under the floor."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Levels = NDArray[np.int16]

Ground = tuple[NDArray[np.int16], GridShape, NDArray[np.int64]]
"""Elevation, flat; its grid; where it has holes (``profile.hole_counts``)."""


class Masts(NamedTuple):
    """Where the masts stand, and which paths, carriers and sectors are theirs (``start[m]:start[m + 1]``)."""

    lon_deg: Floats
    lat_deg: Floats
    ground_m: Floats
    tallest_m: Floats
    path_start: Ints
    path_height_m: Floats
    path_frequency_ghz: Floats
    carrier_start: Ints
    carrier_frequency_ghz: Floats
    sector_start: Ints


class Sectors(NamedTuple):
    """What the sectors send; columns are the unfavourable, middle and favourable end.

    Paths and carriers are counted from the mast's first. An EIRP of −∞ is an end at which the sector does not count.
    ``pattern`` is the sector's table in ``pattern_db`` (table, plane, degree); −1: the pattern of 3GPP.
    """

    layer: Ints
    path: Ints  # (s, 3)
    carrier: Ints
    eirp_dbm: Floats  # (s, 3)
    azimuth_deg: Floats
    ring: Ints
    tilt_deg: Floats  # (s, 3)
    beamwidth_deg: Floats  # (s, 2)
    uplink_max_loss_db: Floats
    rank: Ints  # place in the order of the sector ids: ties go to the lowest
    pattern: Ints
    ring_db: Floats  # (s, 3): with a table and no azimuth, least, mean and greatest around the circle
    pattern_db: Floats
    front_to_back_db: Floats  # of each table


class Rules(NamedTuple):
    """Where each layer ends and the farthest of them, and the receiver."""

    max_km: Floats
    reach_km: float
    floor_dbm: Floats
    rx_height_m: float


class Answers(NamedTuple):
    """What is filled, shapes (points, layers[, 3]): levels in hundredths of a dBm."""

    level: Levels
    server: NDArray[np.int32]
    unseen: Levels


class Work(NamedTuple):
    """Room for one point, then for one mast after the other; what is said of a mast's parts is in their order."""

    near: Ints
    """The masts that may be in reach of any of the points."""
    candidate: Ints
    """The masts in reach of the point, as found; ``order`` has the most promising first."""
    order: Ints
    promise_db: Floats
    around: Floats
    """Of each candidate: distance in km, direction in degrees, least Bullington edge at a wavelength of 1 m."""
    needed_dbm: Floats
    """(layer, end): the level from which on a sector matters."""
    profile_m: Floats
    loss_db: Floats
    path_wanted: Bools
    bound_db: Floats
    """The least loss of each carrier."""
    wanted: Bools
    attenuation_db: Floats
    """(sector, height, end)."""
    least_db: Floats
    """(sector, end): the least attenuation over the heights."""


Place = tuple[float, float]
"""Longitude and latitude in degrees."""

Link = tuple[float, float, float, float]
"""Distance in km, direction from the mast in degrees, ground under the mast, receiver above sea level (both m)."""

PointAnswers = tuple[Levels, NDArray[np.int32], Levels]
