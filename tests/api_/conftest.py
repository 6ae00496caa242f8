"""A service on either database, and people signed in to it."""

from __future__ import annotations

import contextlib
import itertools
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from api_ import postgres
from api_.made_people import sign_in
from conftest import missing
from fastapi.testclient import TestClient

from phusong.api.access.roles import Grant
from phusong.api.app import create_app
from phusong.api.database import schema
from phusong.api.database.comparing import differences
from phusong.api.database.store import engine_of
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings

_names = (f"t{n}" for n in itertools.count())


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "phusong.sqlite"
    _make(f"sqlite:///{path.as_posix()}")
    _in_one_file(path)
    return path


def _make(url: str) -> None:
    schema.upgrade(url)
    engine = engine_of(url)
    with engine.connect() as connection:
        assert not differences(connection), "models and migrations differ: phusong db revision [--first]"
    engine.dispose()


def _in_one_file(path: Path) -> None:
    """Take the write-ahead log into the file, so that a copy of it is whole."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.fixture(scope="session")
def _postgres_template() -> Iterator[str]:
    programs = postgres.programs()
    if programs is None:
        missing("postgis", "PostgreSQL with PostGIS")
        raise AssertionError
    with postgres.server(programs) as address:
        _make(address.replace("postgresql://", "postgresql+psycopg://"))
        yield address


@pytest.fixture(params=["sqlite", pytest.param("postgis", marks=pytest.mark.postgis)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of a fresh database at the newest schema, with the provinces: one of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "phusong.sqlite"
        shutil.copyfile(request.getfixturevalue("_sqlite_template"), path)
        yield f"sqlite:///{path.as_posix()}"
        return
    template: str = request.getfixturevalue("_postgres_template")
    base, name = template.rsplit("/", 1)[0], next(_names)
    with psycopg.connect(f"{base}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template_phusong")
        yield f"{base}/{name}".replace("postgresql://", "postgresql+psycopg://")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> ServiceSettings:
    """Return the settings of a service with a home of its own."""
    return ServiceSettings(home=tmp_path / "home", database_url=database_url)


@pytest.fixture
def sqlite_settings(_sqlite_template: Path, tmp_path: Path) -> ServiceSettings:
    """Return the settings of a service on SQLite, for what no database answers otherwise."""
    path = tmp_path / "phusong.sqlite"
    shutil.copyfile(_sqlite_template, path)
    return ServiceSettings(home=tmp_path / "home", database_url=f"sqlite:///{path.as_posix()}")


@pytest.fixture
def client(settings: ServiceSettings) -> Iterator[TestClient]:
    """Return a client that nobody has signed in with; ``client.app.state.service`` is the service."""
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as opened:
        yield opened


@pytest.fixture
def service(client: TestClient) -> Service:
    """Return the service behind ``client``."""
    found: Service = client.app.state.service  # type: ignore[attr-defined]
    return found


@pytest.fixture
def as_(client: TestClient) -> Iterator[Callable[..., TestClient]]:
    """Return a function: ``as_(Role.PROVINCE, province_code="01")`` is a client of a new person with that role.

    ``as_(grants=[Grant(…), …])`` holds several. The client sends its CSRF token by itself; ``client.headers`` has it.
    """
    opened: list[TestClient] = []

    def person(role: str = "", *, grants: list[Grant] | None = None, username: str = "", **scope: str) -> TestClient:
        service: Service = client.app.state.service  # type: ignore[attr-defined]
        held = grants if grants is not None else [Grant(role=role, **scope)]  # type: ignore[arg-type]
        cookie, csrf = sign_in(service, held, username)
        one = TestClient(client.app, base_url="http://127.0.0.1", headers={"x-csrf-token": csrf})
        one.cookies.set("phusong_session", cookie)
        opened.append(one)
        return one

    yield person
    for one in opened:
        one.close()
