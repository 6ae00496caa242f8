"""Best server of every layer at every prediction point, at the favourable, middle and unfavourable end of what is unknown.

Exact under the rules of the profile: a path is left out only where free space, the pattern included, already shows that
it cannot matter (P.525 is a lower bound of the loss because the diffraction loss is never negative).
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.best_server import (
    HIGH,
    MIDDLE,
    NONE,
    Answers,
    Masts,
    Rules,
    Sectors,
    fill_best_servers,
)
from phusong.coverage.criteria import Profile
from phusong.coverage.network import Network
from phusong.coverage.profile import elevation_at, grid_of, hole_counts
from phusong.coverage.terrain import Terrain
from phusong.coverage.transmitters import Floats, Ints, Layer, Transmitters, transmitters

SECOND_DEG = 1.0 / 3600.0
PART = 256
"""Points handed to a thread at a time."""

Progress = Callable[[float], None]
Centidbm = NDArray[np.int16]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Points:
    """Prediction points: the centres of the cells where households stand; ``of_household`` says which is whose."""

    lon_deg: Floats
    lat_deg: Floats
    of_household: Ints

    def __len__(self) -> int:
        return len(self.lon_deg)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prediction:
    """Levels in hundredths of a dBm, shape (n_points, n_layers, 3): unfavourable, middle, favourable end; ``NONE`` = none.

    ``server`` is the index of the best sector at the middle end (−1 none), ``unseen`` the best level that a path over
    missing terrain could give in free space. ``known`` is False where the point itself has no terrain.
    """

    layers: tuple[Layer, ...]
    sent: Transmitters
    points: Points
    level: Centidbm
    server: NDArray[np.int32]
    unseen: Centidbm
    known: NDArray[np.bool_]
    paths_computed: int

    def level_dbm(self, layer: int, end: int = MIDDLE) -> Floats:
        """Return the levels of one layer at the points in dBm; NaN where there is none."""
        return dbm(self.level[:, layer, end])


def dbm(hundredths: Centidbm) -> Floats:
    """Return stored levels as dBm, NaN for none."""
    return np.where(hundredths == NONE, np.nan, hundredths / 100.0)


def prediction_points(lon_deg: Floats, lat_deg: Floats, terrain: Terrain) -> Points:
    """Return the centres of the 1″ (or finer terrain) cells that hold households, in an order that keeps neighbours close."""
    fine = max(terrain.cell_lon_deg, terrain.cell_lat_deg) <= SECOND_DEG * 1.001
    west, north = (terrain.west_deg, terrain.north_deg) if fine else (-180.0, 90.0)
    d_lon, d_lat = (terrain.cell_lon_deg, terrain.cell_lat_deg) if fine else (SECOND_DEG, SECOND_DEG)
    col = np.floor((np.asarray(lon_deg) - west) / d_lon).astype(np.int64)
    row = np.floor((north - np.asarray(lat_deg)) / d_lat).astype(np.int64)
    tile = 32
    order = np.stack([row // tile, col // tile, row, col], axis=1)
    cells, inverse = np.unique(order, axis=0, return_inverse=True)
    return Points(
        lon_deg=west + (cells[:, 3] + 0.5) * d_lon,
        lat_deg=north - (cells[:, 2] + 0.5) * d_lat,
        of_household=inverse.reshape(-1),
    )


def predict(
    network: Network, terrain: Terrain, points: Points, profile: Profile, *, progress: Progress | None = None
) -> Prediction:
    """Predict every layer of a network at the points.

    Parameters
    ----------
    network
        Sites on air (or of unknown status) count; planned, building and off ones do not.
    terrain
        Elevations of the points and of every path; what is missing stays unknown.
    points
        From :func:`prediction_points`.
    profile
        Where each technology's cells end, its floor and the receiver's height.
    progress
        Called with the share done, 0 to 1.

    Returns
    -------
    prediction
        Levels without the profile's margins.
    """
    sent = transmitters(network, profile)
    elevation = np.ascontiguousarray(terrain.elevation_m).reshape(-1)
    masts, sectors = _masts(sent, elevation, terrain), _sectors(sent)
    rules = Rules(sent.layer_max_km, sent.layer_floor_dbm, profile.receiver_height_m)
    n, n_layers = len(points), len(sent.layers)
    answers = Answers(
        level=np.full((n, n_layers, 3), NONE, dtype=np.int16),
        server=np.full((n, n_layers), -1, dtype=np.int32),
        unseen=np.full((n, n_layers), NONE, dtype=np.int16),
    )
    computed = np.zeros(n, dtype=np.int64)
    starts = (sent.path_start, sent.carrier_start, sent.sector_start)
    n_paths, n_carriers, n_sectors = (int(np.diff(start).max(initial=1)) for start in starts)
    ground = (elevation, grid_of(terrain), hole_counts(terrain))

    def fill(part: slice) -> int:
        fill_best_servers(
            ground,
            (points.lon_deg[part], points.lat_deg[part]),
            masts,
            sectors,
            rules,
            (n_paths, n_carriers, n_sectors),
            Answers(answers.level[part], answers.server[part], answers.unseen[part]),
            computed[part],
        )
        return part.stop - part.start

    if n_layers:
        _on_all_cores(fill, [slice(a, min(a + PART, n)) for a in range(0, n, PART)], n, progress)
    return Prediction(
        layers=sent.layers,
        sent=sent,
        points=points,
        level=answers.level,
        server=answers.server,
        unseen=answers.unseen,
        known=computed >= 0 if n_layers else terrain.known_at(points.lon_deg, points.lat_deg),
        paths_computed=int(np.maximum(computed, 0).sum()),
    )


def _on_all_cores(fill: Callable[[slice], int], parts: list[slice], total: int, progress: Progress | None) -> None:
    """Run the parts on one thread a core; stop at once when interrupted, leaving no thread behind."""
    done = 0
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        try:
            for filled in as_completed([threads.submit(fill, part) for part in parts]):
                done += filled.result()
                if progress is not None:
                    progress(done / total)
        except BaseException:
            threads.shutdown(wait=True, cancel_futures=True)
            raise


def _masts(sent: Transmitters, elevation: NDArray[np.int16], terrain: Terrain) -> Masts:
    grid = grid_of(terrain)
    places = zip(sent.mast_lon_deg, sent.mast_lat_deg, strict=True)
    ground_m = np.array([elevation_at(elevation, grid, lon, lat) for lon, lat in places], dtype=np.float64)
    tallest_m = np.array([sent.path_height_m[a:b].max() for a, b in itertools.pairwise(sent.path_start)])
    return Masts(
        sent.mast_lon_deg,
        sent.mast_lat_deg,
        ground_m,
        tallest_m,
        sent.path_start,
        sent.path_height_m,
        sent.path_frequency_mhz / 1000.0,
        sent.carrier_start,
        sent.carrier_frequency_mhz / 1000.0,
        sent.sector_start,
    )


def _sectors(sent: Transmitters) -> Sectors:
    order = np.argsort(np.array(sent.sector_ids, dtype=object), kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    eirp_dbm = sent.sector_eirp_dbm.copy()
    eirp_dbm[~sent.sector_certain, :HIGH] = -np.inf
    return Sectors(
        sent.sector_layer,
        sent.sector_path,
        sent.sector_carrier,
        eirp_dbm,
        sent.sector_azimuth_deg,
        sent.sector_ring,
        sent.sector_tilt_deg,
        sent.sector_beamwidth_deg,
        sent.sector_uplink_max_loss_db,
        rank,
    )
