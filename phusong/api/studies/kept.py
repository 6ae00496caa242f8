"""Studies kept open for questions: a few at a time in each process, known by the digest of their results."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anyio import Semaphore
from fastapi import Request

from phusong.api.access.policy import Action, Person
from phusong.api.problems import ConflictError
from phusong.api.service import Service
from phusong.api.studies.asking import study_for
from phusong.api.studies.running import study_file
from phusong.errors import MissingFileError
from phusong.words import Text

if TYPE_CHECKING:
    from phusong.study.kept import KeptStudy

MOST_KEPT = 2
"""Studies of one process: each holds the terrain and the households of a province."""
ASKERS_AT_ONCE = 4
"""Questions worked out at once: while a study is first read, others wait for it and hold no thread."""


class KeptStudies:
    """Opened studies by their id and the digest of their results; that asked for longest ago goes first."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, KeptStudy] = OrderedDict()
        self.askers = Semaphore(ASKERS_AT_ONCE)
        self.drawing = threading.Lock()
        """Held while papers are drawn: what draws them has one set of settings for the whole process."""

    def has_room_for(self, study_id: str) -> bool:
        """Say whether a study is still to be opened, and can be without letting go of another."""
        is_kept = any(key.startswith(f"{study_id} ") for key in tuple(self._kept))
        return not is_kept and len(self._kept) < self._most

    def study(self, key: str, file: Path, results: Path) -> KeptStudy:
        """Return a study; what it reads is read when it is first asked for, and not while others wait for theirs."""
        from phusong.study.kept import KeptStudy  # brings everything that computes

        with self._lock:
            if key not in self._kept:
                self._kept[key] = KeptStudy(file, results)
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return self._kept[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A finished study somebody asks about, and what they may be told of it."""

    id: str
    province_code: str
    file: Path
    results: Path
    kept: KeptStudy
    stations: bool
    households: bool
    findings: bool


async def turn(request: Request) -> AsyncIterator[None]:
    """Wait for one's turn to ask; a dependency of routes."""
    async with kept_of(request).askers:
        yield


def kept_of(request: Request) -> KeptStudies:
    """Return the studies this process keeps open."""
    kept: KeptStudies = request.app.state.kept_studies
    return kept


def opened(service: Service, person: Person, kept: KeptStudies, study_id: str, action: Action) -> Opened:
    """Return a study somebody may ask about; nothing of the database is held when this is over.

    Raises
    ------
    NotFoundError
        There is none, or it is out of the person's scope.
    ConflictError
        It is not finished, or what it was run from is gone.
    """
    with service.database.read() as db:
        study = study_for(db, person, study_id, action)
        if study.state != "done" or not study.folder:
            raise ConflictError(Text("Nghiên cứu này chưa xong.", "This study is not finished."))
        file, results = study_file(service, study), service.results(study.folder)
        digest, code = study.digest, study.province_code
    try:
        found = kept.study(f"{study_id} {digest}", file, results)
    except MissingFileError as error:
        raise ConflictError(
            Text(
                "Dữ liệu vào của nghiên cứu này không còn trên máy chủ: hãy chạy lại nghiên cứu.",
                "What this study was run from is no longer on the server: run it again.",
            )
        ) from error
    return Opened(
        id=study_id,
        province_code=code,
        file=file,
        results=results,
        kept=found,
        stations=person.may(Action.STATION_READ, province_code=code),
        households=person.may(Action.HOUSEHOLD_READ, province_code=code),
        findings=person.may(Action.FINDING_READ, province_code=code),
    )
