"""Ducting and layer reflection: Rec. ITU-R P.1812-8, section 4.5; symbols as in ``path_parameters``."""

from __future__ import annotations

import math

from phusong.coverage.radio._jit import kernel
from phusong.coverage.radio.path_parameters import Horizons, inland_tau

SEA_COUPLING_FRACTION = 0.75
SEA_COUPLING_KM = 5.0


@kernel
def low_frequency_db(frequency_ghz: float) -> float:
    """Loss of wavelengths too long for the duct, eq. (47a)."""
    if frequency_ghz >= 0.5:
        return 0.0
    return 45.375 - 137.0 * frequency_ghz + 92.5 * frequency_ghz * frequency_ghz


@kernel
def site_shielding_db(frequency_ghz: float, cube_root: float, horizon_km: float, theta_mrad: float) -> float:
    """Shielding of one terminal by its horizon, eqs (48), (48a); ``cube_root`` is that of the frequency."""
    excess = theta_mrad - 0.1 * horizon_km
    if excess <= 0.0:
        return 0.0
    return 20.0 * math.log10(1.0 + 0.361 * excess * math.sqrt(frequency_ghz * horizon_km)) + 0.264 * excess * cube_root


@kernel
def sea_coupling_db(omega: float, coast_km: float, horizon_km: float, antenna_amsl_m: float) -> float:
    """Gain, as a negative loss, of a terminal near the coast into ducts over the sea, eq. (49)."""
    if omega < SEA_COUPLING_FRACTION or coast_km > horizon_km or coast_km > SEA_COUPLING_KM:
        return 0.0
    return -3.0 * math.exp(-0.25 * coast_km * coast_km) * (1.0 + math.tanh(0.07 * (50.0 - antenna_amsl_m)))


@kernel
def duct_incidence_percent(beta0: float, d_lm_km: float, distance_km: float, horizons: Horizons, ae_km: float) -> float:
    """Share of time beta with ducts on this path: beta0 corrected for geometry and roughness, eqs (54) to (56)."""
    alpha = max(-0.6 - 3.5e-9 * math.pow(distance_km, 3.1) * inland_tau(d_lm_km), -3.4)  # (55a)
    roots = math.sqrt(horizons.h_te_m) + math.sqrt(horizons.h_re_m)
    mu2 = min(math.pow(500.0 / ae_km * (distance_km / roots) ** 2, alpha), 1.0)  # (55)
    if horizons.h_m_m <= 10.0:
        return beta0 * mu2
    between_km = min(distance_km - horizons.d_lt_km - horizons.d_lr_km, 40.0)  # (56a)
    return beta0 * mu2 * math.exp(-4.6e-5 * (horizons.h_m_m - 10.0) * (43.0 + 6.0 * between_km))


@kernel
def duct_time_db(time_percent: float, beta_percent: float, distance_km: float) -> float:
    """Variation with time A(p) of the loss along the duct, eqs (53), (53a)."""
    log_beta = math.log10(beta_percent)
    shape = (9.51 - 4.8 * log_beta + 0.198 * log_beta * log_beta) * 1e-6 * math.pow(distance_km, 1.13)
    gamma = 1.076 / math.pow(2.0058 - log_beta, 1.012) * math.exp(-shape)
    ratio = time_percent / beta_percent
    return -12.0 + (1.2 + 0.0037 * distance_km) * math.log10(ratio) + 12.0 * math.pow(ratio, gamma)


@kernel
def duct_angle_mrad(horizons: Horizons, distance_km: float, ae_km: float) -> float:
    """Angular distance theta' with horizon angles capped at 0.1 mrad a km, eqs (52), (52a)."""
    theta_t = min(horizons.theta_t_mrad, 0.1 * horizons.d_lt_km)
    theta_r = min(horizons.theta_r_mrad, 0.1 * horizons.d_lr_km)
    return 1000.0 * distance_km / ae_km + theta_t + theta_r


@kernel
def ducting_loss_db(
    frequency_ghz: float,
    time_percent: float,
    distance_km: float,
    horizons: Horizons,
    ae_km: float,
    incidence: tuple[float, float],
    sea_db: float,
) -> float:
    """Basic transmission loss of ducting and layer reflection not exceeded for ``time_percent``, eqs (46) to (53).

    ``incidence`` is beta0 in % and the longest inland stretch in km; ``sea_db`` the sea coupling of both terminals.
    """
    cube_root = math.pow(frequency_ghz, 1.0 / 3.0)
    beta = duct_incidence_percent(incidence[0], incidence[1], distance_km, horizons, ae_km)
    fixed_db = 102.45 + 20.0 * math.log10(frequency_ghz * (horizons.d_lt_km + horizons.d_lr_km))  # (47)
    fixed_db += low_frequency_db(frequency_ghz) + sea_db
    fixed_db += site_shielding_db(frequency_ghz, cube_root, horizons.d_lt_km, horizons.theta_t_mrad)
    fixed_db += site_shielding_db(frequency_ghz, cube_root, horizons.d_lr_km, horizons.theta_r_mrad)
    angular_db = 5e-5 * ae_km * cube_root * duct_angle_mrad(horizons, distance_km, ae_km)  # (51), (52)
    return fixed_db + angular_db + duct_time_db(time_percent, beta, distance_km)
