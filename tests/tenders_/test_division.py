"""Lots are contiguous, within the caps, of one route, and as even as can be."""

from __future__ import annotations

import dataclasses
import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tenders_.made_units import (
    WIDE,
    assert_sound,
    least_spread_by_hand,
    made_communes,
    made_unit,
    made_units,
    partitions,
    reach,
    within,
)

from phusong.errors import PhuSongError
from phusong.tenders.division.divide import divide
from phusong.tenders.division.model import least_spread
from phusong.tenders.division.neighbours import contacts_of
from phusong.tenders.division.task import task_of
from phusong.tenders.division.values import Caps
from phusong.tenders.package.canonical import plain, valued


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("k", [2, 3])
def test_no_division_is_more_even_than_the_one_found(seed: int, k: int) -> None:
    """The spread is the least over every contiguous division into so many lots, tried one by one."""
    units = made_units(8, seed, rows=2, cols=4)
    contacts = contacts_of(units, made_communes(2, 4))
    caps = dataclasses.replace(WIDE, lots=k, tolerance=1.0)
    least = least_spread_by_hand(units, contacts, caps, k)
    found = divide(units, contacts, caps).balances[0].balance
    assert found.spread == pytest.approx(least, rel=1e-9)
    assert found.standing == ("met" if least == 1.0 else "proven")
    assert found.bound == pytest.approx(least, rel=1e-5)


@pytest.mark.parametrize("seed", range(6))
def test_the_model_alone_finds_the_most_even_division(seed: int) -> None:
    """HiGHS reaches the least spread without a division to start from, and proves it."""
    units = made_units(8, seed, rows=1, cols=6)
    contacts = contacts_of(units, made_communes(1, 6))
    caps = dataclasses.replace(WIDE, tolerance=1.0)
    task = task_of(units, contacts, caps, ())
    answer = least_spread(task, 3, None)
    least = least_spread_by_hand(units, contacts, caps, 3)
    assert answer.assignment is not None
    assert task.spread_of(answer.assignment) == pytest.approx(least, rel=1e-9)
    assert answer.bound == pytest.approx(least, rel=1e-5)


@pytest.mark.parametrize("seed", range(8))
def test_no_fewer_lots_keep_the_caps(seed: int) -> None:
    """As few lots as can be: with one less, no contiguous division keeps the caps, tried one by one."""
    units = made_units(7, seed, rows=1, cols=5)
    contacts = contacts_of(units, made_communes(1, 5))
    caps = Caps(max_value_vnd=9 * 10**9, max_households=200, max_sites=3, tolerance=1.5)
    division = divide(units, contacts, caps)
    assert_sound(division)
    fewer = len(division.lots) - 1
    assert division.balances[0].fewest
    assert fewer == 0 or least_spread_by_hand(units, contacts, caps, fewer) == math.inf


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 26), st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 5), st.booleans())
def test_every_division_is_sound(n: int, seed: int, rows: int, cols: int, valued_: bool) -> None:
    """Each gap once, lots contiguous, within the caps, of one route, numbered from 1."""
    rng = random.Random(seed)
    units = [
        dataclasses.replace(unit, route=rng.choice(["fund", "province_budget"]))
        for unit in made_units(n, seed, rows=rows, cols=cols, valued=valued_)
    ]
    caps = Caps(
        max_value_vnd=rng.randrange(5, 30) * 10**9,
        max_households=rng.randrange(110, 600),
        max_sites=rng.randrange(1, 9),
        tolerance=1.5,
    )
    division = divide(units, contacts_of(units, made_communes(rows, cols)), caps)
    assert_sound(division)
    for route, letter in (("fund", "Q"), ("province_budget", "N")):
        codes = [lot.lot_code for lot in division.lots if lot.route == route]
        assert codes == [f"GT-99-{letter}-{i:02d}" for i in range(1, len(codes) + 1)]


def test_the_order_of_the_rows_does_not_matter() -> None:
    """Units and contacts in any order give the same division."""
    units = made_units(24, 3, rows=4, cols=4)
    contacts = contacts_of(units, made_communes(4, 4))
    caps = dataclasses.replace(WIDE, max_sites=6)
    expected = divide(units, contacts, caps)
    for seed in range(3):
        rng = random.Random(seed)
        assert divide(rng.sample(units, 24), rng.sample(contacts, len(contacts)), caps) == expected
    shuffled = random.Random(9).sample(units, 24)
    assert contacts_of(shuffled, made_communes(4, 4).iloc[::-1]) == contacts


def test_within_the_tolerance_the_most_compact_is_taken() -> None:
    """Four units at one end of a row and four at the other: the lots are the two ends, though mixing is as even."""
    ends = [(0, 0), (0, 0), (0, 1), (0, 1), (0, 8), (0, 8), (0, 9), (0, 9)]
    units = [made_unit(f"S{i}", [at], (20 + i) * 10**8) for i, at in enumerate(ends)]
    division = divide(units, contacts_of(units, made_communes(1, 10)), dataclasses.replace(WIDE, max_sites=4))
    assert [lot.unit_ids for lot in division.lots] == [("S0", "S1", "S2", "S3"), ("S4", "S5", "S6", "S7")]
    assert division.balances[0].balance.standing == "met"


@pytest.mark.parametrize("seed", range(4))
def test_no_division_within_the_tolerance_is_more_compact(seed: int) -> None:
    """Households × km to the middles are the least over every contiguous division into two that is even enough."""
    units = made_units(8, seed, rows=2, cols=4)
    contacts = contacts_of(units, made_communes(2, 4))
    caps = dataclasses.replace(WIDE, lots=2)
    task = task_of(units, contacts, caps, ())
    division = divide(units, contacts, caps)
    lot_of = {unit_id: at for at, lot in enumerate(division.lots) for unit_id in lot.unit_ids}
    found = task.travel_of_all(tuple(lot_of[unit.unit_id] for unit in units))
    every = [of for of in partitions(8, 2) if task.keeps(of) and task.spread_of(of) <= caps.tolerance]
    assert found <= min(task.travel_of_all(of) for of in every) * 1.006  # the model stops within 0.5 %


def test_a_unit_alone_above_a_cap_is_a_lot_of_its_own() -> None:
    """It is in no lot with another, and counts in the balance."""
    units = [made_unit(f"S{i}", [(0, i)], 10**9) for i in range(4)]
    units.append(made_unit("S9", [(0, 2)], 10**10))
    caps = dataclasses.replace(WIDE, max_value_vnd=5 * 10**9)
    division = divide(units, contacts_of(units, made_communes(1, 4)), caps)
    assert ("S9",) in [lot.unit_ids for lot in division.lots]
    assert division.balances[0].balance.spread == 2.5
    assert division.balances[0].balance.standing == "proven"


def test_units_of_unknown_value_are_divided_by_households() -> None:
    """Where one value is not known, households are to be even, and the balance says so."""
    units = [made_unit(f"S{i}", [(0, i)], None, households=10 * (i + 1)) for i in range(4)]
    balance = divide(units, contacts_of(units, None), dataclasses.replace(WIDE, lots=2)).balances[0].balance
    assert balance.measure == "households"
    assert (balance.low, balance.high) == (40.0, 60.0)


def test_too_few_lots_asked_for_are_refused_with_the_number_needed() -> None:
    """Five lots are needed, two were asked for: one sentence says both."""
    units = [made_unit(f"S{i}", [(0, i)], 10**9) for i in range(5)]
    caps = dataclasses.replace(WIDE, max_sites=1, lots=2)
    with pytest.raises(PhuSongError, match=r"into 2 contiguous lots .* at least 5"):
        divide(units, contacts_of(units, None), caps)


def test_a_unit_given_twice_is_refused() -> None:
    """Its households would be counted twice."""
    unit = made_unit("S0", [(0, 0)], 10**9)
    with pytest.raises(PhuSongError, match="given twice: LS-S0-0000, S0"):
        divide([unit, unit], (), WIDE)


def test_nothing_to_divide_makes_no_lots() -> None:
    """No units, no lots, no balances."""
    division = divide((), (), WIDE)
    assert (division.lots, division.balances) == ((), ())


def test_a_large_route_is_divided_soundly() -> None:
    """Beyond what the model can prove, lots are still contiguous, within the caps and nearly even."""
    units = made_units(90, 5, rows=5, cols=5)
    contacts = contacts_of(units, made_communes(5, 5))
    caps = dataclasses.replace(WIDE, max_value_vnd=60 * 10**9)
    division = divide(units, contacts, caps)
    assert_sound(division)
    spread = division.balances[0].balance.spread
    assert spread is not None
    assert spread <= 1.5


def test_a_division_survives_its_way_through_json() -> None:
    """Written as plain values and read back by its types, it is the same."""
    units = made_units(9, 1, rows=2, cols=3)
    division = divide(units, contacts_of(units, made_communes(2, 3)), dataclasses.replace(WIDE, max_sites=4))
    assert valued(type(division), plain(division)) == division


def test_the_helpers_of_these_tests_see_what_is_wrong() -> None:
    """Two ends of a row do not hang together; a heavy lot is not within its caps."""
    units = [made_unit(f"S{i}", [(0, i)], 10**9) for i in range(3)]
    contacts = contacts_of(units, made_communes(1, 3))
    assert reach(units, contacts)
    assert not reach([units[0], units[2]], contacts)
    assert not within(units, dataclasses.replace(WIDE, max_sites=2))
