"""The rules candidates are found by, as a table to be printed: every number with its unit and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from phusong.plan.candidate import CandidateRules
from phusong.words import Text

RULE_TITLES: Mapping[str, tuple[Text, str]] = {
    "carriers": (Text("Sóng phát của vị trí (theo thứ tự ưu tiên)", "Carrier put on air (in order of preference)"), ""),
    "heights_m": (Text("Độ cao anten của cột mới", "Antenna heights of new masts"), "m"),
    "search_m": (Text("Tìm đỉnh đồi, vai núi quanh vùng lõm", "Hilltops and shoulders looked for within"), "m"),
    "mast_search_m": (Text("Tìm cột đang có quanh vùng lõm", "Existing masts looked for within"), "m"),
    "centre_search_m": (Text("Tìm trung tâm thôn quanh vùng lõm", "Village centres looked for within"), "m"),
    "new_a_gap": (Text("Số đỉnh đồi, vai núi cho một vùng lõm", "Hilltops and shoulders a gap"), ""),
    "least_new": (Text("Số đỉnh đồi, vai núi ít nhất", "Hilltops and shoulders at least"), ""),
    "masts_a_gap": (Text("Số cột nhìn thấy cho một vùng lõm", "Masts in sight a gap"), ""),
    "least_masts": (Text("Số cột nhìn thấy ít nhất", "Masts in sight at least"), ""),
    "nearest_masts": (Text("Số cột gần nhất của mỗi vùng lõm", "Nearest masts of each gap"), ""),
    "most_new": (Text("Số vị trí cột mới nhiều nhất", "Places for new masts at the most"), ""),
    "houses_a_gap": (Text("Số điểm hộ dân đại diện một vùng lõm", "Cells with households that stand for a gap"), ""),
    "max_slope_percent": (Text("Độ dốc lớn nhất của đất dựng cột mới", "Steepest ground for a new mast"), "%"),
    "forbidden": (Text("Loại đất không dựng cột mới", "Land on which no new mast stands"), ""),
    "max_road_km": (
        Text("Khoảng cách lớn nhất tới đường, theo loại đường", "Farthest from a road, by its class"),
        "km",
    ),
    "merge_m": (Text("Các vị trí gần hơn thì gộp làm một", "Places nearer than this are one"), "m"),
    "share_drop_m": (Text("Anten dùng chung cột thấp hơn anten cao nhất", "Shared antennas under the highest"), "m"),
    "house_clearance_m": (Text("Cách nhà dân ít nhất", "At least this far from a house"), "m"),
}

LANDFORM_TITLES: Mapping[str, tuple[Text, str]] = {
    "spacing_m": (Text("Đỉnh đồi, vai núi cách nhau ít nhất", "Hilltops and shoulders at least apart"), "m"),
    "near_radius_m": (Text("Bán kính xét vai núi", "Radius for shoulders"), "m"),
    "far_radius_m": (Text("Bán kính xét đỉnh đồi", "Radius for hilltops"), "m"),
    "least_rise_m": (Text("Đỉnh đồi cao hơn xung quanh ít nhất", "Hilltop above its surroundings at least"), "m"),
    "least_near_m": (Text("Vai núi cao hơn đất gần ít nhất", "Shoulder above the ground near it at least"), "m"),
    "least_far_m": (Text("Vai núi cao hơn đất xa ít nhất", "Shoulder above the ground far around at least"), "m"),
    "max_slope_percent": (Text("Độ dốc lớn nhất của vai núi", "Steepest shoulder"), "%"),
}

NOT_PRINTED = ("landforms", "source", "verified")
"""Fields of the rules that are printed in another way."""


def rules_table(rules: CandidateRules) -> pd.DataFrame:
    """Return one row a rule: rule, rule_vi, rule_en, value, unit, source_vi, source_en, verified."""
    rows = [
        (name, *_titles(title), _written(getattr(rules, name)), unit) for name, (title, unit) in RULE_TITLES.items()
    ]
    rows += [
        (f"landforms.{name}", *_titles(title), _written(getattr(rules.landforms, name)), unit)
        for name, (title, unit) in LANDFORM_TITLES.items()
    ]
    table = pd.DataFrame(rows, columns=["rule", "rule_vi", "rule_en", "value", "unit"])
    return table.assign(source_vi=rules.source.vi, source_en=rules.source.en, verified=rules.verified)


def _titles(title: Text) -> tuple[str, str]:
    return title.vi, title.en


def _written(value: object) -> str:
    if isinstance(value, float | int):
        return f"{value:g}"
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], float):
        return f"{value[0]} {value[1]:g}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(_written(part) for part in value)
    return str(getattr(value, "key", value))
