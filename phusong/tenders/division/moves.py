"""A unit moved by hand: what it does is said, and what breaks the rules of every division is refused."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass

from phusong.coverage.routes import ROUTES
from phusong.errors import PhuSongError, UnknownNameError
from phusong.tenders.division.divide import balance
from phusong.tenders.division.neighbours import hang_together
from phusong.tenders.division.values import Division, LeftOut, Load, Lot, RouteBalance, Unit, code_head
from phusong.tenders.package.values import Balance
from phusong.words import Language, Text, number

BY_HAND = "by_hand"
"""The key of gaps that were set aside by hand."""
_MOVED = Text("cách chia này đã được chuyển bằng tay", "this division was changed by hand")
"""Nothing says that what hands made is the best that was found."""

_CAPS = {
    "value": Text("khái toán", "estimate"),
    "households": Text("số hộ", "households"),
    "sites": Text("số trạm", "sites"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The division after a move, and what the move does."""

    division: Division
    effects: tuple[Text, ...]


def move(division: Division, item: str, to_code: str | None, *, reason: Text | None = None) -> Moved:
    """Move a unit to another lot, into the remainder, or back from it.

    Parameters
    ----------
    division
        Is not changed.
    item
        A gap or a unit; with a gap its whole unit moves, for its cost cannot be divided.
    to_code
        A lot; the code of a lot of the same province and route that does not exist yet makes it; None sets aside.
    reason
        Why the unit is set aside; needed for that.

    Returns
    -------
    moved
        With each gap in one lot or in the remainder, every lot contiguous, of one route and within the caps (or one
        unit that is above a cap by itself). A lot that loses its last unit is gone; the others keep their codes.

    Raises
    ------
    UnknownNameError
        If there is no such gap, unit or lot.
    PhuSongError
        If the move would break a rule: the sentence says which.
    """
    unit = _unit(division, item)
    source = next((lot for lot in division.lots if unit.unit_id in lot.unit_ids), None)
    _check(division, unit, source, to_code, reason)
    lots = _lots_after(division, unit, source, to_code)
    after = _rebuilt(division, unit, lots, to_code, reason)
    others = [lot.lot_code for lot in after.lots if lot.group == unit.group]  # one may have passed through its commune
    for code in dict.fromkeys([*_codes(source, to_code), *others]):
        check_lot(after, code)
    return Moved(division=after, effects=_effects(division, after, unit, item, source, to_code))


def _codes(source: Lot | None, to_code: str | None) -> list[str]:
    """Return the lots that a move touches: whence, then whither."""
    return [code for code in (source.lot_code if source else None, to_code) if code is not None]


def _unit(division: Division, item: str) -> Unit:
    for unit in division.units:
        if item == unit.unit_id or item in unit.gap_ids:
            return unit
    raise UnknownNameError(
        Text(
            f"Không có khu vực hoặc trạm {item} trong cách chia này.", f"This division has no area and no site {item}."
        )
    )


def _check(division: Division, unit: Unit, source: Lot | None, to_code: str | None, reason: Text | None) -> None:
    """Refuse what is no move, or mixes routes."""
    if to_code is None:
        if source is None:
            raise PhuSongError(Text(f"{unit.unit_id} đã ở ngoài các gói.", f"{unit.unit_id} is in no lot already."))
        if reason is None or not reason.vi.strip():
            raise PhuSongError(
                Text("Đưa một khu vực ra ngoài gói phải có lý do.", "Setting an area aside needs a reason.")
            )
        return
    if source is not None and source.lot_code == to_code:
        raise PhuSongError(
            Text(f"{unit.unit_id} đã ở trong gói {to_code}.", f"{unit.unit_id} is in lot {to_code} already.")
        )
    target = next((lot for lot in division.lots if lot.lot_code == to_code), None)
    head = code_head(*unit.group)
    if target is not None and target.group != unit.group:
        raise PhuSongError(
            Text(
                f"Gói {to_code} của nguồn vốn khác: mỗi gói chỉ một nguồn vốn, của {unit.unit_id} là "
                f"{ROUTES[unit.route].vi}, tỉnh {unit.province_code}.",
                f"Lot {to_code} is of another route: each lot has one, that of {unit.unit_id} is "
                f"{ROUTES[unit.route].en}, province {unit.province_code}.",
            )
        )
    if target is None and not re.fullmatch(re.escape(head) + r"\d\d+", to_code):
        codes = ", ".join(lot.lot_code for lot in division.lots if lot.group == unit.group)
        raise UnknownNameError(
            Text(
                f"Không có gói {to_code}; được dùng: {codes} hoặc gói mới {head}nn.",
                f"There is no lot {to_code}; allowed are {codes} or a new lot {head}nn.",
            )
        )


def _lots_after(division: Division, unit: Unit, source: Lot | None, to_code: str | None) -> tuple[Lot, ...]:
    kept = []
    for lot in division.lots:
        ids = set(lot.unit_ids) - {unit.unit_id}
        if lot.lot_code == to_code:
            ids.add(unit.unit_id)
        if ids:
            kept.append(dataclasses.replace(lot, unit_ids=tuple(sorted(ids))))
    if to_code is not None and all(lot.lot_code != to_code for lot in kept):
        new = Lot(lot_code=to_code, province_code=unit.province_code, route=unit.route, unit_ids=(unit.unit_id,))
        kept.append(new)
    return tuple(sorted(kept, key=lambda lot: (lot.province_code, lot.route, lot.lot_code)))


def _rebuilt(
    division: Division, unit: Unit, lots: tuple[Lot, ...], to_code: str | None, reason: Text | None
) -> Division:
    left = {one.gap_id: one for one in division.remainder if one.gap_id not in unit.gap_ids}
    if to_code is None:
        assert reason is not None
        left |= {
            gap_id: LeftOut(gap_id=gap_id, households=households, key=BY_HAND, reason=reason)
            for gap_id, households in zip(unit.gap_ids, unit.gap_households, strict=True)
        }
    after = dataclasses.replace(division, lots=lots, remainder=tuple(left[key] for key in sorted(left)))
    return dataclasses.replace(after, balances=balances_after(division, after, unit))


def balances_after(before: Division, after: Division, unit: Unit) -> tuple[RouteBalance, ...]:
    """Work out the balance of the unit's group again; a bound stays only for as many lots of the same units."""
    others = [one for one in before.balances if (one.province_code, one.route) != unit.group]
    old = next((one for one in before.balances if (one.province_code, one.route) == unit.group), None)
    lots = [lot for lot in after.lots if lot.group == unit.group]
    if lots:
        held = [after.units_in(lot) for lot in lots]
        same = old is not None and old.balance.lots == len(lots) and _held(before, unit) == _held(after, unit)
        bound = old.balance.bound if old is not None and same else None
        fewest = old is not None and same and old.fewest
        others.append(
            RouteBalance(
                province_code=unit.province_code,
                route=unit.route,
                balance=balance(held, after.caps.tolerance, bound, _MOVED),
                fewest=fewest,
            )
        )
    return tuple(sorted(others, key=lambda one: (one.province_code, one.route)))


def _held(division: Division, unit: Unit) -> set[str]:
    return {unit_id for lot in division.lots if lot.group == unit.group for unit_id in lot.unit_ids}


def check_lot(division: Division, code: str) -> None:
    """Raise unless a lot, if it is there, keeps the caps (or is one unit) and hangs together."""
    lot = next((one for one in division.lots if one.lot_code == code), None)
    if lot is None:
        return
    units = division.units_in(lot)
    over = Load.of(units).over(division.caps)
    if over and len(units) > 1:
        raise PhuSongError(
            Text(
                f"Gói {code} sẽ vượt mức trần {', '.join(_CAPS[name].vi for name in over)}.",
                f"Lot {code} would be above the cap of {', '.join(_CAPS[name].en for name in over)}.",
            )
        )
    others = [unit for one in division.lots_beside(lot) if one != lot for unit in division.units_in(one)]
    contacts = [c for c in division.contacts if (c.province_code, c.route) == lot.group]
    if not hang_together(units, others, contacts):
        raise PhuSongError(Text(f"Gói {code} sẽ không còn liền khoảnh.", f"Lot {code} would no longer be contiguous."))


def _effects(
    before: Division, after: Division, unit: Unit, item: str, source: Lot | None, to_code: str | None
) -> tuple[Text, ...]:
    found: list[Text] = []
    others = [gap_id for gap_id in unit.gap_ids if gap_id != item]
    if item != unit.unit_id and others:
        found.append(
            Text(
                f"Khu vực {item} chuyển cùng cả trạm {unit.unit_id} và các khu vực {', '.join(others)}.",
                f"Area {item} moves with the whole of site {unit.unit_id} and the areas {', '.join(others)}.",
            )
        )
    found += [_effect(before, after, code) for code in _codes(source, to_code)]
    if to_code is None or source is None:
        found.append(_into_remainder(unit) if to_code is None else _out_of_remainder(unit))
    found.append(_balance_effect(_balance(before, unit), _balance(after, unit)))
    return tuple(found)


def _into_remainder(unit: Unit) -> Text:
    names = ", ".join(unit.gap_ids)
    return Text(
        f"{number(unit.households)} hộ ({names}) ra ngoài các gói.",
        f"{number(unit.households, 'en')} households ({names}) are in no lot any more.",
    )


def _out_of_remainder(unit: Unit) -> Text:
    names = ", ".join(unit.gap_ids)
    return Text(
        f"{number(unit.households)} hộ ({names}) vào gói trở lại.",
        f"{number(unit.households, 'en')} households ({names}) are in a lot again.",
    )


def _effect(before: Division, after: Division, code: str) -> Text:
    old, new = (_load(division, code) for division in (before, after))
    if not new.sites:
        return Text(f"Gói {code} không còn khu vực nào: bỏ gói này.", f"Lot {code} holds nothing any more and is gone.")
    parts = [
        (Text("hộ", "households"), old.households, new.households),
        (Text("trạm", "sites"), old.sites, new.sites),
    ]
    vi = "; ".join(f"{_from_to(a, b, 'vi')} {what.vi}" for what, a, b in parts)
    en = "; ".join(f"{_from_to(a, b, 'en')} {what.en}" for what, a, b in parts)
    if new.value_vnd is not None:
        vi += f"; khái toán {_from_to(old.value_vnd or 0, new.value_vnd, 'vi')} đồng"
        en += f"; estimate VND {_from_to(old.value_vnd or 0, new.value_vnd, 'en')}"
    return Text(f"Gói {code}: {vi}.", f"Lot {code}: {en}.")


def _load(division: Division, code: str) -> Load:
    held = [division.units_in(lot) for lot in division.lots if lot.lot_code == code]
    return Load.of(held[0] if held else ())


def _from_to(old: int, new: int, language: Language) -> str:
    return f"{number(old, language)} → {number(new, language)}"


def _balance(division: Division, unit: Unit) -> Balance | None:
    return next((o.balance for o in division.balances if (o.province_code, o.route) == unit.group), None)


def _balance_effect(old: Balance | None, new: Balance | None) -> Text:
    had, has = (_spread_text(one) for one in (old, new))
    tail = new.text if new is not None else Text("Nguồn vốn này không còn gói nào.", "This route has no lot any more.")
    return Text(
        f"Gói lớn nhất so với gói nhỏ nhất: {had.vi} → {has.vi}. {tail.vi}",
        f"Largest lot to smallest: {had.en} → {has.en}. {tail.en}",
    )


def _spread_text(one: Balance | None) -> Text:
    if one is None or one.spread is None:
        return Text("–", "–")
    vi, en = number(one.spread, decimals=2), number(one.spread, "en", decimals=2)
    return Text(f"{vi} lần", f"{en} times")
