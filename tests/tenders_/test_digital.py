"""Part 15: the package as GeoPackage, KML and CSV."""

from __future__ import annotations

import csv
import dataclasses

import pyogrio
import pytest
from lxml import etree
from tenders_.made_package import made_package

from phusong.tenders.digital import WRITERS
from phusong.tenders.digital.fields import FIELDS, LAYERS
from phusong.tenders.digital.tables import ROWS
from phusong.tenders.package.values import Package
from phusong.tenders.parts import Making, part
from phusong.words import LANGUAGES

KML = "{http://www.opengis.net/kml/2.2}"


def small(package: Package) -> Package:
    """Return the package with two areas of fewer than five households and one site on a standing mast."""
    areas = [
        dataclasses.replace(a, households=3, planned_households=2, left_households=1, village_code="02233-99")
        if i in (0, 1)
        else a
        for i, a in enumerate(package.areas)
    ]
    sites = [
        dataclasses.replace(s, kind="upgrade", host_site_id="VTL123") if i == 0 else s
        for i, s in enumerate(package.sites)
    ]
    hidden = {area.gap_id for area in areas[:2]}
    points = tuple(point for point in package.test_points if point.gap_id not in hidden)
    return dataclasses.replace(package, areas=tuple(areas), sites=tuple(sites), test_points=points)


def write_all(folder, package, language="vi"):
    folder.mkdir(exist_ok=True)
    making = Making(language=language, maps=folder)
    files = {}
    for key, write in WRITERS.items():
        files[key] = folder / part(key).file_name(language)
        write(files[key], package, making)
    return files


def read_csv(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("language", LANGUAGES)
def test_digital_files_are_the_same_bytes_each_time(tmp_path, language):
    """The same package gives the same bytes."""
    package = made_package(6)
    one, two = write_all(tmp_path / "a", package, language), write_all(tmp_path / "b", package, language)
    for key in WRITERS:
        assert one[key].read_bytes() == two[key].read_bytes(), key


def test_every_row_fills_only_described_fields():
    """Rows and the data dictionary name the same fields."""
    for key, rows in ROWS.items():
        names = {field.name for field in FIELDS[key]}
        used = {name for row in rows(small(made_package(12)), "vi") for name in row} - {"geometry"}
        assert used <= names, key
        assert names <= used, key


def test_areas_under_five_households_are_merged_without_place(tmp_path):
    """Two areas of three households become one row of six without code, position or outline; the sum stays."""
    package = small(made_package(12))
    files = write_all(tmp_path, package)
    rows = read_csv(files["data_areas"])
    assert sum(int(row["households"]) for row in rows) == package.households
    rest = [row for row in rows if not row["gap_id"]]
    assert [(row["households"], row["lat_deg"], row["village_code"]) for row in rest] == [("6", "", "02233-99")]
    layer = pyogrio.read_dataframe(files["data_gpkg"], layer="areas")
    assert layer.loc[layer["gap_id"].isna(), "geometry"].isna().all()
    assert layer["geometry"].notna().sum() == 10
    hidden = {area.gap_id for area in package.areas if area.households < 5}
    for path in files.values():
        content = path.read_bytes().decode("utf-8", "replace")
        for area in package.areas:
            if area.gap_id in hidden:
                assert f"{area.place.lon_deg:.5f}" not in content, path.name


def test_a_site_on_a_standing_mast_has_no_coordinates(tmp_path):
    """Upgraded and shared masts are told without position in every digital file."""
    package = small(made_package(12))
    files = write_all(tmp_path, package)
    mast = package.sites[0]
    row = next(row for row in read_csv(files["data_sites"]) if row["site_id"] == mast.site_id)
    assert (row["lat_deg"], row["x_north_m"], row["ground_m"]) == ("", "", "")
    layer = pyogrio.read_dataframe(files["data_gpkg"], layer="sites").set_index("site_id")
    assert layer.loc[mast.site_id, "geometry"] is None
    for path in files.values():
        content = path.read_bytes().decode("utf-8", "replace")
        assert f"{mast.place.lat_deg:.5f}" not in content
        assert f"{mast.place.vn2000_northing_m:.2f}" not in content


def test_csv_opens_in_excel_and_runs_no_formula(tmp_path):
    """A BOM at the start; a village called like a formula is text."""
    package = made_package(3)
    areas = (dataclasses.replace(package.areas[0], village_name="=HYPERLINK(1)"), *package.areas[1:])
    files = write_all(tmp_path, dataclasses.replace(package, areas=areas))
    assert files["data_areas"].read_bytes().startswith(b"\xef\xbb\xbf")
    assert read_csv(files["data_areas"])[0]["village_name"] == "'=HYPERLINK(1)"
    assert float(read_csv(files["data_areas"])[0]["lat_deg"]) == package.areas[0].place.lat_deg


def test_kml_shows_every_area_and_site(tmp_path):
    """Every code stands in the KML once, with its outline or point."""
    package = made_package(9)
    tree = etree.parse(write_all(tmp_path, package)["data_kml"])
    names = [mark.findtext(f"{KML}name") or "" for mark in tree.iter(f"{KML}Placemark")]
    assert len(names) == len(package.areas) + len(package.sites)
    assert all(any(name.startswith(area.gap_id) for name in names) for area in package.areas)
    assert len(list(tree.iter(f"{KML}Polygon"))) == len(package.areas)


def test_geopackage_has_every_layer_with_its_title_and_sums(tmp_path):
    """Layers, their titles, and the sums of communes."""
    package = made_package(9, simulated=True)
    path = write_all(tmp_path, package)["data_gpkg"]
    assert set(LAYERS) <= set(pyogrio.list_layers(path)[:, 0])
    communes = pyogrio.read_dataframe(path, layer="communes")
    assert communes["households"].sum() == package.households
    assert communes["cost_middle_vnd"].sum() == package.cost.middle
    assert "MÔ PHỎNG" in " ".join(pyogrio.read_dataframe(path, layer="package")["content"])


def test_a_package_without_sites_is_written(tmp_path):
    """An empty table is a table."""
    package = made_package(2)
    areas = tuple(dataclasses.replace(area, site_ids=()) for area in package.areas)
    empty = dataclasses.replace(package, areas=areas, sites=(), costs=(), test_points=())
    files = write_all(tmp_path, empty)
    assert read_csv(files["data_sites"]) == []
    assert pyogrio.read_dataframe(files["data_gpkg"], layer="sites").empty
