"""Scenarios of a study against studies of the changed network from scratch, and the sums of their table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from phusong.coverage.criteria import STATES, VILLAGE_CLASSES
from phusong.coverage.network import Network, Site
from phusong.coverage.scenarios import SCENARIOS, added_carriers, planned_services
from phusong.coverage.states import NO_DATA, SERVED, UNDETERMINED, UNSERVED
from phusong.data.inputs import Inputs, read_inputs
from phusong.study import Study
from phusong.study.assess import Assessment, assess
from phusong.study.future_gaps import FUTURE_COLUMNS, future_gaps
from phusong.study.gap_table import gap_places
from phusong.study.scenarios import (
    SCENARIO_COLUMNS,
    ScenarioAnswers,
    gap_columns,
    planned_table,
    run_scenarios,
    scenario_table,
    village_columns,
)


def planned(site: Site) -> Site:
    """A site like another some 4 km away, planned for a day."""
    services = tuple(replace(s, status="planned", on_air_from=date(2027, 3, 1)) for s in site.services)
    return replace(
        site, site_id=f"{site.site_id}-KH", lon_deg=site.lon_deg + 0.02, lat_deg=site.lat_deg + 0.03, services=services
    )


def with_network(inputs: Inputs, sites: tuple[Site, ...]) -> Inputs:
    return replace(inputs, network=replace(inputs.network, sites=sites))


def without(inputs: Inputs, technologies: set[str]) -> Inputs:
    def left(site: Site) -> Site:
        return replace(site, services=tuple(s for s in site.services if s.technology not in technologies))

    return with_network(inputs, tuple(left(site) for site in inputs.network.sites))


def also_on_air(inputs: Inputs, more: Network) -> Inputs:
    return with_network(inputs, inputs.network.sites + more.sites)


@pytest.fixture(scope="module")
def found(small_province: Path) -> Assessment:
    study = Study.read(small_province / "study.toml")
    inputs = read_inputs(study.file, study.profile)
    plans = tuple(planned(site) for site in inputs.network.sites[::3])
    return assess(with_network(inputs, inputs.network.sites + plans), study.profile)


@pytest.fixture(scope="module")
def answers(found: Assessment) -> tuple[ScenarioAnswers, ...]:
    return run_scenarios(found)


def table_of(found: Assessment, answers: tuple[ScenarioAnswers, ...]) -> pd.DataFrame:
    return scenario_table(found, answers).set_index(["scenario", "service", "view"])


CHANGED = {
    "today": lambda inputs: inputs,
    "after_2g_off": lambda inputs: without(inputs, {"2G"}),
    "after_3g_off": lambda inputs: without(inputs, {"2G", "3G"}),
    "with_planned": lambda inputs: also_on_air(inputs, planned_services(inputs.network)),
    "with_700": lambda inputs: also_on_air(inputs, added_carriers(inputs.network)),
}


@pytest.mark.parametrize("key", [s.key for s in SCENARIOS])
def test_each_scenario_is_a_study_of_the_changed_network(
    found: Assessment, answers: tuple[ScenarioAnswers, ...], key: str
) -> None:
    """States of every operator and of any, village classes and gaps are those of predicting the whole thing anew."""
    scratch = assess(CHANGED[key](found.inputs), found.profile)
    answer = next(a for a in answers if a.scenario.key == key)
    for service, decision in scratch.households.outdoor.items():
        seen = answer.views[service]
        assert np.array_equal(seen["any"].state, decision.overall.state)
        assert np.array_equal(seen["any"].classes, scratch.villages.classes[service])
        for operator, own in decision.by_operator.items():
            assert np.array_equal(seen[operator].state, own.state)
    assert np.array_equal(answer.views[found.profile.main_service.key]["any"].gap, scratch.households.gap)


def test_gaps_and_classes_of_every_view_are_those_of_gathering_all_households(
    found: Assessment, answers: tuple[ScenarioAnswers, ...]
) -> None:
    """Gathering only the villages that changed gives the same as each scenario standing first."""
    for answer in answers[1:]:
        for service, of_service in answer.views.items():
            for name, view in of_service.items():
                fresh = _gathered_whole(found, view.state)
                assert np.array_equal(view.gap, fresh[1]), (answer.scenario.key, service, name)
                assert np.array_equal(view.clusters, fresh[0])


def _gathered_whole(found: Assessment, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    from phusong.coverage.villages import cluster_state
    from phusong.study.assess import number_gaps

    h, profile = found.households, found.profile
    clusters = cluster_state(
        h.village,
        h.weight,
        state,
        h.x_m,
        h.y_m,
        rule=profile.village,
        link_m=profile.gap.link_m,
        n_villages=len(found.villages.table),
    )
    return clusters.state, number_gaps(state, h.x_m, h.y_m, h.weight, h.village, h.commune, profile)


def test_the_sums_of_every_row_are_the_households_and_villages_of_the_study(
    found: Assessment, answers: tuple[ScenarioAnswers, ...]
) -> None:
    """Four states sum to all households and five classes to all villages, in every scenario, service and view."""
    table = scenario_table(found, answers)
    assert tuple(table.columns) == SCENARIO_COLUMNS
    assert (table["households"] == int(found.households.weight.sum())).all()
    assert (table[[f"{s}_households" for s in STATES]].sum(axis=1) == table["households"]).all()
    assert (table[[f"villages_{c}" for c in VILLAGE_CLASSES]].sum(axis=1) == len(found.villages.table)).all()
    assert (table["gap_households"] <= table["unserved_households"]).all()
    operators = {o for d in found.households.outdoor.values() for o in d.by_operator}
    assert operators <= set(table["view"])
    assert len(table) == len(SCENARIOS) * len(found.profile.services) * table["view"].nunique()


def test_more_on_air_serves_no_household_less_and_a_switch_off_none_more(
    found: Assessment, answers: tuple[ScenarioAnswers, ...]
) -> None:
    """Household by household, in every view: served stays served, unserved was not served before."""
    rank = np.zeros(4, dtype=int)
    rank[[int(UNSERVED), int(UNDETERMINED), int(SERVED), int(NO_DATA)]] = 0, 1, 2, 3
    today = answers[0].views
    for answer in answers[1:]:
        for service, of_service in answer.views.items():
            for name, view in of_service.items():
                before, after = rank[today[service][name].state], rank[view.state]
                assert (after >= before).all() if answer.scenario.more else (after <= before).all()
    voice = table_of(found, answers)["served_households"].xs(("voice", "any"), level=("service", "view"))
    assert voice["after_3g_off"] <= voice["after_2g_off"] < voice["today"] < voice["with_planned"]


def test_what_is_planned_does_not_count_today(found: Assessment, answers: tuple[ScenarioAnswers, ...]) -> None:
    """Today with plans on the list is today without them."""
    bare = assess(
        with_network(found.inputs, tuple(s for s in found.inputs.network.sites if not s.site_id.endswith("-KH"))),
        found.profile,
    )
    pd.testing.assert_frame_equal(
        scenario_table(bare, run_scenarios(bare, further=())), scenario_table(found, answers[:1])
    )


def test_an_operator_without_a_list_is_never_unserved(found: Assessment, answers: tuple[ScenarioAnswers, ...]) -> None:
    """In no scenario does a missing list say "no signal"."""
    missing = [i.operator for i in found.inputs.network.inventories if i.completeness == "none"]
    inputs = replace(
        found.inputs,
        network=replace(
            found.inputs.network,
            inventories=tuple(replace(i, completeness="none") for i in found.inputs.network.inventories),
        ),
    )
    nobody = run_scenarios(assess(inputs, found.profile))
    for answer in nobody:
        for of_service in answer.views.values():
            assert not any((view.state == UNSERVED).any() for name, view in of_service.items())
    for operator in missing:
        assert all((v[operator].state != UNSERVED).all() for a in answers for v in a.views.values())


def test_future_gaps_are_voice_gaps_that_are_none_today(found: Assessment) -> None:
    """Each has at least five households that are in no gap of the service today and lies where they are."""
    lists = tuple(replace(i, completeness="complete", sites_unplaced=0) for i in found.inputs.network.inventories)
    known = replace(found.inputs, network=replace(found.inputs.network, inventories=lists))
    profile = replace(found.profile, gap=replace(found.profile.gap, min_households=2.0, link_m=1500.0))
    found = assess(known, profile)
    answers = run_scenarios(found)
    gaps = future_gaps(found, answers, gap_places(found).ids)
    assert tuple(gaps.columns) == (*FUTURE_COLUMNS, "geometry")
    assert len(gaps)
    assert set(gaps["service"]) == {"voice"}
    assert set(gaps["scenario"]) <= {"after_2g_off", "after_3g_off"}
    assert gaps["future_gap_id"].is_unique
    assert (gaps["new_households"] >= 5).all()
    assert (gaps["new_households"] <= gaps["households"]).all()
    assert (gaps.loc[gaps["kind"] == "new", "new_households"] == gaps.loc[gaps["kind"] == "new", "households"]).all()
    assert gaps.geometry.is_valid.all()
    by_answer = {a.scenario.key: a.views["voice"]["any"] for a in answers}
    today = by_answer["today"]
    for scenario, rows in gaps.groupby("scenario"):
        fresh = (by_answer[str(scenario)].gap >= 0) & (today.gap < 0)
        assert rows["new_households"].sum() <= found.households.weight[fresh].sum()
    assert len(future_gaps(found, answers[:1])) == 0


def test_villages_and_gaps_get_their_columns(found: Assessment, answers: tuple[ScenarioAnswers, ...]) -> None:
    """A class a scenario for every service; for each gap what stays unserved when services are added."""
    villages = village_columns(found, answers)
    assert len(villages) == len(found.villages.table)
    assert {"village_class_after_2g_off", "village_class_voice_after_2g_off", "village_class_with_700"} <= set(villages)
    main = found.profile.main_service.key
    names = np.array(VILLAGE_CLASSES, dtype=object)
    assert (villages["village_class_after_2g_off"] == names[found.villages.classes[main]]).all()
    places = gap_places(found)
    gaps = gap_columns(found, answers, places.ids)
    whole = [found.households.weight[m].sum() for m in places.members]
    assert (gaps["unserved_with_planned"] <= whole).all()
    assert list(gaps["gap_id"]) == list(places.ids)


def test_planned_services_are_listed_with_their_day(found: Assessment) -> None:
    """One row a planned service, its promised day as written; nothing that is on air."""
    table = planned_table(found)
    services = [s for site in found.inputs.network.sites for s in site.services]
    assert len(table) == sum(s.status in ("planned", "building") for s in services)
    assert set(table.loc[table["site_id"].str.endswith("-KH"), "on_air_from"]) == {"2027-03-01"}
    assert set(table["status"]) <= {"planned", "building"}
