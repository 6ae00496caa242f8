"""Signal with a risk of congestion: bounds of the load, what is not known, and sums over cells and villages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phusong.coverage.congestion import (
    ASSUMED_CONGESTION,
    NO,
    UNKNOWN,
    YES,
    congested,
    either,
    load_percent,
)
from phusong.coverage.network import Site
from phusong.coverage.states import SERVED, UNDETERMINED
from phusong.data.inputs import read_inputs
from phusong.study import Study
from phusong.study.assess import Assessment, assess
from phusong.study.congestion import CELL_COLUMNS, congestion_note, loaded_cells, village_columns

RULE = ASSUMED_CONGESTION


def test_the_load_is_what_households_ask_over_what_is_carried() -> None:
    """60 households at 0.2 Mbit/s on 10 MHz of 4G (15 Mbit/s) are 80 %: from there on there is a risk."""
    capacity = np.array([RULE.capacity_mbps("4G", 10.0)])
    assert load_percent(np.array([60.0]), capacity, RULE) == pytest.approx([80.0])
    assert congested(np.array([80.0]), np.array([80.0]), RULE) == [YES]
    assert congested(np.array([79.9]), np.array([79.9]), RULE) == [NO]
    assert congested(np.array([10.0]), np.array([90.0]), RULE) == [UNKNOWN]


def test_what_is_not_known_is_never_fine() -> None:
    """Without bandwidth, backhaul or a technology of the rule the flag is unknown, even for one household."""
    unknown = load_percent(np.array([1.0, 0.0]), np.array([np.nan, np.nan]), RULE)
    assert np.isnan(unknown).all()
    assert (congested(unknown, unknown, RULE) == UNKNOWN).all()
    assert np.isnan(RULE.capacity_mbps("2G", 10.0))
    assert np.isposinf(load_percent(np.array([1.0]), np.array([0.0]), RULE))


@given(st.integers(0, 2), st.integers(0, 2))
def test_one_bottleneck_is_enough_and_both_must_be_clear(one: int, other: int) -> None:
    """Yes from either; no from both; unknown else."""
    joined = either(np.array([one]), np.array([other]))[0]
    wanted = YES if YES in (one, other) else NO if one == other == NO else UNKNOWN
    assert joined == wanted


@given(st.floats(0, 1e4), st.floats(0, 1e3), st.floats(1, 1e4))
def test_more_households_never_lower_the_load(households: float, more: float, capacity: float) -> None:
    """And a larger capacity never raises it."""
    few, many = (load_percent(np.array([n]), np.array([capacity]), RULE)[0] for n in (households, households + more))
    assert many >= few
    assert load_percent(np.array([households]), np.array([2 * capacity]), RULE)[0] <= few


@pytest.fixture(scope="module")
def found(small_province: Path) -> Assessment:
    study = Study.read(small_province / "study.toml")
    return assess(read_inputs(study.file, study.profile), study.profile)


def with_radio(found: Assessment, *, mbps: float | None, width: bool) -> Assessment:
    """The same answers of a network whose lists give backhaul and bandwidth, or do not."""

    def site(one: Site) -> Site:
        services = tuple(replace(s, backhaul_mbps=mbps, bandwidth_given=width) for s in one.services)
        return replace(one, services=services)

    sites = tuple(site(one) for one in found.inputs.network.sites)
    sent = replace(found.prediction.sent, sites=sites)
    return replace(found, prediction=replace(found.prediction, sent=sent))


def test_every_served_household_hangs_on_one_cell(found: Assessment) -> None:
    """The households of the cells sum to those served, and nothing is called fine without backhaul on the list."""
    cells = loaded_cells(found)
    assert tuple(cells.table.columns) == CELL_COLUMNS
    state = found.households.outdoor[found.profile.main_service.key].overall.state
    assert cells.table["households"].sum() == found.households.weight[state == SERVED].sum()
    assert (cells.table["possible_households"] >= cells.table["households"]).all()
    assert set(cells.table["congested"]) <= {"yes", "unknown"}
    assert (cells.table.loc[cells.table["congested"] == "unknown", "why_vi"] != "").all()


def test_with_everything_on_the_list_flags_follow_the_load(found: Assessment) -> None:
    """A wide backhaul and known bandwidth leave only real loads; a thin backhaul makes every loaded cell a risk."""
    wide = loaded_cells(with_radio(found, mbps=1e6, width=True)).table
    assert wide["load_percent"].notna().all()
    assert (wide.loc[wide["load_percent"] >= 80.0, "congested"] == "yes").all()
    alone = wide[wide["cells"] == 1]
    assert (alone.loc[alone["possible_households"] == 0, "congested"] == "no").all()
    thin = loaded_cells(with_radio(found, mbps=0.1, width=True)).table
    assert (thin.loc[thin["households"] > 0, "congested"] == "yes").all()
    no_width = loaded_cells(with_radio(found, mbps=1e6, width=False)).table
    assert (no_width["congested"] == "unknown").all()
    assert no_width["why_vi"].str.contains("không rõ băng thông").all()


def test_the_most_loaded_come_first(found: Assessment) -> None:
    """Those at risk by their load, then the unknown, then the rest."""
    table = loaded_cells(with_radio(found, mbps=30.0, width=True)).table
    rank = table["congested"].map({"yes": 0, "unknown": 1, "no": 2})
    assert rank.is_monotonic_increasing
    worst = table[["load_percent", "backhaul_load_percent"]].max(axis=1)
    for _, rows in worst.groupby(rank):
        assert rows.is_monotonic_decreasing


def test_villages_sum_to_the_households_on_congested_cells(found: Assessment) -> None:
    """And a village is only "no" where all its households are known and none hangs on a cell at risk."""
    thin = with_radio(found, mbps=20.0, width=True)
    cells = loaded_cells(thin)
    villages = village_columns(thin, cells)
    h = found.households
    state = h.outdoor[found.profile.main_service.key].overall.state
    inside = (state == SERVED) & (h.village >= 0)
    assert villages["congested_households"].sum() == h.weight[inside & (cells.of_household == YES)].sum()
    assert ((villages["congested"] == "yes") == (villages["congested_households"] > 0)).all()
    open_here = np.bincount(h.village[(state == UNDETERMINED) & (h.village >= 0)], minlength=len(villages)) > 0
    assert (villages.loc[open_here, "congested"] != "no").all()
    assert (villages.loc[villages["congested"] == "no", "congestion_unknown_households"] == 0).all()
    blind = village_columns(found, loaded_cells(found))
    served = np.bincount(h.village[inside], weights=h.weight[inside], minlength=len(blind)) > 0
    assert (blind.loc[served, "congested"] != "no").all()


def test_the_note_names_the_rule_and_that_it_is_not_verified(found: Assessment) -> None:
    """In both languages."""
    note = congestion_note(loaded_cells(found))
    assert "chưa xác minh" in note.vi
    assert "not verified" in note.en
