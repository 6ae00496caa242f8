"""Households by state and by commune or village: sums that agree with the total, to the household."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.criteria import STATES, State

Sums = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StateSums:
    """Households by state, in the order of ``criteria.STATES``.

    ``by_group`` has shape (n_groups, 4); ``outside``, shape (4,), holds the households that belong to no group, so
    that nothing is lost.
    """

    by_group: Sums
    outside: Sums

    @property
    def households(self) -> Sums:
        """Return all households of each group, shape (n_groups,)."""
        return np.asarray(self.by_group.sum(axis=1))

    @property
    def total(self) -> Sums:
        """Return the households by state over all groups and outside them, shape (4,)."""
        return np.asarray(self.by_group.sum(axis=0) + self.outside)

    def of(self, state: State) -> Sums:
        """Return the households of one state in each group, shape (n_groups,)."""
        return np.asarray(self.by_group[:, STATES.index(state)])

    @property
    def unserved_percent(self) -> Sums:
        """Return the surely unserved share of the households that have data, in percent.

        NaN where no household of the group is decided: a group of which nothing is known must not look covered.
        """
        decided = self.of("served") + self.of("unserved")
        with_data = self.households - self.of("no_data")
        share = np.full(decided.shape, np.nan)
        np.divide(100.0 * self.of("unserved"), with_data, out=share, where=decided > 0)
        return share


def state_sums(
    group: NDArray[np.integer], state: NDArray[np.int8], weight: NDArray[np.number], *, n_groups: int
) -> StateSums:
    """Sum the households (weights) by group and state.

    Parameters
    ----------
    group
        Group of each household point, 0 … n_groups − 1; negative where it belongs to none. Shape (n,).
    state
        State code of each point, in the order of ``criteria.STATES``.
    weight
        Households the point stands for. Whole numbers are summed exactly.
    n_groups
        Number of groups; a group without households has zeros.
    """
    n_states = len(STATES)
    row = np.where(group < 0, n_groups, group).astype(np.int64)
    sums = np.bincount(row * n_states + state, weights=weight, minlength=(n_groups + 1) * n_states)
    table = sums.astype(np.float64).reshape(n_groups + 1, n_states)
    return StateSums(by_group=table[:-1], outside=table[-1])
