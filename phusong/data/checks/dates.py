"""Days that cannot be yet: what is reported, measured or surveyed lies in the past of the day a list is checked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import numpy as np
import pandas as pd

from phusong.data.columns import Note
from phusong.words import Text, day

_OF_THE_PAST: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "gaps": ("measured_on", "reported_on"),
        "stations": ("updated_on",),
        "households": ("surveyed_on",),
        "measurements": ("time",),
        "declarations": ("declared_on",),
    }
)


def check_days(rows: pd.DataFrame, list_name: str, today: date) -> list[Note]:
    """Find days after the day of the check, stations on air before their day, and plans that are overdue."""
    tomorrow = np.datetime64(today, "D") + 1
    notes = []
    for field in _OF_THE_PAST.get(list_name, ()):
        text = Text(
            f"Ngày ở tương lai (kiểm tra ngày {day(today)}). Hãy sửa ngày, tháng hoặc năm.",
            f"A day in the future (checked on {day(today)}). Correct day, month or year.",
        )
        notes += _noted(rows[field] >= tomorrow, field, text, "date.future")
    if list_name == "stations":
        text = Text(
            "Trạm ghi đang hoạt động nhưng ngày phát sóng ở tương lai. Hãy sửa một trong hai.",
            "The station is said to be on air, but from a day in the future. Correct one of the two.",
        )
        notes += _noted((rows["on_air"] >= tomorrow) & (rows["status"] == "on_air"), "on_air", text, "date.on_air")
    if list_name == "gaps":
        overdue = rows["planned_date"] < np.datetime64(today, "D")
        already = rows["planned_date"] < rows["reported_on"]  # said by a rule of the list itself
        text = Text(
            f"Thời hạn hoàn thành đã qua (kiểm tra ngày {day(today)}). Nếu trạm đã phát sóng thì bỏ dòng này, nếu chậm "
            "thì ghi thời hạn mới.",
            f"The planned date is over (checked on {day(today)}). Leave the row out if the site is on air, else give "
            "the new date.",
        )
        notes += _noted(overdue & ~already, "planned_date", text, "date.planned_over")
    return notes


def _noted(found: pd.Series[bool], field: str, text: Text, code: str) -> list[Note]:
    return [Note(at, field, "warning", text, code) for at in np.flatnonzero(found).tolist()]
