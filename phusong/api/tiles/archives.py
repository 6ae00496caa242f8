"""PMTiles of a study to hand over, made as a job: the whole one for who may see houses and masts, and a public one."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Literal

from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.access.policy import Action, Person
from phusong.api.database.models import Job, Study
from phusong.api.jobs.kinds import JobKind, Plain, Task
from phusong.api.problems import ConflictError, NotFoundError
from phusong.api.service import Service
from phusong.api.studies.folders import digests_of, emptied, without_paths
from phusong.api.tiles.making import Kept, ask_once, forget_others, put_beside_results
from phusong.api.tiles.serving import SNAPSHOT
from phusong.words import Text

ARCHIVE = "tile_archive"
ARCHIVES = "archives"
"""Key of a study's manifest, and folder beside its results."""
Which = Literal["whole", "public"]
NEEDS: Mapping[str, tuple[Action, ...]] = {
    "whole": (Action.STUDY_READ, Action.HOUSEHOLD_READ, Action.STATION_READ),
    "public": (Action.STUDY_READ,),
}
_WORK = "luu-tru"
_FILE = "study.pmtiles"


def ask_archive(db: Session, person: Person, study: Study, which: Which) -> Job:
    """Ask for an archive of a study; one that is under way is not begun twice."""
    if study.state != "done" or SNAPSHOT not in (study.manifest or {}).get("files", {}):
        raise ConflictError(Text("Nghiên cứu chưa xong.", "The study is not done."))
    busy = Text("Đang lập một tệp khác của nghiên cứu này.", "Another file of it is being made.")
    return ask_once(db, person, study, ARCHIVE, {"which": which}, busy)


def shown_archives(person: Person, study: Study) -> dict[str, Kept]:
    """Return the archives of a study that a person may have; masts are those of every operator."""
    kept: Mapping[str, Kept] = (study.manifest or {}).get(ARCHIVES, {})
    return {which: one for which, one in sorted(kept.items()) if _may(person, which, study.province_code)}


def _may(person: Person, which: str, province_code: str) -> bool:
    return all(person.may(one, province_code=province_code) for one in NEEDS[which])


def archive_for(person: Person, study: Study, which: str) -> Kept:
    """Return what is kept of an archive; one that is not for this person is not there."""
    kept = shown_archives(person, study).get(which)
    if kept is None:
        raise NotFoundError
    return kept


def _prepare(db: Session, service: Service, job: Job) -> Plain:
    study = db.get_one(Study, job.subject_id)
    snapshot = service.results(study.folder) / SNAPSHOT
    return {"snapshot": str(snapshot.resolve()), "name": study.name, **job.arguments}


def work(task: Task) -> Plain:
    """Write the archive."""
    from phusong.maps.tile_archive import PUBLIC, WHOLE, write_archive
    from phusong.maps.tile_store import TileSource

    given, out = task.arguments, emptied(task.folder / _WORK)
    task.progress.step(Text("Ghi ô bản đồ", "Write map tiles"), 1, 1)
    with without_paths(task.folder), closing(TileSource.open(Path(given["snapshot"]))) as source:
        tiles = write_archive(
            out / _FILE, source, WHOLE if given["which"] == "whole" else PUBLIC, name=given["name"],
            language=task.language, told=task.progress.share,
        )  # fmt: skip
    return {"which": given["which"], "tiles": tiles, "file": digests_of(out)[_FILE]}


def _finish(db: Session, service: Service, job: Job, outcome: Plain) -> None:
    study = db.get_one(Study, job.subject_id)
    folder = put_beside_results(service, job, service.folder("jobs", job.id) / _WORK, ARCHIVES)
    before = (study.manifest or {}).get(ARCHIVES, {})
    made = {**outcome["file"], "tiles": outcome["tiles"], "file": f"{folder}/{_FILE}", "job": job.id}
    after = {**before, outcome["which"]: made}
    study.manifest = {**(study.manifest or {}), ARCHIVES: after}
    forget_others(service, job, ARCHIVES, [*before.values(), *after.values()])
    _told(db, job, "done", {"which": outcome["which"], "sha256": made["sha256"]})


def _failed(db: Session, service: Service, job: Job, text: Text) -> None:
    shutil.rmtree(service.folder("jobs", job.id) / _WORK, ignore_errors=True)
    _told(db, job, "cancelled" if job.cancel_asked_at is not None else "failed", {})


def _told(db: Session, job: Job, ended: str, details: dict[str, Any]) -> None:
    audit.record(
        db, f"study.map-file-{ended}", by=None, subject=("study", job.subject_id), province_code=job.province_code,
        details=details,
    )  # fmt: skip


ARCHIVING = JobKind(
    name=ARCHIVE,
    title=Text("Lập tệp bản đồ để bàn giao", "Make a map file to hand over"),
    queue="heavy",
    prepare=_prepare,
    work=work,
    finish=_finish,
    failed=_failed,
)
