"""The .xlsx annex of a package: areas, households needing coverage, reference sites and where the numbers come from."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

from phusong.data.terms import cause, nearest_lines, range_text, village_class_title
from phusong.data.workbook import Block, Column, Row, Sheet, new_book
from phusong.tenders.snapshot import Area, ReferenceSite, Snapshot, VillageCount, village_counts
from phusong.tenders.wording import (
    BOUNDARY_NOTE,
    FORECAST_NOTE,
    OUTSIDE_VILLAGES,
    REFERENCE_NOTE,
    SIMULATED,
    interval_note,
    levels_text,
    provenance_lines,
    threshold_note,
)
from phusong.words import Language, Text, day

_NUMBER = Column(title=Text("STT", "No."), key="number", kind="whole", width=5)
_GAP = Column(title=Text("Mã khu vực", "Area code"), key="gap_id", width=12)
_COMMUNE = Column(title=Text("Xã, phường, đặc khu", "Commune"), key="commune_name", width=13)
_VILLAGE = Column(title=Text("Thôn, bản", "Village"), key="village_name", width=13)
_HOUSEHOLDS = Column(
    title=Text("Số hộ cần phủ", "Households needing coverage"), key="households", kind="whole", width=9, summed=True
)
_POPULATION = Column(
    title=Text("Dân số (ước tính)", "Population (estimate)"), key="population", kind="whole", width=9, summed=True
)
_INTERVAL = Column(title=Text("Khoảng hộ chưa có sóng", "Interval without signal"), key="interval", width=9.5)
_POSITION = (
    Column(title=Text("Vĩ độ (WGS84)", "Latitude (WGS84)"), key="lat_deg", kind="degrees", width=10),
    Column(title=Text("Kinh độ (WGS84)", "Longitude (WGS84)"), key="lon_deg", kind="degrees", width=10),
    Column(title=Text("X (Bắc) VN-2000, m", "X (north) VN-2000, m"), key="vn2000_northing_m", kind="metres", width=11),
    Column(title=Text("Y (Đông) VN-2000, m", "Y (east) VN-2000, m"), key="vn2000_easting_m", kind="metres", width=9.5),
    Column(title=Text("Kinh tuyến trục", "Central meridian"), key="central_meridian", width=8),
)


def write_annex(path: Path, snapshot: Snapshot, *, language: Language = "vi") -> None:
    """Write the annex workbook of a package; the same snapshot gives the same bytes."""
    title = Text(f"Phụ lục gói {snapshot.package_code}", f"Annexes to package {snapshot.package_code}")
    footer = f"{title.to(language)} · SHA-256 {snapshot.digest[:16]}"
    with new_book(path, language=language, title=title, created_on=snapshot.frozen_on, footer=footer) as book:
        for sheet in (
            _areas_sheet(snapshot, language),
            _households_sheet(snapshot),
            _sites_sheet(snapshot),
            _provenance_sheet(snapshot, language),
        ):
            book.add(sheet)


def _areas_sheet(snapshot: Snapshot, language: Language) -> Sheet:
    columns = (
        _NUMBER,
        _GAP,
        _COMMUNE,
        _VILLAGE,
        Column(title=Text("Phân loại thôn", "Village class"), key="village_class", width=10),
        _HOUSEHOLDS,
        _INTERVAL,
        _POPULATION,
        *_POSITION,
        Column(
            title=Text("Trạm gần nhất của từng nhà mạng", "Nearest station of each operator"), key="nearest", width=25
        ),
        Column(title=Text("Mức thu dự báo theo nhà mạng, dBm", "Predicted levels, dBm"), key="levels", width=25),
        Column(title=Text("Nguyên nhân", "Reason"), key="reason", width=37),
    )
    technologies = [threshold.technology for threshold in snapshot.provenance.thresholds]
    rows = [_area_row(number, area, technologies, language) for number, area in enumerate(snapshot.areas, start=1)]
    return Sheet(
        name=Text("Phụ lục I – Danh sách khu vực", "Annex I – Areas"),
        title=Text(
            f"Phụ lục I – Danh sách khu vực cần phủ sóng, gói {snapshot.package_code}, {snapshot.province_name}",
            f"Annex I – Areas needing coverage, package {snapshot.package_code}, {snapshot.province_name}",
        ),
        alert=_alert(snapshot),
        notes=(
            _attached(snapshot),
            FORECAST_NOTE,
            threshold_note(snapshot.provenance),
            interval_note(snapshot.provenance),
        ),
        columns=columns,
        blocks=_commune_blocks(rows, label_key="gap_id"),
        total=_package_label(snapshot, label_key="gap_id"),
        frozen_columns=2,
    )


def _area_row(number: int, area: Area, technologies: Collection[str], language: Language) -> Row:
    return {
        "number": number,
        "gap_id": area.gap_id,
        "commune_code": area.commune_code,
        "commune_name": area.commune_name,
        "village_name": area.village_name,
        "village_class": village_class_title(area.village_class),
        "households": area.households,
        "interval": _interval(area),
        "population": area.population,
        **_position(area),
        "nearest": nearest_lines(area.nearest_sites, language),
        "levels": levels_text(area, technologies, language),
        "reason": cause(area.reason.to(language), area.village_name),
    }


def _interval(place: Area | VillageCount) -> Text | None:
    if place.unserved_low is None or place.unserved_high is None:
        return None
    low, high = place.unserved_low, place.unserved_high
    return Text(range_text(low, high), range_text(low, high, "en"))


def _position(place: Area | ReferenceSite) -> Row:
    return {column.key: getattr(place, column.key) for column in _POSITION}


def _households_sheet(snapshot: Snapshot) -> Sheet:
    columns = (
        _NUMBER,
        replace(_COMMUNE, width=20),
        replace(_VILLAGE, width=20),
        Column(title=Text("Số khu vực", "Areas"), key="areas", kind="whole", width=9, summed=True),
        _HOUSEHOLDS,
        _POPULATION,
        Column(
            title=Text("Tổng số hộ của thôn", "Households of the village"),
            key="village_households",
            kind="whole",
            width=11,
            summed=True,
        ),
        Column(
            title=Text("Hộ đã có sóng", "Households served"),
            key="served_households",
            kind="whole",
            width=11,
            summed=True,
        ),
        Column(
            title=Text("Hộ chưa xác định, cần đo", "Undetermined, to be measured"),
            key="undetermined_households",
            kind="whole",
            width=13,
            summed=True,
        ),
        Column(
            title=Text("Hộ không có dữ liệu", "Households without data"),
            key="no_data_households",
            kind="whole",
            width=12,
            summed=True,
        ),
        replace(_INTERVAL, title=Text("Khoảng hộ chưa có sóng của thôn", "Interval without signal, village"), width=13),
    )
    return Sheet(
        name=Text("Phụ lục II – Số hộ cần phủ", "Annex II – Households"),
        title=Text(
            f"Phụ lục II – Số hộ cần phủ sóng theo thôn, gói {snapshot.package_code}",
            f"Annex II – Households needing coverage by village, package {snapshot.package_code}",
        ),
        alert=_alert(snapshot),
        notes=(_attached(snapshot), BOUNDARY_NOTE, interval_note(snapshot.provenance)),
        columns=columns,
        blocks=_commune_blocks(
            [_village_row(number, v) for number, v in enumerate(village_counts(snapshot), start=1)],
            label_key="village_name",
        ),
        total=_package_label(snapshot, label_key="village_name"),
        frozen_columns=3,
    )


def _village_row(number: int, village: VillageCount) -> Row:
    row = {field: getattr(village, field) for field in village.__slots__}
    row |= {"number": number, "interval": _interval(village)}
    return row | {"village_name": village.village_name or OUTSIDE_VILLAGES}


def _sites_sheet(snapshot: Snapshot) -> Sheet:
    columns = (
        _NUMBER,
        Column(title=Text("Mã vị trí", "Site code"), key="site_id", width=18),
        replace(_COMMUNE, width=18),
        Column(title=Text("Phục vụ khu vực", "Serves area"), key="gap_id", width=14),
        *_POSITION,
        Column(title=Text("Độ cao mặt đất, m", "Ground height, m"), key="ground_m", kind="whole", width=9),
        Column(title=Text("Chiều cao anten, m", "Antenna height, m"), key="height_agl_m", kind="whole", width=10),
        Column(
            title=Text("Số hộ phủ thêm (dự báo)", "Households gained (forecast)"),
            key="households_gained",
            kind="whole",
            width=12,
            summed=True,
        ),
    )
    rows = [
        {field: getattr(site, field) for field in site.__slots__} | {"number": number}
        for number, site in enumerate(snapshot.sites, start=1)
    ]
    return Sheet(
        name=Text("Phụ lục III – Trạm tham chiếu", "Annex III – Reference sites"),
        title=Text(
            f"Phụ lục III – Vị trí trạm tham chiếu, gói {snapshot.package_code}",
            f"Annex III – Reference sites, package {snapshot.package_code}",
        ),
        alert=_alert(snapshot),
        notes=(_attached(snapshot), REFERENCE_NOTE),
        columns=columns,
        blocks=_commune_blocks(rows, label_key="site_id"),
        total=_package_label(snapshot, label_key="site_id"),
        frozen_columns=2,
    )


def _provenance_sheet(snapshot: Snapshot, language: Language) -> Sheet:
    return Sheet(
        name=Text("Nguồn gốc số liệu", "Origin of the numbers"),
        title=Text(
            f"Nguồn gốc số liệu, gói {snapshot.package_code}", f"Origin of the numbers, package {snapshot.package_code}"
        ),
        alert=_alert(snapshot),
        columns=(
            Column(title=Text("Mục", "Item"), key="item", width=34),
            Column(title=Text("Nội dung", "Content"), key="content", width=92),
        ),
        blocks=(Block(rows=[{"item": item, "content": text} for item, text in provenance_lines(snapshot, language)]),),
    )


def _commune_blocks(rows: Iterable[Row], *, label_key: str) -> list[Block]:
    """Add up each commune; its name stays in its own column, so that a filter by commune keeps the subtotal."""
    communes: dict[str, list[Row]] = {}
    for row in rows:
        communes.setdefault(row["commune_code"], []).append(row)
    label = Text("Cộng", "Subtotal")
    return [
        Block(rows=block, subtotal={"commune_name": block[0]["commune_name"], label_key: label})
        for block in communes.values()
    ]


def _package_label(snapshot: Snapshot, *, label_key: str) -> Row:
    return {"commune_name": snapshot.package_code, label_key: Text("Tổng cộng", "Total")}


def _attached(snapshot: Snapshot) -> Text:
    return Text(
        f"Kèm theo báo cáo thuyết minh gói {snapshot.package_code}; số liệu chốt ngày {day(snapshot.frozen_on)}.",
        f"Attached to the report on package {snapshot.package_code}; figures frozen on {day(snapshot.frozen_on)}.",
    )


def _alert(snapshot: Snapshot) -> Text | None:
    return SIMULATED if snapshot.provenance.simulated else None
