"""Two masts of 15 m on a plain, with a ridge or a hole in the data between, and their levels written out slowly."""

from __future__ import annotations

import math

import numpy as np

from phusong.coverage.criteria import GapRule, Profile, ServiceRule, TechnologyRule, VillageRule
from phusong.coverage.earth import path_km
from phusong.coverage.network import Network, Sector, Service, Site, Span
from phusong.coverage.profile import terrain_profile
from phusong.coverage.radio.antenna import vertical_attenuation_db
from phusong.coverage.radio.diffraction import AE_KM, path_diffraction
from phusong.coverage.radio.free_space import free_space_loss_db, slant_distance_km
from phusong.coverage.terrain import MISSING, Terrain
from phusong.words import Text

CELL = 1.0 / 3600.0
WEST, NORTH, SIZE = 108.0, 16.2, 720
LON, LAT = WEST + 0.1, NORTH - 0.1
"""The middle of a square of 0.2°, about 21 km."""

EIRP_DBM, HEIGHT_M, MHZ = 23.0, 15.0, 922.0


def centre(degrees, origin):
    """Return the centre of the 1″ cell that holds a coordinate."""
    return origin + (math.floor((degrees - origin) / CELL) + 0.5) * CELL


def made_terrain(*, ridge_m=0, hole=None):
    """A plain at 10 m, with a ridge along the meridian 0.03° east of the middle; ``hole`` are columns without data."""
    elevation = np.full((SIZE, SIZE), 10, dtype=np.int16)
    elevation[:, 465:472] += ridge_m
    if hole is not None:
        elevation[:, hole] = MISSING
    return Terrain(
        elevation_m=elevation, west_deg=WEST, north_deg=NORTH, cell_lon_deg=CELL, cell_lat_deg=CELL, kind="dtm"
    )


def made_site(site_id, lon_deg, *, status="on_air", operator="lora", uplink_max_loss_db=math.inf):
    sector = Sector(
        sector_id=f"{site_id}/1",
        azimuth_deg=None,
        ring_size=0,
        downtilt_deg=Span.exactly(0.0),
        height_agl_m=Span.exactly(HEIGHT_M),
        eirp_dbm=Span.exactly(EIRP_DBM),
        beamwidth_v_deg=30.0,
        uplink_max_loss_db=uplink_max_loss_db,
    )
    service = Service(
        operator=operator, technology="other", band="922 MHz", frequency_mhz=MHZ, bandwidth_mhz=0.125,
        operators_served=(operator,), status=status, sectors=(sector,),
    )  # fmt: skip
    return Site(
        site_id=site_id, name=site_id, lon_deg=lon_deg, lat_deg=LAT, province_code="48", commune_code="",
        kind="macro", services=(service,),
    )  # fmt: skip


def made_profile(*, floor_dbm=-140.0, max_path_km=30.0):
    rule = TechnologyRule(served_dbm=-120, weak_dbm=-130, max_path_km=max_path_km, floor_dbm=floor_dbm)
    return Profile(
        name="thử", title=Text("thử", "trial"), source=Text("thử", "test"), verified=False, rules={"other": rule},
        services=(ServiceRule(key="iot", title=Text("thu", "reception"), technologies=("other",)),),
        margins=(), gap=GapRule(link_m=400, min_households=10, buffer_m=150),
        village=VillageRule(min_cluster_households=10, min_unserved_percent=10),
        unlisted_reach_km=5, persons_per_household=3.6,
    )  # fmt: skip


NETWORK = Network(sites=(made_site("A", LON), made_site("B", LON + 0.05)), inventories=())


def slow_level_dbm(terrain, site, lon_deg):
    """The level from a site at the centre of a cell, written out: EIRP, free space, diffraction, antenna."""
    lon, lat = centre(lon_deg, WEST), NORTH - centre(NORTH - LAT, 0.0)
    km, _ = path_km(site.lon_deg, site.lat_deg, lon, lat)
    distance_km, height_m = terrain_profile(terrain, site.lon_deg, site.lat_deg, lon, lat)
    tx_m, rx_m = height_m[0] + HEIGHT_M, height_m[-1] + 1.5
    drop_m = tx_m - rx_m + 500.0 * km**2 / AE_KM
    lost = path_diffraction(
        distance_km, height_m, frequency_ghz=MHZ / 1000, tx_height_agl_m=HEIGHT_M, rx_height_agl_m=1.5
    ).loss_db
    pattern_db = vertical_attenuation_db(-math.degrees(math.atan2(drop_m, 1000.0 * km)), 0.0, 30.0)
    return EIRP_DBM - free_space_loss_db(MHZ / 1000, slant_distance_km(km, tx_m, rx_m)) - lost - pattern_db
