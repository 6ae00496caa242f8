"""What several rooms' tests share: what must be there and what may be missing, the reference data, a browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile(
    "same", derandomize=True, deadline=None
)  # the same cases every time: a red run can be repeated
settings.register_profile("new", deadline=None)  # for the nightly: cases nobody has seen yet
settings.load_profile("same")

ROOT = Path(__file__).resolve().parents[1]


def missing(kind: str, what: str) -> None:
    """Skip visibly where ``what`` is absent; fail instead where PHUSONG_REQUIRE names its kind."""
    required = os.environ.get("PHUSONG_REQUIRE", "").replace(",", " ").split()
    if kind in required:
        pytest.fail(f"{what} is missing, and PHUSONG_REQUIRE names {kind!r}", pytrace=False)
    pytest.skip(f"{what} is missing ({kind})")


@pytest.fixture(scope="session")
def require() -> Callable[[str, bool, str], None]:
    """Return a check: ``require("libreoffice", found, "LibreOffice")`` goes on only where ``found`` holds."""

    def check(kind: str, found: bool, what: str) -> None:
        if not found:
            missing(kind, what)

    return check


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real data kept beside the project; mark such tests ``shared``."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        missing("shared", "the reference data beside the project (../shared/data)")
    return folder


@dataclass
class OpenedPage:
    """A page opened from a file, with everything it asked the network for and every complaint of the browser."""

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Return a Chromium browser that runs; tests open contexts of their own in it."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        missing("chromium", "a Chromium browser")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def chromium_page(chromium: Any) -> Iterator[Callable[..., OpenedPage]]:
    """Return a function that opens a file: ``chromium_page(path, width=1366, height=768, fragment="")``."""
    contexts = []

    def open_page(path: Path, *, width: int = 1366, height: int = 768, fragment: str = "") -> OpenedPage:
        phone = width < 600
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            has_touch=phone,
            is_mobile=phone,
            device_scale_factor=2 if phone else 1,
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        opened = OpenedPage(context.new_page())
        address = path.resolve().as_uri()
        opened.page.on("request", lambda request: opened.requests.append(request.url))
        opened.page.on(
            "console", lambda said: said.type in ("error", "warning") and opened.complaints.append(said.text)
        )
        opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        opened.page.on("dialog", lambda dialog: (opened.complaints.append(dialog.message), dialog.dismiss()))
        opened.page.goto(f"{address}#{fragment}" if fragment else address)
        opened.requests = [
            url for url in opened.requests if url.split("#")[0] != address and not url.startswith("data:")
        ]
        return opened

    yield open_page
    for context in contexts:
        context.close()


def made_once(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder that one of the test processes makes and all of them read."""
    from phusong.data.file_locks import lock

    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder, done = shared / name, shared / f"{name}.done"
    with lock(shared / f"{name}.lock"):
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)
            done.touch()
    return folder


@pytest.fixture(scope="session")
def small_province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a small sample province, the same for all tests: read it, never write into it."""
    from phusong.data.sample import make_sample, read_recipe

    return made_once(
        tmp_path_factory,
        "tinh-mau",
        lambda folder: make_sample(folder, households=2000, recipe=read_recipe().scaled(0.06)),
    )


@pytest.fixture(scope="session")
def small_results(small_province: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the results folder of a study of the small province."""
    from phusong.study import run_study

    return made_once(tmp_path_factory, "ket-qua", lambda folder: run_study(small_province / "study.toml", folder))
