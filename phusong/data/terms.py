"""The field's words for keys of the result tables: village classes, household states, operators."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from phusong.words import Text

VILLAGE_CLASS_TITLES: Mapping[str, Text] = MappingProxyType(
    {
        "white": Text("trắng sóng", "no signal"),
        "depression": Text("lõm sóng", "signal depression"),
        "weak": Text("sóng yếu", "weak signal"),
        "covered": Text("phủ sóng", "covered"),
        "undetermined": Text("chưa xác định", "undetermined"),
    }
)

STATE_TITLES: Mapping[str, Text] = MappingProxyType(
    {
        "served": Text("có sóng", "served"),
        "unserved": Text("chưa có sóng", "unserved"),
        "undetermined": Text("chưa xác định", "undetermined"),
        "no_data": Text("không có dữ liệu", "no data"),
    }
)

_OPERATORS = {
    "viettel": "Viettel",
    "vinaphone": "VinaPhone",
    "mobifone": "MobiFone",
    "vietnamobile": "Vietnamobile",
}


def operator_title(operator: str) -> str:
    """Return an operator's name as it writes itself; an operator we do not know keeps its key."""
    return _OPERATORS.get(operator, operator)


def village_class_title(village_class: str) -> Text:
    """Return the words of a village class; none for an area outside any village."""
    return VILLAGE_CLASS_TITLES.get(village_class, Text("–", "–"))
