"""An opened study.duckdb as tiles want it: one range of households read at a time, all else kept once it was read."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from phusong.errors import MissingFileError, StudyError, UnknownNameError
from phusong.maps.tile_counts import FINEST_LEVEL, Bins, Codes, Ints, bins_of, published, pyramid
from phusong.maps.tile_grid import Tile, degrees, morton, unmorton, whole_units
from phusong.maps.tile_tables import (
    ANSWERS,
    COMMUNE_COUNTS,
    HOUSEHOLDS,
    SHAPES,
    TOP_ZOOMS,
    VIEWS,
    VILLAGE_CLASSES,
    View,
)
from phusong.words import Text

T = TypeVar("T")

MOST_KEPT_BYTES = 400_000_000
"""Counts of one study that are kept in memory; those asked for longest ago go first."""
_CONCLUDED = {"gaps": ("gap", "gap_id"), "villages": ("village", "commune_code", "village_code", "village_name")}
"""What findings call the rows of a table, and the columns by which they name one."""
_ROWS_AT_ONCE = 1_000_000
_NO_TILES = Text(
    "Nghiên cứu này được tính trước khi có bản đồ ô: hãy tính lại.",
    "This study was run before there were map tiles: run it again.",
)


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Household points of a tile: code, households each stands for, state code, village, row of the study's table."""

    code: Ints
    households: Ints
    state: Codes
    village: Ints
    row: Ints


class TileSource:
    """A study's snapshot, read-only; threads may ask it at once."""

    def __init__(self, path: Path) -> None:
        import duckdb

        if not path.is_file():
            raise MissingFileError(Text("Không có tệp study.duckdb.", "There is no study.duckdb."))
        settings: dict[str, str | bool | int | float | list[str]] = {
            "threads": 1,
            "memory_limit": "512MB",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "enable_external_access": False,
            "lock_configuration": True,
        }
        self._base = duckdb.connect(str(path), read_only=True, config=settings)
        self._lock = threading.RLock()
        self._kept: OrderedDict[object, tuple[Any, int]] = OrderedDict()
        there = {name for (name,) in self._rows("SELECT table_name FROM information_schema.tables")}
        if not {HOUSEHOLDS, ANSWERS, VIEWS, COMMUNE_COUNTS, VILLAGE_CLASSES, SHAPES} <= there:
            self._base.close()
            raise StudyError(_NO_TILES)
        self.tables = frozenset(there)
        told = self._rows("SELECT number, service, technology, operator, scenario FROM tile_views ORDER BY number")
        self.views = {_view(*row): int(number) for number, *row in told}

    @classmethod
    def open(cls, path: Path) -> TileSource:
        """Open a snapshot.

        Raises
        ------
        MissingFileError
            It is not there.
        StudyError
            It has no tables for tiles.
        """
        return cls(path)

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()

    @property
    def first(self) -> View:
        """Return what is shown where nothing else is asked for: the main service today, by any operator."""
        return next(iter(self.views))

    def number(self, view: View) -> int:
        """Return the number of a view.

        Raises
        ------
        UnknownNameError
            The study has none such.
        """
        if view not in self.views:
            known = {name: sorted({getattr(one, name) for one in self.views} - {""}) for name in asdict(view)}
            listed = "; ".join(f"{name}: {', '.join(values)}" for name, values in known.items())
            raise UnknownNameError(
                Text(
                    f"Nghiên cứu không có lựa chọn này; có: {listed}.",
                    f"The study has no such choice; it has {listed}.",
                )
            )
        return self.views[view]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north of all shapes and places, degrees."""
        return self.kept("bounds", self._bounds)

    def points(self, tile: Tile, view: int, most: int) -> Points | None:
        """Return the household points of a tile; None where there are more than ``most``."""
        start, end = tile.codes
        sql = "SELECT code, households, answers, village, row FROM tile_households WHERE code >= ? AND code < ? LIMIT ?"
        found = self._columns(sql, [start, end, most + 1])
        if len(found["code"]) > most:
            return None
        state = self._states(view)[found["answers"]]
        numbers = (found[name].astype(np.int64) for name in ("code", "households", "village", "row"))
        code, households, village, row = numbers
        return Points(code, households, state, village, row)

    def bins(self, tile: Tile, level: int, view: int) -> Bins:
        """Return the exact counts of a tile at a level, of any fineness."""
        if level <= FINEST_LEVEL:
            return self._pyramid(view)[level].within(tile)
        start, end = tile.codes
        sql = "SELECT code, households, answers FROM tile_households WHERE code >= ? AND code < ?"
        found = self._columns(sql, [start, end])
        return bins_of(level, found["code"], self._states(view)[found["answers"]], found["households"].astype(np.int64))

    def told_bins(self, tile: Tile, level: int, view: int) -> Bins:
        """Return the counts of a tile without those of a few households, no finer than they are kept."""
        found = self.kept(("told", view), lambda: published(self._pyramid(view)[FINEST_LEVEL]))
        return found[min(level, FINEST_LEVEL)].within(tile)

    def commune_counts(self, view: int) -> Ints:
        """Return the households of each commune by state."""
        sql = "SELECT served, unserved, undetermined, no_data FROM tile_commune_counts WHERE view = ? ORDER BY commune"
        return self.kept(("communes", view), lambda: np.column_stack([*self._columns(sql, [view]).values()]))

    def village_classes(self, view: int) -> Codes | None:
        """Return the class code of each village; None where a view has no classes."""
        column = f"v{view}"
        with self._base.cursor() as cursor:
            there = column in cursor.table(VILLAGE_CLASSES).columns
        return self.kept(("classes", view), lambda: self._column(VILLAGE_CLASSES, column)) if there else None

    def table(self, name: str) -> pd.DataFrame:
        """Return a result table without its geometry, in its order; ``name`` is one of ours."""
        return self.kept(("table", name), lambda: self._dated(name) if name in _CONCLUDED else self._table(name))

    def shapes(self, name: str, zoom: int) -> tuple[shapely.STRtree, NDArray[np.object_], Ints]:
        """Return the areas of a layer in world units for a zoom, as a tree and with the row each is of."""
        top = next(one for one in TOP_ZOOMS if one >= zoom)
        return self.kept(("shapes", name, top), lambda: self._shapes(name, top))

    def borders(self, zoom: int) -> tuple[shapely.STRtree, NDArray[np.object_], Ints]:
        """Return the outlines of provinces as :meth:`shapes` does, each with the row of one of its communes."""
        top = next(one for one in TOP_ZOOMS if one >= zoom)
        return self.kept(("borders", top), lambda: self._borders(top))

    def places(self, name: str) -> tuple[Ints, Ints]:
        """Return the codes of a table's points, sorted, and the row each is of; without those that are nowhere."""
        return self.kept(("places", name), lambda: self._places(name))

    def kept(self, key: object, make: Callable[[], T]) -> T:
        """Return what was made before under a key, else make it; one at a time, so that nothing is made twice."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                found: T = self._kept[key][0]
                return found
            made = make()
            self._kept[key] = made, _size(made)
            while len(self._kept) > 1 and sum(size for _, size in self._kept.values()) > MOST_KEPT_BYTES:
                self._kept.popitem(last=False)
            return made

    def _pyramid(self, view: int) -> dict[int, Bins]:
        return self.kept(("exact", view), lambda: pyramid(self._parts(view)))

    def _parts(self, view: int) -> Iterator[tuple[Ints, Codes, Ints]]:
        states, (most,) = self._states(view), self._rows("SELECT count(*) FROM tile_households")[0]
        sql = "SELECT code, households, answers FROM tile_households WHERE rowid >= ? AND rowid < ?"
        for first in range(0, most, _ROWS_AT_ONCE):
            found = self._columns(sql, [first, first + _ROWS_AT_ONCE])
            yield found["code"], states[found["answers"]], found["households"].astype(np.int64)

    def _states(self, view: int) -> Codes:
        return self.kept(("states", view), lambda: self._column(ANSWERS, f"v{view}"))

    def _column(self, table: str, column: str) -> Codes:
        """Return a column of codes in the order of its table; both are named by us."""
        with self._base.cursor() as cursor:
            found = cursor.table(table).project(column).fetchnumpy()[column]
        return np.asarray(found, dtype=np.uint8)

    def _table(self, name: str) -> pd.DataFrame:
        with self._base.cursor() as cursor:
            whole = cursor.table(name)
            columns = (f'"{column}"' for column in whole.columns if column != "geometry")
            found: pd.DataFrame = whole.project(", ".join(columns)).df()
        return found

    def _dated(self, name: str) -> pd.DataFrame:
        """Return gaps or villages with the day of what is concluded of each from more than the model."""
        table, (target, *keys) = self._table(name), _CONCLUDED[name]
        if "findings" not in self.tables or not {"basis", *keys} <= {*table}:
            return table
        found = self.table("findings")
        found = found[(found["target"] == target) & (found["service"] == self.first.service)]
        days = found.drop_duplicates(keys).set_index(keys)["dated"]
        dated = table[keys].join(days, on=keys)["dated"]
        return table.assign(dated=dated.where(table["basis"] != "modelled", ""))

    def _shapes(self, name: str, top: int) -> tuple[shapely.STRtree, NDArray[np.object_], Ints]:
        rows = self._rows("SELECT wkb, row FROM tile_shapes WHERE layer = ? AND top_zoom = ? ORDER BY row", [name, top])
        shapes = np.asarray(shapely.from_wkb(np.array([bytes(wkb) for wkb, _ in rows], dtype=object)))
        return shapely.STRtree(shapes), shapes, np.array([row for _, row in rows], dtype=np.int64)

    def _borders(self, top: int) -> tuple[shapely.STRtree, NDArray[np.object_], Ints]:
        """Join the communes of each province; a hole is where two of them do not quite meet, and is no border."""
        _, shapes, rows = self.shapes("communes", top)
        province = self.table("communes")["province_code"].astype(str).to_numpy()[rows]
        lines, first = [], []
        for code in dict.fromkeys(province):
            own = np.flatnonzero(province == code)
            parts = shapely.get_parts(shapely.union_all(shapes[own]))
            areas = shapely.polygons(shapely.get_exterior_ring(parts[shapely.get_type_id(parts) == 3]))
            lines.append(shapely.boundary(shapely.multipolygons(areas)))
            first.append(rows[own[0]])
        return shapely.STRtree(lines), np.array(lines, dtype=object), np.array(first, dtype=np.int64)

    def _places(self, name: str) -> tuple[Ints, Ints]:
        table = self.table(name)
        lon, lat = (table[axis].to_numpy(dtype=np.float64) for axis in ("lon_deg", "lat_deg"))
        there = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
        code = morton(*whole_units(lon[there], lat[there]))
        order = np.argsort(code, kind="stable")
        return code[order], there[order]

    def _bounds(self) -> tuple[float, float, float, float]:
        boxes = [shapely.total_bounds(self.shapes("communes", 22)[1])]
        (ends,) = self._rows("SELECT min(code), max(code), count(*) FROM tile_households")
        if not np.isfinite(boxes[0]).all() and ends[2]:
            x, y = unmorton(self._columns("SELECT code FROM tile_households")["code"])
            boxes = [np.array([x.min(), y.min(), x.max(), y.max()])]
        if not np.isfinite(boxes[0]).all():
            return -180.0, -85.0, 180.0, 85.0
        (west, north), (east, south) = degrees(*boxes[0][:2]), degrees(*boxes[0][2:])
        return float(west), float(south), float(east), float(north)

    def _rows(self, sql: str, bound: list[Any] | None = None) -> list[Any]:
        with self._base.cursor() as cursor:
            found: list[Any] = cursor.execute(sql, bound or []).fetchall()
        return found

    def _columns(self, sql: str, bound: list[Any] | None = None) -> dict[str, NDArray[Any]]:
        with self._base.cursor() as cursor:
            found = cursor.execute(sql, bound or []).fetchnumpy()
        return {str(name): np.asarray(column) for name, column in found.items()}


def _view(service: str, technology: str, operator: str, scenario: str) -> View:
    return View(service=service, technology=technology, operator=operator, scenario=scenario)


def _size(made: object) -> int:
    if isinstance(made, dict):
        return sum(_size(one) for one in made.values())
    if isinstance(made, Bins):
        return made.size
    if isinstance(made, np.ndarray):
        return made.nbytes
    if isinstance(made, pd.DataFrame):
        return int(made.memory_usage(deep=False).sum())
    return 1000
