"""A real server in a thread, and a browser that is signed in to it."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from api_.made_people import sign_in

from phusong.api.access.roles import Grant
from phusong.api.app import create_app
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings


@contextmanager
def served(settings: ServiceSettings) -> Iterator[tuple[str, object]]:
    """Serve a service at a free port of this machine; give its address and its app."""
    app = create_app(settings)
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}", app
    server.should_exit = True
    thread.join(timeout=20)
    listener.close()


@dataclass
class Walk:
    """A browser at a service, with everything it asked for and every complaint."""

    page: Any
    address: str
    service: Service
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def watch(self, page: Any) -> None:
        """Write down what a page asks for and complains of."""
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda said: said.type in ("error", "warning") and self.complaints.append(said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def go(self, path: str) -> None:
        """Open a page of the service."""
        self.page.goto(self.address + path)

    def heading(self) -> str:
        """Return the page's heading."""
        return str(self.page.locator("h1").inner_text())

    def press(self, name: str) -> None:
        """Press the button of that name, and wait until its form is answered."""
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.page.locator("form[data-sent]").wait_for(state="detached")
        self.page.wait_for_load_state()

    def check_quiet(self) -> None:
        """Nothing was asked of another machine, and the browser (its policy too) complained of nothing."""
        assert [url for url in self.asked if not url.startswith((self.address, "data:", "blob:"))] == []
        assert self.complaints == []


SOFTWARE_GL = ("--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
NO_GL = ("--no-sandbox", "--disable-3d-apis")


@contextmanager
def started(chromium: Any, arguments: Sequence[str] = SOFTWARE_GL) -> Iterator[Any]:
    """Start a browser of its own beside the one that runs; with WebGL where nothing else is said."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    browser = chromium.browser_type.launch(executable_path=program, args=list(arguments))
    yield browser
    browser.close()


Begin = Callable[..., Walk]


@contextmanager
def walking(chromium: Any, settings: ServiceSettings) -> Iterator[Begin]:
    """Serve a service; give a function that opens a browser of a new person with some grants, of nobody without."""
    with served(settings) as (address, app):
        service: Service = app.state.service  # type: ignore[attr-defined]

        def begin(grants: list[Grant], *, script: bool = True) -> Walk:
            context = chromium.new_context(
                viewport={"width": 1366, "height": 768}, java_script_enabled=script, locale="vi-VN"
            )
            context.set_default_timeout(20_000)
            if grants:
                cookie, _ = sign_in(service, grants)
                context.add_cookies([{"name": "phusong_session", "value": cookie, "url": address}])
            one = Walk(context.new_page(), address, service)
            one.watch(one.page)
            return one

        yield begin
