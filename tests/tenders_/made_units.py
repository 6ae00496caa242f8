"""Made-up units, communes and gaps to divide, and the slow and obvious ways to the same answers."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterable, Iterator, Sequence

import geopandas as gpd
import pandas as pd
from shapely.geometry import box

from phusong.tenders.division.values import Caps, Contact, Division, Unit

SIDE_DEG = 0.05
WIDE = Caps(max_value_vnd=10**12, max_households=10**6, max_sites=10**4, tolerance=1.5)


def made_communes(rows: int, cols: int) -> gpd.GeoDataFrame:
    """Return square communes on a board; the code says row and column."""
    places = [(row, col) for row in range(rows) for col in range(cols)]
    shapes = [
        box(105 + SIDE_DEG * c, 19 - SIDE_DEG * (r + 1), 105 + SIDE_DEG * (c + 1), 19 - SIDE_DEG * r) for r, c in places
    ]
    return gpd.GeoDataFrame({"commune_code": [code(r, c) for r, c in places]}, geometry=shapes, crs="EPSG:4326")


def code(row: int, col: int) -> str:
    """Return the code of a commune of the board."""
    return f"{row:02d}{col:02d}"


def made_unit(name: str, at: Sequence[tuple[int, int]], value: int | None, **other: object) -> Unit:
    """Return a unit with a gap in each of some communes of the board."""
    given: dict[str, object] = {
        "unit_id": name,
        "route": "fund",
        "province_code": "99",
        "gap_ids": tuple(f"LS-{name}-{code(*place)}" for place in at),
        "commune_codes": tuple(sorted(code(*place) for place in at)),
        "site_ids": (name,) if value is not None else (),
        "households": 40,
        "value_vnd": value,
        "lon_deg": 105 + SIDE_DEG * (sum(c for _, c in at) / len(at) + 0.5),
        "lat_deg": 19 - SIDE_DEG * (sum(r for r, _ in at) / len(at) + 0.5),
    }
    given |= other
    rest = int(str(given["households"])) - (len(at) - 1)
    given.setdefault("gap_households", (rest, *[1] * (len(at) - 1)))
    return Unit(**given)  # type: ignore[arg-type]


def made_units(n: int, seed: int, *, rows: int, cols: int, valued: bool = True) -> tuple[Unit, ...]:
    """Return units at random places of a board."""
    rng = random.Random(seed)
    units = []
    for i in range(n):
        at = (rng.randrange(rows), rng.randrange(cols))
        value = rng.randrange(10, 60) * 10**8 if valued else None
        units.append(made_unit(f"S{i:03d}", [at], value, households=rng.randrange(5, 120)))
    return tuple(units)


def reach(units: Sequence[Unit], contacts: Iterable[Contact]) -> bool:
    """Say whether units hang together, by joining pairs until nothing changes."""
    pairs = {frozenset(contact.communes) for contact in contacts}
    groups = [{unit.unit_id: set(unit.commune_codes)} for unit in units]

    def beside(one: dict[str, set[str]], other: dict[str, set[str]]) -> bool:
        mine, its = set().union(*one.values()), set().union(*other.values())
        return bool(mine & its) or any(frozenset((a, b)) in pairs for a in mine for b in its)

    joined = True
    while joined and len(groups) > 1:
        joined = False
        for one, other in itertools.combinations(groups, 2):
            if beside(one, other):
                one.update(other)
                groups.remove(other)
                joined = True
                break
    return len(groups) <= 1


def partitions(n: int, k: int) -> Iterator[tuple[int, ...]]:
    """Yield every way to put n things into k lots, none empty, each way once."""
    for rest in itertools.product(range(k), repeat=n):
        firsts = list(dict.fromkeys(rest))
        if firsts == list(range(k)):
            yield rest


def least_spread_by_hand(units: Sequence[Unit], contacts: Sequence[Contact], caps: Caps, k: int) -> float:
    """Return the least spread over all contiguous divisions into k lots within the caps; infinite where none is."""
    best = math.inf
    for of in partitions(len(units), k):
        lots = [[unit for unit, lot in zip(units, of, strict=True) if lot == at] for at in range(k)]
        values = [sum(unit.value_vnd or 0 for unit in lot) for lot in lots]
        if max(values) / min(values) < best and all(within(lot, caps) and reach(lot, contacts) for lot in lots):
            best = max(values) / min(values)
    return best


def within(lot: Sequence[Unit], caps: Caps) -> bool:
    """Say whether a lot keeps the caps."""
    return (
        sum(unit.value_vnd or 0 for unit in lot) <= caps.max_value_vnd
        and sum(unit.households for unit in lot) <= caps.max_households
        and sum(unit.sites for unit in lot) <= caps.max_sites
    )


def assert_sound(division: Division) -> None:
    """Hold a division against what every division keeps."""
    lots = [division.units_in(lot) for lot in division.lots]
    gaps = [gap for lot in lots for unit in lot for gap in unit.gap_ids]
    gaps += [left.gap_id for left in division.remainder]
    every = [gap for unit in division.units for gap in unit.gap_ids]
    assert len(gaps) == len(set(gaps))
    assert set(every) <= set(gaps)
    for lot, units in zip(division.lots, lots, strict=True):
        assert units
        assert {unit.group for unit in units} == {lot.group}
        assert within(units, division.caps) or len(units) == 1
        of_group = [c for c in division.contacts if (c.province_code, c.route) == lot.group]
        beside = [unit for one in division.lots_beside(lot) if one != lot for unit in division.units_in(one)]
        others = {commune for unit in beside for commune in unit.commune_codes}
        assert reach(units, [*of_group, *through(of_group, others)])
    for one in division.balances:
        loads = [
            sum((u.value_vnd if one.balance.measure == "value" else u.households) or 0 for u in division.units_in(lot))
            for lot in division.lots
            if lot.group == (one.province_code, one.route)
        ]
        assert one.balance.lots == len(loads)
        assert (one.balance.low, one.balance.high) == (min(loads), max(loads))


def through(contacts: Sequence[Contact], taken: set[str]) -> list[Contact]:
    """Return the contacts over communes that no other lot holds, passed through one after the other."""
    pairs = {frozenset(contact.communes) for contact in contacts}
    free = {code for pair in pairs for code in pair} - taken
    for middle in sorted(free):
        ends = sorted({other for pair in pairs if middle in pair for other in pair - {middle}})
        pairs |= {frozenset(two) for two in itertools.combinations(ends, 2)}
    return [
        Contact(province_code="", route="", communes=tuple(sorted(pair)), kind="empty")
        for pair in pairs
        if len(pair) == 2
    ]


def made_gaps(units: Sequence[Unit]) -> pd.DataFrame:
    """Return the gap table that some units without a plan are made of."""
    rows = [
        {
            "gap_id": unit.gap_ids[0],
            "province_code": unit.province_code,
            "province_name": "Tỉnh Mẫu",
            "commune_code": unit.commune_codes[0],
            "commune_name": f"Xã {unit.commune_codes[0]}",
            "village_name": f"Bản {unit.unit_id}",
            "households": unit.households,
            "population": 4.0 * unit.households,
            "lon_deg": unit.lon_deg,
            "lat_deg": unit.lat_deg,
            "route": unit.route,
            "tender": True,
            "finding": "unserved",
            "gates": "",
            "gates_unknown": "",
            "grid_power": "yes",
        }
        for unit in units
    ]
    return pd.DataFrame(rows)
