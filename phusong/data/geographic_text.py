"""Longitudes, latitudes and pairs of them as people write them: degrees in every usual spelling, two in one cell.

A degree may be written 105,34808; 105°20'53,1"; 105º20′53.1″Đ; 105 20 53.1; 105d20m53s; 105-20-53; 105°20.885';
105.20.53, with a letter N, E, B, Đ, S, W, T (or the word) before or after it. The letter N is north here, never *nam*:
all of Vietnam lies north and east, so a letter tells which of two numbers is the latitude.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from phusong.data.number_text import read_number
from phusong.errors import Range

LON_DEG = Range(102.0, 118.0, "°")
LAT_DEG = Range(6.0, 24.0, "°")
"""Vietnam with Hoàng Sa and Trường Sa."""

Axis = Literal["lon", "lat", ""]

_MOST_DIGITS = 20
_METRES_FROM = 1000.0
"""A number this large is no angle: a distance in metres, or an angle that lost its decimal mark."""

_MARKS = str.maketrans(
    {
        **dict.fromkeys("º˚⁰∘", "°"),
        **dict.fromkeys("’‘′ʹʼ`´", "'"),
        **dict.fromkeys("”“″ʺ", '"'),
        **dict.fromkeys("−–—", "-"),
    }
)
_HEMISPHERES = {
    **dict.fromkeys(("e", "đ", "d", "đông", "dong", "east"), ("lon", 1.0)),
    **dict.fromkeys(("w", "t", "tây", "tay", "west"), ("lon", -1.0)),
    **dict.fromkeys(("n", "b", "bắc", "bac", "north"), ("lat", 1.0)),
    **dict.fromkeys(("s", "nam", "south"), ("lat", -1.0)),
}
_WORDS = "|".join(sorted(_HEMISPHERES, key=len, reverse=True))
_BEFORE = re.compile(rf"({_WORDS})\s*[:=.]?\s*(?=[-+]?\d)")
_AFTER = re.compile(rf"(?<=[\d°'\"s\s])({_WORDS})\.?$")
_DMS = re.compile(
    r"([-+]?\d{1,3})\s*(?:°|độ|do|d|o|:|-|\s)\s*"
    r"(\d{1,2}(?:[.,]\d+)?)\s*"
    r"(?:(?:'|phút|phut|ph|m|:|-|\s)\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:\"|'|giây|giay|gi|s)?(\d+)?)?)?"
)
_DOTTED_DMS = re.compile(r"([-+]?\d{1,3})([.,])(\d{1,2})\2(\d{1,2}(?:[.,]\d+)?)")
_LABELS = {
    **dict.fromkeys(("kinh độ", "kinh do", "kinhdo", "kđ", "kd", "longitude", "long", "lng", "lon"), "lon"),
    **dict.fromkeys(("vĩ độ", "vi do", "vido", "vđ", "vd", "latitude", "lat"), "lat"),
    **dict.fromkeys(("x", "y"), ""),
}
_LABEL = re.compile(
    rf"(?<![^\W\d_])({'|'.join(sorted(map(re.escape, _LABELS), key=len, reverse=True))})"
    r"\s*(?:\([^()\d]*\))?\s*[:=.]?\s*(?=[-+\d(a-zđ])"
)
_LEADING = re.compile(r"^(?:(?:tọa|toạ|toa)\s*(?:độ|do)|vị trí|gps|wgs\s*-?84)\s*[:=]?\s*")
_PLAIN_PAIR = r"^(?P<a>\d{1,3}[.,]\d+)\s*[ /;|]\s*(?P<b>\d{1,3}[.,]\d+)$"
_SPLITS = (
    r"\s*[;|/\n]\s*",
    r",\s+",
    r"\s+-\s+",
    r"(?<=[a-zđ])\s*[,\s]\s*(?=\d)",
    r"\s+(?=[a-zđ])",
    r"(?<=\")\s*,?\s*(?=\d)",
    r"\s+",
)


@dataclass(frozen=True, slots=True)
class Angle:
    """Degrees, and the axis its letter or label names ("" where there is none)."""

    degrees: float
    axis: Axis


@dataclass(frozen=True, slots=True)
class Pair:
    """Two coordinates of one cell: longitude and latitude, or X (north) and Y (east) in metres."""

    first: float
    second: float
    kind: Literal["degrees", "metres"]


def read_angle(text: str) -> Angle | None:
    """Read one angle with its letter or label; None where the text is none."""
    return _angle(_plain(text))


def _angle(bare: str) -> Angle | None:
    """Read one angle of a text in its plain form."""
    axis: Axis = ""
    if label := _LABEL.match(bare):
        axis, bare = _axis(_LABELS[label[1]]), bare[label.end() :]
    sign = 1.0
    letter = _BEFORE.match(bare)
    if letter:
        bare = bare[letter.end() :]
    elif (letter := _AFTER.search(bare)) and not _is_seconds_mark(bare, letter[1]):
        bare = bare[: letter.start()]
    else:
        letter = None
    if letter:
        named, sign = _HEMISPHERES[letter[1]]
        axis = _axis(named)
    degrees = _degrees(bare.strip())
    return None if degrees is None else Angle(sign * degrees, axis)


def read_pair(text: str) -> Pair | None:
    """Read two coordinates of one cell, in either order; None where the text is no such pair."""
    bare = _LEADING.sub("", _plain(text)).strip()
    while bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1].strip()
    if len(_LABEL.findall(bare)) == 2:
        return _labelled_pair(bare)
    for first, second in _halves(bare):
        angles = _angle(first), _angle(second)
        if angles[0] is not None and angles[1] is not None:
            pair = _paired(angles[0], angles[1])
            if pair is not None:
                return pair
    return None


def read_pairs(texts: Sequence[str]) -> list[Pair | None]:
    """Read many cells: the plain ones (105,34808/22,62924) at once, the others one by one."""
    plain = pc.extract_regex(pa.array(texts, pa.string()), _PLAIN_PAIR)
    firsts, seconds = (
        pc.cast(pc.replace_substring(pc.struct_field(plain, name), ",", "."), pa.float64()).to_pylist()
        for name in ("a", "b")
    )
    found: list[Pair | None] = []
    for text, first, second in zip(texts, firsts, seconds, strict=True):
        is_plain = first is not None and second is not None
        found.append(_paired(Angle(first, ""), Angle(second, "")) if is_plain else read_pair(text))
    return found


def without_mark(value: float, limits: Range) -> float | None:
    """Return a number that lost its decimal mark as the one number of the range it can be: 10534808 → 105.34808.

    The range spans less than a factor of ten, so there is never more than one.
    """
    for power in range(_MOST_DIGITS):
        shifted = value / 10.0**power
        if shifted <= limits.high:
            return shifted if limits.holds(shifted) else None
    return None


def packed_degrees(value: float, limits: Range) -> float | None:
    """Return a number of the form dddmmss or ddmmss as degrees: 1052053 → 105°20′53″; None where it is none."""
    degrees, rest = divmod(value, 10_000.0)
    minutes, seconds = divmod(rest, 100.0)
    angle = degrees + minutes / 60.0 + seconds / 3600.0
    return angle if minutes < 60.0 and seconds < 60.0 and limits.holds(angle) else None


def _plain(text: str) -> str:
    composed = unicodedata.normalize("NFC", text).translate(_MARKS).casefold()
    return " ".join(composed.replace("''", '"').split())


def _axis(name: str) -> Axis:
    return "lon" if name == "lon" else "lat" if name == "lat" else ""


def _is_seconds_mark(bare: str, letter: str) -> bool:
    """Say whether a last ``s`` is of seconds (105d20m53s) and not of south, a last ``d`` a degree sign."""
    return letter == "s" and re.search(r"\d\s*m", bare) is not None


def _degrees(bare: str) -> float | None:
    if match := _DMS.fullmatch(bare):
        seconds = match[3] and (f"{match[3]}.{match[4]}" if match[4] else match[3])
        return _sexagesimal(match[1], match[2], seconds or "0")
    if (value := _decimal(re.sub(r"\s*(?:độ|do|deg|°)$", "", bare))) is not None:
        return value
    if match := _DOTTED_DMS.fullmatch(bare):
        return _sexagesimal(match[1], match[3], match[4])
    return None


def _decimal(bare: str) -> float | None:
    """Return a decimal number; spaces may only stand between groups of thousands, as in 2 503 641,2."""
    if " " in bare and not re.fullmatch(r"\d{1,3}( \d{3})+([.,]\d+)?", bare):
        return None
    value = read_number(bare)
    return value if value is not None and math.isfinite(value) else None


def _sexagesimal(degrees: str, minutes: str, seconds: str) -> float | None:
    try:
        m, s = float(minutes.replace(",", ".")), float(seconds.replace(",", "."))
    except ValueError:
        return None
    if m >= 60.0 or s >= 60.0 or (s and not m.is_integer()):
        return None
    whole = abs(int(degrees)) + m / 60.0 + s / 3600.0
    return -whole if degrees.startswith("-") else whole


def _labelled_pair(bare: str) -> Pair | None:
    labels = list(_LABEL.finditer(bare))
    parts = [bare[labels[0].start() : labels[1].start()], bare[labels[1].start() :]]
    angles = [_angle(part.strip(" ,;/|-\n")) for part in parts]
    if angles[0] is None or angles[1] is None:
        return None
    if {label[1] for label in labels} == {"x", "y"} and labels[0][1] == "y":
        angles.reverse()
    return _paired(angles[0], angles[1])


def _halves(bare: str) -> Iterator[tuple[str, str]]:
    """Yield the ways to part a text in two, the surest first."""
    for separator in _SPLITS:
        parts = [part for part in re.split(separator, bare) if part]
        if len(parts) == 2:
            yield parts[0], parts[1]
        elif len(parts) in (4, 6) and separator == r"\s+":  # 22 37 45,3 105 20 53,1
            half = len(parts) // 2
            yield " ".join(parts[:half]), " ".join(parts[half:])
    commas = bare.split(",")
    if len(commas) == 4 or (len(commas) == 2 and not any(part.strip().isdecimal() for part in commas)):
        half = len(commas) // 2  # 22.62924,105.34808 and 22,62924,105,34808
        yield ",".join(commas[:half]), ",".join(commas[half:])


def _paired(first: Angle, second: Angle) -> Pair | None:
    """Put two numbers in the order longitude, latitude; by letters or labels, else by what each can be."""
    if first.axis and first.axis == second.axis:
        return None
    if max(first.degrees, second.degrees) >= _METRES_FROM and not _both_can_be_degrees(first, second):
        return Pair(first.degrees, second.degrees, "metres")
    is_lat_first = first.axis == "lat" or second.axis == "lon"
    if not (first.axis or second.axis):
        is_lat_first = not _can_be(first, LON_DEG) and _can_be(second, LON_DEG)
    lon, lat = (second, first) if is_lat_first else (first, second)
    return Pair(lon.degrees, lat.degrees, "degrees")


def _can_be(angle: Angle, limits: Range) -> bool:
    return without_mark(angle.degrees, limits) is not None


def _both_can_be_degrees(first: Angle, second: Angle) -> bool:
    return (_can_be(first, LON_DEG) and _can_be(second, LAT_DEG)) or (
        _can_be(first, LAT_DEG) and _can_be(second, LON_DEG)
    )
