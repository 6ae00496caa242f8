"""Raster tiles: every pixel is the raster's value at its centre, in the legend's colour; tiles meet without a seam."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from rasterio.transform import rowcol

from phusong.coverage.area import area_over
from phusong.coverage.terrain import MISSING, Terrain
from phusong.data.coverage_raster import RasterLayer, fill_rasters, finish_raster
from phusong.data.coverage_values import BELOW_FLOOR_VALUE
from phusong.data.raster_sampling import heights_m, write_heights
from phusong.errors import OutOfRangeError
from phusong.maps import raster_tiles
from phusong.maps.colours import BELOW_FLOOR, level_scale
from phusong.maps.tile_grid import Tile

SERVED_DBM, WEAK_DBM = -104.0, -114.0
SCALE = level_scale(SERVED_DBM, WEAK_DBM)
WEST, NORTH, CELL = 105.0, 22.0, 0.001


@pytest.fixture(scope="module")
def coverage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a coverage raster in which every value occurs, with holes; so large that it has overviews."""
    folder = tmp_path_factory.mktemp("coverage")
    area = area_over((105.0, 21.0, 106.1, 22.0), 100)
    layer = RasterLayer(
        name="coverage_x", description="x", palette=raster_tiles.coverage_palette(SCALE), tags={}
    )  # fmt: skip
    (filled,) = fill_rasters(folder, area, [layer], [])
    values = np.random.default_rng(1).integers(0, 256, (area.n_rows, area.n_cols)).astype(np.uint8)
    values[100:300, 200:400] = 0
    with rasterio.open(filled, "r+") as file:
        file.write(values, 1)
    return finish_raster(filled)


@pytest.fixture(scope="module")
def heights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a plane that rises 1 m a cell to the east and 2 m a cell to the south, with a hole."""
    row, col = np.indices((1200, 1100))
    elevation_m = (col + 2 * row).astype(np.int16)
    elevation_m[600:650, 500:560] = MISSING
    terrain = Terrain(
        elevation_m=elevation_m, west_deg=WEST, north_deg=NORTH, cell_lon_deg=CELL, cell_lat_deg=CELL, kind="dsm",
        source="made up",
    )  # fmt: skip
    return write_heights(tmp_path_factory.mktemp("heights") / "terrain.tif", terrain)


def tile_at(lon_deg: float, lat_deg: float, z: int) -> tuple[int, int, int]:
    """Return the tile a place is in."""
    down = (1 - math.asinh(math.tan(math.radians(lat_deg))) / math.pi) / 2
    return z, int((lon_deg + 180) / 360 * 2**z), int(down * 2**z)


def pixels(png: bytes) -> np.ndarray:
    """Return a picture as red, green, blue, alpha."""
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))


def coloured(file: rasterio.DatasetReader, palette: dict, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Return the file's cells at some crossings in the colours of a palette, by rasterio's own rows and columns."""
    across, down = (axis.ravel() for axis in np.meshgrid(lon, lat))
    rows, cols = (np.asarray(one) for one in rowcol(file.transform, across, down))
    there = (rows >= 0) & (rows < file.height) & (cols >= 0) & (cols < file.width)
    values = np.zeros(rows.size, dtype=int)
    values[there] = file.read(1)[rows[there], cols[there]]
    return np.array([palette[value] for value in values.tolist()], dtype=np.uint8).reshape(256, 256, 4)


@pytest.mark.parametrize("z", [11, 13, 16])
def test_each_pixel_has_the_colour_of_the_cell_at_its_centre(coverage: Path, z: int) -> None:
    """The raster's own sampling at the centres, coloured by the palette in the file, gives the same picture."""
    place = tile_at(105.19, 21.8, z)
    drawn = pixels(raster_tiles.coverage_tile(coverage, SERVED_DBM, WEAK_DBM, *place))
    lon, lat = raster_tiles.pixel_centres(*place)
    with rasterio.open(coverage) as file:
        palette = file.colormap(1)
        expected = coloured(file, palette, lon, lat)
    assert 0 < np.count_nonzero(expected[..., 3]) < 65_536
    assert np.array_equal(drawn, expected)


@pytest.mark.parametrize("z", [5, 8, 9])
def test_far_out_the_overview_is_drawn(coverage: Path, z: int) -> None:
    """Below the raster's own resolution each pixel is a cell of the overview just finer than a pixel."""
    place = tile_at(105.3, 21.8, z)
    drawn = pixels(raster_tiles.coverage_tile(coverage, SERVED_DBM, WEAK_DBM, *place))
    lon, lat = raster_tiles.pixel_centres(*place)
    with rasterio.open(coverage) as file:
        palette, fine = file.colormap(1), file.overviews(1)
        level = max(n for n, factor in enumerate(fine) if factor * file.transform.a <= lon[1] - lon[0])
    with rasterio.open(coverage, overview_level=level) as file:
        expected = coloured(file, palette, lon, lat)
    assert np.count_nonzero(expected[..., 3]) > 10
    assert np.array_equal(drawn, expected)


def test_only_colours_of_the_legend_are_drawn(coverage: Path) -> None:
    """What a tile shows is a step of its legend, below the floor, or transparent: no colour of its own."""
    drawn = pixels(raster_tiles.coverage_tile(coverage, SERVED_DBM, WEAK_DBM, *tile_at(105.3, 21.8, 10)))
    shown = {"#{:02X}{:02X}{:02X}".format(*pixel[:3]) for pixel in np.unique(drawn[drawn[..., 3] == 255], axis=0)}
    told = raster_tiles.legend(SCALE, "vi")
    assert shown == {step["colour"] for step in told["steps"]}
    assert told["steps"][0]["label"] == "Mạnh: từ -84 dBm"
    assert told["steps"][-1] == {
        "colour": BELOW_FLOOR.colour,
        "label": "dưới mức sàn",
        "low_dbm": None,
        "high_dbm": None,
    }
    picture = raster_tiles.legend_svg(SCALE, "vi")
    assert all(step["colour"] in picture and step["label"] in picture for step in told["steps"])
    assert raster_tiles.coverage_palette(SCALE)[BELOW_FLOOR_VALUE] != raster_tiles.coverage_palette(SCALE)[120]


@given(st.integers(0, 20), st.floats(104.9, 106.2), st.floats(20.9, 22.1))
def test_neighbouring_tiles_go_on_where_the_other_ends(z: int, lon: float, lat: float) -> None:
    """Columns and rows of neighbouring tiles go on where the last one ended, at any zoom."""
    _, x, y = tile_at(lon, lat, z)
    a, b = raster_tiles.pixel_centres(z, x, y, margin=1)
    right, _ = raster_tiles.pixel_centres(z, x + 1, y, margin=1)
    _, below = raster_tiles.pixel_centres(z, x, y + 1, margin=1)
    assert np.array_equal(a[-2:], right[:2]) and np.array_equal(b[-2:], below[:2])
    assert np.all(np.diff(a) > 0) and np.all(np.diff(b) < 0)


@pytest.mark.parametrize("z", [9, 12])
def test_relief_tiles_meet_without_a_seam(heights: Path, z: int) -> None:
    """Shade on both sides of an edge is that of a picture over the edge, pixel for pixel."""
    _, x, y = tile_at(105.3, 21.4, z)
    left, right = (pixels(raster_tiles.hillshade_tile(heights, z, x + i, y)) for i in (0, 1))
    joined = np.concatenate([left, right], axis=1)
    lon, lat = raster_tiles.pixel_centres(z, x, y, margin=1)
    wide = np.concatenate([lon, raster_tiles.pixel_centres(z, x + 1, y, margin=1)[0][2:]])
    known = np.isfinite(heights_m(heights, wide, lat))
    whole = known[1:-1, 1:-1] & known[1:-1, :-2] & known[1:-1, 2:] & known[:-2, 1:-1] & known[2:, 1:-1]
    assert np.array_equal(joined[..., 3] == 255, whole)
    seam = joined[:, 254:258, 0].astype(int)
    both = (joined[:, 254:258, 3] == 255).all(axis=1)
    assert both.any() and np.abs(np.diff(seam[both], axis=1)).max() <= 6  # one grey: the plane has one slope


@pytest.mark.parametrize(("z", "lon_deg"), [(10, 105.52), (12, 105.52), (15, 105.3)])
def test_terrarium_gives_the_height_back(heights: Path, z: int, lon_deg: float) -> None:
    """On a plane every pixel's height is the plane's at its centre, to a metre; the hole is transparent, never 0 m."""
    place = tile_at(lon_deg, 21.38, z)
    rgba = pixels(raster_tiles.terrarium_tile(heights, *place)).astype(np.float64)
    found_m = rgba[..., 0] * 256 + rgba[..., 1] + rgba[..., 2] / 256 - 32768
    lon, lat = raster_tiles.pixel_centres(*place)
    expected_m = ((lon - WEST) / CELL - 0.5)[None, :] + 2 * ((NORTH - lat) / CELL - 0.5)[:, None]
    row, col = np.floor((NORTH - lat) / CELL)[:, None], np.floor((lon - WEST) / CELL)[None, :]
    hole = (row >= 600) & (row < 650) & (col >= 500) & (col < 560)
    inner = (row > 8) & (row < 1190) & (col > 8) & (col < 1090)
    near = (row >= 590) & (row < 660) & (col >= 490) & (col < 570)
    assert hole.any() == (z != 15)
    if z == 12:
        assert (rgba[hole][:, 3] == 0).all()
    at = inner & ~near
    assert at.any() and (rgba[at][:, 3] == 255).all()
    assert np.abs(found_m - expected_m)[at].max() <= 1.0


def test_nothing_known_is_transparent(coverage: Path, heights: Path) -> None:
    """A tile elsewhere is empty, small, and still a picture of the right size."""
    place = tile_at(100.0, 10.0, 9)
    for png in (
        raster_tiles.coverage_tile(coverage, SERVED_DBM, WEAK_DBM, *place),
        raster_tiles.hillshade_tile(heights, *place),
        raster_tiles.terrarium_tile(heights, *place),
    ):
        drawn = pixels(png)
        assert drawn.shape == (256, 256, 4) and not drawn[..., 3].any() and len(png) < 2_000


@pytest.mark.parametrize("place", [(23, 0, 0), (-1, 0, 0), (3, 8, 0), (3, 0, -1)])
def test_a_tile_that_is_none_is_refused(place: tuple[int, int, int]) -> None:
    """One sentence says what is allowed."""
    with pytest.raises(OutOfRangeError):
        Tile(*place)


def test_the_deepest_zoom_is_where_a_pixel_is_no_wider_than_a_cell() -> None:
    """100 m cells need zoom 11 at the equator's width of a degree, 1″ terrain 13; nothing needs more than 16."""
    assert raster_tiles.deepest_zoom(0.00095) == 11
    assert raster_tiles.deepest_zoom(1 / 3600) == 13
    assert raster_tiles.deepest_zoom(1e-9) == 16
