"""Part 13 of orders and assignments: what is done month by month, and what it is worth, for payment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from phusong.data.workbook import Column, Formula, Row, Sheet
from phusong.tenders.package.said import TOTAL
from phusong.tenders.package.values import Package
from phusong.tenders.parts import Making
from phusong.tenders.sheets.page import COMMUNE, GAP, HOUSEHOLDS, NUMBER, SITE, VILLAGE, package_book
from phusong.tenders.sheets.statement import area_rows, entry, form
from phusong.words import Language, Text

MONTHS = 12
COVERED = Text("Hộ phủ theo tháng", "Covered by month")
SERVED = Text("Ngày phục vụ theo tháng", "Days by month")
WORTH = Text("Giá trị theo tháng", "Value by month")
_COUNT: Row = {"validate": "integer", "criteria": ">=", "value": 0}
_DAYS: Row = {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": 31}
_YEAR_NOTE = Text(
    "Mỗi năm một tệp; tháng 1 là tháng đầu tiên kể từ ngày T0. Chỉ ghi khối lượng đã nghiệm thu.",
    "A file a year; month 1 is the first after T0. Accepted volumes only.",
)
_PRICE_NOTE = Text(
    "Đơn giá do chủ đầu tư điền theo đơn giá, giá dịch vụ được duyệt; không lấy theo khái toán.",
    "Unit prices are the investor's to fill, as approved; the estimate is none.",
)


def write_volumes(path: Path, package: Package, making: Making) -> None:
    """Write the form of monthly volumes."""
    with package_book(path, package, making, "volumes") as book:
        covered, served = _covered(package), _served(package)
        book.add(covered)
        book.add(served)
        book.add(_worth(package, covered, served, making.language))


def _months(rule: Row) -> Iterator[Column]:
    for month in range(1, MONTHS + 1):
        yield entry(f"month_{month}", Text(f"Tháng {month}", f"Month {month}"), 6.5, rule=rule, summed=True)


def _sum_of_months() -> Formula:
    return Formula(f"=SUM({{month_1}}:{{month_{MONTHS}}})", 0)


def _covered(package: Package) -> Sheet:
    columns = (
        NUMBER,
        GAP,
        VILLAGE,
        COMMUNE,
        HOUSEHOLDS,
        *_months(_COUNT),
        Column(title=Text("Cộng trong năm", "Sum of the year"), key="done", kind="whole", width=9, summed=True),
        Column(title=Text("Còn lại", "Left"), key="left", kind="whole", width=9, summed=True),
    )
    rows: list[Row] = [
        {**row, "done": _sum_of_months(), "left": Formula("={households}-{done}", row["households"])}
        for row in area_rows(package)
    ]
    return form(package, COVERED, columns, rows, notes=(_YEAR_NOTE,), total={"gap_id": TOTAL})


def _served(package: Package) -> Sheet:
    columns = (
        NUMBER,
        SITE,
        COMMUNE,
        Column(title=Text("Hộ phủ thêm (dự báo)", "Households gained"), key="households", kind="whole", width=9,
               summed=True),
        *_months(_DAYS),
        Column(title=Text("Cộng số ngày", "Days"), key="done", kind="whole", width=9, summed=True),
    )  # fmt: skip
    rows: list[Row] = [
        {
            "number": i,
            "site_id": site.site_id,
            "commune_name": site.commune_name,
            "households": site.households,
            "done": _sum_of_months(),
        }
        for i, site in enumerate(package.sites, start=1)
    ]
    return form(package, SERVED, columns, rows, notes=(_YEAR_NOTE,), total={"site_id": TOTAL})


def _worth(package: Package, covered: Sheet, served: Sheet, language: Language) -> Sheet:
    def money(key: str, title: Text, *, given: bool = False) -> Column:
        return Column(title=title, key=key, kind="whole", width=18, entry=given, summed=not given,
                      rule=_COUNT if given else None)  # fmt: skip

    columns = (
        NUMBER,
        Column(title=Text("Tháng", "Month"), key="month", width=12),
        Column(title=Text("Hộ được phủ", "Households covered"), key="households", kind="whole", width=12, summed=True),
        money("per_household", Text("Đơn giá một hộ, đồng", "VND a household"), given=True),
        Column(title=Text("Ngày phục vụ của các trạm", "Days of service"), key="days", kind="whole", width=12,
               summed=True),
        money("per_day", Text("Đơn giá một trạm – ngày, đồng", "VND a site and day"), given=True),
        money("amount", Text("Thành tiền, đồng", "Amount, VND")),
        entry("note", Text("Ghi chú", "Note"), 24),
    )  # fmt: skip
    rows: list[Row] = [
        {
            "number": month,
            "month": Text(f"Tháng {month}", f"Month {month}"),
            "households": Formula(f"={_total_cell(covered, f'month_{month}', language)}", 0),
            "days": Formula(f"={_total_cell(served, f'month_{month}', language)}", 0),
            "amount": Formula("={households}*{per_household}+{days}*{per_day}", 0),
        }
        for month in range(1, MONTHS + 1)
    ]
    return form(package, WORTH, columns, rows, notes=(_YEAR_NOTE, _PRICE_NOTE), total={"month": TOTAL})


def _total_cell(sheet: Sheet, key: str, language: Language) -> str:
    """Return the cell of the line of totals under a column of another sheet."""
    letter = chr(ord("A") + [column.key for column in sheet.columns].index(key))
    row = sheet.first_row + sum(len(block.rows) for block in sheet.blocks)
    return f"'{sheet.name.to(language)}'!{letter}{row}"
