"""Lists as provinces send them: read as they are, or answered with every problem in its own row and column."""

from __future__ import annotations

import unicodedata
import zipfile
from datetime import datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import xlsxwriter
from shapely.geometry import Point, box

from phusong.data.lists import read_list
from phusong.data.names import name_key
from phusong.data.schemas import DECLARATIONS, GAPS, HOUSEHOLDS, MEASUREMENTS, STATIONS, VILLAGES
from phusong.errors import BadInputError, MissingCrsError, MissingFileError, UnreadableFileError

STATION = {
    "Mã trạm": "TQG0327-12",
    "Nhà mạng": "Viettel",
    "Kinh độ": "105,34808",
    "Vĩ độ": "22,62924",
    "Công nghệ": "4G",
    "Cao anten (m)": 42.0,
}
HOUSEHOLD = {"Mã hộ": "H1", "Mã xã": "00985", "Thôn": "Bản Nà Lạ", "Kinh độ": 105.3, "Vĩ độ": 22.6}


def write_xlsx(path, rows, *, above=(), sheets=("Trang 1",)):
    """Write rows (lists of cells) to the last sheet named, with other rows above."""
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name in sheets:
            sheet = book.add_worksheet(name)
        for row, cells in enumerate([*above, *rows]):
            for column, cell in enumerate(cells):
                if isinstance(cell, datetime):
                    sheet.write_datetime(row, column, cell, day)
                elif cell is not None:
                    sheet.write(row, column, cell)
    return path


def xlsx(path, records, **more):
    """Write dicts as a workbook, their keys as header."""
    headers = list(dict.fromkeys(key for record in records for key in record))
    return write_xlsx(path, [headers, *([record.get(h) for h in headers] for record in records)], **more)


def csv(path, records, sep=";", encoding="utf-8-sig"):
    headers = list(dict.fromkeys(key for record in records for key in record))
    lines = [sep.join(str(record.get(h, "")) for h in headers) for record in records]
    path.write_text("\n".join([sep.join(headers), *lines, ""]), encoding=encoding)
    return path


def found(checked, level=None):
    return [(p.row, p.column) for p in checked.problems if level is None or p.level == level]


def errors(checked):
    return found(checked, "error")


def test_a_station_list_is_read_whole(tmp_path):
    """Titles above, a total below, decimal commas, aliases: the row stands, with field names and plain types."""
    rows = [list(STATION), list(STATION.values()), [], ["Tổng cộng", "", "", "", "", 42]]
    path = write_xlsx(tmp_path / "tram.xlsx", rows, above=[["TỈNH TUYÊN QUANG"], ["Danh sách trạm"], []])
    checked = read_list(path, STATIONS)
    assert errors(checked) == []
    assert found(checked, "repair") == [(7, None)]
    (row,) = checked.rows.to_dict("records")
    assert row["_row"] == 5
    assert (row["site_id"], row["operator"], row["tech"]) == ("TQG0327-12", "viettel", "4G")
    assert (row["lon"], row["lat"], row["antenna_height_m"]) == (105.34808, 22.62924, 42.0)
    assert row["azimuth_deg"] == () and row["status"] == "" and np.isnan(row["tx_power"])
    assert len(checked.sha256) == 64 and checked.sheets[0].name == "Trang 1"


def test_all_problems_of_a_file_come_at_once_with_row_and_column_as_written(tmp_path):
    """Each bad cell is named by the row and the header of the file, in order; good rows stay, bad rows do not."""
    bad = [
        STATION,
        STATION | {"Mã trạm": "B", "Kinh độ": 22.62924, "Vĩ độ": 105.34808},
        STATION | {"Mã trạm": None, "Công nghệ": "6G", "Cao anten (m)": -5},
        STATION | {"Mã trạm": "C", "Kinh độ": "đông", "Vĩ độ": None},
        STATION | {"Mã trạm": "D"},
    ]
    checked = read_list(xlsx(tmp_path / "tram.xlsx", bad), STATIONS)
    assert errors(checked) == [
        (3, "Kinh độ"),
        (4, "Mã trạm"),
        (4, "Công nghệ"),
        (4, "Cao anten (m)"),
        (5, "Kinh độ"),
    ]
    assert [p.found for p in checked.problems if p.row == 4] == [None, "6G", "-5"]
    assert checked.rows["_row"].tolist() == [2, 6]
    assert checked.rows["site_id"].tolist() == ["TQG0327-12", "D"]
    with pytest.raises(BadInputError) as raised:
        checked.raise_for_errors()
    assert raised.value.problems == checked.problems


def test_swapped_longitude_and_latitude_are_named(tmp_path):
    """The message says what was found, where, and what may have happened; a place far away is not called swapped."""
    swapped = STATION | {"Kinh độ": "22,62924", "Vĩ độ": "105,34808"}
    away = STATION | {"Mã trạm": "X", "Kinh độ": "2,35", "Vĩ độ": "48,85"}
    checked = read_list(csv(tmp_path / "tram.csv", [STATION | {"Mã trạm": "Y"}, swapped, away]), STATIONS)
    first, second = [p for p in checked.problems if p.level == "error"]
    assert first.line("vi") == (
        "tram.csv, dòng 3, cột Kinh độ: 22,62924 nằm ngoài Việt Nam. Có lẽ kinh độ và vĩ độ bị đổi chỗ."
    )
    assert first.line("en").endswith("22.62924 is outside Vietnam. Longitude and latitude may be swapped.")
    assert (second.row, second.text.vi) == (4, "2,35 nằm ngoài Việt Nam.")


def test_hoang_sa_and_truong_sa_are_in_vietnam(tmp_path):
    """The envelope holds the islands and the southernmost and northernmost places."""
    places = [(112.3, 16.5), (114.3, 9.7), (111.9, 8.6), (104.7, 8.56), (105.3, 23.39), (102.15, 22.4)]
    rows = [STATION | {"Mã trạm": f"T{i}", "Kinh độ": x, "Vĩ độ": y} for i, (x, y) in enumerate(places)]
    assert errors(read_list(xlsx(tmp_path / "dao.xlsx", rows), STATIONS)) == []


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".parquet"])
def test_codes_keep_their_leading_zeros(tmp_path, suffix):
    """Text codes stay; codes Excel made numbers of are mended and listed with their row."""
    rows = [HOUSEHOLD | {"Mã xã": "00097"}, HOUSEHOLD | {"Mã hộ": "H2", "Mã xã": 97}]
    path = tmp_path / f"ho{suffix}"
    if suffix == ".parquet":
        pd.DataFrame(rows).astype({"Mã xã": str}).to_parquet(path)
    else:
        (xlsx if suffix == ".xlsx" else csv)(path, rows)
    checked = read_list(path, HOUSEHOLDS)
    assert checked.rows["commune_code"].tolist() == ["00097", "00097"]
    assert found(checked, "repair") == [(2 if suffix == ".parquet" else 3, "Mã xã")]


def test_names_join_whatever_program_wrote_them(tmp_path):
    """Decomposed headers and names, hoà and hòa: the village of the households is the village of the village list."""
    villages = [{"Mã thôn": "V1", "Tên thôn": "Bản Hoà Thuỷ", "Mã xã": "00985"}]
    households = [{unicodedata.normalize("NFD", k): v for k, v in (HOUSEHOLD | {"Thôn": "Bản Hòa Thủy"}).items()}]
    households[0] = {k: unicodedata.normalize("NFD", v) if isinstance(v, str) else v for k, v in households[0].items()}
    village = read_list(xlsx(tmp_path / "thon.xlsx", villages), VILLAGES).rows["village_name"][0]
    household = read_list(csv(tmp_path / "ho.csv", households), HOUSEHOLDS).rows["village_name"][0]
    assert village == "Bản Hoà Thuỷ"
    assert household == "Bản Hòa Thủy" and unicodedata.is_normalized("NFC", household)
    assert name_key(village) == name_key(household)


def test_personal_columns_are_dropped_before_anything_is_kept(tmp_path):
    """Names, identity numbers and telephones are in no row and in no message; one warning each says so."""
    secret = {"Họ và tên chủ hộ": "Lò Văn Bí Mật", "Số CCCD": "008099001234", "SĐT": "0912345678"}
    checked = read_list(xlsx(tmp_path / "ho.xlsx", [HOUSEHOLD | secret]), HOUSEHOLDS)
    assert [p.column for p in checked.problems if p.level == "warning"] == list(secret)
    kept = checked.rows.to_csv() + repr(checked.problems)
    assert not any(value in kept for value in secret.values())


def test_an_identity_card_number_never_becomes_the_key_of_a_household(tmp_path):
    """A key that looks like an identity card or telephone number is replaced, and not shown."""
    rows = [HOUSEHOLD | {"Mã hộ": "008099001234"}, HOUSEHOLD | {"Mã hộ": "0912345678"}, HOUSEHOLD | {"Mã hộ": "H-3"}]
    checked = read_list(csv(tmp_path / "ho.csv", rows), HOUSEHOLDS)
    assert found(checked, "warning") == [(2, "Mã hộ"), (3, "Mã hộ")]
    assert checked.rows["household_key"].str.startswith("HD-").tolist() == [True, True, False]
    assert "008099001234" not in checked.rows.to_csv() + repr(checked.problems)


def test_missing_keys_are_made_and_stay_the_same(tmp_path):
    """Households get one key each; a gap keeps its key when other rows of the next version change."""
    rows = [{k: v for k, v in HOUSEHOLD.items() if k != "Mã hộ"}] * 3
    first, second = (read_list(csv(tmp_path / "ho.csv", rows), HOUSEHOLDS).rows["household_key"] for _ in range(2))
    assert first.is_unique and first.tolist() == second.tolist()
    gap = {"Mã tỉnh": "08", "Mã xã": "00985", "Tên thôn": "Nà Lạ", "Tổng số hộ": 84, "Số hộ chưa có sóng": 52}
    gap |= {"Phân loại": "trắng sóng", "Kinh độ": 105.3, "Vĩ độ": 22.6}
    other = gap | {"Tên thôn": "Nà Mạ"}
    before = read_list(csv(tmp_path / "a.csv", [gap, other]), GAPS).rows
    after = read_list(csv(tmp_path / "b.csv", [other, gap | {"Số hộ chưa có sóng": 10}]), GAPS).rows
    assert before["gap_id"].tolist() == after["gap_id"].tolist()[::-1]
    assert before["gap_id"].str.fullmatch(r"KV-[0-9a-f]{12}").all()


def test_a_repeated_row_is_left_out_and_a_contradiction_is_an_error(tmp_path):
    """The same row twice counts once; the same key with other values is asked back."""
    rows = [STATION, STATION, STATION | {"Cao anten (m)": 30.0}, STATION | {"Công nghệ": "3G"}]
    checked = read_list(xlsx(tmp_path / "tram.xlsx", rows), STATIONS)
    assert found(checked, "repair") == [(3, "Mã trạm")]
    assert errors(checked) == [(4, "Mã trạm")]
    assert checked.rows["_row"].tolist() == [2, 5]


@pytest.mark.parametrize("schema", [HOUSEHOLDS, VILLAGES, MEASUREMENTS], ids=lambda schema: schema.name)
def test_a_key_is_used_once(tmp_path, schema):
    """Two rows with one household key, village code or test number contradict each other."""
    row = {
        "household_key": "K1",
        "village_code": "K1",
        "test_id": "K1",
        "commune_code": "00985",
        "village_name": "Nà Lạ",
    }
    row |= {"lon": 105.3, "lat": 22.6, "operator": "Viettel", "tech": "4G"}
    known = {name: cell for name, cell in row.items() if name in [field.name for field in schema.fields]}
    checked = read_list(csv(tmp_path / "a.csv", [known, known | {"lon": 105.4}, known]), schema)
    assert errors(checked) == [(3, schema.key)]
    assert found(checked, "repair") == [(4, schema.key)]
    assert checked.rows["_row"].tolist() == [2]


def test_absent_columns_are_one_problem_each(tmp_path):
    """A column the list cannot do without is an error of the file; one with a documented default a warning."""
    path = csv(tmp_path / "tram.csv", [{"Mã trạm": "A", "Nhà mạng": "Viettel", "Băng tần": "1800"}])
    checked = read_list(path, STATIONS)
    wrong = [p.text.vi for p in checked.problems if p.level == "error" and p.row is None]
    assert wrong[0] == "Thiếu cột “Công nghệ”."
    assert wrong[1].startswith("Thiếu cột toạ độ")
    assert len(wrong) == 2
    warned = " ".join(p.text.vi for p in checked.problems if p.level == "warning")
    assert all(title in warned for title in ("Cao anten", "Trạng thái", "Tên trạm")) and "Băng tần" not in warned


def test_silent_optional_values_are_counted_not_filled(tmp_path):
    """The count says how many rows gave nothing; the table keeps them empty."""
    rows = [
        STATION,
        STATION | {"Mã trạm": "B", "Cao anten (m)": "đang cập nhật"},
        STATION | {"Mã trạm": "C", "Cao anten (m)": None},
    ]
    checked = read_list(xlsx(tmp_path / "tram.xlsx", rows), STATIONS)
    assert checked.missing["antenna_height_m"] == 2
    assert checked.missing["azimuth_deg"] == 3
    assert "site_id" not in checked.missing and "lon" not in checked.missing
    assert checked.rows["antenna_height_m"].isna().tolist() == [False, True, True]


def test_rules_between_columns_are_kept(tmp_path):
    """More unserved than all households is an error, an odd household size a warning."""
    row = {"Mã tỉnh": "08", "Mã xã": "00985", "Tên thôn": "Nà Lạ", "Tổng số hộ": 45, "Số hộ chưa có sóng": 50}
    row |= {"Phân loại": "trắng sóng", "Kinh độ": 105.3, "Vĩ độ": 22.6, "Dân số": 368}
    rows = [
        row,
        row | {"Tên thôn": "B", "Số hộ chưa có sóng": 45},
        row | {"Tên thôn": "C", "Số hộ chưa có sóng": 1, "Dân số": 3680},
    ]
    checked = read_list(csv(tmp_path / "lom.csv", rows), GAPS)
    assert errors(checked) == [(2, "Số hộ chưa có sóng")]
    assert (4, "Dân số") in found(checked, "warning") and (3, "Dân số") not in found(checked, "warning")


def test_survey_coordinates_are_placed_by_their_central_meridian(tmp_path):
    """X is the northing; the datum shift is applied; the EPSG code may stand for the meridian."""
    from phusong.data.crs import to_vn2000

    northing, easting = to_vn2000([105.34808], [22.62924], 9209)
    base = {"Mã trạm": "A", "Nhà mạng": "Viettel", "Công nghệ": "4G"}
    survey = {"X (m)": f"{northing[0]:.3f}".replace(".", ","), "Y (m)": f"{easting[0]:.3f}".replace(".", ",")}
    ways = [
        ("105°30′", ""),
        ("105 30", ""),
        ("105,5", ""),
        ("KTT 105-30, múi 3", ""),
        ("", "9209"),
        ("VN-2000 105°30'", "9209"),
    ]
    rows = [
        base | survey | {"Mã trạm": f"T{i}", "Kinh tuyến trục": ktt, "Mã EPSG": epsg}
        for i, (ktt, epsg) in enumerate(ways)
    ]
    checked = read_list(csv(tmp_path / "tram.csv", rows), STATIONS)
    assert errors(checked) == []
    assert checked.rows["lon"].to_numpy() == pytest.approx([105.34808] * 6, abs=2e-8)  # 1 mm in survey metres
    assert checked.rows["lat"].to_numpy() == pytest.approx([22.62924] * 6, abs=2e-8)


def test_survey_coordinates_that_cannot_be_placed_say_why(tmp_path):
    """No meridian, two that differ, X and Y swapped, only one of them: one clear error each."""
    rows = [
        {"Mã trạm": "A", "X": 2503641, "Y": 484410, "Kinh tuyến trục": "", "Mã EPSG": ""},
        {"Mã trạm": "B", "X": 2503641, "Y": 484410, "Kinh tuyến trục": "105°30′", "Mã EPSG": 9210},
        {"Mã trạm": "C", "X": 484410, "Y": 2503641, "Kinh tuyến trục": "105°30′", "Mã EPSG": ""},
        {"Mã trạm": "D", "X": 2503641, "Y": "", "Kinh tuyến trục": "105°30′", "Mã EPSG": ""},
        {"Mã trạm": "E", "X": "", "Y": "", "Kinh tuyến trục": "", "Mã EPSG": ""},
        {"Mã trạm": "F", "X": 2503641, "Y": 484410, "Kinh tuyến trục": "", "Mã EPSG": 4326},
    ]
    rows = [row | {"Nhà mạng": "Viettel", "Công nghệ": "4G"} for row in rows]
    checked = read_list(csv(tmp_path / "tram.csv", rows), STATIONS)
    texts = {p.row: p.text.vi for p in checked.problems if p.level == "error"}
    assert sorted(texts) == [2, 3, 4, 5, 7] and len(errors(checked)) == 5
    assert "kinh tuyến trục" in texts[2] and "không khớp" in texts[3] and "X và Y bị đổi chỗ" in texts[4]
    assert "Chỉ có X hoặc Y" in texts[5] and "kinh tuyến trục" in texts[7]
    assert [p.row for p in checked.problems if p.level == "warning" and "Không có toạ độ" in p.text.vi] == [6]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1258"])
@pytest.mark.parametrize("sep", [",", ";", "\t"])
def test_text_tables_are_read_in_any_usual_form(tmp_path, encoding, sep):
    """Comma, semicolon and tab; UTF-8 with and without mark, UTF-16, the Vietnamese code page of Windows."""
    row = HOUSEHOLD | {"Thôn": "Bản Nà Lạ"}
    if encoding == "cp1258":  # this code page writes tone marks apart
        row = {_for_cp1258(k): _for_cp1258(v) if isinstance(v, str) else v for k, v in row.items()}
    checked = read_list(csv(tmp_path / "ho.csv", [row], sep=sep, encoding=encoding), HOUSEHOLDS)
    assert errors(checked) == []
    assert checked.rows["village_name"].tolist() == ["Bản Nà Lạ"]


def _for_cp1258(text):
    letters = []
    for char in text:
        try:
            char.encode("cp1258")
            letters.append(char)
        except UnicodeEncodeError:
            base, tone = unicodedata.normalize("NFD", char)[0], unicodedata.normalize("NFD", char)[1:]
            circumflex = next((m for m in tone if m in "\u0302\u0306\u031b"), "")
            letters.append(unicodedata.normalize("NFC", base + circumflex) + tone.replace(circumflex, "", 1))
    return "".join(letters)


def test_ragged_and_quoted_text_tables_keep_their_row_numbers(tmp_path):
    """Titles above, short and long rows, quoted separators and line breaks: rows are counted as a spreadsheet does."""
    text = (
        "DANH SÁCH HỘ DÂN\n\nMã hộ;Mã xã;Thôn;Kinh độ;Vĩ độ\n"
        'H1;00985;"Nà Lạ; xóm\ntrên";105,3;22,6\n\nH2;00985;Nà Mạ;105,4\nH3;00985;Nà Pó;105,5;22,7;thừa;\n'
    )
    path = tmp_path / "ho.csv"
    path.write_text(text, encoding="utf-8")
    checked = read_list(path, HOUSEHOLDS)
    assert checked.rows["_row"].tolist() == [4, 7]
    assert checked.rows["village_name"].tolist() == ["Nà Lạ; xóm trên", "Nà Pó"]
    assert errors(checked) == [(6, "Vĩ độ")]


def test_the_sheet_and_the_header_row_are_found(tmp_path):
    """The list may stand on any visible sheet, its header in English, titles above it."""
    rows = [["Site ID", "Operator", "Longitude (°)", "Latitude (°)", "Technology"], ["A", "VNP", 105.3, 22.6, "LTE"]]
    path = write_xlsx(tmp_path / "list.xlsx", rows, above=[["Nhà mạng"], ["x"]], sheets=("Bìa", "Mục lục", "Data"))
    checked = read_list(path, STATIONS)
    assert checked.sheets[0].name == "Data"
    assert checked.rows[["site_id", "operator", "tech"]].to_numpy().tolist() == [["A", "vinaphone", "4G"]]
    assert checked.rows["_row"].tolist() == [4]


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".parquet"])
def test_layers_bring_their_position_in_their_geometry(tmp_path, suffix):
    """Points of any coordinate system come out in WGS 84; an area stands for a point on it; no geometry is an error."""
    from phusong.data.crs import project

    x_m, y_m = project([105.3], [22.6], 32648)
    shapes = [Point(x_m[0], y_m[0]), box(x_m[0], y_m[0], x_m[0] + 10, y_m[0] + 10), None]
    layer = gpd.GeoDataFrame({"Mã hộ": ["A", "B", "C"], "Mã xã": "00985", "Thôn": "Nà Lạ"}, geometry=shapes, crs=32648)
    path = tmp_path / f"ho{suffix}"
    if suffix == ".parquet":
        layer.to_parquet(path)
    else:
        (layer.to_crs(4326) if suffix == ".geojson" else layer).to_file(path)
    checked = read_list(path, HOUSEHOLDS)
    assert errors(checked) == [(3, None)]
    assert checked.rows["household_key"].tolist() == ["A", "B"]
    assert checked.rows[["lon", "lat"]].to_numpy() == pytest.approx(np.array([[105.3, 22.6]] * 2), abs=1e-4)


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
@pytest.mark.parametrize("suffix", [".gpkg", ".parquet"])
def test_a_layer_without_a_coordinate_system_is_refused(tmp_path, suffix):
    """Coordinates nobody can place are not guessed."""
    layer = gpd.GeoDataFrame({"Mã hộ": ["A"], "Mã xã": "00985"}, geometry=[Point(105.3, 22.6)])
    path = tmp_path / f"ho{suffix}"
    layer.to_parquet(path) if suffix == ".parquet" else layer.to_file(path)
    with pytest.raises(MissingCrsError, match="names no coordinate system"):
        read_list(path, HOUSEHOLDS)


def test_a_parquet_table_may_hold_positions_in_columns(tmp_path):
    """Without geometry the columns lon and lat are enough, whatever their types."""
    table = pd.DataFrame({"household_key": ["A", "B"], "commune_code": ["00985", None], "village_name": ["N", "N"]})
    table = table.assign(
        lon=[105.3, np.nan], lat=np.array([22.6, 22.7], dtype=np.float32), powered=[True, None], persons=[4, 5]
    )
    table["surveyed_on"] = pd.to_datetime(["2026-09-15", None])
    path = tmp_path / "ho.parquet"
    table.to_parquet(path)
    checked = read_list(path, HOUSEHOLDS)
    assert errors(checked) == [(2, "lon")]
    row = checked.rows.iloc[0]
    assert (row["persons"], bool(row["powered"]), row["surveyed_on"]) == (4.0, True, pd.Timestamp("2026-09-15"))


def test_a_completeness_declaration_is_a_list_too(tmp_path):
    """Operator, how complete, since when, which communes are missing."""
    rows = [
        {
            "Nhà mạng": "Viettel",
            "Mức đầy đủ": "đầy đủ",
            "Ngày khai báo": datetime(2026, 10, 1),
            "Có trạm của tỉnh giáp ranh": "x",
        },
        {
            "Nhà mạng": "MobiFone",
            "Mức đầy đủ": "một phần",
            "Ngày khai báo": "02/10/2026",
            "Xã còn thiếu": "00985; 00991",
        },
        {"Nhà mạng": "VNPT", "Mức đầy đủ": "không có"},
    ]
    rows = read_list(xlsx(tmp_path / "khai bao.xlsx", rows), DECLARATIONS).rows
    assert rows["operator"].tolist() == ["viettel", "mobifone", "vinaphone"]
    assert rows["completeness"].tolist() == ["complete", "partial", "none"]
    assert rows["missing_communes"].tolist() == [(), ("00985", "00991"), ()]
    assert rows["neighbours_listed"].isna().tolist() == [False, True, True]
    assert rows["declared_on"].tolist()[:2] == [pd.Timestamp("2026-10-01"), pd.Timestamp("2026-10-02")]


def test_a_missing_file_is_one_sentence(tmp_path):
    """The message names the file in both languages."""
    with pytest.raises(MissingFileError) as raised:
        read_list(tmp_path / "khong-co.xlsx", STATIONS)
    assert "khong-co.xlsx" in raised.value.text.vi


def _cut_xlsx(path):
    xlsx(path, [STATION])
    path.write_bytes(path.read_bytes()[:-200])


def _hollow_xlsx(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook")


def _bomb(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (30 * 2**20))


def _macros(path):
    xlsx(path, [STATION])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")


@pytest.mark.parametrize(
    ("name", "make", "says"),
    [
        ("trong.xlsx", lambda p: write_xlsx(p, []), "không có dòng dữ liệu"),
        ("chi-tieu-de.xlsx", lambda p: write_xlsx(p, [list(STATION)]), "không có dòng dữ liệu"),
        ("la.xlsx", lambda p: write_xlsx(p, [["a", "b"], ["c", "d"]]), "không có dòng tiêu đề"),
        ("rong.xlsx", lambda p: p.write_bytes(b""), "không có dòng dữ liệu"),
        ("rong.csv", lambda p: p.write_bytes(b""), "không có dòng dữ liệu"),
        ("rong.xls", lambda p: p.write_bytes(b""), "không có dòng dữ liệu"),
        ("cut.xlsx", _cut_xlsx, "bị hỏng"),
        ("hollow.xlsx", _hollow_xlsx, "bị hỏng"),
        ("rac.xls", lambda p: p.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 2000), "bị hỏng"),
        ("rac.ods", lambda p: p.write_bytes(b"PK\x03\x04rubbish"), "bị hỏng"),
        ("rac.csv", lambda p: p.write_bytes(b"\x00\x01\x02\xff\xfe" * 50), "không phải tệp chữ"),
        ("ngoac.csv", lambda p: p.write_text('Mã trạm,Nhà mạng\n"A,B\n', encoding="utf-8"), "bị hỏng"),
        ("rac.gpkg", lambda p: p.write_bytes(b"rubbish" * 99), "bị hỏng"),
        ("rac.geojson", lambda p: p.write_text("{", encoding="utf-8"), "bị hỏng"),
        ("rac.parquet", lambda p: p.write_bytes(b"rubbish" * 99), "bị hỏng"),
        ("anh.png", lambda p: p.write_bytes(b"x"), "không đọc được loại tệp này"),
        ("bom.xlsx", _bomb, "quá lớn khi giải nén"),
        ("macro.xlsx", _macros, "macro"),
    ],
)
def test_a_file_that_cannot_be_read_gets_one_clear_sentence(tmp_path, name, make, says):
    """Empty, damaged, disguised and dangerous files end in one sentence that names the file, never in a traceback."""
    make(tmp_path / name)
    with pytest.raises(UnreadableFileError) as raised:
        read_list(tmp_path / name, STATIONS)
    assert says in raised.value.text.vi and name in raised.value.text.vi
    assert name in raised.value.text.en


@pytest.mark.slow
def test_sixty_thousand_households_are_read_in_seconds(tmp_path):
    """A province's household list must not make anyone wait: 3 s of one core (about 1 s measured)."""
    import time

    n = 60_000
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"Mã hộ": [f"H{i:06d}" for i in range(n)], "Mã xã": "00985", "Thôn": "Nà Lạ"})
    table["Kinh độ"], table["Vĩ độ"] = rng.uniform(105, 106, n).round(6), rng.uniform(22, 23, n).round(6)
    path = tmp_path / "ho.xlsx"
    table.to_excel(path, index=False, engine="xlsxwriter")
    start = time.process_time()
    checked = read_list(path, HOUSEHOLDS)
    assert time.process_time() - start < 3.0
    assert len(checked.rows) == n and errors(checked) == []
    assert checked.rows["lon"].to_numpy() == pytest.approx(table["Kinh độ"].to_numpy())


@pytest.mark.shared
def test_the_real_commune_table_parses(shared_data):
    """The 66 cells "đang cập nhật" are missing and the 4 with a thousands comma are numbers; nothing else is odd."""
    from phusong.data.columns import read_column

    table = pd.read_csv(
        shared_data / "vn-admin/communes_population_area_2025-07-17.csv", dtype=str, keep_default_na=False
    )
    column = read_column(table["dansonguoi"], VILLAGES.field("population"))
    assert column.notes == ()
    assert int(column.missing.sum()) == 66
    commas = table["dansonguoi"].str.contains(",")
    assert int(commas.sum()) == 4
    expected = table["dansonguoi"][commas].str.replace(",", "").astype(float)
    assert column.cells[commas].tolist() == expected.tolist()


@pytest.mark.shared
def test_the_real_commune_names_join_by_key(shared_data):
    """Of 3,320 communes in both files 201 are spelt differently: 191 by the tone mark only, 10 are of another kind."""
    polygons = gpd.read_file(shared_data / "vn-admin/communes_all_3321_simplified.geojson", ignore_geometry=True)
    table = pd.read_csv(shared_data / "vn-admin/communes_gso_code_location_2025.csv", dtype=str)
    names = dict(zip(polygons["code"], polygons["fullName"], strict=True))
    listed = dict(zip(table["wardCode"].str.zfill(5), table["ward"], strict=True))
    pairs = [(name, names[code]) for code, name in listed.items() if code in names]
    differing = [pair for pair in pairs if pair[0] != pair[1]]
    apart = [pair for pair in differing if name_key(pair[0]) != name_key(pair[1])]
    assert (len(pairs), len(differing), len(apart)) == (3320, 201, 10)
    assert all(one.removeprefix("Xã") == other.removeprefix("Phường") for one, other in apart)
