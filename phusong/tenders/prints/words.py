"""How cells of the printed annexes write places, intervals, levels and facts."""

from __future__ import annotations

import re
from collections.abc import Iterable

from phusong.data.terms import LEAST_SHOWN
from phusong.tenders.package.values import Area, Place
from phusong.tenders.sentences import OUTSIDE_VILLAGES
from phusong.words import Language, Text, number

REMAINDER = Text(
    f"Khu vực dưới {LEAST_SHOWN} hộ được gộp theo thôn và không chỉ nơi, để bảo vệ thông tin của hộ dân.",
    f"Areas of fewer than {LEAST_SHOWN} households are put together by village and shown at no place, for privacy.",
)


def village_of(area: Area, language: Language) -> str:
    """Return the name of an area's village, or that it lies outside all of them."""
    return area.village_name or OUTSIDE_VILLAGES.to(language)


def count(value: int | None, language: Language) -> str:
    """Write a whole number; an unknown one is a dash."""
    return "–" if value is None else number(value, language)


def length(value: float | None, unit: str, language: Language, *, decimals: int = 1) -> str:
    """Write a length with its unit, which stays on its line; an unknown one is a dash."""
    return "–" if value is None else f"{number(value, language, decimals=decimals)}\N{NO-BREAK SPACE}{unit}"


def degrees(place: Place | None, language: Language) -> str:
    """Write latitude and longitude, one a line, to a decimetre."""
    return "" if place is None else "\n".join(number(v, language, decimals=6) for v in (place.lat_deg, place.lon_deg))


def metres(place: Place | None, language: Language) -> str:
    """Write the VN-2000 northing and easting, one a line."""
    pair = () if place is None else (place.vn2000_northing_m, place.vn2000_easting_m)
    return "\n".join(number(v, language, decimals=2) for v in pair)


def meridians(places: Iterable[Place]) -> Text:
    """Say the VN-2000 zones of some places: central meridian and EPSG code."""
    zones = sorted({(place.central_meridian, place.vn2000_epsg) for place in places})
    listed_zones = "; ".join(f"{meridian} (EPSG:{epsg})" for meridian, epsg in zones) or "–"
    return Text(
        f"Toạ độ: WGS84 (vĩ độ, kinh độ) và VN-2000 (X Bắc, Y Đông), múi chiếu 3°, kinh tuyến trục {listed_zones}.",
        f"Coordinates: WGS84 (latitude, longitude) and VN-2000 (X north, Y east), 3° zone, meridian {listed_zones}.",
    )


def unbroken(text: str) -> str:
    """Return a text in which no number is parted from its unit."""
    return re.sub(r"(\d) (km|m|dB|dBm|%|hộ)\b", "\\1\N{NO-BREAK SPACE}\\2", text)
