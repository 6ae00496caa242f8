"""How water runs over a coarse grid and wears it down: the landscape kernels of the sample province.

Grids are flat arrays of ``n_rows × n_cols`` cells, row 0 in the north. A cell's *receiver* is the neighbour its water
runs to; cells of the border and pits are their own receivers.

References
----------
Barnes, Lehman & Mulla (2014), priority flood; Braun & Willett (2013), implicit stream-power erosion in stack order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.radio._jit import kernel

Grid = NDArray[np.float64]
Cells = NDArray[np.int32]

ROW_STEP = (-1, -1, -1, 0, 0, 1, 1, 1)
COL_STEP = (-1, 0, 1, -1, 1, -1, 0, 1)


@kernel
def _push(keys: Grid, cells: Cells, size: int, key: float, cell: int) -> int:
    """Put a cell on the heap and return its new size."""
    k = size
    while k > 0:
        parent = (k - 1) >> 1
        if keys[parent] < key or (keys[parent] == key and cells[parent] <= cell):
            break
        keys[k] = keys[parent]
        cells[k] = cells[parent]
        k = parent
    keys[k] = key
    cells[k] = cell
    return size + 1


@kernel
def _drop_first(keys: Grid, cells: Cells, size: int) -> int:
    """Take the lowest cell off the heap and return its new size."""
    size -= 1
    key = keys[size]
    cell = cells[size]
    k = 0
    while True:
        child = 2 * k + 1
        if child >= size:
            break
        other = child + 1
        if other < size and (keys[other] < keys[child] or (keys[other] == keys[child] and cells[other] < cells[child])):
            child = other
        if keys[child] > key or (keys[child] == key and cells[child] >= cell):
            break
        keys[k] = keys[child]
        cells[k] = cells[child]
        k = child
    keys[k] = key
    cells[k] = cell
    return size


@kernel
def fill_pits(height: Grid, n_rows: int, n_cols: int, rise_m: float) -> None:
    """Raise every pit until its water runs over the border, each cell ``rise_m`` above the next, in place."""
    n = n_rows * n_cols
    keys = np.empty(n, dtype=np.float64)
    cells = np.empty(n, dtype=np.int32)
    reached = np.zeros(n, dtype=np.uint8)
    size = 0
    for cell in range(n):
        row = cell // n_cols
        col = cell - row * n_cols
        if row == 0 or col == 0 or row == n_rows - 1 or col == n_cols - 1:
            reached[cell] = 1
            size = _push(keys, cells, size, height[cell], cell)
    while size > 0:
        cell = cells[0]
        size = _drop_first(keys, cells, size)
        row = cell // n_cols
        col = cell - row * n_cols
        for k in range(8):
            r = row + ROW_STEP[k]
            c = col + COL_STEP[k]
            if r < 0 or c < 0 or r >= n_rows or c >= n_cols:
                continue
            other = r * n_cols + c
            if reached[other] == 1:
                continue
            reached[other] = 1
            height[other] = max(height[other], height[cell] + rise_m)
            size = _push(keys, cells, size, height[other], other)


@kernel
def find_receivers(height: Grid, n_rows: int, n_cols: int, aspect: float, receiver: Cells) -> None:
    """Give each inner cell its steepest lower neighbour; ``aspect`` is row height over column width."""
    for row in range(n_rows):
        for col in range(n_cols):
            cell = row * n_cols + col
            receiver[cell] = cell
            if row == 0 or col == 0 or row == n_rows - 1 or col == n_cols - 1:
                continue
            steepest = 0.0
            for k in range(8):
                other = (row + ROW_STEP[k]) * n_cols + col + COL_STEP[k]
                step = np.sqrt((aspect * ROW_STEP[k]) ** 2 + COL_STEP[k] ** 2)
                slope = (height[cell] - height[other]) / step
                if slope > steepest:
                    steepest = slope
                    receiver[cell] = other


@kernel
def stack_order(receiver: Cells, order: Cells) -> None:
    """List the cells so that each follows its receiver."""
    n = receiver.size
    first = np.zeros(n + 1, dtype=np.int32)
    for cell in range(n):
        if receiver[cell] != cell:
            first[receiver[cell] + 1] += 1
    for cell in range(n):
        first[cell + 1] += first[cell]
    place = first[:-1].copy()
    donors = np.empty(n, dtype=np.int32)
    for cell in range(n):
        if receiver[cell] != cell:
            donors[place[receiver[cell]]] = cell
            place[receiver[cell]] += 1
    filled = 0
    for cell in range(n):
        if receiver[cell] == cell:
            order[filled] = cell
            filled += 1
    done = 0
    while done < filled:
        cell = order[done]
        done += 1
        for k in range(first[cell], first[cell + 1]):
            order[filled] = donors[k]
            filled += 1


@kernel
def accumulate(receiver: Cells, order: Cells, area: Grid) -> None:
    """Add the area of each cell to all cells downstream (changes ``area``)."""
    for k in range(order.size - 1, -1, -1):
        cell = order[k]
        if receiver[cell] != cell:
            area[receiver[cell]] += area[cell]


@kernel
def wear_down(
    height: Grid, receiver: Cells, order: Cells, area: Grid, uplift: Grid, n_cols: int, width_m: float, strength: float,
    steepest: float,
) -> None:  # fmt: skip
    """Lift the land by one step and let its rivers cut it, dz/dt = U − K A^0.45 S, solved implicitly downstream first.

    ``uplift`` is the lift of the step in m, ``strength`` K times the step; no slope stays over ``steepest``.
    """
    for k in range(order.size):
        cell = order[k]
        to = receiver[cell]
        if to == cell:
            continue
        rows = abs(cell // n_cols - to // n_cols)
        diagonal = rows == 1 and cell % n_cols != to % n_cols
        length = width_m * (1.4142 if diagonal else 1.0)
        factor = strength * area[cell] ** 0.45 / length
        lifted = (height[cell] + uplift[cell] + factor * height[to]) / (1.0 + factor)
        height[cell] = min(max(lifted, height[to] + 0.02), height[to] + steepest * length)


@kernel
def creep(height: Grid, n_rows: int, n_cols: int, share: float, out: Grid) -> None:
    """Soil creep: move each inner cell a share of the way to the mean of its four neighbours."""
    for row in range(n_rows):
        for col in range(n_cols):
            cell = row * n_cols + col
            out[cell] = height[cell]
            if row == 0 or col == 0 or row == n_rows - 1 or col == n_cols - 1:
                continue
            mean = 0.25 * (height[cell - 1] + height[cell + 1] + height[cell - n_cols] + height[cell + n_cols])
            out[cell] += share * (mean - height[cell])


@kernel
def travel(
    cost: Grid, inside: NDArray[np.uint8], seeds: Cells, n_cols: int, spent: Grid, nearest: Cells, towards: Cells
) -> None:
    """Find for each cell inside the nearest seed by cost of travel, and the neighbour on the way to it.

    A step to one of the four neighbours costs the mean of both cells. ``spent`` must hold infinity, ``nearest`` and
    ``towards`` −1; cells that cannot be reached keep them.
    """
    n = cost.size
    keys = np.empty(4 * n + seeds.size, dtype=np.float64)
    cells = np.empty(4 * n + seeds.size, dtype=np.int32)
    size = 0
    for k in range(seeds.size):
        spent[seeds[k]] = 0.0
        nearest[seeds[k]] = k
        towards[seeds[k]] = seeds[k]
        size = _push(keys, cells, size, 0.0, seeds[k])
    while size > 0:
        key = keys[0]
        cell = cells[0]
        size = _drop_first(keys, cells, size)
        if key > spent[cell]:
            continue
        col = cell % n_cols
        for k in range(4):
            other = cell + (-n_cols, n_cols, -1, 1)[k]
            if other < 0 or other >= n or (k == 2 and col == 0) or (k == 3 and col == n_cols - 1):
                continue
            if inside[other] == 0:
                continue
            longer = key + 0.5 * (cost[cell] + cost[other])
            if longer < spent[other]:
                spent[other] = longer
                nearest[other] = nearest[cell]
                towards[other] = cell
                size = _push(keys, cells, size, longer, other)
