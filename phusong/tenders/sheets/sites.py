"""Phụ lục III: reference sites, which bind nobody: place, tolerance, height, options of backhaul and power, gains."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from phusong.data.workbook import Column, Row, Sheet
from phusong.tenders.package.shown import STANDING_MAST, shown_place
from phusong.tenders.package.titles import SITE_KINDS
from phusong.tenders.package.values import Package, ReferenceSite
from phusong.tenders.parts import Making
from phusong.tenders.sentences import REFERENCE_NOTE, alert
from phusong.tenders.sheets.page import (
    COMMUNE,
    NUMBER,
    PLACE,
    SITE,
    commune_blocks,
    named,
    origin_sheet,
    package_book,
    package_total,
    place_cells,
)
from phusong.tenders.sheets.wording import attached, land_text, technology_note
from phusong.words import LANGUAGES, Text, number

NAME = Text("Phụ lục III – Trạm tham chiếu", "Annex III – Reference sites")

_COLUMNS = (
    NUMBER,
    SITE,
    Column(title=Text("Loại", "Kind"), key="kind", width=12),
    COMMUNE,
    *PLACE,
    Column(title=Text("Bán kính được dịch chuyển, m", "May move by, m"), key="tolerance_m", kind="whole", width=9),
    Column(title=Text("Cột hiện có", "Standing mast"), key="host", width=12),
    Column(title=Text("Độ cao mặt đất, m", "Ground height, m"), key="ground_m", kind="whole", width=8),
    Column(title=Text("Chiều cao anten, m", "Antenna height, m"), key="height_agl_m", kind="whole", width=8),
    Column(title=Text("Công nghệ, băng tần", "Technology, band"), key="technology", width=16),
    Column(title=Text("Phương án truyền dẫn", "Backhaul option"), key="backhaul", width=22),
    Column(title=Text("Phương án nguồn điện", "Power option"), key="power", width=20),
    Column(title=Text("Cách đường, km", "Road, km"), key="road_km", kind="decimal", width=7.5),
    Column(title=Text("Cách điện lưới, km", "Grid, km"), key="grid_km", kind="decimal", width=7.5),
    Column(title=Text("Độ dốc, %", "Slope, %"), key="slope_percent", kind="decimal", width=7),
    Column(title=Text("Hạn chế về đất", "Restrictions on land"), key="land", width=14),
    Column(title=Text("Số hộ phủ thêm (dự báo)", "Households gained (forecast)"), key="households", kind="whole",
           width=9.5, summed=True),
    Column(title=Text("Phục vụ khu vực", "Serves areas"), key="gap_ids", width=14),
)  # fmt: skip


def write_sites(path: Path, package: Package, making: Making) -> None:
    """Write Annex III."""
    with package_book(path, package, making, "sites") as book:
        book.add(_sheet(package))
        book.add(origin_sheet(package, making.language))


def _sheet(package: Package) -> Sheet:
    ordered = sorted(package.sites, key=lambda site: site.commune_code)
    rows = [{"number": i, **_row(site)} for i, site in enumerate(ordered, start=1)]
    return Sheet(
        name=NAME,
        title=named(package, Text("Phụ lục III – Vị trí trạm tham chiếu", "Annex III – Reference sites")),
        alert=alert(package),
        notes=(attached(package), REFERENCE_NOTE, _gains(package), _LAND_NOTE),
        columns=_COLUMNS,
        blocks=commune_blocks(rows, label_key="site_id"),
        total=package_total(package, label_key="site_id"),
        frozen_columns=2,
        a3=True,
    )


def _gains(package: Package) -> Text:
    gained, planned = sum(site.households for site in package.sites), package.planned_households
    if gained == planned:
        return Text("Mỗi hộ chỉ tính cho một trạm.", "Each household is counted at one site.")
    vi, en = ((number(gained, one), number(planned, one)) for one in LANGUAGES)
    return Text(
        f"Mỗi hộ chỉ tính cho một trạm: các trạm của gói phủ thêm {vi[0]} trong {vi[1]} hộ được phủ, phần còn lại do "
        "trạm của gói khác phủ.",
        f"Each household is counted at one site: sites of the package gain {en[0]} of {en[1]}, those of other packages "
        "the rest.",
    )


_LAND_NOTE = Text(
    "Quyền sử dụng đất tại vị trí mới chưa được xác lập, bên thực hiện khảo sát; cột hiện có chỉ nêu tên, toạ độ do "
    "chủ cột cung cấp. Nghĩa vụ dùng chung hạ tầng: Phụ lục IV. Ô trống là chưa có số liệu.",
    "Rights to land at new sites are not settled: whoever builds surveys; standing masts are named only, their owner "
    "gives the coordinates. Duty to share: Annex IV. An empty cell is not known.",
)


def _row(site: ReferenceSite) -> Row:
    new = site.kind == "new"
    return {
        "site_id": site.site_id,
        "kind": SITE_KINDS[site.kind],
        "commune_code": site.commune_code,
        "commune_name": site.commune_name,
        **place_cells(shown_place(site), STANDING_MAST),
        "tolerance_m": site.tolerance_m if new else None,
        "host": site.host_site_id,
        "height_agl_m": site.height_agl_m,
        "technology": technology_note(site),
        "backhaul": site.backhaul_text,
        "power": site.power_text,
        "land": land_text(site.constraints) if new else None,
        "households": site.households,
        "gap_ids": "\n".join(site.gap_ids),
        **(_ground(site) if new else {}),
    }


def _ground(site: ReferenceSite) -> Mapping[str, object]:
    """Return the facts of the ground, which concern new masts only."""
    return {name: getattr(site, name) for name in ("ground_m", "road_km", "grid_km", "slope_percent")}
