"""What the service tells of itself: health, readiness, log, counters, description."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from fastapi import APIRouter
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from prometheus_client import CollectorRegistry, generate_latest, multiprocess
from sqlalchemy import select, text

from phusong.api import logs, metrics, serving
from phusong.api.access.roles import Role
from phusong.api.database.models import Job, User, Worker
from phusong.api.database.store import UnstorableError
from phusong.api.database.types import new_id, now
from phusong.api.middleware import HEADERS
from phusong.api.pages import routes as pages
from phusong.api.problems import TITLES, answers
from phusong.api.routers import ROUTERS
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Return what the service logs, and put the logging of the tests back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = io.StringIO()
    logs.configure(written)
    yield written
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_the_process_says_that_it_answers(client: TestClient) -> None:
    """Health asks for nobody's name and touches nothing else."""
    told = client.get("/health")
    assert (told.status_code, told.json()["status"]) == (200, "ok")


def test_a_service_at_another_schema_is_not_ready(client: TestClient, service: Service) -> None:
    """Ready at the newest revision; not ready, and no worse, at another."""
    assert client.get("/ready").json()["ready"] is True
    with service.database.write() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    told = client.get("/ready")
    assert told.status_code == 503
    assert "schema" in [one["name"] for one in told.json()["checks"] if not one["good"]]
    assert client.get("/health").status_code == 200


def test_a_missing_worker_is_told_but_does_not_close_the_service(client: TestClient, service: Service) -> None:
    """People can go on reading while nobody does the jobs; a worker that beats is seen, a silent one is not."""

    def wanting() -> list[str]:
        told = client.get("/ready")
        assert told.status_code == 200
        return [one["name"] for one in told.json()["checks"] if not one["good"]]

    assert wanting() == ["worker"]
    with service.database.write() as db:
        worker = Worker(id="w", host="h", pid=1, version="0", seen_at=now())
        db.add(worker)
    assert wanting() == []
    with service.database.write() as db:
        db.get_one(Worker, "w").seen_at = now() - timedelta(minutes=2)
    assert wanting() == ["worker"]


def test_the_log_knows_a_request_by_the_id_it_was_answered_with(
    log: io.StringIO, as_: Callable[..., TestClient]
) -> None:
    """One JSON line a request, with the id that header and problem carry, the route and no query."""
    answer = as_(Role.AUDITOR).get("/api/nothing-here?token=abc", headers={"x-request-id": "forged"})
    request_id = answer.headers["x-request-id"]
    assert re.fullmatch(r"[0-9a-f]{16}", request_id)
    assert answer.json()["request_id"] == request_id
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    (line,) = [one for one in lines if one.get("request_id") == request_id]
    assert (line["status"], line["method"], line["path"]) == (404, "GET", "/api/nothing-here")
    assert "abc" not in log.getvalue()


def test_secrets_do_not_reach_the_log(log: io.StringIO) -> None:
    """A value under a secret's name is not written, whoever logged it."""
    structlog.stdlib.get_logger("test").info("sign-in", password="Mat-khau-2026", user="an")
    assert json.loads(log.getvalue())["password"] == "…"
    assert "Mat-khau-2026" not in log.getvalue()


def test_an_unforeseen_fault_is_told_by_its_id_alone(
    log: io.StringIO, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer holds no word of the fault; the log holds its traceback under the same id."""

    def broken(_service: object) -> None:
        raise RuntimeError("bí mật bên trong")

    monkeypatch.setattr("phusong.api.routers.watch.readiness", broken)
    outside = TestClient(client.app, base_url="http://127.0.0.1", raise_server_exceptions=False)
    answer = outside.get("/ready")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "bí mật" not in answer.text
    assert answer.headers["x-request-id"] == answer.json()["request_id"]
    assert {name: answer.headers[name] for name in HEADERS} == dict(HEADERS)
    faults = [json.loads(line) for line in log.getvalue().splitlines()]
    (fault,) = [one for one in faults if one["event"] == "fault"]
    assert "bí mật bên trong" in fault["exception"]
    assert fault["request_id"] == answer.json()["request_id"]


def test_values_in_a_statement_are_not_told_with_its_error(service: Service) -> None:
    """An error of the database does not carry the values that were to be written."""
    with pytest.raises(Exception) as told, service.database.write() as db:
        db.add(User(username="an", full_name="An", email="rieng@example.org", id="1"))
        db.flush()
        db.add(User(username="an", full_name="An", email="rieng@example.org", id="2"))
        db.flush()
    assert "rieng@example.org" not in str(told.value).split("DETAIL")[0]


def test_requests_are_counted_by_route_and_not_by_path(as_: Callable[..., TestClient]) -> None:
    """Whoever watches sees counters; ids of things do not become labels, and the others may not look."""
    assert as_(Role.PROVINCE, province_code="01").get("/metrics").status_code == 403
    watcher = as_(Role.ADMIN)
    watcher.get("/docs/bfa3c1d2e4f50617")
    told = watcher.get("/metrics").text
    assert 'phusong_requests_total{method="GET",route="/docs/{name}",status="404"} 1.0' in told
    assert "bfa3c1d2e4f50617" not in told
    assert "phusong_disk_free_bytes" in told


def test_processes_of_one_service_count_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes that each counted one request tell two; counts of an earlier start are gone."""
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics" / "counter_1.db").write_bytes(b"old")
    monkeypatch.setenv(metrics.SHARED, "")  # put back when the test ends
    metrics.share(tmp_path)
    program = (
        "from phusong.api.metrics import Counts\n"
        "Counts.made().requests.labels('GET', '/health', '200').inc()\n"
    )  # fmt: skip
    for _ in range(2):
        subprocess.run([sys.executable, "-c", program], check=True)
    together = CollectorRegistry()
    multiprocess.MultiProcessCollector(together, path=str(tmp_path / "metrics"))
    told = generate_latest(together).decode()
    assert 'phusong_requests_total{method="GET",route="/health",status="200"} 2.0' in told


def test_the_description_is_shown_without_any_script_in_the_page(client: TestClient) -> None:
    """The page and all it loads come from this service, as files, so that the strictest policy suits it."""
    page = client.get("/docs").text
    assert "://" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)|\bon\w+=|style=|<style", page)
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(loaded) == 3
    assert [client.get(one).status_code for one in loaded] == [200, 200, 200]
    assert client.get("/docs/../../settings.py").status_code == 404
    assert client.get("/docs/..%2f..%2fsettings.py").status_code == 404


def test_every_route_tells_what_it_may_answer(client: TestClient) -> None:
    """Each operation that needs a person declares 401 and 403; all problems are told in one form, each with a title."""
    schema = client.get("/api/openapi.json").json()
    assert "HTTPValidationError" not in schema["components"]["schemas"]
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            problems = {code: told for code, told in operation["responses"].items() if int(code) >= 400}
            forms = {kind for told in problems.values() for kind in told.get("content", {})}
            assert "application/problem+json" in forms, (method, path)
    account = schema["paths"]["/api/account"]["get"]["responses"]
    assert {"200", "401", "403"} <= set(account)
    assert set(answers(*TITLES)) == set(TITLES)


def _routes(routers: Sequence[APIRouter]) -> Iterator[APIRoute]:
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute):
                yield route
            elif hasattr(route, "original_router"):
                yield from _routes([route.original_router])


def test_an_id_is_sixteen_hexadecimal_digits_in_every_address() -> None:
    """Each parameter of a path that is an id, pages included, takes what ``new_id`` makes and nothing else."""
    of_ids: dict[str, str] = {}
    for route in _routes([*ROUTERS, pages.router]):
        for given in route.dependant.path_params:
            if given.name.endswith("_id"):
                patterns = [getattr(one, "pattern", "") for one in given.field_info.metadata]
                assert patterns == ["^[0-9a-f]{16}$"], (route.path, given.name)
                of_ids[given.name] = route.path
    assert len(of_ids) > 12
    assert re.fullmatch("[0-9a-f]{16}", new_id())


@pytest.mark.parametrize("odd", ["a\x00b", "\x00"])
def test_a_nul_never_reaches_the_database(odd: str, service: Service) -> None:
    """In a column, in a condition, deep in JSON: refused before it is sent, on both databases alike."""
    written = "\\u0000 is text, and \\\\u0000 too"
    with service.database.write() as db:
        by = User(username="an", full_name=written)
        db.add(by)
    job = {"kind": "study", "subject_id": "", "created_by": by.id}
    for made in (User(username=odd, full_name="An"), Job(**job, progress={"deep": [{"title": odd}]})):
        with pytest.raises(UnstorableError), service.database.write() as db:
            db.add(made)
    with pytest.raises(UnstorableError), service.database.read() as db:
        db.scalars(select(User).where(User.username == odd)).all()
    with service.database.write() as db:
        db.add(Job(**job, progress={"title": written}))
    with service.database.read() as db:
        assert db.scalars(select(Job.progress)).one() == {"title": written}


def test_a_nul_in_a_request_is_told_as_wrong_data(as_: Callable[..., TestClient]) -> None:
    """422, not a fault of ours, from a query and from a body."""
    admin = as_(Role.ADMIN)
    assert admin.get("/api/users", params={"q": "a\x00b"}).status_code == 422
    told = {"username": "moi", "full_name": "An\x00", "grants": [{"role": "auditor"}]}
    assert admin.post("/api/users", json=told).status_code == 422


def test_answers_do_not_wait_for_the_reader_to_confirm(settings: ServiceSettings) -> None:
    """Head and body of an answer leave at once (TCP_NODELAY): else each costs a browser 40 ms."""

    async def accepted(listening: socket.socket) -> int:
        told: asyncio.Queue[int] = asyncio.Queue()

        def one(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            told.put_nowait(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        async with await asyncio.start_server(one, sock=listening):
            _, writer = await asyncio.open_connection(*listening.getsockname())
            writer.close()
            return await told.get()

    with serving._address(settings.model_copy(update={"port": 0})) as listening, ThreadPoolExecutor(1) as apart:
        assert apart.submit(lambda: asyncio.run(accepted(listening))).result()


def test_a_server_starts_without_what_computes() -> None:
    """What predicts, draws and divides is loaded when it is first asked for: a web process comes up without it."""
    heavy = ("numba", "scipy", "matplotlib")
    tiles = "phusong.maps.raster_tiles, phusong.maps.vector_tiles"
    assert _loaded("phusong.api.app", (*heavy, "PIL")) == _loaded(f"phusong.api.app, {tiles}", heavy) == "[]"


def _loaded(modules: str, heavy: tuple[str, ...]) -> str:
    told = f"import sys, {modules}; print([one for one in {heavy} if one in sys.modules])"
    return subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout.strip()
