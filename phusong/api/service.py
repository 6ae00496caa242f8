"""A service: its settings, its database, its blobs; made once a process and handed to whatever needs it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from phusong.api.blobs import BlobStore
from phusong.api.database.store import Database
from phusong.api.settings import ServiceSettings


@dataclass(frozen=True, slots=True)
class Service:
    """What routes and jobs share."""

    settings: ServiceSettings
    database: Database
    blobs: BlobStore

    @classmethod
    def of(cls, settings: ServiceSettings) -> Service:
        """Open the service of some settings; its folders are made where they are missing."""
        settings.home.mkdir(parents=True, exist_ok=True)
        return cls(settings=settings, database=Database(settings.url), blobs=BlobStore(settings.home / "blobs"))

    def folder(self, kind: str, name: str) -> Path:
        """Return ``home/kind/name``; ``name`` is an id of ours, never what somebody sent."""
        return self.settings.home / kind / name

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()
