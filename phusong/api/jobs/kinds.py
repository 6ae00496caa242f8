"""What a kind of job is: how its task is prepared, what a child process does, and what is recorded at its end.

A child imports this: it needs neither the database nor the whole of ``phusong.study``, and starts without them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from phusong.words import Language, Text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from phusong.api.database.models import Job
    from phusong.api.service import Service
    from phusong.study.progress import Progress

Plain = Mapping[str, Any]
"""What JSON can hold: it goes to a child process and into the durable record of the work."""


class _Silent:
    """Progress nobody watches."""

    def step(self, title: Text, number: int, of: int) -> None:
        """Say nothing."""

    def share(self, done: float) -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a child process is given. It may write into ``folder`` and nowhere else; it knows no database.

    ``folder`` is the job's own, under ``home/jobs``; what it holds when the work begins is left from a run that was
    ended, and may be taken up again or replaced.
    """

    job_id: str
    folder: Path
    arguments: Plain
    language: Language = "vi"
    progress: Progress = field(default_factory=_Silent)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobKind:
    """One kind of long work.

    ``prepare`` reads the database and returns plain arguments for the child; ``work`` is a function at the top of a
    module (a child imports it by name) and returns a plain outcome; ``finish`` records the outcome and puts files in
    place, in one transaction with the job's end; ``failed`` records that it ended without one. ``prepare`` and
    ``work`` may run again after a crash; ``finish`` must find its files moved already without complaint.
    """

    name: str
    title: Text
    queue: Literal["light", "heavy"]
    prepare: Callable[[Session, Service, Job], Plain]
    work: Callable[[Task], Plain]
    finish: Callable[[Session, Service, Job, Plain], None]
    failed: Callable[[Session, Service, Job, Text], None]
    memory_bytes: int | None = None  # most memory of the child, where it reads what strangers sent
    cpu_seconds: int | None = None
