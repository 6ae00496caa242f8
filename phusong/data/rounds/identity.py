"""Which row of a later round is which of an earlier one: by place and name, never by row number.

Evidence is taken in order, the best first, and a row is matched once. What two rows could answer, or what only looks
alike, is a question for a person; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from phusong.data.distances import chords_m
from phusong.data.rounds.places import Floats, Objects, Places, alike, joined, places_of, telling
from phusong.words import Text

How = Literal["answer", "gap_id", "key", "name", "near", "spelling", "position"]
Why = Literal["two", "far", "renamed"]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NEAR_M = 300.0
"""Two positions of one place may differ by this much: hall, middle of the village, middle of its houses."""
APART_M = 1000.0
"""Two names in one commune that differ in a letter are one place within this distance; beyond it a person decides."""
_SHORTEST_MISSPELT = 5
_NEIGHBOURS = 4

HOW_TEXTS: Mapping[str, Text] = MappingProxyType(
    {
        "answer": Text("đã có người xác nhận", "confirmed by a person"),
        "gap_id": Text("cùng mã khu vực", "same gap ID"),
        "key": Text("cùng xã, cùng tên", "same commune and name"),
        "name": Text("cùng xã, tên chỉ khác dấu hoặc chữ thôn/bản", "same commune, same name but for accents or kind"),
        "near": Text("cùng vị trí, tên gần giống", "same position, similar name"),
        "spelling": Text("cùng xã, tên khác một chữ cái", "same commune, name differs by a letter"),
        "position": Text("cùng vị trí", "same position"),
    }
)
WHY_TEXTS: Mapping[str, Text] = MappingProxyType(
    {
        "two": Text(
            "Nhiều dòng cùng phù hợp như nhau: có phải cùng một nơi không?",
            "Several rows fit equally well: is this the same place?",
        ),
        "far": Text(
            "Tên hoặc mã giống nhưng vị trí xa nhau: có phải cùng một nơi không?",
            "Alike in name or code but far apart: is this the same place?",
        ),
        "renamed": Text(
            "Cùng vị trí nhưng tên khác: có phải nơi này đã đổi tên không?",
            "Same position, another name: was this place renamed?",
        ),
    }
)
CERTAIN = ("answer", "gap_id", "key")
"""Evidence that leaves no doubt; a pair on any other is *likely* and says so."""

Answers = Mapping[tuple[str, str], bool]
"""What a person said of a question: (earlier id, later id) → the same place or not."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matching:
    """Pairs of rows, and what a person has to say.

    ``pairs`` has ``before`` (position of the row in the earlier round, −1 where it was closed by then), ``after``
    (position in the later), ``before_id``, ``after_id`` (as the later list has it), ``how``, ``certain``,
    ``distance_m`` (NaN where unknown). ``questions`` has the same columns and ``why``; its rows are in no pair.
    ``known_ids`` are all ids any earlier round has used.
    """

    pairs: pd.DataFrame
    questions: pd.DataFrame
    known_ids: frozenset[str]


def match_rounds(
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    history: Sequence[pd.DataFrame] = (),
    successors: Mapping[str, str] | None = None,
    answers: Answers | None = None,
    near_m: float = NEAR_M,
) -> Matching:
    """Match the rows of two rounds one to one.

    Parameters
    ----------
    before, after
        Rows of the gap list, earlier and later.
    history
        The rounds before ``before``, oldest first, ids carried: a row of ``after`` that ``before`` does not have may
        be one that was closed.
    successors
        Today's code of a commune by its earlier code, where codes changed between the rounds.
    answers
        What a person said of earlier questions.
    near_m
        How far apart two positions of one place may be.

    Returns
    -------
    matching
        The same whatever the order of the rows.
    """
    later = places_of(after, successors or {})
    said = answers or {}
    first = _Search(places_of(before, successors or {}), later, said, near_m)
    first.run()
    closed = _closed(before, history)
    second = _Search(places_of(closed, successors or {}), later, said, near_m)
    second.after_free &= first.after_free
    second.run()
    reopened = second.pairs().assign(before=-1)
    asked_again = second.questions().assign(before=-1)
    return Matching(
        pairs=_stacked(first.pairs(), reopened),
        questions=_stacked(first.questions(), asked_again),
        known_ids=frozenset(first.before.gap_id) | frozenset(second.before.gap_id),
    )


def carry_ids(matching: Matching, after: pd.DataFrame) -> pd.DataFrame:
    """Return the later rows under the ids of the earlier ones they are; no new row takes an id that was ever used."""
    ids = np.asarray(after["gap_id"].astype(str), dtype=object).copy()
    at = matching.pairs["after"].to_numpy(dtype=np.int64)
    ids[at] = matching.pairs["before_id"].to_numpy(dtype=object)
    used = set(matching.known_ids)
    for position in np.setdiff1d(np.arange(len(ids)), at).tolist():
        ids[position] = _unused(str(ids[position]), used)
        used.add(str(ids[position]))
    return after.assign(gap_id=ids.astype(str))


def _unused(gap_id: str, used: set[str]) -> str:
    number, found = 1, gap_id
    while found in used:
        number += 1
        found = f"{gap_id}-{number}"
    return found


def _closed(before: pd.DataFrame, history: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the last row of every place that earlier rounds had and ``before`` has not."""
    if not history:
        return before.iloc[:0]
    rows = pd.concat(list(history), ignore_index=True).drop_duplicates("gap_id", keep="last")
    return rows[~rows["gap_id"].isin(before["gap_id"])].reset_index(drop=True)


def _stacked(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([one, other], ignore_index=True) if len(other) else one


class _Search:
    """The rows still free on both sides, and what was found so far."""

    def __init__(self, before: Places, after: Places, answers: Answers, near_m: float) -> None:
        self.before, self.after, self.near_m = before, after, near_m
        self.before_free = np.ones(len(before), dtype=bool)
        self.after_free = np.ones(len(after), dtype=bool)
        self._same = [pair for pair, same in answers.items() if same]
        self._denied = {pair for pair, same in answers.items() if not same}
        self._pairs: list[tuple[Ints, Ints, str]] = []
        self._questions: list[tuple[Ints, Ints, str, str]] = []

    def run(self) -> None:
        """Take the evidence in order."""
        if not len(self.before) or not self.after_free.any():
            return
        self._take_answers()
        one, other = self._equal(self.before.gap_id, self.after.gap_id)
        doubtful = self._differs(one, other) & (self._distance_m(one, other) > self.near_m)
        self._settle(one[~doubtful], other[~doubtful], "gap_id")
        one, other = self._equal(self.before.key(), self.after.key())
        self._settle(one, other, "key")
        one, other = self._equal(self.before.gap_id, self.after.gap_id)
        self._ask(one, other, "gap_id", "far")  # an id used for another place: what is left of the first step
        one, other = self._equal(self.before.plain_key(), self.after.plain_key())
        far = self._both_accented(one, other) & (self._distance_m(one, other) > self.near_m)
        self._settle(one[~far], other[~far], "name")
        self._by_position()

    def pairs(self) -> pd.DataFrame:
        """Return the pairs found, by the order of the later rows."""
        table = self._table([(one, other, how, "") for one, other, how in self._pairs]).drop(columns="why")
        return table.sort_values("after", ignore_index=True)

    def questions(self) -> pd.DataFrame:
        """Return the questions, by ids."""
        return self._table(self._questions).sort_values(["after_id", "before_id"], ignore_index=True)

    def _by_position(self) -> None:
        one, other = self._near()
        like = np.array(
            [alike(a, b) for a, b in zip(self.before.name[one], self.after.name[other], strict=True)], dtype=bool
        )
        equal = self.before.name[one] == self.after.name[other]
        self._settle(one[equal], other[equal], "near")
        self._settle(one[like], other[like], "near")
        spelt = self._misspelt()
        apart = self._distance_m(*spelt) > APART_M
        self._settle(spelt[0][~apart], spelt[1][~apart], "spelling")
        self._ask(spelt[0][apart], spelt[1][apart], "spelling", "far")
        again = self._equal(self.before.plain_key(), self.after.plain_key())
        self._ask(*again, "name", "far")
        self._ask(one[~like], other[~like], "position", "renamed")

    def _take_answers(self) -> None:
        own = {gap_id: at for at, gap_id in enumerate(self.before.gap_id)}
        theirs = {gap_id: at for at, gap_id in enumerate(self.after.gap_id)}
        known = [(own[a], theirs[b]) for a, b in self._same if a in own and b in theirs]
        table = np.array(known, dtype=np.int64).reshape(-1, 2)
        self._settle(table[:, 0], table[:, 1], "answer")

    def _equal(self, one: Objects, other: Objects) -> tuple[Ints, Ints]:
        """Return all free pairs with the same text; empty texts match nothing."""
        a, b = np.flatnonzero(self.before_free), np.flatnonzero(self.after_free)
        left = pd.DataFrame({"text": one[a], "one": a})
        right = pd.DataFrame({"text": other[b], "other": b})
        # a text that stands often on both sides would make all pairs of them: it tells nobody apart
        both = left[left["text"] != ""].merge(_rare(right), on="text")
        return self._allowed(both["one"].to_numpy(np.int64), both["other"].to_numpy(np.int64))

    def _near(self) -> tuple[Ints, Ints]:
        """Return free pairs of one kind within reach of each other, at most four of each later row."""
        a = np.flatnonzero(self.before_free & np.isfinite(self.before.xyz).all(axis=1))
        a = a[np.argsort(self.before.gap_id[a], kind="stable")]  # which of equally near ones: not by the order of rows
        b = np.flatnonzero(self.after_free & np.isfinite(self.after.xyz).all(axis=1))
        if not len(a) or not len(b):
            return _none(), _none()
        tree = cKDTree(self.before.xyz[a])
        count = min(_NEIGHBOURS, len(a))
        answer = tree.query(self.after.xyz[b], k=range(1, count + 1), distance_upper_bound=self.near_m)
        distance, found = (np.asarray(part).reshape(-1, count) for part in answer)
        there = np.isfinite(distance)
        one, other = a[found[there]], np.repeat(b, count).reshape(-1, count)[there]
        same = self.before.kind[one] == self.after.kind[other]
        return self._allowed(one[same], other[same])

    def _misspelt(self) -> tuple[Ints, Ints]:
        """Return free pairs of one commune and kind whose names differ by one letter."""
        one = _without_a_letter(self.before, np.flatnonzero(self.before_free))
        other = _without_a_letter(self.after, np.flatnonzero(self.after_free))
        both = one.merge(_rare(other), on="text").drop_duplicates(["at_x", "at_y"])
        return self._allowed(both["at_x"].to_numpy(np.int64), both["at_y"].to_numpy(np.int64))

    def _allowed(self, one: Ints, other: Ints) -> tuple[Ints, Ints]:
        if not self._denied:
            return one, other
        ids = zip(self.before.gap_id[one], self.after.gap_id[other], strict=True)
        kept = np.array([pair not in self._denied for pair in ids], dtype=bool)
        return one[kept], other[kept]

    def _settle(self, one: Ints, other: Ints, how: str) -> None:
        """Pair what has one candidate on both sides, or one clearly best; ask about the rest."""
        while True:
            free = self.before_free[one] & self.after_free[other]
            one, other = one[free], other[free]
            alone = _alone(one, other)
            if not alone.any():
                alone = self._clearly_best(one, other)
            if not alone.any():
                break
            self._pairs.append((one[alone], other[alone], how))
            self.before_free[one[alone]] = False
            self.after_free[other[alone]] = False
        self._ask(one, other, how, "two")

    def _clearly_best(self, one: Ints, other: Ints) -> Flags:
        """Mark pairs that alone, for both of their rows, are near, or of one former commune."""
        near = np.flatnonzero(self._distance_m(one, other) <= self.near_m)
        old = self.before.old_commune[one]
        former = np.flatnonzero((old != "") & (old == self.after.old_commune[other]))
        best = np.zeros(len(one), dtype=bool)
        for chosen in (near, former):
            best[chosen[_alone(one[chosen], other[chosen])]] = True
            if best.any():
                break
        return best

    def _ask(self, one: Ints, other: Ints, how: str, why: str) -> None:
        free = self.before_free[one] & self.after_free[other]
        if free.any():
            self._questions.append((one[free], other[free], how, why))
            self.before_free[one[free]] = False
            self.after_free[other[free]] = False

    def _distance_m(self, one: Ints, other: Ints) -> Floats:
        return chords_m(self.before.xyz[one], self.after.xyz[other])

    def _differs(self, one: Ints, other: Ints) -> Flags:
        names = zip(self.before.name[one], self.after.name[other], strict=True)
        return np.array([not alike(a, b) for a, b in names], dtype=bool)

    def _both_accented(self, one: Ints, other: Ints) -> Flags:
        """Mark pairs both written with accents that differ: Hòa and Hóa are two names, Hòa and Hoa may be one."""
        names = zip(self.before.spelt[one], self.after.spelt[other], strict=True)
        return np.array([a != b and not a.isascii() and not b.isascii() for a, b in names], dtype=bool)

    def _table(self, parts: Sequence[tuple[Ints, Ints, str, str]]) -> pd.DataFrame:
        one = np.concatenate([_none(), *(part[0] for part in parts)])
        other = np.concatenate([_none(), *(part[1] for part in parts)])
        how = np.repeat([part[2] for part in parts], [len(part[0]) for part in parts]).astype(object)
        why = np.repeat([part[3] for part in parts], [len(part[0]) for part in parts]).astype(object)
        return pd.DataFrame(
            {
                "before": one,
                "after": other,
                "before_id": self.before.gap_id[one],
                "after_id": self.after.gap_id[other],
                "how": how,
                "certain": np.isin(how, CERTAIN),
                "distance_m": np.round(self._distance_m(one, other), 1),
                "why": why,
            }
        )


_OFTEN = 50


def _rare(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out empty texts and those that stand in too many rows to tell one from another."""
    counts = table.groupby("text")["text"].transform("size")
    return table[(table["text"] != "") & (counts <= _OFTEN)]


def _none() -> Ints:
    return np.empty(0, dtype=np.int64)


def _alone(one: Ints, other: Ints) -> Flags:
    """Mark pairs whose rows are in no other pair."""
    if not len(one):
        return np.zeros(0, dtype=bool)
    return np.asarray((np.bincount(one)[one] == 1) & (np.bincount(other)[other] == 1))


def _without_a_letter(places: Places, at: Ints) -> pd.DataFrame:
    """Return, for each row, its name as it is and with each letter left out once, after commune, kind and numbers."""
    names = places.name[at]
    fixed = joined(
        places.commune[at], places.kind[at], np.array([" ".join(telling(name)) for name in names], dtype=object)
    )
    texts: list[str] = []
    rows: list[int] = []
    for row, head, name in zip(at.tolist(), fixed, names, strict=True):
        village, _, cluster = name.partition("|")
        if len(village) < _SHORTEST_MISSPELT:
            continue
        spellings = {village, *(village[:i] + village[i + 1 :] for i in range(len(village)))}
        texts += [f"{head}|{spelling}|{cluster}" for spelling in spellings]
        rows += [row] * len(spellings)
    return pd.DataFrame({"text": np.array(texts, dtype=object), "at": np.array(rows, dtype=np.int64)})
