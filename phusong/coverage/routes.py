"""Who pays for a gap: a dated decision table over three-valued facts.

A fact nobody knows is never read as yes or no: where the outcome depends on it, the route is unknown and the facts that
would decide it are named. The facts marked ``recorded`` are decisions of people (an obligation, money set aside, a plan
without any site that pays): where none is recorded, none was taken.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from phusong.words import Text

Facts = Mapping[str, str | None]
"""Values by the key of the fact; None, or a value the fact does not have, is not known."""

UNKNOWN_ROUTE = "unknown"
NO_ROUTE = ""
"""The route of a place that needs none: it is covered."""

OTHERWISE = "check"
"""The route where no rule of the table speaks."""

ROUTES: Mapping[str, Text] = MappingProxyType(
    {
        "fund": Text("Quỹ Dịch vụ viễn thông công ích", "universal service fund"),
        "operator": Text("doanh nghiệp tự đầu tư", "operators' own money"),
        "power_first": Text("chờ điện trước", "power first"),
        "province_budget": Text("ngân sách tỉnh", "province's budget"),
        "spectrum_obligation": Text("nghĩa vụ theo giấy phép băng tần", "spectrum obligation"),
        "satellite": Text("vệ tinh", "satellite"),
        "check": Text("cần kiểm tra lại", "needs checking"),
        UNKNOWN_ROUTE: Text("chưa xác định", "unknown"),
    }
)
"""Every route in the order it is shown, with its words."""

NO_ROUTE_TITLE = Text("không cần: thôn đã phủ sóng", "none needed: the village is covered")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something a rule may ask: its answers with the words of each, and the words of not knowing it."""

    key: str
    answers: Mapping[str, Text]
    missing: Text
    recorded: bool = False


def _yes_no(key: str, yes: Text, no: Text, *, recorded: bool = False) -> Fact:
    missing = Text(f"chưa biết {yes.vi} hay không", f"whether it {yes.en}")
    return Fact(key=key, answers=MappingProxyType({"yes": yes, "no": no}), missing=missing, recorded=recorded)


_FACTS = (
    _yes_no("grid_power", Text("có điện lưới", "has grid power"), Text("chưa có điện lưới", "has no grid power")),
    _yes_no(
        "is_dbkk",
        Text("thuộc diện đặc biệt khó khăn", "is extremely disadvantaged"),
        Text("không đặc biệt khó khăn", "is not extremely disadvantaged"),
    ),
    Fact(
        key="commune_region",
        answers=MappingProxyType(
            {
                "I": Text("xã khu vực I", "commune of region I"),
                "II": Text("xã khu vực II", "commune of region II"),
                "III": Text("xã khu vực III", "commune of region III"),
                "none": Text("xã không thuộc khu vực nào", "commune of no region"),
            }
        ),
        missing=Text("chưa biết xã thuộc khu vực nào", "which region its commune has"),
    ),
    _yes_no(
        "border", Text("thuộc biên giới", "lies at the border"), Text("không ở biên giới", "does not lie at the border")
    ),
    _yes_no("island", Text("thuộc hải đảo", "lies on an island"), Text("không ở hải đảo", "does not lie on an island")),
    _yes_no("mountainous", Text("là miền núi", "is mountainous"), Text("không phải miền núi", "is not mountainous")),
    _yes_no(
        "in_doubt",
        Text("chưa xác định hoặc kết luận nói đã có sóng", "is undetermined or found served"),
        Text("không có gì nói là đã có sóng", "is not found served"),
        recorded=True,
    ),
    _yes_no(
        "spectrum_obligation",
        Text("đã ghi nghĩa vụ băng tần ở đây", "has a spectrum obligation on record"),
        Text("không ghi nghĩa vụ băng tần ở đây", "has no spectrum obligation on record"),
        recorded=True,
    ),
    _yes_no(
        "province_budget",
        Text("tỉnh đã ghi bố trí ngân sách", "has money of the province on record"),
        Text("tỉnh không ghi bố trí ngân sách", "has no money of the province on record"),
        recorded=True,
    ),
    _yes_no(
        "satellite_only",
        Text("không trạm nào đáng dựng", "is not worth a site"),
        Text("chưa ai nói là không trạm nào đáng dựng", "was not found unworthy of a site"),
        recorded=True,
    ),
)
FACTS: Mapping[str, Fact] = MappingProxyType({fact.key: fact for fact in _FACTS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of the table: where every fact has one of the values named, this is the route."""

    key: str
    route: str
    when: Mapping[str, frozenset[str]]
    title: Text
    source: Text
    verified: bool = False

    def holds(self, facts: Facts) -> bool | None:
        """Say whether the rule applies; None where a fact that is not known could make it either."""
        answers = [None if facts.get(key) is None else facts[key] in values for key, values in self.when.items()]
        if any(answer is False for answer in answers):
            return False
        return None if None in answers else True


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteTable:
    """The rules in order, the first that applies decides; ``min_households`` is the gate of too few new households."""

    name: str
    title: Text
    source: Text
    verified: bool
    valid_from: date
    rules: tuple[Rule, ...]
    min_households: float
    min_households_source: Text

    def is_in_force(self, on: date) -> bool:
        """Say whether the table was already valid on a day."""
        return on >= self.valid_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """The answer of the table for one place.

    ``rules`` are the keys of the rules that may decide, ``possible`` the routes they lead to, both in the order of the
    table ("" is the key of no rule). Where these routes differ, ``route`` is *unknown* and ``deciding`` names the facts
    on which it depends.
    """

    route: str
    rules: tuple[str, ...]
    possible: tuple[str, ...]
    deciding: tuple[str, ...]


def known_facts(facts: Facts) -> dict[str, str | None]:
    """Return a value for every fact: None for what is not known, *no* for a decision nobody recorded."""
    values = {key: facts.get(key) for key in FACTS}
    return {key: _known(FACTS[key], value) for key, value in values.items()}


def _known(fact: Fact, value: str | None) -> str | None:
    if value in fact.answers:
        return value
    return "no" if fact.recorded else None


def route_of(table: RouteTable, facts: Facts) -> Routed:
    """Return the route of one place: that of every completion of what is not known, or *unknown*."""
    values = known_facts(facts)
    asked = _asked(table.rules, values)
    answers = {answer: _first(table.rules, {**values, **answer_of}) for answer, answer_of in _completions(asked)}
    order = [*table.rules, None]
    rules = [rule for rule in order if rule in answers.values()]
    possible = tuple(dict.fromkeys(OTHERWISE if rule is None else rule.route for rule in rules))
    return Routed(
        route=possible[0] if len(possible) == 1 else UNKNOWN_ROUTE,
        rules=tuple("" if rule is None else rule.key for rule in rules),
        possible=possible,
        deciding=() if len(possible) == 1 else tuple(_deciding(asked, answers)),
    )


def routes_of(table: RouteTable, places: Sequence[Facts]) -> list[Routed]:
    """Return the route of every place; equal facts are worked out once."""
    done: dict[tuple[str | None, ...], Routed] = {}
    answers = []
    for facts in places:
        key = tuple(known_facts(facts).values())
        if key not in done:
            done[key] = route_of(table, facts)
        answers.append(done[key])
    return answers


def _asked(rules: Sequence[Rule], values: Facts) -> tuple[str, ...]:
    """Return the facts not known that some rule still asks: the route may depend on no others."""
    asked: dict[str, None] = {}
    for rule in rules:
        holds = rule.holds(values)
        if holds is None:
            asked.update(dict.fromkeys(key for key in rule.when if values[key] is None))
        if holds:
            break
    return tuple(key for key in FACTS if key in asked)


def _completions(asked: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], dict[str, str]]]:
    for answer in itertools.product(*(FACTS[key].answers for key in asked)):
        yield answer, dict(zip(asked, answer, strict=True))


def _first(rules: Sequence[Rule], facts: Facts) -> Rule | None:
    return next((rule for rule in rules if rule.holds(facts)), None)


def _deciding(asked: tuple[str, ...], answers: Mapping[tuple[str, ...], Rule | None]) -> Iterator[str]:
    """Name the facts of which one answer leads elsewhere than another, all else being equal."""
    for at, key in enumerate(asked):
        by_rest: dict[tuple[str, ...], set[str]] = {}
        for answer, rule in answers.items():
            rest = (*answer[:at], *answer[at + 1 :])
            by_rest.setdefault(rest, set()).add(OTHERWISE if rule is None else rule.route)
        if any(len(routes) > 1 for routes in by_rest.values()):
            yield key


def route_text(table: RouteTable, routed: Routed) -> Text:
    """Say the route and why in words; where it is unknown, what would decide it and between which."""
    titles = {rule.key: rule.title for rule in table.rules}
    if routed.route == UNKNOWN_ROUTE:
        ways = [ROUTES[route] for route in routed.possible]
        missing = [FACTS[key].missing for key in routed.deciding]
        return Text(
            f"Chưa xác định: {'; '.join(m.vi for m in missing)} (có thể: {' / '.join(w.vi for w in ways)})",
            f"Unknown, depends on {'; '.join(m.en for m in missing)} (may be: {' / '.join(w.en for w in ways)})",
        )
    route = ROUTES[routed.route]
    because = [titles[key] for key in routed.rules if key]
    if not because:
        because = [Text("bảng không có quy tắc nào cho trường hợp này", "the table has no rule for this case")]
    return Text(
        f"{_capital(route.vi)} ({' / '.join(t.vi for t in because)})",
        f"{_capital(route.en)} ({' / '.join(t.en for t in because)})",
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
