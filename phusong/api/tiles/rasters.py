"""Coverage rasters of a study: made as a job, kept beside the results, drawn tile by tile over its relief.

A coverage raster tells where stations stand: whoever gets one holds ``station.read`` for the province and operator.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
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
from phusong.api.studies.relief import RELIEF, measured
from phusong.api.studies.running import study_file
from phusong.api.tiles.making import Kept, ask_once, forget_others, put_beside_results
from phusong.words import Text

COVERAGE = "coverage"
RASTERS = "rasters"
"""Key of a study's manifest, and folder beside its results."""
_WORK = "anh-phu"

Relief = Literal["hillshade", "terrarium"]


def ask_rasters(db: Session, person: Person, study: Study, *, layers: Sequence[str], resolution_m: float) -> Job:
    """Ask for the rasters of some layers, or of all of the main service without any; what is there is replaced."""
    if study.state != "done":
        raise ConflictError(Text("Nghiên cứu chưa xong.", "The study is not done."))
    asked = {"layers": sorted(set(layers)), "resolution_m": resolution_m}
    busy = Text("Ảnh phủ của nghiên cứu này đang được lập.", "Rasters of this study are being made already.")
    return ask_once(db, person, study, COVERAGE, asked, busy)


def shown_rasters(person: Person, study: Study) -> dict[str, Kept]:
    """Return the coverage rasters of a study that a person may have, by layer."""
    kept: Mapping[str, Kept] = (study.manifest or {}).get(RASTERS, {})
    return {
        layer: one
        for layer, one in sorted(kept.items())
        if person.may(Action.STATION_READ, province_code=study.province_code, operator=one["operator"])
    }


def raster_for(person: Person, study: Study, layer: str) -> Kept:
    """Return the raster of a layer; one that is not made and one that is not for this person are not told apart."""
    found = shown_rasters(person, study).get(layer)
    if found is None:
        raise NotFoundError
    return found


def relief_for(study: Study) -> Kept:
    """Return the heights that relief is drawn from."""
    found: Kept | None = (study.manifest or {}).get(RELIEF)
    if found is None:
        raise NotFoundError
    return found


def _prepare(db: Session, service: Service, job: Job) -> Plain:
    study = db.get_one(Study, job.subject_id)
    return {"study": str(study_file(service, study)), **job.arguments}


def work(task: Task) -> Plain:
    """Write the rasters."""
    from phusong.study.rasters import make_rasters

    given, out = task.arguments, emptied(task.folder / _WORK)
    study = Path(given["study"])
    with without_paths(task.folder):
        made = make_rasters(
            study, out, layers=given["layers"], resolution_m=given["resolution_m"], language=task.language,
            progress=task.progress,
        )  # fmt: skip
    layers = {
        layer: {
            **measured(path),
            "operator": layer.rpartition("_")[0],
            "weak_dbm": made.scales[layer].steps[1].low,
            "served_dbm": made.scales[layer].steps[2].low,
            "resolution_m": given["resolution_m"],
        }
        for layer, path in made.files.items()
    }
    return {"layers": layers, "files": digests_of(out)}


def _finish(db: Session, service: Service, job: Job, outcome: Plain) -> None:
    study = db.get_one(Study, job.subject_id)
    folder = put_beside_results(service, job, service.folder("jobs", job.id) / _WORK, RASTERS)

    def kept(one: Kept) -> dict[str, Any]:
        digest = outcome["files"][one["name"]]
        return {**one, **digest, "file": f"{folder}/{one['name']}", "job": job.id}

    before: Mapping[str, Kept] = (study.manifest or {}).get(RASTERS, {})
    after = {**before, **{layer: kept(one) for layer, one in outcome["layers"].items()}}
    study.manifest = {**(study.manifest or {}), RASTERS: after}
    forget_others(service, job, RASTERS, [*before.values(), *after.values()])
    audit.record(
        db, "study.rasters-done", by=None, subject=("study", study.id), province_code=study.province_code,
        details={"layers": sorted(outcome["layers"])},
    )  # fmt: skip


def _failed(db: Session, service: Service, job: Job, text: Text) -> None:
    shutil.rmtree(service.folder("jobs", job.id) / _WORK, ignore_errors=True)
    ended = "cancelled" if job.cancel_asked_at is not None else "failed"
    audit.record(
        db, f"study.rasters-{ended}", by=None, subject=("study", job.subject_id), province_code=job.province_code
    )  # fmt: skip


RASTER_MAKING = JobKind(
    name=COVERAGE,
    title=Text("Lập ảnh phủ sóng", "Make coverage rasters"),
    queue="heavy",
    prepare=_prepare,
    work=work,
    finish=_finish,
    failed=_failed,
)
