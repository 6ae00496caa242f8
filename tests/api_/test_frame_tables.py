"""What a table offers in a real browser: columns that are remembered, sorting, a filter without accents, a .csv."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from api_.made_pages import Begin, walking

from phusong.api.access.roles import Grant, Role
from phusong.api.settings import ServiceSettings
from phusong.data.unit_prices import read_unit_prices

pytestmark = pytest.mark.chromium


@pytest.fixture
def walk(chromium: Any, _sqlite_template: Path, tmp_path: Path) -> Iterator[Begin]:
    """Return a function that opens a browser of a new person."""
    shutil.copyfile(_sqlite_template, tmp_path / "phusong.sqlite")
    url = f"sqlite:///{(tmp_path / 'phusong.sqlite').as_posix()}"
    with walking(chromium, ServiceSettings(home=tmp_path / "home", database_url=url)) as begin:
        yield begin


def test_a_table_is_sorted_filtered_narrowed_and_saved(walk: Begin) -> None:
    """Numbers sort as numbers, a name is found without its marks, a column stays away, the .csv holds what is shown."""
    at = walk([Grant(role=Role.PLANNER)])
    at.go("/unit-prices")
    page = at.page
    table = page.locator("table[data-columns=unit-prices]")
    table.locator("button.sort", has_text="Cao").click()
    high = sorted(one.high for one in read_unit_prices().rows.values())
    rows = table.locator("tbody tr")
    first, last = (rows.nth(n).locator("td").nth(3).inner_text() for n in (0, rows.count() - 1))
    assert [float(one.replace(".", "").replace(",", ".")) for one in (first, last)] == [high[0], high[-1]]
    assert table.locator("th[aria-sort=ascending]").inner_text().startswith("Cao")
    rows.first.focus()
    page.keyboard.press("ArrowDown")
    assert rows.nth(1).evaluate("row => row === document.activeElement")
    page.fill(".table-tools input[type=search]", "mong va cot")
    shown = table.locator("tbody tr:not([hidden]) th").all_inner_texts()
    assert shown and all(one.startswith("Móng và cột") for one in shown)
    page.locator(".choose summary").click()
    page.get_by_label("Nguồn").uncheck()
    page.keyboard.press("Escape")
    assert page.locator(".choose[open]").count() == 0
    with page.expect_download() as saved:
        page.get_by_role("button", name="Tải .csv").click()
    lines = Path(saved.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 1 + len(shown) and "Nguồn" not in lines[0] and lines[0].startswith('"Khoản mục')
    page.reload()
    assert not table.locator("thead th", has_text="Nguồn").is_visible()
    assert table.locator("thead th", has_text="Đơn vị tính").is_visible()
    at.check_quiet()


def test_words_of_the_rail_are_shown_when_it_is_reached_by_keyboard(walk: Begin) -> None:
    """A section's words appear beside its mark on focus, and `/` goes to the search from anywhere."""
    at = walk([Grant(role=Role.PLANNER)])
    at.go("/profiles")
    entry = at.page.locator(".rail a[href='/studies']")
    entry.focus()
    at.page.keyboard.press("Shift+Tab")
    at.page.keyboard.press("Tab")
    label = entry.locator(".label")
    assert label.evaluate("one => getComputedStyle(one).opacity") == "1"
    box = label.bounding_box()
    assert box is not None and box["x"] >= 56
    at.page.keyboard.press("/")
    assert at.page.evaluate("document.activeElement.id") == "search"
    at.check_quiet()
