"""Stations without a position: kept, said, and possible wherever they may stand."""

from __future__ import annotations

import shutil

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook
from shapely.geometry import box

from phusong.coverage.network import Inventory
from phusong.coverage.states import UNSERVED
from phusong.data.inputs import read_inputs
from phusong.data.inventory import unknown_here
from phusong.data.lists import read_list
from phusong.data.profiles import read_profile
from phusong.data.schemas import HOUSEHOLDS, STATIONS
from phusong.data.study_file import read_study_file
from phusong.data.territory import Territory
from phusong.data.unplaced import Unplaced, unplaced_sites, with_unplaced
from phusong.study.assess import assess

COMMUNES = gpd.GeoDataFrame(
    {
        "commune_code": ["99001", "99002", "99003"],
        "commune_name": ["Xã Thượng Lâm", "Xã Hoà An", "Phường Hoà An"],
        "province_code": "99",
        "geometry": [box(105.0 + k, 20.0, 105.5 + k, 20.5) for k in range(3)],
    },
    crs="EPSG:4326",
)
ROW = {"Mã trạm": "A", "Nhà mạng": "Viettel", "Công nghệ": "4G", "Băng tần": "1800", "Kinh độ": "", "Vĩ độ": ""}


def checked(tmp_path, *rows):
    path = tmp_path / "tram.csv"
    pd.DataFrame([ROW | row for row in rows]).to_csv(path, index=False)
    return read_list(path, STATIONS, Territory(province_code="99", communes=COMMUNES))


def found_in(tmp_path, *rows):
    return unplaced_sites(checked(tmp_path, *rows).rows, COMMUNES, province_code="99")


def test_a_station_without_a_position_is_kept_with_a_warning(tmp_path):
    """Row and column are named, and where it may be; the silence is counted; half a position is still an error."""
    found = checked(
        tmp_path,
        {"Mã trạm": "A", "Tên xã": "Thượng Lâm"},
        {"Mã trạm": "B", "Mã xã": "99002"},
        {"Mã trạm": "C"},
        {"Mã trạm": "D", "Kinh độ": 105.1},
    )
    said = [(p.level, p.row, p.column) for p in found.problems if p.column in ("Kinh độ", "Vĩ độ")]
    assert said == [
        ("warning", 2, "Kinh độ"),
        ("warning", 3, "Kinh độ"),
        ("warning", 4, "Kinh độ"),
        ("error", 5, "Vĩ độ"),
    ]
    where = [p.text.vi for p in found.problems if p.column == "Kinh độ"]
    assert "trong Xã Thượng Lâm 99001;" in where[0] and "99002;" in where[1] and "trong tỉnh;" in where[2]
    assert found.rows["site_id"].tolist() == ["A", "B", "C"]
    assert (found.missing["lon"], found.missing["lat"]) == (3, 3)


def test_rows_of_one_site_share_its_position(tmp_path):
    """As in lists that write it once a site: the other rows take it, each said as a repair."""
    rows = ({"Công nghệ": "2G"}, {"Kinh độ": 105.1, "Vĩ độ": 20.1}, {"Công nghệ": "3G"}, {"Mã trạm": "B"})
    found = checked(tmp_path, *rows)
    assert found.rows["lon"].tolist()[:3] == [105.1] * 3
    assert np.isnan(found.rows["lon"].tolist()[3])
    assert [p.row for p in found.problems if p.level == "repair"] == [2, 4]


def test_other_lists_still_need_a_position(tmp_path):
    """A household without one is refused, and so is a station list without the columns."""
    path = tmp_path / "ho.csv"
    pd.DataFrame([{"Kinh độ": "", "Vĩ độ": "", "Thôn": "Nà Lạ"}]).to_csv(path, index=False)
    assert "error" in {p.level for p in read_list(path, HOUSEHOLDS).problems if p.row}
    pd.DataFrame([{k: v for k, v in ROW.items() if k not in ("Kinh độ", "Vĩ độ")}]).to_csv(path, index=False)
    assert any("Thiếu cột toạ độ" in p.text.vi for p in read_list(path, STATIONS).problems if p.level == "error")


def test_where_a_station_may_stand_is_what_its_row_says(tmp_path):
    """The commune by code or name, both of one name, else the province; of another province, beyond the border."""
    every = set(COMMUNES["commune_code"])
    for row, communes in (
        ({"Tên xã": "xã Thượng Lâm"}, {"99001"}),
        ({"Tên xã": "Hòa An"}, {"99002", "99003"}),
        ({"Mã xã": "99003", "Tên xã": "Thượng Lâm"}, {"99003"}),
        ({"Tên xã": "Không Có"}, every),
        ({"Mã xã": "12345"}, every),
        ({}, every),
    ):
        assert found_in(tmp_path, row)["viettel"] == Unplaced(frozenset({"A"}), frozenset(communes), False), row
    assert found_in(tmp_path, {"Mã tỉnh": "08"})["viettel"] == Unplaced(frozenset({"A"}), frozenset(), True)


def test_what_cannot_serve_is_not_missed(tmp_path):
    """Planned, closed and indoor sites without a position leave nothing open; guests of the signal are open too."""
    planned, closed = {"Trạng thái": "kế hoạch"}, {"Mã trạm": "B", "Trạng thái": "dừng"}
    assert not found_in(tmp_path, planned, closed, {"Mã trạm": "C", "Loại trạm": "DAS"})
    assert set(found_in(tmp_path, {"Phục vụ thuê bao của": "VinaPhone"})) == {"viettel", "vinaphone"}
    both = found_in(tmp_path, {"Mã xã": "99001"}, {"Mã trạm": "B", "Mã xã": "99002"})["viettel"]
    assert (len(both.site_ids), both.communes) == (2, {"99001", "99002"})


@pytest.mark.parametrize(
    ("unplaced", "unknown"),
    [
        (None, [False, False, False]),
        (Unplaced(frozenset({"A"}), frozenset({"99001"}), False), [True, True, False]),
        (Unplaced(frozenset({"A"}), frozenset(), True), [False, True, False]),
    ],
)
def test_places_near_are_unknown_and_others_are_not(unplaced, unknown):
    """Within 5 km of the commune, or of the border for a neighbour's; the declaration stays what it was."""
    inventory = with_unplaced(Inventory(operator="a", completeness="complete"), unplaced)
    assert inventory.completeness == "complete"
    assert inventory.sites_unplaced == (unplaced is not None)
    lon, lat = np.array([105.25, 105.54, 107.25]), np.array([20.25, 20.25, 20.25])
    assert unknown_here([inventory], COMMUNES, lon, lat, reach_km=5.0)["a"].tolist() == unknown
    everywhere = unknown_here([inventory], None, lon, lat, reach_km=5.0)["a"]
    assert everywhere.all() == (unplaced is not None)


def test_a_complete_list_with_a_lost_site_leaves_its_neighbourhood_open(small_province, tmp_path):
    """A site of a complete list loses its position: near its commune nobody is unserved any more, far off as before."""
    folder = shutil.copytree(small_province, tmp_path / "tinh")
    study, profile = read_study_file(folder / "study.toml"), read_profile("vn-default")
    inputs = read_inputs(study, profile)
    complete = {i.operator for i in inputs.network.inventories if i.completeness == "complete" and i.neighbours_listed}
    path, site_id, commune = _lose_one_position(study.stations, complete)
    before, after = assess(inputs, profile), assess(read_inputs(study, profile), profile)
    assert site_id not in {site.site_id for site in after.inputs.network.sites}
    (inventory,) = (i for i in after.inputs.network.inventories if i.sites_unplaced)
    assert (inventory.sites_unplaced, inventory.unplaced_communes) == (1, (commune,))
    warned = [p for p in after.inputs.problems if "Không có toạ độ" in p.text.vi]
    assert {p.file for p in warned} == {path.name}
    assert after.inputs.missing[path.name]["lon"] == len(warned) > 0
    unknown = after.households.places.unknown_here[inventory.operator]
    state = [answers.households.outdoor["data"].overall.state for answers in (before, after)]
    assert (state[0][unknown] == UNSERVED).any()
    assert not (state[1][unknown] == UNSERVED).any()
    far = ~unknown & (state[0] == UNSERVED)
    assert far.any()
    assert (state[1][far] == UNSERVED).all()


def _lose_one_position(lists, operators):
    """Empty the position of one site on air whose list names its commune; return list, site and commune."""
    for path in lists:
        found = read_list(path, STATIONS)
        rows = found.rows[found.rows["commune_code"] != ""]
        rows = rows[rows["operator"].isin(operators) & rows["status"].isin(("on_air", "listed"))]
        if len(rows):
            row = rows.iloc[0]
            sheet = (book := load_workbook(path))[found.sheets[0].name]
            columns = found.sheets[0].columns
            for name in {"lon", "lat", "northing", "easting"} & columns.keys():
                for at in found.rows["_row"][found.rows["site_id"] == row["site_id"]]:
                    sheet.cell(int(at), columns[name] + 1).value = None
            book.save(path)
            return path, row["site_id"], row["commune_code"]
    raise AssertionError("no list of the sample has such a site")
