"""Findings as sheets a leader can sign: the findings, their evidence side by side, disagreements, where to measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from phusong.coverage.findings import KIND_TITLES, PRECEDENCE, SAYS_TITLES, SOURCE_TITLES
from phusong.coverage.measured_service import ASSUMED_MEASURING, MeasuringRule
from phusong.coverage.reasons import operator_title
from phusong.data.report_tables import rows_of
from phusong.data.schemas.findings import FINDINGS
from phusong.data.workbook import Block, Column, Row, Sheet
from phusong.words import Language, Text, number

RULE = Text(
    "Thứ tự: đo kiểm trước, rồi xã xác nhận, rồi khai báo và báo cáo, sau cùng là mô hình. Bằng chứng “chưa xác định” "
    "không bác bỏ bằng chứng khác. Kết luận ghi thay (có lý do) đứng trên tất cả và vẫn hiện điều nó thay.",
    "Order: measured, then confirmed by the commune, then declared or reported, last the model. Evidence that is "
    "“undetermined” overrules nothing. A recorded override (with its reason) stands above all; what it overrules stays "
    "shown.",
)
PROVISIONAL = Text(
    "“Tạm”: chưa được đưa vào danh sách đấu thầu, vì lý do ghi ở cột bên.",
    "“Provisional”: must not enter a tender list yet, for the reason beside it.",
)
TARGET_TITLES: Mapping[str, Text] = {
    "village": Text("thôn", "village"),
    "gap": Text("khu vực lõm", "gap"),
    "cluster": Text("cụm hộ", "cluster"),
}
_ROAD = {"yes": Text("có", "yes"), "no": Text("không", "no"), "unknown": Text("chưa biết", "unknown")}
_COMMUNE = Column(title=Text("Xã, phường, đặc khu", "Commune"), key="commune_name", width=16)
_VILLAGE = Column(title=Text("Thôn, bản", "Village"), key="village_name", width=16)
_GAP = Column(title=Text("Mã khu vực lõm", "Gap ID"), key="gap_id", width=13)
_TARGET = Column(title=Text("Về", "About"), key="target", width=10)
_SERVICE = Column(title=Text("Dịch vụ", "Service"), key="service", width=11)
_HOUSEHOLDS = Column(title=Text("Số hộ", "Households"), key="households", kind="whole", width=8)
_KINDS = tuple(
    Column(title=Text(KIND_TITLES[kind].vi.capitalize(), KIND_TITLES[kind].en.capitalize()), key=kind, width=12)
    for kind in PRECEDENCE
)
_FINDING = Column(title=Text("Kết luận", "Finding"), key="finding", width=12)


def findings_sheet(
    findings: pd.DataFrame, reliability: Text, services: Mapping[str, Text], language: Language
) -> Sheet:
    """Show every finding with what it rests on and who answers for it."""
    return Sheet(
        name=Text("Kết luận", "Findings"),
        title=Text("Kết luận về từng thôn và khu vực lõm", "Findings of every village and gap"),
        notes=(RULE, PROVISIONAL, reliability),
        columns=(
            *(_COMMUNE, _VILLAGE, _GAP, _SERVICE, _FINDING),
            Column(title=Text("Dựa trên", "Rests on"), key="basis", width=13),
            _HOUSEHOLDS,
            *_KINDS,
            Column(title=Text("Tạm", "Provisional"), key="provisional", width=8),
            Column(title=Text("Vì sao tạm", "Why provisional"), key="because", width=18),
            Column(title=Text("Được vào danh sách đấu thầu", "May enter a tender list"), key="tender", width=11),
            Column(title=Text("Người kết luận hoặc nguồn", "Author or source"), key="author", width=16),
            Column(title=Text("Ngày", "Dated"), key="dated", width=11),
            Column(title=Text("Lý do ghi thay", "Reason of an override"), key="reason", width=18),
        ),
        blocks=(Block(rows=[_finding_row(row, services, language) for row in rows_of(findings)]),),
        frozen_columns=2,
    )


def disagreements_sheet(findings: pd.DataFrame, services: Mapping[str, Text], language: Language) -> Sheet:
    """Show the findings whose evidence disagrees, most households first."""
    torn = findings[~findings["agrees"].astype(bool)].sort_values("households", ascending=False, kind="stable")
    return Sheet(
        name=Text("Trái nhau", "Disagreements"),
        title=Text("Nơi các bằng chứng trái nhau", "Where the evidence disagrees"),
        columns=(
            *(_COMMUNE, _VILLAGE, _GAP, _SERVICE, _HOUSEHOLDS, _FINDING),
            Column(title=Text("Dựa trên", "Rests on"), key="basis", width=14),
            Column(title=Text("Các bằng chứng nói gì", "What the evidence says"), key="disagreement", width=56),
        ),
        blocks=(Block(rows=[_finding_row(row, services, language) for row in rows_of(torn)]),),
        frozen_columns=2,
    )


def evidence_sheet(
    evidence: pd.DataFrame, communes: Mapping[str, str], services: Mapping[str, Text], language: Language
) -> Sheet:
    """Show what each source says, one row a source, those of one place together."""
    rows = [
        {
            **row,
            "commune_name": communes.get(str(row["commune_code"]), ""),
            "service": _short(services.get(str(row["service"]), Text(str(row["service"]), str(row["service"])))),
            "kind": KIND_TITLES[row["kind"]],
            "source": SOURCE_TITLES.get(str(row["source"]), Text(str(row["source"]), str(row["source"]))),
            "operator": operator_title(str(row["operator"])) if row["operator"] else "",
            "says": SAYS_TITLES[row["says"]],
            "tests": row["tests"] or None,
            "detail": row[f"detail_{language}"],
            "dated": _day(row["dated"]),
        }
        for row in rows_of(_side_by_side(evidence))
    ]
    return Sheet(
        name=Text("Bằng chứng", "Evidence"),
        title=Text("Bằng chứng, từng nguồn một", "The evidence, source by source"),
        notes=(
            Text(
                "Mỗi nguồn một dòng, không nguồn nào bị gộp hay thay. Một nhà mạng riêng lẻ chỉ có thể cho biết nơi ấy "
                "có sóng; kết luận không có sóng cần mọi nhà mạng.",
                "One row a source; none is merged or replaced. One operator alone can only say that a place is served; "
                "that it is not takes all operators.",
            ),
        ),
        columns=(
            *(_COMMUNE, _VILLAGE, _GAP, _SERVICE),
            Column(title=Text("Loại bằng chứng", "Kind"), key="kind", width=13),
            Column(title=Text("Nguồn", "Source"), key="source", width=14),
            Column(title=Text("Nhà mạng", "Operator"), key="operator", width=12),
            Column(title=Text("Công nghệ", "Technology"), key="technology", width=10),
            Column(title=Text("Cho biết", "Says"), key="says", width=13),
            _HOUSEHOLDS,
            Column(title=Text("Phép đo", "Tests"), key="tests", kind="whole", width=8),
            Column(title=Text("Chi tiết", "Detail"), key="detail", width=44),
            Column(title=Text("Ai", "By"), key="author", width=16),
            Column(title=Text("Ngày", "Dated"), key="dated", width=11),
        ),
        blocks=(Block(rows=rows),),
        frozen_columns=2,
    )


def points_sheet(points: pd.DataFrame, language: Language) -> Sheet:
    """Show where to measure next, the place that would decide most households first."""
    rows = [
        {
            **row,
            "target": TARGET_TITLES[str(row["target"])],
            "by_road": _ROAD[str(row["by_road"])],
            "why": row[f"why_{language}"],
            "road": row[f"road_{language}"],
        }
        for row in rows_of(points)
    ]
    return Sheet(
        name=Text("Nơi cần đo tiếp", "Where to measure"),
        title=Text("Nơi cần đo tiếp theo", "What to measure next"),
        notes=_measuring_notes(ASSUMED_MEASURING),
        columns=(
            Column(title=Text("Thứ tự", "Order"), key="order", kind="whole", width=7),
            *(_COMMUNE, _VILLAGE, _GAP, _TARGET),
            Column(
                title=Text("Số hộ được quyết định", "Households it decides"), key="households", kind="whole", width=11
            ),
            Column(title=Text("Vì sao", "Why"), key="why", width=24),
            Column(title=Text("Nhà mạng cần đo", "Operators to measure"), key="operators", width=24),
            Column(title=Text("Vĩ độ", "Latitude"), key="lat_deg", kind="degrees", width=11),
            Column(title=Text("Kinh độ", "Longitude"), key="lon_deg", kind="degrees", width=11),
            Column(title=Text("Đến được bằng đường", "By road"), key="by_road", width=10),
            Column(title=Text("Đường", "Road"), key="road", width=28),
        ),
        blocks=(Block(rows=rows),),
        frozen_columns=3,
    )


def reliability_sheet(table: pd.DataFrame, text: Text) -> Sheet:
    """Show how often the model was right, for the whole study and by commune."""
    every = Text("Toàn nghiên cứu", "The whole study")
    rows = [{**row, "commune_name": row["commune_name"] if row["commune_code"] else every} for row in rows_of(table)]
    return Sheet(
        name=Text("Độ tin cậy", "Reliability"),
        title=Text("Độ tin cậy của bản đồ: mô hình so với phép đo", "Reliability of the map: model against tests"),
        notes=(
            text,
            Text(
                "Mỗi phép đo ngoài trời được so với điều mô hình nói về đúng nhà mạng và công nghệ ấy, tại nơi ấy. "
                "Nơi mô hình chưa xác định được đếm riêng, không bao giờ tính là đúng. Các phép đo gần nhau không độc "
                "lập: khoảng tin cậy tính theo số nơi (ô 300 m), và để trống khi dưới năm nơi.",
                "Each test outdoors is held against what the model says of that operator and technology at that place. "
                "Where the model is undetermined is counted apart, never as right. Tests near each other are not "
                "independent: the interval goes by places (squares of 300 m); it is left out under five places.",
            ),
        ),
        columns=(
            Column(title=Text("Mã xã", "Commune code"), key="commune_code", width=9),
            Column(title=Text("Xã, phường, đặc khu", "Commune"), key="commune_name", width=22),
            _count("Phép đo", "Tests", "tests"),
            _count("Nơi đo", "Places", "places"),
            _count("Mô hình có kết luận", "Model decides", "decided"),
            _count("Đúng", "Right", "right"),
            _count("Mô hình chưa xác định", "Model undetermined", "undetermined"),
            Column(title=Text("Đúng, %", "Right, %"), key="right_percent", kind="percent", width=9),
            Column(title=Text("Từ, %", "From, %"), key="low_percent", kind="percent", width=9),
            Column(title=Text("Đến, %", "To, %"), key="high_percent", kind="percent", width=9),
        ),
        blocks=(Block(rows=rows),),
        frozen_columns=2,
        landscape=False,
    )


def recording_sheet() -> Sheet:
    """Say how a finding is recorded: the columns of the list, with what each means."""
    rows = [
        {
            "title": field.title,
            "needed": Text("bắt buộc", "required") if field.required == "R" else Text("", ""),
            "meaning": field.meaning,
            "example": field.example,
        }
        for field in FINDINGS.fields
        if field.name not in ("row_no", "finding_id", "note")
    ]
    return Sheet(
        name=Text("Cách ghi kết luận", "How to record"),
        title=Text("Cách ghi một kết luận hoặc xác nhận", "How to record a finding or a confirmation"),
        notes=(
            Text(
                "Lập danh sách theo các cột dưới đây (mẫu: phusong template findings), ghi tên tệp vào findings của "
                "[inputs] trong study.toml rồi chạy lại. Kết luận thay phải có lý do, người kết luận và ngày.",
                "Make a list with these columns (template: phusong template findings), name it as findings under "
                "[inputs] in study.toml and run again. An override needs a reason, an author and a day.",
            ),
        ),
        columns=(
            Column(title=Text("Cột", "Column"), key="title", width=28),
            Column(title=Text("Bắt buộc", "Required"), key="needed", width=10),
            Column(title=Text("Ý nghĩa", "Meaning"), key="meaning", width=52),
            Column(title=Text("Ví dụ", "Example"), key="example", width=30),
        ),
        blocks=(Block(rows=rows),),
        landscape=False,
    )


def _measuring_notes(rule: MeasuringRule) -> Sequence[Text]:
    vi = {name: number(getattr(rule, name)) for name in ("reach_m", "min_tests", "served_percent", "unserved_percent")}
    en = {name: number(getattr(rule, name), "en") for name in vi}
    return (
        Text(
            f"Cần ít nhất {vi['min_tests']} phép đo của mỗi nhà mạng trong {vi['reach_m']} m: từ "
            f"{vi['served_percent']} % đạt ngưỡng là có sóng, đến {vi['unserved_percent']} % là không "
            f"({rule.source.vi}).",
            f"At least {en['min_tests']} tests of each operator within {en['reach_m']} m are needed: from "
            f"{en['served_percent']} % passed on it serves, up to {en['unserved_percent']} % it does not "
            f"({rule.source.en}).",
        ),
        Text(
            "Nơi đo là giữa một ô vuông hoặc tâm khu vực, dời ra đường gần nhất; không phải vị trí một ngôi nhà.",
            "A place is the middle of a square or the centre of an area, moved to the nearest road; nobody's house.",
        ),
    )


def _finding_row(row: Row, services: Mapping[str, Text], language: Language) -> Row:
    said: Row = {kind: SAYS_TITLES[row[kind]] if row[kind] else "" for kind in PRECEDENCE}
    return {
        **row,
        **said,
        "service": _short(services.get(str(row["service"]), Text(str(row["service"]), str(row["service"])))),
        "finding": SAYS_TITLES[row["finding"]],
        "finding_colour": row["finding"],
        "basis": KIND_TITLES[row["basis"]],
        "because": row[f"provisional_because_{language}"],
        "disagreement": row[f"disagreement_{language}"],
        "provisional": bool(row["provisional"]),
        "tender": bool(row["tender"]),
        "dated": _day(row["dated"]),
    }


def _side_by_side(evidence: pd.DataFrame) -> pd.DataFrame:
    """Return the evidence with all of one place together, the kind that decides first."""
    order = {kind: k for k, kind in enumerate(PRECEDENCE)}
    sorted_ = evidence.assign(_order=evidence["kind"].map(order))
    by = ["commune_code", "village_code", "village_name", "gap_id", "service", "_order", "source", "operator"]
    return sorted_.sort_values(by, kind="stable").drop(columns="_order")


def _short(title: Text) -> Text:
    """Return a service's title without its technologies in brackets."""
    return Text(title.vi.partition(" (")[0], title.en.partition(" (")[0])


def _day(iso: object) -> str:
    """Write a day kept as YYYY-MM-DD as dd/mm/yyyy."""
    return "/".join(reversed(str(iso or "").split("-")))


def _count(vi: str, en: str, key: str) -> Column:
    return Column(title=Text(vi, en), key=key, kind="whole", width=10)
