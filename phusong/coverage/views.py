"""What a household has by one operator, by any and by all; and what services put on air in addition change of it.

State codes as in ``states``, centre codes in the order of ``criteria.CENTRE_STATES``. Services only add to each other,
so the state under two sets of them is the better known of the two: served by one is served, unserved needs both. What
is added is therefore predicted by itself, and only where an operator does not surely serve already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.criteria import CENTRE_STATES, Profile, ServiceRule
from phusong.coverage.decision import Places, layers_after_margins
from phusong.coverage.network import Network, Technology
from phusong.coverage.prediction import Engine, Points, Prediction
from phusong.coverage.scenarios import of_operator, operators_of
from phusong.coverage.states import (
    NO_DATA,
    SERVED,
    UNDETERMINED,
    UNSERVED,
    Flags,
    Layers,
    StateCodes,
    operator_states,
    service_thresholds_dbm,
)
from phusong.coverage.terrain import Terrain
from phusong.coverage.villages import Codes, centre_states

ROUNDING_DB = 0.01
"""Stored levels are rounded to this; what is looked for starts so much lower, so that no rounding loses it."""

ANY, ALL = "any", "all"

ByOperator = Mapping[str, StateCodes]

_WORST_CENTRE_FIRST = ("no_data", "dark", "undetermined", "weak", "served")


def any_state(states: Sequence[StateCodes]) -> StateCodes:
    """Return the state by whichever operator serves: unserved only where all surely do not."""
    return _first_of(states, (NO_DATA, SERVED, UNDETERMINED))


def all_state(states: Sequence[StateCodes]) -> StateCodes:
    """Return the state by all operators at once: served only where every one surely serves."""
    return _first_of(states, (NO_DATA, UNSERVED, UNDETERMINED), SERVED)


def _first_of(states: Sequence[StateCodes], order: Sequence[np.int8], otherwise: np.int8 = UNSERVED) -> StateCodes:
    """Return the first code of the order that any of the states has."""
    result = np.full(states[0].shape, otherwise, dtype=np.int8)
    for code in reversed(order):
        result[np.logical_or.reduce([state == code for state in states])] = code
    return result


def views(states: ByOperator, operators: Sequence[str], known: Flags) -> dict[str, StateCodes]:
    """Return the states by any, by all and by each operator; one that has nothing at all serves nowhere."""
    nothing = np.where(known, UNSERVED, NO_DATA).astype(np.int8)
    own = {operator: states.get(operator, nothing) for operator in operators}
    every = list(own.values()) or [nothing]
    return {ANY: any_state(every), ALL: all_state(every), **own}


def reduced(service: ServiceRule, without: Iterable[Technology]) -> ServiceRule:
    """Return a service that some technologies give no more."""
    left_out = set(without)
    return replace(service, technologies=tuple(t for t in service.technologies if t not in left_out))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Added:
    """What services put on air in addition give: states of households, and layers at centres, by service and operator.

    ``states[service][operator]`` holds all households, those of today where nothing changes. ``points`` counts the
    points that were predicted for households, over all operators.
    """

    states: Mapping[str, ByOperator]
    centres: Mapping[str, Layers]
    points: int


def with_added(
    more: Network,
    today: Mapping[str, ByOperator],
    prediction: Prediction,
    *,
    households: Places,
    centres: Places,
    terrain: Terrain,
    profile: Profile,
    engine: Engine,
) -> Added:
    """Predict added services where they can matter, and join them to today's answers.

    Parameters
    ----------
    more
        The added services alone, on air.
    today
        States of the households outdoors, by service and operator; they are not changed.
    prediction
        Today's; its points are those of the places.
    households, centres
        Places of the households and of the villages' centres.
    terrain, profile, engine
        Those of the study.
    """
    states = {key: dict(by_operator) for key, by_operator in today.items()}
    known = households.known(prediction)
    points = 0
    for operator in operators_of(more):
        part = of_operator(more, operator)
        services = _given_by(part, profile)
        if not services:
            continue
        nothing = np.where(known, UNSERVED, NO_DATA).astype(np.int8)
        own = {s.key: states[s.key].get(operator, nothing) for s in services}
        open_here = np.flatnonzero(np.logical_or.reduce([_is_open(state) for state in own.values()]))
        found, row = _predicted(part, prediction, households.point[open_here], terrain, _serving(profile), engine)
        points += len(found.points)
        for service in services:
            state = own[service.key].copy()
            state[open_here] = any_state([state[open_here], _alone(found, row, profile, service, operator)])
            states[service.key][operator] = state
    found, row = _predicted(more, prediction, centres.point, terrain, _weakly_serving(profile), engine)
    layers = {s.key: layers_after_margins(found, row, profile, s, indoor=False) for s in profile.services}
    return Added(states=states, centres=layers, points=points)


def _given_by(part: Network, profile: Profile) -> list[ServiceRule]:
    sent = {s.technology for site in part.sites for s in site.services} & set(profile.rules)
    return [service for service in profile.services if sent & set(service.technologies)]


def _is_open(state: NDArray[np.integer]) -> Flags:
    return np.asarray((state == UNSERVED) | (state == UNDETERMINED))


def _serving(profile: Profile) -> Profile:
    """Return a profile to predict with where only what serves counts."""
    return _from(profile, {t: rule.served_dbm for t, rule in profile.rules.items()})


def _weakly_serving(profile: Profile) -> Profile:
    """Return a profile to predict with where what serves at least weakly counts."""
    return _from(profile, {t: min(rule.weak_dbm, rule.served_dbm) for t, rule in profile.rules.items()})


def _from(profile: Profile, needed_dbm: Mapping[Technology, float]) -> Profile:
    """Return a profile with floors at what is needed, and no layer of which the second best is wanted.

    Paths that cannot lead there are then not looked at; what is above comes out as with the profile itself.
    """
    margin_db = profile.margin_db(indoor=False) - ROUNDING_DB
    rules = {
        technology: replace(rule, floor_dbm=max(rule.floor_dbm, needed_dbm[technology] + margin_db))
        for technology, rule in profile.rules.items()
    }
    return replace(profile, rules=rules, services=(replace(profile.main_service, technologies=()),))


def _predicted(
    part: Network, prediction: Prediction, point: NDArray[np.int64], terrain: Terrain, profile: Profile, engine: Engine
) -> tuple[Prediction, NDArray[np.int64]]:
    """Predict at some of the points, in their order; return the row of each place."""
    at, row = np.unique(point, return_inverse=True)
    points = Points(
        lon_deg=prediction.points.lon_deg[at], lat_deg=prediction.points.lat_deg[at], of_household=np.arange(len(at))
    )
    return engine(part, terrain, points, profile), row.reshape(-1)


def _alone(
    found: Prediction, row: NDArray[np.int64], profile: Profile, service: ServiceRule, operator: str
) -> StateCodes:
    """Return the states by the added services alone."""
    answers = operator_states(
        layers_after_margins(found, row, profile, service, indoor=False),
        threshold_dbm=service_thresholds_dbm(profile, service),
        unknown_here={operator: np.zeros(len(row), dtype=np.bool_)},
        terrain_known=found.known[row],
    )
    return answers[operator].state


def joined_layers(layers: Sequence[Layers]) -> Layers:
    """Return layers side by side; a layer may stand there twice, the better one counts wherever states are decided."""
    return Layers(
        keys=tuple(key for part in layers for key in part.keys),
        low_dbm=np.concatenate([part.low_dbm for part in layers]),
        high_dbm=np.concatenate([part.high_dbm for part in layers]),
        path_unknown=np.concatenate([part.path_unknown for part in layers]),
    )


def centre_views(
    layers: Layers,
    operators: Sequence[str],
    *,
    profile: Profile,
    service: ServiceRule,
    unknown_here: Mapping[str, Flags],
    terrain_known: Flags,
) -> dict[str, Codes]:
    """Return what centres receive by any, by all and by each operator; by all is what the worst of them gives."""

    def seen(chosen: Sequence[str]) -> Codes:
        kept = np.array([operator in chosen for operator, _ in layers.keys], dtype=np.bool_)
        part = Layers(
            keys=tuple(key for key in layers.keys if key[0] in chosen),
            low_dbm=layers.low_dbm[kept],
            high_dbm=layers.high_dbm[kept],
            path_unknown=layers.path_unknown[kept],
        )
        unknown = {operator: flags for operator, flags in unknown_here.items() if operator in chosen}
        rules = {t: profile.rules[t] for t in service.technologies if t in profile.rules}
        return centre_states(part, rules=rules, unknown_here=unknown, terrain_known=terrain_known)

    own = {operator: seen([operator]) for operator in operators}
    return {ANY: seen(operators), ALL: _worst(list(own.values()) or [seen([])]), **own}


def _worst(codes: Sequence[Codes]) -> Codes:
    rank = np.array([_WORST_CENTRE_FIRST.index(state) for state in CENTRE_STATES], dtype=np.int8)
    back = np.array([CENTRE_STATES.index(state) for state in _WORST_CENTRE_FIRST], dtype=np.int8)
    return np.asarray(back[np.minimum.reduce([rank[code] for code in codes])])
