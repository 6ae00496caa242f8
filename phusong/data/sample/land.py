"""Who lives where at large: the outline of the sample province, its towns, communes and roads, on the coarse grid."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import cKDTree

from phusong.data.sample import flow
from phusong.data.sample.ground import field
from phusong.data.sample.recipe import Frame, Recipe
from phusong.data.sample.relief import Relief
from phusong.errors import TerrainError
from phusong.words import Text

Cells = NDArray[np.int32]
Grid = NDArray[np.float64]

TOWN_RIVER_M2 = 12e6
"""A commune's centre lies where at least this much land drains through the valley."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Land:
    """The settled province: grids (n_rows, n_cols) and flat cells of the coarse frame.

    ``commune`` is the index of the commune of each cell, −1 outside the province; ``towards`` the next cell on the way
    to the commune's town; ``road`` marks the roads between towns; ``towns`` holds one cell a commune; ``valley`` is at
    most 1 on a valley floor.
    """

    frame: Frame
    commune: Cells
    towards: Cells
    road: NDArray[np.bool_]
    towns: Cells
    slope: Grid
    height_m: Grid
    valley: Grid


def dice(seed: int, what: str) -> np.random.Generator:
    """Return the random numbers of one part of the sample, so that a change in one part leaves the others alone."""
    return np.random.default_rng([seed, zlib.crc32(what.encode())])


def settle(relief: Relief, recipe: Recipe, seed: int) -> Land:
    """Draw the province's outline, choose a town for each commune and let each rule what is easiest reached from it."""
    frame = relief.frame
    inside = _outline(frame, recipe, seed)
    slope = relief.slope()
    towns = _towns(relief, inside, recipe, dice(seed, "towns"))
    cost = frame.cell_m * (1.0 + np.minimum(slope / 0.10, 6.0) ** 2 + 0.6 * (relief.floor > 1.0))
    spent = np.full(inside.size, np.inf)
    nearest = np.full(inside.size, -1, dtype=np.int32)
    towards = np.full(inside.size, -1, dtype=np.int32)
    flow.travel(cost.ravel(), inside.ravel().astype(np.uint8), towns, frame.shape[1], spent, nearest, towards)
    road = _roads(frame, spent, nearest, towards, len(towns))
    return Land(
        frame=frame,
        commune=nearest.reshape(frame.shape),
        towards=towards,
        road=road.reshape(frame.shape),
        towns=towns,
        slope=slope,
        height_m=relief.height_m,
        valley=relief.floor,
    )


def _outline(frame: Frame, recipe: Recipe, seed: int) -> NDArray[np.bool_]:
    """Return the cells of the province: a rounded, uneven shape inside its rectangle."""
    x, y = frame.plane_m()
    fringe = recipe.fringe_deg / frame.cell_deg
    half_x, half_y = (0.5 - fringe / n for n in (frame.shape[1], frame.shape[0]))
    u = (x / (frame.shape[1] * frame.cell_m) - 0.5) / half_x
    v = (y / (frame.shape[0] * frame.cell_m * frame.aspect) - 0.5) / half_y
    size_m = frame.shape[1] * frame.cell_m
    uneven = field(x, y, scale_m=size_m / 7.0, octaves=4, seed=seed + 91)
    inside = (np.abs(u) ** 3.2 + np.abs(v) ** 3.2) ** (1 / 3.2) < 0.90 + 0.08 * uneven
    parts, _ = ndimage.label(inside)
    largest = int(np.bincount(parts.ravel())[1:].argmax()) + 1
    return np.asarray(ndimage.binary_fill_holes(parts == largest))


def _towns(relief: Relief, inside: NDArray[np.bool_], recipe: Recipe, random: np.random.Generator) -> Cells:
    """Choose one town a commune on broad valley floors, spread over the province."""
    well_inside = ndimage.binary_erosion(inside, iterations=8)
    cells = _flat(well_inside & (relief.floor <= 1.0) & (relief.area_m2 > TOWN_RIVER_M2))
    score = np.log10(relief.area_m2.ravel()[cells]) + random.normal(0.0, 0.8, len(cells))
    spacing_m = 0.95 * np.sqrt(inside.sum() * relief.frame.cell_m**2 * relief.frame.aspect / recipe.communes)
    best_first = cells[np.argsort(-score, kind="stable")]
    while spacing_m > relief.frame.cell_m:
        chosen = spread(relief.frame, best_first, spacing_m, recipe.communes)
        if len(chosen) == recipe.communes:
            return np.sort(chosen)
        spacing_m *= 0.93
    raise TerrainError(
        Text(
            "Địa hình mô phỏng không có đủ thung lũng cho số xã yêu cầu.",
            "The simulated terrain has too few valleys for the number of communes asked for.",
        )
    )


def _flat(mask: NDArray[np.bool_]) -> Cells:
    """Return the flat indices of marked cells."""
    return np.flatnonzero(mask).astype(np.int32)


def spread(frame: Frame, best_first: Cells, spacing_m: float, most: int, taken: Cells | None = None) -> Cells:
    """Take cells in order, each at least ``spacing_m`` from those taken before and from ``taken``."""
    n_cols = frame.shape[1]
    place = np.column_stack([best_first % n_cols, best_first // n_cols * frame.aspect]) * frame.cell_m
    free = np.ones(len(best_first), dtype=bool)
    if taken is not None and len(taken):
        others = np.column_stack([taken % n_cols, taken // n_cols * frame.aspect]) * frame.cell_m
        free &= cKDTree(others).query(place, distance_upper_bound=spacing_m)[0] >= spacing_m
    chosen: list[int] = []
    while len(chosen) < most and free.any():
        first = int(free.argmax())
        chosen.append(first)
        free &= np.hypot(*(place - place[first]).T) >= spacing_m
    return best_first[chosen].astype(np.int32)


def _roads(frame: Frame, spent: Grid, nearest: Cells, towards: Cells, n_towns: int) -> NDArray[np.bool_]:
    """Join the towns by the cheapest roads: a spanning tree over the passes between neighbouring communes."""
    n_cols = frame.shape[1]
    cells = np.arange(nearest.size, dtype=np.int32)
    passes = []
    for step in (1, n_cols):
        a, b = cells[:-step], cells[step:]
        border = (nearest[a] >= 0) & (nearest[b] >= 0) & (nearest[a] != nearest[b])
        if step == 1:
            border &= a % n_cols != n_cols - 1
        passes.append(np.column_stack([a[border], b[border]]))
    a, b = np.vstack(passes).T
    low, high = np.minimum(nearest[a], nearest[b]), np.maximum(nearest[a], nearest[b])
    length = spent[a] + spent[b]
    order = np.lexsort((length, high, low))
    first = np.unique((low * n_towns + high)[order], return_index=True)[1]
    best = order[first]
    graph = coo_matrix((length[best], (low[best], high[best])), shape=(n_towns, n_towns)).tocsr()
    tree = minimum_spanning_tree(graph).tocoo()
    joined = set(zip(tree.row.tolist(), tree.col.tolist(), strict=True))
    road = np.zeros(nearest.size, dtype=bool)
    for k in best:
        if (int(low[k]), int(high[k])) in joined:
            walk(towards, int(a[k]), road)
            walk(towards, int(b[k]), road)
    return road


def walk(towards: Cells, cell: int, road: NDArray[np.bool_]) -> None:
    """Mark the way from a cell to its town (changes ``road``)."""
    while not road[cell]:
        road[cell] = True
        cell = int(towards[cell])
