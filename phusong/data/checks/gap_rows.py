"""A gap row against itself: the class it states, its counts, its levels and what operators are said to give there."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from phusong.coverage.criteria import Profile
from phusong.data.checks.ground import Mask
from phusong.data.checks.row_cells import cells_where
from phusong.data.columns import Note
from phusong.data.profiles import read_profile
from phusong.data.schemas.common import OPERATORS
from phusong.data.schemas.gap_options import GAP_CLASSES
from phusong.words import Text, number, percent

PROFILE = "vn-default"
"""Whose thresholds a stated level is held against: a list is checked before any study chooses its own."""

WHITE_UNSERVED_FRACTION = 0.5
"""With fewer households without signal the class is asked about: the centre is hardly dark where most are served."""

_LIVED_IN = ("village", "cluster", "")
_AT_CENTRE = ("hall", "centre")
_TITLES = {option.value: option.title for option in GAP_CLASSES}


def check_gap_rows(rows: pd.DataFrame) -> list[Note]:
    """Ask about rows whose own cells contradict each other; a missing value asks nothing."""
    return [*_none_unserved(rows), *_class_by_counts(rows), *_class_by_level(rows), *_class_by_signal(rows)]


def _none_unserved(rows: pd.DataFrame) -> list[Note]:
    found = (rows["households_unserved"] == 0) & rows["target_type"].isin(_LIVED_IN)
    text = Text(
        "Không có hộ nào chưa có sóng mà vẫn nằm trong danh sách. Nếu đã có sóng thì bỏ dòng này, nếu chưa thì ghi "
        "số hộ.",
        "No household without signal, yet listed as a gap. Leave the row out if there is signal, else write how many.",
    )
    choices = (Text("đã có sóng", "there is signal"), Text("chưa điền số hộ", "the number was not filled in"))
    return [
        Note(at, "households_unserved", "warning", text, "count.none_unserved", choices=choices)
        for at in np.flatnonzero(found).tolist()
    ]


def _class_by_counts(rows: pd.DataFrame) -> list[Note]:
    """Compare the class with what the row's own households say: all, some or none without signal."""
    total, unserved = rows["households_total"], rows["households_unserved"]
    sound = (total > 0) & (unserved > 0) & (unserved <= total)
    stated = rows["gap_class"]
    too_few = sound & (stated == "white") & (unserved < WHITE_UNSERVED_FRACTION * total)
    is_village = rows["target_type"].isin(("village", "")) & (rows["cluster_name"] == "")
    whole = is_village & (rows["location_kind"] != "cluster") & (stated == "depression") & sound & (unserved == total)
    notes = []
    wanted = ("gap_class", "households_unserved", "households_total")
    for at, given, part, of_all in cells_where(rows, np.asarray(too_few | whole, dtype=bool), *wanted):
        by_counts = _TITLES["depression" if given == "white" else "white"]
        text = _class_text(_TITLES[given], by_counts, part, of_all)
        choices = _readings(_TITLES[given], by_counts)
        ways = ((), ((("gap_class", by_counts.vi),),))
        notes.append(Note(at, "gap_class", "warning", text, "class.counts", choices=choices, ways=ways))
    return notes


def _class_text(given: Text, by_counts: Text, part: float, whole: float) -> Text:
    return Text(
        f"Ghi {given.vi} nhưng số hộ chưa có sóng là {percent(part, whole)}: theo số hộ thì là {by_counts.vi}. "
        "Hãy sửa phân loại hoặc số hộ.",
        f"Stated as {given.en}, but {percent(part, whole, 'en')} of the households are without signal: by the counts "
        f"it is {by_counts.en}. Correct the class or the counts.",
    )


def _readings(stated: Text, by_counts: Text) -> tuple[Text, ...]:
    return (
        Text(f"{stated.vi}, sửa số hộ", f"{stated.en}, correct the counts"),
        Text(f"{by_counts.vi}, sửa phân loại", f"{by_counts.en}, correct the class"),
    )


@cache
def _profile() -> Profile:
    return read_profile(PROFILE)


def _class_by_level(rows: pd.DataFrame) -> list[Note]:
    """Find levels that serve where the class says they do not; without a technology 4G is taken."""
    served: dict[str, float] = {technology: rule.served_dbm for technology, rule in _profile().rules.items()}
    threshold = rows["tech"].map({"": served["4G"], **served})
    found = (rows["rsrp_dbm"] >= threshold).to_numpy() & _contradicts_signal(rows)
    notes = []
    for at, stated, level, tech in cells_where(rows, found, "gap_class", "rsrp_dbm", "tech"):
        given, measured = _TITLES[stated], tech or "4G"
        level_dbm, least_dbm = (f"{number(value)} dBm" for value in (level, served[measured]))
        text = Text(
            f"Mức thu {level_dbm} ({measured}) là có sóng (ngưỡng {least_dbm}) nhưng ghi {given.vi}. "
            "Hãy kiểm tra mức thu, nơi đo và phân loại.",
            f"The level of {level_dbm} ({measured}) serves (threshold {least_dbm}), yet the class is {given.en}. "
            "Check level, place of measurement and class.",
        )
        notes.append(Note(at, "rsrp_dbm", "warning", text, "class.level"))
    return notes


def _contradicts_signal(rows: pd.DataFrame) -> Mask:
    """Mark rows whose class says that their own position has no good signal."""
    centre_only = (rows["gap_class"] == "depression") & (rows["location_kind"] == "cluster")
    return np.asarray(rows["gap_class"].isin(("white", "weak")) | centre_only, dtype=bool)


def _class_by_signal(rows: pd.DataFrame) -> list[Note]:
    """Find rows called trắng sóng where an operator is said to have a good signal of the data service."""
    technologies = next(service.technologies for service in _profile().services if service.key == "data")
    notes = []
    for operator in OPERATORS:
        for technology in technologies:
            field = f"sig_{operator.value}_{technology.lower()}"
            found = (rows[field] == "good") & (rows["gap_class"] == "white")
            text = Text(
                f"Ghi trắng sóng nhưng {technology} của {operator.title.vi} tốt. Hãy sửa phân loại hoặc hiện "
                "trạng sóng.",
                f"The class is no signal, yet {operator.title.en}'s {technology} is good. Correct class or signal.",
            )
            notes += [Note(at, field, "warning", text, "class.signal") for at in np.flatnonzero(found).tolist()]
    return notes
