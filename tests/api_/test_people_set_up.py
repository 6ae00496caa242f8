"""The first administrator."""

from __future__ import annotations

from datetime import timedelta

import pytest
from api_.made_accounts import PASSWORD, account, acts, hash_cheaply
from fastapi.testclient import TestClient

from phusong.api.access.roles import Role
from phusong.api.database.models import SetUpCode, User
from phusong.api.database.types import now
from phusong.api.people.set_up import first_run_code
from phusong.api.service import Service


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    hash_cheaply(monkeypatch)


def _body(code: str) -> dict[str, str]:
    return {"code": code, "username": "quantri.mau", "full_name": "Nguyễn Thị Lan", "password": PASSWORD}


def test_the_code_on_the_terminal_makes_the_first_administrator_once(client: TestClient, service: Service) -> None:
    """With the code one is made and signed in; the code is used up, and no other is given."""
    assert client.get("/api/session").json()["needs_set_up"] is True
    code = first_run_code(service)
    assert code is not None
    answer = client.post("/api/set-up", json=_body(f" {code.lower()} "))
    assert answer.status_code == 201, answer.text
    roles = {one["role"] for one in client.get("/api/account").json()["grants"]}
    assert roles == ({str(role) for role in Role} if service.database.embedded else {"admin"})
    assert client.post("/api/set-up", json=_body(code)).status_code == 409
    assert first_run_code(service) is None
    assert acts(service) == ["service.set_up"]


@pytest.mark.parametrize("code", ["AAAA-BBBB-CCCC", "' OR 1=1 --", "0"])
def test_no_other_code_makes_one(client: TestClient, service: Service, code: str) -> None:
    """A guessed code makes nobody."""
    first_run_code(service)
    assert client.post("/api/set-up", json=_body(code)).status_code == 403
    with service.database.read() as db:
        assert db.query(User).count() == 0


def test_an_older_code_and_one_that_ran_out_hold_no_more(client: TestClient, service: Service) -> None:
    """Starting again prints a new code and voids the one before; a day later it is void too."""
    first, second = first_run_code(service), first_run_code(service)
    assert first is not None
    assert second is not None
    assert client.post("/api/set-up", json=_body(first)).status_code == 403
    with service.database.write() as db:
        db.query(SetUpCode).one().expires_at = now() - timedelta(seconds=1)
    assert client.post("/api/set-up", json=_body(second)).status_code == 403


def test_a_service_with_people_gives_no_code(client: TestClient, service: Service) -> None:
    """Once somebody is there the door is shut, even to an old code."""
    code = first_run_code(service)
    assert code is not None
    account(service, "lan")
    assert first_run_code(service) is None
    assert client.post("/api/set-up", json=_body(code)).status_code == 409
