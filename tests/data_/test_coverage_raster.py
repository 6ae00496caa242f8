"""The rasters as any program finds them: georeferenced, tiled, with overviews, palette and no data, the same bytes."""

from __future__ import annotations

import hashlib

import made_masts
import numpy as np
import pytest
import rasterio
import shapely
from rasterio.enums import ColorInterp

from phusong.coverage.area import NO_DATA, Area, Window, area_levels, area_over
from phusong.coverage.kernel_arrays import NONE
from phusong.coverage.transmitters import transmitters
from phusong.data.coverage_raster import RasterLayer, cells_inside, fill_rasters, finish_raster, level_values
from phusong.data.coverage_values import BELOW_FLOOR_VALUE, NO_DATA_VALUE, value_palette
from phusong.maps.colours import BELOW_FLOOR, level_scale

STEPS = [(step.low, step.colour) for step in level_scale(-104, -114).steps]
PALETTE = value_palette(STEPS, BELOW_FLOOR.colour)
AREA = Area(west_deg=105.0, north_deg=19.0, cell_lon_deg=0.001, cell_lat_deg=0.001, n_rows=700, n_cols=1300)


def layer(name="coverage_thu_4g"):
    return RasterLayer(name=name, description="Thử 4G", palette=PALETTE, tags={"STUDY": "Tỉnh thử", "LAYER": "thu_4g"})


def made_levels(area=AREA):
    """Levels that fall to the south-east, with holes, cells below the floor and speckle."""
    rng = np.random.default_rng(8)
    row, col = np.mgrid[0 : area.n_rows, 0 : area.n_cols]
    levels = (-6000 - 3 * row - 2 * col + rng.normal(0, 300, row.shape)).astype(np.int16)
    levels[300:320, 100:900] = NO_DATA
    levels[500:, 1000:] = NONE
    return levels[:, :, None]


def parts(levels, side):
    for row in range(0, levels.shape[0], side):
        for col in range(0, levels.shape[1], side):
            part = levels[row : row + side, col : col + side]
            yield Window(row, col, part.shape[0], part.shape[1]), part


def written(folder, windows, area=AREA):
    folder.mkdir()
    return finish_raster(fill_rasters(folder, area, [layer()], windows)[0])


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return written(tmp_path_factory.mktemp("raster") / "a", parts(made_levels(), 512))


@pytest.mark.parametrize(
    ("hundredths", "value"),
    [(-11000, 110), (-11001, 111), (-10999, 110), (-10460, 105), (-150, 2), (-1, 1), (0, 1), (700, 1), (-25390, 254),
     (-30000, 254), (NONE, BELOW_FLOOR_VALUE), (NO_DATA, NO_DATA_VALUE)],
)  # fmt: skip
def test_a_value_is_the_level_without_its_sign_rounded_down(hundredths, value):
    """−109.99 dBm is written as 110, −110.01 as 111: no cell reaches a whole-dBm threshold that its level does not."""
    assert level_values(np.array([hundredths], dtype=np.int16)) == [value]


def test_colours_change_at_the_thresholds():
    """Values from the served threshold on are of the serving steps; those below weak of the first; no data is clear."""
    colour_at = {-130: 0, -115: 0, -114: 1, -105: 1, -104: 2, -95: 2, -94: 3, -85: 3, -84: 4, -2: 4}
    for level_dbm, step in colour_at.items():
        assert "#{:02X}{:02X}{:02X}".format(*PALETTE[-level_dbm][:3]) == STEPS[step][1], level_dbm
    assert set(PALETTE) == set(range(256))
    assert PALETTE[NO_DATA_VALUE][3] == 0
    assert all(PALETTE[value][3] == 255 for value in range(1, 256))


def test_the_file_is_a_cloud_optimized_geotiff(path):
    """GDAL says so itself: its layout, tiles, overviews inside; one file with nothing beside it."""
    with rasterio.open(path) as file:
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert file.block_shapes == [(512, 512)]
        assert file.overviews(1) == [2, 4]
        assert file.crs.to_epsg() == 4326
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_every_cell_stands_where_it_belongs(path):
    """North is up, the grid is that of the area, and every value is the one written."""
    with rasterio.open(path) as file:
        assert file.transform.a == AREA.cell_lon_deg
        assert file.transform.e == -AREA.cell_lat_deg
        assert file.xy(0, 0) == pytest.approx((105.0005, 18.9995))
        assert file.xy(699, 1299) == pytest.approx((106.2995, 18.3005))
        assert np.array_equal(file.read(1), level_values(made_levels()[:, :, 0]))


def test_the_band_opens_in_colour_and_says_what_it_is(path):
    """A palette band, no data declared, metadata kept; no scale or offset, which would part values from colours."""
    with rasterio.open(path) as file:
        assert file.colorinterp == (ColorInterp.palette,)
        assert file.colormap(1) == PALETTE
        assert (file.scales, file.offsets) == ((1.0,), (0.0,))
        assert file.nodata == NO_DATA_VALUE
        assert (file.read_masks(1) == 0).sum() == (made_levels() == NO_DATA).sum()
        assert file.descriptions == ("Thử 4G",)
        assert layer().tags.items() <= file.tags().items()


def test_an_overview_mixes_no_cells(path):
    """Every value of an overview is that of one of the cells under it: a mean of classes would be another class."""
    with rasterio.open(path) as file, rasterio.open(path, overview_level=0) as half:
        under, small = file.read(1), half.read(1)
    blocks = under.reshape(small.shape[0], 2, small.shape[1], 2).swapaxes(1, 2).reshape(*small.shape, 4)
    assert (blocks == small[:, :, None]).any(axis=2).all()


@pytest.mark.parametrize("side", [512, 300, 2000])
def test_the_same_levels_give_the_same_bytes(path, tmp_path, side):
    """Written again, in windows of other sizes: the digest is the same."""
    again = written(tmp_path / "b", parts(made_levels(), side))
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(path.read_bytes()).digest()


def test_what_no_window_holds_is_no_data(tmp_path):
    """One window in the middle: all around it there is no data."""
    window = Window(100, 200, 50, 60)
    levels = np.full((50, 60, 1), -9000, dtype=np.int16)
    with rasterio.open(written(tmp_path / "c", [(window, levels)])) as file:
        values = file.read(1)
    assert (values[100:150, 200:260] == 90).all()
    assert (values != NO_DATA_VALUE).sum() == 50 * 60


def test_cells_inside_have_their_centre_in_a_polygon():
    """As shapely answers cell by cell, for two polygons that share an edge."""
    area = Area(west_deg=105.0, north_deg=19.0, cell_lon_deg=0.01, cell_lat_deg=0.01, n_rows=30, n_cols=40)
    polygons = [
        shapely.Polygon([(105.031, 18.991), (105.204, 18.957), (105.163, 18.744)]),
        shapely.Polygon([(105.204, 18.957), (105.163, 18.744), (105.387, 18.803)]),
    ]
    inside = cells_inside(area, polygons)
    row, col = np.mgrid[0:30, 0:40]
    lon, lat = area.centres(row, col)
    assert np.array_equal(inside, shapely.contains_xy(shapely.union_all(polygons), lon, lat))


def test_the_levels_are_centred_on_the_mast(tmp_path):
    """An omnidirectional mast north-west in a plain: its strongest cells lie around its coordinates in the file."""
    site = made_masts.made_site("A", made_masts.LON - 0.03)
    network, profile = made_masts.Network(sites=(site,), inventories=()), made_masts.made_profile()
    lon, lat = site.lon_deg, site.lat_deg
    area = area_over((lon - 0.02, lat - 0.05, lon + 0.06, lat + 0.02), 100.0)
    layers = transmitters(network, profile).layers
    levels = area_levels(network, made_masts.made_terrain(), area, profile, layers)
    with rasterio.open(written(tmp_path / "d", levels, area)) as file:
        values = file.read(1)
        row, col = np.nonzero((values > 0) & (values <= np.sort(values[values > 0])[200]))
        x, y = file.xy(row, col)
    assert np.mean(x) == pytest.approx(lon, abs=area.cell_lon_deg)
    assert np.mean(y) == pytest.approx(lat, abs=area.cell_lat_deg)
    assert values[0, 0] < values[-1, -1]
