"""The gaps of a study in order of priority, each with the interval of its rank and the reason in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from phusong.coverage.ranking import CRITERIA, Ranked, RankIntervals, base_ranking, rank_intervals
from phusong.data.ranking import RankingRules
from phusong.data.terms import village_class_title
from phusong.errors import StudyError
from phusong.study.ranking_facts import RankingInputs, gap_facts
from phusong.study.ranking_scores import PARTS, Scored, scored
from phusong.words import LANGUAGES, Language, Text, number

RANKING_COLUMNS = (
    *("rank", "gap_id", "commune_code", "commune_name", "village_code", "village_name", "households"),
    *("score", "score_low", "score_high", "rank_low", "rank_high", "top_share", "below_minimum"),
    *(f"score_{key}" for key in CRITERIA),
    *("explanation_vi", "explanation_en"),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankedGaps:
    """The table of :data:`RANKING_COLUMNS`, first rank first, and what no gap is known by and was left out."""

    table: pd.DataFrame
    left_out: tuple[Text, ...]


def ranked_gaps(gaps: pd.DataFrame, given: RankingInputs, rules: RankingRules) -> RankedGaps:
    """Rank every gap; equal scores by households, then by id.

    Raises
    ------
    StudyError
        Nothing is known by any criterion that has a weight.
    """
    return ranked_facts(*facts_of(gaps, given, rules), rules)


def facts_of(gaps: pd.DataFrame, given: RankingInputs, rules: RankingRules) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the gaps in the order in which equal scores keep them, and what is known of each: no weight is in it."""
    ordered = gaps.sort_values(["households", "gap_id"], ascending=[False, True], ignore_index=True)
    return ordered, gap_facts(ordered, given, reach_m=rules.reach_m)


def ranked_facts(ordered: pd.DataFrame, facts: pd.DataFrame, rules: RankingRules) -> RankedGaps:
    """Rank gaps by what is known of each, both from :func:`facts_of`; raises as :func:`ranked_gaps` does."""
    scores = scored(facts, rules)
    if not len(ordered):
        return RankedGaps(table=_empty(), left_out=())
    if not scores.weights.sum() > 0.0:
        raise StudyError(
            Text(
                f"{rules.name}: không tiêu chí nào có trọng số lại có số liệu",
                f"{rules.name}: no criterion with a weight has any data",
            )
        )
    base = base_ranking(scores.base, scores.weights, scores.minimum)
    moved = rank_intervals(scores.variants, scores.weights, scores.minimum, rules.sensitivity, top=rules.top)
    table = pd.DataFrame(
        {
            **{name: ordered[name].to_numpy() for name in RANKING_COLUMNS[1:7]},
            **_numbers(base, moved, scores),
            "below_minimum": [";".join(np.array(CRITERIA, dtype=object)[row]) for row in base.below],
        }
    )
    texts = [
        Text(*(_explanation(row, fact, rules, scores.left_out, language) for language in LANGUAGES))
        for row, fact in zip(_records(table), _records(facts), strict=True)
    ]
    table = table.assign(explanation_vi=[text.vi for text in texts], explanation_en=[text.en for text in texts])
    table = table.sort_values("rank", ignore_index=True).reindex(columns=list(RANKING_COLUMNS))
    return RankedGaps(table=table, left_out=tuple(PARTS[name] for name in scores.left_out))


def _numbers(base: Ranked, moved: RankIntervals, scores: Scored) -> dict[str, Any]:
    used = scores.weights > 0.0
    by_criterion = np.where(used, scores.base.middle, np.nan)
    return {
        "rank": base.rank,
        "score": np.round(base.score, 4),
        "score_low": np.round(base.score_low, 4),
        "score_high": np.round(base.score_high, 4),
        "rank_low": moved.rank_low,
        "rank_high": moved.rank_high,
        "top_share": np.round(moved.top_share, 4),
        **{f"score_{key}": np.round(by_criterion[:, at], 4) for at, key in enumerate(CRITERIA)},
    }


def _empty() -> pd.DataFrame:
    words = ("gap_id", "commune_code", "commune_name", "village_code", "village_name", "below_minimum")
    kinds = {name: "str" if name in words or "explanation" in name else "float64" for name in RANKING_COLUMNS}
    kinds |= dict.fromkeys(("rank", "rank_low", "rank_high", "households"), "int64")
    return pd.DataFrame({name: pd.Series([], dtype=kind) for name, kind in kinds.items()})


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


_WORDS: Mapping[str, Text] = {
    "rank": Text("Hạng {rank}", "Rank {rank}"),
    "between": Text(" ({low}–{high} khi đổi trọng số và ngưỡng)", " ({low}–{high} as weights and thresholds change)"),
    "households": Text("{} hộ chưa có sóng", "{} households unserved"),
    "share": Text("{} % số hộ của thôn", "{} % of the village"),
    "class": Text("thôn {}", "village class: {}"),
    "poor": Text("{} % hộ nghèo, cận nghèo", "{} % poor or near-poor"),
    "region": Text("xã khu vực {}", "commune of region {}"),
    "cost": Text("khoảng {} triệu đồng một hộ", "about {} million VND a household"),
    "unknown": Text("Chưa biết: {}", "Not known: {}"),
    "below": Text("Dưới mức tối thiểu về {}, nên xếp sau", "Below the minimum of {}, so after the others"),
}


def _explanation(
    row: Mapping[str, Any],
    fact: Mapping[str, Any],
    rules: RankingRules,
    left_out: tuple[str, ...],
    language: Language,
) -> str:
    words = {key: text.to(language) for key, text in _WORDS.items()}
    low, high = row["rank_low"], row["rank_high"]
    head = words["rank"].format(rank=row["rank"])
    if low != high:
        head += words["between"].format(low=low, high=high)
    sentences = [f"{head}: {', '.join(_reasons(fact, words, language))}"]
    missing = [PARTS[name].to(language) for name in PARTS if name not in left_out and _is_missing(fact[name])]
    if missing:
        sentences.append(words["unknown"].format(", ".join(missing)))
    if row["below_minimum"]:
        titles = {one.key: one.title.to(language) for one in rules.criteria}
        sentences.append(words["below"].format(", ".join(titles[key] for key in row["below_minimum"].split(";"))))
    return ". ".join(sentences) + "."


def _is_missing(value: Any) -> bool:
    return value == "" if isinstance(value, str) else math.isnan(value)


def _reasons(fact: Mapping[str, Any], words: Mapping[str, str], language: Language) -> list[str]:
    """Return what speaks for a gap, most important first."""
    reasons = [words["households"].format(number(fact["households"], language))]
    if fact["unserved_percent"] > 0:
        reasons.append(words["share"].format(number(fact["unserved_percent"], language)))
    if fact["village_class"]:
        reasons.append(words["class"].format(village_class_title(fact["village_class"]).to(language)))
    if fact["is_dbkk"] == 1.0:
        reasons.append(PARTS["is_dbkk"].to(language))
    if fact["commune_region"] in ("I", "II", "III"):
        reasons.append(words["region"].format(fact["commune_region"]))
    if fact["poor_percent"] > 0:
        reasons.append(words["poor"].format(number(fact["poor_percent"], language)))
    there = ("border", "island", "border_post", "atk", "school", "clinic", "office", "industrial_park", "voters")
    reasons += [PARTS[name].to(language) for name in there if fact[name] == 1.0]
    if fact["cost_per_household_vnd"] > 0:
        reasons.append(words["cost"].format(number(fact["cost_per_household_vnd"] / 1e6, language)))
    return reasons
