"""Rows within a rectangle: the same, exact answer from the R*Tree of SQLite and from PostGIS."""

from __future__ import annotations

import random

import shapely
from api_.made_gap_rows import add_rows
from shapely.geometry import LineString, MultiPoint, Point, Polygon
from sqlalchemy import select, text, update

from phusong.api.database.boxes import Box, bbox_hits
from phusong.api.database.models import GapRow
from phusong.api.service import Service

SQUARE = Box(west_deg=105.0, south_deg=21.0, east_deg=105.1, north_deg=21.1)


def test_what_meets_a_rectangle_is_found_and_nothing_else(service: Service) -> None:
    """500 points and 50 polygons drawn at random: exactly those that shapely says meet it, edges included."""
    draw = random.Random(7)
    points = [Point(draw.uniform(104.9, 105.2), draw.uniform(20.9, 21.2)) for _ in range(500)]
    polygons = [point.buffer(draw.uniform(0.001, 0.05), quad_segs=2) for point in points[:50]]
    edges = [Point(105.0, 21.0), Point(105.1, 21.1), Point(105.1, 21.05), Point(105.10000001, 21.05)]
    shapes = [*points, *polygons, *edges]
    with service.database.write() as db:
        ids = add_rows(db, shapes)
    box = shapely.box(105.0, 21.0, 105.1, 21.1)
    expected = {one for one, shape in zip(ids, shapes, strict=True) if shape.intersects(box)}
    assert 50 < len(expected) < 300
    assert ids[-1] not in expected
    assert _found(service, SQUARE) == expected


def test_a_shape_whose_frame_meets_but_not_itself_is_no_hit(service: Service) -> None:
    """A triangle and a line past a corner: its bounds overlap the rectangle, the shape does not."""
    beside = Polygon([(105.05, 21.2), (105.2, 21.2), (105.2, 21.05)])  # its long side runs past the corner
    past = LineString([(105.09, 21.2), (105.2, 21.09)])
    hit = MultiPoint([(104.0, 20.0), (105.05, 21.05)])
    with service.database.write() as db:
        ids = add_rows(db, [beside, past, hit])
    assert _found(service, SQUARE) == {ids[2]}


def test_rows_that_move_lose_their_place_or_go_are_followed(service: Service) -> None:
    """The boxes follow every change of a geometry, and rows without a place are never hit."""
    inside, outside = Point(105.05, 21.05), Point(106.0, 21.05)
    with service.database.write() as db:
        moved, lost, gone, empty, none = add_rows(db, [outside, inside, inside, Point(), None])
    assert _found(service, SQUARE) == {lost, gone}
    with service.database.write() as db:
        db.get_one(GapRow, moved).geom = inside
        db.get_one(GapRow, lost).geom = None
        db.get_one(GapRow, none).geom = inside
        db.delete(db.get_one(GapRow, gone))
    assert _found(service, SQUARE) == {moved, none}
    with service.database.write() as db:
        db.execute(update(GapRow).values(geom=inside).where(GapRow.id.in_([lost, empty])))
    assert _found(service, SQUARE) == {moved, none, lost, empty}


def test_boxes_outlive_the_compaction_of_a_file(service: Service) -> None:
    """VACUUM numbers rows anew; the boxes still point at the right ones."""
    with service.database.write() as db:
        ids = add_rows(db, [Point(106.0, 21.0)] * 20 + [Point(105.05, 21.05)])
    with service.database.write() as db:
        for one in ids[:15]:
            db.delete(db.get_one(GapRow, one))
    with service.database.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        if not service.database.embedded:
            raw.autocommit = True
        raw.execute("VACUUM")
    assert _found(service, SQUARE) == {ids[-1]}


def test_the_index_is_what_answers(service: Service) -> None:
    """The plan of the query goes through the R*Tree or GiST, not through every row."""
    with service.database.write() as db:
        add_rows(db, [Point(104 + n * 0.001, 21.05) for n in range(2000)])
    with service.database.read() as db:
        if service.database.embedded:
            asked = select(GapRow.id).where(bbox_hits(db, SQUARE))
            plan = "EXPLAIN QUERY PLAN "
        else:
            db.execute(text("SET enable_seqscan = off"))
            asked, plan = select(GapRow.id).where(bbox_hits(db, SQUARE)), "EXPLAIN "
        written = asked.compile(dialect=db.get_bind().dialect, compile_kwargs={"literal_binds": True})
        told = str(db.execute(text(plan + str(written))).all())
    assert ("gap_boxes VIRTUAL TABLE INDEX" in told) or ("ix_gap_rows_geom" in told)


def _found(service: Service, box: Box) -> set[str]:
    with service.database.read() as db:
        return set(db.scalars(select(GapRow.id).where(bbox_hits(db, box))))
