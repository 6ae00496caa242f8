"""report.xlsx: indicators by province, commune and village, gaps, margins, input problems, what to measure first.

Counts only, never a household point: the file may be handed round inside the department.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from phusong.data.calibration import StudyCalibration
from phusong.data.ledger import TREATMENTS, LossRow
from phusong.data.provenance import Provenance, estimate_text, thresholds_text
from phusong.data.report_calibration import calibration_sheet
from phusong.data.report_reconciliation import agreement_sheet, reconciliation_sheet
from phusong.data.report_tables import (
    TOTAL,
    communes_sheet,
    comparison_sheet,
    gaps_sheet,
    provinces_sheet,
    to_ask_sheet,
    to_measure_sheet,
    villages_sheet,
)
from phusong.data.terms import village_class_title
from phusong.data.workbook import Block, Column, Row, Sheet, new_book
from phusong.errors import Problem
from phusong.words import Language, Text, day

SIMULATED = Text("DỮ LIỆU MÔ PHỎNG – chỉ để minh hoạ", "SIMULATED DATA – for illustration")

_COUNTS: tuple[tuple[str, Text, str | None], ...] = (
    ("households", Text("Tổng số hộ", "Households"), None),
    ("served_households", Text("Hộ có sóng", "Households served"), "households"),
    ("unserved_households", Text("Hộ chưa có sóng", "Households unserved"), "households"),
    (
        "undetermined_households",
        Text("Hộ chưa xác định, cần đo", "Households undetermined, to be measured"),
        "households",
    ),
    ("no_data_households", Text("Hộ không có dữ liệu", "Households without data"), "households"),
    ("gaps", Text("Khu vực lõm sóng", "Gaps"), None),
    ("gap_households", Text("Hộ trong khu vực lõm sóng", "Households in gaps"), "unserved_households"),
    (
        "unclustered_households",
        Text("Hộ chưa có sóng ở lẻ, ngoài các khu vực", "Unserved households outside gaps"),
        "unserved_households",
    ),
    ("reported_gaps", Text("Nơi trong danh sách của tỉnh", "Places in the province's list"), None),
    ("reported_confirmed", Text("Mô hình cũng thấy lõm", "Confirmed by the model"), "reported_gaps"),
    ("reported_served", Text("Mô hình cho là có sóng", "Served by the model"), "reported_gaps"),
    ("reported_undetermined", Text("Mô hình chưa xác định", "Undetermined by the model"), "reported_gaps"),
    ("reported_no_terrain", Text("Không có địa hình để đối chiếu", "Without terrain"), "reported_gaps"),
    ("reported_outside", Text("Ngoài vùng nghiên cứu", "Outside the study"), "reported_gaps"),
    ("reported_unread", Text("Dòng có lỗi, không đối chiếu được", "Rows with errors"), "reported_gaps"),
    ("model_gaps_unreported", Text("Vùng lõm của mô hình chưa ai báo", "Modelled gaps not reported"), "gaps"),
    ("proposed_sites", Text("Vị trí trạm đề xuất", "Proposed sites"), None),
    ("packages", Text("Gói thầu dự kiến", "Draft packages"), None),
    ("package_households", Text("Hộ trong các gói dự kiến", "Households in draft packages"), "gap_households"),
    (
        "package_remainder_households",
        Text("Hộ trong khu vực chưa vào gói", "Households of gaps in no package"),
        "gap_households",
    ),
    ("villages", Text("Thôn, bản", "Villages"), None),
    ("sites", Text("Trạm trong danh sách", "Stations listed"), None),
    ("sectors", Text("Sector", "Sectors"), None),
    ("household_points", Text("Điểm hộ", "Household points"), None),
)


def write_report(
    path: Path,
    tables: Mapping[str, pd.DataFrame],
    *,
    counts: Mapping[str, float],
    problems: Sequence[Problem],
    provenance: Provenance,
    ledger: Sequence[LossRow],
    colours: Mapping[str, str],
    language: Language = "vi",
    calibration: StudyCalibration | None = None,
    comparison: pd.DataFrame | None = None,
    comparison_notes: Sequence[Text] = (),
    further: Sequence[Sheet] = (),
) -> None:
    """Write report.xlsx; the same values give the same bytes.

    Parameters
    ----------
    path
        The .xlsx to write.
    tables
        The result tables ``communes``, ``villages``, ``gaps``, ``asks`` and ``measure_first``; ``reconciliation`` and
        ``reconciliation_communes`` where there are any.
    counts
        The counts of the manifest.
    problems, provenance, ledger
        What was found in the input files, what the numbers rest on, and every loss with how it is treated.
    colours
        Fill (``#RRGGBB``) by village class.
    calibration
        What the calibration found, where the study asks for one.
    comparison
        Model against measurements, a row a group: ``group, measurements, bias_db, std_db, rank_correlation``, and where
        known ``places, below_floor_percent, left_out``.
    comparison_notes
        What to make of the comparison.
    further
        Sheets of what follows from the results, after the gaps.
    """
    title = Text(f"Kết quả nghiên cứu {provenance.study}", f"Results of study {provenance.study}")
    footer = f"{title.to(language)} · {day(provenance.created_on)}"
    sheets = [
        _summary(tables, counts, provenance),
        provinces_sheet(tables["communes"]),
        communes_sheet(tables["communes"], provenance.interval),
        villages_sheet(tables["villages"], provenance.interval),
        gaps_sheet(tables["gaps"], provenance.interval, language),
        *further,
        _ledger(ledger),
        _problems(problems, language),
        to_ask_sheet(tables["asks"], language),
        to_measure_sheet(tables["measure_first"], language),
    ]
    if "reconciliation" in tables:
        sheets.append(reconciliation_sheet(tables["reconciliation"], language))
        sheets.append(agreement_sheet(tables["reconciliation_communes"]))
    if comparison is not None:
        sheets.append(comparison_sheet(comparison, comparison_notes))
    if calibration is not None:
        sheets.append(calibration_sheet(calibration))
    with new_book(
        path, language=language, title=title, created_on=provenance.created_on, footer=footer, colours=colours
    ) as book:
        for sheet in sheets:
            book.add(replace(sheet, alert=SIMULATED if provenance.simulated else None))


def _summary(tables: Mapping[str, pd.DataFrame], counts: Mapping[str, float], p: Provenance) -> Sheet:
    rows: list[Row] = []
    for key, title, whole in _COUNTS:
        if key in counts:
            rows.append({"item": title, "part": counts[key], "whole": counts.get(whole or "")})
        if key == "unserved_households" and "unserved_low" in counts:
            rows += _interval_rows(counts, p.interval)
    rows += _class_rows(tables["villages"])
    return Sheet(
        name=Text("Tóm tắt", "Summary"),
        title=Text(f"Kết quả nghiên cứu {p.study}", f"Results of study {p.study}"),
        notes=tuple(_summary_notes(p)),
        columns=(
            Column(title=Text("Chỉ tiêu", "Indicator"), key="item", width=52),
            Column(title=Text("Số lượng", "Number"), key="part", kind="whole", width=14),
            Column(title=Text("Trên tổng số", "Out of"), key="whole", kind="whole", width=14),
            Column(
                title=Text("Tỷ lệ, %", "Share, %"), key="share", kind="percent", width=11, share_of=("part", "whole")
            ),
        ),
        blocks=(Block(rows=rows),),
        landscape=False,
    )


def _interval_rows(counts: Mapping[str, float], label: Text) -> Iterable[Row]:
    for key, end in (("unserved_low", Text("từ", "from")), ("unserved_high", Text("đến", "to"))):
        title = Text(f"Hộ chưa có sóng, {end.vi} ({label.vi})", f"Households unserved, {end.en} ({label.en})")
        yield {"item": title, "part": counts[key], "whole": counts.get("households")}


def _class_rows(villages: pd.DataFrame) -> Iterable[Row]:
    """Yield one row a village class; none without a village."""
    classes = villages["village_class"].value_counts()
    for key in ("white", "depression", "weak", "covered", "undetermined") if len(villages) else ():
        title = village_class_title(key)
        label = Text(f"Thôn {title.vi}", f"Villages: {title.en}")
        yield {"item": label, "part": int(classes.get(key, 0)), "whole": len(villages), "item_colour": key}


def _summary_notes(p: Provenance) -> Iterable[Text]:
    yield Text(
        f"Mô hình: {p.model.vi}; Phủ Sóng {p.version}; kịch bản: {p.scenario.vi}; ngày {day(p.created_on)}.",
        f"Model: {p.model.en}; Phủ Sóng {p.version}; scenario: {p.scenario.en}; {day(p.created_on)}.",
    )
    yield Text(
        f"Bộ ngưỡng {p.profile} – {p.profile_title.vi}: {thresholds_text(p, 'vi')}.",
        f"Profile {p.profile} – {p.profile_title.en}: {thresholds_text(p, 'en')}.",
    )
    yield Text(f"Dịch vụ: {p.service.vi}.", f"Service: {p.service.en}.")
    if p.estimated:
        how = estimate_text(p.persons_per_household)
        yield Text(f"Hộ dân {how.vi}.", f"Households {how.en}.")
    if p.reliability.vi:
        yield p.reliability
    yield Text("Số liệu dự báo, không thay thế đo kiểm.", "A forecast; it does not replace measurement.")


def _ledger(ledger: Sequence[LossRow]) -> Sheet:
    return Sheet(
        name=Text("Dự trữ tổn hao", "Margins"),
        title=Text("Tổn hao và dự trữ trừ vào mức thu dự báo", "Losses and margins taken from the predicted level"),
        notes=(Text("Mỗi khoản chỉ được tính một lần.", "Each enters once."),),
        columns=(
            Column(title=Text("Khoản", "Loss"), key="title", width=40),
            Column(title=Text("Cách tính", "Treatment"), key="treatment", width=24),
            Column(
                title=Text("Ngoài trời, dB", "Outdoors, dB"), key="outdoor_db", kind="decimal", width=11, summed=True
            ),
            Column(title=Text("Trong nhà, dB", "Indoors, dB"), key="indoor_db", kind="decimal", width=11, summed=True),
            Column(title=Text("Nguồn", "Source"), key="source", width=52),
        ),
        blocks=(
            Block(
                rows=[
                    {
                        "title": row.title,
                        "treatment": TREATMENTS[row.treatment],
                        "outdoor_db": row.outdoor_db,
                        "indoor_db": row.indoor_db,
                        "source": row.source,
                    }
                    for row in ledger
                ]
            ),
        ),
        total={"title": TOTAL},
    )


_LEVELS = {
    "error": Text("lỗi", "error"),
    "warning": Text("cần xem", "warning"),
    "repair": Text("đã sửa giúp", "repaired"),
}


def _problems(problems: Sequence[Problem], language: Language) -> Sheet:
    rows = [
        {
            "level": _LEVELS[problem.level],
            "file": problem.file,
            "sheet": problem.sheet,
            "row": problem.row,
            "column": problem.column,
            "found": problem.found,
            "text": problem.text.to(language),
        }
        for problem in problems
    ]
    return Sheet(
        name=Text("Vấn đề dữ liệu", "Input problems"),
        title=Text("Vấn đề tìm thấy trong dữ liệu đầu vào", "Problems found in the input files"),
        columns=(
            Column(title=Text("Mức", "Level"), key="level", width=12),
            Column(title=Text("Tệp", "File"), key="file", width=24),
            Column(title=Text("Trang", "Sheet"), key="sheet", width=14),
            Column(title=Text("Dòng", "Row"), key="row", kind="whole", width=8),
            Column(title=Text("Cột", "Column"), key="column", width=20),
            Column(title=Text("Giá trị trong tệp", "Found"), key="found", width=20),
            Column(title=Text("Nội dung", "What it is"), key="text", width=62),
        ),
        blocks=(Block(rows=rows),),
    )
