"""What to ask and where to measure: against a slow greedy choice, a slow count, and by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_masts import LON, made_profile, made_site

from phusong.coverage.asks import CELL_M, NEAR_CELLS, measuring_places, open_sectors, rank, sector_question
from phusong.coverage.network import Network, Span
from phusong.coverage.states import Layers
from phusong.coverage.transmitters import transmitters


def slow_rank(households):
    """Return order and new households: again and again the question that adds most, the lowest number of equals.

    ``households`` are (set of questions, weight).
    """
    left, order, new = list(households), [], {}
    numbers = {q for asked, _ in households for q in asked}
    while True:
        gain = {q: sum(w for asked, w in left if q in asked) for q in numbers}
        best = min(numbers, key=lambda q: (-gain[q], q), default=None)
        if best is None or gain[best] == 0:
            rest = [q for q in numbers if q not in new]
            total = {q: sum(w for asked, w in households if q in asked) for q in rest}
            return order + sorted(rest, key=lambda q: (-total[q], q)), new
        order.append(best)
        new[best] = gain[best]
        left = [(asked, w) for asked, w in left if best not in asked]


@given(
    rows=st.lists(
        st.tuples(st.lists(st.integers(-1, 6), min_size=4, max_size=4), st.integers(1, 9)), min_size=0, max_size=30
    )
)
def test_the_order_is_that_of_a_slow_greedy_choice(rows):
    """Order, new, alone and all households of each question, and those without any."""
    used = sorted({q for asked, _ in rows for q in asked} - {-1})
    rows = [([used.index(q) if q >= 0 else -1 for q in asked], w) for asked, w in rows]  # numbers without holes
    found = rank(
        np.array([asked for asked, _ in rows], dtype=np.int32).reshape(len(rows), 4),
        np.array([w for _, w in rows], dtype=np.float64),
    )
    sets = [(set(asked) - {-1}, w) for asked, w in rows]
    order, new = slow_rank(sets)
    assert found.order.tolist() == order
    for q in range(len(used)):
        assert found.new[q] == new.get(q, 0)
        assert found.households[q] == sum(w for asked, w in sets if q in asked)
        assert found.alone[q] == sum(w for asked, w in sets if asked == {q})
    assert found.nameless == sum(w for asked, w in sets if not asked)
    assert found.new.sum() + found.nameless == sum(w for _, w in sets)


def test_the_next_question_counts_only_what_the_first_leaves_open():
    """By hand: question 0 may decide 10 + 5, question 1 then only its own 3 of 8."""
    questions = np.array([[0, -1], [0, 1], [1, 1]], dtype=np.int32)
    found = rank(questions, np.array([10.0, 5.0, 3.0]))
    assert found.order.tolist() == [0, 1]
    assert found.households.tolist() == [15, 8]
    assert found.new.tolist() == [15, 3]
    assert found.alone.tolist() == [10, 3]


def test_a_layer_hangs_on_its_best_favourable_sector_only_where_its_ends_disagree():
    """Served at both ends, at none, at one of them: only the last is a question, of any layer over its threshold."""
    layers = Layers(
        keys=(("a", "4G"), ("b", "2G")),
        low_dbm=np.array([[-100.0, -125.0, -115.0, np.nan], [np.nan, -99.0, -90.0, -99.0]]),
        high_dbm=np.array([[-90.0, -112.0, -105.0, -110.0], [np.nan, -95.0, -80.0, -96.0]]),
        path_unknown=np.zeros((2, 4), dtype=bool),
    )
    server = np.array([[7, 7, 7, 7], [9, 9, 9, 9]], dtype=np.int32)
    found = open_sectors(layers, threshold_dbm={"4G": -110.0, "2G": -95.0}, server_high=server)
    assert found.tolist() == [[-1, -1, 7, 7], [-1, 9, -1, -1]]


@pytest.mark.parametrize(
    ("change", "status", "fields"),
    [
        ({}, "on_air", ()),
        ({"ring_size": 3}, "on_air", ("azimuth_deg",)),
        ({"ring_size": 3, "azimuth_deg": 120.0}, "on_air", ()),
        ({"height_agl_m": Span(8, 15, 30, given=False)}, "on_air", ("antenna_height_m",)),
        ({"downtilt_deg": Span(0, 4, 8, given=False)}, "unknown", ("e_tilt", "status")),
        ({"eirp_dbm": Span(50, 57, 62, given=False)}, "on_air", ("power",)),
    ],
)
def test_the_question_names_what_the_list_leaves_open(change, status, fields):
    """Owner, site and fields of the very sector; another sector's gaps are not in it."""
    other, site = made_site("A", LON), made_site("B", LON + 0.05, operator="viettel")
    (service,) = site.services
    sector = replace(service.sectors[0], **change)
    site = replace(
        site, services=(replace(service, status=status, operators_served=("viettel", "guest"), sectors=(sector,)),)
    )
    sent = transmitters(Network(sites=(other, site), inventories=()), made_profile())
    of_guest = next(s for s in range(len(sent.sector_ids)) if sent.layers[sent.sector_layer[s]].operator == "guest")
    question = sector_question(sent, of_guest)
    assert (question.operator, sent.sites[question.site].site_id) == ("viettel", "B"), "the owner is asked"
    assert question.fields == fields


def slow_near(x_m, y_m, weight, cell):
    """Count the households whose cells lie within reach of a cell."""
    col, row = np.floor(x_m / CELL_M), np.floor(y_m / CELL_M)
    return weight[(col - cell[0]) ** 2 + (row - cell[1]) ** 2 <= NEAR_CELLS**2].sum()


@pytest.mark.parametrize("seed", range(5))
def test_the_place_is_the_cell_around_which_most_of_its_cluster_lives(seed):
    """Slowly, cell by cell of each cluster; clusters come in falling size and hold every household once."""
    random = np.random.default_rng(seed)
    n = 400
    x_m, y_m = random.uniform(-4000, 4000, n) + 500_000, random.uniform(-4000, 4000, n)
    weight = random.integers(1, 5, n).astype(np.float64)
    group = random.integers(0, 3, n)
    found = measuring_places(x_m, y_m, weight, group, link_m=400.0)
    assert np.all(np.diff(found.households) <= 0)
    assert sorted(found.cluster) == sorted(set(found.label))
    for k, cluster in enumerate(found.cluster):
        own = found.label == cluster
        assert found.households[k] == weight[own].sum()
        near = {
            cell: slow_near(x_m[own], y_m[own], weight[own], cell)
            for cell in zip(np.floor(x_m[own] / CELL_M), np.floor(y_m[own] / CELL_M), strict=True)
        }
        best = min(near, key=lambda cell: (-near[cell], cell))
        assert (found.x_m[k], found.y_m[k]) == ((best[0] + 0.5) * CELL_M, (best[1] + 0.5) * CELL_M)
        assert found.near[k] == near[best]


def test_a_place_is_nobody_s_house():
    """It is the middle of a cell whatever the houses in it, and the same for every house of the cell."""
    random = np.random.default_rng(1)
    places = set()
    for _ in range(50):
        x_m, y_m = random.uniform(1200.01, 1299.99, 7), random.uniform(300.01, 399.99, 7)
        found = measuring_places(x_m, y_m, np.ones(7), np.zeros(7, dtype=np.int64), link_m=400.0)
        places.add((float(found.x_m[0]), float(found.y_m[0])))
    assert places == {(1250.0, 350.0)}


def test_without_households_there_is_nothing_to_ask_and_nowhere_to_measure():
    """Empty arrays of the right kinds."""
    empty = np.empty(0)
    found = rank(np.empty((0, 3), dtype=np.int32), empty)
    assert (len(found.order), found.nameless) == (0, 0.0)
    places = measuring_places(empty, empty, empty, np.empty(0, dtype=np.int64), link_m=400.0)
    assert len(places.x_m) == len(places.households) == len(places.label) == 0
