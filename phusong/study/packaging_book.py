"""``lots.xlsx``: the packages, their areas, what is in none and why, what is still missing, what to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from phusong.coverage.reasons import operator_title
from phusong.coverage.routes import ROUTES
from phusong.data.workbook import Block, Column, Sheet, new_book
from phusong.tenders.division.values import Division
from phusong.tenders.package.said import TOTAL
from phusong.tenders.package.values import Notice, Package
from phusong.tenders.sentences import SIMULATED
from phusong.words import Language, Text

_CODE = Column(title=Text("Mã gói", "Package"), key="package", width=14.0)
_GAP = Column(title=Text("Mã khu vực", "Area"), key="gap_id", width=14.0)
_COMMUNE = Column(title=Text("Xã", "Commune"), key="commune", width=22.0)
_VILLAGE = Column(title=Text("Thôn", "Village"), key="village", width=24.0)
_HOUSEHOLDS = Column(title=Text("Hộ cần phủ", "Households"), key="households", kind="whole", width=10.0, summed=True)
_PLANNED = Column(title=Text("Hộ phương án phủ", "Served by the plan"), key="planned", kind="whole", summed=True)
_LEFT = Column(title=Text("Hộ còn lại", "Left"), key="left", kind="whole", summed=True)
_TEXT = Column(title=Text("Nội dung", "What"), key="text", width=70.0)


def write_lots(
    path: Path,
    packages: Sequence[Package],
    division: Division,
    gaps: pd.DataFrame,
    missing: Sequence[Notice],
    *,
    created_on: date,
    language: Language,
) -> None:
    """Write the workbook of a division; ``gaps`` names the places of the remainder."""
    title = Text("Chia gói thầu", "Packages")
    alert = next((SIMULATED for package in packages if package.provenance.simulated), None)
    sheets = (
        _packages_sheet(packages, alert),
        _areas_sheet(packages, alert),
        _remainder_sheet(division, gaps, alert),
        _notices_sheet(Text("Còn thiếu", "Missing"), Text("Còn thiếu theo từng nơi", "Missing, place by place"),
                       missing, alert),
        _warnings_sheet(packages, alert),
    )  # fmt: skip
    with new_book(path, language=language, title=title, created_on=created_on) as book:
        for sheet in sheets:
            book.add(sheet)


def _packages_sheet(packages: Sequence[Package], alert: Text | None) -> Sheet:
    million = Text("triệu đồng", "million VND")
    columns = (
        _CODE,
        Column(title=Text("Nguồn vốn", "Route"), key="route", width=22.0),
        Column(title=Text("Số khu vực", "Areas"), key="areas", kind="whole", summed=True),
        Column(title=Text("Số xã", "Communes"), key="communes", kind="whole"),
        _HOUSEHOLDS,
        _PLANNED,
        _LEFT,
        Column(title=Text("Số trạm", "Sites"), key="sites", kind="whole", summed=True),
        Column(title=Text(f"Khái toán, {million.vi}", f"Estimate, {million.en}"), key="cost", kind="decimal",
               width=14.0, summed=True),
        Column(title=Text("Nhà mạng có khả năng", "Plausible bidders"), key="bidders", width=30.0),
        Column(title=Text("Bản", "Version"), key="version", kind="whole", width=7.0),
    )  # fmt: skip
    rows = [
        {
            "package": p.package_code,
            "route": p.route_title,
            "areas": len(p.areas),
            "communes": len(p.by_commune()),
            "households": p.households,
            "planned": p.planned_households,
            "left": p.left_households,
            "sites": len(p.sites),
            "cost": p.cost.middle / 1e6,
            "bidders": ", ".join(operator_title(b.operator) for b in p.bidders),
            "version": p.version,
        }
        for p in packages
    ]
    balances = {p.route: Text(f"{p.route_title.vi}: {p.balance.text.vi}", f"{p.route_title.en}: {p.balance.text.en}")
                for p in packages}  # fmt: skip
    return Sheet(
        name=Text("Gói thầu", "Packages"),
        title=Text("Danh sách gói thầu", "Packages"),
        columns=columns,
        blocks=[Block(rows=rows)],
        notes=tuple(balances.values()),
        alert=alert,
        total={"package": TOTAL},
        frozen_columns=1,
    )


def _areas_sheet(packages: Sequence[Package], alert: Text | None) -> Sheet:
    sites = Column(title=Text("Trạm tham chiếu", "Reference sites"), key="sites", width=24.0)
    return Sheet(
        name=Text("Khu vực", "Areas"),
        title=Text("Khu vực của từng gói", "Areas of each package"),
        columns=(_CODE, _GAP, _COMMUNE, _VILLAGE, _HOUSEHOLDS, _PLANNED, _LEFT, sites),
        blocks=[Block(rows=list(_area_rows(p)), subtotal={"package": p.package_code}) for p in packages],
        alert=alert,
        total={"package": TOTAL},
        frozen_columns=2,
    )


def _area_rows(package: Package) -> Iterator[dict[str, object]]:
    for area in package.areas:
        yield {
            "package": package.package_code,
            "gap_id": area.gap_id,
            "commune": area.commune_name,
            "village": area.village_name,
            "households": area.households,
            "planned": area.planned_households,
            "left": area.left_households,
            "sites": ", ".join(area.site_ids),
        }


def _remainder_sheet(division: Division, gaps: pd.DataFrame, alert: Text | None) -> Sheet:
    place = gaps.set_index("gap_id")
    rows = [
        {
            "gap_id": one.gap_id,
            "commune": str(place.loc[one.gap_id, "commune_name"]),
            "village": str(place.loc[one.gap_id, "village_name"]),
            "route": ROUTES.get(str(place.loc[one.gap_id, "route"]), Text("–", "–")),
            "households": one.households,
            "text": one.reason,
        }
        for one in division.remainder
    ]
    route = Column(title=Text("Nguồn vốn", "Route"), key="route", width=22.0)
    reason = Column(title=Text("Lý do không vào gói", "Why it is in none"), key="text", width=60.0)
    return Sheet(
        name=Text("Ngoài gói", "Remainder"),
        title=Text("Khu vực không vào gói nào và lý do", "Areas in no package, and why"),
        columns=(_GAP, _COMMUNE, _VILLAGE, route, _HOUSEHOLDS, reason),
        blocks=[Block(rows=rows)],
        alert=alert,
        total={"gap_id": TOTAL},
        frozen_columns=1,
    )


def _notices_sheet(name: Text, title: Text, notices: Sequence[Notice], alert: Text | None) -> Sheet:
    place = Column(title=Text("Nơi", "Place"), key="place", width=34.0)
    rows = [{"gap_id": one.code, "place": one.place_name, "text": one.text} for one in notices]
    return Sheet(
        name=name, title=title, columns=(_GAP, place, _TEXT), blocks=[Block(rows=rows)], alert=alert, frozen_columns=1
    )


def _warnings_sheet(packages: Sequence[Package], alert: Text | None) -> Sheet:
    unverified = Text(" (chưa xác minh)", " (not verified)")
    rows = [
        {
            "package": package.package_code,
            "gap_id": one.code,
            "text": one.text,
            "source": one.source if one.verified else Text(f"{one.source.vi}{unverified.vi}",
                                                           f"{one.source.en}{unverified.en}"),
        }
        for package in packages
        for one in package.warnings
    ]  # fmt: skip
    source = Column(title=Text("Căn cứ", "Source"), key="source", width=40.0)
    return Sheet(
        name=Text("Cảnh báo", "Warnings"),
        title=Text("Những điểm cần xem lại trước khi mời thầu", "What to look at before bidding"),
        columns=(_CODE, _GAP, _TEXT, source),
        blocks=[Block(rows=rows)],
        alert=alert,
        frozen_columns=1,
    )
