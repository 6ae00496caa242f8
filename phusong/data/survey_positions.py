"""X and Y of a list's rows to places, with what is said about them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from phusong.data import position_texts as texts
from phusong.data.boundaries import commune_of_points
from phusong.data.columns import Ways
from phusong.data.distances import metres_between
from phusong.data.goals import Goals
from phusong.data.odd_degrees import ways_of_place
from phusong.data.position_work import Rows, Work
from phusong.data.stated_system import TWIN_OF_DEPRECATED, meridian_by_epsg, system_name, zones_of_province
from phusong.data.zone_inference import Outcome, Reading, Survey, places_of, read_survey, readings
from phusong.errors import Level
from phusong.words import Text

_KILOMETRES = (100.0, 2_700.0)
_UTM_PREFIXES, _HANOI_72_PREFIXES = (48, 49), (18, 19)
_MOST_CHOICES = 6


def place_survey(work: Work, goals: Goals) -> None:
    """Fill in longitude and latitude of the rows placed by X and Y; note what was inferred, ask what cannot be."""
    rows = np.flatnonzero(work.is_surveyed)
    _in_metres(work, rows)
    rows = rows[~work.refused[rows]]
    if not rows.size:
        return
    _valid_codes(work, rows)
    stated = [_zones(work.epsg[rows]), _zones(work.system[rows])]
    survey = read_survey(work.northing[rows], work.easting[rows], stated, goals, rows)
    work.lon[rows], work.lat[rows] = survey.lon, survey.lat
    contradicted = (stated[0] > 0) & (stated[1] > 0) & (stated[0] != stated[1])
    _say_inferred(work, rows, survey, goals, contradicted)
    _say_assumed(work, rows, survey, goals)
    _say_unsure(work, rows, survey, goals)
    _say_outside(work, rows, survey, goals)
    _ask(work, rows, survey, goals, contradicted)


def stated_zone(work: Work) -> NDArray[np.int64]:
    """Return the projected system each row states for X and Y; 0 where none, or two that differ."""
    by_code, by_text = _zones(work.epsg), _zones(work.system)
    agreed = (by_code == by_text) | (by_code == 0) | (by_text == 0)
    return np.where(agreed, np.maximum(by_code, by_text), 0)


def _zones(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the codes that are projected systems we know, 0 for all others."""
    return np.where(np.isin(codes, list(meridian_by_epsg())), codes, 0)


def _in_metres(work: Work, rows: Rows) -> None:
    """Take kilometres as metres and the zone number off the easting."""
    for name in ("northing", "easting"):
        values = getattr(work, name)
        small = rows[(values[rows] >= _KILOMETRES[0]) & (values[rows] <= _KILOMETRES[1])]
        values[small] *= 1000.0
        for row in small.tolist():
            after = texts.degrees(float(values[row]), "vi")
            work.say(row, name, "repair", texts.KILOMETRES, "position.kilometres", after=after)
        prefix = values[rows] // 1_000_000
        for row in rows[np.isin(prefix, _HANOI_72_PREFIXES)].tolist():
            work.say(row, name, "error", texts.HANOI_72, "position.hanoi72")
        long = rows[np.isin(prefix, _UTM_PREFIXES)]
        values[long] %= 1_000_000
        for row in long.tolist():
            after = texts.degrees(float(values[row]), "vi")
            work.say(row, name, "repair", texts.ZONE_PREFIX, "position.zone_prefix", after=after)


def _valid_codes(work: Work, rows: Rows) -> None:
    for row in rows[np.isin(work.epsg[rows], list(TWIN_OF_DEPRECATED))].tolist():
        work.epsg[row] = TWIN_OF_DEPRECATED[int(work.epsg[row])]
        work.say(row, "epsg", "repair", texts.DEPRECATED_EPSG, "position.epsg", after=str(work.epsg[row]))


def _column_of_system(work: Work, row: int) -> str:
    if work.epsg[row]:
        return "epsg"
    return "central_meridian" if work.is_said[row] else "northing"


def _say_inferred(work: Work, rows: Rows, survey: Survey, goals: Goals, contradicted: NDArray[np.bool_]) -> None:
    moved_m = metres_between(survey.lon, survey.lat, survey.stated_lon, survey.stated_lat).tolist()
    zones, numbers = stated_zone(work)[rows].tolist(), rows.tolist()
    lon, lat, taken, is_sure = (getattr(survey, name).tolist() for name in ("lon", "lat", "reading", "is_sure"))
    for at in np.flatnonzero(survey.outcome == Outcome.INFERRED).tolist():
        row, reading = numbers[at], readings()[taken[at]]
        column = _column_of_system(work, row)
        after = f"{texts.place(lon[at], lat[at])} ({system_name(reading.epsg)})"
        if zones[at]:
            distance = texts.length(round(moved_m[at], -1)) if math.isfinite(moved_m[at]) else None
            code = "position.swapped" if reading.epsg == zones[at] else "position.zone"
            text = texts.moved(system_name(zones[at]), reading, distance)
            work.say(row, column, "warning", text, code, after=after)
            continue
        is_plain = column == "northing" and not reading.is_swapped and not contradicted[at]
        is_listed = reading.epsg in zones_of_province(goals.province[row])
        level: Level = "repair" if is_plain and is_listed and is_sure[at] else "warning"
        text = texts.inferred(reading, is_sure=is_sure[at])
        work.say(row, column, level, text, "position.zone_inferred", after=after)


def _say_assumed(work: Work, rows: Rows, survey: Survey, goals: Goals) -> None:
    """Note the rows read by the only zone of their province; to be acknowledged where a commune is stated elsewhere."""
    for at in np.flatnonzero(survey.outcome == Outcome.ASSUMED).tolist():
        row, reading = int(rows[at]), readings()[survey.reading[at]]
        level: Level = "warning" if goals.is_commune_known[row] else "repair"
        after = f"{texts.place(survey.lon[at], survey.lat[at])} ({system_name(reading.epsg)})"
        work.say(row, _column_of_system(work, row), level, texts.assumed(reading), "position.zone_assumed", after=after)


def _say_unsure(work: Work, rows: Rows, survey: Survey, goals: Goals) -> None:
    at = np.flatnonzero(survey.outcome == Outcome.UNSURE)
    zones = stated_zone(work)[rows]
    for here, (choices, ways) in zip(at.tolist(), _choices(work, rows, survey, goals, at), strict=True):
        others = [reading for column, reading in enumerate(readings()) if survey.fits[here, column]]
        others = [reading for reading in others if reading != readings()[survey.reading[here]]]
        text = texts.unsure(system_name(int(zones[here])), tuple(others))
        row = int(rows[here])
        work.say(row, _column_of_system(work, row), "warning", text, "position.zone_unsure", choices=choices, ways=ways)


def _say_outside(work: Work, rows: Rows, survey: Survey, goals: Goals) -> None:
    at = np.flatnonzero(survey.outcome == Outcome.OUTSIDE)
    zones = stated_zone(work)[rows]
    for here, (choices, ways) in zip(at.tolist(), _choices(work, rows, survey, goals, at), strict=True):
        row = int(rows[here])
        turned = places_of(Reading(int(zones[here]), is_swapped=True), work.northing[[row]], work.easting[[row]])
        may_be_swapped = bool(np.isfinite(turned[0][0]))
        text = texts.outside_survey(float(work.northing[row]), may_be_swapped=may_be_swapped)
        choices, ways = (choices, ways) if may_be_swapped else ((), ())
        work.say(row, "northing", "error", text, "position.outside", choices=choices, ways=ways)


def _ask(work: Work, rows: Rows, survey: Survey, goals: Goals, contradicted: NDArray[np.bool_]) -> None:
    at = np.flatnonzero(survey.outcome == Outcome.ASKED)
    for here, (choices, ways) in zip(at.tolist(), _choices(work, rows, survey, goals, at), strict=True):
        row = int(rows[here])
        if contradicted[here]:
            work.say(
                row, "epsg", "error", texts.CONTRADICTION, "position.zone_contradicted", choices=choices, ways=ways
            )
        elif survey.is_ambiguous[here]:
            column = _column_of_system(work, row)
            work.say(row, column, "error", texts.WHICH_MERIDIAN, "position.zone_ambiguous", choices=choices, ways=ways)
        else:
            work.say(row, "northing", "error", texts.ASK_MERIDIAN, "position.zone_unknown", choices=choices, ways=ways)


def _choices(
    work: Work, rows: Rows, survey: Survey, goals: Goals, at: NDArray[np.intp]
) -> list[tuple[tuple[Text, ...], tuple[Ways, ...]]]:
    """Return the readings of some rows: which system, where it puts the point, in which commune; how it is written."""
    here, column = np.nonzero(survey.fits[at])
    lon, lat = np.full(here.size, np.nan), np.full(here.size, np.nan)
    for which in np.unique(column).tolist():
        mine = column == which
        of = rows[at[here[mine]]]
        lon[mine], lat[mine] = places_of(readings()[which], work.northing[of], work.easting[of])
    names = _commune_names(goals, lon, lat)
    found: list[dict[Text, Ways]] = [{} for _ in at]
    for which, owner in enumerate(here.tolist()):
        if np.isfinite(lon[which]) and len(found[owner]) < _MOST_CHOICES:
            reading, row = readings()[column[which]], int(rows[at[owner]])
            told = texts.choice(reading, lon[which], lat[which], names[which])
            found[owner][told] = _ways(work, row, reading, float(lon[which]), float(lat[which]))
    return [(tuple(choices), tuple(choices.values())) for choices in found]


def _ways(work: Work, row: int, reading: Reading, lon: float, lat: float) -> Ways:
    """Return the ways to write a reading: its system where the file has a column for it, else the place itself."""
    x, y = float(work.northing[row]), float(work.easting[row])
    turned = (("northing", f"{y:.10g}"), ("easting", f"{x:.10g}")) if reading.is_swapped else ()
    code, words = ("epsg", str(reading.epsg)), ("central_meridian", system_name(reading.epsg))
    return (*turned, code, words), (*turned, code), (*turned, words), *ways_of_place(lon, lat)


def _commune_names(goals: Goals, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> list[str]:
    if goals.communes is None or "commune_name" not in goals.communes:
        return [""] * lon.size
    names = goals.communes["commune_name"].fillna("").astype(str).tolist()
    return [names[index] if index >= 0 else "" for index in commune_of_points(lon, lat, goals.communes).tolist()]
