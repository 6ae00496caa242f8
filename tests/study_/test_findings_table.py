"""One finding a target, recorded findings above it, places to measure beside it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from made_evidence import OPERATORS, around, lonlat, made_ground, made_tests

from phusong.coverage.findings import SAYS_TITLES
from phusong.coverage.measured_service import ASSUMED_MEASURING
from phusong.data.schemas.findings import FINDINGS
from phusong.data.templates import write_list
from phusong.errors import BadInputError
from phusong.study.evidence_ground import EVIDENCE_COLUMNS
from phusong.study.evidence_measured import measured_rows
from phusong.study.findings import FINDING_COLUMNS, finding_table
from phusong.study.recorded import NOTHING_RECORDED, confirmed_rows, read_recorded
from phusong.study.test_points import POINT_COLUMNS, point_table
from phusong.words import Text

GOOD = {
    "village_name": "Nà Lạ",
    "commune_name": "Thượng Lâm",
    "finding": "covered",
    "reason": "Trạm mới phát sóng",
    "author": "Sở KH&CN",
    "dated": pd.Timestamp("2026-11-01"),
}


def modelled(ground, **words):
    """Evidence of the model alone: by target code, else undetermined."""
    rows = []
    for service in ("data", "voice"):
        for at, code in enumerate(ground.villages["village_code"]):
            rows.append(model_row(ground, "village", at, service, words.get(code, "undetermined")))
    rows += [model_row(ground, "gap", at, "data", "unserved") for at in range(len(ground.gaps))]
    return rows


def model_row(ground, target, at, service, word):
    return ground.row(
        target, at, service=service, kind="modelled", source="model", says=word, detail=Text("mô hình", "model")
    )


def table(ground, rows, recorded=NOTHING_RECORDED, *, estimated=False):
    evidence = pd.DataFrame(rows, columns=list(EVIDENCE_COLUMNS))
    return finding_table(evidence, ground, recorded=recorded, households_estimated=estimated)


def recorded(tmp_path, ground, *rows):
    path = tmp_path / "ket_luan.xlsx"
    write_list(FINDINGS, pd.DataFrame(list(rows), dtype=object), path)
    return read_recorded(path, ground)


def one(findings, code, service="data"):
    own = findings[(findings["village_code"] == code) & (findings["service"] == service)]
    return own[own["target"] == "village"].iloc[0]


def test_every_village_and_service_and_every_gap_has_one_finding():
    """The columns of the contract, ids that are unique, households of the tables."""
    ground = made_ground()
    findings = table(ground, modelled(ground))
    assert list(findings.columns) == list(FINDING_COLUMNS)
    assert len(findings) == 2 * 2 + 1 and findings["finding_id"].is_unique
    assert findings["households"].tolist() == [32, 15, 32, 15, 12]
    assert findings["finding"].isin(SAYS_TITLES).all()
    assert (findings["provisional"] & findings["tender"]).sum() == 0


def test_a_provisional_gap_may_be_bought_once_it_was_measured():
    """Modelled alone it must not; with the tests of both operators it may, estimated households or not."""
    ground = made_ground()
    before = table(ground, modelled(ground), estimated=True).iloc[-1]
    assert (before["finding"], before["basis"], before["provisional"], before["tender"]) == (
        "unserved",
        "modelled",
        True,
        False,
    )
    tests = made_tests(around(1050, 0, "viettel", -121) + around(1050, 0, "mobifone", None))
    rows = [*modelled(ground), *measured_rows(ground, tests, ASSUMED_MEASURING)]
    after = table(ground, rows, estimated=True).iloc[-1]
    assert (after["finding"], after["basis"], after["provisional"], after["tender"]) == (
        "unserved",
        "measured",
        False,
        True,
    )
    assert after["dated"] == "2026-10-01"


def test_an_override_stands_above_and_what_it_overrules_stays_visible(tmp_path):
    """With its reason, author and day; the latest of several."""
    ground = made_ground()
    earlier = GOOD | {"finding": "depression", "dated": pd.Timestamp("2026-10-01"), "reason": "theo cử tri"}
    notes = recorded(tmp_path, ground, GOOD, earlier)
    row = one(table(ground, modelled(ground, **{"V-1": "white"}), notes), "V-1")
    assert (row["finding"], row["basis"], row["modelled"]) == ("covered", "override", "white")
    assert not row["agrees"] and "mô hình: trắng sóng" in row["disagreement_vi"]
    assert (row["reason"], row["author"], row["dated"]) == ("Trạm mới phát sóng", "Sở KH&CN", "2026-11-01")
    assert one(table(ground, modelled(ground), notes), "V-1", "voice")["basis"] == "modelled"


def test_a_recorded_confirmation_is_evidence_and_needs_no_reason(tmp_path):
    """It makes a village with an estimated centre fit for a tender; a measurement would still go before it."""
    ground = made_ground()
    said = {
        **GOOD,
        "village_code": "V-2",
        "village_name": None,
        "kind": "confirmed",
        "reason": None,
        "finding": "white",
    }
    notes = recorded(tmp_path, ground, said)
    rows = [*modelled(ground, **{"V-2": "white"}), *confirmed_rows(ground, notes)]
    row = one(table(ground, rows, notes), "V-2")
    assert (row["finding"], row["basis"], row["tender"]) == ("white", "confirmed", True)
    tests = made_tests(around(30, 5000, "viettel", -95))
    row = one(table(ground, [*rows, *measured_rows(ground, tests, ASSUMED_MEASURING)], notes), "V-2")
    assert (row["finding"], row["basis"], row["agrees"]) == ("covered", "measured", False)


def test_a_list_of_findings_is_refused_with_all_its_errors_at_once(tmp_path):
    """No reason, no author, no day, an unknown village, gap and service, two findings of one day, a foreign word."""
    ground = made_ground()
    rows = [
        GOOD | {"reason": None},
        GOOD | {"author": None},
        GOOD | {"dated": None},
        GOOD | {"village_name": "Bản Không Có"},
        GOOD | {"gap_id": "LS-00985-99", "finding": "served"},
        GOOD | {"service": "radio"},
        GOOD | {"finding": "unserved"},
        GOOD,
        GOOD | {"finding": "white"},
    ]
    with pytest.raises(BadInputError) as refused:
        recorded(tmp_path, ground, *rows)
    errors = [p for p in refused.value.problems if p.level == "error"]
    assert sorted(p.row for p in errors) == [2, 3, 4, 5, 6, 7, 8, 10]


def test_a_name_that_two_villages_bear_needs_a_code(tmp_path):
    """Which one is meant cannot be guessed."""
    ground = made_ground()
    ground.villages["village_name"] = "Thôn 1"
    with pytest.raises(BadInputError, match="2 villages are called"):
        recorded(tmp_path, ground, GOOD | {"village_name": "Thôn 1"})


def points(ground, rows, roads=None, **options):
    tables = {"villages": ground.villages, "gaps": ground.gaps, "measure_first": measure_first()}
    return point_table(table(ground, rows), tables, roads, operators=OPERATORS, **options)


def measure_first():
    lon, lat = lonlat([3000.0, np.nan, 4000.0], [0.0, 0.0, 0.0])
    return pd.DataFrame(
        {
            "village_code": ["V-1"] * 3,
            "village_name": ["Bản Nà Lạ"] * 3,
            "commune_code": ["00985"] * 3,
            "commune_name": ["Xã Thượng Lâm"] * 3,
            "households": [40, 9, 4],
            "operators": ["viettel, mobifone"] * 3,
            "lon_deg": [lon[0], np.nan, lon[2]],
            "lat_deg": [lat[0], np.nan, lat[2]],
        }
    )


def road(north, road_class="car", name="ĐT.188"):
    lon, lat = lonlat([-5000.0, 9000.0], [north, north])
    lines = [shapely.LineString(list(zip(lon, lat, strict=True)))]
    return gpd.GeoDataFrame({"road_name": [name], "road_class": [road_class]}, geometry=lines, crs="EPSG:4326")


def test_places_to_measure_are_ranked_by_households_and_none_shows_fewer_than_five():
    """Undetermined clusters and gaps not confirmed; clusters without a place or under five households are left out."""
    ground = made_ground()
    found = points(ground, modelled(ground))
    assert list(found.columns[: len(POINT_COLUMNS)]) == list(POINT_COLUMNS)
    assert found["households"].tolist() == [40, 12] and found["order"].tolist() == [1, 2]
    assert found["why"].tolist() == ["undetermined", "provisional"]
    assert (found["by_road"] == "unknown").all() and "MobiFone, Viettel" in found["operators"].iloc[1]


def test_a_place_is_moved_to_the_nearest_road_and_flagged_where_there_is_none():
    """To a road for cars or motorbikes within reach; a trail is no road, and a far one neither."""
    ground = made_ground()
    near = points(ground, modelled(ground), road(200.0))
    assert (near["by_road"] == "yes").all() and near["moved_m"].between(198, 202).all()
    x, y = lonlat([3000.0], [200.0])
    assert near["lon_deg"].iloc[0] == pytest.approx(x[0], abs=2e-5)
    assert near["lat_deg"].iloc[0] == pytest.approx(y[0], abs=2e-5)
    assert near["road_vi"].iloc[0].startswith("trên đường ĐT.188")
    unsure = points(ground, modelled(ground), road(200.0, ""))
    assert (unsure["by_road"] == "unknown").all() and unsure["moved_m"].isna().all()
    for roads in (road(400.0), road(200.0, "trail")):
        far = points(ground, modelled(ground), roads)
        assert (far["by_road"] == "no").all() and "300 m" in far["road_vi"].iloc[0] and far["moved_m"].isna().all()
    assert (points(ground, modelled(ground), road(400.0), road_within_m=500.0)["by_road"] == "yes").all()


def test_a_settled_finding_needs_no_measurement(tmp_path):
    """What was measured, or overridden by somebody who answers for it, is not asked again."""
    ground = made_ground()
    notes = recorded(tmp_path, ground, GOOD | {"gap_id": "LS-00985-01", "finding": "served"})
    tables = {"villages": ground.villages, "gaps": ground.gaps, "measure_first": measure_first()}
    found = point_table(table(ground, modelled(ground), notes), tables, None, operators=OPERATORS)
    assert found["why"].tolist() == ["undetermined"]


def test_a_disputed_village_and_its_cluster_at_one_place_are_measured_once():
    """One row with both reasons; a cluster farther than a test speaks stays a row of its own."""
    ground = made_ground()
    rows = modelled(ground, **{"V-1": "covered"})
    rows.append({**rows[0], "kind": "declared", "source": "reported", "says": "white"})
    lon, lat = lonlat([100.0], [0.0])
    near = measure_first().iloc[:1].assign(lon_deg=lon, lat_deg=lat)
    for first, whys in ((near, ["disagreement;undetermined"]), (measure_first(), ["undetermined", "disagreement"])):
        tables = {"villages": ground.villages, "gaps": ground.gaps.iloc[:0], "measure_first": first}
        findings = table(ground, rows)
        found = point_table(findings[findings["target"] == "village"], tables, None, operators=OPERATORS)
        assert found["why"].tolist() == whys
