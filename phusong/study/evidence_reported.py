"""What provinces report, communes confirm and operators answer of reported places, joined to villages and gaps.

A list, and operators' answers, are *declared*; what a commune answered when asked whether a place still is a gap is
*confirmed*. That a place is in no list says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import shapely

from phusong.coverage.findings import SAYS_TITLES, Kind, Says
from phusong.coverage.reasons import operator_title
from phusong.data.crs import project
from phusong.study.evidence_ground import Ground, Row, place_keys
from phusong.words import Text, number

REACH_M = 500.0
"""A reported position speaks of the gaps this near, as where lists are reconciled."""

Answer = Literal["gap", "served", "unknown"]
_WORST: tuple[Says, ...] = ("white", "depression", "weak")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What one row of a list says: of which village (−1 none) and gaps, whether of the whole village, by whom, when."""

    village: int
    whole: bool
    gaps: tuple[int, ...]
    answer: Answer
    gap_class: str
    households: float
    author: str
    dated: str


def reported_rows(ground: Ground, reported: pd.DataFrame | None) -> Iterator[Row]:
    """Yield what a province's gap list says of villages and gaps."""
    if reported is None or not len(reported):
        return
    answers: list[Answer] = ["gap"] * len(reported)
    said = _said(ground, reported, answers, _texts(reported, "reporter"), _days(reported, "reported_on"))
    yield from _rows(ground, said, "declared", "reported", Text("danh sách của tỉnh", "the province's list"))


def answered_rows(ground: Ground, rows: pd.DataFrame | None) -> Iterator[Row]:
    """Yield what communes and operators answered about the places of a reporting round.

    ``rows`` are a round's, with its columns ``confirmed_…``; places nobody answered about say nothing.
    """
    if rows is None or "confirmed_still_gap" not in rows:
        return
    words: dict[str, Answer] = {"yes": "gap", "no": "served", "unknown": "unknown"}
    asked = rows[_mask(_texts(rows, "confirmed_still_gap"))]
    said = _said(
        ground,
        asked,
        [words.get(one, "unknown") for one in _texts(asked, "confirmed_still_gap")],
        _texts(asked, "confirmed_by"),
        _texts(asked, "confirmed_on"),
    )
    yield from _rows(ground, said, "confirmed", "commune", Text("xã trả lời", "the commune's answer"))
    operators = [o for o in ground.operators if f"confirmed_coverage_{o}" in rows]
    if operators:
        answers = [_by_operators(ground, row, operators) for row in rows.to_dict("records")]
        spoken = _mask([answer or "" for answer in answers])
        kept: list[Answer] = [answer for answer in answers if answer is not None]
        names = ", ".join(operator_title(one) for one in operators)
        said = _said(ground, rows[spoken], kept, [names] * len(kept), [""] * len(kept))
        yield from _rows(ground, said, "declared", "operators", Text("nhà mạng trả lời", "the operators' answers"))


def _by_operators(ground: Ground, row: dict[Any, Any], operators: Sequence[str]) -> Answer | None:
    """Join operators' answers: one that covers is enough, that nobody does takes all of the study; None unanswered."""
    answers = [str(row[f"confirmed_coverage_{o}"]) for o in operators]
    if "yes" in answers:
        return "served"
    if len(operators) == len(ground.operators) and all(one in ("no", "weak") for one in answers):
        return "gap"
    return "unknown" if any(answers) else None


def _mask(texts: Sequence[str]) -> list[bool]:
    return [text not in ("", "nan", "None") for text in texts]


def _texts(rows: pd.DataFrame, name: str) -> list[str]:
    return [""] * len(rows) if name not in rows else rows[name].fillna("").astype(str).tolist()


def _days(rows: pd.DataFrame, name: str) -> list[str]:
    if name not in rows:
        return [""] * len(rows)
    return ["" if pd.isna(one) else str(pd.Timestamp(one).date()) for one in rows[name]]


def _said(
    ground: Ground, rows: pd.DataFrame, answers: Sequence[Answer], authors: Sequence[str], days: Sequence[str]
) -> list[_Said]:
    known = ground.village_rows()
    village = [known.get(key, -1) for key in place_keys(rows)]
    cluster, gap_class = _texts(rows, "cluster_name"), _texts(rows, "gap_class")
    households = pd.to_numeric(rows["households_unserved"], errors="coerce").fillna(0.0).tolist()
    near = _near_gaps(ground, rows)
    of_village = pd.Series(np.arange(len(ground.gaps))).groupby(_village_of_gaps(ground)).agg(tuple).to_dict()
    found = []
    for k in range(len(rows)):
        own = of_village.get(village[k], ()) if village[k] >= 0 else ()
        whole = village[k] >= 0 and not cluster[k]
        gaps = own if whole else tuple(g for g in near[k] if g in own or village[k] < 0)
        found.append(
            _Said(
                village=village[k],
                whole=whole,
                gaps=gaps,
                answer=answers[k],
                gap_class=gap_class[k],
                households=float(households[k]),
                author=authors[k],
                dated=days[k],
            )
        )
    return found


def _village_of_gaps(ground: Ground) -> list[int]:
    """Return the row of each gap's village, −1 where it lies in none."""
    village = np.full(len(ground.gaps), -1, dtype=np.int64)
    inside = ground.gap >= 0
    village[ground.gap[inside]] = ground.village[inside]
    return [int(one) for one in village]


def _near_gaps(ground: Ground, rows: pd.DataFrame) -> list[list[int]]:
    """Return the gaps within reach of each row's position."""
    lon, lat = (rows[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in ("lon", "lat"))
    near: list[list[int]] = [[] for _ in range(len(rows))]
    at = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    homes = np.flatnonzero(ground.gap >= 0)
    if len(at) and len(homes):
        tree = shapely.STRtree(np.asarray(shapely.points(ground.x_m[homes], ground.y_m[homes])))
        points = shapely.points(*project(lon[at], lat[at], ground.epsg))
        place, home = tree.query(points, predicate="dwithin", distance=REACH_M)
        pairs = pd.DataFrame({"row": at[place], "gap": ground.gap[homes[home]]}).drop_duplicates()
        for row, gap in sorted(zip(pairs["row"].tolist(), pairs["gap"].tolist(), strict=True)):
            near[row].append(gap)
    return near


def _rows(ground: Ground, said: Sequence[_Said], kind: Kind, source: str, title: Text) -> Iterator[Row]:
    """Yield a row a village spoken of, of all its rows together, and one a gap."""
    service = ground.profile.main_service.key
    by_village: dict[int, list[_Said]] = {}
    by_gap: dict[int, list[_Said]] = {}
    for one in said:
        if one.village >= 0:
            by_village.setdefault(one.village, []).append(one)
        for gap in one.gaps:
            by_gap.setdefault(gap, []).append(one)
    for village, rows in sorted(by_village.items()):
        yield _row(ground, "village", village, rows, _village_word(rows), service, kind, source, title)
    for gap, rows in sorted(by_gap.items()):
        yield _row(ground, "gap", gap, rows, _gap_word(rows), service, kind, source, title)


def _village_word(rows: Sequence[_Said]) -> Says:
    """Return what rows about one village say: its worst class; covered only where all say served, one of the whole."""
    words = [_class_of(one) for one in rows if one.answer == "gap"]
    worst = next((word for word in _WORST if word in words), None)
    if worst is not None:
        return worst
    served = all(one.answer == "served" for one in rows) and any(one.whole for one in rows)
    return "covered" if served else "undetermined"


def _class_of(said: _Said) -> Says:
    """Return what a reported gap makes of its village; a cluster without any signal is a depression of the village."""
    if said.gap_class == "weak":
        return "weak"
    return "white" if said.whole and said.gap_class == "white" else "depression"


def _gap_word(rows: Sequence[_Said]) -> Says:
    answers = {one.answer for one in rows} - {"unknown"}
    if answers == {"gap"}:
        return "unserved"
    return "served" if answers == {"served"} else "undetermined"


def _row(
    ground: Ground,
    target: Literal["village", "gap"],
    at: int,
    rows: Sequence[_Said],
    says: Says,
    service: str,
    kind: Kind,
    source: str,
    title: Text,
) -> Row:
    households = sum(one.households for one in rows)
    word = SAYS_TITLES[says]
    places = Text("", "")
    if len(rows) > 1:
        places = Text(f" ({number(len(rows))} nơi)", f" ({number(len(rows), 'en')} places)")
    detail = Text(
        f"{title.vi}: {word.vi}, {number(households)} hộ được ghi{places.vi}",
        f"{title.en}: {word.en}, {number(households, 'en')} households stated{places.en}",
    )
    return ground.row(
        target,
        at,
        service=service,
        kind=kind,
        source=source,
        says=says,
        households=households,
        detail=detail,
        author=", ".join(dict.fromkeys(one.author for one in rows if one.author)),
        dated=max(one.dated for one in rows),
    )
