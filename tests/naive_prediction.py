"""Best servers the slow and obvious way: every sector of every mast in reach, from public functions, no pruning."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.criteria import Profile
from phusong.coverage.earth import path_km
from phusong.coverage.network import Network, Sector, Service, Site, Span
from phusong.coverage.profile import elevation_at, grid_of, terrain_profile
from phusong.coverage.radio.air import Air
from phusong.coverage.radio.p1812 import basic_transmission_loss_db
from phusong.coverage.radio.path_parameters import INLAND
from phusong.coverage.radio.pattern import AntennaPattern
from phusong.coverage.terrain import Terrain

NONE = -32768
MIN_KM = 0.01


def horizontal_db(off_deg: float, beamwidth_deg: float) -> float:
    off = abs((off_deg + 180.0) % 360.0 - 180.0)
    return min(12.0 * (off / beamwidth_deg) ** 2, 25.0)


def vertical_db(elevation_deg: float, tilt_deg: float, beamwidth_deg: float) -> float:
    return min(12.0 * ((elevation_deg + tilt_deg) / beamwidth_deg) ** 2, 20.0)


def table_db(table: NDArray[np.float64], angle_deg: float) -> float:
    below = math.floor(angle_deg)
    here, after = table[below % 360], table[(below + 1) % 360]
    return float(here + (angle_deg - below) * (after - here))


@cache
def around_db(pattern: AntennaPattern, n: int) -> tuple[float, float, float]:
    best = [min(table_db(pattern.horizontal_db, 0.1 * a + k * 360.0 / n) for k in range(n)) for a in range(3600)]
    return max(best), sum(best) / len(best), min(best)


def table_ends_db(sector: Sector, bearing_deg: float, elevation_deg: float) -> tuple[float, float, float]:
    """The same from the measured tables: the vertical one turned until its lobe points where the tilt says."""
    assert sector.pattern is not None
    across, down = sector.pattern.horizontal_db, sector.pattern.vertical_db
    behind_db = min(across[150:211])
    lobes = [a for a in range(-45, 46) if down[a % 360] == min(down[b % 360] for b in range(-45, 46))]
    assert lobes == list(range(lobes[0], lobes[-1] + 1)), "one lobe in the tables of the tests"
    lobe_deg = sum(lobes) / len(lobes)
    tilts = [t - lobe_deg for t in ends(sector.downtilt_deg)]
    v = [table_db(down, -elevation_deg - t) for t in (*tilts, *np.linspace(tilts[0], tilts[2], 4001))]
    inside = [down[a % 360] for a in range(-180, 180) if tilts[0] <= -elevation_deg - a <= tilts[2]]
    vertical = max([*v, *inside]), v[1], min([*v, *inside])
    if sector.azimuth_deg is None:
        horizontal = around_db(sector.pattern, max(sector.ring_size, 1))
    else:
        horizontal = (table_db(across, bearing_deg - sector.azimuth_deg),) * 3
    both = zip(horizontal, vertical, strict=True)
    most, middle, least = (min(h + v, max(behind_db, h, v)) for h, v in both)
    return most, middle, least


def pattern_ends_db(sector: Sector, bearing_deg: float, elevation_deg: float) -> tuple[float, float, float]:
    """Most, middle and least attenuation over the tilts and, without an azimuth, over the ring."""
    if sector.pattern is not None:
        return table_ends_db(sector, bearing_deg, elevation_deg)
    tilt = sector.downtilt_deg
    tilts = np.linspace(tilt.low, tilt.high, 4001)
    vertical = [vertical_db(elevation_deg, t, sector.beamwidth_v_deg) for t in (tilt.low, tilt.high)]
    inside = tilt.low <= -elevation_deg <= tilt.high
    least_v = 0.0 if inside else min(vertical)
    assert least_v <= min(vertical_db(elevation_deg, t, sector.beamwidth_v_deg) for t in tilts[::200]) + 1e-9
    middle_v = vertical_db(elevation_deg, tilt.middle, sector.beamwidth_v_deg)
    if sector.ring_size <= 0:
        most_h = middle_h = least_h = 0.0
    elif sector.azimuth_deg is None:
        half = 180.0 / sector.ring_size
        angles = (np.arange(200_000) + 0.5) * half / 200_000
        least_h, most_h = 0.0, horizontal_db(half, sector.beamwidth_h_deg)
        middle_h = float(np.minimum(12.0 * (angles / sector.beamwidth_h_deg) ** 2, 25.0).mean())
    else:
        most_h = middle_h = least_h = horizontal_db(bearing_deg - sector.azimuth_deg, sector.beamwidth_h_deg)
    return min(most_h + max(vertical), 25.0), min(middle_h + middle_v, 25.0), min(least_h + least_v, 25.0)


def loss_db(
    terrain: Terrain, site: Site, service: Service, height_m: float, lon: float, lat: float, rx_m: float, air: Air
) -> float:
    """The complete Recommendation on the profile; clutter is what the surface has over the terrain."""
    distance_km, height_profile = terrain_profile(terrain, site.lon_deg, site.lat_deg, lon, lat)
    if np.isnan(height_profile).any():
        return math.nan
    length_km = max(float(distance_km[-1]), MIN_KM)
    distance_km = np.linspace(0.0, length_km, len(distance_km))
    surface = replace(terrain, elevation_m=terrain.surface_m, clutter_m=None)
    _, surface_profile = terrain_profile(surface, site.lon_deg, site.lat_deg, lon, lat)
    return basic_transmission_loss_db(
        distance_km,
        height_profile,
        surface_profile - height_profile,
        np.full(len(distance_km), INLAND),
        frequency_ghz=service.frequency_mhz / 1000.0,
        time_percent=50.0,
        tx_height_agl_m=height_m,
        rx_height_agl_m=rx_m,
        polarization="vertical",
        tx_lat_deg=site.lat_deg,
        rx_lat_deg=lat,
        tx_lon_deg=site.lon_deg,
        rx_lon_deg=lon,
        delta_n=air.delta_n,
        n0=air.n0,
        tx_coast_km=500.0,
        rx_coast_km=500.0,
    )


def ends(span: Span) -> tuple[float, float, float]:
    return span.low, span.middle, span.high


@dataclass(frozen=True)
class Heard:
    """One sector at a point: levels at the three ends, −∞ where it does not count; the mast is a site's number."""

    levels: tuple[float, float, float]
    sector_id: str
    mast: int


@dataclass(frozen=True)
class Best:
    """The best of a layer at a point: levels not yet rounded, −∞ for none."""

    levels: tuple[float, float, float] = (-math.inf, -math.inf, -math.inf)
    server: str | None = None
    server_high: str | None = None
    second: float = -math.inf
    second_server: str | None = None


def brute_force(
    network: Network,
    terrain: Terrain,
    lon_deg: NDArray[np.float64],
    lat_deg: NDArray[np.float64],
    profile: Profile,
    offset_db: dict[str, float],
    air: Air,
) -> dict[tuple[int, str, str], Best]:
    """Return the best of each layer by point, operator and technology.

    ``offset_db`` is what a technology's carrier loses to one reference element.
    """
    flat, grid = np.ascontiguousarray(terrain.elevation_m).reshape(-1), grid_of(terrain)
    rx_m = profile.receiver_height_m
    found: dict[tuple[int, str, str], Best] = {}
    for i, (lon, lat) in enumerate(zip(lon_deg, lat_deg, strict=True)):
        ground_m = elevation_at(flat, grid, lon, lat)
        if math.isnan(ground_m):
            continue
        per_layer: dict[tuple[str, str], list[Heard]] = {}
        for mast, site in enumerate(network.sites):
            distance_km, bearing_deg = path_km(site.lon_deg, site.lat_deg, lon, lat)
            distance_km = max(distance_km, MIN_KM)
            mast_m = elevation_at(flat, grid, site.lon_deg, site.lat_deg)
            for service in site.services:
                rule = profile.rules[service.technology]
                if service.status not in ("listed", "on_air", "unknown") or distance_km > rule.max_path_km:
                    continue
                for sector in service.sectors:
                    levels: list[list[float]] = [[], [], []]
                    for height_m in ends(sector.height_agl_m):
                        path_db = loss_db(terrain, site, service, height_m, lon, lat, rx_m, air)
                        drop_m = mast_m + height_m - ground_m - rx_m + 500.0 * distance_km**2 / air.ae_km
                        elevation_deg = -math.degrees(math.atan2(drop_m, 1000.0 * distance_km))
                        pattern = pattern_ends_db(sector, bearing_deg, elevation_deg)
                        for end in range(3):
                            eirp = ends(sector.eirp_dbm)[end] - offset_db[service.technology]
                            total = pattern[end] + path_db
                            levels[end].append(-math.inf if total > sector.uplink_max_loss_db else eirp - total)
                    if any(math.isnan(v) for v in levels[0]):
                        continue
                    sure = service.status != "unknown"
                    low, middle = (min(levels[0]), levels[1][1]) if sure else (-math.inf, -math.inf)
                    heard = Heard((low, middle, max(levels[2])), sector.sector_id, mast)
                    for operator in service.operators_served:
                        per_layer.setdefault((operator, service.technology), []).append(heard)
        for (operator, technology), heard_here in per_layer.items():
            found[i, operator, technology] = _best(heard_here, profile.rules[technology].floor_dbm)  # type: ignore[index]
    return found


def _top(heard: list[Heard], end: int, floor_dbm: float) -> Heard | None:
    """The strongest at one end by hundredths of a dB, of equal ones that with the lowest id; None under the floor."""
    enough = [h for h in heard if h.levels[end] >= floor_dbm]
    return min(enough, key=lambda h: (-math.floor(h.levels[end] * 100.0 + 0.5), h.sector_id), default=None)


def _best(heard: list[Heard], floor_dbm: float) -> Best:
    enough = [[h.levels[end] for h in heard if h.levels[end] >= floor_dbm] for end in range(3)]
    low, middle, high = (max(levels, default=-math.inf) for levels in enough)
    server, server_high = (_top(heard, end, floor_dbm) for end in (1, 2))
    second = _top([h for h in heard if server and h.mast != server.mast], 1, floor_dbm)
    return Best(
        levels=(low, middle, high),
        server=server.sector_id if server else None,
        server_high=server_high.sector_id if server_high else None,
        second=second.levels[1] if second else -math.inf,
        second_server=second.sector_id if second else None,
    )
