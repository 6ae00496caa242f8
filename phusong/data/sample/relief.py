"""The landscape of the sample province on a coarse grid: lifted, cut by its rivers, with settled valley floors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from phusong.data.sample import flow
from phusong.data.sample.ground import field
from phusong.data.sample.recipe import Frame, Recipe

Grid = NDArray[np.float64]

STEEPEST = 0.78
"""Tangent of the steepest hillside: 38°, where soil starts to slide."""

RIVERS = ((2.5e6, 75.0), (12e6, 130.0), (50e6, 210.0), (250e6, 340.0))
"""Drained area in m² from which a valley has a floor, and half the width of that floor in m."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Relief:
    """The coarse landscape: all grids (n_rows, n_cols), row 0 in the north.

    ``area_m2`` is what drains through a cell, ``receiver`` the flat index of the cell it runs to, ``floor_m`` the
    distance to the nearest river measured in half-widths of its floor (≤ 1 on a valley floor).
    """

    frame: Frame
    height_m: Grid
    area_m2: Grid
    receiver: NDArray[np.int32]
    floor: Grid

    def slope(self) -> Grid:
        """Return the tangent of the slope of each cell."""
        cell_m = self.frame.cell_m
        south, east = np.gradient(self.height_m, cell_m * self.frame.aspect, cell_m)
        return np.asarray(np.hypot(south, east))


def carve(recipe: Recipe, seed: int) -> Relief:
    """Make the landscape from coarse to fine: lift and cut it at three cell sizes, then lay the valley floors."""
    height = np.zeros(1)
    for seconds, steps in ((16, 96), (8, 14), (4, 5)):
        frame = recipe.frame(seconds)
        uplift = _uplift(frame, recipe, seed)
        if seconds == 16:
            height = _beginning(frame, recipe, seed)
        else:
            height = _refined(height.reshape(recipe.frame(2 * seconds).shape), frame, seed)
        height = _cut(height.ravel(), frame, uplift.ravel(), steps)
    return _with_floors(height, frame)


def _uplift(frame: Frame, recipe: Recipe, seed: int) -> Grid:
    """Lift in m a step: high ranges in the west, folds that run north-west to south-east, low hills in the east."""
    x, y = frame.plane_m()
    inland = recipe.inland_share(x)
    across, along = 0.8 * x - 0.6 * y, 0.6 * x + 0.8 * y
    folds = field(across / 8_000.0, along / 26_000.0, scale_m=1.0, octaves=3, seed=seed + 11)
    blocks = field(x, y, scale_m=14_000.0, octaves=2, seed=seed + 12)
    lift = 0.22 + 0.95 * inland**1.2 + (0.22 + 0.40 * inland) * folds + 0.22 * blocks
    return np.maximum(lift, 0.05 + 0.25 * inland) * recipe.lift_m


def _beginning(frame: Frame, recipe: Recipe, seed: int) -> Grid:
    """The land before its rivers: a rough plain that falls to the east; its border stays as it is here."""
    x, y = frame.plane_m()
    rough = field(x, y, scale_m=6_000.0, octaves=5, seed=seed + 13)
    share = recipe.inland_share(x)
    return 4.0 + recipe.lift_m * 14.0 * share**1.6 * (1.0 + 0.2 * rough) + 12.0 * (1.0 + rough) * (0.2 + share)


def _refined(height: Grid, frame: Frame, seed: int) -> Grid:
    """Bring heights to a grid twice as fine with a little roughness for new brooks to start from."""
    fine = ndimage.zoom(height, 2, order=1, grid_mode=True, mode="nearest")
    x, y = frame.plane_m()
    return fine + 2.0 * field(x, y, scale_m=3.0 * frame.cell_m, octaves=2, seed=seed + 14)


def _cut(height: Grid, frame: Frame, uplift: Grid, steps: int) -> Grid:
    n_rows, n_cols = frame.shape
    height = height.copy()
    receiver = np.empty(height.size, dtype=np.int32)
    order = np.empty_like(receiver)
    spare = np.empty_like(height)
    for step in range(steps):
        if step % 4 == 0:
            flow.fill_pits(height, n_rows, n_cols, 0.02)
        area = _drain(height, frame, receiver, order)
        flow.wear_down(height, receiver, order, area, uplift, n_cols, frame.cell_m, 0.6, STEEPEST)
        flow.creep(height, n_rows, n_cols, 0.10 * (120.0 / frame.cell_m) ** 2, spare)
        height, spare = spare, height
    return height


def _drain(height: Grid, frame: Frame, receiver: NDArray[np.int32], order: NDArray[np.int32]) -> Grid:
    """Fill in receivers and their order and return the area drained through each cell."""
    n_rows, n_cols = frame.shape
    flow.find_receivers(height, n_rows, n_cols, frame.aspect, receiver)
    flow.stack_order(receiver, order)
    area = np.full(height.size, frame.cell_m**2 * frame.aspect)
    flow.accumulate(receiver, order, area)
    return area


def _with_floors(height: Grid, frame: Frame) -> Relief:
    """Widen the valleys: beside each river the land is laid down flat, and rises gently at the foot of the hills."""
    flow.fill_pits(height, *frame.shape, 0.02)
    receiver = np.empty(height.size, dtype=np.int32)
    area = _drain(height, frame, receiver, np.empty_like(receiver)).reshape(frame.shape)
    grid = height.reshape(frame.shape)
    floor = np.full(frame.shape, np.inf)
    for least_m2, half_m in RIVERS:
        dry = area < least_m2
        if dry.all():
            continue
        distance, nearest = ndimage.distance_transform_edt(
            dry, sampling=(frame.cell_m * frame.aspect, frame.cell_m), return_indices=True
        )
        share = distance / half_m
        above = grid - grid[tuple(nearest)]
        rise = np.clip(share / 1.6, 0.0, 1.0)
        flat = np.where(share <= 1.6, above * rise**2.2 + np.minimum(above, 1.5 * share), above)
        grid = np.where(above > 0, grid - above + np.minimum(above, flat), grid)
        floor = np.minimum(floor, share)
    return Relief(frame=frame, height_m=grid, area_m2=area, receiver=receiver, floor=floor)
