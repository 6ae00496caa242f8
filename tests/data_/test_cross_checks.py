"""Lists against themselves: each rule fires where it must, and neither beside it nor on a missing value."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phusong.data.checks.ground import near_pairs_of
from phusong.data.checks.household_points import check_stacks, check_strays
from phusong.data.checks.lattice import FEWEST_ROWS, check_rounding
from phusong.data.checks.places_and_names import one_letter_apart
from phusong.data.cross_checks import check_rows
from phusong.data.distances import earth_centred_m, metres_between
from phusong.data.lists import read_list
from phusong.data.schemas import GAPS, HOUSEHOLDS, MEASUREMENTS, STATIONS, VILLAGES
from phusong.data.territory import Territory

METRE = 1.0 / 111_000.0
GAP = {
    "gap_id": "G1",
    "province_code": "08",
    "commune_code": "00985",
    "village_name": "Bản Nà Lạ",
    "target_type": "thôn",
    "lon": 105.34808,
    "lat": 22.62924,
    "location_kind": "nhà văn hoá",
    "households_total": 84,
    "households_unserved": 84,
    "population": 368,
    "gap_class": "trắng sóng",
}
STATION = {
    "site_id": "TQG0327",
    "operator": "Viettel",
    "tech": "4G",
    "band": "1800",
    "lon": 105.34808,
    "lat": 22.62924,
    "mast_height_m": 42,
    "antenna_height_m": 40,
    "tx_power": 43,
}
HOUSEHOLD = {"household_key": "H1", "commune_code": "00985", "village_name": "Nà Lạ", "lon": 105.34808, "lat": 22.62924}


def checked(tmp_path, schema, rows, territory=None, name="danh_sach.csv"):
    """Write rows (dicts of field names) as a list and read it."""
    path = tmp_path / name
    pd.DataFrame(rows).to_csv(path, index=False, sep=";", encoding="utf-8-sig")
    return read_list(path, schema, territory)


def codes(read, level=None):
    """Return row and code of each problem that has a row."""
    return [(p.row, p.code) for p in read.problems if p.row is not None and level in (None, p.level)]


def without(row, *names):
    return {name: cell for name, cell in row.items() if name not in names}


def test_a_sound_row_of_each_list_is_asked_nothing(tmp_path):
    """The rows the tests below start from break no rule."""
    for schema, row in ((GAPS, GAP), (STATIONS, STATION), (HOUSEHOLDS, HOUSEHOLD)):
        assert codes(checked(tmp_path, schema, [row])) == []


GAP_BREAKS = [
    ("count.unserved", {"households_unserved": 85}, {"households_unserved": 84}, "households_unserved"),
    ("count.poor", {"poor_households": 85}, {"poor_households": 84}, "poor_households"),
    ("count.persons", {"population": 841}, {"population": 840}, "population"),
    ("count.persons", {"population": 167}, {"population": 168}, "population"),
    ("count.nobody", {"population": 0}, {"population": 368}, "population"),
    ("power.contradiction", {"grid_power": "Không", "powered_percent": 40}, {"grid_power": "Không"}, "grid_power"),
    ("power.contradiction", {"grid_power": "Có", "powered_percent": 0}, {"powered_percent": 0}, "powered_percent"),
    ("share.fraction", {"powered_percent": 0.85}, {"powered_percent": 1}, "powered_percent"),
    (
        "date.measured_after_reported",
        {"measured_on": "02/10/2026", "reported_on": "01/10/2026"},
        {"measured_on": "01/10/2026", "reported_on": "01/10/2026"},
        "reported_on",
    ),
    (
        "date.planned_before_reported",
        {"planned_date": "30/09/2026", "reported_on": "01/10/2026"},
        {"planned_date": "01/10/2026", "reported_on": "01/10/2026"},
        "planned_date",
    ),
    (
        "count.none_unserved",
        {"households_unserved": 0},
        {"households_unserved": 0, "target_type": "đèo"},
        "households_unserved",
    ),
    ("class.counts", {"households_unserved": 41}, {"households_unserved": 42}, "households_total"),
    ("class.counts", {"gap_class": "lõm sóng"}, {"gap_class": "lõm sóng", "cluster_name": "Xóm Trên"}, "gap_class"),
    (
        "class.counts",
        {"gap_class": "lõm sóng"},
        {"gap_class": "lõm sóng", "households_unserved": 83},
        "households_total",
    ),
    ("class.level", {"rsrp_dbm": -80}, {"rsrp_dbm": -111}, "rsrp_dbm"),
    ("class.level", {"rsrp_dbm": -96, "tech": "3G"}, {"rsrp_dbm": -101, "tech": "3G"}, "rsrp_dbm"),
    ("class.signal", {"sig_viettel_4g": "có"}, {"sig_viettel_4g": "yếu"}, "gap_class"),
    ("class.signal", {"sig_mobifone_5g": "tốt"}, {"sig_mobifone_2g": "tốt"}, "sig_mobifone_5g"),
]


@pytest.mark.parametrize(("code", "broken", "sound", "silent"), GAP_BREAKS)
def test_each_rule_of_a_gap_row_fires_where_it_must_and_only_there(tmp_path, code, broken, sound, silent):
    """It fires on the broken row, not on its neighbour just inside, and not where a cell it needs says nothing."""
    assert code in [found for _, found in codes(checked(tmp_path, GAPS, [GAP | broken]))]
    assert code not in [found for _, found in codes(checked(tmp_path, GAPS, [GAP | sound]))]
    assert code not in [found for _, found in codes(checked(tmp_path, GAPS, [GAP | broken | {silent: ""}]))]


def test_a_list_that_says_nothing_breaks_no_rule():
    """Rows of every list with all cells silent, several of them alike, give no note at all."""
    from phusong.data.columns import silent_column

    for schema in (GAPS, VILLAGES, HOUSEHOLDS, STATIONS, MEASUREMENTS):
        rows = pd.DataFrame({field.name: silent_column(30, field).cells for field in schema.fields})
        rows = rows.assign(_row=np.arange(30) + 2, _sheet="")
        assert check_rows(rows, schema, Territory(today=date(2026, 11, 22))) == []
        assert [check.code for check in schema.checks if check.breaks(rows).any()] == []


def test_a_question_gives_its_readings_and_an_error_refuses_the_row(tmp_path):
    """85 % or 0.85 %: the row is kept and asked; more unserved than households: the row is not kept."""
    read = checked(tmp_path, GAPS, [GAP | {"powered_percent": 0.85}, GAP | {"gap_id": "G2", "households_unserved": 85}])
    (question,) = (p for p in read.problems if p.code == "share.fraction")
    assert question.level == "warning"
    assert [choice.vi for choice in question.choices] == ["85 %", "0,85 %"]
    assert [choice.en for choice in question.choices] == ["85 %", "0.85 %"]
    assert "count.unserved" in [p.code for p in read.problems if p.level == "error"]
    assert read.rows["gap_id"].tolist() == ["G1"]


@pytest.mark.parametrize(
    ("schema", "row", "field", "code"),
    [
        (GAPS, GAP, "measured_on", "date.future"),
        (GAPS, GAP, "reported_on", "date.future"),
        (HOUSEHOLDS, HOUSEHOLD, "surveyed_on", "date.future"),
        (STATIONS, STATION, "updated_on", "date.future"),
        (STATIONS, STATION | {"status": "hoạt động"}, "on_air", "date.on_air"),
    ],
)
def test_days_are_held_against_the_day_of_the_check(tmp_path, schema, row, field, code):
    """Tomorrow is asked about, today is not; without a day of the check nothing is, so that results do not change."""
    today = Territory(today=date(2026, 11, 22))
    assert code in [c for _, c in codes(checked(tmp_path, schema, [row | {field: "23/11/2026"}], today))]
    assert code not in [c for _, c in codes(checked(tmp_path, schema, [row | {field: "22/11/2026"}], today))]
    assert code not in [c for _, c in codes(checked(tmp_path, schema, [row | {field: "23/11/2026"}]))]


def test_an_overdue_plan_is_asked_about_once(tmp_path):
    """A plan over on the day of the check is asked about; one over before the report has its own message only."""
    today = Territory(today=date(2026, 11, 22))
    late = GAP | {"planned_date": "21/11/2026"}
    assert codes(checked(tmp_path, GAPS, [late], today)) == [(2, "date.planned_over")]
    earlier = late | {"reported_on": "22/11/2026"}
    assert codes(checked(tmp_path, GAPS, [earlier], today)) == [(2, "date.planned_before_reported")]
    assert codes(checked(tmp_path, GAPS, [late | {"planned_date": "22/11/2026"}], today)) == []


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"village_name": "Khuổi Nà", "lat": 22.62924 + 35 * METRE}, "duplicate.place"),
        ({"village_name": "Khuổi Nà", "lat": 22.62924 + 70 * METRE}, None),
        ({"village_name": "Khuổi Nà", "lat": 22.62924 + 35 * METRE, "commune_code": "00991"}, None),
        ({"village_name": "Khuổi Nà", "lat": 22.62924 + 35 * METRE, "target_type": "trường"}, None),
        ({"village_name": "Thôn Nà Lạ", "lat": 22.9}, "duplicate.name"),
        ({"village_name": "NÀ LẠ", "lat": 22.9}, "duplicate.name"),
        ({"village_name": "Bản Nà Là", "lat": 22.62924 + 900 * METRE}, "duplicate.name"),
        ({"village_name": "Bản Nà Là", "lat": 22.9}, None),
        ({"village_name": "Bản Nà Lạ", "lat": 22.9, "commune_code": "00991"}, None),
        ({"village_name": "Bản Nà Lạ", "lat": 22.9, "cluster_name": "Xóm Trên"}, None),
        ({"village_name": "Bản Nà Pạ", "lat": 22.62924 + 900 * METRE}, None),
        ({"village_name": "", "lat": 22.9}, None),
    ],
)
def test_rows_that_may_be_one_place_are_asked_about(tmp_path, other, code):
    """By distance in one commune, by name whatever is written before it; alike names must be near. None is removed."""
    read = checked(tmp_path, GAPS, [GAP, GAP | {"gap_id": "G2"} | other])
    assert codes(read, "warning") == ([(3, code)] if code else [])
    if code:
        (problem,) = (p for p in read.problems if p.code == code)
        assert "dòng 2" in problem.text.vi and "Bản Nà Lạ" in problem.text.vi and len(problem.choices) == 2
    if other["village_name"]:
        assert len(read.rows) == 2


def test_the_distance_of_a_likeness_is_shown(tmp_path):
    """In metres near by, in kilometres further off, in both languages."""
    near = checked(tmp_path, GAPS, [GAP, GAP | {"gap_id": "G2", "lat": 22.62924 + 35 * METRE}]).problems
    far = checked(tmp_path, GAPS, [GAP, GAP | {"gap_id": "G2", "lat": 22.7}]).problems
    assert any("cách 35 m" in p.text.vi for p in near)
    assert any("cách 7,8 km" in p.text.vi and "7.8 km away" in p.text.en for p in far)


@pytest.mark.parametrize(("metres", "found"), [(1500, True), (5000, False)])
def test_villages_with_a_bare_number_are_asked_about_only_where_near(tmp_path, metres, found):
    """Every commune made of three old ones has Thôn 1 three times."""
    rows = [GAP | {"village_name": "Thôn 1"}, GAP | {"gap_id": "G2", "village_name": "Thôn 1"}]
    rows[1]["lat"] += metres * METRE
    assert bool(codes(checked(tmp_path, GAPS, rows))) is found
    assert codes(checked(tmp_path, GAPS, [rows[0], rows[1] | {"village_name": "Tổ 1"}])) == []


def test_villages_of_different_former_communes_are_two(tmp_path):
    """One name in two of the communes a commune was made from is no likeness."""
    rows = [GAP | {"old_commune": "Xã A"}, GAP | {"gap_id": "G2", "lat": 22.9, "old_commune": "Xã B"}]
    assert codes(checked(tmp_path, GAPS, rows)) == []
    assert codes(checked(tmp_path, GAPS, [rows[0], rows[1] | {"old_commune": "xa a"}])) == [(3, "duplicate.name")]


def test_a_row_repeated_whole_is_left_out_and_not_asked_about(tmp_path):
    """With or without codes: a copy is a repair, and makes no question beside it."""
    for row in (GAP, without(GAP, "gap_id")):
        read = checked(tmp_path, GAPS, [row, row | {"note": "gửi lại"}])
        assert codes(read) == [(3, "duplicate.row")]
        assert len(read.rows) == 1


def test_rows_of_one_name_that_differ_keep_their_own_codes(tmp_path):
    """Two rows of one village with other counts are both kept and asked about; copies of either fall away."""
    row = without(GAP, "gap_id")
    other = row | {"households_total": 90}
    read = checked(tmp_path, GAPS, [row, other, row, other])
    assert read.rows["_row"].tolist() == [2, 3] and read.rows["gap_id"].is_unique
    assert sorted(codes(read)) == [(3, "duplicate.place"), (4, "duplicate.row"), (5, "duplicate.row")]


def test_a_heap_of_rows_at_one_place_costs_no_more_than_others(tmp_path):
    """Each of 3,000 rows at one point is asked about once; the pairs compared grow with the rows, not their square."""
    from phusong.data.checks.places_and_names import like_pairs
    from phusong.data.columns import silent_column

    rows = pd.DataFrame({field.name: silent_column(3000, field).cells for field in GAPS.fields})
    rows = rows.assign(lon=105.0, lat=22.0, households_total=np.arange(3000.0), _row=np.arange(3000), _sheet="")
    pairs = like_pairs(rows, GAPS)
    assert set(pairs["second"]) == set(range(1, 3000))
    assert len(pairs) < 40 * 3000


@given(st.text("abcdegnou ", min_size=8, max_size=12), st.integers(0, 11), st.sampled_from("abcdegnou "))
def test_one_letter_more_less_or_other_is_one_letter_apart(name, at, letter):
    """Whichever letter it is, both ways round; a digit makes another village."""
    at = min(at, len(name) - 1)
    for other in (name[:at] + letter + name[at:], name[:at] + letter + name[at + 1 :]):
        assert one_letter_apart(name, other) and one_letter_apart(other, name)
    assert not one_letter_apart(name, name[:at] + "7" + name[at:])
    assert not one_letter_apart(name, name + "xyz")


@given(st.lists(st.tuples(st.floats(102, 118), st.floats(6, 24)), min_size=2, max_size=7), st.floats(1, 2e5))
def test_near_pairs_are_those_a_slow_search_finds(points, within_m):
    """With no more points than are compared, every pair within the distance by the straight line, and no other."""
    lon, lat = np.array(points).T
    places = earth_centred_m(lon, lat)
    chord = np.linalg.norm(places[:, None] - places[None], axis=2)
    slow = {(a, b) for a in range(len(lon)) for b in range(a + 1, len(lon)) if chord[a, b] < within_m}
    first, second = near_pairs_of(lon, lat, within_m)
    assert set(zip(first.tolist(), second.tolist(), strict=True)) == slow
    metres = metres_between(lon[:1], lat[:1], lon[1:2], lat[1:2])[0]
    if metres < 1e5:
        assert metres == pytest.approx(chord[0, 1], abs=1.1)


def households(n, **columns):
    random = np.random.default_rng(7)
    rows = {
        "commune_code": "00985",
        "village_name": "Nà Lạ",
        "village_code": "",
        "lon": np.round(105.3 + random.normal(0, 0.004, n), 6),
        "lat": np.round(22.6 + random.normal(0, 0.004, n), 6),
        "northing": np.nan,
        "easting": np.nan,
        "weight": np.nan,
        "_row": np.arange(n) + 2,
        "_sheet": "",
    }
    return pd.DataFrame(rows | columns, index=range(n))


def at(rows, column, positions, value):
    """Return the rows with one column changed at some positions."""
    cells = rows[column].copy()
    cells.iloc[list(positions)] = value
    return rows.assign(**{column: cells})


def test_households_at_one_point_are_told_once_with_their_number():
    """Five or more of weight one; four, or a point that says it stands for several, are not."""
    rows = households(60)
    assert check_stacks(rows) == []
    stacked = rows.assign(lon=[105.31] * 5 + rows["lon"].tolist()[5:], lat=[22.61] * 5 + rows["lat"].tolist()[5:])
    (note,) = check_stacks(stacked)
    assert (note.at, note.code) == (0, "position.stacked")
    assert note.text.vi.startswith("5 hộ có cùng một toạ độ")
    assert check_stacks(stacked, at_least=6) == []
    assert check_stacks(at(stacked, "lon", [4], 105.32)) == []
    assert check_stacks(at(stacked, "weight", [2], 3.0)) == []
    assert check_stacks(at(stacked, "lat", range(5), np.nan)) == []


def test_a_commune_at_one_point_is_called_its_centre():
    """Half of a commune's households, and at least twenty, at one point."""
    rows = at(at(households(60), "lon", range(30), 105.31), "lat", range(30), 22.61)
    assert [note.code for note in check_stacks(rows)] == ["position.commune_centre"]
    assert "30/60" in check_stacks(rows)[0].text.vi
    assert [note.code for note in check_stacks(rows.assign(commune_code=""))] == ["position.stacked"]


def test_very_many_stacks_are_told_together():
    """The largest thousand each, the others in one sentence."""
    n = 1005
    lon = np.repeat(105.0 + np.arange(n) * 1e-3, 5)
    lon = np.append(lon, lon[-1])
    notes = check_stacks(households(5 * n + 1, lon=lon, lat=22.0))
    assert len(notes) == 1001
    assert "6 hộ" in notes[999].text.vi, "the largest is among those told"
    assert "5 toạ độ khác" in notes[-1].text.vi and "25 hộ" in notes[-1].text.vi


def test_a_household_far_from_its_village_is_found():
    """Over 20 km from the middle and ten times further than is usual there; a scattered village has none."""
    rows = households(30)
    assert check_strays(rows) == []
    (note,) = check_strays(at(rows, "lat", [4], 22.9))
    assert (note.at, note.code) == (4, "position.far_from_village")
    assert "Nà Lạ" in note.text.vi and "33," in note.text.vi
    assert check_strays(at(rows, "lat", [4], 22.75)) == [], "under 20 km"
    assert check_strays(at(rows, "lat", [4], 22.9).assign(village_name="")) == []
    assert check_strays(at(rows, "lat", [4], 22.9).head(4)) == []
    assert check_strays(at(rows, "lat", [4], 22.9).iloc[3:6].reset_index(drop=True)) == [], "too few to have a middle"
    scattered = rows.assign(lat=22.0 + np.arange(30) * 0.05)
    assert check_strays(scattered) == []
    by_code = at(rows, "lat", [4], 22.9).assign(village_code="V1", village_name=[f"Thôn {k}" for k in range(30)])
    assert [note.at for note in check_strays(by_code)] == [4]


@pytest.mark.parametrize(
    ("columns", "least_m", "says"),
    [
        ({"decimals": 2}, 100.0, "0,01°"),
        ({"decimals": 3}, 100.0, "0,001°"),
        ({"decimals": 3}, 1000.0, None),
        ({"decimals": 5}, 100.0, None),
        ({"step": 1000.0}, 100.0, "nghìn mét"),
        ({"step": 100.0}, 100.0, "trăm mét"),
        ({"step": 1.0}, 100.0, None),
        ({"minutes": True}, 100.0, "phút"),
    ],
)
def test_coordinates_rounded_throughout_are_told_once(columns, least_m, says):
    """Degrees, minutes and survey coordinates on a coarse lattice; finer ones are not."""
    rows = households(400)
    if "decimals" in columns:
        rows = rows.assign(lon=rows["lon"].round(columns["decimals"]), lat=rows["lat"].round(columns["decimals"]))
    elif "step" in columns:
        grid = np.random.default_rng(1).uniform(0, 9000, (2, 400)) // columns["step"] * columns["step"]
        rows = rows.assign(northing=2_500_000 + grid[0], easting=430_000 + grid[1])
    else:
        rows = rows.assign(lon=np.rint(rows["lon"] * 60) / 60, lat=np.rint(rows["lat"] * 60) / 60)
    notes = check_rounding(rows, least_m=least_m)
    assert len(notes) == (1 if says else 0)
    if says:
        assert notes[0].code == "position.rounded" and says in notes[0].text.vi and "400/400" in notes[0].text.vi


def test_a_few_rounded_rows_are_told_each_and_short_lists_are_not_judged():
    """Three rows of sixty; no row where positions are missing; nothing in a list under twenty rows."""
    rows = households(60)
    some = at(at(rows, "lon", [3, 9, 40], 105.31), "lat", [3, 9, 40], 22.62)
    assert [note.at for note in check_rounding(some, least_m=100.0)] == [3, 9, 40]
    assert check_rounding(some.head(FEWEST_ROWS - 1), least_m=100.0) == []
    assert check_rounding(some.assign(lon=np.nan), least_m=100.0) == []


def test_one_mast_in_two_operators_lists_is_proposed_as_one(tmp_path):
    """Thirty to 150 m and different operators: asked, with the code, the operator and the distance."""
    other = STATION | {"site_id": "MBF12", "operator": "MobiFone"}
    read = checked(tmp_path, STATIONS, [STATION, other | {"lat": 22.62924 + 90 * METRE}])
    (problem,) = (p for p in read.problems if p.code == "site.same_tower")
    assert (problem.level, problem.row, len(problem.choices)) == ("warning", 3, 2)
    assert all(part in problem.text.vi for part in ("TQG0327", "Viettel", "cách 90 m", "một vị trí"))
    assert len(read.rows) == 2
    for metres in (20, 160):
        assert codes(checked(tmp_path, STATIONS, [STATION, other | {"lat": 22.62924 + metres * METRE}])) == []
    own = other | {"lat": 22.62924 + 90 * METRE, "operator": "Viettel"}
    assert codes(checked(tmp_path, STATIONS, [STATION, own])) == []


def test_one_code_at_two_places_is_refused(tmp_path):
    """Fifty metres apart is one place; further the later row is refused, with both named."""
    near = STATION | {"band": "2100", "lat": 22.62924 + 40 * METRE}
    assert codes(checked(tmp_path, STATIONS, [STATION, near])) == []
    read = checked(tmp_path, STATIONS, [STATION, near | {"lat": 22.62924 + 400 * METRE}])
    assert codes(read, "error") == [(3, "site.two_places")]
    assert "399 m" in read.problems[-1].text.vi or "400 m" in read.problems[-1].text.vi
    assert read.rows["_row"].tolist() == [2]


STATION_BREAKS = [
    ("site.antenna_over_mast", {"antenna_height_m": 46}, {"antenna_height_m": 45}, "mast_height_m"),
    ("site.antenna_over_mast", {"antenna_height_m": 60}, {"antenna_height_m": 60, "mast_type": "cột trên mái"}, "lon"),
    ("site.antenna_height", {"antenna_height_m": 250}, {"antenna_height_m": 40}, "antenna_height_m"),
    ("site.power", {"tx_power": 20}, {"tx_power": 46}, "tx_power"),
    ("site.power", {"tx_power": 60}, {"tx_power": 20, "site_kind": "trạm nhỏ"}, "tx_power"),
    ("site.sectors", {"sectors": 2, "azimuth_deg": "0/120/240"}, {"sectors": 3, "azimuth_deg": "0/120/240"}, "sectors"),
    ("site.sectors", {"sectors": 2, "azimuth_deg": "0/120/240"}, {"sectors": 2}, "azimuth_deg"),
]


@pytest.mark.parametrize(("code", "broken", "sound", "silent"), STATION_BREAKS)
def test_each_rule_of_a_station_fires_where_it_must_and_only_there(tmp_path, code, broken, sound, silent):
    """It fires on the broken row, not on its neighbour, and not where a cell it needs says nothing."""
    rest = [STATION | {"site_id": "B", "lon": 106.0}]
    assert (2, code) in codes(checked(tmp_path, STATIONS, [STATION | broken, *rest]))
    assert (2, code) not in codes(checked(tmp_path, STATIONS, [STATION | sound, *rest]))
    if silent != "lon":
        assert (2, code) not in codes(checked(tmp_path, STATIONS, [STATION | broken | {silent: ""}, *rest]))


def test_rows_of_one_service_are_counted_as_its_sectors(tmp_path):
    """Three rows a sector each, the band written in two ways: three sectors."""
    rows = [STATION | {"sectors": 3, "azimuth_deg": a, "band": b} for a, b in ((0, "1800"), (120, "B3"), (240, "1800"))]
    assert codes(checked(tmp_path, STATIONS, rows)) == []
    assert (2, "site.sectors") in codes(checked(tmp_path, STATIONS, rows[:2]))


def test_every_problem_of_a_check_has_a_code(tmp_path):
    """A messy list: what these checks find is named by a rule, so that it can be counted and looked up."""
    rows = [
        GAP,
        GAP | {"gap_id": "G2", "households_unserved": 90, "poor_households": 99, "population": 2},
        GAP | {"gap_id": "G3", "lat": 22.9, "rsrp_dbm": -60, "powered_percent": 0.2, "note": "gọi 0912345678"},
        GAP,
    ]
    read = checked(tmp_path, GAPS, rows)
    own = [p for p in read.problems if p.row is not None]
    assert len(own) > 6 and all(p.code and "." in p.code for p in own)


def test_sheets_are_named_where_a_list_stands_on_several():
    """Row 2 of one sheet is not row 2 of another."""
    from phusong.data.checks.row_cells import row_texts

    rows = pd.DataFrame({"_row": [2, 2], "_sheet": ["Xã A", "Xã B"]})
    assert [text.vi for text in row_texts(rows, np.array([0, 1]))] == ["dòng 2 trang “Xã A”", "dòng 2 trang “Xã B”"]
    assert row_texts(replace_sheet(rows), np.array([0]))[0].vi == "dòng 2"


def replace_sheet(rows):
    return rows.assign(_sheet="Xã A")
