"""map.html as a person meets it: opened from a file in a real browser."""

import pytest
from maps_.made_tables import made_plan, made_tables, made_terrain

from phusong.maps.hillshade import hillshade_overlay
from phusong.maps.page import write_map

pytestmark = pytest.mark.chromium
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def map_file(tmp_path_factory):
    tables = made_tables()
    tables["villages"].loc[0, "village_name"] = SCRIPT
    path = tmp_path_factory.mktemp("map") / "map.html"
    write_map(
        path,
        tables,
        title="Phủ Sóng",
        subtitle="Tỉnh mô phỏng, đợt 1",
        language="vi",
        simulated=True,
        provenance={"Ngày": "22/11/2026"},
        relief=hillshade_overlay(made_terrain()),
    )
    return path


def opened_map(chromium_page, map_file, **options):
    opened = chromium_page(map_file, **options)
    opened.page.wait_for_selector("html[data-ready]")
    return opened


def popup_text(page):
    return page.locator(".leaflet-popup-content").inner_text()


def test_the_page_asks_the_network_for_nothing(chromium_page, map_file):
    """Opened, searched and clicked through, it makes no request but for itself and the browser has no complaint."""
    opened = opened_map(chromium_page, map_file)
    opened.page.locator("#found").wait_for(state="attached")
    opened.page.keyboard.press("/")
    opened.page.keyboard.type("ngoc")
    opened.page.keyboard.press("Enter")
    opened.page.wait_for_selector(".leaflet-popup-content")
    opened.page.locator(".leaflet-control-layers-selector").first.uncheck()
    assert opened.requests == []
    assert opened.complaints == []


def test_search_finds_a_commune_typed_without_accents(chromium_page, map_file):
    """``/``, ``Ngoc Lac``, Enter opens Xã Ngọc Lặc, with the keyboard alone."""
    page = opened_map(chromium_page, map_file).page
    page.keyboard.press("/")
    page.keyboard.type("Ngoc Lac")
    assert page.locator("#found li b").first.inner_text() == "Xã Ngọc Lặc"
    page.keyboard.press("Enter")
    assert popup_text(page).startswith("Xã Ngọc Lặc")


def test_search_finds_a_village_and_moves_with_arrows(chromium_page, map_file):
    """Arrow down marks the second answer, Enter opens that one, Escape closes the list."""
    page = opened_map(chromium_page, map_file).page
    page.keyboard.press("/")
    page.keyboard.type("kho muong")
    second = page.locator("#found li b").nth(1).inner_text()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert second.startswith("Bản Kho Mường")
    assert popup_text(page).startswith(second)
    page.keyboard.type("zzz")
    assert "Không tìm thấy" in page.locator("#found").inner_text()
    page.keyboard.press("Escape")
    assert page.locator("#found").is_hidden()


@pytest.mark.parametrize("typed", ["20,1 105,3", "20.1, 105.3", "105.3 20.1"])
def test_search_takes_coordinates(chromium_page, map_file, typed):
    """Comma or point, either order: in Vietnam the smaller number is the latitude."""
    page = opened_map(chromium_page, map_file).page
    page.keyboard.press("/")
    page.keyboard.type(typed)
    page.keyboard.press("Enter")
    assert popup_text(page) == "20.10000 105.30000"


def test_a_script_in_a_village_name_is_shown_as_text(chromium_page, map_file):
    """The name is read, in the list and in the popup; nothing runs."""
    opened = opened_map(chromium_page, map_file)
    opened.page.keyboard.press("/")
    opened.page.keyboard.type("script")
    assert opened.page.locator("#found li b").first.inner_text() == SCRIPT
    opened.page.keyboard.press("Enter")
    assert popup_text(opened.page).startswith(SCRIPT)
    assert opened.complaints == []


def test_an_address_brings_back_view_layers_and_selection(chromium_page, map_file):
    """The address written after a selection opens the same popup, zoom and hidden layer in a new window."""
    page = opened_map(chromium_page, map_file, fragment="at=gaps:38-007").page
    assert "119 hộ cần phủ sóng" in popup_text(page)
    page.locator(".leaflet-control-layers-overlays label").nth(2).click()
    fragment = page.evaluate("location.hash.slice(1)")
    again = opened_map(chromium_page, map_file, fragment=fragment).page
    assert "off=villages" in fragment
    assert "119 hộ cần phủ sóng" in popup_text(again)
    assert again.evaluate("location.hash.slice(1)") == fragment
    assert not again.locator(".leaflet-control-layers-overlays label input").nth(2).is_checked()


def test_a_gap_on_the_map_can_be_clicked(chromium_page, map_file):
    """A click where a gap's disc is drawn opens that gap: the picture and the answers lie on each other."""
    page = opened_map(chromium_page, map_file).page
    tables = made_tables()
    gap = tables["gaps"].iloc[9]
    place = f"map_phusong.latLngToContainerPoint([{gap.lat_deg}, {gap.lon_deg}])"
    at = page.evaluate(f"(() => {{ const p = {place}; return [p.x, p.y]; }})()")
    page.locator("#map_phusong").click(position={"x": at[0], "y": at[1]})
    assert "412 hộ cần phủ sóng" in popup_text(page)


def test_closing_a_selection_takes_it_out_of_the_address(chromium_page, map_file):
    """Escape closes the popup, and the address no longer names it."""
    page = opened_map(chromium_page, map_file, fragment="at=gaps:38-007").page
    page.keyboard.press("Escape")
    page.wait_for_selector(".leaflet-popup", state="detached")
    assert "at=" not in page.evaluate("location.hash")


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (375, 812)])
def test_nothing_lies_over_anything_else(chromium_page, map_file, width, height):
    """Title, search, banner, map, panel and sheet button share no pixel and none leaves the window."""
    page = opened_map(chromium_page, map_file, width=width, height=height).page
    boxes = {}
    for name in (".names", ".search", ".note", "main", ".panel", ".sheet"):
        box = page.locator(name).bounding_box()
        if box and page.locator(name).is_visible():
            boxes[name] = box
    assert len(boxes) == 5
    for box in boxes.values():
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width + 0.5
        assert box["y"] + box["height"] <= height + 0.5
    names = list(boxes)
    over = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :] if overlap(boxes[a], boxes[b])]
    assert over == []
    assert boxes["main"]["height"] > height / 2


def test_the_panel_opens_as_a_sheet_on_a_phone(chromium_page, map_file):
    """The button shows layers and legend; pressed again it hides them."""
    page = opened_map(chromium_page, map_file, width=375, height=812).page
    assert page.locator("#panel").is_hidden()
    page.locator("#sheet").tap()
    assert "Vùng lõm sóng" in page.locator("#layers").inner_text()
    page.locator("#sheet").tap()
    assert page.locator("#panel").is_hidden()


def test_every_layer_has_its_switch_and_its_legend(chromium_page, map_file):
    """What is hidden loses its legend; what is shown has it right under its name."""
    page = opened_map(chromium_page, map_file).page
    names = page.locator(".leaflet-control-layers-overlays label").all_inner_texts()
    assert [name.strip() for name in names] == [
        "Vùng lõm sóng", "Xã, phường", "Thôn, bản", "Trạm thu phát sóng", "Vị trí trạm tham khảo", "Bóng địa hình",
    ]  # fmt: skip
    legend = page.locator(".leaflet-control-layers-overlays label:first-child + ul.legend")
    assert "Rất nhiều: từ 200 hộ" in legend.inner_text()
    page.locator(".leaflet-control-layers-selector").first.uncheck()
    assert legend.is_hidden()


def test_layers_of_a_plan_are_drawn_and_the_further_ones_wait(chromium_page, tmp_path):
    """Sites of the plan are on at first; gaps of another day, roads and schools when asked for, without an error."""
    path = tmp_path / "map.html"
    write_map(
        path, made_tables() | made_plan(), title="Phủ Sóng", subtitle="", language="vi", simulated=True, provenance={}
    )
    page = opened_map(chromium_page, path).page
    boxes = {
        label.inner_text().strip(): label.locator("input")
        for label in page.locator(".leaflet-control-layers-overlays label").all()
    }
    on = {name: box.is_checked() for name, box in boxes.items()}
    assert on["Trạm trong phương án"]
    waiting = ("Vùng lõm khi tắt 2G", "Đoạn đường chưa có sóng", "Trường, trạm y tế, đồn…")
    assert not any(on[name] for name in waiting)
    for name in waiting:
        boxes[name].check()
    page.screenshot(path=tmp_path / "plan.png")
    assert page.locator(".leaflet-control-layers-overlays input:checked").count() == len(boxes)


def overlap(a, b):
    across = min(a["x"] + a["width"], b["x"] + b["width"]) - max(a["x"], b["x"])
    down = min(a["y"] + a["height"], b["y"] + b["height"]) - max(a["y"], b["y"])
    return across > 0.5 and down > 0.5
