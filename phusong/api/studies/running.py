"""The job that runs a study: its folder made, the study run in a child, its results moved into place whole."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.database.models import DatasetVersion, Job, Province, Study
from phusong.api.database.types import day_of, now
from phusong.api.jobs.kinds import JobKind, Plain, Task
from phusong.api.service import Service
from phusong.api.studies.asking import STUDY, area_of, widened
from phusong.api.studies.assembling import STUDY_FILE, assembled
from phusong.api.studies.checking import source_of
from phusong.api.studies.folders import digest_over, digests_of, put_in_place, without_paths
from phusong.api.studies.own_inputs import answered_round, written_inputs
from phusong.api.studies.relief import RELIEF, kept_relief, written_relief
from phusong.errors import BadInputError, Problem
from phusong.words import Text, number

RESULTS = "results"
FOLDER = "studies"
_KEPT = (
    *("study", "dated", "simulated", "model", "version", "scenario", "profile", "counts", "reliability"),
    *("households_estimated", "boundaries_checked", "warnings", "calibration", "uncertainty"),
)
"""What the database keeps of a run's manifest: nothing of single lists or operators."""


def _prepare(db: Session, service: Service, job: Job) -> Plain:
    study = db.get_one(Study, job.subject_id)
    province = db.get_one(Province, study.province_code)
    versions = [(one, db.get_one(DatasetVersion, one.version_id)) for one in study.inputs]
    inputs = [
        {
            "role": one.role,
            "outside": one.outside,
            "province_code": version.dataset.province_code,
            "ground": version.details.get("ground", ""),
            "source": source_of(service, version),
        }
        for one, version in sorted(versions, key=lambda pair: (pair[0].outside, pair[0].role, pair[0].version_id))
    ]
    own = [version for one, version in versions if not one.outside]
    area = area_of(own)
    return {
        "study": {
            "name": study.name,
            "province_code": study.province_code,
            "province_name": province.name,
            "profile": study.profile,
            "date": day_of(study.created_at).isoformat(),
            "settings": dict(study.settings),
        },
        "inputs": inputs,
        "operators": _operators(own),
        "around": None if area is None else list(widened(area, float(study.settings.get("neighbour_km", 0.0)))),
        "written": written_inputs(db, study, own),
        "answered": answered_round(db, study),
        "earlier": _earlier(db, service, study),
    }


def _operators(own: Sequence[DatasetVersion]) -> list[str]:
    """Return the operators with masts in the province: of the others beyond the border nothing is told by name."""
    listed = (one.details.get("operators", ()) for one in own if one.dataset.kind == "stations")
    return sorted({operator for many in listed for operator in many})


def _earlier(db: Session, service: Service, study: Study) -> str:
    """Return the folder of the results that a study continues, "" where it begins anew."""
    before = study.settings.get("continues")
    found = None if before is None else db.get(Study, before)
    return "" if found is None or not found.folder else str((service.settings.home / found.folder).resolve())


def study_file(service: Service, study: Study) -> Path:
    """Return the study.toml a finished study was run from: it lies beside its results."""
    return (service.settings.home / study.folder).resolve().parent / STUDY_FILE


def work(task: Task) -> Plain:
    """Run the study; whatever an ended run left in the folder is begun again."""
    from phusong.study import run_study

    folder = task.folder / "study"
    with without_paths(task.folder), without_houses(task.arguments):
        path = assembled(folder, task.arguments)
        written = run_study(path, folder / RESULTS, language=task.language, progress=task.progress)
        relief = written_relief(folder, path, written.folder)
    files = digests_of(written.folder)
    manifest = json.loads(json.dumps(dict(written.manifest)))
    return {"manifest": {key: manifest[key] for key in _KEPT if key in manifest}, "files": files, RELIEF: relief}


@contextmanager
def without_houses(given: Plain) -> Iterator[None]:
    """Let what is wrong with the household list be counted and not told: its cells are where people live."""
    names = {file["name"] for one in given["inputs"] if one["role"] == "households" for file in one["source"]["files"]}
    try:
        yield
    except BadInputError as error:
        told = [one for one in error.problems if one.file not in names]
        hidden = sum(one.level == "error" and one.file in names for one in error.problems)
        if hidden:
            text = Text(f"{number(hidden)} lỗi trong danh sách hộ dân", f"{hidden} errors in the household list")
            told.append(Problem(level="error", file=min(names), text=text, code="households"))
        raise BadInputError(told) from None


def _finish(db: Session, service: Service, job: Job, outcome: Plain) -> None:
    study = db.get_one(Study, job.subject_id)
    put_in_place(service.folder("jobs", job.id) / "study", service.folder(FOLDER, study.id))
    study.folder = f"{FOLDER}/{study.id}/{RESULTS}"
    study.digest = digest_over(outcome["files"])
    study.manifest = {
        **outcome["manifest"], "files": outcome["files"], RELIEF: kept_relief(study, outcome[RELIEF])
    }  # fmt: skip
    study.state, study.finished_at, study.error = "done", now(), ""
    _told(db, study, "study.done", {"digest": study.digest})


def _failed(db: Session, service: Service, job: Job, text: Text) -> None:
    study = db.get_one(Study, job.subject_id)
    study.state = "cancelled" if job.cancel_asked_at is not None else "failed"
    study.error, study.finished_at = text.vi, now()
    shutil.rmtree(service.folder("jobs", job.id) / "study", ignore_errors=True)
    _told(db, study, f"study.{study.state}", {})


def _told(db: Session, study: Study, action: str, details: dict[str, Any]) -> None:
    audit.record(
        db, action, by=None, subject=("study", study.id), province_code=study.province_code, details=details
    )  # fmt: skip


RUNNING = JobKind(
    name=STUDY,
    title=Text("Chạy nghiên cứu", "Run a study"),
    queue="heavy",
    prepare=_prepare,
    work=work,
    finish=_finish,
    failed=_failed,
)
