"""Sentences that stand alike in every document of a package: limits, thresholds, origin of the numbers."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence

from phusong.coverage.reasons import operator_title
from phusong.data.provenance import dbm
from phusong.data.terms import technology_title
from phusong.tenders.sentences import (
    BOUNDARY_NOTE,
    FORECAST_NOTE,
    OUTSIDE_VILLAGES,
    REFERENCE_NOTE,
    SIMULATED,
    interval_note,
    limits,
    margin_text,
    origin_lines,
    threshold_note,
)
from phusong.tenders.snapshot import Area, Level, Snapshot
from phusong.words import Language, Text, day

__all__ = [
    "BOUNDARY_NOTE",
    "FORECAST_NOTE",
    "OUTSIDE_VILLAGES",
    "REFERENCE_NOTE",
    "SIMULATED",
    "interval_note",
    "levels_text",
    "limits",
    "margin_text",
    "provenance_lines",
    "threshold_note",
]


def levels_text(area: Area, technologies: Collection[str], language: Language) -> str:
    """Write an area's predicted levels by some technologies: an operator a line, the strongest first."""
    operators: dict[str, list[Level]] = {}
    for level in sorted(area.levels, key=_weakness):
        if level.technology in technologies:
            operators.setdefault(level.operator, []).append(level)
    return "\n".join(f"{operator_title(name)}: {_levels(levels, language)}" for name, levels in operators.items())


def _weakness(level: Level) -> tuple[float, str, str]:
    return (math.inf if level.level_dbm is None else -level.level_dbm, level.operator, level.technology)


def _levels(levels: Sequence[Level], language: Language) -> str:
    """Write the levels of one operator; what lies below the floor is said, not left out."""
    below = Text("dưới mức tính", "below floor").to(language)
    if all(level.level_dbm is None for level in levels):
        return below
    titles = (technology_title(level.technology).to(language) for level in levels)
    texts = (below if lv.level_dbm is None else dbm(round(lv.level_dbm), language) for lv in levels)
    return "; ".join(f"{title} {text}" for title, text in zip(titles, texts, strict=True))


def provenance_lines(snapshot: Snapshot, language: Language) -> Iterator[tuple[str, str]]:
    """Give what the numbers rest on, item by item."""
    lines: list[tuple[Text, str]] = [
        (Text("Gói thầu", "Package"), snapshot.package_code),
        (Text("Ngày chốt số liệu", "Figures frozen on"), day(snapshot.frozen_on)),
        (Text("Mã kiểm tra của bản chốt (SHA-256)", "Digest of the snapshot (SHA-256)"), snapshot.digest),
    ]
    yield from ((title.to(language), content) for title, content in lines)
    yield from origin_lines(snapshot.provenance, language)
