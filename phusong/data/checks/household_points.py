"""Household points that are no places of houses: many at one point, or far from the others of their village."""

from __future__ import annotations

import numpy as np
import pandas as pd

from phusong.data.checks.ground import Floats, Ints, distance_text, located
from phusong.data.columns import Note
from phusong.data.distances import metres_between
from phusong.words import Text, number

STACK_HOUSEHOLDS = 5
"""So many single households at one point are asked about."""

MOST_STACKS = 1000
"""The largest stacks are told one by one; the others are told together."""

STRAY_KM = 20.0
STRAY_SPREADS = 10.0
FEWEST_OF_A_VILLAGE = 5
"""A smaller village has no middle to be far from."""

_WHOLE_COMMUNE_FRACTION = 0.5
_WHOLE_COMMUNE_HOUSEHOLDS = 20
_STEPS_PER_DEG = 1e5  # 1 m
_KM_PER_DEG = 111.2


def check_stacks(rows: pd.DataFrame, *, at_least: int = STACK_HOUSEHOLDS) -> list[Note]:
    """Say where several households have one point and the list does not say that the point stands for several."""
    single = np.flatnonzero(located(rows) & ~(rows["weight"] > 1).to_numpy())
    if not len(single):
        return []
    x = np.rint(rows["lon"].to_numpy(np.float64)[single] * _STEPS_PER_DEG).astype(np.int64)
    y = np.rint(rows["lat"].to_numpy(np.float64)[single] * _STEPS_PER_DEG).astype(np.int64)
    _, first, counts = np.unique(x * 100_000_000 + y, return_index=True, return_counts=True)
    high = counts >= at_least
    at, counts = single[first[high]], counts[high]
    if not len(at):
        return []
    largest = np.argsort(-counts, kind="stable")
    shown = np.sort(largest[:MOST_STACKS])
    commune = rows["commune_code"].iloc[at]
    in_commune = commune.map(rows["commune_code"].value_counts()).to_numpy()
    named = (commune != "").to_numpy()
    whole = named & (counts >= _WHOLE_COMMUNE_HOUSEHOLDS) & (counts >= _WHOLE_COMMUNE_FRACTION * in_commune)
    notes = [_stack(int(at[k]), int(counts[k]), int(in_commune[k]), bool(whole[k])) for k in shown.tolist()]
    rest = largest[MOST_STACKS:]
    return [*notes, _other_stacks(int(at[rest[0]]), len(rest), int(counts[rest].sum()))] if len(rest) else notes


def _stack(at: int, count: int, in_commune: int, is_whole: bool) -> Note:
    if is_whole:
        text = Text(
            f"{number(count)}/{number(in_commune)} hộ của xã có cùng một toạ độ, có lẽ là trung tâm xã. Hãy lấy toạ độ "
            "từng hộ, hoặc ghi mỗi thôn một dòng với số hộ đại diện.",
            f"{number(count, 'en')} of {number(in_commune, 'en')} households of the commune have the same coordinates, "
            "perhaps its centre. Take those of each household, or write a row a village with the households it "
            "stands for.",
        )
        return Note(at, "lon", "warning", text, "position.commune_centre")
    text = Text(
        f"{number(count)} hộ có cùng một toạ độ. Nếu là điểm gộp thì ghi một dòng với số hộ đại diện {number(count)}, "
        "nếu không thì sửa toạ độ từng hộ.",
        f"{number(count, 'en')} households have the same coordinates. Write one row that stands for "
        f"{number(count, 'en')} if the point stands for all of them, else correct the coordinates of each.",
    )
    return Note(at, "lon", "warning", text, "position.stacked")


def _other_stacks(at: int, stacks: int, households: int) -> Note:
    text = Text(
        f"Còn {number(stacks)} toạ độ khác, mỗi toạ độ có nhiều hộ, tất cả {number(households)} hộ.",
        f"{number(stacks, 'en')} more points have several households each, {number(households, 'en')} in all.",
    )
    return Note(at, "lon", "warning", text, "position.stacked")


def check_strays(rows: pd.DataFrame) -> list[Note]:
    """Find households far from the middle of their village, by distance and against how spread the others are."""
    village = _villages(rows)
    asked = np.flatnonzero(located(rows) & (village >= 0))
    if not len(asked):
        return []
    village = village[asked]
    lon, lat = rows["lon"].to_numpy(np.float64)[asked], rows["lat"].to_numpy(np.float64)[asked]
    middle_lon, middle_lat = _medians(lon, village), _medians(lat, village)
    km = _KM_PER_DEG * np.hypot((lon - middle_lon) * np.cos(np.radians(middle_lat)), lat - middle_lat)
    spread_km = _medians(km, village)
    enough = np.bincount(village)[village] >= FEWEST_OF_A_VILLAGE
    far = np.flatnonzero(enough & (km > STRAY_KM) & (km > STRAY_SPREADS * spread_km))
    metres = metres_between(lon[far], lat[far], middle_lon[far], middle_lat[far])
    names = rows["village_name"].to_numpy(dtype=object)[asked[far]]
    return [
        Note(at, "lon", "warning", _stray_text(str(name), length), "position.far_from_village")
        for at, name, length in zip(asked[far].tolist(), names, metres.tolist(), strict=True)
    ]


def _villages(rows: pd.DataFrame) -> Ints:
    """Number the villages by code, else by commune and name; −1 where a row names none."""
    code, name = rows["village_code"], rows["village_name"]
    numbers = [pd.factorize(column)[0].astype(np.int64) for column in (code, rows["commune_code"], name)]
    by_name = numbers[1] * (int(numbers[2].max(initial=0)) + 1) + numbers[2]
    coded, named = (code != "").to_numpy(), (name != "").to_numpy()
    both = np.where(coded, numbers[0], by_name + int(numbers[0].max(initial=0)) + 1)
    return np.where(coded | named, pd.factorize(both)[0], -1).astype(np.int64)


def _medians(values: Floats, group: Ints) -> Floats:
    return np.asarray(pd.Series(values).groupby(group).transform("median"), dtype=np.float64)


def _stray_text(name: str, metres: float) -> Text:
    away = distance_text(metres)
    of = Text(f"thôn “{name}”", f"village “{name}”") if name else Text("thôn ghi trong dòng", "the village stated")
    return Text(
        f"Cách các hộ khác của {of.vi} {away.vi}. Hãy kiểm tra toạ độ hoặc tên thôn.",
        f"{away.en} from the other households of {of.en}. Check the coordinates or the village.",
    )
