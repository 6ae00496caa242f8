"""Every kind of job by its name."""

from __future__ import annotations

from collections.abc import Mapping

from phusong.api.intake.jobs import JOB_KINDS as INTAKE
from phusong.api.jobs.kinds import JobKind
from phusong.api.reports.jobs import JOB_KINDS as REPORTS
from phusong.api.studies.jobs import JOB_KINDS as STUDIES
from phusong.api.tiles.jobs import JOB_KINDS as TILING

KINDS: Mapping[str, JobKind] = {one.name: one for one in (*INTAKE, *STUDIES, *REPORTS, *TILING)}
