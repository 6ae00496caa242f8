"""Bars and steps of indicators, worked out to the percent: what is not known is a part of its own, never served."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from phusong.api.reports.indicators import Indicator
from phusong.coverage.reasons import operator_title
from phusong.maps.colours import VILLAGE_CLASSES
from phusong.words import Text

PARTS = {
    "served": Text("có sóng", "served"),
    "unknown": Text("chưa xác định", "undetermined"),
    "unserved": Text("chưa có sóng", "not served"),
}
MAIN_SERVICE = Text("Dịch vụ chính", "Main service")
HEADLINE = {
    "households": Text("hộ có sóng theo dịch vụ chính", "households served by the main service"),
    "villages": Text("thôn có sóng", "villages served"),
    "communes": Text("xã có sóng", "communes served"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar: what it is, how many, where it begins and how wide it is, in percent of the bar."""

    key: str
    title: Text
    count: int
    from_percent: float
    percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar with its denominator; ``parts`` add up to it."""

    label: Text
    whole: int
    parts: tuple[Part, ...]
    address: str = ""

    def count(self, key: str) -> int:
        """Return how many a part holds."""
        return sum(part.count for part in self.parts if part.key == key)

    @property
    def share(self) -> float:
        """Return the share that is served, of all; 0 where there is nothing."""
        return self.count("served") / self.whole if self.whole else 0.0


def bar(label: Text, counts: Sequence[tuple[str, Text, int]], *, address: str = "") -> Bar:
    """Return the bar of some counts."""
    whole, parts, at = sum(count for _, _, count in counts), [], 0.0
    for key, title, count in counts:
        percent = 100.0 * count / whole if whole else 0.0
        parts.append(Part(key, title, count, round(at, 3), round(percent, 3)))
        at += percent
    return Bar(label=label, whole=whole, parts=tuple(parts), address=address)


def served_bar(row: Indicator, label: Text, thing: str = "households") -> Bar:
    """Return what is served, undetermined and not served of the households, villages or communes of an indicator."""
    whole: int = getattr(row, thing)
    served: int = getattr(row, f"{thing}_served")
    unknown: int = getattr(row, f"{thing}_unknown")
    counts = {"served": served, "unknown": unknown, "unserved": whole - served - unknown}
    return bar(label, [(key, PARTS[key], count) for key, count in counts.items()])


def technology_bars(rows: Iterable[Indicator]) -> list[Bar]:
    """Return the main service and each technology over all operators."""
    return [served_bar(one, _technology(one)) for one in rows if not one.operator and not one.commune_code]


def operator_bars(rows: Iterable[Indicator]) -> dict[str, dict[str, Bar]]:
    """Return the bar of each operator by technology; every technology names the operators in the same order."""
    found = sorted(
        (one for one in rows if one.operator and not one.commune_code), key=lambda one: operator_title(one.operator)
    )
    technologies = sorted({one.technology for one in found})
    return {
        technology: {one.operator: served_bar(one, _plain(operator_title(one.operator))) for one in found
                     if one.technology == technology}
        for technology in technologies
    }  # fmt: skip


def headline(main: Indicator) -> list[Bar]:
    """Return what stands first: households, villages and communes of the main service."""
    return [served_bar(main, title, thing) for thing, title in HEADLINE.items()]


def _technology(one: Indicator) -> Text:
    return Text(one.technology, one.technology) if one.technology else MAIN_SERVICE


def _plain(name: str) -> Text:
    return Text(name, name)


def class_bar(classes: Mapping[str, int], label: Text, *, address: str = "") -> Bar:
    """Return villages by class, in order of need."""
    counts = [(key, style.name, classes.get(key, 0)) for key, style in VILLAGE_CLASSES.items()]
    return bar(label, counts, address=address)


def lowest(one: Bar) -> tuple[float, str]:
    """Return what bars are sorted by: where most is to be done comes first."""
    return one.share, one.label.vi


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One round: its share served and undetermined, and where its step begins and ends, in percent of the drawing."""

    batch: str
    dated: date
    address: str
    bar: Bar
    from_percent: float
    width_percent: float
    served_percent: float
    unknown_percent: float


def steps(points: Sequence[tuple[str, date, str, Bar]]) -> list[Step]:
    """Return the change from round to round, the oldest first, each as wide as the others."""
    width = 100.0 / max(1, len(points))
    return [
        Step(
            batch=batch, dated=dated, address=address, bar=one, from_percent=round(index * width, 3),
            width_percent=round(width, 3), served_percent=round(100.0 * one.share, 2),
            unknown_percent=round(100.0 * one.count("unknown") / one.whole, 2) if one.whole else 0.0,
        )
        for index, (batch, dated, address, one) in enumerate(points)
    ]  # fmt: skip
