"""Phụ lục I: every area of a package with place, need, state by operator, power, road, finding; sums by commune."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from phusong.data.terms import LEAST_SHOWN, cause, nearest_lines, village_class_title
from phusong.data.workbook import Block, Column, Formula, Row, Sheet
from phusong.tenders.package.said import TOTAL
from phusong.tenders.package.shown import listed_areas, row_code, shown_area_place
from phusong.tenders.package.titles import YES_NO, levels_text, road_title
from phusong.tenders.package.values import Area, Package, known_sum
from phusong.tenders.parts import Making
from phusong.tenders.sentences import (
    BOUNDARY_NOTE,
    FORECAST_NOTE,
    OUTSIDE_VILLAGES,
    alert,
    interval_note,
    threshold_note,
)
from phusong.tenders.sheets.page import (
    COMMUNE,
    GAP,
    HOUSEHOLDS,
    NUMBER,
    PLACE,
    VILLAGE,
    VILLAGE_CODE,
    commune_blocks,
    item_sheet,
    named,
    origin_sheet,
    package_book,
    package_total,
    place_cells,
)
from phusong.tenders.sheets.wording import attached, finding_text, interval, notice_place, region_text
from phusong.words import Language, Text

NAME = Text("Phụ lục I – Danh sách", "Annex I – Areas")
BY_COMMUNE = Text("Tổng hợp theo xã", "Sums by commune")
HIDDEN_PLACE = Text(f"dưới {LEAST_SHOWN} hộ mỗi nơi, không nêu", f"under {LEAST_SHOWN} at each, not told")

_POPULATION = Column(
    title=Text("Dân số (ước tính)", "Population (estimate)"), key="population", kind="whole", width=8.5, summed=True
)
_COLUMNS = (
    NUMBER,
    GAP,
    VILLAGE_CODE,
    VILLAGE,
    COMMUNE,
    Column(title=Text("Phân loại thôn", "Village class"), key="village_class", width=8.5),
    *PLACE,
    Column(title=Text("Tổng số hộ của thôn", "Households of the village"), key="village", kind="whole", width=8),
    HOUSEHOLDS,
    Column(title=Text("Khoảng hộ chưa có sóng", "Interval without signal"), key="interval", width=9),
    _POPULATION,
    Column(title=Text("Có điện lưới", "Grid power"), key="grid_power", width=7.5),
    Column(title=Text("Cách điện lưới, km", "Grid, km"), key="grid_km", kind="decimal", width=7.5),
    Column(title=Text("Đường tới nơi", "Road"), key="road_class", width=9.5),
    Column(title=Text("Cách đường, km", "Road, km"), key="road_km", kind="decimal", width=7.5),
    Column(title=Text("Thôn ĐBKK", "Especially hard village"), key="is_dbkk", width=7.5),
    Column(title=Text("Khu vực của xã", "Region of the commune"), key="region", width=7.5),
    Column(title=Text("Biên giới", "Border"), key="border", width=7.5),
    Column(title=Text("Đảo", "Island"), key="island", width=7),
    Column(title=Text("Mức thu dự báo theo nhà mạng, dBm", "Predicted levels, dBm"), key="levels", width=17),
    Column(title=Text("Trạm gần nhất của từng nhà mạng", "Nearest station of each operator"), key="nearest", width=19),
    Column(title=Text("Kết luận, căn cứ, người kết luận, ngày", "Finding, basis, author, date"), key="finding",
           width=17),
    Column(title=Text("Nguyên nhân", "Reason"), key="reason", width=26),
)  # fmt: skip
_SUMS = (
    NUMBER,
    Column(title=Text("Mã xã", "Commune code"), key="commune_code", width=12),
    Column(title=COMMUNE.title, key="commune_name", width=34),
    Column(title=Text("Số thôn", "Villages"), key="villages", kind="whole", width=12, summed=True),
    Column(title=Text("Số khu vực", "Areas"), key="areas", kind="whole", width=12, summed=True),
    Column(title=HOUSEHOLDS.title, key="households", kind="whole", width=14, summed=True),
    Column(title=_POPULATION.title, key="population", kind="whole", width=14, summed=True),
    Column(title=Text("Số hộ theo bảng danh sách", "Households in the list"), key="listed", kind="whole", width=16,
           summed=True),
    Column(title=Text("Đối chiếu", "Check"), key="check", width=12),
)  # fmt: skip


def write_areas(path: Path, package: Package, making: Making) -> None:
    """Write Annex I."""
    with package_book(path, package, making, "areas") as book:
        listed = _list(package, making.language)
        book.add(listed)
        book.add(_by_commune(package, listed, making.language))
        if package.missing:
            book.add(_missing(package))
        book.add(origin_sheet(package, making.language))


def _list(package: Package, language: Language) -> Sheet:
    technologies = [threshold.technology for threshold in package.provenance.thresholds]
    villages = {(v.commune_code, v.village_code): v.households for v in package.villages}
    rows = [
        {
            "number": number,
            "village": villages.get((areas[0].commune_code, areas[0].village_code)),
            **_row(areas, technologies, language),
        }
        for number, areas in enumerate(listed_areas(_ordered(package.areas)), start=1)
    ]
    title = Text("Phụ lục I – Danh sách thôn, khu vực cần phủ sóng", "Annex I – Villages and areas needing coverage")
    return Sheet(
        name=NAME,
        title=Text(f"{named(package, title).vi}, {package.province_name}", f"{named(package, title).en}, "
                   f"{package.province_name}"),
        alert=alert(package),
        notes=(
            attached(package),
            FORECAST_NOTE,
            threshold_note(package.provenance),
            interval_note(package.provenance),
            Text(
                f"Nguồn vốn của mọi khu vực: {package.route_title.vi}.",
                f"Funding route of all areas: {package.route_title.en}.",
            ),
            Text(
                "Toạ độ là tâm khu vực; tổng số hộ của thôn là của cả thôn nên không cộng (xem Phụ lục II); ô trống là "
                "chưa có số liệu.",
                "Coordinates are the centre of the area; households of the village are of the whole village and not "
                "added up (see Annex II); an empty cell is not known.",
            ),
        ),
        columns=_COLUMNS,
        blocks=commune_blocks(rows, label_key="gap_id"),
        total=package_total(package, label_key="gap_id"),
        frozen_columns=4,
        a3=True,
    )  # fmt: skip


def _ordered(areas: Sequence[Area]) -> list[Area]:
    """Keep the order of the package, the areas of a commune together."""
    communes = list(dict.fromkeys(area.commune_code for area in areas))
    return sorted(areas, key=lambda area: communes.index(area.commune_code))


def _row(areas: tuple[Area, ...], technologies: Collection[str], language: Language) -> Row:
    area, place = areas[0], shown_area_place(areas)
    row = {
        "gap_id": row_code(areas),
        "village_code": area.village_code,
        "village_name": area.village_name or OUTSIDE_VILLAGES,
        "commune_code": area.commune_code,
        "commune_name": area.commune_name,
        "village_class": village_class_title(area.village_class),
        **place_cells(place, HIDDEN_PLACE),
        "households": sum(one.households for one in areas),
        "population": known_sum(one.population for one in areas),
        "is_dbkk": YES_NO[area.is_dbkk],
        "region": region_text(area.commune_region),
        "border": YES_NO[area.border],
        "island": YES_NO[area.island],
        "finding": finding_text(area),
    }
    return row if place is None else {**row, **_at_a_place(area, technologies, language)}


def _at_a_place(area: Area, technologies: Collection[str], language: Language) -> Row:
    """Return what would tell where the area is, or of whom it is."""
    return {
        "interval": interval(area),
        "grid_power": YES_NO[area.grid_power],
        "grid_km": area.grid_km,
        "road_class": road_title(area.road_class),
        "road_km": area.road_km,
        "levels": levels_text(area, technologies, language),
        "nearest": nearest_lines(area.nearest_sites, language),
        "reason": cause(area.reason.to(language), area.village_name),
    }


def _by_commune(package: Package, listed: Sheet, language: Language) -> Sheet:
    rows = list(_commune_rows(package, listed, language))
    right = Text("khớp", "agrees").to(language)
    wrong = Text("KHÔNG KHỚP", "DISAGREES").to(language)
    check = Formula(f'=IF({{households}}={{listed}},"{right}","{wrong}")', right)
    return Sheet(
        name=BY_COMMUNE,
        title=named(package, Text("Phụ lục I – Tổng hợp theo xã", "Annex I – Sums by commune")),
        alert=alert(package),
        notes=(
            attached(package),
            BOUNDARY_NOTE,
            Text(
                "Cột “Số hộ theo bảng danh sách” cộng lại từ bảng danh sách bằng công thức để đối chiếu.",
                "The column “Households in the list” adds up the list again, by formula, as a check.",
            ),
        ),
        columns=_SUMS,
        blocks=(Block(rows=[{**row, "check": check} for row in rows]),),
        total={"commune_name": f"{package.province_name}, {package.package_code}", "commune_code": TOTAL,
               "check": check},
        frozen_columns=3,
    )  # fmt: skip


def _commune_rows(package: Package, listed: Sheet, language: Language) -> Iterator[Row]:
    first = listed.first_row
    last = first + sum(len(block.rows) + 1 for block in listed.blocks) - 1
    name = listed.name.to(language)
    letters = {column.key: _letter(i) for i, column in enumerate(listed.columns)}
    span = {key: f"'{name}'!${letter}${first}:${letter}${last}" for key, letter in letters.items()}
    for number, (code, areas) in enumerate(package.by_commune().items(), start=1):
        households = sum(area.households for area in areas)
        formula = f'=SUMIFS({span["households"]},{span["commune_name"]},{{commune_name}},{span["number"]},">0")'
        yield {
            "number": number,
            "commune_code": code,
            "commune_name": areas[0].commune_name,
            "villages": len({area.village_code for area in areas if area.village_code}),
            "areas": len(areas),
            "households": households,
            "population": known_sum(area.population for area in areas),
            "listed": Formula(formula, households),
        }


def _letter(i: int) -> str:
    return chr(ord("A") + i) if i < 26 else _letter(i // 26 - 1) + _letter(i % 26)


def _missing(package: Package) -> Sheet:
    rows = [{"item": notice_place(notice), "content": notice.text} for notice in package.missing]
    note = Text(
        "Những điều còn thiếu của từng khu vực khi chốt gói; chưa biết không phải là không.",
        "What was still missing of each area when the package was frozen; not known is not no.",
    )
    return item_sheet(package, name=Text("Còn thiếu", "Still missing"), items=rows, notes=(attached(package), note))
