"""Which household belongs to which village: by code, else by name inside the commune, however the name is typed."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.data.names import name_key
from phusong.data.village_kinds import VILLAGE_KINDS

VILLAGE_COLUMNS = (
    "village_code",
    "village_name",
    "commune_code",
    "lon",
    "lat",
    "households",
    "population",
    "grid_power",
    "is_dbkk",
)


def settle(villages: pd.DataFrame, households: pd.DataFrame) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Return all villages, those only the households name added, and each household's village (−1 where it names none).

    ``villages`` and ``households`` have the columns of their lists; columns a list left out count as empty. An added
    village has the code ``<commune>-<n>``, no centre and no totals.
    """
    listed = villages.reindex(columns=list(VILLAGE_COLUMNS)).reset_index(drop=True)
    wanted = pd.DataFrame(
        {
            "village_code": _texts(households, "village_code"),
            "commune_code": _texts(households, "commune_code"),
            "key": _keys(_texts(households, "village_name")),
            "village_name": _texts(households, "village_name"),
        }
    )
    found = _by_code(listed, wanted["village_code"])
    found = np.where(found >= 0, found, _by_name(listed, wanted))
    named = (found < 0) & ((wanted["key"] != "") | (wanted["village_code"] != "")).to_numpy()
    if not named.any():
        return listed, found
    new = (
        wanted[named]
        .drop_duplicates(["commune_code", "village_code", "key"])
        .sort_values(["commune_code", "village_code", "key"])
    )
    number = new.groupby("commune_code").cumcount() + 1
    codes = [
        code or f"{commune}-{n}"
        for code, commune, n in zip(new["village_code"], new["commune_code"], number, strict=True)
    ]
    added = pd.DataFrame(
        {
            "village_code": codes,
            "village_name": new["village_name"].to_numpy(),
            "commune_code": new["commune_code"].to_numpy(),
        }
    ).reindex(columns=list(VILLAGE_COLUMNS))
    place = {
        key: len(listed) + i
        for i, key in enumerate(zip(new["commune_code"], new["village_code"], new["key"], strict=True))
    }
    rows = zip(wanted["commune_code"][named], wanted["village_code"][named], wanted["key"][named], strict=True)
    found[named] = [place[row] for row in rows]
    return pd.concat([listed.astype(object), added.astype(object)], ignore_index=True), found


def _texts(table: pd.DataFrame, column: str) -> pd.Series[str]:
    if column not in table:
        return pd.Series("", index=table.index, dtype=object)
    return table[column].fillna("").astype(str)


def _keys(names: pd.Series[str]) -> pd.Series[str]:
    """Return the matching keys of names, each different name worked out once."""
    return names.map({name: village_key(name) for name in names.unique()})


def village_key(name: str) -> str:
    """Return a village's name without what lists add or leave out before it (Thôn, Bản, Xóm)."""
    key = name_key(name)
    first, _, rest = key.partition(" ")
    return rest if rest and first in _UNITS else key


_UNITS = frozenset(map(name_key, VILLAGE_KINDS))


def _by_code(listed: pd.DataFrame, codes: pd.Series[str]) -> NDArray[np.int64]:
    index = pd.Index(listed["village_code"].fillna(""))
    found = index.get_indexer(pd.Index(codes)) if index.is_unique else np.full(len(codes), -1)
    return np.where(codes.to_numpy() == "", -1, found).astype(np.int64)


def _by_name(listed: pd.DataFrame, wanted: pd.DataFrame) -> NDArray[np.int64]:
    """Match by commune and name; a name that stands twice in a commune matches none."""
    own = pd.Series(_texts(listed, "commune_code") + "\n" + _keys(_texts(listed, "village_name")))
    once = ~own.duplicated(keep=False)
    index = pd.Index(own[once])
    at = index.get_indexer(pd.Index(wanted["commune_code"] + "\n" + wanted["key"]))
    places = np.flatnonzero(once.to_numpy())
    if not len(places):
        return np.full(len(wanted), -1, dtype=np.int64)
    return np.where((at >= 0) & (wanted["key"] != "").to_numpy(), places[np.maximum(at, 0)], -1).astype(np.int64)
