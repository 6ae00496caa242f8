"""From unserved households to gaps: clusters, areas, centres, ids."""

from __future__ import annotations

import naive_gaps
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon

from phusong.coverage import gaps
from phusong.errors import OutOfRangeError


def random_places(seed, n, spread_m, n_groups=3):
    rng = np.random.default_rng(seed)
    hamlets = rng.uniform(0, spread_m, (6, 2))
    places = hamlets[rng.integers(0, 6, n)] + rng.normal(0, spread_m / 12, (n, 2))
    return places[:, 0] + 500_000, places[:, 1] + 2_300_000, rng.integers(0, n_groups, n)


@given(
    st.lists(st.tuples(st.integers(-40, 40), st.integers(-40, 40), st.integers(0, 2)), min_size=0, max_size=60),
    st.sampled_from([10.0, 50.0, 100.0, 141.0]),
)
@settings(max_examples=300)
def test_clusters_equal_those_found_by_looking_at_every_pair(points, link_m):
    """On a 10 m lattice, where many steps are exactly as long as the link, labels equal the slow ones."""
    x_m, y_m, group = (
        np.array([10.0 * p[0] for p in points]),
        np.array([10.0 * p[1] for p in points]),
        [p[2] for p in points],
    )
    labels = gaps.cluster(x_m, y_m, np.array(group, dtype=np.int64), link_m=link_m)
    assert labels.tolist() == naive_gaps.cluster(x_m, y_m, group, link_m=link_m)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("spread_m", [400.0, 2_000.0, 8_000.0])
def test_clusters_of_scattered_hamlets_equal_the_slow_ones(seed, spread_m):
    """From crowded to lonely, at real coordinates, labels equal those found by looking at every pair."""
    x_m, y_m, group = random_places(seed, 250, spread_m)
    assert gaps.cluster(x_m, y_m, group, link_m=150.0).tolist() == naive_gaps.cluster(x_m, y_m, group, link_m=150.0)


@pytest.mark.parametrize("seed", range(4))
def test_small_blocks_and_trees_give_the_same_clusters(seed, monkeypatch):
    """Neither the size of a block nor the choice of a tree changes an answer."""
    x_m, y_m, group = random_places(seed, 400, 1_500.0)
    expected = gaps.cluster(x_m, y_m, group, link_m=60.0)
    monkeypatch.setattr(gaps, "_BLOCK_PAIRS", 7)
    assert gaps.cluster(x_m, y_m, group, link_m=60.0).tolist() == expected.tolist()
    monkeypatch.setattr(gaps, "_TREE_PAIRS", 2)
    assert gaps.cluster(x_m, y_m, group, link_m=60.0).tolist() == expected.tolist()


@pytest.mark.parametrize("gap_m", [99.0, 100.0, 101.0])
def test_two_dense_places_join_exactly_when_their_edges_are_near(gap_m):
    """Two crowds are one cluster when one house of each is within the link, though their middles are far apart."""
    rng = np.random.default_rng(3)
    left, right = rng.uniform(0, 300, (2, 4_000, 2))
    right[:, 0] += 300 + gap_m
    left[0], right[0] = (300.0, 150.0), (300.0 + gap_m, 150.0)
    x_m, y_m = np.concatenate([left, right]).T
    labels = gaps.cluster(x_m, y_m, np.zeros(8_000, dtype=np.int64), link_m=100.0)
    assert labels.max() + 1 == (1 if gap_m <= 100.0 else 2)


@given(st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_the_order_of_the_rows_does_not_change_the_labels(random):
    """The same households in another order get the same labels."""
    x_m, y_m, group = random_places(7, 120, 3_000.0)
    order = list(range(120))
    random.shuffle(order)
    labels = gaps.cluster(x_m, y_m, group, link_m=200.0)
    assert gaps.cluster(x_m[order], y_m[order], group[order], link_m=200.0).tolist() == labels[order].tolist()


def test_two_houses_join_exactly_within_the_link_in_every_direction_and_place():
    """1 % nearer than the link is one cluster, 1 % farther is two, wherever the pair lies on the grid of cells."""
    rng = np.random.default_rng(6)
    pairs = 4_000
    x_m, y_m = rng.uniform(0, 1_000, (2, pairs))
    angle_rad = rng.uniform(0, 2 * np.pi, pairs)
    angle_rad[::2] = np.rint(angle_rad[::2] / (np.pi / 4)) * (np.pi / 4)  # from corner to corner of cells, too
    for step_m, clusters in ((99.0, pairs), (101.0, 2 * pairs)):
        other_x_m, other_y_m = x_m + step_m * np.cos(angle_rad), y_m + step_m * np.sin(angle_rad)
        both = np.tile(np.arange(pairs), 2)  # each pair is a group of its own
        labels = gaps.cluster(np.append(x_m, other_x_m), np.append(y_m, other_y_m), both, link_m=100.0)
        assert labels.max() + 1 == clusters


def test_a_cluster_never_crosses_groups():
    """Two houses at one place in two villages are two clusters."""
    same = np.array([5.0, 5.0])
    assert gaps.cluster(same, same, np.array([1, 0]), link_m=100.0).tolist() == [1, 0]


def test_a_dense_place_needs_no_more_memory_than_its_points():
    """200,000 houses within one link of each other (2·10¹⁰ pairs) are one cluster."""
    rng = np.random.default_rng(0)
    x_m, y_m = rng.normal(0, 80, (2, 200_000))
    assert gaps.cluster(x_m, y_m, np.zeros(200_000, dtype=np.int64), link_m=300.0).max() == 0


def test_no_households_have_no_clusters():
    """An empty list goes through every step."""
    nothing = np.empty(0)
    labels = gaps.cluster(nothing, nothing, np.empty(0, dtype=np.int64), link_m=100.0)
    assert gaps.gap_labels(labels, nothing, min_households=5).tolist() == []


@pytest.mark.parametrize("link_m", [0.0, -5.0, float("nan"), 1e6])
def test_a_link_that_makes_no_sense_is_refused(link_m):
    """A link length outside its range raises with the range."""
    with pytest.raises(OutOfRangeError, match="10 to 5000 m"):
        gaps.cluster(np.zeros(1), np.zeros(1), np.zeros(1, dtype=np.int64), link_m=link_m)


def test_a_gap_has_the_least_number_of_households():
    """Clusters are kept by weight, renumbered without holes; smaller ones stay unclustered and nobody is lost."""
    labels = np.array([0, 0, 1, 2, 2, 3])
    weight = np.array([4, 5, 10, 3, 6, 40])
    assert gaps.gap_labels(labels, weight, min_households=10).tolist() == [-1, -1, 0, -1, -1, 1]
    assert gaps.gap_labels(labels, weight, min_households=9).tolist() == [0, 0, 1, 2, 2, 3]


@given(st.lists(st.tuples(st.floats(0, 2_000), st.floats(0, 2_000)), min_size=1, max_size=30), st.floats(20, 500))
@settings(max_examples=60, deadline=None)
def test_the_area_of_a_gap_holds_all_its_houses_and_little_else(houses, buffer_m):
    """Valid, every house inside with air around it, nothing much beyond the buffer and the closing."""
    x_m, y_m = np.array(houses).T
    area = gaps.gap_area(x_m, y_m, buffer_m=buffer_m)
    points = shapely.points(x_m, y_m)
    assert area.is_valid
    assert isinstance(area, Polygon | MultiPolygon)
    assert (shapely.distance(area.boundary, points) >= 0.6 * buffer_m).all()
    assert shapely.contains(area, points).all()
    corners = shapely.points(shapely.get_coordinates(area))
    assert (shapely.distance(corners, shapely.multipoints(points)) <= 1.75 * buffer_m).all()


def test_the_area_follows_where_houses_are():
    """Along an L-shaped valley the area stays near the houses and does not fill the corner; far parts stay apart."""
    along = np.arange(0.0, 2_001.0, 100.0)
    x_m, y_m = np.concatenate([along, 0 * along]), np.concatenate([0 * along, along])
    area = gaps.gap_area(x_m, y_m, buffer_m=100.0)
    assert isinstance(area, Polygon)
    assert not area.contains(shapely.Point(1_000, 1_000))
    valley = shapely.LineString([(0, 2_000), (0, 0), (2_000, 0)]).buffer(100.0)
    assert area.symmetric_difference(valley).area < 0.1 * valley.area
    assert len(gaps.gap_area(np.array([0.0, 1_000.0]), np.zeros(2), buffer_m=100.0).geoms) == 2


def test_the_area_does_not_depend_on_the_order_of_the_houses():
    """The same houses in another order give the same bytes."""
    x_m, y_m, _ = random_places(5, 80, 1_500.0)
    area = gaps.gap_area(x_m, y_m, buffer_m=120.0)
    assert area.wkb == gaps.gap_area(x_m[::-1], y_m[::-1], buffer_m=120.0).wkb


def test_the_outline_of_a_lonely_house_does_not_give_it_away():
    """Houses up to a quarter buffer apart share one outline, so its middle is not the house."""
    outlines = {gaps.gap_area(np.array([x]), np.array([47.0]), buffer_m=100.0).wkb for x in (38.0, 45.0, 61.0)}
    assert len(outlines) == 1


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), min_size=1, max_size=40), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_the_centre_lies_inside_and_at_nobodys_house(houses, seed):
    """On a 10 m lattice of houses, where rounding alone would hit one, the centre is still nobody's house."""
    x_m, y_m = np.array(houses, dtype=np.float64).T * 10.0
    weight = np.random.default_rng(seed).integers(1, 9, len(houses))
    area = gaps.gap_area(x_m, y_m, buffer_m=80.0)
    centre = gaps.gap_centre(x_m, y_m, weight, area)
    assert area.contains(shapely.Point(centre))
    assert centre[0] % 10 == centre[1] % 10 == 0
    assert np.hypot(x_m - centre[0], y_m - centre[1]).min() >= 5.0


def test_the_centre_stands_where_most_households_are():
    """Weights pull the centre; in a bent gap it does not fall into the empty corner."""
    x_m, y_m = np.array([3.0, 103.0, 203.0]), np.array([2.0, 2.0, 2.0])
    area = gaps.gap_area(x_m, y_m, buffer_m=100.0)
    assert gaps.gap_centre(x_m, y_m, np.array([1, 1, 98]), area) == (200.0, 10.0)
    along = np.arange(0.0, 2_001.0, 100.0)
    x_m, y_m = np.concatenate([along, 0 * along]), np.concatenate([0 * along, along])
    bent = gaps.gap_area(x_m, y_m, buffer_m=100.0)
    assert bent.contains(shapely.Point(gaps.gap_centre(x_m, y_m, np.ones(42), bent)))


def test_a_lattice_full_of_houses_still_has_a_centre_apart_from_them():
    """Where no place is 5 m from every house, one between the houses is taken."""
    grid = np.arange(-30, 31) * 10.0 + 3.0
    x_m, y_m = (side.ravel() for side in np.meshgrid(grid, grid))
    centre = gaps.gap_centre(x_m, y_m, np.ones(x_m.size), gaps.gap_area(x_m, y_m, buffer_m=20.0))
    assert np.hypot(x_m - centre[0], y_m - centre[1]).min() > 4.0


def test_an_area_too_small_for_the_lattice_has_a_centre_too():
    """In an area between the lattice places a point inside it is taken."""
    sliver = Polygon([(1, 1), (4, 1), (4, 4)])
    centre = gaps.gap_centre(np.array([3.0]), np.array([2.0]), np.ones(1), sliver)
    assert sliver.contains(shapely.Point(centre))


@pytest.mark.parametrize("buffer_m", [0.0, 19.0, 5_000.0])
def test_a_buffer_that_makes_no_sense_is_refused(buffer_m):
    """A buffer outside its range raises with the range."""
    with pytest.raises(OutOfRangeError, match="20 to 2000 m"):
        gaps.gap_area(np.zeros(1), np.zeros(1), buffer_m=buffer_m)


def test_gaps_are_numbered_from_north_west_to_south_east_within_their_commune():
    """Numbers start anew in each commune, and the order of the rows does not matter."""
    code = ["03004", "03004", "02995", "03004", ""]
    x_m, y_m = np.array([900.0, 0.0, 50.0, 0.0, 1.0]), np.array([0.0, 900.0, 1.0, 100.0, 1.0])
    expected = ["LS-03004-03", "LS-03004-01", "LS-02995-01", "LS-03004-02", "LS-00000-01"]
    assert gaps.gap_ids(code, x_m, y_m) == expected
    assert gaps.gap_ids(code[::-1], x_m[::-1], y_m[::-1]) == expected[::-1]


def test_a_commune_with_over_a_hundred_gaps_keeps_its_ids_apart():
    """Numbers grow to three figures."""
    ids = gaps.gap_ids(["00001"] * 120, np.arange(120.0), np.zeros(120))
    assert ids[0] == "LS-00001-01"
    assert ids[-1] == "LS-00001-120"
    assert len(set(ids)) == 120
