"""Making a backup of a service that runs on: one state of the database, then the files that state speaks of."""

from __future__ import annotations

import hashlib
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from sqlalchemy import Connection
from sqlalchemy.orm import Session

import phusong
from phusong.api.audit_check import verify
from phusong.api.backups import tables
from phusong.api.backups.contents import CHUNK, FORMAT, MANIFEST, FileKept, Manifest, TableKept, kept_files
from phusong.api.database.models import Base, Blob
from phusong.api.database.schema import need_newest, revision_of
from phusong.api.database.types import now
from phusong.api.service import Service
from phusong.data.digests import sha256_of
from phusong.data.store import OutputError, whole_file
from phusong.words import Text


class Source(Protocol):
    """What can be read."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """What was kept; ``faults`` are things wrong with the service itself: the backup is made all the same."""

    rows: int
    files: int
    seal: str
    sha256: str
    faults: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    tables: list[TableKept]
    blobs: list[str]
    revision: str
    seal: str
    faults: list[Text]


def back_up(service: Service, out: Path) -> BackedUp:
    """Write everything a service keeps into one new file, which appears whole or not at all.

    Who works on is not held up: the database is read in one state, and the files of that state never change.
    """
    need_newest(service.settings.url)
    if out.exists():
        raise OutputError(Text(f"{out} đã có: hãy chọn tên khác", f"{out} exists: choose another name"))
    with whole_file(out) as partial:
        _only_for_us(partial)
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
            rows = _write_rows(service, archive)
            files, damaged = _write_files(service, archive, rows.blobs)
            manifest = Manifest(
                format=FORMAT,
                software=phusong.__version__,
                made_at=now(),
                revision=rows.revision,
                seal=rows.seal,
                tables=rows.tables,
                files=files,
            )
            archive.writestr(MANIFEST, manifest.model_dump_json(indent=1))
        _sync(partial)
    return BackedUp(
        rows=sum(one.rows for one in rows.tables),
        files=len(files),
        seal=rows.seal,
        sha256=sha256_of(out),
        faults=(*rows.faults, *damaged),
    )


def _write_rows(service: Service, archive: zipfile.ZipFile) -> _Rows:
    engine = service.database.engine
    options = {} if service.database.embedded else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        revision = revision_of(connection) or ""
        kept = [_write_table(connection, archive, table.name) for table in tables.kept_tables()]
        with Session(connection) as db:
            blobs = [sha256 for (sha256,) in db.query(Blob.sha256).order_by(Blob.sha256)]
            verdict = verify(db)
    return _Rows(tables=kept, blobs=blobs, revision=revision, seal=str(verdict.last or ""), faults=list(verdict.faults))


def _write_table(connection: Connection, archive: zipfile.ZipFile, name: str) -> TableKept:
    table = Base.metadata.tables[name]
    columns, key = tables.columns_of(table), tables.key_of(table)
    info = zipfile.ZipInfo(f"tables/{name}.jsonl", date_time=now().timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    count, digest = 0, hashlib.sha256()
    with archive.open(info, "w", force_zip64=True) as file:
        for line in tables.lines(connection, name, columns, key):
            written = line.encode() + b"\n"
            digest.update(written)
            file.write(written)
            count += 1
    return TableKept(name=name, columns=columns, key=key, rows=count, sha256=digest.hexdigest())


def _write_files(service: Service, archive: zipfile.ZipFile, blobs: list[str]) -> tuple[list[FileKept], list[Text]]:
    kept, faults = list[FileKept](), list[Text]()
    for sha256 in blobs:
        path = service.blobs.path(sha256)
        found = _write_file(archive, path.relative_to(service.settings.home).as_posix(), path)
        if found is None or found.sha256 != sha256:
            faults.append(Text(f"Tệp gốc {sha256} mất hoặc hỏng.", f"The stored file {sha256} is missing or damaged."))
        kept += [] if found is None else [found]
    for name, path in kept_files(service.settings.home):
        found = _write_file(archive, name, path)
        kept += [] if found is None else [found]
    return kept, faults


def _write_file(archive: zipfile.ZipFile, name: str, path: Path) -> FileKept | None:
    """Copy one file into the archive; None where it has gone meanwhile."""
    try:
        with path.open("rb") as source, archive.open(f"files/{name}", "w", force_zip64=True) as target:
            size, sha256 = copied(source, target)
    except FileNotFoundError:
        return None
    return FileKept(name=name, size=size, sha256=sha256)


def copied(source: Source, target: IO[bytes]) -> tuple[int, str]:
    """Copy bytes; return how many, and their SHA-256."""
    size, digest = 0, hashlib.sha256()
    while chunk := source.read(CHUNK):
        size += len(chunk)
        digest.update(chunk)
        target.write(chunk)
    return size, digest.hexdigest()


def _only_for_us(path: Path) -> None:
    """Make a file that only its owner may read: it will hold hashed passwords and people's names."""
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
