"""What each gap scores by each criterion; what is not known is a range.

A part that is not known of any gap cannot tell one from another: it is left out and named. One that is not known of
some is a range from 0 to 1 there, for which the average of the gaps where it is known stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.coverage.ranking import CRITERIA, Scores, log_ramp, ramp, weighted_parts
from phusong.data.ranking import Ramp, RankingRules
from phusong.words import Text

Floats = NDArray[np.float64]
Ends = tuple[Floats, Floats, Floats]
"""The least, what stands for it, the most."""

PARTS: Mapping[str, Text] = MappingProxyType(
    {
        "households": Text("số hộ", "households"),
        "unserved_percent": Text("tỷ lệ hộ của thôn chưa có sóng", "share of the village unserved"),
        "village_class": Text("lớp của thôn", "class of the village"),
        "is_dbkk": Text("thôn đặc biệt khó khăn", "extremely disadvantaged"),
        "commune_region": Text("xã khu vực", "region of the commune"),
        "poor_percent": Text("tỷ lệ hộ nghèo", "share of poor households"),
        "border": Text("biên giới", "border"),
        "island": Text("hải đảo", "island"),
        "border_post": Text("đồn biên phòng", "border post"),
        "atk": Text("an toàn khu", "former safe zone"),
        "school": Text("trường học", "school"),
        "clinic": Text("trạm y tế", "clinic"),
        "office": Text("trụ sở, nhà văn hoá", "office or hall"),
        "industrial_park": Text("khu công nghiệp", "industrial park"),
        "basis": Text("loại bằng chứng", "kind of evidence"),
        "voters": Text("kiến nghị của cử tri", "voters' petitions"),
        "cost_per_household_vnd": Text("chi phí một hộ", "cost per household"),
    }
)
"""The parts of the criteria with their words."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scored:
    """Scores by the scales as they are, then by scales moved down and up, and what was left out.

    ``weights`` and ``minimum`` are those of the rules, 0 for a criterion of which nothing is known; ``left_out`` are
    the keys of its parts, and of those left out of the other criteria.
    """

    variants: tuple[Scores, ...]
    weights: Floats
    minimum: Floats
    left_out: tuple[str, ...]

    @property
    def base(self) -> Scores:
        """Return the scores by the scales as they are."""
        return self.variants[0]


def scored(facts: pd.DataFrame, rules: RankingRules) -> Scored:
    """Return the scores of the facts of :func:`phusong.study.ranking_facts.gap_facts`."""
    reach = rules.sensitivity.threshold_range
    unknown = [name for name in PARTS if len(facts) and not _is_known(facts, name).any()]
    moved = (1.0,) if reach == 0.0 else (1.0, 1.0 - reach, 1.0 + reach)
    variants = tuple(_scores(facts, rules, set(unknown), factor) for factor in moved)
    used = [not _is_unused(key, rules, unknown) for key in CRITERIA]
    return Scored(
        variants=variants,
        weights=np.asarray(np.where(used, rules.weights, 0.0)),
        minimum=np.asarray(np.where(used, rules.minimum, 0.0)),
        left_out=tuple(unknown),
    )


def _is_known(facts: pd.DataFrame, name: str) -> pd.Series[bool]:
    column = facts[name]
    return column != "" if name in _WORDS else column.notna()


_WORDS = ("village_class", "commune_region", "basis")
"""Parts whose facts are words, "" for what is not known; the others are numbers, yes and no being 1 and 0."""


def parts_of(criterion: str, rules: RankingRules) -> tuple[str, ...]:
    """Return the parts of a criterion."""
    if criterion == "cost":
        return ("cost_per_household_vnd",)
    return tuple(rules.parts[criterion] if criterion in rules.parts else rules.points[criterion])


def _is_unused(criterion: str, rules: RankingRules, unknown: Sequence[str]) -> bool:
    return all(part in unknown for part in parts_of(criterion, rules))


def _scores(facts: pd.DataFrame, rules: RankingRules, unknown: set[str], factor: float) -> Scores:
    ends = [_criterion(key, facts, rules, unknown, factor) for key in CRITERIA]
    low, middle, high = (np.column_stack([one[at] for one in ends]) for at in range(3))
    return Scores(low, np.clip(middle, low, high), high)


def _criterion(key: str, facts: pd.DataFrame, rules: RankingRules, unknown: set[str], factor: float) -> Ends:
    names = [name for name in parts_of(key, rules) if name not in unknown]
    if not names:
        zero = np.zeros(len(facts))
        return zero, zero, zero
    if key in ("place", "interest"):
        return _points(key, names, facts, rules)
    parts = [_part(name, facts, rules, factor) for name in names]
    low, middle, high = (np.column_stack([part[at] for part in parts]) for at in range(3))
    weights = np.array([rules.parts[key][name] if key in rules.parts else 1.0 for name in names])
    if not weights.sum() > 0.0:
        return tuple(np.zeros(len(facts)) for _ in range(3))  # type: ignore[return-value]
    least, most = weighted_parts(low, high, weights)
    filled = _average_filled(middle)
    return least, weighted_parts(filled, filled, weights)[0], most


def _part(name: str, facts: pd.DataFrame, rules: RankingRules, factor: float) -> Ends:
    if name in _WORDS:
        points = rules.points["evidence" if name == "basis" else name]
        score = np.asarray(facts[name].map(points), dtype=np.float64)
        return score, score, score
    if name not in rules.ramps:
        answer = np.asarray(facts[name], dtype=np.float64)
        return answer, answer, answer
    scale = rules.ramps[name]
    ends = [_on(facts[f"{name}{end}"].to_numpy(dtype=np.float64), scale, factor) for end in ("_low", "", "_high")]
    return np.minimum(ends[0], ends[2]), ends[1], np.maximum(ends[0], ends[2])


def _on(values: Floats, scale: Ramp, factor: float) -> Floats:
    rise = log_ramp if scale.log else ramp
    return rise(values, zero_at=scale.zero_at * factor, one_at=scale.one_at * factor)


def _points(key: str, names: Sequence[str], facts: pd.DataFrame, rules: RankingRules) -> Ends:
    """Return the most important of the places (``place``), or all of them together (``interest``)."""
    worth = np.array([rules.points[key][name] for name in names])
    there = facts[list(names)].to_numpy(dtype=np.float64)
    answers = (np.nan_to_num(there, nan=0.0), _average_filled(there), np.nan_to_num(there, nan=1.0))
    ends = [answer * worth for answer in answers]
    low, middle, high = (end.max(axis=1) if key == "place" else np.minimum(end.sum(axis=1), 1.0) for end in ends)
    return low, middle, high


def _average_filled(values: Floats) -> Floats:
    """Return columns with their average where they are not known; one more half is counted, so it is never 0 or 1."""
    known = np.isfinite(values)
    average = (np.where(known, values, 0.0).sum(axis=0) + 0.5) / (known.sum(axis=0) + 1.0)
    return np.where(known, values, average)
