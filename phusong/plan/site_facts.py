"""What decides the cost of a site, and the estimate it gets: values of :mod:`phusong.plan.costs`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from phusong.data.money import Money, money_sum
from phusong.data.unit_price_keys import MAST_TYPES, ROAD_CLASSES, TECHNOLOGIES
from phusong.errors import OutOfRangeError, Range, UnknownNameError
from phusong.words import Text

SiteKind = Literal["upgrade", "share", "new"]
Stage = Literal["capex", "opex"]
KINDS: tuple[SiteKind, ...] = ("upgrade", "share", "new")
LINK_KINDS = ("fibre", "microwave", "relay", "satellite")
FEED_KINDS = ("grid", "solar")
RELAYS = ("new", "mast", "")

HEIGHT_M = Range(1, 150, "m")
YEARS = Range(1, 30)
SECTORS = Range(1, 12)


class Amount(NamedTuple):
    """A quantity as a range; equal ends where it is known."""

    low: float
    middle: float
    high: float

    @classmethod
    def exactly(cls, value: float) -> Amount:
        """Return a quantity without doubt."""
        return cls(value, value, value)


ONE = Amount(1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One way to join a new site to the network.

    ``kind`` is fibre, microwave, relay or satellite; ``length_km`` that of the cable, NaN where not known; ``relay``
    says whether a relay is a ``new`` station or stands on an existing ``mast``, "" where that is not known.
    """

    kind: str
    length_km: float = math.nan
    relay: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One way to power a new site: ``grid``, with the length to build (NaN not known), or ``solar``."""

    kind: str
    grid_km: float = math.nan


ANY_LINK = tuple(Link(kind=kind) for kind in LINK_KINDS)
ANY_FEED = tuple(Feed(kind=kind) for kind in FEED_KINDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFacts:
    """What decides the cost of a site.

    ``links`` and ``feeds`` are the ways that may be: one where it is known, all of them by default. ``mast_type`` and
    ``road_class`` are "" and ``road_km`` NaN where not known. For an upgrade or a shared mast, power and backhaul are
    those of the mast.

    Raises
    ------
    OutOfRangeError, UnknownNameError
        Values outside what is allowed.
    """

    kind: SiteKind
    height_agl_m: float
    technologies: tuple[str, ...]
    sectors: int = 3
    mast_type: str = ""
    road_class: str = ""
    road_km: float = math.nan
    links: tuple[Link, ...] = ANY_LINK
    feeds: tuple[Feed, ...] = ANY_FEED

    def __post_init__(self) -> None:
        HEIGHT_M.check("height_agl_m", self.height_agl_m)
        SECTORS.check("sectors", self.sectors)
        _check_name("kind", self.kind, KINDS)
        _check_name("mast_type", self.mast_type, (*MAST_TYPES, ""))
        _check_name("road_class", self.road_class, (*ROAD_CLASSES, ""))
        for technology in self.technologies:
            _check_name("technology", technology, TECHNOLOGIES)
        for link in self.links:
            _check_name("backhaul", link.kind, LINK_KINDS)
            _check_name("relay", link.relay, RELAYS)
        for feed in self.feeds:
            _check_name("power", feed.kind, FEED_KINDS)
        for away_km in (self.road_km, *(link.length_km for link in self.links), *(feed.grid_km for feed in self.feeds)):
            if away_km < 0.0:
                raise OutOfRangeError(Text("khoảng cách không được âm", "distances must not be negative"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CostItem:
    """One line of an estimate: ``money`` is ``price`` × ``quantity``, end by end, rounded.

    ``price`` is that of one unit; of a percentage the quantity is the share and the price what it is a share of.
    """

    key: str
    title: Text
    stage: Stage
    unit: Text
    quantity: Amount
    price: Money
    money: Money
    source: Text
    assumption: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCost:
    """The estimate of one site: its lines, and what they add up to."""

    items: tuple[CostItem, ...]
    years: int

    @property
    def capex(self) -> Money:
        """Return what it costs to build."""
        return money_sum(item.money for item in self.items if item.stage == "capex")

    @property
    def opex(self) -> Money:
        """Return what it costs to run for all the years."""
        return money_sum(item.money for item in self.items if item.stage == "opex")

    @property
    def total(self) -> Money:
        """Return both together."""
        return money_sum(item.money for item in self.items)


def _check_name(what: str, given: str, allowed: Sequence[str]) -> None:
    if given not in allowed:
        names = ", ".join(name for name in allowed if name)
        raise UnknownNameError(
            Text(
                f"{what} phải là một trong {names}, nhận được “{given}”",
                f"{what} must be one of {names}, got “{given}”",
            )
        )
