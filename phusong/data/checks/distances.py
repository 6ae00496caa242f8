"""What a gap list says of its nearest station against the station lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from phusong.coverage.earth import path_km
from phusong.data.checks.after import rows_of, with_notes
from phusong.data.checks.ground import Floats, earth_centred_m, located
from phusong.data.checks.row_cells import number_at, text_at
from phusong.data.columns import Note
from phusong.data.lists import CheckedList
from phusong.data.schema import header_key
from phusong.words import Text, number

DIFFERENCE_FRACTION = 0.2
DIFFERENCE_KM = 0.5
"""A stated distance is asked about where it is off by more than both: a fifth of the computed one, and this."""

_NOT_STANDING = ("planned", "building", "off")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Masts:
    """The stations that stand, once each: codes, positions, and where to look a code or name up."""

    codes: list[str]
    lon: Floats
    lat: Floats
    at: Mapping[str, list[int]]

    def away_km(self, mast: int, lon_deg: float, lat_deg: float) -> float:
        return path_km(lon_deg, lat_deg, float(self.lon[mast]), float(self.lat[mast]))[0]


def check_distances(gaps: CheckedList, stations: Sequence[CheckedList]) -> CheckedList:
    """Hold the stated nearest station and its distance against the station lists.

    Parameters
    ----------
    gaps
        The gap list.
    stations
        Station lists of every operator; stations planned, being built or switched off are not counted.

    Returns
    -------
    checked
        The gap list with a warning where the stated distance is more than 20 % and 0.5 km from the computed one, where
        a nearer station is listed than the one named, and where no list has the code named.
    """
    masts = _masts(stations) if stations else None
    if masts is None or not masts.codes or gaps.rows.empty:
        return gaps
    rows = gaps.rows
    asked = np.flatnonzero(located(rows) & (rows["nearest_dist_km"].notna() | (rows["nearest_site_id"] != "")))
    points = earth_centred_m(rows["lon"].to_numpy()[asked], rows["lat"].to_numpy()[asked])
    nearest = cKDTree(earth_centred_m(masts.lon, masts.lat)).query(points)[1]
    notes = [
        note
        for at, mast in zip(asked.tolist(), np.asarray(nearest).tolist(), strict=True)
        for note in _of_row(rows, at, mast, masts)
    ]
    return with_notes(gaps, notes)


def _masts(stations: Sequence[CheckedList]) -> _Masts:
    rows = rows_of(stations)
    standing = rows[located(rows) & ~rows["status"].isin(_NOT_STANDING).to_numpy()]
    once = standing.drop_duplicates(["site_id", "lon", "lat"])
    at: dict[str, list[int]] = {}
    for column in ("site_id", "site_name"):
        for mast, name in enumerate(once[column]):
            if name:
                at.setdefault(header_key(name), []).append(mast)
    return _Masts(
        codes=once["site_id"].tolist(),
        lon=once["lon"].to_numpy(np.float64),
        lat=once["lat"].to_numpy(np.float64),
        at=at,
    )


def _of_row(rows: pd.DataFrame, at: int, nearest: int, masts: _Masts) -> list[Note]:
    lon, lat, stated_km = (number_at(rows, name, at) for name in ("lon", "lat", "nearest_dist_km"))
    code = text_at(rows, "nearest_site_id", at)
    near = (masts.codes[nearest], masts.away_km(nearest, lon, lat))
    named = sorted((masts.away_km(mast, lon, lat), mast) for mast in masts.at.get(header_key(code), ())) if code else []
    if not named:
        notes = [_note(at, _differs(stated_km, near, near))] if _differ(stated_km, near[1]) else []
        if code:
            notes.append(Note(at, "nearest_site_id", "warning", _unknown(code, near), "distance.unknown_site"))
        return notes
    own = (masts.codes[named[0][1]], named[0][0])
    if _differ(stated_km, own[1]):
        return [_note(at, _differs(stated_km, own, near))]
    if _differ(own[1], near[1]):
        return [Note(at, "nearest_site_id", "warning", _nearer(own, near), "distance.nearer_site")]
    return []


def _note(at: int, text: Text) -> Note:
    return Note(at, "nearest_dist_km", "warning", text, "distance.stated")


def _differ(stated_km: float, computed_km: float) -> bool:
    """Say whether two distances are too far apart; a missing one never is."""
    off_km = abs(stated_km - computed_km)
    return off_km > DIFFERENCE_FRACTION * computed_km and off_km > DIFFERENCE_KM


_Station = tuple[str, float]
"""A station's code and how far it is."""


def _km(value: float) -> tuple[str, str]:
    return f"{number(value, decimals=1)} km", f"{number(value, 'en', decimals=1)} km"


def _differs(stated_km: float, own: _Station, near: _Station) -> Text:
    stated, computed = _km(stated_km), _km(own[1])
    nearest = _km(near[1])
    is_nearest = own == near
    vi = "" if is_nearest else f" (trạm gần nhất trong danh sách là {near[0]}, cách {nearest[0]})"
    en = "" if is_nearest else f" (the nearest listed is {near[0]}, {nearest[1]} away)"
    return Text(
        f"Ghi cách trạm {stated[0]}, tính theo toạ độ thì trạm {own[0]} cách {computed[0]}{vi}. Hãy kiểm tra "
        "khoảng cách và toạ độ.",
        f"{stated[1]} is stated, by the coordinates {own[0]} is {computed[1]} away{en}. Check distance and "
        "coordinates.",
    )


def _nearer(own: _Station, near: _Station) -> Text:
    away, nearest = _km(own[1]), _km(near[1])
    return Text(
        f"Trạm gần nhất trong danh sách là {near[0]}, cách {nearest[0]}; trạm {own[0]} cách {away[0]}. Hãy kiểm tra mã "
        "trạm.",
        f"The nearest station listed is {near[0]}, {nearest[1]} away; {own[0]} is {away[1]} away. Check the code.",
    )


def _unknown(code: str, near: _Station) -> Text:
    nearest = _km(near[1])
    return Text(
        f"Trạm {code} không có trong các danh sách trạm; trạm gần nhất trong đó là {near[0]}, cách {nearest[0]}. Hãy "
        "kiểm tra mã trạm.",
        f"No station list has {code}; the nearest they have is {near[0]}, {nearest[1]} away. Check the code.",
    )
