"""Routes of gaps and villages: facts from every table, gates from list and findings, sums that close."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
from study_.made_gap_table import finding, gap, gap_table, reported, village, village_table

from phusong.data.routes import read_routes
from phusong.study.reported_on import ReportedPlaces
from phusong.study.routes import (
    ROUTE_COLUMNS,
    RouteInputs,
    route_counts,
    route_sums,
    with_gap_routes,
    with_village_routes,
)

RULES = read_routes()
NOTHING = RouteInputs(rules=RULES, service="data", on=date(2026, 11, 22))
VILLAGES = village_table(*(village(i) for i in range(1, 9)))


def given(findings: list[dict] | None = None, rows: list[dict] | None = None) -> RouteInputs:
    table = None if findings is None else pd.DataFrame(findings)
    places = ReportedPlaces.of(*reported(*rows)) if rows else ReportedPlaces({}, {})
    return RouteInputs(rules=RULES, service="data", findings=table, reported=places, on=date(2026, 11, 22))


def only(table: pd.DataFrame) -> pd.Series:
    assert len(table) == 1
    return table.iloc[0]


@pytest.mark.parametrize(
    ("columns", "route", "rule"),
    [
        ({}, "fund", "co-dien-dbkk"),
        ({"is_dbkk": "no"}, "operator", "co-dien-khong-dbkk"),
        ({"grid_power": "no"}, "power_first", "chua-co-dien"),
        ({"grid_power": "no", "road_class": "none"}, "satellite", "ve-tinh"),
        ({"grid_power": "unknown", "road_class": "none"}, "unknown", "chua-co-dien;co-dien-dbkk"),
        ({"is_dbkk": "unknown"}, "unknown", "co-dien-dbkk;co-dien-khong-dbkk"),
        ({"satellite_only": "yes"}, "satellite", "ve-tinh"),
        ({"province_budget": "yes"}, "province_budget", "ngan-sach-tinh"),
        ({"spectrum_obligation": "yes"}, "spectrum_obligation", "nghia-vu-bang-tan"),
        ({"spectrum_obligation": "unknown"}, "fund", "co-dien-dbkk"),
    ],
)
def test_a_gap_takes_the_route_of_its_columns(columns: dict, route: str, rule: str) -> None:
    """Facts are read by the names of the columns; a decision nobody recorded was not taken."""
    row = only(with_gap_routes(gap_table(gap(1, **columns)), VILLAGES, NOTHING))
    assert (row["route"], row["route_rule"]) == (route, rule)
    assert bool(row["route_deciding"]) == (route == "unknown")


def test_a_table_without_attributes_is_unknown_and_stays_a_map() -> None:
    """No column is no knowledge: nobody pays; geometry and order are kept, nothing given is changed."""
    bare = gap_table(gap(2), gap(1)).drop(columns=["grid_power", "is_dbkk", "commune_region", "road_class"])
    before = bare.copy()
    routed = with_gap_routes(bare, VILLAGES, NOTHING)
    assert isinstance(routed, gpd.GeoDataFrame) and routed.crs == bare.crs
    assert routed["gap_id"].tolist() == ["LS-2", "LS-1"] and set(routed["route"]) == {"unknown"}
    assert routed["route_deciding"].tolist() == ["grid_power;is_dbkk"] * 2
    pd.testing.assert_frame_equal(bare, before)
    assert set(ROUTE_COLUMNS) <= set(routed.columns)


def test_a_finding_against_the_model_asks_for_a_check() -> None:
    """A gap found served or undetermined, and only by the service asked for, is checked before anybody pays."""
    found = [
        finding("gap", 1, "served"),
        finding("gap", 2, "undetermined"),
        finding("gap", 3, "unserved"),
        finding("gap", 4, "served", service="voice"),
    ]
    routed = with_gap_routes(gap_table(*(gap(i) for i in range(1, 5))), VILLAGES, given(found))
    assert routed["route"].tolist() == ["check", "check", "fund", "fund"]


def test_gates_say_what_is_closed_and_what_is_not_known() -> None:
    """Plans and support come from the list, position and evidence from the finding, households from the interval."""
    rows = [
        {"at": "LS-1, LS-9", "planned_operator": "viettel", "planned_date": pd.Timestamp("2027-03-31")},
        {"at": "LS-2", "planned_operator": "vinaphone", "planned_date": pd.Timestamp("2026-01-31")},
        {"at": "LS-3", "planned_operator": "", "planned_date": pd.NaT, "other_support": "không"},
    ]
    table = gap_table(
        gap(1, unserved_low=4.0, unserved_high=8.0),
        gap(2),
        gap(3, served_when_planned="no"),
        gap(4, served_when_planned="yes", unserved_low=5.0),
    )
    found = [finding("gap", 2, "unserved", tender=False, provisional=True), finding("gap", 3, "unserved")]
    routed = with_gap_routes(table, VILLAGES, given(found, rows)).set_index("gap_id")
    assert routed["gates"].to_dict() == {
        "LS-1": "committed;too_few",
        "LS-2": "position;evidence",
        "LS-3": "",
        "LS-4": "committed",
    }
    assert routed["gates_unknown"].to_dict() == {
        "LS-1": "other_support;evidence",
        "LS-2": "committed;other_support",
        "LS-3": "",
        "LS-4": "other_support;too_few;evidence",
    }
    assert "Viettel đã có kế hoạch, hạn 31/03/2027" in routed.loc["LS-1", "gates_vi"]
    assert "quá hạn" in routed.loc["LS-2", "gates_vi"]
    assert routed.loc["LS-3", "gates_en"] == ""


def test_a_gap_takes_what_its_village_says_where_nobody_speaks_of_the_gap_itself() -> None:
    """The position of the village and the rows that name it whole; a row about one cluster speaks of no other."""
    rows = [
        {"village_name": "Thôn 1", "planned_operator": "mobifone"},
        {"village_name": "Bản 2", "cluster_name": "Xóm Trên", "planned_operator": "mobifone"},
    ]
    villages = village_table(village(1, provisional=True), village(2))
    routed = with_gap_routes(gap_table(gap(1), gap(2), gap(3)), villages, given(None, rows))
    assert routed["gates"].tolist() == ["committed;position", "", ""]
    assert "position" in routed["gates_unknown"].iloc[2] and "position" not in routed["gates_unknown"].iloc[1]


@pytest.mark.parametrize(
    ("modelled", "said", "route"),
    [
        ("covered", None, ""),
        ("covered", "covered", ""),
        ("covered", "white", "fund"),
        ("white", None, "fund"),
        ("white", "covered", "check"),
        ("undetermined", None, "check"),
        ("undetermined", "depression", "fund"),
        ("depression", "undetermined", "check"),
        ("weak", None, "fund"),
    ],
)
def test_a_village_needs_a_route_unless_it_is_covered(modelled: str, said: str | None, route: str) -> None:
    """Model and finding agree that it is covered: none. Neither knows, or they differ towards coverage: check."""
    found = None if said is None else [finding("village", 1, said)]
    row = only(with_village_routes(village_table(village(1, village_class=modelled)), given(found)))
    assert row["route"] == route
    assert (row["gates_vi"] == "") == (route == "")


def test_villages_without_a_code_are_known_by_name() -> None:
    """However the name is typed."""
    table = village_table(village(1, village_code="", village_name="Bản Nà Lạ", village_class="covered"))
    found = [finding("village", 1, "white", village_code="", village_name="thôn nà lạ")]
    assert only(with_village_routes(table, given(found)))["route"] == "fund"


def test_sums_by_class_and_route_close() -> None:
    """Every gap and village is in exactly one sum, and the counts of the manifest add up to the same."""
    powers, answers = ("yes", "no", "unknown"), ("yes", "no", "unknown")
    classes = ("white", "depression", "undetermined", "")
    rows = [
        gap(i, households=10 + i, grid_power=powers[i % 3], is_dbkk=answers[i % 2], village_class=classes[i % 4])
        for i in range(30)
    ]
    routed = with_gap_routes(gap_table(*rows), VILLAGES, NOTHING)
    sums = route_sums(routed)
    assert sums["places"].sum() == 30 and sums["households"].sum() == routed["households"].sum()
    by_class = routed.groupby("village_class")["households"].sum()
    assert sums.groupby("village_class")["households"].sum().to_dict() == by_class.to_dict()
    assert not sums.duplicated(["village_class", "route"]).any()
    assert sum(route_counts(routed).values()) == routed["households"].sum()
    villages = with_village_routes(
        village_table(*(village(i, village_class=("covered", "white")[i % 2]) for i in range(6))), NOTHING
    )
    sums = route_sums(villages, households="unserved_households")
    assert sums.to_dict("list") == {
        "village_class": ["covered", "white"], "route": ["", "fund"], "places": [3, 3], "households": [120, 120],
    }  # fmt: skip


def test_empty_tables_stay_empty() -> None:
    """No gaps, no villages: the columns are there."""
    gaps = with_gap_routes(gap_table(gap(1)).iloc[:0], VILLAGES.iloc[:0], NOTHING)
    villages = with_village_routes(VILLAGES.iloc[:0], NOTHING)
    assert not len(gaps) and not len(villages) and set(ROUTE_COLUMNS) <= set(gaps.columns) & set(villages.columns)
    assert not len(route_sums(gaps)) and set(route_counts(gaps).values()) == {0}


def test_rows_about_one_place_are_read_together() -> None:
    """The nearest promise, all support, voters asked by any, poor households over all households told."""
    rows = [
        {"at": "LS-1", "source": "commune", "poor_households": 10, "households_total": 40, "target_type": "village"},
        {
            "at": "LS-1", "source": "voters", "poor_households": 20, "households_total": 60, "target_type": "school",
            "other_support": "Chương trình 1719", "planned_operator": "viettel",
            "planned_date": pd.Timestamp("2027-01-31"),
        },
        {"at": "LS-2"},
    ]  # fmt: skip
    places = ReportedPlaces.of(*reported(*rows))
    told = places.of_gap("LS-1", "99001", "")
    assert (told.rows, told.voters, told.poor_percent) == (2, True, 30.0)
    assert (told.other_support, told.planned_date) == ("Chương trình 1719", date(2027, 1, 31))
    assert told.target_types == {"village", "school"}
    silent = places.of_gap("LS-2", "99001", "")
    assert (silent.rows, silent.voters, silent.other_support, silent.atk) == (1, None, None, None)
    assert places.of_gap("LS-7", "99001", "Bản 7").rows == 0
