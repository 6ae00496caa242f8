"""Annex II in print: per village all households, those without signal now, served after, and not to be served."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from phusong.data.terms import range_text
from phusong.tenders.package.values import Area, Package, Village
from phusong.tenders.parts import Making, part
from phusong.tenders.prints.table import Cells, Print, PrintColumn, PrintTable, by_commune, print_pdf, total_row
from phusong.tenders.prints.words import count
from phusong.tenders.sentences import BOUNDARY_NOTE, FORECAST_NOTE, OUTSIDE_VILLAGES
from phusong.words import Language, Text

COLUMNS = (
    PrintColumn(key="number", title=Text("STT", "No."), kind="number", least_mm=7),
    PrintColumn(key="village_code", title=Text("Mã thôn", "Village code"), kind="codes", least_mm=18),
    PrintColumn(key="village", title=Text("Thôn, bản", "Village"), share=1.3),
    PrintColumn(key="total", title=Text("Tổng số hộ của thôn", "Households of village"), kind="number", least_mm=15),
    PrintColumn(key="served", title=Text("Hộ đã có sóng", "Served"), kind="number", least_mm=13),
    PrintColumn(key="unserved", title=Text("Hộ chưa có sóng", "Unserved"), kind="number", least_mm=13),
    PrintColumn(key="undetermined", title=Text("Hộ chưa xác định", "Undetermined"), kind="number", least_mm=13),
    PrintColumn(key="no_data", title=Text("Hộ không có dữ liệu", "No data"), kind="number", least_mm=13),
    PrintColumn(key="interval", title=Text("Khoảng chưa có sóng", "Interval unserved"), kind="number", least_mm=15),
    PrintColumn(key="areas", title=Text("Số khu vực", "Areas"), kind="number", least_mm=11),
    PrintColumn(key="households", title=Text("Hộ cần phủ trong gói", "Needing, in package"), kind="number",
                least_mm=15),
    PrintColumn(key="planned", title=Text("Hộ được phủ sau đầu tư", "Served after"), kind="number", least_mm=15),
    PrintColumn(key="left", title=Text("Hộ chưa phủ được", "Not servable"), kind="number", least_mm=13),
    PrintColumn(key="because", title=Text("Lý do chưa phủ được", "Why not servable"), share=2.0),
)  # fmt: skip
_STATES = (
    ("total", "households"),
    ("served", "served_households"),
    ("unserved", "unserved_households"),
    ("undetermined", "undetermined_households"),
    ("no_data", "no_data_households"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A village of the package with its areas, or the areas of a commune outside all villages."""

    commune_code: str
    commune_name: str
    village: Village | None
    areas: tuple[Area, ...]

    @property
    def name(self) -> str:
        """Return the village's name, "" outside villages."""
        return self.village.village_name if self.village else next((a.village_name for a in self.areas), "")

    @property
    def code(self) -> str:
        """Return the village's code, "" outside villages."""
        return self.village.village_code if self.village else next((a.village_code for a in self.areas), "")


def write_households(path: Path, package: Package, making: Making) -> None:
    """Write Annex II as a PDF."""
    path.write_bytes(print_pdf(annex(package, making.language), package, making.language))


def places_of(package: Package) -> list[Place]:
    """Return the villages of the package, and where areas lie outside them, in the order of communes and codes."""
    areas: dict[tuple[str, str], list[Area]] = {}
    for area in package.areas:
        areas.setdefault((area.commune_code, area.village_code), []).append(area)
    villages = {(v.commune_code, v.village_code): v for v in package.villages}
    names = {a.commune_code: a.commune_name for a in package.areas}
    names |= {v.commune_code: v.commune_name for v in package.villages}
    return [
        Place(
            commune_code=key[0], commune_name=names[key[0]], village=villages.get(key), areas=tuple(areas.get(key, ()))
        )
        for key in sorted(areas.keys() | villages.keys())
    ]


def annex(package: Package, language: Language) -> Print:
    """Return Annex II."""
    places = places_of(package)
    rows = [(p.commune_code, p.commune_name, _cells(i, p, language)) for i, p in enumerate(places, start=1)]
    groups: dict[str, list[Place]] = {}
    for place in places:
        groups.setdefault(place.commune_code, []).append(place)
    sums = {code: _sum(own, language) for code, own in groups.items()}
    total = total_row(package, _sum(places, language), language)
    return Print(
        title=part("households_print").title,
        facts=(),
        tables=(PrintTable(columns=COLUMNS, rows=[*by_commune(rows, sums, language), total], size_pt=8),),
        notes=(_check(package, language), BOUNDARY_NOTE, FORECAST_NOTE),
    )


def _check(package: Package, language: Language) -> Text:
    """Write the sum that must close."""
    whole, planned, left = (
        count(n, language) for n in (package.households, package.planned_households, package.left_households)
    )
    return Text(
        f"Kiểm tra: {planned} hộ được phủ sau đầu tư + {left} hộ chưa phủ được = {whole} hộ cần phủ trong gói.",
        f"Check: {planned} households served after + {left} not servable = {whole} needing coverage in the package.",
    )


def _cells(number: int, place: Place, language: Language) -> Cells:
    reasons = dict.fromkeys(area.left_because.to(language) for area in place.areas if area.left_households)
    cells = {
        "number": str(number),
        "village_code": place.code,
        "village": place.name or OUTSIDE_VILLAGES.to(language),
        "because": "; ".join(reason for reason in reasons if reason),
        **_needs([place], language),
    }
    village = place.village
    if village is None:
        return cells | {key: "–" for key, _ in _STATES}
    interval = range_text(village.unserved_low, village.unserved_high, language)
    return cells | {key: count(getattr(village, name), language) for key, name in _STATES} | {"interval": interval}


def _needs(places: Iterable[Place], language: Language) -> Cells:
    areas = [area for place in places for area in place.areas]
    return {
        "areas": count(len(areas), language),
        "households": count(sum(area.households for area in areas), language),
        "planned": count(sum(area.planned_households for area in areas), language),
        "left": count(sum(area.left_households for area in areas), language),
    }


def _sum(places: Sequence[Place], language: Language) -> Cells:
    villages = [place.village for place in places if place.village is not None]
    states = {key: count(sum(getattr(v, name) for v in villages), language) for key, name in _STATES}
    return {**_needs(places, language), **states}
