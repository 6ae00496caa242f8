"""How bright ground is that the sun lights from the north-west, and the greys it is drawn in."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

FloatGrid = NDArray[np.float64]

EARTH_RADIUS_M = 6_371_000.0
SUN_AZIMUTH_DEG = 315.0
SUN_ALTITUDE_DEG = 45.0
EXAGGERATION = 2.0
FLAT = 0.92
GREYS = 24
"""Levels of grey: enough for the eye, few enough for a small file."""


def grey_palette() -> list[int]:
    """Return paper for nothing known, then greys from slate to white: gentle enough for colours above."""
    dark, light = np.array([70, 74, 84]), np.array([255, 255, 255])
    greys = [dark + (light - dark) * math.sqrt(i / (GREYS - 1)) for i in range(GREYS)]
    return [246, 244, 239, *(round(float(value)) for grey in greys for value in grey)]


def lambert(height: FloatGrid, step_n: float, step_e: float) -> FloatGrid:
    """Return the brightness of a matt surface: flat ground almost white, so that only slopes away from light darken."""
    if min(height.shape) < 2:
        return np.where(np.isfinite(height), FLAT, np.nan)
    south, east = np.gradient(height, step_n, step_e)
    return brightness(np.asarray(south), np.asarray(east))


def brightness(south: FloatGrid, east: FloatGrid) -> FloatGrid:
    """Return the brightness of matt ground by how much it rises a metre to the south and to the east; NaN unknown."""
    south, east = south * EXAGGERATION, east * EXAGGERATION
    sun, up = math.radians(SUN_AZIMUTH_DEG), math.radians(SUN_ALTITUDE_DEG)
    towards = -east * math.sin(sun) + south * math.cos(sun)  # slope towards the sun: rows run south
    cosine = (math.sin(up) + math.cos(up) * towards) / np.sqrt(1.0 + south**2 + east**2)
    return np.asarray(np.clip(FLAT * cosine / math.sin(up), 0.0, 1.0))
