"""How robust a plan is: how many of the households it promises it would still serve in possible worlds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.coverage_matrix import with_built
from phusong.coverage.criteria import Profile
from phusong.coverage.decision import Places
from phusong.coverage.network import Network, Site
from phusong.coverage.prediction import Engine, Points, predict
from phusong.coverage.terrain import Terrain
from phusong.coverage.uncertainty import interval, simulate

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Held:
    """Households of a plan that have service in possible worlds.

    ``low`` and ``high`` hold the profile's share of the worlds between them, ``middle`` is the median; ``in_world`` has
    the number of each world.
    """

    promised: float
    low: float
    middle: float
    high: float
    in_world: Floats


def held_when_perturbed(
    network: Network,
    built: Sequence[Site],
    terrain: Terrain,
    points: Points,
    weight: Floats,
    profile: Profile,
    *,
    engine: Engine = predict,
) -> Held:
    """Count in every world of the profile's uncertainty the promised households that the plan serves when built.

    Parameters
    ----------
    network, built
        What stands, and the sites of the plan.
    points, weight
        The points that the plan serves, and the households at each.
    profile, engine, terrain
        Those of the study.

    Returns
    -------
    held
        The worlds move levels by errors of the model, the lists and single masts, built ones included; the statistical
        margins, kept by the plan, are what it has against them. A household that a mast of today serves in a world is
        held too.
    """
    if not len(points):
        return Held(promised=0.0, low=0.0, middle=0.0, high=0.0, in_world=np.zeros(profile.uncertainty.draws))
    prediction = engine(with_built(network, built), terrain, points, profile)
    places = Places(point=np.arange(len(points)), unknown_here={})
    everybody = (np.zeros(len(points), dtype=np.int64), 1)
    unserved = simulate(prediction, places, profile, weight, [everybody]).most[0]
    promised = float(weight.sum())
    low, high = interval(promised - unserved, promised - unserved, profile.uncertainty.interval_percent)
    in_world = promised - unserved[:, 0]
    return Held(
        promised=promised, low=float(low[0]), middle=float(np.median(in_world)), high=float(high[0]), in_world=in_world
    )
