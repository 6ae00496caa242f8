"""CQL2 text as a condition of SQL: only properties a collection has, every value bound, nothing pasted.

The parser takes time that doubles with every bracket left open, and a few thousand of them end the process: so
brackets are counted before it is called.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from phusong.api.database.types import day_of
from phusong.api.ogc.fields import Kind, Property
from phusong.api.problems import BadQueryError
from phusong.words import Text

LONGEST = 8_000
DEEPEST = 8
MOST_WILD = 4
_PREFIXES = re.compile(r"(?:\bNOT\b[\s(]*){9}|-\s*-", re.IGNORECASE)
"""NOT of NOT of NOT …, and signs of signs: each is a level of the parser too."""
GEOMETRY = "geometry"
COMPARISONS = {"=": "=", "<>": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
SPATIAL = {
    "s_intersects": "ST_Intersects",
    "s_disjoint": "ST_Disjoint",
    "s_equals": "ST_Equals",
    "s_touches": "ST_Touches",
    "s_crosses": "ST_Crosses",
    "s_within": "ST_Within",
    "s_contains": "ST_Contains",
    "s_overlaps": "ST_Overlaps",
}
_ANY_CASE = "lower({})"
_WITHOUT_ACCENTS = "replace(replace(strip_accents({}), 'đ', 'd'), 'Đ', 'D')"
ARGUMENTS = {"isNull": 1, "between": 3}
"""How many a predicate has that has not two."""
CHARACTERS = {"casei": _ANY_CASE, "accenti": _WITHOUT_ACCENTS}

Meant = Callable[[BaseGeometry], BaseGeometry]
"""Brings a geometry of the filter from the filter's coordinate system to the one features are kept in."""


class Values:
    """The values a statement is run with, by the names that stand for them in it."""

    def __init__(self) -> None:
        self.bound: dict[str, object] = {}

    def add(self, value: object) -> str:
        """Return what stands in a statement for a value."""
        name = f"v{len(self.bound)}"
        self.bound[name] = value
        return f"${name}"


def condition(text: str, properties: Mapping[str, Property], values: Values, meant: Meant) -> str:
    """Return the condition a filter is, its values added to ``values``.

    Raises
    ------
    BadQueryError
        It cannot be read, names a property there is none of, or compares what cannot be compared.
    """
    return _Writer(properties, values, meant).truth(_parsed(text))


def _parsed(text: str) -> Any:
    import cql2

    _check_brackets(text)
    try:
        return cql2.parse_text(text).to_json()
    except Exception as error:
        raise _unread() from error


def _check_brackets(text: str) -> None:
    if len(text) > LONGEST:
        raise BadQueryError(Text(f"filter: dài quá {LONGEST} ký tự.", f"filter: longer than {LONGEST} characters."))
    depth, bare = 0, text.split("'")[::2]  # what stands between quotes is text
    if any(_PREFIXES.search(part) for part in bare):
        raise _too_deep()
    for part in bare:
        for sign in part:
            depth += (sign == "(") - (sign == ")")
            if depth < 0 or depth > DEEPEST:
                raise _unread() if depth < 0 else _too_deep()
    if depth:
        raise _unread()


def _unread() -> BadQueryError:
    return BadQueryError(
        Text(
            "filter: không đọc được biểu thức CQL2. Ví dụ: village_class = 'white' AND households > 20",
            "filter: not an expression of CQL2. For example: village_class = 'white' AND households > 20",
        )
    )


def _too_deep() -> BadQueryError:
    return BadQueryError(
        Text(
            f"filter: ngoặc hoặc NOT lồng quá {DEEPEST} lớp.",
            f"filter: brackets or NOT more than {DEEPEST} deep.",
        )
    )


def _unknown_property(name: object) -> BadQueryError:
    return BadQueryError(Text(f"filter: không có thuộc tính {name}.", f"filter: there is no property {name}."))


def _cannot(operator: object) -> BadQueryError:
    return BadQueryError(Text(f"filter: không hỗ trợ {operator} ở đây.", f"filter: {operator} is not supported here."))


class _Writer:
    """Writes one filter as SQL."""

    def __init__(self, properties: Mapping[str, Property], values: Values, meant: Meant) -> None:
        self.properties, self.values, self.meant = properties, values, meant

    def truth(self, node: Any) -> str:
        """Return what is true or not of a feature."""
        if isinstance(node, bool):
            return "TRUE" if node else "FALSE"
        if not isinstance(node, dict):
            raise _unread()
        if "property" in node:
            kind, sql = self._property(node["property"])
            if kind != "boolean":
                raise _cannot(node["property"])
            return sql
        operator, arguments = str(node.get("op")), node.get("args") or []
        if operator in ("and", "or"):
            return "(" + f" {operator.upper()} ".join(self.truth(one) for one in arguments) + ")"
        if operator == "not":
            return f"(NOT {self.truth(arguments[0])})"
        return self._predicate(operator, arguments)

    def _predicate(self, operator: str, arguments: Sequence[Any]) -> str:
        if len(arguments) != ARGUMENTS.get(operator, 2):
            raise _unread()
        if operator in COMPARISONS:
            left, right = self._pair(arguments[0], arguments[1])
            return f"({left} {COMPARISONS[operator]} {right})"
        if operator in SPATIAL:
            return f"{SPATIAL[operator]}({self._shape(arguments[0])}, {self._shape(arguments[1])})"
        if operator == "isNull":
            return self._is_null(arguments[0])
        if operator == "between":
            value, low = self._pair(arguments[0], arguments[1])
            _, high = self._pair(arguments[0], arguments[2])
            return f"({value} BETWEEN {low} AND {high})"
        if operator == "in":
            pairs = [self._pair(arguments[0], one) for one in arguments[1]]
            return "(" + " OR ".join(f"{left} = {right}" for left, right in pairs) + ")"
        if operator == "like":
            return self._like(arguments[0], arguments[1])
        raise _cannot(operator)

    def _is_null(self, node: Any) -> str:
        if isinstance(node, dict) and node.get("property") == GEOMETRY:
            return f"({GEOMETRY} IS NULL)"
        return f"({self._scalar(node)[1]} IS NULL)"

    def _like(self, node: Any, pattern: Any) -> str:
        kind, sql = self._scalar(node)
        wanted, told = self._scalar(pattern)
        if kind != "string" or wanted != "string":
            raise _cannot("LIKE")
        for value in _literals(pattern):
            if value.count("%") > MOST_WILD or (len(value) - len(value.rstrip("\\"))) % 2:
                raise BadQueryError(
                    Text(
                        f"filter: LIKE nhận tối đa {MOST_WILD} dấu % và không kết thúc bằng dấu \\.",
                        f"filter: LIKE takes at most {MOST_WILD} signs % and does not end with \\.",
                    )
                )
        return f"({sql} LIKE {told} ESCAPE '\\')"

    def _pair(self, left: Any, right: Any) -> tuple[str, str]:
        """Return two values of one kind; a text beside a date is a date."""
        (one, left_sql), (other, right_sql) = self._scalar(left), self._scalar(right)
        numbers = {"integer", "number"}
        if one != other and not {one, other} <= numbers:
            if one == "date" and isinstance(right, str):
                return left_sql, self.values.add(day_meant("filter", right))
            raise BadQueryError(
                Text(
                    f"filter: không so sánh được {_named(left)} với {_named(right)}.",
                    f"filter: {_named(left)} cannot be compared with {_named(right)}.",
                )
            )
        return left_sql, right_sql

    def _scalar(self, node: Any) -> tuple[Kind, str]:
        if isinstance(node, bool):
            return "boolean", self.values.add(node)
        if isinstance(node, int | float):
            if not math.isfinite(node):
                raise _unread()
            return "number", self.values.add(float(node))
        if isinstance(node, str):
            return "string", self.values.add(node)
        if not isinstance(node, dict):
            raise _unread()
        if "property" in node:
            return self._property(node["property"])
        for name in ("date", "timestamp"):
            if name in node:
                return "date", self.values.add(day_meant("filter", str(node[name])))
        return self._function(str(node.get("op")), node.get("args") or [])

    def _function(self, name: str, arguments: Sequence[Any]) -> tuple[Kind, str]:
        if name not in CHARACTERS or len(arguments) != 1:
            raise _cannot(name)
        kind, sql = self._scalar(arguments[0])
        if kind != "string":
            raise _cannot(name)
        return "string", CHARACTERS[name].format(sql)

    def _property(self, name: Any) -> tuple[Kind, str]:
        found = self.properties.get(str(name))
        if found is None:
            raise _unknown_property(name)
        return found.kind, f'"{found.name}"'

    def _shape(self, node: Any) -> str:
        if isinstance(node, dict) and "property" in node:
            if node["property"] != GEOMETRY:
                raise _unknown_property(node["property"])
            return GEOMETRY
        return f"ST_GeomFromWKB({self.values.add(shapely.to_wkb(self.meant(_literal_shape(node))))})"


def _literal_shape(node: Any) -> BaseGeometry:
    wrong = BadQueryError(Text("filter: hình không hợp lệ.", "filter: not a valid geometry."))
    try:
        if isinstance(node, dict) and "bbox" in node:
            numbers = [float(one) for one in node["bbox"]]
            low, high = numbers[: len(numbers) // 2], numbers[len(numbers) // 2 :]
            found: BaseGeometry = shapely.box(low[0], low[1], high[0], high[1])
        elif isinstance(node, dict) and "type" in node:
            found = shapely.force_2d(shape(node))
        else:
            raise wrong
    except (ValueError, TypeError, IndexError, AttributeError, KeyError, shapely.errors.ShapelyError) as error:
        raise wrong from error
    if found.is_empty or not found.is_valid:
        raise wrong
    return found


def _literals(node: Any) -> list[str]:
    """Return the texts in a pattern, through CASEI and ACCENTI."""
    if isinstance(node, str):
        return [node]
    if isinstance(node, dict) and "args" in node:
        return [text for one in node["args"] for text in _literals(one)]
    raise _cannot("LIKE")


def _named(node: Any) -> str:
    if isinstance(node, dict):
        return str(node.get("property") or node.get("op") or next(iter(node), ""))
    return repr(node)


def day_meant(name: str, told: str) -> date:
    """Return the day a date or a moment is, as Vietnam counts days."""
    try:
        if len(told) == 10:
            return date.fromisoformat(told)
        moment = datetime.fromisoformat(told)
        return moment.date() if moment.tzinfo is None else day_of(moment)
    except (ValueError, OverflowError) as error:
        raise BadQueryError(
            Text(
                f"{name}: ngày ghi yyyy-mm-dd hoặc yyyy-mm-ddThh:mm:ssZ.",
                f"{name}: a date is yyyy-mm-dd or yyyy-mm-ddThh:mm:ssZ.",
            )
        ) from error
