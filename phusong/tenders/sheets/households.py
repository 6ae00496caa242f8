"""Phụ lục II: households of every village of a package: all, without signal, to be covered, left; each counted once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from phusong.data.workbook import Block, Column, Formula, Row, Sheet
from phusong.tenders.package.values import Area, Package, Village
from phusong.tenders.parts import Making
from phusong.tenders.sentences import BOUNDARY_NOTE, OUTSIDE_VILLAGES, alert, interval_note
from phusong.tenders.sheets.page import (
    COMMUNE,
    HOUSEHOLDS,
    NUMBER,
    VILLAGE,
    VILLAGE_CODE,
    commune_blocks,
    named,
    origin_sheet,
    package_book,
    package_total,
)
from phusong.tenders.sheets.wording import attached, interval
from phusong.words import Language, Text, number

NAME = Text("Phụ lục II – Số hộ", "Annex II – Households")


def _count(key: str, title: Text, width: float = 9.0) -> Column:
    return Column(title=title, key=key, kind="whole", width=width, summed=True)


_SERVED_AFTER = Text("Hộ được phủ sau đầu tư (dự báo)", "Served after (forecast)")
_COLUMNS = (
    NUMBER,
    VILLAGE_CODE,
    replace(VILLAGE, width=18),
    replace(COMMUNE, width=17),
    _count("total", Text("Tổng số hộ của thôn", "Households of the village")),
    _count("served", Text("Hộ đã có sóng", "Served now")),
    _count("unserved", Text("Hộ chưa có sóng", "Unserved now")),
    _count("undetermined", Text("Hộ chưa xác định, cần đo", "Undetermined, to be measured"), 10),
    _count("no_data", Text("Hộ không có dữ liệu", "Without data")),
    Column(title=Text("Khoảng hộ chưa có sóng", "Interval without signal"), key="interval", width=9.5),
    _count("areas", Text("Số khu vực của gói", "Areas of the package"), 8),
    replace(HOUSEHOLDS, title=Text("Hộ cần phủ trong gói", "Households needing coverage")),
    _count("planned", _SERVED_AFTER, 10),
    _count("left", Text("Hộ chưa phủ được", "Not served")),
    Column(title=Text("Lý do chưa phủ được", "Why not served"), key="because", width=26),
    Column(title=Text("Kiểm tra tổng", "Check"), key="check", width=9.5),
)


def write_households(path: Path, package: Package, making: Making) -> None:
    """Write Annex II."""
    with package_book(path, package, making, "households") as book:
        book.add(_sheet(package, making.language))
        book.add(_route_sheet(package))
        book.add(origin_sheet(package, making.language))


def _sheet(package: Package, language: Language) -> Sheet:
    rows = [{"number": i, **row} for i, row in enumerate(_rows(package, language), start=1)]
    return Sheet(
        name=NAME,
        title=named(package, Text("Phụ lục II – Số hộ cần phủ theo thôn", "Annex II – Households to cover by village")),
        alert=alert(package),
        notes=(attached(package), BOUNDARY_NOTE, interval_note(package.provenance), _how(package)),
        columns=_COLUMNS,
        blocks=commune_blocks(rows, label_key="village_name"),
        total=package_total(package, label_key="village_name"),
        frozen_columns=4,
    )


def _how(package: Package) -> Text:
    numbers = (package.households, package.planned_households, package.left_households)
    vi, en = ([number(value, language) for value in numbers] for language in ("vi", "en"))
    return Text(
        f"Hộ cần phủ ({vi[0]}) = hộ được phủ sau đầu tư ({vi[1]}) + hộ chưa phủ được ({vi[2]}). Cột “Kiểm tra tổng” "
        "tính lại từng dòng bằng công thức.",
        f"Needing coverage ({en[0]}) = served after ({en[1]}) + not served ({en[2]}). The column “Check” computes each "
        "row again by formula.",
    )


def _rows(package: Package, language: Language) -> Iterator[Row]:
    areas: dict[tuple[str, str], list[Area]] = {}
    for area in package.areas:
        areas.setdefault((area.commune_code, area.village_code), []).append(area)
    villages = {(v.commune_code, v.village_code): v for v in package.villages}
    for key in sorted(areas.keys() | villages.keys()):
        yield _row(villages.get(key), areas.get(key, []), language)


def _row(village: Village | None, areas: Sequence[Area], language: Language) -> Row:
    planned, left = sum(a.planned_households for a in areas), sum(a.left_households for a in areas)
    of = village or areas[0]
    return {
        "village_code": of.village_code,
        "village_name": of.village_name or OUTSIDE_VILLAGES,
        "commune_code": of.commune_code,
        "commune_name": of.commune_name,
        "areas": len(areas),
        "households": planned + left,
        "planned": planned,
        "left": left,
        "because": _because(areas),
        **(_states(village) if village else {}),
        "check": _check(language, village is not None),
    }


def _states(village: Village) -> Row:
    return {
        "total": village.households,
        "served": village.served_households,
        "unserved": village.unserved_households,
        "undetermined": village.undetermined_households,
        "no_data": village.no_data_households,
        "interval": interval(village),
    }


def _because(areas: Sequence[Area]) -> Text:
    reasons = dict.fromkeys(area.left_because for area in areas if area.left_households)
    return Text("; ".join(reason.vi for reason in reasons), "; ".join(reason.en for reason in reasons))


def _check(language: Language, of_village: bool) -> Formula:
    """Compare the need with its parts, and the four states of a village with its households."""
    right, wrong = Text("đúng", "right").to(language), Text("SAI", "WRONG").to(language)
    terms = "{households}={planned}+{left}"
    if of_village:
        terms += ",{total}={served}+{unserved}+{undetermined}+{no_data}"
    return Formula(f'=IF(AND({terms}),"{right}","{wrong}")', right)


def _route_sheet(package: Package) -> Sheet:
    """Add up the package as a whole: the sums that stand in every other file."""
    row = {
        "package_code": package.package_code,
        "route": package.route_title,
        "communes": len(package.by_commune()),
        "villages": len({area.village_code for area in package.areas if area.village_code}),
        "areas": len(package.areas),
        "households": package.households,
        "planned": package.planned_households,
        "left": package.left_households,
        "population": package.population,
        "sites": len(package.sites),
    }
    title = Text("Tổng hợp gói", "The package in sum")
    return Sheet(
        name=title,
        title=named(package, title),
        alert=alert(package),
        notes=(attached(package), BOUNDARY_NOTE),
        columns=(
            Column(title=Text("Mã gói", "Package"), key="package_code", width=16),
            Column(title=Text("Nguồn vốn", "Funding route"), key="route", width=24),
            Column(title=Text("Số xã", "Communes"), key="communes", kind="whole"),
            Column(title=Text("Số thôn", "Villages"), key="villages", kind="whole"),
            Column(title=Text("Số khu vực", "Areas"), key="areas", kind="whole"),
            Column(title=Text("Hộ cần phủ", "Households needing coverage"), key="households", kind="whole", width=12),
            Column(
                title=Text("Hộ được phủ sau đầu tư (dự báo)", "Served after (forecast)"),
                key="planned",
                kind="whole",
                width=12,
            ),
            Column(title=Text("Hộ chưa phủ được", "Not served"), key="left", kind="whole", width=12),
            Column(title=Text("Dân số (ước tính)", "Population"), key="population", kind="whole", width=12),
            Column(title=Text("Số trạm tham chiếu", "Reference sites"), key="sites", kind="whole", width=12),
        ),
        blocks=(Block(rows=[row]),),
    )
