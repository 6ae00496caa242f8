"""Annex I in print: every area of the package with its place, its facts, what serves it now and what was concluded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from phusong.data.provenance import thresholds_text
from phusong.data.terms import cause, nearest_lines, range_text, village_class_title
from phusong.tenders.package.shown import Remainder, remainders, shown_areas
from phusong.tenders.package.titles import YES_NO, basis_title, finding_title, levels_text, road_title, written_day
from phusong.tenders.package.values import Area, Finding, Package, known_sum
from phusong.tenders.parts import Making, part
from phusong.tenders.prints.table import Cells, Print, PrintColumn, PrintTable, by_commune, print_pdf, total_row
from phusong.tenders.prints.words import (
    REMAINDER,
    count,
    degrees,
    length,
    meridians,
    metres,
    unbroken,
    village_of,
)
from phusong.tenders.sentences import BOUNDARY_NOTE, FORECAST_NOTE
from phusong.words import Language, Text

COLUMNS = (
    PrintColumn(key="number", title=Text("STT", "No."), kind="number", least_mm=7),
    PrintColumn(key="gap_id", title=Text("Mã khu vực", "Area code"), kind="codes", least_mm=20),
    PrintColumn(key="village", title=Text("Thôn, bản", "Village"), share=1.1),
    PrintColumn(key="class", title=Text("Phân loại thôn", "Village class"), share=0.7),
    PrintColumn(key="of_village", title=Text("Hộ của thôn", "Households of village"), kind="number", least_mm=11),
    PrintColumn(key="households", title=Text("Hộ cần phủ", "Households needing"), kind="number", least_mm=11),
    PrintColumn(key="interval", title=Text("Khoảng chưa có sóng", "Interval unserved"), kind="number", least_mm=14),
    PrintColumn(key="population", title=Text("Dân số (ước tính)", "Population (estimate)"), kind="number", least_mm=13),
    PrintColumn(key="wgs84", title=Text("WGS84: vĩ độ, kinh độ", "WGS84: lat, lon"), kind="number", least_mm=16),
    PrintColumn(key="vn2000", title=Text("VN-2000: X, Y (m)", "VN-2000: X, Y (m)"), kind="number", least_mm=18),
    PrintColumn(key="access", title=Text("Điện, đường và khoảng cách", "Power, road, how far"), share=1.7),
    PrintColumn(key="status", title=Text("ĐBKK, khu vực, biên giới, đảo", "Disadvantaged, region, border, island"),
                share=1.2),
    PrintColumn(key="levels", title=Text("Mức thu dự báo (dBm)", "Predicted levels (dBm)"), share=1.9),
    PrintColumn(key="nearest", title=Text("Trạm gần nhất", "Nearest stations"), share=2.35),
    PrintColumn(key="finding", title=Text("Kết luận, căn cứ", "Finding, basis"), share=1.7),
    PrintColumn(key="reason", title=Text("Nguyên nhân", "Reason"), share=2.1),
)  # fmt: skip

_SHORT = Text("ĐBKK: thôn đặc biệt khó khăn.", "Disadvantaged: an extremely disadvantaged village.")


def write_areas(path: Path, package: Package, making: Making) -> None:
    """Write Annex I as a PDF."""
    path.write_bytes(print_pdf(annex(package, making.language), package, making.language))


def annex(package: Package, language: Language) -> Print:
    """Return Annex I."""
    areas = shown_areas(package)
    rows = [(a.commune_code, a.commune_name, _cells(i, a, package, language)) for i, a in enumerate(areas, start=1)]
    rows += [(r.commune_code, r.commune_name, _left_over(r, language)) for r in remainders(package)]
    sums = {code: _sum(areas, language) for code, areas in package.by_commune().items()}
    total = total_row(package, _sum(package.areas, language), language)
    thresholds = (thresholds_text(package.provenance, "vi"), thresholds_text(package.provenance, "en"))
    return Print(
        title=part("areas_print").title,
        paper="a3",
        facts=(
            meridians(area.place for area in areas),
            Text(f"Ngưỡng mức thu: {thresholds[0]}.", f"Thresholds: {thresholds[1]}."),
        ),
        tables=(PrintTable(columns=COLUMNS, rows=[*by_commune(rows, sums, language), total], size_pt=7.5),),
        notes=(FORECAST_NOTE, BOUNDARY_NOTE, _interval_note(package), REMAINDER, _SHORT),
    )


def _interval_note(package: Package) -> Text:
    p = package.provenance
    return Text(
        f"Khoảng hộ chưa có sóng của từng khu vực: {p.interval.vi}; {p.interval_source.vi}. Dân số ước tính từ số hộ.",
        f"Interval of households without signal: {p.interval.en}; {p.interval_source.en}. Population is estimated.",
    )


def _cells(number: int, area: Area, package: Package, language: Language) -> Cells:
    technologies = [threshold.technology for threshold in package.provenance.thresholds]
    return {
        "number": str(number),
        "gap_id": area.gap_id,
        "village": village_of(area, language),
        "class": village_class_title(area.village_class).to(language),
        "of_village": _of_village(area, package, language),
        "households": count(area.households, language),
        "interval": range_text(area.unserved_low, area.unserved_high, language),
        "population": count(area.population, language),
        "wgs84": degrees(area.place, language),
        "vn2000": metres(area.place, language),
        "access": _access(area, language),
        "status": _status(area, language),
        "levels": levels_text(area, technologies, language),
        "nearest": unbroken(nearest_lines(area.nearest_sites, language)),
        "finding": _finding(area.finding, language),
        "reason": unbroken(cause(area.reason.to(language), area.village_name)),
    }


def _left_over(remainder: Remainder, language: Language) -> Cells:
    """Return the line of a village's areas that are shown at no place."""
    return {
        "village": remainder.title.to(language),
        "households": count(remainder.households, language),
        "population": count(remainder.population, language),
    }


def _of_village(area: Area, package: Package, language: Language) -> str:
    known = {village.village_code: village.households for village in package.villages}
    return count(known.get(area.village_code), language)


def _access(area: Area, language: Language) -> str:
    power = Text("Điện lưới: {}, {}", "Grid power: {}, {}").to(language)
    road = Text("Đường: {}, {}", "Road: {}, {}").to(language)
    return "\n".join(
        (
            power.format(YES_NO[area.grid_power].to(language), length(area.grid_km, "km", language)),
            road.format(road_title(area.road_class).to(language), length(area.road_km, "km", language)),
        )
    )


def _status(area: Area, language: Language) -> str:
    lines = (
        (Text("ĐBKK", "Disadvantaged"), YES_NO[area.is_dbkk].to(language)),
        (Text("Khu vực", "Region"), area.commune_region or "–"),
        (Text("Biên giới", "Border"), YES_NO[area.border].to(language)),
        (Text("Đảo", "Island"), YES_NO[area.island].to(language)),
    )
    return "\n".join(f"{title.to(language)}: {words}" for title, words in lines)


def _finding(finding: Finding, language: Language) -> str:
    said = f"{finding_title(finding.finding).to(language)}: {basis_title(finding.basis).to(language)}"
    lines = (said, finding.author, written_day(finding.dated), finding.reason)
    return "\n".join(line for line in lines if line)


def _sum(areas: Sequence[Area], language: Language) -> Cells:
    return {
        "households": count(sum(area.households for area in areas), language),
        "population": count(known_sum(area.population for area in areas), language),
    }
