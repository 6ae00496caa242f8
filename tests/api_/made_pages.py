"""A real server in a thread, and a browser that is signed in to it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from phusong.api.app import create_app
from phusong.api.settings import ServiceSettings


@contextmanager
def served(settings: ServiceSettings) -> Iterator[tuple[str, object]]:
    """Serve a service at a free port of this machine; give its address and its app."""
    app = create_app(settings)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}", app
    server.should_exit = True
    thread.join(timeout=20)
    listener.close()
