"""Maps of the atlas: the scale is true, both grids stand where they should, what is not known is no class."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from phusong.data.crs import from_vn2000, to_vn2000
from phusong.maps.atlas_frame import Frame, dms, frame_over, graticule, scale_bar, vn2000_ticks
from phusong.maps.atlas_ground import CODES, Ground, class_paths, classes_of, relief_png
from phusong.maps.atlas_insets import is_national, national_inset, reaches_archipelagos
from phusong.maps.atlas_labels import Label, place_labels
from phusong.maps.atlas_map import NO_FORECAST, Outline, Scene, SitePoint, map_svg

EPSG = 9209
WGS84 = Geod(ellps="WGS84")


def made_frame(lon: float = 105.3, lat: float = 22.4, *, half: float = 0.03) -> Frame:
    """Return a frame around a place."""
    return frame_over((lon - half, lat - half, lon + half, lat + half), width_mm=130, height_mm=100, least_km=4)


def made_ground(levels: np.ndarray, *, cell: float = 1 / 600) -> Ground:
    """Return a ground with some levels, its upper left corner at 105.3° E, 22.4° N."""
    return Ground(
        today_dbm=levels,
        planned_dbm=levels,
        elevation_m=np.where(np.isnan(levels), np.nan, 300.0),
        west_deg=105.3,
        north_deg=22.4,
        cell_lon_deg=cell,
        cell_lat_deg=cell,
        served_dbm=-104.6,
        weak_dbm=-114.6,
    )


def area_mm2(path: str) -> float:
    """Return the area within a path of straight rings with even-odd filling."""
    rings = [shapely.Polygon([tuple(map(float, p.split(","))) for p in ring.split("L")]) for ring in
             path.removeprefix("M").removesuffix("Z").split("ZM")]  # fmt: skip
    total = shapely.Polygon()
    for ring in rings:
        total = total.symmetric_difference(ring.buffer(0))
    return float(total.area)


@given(
    st.floats(102.5, 109.0),
    st.floats(8.6, 23.2),
    st.floats(0.005, 0.4),
)
def test_the_scale_bar_is_as_long_as_it_says(lon, lat, half):
    """Its length on paper, walked on the ellipsoid at the map's middle, is its length within 0.2 %."""
    frame = made_frame(lon, lat, half=half)
    bar = scale_bar(frame)
    west, _, east, _ = frame.bounds
    end = west + bar.length_mm / frame.width_mm * (east - west)
    middle = (frame.bounds[1] + frame.bounds[3]) / 2
    assert WGS84.inv(west, middle, end, middle)[2] / 1000 == pytest.approx(bar.length_km, rel=0.002)
    assert bar.length_mm <= 0.3 * frame.width_mm + 1e-9
    assert bar.length_km / 10 ** math.floor(math.log10(bar.length_km) + 1e-9) == pytest.approx(
        min((1, 2, 5), key=lambda s: abs(s - bar.length_km / 10 ** math.floor(math.log10(bar.length_km) + 1e-9)))
    )


def test_north_to_south_has_the_same_scale():
    """A kilometre is as long upwards as sideways, within 0.2 %."""
    frame = made_frame()
    _, south, _, north = frame.bounds
    high_km = WGS84.inv(105.3, south, 105.3, north)[2] / 1000
    assert frame.height_mm / high_km == pytest.approx(frame.mm_a_km, rel=0.002)


@pytest.mark.parametrize("half", [0.005, 0.03, 0.3])
def test_vn2000_ticks_stand_at_their_coordinates(half):
    """The place of each tick, taken back through the coordinate system, has the tick's value within a metre."""
    frame = made_frame(half=half)
    west, south, east, north = frame.bounds
    ticks = vn2000_ticks(frame, EPSG, "vi")
    assert {tick.way for tick in ticks} == {"x", "y"}
    for tick in ticks:
        value = float(tick.label.replace(".", ""))
        assert value % 1000 == 0
        if tick.way == "x":
            _, easting = to_vn2000(west + tick.at_mm / frame.width_mm * (east - west), north, EPSG)
            assert float(easting) == pytest.approx(value, abs=1.0)
        else:
            northing, _ = to_vn2000(east, north - tick.at_mm / frame.height_mm * (north - south), EPSG)
            assert float(northing) == pytest.approx(value, abs=1.0)


def test_the_vn2000_zone_of_the_package_counts():
    """Another zone has other values at the same edge."""
    frame = made_frame()
    ours, others = ({t.label for t in vn2000_ticks(frame, epsg, "vi") if t.way == "x"} for epsg in (9209, 5899))
    assert ours != others
    northing, easting = to_vn2000(105.3, 22.4, EPSG)
    lon, lat = from_vn2000(northing, easting, EPSG)
    assert (float(lon), float(lat)) == pytest.approx((105.3, 22.4), abs=1e-8)


def test_the_graticule_stands_at_its_degrees():
    """Each line's words, read back, are the degrees at its place; there are one to five lines the longer way."""
    for half in (0.004, 0.02, 0.2, 2.0):
        frame = made_frame(lat=17.0, half=half)
        west, south, east, north = frame.bounds
        lines = graticule(frame, "vi")
        assert 1 <= max(sum(line.way == way for line in lines) for way in "xy") <= 6
        for line in lines:
            degrees, minutes, seconds = re.fullmatch(r"(\d+)°(\d\d)′(?:(\d\d)″)?[ĐB]", line.label).groups()
            value = int(degrees) + int(minutes) / 60 + int(seconds or 0) / 3600
            share = line.at_mm / (frame.width_mm if line.way == "x" else frame.height_mm)
            at = west + share * (east - west) if line.way == "x" else north - share * (north - south)
            assert at == pytest.approx(value, abs=1e-9)


def test_seconds_are_written_where_the_grid_needs_them():
    """A grid of half minutes names the seconds, one of minutes does not."""
    assert dms(3600 * 105 + 90, 30) == "105°01′30″"
    assert dms(3600 * 105 + 60, 60) == "105°01′"


def test_thresholds_part_the_classes_and_nothing_known_is_no_class():
    """A level at a threshold has its class; below the floor is not served; NaN is no data."""
    codes = classes_of(np.array([[-104.6, -104.7, -114.6, -114.7, -200.0, np.nan]]), served_dbm=-104.6, weak_dbm=-114.6)
    assert [CODES[int(code)] for code in codes[0]] == ["served", "weak", "weak", "unserved", "unserved", "no_data"]


def test_what_is_not_known_is_drawn_as_no_class():
    """Missing cells and all beyond the raster are no data; the classes cover the frame once and without overlap."""
    levels = np.full((30, 30), -90.0)
    levels[10:20, 10:20] = np.nan
    levels[:5] = -120.0
    ground = made_ground(levels)
    frame = frame_over((105.29, 22.34, 105.36, 22.41), width_mm=130, height_mm=100, least_km=4)
    paths = class_paths(ground, levels, frame)
    assert set(paths) == {"served", "unserved", "no_data"}
    cell = frame.width_mm / (frame.bounds[2] - frame.bounds[0]) / 600
    cell *= frame.height_mm / (frame.bounds[3] - frame.bounds[1]) / 600
    assert area_mm2(paths["unserved"]) == pytest.approx(150 * cell, rel=0.01)
    assert area_mm2(paths["served"]) == pytest.approx((750 - 100) * cell, rel=0.01)
    assert area_mm2(paths["no_data"]) >= frame.width_mm * frame.height_mm - 800 * cell


def test_a_map_off_the_raster_has_nothing_but_no_data():
    """A frame wholly outside the levels shows neither served nor unserved, and no relief."""
    ground = made_ground(np.full((5, 5), -90.0))
    frame = made_frame(106.5, 21.0)
    assert set(class_paths(ground, ground.today_dbm, frame)) == {"no_data"}
    assert relief_png(ground, frame) is None


def test_without_a_forecast_the_map_says_so():
    """No coverage at all is no invented coverage: one hatch, and the words."""
    text = map_svg(made_frame(), Scene(epsg=EPSG), None, "vi").decode()
    assert NO_FORECAST.vi in text
    assert text.count("url(#cross)") == 1
    assert "url(#hatch)" not in text


def test_every_word_is_escaped():
    """Codes and names may hold what is markup elsewhere; the drawing stays well-formed and says them."""
    name = 'Xã <A> & "B"'
    scene = Scene(
        epsg=EPSG,
        outlines=[Outline(code="LS-<1>&", shape=shapely.box(105.29, 22.39, 105.31, 22.41), own=True)],
        sites=[SitePoint(code="TC-&", lon_deg=105.3, lat_deg=22.4, tolerance_m=500, own=True)],
        names={f"{name}\x0b": shapely.box(105.2, 22.3, 105.4, 22.5)},
    )
    root = ElementTree.fromstring(map_svg(made_frame(), scene, {}, "vi"))
    said = {(element.text or "").strip("\xa0") for element in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {name, "LS-<1>&", "TC-&"} <= said


def test_labels_keep_off_each_other_where_there_is_room():
    """Four codes around one place do not overlap."""
    labels = [Label("LS-02233-01", 60 + i, 50, 2.5, 2.0, 2.0) for i in range(4)]
    placed = place_labels(labels, width_mm=130, height_mm=100)
    boxes = [shapely.box(*p.rectangle) for p in placed]
    assert all(a.intersection(b).area < 1e-9 for i, a in enumerate(boxes) for b in boxes[:i])
    assert all(shapely.box(0, 0, 130, 100).contains(box) for box in boxes)


def test_a_national_map_shows_both_archipelagos():
    """More than five degrees of latitude is national; the inset names both archipelagos as Viet Nam's."""
    assert is_national((102.1, 8.3, 109.5, 23.4))
    assert not is_national((105.0, 21.0, 106.0, 22.0))
    assert reaches_archipelagos([shapely.box(111.5, 16.4, 111.7, 16.6)])
    assert not reaches_archipelagos([shapely.box(105.0, 21.0, 106.0, 22.0)])
    drawing, _, _ = national_inset([], "vi")
    text = drawing.decode()
    assert "Quần đảo Hoàng Sa" in text
    assert "Quần đảo Trường Sa" in text
    assert text.count("(Việt Nam)") == 2
