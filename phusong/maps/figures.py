"""Figures for documents and the README: the overview map, the path profile, and the ridge that distance cannot see."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse
from numpy.typing import NDArray

from phusong.coverage.terrain import MISSING, Terrain
from phusong.maps import colours
from phusong.maps.drawing import axes_at, drawing, new_figure, png_bytes
from phusong.maps.overview_figure import KM_PER_DEG, overview_figure
from phusong.maps.profile_figure import Obstacle, PathProfile, draw_profile, path_profile_figure
from phusong.words import Language, Text, number

__all__ = [
    "Obstacle",
    "PathProfile",
    "RidgeScene",
    "overview_figure",
    "path_profile_figure",
    "png_bytes",
    "ridge_figure",
]

FloatArray = NDArray[np.float64]

_WORDS = {
    "buffer": Text("Vùng đệm {} km: coi mọi hộ đều có sóng", "{} km buffer: calls every household served"),
    "served": Text("Hộ có sóng (tính theo địa hình)", "Served household (terrain counted)"),
    "unserved": Text("Hộ chưa có sóng", "Unserved household"),
    "missed": Text(
        "{} hộ trong vùng đệm nhưng khuất sau sống núi", "{} households inside the buffer, dark behind the ridge"
    ),
    "site": Text("Trạm", "Station"),
    "path": Text("Đường truyền của mặt cắt", "Path of the profile"),
    "metre": Text("Cao độ (m)", "Elevation (m)"),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RidgeScene:
    """One station, the households around it with the answer of the model, and one path to show in profile.

    ``path_end`` is the longitude and latitude of the profile's receiver.
    """

    terrain: Terrain
    site: tuple[float, float]
    lon_deg: FloatArray
    lat_deg: FloatArray
    served: NDArray[np.bool_]
    buffer_km: float
    path: PathProfile
    path_end: tuple[float, float]

    def inside_buffer(self) -> NDArray[np.bool_]:
        """Say for each household whether a plain distance buffer would call it served."""
        shrink = math.cos(math.radians(self.site[1]))
        x_km = (self.lon_deg - self.site[0]) * KM_PER_DEG * shrink
        y_km = (self.lat_deg - self.site[1]) * KM_PER_DEG
        return np.asarray(np.hypot(x_km, y_km) <= self.buffer_km)


def ridge_figure(scene: RidgeScene, *, language: Language, width_in: float = 9.0) -> Figure:
    """Draw what a distance buffer misses: the plan with both answers, and the profile that explains it."""
    with drawing():
        plan_in = 0.58 * width_in
        figure = new_figure(width_in, plan_in + 0.3 * width_in + 1.35)
        plan = axes_at(figure, 0.65, 0.3 * width_in + 1.0, plan_in, plan_in)
        key = axes_at(figure, plan_in + 0.95, 0.3 * width_in + 1.5, 0.3 * width_in, 0.14)
        _plan(plan, key, scene, language)
        draw_profile(axes_at(figure, 0.65, 0.5, width_in - 0.8, 0.3 * width_in), scene.path, language)
        return figure


def _plan(axes: Axes, key: Axes, scene: RidgeScene, language: Language) -> None:
    words = {key: text.to(language) for key, text in _WORDS.items()}
    lon, lat = scene.site
    shrink = math.cos(math.radians(lat))
    _ground(axes, key, scene.terrain, words["metre"])
    size = 2 * scene.buffer_km / KM_PER_DEG
    label = words["buffer"].format(number(scene.buffer_km, language))
    axes.add_patch(Ellipse((lon, lat), size / shrink, size, facecolor="none", edgecolor=colours.ACTION, linewidth=1.4,
                           linestyle=(0, (5, 3)), label=label))  # fmt: skip
    states = colours.HOUSEHOLD_STATES
    for state, chosen, marker in (("served", scene.served, "."), ("unserved", ~scene.served, "x")):
        axes.scatter(scene.lon_deg[chosen], scene.lat_deg[chosen], s=14, marker=marker, linewidths=1.0,
                     c=states[state].colour, label=words[state])  # fmt: skip
    axes.plot([lon, scene.path_end[0]], [lat, scene.path_end[1]], color=colours.INK, linewidth=1.2, label=words["path"])
    station = colours.OPERATORS["viettel"].colour
    axes.plot([lon], [lat], "^", markersize=11, color=station, markeredgecolor=colours.WHITE, label=words["site"])
    missed = int((scene.inside_buffer() & ~scene.served).sum())
    axes.set_title(words["missed"].format(number(missed, language)), loc="left", fontsize=11, fontweight="bold")
    reach = 1.12 * size / 2
    axes.set(xlim=(lon - reach / shrink, lon + reach / shrink), ylim=(lat - reach, lat + reach), xticks=[], yticks=[])
    axes.set_aspect(1 / shrink)
    axes.legend(loc="center left", bbox_to_anchor=(1.03, 0.6), fontsize=8, frameon=False)


def _ground(axes: Axes, key: Axes, terrain: Terrain, label: str) -> None:
    """Draw elevation in grey and as contours; missing terrain stays white."""
    height = np.where(terrain.elevation_m == MISSING, np.nan, terrain.elevation_m.astype(np.float64))
    edges = (terrain.west_deg, terrain.east_deg, terrain.south_deg, terrain.north_deg)
    low, high = float(np.nanmin(height)), float(np.nanmax(height))
    pale = Normalize(low - 0.1 * (high - low), high + 0.9 * (high - low))
    picture = axes.imshow(height, extent=edges, cmap="Greys", norm=pale, origin="upper", interpolation="bilinear")
    axes.contour(height, extent=edges, origin="upper", levels=8, colors=colours.QUIET_INK, linewidths=0.35)
    ticks = np.round(np.linspace(low, high, 4)).tolist()
    bar = axes.figure.colorbar(picture, cax=key, orientation="horizontal", label=label, ticks=ticks)
    bar.ax.set_xlim(low, high)
