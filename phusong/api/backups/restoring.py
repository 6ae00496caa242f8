"""Restoring a backup into an empty home and an empty database: verified to the last row, or nothing of it stays."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pydantic import ValidationError
from sqlalchemy import Connection, inspect, text, update
from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.audit_check import verify
from phusong.api.backups import tables
from phusong.api.backups.contents import BLOBS, FORMAT, MANIFEST, FileKept, Manifest, TableKept
from phusong.api.backups.making import copied
from phusong.api.database import schema
from phusong.api.database.models import Upload
from phusong.api.settings import ServiceSettings
from phusong.data.store import OutputError, sweep, whole_folder
from phusong.errors import PhuSongError, UnreadableFileError
from phusong.words import Text

MARKER = "restoring"
"""File in a home whose database is kept elsewhere, until that stands too: a home that may be replaced."""


class DamagedBackupError(PhuSongError):
    """An archive that is not whole, or that does not give back what was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was restored and verified; ``seal`` is the last of the trail as it was kept."""

    rows: int
    files: int
    seal: str
    faults: tuple[Text, ...]


def restore(settings: ServiceSettings, archive: Path) -> Restored:
    """Make a service anew from a backup, in a home and a database that hold nothing yet.

    The backup may come from SQLite or from PostgreSQL, whichever this service uses. Every digest, every row and the
    audit trail are checked in what was written before it stands.
    """
    home, file = settings.home, schema.sqlite_file(settings.url)
    _check_empty(home, file)
    sweep(home)
    with _opened(archive) as source:
        manifest = _manifest(source)
        if file is not None and file.is_relative_to(home.resolve()):
            with whole_folder(home) as partial:
                url = f"sqlite:///{(partial / file.relative_to(home.resolve())).as_posix()}"
                _write_files(source, manifest, partial)
                with schema.changing(url) as connection:
                    faults = _write_rows(connection, source, manifest)
        else:
            faults = _restore_apart(settings, source, manifest)
    rows = sum(one.rows for one in manifest.tables)
    return Restored(rows=rows, files=len(manifest.files), seal=manifest.seal, faults=faults)


def _restore_apart(settings: ServiceSettings, source: zipfile.ZipFile, manifest: Manifest) -> tuple[Text, ...]:
    """Restore where home and database are two places: the home first, marked until the database stands."""
    home = settings.home
    with schema.changing(settings.url) as connection:
        _check_no_tables(connection)
        with whole_folder(home, is_ours=lambda folder: (folder / MARKER).is_file()) as partial:
            _write_files(source, manifest, partial)
            (partial / MARKER).touch()
            faults = _write_rows(connection, source, manifest)
    (home / MARKER).unlink()
    return faults


def _check_empty(home: Path, file: Path | None) -> None:
    marked = (home / MARKER).is_file()
    taken = home.exists() and (not home.is_dir() or any(home.iterdir())) and not marked
    if taken or (file is not None and file.exists()):
        where = home if taken else file
        raise OutputError(
            Text(
                f"{where} đã có dữ liệu: chỉ khôi phục vào nơi còn trống",
                f"{where} holds data: a backup is restored into an empty place only",
            )
        )


def _check_no_tables(connection: Connection) -> None:
    if inspect(connection).has_table("users"):
        raise OutputError(
            Text(
                "Cơ sở dữ liệu đã có bảng: chỉ khôi phục vào cơ sở dữ liệu mới tạo",
                "The database has tables: a backup is restored into a new database only",
            )
        )


@contextmanager
def _opened(archive: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(archive) as source:
            yield source
    except (zipfile.BadZipFile, EOFError, zlib.error) as error:
        raise UnreadableFileError(
            Text(f"{archive.name} không phải bản sao lưu, hoặc đã hỏng", f"{archive.name} is no backup, or is damaged")
        ) from error


def _manifest(source: zipfile.ZipFile) -> Manifest:
    try:
        manifest = Manifest.model_validate_json(source.read(MANIFEST))
    except (KeyError, ValidationError) as error:
        raise DamagedBackupError(
            Text("Không phải bản sao lưu của phusong.", "This is no backup of phusong.")
        ) from error
    if manifest.format != FORMAT or manifest.revision > schema.newest():
        raise DamagedBackupError(
            Text(
                f"Bản sao lưu do phiên bản phần mềm {manifest.software} tạo, mới hơn phần mềm này.",
                f"The backup was made by version {manifest.software} of the software, later than this one.",
            )
        )
    return manifest


def _write_files(source: zipfile.ZipFile, manifest: Manifest, home: Path) -> None:
    for kept in manifest.files:
        if not kept.safe:
            raise _damaged(kept.name)
        path = home / kept.name
        path.parent.mkdir(parents=True, exist_ok=True)
        with _member(source, f"files/{kept.name}") as packed, path.open("xb") as target:
            found = copied(packed, target)
        if found != (kept.size, kept.sha256):
            raise _damaged(kept.name)


def _write_rows(connection: Connection, source: zipfile.ZipFile, manifest: Manifest) -> tuple[Text, ...]:
    """Fill an empty database, hold it against the manifest, bring it to the newest schema, say so in the trail."""
    schema.upgrade_on(connection, manifest.revision)
    with _references_at_the_end(connection):
        for table in manifest.tables:
            with _member(source, f"tables/{table.name}.jsonl") as packed:
                tables.fill(connection, table.name, table.columns, io.TextIOWrapper(packed, "utf-8", newline="\n"))
    for table in manifest.tables:
        _check_table(connection, table)
    with Session(connection) as db:
        verdict = verify(db)
    if str(verdict.last or "") != manifest.seal:
        raise _damaged("audit")
    schema.upgrade_on(connection)
    with Session(connection) as db:
        _note(db, manifest)
    return (*verdict.faults, *_blob_faults(manifest.files))


def _note(db: Session, manifest: Manifest) -> None:
    """Record the restoring; uploads that were on their way have lost their parts and are to be sent again."""
    told = Text("Dịch vụ đã được khôi phục từ bản sao lưu: hãy gửi lại tệp.", "")
    lost = db.execute(
        update(Upload).where(Upload.state == "receiving").values(state="failed", error=told.vi).returning(Upload.id)
    ).all()
    details = {"made_at": manifest.made_at.isoformat(), "seal": manifest.seal, "uploads_to_send_again": len(lost)}
    audit.record(db, "database.restore", by=None, details=details)
    db.flush()


def _check_table(connection: Connection, kept: TableKept) -> None:
    """Read back what was written: as many rows, the same to the letter."""
    count, digest = 0, hashlib.sha256()
    for line in tables.lines(connection, kept.name, kept.columns, kept.key):
        digest.update(line.encode() + b"\n")
        count += 1
    if (count, digest.hexdigest()) != (kept.rows, kept.sha256):
        raise _damaged(kept.name)


def _blob_faults(files: list[FileKept]) -> Iterator[Text]:
    """Name the stored files that were damaged already when the backup was made."""
    for one in files:
        folder, *_, name = one.name.split("/")
        if folder == BLOBS and name != one.sha256:
            yield Text(f"Tệp gốc {name} đã hỏng từ trước khi sao lưu.", f"The stored file {name} was damaged before.")


@contextmanager
def _references_at_the_end(connection: Connection) -> Iterator[None]:
    """Let rows come in any order; PostgreSQL checks references when all are there, SQLite with the schema."""
    if connection.dialect.name == "sqlite":
        yield
        return
    found = connection.execute(
        text(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint "
            "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
        )
    ).all()
    for table, name in found:
        connection.execute(text(f"ALTER TABLE {table} ALTER CONSTRAINT {name} DEFERRABLE INITIALLY DEFERRED"))
    yield
    connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    for table, name in found:
        connection.execute(text(f"ALTER TABLE {table} ALTER CONSTRAINT {name} NOT DEFERRABLE"))


@contextmanager
def _member(source: zipfile.ZipFile, name: str) -> Iterator[IO[bytes]]:
    try:
        opened = source.open(name)
    except KeyError:
        raise _damaged(name) from None
    with opened as packed:
        yield packed


def _damaged(what: str) -> DamagedBackupError:
    return DamagedBackupError(
        Text(
            f"Bản sao lưu hỏng ở {what}: không khôi phục gì.",
            f"The backup is damaged at {what}: nothing was restored.",
        )
    )
