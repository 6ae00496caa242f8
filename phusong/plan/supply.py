"""How a candidate site gets backhaul and power: the cheapest way that surely works, and what else it might be.

A way of which it is not known whether it works is never taken; where it would be cheaper, the choice stays open and
its cost runs over both.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.backhaul import DEFAULT_RULES, SATELLITE, Backhaul, BackhaulRules, backhaul_options
from phusong.coverage.clearance import Places
from phusong.coverage.network import Site, Span
from phusong.coverage.terrain import Terrain
from phusong.coverage.transmitters import ON_AIR
from phusong.data.unit_prices import UnitPrices
from phusong.plan.costs import LINK_TITLES, Feed, Link, SiteFacts, feed_cost, link_cost, one_of
from phusong.plan.site_facts import SiteKind
from phusong.plan.supply_texts import describe
from phusong.words import Text, number

Floats = NDArray[np.float64]
UNKNOWN = "unknown"
_EXISTING = ("upgrade", "share")
_ANCHORS = ("macro", "remote_sector", "small_cell")


class CandidateLike(Protocol):
    """What is asked of a candidate; ``road_class`` is "" and distances are NaN where not known."""

    @property
    def kind(self) -> str:
        """Return upgrade, share or new."""

    @property
    def height_agl_m(self) -> float:
        """Return the height of its antennas."""

    @property
    def technology(self) -> str:
        """Return the technology to be added."""

    @property
    def road_km(self) -> float:
        """Return the distance to the nearest road."""

    @property
    def road_class(self) -> str:
        """Return the class of that road."""

    @property
    def grid_km(self) -> float:
        """Return the distance to the nearest power line."""


class PlacedCandidate(CandidateLike, Protocol):
    """A candidate with its place."""

    @property
    def place_id(self) -> str:
        """Return the name of its place."""

    @property
    def host_site_id(self) -> str:
        """Return the site whose mast it uses, "" for a new one."""

    @property
    def lon_deg(self) -> float:
        """Return its longitude."""

    @property
    def lat_deg(self) -> float:
        """Return its latitude."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyRules:
    """Assumptions a department may change.

    ``farthest_grid_km`` is the longest line that is built for one site; ``top_gap_m`` how far under the top of a mast
    its dish stands.
    """

    farthest_grid_km: float = 5.0
    top_gap_m: float = 3.0
    backhaul: BackhaulRules = DEFAULT_RULES


DEFAULT_SUPPLY = SupplyRules()


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """Backhaul and power of a site, in words and as what they cost.

    ``backhaul`` is fibre, microwave, relay, satellite or unknown, ``power`` grid, solar or unknown. ``way`` is the
    backhaul that surely works, None on an existing mast. ``links`` and ``feeds`` are all ways it may come to.
    """

    backhaul: str
    backhaul_to: str
    backhaul_km: float
    backhaul_text: Text
    power: str
    power_text: Text
    way: Backhaul | None
    links: tuple[Link, ...]
    feeds: tuple[Feed, ...]


def supply(
    candidate: CandidateLike,
    options: Sequence[Backhaul],
    prices: UnitPrices,
    rules: SupplyRules = DEFAULT_SUPPLY,
    *,
    host_backhaul: str = "",
    relay_masts: frozenset[str] | None = None,
) -> Supply:
    """Choose backhaul and power of a candidate.

    Parameters
    ----------
    candidate
        The candidate; on an existing mast it takes the backhaul and power that are there.
    options
        Its ways by :func:`phusong.coverage.backhaul.backhaul_options`.
    prices
        What the ways are compared by: the middle of building and running.
    rules
        Limits.
    host_backhaul
        That of the existing mast, "" where not known.
    relay_masts
        The relay points that are existing masts; all others need a new station. None where that is not known.
    """
    if candidate.kind in _EXISTING:
        return _existing(host_backhaul)
    way, open_ways = _cheapest(options, prices, relay_masts)
    link = _link(way, relay_masts)
    kinds = [LINK_TITLES[way.kind], *(LINK_TITLES[kind] for kind in dict.fromkeys(w.kind for w in open_ways))]
    text = describe(way)
    if open_ways:
        either = one_of(kinds[1:])
        text = Text(
            f"Chưa xác định: {text.vi}; {either.vi} có thể rẻ hơn nhưng chưa đủ dữ liệu",
            f"Not determined: {text.en}; {either.en} may be cheaper, but data are missing",
        )
    power, power_text, feeds = _power(candidate.grid_km, prices, rules)
    return Supply(
        backhaul=UNKNOWN if open_ways else way.kind,
        backhaul_to="" if open_ways else way.to_id,
        backhaul_km=math.nan if open_ways else way.length_km,
        backhaul_text=text,
        power=power,
        power_text=power_text,
        way=way,
        links=tuple(dict.fromkeys([link, *(_link(w, relay_masts) for w in open_ways)])),
        feeds=feeds,
    )


def supplies(
    candidates: Sequence[PlacedCandidate],
    terrain: Terrain,
    sites: Sequence[Site],
    prices: UnitPrices,
    rules: SupplyRules = DEFAULT_SUPPLY,
    *,
    relays: Places | None = None,
    relay_masts: frozenset[str] | None = None,
    fibre_km: Floats | None = None,
    host_backhaul: Mapping[str, str] | None = None,
) -> tuple[Supply, ...]:
    """Choose backhaul and power of many candidates.

    Parameters
    ----------
    candidates
        The candidates; options at one place and height share their hops.
    terrain, sites
        Those of the study: masts on the air are what hops lead to.
    prices, rules
        What the ways are compared by, and limits.
    relays, relay_masts
        Points from which a hop may be handed on, and which of them are existing masts.
    fibre_km
        Distance of each candidate to the nearest cable, NaN where not known; None where there is no layer of cables.
    host_backhaul
        Backhaul of existing masts by site, where it is known.
    """
    new = [i for i, candidate in enumerate(candidates) if candidate.kind not in _EXISTING]
    spots = {i: (candidates[i].lon_deg, candidates[i].lat_deg, candidates[i].height_agl_m) for i in new}
    first = {spot: i for i, spot in reversed(spots.items())}
    asked = [i for i in new if first[spots[i]] == i]
    chosen = [candidates[i] for i in asked]
    places = candidate_places(
        [c.place_id for c in chosen],
        [c.lon_deg for c in chosen],
        [c.lat_deg for c in chosen],
        [c.height_agl_m for c in chosen],
        rules,
    )
    cable_km = None if fibre_km is None else np.asarray(fibre_km, dtype=np.float64)[asked]
    masts = mast_places(sites, rules)
    found = backhaul_options(terrain, places, masts, rules.backhaul, relays=relays, fibre_km=cable_km)
    options = dict(zip(asked, found, strict=True))
    hosts = host_backhaul or {}
    return tuple(
        supply(
            candidate,
            options[first[spots[i]]] if i in spots else (),
            prices,
            rules,
            host_backhaul=hosts.get(candidate.host_site_id, ""),
            relay_masts=relay_masts,
        )
        for i, candidate in enumerate(candidates)
    )


def site_facts(candidate: CandidateLike, given: Supply, *, sectors: int = 3, mast_type: str = "") -> SiteFacts:
    """Return what decides the cost of a candidate with its supply."""
    return SiteFacts(
        kind=cast(SiteKind, candidate.kind),
        height_agl_m=candidate.height_agl_m,
        technologies=(candidate.technology,),
        sectors=sectors,
        mast_type=mast_type,
        road_class=candidate.road_class,
        road_km=candidate.road_km,
        links=given.links,
        feeds=given.feeds,
    )


def candidate_places(
    ids: Sequence[str],
    lon_deg: Sequence[float],
    lat_deg: Sequence[float],
    height_agl_m: Sequence[float],
    rules: SupplyRules = DEFAULT_SUPPLY,
) -> Places:
    """Return where the dishes of candidates stand: a bit under the top."""
    return Places.at(ids, lon_deg, lat_deg, [_dish_m(height, rules) for height in height_agl_m])


def mast_places(sites: Sequence[Site], rules: SupplyRules = DEFAULT_SUPPLY) -> Places:
    """Return where dishes may stand on masts that are there: under their highest antennas, as a range where listed so.

    Only masts on the air that have backhaul of their own, no repeaters. One whose antenna heights the list does not
    give has the range that is assumed for them.
    """
    outdoor = [(site, heights) for site in sites if site.kind in _ANCHORS and (heights := _heights(site))]
    return Places(
        ids=tuple(site.site_id for site, _ in outdoor),
        lon_deg=np.array([site.lon_deg for site, _ in outdoor], dtype=np.float64),
        lat_deg=np.array([site.lat_deg for site, _ in outdoor], dtype=np.float64),
        low_m=np.array([_dish_m(max(h.low for h in heights), rules) for _, heights in outdoor], dtype=np.float64),
        high_m=np.array([_dish_m(max(h.high for h in heights), rules) for _, heights in outdoor], dtype=np.float64),
    )


def _heights(site: Site) -> list[Span]:
    return [sector.height_agl_m for service in site.services if service.status in ON_AIR for sector in service.sectors]


def _dish_m(height_m: float, rules: SupplyRules) -> float:
    return max(height_m - rules.top_gap_m, 1.0)


def _existing(host_backhaul: str) -> Supply:
    title = LINK_TITLES.get(host_backhaul, Text("chưa rõ loại", "kind not known"))
    return Supply(
        backhaul=host_backhaul if host_backhaul in LINK_TITLES else UNKNOWN,
        backhaul_to="",
        backhaul_km=math.nan,
        backhaul_text=Text(
            f"Dùng truyền dẫn sẵn có của cột ({title.vi}), nâng dung lượng",
            f"Backhaul of the existing mast ({title.en}), upgraded",
        ),
        power=UNKNOWN,
        power_text=Text(
            "Dùng nguồn điện sẵn có của cột (chưa rõ loại), nâng công suất",
            "Power of the existing mast (kind not known), upgraded",
        ),
        way=None,
        links=(),
        feeds=(),
    )


def _link(way: Backhaul, relay_masts: frozenset[str] | None) -> Link:
    relay = ""
    if way.kind == "relay" and relay_masts is not None:
        relay = "mast" if way.via_id in relay_masts else "new"
    return Link(kind=way.kind, length_km=way.length_km if way.kind == "fibre" else math.nan, relay=relay)


def _cheapest(
    options: Sequence[Backhaul], prices: UnitPrices, relay_masts: frozenset[str] | None
) -> tuple[Backhaul, list[Backhaul]]:
    """Return the cheapest way that surely works, the first of equal ones, and unknown ways that would be cheaper."""
    cost = {id(way): link_cost(_link(way, relay_masts), prices).middle for way in (*options, SATELLITE)}
    sure = [way for way in options if way.feasible is True] or [SATELLITE]
    best = min(sure, key=lambda way: cost[id(way)])
    return best, [way for way in options if way.feasible is None and cost[id(way)] < cost[id(best)]]


def _power(grid_km: float, prices: UnitPrices, rules: SupplyRules) -> tuple[str, Text, tuple[Feed, ...]]:
    solar = Feed(kind="solar")
    if math.isnan(grid_km):
        text = Text(
            "Chưa xác định: chưa biết khoảng cách tới lưới điện; kéo điện hoặc dùng pin mặt trời",
            "Not determined: the distance to the grid is not known; grid or solar",
        )
        return UNKNOWN, text, (Feed(kind="grid"), solar)
    grid = Feed(kind="grid", grid_km=grid_km)
    vi, en = number(grid_km, decimals=1), number(grid_km, "en", decimals=1)
    if grid_km > rules.farthest_grid_km:
        far, far_en = number(rules.farthest_grid_km, decimals=1), number(rules.farthest_grid_km, "en", decimals=1)
        text = Text(
            f"Pin mặt trời: lưới điện cách {vi} km, xa hơn mức {far} km",
            f"Solar: the grid is {en} km away, over {far_en} km",
        )
        return "solar", text, (solar,)
    costs: Mapping[str, float] = {feed.kind: feed_cost(feed, prices).middle for feed in (grid, solar)}
    if costs["grid"] <= costs["solar"]:
        return "grid", Text(f"Kéo điện lưới {vi} km", f"Grid extended by {en} km"), (grid,)
    text = Text(f"Pin mặt trời, rẻ hơn kéo điện lưới {vi} km", f"Solar, cheaper than {en} km of power line")
    return "solar", text, (solar,)
