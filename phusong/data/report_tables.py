"""The tables of report.xlsx: provinces, communes, villages, gaps, what to measure first, model against measurements."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from phusong.coverage.states import BECAUSE_TEXTS
from phusong.data.terms import cause, nearest_lines, range_text, village_class_title
from phusong.data.workbook import Block, Column, Row, Sheet
from phusong.words import Language, Text

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
        blocks=(Block(rows=_rows(sums, "province_code")),),
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
        blocks=(Block(rows=[_with_interval(row) for row in _rows(communes, "province_code", "commune_code")]),),
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
            Block(rows=[_coloured(_with_interval(row)) for row in _rows(villages, "commune_code", "village_code")]),
        ),
        total={"village_name": TOTAL},
        frozen_columns=2,
    )


def gaps_sheet(gaps: pd.DataFrame, interval: Text, language: Language) -> Sheet:
    """List the gaps."""
    rows = [
        _coloured({**_with_interval(row), **_gap_texts(row, language)}) for row in _rows(gaps, "commune_code", "gap_id")
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


_BECAUSE = {text.vi: text for text in BECAUSE_TEXTS}
"""The household table keeps the Vietnamese words."""


_CENTRE = (
    Column(title=Text("Vĩ độ trung tâm thôn", "Latitude of centre"), key="lat_deg", kind="degrees", width=11),
    Column(title=Text("Kinh độ trung tâm thôn", "Longitude of centre"), key="lon_deg", kind="degrees", width=11),
)
_WHOLE_COMMUNE = Text("(chưa có danh sách thôn)", "(no villages listed)")


def to_measure_sheet(villages: pd.DataFrame, communes: pd.DataFrame, households: pd.DataFrame | None) -> Sheet:
    """List the villages with undetermined households, most first; a commune without villages stands for itself."""
    without = pd.DataFrame(communes).loc[communes["villages"] == 0]
    found = [_coloured(row) for row in _unsure(villages, "village_code", households)]
    found += [{**row, "village_name": _WHOLE_COMMUNE} for row in _unsure(without, "commune_code", households)]
    found.sort(key=lambda row: -row["undetermined_households"])
    rows = [{**row, "position": position} for position, row in enumerate(found, start=1)]
    place, centre = ((_VILLAGE, _COMMUNE, _CLASS), _CENTRE) if len(villages) else ((_COMMUNE, _COMMUNE_CODE), ())
    return Sheet(
        name=Text("Cần đo trước", "Measure first"),
        title=Text("Nơi cần đo trước: nhiều hộ chưa xác định nhất", "Measure first: most undetermined households"),
        columns=(
            Column(title=Text("Thứ tự", "Order"), key="position", kind="whole", width=8),
            *place,
            Column(
                title=Text("Hộ chưa xác định", "Undetermined"),
                key="undetermined_households",
                kind="whole",
                width=11,
                summed=True,
            ),
            Column(title=Text("Tổng số hộ", "Households"), key="households", kind="whole", width=11, summed=True),
            Column(
                title=Text("Tỷ lệ, %", "Share, %"),
                key="share",
                kind="percent",
                width=9,
                share_of=("undetermined_households", "households"),
            ),
            *centre,
            Column(title=Text("Vì sao chưa xác định", "Why undetermined"), key="because", width=46),
        ),
        blocks=(Block(rows=rows),),
        total={place[0].key: TOTAL},
        frozen_columns=2,
    )


def _unsure(places: pd.DataFrame, code: str, households: pd.DataFrame | None) -> list[Row]:
    """Return the villages or communes with undetermined households, by code, with the reason of most of these."""
    some = pd.DataFrame(places).loc[places["undetermined_households"] > 0]
    reasons = _main_reasons(households, code) if households is not None else {}
    return [{**row, "because": reasons.get(str(row[code]), "")} for row in _rows(some, code)]


def _main_reasons(households: pd.DataFrame, code: str) -> dict[str, Text]:
    """Return, for each village or commune, why most of its undetermined households are so."""
    unsure = pd.DataFrame(households).loc[households["state"] == "undetermined"]
    sums = unsure.groupby([code, "undetermined_because"])[["weight"]].sum().reset_index()
    sums = sums.sort_values(["weight", "undetermined_because"], ascending=[False, True], kind="stable")
    first = sums.drop_duplicates(code)
    words = (_BECAUSE.get(text, Text(text, text)) for text in first["undetermined_because"].astype(str))
    return dict(zip(first[code].astype(str), words, strict=True))


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
        blocks=(Block(rows=_rows(comparison)),),
    )


def _rows(table: pd.DataFrame, *order: str) -> list[dict[str, Any]]:
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
