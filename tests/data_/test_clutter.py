"""Clutter: heights by land class on every cell of bare ground, clearings around houses, nothing on a surface model."""

from __future__ import annotations

import math
from importlib import resources

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import Point, box

from phusong.coverage.terrain import Terrain
from phusong.data.clutter import (
    CLUTTER_CLASSES,
    clearing,
    clutter_on,
    clutter_text,
    parse_clutter_heights,
    read_clutter_heights,
)
from phusong.data.land_cover import LAND_CLASSES, ClassRaster, LandCover, classes_on, read_land_cover
from phusong.errors import MissingFileError, StudyError, TerrainError

CELL = 1.0 / 3600.0
WEST, NORTH = 105.0, 19.0
OURS = resources.files("phusong.data").joinpath("tables/clutter_heights.toml").read_text(encoding="utf-8")
HEIGHTS = read_clutter_heights()
NOBODY = np.empty(0)


def terrain(shape=(40, 60), kind="dtm", cell=CELL):
    return Terrain(
        elevation_m=np.zeros(shape, dtype=np.int16), west_deg=WEST, north_deg=NORTH, cell_lon_deg=cell,
        cell_lat_deg=cell, kind=kind,
    )  # fmt: skip


def raster_cover(classes, *, west=WEST, north=NORTH, cell=CELL):
    raster = ClassRaster(
        classes=np.asarray(classes, dtype=np.uint8), west_deg=west, north_deg=north, cell_lon_deg=cell,
        cell_lat_deg=cell,
    )  # fmt: skip
    empty = gpd.GeoDataFrame({"land_class": []}, geometry=[], crs="EPSG:4326")
    return LandCover(areas=empty, raster=raster, problems=(), sha256="")


def vector_cover(tmp_path, geometry, classes):
    path = tmp_path / "cover.gpkg"
    gpd.GeoDataFrame({"land_class": classes}, geometry=geometry, crs="EPSG:4326").to_file(path)
    return read_land_cover(path)


def centres(ground):
    n_rows, n_cols = ground.elevation_m.shape
    lon = ground.west_deg + (np.arange(n_cols) + 0.5) * ground.cell_lon_deg
    lat = ground.north_deg - (np.arange(n_rows) + 0.5) * ground.cell_lat_deg
    return np.meshgrid(lon, lat)


def all_of(name, shape=(40, 60)):
    return raster_cover(np.full(shape, LAND_CLASSES.index(name)))


def test_our_table_has_every_class_and_the_values_of_the_recommendation():
    """P.1812, table 2: water and open 0, suburban 10, urban, trees and forest 15 m; each with its source."""
    assert {c: HEIGHTS.height_m[c] for c in ("water", "open", "residential", "built_up", "forest")} == {
        "water": 0, "open": 0, "residential": 10, "built_up": 15, "forest": 15,
    }  # fmt: skip
    assert set(HEIGHTS.height_m) == set(HEIGHTS.source) == set(CLUTTER_CLASSES)
    assert HEIGHTS.height_m["unknown"] == 0
    assert HEIGHTS.clearing_m == 60.0
    assert all(text.vi and text.en for text in HEIGHTS.source.values())


def test_every_mistake_in_a_table_is_named_at_once_in_both_languages():
    """Unknown class, missing class, negative and too great heights, broken numbers, codes: one error names them all."""
    wrong = (
        OURS.replace("[class.water]", "[class.nuoc]")
        .replace("height_m = 10", "height_m = -10")
        .replace("height_m = 3\n", "height_m = 4.5\n")
        .replace("clearing_m = 60", "clearing_m = 6000\nhight = 1")
        .replace('source = { vi = "nơi', 'nguon = { vi = "nơi')
    )
    wrong = wrong.replace("[class.forest]\nheight_m = 15", "[class.forest]\nheight_m = 150")
    wrong += '\n[codes]\n999 = "forest"\n7 = "jungle"\n'
    with pytest.raises(StudyError) as caught:
        parse_clutter_heights(wrong, "bang.toml")
    for text in (caught.value.text.vi, caught.value.text.en):
        for word in ("bang.toml", "nuoc", "[class.water]", "-10", "150", "4.5", "6000", "hight", "source", "nguon",
                     "999", "jungle"):  # fmt: skip
            assert word in text, word


@pytest.mark.parametrize("text", ["class = 3\ncodes = 4\nclearing_m = true", "[class", "clearing_m = nan"])
def test_a_table_that_is_none_is_told_so(text):
    """Wrong kinds of entries and broken TOML give a sentence, no traceback."""
    with pytest.raises(StudyError, match=r"bang\.toml"):
        parse_clutter_heights(text, "bang.toml")


def test_a_table_of_the_study_is_read_and_one_that_is_absent_is_named(tmp_path):
    """A copy with one changed number is taken; a file that is not there is an error with its name."""
    (tmp_path / "own.toml").write_text(OURS.replace("height_m = 3\n", "height_m = 6\n"), encoding="utf-8")
    assert read_clutter_heights(tmp_path / "own.toml").height_m["settlement"] == 6
    with pytest.raises(MissingFileError, match=r"no\.toml"):
        read_clutter_heights(tmp_path / "no.toml")
    (tmp_path / "latin.toml").write_bytes(b"name = '\xff'")
    with pytest.raises(StudyError, match=r"latin\.toml"):
        read_clutter_heights(tmp_path / "latin.toml")


def test_a_users_raster_codes_become_classes(tmp_path):
    """A raster whose forest is 1 and whose water is 2, said in [codes], is read by them and not as WorldCover's."""
    import rasterio
    from rasterio.transform import Affine

    path = tmp_path / "own.tif"
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 1, "height": 2, "width": 3}
    with rasterio.open(path, "w", crs="EPSG:4326", transform=Affine(CELL, 0, WEST, 0, -CELL, NORTH), **profile) as out:
        out.write(np.array([[1, 2, 10], [1, 2, 50]], dtype=np.uint8), 1)
    own = parse_clutter_heights(OURS + '\n[codes]\n1 = "forest"\n2 = "water"\n', "own.toml")
    cover = read_land_cover(path, codes=own.codes)
    lon, lat = centres(terrain((2, 3)))
    assert cover.class_at(lon, lat).tolist() == [["forest", "water", "unknown"]] * 2


def test_a_raster_on_another_grid_is_sampled_at_every_cell_centre():
    """Finer, coarser, shifted or beside the terrain: each cell has the class that a look at its centre finds."""
    rng = np.random.default_rng(5)
    ground = terrain()
    lon, lat = centres(ground)
    for cell, west, north in (
        (CELL / 2.7, WEST + 0.0031, NORTH - 0.002),
        (CELL * 2.3, WEST - 0.005, NORTH + 0.004),
        (CELL, WEST + 0.01, NORTH - 0.009),
        (CELL, WEST + 1.0, NORTH),
    ):
        cover = raster_cover(rng.integers(0, 6, (30, 40)), cell=cell, west=west, north=north)
        found = np.array(LAND_CLASSES, dtype=object)[classes_on(cover, ground)]
        assert (found == cover.class_at(lon, lat)).all()


def test_areas_are_laid_on_the_cells_whose_centre_they_hold_and_the_smallest_wins(tmp_path):
    """A hamlet inside a forest is a hamlet; outside both nothing is known."""
    forest, hamlet = box(WEST, NORTH - 0.008, WEST + 0.01, NORTH), box(WEST + 0.004, NORTH - 0.005, WEST + 0.006, NORTH)
    ground = terrain()
    cover = vector_cover(tmp_path, [forest, hamlet], ["forest", "residential"])
    clutter = clutter_on(ground, cover, HEIGHTS, NOBODY, NOBODY)
    lon, lat = centres(ground)
    for row in range(0, 40, 3):
        for col in range(0, 60, 3):
            place = Point(lon[row, col], lat[row, col])
            wanted = 10 if place.within(hamlet) else 15 if place.within(forest) else 0
            assert clutter[row, col] == wanted


def test_the_clearing_is_every_cell_centre_near_a_house():
    """Against a look at every house and cell; houses on edges, without position or off the grid included."""
    rng = np.random.default_rng(3)
    for cell, clearing_m in ((CELL, 60.0), (CELL, 25.0), (CELL / 3.0, 60.0), (CELL * 3.0, 60.0)):
        ground = terrain(cell=cell)
        lon = WEST + rng.uniform(-0.05, 1.05, 40) * 60 * cell
        lat = NORTH - rng.uniform(-0.05, 1.05, 40) * 40 * cell
        lon[0] = np.nan
        near = np.zeros((40, 60), dtype=bool)
        cell_lon, cell_lat = centres(ground)
        for x, y in zip(lon, lat, strict=True):
            row, col = math.floor((NORTH - y) / cell), math.floor((x - WEST) / cell) if x == x else -1
            if not (0 <= row < 40 and 0 <= col < 60):
                continue
            north_m = np.radians(cell_lat - y) * 6.371e6
            east_m = np.radians(cell_lon - x) * 6.371e6 * math.cos(math.radians(y))
            near |= np.hypot(north_m, east_m) <= clearing_m
            near[row, col] = True
        assert 0 < near.sum() < near.size
        assert np.array_equal(clearing(ground, lon, lat, clearing_m=clearing_m), near)


def test_many_houses_clear_as_one_by_one():
    """More houses than are taken at once give the union of each part's clearing."""
    rng = np.random.default_rng(4)
    ground = terrain((300, 300))
    lon, lat = WEST + rng.random(300_000) * 300 * CELL / 3.0, NORTH - rng.random(300_000) * 300 * CELL
    parts = [clearing(ground, lon[k::3], lat[k::3], clearing_m=60.0) for k in range(3)]
    assert np.array_equal(clearing(ground, lon, lat, clearing_m=60.0), np.logical_or.reduce(parts))


def test_a_house_in_the_forest_stands_in_a_clearing():
    """Around it the clutter is that of a settlement, elsewhere forest; at 0 m clearing the forest stays whole."""
    lon, lat = WEST + 30.5 * CELL, NORTH - 20.5 * CELL
    clutter = clutter_on(terrain(), all_of("forest"), HEIGHTS, [lon], [lat])
    assert clutter.dtype == np.uint8
    assert clutter[20, 30] == clutter[21, 31] == HEIGHTS.height_m["settlement"]
    assert clutter[20, 33] == clutter[0, 0] == 15
    shut = parse_clutter_heights(OURS.replace("clearing_m = 60", "clearing_m = 0"), "shut")
    assert (clutter_on(terrain(), all_of("forest"), shut, [lon], [lat]) == 15).all()


def test_a_clearing_never_raises_what_stands_there():
    """A house on open land gets no clutter from being a settlement."""
    clutter = clutter_on(terrain(), all_of("open"), HEIGHTS, [WEST + 30.5 * CELL], [NORTH - 20.5 * CELL])
    assert not clutter.any()


def test_a_surface_model_and_unknown_land_cover_take_no_clutter():
    """With canopy in the elevations, or nothing known of what stands on the ground: None, not zeros."""
    assert clutter_on(terrain(kind="dsm"), all_of("forest"), HEIGHTS, NOBODY, NOBODY) is None
    assert clutter_on(terrain(kind="dtm"), None, HEIGHTS, NOBODY, NOBODY) is None


def test_each_situation_has_its_sentence():
    """Four sentences in two languages; only the one without anything known says that levels may be optimistic."""
    texts = {(kind, given): clutter_text(kind, land_cover_given=given) for kind in ("dsm", "dtm") for given in (0, 1)}
    assert len({text.vi for text in texts.values()}) == len({text.en for text in texts.values()}) == 4
    assert [key for key, text in texts.items() if "lạc quan" in text.vi] == [("dtm", 0)]
    assert "chưa xét vật che phủ" in texts["dtm", 0].vi
    assert "ước tính hộ dân" in texts["dsm", 1].vi


def test_terrain_refuses_clutter_that_is_not_its_own():
    """On a surface model, of another shape or of another type it is an error with one sentence."""
    flat = np.zeros((3, 4), dtype=np.int16)
    place = {"west_deg": WEST, "north_deg": NORTH, "cell_lon_deg": CELL, "cell_lat_deg": CELL}
    right = np.ones((3, 4), dtype=np.uint8)
    assert Terrain(elevation_m=flat, kind="dtm", clutter_m=right, **place).clutter_m is right
    with pytest.raises(TerrainError, match="dsm"):
        Terrain(elevation_m=flat, kind="dsm", clutter_m=right, **place)
    with pytest.raises(TerrainError, match="3 × 4"):
        Terrain(elevation_m=flat, kind="dtm", clutter_m=right.T.copy(), **place)
    with pytest.raises(TerrainError, match="int16"):
        Terrain(elevation_m=flat, kind="dtm", clutter_m=flat, **place)
