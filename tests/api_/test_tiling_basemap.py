"""Tiles of the agency's own basemap: for whoever is signed in, from the one file a setting names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from api_.made_people import sign_in
from fastapi.testclient import TestClient
from maps_.test_basemap import written

from phusong.api.access.roles import Grant, Role
from phusong.api.app import create_app
from phusong.api.database import schema
from phusong.api.settings import ServiceSettings

TILE = b"\x1a\x05water" * 100


@pytest.fixture
def reader(tmp_path: Path) -> TestClient:
    """Return a client of a planner of a service with a basemap."""
    path = written(tmp_path / "nen.pmtiles", {(0, 0, 0): TILE, (1, 1, 0): TILE + b"1"})
    settings = ServiceSettings(home=tmp_path / "home", basemap=path)
    settings.home.mkdir()
    schema.upgrade(settings.url)
    client = TestClient(create_app(settings), base_url="http://127.0.0.1")
    with client:
        cookie, _ = sign_in(client.app.state.service, [Grant(role=Role.FUND, province_code="01")])  # type: ignore[attr-defined]
        client.cookies.set("phusong_session", cookie)
    return client


def test_a_basemap_is_for_who_is_signed_in(reader: TestClient, tmp_path: Path) -> None:
    """A tile is what the file holds, kept by its tag; beyond the file is nothing; a stranger gets none of it."""
    with reader:
        found = reader.get("/tiles/basemap/0/0/0")
        assert (found.status_code, found.content) == (200, TILE)
        assert found.headers["content-type"] == "application/vnd.mapbox-vector-tile"
        assert found.headers["content-encoding"] == "gzip"
        held = reader.get("/tiles/basemap/0/0/0", headers={"if-none-match": found.headers["etag"]})
        assert held.status_code == 304
        assert [reader.get(f"/tiles/basemap/{at}").status_code for at in ("1/0/0", "9/0/0", "1/7/0")] == [204] * 3
        (tmp_path / "nen.pmtiles").write_bytes(b"PMTiles" + b"x" * 200)
        assert reader.get("/tiles/basemap/0/0/0").status_code == 404
        reader.cookies.clear()
        assert reader.get("/tiles/basemap/0/0/0").status_code == 401


def test_without_the_setting_there_is_none(as_: Callable[..., TestClient]) -> None:
    """Nobody gets a tile where no file is named."""
    assert as_(Role.PLANNER, province_code="01").get("/tiles/basemap/0/0/0").status_code == 404
