"""Areas chosen by hand into a lot of their own: whole units, of one route, contiguous and within the caps."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import count

from phusong.coverage.routes import ROUTES
from phusong.errors import PhuSongError, UnknownNameError
from phusong.tenders.division.moves import balances_after, check_lot
from phusong.tenders.division.values import Caps, Contact, Division, LeftOut, Lot, Unit, lot_code
from phusong.words import Text

NOT_CHOSEN = Text("chưa được chọn vào gói nào", "not chosen for any lot yet")
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The division with the new lot, its code, and what it took its units from."""

    division: Division
    lot_code: str
    units: tuple[Unit, ...]
    taken_from: tuple[str, ...]


def undivided(
    units: Iterable[Unit], contacts: Iterable[Contact], caps: Caps, *, left_out: Iterable[LeftOut] = ()
) -> Division:
    """Return a division without lots: every unit waits to be chosen."""
    units = tuple(sorted(units, key=lambda unit: unit.unit_id))
    waiting = [one for unit in units for one in left_of(unit)]
    return Division(
        caps=caps,
        units=units,
        contacts=tuple(sorted(contacts, key=lambda one: (one.province_code, one.route, one.communes))),
        lots=(),
        remainder=tuple(sorted((*left_out, *waiting), key=lambda one: one.gap_id)),
        balances=(),
    )


def left_of(unit: Unit) -> tuple[LeftOut, ...]:
    """Return the gaps of a unit that nobody has chosen yet."""
    pairs = zip(unit.gap_ids, unit.gap_households, strict=True)
    return tuple(LeftOut(gap_id=g, households=n, key="not_chosen", reason=NOT_CHOSEN) for g, n in pairs)


def units_for(division: Division, items: Iterable[str]) -> tuple[Unit, ...]:
    """Return the units that some gaps and sites belong to, each once.

    Raises
    ------
    UnknownNameError
        An item is neither a gap nor a site of the division.
    PhuSongError
        A gap may not enter a lot: every such gap with what stands in its way.
    """
    by_item = {name: unit for unit in division.units for name in (unit.unit_id, *unit.gap_ids)}
    items = list(dict.fromkeys(items))
    left = {one.gap_id: one for one in division.remainder}
    strange = [item for item in items if item not in by_item and item not in left]
    if strange:
        names = ", ".join(strange[:_MOST_NAMED])
        raise UnknownNameError(
            Text(f"Không có khu vực hoặc trạm {names} trong kế hoạch này.", f"This plan has no area or site {names}.")
        )
    barred = [left[item] for item in items if item not in by_item]
    if barred:
        raise PhuSongError(_barred(barred))
    found = {by_item[item].unit_id: by_item[item] for item in items}
    return tuple(found[unit_id] for unit_id in sorted(found))


def _barred(gaps: Sequence[LeftOut]) -> Text:
    said = [(f"{one.gap_id}: {one.reason.vi}", f"{one.gap_id}: {one.reason.en}") for one in gaps[:_MOST_NAMED]]
    more = len(gaps) - len(said)
    vi, en = "; ".join(one[0] for one in said), "; ".join(one[1] for one in said)
    return Text(
        f"Chưa đưa vào gói thầu được: {vi}{f'; và {more} khu vực khác' if more else ''}.",
        f"These may not enter a package yet: {en}{f'; and {more} more' if more else ''}.",
    )


def choose(division: Division, items: Iterable[str], *, taken: Collection[str] = ()) -> Chosen:
    """Make a lot of the units that some gaps and sites belong to, out of the remainder and of other lots.

    Parameters
    ----------
    division
        Is not changed.
    items
        Gaps and units; with a gap its whole unit comes, for its cost cannot be divided.
    taken
        Codes that were given before and must not be given again.

    Raises
    ------
    UnknownNameError, PhuSongError
        As :func:`units_for`; units of several routes; the new lot or one it takes from would break a cap or no longer
        be contiguous.
    """
    units = units_for(division, items)
    if not units:
        raise PhuSongError(Text("Chưa chọn khu vực nào.", "No area is chosen."))
    groups = sorted({unit.group for unit in units})
    if len(groups) > 1:
        raise PhuSongError(_several(groups))
    ids = {unit.unit_id for unit in units}
    sources = tuple(lot.lot_code for lot in division.lots if ids & set(lot.unit_ids))
    code = _next_code(division, groups[0], taken)
    after = _with_lot(division, Lot(lot_code=code, province_code=groups[0][0], route=groups[0][1],
                                    unit_ids=tuple(sorted(ids))), units)  # fmt: skip
    for one in (code, *(lot.lot_code for lot in after.lots if lot.group == groups[0] and lot.lot_code != code)):
        check_lot(after, one)
    return Chosen(division=after, lot_code=code, units=units, taken_from=sources)


def _several(groups: Sequence[tuple[str, str]]) -> Text:
    vi, en = (", ".join(ROUTES[route].to(language) for _, route in groups) for language in ("vi", "en"))
    return Text(
        f"Mỗi gói chỉ một nguồn vốn; các khu vực đã chọn thuộc: {vi}. Hãy chọn riêng từng nguồn vốn.",
        f"A package has one route; the chosen areas have: {en}. Choose those of one route at a time.",
    )


def _next_code(division: Division, group: tuple[str, str], taken: Collection[str]) -> str:
    used = {lot.lot_code for lot in division.lots} | set(taken)
    return next(code for index in count(1) if (code := lot_code(*group, index)) not in used)


def _with_lot(division: Division, new: Lot, units: Sequence[Unit]) -> Division:
    chosen = set(new.unit_ids)
    kept = [
        dataclasses.replace(lot, unit_ids=rest)
        for lot in division.lots
        if (rest := tuple(one for one in lot.unit_ids if one not in chosen))
    ]
    lots = tuple(sorted([*kept, new], key=lambda lot: (lot.province_code, lot.route, lot.lot_code)))
    gaps = {gap_id for unit in units for gap_id in unit.gap_ids}
    remainder = tuple(one for one in division.remainder if one.gap_id not in gaps)
    after = dataclasses.replace(division, lots=lots, remainder=remainder)
    return dataclasses.replace(after, balances=balances_after(division, after, units[0]))
