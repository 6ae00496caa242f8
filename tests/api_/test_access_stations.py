"""Stations belong to operators: one operator's rights are not everybody's."""

from __future__ import annotations

import pytest

from phusong.api.access.policy import Action, Person
from phusong.api.access.roles import Grant, Role
from phusong.api.studies.serving import STUDY_FILES, may_have
from phusong.api.tiles.serving import rights_of


def _person(*grants: Grant) -> Person:
    return Person(id="x", username="x", full_name="X", language="vi", grants=grants)


BOTH = _person(Grant(role=Role.FUND, province_code="01"), Grant(role=Role.OPERATOR, operator="viettel"))
PLANNER = _person(Grant(role=Role.PLANNER, province_code="01"))
OFFICE = _person(*(Grant(role=role) for role in Role))


@pytest.mark.parametrize("name", sorted(one for one, action in STUDY_FILES.items() if action is Action.STATION_READ))
def test_files_of_all_operators_stations_are_not_for_one_operator(name: str) -> None:
    """Who reads studies and is one operator's person does not get what the other operators listed."""
    assert not may_have(BOTH, STUDY_FILES, name, "01")
    assert may_have(PLANNER, STUDY_FILES, name, "01") and not may_have(PLANNER, STUDY_FILES, name, "04")
    assert may_have(OFFICE, STUDY_FILES, name, "01")


def test_an_operator_reads_its_own_stations_only() -> None:
    """Named, its own; unnamed, all operators' are meant, and no tile shows them."""
    assert BOTH.may(Action.STATION_READ, province_code="01", operator="viettel")
    assert not BOTH.may(Action.STATION_READ, province_code="01", operator="vinaphone")
    assert not BOTH.may(Action.STATION_READ, province_code="01")
    assert not rights_of(BOTH, "01").stations and rights_of(PLANNER, "01").stations
