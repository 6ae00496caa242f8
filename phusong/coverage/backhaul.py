"""How a new site may be joined to the network: by microwave to masts in sight, over a relay, by fibre, by satellite.

A microwave hop is clear where the line between its antennas stands over the terrain, raised by the bulge of the earth,
by a share of the first Fresnel zone in each of two cases of the k factor: the median one and the least one of a bad
month (Rec. ITU-R P.530-19, section 2.2.2, planning criteria for path clearance, antennas without diversity).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.clearance import DEFAULT_MICROWAVE, SAME_PLACE_KM, Hops, MicrowaveRules, Places, hops_between
from phusong.coverage.terrain import Terrain

Floats = NDArray[np.float64]
BackhaulKind = Literal["fibre", "microwave", "relay", "satellite"]
KINDS: tuple[BackhaulKind, ...] = ("fibre", "microwave", "relay", "satellite")


@dataclass(frozen=True, slots=True, kw_only=True)
class BackhaulRules:
    """How far each way may lead: assumptions a department may change.

    ``detour`` is the length of a cable over the straight distance; ``most_hops`` how many of the masts in reach are
    named for a place.
    """

    microwave: MicrowaveRules = DEFAULT_MICROWAVE
    farthest_fibre_km: float = 20.0
    detour: float = 1.3
    most_masts: int = 3


DEFAULT_RULES = BackhaulRules()


@dataclass(frozen=True, slots=True, kw_only=True)
class Backhaul:
    """One way to join a place to the network.

    ``feasible`` is None where terrain, heights or the layer of cables are not known. ``length_km`` is that of the whole
    way, of the cable with its detour; ``to_id`` the mast it ends at, ``via_id`` the relay. The clearance is that of
    the worst point of the worse hop, under the k factor ``k``: metres over the surface on the raised earth, and the
    same as a share of the first Fresnel zone; ``at_km`` is counted along that hop from the place (from the relay where
    ``worst_hop`` is 2). ``needed_height_m`` is the least height above ground of the antenna at the place that clears
    the hop from it. NaN where it does not apply or is not known.
    """

    kind: BackhaulKind
    feasible: bool | None
    length_km: float = math.nan
    hops: int = 0
    to_id: str = ""
    via_id: str = ""
    band_ghz: float = math.nan
    clearance_m: float = math.nan
    clearance_ratio_f1: float = math.nan
    margin_m: float = math.nan
    at_km: float = math.nan
    k: float = math.nan
    worst_hop: int = 1
    needed_height_m: float = math.nan


SATELLITE = Backhaul(kind="satellite", feasible=True)
"""Always there, dear to run."""


def backhaul_options(
    terrain: Terrain,
    places: Places,
    masts: Places,
    rules: BackhaulRules = DEFAULT_RULES,
    *,
    relays: Places | None = None,
    fibre_km: Floats | None = None,
) -> tuple[tuple[Backhaul, ...], ...]:
    """Return for each place the ways to join it to the network, surest first.

    Parameters
    ----------
    terrain
        That of the study; where it is missing on a hop, nothing is known of it.
    places
        Candidates, with the heights at which their dishes may stand.
    masts
        Sites that are joined to the network.
    rules
        Reach and clearance.
    relays
        Points from which a hop may be handed on: masts without a link of their own, hilltops.
    fibre_km
        Distance of each place to the nearest cable, NaN where not known; None where there is no layer of cables.

    Returns
    -------
    options
        A tuple a place: sure ways before unknown ones before those that fail; within these fibre, microwave (nearest
        first), relay, satellite, which is always there.
    """
    direct = hops_between(terrain, places, masts, rules.microwave)
    found: list[list[Backhaul]] = [[] for _ in places.ids]
    for place, hops in enumerate(_nearest(direct, len(places.ids), rules.most_masts)):
        found[place] += [_microwave(direct, hop, masts) for hop in hops]
    if relays is not None and relays.ids:
        for place, way in _relayed(terrain, places, masts, relays, rules).items():
            found[place].append(way)
    for place in range(len(places.ids)):
        found[place].append(_fibre(math.nan if fibre_km is None else float(fibre_km[place]), rules))
        found[place].append(SATELLITE)
    return tuple(tuple(sorted(ways, key=_rank)) for ways in found)


def _rank(way: Backhaul) -> tuple[int, int, float, str]:
    sure = {True: 0, None: 1, False: 2}[way.feasible]
    return sure, KINDS.index(way.kind), way.length_km if math.isfinite(way.length_km) else math.inf, way.to_id


def _fibre(away_km: float, rules: BackhaulRules) -> Backhaul:
    if math.isnan(away_km):
        return Backhaul(kind="fibre", feasible=None)
    length_km = away_km * rules.detour
    return Backhaul(kind="fibre", feasible=length_km <= rules.farthest_fibre_km, length_km=length_km)


def _nearest(hops: Hops, n_places: int, most: int) -> list[list[int]]:
    """Return the hops to name for each place: clear ones, then unknown ones, then those that fail, nearest first."""
    order = np.lexsort((hops.far, hops.length_km, hops.grade, hops.near))
    chosen: list[list[int]] = [[] for _ in range(n_places)]
    for hop in order.tolist():
        mine = chosen[int(hops.near[hop])]
        if len(mine) < most:
            mine.append(hop)
    return chosen


def _microwave(hops: Hops, hop: int, masts: Places) -> Backhaul:
    way = Backhaul(
        kind="microwave",
        feasible=hops.feasible(hop),
        length_km=float(hops.length_km[hop]),
        hops=1,
        to_id=masts.ids[int(hops.far[hop])],
        band_ghz=float(hops.band_ghz[hop]),
        needed_height_m=float(hops.needed_m[hop]),
    )
    return _with_worst(way, hops, hop)


def _with_worst(way: Backhaul, hops: Hops, hop: int) -> Backhaul:
    """Return a way with the worst point of one of its hops."""
    return replace(
        way,
        clearance_m=float(hops.clearance_m[hop]),
        clearance_ratio_f1=float(hops.ratio_f1[hop]),
        margin_m=float(hops.margin_m[hop]),
        at_km=float(hops.at_km[hop]),
        k=float(hops.k[hop]),
    )


def _relayed(
    terrain: Terrain, places: Places, masts: Places, relays: Places, rules: BackhaulRules
) -> dict[int, Backhaul]:
    """Return the best way over one relay for each place that has any."""
    onward = hops_between(terrain, relays, masts, rules.microwave)
    first = hops_between(terrain, places, relays, rules.microwave)
    best_onward = {relay: hops[0] for relay, hops in enumerate(_nearest(onward, len(relays.ids), 1)) if hops}
    ways: dict[int, tuple[tuple[int, float, int], Backhaul]] = {}
    for hop in range(first.near.size):
        place, relay = int(first.near[hop]), int(first.far[hop])
        second = best_onward.get(relay)
        if second is None or min(first.length_km[hop], onward.length_km[second]) < SAME_PLACE_KM:
            continue
        length_km = float(first.length_km[hop] + onward.length_km[second])
        grade = max(int(first.grade[hop]), int(onward.grade[second]))
        key = (grade, length_km, relay)
        if place not in ways or key < ways[place][0]:
            ways[place] = (key, _over(first, hop, onward, second, (masts, relays)))
    return {place: way for place, (_, way) in ways.items()}


def _over(first: Hops, hop: int, onward: Hops, second: int, ends: tuple[Places, Places]) -> Backhaul:
    masts, relays = ends
    states = (first.feasible(hop), onward.feasible(second))
    way = Backhaul(
        kind="relay",
        feasible=False if False in states else None if None in states else True,
        length_km=float(first.length_km[hop] + onward.length_km[second]),
        hops=2,
        to_id=masts.ids[int(onward.far[second])],
        via_id=relays.ids[int(first.far[hop])],
        band_ghz=float(min(first.band_ghz[hop], onward.band_ghz[second])),
        needed_height_m=float(first.needed_m[hop]),
    )
    if first.margin_m[hop] <= onward.margin_m[second]:
        return _with_worst(way, first, hop)
    return replace(_with_worst(way, onward, second), worst_hop=2)
