"""The order of priority as sheets: every gap with its rank and what it rests on, and the criteria themselves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from phusong.coverage.ranking import CRITERIA
from phusong.data.provenance import UNVERIFIED
from phusong.data.ranking import RankingRules
from phusong.data.report_routes import source_note
from phusong.data.workbook import Block, Column, Row, Sheet
from phusong.words import Language, Text, day, number


def criteria_note(rules: RankingRules) -> Text:
    """Name the criteria, their first day and their source."""
    since = day(rules.valid_from)
    title = Text(f"{rules.title.vi} “{rules.name}”, từ {since}", f"{rules.title.en} “{rules.name}”, from {since}")
    return source_note(title, rules.source, verified=rules.verified)


def shaking_note(rules: RankingRules) -> Text:
    """Say in one line how rank intervals were made."""
    rule = rules.sensitivity
    parts = (rule.draws, 100.0 * rule.weight_range, 100.0 * rule.threshold_range, rule.interval_percent)
    draws, weight, threshold, share = (Text(number(value), number(value, "en")) for value in parts)
    return Text(
        f"Khoảng hạng: {share.vi} % của {draws.vi} lần thử, mỗi lần đổi trọng số ±{weight.vi} %, ngưỡng và thang điểm "
        f"±{threshold.vi} %, điều chưa biết lấy ngẫu nhiên quanh mức trung bình của các nơi đã biết.",
        f"Rank interval: {share.en} % of {draws.en} draws, each with weights ±{weight.en} %, thresholds and scales "
        f"±{threshold.en} %, and what is not known drawn around the average of the gaps where it is known.",
    )


def figure_note(rules: RankingRules) -> Text:
    """Return the line under the figure of the ranking: whose weights, whether verified, how shaken."""
    mark = Text("", "") if rules.verified else Text(f" ({UNVERIFIED.vi})", f" ({UNVERIFIED.en})")
    shaken = shaking_note(rules)
    return Text(
        f"{rules.title.vi} “{rules.name}”{mark.vi}. {shaken.vi}",
        f"{rules.title.en} “{rules.name}”{mark.en}. {shaken.en}",
    )


def left_out_note(left_out: Sequence[Text]) -> Text:
    """Say of what nothing is known about any gap, so that it had no part in the order."""
    return Text(
        f"Không có số liệu của nơi nào nên không dùng để xếp hạng: {', '.join(t.vi for t in left_out)}.",
        f"Not known of any place, so without part in the order: {', '.join(t.en for t in left_out)}.",
    )


def ranking_sheet(ranking: pd.DataFrame, rules: RankingRules, left_out: Sequence[Text], language: Language) -> Sheet:
    """Show every gap in order of priority with the interval of its rank."""
    top = Text(number(rules.top), number(rules.top, "en"))
    criteria = [
        Column(
            title=Text(_capital(one.title.vi), _capital(one.title.en)), key=f"score_{one.key}", kind="percent", width=8
        )
        for one in rules.criteria
        if ranking[f"score_{one.key}"].notna().any()
    ]
    titles = {one.key: one.title.to(language) for one in rules.criteria}
    notes = [criteria_note(rules), shaking_note(rules), *([left_out_note(left_out)] if left_out else [])]
    return Sheet(
        name=Text("Xếp hạng ưu tiên", "Ranking"),
        title=Text("Vùng lõm theo thứ tự ưu tiên", "Gaps in order of priority"),
        notes=(*notes, _POINTS),
        columns=(
            Column(title=Text("Hạng", "Rank"), key="rank", kind="whole", width=6),
            Column(title=Text("Khoảng hạng", "Interval"), key="interval", width=9),
            Column(title=Text("Mã vùng lõm", "Gap"), key="gap_id", width=12),
            Column(title=Text("Xã", "Commune"), key="commune_name", width=14),
            Column(title=Text("Thôn, bản", "Village"), key="village_name", width=14),
            Column(title=Text("Hộ chưa có sóng", "Unserved"), key="households", kind="whole", width=8, summed=True),
            Column(title=Text("Điểm", "Score"), key="score", kind="percent", width=7),
            Column(
                title=Text(f"Trong {top.vi} nơi đầu, %", f"Among first {top.en}, %"),
                key="top_share",
                kind="percent",
                width=9,
            ),
            *criteria,
            Column(title=Text("Dưới mức tối thiểu", "Below minimum"), key="below", width=11),
            Column(title=Text("Vì sao", "Why"), key="why", width=44),
        ),
        blocks=(Block(rows=[_row(row, titles, language) for row in ranking.to_dict("records")]),),
        total={"village_name": Text("Tổng cộng", "Total")},
        frozen_columns=3,
    )


_POINTS = Text("Điểm từ 0 đến 100.", "Scores from 0 to 100.")


def _row(raw: Mapping[Any, Any], titles: Mapping[str, str], language: Language) -> Row:
    row = {str(key): value for key, value in raw.items()}
    shares = {name: _percent(row[name]) for name in ("score", "top_share", *(f"score_{key}" for key in CRITERIA))}
    low, high = number(row["rank_low"], language), number(row["rank_high"], language)
    return {
        **row,
        **shares,
        "interval": low if low == high else f"{low}–{high}",
        "below": ", ".join(titles[key] for key in row["below_minimum"].split(";") if key),
        "why": row[f"explanation_{language}"].partition(": ")[2],
    }


def _percent(share: float) -> float | None:
    return None if math.isnan(share) else 100.0 * share


def criteria_sheet(rules: RankingRules) -> Sheet:
    """Show the criteria with their weights and minimums."""
    total = float(rules.weights.sum())
    rows: list[Row] = [
        {
            "title": Text(_capital(one.title.vi), _capital(one.title.en)),
            "weight": one.weight,
            "share": 100.0 * one.weight / total if total else None,
            "minimum": 100.0 * one.minimum,
        }
        for one in rules.criteria
    ]
    return Sheet(
        name=Text("Tiêu chí ưu tiên", "Criteria"),
        title=Text("Tiêu chí ưu tiên và trọng số", "Criteria of priority and weights"),
        notes=(criteria_note(rules), shaking_note(rules)),
        columns=(
            Column(title=Text("Tiêu chí", "Criterion"), key="title", width=30),
            Column(title=Text("Trọng số", "Weight"), key="weight", kind="decimal", width=12, summed=True),
            Column(title=Text("Tỷ trọng, %", "Share, %"), key="share", kind="percent", width=12, summed=True),
            Column(
                title=Text("Điểm tối thiểu (0–100)", "Least score (0–100)"), key="minimum", kind="percent", width=14
            ),
        ),
        blocks=(Block(rows=rows),),
        total={"title": Text("Tổng cộng", "Total")},
        landscape=False,
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
