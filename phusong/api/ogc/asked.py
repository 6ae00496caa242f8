"""What was asked for in the query part of an address: read strictly, anything not known is told and refused."""

from __future__ import annotations

import math
from collections.abc import Collection as Names
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry

from phusong.api.ogc import coordinates, cql
from phusong.api.ogc.collections import Collection
from phusong.api.ogc.cql import Values, day_meant
from phusong.api.ogc.fields import Property
from phusong.api.problems import BadQueryError
from phusong.words import Text

DEFAULT_LIMIT, MOST = 1_000, 10_000
FARTHEST = 10**9
FORMATS = ("json", "html")
EVERYWHERE = ("f", "lang")
OF_ONE = (*EVERYWHERE, "crs")
OF_MANY = (
    *OF_ONE, "limit", "offset", "bbox", "bbox-crs", "datetime", "filter", "filter-lang", "filter-crs",
)  # fmt: skip
LANGUAGES = ("cql2-text", "cql-text")
"""Of ``filter-lang``; the second is what GDAL calls the first."""

Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A part of a collection: which features, how many, in which coordinate system."""

    limit: int
    offset: int
    crs: str
    conditions: tuple[str, ...]


def check_known(pairs: Pairs, known: Names[str]) -> dict[str, str]:
    """Return parameters by name.

    Raises
    ------
    BadQueryError
        One of them is not known here, or is given twice.
    """
    found: dict[str, str] = {}
    for name, value in pairs:
        if name not in known:
            raise BadQueryError(
                Text(f"Không có tham số {name[:60]} ở địa chỉ này.", f"There is no parameter {name[:60]} here.")
            )
        if name in found:
            raise BadQueryError(Text(f"{name}: chỉ ghi một lần.", f"{name}: given more than once."))
        found[name] = value
    _check_one_of(found, "f", FORMATS)
    _check_one_of(found, "lang", ("vi", "en"))
    return found


def _check_one_of(found: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> None:
    if name in found and found[name] not in allowed:
        told = ", ".join(allowed)
        raise BadQueryError(Text(f"{name}: chỉ nhận {told}.", f"{name}: one of {told}."))


def crs_of(found: Mapping[str, str], name: str = "crs") -> str:
    """Return the coordinate system a parameter names, CRS84 without one."""
    return coordinates.system(name, found[name]) if name in found else coordinates.CRS84


def items_asked(pairs: Pairs, collection: Collection, properties: Mapping[str, Property], values: Values) -> Asked:
    """Return the part of a collection that is asked for; its conditions are SQL whose values are in ``values``."""
    found = check_known(pairs, (*OF_MANY, *properties))
    conditions = [
        *_box(found, values),
        *_time(found, collection, values),
        *(_equal(properties[name], told, values) for name, told in found.items() if name in properties),
        *_filter(found, properties, values),
    ]
    return Asked(
        limit=min(_whole(found, "limit", DEFAULT_LIMIT, least=1), MOST),
        offset=_whole(found, "offset", 0, least=0),
        crs=crs_of(found),
        conditions=tuple(conditions),
    )


def _whole(found: Mapping[str, str], name: str, otherwise: int, *, least: int) -> int:
    told = found.get(name, str(otherwise))
    if not (told.isascii() and told.isdigit() and len(told) < 12 and least <= int(told) <= FARTHEST):
        raise BadQueryError(
            Text(f"{name}: một số nguyên từ {least} trở lên.", f"{name}: a whole number from {least} on.")
        )
    return int(told)


def _box(found: Mapping[str, str], values: Values) -> Iterable[str]:
    crs = crs_of(found, "bbox-crs")
    if "bbox" not in found:
        return
    shape = coordinates.box_meant(_corners(found["bbox"]), crs, "bbox")
    yield _meets(shape, values)


def _corners(told: str) -> tuple[float, float, float, float]:
    try:
        numbers = [float(one) for one in told.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (4, 6) or not all(map(math.isfinite, numbers)):
        raise BadQueryError(
            Text("bbox: bốn số, cách nhau bằng dấu phẩy.", "bbox: four numbers, with commas between them.")
        )
    half = len(numbers) // 2
    return numbers[0], numbers[1], numbers[half], numbers[half + 1]


def _meets(shape: BaseGeometry, values: Values) -> str:
    return f"ST_Intersects({cql.GEOMETRY}, ST_GeomFromWKB({values.add(shapely.to_wkb(shape))}))"


def _time(found: Mapping[str, str], collection: Collection, values: Values) -> Iterable[str]:
    if "datetime" not in found:
        return
    begin, end = _span(found["datetime"])
    column = f'"{collection.day}"'
    if begin is not None:
        yield f"({column} IS NULL OR {column} >= {values.add(begin)})"
    if end is not None:
        yield f"({column} IS NULL OR {column} <= {values.add(end)})"


def _span(told: str) -> tuple[date | None, date | None]:
    parts = told.split("/")
    open_ = ("", "..")
    if len(parts) == 1:
        only = day_meant("datetime", parts[0])
        return only, only
    if len(parts) != 2 or (parts[0] in open_ and parts[1] in open_):
        raise BadQueryError(Text("datetime: một ngày, hoặc từ/đến.", "datetime: one day, or two with / between them."))
    begin, end = (None if one in open_ else day_meant("datetime", one) for one in parts)
    if begin is not None and end is not None and begin > end:
        raise BadQueryError(Text("datetime: ngày đầu sau ngày cuối.", "datetime: it ends before it begins."))
    return begin, end


def _equal(one: Property, told: str, values: Values) -> str:
    return f'("{one.name}" = {values.add(_value(one, told))})'


def _value(one: Property, told: str) -> object:
    """Return the value a property is to have, in its own kind."""
    if one.kind == "date":
        return day_meant(one.name, told)
    if one.kind == "boolean" and told in ("true", "false"):
        return told == "true"
    if one.kind in ("integer", "number"):
        try:
            number = float(told)
        except ValueError:
            number = math.nan
        if math.isfinite(number):
            return number
    if one.kind != "string":
        kinds = {"integer": ("số", "a number"), "number": ("số", "a number"), "boolean": ("true, false",) * 2}
        vi, en = kinds[one.kind]
        raise BadQueryError(Text(f"{one.name}: cần {vi}.", f"{one.name}: must be {en}."))
    return told


def _filter(found: Mapping[str, str], properties: Mapping[str, Property], values: Values) -> Iterable[str]:
    _check_one_of(found, "filter-lang", LANGUAGES)
    crs = crs_of(found, "filter-crs")
    if "filter" in found:
        yield cql.condition(
            found["filter"], properties, values, lambda shape: coordinates.meant_in(shape, crs, "filter")
        )
