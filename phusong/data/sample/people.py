"""The sample's villages and houses: cores on the valley floor, clusters up the side valleys, a few houses alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from phusong.data.sample.land import Land, dice, spread
from phusong.data.sample.recipe import Recipe
from phusong.data.sample.relief import Relief
from phusong.data.sample.surface import coarse_cell, shown_at

Cells = NDArray[np.int32]
Grid = NDArray[np.float64]
Index = NDArray[np.int64]

VILLAGE_RIVER_M2 = 3.5e6
CLUSTER_RIVER_M2 = 0.5e6
HOMES_TRIED = 6
"""Places looked at for each house; it is built on the flattest."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Villages:
    """One entry a village: its coarse cell, commune, true centre on the surface's plane, number of houses."""

    cell: Cells
    commune: Index
    x_m: Grid
    y_m: Grid
    houses: Index
    is_town: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Houses:
    """One entry a house: true place on the surface's plane, village, cluster within it (0 core, −1 alone)."""

    x_m: Grid
    y_m: Grid
    village: Index
    cluster: Index


def found_villages(relief: Relief, land: Land, recipe: Recipe, seed: int) -> Villages:
    """Choose the villages: the towns, then others along the rivers of each commune, the broader valleys first."""
    random = dice(seed, "villages")
    settled = land.commune.ravel()
    river = (relief.floor.ravel() <= 1.0) & (relief.area_m2.ravel() > VILLAGE_RIVER_M2) & (land.slope.ravel() < 0.22)
    inner = ndimage.minimum_filter(land.commune, 7) == ndimage.maximum_filter(land.commune, 7)
    cells = np.flatnonzero(river & (settled >= 0) & inner.ravel()).astype(np.int32)
    score = 0.45 * np.log10(relief.area_m2.ravel()[cells]) + 0.5 * land.road.ravel()[cells]
    score += random.normal(0.0, 0.75, len(cells))
    best_first = cells[np.argsort(-score, kind="stable")]
    chosen = [land.towns]
    for commune, wanted in enumerate(_shares(settled[cells], recipe)):
        own = best_first[settled[best_first] == commune]
        taken = np.concatenate(chosen)
        spacing_m = 2_400.0
        found = spread(land.frame, own, spacing_m, wanted, taken)
        while len(found) < wanted and spacing_m > 300.0:
            spacing_m *= 0.8
            found = spread(land.frame, own, spacing_m, wanted, taken)
        chosen.append(found)
    cell = np.concatenate(chosen).astype(np.int32)
    cell = cell[np.argsort(settled[cell], kind="stable")]
    is_town = np.isin(cell, land.towns)
    x_m, y_m = shown_at(land.frame, cell, seed)
    houses = _house_counts(is_town, relief.area_m2.ravel()[cell], recipe.households, random)
    return Villages(cell=cell, commune=settled[cell].astype(np.int64), x_m=x_m, y_m=y_m, houses=houses, is_town=is_town)


def _shares(commune_of_cell: Cells, recipe: Recipe) -> list[int]:
    """Divide the villages that are no towns among the communes by their length of valley, at least one each."""
    valley = np.bincount(commune_of_cell, minlength=recipe.communes).astype(np.float64) + 60.0
    return [int(k) for k in whole_parts(valley, recipe.villages - recipe.communes, least=1)]


def whole_parts(weights: Grid, total: int, *, least: int) -> Index:
    """Divide a total into whole parts by weight, each at least ``least``; the sum is exact."""
    rest = total - least * len(weights)
    exact = weights / weights.sum() * rest
    parts = np.floor(exact).astype(np.int64)
    first = np.argsort(parts - exact, kind="stable")[: rest - int(parts.sum())]
    parts[first] += 1
    return np.asarray(parts + least)


def _house_counts(is_town: NDArray[np.bool_], river_m2: Grid, total: int, random: np.random.Generator) -> Index:
    size = np.exp(random.normal(0.0, 0.55, len(is_town))) * (river_m2 / 10e6) ** 0.22
    return whole_parts(np.where(is_town, 2.6 * size + 1.0, size), total, least=min(18, total // len(is_town)))


def build_houses(villages: Villages, relief: Relief, land: Land, seed: int) -> Houses:
    """Place every house: village cores, outlying clusters (*cụm dân cư*), houses alone; each on flat ground."""
    random = dice(seed, "houses")
    centres, of_village, share = _clusters(villages, relief, land, random)
    village, cluster = [], []
    for k, houses in enumerate(villages.houses):
        own = np.flatnonzero(of_village == k)
        parts = whole_parts(share[own], int(houses), least=0)
        village.append(np.full(houses, k))
        cluster.append(np.repeat(own, parts))
    of_house, group = np.concatenate(village), np.concatenate(cluster)
    alone = random.random(len(group)) < 0.05
    x, y = shown_at(land.frame, centres[group], seed)
    axis = _axis(relief, land, centres, seed)[group]
    x, y = _on_flat_ground(x, y, axis, centres, group, alone, of_village, land, relief, seed)
    first = np.searchsorted(of_village, np.arange(len(villages.cell)))
    number = group - first[of_house]
    return Houses(x_m=x, y_m=y, village=of_house, cluster=np.where(alone, -1, number))


def _clusters(villages: Villages, relief: Relief, land: Land, random: np.random.Generator) -> tuple[Cells, Index, Grid]:
    """Choose each village's core and 1–4 clusters up its side valleys: coarse cells, village, share of the houses."""
    n_cols, frame = land.frame.shape[1], land.frame
    settled = land.commune.ravel()
    habitable = (settled >= 0) & (relief.area_m2.ravel() > CLUSTER_RIVER_M2) & (land.slope.ravel() < 0.25)
    habitable &= relief.area_m2.ravel() < 30e6
    cells = np.flatnonzero(habitable).astype(np.int32)
    tree = cKDTree(np.column_stack([villages.cell % n_cols, villages.cell // n_cols * frame.aspect]) * frame.cell_m)
    places_m = np.column_stack([cells % n_cols, cells // n_cols * frame.aspect]) * frame.cell_m
    away, nearest = (np.asarray(found) for found in tree.query(places_m))
    fits = (away > 600.0) & (away < 3_000.0) & (settled[cells] == villages.commune[nearest])
    cells, nearest = cells[fits], nearest[fits]
    shuffled = random.permutation(len(cells))
    cells, nearest = cells[shuffled], nearest[shuffled]
    order = np.argsort(nearest, kind="stable")
    bounds = np.asarray(np.searchsorted(nearest[order], np.arange(len(villages.cell) + 1)))
    centres, of_village, share = [], [], []
    for k, core in enumerate(villages.cell):
        wanted = int(random.choice((1, 2, 3, 4), p=(0.45, 0.30, 0.15, 0.10)))
        found = spread(frame, cells[order[bounds[k] : bounds[k + 1]]], 550.0, wanted)
        outlying = random.uniform(0.12, 0.38) if len(found) else 0.0
        parts = random.dirichlet(np.full(max(len(found), 1), 2.0))[: len(found)] * outlying
        centres += [int(core), *found.tolist()]
        of_village += [k] * (1 + len(found))
        share += [1.0 - outlying, *parts.tolist()]
    return np.array(centres, dtype=np.int32), np.array(of_village), np.array(share)


def _axis(relief: Relief, land: Land, cells: Cells, seed: int) -> Grid:
    """Return the direction of the valley at cells, in radians on the surface's plane: to eight cells downstream."""
    below = cells.copy()
    for _ in range(8):
        below = relief.receiver[below]
    x0, y0 = shown_at(land.frame, cells, seed)
    x1, y1 = shown_at(land.frame, below, seed)
    return np.asarray(np.arctan2(y1 - y0, x1 - x0))


def _on_flat_ground(
    x: Grid, y: Grid, axis: Grid, centres: Cells, group: Index, alone: NDArray[np.bool_], of_village: Index,
    land: Land, relief: Relief, seed: int,
) -> tuple[Grid, Grid]:  # fmt: skip
    """Scatter houses about their cluster, longer along the valley, and keep the flattest of the places tried."""
    random = dice(seed, "ground")
    commune = land.commune.ravel()[centres][group]
    core = np.r_[True, of_village[1:] != of_village[:-1]][group]
    size = np.sqrt(np.bincount(group)[group])
    spread_m = np.where(alone, 1_100.0, np.where(core, 60.0 + 11.0 * size, 35.0 + 9.0 * size))
    along, across = random.normal(size=(2, HOMES_TRIED, len(x))) * spread_m
    along *= np.where(alone, 1.0, 1.7)
    across *= np.where(alone, 1.0, 0.7)
    tried_x = x + along * np.cos(axis) - across * np.sin(axis)
    tried_y = y + along * np.sin(axis) + across * np.cos(axis)
    row, col = coarse_cell(land.frame, tried_x, tried_y, seed)
    unfit = (
        land.slope[row, col]
        + 0.06 * np.minimum(relief.floor[row, col], 4.0)
        + 9.0 * (land.commune[row, col] != commune)
    )
    best = (np.argmin(unfit, axis=0), np.arange(len(x)))
    return tried_x[best], tried_y[best]
