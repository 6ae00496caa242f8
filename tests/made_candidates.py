"""A hill beside a village without signal, masts around it, and map layers: where candidates are looked for."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely

from phusong.coverage.area import degrees_a_metre
from phusong.coverage.network import Inventory, Network, Sector, Service, Site, Span
from phusong.coverage.terrain import Terrain
from phusong.data.layers import NO_LAYERS
from phusong.plan.candidates import Surroundings, Unserved

CELL = 1.0 / 3600.0
WEST, NORTH, SIZE = 105.0, 21.0, 300
LON_A_METRE, LAT_A_METRE = degrees_a_metre(NORTH - 0.5 * SIZE * CELL)
TOP = (110, 150)
"""Row and column of the top of the hill."""
GAP_ID = "LS-99001-01"


def place(row, col):
    """Return longitude and latitude of the middle of a cell."""
    return WEST + (col + 0.5) * CELL, NORTH - (row + 0.5) * CELL


def terrain_of(height_m, kind="dtm"):
    """Return terrain of 1″ cells."""
    elevation = np.asarray(height_m).astype(np.int16)
    return Terrain(
        elevation_m=elevation, west_deg=WEST, north_deg=NORTH, cell_lon_deg=CELL, cell_lat_deg=CELL, kind=kind
    )


def plain_ground():
    """Return even ground of 100 m."""
    return np.full((SIZE, SIZE), 100.0)


def hill(slope=0.25):
    """Return a cone of 250 m on even ground."""
    row, col = np.mgrid[0:SIZE, 0:SIZE]
    away = np.hypot((row - TOP[0]) * CELL / LAT_A_METRE, (col - TOP[1]) * CELL / LON_A_METRE)
    return plain_ground() + np.maximum(0.0, 250.0 - slope * away)


def unserved(count=40, seed=1, middle=(150, 150)):
    """Return households of one gap around a cell, and two far from it in no gap."""
    rng = np.random.default_rng(seed)
    lon, lat = place(*middle)
    lon = np.append(lon + rng.normal(0.0, 150.0, count) * LON_A_METRE, [WEST + 0.002, WEST + 0.003])
    lat = np.append(lat + rng.normal(0.0, 150.0, count) * LAT_A_METRE, [NORTH - 0.002, NORTH - 0.003])
    gap = np.append(np.zeros(count, dtype=np.int64), [-1, -1])
    return Unserved(lon_deg=lon, lat_deg=lat, weight=np.ones(count + 2), gap=gap, gap_ids=(GAP_ID,))


def service(operator, technology="2G", mhz=942.5, *, band="B8", status="on_air", height_m=40.0, azimuths=(10.0, 130.0)):
    """Return a service with sectors in some directions."""
    sectors = tuple(
        Sector(
            sector_id=f"{operator}{technology}{mhz}{azimuth}",
            azimuth_deg=azimuth,
            ring_size=len(azimuths),
            downtilt_deg=Span.exactly(4.0),
            height_agl_m=Span.exactly(height_m),
            eirp_dbm=Span.exactly(56.0),
        )
        for azimuth in azimuths
    )
    return Service(
        operator=operator, technology=technology, band=band, frequency_mhz=mhz, bandwidth_mhz=5.0,
        operators_served=(operator,), status=status, sectors=sectors,
    )  # fmt: skip


def mast(site_id, cell, *services, kind="macro"):
    """Return a site at the middle of a cell."""
    lon, lat = place(*cell)
    return Site(
        site_id=site_id, name=site_id, lon_deg=lon, lat_deg=lat, province_code="99", commune_code="99001", kind=kind,
        services=services,
    )  # fmt: skip


def network(*sites, operators=("viettel", "vinaphone")):
    """Return a network whose operators have complete lists."""
    inventories = tuple(Inventory(operator=o, completeness="complete") for o in operators)
    return Network(sites=sites, inventories=inventories)


def around(**given):
    """Return what there is: the hill and no mast, no layer, no centre, no proposal unless given."""
    bare = Surroundings(
        network=network(), terrain=terrain_of(hill()), layers=NO_LAYERS, centres=np.empty((0, 2)),
        proposed=np.empty((0, 2)),
    )  # fmt: skip
    return replace(bare, **given)


def cells(*where):
    """Return the middles of cells as positions."""
    return np.array([place(*cell) for cell in where]).reshape(-1, 2)


def box(top, left, bottom, right):
    """Return the area of some rows and columns."""
    west, north = WEST + left * CELL, NORTH - top * CELL
    return shapely.box(west, NORTH - bottom * CELL, WEST + right * CELL, north)


def layer(geometry, **columns):
    """Return a layer of some shapes."""
    return gpd.GeoDataFrame(columns, geometry=list(geometry), crs="EPSG:4326")
