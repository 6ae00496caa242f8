"""One village's sheet made by hand: two areas, findings that disagree, a plan, a route; nothing about it is real."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

from phusong.tenders.village_sheet import (
    Counts,
    EvidenceLine,
    Fact,
    GapLine,
    MissingValues,
    PlannedSite,
    Request,
    RestsOn,
    Route,
    ServiceLine,
    Station,
    Task,
    VillageSheet,
)
from phusong.words import Text

DATA, VOICE = Text("Dữ liệu di động (4G, 5G)", "Mobile data (4G, 5G)"), Text("Thoại", "Voice")
STATION = Station(
    operator="viettel",
    site_id="TQG0327-12",
    name="ThuongGiap_TQG",
    technologies=("2G", "4G"),
    distance_km=2.61,
    bearing_deg=45.0,
    status="listed",
)


def made_gap(at: int, **values: object) -> GapLine:
    """Return one area; the reason opens with the village and its households, as those of a run do."""
    gap = GapLine(
        gap_id=f"LS-99001-{at:02}",
        households=20 + at,
        low=15,
        high=30,
        lon_deg=105.34808,
        lat_deg=22.62924,
        vn2000="2.502.000; 500.100 (105°30′)",
        reason=Text(
            f"Bản Nà Lạ: {20 + at} hộ chưa có sóng 4G. Trạm gần nhất TQG0327-12 cách 2,6 km; sống núi che khuất.",
            f"Bản Nà Lạ: {20 + at} households without 4G signal. The nearest site TQG0327-12 is 2.6 km away; a ridge.",
        ),
        planned=18,
    )
    return replace(gap, **values)  # type: ignore[arg-type]


def made_sheet(**values: object) -> VillageSheet:
    """Return a sheet with everything known; name what is to differ."""
    finding = ServiceLine(
        service=DATA,
        modelled="depression",
        finding="white",
        basis="confirmed",
        author="UBND xã Thượng Giáp",
        dated="20/10/2026",
        agrees=False,
        disagreement=Text("mô hình: lõm sóng; xã: trắng sóng", "model: depression; commune: no signal"),
    )
    sheet = VillageSheet(
        village_code="99001-01",
        village_name="Bản Nà Lạ",
        commune_code="99001",
        commune_name="Xã Thượng Giáp",
        province_name="Tỉnh Mẫu",
        lon_deg=105.35,
        lat_deg=22.63,
        centre_given=True,
        single_operator=False,
        services=(finding, ServiceLine(service=VOICE, modelled="weak")),
        households=Counts(
            total=84,
            served=30,
            unserved=43,
            undetermined=8,
            no_data=3,
            low=40,
            high=60,
            interval=Text("40–60 hộ, 90 %, khoảng mô phỏng", "40–60 households, 90 %, simulated interval"),
            origin=Text("theo danh sách hộ dân", "as listed"),
        ),
        evidence=(
            EvidenceLine(kind="modelled", service=DATA, says="depression", source="model"),
            EvidenceLine(kind="confirmed", service=DATA, says="white", source="commune", dated="20/10/2026"),
        ),
        evidence_given=True,
        stations=(STATION,),
        stations_from=Text("tâm vùng lõm LS-99001-01", "the centre of area LS-99001-01"),
        gaps=(made_gap(1), made_gap(2)),
        small_gap_households=0,
        facts=(Fact(title=Text("Điện lưới", "Grid power"), value=Text("có", "yes")),),
        route=Route(
            key="fund",
            title=Text("Quỹ Dịch vụ viễn thông công ích", "universal service fund"),
            rule="power_dbkk",
            source=Text("bảng mặc định, chưa xác minh", "default table, not verified"),
            gates=Text("Cần làm rõ: kế hoạch của doanh nghiệp", "To be cleared up: operators' plans"),
        ),
        rank=Text("hạng 3/29 (khoảng 1–6)", "rank 3 of 29 (1–6)"),
        planned=True,
        plan_sites=(made_site(),),
        tasks=(
            Task(kind="commune", what=Text("Xác nhận số hộ", "Confirm the count"), who=Text("UBND xã", "commune")),
            Task(kind="plan", what=Text("Khảo sát", "Survey"), who=Text("Viettel", "Viettel"), by="15/12/2026"),
        ),
        requests=(
            Request(
                operator="viettel",
                values=(
                    MissingValues(
                        station="ThuongGiap_TQG (TQG0327-12)",
                        full=Text("phương vị, công suất, độ lợi anten", "azimuth, power, antenna gain"),
                        short=Text("phương vị, công suất", "azimuth, power"),
                    ),
                ),
                lists=(),
                stations=(STATION,),
                planned=(made_site(),),
            ),
        ),
        rests_on=RestsOn(
            study="Nghiên cứu thử",
            dated=date(2026, 11, 22),
            model=Text("ITU-R P.1812-8", "ITU-R P.1812-8"),
            scenario=Text("hiện nay", "today"),
            profile=Text("Mặc định (vn-default)", "Default (vn-default)"),
            thresholds=Text("4G ≥ −110 dBm (chưa xác minh)", "4G ≥ −110 dBm (not verified)"),
            verified=False,
            lists=(Text("Viettel: danh sách đầy đủ", "Viettel: complete list"),),
            reliability=Text("Độ tin cậy của bản đồ: 9/10.", "Reliability of the map: 9/10."),
            simulated=True,
        ),
    )
    return replace(sheet, **values)  # type: ignore[arg-type]


def made_site() -> PlannedSite:
    """Return one site of the plan."""
    return PlannedSite(
        order=5,
        kind="new",
        host_site_id="",
        host_operator="",
        operator="viettel",
        technology="4G",
        band="B28",
        height_agl_m=42.0,
        lon_deg=105.36,
        lat_deg=22.64,
        households=38,
        cost_low_vnd=2.1e9,
        cost_vnd=2.8e9,
        cost_high_vnd=math.nan,
        backhaul=Text("viba 6,2 km", "microwave 6.2 km"),
        power=Text("điện mặt trời", "solar"),
    )


def bare_sheet() -> VillageSheet:
    """Return a sheet of a village of which a run without plan, route or findings knows next to nothing."""
    sheet = made_sheet()
    return replace(
        sheet,
        village_code="",
        lon_deg=math.nan,
        lat_deg=math.nan,
        single_operator=None,
        services=(ServiceLine(service=DATA, modelled="covered"),),
        evidence=(),
        evidence_given=False,
        stations=(),
        gaps=(),
        facts=(),
        route=None,
        rank=Text("", ""),
        planned=False,
        plan_sites=(),
        tasks=(),
        requests=(Request(operator="mobifone", values=(), lists=(), stations=()),),
        rests_on=replace(sheet.rests_on, simulated=False),
    )
