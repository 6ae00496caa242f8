"""The map of a study in a real browser: its tiles are drawn, nothing is asked of another machine, nothing complains."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from api_.made_pages import served
from api_.made_people import sign_in
from api_.made_studies import SAMPLE
from api_.made_tenders import settings_of
from api_.made_tiling import put_rasters, put_study
from api_.made_world import make_world

from phusong.api.access.roles import Grant, Role
from phusong.api.database import schema
from phusong.api.database.models import GapRow, Study
from phusong.api.service import Service

pytestmark = pytest.mark.chromium
SOFTWARE_GL = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
PATIENCE_SECONDS = 60.0


@dataclass
class Map:
    """A browser at the map, with everything it asked for and every complaint."""

    page: Any
    address: str
    asked: list[tuple[str, int]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def drawn(self, *wanted: str) -> dict[str, int]:
        """Wait until the map is idle with some layers drawn; return how many features of each it shows."""
        until = time.monotonic() + PATIENCE_SECONDS
        seen: dict[str, int] = {}
        while time.monotonic() < until:
            told = self.page.get_attribute("#map", "data-drawn")
            seen = json.loads(told) if told else {}
            if all(seen.get(name) for name in wanted):
                return seen
            self.page.wait_for_timeout(200)
        raise AssertionError((seen, self.complaints, self.page.get_attribute("#map", "data-failed")))

    def tiles(self, part: str) -> list[int]:
        """Return the status of every tile asked for under a path."""
        return [status for url, status in self.asked if part in url and url.split("?")[0].endswith((".png", ".mvt"))]


@dataclass
class Place:
    """A served study and a browser with WebGL."""

    browser: Any
    address: str
    service: Service
    study_id: str

    def open(self, *grants: Grant, english: bool = False) -> Map:
        """Open the map as a new person."""
        context = self.browser.new_context(viewport={"width": 1366, "height": 900}, locale="vi-VN")
        cookie, _ = sign_in(self.service, list(grants))
        context.add_cookies([{"name": "phusong_session", "value": cookie, "url": self.address}])
        one = Map(context.new_page(), self.address)
        one.page.on("response", lambda answer: one.asked.append((answer.url, answer.status)))
        one.page.on("console", lambda said: said.type in ("error", "warning") and one.complaints.append(said.text))
        one.page.on("pageerror", lambda error: one.complaints.append(str(error)))
        one.page.goto(f"{self.address}/map/{self.study_id}{'?lang=en' if english else ''}")
        return one


@pytest.fixture(scope="module")
def at(
    chromium: Any, tmp_path_factory: pytest.TempPathFactory, small_province: Path, small_results: Path
) -> Iterator[Place]:
    """Return a served study with relief, coverage and a round of reported rows."""
    home = tmp_path_factory.mktemp("map") / "home"
    home.mkdir()
    settings = settings_of(home)
    schema.upgrade(settings.url)
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    browser = chromium.browser_type.launch(executable_path=program, args=SOFTWARE_GL)
    with served(settings) as (address, app):
        service: Service = app.state.service
        sign_in(service, [Grant(role=Role.PLANNER)])
        study_id = put_study(service, small_province, small_results)
        put_rasters(service, study_id, small_province)
        world = make_world(service, SAMPLE)
        with service.database.write() as db:
            study = db.get_one(Study, study_id)
            study.round_id = world.first("round_id")
            west, south, east, north = (study.manifest or {})["rasters"]["viettel_4g"]["bounds"]
            for row in db.query(GapRow):
                row.geom = type(row.geom)((west + east) / 2, (south + north) / 2)
        yield Place(browser, address, service, study_id)
    browser.close()


def test_a_planner_sees_the_study_drawn_and_nothing_leaves_the_server(at: Place) -> None:
    """Communes, gaps, households, villages, masts, reported rows and names are rendered over relief and coverage."""
    seen = at.open(Grant(role=Role.PLANNER, province_code=SAMPLE))
    found = seen.drawn("communes", "gaps", "bins", "villages", "sites", "rows", "names")
    assert "points" not in found
    for part in ("/relief/hillshade/", "/coverage/viettel_4g/", "/communes/", "/households/", "/rows/"):
        assert 200 in seen.tiles(part), part
    seen.page.click("[data-near]")
    assert seen.drawn("points", "villages")["points"] > 0
    assert {status for _, status in seen.asked} <= {200, 204, 304}
    assert [url for url, _ in seen.asked if not url.startswith((at.address, "data:", "blob:"))] == []
    assert seen.complaints == []


def test_who_may_see_no_house_and_no_mast_gets_neither_on_the_map(at: Place) -> None:
    """The fund sees counts at every zoom, no point, no mast, no coverage; the map itself stays whole."""
    seen = at.open(Grant(role=Role.FUND, province_code=SAMPLE), english=True)
    assert seen.page.inner_text("h1") == "Map of a study"
    assert "sites" not in seen.drawn("communes", "names", "villages")
    seen.page.click("[data-near]")
    seen.page.wait_for_timeout(500)
    assert "points" not in seen.drawn("communes")
    assert seen.tiles("/sites/") == seen.tiles("/coverage/") == []
    assert seen.page.get_attribute("#map", "data-failed") is None
    assert seen.complaints == []
