"""A header may state another unit than the list takes: what a factor can convert is converted, the rest is asked."""

from __future__ import annotations

import pandas as pd
import pytest

from phusong.data.header_units import other_unit
from phusong.data.lists import read_list
from phusong.data.schemas import GAPS, STATIONS

ROW = {
    "Mã tỉnh": "08", "Tên xã": "Thượng Lâm", "Thôn": "Nà Lạ", "Kinh độ": 105.3, "Vĩ độ": 22.6,
    "Tổng số hộ": 84, "Số hộ chưa có sóng": 52, "Phân loại": "trắng sóng",
}  # fmt: skip
FAR = "Khoảng cách tới trạm gần nhất"
SITE = {"Mã trạm": "A", "Nhà mạng": "Viettel", "Công nghệ": "4G", "Kinh độ": 105.3, "Vĩ độ": 22.6}


def read(tmp_path, row, schema):
    pd.DataFrame([row]).to_csv(tmp_path / "a.csv", index=False)
    return read_list(tmp_path / "a.csv", schema)


@pytest.mark.parametrize(
    ("header", "cell", "km"),
    [(f"{FAR} (m)", 2600, 2.6), (f"{FAR} (km)", 2.6, 2.6), (FAR, 2.6, 2.6), (f"{FAR} (mét)", "3.500,5", 3.5005)],
)
def test_metres_become_kilometres(tmp_path, header, cell, km):
    """The value is that of the list's unit; a column in another unit is listed once as repaired."""
    found = read(tmp_path, ROW | {header: cell}, GAPS)
    assert found.rows["nearest_dist_km"].tolist() == pytest.approx([km])
    said = [(p.level, p.found, p.after) for p in found.problems if p.code == "header.unit"]
    assert said == ([("repair", "m", "km")] if header.endswith(("(m)", "(mét)")) else [])


def test_limits_hold_for_the_value_meant(tmp_path):
    """150 metres are no 150 km, and 900 km stay refused, written in metres too."""
    assert len(read(tmp_path, ROW | {f"{FAR} (m)": 900_000}, GAPS).rows) == 0
    assert len(read(tmp_path, ROW | {f"{FAR} (m)": 150_000}, GAPS).rows) == 1


def test_what_no_factor_converts_is_asked(tmp_path):
    """An antenna gain in dBm is an error of the column; its values are not taken."""
    found = read(tmp_path, SITE | {"Độ lợi anten (dBm)": 17}, STATIONS)
    assert [(p.level, p.code) for p in found.problems if p.code == "header.unit"] == [("error", "header.unit")]
    assert found.rows["ant_gain_dbi"].isna().all()


def test_every_own_header_states_its_own_unit():
    """No header or alias of a list is read as being in another unit."""
    for schema in (GAPS, STATIONS):
        for field in schema.fields:
            titles = (field.header("vi"), field.header("en"), *field.aliases)
            assert not [title for title in titles if other_unit(title, field)]
