"""What is made of a study for maps, as a job: asked for once, put beside the results, the one before it let go."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from phusong.api.access.policy import Person
from phusong.api.database.models import Job, Study
from phusong.api.jobs.asking import ask_for
from phusong.api.problems import ConflictError, NotFoundError
from phusong.api.service import Service
from phusong.api.studies.downloads import job_of
from phusong.api.studies.folders import put_in_place
from phusong.api.studies.running import FOLDER
from phusong.words import Text

Kept = Mapping[str, Any]
"""What a study's manifest holds of one thing made: its digest and size, its ``file`` under the home, its ``job``."""
_UNDER_WAY = ("queued", "running")


def ask_once(db: Session, person: Person, study: Study, kind: str, arguments: Mapping[str, Any], busy: Text) -> Job:
    """Ask for something of a study; the same that is under way is not begun twice, another one waits for its end."""
    before = job_of(db, kind, study.id)
    if before is not None and before.state in _UNDER_WAY:
        if before.arguments == arguments:
            return before
        raise ConflictError(busy)
    return ask_for(
        db, kind, by=person, province_code=study.province_code, subject_id=study.id, arguments=arguments
    )  # fmt: skip


def put_beside_results(service: Service, job: Job, made: Path, name: str) -> str:
    """Move what a job made to ``studies/<id>/<name>/<job>`` and return that, as it lies under the home."""
    folder = f"{FOLDER}/{job.subject_id}/{name}/{job.id}"
    put_in_place(made, service.settings.home / folder)
    return folder


def forget_others(service: Service, job: Job, name: str, held: Iterable[Kept]) -> None:
    """Take away the folders beside a job's own that nothing of these lies in."""
    jobs = {one["job"] for one in held}
    for path in (service.settings.home / FOLDER / job.subject_id / name).iterdir():
        if path.name not in jobs:
            shutil.rmtree(path, ignore_errors=True)


def path_of(service: Service, kept: Kept) -> Path:
    """Return where something made lies."""
    path: Path = service.settings.home / kept["file"]
    if not path.is_file():
        raise NotFoundError
    return path
