"""X and Y of lists to places: which central meridian and which order the rows mean, judged by where they say they are.

Every row has candidate readings: the system it states, the zones of the old provinces its province was merged from
(all zones where the province is unknown), and UTM; each with X and Y as labelled and the other way round. The stated
reading stands if it fits the stated commune. Otherwise the one reading that fits is taken; several that fit are a
question, never a guess. Zones come before UTM: a UTM reading is only asked where no zone fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray

from phusong.data.crs import from_vn2000
from phusong.data.geographic_text import LAT_DEG, LON_DEG
from phusong.data.goals import AWAY, CLOSE, INSIDE, NEAR, UNKNOWN, Goals
from phusong.data.stated_system import VN2000_UTM, WGS84_UTM, epsg_by_meridian, meridian_by_epsg, zones_of_province

_NORTHING_M = (600_000.0, 2_700_000.0)
_EASTING_M = (-1_000_000.0, 2_000_000.0)
_ROWS_AT_ONCE = 50_000
_OUT = -2
"""The grade of a reading that is no candidate of its row, or lies outside Vietnam."""

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


class Outcome(IntEnum):
    """What became of the X and Y of a row."""

    STATED = 0
    """The stated reading stands."""
    UNSURE = 1
    """The stated reading stands, but another one fits the stated commune as well."""
    INFERRED = 2
    """The one reading that fits is taken."""
    ASSUMED = 3
    """The only zone of the province is taken, with nothing to check it by but the province."""
    ASKED = 4
    """Several readings fit, or none does and no system is stated."""
    OUTSIDE = 5
    """The stated reading lies outside Vietnam and no other fits."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read X and Y: a system, and whether X is taken as the easting."""

    epsg: int
    is_swapped: bool


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """What X and Y of some rows were read as.

    ``reading`` is the position in :func:`readings`, −1 where none was taken; ``lon``, ``lat`` NaN there.
    ``stated_lon``, ``stated_lat`` are where the stated system puts a row, NaN where none is stated. ``is_sure`` says
    that no other reading comes within ``CLOSE_M`` of the stated commune. ``fits`` marks the readings a question
    offers, ``is_ambiguous`` the rows several of them fit.
    """

    outcome: NDArray[np.int8]
    reading: NDArray[np.int64]
    lon: Floats
    lat: Floats
    stated_lon: Floats
    stated_lat: Floats
    is_sure: Mask
    is_ambiguous: Mask
    fits: Mask


@cache
def readings() -> tuple[Reading, ...]:
    """Return every way to read X and Y: as labelled by all zones and UTM, then the same swapped."""
    systems = (*epsg_by_meridian().values(), *VN2000_UTM, *WGS84_UTM)
    return tuple(Reading(epsg, is_swapped) for is_swapped in (False, True) for epsg in systems)


def read_survey(
    northing_m: Floats, easting_m: Floats, stated: Sequence[NDArray[np.int64]], goals: Goals, rows: NDArray[np.intp]
) -> Survey:
    """Find the place of each X and Y.

    Parameters
    ----------
    northing_m, easting_m
        X and Y as labelled, in metres.
    stated
        One or two arrays with the EPSG code a row states (meridian, code), 0 where it states none. Where they differ,
        both are candidates and none is the stated reading.
    goals
        What the rows say of their place.
    rows
        Which rows of ``goals`` these are.
    """
    parts = [
        _read(northing_m[at], easting_m[at], [codes[at] for codes in stated], goals, rows[at])
        for at in np.split(np.arange(rows.size), range(_ROWS_AT_ONCE, rows.size, _ROWS_AT_ONCE))
    ]
    if len(parts) == 1:
        return parts[0]
    return Survey(*(np.concatenate([getattr(part, name) for part in parts]) for name in Survey.__dataclass_fields__))


def places_of(reading: Reading, northing_m: Floats, easting_m: Floats) -> tuple[Floats, Floats]:
    """Return where one reading puts X and Y; NaN where that is nowhere in Vietnam."""
    lon, lat = _projected(northing_m, easting_m, reading)
    inside = in_vietnam(lon, lat)
    return np.where(inside, lon, np.nan), np.where(inside, lat, np.nan)


def in_vietnam(lon: Floats, lat: Floats) -> Mask:
    """Mark the points in the envelope of Vietnam with its islands."""
    return np.asarray(_between(lon, (LON_DEG.low, LON_DEG.high)) & _between(lat, (LAT_DEG.low, LAT_DEG.high)))


def _read(
    northing_m: Floats, easting_m: Floats, stated: Sequence[NDArray[np.int64]], goals: Goals, rows: NDArray[np.intp]
) -> Survey:
    lon, lat = _all_places(northing_m, easting_m)
    own, utm, mine = _candidates(stated, goals, rows)
    known = np.flatnonzero(mine >= 0)
    own[known, mine[known]] = True
    candidate = (own | utm) & np.isfinite(lon)
    at, which = np.nonzero(candidate)
    grades = np.full(candidate.shape, _OUT, dtype=np.int8)
    grades[at, which] = goals.grade(rows[at], lon[at, which], lat[at, which])
    outcome, reading, fits = _chosen(grades, own, mine, goals.is_commune_known[rows])
    _assume(outcome, reading, grades, own, mine, _provincial(goals, rows, lon, lat, outcome, own))
    others = grades >= CLOSE
    others[np.arange(rows.size), reading] = False
    survey = Survey(
        outcome=outcome,
        reading=reading,
        lon=np.full(rows.size, np.nan),
        lat=np.full(rows.size, np.nan),
        stated_lon=np.full(rows.size, np.nan),
        stated_lat=np.full(rows.size, np.nan),
        is_sure=goals.is_commune_known[rows] & ~others.any(axis=1),
        is_ambiguous=(outcome == Outcome.ASKED) & fits.any(axis=1),
        fits=np.where(np.any(fits, axis=1, keepdims=True), fits, candidate & own),
    )
    _fill(survey.lon, survey.lat, reading, northing_m, easting_m)
    _fill(survey.stated_lon, survey.stated_lat, mine, northing_m, easting_m)
    return survey


def _all_places(northing_m: Floats, easting_m: Floats) -> tuple[Floats, Floats]:
    """Return where every reading puts each row, true to 10 m; NaN outside Vietnam.

    All 3° zones share one projection but for the central meridian, and so do the two of UTM: one is computed and moved
    along. The datum shift differs by some metres from zone to zone, which decides nothing here.
    """
    meridians = meridian_by_epsg()
    base_of = {epsg: 3405 if epsg in VN2000_UTM else 32648 if epsg in WGS84_UTM else 5897 for epsg in meridians}
    places = {
        (base, is_swapped): _projected(northing_m, easting_m, Reading(base, is_swapped))
        for base in (5897, 3405, 32648)
        for is_swapped in (False, True)
    }
    lon = np.empty((northing_m.size, len(readings())))
    lat = np.empty_like(lon)
    for column, reading in enumerate(readings()):
        base = base_of[reading.epsg]
        base_lon, lat[:, column] = places[base, reading.is_swapped]
        lon[:, column] = base_lon + (meridians[reading.epsg] - meridians[base])
    outside = ~in_vietnam(lon, lat)
    lon[outside] = np.nan
    return lon, lat


def _projected(northing_m: Floats, easting_m: Floats, reading: Reading) -> tuple[Floats, Floats]:
    """Return where a reading puts X and Y, NaN where they can be no northing and easting of it."""
    north, east = (easting_m, northing_m) if reading.is_swapped else (northing_m, easting_m)
    lon, lat = np.full(north.size, np.nan), np.full(north.size, np.nan)
    possible = _between(north, _NORTHING_M) & _between(east, _EASTING_M)
    lon[possible], lat[possible] = from_vn2000(north[possible], east[possible], reading.epsg)
    return lon, lat


def _candidates(
    stated: Sequence[NDArray[np.int64]], goals: Goals, rows: NDArray[np.intp]
) -> tuple[Mask, Mask, NDArray[np.int64]]:
    """Return which readings each row has of zones and of UTM, and the position of the one it states (−1: none)."""
    listed = readings()
    codes = np.array([reading.epsg for reading in listed])
    province, which = np.unique(goals.province[rows].astype(str), return_inverse=True)
    every = tuple(epsg_by_meridian().values())
    zones = np.array([np.isin(codes, zones_of_province(code) or every) for code in province.tolist()])
    own = zones.reshape(-1, len(listed))[which]
    for said in stated:
        own |= (said[:, None] == codes) & (said > 0)[:, None]
    utm = np.broadcast_to(np.isin(codes, list(VN2000_UTM)), own.shape)
    first = np.max(stated, axis=0) if stated else np.zeros(rows.size, dtype=np.int64)
    agreed = np.logical_and.reduce([(said == first) | (said == 0) for said in stated])
    mine = np.full(rows.size, -1, dtype=np.int64)
    for column, reading in enumerate(listed):
        if not reading.is_swapped:
            mine[agreed & (first == reading.epsg)] = column
    return own, utm, mine


def _chosen(
    grades: NDArray[np.int8], own: Mask, mine: NDArray[np.int64], is_commune: Mask
) -> tuple[NDArray[np.int8], NDArray[np.int64], Mask]:
    """Choose by the grades: the stated reading if it fits, else the only one that does, zones before UTM."""
    n = mine.size
    outcome = np.full(n, Outcome.ASKED, dtype=np.int8)
    reading = np.full(n, -1, dtype=np.int64)
    of_stated = np.where(mine >= 0, grades[np.arange(n), mine], _OUT)
    fits = grades >= NEAR
    rivals = fits & own
    rivals[np.arange(n), mine] &= mine < 0
    unknown = of_stated == UNKNOWN
    stands = (of_stated >= NEAR) | unknown
    outcome[stands] = Outcome.STATED
    outcome[stands & rivals.any(axis=1) & is_commune] = Outcome.UNSURE
    reading[stands] = mine[stands]
    offered = np.zeros_like(fits)
    offered[stands] = (fits & own)[stands]
    is_open = ~stands
    for tier in (own, ~own):
        for best in ((grades == INSIDE) & tier, (grades == NEAR) & tier):
            count = np.count_nonzero(best, axis=1)
            taken = is_open & (count == 1)
            outcome[taken], reading[taken] = Outcome.INFERRED, np.argmax(best[taken], axis=1)
            offered[is_open & (count > 1)] = (fits & tier)[is_open & (count > 1)]
            is_open = is_open & (count == 0)
    kept = is_open & (of_stated >= AWAY)
    outcome[kept], reading[kept] = Outcome.STATED, mine[kept]
    outcome[is_open & (mine >= 0) & (of_stated == _OUT)] = Outcome.OUTSIDE
    return outcome, reading, offered


def _provincial(
    goals: Goals, rows: NDArray[np.intp], lon: Floats, lat: Floats, outcome: NDArray[np.int8], own: Mask
) -> NDArray[np.int8]:
    """Return how well the only zone of the province fits the province, for rows still open; −2 for all others."""
    labelled = own[:, : own.shape[1] // 2]
    only = (outcome == Outcome.ASKED) & (np.count_nonzero(labelled, axis=1) == 1)
    at, column = np.flatnonzero(only), np.argmax(labelled, axis=1)
    at = at[np.isfinite(lon[at, column[at]])]
    found = np.full(rows.size, _OUT, dtype=np.int8)
    found[at] = goals.grade_province(rows[at], lon[at, column[at]], lat[at, column[at]])
    return found


def _assume(
    outcome: NDArray[np.int8],
    reading: NDArray[np.int64],
    grades: NDArray[np.int8],
    own: Mask,
    mine: NDArray[np.int64],
    provincial: NDArray[np.int8],
) -> None:
    """Take the only zone of the province where nothing is stated, nothing fits and the province does not object."""
    assumed = (provincial == UNKNOWN) | (provincial >= NEAR)
    assumed &= (mine < 0) & ~(grades >= NEAR).any(axis=1)
    outcome[assumed] = Outcome.ASSUMED
    reading[assumed] = np.argmax(own[assumed], axis=1)


def _fill(lon: Floats, lat: Floats, reading: NDArray[np.int64], northing_m: Floats, easting_m: Floats) -> None:
    """Compute the readings taken by the EPSG operation of their own system."""
    for column in np.unique(reading[reading >= 0]).tolist():
        at = np.flatnonzero(reading == column)
        lon[at], lat[at] = places_of(readings()[column], northing_m[at], easting_m[at])


def _between(values: Floats, limits: tuple[float, float]) -> Mask:
    return np.asarray((values >= limits[0]) & (values <= limits[1]))
