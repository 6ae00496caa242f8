"""Signing in and out: what holds, what does not, and what an outsider can learn."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from api_.made_accounts import PASSWORD, account, acts, browser, hash_cheaply, signed_in, stop_the_minute
from fastapi.testclient import TestClient
from sqlalchemy import delete

from phusong.api.access.roles import Grant, Role
from phusong.api.app import create_app
from phusong.api.database.models import AuditEntry, Throttle, User, UserSession
from phusong.api.database.types import now
from phusong.api.deps import COOKIE
from phusong.api.people import passwords
from phusong.api.people.sessions import digest_of
from phusong.api.problems import TooManyError
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    hash_cheaply(monkeypatch)
    stop_the_minute(monkeypatch)


HANOI = [Grant(role=Role.PROVINCE, province_code="01")]


def _try(client: TestClient, username: str, password: str) -> int:
    return client.post("/api/session", json={"username": username, "password": password}).status_code


def test_a_person_signs_in_and_out(client: TestClient, service: Service) -> None:
    """After signing in the account is open; after signing out the same cookie opens nothing."""
    account(service, "lan", grants=HANOI)
    lan = signed_in(client, "Lan ")  # names are folded
    assert lan.get("/api/account").json()["username"] == "lan"
    cookie = lan.cookies[COOKIE]
    assert lan.delete("/api/session").status_code == 204
    assert COOKIE not in lan.cookies
    client.cookies.set(COOKIE, cookie)
    assert client.get("/api/account").status_code == 401
    assert acts(service) == ["session.open", "session.close"]


def test_the_database_holds_neither_cookie_nor_password(client: TestClient, service: Service) -> None:
    """Only the cookie's digest and an argon2id hash are kept, and no trace of either in the trail."""
    account(service, "lan")
    cookie = signed_in(client, "lan").cookies[COOKIE]
    with service.database.read() as db:
        assert [one.sha256 for one in db.query(UserSession)] == [digest_of(cookie)]
        assert db.query(User).one().password_hash.startswith("$argon2id$")  # type: ignore[union-attr]
        trail = " ".join(str(vars(one)) for one in db.query(AuditEntry))
    assert cookie not in trail
    assert PASSWORD not in trail


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: TestClient, service: Service) -> None:
    """The cookie is HttpOnly and SameSite; on an office PC without https it cannot be Secure."""
    account(service, "lan")
    answer = client.post("/api/session", json={"username": "lan", "password": PASSWORD})
    flags = answer.headers["set-cookie"].lower()
    assert "httponly" in flags
    assert "samesite=lax" in flags
    assert "path=/" in flags


def test_over_https_the_cookie_is_bound_to_the_host(settings: ServiceSettings) -> None:
    """With an https address the cookie is Secure with the prefix __Host-, and no other is read."""
    safe = settings.model_copy(update={"public_url": "https://phusong.example.vn"})
    with TestClient(create_app(safe), base_url="https://phusong.example.vn") as client:
        service: Service = client.app.state.service  # type: ignore[attr-defined]
        account(service, "lan")
        one = signed_in(client, "lan")
        assert one.get("/api/account").status_code == 200
        answer = client.post("/api/session", json={"username": "lan", "password": PASSWORD})
        assert answer.headers["set-cookie"].startswith(f"__Host-{COOKIE}=")
        assert "Secure" in answer.headers["set-cookie"]
        plain = browser(client)
        plain.cookies.set(COOKIE, one.cookies[f"__Host-{COOKIE}"])
        assert plain.get("/api/account").status_code == 401


def test_a_planted_cookie_is_never_adopted(client: TestClient, service: Service) -> None:
    """Session fixation: the cookie a browser came with is not the one it leaves with, and holds nothing after."""
    account(service, "lan")
    planted = signed_in(client, "lan").cookies[COOKIE]
    victim = browser(client)
    victim.cookies.set(COOKIE, planted)
    answer = victim.post("/api/session", json={"username": "lan", "password": PASSWORD})
    assert planted not in answer.headers["set-cookie"]
    attacker = browser(client)
    attacker.cookies.set(COOKIE, planted)
    assert attacker.get("/api/account").status_code == 401


def test_an_outsider_cannot_tell_names_apart(
    client: TestClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unknown, wrong, locked, put out of use, without a password: one answer word for word, and one hash of work."""
    account(service, "lan")
    account(service, "khoa", locked_until=now() + timedelta(hours=1))
    account(service, "nghi", active=False)
    account(service, "tam", password_until=now() - timedelta(hours=1))
    with service.database.write() as db:
        db.add(User(username="bo", full_name="Bộ", oidc_subject="abc"))
    client.post("/api/session", json={"username": "x", "password": "y"})  # the hash of nobody is made once
    work: list[str] = []
    hasher = passwords._hasher()
    verify, update = type(hasher).verify, type(hasher).verify_and_update
    monkeypatch.setattr(type(hasher), "verify", lambda *a: (work.append("one"), verify(*a))[1])
    monkeypatch.setattr(type(hasher), "verify_and_update", lambda *a: (work.append("one"), update(*a))[1])
    tries = [
        ("không-có", PASSWORD),
        ("lan", "sai mật khẩu này"),
        *((n, PASSWORD) for n in ("khoa", "nghi", "tam", "bo")),
    ]
    answers = [client.post("/api/session", json={"username": n, "password": p}) for n, p in tries]
    told = [{k: v for k, v in one.json().items() if k != "request_id"} for one in answers]
    assert [one.status_code for one in answers] == [401] * len(tries)
    assert all(one == told[0] for one in told)
    assert work == ["one"] * len(tries)


def test_guessing_locks_the_account_for_a_while(client: TestClient, service: Service) -> None:
    """After ten wrong passwords the right one does not open either; when the time has passed it does."""
    user_id = account(service, "lan")
    for _ in range(service.settings.failures_before_lock):
        assert _try(client, "lan", "không phải mật khẩu") == 401
    assert _try(client, "lan", PASSWORD) == 401
    assert "session.lock" in acts(service)
    with service.database.write() as db:
        db.get_one(User, user_id).locked_until = now() - timedelta(seconds=1)
    assert _try(client, "lan", PASSWORD) == 201


def test_a_right_password_ends_the_count_of_wrong_ones(client: TestClient, service: Service) -> None:
    """Mistakes spread over weeks never lock anybody."""
    account(service, "lan")
    for _ in range(2):
        for _ in range(service.settings.failures_before_lock // 2):
            assert _try(client, "lan", "không phải mật khẩu") == 401
        with service.database.read() as db:
            assert db.query(User).one().failures == service.settings.failures_before_lock // 2
        assert _try(client, "lan", PASSWORD) == 201
        with service.database.write() as db:
            assert db.query(User).one().failures == 0
            db.execute(delete(Throttle))


def test_trying_many_names_from_one_place_is_slowed(settings: ServiceSettings) -> None:
    """Password spraying: the limit counts tries of an address over all names and all processes, and says when."""
    strict = settings.model_copy(update={"logins_per_minute": 3})
    with TestClient(create_app(strict), base_url="http://127.0.0.1") as here:
        with TestClient(create_app(strict), base_url="http://127.0.0.1") as there:
            told = [_try(one, f"người-{n}", "một mật khẩu") for n, one in enumerate((here, there, here))]
            answer = there.post("/api/session", json={"username": "lan", "password": PASSWORD})
        assert told == [401, 401, 401]
        assert answer.status_code == 429
        assert 0 < int(answer.headers["retry-after"]) <= 60


@pytest.mark.parametrize("column", ["expires_at", "seen_at"])
def test_a_session_ends_by_age_and_by_idleness(as_: Callable[..., TestClient], service: Service, column: str) -> None:
    """A session past its end, or unused for longer than the idle time, opens nothing."""
    lan = as_(Role.PROVINCE, province_code="01")
    assert lan.get("/api/account").status_code == 200
    with service.database.write() as db:
        one = db.query(UserSession).one()
        setattr(one, column, now() - timedelta(minutes=service.settings.idle_minutes + 1))
    assert lan.get("/api/account").status_code == 401


def test_a_session_in_use_does_not_fall_asleep(as_: Callable[..., TestClient], service: Service) -> None:
    """Use moves the idle end on, without waiting for a writer; the absolute end stays."""
    lan = as_(Role.PROVINCE, province_code="01")
    before = now() - timedelta(minutes=service.settings.idle_minutes / 2)
    with service.database.write() as db:
        db.query(UserSession).one().seen_at = before
        if service.database.embedded:  # a writer is at work: the request answers all the same
            assert lan.get("/api/account").status_code == 200
    assert lan.get("/api/account").status_code == 200
    with service.database.read() as db:
        one = db.query(UserSession).one()
        assert one.seen_at > before
        assert one.expires_at < now() + timedelta(hours=9)


def test_who_is_put_out_of_use_is_out_at_once(as_: Callable[..., TestClient], service: Service) -> None:
    """An open session ends with the account."""
    lan = as_(Role.PROVINCE, province_code="01", username="lan")
    with service.database.write() as db:
        db.query(User).one().active = False
    assert lan.get("/api/account").status_code == 401


def test_a_new_password_signs_the_other_browsers_out(client: TestClient, service: Service) -> None:
    """Changing the password asks for the old one, keeps this session, and closes the others."""
    account(service, "lan", grants=HANOI)
    here, there = signed_in(client, "lan"), signed_in(client, "lan")
    wrong = here.post("/api/account/password", json={"old": "không phải", "new": "con đường qua đèo mới"})
    assert wrong.status_code == 422
    right = here.post("/api/account/password", json={"old": PASSWORD, "new": "con đường qua đèo mới"})
    assert right.status_code == 204, right.text
    assert here.get("/api/account").status_code == 200
    assert there.get("/api/account").status_code == 401
    assert _try(client, "lan", PASSWORD) == 401
    assert _try(client, "lan", "con đường qua đèo mới") == 201


def test_one_signs_out_everywhere(client: TestClient, service: Service) -> None:
    """The list shows every browser; one request closes them all."""
    account(service, "lan")
    here, there = signed_in(client, "lan"), signed_in(client, "lan")
    assert [one["this_one"] for one in here.get("/api/account/sessions").json()].count(True) == 1
    assert here.post("/api/account/sign-out-everywhere").json() == {"closed": 2}
    assert there.get("/api/account").status_code == 401


@pytest.mark.parametrize(
    "password", ["ngắn quá", "aaaaaaaaaaaaaa", "123412341234", "password1234!", "LAN.nguyen-2026", "x" * 257]
)
def test_a_weak_password_is_refused(client: TestClient, service: Service, password: str) -> None:
    """Too short, too long, repeated, known to everybody, or the name itself."""
    account(service, "lan.nguyen")
    lan = signed_in(client, "lan.nguyen")
    assert lan.post("/api/account/password", json={"old": PASSWORD, "new": password}).status_code == 422


def test_with_a_temporary_password_only_the_account_is_open(client: TestClient, service: Service) -> None:
    """Until it is changed nothing else can be done, and no token can be made."""
    account(service, "lan", grants=[Grant(role=Role.ADMIN)], must_change_password=True)
    lan = signed_in(client, "lan")
    assert lan.get("/api/account").status_code == 200
    assert lan.get("/api/users").status_code == 403
    assert lan.post("/api/tokens", json={"name": "n", "scopes": ["user.read"]}).status_code == 403
    assert lan.post("/api/account/password", json={"old": PASSWORD, "new": "con đường qua đèo mới"}).status_code == 204
    assert lan.get("/api/users").status_code == 200


def test_passwords_cost_what_they_should(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside the tests a password is hashed by argon2id with 64 MB and three passes, and found right again."""
    monkeypatch.undo()
    kept = passwords.hashed(PASSWORD, parallel=1)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,")
    assert passwords.verified(unicodedata.normalize("NFD", PASSWORD), kept, parallel=1) == (True, None)


def test_hashing_never_takes_every_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hash at once, eight wait behind them, the eleventh is told at once to come back."""
    inside, started, go = [], threading.Semaphore(0), threading.Event()

    class Slow:
        def hash(self, _: str) -> str:
            inside.append(1)
            started.release()
            go.wait(30)
            return ""

    monkeypatch.setattr(passwords, "_hasher", Slow)
    monkeypatch.setattr(passwords, "_door", lambda _: door)
    door = passwords._Door(2)
    with ThreadPoolExecutor(10) as pool:
        waiting = [pool.submit(passwords.hashed, "x", parallel=2) for _ in range(10)]
        for _ in range(2):
            started.acquire()
        while door.places.acquire(blocking=False):  # until all ten stand in the queue
            door.places.release()
        with pytest.raises(TooManyError):
            passwords.hashed("x", parallel=2)
        assert len(inside) == 2
        go.set()
        assert [one.result() for one in waiting] == [""] * 10
