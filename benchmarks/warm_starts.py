"""Processes that start at once: forked, where the system can, from one that has loaded the program already.

Whoever kills a server or a worker fifty times waits for its work, not for its imports; what is killed is a process of
its own all the same. Where nothing can be forked (Windows) each loads the program itself.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from typing import Any

_LOADED = ["phusong.api.app", "phusong.api.jobs.worker", "phusong.api.jobs.process", "uvicorn"]


def started(target: Callable[..., None], *arguments: Any) -> BaseProcess:
    """Start a process that calls a function at the top of a module; it ends with this one at the latest."""
    can_fork = "forkserver" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if can_fork else "spawn")
    if can_fork:
        context.set_forkserver_preload(_LOADED)
    process: BaseProcess = context.Process(target=target, args=arguments, daemon=True)  # type: ignore[attr-defined]
    process.start()
    return process
