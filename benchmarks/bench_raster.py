"""What the competition of the masts saves on an area: its raster together, against each mast alone on the same cells.

Both are the same kernels, the same grid and the same windows, measured one after the other in one run, and their levels
are compared cell by cell: the ratios mean something on a busy machine, the seconds do not. Brute force keeps only the
best level of each cell, so that the peak of memory is that of the raster.
"""

from __future__ import annotations

import resource
import sys
import time
from dataclasses import replace

import numpy as np
from bench_prediction import CELLS, SITES, hills, mast
from rows_of_hills import CELL, NORTH, WEST

from phusong.coverage.area import NO_DATA, Area, area_levels, area_over
from phusong.coverage.network import Network
from phusong.coverage.prediction import Centidbm
from phusong.coverage.terrain import Terrain
from phusong.coverage.transmitters import Layer, transmitters
from phusong.data.profiles import read_profile

RESOLUTION_M, MARGIN_DEG = 200.0, 0.02
PROFILE = read_profile("vn-default")


def levels_of(network: Network, terrain: Terrain, area: Area, layers: tuple[Layer, ...]) -> Centidbm:
    """Return the levels of the layers, shape (rows, columns, layers)."""
    levels = np.full((area.n_rows, area.n_cols, len(layers)), NO_DATA, dtype=np.int16)
    for at, part in area_levels(network, terrain, area, PROFILE, layers):
        levels[at.row : at.row + at.n_rows, at.col : at.col + at.n_cols] = part
    return levels


def peak_mb() -> float:
    """Return the most memory this process has held so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def main() -> None:
    """Print the seconds, the cells a second, their ratio and the peak of memory."""
    rng = np.random.default_rng(1)
    terrain = hills(rng)
    network = Network(sites=tuple(mast(rng, k) for k in range(SITES)), inventories=())
    size = CELLS * CELL
    box = (WEST + MARGIN_DEG, NORTH - size + MARGIN_DEG, WEST + size - MARGIN_DEG, NORTH - MARGIN_DEG)
    area = area_over(box, RESOLUTION_M)
    layers = tuple(la for la in transmitters(network, PROFILE).layers if la.technology == "4G")

    started = time.process_time()
    levels_of(replace(network, sites=network.sites[:3]), terrain, area_over(box, 5000.0), layers)
    print(f"first call (compiling, or loading what was compiled): {time.process_time() - started:.1f} s CPU")

    started = time.process_time()
    together = levels_of(network, terrain, area, layers)
    together_s = time.process_time() - started
    raster_mb = peak_mb()

    best = np.full_like(together, np.iinfo(np.int16).min)
    started = time.process_time()
    for site in network.sites:
        one = replace(network, sites=(site,))
        own = tuple(la for la in transmitters(one, PROFILE).layers if la in layers)
        alone = levels_of(one, terrain, area, own)
        for k, layer in enumerate(own):
            at = layers.index(layer)
            best[:, :, at] = np.maximum(best[:, :, at], alone[:, :, k])
    alone_s = time.process_time() - started

    assert np.array_equal(best, together), "the two ways differ"
    print(f"{area.n_cols} × {area.n_rows} cells of {RESOLUTION_M:g} m, {len(layers)} layers, {SITES} masts")
    print(f"together: {together_s:.2f} s CPU, {area.cells / together_s:,.0f} cells/s of all layers")
    print(f"mast by mast: {alone_s:.2f} s CPU, {area.cells / alone_s:,.0f} cells/s")
    print(f"ratio: {alone_s / together_s:.1f} in CPU time")
    print(f"peak memory with the raster made: {raster_mb:,.0f} MB")


if __name__ == "__main__":
    main()
