"""Paths a second: the complete P.1812-8 at half of the time, terrain sampling included, against two other ways.

The other ways are the complete function of this package called path by path, and crc-covlib through its Python API
where the module ``crc_covlib`` is installed. All sides compute the same paths on the same elevations, in turns in one
run: the ratios mean something on a busy machine, the paths a second do not.
"""

from __future__ import annotations

import importlib
import math
import os
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rows_of_hills import CELL, NORTH, WEST, rows_of_hills

from phusong.coverage.earth import path_km
from phusong.coverage.path_loss import path_losses_db
from phusong.coverage.profile import fill_profile, grid_of
from phusong.coverage.radio.air import STANDARD_AIR
from phusong.coverage.radio.models import RadioPath, propagation_model
from phusong.coverage.terrain import Terrain

Floats = NDArray[np.float64]

CELLS = 720
"""A window of 20 × 20 km."""

GHZ, TX_M, RX_M = 0.9, 30.0, 1.5
MASTS, ACROSS = 300, 100
"""Each mast has two rows of so many receivers, close together at the same distance: an area to crc-covlib."""

CASES = ((10.0, 201), (3.0, 101))
ROUNDS = 7
BY_ITSELF = 500
"""Paths of the function called path by path; it is too slow for all."""

THREADS = os.cpu_count() or 1
KM_PER_DEG = 111.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Mast:
    """A mast and the corners of its receivers' area, in degrees: south, west, north, east."""

    lon_deg: float
    lat_deg: float
    corners: tuple[float, float, float, float]
    rows: int
    cols: int

    def receivers(self) -> tuple[Floats, Floats]:
        """Return longitude and latitude of the receivers, from the south, each row from the west."""
        south, west, north, east = self.corners
        lon, lat = np.meshgrid(np.linspace(west, east, self.cols), np.linspace(south, north, self.rows))
        return lon.reshape(-1), lat.reshape(-1)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of one side took: seconds on the clock and of all cores."""

    wall_s: float
    cpu_s: float


def masts(distance_km: float) -> list[Mast]:
    """Return masts anywhere in the window with receivers to the east, west, north or south of them."""
    rng = np.random.default_rng(2)
    found = []
    while len(found) < MASTS:
        lon, lat = WEST + rng.random() * CELLS * CELL, NORTH - rng.random() * CELLS * CELL
        east_deg, north_deg = distance_km / KM_PER_DEG / math.cos(math.radians(lat)), distance_km / KM_PER_DEG
        sign = 1.0 if rng.random() < 0.5 else -1.0
        along = rng.random() < 0.5
        # two rows 1 m apart, spread across the way there to a twentieth of the distance on either side
        half = (0.05 * east_deg, 0.5e-5) if not along else (0.5e-5, 0.05 * north_deg)
        at = (lon + sign * east_deg, lat) if along else (lon, lat + sign * north_deg)
        corners = (at[1] - half[1], at[0] - half[0], at[1] + half[1], at[0] + half[0])
        inside = corners[0] > NORTH - CELLS * CELL and corners[2] < NORTH
        if inside and corners[1] > WEST and corners[3] < WEST + CELLS * CELL:
            rows, cols = (ACROSS, 2) if along else (2, ACROSS)
            found.append(Mast(lon_deg=lon, lat_deg=lat, corners=corners, rows=rows, cols=cols))
    return found


def ends_of(placed: list[Mast]) -> tuple[Floats, Floats, Floats, Floats]:
    """Return both ends of every path."""
    receivers = [mast.receivers() for mast in placed]
    lon_a = np.repeat([mast.lon_deg for mast in placed], 2 * ACROSS)
    lat_a = np.repeat([mast.lat_deg for mast in placed], 2 * ACROSS)
    return lon_a, lat_a, np.concatenate([lon for lon, _ in receivers]), np.concatenate([lat for _, lat in receivers])


def whole_db(terrain: Terrain, ends: tuple[Floats, Floats, Floats, Floats], samples: int) -> Floats:
    """Return the losses by the complete function, path by path."""
    flat, grid, height_m = terrain.elevation_m.reshape(-1), grid_of(terrain), np.empty(samples)
    model = propagation_model("p1812-8")
    losses_db = []
    for lon_a, lat_a, lon_b, lat_b in np.stack(ends, axis=1).tolist():
        known = fill_profile(flat, grid, (lon_a, lat_a, lon_b, lat_b), samples, 1, height_m)
        assert known, "a path leaves the terrain"
        path = RadioPath(
            distance_km=np.linspace(0.0, path_km(lon_a, lat_a, lon_b, lat_b)[0], samples),
            height_m=height_m,
            frequency_ghz=GHZ,
            tx_height_agl_m=TX_M,
            rx_height_agl_m=RX_M,
            latitude_deg=0.5 * (lat_a + lat_b),
        )
        losses_db.append(model.median_loss_db(path))
    return np.array(losses_db)


class CrcCovlib:
    """crc-covlib as its user would run it: one simulation a thread, one area a mast, the same elevations."""

    def __init__(self, covlib: Any, terrain: Terrain, farthest_km: float, samples: int) -> None:
        self._covlib = covlib
        self._simulations = [self._simulation(terrain, farthest_km, samples) for _ in range(THREADS)]

    def _simulation(self, terrain: Terrain, farthest_km: float, samples: int) -> Any:
        covlib, sim = self._covlib, self._covlib.Simulation()
        sim.SetPropagationModel(covlib.PropagationModel.ITU_R_P_1812)
        sim.SetResultType(covlib.ResultType.PATH_LOSS_DB)
        sim.SetITURP1812TimePercentage(50.0)
        sim.SetITURP1812LocationPercentage(50.0)
        sim.SetITURP1812AverageRadioRefractivityLapseRate(STANDARD_AIR.delta_n)
        sim.SetITURP1812SeaLevelSurfaceRefractivity(STANDARD_AIR.n0)
        sim.SetTransmitterFrequency(1000.0 * GHZ)
        sim.SetTransmitterPolarization(covlib.Polarization.VERTICAL_POL)
        sim.SetTransmitterHeight(TX_M)
        sim.SetReceiverHeightAboveGround(RX_M)
        source = covlib.TerrainElevDataSource.TERR_ELEV_CUSTOM
        sim.SetPrimaryTerrainElevDataSource(source)
        sim.SetTerrainElevDataSourceSamplingMethod(source, covlib.SamplingMethod.BILINEAR_INTERPOLATION)
        first, last = 0.5 * CELL, (CELLS - 0.5) * CELL  # its grids go from cell centre to cell centre, from the south
        south_up = np.ascontiguousarray(terrain.elevation_m[::-1]).astype(np.float32)
        taken = sim.AddCustomTerrainElevData(
            NORTH - last, WEST + first, NORTH - first, WEST + last, CELLS, CELLS, south_up
        )
        assert taken, "crc-covlib refused the elevations"
        sim.SetTerrainElevDataSamplingResolution(1000.0 * farthest_km / (samples - 1.1))
        return sim

    def _run(self, sim: Any, mast: Mast) -> None:
        sim.SetTransmitterLocation(mast.lat_deg, mast.lon_deg)
        sim.SetReceptionAreaCorners(*mast.corners)
        sim.SetReceptionAreaNumHorizontalPoints(mast.cols)
        sim.SetReceptionAreaNumVerticalPoints(mast.rows)
        sim.GenerateReceptionAreaResults()

    def run(self, placed: list[Mast]) -> None:
        """Compute all paths on all threads; what is not read out is not timed."""

        def part(k: int) -> None:
            for mast in placed[k::THREADS]:
                self._run(self._simulations[k], mast)

        with ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(part, range(THREADS)))

    def losses_db(self, placed: list[Mast]) -> Floats:
        """Return the losses of all paths."""
        sim, losses_db = self._simulations[0], []
        for mast in placed:
            self._run(sim, mast)
            losses_db += [
                sim.GetReceptionAreaResultValue(col, row) for row in range(mast.rows) for col in range(mast.cols)
            ]
        return np.array(losses_db)

    def losses_by_profile_db(self, terrain: Terrain, placed: list[Mast], samples: int) -> Floats:
        """Return the loss of the first path of every mast, over the profile that this package samples."""
        flat, grid, height_m = terrain.elevation_m.reshape(-1), grid_of(terrain), np.empty(samples)
        sim, losses_db = self._simulations[0], []
        for mast in placed:
            lon, lat = (float(values[0]) for values in mast.receivers())
            fill_profile(flat, grid, (mast.lon_deg, mast.lat_deg, lon, lat), samples, 1, height_m)
            sim.SetTransmitterLocation(mast.lat_deg, mast.lon_deg)
            losses_db.append(sim.GenerateProfileReceptionPointResult(lat, lon, samples, height_m))
        return np.array(losses_db)


def crc_covlib() -> Any:
    """Return the module, or None where it is not installed."""
    try:
        return importlib.import_module("crc_covlib.simulation")
    except ImportError:
        return None


def cost(run: Callable[[], object]) -> Cost:
    """Run once and return what it took."""
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    run()
    return Cost(time.perf_counter() - wall_s, time.process_time() - cpu_s)


def in_turns(sides: dict[str, Callable[[], object]]) -> dict[str, list[Cost]]:
    """Run all sides once unmeasured, then one after the other, several rounds."""
    for run in sides.values():
        run()
    rounds = [{name: cost(run) for name, run in sides.items()} for _ in range(ROUNDS)]
    return {name: [costs[name] for costs in rounds] for name in sides}


def report(name: str, ours: list[Cost], paths: int, other: list[Cost], other_paths: int) -> None:
    """Print the paths a second of another side, and how many times as many ours are: medians over the rounds."""
    wall = [(a.wall_s / other_paths) / (b.wall_s / paths) for a, b in zip(other, ours, strict=True)]
    cpu = [(a.cpu_s / other_paths) / (b.cpu_s / paths) for a, b in zip(other, ours, strict=True)]
    per_second = other_paths / statistics.median(side.wall_s for side in other)
    print(f"  {name}: {per_second:,.0f} paths/s", end="; ")
    print(f"ratio {statistics.median(wall):.1f} on the clock, {statistics.median(cpu):.1f} in CPU time")


def compare(terrain: Terrain, distance_km: float, samples: int, covlib: Any) -> None:
    """Measure one length of path and print what came out."""
    placed = masts(distance_km)
    ends = ends_of(placed)
    paths = len(ends[0])
    few: Any = tuple(values[:: paths // BY_ITSELF] for values in ends)

    def losses_db(places: tuple[Floats, Floats, Floats, Floats]) -> Floats:
        return path_losses_db(
            terrain, *places, frequency_ghz=GHZ, tx_height_agl_m=TX_M, rx_height_agl_m=RX_M, samples=samples
        )

    sides: dict[str, Callable[[], object]] = {
        "ours": lambda: losses_db(ends),
        "whole": lambda: whole_db(terrain, few, samples),
    }
    if covlib is not None:
        farthest_km = 1.001 * max(path_km(*path)[0] for path in np.stack(few, axis=1).tolist())
        peer = CrcCovlib(covlib, terrain, farthest_km, samples)
        sides["crc-covlib"] = lambda: peer.run(placed)
    costs = in_turns(sides)

    print(f"{distance_km:g} km, {samples} samples, {paths:,} paths, {GHZ:g} GHz, {THREADS} threads:")
    print(f"  ours: {paths / statistics.median(side.wall_s for side in costs['ours']):,.0f} paths/s")
    report("the complete function, path by path on one thread", costs["ours"], paths, costs["whole"], len(few[0]))
    off_db = np.abs(losses_db(few) - whole_db(terrain, few, samples)).max()
    assert off_db < 1e-9, "the two ways of this package differ"
    print(f"    same losses within {off_db:.0e} dB")
    if covlib is None:
        return
    report(f"crc-covlib, areas on {THREADS} threads", costs["ours"], paths, costs["crc-covlib"], paths)
    ours_db = losses_db(ends)
    apart_db = np.abs(ours_db - peer.losses_db(placed))
    handed_db = np.abs(ours_db[:: 2 * ACROSS] - peer.losses_by_profile_db(terrain, placed, samples))
    print(
        f"    its losses differ by {np.median(apart_db):.2f} dB (median), {apart_db.max():.2f} dB at most, sampling by"
    )
    print(f"    itself; by {np.median(handed_db):.2f} and {handed_db.max():.2f} dB over profiles sampled by us")


def main() -> None:
    """Print the paths a second and their ratios."""
    covlib = crc_covlib()
    if covlib is None:
        print("crc-covlib is left out: no module crc_covlib (benchmarks/README.md says how to build it)")
    started = time.process_time()
    terrain = rows_of_hills(np.random.default_rng(1), CELLS, height_m=300.0, waves=(47.0, 61.0))
    for distance_km, samples in CASES:
        compare(terrain, distance_km, samples, covlib)
    print(f"load of the machine at the end: {os.getloadavg()[0]:.1f}; {time.process_time() - started:.0f} s CPU in all")


if __name__ == "__main__":
    main()
