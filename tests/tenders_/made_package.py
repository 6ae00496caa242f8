"""A made-up package: areas, villages, sites, costs and points that agree with each other, all of it invented."""

from __future__ import annotations

import random
from datetime import date

from tenders_.made_gap_rows import COMMUNES, VILLAGES, made_provenance

from phusong.data.money import Money, money_sum
from phusong.tenders.package.settings import read_settings
from phusong.tenders.package.values import (
    Area,
    Award,
    Balance,
    Bidder,
    CostLine,
    Filled,
    Finding,
    Level,
    Notice,
    Package,
    Place,
    ReferenceSite,
    TestPoint,
    Village,
)
from phusong.words import Text

PROVINCE = "08"
LINES = (
    ("mast_42", "capex", Text("Cột anten 42 m", "Mast, 42 m"), Text("cột", "mast"), 420e6),
    ("equipment", "capex", Text("Thiết bị 4G", "4G equipment"), Text("bộ", "set"), 650e6),
    ("solar", "capex", Text("Hệ thống điện mặt trời", "Solar system"), Text("hệ", "system"), 310e6),
    ("rent", "opex", Text("Vận hành, bảo dưỡng", "Running and upkeep"), Text("năm", "year"), 55e6),
)


def made_place(lon_deg: float, lat_deg: float) -> Place:
    """Return a place; its VN-2000 numbers are only near the truth."""
    return Place(
        lon_deg=round(lon_deg, 6),
        lat_deg=round(lat_deg, 6),
        vn2000_northing_m=round(110_600.0 * lat_deg, 2),
        vn2000_easting_m=round(500_000.0 + (lon_deg - 105.5) * 102_800.0, 2),
        vn2000_epsg=9209,
        central_meridian="105°30′",
    )


def made_package(
    n: int = 60, *, award: Award = "tender", simulated: bool = False, seed: int = 7, told: dict[str, str] | None = None
) -> Package:
    """Return a package of ``n`` villages with an area each, in eight communes, a site for every three of them."""
    rng = random.Random(seed)
    areas = [_area(i, rng) for i in range(n)]
    sites = [_site(j, areas[3 * j : 3 * j + 3], rng) for j in range((n + 2) // 3)]
    lines = tuple(line for site in sites for line in made_lines(site.site_id))
    cost = {s.site_id: money_sum(line.amount for line in lines if line.site_id == s.site_id) for s in sites}
    values = [c.middle for c in cost.values()]
    return Package(
        package_code="GT-08-Q-01",
        version=1,
        previous_digest="",
        because="",
        province_code=PROVINCE,
        province_name="Tỉnh Tuyên Quang",
        frozen_on=date(2026, 11, 22),
        approver="",
        award=award,
        route="fund",
        route_title=Text("Quỹ Dịch vụ viễn thông công ích", "universal service fund"),
        areas=tuple(sorted(areas, key=lambda a: (a.commune_code, a.village_name, a.gap_id))),
        villages=tuple(sorted((_village(a, rng) for a in areas), key=lambda v: (v.commune_code, v.village_code))),
        sites=tuple(_with_cost(site, cost[site.site_id]) for site in sites),
        costs=lines,
        cost_years=5,
        test_points=tuple(point for area in areas for point in _points(area)),
        bidders=(
            Bidder(operator="viettel", stations=14, nearest_km=2.1),
            Bidder(operator="vinaphone", stations=9, nearest_km=3.4),
        ),
        warnings=(
            Notice(
                key="few_bidders",
                code="",
                place_name="",
                text=Text("Chỉ 2 nhà mạng có trạm trong 20 km.", "Only 2 operators have stations within 20 km."),
                source=Text("giả định của công cụ", "assumed by this tool"),
                verified=False,
            ),
        ),
        missing=tuple(
            Notice(
                key="other_support",
                code=area.gap_id,
                place_name=f"{area.village_name}, {area.commune_name}",
                text=Text("Chưa biết đã có hỗ trợ khác hay chưa", "Other support not known"),
                source=Text("", ""),
                verified=True,
            )
            for area in areas[::7]
        ),
        settings=read_settings(),
        investor=tuple(Filled(key=key, value=value) for key, value in (told or {}).items()),
        balance=Balance(
            lots=2,
            measure="value",
            low=sum(values) * 0.9,
            high=sum(values) * 1.1,
            spread=1.22,
            tolerance=1.5,
            standing="met",
            bound=None,
            text=Text("Gói lớn nhất gấp 1,22 lần gói nhỏ nhất.", "The dearest lot is 1.22 times the cheapest."),
        ),
        changes=(),
        map_files=(),
        provenance=made_provenance(simulated=simulated),
    )


def _area(i: int, rng: random.Random) -> Area:
    commune = sorted(COMMUNES)[i % 8]
    households = rng.randint(10, 95)
    left = rng.choice((0, 0, 0, 3, 7))
    village = f"{rng.choice(('Thôn', 'Bản'))} {VILLAGES[i % len(VILLAGES)]} {i // len(VILLAGES) + 1}"
    site = f"TC-{PROVINCE}-{i // 3 + 1:03d}"
    lon, lat = 105.2 + (i % 8) * 0.05 + rng.uniform(0, 0.04), 22.35 + rng.uniform(0, 0.3)
    ring = ((-0.004, -0.004), (0.004, -0.004), (0.004, 0.004), (-0.004, 0.004), (-0.004, -0.004))
    corners = ", ".join(f"{lon + x:.6f} {lat + y:.6f}" for x, y in ring)
    return Area(
        gap_id=f"LS-{commune}-{i + 1:02d}",
        commune_code=commune,
        commune_name=COMMUNES[commune],
        village_code=f"{commune}-{i + 1:02d}",
        village_name=village,
        village_class=rng.choice(("white", "depression", "weak")),
        households=households,
        planned_households=households - left,
        left_households=left,
        left_because=Text("không phương án nào phủ tới", "no option reaches them") if left else Text("", ""),
        unserved_low=households - households // 3,
        unserved_high=households + 2,
        population=round(households * 4.3) if i % 11 else None,
        place=made_place(lon, lat),
        nearest_sites="VTL123 (Viettel) 3,6 km; VNP456 (VinaPhone) 5,2 km",
        best_level_dbm=-round(rng.uniform(112, 134), 1),
        levels=(
            Level(operator="viettel", technology="4G", level_dbm=-round(rng.uniform(112, 134), 1)),
            Level(operator="vinaphone", technology="4G", level_dbm=None),
        ),
        reason=Text(
            f"{village}: {households} hộ chưa có sóng 4G. Sống núi cách cụm dân cư 0,4 km che khuất 47 dB.",
            f"{village}: {households} households without 4G signal. A ridge 0.4 km from the houses blocks 47 dB.",
        ),
        grid_power=rng.choice(("yes", "no", "unknown")),
        grid_km=round(rng.uniform(0, 5), 3),
        road_class=rng.choice(("car", "motorbike", "trail")),
        road_km=round(rng.uniform(0, 3), 3),
        is_dbkk=rng.choice(("yes", "no")),
        commune_region="III",
        border=rng.choice(("yes", "no", "unknown")),
        island="no",
        finding=Finding(
            finding_id=f"KL-LS-{commune}-{i + 1:02d}-data",
            finding="unserved",
            basis="declared",
            author="Viettel, VinaPhone",
            dated="2026-09-30",
            reason="",
        ),
        gates=Text("", ""),
        site_ids=(site,),
        outline_wkt=f"POLYGON (({corners}))",
    )


def _site(j: int, areas: list[Area], rng: random.Random) -> ReferenceSite:
    first = areas[0]
    return ReferenceSite(
        site_id=f"TC-{PROVINCE}-{j + 1:03d}",
        option_id=f"N-{j}",
        kind="new",
        host_site_id="",
        commune_code=first.commune_code,
        commune_name=first.commune_name,
        technology="4G",
        band="B28",
        height_agl_m=rng.choice((30.0, 42.0, 60.0)),
        ground_m=float(rng.randint(200, 900)),
        place=made_place(first.place.lon_deg + 0.004, first.place.lat_deg + 0.003),
        tolerance_m=500.0,
        gap_ids=tuple(a.gap_id for a in sorted(areas, key=lambda a: (-a.planned_households, a.gap_id))),
        households=sum(a.planned_households for a in areas),
        backhaul="microwave",
        backhaul_text=Text("Viba 23 GHz tới trạm VTL123, 5,7 km", "Microwave 23 GHz to VTL123, 5.7 km"),
        power="solar",
        power_text=Text("Pin mặt trời, rẻ hơn kéo điện lưới 1,3 km", "Solar, cheaper than 1.3 km of power line"),
        road_km=2.346,
        grid_km=1.272,
        slope_percent=10.3,
        constraints="",
        cost=Money(0.0, 0.0, 0.0),
    )


def _with_cost(site: ReferenceSite, cost: Money) -> ReferenceSite:
    import dataclasses

    return dataclasses.replace(site, cost=cost)


def made_lines(site_id: str) -> tuple[CostLine, ...]:
    """Return the estimate of a site."""
    return tuple(
        CostLine(
            site_id=site_id,
            stage="opex" if stage == "opex" else "capex",
            key=key,
            item=item,
            unit=unit,
            quantity=Money.exactly(5.0 if stage == "opex" else 1.0),
            price=Money(0.7 * price, price, 1.6 * price).rounded(),
            amount=Money(0.7 * price, price, 1.6 * price).rounded() * (5.0 if stage == "opex" else 1.0),
            source=Text("giả định của công cụ, chưa xác minh", "assumed by this tool, not verified"),
            assumed=True,
        )
        for key, stage, item, unit, price in LINES
    )


def _village(area: Area, rng: random.Random) -> Village:
    served = rng.randint(0, 40)
    return Village(
        village_code=area.village_code,
        village_name=area.village_name,
        commune_code=area.commune_code,
        commune_name=area.commune_name,
        households=area.households + served + 2,
        served_households=served,
        unserved_households=area.households,
        undetermined_households=2,
        no_data_households=0,
        unserved_low=area.unserved_low,
        unserved_high=area.unserved_high,
        place=made_place(area.place.lon_deg + 0.002, area.place.lat_deg),
        centre_kind="given",
    )


def _points(area: Area) -> tuple[TestPoint, ...]:
    kinds = (("centre", 0.002), ("cluster", 0.0))
    return tuple(
        TestPoint(
            point_id=f"DK-{area.village_code}-{number}",
            kind="centre" if kind == "centre" else "cluster",
            village_code=area.village_code,
            village_name=area.village_name,
            commune_code=area.commune_code,
            commune_name=area.commune_name,
            gap_id=area.gap_id if kind == "cluster" else "",
            households=max(5, area.households // 2),
            place=made_place(area.place.lon_deg + east, area.place.lat_deg),
            by_road="yes",
            road_text=Text("trên đường, cách nơi cần đo 40 m", "on a road, 40 m from the place to measure"),
            samples=60,
        )
        for number, (kind, east) in enumerate(kinds, start=1)
    )
