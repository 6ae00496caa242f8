"""People made for tests, straight in the database: no password, a session that holds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import timedelta

from fastapi import FastAPI
from fastapi.testclient import TestClient

from phusong.api.access.roles import Grant
from phusong.api.database.models import User, UserGrant, UserSession
from phusong.api.database.types import new_id, now
from phusong.api.service import Service


def clients_of(app: FastAPI) -> Callable[..., TestClient]:
    """Return a function that gives a client of a new person with some grants; the app must be running."""

    def as_(*grants: Grant) -> TestClient:
        cookie, csrf = sign_in(app.state.service, grants)
        one = TestClient(app, base_url="http://127.0.0.1", headers={"x-csrf-token": csrf})
        one.cookies.set("phusong_session", cookie)
        return one

    return as_


def sign_in(service: Service, grants: Sequence[Grant], username: str = "") -> tuple[str, str]:
    """Make a person with some grants and a session; return the cookie and its CSRF token."""
    cookie, csrf = new_id() * 2, new_id() * 2
    name = username or f"nguoi-{new_id()}"
    with service.database.write() as db:
        user = User(username=name, full_name=f"Người {name}")
        user.grants = [
            UserGrant(
                role=str(one.role),
                province_code=one.province_code,
                commune_code=one.commune_code,
                operator=one.operator,
            )
            for one in grants
        ]
        db.add(user)
        db.flush()
        db.add(
            UserSession(
                sha256=hashlib.sha256(cookie.encode()).hexdigest(),
                user_id=user.id,
                csrf=csrf,
                expires_at=now() + timedelta(hours=8),
            )
        )
    return cookie, csrf
