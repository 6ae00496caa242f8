"""Annex III in print: the reference sites, which bind no bidder; the place of a standing mast is not printed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from phusong.tenders.package.shown import STANDING_MAST, shown_place
from phusong.tenders.package.titles import SITE_KINDS, land_titles
from phusong.tenders.package.values import Package, ReferenceSite
from phusong.tenders.parts import Making, part
from phusong.tenders.prints.table import Cells, Print, PrintColumn, PrintTable, by_commune, print_pdf, total_row
from phusong.tenders.prints.words import count, degrees, length, meridians, metres, unbroken
from phusong.tenders.sentences import FORECAST_NOTE, REFERENCE_NOTE
from phusong.words import Language, Text, number

COLUMNS = (
    PrintColumn(key="number", title=Text("STT", "No."), kind="number", least_mm=7),
    PrintColumn(key="site_id", title=Text("Mã vị trí", "Site code"), kind="codes", least_mm=18),
    PrintColumn(key="kind", title=Text("Hình thức", "Kind"), share=1.0),
    PrintColumn(key="radio", title=Text("Công nghệ, băng tần đề xuất", "Technology, band option"), share=0.9),
    PrintColumn(key="height", title=Text("Cao anten; mặt đất (m)", "Antenna; ground (m)"), kind="number",
                least_mm=14),
    PrintColumn(key="wgs84", title=Text("WGS84: vĩ độ, kinh độ", "WGS84: lat, lon"), kind="number", least_mm=16),
    PrintColumn(key="vn2000", title=Text("VN-2000: X, Y (m)", "VN-2000: X, Y (m)"), kind="number", least_mm=18),
    PrintColumn(key="tolerance", title=Text("Bán kính dịch chuyển (m)", "May move (m)"), kind="number", least_mm=13),
    PrintColumn(key="gap_ids", title=Text("Phục vụ khu vực", "Serves areas"), kind="codes", least_mm=20),
    PrintColumn(key="households", title=Text("Số hộ phủ thêm", "Households gained"), kind="number", least_mm=12),
    PrintColumn(key="backhaul", title=Text("Truyền dẫn đề xuất", "Backhaul option"), share=1.7),
    PrintColumn(key="power", title=Text("Nguồn điện đề xuất", "Power option"), share=1.7),
    PrintColumn(key="ground", title=Text("Đường, điện, độ dốc", "Road, grid, slope"), share=1.2),
    PrintColumn(key="constraints", title=Text("Đất, ràng buộc", "Land, constraints"), share=1.1),
)  # fmt: skip


def write_sites(path: Path, package: Package, making: Making) -> None:
    """Write Annex III as a PDF."""
    path.write_bytes(print_pdf(annex(package, making.language), package, making.language))


def annex(package: Package, language: Language) -> Print:
    """Return Annex III."""
    ordered = sorted(package.sites, key=lambda site: (site.commune_code, site.site_id))
    rows = [(s.commune_code, s.commune_name, _cells(i, s, language)) for i, s in enumerate(ordered, start=1)]
    communes: dict[str, list[ReferenceSite]] = {}
    for site in ordered:
        communes.setdefault(site.commune_code, []).append(site)
    sums = {code: _sum(own, language) for code, own in communes.items()}
    total = total_row(package, _sum(ordered, language), language)
    return Print(
        title=part("sites_print").title,
        facts=(REFERENCE_NOTE, meridians(site.place for site in ordered)),
        tables=(PrintTable(columns=COLUMNS, rows=[*by_commune(rows, sums, language), total], size_pt=7.5),),
        notes=(_elsewhere(package, language), _sharing(), FORECAST_NOTE),
    )


def _elsewhere(package: Package, language: Language) -> Text:
    """Say how the sites' sum meets the households served after."""
    here = sum(site.households for site in package.sites)
    words = [count(n, language) for n in (here, package.planned_households - here, package.planned_households)]
    return Text(
        f"Các vị trí trong gói phủ thêm {words[0]} hộ; vị trí của gói khác phủ {words[1]} hộ của gói này; "
        f"cộng {words[2]} hộ được phủ sau đầu tư.",
        f"The package's sites gain {words[0]} households; sites of other packages serve {words[1]} of its households; "
        f"together {words[2]} served after.",
    )


def _sharing() -> Text:
    return Text(
        "Toạ độ của cột hiện có không công bố. Nghĩa vụ dùng chung hạ tầng: theo Phụ lục IV.",
        "The coordinates of standing masts are not published. The duty to share: see Annex IV.",
    )


def _cells(i: int, site: ReferenceSite, language: Language) -> Cells:
    place = shown_place(site)
    at = STANDING_MAST.to(language)
    lines = (
        (Text("đường", "road"), length(site.road_km, "km", language)),
        (Text("điện lưới", "grid"), length(site.grid_km, "km", language)),
        (Text("dốc", "slope"), length(site.slope_percent, "%", language, decimals=0)),
    )
    return {
        "number": str(i),
        "site_id": site.site_id,
        "kind": SITE_KINDS[site.kind].to(language) + (f"\n{site.host_site_id}" if site.host_site_id else ""),
        "radio": f"{site.technology}, {site.band}" if site.band else site.technology,
        "height": "\n".join((number(site.height_agl_m, language), _whole(site.ground_m, language))),
        "wgs84": degrees(place, language) or at,
        "vn2000": metres(place, language) or at,
        "tolerance": number(site.tolerance_m, language),
        "gap_ids": "\n".join(site.gap_ids),
        "households": count(site.households, language),
        "backhaul": unbroken(site.backhaul_text.to(language)),
        "power": unbroken(site.power_text.to(language)),
        "ground": "\n".join(f"{title.to(language)} {words}" for title, words in lines),
        "constraints": "\n".join(title.to(language) for title in land_titles(site.constraints)) or "–",
    }


def _whole(value: float | None, language: Language) -> str:
    return "–" if value is None else number(value, language)


def _sum(sites: Sequence[ReferenceSite], language: Language) -> Cells:
    return {"households": count(sum(site.households for site in sites), language)}
