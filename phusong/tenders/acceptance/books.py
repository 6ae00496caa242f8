"""The workbooks of acceptance: the test points of a package, and the results with the samples left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from phusong.coverage.reasons import operator_title
from phusong.data.workbook import Block, Column, Sheet, new_book, total
from phusong.tenders.acceptance.documents import KINDS, conclusion, reasons_text
from phusong.tenders.acceptance.results import Acceptance, PointResult, VillageResult
from phusong.tenders.acceptance.rule import VERDICTS
from phusong.tenders.acceptance.screening import LEFT_OUT
from phusong.tenders.package.canonical import digest_of
from phusong.tenders.package.said import TOTAL
from phusong.tenders.package.titles import YES_NO
from phusong.tenders.package.values import Package, TestPoint
from phusong.tenders.parts import Making
from phusong.tenders.sentences import alert
from phusong.words import Language, Text

_PLACE = (
    Column(title=Text("Mã xã", "Commune code"), key="commune_code", width=9),
    Column(title=Text("Xã", "Commune"), key="commune_name", width=20),
    Column(title=Text("Mã thôn", "Village code"), key="village_code", width=12),
    Column(title=Text("Thôn", "Village"), key="village_name", width=16),
)
_POINTS = (
    Column(title=Text("TT", "No."), key="position", kind="whole", width=5),
    Column(title=Text("Mã điểm đo", "Point"), key="point_id", width=15),
    *_PLACE,
    Column(title=Text("Loại điểm", "Kind"), key="kind", width=15),
    Column(title=Text("Mã khu vực", "Area"), key="gap_id", width=14),
    Column(title=Text("Số hộ đại diện", "Households"), key="households", kind="whole", width=9),
    Column(title=Text("Vĩ độ", "Latitude"), key="lat_deg", kind="degrees", width=11),
    Column(title=Text("Kinh độ", "Longitude"), key="lon_deg", kind="degrees", width=11),
    Column(title=Text("X (Bắc) VN-2000, m", "X (north) VN-2000, m"), key="north_m", kind="metres", width=14),
    Column(title=Text("Y (Đông) VN-2000, m", "Y (east) VN-2000, m"), key="east_m", kind="metres", width=14),
    Column(title=Text("Có đường đến", "By road"), key="by_road", width=9),
    Column(title=Text("Đường đến", "Access"), key="road", width=26),
    Column(title=Text("Số mẫu tối thiểu", "Least samples"), key="samples", kind="whole", width=9, summed=True),
)
_VILLAGES = (
    *_PLACE,
    Column(title=Text("Dịch vụ", "Service"), key="service", width=14),
    Column(title=Text("Kết luận", "Verdict"), key="verdict", width=16),
    Column(title=Text("Số điểm đo", "Points"), key="points", kind="whole", width=8, summed=True),
    Column(title=Text("Mẫu kế hoạch", "Samples planned"), key="planned", kind="whole", width=9, summed=True),
    Column(title=Text("Mẫu được dùng", "Samples used"), key="used", kind="whole", width=9, summed=True),
    Column(title=Text("Số chỗ đo (quy đổi)", "Places (effective)"), key="places", kind="decimal", width=10),
    Column(title=Text("Tỷ lệ chỗ đạt, %", "Places good, %"), key="share", kind="percent", width=9),
    Column(title=Text("Cận dưới, %", "Lower bound, %"), key="low", kind="percent", width=9),
    Column(title=Text("Cận trên, %", "Upper bound, %"), key="high", kind="percent", width=9),
    Column(title=Text("Lý do", "Reasons"), key="reasons", width=48),
)
_FIGURES = (
    *_PLACE,
    Column(title=Text("Dịch vụ", "Service"), key="service", width=14),
    Column(title=Text("Mẫu được dùng", "Samples used"), key="used", kind="whole", width=9, summed=True),
    Column(title=Text("Mẫu đạt", "Good samples"), key="good", kind="whole", width=9, summed=True),
    Column(title=Text("Mẫu bị loại", "Left out"), key="left_out", kind="whole", width=9, summed=True),
    Column(title=Text("Mức thu 5 %, dBm", "5 % level, dBm"), key="p5", kind="decimal", width=10),
    Column(title=Text("Trung vị, dBm", "Median, dBm"), key="p50", kind="decimal", width=10),
    Column(title=Text("Mức thu 95 %, dBm", "95 % level, dBm"), key="p95", kind="decimal", width=10),
    Column(
        title=Text("Chỗ chỉ có công nghệ khác", "Places of another technology"),
        key="fallen_back",
        kind="whole",
        width=12,
    ),
    Column(title=Text("Số ngày đo", "Days"), key="days", kind="whole", width=8),
)
_BY_POINT = (
    Column(title=Text("Mã điểm đo", "Point"), key="point_id", width=15),
    *_PLACE,
    Column(title=Text("Dịch vụ", "Service"), key="service", width=14),
    Column(title=Text("Mẫu kế hoạch", "Samples planned"), key="planned", kind="whole", width=9, summed=True),
    Column(title=Text("Mẫu được dùng", "Samples used"), key="used", kind="whole", width=9, summed=True),
    Column(title=Text("Số chỗ đo", "Places"), key="places", kind="whole", width=9, summed=True),
    Column(title=Text("Tỷ lệ chỗ đạt, %", "Places good, %"), key="share", kind="percent", width=9),
    Column(title=Text("Đủ mẫu", "Enough samples"), key="enough", width=9),
)
_COUNTS = (
    Column(title=Text("Lý do", "Reason"), key="reason", width=60),
    Column(title=Text("Số mẫu", "Samples"), key="count", kind="whole", width=12, summed=True),
)
_OUT = (
    Column(title=Text("Trang", "Sheet"), key="sheet", width=14),
    Column(title=Text("Dòng", "Row"), key="row", kind="whole", width=8),
    Column(title=Text("Mã phép đo", "Test ID"), key="test_id", width=22),
    Column(title=Text("Mã điểm đo", "Point"), key="point_id", width=18),
    Column(title=Text("Lý do loại", "Reason"), key="reason", width=50),
)


def write_test_points(path: Path, package: Package, making: Making) -> None:
    """Write the test points of a package as a workbook."""
    title = Text("Danh sách điểm đo nghiệm thu", "Acceptance test points")
    rows = [_point_row(i, point, making.language) for i, point in enumerate(package.test_points, start=1)]
    meridian = ", ".join(sorted({point.place.central_meridian for point in package.test_points})) or "–"
    notes = (
        Text(
            f"Toạ độ WGS 84 và VN-2000, kinh tuyến trục {meridian}, múi 3°.",
            f"WGS 84, and VN-2000 with central meridian {meridian}, 3° zone.",
        ),
        Text(
            "Không điểm nào đặt tại nhà dân. Điểm trung tâm đại diện cả thôn: không cộng số hộ của các điểm với nhau.",
            "None is at a private house. A centre stands for its whole village: households are not to be added up.",
        ),
    )
    sheet = _sheet(Text("Điểm đo", "Test points"), title, _POINTS, rows, package, notes, position="position")
    with new_book(
        path, language=making.language, title=title, created_on=package.frozen_on, footer=_footer(package)
    ) as book:
        book.add(sheet)


def write_results(path: Path, package: Package, acceptance: Acceptance, language: Language) -> None:
    """Write the results of an acceptance: villages, points, what was left out and why; no position of any sample."""
    title = Text("Kết quả nghiệm thu vùng phủ", "Results of acceptance")
    notes = (
        Text(
            f"Nhà mạng: {operator_title(acceptance.operator)}. Mức thu tối thiểu: {acceptance.minimum.vi}.",
            f"Operator: {operator_title(acceptance.operator)}. Least levels: {acceptance.minimum.en}.",
        ),
        Text(f"Quy tắc: {acceptance.rule.vi}.", f"Rule: {acceptance.rule.en}."),
        conclusion(acceptance),
        *acceptance.evidence,
        *acceptance.notes,
    )
    villages = [_village_row(one, language) for one in acceptance.villages]
    points = [_by_point_row(one, point, language) for one in acceptance.villages for point in one.points]
    counts = [{"reason": _reason(key, language), "count": count} for key, count in acceptance.counts if count]
    out = list(_out_rows(acceptance, language))
    sheets = (
        _sheet(Text("Theo thôn", "By village"), title, _VILLAGES, villages, package, notes),
        _sheet(Text("Số liệu", "Figures"), title, _FIGURES, villages, package),
        _sheet(Text("Theo điểm đo", "By point"), title, _BY_POINT, points, package, position="point_id"),
        _sheet(Text("Số mẫu theo lý do", "By reason"), title, _COUNTS, counts, package, position="reason"),
        _sheet(Text("Mẫu bị loại", "Samples left out"), title, _OUT, out, package),
    )
    with new_book(path, language=language, title=title, created_on=package.frozen_on, footer=_footer(package)) as book:
        for sheet in sheets:
            book.add(sheet)


def _sheet(
    name: Text,
    title: Text,
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
    package: Package,
    notes: Sequence[Text] = (),
    *,
    position: str = "commune_code",
) -> Sheet:
    summed = {column.key: total(rows, column.key) for column in columns if column.summed}
    head = Text(f"{title.vi} – gói {package.package_code}", f"{title.en} – package {package.package_code}")
    return Sheet(
        name=name,
        title=head,
        columns=columns,
        blocks=(Block(rows=rows),),
        notes=notes,
        alert=alert(package),
        total={position: TOTAL, **summed} if summed else None,
    )


def _footer(package: Package) -> str:
    return f"{package.package_code} v{package.version} – SHA-256 {digest_of(package)[:16]}"


def _point_row(position: int, point: TestPoint, language: Language) -> dict[str, Any]:
    place = point.place
    return {
        "position": position,
        "point_id": point.point_id,
        **_place_cells(point),
        "kind": KINDS[point.kind].to(language),
        "gap_id": point.gap_id,
        "households": point.households,
        "lat_deg": place.lat_deg,
        "lon_deg": place.lon_deg,
        "north_m": place.vn2000_northing_m,
        "east_m": place.vn2000_easting_m,
        "by_road": YES_NO[point.by_road].to(language),
        "road": point.road_text.to(language),
        "samples": point.samples,
    }


def _place_cells(of: TestPoint | VillageResult) -> dict[str, Any]:
    return {
        "commune_code": of.commune_code,
        "commune_name": of.commune_name,
        "village_code": of.village_code,
        "village_name": of.village_name,
    }


def _village_row(result: VillageResult, language: Language) -> dict[str, Any]:
    decision = result.decision
    p5, p50, p95 = result.levels_dbm or (None, None, None)
    return {
        **_place_cells(result),
        "service": result.service_title.to(language),
        "verdict": VERDICTS[decision.verdict].to(language),
        "points": len(result.points),
        "planned": sum(one.point.samples for one in result.points),
        "used": result.samples,
        "good": result.good_samples,
        "left_out": sum(count for _, count in result.left_out),
        "places": decision.places,
        "share": decision.share_percent,
        "low": decision.low_percent,
        "high": decision.high_percent,
        "p5": p5,
        "p50": p50,
        "p95": p95,
        "fallen_back": result.fallen_back,
        "days": result.days,
        "reasons": reasons_text(result, language),
    }


def _by_point_row(result: VillageResult, one: PointResult, language: Language) -> dict[str, Any]:
    return {
        "point_id": one.point.point_id,
        **_place_cells(one.point),
        "service": result.service_title.to(language),
        "planned": one.point.samples,
        "used": one.samples,
        "places": one.places,
        "share": one.good_percent,
        "enough": (Text("thiếu", "no") if one.missing else Text("đủ", "yes")).to(language),
    }


def _out_rows(acceptance: Acceptance, language: Language) -> Iterator[dict[str, Any]]:
    for one in acceptance.left_out:
        yield {
            "sheet": one.sheet,
            "row": one.row,
            "test_id": one.test_id,
            "point_id": one.point_id,
            "reason": LEFT_OUT[one.reason].to(language),
        }


def _reason(key: str, language: Language) -> str:
    return (LEFT_OUT[key] if key else Text("Được dùng", "Used")).to(language)
