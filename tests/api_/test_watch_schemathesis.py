"""Every operation of the interface, asked with drawn values as every role: no fault of ours, no undeclared answer."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import hypothesis
import pytest
import schemathesis
import schemathesis.openapi
from api_.made_world import World, make_world
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.errors import SerializationNotPossible
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from phusong.api.access.roles import Grant, Role
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings

EXAMPLES = int(os.environ.get("PHUSONG_EXAMPLES", "2"))
"""Draws for each operation and way of drawing, half of them on PostGIS; the nightly asks for more."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
PEOPLE: Mapping[str, Mapping[str, str]] = {
    Role.COMMUNE: {"province_code": "42", "commune_code": "42000"},
    Role.PROVINCE: {"province_code": "42"},
    Role.OPERATOR: {"operator": "viettel"},
    Role.PLANNER: {},
    Role.PROCUREMENT: {"province_code": "42"},
    Role.FUND: {},
    Role.LEADER: {},
    Role.AUDITOR: {},
    Role.ADMIN: {},
}
EVERY_ROLE = "every"
"""Who holds all the roles of a province: most of what is asked is asked as this person, to get behind 403."""
WHO = ("", *PEOPLE, *(EVERY_ROLE,) * 12)
KNOWN_AS = {
    "list_upload_id": "upload_id",
    "replaces_id": "upload_id",
    "versions": "version_id",
    "continues": "study_id",
}
"""What an entry is an id of, where its name does not say so."""


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> ServiceSettings:
    """Return settings that never say "too often": the limits have tests of their own."""
    much = 10**9
    return ServiceSettings(
        home=tmp_path / "home", database_url=database_url, reads_per_minute=much, writes_per_minute=much,
        logins_per_minute=much,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fitting", "unfitting"])
def test_no_operation_fails_or_answers_what_it_does_not_declare(
    mode: GenerationMode, client: TestClient, service: Service, as_: Callable[..., TestClient]
) -> None:
    """Values that fit and values that do not, ids of things that are there, by nobody and by each role: no 5xx."""
    schema = schemathesis.openapi.from_dict(client.get("/api/openapi.json").json())
    worlds = [make_world(service, code) for code in ("42", "04")]
    people = _People(client, as_)
    draws = EXAMPLES if service.database.embedded else max(1, EXAMPLES // 2)
    asked = [_ask(result.ok(), mode, people, worlds, draws) for result in schema.get_all_operations()]
    assert len(asked) > 100
    faults = [fault for one in asked for fault in one.faults]
    assert not faults, "\n\n".join(faults)
    if mode is GenerationMode.POSITIVE:
        got_somewhere = sum(any(status < 400 for status in one.statuses) for one in asked)
        assert got_somewhere > len(asked) // 3, "ids of the world no longer reach behind 404"


@dataclass(slots=True)
class _Asked:
    """What one operation answered, and what was wrong in it."""

    statuses: set[int] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)


class _People:
    """Nobody and one of each role; who was signed out on the way comes in again."""

    def __init__(self, client: TestClient, as_: Callable[..., TestClient]) -> None:
        self.as_ = as_
        self.nobody = TestClient(client.app, base_url="http://127.0.0.1", raise_server_exceptions=False)
        self.clients: dict[str, TestClient] = {}

    def request(self, role: str, **told: Any) -> Any:
        one = self.nobody if role == "" else self.clients.get(role) or self._come_in(role)
        answer = one.request(**{**told, "headers": {**one.headers, **told["headers"]}})
        if answer.status_code == 401:
            self.clients.pop(role, None)
        return answer

    def _come_in(self, role: str) -> TestClient:
        everything = [Grant(role=Role(one), **scope) for one, scope in PEOPLE.items()]
        one = self.as_(grants=everything) if role == EVERY_ROLE else self.as_(role, **PEOPLE[role])
        self.clients[role] = one
        one._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
        return one


def _ask(operation: Any, mode: GenerationMode, people: _People, worlds: Sequence[World], most: int) -> _Asked:
    """Ask one operation as drawn people with drawn values about drawn things."""
    asked, draws = _Asked(), Random(operation.label)

    @hypothesis.settings(
        max_examples=most, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def once(case: Any) -> None:
        for part in ("path_parameters", "query", "body"):
            setattr(case, part, _real(getattr(case, part), worlds, draws))
        answer = people.request(draws.choice(WHO), **_told(case))
        asked.statuses.add(answer.status_code)
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as error:
            asked.faults.append(f"{operation.label}: {[str(one) for one in error.exceptions]} {error}"[:1500])

    with contextlib.suppress(Unsatisfiable, SerializationNotPossible):  # nothing unfitting can be drawn for it
        once()
    return asked


def _told(case: Any) -> dict[str, Any]:
    """Return a drawn case as the test client takes it."""
    told = {"headers": {}, **case.as_transport_kwargs(base_url="http://127.0.0.1")}
    for unused in ("cookies", "timeout", "verify"):
        told.pop(unused, None)
    content = told.pop("data", None)
    if content is not None:
        told["content" if isinstance(content, bytes | str) else "data"] = content
    return told


def _real(given: Any, worlds: Sequence[World], draws: Random) -> Any:
    """Put ids and codes of things that are there where their names stand, four times in five; leave the rest."""
    if not isinstance(given, Mapping):
        return given
    world = worlds[draws.random() < 0.2]
    return {name: _real_value(name, value, world, draws) for name, value in given.items()}


def _real_value(name: str, value: Any, world: World, draws: Random) -> Any:
    if draws.random() < 0.2:
        return value
    if name in ("province", "province_code"):
        return world.province_code
    known = world.ids.get(KNOWN_AS.get(name, name.removesuffix("s")), [])
    if not known:
        return value
    return [draws.choice(known)] if isinstance(value, list) else draws.choice(known)
