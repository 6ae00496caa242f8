"""Every operation of the interface, asked with drawn values as every role: no fault of ours, no undeclared answer."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
import schemathesis.openapi
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from phusong.api.access.roles import Role
from phusong.api.settings import ServiceSettings

EXAMPLES = int(os.environ.get("PHUSONG_EXAMPLES", "6"))
"""Draws for each operation and way of drawing; the nightly asks for more."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
PEOPLE: Mapping[str, Mapping[str, str]] = {
    Role.COMMUNE: {"province_code": "42", "commune_code": "18001"},
    Role.PROVINCE: {"province_code": "42"},
    Role.OPERATOR: {"operator": "viettel"},
    Role.PLANNER: {},
    Role.PROCUREMENT: {"province_code": "42"},
    Role.FUND: {},
    Role.LEADER: {},
    Role.AUDITOR: {},
    Role.ADMIN: {},
}


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
    mode: GenerationMode, client: TestClient, as_: Callable[..., TestClient]
) -> None:
    """Values that fit the description and values that do not, by nobody and by each role: never a 5xx of ours."""
    schema = schemathesis.openapi.from_dict(client.get("/api/openapi.json").json())
    outside = TestClient(client.app, base_url="http://127.0.0.1", raise_server_exceptions=False)
    faults: list[str] = []
    asked = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        people = [outside, *(_without_raising(as_(role, **scope)) for role, scope in PEOPLE.items())]
        asked += _ask(operation, mode, people, faults)
    assert asked > 100
    assert not faults, "\n\n".join(faults)


def _without_raising(client: TestClient) -> TestClient:
    client._transport.raise_server_exceptions = False
    return client


def _ask(operation: Any, mode: GenerationMode, people: Sequence[TestClient], faults: list[str]) -> int:
    """Ask one operation as drawn people with drawn values; note what it did wrong, and how often it was asked."""
    asked = 0

    @hypothesis.settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode), who=st.integers(0, len(people) - 1))
    def once(case: Any, who: int) -> None:
        nonlocal asked
        asked += 1
        told = case.as_transport_kwargs(base_url="http://127.0.0.1")
        for unused in ("cookies", "timeout", "verify"):
            told.pop(unused, None)
        content = told.pop("data", None)
        if content is not None:
            told["content" if isinstance(content, bytes | str) else "data"] = content
        headers = {**people[who].headers, **told.pop("headers", {})}
        answer = people[who].request(**told, headers=headers)
        case.validate_response(answer, checks=CHECKS)

    try:
        once()
    except (Exception, FailureGroup) as error:  # one operation's fault must not hide the others'
        if type(error).__name__ in ("Unsatisfiable", "UnsupportedBodyMediaType"):
            return asked  # nothing unfitting can be drawn for it
        told = error.exceptions if isinstance(error, FailureGroup) else [error]
        faults.append(f"{operation.label}: {[str(one) for one in told]} {error}"[:1500])
    return asked
