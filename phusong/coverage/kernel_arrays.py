"""The arrays that the kernels of the prediction work on, in tuples because that is what compiled code takes.

What they mean is said in ``transmitters``; columns of three are the unfavourable, middle and favourable end.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.profile import GridShape
from phusong.coverage.radio._jit import inner_kernel
from phusong.coverage.radio.p1812_median import MedianTerms
from phusong.coverage.radio.spherical_earth import Surface

LOW, MIDDLE, HIGH = 0, 1, 2

NONE = -32768
"""No level: no sector in reach, or all of them under the floor."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Levels = NDArray[np.int16]
Servers = NDArray[np.int32]

AT_MIDDLE, AT_HIGH = 0, 1
"""Columns of the servers."""

TERMS = 10
"""Numbers in a row of terms: :class:`MedianTerms`, flat."""


class Ground(NamedTuple):
    """Elevation and what stands in the way of rays, both flat; their grid; its holes (``profile.hole_counts``).

    The surface is elevation and clutter where there is clutter (``cluttered``), else the elevation itself.
    """

    elevation: NDArray[np.int16]
    surface: NDArray[np.int16]
    cluttered: bool
    grid: GridShape
    holes: NDArray[np.int64]


class Masts(NamedTuple):
    """Where the masts stand, and which paths, carriers and sectors are theirs (``start[m]:start[m + 1]``)."""

    lon_deg: Floats
    lat_deg: Floats
    ground_m: Floats
    tallest_m: Floats
    lowest_m: Floats
    reach_km: Floats  # the farthest that any sector reaches
    path_start: Ints
    path_height_m: Floats
    path_terms: Floats  # (p, TERMS)
    path_max_km: Floats  # the farthest that any sector over the path reaches
    carrier_start: Ints
    carrier_terms: Floats  # (c, TERMS)
    carrier_max_km: Floats  # the farthest that any sector on it reaches
    sector_start: Ints


class Sectors(NamedTuple):
    """What the sectors send; columns are the unfavourable, middle and favourable end.

    Paths and carriers are counted from the mast's first. An EIRP of −∞ is an end at which the sector does not count.
    ``pattern`` is the sector's table in ``pattern_db`` (table, plane, degree); −1: the pattern of 3GPP.
    """

    layer: Ints
    mast: Ints
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
    """Where each layer ends, which have a second server, the receiver, and the effective Earth radius."""

    max_km: Floats
    floor_dbm: Floats
    seconded: Bools
    rx_height_m: float
    ae_km: float


class Answers(NamedTuple):
    """What is filled, shapes (points, layers[, 3 or 2]): levels in hundredths of a dBm, sectors by their number.

    ``server`` is that of the middle and of the favourable end. ``second`` is the best middle level from another mast
    than the server's, ``second_server`` gives it.
    """

    level: Levels
    server: Servers
    second: Levels
    second_server: Servers
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
    surface_m: Floats
    loss_db: Floats
    path_wanted: Bools
    elevation_deg: Floats
    """Of the receiver, over each path."""
    bound_db: Floats
    """The least loss of each carrier."""
    wanted: Bools
    attenuation_db: Floats
    """(sector, height, end)."""
    least_db: Floats
    """(sector, end): the least attenuation over the heights."""


Place = tuple[float, float]
"""Longitude and latitude in degrees."""

Link = tuple[float, float, float, float, float]
"""Distance in km, direction from the mast in degrees, ground under the mast, receiver above sea level (both m), and the
latitude half-way in degrees."""


@inner_kernel
def terms_of(row: Floats) -> MedianTerms:
    """Return a row of terms as what it stands for."""
    ground = Surface(row[0], row[1], row[2], row[3], row[4])
    return MedianTerms(ground, row[5], row[6], row[7], row[8], row[9])


def terms_row(terms: MedianTerms) -> list[float]:
    """Return terms as a row."""
    return [*terms.ground, *terms[1:]]
