"""Land cover: vector tags and raster codes become a handful of classes."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import rasterio.warp
import shapely
from rasterio.transform import Affine
from shapely.geometry import Polygon, box

from phusong.data.land_cover import LAND_CLASSES, read_land_cover
from phusong.errors import MissingCrsError, MissingFileError, UnreadableFileError

SHARED = Path(__file__).parents[2] / "../shared/data"
CELL = 1.0 / 3600.0


def vector(path, geometry, crs="EPSG:4326", **columns):
    gpd.GeoDataFrame(columns, geometry=list(geometry), crs=crs).to_file(path)
    return path


def raster(path, codes, *, cell=CELL, crs="EPSG:4326", transform=None):
    codes = np.asarray(codes, dtype=np.uint8)
    transform = transform or Affine(cell, 0.0, 105.0, 0.0, -cell, 19.0)
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 1, "height": codes.shape[0], "width": codes.shape[1]}
    with rasterio.open(path, "w", crs=crs, transform=transform, **profile) as out:
        out.write(codes, 1)
    return path


def test_open_street_map_tags_become_classes(tmp_path):
    """landuse, natural and building are understood; a tag we do not know is left out."""
    squares = [box(105 + at, 19, 105.5 + at, 19.5) for at in range(6)]
    path = vector(
        tmp_path / "a.gpkg",
        squares,
        landuse=["residential", "forest", None, "farmyard", "no such use", None],
        natural=[None, None, "water", None, None, None],
        building=[None, None, None, None, None, "house"],
    )
    cover = read_land_cover(path)
    lon = np.array([105.2, 106.2, 107.2, 108.2, 109.2, 110.2, 120.0, np.nan])
    found = cover.class_at(lon, np.full(8, 19.2)).tolist()
    assert found == ["residential", "forest", "water", "built_up", "unknown", "residential", "unknown", "unknown"]
    assert len(cover.areas_of("residential")) == 2
    assert cover.problems == ()


def test_the_smallest_of_overlapping_areas_counts(tmp_path):
    """A hamlet drawn on top of a forest is a hamlet, in whatever order the file has them."""
    for order in ([0, 1], [1, 0]):
        areas = np.array([box(105, 19, 106, 20), box(105.4, 19.4, 105.6, 19.6)], dtype=object)[order]
        uses = np.array(["forest", "residential"])[order]
        cover = read_land_cover(vector(tmp_path / f"{order[0]}.gpkg", areas, landuse=uses))
        assert cover.class_at([105.5, 105.1], [19.5, 19.5]).tolist() == ["residential", "forest"]


def test_invalid_areas_are_repaired_and_counted(tmp_path):
    """A bow-tie is mended; a point is left out."""
    bow_tie = Polygon([(105.0, 19.0), (105.1, 19.1), (105.1, 19.0), (105.0, 19.1)])
    path = vector(tmp_path / "a.geojson", [bow_tie, shapely.Point(105, 19)], landuse=["residential"] * 2)
    cover = read_land_cover(path)
    assert len(cover.areas) == 1
    assert cover.areas.is_valid.all()
    assert "1 vùng lớp phủ sai hình học: đã sửa" in cover.problems[0].line("vi")


def test_world_cover_codes_become_classes_and_built_up_becomes_areas(tmp_path):
    """Class at the cell of a point; the two built-up patches come out as polygons of the right size."""
    codes = np.full((6, 8), 10)
    codes[1:3, 1:4] = 50
    codes[5, 7] = 50
    codes[0, 0] = 80
    codes[0, 1] = 0
    cover = read_land_cover(raster(tmp_path / "a.tif", codes))
    lon, lat = (
        105.0 + (np.array([0, 1, 2, 7, 7.0, 30]) + 0.5) * CELL,
        19.0 - (np.array([0, 0, 2, 5, 4, 0]) + 0.5) * CELL,
    )
    assert cover.class_at(lon, lat).tolist() == ["water", "unknown", "built_up", "built_up", "forest", "unknown"]
    assert np.sort(shapely.area(cover.areas_of("built_up")) / CELL**2) == pytest.approx([1, 6])
    assert len(cover.areas_of("residential")) == 0


def test_a_fine_raster_is_taken_at_one_second_by_its_commonest_class(tmp_path):
    """Three by three cells of a third of a second become one; the most frequent code of each stands."""
    codes = np.kron([[10, 50], [80, 40]], np.ones((3, 3)))
    codes[0, 0] = 50
    codes[4, 4] = 50
    cover = read_land_cover(raster(tmp_path / "a.tif", codes, cell=CELL / 3))
    named = [[LAND_CLASSES[index] for index in row] for row in cover.raster.classes]
    assert named == [["forest", "built_up"], ["water", "open"]]
    assert cover.raster.cell_lon_deg == pytest.approx(CELL)


def test_bounds_read_a_part_that_lies_where_it_lay(tmp_path):
    """A window of the raster answers as the whole does; outside the window it knows nothing."""
    codes = np.full((20, 20), 10)
    codes[12, 7] = 50
    path = raster(tmp_path / "a.tif", codes)
    bounds = (105.0 + 5.2 * CELL, 19.0 - 15.5 * CELL, 105.0 + 9.9 * CELL, 19.0 - 10.1 * CELL)
    part = read_land_cover(path, bounds=bounds)
    assert part.raster.classes.shape == (6, 5)
    assert part.class_at([105.0 + 7.5 * CELL, 105.0], [19.0 - 12.5 * CELL, 19.0 - CELL]).tolist() == [
        "built_up",
        "unknown",
    ]
    with pytest.raises(UnreadableFileError, match="outside the study area"):
        read_land_cover(path, bounds=(108.0, 15.0, 109.0, 16.0))


def test_a_projected_raster_is_placed_in_degrees(tmp_path):
    """The middle of a UTM raster is found where projection says it is."""
    codes = np.full((100, 100), 40)
    codes[48:52, 48:52] = 50
    transform = Affine(30.0, 0.0, 500_000.0, 0.0, -30.0, 2_103_000.0)
    cover = read_land_cover(raster(tmp_path / "a.tif", codes, crs="EPSG:32648", transform=transform))
    lon, lat = rasterio.warp.transform("EPSG:32648", "EPSG:4326", [501_500.0, 501_000.0], [2_101_500.0] * 2)
    assert cover.class_at(lon, lat).tolist() == ["built_up", "open"]


def test_what_is_no_land_cover_is_refused(tmp_path):
    """Missing, damaged, without a system, without a known class: one clear error each."""
    with pytest.raises(MissingFileError, match="nowhere"):
        read_land_cover(tmp_path / "nowhere.tif")
    (tmp_path / "bad.tif").write_bytes(b"II*\0nothing")
    with pytest.raises(UnreadableFileError, match=r"bad\.tif"):
        read_land_cover(tmp_path / "bad.tif")
    with pytest.raises(MissingCrsError, match=r"a\.tif"):
        read_land_cover(raster(tmp_path / "a.tif", [[50]], crs=None))
    with pytest.raises(UnreadableFileError, match="no land class"):
        read_land_cover(raster(tmp_path / "b.tif", [[1, 2]]))
    with pytest.raises(UnreadableFileError, match="no land class"):
        read_land_cover(vector(tmp_path / "c.gpkg", [box(0, 0, 1, 1)], name=["x"]))


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="reference data beside the project are absent")
def test_the_real_land_use_of_da_nang_is_read():
    """420 residential and 410 forest polygons, as the data sheet says; a point in a residential one is residential."""
    cover = read_land_cover(SHARED / "da-nang/osm_landuse_danang.geojson")
    assert (len(cover.areas_of("residential")), len(cover.areas_of("forest"))) == (420, 410)
    inside = shapely.point_on_surface(cover.areas_of("residential"))
    found = cover.class_at(shapely.get_x(inside), shapely.get_y(inside))
    assert (found == "residential").mean() > 0.9
    assert "unknown" not in found
