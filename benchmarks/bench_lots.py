"""Lots of a province: how even, how compact and how fast, against joining the nearest as long as the caps hold.

The greedy way joins the two lots whose union stays most compact until no pair keeps the caps (Ward 1963): how lots were
made before. It knows neither neighbours nor evenness, so its spread is what a division without them comes to. Both take
the same units and caps, in turns in one run.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import geopandas as gpd
import numpy as np
from shapely.geometry import box

from phusong.tenders.division.divide import divide
from phusong.tenders.division.neighbours import contacts_of, hang_together, positions_km
from phusong.tenders.division.values import Caps, Contact, Unit

SIDE_DEG = 0.06
CASES = ((60, 6, 12), (120, 8, 15), (200, 10, 20))
"""Units, rows of communes, sites a lot."""

LARGE = (400, 12, 25)
"""The greedy way as written here is too slow for it."""

Lots = list[list[Unit]]


def made(n: int, rows: int) -> tuple[list[Unit], gpd.GeoDataFrame]:
    """Return units of 1 to 6 thousand million đồng at random places of a board of communes."""
    rng = random.Random(n)
    places = [(r, c) for r in range(rows) for c in range(rows)]
    shapes = [
        box(105 + SIDE_DEG * c, 19 + SIDE_DEG * r, 105 + SIDE_DEG * (c + 1), 19 + SIDE_DEG * (r + 1)) for r, c in places
    ]
    communes = gpd.GeoDataFrame(
        {"commune_code": [f"{r:02d}{c:02d}" for r, c in places]}, geometry=shapes, crs="EPSG:4326"
    )
    return [_unit(i, rng, rows) for i in range(n)], communes


def _unit(i: int, rng: random.Random, rows: int) -> Unit:
    x, y = rng.uniform(0, rows), rng.uniform(0, rows)
    households = rng.randrange(15, 150)
    return Unit(
        unit_id=f"S{i:04d}",
        route="fund",
        province_code="99",
        gap_ids=(f"LS-{i:04d}",),
        gap_households=(households,),
        commune_codes=(f"{int(y):02d}{int(x):02d}",),
        site_ids=(f"S{i:04d}",),
        households=households,
        value_vnd=rng.randrange(10, 60) * 10**8,
        lon_deg=105 + SIDE_DEG * x,
        lat_deg=19 + SIDE_DEG * y,
    )


def greedy(units: list[Unit], caps: Caps) -> Lots:
    """Join the two lots whose union grows their squared distances least, as long as the caps hold."""
    at = positions_km((unit.lon_deg for unit in units), (unit.lat_deg for unit in units))
    lots = {i: ([i], unit.households, at[i]) for i, unit in enumerate(units)}

    def growth(a: int, b: int) -> float:
        (one, h_a, m_a), (other, h_b, m_b) = lots[a], lots[b]
        value = sum(units[i].value_vnd or 0 for i in (*one, *other))
        if len(one) + len(other) > caps.max_sites or h_a + h_b > caps.max_households or value > caps.max_value_vnd:
            return np.inf
        return h_a * h_b / (h_a + h_b) * float(((m_a - m_b) ** 2).sum())

    growths = {pair: growth(*pair) for pair in combinations(lots, 2)}
    while growths and min(growths.values()) < np.inf:
        a, b = min(growths, key=lambda pair: (growths[pair], pair))
        (one, h_a, m_a), (other, h_b, m_b) = lots[a], lots.pop(b)
        lots[a] = (one + other, h_a + h_b, (m_a * h_a + m_b * h_b) / (h_a + h_b))
        growths = {pair: g for pair, g in growths.items() if b not in pair}
        growths |= {pair: growth(*pair) for pair in growths if a in pair}
    return [[units[i] for i in members] for members, _, _ in lots.values()]


def ours(units: list[Unit], contacts: tuple[Contact, ...], caps: Caps) -> Lots:
    """Return the lots of the package."""
    division = divide(units, contacts, caps)
    return [list(division.units_in(lot)) for lot in division.lots]


def spread(lots: Lots) -> float:
    """Return the dearest lot over the cheapest."""
    values = [sum(unit.value_vnd or 0 for unit in lot) for lot in lots]
    return max(values) / min(values)


def mean_km(lots: Lots) -> float:
    """Return how far a household is from the middle of its lot, on average."""
    far, households = 0.0, 0
    for lot in lots:
        at = positions_km((u.lon_deg for u in lot), (u.lat_deg for u in lot))
        weight = np.array([u.households for u in lot])
        middle = (at * weight[:, np.newaxis]).sum(axis=0) / weight.sum()
        far += float((np.hypot(*(at - middle).T) * weight).sum())
        households += int(weight.sum())
    return far / households


def torn(lots: Lots, contacts: tuple[Contact, ...]) -> int:
    """Return how many lots are not contiguous."""
    others = [[unit for one in lots if one is not lot for unit in one] for lot in lots]
    return sum(not hang_together(lot, rest, contacts) for lot, rest in zip(lots, others, strict=True))


def timed(work: Callable[[], Lots]) -> tuple[Lots, float]:
    """Return what some work gives, and its seconds of all cores."""
    start = time.process_time()
    return work(), time.process_time() - start


def main() -> None:
    """Print what each case comes to, ours over the greedy way."""
    for n, rows, sites in CASES:
        units, communes = made(n, rows)
        contacts = contacts_of(units, communes)
        caps = Caps(max_value_vnd=10**12, max_households=10**6, max_sites=sites, tolerance=1.5)
        old, old_s = timed(lambda units=units, caps=caps: greedy(units, caps))  # type: ignore[misc]
        new, new_s = timed(lambda units=units, contacts=contacts, caps=caps: ours(units, contacts, caps))  # type: ignore[misc]
        assert not torn(new, contacts)
        print(
            f"{n} units: lots {len(new)} / {len(old)}; spread {spread(new):.2f} / {spread(old):.2f} = "
            f"{spread(new) / spread(old):.2f}; mean km {mean_km(new) / mean_km(old):.2f}; not contiguous "
            f"0 / {torn(old, contacts)}; CPU seconds {new_s:.1f} / {old_s:.1f} = {new_s / old_s:.1f}"
        )
    n, rows, sites = LARGE
    units, communes = made(n, rows)
    large, large_s = timed(lambda: ours(units, contacts_of(units, communes), replace(caps, max_sites=sites)))
    print(f"{n} units: {len(large)} lots; spread {spread(large):.2f}; CPU seconds {large_s:.1f}")


if __name__ == "__main__":
    main()
