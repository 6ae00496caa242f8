"""Whether a household has signal, has none, cannot be told, or has no terrain: by operator, then over all, no guesses.

State codes are int8 in the order of ``criteria.STATES``. Everywhere NaN is a level below the floor or a layer without
a path: it never serves. What is not known enters by its own arrays, so that it can be named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.criteria import STATES, Profile, ServiceRule
from phusong.coverage.network import Technology
from phusong.words import Text

StateCodes = NDArray[np.int8]
Flags = NDArray[np.bool_]

SERVED = np.int8(STATES.index("served"))
UNSERVED = np.int8(STATES.index("unserved"))
UNDETERMINED = np.int8(STATES.index("undetermined"))
NO_DATA = np.int8(STATES.index("no_data"))

OPERATOR_LIST = np.uint8(1)
MISSING_VALUE = np.uint8(2)
MISSING_TERRAIN = np.uint8(4)

_CAUSES = (
    (OPERATOR_LIST, Text("thiếu danh sách trạm của nhà mạng", "operator list")),
    (MISSING_VALUE, Text("thiếu thông số trạm", "missing value")),
    (MISSING_TERRAIN, Text("thiếu địa hình", "missing terrain")),
)


def _joined(mask: int) -> Text:
    titles = [title for bit, title in _CAUSES if mask & bit]
    return Text("; ".join(t.vi for t in titles), "; ".join(t.en for t in titles))


BECAUSE_TEXTS: tuple[Text, ...] = tuple(_joined(mask) for mask in range(2 ** len(_CAUSES)))
"""Why an answer is undetermined, by the mask in ``Answer.because``; empty for mask 0."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layers:
    """Levels of every layer at every place, after margins.

    ``keys`` names the layers as (operator, technology). ``low_dbm`` and ``high_dbm`` have shape (n_layers, n): the
    level with every missing value at its unfavourable and at its favourable end; NaN below the floor or where there
    is no path. ``path_unknown``, same shape, is True where a path over missing terrain could still reach the threshold.
    """

    keys: tuple[tuple[str, Technology], ...]
    low_dbm: NDArray[np.floating]
    high_dbm: NDArray[np.floating]
    path_unknown: Flags


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """State code of each place and, where it is undetermined, the mask of what is missing (elsewhere 0)."""

    state: StateCodes
    because: NDArray[np.uint8]


def service_thresholds_dbm(profile: Profile, service: ServiceRule) -> dict[Technology, float]:
    """Return the level each technology of the service must reach; technologies without a rule give no service."""
    return {t: profile.rules[t].served_dbm for t in service.technologies if t in profile.rules}


def operator_states(
    layers: Layers,
    *,
    threshold_dbm: Mapping[Technology, float],
    unknown_here: Mapping[str, Flags],
    terrain_known: Flags,
) -> dict[str, Answer]:
    """Decide for each operator by itself whether it serves each place.

    Parameters
    ----------
    layers
        Levels after margins. Layers of technologies without a threshold are not of this service and do not count.
    threshold_dbm
        Level at which a technology of the service serves.
    unknown_here
        Operator → True where its list is missing or may miss sites near the place, shape (n,).
    terrain_known
        True where the place's cell has an elevation, shape (n,).

    Returns
    -------
    answers
        One answer per operator that has a layer or is named in ``unknown_here``, in alphabetical order.
    """
    operators = sorted({operator for operator, _ in layers.keys} | set(unknown_here))
    nowhere = np.zeros(terrain_known.shape, dtype=np.bool_)
    return {
        operator: _operator_answer(layers, operator, threshold_dbm, unknown_here.get(operator, nowhere), terrain_known)
        for operator in operators
    }


def any_operator(answers: Mapping[str, Answer], *, terrain_known: Flags) -> Answer:
    """Join the operators' answers: served by one is served, unserved only when unserved by all.

    Returns
    -------
    answer
        no_data without terrain; else served, if any operator serves; else undetermined, if any operator is (with the
        causes of all of them); else unserved.
    """
    served = np.zeros(terrain_known.shape, dtype=np.bool_)
    because = np.zeros(terrain_known.shape, dtype=np.uint8)
    for answer in answers.values():
        served |= answer.state == SERVED
        because |= answer.because
    return _answer(served, because, terrain_known)


def operators_serving(answers: Mapping[str, Answer], *, terrain_known: Flags) -> NDArray[np.int8]:
    """Count the operators that surely serve each place."""
    count = np.zeros(terrain_known.shape, dtype=np.int8)
    for answer in answers.values():
        count += answer.state == SERVED
    return count


def _operator_answer(
    layers: Layers,
    operator: str,
    threshold_dbm: Mapping[Technology, float],
    unknown: Flags,
    terrain_known: Flags,
) -> Answer:
    served = np.zeros(terrain_known.shape, dtype=np.bool_)
    because = np.where(unknown, OPERATOR_LIST, np.uint8(0))
    for (owner, technology), low_dbm, high_dbm, path_unknown in zip(
        layers.keys, layers.low_dbm, layers.high_dbm, layers.path_unknown, strict=True
    ):
        if owner != operator or technology not in threshold_dbm:
            continue
        served |= low_dbm >= threshold_dbm[technology]
        because |= np.where(high_dbm >= threshold_dbm[technology], MISSING_VALUE, np.uint8(0))
        because |= np.where(path_unknown, MISSING_TERRAIN, np.uint8(0))
    return _answer(served, because, terrain_known)


def _answer(served: Flags, because: NDArray[np.uint8], terrain_known: Flags) -> Answer:
    state = np.select([~terrain_known, served, because > 0], [NO_DATA, SERVED, UNDETERMINED], UNSERVED).astype(np.int8)
    return Answer(state=state, because=np.where(state == UNDETERMINED, because, np.uint8(0)))
