"""The two small pictures of a village sheet: the village with its gaps and stations, and the ridge in the way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import geopandas as gpd
import matplotlib.image as mpl_image
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from phusong.maps import colours
from phusong.maps.drawing import axes_at, drawing, new_figure
from phusong.maps.extent import Bounds
from phusong.maps.hillshade import Relief
from phusong.maps.overview_figure import (
    KM_PER_DEG,
    MARKERS,
    draw_frame,
    draw_north_arrow,
    draw_points,
    draw_polygons,
)
from phusong.maps.profile_figure import PathProfile, draw_profile
from phusong.words import Language, Text, number

MAP_IN = (2.75, 2.6)
"""Width and height of the map on paper in inches, its key included."""
PROFILE_IN = (7.15, 1.75)

_LEAST_KM, _ROOM = 1.6, 1.25
"""The map shows at least this many kilometres across, and a quarter more than what it must show."""
_BARS_KM = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
_LEFT_IN, _KEY_IN = 0.24, 0.5
_GAP, _OTHER_GAP, _BORDER = "#D9622B", "#8C8577", "#6F6A5E"
_WORDS = {
    "gap": Text("Vùng lõm của thôn", "Gap of the village"),
    "other_gap": Text("Vùng lõm khác", "Other gap"),
    "centre": Text("Trung tâm thôn", "Village centre"),
    "commune": Text("Ranh giới xã", "Commune border"),
    "planned": Text("Trạm dự kiến", "Planned site"),
    "path": Text("Mặt cắt", "Profile"),
    "north": Text("B", "N"),
    "height": Text("Cao độ (m)", "Height (m)"),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MapStation:
    """A station on the map: its operator, its place, and the code written beside it."""

    operator: str
    lon_deg: float
    lat_deg: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VillageScene:
    """What the map of a village shows; ``path`` is the ends of the profile, None without one.

    ``gaps`` are the outlines of its own areas, ``other_gaps`` those around. ``centre`` is the published one, None where
    it is not known; ``village_class`` gives its mark.
    """

    gaps: gpd.GeoDataFrame
    other_gaps: gpd.GeoDataFrame
    communes: gpd.GeoDataFrame
    centre: tuple[float, float] | None
    village_class: str
    stations: Sequence[MapStation]
    planned: Sequence[tuple[float, float]]
    path: tuple[tuple[float, float], tuple[float, float]] | None
    relief: Relief | None = None


def view_of_village(scene: VillageScene) -> Bounds | None:
    """Return what the map shows: own gaps, centre, planned sites, the profile's path; None without any."""
    points = [*scene.planned, *(scene.path or ()), *([scene.centre] if scene.centre else [])]
    if len(scene.gaps):
        west, south, east, north = (float(edge) for edge in scene.gaps.total_bounds)
        points += [(west, south), (east, north)]
    if not points:
        return None
    lons, lats = [p[0] for p in points], [p[1] for p in points]
    lon, lat = (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
    shrink = math.cos(math.radians(lat))
    ratio = _map_in()[1] / _map_in()[0]
    wide = max((max(lons) - min(lons)) * shrink, (max(lats) - min(lats)) / ratio) * _ROOM
    half = max(wide, _LEAST_KM / KM_PER_DEG) / 2
    return lon - half / shrink, lat - half * ratio, lon + half / shrink, lat + half * ratio


def village_figure(scene: VillageScene, view: Bounds, *, language: Language) -> Figure:
    """Draw the map of a village."""
    with drawing():
        figure = new_figure(*MAP_IN)
        axes = axes_at(figure, _LEFT_IN, _KEY_IN + 0.08, *_map_in())
        if scene.relief is not None:
            west, south, east, north = scene.relief.bounds
            picture = mpl_image.imread(BytesIO(scene.relief.png))
            axes.imshow(picture, extent=(west, east, south, north), zorder=0, interpolation="bilinear", alpha=0.7)
        _draw_areas(axes, scene)
        _draw_places(axes, scene)
        draw_frame(axes, view, language)
        _label_stations(axes, scene, view)
        axes.tick_params(labelsize=5.5, length=2, pad=1)
        _scale(axes, view, language)
        draw_north_arrow(axes, _WORDS["north"].to(language))
        _key(axes, scene, language)
        return figure


def ridge_strip(path: PathProfile, *, language: Language) -> Figure:
    """Draw a path profile as wide as the page and low."""
    with drawing():
        figure = new_figure(*PROFILE_IN)
        width, height = PROFILE_IN
        axes = axes_at(figure, 0.55, 0.37, width - 0.65, height - 0.83)
        draw_profile(axes, replace(path, caption=None), language)
        axes.set_ylabel(_WORDS["height"].to(language), fontsize=7)
        axes.xaxis.label.set_fontsize(7)
        axes.tick_params(labelsize=7)
        return figure


def _map_in() -> tuple[float, float]:
    return MAP_IN[0] - _LEFT_IN - 0.05, MAP_IN[1] - _KEY_IN - 0.13


def _draw_areas(axes: Axes, scene: VillageScene) -> None:
    draw_polygons(axes, scene.communes, facecolor="none", edgecolor=_BORDER, linewidth=0.7, linestyle="--", zorder=1)
    draw_polygons(axes, scene.other_gaps, facecolor="none", edgecolor=_OTHER_GAP, linewidth=0.7, hatch="....", zorder=2)
    draw_polygons(axes, scene.gaps, facecolor="#D9622B55", edgecolor=_GAP, linewidth=1.2, hatch="////", zorder=3)


def _draw_places(axes: Axes, scene: VillageScene) -> None:
    if scene.path is not None:
        (a, b), (c, d) = scene.path
        axes.plot([a, c], [b, d], color=colours.ACTION, linewidth=1.0, linestyle=(0, (5, 3)), zorder=4)
    for station in scene.stations:
        style = colours.operator_style(station.operator)
        place = [(station.lon_deg, station.lat_deg)]
        draw_points(axes, place, style, size=30, shift_pt=0.0, zorder=6)
    draw_points(axes, list(scene.planned), colours.PROPOSED_SITE, size=42, shift_pt=0.0, zorder=7)
    if scene.centre is not None:
        axes.plot([scene.centre[0]], [scene.centre[1]], zorder=6, **_centre_mark())


def _centre_mark() -> dict[str, Any]:
    return {"marker": "o", "markersize": 5, "markerfacecolor": colours.WHITE, "markeredgecolor": colours.INK,
            "markeredgewidth": 1.4, "linestyle": ""}  # fmt: skip


def _label_stations(axes: Axes, scene: VillageScene, view: Bounds) -> None:
    """Write the code beside each station that is seen, on the side where there is room."""
    west, south, east, north = view
    halo = [withStroke(linewidth=1.6, foreground=colours.WHITE)]
    for station in scene.stations:
        if west < station.lon_deg < east and south < station.lat_deg < north:
            left = station.lon_deg > (west + east) / 2
            axes.annotate(
                station.label, (station.lon_deg, station.lat_deg), (-5 if left else 5, 0), textcoords="offset points",
                ha="right" if left else "left", va="center", fontsize=6, path_effects=halo, zorder=9,
            )  # fmt: skip


def _scale(axes: Axes, view: Bounds, language: Language) -> None:
    """Draw a short bar with its length alone: the map is small."""
    west, south, east, north = view
    km_per_deg = KM_PER_DEG * math.cos(math.radians((south + north) / 2))
    wanted_km = 0.3 * (east - west) * km_per_deg
    length_km = max((step for step in _BARS_KM if step <= wanted_km), default=_BARS_KM[0])
    x, y = west + 0.04 * (east - west), south + 0.04 * (north - south)
    bar: dict[str, Any] = {"color": colours.INK, "solid_capstyle": "butt", "zorder": 8}
    axes.plot([x, x + length_km / km_per_deg], [y, y], linewidth=2.2, **bar)
    text = f"{number(length_km, language, decimals=0 if length_km >= 1 else 1)} km"
    halo = [withStroke(linewidth=1.6, foreground=colours.WHITE)]
    axes.annotate(text, (x, y), (0, 3), textcoords="offset points", fontsize=6, path_effects=halo, zorder=9)


def _key(axes: Axes, scene: VillageScene, language: Language) -> None:
    """Write the key below the map; only what is drawn."""
    words = {name: text.to(language) for name, text in _WORDS.items()}
    if len(scene.gaps):
        axes.fill([], [], facecolor="#D9622B55", edgecolor=_GAP, hatch="////", label=words["gap"])
    if len(scene.other_gaps):
        axes.fill([], [], facecolor="none", edgecolor=_OTHER_GAP, hatch="....", label=words["other_gap"])
    if scene.centre is not None:
        axes.plot([], [], label=words["centre"], **_centre_mark())
    if len(scene.communes) > 1:
        axes.plot([], [], color=_BORDER, linewidth=0.7, linestyle="--", label=words["commune"])
    if scene.planned:
        axes.plot([], [], MARKERS[colours.PROPOSED_SITE.shape], color=colours.PROPOSED_SITE.colour, markersize=5,
                  label=words["planned"])  # fmt: skip
    if scene.path is not None:
        axes.plot([], [], color=colours.ACTION, linewidth=1.0, linestyle=(0, (4, 2)), label=words["path"])
    for operator in dict.fromkeys(station.operator for station in scene.stations):
        style = colours.operator_style(operator)
        name = style.name.to(language)
        axes.plot([], [], MARKERS[style.shape], color=style.colour, markersize=4, label=name)
    axes.legend(loc="upper left", bbox_to_anchor=(-0.08, -0.075), ncols=3, fontsize=5.8, frameon=False,
                handlelength=1.4, columnspacing=0.9, borderaxespad=0.0, handletextpad=0.5)  # fmt: skip
