"""plan.xlsx: the question and its answer, the sites in order, what each gap gets, every candidate, the prices used.

Money is in million đồng. Counts only: no household point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from phusong.data.provenance import Provenance, thresholds_text
from phusong.data.report import SIMULATED
from phusong.data.report_tables import TOTAL
from phusong.data.workbook import Block, Column, Row, Sheet, new_book
from phusong.words import Language, Text, day, number

MILLION = 1e6

COSTS = {
    "low": Text("Chi phí thấp, triệu đồng", "Cost low, m VND"),
    "middle": Text("Chi phí, triệu đồng", "Cost, m VND"),
    "high": Text("Chi phí cao, triệu đồng", "Cost high, m VND"),
}
PLACES = {
    "mast": Text("cột có sẵn", "standing mast"),
    "proposed": Text("địa phương đề xuất", "proposed"),
    "hilltop": Text("đỉnh đồi", "hilltop"),
    "shoulder": Text("vai núi", "shoulder"),
    "village_centre": Text("trung tâm thôn", "village centre"),
}
KINDS = {
    "upgrade": Text("nâng cấp trạm", "upgrade"),
    "share": Text("dùng chung cột", "share the mast"),
    "new": Text("trạm mới", "new mast"),
}


def write_plan_report(
    path: Path,
    *,
    title: Text,
    summary: Sequence[tuple[Text, Text]],
    notes: Sequence[Text],
    sites: pd.DataFrame,
    gaps: pd.DataFrame,
    candidates: pd.DataFrame,
    counts: pd.DataFrame | None,
    costs: Sequence[Sheet],
    provenance: Provenance,
    language: Language = "vi",
) -> None:
    """Write plan.xlsx; the same values give the same bytes.

    Parameters
    ----------
    path
        The .xlsx to write.
    title
        What the plan is.
    summary
        What was asked and answered: label and value.
    notes
        Sentences under the summary: what the numbers mean.
    sites, gaps, candidates
        The tables ``plan_sites``, ``plan_gaps`` (with ``village_name`` and ``commune_name``) and ``candidates``.
    counts
        Places looked at and left out: ``source_vi, source_en, reason_vi, reason_en, places``; None where not counted.
    costs
        Sheets about prices, as the cost model has them.
    provenance
        What the plan rests on.
    """
    sheets = [
        _summary(title, summary, [*notes, *_rests_on(provenance)]),
        _sites(sites, language),
        _supply(sites, language),
        _gaps(gaps, dict(zip(sites["option_id"], sites["order"], strict=True)), language),
        _candidates(candidates, language),
        *((_left_out(counts, language),) if counts is not None else ()),
        *costs,
    ]
    footer = f"{title.to(language)} · {day(provenance.created_on)}"
    with new_book(path, language=language, title=title, created_on=provenance.created_on, footer=footer) as book:
        for sheet in sheets:
            book.add(replace(sheet, alert=SIMULATED if provenance.simulated else None))


def _rests_on(p: Provenance) -> Sequence[Text]:
    return (
        Text(
            f"Mô hình: {p.model.vi}; Phủ Sóng {p.version}; kịch bản: {p.scenario.vi}; ngày {day(p.created_on)}.",
            f"Model: {p.model.en}; Phủ Sóng {p.version}; scenario: {p.scenario.en}; {day(p.created_on)}.",
        ),
        Text(
            f"Bộ ngưỡng {p.profile} – {p.profile_title.vi}: {thresholds_text(p, 'vi')}. Dịch vụ: {p.service.vi}.",
            f"Profile {p.profile} – {p.profile_title.en}: {thresholds_text(p, 'en')}. Service: {p.service.en}.",
        ),
        Text("Số liệu dự báo, không thay thế đo kiểm và khảo sát vị trí.",
             "A forecast; it does not replace measurement and a survey of the site."),
    )  # fmt: skip


def _summary(title: Text, rows: Sequence[tuple[Text, Text]], notes: Sequence[Text]) -> Sheet:
    return Sheet(
        name=Text("Tóm tắt", "Summary"),
        title=title,
        notes=tuple(notes),
        columns=(
            Column(title=Text("Mục", "Item"), key="item", width=46),
            Column(title=Text("Kết quả", "Answer"), key="value", width=58),
        ),
        blocks=(Block(rows=[{"item": item, "value": value} for item, value in rows]),),
        landscape=False,
    )


def _sites(table: pd.DataFrame, language: Language) -> Sheet:
    rows = [
        _said(row, language) | _millions(row) | {"gaps": row["gap_ids"].replace(";", "\n")} for row in _records(table)
    ]
    return Sheet(
        name=Text("Trạm chọn", "Sites"),
        title=Text("Các trạm được chọn, theo thứ tự nên làm", "Sites to build, in order"),
        notes=(
            Text(
                "Hộ phủ thêm: hộ chưa có sóng mà các trạm đứng trước chưa phủ; cộng lại là tổng của phương án, không "
                "hộ nào tính hai lần. Hộ riêng: mất sóng nếu bỏ trạm này. Tiền: triệu đồng, khoảng từ thấp đến cao.",
                "Households added: those without service that no site before serves; they add up to the plan, none "
                "counted twice. Own households: lost without the site. Money in million VND, from low to high.",
            ),
        ),
        columns=(
            Column(title=Text("TT", "No."), key="order", kind="whole", width=5),
            *_what_columns(),
            Column(title=Text("Hộ phủ thêm", "Households added"), key="households", kind="whole", width=9, summed=True),
            Column(title=Text("Hộ riêng", "Own"), key="own_households", kind="whole", width=8),
            Column(title=Text("Hộ đã có sóng cũng phủ", "Served today, also covered"),
                   key="served_already_households", kind="whole", width=10),
            *_cost_columns(summed=True),
            Column(title=Text("Khu vực", "Gaps"), key="gaps", width=17),
        ),
        blocks=(Block(rows=rows),),
        total={"what": TOTAL},
        frozen_columns=2,
    )  # fmt: skip


def _supply(table: pd.DataFrame, language: Language) -> Sheet:
    rows = [
        _said(row, language) | {"backhaul": row[f"backhaul_{language}"], "power": row[f"power_{language}"]}
        for row in _records(table)
    ]
    return Sheet(
        name=Text("Truyền dẫn, điện", "Backhaul, power"),
        title=Text("Truyền dẫn, nguồn điện, đường vào các trạm được chọn", "Backhaul, power and access of the sites"),
        columns=(
            Column(title=Text("TT", "No."), key="order", kind="whole", width=5),
            Column(title=Text("Phương án", "Option"), key="option_id", width=32),
            Column(title=Text("Truyền dẫn", "Backhaul"), key="backhaul", width=46),
            Column(title=Text("Nguồn điện", "Power"), key="power", width=34),
            Column(title=Text("Độ cao đất, m", "Ground, m"), key="ground_m", kind="whole", width=9),
            Column(title=Text("Độ dốc, %", "Slope, %"), key="slope_percent", kind="decimal", width=8),
            Column(title=Text("Cách đường, km", "Road, km"), key="road_km", kind="decimal", width=9),
            Column(title=Text("Cách lưới điện, km", "Grid, km"), key="grid_km", kind="decimal", width=9),
        ),
        blocks=(Block(rows=rows),),
        frozen_columns=2,
    )


def _what_columns() -> tuple[Column, ...]:
    return (
        Column(title=Text("Làm gì", "What"), key="what", width=29),
        Column(title=Text("Công nghệ, anten", "Technology, antenna"), key="radio", width=14),
        Column(title=Text("Kinh độ", "Longitude"), key="lon_deg", kind="degrees", width=11),
        Column(title=Text("Vĩ độ", "Latitude"), key="lat_deg", kind="degrees", width=10.5),
    )


def _cost_columns(*, summed: bool) -> tuple[Column, ...]:
    return (
        *(Column(title=title, key=key, kind="decimal", width=11, summed=summed) for key, title in COSTS.items()),
        Column(title=Text("Triệu đồng một hộ", "m VND a household"), key="each", kind="decimal", width=10),
    )


def _gaps(table: pd.DataFrame, order: Mapping[str, int], language: Language) -> Sheet:
    rows = [
        row
        | {
            "left_because": row[f"left_because_{language}"],
            "advice": row[f"advice_{language}"],
            "sites": ", ".join(str(order[name]) for name in row["site_option_ids"].split(";") if name),
            "place": ", ".join(str(row.get(k)) for k in ("village_name", "commune_name") if row.get(k)),
        }
        for row in _records(table)
    ]
    return Sheet(
        name=Text("Khu vực", "Gaps"),
        title=Text("Từng vùng lõm: hộ được phủ, hộ còn lại, vì sao và nên làm gì", "Gaps: served, left, why, advice"),
        columns=(
            Column(title=Text("Mã vùng lõm", "Gap"), key="gap_id", width=17),
            Column(title=Text("Thôn, xã", "Village, commune"), key="place", width=28),
            Column(title=Text("Hộ chưa có sóng", "Households"), key="households", kind="whole", width=10, summed=True),
            Column(title=Text("Được phủ", "Served"), key="planned_households", kind="whole", width=10, summed=True),
            Column(title=Text("Còn lại", "Left"), key="left_households", kind="whole", width=10, summed=True),
            Column(title=Text("Vì sao còn lại", "Why left"), key="left_because", width=42),
            Column(title=Text("Nên làm", "Advice"), key="advice", width=46),
            Column(title=Text("Trạm số", "Sites"), key="sites", width=11),
        ),
        blocks=(Block(rows=rows),),
        total={"gap_id": TOTAL},
        frozen_columns=1,
    )  # fmt: skip


def _candidates(table: pd.DataFrame, language: Language) -> Sheet:
    rows = [_said(row, language) | _millions(row) | {"verdict": row[f"verdict_{language}"]} for row in _records(table)]
    return Sheet(
        name=Text("Phương án đã xét", "Candidates"),
        title=Text("Mọi phương án đã xét và kết quả", "Every candidate and what became of it"),
        columns=(
            Column(title=Text("Phương án", "Option"), key="option_id", width=32),
            *_what_columns(),
            Column(title=Text("Hộ nếu chỉ có trạm này", "Households alone"), key="households", kind="whole", width=10),
            *_cost_columns(summed=False),
            Column(title=Text("Kết quả", "Verdict"), key="verdict", width=30),
        ),
        blocks=(Block(rows=rows),),
        frozen_columns=1,
    )


def _left_out(counts: pd.DataFrame, language: Language) -> Sheet:
    rows = [
        row | {"source": row[f"source_{language}"], "reason": row[f"reason_{language}"]} for row in _records(counts)
    ]
    return Sheet(
        name=Text("Vị trí đã loại", "Places left out"),
        title=Text(
            "Vị trí đã xem gần các vùng lõm: giữ lại hay loại, vì sao", "Places looked at: kept or left out, why"
        ),
        columns=(
            Column(title=Text("Nguồn vị trí", "Source"), key="source", width=34),
            Column(title=Text("Kết quả", "What became of it"), key="reason", width=44),
            Column(title=Text("Số vị trí", "Places"), key="places", kind="whole", width=12, summed=True),
        ),
        blocks=(Block(rows=rows),),
        total={"source": TOTAL},
        landscape=False,
    )


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows without their shapes."""
    kept = table.drop(columns="geometry", errors="ignore")
    return [{str(key): value for key, value in row.items()} for row in kept.to_dict("records")]


def _said(row: Row, language: Language) -> dict[str, Any]:
    """Return a row with what is to be done, and by which radio, in words."""
    what = f"{KINDS[row['kind']].to(language)}, {PLACES[row['source']].to(language)}"
    if row["host_site_id"]:
        what = f"{KINDS[row['kind']].to(language)} {row['host_site_id']}"
    height = number(row["height_agl_m"], language)
    return {**row, "what": what, "radio": f"{row['technology']} {row['band']}, {height} m"}


def _millions(row: Row) -> dict[str, float]:
    keys = {"low": "cost_low_vnd", "middle": "cost_vnd", "high": "cost_high_vnd", "each": "cost_per_household_vnd"}
    return {short: float(row[key]) / MILLION for short, key in keys.items()}
