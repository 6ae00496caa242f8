"""Why is it dark here, in a real browser: a gap asked about, a profile opened, a mast dropped and moved by keyboard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from api_.made_pages import Walk, served, started
from api_.made_people import sign_in
from api_.made_studies import SAMPLE
from api_.made_tenders import settings_of
from api_.made_tiling import put_study
from axe_playwright_python.sync_playwright import Axe

from phusong.api.access.roles import Grant, Role
from phusong.api.database import schema
from phusong.api.service import Service

pytestmark = pytest.mark.chromium
PATIENCE_MS = 60_000
_RAW = ("undefined", "NaN", "[object", "{", "why_", "mast_", "state_", "null")
"""What would show that a word or a number is missing."""


@dataclass
class Place:
    """A served study, a browser with WebGL, and the largest gap."""

    browser: Any
    address: str
    service: Service
    study_id: str
    gap: Mapping[Any, Any]

    def open(self, role: Role, language: str = "vi", **view: Any) -> Walk:
        """Open the map with the gap asked about."""
        context = self.browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN", **view)
        context.set_default_timeout(PATIENCE_MS)
        cookie, _ = sign_in(self.service, [Grant(role=role, province_code=SAMPLE)])
        context.add_cookies([{"name": "phusong_session", "value": cookie, "url": self.address}])
        one = Walk(context.new_page(), self.address, self.service)
        one.watch(one.page)
        lon, lat, gap = self.gap["lon_deg"], self.gap["lat_deg"], self.gap["gap_id"]
        at = f"at=12.00/{lat:.5f}/{lon:.5f}&ask={lon:.5f},{lat:.5f},gap_id,{gap}"
        one.go(f"/map/{self.study_id}?lang={language}#{at}")
        one.page.wait_for_selector("#inspector[data-asked]")
        assert one.page.get_attribute("#inspector", "data-asked") == "done", one.page.inner_text("#inspector")
        return one


@pytest.fixture(scope="module")
def at(
    chromium: Any, tmp_path_factory: pytest.TempPathFactory, small_province: Path, small_results: Path
) -> Iterator[Place]:
    """Return a served study and a browser."""
    home = tmp_path_factory.mktemp("why-browser") / "home"
    home.mkdir()
    settings = settings_of(home)
    schema.upgrade(settings.url)
    gaps = pd.read_parquet(small_results / "gaps.parquet").drop(columns="geometry")
    with started(chromium) as browser, served(settings) as (address, app):
        service: Service = app.state.service  # type: ignore[attr-defined]
        sign_in(service, [Grant(role=Role.PLANNER)])
        study_id = put_study(service, small_province, small_results)
        yield Place(browser, address, service, study_id, gaps.sort_values("households").to_dict("records")[-1])


def _said(seen: Walk) -> str:
    """Return what the panel says, and hold it to be words."""
    text = str(seen.page.inner_text("#inspector"))
    there = [one for one in _RAW if one in text]
    assert not there, (there, text)
    return text


def _accessible(seen: Walk) -> None:
    """Nothing serious stands in the way of a reader who does not see the panel, or uses no mouse."""
    found = Axe().run(seen.page, context="#inspector")
    wrong = [one for one in found.response["violations"] if one["impact"] in ("serious", "critical")]
    assert not wrong, [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in wrong]


@pytest.mark.parametrize(("language", "money"), [("vi", "đồng"), ("en", "million")])
def test_a_planner_asks_why_opens_a_profile_and_drops_a_mast(at: Place, language: str, money: str) -> None:
    """The reason, a bar for every operator, the ridge with its dB, and households counted as the mast goes about."""
    seen = at.open(Role.PLANNER, language)
    page = seen.page
    text = _said(seen)
    assert at.gap["gap_id"] in text and at.gap[f"reason_{language}"] in text and at.gap["village_name"] in text
    assert page.locator(".why-operator .why-bar .why-threshold").count() >= 2
    nearest = page.locator(f'button.why-mast[data-site="{at.gap["nearest_site_id"]}"]').first
    nearest.click()
    page.wait_for_selector(".why-chart svg .pp-ground")
    assert "dB" in (page.text_content(".why-chart svg") or "") and nearest.get_attribute("aria-expanded") == "true"
    assert page.locator(".why-ledger").count() == 1
    page.click(".why-do button")
    page.wait_for_selector(".mast-told[data-households]")
    assert money in page.inner_text(".mast-box")
    _accessible(seen)
    _moved_by_keyboard(seen)
    page.fill("[name=height]", "100")
    _until(page, lambda: "mast=" in page.url and page.url.split("mast=")[1].split("&")[0].endswith(",100"))
    page.reload()
    page.wait_for_selector(".mast-told[data-households]")
    assert page.input_value("[name=height]") == "100"
    _said(seen)
    page.click(".mast-box button")
    assert page.locator(".mast-box *").count() == 0
    page.keyboard.press("Escape")
    page.wait_for_selector("#inspector", state="hidden")
    seen.check_quiet()


def _moved_by_keyboard(seen: Walk) -> None:
    """An arrow key moves the marker 50 m north, and it is counted again."""
    page = seen.page
    before = float(page.input_value("[name=lat]"))
    page.locator(".map-marker").focus()
    page.keyboard.press("ArrowUp")
    after = float(page.input_value("[name=lat]"))
    assert 111_195 * (after - before) == pytest.approx(50, abs=1)
    _until(page, lambda: page.inner_text(".mast-box [role=status]") == "")


def _until(page: Any, true: Any) -> None:
    for _ in range(200):
        if true():
            return
        page.wait_for_timeout(50)
    raise AssertionError(page.inner_text("#inspector"))


def test_who_may_not_read_stations_sees_counts_and_no_mast(at: Place) -> None:
    """In English and in the dark, a leader is told the households and the findings, no level and no paper."""
    seen = at.open(Role.LEADER, "en", color_scheme="dark")
    text = _said(seen)
    assert "Households of the village" in text and "Findings" in text and "may read station data" in text
    for name in (".why-operator", ".why-mast", ".why-papers"):
        assert seen.page.locator(name).count() == 0
    assert str(at.gap["nearest_site_id"]) not in text
    seen.page.click(".why-do button")
    seen.page.wait_for_selector(".mast-told[data-households]")
    assert "VND" in _said(seen)
    _accessible(seen)
    seen.check_quiet()


def test_a_paper_of_the_village_is_made_and_saved(at: Place) -> None:
    """One press makes the draft of an answer to voters and saves it under a plain name."""
    seen = at.open(Role.PLANNER)
    with seen.page.expect_download(timeout=PATIENCE_MS) as saved:
        seen.page.get_by_role("button", name="Trả lời cử tri").click()
    assert saved.value.suggested_filename.startswith("tra-loi-cu-tri-")
    seen.check_quiet()
