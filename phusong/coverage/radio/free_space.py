"""Free-space basic transmission loss: Rec. ITU-R P.525-4 as Rec. ITU-R P.1812-8 section 4.2 takes it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.radio._jit import kernel, kernel_entry, parallel_kernel, prange
from phusong.errors import Range

FREQUENCY_GHZ = Range(0.03, 6.0, "GHz")
"""Where Rec. ITU-R P.1812 is valid."""

Floats = NDArray[np.float64]


@kernel
def free_space_loss_db(frequency_ghz: float, distance_km: float) -> float:
    """Loss between isotropic antennas in free space, eq. (8); ``distance_km`` is antenna to antenna and above 0."""
    return 92.4 + 20.0 * math.log10(frequency_ghz * distance_km)


@kernel
def slant_distance_km(distance_km: float, tx_amsl_m: float, rx_amsl_m: float) -> float:
    """Distance between the antennas from that along the ground and their heights above sea level, eq. (8a)."""
    return math.hypot(distance_km, (tx_amsl_m - rx_amsl_m) / 1000.0)


@parallel_kernel
def _fill_loss_db(frequency_ghz: float, distance_km: Floats, loss_db: Floats) -> None:
    for k in prange(distance_km.size):
        d_km = distance_km[k]
        loss_db[k] = free_space_loss_db(frequency_ghz, d_km) if d_km > 0.0 else math.nan


def free_space_loss_grid_db(distance_km: Floats, *, frequency_ghz: float) -> Floats:
    """Loss in free space, cell by cell.

    Parameters
    ----------
    distance_km
        Distance between the antennas, any shape; NaN where it is not known.
    frequency_ghz
        0.03 to 6 GHz.

    Returns
    -------
    loss_db
        Same shape; NaN where the distance is NaN or not above 0.

    Raises
    ------
    OutOfRangeError
        Where the frequency is outside the Recommendation.

    References
    ----------
    Rec. ITU-R P.525-4; Rec. ITU-R P.1812-8, section 4.2, eq. (8).
    """
    FREQUENCY_GHZ.check("frequency_ghz", frequency_ghz)
    distance_km = np.ascontiguousarray(distance_km, dtype=np.float64)
    loss_db = np.empty_like(distance_km)
    with kernel_entry():
        _fill_loss_db(frequency_ghz, distance_km.reshape(-1), loss_db.reshape(-1))
    return loss_db
