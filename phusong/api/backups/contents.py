"""What a backup says of itself, and which folders of a home belong in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, ConfigDict, Field

FORMAT = 1
MANIFEST = "manifest.json"
BLOBS = "blobs"
WORK_UNDER_WAY = frozenset({"jobs", "incoming", "backups", "locks", "logs", "open-data"})
"""Folders of a home that are not kept: work under way, uploads on their way, what is made anew when it is asked for."""

CHUNK = 1 << 20


class TableKept(BaseModel):
    """One table: its columns with their kinds, the key rows are ordered by, and what was written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z_]+$")
    columns: list[tuple[str, str]]
    key: list[str]
    rows: int
    sha256: str


class FileKept(BaseModel):
    """One file under the home."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    size: int
    sha256: str

    @property
    def safe(self) -> bool:
        """Say whether the name stays within a home."""
        parts = PurePosixPath(self.name).parts
        odd = any(one in ("", ".", "..") or set(one) & set('\\:*?"<>|\0') for one in parts)
        return len(parts) > 1 and not odd and not self.name.startswith("/")


class Manifest(BaseModel):
    """The whole of a backup; ``seal`` is the audit trail's last, ``number:seal``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    software: str
    made_at: datetime
    revision: str
    seal: str
    tables: list[TableKept]
    files: list[FileKept]


def kept_files(home: Path) -> Iterator[tuple[str, Path]]:
    """Give every file of a home that is kept, blobs apart, by its name with ``/``."""
    for folder in sorted(home.iterdir()):
        if folder.is_dir() and folder.name not in WORK_UNDER_WAY | {BLOBS} and not folder.name.startswith("."):
            for path in sorted(folder.rglob("*")):
                name = path.relative_to(home)
                if path.is_file() and not path.is_symlink() and not any(map(_half_made, name.parts)):
                    yield name.as_posix(), path


def _half_made(part: str) -> bool:
    return ".partial-" in part or ".old-" in part
