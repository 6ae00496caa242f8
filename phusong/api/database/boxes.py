"""Which rows lie in a rectangle: one condition, answered by an R*Tree on SQLite and by GiST under PostGIS."""

from __future__ import annotations

import math
import sqlite3
import struct
from dataclasses import dataclass
from typing import Any

import shapely
from sqlalchemy import ColumnElement, and_, func, literal_column, select
from sqlalchemy import column as named
from sqlalchemy import table as table_of
from sqlalchemy.orm import Session

from phusong.api.database.models import GapRow

_POINT = struct.Struct("<BIdd")
_POINT_HEAD = struct.pack("<BI", 1, 1)
_gap_boxes = table_of("gap_boxes", *map(named, ("west", "east", "south", "north", "row_id")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle in WGS84, its edges included."""

    west_deg: float
    south_deg: float
    east_deg: float
    north_deg: float


def bbox_hits(db: Session, box: Box) -> ColumnElement[bool]:
    """Return the condition that a gap row's geometry meets a rectangle; rows without a place never do."""
    edges = (box.west_deg, box.south_deg, box.east_deg, box.north_deg)
    if db.get_bind().dialect.name == "postgresql":
        envelope = func.ST_MakeEnvelope(*edges, 4326)
        return func.ST_Intersects(GapRow.geom, envelope)  # uses the index by itself
    columns = _gap_boxes.c
    near = select(columns.row_id).where(
        columns.west <= box.east_deg,
        columns.east >= box.west_deg,
        columns.south <= box.north_deg,
        columns.north >= box.south_deg,
    )
    exact = func.phusong_meets(literal_column("gap_rows.geom"), *edges) == 1
    return and_(GapRow.id.in_(near), exact)


def add_functions(connection: sqlite3.Connection) -> None:
    """Give a connection of SQLite the two functions that its triggers and ``bbox_hits`` call."""
    connection.create_function("phusong_bound", 2, bound, deterministic=True)
    connection.create_function("phusong_meets", 5, meets, deterministic=True)


def bound(geom: bytes | None, which: int) -> float | None:
    """Return west, south, east or north of a geometry in WKB; None where it has no place."""
    if geom is None:
        return None
    if geom[:5] == _POINT_HEAD and len(geom) == _POINT.size:
        value: float = _POINT.unpack(geom)[2 + which % 2]
    else:
        value = float(shapely.from_wkb(geom).bounds[which])
    return value if math.isfinite(value) else None


def meets(geom: bytes | None, west: float, south: float, east: float, north: float) -> int:
    """Say (1 or 0) whether a geometry in WKB meets a rectangle."""
    if geom is None:
        return 0
    if geom[:5] == _POINT_HEAD and len(geom) == _POINT.size:
        lon, lat = _POINT.unpack(geom)[2:]
        return int(west <= lon <= east and south <= lat <= north)
    shape: Any = shapely.from_wkb(geom)
    return int(bool(shapely.intersects(shape, shapely.box(west, south, east, north))))
