"""Coordinate systems of the collections, by their OGC addresses and in the axis order of their authority.

Features are kept in CRS84 (longitude, latitude); every shift to VN-2000 is that of :mod:`phusong.data.crs`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from phusong.api.problems import BadQueryError
from phusong.data.crs import project, unproject, zone_rows
from phusong.words import Text

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
_PLAIN = (4326, 3857, 32648, 32649)
DEGREE_DECIMALS, METRE_DECIMALS = 7, 3
_PIECES = 32
"""Into how many pieces a side of a box is cut before it is bent into another system."""

_FARTHEST = 1e9

Coordinates = NDArray[np.float64]


@cache
def systems() -> tuple[str, ...]:
    """Return the systems features may be asked in; the first is the one they are kept in."""
    zones = sorted({one.epsg for one in zone_rows()})
    return (CRS84, *(f"{_EPSG}{code}" for code in (*_PLAIN, *zones)))


def system(name: str, asked: str) -> str:
    """Return a system that was asked for in the parameter ``name``; a safe CURIE in brackets is one too."""
    known = systems()
    found = _of_curie(asked) if asked.startswith("[") else asked
    if found not in known:
        raise BadQueryError(
            Text(
                f"{name}: không có hệ toạ độ này; các hệ được dùng ghi ở trang của tập dữ liệu.",
                f"{name}: no such coordinate system; those there are stand in the collection.",
            )
        )
    return found


def _of_curie(asked: str) -> str:
    authority, _, code = asked.strip("[]").partition(":")
    return CRS84 if authority == "OGC" and code == "CRS84" else f"{_EPSG}{code}"


def epsg_of(uri: str) -> int:
    """Return the code of a system; CRS84 is told as 4326, whose axes it has the other way round."""
    return 4326 if uri == CRS84 else int(uri.removeprefix(_EPSG))


@cache
def _north_first(uri: str) -> bool:
    from pyproj import CRS

    return uri != CRS84 and CRS(epsg_of(uri)).axis_info[0].direction == "north"


@cache
def _in_degrees(uri: str) -> bool:
    return epsg_of(uri) == 4326


def told_in(geometries: NDArray[np.object_], uri: str) -> NDArray[np.object_]:
    """Return geometries of CRS84 in another system, rounded to what their data are good for."""
    return shapely.transform(geometries, _there(uri))


def _there(uri: str) -> Callable[[Coordinates], Coordinates]:
    decimals = DEGREE_DECIMALS if _in_degrees(uri) else METRE_DECIMALS

    def there(points: Coordinates) -> Coordinates:
        x, y = points[:, 0], points[:, 1]
        if not _in_degrees(uri):
            x, y = project(x, y, epsg_of(uri))
        pair = (y, x) if _north_first(uri) else (x, y)
        return np.asarray(np.round(np.column_stack(pair), decimals), dtype=np.float64)

    return there


def meant_in(geometry: BaseGeometry, uri: str, name: str) -> BaseGeometry:
    """Return a geometry somebody gave in a system as one of CRS84."""

    def back(points: Coordinates) -> Coordinates:
        x, y = (points[:, 1], points[:, 0]) if _north_first(uri) else (points[:, 0], points[:, 1])
        if not _in_degrees(uri):
            x, y = unproject(x, y, epsg_of(uri))
        return np.column_stack((x, y))

    moved: BaseGeometry | None = shapely.transform(geometry, back) if _sized(geometry) else None
    if moved is None or not np.isfinite(shapely.get_coordinates(moved)).all():
        raise BadQueryError(Text(f"{name}: toạ độ nằm ngoài hệ toạ độ.", f"{name}: outside of its coordinate system."))
    return moved


def _sized(geometry: BaseGeometry) -> bool:
    """Say whether coordinates are such as a place on Earth can have in any system."""
    return bool((np.abs(shapely.get_coordinates(geometry)) <= _FARTHEST).all())


def box_meant(numbers: tuple[float, float, float, float], uri: str, name: str) -> BaseGeometry:
    """Return a box given in a system as a shape of CRS84; one across longitude 180 is two boxes."""
    low_x, low_y, high_x, high_y = numbers
    if _in_degrees(uri) and _lon(numbers, uri)[0] > _lon(numbers, uri)[1]:
        return _across(numbers, uri)
    if low_x > high_x or low_y > high_y:
        raise BadQueryError(
            Text(f"{name}: góc đầu phải nhỏ hơn góc sau.", f"{name}: the first corner must be the lower one.")
        )
    return meant_in(_outlined(numbers), uri, name)


def _outlined(numbers: tuple[float, float, float, float]) -> BaseGeometry:
    """Return a box with corners enough to be bent; one without width or height is a line or a point."""
    low_x, low_y, high_x, high_y = numbers
    if low_x == high_x or low_y == high_y:
        corners = [(low_x, low_y), (high_x, high_y)]
        return shapely.Point(corners[0]) if corners[0] == corners[1] else shapely.LineString(corners)
    x, y = np.linspace(low_x, high_x, _PIECES), np.linspace(low_y, high_y, _PIECES)
    sides = (
        (x, np.full(_PIECES, low_y)), (np.full(_PIECES, high_x), y),
        (x[::-1], np.full(_PIECES, high_y)), (np.full(_PIECES, low_x), y[::-1]),
    )  # fmt: skip
    return shapely.Polygon(np.concatenate([np.column_stack(side) for side in sides]))


def _lon(numbers: tuple[float, float, float, float], uri: str) -> tuple[float, float]:
    return (numbers[1], numbers[3]) if _north_first(uri) else (numbers[0], numbers[2])


def _across(numbers: tuple[float, float, float, float], uri: str) -> BaseGeometry:
    west, east = _lon(numbers, uri)
    south, north = (numbers[0], numbers[2]) if _north_first(uri) else (numbers[1], numbers[3])
    return shapely.union(shapely.box(west, south, 180.0, north), shapely.box(-180.0, south, east, north))
