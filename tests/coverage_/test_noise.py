"""The correlated field: unit variance, the stated correlation length, no memory, the same bits everywhere."""

from __future__ import annotations

import math

import numpy as np
import pytest

from phusong.coverage.noise import NORMAL_NODES, correlated_field, field_at, lattice_of, node_number, turned_corner
from phusong.coverage.radio._jit import plain

LENGTH_M = 120.0


def many_fields(x_m: np.ndarray, y_m: np.ndarray, count: int) -> np.ndarray:
    """Fields of many keys, each on a lattice turned and shifted at random, shape (count, places)."""
    rng = np.random.default_rng(5)
    lattices = [lattice_of(LENGTH_M, rng.uniform(0, 2 * math.pi), tuple(rng.uniform(0, 1, 2))) for _ in range(count)]
    return np.array([correlated_field(x_m, y_m, lattice, key) for key, lattice in enumerate(lattices)])


def test_the_field_has_mean_0_and_variance_1_everywhere() -> None:
    """Over 40,000 keys, at nodes and between them; four standard errors of a normal sample are 0.020 and 0.028."""
    x_m = np.array([0.0, 17.0, 66.5, 1e5, -3e4])
    fields = many_fields(x_m, 0.7 * x_m, 40_000)
    assert np.abs(fields.mean(axis=0)).max() < 0.02
    assert np.abs(fields.var(axis=0) - 1.0).max() < 0.028


def test_the_correlation_length_is_recovered_from_a_variogram() -> None:
    """At the stated length the correlation is 1/e, in every direction; near 1 close by, and nil from 3.2 lengths on."""
    lags = np.array([0.2, 0.5, 1.0, 1.6, 3.2]) * LENGTH_M
    expected = np.array([0.96, 0.78, math.exp(-1.0), 0.06, 0.0])
    for direction in (0.0, 0.6, math.pi / 4, 2.0):
        x_m, y_m = np.append(0.0, lags * math.cos(direction)), np.append(0.0, lags * math.sin(direction))
        fields = many_fields(x_m, y_m, 30_000)
        found = np.corrcoef(fields.T)[0, 1:]
        assert found == pytest.approx(expected, abs=0.03)


def test_fields_of_other_keys_are_independent() -> None:
    """Neighbouring keys, as of neighbouring masts, on one lattice: correlations within four standard errors of 0."""
    rng = np.random.default_rng(6)
    x_m, y_m = rng.uniform(0, 2e5, (2, 40_000))
    lattice = lattice_of(LENGTH_M, 0.3, (0.1, 0.6))
    fields = np.array([correlated_field(x_m, y_m, lattice, key) for key in (1, 2, 3, 8192, 1_000_004)])
    between = np.corrcoef(fields) - np.eye(5)
    assert np.abs(between).max() < 0.02


def test_neighbouring_nodes_are_independent_over_the_keys() -> None:
    """25 nodes around each of three places, 40,000 keys: all correlations within five standard errors of 0."""
    for col, row in ((0, 0), (-1, -1), (100_000, 20_000)):
        nodes = [(col + i, row + j) for i in range(-2, 3) for j in range(-2, 3)]
        values = NORMAL_NODES[[[node_number(*node, key) for key in range(40_000)] for node in nodes]]
        assert np.abs(np.corrcoef(values) - np.eye(25)).max() < 0.025


def test_node_numbers_are_spread_evenly() -> None:
    """Chi-square over 4,096 numbers, along rows, columns and keys; its standard deviation is 2 % of the mean."""
    for numbers in (
        [node_number(col, row, 5) for col in range(-400, 400) for row in range(-250, 250)],
        [node_number(3, -7, key) for key in range(400_000)],
    ):
        counts = np.bincount(numbers, minlength=4096)
        assert len(counts) == 4096
        assert ((counts - counts.mean()) ** 2 / counts.mean()).sum() / 4095 == pytest.approx(1.0, abs=0.1)


def test_a_place_does_not_depend_on_those_asked_with_it() -> None:
    """Any order, any subset: the same bits."""
    rng = np.random.default_rng(7)
    x_m, y_m = rng.uniform(-1e5, 1e5, (2, 500))
    lattice = lattice_of(LENGTH_M, 1.0, (0.5, 0.5))
    whole = correlated_field(x_m, y_m, lattice, 9)
    assert np.array_equal(correlated_field(x_m[::-1], y_m[::-1], lattice, 9)[::-1], whole)
    assert np.array_equal(correlated_field(x_m[100:110], y_m[100:110], lattice, 9), whole[100:110])


def test_plain_python_gives_the_compiled_values() -> None:
    """The kernels' bodies as Python, at places on both sides of the origin."""
    lattice = lattice_of(LENGTH_M, 2.0, (0.2, 0.9))
    for x_m, y_m, key in ((10.0, -500.0, 3), (-1e6, 2e6, 123_456_789), (0.0, 0.0, 2_000_000_011)):
        corner = plain(turned_corner)(x_m, y_m, lattice)
        value = plain(field_at)(corner, key, NORMAL_NODES)
        assert value == pytest.approx(correlated_field(np.array([x_m]), np.array([y_m]), lattice, key)[0], abs=1e-12)
        assert plain(node_number)(corner[0], corner[1], key) == node_number(corner[0], corner[1], key)


def test_the_field_is_the_same_on_every_machine() -> None:
    """Node numbers as computed once by hand-sized integers: another hash would change every study's intervals."""
    assert [node_number(*at) for at in ((0, 0, 0), (1, 0, 0), (0, 1, 0), (-5, 12, 77))] == EXPECTED_NODES
    assert NORMAL_NODES[[0, 2048, 4095]] == pytest.approx([-3.66892, 0.000306, 3.66892], abs=1e-4)


EXPECTED_NODES = [0, 2024, 3723, 1335]
