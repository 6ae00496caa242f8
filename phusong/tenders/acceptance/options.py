"""The options of acceptance, read once from the settings of a package: numbers, windows and rule, all checked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from phusong.errors import OutOfRangeError, Range
from phusong.tenders.package.values import Setting
from phusong.words import Text, number

Rule = Literal["share", "median", "every_point"]
Decision = Literal["bound", "plain"]

RULES: Mapping[Rule, Text] = {
    "share": Text("tỷ lệ mẫu đạt của cả thôn", "share of good samples of the village"),
    "median": Text("trung vị mức thu của cả thôn", "median level of the village"),
    "every_point": Text("tỷ lệ mẫu đạt tại từng điểm đo", "share of good samples at every test point"),
}
DECISIONS: Mapping[Decision, Text] = {
    "bound": Text("theo cận tin cậy", "by a confidence bound"),
    "plain": Text("theo tỷ lệ đơn thuần", "by the bare ratio"),
}
MEDIAN_PERCENT = 50.0
WINDOWS_APART_H = 4.0

_LIMITS = {
    "share_percent": Range(1, 99.9, "%"),
    "pass_confidence_percent": Range(50, 99.99, "%"),
    "fail_confidence_percent": Range(50, 99.99, "%"),
    "samples_per_point": Range(1, 100_000),
    "samples_per_village": Range(1, 100_000),
    "radius_m": Range(20, 5_000, "m"),
    "road_within_m": Range(0, 5_000, "m"),
    "place_m": Range(1, 500, "m"),
    "window_samples": Range(0, 100_000),
    "days": Range(1, 60),
    "max_accuracy_m": Range(1, 1_000, "m"),
    "max_drift_m": Range(1, 5_000, "m"),
    "max_speed_kmh": Range(1, 300, "km/h"),
    "max_left_out_percent": Range(0, 100, "%"),
    "retests": Range(0, 20),
}
_LEVEL = Range(-160, -20, "dBm")
_SPEED = Range(0, 20_000, "Mbit/s")
_TECHNOLOGIES = ("3G", "4G", "5G")


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of a day, from the first up to but not at the last."""

    start_h: float
    end_h: float

    def __str__(self) -> str:
        return f"{_clock(self.start_h)}–{_clock(self.end_h)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How acceptance is measured and decided; ``min_dbm`` holds only what is set, speeds are None where not judged."""

    rule: Rule
    decision: Decision
    share_percent: float
    pass_confidence_percent: float
    fail_confidence_percent: float
    samples_per_point: int
    samples_per_village: int
    radius_m: float
    road_within_m: float
    place_m: float
    windows: tuple[Window, ...]
    window_samples: int
    days: int
    max_accuracy_m: float
    max_drift_m: float
    max_speed_kmh: float
    max_left_out_percent: float
    retests: int
    min_dbm: Mapping[str, float]
    min_dl_mbps: float | None
    min_ul_mbps: float | None

    @property
    def needed_percent(self) -> float:
        """Return the share of places that must be good: a median at the minimum means a half."""
        return MEDIAN_PERCENT if self.rule == "median" else self.share_percent


def options_of(settings: Sequence[Setting]) -> Options:
    """Return the options of acceptance among the settings of a package.

    Raises
    ------
    OutOfRangeError
        A value that is none, out of range, or windows that are fewer than two or nearer than four hours.
    """
    by_key = {one.key.removeprefix("acceptance_"): one for one in settings if one.key.startswith("acceptance_")}
    numbers = {key: _number(by_key[key], limits) for key, limits in _LIMITS.items()}
    levels = {name: by_key[f"min_dbm_{name.lower()}"] for name in _TECHNOLOGIES}
    whole = ("samples_per_point", "samples_per_village", "window_samples", "days", "retests")
    return Options(
        rule=cast(Rule, _one_of(by_key["rule"], tuple(RULES))),
        decision=cast(Decision, _one_of(by_key["decision"], tuple(DECISIONS))),
        windows=_windows(by_key["windows"]),
        min_dbm={name: _number(one, _LEVEL) for name, one in levels.items() if one.value.strip()},
        min_dl_mbps=_speed(by_key["min_dl_mbps"]),
        min_ul_mbps=_speed(by_key["min_ul_mbps"]),
        **{key: int(value) if key in whole else value for key, value in numbers.items()},  # type: ignore[arg-type]
    )


def _speed(setting: Setting) -> float | None:
    return _number(setting, _SPEED) if setting.value.strip() else None


def _number(setting: Setting, limits: Range) -> float:
    try:
        value = float(setting.value.strip().replace(",", "."))
    except ValueError:
        raise _refused(setting, Text("một số", "a number")) from None
    limits.check(setting.key, value)
    return value


def _one_of(setting: Setting, allowed: tuple[str, ...]) -> str:
    if setting.value not in allowed:
        raise _refused(setting, Text(", ".join(allowed), ", ".join(allowed)))
    return setting.value


def _windows(setting: Setting) -> tuple[Window, ...]:
    found = [
        re.fullmatch(r"(\d{1,2}):(\d\d)\s*[-–]\s*(\d{1,2}):(\d\d)", one.strip()) for one in setting.value.split(";")
    ]
    windows = tuple(
        sorted(
            (Window(int(m[1]) + int(m[2]) / 60.0, int(m[3]) + int(m[4]) / 60.0) for m in found if m),
            key=lambda one: one.start_h,
        )
    )
    wrong = len(windows) < len(found) or any(not 0 <= one.start_h < one.end_h <= 24 for one in windows)
    if wrong or len(windows) < 2 or windows[-1].start_h - windows[0].end_h < WINDOWS_APART_H:
        raise _refused(
            setting,
            Text(
                f"ít nhất hai khung giờ hh:mm-hh:mm cách nhau {number(WINDOWS_APART_H)} giờ, ngăn bằng dấu chấm phẩy",
                f"two or more windows hh:mm-hh:mm, {number(WINDOWS_APART_H, 'en')} hours apart, between semicolons",
            ),
        )
    return windows


def _clock(hours: float) -> str:
    minutes = round(60.0 * hours)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _refused(setting: Setting, allowed: Text) -> OutOfRangeError:
    return OutOfRangeError(
        Text(
            f"{setting.title.vi} ({setting.key}) phải là {allowed.vi}; nhận được “{setting.value}”",
            f"{setting.title.en} ({setting.key}) must be {allowed.en}; got “{setting.value}”",
        )
    )
