"""What changed from one round to the next: new, closed, reopened, moved, changed in which fields; all rows counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.data.distances import chords_m, earth_centred_m
from phusong.data.names import name_key
from phusong.data.rounds.identity import Answers, Matching, carry_ids, match_rounds
from phusong.data.schema import Field
from phusong.data.schemas import GAPS

MOVED_M = 50.0
"""A place whose position differs by more has moved: below it lies what two GPS readings of one place differ by."""
_OF_THE_ROUND = frozenset({"row_no", "gap_id", "batch", "reported_on"})
"""Columns that say something of the round, not of the place."""
_POSITION = frozenset({"lon", "lat", "northing", "easting", "central_meridian", "epsg"})
_RELATIVE = 1e-9
STATUSES = ("new", "reopened", "closed", "changed", "moved", "unchanged")

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Difference:
    """What became of every row of two rounds.

    ``rows`` has a row a place: ``gap_id``, ``status`` (one of ``STATUSES``; a place that moved and changed is
    *changed*), ``moved_m`` (NaN where unknown), ``how`` it was matched, where it is, and its households before and
    after. ``changes`` has a row a field: ``gap_id, field, before, after``. ``questions`` are those of the matching:
    until answered their rows count as closed and new. ``after`` are the later rows under stable ids.
    """

    rows: pd.DataFrame
    changes: pd.DataFrame
    questions: pd.DataFrame
    counts: Mapping[str, int]
    matching: Matching
    before: pd.DataFrame
    after: pd.DataFrame


def difference(
    before: pd.DataFrame,
    after: pd.DataFrame,
    history: Sequence[pd.DataFrame] = (),
    *,
    successors: Mapping[str, str] | None = None,
    answers: Answers | None = None,
    moved_m: float = MOVED_M,
) -> Difference:
    """Compare two rounds.

    Parameters
    ----------
    before, after
        Rows of the gap list.
    history
        The rounds before ``before``, oldest first: what they had and ``before`` has not is *reopened* if it is back.
    successors, answers
        As of :func:`phusong.data.rounds.identity.match_rounds`.
    moved_m
        How far a position may go without having moved.

    Returns
    -------
    difference
        ``before = closed + kept`` and ``after = new + reopened + kept``, where
        ``kept = changed + moved + unchanged``.
    """
    matching = match_rounds(before, after, history=history, successors=successors, answers=answers)
    renamed = carry_ids(matching, after)
    kept = matching.pairs[matching.pairs["before"] >= 0]
    one, other = (kept[name].to_numpy(dtype=np.int64) for name in ("before", "after"))
    left, right = before.iloc[one].reset_index(drop=True), renamed.iloc[other].reset_index(drop=True)
    changes = _changes(left, right)
    moved = chords_m(_xyz(left), _xyz(right))
    rows = _rows(before, renamed, matching, kept, moved, moved > moved_m, right["gap_id"].isin(changes["gap_id"]))
    return Difference(
        rows=rows,
        changes=changes,
        questions=matching.questions,
        counts=MappingProxyType(_counts(rows, len(before), len(after), len(matching.questions))),
        matching=matching,
        before=before,
        after=renamed,
    )


def _xyz(rows: pd.DataFrame) -> NDArray[np.float64]:
    return earth_centred_m(*(rows[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in ("lon", "lat")))


def _changes(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """Return a row for every field that says something else, in the order of the list's columns."""
    parts = []
    for number, field in enumerate(GAPS.fields):
        if field.name in _OF_THE_ROUND | _POSITION or field.name not in left or field.name not in right:
            continue
        at = np.flatnonzero(_differ(left[field.name], right[field.name], field))
        if len(at):
            before, after = (side[field.name].astype(object).iloc[at].to_numpy() for side in (left, right))
            said = {"field": field.name, "before": before, "after": after}
            parts.append(pd.DataFrame({"at": at, "number": number, **said}))
    if not parts:
        return pd.DataFrame({name: pd.Series([], dtype=object) for name in ("gap_id", "field", "before", "after")})
    table = pd.concat(parts, ignore_index=True).sort_values(["at", "number"], ignore_index=True)
    table.insert(0, "gap_id", right["gap_id"].to_numpy(dtype=object)[table["at"]])
    return table[["gap_id", "field", "before", "after"]]


def _differ(left: pd.Series[Any], right: pd.Series[Any], field: Field) -> Flags:
    """Mark the rows whose values differ; two silent cells do not."""
    if field.kind in ("int", "float"):
        a, b = (cells.to_numpy(dtype=np.float64, na_value=np.nan) for cells in (left, right))
        return np.asarray(~np.isclose(a, b, rtol=_RELATIVE, atol=_RELATIVE, equal_nan=True))
    if field.kind in ("date", "time"):
        days_a, days_b = (cells.astype("datetime64[s]") for cells in (left, right))
        return np.asarray((days_a != days_b) & ~(days_a.isna() & days_b.isna()))
    if field.kind == "bool":
        codes_a, codes_b = (cells.astype("boolean").astype("Int8").fillna(-1).to_numpy(int) for cells in (left, right))
        return np.asarray(codes_a != codes_b)
    codes, _ = pd.factorize(np.concatenate([left.to_numpy(dtype=object), right.to_numpy(dtype=object)]))
    keys = _keys(codes, [*left.tolist(), *right.tolist()], field)
    return np.asarray(keys[: len(left)] != keys[len(left) :])


def _keys(codes: NDArray[np.intp], values: list[Any], field: Field) -> NDArray[np.object_]:
    """Return what each value is compared by, worked out once for each that differs."""
    uniques, first = np.unique(codes, return_index=True)
    keys = np.empty(len(uniques), dtype=object)
    keys[:] = [_key(values[at], field) for at in first.tolist()]
    return keys[np.searchsorted(uniques, codes)]


def _key(value: Any, field: Field) -> str:
    if isinstance(value, tuple):
        return ";".join(sorted(map(str, value)))
    text = "" if pd.isna(value) else str(value)
    return name_key(text) if field.kind == "str" else text


_SHOWN = ("province_code", "commune_code", "commune_name", "village_name", "cluster_name", "gap_class", "lon", "lat")
_COUNTED = ("households_total", "households_unserved")


def _rows(
    before: pd.DataFrame,
    after: pd.DataFrame,
    matching: Matching,
    kept: pd.DataFrame,
    moved_m: NDArray[np.float64],
    moved: Flags,
    changed: pd.Series[bool],
) -> pd.DataFrame:
    one, other = (kept[name].to_numpy(dtype=np.int64) for name in ("before", "after"))
    back = matching.pairs.loc[matching.pairs["before"] < 0, "after"].to_numpy(dtype=np.int64)
    status = np.full(len(after), "new", dtype=object)
    status[back] = "reopened"
    status[other] = np.select([changed.to_numpy(dtype=bool), moved], ["changed", "moved"], "unchanged")
    closed = np.setdiff1d(np.arange(len(before)), one)
    how = np.full(len(after), "", dtype=object)
    how[matching.pairs["after"].to_numpy(dtype=np.int64)] = matching.pairs["how"].to_numpy(dtype=object)
    gone_m = np.full(len(after), np.nan)
    gone_m[other] = np.round(moved_m, 1)
    shown = [name for name in ("gap_id", *_SHOWN) if name in after and name in before]
    now = after[shown].assign(status=status, how=how, moved_m=gone_m)
    gone = before[shown].iloc[closed].assign(status="closed", how="", moved_m=np.nan)
    for name in _COUNTED:
        earlier = np.full(len(after), np.nan)
        earlier[other] = before[name].to_numpy(dtype=np.float64)[one]
        now = now.assign(**{f"{name}_before": earlier, f"{name}_after": after[name].to_numpy(dtype=np.float64)})
        gone = gone.assign(
            **{f"{name}_before": before[name].to_numpy(dtype=np.float64)[closed], f"{name}_after": np.nan}
        )
    return pd.concat([now, gone], ignore_index=True)


def _counts(rows: pd.DataFrame, before: int, after: int, questions: int) -> dict[str, int]:
    by_status = rows["status"].value_counts()
    counts = {status: int(by_status.get(status, 0)) for status in STATUSES}
    kept = counts["changed"] + counts["moved"] + counts["unchanged"]
    return {"before": before, "after": after, "kept": kept, **counts, "questions": questions}
