"""Work in parts on every core: threads around kernels that hold no interpreter lock (decision 0004)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

_Part = TypeVar("_Part")
_Result = TypeVar("_Result")


def on_all_cores(
    work: Callable[[_Part], _Result], parts: Iterable[_Part], done: Callable[[_Result], None] | None = None
) -> None:
    """Do every part, one on each core at a time; ``done`` gets each result on the calling thread, as they come.

    An interrupt, or an error of a part or of ``done``, stops after the parts that are running and leaves no thread
    behind.
    """
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        try:
            for finished in as_completed([threads.submit(work, part) for part in parts]):
                result = finished.result()
                if done is not None:
                    done(result)
        except BaseException:
            threads.shutdown(wait=True, cancel_futures=True)
            raise
