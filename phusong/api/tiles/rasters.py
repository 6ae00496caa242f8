"""Coverage rasters and relief of a study: made as a job, kept beside the results, drawn tile by tile.

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
from phusong.api.jobs.asking import ask_for
from phusong.api.jobs.kinds import JobKind, Plain, Task
from phusong.api.problems import ConflictError, NotFoundError
from phusong.api.service import Service
from phusong.api.studies.downloads import job_of
from phusong.api.studies.folders import digests_of, emptied, put_in_place, without_paths
from phusong.api.studies.running import FOLDER, study_file
from phusong.words import Text

COVERAGE = "coverage"
RASTERS = "rasters"
"""Key of a study's manifest, and folder beside its results."""
RELIEF = "relief"
_WORK = "anh-phu"
_TERRAIN = "terrain.tif"
_UNDER_WAY = ("queued", "running")

Relief = Literal["hillshade", "terrarium"]
Kept = Mapping[str, Any]


def ask_rasters(db: Session, person: Person, study: Study, *, layers: Sequence[str], resolution_m: float) -> Job:
    """Ask for the rasters of some layers, or of all of the main service without any; what is there is replaced."""
    if study.state != "done":
        raise ConflictError(Text("Nghiên cứu chưa xong.", "The study is not done."))
    asked = {"layers": sorted(set(layers)), "resolution_m": resolution_m}
    before = job_of(db, COVERAGE, study.id)
    if before is not None and before.state in _UNDER_WAY:
        if before.arguments == asked:
            return before
        raise ConflictError(
            Text("Ảnh phủ của nghiên cứu này đang được lập.", "Rasters of this study are being made already.")
        )
    return ask_for(
        db, COVERAGE, by=person, province_code=study.province_code, subject_id=study.id, arguments=asked
    )  # fmt: skip


def shown_rasters(person: Person, study: Study) -> dict[str, Kept]:
    """Return the coverage rasters of a study that a person may have, by layer."""
    kept: Mapping[str, Kept] = (study.manifest or {}).get(RASTERS, {}).get("layers", {})
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
    found: Kept | None = (study.manifest or {}).get(RASTERS, {}).get(RELIEF)
    if found is None:
        raise NotFoundError
    return found


def path_of(service: Service, kept: Kept) -> Path:
    """Return where a raster lies."""
    path: Path = service.settings.home / kept["file"]
    if not path.is_file():
        raise NotFoundError
    return path


def _prepare(db: Session, service: Service, job: Job) -> Plain:
    study = db.get_one(Study, job.subject_id)
    return {"study": str(study_file(service, study)), **job.arguments}


def work(task: Task) -> Plain:
    """Write the rasters and the heights under them."""
    from phusong.study.rasters import make_rasters, write_relief

    given, out = task.arguments, emptied(task.folder / _WORK)
    study = Path(given["study"])
    with without_paths(task.folder):
        made = make_rasters(
            study, out, layers=given["layers"], resolution_m=given["resolution_m"], language=task.language,
            progress=task.progress,
        )  # fmt: skip
        relief = write_relief(study, made.area, out / _TERRAIN)
    layers = {
        layer: {
            **_measured(path),
            "operator": layer.rpartition("_")[0],
            "weak_dbm": made.scales[layer].steps[1].low,
            "served_dbm": made.scales[layer].steps[2].low,
            "resolution_m": given["resolution_m"],
        }
        for layer, path in made.files.items()
    }
    return {"layers": layers, RELIEF: _measured(relief), "files": digests_of(out)}


def _measured(path: Path) -> dict[str, Any]:
    """Return name, bounds and width of cells of a raster."""
    import rasterio

    with rasterio.open(path) as file:
        return {"name": path.name, "bounds": list(file.bounds), "cell_deg": file.transform.a}


def _finish(db: Session, service: Service, job: Job, outcome: Plain) -> None:
    study = db.get_one(Study, job.subject_id)
    folder = f"{FOLDER}/{study.id}/{RASTERS}/{job.id}"
    put_in_place(service.folder("jobs", job.id) / _WORK, service.settings.home / folder)

    def kept(one: Kept) -> dict[str, Any]:
        digest = outcome["files"][one["name"]]
        return {**one, **digest, "file": f"{folder}/{one['name']}", "job": job.id}

    before = (study.manifest or {}).get(RASTERS, {})
    layers = {**before.get("layers", {}), **{layer: kept(one) for layer, one in outcome["layers"].items()}}
    after = {"layers": layers, RELIEF: kept(outcome[RELIEF])}
    study.manifest = {**(study.manifest or {}), RASTERS: after}
    _tidy(service.settings.home / FOLDER / study.id / RASTERS, before, after)
    audit.record(
        db, "study.rasters-done", by=None, subject=("study", study.id), province_code=study.province_code,
        details={"layers": sorted(outcome["layers"])},
    )  # fmt: skip


def _tidy(folder: Path, *manifests: Kept) -> None:
    """Take away folders that neither the rasters there were nor those there are now lie in."""
    held = {
        one["job"] for kept in manifests for one in (*kept.get("layers", {}).values(), kept.get(RELIEF)) if one
    }  # fmt: skip
    for path in folder.iterdir():
        if path.name not in held:
            shutil.rmtree(path, ignore_errors=True)


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
