"""Take a picture of every page, in both languages, light and dark, on an office screen and on a phone.

By hand: ``python tests/screens.py FOLDER [pattern of addresses ...]``. The pictures are looked at; where all of them
are taken, the small choice that ``docs/`` shows is written anew.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from api_.made_everything import enter, make_everything, pages_of
from api_.made_pages import served
from PIL import Image
from playwright.sync_api import sync_playwright

from phusong.data.sample import make_sample, read_recipe
from phusong.study import run_study

SIZES = {"desktop": (1366, 768), "phone": (390, 844)}
GL = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
PROGRAM = "/usr/bin/chromium"
DOCS = Path(__file__).parents[1] / "docs" / "images" / "screens"
MOST_BYTES, MOST_TALL = 60_000, SIZES["phone"][1]
DRAWN = """() => {
  const map = document.querySelector("#map");
  return !map || Object.keys(map.drawn?.() ?? {}).length > 2;
}"""
"""A map is looked at once something of the study stands on it."""
KEPT = (
    "inbox.vi-light-desktop", "inbox.en-dark-phone", "map-x.vi-light-desktop", "map-x.en-dark-phone",
    "studies-x-findings.vi-light-desktop", "plans-x.en-light-desktop", "packages-x.vi-light-desktop",
    "reports.vi-light-desktop", "reports-99.en-dark-desktop", "reports-99.vi-light-phone",
    "profiles.en-light-desktop", "unit-prices.vi-dark-desktop",
)  # fmt: skip
"""The pictures the docs show."""


@dataclass(frozen=True)
class Look:
    """How a page is looked at."""

    language: str
    theme: str
    size: str

    @property
    def name(self) -> str:
        """Return the end of a picture's name."""
        return f"{self.language}-{self.theme}-{self.size}"


LOOKS = [Look(*one) for one in product(("vi", "en"), ("light", "dark"), SIZES)]


def opened(browser: Any, address: str, cookie: str, look: Look) -> Any:
    """Return a browser tab of somebody signed in."""
    width, height = SIZES[look.size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=look.theme, locale=look.language,
        reduced_motion="reduce", is_mobile=look.size == "phone", has_touch=look.size == "phone",
    )  # fmt: skip
    session = {"name": "phusong_session", "value": cookie, "url": address}
    context.add_cookies([session, {"name": "lang", "value": look.language, "url": address}])
    return context.new_page()


def named(path: str) -> str:
    """Return a file's name for an address."""
    return re.sub(r"\W+", "-", re.sub(r"[0-9a-f]{16}", "x", path)).strip("-") or "inbox"


def take(folder: Path, home: tuple[Any, dict[str, str]], wanted: list[str], looks: list[Look]) -> Iterator[Path]:
    """Take the pictures; give each as it is written."""
    settings, ids = home
    with served(settings) as (address, app), sync_playwright() as player:
        cookie = enter(app.state.service)  # type: ignore[attr-defined]
        browser = player.chromium.launch(executable_path=PROGRAM, args=GL)
        for look in looks:
            tab = opened(browser, address, cookie, look)
            for path in pages_of(tab, address, ids):
                if wanted and not any(re.search(part, path) for part in wanted):
                    continue
                tab.goto(address + path, wait_until="networkidle")
                tab.wait_for_function(DRAWN, timeout=60_000)
                picture = folder / f"{named(path)}.{look.name}.png"
                tab.screenshot(path=picture, full_page=look.size == "phone" and "/map" not in path)
                yield picture
            tab.context.close()
        browser.close()


def keep(folder: Path) -> None:
    """Write the pictures the docs show, small, from those that were taken."""
    DOCS.mkdir(parents=True, exist_ok=True)
    for name in KEPT:
        taken = Image.open(folder / f"{name}.png").convert("RGB")
        shown = taken.crop((0, 0, taken.width, min(taken.height, MOST_TALL)))
        path = DOCS / f"{name}.webp"
        for quality, scale in product((80, 60, 40), (1.0, 0.75)):
            size = round(shown.width * scale), round(shown.height * scale)
            shown.resize(size).save(path, quality=quality, method=6)
            if path.stat().st_size <= MOST_BYTES:
                break


def made(folder: Path) -> tuple[Any, dict[str, str]]:
    """Make the service the pictures are of."""
    sample, results = folder / "tinh-mau", folder / "ket-qua"
    make_sample(sample, households=2000, recipe=read_recipe().scaled(0.06))
    run_study(sample / "study.toml", results)
    return make_everything(folder / "home", sample, results)


if __name__ == "__main__":
    target, *parts = sys.argv[1:]
    Path(target).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        for one in take(Path(target), made(Path(work)), parts, LOOKS):
            print(one)
    if not parts:
        keep(Path(target))
