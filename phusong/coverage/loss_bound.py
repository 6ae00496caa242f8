"""What a path loses at the least, from a few of its samples: what lets most paths be ruled out without their profile.

The Bullington edge only rises when samples are added and only falls when the antenna is raised, and the loss of
delta-Bullington (Rec. ITU-R P.1812-8, section 4.3.4) is never below its Bullington part.
"""

from __future__ import annotations

import math

from phusong.coverage.radio._jit import kernel
from phusong.coverage.radio.diffraction import AE_KM, bullington_loss_db
from phusong.coverage.radio.profile_geometry import Floats
from phusong.coverage.radio.spherical_earth import WAVELENGTH_M_GHZ

COARSE_STRIDE = 16
"""Every so many samples are looked at."""


@kernel
def least_bullington_nu_1m(height_m: Floats, count: int, step_km: float, tx_amsl_m: float, rx_amsl_m: float) -> float:
    """Return a diffraction parameter at a wavelength of 1 m that the Bullington edge of a path reaches or exceeds.

    ``height_m[:count]`` is terrain at equal steps, of which only each sixteenth is read: eqs (13) to (20) over these.
    """
    distance_km = (count - 1) * step_km
    slope = (rx_amsl_m - tx_amsl_m) / distance_km
    curve = 500.0 / AE_KM
    steepest_tx = steepest_rx = edge = -math.inf
    for k in range(COARSE_STRIDE, count - 1, COARSE_STRIDE):
        d = k * step_km
        product = d * (distance_km - d)
        clearance = (height_m[k] - (tx_amsl_m + slope * d)) / product + curve
        steepest_tx = max(steepest_tx, clearance * (distance_km - d))
        steepest_rx = max(steepest_rx, clearance * d)
        edge = max(edge, clearance * abs(clearance) * product)
    if steepest_tx >= 0.0:
        return math.sqrt(0.002 * distance_km * steepest_tx * max(steepest_rx, 0.0))
    return -math.sqrt(0.002 * distance_km * -edge)


@kernel
def least_diffraction_db(nu_1m: float, frequency_ghz: float, distance_km: float) -> float:
    """Return the loss that a path with at least this Bullington edge has at the least."""
    return bullington_loss_db(nu_1m * math.sqrt(frequency_ghz / WAVELENGTH_M_GHZ), distance_km)
