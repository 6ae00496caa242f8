"""Clutter along a path of bare ground: a forest takes more the taller it is, a house in its clearing is not buried.

The slow, obvious way: bilinear samples of the ground with and without clutter, then the whole of P.1812-8.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest

from phusong.coverage.profile import terrain_profile
from phusong.coverage.radio.hata import extended_hata_loss_db
from phusong.coverage.radio.p1812 import basic_transmission_loss_db
from phusong.coverage.terrain import Terrain
from phusong.data.clutter import ClutterHeights, clutter_on, read_clutter_heights
from phusong.data.land_cover import LAND_CLASSES, WORLD_COVER, ClassRaster, LandCover

CELL = 1.0 / 3600.0
WEST, NORTH = 105.0, 20.0
MAST = (WEST + 20.5 * CELL, NORTH - 40.5 * CELL)
HOUSE = (WEST + 150.5 * CELL, NORTH - 40.5 * CELL)
"""About 3.8 km east of the mast."""

BELT = slice(80, 110)


def ground(kind="dtm"):
    y, x = np.mgrid[0:80, 0:180]
    return Terrain(
        elevation_m=np.asarray(300 + 4 * np.sin(x / 9.0) * np.cos(y / 7.0), dtype=np.int16), west_deg=WEST,
        north_deg=NORTH, cell_lon_deg=CELL, cell_lat_deg=CELL, kind=kind,
    )  # fmt: skip


def cover(forest):
    classes = np.full((80, 180), LAND_CLASSES.index("open"), dtype=np.uint8)
    classes[:, forest] = LAND_CLASSES.index("forest")
    raster = ClassRaster(classes=classes, west_deg=WEST, north_deg=NORTH, cell_lon_deg=CELL, cell_lat_deg=CELL)
    empty = gpd.GeoDataFrame({"land_class": []}, geometry=[], crs="EPSG:4326")
    return LandCover(areas=empty, raster=raster, problems=(), sha256="")


def table(*, forest_m, clearing_m=60.0, settlement_m=3):
    heights = {**dict.fromkeys(LAND_CLASSES, 0), "forest": forest_m, "settlement": settlement_m}
    return ClutterHeights(name="t", height_m=heights, source={}, clearing_m=clearing_m, codes=WORLD_COVER)


def loss_db(terrain, land_cover, heights, *, frequency_ghz=0.9):
    """Loss from the mast to the house; clutter is what the samples of the surface stand above those of the ground."""
    clutter_m = clutter_on(terrain, land_cover, heights, [HOUSE[0]], [HOUSE[1]])
    distance_km, height_m = terrain_profile(terrain, *MAST, *HOUSE)
    above_m = np.zeros_like(height_m)
    if clutter_m is not None:
        top = replace(terrain, elevation_m=terrain.elevation_m + clutter_m.astype(np.int16))
        above_m = np.maximum(terrain_profile(top, *MAST, *HOUSE)[1] - height_m, 0.0)
    return p1812(distance_km, height_m, above_m, frequency_ghz)


def p1812(distance_km, height_m, clutter_m, frequency_ghz):
    return basic_transmission_loss_db(
        distance_km, height_m, clutter_m, np.full(height_m.shape, 4), frequency_ghz=frequency_ghz, time_percent=50.0,
        tx_height_agl_m=42.0, rx_height_agl_m=1.5, polarization="vertical", tx_lat_deg=MAST[1], rx_lat_deg=HOUSE[1],
        tx_lon_deg=MAST[0], rx_lon_deg=HOUSE[0], delta_n=50.0, n0=370.0, tx_coast_km=500.0, rx_coast_km=500.0,
    )  # fmt: skip


def test_a_taller_forest_between_mast_and_house_never_takes_less():
    """A belt 900 m wide, from nothing to 35 m: each step costs as much or more, the tallest costs decibels."""
    losses = [loss_db(ground(), cover(BELT), table(forest_m=h)) for h in range(0, 36, 5)]
    assert losses[0] == loss_db(ground(), None, table(forest_m=15))
    assert all(b >= a for a, b in itertools.pairwise(losses))
    assert losses[-1] - losses[0] > 6.0


def test_a_house_in_the_forest_is_not_buried():
    """Shut in by trees of 15 m it loses far more than in its clearing; what stands in the clearing counts too."""
    forest = cover(slice(80, 180))
    buried = loss_db(ground(), forest, table(forest_m=15, clearing_m=0.0))
    cleared = loss_db(ground(), forest, table(forest_m=15))
    bare = loss_db(ground(), forest, table(forest_m=15, settlement_m=0))
    open_land = loss_db(ground(), cover(slice(0, 0)), table(forest_m=15))
    assert open_land <= bare <= cleared < buried
    assert buried - cleared > 2.0


@pytest.mark.parametrize("frequency_ghz", [0.9, 1.8])
def test_a_lone_house_amid_the_forest_loses_what_the_page_says(frequency_ghz):
    """20 to 30 dB against open land, with the clearing and the heights of our table."""
    found = [loss_db(ground(), cover(area), read_clutter_heights(), frequency_ghz=frequency_ghz)
             for area in (slice(80, 180), slice(0, 0))]  # fmt: skip
    assert 20.0 <= found[0] - found[1] <= 30.0


def test_a_surface_model_takes_nothing_from_land_cover():
    """Canopy is in its elevations: with and without land cover the loss is the same number."""
    with_cover = loss_db(ground("dsm"), cover(BELT), table(forest_m=35))
    assert with_cover == loss_db(ground("dsm"), None, table(forest_m=35))
    assert with_cover < loss_db(ground("dtm"), cover(BELT), table(forest_m=35))


@pytest.mark.parametrize("frequency_ghz", [0.8, 0.9, 1.8, 2.1])
@pytest.mark.parametrize("length_km", [2.0, 5.0])
def test_the_settlement_loses_as_much_as_quasi_open_land(frequency_ghz, length_km):
    """Where our 3 m come from: on flat ground P.1812 with them is Hata's open land + 5 dB, to 2 dB."""
    distance_km = np.linspace(0.0, length_km, round(length_km / 0.06) + 1)
    settlement_m = float(read_clutter_heights().height_m["settlement"])
    clutter_m = np.where(distance_km >= length_km - 0.3, settlement_m, 0.0)
    clutter_m[-1] = 0.0
    found = p1812(distance_km, np.zeros_like(distance_km), clutter_m, frequency_ghz)
    open_db = extended_hata_loss_db(
        length_km, frequency_mhz=1000.0 * frequency_ghz, tx_height_agl_m=42.0, rx_height_agl_m=1.5,
        surroundings="rural",
    )  # fmt: skip
    assert found == pytest.approx(open_db + 5.0, abs=2.0)
