"""Possible worlds: what a prediction may have wrong, drawn many times, each draw from its own seed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.criteria import UncertaintyRule
from phusong.coverage.noise import lattice_of

Floats = NDArray[np.float64]

LEAST_SIGMA_DB = 0.25
"""A drawn σ is never less than this share of the stated one."""


class Worlds(NamedTuple):
    """Arrays over the draws (d): what is wrong everywhere, with a layer (l), with a mast (m), from place to place.

    ``spread`` (d, m) places what the lists leave out between its unfavourable (−1), middle (0) and favourable end (1).
    ``fast`` and ``slow`` (d, 4) are the lattices of the shadowing and of the slow part of the model's error.
    """

    seed: int
    cross_correlation: float
    sigma_db: Floats
    slow_sigma_db: Floats
    fast: Floats
    slow: Floats
    layer_db: Floats
    mast_db: Floats
    spread: Floats
    on_air: NDArray[np.bool_]
    confirmed: NDArray[np.bool_]


def draw_worlds(rule: UncertaintyRule, n_layers: int, n_masts: int) -> Worlds:
    """Draw the worlds of a rule; one more draw, layer or mast leaves the others as they are."""
    drawn = [_world(rule, n_layers, n_masts, draw) for draw in range(rule.draws)]
    stacked = [np.array(values) for values in zip(*drawn, strict=True)]
    return Worlds(rule.seed, rule.cross_correlation, *stacked)


def _world(rule: UncertaintyRule, n_layers: int, n_masts: int, draw: int) -> tuple[object, ...]:
    whole, layers, masts, chances = (np.random.default_rng([rule.seed, draw, part]) for part in range(4))
    sigma_db = max(whole.normal(rule.sigma_db, rule.sigma_sd_db), LEAST_SIGMA_DB * rule.sigma_db)
    correlation_m = float(np.exp(whole.uniform(*np.log(rule.correlation_m))))
    bias_db = whole.normal(0.0, rule.bias_sd_db)
    turns, shifts = whole.uniform(0.0, 2.0 * np.pi, 2), whole.uniform(0.0, 1.0, (2, 2))
    share = chances.random((n_masts, 4))
    return (
        sigma_db,
        rule.slow_sigma_db,
        lattice_of(correlation_m, float(turns[0]), (shifts[0, 0], shifts[0, 1])),
        lattice_of(rule.slow_correlation_m, float(turns[1]), (shifts[1, 0], shifts[1, 1])),
        bias_db + layers.normal(0.0, rule.layer_bias_sd_db, n_layers),
        masts.normal(0.0, rule.site_sd_db, n_masts),
        share[:, 0] + share[:, 1] - 1.0,
        share[:, 2] * 100.0 >= rule.off_air_percent,
        share[:, 3] * 100.0 < rule.unconfirmed_on_air_percent,
    )
