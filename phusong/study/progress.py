"""How a long run says where it stands: a step, its share; whoever shows it decides how."""

from __future__ import annotations

import time
from typing import Protocol

from phusong.words import Text


class Progress(Protocol):
    """What a run tells of itself."""

    def step(self, title: Text, number: int, of: int) -> None:
        """Say that a step begins."""

    def share(self, done: float) -> None:
        """Say how much of the step is done, 0 to 1."""


class Silent:
    """Progress nobody watches."""

    def step(self, title: Text, number: int, of: int) -> None:
        """Say nothing."""

    def share(self, done: float) -> None:
        """Say nothing."""


class Stopwatch:
    """Passes progress on and keeps the seconds of each step."""

    def __init__(self, shown: Progress, steps: tuple[Text, ...]) -> None:
        self._shown, self._steps = shown, steps
        self._began = time.perf_counter()
        self._at = 0
        self.seconds: dict[str, float] = {}

    def next(self) -> None:
        """End the running step and begin the next one."""
        self.end()
        self._shown.step(self._steps[self._at], self._at + 1, len(self._steps))
        self._at += 1

    def end(self) -> None:
        """End the running step."""
        now = time.perf_counter()
        if self._at:
            self.seconds[self._steps[self._at - 1].en] = round(now - self._began, 2)
        self._began = now

    def share(self, done: float) -> None:
        """Say how much of the step is done, 0 to 1."""
        self._shown.share(done)
