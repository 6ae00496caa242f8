"""A map of the atlas as SVG: ground, borders, areas and reference sites, and all a map on paper owes its reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from phusong.maps import colours
from phusong.maps.atlas_frame import Frame, GridLine, graticule, scale_bar, vn2000_ticks
from phusong.maps.atlas_ground import Coverage, line_path
from phusong.maps.atlas_labels import Label, Rectangle, place_labels
from phusong.maps.atlas_svg import box, clipped, filled, marked, ring, stroked, svg, words
from phusong.words import Language, Text

EDGE_MM = (5.0, 4.5, 4.5, 4.5)
"""Room for the grid's words: left, above, right, below."""
NO_FORECAST = Text("Chưa có số liệu dự báo vùng phủ", "No forecast of coverage")
NORTH = Text("B", "N")
BORDER, ROAD = "#6F6A5E", "#8C8577"
BORDER_DASH = "2.2 .7 .5 .7"

_CORNER_MM = 6.0
_APART = "\N{NO-BREAK SPACE}"
"""Ends a code, so that who reads the text of the page does not join it with the next."""
_GRID_SIZE, _CODE_SIZE, _NAME_SIZE = 1.95, 2.5, 2.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outline:
    """An area with its code; ``own`` where the page is about it."""

    code: str
    shape: BaseGeometry
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePoint:
    """A reference site of a new mast: its code, its place, how far it may move."""

    code: str
    lon_deg: float
    lat_deg: float
    tolerance_m: float
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A number at a place, such as that of a cluster."""

    number: int
    lon_deg: float
    lat_deg: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """What stands on the ground of a map, in WGS 84; ``epsg`` is the VN-2000 zone of its grid ticks.

    ``communes`` and ``roads`` are lines; ``names`` are names of communes with the place they are written at.
    """

    epsg: int
    outlines: Sequence[Outline] = ()
    sites: Sequence[SitePoint] = ()
    clusters: Sequence[Numbered] = ()
    communes: Sequence[BaseGeometry] = ()
    names: Mapping[str, BaseGeometry] = field(default_factory=dict)
    roads: Sequence[BaseGeometry] = ()
    heavy: Sequence[BaseGeometry] = ()
    codes: bool = True


def frame_size(width_mm: float, height_mm: float) -> tuple[float, float]:
    """Return how much of a drawing is left for its frame."""
    left, above, right, below = EDGE_MM
    return width_mm - left - right, height_mm - above - below


def map_svg(frame: Frame, scene: Scene, coverage: Mapping[Coverage, str] | None, language: Language) -> bytes:
    """Draw a map.

    Parameters
    ----------
    frame
        What it shows; the drawing is larger by ``EDGE_MM``.
    scene
        What stands on it.
    coverage
        The outline of each class as of :func:`~phusong.maps.atlas_ground.class_paths`; None where nothing is known:
        the map says so. An empty one draws no classes.
    """
    left, above, right, below = EDGE_MM
    wide, high = frame.width_mm, frame.height_mm
    inside = [*_ground(coverage, wide, high), *_lines(frame, scene), *_places(frame, scene)]
    pieces = [
        f'<g transform="translate({left:g} {above:g})">',
        clipped("frame", wide, high, inside),
        *_grids(frame, scene.epsg, language),
        box(0, 0, wide, high, fill="none", line=0.35),
        *([_missing(wide, high, language)] if coverage is None else []),
        *scale_pieces(frame, language),
        *_north(wide, language),
        "</g>",
    ]
    return svg(wide + left + right, high + above + below, pieces)


def _ground(coverage: Mapping[Coverage, str] | None, wide: float, high: float) -> list[str]:
    if coverage is None:
        return [filled(f"M0,0H{wide:.2f}V{high:.2f}H0Z", "no_data")]
    return [filled(path, kind) for kind, path in sorted(coverage.items())]


def _missing(wide: float, high: float, language: Language) -> str:
    return box(wide / 2 - 32, high - 16, 64, 6) + words(
        NO_FORECAST.to(language), wide / 2, high - 12, size=3.2, bold=True
    )


def _lines(frame: Frame, scene: Scene) -> list[str]:
    roads = "".join(_way(shape, frame) for shape in scene.roads)
    borders = "".join(_way(shape, frame) for shape in scene.communes)
    heavy = "".join(_way(shape, frame) for shape in scene.heavy)
    others = "".join(_way(o.shape, frame) for o in scene.outlines if not o.own)
    own = "".join(_way(o.shape, frame) for o in scene.outlines if o.own)
    return [
        stroked(roads, ROAD, width=0.35, halo=0.3) if roads else "",
        stroked(borders, BORDER, width=0.35, dash=BORDER_DASH, halo=0.25) if borders else "",
        stroked(heavy, colours.INK, width=0.5, dash=BORDER_DASH, halo=0.4) if heavy else "",
        stroked(others, colours.INK, width=0.25, dash="1 .6", halo=0.3) if others else "",
        stroked(own, colours.INK, width=0.55, halo=0.6) if own else "",
    ]


def _way(shape: BaseGeometry, frame: Frame) -> str:
    """Return the lines of a shape as far as they are near the map."""
    lines = shape.boundary if shape.geom_type.endswith("Polygon") else shape
    parts = shapely.get_parts(shapely.clip_by_rect(lines, *_widened(frame)))
    ways = [shapely.get_coordinates(part) for part in parts if part.geom_type == "LineString" and not part.is_empty]
    return "".join(line_path(way, frame) for way in ways)


def _widened(frame: Frame) -> tuple[float, float, float, float]:
    west, south, east, north = frame.bounds
    x, y = 0.05 * (east - west), 0.05 * (north - south)
    return west - x, south - y, east + x, north + y


def _places(frame: Frame, scene: Scene) -> list[str]:
    pieces: list[str] = []
    labels: list[Label] = []
    for site in scene.sites:
        x, y = _xy(frame, site.lon_deg, site.lat_deg)
        if site.own and site.tolerance_m > 0:
            radius = site.tolerance_m / 1000.0 * frame.mm_a_km
            pieces.append(ring(x, y, radius, colour=colours.ACTION, dash="1.2 .8"))
        pieces.append(marked(colours.PLAN_SITES["new"].mark, x, y, size=5.0 if site.own else 3.6))
        if scene.codes and site.own:
            labels.append(Label(site.code, x, y, _CODE_SIZE, 2.0, 2.0))
    labels += [_outline_label(frame, outline) for outline in scene.outlines if scene.codes and outline.own]
    shown = [label for label in labels if 0 <= label.x <= frame.width_mm and 0 <= label.y <= frame.height_mm]
    marks = [_around(*_xy(frame, s.lon_deg, s.lat_deg), 2.0) for s in scene.sites]
    codes = {site.code for site in scene.sites}
    taken = [*marks, *_reserved(frame)]
    for placed in place_labels(shown, width_mm=frame.width_mm, height_mm=frame.height_mm, taken=taken):
        bold = placed.label.words in codes
        label, at = placed.label, (placed.x, placed.y)
        pieces.append(words(f"{label.words}{_APART}", *at, size=_CODE_SIZE, anchor="start", bold=bold, halo=True))
        taken.append(placed.rectangle)
    return [*pieces, *_names(frame, scene, taken), *_numbers(frame, scene, marks)]


def _outline_label(frame: Frame, outline: Outline) -> Label:
    """Return the code of an area, to be written beside its outline."""
    west, south, east, north = outline.shape.bounds
    x, y = _xy(frame, (west + east) / 2, (south + north) / 2)
    left, top = _xy(frame, west, north)
    return Label(outline.code, x, y, _CODE_SIZE, min(x - left, 12.0) + 0.8, min(y - top, 12.0) + 0.8)


def _names(frame: Frame, scene: Scene, taken: Sequence[Rectangle]) -> list[str]:
    """Write the names of communes inside them, as far as they are on the map."""
    seen = shapely.box(*frame.bounds)
    labels = []
    for name, shape in scene.names.items():
        part = shapely.intersection(shape, seen)
        if not part.is_empty:
            place = shapely.point_on_surface(part)
            labels.append(Label(name, *_xy(frame, place.x, place.y), _NAME_SIZE, 0.0, 0.0))
    placed = place_labels(labels, width_mm=frame.width_mm, height_mm=frame.height_mm, taken=taken)
    looks: dict[str, Any] = {
        "size": _NAME_SIZE,
        "anchor": "start",
        "italic": True,
        "colour": colours.QUIET_INK,
        "halo": True,
    }
    return [words(p.label.words, p.x, p.y, **looks) for p in placed]


def _numbers(frame: Frame, scene: Scene, marks: Sequence[Rectangle]) -> list[str]:
    """Draw the numbers of clusters in discs beside their place."""
    labels = [Label(f"{n.number:02d}", *_xy(frame, n.lon_deg, n.lat_deg), 4.6, 2.0, 2.0) for n in scene.clusters]
    placed = place_labels(labels, width_mm=frame.width_mm, height_mm=frame.height_mm, taken=marks)
    pieces = []
    for p in placed:
        left, upper, right, lower = p.rectangle
        x, y = (left + right) / 2, (upper + lower) / 2
        pieces.append(stroked(f"M{p.label.x:.2f},{p.label.y:.2f}L{x:.2f},{y:.2f}", width=0.25))
        pieces.append(ring(x, y, 2.3, fill=colours.WHITE))
        pieces.append(words(str(int(p.label.words)), x, y + 1.05, size=3.1, bold=True))
    return pieces


def _xy(frame: Frame, lon_deg: float, lat_deg: float) -> tuple[float, float]:
    x, y = frame.at(lon_deg, lat_deg)
    return float(x), float(y)


def _around(x: float, y: float, half: float) -> Rectangle:
    return x - half, y - half, x + half, y + half


def _reserved(frame: Frame) -> list[Rectangle]:
    """Return where the scale bar and the north arrow stand."""
    bar = scale_bar(frame).length_mm
    return [(0.0, frame.height_mm - 9.0, bar + 12.0, frame.height_mm), (frame.width_mm - 9, 0.0, frame.width_mm, 13.0)]


def scale_pieces(frame: Frame, language: Language) -> list[str]:
    """Draw the scale bar in the lower left corner of the frame."""
    bar = scale_bar(frame)
    x, y, quarter = 4.0, frame.height_mm - 3.2, bar.length_mm / 4
    pieces = [box(1.5, frame.height_mm - 8.2, bar.length_mm + 10.5, 6.8, stroke="")]
    for i in range(4):
        fill = colours.INK if i % 2 == 0 else colours.WHITE
        pieces.append(box(x + i * quarter, y, quarter, 1.0, fill=fill, line=0.15))
    pieces.append(words("0", x, y - 0.8, size=2.3))
    pieces.append(words(bar.label(language), x + bar.length_mm, y - 0.8, size=2.3))
    return pieces


def _north(wide: float, language: Language) -> list[str]:
    x = wide - 4.5
    return [
        box(x - 3, 1.5, 6, 10.5, stroke=""),
        f'<path d="M{x:.2f},2L{x + 1.7:.2f},7.6L{x:.2f},6.4L{x - 1.7:.2f},7.6Z" fill="{colours.INK}"/>',
        words(NORTH.to(language), x, 11.2, size=3.2, bold=True),
    ]


def _grids(frame: Frame, epsg: int, language: Language) -> list[str]:
    """Draw the WGS 84 grid with its words left and below, the VN-2000 ticks with theirs above and to the right."""
    wide, high, quiet = frame.width_mm, frame.height_mm, colours.QUIET_INK
    pieces = []
    for line in graticule(frame, language):
        at = line.at_mm
        pieces.append(
            stroked(f"M{at:.2f},0V{high:.2f}" if line.way == "x" else f"M0,{at:.2f}H{wide:.2f}", quiet, width=0.12)
        )
        pieces.append(_grid_words(line, (at, high + 2.8), (-1.2, at), frame, colours.INK))
    for tick in vn2000_ticks(frame, epsg, language):
        at = tick.at_mm
        pieces.append(stroked(f"M{at:.2f},0V-1.3" if tick.way == "x" else f"M{wide:.2f},{at:.2f}h1.3", width=0.25))
        pieces.append(_grid_words(tick, (at, -1.9), (wide + 3.4, at), frame, colours.ACTION))
    return pieces


def _grid_words(
    line: GridLine, across: tuple[float, float], upright: tuple[float, float], frame: Frame, colour: str
) -> str:
    """Write the value of a grid line outside the frame; none at a corner, where two would lie on each other."""
    size = frame.width_mm if line.way == "x" else frame.height_mm
    if not _CORNER_MM <= line.at_mm <= size - _CORNER_MM:
        return ""
    if line.way == "x":
        return words(line.label, *across, size=_GRID_SIZE, colour=colour)
    return words(line.label, *upright, size=_GRID_SIZE, turned=-90, colour=colour)
