"""Terrain read from files: mosaics, what is missing, what cannot be used."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
import rasterio.warp
from rasterio.transform import Affine

from phusong.coverage.terrain import MISSING
from phusong.data import terrain as reading_room
from phusong.data.digests import sha256_of
from phusong.data.terrain import read_terrain
from phusong.errors import MissingCrsError, MissingFileError, TerrainError, UnreadableFileError

SECOND = 1.0 / 3600.0
SHARED = Path(__file__).parents[2] / "../shared/data"


def write(path, heights, *, west=105.0, north=19.0, cell=SECOND, crs="EPSG:4326", transform=None, **profile):
    """Write heights as a one-band (or, from 3-D, many-band) GeoTIFF."""
    bands = np.atleast_3d(np.asarray(heights).T).T
    profile = {
        "driver": "GTiff",
        "dtype": bands.dtype,
        "count": bands.shape[0],
        "height": bands.shape[1],
        "width": bands.shape[2],
        "transform": transform or Affine(cell, 0.0, west, 0.0, -cell, north),
        **profile,
    }
    with rasterio.open(path, "w", crs=crs, **profile) as raster:
        raster.write(bands)
    return path


def write_hgt(path, heights):
    """Write an SRTM tile: big-endian 16-bit metres, no header, 1201 × 1201 from the north-west."""
    np.asarray(heights, dtype=">i2").tofile(path)
    return path


def texts(reading):
    return " | ".join(problem.line("vi") for problem in reading.problems)


def test_a_file_comes_back_cell_by_cell(tmp_path):
    """Heights, corner, cell, kind, source and digest are those of the file."""
    heights = np.arange(12, dtype=np.int16).reshape(3, 4)
    path = write(tmp_path / "a.tif", heights)
    reading = read_terrain(path, kind="dtm")
    terrain = reading.terrain
    np.testing.assert_array_equal(terrain.elevation_m, heights)
    assert terrain.elevation_m.dtype == np.int16
    assert (terrain.west_deg, terrain.north_deg, terrain.cell_lon_deg, terrain.cell_lat_deg) == pytest.approx(
        (105.0, 19.0, SECOND, SECOND), abs=1e-12
    )
    assert (terrain.kind, terrain.source, reading.problems) == ("dtm", "a.tif, 1″", ())
    assert reading.sha256 == {"a.tif": sha256_of(path)}


def test_what_is_not_known_is_missing_and_never_sea_level(tmp_path):
    """Declared no-data, −32768, NaN and heights no place has are MISSING, the last counted; decimals rounded."""
    heights = np.array([[-9999.0, -32768.0, np.nan, 8.6], [9500.0, -700.0, -3.4, 0.0]], dtype=np.float32)
    reading = read_terrain(write(tmp_path / "a.tif", heights, nodata=-9999.0), kind="dsm")
    assert reading.terrain.elevation_m.tolist() == [[MISSING, MISSING, MISSING, 9], [MISSING, MISSING, -3, 0]]
    assert "2 ô có độ cao ngoài khoảng -500 đến 9.000 m" in texts(reading)
    assert "1 ô có độ cao âm (thấp nhất -3 m): giữ nguyên" in texts(reading)


def test_unsigned_no_data_and_scaled_heights_are_understood(tmp_path):
    """65535 in a uint16 file is no-data when declared; a scale of 0.1 turns decimetres into metres."""
    path = write(tmp_path / "a.tif", np.array([[65535, 1234]], dtype=np.uint16), nodata=65535)
    with rasterio.open(path, "r+") as raster:
        raster.scales = (0.1,)
    assert read_terrain(path, kind="dsm").terrain.elevation_m.tolist() == [[MISSING, 123]]


def test_tiles_side_by_side_make_one_grid_and_the_hole_stays_missing(tmp_path):
    """Three of four tiles: the fourth quarter is MISSING, also with file names in capitals and other files around."""
    for name, west, north, height in (("a.tif", 0, 0, 1), ("B.TIF", 2, 0, 2), ("c.tiff", 0, -2, 3)):
        heights = np.full((2, 2), height, dtype=np.int16)
        write(tmp_path / name, heights, west=105.0 + west * SECOND, north=19.0 + north * SECOND)
    (tmp_path / "readme.txt").write_text("x", encoding="utf-8")
    (tmp_path / ".hidden.tif").write_text("x", encoding="utf-8")
    reading = read_terrain(tmp_path, kind="dsm")
    quarter = np.ones((2, 2), dtype=np.int16)
    expected = np.block([[quarter, 2 * quarter], [3 * quarter, np.full((2, 2), MISSING)]])
    np.testing.assert_array_equal(reading.terrain.elevation_m, expected)
    assert sorted(reading.sha256) == ["B.TIF", "a.tif", "c.tiff"]


def test_bounds_read_a_window_snapped_outwards(tmp_path):
    """Only the cells touched by the bounds are read; each stands where it stood in the whole."""
    write(tmp_path / "a.tif", np.arange(100, dtype=np.int16).reshape(10, 10))
    bounds = (105.0 + 2.5 * SECOND, 19.0 - 6.0 * SECOND, 105.0 + 5.0 * SECOND, 19.0 - 3.2 * SECOND)
    terrain = read_terrain(tmp_path / "a.tif", kind="dsm", bounds=bounds).terrain
    assert terrain.elevation_m.tolist() == [[32, 33, 34], [42, 43, 44], [52, 53, 54]]
    whole = read_terrain(tmp_path / "a.tif", kind="dsm").terrain
    lon, lat = np.array([105.0 + 4.5 * SECOND]), np.array([19.0 - 4.5 * SECOND])
    row, col = terrain.cell_at(lon, lat)
    assert terrain.elevation_m[row, col] == whole.elevation_m[whole.cell_at(lon, lat)] == 44


def test_bounds_beyond_the_terrain_are_not_filled(tmp_path):
    """Asked for more than there is, the grid ends where the terrain ends; a tile not touched is not read."""
    write(tmp_path / "a.tif", np.ones((4, 4), dtype=np.int16))
    write(tmp_path / "far.tif", np.ones((4, 4), dtype=np.int16), west=107.0)
    reading = read_terrain(tmp_path, kind="dsm", bounds=(104.0, 18.0, 106.0, 20.0))
    assert reading.terrain.elevation_m.shape == (4, 4)
    assert list(reading.sha256) == ["a.tif"]
    outside = reading.terrain.known_at(np.array([105.5]), np.array([19.5]))
    assert not outside.any()


def test_srtm_tiles_share_their_edge(tmp_path):
    """Two 3″ .hgt tiles side by side: 1201 + 1201 − 1 columns, the shared column once, voids MISSING."""
    column = np.arange(1201)[:, None]
    west, east = np.broadcast_to(column, (1201, 1201)).copy(), np.broadcast_to(column, (1201, 1201)).copy()
    west[0, 0] = -32768
    west[5, 1200] = -32768  # the neighbour knows this one
    east[:, 1:] += 1000
    write_hgt(tmp_path / "N18E105.hgt", west)
    write_hgt(tmp_path / "N18E106.hgt", east)
    reading = read_terrain(tmp_path, kind="dsm")
    terrain = reading.terrain
    assert terrain.elevation_m.shape == (1201, 2401)
    assert terrain.west_deg == pytest.approx(105.0 - 1.5 * SECOND)
    assert terrain.elevation_m[0, 0] == MISSING
    assert terrain.elevation_m[5, 1200] == 5
    assert terrain.elevation_m[7, 1201] == 1007
    assert reading.problems == ()


def test_tiles_that_contradict_each_other_are_reported(tmp_path):
    """Where two files overlap and differ by more than 10 m the first by name is taken and the cells are counted."""
    write(tmp_path / "a.tif", np.full((3, 3), 100, dtype=np.int16))
    write(tmp_path / "b.tif", np.array([[150, 105, 100]] * 3, dtype=np.int16))
    reading = read_terrain(tmp_path, kind="dsm")
    assert (reading.terrain.elevation_m == 100).all()
    assert "b.tif: 3 ô lệch hơn 10 m" in texts(reading)


def test_a_projected_model_is_interpolated_and_says_so(tmp_path):
    """A plane z = 100 + x/100 in UTM 48N comes back as that plane on a 1″ grid, within rounding; outside is MISSING."""
    x = 500_000 + 10.0 * (np.arange(300) + 0.5)
    plane = np.broadcast_to(100.0 + (x - 500_000) / 100.0, (300, 300)).astype(np.float32)
    transform = Affine(10.0, 0.0, 500_000.0, 0.0, -10.0, 2_103_000.0)
    path = write(tmp_path / "utm.tif", plane, crs="EPSG:32648", transform=transform)
    reading = read_terrain(path, kind="dtm")
    terrain = reading.terrain
    assert terrain.cell_lon_deg == pytest.approx(SECOND)
    assert ((terrain.west_deg / SECOND) % 1.0) == pytest.approx(0.5, abs=1e-6)  # centres on whole seconds, as SRTM
    lon, lat = rasterio.warp.transform("EPSG:32648", "EPSG:4326", [501_500.0], [2_101_500.0])
    height = terrain.elevation_m[terrain.cell_at(np.array(lon), np.array(lat))]
    assert height == pytest.approx(115.0, abs=0.7)
    known = terrain.elevation_m[terrain.elevation_m != MISSING]
    assert 100 <= known.min() <= known.max() <= 130
    assert "EPSG:32648" in terrain.source
    assert "đã nội suy song tuyến" in texts(reading)


def test_no_data_is_not_mixed_into_its_neighbours(tmp_path):
    """A hole of −32768 in a projected model, declared or not, leaves the plain around it at its height."""
    plain = np.full((60, 60), 40, dtype=np.int16)
    plain[20:30, 20:30] = -32768
    transform = Affine(30.0, 0.0, 500_000.0, 0.0, -30.0, 2_101_800.0)
    for nodata in (None, -32768):
        path = write(tmp_path / "a.tif", plain, crs="EPSG:32648", transform=transform, nodata=nodata)
        heights = read_terrain(path, kind="dtm").terrain.elevation_m
        assert set(np.unique(heights).tolist()) == {int(MISSING), 40}
        assert (heights[25:30, 25:28] == MISSING).all()


def test_a_tile_shifted_by_half_a_cell_is_interpolated_onto_the_grid_of_the_first(tmp_path):
    """A slope on a grid half a cell off keeps its slope; the reading says it was interpolated."""
    slope = np.broadcast_to(10 * np.arange(20), (20, 20)).astype(np.int16)
    write(tmp_path / "a.tif", slope)
    write(tmp_path / "b.tif", slope, west=105.0 + 20.5 * SECOND)
    reading = read_terrain(tmp_path, kind="dsm")
    assert reading.terrain.elevation_m[10, 22:38].tolist() == [10 * (col - 20) - 5 for col in range(22, 38)]
    assert "b.tif" in texts(reading)
    assert "a.tif" not in texts(reading)


def test_a_south_up_file_is_turned(tmp_path):
    """A file stored from the south comes out with row 0 in the north."""
    transform = Affine(SECOND, 0.0, 105.0, 0.0, SECOND, 19.0 - 5 * SECOND)
    heights = np.repeat(np.arange(5, dtype=np.int16)[:, None] * 10, 5, axis=1)
    terrain = read_terrain(write(tmp_path / "a.tif", heights, transform=transform), kind="dsm").terrain
    column = terrain.elevation_m[:, 2]
    column = column[column != MISSING]
    assert (np.diff(column.astype(int)) <= 0).all()
    assert column[0] > column[-1]


def test_tiles_of_different_cell_size_are_refused(tmp_path):
    """1″ and 3″ do not make one grid: both files and sizes are named."""
    write(tmp_path / "a.tif", np.ones((4, 4), dtype=np.int16))
    write(tmp_path / "b.tif", np.ones((4, 4), dtype=np.int16), cell=3 * SECOND)
    with pytest.raises(TerrainError, match=r"a\.tif 1″, b\.tif 3″"):
        read_terrain(tmp_path, kind="dsm")


def test_terrain_outside_the_area_is_an_error(tmp_path):
    """A terrain of another place is named with both extents, not taken as empty."""
    write(tmp_path / "a.tif", np.ones((4, 4), dtype=np.int16))
    with pytest.raises(TerrainError) as caught:
        read_terrain(tmp_path / "a.tif", kind="dsm", bounds=(108.0, 15.0, 109.0, 16.0))
    assert "nằm ngoài vùng nghiên cứu (kinh độ 108,00–109,00, vĩ độ 15,00–16,00)" in caught.value.text.vi


def test_a_file_without_a_system_is_refused(tmp_path):
    """No CRS: MissingCrsError names the file."""
    with pytest.raises(MissingCrsError, match=r"a\.tif has no coordinate reference system"):
        read_terrain(write(tmp_path / "a.tif", np.ones((4, 4), dtype=np.int16), crs=None), kind="dsm")


def test_a_file_whose_numbers_are_not_degrees_is_refused(tmp_path):
    """Metres under the name EPSG:4326 cannot be placed."""
    path = write(tmp_path / "a.tif", np.ones((4, 4), dtype=np.int16), west=500_000, north=2_100_000, cell=30.0)
    with pytest.raises(TerrainError, match="does not fit"):
        read_terrain(path, kind="dsm")


def test_a_picture_is_refused(tmp_path):
    """Three bands are a picture, not heights."""
    with pytest.raises(TerrainError, match="3 bands"):
        read_terrain(write(tmp_path / "a.tif", np.ones((3, 4, 4), dtype=np.uint8)), kind="dsm")


@pytest.mark.parametrize("keep", [0, 40, 0.6])
def test_a_damaged_file_is_named(tmp_path, keep):
    """Empty, cut in the header or cut in the heights: one clear error, never silent zeros."""
    heights = np.random.default_rng(1).integers(0, 900, (500, 500)).astype(np.int16)
    path = write(tmp_path / "cut.tif", heights, compress="deflate", tiled=True, blockxsize=64, blockysize=64)
    content = path.read_bytes()
    path.write_bytes(content[: keep if isinstance(keep, int) else int(len(content) * keep)])
    with pytest.raises(UnreadableFileError, match=r"cut\.tif"):
        read_terrain(path, kind="dsm")


def test_an_hgt_of_a_wrong_size_is_named(tmp_path):
    """A broken download of an SRTM tile is refused."""
    (tmp_path / "N18E105.hgt").write_bytes(b"\0" * 1000)
    with pytest.raises(UnreadableFileError, match=r"N18E105\.hgt"):
        read_terrain(tmp_path, kind="dsm")


def test_no_file_is_an_error(tmp_path):
    """A missing path and a folder without terrain are each named."""
    with pytest.raises(MissingFileError, match="nowhere"):
        read_terrain(tmp_path / "nowhere", kind="dsm")
    with pytest.raises(MissingFileError, match="holds no terrain file"):
        read_terrain(tmp_path, kind="dsm")


def test_a_grid_too_large_for_memory_is_refused(tmp_path, monkeypatch):
    """Two tiles far apart would need an enormous grid: it is refused before it is made."""
    monkeypatch.setattr(reading_room, "MAX_CELLS", 1_000_000)
    write(tmp_path / "a.tif", np.ones((4, 4), dtype=np.int16))
    write(tmp_path / "b.tif", np.ones((4, 4), dtype=np.int16), west=109.0, north=10.0)
    with pytest.raises(TerrainError, match="more than the 1,000,000 allowed"):
        read_terrain(tmp_path, kind="dsm")
    assert read_terrain(tmp_path, kind="dsm", bounds=(104.9, 18.9, 105.1, 19.1)).terrain.elevation_m.shape == (4, 4)


def test_a_terrain_without_any_height_says_so(tmp_path):
    """All no-data: a warning, and nothing is known anywhere."""
    reading = read_terrain(write(tmp_path / "a.tif", np.full((4, 4), -32768, dtype=np.int16)), kind="dsm")
    assert "không có ô nào có độ cao" in texts(reading)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="reference data beside the project are absent")
def test_the_real_da_nang_model_is_read_as_it_is():
    """1″, 900 × 864, −25 to 686 m, with a note about 1,129 cells under the sea level."""
    reading = read_terrain(SHARED / "da-nang/dem_danang_1arcsec.tif", kind="dsm")
    heights = reading.terrain.elevation_m
    assert (heights.shape, heights.min(), heights.max()) == ((900, 864), -25, 686)
    assert "1.129 ô có độ cao âm (thấp nhất -25 m)" in texts(reading)
