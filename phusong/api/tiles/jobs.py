"""The kinds of long work of this room."""

from __future__ import annotations

from phusong.api.jobs.kinds import JobKind
from phusong.api.tiles.archives import ARCHIVING
from phusong.api.tiles.rasters import RASTER_MAKING

JOB_KINDS: tuple[JobKind, ...] = (RASTER_MAKING, ARCHIVING)
