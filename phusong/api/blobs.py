"""Original bytes, kept under their SHA-256: written whole or not at all, never changed, found by digest alone."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from phusong.api.database.models import Blob
from phusong.api.database.types import new_id

CHUNK = 1 << 20
_DIGEST = re.compile(r"[0-9a-f]{64}")


class BlobStore:
    """The folder of blobs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, sha256: str) -> Path:
        """Return where the bytes of a digest are; whatever is no digest is refused."""
        if not _DIGEST.fullmatch(sha256):
            raise ValueError("not a SHA-256")
        return self.folder / sha256[:2] / sha256

    def take(self, db: Session, source: Path) -> Blob:
        """Move a file into the store and record it in the transaction of ``db``; return the blob."""
        size, sha256 = source.stat().st_size, digest_on_disk(source)
        self.keep(source, sha256)
        return self.record(db, sha256, size)

    def keep(self, source: Path, sha256: str) -> None:
        """Move a file of this digest into the store; until :meth:`record` stands it is nobody's."""
        target = self.path(sha256)
        if target.exists():
            target.touch()  # young again: nobody tidies it away before it is recorded
            source.unlink()
        else:
            target.parent.mkdir(exist_ok=True)
            source.touch()
            source.replace(target)
            sync_folder(target.parent)
            sync_folder(self.folder)

    def put(self, db: Session, content: bytes) -> Blob:
        """Keep bytes and record them in the transaction of ``db``."""
        partial = self.folder / f"partial-{new_id()}"
        partial.write_bytes(content)
        return self.take(db, partial)

    def record(self, db: Session, sha256: str, size: int) -> Blob:
        """Record bytes that are in the store, in the transaction of ``db``; known ones are found again."""
        insert = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
        db.execute(insert(Blob).values(sha256=sha256, size=size).on_conflict_do_nothing())
        return db.get_one(Blob, sha256)


def digest_on_disk(path: Path) -> str:
    """Return the digest of a file, and see to it that its bytes are on the disk."""
    sha256 = hashlib.sha256()
    with path.open("rb+") as file:
        while chunk := file.read(CHUNK):
            sha256.update(chunk)
        os.fsync(file.fileno())
    return sha256.hexdigest()


def sync_folder(folder: Path) -> None:
    """See to it that the names in a folder are on the disk."""
    if os.name == "nt":  # a folder cannot be opened there; NTFS keeps its own journal of names
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
