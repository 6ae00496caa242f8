"""The decision table of funding routes: ours, or a province's own TOML file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from phusong.coverage.routes import FACTS, ROUTES, UNKNOWN_ROUTE, RouteTable, Rule
from phusong.data.edited_tables import (
    HEAD,
    at,
    own_table,
    parsed,
    refuse,
    shipped_table,
    text_of,
    wrong_entry,
    wrong_head,
    wrong_keys,
    wrong_number,
)
from phusong.errors import Range
from phusong.words import Text

_TABLE = "routes.toml"
_TITLE = Text("bảng quyết định nguồn vốn", "table of funding routes")
_RULE: Mapping[str, type] = {"key": str, "route": str, "when": dict, "title": dict, "source": dict}
_GATE_HOUSEHOLDS = Range(1, 1000)
_OPERATOR_PAYS = {"grid_power": "yes", "is_dbkk": "no"}
"""What a rule that lets operators pay has to ask, so that not knowing never makes them pay."""


def read_routes(path: Path | None = None) -> RouteTable:
    """Return the table of a TOML file; without one, that of the package.

    Raises
    ------
    MissingFileError, StudyError
        No such file; unreadable, or with wrong entries: all of them at once.
    """
    if path is None:
        return parse_routes(shipped_table(_TABLE), _TABLE)
    return parse_routes(own_table(path, _TITLE), path.name)


def parse_routes(text: str, name: str) -> RouteTable:
    """Return the table written in a TOML text.

    Raises
    ------
    StudyError
        Every unknown, missing or wrong entry in one sentence, each with its place.
    """
    raw = parsed(text, name)
    refuse(name, _wrong_entries(raw))
    return RouteTable(
        name=raw["name"],
        title=text_of(raw["title"]),
        source=text_of(raw["source"]),
        verified=raw["verified"],
        valid_from=raw["valid_from"],
        rules=tuple(_rule(rule) for rule in raw["rule"]),
        min_households=float(raw["gate"]["min_households"]),
        min_households_source=text_of(raw["gate"]["source"]),
    )


def _rule(raw: Mapping[str, Any]) -> Rule:
    return Rule(
        key=raw["key"],
        route=raw["route"],
        when=MappingProxyType({fact: frozenset(_values(values)) for fact, values in raw["when"].items()}),
        title=text_of(raw["title"]),
        source=text_of(raw["source"]),
        verified=raw.get("verified", False),
    )


def _values(raw: object) -> Sequence[Any]:
    return raw if isinstance(raw, list) else [raw]


def _wrong_entries(raw: Mapping[str, Any]) -> Iterator[Text]:
    yield from wrong_keys(raw, [*HEAD, "rule", "gate"])
    yield from wrong_head(raw)
    wrong = list(wrong_entry(raw, "rule", list))
    yield from wrong
    if not wrong:
        yield from _wrong_rules(raw["rule"])
    wrong = list(wrong_entry(raw, "gate", dict))
    yield from wrong
    if not wrong:
        yield from wrong_keys(raw["gate"], ("min_households", "source"), "gate")
        yield from wrong_number(raw["gate"], "min_households", _GATE_HOUSEHOLDS, "gate")
        yield from wrong_entry(raw["gate"], "source", dict, "gate")


def _wrong_rules(rules: Sequence[Any]) -> Iterator[Text]:
    if not rules:
        yield at("rule", Text("bảng không có quy tắc nào", "the table has no rules"))
    for number, rule in enumerate(rules, start=1):
        if isinstance(rule, dict):
            yield from _wrong_rule(rule, f"rule {number} ({rule.get('key', '?')})")
        else:
            yield at(f"rule {number}", Text("phải là một phần [[rule]]", "must be a section [[rule]]"))
    keys = Counter(rule["key"] for rule in rules if isinstance(rule, dict) and isinstance(rule.get("key"), str))
    for key, count in keys.items():
        if count > 1:
            yield at("rule", Text(f"khoá “{key}” có {count} lần", f"key “{key}” stands {count} times"))


def _wrong_rule(rule: Mapping[str, Any], place: str) -> Iterator[Text]:
    yield from wrong_keys(rule, [*_RULE, "verified"], place)
    for key, kind in _RULE.items():
        yield from wrong_entry(rule, key, kind, place)
    if "verified" in rule:
        yield from wrong_entry(rule, "verified", bool, place)
    route, when = rule.get("route"), rule.get("when")
    routes = [name for name in ROUTES if name != UNKNOWN_ROUTE]
    if isinstance(route, str) and route not in routes:
        allowed = ", ".join(routes)
        text = Text(f"phải là một trong {allowed}, nhận được “{route}”", f"must be one of {allowed}, got “{route}”")
        yield at(f"{place}.route", text)
    if isinstance(when, dict):
        yield from _wrong_when(when, f"{place}.when")
        if route == "operator":
            yield from _wrong_payer(when, f"{place}.when")


def _wrong_when(when: Mapping[str, Any], place: str) -> Iterator[Text]:
    yield from wrong_keys(when, FACTS, place)
    for key, raw in when.items():
        values = _values(raw)
        for value in values:
            if key in FACTS and not (isinstance(value, str) and value in FACTS[key].answers):
                allowed = ", ".join(FACTS[key].answers)
                text = Text(f"phải là {allowed}, nhận được {value!r}", f"must be {allowed}, got {value!r}")
                yield at(f"{place}.{key}", text)
        if not values:
            yield at(f"{place}.{key}", Text("danh sách rỗng", "an empty list"))


def _wrong_payer(when: Mapping[str, Any], place: str) -> Iterator[Text]:
    for key, value in _OPERATOR_PAYS.items():
        if list(_values(when.get(key))) != [value]:
            text = Text(
                f"quy tắc “operator” phải ghi {key} = “{value}”", f"a rule for “operator” must say {key} = “{value}”"
            )
            yield at(f"{place}.{key}", text)
