"""A candidate site as a value: where, on what, what it would put on air; and the rules candidates are found by."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal, get_args

from phusong.coverage.carriers import LTE_700, NR_700, Carrier
from phusong.coverage.criteria import Profile
from phusong.coverage.landforms import LandformRules
from phusong.coverage.network import Sector, Site, Status, Technology
from phusong.coverage.siting import Kind
from phusong.errors import Range
from phusong.words import Text

Source = Literal["mast", "proposed", "hilltop", "shoulder", "village_centre"]
SOURCES: tuple[Source, ...] = get_args(Source)
"""In the order of precedence: of places nearer to each other than they may be, the first source stays."""

SOURCE_TITLES: dict[Source, Text] = {
    "mast": Text("cột đang có", "existing mast"),
    "proposed": Text("vị trí địa phương đề xuất", "proposed by the province"),
    "hilltop": Text("đỉnh đồi", "hilltop"),
    "shoulder": Text("vai núi", "shoulder of a ridge"),
    "village_centre": Text("trung tâm thôn", "village centre"),
}

REFERENCE = "reference"
"""The operator of new sites and of shared masts: any that will build there."""

UNKNOWN = "unknown"
"""The constraint of a place about which no layer says anything."""

ASSUMED = Text("giả định của công cụ, chưa xác minh", "assumed by this tool, not verified")

HEIGHT_M = Range(5.0, 200.0, "m")
RADIUS_M = Range(0.0, 50_000.0, "m")


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateRules:
    """How candidates are looked for. Every number is an assumption of this tool, not verified, and can be changed.

    ``carriers`` are in the order of preference: all candidates put on air the first that the profile's main service
    counts. ``heights_m`` are those of the antennas of new masts, each an option. Hilltops, shoulders and proposed
    points are looked for within ``search_m`` of the households of a gap, masts within ``mast_search_m``, village
    centres within ``centre_search_m``.

    Of hilltops and shoulders those are kept that together see the most households: ``new_a_gap`` times as many as there
    are gaps but ``least_new`` at least, and for a gap of which these see too little its own best place. So are masts,
    by ``masts_a_gap`` and ``least_masts``, and the ``nearest_masts`` of each gap; all proposed points; the village
    centre nearest to each gap. If more than ``most_new`` places for new masts are left, those that see the most.
    ``houses_a_gap`` cells of a gap with households, evenly taken, stand for all in this.

    New masts stand on no ground steeper than ``max_slope_percent``, on no land of a kind in ``forbidden``, and within
    the distance of a road of some class in ``max_road_km``; other land is marked, and where a layer is missing nothing
    is left out for it. Places nearer than ``merge_m`` to each other are one place. A shared mast carries the antennas
    ``share_drop_m`` under the highest there. New masts stand in the middle of a cell of the terrain, none nearer than
    ``house_clearance_m`` to a household without service: positions of households are personal.
    """

    carriers: tuple[Carrier, ...] = (LTE_700, NR_700)
    heights_m: tuple[float, ...] = (30.0, 42.0, 60.0)
    landforms: LandformRules = field(default_factory=LandformRules)
    search_m: float = 5000.0
    mast_search_m: float = 8000.0
    centre_search_m: float = 2000.0
    new_a_gap: float = 0.7
    least_new: int = 20
    masts_a_gap: float = 1.0
    least_masts: int = 5
    nearest_masts: int = 1
    most_new: int = 450
    houses_a_gap: int = 40
    max_slope_percent: float = 40.0
    forbidden: tuple[str, ...] = ("defence", "heritage")
    max_road_km: tuple[tuple[str, float], ...] = (("car", 3.0), ("motorbike", 1.5), ("trail", 1.0), ("water", 0.5))
    merge_m: float = 100.0
    share_drop_m: float = 3.0
    house_clearance_m: float = 3.0
    source: Text = ASSUMED
    verified: bool = False

    def __post_init__(self) -> None:
        Range(1, 20).check("heights_m", len(self.heights_m))
        for height_m in self.heights_m:
            HEIGHT_M.check("heights_m", height_m)
        for name in ("search_m", "mast_search_m", "centre_search_m", "merge_m"):
            RADIUS_M.check(name, getattr(self, name))
        Range(0, 100).check("new_a_gap", self.new_a_gap)
        Range(0, 100).check("masts_a_gap", self.masts_a_gap)
        for name in ("least_new", "least_masts", "nearest_masts", "most_new"):
            Range(0, 100_000).check(name, getattr(self, name))
        Range(1, 10_000).check("houses_a_gap", self.houses_a_gap)

    def carrier(self, profile: Profile) -> Carrier | None:
        """Return what candidates put on air; None where no carrier gives the profile's main service."""
        counted = [t for t in profile.main_service.technologies if t in profile.rules]
        return next((carrier for carrier in self.carriers if carrier.technology in counted), None)


ASSUMED_RULES = CandidateRules()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One option for a site: at most one of those with the same ``place_id`` is built.

    ``kind``: ``upgrade`` adds a carrier for an operator that is on the mast ``host_site_id``, ``share`` puts an
    operator on it that is not, ``new`` is a mast that has to be built. ``site`` holds what would be put on air, and
    nothing else. ``ground_m`` is the terrain under it. ``slope_percent, road_km, grid_km`` are NaN and ``road_class``
    "" where not known. ``constraints`` are the kinds of land it stands on, ``("unknown",)`` without such a layer.
    ``near_gap_ids`` are the gaps for whose households it was found. ``commune_code`` is "" outside the communes and
    without them.
    """

    place_id: str
    kind: Kind
    source: Source
    host_site_id: str
    operator: str
    lon_deg: float
    lat_deg: float
    ground_m: float
    height_agl_m: float
    technology: Technology
    band: str
    site: Site
    slope_percent: float = math.nan
    road_km: float = math.nan
    road_class: str = ""
    grid_km: float = math.nan
    constraints: tuple[str, ...] = (UNKNOWN,)
    near_gap_ids: tuple[str, ...] = ()
    commune_code: str = ""

    @property
    def option_id(self) -> str:
        """Return the key of the option: its place, what is done there, for whom and how high."""
        return self.site.site_id


def site_with(
    carrier: Carrier,
    operator: str,
    sectors: tuple[Sector, ...],
    *,
    name: str,
    lon_deg: float,
    lat_deg: float,
    units: tuple[str, str] = ("", ""),
    status: Status = "planned",
) -> Site:
    """Return a site with nothing but one carrier of an operator; ``units`` are its province and commune."""
    return Site(
        site_id=name,
        name=name,
        lon_deg=lon_deg,
        lat_deg=lat_deg,
        province_code=units[0],
        commune_code=units[1],
        kind="macro",
        services=(carrier.service(operator, sectors, status),),
    )
