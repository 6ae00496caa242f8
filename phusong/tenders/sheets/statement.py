"""Part 09: the monthly statement a contractor fills in: sites by milestone, areas on air, service and complaints."""

from __future__ import annotations

from pathlib import Path

from phusong.data.workbook import Block, Column, Row, Sheet
from phusong.tenders.package.said import TOTAL
from phusong.tenders.package.shown import listed_areas, row_code
from phusong.tenders.package.titles import SITE_KINDS
from phusong.tenders.package.values import Package
from phusong.tenders.papers.options import options_of
from phusong.tenders.parts import Making
from phusong.tenders.sentences import OUTSIDE_VILLAGES, alert
from phusong.tenders.sheets.page import COMMUNE, GAP, HOUSEHOLDS, NUMBER, SITE, VILLAGE, named, package_book
from phusong.tenders.sheets.wording import attached
from phusong.words import Language, Text

MILESTONES = (
    "schedule_survey_days",
    "schedule_design_days",
    "schedule_permits_days",
    "schedule_civil_days",
    "schedule_power_days",
    "schedule_on_air_days",
    "schedule_trial_days",
    "schedule_acceptance_days",
)
DATES: Row = {
    "validate": "date",
    "criteria": ">=",
    "value": "=DATE(2020,1,1)",
    "error_type": "stop",
}
_COUNT: Row = {"validate": "integer", "criteria": ">=", "value": 0}
_SHARE: Row = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100}
_HEAD = (
    Text("Bên thực hiện", "Contractor"),
    Text("Số, ngày hợp đồng", "Contract, date"),
    Text("Tháng báo cáo", "Month"),
    Text("Ngày T0", "Date of T0"),
    Text("Người lập, số điện thoại", "Prepared by, telephone"),
    Text("Vướng mắc, đề nghị", "Difficulties, requests"),
)


def write_statement(path: Path, package: Package, making: Making) -> None:
    """Write the form of the monthly statement."""
    with package_book(path, package, making, "statement") as book:
        for sheet in (_head(package, making.language), _sites(package, making.language), _areas(package),
                      _service(package)):  # fmt: skip
            book.add(sheet)


def entry(
    key: str, title: Text, width: float = 11.0, *, rule: Row | None = None, summed: bool = False, date: bool = False
) -> Column:
    """Return a column that people fill in: text, a whole number where it is ruled or summed, or a date."""
    kind = "date" if date else "whole" if rule is not None or summed else "text"
    return Column(
        title=title,
        key=key,
        kind="date" if kind == "date" else "whole" if kind == "whole" else "text",
        width=width,
        entry=True,
        rule=DATES if date else rule,
        summed=summed,
    )


def form(package: Package, name: Text, columns: tuple[Column, ...], rows: list[Row], *, notes: tuple[Text, ...] = (),
         total: Row | None = None, frozen: int = 2, a3: bool = False) -> Sheet:  # fmt: skip
    """Return a sheet of which people fill in the yellow cells."""
    return Sheet(
        name=name,
        title=named(package, name),
        alert=alert(package),
        notes=(attached(package), _FILL, *notes),
        columns=columns,
        blocks=(Block(rows=rows),),
        total=total,
        frozen_columns=frozen,
        locked=True,
        a3=a3,
    )


_FILL = Text("Chỉ điền ô nền vàng; tổng tính bằng công thức.", "Fill in yellow cells only; sums are computed.")


def _head(package: Package, language: Language) -> Sheet:
    due = options_of(package.settings, language)["schedule_statement_day"]
    note = Text(
        f"Gửi chậm nhất ngày {due} của tháng sau.", f"To be sent by day {due} of the next month."
    )  # fmt: skip
    columns = (
        NUMBER,
        Column(title=Text("Mục", "Item"), key="item", width=40),
        entry("content", Text("Nội dung", "Content"), 80),
    )
    rows: list[Row] = [{"number": i, "item": item} for i, item in enumerate(_HEAD, start=1)]
    return form(package, Text("Báo cáo tháng", "Monthly statement"), columns, rows, notes=(note,))


def _sites(package: Package, language: Language) -> Sheet:
    options = options_of(package.settings, language)
    milestones = tuple(
        entry(key, Text(package.setting(key).title.vi, package.setting(key).title.en), 12, date=True)
        for key in MILESTONES
    )
    days = "; ".join(f"{options[key].title} {options[key]}" for key in MILESTONES)
    note = Text(f"Ghi ngày hoàn thành từng mốc; hạn từ T0: {days}.", f"Dates of completion; due after T0: {days}.")
    columns = (NUMBER, SITE, Column(title=Text("Loại", "Kind"), key="kind", width=14), COMMUNE, *milestones,
               entry("own_id", Text("Mã trạm của bên thực hiện", "Contractor's code"), 12),
               entry("note", Text("Ghi chú", "Note"), 20))  # fmt: skip
    rows: list[Row] = [
        {"number": i, "site_id": s.site_id, "kind": SITE_KINDS[s.kind], "commune_name": s.commune_name}
        for i, s in enumerate(package.sites, start=1)
    ]
    return form(package, Text("Tiến độ trạm", "Sites"), columns, rows, notes=(note,), a3=True)


def area_rows(package: Package) -> list[Row]:
    """Return the printed cells of every row of areas, small ones of a village together."""
    return [
        {
            "number": i,
            "gap_id": row_code(row),
            "village_name": row[0].village_name or OUTSIDE_VILLAGES,
            "commune_name": row[0].commune_name,
            "households": sum(area.households for area in row),
        }
        for i, row in enumerate(listed_areas(package.areas), start=1)
    ]


def _areas(package: Package) -> Sheet:
    columns = (
        NUMBER,
        GAP,
        VILLAGE,
        COMMUNE,
        HOUSEHOLDS,
        entry("committed", Text("Hộ đã cam kết", "Committed"), 10, rule=_COUNT, summed=True),
        entry("before", Text("Hộ đã phủ đến hết tháng trước", "Covered before"), 11, rule=_COUNT, summed=True),
        entry("now", Text("Hộ phủ thêm trong tháng", "Covered this month"), 11, rule=_COUNT, summed=True),
        entry("on_air", Text("Ngày phát sóng", "On air since"), 12, date=True),
        entry("accepted", Text("Ngày nghiệm thu", "Accepted on"), 12, date=True),
        entry("note", Text("Ghi chú", "Note"), 22),
    )
    return form(package, Text("Hộ đã phủ", "Covered"), columns, area_rows(package), total={"gap_id": TOTAL})


def _service(package: Package) -> Sheet:
    columns = (
        NUMBER,
        SITE,
        COMMUNE,
        Column(title=Text("Độ sẵn sàng trong tháng, %", "Availability, %"), key="availability", kind="correlation",
               width=12, entry=True, rule=_SHARE),
        entry("outages", Text("Số lần mất liên lạc", "Outages"), 10, rule=_COUNT, summed=True),
        entry("minutes", Text("Phút mất liên lạc", "Minutes out"), 11, rule=_COUNT, summed=True),
        entry("longest", Text("Lần dài nhất, phút", "Longest, minutes"), 11, rule=_COUNT),
        entry("reason", Text("Nguyên nhân", "Cause"), 24),
        entry("complaints", Text("Phản ánh nhận được", "Complaints"), 11, rule=_COUNT, summed=True),
        entry("answered", Text("Phản ánh đã trả lời đúng hạn", "Answered in time"), 11, rule=_COUNT, summed=True),
        entry("note", Text("Ghi chú", "Note"), 22),
    )  # fmt: skip
    rows: list[Row] = [
        {"number": i, "site_id": s.site_id, "commune_name": s.commune_name}
        for i, s in enumerate(package.sites, start=1)
    ]
    return form(package, Text("Dịch vụ, phản ánh", "Service"), columns, rows, total={"site_id": TOTAL})
