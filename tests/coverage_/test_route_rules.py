"""The route of a gap is that of every completion of what is not known, or unknown with the facts that decide it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phusong.coverage.routes import (
    FACTS,
    OTHERWISE,
    ROUTES,
    UNKNOWN_ROUTE,
    RouteTable,
    Rule,
    route_of,
    route_text,
    routes_of,
)
from phusong.data.routes import read_routes
from phusong.words import Text

T = Text("x", "x")
DEFAULT = read_routes()
ASKED = ("grid_power", "is_dbkk", "in_doubt", "spectrum_obligation", "province_budget", "satellite_only")


def table_of(*rules: Rule) -> RouteTable:
    return RouteTable(
        name="t", title=T, source=T, verified=False, valid_from=date(2026, 1, 1), rules=rules,
        min_households=10.0, min_households_source=T,
    )  # fmt: skip


def naive_first(table: RouteTable, facts: Mapping[str, str | None]) -> str:
    """Return the route of facts that are all known: the first rule of which every condition is met."""
    for rule in table.rules:
        if all(facts[key] in values for key, values in rule.when.items()):
            return rule.route
    return OTHERWISE


def completions(facts: Mapping[str, str | None], keys: tuple[str, ...]) -> Iterator[dict[str, str | None]]:
    choices = []
    for key in keys:
        value = facts.get(key)
        silent = ["no"] if FACTS[key].recorded else list(FACTS[key].answers)
        choices.append(silent if value is None else [value])
    for chosen in itertools.product(*choices):
        yield dict(zip(keys, chosen, strict=True))


def values_of(key: str) -> tuple[str | None, ...]:
    return (*FACTS[key].answers, None)


def test_the_default_table_gives_what_all_completions_share() -> None:
    """Over every yes, no and unknown: the common route of the completions, else unknown; and unknown names why."""
    for answers in itertools.product(*(values_of(key) for key in ASKED)):
        facts = dict(zip(ASKED, answers, strict=True))
        routes = {naive_first(DEFAULT, one) for one in completions(facts, ASKED)}
        routed = route_of(DEFAULT, facts)
        assert routed.route == (routes.pop() if len(routes) == 1 else UNKNOWN_ROUTE)
        assert bool(routed.deciding) == (routed.route == UNKNOWN_ROUTE)
        if None in (facts["grid_power"], facts["is_dbkk"]):
            assert routed.route != "operator"


@pytest.mark.parametrize(
    ("facts", "route"),
    [
        ({"grid_power": "yes", "is_dbkk": "yes"}, "fund"),
        ({"grid_power": "yes", "is_dbkk": "no"}, "operator"),
        ({"grid_power": "no", "is_dbkk": "yes"}, "power_first"),
        ({"grid_power": "no"}, "power_first"),
        ({"grid_power": "yes"}, "unknown"),
        ({"is_dbkk": "no"}, "unknown"),
        ({}, "unknown"),
        ({"grid_power": "yes", "is_dbkk": "no", "spectrum_obligation": "yes"}, "spectrum_obligation"),
        ({"grid_power": "no", "satellite_only": "yes"}, "satellite"),
        ({"province_budget": "yes"}, "province_budget"),
        ({"in_doubt": "yes", "grid_power": "yes", "is_dbkk": "yes"}, "check"),
        ({"grid_power": "maybe", "is_dbkk": "no"}, "unknown"),
    ],
)
def test_the_national_rule(facts: dict[str, str], route: str) -> None:
    """Power and disadvantage lead to the fund, power alone to the operators, no power to the power sector first."""
    assert route_of(DEFAULT, facts).route == route


def test_unknown_says_what_would_decide_it_and_between_what() -> None:
    """The words name the missing fact and the routes left, not the facts that no longer matter."""
    routed = route_of(DEFAULT, {"is_dbkk": "yes"})
    assert routed.deciding == ("grid_power",)
    assert routed.possible == ("power_first", "fund")
    text = route_text(DEFAULT, routed)
    assert "chưa biết có điện lưới hay không" in text.vi
    assert "đặc biệt khó khăn" not in text.vi
    assert "universal service fund" in text.en and "operators" not in text.en


def test_no_rule_means_needs_checking() -> None:
    """Where the table is silent nobody pays by accident."""
    table = table_of(Rule(key="a", route="fund", when={"island": frozenset({"yes"})}, title=T, source=T))
    routed = route_of(table, {"island": "no"})
    assert (routed.route, routed.rules) == ("check", ("",))
    assert "không có quy tắc" in route_text(table, routed).vi


def test_two_rules_to_one_route_need_no_deciding() -> None:
    """What is not known does not matter where every answer leads to the same route."""
    rules = [
        Rule(key=value, route="fund", when={"border": frozenset({value})}, title=Text(value, value), source=T)
        for value in ("yes", "no")
    ]
    routed = route_of(table_of(*rules), {})
    assert (routed.route, routed.rules, routed.deciding) == ("fund", ("yes", "no"), ())


KEYS = tuple(FACTS)
RULES = st.builds(
    lambda when, route: (when, route),
    st.dictionaries(
        st.sampled_from(KEYS),
        st.just(None),
        max_size=3,
    ).flatmap(
        lambda keys: st.fixed_dictionaries(
            {key: st.frozensets(st.sampled_from(list(FACTS[key].answers)), min_size=1) for key in keys}
        )
    ),
    st.sampled_from([route for route in ROUTES if route != UNKNOWN_ROUTE]),
)
FACTS_KNOWN = st.fixed_dictionaries({key: st.sampled_from(values_of(key)) for key in KEYS})


@settings(deadline=None, max_examples=150)
@given(st.lists(RULES, max_size=5), FACTS_KNOWN)
def test_any_table_gives_what_all_completions_share(rules: list[tuple[dict, str]], facts: dict) -> None:
    """The same holds for whatever table a province writes; the deciding facts are exactly those that matter."""
    table = table_of(
        *(Rule(key=str(i), route=route, when=when, title=T, source=T) for i, (when, route) in enumerate(rules))
    )
    asked = tuple(key for key in KEYS if any(key in when for when, _ in rules))
    answers = {tuple(one.values()): naive_first(table, one) for one in completions(facts, asked)}
    routed = route_of(table, facts)
    shared = set(answers.values())
    assert set(routed.possible) == shared
    assert routed.route == (next(iter(shared)) if len(shared) == 1 else UNKNOWN_ROUTE)
    matters = {
        key
        for at, key in enumerate(asked)
        if any(
            one[:at] == two[:at] and one[at + 1 :] == two[at + 1 :] and answers[one] != answers[two]
            for one in answers
            for two in answers
        )
    }
    assert set(routed.deciding) == matters


def test_many_places_are_answered_like_one() -> None:
    """Working out equal facts once changes nothing."""
    places = [{"grid_power": a, "is_dbkk": b} for a in ("yes", "no", None) for b in ("yes", "no", None)] * 2
    assert routes_of(DEFAULT, places) == [route_of(DEFAULT, place) for place in places]


def test_a_table_is_in_force_from_its_first_day() -> None:
    """The first day counts."""
    table = table_of()
    assert table.is_in_force(date(2026, 1, 1)) and not table.is_in_force(date(2025, 12, 31))
