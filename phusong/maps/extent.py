"""What a map shows first: the mainland of the area, with far islands one step away instead of a map of empty sea."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

NEAR_DEG = 0.6
"""Parts closer than this (about 65 km) belong to one view."""


@dataclass(frozen=True, slots=True)
class Extent:
    """The first view, and the numbers of the shapes that lie wholly outside it."""

    main: Bounds
    far: tuple[int, ...]


def extent_of(shapes: Sequence[BaseGeometry]) -> Extent:
    """Find the group of neighbouring parts with the largest area; views are clipped to it, data never is.

    Đà Nẵng reaches Hoàng Sa, 350 km out: a view of both would show neither.
    """
    parts, owner = shapely.get_parts(np.asarray(shapes, dtype=object), return_index=True)
    kept = ~shapely.is_empty(parts)
    parts, owner = parts[kept], owner[kept]
    west, south, east, north = shapely.bounds(parts).T
    half = NEAR_DEG / 2
    near = shapely.box(west - half, south - half, east + half, north + half)
    groups = shapely.get_parts(shapely.union_all(near))
    inside = shapely.contains_properly(groups[:, None], shapely.point_on_surface(parts)[None, :])
    area = np.where(inside, shapely.area(parts) + 1e-12, 0.0).sum(axis=1)
    members = inside[int(np.argmax(area))]
    far = sorted(set(range(len(shapes))) & set(owner.tolist()) - set(owner[members].tolist()))
    main = (west[members].min(), south[members].min(), east[members].max(), north[members].max())
    return Extent((float(main[0]), float(main[1]), float(main[2]), float(main[3])), tuple(far))
