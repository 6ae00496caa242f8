"""The field's words for keys of the result tables: village classes, household states, technologies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from phusong.coverage.criteria import UncertaintyRule
from phusong.words import Language, Text, number

VILLAGE_CLASS_TITLES: Mapping[str, Text] = MappingProxyType(
    {
        "white": Text("trắng sóng", "no signal"),
        "depression": Text("lõm sóng", "signal depression"),
        "weak": Text("sóng yếu", "weak signal"),
        "covered": Text("phủ sóng", "covered"),
        "undetermined": Text("chưa xác định", "undetermined"),
    }
)

LEAST_SHOWN = 5
"""Fewer households than this are never shown at a place, and their number is not told."""

STATE_TITLES: Mapping[str, Text] = MappingProxyType(
    {
        "served": Text("có sóng", "served"),
        "unserved": Text("chưa có sóng", "unserved"),
        "undetermined": Text("chưa xác định", "undetermined"),
        "no_data": Text("không có dữ liệu", "no data"),
    }
)

_OTHER_TECHNOLOGY = Text("công nghệ khác", "other technology")


def technology_title(technology: str) -> Text:
    """Return the words of a technology: its own name; the key ``other`` is none."""
    return _OTHER_TECHNOLOGY if technology == "other" else Text(technology, technology)


def interval_label(rule: UncertaintyRule) -> Text:
    """Say what an interval of households is: its share of the simulated worlds, and whether that was ever measured."""
    vi, en = number(rule.interval_percent), number(rule.interval_percent, "en")
    if rule.calibrated:
        return Text(f"{vi} %, khoảng mô phỏng, đã hiệu chỉnh", f"{en} %, simulated interval, calibrated")
    return Text(f"{vi} %, khoảng mô phỏng, chưa hiệu chỉnh", f"{en} %, simulated interval, not calibrated")


def range_text(low: int, high: int, language: Language = "vi") -> str:
    """Write an interval of households: ``412–468``; one number where both ends are the same."""
    return number(low, language) if low == high else f"{number(low, language)}–{number(high, language)}"


def interval_text(low: int, high: int, label: Text) -> Text:
    """Write an interval of households with what it is."""
    return Text(f"{range_text(low, high)} hộ, {label.vi}", f"{range_text(low, high, 'en')} households, {label.en}")


def village_class_title(village_class: str) -> Text:
    """Return the words of a village class; none for an area outside any village."""
    return VILLAGE_CLASS_TITLES.get(village_class, Text("–", "–"))


def cause(reason: str, village_name: str) -> str:
    """Return a reason without its opening sentence: a table shows the village and its households beside it."""
    _, _, rest = reason.removeprefix(f"{village_name}: ").partition(". ")
    return rest or reason


def nearest_lines(nearest_sites: str, language: Language) -> str:
    """Write the nearest stations one a line, the decimals of "3,2 km" as the language does."""
    lines = nearest_sites.replace("; ", "\n")
    return lines if language == "vi" else re.sub(r"(\d),(\d+) km", r"\1.\2 km", lines)
