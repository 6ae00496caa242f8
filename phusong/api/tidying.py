"""Taking away what crashes left behind: files and folders that no row speaks of, once they are old enough."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from phusong.api.database.models import Blob, DocumentSet, Job, Package, PackageVersion, Plan, Study, Upload
from phusong.api.service import Service

OLD_ENOUGH = timedelta(hours=6)
"""Longer than any file lies between its writing and the row that speaks of it."""

_ENDED = ("done", "failed", "cancelled")
_RESULTS = ("studies", "plans", "packages", "documents")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tidied:
    """What was taken away, by its name in the home."""

    names: tuple[str, ...]
    size: int


def tidy(service: Service, *, older_than: timedelta = OLD_ENOUGH) -> Tidied:
    """Take away blobs, uploads and folders that belong to nothing; what is younger is left to who may be writing it."""
    before = time.time() - older_than.total_seconds()
    home = service.settings.home
    with service.database.read() as db:
        found = [*_blobs(db, service), *_work(db, home), *_results(db, home), *_half_made(home)]
    names, size = list[str](), 0
    for path in found:
        if _newest(path) <= before:
            size += _size(path)
            _remove(path)
            names.append(path.relative_to(home).as_posix())
    return Tidied(names=tuple(sorted(names)), size=size)


def _blobs(db: Session, service: Service) -> Iterator[Path]:
    """Give stored files without a row, and what a process died over while writing."""
    known = set(db.scalars(select(Blob.sha256)))
    for path in service.blobs.folder.rglob("*"):
        if path.is_file() and path.name not in known:
            yield path


def _work(db: Session, home: Path) -> Iterator[Path]:
    """Give parts of uploads that no longer arrive, and folders of jobs that have ended or never were."""
    arriving = set(db.scalars(select(Upload.id).where(Upload.state == "receiving")))
    under_way = set(db.scalars(select(Job.id).where(Job.state.not_in(_ENDED))))
    for folder, owned in ((home / "incoming", arriving), (home / "jobs", under_way)):
        yield from (path for path in _within(folder) if path.name.split(".")[0] not in owned)


def _results(db: Session, home: Path) -> Iterator[Path]:
    """Give result folders whose study, plan, package or set is not there, or ended without them."""
    owned: set[str] = set()
    for kind in (Study, Plan, DocumentSet):
        for id_, folder in db.execute(select(kind.id, kind.folder).where(kind.state.not_in(("failed", "cancelled")))):
            owned |= {id_, *Path(folder).parts}
    for id_, package_id, folder in db.execute(
        select(PackageVersion.id, PackageVersion.package_id, PackageVersion.folder)
    ):
        owned |= {id_, package_id, *Path(folder).parts}
    owned |= set(db.scalars(select(Package.id)))
    for id_, subject_id in db.execute(select(Job.id, Job.subject_id).where(Job.state.not_in(("failed", "cancelled")))):
        owned |= {id_, subject_id}
    for name in _RESULTS:
        yield from (path for path in _within(home / name) if path.name not in owned and not _is_half_made(path))


def _half_made(home: Path) -> Iterator[Path]:
    for folder in _within(home):
        if folder.is_dir():
            yield from (path for path in _within(folder) if _is_half_made(path))


def _is_half_made(path: Path) -> bool:
    return ".partial-" in path.name or ".old-" in path.name


def _within(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _newest(path: Path) -> float:
    """Return when anything in a folder was last written."""
    try:
        return max((one.lstat().st_mtime for one in (path, *path.rglob("*"))), default=0.0)
    except FileNotFoundError:  # somebody else is taking it away
        return time.time()


def _size(path: Path) -> int:
    return sum(one.lstat().st_size for one in (path, *path.rglob("*")) if one.is_file())


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
