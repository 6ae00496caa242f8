"""Test points of a package: where they lie, whom they stand for, and that nobody's house is one."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pytest
import shapely
from tenders_.made_package import made_package, made_place

from phusong.coverage.earth import path_km
from phusong.data.crs import to_vn2000
from phusong.data.terms import LEAST_SHOWN
from phusong.errors import OutOfRangeError
from phusong.tenders.acceptance.options import options_of
from phusong.tenders.acceptance.points import test_points as points_of
from phusong.tenders.acceptance.points import untested
from phusong.tenders.package.settings import read_settings
from phusong.tenders.package.values import Area, TestPoint, Village

SETTINGS = read_settings()
PACKAGE = made_package(9)


def _apart_m(one: TestPoint, other: TestPoint) -> float:
    a, b = one.place, other.place
    return 1000.0 * path_km(a.lon_deg, a.lat_deg, b.lon_deg, b.lat_deg)[0]


def _area(gap_id: str, households: int, east_m: float, planned: int | None = None) -> Area:
    """Return an area of the first village, so far east of its centre."""
    first, at = PACKAGE.areas[0], _village().place
    assert at is not None
    lon, lat = at.lon_deg + east_m / 102_900.0, at.lat_deg
    return dataclasses.replace(
        first,
        gap_id=gap_id,
        households=households,
        planned_households=households if planned is None else planned,
        place=made_place(lon, lat),
        outline_wkt=shapely.box(lon - 3e-4, lat - 3e-4, lon + 3e-4, lat + 3e-4).wkt,
    )


def _village() -> Village:
    return next(v for v in PACKAGE.villages if v.village_code == PACKAGE.areas[0].village_code)


def _roads(lon: float, lat: float, road_class: str = "car") -> gpd.GeoDataFrame:
    line = shapely.LineString([(lon, lat - 0.1), (lon, lat + 0.1)])
    return gpd.GeoDataFrame({"road_class": [road_class], "road_name": ["ĐT 185"]}, geometry=[line], crs="EPSG:4326")


def test_a_village_is_tested_at_its_centre_and_at_each_cluster():
    """Centre first, then clusters, the largest first; ids count from one."""
    areas = (_area("A", 12, 900.0), _area("B", 40, -1500.0))
    points = points_of(areas, (_village(),), None, SETTINGS)
    assert [(p.kind, p.gap_id, p.households) for p in points] == [
        ("centre", "", 52),
        ("cluster", "B", 40),
        ("cluster", "A", 12),
    ]
    code = _village().village_code
    assert [p.point_id for p in points] == [f"DK-{code}-{i}" for i in (1, 2, 3)]


def test_the_least_samples_of_a_village_are_shared_out_among_its_points():
    """One point takes them all, many points at least their own number."""
    options = options_of(SETTINGS)
    alone = points_of((_area("A", 12, 0.0),), (_village(),), None, SETTINGS)
    many = points_of([_area(str(i), 12, 900.0 * i) for i in range(1, 6)], (_village(),), None, SETTINGS)
    assert [p.samples for p in alone] == [options.samples_per_village]
    assert {p.samples for p in many} == {options.samples_per_point}


def test_points_within_the_radius_of_one_another_are_one():
    """A cluster at the centre is tested there, and the point names it."""
    (point,) = points_of((_area("A", 12, 100.0),), (_village(),), None, SETTINGS)
    assert (point.kind, point.gap_id, point.households) == ("centre", "A", 12)


@pytest.mark.parametrize("few", range(1, LEAST_SHOWN))
def test_an_area_of_under_five_households_has_no_point_of_its_own(few):
    """It is tested at the nearest point of its village, which then stands for it too."""
    areas = (_area("A", 12, 900.0), _area("B", 40, -1500.0), _area("C", few, 1900.0))
    points = points_of(areas, (_village(),), None, SETTINGS)
    assert [(p.gap_id, p.households) for p in points] == [("", 52 + few), ("B", 40), ("A", 12 + few)]
    alone = (_area("C", few, 1900.0),)
    assert points_of(alone, (_village(),), None, SETTINGS) == ()
    assert untested(alone, ()) == alone


def test_small_areas_of_a_village_are_tested_together_at_its_centre():
    """Two areas of three households have one point, the public centre, for six."""
    areas = (_area("A", 3, 900.0), _area("B", 3, -900.0))
    (point,) = points_of(areas, (_village(),), None, SETTINGS)
    assert (point.kind, point.households) == ("centre", 6)
    unknown = dataclasses.replace(_village(), place=None)
    assert points_of(areas, (unknown,), None, SETTINGS) == ()


def test_an_area_that_no_site_serves_is_not_tested():
    """Nobody is asked to cover it; it is listed instead."""
    areas = (_area("A", 12, 900.0), _area("B", 40, -1500.0, planned=0))
    points = points_of(areas, (_village(),), None, SETTINGS)
    assert [(p.gap_id, p.households) for p in points] == [("A", 12), ("A", 12)]
    assert untested(areas, points) == areas[1:]


def test_an_area_outside_villages_is_tested_too():
    """By its commune, without a centre."""
    area = dataclasses.replace(_area("A", 12, 900.0), village_code="", village_name="")
    (point,) = points_of((area,), (), None, SETTINGS)
    assert (point.kind, point.gap_id, point.point_id) == ("cluster", "A", f"DK-{area.commune_code}-1")


def test_a_point_is_moved_to_a_road_within_reach_and_flagged_beyond_it():
    """A road 200 m away takes the point; 400 m away it is told that no road leads there; a trail is no road."""
    at = _village().place
    assert at is not None
    near, far = (_roads(at.lon_deg + metres / 102_900.0, at.lat_deg) for metres in (200.0, 400.0))
    (unmoved,) = points_of((_area("A", 12, 0.0),), (_village(),), None, SETTINGS)
    (moved,) = points_of((_area("A", 12, 0.0),), (_village(),), near, SETTINGS)
    (stays,) = points_of((_area("A", 12, 0.0),), (_village(),), far, SETTINGS)
    (trail,) = points_of((_area("A", 12, 0.0),), (_village(),), near.assign(road_class="trail"), SETTINGS)
    (unsure,) = points_of((_area("A", 12, 0.0),), (_village(),), near.assign(road_class=""), SETTINGS)
    assert [p.by_road for p in (unmoved, moved, stays, trail, unsure)] == ["unknown", "yes", "no", "no", "unknown"]
    assert _apart_m(unmoved, moved) == pytest.approx(200.0, abs=3.0)
    assert _apart_m(unmoved, stays) == 0.0
    assert "200 m" in moved.road_text.vi and "ĐT 185" in moved.road_text.vi
    assert "300 m" in stays.road_text.vi


def test_vn_2000_numbers_are_those_of_the_point():
    """The zone is the village's own."""
    for point in points_of(PACKAGE.areas, PACKAGE.villages, None, SETTINGS):
        north, east = to_vn2000(point.place.lon_deg, point.place.lat_deg, point.place.vn2000_epsg)
        assert point.place.vn2000_northing_m == pytest.approx(float(north), abs=0.01)
        assert point.place.vn2000_easting_m == pytest.approx(float(east), abs=0.01)


def test_a_cluster_is_tested_inside_its_outline():
    """Also where the outline is a ring around somebody else's houses."""
    area = _area("A", 12, 2000.0)
    middle = shapely.Point(area.place.lon_deg, area.place.lat_deg)
    ring = middle.buffer(0.006).difference(middle.buffer(0.005))
    ringed = dataclasses.replace(area, outline_wkt=ring.wkt)
    *_, point = points_of((ringed,), (_village(),), None, SETTINGS)
    assert ring.distance(shapely.Point(point.place.lon_deg, point.place.lat_deg)) < 1e-5


def test_the_order_of_areas_changes_nothing():
    """The same package gives the same ids, however its rows are ordered."""
    areas = [*PACKAGE.areas, _area("A", 12, 900.0), _area("B", 12, -1500.0), _area("C", 3, -700.0)]
    points = points_of(areas, PACKAGE.villages, None, SETTINGS)
    order = np.random.default_rng(1).permutation(len(areas))
    assert points_of([areas[i] for i in order], PACKAGE.villages[::-1], None, SETTINGS) == points
    assert len({p.point_id for p in points}) == len(points)
    assert all(p.households >= LEAST_SHOWN for p in points)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("acceptance_share_percent", "101"),
        ("acceptance_share_percent", "nhiều"),
        ("acceptance_rule", "average"),
        ("acceptance_windows", "07:00-11:00"),
        ("acceptance_windows", "07:00-11:00; 13:00-17:00"),
        ("acceptance_windows", "07:00-11:00; chiều"),
        ("acceptance_min_dbm_4g", "121"),
    ],
)
def test_an_option_that_cannot_be_used_is_refused(key, value):
    """The sentence names the option and what was given."""
    settings = [dataclasses.replace(s, value=value) if s.key == key else s for s in SETTINGS]
    with pytest.raises(OutOfRangeError, match=key):
        options_of(settings)
