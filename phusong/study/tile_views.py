"""What map tiles may ask of a study's households: every service, technology, operator and scenario the run answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from phusong.coverage.criteria import ServiceRule
from phusong.coverage.decision import decide
from phusong.coverage.scenarios import TODAY
from phusong.coverage.states import StateCodes
from phusong.coverage.views import ALL, ANY, views
from phusong.coverage.villages import Codes
from phusong.maps.tile_tables import (
    SHAPES,
    VIEWS,
    VILLAGE_CLASSES,
    TiledHouseholds,
    View,
    household_tables,
    shape_table,
    village_class_table,
)
from phusong.maps.tile_ways import way_tables
from phusong.study.assess import Assessment
from phusong.study.scenarios import ScenarioAnswers
from phusong.study.scenarios import View as Seen
from phusong.study.tile_sectors import sector_tables
from phusong.study.veil import OUTSIDE_OPERATOR, shown_network
from phusong.words import Text

INDOOR = "indoor"


def tile_tables(
    found: Assessment, answers: Sequence[ScenarioAnswers], tables: Mapping[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """Return the tables of study.duckdb that map tiles are made from."""
    h, layers = found.households, found.inputs.layers
    households = TiledHouseholds(
        lon_deg=h.lon_deg,
        lat_deg=h.lat_deg,
        weight=h.weight,
        village=h.village,
        commune=h.commune,
        n_communes=len(found.commune_codes),
    )
    asked = household_tables(households, _asked(found, answers))
    return {
        **asked,
        VILLAGE_CLASSES: village_class_table(_classes(found, answers), asked[VIEWS]),
        SHAPES: shape_table(tables, layers.roads, layers.rivers),
        **way_tables(layers.roads, layers.rivers),
        **sector_tables(shown_network(found.inputs.network)),
    }


def _asked(found: Assessment, answers: Sequence[ScenarioAnswers]) -> Iterator[tuple[View, StateCodes]]:
    """Yield every view with the states of all households; the main service today, by any operator, comes first."""
    for scenario, service, name, seen in _of_services(found, answers):
        yield _named(name, service=service, scenario=scenario), seen.state
    operators = _operators(answers)
    for service, technology, by_operator in _further(found):
        for name, state in views(by_operator, operators, found.households.places.known(found.prediction)).items():
            if name != OUTSIDE_OPERATOR:
                yield _named(name, service=service, technology=technology), state


def _classes(found: Assessment, answers: Sequence[ScenarioAnswers]) -> Iterator[tuple[View, Codes]]:
    for scenario, service, name, seen in _of_services(found, answers):
        yield _named(name, service=service, scenario=scenario), seen.classes


def _of_services(found: Assessment, answers: Sequence[ScenarioAnswers]) -> Iterator[tuple[str, str, str, Seen]]:
    """Yield scenario, service, operator and what is seen; nothing of an operator that may not be named."""
    main = found.profile.main_service.key
    for answer in answers:
        for service in sorted(answer.views, key=lambda key: key != main):
            for name, seen in answer.views[service].items():
                if name != OUTSIDE_OPERATOR:
                    yield answer.scenario.key, service, name, seen


def _further(found: Assessment) -> Iterator[tuple[str, str, dict[str, StateCodes]]]:
    """Yield what is answered of today alone: the main service indoors, and each technology by itself."""
    h, profile = found.households, found.profile
    yield INDOOR, "", {operator: answer.state for operator, answer in h.indoor.by_operator.items()}
    for technology in profile.rules:
        rule = ServiceRule(key=technology, title=Text(technology, technology), technologies=(technology,))
        decision = decide(found.prediction, h.places, profile, rule, indoor=False)
        yield "", technology, {operator: answer.state for operator, answer in decision.by_operator.items()}


def _operators(answers: Sequence[ScenarioAnswers]) -> tuple[str, ...]:
    """Return the operators that were asked for; without any of them nobody can be told of by all."""
    first = next(iter(answers[0].views.values()))
    return tuple(name for name in first if name not in (ANY, ALL))


def _named(name: str, *, service: str, technology: str = "", scenario: str = TODAY.key) -> View:
    return View(service=service, technology=technology, operator="" if name == ANY else name, scenario=scenario)
