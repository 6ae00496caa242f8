"""A table as a file: every format opens in GDAL or pandas, in the right place, in words, and runs nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest
from lxml import etree
from shapely.geometry import MultiPolygon, Point, box

from phusong.data.geopackage import read_styles
from phusong.data.table_files import OF_MAPS, WRITERS, FileColumn, TableFile, write_table_file
from phusong.errors import MissingCrsError
from phusong.words import Text

CLASSES = {"white": Text("trắng sóng", "no signal")}
ABOUT = TableFile(
    name="places",
    label="name",
    title=Text("Nơi", "Places"),
    columns=[
        FileColumn(name="name", title=Text("Tên", "Name"), meaning=Text("Tên gọi", "What it is called")),
        FileColumn(name="class", title=Text("Phân loại", "Class"), meaning=Text("Loại", "Class"), keys=CLASSES),
        FileColumn(name="households", title=Text("Số hộ", "Households"), meaning=Text("Hộ", "Homes")),
        FileColumn(name="dated", title=Text("Ngày", "Date"), meaning=Text("Ngày", "Day"), is_date=True),
        FileColumn(name="made_up", title=Text("Giả định", "Made up"), meaning=Text("Giả", "Not real")),
    ],
    notes=[Text("Nguồn: thử", "Source: test")],
    dated=date(2026, 11, 22),
    style="<qgis/>",
)


def places(**more: list[object]) -> gpd.GeoDataFrame:
    table = {
        "name": ["Bản Nà Lường", "=1+1"],
        "class": ["white", "other"],
        "households": pd.array([12, None], dtype="Int64"),
        "dated": ["2026-11-02", ""],
        "made_up": [True, False],
        "secret": ["x", "y"],
        **more,
    }
    return gpd.GeoDataFrame(table, geometry=[Point(105.5, 21.25), Point(106, 22)], crs="EPSG:4326")


def read(path: Path) -> pd.DataFrame:
    """Read a file back with GDAL, GeoParquet with pandas."""
    if path.suffix == ".parquet":
        return gpd.read_parquet(path)
    return pyogrio.read_dataframe(path, layer=pyogrio.list_layers(path)[0][0])


@pytest.mark.parametrize("kind", WRITERS)
def test_every_format_opens_and_holds_the_columns_it_is_told_of(tmp_path, kind):
    """Both rows, and nothing of a column that is not described."""
    write_table_file(tmp_path / f"a.{kind}", places(), ABOUT, "vi")
    found = read(tmp_path / f"a.{kind}")
    assert len(found) >= 2
    assert "Bản Nà Lường" in found.astype(str).to_numpy()
    assert not [name for name in found if "secret" in name.lower()]


@pytest.mark.parametrize("kind", [*sorted(OF_MAPS), "parquet"])
def test_places_are_where_they_are_whatever_system_the_table_has(tmp_path, kind):
    """A table in metres comes out in longitude and latitude; GeoParquet keeps its own system and says so."""
    write_table_file(tmp_path / f"a.{kind}", places().to_crs(32648), ABOUT, "vi")
    found = read(tmp_path / f"a.{kind}")
    assert isinstance(found, gpd.GeoDataFrame)
    assert found.crs.to_epsg() == (32648 if kind == "parquet" else 4326)
    first = found.geometry.to_crs(4326).iloc[0]
    assert (first.x, first.y) == pytest.approx((105.5, 21.25), abs=2e-6)


@pytest.mark.parametrize("kind", sorted(OF_MAPS))
def test_parts_and_wholes_go_into_one_layer(tmp_path, kind):
    """A commune of two islands beside one of a single piece."""
    table = places()
    table = table.set_geometry(
        [box(105, 21, 105.1, 21.1), MultiPolygon([box(106, 21, 106.1, 21.1), box(107, 21, 108, 22)])]
    )
    write_table_file(tmp_path / f"a.{kind}", table.set_crs(4326), ABOUT, "vi")
    assert read(tmp_path / f"a.{kind}").geometry.union_all().area == pytest.approx(1.02, rel=1e-3)


@pytest.mark.parametrize("kind", sorted(WRITERS))
def test_a_table_without_rows_is_a_file_without_rows(tmp_path, kind):
    """A province with no gap left still has its file."""
    write_table_file(tmp_path / f"a.{kind}", places().iloc[:0], ABOUT, "vi")
    if kind not in ("xlsx", "csv"):
        assert len(read(tmp_path / f"a.{kind}")) == 0
    assert (tmp_path / f"a.{kind}").stat().st_size > 0


@pytest.mark.parametrize("kind", sorted(OF_MAPS))
def test_a_map_format_of_a_table_without_places_is_refused(tmp_path, kind):
    """A list of conclusions is no map."""
    with pytest.raises(MissingCrsError):
        write_table_file(tmp_path / f"a.{kind}", pd.DataFrame(places()[["name"]]), ABOUT, "vi")


def test_rows_without_a_place_are_left_out_of_maps_alone(tmp_path):
    """A village without a centre is in the list, not on the map."""
    table = places()
    table.loc[0, "geometry"] = None
    for kind, count in (("gpkg", 1), ("geojson", 1), ("csv", 2), ("parquet", 2)):
        write_table_file(tmp_path / f"a.{kind}", table, ABOUT, "vi")
        assert len(read(tmp_path / f"a.{kind}")) == count


def test_people_read_words_and_programs_read_keys(tmp_path):
    """CSV in the chosen language with titles, days and words; GeoPackage by names, with its style inside."""
    write_table_file(tmp_path / "a.csv", places(), ABOUT, "vi")
    lines = (tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "Tên,Phân loại,Số hộ,Ngày,Giả định,Kinh độ (WGS84),Vĩ độ (WGS84)"
    assert lines[1] == "Bản Nà Lường,trắng sóng,12,02/11/2026,có,105.5,21.25"
    assert lines[2] == "'=1+1,other,,,không,106.0,22.0"
    write_table_file(tmp_path / "a.csv", places(), ABOUT, "en")
    assert (tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()[1].startswith("Bản Nà Lường,no signal,12")
    write_table_file(tmp_path / "a.gpkg", places(), ABOUT, "vi")
    assert read(tmp_path / "a.gpkg")["class"].tolist() == ["white", "other"]
    assert read_styles(tmp_path / "a.gpkg")["styleQML"].tolist() == ["<qgis/>"]


def test_a_workbook_has_its_dictionary_and_no_formula(tmp_path):
    """The second sheet names every column, its name in data files and its keys; numbers and days are such."""
    write_table_file(tmp_path / "a.xlsx", places(), ABOUT, "vi")
    data, dictionary = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets
    cells = {cell.value: cell for row in data.iter_rows() for cell in row if cell.value is not None}
    assert cells["=1+1"].data_type == "s"
    assert cells["=1+1"].quotePrefix
    assert cells[12].data_type == "n"
    assert [value for value in cells if hasattr(value, "year")] != []
    told = [[cell.value for cell in row] for row in dictionary.iter_rows()]
    assert ["Phân loại", "class", "Loại", "white: trắng sóng"] in told
    assert any("Nguồn: thử" in str(cell) for row in told for cell in row)


def test_hostile_names_stay_inside_kml_and_geojson(tmp_path):
    """A name is text: it closes no element and opens none."""
    hostile = ["</name><script>alert(1)</script>", "]]></name><script>x</script>"]
    table = places(name=hostile)
    for kind in ("kml", "geojson"):
        write_table_file(tmp_path / f"a.{kind}", table, ABOUT, "vi")
        assert set(hostile) <= set(map(str, read(tmp_path / f"a.{kind}").to_numpy().ravel()))
    elements = etree.parse(tmp_path / "a.kml").getroot().iter()
    assert not [one for one in elements if str(one.tag).endswith("script")]
