"""Which households each option for a site would surely serve: a sparse matrix, asked of the engine that judges them.

Every option is predicted as the network of an operator of its own. So a single prediction answers many options, those
of one place share the terrain on the way to a household, and what the matrix says of several options together is what
a prediction says once they stand: a level of a plan is the greatest of the levels of its options.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.area import degrees_a_metre
from phusong.coverage.criteria import Profile
from phusong.coverage.kernel_arrays import LOW
from phusong.coverage.network import Network, Service, Site
from phusong.coverage.prediction import Engine, Points, Prediction, Progress, predict
from phusong.coverage.states import service_thresholds_dbm
from phusong.coverage.terrain import Terrain

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
PointNumbers = NDArray[np.int32]

OPTIONS_AT_ONCE = 64
"""Options that are predicted together: those of places near each other."""

TILE_DEG = 0.1
"""Side of the squares in whose order the places are taken."""

LEVEL_BYTES = 22
"""What a prediction keeps of a point in a layer."""

ROOM_BYTES = 256 * 2**20
"""What the predictions of a part may take."""

ROUNDING_DB = 0.02
"""How far under what is needed levels are still asked for: they are stored rounded to 0.01 dB."""

NEARNESS = 1.01
"""How much farther than its reach points around an option are looked for; the engine decides."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CoverageMatrix:
    """The points that each option serves, ascending: ``point[start[i]:start[i + 1]]`` are those of the i-th option."""

    start: Ints
    point: PointNumbers
    n_points: int

    def __len__(self) -> int:
        return len(self.start) - 1

    def of(self, option: int) -> PointNumbers:
        """Return the points that an option serves."""
        return self.point[self.start[option] : self.start[option + 1]]

    def served_by(self, options: Sequence[int]) -> NDArray[np.bool_]:
        """Say of each point whether any of some options serves it."""
        served = np.zeros(self.n_points, dtype=np.bool_)
        for option in options:
            served[self.of(option)] = True
        return served


def matrix_of(points_of_options: Sequence[PointNumbers], n_points: int) -> CoverageMatrix:
    """Return the matrix of the points that each option serves."""
    lengths = [len(points) for points in points_of_options]
    point = np.concatenate([np.empty(0, dtype=np.int32), *points_of_options]).astype(np.int32, copy=False)
    start = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64)
    return CoverageMatrix(start=start, point=point, n_points=n_points)


def weight_of_points(points: Points, weight: Floats) -> Floats:
    """Return how many households stand at each point; ``weight`` says how many each household point stands for."""
    sums = np.bincount(points.of_household, weights=weight, minlength=len(points))
    return sums.astype(np.float64)  # whole numbers where there is no household at all


def with_built(network: Network, sites: Sequence[Site]) -> Network:
    """Return a network in which some sites stand too, everything on them on air."""
    return replace(network, sites=(*network.sites, *(_built(site, None) for site in sites)))


def coverage_matrix(
    sites: Sequence[Site],
    terrain: Terrain,
    points: Points,
    profile: Profile,
    *,
    engine: Engine = predict,
    options_at_once: int = OPTIONS_AT_ONCE,
    room_bytes: int = ROOM_BYTES,
    progress: Progress | None = None,
) -> CoverageMatrix:
    """Find the points that each option surely serves: at the unfavourable end, margins taken off, outdoors.

    Parameters
    ----------
    sites
        What each option would put on air, whatever its status; of a mast that stands, what would be added.
    terrain, profile
        Those of the study. Served is by the main service of the profile.
    points
        The points of households without service.
    engine
        What predicts in the study.
    options_at_once, room_bytes
        Options and bytes of levels of one prediction; the matrix does not depend on them.
    progress
        Called with the share done, 0 to 1.

    Returns
    -------
    matrix
        A row an option, in the order of ``sites``. Predicted with any of the options built, the points of this list
        that are served are those of their rows, exactly.
    """
    found: list[list[PointNumbers]] = [[np.empty(0, dtype=np.int32)] for _ in sites]
    asked = _asking_for(profile)
    done = 0
    for options in _near_each_other(sites, options_at_once):
        network = _as_operators(sites, options)
        near = _points_near([sites[i] for i in options], points, _reach_km(asked))
        at_once = max(1, room_bytes // (LEVEL_BYTES * len(asked.rules) * len(options)))
        for part in (near[a : a + at_once] for a in range(0, len(near), at_once)):
            here = Points(lon_deg=points.lon_deg[part], lat_deg=points.lat_deg[part], of_household=np.arange(len(part)))
            for option, served in _served(engine(network, terrain, here, asked), profile):
                found[option].append(part[served])
        done += len(options)
        if progress is not None:
            progress(done / len(sites))
    return matrix_of([np.unique(np.concatenate(parts)) for parts in found], len(points))


def _built(site: Site, operator: str | None) -> Site:
    """Return a site with everything on it on air; if an operator is named, for its customers."""
    services = tuple(
        replace(s, status="on_air", operators_served=s.operators_served if operator is None else (operator,))
        for s in site.services
    )
    return replace(site, services=services)


def _asking_for(profile: Profile) -> Profile:
    """Return the profile that asks the engine for what decides and no more: no level under what serves, no second."""
    margin_db = profile.margin_db(indoor=False)
    thresholds = service_thresholds_dbm(profile, profile.main_service)
    rules = {
        technology: replace(rule, floor_dbm=max(rule.floor_dbm, thresholds[technology] + margin_db - ROUNDING_DB))
        for technology, rule in profile.rules.items()
        if technology in thresholds
    }
    return replace(profile, rules=rules, services=(replace(profile.main_service, technologies=()),))


def _reach_km(profile: Profile) -> float:
    return max((rule.max_path_km for rule in profile.rules.values()), default=0.0)


def _near_each_other(sites: Sequence[Site], at_once: int) -> Iterator[list[int]]:
    """Yield the options in parts, those of a place together, places near each other one after the other."""

    def place(i: int) -> tuple[float, ...]:
        lon, lat = sites[i].lon_deg, sites[i].lat_deg
        return lat // TILE_DEG, lon // TILE_DEG, lat, lon

    order = sorted(range(len(sites)), key=place)
    for first in range(0, len(order), at_once):
        yield order[first : first + at_once]


def _as_operators(sites: Sequence[Site], options: Sequence[int]) -> Network:
    """Return the network in which each option is an operator of its own, those of one place on one mast."""
    masts: dict[tuple[float, float], Site] = {}
    for i in options:
        option = _built(sites[i], str(i))
        services: tuple[Service, ...] = () if option.kind == "indoor" else option.services
        place = option.lon_deg, option.lat_deg
        if place in masts:
            masts[place] = replace(masts[place], services=masts[place].services + services)
        else:
            masts[place] = replace(option, kind="macro", services=services)
    return Network(sites=tuple(masts.values()), inventories=())


def _points_near(sites: Sequence[Site], points: Points, within_km: float) -> PointNumbers:
    """Return the points in the box around some sites beyond which none of them reaches."""
    lon, lat = np.array([s.lon_deg for s in sites]), np.array([s.lat_deg for s in sites])
    farthest_deg = min(89.0, float(np.abs(lat).max()) + 1.0)
    lon_a_metre, lat_a_metre = degrees_a_metre(farthest_deg)
    _, least_lat_a_metre = degrees_a_metre(0.5)
    d_lon = NEARNESS * 1000.0 * within_km * lon_a_metre
    d_lat = NEARNESS * 1000.0 * within_km * max(lat_a_metre, least_lat_a_metre)
    inside = (points.lon_deg >= lon.min() - d_lon) & (points.lon_deg <= lon.max() + d_lon)
    inside &= (points.lat_deg >= lat.min() - d_lat) & (points.lat_deg <= lat.max() + d_lat)
    return np.flatnonzero(inside).astype(np.int32)


def _served(prediction: Prediction, profile: Profile) -> Iterator[tuple[int, NDArray[np.bool_]]]:
    """Yield each option of a prediction with the points it serves by one technology."""
    margin_db = profile.margin_db(indoor=False)
    for k, layer in enumerate(prediction.layers):
        level_dbm = prediction.level_dbm(k, LOW) - margin_db
        yield int(layer.operator), level_dbm >= profile.rules[layer.technology].served_dbm
