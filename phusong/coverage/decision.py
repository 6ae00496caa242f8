"""From predicted levels to answers: what each place has, outdoors and indoors, per service, and who serves it best."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.best_server import HIGH, LOW, MIDDLE, NONE
from phusong.coverage.criteria import Profile, ServiceRule
from phusong.coverage.prediction import Prediction, dbm
from phusong.coverage.states import (
    Answer,
    Flags,
    Layers,
    any_operator,
    operator_states,
    operators_serving,
    service_thresholds_dbm,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """Where answers are wanted: the prediction point of each place and where each operator's list may miss sites."""

    point: Ints
    unknown_here: Mapping[str, Flags]

    def known(self, prediction: Prediction) -> Flags:
        """Say which places have terrain."""
        known: Flags = prediction.known[self.point]
        return known


def layers_after_margins(
    prediction: Prediction, point: Ints, profile: Profile, service: ServiceRule, *, indoor: bool
) -> Layers:
    """Return the layers of a service at some points, the profile's margins taken off."""
    margin_db = profile.margin_db(indoor=indoor)
    thresholds = service_thresholds_dbm(profile, service)
    chosen = [i for i, layer in enumerate(prediction.layers) if layer.technology in thresholds]
    shape = (len(chosen), len(point))
    low, high = np.empty(shape), np.empty(shape)
    path_unknown = np.zeros(shape, dtype=np.bool_)
    for row, i in enumerate(chosen):
        low[row] = prediction.level_dbm(i, LOW)[point] - margin_db
        high[row] = prediction.level_dbm(i, HIGH)[point] - margin_db
        unseen_dbm = dbm(prediction.unseen[:, i])[point]
        path_unknown[row] = unseen_dbm - margin_db >= thresholds[prediction.layers[i].technology]
    keys = tuple((prediction.layers[i].operator, prediction.layers[i].technology) for i in chosen)
    return Layers(keys=keys, low_dbm=low, high_dbm=high, path_unknown=path_unknown)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Decision:
    """The answer for one service at each place, over all operators, and each operator's own."""

    overall: Answer
    by_operator: Mapping[str, Answer]
    operators_serving: NDArray[np.int8]


def decide(prediction: Prediction, places: Places, profile: Profile, service: ServiceRule, *, indoor: bool) -> Decision:
    """Decide one service at every place."""
    known = places.known(prediction)
    by_operator = operator_states(
        layers_after_margins(prediction, places.point, profile, service, indoor=indoor),
        threshold_dbm=service_thresholds_dbm(profile, service),
        unknown_here=places.unknown_here,
        terrain_known=known,
    )
    return Decision(
        overall=any_operator(by_operator, terrain_known=known),
        by_operator=by_operator,
        operators_serving=operators_serving(by_operator, terrain_known=known),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BestServer:
    """Who serves each place best over the layers of a service, by the excess over each technology's threshold.

    ``layer`` and ``sector`` are −1 and the levels NaN where no layer reaches its floor.
    """

    layer: Ints
    sector: Ints
    level_dbm: Floats
    low_dbm: Floats
    high_dbm: Floats


def best_server(prediction: Prediction, point: Ints, profile: Profile, service: ServiceRule) -> BestServer:
    """Return the best layer of each place at the middle end; the first in the order of layers where two are equal."""
    thresholds = service_thresholds_dbm(profile, service)
    best = np.full(len(point), -1, dtype=np.int64)
    excess_db = np.full(len(point), -np.inf)
    for i, layer in enumerate(prediction.layers):
        if layer.technology in thresholds:
            here = prediction.level_dbm(i, MIDDLE)[point] - thresholds[layer.technology]
            better = here > excess_db  # NaN is never better
            best[better], excess_db[better] = i, here[better]
    ends = [_of_layer(prediction, point, best, end) for end in (MIDDLE, LOW, HIGH)]
    sector = np.where(best < 0, -1, prediction.server[point, np.maximum(best, 0)])
    return BestServer(layer=best, sector=sector, level_dbm=ends[0], low_dbm=ends[1], high_dbm=ends[2])


def _of_layer(prediction: Prediction, point: Ints, layer: Ints, end: int) -> Floats:
    if not prediction.layers:
        return np.full(len(point), np.nan)
    stored = prediction.level[point, np.maximum(layer, 0), end]
    return dbm(np.where(layer < 0, np.int16(NONE), stored))
