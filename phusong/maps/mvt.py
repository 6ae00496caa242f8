"""Mapbox Vector Tiles (2.1), written column by column: whole layers at once, no loop over points.

A layer is a protobuf message; its features name their keys and values by number. Points are written by numpy, since a
tile of counts has up to 16,384 of them; lines and areas, of which there are few, one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from phusong.maps.tile_grid import EXTENT

if TYPE_CHECKING:
    import shapely

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]
Flags = NDArray[np.bool_]

_POINT, _POLYGON = 1, 3
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
    drawn = [_rings(shape) for shape in shapes]
    kept = np.flatnonzero([bool(commands) for commands in drawn])
    if not len(kept):
        return b""
    keys, values, tags = _tagged({key: column[kept] for key, column in columns.items()}, len(kept))
    tag_bytes, tag_mask = _side_by_side(tags, len(kept))
    features = []
    for row, at in enumerate(kept.tolist()):
        named = b"" if ids is None else b"\x08" + _varint(int(ids[at]))
        tagged = _field(0x12, tag_bytes[row][tag_mask[row]].tobytes()) if keys else b""
        features.append(_field(0x12, named + tagged + bytes([0x18, _POLYGON]) + _field(0x22, drawn[at])))
    return _layer(name, b"".join(features), keys, values)


def _rings(shape: shapely.Geometry) -> bytes:
    """Return the commands of an area: outer rings clockwise on the screen, holes the other way."""
    import shapely

    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    at, written = np.zeros(2, dtype=np.int64), []
    for part in parts:
        for number, ring in enumerate([part.exterior, *part.interiors]):
            corners = _corners(shapely.get_coordinates(ring), outer=number == 0)
            if corners is None and number == 0:
                break
            if corners is not None:
                steps = np.diff(corners, axis=0, prepend=at[None])
                zigzag = ((steps << 1) ^ (steps >> 63)).reshape(-1)
                line_to = (len(corners) - 1) << 3 | 2
                numbers = np.concatenate([[_MOVE_TO_ONE], zigzag[:2], [line_to], zigzag[2:], [_CLOSE]])
                digits, mask = _varints(numbers)
                written.append(digits[mask].tobytes())
                at = corners[-1]
    return b"".join(written)


def _corners(given: NDArray[np.float64], *, outer: bool) -> Ints | None:
    """Return the corners of a ring in whole units, each once, turned as the format asks; None where nothing is left."""
    whole = np.rint(given).astype(np.int64)[:-1]
    differs = (whole != np.roll(whole, 1, axis=0)).any(axis=1)
    whole = whole[differs]
    if len(whole) < 3:
        return None
    x, y = whole[:, 0], whole[:, 1]
    twice = int((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())
    if abs(twice) < _LEAST_TWICE_AREA:
        return None
    return np.asarray(whole if (twice > 0) == outer else whole[::-1])


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
