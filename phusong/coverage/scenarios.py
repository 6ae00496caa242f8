"""What a scenario is: technologies taken away, or services put on air that are not there today.

A scenario never changes a level of today: switching a technology off leaves its layers out, and what is added is
predicted by itself, since services only add to each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from phusong.coverage.carriers import LTE_700, Carrier
from phusong.coverage.network import Network, Service, Site, SiteKind, Status, Technology
from phusong.coverage.transmitters import ON_AIR
from phusong.words import Text

NOT_YET: frozenset[Status] = frozenset({"planned", "building"})
"""Services that are promised; they count in the scenario of that name and nowhere else."""

CARRYING: frozenset[SiteKind] = frozenset({"macro", "remote_sector"})
"""Kinds of site that can take another carrier; a repeater, a small cell or a van cannot."""


LOW_BAND_MHZ = 800.0
"""An operator that has the technology at the mast up to this frequency gets no carrier at 700 MHz."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A state of the network other than today's: without some technologies, or with some services more.

    ``more`` makes the network of the added services alone, on air. No scenario takes away and adds at once.
    """

    key: str
    title: Text
    without: frozenset[Technology] = frozenset()
    more: Callable[[Network], Network] | None = None


def planned_services(network: Network) -> Network:
    """Return what is planned or being built, by itself, as if it were on air."""
    return _kept(network, lambda site: tuple(replace(s, status="listed") for s in site.services if s.status in NOT_YET))


def added_carriers(network: Network, carrier: Carrier = LTE_700) -> Network:
    """Return the carrier for every operator on air at an existing mast that has none like it there, by itself.

    The antenna hangs where the operator's highest does. An operator of whom it is not known whether anything at the
    mast is on air gets a carrier of which that is not known either.
    """
    return _kept(network, lambda site: tuple(_carriers(site, carrier)))


def operators_of(network: Network) -> tuple[str, ...]:
    """Return the operators that any service of a network serves, in alphabetical order."""
    return tuple(sorted({o for site in network.sites for s in site.services for o in s.operators_served}))


def of_operator(network: Network, operator: str) -> Network:
    """Return what serves one operator's customers, as its own network."""

    def own(site: Site) -> tuple[Service, ...]:
        return tuple(replace(s, operators_served=(operator,)) for s in site.services if operator in s.operators_served)

    return _kept(network, own)


TODAY = Scenario(key="today", title=Text("hiện nay", "today"))
SCENARIOS = (
    TODAY,
    Scenario(key="after_2g_off", title=Text("sau khi tắt 2G", "after 2G is off"), without=frozenset({"2G"})),
    Scenario(
        key="after_3g_off",
        title=Text("sau khi tắt 2G và 3G", "after 2G and 3G are off"),
        without=frozenset({"2G", "3G"}),
    ),
    Scenario(
        key="with_planned",
        title=Text("thêm trạm theo kế hoạch của nhà mạng", "with the operators' planned sites"),
        more=planned_services,
    ),
    Scenario(
        key="with_700",
        title=Text("thêm 700 MHz trên cột hiện có", "with 700 MHz on existing masts"),
        more=added_carriers,
    ),
)


def _kept(network: Network, services: Callable[[Site], tuple[Service, ...]]) -> Network:
    """Return the sites that some services are left of; the lists are no part of it."""
    sites = [replace(site, services=left) for site in network.sites if (left := services(site))]
    return Network(sites=tuple(sites), inventories=())


def _carriers(site: Site, carrier: Carrier) -> Iterable[Service]:
    on_air = [s for s in site.services if s.status in ON_AIR and s.sectors]
    for operator in sorted({s.operator for s in on_air}) if site.kind in CARRYING else ():
        own = [s for s in on_air if s.operator == operator]
        if not any(s.technology == carrier.technology and s.frequency_mhz <= LOW_BAND_MHZ for s in own):
            yield _carrier(site, operator, own, carrier)


def _carrier(site: Site, operator: str, own: list[Service], carrier: Carrier) -> Service:
    height_m = max((s.height_agl_m for service in own for s in service.sectors), key=lambda span: span.middle)
    sector = carrier.sector(f"{site.site_id}/{operator}/{carrier.technology}/{carrier.band}/+", height_m)
    status: Status = "unknown" if all(s.status == "unknown" for s in own) else "listed"
    return carrier.service(operator, (sector,), status)
