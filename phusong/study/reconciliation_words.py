"""What the model says of a reported place, in one or two sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from phusong.coverage.reasons import operator_title
from phusong.coverage.states import BECAUSE_TEXTS
from phusong.data.terms import technology_title
from phusong.errors import Problem
from phusong.words import Language, Text, number

_BECAUSE = {text.vi: text for text in BECAUSE_TEXTS}


def explanation(row: Mapping[str, Any], *, because: str, margin_db: float) -> Text:
    """Return what the model says of one reported place; ``because`` is why its households are undetermined."""
    say = {
        "confirmed": _confirmed,
        "served": _served,
        "no_terrain": _no_terrain,
        "outside": _outside,
    }.get(row["verdict"])
    if say is not None:
        return say(row, margin_db)
    return _undetermined(row, because)


def unreported_text(distance_m: float) -> Text:
    """Return what is said of a modelled gap nobody reported."""
    if not math.isfinite(distance_m):
        return Text("Mô hình thấy vùng lõm, danh sách không có.", "The model finds a gap the list does not have.")
    vi, en = number(distance_m / 1000.0, decimals=1), number(distance_m / 1000.0, "en", decimals=1)
    return Text(
        f"Mô hình thấy vùng lõm, danh sách không có; nơi được báo gần nhất cách {vi} km.",
        f"The model finds a gap the list does not have; the nearest place reported is {en} km away.",
    )


def unread_text(problems: Sequence[Problem]) -> Text:
    """Return why a row of the list could not be set beside the model."""
    vi = " ".join(dict.fromkeys(problem.text.vi for problem in problems))
    en = " ".join(dict.fromkeys(problem.text.en for problem in problems))
    return Text(f"Không đối chiếu được, dòng có lỗi: {vi}", f"Cannot be reconciled, the row has errors: {en}")


def _confirmed(row: Mapping[str, Any], margin_db: float) -> Text:
    if row["households"] == 0:
        return Text(
            "Mô hình: chưa có sóng tại điểm được báo; không có hộ nào trong danh sách quanh đó.",
            "Model: no signal at the reported point; no listed household around it.",
        )
    dark, all_ = row["unserved_households"], row["households"]
    gaps = Text(f"; vùng lõm {row['model_gap_ids']}", f"; gap {row['model_gap_ids']}")
    tail = gaps if row["model_gap_ids"] else Text("", "")
    return Text(
        f"Mô hình: {number(dark)} trong {number(all_)} hộ ở đây chưa có sóng{tail.vi}.",
        f"Model: {number(dark, 'en')} of {number(all_, 'en')} households here without signal{tail.en}.",
    )


def _served(row: Mapping[str, Any], margin_db: float) -> Text:
    by = _server(row, margin_db)
    left = row["unserved_households"] + row["undetermined_households"]
    if row["households"] == 0:
        head = Text("Mô hình: có sóng tại điểm được báo", "Model: signal at the reported point")
    elif left:
        head = Text(
            f"Mô hình: có sóng, chỉ còn {number(left)} trong {number(row['households'])} hộ chưa có hoặc chưa xác định",
            f"Model: signal; only {number(left, 'en')} of {number(row['households'], 'en')} households without "
            "or undetermined",
        )
    else:
        head = Text(
            f"Mô hình: cả {number(row['households'])} hộ ở đây đều có sóng",
            f"Model: all {number(row['households'], 'en')} households here have signal",
        )
    return Text(
        f"{head.vi}{by.vi}. Hãy đo tại chỗ để biết bên nào đúng.",
        f"{head.en}{by.en}. Measure on the spot to see which is right.",
    )


def _server(row: Mapping[str, Any], margin_db: float) -> Text:
    if not row["best_operator"]:
        return Text("", "")
    who = operator_title(row["best_operator"])
    technology = technology_title(row["best_technology"])
    at = (
        Text("tại điểm được báo", "at the reported point")
        if row["level_of"] == "point"
        else Text("giữa các hộ quanh đó", "in the middle of the households around")
    )
    return Text(
        f"; mạnh nhất là {who} {technology.vi}, {_dbm(row, 'vi')} dBm {at.vi} (chưa trừ dự trữ "
        f"{number(margin_db, decimals=1)} dB)",
        f"; best is {who} {technology.en}, {_dbm(row, 'en')} dBm {at.en} (margins of "
        f"{number(margin_db, 'en', decimals=1)} dB not taken off)",
    )


def _dbm(row: Mapping[str, Any], language: Language) -> str:
    return number(row["best_level_dbm"], language, decimals=1)


def _undetermined(row: Mapping[str, Any], because: str) -> Text:
    if row["households"] == 0 and not row["point_state"]:
        return Text(
            "Chưa xác định: không có hộ nào trong danh sách ở đây và mức thu tại điểm chưa được tính; hãy đo tại chỗ.",
            "Undetermined: no listed household here and the level at the point was not predicted; measure there.",
        )
    why = _BECAUSE.get(because, Text("chưa đủ thông tin", "too little is known"))
    head = Text("Chưa xác định", "Undetermined")
    if row["households"]:
        dark, open_ = row["unserved_households"], row["undetermined_households"]
        head = Text(
            f"Chưa xác định: {number(dark)} hộ chưa có sóng, {number(open_)} hộ chưa biết, trong "
            f"{number(row['households'])} hộ",
            f"Undetermined: {number(dark, 'en')} without signal, {number(open_, 'en')} not known, of "
            f"{number(row['households'], 'en')} households",
        )
    return Text(
        f"{head.vi}. Lý do: {why.vi}. Quyết được bằng câu trả lời ở trang “Cần hỏi nhà mạng” hoặc đo tại chỗ.",
        f"{head.en}. Because: {why.en}. An answer on the sheet “What to ask” or a measurement there decides it.",
    )


def _no_terrain(row: Mapping[str, Any], margin_db: float) -> Text:
    return Text("Không có địa hình ở đây: không tính được.", "No terrain here: nothing can be computed.")


def _outside(row: Mapping[str, Any], margin_db: float) -> Text:
    return Text("Nằm ngoài các xã của nghiên cứu.", "Outside the communes of the study.")
