"""The printed overview map: communes, gaps, stations, with all a map on paper owes its reader."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator, MultipleLocator
from matplotlib.transforms import offset_copy

from phusong.maps import colours, phrases
from phusong.maps.drawing import axes_at, drawing, new_figure
from phusong.maps.extent import Bounds, Extent, extent_of
from phusong.maps.figure_key import KeyRow, draw_key
from phusong.maps.popups import operators_of
from phusong.words import Language, Text, number

Tables = Mapping[str, gpd.GeoDataFrame]

KM_PER_DEG = 111.195
PORTRAIT_IN, LANDSCAPE_IN = (6.9, 9.2), (9.9, 5.7)
"""Room on an A4 page between its margins, upright below a line of text and lying below a heading."""
MOST_NAMES = 16
"""Communes are named on the map up to this many; more names would lie on each other."""
_LEAST_VIEW_DEG = 0.08
_TITLE_IN, _LEFT_IN, _KEY_BELOW_IN, _KEY_BESIDE_IN, _NOTES_IN = 0.35, 0.3, 1.65, 2.35, 0.5
_FAINT = 0.35
_FILL_COLUMNS = ["unserved_percent", "households", "undetermined_households", "no_data_households"]
HATCHES = {"undetermined": "////", "no_data": ""}
MARKERS = {"triangle": "^", "square": "s", "circle": "o", "diamond": "D", "pentagon": "p", "cross": "P"}
_WORDS = {
    "north": Text("B", "N"),
    "east": Text("Đ", "E"),
    "simulated": Text("DỮ LIỆU MÔ PHỎNG", "SIMULATED DATA"),
    "modelled": Text("Mức sóng: mô phỏng, chưa đo.", "Signal levels: modelled, not measured."),
    "grid": Text("Lưới tọa độ WGS84.", "WGS84 grid."),
}


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where things stand on the paper in inches: the map by left, bottom, width, height; the legend by left, top."""

    paper: tuple[float, float]
    map: tuple[float, float, float, float]
    key: tuple[float, float]
    beside: bool


def overview_figure(
    tables: Tables,
    *,
    title: str,
    source: str,
    language: Language,
    simulated: bool,
    box_in: tuple[float, float] = PORTRAIT_IN,
) -> Figure:
    """Draw the overview of a study or of a package for a printed document.

    Parameters
    ----------
    tables
        ``communes`` (needed), ``gaps``, ``sites``, ``proposed_sites`` as far as there are any, and ``around``: communes
        of which only the borders are drawn. Stations outside ``communes`` are faint.
    title, source
        What it shows; what it rests on with its date, one line under the map.
    simulated
        True where the input is made up: the map says so across its corner.
    box_in
        Largest width and height on paper in inches. In a box that lies the legend stands beside the map and the box is
        filled, whatever the area's shape; in an upright one it stands below and the height follows the shape.
    """
    extent = extent_of(list(tables["communes"].geometry))
    layout = _layout(extent.main, box_in)
    view = view_of(extent.main, layout.map[2], layout.map[3])
    shown = _within(tables, view)
    with drawing():
        figure = new_figure(*layout.paper)
        axes = axes_at(figure, *layout.map)
        _communes(axes, shown)
        _sites(axes, shown)
        _gaps(axes, shown)
        draw_frame(axes, view, language)
        draw_scale_bar(axes, view, language)
        draw_north_arrow(axes, _WORDS["north"].to(language))
        _insets(axes, tables["communes"], extent, language)
        axes.set_title(title, loc="left", fontsize=11, fontweight="bold")
        if simulated:
            axes.set_title(
                _WORDS["simulated"].to(language), loc="right", fontsize=8, color=colours.GAP_HOUSEHOLDS.steps[3].colour
            )
        draw_key(figure, _key_groups(shown, language), at_in=layout.key, beside=layout.beside)
        notes = " ".join((source.rstrip(".") + ".", _WORDS["modelled"].to(language), _WORDS["grid"].to(language)))
        figure.text(_LEFT_IN, 0.06, notes, transform=figure.dpi_scale_trans, fontsize=7, color=colours.QUIET_INK,
                    wrap=True)  # fmt: skip
        return figure


def _layout(bounds: Bounds, box_in: tuple[float, float]) -> _Layout:
    width, height = box_in
    if width > height:
        map_in = (_LEFT_IN, _NOTES_IN, width - _KEY_BESIDE_IN - _LEFT_IN - 0.15, height - _NOTES_IN - _TITLE_IN)
        return _Layout(box_in, map_in, (width - _KEY_BESIDE_IN, height - _TITLE_IN), beside=True)
    west, south, east, north = bounds
    ratio = (north - south) / ((east - west) * math.cos(math.radians((south + north) / 2)))
    below, wide = _KEY_BELOW_IN + 0.25, width - _LEFT_IN - 0.1
    high = min(height - below - _TITLE_IN, max(2.8, wide * ratio))
    map_in = (_LEFT_IN, below, wide, high)
    return _Layout((width, high + below + _TITLE_IN), map_in, (_LEFT_IN, _KEY_BELOW_IN), beside=False)


def view_of(bounds: Bounds, width_in: float, height_in: float) -> Bounds:
    """Return what the map shows: the area with a margin, padded to the shape of the paper."""
    west, south, east, north = bounds
    shrink = math.cos(math.radians((south + north) / 2))
    half = 0.53 * max(north - south, (east - west) * shrink * height_in / width_in, _LEAST_VIEW_DEG)
    x, y, wide = (west + east) / 2, (south + north) / 2, half * width_in / height_in / shrink
    return (x - wide, y - half, x + wide, y + half)


def _within(tables: Tables, view: Bounds) -> dict[str, gpd.GeoDataFrame]:
    """Return the rows that can be seen, so that the legend names nothing else."""
    west, south, east, north = view
    return {name: table.cx[west:east, south:north] for name, table in tables.items()}


def _communes(axes: Axes, shown: Tables) -> None:
    communes = shown["communes"]
    if "around" in shown:
        draw_polygons(axes, shown["around"], facecolor="none", edgecolor="#C9C4B8", linewidth=0.4, zorder=0.9)
    fills = np.array([_fill(row) for row in communes[_FILL_COLUMNS].to_dict("records")])
    for key in sorted(set(fills)):
        draw_polygons(axes, communes[fills == key], zorder=1, **_look(key))
    if 1 < len(communes) <= MOST_NAMES:
        halo = [withStroke(linewidth=1.6, foreground=colours.WHITE)]
        for name, shape in zip(communes["commune_name"], communes.geometry, strict=True):
            place = shapely.point_on_surface(shape)
            axes.text(place.x, place.y, str(name), fontsize=6.5, fontstyle="italic", ha="center", va="center",
                      path_effects=halo, clip_on=True, zorder=7)  # fmt: skip


def draw_polygons(axes: Axes, table: gpd.GeoDataFrame, **look: Any) -> None:
    """Draw areas with one look."""
    axes.add_collection(PathCollection([_path(shape) for shape in table.geometry], **look))


def _path(shape: shapely.Geometry) -> Path:
    """Return an area as one path; normalising turns holes against their shell, so that they stay open."""
    rings = [
        np.asarray(ring.coords)
        for part in shapely.get_parts(shapely.normalize(shape))
        for ring in (part.exterior, *part.interiors)
    ]
    return Path.make_compound_path(*(Path(ring, closed=True) for ring in rings))


def _fill(row: Mapping[Any, Any]) -> str:
    return colours.commune_fill(
        row["unserved_percent"],
        households=row["households"],
        undetermined=row["undetermined_households"],
        no_data=row["no_data_households"],
    )


def _look(key: str) -> dict[str, Any]:
    """Return how a commune fill is drawn; hatching and dots survive a black-and-white printer."""
    if key in HATCHES:
        style = colours.HOUSEHOLD_STATES[key]
        line = {"linestyle": ":", "linewidth": 0.8} if key == "no_data" else {"linewidth": 0.5}
        return {"facecolor": style.colour, "edgecolor": colours.QUIET_INK, "hatch": HATCHES[key], **line}
    return {"facecolor": colours.UNSERVED_SHARE.steps[int(key)].colour, "edgecolor": "#8C8577", "linewidth": 0.5}


def _gaps(axes: Axes, tables: Tables) -> None:
    if "gaps" not in tables or tables["gaps"].empty:
        return
    gaps = tables["gaps"].sort_values("households", ascending=False, kind="stable")
    steps = [colours.GAP_HOUSEHOLDS.index(float(value)) or 0 for value in gaps["households"]]
    for lon, lat, i in zip(gaps["lon_deg"], gaps["lat_deg"], steps, strict=True):
        axes.plot([lon], [lat], "o", zorder=5, **_disc(i))


def _disc(step: int) -> dict[str, Any]:
    return {
        "markersize": 0.75 * colours.GAP_RADIUS_PX[step],
        "markerfacecolor": colours.GAP_HOUSEHOLDS.steps[step].colour,
        "markeredgecolor": colours.WHITE,
        "markeredgewidth": 0.6,
    }


def _sites(axes: Axes, shown: Tables) -> None:
    """Draw every operator of every mast, the shapes of a shared mast side by side; those of other communes faint."""
    inside = set(shown["communes"]["commune_code"])
    groups: dict[tuple[str, float, bool], list[tuple[float, float]]] = {}
    if "sites" in shown:
        for row in shown["sites"][["operators", "commune_code", "lon_deg", "lat_deg"]].to_dict("records"):
            operators = operators_of(row)
            for place, operator in enumerate(operators):
                shift, faint = place - (len(operators) - 1) / 2, row["commune_code"] not in inside
                key = (colours.operator_style(operator).key, shift, faint)
                groups.setdefault(key, []).append((row["lon_deg"], row["lat_deg"]))
    for (operator, shift, faint), points in sorted(groups.items()):
        style = colours.OPERATORS.get(operator, colours.OTHER_OPERATOR)
        draw_points(axes, points, style, size=12, shift_pt=3.6 * shift, zorder=3.5 if faint else 4, faint=faint)
    if "proposed_sites" in shown:
        table = shown["proposed_sites"]
        points = list(zip(table["lon_deg"], table["lat_deg"], strict=True))
        draw_points(axes, points, colours.PROPOSED_SITE, size=26, shift_pt=0.0, zorder=6)


def draw_points(
    axes: Axes,
    points: Sequence[tuple[float, float]],
    style: colours.Style,
    *,
    size: float,
    shift_pt: float,
    zorder: float,
    faint: bool = False,
) -> None:
    """Draw points with one mark, shifted sideways where several share a place."""
    if points:
        lon, lat = zip(*points, strict=True)
        place = offset_copy(axes.transData, axes.get_figure(root=True), x=shift_pt, units="points")
        axes.scatter(lon, lat, s=size, marker=MARKERS[style.shape], c=style.colour, edgecolors=colours.WHITE,
                     linewidths=0.4, zorder=zorder, transform=place, alpha=_FAINT if faint else 1.0)  # fmt: skip


def draw_frame(axes: Axes, view: Bounds, language: Language) -> None:
    """Set the view and the coordinate grid."""
    west, south, east, north = view
    axes.set_aspect("auto")
    axes.set(xlim=(west, east), ylim=(south, north))
    step = _grid_step_deg(max(east - west, north - south))
    for axis, letter in ((axes.xaxis, _WORDS["east"].to(language)), (axes.yaxis, _WORDS["north"].to(language))):
        axis.set_major_locator(MultipleLocator(step))
        axis.set_major_formatter(_in_degrees(letter))
    axes.grid(color=colours.QUIET_INK, linewidth=0.3, alpha=0.5, zorder=3)
    axes.tick_params(labelsize=7, length=3)
    axes.tick_params(axis="y", labelrotation=90)
    for label in axes.get_yticklabels():
        label.set_verticalalignment("center")


def _grid_step_deg(span_deg: float) -> float:
    steps = [m / 60 for m in (1, 2, 5, 10, 15, 30, 60, 120, 300)]
    return next((step for step in steps if span_deg / step <= 5), 5.0)


def _in_degrees(letter: str) -> Callable[[float, float], str]:
    """Return a tick format of degrees and minutes."""

    def write(value: float, _: float) -> str:
        minutes = round(value * 60)
        return f"{minutes // 60}°{minutes % 60:02d}′{letter}"

    return write


def draw_scale_bar(axes: Axes, view: Bounds, language: Language) -> None:
    """Draw a bar of a round length, true at the map's middle latitude."""
    west, south, east, north = view
    km_per_deg = KM_PER_DEG * math.cos(math.radians((south + north) / 2))
    wanted = 0.28 * (east - west) * km_per_deg
    power = 10.0 ** math.floor(math.log10(wanted))
    length = max(step * power for step in (1, 2, 5) if step * power <= wanted)
    x, y, thick = west + 0.03 * (east - west), south + 0.035 * (north - south), 0.008 * (north - south)
    for i, (a, b) in enumerate(pairwise(np.linspace(0, length / km_per_deg, 5))):
        colour = colours.INK if i % 2 == 0 else colours.WHITE
        axes.fill([x + a, x + b, x + b, x + a], [y, y, y + thick, y + thick], facecolor=colour, edgecolor=colours.INK,
                  linewidth=0.6, zorder=8)  # fmt: skip
    for share in (0.0, 0.5, 1.0):
        text = number(share * length, language, decimals=0 if share * length == round(share * length) else 1)
        axes.text(x + share * length / km_per_deg, y + 1.6 * thick, text + (" km" if share == 1.0 else ""), fontsize=7,
                  ha="center", va="bottom", zorder=8)  # fmt: skip


def draw_north_arrow(axes: Axes, letter: str) -> None:
    """Draw the arrow to the north in the upper right corner."""
    arrow = {"arrowstyle": "-|>,head_width=0.35,head_length=0.7", "color": colours.INK, "linewidth": 1.2}
    at, foot = (0.965, 0.965), (0.965, 0.885)
    axes.annotate("", at, foot, xycoords="axes fraction", textcoords="axes fraction", arrowprops=arrow, zorder=8)
    axes.text(foot[0], foot[1] - 0.01, letter, transform=axes.transAxes, ha="center", va="top", fontsize=9,
              fontweight="bold", zorder=8)  # fmt: skip


def _insets(axes: Axes, communes: gpd.GeoDataFrame, extent: Extent, language: Language) -> None:
    """Draw far parts, such as an island district, in their own small frames: they belong on the map."""
    paper = axes.get_window_extent()
    for place, i in enumerate(extent.far[:3]):
        row = communes.iloc[i]
        inset = axes.inset_axes((0.74, 0.04 + 0.24 * place, 0.23, 0.18), zorder=9)
        draw_polygons(inset, communes.iloc[[i]], **_look(_fill(row.to_dict())))
        west, south, east, north = shapely.bounds(row.geometry)
        half = 0.55 * max(east - west, north - south, 0.02)
        x, y = (west + east) / 2, (south + north) / 2
        wide = half * 0.23 * paper.width / (0.18 * paper.height) / math.cos(math.radians(y))
        inset.set_aspect("auto")
        inset.set(xlim=(x - wide, x + wide), ylim=(y - half, y + half), facecolor=colours.WHITE, xlabel="", ylabel="")
        inset.set_title(str(row["commune_name"]), fontsize=6.5, pad=2)
        for axis, letter in ((inset.xaxis, _WORDS["east"].to(language)), (inset.yaxis, _WORDS["north"].to(language))):
            axis.set_major_locator(MaxNLocator(2))
            axis.set_major_formatter(_in_degrees(letter))
        inset.tick_params(labelsize=5, length=2, pad=1)


def _key_groups(shown: Tables, language: Language) -> list[list[KeyRow]]:
    """Return the legend: shares, gap sizes, operators."""
    shares, gaps = colours.UNSERVED_SHARE, colours.GAP_HOUSEHOLDS
    states = [(colours.HOUSEHOLD_STATES[key].name.to(language).capitalize(), _look(key)) for key in HATCHES]
    return [
        [(shares.title.to(language), {}), *((shares.label(i, language), _look(str(i))) for i in range(5)), *states],
        [
            (gaps.title.to(language), {}),
            *((gaps.label(i, language), {"marker": "o", **_disc(i)}) for i in range(5)),
        ],
        [
            (phrases.LAYER_NAMES["sites"].to(language), {}),
            *((_capital(style.name.to(language)), _mark(style)) for style in _site_styles(shown)),
        ],
    ]


def _site_styles(shown: Tables) -> list[colours.Style]:
    """Return the styles of the operators on the map, and of the reference sites."""
    rows = shown["sites"][["operators"]].to_dict("records") if "sites" in shown else []
    present = {operator for row in rows for operator in operators_of(row)}
    styles = [style for key, style in colours.OPERATORS.items() if key in present]
    styles += [colours.OTHER_OPERATOR] if present - set(colours.OPERATORS) else []
    return styles + ([colours.PROPOSED_SITE] if "proposed_sites" in shown else [])


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _mark(style: colours.Style) -> dict[str, Any]:
    return {
        "marker": MARKERS[style.shape],
        "markersize": 5,
        "markerfacecolor": style.colour,
        "markeredgecolor": colours.WHITE,
        "markeredgewidth": 0.4,
    }
