"""What a frozen package holds: documents are made from these values and from nothing else.

Money is whole VND. Unknown numbers are None, never 0; three-valued facts are ``yes``, ``no``, ``unknown``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from phusong.data.money import Money, money_sum
from phusong.data.provenance import Provenance
from phusong.words import Text

Award = Literal["tender", "order", "assignment"]
"""The way of award: đấu thầu, đặt hàng, giao nhiệm vụ."""

AWARDS: Mapping[Award, Text] = {
    "tender": Text("đấu thầu", "competitive tender"),
    "order": Text("đặt hàng", "order"),
    "assignment": Text("giao nhiệm vụ", "assignment"),
}

YesNo = Literal["yes", "no", "unknown"]
Stage = Literal["capex", "opex"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The mean predicted level of one operator and technology in an area; None below the floor."""

    operator: str
    technology: str
    level_dbm: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A point in WGS84 and in VN-2000."""

    lon_deg: float
    lat_deg: float
    vn2000_northing_m: float
    vn2000_easting_m: float
    vn2000_epsg: int
    central_meridian: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was concluded of a target, on what basis, by whom and when; ``reason`` only where people overrode."""

    finding_id: str
    finding: str
    basis: str
    author: str
    dated: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One gap of the package: where it is, who needs coverage there, what is near, why it is dark, what the plan does.

    ``households`` = ``planned_households`` (served by the package's reference sites or ``other_sites``) +
    ``left_households`` (with ``left_because``). ``unserved_low`` to ``unserved_high`` is the interval of all
    households in its outline that are without service. ``outline_wkt`` is WGS84.
    """

    gap_id: str
    commune_code: str
    commune_name: str
    village_code: str
    village_name: str
    village_class: str
    households: int
    planned_households: int
    left_households: int
    left_because: Text
    unserved_low: int
    unserved_high: int
    population: int | None
    place: Place
    nearest_sites: str
    best_level_dbm: float | None
    levels: tuple[Level, ...]
    reason: Text
    grid_power: YesNo
    grid_km: float | None
    road_class: str
    road_km: float | None
    is_dbkk: YesNo
    commune_region: str
    border: YesNo
    island: YesNo
    finding: Finding
    gates: Text
    site_ids: tuple[str, ...]
    outline_wkt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Village:
    """Household counts of a village that has areas in the package; the four states sum to ``households``.

    ``place`` is its centre, None where not known; ``centre_kind`` says whether the centre was given or estimated.
    """

    village_code: str
    village_name: str
    commune_code: str
    commune_name: str
    households: int
    served_households: int
    unserved_households: int
    undetermined_households: int
    no_data_households: int
    unserved_low: int
    unserved_high: int
    place: Place | None
    centre_kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceSite:
    """A reference site, which binds no bidder.

    ``gap_ids`` are the package's areas it serves, most households first; ``households`` those of the package that
    it serves and no site before it does. Sums over sites are the package's planned households less those that sites
    of other packages serve. ``host_site_id`` is the standing mast that is upgraded or shared.
    """

    site_id: str
    option_id: str
    kind: Literal["new", "upgrade", "share"]
    host_site_id: str
    commune_code: str
    commune_name: str
    technology: str
    band: str
    height_agl_m: float
    ground_m: float | None
    place: Place
    tolerance_m: float
    gap_ids: tuple[str, ...]
    households: int
    backhaul: str
    backhaul_text: Text
    power: str
    power_text: Text
    road_km: float | None
    grid_km: float | None
    slope_percent: float | None
    constraints: str
    cost: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """One line of a site's estimate; the amounts of a site's lines sum to its cost."""

    site_id: str
    stage: Stage
    key: str
    item: Text
    unit: Text
    quantity: Money
    price: Money
    amount: Money
    source: Text
    assumed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TestPoint:
    """Where a village is tested at acceptance: its centre or the middle of a cluster, never a private house.

    ``households`` are those the point stands for, 5 at least. ``by_road`` says whether a road leads there.
    """

    __test__ = False

    point_id: str
    kind: Literal["centre", "cluster"]
    village_code: str
    village_name: str
    commune_code: str
    commune_name: str
    gap_id: str
    households: int
    place: Place
    by_road: YesNo
    road_text: Text
    samples: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bidder:
    """An operator that could plausibly build the package: its stations near, and how near the nearest is."""

    operator: str
    stations: int
    nearest_km: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something a person must look at: a warning of the bidding rules, or what a village still lacks (``code``)."""

    key: str
    code: str
    place_name: str
    text: Text
    source: Text
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """An option of the documents: a value with its unit, its source and whether that is verified; "" is to fill."""

    key: str
    title: Text
    value: str
    unit: Text
    source: Text
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """How even the lots of the package's route are.

    ``spread`` is the dearest lot over the cheapest. ``standing`` says whether the tolerance is ``met``, or not and
    then whether this is the ``proven`` best or the best ``found``; ``bound`` is the least spread that any division can
    have, None where not proven.
    """

    lots: int
    measure: Literal["value", "households"]
    low: float
    high: float
    spread: float | None
    tolerance: float
    standing: Literal["met", "proven", "found"]
    bound: float | None
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference from the version before: a row added, removed or changed."""

    kind: Literal["added", "removed", "changed"]
    subject: str
    code: str
    what: Text
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MapFile:
    """A file of map data frozen beside the package: its name and the SHA-256 of its bytes."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What the investor told: a key of ``INVESTOR_FIELDS`` and its words."""

    key: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package as it was on one day."""

    package_code: str
    version: int
    previous_digest: str
    because: str
    province_code: str
    province_name: str
    frozen_on: date
    approver: str
    award: Award
    route: str
    route_title: Text
    areas: tuple[Area, ...]
    villages: tuple[Village, ...]
    sites: tuple[ReferenceSite, ...]
    costs: tuple[CostLine, ...]
    cost_years: int
    test_points: tuple[TestPoint, ...]
    bidders: tuple[Bidder, ...]
    warnings: tuple[Notice, ...]
    missing: tuple[Notice, ...]
    settings: tuple[Setting, ...]
    investor: tuple[Filled, ...]
    balance: Balance
    changes: tuple[Change, ...]
    map_files: tuple[MapFile, ...]
    provenance: Provenance

    @property
    def households(self) -> int:
        """Return the households needing coverage."""
        return sum(area.households for area in self.areas)

    @property
    def planned_households(self) -> int:
        """Return those that reference sites would serve."""
        return sum(area.planned_households for area in self.areas)

    @property
    def left_households(self) -> int:
        """Return those that no reference site serves."""
        return sum(area.left_households for area in self.areas)

    @property
    def population(self) -> int | None:
        """Return the population of the areas where it is known."""
        return known_sum(area.population for area in self.areas)

    @property
    def cost(self) -> Money:
        """Return the estimate of all sites."""
        return money_sum(site.cost for site in self.sites)

    def by_commune(self) -> dict[str, tuple[Area, ...]]:
        """Return the areas of each commune, by commune code."""
        codes = sorted({area.commune_code for area in self.areas})
        return {code: tuple(area for area in self.areas if area.commune_code == code) for code in codes}

    def setting(self, key: str) -> Setting:
        """Return an option; KeyError where there is none."""
        for setting in self.settings:
            if setting.key == key:
                return setting
        raise KeyError(key)

    def told(self, key: str) -> str:
        """Return what the investor told under a key, "" where nothing."""
        return next((filled.value for filled in self.investor if filled.key == key), "")


def known_sum(values: Iterable[int | None]) -> int | None:
    """Return the sum of the known values, None where none is known."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None
