"""The network as the field describes it: Site → Service → Sector, with what is not known kept as a span of values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Literal

from phusong.coverage.radio.pattern import AntennaPattern

Technology = Literal["2G", "3G", "4G", "5G", "other"]
TECHNOLOGIES: tuple[Technology, ...] = ("2G", "3G", "4G", "5G", "other")

Status = Literal["planned", "building", "listed", "on_air", "off", "unknown"]
SiteKind = Literal["macro", "remote_sector", "small_cell", "repeater", "mobile", "indoor"]
Completeness = Literal["complete", "partial", "none"]


@dataclass(frozen=True, slots=True)
class Span:
    """A quantity with the range it may have; all three equal when the list gave it.

    ``given`` is False where the list was silent and the span is the documented range of the field, its middle the
    documented default. Both ends are evaluated; nothing is decided by the middle alone.
    """

    low: float
    middle: float
    high: float
    given: bool = True

    @classmethod
    def exactly(cls, value: float) -> Span:
        """Return the span of a stated value."""
        return cls(value, value, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sector:
    """One antenna of one service. ``azimuth_deg`` is clockwise from north; None where the list does not give it.

    Without an azimuth the pattern is not omni: a household may lie on the axis or between two axes
    (``ring_size`` sectors share the circle; 1 means a single antenna that may point anywhere; 0 means truly omni).
    ``downtilt_deg`` is electrical plus mechanical, positive downwards. ``height_agl_m`` is the antenna above ground.
    ``eirp_dbm`` is that of the whole carrier at the axis: port power + gain − feeder loss.
    """

    sector_id: str
    azimuth_deg: float | None
    ring_size: int
    downtilt_deg: Span
    height_agl_m: Span
    eirp_dbm: Span
    beamwidth_h_deg: float = 65.0
    beamwidth_v_deg: float = 8.0
    pattern: AntennaPattern | None = None
    """The measured pattern; without one that of 3GPP with these beamwidths."""
    uplink_max_loss_db: float = math.inf
    """The largest loss, antenna pattern included, over which the phone is still heard."""

    @property
    def left_out(self) -> tuple[str, ...]:
        """Return what its list leaves out, by column; power stands for gain, feeder loss, band and bandwidth too."""
        silent = {
            "azimuth_deg": self.azimuth_deg is None and self.ring_size > 0,
            "antenna_height_m": not self.height_agl_m.given,
            "e_tilt": not self.downtilt_deg.given,
            "power": not self.eirp_dbm.given,
        }
        return tuple(name for name, missing in silent.items() if missing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One operator's carrier on a site. ``operators_served`` are those whose customers may use it (MOCN, roaming).

    ``bandwidth_given`` is False where the list was silent and the default stands in. ``on_air_from`` is the first day
    on air, the planned one of a service that is not yet. ``backhaul_mbps`` is the operator's at the site, None unknown.
    """

    operator: str
    technology: Technology
    band: str
    frequency_mhz: float
    bandwidth_mhz: float
    operators_served: tuple[str, ...]
    status: Status
    sectors: tuple[Sector, ...]
    bandwidth_given: bool = True
    on_air_from: date | None = None
    backhaul_mbps: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place with a mast. ``lon_deg, lat_deg`` are WGS84.

    A site of kind ``indoor`` never serves outdoors. ``donor_site_id`` names the site whose signal a repeater repeats.
    """

    site_id: str
    name: str
    lon_deg: float
    lat_deg: float
    province_code: str
    commune_code: str
    kind: SiteKind
    services: tuple[Service, ...]
    donor_site_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """How complete one operator's list is, by its own declaration.

    ``none``: the operator has no list, so it is unknown, never "no signal". ``partial``: sites may be missing in
    ``missing_communes``. ``neighbours_listed`` is False where masts beyond the province's border were not supplied.
    ``sites_unplaced`` of its list have no position; they stand somewhere in ``unplaced_communes``.
    """

    operator: str
    completeness: Completeness
    declared_on: date | None = None
    missing_communes: tuple[str, ...] = ()
    neighbours_listed: bool = True
    sites_unplaced: int = 0
    unplaced_communes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """All sites of a study with each operator's inventory; ``assumed`` counts the values the lists did not give."""

    sites: tuple[Site, ...]
    inventories: tuple[Inventory, ...]
    assumed: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
