"""Households by state and group."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from phusong.coverage.criteria import STATES
from phusong.coverage.indicators import state_sums

HOUSEHOLDS = st.lists(st.tuples(st.integers(-1, 4), st.integers(0, 3), st.integers(1, 900)), max_size=40)


def sums_of(rows, n_groups=6):
    group, state, weight = (np.array(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
    return state_sums(
        np.asarray(group, np.int64), np.asarray(state, np.int8), np.asarray(weight, np.int64), n_groups=n_groups
    )


@given(HOUSEHOLDS)
def test_the_four_states_sum_to_the_total(rows):
    """Groups, states and what lies outside add up to all households, exactly."""
    sums = sums_of(rows)
    assert sums.total.sum() == sum(weight for _, _, weight in rows)
    assert sums.households.sum() + sums.outside.sum() == sums.total.sum()
    assert (sum(sums.of(state) for state in STATES) == sums.households).all()


@given(HOUSEHOLDS)
def test_each_sum_equals_the_one_added_by_hand(rows):
    """Every cell equals the sum over its own rows."""
    sums = sums_of(rows)
    for group in range(6):
        for code, state in enumerate(STATES):
            assert sums.of(state)[group] == sum(w for g, s, w in rows if (g, s) == (group, code))
    for code in range(len(STATES)):
        assert sums.outside[code] == sum(w for g, s, w in rows if (g, s) == (-1, code))


def test_a_group_of_which_nothing_is_decided_has_no_share():
    """The unserved share is of households with data, and not a number where none is decided: never shown as covered."""
    served, unserved, undetermined, no_data = range(4)
    rows = [
        (0, served, 60), (0, unserved, 20), (0, undetermined, 20), (0, no_data, 900),
        (1, no_data, 50),
        (2, undetermined, 50),
        (4, served, 10),
    ]  # fmt: skip
    np.testing.assert_array_equal(sums_of(rows).unserved_percent, [20.0, np.nan, np.nan, np.nan, 0.0, np.nan])
