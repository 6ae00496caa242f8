"""Reported rows of a round as vector tiles: asked of PostGIS as a tile, of SQLite as rows that are written here.

Both give the same: one layer ``rows`` of points, each row in exactly the tile its place lies in.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, literal_column, select
from sqlalchemy.orm import Session

from phusong.api.access.policy import Action, Person
from phusong.api.database.boxes import Box, bbox_hits
from phusong.api.database.models import Decision, GapRow, Round, RowFinding
from phusong.api.intake.rounds import rows_in_reach
from phusong.api.workflow.concluded import WITHDRAWN, standing
from phusong.maps.tile_grid import EXTENT, WORLD, Tile, degrees
from phusong.words import Text

LAYER = "rows"
COLUMNS = {
    "id": Text("mã dòng trong hệ thống", "id of the row"),
    "gap_id": Text("mã khu vực", "id of the place"),
    "village": Text("thôn", "village"),
    "households": Text("số hộ", "households"),
    "commune_code": Text("mã xã", "commune code"),
}
OF_FINDINGS = {
    "verdict": Text("mô hình nói gì", "what the model says"),
    "decision": Text("kết luận của cán bộ", "what was decided"),
}
"""Columns of those who may read findings."""
MOST_ROWS = 20_000
"""More rows than any round has; a tile never holds more."""


def columns_for(person: Person, province_code: str) -> dict[str, Text]:
    """Return the columns of a person's tiles of a province."""
    found = person.may(Action.FINDING_READ, province_code=province_code)
    return {**COLUMNS, **(OF_FINDINGS if found else {})}


def rows_tile(db: Session, person: Person, round_: Round, z: int, x: int, y: int) -> bytes:
    """Return a tile of the rows that a person may read, not compressed; b"" where there are none.

    Raises
    ------
    OutOfRangeError
        There is no such tile.
    """
    at = Tile(z, x, y)
    columns = list(columns_for(person, round_.province_code))
    query = _rows(round_, columns).where(
        GapRow.round_id == round_.id, GapRow.present, rows_in_reach(person), bbox_hits(db, _box(at))
    )  # fmt: skip
    query = query.order_by(GapRow.gap_id).limit(MOST_ROWS)
    if db.get_bind().dialect.name == "postgresql":
        return _by_postgis(db, query, columns, at)
    return _written_here(db, query, columns, at)


def _rows(round_: Round, columns: list[str]) -> Select[Any]:
    """Return the query of a round's rows with some columns, and what is concluded of each where that is wanted."""
    own = [getattr(GapRow, name) for name in columns if name in COLUMNS]
    if "verdict" not in columns:
        return select(*own)
    said = (
        (RowFinding.row_id == GapRow.id)
        & (RowFinding.row_version == GapRow.version)
        & (RowFinding.study_id == round_.study_id)
    )
    over = (
        (Decision.subject_kind == "reported")
        & (Decision.province_code == round_.province_code)
        & (Decision.round_id == round_.id)
        & (Decision.subject_code == GapRow.gap_id)
        & (Decision.verdict != WITHDRAWN)
        & standing()
    )
    concluded = (func.coalesce(RowFinding.verdict, "").label("verdict"), _or_empty(Decision.verdict, "decision"))
    return select(*own, *concluded).outerjoin(RowFinding, said).outerjoin(Decision, over)


def _or_empty(column: Any, name: str) -> ColumnElement[str]:
    return func.coalesce(column, "").label(name)


def _box(at: Tile) -> Box:
    """Return the tile's rectangle, a little wider: what lies on its edge is sorted out by whole units."""
    left, top, right, bottom = at.bounds(buffer=1)
    (west, north), (east, south) = degrees(left, top), degrees(right, bottom)
    return Box(west_deg=west, south_deg=south, east_deg=east, north_deg=north)


def _by_postgis(db: Session, query: Select[Any], columns: list[str], at: Tile) -> bytes:
    """Let PostGIS write the tile; empty texts are left out, as they are here."""
    envelope = func.ST_TileEnvelope(at.z, at.x, at.y)
    place = func.ST_Transform(func.ST_Centroid(GapRow.geom), 3857)
    drawn = func.ST_AsMVTGeom(place, envelope, EXTENT, 0, True)
    listed = query.add_columns(drawn.label("geom")).subquery("listed")
    told = [
        case((listed.c[name] == "", None), else_=listed.c[name]).label(name) if name != "households" else listed.c[name]
        for name in columns
    ]
    kept = select(*told, listed.c.geom).where(listed.c.geom.is_not(None)).subquery("kept")
    made = select(func.ST_AsMVT(literal_column("kept.*"), literal(LAYER), EXTENT, literal("geom"))).select_from(kept)
    return bytes(db.scalar(made) or b"")


def _written_here(db: Session, query: Select[Any], columns: list[str], at: Tile) -> bytes:
    """Write the tile from the rows themselves."""
    import numpy as np

    from phusong.maps.mvt import point_layer
    from phusong.maps.tile_grid import whole_units

    found = db.execute(query.add_columns(GapRow.geom)).all()
    if not found:
        return b""
    centres = [row.geom.centroid for row in found]
    world_x, world_y = whole_units(np.array([one.x for one in centres]), np.array([one.y for one in centres]))
    x, y = at.units(world_x, world_y)
    here = (x >= 0) & (x < EXTENT) & (y >= 0) & (y < EXTENT)
    told = {name: np.array([getattr(row, name) for row in found], dtype=object)[here] for name in columns}
    told["households"] = np.ma.array(
        [row.households or 0 for row in found], mask=[row.households is None for row in found]
    )[here]
    return point_layer(LAYER, x[here], y[here], told)


def bounds_of(db: Session, person: Person, round_: Round) -> list[float]:
    """Return west, south, east, north of the rows a person may read; the whole world without any."""
    query = select(GapRow.geom).where(
        GapRow.round_id == round_.id, GapRow.present, GapRow.geom.is_not(None), rows_in_reach(person)
    )  # fmt: skip
    boxes = [geom.bounds for geom in db.scalars(query) if geom is not None]
    if not boxes:
        return [*degrees(0, WORLD), *degrees(WORLD, 0)]
    west, south, east, north = zip(*boxes, strict=True)
    return [min(west), min(south), max(east), max(north)]
