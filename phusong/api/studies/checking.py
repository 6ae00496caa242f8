"""The job that reads a new version of a dataset, and says whether a study can."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.database.models import DatasetVersion, Job
from phusong.api.jobs.kinds import JobKind, Plain, Task
from phusong.api.service import Service
from phusong.api.studies.datasets import CHECK_DATASET, kind_of
from phusong.api.studies.folders import emptied, linked, without_paths
from phusong.api.studies.kinds_of_data import DataKind
from phusong.data.digests import sha256_of
from phusong.errors import MissingFileError, StudyError
from phusong.words import Text

MEMORY_BYTES = 8 << 30
"""Most memory of the child: the terrain of a large province fits, a file that asks for ever more does not."""
CPU_SECONDS = 3600


def source_of(service: Service, version: DatasetVersion) -> dict[str, Any]:
    """Return where the files of a version are, in plain values for a child."""
    if version.folder:
        return {"folder": version.folder, "files": [dict(one) for one in version.files]}
    files = [{**one, "path": str(service.blobs.path(one["sha256"]))} for one in version.files]
    return {"folder": "", "files": files}


def placed(kind: DataKind, source: Plain, folder: Path) -> Path:
    """Put the files of a version into a folder under their own names; return what a reader is given.

    Raises
    ------
    MissingFileError, StudyError
        A registered file is gone, or is no longer the one that was registered.
    """
    if source["folder"]:
        _unchanged(kind, source)
        return reader_file(kind, Path(source["folder"]))
    for one in source["files"]:
        linked(Path(one["path"]), folder / one["name"])
    return reader_file(kind, folder)


def reader_file(kind: DataKind, path: Path) -> Path:
    """Return what a reader is given: a folder of tiles or antennas whole, else the file that counts in it."""
    if not path.is_dir() or kind.form in ("terrain", "antennas"):
        return path
    files = sorted(one for one in path.iterdir() if one.name.lower().endswith(kind.suffixes))
    if not files:
        raise MissingFileError(Text("Không có tệp nào của loại dữ liệu này.", "There is no file of this kind of data."))
    return next((one for one in files if one.suffix.lower() == ".shp"), files[0])


def _unchanged(kind: DataKind, source: Plain) -> None:
    base = Path(source["folder"])
    if not base.exists():
        raise MissingFileError(Text("Tệp đã đăng ký không còn.", "A registered file is no longer there."))
    now = {one["name"]: one["sha256"] for one in registered_files(kind, base)} if source["files"] else {}
    if now != {one["name"]: one["sha256"] for one in source["files"]}:
        raise StudyError(
            Text(
                f"Dữ liệu đã đăng ký ({kind.title.vi}) không còn như khi đăng ký: hãy đăng ký bản mới.",
                f"Registered data ({kind.title.en}) is no longer what was registered: register a new version.",
            )
        )


def registered_files(kind: DataKind, base: Path) -> list[dict[str, Any]]:
    """Return name, digest and size of every file of a registered file or folder that the kind may hold."""
    root = base if base.is_dir() else base.parent
    files = sorted(base.iterdir()) if base.is_dir() else [base]
    held = [one for one in files if one.is_file() and one.name.lower().endswith(kind.suffixes)]
    if not held or any(not one.resolve().is_relative_to(root) for one in held):
        raise MissingFileError(
            Text("Không có tệp nào của loại dữ liệu này.", "There is no file of this kind of data."),
        )
    return [{"name": one.name, "sha256": sha256_of(one), "size": one.stat().st_size} for one in held]


def _prepare(db: Session, service: Service, job: Job) -> Plain:
    version = db.get_one(DatasetVersion, job.subject_id)
    return {
        "kind": version.dataset.kind,
        "province_code": version.dataset.province_code,
        "ground": job.arguments.get("ground", ""),
        "source": source_of(service, version),
    }


def work(task: Task) -> Plain:
    """Read the files of a version as a study would."""
    from phusong.api.studies.dataset_reading import read_files

    given = task.arguments
    kind, source = kind_of(given["kind"]), given["source"]
    task.progress.step(Text("Đọc và kiểm tra dữ liệu", "Read and check the data"), 1, 1)
    files = registered_files(kind, Path(source["folder"])) if source["folder"] else source["files"]
    registered = source["folder"]
    path = reader_file(kind, Path(registered)) if registered else placed(kind, source, emptied(task.folder / "files"))
    with without_paths(task.folder):
        found = read_files(kind, path, province_code=given["province_code"], ground=given["ground"])
    kept = [{"name": one["name"], "sha256": one["sha256"], "size": one["size"]} for one in files]
    return {**found, "files": kept}


def _finish(db: Session, service: Service, job: Job, outcome: Plain) -> None:
    version = db.get_one(DatasetVersion, job.subject_id)
    version.details, version.usable = dict(outcome["details"]), bool(outcome["usable"])
    version.files = list(outcome["files"])
    version.size = sum(one["size"] for one in outcome["files"])
    audit.record(
        db, "dataset.checked", by=None, subject=("dataset", version.dataset_id),
        province_code=job.province_code, details={"version": version.version, "usable": version.usable},
    )  # fmt: skip


def _failed(db: Session, service: Service, job: Job, text: Text) -> None:
    version = db.get_one(DatasetVersion, job.subject_id)
    version.usable = False
    version.details = {"errors": 1, "warnings": 0, "notes": [{"level": "error", "vi": text.vi, "en": text.en}]}
    audit.record(
        db, "dataset.checked", by=None, subject=("dataset", version.dataset_id),
        province_code=job.province_code, details={"version": version.version, "usable": False},
    )  # fmt: skip


CHECKING = JobKind(
    name=CHECK_DATASET,
    title=Text("Kiểm tra bộ dữ liệu", "Check a dataset"),
    queue="light",
    prepare=_prepare,
    work=work,
    finish=_finish,
    failed=_failed,
    memory_bytes=MEMORY_BYTES,
    cpu_seconds=CPU_SECONDS,
)
