"""How cells of the printed annexes write places, intervals, levels and facts."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable

from phusong.coverage.reasons import operator_title
from phusong.data.layer_columns import ROAD_CLASSES
from phusong.data.provenance import dbm
from phusong.data.terms import LEAST_SHOWN, technology_title
from phusong.tenders.package.values import Area, Level, Place, YesNo
from phusong.words import Language, Text, number

NOT_KNOWN = Text("chưa rõ", "not known")
FORECAST = Text(
    "Số liệu là kết quả dự báo bằng mô hình, không thay thế đo kiểm.",
    "The figures are a model's forecast; they do not replace measurement.",
)
ONCE = Text(
    "Không có hộ nào được tính ở hai khu vực hoặc hai gói; hộ chưa xác định không được tính là hộ cần phủ.",
    "No household is counted in two areas or two packages; undetermined ones are not among those needing coverage.",
)
OUTSIDE_VILLAGES = Text("(ngoài các thôn)", "(outside villages)")
REMAINDER = Text(
    f"Khu vực dưới {LEAST_SHOWN} hộ được gộp theo thôn và không chỉ nơi, để bảo vệ thông tin của hộ dân.",
    f"Areas of fewer than {LEAST_SHOWN} households are put together by village and shown at no place, for privacy.",
)
_ANSWERS: dict[YesNo, Text] = {"yes": Text("có", "yes"), "no": Text("không", "no"), "unknown": NOT_KNOWN}
_ROADS = {option.value: option.title for option in ROAD_CLASSES} | {"none": Text("không có đường", "no road")}


def village_of(area: Area, language: Language) -> str:
    """Return the name of an area's village, or that it lies outside all of them."""
    return area.village_name or OUTSIDE_VILLAGES.to(language)


def answer(value: str, language: Language) -> str:
    """Write a three-valued fact."""
    return _ANSWERS["yes" if value == "yes" else "no" if value == "no" else "unknown"].to(language)


def road_title(road_class: str, language: Language) -> str:
    """Write a class of road; what is not in the table stays as it is, nothing is not known."""
    return _ROADS.get(road_class, Text(road_class, road_class) if road_class else NOT_KNOWN).to(language)


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


def levels_of(area: Area, technologies: Collection[str], language: Language) -> str:
    """Write an area's predicted levels, an operator a line, the strongest first; below the floor is said."""
    operators: dict[str, list[Level]] = {}
    for level in sorted(area.levels, key=_weakness):
        if level.technology in technologies:
            operators.setdefault(level.operator, []).append(level)
    below = Text("dưới mức tính", "below floor").to(language)

    def written(level: Level) -> str:
        value = below if level.level_dbm is None else dbm(round(level.level_dbm), language)
        return f"{technology_title(level.technology).to(language)} {value}"

    def all_of(own: list[Level]) -> str:
        return below if all(level.level_dbm is None for level in own) else "; ".join(map(written, own))

    return "\n".join(f"{operator_title(name)}: {all_of(own)}" for name, own in operators.items())


def unbroken(text: str) -> str:
    """Return a text in which no number is parted from its unit."""
    return re.sub(r"(\d) (km|m|dB|dBm|%|hộ)\b", "\\1\N{NO-BREAK SPACE}\\2", text)


def _weakness(level: Level) -> tuple[float, str, str]:
    return (math.inf if level.level_dbm is None else -level.level_dbm, level.operator, level.technology)
