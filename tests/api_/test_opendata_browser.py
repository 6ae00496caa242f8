"""Looking a village up on a phone without JavaScript, and open data on a desk: nothing complains, nothing leaves."""

from __future__ import annotations

import pytest
from api_.made_open import add_study
from api_.made_pages import served

pytestmark = [pytest.mark.chromium, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def test_a_village_is_looked_up_on_a_phone_and_data_downloaded_on_a_desk(chromium, settings):
    """Search, list, village, commune without a script and without scrolling sideways; a file saved by one press."""
    with served(settings) as (address, app):
        add_study(app.state.service, "04")
        asked, complaints = [], []
        phone = chromium.new_context(
            viewport={"width": 390, "height": 844}, is_mobile=True, java_script_enabled=False, locale="vi-VN"
        )
        desk = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="en-GB", accept_downloads=True)
        for context in (phone, desk):
            context.set_default_timeout(20_000)
            context.on("request", lambda request: asked.append(request.url))
            context.on("console", lambda said: said.type in ("error", "warning") and complaints.append(said.text))
        page = phone.new_page()
        page.goto(f"{address}/check")
        page.get_by_label("Tên thôn").fill("na luong")
        page.get_by_role("button", name="Tra cứu").click()
        page.get_by_role("link", name="Bản Nà Lường").click()
        assert page.locator("h1").inner_text() == "Bản Nà Lường"
        assert "lõm sóng" in page.locator("main").inner_text()
        widths = [page.locator(one).bounding_box()["width"] for one in ("main", ".open", ".card >> nth=0")]
        assert max(widths) <= 390
        page.get_by_role("link", name="Xã Thượng").click()
        assert page.locator("h1").inner_text() == "Xã Thượng"
        page = desk.new_page()
        page.goto(f"{address}/open-data")
        assert page.locator("h1").inner_text() == "Open data on places without mobile signal"
        page.locator("summary").first.click()
        assert page.get_by_text("households_unserved", exact=True).first.is_visible()
        with page.expect_download() as saved:
            page.get_by_role("link", name="CSV").first.click()
        assert saved.value.suggested_filename == "open_communes.csv"
        assert [url for url in asked if not url.startswith((address, "data:"))] == []
        assert complaints == []
        phone.close()
        desk.close()
