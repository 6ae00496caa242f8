"""The rule of acceptance: from the places measured at the points of a village to pass, fail or not decided.

What is decided on is the share of *places*: squares of a few tens of metres around the test points, in each the share
of its samples at or above the minimum. Every point weighs the same, so that measuring more at a good one gains nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from phusong.tenders.acceptance.bounds import effective_places, lower_bound, places_to_decide, upper_bound
from phusong.tenders.acceptance.options import Options
from phusong.words import Text, number

Verdict = Literal["pass", "fail", "undecided"]
VERDICTS: Mapping[Verdict, Text] = {
    "pass": Text("đạt", "pass"),
    "fail": Text("không đạt", "fail"),
    "undecided": Text("chưa quyết định được, đo thêm", "not decided, measure more"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is what it is: its key, the same in every language, and its sentence."""

    key: str
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measured:
    """What was measured at one point: the share of good samples of each place, and of all samples."""

    point_id: str
    place_shares: NDArray[np.float64]
    samples: int
    good_samples: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A verdict with its figures, in percent; ``places`` is the effective number, None where nothing was measured."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    places: float
    share_percent: float | None
    low_percent: float | None
    high_percent: float | None


def decide(points: Sequence[Measured], options: Options, *, hindered: Iterable[Reason] = ()) -> Decision:
    """Decide one village and service.

    Parameters
    ----------
    points
        Every test point of the village, also those where nothing was measured.
    options
        Rule, share and confidences.
    hindered
        What forbids a decision, whatever the figures: too few samples, a window not measured, …

    Returns
    -------
    decision
        ``pass`` and ``fail`` only where nothing hinders. By a bound: passed when the truth is above the needed share
        with the confidence of a pass, failed when it is below with that of a fail. ``every_point`` asks that of each
        point; it fails where one point does, at a confidence shared among them (Bonferroni).
    """
    places = effective_places([len(point.place_shares) for point in points])
    measured = [point for point in points if len(point.place_shares)]
    share = float(np.mean([point.place_shares.mean() for point in measured])) if measured else None
    low, high = _bounds(share, places, options, options.fail_confidence_percent)
    hindered = tuple(hindered)
    if hindered or not points or len(measured) < len(points) or share is None:
        verdict, reasons = "undecided", hindered
    elif options.decision == "plain":
        verdict, reasons = _plainly(points, options)
    elif options.rule == "every_point":
        verdict, reasons = _point_by_point(points, options)
    else:
        verdict, reasons = _by_bound(share, places, low, high, options)
    return Decision(
        verdict=verdict,  # type: ignore[arg-type]
        reasons=reasons or (Reason("no_samples", Text("chưa đo đủ các điểm", "not every point was measured")),),
        places=places,
        share_percent=None if share is None else 100.0 * share,
        low_percent=None if not places else 100.0 * low,
        high_percent=None if not places else 100.0 * high,
    )


def _bounds(share: float | None, places: float, options: Options, fail_percent: float) -> tuple[float, float]:
    good = 0.0 if share is None else share * places
    return (
        lower_bound(good, places, options.pass_confidence_percent / 100.0),
        upper_bound(good, places, fail_percent / 100.0),
    )


def _by_bound(
    share: float, places: float, low: float, high: float, options: Options
) -> tuple[Verdict, tuple[Reason, ...]]:
    needed = options.needed_percent / 100.0
    if low >= needed:
        return "pass", (Reason("above", _compared("≥", low, needed, options.pass_confidence_percent)),)
    if high < needed:
        return "fail", (Reason("below", _compared("<", high, needed, options.fail_confidence_percent)),)
    return "undecided", (Reason("between", _undecided(share, places, options)),)


def _point_by_point(points: Sequence[Measured], options: Options) -> tuple[Verdict, tuple[Reason, ...]]:
    """Decide each point by itself."""
    needed = options.needed_percent / 100.0
    fail_percent = 100.0 - (100.0 - options.fail_confidence_percent) / len(points)
    failed, open_ = [], []
    for point in points:
        share, places = float(point.place_shares.mean()), float(len(point.place_shares))
        low, high = _bounds(share, places, options, fail_percent)
        at = Text(f"điểm {point.point_id}: ", f"point {point.point_id}: ")
        if high < needed:
            failed.append(Reason("below", _join(at, _compared("<", high, needed, fail_percent))))
        elif low < needed:
            open_.append(Reason("between", _join(at, _undecided(share, places, options))))
    if failed:
        return "fail", tuple(failed)
    if open_:
        return "undecided", tuple(open_)
    text = Text("từng điểm đo đều đạt", "every test point passes")
    return "pass", (Reason("above", text),)


def _plainly(points: Sequence[Measured], options: Options) -> tuple[Verdict, tuple[Reason, ...]]:
    """Decide by the bare ratio of samples, of the village or of each point."""
    groups = [[point] for point in points] if options.rule == "every_point" else [points]
    shares = [100.0 * sum(p.good_samples for p in own) / sum(p.samples for p in own) for own in groups]
    least = min(shares)
    passed = least >= options.needed_percent
    sign = "≥" if passed else "<"
    needed, got = options.needed_percent, least
    text = Text(
        f"tỷ lệ mẫu đạt {_percent(got, 'vi')} {sign} {_percent(needed, 'vi')} (tỷ lệ đơn thuần)",
        f"good samples {_percent(got, 'en')} {sign} {_percent(needed, 'en')} (bare ratio)",
    )
    return ("pass", (Reason("above", text),)) if passed else ("fail", (Reason("below", text),))


def _compared(sign: str, bound: float, needed: float, confidence_percent: float) -> Text:
    vi, en = ("cận dưới", "lower bound") if sign == "≥" else ("cận trên", "upper bound")
    return Text(
        f"{vi} của tỷ lệ {_percent(100 * bound, 'vi')} {sign} {_percent(100 * needed, 'vi')} "
        f"(độ tin cậy {_percent(confidence_percent, 'vi')})",
        f"{en} of the share {_percent(100 * bound, 'en')} {sign} {_percent(100 * needed, 'en')} "
        f"({_percent(confidence_percent, 'en')} confidence)",
    )


def _undecided(share: float, places: float, options: Options) -> Text:
    """Say that the share lies too near the limit, and how many places would decide it."""
    enough = places_to_decide(
        share,
        options.needed_percent / 100.0,
        pass_confidence=options.pass_confidence_percent / 100.0,
        fail_confidence=options.fail_confidence_percent / 100.0,
    )
    near = Text(
        f"tỷ lệ chỗ đạt {_percent(100 * share, 'vi')} quá sát ngưỡng {_percent(options.needed_percent, 'vi')} "
        f"với {number(places)} chỗ đo",
        f"{_percent(100 * share, 'en')} of places good is too near {_percent(options.needed_percent, 'en')} "
        f"with {number(places, 'en')} places",
    )
    if enough is None:
        return _join(near, Text("; đo thêm khó quyết định được", "; more measuring will hardly decide it"))
    return _join(
        near,
        Text(
            f"; nếu tỷ lệ giữ nguyên thì cần khoảng {number(enough)} chỗ",
            f"; about {number(enough, 'en')} would decide it at this share",
        ),
    )


def _join(one: Text, other: Text) -> Text:
    return Text(one.vi + other.vi, one.en + other.en)


def _percent(value: float, language: Literal["vi", "en"]) -> str:
    return f"{number(value, language, decimals=1)} %"
