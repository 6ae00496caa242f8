"""The kinds of long work of this room."""

from __future__ import annotations

from phusong.api.jobs.kinds import JobKind

JOB_KINDS: tuple[JobKind, ...] = ()
