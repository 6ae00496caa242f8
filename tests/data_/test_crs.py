"""VN-2000 zones and metric systems."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Geod, Transformer
from pyproj.transformer import TransformerGroup

from phusong.data.crs import from_vn2000, metric_crs, project, to_vn2000, unproject, zone_for, zone_given, zone_rows
from phusong.errors import OutOfRangeError

GEOD = Geod(ellps="WGS84")


def metres_between(first, second):
    return GEOD.inv(*first, *second)[2]


def test_the_table_has_the_34_provinces_and_17_of_them_are_mixed():
    """63 old provinces in 34 new ones; 17 came from provinces with different central meridians."""
    rows = zone_rows()
    zones = {code: {r.epsg for r in rows if r.province_code == code} for code in {r.province_code for r in rows}}
    assert (len(rows), len(zones)) == (63, 34)
    assert sum(len(z) > 1 for z in zones.values()) == 17


def test_every_meridian_of_the_table_is_the_one_of_its_epsg_code():
    """The table and the EPSG database agree, and every zone has scale 0.9999 and false easting 500 km."""
    for row in zone_rows():
        parameters = {p.name: p.value for p in CRS.from_epsg(row.epsg).coordinate_operation.params}
        assert parameters["Longitude of natural origin"] == pytest.approx(row.central_meridian_deg, abs=1e-9), row
        assert parameters["Scale factor at natural origin"] == 0.9999
        assert parameters["False easting"] == 500_000


def test_the_wrong_meridian_is_78_km_away():
    """Domain figure: E 500 000, N 2 300 000 read with 105°00′ instead of 105°45′ lies 78 km off."""
    right = from_vn2000(2_300_000, 500_000, 9210)
    wrong = from_vn2000(2_300_000, 500_000, 5897)
    assert metres_between(right, wrong) / 1000 == pytest.approx(78.1, abs=0.1)


def test_the_datum_shift_is_applied():
    """Domain figure: without the shift a point lies 224 m off."""
    shifted = from_vn2000(2_300_000, 500_000, 9210)
    geographic_only = Transformer.from_crs(9210, 4756, always_xy=True).transform(500_000, 2_300_000)
    assert metres_between(shifted, geographic_only) == pytest.approx(224.1, abs=0.1)


@given(st.floats(102.2, 114.0), st.floats(6.5, 23.4), st.sampled_from(sorted({r.epsg for r in zone_rows()})))
def test_there_and_back_is_the_same_place(lon, lat, epsg):
    """WGS 84 → VN-2000 → WGS 84 returns to within a centimetre, out to Trường Sa and in the Mekong delta."""
    northing_m, easting_m = to_vn2000(lon, lat, epsg)
    assert metres_between(from_vn2000(northing_m, easting_m, epsg), (lon, lat)) < 0.01


def test_one_operation_serves_the_whole_country():
    """In the Mekong blocks, where PROJ knows a second shift 0.7 m away, the national one is still used."""
    lon, lat = 105.7, 10.0
    x_m, y_m = project(lon, lat, 9209)
    group = {"(1)": None, "(2)": None}
    for operation in TransformerGroup(4326, 9209, always_xy=True).transformers:
        for key in group:
            if f"VN-2000 to WGS 84 {key}" in operation.description:
                group[key] = operation.transform(lon, lat)
    assert np.hypot(x_m - group["(2)"][0], y_m - group["(2)"][1]) < 1e-6
    assert np.hypot(x_m - group["(1)"][0], y_m - group["(1)"][1]) > 0.5


def test_arrays_go_in_and_arrays_come_out():
    """A million points need no loop; northing first, easting second."""
    lon, lat = np.array([105.75, 105.80]), np.array([20.8, 21.0])
    northing_m, easting_m = to_vn2000(lon, lat, 9210)
    assert northing_m.shape == easting_m.shape == (2,)
    assert northing_m[0] == pytest.approx(2_300_800, abs=500)
    assert easting_m[0] == pytest.approx(500_000, abs=500)


def test_an_unmixed_province_has_one_zone():
    """Đà Nẵng writes 107°45′ wherever the place is, Hoàng Sa included."""
    for lon in (107.2, 108.2, 112.7):
        zone = zone_for("48", lon)
        assert (zone.epsg, zone.central_meridian, zone.candidates) == (5899, "107°45′", 1)
    assert "107°45′" in zone.basis.vi


@pytest.mark.parametrize(("lon", "epsg"), [(107.0, 9216), (107.9, 5898), (107.75, 9216)])
def test_a_mixed_province_takes_the_nearest_meridian_and_says_so(lon, epsg):
    """Quảng Ngãi: 107°30′ in the west (Kon Tum), 108°00′ at the coast; in the middle the western one."""
    zone = zone_for("51", lon)
    assert (zone.epsg, zone.candidates) == (epsg, 2)
    assert "theo kinh tuyến trục gần nhất trong các tỉnh cũ" in zone.basis.vi
    assert "Kon Tum 107°30′; Quảng Ngãi 108°00′" in zone.basis.vi
    assert "not verified" in zone.basis.en


def test_a_province_that_is_not_in_the_table_takes_the_nearest_zone_of_the_country():
    """A simulated province is given the nearest zone and the basis says that its code is unknown."""
    zone = zone_for("98", 104.1)
    assert (zone.epsg, zone.central_meridian) == (9206, "104°00′")
    assert "không có trong bảng" in zone.basis.vi


def test_a_study_may_name_its_zone_but_only_a_real_one():
    """EPSG 5897 is 105°00′; the deprecated 6959 is refused with the list of allowed codes."""
    assert zone_given(5897).central_meridian == "105°00′"
    with pytest.raises(OutOfRangeError, match=r"5897.*9218; got 6959"):
        zone_given(6959)


def test_the_metric_system_is_the_utm_zone_of_the_place():
    """48N in Nghệ An, 49N in Đà Nẵng and at Trường Sa; areas come out true to 0.1 %."""
    assert metric_crs(105.0, 19.0) == 32648
    assert metric_crs(108.2, 16.0) == 32649
    assert metric_crs(111.92, 8.64) == 32649
    assert metric_crs(-113.0, -37.0) == 32712
    x_m, y_m = project([105.0, 105.1], [19.0, 19.0], 32648)
    assert np.hypot(*(np.diff(x_m), np.diff(y_m)))[0] == pytest.approx(
        metres_between((105.0, 19.0), (105.1, 19.0)), rel=1e-3
    )
    assert unproject(x_m, y_m, 32648)[0] == pytest.approx([105.0, 105.1])
