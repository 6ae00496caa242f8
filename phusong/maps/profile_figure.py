"""The path profile: terrain on the curved earth, the line of sight, the first Fresnel zone, and what is in the way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath
from numpy.typing import NDArray

from phusong.coverage.radio.profile_geometry import AE_KM, EARTH_RADIUS_KM
from phusong.maps import colours
from phusong.maps.drawing import axes_at, drawing, new_figure
from phusong.words import Language, Text, number

FloatArray = NDArray[np.float64]

SPEED_OF_LIGHT_M_S = 299_792_458.0
LEAST_SPAN_M = 30.0
"""The picture spans at least this height: a short flat path is not blown up."""

HEADROOM, FOOTROOM = 0.45, 0.08
"""Shares of the heights shown that stay free above them, for names, and below."""

_BAND = (1.0 + FOOTROOM + 0.15 * HEADROOM) / (1.0 + FOOTROOM + HEADROOM)
GROUND = "#CBBFA6"
CLUTTER = "#8FA36B"
RIDGE = Text("Sống núi", "Ridge")
STATION = Text("Trạm", "Station")
HOUSEHOLD = Text("Hộ dân", "Household")
_NAME_PT, _EDGE, _HINTED = 8.5, 0.01, 1.02
"""Size of an obstacle's name, the share of the width free to its right, and how much wider pixels may make it."""
_MARK = colours.VILLAGE_CLASSES["white"].colour
_WORDS = {
    "distance": Text("Khoảng cách từ trạm (km)", "Distance from the station (km)"),
    "height": Text("Cao độ (m), mặt đất nâng theo độ cong k = {}", "Height (m), ground raised by the bulge, k = {}"),
    "ground": Text("Địa hình", "Terrain"),
    "clutter": Text("Vật che phủ", "Clutter"),
    "sight": Text("Đường ngắm", "Line of sight"),
    "fresnel": Text("Vùng Fresnel thứ nhất", "First Fresnel zone"),
    "antenna": Text("{}, anten {} m", "{}, antenna {} m"),
    "title": Text("Mặt cắt đường truyền, {} MHz", "Path profile, {} MHz"),
    "missing": Text("thiếu địa hình", "terrain missing"),
    "above": Text("cao hơn đường ngắm {} m", "{} m above the line"),
    "below": Text("thấp hơn đường ngắm {} m", "{} m below the line"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """The main obstacle of a path: where it stands from the station, what it costs, and its name.

    ``height_m`` is its height over the line of sight, negative below it; None where it is not to be said.
    """

    distance_km: float
    loss_db: float
    name: Text = RIDGE
    height_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PathProfile:
    """A path from a station (distance 0) to a receiver: terrain heights above sea level at rising distances.

    ``terrain_m`` is NaN where terrain is missing. ``clutter_m`` stands on it between the ends. The ground is raised by
    the bulge of the effective Earth radius, so that the ray is a straight line. ``caption`` is a line under the title.
    """

    distance_km: FloatArray
    terrain_m: FloatArray
    tx_height_agl_m: float
    rx_height_agl_m: float
    frequency_mhz: float
    obstacle: Obstacle | None = None
    clutter_m: FloatArray | None = None
    effective_earth_radius_km: float = AE_KM
    tx_name: Text = STATION
    rx_name: Text = HOUSEHOLD
    caption: Text | None = None

    def bulge_m(self) -> FloatArray:
        """Return how far the earth of the effective radius rises above the chord: d₁·d₂ / 2kR (Rec. ITU-R P.526)."""
        along = self.distance_km - self.distance_km[0]
        return np.asarray(1000.0 * along * (along[-1] - along) / (2.0 * self.effective_earth_radius_km))

    def ground_m(self) -> FloatArray:
        """Return the terrain as it is drawn, raised by the bulge."""
        return np.asarray(self.terrain_m + self.bulge_m())

    def surface_m(self) -> FloatArray:
        """Return what stands in the way as it is drawn: terrain and, between the ends, clutter."""
        surface = self.ground_m()
        if self.clutter_m is not None:
            surface[1:-1] += self.clutter_m[1:-1]
        return surface

    def sight_m(self) -> FloatArray:
        """Return the straight line between the antennas, drawn over the raised earth."""
        low, high = self.terrain_m[0] + self.tx_height_agl_m, self.terrain_m[-1] + self.rx_height_agl_m
        share = (self.distance_km - self.distance_km[0]) / (self.distance_km[-1] - self.distance_km[0])
        return np.asarray(low + (high - low) * share)

    def fresnel_radius_m(self) -> FloatArray:
        """Return the radius of the first Fresnel zone, √(λ·d₁·d₂/d) (Rec. ITU-R P.526, section 2, n = 1)."""
        wavelength_m = SPEED_OF_LIGHT_M_S / (self.frequency_mhz * 1e6)
        along = 1000.0 * (self.distance_km - self.distance_km[0])
        return np.asarray(np.sqrt(wavelength_m * along * (along[-1] - along) / along[-1]))


def path_profile_figure(path: PathProfile, *, language: Language, width_in: float = 7.0) -> Figure:
    """Draw one path profile."""
    with drawing():
        above_in = 0.55 if path.caption is None else 0.8
        height_in = 0.44 * width_in + above_in
        figure = new_figure(width_in, height_in)
        draw_profile(axes_at(figure, 0.65, 0.5, width_in - 0.8, height_in - 0.5 - above_in), path, language)
        return figure


def draw_profile(axes: Axes, path: PathProfile, language: Language) -> None:
    """Draw a path profile on given axes; title, caption and key stand above them."""
    words = {key: text.to(language) for key, text in _WORDS.items()}
    x, sight = path.distance_km, path.sight_m()
    low, high = _span_m(path)
    floor = low - FOOTROOM * (high - low)
    _draw_ground(axes, path, floor, words)
    radius = path.fresnel_radius_m()
    zone: dict[str, Any] = {"color": colours.ACTION, "alpha": 0.14, "linewidth": 0, "label": words["fresnel"]}
    axes.fill_between(x, sight - radius, sight + radius, **zone)
    axes.plot(x, sight, color=colours.ACTION, linewidth=1.2, linestyle=(0, (5, 3)), label=words["sight"])
    k = number(path.effective_earth_radius_km / EARTH_RADIUS_KM, language, decimals=2)
    axes.set(xlim=(x[0], x[-1]), ylim=(floor, high + HEADROOM * (high - low)))
    axes.set(xlabel=words["distance"], ylabel=words["height"].format(k))
    draw_antennas(axes, path, high + 0.9 * HEADROOM * (high - low), words, language)
    if path.obstacle is not None:
        _name_obstacle(axes, path, path.obstacle, words, language)
    _head(axes, path, words, language)
    plain_axes(axes, language)


def _span_m(path: PathProfile) -> tuple[float, float]:
    """Return the heights the picture must show, at least ``LEAST_SPAN_M`` apart."""
    surface, zone = path.surface_m(), path.sight_m() + path.fresnel_radius_m()
    low, high = min(np.nanmin(surface), path.sight_m().min()), max(np.nanmax(surface), zone.max())
    return float(low), float(max(high, low + LEAST_SPAN_M))


def _draw_ground(axes: Axes, path: PathProfile, floor: float, words: dict[str, str]) -> None:
    x, ground, surface = path.distance_km, path.ground_m(), path.surface_m()
    axes.fill_between(x, ground, floor, color=GROUND, linewidth=0, label=words["ground"])
    if path.clutter_m is not None:
        axes.fill_between(x, surface, ground, color=CLUTTER, linewidth=0, label=words["clutter"])
    axes.plot(x, ground, color=colours.INK, linewidth=1.0)
    draw_missing(axes, x, ground, floor, words["missing"])


def draw_missing(axes: Axes, x: FloatArray, ground: FloatArray, floor: float, words: str) -> None:
    """Hatch every stretch whose terrain is missing."""
    for first, last in _gaps(np.isnan(ground)):
        left, right = x[max(first - 1, 0)], x[min(last + 1, x.size - 1)]
        axes.axvspan(left, right, facecolor=colours.PAPER, edgecolor=colours.QUIET_INK, hatch="//", linewidth=0)
        axes.text(
            (left + right) / 2, floor, f" {words}", rotation=90, ha="center", va="bottom", fontsize=7.5,
            bbox={"facecolor": colours.WHITE, "edgecolor": "none", "alpha": 0.8, "pad": 1.0},
        )  # fmt: skip


def _gaps(missing: NDArray[np.bool_]) -> Sequence[tuple[int, int]]:
    """Return the first and last sample of every stretch that is missing."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], missing, [False]]).astype(np.int8)))
    return [(int(first), int(last) - 1) for first, last in edges.reshape(-1, 2)]


def draw_antennas(axes: Axes, path: PathProfile, above_m: float, words: dict[str, str], language: Language) -> None:
    """Draw both antennas; their names stand above everything else, joined to them by a thin line."""
    ends = (
        (0, path.tx_height_agl_m, path.tx_name, "left"),
        (-1, path.rx_height_agl_m, path.rx_name, "right"),
    )
    for i, height, name, side in ends:
        x, foot = float(path.distance_km[i]), float(path.terrain_m[i])
        bar: dict[str, Any] = {"color": colours.INK, "solid_capstyle": "butt", "clip_on": False}
        axes.plot([x, x], [foot, foot + height], linewidth=3, **bar)
        axes.plot([x, x], [foot + height, above_m], color=colours.QUIET_INK, linewidth=0.8, clip_on=False)
        digits = 0 if height == round(height) else 1
        text = words["antenna"].format(name.to(language), number(height, language, decimals=digits))
        offset = (4 if side == "left" else -4, 0)
        axes.annotate(text, (x, above_m), offset, textcoords="offset points", ha=side, va="center", fontsize=8)


def _name_obstacle(
    axes: Axes, path: PathProfile, obstacle: Obstacle, words: dict[str, str], language: Language
) -> None:
    """Mark the obstacle's top and say above it its name, how far it is, what it costs and its height over the line."""
    top = float(np.interp(obstacle.distance_km, path.distance_km, path.surface_m()))
    if not math.isfinite(top):
        return
    distance, loss = number(obstacle.distance_km, language, decimals=1), number(obstacle.loss_db, language, decimals=1)
    text = f"{obstacle.name.to(language)}: {distance} km, −{loss} dB"
    if obstacle.height_m is not None:
        over = words["above" if obstacle.height_m >= 0 else "below"]
        text += "\n" + over.format(number(abs(obstacle.height_m), language, decimals=1))
    share = (obstacle.distance_km - path.distance_km[0]) / (path.distance_km[-1] - path.distance_km[0])
    left, from_label = _inside(axes, text, share)
    at: dict[str, Any] = {"xytext": (left, _BAND), "textcoords": "axes fraction", "ha": "left", "va": "bottom"}
    axes.plot([obstacle.distance_km], [top], "o", color=_MARK, markersize=5)
    axes.annotate(
        text, (obstacle.distance_km, top), **at, fontsize=_NAME_PT, fontweight="bold", color=_MARK,
        bbox={"facecolor": colours.WHITE, "edgecolor": "none", "pad": 0.5},
        arrowprops={"arrowstyle": "-", "color": _MARK, "linewidth": 0.8, "relpos": (from_label, 0.0)},
    )  # fmt: skip


def _inside(axes: Axes, text: str, share: float) -> tuple[float, float]:
    """Return where a bold text begins that belongs to a place along the axes, and where on it its line begins.

    It stands to the right of a place near the left edge, to the left of one near the right edge, and within the axes.
    """
    bold = FontProperties(family=rcParams["font.family"], weight="bold")
    lines = [TextPath((0, 0), line, size=_NAME_PT, prop=bold).get_extents().width for line in text.splitlines()]
    figure = axes.get_figure(root=True)
    assert figure is not None
    wide = _HINTED * max(lines) / (72.0 * figure.get_figwidth() * axes.get_position().width)
    wanted = share if share < 0.25 else share - wide if share > 0.75 else share - wide / 2.0
    left = min(max(wanted, 0.0), max(1.0 - wide - _EDGE, 0.0))
    return left, min(max((share - left) / wide, 0.0), 1.0)


def _head(axes: Axes, path: PathProfile, words: dict[str, str], language: Language) -> None:
    """Write title and caption above the axes and the key between."""
    digits = 0 if path.frequency_mhz == round(path.frequency_mhz) else 1
    title = words["title"].format(number(path.frequency_mhz, language, decimals=digits))
    place: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points", "ha": "left", "va": "bottom"}
    if path.caption is not None:
        axes.annotate(path.caption.to(language), (0, 1), (0, 18), fontsize=8, color=colours.QUIET_INK, **place)
    axes.annotate(title, (0, 1), (0, 18 if path.caption is None else 34), fontsize=10, fontweight="bold", **place)
    axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0.2, borderpad=0.2, fontsize=7.5, frameon=False, ncols=4
    )


def plain_axes(axes: Axes, language: Language) -> None:
    """Leave two spines, and write numbers as the language does."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=8)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}".replace(".", "," if language == "vi" else "."))
    axes.yaxis.set_major_formatter(lambda value, _: number(value, language))
