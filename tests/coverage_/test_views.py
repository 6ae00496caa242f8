"""Views by any, all and each operator, and added services joined to today's answers, against predicting anew."""

from __future__ import annotations

from dataclasses import replace

import made_hills
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as some

from phusong.coverage.carriers import LTE_700
from phusong.coverage.criteria import CENTRE_STATES
from phusong.coverage.decision import Places, decide, layers_after_margins
from phusong.coverage.network import Network
from phusong.coverage.prediction import Points, predict
from phusong.coverage.scenarios import added_carriers, planned_services
from phusong.coverage.states import NO_DATA, SERVED, UNDETERMINED, UNSERVED
from phusong.coverage.transmitters import transmitters
from phusong.coverage.views import (
    Added,
    all_state,
    any_state,
    centre_views,
    joined_layers,
    reduced,
    views,
    with_added,
)
from phusong.data.profiles import read_profile

CODES = some.arrays(np.int8, 12, elements=st.sampled_from([int(SERVED), int(UNSERVED), int(UNDETERMINED)]))
ORDER = {int(UNSERVED): 0, int(UNDETERMINED): 1, int(SERVED): 2}


@given(st.lists(CODES, min_size=1, max_size=4))
def test_any_is_the_best_and_all_the_worst_of_the_operators(states: list[np.ndarray]) -> None:
    """Place by place, by unserved < undetermined < served; a place without terrain has no data in every view."""
    best, worst = any_state(states), all_state(states)
    for place in range(12):
        ranks = [ORDER[int(state[place])] for state in states]
        assert (ORDER[int(best[place])], ORDER[int(worst[place])]) == (max(ranks), min(ranks))
    without = [np.full(12, NO_DATA) for _ in states]
    assert (any_state(without) == NO_DATA).all()
    assert (all_state(without) == NO_DATA).all()


def test_an_operator_that_has_nothing_serves_nowhere() -> None:
    """It stands among the views as unserved, and "all" is then unserved too."""
    seen = views({"a": np.array([SERVED, NO_DATA])}, ["a", "b"], np.array([True, False]))
    assert seen["b"].tolist() == [UNSERVED, NO_DATA]
    assert seen["all"].tolist() == [UNSERVED, NO_DATA]
    assert seen["any"].tolist() == [SERVED, NO_DATA]


class Scene:
    """Hills with holes, six masts on air and four planned ones, of two operators, one of them without a list."""

    def __init__(self, seed: int) -> None:
        network, self.terrain, self.points = made_hills.scene(seed, holes=True, households=40, sites=10)
        plans = [
            replace(site, services=tuple(replace(s, status="planned") for s in site.services))
            for site in network.sites[6:]
        ]
        unsure = replace(
            network.sites[5], services=tuple(replace(s, status="unknown") for s in network.sites[5].services)
        )
        self.network = Network(sites=(*network.sites[:5], unsure, *plans), inventories=())
        self.profile = read_profile("vn-default")
        n = len(self.points)
        self.places = Places(
            point=np.arange(n),
            unknown_here={"mobifone": np.arange(n) % 7 == 0, "viettel": np.zeros(n, dtype=np.bool_)},
        )

    def states(self, network: Network) -> dict[str, dict[str, np.ndarray]]:
        """Predict a network whole and decide every service for every operator."""
        found = predict(network, self.terrain, self.points, self.profile)
        return {
            s.key: {
                o: answer.state
                for o, answer in decide(found, self.places, self.profile, s, indoor=False).by_operator.items()
            }
            for s in self.profile.services
        }

    def added(self, more: Network) -> Added:
        """Join services to today's states."""
        return with_added(
            more,
            self.states(self.network),
            predict(self.network, self.terrain, self.points, self.profile),
            households=self.places,
            centres=self.places,
            terrain=self.terrain,
            profile=self.profile,
            engine=predict,
        )

    def joined(self, more: Network) -> Network:
        """Return the network with more sites."""
        return replace(self.network, sites=self.network.sites + more.sites)


@pytest.mark.parametrize("more", [planned_services, added_carriers])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_added_services_give_the_states_of_a_prediction_from_scratch(seed: int, more) -> None:
    """Every operator's state at every household is that of predicting the changed network whole; some do change."""
    scene = Scene(seed)
    scratch = scene.states(scene.joined(more(scene.network)))
    found = scene.added(more(scene.network))
    for service, by_operator in scratch.items():
        for operator, state in by_operator.items():
            assert np.array_equal(found.states[service][operator], state)
    today = scene.states(scene.network)
    assert any((today[s][o] != state).any() for s, states in scratch.items() for o, state in states.items())


@pytest.mark.parametrize("more", [planned_services, added_carriers])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_centres_receive_what_a_prediction_from_scratch_says(seed: int, more) -> None:
    """Centre codes, weak ones too, equal those of the changed network predicted whole, in every view."""
    scene = Scene(seed)
    today = predict(scene.network, scene.terrain, scene.points, scene.profile)
    scratch = predict(scene.joined(more(scene.network)), scene.terrain, scene.points, scene.profile)
    added = scene.added(more(scene.network))
    for service in scene.profile.services:

        def codes(layers):
            return centre_views(
                layers,
                ["mobifone", "viettel"],
                profile=scene.profile,
                service=service,  # noqa: B023
                unknown_here=scene.places.unknown_here,
                terrain_known=today.known,
            )

        own = layers_after_margins(today, scene.places.point, scene.profile, service, indoor=False)
        whole = layers_after_margins(scratch, scene.places.point, scene.profile, service, indoor=False)
        joined, wanted = codes(joined_layers([own, added.centres[service.key]])), codes(whole)
        for view, expected in wanted.items():
            assert np.array_equal(joined[view], expected)
        rank = [CENTRE_STATES.index(s) for s in ("dark", "undetermined", "weak", "served")]
        seen = wanted["all"] != CENTRE_STATES.index("no_data")
        assert all(
            rank.index(a) <= rank.index(v) for a, v in zip(wanted["all"][seen], wanted["viettel"][seen], strict=True)
        )


def test_today_is_not_changed_by_what_is_planned() -> None:
    """Levels are the same bytes whether planned services are on the list or not, and no path more is computed."""
    scene = Scene(4)
    without = replace(scene.network, sites=scene.network.sites[:6])
    listed, bare = (predict(n, scene.terrain, scene.points, scene.profile) for n in (scene.network, without))
    assert np.array_equal(listed.level, bare.level)
    assert listed.layers == bare.layers
    assert listed.paths_computed == bare.paths_computed


def test_where_nothing_is_planned_nothing_changes() -> None:
    """An empty addition gives today's states, with no point predicted for households."""
    scene = Scene(5)
    bare = replace(scene.network, sites=scene.network.sites[:6])
    found = scene.added(planned_services(bare))
    today = scene.states(scene.network)
    assert found.points == 0
    for service, by_operator in today.items():
        assert found.states[service].keys() == by_operator.keys()
        assert all(np.array_equal(found.states[service][o], state) for o, state in by_operator.items())


def test_households_served_by_an_operator_are_not_predicted_again() -> None:
    """What is added is looked at only where its operator does not surely serve in some service."""
    scene = Scene(1)
    asked: list[int] = []

    def counting(network, terrain, points: Points, profile, *, progress=None):
        asked.append(len(points))
        return predict(network, terrain, points, profile, progress=progress)

    today = scene.states(scene.network)
    with_added(
        planned_services(scene.network),
        today,
        predict(scene.network, scene.terrain, scene.points, scene.profile),
        households=scene.places,
        centres=Places(point=np.array([], dtype=np.int64), unknown_here={}),
        terrain=scene.terrain,
        profile=scene.profile,
        engine=counting,
    )
    wanted = []
    for operator in ("mobifone", "viettel"):
        open_here = [np.isin(today[s][operator], [UNSERVED, UNDETERMINED]) for s in ("data", "voice")]
        wanted.append(int((open_here[0] | open_here[1]).sum()))
    assert asked == [*wanted, 0]
    assert sum(wanted) < 2 * len(scene.points)


def test_a_mast_gets_700_mhz_once_for_each_operator_on_air_there() -> None:
    """At the operator's highest antenna; not where it has the band, on no repeater, and unsure where the mast is."""
    scene = Scene(1)
    more = added_carriers(scene.network)
    assert [site.site_id for site in more.sites] == [f"T{k}" for k in range(6)]
    for site, old in zip(more.sites, scene.network.sites, strict=False):
        (service,) = site.services
        assert (service.technology, service.band, service.frequency_mhz) == ("4G", "B28", 763.0)
        assert service.operator == old.services[0].operator
        spans = [s.height_agl_m for o in old.services for s in o.sectors]
        assert service.sectors[0].height_agl_m == max(spans, key=lambda span: span.middle)
        assert service.sectors[0].eirp_dbm.middle == LTE_700.eirp_dbm == 57.0
    assert [site.services[0].status for site in more.sites] == ["listed"] * 5 + ["unknown"]
    repeaters = replace(scene.network, sites=tuple(replace(s, kind="repeater") for s in scene.network.sites))
    assert added_carriers(repeaters).sites == ()


def test_an_operator_with_700_mhz_at_the_mast_gets_no_more() -> None:
    """The carrier is added once: a mast that has it is left alone."""
    scene = Scene(1)
    more = {site.site_id: site.services for site in added_carriers(scene.network).sites}
    has = tuple(replace(s, services=s.services + more.get(s.site_id, ())) for s in scene.network.sites)
    unsure = [site.site_id for site in added_carriers(replace(scene.network, sites=has)).sites]
    assert unsure == []


def test_a_service_loses_the_technologies_switched_off() -> None:
    """Voice rests on 4G alone after 2G and 3G; data rests on them no less than before."""
    data, voice = read_profile("vn-default").services
    assert reduced(voice, {"2G", "3G"}).technologies == ("4G",)
    assert reduced(data, {"2G"}) == data


def test_services_keep_their_transmitters_when_switched_off_layers_are_left_out() -> None:
    """Without 2G the states are those of a network that has no 2G at all."""
    scene = Scene(2)
    found = predict(scene.network, scene.terrain, scene.points, scene.profile)
    bare = replace(
        scene.network,
        sites=tuple(
            replace(s, services=tuple(x for x in s.services if x.technology != "2G")) for s in scene.network.sites
        ),
    )
    assert all(layer.technology != "2G" for layer in transmitters(bare, scene.profile).layers)
    scratch = scene.states(bare)
    for service in scene.profile.services:
        decision = decide(found, scene.places, scene.profile, reduced(service, {"2G"}), indoor=False)
        for operator, answer in decision.by_operator.items():
            assert np.array_equal(answer.state, scratch[service.key][operator])
