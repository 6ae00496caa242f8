"""How long a browser waits for small answers on one connection: our socket against one that asyncio leaves to Nagle.

``python benchmarks/bench_small_answers.py [answers]``. Both are the same uvicorn and the same answer; the second socket
is made the usual way (``socket.socket(family)``), for which asyncio does not turn delaying off.
"""

from __future__ import annotations

import socket
import statistics
import sys
import tempfile
import threading
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import uvicorn

from phusong.api.serving import _address
from phusong.api.settings import ServiceSettings

BODY = b"x" * 1000


async def answer(scope: Any, receive: Any, send: Any) -> None:
    """Answer anything with a kilobyte, head and body one after the other."""
    if scope["type"] == "http":
        headers = [(b"content-length", str(len(BODY)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": BODY})


def main(answers: int) -> None:
    """Measure both in turns and print the ratio."""
    with tempfile.TemporaryDirectory() as home, _address(ServiceSettings(home=Path(home), port=0)) as ours:
        usual = socket.socket(socket.AF_INET)
        usual.bind(("127.0.0.1", 0))
        usual.listen()
        told = {name: _waited(one, answers) for name, one in (("ours", ours), ("usual", usual), ("again", ours))}
    ms = {name: 1000 * statistics.median(each) for name, each in told.items()}
    print(f"one answer, ms: ours {ms['ours']:.2f} and {ms['again']:.2f}, the usual socket {ms['usual']:.2f}")
    print(f"ratio: {ms['usual'] / min(ms['ours'], ms['again']):.1f}")


def _waited(listening: socket.socket, answers: int) -> list[float]:
    """Return the seconds each of several answers took on one connection, asked one right after the other."""
    server = uvicorn.Server(uvicorn.Config(answer, lifespan="off", log_config=None))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening.dup()]})
    thread.start()
    try:
        connection = HTTPConnection(*listening.getsockname())
        return [_one(connection) for _ in range(answers)]
    finally:
        server.should_exit = True
        thread.join()


def _one(connection: HTTPConnection) -> float:
    began = time.perf_counter()
    connection.request("GET", "/")
    connection.getresponse().read()
    return time.perf_counter() - began


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
