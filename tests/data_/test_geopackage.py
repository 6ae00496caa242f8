"""results.gpkg: layers in order, styles inside, the same bytes twice."""

import sqlite3
import time
from contextlib import closing

import geopandas as gpd
import pyogrio
import pytest
from maps_.made_tables import made_plan, made_tables

from phusong.data.geopackage import FIXED_TIME, LAYER_TITLES, read_styles, write_geopackage
from phusong.errors import MissingCrsError

TABLES = made_tables() | made_plan()
STYLES = {name: f"<qgis><layer name='{name}'/></qgis>" for name in TABLES}


@pytest.fixture
def package(tmp_path):
    write_geopackage(tmp_path / "results.gpkg", TABLES, STYLES)
    return tmp_path / "results.gpkg"


def rows(path, query):
    with closing(sqlite3.connect(path)) as file:
        return file.execute(query).fetchall()


def test_layers_stand_in_the_order_given(package):
    """GDAL lists the layers in their order, and the table of styles after them."""
    assert [name for name, _ in pyogrio.list_layers(package)] == [*TABLES, "layer_styles"]


def test_rows_come_back_as_they_went_in(package):
    """Codes keep their leading zeros, numbers their values, missing ones stay missing, fid counts rows from 1."""
    for name, table in TABLES.items():
        back = pyogrio.read_dataframe(package, layer=name, fid_as_index=True)
        assert list(back.index) == list(range(1, len(table) + 1))
        assert back.crs == table.crs
        assert back.geometry.geom_equals_exact(table.geometry.set_axis(back.index), 1e-12).all()
    communes = pyogrio.read_dataframe(package, layer="communes")
    assert communes["commune_code"][0] == "04800"
    assert communes["unserved_percent"].isna().tolist() == made_tables()["communes"]["unserved_percent"].isna().tolist()


def test_an_answer_that_may_be_missing_stays_missing(package):
    """single_operator is yes, no or not known; the last is null in the file, not no."""
    given = made_tables()["villages"]["single_operator"]
    back = pyogrio.read_dataframe(package, layer="villages")["single_operator"]
    assert back.isna().tolist() == given.isna().tolist()
    assert back.isna().any()
    assert [bool(value) for value in back.dropna()] == [bool(value) for value in given.dropna()]


def test_every_layer_has_its_default_style_inside(package):
    """QGIS looks up layer_styles by table and geometry column, and takes the one marked as default."""
    styles = read_styles(package)
    columns = dict(rows(package, "SELECT table_name, column_name FROM gpkg_geometry_columns"))
    assert dict(zip(styles["f_table_name"], styles["styleQML"], strict=True)) == STYLES
    assert dict(zip(styles["f_table_name"], styles["f_geometry_column"], strict=True)) == columns
    assert (styles["useAsDefault"] == 1).all()
    assert rows(package, "SELECT data_type FROM gpkg_contents WHERE table_name = 'layer_styles'") == [("attributes",)]


def test_layers_have_vietnamese_titles(package):
    """The catalogue of the file names each layer in Vietnamese and describes it in English."""
    found = {
        name: (vi, en)
        for name, vi, en in rows(package, "SELECT table_name, identifier, description FROM gpkg_contents")
    }
    assert all(found[name] == (LAYER_TITLES[name].vi, LAYER_TITLES[name].en) for name in TABLES)


def test_the_same_layers_give_the_same_bytes(package, tmp_path):
    """A second later the file is the same, byte for byte; its times are the fixed one."""
    time.sleep(1.1)
    write_geopackage(tmp_path / "again.gpkg", TABLES, STYLES)
    assert (tmp_path / "again.gpkg").read_bytes() == package.read_bytes()
    times = rows(package, "SELECT last_change FROM gpkg_contents UNION SELECT update_time FROM layer_styles")
    assert times == [(FIXED_TIME,)]


def test_writing_over_a_file_leaves_nothing_of_it(package):
    """A file that is there is replaced, not added to."""
    write_geopackage(package, {"sites": made_tables()["sites"]}, STYLES)
    assert [name for name, _ in pyogrio.list_layers(package)] == ["sites", "layer_styles"]
    assert read_styles(package)["f_table_name"].tolist() == ["sites"]


def test_an_empty_layer_is_kept(tmp_path):
    """A study without gaps still has the layer, with its columns."""
    write_geopackage(tmp_path / "empty.gpkg", {"gaps": made_tables()["gaps"].iloc[:0]}, STYLES)
    back = pyogrio.read_dataframe(tmp_path / "empty.gpkg", layer="gaps")
    assert (len(back), "households" in back.columns) == (0, True)


def test_a_layer_without_coordinate_system_is_refused(tmp_path):
    """The error names the layer, and an older file is left as it was."""
    path = tmp_path / "results.gpkg"
    write_geopackage(path, made_tables(), STYLES)
    before = path.read_bytes()
    lost = gpd.GeoDataFrame(made_tables()["sites"]).set_crs(None, allow_override=True)
    with pytest.raises(MissingCrsError) as caught:
        write_geopackage(path, {"sites": lost}, STYLES)
    assert "sites" in caught.value.text.vi
    assert path.read_bytes() == before


def test_the_date_of_other_files_is_left_alone(package):
    """GDAL's own setting is as it was before the file was written."""
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None
