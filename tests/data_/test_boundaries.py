"""Commune boundaries: reading, keeping, finding the commune of a point."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Point, Polygon, box

from phusong.data import boundaries
from phusong.data.boundaries import (
    COMMUNE_COLUMNS,
    commune_of_points,
    home,
    import_boundaries,
    province_outline,
    read_communes,
    stored_communes,
)
from phusong.errors import BadInputError, MissingCrsError, MissingFileError, UnreadableFileError

SHARED = Path(__file__).parents[2] / "../shared/data"
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="reference data beside the project are absent")

SQUARES = [box(105.0, 19.0, 105.1, 19.1), box(105.1, 19.0, 105.2, 19.1)]


def layer(geometry=SQUARES, crs="EPSG:4326", **columns):
    columns = columns or {
        "code": ["00097", "16681"],
        "fullName": ["Xã An", "Phường Bình"],
        "provinceCode": ["40", "40"],
    }
    return gpd.GeoDataFrame(columns, geometry=list(geometry), crs=crs)


def lines(problems):
    return " | ".join(problem.line("vi") for problem in problems)


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".shp", ".parquet"])
def test_every_format_gives_the_same_communes(tmp_path, suffix):
    """GeoJSON, GeoPackage, shapefile and GeoParquet: the same columns, codes as text, valid multipolygons."""
    path = tmp_path / f"xa{suffix}"
    columns = {"ma_xa": ["00097", "16681"], "tenxa": ["Xã An", "Phường Bình"], "matinh": ["40", "40"]}
    frame = layer(**columns)
    frame.to_parquet(path) if suffix == ".parquet" else frame.to_file(path, encoding="utf-8")
    reading = read_communes(path)
    communes = reading.communes
    assert tuple(communes.columns) == COMMUNE_COLUMNS
    assert communes.commune_code.tolist() == ["00097", "16681"]
    assert communes.commune_name.tolist() == ["Xã An", "Phường Bình"]
    assert communes.commune_kind.tolist() == ["xã", "phường"]
    assert communes.province_name.tolist() == ["Tỉnh Nghệ An"] * 2
    assert communes.population.isna().all()
    assert communes.crs.to_epsg() == 4326
    assert communes.geom_type.tolist() == ["MultiPolygon"] * 2
    assert reading.problems == ()


@pytest.mark.parametrize(
    "columns",
    [
        {"Mã xã": ["97", "16681"], "Loại": ["xã", "phường"], "Tên": ["An", "Bình"], "Tên tỉnh": ["tỉnh Nghệ An"] * 2},
        {"commune_code": [97, 16681], "commune_name": ["xã An", "phường Bình"], "province_code": [40, 40]},
        {"ma": [97.0, 16681.0], "loai": ["Xã", "Phường"], "tenhc": ["An", "Bình"], "matinh": ["40", "40"]},
        {
            "code": ["97", "16681"],
            "name": ["An", "Bình"],
            "fullName": ["Xã An", "Phường Bình"],
            "provinceCode": ["40"] * 2,
        },
    ],
)
def test_usual_property_names_are_understood(tmp_path, columns):
    """Vietnamese headers with accents, English ones, codes that became numbers, kind apart from name."""
    layer(**columns).to_file(tmp_path / "a.gpkg")
    communes = read_communes(tmp_path / "a.gpkg").communes
    assert communes.commune_code.tolist() == ["00097", "16681"]
    assert communes.commune_name.tolist() == ["Xã An", "Phường Bình"]
    assert communes.province_code.tolist() == ["40", "40"]


def test_population_of_the_file_is_kept_where_it_is_known(tmp_path):
    """A thousands comma is read, "đang cập nhật" stays unknown."""
    layer(code=["1", "2"], fullName=["Xã A", "Xã B"], danso=["30,509", "đang cập nhật"]).to_file(tmp_path / "a.gpkg")
    population = read_communes(tmp_path / "a.gpkg", "40").communes.population
    assert population[0] == 30509
    assert np.isnan(population[1])


def test_a_file_that_names_no_province_is_the_one_asked_for(tmp_path):
    """Without a province in the file the argument stands; without that too it is unknown and said so."""
    layer(code=["1", "2"], fullName=["Xã A", "Xã B"]).to_file(tmp_path / "a.gpkg")
    assert read_communes(tmp_path / "a.gpkg", "48").communes.province_name.tolist() == ["Thành phố Đà Nẵng"] * 2
    reading = read_communes(tmp_path / "a.gpkg")
    assert reading.communes.province_code.tolist() == ["", ""]
    assert "2 đơn vị không ghi tỉnh" in lines(reading.problems)


def test_only_the_province_asked_for_is_returned(tmp_path):
    """Others are left out; a province the file does not hold is an error that says what it holds."""
    layer(code=["1", "2"], fullName=["Xã A", "Xã B"], provinceCode=["40", "42"]).to_file(tmp_path / "a.gpkg")
    assert read_communes(tmp_path / "a.gpkg", "42").communes.commune_code.tolist() == ["00002"]
    with pytest.raises(UnreadableFileError, match="no commune of province 48 \\(it holds: 40, 42\\)"):
        read_communes(tmp_path / "a.gpkg", "48")


def test_another_system_is_brought_to_wgs84(tmp_path):
    """VN-2000 metres come back as the degrees they were made from, within a centimetre."""
    layer().to_crs("EPSG:9208").to_file(tmp_path / "vn2000.gpkg")
    bounds = read_communes(tmp_path / "vn2000.gpkg").communes.total_bounds
    np.testing.assert_allclose(bounds, [105.0, 19.0, 105.2, 19.1], atol=1e-7)


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".parquet"])
def test_a_layer_without_a_system_is_refused(tmp_path, suffix):
    """No CRS in the file: nothing is assumed."""
    path = tmp_path / f"a{suffix}"
    frame = layer(crs=None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the writers themselves warn that there is no system
        frame.to_parquet(path) if suffix == ".parquet" else frame.to_file(path)
    with pytest.raises(MissingCrsError, match="has no coordinate reference system"):
        read_communes(path)


def test_swapped_coordinates_are_named_as_such(tmp_path):
    """A GeoJSON with latitude first is refused with the likely cause."""
    swapped = [shapely.transform(square, lambda xy: xy[:, ::-1]) for square in SQUARES]
    layer(swapped).to_file(tmp_path / "a.geojson")
    with pytest.raises(UnreadableFileError, match="may be swapped"):
        read_communes(tmp_path / "a.geojson")


def test_invalid_polygons_are_repaired_and_counted(tmp_path):
    """A bow-tie becomes two triangles; lines left over by the repair are dropped."""
    bow_tie = Polygon([(105.0, 19.0), (105.1, 19.1), (105.1, 19.0), (105.0, 19.1)])
    spike = Polygon([(105.2, 19.0), (105.3, 19.0), (105.3, 19.1), (105.3, 19.2), (105.3, 19.1), (105.2, 19.1)])
    layer([bow_tie, spike]).to_file(tmp_path / "a.gpkg")
    reading = read_communes(tmp_path / "a.gpkg")
    assert reading.communes.is_valid.all()
    assert reading.communes.geometry[0].area == pytest.approx(0.005)
    assert reading.communes.geometry[1].area == pytest.approx(0.01)
    assert "2 ranh giới tự cắt hoặc sai hình học: đã sửa" in lines(reading.problems)


def test_parts_of_one_commune_become_one(tmp_path):
    """A commune and its island as two features with one code are joined, and the file is told so."""
    island = box(105.5, 19.0, 105.6, 19.1)
    columns = {"code": ["1", "2", "1"], "fullName": ["Xã A", "Xã B", "Xã A"], "provinceCode": ["40"] * 3}
    layer([*SQUARES, island], **columns).to_file(tmp_path / "a.gpkg")
    reading = read_communes(tmp_path / "a.gpkg")
    assert reading.communes.commune_code.tolist() == ["00001", "00002"]
    assert reading.communes.geometry[0].equals(MultiPolygon([SQUARES[0], island]))
    assert "Xã A (00001) có 2 phần: đã gộp thành một" in lines(reading.problems)


def test_all_errors_of_a_file_come_at_once(tmp_path):
    """A code that is none, one code for two communes, a point instead of an area: three errors, each with its row."""
    columns = {"code": ["x", "2", "2", "3"], "fullName": ["Xã A", "Xã B", "Xã C", "Xã D"], "provinceCode": ["40"] * 4}
    layer([*SQUARES, SQUARES[0], Point(105, 19)], **columns).to_file(tmp_path / "a.geojson")
    with pytest.raises(BadInputError) as caught:
        read_communes(tmp_path / "a.geojson")
    found = {(problem.row, problem.level) for problem in caught.value.problems}
    assert found == {(1, "error"), (3, "error"), (4, "error")}
    assert "mã xã 00002 dùng cho nhiều đơn vị: Xã B, Xã C" in lines(caught.value.problems)


def test_files_that_are_no_layer_are_refused(tmp_path):
    """Missing, of another kind, damaged, empty, without codes: one sentence each."""
    with pytest.raises(MissingFileError, match="nowhere"):
        read_communes(tmp_path / "nowhere.gpkg")
    (tmp_path / "a.docx").write_bytes(b"x")
    with pytest.raises(UnreadableFileError, match="must be one of"):
        read_communes(tmp_path / "a.docx")
    for name in ("a.gpkg", "a.geojson", "a.parquet", "a.shp"):
        (tmp_path / name).write_bytes(b"nothing of the kind")
        with pytest.raises(UnreadableFileError, match=name):
            read_communes(tmp_path / name)
    (tmp_path / "b.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": []}), encoding="utf-8")
    with pytest.raises(UnreadableFileError, match=r"b\.geojson"):
        read_communes(tmp_path / "b.geojson")
    layer(tenxa=["Xã A", "Xã B"]).to_file(tmp_path / "c.gpkg")
    with pytest.raises(UnreadableFileError, match="no column of commune codes"):
        read_communes(tmp_path / "c.gpkg")


def test_a_plain_table_is_no_layer(tmp_path):
    """A Parquet table without geometry is refused, not read as empty."""
    layer().drop(columns="geometry").to_parquet(tmp_path / "a.parquet")
    with pytest.raises(UnreadableFileError, match=r"a\.parquet"):
        read_communes(tmp_path / "a.parquet")


def test_of_several_layers_the_polygons_are_read(tmp_path):
    """A GeoPackage whose first layer is points: the communes are found in the second."""
    gpd.GeoDataFrame({"n": [1]}, geometry=[Point(105, 19)], crs="EPSG:4326").to_file(tmp_path / "a.gpkg", layer="tram")
    layer().to_file(tmp_path / "a.gpkg", layer="xa")
    assert len(read_communes(tmp_path / "a.gpkg").communes) == 2


def test_an_import_is_kept_for_later_and_only_replaces_its_own_province(tmp_path):
    """Two imports add up; the same province again replaces itself; nothing half-written stays behind."""
    store = tmp_path / "store"
    assert stored_communes(store) is None
    layer().to_file(tmp_path / "nghe_an.gpkg")
    layer(code=["9"], fullName=["Xã H"], provinceCode=["42"], geometry=SQUARES[:1]).to_file(tmp_path / "ha_tinh.gpkg")
    layer(code=["7"], fullName=["Xã Mới"], provinceCode=["40"], geometry=SQUARES[:1]).to_file(tmp_path / "new.gpkg")
    summary = import_boundaries(tmp_path / "nghe_an.gpkg", store)
    assert dict(summary.communes) == {"40": 2}
    import_boundaries(tmp_path / "ha_tinh.gpkg", store)
    assert stored_communes(store).commune_code.tolist() == ["00009", "00097", "16681"]
    import_boundaries(tmp_path / "new.gpkg", store)
    kept = stored_communes(store)
    assert kept.commune_name.tolist() == ["Xã Mới", "Xã H"]
    assert tuple(kept.columns) == COMMUNE_COLUMNS
    assert kept.crs.to_epsg() == 4326
    assert [path.name for path in store.iterdir()] == [summary.stored_at.name]


def test_an_import_that_fails_leaves_the_store_as_it_was(tmp_path, monkeypatch):
    """A write that breaks in the middle changes nothing and leaves no part behind."""
    layer().to_file(tmp_path / "a.gpkg")
    summary = import_boundaries(tmp_path / "a.gpkg", tmp_path / "store")
    before = summary.stored_at.read_bytes()

    def broken(self, path):
        Path(path).write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(boundaries.gpd.GeoDataFrame, "to_parquet", broken)
    with pytest.raises(OSError, match="disk full"):
        import_boundaries(tmp_path / "a.gpkg", tmp_path / "store")
    assert summary.stored_at.read_bytes() == before
    assert list((tmp_path / "store").iterdir()) == [summary.stored_at]


def test_the_user_says_where_the_store_is(tmp_path, monkeypatch):
    """PHUSONG_HOME is the folder; without it a folder called phusong in the system's place for data."""
    monkeypatch.setenv("PHUSONG_HOME", str(tmp_path))
    assert home() == tmp_path
    layer().to_file(tmp_path / "a.gpkg")
    assert import_boundaries(tmp_path / "a.gpkg").stored_at.parent == tmp_path
    assert len(stored_communes()) == 2
    monkeypatch.delenv("PHUSONG_HOME")
    assert home().name == "phusong"


def test_each_point_has_its_commune():
    """Against a slow, obvious search: inside, outside, on the shared border (the first), without a position."""
    communes = layer()
    lon = np.array([105.05, 105.15, 105.1, 104.0, np.nan, 105.0])
    lat = np.array([19.05, 19.05, 19.05, 19.05, 19.05, 19.0])
    assert commune_of_points(lon, lat, communes).tolist() == [0, 1, 0, -1, -1, 0]
    rng = np.random.default_rng(3)
    crooked = layer([Point(105.05, 19.05).buffer(0.06), Point(105.12, 19.05).buffer(0.06)])
    lon, lat = rng.uniform(104.95, 105.25, 500), rng.uniform(18.95, 19.15, 500)
    slow = [
        next((i for i, shape in enumerate(crooked.geometry) if shape.intersects(Point(x, y))), -1)
        for x, y in zip(lon, lat, strict=True)
    ]
    assert commune_of_points(lon, lat, crooked).tolist() == slow


def test_points_beyond_one_chunk_find_their_commune(monkeypatch):
    """The answer does not depend on how many points are looked at together."""
    monkeypatch.setattr("phusong.data.polygons._POINTS_AT_ONCE", 7)
    lon = np.linspace(104.95, 105.25, 40)
    found = commune_of_points(lon, np.full(40, 19.05), layer())
    assert found.tolist() == [-1 if x < 105 or x > 105.2 else int(x > 105.1) for x in lon]


def test_an_outline_keeps_every_island():
    """The outline is the union without inner borders, within the tolerance, with the small far islands."""
    islet = box(112.0, 16.0, 112.0005, 16.0005)
    communes = layer(
        [*SQUARES, islet],
        province_code=["48"] * 3,
        province_name=["Thành phố Đà Nẵng"] * 3,
    )
    outline = province_outline(communes, tolerance_deg=0.002)
    assert outline.province_code.tolist() == ["48"]
    shape = outline.geometry.iloc[0]
    assert len(shape.geoms) == 2
    assert shape.area == pytest.approx(0.02, rel=0.01)
    assert shape.bounds[2] == pytest.approx(112.0005)


@pytest.mark.shared
@needs_shared
def test_the_94_real_communes_of_da_nang_are_read():
    """23 phường, 70 xã and the special zone Hoàng Sa out to 112.7° E; 5-digit codes; nothing to repair."""
    reading = read_communes(SHARED / "vn-admin/communes_48_da_nang.geojson", "48")
    communes = reading.communes
    assert communes.commune_kind.value_counts().to_dict() == {"xã": 70, "phường": 23, "đặc khu": 1}
    assert communes.total_bounds[2] > 112.7
    assert communes.commune_code.str.fullmatch(r"\d{5}").all()
    assert communes.province_name.unique().tolist() == ["Thành phố Đà Nẵng"]
    assert reading.problems == ()


@pytest.mark.shared
@needs_shared
def test_the_whole_country_has_3321_units_of_34_provinces():
    """The national file: 2,611 xã, 697 phường, 13 đặc khu; every province in our table."""
    communes = read_communes(SHARED / "vn-admin/communes_all_3321_simplified.geojson").communes
    assert communes.commune_kind.value_counts().to_dict() == {"xã": 2611, "phường": 697, "đặc khu": 13}
    assert communes.province_code.nunique() == 34
    assert communes.province_name.str.contains("^(?:Tỉnh|Thành phố) ").all()
