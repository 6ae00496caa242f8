"""The village a user means: by its code, its name with or without accents and kind, or "village, commune"."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from phusong.data.names import fold, name_key, sort_key, tidy
from phusong.data.rounds.places import plain_name, spelt_name
from phusong.data.spelling import edit_distance
from phusong.data.unit_spelling import NameIndex, is_plain
from phusong.errors import UnknownNameError
from phusong.words import Text, number

MOST_SHOWN = 12
"""Villages of one name that an error lists."""
NEAR = 5
"""Nearest spellings that an error offers."""


def find_village(villages: pd.DataFrame, written: str, *, commune: str = "") -> int:
    """Return the position of the village a name or code means.

    Parameters
    ----------
    villages
        The villages of a study.
    written
        A code, a name ("Bản Nà Lạ", "na la"), or a name and a commune ("Nà Lạ, Xã Mường Hạ").
    commune
        Code or name of the commune where several villages share the name.

    Raises
    ------
    UnknownNameError
        None is called so: the nearest are told; several are: all are told with their communes.
    """
    inside = _of_commune(villages, commune) if commune.strip() else villages
    found = _called(inside, written)
    if not found and not commune.strip() and "," in written:
        name, _, rest = written.rpartition(",")
        inside = _of_commune(villages, rest)
        found, written = _called(inside, name), name
    if len(found) == 1:
        return found[0]
    raise _several(villages, written, found) if found else _none(inside, written)


def _called(villages: pd.DataFrame, written: str) -> list[int]:
    """Return the positions of the villages so called, by the strictest reading that fits any."""
    codes = villages["village_code"].fillna("").astype(str)
    same = _where(villages, codes.str.casefold() == tidy(written).casefold()) if written.strip() else []
    if same:
        return same
    names = villages["village_name"].fillna("").astype(str)
    readings: list[Callable[[str], str]] = [name_key, spelt_name]
    if is_plain(tidy(written)):
        readings += [fold]
    if is_plain(spelt_name(written)):
        readings += [plain_name]
    for reading in readings:
        key = reading(written)
        found = _where(villages, names.map(reading) == key) if key else []
        if found:
            return found
    return []


def _where(villages: pd.DataFrame, mask: pd.Series[bool]) -> list[int]:
    """Return the labels, which are positions in the whole table, where a mask holds."""
    return [int(label) for label in villages.index[mask.to_numpy(dtype=bool)]]


def _of_commune(villages: pd.DataFrame, written: str) -> pd.DataFrame:
    codes = villages["commune_code"].fillna("").astype(str)
    own = codes == written.strip()
    if own.any():
        return villages[own]
    pairs = sorted(set(zip(villages["commune_name"].fillna("").astype(str), codes, strict=True)))
    index = NameIndex([(name, code) for name, code in pairs if name])
    found = index.named(written).units
    if not found:
        near = ", ".join(dict.fromkeys(one.name for one in index.near(written)))
        vi, en = (f"; gần giống: {near}", f"; near matches: {near}") if near else ("", "")
        raise UnknownNameError(
            Text(f"Nghiên cứu không có xã “{tidy(written)}”{vi}", f"The study has no commune “{tidy(written)}”{en}")
        )
    return villages[codes.isin(found)]


def _several(villages: pd.DataFrame, written: str, found: Sequence[int]) -> UnknownNameError:
    named = sorted((_named(villages, at) for at in found), key=sort_key)
    shown, more = "; ".join(named[:MOST_SHOWN]), len(named) - MOST_SHOWN
    vi, en = (f"; và {number(more)} thôn khác", f"; and {number(more, 'en')} more") if more > 0 else ("", "")
    count = len(found)
    return UnknownNameError(
        Text(
            f"Có {number(count)} thôn tên “{tidy(written)}”, hãy ghi thêm xã hoặc mã thôn: {shown}{vi}",
            f"{number(count, 'en')} villages are called “{tidy(written)}”, add the commune or the code: {shown}{en}",
        )
    )


def _named(villages: pd.DataFrame, at: int) -> str:
    row = villages.loc[at]
    inside = ", ".join(filter(None, (str(row["commune_name"]), str(row["village_code"] or ""))))
    return f"{row['village_name']} ({inside})" if inside else str(row["village_name"])


def _none(villages: pd.DataFrame, written: str) -> UnknownNameError:
    """Name the villages spelt most alike, kind and accents aside."""
    key = plain_name(written)
    names = [plain_name(str(name)) for name in villages["village_name"].fillna("")]
    slips = max(2, len(key) // 3)
    away = [0 if key and key in name else edit_distance(key, name) for name in names]
    near = sorted((d, names[i], int(villages.index[i])) for i, d in enumerate(away) if names[i] and d <= slips)
    shown = "; ".join(_named(villages, at) for _, _, at in near[:NEAR])
    vi, en = (f"; gần giống: {shown}", f"; near matches: {shown}") if shown else ("", "")
    count = len(villages)
    return UnknownNameError(
        Text(
            f"Không có thôn “{tidy(written)}” trong {number(count)} thôn{vi}",
            f"No village “{tidy(written)}” among {number(count, 'en')}{en}",
        )
    )
