"""The frame of a printed map in millimetres: where a place stands on paper, the scale bar, both coordinate grids."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.area import degrees_a_metre
from phusong.data.crs import project
from phusong.maps.extent import Bounds
from phusong.words import Language, Text, number

Floats = NDArray[np.float64]

_SECONDS = (10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 18000)
_MOST_LINES = 5
_BAR_SHARE = 0.3
_NORTH, _EAST = Text("B", "N"), Text("Đ", "E")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a map shows and how large it stands on paper; north is up, the scale is that of its middle both ways."""

    bounds: Bounds
    width_mm: float
    height_mm: float

    def at(self, lon_deg: Floats | float, lat_deg: Floats | float) -> tuple[Floats, Floats]:
        """Return millimetres from the upper left corner, to the right and down."""
        west, south, east, north = self.bounds
        x = (np.asarray(lon_deg, dtype=np.float64) - west) / (east - west) * self.width_mm
        y = (north - np.asarray(lat_deg, dtype=np.float64)) / (north - south) * self.height_mm
        return x, y

    @property
    def mm_a_km(self) -> float:
        """Return how long a kilometre is on paper."""
        west, south, east, north = self.bounds
        lon_a_metre, _ = degrees_a_metre((south + north) / 2)
        return self.width_mm / (east - west) * lon_a_metre * 1000.0

    def holds(self, lon_deg: float, lat_deg: float) -> bool:
        """Say whether a place is on the map."""
        west, south, east, north = self.bounds
        return west <= lon_deg <= east and south <= lat_deg <= north


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """A bar of a round length, and how long it is on paper."""

    length_km: float
    length_mm: float

    def label(self, language: Language) -> str:
        """Write the length."""
        return f"{number(self.length_km, language, decimals=0 if self.length_km >= 1 else 1)} km"


@dataclass(frozen=True, slots=True)
class GridLine:
    """A line of a coordinate grid: its way (``x`` upright, ``y`` lying), its place on paper, its words."""

    way: str
    at_mm: float
    label: str


def frame_over(bounds: Bounds, *, width_mm: float, height_mm: float, least_km: float, room: float = 1.08) -> Frame:
    """Return the frame over some bounds, ``room`` times as wide, padded to the shape of the paper."""
    west, south, east, north = bounds
    lon_a_metre, lat_a_metre = degrees_a_metre((south + north) / 2)
    wide_m = max((east - west) / lon_a_metre, (north - south) / lat_a_metre * width_mm / height_mm)
    wide_m = max(room * wide_m, 1000.0 * least_km)
    high_m = wide_m * height_mm / width_mm
    x, y, half_x, half_y = (west + east) / 2, (south + north) / 2, wide_m * lon_a_metre / 2, high_m * lat_a_metre / 2
    return Frame(bounds=(x - half_x, y - half_y, x + half_x, y + half_y), width_mm=width_mm, height_mm=height_mm)


def scale_bar(frame: Frame) -> ScaleBar:
    """Return the longest bar of 1, 2 or 5 times a power of ten that takes under a third of the map's width."""
    wanted_km = _BAR_SHARE * frame.width_mm / frame.mm_a_km
    power = 10.0 ** math.floor(math.log10(wanted_km))
    length_km = max(step * power for step in (1, 2, 5) if step * power <= wanted_km)
    return ScaleBar(length_km, length_km * frame.mm_a_km)


def graticule(frame: Frame, language: Language) -> list[GridLine]:
    """Return the WGS 84 grid, in whole seconds of arc: at most five lines the longer way."""
    west, south, east, north = frame.bounds
    span = 3600.0 * max(east - west, north - south)
    step = next((seconds for seconds in _SECONDS if span / seconds <= _MOST_LINES), _SECONDS[-1])
    lines = []
    for way, low, high, letter in (("x", west, east, _EAST), ("y", south, north, _NORTH)):
        for k in range(math.ceil(3600.0 * low / step), math.floor(3600.0 * high / step) + 1):
            x, y = frame.at(k * step / 3600.0, k * step / 3600.0)
            at = float(x if way == "x" else y)
            lines.append(GridLine(way, at, dms(k * step, step) + letter.to(language)))
    return lines


def dms(seconds: int, step: int) -> str:
    """Write an angle in degrees and minutes, and in seconds where the grid needs them."""
    degrees, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return f"{degrees}°{minutes:02d}′" + (f"{left:02d}″" if step % 60 else "")


def vn2000_ticks(frame: Frame, epsg: int, language: Language) -> list[GridLine]:
    """Return the VN-2000 grid where it meets the upper and the right edge, in whole kilometres written in metres."""
    west, south, east, north = frame.bounds
    step_m = _step_m(frame)
    share = np.linspace(0.0, 1.0, 101)
    easting, _ = project(west + share * (east - west), np.full(101, north), epsg)
    _, northing = project(np.full(101, east), north - share * (north - south), epsg)
    ticks = [
        GridLine("x", float(np.interp(value, easting, share)) * frame.width_mm, number(value, language))
        for value in _round_values(easting, step_m)
    ]
    return ticks + [
        GridLine("y", float(np.interp(-value, -northing, share)) * frame.height_mm, number(value, language))
        for value in _round_values(northing, step_m)
    ]


def _step_m(frame: Frame) -> float:
    wide_km = max(frame.width_mm, frame.height_mm) / frame.mm_a_km
    steps = (1, 2, 5, 10, 20, 50, 100, 200, 500)
    return 1000.0 * next((step for step in steps if wide_km / step <= _MOST_LINES + 1), steps[-1])


def _round_values(values_m: Floats, step_m: float) -> Sequence[float]:
    low, high = float(values_m.min()), float(values_m.max())
    return [step_m * k for k in range(math.ceil(low / step_m), math.floor(high / step_m) + 1)]
