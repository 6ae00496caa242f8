"""The state of a household: one of four, and never a guess."""

from __future__ import annotations

import dataclasses

import naive_states
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phusong.coverage import states
from phusong.coverage.criteria import STATES, GapRule, Profile, ServiceRule, TechnologyRule, VillageRule
from phusong.coverage.states import Layers
from phusong.words import Text

OPERATORS = ("mobifone", "viettel", "vinaphone")
THRESHOLD_DBM = {"4G": -110.0, "5G": -105.0}
LEVELS = st.one_of(st.just(float("nan")), st.sampled_from([-130.0, -110.0, -105.0, -104.99]), st.floats(-150, -40))


@st.composite
def cases(draw):
    """Draw layers at a few households, where lists are missing, and where terrain is known."""
    n = draw(st.integers(1, 4))
    keys = draw(
        st.lists(st.tuples(st.sampled_from(OPERATORS), st.sampled_from(["2G", "4G", "5G"])), max_size=4, unique=True)
    )

    def table(values):
        rows = st.lists(values, min_size=n, max_size=n)
        return np.array(draw(st.lists(rows, min_size=len(keys), max_size=len(keys)))).reshape(len(keys), n)

    ends = np.stack([table(LEVELS), table(LEVELS)]).astype(float)
    low, high = np.where(np.isnan(ends[0]), np.nan, np.fmin(*ends)), np.fmax(*ends)
    flags = st.lists(st.booleans(), min_size=n, max_size=n).map(lambda f: np.array(f, dtype=bool))
    return {
        "layers": Layers(
            keys=tuple(keys), low_dbm=low, high_dbm=high, path_unknown=table(st.booleans()).astype(np.bool_)
        ),
        "unknown_here": draw(st.dictionaries(st.sampled_from(OPERATORS), flags, max_size=3)),
        "terrain_known": draw(flags),
    }


def answers_of(case):
    return states.operator_states(**case, threshold_dbm=THRESHOLD_DBM)


def answer_of(case):
    return states.any_operator(answers_of(case), terrain_known=case["terrain_known"])


def one(low, high=None, *, technology="4G", path_unknown=False, unknown=False, terrain=True):
    """Return the state of one household with one layer of Viettel's."""
    case = {
        "layers": Layers(
            keys=(("viettel", technology),),
            low_dbm=np.array([[low]]),
            high_dbm=np.array([[low if high is None else high]]),
            path_unknown=np.array([[path_unknown]]),
        ),
        "unknown_here": {"mobifone": np.array([unknown])},
        "terrain_known": np.array([terrain]),
    }
    answer = answer_of(case)
    return STATES[answer.state[0]], states.BECAUSE_TEXTS[answer.because[0]].en


@pytest.mark.parametrize(
    ("given_case", "expected"),
    [
        ({"low": -110.0}, ("served", "")),
        ({"low": -110.01}, ("unserved", "")),
        ({"low": np.nan}, ("unserved", "")),
        ({"low": -80.0, "technology": "2G"}, ("unserved", "")),
        ({"low": -120.0, "high": -110.0}, ("undetermined", "missing value")),
        ({"low": np.nan, "high": -100.0}, ("undetermined", "missing value")),
        ({"low": np.nan, "path_unknown": True}, ("undetermined", "missing terrain")),
        ({"low": np.nan, "unknown": True}, ("undetermined", "operator list")),
        (
            {"low": -120.0, "high": -90.0, "path_unknown": True, "unknown": True},
            ("undetermined", "operator list; missing value; missing terrain"),
        ),
        ({"low": -100.0, "path_unknown": True, "unknown": True}, ("served", "")),
        ({"low": -80.0, "unknown": True, "terrain": False}, ("no_data", "")),
    ],
)
def test_each_rule_of_the_decision_holds_by_itself(given_case, expected):
    """Served from the threshold on; what could flip the answer is named; without terrain there is none."""
    assert one(**given_case) == expected


@given(cases())
def test_the_decision_equals_the_slow_obvious_one(case):
    """State, cause and number of operators equal the twin written household by household."""
    answers = answers_of(case)
    answer = states.any_operator(answers, terrain_known=case["terrain_known"])
    serving = states.operators_serving(answers, terrain_known=case["terrain_known"])
    layers = case["layers"]
    for k, terrain in enumerate(case["terrain_known"]):
        here = [
            naive_states.Layer(*key, layers.low_dbm[i, k], layers.high_dbm[i, k], layers.path_unknown[i, k])
            for i, key in enumerate(layers.keys)
        ]
        unknown = {operator: flags[k] for operator, flags in case["unknown_here"].items()}
        expected = naive_states.decide(here, THRESHOLD_DBM, unknown, terrain)
        assert (STATES[answer.state[k]], answer.because[k], serving[k]) == expected


@given(cases())
def test_every_household_is_in_exactly_one_state(case):
    """Every code is one of the four, and a cause is given exactly where the answer is undetermined."""
    answer = answer_of(case)
    assert answer.state.dtype == np.int8
    assert answer.state.shape == case["terrain_known"].shape
    assert set(answer.state) <= set(range(len(STATES)))
    assert ((answer.because > 0) == (answer.state == states.UNDETERMINED)).all()


@given(cases())
def test_an_unknown_operator_only_takes_certainty_away(case):
    """With one more unknown operator served stays served, unserved becomes undetermined, nothing becomes served."""
    before = answer_of(case).state
    everywhere = np.ones(case["terrain_known"].shape, dtype=bool)
    after = answer_of({**case, "unknown_here": {**case["unknown_here"], "newcomer": everywhere}}).state
    expected = np.where(before == states.UNSERVED, states.UNDETERMINED, before)
    assert (after == expected).all()


@given(cases(), st.floats(0, 60))
def test_a_higher_level_never_loses_a_household(case, more_db):
    """Raising all levels keeps what was served, and makes nothing unserved that was not."""
    layers = case["layers"]
    raised = dataclasses.replace(layers, low_dbm=layers.low_dbm + more_db, high_dbm=layers.high_dbm + more_db)
    before, after = answer_of(case).state, answer_of({**case, "layers": raised}).state
    assert (after[before == states.SERVED] == states.SERVED).all()
    assert (before[after == states.UNSERVED] == states.UNSERVED).all()


@given(cases())
def test_nan_is_never_served(case):
    """A household whose levels are all NaN is served by nobody."""
    nothing = np.full_like(case["layers"].low_dbm, np.nan)
    answer = answer_of({**case, "layers": dataclasses.replace(case["layers"], low_dbm=nothing)})
    assert (answer.state != states.SERVED).all()


@given(cases())
def test_operators_by_themselves_agree_with_all_together(case):
    """A household is served exactly where some operator serves it, unserved exactly where none could."""
    answers = answers_of(case)
    state = answer_of(case).state
    table = np.array([a.state for a in answers.values()]).reshape(len(answers), len(state))
    assert ((state == states.SERVED) == (table == states.SERVED).any(axis=0)).all()
    known = case["terrain_known"]
    assert ((state == states.UNSERVED) == ((table == states.UNSERVED).all(axis=0) & known)).all()
    assert list(answers) == sorted(answers)


def test_an_operator_without_a_list_is_unknown_and_not_dark():
    """Dropping an operator's list turns what it served into undetermined, never into unserved."""
    case = {
        "layers": Layers(
            keys=(("viettel", "4G"),),
            low_dbm=np.array([[-90.0, -120.0]]),
            high_dbm=np.array([[-90.0, -120.0]]),
            path_unknown=np.zeros((1, 2), dtype=bool),
        ),
        "unknown_here": {},
        "terrain_known": np.ones(2, dtype=bool),
    }
    empty = Layers(keys=(), low_dbm=np.empty((0, 2)), high_dbm=np.empty((0, 2)), path_unknown=np.empty((0, 2), bool))
    dropped = {**case, "layers": empty, "unknown_here": {"viettel": np.ones(2, dtype=bool)}}
    assert answer_of(case).state.tolist() == [states.SERVED, states.UNSERVED]
    assert answer_of(dropped).state.tolist() == [states.UNDETERMINED, states.UNDETERMINED]


def test_a_layer_without_its_levels_is_refused():
    """Names and levels that do not pair up raise instead of being paired wrongly."""
    layers = Layers(
        keys=(("viettel", "4G"), ("viettel", "5G")),
        low_dbm=np.zeros((1, 1)),
        high_dbm=np.zeros((1, 1)),
        path_unknown=np.zeros((1, 1), bool),
    )
    with pytest.raises(ValueError, match="zip"):
        states.operator_states(layers, threshold_dbm=THRESHOLD_DBM, unknown_here={}, terrain_known=np.ones(1, bool))


def test_the_thresholds_of_a_service_are_those_of_its_technologies():
    """Only the service's technologies count, and one the profile has no rule for gives no service."""
    rule = TechnologyRule(served_dbm=-110.0, weak_dbm=-120.0, max_path_km=40.0, floor_dbm=-130.0)
    data = ServiceRule(key="data", title=Text("Dữ liệu", "Data"), technologies=("4G", "5G"))
    profile = Profile(
        name="test",
        title=Text("Thử", "Test"),
        source="",
        verified=False,
        rules={"4G": rule, "2G": dataclasses.replace(rule, served_dbm=-95.0)},
        services=(data,),
        margins=(),
        gap=GapRule(link_m=300.0, min_households=5, buffer_m=100.0),
        village=VillageRule(min_cluster_households=10, min_unserved_percent=10.0),
        unlisted_reach_km=10.0,
        persons_per_household=3.6,
    )
    assert states.service_thresholds_dbm(profile, data) == {"4G": -110.0}


def test_every_cause_is_written_in_both_languages():
    """Each mask but the empty one has its own wording in Vietnamese and in English."""
    assert (states.BECAUSE_TEXTS[0].vi, states.BECAUSE_TEXTS[0].en) == ("", "")
    assert len({t.vi for t in states.BECAUSE_TEXTS}) == len({t.en for t in states.BECAUSE_TEXTS}) == 8
