"""Rows of villages and gaps that may be one place written twice: by their distance and by their names.

Nothing is taken away: a likeness is a question. Only rows that equal each other in every column are left out, and that
is done where keys are held against each other (:mod:`phusong.data.keys`).
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.data.checks.ground import (
    Floats,
    Ints,
    Mask,
    distance_text,
    located,
    near_pairs_of,
    unique_pairs,
)
from phusong.data.checks.row_cells import row_texts, texts_of
from phusong.data.columns import AS_IT_STANDS, Note
from phusong.data.distances import metres_between
from phusong.data.keys import NOT_COMPARED
from phusong.data.names import fold, name_key
from phusong.data.schema import ListSchema
from phusong.data.village_kinds import SETTLEMENT_KINDS
from phusong.words import Text

SAME_PLACE_M = 50.0
"""Two rows of one commune this near each other are asked about, whatever their names."""

SAME_NAME_M = 2000.0
"""Rows whose names are only alike (another accent, one letter off, a bare number) must be this near to be asked."""

LEAST_TYPO_LETTERS = 8
"""Shorter names one letter apart are mostly two names: Nà Lạ, Nà Pạ."""

MOST_OF_A_NAME = 20
"""A row is compared with this many earlier ones of its name."""

ONE_OR_TWO = (Text("một nơi, ghi hai lần", "one place, written twice"), Text("hai nơi khác nhau", "two places"))

_KINDS = tuple(f"{kind} " for kind in sorted(map(name_key, SETTLEMENT_KINDS), key=len, reverse=True))
_BARE_NUMBER = re.compile(r"\d+ ?[a-z]?|[ivx]+|[a-z]")


@cache
def _name_parts(name: str) -> tuple[str, str, bool]:
    """Return a village's name to be compared with accents, without them, and whether many villages have such a name.

    What lists write or leave out before a name does not matter (Bản Nà Lạ, Thôn Nà Lạ), except before a bare number:
    Thôn 5 is not Tổ 5.
    """
    exact = name_key(name)
    rest = next((exact.removeprefix(kind) for kind in _KINDS if exact.startswith(kind)), exact)
    if _BARE_NUMBER.fullmatch(fold(rest)):
        return exact, fold(exact), True
    return rest, fold(rest), False


def compare_rows(rows: pd.DataFrame, schema: ListSchema, *, near_m: float = SAME_PLACE_M) -> list[Note]:
    """Ask about rows that may be one place written twice; the later row is asked about, and names the earlier one."""
    pairs = like_pairs(rows, schema, near_m=near_m).drop_duplicates("second")
    first = pairs["first"].to_numpy(np.int64)
    wheres, names = row_texts(rows, first), rows["village_name"].iloc[first].tolist()
    laters = (pairs[column].tolist() for column in ("second", "away_m", "is_near"))
    return [
        Note(
            at,
            "village_name",
            "warning",
            text,
            "duplicate.place" if is_near else "duplicate.name",
            choices=ONE_OR_TWO,
            ways=((), AS_IT_STANDS),
        )
        for where, name, at, metres, is_near in zip(wheres, names, *laters, strict=True)
        for text in (likeness_text(where, name, metres, is_near=is_near),)
    ]


def likeness_text(where: Text, name: str, metres: float, *, is_near: bool) -> Text:
    """Say what a row is like and how far it is from there."""
    away = distance_text(metres) if np.isfinite(metres) else None
    vi = "Ở cùng chỗ với" if is_near else "Cùng xã và giống tên với"
    en = "At the same place as" if is_near else "Same commune and like name as"
    vi_away, en_away = (f", cách {away.vi}", f", {away.en} away") if away else ("", "")
    return Text(
        f"{vi} {where.vi} (“{name}”){vi_away}. Nếu là một nơi thì xoá một dòng, nếu là hai nơi thì xác nhận.",
        f"{en} {where.en} (“{name}”){en_away}. Delete one of them if it is one place, confirm if there are two.",
    )


def like_pairs(
    rows: pd.DataFrame, schema: ListSchema, *, near_m: float = SAME_PLACE_M, lists: Ints | None = None
) -> pd.DataFrame:
    """Find rows that may be one place.

    Parameters
    ----------
    rows
        Rows of villages or gaps.
    near_m
        How near rows of one commune are to be the same place.
    lists
        The list each row is of: only rows of different lists are compared. None compares those of one list.

    Returns
    -------
    pairs
        ``first`` < ``second`` (positions), ``away_m`` (NaN: one has no position), ``is_near``: the same place, else
        the names are alike. Sorted by ``second``, the nearest first.
    """
    keys = _keys(rows)
    first, second = _candidates(rows, keys)
    kept = _may_be_one(rows, keys, schema, first, second, lists)
    first, second = first[kept], second[kept]
    lon, lat = rows["lon"].to_numpy(np.float64), rows["lat"].to_numpy(np.float64)
    metres = metres_between(lon[first], lat[first], lon[second], lat[second])
    is_near = metres < near_m
    kept = is_near | _alike(keys, first, second, metres)
    found = pd.DataFrame({"first": first, "second": second, "away_m": metres, "is_near": is_near})[kept]
    return found.sort_values(["second", "is_near", "away_m", "first"], ascending=[True, False, True, True])


def _keys(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what rows are compared by, in small numbers where equality is all that counts."""
    own = village_keys(rows)
    names, clusters = texts_of(rows, "village_name"), texts_of(rows, "cluster_name")
    parts = {name: _name_parts(name) for name in {*names.unique(), *clusters.unique()}}
    return pd.DataFrame(
        {
            "commune": pd.factorize(own["commune"])[0],
            "exact": pd.factorize(own["name"])[0],
            "folded": names.map({name: part[1] for name, part in parts.items()}),
            "is_common": names.map({name: part[2] for name, part in parts.items()}),
            "cluster": pd.factorize(clusters.map({name: part[1] for name, part in parts.items()}))[0],
            "former": pd.factorize(texts_of(rows, "old_commune").map(_folded(rows, "old_commune")))[0],
            "has_former": texts_of(rows, "old_commune") != "",
            "target": pd.factorize(texts_of(rows, "target_type").replace({"cluster": "village", "": "village"}))[0],
        }
    )


def village_keys(rows: pd.DataFrame) -> pd.DataFrame:
    """Return ``commune`` (its code, else its folded name) and ``name`` of each row's village, as they are compared."""
    codes, names = texts_of(rows, "commune_code"), texts_of(rows, "village_name")
    commune = np.where(codes != "", codes, texts_of(rows, "commune_name").map(_folded(rows, "commune_name")))
    return pd.DataFrame(
        {"commune": commune, "name": names.map({name: _name_parts(name)[0] for name in names.unique()})}
    )


def _folded(rows: pd.DataFrame, column: str) -> dict[str, str]:
    return {name: fold(name) for name in texts_of(rows, column).unique()}


def _candidates(rows: pd.DataFrame, keys: pd.DataFrame) -> tuple[Ints, Ints]:
    """Return pairs worth comparing: neighbours on the ground, rows at one point, rows of one name."""
    placed = np.flatnonzero(located(rows))
    lon, lat = rows["lon"].to_numpy(np.float64)[placed], rows["lat"].to_numpy(np.float64)[placed]
    a, b = near_pairs_of(lon, lat, SAME_NAME_M)
    points = pd.DataFrame({"x": np.rint(lon * 1e5), "y": np.rint(lat * 1e5)}, index=placed)
    names = keys[["commune", "folded", "cluster"]][(keys["folded"] != "").to_numpy()]
    pairs = [(placed[a], placed[b]), _of_one_group(points), _of_one_group(names)]
    return unique_pairs(*(np.concatenate([pair[k] for pair in pairs]).astype(np.int64) for k in (0, 1)))


def _of_one_group(keys: pd.DataFrame) -> tuple[Ints, Ints]:
    """Pair the rows (by index) whose keys are equal with the first few of their group."""
    repeated = keys[keys.duplicated(keep=False)]
    group = repeated.groupby(list(keys.columns), sort=False)
    members = pd.DataFrame({"group": group.ngroup(), "at": repeated.index, "rank": group.cumcount()})
    pairs = members[members["rank"] < MOST_OF_A_NAME].merge(members, on="group")
    pairs = pairs[pairs["at_x"] < pairs["at_y"]]
    return pairs["at_x"].to_numpy(np.int64), pairs["at_y"].to_numpy(np.int64)


def _may_be_one(
    rows: pd.DataFrame, keys: pd.DataFrame, schema: ListSchema, first: Ints, second: Ints, lists: Ints | None
) -> Mask:
    """Leave out pairs of different communes or targets, and those that keys decide: copies and equal codes."""
    kept = _equal(keys, "commune", first, second) & _equal(keys, "target", first, second)
    if lists is not None:
        return np.asarray(kept & (lists[first] != lists[second]), dtype=bool)
    compared = [name for name in rows.columns if name not in NOT_COMPARED]
    involved = np.unique(np.concatenate([first[kept], second[kept]]))
    copy = np.zeros(len(rows), dtype=bool)
    copy[involved] = rows.iloc[involved].duplicated(compared).to_numpy()
    code = rows[schema.key or schema.unique[0]].to_numpy(dtype=object)
    same_code = (code[first] == code[second]) & (code[first] != "")
    return np.asarray(kept & ~copy[first] & ~copy[second] & ~same_code, dtype=bool)


def _equal(keys: pd.DataFrame, column: str, first: Ints, second: Ints) -> Mask:
    values = keys[column].to_numpy()
    return np.asarray(values[first] == values[second], dtype=bool)


def _alike(keys: pd.DataFrame, first: Ints, second: Ints, metres: Floats) -> Mask:
    """Mark pairs of one cluster whose names are the same, or alike and near; a bare number must be near too."""
    exact, folded = _equal(keys, "exact", first, second), _equal(keys, "folded", first, second)
    common = keys["is_common"].to_numpy(dtype=bool)[first]
    former = keys["has_former"].to_numpy(dtype=bool)
    apart = former[first] & former[second] & ~_equal(keys, "former", first, second)
    named = _equal(keys, "cluster", first, second) & ~apart & (keys["folded"] != "").to_numpy()[first]
    near = metres < SAME_NAME_M
    sure = exact & ~common
    maybe = near & (folded | _is_typo(keys["folded"].to_numpy(dtype=object), first, second, named & near & ~folded))
    return np.asarray(named & (sure | maybe), dtype=bool)


def _is_typo(names: NDArray[np.object_], first: Ints, second: Ints, asked: Mask) -> Mask:
    """Mark the pairs asked whose names are one letter apart, each pair of names compared once."""
    found = np.zeros(len(first), dtype=bool)
    codes, known = pd.factorize(names)
    digits = pd.factorize(np.array([_NO_DIGIT.sub("", name) for name in known], dtype=object))[0]
    asked = asked & (digits[codes[first]] == digits[codes[second]])  # digits never slip
    pair = codes[first] * len(known) + codes[second]
    pairs = np.unique(pair[asked])
    a, b = pairs // max(len(known), 1), pairs % max(len(known), 1)
    letters = _letters(known, np.unique(np.concatenate([a, b])))
    maybe = np.abs(letters[a] - letters[b]).sum(axis=1) <= 2  # one letter for another, or one more
    typos = [
        p for p, x, y in zip(pairs[maybe], known[a[maybe]], known[b[maybe]], strict=True) if one_letter_apart(x, y)
    ]
    found[asked] = np.isin(pair[asked], typos)
    return found


_NO_DIGIT = re.compile(r"\D+")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789 "


def _letters(names: NDArray[np.object_], wanted: Ints) -> NDArray[np.int8]:
    """Count the letters of the folded names that are wanted; names too short to be compared count as no other."""
    counts = np.zeros((len(names), len(_ALPHABET)), dtype=np.int8)
    for at, name in zip(wanted.tolist(), names[wanted], strict=True):
        is_long = len(name) >= LEAST_TYPO_LETTERS
        counts[at] = [min(name.count(letter), 20) for letter in _ALPHABET] if is_long else -100
    return counts


def one_letter_apart(a: str, b: str) -> bool:
    """Say whether two folded names are one letter apart (put in, left out, changed, two swapped); digits must agree."""
    if min(len(a), len(b)) < LEAST_TYPO_LETTERS or abs(len(a) - len(b)) > 1:
        return False
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    a, b = a[start:], b[start:]
    end = next((i for i, (x, y) in enumerate(zip(a[::-1], b[::-1], strict=False)) if x != y), min(len(a), len(b)))
    a, b = a[: len(a) - end], b[: len(b) - end]
    if any(c.isdigit() for c in a + b):
        return False
    return max(len(a), len(b)) <= 1 or (len(a) == len(b) == 2 and a == b[::-1])
