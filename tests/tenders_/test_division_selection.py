"""Areas chosen by hand into a lot: whole units, one route, contiguous, within the caps; what may not is named."""

from __future__ import annotations

import dataclasses

import pytest
from tenders_.made_units import WIDE, assert_sound, code, made_communes, made_unit

from phusong.errors import PhuSongError, UnknownNameError
from phusong.tenders.division.divide import divide
from phusong.tenders.division.neighbours import contacts_of
from phusong.tenders.division.selection import choose, undivided
from phusong.tenders.division.values import Caps, Division, LeftOut
from phusong.words import Text

BARRED = LeftOut(gap_id="LS-X", households=9, key="finding", reason=Text("chưa có kết luận", "no finding yet"))


def row(caps: Caps = WIDE) -> Division:
    """Return five units in a row of communes that nobody has chosen yet; the last is of another route."""
    units = [made_unit(f"S{i}", [(0, i)], 10**9) for i in range(4)]
    units.append(made_unit("P4", [(0, 4)], 10**9, route="province_budget"))
    return undivided(units, contacts_of(units, made_communes(1, 5)), caps, left_out=[BARRED])


def test_every_area_is_once_in_a_lot_or_waits() -> None:
    """Before a choice all wait; after it what was chosen is in the lot and nowhere else."""
    before = row()
    assert not before.lots
    assert {one.gap_id for one in before.remainder} == {g for u in before.units for g in u.gap_ids} | {"LS-X"}
    chosen = choose(before, [f"LS-S0-{code(0, 0)}", "S1", "S1"])
    assert chosen.lot_code == "GT-99-Q-01"
    assert chosen.division.lot("GT-99-Q-01").unit_ids == ("S0", "S1")
    inside = {gap for unit in chosen.units for gap in unit.gap_ids}
    outside = {one.gap_id for one in chosen.division.remainder}
    assert inside | outside == {one.gap_id for one in before.remainder}
    assert not inside & outside
    assert chosen.division.balances[0].balance.lots == 1


def test_a_choice_takes_from_other_lots_and_gives_no_code_twice() -> None:
    """What was in a lot leaves it; a code that stood for another package is not given again."""
    units = [made_unit(f"S{i}", [(0, i)], 10**9 + i) for i in range(6)]
    divided = divide(units, contacts_of(units, made_communes(1, 6)), dataclasses.replace(WIDE, max_sites=4))
    chosen = choose(divided, ["S2", "S3"], taken=["GT-99-Q-03"])
    assert chosen.lot_code == "GT-99-Q-04"
    assert chosen.taken_from == ("GT-99-Q-01", "GT-99-Q-02")
    assert [lot.unit_ids for lot in chosen.division.lots] == [("S0", "S1"), ("S4", "S5"), ("S2", "S3")]
    assert_sound(chosen.division)


@pytest.mark.parametrize(
    ("items", "caps", "says"),
    [
        (["S0", "LS-X"], WIDE, "LS-X: chưa có kết luận"),
        (["S0", "P4"], WIDE, "chỉ một nguồn vốn"),
        (["S0", "S1"], dataclasses.replace(WIDE, max_sites=1), "vượt mức trần số trạm"),
        ([], WIDE, "Chưa chọn khu vực nào"),
    ],
)
def test_what_breaks_a_rule_is_refused_in_words(items: list[str], caps: Caps, says: str) -> None:
    """A missing proof, two routes, a cap, nothing at all."""
    with pytest.raises(PhuSongError) as refused:
        choose(row(caps), items)
    assert says in refused.value.text.vi
    assert refused.value.text.en


def test_what_the_plan_does_not_know_is_named() -> None:
    """A code from elsewhere."""
    with pytest.raises(UnknownNameError, match="LS-00"):
        choose(row(), ["S0", "LS-00"])


def test_a_lot_may_not_be_cut_in_two_by_a_choice() -> None:
    """Taking the middle out of a lot leaves its ends apart: refused, as a move would be."""
    units = [made_unit(f"S{i}", [(0, i)], 10**9) for i in range(3)]
    whole = divide(units, contacts_of(units, made_communes(1, 3)), WIDE)
    with pytest.raises(PhuSongError, match="contiguous"):
        choose(whole, ["S1"])
