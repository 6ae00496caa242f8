"""The printed overview map: communes, gaps, stations, with all a map on paper owes its reader."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator, MultipleLocator
from matplotlib.transforms import offset_copy

from phusong.maps import colours, phrases
from phusong.maps.drawing import axes_at, drawing, new_figure
from phusong.maps.extent import Bounds, Extent, extent_of
from phusong.maps.popups import operators_of
from phusong.words import Language, Text, number

Tables = Mapping[str, gpd.GeoDataFrame]

KM_PER_DEG = 111.195
MARGIN_IN, TITLE_IN, LEGEND_IN = 0.4, 0.35, 1.95
HATCHES = {"undetermined": "////", "no_data": ""}
MARKERS = {"triangle": "^", "square": "s", "circle": "o", "diamond": "D", "pentagon": "p", "cross": "P"}
_WORDS = {
    "north": Text("B", "N"),
    "east": Text("Đ", "E"),
    "simulated": Text("DỮ LIỆU MÔ PHỎNG", "SIMULATED DATA"),
    "modelled": Text("Mức sóng: mô phỏng, chưa đo.", "Signal levels: modelled, not measured."),
    "grid": Text("Lưới tọa độ WGS84.", "WGS84 grid."),
}


def overview_figure(
    tables: Tables,
    *,
    title: str,
    source: str,
    language: Language,
    simulated: bool,
    width_in: float = 6.9,
) -> Figure:
    """Draw the overview of a study or of a package for a printed document.

    Parameters
    ----------
    tables
        ``communes`` (needed), ``gaps``, ``sites``, ``proposed_sites`` as far as there are any.
    title, source
        What it shows; what it rests on with its date, one line under the map.
    simulated
        True where the input is made up: the map says so across its corner.
    width_in
        Width on paper in inches; the height follows the area's shape.
    """
    extent = extent_of(list(tables["communes"].geometry))
    map_in = _map_height_in(extent.main, width_in - MARGIN_IN)
    with drawing():
        figure = new_figure(width_in, map_in + LEGEND_IN + TITLE_IN)
        axes = axes_at(figure, 0.3, LEGEND_IN, width_in - MARGIN_IN, map_in)
        _communes(axes, tables["communes"])
        _sites(axes, tables)
        _gaps(axes, tables)
        _frame(axes, extent.main, language)
        _scale_bar(axes, extent.main, language)
        _north_arrow(axes, _WORDS["north"].to(language))
        _insets(axes, tables["communes"], extent, language)
        axes.set_title(title, loc="left", fontsize=11, fontweight="bold")
        if simulated:
            axes.set_title(
                _WORDS["simulated"].to(language), loc="right", fontsize=8, color=colours.GAP_HOUSEHOLDS.steps[3].colour
            )
        below = axes_at(figure, 0.3, 0.0, width_in - MARGIN_IN, LEGEND_IN - 0.28)
        below.set_axis_off()
        below.legend(handles=_handles(tables, language), loc="upper left", bbox_to_anchor=(0, 1), borderaxespad=0,
                     ncols=3, fontsize=7, frameon=False)  # fmt: skip
        notes = " ".join((source, _WORDS["modelled"].to(language), _WORDS["grid"].to(language)))
        below.text(0, 0.06, notes, fontsize=7, color=colours.QUIET_INK, wrap=True)
        return figure


def _map_height_in(bounds: Bounds, width_in: float) -> float:
    """Return the height that fits the area's shape, so that map and legend stay on one page."""
    west, south, east, north = bounds
    ratio = (north - south) / ((east - west) * math.cos(math.radians((south + north) / 2)))
    return min(6.9, max(2.8, width_in * ratio))


def _communes(axes: Axes, communes: gpd.GeoDataFrame) -> None:
    fills = [_fill(row) for row in communes.to_dict("records")]
    for key in sorted(set(fills)):
        chosen = communes[[fill == key for fill in fills]]
        chosen.plot(ax=axes, aspect=None, zorder=1, **_look(key))


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


def _sites(axes: Axes, tables: Tables) -> None:
    """Draw every operator of every mast, the shapes of a shared mast side by side on the paper."""
    groups: dict[tuple[str, float], list[tuple[float, float]]] = {}
    if "sites" in tables:
        for row in tables["sites"][["operators", "lon_deg", "lat_deg"]].to_dict("records"):
            operators = operators_of(row)
            for place, operator in enumerate(operators):
                key = (colours.operator_style(operator).key, place - (len(operators) - 1) / 2)
                groups.setdefault(key, []).append((row["lon_deg"], row["lat_deg"]))
    for (operator, shift), points in sorted(groups.items()):
        style = colours.OPERATORS.get(operator, colours.OTHER_OPERATOR)
        _scatter(axes, points, style, size=12, shift_pt=3.6 * shift, zorder=4)
    if "proposed_sites" in tables:
        table = tables["proposed_sites"]
        points = list(zip(table["lon_deg"], table["lat_deg"], strict=True))
        _scatter(axes, points, colours.PROPOSED_SITE, size=26, shift_pt=0.0, zorder=6)


def _scatter(
    axes: Axes,
    points: Sequence[tuple[float, float]],
    style: colours.Style,
    *,
    size: float,
    shift_pt: float,
    zorder: float,
) -> None:
    if points:
        lon, lat = zip(*points, strict=True)
        place = offset_copy(axes.transData, axes.get_figure(root=True), x=shift_pt, units="points")
        axes.scatter(lon, lat, s=size, marker=MARKERS[style.shape], c=style.colour, edgecolors=colours.WHITE,
                     linewidths=0.4, zorder=zorder, transform=place)  # fmt: skip


def _frame(axes: Axes, bounds: Bounds, language: Language) -> None:
    """Set view, true proportions and the coordinate grid."""
    west, south, east, north = bounds
    shrink = math.cos(math.radians((south + north) / 2))
    paper = axes.get_window_extent()
    half = 0.53 * max(north - south, (east - west) * shrink * paper.height / paper.width)
    x, y, wide = (west + east) / 2, (south + north) / 2, half * paper.width / paper.height / shrink
    axes.set_aspect("auto")
    axes.set(xlim=(x - wide, x + wide), ylim=(y - half, y + half))
    axes.set(xlabel="", ylabel="")
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


def _scale_bar(axes: Axes, bounds: Bounds, language: Language) -> None:
    """Draw a bar of a round length, true at the map's middle latitude."""
    west, south, east, north = bounds
    km_per_deg = KM_PER_DEG * math.cos(math.radians((south + north) / 2))
    wanted = 0.28 * (east - west) * km_per_deg
    power = 10.0 ** math.floor(math.log10(wanted))
    length = max(step * power for step in (1, 2, 5) if step * power <= wanted)
    left, right = axes.get_xlim()
    bottom, top = axes.get_ylim()
    x, y, thick = left + 0.03 * (right - left), bottom + 0.035 * (top - bottom), 0.008 * (top - bottom)
    for i, (a, b) in enumerate(pairwise(np.linspace(0, length / km_per_deg, 5))):
        colour = colours.INK if i % 2 == 0 else colours.WHITE
        axes.fill([x + a, x + b, x + b, x + a], [y, y, y + thick, y + thick], facecolor=colour, edgecolor=colours.INK,
                  linewidth=0.6, zorder=8)  # fmt: skip
    for share in (0.0, 0.5, 1.0):
        text = number(share * length, language, decimals=0 if share * length == round(share * length) else 1)
        axes.text(x + share * length / km_per_deg, y + 1.6 * thick, text + (" km" if share == 1.0 else ""), fontsize=7,
                  ha="center", va="bottom", zorder=8)  # fmt: skip


def _north_arrow(axes: Axes, letter: str) -> None:
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
        communes.iloc[[i]].plot(ax=inset, aspect=None, **_look(_fill(row.to_dict())))
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


def _handles(tables: Tables, language: Language) -> list[Any]:
    """Return the legend: shares, gap sizes, operators."""
    shares = colours.UNSERVED_SHARE
    handles: list[Any] = [_heading(shares.title.to(language))]
    handles += [Patch(label=shares.label(i, language), **_look(str(i))) for i in range(5)]
    handles += [Patch(label=colours.HOUSEHOLD_STATES[k].name.to(language).capitalize(), **_look(k)) for k in HATCHES]
    gaps = colours.GAP_HOUSEHOLDS
    handles.append(_heading(gaps.title.to(language)))
    handles += [Line2D([], [], linestyle="", marker="o", label=gaps.label(i, language), **_disc(i)) for i in range(5)]
    handles += [_heading("")] * 2
    handles.append(_heading(phrases.LAYER_NAMES["sites"].to(language)))
    present = (
        {k.strip().lower() for row in tables["sites"]["operators"] for k in row.split(",")}
        if "sites" in tables
        else set()
    )
    styles = [style for key, style in colours.OPERATORS.items() if key in present]
    styles += [colours.OTHER_OPERATOR] if present - set(colours.OPERATORS) else []
    styles += [colours.PROPOSED_SITE] if "proposed_sites" in tables else []
    handles += [_mark_handle(style, language) for style in styles]
    return handles + [_heading("")] * (24 - len(handles))  # three columns of eight


def _heading(text: str) -> Line2D:
    return Line2D([], [], linestyle="", label=text)


def _mark_handle(style: colours.Style, language: Language) -> Line2D:
    name = style.name.to(language)
    return Line2D([], [], linestyle="", marker=MARKERS[style.shape], markersize=5, markerfacecolor=style.colour,
                  markeredgecolor=colours.WHITE, markeredgewidth=0.4, label=name[:1].upper() + name[1:])  # fmt: skip
