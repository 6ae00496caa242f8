"""A unit moved by hand: the rules of every division hold, and what it does is said."""

from __future__ import annotations

import dataclasses
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tenders_.made_units import WIDE, assert_sound, made_communes, made_unit, made_units

from phusong.errors import PhuSongError, UnknownNameError
from phusong.tenders.division.divide import divide
from phusong.tenders.division.moves import move
from phusong.tenders.division.neighbours import contacts_of
from phusong.tenders.division.values import Caps, Division, Unit
from phusong.words import Text

WHY = Text("dân đã tái định cư", "the people have moved")


def row_of_six(**caps: object) -> Division:
    """Return six units in a row of communes, three in each of two lots."""
    units = [made_unit(f"S{i}", [(0, i)], 10**9 + i) for i in range(6)]
    given = {"max_sites": 4, **caps}
    return divide(units, contacts_of(units, made_communes(1, 6)), dataclasses.replace(WIDE, **given))


def test_the_row_is_divided_in_the_middle() -> None:
    """What the other tests start from."""
    assert [lot.unit_ids for lot in row_of_six().lots] == [("S0", "S1", "S2"), ("S3", "S4", "S5")]


def test_a_move_says_what_it_does_to_both_lots_and_to_the_spread() -> None:
    """Households, sites and estimate of both lots before and after, and the ratio of largest to smallest."""
    moved = move(row_of_six(), "S2", "GT-99-Q-02")
    assert [lot.unit_ids for lot in moved.division.lots] == [("S0", "S1"), ("S2", "S3", "S4", "S5")]
    assert [effect.vi for effect in moved.effects] == [
        "Gói GT-99-Q-01: 120 → 80 hộ; 3 → 2 trạm; khái toán 3.000.000.003 → 2.000.000.001 đồng.",
        "Gói GT-99-Q-02: 120 → 160 hộ; 3 → 4 trạm; khái toán 3.000.000.012 → 4.000.000.014 đồng.",
        "Gói lớn nhất so với gói nhỏ nhất: 1,00 lần → 2,00 lần. Gói lớn nhất gấp 2,00 lần gói nhỏ nhất theo khái toán "
        "(2 gói), vượt mức cho phép 1,50 lần; cách chia này đã được chuyển bằng tay; "
        "không cách chia nào dưới 1,00 lần.",
    ]
    assert_sound(moved.division)


def test_what_hands_made_is_not_called_the_best_that_was_found() -> None:
    """After a move the bound of the division before may stand, the praise of its search may not."""
    uneven = move(row_of_six(), "S2", "GT-99-Q-02").division.balances[0].balance
    alone = move(row_of_six(), "S5", "GT-99-Q-03").division.balances[0].balance
    for one in (uneven, alone):
        assert one.standing == "found"
        assert "cách chia này đã được chuyển bằng tay" in one.text.vi
        assert "tốt nhất" not in one.text.vi
        assert "best" not in one.text.en
    assert uneven.bound == pytest.approx(1.0)
    assert alone.bound is None
    assert "không cách chia nào dưới" not in alone.text.vi


def test_a_gap_takes_its_whole_unit_along() -> None:
    """The cost of a site cannot be divided; the first sentence says what goes along."""
    units = [made_unit(f"S{i}", [(0, i)], 10**9) for i in range(3)] + [made_unit("S3", [(0, 3), (0, 4)], 10**9)]
    caps = dataclasses.replace(WIDE, max_sites=3, lots=2)
    division = divide(units, contacts_of(units, made_communes(1, 5)), caps)
    moved = move(division, "LS-S1-0001" if len(division.lots[0].unit_ids) == 2 else "LS-S3-0004", "GT-99-Q-02")
    assert "S1" in moved.division.lots[1].unit_ids
    back = move(moved.division, "LS-S3-0003", "GT-99-Q-03")
    assert "moves with the whole of site S3 and the areas LS-S3-0004" in back.effects[0].en


@pytest.mark.parametrize(
    ("item", "to_code", "sentence"),
    [
        ("S1", "GT-99-Q-02", "Lot GT-99-Q-01 would no longer be contiguous."),
        ("S0", "GT-99-Q-02", "Lot GT-99-Q-02 would no longer be contiguous."),
        ("S0", "GT-99-Q-01", "S0 is in lot GT-99-Q-01 already."),
        ("S0", None, "Setting an area aside needs a reason."),
    ],
)
def test_what_breaks_a_rule_is_refused_in_one_sentence(item: str, to_code: str | None, sentence: str) -> None:
    """The sentence names the lot and the rule."""
    with pytest.raises(PhuSongError, match=sentence):
        move(row_of_six(), item, to_code)


def test_a_cap_is_kept() -> None:
    """A lot that is full takes no more."""
    with pytest.raises(PhuSongError, match=r"GT-99-Q-02 would be above the cap of sites\."):
        move(row_of_six(max_sites=3), "S2", "GT-99-Q-02")


@pytest.mark.parametrize(
    ("item", "to_code", "sentence"),
    [
        ("S9", "GT-99-Q-01", "no area and no site S9"),
        ("S0", "GT-99-Q-9", "There is no lot GT-99-Q-9; allowed are GT-99-Q-01, GT-99-Q-02 or a new lot GT-99-Q-nn"),
    ],
)
def test_unknown_names_are_told_with_what_is_allowed(item: str, to_code: str, sentence: str) -> None:
    """A typing error is answered with the codes there are."""
    with pytest.raises(UnknownNameError, match=sentence):
        move(row_of_six(), item, to_code)


def test_routes_are_not_mixed() -> None:
    """A unit of the fund goes into no lot of the province's budget."""
    units = [made_unit("S0", [(0, 0)], 10**9), made_unit("S1", [(0, 0)], 10**9, route="province_budget")]
    division = divide(units, contacts_of(units, made_communes(1, 1)), WIDE)
    with pytest.raises(PhuSongError, match="GT-99-N-01 is of another route"):
        move(division, "S0", "GT-99-N-01")


def test_a_unit_set_aside_is_in_the_remainder_with_its_reason_and_comes_back() -> None:
    """Out with a reason, and back to the same division."""
    before = row_of_six()
    aside = move(before, "S0", None, reason=WHY)
    assert_sound(aside.division)
    assert [(one.gap_id, one.households, one.reason) for one in aside.division.remainder] == [("LS-S0-0000", 40, WHY)]
    assert "40 hộ (LS-S0-0000) ra ngoài các gói." in [effect.vi for effect in aside.effects]
    with pytest.raises(PhuSongError, match="S0 is in no lot already"):
        move(aside.division, "S0", None, reason=WHY)
    back = move(aside.division, "S0", "GT-99-Q-01")
    assert (back.division.lots, back.division.remainder) == (before.lots, before.remainder)
    assert "40 households (LS-S0-0000) are in a lot again." in [effect.en for effect in back.effects]


def test_what_lies_beyond_a_unit_set_aside_stays_joined() -> None:
    """Its commune holds nothing of the route any more, and is passed through."""
    aside = move(row_of_six(), "S1", None, reason=WHY)
    assert aside.division.lots[0].unit_ids == ("S0", "S2")
    assert_sound(aside.division)


def test_a_unit_does_not_come_back_across_a_lot() -> None:
    """A lot that reaches over the empty commune of a unit set aside would be torn: the sentence names that lot."""
    aside = move(row_of_six(), "S1", None, reason=WHY).division
    with pytest.raises(PhuSongError, match="Lot GT-99-Q-01 would no longer be contiguous"):
        move(aside, "S1", "GT-99-Q-03")


def test_a_lot_may_be_made_and_may_vanish() -> None:
    """A new code of the route makes a lot; what loses its last unit is gone, and the other codes stay."""
    made = move(row_of_six(), "S5", "GT-99-Q-03").division
    assert [lot.lot_code for lot in made.lots] == ["GT-99-Q-01", "GT-99-Q-02", "GT-99-Q-03"]
    gone = move(made, "S5", "GT-99-Q-02")
    assert [lot.lot_code for lot in gone.division.lots] == ["GT-99-Q-01", "GT-99-Q-02"]
    assert "Lot GT-99-Q-03 holds nothing any more and is gone." in [effect.en for effect in gone.effects]


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 16), st.integers(0, 10_000), st.integers(1, 3), st.integers(2, 5))
def test_any_row_of_moves_keeps_the_rules(n: int, seed: int, rows: int, cols: int) -> None:
    """Whatever is asked for, a move is refused or the division is sound; what it says of households is true."""
    rng = random.Random(seed)
    units = [
        dataclasses.replace(unit, route=rng.choice(["fund", "fund", "province_budget"]))
        for unit in made_units(n, seed, rows=rows, cols=cols)
    ]
    caps = Caps(max_value_vnd=20 * 10**9, max_households=600, max_sites=6, tolerance=1.5)
    division = divide(units, contacts_of(units, made_communes(rows, cols)), caps)
    for _ in range(12):
        unit = rng.choice(division.units)
        division = _tried(division, rng, unit)
        assert_sound(division)


def _tried(division: Division, rng: random.Random, unit: Unit) -> Division:
    codes = [lot.lot_code for lot in division.lots if lot.group == unit.group]
    to_code = rng.choice(
        [*codes, *codes, None, f"GT-99-{'Q' if unit.route == 'fund' else 'N'}-{rng.randrange(10):02d}"]
    )
    try:
        return move(division, rng.choice([unit.unit_id, *unit.gap_ids]), to_code, reason=WHY).division
    except PhuSongError:
        return division
