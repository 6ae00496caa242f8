"""What each source says of villages and gaps, kept apart."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from made_evidence import OPERATORS, around, lonlat, made_ground, made_tests, says

from phusong.coverage.measured_service import ASSUMED_MEASURING, joined_states, operator_states_by_tests
from phusong.coverage.states import SERVED, UNDETERMINED, UNSERVED
from phusong.study.evidence_claims import claim_rows
from phusong.study.evidence_measured import measured_rows, outcomes
from phusong.study.evidence_reported import answered_rows, reported_rows

GAP, A, B = "LS-00985-01", "V-1", "V-2"


def box(west, south, east, north):
    (lon0, lon1), (lat0, lat1) = lonlat([west, east], [south, north])
    return shapely.box(lon0, lat0, lon1, lat1)


def claims(*rows):
    return gpd.GeoDataFrame(
        {
            "operator": [row[0] for row in rows],
            "technology": [row[1] for row in rows],
            "strength": ["core"] * len(rows),
            "dated": ["2026-08-01"] * len(rows),
        },
        geometry=[row[2] for row in rows],
        crs="EPSG:4326",
    )


ALL_OF_A, CORE_OF_A, ELSEWHERE = box(-500, -500, 1500, 500), box(-500, -500, 500, 500), box(9000, 9000, 9100, 9100)


def test_one_operators_map_is_enough_to_say_covered():
    """Whoever else has no map: the village and its gap are inside what one operator claims."""
    rows = list(claim_rows(made_ground(), claims(("viettel", "4G", ALL_OF_A))))
    assert says(rows, "village", A, "declared") == "covered"
    assert says(rows, "gap", GAP, "declared") == "served"
    assert says(rows, "village", B, "declared") == "undetermined"
    assert {row["author"] for row in rows} == {"Viettel"} and {row["dated"] for row in rows} == {"2026-08-01"}


def test_that_nobody_claims_a_place_takes_the_maps_of_all_operators():
    """An operator without a map of the service is unknown; a map of another technology is none."""
    one = claims(("viettel", "4G", CORE_OF_A), ("mobifone", "2G", ALL_OF_A))
    rows = list(claim_rows(made_ground(), one))
    assert says(rows, "village", A, "declared") == "undetermined"
    assert says(rows, "gap", GAP, "declared") == "undetermined"
    assert says(rows, "village", A, "declared", service="voice") == "covered"
    both = claims(("viettel", "4G", CORE_OF_A), ("mobifone", "4G", ELSEWHERE))
    rows = list(claim_rows(made_ground(), both))
    assert says(rows, "village", A, "declared") == "depression"
    assert says(rows, "village", B, "declared") == "white"
    assert says(rows, "gap", GAP, "declared") == "unserved"
    assert "20/32" in next(r["detail_vi"] for r in rows if r["village_code"] == A and r["operator"] == "viettel")


def test_an_operator_alone_never_says_that_a_place_is_dark():
    """Its own rows say covered or nothing."""
    both = claims(("viettel", "4G", CORE_OF_A), ("mobifone", "4G", ELSEWHERE))
    rows = [row for row in claim_rows(made_ground(), both) if row["operator"]]
    assert rows and {row["says"] for row in rows} <= {"covered", "served", "undetermined"}
    assert list(claim_rows(made_ground(), None)) == []


def reported(**columns):
    rows = {
        "commune_code": ["00985"],
        "village_name": ["Nà Lạ"],
        "cluster_name": [""],
        "gap_class": ["depression"],
        "households_unserved": [12.0],
        "lon": [np.nan],
        "lat": [np.nan],
        "reporter": ["UBND xã Thượng Lâm"],
        "reported_on": [pd.Timestamp("2026-10-01")],
    }
    return pd.DataFrame(rows | {key: [value] for key, value in columns.items()})


def test_a_provinces_list_is_declared_and_a_village_it_leaves_out_is_silent():
    """Names are joined without what lists write before them; the gaps of a village reported whole are unserved."""
    rows = list(reported_rows(made_ground(), reported()))
    assert says(rows, "village", A, "declared") == "depression" and says(rows, "gap", GAP, "declared") == "unserved"
    assert says(rows, "village", B, "declared") is None
    assert rows[0]["author"] == "UBND xã Thượng Lâm" and rows[0]["dated"] == "2026-10-01"


def test_a_reported_cluster_speaks_of_the_gaps_near_it_and_makes_its_village_a_depression():
    """A cluster without any signal is no village without any."""
    lon, lat = lonlat([1050.0], [30.0])
    near = reported(cluster_name="Xóm Trên", gap_class="white", lon=lon[0], lat=lat[0])
    rows = list(reported_rows(made_ground(), near))
    assert says(rows, "village", A, "declared") == "depression" and says(rows, "gap", GAP, "declared") == "unserved"
    lon, lat = lonlat([0.0], [3000.0])
    far = reported(cluster_name="Xóm Trên", lon=lon[0], lat=lat[0])
    assert says(list(reported_rows(made_ground(), far)), "gap", GAP, "declared") is None


@pytest.mark.parametrize(
    ("answer", "village", "gap"),
    [("yes", "depression", "unserved"), ("no", "covered", "served"), ("unknown", "undetermined", "undetermined")],
)
def test_a_communes_answer_confirms(answer, village, gap):
    """Still a gap, none any more, or not known; signed and dated as answered."""
    rows = reported(confirmed_still_gap=answer, confirmed_by="Chủ tịch UBND xã", confirmed_on="2026-10-20")
    found = list(answered_rows(made_ground(), rows))
    assert says(found, "village", A, "confirmed") == village and says(found, "gap", GAP, "confirmed") == gap
    assert found[0]["author"] == "Chủ tịch UBND xã" and found[0]["dated"] == "2026-10-20"
    assert list(answered_rows(made_ground(), reported(confirmed_still_gap=""))) == []


def test_a_cluster_that_has_signal_now_does_not_cover_its_village():
    """The commune was asked about that cluster only."""
    lon, lat = lonlat([1050.0], [0.0])
    rows = reported(cluster_name="Xóm Trên", lon=lon[0], lat=lat[0], confirmed_still_gap="no")
    found = list(answered_rows(made_ground(), rows))
    assert says(found, "village", A, "confirmed") == "undetermined" and says(found, "gap", GAP, "confirmed") == "served"


def test_operators_answers_are_declared_one_that_covers_is_enough_none_takes_all():
    """Silence of one of them leaves it open."""
    columns = {"confirmed_still_gap": "", "confirmed_coverage_viettel": "no"}
    for mobifone, village in (("yes", "covered"), ("no", "depression"), ("weak", "depression"), ("", "undetermined")):
        rows = reported(**columns, confirmed_coverage_mobifone=mobifone)
        assert says(list(answered_rows(made_ground(), rows)), "village", A, "declared") == village


def measured(rows):
    return list(measured_rows(made_ground(), made_tests(rows), ASSUMED_MEASURING))


def test_enough_passed_tests_of_one_operator_cover_and_too_few_say_nothing():
    """Three within reach of everybody decide; two do not, whatever they say."""
    passed = around(30, 5000, "viettel", -95)
    assert says(measured(passed), "village", B, "measured") == "covered"
    assert says(measured(passed), "village", B, "measured", operator="viettel") == "covered"
    assert says(measured(passed[:2]), "village", B, "measured") == "undetermined"
    assert says(measured(passed), "village", A, "measured") is None


def test_white_takes_failed_tests_of_every_operator():
    """No signal at all counts as failed; an operator nobody measured leaves it open, and is named."""
    failed = around(30, 5000, "viettel", None)
    rows = measured(failed)
    assert says(rows, "village", B, "measured") == "undetermined"
    joint = next(row for row in rows if row["operator"] == "" and row["village_code"] == B)
    assert "chưa đo MobiFone" in joint["detail_vi"] and joint["tests"] == 3
    both = failed + around(30, 5000, "mobifone", -125)
    assert says(measured(both), "village", B, "measured") == "white"
    weak = failed + around(30, 5000, "mobifone", -115)
    assert says(measured(weak), "village", B, "measured") == "weak"


def test_a_served_centre_with_a_dark_cluster_is_a_depression_and_the_gap_unserved():
    """Tests of both operators in the gap, of one at the centre."""
    centre = around(0, 0, "viettel", -90)
    dark = around(1050, 0, "viettel", -121) + around(1050, 0, "mobifone", None)
    assert says(measured(centre + dark), "village", A, "measured") == "depression"
    assert says(measured(centre + dark), "gap", GAP, "measured") == "unserved"
    assert says(measured(centre), "village", A, "measured") == "undetermined"
    light = around(1050, 0, "mobifone", -100)
    assert says(measured(centre + light), "village", A, "measured") == "covered"
    assert says(measured(centre + light), "gap", GAP, "measured") == "served"


def test_a_few_tests_at_the_edge_neither_close_nor_confirm_a_gap():
    """Of twelve homes four were measured: eight are unknown, whatever the four have."""
    edge = np.linspace(1000.0, 1100.0, 12)[:4].mean() - 300.0 + 22.0
    for level in (-95, -125):
        tests = [row for operator in OPERATORS for row in [(edge, 0.0, operator, level)] * 3]
        rows = measured(tests)
        joint = next(row for row in rows if row["target"] == "gap" and row["operator"] == "")
        assert 0 < joint["households"] < 6 and joint["says"] == "undetermined"


def test_what_fails_in_a_room_or_just_fails_in_a_car_says_nothing_and_what_passes_there_passes():
    """The loss of walls and of the car may be the cause."""
    profile = made_ground().profile
    rows = [(0, 0, "viettel", level, where) for where in ("indoor", "vehicle") for level in (-100, -113, -125, None)]
    assert outcomes(made_tests(rows), profile, ASSUMED_MEASURING).tolist() == [1, -1, -1, -1, 1, -1, 0, 0]


def test_tests_of_another_technology_or_operator_do_not_count():
    """4G tests say nothing of voice by 2G alone, and an operator outside the study nothing at all."""
    tests = made_tests(around(30, 5000, "viettel", -95)).assign(tech="2G")
    rows = list(measured_rows(made_ground(), tests, ASSUMED_MEASURING))
    assert says(rows, "village", B, "measured") is None
    assert says(rows, "village", B, "measured", service="voice") == "covered"
    assert measured(around(30, 5000, "itel", -95)) == []


def test_states_by_tests_are_those_of_a_slow_count():
    """Random tests around random homes: the joined state of every home, one by one."""
    random = np.random.default_rng(3)
    tests, passed = random.integers(0, 7, (300, 2)), np.zeros((300, 2), dtype=np.int64)
    passed[:] = random.integers(0, tests + 1)
    found = joined_states(operator_states_by_tests(tests, passed, ASSUMED_MEASURING))
    for n, p, state in zip(tests.tolist(), passed.tolist(), found, strict=True):
        serves = any(a >= 3 and b / a >= 0.75 for a, b in zip(n, p, strict=True))
        dark = all(a >= 3 and b / a <= 0.25 for a, b in zip(n, p, strict=True))
        assert state == (SERVED if serves else UNSERVED if dark else UNDETERMINED)
    assert joined_states(np.empty((2, 0), dtype=np.int8)).tolist() == [UNDETERMINED] * 2
    assert len(OPERATORS) == 2
