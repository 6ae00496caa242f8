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
class InTheWay:
    """The terrain between a site and a place.

    ``obstacle_distance_km`` is counted from the place, NaN with the other two where nothing is near the line;
    ``loss_db`` is the diffraction loss of the whole path, NaN where terrain is missing.
    """

    loss_db: float
    line_of_sight: bool
    obstacle_distance_km: float
    obstacle_height_m: float
    obstacle_loss_db: float
    obstacle_lon_deg: float
    obstacle_lat_deg: float


def nearest_sites(
    sites: Sequence[Site], lon_deg: float, lat_deg: float, technologies: Sequence[Technology]
) -> tuple[NearSite, ...]:
    """Return each operator's nearest site with one of the technologies on air, nearest first."""
    best: dict[str, NearSite] = {}
    for site in sites:
        services = [s for s in site.services if s.status in ON_AIR and s.technology in technologies]
        if not services:
            continue
        distance_km, _ = path_km(site.lon_deg, site.lat_deg, lon_deg, lat_deg)
        for service in sorted(services, key=lambda s: s.frequency_mhz):
            for operator in service.operators_served:
                if operator not in best or distance_km < best[operator].distance_km:
                    best[operator] = NearSite(site=site, service=service, operator=operator, distance_km=distance_km)
    return tuple(sorted(best.values(), key=lambda near: (near.distance_km, near.operator)))


def in_the_way(terrain: Terrain, near: NearSite, lon_deg: float, lat_deg: float, *, rx_height_agl_m: float) -> InTheWay:
    """Return what stands between a site and a place, by the middle height of the service's antennas."""
    site, service = near.site, near.service
    distance_km, height_m = terrain_profile(terrain, site.lon_deg, site.lat_deg, lon_deg, lat_deg)
    nothing = (math.nan,) * 5
    if near.distance_km < SHORTEST_PATH_KM:
        return InTheWay(0.0, True, *nothing)  # type: ignore[misc]
    path = path_diffraction(
        distance_km,
        height_m,
        frequency_ghz=service.frequency_mhz / 1000.0,
        tx_height_agl_m=max(sector.height_agl_m.middle for sector in service.sectors),
        rx_height_agl_m=rx_height_agl_m,
    )
    if path.obstacle is None:
        obstacle = nothing
    else:
        share = path.obstacle.distance_km / near.distance_km
        obstacle = (
            near.distance_km - path.obstacle.distance_km,
            path.obstacle.height_m,
            path.obstacle.loss_db,
            site.lon_deg + share * (lon_deg - site.lon_deg),
            site.lat_deg + share * (lat_deg - site.lat_deg),
        )
    names = ("obstacle_distance_km", "obstacle_height_m", "obstacle_loss_db", "obstacle_lon_deg", "obstacle_lat_deg")
    return InTheWay(loss_db=path.loss_db, line_of_sight=path.line_of_sight, **dict(zip(names, obstacle, strict=True)))


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
    """Return distance in km to the mast of each place's server, and whether it is in sight; NaN and False without one."""
    distance_km = np.full(len(lon_deg), np.nan)
    in_sight = np.zeros(len(lon_deg), dtype=np.bool_)
    if not sent.mast_count:
        return distance_km, in_sight
    mast = np.searchsorted(sent.sector_start, sector, side="right") - 1
    path = sent.path_start[np.maximum(mast, 0)] + sent.sector_path[np.maximum(sector, 0), 1]
    there = sector >= 0
    with kernel_entry():
        _fill_sight(
            np.ascontiguousarray(terrain.elevation_m).reshape(-1),
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
