"""Units divided into lots: as few as the caps allow, contiguous, even, compact, with a proof of what cannot be had."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count

from phusong.errors import PhuSongError
from phusong.tenders.division.model import COMPACT_UNITS, SPREAD_UNITS, Answer, least_spread, most_compact
from phusong.tenders.division.search import search
from phusong.tenders.division.task import EQUAL, Assignment, Task, fewest_by_sums, measure_of, task_of
from phusong.tenders.division.values import (
    Caps,
    Contact,
    Division,
    LeftOut,
    Load,
    Lot,
    RouteBalance,
    Unit,
    lot_code,
)
from phusong.tenders.package.values import Balance
from phusong.words import Text, number

FOUND = Text(
    "đây là cách chia tốt nhất tìm được, chưa chứng minh được là tốt nhất",
    "the best division found, not proven to be the best",
)
OUT_OF_TIME = Text(
    "đây là cách chia tốt nhất tìm được (hết thời gian tìm), chưa chứng minh được là tốt nhất",
    "the best division found (the search ran out of time), not proven to be the best",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Divided:
    """The lots of one province and route, the bound on their spread, and how far it is proven."""

    lots: tuple[tuple[Unit, ...], ...]
    bound: float
    fewest: bool
    in_time: bool


def divide(
    units: Iterable[Unit],
    contacts: Iterable[Contact],
    caps: Caps,
    *,
    left_out: Iterable[LeftOut] = (),
) -> Division:
    """Divide units into lots, each of one province and route.

    Parameters
    ----------
    units
        In any order: the division does not depend on it.
    contacts
        From :func:`phusong.tenders.division.neighbours.contacts_of` for the same units.
    caps
        What a lot may hold. A unit that alone is above a cap becomes a lot of its own.
    left_out
        The gaps that are in no unit: the remainder.

    Raises
    ------
    PhuSongError
        If a unit is given twice, or so many lots are asked for as cannot be.
    """
    units = tuple(sorted(units, key=lambda unit: unit.unit_id))
    contacts = tuple(sorted(contacts, key=lambda one: (one.province_code, one.route, one.communes)))
    _check_once(units)
    lots: list[Lot] = []
    balances = []
    for group in sorted({unit.group for unit in units}):
        mine = [unit for unit in units if unit.group == group]
        divided = _divided(mine, [c for c in contacts if (c.province_code, c.route) == group], caps)
        lots += _coded(group, divided.lots)
        balances.append(
            RouteBalance(
                province_code=group[0],
                route=group[1],
                balance=balance(divided.lots, caps.tolerance, divided.bound, FOUND if divided.in_time else OUT_OF_TIME),
                fewest=divided.fewest,
                in_time=divided.in_time,
            )
        )
    return Division(
        caps=caps,
        units=units,
        contacts=contacts,
        lots=tuple(lots),
        remainder=tuple(sorted(left_out, key=lambda one: one.gap_id)),
        balances=tuple(balances),
    )


def _check_once(units: Sequence[Unit]) -> None:
    counts = Counter(unit.unit_id for unit in units), Counter(gap_id for unit in units for gap_id in unit.gap_ids)
    twice = sorted({name for count_of in counts for name, times in count_of.items() if times > 1})
    if twice:
        names = ", ".join(twice[:5])
        raise PhuSongError(
            Text(f"Trạm hoặc khu vực bị đưa vào chia gói hai lần: {names}.", f"Sites or areas given twice: {names}.")
        )


def _coded(group: tuple[str, str], lots: Iterable[Sequence[Unit]]) -> list[Lot]:
    """Number lots by the lowest commune, then the lowest unit, in each."""
    ordered = sorted(lots, key=lambda lot: min((unit.commune_codes[0], unit.unit_id) for unit in lot))
    return [
        Lot(
            lot_code=lot_code(*group, index),
            province_code=group[0],
            route=group[1],
            unit_ids=tuple(sorted(unit.unit_id for unit in lot)),
        )
        for index, lot in enumerate(ordered, start=1)
    ]


def _divided(units: Sequence[Unit], contacts: Sequence[Contact], caps: Caps) -> _Divided:
    alone = [unit for unit in units if Load.of([unit]).over(caps)]
    rest = [unit for unit in units if not Load.of([unit]).over(caps)]
    own = tuple((unit,) for unit in alone)
    if not rest:
        return _Divided(lots=own, bound=_spread_of(own), fewest=True, in_time=True)
    task = task_of(rest, contacts, caps, alone)
    answer, fewest = _asked(task, caps, len(alone), units) if caps.lots else _fewest(task)
    assert answer.assignment is not None
    lots = tuple(tuple(rest[i] for i in lot) for lot in task.lots(answer.assignment))
    return _Divided(lots=lots + own, bound=answer.bound, fewest=fewest, in_time=answer.in_time)


def _asked(task: Task, caps: Caps, alone: int, units: Sequence[Unit]) -> tuple[Answer, bool]:
    """Divide into as many lots as asked for."""
    assert caps.lots is not None
    k = min(caps.lots, len(units)) - alone
    answer = _into(task, k) if k >= max(1, fewest_by_sums(task)) else Answer(assignment=None, bound=math.inf)
    if answer.assignment is not None:
        return answer, False
    fewest = _fewest(task)[0].assignment
    assert fewest is not None
    least, asked = number(alone + max(fewest) + 1), number(caps.lots)
    province, route = units[0].group
    raise PhuSongError(
        Text(
            f"Không chia được {asked} gói cho nguồn vốn {route} ở tỉnh {province} trong mức trần, liền khoảnh: "
            f"cần ít nhất {least} gói.",
            f"Route {route} of province {province} cannot be divided into {asked} contiguous lots within the caps: "
            f"at least {least} are needed.",
        )
    )


def _fewest(task: Task) -> tuple[Answer, bool]:
    """Divide into the fewest lots that were found to keep the caps, and say whether fewer are proven to break them."""
    proven = True
    for k in count(fewest_by_sums(task)):
        answer = _into(task, k)
        if answer.assignment is not None:
            return answer, proven
        proven = proven and answer.impossible
    raise AssertionError("every unit alone is a lot within the caps")


def _into(task: Task, k: int) -> Answer:
    """Divide into k lots: search, then the model where it is small enough."""
    best = search(task, k)
    if best is None and k >= task.n:
        best = tuple(range(task.n))
    bound = task.least_spread(k)
    answer = Answer(assignment=best, bound=bound)
    if task.n <= SPREAD_UNITS and not _enough(task, best, bound):
        answer = least_spread(task, k, best)
    met = answer.assignment is not None and task.spread_of(answer.assignment) <= task.tolerance + EQUAL
    if answer.assignment is None or not met or task.n > COMPACT_UNITS or k in (1, task.n):
        return answer
    compact = most_compact(task, k, answer.assignment)
    return Answer(assignment=compact.assignment, bound=answer.bound, in_time=answer.in_time and compact.in_time)


def _enough(task: Task, best: Assignment | None, bound: float) -> bool:
    return best is not None and task.spread_of(best) <= max(task.tolerance, bound) + EQUAL


def _spread_of(lots: Sequence[Sequence[Unit]]) -> float:
    weight = measure_of(unit for lot in lots for unit in lot)
    weights = [sum(weight(unit) for unit in lot) for lot in lots]
    return max(weights) / min(weights) if min(weights) > 0 else math.inf


def balance(lots: Sequence[Sequence[Unit]], tolerance: float, bound: float | None, how: Text) -> Balance:
    """Say how even lots are.

    Parameters
    ----------
    lots, tolerance
        The units of each lot of one province and route; the greatest lot over the smallest that is allowed.
    bound
        The least spread that any division can have, None where not known.
    how
        How the division came about; said where the lots are not even and that is not proven to be inevitable.
    """
    every = [unit for lot in lots for unit in lot]
    by_value = all(unit.value_vnd is not None for unit in every)
    weight = measure_of(every)
    weights = [sum(weight(unit) for unit in lot) for lot in lots]
    spread = _spread_of(lots)
    known = bound if bound is not None and math.isfinite(bound) else None
    met = spread <= tolerance + EQUAL
    proven = not met and known is not None and spread <= known + 1e-6
    what = Text("khái toán", "estimate") if by_value else Text("số hộ", "households")
    judged = _within(tolerance) if met else _above(tolerance, _PROVEN if proven else _not_below(how, known))
    return Balance(
        lots=len(lots),
        measure="value" if by_value else "households",
        low=float(min(weights)),
        high=float(max(weights)),
        spread=spread if math.isfinite(spread) else None,
        tolerance=tolerance,
        standing="met" if met else "proven" if proven else "found",
        bound=known,
        text=_text(len(lots), spread, what, judged),
    )


_PROVEN = Text(
    "đã chứng minh không cách chia liền khoảnh, trong mức trần nào đều hơn",
    "proven: no contiguous division into as many lots within the caps is more even",
)


def _text(lots: int, spread: float, what: Text, judged: Text) -> Text:
    if lots == 1:
        return Text("Nguồn vốn này chỉ có một gói.", "This route has one lot only.")
    has = _times(spread)
    return Text(
        f"Gói lớn nhất gấp {has.vi} lần gói nhỏ nhất theo {what.vi} ({number(lots)} gói), {judged.vi}.",
        f"The largest of {number(lots, 'en')} lots is {has.en} times the smallest by {what.en}, {judged.en}.",
    )


def _within(tolerance: float) -> Text:
    allowed = _times(tolerance)
    return Text(f"trong mức cho phép {allowed.vi} lần", f"within the allowed {allowed.en} times")


def _above(tolerance: float, why: Text) -> Text:
    allowed = _times(tolerance)
    return Text(f"vượt mức cho phép {allowed.vi} lần; {why.vi}", f"above the allowed {allowed.en} times; {why.en}")


def _not_below(how: Text, bound: float | None) -> Text:
    """Say how the division came about, and what no division can better where that is known."""
    if bound is None:
        return how
    least = _times(bound)
    return Text(f"{how.vi}; không cách chia nào dưới {least.vi} lần", f"{how.en}; none is below {least.en} times")


def _times(value: float) -> Text:
    return Text(number(value, decimals=2), number(value, "en", decimals=2))
