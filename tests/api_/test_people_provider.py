"""Signing in with the ministry's provider, against a real one on this machine."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from api_.made_accounts import account, acts, browser, hash_cheaply, signed_in
from api_.made_provider import CLIENT_ID, CLIENT_SECRET, Provider, running
from fastapi.testclient import TestClient
from pydantic import SecretStr

from phusong.api.access.roles import Grant, Role
from phusong.api.app import create_app
from phusong.api.database.models import OidcLogin, User
from phusong.api.database.types import now
from phusong.api.deps import COOKIE
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings

WHERE = "/.well-known/openid-configuration"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    hash_cheaply(monkeypatch)


@pytest.fixture
def provider() -> Iterator[Provider]:
    """Return a provider that runs."""
    with running() as one:
        yield one


def _opened(settings: ServiceSettings, metadata: str, **more: Any) -> TestClient:
    told = {
        "oidc_name": "Bộ KH&CN", "oidc_client_id": CLIENT_ID, "oidc_client_secret": SecretStr(CLIENT_SECRET),
        "oidc_metadata": metadata, "logins_per_minute": 1000, **more,
    }  # fmt: skip
    return TestClient(create_app(settings.model_copy(update=told)), base_url="http://127.0.0.1", follow_redirects=False)


@pytest.fixture
def client(settings: ServiceSettings, provider: Provider) -> Iterator[TestClient]:
    """Return a client of a service with this provider."""
    with _opened(settings, provider.address + WHERE) as one:
        yield one


def _at_provider(address: str) -> str:
    """Go to the provider as a browser does; return where it sends the browser back to, from the path on."""
    back = urlsplit(httpx2.get(address).headers["location"])
    return f"{back.path}?{back.query}"


def _sign_in(client: TestClient) -> Any:
    start = client.get("/api/oidc/start")
    assert start.status_code == 303
    return client.get(_at_provider(start.headers["location"]))


def _link(client: TestClient) -> None:
    lan = signed_in(client, "lan")
    lan.follow_redirects = False
    address = lan.post("/api/oidc/link").json()["address"]
    assert lan.get(_at_provider(address)).status_code == 303


def test_somebody_links_an_account_and_comes_in_by_it(client: TestClient, service: Service) -> None:
    """Linked by who is signed in, from then on the provider's word opens a session with the same roles."""
    account(service, "lan", grants=[Grant(role=Role.PLANNER)])
    assert _sign_in(client).status_code == 401
    _link(client)
    answer = _sign_in(client)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert client.get("/api/account").json()["username"] == "lan"
    assert acts(service) == ["session.open", "user.link", "session.open", "session.open"]
    with service.database.read() as db:
        assert db.query(OidcLogin).count() == 0
        assert "người-1" not in str(db.query(User).one().oidc_subject)


def test_nobody_is_taken_for_another_by_name_or_mail(settings: ServiceSettings, provider: Provider) -> None:
    """A provider's account that carries an administrator's name is not that administrator, provisioned or not."""
    for provision, told in ((False, 401), (True, 409)):
        with _opened(settings, provider.address + WHERE, oidc_provision=provision) as client:
            service: Service = client.app.state.service  # type: ignore[attr-defined]
            if not provision:
                account(service, "quantri", grants=[Grant(role=Role.ADMIN)], email="quantri@example.vn")
            provider.more = {"preferred_username": "quantri", "email": "quantri@example.vn"}
            assert _sign_in(client).status_code == told
            assert client.get("/api/account").status_code == 401


def test_a_new_person_of_the_provider_holds_no_role(settings: ServiceSettings, provider: Provider) -> None:
    """Where people are made as they come, they wait for an administrator: their account is open, nothing else."""
    with _opened(settings, provider.address + WHERE, oidc_provision=True) as client:
        assert _sign_in(client).status_code == 303
        assert client.get("/api/account").json() | {"id": ""} == {
            "id": "", "username": "lan.sso", "full_name": "Nguyễn Thị Lan", "language": "vi", "grants": [],
        }  # fmt: skip
        assert client.get("/api/users").status_code == 403


@pytest.mark.parametrize("forge", ["none", "secret", "public", "other key"])
def test_a_forged_signature_opens_nothing(client: TestClient, service: Service, provider: Provider, forge: str) -> None:
    """Not signed, signed with a secret or with the public key as a secret, signed by somebody else."""
    account(service, "lan")
    _link(client)
    provider.forge = forge
    assert _sign_in(client).status_code == 401
    assert client.get("/api/account").status_code == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "http://127.0.0.1:1"},
        {"aud": "another"},
        {"aud": [CLIENT_ID, "another"]},
        {"aud": [CLIENT_ID, "another"], "azp": "another"},
        {"nonce": "of another sign-in"},
        {"nonce": None},
        {"exp": 1},
        {"exp": None},
        {"iat": int(time.time()) + 7200},
        {"sub": None},
    ],
)
def test_a_word_for_somebody_else_opens_nothing(
    client: TestClient, service: Service, provider: Provider, claims: dict[str, Any]
) -> None:
    """Of another issuer, for another service, of another sign-in, run out, from the future, about nobody."""
    account(service, "lan")
    _link(client)
    provider.claims = claims
    assert _sign_in(client).status_code == 401


def test_the_way_back_belongs_to_one_browser_once(client: TestClient, service: Service) -> None:
    """Login CSRF and replay: another browser, another state, a second time or too late: 401, and it is used up."""
    account(service, "lan")
    _link(client)
    back = _at_provider(client.get("/api/oidc/start").headers["location"])
    other = browser(client)
    assert other.get(back, follow_redirects=False).status_code == 401
    assert client.get(back).status_code == 401  # the attempt has used it up
    back = _at_provider(client.get("/api/oidc/start").headers["location"])
    assert client.get(back).status_code == 303
    assert client.get(back).status_code == 401
    back = _at_provider(client.get("/api/oidc/start").headers["location"])
    with service.database.write() as db:
        db.query(OidcLogin).one().expires_at = now() - timedelta(seconds=1)
    assert client.get(back).status_code == 401
    assert client.get("/api/oidc/return?code=x&state=y").status_code == 401
    assert client.get("/api/oidc/return?error=access_denied").status_code == 401


def test_an_answer_of_another_provider_is_told_apart(client: TestClient, service: Service) -> None:
    """The issuer in the address of the way back must be ours (mix-up)."""
    back = _at_provider(client.get("/api/oidc/start").headers["location"])
    query = parse_qs(urlsplit(back).query)
    wrong = {"state": query["state"][0], "code": query["code"][0], "iss": "https://evil.example"}
    assert client.get("/api/oidc/return", params=wrong).status_code == 401


def test_who_is_out_of_use_stays_out(client: TestClient, service: Service) -> None:
    """The provider's word does not open an account that was put out of use."""
    account(service, "lan")
    _link(client)
    with service.database.write() as db:
        db.query(User).one().active = False
    answer = _sign_in(client)
    assert answer.status_code == 401
    assert COOKIE not in answer.headers.get("set-cookie", "")


def test_one_account_of_the_provider_is_one_person(client: TestClient, service: Service) -> None:
    """A second person cannot link the same account."""
    for name in ("lan", "minh"):
        account(service, name)
    _link(client)
    minh = signed_in(client, "minh")
    back = _at_provider(minh.post("/api/oidc/link").json()["address"])
    assert minh.get(back, follow_redirects=False).status_code == 409


def test_linking_asks_for_the_csrf_token(client: TestClient, service: Service) -> None:
    """Another site cannot begin a link in somebody's name."""
    account(service, "lan")
    lan = signed_in(client, "lan")
    del lan.headers["x-csrf-token"]
    assert lan.post("/api/oidc/link").status_code == 403


def test_the_description_of_a_provider_may_be_a_file(
    settings: ServiceSettings, provider: Provider, tmp_path: Path
) -> None:
    """In a closed network the description and its keys are read from a file."""
    path = tmp_path / "provider.json"
    jwks = {"keys": [provider.key.as_dict(private=False)]}
    path.write_text(json.dumps({**provider.metadata(), "jwks": jwks}), "utf-8")
    with _opened(settings, str(path), oidc_provision=True) as client:
        assert _sign_in(client).status_code == 303


@pytest.mark.parametrize("what", ["silent", "plain http", "another issuer", "no file"])
def test_a_provider_that_cannot_be_trusted_is_not_asked(
    settings: ServiceSettings, provider: Provider, tmp_path: Path, what: str
) -> None:
    """Gone, without https beyond this machine, not who it says it is: 503 and no redirect."""
    metadata = {
        "silent": "http://127.0.0.1:9" + WHERE,
        "plain http": str(tmp_path / "provider.json"),
        "another issuer": provider.address + WHERE,
        "no file": str(tmp_path / "nothing.json"),
    }[what]
    plain = {**provider.metadata(), "authorization_endpoint": "http://sso.example/authorize"}
    (tmp_path / "provider.json").write_text(json.dumps(plain), "utf-8")
    if what == "another issuer":
        provider.metadata = lambda: {**plain, "issuer": "https://evil.example"}  # type: ignore[method-assign]
    with _opened(settings, metadata) as client:
        assert client.get("/api/oidc/start").status_code == 503


def test_without_a_provider_there_is_no_such_way(settings: ServiceSettings) -> None:
    """Not set, not found, not shown."""
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        assert client.get("/api/oidc/start").status_code == 404
        assert client.get("/api/oidc/return?state=x").status_code == 404
        assert client.get("/api/session").json()["provider"] == ""
