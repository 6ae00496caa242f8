"""Where a row of a list is: longitude and latitude as given or from VN-2000, and whether that can be in Vietnam."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.data.columns import Note
from phusong.data.crs import from_vn2000, zone_rows
from phusong.data.names import fold
from phusong.data.schema import ListSchema, Position
from phusong.data.territory import Territory
from phusong.data.units import full_name, split_unit
from phusong.errors import Range
from phusong.words import Text, number

LON_DEG = Range(102.0, 118.0, "°")
LAT_DEG = Range(6.0, 24.0, "°")
"""Vietnam with Hoàng Sa and Trường Sa."""

_OTHER_ZONES = MappingProxyType({5896: 102.0, 5897: 105.0, 5898: 108.0})
_PROJECTED = MappingProxyType({3405: "UTM 48N", 3406: "UTM 49N"})
_ASK_MERIDIAN = Text(
    "Có X, Y nhưng không biết kinh tuyến trục. Hãy ghi kinh tuyến trục (ví dụ 105°30′) hoặc mã EPSG (ví dụ 9209).",
    "X and Y are given without a known central meridian. Write it (for example 105°30′) or the EPSG code (9209).",
)

Floats = NDArray[np.float64]


@cache
def epsg_by_meridian() -> Mapping[float, int]:
    """Return the EPSG code of each VN-2000 3° zone in use by its central meridian in degrees."""
    used = {row.central_meridian_deg: row.epsg for row in zone_rows()}
    return MappingProxyType(used | {degrees: epsg for epsg, degrees in _OTHER_ZONES.items()})


def epsg_of_meridian(text: str) -> int | None:
    """Read a central meridian however it is written (105°30′, 105 30, 105,5, KTT 105-30, 9209) as an EPSG code."""
    bare = re.sub(r"vn[\s-]*2000|tm[\s-]*3|mui\s*(chieu)?\s*3", " ", fold(text))
    if (code := re.search(r"\b(58\d\d|92\d\d|340[56])\b", bare)) and int(code[1]) in known_epsg():
        return int(code[1])
    match = re.search(r"\b(10\d)(?:[.,](\d+)|\D{1,3}(\d{1,2}))?", bare)
    if match is None:
        return None
    degrees = float(f"{match[1]}.{match[2]}") if match[2] else int(match[1]) + int(match[3] or 0) / 60.0
    return next((epsg for known, epsg in epsg_by_meridian().items() if abs(known - degrees) < 1e-3), None)


@cache
def known_epsg() -> frozenset[int]:
    """Return the EPSG codes a list may give X and Y in."""
    return frozenset(epsg_by_meridian().values()) | frozenset(_PROJECTED)


def resolve_positions(
    rows: pd.DataFrame, schema: ListSchema, territory: Territory | None
) -> tuple[pd.DataFrame, list[Note]]:
    """Return the rows with WGS 84 ``lon`` and ``lat`` (NaN: none), and what is wrong with or was done to them."""
    lon, lat, notes = locate(rows, schema.position, schema.position_of)
    return rows.assign(lon=lon, lat=lat), notes


def locate(rows: pd.DataFrame, position: Position, position_of: str = "") -> tuple[Floats, Floats, list[Note]]:
    """Return longitude and latitude of every row (NaN: none) and what is wrong with them.

    Parameters
    ----------
    rows
        ``lon, lat, northing, easting, central_meridian, epsg`` as read; VN-2000 stands in where lon and lat are silent.
    position
        Whether a row without a position is refused, or kept with a warning.
    position_of
        The column whose rows of one value stand at one place.
    """
    lon = rows["lon"].to_numpy(dtype=np.float64).copy()
    lat = rows["lat"].to_numpy(dtype=np.float64).copy()
    surveyed = np.isnan(lon) & np.isnan(lat) & rows[["northing", "easting"]].notna().all(axis=1).to_numpy()
    notes = _convert(rows, surveyed, lon, lat)
    degrees = ~surveyed & ~(np.isnan(lon) & np.isnan(lat))
    notes += _half_given(rows, lon, lat, degrees)
    notes += _outside_vietnam(lon, lat, degrees)
    nothing = ~surveyed & ~degrees & rows[["northing", "easting"]].isna().all(axis=1).to_numpy()
    if position == "required":
        notes += [Note(at, "lon", "error", _NO_POSITION) for at in np.flatnonzero(nothing).tolist()]
    elif position == "expected":
        if position_of and nothing.any():
            notes += _take_from_others(rows[position_of], nothing, lon, lat)
        left = np.flatnonzero(nothing & np.isnan(lon)).tolist()
        notes += [Note(at, "lon", "warning", _anywhere(rows.iloc[at])) for at in left]
    return lon, lat, notes


def _take_from_others(of: pd.Series[str], nothing: NDArray[np.bool_], lon: Floats, lat: Floats) -> list[Note]:
    """Give rows without a position that of the first row of the same value; note it."""
    placed = ~np.isnan(lon) & ~np.isnan(lat)
    first = {value: at for at, value in reversed(list(enumerate(of))) if placed[at] and value}
    notes = []
    for at in np.flatnonzero(nothing).tolist():
        other = first.get(of.iloc[at])
        if other is not None:
            lon[at], lat[at] = lon[other], lat[other]
            text = Text(
                "Không có toạ độ, lấy theo dòng khác của cùng trạm.",
                "No position: taken from another row of the same site.",
            )
            notes.append(Note(at, "lon", "repair", text))
    return notes


def _anywhere(row: pd.Series[str]) -> Text:
    """Say where a station without a position may stand, by the commune its row names."""
    kind, name = split_unit(row["commune_name"])
    commune = " ".join(filter(None, (full_name(kind or "xã", name) if name else "", row["commune_code"])))
    where = Text(f"trong {commune}", f"in {commune}") if commune else Text("trong tỉnh", "in the province")
    return Text(
        f"Không có toạ độ: trạm có thể ở bất cứ đâu {where.vi}; trạm không được tính và nơi gần đó là chưa xác định.",
        f"No position: the station may be anywhere {where.en}; it is not counted and places near are undetermined.",
    )


_NO_POSITION = Text(
    "Thiếu toạ độ: cần kinh độ và vĩ độ, hoặc X, Y và kinh tuyến trục.",
    "No position: longitude and latitude are needed, or X, Y and the central meridian.",
)


def _half_given(rows: pd.DataFrame, lon: Floats, lat: Floats, degrees: NDArray[np.bool_]) -> list[Note]:
    notes = []
    pairs = (("lon", "kinh độ", "longitude", lon), ("lat", "vĩ độ", "latitude", lat))
    for field, vi, en, values in pairs:
        text = Text(f"Thiếu {vi}.", f"No {en}.")
        notes += [Note(at, field, "error", text) for at in np.flatnonzero(degrees & np.isnan(values)).tolist()]
    survey = rows[["northing", "easting"]].isna().to_numpy()
    half = ~degrees & (survey.sum(axis=1) == 1)
    text = Text("Chỉ có X hoặc Y. Hãy ghi đủ cả hai.", "Only X or only Y is given. Both are needed.")
    notes += [
        Note(at, "northing" if survey[at, 0] else "easting", "error", text) for at in np.flatnonzero(half).tolist()
    ]
    return notes


def _outside_vietnam(lon: Floats, lat: Floats, degrees: NDArray[np.bool_]) -> list[Note]:
    given = degrees & ~np.isnan(lon) & ~np.isnan(lat)
    inside = _in_vietnam(lon, lat)
    swapped = _in_vietnam(lat, lon)
    notes = []
    for at in np.flatnonzero(given & ~inside).tolist():
        field, value = ("lon", lon[at]) if not LON_DEG.holds(lon[at]) else ("lat", lat[at])
        vi = f"{_degrees(value, 'vi')} nằm ngoài Việt Nam."
        en = f"{_degrees(value, 'en')} is outside Vietnam."
        if swapped[at]:
            vi += " Có lẽ kinh độ và vĩ độ bị đổi chỗ."
            en += " Longitude and latitude may be swapped."
        notes.append(Note(at, field, "error", Text(vi, en)))
    return notes


def _convert(rows: pd.DataFrame, surveyed: NDArray[np.bool_], lon: Floats, lat: Floats) -> list[Note]:
    """Fill ``lon`` and ``lat`` of the surveyed rows, zone by zone."""
    zones, notes = _zones(rows, surveyed)
    northing = rows["northing"].to_numpy(dtype=np.float64)
    easting = rows["easting"].to_numpy(dtype=np.float64)
    for epsg in np.unique(zones[zones > 0]).tolist():
        at = np.flatnonzero(zones == epsg)
        lon[at], lat[at] = from_vn2000(northing[at], easting[at], epsg)
        wrong = at[~_in_vietnam(lon[at], lat[at])]
        swapped = _in_vietnam(*from_vn2000(easting[wrong], northing[wrong], epsg))
        notes += [
            _survey_note(int(row), bool(swap), float(northing[row])) for row, swap in zip(wrong, swapped, strict=True)
        ]
    return notes


def _zones(rows: pd.DataFrame, surveyed: NDArray[np.bool_]) -> tuple[NDArray[np.int64], list[Note]]:
    """Return the EPSG code of each surveyed row, 0 where it is unknown or stated twice differently."""
    stated = rows["epsg"].fillna(0).to_numpy(dtype=np.int64)
    meridians = rows["central_meridian"]
    by_text = {text: epsg_of_meridian(text) or 0 for text in meridians[surveyed].unique() if text}
    from_text = meridians.map(by_text).fillna(0).to_numpy(dtype=np.int64)
    zones = np.where(surveyed, np.where(stated > 0, stated, from_text), 0)
    unknown = surveyed & ~np.isin(zones, list(known_epsg()))
    differing = surveyed & (stated > 0) & (from_text > 0) & (stated != from_text)
    zones[unknown | differing] = 0
    notes = [Note(at, "northing", "error", _ASK_MERIDIAN) for at in np.flatnonzero(unknown).tolist()]
    text = Text(
        "Mã EPSG và kinh tuyến trục không khớp nhau. Hãy sửa một trong hai.",
        "EPSG code and central meridian contradict each other. Correct one of them.",
    )
    notes += [Note(at, "epsg", "error", text) for at in np.flatnonzero(differing & ~unknown).tolist()]
    return zones, notes


def _survey_note(at: int, swapped: bool, northing: float) -> Note:
    vi = f"X {number(northing, 'vi')} nằm ngoài Việt Nam."
    en = f"X {number(northing, 'en')} is outside Vietnam."
    if swapped:
        vi += " Có lẽ X và Y bị đổi chỗ (X là khoảng cách về phía bắc)."
        en += " X and Y may be swapped (X is the northing)."
    return Note(at, "northing", "error", Text(vi, en))


def _in_vietnam(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    inside = (lon >= LON_DEG.low) & (lon <= LON_DEG.high) & (lat >= LAT_DEG.low) & (lat <= LAT_DEG.high)
    return np.asarray(inside, dtype=bool)


def _degrees(value: float, language: str) -> str:
    written = f"{value:.10g}"
    return written.replace(".", ",") if language == "vi" else written
