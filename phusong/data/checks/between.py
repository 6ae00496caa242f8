"""Lists held against each other: what stands in two of them, and what they contradict each other in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd

from phusong.data.checks.after import rows_of, with_notes
from phusong.data.checks.ground import Ints, Mask, distance_text, located
from phusong.data.checks.masts import ONE_OR_TWO_MASTS, SAME_SITE_M, sites_of, tower_pairs, tower_text
from phusong.data.checks.places_and_names import ONE_OR_TWO, SAME_PLACE_M, like_pairs, likeness_text, village_keys
from phusong.data.checks.row_cells import number_at, text_at
from phusong.data.columns import Note
from phusong.data.distances import metres_between
from phusong.data.lists import CheckedList
from phusong.data.schema import ListSchema
from phusong.words import Text, number

FEWEST_SHARED_POINTS = 5
"""So many households at the same points in two lists are one list sent twice, or parts of one."""

HOUSEHOLDS_FRACTION = 0.2
HOUSEHOLDS_OFF = 5
"""Households of a village in two lists may differ by either: a fifth, or so many."""

_STEPS_PER_DEG = 1e5  # 1 m

Found = list[tuple[int, Note]]
"""The list each note is for, and the note."""


def between_lists(lists: Sequence[CheckedList], *, near_m: float = SAME_PLACE_M) -> tuple[CheckedList, ...]:
    """Hold lists of one province against each other.

    Lists of one kind are searched for rows that stand in two of them: villages and gaps by place and name, stations by
    code and mast, households by their points. Gap lists are held against village lists by their households.

    Returns
    -------
    lists
        The lists in the order given, each with what concerns its own rows; nothing is taken away.
    """
    found: Found = []
    for name, compare in _COMPARED.items():
        own = [k for k, checked in enumerate(lists) if checked.schema.name == name and len(checked.rows)]
        if len(own) > 1:
            part = [lists[k] for k in own]
            found += [(own[k], note) for k, note in compare(part, near_m)]
    found += _villages_and_gaps(lists)
    return tuple(
        with_notes(checked, [note for at, note in found if at == k]) if any(at == k for at, _ in found) else checked
        for k, checked in enumerate(lists)
    )


class _Joined:
    """The rows of several lists below each other, and how to name and note one of them."""

    def __init__(self, lists: Sequence[CheckedList]) -> None:
        self.lists = lists
        self.rows = rows_of(lists)
        self.list_of: Ints = self.rows["_list"].to_numpy(np.int64)
        self._starts = np.concatenate([[0], np.cumsum([len(checked.rows) for checked in lists])]).astype(np.int64)

    def where(self, at: int) -> Text:
        """Name a row in another file."""
        file = self.lists[self.list_of[at]].path.name
        row, sheet = int(number_at(self.rows, "_row", at)), text_at(self.rows, "_sheet", at)
        vi_sheet, en_sheet = (f" trang “{sheet}”", f" of sheet “{sheet}”") if sheet else ("", "")
        return Text(f"dòng {row}{vi_sheet} tệp {file}", f"row {row}{en_sheet} of {file}")

    def note(self, at: int, field: str, text: Text, code: str, choices: tuple[Text, ...] = ()) -> tuple[int, Note]:
        """Note something about a row in its own list."""
        own = int(self.list_of[at])
        return own, Note(int(at - self._starts[own]), field, "warning", text, code, choices=choices)


def _like_rows(lists: Sequence[CheckedList], near_m: float) -> Found:
    """Ask about places that two lists name, in both of them, each about the nearest of the other."""
    joined = _Joined(lists)
    pairs = like_pairs(joined.rows, lists[0].schema, near_m=near_m, lists=joined.list_of)
    both = pd.concat([pairs, pairs.rename(columns={"first": "second", "second": "first"})])
    best = both.sort_values(["second", "is_near", "away_m", "first"], ascending=[True, False, True, True])
    found: Found = []
    for other, at, metres, is_near in best.drop_duplicates("second")[list(pairs.columns)].itertuples(index=False):
        name = text_at(joined.rows, "village_name", other)
        text = likeness_text(joined.where(other), name, metres, is_near=is_near)
        code = "duplicate.place" if is_near else "duplicate.name"
        found.append(joined.note(at, "village_name", text, code, ONE_OR_TWO))
    return found


def _stations(lists: Sequence[CheckedList], near_m: float) -> Found:
    joined = _Joined(lists)
    parts = []
    for k in range(len(lists)):
        own = np.flatnonzero(joined.list_of == k)
        sites = sites_of(lists[k].rows)
        parts.append(sites.assign(at=own[sites["at"].to_numpy(np.int64)], list=k))
    sites = pd.concat(parts, ignore_index=True)
    return [*_towers(joined, sites), *_codes(joined, sites), *_same_rows(joined, lists[0].schema)]


def _towers(joined: _Joined, sites: pd.DataFrame) -> Found:
    """Propose masts of two lists as one site, in both of them."""
    at, codes, operators, own = (sites[c].tolist() for c in ("at", "site_id", "operators", "list"))
    found: Found = []
    for a, b, metres in tower_pairs(sites["lon"].to_numpy(), sites["lat"].to_numpy(), operators):
        for one, other in ((a, b), (b, a)) if own[a] != own[b] else ():
            text = tower_text(joined.where(at[other]), codes[other], operators[other], metres)
            found.append(joined.note(at[one], "site_id", text, "site.same_tower", ONE_OR_TWO_MASTS))
    return found


def _codes(joined: _Joined, sites: pd.DataFrame) -> Found:
    """Find one code at two places in different lists."""
    pairs = sites.merge(sites, on="site_id")
    pairs = pairs[pairs["list_x"] < pairs["list_y"]]
    metres = metres_between(*(pairs[c].to_numpy(np.float64) for c in ("lon_x", "lat_x", "lon_y", "lat_y")))
    found: Found = []
    for code, a, b, away in zip(pairs["site_id"], pairs["at_x"].tolist(), pairs["at_y"].tolist(), metres, strict=True):
        for one, other in ((a, b), (b, a)) if away > SAME_SITE_M else ():
            where, length = joined.where(other), distance_text(away)
            text = Text(
                f"Mã trạm {code} còn đứng ở {where.vi}, cách {length.vi}. Hãy sửa toạ độ hoặc mã trạm.",
                f"The site ID {code} stands in {where.en} too, {length.en} away. Correct position or site ID.",
            )
            found.append(joined.note(one, "site_id", text, "site.two_places"))
    return found


def _same_rows(joined: _Joined, schema: ListSchema) -> Found:
    """Find rows with the same key in two lists; keys that were made say nothing."""
    key = list(schema.unique)
    rows = joined.rows[[*key, "_list"]]
    if schema.key is not None:
        rows = rows[~rows[schema.key].str.fullmatch(rf"{schema.key_prefix}[0-9a-f]{{12}}").to_numpy(dtype=bool)]
    repeats = rows[rows.duplicated(key, keep=False)]
    group = repeats.groupby(key, dropna=False, sort=False)["_list"]
    first = dict(zip(group.ngroup()[::-1], repeats.index[::-1], strict=True))  # the first of each group comes last
    title = schema.field(key[0]).title
    found: Found = []
    for at, number_ in zip(repeats.index.tolist(), group.ngroup(), strict=True):
        if joined.list_of[at] != joined.list_of[first[number_]]:
            where = joined.where(first[number_])
            text = Text(
                f"{title.vi} này đã có ở {where.vi}. Hãy giữ một nơi.",
                f"{title.en}: {where.en} has it already. Keep one of the two.",
            )
            found.append(joined.note(at, key[0], text, "duplicate.key"))
    return found


def _keyed(lists: Sequence[CheckedList], near_m: float) -> Found:
    return _same_rows(_Joined(lists), lists[0].schema)


def _villages(lists: Sequence[CheckedList], near_m: float) -> Found:
    return [*_like_rows(lists, near_m), *_keyed(lists, near_m)]


def _households(lists: Sequence[CheckedList], near_m: float) -> Found:
    """Say that households of one list have the very points of households of an earlier one."""
    joined = _Joined(lists)
    found: Found = _same_rows(joined, lists[0].schema)
    placed = np.flatnonzero(located(joined.rows))
    steps = np.rint(joined.rows[["lon", "lat"]].to_numpy(np.float64)[placed] * _STEPS_PER_DEG).astype(np.int64)
    point = steps[:, 0] * 100_000_000 + steps[:, 1]
    for later in range(1, len(lists)):
        own = joined.list_of[placed] == later
        for earlier in range(later):
            shared = own & np.isin(point, point[joined.list_of[placed] == earlier])
            if shared.sum() >= FEWEST_SHARED_POINTS:
                text = _shared_text(int(shared.sum()), int(own.sum()), lists[earlier].path.name)
                found.append(joined.note(int(placed[shared][0]), "lon", text, "duplicate.households"))
    return found


def _shared_text(count: int, total: int, file: str) -> Text:
    return Text(
        f"{number(count)}/{number(total)} hộ có đúng toạ độ của hộ trong tệp {file}: có thể một danh sách gửi hai lần. "
        "Hãy giữ một trong hai.",
        f"{number(count, 'en')} of {number(total, 'en')} households have the very coordinates of households in {file}: "
        "perhaps one list sent twice. Keep one of the two.",
    )


def _villages_and_gaps(lists: Sequence[CheckedList]) -> Found:
    """Hold the households of each reported village against the village lists; one that stands twice matches none."""
    listed = [checked for checked in lists if checked.schema.name == "villages"]
    if not listed:
        return []
    villages = _Joined(listed)
    keys = village_keys(villages.rows).assign(at=np.arange(len(villages.rows)))
    known = keys[keys["name"] != ""].drop_duplicates(["commune", "name"], keep=False)
    found: Found = []
    for k, gaps in enumerate(lists):
        if gaps.schema.name == "gaps" and len(gaps.rows):
            own = village_keys(gaps.rows).assign(gap=np.arange(len(gaps.rows)))[_of_whole_villages(gaps.rows)]
            pairs = own.merge(known, on=["commune", "name"])
            found += [(k, note) for note in _household_notes(gaps.rows, villages, pairs)]
    return found


def _of_whole_villages(rows: pd.DataFrame) -> Mask:
    whole = rows["target_type"].isin(("village", "")) & (rows["cluster_name"] == "")
    return np.asarray(whole & (rows["location_kind"] != "cluster"), dtype=bool)


def _household_notes(gaps: pd.DataFrame, villages: _Joined, pairs: pd.DataFrame) -> list[Note]:
    stated = gaps["households_total"].to_numpy(np.float64)[pairs["gap"]]
    total = villages.rows["households"].to_numpy(np.float64)[pairs["at"]]
    off = np.abs(stated - total)
    odd = (off > HOUSEHOLDS_FRACTION * total) & (off > HOUSEHOLDS_OFF)
    notes = []
    for k in np.flatnonzero(odd).tolist():
        where = villages.where(int(pairs["at"].to_numpy()[k]))
        text = Text(
            f"Ghi {number(stated[k])} hộ nhưng danh sách thôn ({where.vi}) ghi {number(total[k])} hộ. "
            "Hãy kiểm tra số hộ.",
            f"{number(stated[k], 'en')} households are stated, the village list ({where.en}) has "
            f"{number(total[k], 'en')}. Check the number.",
        )
        notes.append(Note(int(pairs["gap"].to_numpy()[k]), "households_total", "warning", text, "count.village_list"))
    return notes


_Compare = Callable[[Sequence[CheckedList], float], Found]

_COMPARED: Mapping[str, _Compare] = MappingProxyType(
    {
        "gaps": _villages,
        "villages": _villages,
        "stations": _stations,
        "households": _households,
        "measurements": _keyed,
    }
)
