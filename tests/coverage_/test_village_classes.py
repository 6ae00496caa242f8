"""The class of a village: its centre × its clusters."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phusong.coverage import villages
from phusong.coverage.criteria import CENTRE_STATES, STATES, VILLAGE_CLASSES, TechnologyRule, VillageRule
from phusong.coverage.states import Answer, Layers
from phusong.coverage.villages import CLUSTER_STATES

EXPECTED = """
                none          unserved      possible
served          covered       depression    undetermined
weak            weak          weak          weak
dark            white         white         white
undetermined    undetermined  undetermined  undetermined
no_data         undetermined  undetermined  undetermined
"""
TABLE = {line.split()[0]: line.split()[1:] for line in EXPECTED.strip().splitlines()[1:]}
RULE = VillageRule(min_cluster_households=10, min_unserved_percent=10.0)
LIMITS = {"served_dbm": -110.0, "weak_dbm": -120.0}


def rule(served_dbm, weak_dbm):
    return TechnologyRule(served_dbm=served_dbm, weak_dbm=weak_dbm, max_path_km=40.0, floor_dbm=-140.0)


@pytest.mark.parametrize("clusters", CLUSTER_STATES)
@pytest.mark.parametrize("centre", CENTRE_STATES)
def test_every_combination_has_its_class(centre, clusters):
    """Each of the 15 combinations gives the class of the written table."""
    code = villages.village_class(
        np.array([CENTRE_STATES.index(centre)], dtype=np.int8),
        np.array([CLUSTER_STATES.index(clusters)], dtype=np.int8),
    )
    assert VILLAGE_CLASSES[code[0]] == TABLE[centre][CLUSTER_STATES.index(clusters)]


def test_the_rule_is_exhaustive_and_uses_every_class():
    """Nothing but the combinations of the two lists is in the rule, and every class can be reached."""
    assert set(villages.CLASS_OF) == set(itertools.product(CENTRE_STATES, CLUSTER_STATES))
    assert set(villages.CLASS_OF.values()) == set(VILLAGE_CLASSES)


@pytest.mark.parametrize(
    ("low_dbm", "high_dbm", "expected"),
    [
        (-110.0, -110.0, "served"),
        (-110.0, np.inf, "served"),
        (-110.01, -110.0, "undetermined"),
        (-np.inf, np.inf, "undetermined"),
        (-120.0, -110.01, "weak"),
        (-120.01, -110.01, "undetermined"),
        (-120.01, -120.0, "undetermined"),
        (-np.inf, -120.01, "dark"),
        (-np.inf, -np.inf, "dark"),
        (np.nan, -90.0, "no_data"),
        (-90.0, np.nan, "no_data"),
    ],
)
def test_the_state_of_a_centre_follows_the_range_of_its_level(low_dbm, high_dbm, expected):
    """At and about both thresholds, with either end missing."""
    assert CENTRE_STATES[villages.centre_state([low_dbm], [high_dbm], **LIMITS)[0]] == expected


@given(st.floats(-150, -80), st.floats(0, 40), st.floats(0, 1))
def test_a_sure_centre_state_is_that_of_every_level_in_between(low_dbm, width_db, share):
    """Where the state is not undetermined, any level inside the range alone gives the same state."""
    high_dbm, between_dbm = low_dbm + width_db, min(low_dbm + share * width_db, low_dbm + width_db)
    state = CENTRE_STATES[villages.centre_state([low_dbm], [high_dbm], **LIMITS)[0]]
    inner = CENTRE_STATES[villages.centre_state([between_dbm], [between_dbm], **LIMITS)[0]]
    ends = {CENTRE_STATES[villages.centre_state([end], [end], **LIMITS)[0]] for end in (low_dbm, high_dbm)}
    assert state == (inner if len(ends) == 1 else "undetermined")


@given(st.floats(-150, -80), st.floats(0, 40))
def test_one_layer_decides_as_its_level_does(low_dbm, width_db):
    """A centre with one layer has the state of that layer's range."""
    layers = Layers(
        keys=(("viettel", "4G"),),
        low_dbm=np.array([[low_dbm]]),
        high_dbm=np.array([[low_dbm + width_db]]),
        path_unknown=np.array([[False]]),
    )
    state = villages.centre_states(
        layers, rules={"4G": rule(-110.0, -120.0)}, unknown_here={}, terrain_known=np.array([True])
    )
    assert state == villages.centre_state([low_dbm], [low_dbm + width_db], **LIMITS)


@pytest.mark.parametrize(
    ("levels", "options", "expected"),
    [
        ([(-120, -120), (-108, -108)], {}, "weak"),
        ([(-120, -120), (-105, -105)], {}, "served"),
        ([(-120, -120), (-108, -104)], {}, "undetermined"),
        ([(-125, -115), (-120, -120)], {}, "undetermined"),
        ([(-115, -115), (-125, -111)], {}, "weak"),
        ([(np.nan, np.nan), (np.nan, np.nan)], {}, "dark"),
        ([(np.nan, np.nan), (np.nan, -100)], {}, "undetermined"),
        ([(np.nan, np.nan), (np.nan, np.nan)], {"unknown": True}, "undetermined"),
        ([(-115, -115), (np.nan, np.nan)], {"unknown": True}, "undetermined"),
        ([(-100, -100), (np.nan, np.nan)], {"unknown": True, "path_unknown": True}, "served"),
        ([(np.nan, np.nan), (np.nan, np.nan)], {"path_unknown": True}, "undetermined"),
        ([(-100, -100), (-100, -100)], {"terrain": False}, "no_data"),
        ([(-100, -100), (np.nan, np.nan)], {"technologies": ("2G", "5G")}, "dark"),
    ],
)
def test_a_centre_takes_the_best_of_its_layers(levels, options, expected):
    """Each technology by its own thresholds (4G −110 and −120, 5G −105 and −115); what is unknown may serve."""
    technologies = options.get("technologies", ("4G", "5G"))
    layers = Layers(
        keys=tuple(("viettel", t) for t in technologies),
        low_dbm=np.array([[low] for low, _ in levels], dtype=np.float64),
        high_dbm=np.array([[high] for _, high in levels], dtype=np.float64),
        path_unknown=np.array([[False], [options.get("path_unknown", False)]]),
    )
    state = villages.centre_states(
        layers,
        rules={"4G": rule(-110.0, -120.0), "5G": rule(-105.0, -115.0)},
        unknown_here={"mobifone": np.array([options.get("unknown", False)])},
        terrain_known=np.array([options.get("terrain", True)]),
    )
    assert CENTRE_STATES[state[0]] == expected


def clusters_of(rows, *, link_m=100.0, n_villages=1, rule=RULE):
    """Return cluster states and largest clusters from rows (village, weight, state, x_m)."""
    village, weight, state, x_m = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [], [])
    found = villages.cluster_state(
        np.array(village, dtype=np.int64),
        np.array(weight, dtype=np.int64),
        np.array([STATES.index(s) for s in state], dtype=np.int8),
        np.array(x_m, dtype=np.float64),
        np.zeros(len(x_m)),
        rule=rule,
        link_m=link_m,
        n_villages=n_villages,
    )
    return [CLUSTER_STATES[code] for code in found.state], found.largest_households.tolist()


@pytest.mark.parametrize(
    ("rows", "expected", "largest"),
    [
        ([(0, 900, "served", 0), (0, 6, "unserved", 0), (0, 4, "unserved", 100)], "unserved", 10),
        ([(0, 900, "served", 0), (0, 6, "unserved", 0), (0, 4, "unserved", 101)], "none", 6),
        ([(0, 900, "served", 0), (0, 9, "unserved", 0)], "none", 9),
        ([(0, 900, "served", 0), (0, 6, "unserved", 0), (0, 4, "undetermined", 90)], "possible", 6),
        ([(0, 900, "served", 0), (0, 6, "unserved", 0), (0, 4, "no_data", 90)], "possible", 6),
        ([(0, 900, "served", 0), (0, 10, "undetermined", 0)], "possible", 0),
        ([(0, 900, "served", 0), (0, 9, "undetermined", 0)], "none", 0),
        ([(0, 18, "served", 0), (0, 1, "unserved", 0), (0, 1, "unserved", 900)], "unserved", 1),
        ([(0, 19, "served", 0), (0, 1, "unserved", 0), (0, 1, "unserved", 900)], "none", 1),
        ([(0, 18, "served", 0), (0, 1, "unserved", 0), (0, 1, "undetermined", 900)], "possible", 1),
        ([(0, 5, "served", 0)], "none", 0),
        ([], "possible", 0),
    ],
)
def test_a_village_leaves_a_cluster_out_by_size_or_by_share(rows, expected, largest):
    """10 households within 100 m of each other, or 10 % of all: surely, only if the open ones were unserved, or not."""
    assert clusters_of(rows) == ([expected], [largest])


def test_households_of_one_village_do_not_count_in_another():
    """Villages are looked at one by one, and households of no village in none."""
    rows = [
        (0, 95, "served", 0), (0, 5, "unserved", 0), (1, 5, "unserved", 0), (1, 95, "served", 0),
        (-1, 50, "unserved", 0), (2, 12, "unserved", 0),
    ]  # fmt: skip
    assert clusters_of(rows, n_villages=3) == (["none", "none", "unserved"], [5, 5, 12])


def test_with_no_share_asked_a_village_without_unserved_households_leaves_nobody_out():
    """A least share of 0 % needs at least one unserved household all the same."""
    none_asked = VillageRule(min_cluster_households=10, min_unserved_percent=0.0)
    assert clusters_of([(0, 50, "served", 0)], rule=none_asked)[0] == ["none"]
    assert clusters_of([(0, 50, "served", 0), (0, 1, "unserved", 0)], rule=none_asked)[0] == ["unserved"]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 2),
            st.integers(1, 9),
            st.sampled_from(["served", "unserved", "undetermined", "no_data"]),
            st.integers(0, 9).map(lambda k: k * 60),
        ),
        min_size=1,
        max_size=12,
    ),
    st.data(),
)
def test_a_sure_answer_holds_whatever_the_open_households_turn_out_to_be(rows, data):
    """Any way of settling undetermined households and those without data keeps "unserved" and "none"."""
    before, _ = clusters_of(rows, n_villages=3)
    settled = [
        (v, w, s if s in ("served", "unserved") else data.draw(st.sampled_from(["served", "unserved"])), x)
        for v, w, s, x in rows
    ]
    after, _ = clusters_of(settled, n_villages=3)
    for was, now in zip(before, after, strict=True):
        assert was == "possible" or was == now


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (("served", "unserved"), True),
        (("served", "served"), False),
        (("unserved", "unserved"), False),
        (("served", "undetermined"), None),
        (("undetermined", "unserved"), None),
        (("served", "served", "undetermined"), False),
        (("no_data", "no_data"), None),
        ((), False),
    ],
)
def test_single_operator_is_told_only_when_it_is_sure(states, expected):
    """Exactly one serves: yes, no, or not told while an open operator could change it."""
    answers = {
        f"operator{k}": Answer(state=np.array([STATES.index(s)], dtype=np.int8), because=np.zeros(1, dtype=np.uint8))
        for k, s in enumerate(states)
    }
    assert villages.single_operator(answers, terrain_known=np.array(["no_data" not in states])) == [expected]


def test_an_estimated_centre_is_the_household_nearest_to_the_middle():
    """Weights count, ties go west then south, households of no village or weight do not count, all is provisional."""
    village = np.array([0, 0, 0, 1, 1, -1, 3])
    weight = np.array([1, 1, 8, 1, 1, 50, 0])
    x_m = np.array([0.0, 500.0, 1_000.0, 300.0, 100.0, 0.0, 7.0])
    y_m = np.zeros(7)
    centres = villages.estimated_centre(village, weight, x_m, y_m, n_villages=4)
    assert centres.member.tolist() == [2, 4, -1, -1]
    assert centres.provisional.tolist() == [True, True, False, False]
    np.testing.assert_array_equal(centres.x_m, [1_005.0, 105.0, np.nan, np.nan])


def test_an_estimated_centre_is_not_published_as_the_house():
    """All houses of one 30 m cell give the same published centre, at most half a cell's diagonal away."""
    rng = np.random.default_rng(2)
    x_m, y_m = rng.uniform(0, 30, (2, 50))
    centres = villages.estimated_centre(np.arange(50), np.ones(50), x_m, y_m, n_villages=50)
    assert set(zip(centres.x_m, centres.y_m, strict=True)) == {(15.0, 15.0)}


def test_the_order_of_the_households_does_not_move_a_centre():
    """The same households in another order give the same centre."""
    rng = np.random.default_rng(4)
    village, weight = rng.integers(0, 5, 60), rng.integers(1, 9, 60)
    x_m, y_m = rng.integers(0, 2_000, (2, 60)).astype(np.float64)
    order = rng.permutation(60)
    here = villages.estimated_centre(village, weight, x_m, y_m, n_villages=5)
    there = villages.estimated_centre(village[order], weight[order], x_m[order], y_m[order], n_villages=5)
    assert there.x_m.tolist() == here.x_m.tolist()
    assert order[there.member].tolist() == here.member.tolist()
