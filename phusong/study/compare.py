"""Two studies held against each other: households by state before and after, villages, gaps, stations, and why.

"Before" and "after" are the two results folders in the order given. Everything is told from the files alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.coverage.criteria import STATES
from phusong.study.compare_gaps import compared_gaps
from phusong.study.compare_reasons import Reasons, changed_sites, differences, reasons_of
from phusong.study.opened import OpenedResults, open_results
from phusong.words import Text, number

ABSENT = "absent"
"""Stands for the state, the class or the village that a study does not have."""

STATES_AND_NONE = (*STATES, ABSENT)
Whole = NDArray[np.int64]
VILLAGE_COLUMNS = (
    *("commune_code", "commune_name", "village_code", "village_name", "class_before", "class_after"),
    *("households_before", "households_after", "unserved_before", "unserved_after", "why_vi", "why_en"),
)

_PLACE = ["commune_code", "village_code", "village_name"]
_READ = ["household_key", "weight", "state", "best_site_id", "undetermined_because", "gap_id", *_PLACE]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """What differs between two results.

    ``transitions`` are households by state before (rows) and after (columns); ``absent`` stands where only one study
    has them, so that rows and columns sum to each study's totals. ``by_commune`` and ``by_village`` tell the same for
    each place, a row for each pair of states; there a household that is listed elsewhere leaves one place and enters
    another. ``villages`` are those whose class changed or that only one study has, ``gaps`` all gaps of both, ``sites``
    the new, gone and changed ones. ``differences`` say what the two studies rest on that is not the same.
    """

    before: OpenedResults
    after: OpenedResults
    differences: tuple[Text, ...]
    transitions: pd.DataFrame
    by_commune: pd.DataFrame
    by_village: pd.DataFrame
    villages: pd.DataFrame
    gaps: pd.DataFrame
    sites: pd.DataFrame

    @property
    def nothing_changed(self) -> bool:
        """Say whether every household, village, gap and station is as it was."""
        flows = self.by_village
        same = (flows["before"] == flows["after"]).all() and (self.gaps["change"] == "same").all()
        return bool(same) and not len(self.villages) and not len(self.sites)


def compare_results(before: Path, after: Path) -> Comparison:
    """Hold the results of two studies against each other.

    Raises
    ------
    MissingFileError
        A folder has no results.
    """
    old, new = open_results(before), open_results(after)
    pairs = _pairs(old.table("households", columns=_READ), new.table("households", columns=_READ))
    sites = changed_sites(old.places("sites"), new.places("sites"))
    reasons = reasons_of(old, new, pairs, sites)
    return Comparison(
        before=old,
        after=new,
        differences=differences(old.manifest, new.manifest),
        transitions=_transitions(pairs),
        by_commune=_flows(pairs, _PLACE[:1]),
        by_village=_flows(pairs, _PLACE),
        villages=_villages(old.places("villages"), new.places("villages"), pairs, reasons),
        gaps=compared_gaps(old.places("gaps"), new.places("gaps"), reasons),
        sites=sites,
    )


def _pairs(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return one row a household point of either study; columns end in ``_a`` and ``_b``, weight 0 where it is not.

    Points are the same by their key; several of one key by their order.
    """
    old, new = (_counted(table) for table in (before, after))
    pairs = old.merge(new, on=["household_key", "copy"], how="outer", suffixes=("_a", "_b"), sort=True)
    for end in ("_a", "_b"):
        pairs[f"weight{end}"] = pairs[f"weight{end}"].fillna(0).astype(np.int64)
        pairs[f"state{end}"] = pairs[f"state{end}"].fillna(ABSENT)
        texts = [f"{name}{end}" for name in (*_PLACE, "best_site_id", "undetermined_because", "gap_id")]
        pairs[texts] = pairs[texts].fillna("")
    return pairs


def _counted(table: pd.DataFrame) -> pd.DataFrame:
    table = table.assign(state=table["state"].astype(str))
    return table.assign(copy=table.groupby("household_key").cumcount())


def _flows(pairs: pd.DataFrame, place: list[str]) -> pd.DataFrame:
    """Return households by place and state; what moved or weighs otherwise leaves one place and enters another."""
    old, new = ([f"{name}{end}" for name in place] for end in ("_a", "_b"))
    stayed = (pairs[old].to_numpy() == pairs[new].to_numpy()).all(axis=1)
    weight_a, weight_b = (pairs[name].to_numpy(dtype=np.int64) for name in ("weight_a", "weight_b"))
    both = np.where(stayed, np.minimum(weight_a, weight_b), 0)

    def part(columns: list[str], before: pd.Series | str, after: pd.Series | str, households: Whole) -> pd.DataFrame:
        return pairs[columns].set_axis(place, axis=1).assign(before=before, after=after, households=households)

    parts = [
        part(new, pairs["state_a"], pairs["state_b"], both),
        part(old, pairs["state_a"], ABSENT, weight_a - both),
        part(new, ABSENT, pairs["state_b"], weight_b - both),
    ]
    rows = pd.concat(parts)
    sums = rows[rows["households"] > 0].groupby([*place, "before", "after"], sort=True)["households"].sum()
    return sums.reset_index()


def _transitions(pairs: pd.DataFrame) -> pd.DataFrame:
    table = _flows(pairs, []).pivot_table(index="before", columns="after", values="households", aggfunc="sum")
    return table.reindex(index=STATES_AND_NONE, columns=STATES_AND_NONE).fillna(0).astype(np.int64)


def _village_key(table: pd.DataFrame, end: str = "") -> pd.Series:
    """Return what tells a village from others: its code, else commune and name."""
    code, name = table[f"village_code{end}"], table[f"village_name{end}"]
    return table[f"commune_code{end}"] + "|" + code.where(code != "", name)


def _villages(before: pd.DataFrame, after: pd.DataFrame, pairs: pd.DataFrame, reasons: Reasons) -> pd.DataFrame:
    kept = [
        "commune_code",
        "commune_name",
        *_PLACE[1:],
        "village_class",
        "households",
        "unserved_households",
        "lon_deg",
        "lat_deg",
    ]
    old, new = (_keyed(table[kept]) for table in (before, after))
    both = old.merge(new, on=["key", "copy"], how="outer", suffixes=("_a", "_b"), sort=True)
    both[["village_class_a", "village_class_b"]] = both[["village_class_a", "village_class_b"]].fillna(ABSENT)
    changed = both[both["village_class_a"] != both["village_class_b"]]
    members = {end: _members(_village_key(pairs, end)) for end in ("_a", "_b")}
    rows = [_village_row({str(k): v for k, v in row.items()}, members, reasons) for row in changed.to_dict("records")]
    return pd.DataFrame(rows, columns=list(VILLAGE_COLUMNS))


def _members(key: pd.Series) -> dict[str, Whole]:
    return {str(name): np.asarray(rows, dtype=np.int64) for name, rows in key.groupby(key).indices.items()}


def _keyed(table: pd.DataFrame) -> pd.DataFrame:
    table = pd.DataFrame(table).assign(key=_village_key(table))
    return table.assign(copy=table.groupby("key").cumcount())


def _village_row(
    row: Mapping[str, Any], members: Mapping[str, Mapping[str, Whole]], reasons: Reasons
) -> tuple[object, ...]:
    here = "_b" if row["village_class_b"] != ABSENT else "_a"
    nobody = np.empty(0, dtype=np.int64)
    people = np.union1d(members["_a"].get(row["key"], nobody), members["_b"].get(row["key"], nobody))
    moved = ABSENT not in (row["village_class_a"], row["village_class_b"]) and any(
        row[f"{axis}_a"] != row[f"{axis}_b"] for axis in ("lon_deg", "lat_deg")
    )
    why = reasons.of_village(people, centre_moved=moved)
    return (
        *(row[f"{name}{here}"] for name in ("commune_code", "commune_name", "village_code", "village_name")),
        *(row["village_class_a"], row["village_class_b"]),
        *(_whole(row[f"{name}{end}"]) for name in ("households", "unserved_households") for end in ("_a", "_b")),
        *(why.vi, why.en),
    )


def _whole(value: float) -> int:
    return 0 if math.isnan(value) else int(value)


def summary(found: Comparison) -> tuple[Text, ...]:
    """Say in a few sentences what changed."""
    if found.nothing_changed:
        return (Text("Hai nghiên cứu cho cùng một kết quả.", "The two studies give the same results."),)
    count = found.transitions.to_numpy()
    served, unserved, absent = (STATES_AND_NONE.index(state) for state in ("served", "unserved", ABSENT))
    gained, lost = int(count[unserved, served]), int(count[served, unserved])
    came, went = int(count[absent].sum()), int(count[:, absent].sum())
    change = found.gaps["change"].value_counts()
    opened, closed = int(change.get("opened", 0)), int(change.get("closed", 0))
    villages = len(found.villages)
    return (
        Text(
            f"{number(gained)} hộ từ chưa có sóng thành có sóng, {number(lost)} hộ từ có sóng thành chưa có sóng.",
            f"{number(gained, 'en')} households went from unserved to served, "
            f"{number(lost, 'en')} from served to unserved.",
        ),
        Text(
            f"{number(came)} hộ chỉ có ở nghiên cứu sau, {number(went)} hộ chỉ có ở nghiên cứu trước.",
            f"{number(came, 'en')} households are only in the later study, {number(went, 'en')} only in the earlier.",
        ),
        Text(
            f"{number(opened)} vùng lõm mới, {number(closed)} vùng lõm đã hết; {number(villages)} thôn đổi phân loại.",
            f"{number(opened, 'en')} gaps opened, {number(closed, 'en')} closed; "
            f"{number(villages, 'en')} villages changed class.",
        ),
    )
