"""A worker as a process of its own: what tells it to leave, and what it sees to before it begins."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Mapping
from types import FrameType

from phusong.api.jobs.kinds import JobKind
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings

SUPERVISED = "PHUSONG_SUPERVISED"
"""Set by ``phusong serve``, which holds the worker's standard input open as long as it lives itself."""


def work_until_told(settings: ServiceSettings | None = None, kinds: Mapping[str, JobKind] | None = None) -> int:
    """Work until Ctrl-C, a signal, or the end of whoever supervises this process; return an exit code."""
    from phusong.api.jobs.worker import JobWorker

    if kinds is None:
        from phusong.api.jobs.registry import KINDS

        kinds = KINDS
    stop = threading.Event()
    _stop_on_signals(stop)
    if os.environ.get(SUPERVISED):
        threading.Thread(target=_stop_when_input_ends, args=(stop,), daemon=True).start()
    service = Service.of(settings or ServiceSettings())
    try:
        JobWorker(service, kinds).run(stop)
    finally:
        service.close()
    sys.stdout.flush()
    return 0


def _stop_on_signals(stop: threading.Event) -> None:
    def told(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is not None:
            signal.signal(number, told)


def _stop_when_input_ends(stop: threading.Event) -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 1024):
            pass
    stop.set()
