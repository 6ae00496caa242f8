"""People with a password, and browsers that sign in with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from phusong.api.access.roles import Grant
from phusong.api.database.models import AuditEntry, User
from phusong.api.database.types import new_id
from phusong.api.people import limits, passwords
from phusong.api.people.persons import kept_grant
from phusong.api.service import Service

PASSWORD = "ruộng bậc thang Mù Cang"
_CHEAP = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64),))


def hash_cheaply(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let argon2 do little work: what it costs is not what most tests are about."""
    monkeypatch.setattr(passwords, "_hasher", lambda: _CHEAP)


def stop_the_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no minute end while requests are counted."""
    minute = limits.window_now()
    monkeypatch.setattr(limits, "window_now", lambda: minute)


def account(service: Service, username: str, *, grants: Sequence[Grant] = (), **more: Any) -> str:
    """Make a person whose password is ``PASSWORD``; return the id."""
    hashed = passwords.hashed(PASSWORD, parallel=2)
    with service.database.write() as db:
        user = User(id=new_id(), username=username, full_name=f"Người {username}", password_hash=hashed, **more)
        user.grants = [kept_grant(one) for one in grants]
        db.add(user)
        return user.id


def browser(client: TestClient, **headers: str) -> TestClient:
    """Return another browser at the same service."""
    return TestClient(client.app, base_url=str(client.base_url), headers=headers)


def signed_in(client: TestClient, username: str, password: str = PASSWORD) -> TestClient:
    """Return a browser that has signed in through the front door, and sends its CSRF token."""
    one = browser(client)
    answer = one.post("/api/session", json={"username": username, "password": password})
    assert answer.status_code == 201, answer.text
    one.headers["x-csrf-token"] = answer.json()["csrf"]
    return one


def acts(service: Service) -> list[str]:
    """Return the acts of the trail in order."""
    with service.database.read() as db:
        return [one.action for one in db.query(AuditEntry).order_by(AuditEntry.number)]
