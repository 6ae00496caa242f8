"""What lists answer about each village: border, island, extremely disadvantaged, power, region, road.

The village list speaks first; the province's gap list fills only what it leaves silent, and never overwrites it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.data.settlements import village_key
from phusong.study.assess import Assessment

SILENT: Mapping[str, str] = {
    "border": "unknown",
    "island": "unknown",
    "is_dbkk": "unknown",
    "grid_power": "unknown",
    "commune_region": "",
    "road_access": "",
}
"""The answers, and what stands where no list gives one."""
_ROADS = {"path": "trail"}
"""The gap list's words for roads that the map layers call otherwise."""


def list_answers(found: Assessment) -> pd.DataFrame:
    """Return the answers ``SILENT`` names, a row a village in the order of the study's villages.

    Rows of the gap list count for the village of their commune and name; where several rows of one village contradict
    each other they say nothing.
    """
    villages = found.villages.table
    listed = found.inputs.villages.reset_index(drop=True).reindex(range(len(villages)))
    reported = pd.DataFrame() if found.inputs.reported is None else found.inputs.reported.rows.reset_index(drop=True)
    village = _village_of(reported, villages)
    return pd.DataFrame(
        {name: _filled(_said(listed, name), _said(reported, name), village, SILENT[name]) for name in SILENT},
        dtype=object,
    )


def answers_of_gaps(answers: pd.DataFrame, village_of: NDArray[np.int64]) -> pd.DataFrame:
    """Return each gap's answers: its village's; silent where it lies in none (−1)."""
    whole = pd.concat([answers, pd.DataFrame([SILENT])], ignore_index=True)
    return whole.iloc[np.where(village_of >= 0, village_of, len(answers))].reset_index(drop=True)


def _village_of(reported: pd.DataFrame, villages: pd.DataFrame) -> NDArray[np.int64]:
    """Return the village each row speaks of, −1 where the study knows none or several of that name."""
    if reported.empty:
        return np.empty(0, dtype=np.int64)
    own = _keys(villages)
    once = ~own.duplicated(keep=False)
    at = pd.Index(own[once]).get_indexer(pd.Index(_keys(reported)))
    return np.append(np.flatnonzero(once), -1)[at]


def _keys(table: pd.DataFrame) -> pd.Series[str]:
    communes, names = (table[name].fillna("").astype(str) for name in ("commune_code", "village_name"))
    return communes + "\n" + names.map({name: village_key(name) for name in names.unique()})


def _said(table: pd.DataFrame, name: str) -> list[str]:
    if name not in table:
        return [SILENT[name]] * len(table)
    if SILENT[name] == "unknown":
        return ["unknown" if pd.isna(value) else "yes" if value else "no" for value in table[name]]
    return ["" if pd.isna(value) else _ROADS.get(str(value), str(value)) for value in table[name]]


def _filled(own: list[str], told: list[str], village: NDArray[np.int64], silent: str) -> list[str]:
    said: dict[int, set[str]] = {}
    for at, word in zip(village.tolist(), told, strict=True):
        if at >= 0 and word != silent:
            said.setdefault(at, set()).add(word)
    return [next(iter(said[k])) if word == silent and len(said.get(k, ())) == 1 else word for k, word in enumerate(own)]
