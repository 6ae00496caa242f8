"""What forbids a decision on a village, whatever its figures: too little was measured, or too much left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from phusong.tenders.acceptance.results import SPEED, PointResult
from phusong.tenders.acceptance.rule import Reason
from phusong.tenders.acceptance.screening import DOUBTFUL, LEFT_OUT, Ask
from phusong.words import LANGUAGES, Text, number, percent

NAMED_FRACTION = 0.05
"""Where something hinders a decision, every reason that took so many of the village's samples is named too."""


def hindrances(
    service: str, points: Sequence[PointResult], near: pd.DataFrame, used: pd.DataFrame, ask: Ask
) -> Iterator[Reason]:
    """Yield what forbids a decision on a village, then which samples were left out in numbers."""
    found = [*_lacking(service, points, used, ask), *_doubtful(near, used, ask)]
    yield from found
    if not found:
        return
    said = {reason.key for reason in found}
    for key, count in count_reasons(near["reason"], tuple(LEFT_OUT)):
        if count >= NAMED_FRACTION * len(near) > 0 and key not in said:
            yield Reason(key, _left_out_text(key, count, len(near)))


def _lacking(service: str, points: Sequence[PointResult], used: pd.DataFrame, ask: Ask) -> Iterator[Reason]:
    """Yield what was not measured: points, samples, windows, days."""
    options = ask.options
    if not points:
        yield Reason("no_points", Text("không có điểm đo", "there is no test point"))
        return
    if service == SPEED:
        if used.empty:
            yield Reason("no_samples", Text("không có mẫu đo tốc độ", "no sample has a speed"))
        return
    for one in points:
        if one.missing:
            vi, en = (f"{number(one.samples, lang)}/{number(one.point.samples, lang)}" for lang in LANGUAGES)
            name = one.point.point_id
            yield Reason("too_few", Text(f"điểm {name}: mới có {vi} mẫu", f"point {name}: {en} samples"))
    for i, window in enumerate(options.windows):
        count = int((used["window"] == i).sum())
        if count < options.window_samples:
            vi, en = (f"{number(count, lang)}/{number(options.window_samples, lang)}" for lang in LANGUAGES)
            text = Text(f"khung giờ {window}: mới có {vi} mẫu", f"window {window}: {en} samples")
            yield Reason("window_missing", text)
    days = int(used["time"].dt.normalize().nunique())
    if days < options.days:
        vi, en = (f"{number(days, lang)}/{number(options.days, lang)}" for lang in LANGUAGES)
        yield Reason("days_missing", Text(f"mới đo {vi} ngày", f"{en} days measured"))


def _doubtful(near: pd.DataFrame, used: pd.DataFrame, ask: Ask) -> Iterator[Reason]:
    """Yield the reasons for which too many samples were left out, so that bad places may be hidden.

    Places where the device had fallen back to another technology count as bad; where they are that many, the device
    may not have been locked, and nothing is decided either.
    """
    counts = dict(count_reasons(near["reason"], DOUBTFUL))
    fallen_back = int(used["other_technology"].sum())
    doubtful = sum(counts.values()) + fallen_back
    asked = doubtful + len(used) - fallen_back
    if not asked or 100.0 * doubtful <= ask.options.max_left_out_percent * asked:
        return
    for key, count in counts.items():
        if count:
            yield Reason(key, _left_out_text(key, count, asked))
    if fallen_back:
        yield Reason("technology", _left_out_text("technology", fallen_back, asked))


def _left_out_text(key: str, count: int, of: int) -> Text:
    title = Text("công nghệ khác", "another technology") if key == "technology" else LEFT_OUT[key]
    vi, en = (percent(count, of, lang) for lang in LANGUAGES)
    return Text(f"{title.vi}: {vi} mẫu", f"{title.en}: {en} samples")


def count_reasons(reason: pd.Series[str], keys: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """Count the samples of each reason, in the order of the keys."""
    return tuple((key, int((reason == key).sum())) for key in keys)
