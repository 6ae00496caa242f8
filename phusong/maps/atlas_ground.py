"""The ground of an atlas map: coverage classes as outlines on paper, and the relief under them as a small picture."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rasterio.features import shapes
from rasterio.transform import Affine
from scipy.ndimage import distance_transform_edt

from phusong.maps.atlas_frame import Frame
from phusong.maps.atlas_svg import svg
from phusong.maps.shade import GREYS, grey_palette, lambert

_Number = TypeVar("_Number", np.float64, np.uint8)

Floats = NDArray[np.float64]
Codes = NDArray[np.uint8]
Coverage = Literal["no_data", "unserved", "weak", "served"]

CODES: Mapping[int, Coverage] = MappingProxyType({0: "no_data", 1: "unserved", 2: "weak", 3: "served"})
PX_A_MM = 3.0
_AROUND_CELLS = 3
"""Cells beyond the frame, so that slopes at its edge are those of the ground."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """Levels and elevations on a north-up grid of WGS 84; NaN where nothing is known.

    ``west_deg, north_deg`` is the outer corner of cell (0, 0). A level from ``served_dbm`` on serves, one from
    ``weak_dbm`` on is weak.
    """

    today_dbm: Floats
    planned_dbm: Floats
    elevation_m: Floats
    west_deg: float
    north_deg: float
    cell_lon_deg: float
    cell_lat_deg: float
    served_dbm: float
    weak_dbm: float


def classes_of(level_dbm: Floats, *, served_dbm: float, weak_dbm: float) -> Codes:
    """Return the code of each cell (keys of ``CODES``); a NaN is no data and nothing else."""
    codes = np.where(level_dbm >= served_dbm, 3, np.where(level_dbm >= weak_dbm, 2, 1))
    return np.where(np.isnan(level_dbm), 0, codes).astype(np.uint8)


def class_paths(ground: Ground, level_dbm: Floats, frame: Frame) -> dict[Coverage, str]:
    """Return the outline of each class on paper as SVG path data with even-odd filling; the whole frame is covered."""
    codes = classes_of(level_dbm, served_dbm=ground.served_dbm, weak_dbm=ground.weak_dbm)
    window, west, north = _window(codes, ground, frame, margin=0, beyond=0)
    to_degrees = Affine(ground.cell_lon_deg, 0.0, west, 0.0, -ground.cell_lat_deg, north)
    parts: dict[Coverage, list[str]] = {}
    for shape, code in shapes(window, transform=to_degrees):
        rings = "".join(ring_path(np.asarray(ring, dtype=np.float64), frame) for ring in shape["coordinates"])
        parts.setdefault(CODES[int(code)], []).append(rings)
    return {name: "".join(paths) for name, paths in parts.items()}


def ring_path(ring: Floats, frame: Frame) -> str:
    """Return a closed ring of longitudes and latitudes as SVG path data in millimetres."""
    return line_path(ring[:-1], frame) + "Z"


def line_path(line: Floats, frame: Frame) -> str:
    """Return a line of longitudes and latitudes as SVG path data in millimetres."""
    x, y = frame.at(line[:, 0], line[:, 1])
    return "M" + "L".join(f"{a:.2f},{b:.2f}" for a, b in zip(x.tolist(), y.tolist(), strict=True))


def relief_svg(ground: Ground, frame: Frame) -> bytes | None:
    """Return the shaded relief of a frame as an SVG that holds a PNG; None where no elevation is known.

    The layout takes text files only.
    """
    png = relief_png(ground, frame)
    if png is None:
        return None
    size = f'width="{frame.width_mm:.2f}" height="{frame.height_mm:.2f}"'
    data = base64.b64encode(png).decode("ascii")
    image = f'<image {size} preserveAspectRatio="none" href="data:image/png;base64,{data}"/>'
    return svg(frame.width_mm, frame.height_mm, [image])


def relief_png(ground: Ground, frame: Frame) -> bytes | None:
    """Return the shaded relief of a frame as a PNG, transparent where no elevation is known; None where there is none.

    Cells are many times larger than dots on paper: the ground is smoothed between them before it is shaded.
    """
    cells, west, north = _window(ground.elevation_m, ground, frame, margin=_AROUND_CELLS, beyond=math.nan)
    known = np.isfinite(cells)
    if not known.any():
        return None
    size = max(2, round(frame.width_mm * PX_A_MM)), max(2, round(frame.height_mm * PX_A_MM))
    box = _box(frame, ground, west, north)
    height = _resized(_filled(cells, known).astype(np.float32), size, box)
    mask = _resized(known.astype(np.float32), size, box) > 0.5
    step_m = 1000.0 / frame.mm_a_km / PX_A_MM
    shade = lambert(height, step_m, step_m)
    return _png(np.where(mask, 1 + np.round(np.nan_to_num(shade) * (GREYS - 1)), 0).astype(np.uint8))


def _filled(cells: Floats, known: NDArray[np.bool_]) -> Floats:
    """Return elevations with those of the nearest known cell where none is known, so that no cliff is shaded there."""
    nearest = distance_transform_edt(~known, return_distances=False, return_indices=True)
    return np.asarray(cells[tuple(nearest)], dtype=np.float64)


def _png(grey: Codes) -> bytes:
    picture = Image.fromarray(grey)
    picture.putpalette(grey_palette())
    out = io.BytesIO()
    picture.save(out, format="PNG", optimize=True, transparency=0)
    return out.getvalue()


def _resized(values: NDArray[np.float32], size: tuple[int, int], box: tuple[float, float, float, float]) -> Floats:
    picture = Image.fromarray(values).resize(size, Image.Resampling.BICUBIC, box=box)
    return np.asarray(picture, dtype=np.float64)


def _box(frame: Frame, ground: Ground, west: float, north: float) -> tuple[float, float, float, float]:
    """Return the frame in cells of a window: left, upper, right, lower."""
    left, lower, right, upper = frame.bounds
    return (
        (left - west) / ground.cell_lon_deg,
        (north - upper) / ground.cell_lat_deg,
        (right - west) / ground.cell_lon_deg,
        (north - lower) / ground.cell_lat_deg,
    )


def _window(
    values: NDArray[_Number], ground: Ground, frame: Frame, *, margin: int, beyond: float
) -> tuple[NDArray[_Number], float, float]:
    """Return the cells that cover a frame, ``beyond`` where the grid has none, and their western and northern edge."""
    left, upper, right, lower = _box(frame, ground, ground.west_deg, ground.north_deg)
    first_col, last_col = math.floor(left) - margin, math.ceil(right) + margin
    first_row, last_row = math.floor(upper) - margin, math.ceil(lower) + margin
    window = np.full((last_row - first_row, last_col - first_col), beyond, dtype=values.dtype)
    rows = slice(max(first_row, 0), max(min(last_row, values.shape[0]), 0))
    cols = slice(max(first_col, 0), max(min(last_col, values.shape[1]), 0))
    part = values[rows, cols]
    if part.size:
        top, side = rows.start - first_row, cols.start - first_col
        window[top : top + part.shape[0], side : side + part.shape[1]] = part
    west = ground.west_deg + first_col * ground.cell_lon_deg
    return window, west, ground.north_deg - first_row * ground.cell_lat_deg
