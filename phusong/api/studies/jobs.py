"""The kinds of long work of this room."""

from __future__ import annotations

from phusong.api.jobs.kinds import JobKind
from phusong.api.studies.checking import CHECKING
from phusong.api.studies.running import RUNNING

JOB_KINDS: tuple[JobKind, ...] = (CHECKING, RUNNING)
