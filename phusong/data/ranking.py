"""The criteria of priority with their weights and scales: ours, or a province's own TOML file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.ranking import CRITERIA, Sensitivity
from phusong.data.edited_tables import (
    at,
    own_table,
    parsed,
    refuse,
    shipped_table,
    text_of,
    wrong_entry,
    wrong_head,
    wrong_keys,
    wrong_number,
)
from phusong.errors import Range
from phusong.words import Text

_TABLE = "ranking.toml"
_TITLE = Text("bảng tiêu chí ưu tiên", "table of criteria")
_WEIGHT = Range(0.0, 1000.0)
_SCORE = Range(0.0, 1.0)
_WHOLE: Mapping[str, Range] = {"draws": Range(10, 20_000), "seed": Range(0, 1_000_000)}
_PERCENT: Mapping[str, Range] = {
    "weight_range_percent": Range(0, 100, "%"),
    "threshold_range_percent": Range(0, 90, "%"),
    "interval_percent": Range(50, 100, "%"),
}
_SECTIONS = ("criterion", "ramp", "parts", "points", "interest", "sensitivity")
_TOP = Range(1, 1000)
_REACH_M = Range(0, 20_000, "m")


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One criterion: its weight, and the score below which a gap comes after all others."""

    key: str
    title: Text
    weight: float
    minimum: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ramp:
    """A scale: score 0 at one value, 1 at another, even or by the logarithm."""

    zero_at: float
    one_at: float
    log: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingRules:
    """Everything a ranking depends on.

    ``ramps`` are scales by the name of their number, ``points`` scores of single values, ``parts`` the weights of the
    parts of a criterion; ``reach_m`` is how near a school or clinic belongs to a gap.
    """

    name: str
    title: Text
    source: Text
    verified: bool
    valid_from: date
    top: int
    criteria: tuple[Criterion, ...]
    ramps: Mapping[str, Ramp]
    points: Mapping[str, Mapping[str, float]]
    parts: Mapping[str, Mapping[str, float]]
    reach_m: float
    sensitivity: Sensitivity

    @property
    def weights(self) -> NDArray[np.float64]:
        """Return the weights in the order of the criteria."""
        return np.array([criterion.weight for criterion in self.criteria])

    @property
    def minimum(self) -> NDArray[np.float64]:
        """Return the least scores in the order of the criteria."""
        return np.array([criterion.minimum for criterion in self.criteria])


def read_ranking(path: Path | None = None) -> RankingRules:
    """Return the criteria of a TOML file, what it leaves out as in ours; without a file, ours.

    Raises
    ------
    MissingFileError, StudyError
        No such file; unreadable, or with wrong entries: all of them at once.
    """
    if path is None:
        return parse_ranking(shipped_table(_TABLE), _TABLE)
    return parse_ranking(own_table(path, _TITLE), path.name)


def parse_ranking(text: str, name: str) -> RankingRules:
    """Return the criteria written in a TOML text.

    Raises
    ------
    StudyError
        Every unknown, missing or wrong entry in one sentence, each with its place.
    """
    own, ours = parsed(text, name), parsed(shipped_table(_TABLE), _TABLE)
    head = list(wrong_head(own))
    raw = _over(ours, own)
    refuse(name, [*head, *_wrong_names(own, ours), *_wrong_values(raw)])
    return _rules(raw)


def _over(ours: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return our entries with the user's own over them, section by section; what ours do not know is left aside."""
    merged = dict(ours)
    for key in ours.keys() & own.keys():
        here, value = merged[key], own[key]
        merged[key] = _over(here, value) if isinstance(here, dict) and isinstance(value, dict) else value
    return merged


def _wrong_names(own: Mapping[str, Any], ours: Mapping[str, Any], place: str = "") -> Iterator[Text]:
    """Name every entry that ours does not have."""
    yield from wrong_keys(own, ours, place)
    for key, value in own.items():
        if key in ours and isinstance(value, dict) and isinstance(ours[key], dict) and key not in ("title", "source"):
            yield from _wrong_names(value, ours[key], f"{place}.{key}" if place else key)


def _wrong_values(raw: Mapping[str, Any]) -> Iterator[Text]:
    yield from _wrong_whole(raw, "top", _TOP)
    wrong = [text for key in _SECTIONS for text in wrong_entry(raw, key, dict)]
    yield from wrong
    if wrong:
        return
    yield from _wrong_tables(raw["criterion"], "criterion", _wrong_criterion)
    yield from _wrong_tables(raw["ramp"], "ramp", _wrong_ramp)
    yield from _wrong_tables(raw["parts"], "parts", lambda part, place: _wrong_numbers(part, place, _WEIGHT))
    yield from _wrong_tables(raw["points"], "points", lambda part, place: _wrong_numbers(part, place, _SCORE))
    yield from wrong_number(raw["interest"], "reach_m", _REACH_M, "interest")
    for key, allowed in _WHOLE.items():
        yield from _wrong_whole(raw["sensitivity"], key, allowed, "sensitivity")
    for key, allowed in _PERCENT.items():
        yield from wrong_number(raw["sensitivity"], key, allowed, "sensitivity")
    yield from _wrong_sums(raw)


def _wrong_tables(section: Mapping[str, Any], place: str, check: Any) -> Iterator[Text]:
    for key in section:
        wrong = list(wrong_entry(section, key, dict, place))
        yield from wrong or check(section[key], f"{place}.{key}")


def _wrong_criterion(raw: Mapping[str, Any], place: str) -> Iterator[Text]:
    yield from wrong_number(raw, "weight", _WEIGHT, place)
    yield from wrong_number(raw, "minimum", _SCORE, place)
    yield from wrong_entry(raw, "title", dict, place)


def _wrong_ramp(raw: Mapping[str, Any], place: str) -> Iterator[Text]:
    ends = [text for key in ("zero_at", "one_at") for text in wrong_entry(raw, key, float, place)]
    yield from ends
    yield from wrong_entry(raw, "log", bool, place)
    if ends:
        return
    if raw["zero_at"] == raw["one_at"]:
        yield at(place, Text("zero_at và one_at phải khác nhau", "zero_at and one_at must differ"))
    if raw.get("log") is True and min(raw["zero_at"], raw["one_at"]) <= 0:
        yield at(place, Text("thang lôgarit cần số dương", "a logarithmic scale needs numbers above 0"))


def _wrong_numbers(raw: Mapping[str, Any], place: str, allowed: Range) -> Iterator[Text]:
    for key in raw:
        yield from wrong_number(raw, key, allowed, place)


def _wrong_whole(raw: Mapping[str, Any], key: str, allowed: Range, place: str = "") -> Iterator[Text]:
    wrong = list(wrong_entry(raw, key, int, place))
    yield from wrong or wrong_number(raw, key, allowed, place)


def _wrong_sums(raw: Mapping[str, Any]) -> Iterator[Text]:
    """Weights that are all 0 say nothing."""
    groups = {"criterion": [one.get("weight") for one in raw["criterion"].values() if isinstance(one, dict)]}
    groups |= {f"parts.{key}": list(one.values()) for key, one in raw["parts"].items() if isinstance(one, dict)}
    for place, weights in groups.items():
        if all(isinstance(weight, int | float) for weight in weights) and not any(weights):
            yield at(place, Text("mọi trọng số đều bằng 0", "every weight is 0"))


def _rules(raw: Mapping[str, Any]) -> RankingRules:
    shaken = raw["sensitivity"]
    return RankingRules(
        name=raw["name"],
        title=text_of(raw["title"]),
        source=text_of(raw["source"]),
        verified=raw["verified"],
        valid_from=raw["valid_from"],
        top=raw["top"],
        criteria=tuple(_criterion(key, raw["criterion"][key]) for key in CRITERIA),
        ramps=MappingProxyType({key: _ramp(one) for key, one in raw["ramp"].items()}),
        points=_floats(raw["points"]),
        parts=_floats(raw["parts"]),
        reach_m=float(raw["interest"]["reach_m"]),
        sensitivity=Sensitivity(
            draws=shaken["draws"],
            seed=shaken["seed"],
            weight_range=shaken["weight_range_percent"] / 100.0,
            threshold_range=shaken["threshold_range_percent"] / 100.0,
            interval_percent=float(shaken["interval_percent"]),
        ),
    )


def _criterion(key: str, raw: Mapping[str, Any]) -> Criterion:
    return Criterion(key=key, title=text_of(raw["title"]), weight=float(raw["weight"]), minimum=float(raw["minimum"]))


def _ramp(raw: Mapping[str, Any]) -> Ramp:
    return Ramp(zero_at=float(raw["zero_at"]), one_at=float(raw["one_at"]), log=raw["log"])


def _floats(raw: Mapping[str, Mapping[str, float]]) -> Mapping[str, Mapping[str, float]]:
    made = {key: MappingProxyType({one: float(v) for one, v in values.items()}) for key, values in raw.items()}
    return MappingProxyType(made)
