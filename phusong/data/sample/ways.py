"""Roads, rivers, power lines and fibre of the sample: lines along its valleys, from every village towards its town."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from phusong.data.sample.land import Land, dice
from phusong.data.sample.lists import Place, unpowered
from phusong.data.sample.people import Villages
from phusong.data.sample.relief import Relief
from phusong.data.sample.surface import shown_at

Cells = NDArray[np.int32]
Ranks = NDArray[np.int8]

MAIN, CAR, MOTORBIKE, TRAIL, NONE = 4, 3, 2, 1, 0
"""Ranks of ways: a way towards the town is at least as good as what comes to it."""
WORDS = {MAIN: "ô tô", CAR: "ô tô", MOTORBIKE: "xe máy", TRAIL: "đường mòn"}
ACCESS = {False: (0.70, 0.18, 0.09, 0.03), True: (0.10, 0.30, 0.50, 0.10)}
"""Shares of villages reached by car, by motorbike, by a trail, and by nothing on the map; True: without power."""
DECIMALS = 6
STREAM_M2, RIVER_M2 = 6e6, 60e6
"""Drained area from which water is drawn as a stream, and as a river."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ways:
    """Lines in WGS84 as the province's map layers hold them."""

    roads: gpd.GeoDataFrame
    power_lines: gpd.GeoDataFrame
    fibre: gpd.GeoDataFrame


def ways(villages: Villages, land: Land, place: Place, seed: int) -> Ways:
    """Return the ways of the province: main roads between towns, and a way from most villages."""
    main = np.where(land.road.ravel(), MAIN, NONE).astype(np.int8)
    without_power = unpowered(villages, seed) == 1.0
    rank = _led_home(main, villages.cell, _access(villages, without_power, seed), land.towards)
    power = np.minimum(main, 1)
    power = _led_home(power, villages.cell[~without_power], np.ones(int((~without_power).sum()), np.int8), land.towards)
    passes = _passes(land)
    return Ways(
        roads=_roads(_chains(rank, land.towards, passes), land, place, seed),
        power_lines=_plain("ĐZ", _chains(power, land.towards, passes), land, seed),
        fibre=_plain("CQ", _chains(np.minimum(main, 1), land.towards, passes), land, seed),
    )


def rivers(relief: Relief, land: Land, place: Place, seed: int) -> gpd.GeoDataFrame:
    """Return the rivers and streams of the land; each has the name of the commune it begins in."""
    area = relief.area_m2.ravel()
    rank = np.select([area >= RIVER_M2, area >= STREAM_M2], [2, 1], 0).astype(np.int8)
    inside = land.commune.ravel() >= 0
    chains = _chains(np.where(inside, rank, NONE).astype(np.int8), relief.receiver.ravel(), [])
    words = {2: ("sông", "Sông"), 1: ("suối", "Suối")}
    rows = []
    for kind, chain in chains:
        commune = int(land.commune.ravel()[chain[0]])
        word, title = words[kind]
        rows.append({"ten": f"{title} {place.commune_names[commune]}" if commune >= 0 else "", "loai": word})
    return _layer(rows, chains, land, seed)


def _access(villages: Villages, without_power: NDArray[np.bool_], seed: int) -> Ranks:
    random = dice(seed, "ways")
    drawn = random.random(len(villages.cell))
    bounds = np.cumsum([ACCESS[bool(dark)] for dark in without_power], axis=1)
    rank = np.select([drawn < bounds[:, k] for k in range(3)], (CAR, MOTORBIKE, TRAIL), NONE)
    return np.where(villages.is_town, CAR, rank).astype(np.int8)


def _led_home(rank: Ranks, cells: Cells, wanted: Ranks, towards: Cells) -> Ranks:
    """Raise the rank of every way from the cells towards their town to what is wanted there."""
    rank = rank.copy()
    for start, least in zip(cells.tolist(), wanted.tolist(), strict=True):
        cell = start
        while rank[cell] < least and towards[cell] != cell:
            rank[cell] = least
            cell = int(towards[cell])
    return rank


def _passes(land: Land) -> list[tuple[int, int]]:
    """Return the neighbouring cells at which main roads of two communes meet."""
    road, commune = land.road, land.commune
    cells = np.arange(road.size).reshape(road.shape)
    found: list[tuple[int, int]] = []
    for a, b in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:])):
        meet = road[a] & road[b] & (commune[a] != commune[b])
        found += zip(cells[a][meet].tolist(), cells[b][meet].tolist(), strict=True)
    return found


def _chains(rank: Ranks, towards: Cells, passes: list[tuple[int, int]]) -> list[tuple[int, list[int]]]:
    """Return the ways as runs of cells of one rank between crossings, ends and changes of rank."""
    used = np.flatnonzero((rank > 0) & (towards != np.arange(len(towards))))
    around: dict[int, dict[int, int]] = {}
    for a, b, r in [
        *zip(used.tolist(), towards[used].tolist(), rank[used].tolist(), strict=True),
        *((a, b, int(min(rank[a], rank[b]))) for a, b in passes),
    ]:
        around.setdefault(a, {})[b] = r
        around.setdefault(b, {})[a] = r
    ends = [c for c in sorted(around) if len(around[c]) != 2 or len(set(around[c].values())) > 1]
    done: set[tuple[int, int]] = set()
    chains: list[tuple[int, list[int]]] = []
    is_end = set(ends)
    for start in [*ends, *sorted(around)]:  # the second part finds loops without a crossing
        for step, r in around[start].items():
            if (start, step) in done:
                continue
            chain = [start, step]
            while chain[-1] not in is_end and chain[-1] != start:
                chain.append(next(c for c in around[chain[-1]] if c != chain[-2]))
            done |= {*pairwise(chain), *pairwise(reversed(chain))}
            chains.append((r, chain))
    return chains


def _roads(chains: list[tuple[int, list[int]]], land: Land, place: Place, seed: int) -> gpd.GeoDataFrame:
    commune = land.commune.ravel()
    names = [place.full_name(k) for k in range(len(place.commune_names))]
    titles = {MAIN: "ĐT.99{n}", CAR: "Đường {where}", MOTORBIKE: "Đường thôn, {where}", TRAIL: "Đường mòn, {where}"}
    rows = [
        {
            "ma_duong": f"D{n:04d}",
            "ten_duong": titles[rank].format(n=n % 10, where=names[int(commune[chain[0]])]),
            "loai_duong": WORDS[rank],
        }
        for n, (rank, chain) in enumerate(chains, start=1)
    ]
    return _layer(rows, chains, land, seed)


def _plain(prefix: str, chains: list[tuple[int, list[int]]], land: Land, seed: int) -> gpd.GeoDataFrame:
    return _layer([{"ma": f"{prefix}{n:04d}"} for n in range(1, len(chains) + 1)], chains, land, seed)


def _layer(rows: list[dict[str, str]], chains: list[tuple[int, list[int]]], land: Land, seed: int) -> gpd.GeoDataFrame:
    lines = [_line(np.array(chain, dtype=np.int32), land, seed) for _, chain in chains]
    return gpd.GeoDataFrame(rows, geometry=lines, crs="EPSG:4326")


def _line(chain: Cells, land: Land, seed: int) -> shapely.LineString:
    """Draw a run of cells as a road: its ends stay, the steps of the grid between them are rounded off."""
    x, y = shown_at(land.frame, chain, seed)
    for _ in range(3):
        for axis in (x, y):
            axis[1:-1] = 0.25 * axis[:-2] + 0.5 * axis[1:-1] + 0.25 * axis[2:]
    return shapely.LineString(np.round(np.column_stack(land.frame.lonlat(x, y)), DECIMALS))
