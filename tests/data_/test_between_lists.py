"""Lists against other lists: places and masts in two of them, distances to stations, households of villages."""

from __future__ import annotations

import pandas as pd
import pytest

from phusong.data.checks.between import between_lists
from phusong.data.checks.distances import check_distances
from phusong.data.lists import read_list
from phusong.data.schemas import GAPS, HOUSEHOLDS, STATIONS, VILLAGES

METRE = 1.0 / 111_000.0
GAP = {
    "province_code": "08",
    "commune_code": "00985",
    "village_name": "Bản Nà Lạ",
    "target_type": "thôn",
    "lon": 105.34808,
    "lat": 22.62924,
    "households_total": 84,
    "households_unserved": 84,
    "gap_class": "trắng sóng",
}
STATION = {"site_id": "TQG0327", "operator": "Viettel", "tech": "4G", "lon": 105.34808, "lat": 22.62924}


def listed(tmp_path, name, schema, rows):
    path = tmp_path / f"{name}.csv"
    pd.DataFrame(rows).to_csv(path, index=False, sep=";", encoding="utf-8-sig")
    return read_list(path, schema)


def codes(checked):
    return [(p.row, p.code) for p in checked.problems if p.row is not None]


def test_a_gap_in_two_lists_is_asked_about_in_both(tmp_path):
    """Each list names the row of the other file; rows of one list are not compared again."""
    a = listed(tmp_path, "a", GAPS, [GAP | {"village_name": "Khuổi Nà", "lat": 22.8}, GAP])
    b = listed(tmp_path, "b", GAPS, [GAP | {"village_name": "Thôn Nà Là", "lat": 22.62924 + 100 * METRE}])
    first, second = between_lists([a, b])
    assert (codes(first), codes(second)) == ([(3, "duplicate.name")], [(2, "duplicate.name")])
    assert "dòng 2 tệp b.csv" in first.problems[-1].text.vi and "Thôn Nà Là" in first.problems[-1].text.vi
    assert "row 3 of a.csv" in second.problems[-1].text.en and "100 m" in second.problems[-1].text.en
    problem = first.problems[-1]
    assert (problem.column, problem.column_number, problem.found) == ("village_name", 3, "Bản Nà Lạ")
    assert len(first.rows) == 2 and len(second.rows) == 1


def test_lists_with_nothing_in_common_come_back_as_they_are(tmp_path):
    """Other places, other kinds of list, one list alone, none."""
    a = listed(tmp_path, "a", GAPS, [GAP])
    b = listed(tmp_path, "b", GAPS, [GAP | {"village_name": "Khuổi Nà", "lat": 22.8}])
    c = listed(tmp_path, "c", STATIONS, [STATION])
    assert between_lists([a, b, c]) == (a, b, c)
    assert between_lists([a]) == (a,) and between_lists([]) == ()


def test_the_distance_two_gaps_may_have_is_settable(tmp_path):
    """Seventy metres are two places, unless a hundred are allowed."""
    a = listed(tmp_path, "a", GAPS, [GAP])
    b = listed(tmp_path, "b", GAPS, [GAP | {"village_name": "Khuổi Nà", "lat": 22.62924 + 70 * METRE}])
    assert codes(between_lists([a, b])[1]) == []
    assert codes(between_lists([a, b], near_m=100.0)[1]) == [(2, "duplicate.place")]


def test_one_mast_in_two_files_is_proposed_as_one_in_both(tmp_path):
    """With code, operator and distance; at twenty metres there is nothing to ask."""
    viettel = listed(tmp_path, "viettel", STATIONS, [STATION])
    for metres, expected in ((90, [(2, "site.same_tower")]), (20, []), (200, [])):
        row = STATION | {"site_id": "M1", "operator": "MobiFone", "lat": 22.62924 + metres * METRE}
        first, second = between_lists([viettel, listed(tmp_path, "mobifone", STATIONS, [row])])
        assert codes(first) == codes(second) == expected
        if expected:
            text = first.problems[-1].text.vi
            assert all(part in text for part in ("M1", "MobiFone", "cách 90 m", "dòng 2 tệp mobifone.csv"))


def test_a_site_code_at_two_places_in_two_files_is_said_in_both(tmp_path):
    """Sixty metres apart, not forty; a row both files have is told in the later one."""
    one = listed(tmp_path, "a", STATIONS, [STATION])
    far = listed(tmp_path, "b", STATIONS, [STATION | {"tech": "3G", "lat": 22.62924 + 60 * METRE}])
    near = listed(tmp_path, "c", STATIONS, [STATION | {"tech": "3G", "lat": 22.62924 + 40 * METRE}])
    assert [codes(found) for found in between_lists([one, far])] == [[(2, "site.two_places")]] * 2
    assert [codes(found) for found in between_lists([one, near])] == [[], []]
    same = listed(tmp_path, "d", STATIONS, [STATION | {"tech": "2G", "lon": 106.0, "site_id": "X"}, STATION])
    assert [codes(found) for found in between_lists([one, same])] == [[], [(3, "duplicate.key")]]


def test_households_sent_twice_are_told_once(tmp_path):
    """Five households at the very points of another list; four may be neighbours."""
    rows = [{"commune_code": "00985", "lon": 105.3 + k / 997, "lat": 22.6 + k / 991} for k in range(8)]
    a = listed(tmp_path, "a", HOUSEHOLDS, rows)
    for shared, expected in ((5, ["duplicate.households"]), (4, [])):
        others = [row | {"lat": row["lat"] + (0 if k < shared else 0.1)} for k, row in enumerate(rows)]
        first, second = between_lists([a, listed(tmp_path, "b", HOUSEHOLDS, others)])
        assert [code for _, code in codes(first)] == [] and [code for _, code in codes(second)] == expected
    keyed = [row | {"household_key": f"H{k}", "lat": row["lat"] + 0.2} for k, row in enumerate(rows)]
    one, two = (listed(tmp_path, name, HOUSEHOLDS, keyed[:1]) for name in "cd")
    assert codes(between_lists([one, two])[1]) == [(2, "duplicate.key")]


@pytest.mark.parametrize(
    ("stated", "more", "found"),
    [(84, {}, False), (100, {}, False), (40, {}, True), (40, {"cluster_name": "Xóm Trên"}, False)],
)
def test_households_of_a_gap_are_held_against_the_village_list(tmp_path, stated, more, found):
    """More than a fifth and more than five off; a cluster is not its village."""
    villages = [{"village_code": "V1", "village_name": "Nà Lạ", "commune_code": "00985", "households": 84}]
    gaps = listed(tmp_path, "gaps", GAPS, [GAP | {"households_total": stated, "households_unserved": stated} | more])
    checked, _ = between_lists([gaps, listed(tmp_path, "thon", VILLAGES, villages)])
    assert codes(checked) == ([(2, "count.village_list")] if found else [])
    if found:
        text = checked.problems[-1].text.vi
        assert "40 hộ" in text and "84 hộ" in text and "dòng 2 tệp thon.csv" in text
    twice = [*villages, villages[0] | {"village_code": "V2", "households": 80}]
    assert codes(between_lists([gaps, listed(tmp_path, "thon", VILLAGES, twice)])[0]) == []
    silent = [villages[0] | {"households": ""}]
    assert codes(between_lists([gaps, listed(tmp_path, "thon", VILLAGES, silent)])[0]) == []


STATIONS_AROUND = [
    STATION | {"site_id": "NEAR", "lat": 22.62924 + 2000 * METRE, "status": "hoạt động"},
    STATION | {"site_id": "FAR", "site_name": "ThuongGiap_TQG", "lat": 22.62924 + 6000 * METRE},
    STATION | {"site_id": "PLAN", "lat": 22.62924 + 200 * METRE, "status": "kế hoạch"},
]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"nearest_dist_km": "2,0"}, []),
        ({"nearest_dist_km": "2,4"}, []),
        ({"nearest_dist_km": "2,6"}, ["distance.stated"]),
        ({"nearest_dist_km": "1,4"}, ["distance.stated"]),
        ({"nearest_dist_km": ""}, []),
        ({"nearest_dist_km": "2,0", "nearest_site_id": "near"}, []),
        ({"nearest_dist_km": "4,0", "nearest_site_id": "NEAR"}, ["distance.stated"]),
        ({"nearest_dist_km": "6,0", "nearest_site_id": "FAR"}, ["distance.nearer_site"]),
        ({"nearest_dist_km": "", "nearest_site_id": "Thuong-Giap TQG"}, []),
        ({"nearest_dist_km": "", "nearest_site_id": "THUONGGIAP_TQG"}, ["distance.nearer_site"]),
        ({"nearest_dist_km": "2,0", "nearest_site_id": "TQG9999"}, ["distance.unknown_site"]),
        ({"nearest_dist_km": "6,0", "nearest_site_id": "TQG9999"}, ["distance.stated", "distance.unknown_site"]),
        ({"nearest_dist_km": "0,2", "nearest_site_id": "PLAN"}, ["distance.stated", "distance.unknown_site"]),
    ],
)
def test_stated_distances_are_held_against_the_station_lists(tmp_path, cells, expected):
    """More than a fifth and half a kilometre off; by the station named, and by the nearest that stands."""
    if cells.get("nearest_site_id") == "Thuong-Giap TQG":
        expected = ["distance.unknown_site"]
    gaps = listed(tmp_path, "gaps", GAPS, [GAP | {"nearest_dist_km": "", "nearest_site_id": ""} | cells])
    checked = check_distances(gaps, [listed(tmp_path, "tram", STATIONS, STATIONS_AROUND)])
    assert [code for _, code in codes(checked)] == expected


def test_both_figures_and_the_code_are_in_the_message(tmp_path):
    """And the nearest station, where another is named."""
    gaps = listed(tmp_path, "gaps", GAPS, [GAP | {"nearest_dist_km": 4.5, "nearest_site_id": "FAR"}])
    problem = check_distances(gaps, [listed(tmp_path, "tram", STATIONS, STATIONS_AROUND)]).problems[-1]
    assert all(part in problem.text.vi for part in ("4,5 km", "FAR", "6,0 km", "NEAR", "2,0 km"))
    assert all(part in problem.text.en for part in ("4.5 km", "FAR", "6.0 km", "NEAR", "2.0 km"))
    assert (problem.level, problem.column, problem.found) == ("warning", "nearest_dist_km", "4.5")


def test_without_stations_no_distance_is_judged(tmp_path):
    """No list, an empty one, one whose stations are all planned: the gap list comes back as it was."""
    gaps = listed(tmp_path, "gaps", GAPS, [GAP | {"nearest_dist_km": 4.5, "nearest_site_id": "FAR"}])
    planned = listed(tmp_path, "tram", STATIONS, STATIONS_AROUND[2:])
    assert check_distances(gaps, []) is gaps and check_distances(gaps, [planned]) is gaps
