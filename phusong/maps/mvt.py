"""Mapbox Vector Tiles (2.1), written column by column: whole layers at once, no loop over points.

A layer is a protobuf message; its features name their keys and values by number. Points are written by numpy, since a
tile of counts has up to 16,384 of them; lines and areas, of which there are few, one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from phusong.maps.tile_grid import EXTENT

if TYPE_CHECKING:
    import shapely

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]
Flags = NDArray[np.bool_]

_POINT, _LINE, _POLYGON = 1, 2, 3
_MOVE_TO_ONE, _CLOSE = 9, 15
_LEAST_TWICE_AREA = 2
"""Rings of less are no area any more."""


def point_layer(name: str, x: Ints, y: Ints, columns: Mapping[str, NDArray[Any]], ids: Ints | None = None) -> bytes:
    """Return a layer of points; b"" without any.

    Parameters
    ----------
    x, y
        Tile units, none below 0.
    columns
        Values a point by key: text, whole numbers, numbers or truths. "", NaN, None and masked are left out.
    ids
        Whole numbers that name the features.
    """
    if not len(x):
        return b""
    keys, values, tags = _tagged(columns, len(x))
    tag_bytes, tag_mask = _side_by_side(tags, len(x))
    geometry = [_constant(len(x), _MOVE_TO_ONE), _varints(2 * x), _varints(2 * y)]  # zigzag of what is not negative
    place_bytes, place_mask = _side_by_side(geometry, len(x))
    named = [] if ids is None else [_constant(len(x), 0x08), _varints(ids)]
    tagged = [_constant(len(x), 0x12), _varints(tag_mask.sum(axis=1)), (tag_bytes, tag_mask)] if keys else []
    placed = [_constant(len(x), 0x22), _varints(place_mask.sum(axis=1)), (place_bytes, place_mask)]
    kind = [_constant(len(x), 0x18), _constant(len(x), _POINT)]
    body, mask = _side_by_side([*named, *tagged, *kind, *placed], len(x))
    whole, kept = _side_by_side([_constant(len(x), 0x12), _varints(mask.sum(axis=1)), (body, mask)], len(x))
    return _layer(name, whole[kept].tobytes(), keys, values)


def area_layer(
    name: str, shapes: Sequence[shapely.Geometry], columns: Mapping[str, NDArray[Any]], ids: Ints | None = None
) -> bytes:
    """Return a layer of areas in tile units, y downwards; what has no area left after rounding is left out."""
    return _shape_layer(name, _POLYGON, _commands(_rings(shapes), len(shapes), closed=True), columns, ids)


def line_layer(
    name: str, shapes: Sequence[shapely.Geometry], columns: Mapping[str, NDArray[Any]], ids: Ints | None = None
) -> bytes:
    """Return a layer of lines in tile units, y downwards; what has no length left after rounding is left out."""
    return _shape_layer(name, _LINE, _commands(_lines(shapes), len(shapes), closed=False), columns, ids)


def _shape_layer(
    name: str, kind: int, drawn: Sequence[bytes], columns: Mapping[str, NDArray[Any]], ids: Ints | None
) -> bytes:
    """Return a layer of shapes that are written as commands; those without any are left out."""
    kept = np.flatnonzero([bool(commands) for commands in drawn])
    if not len(kept):
        return b""
    keys, values, tags = _tagged({key: column[kept] for key, column in columns.items()}, len(kept))
    tag_bytes, tag_mask = _side_by_side(tags, len(kept))
    features = []
    for row, at in enumerate(kept.tolist()):
        named = b"" if ids is None else b"\x08" + _varint(int(ids[at]))
        tagged = _field(0x12, tag_bytes[row][tag_mask[row]].tobytes()) if keys else b""
        features.append(_field(0x12, named + tagged + bytes([0x18, kind]) + _field(0x22, drawn[at])))
    return _layer(name, b"".join(features), keys, values)


def _commands(rings: _Rings, n_shapes: int, *, closed: bool) -> list[bytes]:
    """Return the commands of each shape, part by part; the pen comes back to where a closed part began."""
    if not len(rings.first):
        return [b""] * n_shapes
    n = np.diff(np.append(rings.first, len(rings.at)))
    before = np.roll(rings.at, 1, axis=0)
    starts = rings.first[np.concatenate([[True], rings.shape[1:] != rings.shape[:-1]])]
    before[starts] = 0  # the pen of each area begins in the corner
    steps = rings.at - before
    zigzag = (steps << 1) ^ (steps >> 63)
    each = 2 * n + 2 + closed
    end = np.cumsum(each)
    begin = end - each
    numbers = np.empty(int(end[-1]), dtype=np.int64)
    numbers[begin], numbers[begin + 3] = _MOVE_TO_ONE, (n - 1) << 3 | 2
    if closed:
        numbers[end - 1] = _CLOSE
    inside = np.arange(len(rings.at)) - np.repeat(rings.first, n)
    place = np.repeat(begin, n) + 1 + 2 * inside + (inside > 0)
    numbers[place], numbers[place + 1] = zigzag[:, 0], zigzag[:, 1]
    digits, mask = _varints(numbers)
    written = digits[mask].tobytes()
    cut = np.concatenate([[0], np.cumsum(mask.sum(axis=1))])
    last = np.searchsorted(rings.shape, np.arange(n_shapes), side="right")
    edges = cut[np.concatenate([[0], end])[np.concatenate([[0], last])]].tolist()
    return [written[a:b] for a, b in pairwise(edges)]


@dataclass(frozen=True, slots=True, eq=False)
class _Rings:
    """Rings of areas, or lines, in whole units: corners, where each ring begins, and the shape it is of."""

    at: Ints
    first: Ints
    shape: Ints


def _rings(shapes: Sequence[shapely.Geometry]) -> _Rings:
    """Return the rings that have an area, each corner once, turned as the format asks."""
    import shapely

    parts, shape = shapely.get_parts(np.asarray(shapes, dtype=object), return_index=True)
    areas = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    parts, shape = parts[areas], shape[areas]
    rings, part = shapely.get_rings(parts, return_index=True)
    given, ring = shapely.get_coordinates(rings, return_index=True)
    at = np.rint(given).astype(np.int64)
    kept = np.append(ring[1:] == ring[:-1], False)[: len(ring)]  # the last corner is the first once more
    at, ring = at[kept], ring[kept]
    kept = (at != _before(at, ring)).any(axis=1)
    at, ring = at[kept], ring[kept]
    twice = _twice_area(at, ring, len(rings))
    outer = np.concatenate([[True], part[1:] != part[:-1]])[: len(part)]
    good = (np.bincount(ring, minlength=len(rings)) >= 3) & (np.abs(twice) >= _LEAST_TWICE_AREA)
    good &= good[outer][np.cumsum(outer) - 1]  # a hole goes with its area
    at = at[_turned(ring, (twice > 0) != outer)]
    kept = good[ring]
    at, ring = at[kept], ring[kept]
    first = np.flatnonzero(np.concatenate([[True], ring[1:] != ring[:-1]])[: len(ring)])
    return _Rings(at, first, shape[part[ring[first]]])


def _lines(shapes: Sequence[shapely.Geometry]) -> _Rings:
    """Return the lines that have a length, each corner once."""
    import shapely

    parts, shape = shapely.get_parts(np.asarray(shapes, dtype=object), return_index=True)
    wanted = shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING
    parts, shape = parts[wanted], shape[wanted]
    given, line = shapely.get_coordinates(parts, return_index=True)
    at = np.rint(given).astype(np.int64)
    if not len(line):
        return _Rings(at, line, line)
    begins = np.concatenate([[True], line[1:] != line[:-1]])
    kept = begins | np.concatenate([[True], (at[1:] != at[:-1]).any(axis=1)])
    at, line = at[kept], line[kept]
    kept = np.bincount(line, minlength=len(parts))[line] >= 2
    at, line = at[kept], line[kept]
    first = np.flatnonzero(np.concatenate([[True], line[1:] != line[:-1]])[: len(line)])
    return _Rings(at, first, shape[line[first]])


def _first_and_last(ring: Ints) -> tuple[Ints, Ints]:
    """Return the first and the last place of the ring that each place is of."""
    edges = np.flatnonzero(np.concatenate([[True], ring[1:] != ring[:-1]])[: len(ring)])
    n = np.diff(np.append(edges, len(ring)))
    return np.repeat(edges, n), np.repeat(edges + n - 1, n)


def _before(at: Ints, ring: Ints) -> Ints:
    """Return the corner before each, going round its ring."""
    first, last = _first_and_last(ring)
    place = np.arange(len(at))
    return np.asarray(at[np.where(place == first, last, place - 1)])


def _turned(ring: Ints, wrong: Flags) -> Ints:
    """Return the places in order, those of wrong rings backwards."""
    first, last = _first_and_last(ring)
    place = np.arange(len(ring))
    return np.asarray(np.where(wrong[ring], first + last - place, place))


def _twice_area(at: Ints, ring: Ints, n: int) -> Ints:
    before = _before(at, ring)
    cross = before[:, 0] * at[:, 1] - at[:, 0] * before[:, 1]
    sums = np.zeros(n, dtype=np.int64)
    np.add.at(sums, ring, cross)
    return sums


def _tagged(columns: Mapping[str, NDArray[Any]], n: int) -> tuple[list[str], list[bytes], list[tuple[Bytes, Flags]]]:
    """Return keys, values as written, and what each feature says of them: key and value by number."""
    keys: list[str] = []
    values: list[bytes] = []
    tags: list[tuple[Bytes, Flags]] = []
    for key, column in columns.items():
        there = _is_told(column)
        if not there.any():
            continue
        different, which = np.unique(np.ma.getdata(column)[there], return_inverse=True)
        number = np.zeros(n, dtype=np.int64)
        number[there] = which.reshape(-1) + len(values)
        values += [_value(one) for one in different.tolist()]
        digits, mask = _varints(number)
        tags += [(np.full((n, 1), len(keys), dtype=np.uint8), there[:, None]), (digits, mask & there[:, None])]
        keys.append(key)
    return keys, values, tags


def _is_told(column: NDArray[Any]) -> Flags:
    if isinstance(column, np.ma.MaskedArray):
        return np.asarray(~np.ma.getmaskarray(column))
    if column.dtype.kind == "f":
        return np.asarray(~np.isnan(column))
    if column.dtype.kind == "O":
        return np.array([one is not None and one == one and one != "" for one in column], dtype=np.bool_)
    if column.dtype.kind == "U":
        return np.asarray(column != "")
    return np.ones(len(column), dtype=np.bool_)


def _value(value: object) -> bytes:
    if isinstance(value, bool):
        inner = b"\x38" + bytes([value])
    elif isinstance(value, int):
        inner = b"\x20" + _varint(value) if value >= 0 else b"\x30" + _varint(-2 * value - 1)
    elif isinstance(value, float):
        inner = b"\x19" + np.float64(value).astype("<f8").tobytes()
    else:
        inner = _field(0x0A, str(value).encode())
    return _field(0x22, inner)


def _layer(name: str, features: bytes, keys: Sequence[str], values: Sequence[bytes]) -> bytes:
    told = b"".join(_field(0x1A, key.encode()) for key in keys)
    head = b"\x78\x02" + _field(0x0A, name.encode())
    return _field(0x1A, head + features + told + b"".join(values) + b"\x28" + _varint(EXTENT))


def _field(tag: int, content: bytes) -> bytes:
    return bytes([tag]) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    digits = bytearray()
    while value > 0x7F:
        digits.append(value & 0x7F | 0x80)
        value >>= 7
    digits.append(value)
    return bytes(digits)


def _varints(values: Ints) -> tuple[Bytes, Flags]:
    """Return whole numbers as varints, a row each: the bytes and which of them count."""
    given = values.astype(np.int64)
    most = max(1, -(-int(given.max(initial=0)).bit_length() // 7))
    parts = given[:, None] >> (7 * np.arange(most))
    mask = parts > 0
    mask[:, 0] = True
    more = np.zeros(mask.shape, dtype=np.uint8)
    more[:, :-1] = mask[:, 1:] * np.uint8(0x80)
    return (parts & 0x7F).astype(np.uint8) | more, mask


def _constant(n: int, byte: int) -> tuple[Bytes, Flags]:
    return np.full((n, 1), byte, dtype=np.uint8), np.ones((n, 1), dtype=np.bool_)


def _side_by_side(parts: Sequence[tuple[Bytes, Flags]], n: int) -> tuple[Bytes, Flags]:
    if not parts:
        return np.zeros((n, 0), dtype=np.uint8), np.zeros((n, 0), dtype=np.bool_)
    return np.concatenate([one for one, _ in parts], axis=1), np.concatenate([mask for _, mask in parts], axis=1)
