"""The rows of a gap list as places: the names they go by, the kind of target, where they stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.data.distances import earth_centred_m
from phusong.data.names import fold, name_key
from phusong.data.village_kinds import SETTLEMENT_KINDS

Objects = NDArray[np.object_]
Floats = NDArray[np.float64]

_KIND_WORDS = sorted(map(fold, SETTLEMENT_KINDS), key=len, reverse=True)
_KIND = re.compile(rf"^(?:{'|'.join(_KIND_WORDS)})\.? +(?=\S)")
_LEADING_ZEROS = re.compile(r"\b0+(?=\d)")
_NAMELESS = "|"
_ALIKE = 0.75
"""Share of letters two names near each other have in common, in the same order, to be one name."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """Rows as they are compared, one entry a row.

    ``commune`` is a code, or the folded name where the list has no code; ``spelt`` is village and cluster with their
    accents, ``name`` the same without accents and kind words; ``kind`` joins villages and clusters; ``xyz`` are metres
    from the centre of the earth, NaN where a row has no position.
    """

    gap_id: Objects
    commune: Objects
    old_commune: Objects
    spelt: Objects
    name: Objects
    kind: Objects
    xyz: Floats

    def __len__(self) -> int:
        return len(self.gap_id)

    def key(self) -> Objects:
        """Return commune, name with its accents, and kind as one text; "" where there is no name."""
        return np.where(self.spelt == _NAMELESS, "", joined(self.commune, self.spelt, self.kind))

    def plain_key(self) -> Objects:
        """Return commune, name without accents, and kind as one text; "" where there is no name."""
        return np.where(self.name == _NAMELESS, "", joined(self.commune, self.name, self.kind))


def places_of(rows: pd.DataFrame, successors: Mapping[str, str]) -> Places:
    """Return the rows of a gap list as places; ``successors`` are communes' codes of today by their earlier ones."""
    code = _texts(rows, "commune_code")
    today = np.array([successors.get(one, one) for one in code], dtype=object)
    village, cluster = _texts(rows, "village_name"), _texts(rows, "cluster_name")
    kind = _texts(rows, "target_type")
    return Places(
        gap_id=_texts(rows, "gap_id"),
        commune=np.where(today == "", _each(_texts(rows, "commune_name"), fold), today),
        old_commune=_each(_texts(rows, "old_commune"), fold),
        spelt=joined(_each(village, spelt_name), _each(cluster, spelt_name)),
        name=joined(_each(village, plain_name), _each(cluster, plain_name)),
        kind=np.where(np.isin(kind, ("", "village", "cluster")), "settlement", kind).astype(object),
        xyz=earth_centred_m(*(_numbers(rows, name) for name in ("lon", "lat"))),
    )


def plain_name(text: str) -> str:
    """Return a name without accents, kind words and leading zeros: ``Thôn 01`` → ``1``, ``Bản Nà Lạ`` → ``na la``."""
    return _LEADING_ZEROS.sub("", _KIND.sub("", fold(text)))


def spelt_name(text: str) -> str:
    """Return a name with its accents, without what lists add or leave out before it."""
    key, plain = name_key(text), fold(text)
    words = len(plain.split()) - len(_KIND.sub("", plain).split())
    return _LEADING_ZEROS.sub("", " ".join(key.split()[words:]))


def alike(one: str, other: str) -> bool:
    """Say whether two plain names near each other may be one: spelt alike, or one a part of the other.

    Numbers and single letters (Thôn 3, Nà Lạ A) tell neighbours apart: they must be equal.
    """
    if one == other:
        return True
    pairs = list(zip(one.split("|"), other.split("|"), strict=True))
    return all(_part_alike(a, b) for a, b in pairs) and bool(pairs[0][0]) and bool(pairs[0][1])


def _part_alike(one: str, other: str) -> bool:
    if not one or not other or one == other:
        return True
    a, b = set(one.split()), set(other.split())
    if telling(one) != telling(other):
        return False
    return a <= b or b <= a or SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def telling(name: str) -> tuple[str, ...]:
    """Return the words of a plain name that tell neighbours apart: numbers and single letters."""
    return tuple(word for word in re.findall(r"[\w']+", name) if len(word) == 1 or any(c.isdigit() for c in word))


def joined(*parts: Objects) -> Objects:
    """Return texts joined by ``|``, entry by entry."""
    return np.array(["|".join(row) for row in zip(*parts, strict=True)], dtype=object)


def _texts(rows: pd.DataFrame, name: str) -> Objects:
    if name not in rows:
        return np.full(len(rows), "", dtype=object)
    return np.asarray(rows[name].fillna("").astype(str), dtype=object)


def _numbers(rows: pd.DataFrame, name: str) -> Floats:
    if name not in rows:
        return np.full(len(rows), np.nan)
    return rows[name].to_numpy(dtype=np.float64, na_value=np.nan)


def _each(texts: Objects, change: Callable[[str], str]) -> Objects:
    """Change each different text once."""
    codes, uniques = pd.factorize(texts)
    changed = np.array([change(text) for text in uniques], dtype=object)
    return changed[codes] if len(uniques) else texts
