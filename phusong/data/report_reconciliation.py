"""The province's gap list beside the model, as sheets of report.xlsx."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from phusong.coverage.reasons import operator_title
from phusong.data.report_tables import capital
from phusong.data.terms import range_text, technology_title, village_class_title
from phusong.data.workbook import Block, Column, Row, Sheet
from phusong.words import Language, Text

VERDICT_TITLES: Mapping[str, Text] = {
    "confirmed": Text("mô hình cũng thấy lõm", "confirmed"),
    "served": Text("mô hình cho là có sóng", "model says served"),
    "undetermined": Text("chưa xác định", "undetermined"),
    "no_terrain": Text("không có địa hình", "no terrain"),
    "outside": Text("ngoài vùng nghiên cứu", "outside the study"),
    "unread": Text("không đối chiếu được", "cannot be reconciled"),
    "unreported": Text("mô hình thấy, danh sách không có", "found, not reported"),
}
_TOTAL = Text("Tổng cộng", "Total")
_NOTES = (
    Text(
        "Hai nguồn đứng cạnh nhau, không nguồn nào thay nguồn kia: danh sách là điều được báo, mô hình là dự báo.",
        "Two sources side by side, neither replaces the other: the list is what was reported, the model a forecast.",
    ),
    Text(
        "“Mô hình cũng thấy lõm”: ở đó số hộ chắc chắn chưa có sóng đủ thành một vùng lõm, hoặc bằng nửa số hộ được "
        "báo nếu ít hơn. “Mô hình cho là có sóng”: kể cả mọi hộ chưa xác định cũng không đủ số ấy.",
        "“Confirmed”: the households surely without signal there make a gap, or half of those stated if fewer. "
        "“Model says served”: not even with every undetermined household would they.",
    ),
)


def reconciliation_sheet(table: pd.DataFrame, language: Language) -> Sheet:
    """Show every reported place, then the modelled gaps nobody reported."""
    rows = [_row(row, language) for row in table.to_dict("records")]
    return Sheet(
        name=Text("Đối chiếu danh sách của tỉnh", "Reconciliation"),
        title=Text("Danh sách của tỉnh và mô hình", "The province's list and the model"),
        notes=_NOTES,
        columns=(
            Column(title=Text("Dòng trong danh sách", "Row in the list"), key="list_row", kind="whole", width=9),
            Column(title=Text("Xã", "Commune"), key="commune_name", width=15),
            Column(title=Text("Thôn, bản", "Village"), key="village_name", width=15),
            Column(title=Text("Cụm dân cư", "Cluster"), key="cluster_name", width=10),
            Column(title=Text("Kết quả đối chiếu", "Result"), key="verdict", width=15),
            Column(title=Text("Phân loại được báo", "Class stated"), key="class_stated", width=11),
            Column(title=Text("Phân loại của thôn theo mô hình", "Village class computed"), key="class", width=12),
            _count("Số hộ chưa có sóng được báo", "Unserved, stated", "unserved_stated"),
            _count("Số hộ chưa có sóng theo mô hình", "Unserved, modelled", "unserved_households", summed=False),
            Column(title=Text("Khoảng theo mô hình", "Interval, modelled"), key="interval", width=10),
            _count("Hộ chưa xác định", "Undetermined", "undetermined_households", summed=False),
            _count("Tổng số hộ được báo", "Households, stated", "households_stated"),
            _count("Số hộ của mô hình ở đây", "Households, modelled", "households", summed=False),
            Column(title=Text("Vùng lõm của mô hình", "Modelled gaps"), key="model_gap_ids", width=13),
            Column(title=Text("Mạnh nhất", "Best server"), key="best", width=12),
            Column(title=Text("Mức thu, dBm", "Level, dBm"), key="best_level_dbm", kind="decimal", width=9),
            Column(title=Text("Mô hình nói gì", "What the model says"), key="explanation", width=44),
        ),
        blocks=(Block(rows=rows),),
        total={"commune_name": _TOTAL},
        frozen_columns=3,
    )


def agreement_sheet(agreement: pd.DataFrame) -> Sheet:
    """Show how far list and model agree, by commune."""
    verdicts = [
        Column(title=capital(VERDICT_TITLES[key]), key=key, kind="whole", width=11, summed=True)
        for key in ("confirmed", "served", "undetermined", "no_terrain", "outside")
    ]
    rows = [{str(key): _known(value) for key, value in row.items()} for row in agreement.to_dict("records")]
    return Sheet(
        name=Text("Đối chiếu theo xã", "Agreement by commune"),
        title=Text("Danh sách của tỉnh và mô hình, theo xã", "The province's list and the model, by commune"),
        notes=(
            Text(
                "Tỷ lệ thống nhất = nơi mô hình cũng thấy lõm trên số nơi mô hình quyết được (thấy lõm hoặc có sóng).",
                "Agreement = places confirmed over places the model decides (confirmed or served).",
            ),
        ),
        columns=(
            Column(title=Text("Mã xã", "Commune code"), key="commune_code", width=9),
            Column(title=Text("Xã, phường, đặc khu", "Commune"), key="commune_name", width=20),
            Column(title=Text("Nơi được báo", "Reported"), key="reported", kind="whole", width=10, summed=True),
            *verdicts,
            Column(title=Text("Quyết được", "Decided"), key="decided", kind="whole", width=10, summed=True),
            Column(
                title=Text("Thống nhất, %", "Agreement, %"),
                key="confirmed_percent",
                kind="percent",
                width=10,
                share_of=("confirmed", "decided"),
            ),
            _count("Vùng lõm của mô hình", "Modelled gaps", "model_gaps"),
            _count("Trong đó chưa ai báo", "Of these not reported", "model_gaps_unreported"),
        ),
        blocks=(Block(rows=rows),),
        total={"commune_name": _TOTAL},
        frozen_columns=2,
    )


def _count(vi: str, en: str, key: str, *, summed: bool = True) -> Column:
    """Return a column of counts; the model's households are not added up, two reports may speak of the same ones."""
    return Column(title=Text(vi, en), key=key, kind="whole", width=10, summed=summed)


def _row(raw: Mapping[Any, Any], language: Language) -> Row:
    row = {str(key): _known(value) for key, value in raw.items()}
    low, high = row["unserved_low"], row["unserved_high"]
    known = low is not None and high is not None
    technology = technology_title(row["best_technology"]).to(language)
    return {
        **row,
        "verdict": VERDICT_TITLES[row["verdict"]],
        "class_stated": village_class_title(row["class_stated"]),
        "class": village_class_title(row["class_computed"]),
        "class_colour": row["class_computed"],
        "interval": range_text(int(low), int(high), language) if known else None,
        "best": f"{operator_title(row['best_operator'])} {technology}" if row["best_operator"] else None,
        "explanation": row[f"explanation_{language}"],
    }


def _known(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value
