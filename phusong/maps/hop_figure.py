"""The profile of a microwave hop: terrain under both k factors, the line, its Fresnel zone, and the worst point."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from phusong.coverage.radio.profile_geometry import EARTH_RADIUS_KM
from phusong.maps import colours
from phusong.maps.drawing import axes_at, drawing, new_figure
from phusong.maps.profile_figure import (
    CLUTTER,
    FOOTROOM,
    GROUND,
    HEADROOM,
    LEAST_SPAN_M,
    FloatArray,
    PathProfile,
    draw_antennas,
    draw_missing,
    plain_axes,
)
from phusong.words import Language, Text, number

MORE_BULGE = "#DED6C4"
_BLOCKED = colours.VILLAGE_CLASSES["white"].colour
_WORDS = {
    "distance": Text("Khoảng cách từ {} (km)", "Distance from {} (km)"),
    "height": Text("Cao độ (m), mặt đất nâng theo độ cong", "Height (m), ground raised by the bulge"),
    "ground": Text("Địa hình, k = {}", "Terrain, k = {}"),
    "more": Text("nâng thêm khi k = {}", "raised further at k = {}"),
    "clutter": Text("Vật che phủ", "Clutter"),
    "sight": Text("Đường ngắm", "Line of sight"),
    "zone": Text("Vùng Fresnel thứ nhất", "First Fresnel zone"),
    "part": Text("{} vùng Fresnel", "{} of the zone"),
    "antenna": Text("{}, anten {} m", "{}, antenna {} m"),
    "title": Text("Mặt cắt chặng viba {} GHz, {} km", "Profile of the microwave hop, {} GHz, {} km"),
    "missing": Text("thiếu địa hình", "terrain missing"),
    "clear": Text("Hở {} m = {} bán kính Fresnel, k = {}, km {}", "Clear by {} m = {} Fresnel radii, k = {}, km {}"),
    "blocked": Text("Bị che {} m, k = {}, km {}", "Blocked by {} m, k = {}, km {}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstPoint:
    """Where the line has least to spare: distance from the near end, under which k factor, and by how much it clears.

    ``clearance_m`` is negative where the surface stands over the line.
    """

    at_km: float
    k: float
    clearance_m: float
    ratio_f1: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HopProfile:
    """A hop to be drawn: ground along it, antennas above ground, the band and both cases of the k factor.

    ``terrain_m`` and ``clutter_m`` (what stands on it) are NaN where not known; ``worst_share`` is the share of the
    first Fresnel zone that must be free at the least k factor.
    """

    distance_km: FloatArray
    terrain_m: FloatArray
    near_height_agl_m: float
    far_height_agl_m: float
    band_ghz: float
    near_name: Text
    far_name: Text
    median_k: float
    worst_k: float
    worst_share: float
    clutter_m: FloatArray | None = None
    worst: WorstPoint | None = None
    caption: Text | None = None

    def under(self, k: float) -> PathProfile:
        """Return the hop as a path over the earth of one k factor."""
        return PathProfile(
            distance_km=self.distance_km,
            terrain_m=self.terrain_m,
            tx_height_agl_m=self.near_height_agl_m,
            rx_height_agl_m=self.far_height_agl_m,
            frequency_mhz=1000.0 * self.band_ghz,
            clutter_m=self.clutter_m,
            effective_earth_radius_km=k * EARTH_RADIUS_KM,
            tx_name=self.near_name,
            rx_name=self.far_name,
        )


def hop_figure(hop: HopProfile, *, language: Language, width_in: float = 7.0) -> Figure:
    """Draw the profile of one hop."""
    with drawing():
        above_in = 0.75 if hop.caption is None else 1.0
        height_in = 0.44 * width_in + above_in
        figure = new_figure(width_in, height_in)
        draw_hop(axes_at(figure, 0.65, 0.5, width_in - 0.8, height_in - 0.5 - above_in), hop, language)
        return figure


def draw_hop(axes: Axes, hop: HopProfile, language: Language) -> None:
    """Draw a hop on given axes; title, caption and key stand above them."""
    words = {key: text.to(language) for key, text in _WORDS.items()}
    median, worst = hop.under(hop.median_k), hop.under(hop.worst_k)
    low, high = _span_m(median, worst)
    floor = low - FOOTROOM * (high - low)
    _draw_ground(axes, hop, (median, worst), floor, words, language)
    _draw_zone(axes, hop, median, words, language)
    axes.set(xlim=(hop.distance_km[0], hop.distance_km[-1]), ylim=(floor, high + HEADROOM * (high - low)))
    axes.set(xlabel=words["distance"].format(hop.near_name.to(language)), ylabel=words["height"])
    draw_antennas(axes, median, high + 0.9 * HEADROOM * (high - low), words, language)
    if hop.worst is not None:
        _name_worst(axes, hop, hop.worst, words, language)
    _head(axes, hop, words, language)
    plain_axes(axes, language)


def _span_m(median: PathProfile, worst: PathProfile) -> tuple[float, float]:
    sight, radius = median.sight_m(), median.fresnel_radius_m()
    surface = worst.surface_m()
    heights = np.concatenate([sight - radius, sight + radius, surface, median.terrain_m])
    known = heights[np.isfinite(heights)]
    if not known.size:
        return 0.0, LEAST_SPAN_M
    low, high = float(known.min()), float(known.max())
    return low, max(high, low + LEAST_SPAN_M)


def _draw_ground(
    axes: Axes,
    hop: HopProfile,
    cases: tuple[PathProfile, PathProfile],
    floor: float,
    words: dict[str, str],
    language: Language,
) -> None:
    """Draw the terrain under the median k factor, and what the least one raises it further by."""
    x = hop.distance_km
    ground, raised = (case.ground_m() for case in cases)
    k, worst_k = (number(value, language, decimals=2) for value in (hop.median_k, hop.worst_k))
    axes.fill_between(x, ground, floor, color=GROUND, linewidth=0, label=words["ground"].format(k))
    axes.fill_between(x, raised, ground, color=MORE_BULGE, linewidth=0, label=words["more"].format(worst_k))
    if hop.clutter_m is not None:
        axes.fill_between(x, cases[1].surface_m(), raised, color=CLUTTER, linewidth=0, label=words["clutter"])
    axes.plot(x, ground, color=colours.INK, linewidth=1.0)
    axes.plot(x, raised, color=colours.QUIET_INK, linewidth=0.8, linestyle=(0, (2, 2)))
    draw_missing(axes, x, ground, floor, words["missing"])


def _draw_zone(axes: Axes, hop: HopProfile, path: PathProfile, words: dict[str, str], language: Language) -> None:
    x, sight, radius = hop.distance_km, path.sight_m(), path.fresnel_radius_m()
    zone: dict[str, Any] = {"color": colours.ACTION, "linewidth": 0}
    axes.fill_between(x, sight - radius, sight + radius, alpha=0.14, label=words["zone"], **zone)
    if hop.worst_share > 0.0:
        part = words["part"].format(number(hop.worst_share, language, decimals=1))
        inner = hop.worst_share * radius
        axes.fill_between(x, sight - inner, sight + inner, alpha=0.2, label=part, **zone)
    axes.plot(x, sight, color=colours.ACTION, linewidth=1.2, linestyle=(0, (5, 3)), label=words["sight"])


def _name_worst(axes: Axes, hop: HopProfile, worst: WorstPoint, words: dict[str, str], language: Language) -> None:
    """Mark the worst point by a line between surface and line of sight, and say what it is."""
    path = hop.under(worst.k)
    top = float(np.interp(worst.at_km, hop.distance_km, path.sight_m()))
    foot = top - worst.clearance_m
    if not math.isfinite(foot):
        return
    colour = colours.INK if worst.clearance_m >= 0.0 else _BLOCKED
    text = _worst_text(worst, words, language)
    share = (worst.at_km - hop.distance_km[0]) / (hop.distance_km[-1] - hop.distance_km[0])
    side, from_label = ("left", 0.0) if share < 0.3 else ("right", 1.0) if share > 0.7 else ("center", 0.5)
    axes.plot([worst.at_km, worst.at_km], [foot, top], color=colour, linewidth=1.6)
    axes.plot([worst.at_km], [foot], "o", color=colour, markersize=5)
    at: dict[str, Any] = {"xytext": (share, 0.76), "textcoords": "axes fraction", "ha": side, "va": "bottom"}
    axes.annotate(
        text, (worst.at_km, max(foot, top)), **at, fontsize=8.5, fontweight="bold", color=colour,
        bbox={"facecolor": colours.WHITE, "edgecolor": "none", "pad": 1.5},
        arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.8, "relpos": (from_label, 0.0)},
    )  # fmt: skip


def _worst_text(worst: WorstPoint, words: dict[str, str], language: Language) -> str:
    k, km = number(worst.k, language, decimals=2), number(worst.at_km, language, decimals=1)
    metres = number(abs(worst.clearance_m), language, decimals=1)
    if worst.clearance_m < 0.0:
        return words["blocked"].format(metres, k, km)
    return words["clear"].format(metres, number(worst.ratio_f1, language, decimals=1), k, km)


def _head(axes: Axes, hop: HopProfile, words: dict[str, str], language: Language) -> None:
    """Write title and caption above the axes and the key between."""
    length_km = float(hop.distance_km[-1] - hop.distance_km[0])
    title = words["title"].format(number(hop.band_ghz, language), number(length_km, language, decimals=1))
    place: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points", "ha": "left", "va": "bottom"}
    if hop.caption is not None:
        axes.annotate(hop.caption.to(language), (0, 1), (0, 32), fontsize=8, color=colours.QUIET_INK, **place)
    axes.annotate(title, (0, 1), (0, 32 if hop.caption is None else 48), fontsize=10, fontweight="bold", **place)
    key: dict[str, Any] = {"borderaxespad": 0.2, "borderpad": 0.2, "fontsize": 7.5, "frameon": False, "ncols": 3}
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), **key)
