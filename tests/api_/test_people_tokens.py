"""Tokens for programs: what they open, and what they never do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from api_.made_accounts import browser
from fastapi.testclient import TestClient

from phusong.api.access.roles import Grant, Role
from phusong.api.database.models import ApiToken, AuditEntry, User
from phusong.api.database.types import now
from phusong.api.people.sessions import digest_of
from phusong.api.service import Service

As = Callable[..., TestClient]


def _made(person: TestClient, *scopes: str, **more: object) -> dict[str, str]:
    answer = person.post("/api/tokens", json={"name": "Bản đồ", "scopes": scopes, **more})
    assert answer.status_code == 201, answer.text
    told: dict[str, str] = {"text": answer.json()["text"], **answer.json()["token"]}
    return told


def _program(client: TestClient, text: str) -> TestClient:
    return browser(client, authorization=f"Bearer {text}")


def test_a_token_does_what_it_was_made_for_and_no_more(client: TestClient, as_: As) -> None:
    """Its scopes narrow the roles of its person; the account and people are never within reach."""
    admin = as_(Role.ADMIN)
    program = _program(client, _made(admin, "user.read")["text"])
    assert program.get("/api/users").status_code == 200
    assert program.post("/api/users", json={"username": "moi", "full_name": "Mới"}).status_code == 403
    for method, path in (("GET", "/api/account"), ("GET", "/api/tokens"), ("POST", "/api/account/sign-out-everywhere")):
        assert program.request(method, path).status_code == 403
    assert program.post("/api/tokens", json={"name": "n", "scopes": ["user.read"]}).status_code == 403


@pytest.mark.parametrize("scope", ["user.manage", "account", "round.approve"])
def test_nobody_makes_a_token_for_more_than_they_may_hand_on(as_: As, scope: str) -> None:
    """Not for managing people, not for the account itself, not for what one's own roles do not allow."""
    answer = as_(Role.ADMIN).post("/api/tokens", json={"name": "n", "scopes": [scope]})
    assert answer.status_code == 403


def test_a_token_is_kept_as_a_digest_and_shown_once(service: Service, as_: As) -> None:
    """Neither the list, nor the database, nor the trail holds its text."""
    admin = as_(Role.ADMIN)
    made = _made(admin, "user.read")
    assert made["text"] not in admin.get("/api/tokens").text
    assert admin.get("/api/tokens").json()["items"][0]["prefix"] == made["prefix"]
    with service.database.read() as db:
        assert db.query(ApiToken).one().sha256 == digest_of(made["text"])
        assert made["text"] not in " ".join(str(vars(one)) for one in db.query(AuditEntry))


def test_a_forged_token_opens_nothing(client: TestClient, as_: As) -> None:
    """Another secret behind a right prefix, a cut or lengthened text, another scheme, the digest itself: all 401."""
    admin = as_(Role.ADMIN)
    made = _made(admin, "user.read")
    text, prefix = made["text"], made["prefix"]
    forged = [f"phs_{prefix}_{'A' * 43}", f"phs_{prefix}_", f"phs_{prefix}", text[:-1], text + "A", text.upper()]
    forged += ["", "phs__", "phs_%_", digest_of(text), "null", text.replace("phs", "php"), "\x7f" * 9]
    for one in forged:
        assert _program(client, one).get("/api/users").status_code == 401, one
    assert browser(client, authorization=f"Basic {text}").get("/api/users").status_code == 401
    assert browser(client, authorization=text).get("/api/users").status_code == 401
    assert _program(client, text).get("/api/users").status_code == 200


def test_a_bad_token_is_not_saved_by_a_good_cookie(as_: As) -> None:
    """Who shows a token is judged by it alone: no request is half one thing and half another."""
    admin = as_(Role.ADMIN)
    assert admin.get("/api/users", headers={"authorization": "Bearer phs_0_0"}).status_code == 401


def test_a_revoked_token_and_one_that_ran_out_open_nothing(client: TestClient, service: Service, as_: As) -> None:
    """Each ends at once; revoking twice changes nothing."""
    admin = as_(Role.ADMIN)
    first, second = _made(admin, "user.read"), _made(admin, "user.read", days=1)
    for _ in range(2):
        assert admin.delete(f"/api/tokens/{first['id']}").status_code == 204
    assert _program(client, first["text"]).get("/api/users").status_code == 401
    assert _program(client, second["text"]).get("/api/users").status_code == 200
    with service.database.write() as db:
        db.get_one(ApiToken, second["id"]).expires_at = now() - timedelta(seconds=1)
    assert _program(client, second["text"]).get("/api/users").status_code == 401
    with service.database.read() as db:
        assert db.query(AuditEntry).filter(AuditEntry.action == "token.revoke").count() == 1


def test_a_token_ends_with_its_person_and_shrinks_with_the_roles(client: TestClient, service: Service, as_: As) -> None:
    """A role taken away is taken from the token too; out of use, the token opens nothing."""
    admin = as_(grants=[Grant(role=Role.ADMIN), Grant(role=Role.AUDITOR)], username="lan")
    program = _program(client, _made(admin, "user.read")["text"])
    with service.database.write() as db:
        user = db.query(User).filter(User.username == "lan").one()
        user.grants.clear()
    assert program.get("/api/users").status_code == 403
    with service.database.write() as db:
        db.query(User).filter(User.username == "lan").one().active = False
    assert program.get("/api/users").status_code == 401


def test_nobody_revokes_or_sees_another_ones_token(as_: As) -> None:
    """Also not an administrator: it is not found."""
    made = _made(as_(Role.AUDITOR), "user.read")
    admin = as_(Role.ADMIN)
    assert admin.delete(f"/api/tokens/{made['id']}").status_code == 404
    assert admin.get("/api/tokens").json()["items"] == []


def test_a_token_never_outlives_what_is_set(service: Service, as_: As) -> None:
    """Ten years asked for are ninety days given."""
    _made(as_(Role.ADMIN), "user.read", days=3650)
    with service.database.read() as db:
        left = db.query(ApiToken).one().expires_at - now()
    assert left <= timedelta(days=service.settings.token_days)


def test_the_use_of_a_token_is_noted(client: TestClient, as_: As) -> None:
    """One sees which token lies unused."""
    admin = as_(Role.ADMIN)
    made = _made(admin, "user.read")
    assert admin.get("/api/tokens").json()["items"][0]["used_at"] is None
    _program(client, made["text"]).get("/api/users")
    assert admin.get("/api/tokens").json()["items"][0]["used_at"] is not None
