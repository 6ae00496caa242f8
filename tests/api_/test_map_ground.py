"""The ground and the layers of the map in a browser: each draws what there is; a ring drawn by hand selects."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from api_.made_everything import EVERY_ROLE, make_everything
from api_.made_pages import NO_GL, served, started
from api_.test_map_browser import Map, Place
from maps_.test_basemap import written

from phusong.api.service import Service
from phusong.maps.mvt import area_layer, line_layer

pytestmark = pytest.mark.chromium
SWITCHED = "#layers=coverage,packages,plan_sites,proposed_sites&villages=finding"


def basemap(path: Path) -> Path:
    """Write a basemap of water over the whole world with roads through every tile."""
    water = shapely.box(0, 0, 4000, 4000)
    road = shapely.MultiLineString([[(0, y), (4096, y)] for y in range(0, 4096, 32)])

    def tile(*at: int) -> bytes:
        told = {"name": np.array([str(at)])}  # no two alike: the writer tells the deepest zoom by the last new tile
        return area_layer("water", [water], {}) + line_layer("roads", [road], told)

    return written(path, {(z, x, y): tile(z, x, y) for z in range(6) for x in range(1 << z) for y in range(1 << z)})


@pytest.fixture(scope="module")
def at(
    chromium: Any, tmp_path_factory: pytest.TempPathFactory, small_province: Path, small_results: Path
) -> Iterator[Place]:
    """Return a service that has something of everything, with a basemap of its own."""
    home = tmp_path_factory.mktemp("ground") / "home"
    settings, ids = make_everything(home, small_province, small_results)
    settings = settings.model_copy(update={"basemap": basemap(home / "nen.pmtiles")})
    with started(chromium) as browser, started(chromium, NO_GL) as plain, served(settings) as (address, app):
        service: Service = app.state.service  # type: ignore[attr-defined]
        yield Place(browser, plain, address, service, ids["study_id"])


def a_mast(at: Place) -> str:
    """Return where a mast stands whose directions are listed, as addresses say it."""
    from phusong.maps.tile_store import TileSource

    (snapshot,) = at.service.settings.home.glob(f"studies/{at.study_id}/results/study.duckdb")
    row = TileSource.open(snapshot).table("tile_sectors").iloc[0]
    return f"14/{row['lat_deg']:.4f}/{row['lon_deg']:.4f}"


def drag(seen: Map, *, corners: int = 24) -> None:
    """Draw a ring round the middle of the map with the pointer held down."""
    box = seen.page.locator("#map").bounding_box()
    turn = np.linspace(0.0, 2 * np.pi, corners)
    path = [
        (box["x"] + box["width"] * (0.5 + 0.47 * np.cos(t)), box["y"] + box["height"] * (0.5 + 0.47 * np.sin(t)))
        for t in turn
    ]
    seen.page.mouse.move(*path[0])
    seen.page.mouse.down()
    for place in path[1:]:
        seen.page.mouse.move(*place)


def test_every_layer_of_a_province_draws_what_there_is(at: Place) -> None:
    """Ground, borders, plan, packages and findings have features; their switches are there with their words."""
    seen = at.open(*EVERY_ROLE, rest=SWITCHED)
    seen.drawn(
        *("basemap-water-areas", "basemap-roads", "rivers", "roads", "communes", "provinces", "names"),
        *("gaps", "packages", "package-edges", "plan-sites", "proposed", "villages-found", "sites-viettel"),
    )  # fmt: skip
    assert "Hoàng Sa" in seen.page.inner_text(".layer:has([data-layer=basemap])")
    assert "Đường ô tô" in seen.page.inner_text(".layer:has([data-layer=roads])")
    assert seen.page.evaluate("document.fonts.check('400 24px \"Be Vietnam Pro\"', 'ạđơ')")
    for one in ("roads", "rivers", "communes", "basemap"):
        seen.page.uncheck(f"[data-layer={one}]")
    seen.page.wait_for_function(
        "() => { const found = Object.keys(document.getElementById('map').drawn());"
        " return found.includes('gaps') && !found.some((one) => /^(roads|rivers|communes|provinces|base)/.test(one)); }"
    )
    seen.check_quiet()


def test_what_is_switched_off_or_too_far_out_is_not_drawn(at: Place) -> None:
    """No tile of a basemap that is off; no sector below zoom 12, then wedges, days and names of roads."""
    off = at.open(*EVERY_ROLE, rest="#layers=-basemap")
    assert not [one for one in off.drawn("communes", "sites-viettel") if one.startswith(("sectors-", "basemap"))]
    assert not [url for url, _ in off.asked if "/basemap/" in url or "/proposed_sites/" in url]
    near = at.open(*EVERY_ROLE, english=True, rest=f"#at={a_mast(at)}&villages=finding")
    found = near.drawn("road-names", "village-days")
    assert any(one.startswith("sectors-") for one in found)
    assert "not how far they reach" in near.page.inner_text(".layer:has([data-layer=sectors])")
    near.check_quiet()


def test_the_archipelagos_are_there_with_everything_else_switched_off(at: Place) -> None:
    """Zoomed out, with and without WebGL, Hoàng Sa and Trường Sa are named."""
    seen = at.open(*EVERY_ROLE, rest="#at=4.5/13.5/109.5&layers=-labels,-communes")
    assert seen.drawn("island-names", "islands")["island-names"] == 2
    plain = at.open(*EVERY_ROLE, gl=False, rest="#at=4.5/13.5/109.5&layers=-labels")
    plain.page.get_by_text("Quần đảo Trường Sa (Việt Nam) đặc khu Trường Sa, tỉnh Khánh Hòa").wait_for()
    plain.check_quiet()


@pytest.mark.parametrize("gl", [True, False])
def test_a_ring_drawn_by_hand_selects(at: Place, gl: bool) -> None:
    """Esc forgets a ring that is being drawn; let go it selects; the map does not move, nothing is asked about."""
    seen = at.open(*EVERY_ROLE, gl=gl)
    seen.drawn("villages", "gaps")
    seen.page.click("#do-select")
    before = seen.page.evaluate("location.hash")
    seen.page.click("#do-lasso")
    drag(seen)
    seen.page.keyboard.press("Escape")
    seen.page.mouse.up()
    assert seen.page.locator("#map-tool").is_visible()
    drag(seen)
    seen.page.mouse.up()
    seen.page.locator("#inside-villages tbody tr").first.wait_for()
    hash_ = seen.page.evaluate("location.hash")
    assert hash_.startswith(before)
    assert 8 <= hash_.split("inside=")[1].count("%3B") <= 190
    assert "ask=" not in hash_
    assert seen.page.locator("#inspector").is_hidden()
    seen.check_quiet()
