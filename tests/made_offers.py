"""Options for sites made on the spot: masts of two heights in every gap, and an upgrade of the mast nearest to it."""

from __future__ import annotations

import geopandas as gpd

from phusong.coverage.network import Network, Sector, Service, Site, Span
from phusong.coverage.siting import Kind
from phusong.data.money import Money
from phusong.plan.candidate import Candidate
from phusong.plan.choice import Offer
from phusong.plan.supply import Supply
from phusong.words import Text

HEIGHTS_M = (30.0, 45.0)


SUPPLY = Supply(
    backhaul="microwave",
    backhaul_to="T1",
    backhaul_km=7.5,
    backhaul_text=Text("viba tới T1, 7,5 km", "microwave to T1, 7.5 km"),
    way=None,
    links=(),
    feeds=(),
    power="grid",
    power_text=Text("kéo lưới 0,4 km", "grid, 0.4 km"),
)


def made_site(name: str, lon_deg: float, lat_deg: float, height_m: float, operator: str = "reference") -> Site:
    """Return a mast with one planned 4G carrier at 700 MHz."""
    sector = Sector(
        sector_id=name,
        azimuth_deg=None,
        ring_size=3,
        downtilt_deg=Span(0.0, 2.0, 4.0, given=False),
        height_agl_m=Span.exactly(height_m),
        eirp_dbm=Span.exactly(57.0),
    )
    service = Service(
        operator=operator, technology="4G", band="B28", frequency_mhz=763.0, bandwidth_mhz=10.0,
        operators_served=(operator,), status="planned", sectors=(sector,),
    )  # fmt: skip
    return Site(
        site_id=name, name=name, lon_deg=lon_deg, lat_deg=lat_deg, province_code="", commune_code="", kind="macro",
        services=(service,),
    )  # fmt: skip


def made_offer(
    name: str, place: str, kind: Kind, lon_deg: float, lat_deg: float, height_m: float, billions: float, host: str = ""
) -> Offer:
    """Return one option; its cost may be 20 % less or 40 % more."""
    candidate = Candidate(
        place_id=place,
        kind=kind,
        source="mast" if host else "hilltop",
        host_site_id=host,
        operator="viettel" if host else "reference",
        lon_deg=lon_deg,
        lat_deg=lat_deg,
        ground_m=100.0,
        height_agl_m=height_m,
        technology="4G",
        band="B28",
        slope_percent=12.0,
        road_km=0.8,
        road_class="motorbike",
        site=made_site(name, lon_deg, lat_deg, height_m),
    )
    middle = billions * 1e9
    return Offer(candidate=candidate, cost=Money(0.8 * middle, middle, 1.4 * middle), supply=SUPPLY)


def offers_near(gaps: gpd.GeoDataFrame, network: Network) -> tuple[Offer, ...]:
    """Return two heights of a mast in every gap, and an upgrade of each mast that is nearest to one."""
    offers = []
    for number, gap in enumerate(gaps.itertuples()):
        for height_m in HEIGHTS_M:
            name = f"M{number}-{height_m:g}"
            offers.append(
                made_offer(name, f"M{number}", "new", gap.lon_deg, gap.lat_deg, height_m, 2.0 + height_m / 30.0)
            )
    sites = {site.site_id: site for site in network.sites}
    for host in sorted(set(gaps["nearest_site_id"]) & set(sites)):
        at = sites[host]
        offers.append(made_offer(f"U-{host}", host, "upgrade", at.lon_deg, at.lat_deg, 40.0, 1.1, host))
    return tuple(offers)
