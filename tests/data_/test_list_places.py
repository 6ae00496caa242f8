"""Rows of lists are compared with the commune polygons: filled in, asked back, or said to be unchecked."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from phusong.data.lists import CheckedList, read_list
from phusong.data.schemas import HOUSEHOLDS, STATIONS
from phusong.data.territory import Territory

COMMUNES = gpd.GeoDataFrame(
    {
        "commune_code": ["00985", "00991"],
        "commune_name": ["Xã Thượng Lâm", "Xã Hoà Thuỷ"],
        "province_code": ["08", "08"],
    },
    geometry=[box(105.0, 22.0, 105.1, 22.1), box(105.1, 22.0, 105.2, 22.1)],
    crs="EPSG:4326",
)


def stations(tmp_path, rows):
    base = {
        "site_id": "A",
        "operator": "Viettel",
        "tech": "4G",
        "lat": 22.05,
        "province_code": "",
        "commune_code": "",
        "commune_name": "",
    }
    table = pd.DataFrame([base | {"site_id": f"T{i}"} | row for i, row in enumerate(rows)])
    table.to_csv(tmp_path / "tram.csv", index=False)
    return read_list(tmp_path / "tram.csv", STATIONS)


def check_places(checked, communes, *, province_code) -> CheckedList:
    return read_list(checked.path, checked.schema, Territory(province_code=province_code, communes=communes))


def added(before, after):
    return [(p.level, p.row, p.column) for p in after.problems if p not in before.problems]


def test_without_boundaries_the_list_says_it_is_unchecked(tmp_path):
    """One warning, every row stays."""
    checked = stations(tmp_path, [{"lon": 105.05}, {"lon": 110.0}])
    after = check_places(checked, None, province_code="08")
    assert added(checked, after) == [("warning", None, None)]
    assert "Chưa kiểm tra vị trí" in after.problems[-1].text.vi
    assert len(after.rows) == 2


def test_missing_communes_are_filled_from_the_point(tmp_path):
    """Code, name and province come from the polygon; fewer values are silent; the list given stays as it was."""
    checked = stations(tmp_path, [{"lon": 105.05}, {"lon": 105.15, "commune_code": "00991"}])
    after = check_places(checked, COMMUNES, province_code="08")
    assert added(checked, after) == []
    assert after.rows["commune_code"].tolist() == ["00985", "00991"]
    assert after.rows["commune_name"].tolist() == ["Xã Thượng Lâm", "Xã Hoà Thuỷ"]
    assert after.rows["province_code"].tolist() == ["08", "08"]
    assert checked.missing["commune_code"] == 1 and "commune_code" not in after.missing
    assert checked.rows["commune_code"].tolist() == ["", "00991"]


def test_a_commune_that_is_not_where_the_point_is_gets_a_warning(tmp_path):
    """A known code stays and is asked back; a code no polygon has (of before the merger) is replaced and listed."""
    checked = stations(tmp_path, [{"lon": 105.05, "commune_code": "00991"}, {"lon": 105.05, "commune_code": "12345"}])
    after = check_places(checked, COMMUNES, province_code="08")
    assert added(checked, after) == [("warning", 2, "commune_code"), ("repair", 3, "commune_code")]
    assert after.rows["commune_code"].tolist() == ["00991", "00985"]


def test_commune_names_are_compared_however_they_are_spelt(tmp_path):
    """Hòa Thủy and Xã Hoà Thuỷ are one commune; Thượng Lâm is another."""
    checked = stations(
        tmp_path, [{"lon": 105.15, "commune_name": "Hòa Thủy"}, {"lon": 105.15, "commune_name": "Thượng Lâm"}]
    )
    after = check_places(checked, COMMUNES, province_code="08")
    assert [found for found in added(checked, after) if found[0] != "repair"] == [("warning", 3, "commune_name")]


def test_a_station_in_the_sea_gets_one_clear_message(tmp_path):
    """Refused where the list says it is ours, a warning where it does not say, nothing where it names the neighbour."""
    sea = {"lon": 109.9}
    checked = stations(tmp_path, [{"lon": 105.05}, sea | {"province_code": "08"}, sea, sea | {"province_code": "04"}])
    after = check_places(checked, COMMUNES, province_code="08")
    assert added(checked, after) == [("error", 3, "lon"), ("warning", 4, "lon")]
    assert "ngoài biển" in after.problems[-2].text.vi and "in the sea" in after.problems[-2].text.en
    assert after.rows["_row"].tolist() == [2, 4, 5]


def test_a_household_outside_the_province_is_refused(tmp_path):
    """It cannot be counted in any commune."""
    table = pd.DataFrame({"household_key": ["A", "B"], "village_name": "N", "lon": [105.05, 109.9], "lat": 22.05})
    table.to_csv(tmp_path / "ho.csv", index=False)
    checked = read_list(tmp_path / "ho.csv", HOUSEHOLDS)
    after = check_places(checked, COMMUNES, province_code="08")
    assert added(checked, after) == [("error", 3, "lon")]
    assert after.rows["household_key"].tolist() == ["A"]


@pytest.mark.parametrize(("metres", "level"), [(900, []), (1200, [("warning", 2, "lon")])])
def test_a_point_just_over_the_border_belongs_to_the_nearest_commune(tmp_path, metres, level):
    """Boundaries are coarse: up to 1 km away the nearest commune is taken, beyond it is not."""
    away = metres / 103_200  # metres in a degree of longitude at 22.05° N
    checked = stations(tmp_path, [{"lon": 105.2 + away}])
    after = check_places(checked, COMMUNES, province_code="08")
    assert added(checked, after) == level
    assert after.rows["commune_code"].tolist() == (["00991"] if not level else [""])


def test_no_boundaries_at_all_and_no_rows_are_no_accident(tmp_path):
    """A list whose rows were all refused passes through unchanged."""
    checked = stations(tmp_path, [{"lon": 22.05, "lat": 105.05}])
    after = check_places(checked, COMMUNES, province_code="08")
    assert after.rows.empty and after.problems == checked.problems


@pytest.mark.shared
def test_real_communes_place_their_own_points(shared_data, tmp_path):
    """A point inside each of Đà Nẵng's 94 communes is placed in that commune, Hoàng Sa included."""
    from phusong.data.boundaries import read_communes

    communes = read_communes(shared_data / "vn-admin/communes_48_da_nang.geojson", "48").communes
    points = communes.geometry.representative_point()
    table = pd.DataFrame({"village_name": "N", "lon": points.x, "lat": points.y})
    table.to_csv(tmp_path / "ho.csv", index=False)
    after = check_places(read_list(tmp_path / "ho.csv", HOUSEHOLDS), communes, province_code="48")
    assert after.rows["commune_code"].tolist() == communes["commune_code"].tolist()
