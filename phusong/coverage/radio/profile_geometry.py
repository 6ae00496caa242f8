"""Geometry of a terrain profile for the delta-Bullington model of Rec. ITU-R P.1812-8, section 4.3: no frequency in it.

Symbols: ``nu`` is the diffraction parameter of an edge; written ``_1m`` it is that for a wavelength of 1 m, all others
follow by 1/√wavelength. Heights are above sea level; ``ae_km`` is the effective Earth radius, ``curve`` = 500/ae: the
Earth rises ``curve d (D - d)`` metres between the ends. Equation numbers are those of editions -6 to -8.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.radio._jit import bare_kernel, kernel, larger

EARTH_RADIUS_KM = 6371.0
DEFAULT_DELTA_N = 50.0
"""Lapse of the refractivity over the lowest km, N-units/km: an assumption for Vietnam, where 45 to 70 is usual."""

Floats = NDArray[np.float64]


class PathGeometry(NamedTuple):
    """A profile without frequency. All values NaN and not in sight where the profile has gaps or under three points.

    ``slope_tx_m_km, slope_rx_m_km`` are the steepest slopes to the terrain from either end, eqs (13), (17).
    ``nu_path_1m`` is the Bullington edge, ``nu_smooth_1m`` that of the smooth path (section 4.3.4), ``nu_edge_1m`` the
    largest of any single sample. ``h_st_m, h_sr_m`` are the ends of the surface fitted to the terrain, eqs (87), (88);
    ``h_te_m, h_re_m`` the antennas above it as the diffraction model takes them, eqs (37), (38), (91).
    """

    distance_km: float
    ae_km: float
    line_of_sight: bool
    slope_tx_m_km: float
    slope_rx_m_km: float
    nu_path_1m: float
    nu_smooth_1m: float
    nu_edge_1m: float
    h_st_m: float
    h_sr_m: float
    h_te_m: float
    h_re_m: float


class _Edges(NamedTuple):
    """Largest values over the inner samples: slopes over the line, edge, height over the line; before the root."""

    steepest_tx: float
    steepest_rx: float
    edge: float
    h_obs_m: float
    alpha_t: float
    alpha_r: float


@kernel
def effective_earth_radius_km(delta_n: float) -> float:
    """Median effective Earth radius, eqs (6), (7a)."""
    return EARTH_RADIUS_KM * 157.0 / (157.0 - delta_n)


AE_KM = EARTH_RADIUS_KM * 157.0 / (157.0 - DEFAULT_DELTA_N)


@kernel
def _bullington_nu_1m(steepest_tx: float, steepest_rx: float, distance_km: float) -> float:
    """Diffraction parameter of the edge where the two horizon rays meet, eqs (18) to (20).

    The arguments are the slopes of the rays over the line between the antennas, a and b in m/km. The edge stands
    D a b/(a + b) over the line at D b/(a + b) from the transmitter, which leaves nu² = 0.002 D a b / wavelength.
    """
    return math.sqrt(0.002 * distance_km * steepest_tx * max(steepest_rx, 0.0))


@kernel
def _signed_root(nu2: float) -> float:
    return math.sqrt(nu2) if nu2 >= 0.0 else -math.sqrt(-nu2)


@kernel
def _smooth_heights(
    fit: tuple[float, float], obstruction: tuple[float, float, float], ground: tuple[float, float]
) -> tuple[float, float]:
    """Ends of the smooth surface for the diffraction model, eqs (89) to (91).

    ``fit`` are those of the regression, ``obstruction`` the terrain's largest height over the line of the antennas and
    its steepest slopes from both ends, ``ground`` the terrain at the ends.
    """
    h_st_m, h_sr_m = fit
    h_obs_m, alpha_t, alpha_r = obstruction
    if h_obs_m > 0.0:
        h_st_m -= h_obs_m * alpha_t / (alpha_t + alpha_r)  # (90c), (90e)
        h_sr_m -= h_obs_m * alpha_r / (alpha_t + alpha_r)  # (90d), (90f)
    return min(h_st_m, ground[0]), min(h_sr_m, ground[1])


@kernel
def _unknown() -> PathGeometry:
    nan = math.nan
    return PathGeometry(nan, nan, False, nan, nan, nan, nan, nan, nan, nan, nan, nan)


@bare_kernel
def _sums(height_m: Floats, last: int) -> tuple[float, float]:
    """Sums over the inner samples of the heights and of the heights by their numbers."""
    sum_h = sum_kh = 0.0
    for k in range(1, last):
        h = height_m[np.uint64(k)]
        sum_h += h
        sum_kh += k * h
    return sum_h, sum_kh


@bare_kernel
def _edges(height_m: Floats, last: int, step_km: float, line: tuple[float, float], curve: float) -> _Edges:
    """Go over the inner samples, none of them NaN; ``line`` is the transmitter's height and the slope to the receiver.

    Nothing but maxima in the loop, and no position of any: several samples are taken at once.
    """
    tx_amsl_m, slope = line
    steepest_tx = steepest_rx = edge = h_obs_m = alpha_t = alpha_r = -math.inf
    for k in range(1, last):
        d = k * step_km
        rest = (last - k) * step_km
        over_line = height_m[np.uint64(k)] - (tx_amsl_m + slope * d)  # (89d)
        per_product = over_line / (d * rest)
        clearance = per_product + curve  # over the line, bulge of the Earth included, by d (D - d)
        steepest_tx = larger(steepest_tx, clearance * rest)
        steepest_rx = larger(steepest_rx, clearance * d)
        edge = larger(edge, clearance * abs(clearance) * (d * rest))
        h_obs_m = larger(h_obs_m, over_line)  # (89a)
        alpha_t = larger(alpha_t, per_product * rest)  # (89b)
        alpha_r = larger(alpha_r, per_product * d)  # (89c)
    return _Edges(steepest_tx, steepest_rx, edge, h_obs_m, alpha_t, alpha_r)


@bare_kernel
def path_geometry(
    height_m: Floats, count: int, step_km: float, tx_amsl_m: float, rx_amsl_m: float, ae_km: float = AE_KM
) -> PathGeometry:
    """Go over ``height_m[:count]``, terrain at equal steps from under one antenna to under the other."""
    if count < 3:
        return _unknown()
    last = count - 1
    distance_km = last * step_km
    slope = (rx_amsl_m - tx_amsl_m) / distance_km  # (14)
    curve = 500.0 / ae_km
    sum_h, sum_kh = _sums(height_m, last)
    ground = (height_m[0], height_m[last])
    if not math.isfinite(sum_h + ground[0] + ground[1] + tx_amsl_m + rx_amsl_m):
        return _unknown()
    edges = _edges(height_m, last, step_km, (tx_amsl_m, slope), curve)
    first = 2.0 * sum_h + ground[0] + ground[1]  # (85) by the step
    second = 6.0 * sum_kh + ground[0] + (3.0 * last - 1.0) * ground[1]  # (86) by the step squared
    fit = ((2.0 * last * first - second) / last**2, (second - last * first) / last**2)  # (87), (88)
    h_std_m, h_srd_m = _smooth_heights(fit, (edges.h_obs_m, edges.alpha_t, edges.alpha_r), ground)
    h_te_m, h_re_m = tx_amsl_m - h_std_m, rx_amsl_m - h_srd_m
    nu_edge = _signed_root(0.002 * distance_km * edges.edge)
    in_sight = edges.steepest_tx < 0.0
    return PathGeometry(
        distance_km,
        ae_km,
        in_sight,
        edges.steepest_tx + slope,
        edges.steepest_rx - slope,
        nu_edge if in_sight else _bullington_nu_1m(edges.steepest_tx, edges.steepest_rx, distance_km),
        _smooth_nu_1m(last, step_km, h_te_m, h_re_m, curve),
        nu_edge,
        fit[0],
        fit[1],
        h_te_m,
        h_re_m,
    )


@kernel
def bullington_nu_1m(
    surface_m: Floats, count: int, step_km: float, tx_amsl_m: float, rx_amsl_m: float, ae_km: float = AE_KM
) -> float:
    """Bullington edge of ``surface_m[:count]``, terrain and what stands on it, eqs (13) to (20); NaN for a gap.

    The two ends are not looked at.
    """
    last = count - 1
    distance_km = last * step_km
    slope = (rx_amsl_m - tx_amsl_m) / distance_km
    if not math.isfinite(_sums(surface_m, last)[0] + tx_amsl_m + rx_amsl_m):
        return math.nan
    edges = _edges(surface_m, last, step_km, (tx_amsl_m, slope), 500.0 / ae_km)
    if edges.steepest_tx < 0.0:
        return _signed_root(0.002 * distance_km * edges.edge)
    return _bullington_nu_1m(edges.steepest_tx, edges.steepest_rx, distance_km)


@kernel
def with_edge(geometry: PathGeometry, nu_path_1m: float) -> PathGeometry:
    """Return a geometry with the Bullington edge of another surface: what clutter changes in P.1812-8."""
    return PathGeometry(
        geometry.distance_km,
        geometry.ae_km,
        geometry.line_of_sight,
        geometry.slope_tx_m_km,
        geometry.slope_rx_m_km,
        nu_path_1m,
        geometry.nu_smooth_1m,
        geometry.nu_edge_1m,
        geometry.h_st_m,
        geometry.h_sr_m,
        geometry.h_te_m,
        geometry.h_re_m,
    )


@kernel
def _smooth_clearance(k: int, last: int, step_km: float, h_near_m: float, h_far_m: float, curve: float) -> float:
    """Clearance of the bare bulge over the line, by d (D - d), at the k-th sample from the nearer end."""
    d, rest = k * step_km, (last - k) * step_km
    return curve - (h_near_m / d + h_far_m / rest) / (last * step_km)


@kernel
def _smooth_by_root(k: int, last: int, step_km: float, h_te_m: float, h_re_m: float, curve: float) -> float:
    """Clearance of the bare bulge over the line by the root of d (D - d) at the k-th sample, in steps."""
    return _smooth_clearance(k, last, step_km, h_te_m, h_re_m, curve) * math.sqrt(float(k * (last - k)))


@kernel
def _smooth_slope(last: int, step_km: float, h_near_m: float, h_far_m: float, curve: float) -> float:
    """Steepest slope over the line from one end to the bare bulge, without a loop.

    Between samples it is steepest at √(h/curve) from that end and falls on both sides, so the steepest sample is one
    of the two beside.
    """
    beside = min(math.sqrt(max(h_near_m, 0.0) / curve) / step_km, float(last))
    k = min(max(int(beside), 1), last - 1)
    after = min(k + 1, last - 1)
    here = _smooth_clearance(k, last, step_km, h_near_m, h_far_m, curve) * ((last - k) * step_km)
    there = _smooth_clearance(after, last, step_km, h_near_m, h_far_m, curve) * ((last - after) * step_km)
    return max(here, there)


@kernel
def _nearest_to_the_bulge(distance_km: float, h_te_m: float, h_re_m: float, curve: float) -> float:
    """Share of the path at which the bare bulge in sight comes nearest to the line, by two steps of Newton's method.

    The parameter of eq. (15) at the share t, A t(1 - t) - h_te (1 - t) - h_re t over the root of t(1 - t) with
    A = curve D², is largest where p(1 - t) - q t = t(1 - t)(2t - 1), with p, q the heights by A.
    """
    top_m = curve * distance_km * distance_km
    p, q = h_te_m / top_m, h_re_m / top_m
    t = p / (p + q)
    for _ in range(2):
        slope = min(1.0 - p - q + 6.0 * t * (t - 1.0), -0.1)  # below 0 where the answer is
        t = min(max(t - (p + t * (1.0 - p - q + t * (2.0 * t - 3.0))) / slope, 0.0), 1.0)
    return t


@kernel
def _smooth_sight_nu_1m(last: int, step_km: float, h_te_m: float, h_re_m: float, curve: float) -> float:
    """Largest parameter of any sample of the bare bulge below the line, eq. (15), climbing from beside it.

    With d/(D - d) = exp(2 s) it is A/(2 cosh s) - h_te exp(-s) - h_re exp(s), A = curve D², which is concave in s
    wherever the bulge stays below the line: it rises to one largest sample and falls after it.
    """
    k = min(max(int(_nearest_to_the_bulge(last * step_km, h_te_m, h_re_m, curve) * last), 1), last - 1)
    most = _smooth_by_root(k, last, step_km, h_te_m, h_re_m, curve)
    for step in (1, -1):
        while 1 <= k + step < last:
            there = _smooth_by_root(k + step, last, step_km, h_te_m, h_re_m, curve)
            if there <= most:
                break
            k, most = k + step, there
    return most * step_km * math.sqrt(0.002 * last * step_km)


@kernel
def _smooth_nu_1m(last: int, step_km: float, h_te_m: float, h_re_m: float, curve: float) -> float:
    """Bullington edge over terrain at sea level for the heights of eq. (37)."""
    steepest_tx = _smooth_slope(last, step_km, h_te_m, h_re_m, curve)
    if steepest_tx < 0.0:
        return _smooth_sight_nu_1m(last, step_km, h_te_m, h_re_m, curve)
    steepest_rx = _smooth_slope(last, step_km, h_re_m, h_te_m, curve)
    return _bullington_nu_1m(steepest_tx, steepest_rx, last * step_km)


@kernel
def _bullington_uneven(
    distance_km: Floats, height_m: Floats, tx_amsl_m: float, rx_amsl_m: float, curve: float
) -> tuple[float, float, float]:
    """Return the slopes over the line from both ends and the largest nu of a sample, eqs (13) to (17)."""
    total = distance_km[-1]
    steepest_tx = steepest_rx = nu = -math.inf
    for k in range(1, distance_km.size - 1):
        d = distance_km[k]
        rest = total - d
        clearance_m = height_m[k] + curve * d * rest - (tx_amsl_m * rest + rx_amsl_m * d) / total
        steepest_tx = max(steepest_tx, clearance_m / d)
        steepest_rx = max(steepest_rx, clearance_m / rest)
        nu = max(nu, clearance_m * math.sqrt(0.002 * total / (d * rest)))
    return steepest_tx, steepest_rx, nu


@kernel
def _fit_uneven(distance_km: Floats, height_m: Floats) -> tuple[float, float]:
    """Ends of the smooth surface fitted to the terrain, eqs (85) to (88)."""
    v1 = v2 = 0.0
    for k in range(1, distance_km.size):
        d, before = distance_km[k], distance_km[k - 1]
        h, h_before = height_m[k], height_m[k - 1]
        v1 += (d - before) * (h + h_before)
        v2 += (d - before) * (h * (2.0 * d + before) + h_before * (d + 2.0 * before))
    total = distance_km[-1]
    return (2.0 * v1 * total - v2) / total**2, (v2 - v1 * total) / total**2


@kernel
def _obstruction_uneven(
    distance_km: Floats, height_m: Floats, tx_amsl_m: float, rx_amsl_m: float
) -> tuple[float, float, float]:
    """Largest height of the terrain over the line and its steepest slopes from both ends, eq. (89)."""
    steepest_tx, steepest_rx, _ = _bullington_uneven(distance_km, height_m, tx_amsl_m, rx_amsl_m, 0.0)
    total = distance_km[-1]
    h_obs_m = -math.inf
    for k in range(1, distance_km.size - 1):
        d = distance_km[k]
        h_obs_m = max(h_obs_m, height_m[k] - (tx_amsl_m * (total - d) + rx_amsl_m * d) / total)
    return h_obs_m, steepest_tx, steepest_rx


@kernel
def surface_path_geometry(
    distance_km: Floats, height_m: Floats, surface_m: Floats, tx_amsl_m: float, rx_amsl_m: float, ae_km: float
) -> PathGeometry:
    """Go over a profile at any distances from 0 upwards, step by step as the Recommendation has it.

    ``surface_m`` is what stands in the way, terrain and clutter (g, section 3.2.1), from which all edges and slopes
    come; the smooth surface is fitted to the terrain ``height_m`` alone.
    """
    if distance_km.size < 3 or not math.isfinite(height_m.sum() + surface_m.sum() + tx_amsl_m + rx_amsl_m):
        return _unknown()
    total, curve = distance_km[-1], 500.0 / ae_km
    slope = (rx_amsl_m - tx_amsl_m) / total
    steepest_tx, steepest_rx, nu_edge = _bullington_uneven(distance_km, surface_m, tx_amsl_m, rx_amsl_m, curve)
    nu_path = nu_edge if steepest_tx < 0.0 else _bullington_nu_1m(steepest_tx, steepest_rx, total)
    fit = _fit_uneven(distance_km, height_m)
    obstruction = _obstruction_uneven(distance_km, height_m, tx_amsl_m, rx_amsl_m)
    h_std_m, h_srd_m = _smooth_heights(fit, obstruction, (height_m[0], height_m[-1]))
    h_te_m, h_re_m = tx_amsl_m - h_std_m, rx_amsl_m - h_srd_m
    sea_level = np.zeros_like(height_m)
    smooth_tx, smooth_rx, nu_smooth = _bullington_uneven(distance_km, sea_level, h_te_m, h_re_m, curve)
    if smooth_tx >= 0.0:
        nu_smooth = _bullington_nu_1m(smooth_tx, smooth_rx, total)
    return PathGeometry(
        total,
        ae_km,
        steepest_tx < 0.0,
        steepest_tx + slope,
        steepest_rx - slope,
        nu_path,
        nu_smooth,
        nu_edge,
        fit[0],
        fit[1],
        h_te_m,
        h_re_m,
    )


@kernel
def uneven_path_geometry(
    distance_km: Floats, height_m: Floats, tx_amsl_m: float, rx_amsl_m: float, ae_km: float = AE_KM
) -> PathGeometry:
    """Go over bare terrain at any distances from 0 upwards: :func:`surface_path_geometry` without clutter."""
    return surface_path_geometry(distance_km, height_m, height_m, tx_amsl_m, rx_amsl_m, ae_km)


@kernel
def main_obstacle(
    distance_km: Floats, height_m: Floats, tx_amsl_m: float, rx_amsl_m: float, ae_km: float = AE_KM
) -> tuple[int, float, float]:
    """Return the sample with the largest nu: its index, its height over the line, bulge included, and ``nu_1m``.

    Index -1 where the profile has a gap. Kept out of :func:`path_geometry`: only paths that are reported need it.
    """
    total, curve = distance_km[-1], 500.0 / ae_km
    index, height, nu = -1, math.nan, -math.inf
    if not math.isfinite(height_m.sum()):
        return index, height, math.nan
    for k in range(1, distance_km.size - 1):
        d = distance_km[k]
        rest = total - d
        over_m = height_m[k] + curve * d * rest - (tx_amsl_m * rest + rx_amsl_m * d) / total
        nu_k = over_m * math.sqrt(0.002 * total / (d * rest))
        if nu_k > nu:
            index, height, nu = k, over_m, nu_k
    return index, height, nu
