"""The path profile: terrain on the curved earth, the line of sight, the first Fresnel zone, and what is in the way."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from phusong.maps import colours
from phusong.maps.drawing import axes_at, drawing, new_figure
from phusong.words import Language, Text, number

FloatArray = NDArray[np.float64]

EFFECTIVE_EARTH_RADIUS_KM = 6371.0 * 4.0 / 3.0
SPEED_OF_LIGHT_M_S = 299_792_458.0

GROUND = "#CBBFA6"
RIDGE = Text("Sống núi", "Ridge")
_WORDS = {
    "distance": Text("Khoảng cách từ trạm (km)", "Distance from the station (km)"),
    "height": Text("Cao độ (m), mặt đất cong k = 4/3", "Height (m), curved earth k = 4/3"),
    "ground": Text("Địa hình", "Terrain"),
    "sight": Text("Đường ngắm", "Line of sight"),
    "fresnel": Text("Vùng Fresnel thứ nhất", "First Fresnel zone"),
    "mast": Text("Trạm", "Station"),
    "home": Text("Hộ dân", "Household"),
    "title": Text("Mặt cắt đường truyền, {} MHz", "Path profile, {} MHz"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """The main obstacle of a path: where it stands from the station, what it costs, and its name."""

    distance_km: float
    loss_db: float
    name: Text = RIDGE


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PathProfile:
    """A path from a station (distance 0) to a receiver: terrain heights above sea level at rising distances."""

    distance_km: FloatArray
    terrain_m: FloatArray
    tx_height_agl_m: float
    rx_height_agl_m: float
    frequency_mhz: float
    obstacle: Obstacle | None = None

    def bulge_m(self) -> FloatArray:
        """Return how far the earth of 4/3 radius rises above the chord: d₁·d₂ / 2kR (Rec. ITU-R P.526)."""
        along = self.distance_km - self.distance_km[0]
        return np.asarray(1000.0 * along * (along[-1] - along) / (2.0 * EFFECTIVE_EARTH_RADIUS_KM))

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
        figure = new_figure(width_in, 0.5 * width_in)
        axes = axes_at(figure, 0.65, 0.5, width_in - 0.8, 0.5 * width_in - 0.85)
        draw_profile(axes, path, language)
        return figure


def draw_profile(axes: Axes, path: PathProfile, language: Language) -> None:
    """Draw a path profile on given axes."""
    x, ground, sight, radius = (
        path.distance_km,
        path.terrain_m + path.bulge_m(),
        path.sight_m(),
        path.fresnel_radius_m(),
    )
    words = {key: text.to(language) for key, text in _WORDS.items()}
    known = np.isfinite(ground)
    top = max(float(np.nanmax(ground)), float(sight.max()))
    bottom = min(float(np.nanmin(ground)), float(sight.min()))
    floor = bottom - 0.08 * (top - bottom)
    axes.fill_between(x, ground, floor, where=known.tolist(), color=GROUND, linewidth=0, label=words["ground"])
    axes.plot(x, ground, color=colours.INK, linewidth=1.0)
    axes.fill_between(
        x, sight - radius, sight + radius, color=colours.ACTION, alpha=0.14, linewidth=0, label=words["fresnel"]
    )
    axes.plot(x, sight, color=colours.ACTION, linewidth=1.2, linestyle=(0, (5, 3)), label=words["sight"])
    _antennas(axes, path, ground, words)
    if path.obstacle is not None:
        _name_obstacle(axes, path, path.obstacle, ground, language)
    axes.set(
        xlim=(x[0], x[-1]), ylim=(floor, top + 0.30 * (top - bottom)), xlabel=words["distance"], ylabel=words["height"]
    )
    axes.set_title(
        words["title"].format(number(path.frequency_mhz, language)), loc="left", fontsize=10, fontweight="bold"
    )
    axes.legend(loc="upper right", fontsize=7.5, frameon=False, ncols=3)
    _plain_axes(axes, language)


def _antennas(axes: Axes, path: PathProfile, ground: FloatArray, words: dict[str, str]) -> None:
    ends = ((0, path.tx_height_agl_m, "mast", "left"), (-1, path.rx_height_agl_m, "home", "right"))
    for i, height, key, side in ends:
        x, foot = float(path.distance_km[i]), float(path.terrain_m[i])
        axes.plot([x, x], [foot, foot + height], color=colours.INK, linewidth=3, solid_capstyle="butt", clip_on=False)
        offset = 6 if side == "left" else -6
        axes.annotate(words[key], (x, foot + height), (offset, 6), textcoords="offset points", ha=side, fontsize=8)


def _name_obstacle(axes: Axes, path: PathProfile, obstacle: Obstacle, ground: FloatArray, language: Language) -> None:
    """Mark the obstacle's top and say its name, how far it is and what it costs."""
    top = float(np.interp(obstacle.distance_km, path.distance_km, ground))
    if not math.isfinite(top):
        return
    distance, loss = number(obstacle.distance_km, language, decimals=1), number(obstacle.loss_db, language, decimals=1)
    text = f"{obstacle.name.to(language)}: {distance} km, −{loss} dB"
    share = (obstacle.distance_km - path.distance_km[0]) / (path.distance_km[-1] - path.distance_km[0])
    side = "left" if share < 0.3 else "right" if share > 0.7 else "center"
    axes.plot([obstacle.distance_km], [top], "o", color=colours.VILLAGE_CLASSES["white"].colour, markersize=5)
    axes.annotate(
        text, (obstacle.distance_km, top), (0, 16), textcoords="offset points", ha=side, fontsize=8.5,
        fontweight="bold", color=colours.VILLAGE_CLASSES["white"].colour,
        bbox={"facecolor": colours.WHITE, "edgecolor": "none", "alpha": 0.8, "pad": 1.5},
        arrowprops={"arrowstyle": "-", "color": colours.VILLAGE_CLASSES["white"].colour, "linewidth": 0.8},
    )  # fmt: skip


def _plain_axes(axes: Axes, language: Language) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=8)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}".replace(".", "," if language == "vi" else "."))
    axes.yaxis.set_major_formatter(lambda value, _: number(value, language))
