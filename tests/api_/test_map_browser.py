"""The map of a study in a real browser, with WebGL and without: nothing is asked elsewhere, nothing complains."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from api_.made_pages import NO_GL, served, started
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
PATIENCE_SECONDS = 60.0
PROGRAMS = """
window.programs = [];
const given = WebGL2RenderingContext.prototype.shaderSource;
WebGL2RenderingContext.prototype.shaderSource = function (shader, text) {
  window.programs.push(text);
  given.call(this, shader, text);
};
"""
PLANNER = Grant(role=Role.PLANNER, province_code=SAMPLE)
FUND = Grant(role=Role.FUND, province_code=SAMPLE)


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
            seen = self.page.evaluate("document.getElementById('map').drawn?.() ?? {}")
            if all(seen.get(name) for name in wanted):
                return seen
            self.page.wait_for_timeout(100)
        raise AssertionError((seen, self.complaints, self.page.get_attribute("#map", "data-failed")))

    def at(self, part: str) -> None:
        """Wait until the page's address holds something."""
        self.page.wait_for_function("part => location.hash.includes(part)", arg=part)

    def tiles(self, part: str) -> list[int]:
        """Return the status of every tile asked for under a path."""
        return [status for url, status in self.asked if part in url and url.split("?")[0].endswith((".png", ".mvt"))]

    def asks(self, *parts: str) -> None:
        """Wait until a tile was asked for whose address holds some parts."""
        until = time.monotonic() + PATIENCE_SECONDS
        while not any(all(part in url for part in parts) for url, _ in self.asked):
            assert time.monotonic() < until, parts
            self.page.wait_for_timeout(50)

    def click(self, *places: tuple[float, float]) -> None:
        """Click places of the map, each a share of its width and height."""
        box = self.page.locator("#map").bounding_box()
        for x, y in places:
            self.page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])

    def check_quiet(self) -> None:
        """Nothing was asked of another machine, all of it was there, and nothing complained."""
        assert {status for _, status in self.asked} <= {200, 204, 304}
        assert [url for url, _ in self.asked if not url.startswith((self.address, "data:", "blob:"))] == []
        assert self.complaints == []


@dataclass
class Place:
    """A served study, a browser with WebGL and one without."""

    with_gl: Any
    without_gl: Any
    address: str
    service: Service
    study_id: str

    def open(self, *grants: Grant, english: bool = False, gl: bool = True, rest: str = "", width: int = 1366) -> Map:
        """Open the map as a new person."""
        browser = self.with_gl if gl else self.without_gl
        context = browser.new_context(viewport={"width": width, "height": 768}, locale="vi-VN")
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        cookie, _ = sign_in(self.service, list(grants))
        cookies = {"phusong_session": cookie, "lang": "en" if english else "vi"}
        context.add_cookies([{"name": key, "value": value, "url": self.address} for key, value in cookies.items()])
        one = Map(context.new_page(), self.address)
        one.page.on("response", lambda answer: one.asked.append((answer.url, answer.status)))
        one.page.on("console", lambda said: said.type in ("error", "warning") and one.complaints.append(said.text))
        one.page.on("pageerror", lambda error: one.complaints.append(str(error)))
        one.page.add_init_script(PROGRAMS)
        one.page.goto(f"{self.address}/map/{self.study_id}{rest}")
        one.page.wait_for_selector("#map-page[data-ready]")
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
    with started(chromium) as browser, started(chromium, NO_GL) as plain, served(settings) as (address, app):
        service: Service = app.state.service  # type: ignore[attr-defined]
        sign_in(service, [Grant(role=Role.PLANNER)])
        study_id = put_study(service, small_province, small_results)
        put_rasters(service, study_id, small_province)
        world = make_world(service, SAMPLE)
        with service.database.write() as db:
            study = db.get_one(Study, study_id)
            study.round_id = world.first("round_id")
            study.manifest = {**(study.manifest or {}), "dated": "2026-11-20", "study": study.name}
            west, south, east, north = (study.manifest or {})["rasters"]["viettel_4g"]["bounds"]
            for row in db.query(GapRow):
                row.geom = type(row.geom)((west + east) / 2, (south + north) / 2)
        yield Place(browser, plain, address, service, study_id)


def a_village(at: Place) -> tuple[str, str]:
    """Return code and name of a village of the study."""
    from phusong.maps.vector_tiles import TileSource

    with at.service.database.read() as db:
        folder = at.service.results(db.get_one(Study, at.study_id).folder)
    row = TileSource.open(folder / "study.duckdb").table("villages").iloc[0]
    return str(row["village_code"]), str(row["village_name"])


@pytest.mark.parametrize(("english", "operator"), [(False, "nhà mạng"), (True, "operator")])
def test_a_planner_finds_a_village_asks_about_it_and_sends_the_view(at: Place, english: bool, operator: str) -> None:
    """Layers are drawn; a village is found without accents by keyboard; the address brings all of it back."""
    from phusong.data.names import fold

    seen = at.open(PLANNER, english=english)
    found = seen.drawn("communes", "gaps", "bins", "villages", "sites-viettel", "rows", "names")
    assert "points" not in found
    for part in ("/relief/hillshade/", "communes,", ",households,", "/rows/"):
        assert 200 in seen.tiles(part), part
    code, name = a_village(at)
    seen.page.keyboard.press("/")
    seen.page.keyboard.type(fold(name))
    seen.page.locator("#map-found [role=option]").first.wait_for()
    assert seen.page.locator("#map-found [role=option]").first.inner_text().startswith(name)
    seen.page.keyboard.press("Enter")
    seen.at(f"village_code,{code}")
    assert seen.drawn("points", "villages")["points"] > 0
    seen.page.select_option("[data-filter=operator]", "viettel")
    seen.page.select_option("[data-mode=villages]", "finding")
    seen.page.check("[data-layer=coverage]")
    seen.page.uncheck("[data-evidence=undetermined]")
    seen.drawn("villages-found", "points")
    seen.asks(",households,", "operator=viettel")
    assert 200 in seen.tiles("/coverage/viettel_4g/")
    assert operator in seen.page.inner_text("[data-note=gaps]")
    seen.page.go_back()
    assert seen.page.is_checked("[data-evidence=undetermined]")
    seen.page.go_forward()
    again = at.open(PLANNER, rest=seen.page.evaluate("location.hash"))
    again.drawn("villages-found", "points", "over-asked")
    assert again.page.input_value("[data-filter=operator]") == "viettel"
    assert again.page.is_checked("[data-layer=coverage]")
    assert not again.page.is_checked("[data-evidence=undetermined]")
    seen.check_quiet()
    again.check_quiet()


def test_what_a_flat_map_has_not_is_not_drawn(at: Place) -> None:
    """No sky over it, one kind of circle and one of fill: in software each kind of drawing is made ready at a price."""
    seen = at.open(PLANNER)
    seen.drawn("communes", "gaps", "bins")
    programs = seen.page.evaluate("window.programs")
    assert [one for one in programs if "u_sky_color" in one] == []
    assert [one for one in programs if "outline_color" in one and "v_pos" in one] == []
    assert len([one for one in programs if "antialiasblur" in one]) == 1
    seen.check_quiet()


def test_a_planner_measures_selects_and_keeps_the_view(at: Place, tmp_path: Path) -> None:
    """A line is measured with the keyboard, an area gives totals and a table, the view is a picture and a PDF."""
    seen = at.open(PLANNER, rest="?plan=0123456789abcdef")
    seen.drawn("communes", "villages", "gaps")
    seen.page.click("#do-measure")
    seen.page.keyboard.press("Enter")
    seen.click((0.75, 0.5))
    assert "km" in seen.page.inner_text("#map-tool-said")
    assert "2 điểm" in seen.page.inner_text("#map-tool-said")
    seen.page.keyboard.press("Escape")
    assert seen.page.locator("#map-tool").is_hidden()
    seen.page.click("#do-select")
    seen.click((0.02, 0.02), (0.98, 0.02), (0.98, 0.97), (0.02, 0.97), (0.02, 0.02))
    seen.page.locator("#inside-villages tbody tr").first.wait_for()
    assert "1 vùng lõm" in seen.page.inner_text("#inside-said")
    assert "24 thôn" in seen.page.inner_text("#inside-said")
    gap = seen.page.input_value("#inside-gaps tbody input")
    assert seen.page.get_attribute("#inside-pack", "href") == f"/plans/0123456789abcdef/packages/new#items={gap}"
    seen.page.keyboard.press("Escape")
    for button, begins in (("#do-png", b"\x89PNG"), ("#do-pdf", b"%PDF")):
        with seen.page.expect_download() as kept:
            seen.page.click(button)
        kept.value.save_as(tmp_path / "kept")
        assert (tmp_path / "kept").read_bytes().startswith(begins)
    seen.check_quiet()


def test_who_may_see_no_house_and_no_mast_gets_neither_on_the_map(at: Place) -> None:
    """The fund sees counts at every zoom, no point, no mast, no coverage, finds no station; the map stays whole."""
    seen = at.open(FUND, english=True, rest="#at=13/18.43/105.02")
    assert seen.page.inner_text("h1").startswith("Map: ")
    found = seen.drawn("communes", "bins")
    assert not {one for one in found if one.startswith(("sites", "points"))}
    assert seen.page.locator("[data-layer=sites], [data-layer=coverage]").count() == 0
    seen.page.fill("#map-search", "MAU0001")
    seen.page.get_by_text("Nothing found. Try another name.").last.wait_for()
    assert seen.tiles(",sites") == seen.tiles("/coverage/") == []
    assert seen.page.get_attribute("#map", "data-failed") is None
    seen.check_quiet()


def test_without_webgl_a_plain_map_asks_the_same(at: Place) -> None:
    """Communes, gaps and villages are drawn, a click asks, a filter leaves fewer; on a phone nothing sticks out."""
    seen = at.open(PLANNER, gl=False, width=390)
    before = seen.drawn("communes", "gaps", "villages")["villages"]
    assert seen.page.locator("#map-plain").is_visible()
    assert seen.page.evaluate("document.getElementById('map-page').scrollWidth") <= 390
    seen.click((0.5, 0.5))
    seen.at("ask=")
    seen.page.select_option("[data-filter=class]", "undetermined")
    seen.page.wait_for_function("before => document.getElementById('map').drawn().villages < before", arg=before)
    seen.check_quiet()
