"""Path clearance of microwave hops: how far the line between two antennas stands over the terrain on the curved earth.

Rec. ITU-R P.530-19, section 2.2.2 (planning criteria for path clearance), antennas without diversity: the antennas
stand high enough for the first Fresnel zone at the median k factor, and for a smaller share of it at the k factor that
is exceeded in 99.9 % of the worst month, whichever asks for more. Bulge and Fresnel radius are those of Rec. ITU-R
P.526-15, section 2. The share of the worst case goes by climate; the k factors are a setting.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.earth import path_km
from phusong.coverage.profile import MIN_SAMPLES, GridShape, elevation_at, fill_profile, flat_cells, grid_of
from phusong.coverage.radio._jit import bare_kernel, kernel_entry, parallel_kernel, prange
from phusong.coverage.radio.profile_geometry import EARTH_RADIUS_KM
from phusong.coverage.terrain import Terrain
from phusong.errors import OutOfRangeError
from phusong.words import Text

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SPEED_OF_LIGHT_M_GHZ = 0.299792458
"""Metres of a wave at 1 GHz."""

HEIGHT_TOLERANCE_M = 1e-6
"""A line this far under what is asked still clears: rounding, not terrain."""

SAME_PLACE_KM = 0.02
"""Antennas nearer than this stand at one place: nothing can be between them."""

CLEAR, UNKNOWN, BLOCKED = 0, 1, 2
"""Grades of a hop, best first."""

CLEARANCE_SOURCE = Text(
    "Khuyến nghị ITU-R P.530-19, mục 2.2.2; hệ số k nhỏ nhất 0,6–0,8 và sai số địa hình là giả định, chưa xác minh",
    "Rec. ITU-R P.530-19, section 2.2.2; the least k factor of 0.6–0.8 and the error of the terrain are assumed, "
    "not verified",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearanceRule:
    """Which share of the first Fresnel zone must be free at which k factor.

    ``worst_k`` are points (length of the hop in km, k factor) between which the least k factor is interpolated; beyond
    them it stays. ``terrain_error_m`` is added to every height in the way. The numbers are assumptions.
    """

    title: Text
    worst_f1: float
    median_k: float = 4.0 / 3.0
    median_f1: float = 1.0
    worst_k: tuple[tuple[float, float], ...] = ((20.0, 0.6), (50.0, 0.8))
    terrain_error_m: float = 5.0
    source: Text = CLEARANCE_SOURCE

    def __post_init__(self) -> None:
        lengths = [length for length, _ in self.worst_k]
        ks = [self.median_k, *(k for _, k in self.worst_k)]
        if not lengths or lengths != sorted(lengths) or min(ks) <= 0.0 or min(self.median_f1, self.worst_f1) < 0.0:
            raise OutOfRangeError(
                Text(
                    "Hệ số k phải lớn hơn 0, theo chiều dài tăng dần; phần đới Fresnel không được âm",
                    "k factors must be above 0, by rising length; shares of the Fresnel zone must not be negative",
                )
            )

    def worst_k_at(self, length_km: Floats) -> Floats:
        """Return the least k factor of hops of these lengths."""
        lengths, ks = zip(*self.worst_k, strict=True)
        return np.asarray(np.interp(length_km, lengths, ks), dtype=np.float64)


TROPICAL = ClearanceRule(title=Text("khí hậu nhiệt đới", "tropical climate"), worst_f1=0.6)
"""The rule for Vietnam, at every length: P.530 gives 0.6 for tropical hops longer than about 30 km and nothing for
shorter ones, where the first Fresnel zone at the median k factor mostly asks for more anyway."""

TEMPERATE_EXTENDED = ClearanceRule(
    title=Text("khí hậu ôn hoà, vật cản kéo dài", "temperate climate, extended obstruction"), worst_f1=0.3
)
TEMPERATE_SINGLE = ClearanceRule(
    title=Text("khí hậu ôn hoà, một vật cản", "temperate climate, single obstruction"), worst_f1=0.0
)


@dataclass(frozen=True, slots=True)
class Band:
    """A microwave band and the longest hop planned in it."""

    ghz: float
    longest_km: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MicrowaveRules:
    """Bands with the longest hop of each, and clearance: assumptions a department may change.

    A hop takes the highest band that is planned for its length: its Fresnel zone is the smallest. ``sample_step_km`` is
    the step at which the terrain between the antennas is taken.
    """

    bands: tuple[Band, ...] = (Band(23.0, 8.0), Band(15.0, 18.0), Band(7.0, 40.0))
    clearance: ClearanceRule = TROPICAL
    sample_step_km: float = 0.03

    @property
    def reach_km(self) -> float:
        """Return the length of the longest hop."""
        return max(band.longest_km for band in self.bands)

    def bands_ghz(self, length_km: Floats) -> Floats:
        """Return the band of hops of these lengths; NaN where a hop is too long for all."""
        ghz = np.full(length_km.shape, np.nan)
        for band in sorted(self.bands, key=lambda band: band.ghz):
            ghz = np.where(length_km <= band.longest_km, band.ghz, ghz)
        return ghz


DEFAULT_MICROWAVE = MicrowaveRules()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """Places with antennas: candidates, masts, relay points.

    ``low_m, high_m`` are the least and the greatest height above ground at which the dish may stand for all that is
    known, NaN where nothing is: equal where it is known.
    """

    ids: tuple[str, ...]
    lon_deg: Floats
    lat_deg: Floats
    low_m: Floats
    high_m: Floats

    @classmethod
    def at(
        cls, ids: Sequence[str], lon_deg: Sequence[float], lat_deg: Sequence[float], height_m: Sequence[float]
    ) -> Places:
        """Return places whose antenna heights are known."""
        lon, lat, height = (np.asarray(values, dtype=np.float64) for values in (lon_deg, lat_deg, height_m))
        return cls(ids=tuple(ids), lon_deg=lon, lat_deg=lat, low_m=height, high_m=height)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hops:
    """Hops between near and far places, a row a pair in reach.

    ``grade`` is CLEAR, UNKNOWN or BLOCKED. At the worst point and in the worse case, ``at_km`` from the near end and
    under ``k``, ``clearance_m`` is the height of the line over the surface on the raised earth, ``ratio_f1`` the same
    as a share of the first Fresnel zone, and ``margin_m`` what the line has over what is asked. ``needed_m`` is the
    least height above ground of the near antenna that clears. All by the least heights of both ends; NaN where not
    known.
    """

    near: Ints
    far: Ints
    length_km: Floats
    band_ghz: Floats
    grade: Ints
    margin_m: Floats
    clearance_m: Floats
    ratio_f1: Floats
    at_km: Floats
    k: Floats
    needed_m: Floats

    def feasible(self, hop: int) -> bool | None:
        """Say whether a hop is clear; None where it is not known."""
        grade = int(self.grade[hop])
        return None if grade == UNKNOWN else grade == CLEAR


_MARGIN, _CLEARANCE, _RATIO, _AT, _K, _NEEDED = range(6)


@bare_kernel
def hop_clearance(
    surface_m: Floats,
    count: int,
    length_km: float,
    ends_amsl_m: tuple[float, float],
    wavelength_m: float,
    cases: tuple[float, float, float, float, float],
    out: Floats,
) -> None:
    """Fill one row of answers (``_MARGIN`` to ``_NEEDED``, the last above sea level) from a surface without gaps.

    ``cases`` are median k and share, least k and share, and what is added to the surface. The antennas' own places are
    not in their own way. The worst point is that with the least to spare in first Fresnel radii. A sample with a margin
    of m metres at the share t of the way lets the near antenna come down by m / (1 - t).
    """
    near_m, far_m = ends_amsl_m
    median_k, median_f1, worst_k, worst_f1, error_m = cases
    median_rise_m = 500.0 * length_km * length_km / (median_k * EARTH_RADIUS_KM)  # bulge: so much times t (1 - t)
    worst_rise_m = median_rise_m * median_k / worst_k
    wide_m = math.sqrt(1000.0 * wavelength_m * length_km)  # radius: so much times the root of t (1 - t)
    spare, needed_m, at, is_median = math.inf, -math.inf, 0, True
    for i in range(1, count - 1):
        t = i / (count - 1)
        bend = t * (1.0 - t)
        radius_m = wide_m * math.sqrt(bend)
        free_m = near_m + t * (far_m - near_m) - surface_m[i] - error_m
        median = (free_m - median_rise_m * bend) / radius_m - median_f1
        worst = (free_m - worst_rise_m * bend) / radius_m - worst_f1
        least = min(median, worst)
        needed_m = max(needed_m, near_m - least * radius_m / (1.0 - t))
        if least < spare:
            spare, at, is_median = least, i, median <= worst
    t = at / (count - 1)
    radius_m = wide_m * math.sqrt(t * (1.0 - t))
    share = median_f1 if is_median else worst_f1
    out[_MARGIN], out[_CLEARANCE] = spare * radius_m, (spare + share) * radius_m + error_m
    out[_RATIO] = out[_CLEARANCE] / radius_m
    out[_AT], out[_K], out[_NEEDED] = t * length_km, median_k if is_median else worst_k, needed_m


@parallel_kernel
def _fill_hops(
    elevation: NDArray[np.int16],
    surface: NDArray[np.int16],
    grid: GridShape,
    ends_deg: Floats,
    heights_m: Floats,
    length_km: Floats,
    wavelength_m: Floats,
    worst_k: Floats,
    rule: tuple[float, float, float, float],
    step_km: float,
    out: Floats,
) -> None:
    for i in prange(length_km.size):
        if length_km[i] < SAME_PLACE_KM:
            out[i, _NEEDED] = 0.0
            continue
        ends = (ends_deg[i, 0], ends_deg[i, 1], ends_deg[i, 2], ends_deg[i, 3])
        ground_m = elevation_at(elevation, grid, ends[0], ends[1])
        far_ground_m = elevation_at(elevation, grid, ends[2], ends[3])
        count = max(MIN_SAMPLES, math.ceil(length_km[i] / step_km) + 1)
        profile_m = np.empty(count)
        if math.isnan(ground_m + far_ground_m + heights_m[i, 0] + heights_m[i, 1]):
            continue
        if not fill_profile(surface, grid, ends, count, 1, profile_m):
            continue
        amsl_m = (ground_m + heights_m[i, 0], far_ground_m + heights_m[i, 1])
        cases = (rule[0], rule[1], worst_k[i], rule[2], rule[3])
        hop_clearance(profile_m, count, length_km[i], amsl_m, wavelength_m[i], cases, out[i])
        out[i, _NEEDED] = max(out[i, _NEEDED] - ground_m, 0.0)


@parallel_kernel
def _fill_lengths(near_deg: Floats, far_deg: Floats, length_km: Floats) -> None:
    for i in prange(near_deg.shape[0]):
        for j in range(far_deg.shape[0]):
            length_km[i, j], _ = path_km(near_deg[i, 0], near_deg[i, 1], far_deg[j, 0], far_deg[j, 1])


def hops_between(terrain: Terrain, near: Places, far: Places, rules: MicrowaveRules = DEFAULT_MICROWAVE) -> Hops:
    """Return every hop in reach between places, with its clearance.

    Parameters
    ----------
    terrain
        Elevations, with clutter on them where it is known: between the antennas both stand in the way.
    near, far
        The places at both ends. A hop whose answer hangs on a height that is not known is UNKNOWN.
    rules
        Bands, their reach, and clearance.
    """
    near_deg, far_deg = (np.column_stack([p.lon_deg, p.lat_deg]).astype(np.float64) for p in (near, far))
    length_km = np.empty((len(near.ids), len(far.ids)))
    with kernel_entry():
        _fill_lengths(near_deg, far_deg, length_km)
    i, j = np.nonzero(length_km <= rules.reach_km)
    lengths = length_km[i, j]
    ends_deg = np.column_stack([near_deg[i], far_deg[j]])
    bands = rules.bands_ghz(lengths)
    low = np.column_stack([near.low_m[i], far.low_m[j]]).astype(np.float64)
    high = np.column_stack([near.high_m[i], far.high_m[j]]).astype(np.float64)
    answers = _answers(terrain, ends_deg, low, lengths, bands, rules)
    grade = _grades(terrain, ends_deg, (low, high), lengths, bands, rules, answers)
    return Hops(
        near=i,
        far=j,
        length_km=lengths,
        band_ghz=bands,
        grade=grade,
        margin_m=answers[:, _MARGIN],
        clearance_m=answers[:, _CLEARANCE],
        ratio_f1=answers[:, _RATIO],
        at_km=answers[:, _AT],
        k=answers[:, _K],
        needed_m=answers[:, _NEEDED],
    )


def _answers(
    terrain: Terrain, ends_deg: Floats, heights_m: Floats, length_km: Floats, band_ghz: Floats, rules: MicrowaveRules
) -> Floats:
    """Return the answers of :func:`hop_clearance` a row a hop, NaN where anything is not known."""
    out = np.full((length_km.size, 6), np.nan)
    rule = rules.clearance
    worst_k = rule.worst_k_at(length_km)
    elevation = flat_cells(terrain.elevation_m)
    surface = elevation if terrain.clutter_m is None else flat_cells(terrain.surface_m)
    if length_km.size:
        with kernel_entry():
            _fill_hops(
                elevation,
                surface,
                grid_of(terrain),
                np.ascontiguousarray(ends_deg),
                np.ascontiguousarray(heights_m),
                length_km,
                SPEED_OF_LIGHT_M_GHZ / band_ghz,
                worst_k,
                (rule.median_k, rule.median_f1, rule.worst_f1, rule.terrain_error_m),
                rules.sample_step_km,
                out,
            )
    return out


def _grades(
    terrain: Terrain,
    ends_deg: Floats,
    heights_m: tuple[Floats, Floats],
    length_km: Floats,
    band_ghz: Floats,
    rules: MicrowaveRules,
    answers: Floats,
) -> Ints:
    """Grade hops: those that only the greatest heights clear are unknown."""
    low, high = heights_m
    short_m = answers[:, _NEEDED] - low[:, 0]
    grade = np.where(np.isnan(short_m), UNKNOWN, np.where(short_m <= HEIGHT_TOLERANCE_M, CLEAR, BLOCKED))
    open_ = np.flatnonzero((grade == BLOCKED) & (high > low).any(axis=1))
    if open_.size:
        best = _answers(terrain, ends_deg[open_], high[open_], length_km[open_], band_ghz[open_], rules)
        grade[open_[best[:, _NEEDED] <= high[open_, 0] + HEIGHT_TOLERANCE_M]] = UNKNOWN
    return np.asarray(grade, dtype=np.int64)
