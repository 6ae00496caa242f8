"""What a gap list says of its nearest station against the station lists."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from phusong.data.checks.after import rows_of, with_notes
from phusong.data.checks.ground import Ints, located
from phusong.data.columns import Note
from phusong.data.distances import earth_centred_m, metres_between
from phusong.data.lists import CheckedList
from phusong.data.schema import header_key
from phusong.words import Text, number

DIFFERENCE_FRACTION = 0.2
DIFFERENCE_KM = 0.5
"""A stated distance is asked about where it is off by more than both: a fifth of the computed one, and this."""

_NOT_STANDING = ("planned", "building", "off")


_Station = tuple[str, float]
"""A station's code and how many km away it is."""


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
    masts = _standing(stations)
    rows = gaps.rows
    stated = rows["nearest_dist_km"].notna() | (rows["nearest_site_id"] != "")
    asked = np.flatnonzero(located(rows) & stated.to_numpy(dtype=bool))
    if masts.empty or not len(asked):
        return gaps
    own = rows.iloc[asked]
    near, named = _nearest(own, masts), _named(own, masts)
    cells = zip(asked.tolist(), own["nearest_site_id"], own["nearest_dist_km"].tolist(), strict=True)
    notes = [
        note
        for k, (at, code, stated_km) in enumerate(cells)
        for note in _of_row(at, code, stated_km, near[k], named.get(k))
    ]
    return with_notes(gaps, notes)


def _standing(stations: Sequence[CheckedList]) -> pd.DataFrame:
    """Return the stations that stand, each place of each code once."""
    columns = ["site_id", "site_name", "lon", "lat"]
    if not stations:
        return pd.DataFrame(columns=columns)
    rows = rows_of(stations)
    standing = rows.loc[located(rows) & ~rows["status"].isin(_NOT_STANDING).to_numpy(), columns]
    return standing.drop_duplicates(["site_id", "lon", "lat"]).reset_index(drop=True)


def _nearest(own: pd.DataFrame, masts: pd.DataFrame) -> list[_Station]:
    """Return the nearest station of each row."""
    points, places = (earth_centred_m(table["lon"], table["lat"]) for table in (own, masts))
    at = np.asarray(cKDTree(places).query(points)[1], dtype=np.int64)
    return list(zip(masts["site_id"].iloc[at], _away_km(own, masts, np.arange(len(own)), at), strict=True))


def _named(own: pd.DataFrame, masts: pd.DataFrame) -> dict[int, _Station]:
    """Return the station each row names by code or name, where a list has it; of several places the nearest."""
    places: dict[str, list[int]] = {}
    for column in ("site_id", "site_name"):
        for index, name in enumerate(masts[column]):
            if name:
                places.setdefault(header_key(name), []).append(index)
    keys = {code: header_key(code) for code in own["nearest_site_id"].unique() if code}
    pairs = [(k, m) for k, code in enumerate(own["nearest_site_id"]) if code for m in places.get(keys[code], ())]
    row, mast = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    away_km = _away_km(own, masts, row, mast)
    codes = masts["site_id"].iloc[mast].tolist()
    far_first = np.argsort(-np.array(away_km), kind="stable").tolist()
    return {int(row[k]): (codes[k], away_km[k]) for k in far_first}


def _away_km(own: pd.DataFrame, masts: pd.DataFrame, row: Ints, mast: Ints) -> list[float]:
    lon, lat = (own[name].to_numpy(np.float64)[row] for name in ("lon", "lat"))
    mast_lon, mast_lat = (masts[name].to_numpy(np.float64)[mast] for name in ("lon", "lat"))
    return [float(metres) / 1000.0 for metres in metres_between(lon, lat, mast_lon, mast_lat)]


def _of_row(at: int, code: str, stated_km: float, near: _Station, own: _Station | None) -> list[Note]:
    if own is None:
        notes = [_note(at, _differs(stated_km, near, near))] if _differ(stated_km, near[1]) else []
        if code:
            notes.append(Note(at, "nearest_site_id", "warning", _unknown(code, near), "distance.unknown_site"))
        return notes
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
