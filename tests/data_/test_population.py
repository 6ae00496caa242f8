"""Populations of communes: reading the table, joining it by name."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
from shapely.geometry import box

from phusong.data.boundaries import read_communes
from phusong.data.population import join_population, read_population
from phusong.errors import MissingFileError, UnreadableFileError

SHARED = Path(__file__).parents[2] / "../shared/data"
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="reference data beside the project are absent")


def communes(*names, province="48"):
    return gpd.GeoDataFrame(
        {
            "commune_code": [f"{20000 + at}" for at in range(len(names))],
            "commune_name": list(names),
            "commune_kind": [name.split(" ")[0].lower().replace("đặc", "đặc khu") for name in names],
            "province_code": [province] * len(names),
            "population": [np.nan] * len(names),
        },
        geometry=[box(108 + at, 16, 109 + at, 17) for at in range(len(names))],
        crs="EPSG:4326",
    )


def table(tmp_path, *rows, header="tentinh,loai,tenhc,dientichkm2,dansonguoi,maxa"):
    path = tmp_path / "dan_so.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return read_population(path)


def lines(found):
    return " | ".join(problem.line("vi") for problem in found.problems)


def test_the_traps_of_the_published_table_are_read(tmp_path):
    """Thousands comma, "đang cập nhật", an area of 0, a province written oddly: numbers, or honestly unknown."""
    reading = table(
        tmp_path,
        'tỉnh Phú Thọ,xã,Đoan Hùng,44.8,"30,509",1679',
        "tỉnh Ninh BÌnh,phường,Hoa Lư,0,đang cập nhật,3",
        "thành phố Đà Nẵng,xã,Avương,225.868,abc,2096",
    )
    assert reading.table.population[0] == 30509
    assert reading.table.population[1:].isna().all()
    assert reading.table.area_km2.tolist()[::2] == [44.8, 225.868]
    assert np.isnan(reading.table.area_km2[1])
    assert reading.table.province_code.tolist() == ["25", "37", "48"]
    assert lines(reading) == "dan_so.csv, dòng 4, cột dansonguoi: Avương: số dân “abc” không phải là số"


def test_a_spreadsheet_with_a_title_and_a_total_is_read(tmp_path):
    """Two title rows above the header and "Tổng cộng" below: neither becomes a unit; rows keep their number."""
    book = openpyxl.Workbook()
    for row in (
        ["BẢNG DÂN SỐ"],
        [],
        ["STT", "Tên đơn vị", "Dân số", "Diện tích (km²)"],
        [1, "Phường An Hải", 82635, 7.37],
        [2, "Xã Cộng Hòa", 1500, 12.5],
        ["", "Tổng cộng", 84135, 19.87],
    ):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    found = read_population(tmp_path / "a.xlsx").table
    assert found[["row", "commune_kind", "commune_name", "population"]].to_numpy().tolist() == [
        [4, "phường", "An Hải", 82635],
        [5, "xã", "Cộng Hòa", 1500],
    ]


def test_names_join_whatever_the_keyboard_and_codes_of_the_table_are_not_believed(tmp_path):
    """Hoà/Hòa and combining accents are one name; the code column of the table belongs to another numbering."""
    reading = table(
        tmp_path,
        "thành phố Đà Nẵng,phường,Hòa Khánh,41,112518,20001",
        f"thành phố Đà Nẵng,phường,{unicodedata.normalize('NFD', 'Hải Châu')},8,131427,20000",
        "tỉnh Quảng Trị,phường,Hải Châu,8,5,20001",
    )
    joined = join_population(communes("Phường Hoà Khánh", "Phường Hải Châu"), reading)
    assert joined.communes.population.tolist() == [112518, 131427]
    assert (joined.joined, joined.unjoined, joined.problems) == (2, (), ())


def test_kind_tells_two_communes_of_one_name_apart(tmp_path):
    """Xã Hà Giang and phường Hà Giang in one province each get their own number."""
    reading = table(tmp_path, "thành phố Đà Nẵng,xã,Hà Giang,9,5000,1", "thành phố Đà Nẵng,phường,Hà Giang,9,7000,2")
    joined = join_population(communes("Phường Hà Giang", "Xã Hà Giang"), reading)
    assert joined.communes.population.tolist() == [7000, 5000]


def test_a_changed_kind_or_missing_accents_join_only_when_no_other_is_meant(tmp_path):
    """Xã that became phường and a name typed without accents join and are reported; an ambiguous one does not."""
    reading = table(
        tmp_path,
        "thành phố Đà Nẵng,xã,Tân Khai,9,5000,1",
        "thành phố Đà Nẵng,xã,Lanh Ngoc,9,6000,2",
        "thành phố Đà Nẵng,xã,Tra Linh,9,7000,3",
    )
    ours = communes("Phường Tân Khai", "Xã Lãnh Ngọc", "Xã Trà Linh", "Xã Trà Lĩnh")
    joined = join_population(ours, reading)
    assert joined.communes.population[:2].tolist() == [5000, 6000]
    assert joined.communes.population[2:].isna().all()
    assert joined.unjoined == ("Xã Trà Linh", "Xã Trà Lĩnh")
    assert "dòng 2: “Xã Tân Khai” được hiểu là Phường Tân Khai" in lines(joined)
    assert "dòng 3: “Xã Lanh Ngoc” được hiểu là Xã Lãnh Ngọc" in lines(joined)
    assert "2/4 đơn vị không có trong bảng dân số: Xã Trà Linh, Xã Trà Lĩnh" in lines(joined)
    assert "dòng 4: Xã Tra Linh không có trong ranh giới xã" in lines(joined)


def test_an_unknown_number_does_not_wipe_out_a_known_one(tmp_path):
    """Where the table says "đang cập nhật" the population the boundaries carried stays."""
    ours = communes("Xã Avương", "Xã Bà Nà").assign(population=[4000.0, np.nan])
    reading = table(tmp_path, "thành phố Đà Nẵng,xã,Avương,1,đang cập nhật,1", "thành phố Đà Nẵng,xã,Bà Nà,1,,1")
    joined = join_population(ours, reading)
    assert joined.communes.population[0] == 4000
    assert "Xã Bà Nà: chưa có số dân" in lines(joined)
    assert "Avương" not in lines(joined)
    assert ours.population[1:].isna().all()  # the argument is not changed


def test_figures_that_look_wrong_are_pointed_out(tmp_path):
    """The same number twice in a province, and a phường of 72 people; a special zone may be that small."""
    reading = table(
        tmp_path,
        "thành phố Đà Nẵng,xã,Khâm Đức,162,9741,1",
        "thành phố Đà Nẵng,đặc khu,Hoàng Sa,305,9741,2",
        "thành phố Đà Nẵng,phường,Minh Xuân,35,72,3",
        "thành phố Đà Nẵng,đặc khu,Cồn Cỏ,2,139,4",
    )
    ours = communes("Xã Khâm Đức", "Đặc khu Hoàng Sa", "Phường Minh Xuân", "Đặc khu Cồn Cỏ")
    joined = join_population(ours, reading)
    assert joined.communes.population.tolist() == [9741, 9741, 72, 139]
    assert "Xã Khâm Đức, Đặc khu Hoàng Sa cùng ghi 9.741 người" in lines(joined)
    assert "Phường Minh Xuân: 72 người là ít bất thường" in lines(joined)
    assert "Cồn Cỏ" not in lines(joined)


def test_a_table_that_names_no_province_is_that_of_the_communes(tmp_path):
    """A province's own list without a province column joins."""
    reading = table(tmp_path, "xã,Bà Nà,25267", header="Loại,Tên xã,Dân số")
    assert join_population(communes("Xã Bà Nà"), reading).communes.population.tolist() == [25267]


def test_what_is_no_population_table_is_refused(tmp_path):
    """No file, no table, no such columns: one clear error each."""
    with pytest.raises(MissingFileError, match="nowhere"):
        read_population(tmp_path / "nowhere.csv")
    for name in ("a.xlsx", "a.csv"):
        (tmp_path / name).write_bytes(b"\xff\xfe\x00nothing")
        with pytest.raises(UnreadableFileError, match=name):
            read_population(tmp_path / name)
    with pytest.raises(UnreadableFileError, match="no column of commune names"):
        table(tmp_path, "1,2", header="a,b")


@pytest.mark.shared
@needs_shared
@pytest.mark.parametrize(("file", "units"), [("48_da_nang", 94), ("40_nghe_an", 130), ("all_3321_simplified", 3321)])
def test_every_real_commune_is_found_in_the_real_table(file, units):
    """94 of 94 in Đà Nẵng, 130 of 130 in Nghệ An, 3,321 of 3,321 in the country, by name alone."""
    reading = read_population(SHARED / "vn-admin/communes_population_area_2025-07-17.csv")
    assert (len(reading.table), reading.table.population.isna().sum(), reading.problems) == (3321, 66, ())
    joined = join_population(read_communes(SHARED / f"vn-admin/communes_{file}.geojson").communes, reading)
    assert (joined.joined, joined.unjoined) == (units, ())
    if units == 94:
        assert joined.communes.population.sum() == 3_127_193
        assert "Đặc khu Hoàng Sa, Xã Khâm Đức cùng ghi 9.741 người" in lines(joined)
