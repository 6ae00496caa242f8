"""The province's list beside the model: every place has one verdict, counts close, the truth is told on the sample."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from made_gaps import LAT_DEG, LON_DEG, METRES_A_DEGREE, gap_rows
from openpyxl import load_workbook
from shapely import Point, box

from phusong.coverage.criteria import STATES
from phusong.data.crs import metric_crs, project
from phusong.data.lists import read_list
from phusong.data.profiles import read_profile
from phusong.data.schemas import GAPS
from phusong.data.settlements import village_key
from phusong.data.territory import Territory
from phusong.errors import MissingFileError, Problem
from phusong.study import run_study
from phusong.study.reconciliation import (
    COLUMNS,
    UNREPORTED,
    VERDICTS,
    Reconciliation,
    reconcile,
    reconcile_with_results,
)
from phusong.study.reconciliation_values import PointAnswers
from phusong.words import Text

LEAST = 10


def house(north_m: float, state: str, weight: int = 1, village: str = "", gap: str = "") -> dict[str, Any]:
    return {
        "lon_deg": LON_DEG,
        "lat_deg": LAT_DEG + north_m / METRES_A_DEGREE,
        "weight": weight,
        "village_code": f"V-{village}" if village else "",
        "village_name": village,
        "commune_code": "99001",
        "state": state,
        "gap_id": gap,
        "best_operator": "viettel" if state == "served" else "",
        "best_technology": "4G" if state == "served" else "",
        "best_level_dbm": -90.0 if state == "served" else np.nan,
        "undetermined_because": "thiếu thông số trạm" if state == "undetermined" else "",
    }


def scene(houses: list[dict[str, Any]]) -> dict[str, pd.DataFrame]:
    """Return the tables of a study of one commune: villages and gaps are those the houses name."""
    households = pd.DataFrame(houses, columns=list(house(0, "served")))
    names = sorted({h["village_name"] for h in houses if h["village_name"]})
    villages = pd.DataFrame(
        {
            "village_code": [f"V-{name}" for name in names],
            "village_name": names,
            "commune_code": "99001",
            "village_class": "undetermined",
            "unserved_low": 1.0,
            "unserved_high": 5.0,
        }
    )
    gap_ids = sorted({h["gap_id"] for h in houses if h["gap_id"]})
    members = [households[households["gap_id"] == gap] for gap in gap_ids]
    gaps = gpd.GeoDataFrame(
        {
            "gap_id": gap_ids,
            "commune_code": "99001",
            "commune_name": "Xã Một",
            "village_name": [m["village_name"].iloc[0] for m in members],
            "village_class": "depression",
            "households": [int(m["weight"].sum()) for m in members],
            "unserved_low": 2.0,
            "unserved_high": 7.0,
            "lon_deg": [m["lon_deg"].mean() for m in members],
            "lat_deg": [m["lat_deg"].mean() for m in members],
        },
        geometry=[Point(m["lon_deg"].mean(), m["lat_deg"].mean()).buffer(0.001) for m in members],
        crs="EPSG:4326",
    )
    area = box(LON_DEG - 0.2, LAT_DEG - 0.2, LON_DEG + 0.2, LAT_DEG + 0.2)
    communes = gpd.GeoDataFrame(
        {"commune_code": ["99001"], "commune_name": ["Xã Một"]}, geometry=[area], crs="EPSG:4326"
    )
    return {"households": households, "villages": villages, "gaps": gaps, "communes": communes}


def verdict(row: dict[str, Any], houses: list[dict[str, Any]], at: PointAnswers | None = None) -> str:
    found = reconcile(gap_rows(row), scene(houses), least_households=LEAST, at_points=at)
    return str(found.table["verdict"].iloc[0])


@pytest.mark.parametrize(
    ("houses", "expected"),
    [
        ([("unserved", 9), ("served", 100)], "served"),
        ([("unserved", 10), ("served", 100)], "confirmed"),
        ([("unserved", 6), ("undetermined", 4), ("served", 100)], "undetermined"),
        ([("undetermined", 9), ("served", 100)], "served"),
        ([("no_data", 30)], "no_terrain"),
        ([("no_data", 5), ("undetermined", 5), ("served", 9)], "no_terrain"),
    ],
)
def test_the_verdict_is_by_how_many_may_be_without_signal(houses: list[tuple[str, int]], expected: str) -> None:
    """As many as a gap takes, surely: confirmed; perhaps: undetermined; not even so: served."""
    made = [house(20.0 * k, state, weight, "Nà Lạ") for k, (state, weight) in enumerate(houses)]
    row = {"village_name": "Bản Nà Lạ", "households_unserved": 60.0, "north_m": 0}
    assert verdict(row, made) == expected


def test_few_stated_need_few_found() -> None:
    """Of four households stated two are enough; a gap there is enough in any case."""
    made = [house(0, "unserved", 2, "Nà Lạ"), house(20, "served", 50, "Nà Lạ")]
    assert verdict({"village_name": "Nà Lạ", "households_unserved": 4.0, "north_m": 0}, made) == "confirmed"
    assert verdict({"village_name": "Nà Lạ", "households_unserved": 5.0, "north_m": 0}, made) == "served"
    made[0]["gap_id"] = "LS-1"
    assert verdict({"village_name": "Nà Lạ", "households_unserved": 50.0, "north_m": 0}, made) == "confirmed"


def test_a_cluster_is_the_part_of_its_village_around_the_point() -> None:
    """A named cluster looks 500 m around inside its village; without a cluster it is the whole village."""
    made = [house(0, "served", 50, "Nà Lạ"), house(3000, "unserved", 50, "Nà Lạ"), house(0, "unserved", 50, "Bó Mạ")]
    cluster = {"village_name": "Nà Lạ", "cluster_name": "Cụm 1"}
    assert verdict(cluster | {"north_m": 100}, made) == "served"
    assert verdict(cluster | {"north_m": 3100}, made) == "confirmed"
    assert verdict({"village_name": "Nà Lạ", "north_m": 100}, made) == "confirmed"


def test_a_village_the_study_does_not_know_is_joined_by_position() -> None:
    """Households within 500 m speak for it, else a gap within 500 m, else the point itself, else nobody."""
    made = [house(0, "unserved", 50, gap="LS-1")]
    assert verdict({"village_name": "Lạ", "north_m": 400}, made) == "confirmed"
    near_gap = reconcile(
        gap_rows({"village_name": "Lạ", "north_m": 600}), scene(made), least_households=LEAST, at_points=None
    ).table.iloc[0]
    assert (near_gap["verdict"], near_gap["joined_by"], near_gap["model_gap_ids"]) == ("confirmed", "gap", "LS-1")
    for state, expected in (
        ("served", "served"),
        ("unserved", "confirmed"),
        ("undetermined", "undetermined"),
        ("no_data", "no_terrain"),
    ):
        point = PointAnswers.unknown(1)
        point.state[0] = state
        assert verdict({"village_name": "Lạ", "north_m": 5000}, made, point) == expected
    assert verdict({"village_name": "Lạ", "north_m": 5000}, made) == "undetermined"
    assert verdict({"village_name": "Lạ", "north_m": 90_000, "commune_code": "88001"}, made) == "outside"


def test_rows_with_errors_are_shown_and_counted() -> None:
    """A row the reader refused stands in the table with its reasons, once."""
    text = Text("Ô này bắt buộc phải có giá trị.", "This cell must have a value.")
    problems = [
        Problem(level="error", file="a.xlsx", text=text, sheet="Danh sách", row=7),
        Problem(level="error", file="a.xlsx", text=text, sheet="Danh sách", row=7, column="Kinh độ"),
        Problem(level="warning", file="a.xlsx", text=text, sheet="Danh sách", row=8),
    ]
    found = reconcile(
        gap_rows({"village_name": "Nà Lạ"}), scene([]), least_households=LEAST, at_points=None, problems=problems
    )
    unread = found.table[found.table["verdict"] == "unread"]
    assert unread["list_row"].tolist() == [7]
    assert text.vi in unread["explanation_vi"].iloc[0]
    assert found.counts["reported_gaps"] == 2


def naive(row: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]) -> tuple[str, dict[str, float]]:
    """Return verdict and counts of one reported place, one household after the other."""
    households = tables["households"].to_dict("records")
    epsg = metric_crs(LON_DEG, LAT_DEG)

    def apart_m(h: Mapping[Any, Any]) -> float:
        (x, y), (x2, y2) = (project(*place, epsg) for place in ((row["lon"], row["lat"]), (h["lon_deg"], h["lat_deg"])))
        return math.hypot(float(x - x2), float(y - y2))

    near = [h for h in households if apart_m(h) <= 500.0]
    own = [h for h in households if h["village_name"] and h["village_name"] == row["village_name"]]
    part = [h for h in own if apart_m(h) <= 500.0] if row["cluster_name"] else own
    there = part or near or own
    count = {state: float(sum(h["weight"] for h in there if h["state"] == state)) for state in STATES}
    bar = min(LEAST, max(row["households_unserved"] / 2, 1))
    if any(h["gap_id"] for h in there) or count["unserved"] >= bar:
        return "confirmed", count
    if count["unserved"] + count["undetermined"] >= bar:
        return "undetermined", count
    if count["unserved"] + count["undetermined"] + count["no_data"] >= bar:
        return "no_terrain", count
    return ("served" if there else "undetermined"), count


village_names = st.sampled_from(["", "Nà Lạ", "Bó Mạ"])
some_houses = st.lists(
    st.builds(
        house, st.sampled_from([0.0, 300.0, 900.0, 4000.0]), st.sampled_from(STATES), st.integers(1, 12), village_names
    ),
    max_size=12,
)
some_rows = st.lists(
    st.fixed_dictionaries(
        {
            "village_name": st.sampled_from(["Nà Lạ", "Bó Mạ", "Chưa biết"]),
            "cluster_name": st.sampled_from(["", "Cụm 1"]),
            "north_m": st.sampled_from([0, 250, 1000, 4400]),
            "households_unserved": st.integers(1, 40).map(float),
        }
    ),
    min_size=1,
    max_size=5,
)


@settings(deadline=None, max_examples=30, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(some_rows, some_houses)
def test_it_equals_the_slow_obvious_way(rows: list[dict[str, Any]], houses: list[dict[str, Any]]) -> None:
    """Every verdict and every count is what one household after the other gives; all counts close."""
    tables = scene(houses)
    reported = gap_rows(*rows)
    found = reconcile(reported, tables, least_households=LEAST, at_points=None)
    for row, got in zip(reported.to_dict("records"), found.table.to_dict("records"), strict=True):
        expected, count = naive(row, tables)
        assert got["verdict"] == expected
        assert {state: got[f"{state}_households"] for state in STATES} == count
        assert got["households"] == sum(count.values())
    assert_closed(found, gaps=len(tables["gaps"]))


def assert_closed(found: Reconciliation, *, gaps: int) -> None:
    counts = found.counts
    assert counts["reported_gaps"] == sum(counts[f"reported_{one}"] for one in VERDICTS)
    assert counts["model_gaps_reported"] + counts["model_gaps_unreported"] == gaps
    assert (found.table["verdict"] == UNREPORTED).sum() == counts["model_gaps_unreported"]
    agreement = found.agreement
    assert agreement["reported"].sum() == counts["reported_gaps"] - counts["reported_unread"]
    assert agreement["confirmed"].sum() == counts["reported_confirmed"]
    assert agreement["model_gaps"].sum() == gaps
    assert agreement["model_gaps_unreported"].sum() == counts["model_gaps_unreported"]
    assert list(found.table.columns) == list(COLUMNS)


def test_a_gap_nobody_reported_knows_the_nearest_report() -> None:
    """It stands in the table with its households and the distance to the nearest reported place."""
    made = [house(0, "served", 50, "Nà Lạ"), house(5000, "unserved", 30, "Bó Mạ", "LS-1")]
    found = reconcile(
        gap_rows({"village_name": "Nà Lạ", "north_m": 0}), scene(made), least_households=LEAST, at_points=None
    )
    row = found.table[found.table["verdict"] == UNREPORTED].iloc[0]
    assert (row["model_gap_ids"], row["village_name"], row["unserved_households"]) == ("LS-1", "Bó Mạ", 30)
    assert row["distance_m"] == pytest.approx(5000, rel=0.01)
    assert_closed(found, gaps=1)


@pytest.mark.slow
def test_a_study_reconciles_the_list_it_is_given(small_province: Path, small_results: Path) -> None:
    """Table, report and manifest say the same; every reported point was predicted."""
    table = pd.read_parquet(small_results / "reconciliation.parquet")
    counts = json.loads((small_results / "manifest.json").read_text(encoding="utf-8"))["counts"]
    listed = read_list(small_province / "danh_sach_lom_song.xlsx", GAPS)
    assert counts["reported_gaps"] == len(listed.rows) + counts["reported_unread"]
    assert counts["reported_gaps"] == sum(counts[f"reported_{one}"] for one in VERDICTS)
    assert counts["gaps"] == counts["model_gaps_reported"] + counts["model_gaps_unreported"]
    for one in VERDICTS:
        assert (table["verdict"] == one).sum() == counts[f"reported_{one}"]
    spoken = table[table["verdict"].isin(("confirmed", "served", "undetermined"))]
    assert (spoken["point_state"] != "").all()
    assert (spoken["explanation_vi"] != "").all()
    served = table[table["verdict"] == "served"]
    assert (served["best_operator"] != "").all()
    book = load_workbook(small_results / "report.xlsx", read_only=True)
    assert {"Đối chiếu danh sách của tỉnh", "Đối chiếu theo xã"} <= set(book.sheetnames)


@pytest.mark.slow
def test_from_files_alone_the_verdicts_are_the_same(small_province: Path, small_results: Path) -> None:
    """Where households speak for a place, nothing needs to be predicted again."""
    communes = gpd.read_parquet(small_results / "communes.parquet")
    checked = read_list(
        small_province / "danh_sach_lom_song.xlsx", GAPS, Territory(province_code="99", communes=communes)
    )
    found = reconcile_with_results(small_results, checked, read_profile("vn-default"))
    table = pd.read_parquet(small_results / "reconciliation.parquet")
    assert found.table["verdict"].tolist() == table["verdict"].tolist()
    assert_closed(found, gaps=len(pd.read_parquet(small_results / "gaps.parquet")))
    with pytest.raises(MissingFileError, match="vn-min"):
        reconcile_with_results(small_results, checked, read_profile("vn-min"))
    with pytest.raises(MissingFileError):
        reconcile_with_results(small_province, checked, read_profile("vn-default"))


@pytest.mark.slow
def test_what_the_model_confirms_is_truly_dark(small_province: Path, small_results: Path) -> None:
    """Against the hidden truth: confirmed places have households truly without signal (65 of 65 in the large one)."""
    table = pd.read_parquet(small_results / "reconciliation.parquet")
    households = pd.read_parquet(small_results / "households.parquet")
    truth = pd.read_parquet(small_province / "su_that" / "ho_dan_that.parquet").set_index("household_key")
    true_dbm = households["household_key"].map(truth["best_level_dbm"])
    key = households["commune_code"] + households["village_name"].map(village_key)
    dark = households["weight"].where(~(true_dbm >= -110.0), 0).groupby(key).sum()
    confirmed = table[(table["verdict"] == "confirmed") & (table["joined_by"] != "households")]
    truly = [dark.get(row.commune_code + village_key(str(row.village_name)), 0) > 0 for row in confirmed.itertuples()]
    assert truly
    assert np.mean(truly) >= 0.9


@pytest.mark.slow
def test_a_list_with_errors_stops_no_study_and_no_list_changes_nothing(small_province: Path, tmp_path: Path) -> None:
    """A refused row is a problem in the report and *unread*; without a list there is no table, sheet or count."""
    province = shutil.copytree(small_province, tmp_path / "tinh")
    path = province / "danh_sach_lom_song.xlsx"
    book = load_workbook(path)
    sheet = book.worksheets[0]
    listed = read_list(path, GAPS)
    column = listed.sheets[0].columns["households_total"] + 1
    sheet.cell(int(listed.rows["_row"].iloc[0]), column).value = "nhiều"
    book.save(path)
    run_study(province / "study.toml", tmp_path / "a")
    counts = json.loads((tmp_path / "a" / "manifest.json").read_text(encoding="utf-8"))["counts"]
    assert counts["reported_unread"] == 1
    assert counts["reported_gaps"] == len(listed.rows)
    study = province / "study.toml"
    lines = study.read_text(encoding="utf-8").splitlines(keepends=True)
    study.write_text("".join(line for line in lines if not line.startswith("reported_gaps")), encoding="utf-8")
    run_study(study, tmp_path / "b")
    counts = json.loads((tmp_path / "b" / "manifest.json").read_text(encoding="utf-8"))["counts"]
    assert not [name for name in counts if name.startswith(("reported", "model_gaps"))]
    assert not (tmp_path / "b" / "reconciliation.parquet").exists()
    assert "Đối chiếu theo xã" not in load_workbook(tmp_path / "b" / "report.xlsx", read_only=True).sheetnames
