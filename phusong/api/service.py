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

    def results(self, study_folder: str) -> Path:
        """Return where the results of a finished study stand, by the folder its row names."""
        return results_in(self.settings.home / study_folder)

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()


def results_in(folder: Path) -> Path:
    """Return where results stand in a study's folder: beside what the study read, or in the folder itself."""
    inside = folder / "results"
    return inside if inside.is_dir() else folder
