"""A whole service in one command: schema, address, first-run code, the web processes and their worker."""

from __future__ import annotations

import logging
import multiprocessing
import multiprocessing.connection
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from types import FrameType

from phusong.api.jobs.process import SUPERVISED
from phusong.api.settings import ServiceSettings
from phusong.data.raw.processes import CREATION_FLAGS, package_environment
from phusong.errors import PhuSongError
from phusong.words import Text, number

LOG = logging.getLogger("phusong.service")
WAITS_SECONDS = (1.0, 2.0, 5.0, 15.0, 30.0)
"""How long is waited before a worker that fell is started again, longer each time."""
STEADY_SECONDS = 120.0
LEAVE_SECONDS = 40.0
START_SECONDS = 600.0
OPEN_CONNECTIONS_SECONDS = 5

_WORKER = ("-P", "-m", "phusong.api.jobs")
_WEB_APP = "phusong.api.serving:web_app"

Say = Callable[[Text], None]


class PortTakenError(PhuSongError):
    """The address is not to be had."""


def serve(settings: ServiceSettings, say: Say, *, processes: int = 1, workers: int = 1) -> None:
    """Run a service until Ctrl-C or a signal: first the address is taken, so that a second start changes nothing."""
    from phusong.api import logs, metrics
    from phusong.api.database import schema

    settings.home.mkdir(parents=True, exist_ok=True)
    with _address(settings) as taken:
        _write_settings(settings)
        schema.upgrade(settings.url)
        if settings.practice:
            _add_practice(settings)
        logs.configure()
        if processes > 1:
            metrics.share(settings.home)
        say(Text("Đang mở Phủ Sóng…", "Phủ Sóng is opening…"))
        greeting = (settings, taken.getsockname()[1], _first_run_code(settings), say)
        threading.Thread(target=_greet, args=greeting, daemon=True).start()
        with working(settings, workers):
            _answer(settings, taken, processes)
    say(Text("Đã dừng.", "Stopped."))


def web_app() -> object:
    """Return the application of a web process, which has its settings from the environment."""
    from phusong.api import logs
    from phusong.api.app import create_app

    logs.configure()
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_leave_with, args=(parent.sentinel,), daemon=True).start()
    return create_app(ServiceSettings())


def _leave_with(sentinel: int) -> None:
    """End this web process when the one that started it has ended, however that came."""
    multiprocessing.connection.wait([sentinel])
    signal.raise_signal(signal.SIGTERM)


def _answer(settings: ServiceSettings, taken: socket.socket, processes: int) -> None:
    """Answer requests on an address until told to stop."""
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    config = uvicorn.Config(
        _WEB_APP,
        factory=True,
        workers=processes,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=OPEN_CONNECTIONS_SECONDS,
    )
    if processes > 1:
        Multiprocess(config, sockets=[taken]).run()
        return
    with _signals_unheard():  # uvicorn hears them, closes everything, and then raises them once more
        uvicorn.Server(config).run(sockets=[taken])


@contextmanager
def _signals_unheard() -> Iterator[None]:
    before = {number_: signal.signal(number_, _unheard) for number_ in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number_, handler in before.items():
            signal.signal(number_, handler)


def _unheard(_number: int, _frame: FrameType | None) -> None:
    """Do nothing."""


@contextmanager
def _address(settings: ServiceSettings) -> Iterator[socket.socket]:
    """Hold the address of the service while the block runs.

    Raises
    ------
    PortTakenError
        Something else holds it.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as taken:  # else answers wait for Nagle
        if os.name == "nt":  # there the usual option would let two programs share an address
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)  # type: ignore[attr-defined]
        else:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((settings.host, settings.port))
            taken.listen(2048)
        except OSError as error:
            raise _taken(settings, error) from error
        taken.set_inheritable(True)
        yield taken


def _taken(settings: ServiceSettings, error: OSError) -> PortTakenError:
    where = f"{settings.host}:{settings.port}"
    return PortTakenError(
        Text(
            f"Không mở được địa chỉ {where} ({error.strerror}): có thể Phủ Sóng hoặc phần mềm khác đang chạy ở đó; "
            "chọn cổng khác bằng --port.",
            f"Cannot open {where} ({error.strerror}): Phủ Sóng or another program may be running there; "
            "choose another port with --port.",
        )
    )


def _add_practice(settings: ServiceSettings) -> None:
    """Let the sample's province stand among the others."""
    from phusong.api.database.models import Province
    from phusong.api.database.store import Database
    from phusong.data.units import SAMPLE_CODE, SAMPLE_NAME

    database = Database(settings.url)
    with database.write() as db:
        db.merge(Province(code=SAMPLE_CODE, name=SAMPLE_NAME))
    database.close()


def _write_settings(settings: ServiceSettings) -> None:
    """Hand to the processes of this service what the command line has set; the rest they read as we did."""
    os.environ["PHUSONG_HOME"] = str(settings.home.resolve())
    os.environ["PHUSONG_HOST"] = settings.host
    os.environ["PHUSONG_PORT"] = str(settings.port)


def _first_run_code(settings: ServiceSettings) -> str | None:
    """Return the code of the first administrator while the service has nobody."""
    from phusong.api.people.set_up import first_run_code
    from phusong.api.service import Service

    service = Service.of(settings)
    try:
        return first_run_code(service)
    finally:
        service.close()


def _greet(settings: ServiceSettings, port: int, code: str | None, say: Say) -> None:
    """Say where the service is once its pages answer, and the first-run code where there is one."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    try:
        _await_answer(host, port)
    except (OSError, HTTPException):  # it was told to stop before it had begun
        return
    address = settings.public_url or f"http://{f'[{host}]' if ':' in host else host}:{port}"
    say(Text(f"Phủ Sóng đang chạy ở {address}", f"Phủ Sóng is running at {address}"))
    if code is not None:
        say(
            Text(
                f"Mã thiết lập lần đầu: {code} (dùng để tạo người quản trị đầu tiên, giữ kín, có hạn 24 giờ)",
                f"First-run code: {code} (makes the first administrator, keep it to yourself, holds for 24 hours)",
            )
        )
    say(Text("Nhấn Ctrl-C để dừng.", "Press Ctrl-C to stop."))


def _await_answer(host: str, port: int) -> None:
    """Ask once and wait: the address is taken already, so the question lies there until somebody answers it."""
    connection = HTTPConnection(host, port, timeout=START_SECONDS)
    try:
        connection.request("GET", "/health")
        connection.getresponse()
    finally:
        connection.close()


@contextmanager
def working(settings: ServiceSettings, workers: int) -> Iterator[None]:
    """Have workers while the block runs: one that falls is started again."""
    stop = threading.Event()
    threads = [threading.Thread(target=_keep_working, args=(stop,), daemon=True) for _ in range(workers)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(LEAVE_SECONDS + 5.0)


def _keep_working(stop: threading.Event) -> None:
    fell = 0
    while not stop.is_set():
        began = time.monotonic()
        code = _one_worker(stop)
        if stop.is_set():
            return
        fell = 0 if time.monotonic() - began > STEADY_SECONDS else fell + 1
        wait_seconds = WAITS_SECONDS[min(fell, len(WAITS_SECONDS) - 1)]
        LOG.error("the worker ended with %s; it is started again in %s s", code, number(wait_seconds, "en"))
        stop.wait(wait_seconds)


def _one_worker(stop: threading.Event) -> int:
    """Run a worker until it falls or ``stop`` is set; its input closes when it is to leave, or when we are gone."""
    with subprocess.Popen(  # noqa: S603
        [sys.executable, *_WORKER],
        stdin=subprocess.PIPE,
        env=package_environment(**{SUPERVISED: "1"}),
        creationflags=CREATION_FLAGS,
        start_new_session=True,
    ) as process:
        assert process.stdin is not None
        while process.poll() is None and not stop.wait(0.2):
            pass
        process.stdin.close()
        try:
            return process.wait(LEAVE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()
