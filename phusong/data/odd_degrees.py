"""Longitudes and latitudes that lie nowhere in Vietnam: swapped, without their decimal mark, or run together."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from phusong.data import position_texts as texts
from phusong.data.columns import Ways
from phusong.data.geographic_text import LAT_DEG, LON_DEG, packed_degrees, without_mark
from phusong.data.goals import INSIDE, NEAR, Goals
from phusong.data.position_work import Floats, Rows, Work
from phusong.data.zone_inference import in_vietnam
from phusong.errors import Level, Range
from phusong.words import Text

_METRES_FROM = 1000.0
_RULES: tuple[tuple[str, Text], ...] = (
    ("position.swapped", texts.SWAPPED_DEGREES),
    ("position.decimal_mark", texts.LOST_MARK),
    ("position.swapped", texts.SWAPPED_DEGREES),
    ("position.packed", texts.PACKED),
)
"""What was mended by each reading: swapped, decimal mark lost, both, ddmmss run together."""


def mend_degrees(work: Work, goals: Goals) -> None:
    """Take the one reading of each odd row that fits what the row states; note it, or ask."""
    given = work.has_degrees & ~np.isnan(work.lon) & ~np.isnan(work.lat)
    rows = np.flatnonzero(given & ~in_vietnam(work.lon, work.lat))
    if not rows.size:
        return
    lon, lat = _readings(work.lon[rows], work.lat[rows])
    chosen, is_commune = _fitting(goals, rows, lon, lat)
    for at, row in enumerate(rows.tolist()):
        column = "lon" if not LON_DEG.holds(work.lon[row]) else "lat"
        if chosen[at] >= 0:
            code, text = _RULES[chosen[at]]
            level: Level = "repair" if code != "position.swapped" and is_commune[at] else "warning"
            work.lon[row], work.lat[row] = lon[chosen[at], at], lat[chosen[at], at]
            work.say(row, column, level, text, code, after=texts.place(work.lon[row], work.lat[row]))
        else:
            _ask(work, row, column, lon[:, at], lat[:, at])


def move_metres(work: Work) -> None:
    """Put metres typed into the columns of longitude and latitude where they belong, and degrees out of X and Y."""
    surveyed = work.is_surveyed
    for first, second in ((work.northing, work.easting), (work.easting, work.northing)):
        rows = np.flatnonzero(surveyed & in_vietnam(first, second))
        work.lon[rows], work.lat[rows] = first[rows], second[rows]
        work.northing[rows] = work.easting[rows] = np.nan
        work.columns[rows] = "northing"
        for row in rows.tolist():
            after = texts.place(work.lon[row], work.lat[row])
            work.say(row, "northing", "repair", texts.DEGREES_IN_METRES, "position.columns", after=after)
    large = (work.lon >= _METRES_FROM) & (work.lat >= _METRES_FROM) & np.isnan(work.northing) & np.isnan(work.easting)
    rows = np.flatnonzero(large)
    lon, _ = _readings(work.lon[rows], work.lat[rows])
    rows = rows[np.isnan(lon).all(axis=0)]
    work.northing[rows], work.easting[rows] = work.lat[rows], work.lon[rows]
    work.lon[rows] = work.lat[rows] = np.nan
    work.columns[rows] = np.where(work.columns[rows] == "", "lon", work.columns[rows])
    for row in rows.tolist():
        work.say(row, "lon", "repair", texts.METRES_IN_DEGREES, "position.columns")


def _readings(first: Floats, second: Floats) -> tuple[Floats, Floats]:
    """Return longitude and latitude of each row by each rule; NaN where a rule makes no place in Vietnam of it."""
    marked = _each(without_mark, first, LON_DEG), _each(without_mark, second, LAT_DEG)
    turned = _each(without_mark, second, LON_DEG), _each(without_mark, first, LAT_DEG)
    packed = _each(packed_degrees, first, LON_DEG), _each(packed_degrees, second, LAT_DEG)
    lon, lat = (np.stack(values) for values in zip((second, first), marked, turned, packed, strict=True))
    outside = ~in_vietnam(lon, lat)
    lon[outside] = lat[outside] = np.nan
    lon[2, ~np.isnan(lon[0])] = np.nan  # nothing but swapped
    return lon, lat


def _each(rule: Callable[[float, Range], float | None], values: Floats, limits: Range) -> Floats:
    found = [value if limits.holds(value) else rule(value, limits) for value in values.tolist()]
    return np.array([np.nan if value is None else value for value in found], dtype=np.float64)


def _fitting(goals: Goals, rows: Rows, lon: Floats, lat: Floats) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the one reading that fits each row's commune, else its province (−1: none), and which of the two it is."""
    chosen = np.full(rows.size, -1, dtype=np.int64)
    is_commune = np.zeros(rows.size, dtype=bool)
    which, at = np.nonzero(~np.isnan(lon))
    for grade_of in (goals.grade, goals.grade_province):
        grades = np.full(lon.shape, -2, dtype=np.int8)
        grades[which, at] = grade_of(rows[at], lon[which, at], lat[which, at])
        only = _only(grades)
        new = (chosen < 0) & (only >= 0)
        chosen[new] = only[new]
        if grade_of == goals.grade:
            is_commune = new & goals.is_commune_known[rows]
    return chosen, is_commune


def _only(grades: NDArray[np.int8]) -> NDArray[np.int64]:
    """Return the only reading inside, else the only one near; −1 where there is none or several."""
    only = np.full(grades.shape[1], -1, dtype=np.int64)
    is_open = np.ones(grades.shape[1], dtype=bool)
    for grade in (INSIDE, NEAR):
        count = np.count_nonzero(grades == grade, axis=0)
        only = np.where(is_open & (count == 1), np.argmax(grades == grade, axis=0), only)
        is_open &= count == 0
    return only


def _ask(work: Work, row: int, column: str, lon: Floats, lat: Floats) -> None:
    value = float(work.lon[row] if column == "lon" else work.lat[row])
    possible = np.flatnonzero(~np.isnan(lon)).tolist()
    hint = texts.MAY_BE_SWAPPED if 0 in possible else texts.MAY_LACK_MARK if possible else None
    places = dict.fromkeys((float(lon[at]), float(lat[at])) for at in possible)
    found = {Text(texts.place(*one, "vi"), texts.place(*one, "en")): ways_of_place(*one) for one in places}
    work.say(
        row, column, "error", texts.outside(value, hint), "position.outside", choices=tuple(found),
        ways=tuple(found.values()),
    )  # fmt: skip


def ways_of_place(lon: float, lat: float) -> Ways:
    """Return the ways to write a position: in the columns of its own, else in the cell that holds both."""
    both = f"{lon:.10g}", f"{lat:.10g}"
    return (("lon", both[0]), ("lat", both[1])), (("coordinates", "; ".join(both)),)
