"""Small maps beside the overview: the package in its province, and Hoàng Sa and Trường Sa on what is national."""

from __future__ import annotations

import math
from collections.abc import Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from phusong.maps import colours
from phusong.maps.archipelagos import ARCHIPELAGOS
from phusong.maps.atlas_frame import Frame, frame_over
from phusong.maps.atlas_ground import ring_path
from phusong.maps.atlas_svg import box, clipped, stroked, svg, words
from phusong.maps.extent import Bounds, extent_of
from phusong.words import Language, Text

NATIONAL_SPAN_DEG = 5.0
"""A map over more latitude than this is national: it shows both archipelagos."""

_SEA: Bounds = (107.5, 6.5, 117.5, 18.5)
_LAND, _OWN = "#EDEAE2", "#CBA873"
_SKETCH = Text("Sơ đồ, không theo tỷ lệ bản đồ", "A sketch, not to the map's scale")


def is_national(bounds: Bounds) -> bool:
    """Say whether a map's extent is national."""
    return bounds[3] - bounds[1] > NATIONAL_SPAN_DEG


def reaches_archipelagos(shapes: Sequence[BaseGeometry]) -> bool:
    """Say whether any of some shapes lies among the islands of an archipelago."""
    boxes = [shapely.MultiPoint(list(points)).envelope.buffer(0.3) for _, points in ARCHIPELAGOS]
    return any(shapely.intersects(area, shape) for area in boxes for shape in shapes)


def national_inset(
    shapes: Sequence[BaseGeometry], language: Language, *, width_mm: float = 44.0
) -> tuple[bytes, float, float]:
    """Draw Hoàng Sa and Trường Sa in a box of their own, with what of some shapes lies there; with its size."""
    west, south, east, north = _SEA
    height_mm = width_mm * (north - south) / (east - west) / math.cos(math.radians((south + north) / 2))
    frame = Frame(bounds=_SEA, width_mm=width_mm, height_mm=height_mm)
    pieces = [_land(frame, [shape for shape in shapes if shapely.intersects(shape, shapely.box(*_SEA))], _LAND)]
    for name, islands in ARCHIPELAGOS:
        for lon, lat in islands:
            x, y = (float(v) for v in frame.at(lon, lat))
            pieces.append(f'<circle cx="{x:.2f}" cy="{y:.2f}" r=".42" fill="{colours.INK}"/>')
        lower = min(lat for _, lat in islands)
        x, y = (float(v) for v in frame.at(sum(lon for lon, _ in islands) / len(islands), lower))
        first, _, rest = name.to(language).partition(" (")
        pieces.append(words(first, min(x, width_mm - 14.5), y + 3.0, size=2.3, bold=True, italic=True))
        pieces.append(words(f"({rest}", min(x, width_mm - 14.5), y + 5.6, size=2.2, italic=True))
    inside = clipped("sea", width_mm, height_mm, pieces)
    sketch = words(_SKETCH.to(language), width_mm / 2, height_mm + 2.6, size=2.0, colour=colours.QUIET_INK)
    edge = box(0.15, 0.15, width_mm - 0.3, height_mm - 0.3, fill="none")
    return svg(width_mm, height_mm + 3.5, [inside, edge, sketch]), width_mm, height_mm + 3.5


def locator_svg(
    communes: Sequence[BaseGeometry], own: Sequence[BaseGeometry], view: Bounds, *, width_mm: float, height_mm: float
) -> bytes:
    """Draw where in the province the package lies: all communes, its own darker, the overview's frame."""
    west, south, east, north = extent_of(communes).main
    whole = (min(west, view[0]), min(south, view[1]), max(east, view[2]), max(north, view[3]))
    frame = frame_over(whole, width_mm=width_mm, height_mm=height_mm, least_km=5.0)
    coarse = (frame.bounds[2] - frame.bounds[0]) / 1000.0
    pieces = [_land(frame, [shapely.simplify(shape, coarse) for shape in communes], _LAND)]
    pieces.append(_land(frame, [shapely.simplify(shape, coarse) for shape in own], _OWN))
    (left, upper), (right, lower) = (
        [float(v) for v in frame.at(*at)] for at in ((view[0], view[3]), (view[2], view[1]))
    )
    pieces.append(stroked(f"M{left:.2f},{upper:.2f}H{right:.2f}V{lower:.2f}H{left:.2f}Z", colours.DARK_ROAD, width=0.5))
    inside = clipped("locator", width_mm, height_mm, pieces)
    return svg(width_mm, height_mm, [inside, box(0.15, 0.15, width_mm - 0.3, height_mm - 0.3, fill="none")])


def _land(frame: Frame, shapes: Sequence[BaseGeometry], fill: str) -> str:
    path = "".join(
        ring_path(shapely.get_coordinates(ring), frame)
        for shape in shapes
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors)
    )
    return f'<path d="{path}" fill="{fill}" fill-rule="evenodd" stroke="{colours.QUIET_INK}" stroke-width=".15"/>'
