"""Ids of gaps from run to run: the same gaps, in another order, moved a little, split, merged, gone and new."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box

from phusong.study.gap_identity import EarlierGaps, earlier_gaps, stable_ids


def names(n):
    return [f"LS-99101-{k + 1:02d}" for k in range(n)]


def before(areas, households=None, ids=None, used=()):
    ids = tuple(ids or names(len(areas)))
    counts = np.full(len(areas), 10.0) if households is None else np.asarray(households, dtype=float)
    return EarlierGaps(ids=ids, areas=tuple(areas), households=counts, used=frozenset({*used, *ids}))


def now(areas, earlier, households=None, fresh=None):
    counts = np.full(len(areas), 10.0) if households is None else np.asarray(households, dtype=float)
    return stable_ids(areas, counts, fresh or names(len(areas)), earlier)


spots = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=12, unique=True)


def discs(places, shift=0.0):
    return [Point(1000.0 * x + shift, 1000.0 * y - shift).buffer(150.0 + 10.0 * x) for x, y in places]


@settings(max_examples=40, deadline=None)
@given(spots, st.randoms(use_true_random=False))
def test_the_same_gaps_in_any_order_keep_their_ids(places, random):
    """Identity, and permutation: the id belongs to the area."""
    areas = discs(places)
    earlier = before(areas, ids=[f"LS-99101-{k + 40:02d}" for k in range(len(areas))])
    assert now(areas, earlier).ids == earlier.ids
    order = list(range(len(areas)))
    random.shuffle(order)
    again = now([areas[k] for k in order], earlier, fresh=[names(len(areas))[k] for k in order])
    assert again.ids == tuple(earlier.ids[k] for k in order)
    assert set(again.formerly) == {()}


@settings(max_examples=40, deadline=None)
@given(spots, st.floats(-60.0, 60.0))
def test_a_small_shift_keeps_the_ids(places, shift):
    """Houses added at one end move an area by some metres: it is the same gap."""
    earlier = before(discs(places))
    assert now(discs(places, shift), earlier).ids == earlier.ids


@settings(max_examples=40, deadline=None)
@given(spots, spots)
def test_ids_are_never_given_twice(places, others):
    """Whatever opens and closes: ids are different, and new ones are none that was ever given."""
    earlier = before(discs(places), used=("LS-99101-77",))
    found = now(discs(others), earlier)
    assert len(set(found.ids)) == len(others)
    fresh = set(found.ids) - set(earlier.ids)
    assert not fresh & set(earlier.used)
    assert {*earlier.used, *found.ids} == set(found.used)


def test_of_a_split_the_largest_part_keeps_the_id():
    """The small part is new, and says what it was part of."""
    found = now([box(0, 0, 300, 1000), box(400, 0, 1000, 1000)], before([box(0, 0, 1000, 1000)]))
    assert found.ids == ("LS-99101-02", "LS-99101-01")
    assert found.formerly == (("LS-99101-01",), ())


def test_of_a_merger_the_largest_member_gives_the_id():
    """The other id is recorded and never given again."""
    earlier = before([box(0, 0, 300, 1000), box(400, 0, 1000, 1000)])
    found = now([box(0, 0, 1000, 1000), box(5000, 0, 6000, 1000)], earlier, fresh=names(2))
    assert found.ids == ("LS-99101-02", "LS-99101-03")
    assert found.formerly == (("LS-99101-01",), ())


def test_equal_overlaps_go_by_households():
    """Two equal halves: the one with more households is the gap."""
    halves = [box(0, 0, 500, 1000), box(500, 0, 1000, 1000)]
    found = now(halves, before([box(0, 0, 1000, 1000)]), households=[12, 30])
    assert found.ids[1] == "LS-99101-01"


def test_neighbours_whose_rims_touch_are_other_gaps():
    """The gap of one village closed and that of the next opened: no id passes over the border."""
    found = now([box(950, 0, 2000, 1000)], before([box(0, 0, 1000, 1000)]))
    assert found.ids == ("LS-99101-02",)
    assert found.formerly == ((),)


def test_a_new_gap_is_numbered_within_its_commune():
    """The number follows the highest the commune ever had, also of gaps closed long ago."""
    earlier = before([box(0, 0, 10, 10)], used=("LS-99108-04",))
    found = now([box(0, 0, 10, 10), box(90, 0, 99, 9)], earlier, fresh=["LS-99101-01", "LS-99108-01"])
    assert found.ids == ("LS-99101-01", "LS-99108-05")


def test_without_an_earlier_run_ids_are_the_fresh_ones():
    """The first run numbers as before."""
    found = stable_ids([box(0, 0, 1, 1)], np.array([5.0]), ["LS-99101-01"])
    assert (found.ids, found.formerly) == (("LS-99101-01",), ((),))


def test_an_earlier_run_without_gaps_leaves_its_used_ids():
    """All gaps were closed, then one opens: its id is new."""
    earlier = EarlierGaps(ids=(), areas=(), households=np.empty(0), used=frozenset(["LS-99101-01"]))
    assert stable_ids([box(0, 0, 1, 1)], np.array([5.0]), ["LS-99101-01"], earlier).ids == ("LS-99101-02",)


def test_a_table_of_gaps_in_degrees_comes_back_in_metres():
    """Areas written in degrees and read again are the same gaps."""
    areas = [Point(500000 + 900 * k, 2100000).buffer(300) for k in range(3)]
    table = gpd.GeoDataFrame({"gap_id": names(3), "households": [5, 6, 7]}, geometry=areas, crs=32648).to_crs(4326)
    earlier = earlier_gaps(table, 32648, used=["LS-99101-09"])
    assert stable_ids(areas, np.ones(3), ["a-01", "b-01", "c-01"], earlier).ids == tuple(names(3))
    assert "LS-99101-09" in earlier.used
    assert shapely.area(earlier.areas[0]) > 280_000.0
