"""Tile arithmetic in whole numbers: the Web-Mercator world is 2³¹ units wide, and a tile is one run of Morton codes.

A Morton code interleaves the bits of x and y. Rows sorted by it lie so that whatever is in a tile, or in a bin of one,
stands together: one range of codes, without a row left out or taken twice at an edge.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phusong.errors import OutOfRangeError, Range
from phusong.words import Text

WORLD_BITS = 31
WORLD = 1 << WORLD_BITS
"""Units across the world: one is 1.9 cm on the equator."""
EXTENT = 4096
"""Units across a tile."""
MOST_ZOOM = 22
MOST_LAT_DEG = 85.0511287798066

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_ZOOM = Range(0, MOST_ZOOM)
_SPREAD = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)
_ALL = 0x00000000FFFFFFFF


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile by its address; rows count from the north, as in ``{z}/{x}/{y}``."""

    z: int
    x: int
    y: int

    def __post_init__(self) -> None:
        _ZOOM.check("z", self.z)
        most = (1 << self.z) - 1
        if not (0 <= self.x <= most and 0 <= self.y <= most):
            raise OutOfRangeError(
                Text(
                    f"Ở mức z={self.z}, x và y phải từ 0 đến {most}, nhận được x={self.x}, y={self.y}",
                    f"At z={self.z}, x and y must be 0 to {most}, got x={self.x}, y={self.y}",
                )
            )

    @property
    def shift(self) -> int:
        """Return the bits of one axis inside this tile."""
        return WORLD_BITS - self.z

    @property
    def corner(self) -> tuple[int, int]:
        """Return the north-west corner in world units."""
        return self.x << self.shift, self.y << self.shift

    @property
    def codes(self) -> tuple[int, int]:
        """Return the first code of the tile and the first one after it."""
        first = int(morton(np.array([self.x << self.shift]), np.array([self.y << self.shift]))[0])
        return first, first + (1 << 2 * self.shift)

    def units(self, x: Ints, y: Ints) -> tuple[Ints, Ints]:
        """Return world units as units of this tile, rounded down."""
        left, top = self.corner
        return (x - left) * EXTENT >> self.shift, (y - top) * EXTENT >> self.shift

    def bounds(self, buffer: int = 0) -> tuple[float, float, float, float]:
        """Return least x, least y, most x, most y in world units, wider by so many tile units."""
        left, top = self.corner
        more, side = buffer / EXTENT * (1 << self.shift), 1 << self.shift
        return left - more, top - more, left + side + more, top + side + more


def world_units(lon_deg: Floats, lat_deg: Floats) -> tuple[Floats, Floats]:
    """Return longitudes and latitudes as world units, x east of the date line and y south of the northern edge."""
    sine = np.sin(np.radians(np.clip(lat_deg, -MOST_LAT_DEG, MOST_LAT_DEG)))
    x = (lon_deg + 180.0) / 360.0 * WORLD
    y = (0.5 - np.log((1.0 + sine) / (1.0 - sine)) / (4.0 * math.pi)) * WORLD
    return x, y


def whole_units(lon_deg: Floats, lat_deg: Floats) -> tuple[Ints, Ints]:
    """Return places as whole world units."""
    x, y = (np.clip(np.floor(axis), 0, WORLD - 1).astype(np.int64) for axis in world_units(lon_deg, lat_deg))
    return x, y


def degrees(x: float, y: float) -> tuple[float, float]:
    """Return longitude and latitude of world units."""
    lat = math.degrees(math.atan(math.sinh(math.pi * (1.0 - 2.0 * y / WORLD))))
    return x / WORLD * 360.0 - 180.0, lat


def morton(x: Ints, y: Ints) -> Ints:
    """Return the codes of whole world units."""
    return _spread(x) | (_spread(y) << 1)


def unmorton(code: Ints) -> tuple[Ints, Ints]:
    """Return the world units of codes."""
    return _squeezed(code), _squeezed(code >> 1)


def _spread(value: Ints) -> Ints:
    found = value.astype(np.int64)
    for bits, mask in _SPREAD:
        found = (found | (found << bits)) & mask
    return found


def _squeezed(code: Ints) -> Ints:
    found = code & _SPREAD[-1][1]
    for (bits, _), mask in zip(reversed(_SPREAD), [m for _, m in reversed(_SPREAD[:-1])] + [_ALL], strict=True):
        found = (found | (found >> bits)) & mask
    return found
