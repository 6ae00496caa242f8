"""Tidying: what no row speaks of goes once it is old; nothing that is spoken of, or young, does."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path

from api_.made_store import fill_store
from sqlalchemy import select, update

from phusong.api.database.models import Job, Plan, Study, Upload
from phusong.api.service import Service
from phusong.api.tidying import tidy

AT_ONCE = timedelta(0)


def test_what_nobody_owns_goes_and_nothing_else(service: Service) -> None:
    """Orphan blobs, parts of uploads that arrive no more, folders of ended jobs and of results without a row."""
    fill_store(service)
    home = service.settings.home
    tidy(service, older_than=AT_ONCE)  # the folders that fill_store made for nobody
    with service.database.write() as db:
        uploads, jobs = (list(db.scalars(select(one.id))) for one in (Upload, Job))
        study, plan = db.scalars(select(Study.id)).first(), db.scalars(select(Plan.id)).first()
        db.execute(update(Upload).values(state="stored"))
        db.execute(update(Upload).where(Upload.id == uploads[0]).values(state="receiving"))
        db.execute(update(Job).values(state="done"))
        db.execute(update(Job).where(Job.id == jobs[0]).values(state="running"))
        db.execute(update(Plan).values(state="failed"))
    orphan = "f" * 64
    gone = {
        f"blobs/ff/{orphan}", "blobs/partial-abc", f"incoming/{uploads[1]}", f"jobs/{jobs[1]}", "jobs/nobody",
        "studies/nobody", f"studies/{study}.partial-77", f"plans/{plan}",
    }  # fmt: skip
    stay = {f"incoming/{uploads[0]}", f"jobs/{jobs[0]}", f"studies/{study}"}
    for name in gone | stay:
        _made(home / name)
    before = _blobs(home)
    assert set(tidy(service, older_than=AT_ONCE).names) == gone
    assert all((home / name).exists() for name in stay)
    assert not any((home / name).exists() for name in gone)
    assert before - _blobs(home) == {orphan, "partial-abc"}
    assert tidy(service, older_than=AT_ONCE).names == ()


def test_what_may_still_be_written_is_left_alone(service: Service) -> None:
    """A file without a row is left for hours: the row may be on its way. One that is taken again is young again."""
    home = service.settings.home
    with service.database.write() as db:
        sha256 = service.blobs.put(db, b"once").sha256
        db.rollback()
    assert tidy(service).names == ()
    path = service.blobs.path(sha256)
    long_ago = time.time() - 86_400
    os.utime(path, (long_ago, long_ago))
    with service.database.write() as db:
        service.blobs.put(db, b"once")
        assert tidy(service).names == ()
    os.utime(path, (long_ago, long_ago))
    assert tidy(service).names == ()
    _made(home / "jobs" / "nobody")
    assert tidy(service).names == ()


def test_what_is_old_goes_without_being_asked_twice(service: Service) -> None:
    """With its usual patience it takes what is older than that, and says how much it was."""
    path = service.settings.home / "blobs" / "partial-old"
    path.write_bytes(b"x" * 1000)
    os.utime(path, (1, 1))
    found = tidy(service)
    assert (found.names, found.size) == (("blobs/partial-old",), 1000)


def _made(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if "blobs" in path.parts[-3:]:
        path.write_bytes(b"orphan")
    else:
        path.mkdir(exist_ok=True)
        (path / "part").write_bytes(b"part")


def _blobs(home: Path) -> set[str]:
    return {path.name for path in (home / "blobs").rglob("*") if path.is_file()}
