"""The choice of sites: as good as trying everything on small cases, within its rules, and plain where nothing is."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from phusong.coverage.coverage_matrix import CoverageMatrix, matrix_of
from phusong.coverage.siting import (
    NO_OPTION,
    NOT_CHOSEN,
    SERVED,
    TOO_DEAR,
    TOO_FEW,
    Kind,
    Option,
    SitingPlan,
    least_cost,
    most_households,
)
from phusong.coverage.siting_task import group_of_points
from phusong.errors import OutOfRangeError

MANY = settings(max_examples=150, deadline=None)


@dataclass(frozen=True)
class Case:
    """Options, what they serve, and households at each point."""

    options: tuple[Option, ...]
    matrix: CoverageMatrix
    weight: NDArray[np.float64]


def case(rows: list[set[int]], weight: list[float], options: list[Option]) -> Case:
    points = [np.array(sorted(row), dtype=np.int32) for row in rows]
    return Case(tuple(options), matrix_of(points, len(weight)), np.array(weight, dtype=np.float64))


@st.composite
def cases(draw: st.DrawFn, most_options: int = 8) -> Case:
    """Up to so many options, some of them at the same place, and up to twelve points; drawn evenly, not simple first.

    Drawn value by value most options would be fixed or serve nobody, and no two would crowd each other.
    """
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n_points, n = int(rng.integers(1, 13)), int(rng.integers(1, most_options + 1))
    rows = [set(np.flatnonzero(rng.random(n_points) < rng.uniform(0.1, 0.6)).tolist()) for _ in range(n)]
    kinds: list[Kind] = ["new", "upgrade", "share"]
    options = [
        Option(
            option_id=str(i),
            place_id=str(rng.integers(0, n)),
            kind=kinds[rng.integers(0, 3)],
            cost=float(rng.integers(0, 7)),
            fixed=bool(rng.random() < 0.1),
        )
        for i in range(n)
    ]
    return case(rows, rng.integers(0, 10, n_points).astype(float).tolist(), options)


def households(c: Case, chosen: tuple[int, ...]) -> float:
    """Households that chosen and fixed options serve, less those that fixed ones serve: counted point by point."""
    fixed = {int(p) for i, o in enumerate(c.options) if o.fixed for p in c.matrix.of(i)}
    served = {int(p) for i in chosen for p in c.matrix.of(i)} - fixed
    return sum(c.weight[p] for p in served)


def own(c: Case, chosen: tuple[int, ...], site: int) -> float:
    """Households that are lost without a site."""
    return households(c, chosen) - households(c, tuple(i for i in chosen if i != site))


def allowed(c: Case, chosen: tuple[int, ...], least: float) -> bool:
    """The rules but the budget."""
    taken = [c.options[i].place_id for i in chosen]
    once = len(set(taken)) == len(taken) and not set(taken) & {o.place_id for o in c.options if o.fixed}
    return once and all(own(c, chosen, i) >= least for i in chosen)


def plans(c: Case, least: float) -> list[tuple[int, ...]]:
    """Every plan within the rules."""
    free = [i for i, o in enumerate(c.options) if not o.fixed]
    subsets = itertools.chain.from_iterable(itertools.combinations(free, k) for k in range(len(free) + 1))
    return [chosen for chosen in subsets if allowed(c, chosen, least)]


def cost(c: Case, chosen: tuple[int, ...]) -> float:
    return sum(c.options[i].cost for i in chosen)


def new_sites(c: Case, chosen: tuple[int, ...]) -> int:
    return sum(c.options[i].kind == "new" for i in chosen)


def numbers(plan: SitingPlan) -> tuple[int, ...]:
    return tuple(sorted(site.option for site in plan.chosen))


@MANY
@given(cases(), st.integers(0, 15), st.sampled_from([0.0, 0.0, 3.0, 6.0]))
def test_the_most_households_are_those_of_trying_every_plan(c: Case, budget: int, least: float) -> None:
    """Households are the most there are, then new sites the fewest, then the cost the least."""
    found = most_households(
        c.options, c.matrix, c.weight, budget=float(budget), least_households=least, allowed_gap=0.0
    )
    best = max((households(c, p), -new_sites(c, p), -cost(c, p)) for p in plans(c, least) if cost(c, p) <= budget)
    chosen = numbers(found)
    assert (households(c, chosen), -new_sites(c, chosen), -cost(c, chosen)) == best
    assert found.households == households(c, chosen)
    assert found.cost == cost(c, chosen)
    assert allowed(c, chosen, least)
    assert found.gap == 0.0


@MANY
@given(cases(), st.integers(0, 40), st.sampled_from([0.0, 0.0, 3.0, 6.0]))
def test_the_least_cost_is_that_of_trying_every_plan(c: Case, wanted: int, least: float) -> None:
    """Cost is the least there is for the wanted households, then new sites the fewest; too many wanted is said."""
    fixed = sum(c.weight[sorted({int(p) for i, o in enumerate(c.options) if o.fixed for p in c.matrix.of(i)})])
    found = least_cost(c.options, c.matrix, c.weight, households=float(wanted), least_households=least, allowed_gap=0.0)
    reaching = [p for p in plans(c, least) if households(c, p) + fixed >= wanted]
    chosen = numbers(found)
    assert found.fixed_households == fixed
    if not reaching:
        assert found.outcome in {"too_many", "no_options", "all_served", "none_reached"}
        assert chosen == ()
        return
    best = min((cost(c, p), new_sites(c, p)) for p in reaching)
    assert (cost(c, chosen), new_sites(c, chosen)) == best
    assert households(c, chosen) + fixed >= wanted
    assert allowed(c, chosen, least)
    assert found.bound <= found.cost


@settings(max_examples=8, deadline=None)
@given(cases(most_options=12), st.integers(5, 25))
def test_twelve_options_are_chosen_as_by_trying_all_4096_plans(c: Case, budget: int) -> None:
    """Larger cases too equal the exhaustive search."""
    found = most_households(c.options, c.matrix, c.weight, budget=float(budget), allowed_gap=0.0)
    best = max(households(c, p) for p in plans(c, 0.0) if cost(c, p) <= budget)
    assert found.households == best


@MANY
@given(cases(), st.integers(0, 15), st.sampled_from([0.0, 4.0]))
def test_every_household_is_counted_once_and_has_one_reason(c: Case, budget: int, least: float) -> None:
    """Sites add up to the whole; every point is served or has the reason that its options say."""
    found = most_households(c.options, c.matrix, c.weight, budget=float(budget), least_households=least)
    assert sum(site.households for site in found.chosen) == found.households
    assert all(site.own_households == own(c, numbers(found), site.option) for site in found.chosen)
    assert all(site.households >= max(least, site.own_households) for site in found.chosen)
    states = found.households_left(c.weight)
    assert states["served"] == found.households + found.fixed_households
    assert sum(states.values()) == c.weight.sum()


@MANY
@given(cases(), st.integers(0, 15), st.integers(0, 6), st.sampled_from([0.0, 4.0]))
def test_more_money_never_serves_fewer(c: Case, budget: int, more: int, least: float) -> None:
    """What a budget serves grows with it."""
    small, large = (
        most_households(c.options, c.matrix, c.weight, budget=float(b), least_households=least, allowed_gap=0.0)
        for b in (budget, budget + more)
    )
    assert large.households >= small.households


@MANY
@given(cases(), st.integers(0, 15))
def test_the_dual_gives_back_the_budget_question(c: Case, budget: int) -> None:
    """So many households as a budget serves cost that budget at the most, and for that cost no more can be had."""
    first = most_households(c.options, c.matrix, c.weight, budget=float(budget), allowed_gap=0.0)
    wanted = first.households + first.fixed_households
    back = least_cost(c.options, c.matrix, c.weight, households=wanted, allowed_gap=0.0)
    assert back.cost <= first.cost
    again = most_households(c.options, c.matrix, c.weight, budget=back.cost, allowed_gap=0.0)
    assert again.households == first.households


def province(seed: int, n_places: int = 60, n_points: int = 4000) -> Case:
    """Places with two heights each, hamlets on a map, whoever lives within some kilometres is served."""
    rng = np.random.default_rng(seed)
    hamlets = rng.uniform(0.0, 60.0, (80, 2))
    homes = hamlets[rng.integers(0, 80, n_points)] + rng.normal(0.0, 1.0, (n_points, 2))
    places = hamlets[rng.integers(0, 80, n_places)] + rng.normal(0.0, 2.0, (n_places, 2))
    options, rows = [], []
    for i, place in enumerate(places):
        away = np.hypot(*(homes - place).T) * rng.uniform(0.8, 1.4, n_points)
        for height, (reach, price) in {"30": (3.0, 10.0), "60": (4.0, 15.0)}.items():
            kind = "upgrade" if i % 3 == 0 else "new"
            options.append(
                Option(option_id=f"{i}-{height}", place_id=str(i), kind=kind, cost=price * rng.uniform(0.8, 1.3))
            )
            rows.append(set(np.flatnonzero(away < reach).tolist()))
    return case(rows, rng.integers(1, 6, n_points).astype(float).tolist(), options)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_plan_for_fifteen_sites_is_within_one_percent_of_the_proven_best(seed: int) -> None:
    """The bound holds for the best there is, and the plan is no more than 1 % under it."""
    c = province(seed)
    found = most_households(c.options, c.matrix, c.weight, budget=200.0, allowed_gap=0.01)
    best = most_households(c.options, c.matrix, c.weight, budget=200.0, allowed_gap=0.0)
    assert found.in_time
    assert found.households <= best.households <= found.bound
    assert found.bound <= 1.01 * found.households
    assert best.gap == 0.0
    assert len(found.chosen) >= 12


@MANY
@given(cases(), st.integers(0, 15), st.sampled_from([0.0, 4.0]), st.sampled_from([0.0, 0.01, 0.2]))
def test_the_gap_told_is_never_over_the_one_allowed(c: Case, budget: int, least: float, gap: float) -> None:
    """What preferences may hide counts too: with few households half a one is more than 1 %."""
    found = most_households(
        c.options, c.matrix, c.weight, budget=float(budget), least_households=least, allowed_gap=gap
    )
    best = max(households(c, p) for p in plans(c, least) if cost(c, p) <= budget)
    assert found.gap <= gap + 1e-6
    assert found.households <= best
    assert found.outcome != "chosen" or best <= found.bound


@pytest.mark.parametrize("least", [0.0, 150.0])
def test_the_same_question_has_the_same_answer(least: float) -> None:
    """Asked twice, the plans are equal to the last site, at the same bound."""
    c = province(4)
    plans_ = [most_households(c.options, c.matrix, c.weight, budget=250.0, least_households=least) for _ in range(2)]
    assert plans_[0].chosen == plans_[1].chosen
    assert plans_[0].bound == plans_[1].bound
    assert all(site.own_households >= least for site in plans_[0].chosen)


def test_the_time_limit_ends_the_search_with_the_gap_it_reached() -> None:
    """Without time there is a plan all the same, and it is said that the search was ended."""
    c = province(5)
    found = most_households(c.options, c.matrix, c.weight, budget=200.0, allowed_gap=0.0, time_limit_s=0.0)
    best = most_households(c.options, c.matrix, c.weight, budget=200.0, allowed_gap=0.0)
    assert not found.in_time
    assert found.gap > 0.0
    assert 0.9 * best.households <= found.households <= best.households <= found.bound


def option(name: str, **given: object) -> Option:
    return Option(**({"option_id": name, "place_id": name, "kind": "new", "cost": 1.0} | given))  # type: ignore[arg-type]


def test_an_upgrade_goes_before_a_new_site_that_serves_as_many() -> None:
    """At equal households what stands is used, though it costs more; a household more decides for the new site."""
    equal = case([{0, 1}, {0, 1}], [5.0, 5.0, 1.0], [option("new"), option("upgrade", kind="upgrade", cost=2.0)])
    better = case([{0, 1, 2}, {0, 1}], [5.0, 5.0, 1.0], [option("new"), option("upgrade", kind="upgrade", cost=2.0)])
    for c, expected in ((equal, 1), (better, 0)):
        found = most_households(c.options, c.matrix, c.weight, budget=2.0)
        assert numbers(found) == (expected,)


def test_sites_are_listed_by_what_they_add_for_their_cost() -> None:
    """The site with the most further households for its cost stands first; each says what a household costs."""
    c = case([{0, 1, 2}, {2, 3}, {4}], [10.0, 10.0, 10.0, 4.0, 9.0], [option("a", cost=3.0), option("b"), option("c")])
    found = most_households(c.options, c.matrix, c.weight, budget=5.0)
    assert [(s.option, s.households, s.own_households) for s in found.chosen] == [
        (1, 14.0, 4.0),
        (2, 9.0, 9.0),
        (0, 20.0, 20.0),
    ]
    assert [s.cost_per_household for s in found.chosen] == pytest.approx([1 / 14, 1 / 9, 3 / 20])


def test_sites_that_crowd_each_other_do_not_stand_together() -> None:
    """Two sites share half of their households: with a least number of their own only one is built, proven the best."""
    c = case([{0, 1}, {0, 2}], [4.0, 3.0, 3.0], [option("a"), option("b")])
    both = most_households(c.options, c.matrix, c.weight, budget=2.0, least_households=3.0, allowed_gap=0.0)
    one = most_households(c.options, c.matrix, c.weight, budget=2.0, least_households=4.0, allowed_gap=0.0)
    assert (both.households, len(both.chosen)) == (10.0, 2)
    assert (one.households, len(one.chosen), one.bound, one.gap) == (7.0, 1, 7.0, 0.0)


def test_every_reason_why_a_household_stays_unserved_is_told() -> None:
    """Nobody reaches it, too few live there, the only option is too dear, or the money went elsewhere."""
    c = case(
        [{0}, {1}, {2}, {3}],
        [50.0, 40.0, 2.0, 60.0, 7.0],
        [option("built"), option("elsewhere"), option("few"), option("dear", cost=9.0)],
    )
    found = most_households(c.options, c.matrix, c.weight, budget=1.0, least_households=5.0)
    assert found.left.tolist() == [SERVED, NOT_CHOSEN, TOO_FEW, TOO_DEAR, NO_OPTION]


def test_a_fixed_site_takes_its_place_and_its_households() -> None:
    """What a fixed site serves is nobody's gain, costs nothing, and no other option stands at its place."""
    c = case(
        [{0, 1}, {0, 1, 2, 3}, {1, 2}],
        [5.0, 5.0, 5.0, 5.0],
        [option("planned", fixed=True, cost=99.0), option("taller", place_id="planned"), option("beside")],
    )
    found = most_households(c.options, c.matrix, c.weight, budget=5.0)
    assert numbers(found) == (2,)
    assert (found.households, found.fixed_households, found.cost) == (5.0, 10.0, 1.0)


@pytest.mark.parametrize(
    ("outcome", "rows", "weight", "options", "asked"),
    [
        ("no_options", [], [3.0], [], {"budget": 9.0}),
        ("no_options", [], [3.0], [], {"households": 1.0}),
        ("all_served", [set()], [], [option("a")], {"budget": 9.0}),
        ("all_served", [{0}], [0.0], [option("a")], {"households": 5.0}),
        ("none_reached", [set()], [3.0], [option("a")], {"budget": 9.0}),
        ("none_reached", [{0}], [3.0], [option("a")], {"budget": 9.0, "least_households": 4.0}),
        ("none_affordable", [{0}], [3.0], [option("a")], {"budget": 0.0}),
        ("none_affordable", [{0}], [3.0], [option("a")], {"budget": -5.0}),
        ("none_needed", [{0}, {1}], [3.0, 1.0], [option("a", fixed=True), option("b")], {"households": 3.0}),
        ("too_many", [{0}, {1}], [3.0, 1.0, 9.0], [option("a"), option("b")], {"households": 5.0}),
        ("too_many", [{0, 1}, {1, 2}], [3.0, 3.0, 3.0], [option("a"), option("b")],
         {"households": 9.0, "least_households": 4.0}),
    ],
)  # fmt: skip
def test_where_nothing_can_be_chosen_the_answer_says_why(
    outcome: str, rows: list[set[int]], weight: list[float], options: list[Option], asked: dict[str, float]
) -> None:
    """Empty and impossible questions have an answer without sites, never an exception."""
    c = case(rows, weight, options)
    question = most_households if "budget" in asked else least_cost
    found = question(c.options, c.matrix, c.weight, **asked)  # type: ignore[operator]
    assert found.outcome == outcome
    assert (found.chosen, found.households, found.cost, found.gap) == ((), 0.0, 0.0, 0.0)
    assert len(found.left) == len(weight)


@pytest.mark.parametrize("price", [math.nan, -1.0, math.inf])
def test_a_cost_that_is_none_is_refused(price: float) -> None:
    """A missing or negative cost would make any plan free."""
    c = case([{0}], [1.0], [option("a", cost=price)])
    with pytest.raises(OutOfRangeError, match="cost"):
        most_households(c.options, c.matrix, c.weight, budget=1.0)


@MANY
@given(cases())
def test_groups_hold_the_points_that_exactly_the_same_options_serve(c: Case) -> None:
    """Two points are of one group exactly where their options are the same; those of none have no group."""
    group = group_of_points(c.matrix)
    served_by = [frozenset(i for i in range(len(c.matrix)) if p in c.matrix.of(i)) for p in range(len(c.weight))]
    assert [g < 0 for g in group] == [not options for options in served_by]
    for a, b in itertools.combinations(range(len(c.weight)), 2):
        if served_by[a] and served_by[b]:
            assert (group[a] == group[b]) == (served_by[a] == served_by[b])
