"""Existing masts as places: what their operators could add, and what another operator could put on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from phusong.coverage.carriers import Carrier
from phusong.coverage.criteria import Profile
from phusong.coverage.network import Network, Sector, Service, Site, SiteKind, Span
from phusong.coverage.radio.defaults import nearest_nominal
from phusong.coverage.siting import Kind
from phusong.coverage.transmitters import ON_AIR
from phusong.plan.candidate import (
    HEIGHT_M,
    REFERENCE,
    CandidateRules,
    site_with,
)

MAST_KINDS: frozenset[SiteKind] = frozenset({"macro", "remote_sector"})
"""Stations on whose mast more can be put; a repeater, a small cell or a car has none to speak of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MastOption:
    """What may be put on air on a mast, and by whom; ``host`` is None for a mast that has to be built."""

    kind: Kind
    operator: str
    host: Site | None
    height_m: float
    site: Site


def standing(site: Site) -> tuple[Service, ...]:
    """Return the services of a site for which a mast stands or is being built."""
    return tuple(s for s in site.services if (s.status in ON_AIR or s.status == "building") and s.sectors)


def top_m(site: Site) -> Span:
    """Return the height of the highest antennas on a mast."""
    return max((sector.height_agl_m for s in standing(site) for sector in s.sectors), key=lambda h: h.middle)


def mast_options(
    masts: Sequence[Site], known: Set[str], carrier: Carrier, profile: Profile, rules: CandidateRules, *, place_id: str
) -> tuple[MastOption, ...]:
    """Return what could be done at one place with masts: upgrades of each owner, then sharing the highest mast.

    ``known`` are the operators there are, on this place or not.

    An owner adds the carrier where nothing it has there gives the main service in a band as low. Sharing is for an
    operator that is not there, and adds nothing where another already gives the service in such a band.
    """
    options, reached = [], False
    for site in masts:
        for operator in sorted(_operators([site])):
            if _reaches_as_far(site, operator, carrier, profile):
                reached = True
            else:
                options.append(_upgrade(site, operator, carrier, place_id))
    if known - _operators(masts) and not reached:
        options.append(_share(masts, carrier, rules, place_id))
    return tuple(options)


def operators_of(network: Network) -> frozenset[str]:
    """Return the operators of a network, those without a station list too."""
    return frozenset(_operators(network.sites) | {inventory.operator for inventory in network.inventories})


def _operators(sites: Iterable[Site]) -> set[str]:
    return {service.operator for site in sites for service in standing(site)}


def _reaches_as_far(site: Site, operator: str, carrier: Carrier, profile: Profile) -> bool:
    """Say whether an operator gives the main service on a mast in a band as low as the carrier's."""
    counted = profile.main_service.technologies
    own = [s for s in standing(site) if s.operator == operator and s.technology in counted]
    return any(_nominal_mhz(s.frequency_mhz) <= _nominal_mhz(carrier.frequency_mhz) for s in own)


def _nominal_mhz(frequency_mhz: float) -> float:
    return float(nearest_nominal(frequency_mhz))


def _upgrade(host: Site, operator: str, carrier: Carrier, place_id: str) -> MastOption:
    """Return the carrier beside what an operator has on a mast: in the same directions, at the same height.

    Of its services that with the most known directions is followed; where none is known, three sectors somehow.
    """
    own = [s for s in standing(host) if s.operator == operator]
    model = max(own, key=lambda s: (len(_aimed(s)), -s.frequency_mhz))
    height_m = max((sector.height_agl_m for sector in model.sectors), key=lambda h: h.middle)
    name = f"{place_id}/{host.site_id}/upgrade-{operator}-{carrier.key}"
    sectors = tuple(
        carrier.sector(f"{name}/{k}", sector.height_agl_m, azimuth_deg=sector.azimuth_deg, ring_size=sector.ring_size)
        for k, sector in enumerate(_aimed(model), start=1)
    )
    return _option("upgrade", operator, host, carrier, height_m, sectors, name)


def _aimed(service: Service) -> tuple[Sector, ...]:
    return tuple(sector for sector in service.sectors if sector.azimuth_deg is not None)


def _share(masts: Sequence[Site], carrier: Carrier, rules: CandidateRules, place_id: str) -> MastOption:
    """Return an operator's carrier under the antennas of the highest mast of a place."""
    host = max(masts, key=lambda site: top_m(site).middle)
    top = top_m(host)
    low, middle, high = (max(h - rules.share_drop_m, HEIGHT_M.low) for h in (top.low, top.middle, top.high))
    name = f"{place_id}/{host.site_id}/share-{carrier.key}"
    return _option("share", REFERENCE, host, carrier, Span(low, middle, high, given=top.given), (), name)


def _option(
    kind: Kind,
    operator: str,
    host: Site,
    carrier: Carrier,
    height_m: Span,
    sectors: tuple[Sector, ...],
    name: str,
) -> MastOption:
    site = site_with(
        carrier,
        operator,
        sectors or (carrier.sector(name, height_m),),
        name=name,
        lon_deg=host.lon_deg,
        lat_deg=host.lat_deg,
        units=(host.province_code, host.commune_code),
    )
    return MastOption(kind=kind, operator=operator, host=host, height_m=height_m.middle, site=site)
