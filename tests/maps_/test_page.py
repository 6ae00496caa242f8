"""map.html: one file that needs nothing else, says what it rests on, and shows names as text."""

import html
import json
import re

import geopandas as gpd
import numpy as np
import pytest
import shapely
from maps_.made_tables import made_plan, made_tables, made_terrain

from phusong.maps import features
from phusong.maps.hillshade import hillshade_overlay
from phusong.maps.page import write_map

SCRIPT = "<script>alert(1)</script>"
FILE_PAGE = {"title": "Phủ Sóng", "subtitle": "Tỉnh mô phỏng, đợt 1", "language": "vi", "simulated": True}
PROVENANCE = {"Ngày": "22/11/2026", "Mô hình": "P.526 <thử> & nhiễu xạ"}


def written(path, tables, **changes):
    write_map(path, tables, **{**FILE_PAGE, "provenance": PROVENANCE, **changes})
    return path.read_text(encoding="utf-8")


def data_of(page):
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[1])


def hostile_tables():
    tables = made_tables()
    for key, column in (("villages", "village_name"), ("communes", "commune_name"), ("sites", "site_name")):
        tables[key].loc[0, column] = SCRIPT
    tables["gaps"].loc[3, ["reason_vi", "village_name"]] = SCRIPT
    return tables


def test_the_same_input_gives_the_same_bytes(tmp_path):
    """Neither a clock nor a random identifier enters the file."""
    relief = hillshade_overlay(made_terrain())
    first = written(tmp_path / "a.html", made_tables(), relief=relief)
    assert first == written(tmp_path / "b.html", made_tables(), relief=relief)


def test_nothing_outside_the_file_is_named_as_a_source(tmp_path):
    """No script, style, picture or font has an address; the policy forbids fetching one."""
    page = written(tmp_path / "map.html", made_tables())
    assert re.findall(r'<(?:script|link|img|iframe|object|use)[^>]+(?:src|href|data)="(?!data:)[^"]*"', page) == []
    assert re.findall(r"url\((?!#)[^)]*\)", page.split("<body>")[0]) == []
    assert "default-src 'none'" in page
    for word in ("bootstrap", "jquery", "fontawesome", "cdn.", "sourceMappingURL"):
        assert word not in page.lower()


def test_user_text_is_never_markup(tmp_path):
    """Names, reasons, the title and the sources may hold markup; none of it survives as such."""
    page = written(tmp_path / "map.html", hostile_tables(), title=SCRIPT, provenance={SCRIPT: SCRIPT})
    assert "<script>alert" not in page
    assert html.escape(SCRIPT) in page
    assert data_of(page)["layers"]["villages"][0]["name"] == SCRIPT


def test_household_points_are_never_drawn(tmp_path):
    """A table of households handed in by mistake leaves no trace in the file."""
    point = gpd.GeoDataFrame({"household_key": ["KEY-77"]}, geometry=[shapely.Point(105.3, 20.1)], crs="EPSG:4326")
    tables = made_tables()
    assert written(tmp_path / "a.html", tables) == written(tmp_path / "b.html", tables | {"households": point})


def test_a_very_small_gap_is_counted_but_not_drawn(tmp_path):
    """The gap of 4 households has no shape in the file; the summary still counts 10 gaps and says why."""
    page = written(tmp_path / "map.html", made_tables())
    drawn = [item["id"] for item in data_of(page)["layers"]["gaps"]]
    assert len(drawn) == 9
    assert "38-001" not in drawn
    assert "<dd>10</dd>" in page
    assert "1 vùng dưới 5 hộ không vẽ" in page


def test_a_plan_and_further_targets_are_layers_of_their_own(tmp_path):
    """Every site has the mark of its kind, every school that of its state; a gap of 3 households stays undrawn."""
    layers = data_of(written(tmp_path / "map.html", made_tables() | made_plan()))["layers"]
    assert [item["marks"] for item in layers["plan_sites"]] == [["plan:new"], ["plan:share"], ["plan:upgrade"]]
    assert layers["plan_sites"][0]["popup"]["count"] == "120 hộ được phủ thêm"
    assert layers["plan_sites"][1]["name"] == "Trạm số 2"
    assert [item["marks"][0] for item in layers["target_places"]] == [
        f"place:{state}" for state in ("served", "unserved", "undetermined", "no_data")
    ]
    assert len(layers["future_gaps"]) == 1
    assert len(layers["road_gaps"][0]["lines"][0]) == 6


def test_a_gap_tells_its_finding_its_route_and_what_the_plan_does(tmp_path):
    """The lines stand in the popup where the study has them, and only there."""
    tables = made_tables()
    plain = data_of(written(tmp_path / "a.html", tables))["layers"]["gaps"][0]["popup"]["lines"]
    tables["gaps"] = tables["gaps"].assign(
        finding="unserved", basis="measured", route_vi="đấu thầu, Quỹ chi", planned_households=5,
        left_because_vi="quá đắt", advice_vi="vệ tinh",
    )  # fmt: skip
    told = dict(data_of(written(tmp_path / "b.html", tables))["layers"]["gaps"][0]["popup"]["lines"])
    assert told["finding"] == "chưa có sóng"
    assert (told["basis"], told["route_vi"]) == ("đo kiểm", "đấu thầu, Quỹ chi")
    assert (told["left_because_vi"], told["advice_vi"]) == ("quá đắt", "vệ tinh")
    assert not {"finding", "route_vi", "advice_vi"} & {field for field, _ in plain}


@pytest.mark.parametrize(
    ("language", "simulated", "said"),
    [("vi", True, "Dữ liệu mô phỏng"), ("vi", False, "mô phỏng, chưa đo"), ("en", True, "Simulated data")],
)
def test_the_page_says_what_it_is(tmp_path, language, simulated, said):
    """The banner names simulated data and, always, that levels were not measured."""
    page = written(tmp_path / "map.html", made_tables(), language=language, simulated=simulated)
    assert said in page
    assert ("không phải số liệu thật" in page) == (simulated and language == "vi")
    assert f'<html lang="{language}">' in page


def test_popups_tell_counts_with_both_terms(tmp_path):
    """A commune tells numerator, denominator and share; a gap tells its count with its unit and its reason."""
    layers = data_of(written(tmp_path / "map.html", made_tables()))["layers"]
    assert layers["communes"][1]["popup"]["count"] == "Hộ chưa có sóng: 32/1.037 (3,1 %)"
    gap = layers["gaps"][0]["popup"]
    assert gap["count"] == "12 hộ cần phủ sóng (49 người)"
    assert "sống núi ở cách 3,1 km" in gap["said"]


def test_a_commune_without_known_share_has_no_colour(tmp_path):
    """Mostly undetermined and mostly without data are shown as such, not as covered."""
    fills = [item["fill"] for item in data_of(written(tmp_path / "map.html", made_tables()))["layers"]["communes"]]
    assert (fills[9], fills[10], fills[0], fills[4]) == ("undetermined", "no_data", "0", "4")


def test_without_villages_the_panel_counts_none(tmp_path):
    """No "0/0" by class; with villages both classes in need are counted."""
    tables = made_tables()
    panel = re.compile(r'<section class="summary".*?</section>', re.DOTALL)
    for villages, said in ((tables["villages"], True), (tables["villages"].iloc[:0], False)):
        summary = panel.search(written(tmp_path / "map.html", tables | {"villages": villages}))[0]
        assert ("thôn trắng sóng" in summary, "thôn lõm sóng" in summary, "vùng lõm sóng" in summary) == (
            said, said, True,
        )  # fmt: skip


def test_empty_tables_still_make_a_page(tmp_path):
    """A study without gaps or stations gives a map of its communes; one with nothing a map of the country."""
    tables = {key: table.iloc[:0] for key, table in made_tables().items()}
    assert data_of(written(tmp_path / "a.html", tables))["views"][0]["bounds"] == [[8.0, 102.0], [23.5, 110.0]]
    assert data_of(written(tmp_path / "b.html", {}))["layers"] == {}


def test_ring_numbers_lead_back_to_the_outline():
    """Read back, an outline with a hole lies within 0.00001° of the one given, and keeps its hole."""
    outline = made_tables()["communes"].geometry[0]
    shape = outline.difference(outline.centroid.buffer(0.01))
    rings = [np.array(ring).reshape(-1, 2).cumsum(axis=0) / features.UNITS_PER_DEG for ring in features.rings(shape)[0]]
    back = shapely.Polygon(rings[0], rings[1:])
    assert len(rings) == 2
    assert shapely.hausdorff_distance(back.boundary, shape.boundary) <= 1e-5


def test_simplified_neighbours_still_share_their_border(monkeypatch):
    """Simplifying to a quarter of the vertices opens no gap and makes no overlap between communes."""
    communes = made_tables()["communes"].geometry
    quarter = int(shapely.get_num_coordinates(communes.to_numpy()).sum() / 4)
    monkeypatch.setattr(features, "VERTEX_BUDGET", quarter)
    simple = features.simplified(communes)
    assert shapely.get_num_coordinates(simple).sum() <= quarter
    assert shapely.coverage_is_valid(simple)


@pytest.mark.shared
def test_a_real_province_stays_small_and_its_islands_stay_on_the_map(tmp_path, shared_data):
    """Đà Nẵng at full detail gives under 3 MB; the first view is the mainland, Hoàng Sa has a view of its own."""
    real = gpd.read_file(shared_data / "vn-admin" / "communes_48_da_nang.geojson")
    made = made_tables()["communes"].drop(columns="geometry")
    rows = [made.iloc[i % 9] for i in range(len(real))]
    communes = gpd.GeoDataFrame(rows, geometry=real.geometry.to_numpy(), crs=4326).reset_index(drop=True)
    communes["commune_name"] = real["fullName"]
    data = data_of(written(tmp_path / "map.html", {"communes": communes}))
    assert (tmp_path / "map.html").stat().st_size < 3_000_000
    assert [view["name"] for view in data["views"]] == ["Toàn vùng", "Đặc khu Hoàng Sa"]
    assert data["views"][0]["bounds"][1][1] < 109.5
    assert len(data["layers"]["communes"]) == len(real)
