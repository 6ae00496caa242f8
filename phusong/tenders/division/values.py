"""What a division into lots holds. Whole VND; an amount that is not known is None."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from phusong.errors import Range
from phusong.tenders.package.values import Balance, known_sum
from phusong.words import Text

PREFIX = "GT"
"""Head of every lot code: gói thầu."""

ROUTE_LETTERS: Mapping[str, str] = MappingProxyType(
    {
        "fund": "Q",
        "province_budget": "N",
        "operator": "D",
        "spectrum_obligation": "B",
        "satellite": "V",
        "power_first": "C",
        "check": "K",
        "unknown": "X",
    }
)
"""The letter of each route in a lot code: quỹ, ngân sách, doanh nghiệp, băng tần, vệ tinh, chờ điện, kiểm tra."""

ContactKind = Literal["border", "empty", "road", "nearest"]

_WHOLE = Range(1, 10**15)
_TOLERANCE = Range(1, 1000, "×")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """What one lot may hold at the most; ``tolerance`` is the greatest lot of a route over its smallest.

    ``lots`` is how many lots every province and route is to have, None for as few as the caps allow.
    """

    max_value_vnd: int
    max_households: int
    max_sites: int
    tolerance: float
    lots: int | None = None

    def __post_init__(self) -> None:
        for name in ("max_value_vnd", "max_households", "max_sites"):
            _WHOLE.check(name, getattr(self, name))
        _TOLERANCE.check("tolerance", self.tolerance)
        if self.lots is not None:
            _WHOLE.check("lots", self.lots)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What is never divided: a reference site with the gaps it is the main site of, or a gap where there is no plan.

    ``gap_households`` are those of each gap and ``households`` their sum, ``commune_codes`` where the gaps lie; the
    position is the households' middle.
    """

    unit_id: str
    route: str
    province_code: str
    gap_ids: tuple[str, ...]
    gap_households: tuple[int, ...]
    commune_codes: tuple[str, ...]
    site_ids: tuple[str, ...]
    households: int
    value_vnd: int | None
    lon_deg: float
    lat_deg: float

    @property
    def sites(self) -> int:
        """Return the number of its sites; without a plan one a gap."""
        return len(self.site_ids) or len(self.gap_ids)

    @property
    def group(self) -> tuple[str, str]:
        """Return province and route, which no lot mixes."""
        return self.province_code, self.route


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Two communes that count as neighbours for the units of one province and route, and why."""

    province_code: str
    route: str
    communes: tuple[str, ...]
    kind: ContactKind


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A gap that is in no lot, with its reason; ``key`` names the kind of the reason."""

    gap_id: str
    households: int
    key: str
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """A lot: its code and its units."""

    lot_code: str
    province_code: str
    route: str
    unit_ids: tuple[str, ...]

    @property
    def group(self) -> tuple[str, str]:
        """Return province and route."""
        return self.province_code, self.route


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteBalance:
    """How even the lots of a province and route are.

    ``fewest`` says that fewer lots are proven to break a cap. ``in_time`` is False where the clock ended a search, so
    that a faster machine may find another division.
    """

    province_code: str
    route: str
    balance: Balance
    fewest: bool
    in_time: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """All units, the lots they are in, and the gaps in none.

    A unit in no lot was set aside by hand; its gaps are in ``remainder``.
    """

    caps: Caps
    units: tuple[Unit, ...]
    contacts: tuple[Contact, ...]
    lots: tuple[Lot, ...]
    remainder: tuple[LeftOut, ...]
    balances: tuple[RouteBalance, ...]

    def lot(self, lot_code: str) -> Lot:
        """Return a lot by its code; KeyError where there is none."""
        for lot in self.lots:
            if lot.lot_code == lot_code:
                return lot
        raise KeyError(lot_code)

    def units_in(self, lot: Lot) -> tuple[Unit, ...]:
        """Return the units of a lot."""
        wanted = set(lot.unit_ids)
        return tuple(unit for unit in self.units if unit.unit_id in wanted)

    def lots_beside(self, lot: Lot) -> tuple[Lot, ...]:
        """Return all lots of a lot's province and route, itself among them."""
        return tuple(one for one in self.lots if one.group == lot.group)

    def balance_of(self, lot: Lot) -> Balance:
        """Return how even the lots of a lot's province and route are."""
        return next(one.balance for one in self.balances if (one.province_code, one.route) == lot.group)

    def lot_code_of_gap(self) -> dict[str, str]:
        """Return the lot of every gap that is in one."""
        gaps = {unit.unit_id: unit.gap_ids for unit in self.units}
        return {gap_id: lot.lot_code for lot in self.lots for unit_id in lot.unit_ids for gap_id in gaps[unit_id]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What some units hold together."""

    households: int
    sites: int
    value_vnd: int | None

    @classmethod
    def of(cls, units: Iterable[Unit]) -> Load:
        """Add units up; the value is that of the units whose value is known."""
        units = list(units)
        return cls(
            households=sum(unit.households for unit in units),
            sites=sum(unit.sites for unit in units),
            value_vnd=known_sum(unit.value_vnd for unit in units),
        )

    def over(self, caps: Caps) -> tuple[str, ...]:
        """Name the caps that are broken: value, households, sites."""
        loads = {
            "value": (self.value_vnd or 0, caps.max_value_vnd),
            "households": (self.households, caps.max_households),
            "sites": (self.sites, caps.max_sites),
        }
        return tuple(name for name, (load, cap) in loads.items() if load > cap)


def lot_code(province_code: str, route: str, index: int) -> str:
    """Return the code of the n-th lot of a province and route: ``GT-99-Q-01``."""
    return f"{code_head(province_code, route)}{index:02d}"


def code_head(province_code: str, route: str) -> str:
    """Return what stands before the number in the codes of a province and route."""
    return f"{PREFIX}-{province_code}-{ROUTE_LETTERS[route]}-"
