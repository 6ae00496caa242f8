"""What a worker sees to when it starts and as each day begins: leftovers go, and silence is recorded."""

from __future__ import annotations

import logging
import threading
from datetime import date

from phusong.api.service import Service
from phusong.data.file_locks import try_lock

LOG = logging.getLogger("phusong.jobs")
LEAVE_SECONDS = 10.0


class Daily:
    """The day's chores, beside the jobs: a large store takes long to look through, and a worker has to beat."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._done: date | None = None
        self._thread: threading.Thread | None = None

    def look(self, today: date) -> None:
        """Begin the chores of a day that has none of them done yet; a day whose chores failed is tried again."""
        if self._done != today and (self._thread is None or not self._thread.is_alive()):
            self._thread = threading.Thread(target=self._try, args=(today,), daemon=True)
            self._thread.start()

    def leave(self) -> None:
        """Wait a little for chores under way; ended in the middle they leave nothing half done."""
        if self._thread is not None:
            self._thread.join(LEAVE_SECONDS)

    def _try(self, today: date) -> None:
        held = try_lock(self._service.folder("locks", "daily"))
        if held is None:  # another worker of this machine is at it
            return
        with held:
            try:
                chores(self._service, today)
                self._done = today
            except Exception:  # whatever a chore meets, jobs go on
                LOG.exception("the chores of the day were not done")


def chores(service: Service, today: date) -> None:
    """Take away what belongs to nothing, and record the silence of units whose day has passed."""
    from phusong.api.tidying import tidy
    from phusong.api.workflow.reminding import record_silence

    tidied = tidy(service)
    if tidied.names:
        LOG.info("%s leftovers were taken away, %s bytes", len(tidied.names), tidied.size)
    silent = record_silence(service, today)
    if silent:
        LOG.info("%s questions are silent since today", silent)
