"""Scenarios of a study in one run: today's path losses serve them all, and only what is added is predicted anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.coverage.criteria import CENTRE_STATES, STATES, VILLAGE_CLASSES, ServiceRule
from phusong.coverage.decision import decide, layers_after_margins
from phusong.coverage.gaps import UNCLUSTERED, renumbered
from phusong.coverage.network import Network
from phusong.coverage.prediction import Engine, predict
from phusong.coverage.scenarios import NOT_YET, SCENARIOS, TODAY, Scenario, operators_of
from phusong.coverage.states import UNSERVED, Flags, Layers, StateCodes
from phusong.coverage.views import (
    ANY,
    Added,
    ByOperator,
    centre_views,
    joined_layers,
    reduced,
    views,
    with_added,
)
from phusong.coverage.villages import Codes, cluster_state, village_class
from phusong.study.assess import Assessment, gap_groups, number_gaps

Ints = NDArray[np.int64]

SCENARIO_COLUMNS = (
    *("scenario", "service", "view", "households"),
    *(f"{state}_households" for state in STATES),
    *(f"villages_{name}" for name in VILLAGE_CLASSES),
    *("gaps", "gap_households"),
)
PLANNED_COLUMNS = (
    *("site_id", "site_name", "operator", "technology", "band", "status", "on_air_from", "commune_code"),
    *("lon_deg", "lat_deg"),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """One service seen by one operator, by any or by all: states of households, classes of villages, gaps.

    ``clusters`` are codes of CLUSTER_STATES, ``classes`` of VILLAGE_CLASSES, one a village.
    ``gap`` numbers the gap of each household, −1 none.
    """

    state: StateCodes
    clusters: Codes
    classes: Codes
    gap: Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScenarioAnswers:
    """What a scenario gives, by service and view; ``predicted_points`` had to be predicted for it."""

    scenario: Scenario
    views: Mapping[str, Mapping[str, View]]
    predicted_points: int


def run_scenarios(
    found: Assessment,
    *,
    engine: Engine = predict,
    further: Sequence[Scenario] = SCENARIOS[1:],
    today: ScenarioAnswers | None = None,
) -> tuple[ScenarioAnswers, ...]:
    """Answer today and further scenarios from one prediction; today's answers stand first.

    Operators without a list stay undetermined in every scenario.

    Parameters
    ----------
    found, engine
        The study's.
    further
        In the order wanted.
    today
        Today's answers, where they were worked out before.
    """
    operators = _operators(found)
    if today is None:
        today = _answered(found, TODAY, operators, {}, engine)
    return today, *(_answered(found, scenario, operators, today.views, engine) for scenario in further)


def _operators(found: Assessment) -> tuple[str, ...]:
    """Return who is asked for: whoever has a list or should have one, and whoever a listed service serves."""
    network = found.inputs.network
    return tuple(sorted({*operators_of(network), *(i.operator for i in network.inventories)}))


def _answered(
    found: Assessment,
    scenario: Scenario,
    operators: Sequence[str],
    before: Mapping[str, Mapping[str, View]],
    engine: Engine,
) -> ScenarioAnswers:
    added = None
    if scenario.more is not None:
        added = _added(found, scenario.more(found.inputs.network), engine)
    of_service = {
        service.key: _service_views(found, scenario, service, operators, before.get(service.key, {}), added)
        for service in found.profile.services
    }
    return ScenarioAnswers(scenario=scenario, views=of_service, predicted_points=0 if added is None else added.points)


def _today(found: Assessment) -> dict[str, ByOperator]:
    outdoor = found.households.outdoor
    return {key: {o: answer.state for o, answer in d.by_operator.items()} for key, d in outdoor.items()}


def _added(found: Assessment, more: Network, engine: Engine) -> Added:
    return with_added(
        more,
        _today(found),
        found.prediction,
        households=found.households.places,
        centres=found.villages.centres,
        terrain=found.inputs.terrain,
        profile=found.profile,
        engine=engine,
    )


def _service_views(
    found: Assessment,
    scenario: Scenario,
    service: ServiceRule,
    operators: Sequence[str],
    before: Mapping[str, View],
    added: Added | None,
) -> dict[str, View]:
    if before and added is None and not scenario.without & set(service.technologies):
        return dict(before)
    left = reduced(service, scenario.without)
    known = found.households.places.known(found.prediction)
    states = views(_states(found, service, left, added), operators, known)
    extra = () if added is None else (added.centres[service.key],)
    centres = _centre_codes(found, left, operators, extra)
    return {name: _view(found, state, centres[name], before.get(name)) for name, state in states.items()}


def _states(found: Assessment, service: ServiceRule, left: ServiceRule, added: Added | None) -> ByOperator:
    if added is not None:
        return added.states[service.key]
    decision = found.households.outdoor[service.key]
    if left != service:
        decision = decide(found.prediction, found.households.places, found.profile, left, indoor=False)
    return {operator: answer.state for operator, answer in decision.by_operator.items()}


def _centre_codes(
    found: Assessment, service: ServiceRule, operators: Sequence[str], extra: Sequence[Layers]
) -> dict[str, Codes]:
    """Return the centre codes of all villages by view; those that are nowhere have no data."""
    places = found.villages.centres
    own = layers_after_margins(found.prediction, places.point, found.profile, service, indoor=False)
    seen = centre_views(
        joined_layers([own, *extra]),
        operators,
        profile=found.profile,
        service=service,
        unknown_here=places.unknown_here,
        terrain_known=places.known(found.prediction),
    )
    return {name: _everywhere(codes, found.villages.located) for name, codes in seen.items()}


def _everywhere(codes: Codes, located: Flags) -> Codes:
    whole = np.full(len(located), CENTRE_STATES.index("no_data"), dtype=np.int8)
    whole[located] = codes
    return whole


def _view(found: Assessment, state: StateCodes, centre: Codes, before: View | None) -> View:
    """Gather gaps and classify villages; only villages with a household that changed are gathered again."""
    if before is None:
        clusters, gap = _gathered(found, state, np.ones(len(state), dtype=np.bool_))
        return View(state=state, clusters=clusters, classes=village_class(centre, clusters), gap=gap)
    changed = _changed(found.households.village, before.state != state, len(found.villages.table))
    if not changed.any():
        return replace(before, classes=village_class(centre, before.clusters))
    here = changed[found.households.village]
    clusters, again = _gathered(found, state, here)
    clusters = np.where(changed[:-1], clusters, before.clusters)
    gap = _renumbered(found, np.where(here, np.where(again >= 0, again + len(state), again), before.gap))
    return View(state=state, clusters=clusters, classes=village_class(centre, clusters), gap=gap)


def _changed(village: Ints, differs: Flags, n_villages: int) -> Flags:
    """Say in which villages any household differs; the last entry stands for the households of none."""
    changed = np.zeros(n_villages + 1, dtype=np.bool_)
    changed[village[differs]] = True
    return changed


def _gathered(found: Assessment, state: StateCodes, here: Flags) -> tuple[Codes, Ints]:
    """Return the cluster state of every village and the gap of every household, by some of the households alone."""
    h, profile = found.households, found.profile
    x_m, y_m, weight, village = h.x_m[here], h.y_m[here], h.weight[here], h.village[here]
    rule, link_m = profile.village, profile.gap.link_m
    left_out = cluster_state(
        village, weight, state[here], x_m, y_m, rule=rule, link_m=link_m, n_villages=len(found.villages.table)
    )
    gap = np.full(len(state), UNCLUSTERED, dtype=np.int64)
    gap[here] = number_gaps(state[here], x_m, y_m, weight, village, h.commune[here], profile)
    return left_out.state, gap


def _renumbered(found: Assessment, gap: Ints) -> Ints:
    """Number gaps as if all had been gathered at once."""
    h, inside = found.households, gap >= 0
    numbered = np.full(len(gap), UNCLUSTERED, dtype=np.int64)
    if inside.any():
        label = np.unique(gap[inside], return_inverse=True)[1].reshape(-1)
        group = gap_groups(h.village, h.commune)[inside]
        numbered[inside] = renumbered(label, h.x_m[inside], h.y_m[inside], group)
    return numbered


def scenario_table(found: Assessment, answers: Sequence[ScenarioAnswers]) -> pd.DataFrame:
    """Return one row a scenario, service and view: households by state, villages by class, gaps."""
    rows = [
        _row(found, answer.scenario.key, service, name, view)
        for answer in answers
        for service, of_service in answer.views.items()
        for name, view in of_service.items()
    ]
    return pd.DataFrame(rows, columns=list(SCENARIO_COLUMNS))


def _row(found: Assessment, scenario: str, service: str, name: str, view: View) -> tuple[object, ...]:
    weight = found.households.weight
    by_state = np.bincount(view.state, weights=weight, minlength=len(STATES))
    by_class = np.bincount(view.classes, minlength=len(VILLAGE_CLASSES))
    in_gaps = weight[view.gap >= 0].sum()
    sums = (int(weight.sum()), *by_state.astype(int).tolist(), *by_class.astype(int).tolist())
    return scenario, service, name, *sums, int(view.gap.max(initial=-1)) + 1, int(in_gaps)


def village_columns(found: Assessment, answers: Sequence[ScenarioAnswers]) -> pd.DataFrame:
    """Return the villages' classes by any operator in every scenario but today's, in the order of the village table.

    Columns ``village_class_<scenario>`` for the main service and ``village_class_<service>_<scenario>`` for others.
    """
    names, main = np.array(VILLAGE_CLASSES, dtype=object), found.profile.main_service.key
    columns = {
        f"village_class_{'' if service == main else service + '_'}{answer.scenario.key}": names[of_service[ANY].classes]
        for answer in answers[1:]
        for service, of_service in answer.views.items()
    }
    return pd.DataFrame(columns, index=found.villages.table.index)


def gap_columns(found: Assessment, answers: Sequence[ScenarioAnswers], gap_ids: Sequence[str]) -> pd.DataFrame:
    """Return for each gap of today how many of its households stay unserved in each scenario that adds services.

    Columns ``gap_id`` and ``unserved_<scenario>``, a row a gap in the order of ``gap_ids``.
    """
    h, main = found.households, found.profile.main_service.key
    columns: dict[str, object] = {"gap_id": np.array(gap_ids, dtype=object)}  # of objects without a gap, too
    for answer in answers:
        if answer.scenario.more is not None:
            still = (h.gap >= 0) & (answer.views[main][ANY].state == UNSERVED)
            sums = np.bincount(h.gap[still], weights=h.weight[still], minlength=len(gap_ids))
            columns[f"unserved_{answer.scenario.key}"] = sums.astype(np.int64)
    return pd.DataFrame(columns)


def planned_table(found: Assessment) -> pd.DataFrame:
    """Return one row a planned service, with the day it is promised for; empty where the list gives none."""
    rows = [
        (
            *(site.site_id, site.name, service.operator, service.technology, service.band, service.status),
            "" if service.on_air_from is None else service.on_air_from.isoformat(),
            *(site.commune_code, site.lon_deg, site.lat_deg),
        )
        for site in found.inputs.network.sites
        for service in site.services
        if service.status in NOT_YET
    ]
    return pd.DataFrame(rows, columns=list(PLANNED_COLUMNS))
