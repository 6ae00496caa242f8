"""What lies between a place and the masts around it: nearest sites, line of sight, the ridge in the way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.earth import path_km
from phusong.coverage.network import Service, Site, Technology
from phusong.coverage.profile import (
    MAX_SAMPLES,
    GridShape,
    elevation_at,
    fill_profile,
    flat_cells,
    grid_of,
    sample_count,
    terrain_profile,
)
from phusong.coverage.radio._jit import kernel_entry, parallel_kernel, prange
from phusong.coverage.radio.diffraction import path_diffraction
from phusong.coverage.radio.profile_geometry import path_geometry
from phusong.coverage.terrain import Terrain
from phusong.coverage.transmitters import ON_AIR, Floats, Ints, Transmitters

SHORTEST_PATH_KM = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class NearSite:
    """A site near a place, with the service that would serve it."""

    site: Site
    service: Service
    operator: str
    distance_km: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NearObstacle:
    """The terrain most in the way; ``distance_km`` is counted from the place, ``height_m`` over the line of sight.

    All values are NaN where no terrain comes near the line.
    """

    distance_km: float
    height_m: float
    loss_db: float
    lon_deg: float
    lat_deg: float


NO_OBSTACLE = NearObstacle(
    distance_km=math.nan, height_m=math.nan, loss_db=math.nan, lon_deg=math.nan, lat_deg=math.nan
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InTheWay:
    """What the terrain between a site and a place does.

    ``loss_db`` is the diffraction loss of the whole path, NaN where terrain is missing.
    """

    loss_db: float
    line_of_sight: bool
    obstacle: NearObstacle = NO_OBSTACLE

    @property
    def obstacle_distance_km(self) -> float:
        """Return how far the obstacle is from the place."""
        return self.obstacle.distance_km

    @property
    def obstacle_height_m(self) -> float:
        """Return the height of the obstacle over the line of sight."""
        return self.obstacle.height_m

    @property
    def obstacle_lon_deg(self) -> float:
        """Return the longitude of the obstacle."""
        return self.obstacle.lon_deg

    @property
    def obstacle_lat_deg(self) -> float:
        """Return the latitude of the obstacle."""
        return self.obstacle.lat_deg


def nearest_sites(
    sites: Sequence[Site], lon_deg: float, lat_deg: float, technologies: Sequence[Technology]
) -> tuple[NearSite, ...]:
    """Return each operator's nearest outdoor site with one of the technologies on air, nearest first."""
    best: dict[str, NearSite] = {}
    for site in sites:
        services = [s for s in site.services if s.status in ON_AIR and s.technology in technologies]
        if not services or site.kind == "indoor":
            continue
        distance_km, _ = path_km(site.lon_deg, site.lat_deg, lon_deg, lat_deg)
        for service in sorted(services, key=lambda s: s.frequency_mhz):
            for operator in service.operators_served:
                if operator not in best or distance_km < best[operator].distance_km:
                    best[operator] = NearSite(site=site, service=service, operator=operator, distance_km=distance_km)
    return tuple(sorted(best.values(), key=lambda near: (near.distance_km, near.operator)))


def in_the_way(terrain: Terrain, near: NearSite, lon_deg: float, lat_deg: float, *, rx_height_agl_m: float) -> InTheWay:
    """Return what stands between a site and a place, by the middle height of the service's antennas."""
    if near.distance_km < SHORTEST_PATH_KM:
        return InTheWay(loss_db=0.0, line_of_sight=True)
    site, service = near.site, near.service
    distance_km, height_m = terrain_profile(terrain, site.lon_deg, site.lat_deg, lon_deg, lat_deg)
    path = path_diffraction(
        distance_km,
        height_m,
        frequency_ghz=service.frequency_mhz / 1000.0,
        tx_height_agl_m=max(sector.height_agl_m.middle for sector in service.sectors),
        rx_height_agl_m=rx_height_agl_m,
    )
    if path.obstacle is None:
        return InTheWay(loss_db=path.loss_db, line_of_sight=path.line_of_sight)
    share = path.obstacle.distance_km / near.distance_km
    obstacle = NearObstacle(
        distance_km=near.distance_km - path.obstacle.distance_km,
        height_m=path.obstacle.height_m,
        loss_db=path.obstacle.loss_db,
        lon_deg=site.lon_deg + share * (lon_deg - site.lon_deg),
        lat_deg=site.lat_deg + share * (lat_deg - site.lat_deg),
    )
    return InTheWay(loss_db=path.loss_db, line_of_sight=path.line_of_sight, obstacle=obstacle)


@parallel_kernel
def _fill_sight(
    elevation: NDArray[np.int16],
    grid: GridShape,
    lon_deg: Floats,
    lat_deg: Floats,
    mast_lon_deg: Floats,
    mast_lat_deg: Floats,
    mast_height_m: Floats,
    rx_height_m: float,
    distance_km: Floats,
    in_sight: NDArray[np.bool_],
) -> None:
    for i in prange(lon_deg.size):
        if math.isnan(mast_lon_deg[i]):
            continue
        profile_m = np.empty(MAX_SAMPLES)
        distance_km[i], _ = path_km(mast_lon_deg[i], mast_lat_deg[i], lon_deg[i], lat_deg[i])
        count = sample_count(distance_km[i])
        if distance_km[i] < SHORTEST_PATH_KM:
            in_sight[i] = True
            continue
        ends = (mast_lon_deg[i], mast_lat_deg[i], lon_deg[i], lat_deg[i])
        if fill_profile(elevation, grid, ends, count, 1, profile_m):
            tx_amsl_m = elevation_at(elevation, grid, mast_lon_deg[i], mast_lat_deg[i]) + mast_height_m[i]
            rx_amsl_m = elevation_at(elevation, grid, lon_deg[i], lat_deg[i]) + rx_height_m
            step_km = distance_km[i] / (count - 1)
            in_sight[i] = path_geometry(profile_m, count, step_km, tx_amsl_m, rx_amsl_m).line_of_sight


def sight_to_servers(
    sent: Transmitters, terrain: Terrain, lon_deg: Floats, lat_deg: Floats, sector: Ints, *, rx_height_m: float
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the distance in km to each place's server and whether it is in sight; NaN and False without one."""
    distance_km = np.full(len(lon_deg), np.nan)
    in_sight = np.zeros(len(lon_deg), dtype=np.bool_)
    if not sent.mast_count:
        return distance_km, in_sight
    mast = np.searchsorted(sent.sector_start, sector, side="right") - 1
    path = sent.path_start[np.maximum(mast, 0)] + sent.sector_path[np.maximum(sector, 0), 1]
    there = sector >= 0
    with kernel_entry():
        _fill_sight(
            flat_cells(terrain.elevation_m),
            grid_of(terrain),
            np.ascontiguousarray(lon_deg, dtype=np.float64),
            np.ascontiguousarray(lat_deg, dtype=np.float64),
            np.where(there, sent.mast_lon_deg[np.maximum(mast, 0)], np.nan),
            np.where(there, sent.mast_lat_deg[np.maximum(mast, 0)], np.nan),
            sent.path_height_m[path],
            rx_height_m,
            distance_km,
            in_sight,
        )
    return distance_km, in_sight
