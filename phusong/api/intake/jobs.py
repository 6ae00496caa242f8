"""The kinds of long work of this room."""

from __future__ import annotations

from phusong.api.intake import checking
from phusong.api.intake.receiving import CHECK_UPLOAD
from phusong.api.jobs.kinds import JobKind
from phusong.words import Text

JOB_KINDS: tuple[JobKind, ...] = (
    JobKind(
        name=CHECK_UPLOAD,
        title=Text("Kiểm tra tệp", "Check a file"),
        queue="light",
        prepare=checking.prepare,
        work=checking.work,
        finish=checking.finish,
        failed=checking.failed,
        memory_bytes=6 * 2**30,  # of address space, most of which libraries reserve and never touch
        cpu_seconds=1200,
    ),
)
