"""Hills with or without holes, a few masts of two operators with spans of every kind, and households between them."""

from __future__ import annotations

import math

import made_antennas
import naive_prediction
import numpy as np

from phusong.coverage.earth import path_km
from phusong.coverage.network import Network, Sector, Service, Site, Span
from phusong.coverage.prediction import prediction_points
from phusong.coverage.profile import elevation_at
from phusong.coverage.radio.link import reference_eirp_dbm
from phusong.coverage.terrain import MISSING, Terrain

CELL = 1.0 / 3600.0
WEST, NORTH, SIZE = 104.5, 21.5, 400
AE_KM = 6371.0 * 157.0 / 107.0


def terrain_of(elevation):
    return Terrain(
        elevation_m=elevation, west_deg=WEST, north_deg=NORTH, cell_lon_deg=CELL, cell_lat_deg=CELL, kind="dsm"
    )


def scene(seed, *, holes, households=60, sites=6):
    """Return a network, terrain and prediction points; one mast stands outside the terrain."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    hills = (
        250 + 180 * np.sin(x / rng.uniform(15, 50)) * np.cos(y / rng.uniform(15, 50)) + rng.normal(0, 4, (SIZE, SIZE))
    )
    elevation = hills.astype(np.int16)
    for _ in range(8 if holes else 0):
        row, col = rng.integers(0, SIZE - 40, 2)
        elevation[row : row + rng.integers(1, 40), col : col + rng.integers(1, 40)] = MISSING
    terrain = terrain_of(elevation)
    network = Network(sites=tuple(_site(rng, k) for k in range(sites)), inventories=())
    spread = SIZE * CELL
    lon, lat = WEST + rng.uniform(0.02, 0.98, households) * spread, NORTH - rng.uniform(0.02, 0.98, households) * spread
    return network, terrain, prediction_points(lon, lat, terrain)


def _span(rng, low, high):
    values = sorted(rng.uniform(low, high, 3).tolist())
    return Span(*values, given=False) if rng.random() < 0.5 else Span.exactly(values[1])


def _site(rng, number):
    where = rng.uniform(-0.1, 0.95, 2) * SIZE * CELL if number == 0 else rng.uniform(0.05, 0.95, 2) * SIZE * CELL
    operator = ("viettel", "mobifone")[number % 2]
    services = tuple(
        Service(
            operator=operator, technology=technology, band="", frequency_mhz=mhz, bandwidth_mhz=10.0,
            operators_served=(operator,), status="on_air", sectors=_sectors(rng, f"T{number}-{technology}{mhz:g}"),
        )
        for technology, mhz in (("2G", 942.0), ("4G", 1842.0))
    )  # fmt: skip
    return Site(
        site_id=f"T{number}", name="", lon_deg=WEST + where[0], lat_deg=NORTH - where[1], province_code="99",
        commune_code="", kind="macro", services=services,
    )  # fmt: skip


def _sectors(rng, name):
    return tuple(
        Sector(
            sector_id=f"{name}-{k}",
            azimuth_deg=None if rng.random() < 0.5 else float(rng.uniform(0, 360)),
            ring_size=int(rng.choice([0, 1, 3])),
            downtilt_deg=_span(rng, 0.0, 8.0),
            height_agl_m=_span(rng, 10.0, 60.0),
            eirp_dbm=_span(rng, 40.0, 60.0),
            uplink_max_loss_db=float(rng.choice([math.inf, 140.0])),
            pattern=made_antennas.SECTOR if name.startswith("T2-") else None,
        )
        for k in range(2)
    )


def everything(network, points, layers, profile):
    """Yield point, layer, site, service and sector of whatever stands within the reach of its technology."""
    for i, (lon, lat) in enumerate(zip(points.lon_deg, points.lat_deg, strict=True)):
        for site in network.sites:
            distance_km, _ = path_km(site.lon_deg, site.lat_deg, lon, lat)
            for service in site.services:
                if distance_km <= profile.rules[service.technology].max_path_km:
                    key = f"{service.operator}_{service.technology.lower()}"
                    layer = next(k for k, la in enumerate(layers) if la.key == key)
                    for sector in service.sectors:
                        yield i, layer, site, service, sector


def free_space_level_dbm(elevation, grid, site, service, sector, lon, lat, profile):
    """Level of a sector in free space at its favourable end, no pattern where the mast's ground is not known.

    −∞ where the phone would not be heard even so.
    """
    distance_km, bearing_deg = path_km(site.lon_deg, site.lat_deg, lon, lat)
    distance_km = max(distance_km, 0.01)
    mast_m = elevation_at(elevation, grid, site.lon_deg, site.lat_deg)
    rx_m = elevation_at(elevation, grid, lon, lat) + profile.receiver_height_m
    least_db = 0.0
    if not math.isnan(mast_m):
        patterns = []
        for height_m in (sector.height_agl_m.low, sector.height_agl_m.middle, sector.height_agl_m.high):
            drop_m = mast_m + height_m - rx_m + 500.0 * distance_km**2 / AE_KM
            elevation_deg = -math.degrees(math.atan2(drop_m, 1000.0 * distance_km))
            patterns.append(naive_prediction.pattern_ends_db(sector, bearing_deg, elevation_deg)[2])
        least_db = min(patterns)
    lost_db = 92.4 + 20.0 * math.log10(service.frequency_mhz / 1000.0 * distance_km) + least_db
    return -math.inf if lost_db > sector.uplink_max_loss_db else reference_eirp_dbm(service, sector).high - lost_db
