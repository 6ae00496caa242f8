"""What another site, a made-up body, a wrong name or a flood of requests meets before any route."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Any

import pytest
from api_.made_accounts import PASSWORD, account, browser, hash_cheaply, signed_in, stop_the_minute
from fastapi import APIRouter, Depends, Form, Request
from fastapi.testclient import TestClient

from phusong.api.access.policy import Action
from phusong.api.access.roles import Role
from phusong.api.app import create_app
from phusong.api.database.models import Throttle, UserSession
from phusong.api.deps import COOKIE, Needs
from phusong.api.middleware import HEADERS
from phusong.api.people.limits import Limits, counted
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings

As = Callable[..., TestClient]


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    hash_cheaply(monkeypatch)
    stop_the_minute(monkeypatch)


def _sessions(service: Service) -> int:
    with service.database.read() as db:
        return db.query(UserSession).count()


def test_a_post_without_the_token_changes_nothing(as_: As, service: Service) -> None:
    """CSRF: the cookie alone, a made-up token, or another person's token is refused, and the session still stands."""
    lan, minh = as_(Role.ADMIN), as_(Role.ADMIN)
    for told in ("", "A" * 32, minh.headers["x-csrf-token"], "ổ"):
        headers = [(b"x-csrf-token", told.encode())]
        assert lan.post("/api/account/sign-out-everywhere", headers=headers).status_code == 403  # type: ignore[arg-type]
    assert _sessions(service) == 2


def test_a_form_carries_the_token_in_a_field(client: TestClient, as_: As) -> None:
    """A page's form without scripts passes with the field and fails without it, url-encoded or in parts."""
    router = APIRouter()

    @router.post("/try-form", dependencies=[Depends(Needs(Action.ACCOUNT))])
    def form(word: Annotated[str, Form()]) -> str:
        return word

    client.app.include_router(router)  # type: ignore[attr-defined]
    lan = as_(Role.ADMIN)
    csrf = lan.headers.pop("x-csrf-token")
    assert lan.post("/try-form", data={"word": "a", "csrf": csrf}).json() == "a"
    assert lan.post("/try-form", data={"word": "a"}, files={"csrf": (None, csrf)}).json() == "a"
    assert lan.post("/try-form", data={"word": "a", "csrf": "x"}).status_code == 403
    assert lan.post("/try-form", data={"word": "a"}, files={"csrf": ("a.txt", csrf)}).status_code == 403
    assert lan.post("/try-form", data={"word": "a"}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1.evil.example"},
        {"origin": "http://127.0.0.1:8001"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_sites_page_changes_nothing(
    client: TestClient, as_: As, service: Service, headers: dict[str, str]
) -> None:
    """Even with the right token, and also where there is no session yet (signing in behind one's back)."""
    account(service, "lan")
    body = {"username": "lan", "password": PASSWORD}
    assert client.post("/api/session", json=body, headers=headers).status_code == 403
    assert as_(Role.ADMIN).post("/api/account/sign-out-everywhere", headers=headers).status_code == 403
    assert _sessions(service) == 1


def test_our_own_page_changes_things(client: TestClient, service: Service) -> None:
    """The same requests pass with what a browser tells of our own page."""
    account(service, "lan")
    headers = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}
    answer = client.post("/api/session", json={"username": "lan", "password": PASSWORD}, headers=headers)
    assert answer.status_code == 201


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "169.254.1.1", "[", "a@b", "localhost@x"]
)
def test_a_name_that_is_not_ours_is_refused(client: TestClient, host: str) -> None:
    """DNS rebinding and forged Host headers end here, told as a problem."""
    answer = client.get("/api/session", headers={"host": host})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("host", "name", "allowed"),
    [
        ("0.0.0.0", "192.168.1.20:8000", True),
        ("0.0.0.0", "[fe80::1]:8000", True),
        ("0.0.0.0", "evil.example", False),
        ("0.0.0.0", "sokhcn.example:8000", True),
        ("127.0.0.1", "192.168.1.20", False),
        ("127.0.0.1", "LOCALHOST:8000", True),
        ("127.0.0.1", "phusong.example.vn", True),
    ],
)
def test_a_service_knows_its_names(settings: ServiceSettings, host: str, name: str, allowed: bool) -> None:
    """In an office network by address, beyond that by the names that are set."""
    more = {"host": host, "public_url": "http://phusong.example.vn", "hosts": ("sokhcn.example",)}
    with TestClient(create_app(settings.model_copy(update=more))) as client:
        assert (client.get("/api/session", headers={"host": name}).status_code == 200) is allowed


@pytest.mark.parametrize("path", ["/api/session", "/api/account", "/nothing-here", "/health"])
def test_every_answer_carries_the_headers(client: TestClient, path: str) -> None:
    """Found or not, allowed or not; without https no HSTS, and nothing inline or evaluated is ever allowed."""
    answer = client.get(path)
    for name in HEADERS:
        assert name in answer.headers
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "strict-transport-security" not in answer.headers
    assert "unsafe" not in client.get("/", headers={"host": "evil.example"}).headers["content-security-policy"]


def test_over_https_browsers_stay_on_https(settings: ServiceSettings) -> None:
    """HSTS for a year once the public address is https."""
    safe = settings.model_copy(update={"public_url": "https://phusong.example.vn"})
    with TestClient(create_app(safe), base_url="https://phusong.example.vn") as client:
        assert client.get("/health").headers["strict-transport-security"].startswith("max-age=31536000")


def test_an_answer_about_a_person_is_not_kept_by_browsers_or_proxies(as_: As) -> None:
    """Nothing of the interface lies in a cache."""
    assert as_(Role.ADMIN).get("/api/users").headers["cache-control"] == "no-store"


def test_ten_gigabytes_announced_are_refused_unread(client: TestClient) -> None:
    """413 before a byte of the body is read; a length that is no number is a bad request."""
    assert client.post("/api/session", content=b"{}", headers={"content-length": "10000000000"}).status_code == 413
    assert client.post("/api/session", content=b"{}", headers={"content-length": "-1"}).status_code == 400


@pytest.mark.parametrize(
    "kind", ["application/json", "multipart/form-data; boundary=x", "application/octet-stream", ""]
)
@pytest.mark.parametrize("path", ["/api/session", "/try-body"])
def test_a_body_without_end_is_cut_off(client: TestClient, service: Service, kind: str, path: str) -> None:
    """Ten gigabytes streamed without a length: no more than the limit and one part is read, whatever it says it is."""

    @client.app.post("/try-body")  # type: ignore[attr-defined]
    async def swallow(request: Request) -> int:
        return sum([len(part) async for part in request.stream()])

    read_bytes, answers = 0, []

    async def receive() -> dict[str, Any]:
        nonlocal read_bytes
        read_bytes += 100_000
        return {"type": "http.request", "body": b"x" * 100_000, "more_body": read_bytes < 100_000_000}

    async def send(message: dict[str, Any]) -> None:
        answers.append(message)

    headers = [(b"host", b"127.0.0.1"), (b"content-type", kind.encode()), (b"transfer-encoding", b"chunked")]
    scope = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"",
        "scheme": "http",
        "headers": headers, "client": ("127.0.0.1", 5), "server": ("127.0.0.1", 80), "http_version": "1.1",
    }  # fmt: skip
    assert client.portal is not None
    client.portal.call(client.app, scope, receive, send)
    assert answers[0]["status"] == 413
    assert read_bytes <= service.settings.body_bytes + 200_000


def test_a_part_of_a_file_may_be_larger_from_somebody_known(client: TestClient, service: Service, as_: As) -> None:
    """Parts up to their own limit, one byte more not; a JSON body never."""

    @client.app.post("/try-body")  # type: ignore[attr-defined]
    async def swallow(request: Request) -> int:
        return len(await request.body())

    lan, most = as_(Role.ADMIN), service.settings.part_bytes
    raw = {"content-type": "application/octet-stream"}
    assert lan.post("/try-body", content=b"x" * most, headers=raw).json() == most
    assert lan.post("/try-body", content=b"x" * (most + 1), headers=raw).status_code == 413
    json = {"content-type": "application/json"}
    assert lan.post("/try-body", content=b" " * (service.settings.body_bytes + 1), headers=json).status_code == 413
    assert client.post("/try-body", content=b"x" * most, headers=raw).status_code == 413


@pytest.fixture
def strict(settings: ServiceSettings) -> Iterator[TestClient]:
    """Return a client of a service that lets each ask five times a minute."""
    few = settings.model_copy(update={"reads_per_minute": 5, "writes_per_minute": 5, "tiles_per_minute": 8})
    with TestClient(create_app(few), base_url="http://127.0.0.1") as client:
        yield client


def test_a_flood_is_answered_429_with_the_time_to_wait(strict: TestClient) -> None:
    """Five pass, the others are told when to come back."""
    told = [strict.get("/api/session") for _ in range(8)]
    assert [one.status_code for one in told] == [200] * 5 + [429] * 3
    assert 0 < int(told[-1].headers["retry-after"]) <= 60


def test_the_pieces_of_a_map_have_a_limit_of_their_own(strict: TestClient) -> None:
    """A map asks for dozens of tiles a view: they do not use up what a person may read, and are not without end."""
    tiles = [strict.get("/tiles/rounds/0123456789abcdef/rows/0/0/0.mvt").status_code for _ in range(10)]
    assert tiles == [401] * 8 + [429] * 2
    assert strict.get("/api/session").status_code == 200


def test_made_up_cookies_do_not_lift_the_limit(strict: TestClient) -> None:
    """A new cookie with each request is still one address."""
    made_up = [{"cookie": f"{COOKIE}=x{n}"} for n in range(8)]
    told = [strict.get("/api/account", headers=one).status_code for one in made_up]
    assert told == [401] * 5 + [429] * 3


def test_one_office_is_not_held_for_one_person(strict: TestClient) -> None:
    """Behind one address each person signed in has a count of their own."""
    service: Service = strict.app.state.service  # type: ignore[attr-defined]
    for name in ("lan", "minh"):
        account(service, name)
    lan, minh = signed_in(strict, "lan"), signed_in(strict, "minh")
    assert [lan.get("/api/account").status_code for _ in range(7)][-1] == 429
    assert [minh.get("/api/account").status_code for _ in range(5)] == [200] * 5


def test_processes_count_together(settings: ServiceSettings) -> None:
    """What two processes let through is about one limit, not two."""
    few = settings.model_copy(update={"reads_per_minute": 40})
    apps = [TestClient(create_app(few), base_url="http://127.0.0.1") for _ in range(2)]
    with apps[0] as here, apps[1] as there:
        told = [one.get("/health").status_code for _ in range(40) for one in (here, there)]
    assert 40 <= told.count(200) <= 44


def test_counting_never_waits_for_a_writer(service: Service) -> None:
    """While another writes, a count is left for later and not lost."""
    if not service.database.embedded:
        pytest.skip("PostgreSQL's writers do not stand in each other's way")
    limits = Limits(service.database)
    for _ in range(7):
        limits.over("k", 100)
    with service.database.write() as db:
        counted(db, "other")
        limits.share("k")
    limits.share("k")
    with service.database.read() as db:
        assert {one.key: one.count for one in db.query(Throttle)} == {"other": 1, "k": 7}


def test_a_stranger_learns_nothing_from_the_session_page(client: TestClient, service: Service) -> None:
    """Before signing in one sees whether a set-up is due, and no name, number or token."""
    account(service, "lan")
    assert browser(client).get("/api/session").json() == {
        "signed_in": False,
        "needs_set_up": False,
        "provider": "",
        "csrf": "",
        "must_change_password": False,
    }
