"""The first view, and the relief under it."""

import io

import numpy as np
import pytest
import shapely
from maps_.made_tables import made_terrain
from PIL import Image

from phusong.coverage.terrain import MISSING, Terrain
from phusong.maps.extent import extent_of
from phusong.maps.hillshade import MAX_BYTES, hillshade_overlay, latitude_deg, mercator_rows, mercator_y


def terrain_of(height, *, north=24.0, cell=0.05):
    return Terrain(
        elevation_m=height.astype(np.int16),
        west_deg=102.0,
        north_deg=north,
        cell_lon_deg=cell,
        cell_lat_deg=cell,
        kind="dsm",
    )


def test_a_far_island_does_not_shrink_the_first_view():
    """The mainland fills the view; the island is named as far; one 30 km off the coast belongs to the mainland."""
    mainland = [shapely.box(107.2, 15.0, 108.0, 16.0), shapely.box(108.0, 15.0, 108.6, 16.0)]
    near, far = shapely.box(108.9, 15.3, 109.0, 15.4), shapely.box(111.5, 16.4, 112.0, 16.8)
    extent = extent_of([far, *mainland, near])
    assert extent.main == (107.2, 15.0, 109.0, 16.0)
    assert extent.far == (0,)


def test_an_outlying_part_of_a_mainland_commune_is_not_far():
    """A commune with one islet far out is still shown: it is far only where all of it is."""
    commune = shapely.MultiPolygon([shapely.box(107, 15, 108, 16), shapely.box(112, 16, 112.1, 16.1)])
    extent = extent_of([commune])
    assert extent.main == (107, 15, 108, 16)
    assert extent.far == ()


def test_relief_rows_are_even_in_web_mercator():
    """Over fifteen degrees each row shows the latitude a browser will draw it at; plain rows would be 12 km off."""
    terrain = terrain_of(np.zeros((300, 10)))
    n_rows = 400
    rows = mercator_rows(terrain, n_rows)
    top, bottom = mercator_y(np.array([24.0, 9.0]))
    drawn_at = latitude_deg(top + (bottom - top) * (np.arange(n_rows) + 0.5) / n_rows)
    shown = 24.0 - (rows + 0.5) * terrain.cell_lat_deg
    assert np.abs(drawn_at - shown).max() <= terrain.cell_lat_deg / 2 + 1e-9
    plain = 24.0 - 15.0 * (np.arange(n_rows) + 0.5) / n_rows
    assert np.abs(drawn_at - plain).max() > 0.1


def test_light_comes_from_the_north_west():
    """The north-western side of a cone is brighter than its south-eastern side."""
    y, x = np.mgrid[-60:61, -60:61]
    picture = picture_of(terrain_of(np.maximum(0, 3000 - 50 * np.hypot(x, y)), cell=0.0003))
    lit, dark = picture[45, 45], picture[75, 75]
    assert lit.mean() > dark.mean() + 40


def test_missing_terrain_is_transparent_and_the_rest_is_not():
    """No cell without an elevation is drawn as ground."""
    height = np.full((80, 80), 100)
    height[:, 40:] = MISSING
    shown = Image.open(io.BytesIO(hillshade_overlay(terrain_of(height)).png)).convert("RGBA")
    alpha = np.asarray(shown)[..., 3]
    assert (alpha[:, :38] == 255).all()
    assert (alpha[:, 42:] == 0).all()


def test_rough_terrain_keeps_the_file_small():
    """Even noise, which packs worst of all, is made smaller until it fits."""
    noise = np.random.default_rng(1).integers(0, 2000, (1200, 1200))
    relief = hillshade_overlay(terrain_of(noise, cell=0.0003), 1200)
    assert len(relief.png) <= MAX_BYTES


@pytest.mark.parametrize("max_px", [100, 320])
def test_the_picture_is_no_larger_than_asked(max_px):
    """Neither side is longer than ``max_px``, and the bounds are the terrain's."""
    terrain = made_terrain()
    relief = hillshade_overlay(terrain, max_px)
    assert max(Image.open(io.BytesIO(relief.png)).size) <= max_px
    assert relief.bounds == (terrain.west_deg, terrain.south_deg, terrain.east_deg, terrain.north_deg)


def picture_of(terrain):
    return np.asarray(Image.open(io.BytesIO(hillshade_overlay(terrain).png)).convert("RGB")).astype(float)
