"""Tropospheric scatter: Rec. ITU-R P.1812-8, section 4.4."""

from __future__ import annotations

import math

from phusong.coverage.radio._jit import kernel


@kernel
def scatter_frequency_db(frequency_ghz: float) -> float:
    """Part of the loss that only the frequency makes: the constant of eq. (44) and L_f, eq. (45)."""
    half = math.log10(0.5 * frequency_ghz)
    return 190.1 + 25.0 * math.log10(frequency_ghz) - 2.5 * half * half


@kernel
def scatter_time_db(time_percent: float) -> float:
    """What the scattered signal gains at ``time_percent`` over its median, 0 at 50 %, last term of eq. (44)."""
    return 10.125 * math.pow(max(math.log10(50.0 / time_percent), 0.0), 0.7)


@kernel
def troposcatter_loss_db(
    frequency_ghz: float, time_percent: float, distance_km: float, theta_mrad: float, n0: float
) -> float:
    """Basic transmission loss of tropospheric scatter not exceeded for ``time_percent``, eq. (44)."""
    frequency_db = scatter_frequency_db(frequency_ghz)
    path_db = 20.0 * math.log10(distance_km) + 0.573 * theta_mrad - 0.15 * n0
    return frequency_db + path_db - scatter_time_db(time_percent)
