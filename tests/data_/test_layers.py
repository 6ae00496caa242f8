"""Map layers of a study: every usual file, coordinate system, column name and value; broken ones answered whole."""

from __future__ import annotations

from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from shapely.geometry import GeometryCollection, LineString, MultiLineString, MultiPoint, Point, Polygon, box

from phusong.data.layer_columns import LAYER_KINDS
from phusong.data.layers import Layers, read_layer, read_layers
from phusong.errors import BadInputError, MissingCrsError, MissingFileError, UnreadableFileError

AROUND = (104.5, 18.5, 105.5, 19.5)
ROADS = [LineString([(105.0, 19.0), (105.1, 19.0)]), LineString([(105.1, 19.0), (105.1, 19.1), (105.2, 19.1)])]


def roads(crs="EPSG:4326", geometry=ROADS, **columns):
    columns = columns or {"ma": ["A1", "A2"], "ten": ["Đường một", "Đường hai"], "loai_duong": ["ô tô", "Đường mòn"]}
    return gpd.GeoDataFrame(columns, geometry=list(geometry), crs=crs)


def study(**further):
    return SimpleNamespace(further=further)


def written(tmp_path, frame, name="lop.gpkg"):
    path = tmp_path / name
    if name.endswith("parquet"):
        frame.to_parquet(path)
    else:
        pyogrio.write_dataframe(frame, path, driver="LIBKML" if name.endswith("kml") else None)
    return path


def lines(problems, level=None):
    return " | ".join(p.line("vi") for p in problems if level in (None, p.level))


@pytest.mark.parametrize("name", ["d.geojson", "d.gpkg", "d.shp", "d.kml", "d.parquet"])
def test_every_kind_of_file_gives_the_same_roads(tmp_path, name):
    """GeoJSON, GeoPackage, shapefile, KML and GeoParquet: same ids, names, classes and lines."""
    layer, problems = read_layer(written(tmp_path, roads(), name), "roads", AROUND)
    assert layer.road_id.tolist() == ["A1", "A2"]
    assert layer.road_name.tolist() == ["Đường một", "Đường hai"]
    assert layer.road_class.tolist() == ["car", "trail"]
    assert layer.crs.to_epsg() == 4326
    assert [g.equals(h) for g, h in zip(layer.geometry, ROADS, strict=True)] == [True, True]
    assert problems == ()


def test_a_shapefile_without_its_encoding_is_read_as_utf8(tmp_path):
    """Vietnamese names survive a lost .cpg file."""
    path = written(tmp_path, roads(), "d.shp")
    path.with_suffix(".cpg").unlink()
    assert read_layer(path, "roads")[0].road_name.tolist() == ["Đường một", "Đường hai"]


def test_a_shapefile_in_another_encoding_is_refused_with_what_to_do(tmp_path):
    """Letters that cannot be told are not guessed."""
    path = tmp_path / "d.shp"
    pyogrio.write_dataframe(roads(ten=["Thi Xa é", "b"]), path, encoding="ISO-8859-1")
    path.with_suffix(".cpg").unlink(missing_ok=True)
    with pytest.raises(UnreadableFileError, match="not UTF-8"):
        read_layer(path, "roads")


def test_every_folder_of_a_kml_file_is_read(tmp_path):
    """Schools as points in one folder and a park as an area in another are places alike."""
    path = tmp_path / "p.kml"
    school = gpd.GeoDataFrame({"ten": ["A"], "loai": ["trường"]}, geometry=[Point(105.1, 19.1)], crs=4326)
    park = gpd.GeoDataFrame({"ten": ["B"], "loai": ["KCN"]}, geometry=[box(105, 19, 105.1, 19.1)], crs=4326)
    pyogrio.write_dataframe(school, path, driver="LIBKML", layer="truong")
    pyogrio.write_dataframe(park, path, driver="LIBKML", layer="kcn", append=True)
    assert sorted(read_layer(path, "places")[0].kind) == ["industrial_park", "school"]


@pytest.mark.parametrize("crs", ["EPSG:32648", "EPSG:5899", "EPSG:3857"])
def test_any_stated_coordinate_system_is_turned_into_degrees(tmp_path, crs):
    """A layer in metres lies where it lay in degrees, to a metre, and is still found by the bounds in degrees."""
    layer, _ = read_layer(written(tmp_path, roads().to_crs(crs)), "roads", AROUND)
    assert len(layer) == 2
    for line, expected in zip(layer.geometry, ROADS, strict=True):
        assert np.abs(shapely.get_coordinates(line) - shapely.get_coordinates(expected)).max() < 1e-5


@pytest.mark.parametrize("name", ["d.shp", "d.gpkg"])
def test_a_layer_without_a_coordinate_system_is_refused(tmp_path, name):
    """Nothing is guessed of where numbers lie."""
    with pytest.warns(UserWarning, match="crs"):
        path = written(tmp_path, roads(crs=None), name)
    with pytest.raises(MissingCrsError, match="no coordinate"):
        read_layer(path, "roads", AROUND)


def test_a_system_tied_to_no_place_is_refused(tmp_path):
    """A drawing in its own metres cannot be laid over a study."""
    local = 'ENGCRS["x",EDATUM["x"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],LENGTHUNIT["metre",1]]'
    path = tmp_path / "d.parquet"
    roads(crs=local).to_parquet(path)
    with pytest.raises(UnreadableFileError, match="cannot be read"):
        read_layer(path, "roads", AROUND)


def test_metres_in_a_file_that_says_degrees_are_refused(tmp_path):
    """Bounds do not turn a wrong coordinate system into an empty layer."""
    far = [shapely.transform(line, lambda xy: xy * 5000.0) for line in ROADS]
    with pytest.raises(UnreadableFileError, match="coordinates are not"):
        read_layer(written(tmp_path, roads(geometry=far)), "roads", AROUND)


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("Loại đường", ["Ô TÔ", "xe máy"]),
        ("loai_duong", ["đường huyện", "Đường thôn"]),
        ("highway", ["living_street", "track"]),
        ("ROAD_CLASS", ["car", "motorbike"]),
        ("fclass", ["tertiary_link", "đường-xe-máy"]),
    ],
)
def test_usual_names_of_columns_and_classes_are_understood(tmp_path, column, values):
    """With or without accents, Vietnamese or English, ours or OpenStreetMap's."""
    layer, problems = read_layer(written(tmp_path, roads(**{column: values})), "roads")
    assert layer.road_class.tolist() == ["car", "motorbike"]
    assert layer.road_id.tolist() == ["D1", "D2"]
    assert problems == ()


def test_names_a_shapefile_cuts_to_ten_characters_are_known(tmp_path):
    """``technology`` has ten; ``loai_vuong_mac`` is cut."""
    frame = gpd.GeoDataFrame({"loai_vuong": ["rừng phòng hộ"]}, geometry=[box(105, 19, 105.1, 19.1)], crs=4326)
    layer, _ = read_layer(written(tmp_path, frame, "r.shp"), "constraints")
    assert layer.kind.tolist() == ["forest"]


def test_an_unknown_road_class_is_unknown_and_said_once(tmp_path):
    """A railway among the roads stops nothing, and is never taken for a road of some class."""
    frame = roads(geometry=[ROADS[0]] * 3, loai=["đường sắt", "ô tô", "đường sắt"])
    layer, problems = read_layer(written(tmp_path, frame), "roads")
    assert layer.road_class.tolist() == ["", "car", ""]
    assert [p.level for p in problems] == ["warning"]
    assert problems[0].row == 1
    assert problems[0].column == "loai"
    assert "đường sắt" in problems[0].text.vi
    assert "1 dòng khác" in problems[0].text.vi


def test_roads_without_a_class_are_kept_as_unknown(tmp_path):
    """Without the column nothing is known of any class, and that is said."""
    layer, problems = read_layer(written(tmp_path, roads(ten=["a", "b"])), "roads")
    assert layer.road_class.tolist() == ["", ""]
    assert "không có cột Loại đường" in lines(problems, "warning")


def test_a_multi_line_becomes_lines_with_names_of_their_own(tmp_path):
    """Parts that meet are joined; parts that do not get the id with a number behind."""
    multi = MultiLineString([[(105, 19), (105.1, 19)], [(105.1, 19), (105.2, 19)], [(105.3, 19), (105.4, 19)]])
    layer, _ = read_layer(written(tmp_path, roads(geometry=[multi], ma=["QL7"], loai=["ô tô"])), "roads")
    assert layer.geom_type.tolist() == ["LineString"] * 2
    assert sorted(layer.road_id) == ["QL7", "QL7-2"]
    assert sorted(round(line.length, 6) for line in layer.geometry) == [0.1, 0.2]


def test_places_may_be_points_or_areas(tmp_path):
    """An industrial park drawn as an area is a point on it; a multi-point is several places."""
    park = Polygon([(105, 19), (105.1, 19), (105.1, 19.1), (105.09, 19.01)])
    frame = gpd.GeoDataFrame(
        {"Tên": ["KCN An", "Trường Bình", "Trạm"], "Loại": ["KCN", "trường tiểu học", "Trạm y tế xã"]},
        geometry=[park, MultiPoint([(105.2, 19.2), (105.3, 19.3)]), Point(105.1, 19.2)],
        crs=4326,
    )
    layer, problems = read_layer(written(tmp_path, frame, "p.geojson"), "places")
    assert layer.kind.tolist() == ["industrial_park", "school", "school", "clinic"]
    assert layer.place_id.tolist() == ["P1", "P2", "P2-2", "P3"]
    assert layer.geom_type.unique().tolist() == ["Point"]
    assert park.contains(layer.geometry.iloc[0])
    assert problems == ()


def test_every_problem_of_every_layer_comes_at_once(tmp_path):
    """Two broken files, four problems: one error, each with its row and column."""
    places = gpd.GeoDataFrame(
        {"ten": ["a", "b", "c"], "loai": ["chợ", None, "trường"]}, geometry=[Point(105, 19)] * 3, crs=4326
    )
    claims = gpd.GeoDataFrame(
        {"nha_mang": ["Viettel", ""], "cong_nghe": ["4G", "6G"]}, geometry=[box(105, 19, 105.1, 19.1)] * 2, crs=4326
    )
    file = study(places=written(tmp_path, places, "p.gpkg"), claims=written(tmp_path, claims, "c.gpkg"))
    with pytest.raises(BadInputError) as raised:
        read_layers(file)
    errors = [(p.file, p.row, p.column) for p in raised.value.problems if p.level == "error"]
    assert errors == [
        ("p.gpkg", 1, "loai"),
        ("p.gpkg", 2, "loai"),
        ("c.gpkg", 2, "nha_mang"),
        ("c.gpkg", 2, "cong_nghe"),
    ]
    assert "chợ" in raised.value.text.vi


def test_a_claim_needs_operator_and_technology(tmp_path):
    """Without the columns it says nothing of anybody; without a strength it is the weaker one."""
    area = [box(105, 19, 105.1, 19.1)]
    bare = written(tmp_path, gpd.GeoDataFrame({"x": [1]}, geometry=area, crs=4326), "bare.gpkg")
    _, problems = read_layer(bare, "claims")
    assert "không có cột Nhà mạng" in lines(problems, "error")
    assert "không có cột Công nghệ" in lines(problems, "error")
    full = gpd.GeoDataFrame({"DN": ["VNPT"], "tech": ["LTE"], "ngay": ["01/10/2026"]}, geometry=area, crs=4326)
    layer, problems = read_layer(written(tmp_path, full), "claims")
    assert layer.drop(columns="geometry").to_dict("records") == [
        {"operator": "vinaphone", "technology": "4G", "strength": "edge", "dated": "2026-10-01"}
    ]
    assert [p.level for p in problems] == ["warning"]


def test_crossing_polygons_are_mended_and_counted(tmp_path):
    """A bow tie keeps its two wings; the reader says so."""
    bow = Polygon([(105, 19), (105.1, 19.1), (105.1, 19), (105, 19.1)])
    frame = gpd.GeoDataFrame({"loai": ["Đất quốc phòng"]}, geometry=[bow], crs=4326)
    layer, problems = read_layer(written(tmp_path, frame), "constraints")
    assert layer.geometry.is_valid.all()
    assert shapely.area(layer.geometry.to_numpy()).sum() == pytest.approx(0.005)
    assert [p.level for p in problems] == ["repair"]


def test_shapes_of_another_kind_are_an_error_with_their_row(tmp_path):
    """A point is no road; a feature without geometry is left out with a warning."""
    frame = roads(geometry=[Point(105, 19), GeometryCollection()], loai=["ô tô", "ô tô"])
    _, problems = read_layer(written(tmp_path, frame, "d.geojson"), "roads")
    assert [(p.level, p.row) for p in problems] == [("warning", 2), ("error", 1)]


def test_only_the_surroundings_are_read(tmp_path):
    """A road of another province is not there; rows keep the numbers they have in the file."""
    far = LineString([(107, 12), (107.1, 12)])
    frame = roads(geometry=[far, far, ROADS[0]], loai=["ô tô", "ô tô", "cáp treo"])
    for name in ("d.gpkg", "d.geojson", "d.shp", "d.parquet"):
        layer, problems = read_layer(written(tmp_path, frame, name), "roads", AROUND)
        assert layer.road_id.tolist() == ["D3"]
        assert problems[0].row == 3


def test_nothing_near_is_an_empty_layer_and_a_warning(tmp_path):
    """Known to be empty is not the same as not given."""
    frame = roads(geometry=[LineString([(107, 12), (107.1, 12)])], loai=["ô tô"])
    reading = read_layers(study(roads=written(tmp_path, frame)), AROUND)
    assert reading.layers.roads is not None
    assert reading.layers.roads.empty
    assert list(reading.layers.roads.columns) == ["road_id", "road_name", "road_class", "geometry"]
    assert reading.layers.fibre is None
    assert "không có đường giao thông nào gần" in lines(reading.problems)


def test_an_empty_file_and_other_kinds_of_file_are_refused(tmp_path):
    """No features, no layer, no file: one sentence each."""
    empty = written(tmp_path, roads().iloc[:0], "d.gpkg")
    with pytest.raises(UnreadableFileError, match="no features"):
        read_layer(empty, "roads", AROUND)
    text = tmp_path / "d.txt"
    text.write_text("x", encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="must be one of"):
        read_layer(text, "roads")
    damaged = tmp_path / "d2.gpkg"
    damaged.write_bytes(b"no database")
    with pytest.raises(UnreadableFileError, match="cannot be read"):
        read_layer(damaged, "roads")
    with pytest.raises(MissingFileError):
        read_layer(tmp_path / "none.gpkg", "roads")


def test_a_study_without_layers_knows_nothing_of_them():
    """No layer named: all None, nothing said."""
    reading = read_layers(study())
    assert all(getattr(reading.layers, name) is None for name in LAYER_KINDS)
    assert reading.problems == ()


def test_every_layer_of_the_value_has_a_kind():
    """The table of layers and the value name the same layers."""
    assert set(LAYER_KINDS) == set(Layers.__dataclass_fields__)


def test_rivers_are_lines_and_areas_of_one_file(tmp_path):
    """Lines and polygons, in one layer or in two of a GeoPackage, are read together; an unknown class is kept."""
    lake = box(105.0, 19.0, 105.1, 19.1)
    frame = gpd.GeoDataFrame(
        {"ten": ["Sông Lô", "Hồ Đá"], "waterway": ["river", "lạ"]}, geometry=[ROADS[0], lake], crs=4326
    )
    mixed, problems = read_layer(written(tmp_path, frame, "song.geojson"), "rivers", AROUND)
    assert sorted(mixed.geom_type) == ["LineString", "MultiPolygon"]
    assert dict(zip(mixed.water_name, mixed.water_class, strict=True)) == {"Sông Lô": "river", "Hồ Đá": ""}
    assert "lạ" in lines(problems, "warning")
    path = tmp_path / "hai.gpkg"
    pyogrio.write_dataframe(frame.iloc[:1], path, layer="dong")
    pyogrio.write_dataframe(frame.iloc[1:], path, layer="mat_nuoc", append=True)
    assert len(read_layer(path, "rivers")[0]) == 2
    _, problems = read_layer(written(tmp_path, frame.set_geometry([Point(105, 19)] * 2, crs=4326), "d.gpkg"), "rivers")
    assert "không phải đường hay vùng" in lines(problems, "error")
