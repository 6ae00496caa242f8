"""Best server of every layer at every prediction point, at both ends of what is unknown and between.

Exact under the rules of the profile: a path is left out only where a lower bound of its loss already shows that it
cannot matter (``narrowing``).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.best_server import fill_best_servers, room
from phusong.coverage.criteria import Profile
from phusong.coverage.kernel_arrays import (
    AT_HIGH,
    AT_MIDDLE,
    HIGH,
    MIDDLE,
    NONE,
    TERMS,
    Answers,
    Ground,
    Masts,
    Rules,
    Sectors,
    terms_row,
)
from phusong.coverage.network import Network
from phusong.coverage.profile import elevation_at, flat_cells, grid_of, hole_counts
from phusong.coverage.radio.air import STANDARD_AIR, Air
from phusong.coverage.radio.p1812_median import median_terms
from phusong.coverage.terrain import Terrain
from phusong.coverage.threads import on_all_cores
from phusong.coverage.transmitters import Floats, Ints, Layer, Transmitters, transmitters

SECOND_DEG = 1.0 / 3600.0
TILE_CELLS = 32
"""Points stand in the order of square tiles of so many cells."""

PART = 256
"""Points handed to a thread at a time."""

Progress = Callable[[float], None]
Centidbm = NDArray[np.int16]
Servers = NDArray[np.int32]


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
    """Levels in hundredths of a dBm or ``NONE``, shape (points, layers, 3): unfavourable, middle, favourable.

    ``server`` is the index of the best sector at the middle end (−1 none), ``server_high`` at the favourable one.
    ``second`` is the best level at the middle end from another mast than the server's, ``second_server`` its sector:
    what is left when the server's mast is down; none for layers that are not of the profile's main service. ``unseen``
    is the best level that a path over missing terrain could give in free space at the favourable end, kept where it is
    above the favourable level of the paths that are known. ``known`` is False where the point itself has no terrain.
    Of the ``paths_in_reach`` (a height and a frequency on a mast, to a point) only ``paths_computed`` could matter.
    """

    layers: tuple[Layer, ...]
    sent: Transmitters
    points: Points
    level: Centidbm
    server: Servers
    server_high: Servers
    second: Centidbm
    second_server: Servers
    unseen: Centidbm
    known: NDArray[np.bool_]
    paths_computed: int
    paths_in_reach: int

    def level_dbm(self, layer: int, end: int = MIDDLE) -> Floats:
        """Return the levels of one layer at the points in dBm; NaN where there is none."""
        return dbm(self.level[:, layer, end])


def dbm(hundredths: Centidbm) -> Floats:
    """Return stored levels as dBm, NaN for none."""
    return np.where(hundredths == NONE, np.nan, hundredths / 100.0)


class Engine(Protocol):
    """What predicts: :func:`predict`, or one corrected by measurements."""

    def __call__(
        self, network: Network, terrain: Terrain, points: Points, profile: Profile, *, progress: Progress | None = None
    ) -> Prediction:
        """Predict every layer of the network at the points."""


def prediction_points(lon_deg: Floats, lat_deg: Floats, terrain: Terrain) -> Points:
    """Return the centres of the cells that hold households, neighbours close to each other.

    The cells are those of the terrain, or of 1″ where the terrain is coarser.
    """
    fine = max(terrain.cell_lon_deg, terrain.cell_lat_deg) <= SECOND_DEG * 1.001
    west, north = (terrain.west_deg, terrain.north_deg) if fine else (-180.0, 90.0)
    d_lon, d_lat = (terrain.cell_lon_deg, terrain.cell_lat_deg) if fine else (SECOND_DEG, SECOND_DEG)
    col = np.floor((np.asarray(lon_deg) - west) / d_lon).astype(np.int64)
    row = np.floor((north - np.asarray(lat_deg)) / d_lat).astype(np.int64)
    order = np.stack([row // TILE_CELLS, col // TILE_CELLS, row, col], axis=1)
    cells, inverse = np.unique(order, axis=0, return_inverse=True)
    centre = cells[:, 2:].astype(np.float64) + 0.5
    return Points(
        lon_deg=west + centre[:, 1] * d_lon,
        lat_deg=north - centre[:, 0] * d_lat,
        of_household=inverse.reshape(-1),
    )


def predict(
    network: Network,
    terrain: Terrain,
    points: Points,
    profile: Profile,
    *,
    air: Air = STANDARD_AIR,
    progress: Progress | None = None,
) -> Prediction:
    """Predict every layer of a network at the points: P.1812-8 for half of the time and half of the places.

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
    air
        Refractivity.
    progress
        Called with the share done, 0 to 1.

    Returns
    -------
    prediction
        Levels without the profile's margins.
    """
    sent = transmitters(network, profile)
    n, n_layers = len(points), len(sent.layers)
    answers = Answers(
        level=np.full((n, n_layers, 3), NONE, dtype=np.int16),
        server=np.full((n, n_layers, 2), -1, dtype=np.int32),
        second=np.full((n, n_layers), NONE, dtype=np.int16),
        second_server=np.full((n, n_layers), -1, dtype=np.int32),
        unseen=np.full((n, n_layers), NONE, dtype=np.int16),
    )
    ground = _ground(terrain)
    if n_layers:
        counts = _fill(sent, ground, points, _rules(sent, profile, air), air.n0, answers, progress)
    else:
        counts = np.zeros((n, 2), dtype=np.int64)
        counts[np.isnan(_elevations_m(ground, points.lon_deg, points.lat_deg)), 0] = -1
    return Prediction(
        layers=sent.layers,
        sent=sent,
        points=points,
        level=answers.level,
        server=answers.server[:, :, AT_MIDDLE],
        server_high=answers.server[:, :, AT_HIGH],
        second=answers.second,
        second_server=answers.second_server,
        unseen=answers.unseen,
        known=counts[:, 0] >= 0,
        paths_computed=int(np.maximum(counts[:, 0], 0).sum()),
        paths_in_reach=int(counts[:, 1].sum()),
    )


def _ground(terrain: Terrain) -> Ground:
    elevation = flat_cells(terrain.elevation_m)
    surface = elevation if terrain.clutter_m is None else flat_cells(terrain.surface_m)
    return Ground(elevation, surface, terrain.clutter_m is not None, grid_of(terrain), hole_counts(terrain))


def _rules(sent: Transmitters, profile: Profile, air: Air) -> Rules:
    seconded = np.array(
        [layer.technology in profile.main_service.technologies for layer in sent.layers], dtype=np.bool_
    )
    return Rules(sent.layer_max_km, sent.layer_floor_dbm, seconded, profile.receiver_height_m, air.ae_km)


def _fill(
    sent: Transmitters,
    ground: Ground,
    points: Points,
    rules: Rules,
    n0: float,
    answers: Answers,
    progress: Progress | None,
) -> Ints:
    """Fill the answers; return how many paths each point took, −1 without terrain, and how many are in reach."""
    masts, sectors = _masts(sent, ground, n0), _sectors(sent)
    starts = (sent.path_start, sent.carrier_start, sent.sector_start)
    n_paths, n_carriers, n_sectors = (int(np.diff(start).max()) for start in starts)
    counts = np.zeros((len(points), 2), dtype=np.int64)

    def fill(part: slice) -> int:
        fill_best_servers(
            ground,
            (points.lon_deg[part], points.lat_deg[part]),
            masts,
            sectors,
            rules,
            room(sent.mast_count, len(sent.layers), (n_paths, n_carriers, n_sectors)),
            Answers(
                answers.level[part],
                answers.server[part],
                answers.second[part],
                answers.second_server[part],
                answers.unseen[part],
            ),
            counts[part],
        )
        return len(counts[part])

    parts = [slice(a, min(a + PART, len(points))) for a in range(0, len(points), PART)]
    filled = 0

    def done(more: int) -> None:
        nonlocal filled
        filled += more
        if progress is not None:
            progress(filled / len(points))

    on_all_cores(fill, parts, done)
    return counts


def _elevations_m(ground: Ground, lon_deg: Floats, lat_deg: Floats) -> Floats:
    places = zip(lon_deg, lat_deg, strict=True)
    return np.array([elevation_at(ground.elevation, ground.grid, lon, lat) for lon, lat in places], dtype=np.float64)


def _terms(frequency_mhz: Floats, n0: float) -> Floats:
    """Return the terms of each frequency, vertically polarized, a row each."""
    different, which = np.unique(frequency_mhz, return_inverse=True)
    rows = [terms_row(median_terms(mhz / 1000.0, True, n0)) for mhz in different]
    return np.array(rows, dtype=np.float64).reshape(-1, TERMS)[which]


def _carrier_max_km(sent: Transmitters) -> Floats:
    """Return how far the farthest of the sectors on each carrier reaches."""
    first = np.repeat(sent.carrier_start[:-1], np.diff(sent.sector_start))
    carrier_max_km = np.zeros(len(sent.carrier_frequency_mhz))
    np.maximum.at(carrier_max_km, first + sent.sector_carrier, sent.layer_max_km[sent.sector_layer])
    return carrier_max_km


def _path_max_km(sent: Transmitters) -> Floats:
    """Return how far the farthest of the sectors over each path reaches."""
    first = np.repeat(sent.path_start[:-1], np.diff(sent.sector_start))
    path_max_km = np.zeros(len(sent.path_height_m))
    np.maximum.at(
        path_max_km, first[:, np.newaxis] + sent.sector_path, sent.layer_max_km[sent.sector_layer][:, np.newaxis]
    )
    return path_max_km


def _masts(sent: Transmitters, ground: Ground, n0: float) -> Masts:
    heights_m = [sent.path_height_m[a:b] for a, b in itertools.pairwise(sent.path_start)]
    path_max_km = _path_max_km(sent)
    return Masts(
        sent.mast_lon_deg,
        sent.mast_lat_deg,
        _elevations_m(ground, sent.mast_lon_deg, sent.mast_lat_deg),
        np.array([of_mast.max() for of_mast in heights_m]),
        np.array([of_mast.min() for of_mast in heights_m]),
        np.maximum.reduceat(path_max_km, sent.path_start[:-1]),
        sent.path_start,
        sent.path_height_m,
        _terms(sent.path_frequency_mhz, n0),
        path_max_km,
        sent.carrier_start,
        _terms(sent.carrier_frequency_mhz, n0),
        _carrier_max_km(sent),
        sent.sector_start,
    )


def _sectors(sent: Transmitters) -> Sectors:
    order = np.argsort(np.array(sent.sector_ids, dtype=object), kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    eirp_dbm = sent.sector_eirp_dbm.copy()  # one of unknown status counts at the favourable end only
    eirp_dbm[~sent.sector_certain, :HIGH] = -np.inf
    return Sectors(
        sent.sector_layer,
        np.repeat(np.arange(sent.mast_count), np.diff(sent.sector_start)),
        sent.sector_path,
        sent.sector_carrier,
        eirp_dbm,
        sent.sector_azimuth_deg,
        sent.sector_ring,
        sent.sector_tilt_deg,
        sent.sector_beamwidth_deg,
        sent.sector_uplink_max_loss_db,
        rank,
        sent.sector_pattern,
        sent.sector_ring_db,
        sent.pattern_db,
        sent.pattern_front_to_back_db,
    )
