"""Coordinate systems as lists state them: "105°30′", "KTT 105,5 múi 3°", "UTM 48N", "VN-2000", an EPSG code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from phusong.data.crs import VN2000_EPSG, WGS84_EPSG, zone_rows
from phusong.data.names import fold

_OTHER_ZONES = MappingProxyType({5896: 102.0, 5897: 105.0, 5898: 108.0})
_NUMBERED_ZONES = MappingProxyType({"481": 5896, "482": 5897, "491": 5898})
VN2000_UTM = MappingProxyType({3405: 105.0, 3406: 111.0})
WGS84_UTM = MappingProxyType({32648: 105.0, 32649: 111.0})
"""UTM zones 48N and 49N on either datum, with their central meridians."""

TWIN_OF_DEPRECATED = MappingProxyType({6956: 5896, 6957: 5897, 6958: 5898, 6959: 5899})
"""EPSG withdrew the first edition of four zones (false easting and northing swapped); the second is what was meant."""


@cache
def epsg_by_meridian() -> Mapping[float, int]:
    """Return the EPSG code of each VN-2000 3° zone by its central meridian in degrees, from west to east."""
    used = {row.central_meridian_deg: row.epsg for row in zone_rows()}
    both = used | {degrees: epsg for epsg, degrees in _OTHER_ZONES.items()}
    return MappingProxyType(dict(sorted(both.items())))


@cache
def meridian_by_epsg() -> Mapping[int, float]:
    """Return the central meridian of each 3° zone and UTM zone by its EPSG code."""
    zones = {epsg: degrees for degrees, epsg in epsg_by_meridian().items()}
    return MappingProxyType(zones | dict(VN2000_UTM) | dict(WGS84_UTM))


@cache
def zones_of_province(province_code: str) -> tuple[int, ...]:
    """Return the 3° zones of the old provinces a province was merged from; none for a code that is not one of 34."""
    return tuple(dict.fromkeys(row.epsg for row in zone_rows() if row.province_code == province_code))


@cache
def system_name(epsg: int) -> str:
    """Name a system as a survey does: 105°30′, or UTM 48N."""
    if epsg in VN2000_UTM or epsg in WGS84_UTM:
        return f"UTM {48 if meridian_by_epsg()[epsg] == 105.0 else 49}N{' WGS84' if epsg in WGS84_UTM else ''}"
    degrees = meridian_by_epsg()[epsg]
    return f"{int(degrees)}°{round(degrees % 1.0 * 60.0):02d}′"


@cache
def epsg_of_system(text: str) -> int | None:
    """Read a system however it is written as an EPSG code; None where the text names none that is known.

    4756 stands for VN-2000 without a zone (degrees), 4326 for WGS84 without one. UTM is VN-2000's unless WGS is said.
    """
    said = fold(text)
    if code := re.search(r"\b(\d{4,5})\b", re.sub(r"vn[\s-]*2000", " ", said)):
        epsg = TWIN_OF_DEPRECATED.get(int(code[1]), int(code[1]))
        return epsg if epsg in known_epsg() else None
    if "utm" in said and (zone := re.search(r"\b(4[89])\s*[nqp]?\b", said)):
        return (32600 if "wgs" in said else 3400) + (int(zone[1]) if "wgs" in said else int(zone[1]) - 43)
    bare = re.sub(r"vn[\s-]*2000|wgs[\s-]*84|tm[\s-]*3|mui\s*(chieu)?\s*3", " ", said)
    if zone := re.search(r"\b(481|482|491)\b", bare):
        return _NUMBERED_ZONES[zone[1]]
    meridian = _meridian_deg(bare)
    if meridian is not None:
        return next((epsg for known, epsg in epsg_by_meridian().items() if abs(known - meridian) < 1e-3), None)
    if re.search(r"vn[\s-]*2000", said):
        return VN2000_EPSG
    return WGS84_EPSG if re.search(r"wgs[\s-]*84|\bgps\b", said) else None


@cache
def known_epsg() -> frozenset[int]:
    """Return the EPSG codes a list may give its positions in."""
    return frozenset(meridian_by_epsg()) | {VN2000_EPSG, WGS84_EPSG}


def _meridian_deg(bare: str) -> float | None:
    match = re.search(r"\b(10\d)(?:[.,](\d+)|\D{1,3}(\d{1,2}))?", bare)
    if match is None:
        return None
    return float(f"{match[1]}.{match[2]}") if match[2] else int(match[1]) + int(match[3] or 0) / 60.0
