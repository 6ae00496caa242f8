"""The surface of the sample province at one second of arc: the coarse landscape bent, sharpened and grown over."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.radio._jit import kernel_entry
from phusong.coverage.terrain import Terrain
from phusong.data.sample.ground import bend, fill_guides, fill_surface, unbend
from phusong.data.sample.recipe import Frame, Recipe
from phusong.data.sample.relief import Relief

Grid = NDArray[np.float64]


def surface(relief: Relief, recipe: Recipe, seed: int) -> Terrain:
    """Return the surface model (dsm) of province and fringe at one second of arc."""
    frame = recipe.frame(1)
    elevation_m = np.empty(frame.shape, dtype=np.int16)
    coarse = relief.frame
    floor = np.minimum(relief.floor, 9.0)
    finer = frame.shape[0] // coarse.shape[0]
    guides = np.empty((3, *coarse.shape))
    fill_guides(coarse.cell_m, coarse.aspect, seed, guides)
    with kernel_entry():
        fill_surface(
            relief.height_m, relief.slope(), floor, guides, coarse.cell_m, coarse.aspect, finer, seed, elevation_m
        )
    return Terrain(
        elevation_m=elevation_m,
        west_deg=frame.west_deg,
        north_deg=frame.north_deg,
        cell_lon_deg=frame.cell_deg,
        cell_lat_deg=frame.cell_deg,
        kind="dsm",
        source="simulated",
    )


def shown_at(frame: Frame, cells: NDArray[np.integer[Any]], seed: int) -> tuple[Grid, Grid]:
    """Return x and y on the surface of the centres of coarse cells, given by their flat index."""
    row, col = np.divmod(cells.astype(np.float64), frame.shape[1])
    x, y = (col + 0.5) * frame.cell_m, (row + 0.5) * frame.cell_m * frame.aspect
    unbend(x, y, seed)
    return x, y


def coarse_cell(frame: Frame, x_m: Grid, y_m: Grid, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return row and column of the coarse cells shown at points of the surface."""
    x, y = np.array(x_m, dtype=np.float64).ravel(), np.array(y_m, dtype=np.float64).ravel()
    bend(x, y, seed)
    row, col = frame.cell(x, y)
    return row.reshape(np.shape(x_m)), col.reshape(np.shape(x_m))
