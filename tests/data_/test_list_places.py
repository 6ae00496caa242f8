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
    (unchecked,) = [p for p in after.problems if p.code == "place.unchecked"]
    assert "Chưa kiểm tra vị trí" in unchecked.text.vi
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
    first, second = [p for p in after.problems if p.code == "place.outside"]
    assert "ngoài biển" in first.text.vi and "in the sea" in second.text.en
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


def test_swapped_longitude_and_latitude_inside_the_province_are_put_right(tmp_path):
    """Refused without boundaries; with them the point lies where the list says, so it is kept and asked back once."""
    checked = stations(tmp_path, [{"lon": 22.05123, "lat": 105.05123}])
    assert checked.rows.empty
    after = check_places(checked, COMMUNES, province_code="08")
    (swapped,) = [p for p in after.problems if p.code == "position.swapped"]
    assert (swapped.level, swapped.row, swapped.after) == ("warning", 2, "105,051230; 22,051230")
    assert after.rows["commune_code"].tolist() == ["00985"]


def test_a_row_refused_for_its_position_gets_no_second_error(tmp_path):
    """Swapped and outside the province all the same: one error, with the place it may mean."""
    checked = stations(tmp_path, [{"lon": 12.05123, "lat": 109.05123}])
    after = check_places(checked, COMMUNES, province_code="08")
    (error,) = [p for p in after.problems if p.level == "error"]
    assert error.code == "position.outside" and "đổi chỗ" in error.text.vi
    assert [choice.vi for choice in error.choices] == ["109,051230; 12,051230"]


NATIONAL = pd.concat(
    [
        COMMUNES,
        gpd.GeoDataFrame(
            {"commune_code": ["01234"], "commune_name": ["Xã Cốc Pàng"], "province_code": ["04"]},
            geometry=[box(105.2, 22.0, 105.3, 22.1)],
            crs="EPSG:4326",
        ),
    ],
    ignore_index=True,
)


def test_with_national_boundaries_another_province_is_named(tmp_path):
    """A station there is asked back unless it names the province; one that says it is ours is refused."""
    there = {"lon": 105.25123}
    rows = [there, there | {"province_code": "04"}, there | {"province_code": "08"}]
    after = check_places(stations(tmp_path, rows), NATIONAL, province_code="08")
    notes = [p for p in after.problems if p.code == "place.other_province"]
    assert [(p.level, p.row) for p in notes] == [("warning", 2), ("error", 4)]
    assert "Xã Cốc Pàng, Tỉnh Cao Bằng" in notes[0].text.vi and "Tỉnh Cao Bằng" in notes[1].text.en
    assert after.rows["province_code"].tolist() == ["04", "04"]
    assert after.rows["commune_code"].tolist() == ["01234", "01234"]


def test_a_household_in_another_province_is_refused_by_name(tmp_path):
    """It is not counted, and its row says where it lies."""
    table = pd.DataFrame({"household_key": ["A"], "village_name": "N", "lon": [105.25123], "lat": 22.05})
    table.to_csv(tmp_path / "ho.csv", index=False)
    after = check_places(read_list(tmp_path / "ho.csv", HOUSEHOLDS), NATIONAL, province_code="08")
    (error,) = [p for p in after.problems if p.level == "error"]
    assert error.code == "place.other_province" and "Xã Cốc Pàng" in error.text.vi
    assert after.rows.empty


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
