"""What the competition of the masts saves: one prediction of a network against each of its masts predicted by itself.

Both are the same kernels on the same points, measured one after the other in one run, and their levels are compared:
the ratios mean something on a busy machine, the seconds do not.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
from rows_of_hills import CELL, NORTH, WEST, rows_of_hills

from phusong.coverage.network import Network, Sector, Service, Site, Span
from phusong.coverage.prediction import Prediction, predict, prediction_points
from phusong.coverage.terrain import Terrain
from phusong.data.profiles import read_profile

CELLS, SITES, HAMLETS, HOUSEHOLDS = 1800, 60, 60, 50
CARRIERS = (("2G", 942.5), ("3G", 2140.0), ("4G", 1842.5), ("4G", 942.5))
OPERATORS = ("viettel", "vinaphone", "mobifone")


def hills(rng: np.random.Generator) -> Terrain:
    """Return rows of hills of some 1,000 m."""
    return rows_of_hills(rng, CELLS, height_m=1200.0, waves=(97.0, 131.0))


def mast(rng: np.random.Generator, number: int) -> Site:
    """Return a mast of four carriers with three sectors each, some without azimuths or heights."""
    operator, height_m = OPERATORS[number % len(OPERATORS)], float(rng.integers(25, 60))
    services = tuple(
        Service(
            operator=operator,
            technology=technology,  # type: ignore[arg-type]
            band="",
            frequency_mhz=mhz,
            bandwidth_mhz=10.0,
            operators_served=(operator,),
            status="listed",
            sectors=tuple(
                Sector(
                    sector_id=f"{number}-{technology}-{mhz:g}-{k}",
                    azimuth_deg=120.0 * k if number % 2 else None,
                    ring_size=3,
                    downtilt_deg=Span(0.0, 4.0, 8.0, given=False),
                    height_agl_m=Span.exactly(height_m) if number % 3 else Span(25.0, 42.0, 60.0, given=False),
                    eirp_dbm=Span.exactly(59.5),
                )
                for k in range(3)
            ),
        )
        for technology, mhz in CARRIERS
    )
    lon, lat = WEST + rng.random() * CELLS * CELL, NORTH - rng.random() * CELLS * CELL
    return Site(
        site_id=str(number),
        name="",
        lon_deg=lon,
        lat_deg=lat,
        province_code="99",
        commune_code="",
        kind="macro",
        services=services,
    )


def main() -> None:
    """Print the seconds, the paths and their ratios."""
    rng = np.random.default_rng(1)
    terrain, profile = hills(rng), read_profile("vn-default")
    network = Network(sites=tuple(mast(rng, k) for k in range(SITES)), inventories=())
    middle = rng.uniform(0.05, 0.95, (HAMLETS, 2)) * CELLS * CELL
    spread = np.repeat(middle, HOUSEHOLDS, axis=0) + rng.normal(0.0, 0.002, (HAMLETS * HOUSEHOLDS, 2))
    points = prediction_points(WEST + spread[:, 0], NORTH - spread[:, 1], terrain)

    def run(part: Network) -> Prediction:
        return predict(part, terrain, points, profile)

    started = time.process_time()
    run(replace(network, sites=network.sites[:1]))
    print(f"first call (compiling, or loading what was compiled): {time.process_time() - started:.1f} s CPU")

    started = time.process_time()
    together = run(network)
    together_s = time.process_time() - started

    best = np.full_like(together.level, np.iinfo(np.int16).min)
    paths = 0
    started = time.process_time()
    for site in network.sites:
        alone = run(replace(network, sites=(site,)))
        paths += alone.paths_computed
        for k, layer in enumerate(alone.layers):
            at = together.layers.index(layer)
            best[:, at] = np.maximum(best[:, at], alone.level[:, k])
    alone_s = time.process_time() - started

    assert np.array_equal(best, together.level), "the two ways differ"
    print(f"{len(points)} points, {SITES} masts, same levels both ways")
    print(f"together: {together_s:.2f} s CPU, {together.paths_computed} paths")
    print(f"mast by mast: {alone_s:.2f} s CPU, {paths} paths")
    print(f"ratio: {alone_s / together_s:.1f} in CPU time, {paths / together.paths_computed:.1f} in paths")


if __name__ == "__main__":
    main()
