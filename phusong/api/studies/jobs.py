"""The kinds of long work of this room."""

from __future__ import annotations

from phusong.api.jobs.kinds import JobKind
from phusong.api.studies.checking import CHECKING
from phusong.api.studies.documents import DOCUMENT_MAKING
from phusong.api.studies.packaging import PACKAGING
from phusong.api.studies.planning import PLANNING
from phusong.api.studies.running import RUNNING

JOB_KINDS: tuple[JobKind, ...] = (CHECKING, RUNNING, PLANNING, PACKAGING, DOCUMENT_MAKING)
