"""A service with two provinces whose studies have results, and people of it, made once for a whole module."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from api_.made_people import sign_in
from api_.made_results import place_areas, place_results
from api_.made_world import World, make_world
from fastapi.testclient import TestClient

from phusong.api.access.roles import Grant, Role
from phusong.api.app import create_app
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings

HOME, AWAY = "01", "04"
WEST = {HOME: 105.0, AWAY: 106.0}


@dataclass(slots=True)
class OpenService:
    """A service under test."""

    client: TestClient
    service: Service
    worlds: dict[str, World] = field(default_factory=dict)
    people: list[TestClient] = field(default_factory=list)

    def add(self, code: str, *, approved: bool = False) -> World:
        """Make a province with everything in it, its study with results."""
        world = make_world(self.service, code)
        study = world.first("study_id")
        place_results(self.service, study, code, world.mark, west=WEST.get(code, 107.0), approved=approved)
        place_areas(self.service, world.first("package_id"), west=WEST.get(code, 107.0))
        self.worlds[code] = world
        return world

    def person(self, *grants: Grant) -> TestClient:
        """Return a client of a new person."""
        cookie, csrf = sign_in(self.service, grants)
        one = TestClient(self.client.app, base_url="http://127.0.0.1", headers={"x-csrf-token": csrf})
        one.cookies.set("phusong_session", cookie)
        self.people.append(one)
        return one

    def planner(self, code: str = HOME) -> TestClient:
        """Return a client of somebody who may read everything of a province."""
        return self.person(Grant(role=Role.PLANNER, province_code=code))


@contextmanager
def open_service(template: Path, home: Path) -> Iterator[OpenService]:
    """Serve a fresh copy of an empty database from a folder."""
    home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(template, home / "phusong.sqlite")
    settings = ServiceSettings(home=home, reads_per_minute=10**9)
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        found: Service = client.app.state.service  # type: ignore[attr-defined]
        made = OpenService(client, found)
        yield made
        for one in made.people:
            one.close()


def features(client: TestClient, collection: str, **query: str) -> list[dict[str, Any]]:
    """Return every feature of a collection, page by page."""
    found: list[dict[str, Any]] = []
    address: str | None = f"/ogc/collections/{collection}/items"
    params: dict[str, str] | None = {"f": "json", **query}
    while address:
        answer = client.get(address, params=params)
        assert answer.status_code == 200, (address, params, answer.text)
        told = answer.json()
        found += told["features"]
        address, params = next((one["href"] for one in told["links"] if one["rel"] == "next"), None), None
    return found
