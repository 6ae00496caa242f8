"""Relief as a small grey picture placed under the map: the only basemap, made from the study's own terrain."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from phusong.coverage.terrain import MISSING, Terrain
from phusong.maps.extent import Bounds
from phusong.maps.shade import EARTH_RADIUS_M, GREYS, FloatGrid, grey_palette, lambert

MAX_BYTES = 400_000


@dataclass(frozen=True, slots=True)
class Relief:
    """A PNG with rows evenly spaced in Web Mercator, and the bounds it covers; transparent where nothing is known."""

    png: bytes
    bounds: Bounds


def mercator_y(lat_deg: FloatGrid) -> FloatGrid:
    """Return the Mercator ordinate of a latitude on the unit sphere."""
    return np.asarray(np.arctanh(np.sin(np.radians(lat_deg))))


def latitude_deg(y: FloatGrid) -> FloatGrid:
    """Return the latitude of a Mercator ordinate; the inverse of :func:`mercator_y`."""
    return np.asarray(np.degrees(np.arcsin(np.tanh(y))))


def hillshade_overlay(terrain: Terrain, max_px: int = 1000) -> Relief:
    """Shade the terrain from the north-west.

    Parameters
    ----------
    terrain
        Elevations; missing cells become transparent, never flat.
    max_px
        Longest side of the picture; made smaller until the file holds at most ``MAX_BYTES``.

    Returns
    -------
    relief
        Browsers stretch an overlay evenly in Web Mercator, so the rows are resampled to even Mercator steps.
    """
    png = _png(terrain, max_px)
    while len(png) > MAX_BYTES and max_px > 64:
        max_px = int(max_px * 0.8)
        png = _png(terrain, max_px)
    return Relief(png, (terrain.west_deg, terrain.south_deg, terrain.east_deg, terrain.north_deg))


def mercator_rows(terrain: Terrain, n_rows: int) -> NDArray[np.int64]:
    """Return, for each of ``n_rows`` even Mercator steps from north to south, the terrain row at its centre."""
    top, bottom = mercator_y(np.array([terrain.north_deg, terrain.south_deg]))
    y = top + (bottom - top) * (np.arange(n_rows) + 0.5) / n_rows
    row = np.floor((terrain.north_deg - latitude_deg(y)) / terrain.cell_lat_deg).astype(np.int64)
    return np.clip(row, 0, terrain.elevation_m.shape[0] - 1)


def _png(terrain: Terrain, max_px: int) -> bytes:
    shade, known = _shade(terrain, max_px)
    grey = np.where(known, 1 + np.round(shade * (GREYS - 1)), 0).astype(np.uint8)
    picture = Image.fromarray(grey)
    picture.putpalette(grey_palette())
    out = io.BytesIO()
    picture.save(out, format="PNG", optimize=True, transparency=0)
    return out.getvalue()


def _shade(terrain: Terrain, max_px: int) -> tuple[FloatGrid, NDArray[np.bool_]]:
    """Return brightness 0–1 and where it is known, on the picture's grid."""
    n_rows, n_cols = terrain.elevation_m.shape
    lat = math.radians((terrain.north_deg + terrain.south_deg) / 2)
    scale = min(1.0, max_px / max(n_rows / math.cos(lat), n_cols))
    out_rows, out_cols = max(2, round(n_rows * scale / math.cos(lat))), max(2, round(n_cols * scale))
    size = math.ceil(1 / scale)
    metre = math.radians(1.0) * EARTH_RADIUS_M * size
    height = _block_mean(terrain, size)
    bright = lambert(height, metre * terrain.cell_lat_deg, metre * math.cos(lat) * terrain.cell_lon_deg)
    row = mercator_rows(terrain, out_rows) // size
    col = (np.arange(out_cols) * n_cols) // out_cols // size
    shade = bright[np.ix_(row, col)]
    return np.nan_to_num(shade), np.isfinite(shade)


def _block_mean(terrain: Terrain, size: int) -> FloatGrid:
    """Average known cells over blocks, so that fine terrain does not turn to noise; NaN where a block has none."""
    known = terrain.elevation_m != MISSING
    values = np.where(known, terrain.elevation_m, 0).astype(np.float64)
    starts = [np.arange(0, n, size) for n in values.shape]
    total = np.add.reduceat(np.add.reduceat(values, starts[0], axis=0), starts[1], axis=1)
    count = np.add.reduceat(np.add.reduceat(known.astype(np.float64), starts[0], axis=0), starts[1], axis=1)
    return np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0)
