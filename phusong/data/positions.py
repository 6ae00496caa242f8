"""Where a row of a list is: longitude and latitude as given, or what X and Y, one cell or a misspelling mean.

What a row states is never changed where it fits the commune or province the row states. Another reading is taken only
where it is the one that fits; what was done is noted with the place before and after, and what cannot be decided is
asked (docs/decisions).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.data import position_texts as texts
from phusong.data.columns import Note, silent_cells
from phusong.data.crs import VN2000_EPSG, unproject
from phusong.data.distances import metres_between
from phusong.data.geographic_text import read_pairs
from phusong.data.goals import goals_of
from phusong.data.odd_degrees import mend_degrees, move_metres
from phusong.data.position_work import Mask, Work, work_of
from phusong.data.schema import ListSchema
from phusong.data.stated_system import epsg_of_system, meridian_by_epsg
from phusong.data.survey_positions import place_survey, stated_zone
from phusong.data.territory import Territory
from phusong.data.units import full_name, split_unit
from phusong.data.zone_inference import Reading, in_vietnam, places_of
from phusong.words import Text

POSITION_FIELDS = ("lon", "lat", "coordinates", "northing", "easting", "central_meridian", "epsg")
CONFLICT_M = 100.0
"""Two positions of one row farther apart than this contradict each other."""

_COARSE_M = ((0, 55_600), (1, 5_560), (2, 556))
"""Half a step of degrees written with that many decimals, in metres of latitude."""
_MINUTE_M = 927
_KILOMETRE_M = 500
_NOT_COARSE = "households"
"""Rounded points of households are looked for all together (cross_checks), not point by point."""


def resolve_positions(
    rows: pd.DataFrame, schema: ListSchema, territory: Territory | None
) -> tuple[pd.DataFrame, list[Note]]:
    """Return the rows with WGS 84 ``lon`` and ``lat``, and what is wrong with or was done to them.

    ``lon`` and ``lat`` are NaN where a row has no position or its position is refused; the columns the position was
    read from stay as written.
    """
    work = work_of(rows)
    is_odd = _read_one_cell(work)
    is_from_vn2000 = _is_vn2000(work)
    move_metres(work)
    surveyed = work.is_surveyed
    if _needs_goals(work, surveyed):
        goals = goals_of(rows, territory)
        mend_degrees(work, goals)
        place_survey(work, goals)
    _shift_datum(work, is_from_vn2000 & ~surveyed)
    _say_half_given(work, surveyed)
    nothing = ~surveyed & ~work.has_degrees & np.isnan(work.northing) & np.isnan(work.easting) & ~is_odd
    _without_position(work, schema, nothing)
    if schema.name != _NOT_COARSE:
        _say_coarse(work, surveyed)
    _say_conflicts(work, surveyed)
    lon, lat = (np.where(work.refused, np.nan, values) for values in (work.lon, work.lat))
    return rows.assign(lon=lon, lat=lat), work.notes


def system_of_headers(rows: pd.DataFrame, headers: Mapping[str, str]) -> pd.DataFrame:
    """Return the rows with the system their headers state where their own cells state none.

    ``X (VN-2000, KTT 105°30′)`` gives X and Y their meridian; ``Kinh độ (VN-2000)`` says that degrees are VN-2000's.
    """
    said = rows["central_meridian"]
    for names, is_meant in ((("northing", "easting", "coordinates"), _is_zone), (("lon", "lat"), _is_geographic)):
        stated = next((headers[name] for name in names if is_meant(headers.get(name, ""))), None)
        if stated is not None:
            given = np.logical_or.reduce([~silent_cells(rows[name]) for name in names])
            said = said.mask((said == "") & given, stated)
    return rows.assign(central_meridian=said)


def _is_zone(header: str) -> bool:
    return bool(header) and epsg_of_system(header) in meridian_by_epsg()


def _is_geographic(header: str) -> bool:
    return bool(header) and epsg_of_system(header) == VN2000_EPSG


def _needs_goals(work: Work, surveyed: Mask) -> bool:
    given = ~np.isnan(work.lon) & ~np.isnan(work.lat)
    return bool(surveyed.any() or (given & ~in_vietnam(work.lon, work.lat)).any())


def _read_one_cell(work: Work) -> Mask:
    """Fill in what one cell says of both coordinates where the columns of their own are silent; mark unread cells."""
    cells = work.rows["coordinates"]
    wanted = (np.isnan(work.lon) | np.isnan(work.lat)) & (np.isnan(work.northing) | np.isnan(work.easting))
    rows = np.flatnonzero((cells != "").to_numpy(dtype=bool) & wanted)
    unread = np.zeros(len(work.rows), dtype=bool)
    said: list[str] = cells.iloc[rows].tolist()
    for row, text, pair in zip(rows.tolist(), said, read_pairs(said), strict=True):
        if pair is None and not re.search(r"\d", text):
            continue  # words, no position: "trung tâm bản"
        if pair is None:
            unread[row] = True
            work.say(row, "coordinates", "error", texts.NOT_A_PAIR, "position.unreadable")
            continue
        work.columns[row] = "coordinates"
        if pair.kind == "metres":
            work.northing[row], work.easting[row] = pair.first, pair.second
        else:
            work.lon[row], work.lat[row] = pair.first, pair.second
    return unread


def _is_vn2000(work: Work) -> Mask:
    """Mark the rows whose degrees are stated to be VN-2000: by code, or in words without X and Y they could be for."""
    no_metres = np.isnan(work.northing) & np.isnan(work.easting)
    stated = (work.epsg == VN2000_EPSG) | ((work.system == VN2000_EPSG) & (work.epsg == 0) & no_metres)
    return np.asarray(stated & work.has_degrees)


def _shift_datum(work: Work, stated: Mask) -> None:
    """Move degrees of VN-2000 to WGS 84 and say so once."""
    rows = np.flatnonzero(stated & in_vietnam(work.lon, work.lat) & ~work.refused)
    if rows.size:
        work.lon[rows], work.lat[rows] = unproject(work.lon[rows], work.lat[rows], VN2000_EPSG)
        column = "epsg" if work.epsg[rows[0]] == VN2000_EPSG else "central_meridian"
        text = texts.vn2000_degrees(rows.size)
        work.say(int(rows[0]), column, "warning", text, "position.vn2000_degrees")


def _say_half_given(work: Work, surveyed: Mask) -> None:
    degrees = work.has_degrees & ~surveyed
    for column, text, values in (
        ("lon", texts.missing("kinh độ", "longitude"), work.lon),
        ("lat", texts.missing("vĩ độ", "latitude"), work.lat),
    ):
        for row in np.flatnonzero(degrees & np.isnan(values)).tolist():
            work.say(row, column, "error", text, "position.half")
    half = ~degrees & (np.isnan(work.northing) != np.isnan(work.easting))
    for row in np.flatnonzero(half).tolist():
        column = "northing" if np.isnan(work.northing[row]) else "easting"
        work.say(row, column, "error", texts.HALF_SURVEY, "position.half")


def _without_position(work: Work, schema: ListSchema, nothing: Mask) -> None:
    if schema.position == "required":
        for row in np.flatnonzero(nothing).tolist():
            work.say(row, "lon", "error", texts.NO_POSITION, "position.missing")
    elif schema.position == "expected":
        if schema.position_of and nothing.any():
            _take_from_others(work, schema.position_of, nothing)
        for row in np.flatnonzero(nothing & np.isnan(work.lon)).tolist():
            work.say(row, "lon", "warning", _anywhere(work.rows.iloc[row]), "position.missing")


def _take_from_others(work: Work, of: str, nothing: Mask) -> None:
    """Give rows without a position that of the first row of the same value; note it."""
    placed = ~np.isnan(work.lon) & ~np.isnan(work.lat) & ~work.refused
    values = work.rows[of].tolist()
    first = {value: at for at, value in reversed(list(enumerate(values))) if placed[at] and value}
    for row in np.flatnonzero(nothing).tolist():
        other = first.get(values[row])
        if other is not None:
            work.lon[row], work.lat[row] = work.lon[other], work.lat[other]
            after = texts.place(work.lon[row], work.lat[row])
            work.say(row, "lon", "repair", texts.FROM_SAME_SITE, "position.same_site", after=after)


def _anywhere(row: pd.Series[str]) -> Text:
    """Say where a station without a position may stand, by the commune its row names."""
    kind, name = split_unit(row["commune_name"])
    commune = " ".join(filter(None, (full_name(kind or "xã", name) if name else "", row["commune_code"])))
    where = Text(f"trong {commune}", f"in {commune}") if commune else Text("trong tỉnh", "in the province")
    return Text(
        f"Không có toạ độ: trạm có thể ở bất cứ đâu {where.vi}; trạm không được tính và nơi gần đó là chưa xác định.",
        f"No position: the station may be anywhere {where.en}; it is not counted and places near are undetermined.",
    )


def _say_coarse(work: Work, surveyed: Mask) -> None:
    """Warn where the digits written leave a position hundreds of metres open."""
    for row, metres in _coarse_m(work, surveyed).items():
        column = "northing" if surveyed[row] else "lon"
        work.say(row, column, "warning", texts.coarse(metres), "position.coarse")


def _coarse_m(work: Work, surveyed: Mask) -> dict[int, int]:
    """Return how far off each coarsely written position may be, by row."""
    rows = work.rows
    degrees = work.has_degrees & ~surveyed & ~work.refused
    typed = [np.where(work.columns == "", rows[name], getattr(work, name)) for name in ("lon", "lat")]
    found: dict[int, int] = {}
    for decimals, metres in _COARSE_M[::-1]:
        found |= dict.fromkeys(_rows_on_grid(degrees, typed, 10**decimals), metres)
    on_minutes = _rows_on_grid(degrees, typed, 60)
    found = dict.fromkeys(on_minutes, _MINUTE_M) | found
    metres_typed = [work.northing / 1000.0, work.easting / 1000.0]
    return found | dict.fromkeys(_rows_on_grid(surveyed & ~work.refused, metres_typed, 1), _KILOMETRE_M)


def _rows_on_grid(wanted: Mask, values: list[NDArray[np.float64]], steps: int) -> list[int]:
    """Return the rows whose two values are both whole multiples of one step."""
    on = wanted.copy()
    with np.errstate(over="ignore", invalid="ignore"):  # a number beyond all maps is on no grid
        for value in values:
            scaled = value * steps
            on &= np.abs(scaled - np.round(scaled)) < 1e-7
    return np.flatnonzero(on).tolist()


def _say_conflicts(work: Work, surveyed: Mask) -> None:
    """Warn where longitude and latitude of a row are not where its X and Y are."""
    zones = stated_zone(work)
    both = ~surveyed & ~work.refused & (zones > 0) & ~np.isnan(work.northing + work.easting + work.lon + work.lat)
    for epsg in np.unique(zones[both]).tolist():
        rows = np.flatnonzero(both & (zones == epsg))
        lon, lat = places_of(Reading(epsg, is_swapped=False), work.northing[rows], work.easting[rows])
        apart_m = metres_between(lon, lat, work.lon[rows], work.lat[rows])
        for row, metres in zip(rows.tolist(), apart_m.tolist(), strict=True):
            if metres > CONFLICT_M:
                text = texts.conflict(texts.length(metres))
                work.say(row, "northing", "warning", text, "position.conflict")
