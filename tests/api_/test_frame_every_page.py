"""Every page there is, as a person with all offices sees it: readable by all, in both languages, on both screens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from api_.made_everything import Ids, enter, make_everything, pages_of
from api_.made_pages import served, started
from axe_playwright_python.sync_playwright import Axe

from phusong.api.pages import assets
from phusong.api.service import Service

pytestmark = pytest.mark.chromium
OFFICE, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
GRAVE = ("serious", "critical")
TARGETS = {"rules": {"target-size": {"enabled": True}}}
"""On a phone whatever is pressed is 24 pixels wide and high, or has that room around it."""
KEY = re.compile(
    r"\b[a-z]+(?:_[a-z0-9]+)+\b(?!\.[a-z])|\b(?:state|class|kind|status)\.[a-z]+|^(?:None|True|False)$"
    r"|\bundefined\b|\bNaN\b|\[object |\{\{|&[a-z]+;"
)
ENGLISH = re.compile(
    r"\b(?:the|and|with|not|failed|running|queued|done|approved|submitted|households?|villages?|rounds?|uploads?"
    r"|downloads?|error|loading|search|save|cancel)\b(?!\.[a-z])",
    re.IGNORECASE,
)
ID = re.compile(r"\b[0-9a-f]{16}\b")
IDS_ARE_TOLD = ("/audit",)
"""The trail names what was done to what; who reads it looks for an id."""
VIETNAMESE = re.compile(r"\b(?:Chưa|Không|Hãy|Đang|Tải|Gửi|Xem|Được|Lưu|Huỷ)\b")
"""A small list of words that are ours; names of places and people are Vietnamese on every page."""
TEXT = """() => {
  const copy = document.body.cloneNode(true);
  const left = "code, .code, textarea, script, [lang]:not(body), .leaflet-container";
  copy.querySelectorAll(left).forEach((one) => one.remove());
  return [...copy.querySelectorAll("*")].flatMap((one) => [...one.childNodes])
    .filter((one) => one.nodeType === Node.TEXT_NODE).map((one) => one.textContent.trim()).filter(Boolean);
}"""


@dataclass
class Everything:
    """A served home with something of everything, and a browser."""

    browser: Any
    address: str
    service: Service
    ids: Ids
    cookie: str
    wrong: list[str] = field(default_factory=list)

    def tab(self, language: str, size: dict[str, int], theme: str) -> Any:
        """Return a tab that writes down what it asks for elsewhere and every error."""
        context = self.browser.new_context(
            viewport=size, color_scheme=theme, locale=language, reduced_motion="reduce", service_workers="block"
        )
        session = {"name": "phusong_session", "value": self.cookie, "url": self.address}
        context.add_cookies([session, {"name": "lang", "value": language, "url": self.address}])
        page = context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(f"{page.url}: {error}"))
        page.on("console", lambda said: said.type == "error" and self.wrong.append(f"{page.url}: {said.text}"))
        page.on("request", lambda asked: self._own(asked.url) or self.wrong.append(f"{page.url} asks {asked.url}"))
        return page

    def _own(self, url: str) -> bool:
        return url.startswith((self.address, "data:", "blob:"))

    def check(self, holds: bool, told: str) -> None:
        """Write down what does not hold; all of it is told at the end."""
        if not holds:
            self.wrong.append(told)


@pytest.fixture(scope="module")
def at(
    chromium: Any, tmp_path_factory: pytest.TempPathFactory, small_province: Path, small_results: Path
) -> Iterator[Everything]:
    """Return the served home."""
    settings, ids = make_everything(tmp_path_factory.mktemp("everything") / "home", small_province, small_results)
    with started(chromium) as browser, served(settings) as (address, app):
        service: Service = app.state.service  # type: ignore[attr-defined]
        yield Everything(browser, address, service, ids, enter(service))


def grave(page: Any, **options: Any) -> list[str]:
    """Return what axe finds serious or worse on a page."""
    found = Axe().run(page, options={"resultTypes": ["violations"], "preload": False, **options})
    return [
        f"{page.url}: {one['id']} {node['html'][:160]} {(node['any'] or [{}])[0].get('message', '')}"
        for one in found.response["violations"]
        if one["impact"] in GRAVE
        for node in one["nodes"][:3]
    ]


def narrow(page: Any) -> None:
    """Make the window a phone's and let the page take it in: its tables are measured anew."""
    page.set_viewport_size(PHONE)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def too_wide(page: Any) -> bool:
    """Say whether the page is wider than its window."""
    wide: bool = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return wide


def odd_words(page: Any, foreign: re.Pattern[str]) -> list[str]:
    """Return the texts of a page that hold a key or an id of the program, or a word of the other language."""
    ids = not page.url.endswith(IDS_ARE_TOLD)
    odd = [KEY, foreign, *([ID] if ids else [])]
    return [one[:120] for one in page.evaluate(TEXT) if any(kind.search(one) for kind in odd)]


def is_framed(page: Any, language: str) -> bool:
    """Say whether a page has one heading, a title of its own and its language."""
    title = page.title().removesuffix("Phủ Sóng").strip(" ·")
    return bool(title) and page.locator("h1").count() == 1 and page.get_attribute("html", "lang") == language


def test_what_cannot_be_read_is_found(at: Everything) -> None:
    """A button without a name and a line too pale to read are told: the check itself works under the strict policy."""
    page = at.tab("vi", OFFICE, "light")
    page.goto(f"{at.address}/account")
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    page.evaluate("document.querySelector('h1').style.color = '#ddd'")
    found = " ".join(grave(page))
    page.context.close()
    assert "button-name" in found and "color-contrast" in found


def test_no_page_keeps_anybody_out_in_vietnamese(at: Everything) -> None:
    """Nothing serious for axe, light and dark; no wider than the screen; no code, no English; a strict policy."""
    page = at.tab("vi", OFFICE, "light")
    for path in pages_of(page, at.address, at.ids):
        page.set_viewport_size(OFFICE)
        page.emulate_media(color_scheme="light")
        answer = page.goto(at.address + path)
        policy = answer.headers["content-security-policy"]
        at.check("'self'" in policy and "unsafe" not in policy, f"{path}: {policy}")
        at.check(answer.status == 200 and is_framed(page, "vi"), f"{path}: {answer.status}, {page.title()}")
        at.wrong += grave(page)
        at.wrong += [f"{path}: {one}" for one in odd_words(page, ENGLISH)]
        at.check(not too_wide(page), f"{path}: wider than an office screen")
        page.emulate_media(color_scheme="dark")
        narrow(page)
        at.wrong += [f"dark phone {one}" for one in grave(page, **TARGETS)]
        at.check(not too_wide(page), f"{path}: wider than a phone")
    page.context.close()
    wrong, at.wrong = at.wrong, []
    assert not wrong, "\n".join(wrong)


def test_every_page_is_whole_in_english(at: Everything) -> None:
    """Nothing serious for axe; no code, no id, no Vietnamese word of ours; no wider than a phone."""
    page = at.tab("en", OFFICE, "light")
    for path in pages_of(page, at.address, at.ids):
        page.set_viewport_size(OFFICE)
        page.goto(at.address + path)
        at.check(is_framed(page, "en"), f"{path}: {page.title()}")
        at.wrong += grave(page)
        at.wrong += [f"{path}: {one}" for one in odd_words(page, VIETNAMESE)]
        narrow(page)
        at.check(not too_wide(page), f"{path}: wider than a phone")
    page.context.close()
    wrong, at.wrong = at.wrong, []
    assert not wrong, "\n".join(wrong)


FOCUS = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const shown = [at, ...(at.closest(".drop-zone") ? [at.closest(".drop-zone")] : [])].some((one) => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });
  const box = at.getBoundingClientRect();
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const top = document.elementFromPoint(Math.max(1, box.left + box.width / 2), box.top + Math.min(8, box.height / 2));
  const covered = top !== null && !at.contains(top) && !top.contains(at) && !top.closest("label");
  return { id: at.id, name: at.outerHTML.slice(0, 100), area: at.closest("nav.rail, header.top, main")?.className ||
    at.closest("main")?.id || "", shown, seen: inside && !covered };
}"""


def walked(page: Any, most: int = 600) -> list[dict[str, Any]]:
    """Press Tab from the beginning of a page until it lets go of the focus again; return what had it."""
    found: list[dict[str, Any]] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUS)
        if here is None:
            return found
        found.append(here)
    raise AssertionError(f"{page.url} does not let go of the focus: {found[-3:]}")


def test_the_keyboard_goes_through_a_page_in_order_and_is_seen(at: Everything) -> None:
    """Skip link, sections, top bar, then the page; every stop has its ring in sight and none keeps the focus."""
    page = at.tab("vi", OFFICE, "light")
    paths = ("/", "/reports/99", "/plans/{plan_id}", "/plans/{plan_id}/packages/new", "/map/{study_id}")
    for path in paths:
        page.goto(at.address + path.format(**at.ids), wait_until="networkidle")
        stops = walked(page)
        areas = [key for key, _ in groupby(one["area"] for one in stops[1:])]
        at.check("skip" in stops[0]["name"], f"{path}: begins at {stops[0]['name']}")
        at.check(areas[:3] == ["rail", "top", "main"], f"{path}: {areas}")
        at.wrong += [f"{path}: no ring on {one['name']}" for one in stops if not one["shown"]]
        at.wrong += [f"{path}: out of sight {one['name']}" for one in stops if not one["seen"]]
    page.goto(f"{at.address}/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    at.check(page.evaluate("document.activeElement.id") == "main", "the skip link does not lead to the page")
    page.keyboard.press("/")
    at.check(page.evaluate("document.activeElement.id") == "search", "/ does not lead to the search box")
    page.context.close()
    wrong, at.wrong = at.wrong, []
    assert not wrong, "\n".join(wrong)


MOST_BYTES = 300_000
"""Of script and style on any page but the map's."""


def weight(page: str) -> int:
    """Return the bytes of every script and style a page can ask for: those it names, and whatever those import."""
    known, found = assets.assets(), set()
    waiting = re.findall(r'(?:href|src)="[^"]*/static/[^/]+/([^"]+\.(?:js|css))"', page)
    while waiting:
        name = waiting.pop()
        if name not in found and name in known:
            found.add(name)
            waiting += re.findall(r'"\./([\w.-]+\.js)"', known[name].decode()) if name.endswith(".js") else []
    return sum(len(known[name]) for name in found)


def test_every_page_but_the_map_is_light(at: Everything) -> None:
    """Script and style together are at most 300 kB before they are compressed, modules a page loads later included."""
    page = at.tab("vi", OFFICE, "light")
    asked = {"accept": "text/html"}
    weights = {
        path: weight(page.request.get(at.address + path, headers=asked).text())
        for path in pages_of(page, at.address, at.ids)
        if not path.startswith("/map")
    }
    page.context.close()
    assert min(weights.values()) > 10_000
    assert {path: found for path, found in weights.items() if found > MOST_BYTES} == {}
