"""Levels over an area: the household engine asked at the centre of every cell of a grid, one window after the other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.criteria import Profile
from phusong.coverage.earth import path_km
from phusong.coverage.kernel_arrays import MIDDLE, NONE
from phusong.coverage.network import Network, Sector, Service, Site, Span
from phusong.coverage.prediction import Centidbm, Engine, Points, Prediction, Progress, predict
from phusong.coverage.terrain import Terrain
from phusong.coverage.transmitters import Layer

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Bounds = tuple[float, float, float, float]
"""west, south, east, north in degrees."""

STEPS_A_DEGREE = 360_000
"""Cells are whole hundredths of a second of arc, about 0.3 m."""

WINDOW_CELLS = 512
"""Side of a window: its levels are some MB a layer, and what each prediction sets up anew is a few % of its time."""

TILE_CELLS = 16
"""Cells go to the engine in squares of so many: one part of a thread is cells near each other."""

NO_DATA = -32767
"""The level of a cell outside the study area, or of which missing terrain leaves nothing to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A north-up grid on EPSG:4326; ``west_deg, north_deg`` is the outer corner of cell (0, 0)."""

    west_deg: float
    north_deg: float
    cell_lon_deg: float
    cell_lat_deg: float
    n_rows: int
    n_cols: int

    @property
    def cells(self) -> int:
        """Return the number of cells."""
        return self.n_rows * self.n_cols

    def centres(self, row: Ints, col: Ints) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return longitude and latitude of the centres of cells."""
        x, y = col.astype(np.float64) + 0.5, row.astype(np.float64) + 0.5
        return self.west_deg + x * self.cell_lon_deg, self.north_deg - y * self.cell_lat_deg


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a grid: its first row and column, and how many it has of each."""

    row: int
    col: int
    n_rows: int
    n_cols: int


def degrees_a_metre(lat_deg: float) -> tuple[float, float]:
    """Return how many degrees of longitude and of latitude a metre is at a latitude."""
    east_km, _ = path_km(0.0, lat_deg, 0.01, lat_deg)
    north_km, _ = path_km(0.0, lat_deg - 0.005, 0.0, lat_deg + 0.005)
    return 1e-5 / east_km, 1e-5 / north_km


def area_over(bounds: Bounds, resolution_m: float) -> Area:
    """Return the grid over some bounds whose cells are as near to a resolution as whole hundredths of a second get.

    Parameters
    ----------
    bounds
        west, south, east, north in degrees; the grid holds them, its edges on whole cells counted from 0° E, 0° N, so
        that two areas with cells of one size share their cells.
    resolution_m
        Side of a cell in metres. The cells are that wide and high at the middle latitude, within 0.16 m: a province's
        northern cells are a little narrower than its southern ones.
    """
    west, south, east, north = (edge * STEPS_A_DEGREE for edge in bounds)
    steps = (max(1, round(resolution_m * deg * STEPS_A_DEGREE)) for deg in degrees_a_metre((bounds[1] + bounds[3]) / 2))
    width, height = steps
    first_col, first_row = math.floor(west / width), math.ceil(north / height)
    return Area(
        west_deg=first_col * width / STEPS_A_DEGREE,
        north_deg=first_row * height / STEPS_A_DEGREE,
        cell_lon_deg=width / STEPS_A_DEGREE,
        cell_lat_deg=height / STEPS_A_DEGREE,
        n_rows=max(1, first_row - math.floor(south / height)),
        n_cols=max(1, math.ceil(east / width) - first_col),
    )


def windows(area: Area, side: int = WINDOW_CELLS) -> Iterator[Window]:
    """Yield square windows that hold every cell of an area once, west to east, then north to south."""
    for row in range(0, area.n_rows, side):
        for col in range(0, area.n_cols, side):
            yield Window(row, col, min(side, area.n_rows - row), min(side, area.n_cols - col))


def area_levels(
    network: Network,
    terrain: Terrain,
    area: Area,
    profile: Profile,
    layers: Sequence[Layer],
    *,
    engine: Engine = predict,
    inside: Flags | None = None,
    side: int = WINDOW_CELLS,
    progress: Progress | None = None,
) -> Iterator[tuple[Window, Centidbm]]:
    """Predict layers at the centres of the cells of an area, every value the lists left out at its middle.

    Parameters
    ----------
    network, terrain, profile
        As for the engine.
    layers
        Layers that the network has on air; what only the others send is not computed.
    engine
        What predicts in the study.
    inside
        Shape (n_rows, n_cols): the cells that are asked for; all of them without it.
    side
        Cells along a window. Only one window's prediction is held at a time; the levels do not depend on it.
    progress
        Called with the share done, 0 to 1.

    Yields
    ------
    window, levels
        Hundredths of a dBm, shape (rows, columns, layers), without the profile's margins; ``NONE`` below the floor,
        ``NO_DATA`` outside, without terrain, and below the floor where a path over missing terrain might not be.
        Windows without a cell inside are passed over.
    """
    wanted = _of_layers(network, layers)
    total = area.cells if inside is None else int(np.count_nonzero(inside))
    done = count = 0

    def share(part: float) -> None:
        if progress is not None:
            progress((done + part * count) / total)

    for window in windows(area, side):
        row, col = _cells(window, inside)
        count = len(row)
        if count == 0:
            continue
        lon_deg, lat_deg = area.centres(row, col)
        points = Points(lon_deg=lon_deg, lat_deg=lat_deg, of_household=np.arange(count))
        prediction = engine(wanted, terrain, points, profile, progress=share)
        levels = np.full((window.n_rows, window.n_cols, len(layers)), NO_DATA, dtype=np.int16)
        levels[row - window.row, col - window.col] = _middle(prediction, layers)
        done += count
        yield window, levels


def _cells(window: Window, inside: Flags | None) -> tuple[Ints, Ints]:
    """Return row and column of the wanted cells of a window in the order of square tiles."""
    here = np.ones((window.n_rows, window.n_cols), dtype=np.bool_)
    if inside is not None:
        here = inside[window.row : window.row + window.n_rows, window.col : window.col + window.n_cols]
    row, col = np.nonzero(here)
    order = np.lexsort((col, row, col // TILE_CELLS, row // TILE_CELLS))
    return row[order] + window.row, col[order] + window.col


def _middle(prediction: Prediction, layers: Sequence[Layer]) -> Centidbm:
    """Return the levels of the layers at the middle end, shape (points, layers)."""
    at = [prediction.layers.index(layer) for layer in layers]
    level = prediction.level[:, at, MIDDLE]
    unseen = (level == NONE) & (prediction.unseen[:, at] != NONE)
    return np.where(unseen | ~prediction.known[:, None], np.int16(NO_DATA), level)


def _of_layers(network: Network, layers: Sequence[Layer]) -> Network:
    """Return what of a network sends some layers, every span narrowed to its middle: the ends are not asked for."""
    sites = (replace(site, services=tuple(_services(site, layers))) for site in network.sites)
    return replace(network, sites=tuple(site for site in sites if site.services))


def _services(site: Site, layers: Sequence[Layer]) -> Iterator[Service]:
    for service in site.services:
        served = tuple(o for o in service.operators_served if Layer(o, service.technology) in layers)
        if served:
            sectors = tuple(_at_middle(sector) for sector in service.sectors)
            yield replace(service, operators_served=served, sectors=sectors)


def _at_middle(sector: Sector) -> Sector:
    return replace(
        sector,
        downtilt_deg=Span.exactly(sector.downtilt_deg.middle),
        height_agl_m=Span.exactly(sector.height_agl_m.middle),
        eirp_dbm=Span.exactly(sector.eirp_dbm.middle),
    )
