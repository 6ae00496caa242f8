"""The tables of report.xlsx: provinces, communes, villages, gaps, what to measure first, model against measurements."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from phusong.coverage.reasons import operator_title
from phusong.data.terms import cause, nearest_lines, range_text, village_class_title
from phusong.data.workbook import Block, Column, Row, Sheet
from phusong.words import Language, Text, number

_STATES = (
    Column(title=Text("Tổng số hộ", "Households"), key="households", kind="whole", width=11, summed=True),
    Column(title=Text("Hộ có sóng", "Served"), key="served_households", kind="whole", width=10, summed=True),
    Column(title=Text("Hộ chưa có sóng", "Unserved"), key="unserved_households", kind="whole", width=10, summed=True),
    Column(
        title=Text("Chưa có sóng, % số hộ", "Unserved, % of households"),
        key="unserved_percent",
        kind="percent",
        width=11,
        share_of=("unserved_households", "households"),
    ),
    Column(
        title=Text("Hộ chưa xác định, cần đo", "Undetermined, to be measured"),
        key="undetermined_households",
        kind="whole",
        width=12,
        summed=True,
    ),
    Column(title=Text("Hộ không có dữ liệu", "No data"), key="no_data_households", kind="whole", width=11, summed=True),
)
_GAPS = (
    Column(title=Text("Số khu vực lõm", "Gaps"), key="gaps", kind="whole", width=10, summed=True),
    Column(
        title=Text("Hộ trong khu vực lõm", "Households in gaps"),
        key="gap_households",
        kind="whole",
        width=11,
        summed=True,
    ),
)
_PROVINCE = Column(title=Text("Tỉnh, thành phố", "Province"), key="province_name", width=20)
_COMMUNE_CODE = Column(title=Text("Mã xã", "Commune code"), key="commune_code", width=9)
_COMMUNE = Column(title=Text("Xã, phường, đặc khu", "Commune"), key="commune_name", width=20)
_VILLAGE = Column(title=Text("Thôn, bản", "Village"), key="village_name", width=20)
_CLASS = Column(title=Text("Phân loại", "Class"), key="village_class", width=13)
TOTAL = Text("Tổng cộng", "Total")


def _interval_column(label: Text) -> Column:
    title = Text(f"Hộ chưa có sóng ({label.vi})", f"Households unserved ({label.en})")
    return Column(title=title, key="interval", width=14)


def _with_interval(row: Row) -> Row:
    if row.get("unserved_low") is None:
        return row
    low, high = int(row["unserved_low"]), int(row["unserved_high"])
    return {**row, "interval": Text(range_text(low, high), range_text(low, high, "en"))}


def provinces_sheet(communes: pd.DataFrame) -> Sheet:
    """Add communes up to provinces."""
    keys = [c.key for c in (*_STATES, *_GAPS) if c.summed] + ["villages"]
    plain = pd.DataFrame(communes)
    sums = plain.groupby(["province_code", "province_name"], as_index=False)[keys].sum()
    sums["communes"] = plain.groupby(["province_code", "province_name"]).size().to_numpy()
    return Sheet(
        name=Text("Theo tỉnh", "By province"),
        title=Text("Kết quả theo tỉnh, thành phố", "Results by province"),
        columns=(
            Column(title=Text("Mã tỉnh", "Province code"), key="province_code", width=9),
            _PROVINCE,
            Column(title=Text("Số xã", "Communes"), key="communes", kind="whole", width=8, summed=True),
            Column(title=Text("Số thôn", "Villages"), key="villages", kind="whole", width=8, summed=True),
            *_STATES,
            *_GAPS,
        ),
        blocks=(Block(rows=rows_of(sums, "province_code")),),
        total={"province_name": TOTAL},
        frozen_columns=2,
    )


def communes_sheet(communes: pd.DataFrame, interval: Text) -> Sheet:
    """Show every commune."""
    return Sheet(
        name=Text("Theo xã", "By commune"),
        title=Text("Kết quả theo xã, phường, đặc khu", "Results by commune"),
        columns=(
            _COMMUNE_CODE,
            _COMMUNE,
            _PROVINCE,
            Column(title=Text("Dân số", "Population"), key="population", kind="whole", width=11, summed=True),
            Column(title=Text("Số thôn", "Villages"), key="villages", kind="whole", width=8, summed=True),
            *_STATES,
            _interval_column(interval),
            *_GAPS,
        ),
        blocks=(Block(rows=[_with_interval(row) for row in rows_of(communes, "province_code", "commune_code")]),),
        total={"commune_name": TOTAL},
        frozen_columns=2,
    )


def villages_sheet(villages: pd.DataFrame, interval: Text) -> Sheet:
    """Show every village with its class."""
    return Sheet(
        name=Text("Theo thôn", "By village"),
        title=Text("Kết quả theo thôn, bản", "Results by village"),
        notes=(
            Text(
                "“Tạm”: phân loại theo trung tâm thôn ước tính, chưa phải toạ độ được khai báo.",
                "“Provisional”: classed from an estimated village centre, not a stated one.",
            ),
        ),
        columns=(
            Column(title=Text("Mã thôn", "Village code"), key="village_code", width=12),
            _VILLAGE,
            _COMMUNE,
            _CLASS,
            Column(title=Text("Tạm", "Provisional"), key="provisional", width=8),
            Column(title=Text("Đơn mạng", "Single operator"), key="single_operator", width=9),
            *_STATES,
            _interval_column(interval),
            Column(
                title=Text("Cụm chưa có sóng lớn nhất, hộ", "Largest unserved cluster, households"),
                key="largest_cluster_households",
                kind="whole",
                width=13,
            ),
        ),
        blocks=(
            Block(rows=[_coloured(_with_interval(row)) for row in rows_of(villages, "commune_code", "village_code")]),
        ),
        total={"village_name": TOTAL},
        frozen_columns=2,
    )


def gaps_sheet(gaps: pd.DataFrame, interval: Text, language: Language) -> Sheet:
    """List the gaps."""
    rows = [
        _coloured({**_with_interval(row), **_gap_texts(row, language)})
        for row in rows_of(gaps, "commune_code", "gap_id")
    ]
    return Sheet(
        name=Text("Vùng lõm", "Gaps"),
        title=Text("Danh sách khu vực lõm sóng", "Signal-depression areas"),
        columns=(
            Column(title=Text("Mã khu vực", "Gap code"), key="gap_id", width=12),
            replace(_COMMUNE, width=15),
            replace(_VILLAGE, width=15),
            replace(_CLASS, width=12),
            Column(
                title=Text("Số hộ cần phủ", "Households needing coverage"),
                key="households",
                kind="whole",
                width=10,
                summed=True,
            ),
            _interval_column(interval),
            Column(
                title=Text("Dân số (ước tính)", "Population (estimate)"),
                key="population",
                kind="whole",
                width=10,
                summed=True,
            ),
            Column(title=Text("Vĩ độ (WGS84)", "Latitude (WGS84)"), key="lat_deg", kind="degrees", width=11),
            Column(title=Text("Kinh độ (WGS84)", "Longitude (WGS84)"), key="lon_deg", kind="degrees", width=11),
            Column(title=Text("X (Bắc), m", "X (north), m"), key="vn2000_northing_m", kind="metres", width=12),
            Column(title=Text("Y (Đông), m", "Y (east), m"), key="vn2000_easting_m", kind="metres", width=11),
            Column(title=Text("Kinh tuyến trục", "Central meridian"), key="central_meridian", width=9),
            Column(
                title=Text("Mức thu tốt nhất, dBm", "Best level, dBm"), key="best_level_dbm", kind="decimal", width=10
            ),
            Column(title=Text("Trạm gần nhất", "Nearest stations"), key="nearest_sites", width=25),
            Column(title=Text("Nguyên nhân", "Reason"), key="reason", width=38),
        ),
        blocks=(Block(rows=rows),),
        total={"gap_id": TOTAL},
        frozen_columns=1,
    )


def _gap_texts(row: Row, language: Language) -> Row:
    return {
        "reason": cause(row[f"reason_{language}"], row["village_name"]),
        "nearest_sites": nearest_lines(row["nearest_sites"], language),
    }


SHOWN_QUESTIONS = 500
"""A sheet of more questions than this nobody reads; the table holds them all."""

_NO_VILLAGE = Text("(ngoài các thôn đã biết)", "(outside the villages known)")
_SCATTERED = Text("các cụm dưới 5 hộ của thôn", "clusters of the village under 5 households")
_EVERYBODY = Text("cơ quan lập nghiên cứu", "whoever made the study")


def to_ask_sheet(asks: pd.DataFrame, language: Language) -> Sheet:
    """List what to ask of which operator, the questions that may decide most households first."""
    rows = [
        {**row, "whom": operator_title(row["operator"]) or _EVERYBODY, "question": row[f"question_{language}"]}
        for row in rows_of(asks.head(SHOWN_QUESTIONS))
    ]
    return Sheet(
        name=Text("Cần hỏi nhà mạng", "What to ask"),
        title=Text("Cần hỏi nhà mạng: câu trả lời nào quyết được nhiều hộ nhất", "What to ask: what may decide most"),
        notes=tuple(_ask_notes(len(asks))),
        columns=(
            Column(title=Text("Thứ tự", "Order"), key="order", kind="whole", width=8),
            Column(title=Text("Hỏi ai", "Whom"), key="whom", width=16),
            Column(title=Text("Hỏi gì", "What"), key="question", width=62),
            Column(
                title=Text("Hộ có thể quyết được thêm", "Households it may decide beyond those above"),
                key="new_households",
                kind="whole",
                width=15,
                summed=True,
            ),
            Column(title=Text("Hộ liên quan", "Households concerned"), key="households", kind="whole", width=12),
            Column(
                title=Text("Hộ chỉ chờ câu này", "Households waiting for this alone"),
                key="alone_households",
                kind="whole",
                width=14,
            ),
        ),
        blocks=(Block(rows=rows),),
        total={"question": TOTAL},
        frozen_columns=1,
    )


def _ask_notes(asks: int) -> Iterator[Text]:
    if asks == 0:
        yield Text(
            "Không có gì cần hỏi: không hộ nào chưa xác định vì thiếu danh sách, thông số trạm hay địa hình.",
            "Nothing to ask: no household is undetermined for want of a list, of values or of terrain.",
        )
        return
    yield Text(
        "Mỗi hộ chỉ được đếm thêm ở câu đầu tiên có thể quyết được nó. Một câu trả lời có thể cho thấy hộ có sóng; kết "
        "luận chưa có sóng cần đủ mọi câu của hộ ấy.",
        "Each household counts as new at the first question that may decide it. One answer may show that it is served; "
        "that it is unserved takes all its questions.",
    )
    if asks > SHOWN_QUESTIONS:
        yield Text(
            f"{SHOWN_QUESTIONS} trong {number(asks)} câu; đủ cả trong asks.parquet.",
            f"{SHOWN_QUESTIONS} of {number(asks, 'en')} questions; all are in asks.parquet.",
        )


def to_measure_sheet(measure_first: pd.DataFrame, language: Language) -> Sheet:
    """List the places to measure at, those of most undetermined households first."""
    rows = [_coloured({**row, **_place_texts(row, language)}) for row in rows_of(measure_first)]
    villages = bool((measure_first["village_name"] != "").any())
    place = (_VILLAGE, _COMMUNE, _CLASS) if villages else (_COMMUNE, _COMMUNE_CODE)
    return Sheet(
        name=Text("Cần đo trước", "Measure first"),
        title=Text("Nơi cần đo trước: nhiều hộ chưa xác định nhất", "Measure first: most undetermined households"),
        notes=tuple(_measure_notes(len(rows))),
        columns=(
            Column(title=Text("Thứ tự", "Order"), key="order", kind="whole", width=8),
            *place,
            Column(
                title=Text("Hộ chưa xác định", "Undetermined"), key="households", kind="whole", width=11, summed=True
            ),
            Column(
                title=Text("Trong đó quanh nơi đo 300 m", "Of these within 300 m"),
                key="near_households",
                kind="whole",
                width=12,
            ),
            Column(title=Text("Vĩ độ nơi đo", "Latitude"), key="lat_deg", kind="degrees", width=11),
            Column(title=Text("Kinh độ nơi đo", "Longitude"), key="lon_deg", kind="degrees", width=11),
            Column(title=Text("Nhà mạng cần đo", "Operators to measure"), key="whom", width=26),
            Column(title=Text("Vì sao chưa xác định", "Why undetermined"), key="because", width=34),
        ),
        blocks=(Block(rows=rows),),
        total={place[0].key: TOTAL},
        frozen_columns=2,
    )


def _measure_notes(rows: int) -> Iterator[Text]:
    if rows == 0:
        yield Text("Không có hộ nào chưa xác định.", "No household is undetermined.")
        return
    yield Text(
        "Mỗi dòng là một cụm hộ chưa xác định. Nơi đo là giữa một ô vuông 100 m, không phải vị trí một ngôi nhà; các "
        "cụm dưới 5 hộ được gộp theo thôn (hoặc xã) và không có vị trí.",
        "Each row is a cluster of undetermined households. The place is the middle of a square of 100 m, nobody's "
        "house; clusters under 5 households are summed by village (or commune) and have no place.",
    )


def _place_texts(row: Row, language: Language) -> Row:
    name = row["village_name"] or _NO_VILLAGE.to(language)
    return {
        "village_name": name if row["lat_deg"] is not None else f"{name}: {_SCATTERED.to(language)}",
        "whom": ", ".join(operator_title(operator) for operator in row["operators"].split(", ")),
        "because": row[f"because_{language}"],
    }


def comparison_sheet(comparison: pd.DataFrame, notes: Sequence[Text]) -> Sheet:
    """Compare the model with measurements, group by group; ``notes`` say what to make of it."""
    return Sheet(
        name=Text("Đối chiếu đo", "Measurements"),
        title=Text("Mô hình so với mức thu đo được", "Model against measured levels"),
        notes=(
            Text(
                "Độ lệch = mô hình trừ đo; phép so này không phải là kiểm định mô hình địa hình.",
                "Bias = model minus measurement; this comparison does not validate the terrain model.",
            ),
            *notes,
        ),
        columns=(
            Column(title=Text("Nhóm", "Group"), key="group", width=34),
            Column(title=Text("Số phép đo", "Measurements"), key="measurements", kind="whole", width=12),
            Column(title=Text("Số vị trí khác nhau", "Different places"), key="places", kind="whole", width=12),
            Column(title=Text("Độ lệch trung bình, dB", "Bias, dB"), key="bias_db", kind="decimal", width=13),
            Column(title=Text("Độ lệch chuẩn, dB", "Standard deviation, dB"), key="std_db", kind="decimal", width=13),
            Column(
                title=Text("Tương quan hạng", "Rank correlation"), key="rank_correlation", kind="correlation", width=12
            ),
            Column(
                title=Text("Mô hình dưới mức sàn, %", "Model below floor, %"),
                key="below_floor_percent",
                kind="percent",
                width=12,
            ),
            Column(title=Text("Số phép đo không so được", "Left out"), key="left_out", kind="whole", width=12),
        ),
        blocks=(Block(rows=rows_of(comparison)),),
    )


def rows_of(table: pd.DataFrame, *order: str) -> list[dict[str, Any]]:
    """Return the rows without their shapes, in an order of columns where asked; what is not known is None."""
    plain = pd.DataFrame(table).drop(columns="geometry", errors="ignore")
    if order:
        plain = plain.sort_values(list(order), kind="stable")
    return [{str(key): _known(value) for key, value in row.items()} for row in plain.to_dict("records")]


def _known(value: Any) -> Any:
    return None if value is pd.NA or (isinstance(value, float) and math.isnan(value)) else value


def _coloured(row: Mapping[str, Any]) -> Row:
    """Put a class in words, and its key beside it for the fill."""
    key = str(row["village_class"] or "")
    return {**row, "village_class": village_class_title(key), "village_class_colour": key}


def capital(text: Text) -> Text:
    """Begin a text with a capital."""
    return Text(text.vi[:1].upper() + text.vi[1:], text.en[:1].upper() + text.en[1:])
