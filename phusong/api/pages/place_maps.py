"""Small maps beside tables, drawn here as SVG: places by shape and colour over communes or a bare graticule.

They work without script and without WebGL, weigh a few kilobytes and print; script only moves and enlarges them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from phusong.api.access.policy import Action, Person
from phusong.api.access.scope import within
from phusong.api.database.models import Study
from phusong.api.service import Service
from phusong.words import Text, number

WIDTH = 1000.0
_STEPS_DEG = (0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)
_LEAST_SPAN_DEG = 0.04
_HEIGHT = 0.5
"""Height over width of a map."""
_MOST_DOTS = 3_000
_LINES = 4
_MARGIN = 70.0
"""Labels nearer to a corner or an edge than this would be cut off."""
_NO_LABEL = Text("", "")
SHAPES: Mapping[str, str] = {
    "disc": "M-5.5,0a5.5,5.5 0 1,0 11,0a5.5,5.5 0 1,0 -11,0Z",
    "triangle": "M0,-7L6.8,5.2L-6.8,5.2Z",
    "square": "M-5,-5H5V5H-5Z",
    "diamond": "M0,-7L7,0L0,7L-7,0Z",
    "cross": "M-2,-6.4H2V-2H6.4V2H2V6.4H-2V2H-6.4V-2H-2Z",
    "ring": "M-6,0a6,6 0 1,0 12,0a6,6 0 1,0 -12,0ZM-3,0a3,3 0 1,1 6,0a3,3 0 1,1 -6,0Z",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of place: what it is called and its shape; its colour is that of its class in the style sheet."""

    name: str
    title: Text
    shape: str

    @property
    def path(self) -> str:
        """Return the shape as SVG path data."""
        return SHAPES[self.shape]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place of its own on a map: where, of which kind, what it is called, and the row it leads to."""

    key: str
    lon: float
    lat: float
    kind: str
    label: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A place as drawn."""

    spot: Spot
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the graticule with its label."""

    path: str
    x: float
    y: float
    label: Text
    upright: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A map: its size in its own units, communes, graticule, dots that are only context, places, a way between."""

    height: float
    ground: Sequence[str]
    lines: Sequence[Line]
    dots: str
    placed: Sequence[Placed]
    kinds: Sequence[Kind]
    way: str = ""
    width: float = WIDTH


@dataclass(frozen=True, slots=True)
class _Frame:
    """What turns degrees into units of the drawing."""

    west: float
    north: float
    scale: float
    squeeze: float
    height: float

    def xy(self, lon: float, lat: float) -> tuple[float, float]:
        return (
            round((lon - self.west) * self.squeeze * self.scale, 1),
            round((self.north - lat) * self.scale, 1),
        )


def draw(
    spots: Sequence[Spot],
    kinds: Sequence[Kind],
    *,
    others: NDArray[np.float64] | None = None,
    ground: Path | None = None,
    is_way: bool = False,
) -> Drawing | None:
    """Draw a map of places; None where there is none to draw.

    Parameters
    ----------
    spots
        Places with a shape of their own, the least important first.
    kinds
        What they can be; the legend names those that are there.
    others
        Longitude and latitude of places drawn as dots only, shape (n, 2); many are thinned to what the eye can tell.
    ground
        Communes of a study (``communes.parquet``), drawn behind.
    is_way
        Join the places by a line in their order.
    """
    points = np.array([(one.lon, one.lat) for one in spots] or np.empty((0, 2)), dtype=np.float64)
    every = points if others is None else np.vstack([points, others])
    if not len(every):
        return None
    frame = _frame(every)
    placed = [Placed(spot=one, x=x, y=y) for one in spots for x, y in [frame.xy(one.lon, one.lat)]]
    there = {one.kind for one in spots}
    return Drawing(
        height=frame.height,
        ground=_ground(ground, frame) if ground is not None else (),
        lines=_graticule(frame),
        dots=_dots(others, frame) if others is not None else "",
        placed=placed,
        kinds=[one for one in kinds if one.name in there],
        way="M" + "L".join(f"{one.x:g},{one.y:g}" for one in placed) if is_way and len(placed) > 1 else "",
    )


def ground_of(db: Session, service: Service, person: Person, province_code: str) -> Path | None:
    """Return the communes of the newest finished study of a province this person may read; None where there is none."""
    query = (
        select(Study)
        .where(
            within(person, Action.STUDY_READ, province=Study.province_code),
            Study.province_code == province_code,
            Study.state == "done",
            Study.folder != "",
        )
        .order_by(Study.finished_at.desc())
        .limit(1)
    )
    study = db.scalars(query).first()
    if study is None or not study.folder:
        return None
    path = service.results(study.folder) / "communes.parquet"
    return path if path.is_file() else None


def _frame(points: NDArray[np.float64]) -> _Frame:
    """Return a frame around the middle 99.9 % of the points, so that one far astray does not make the rest a dot."""
    low = np.quantile(points, 0.0005, axis=0, method="lower")
    high = np.quantile(points, 0.9995, axis=0, method="higher")
    squeeze = math.cos(math.radians(float(low[1] + high[1]) / 2))
    width = max(float(high[0] - low[0]) * squeeze, _LEAST_SPAN_DEG) * 1.12
    height = max(float(high[1] - low[1]), _LEAST_SPAN_DEG) * 1.12
    width = max(width, height / _HEIGHT)
    height = width * _HEIGHT
    scale = WIDTH / width
    middle_lon, middle_lat = float(low[0] + high[0]) / 2, float(low[1] + high[1]) / 2
    return _Frame(middle_lon - width / squeeze / 2, middle_lat + height / 2, scale, squeeze, round(height * scale, 1))


def _graticule(frame: _Frame) -> list[Line]:
    span_lon, span_lat = WIDTH / frame.scale / frame.squeeze, frame.height / frame.scale
    step = next((one for one in _STEPS_DEG if max(span_lon, span_lat) / one <= _LINES), _STEPS_DEG[-1])
    decimals = 2 if step < 0.1 or step == 0.25 else 1 if step < 1 else 0
    lines = []
    for k in range(math.ceil(frame.west / step), math.floor((frame.west + span_lon) / step) + 1):
        x, _ = frame.xy(k * step, frame.north)
        label = _degrees(k * step, decimals, ("Đ", "E")) if _MARGIN < x < WIDTH - _MARGIN else _NO_LABEL
        lines.append(Line(path=f"M{x:g},0V{frame.height:g}", x=x, y=frame.height, label=label, upright=True))
    for k in range(math.ceil((frame.north - span_lat) / step), math.floor(frame.north / step) + 1):
        _, y = frame.xy(frame.west, k * step)
        label = _degrees(k * step, decimals, ("B", "N")) if _MARGIN / 2 < y < frame.height - _MARGIN else _NO_LABEL
        lines.append(Line(path=f"M0,{y:g}H{WIDTH:g}", x=0, y=y, label=label, upright=False))
    return lines


def _degrees(value: float, decimals: int, sides: tuple[str, str]) -> Text:
    return Text(
        f"{number(value, decimals=decimals)}° {sides[0]}", f"{number(value, 'en', decimals=decimals)}° {sides[1]}"
    )


def _dots(points: NDArray[np.float64], frame: _Frame) -> str:
    """Return dots as one path, no more than can be told apart."""
    if not len(points):
        return ""
    xy = np.column_stack([
        (points[:, 0] - frame.west) * frame.squeeze * frame.scale, (frame.north - points[:, 1]) * frame.scale,
    ])  # fmt: skip
    inside = (xy >= 0).all(axis=1) & (xy[:, 0] <= WIDTH) & (xy[:, 1] <= frame.height)
    grain, kept = 1, _distinct(xy[inside])
    while len(kept) > _MOST_DOTS:
        grain *= 2
        kept = _distinct(kept / 2)
    return "".join(f"M{x},{y}h0" for x, y in (kept * grain).tolist())


def _distinct(xy: NDArray[np.float64] | NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the different whole places of some points of a drawing, by a picture of them: there are few."""
    at = np.rint(xy).astype(np.int64)
    seen = np.zeros(at.max(axis=0, initial=0) + 1, dtype=bool)
    seen[at[:, 0], at[:, 1]] = True
    return np.argwhere(seen)


def _ground(path: Path, frame: _Frame) -> list[str]:
    """Return the communes in the frame as paths, without what the eye cannot see at this size."""
    span_lon, span_lat = WIDTH / frame.scale / frame.squeeze, frame.height / frame.scale
    box = shapely.box(frame.west, frame.north - span_lat, frame.west + span_lon, frame.north)
    shapes = _communes(path, path.stat().st_mtime_ns)
    near = shapes[shapely.intersects(shapes, box)]
    drawn = shapely.clip_by_rect(shapely.simplify(near, 1.5 / frame.scale), *box.buffer(span_lat / 10).bounds)
    return [data for shape in drawn.tolist() if (data := _path(shape, frame))]


def _path(shape: shapely.Geometry, frame: _Frame) -> str:
    parts = []
    for polygon in shapely.get_parts(shape).tolist():
        if polygon.geom_type == "Polygon" and not polygon.is_empty:
            corners = (frame.xy(lon, lat) for lon, lat in polygon.exterior.coords)
            parts.append("M" + "L".join(f"{x:g},{y:g}" for x, y in corners) + "Z")
    return "".join(parts)


@lru_cache(maxsize=8)
def _communes(path: Path, _mtime_ns: int) -> NDArray[np.object_]:
    table = pq.read_table(path, columns=["geometry"])
    found: NDArray[np.object_] = shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False))
    return found
