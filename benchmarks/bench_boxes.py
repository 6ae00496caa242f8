"""Rows within a rectangle out of 100,000: ``bbox_hits`` against looking at every row, on SQLite and on PostGIS.

Both ways must give the same rows. PostGIS is measured where PostgreSQL is installed, and left out visibly otherwise.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import shapely
from sqlalchemy import select

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from api_ import postgres
from api_.made_gap_rows import add_rows

from phusong.api.database import schema
from phusong.api.database.boxes import Box, bbox_hits
from phusong.api.database.models import GapRow
from phusong.api.database.store import Database

ROWS, RECTANGLES, SIDE_DEG = 100_000, 7, 0.2


def measure(name: str, url: str) -> None:
    """Fill a database, ask both ways in turns, print medians and their ratio."""
    schema.upgrade(url)
    database, draw = Database(url), random.Random(3)
    shapes = [shapely.Point(draw.uniform(103, 109), draw.uniform(9, 23)) for _ in range(ROWS)]
    started = time.perf_counter()
    with database.write() as db:
        add_rows(db, shapes)
    filled = time.perf_counter() - started
    quick, slow = [], []
    for _ in range(RECTANGLES):
        west, south = draw.uniform(103, 108), draw.uniform(9, 22)
        box = Box(west_deg=west, south_deg=south, east_deg=west + SIDE_DEG, north_deg=south + SIDE_DEG)
        seconds, hits = timed(lambda box=box: by_index(database, box))
        seconds_all, every = timed(lambda box=box: by_looking(database, box))
        assert hits == every, "the two ways differ"
        quick.append(seconds)
        slow.append(seconds_all)
    one, all_ = statistics.median(quick), statistics.median(slow)
    print(
        f"{name}: filled {ROWS:,} rows in {filled:.1f} s; a rectangle of {SIDE_DEG:g} degrees {1000 * one:.1f} ms, "
        f"looking at every row {1000 * all_:.0f} ms: {all_ / one:.0f} times"
    )
    database.close()


def timed(ask: Callable[[], set[str]]) -> tuple[float, set[str]]:
    """Return seconds by the clock and what was found."""
    started = time.perf_counter()
    found = ask()
    return time.perf_counter() - started, found


def by_index(database: Database, box: Box) -> set[str]:
    """Ask the database."""
    with database.read() as db:
        return set(db.scalars(select(GapRow.id).where(bbox_hits(db, box))))


def by_looking(database: Database, box: Box) -> set[str]:
    """Read every row and compare it here."""
    frame = shapely.box(box.west_deg, box.south_deg, box.east_deg, box.north_deg)
    with database.read() as db:
        return {id_ for id_, geom in db.execute(select(GapRow.id, GapRow.geom)) if geom.intersects(frame)}


def main() -> None:
    """Measure on both databases."""
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", f"sqlite:///{(Path(folder) / 'bench.sqlite').as_posix()}")
    programs = postgres.programs()
    if programs is None:
        print("PostGIS: left out, PostgreSQL with PostGIS is not installed")
        return
    with postgres.server(programs) as address:
        measure("PostGIS", address.replace("postgresql://", "postgresql+psycopg://"))


if __name__ == "__main__":
    main()
