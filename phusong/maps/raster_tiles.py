"""Raster tiles in Web Mercator as PNG: coverage in the colours of the legend, relief as shade or as heights.

Every pixel shows what lies at its own centre, so tiles meet without a seam; what is not known is transparent.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from phusong.data.coverage_values import BELOW_FLOOR_VALUE, NO_DATA_VALUE, Colour, value_palette
from phusong.data.raster_sampling import heights_m, nearest_values
from phusong.maps.colours import BELOW_FLOOR, INK, Scale, level_scale
from phusong.maps.shade import EARTH_RADIUS_M, GREYS, brightness, grey_palette
from phusong.words import Language, Text

TILE_PX = 256
DEEPEST = 16
"""No raster here has cells finer than a pixel of this zoom."""
TERRARIUM_ZERO_M = 32768.0
PARTS_A_METRE = 8
"""Heights between whole metres are interpolated: finer parts would only make larger files."""
NO_DATA = Text("không có dữ liệu", "no data")

Axis = NDArray[np.float64]


def pixel_centres(z: int, x: int, y: int, *, margin: int = 0) -> tuple[Axis, Axis]:
    """Return the longitudes of a tile's columns and the latitudes of its rows, with so many pixels more around it."""
    pixels = np.arange(-margin, TILE_PX + margin) + 0.5
    across = (x * TILE_PX + pixels) / (TILE_PX * 2**z)
    down = (y * TILE_PX + pixels) / (TILE_PX * 2**z)
    return across * 360.0 - 180.0, np.degrees(np.arctan(np.sinh(math.pi * (1.0 - 2.0 * down))))


def coverage_palette(scale: Scale) -> Mapping[int, Colour]:
    """Return the colour of every value of a coverage raster: what its file carries and what its tiles show."""
    return value_palette([(step.low, step.colour) for step in scale.steps], BELOW_FLOOR.colour)


def coverage_tile(path: Path, served_dbm: float, weak_dbm: float, z: int, x: int, y: int) -> bytes:
    """Draw a tile of a coverage raster in the steps of its layer."""
    lon_deg, lat_deg = pixel_centres(z, x, y)
    colours, index = _classes(served_dbm, weak_dbm)
    return _indexed(index[nearest_values(path, lon_deg, lat_deg)], colours)


@lru_cache(maxsize=64)
def _classes(served_dbm: float, weak_dbm: float) -> tuple[tuple[Colour, ...], NDArray[np.uint8]]:
    """Return the few colours there are, transparent first, and which of them each value has."""
    palette = coverage_palette(level_scale(served_dbm, weak_dbm))
    colours = tuple(dict.fromkeys(palette[value] for value in (NO_DATA_VALUE, BELOW_FLOOR_VALUE, *range(1, 255))))
    return colours, np.array([colours.index(palette[value]) for value in range(256)], dtype=np.uint8)


def hillshade_tile(path: Path, z: int, x: int, y: int) -> bytes:
    """Draw a tile of relief, lit from the north-west."""
    lon_deg, lat_deg = pixel_centres(z, x, y, margin=1)
    height = heights_m(path, lon_deg, lat_deg)
    step_m = math.radians(lon_deg[1] - lon_deg[0]) * EARTH_RADIUS_M * np.cos(np.radians(lat_deg))[:, None]
    with np.errstate(invalid="ignore"):
        south = np.gradient(height, axis=0) / step_m
        east = np.gradient(height, axis=1) / step_m
    shade = brightness(south, east)[1:-1, 1:-1]
    known = np.isfinite(shade)
    index = np.where(known, 1 + np.round(np.where(known, shade, 0.0) * (GREYS - 1)), 0).astype(np.uint8)
    grey = grey_palette()
    opaque = tuple((*grey[3 * i : 3 * i + 3], 255) for i in range(1, GREYS + 1))
    return _indexed(index, ((0, 0, 0, 0), *opaque))


def terrarium_tile(path: Path, z: int, x: int, y: int) -> bytes:
    """Draw a tile of heights as colours: metres = 256 red + green + blue/256 − 32768; transparent where not known."""
    lon_deg, lat_deg = pixel_centres(z, x, y)
    height = heights_m(path, lon_deg, lat_deg)
    known = np.isfinite(height)
    steps = np.round((np.where(known, height, 0.0) + TERRARIUM_ZERO_M) * PARTS_A_METRE).astype(np.int32)
    steps *= 256 // PARTS_A_METRE
    pixels = np.stack([steps >> 16, (steps >> 8) & 255, steps & 255, np.where(known, 255, 0)], axis=-1)
    rgba = pixels.astype(np.uint8)
    return _png(Image.fromarray(rgba if not known.all() else rgba[..., :3]), level=3)


def _indexed(index: NDArray[np.uint8], colours: tuple[Any, ...]) -> bytes:
    picture = Image.fromarray(index)
    picture.putpalette([channel for colour in colours for channel in colour[:3]])
    return _png(picture, transparency=bytes(colour[3] for colour in colours), bits=4 if len(colours) <= 16 else 8)


def _png(picture: Image.Image, *, level: int = 6, **more: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, format="PNG", compress_level=level, **more)
    return out.getvalue()


def deepest_zoom(cell_lon_deg: float) -> int:
    """Return the zoom at which a pixel is no wider than a cell: beyond it a map may enlarge what it has."""
    return max(0, min(DEEPEST, math.ceil(math.log2(360.0 / (TILE_PX * cell_lon_deg)))))


def legend(scale: Scale, language: Language) -> dict[str, Any]:
    """Return the legend of a coverage layer, strongest first, as a map draws it."""
    steps = [
        {
            "colour": step.colour,
            "label": scale.label(number, language),
            "low_dbm": None if math.isinf(step.low) else step.low,
            "high_dbm": None if math.isinf(step.high) else step.high,
        }
        for number, step in reversed(tuple(enumerate(scale.steps)))
    ]
    below = {"colour": BELOW_FLOOR.colour, "label": BELOW_FLOOR.name.to(language), "low_dbm": None, "high_dbm": None}
    return {"title": scale.title.to(language), "unit": scale.unit.to(language), "steps": [*steps, below]}


def legend_svg(scale: Scale, language: Language) -> str:
    """Draw the same legend as a picture that stands alone."""
    told = legend(scale, language)
    rows = [
        f'<rect x="8" y="{34 + 22 * i}" width="24" height="14" fill="{one["colour"]}" stroke="#B9B2A4"/>'
        f'<text x="40" y="{45 + 22 * i}">{_plain(one["label"])}</text>'
        for i, one in enumerate(told["steps"])
    ]
    height = 40 + 22 * len(rows)
    title = _plain(f"{told['title']} ({told['unit']})")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="{height}" viewBox="0 0 300 {height}" '
        f'role="img" aria-label="{title}" font-family="sans-serif" font-size="13" fill="{INK}">'
        f'<rect width="300" height="{height}" fill="#FFFFFF"/>'
        f'<text x="8" y="20" font-weight="bold">{title}</text>{"".join(rows)}</svg>\n'
    )


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
