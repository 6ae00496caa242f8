"""Positions in every spelling: degrees, pairs in one cell, systems, columns mixed up, and how coarse they are."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from phusong.data.cells import Bad, parse_degrees
from phusong.data.columns import read_column
from phusong.data.crs import VN2000_EPSG, project, to_vn2000
from phusong.data.distances import metres_between
from phusong.data.geographic_text import (
    LAT_DEG,
    LON_DEG,
    packed_degrees,
    read_angle,
    read_pair,
    read_pairs,
    without_mark,
)
from phusong.data.lists import read_list
from phusong.data.positions import resolve_positions
from phusong.data.schemas import GAPS, HOUSEHOLDS, STATIONS
from phusong.data.stated_system import epsg_of_system, known_epsg
from phusong.data.territory import Territory

LON, LAT = 105.34808, 22.62924
COMMUNES = gpd.GeoDataFrame(
    {"commune_code": ["00985"], "commune_name": ["Xã Thượng Lâm"], "province_code": ["08"]},
    geometry=[box(105.30, 22.60, 105.40, 22.70)],
    crs="EPSG:4326",
)
SILENT = {"lon": np.nan, "lat": np.nan, "coordinates": "", "northing": np.nan, "easting": np.nan}
SILENT |= {"central_meridian": "", "epsg": np.nan, "province_code": "", "commune_code": "", "commune_name": ""}


def resolve(*rows, communes=COMMUNES, province="08", schema=GAPS):
    """Resolve rows given as the columns they have."""
    table = pd.DataFrame([SILENT | row for row in rows])
    territory = Territory(province_code=province, communes=communes)
    placed, notes = resolve_positions(table, schema, territory)
    return placed, [note for note in notes if note.code != "position.coarse"]


def resolve_one(row, **more):
    """Resolve one row; return its place and what is noted."""
    placed, notes = resolve(row, **more)
    return (placed["lon"].iloc[0], placed["lat"].iloc[0]), notes


@pytest.mark.parametrize(
    "cell",
    [
        *("105,34808", "105.34808", "105,34808°", "105.34808 °", "105,34808 Đ", "E105.34808", "105.34808E"),
        *("Đông 105,34808", "KĐ: 105,34808", "Kinh độ 105,34808", "Long: 105.34808", "105,34808 độ"),
        *("105°20'53,088\"", "105º20′53.088″Đ", "105 20 53.088", "105d20m53.088s", "105-20-53.088", "105:20:53,088"),
        *(
            "105°20.8848'",
            "105°20’53.088”",
            "105o20'53,088''",
            "105°20'53''088",
            "105° 20' 53.088\" E",
            "105.20.53,088",
        ),
        *(
            "E 105 20 53.088",
            "105 độ 20 phút 53,088 giây",
            "105 độ 20 phút 53,088 giây kinh đông"[:27],
            "105°20'53.088\"Đông",
        ),
        *("105 20,8848", "105˚20ʹ53.088ʺ", "\u200a105°20'53,088\"\u00a0"),
    ],
)
def test_a_longitude_is_read_in_every_usual_spelling(cell):
    """Decimal marks, degree signs of all kinds, letters and labels before and behind: one and the same place."""
    assert parse_degrees(cell, GAPS.field("lon")) == pytest.approx(LON, abs=1e-9)


@pytest.mark.parametrize(
    ("cell", "degrees", "axis"),
    [
        ("22°37'45.264\"N", LAT, "lat"),
        ("N22 37 45,264", LAT, "lat"),
        ("22,62924 B", LAT, "lat"),
        ("Bắc 22,62924", LAT, "lat"),
        ("VĐ 22,62924", LAT, "lat"),
        ("22d37m45.264s", LAT, ""),
        ("22d37m45.264sN", LAT, "lat"),
        ("22,62924 S", -LAT, "lat"),
        ("105,34808 W", -LON, "lon"),
        ("105,34808 T", -LON, "lon"),
        ("-22,62924", -LAT, ""),
        ("105°20'", 105 + 20 / 60, ""),
    ],
)
def test_letters_tell_the_axis_and_the_side(cell, degrees, axis):
    """N, B and Bắc are north; Đ and E are east; S, W and T count downwards; the s of seconds is no south."""
    angle = read_angle(cell)
    assert angle is not None
    assert (angle.degrees, angle.axis) == (pytest.approx(degrees, abs=1e-9), axis)


@pytest.mark.parametrize(
    "cell", ["đông", "105°61'00\"", "105°20'61\"", "105°20.5'30\"", "1052O53", "12/5/2026", "105-20-53-1"]
)
def test_what_is_no_angle_is_said(cell):
    """Sixty minutes, half minutes with seconds, words and dates are no longitude."""
    bad = parse_degrees(cell, GAPS.field("lon"))
    assert isinstance(bad, Bad)
    assert "kinh độ hay vĩ độ" in bad.text.vi and "longitude or latitude" in bad.text.en


@given(
    st.floats(102.0, 118.0),
    st.sampled_from(["{d}°{m}'{s:.4f}\"", "{d} {m} {s:.4f}", "{d}d{m}m{s:.4f}s", "{d}-{m}-{s:.4f}"]),
)
def test_degrees_minutes_seconds_read_back(degrees, form):
    """What is written in degrees, minutes and seconds is the number again, to half a ten-thousandth of a second."""
    minutes, seconds = divmod(degrees * 3600.0 % 3600.0, 60.0)
    text = form.format(d=int(degrees), m=int(minutes), s=min(seconds, 59.9999))
    for written in (text, text.replace(".", ","), f"{text} Đ"):
        assert parse_degrees(written, GAPS.field("lon")) == pytest.approx(degrees, abs=0.0002 / 3600.0)


def test_a_column_of_plain_numbers_stays_plain_and_odd_cells_are_read_beside_them():
    """Numbers, decimal commas and degrees-minutes-seconds may stand in one column."""
    cells = pd.Series([105.25, "105,34808", "105°20'53,088\"", None, "đang cập nhật"], dtype=object)
    column = read_column(cells, GAPS.field("lon"))
    assert column.cells.tolist()[:3] == pytest.approx([105.25, LON, LON])
    assert column.missing.tolist() == [False, False, False, True, True] and column.notes == ()


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "105,34808/22,62924",
            "105,34808;22,62924",
            "105,34808; 22,62924",
            "105,34808 22,62924",
            "105.34808|22.62924",
        ),
        *(
            "22.62924, 105.34808",
            "(22.62924, 105.34808)",
            "22.62924,105.34808",
            "22,62924,105,34808",
            "22,62924, 105,34808",
        ),
        *(
            "KĐ: 105,34808 VĐ: 22,62924",
            "VĐ 22,62924 - KĐ 105,34808",
            "Lat: 22.62924 Long: 105.34808",
            "105.34808 - 22.62924",
        ),
        *("N22°37'45.264\" E105°20'53.088\"", "22°37'45.264\"N, 105°20'53.088\"E", "22 37 45.264 105 20 53.088"),
        *("Kinh độ: 105°20'53.088\"; Vĩ độ: 22°37'45.264\"", "105°20'53,088\"22°37'45,264\""),
        *("E 105.34808 N 22.62924", "105.34808 - 22.62924"),
        *("22.62924N 105.34808E", "22.62924° / 105.34808°", "Tọa độ: 105,34808; 22,62924", "105,34808\n22,62924"),
    ],
)
def test_two_coordinates_of_one_cell_are_read_in_either_order(cell):
    """Any separator; letters, labels or what each number can be say which is the longitude."""
    (pair,) = read_pairs([cell])
    assert pair is not None and pair.kind == "degrees"
    assert (pair.first, pair.second) == (pytest.approx(LON, abs=1e-9), pytest.approx(LAT, abs=1e-9))
    assert read_pair(cell) == pair


@pytest.mark.parametrize(
    "cell", ["2503641,2; 432993", "X: 2.503.641,2 Y: 432.993,0", "Y=432993; X=2503641.2", "2503641.2 432993"]
)
def test_metres_of_one_cell_are_x_and_y(cell):
    """Labels decide the order; X stands first where there are none."""
    pair = read_pair(cell)
    assert pair is not None
    assert (pair.kind, pair.first, pair.second) == ("metres", 2503641.2, 432993.0)


@pytest.mark.parametrize("cell", ["105,34808", "Bản Nà Lạ", "105 km 22", "105,3; 22,6; 7", "N22 N23", ""])
def test_what_is_no_pair_is_none(cell):
    """One number, words, three numbers and two latitudes are no position."""
    assert read_pair(cell) is None


def test_the_cell_of_both_coordinates_stands_in_for_the_columns_of_their_own(tmp_path):
    """The cell is read where longitude and latitude are silent; an unreadable one refuses its row."""
    rows = pd.DataFrame(
        {
            "Mã trạm": ["A", "B", "C", "D"],
            "Nhà mạng": "Viettel",
            "Công nghệ": "4G",
            "Toạ độ (kinh độ/vĩ độ)": ["105,34808/22,62924", "22.62924, 105.34808", "105 và 22x", "ở gần chợ"],
        }
    )
    rows.to_csv(tmp_path / "tram.csv", index=False, sep=";")
    checked = read_list(tmp_path / "tram.csv", STATIONS)
    assert checked.rows["lon"].tolist()[:2] == [LON, LON] and checked.rows["lat"].tolist()[:2] == [LAT, LAT]
    (error,) = [p for p in checked.problems if p.level == "error"]
    assert (error.code, error.row, error.column) == ("position.unreadable", 4, "Toạ độ (kinh độ/vĩ độ)")
    assert [p.row for p in checked.problems if p.code == "position.missing"] == [5]


@given(st.integers(10_200_000, 11_799_999), st.integers(600_000, 2_399_999))
def test_a_lost_decimal_mark_has_one_reading(lon, lat):
    """However many digits are left, only one place of the mark gives a longitude, or a latitude, of Vietnam."""
    assert without_mark(float(lon), LON_DEG) == lon / 1e5
    assert without_mark(float(lat), LAT_DEG) == lat / 1e5


def test_digits_run_together_may_be_minutes_and_seconds():
    """1052053 is 105°20′53″; 1058053 is none, for 80 minutes."""
    assert packed_degrees(1052053, LON_DEG) == pytest.approx(105 + 20 / 60 + 53 / 3600)
    assert packed_degrees(1058053, LON_DEG) is None


@pytest.mark.parametrize(
    ("row", "code", "level"),
    [
        ({"lon": 10534808, "lat": 2262924}, "position.decimal_mark", "repair"),
        ({"lon": 10534808, "lat": LAT}, "position.decimal_mark", "repair"),
        ({"lon": LAT, "lat": LON}, "position.swapped", "warning"),
        ({"lon": 2262924, "lat": 10534808}, "position.swapped", "warning"),
        ({"lon": 1052053.088, "lat": 223745.264}, "position.packed", "repair"),
        ({"northing": LAT, "easting": LON}, "position.columns", "repair"),
        ({"northing": LON, "easting": LAT}, "position.columns", "repair"),
        ({"coordinates": "10534808/22,62924"}, "position.decimal_mark", "repair"),
    ],
)
def test_odd_degrees_are_mended_where_they_fit_the_commune(row, code, level):
    """The place lies in the commune stated: before and after are listed, a swap is to be acknowledged."""
    place, (note,) = resolve_one(row | {"commune_code": "00985"})
    assert place == (pytest.approx(LON, abs=1e-7), pytest.approx(LAT, abs=1e-7))
    assert (note.code, note.level, note.after) == (code, level, "105,348080; 22,629240")


@pytest.mark.parametrize("row", [{"lon": 10534808, "lat": 2262924}, {"lon": LAT, "lat": LON}])
def test_odd_degrees_are_asked_where_nothing_confirms_them(row):
    """Without boundaries the row is refused and the readings are offered."""
    place, (note,) = resolve_one(row, communes=None)
    assert np.isnan(place).all() and note.level == "error"
    assert "105,348080; 22,629240" in [choice.vi for choice in note.choices]


def test_metres_in_the_columns_of_degrees_are_read_as_x_and_y():
    """Kinh độ 432 993 and vĩ độ 2 503 641 are Y and X; the commune finds the meridian."""
    northing, easting = (float(value) for value in to_vn2000(LON, LAT, 9209))
    (lon, lat), notes = resolve_one({"lon": easting, "lat": northing, "commune_code": "00985"})
    assert (lon, lat) == (pytest.approx(LON, abs=1e-6), pytest.approx(LAT, abs=1e-6))
    assert [note.code for note in notes] == ["position.columns", "position.zone_inferred"]


@pytest.mark.parametrize("scale", [0.001, 1.0])
def test_kilometres_and_zone_numbers_are_taken_off(scale):
    """2503,6412 km is 2 503 641,2 m, and 48 before the easting is the number of the zone."""
    northing, easting = (float(value) for value in to_vn2000(LON, LAT, 9209))
    prefix = 48_000_000 if scale == 1.0 else 0.0
    row = {"northing": northing * scale, "easting": easting * scale + prefix, "central_meridian": "105°30′"}
    (lon, lat), notes = resolve_one(row)
    assert (lon, lat) == (pytest.approx(LON, abs=1e-6), pytest.approx(LAT, abs=1e-6))
    assert {note.code for note in notes} == {"position.zone_prefix" if prefix else "position.kilometres"}
    assert {note.level for note in notes} == {"repair"}


def test_hanoi_72_is_named_and_not_guessed():
    """An easting that begins with 18 or 19 is of the system before VN-2000."""
    place, (note,) = resolve_one({"northing": 2503641.0, "easting": 18432993.0, "central_meridian": "105"})
    assert np.isnan(place).all() and (note.level, note.code) == ("error", "position.hanoi72")


@pytest.mark.parametrize(
    ("text", "epsg"),
    [
        *(("105°30′", 9209), ("105,5", 9209), ("KTT 105-30", 9209), ("105 30", 9209), ("107.75", 5899), ("102", 5896)),
        *(("VN2000 105°30'", 9209), ("VN-2000, múi chiếu 3°, kinh tuyến trục 107°45'", 5899), ("EPSG:9209", 9209)),
        *(("TM-3 482", 5897), ("UTM 48N", 3405), ("UTM zone 49", 3406), ("WGS84 / UTM zone 48N", 32648)),
        *(("VN-2000", 4756), ("WGS84", 4326), ("6957", 5897), ("105°10'", None), ("không rõ", None), ("", None)),
    ],
)
def test_systems_are_known_by_every_usual_name(text, epsg):
    """A meridian that no zone has is no system; withdrawn codes mean their successors."""
    assert epsg_of_system(text) == epsg
    assert epsg is None or epsg in known_epsg()


def test_a_withdrawn_epsg_code_is_replaced_and_said():
    """6957 has false easting and northing swapped; 5897 is the same zone."""
    northing, easting = (float(value) for value in to_vn2000(LON, LAT, 5897))
    (lon, _), (note,) = resolve_one({"northing": northing, "easting": easting, "epsg": 6957.0})
    assert lon == pytest.approx(LON, abs=1e-6)
    assert (note.level, note.code, note.after) == ("repair", "position.epsg", "5897")


@pytest.mark.parametrize("stated", [{"central_meridian": "VN-2000"}, {"epsg": 4756.0}])
def test_degrees_stated_as_vn2000_are_moved_once_said(stated):
    """The national shift of about 200 m is applied to every such row, and noted once."""
    lon, lat = (float(value) for value in project(LON, LAT, VN2000_EPSG))
    placed, notes = resolve(*[{"lon": lon, "lat": lat} | stated] * 3)
    assert placed["lon"].tolist() == pytest.approx([LON] * 3, abs=1e-8)
    (note,) = notes
    assert (note.at, note.level, note.code) == (0, "warning", "position.vn2000_degrees") and "3 dòng" in note.text.vi
    here = (np.array([value]) for value in (lon, lat, LON, LAT))
    assert 150.0 < metres_between(*here)[0] < 300.0


def test_headers_may_state_the_system(tmp_path):
    """X (KTT 105°30′) gives every row its meridian; Kinh độ (VN-2000) says whose degrees they are."""
    northing, easting = (float(value) for value in to_vn2000(LON, LAT, 9209))
    rows = pd.DataFrame({"Mã hộ": ["A"], "X (VN-2000, KTT 105°30′)": [northing], "Y (m)": [easting]})
    rows.to_csv(tmp_path / "xy.csv", index=False, sep=";")
    checked = read_list(tmp_path / "xy.csv", HOUSEHOLDS)
    assert checked.rows["lon"].tolist() == pytest.approx([LON], abs=1e-6)
    lon, lat = (float(value) for value in project(LON, LAT, VN2000_EPSG))
    rows = pd.DataFrame({"Mã hộ": ["A"], "Kinh độ (VN-2000)": [lon], "Vĩ độ (VN-2000)": [lat]})
    rows.to_csv(tmp_path / "do.csv", index=False, sep=";")
    checked = read_list(tmp_path / "do.csv", HOUSEHOLDS)
    assert checked.rows["lon"].tolist() == pytest.approx([LON], abs=1e-8)
    assert "position.vn2000_degrees" in {p.code for p in checked.problems}


@pytest.mark.parametrize(
    ("row", "metres"),
    [
        ({"lon": 105.0, "lat": 22.0}, "56 km"),
        ({"lon": 105.3, "lat": 22.6}, "5,6 km"),
        ({"lon": 105.31, "lat": 22.62}, "560 m"),
        ({"lon": 105 + 20 / 60, "lat": 22 + 37 / 60}, "930 m"),
        ({"northing": 2503000.0, "easting": 433000.0, "central_meridian": "105°30′"}, "500 m"),
        ({"lon": 105.348, "lat": 22.6}, None),
        ({"lon": LON, "lat": LAT}, None),
    ],
)
def test_positions_with_few_digits_are_warned_with_what_that_means(row, metres):
    """Both numbers must be short: one zero at the end is chance."""
    _, notes = resolve_positions(pd.DataFrame([SILENT | row]), GAPS, None)
    coarse = [note for note in notes if note.code == "position.coarse"]
    assert [note.level for note in coarse] == ["warning"] * (metres is not None)
    assert metres is None or metres in coarse[0].text.vi


GEOGRAPHIC = st.text(alphabet="0123456789.,;/-+ °'\"′″NEBĐSWTdmsxyKVĐ():|\n", max_size=30)


@given(st.one_of(GEOGRAPHIC, st.text(max_size=20)))
def test_no_cell_is_an_accident(cell):
    """Whatever is typed is an angle or a problem, a pair or none; numbers are always finite."""
    angle = parse_degrees(cell, GAPS.field("lon"))
    assert angle is None or isinstance(angle, Bad) or np.isfinite(angle)
    for pair in (read_pair(cell), *read_pairs([cell])):
        assert pair is None or np.isfinite([pair.first, pair.second]).all()


ODD = st.one_of(st.none(), st.floats(-1e12, 1e12), st.sampled_from([0.0, 105.3, 22.6, 2503641.0, 432993.0, 1e300]))
TEXTS = st.sampled_from(["", "105°30′", "VN-2000", "UTM 48N", "7", "105,34808/22,62924", "2503641; 432993", "x 1"])


@given(st.fixed_dictionaries(dict.fromkeys(("lon", "lat", "northing", "easting", "epsg"), ODD)), TEXTS, TEXTS)
def test_no_row_is_an_accident(numbers, words, cell):
    """Any numbers in any columns: a place in Vietnam, or none; a refused row has no place."""
    row = {name: np.nan if value is None else value for name, value in numbers.items()}
    placed, notes = resolve(row | {"central_meridian": words, "coordinates": cell, "commune_code": "00985"})
    place = placed[["lon", "lat"]].to_numpy()[0]
    assert np.isnan(place).all() or (102.0 <= place[0] <= 118.0 and 6.0 <= place[1] <= 24.0)
    if any(note.level == "error" for note in notes):
        assert np.isnan(place).all()


def test_degrees_and_metres_of_one_row_that_differ_are_asked_back():
    """Longitude and latitude are used; 224 m is enough to say so, a metre is not."""
    northing, easting = (float(value) for value in to_vn2000(LON, LAT, 9209))
    both = {"lon": LON, "lat": LAT, "northing": northing, "easting": easting, "central_meridian": "105°30′"}
    placed, notes = resolve(both, both | {"northing": northing + 224.0}, both | {"northing": northing + 1.0})
    assert [(note.at, note.level, note.code) for note in notes] == [(1, "warning", "position.conflict")]
    assert placed["lon"].tolist() == [LON] * 3
