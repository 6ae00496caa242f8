"""Datasets and their versions: made from uploads or registered folders, checked as a job, never changed, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.access.policy import Action, Person
from phusong.api.access.reach import reached
from phusong.api.access.scope import within
from phusong.api.database.models import Dataset, DatasetVersion, Job, Province, Upload
from phusong.api.database.types import now
from phusong.api.jobs.asking import ask_for
from phusong.api.problems import ConflictError, NotFoundError
from phusong.api.settings import ServiceSettings
from phusong.api.studies.folders import safe_name
from phusong.api.studies.kinds_of_data import KINDS_OF_DATA, DataKind
from phusong.errors import UnknownNameError
from phusong.words import Text

CHECK_DATASET = "check_dataset"
COMPLETENESS = ("", "full", "partial", "none")
_ARRIVED = ("stored", "checking", "checked", "failed")


def kind_of(name: str) -> DataKind:
    """Return a kind of dataset; an unknown one is refused with the known ones."""
    kind = KINDS_OF_DATA.get(name)
    if kind is None:
        allowed = ", ".join(KINDS_OF_DATA)
        raise UnknownNameError(
            Text(f"Không có loại dữ liệu {name}; được dùng: {allowed}.", f"No kind of data {name}; allowed: {allowed}.")
        )
    return kind


def dataset_for(db: Session, person: Person, dataset_id: str, action: Action = Action.DATASET_READ) -> Dataset:
    """Return a dataset in whose scope the person may do something; otherwise there is none."""
    return reached(db, person, action, Dataset, dataset_id)


def version_for(
    db: Session, person: Person, dataset_id: str, version_id: str, action: Action = Action.DATASET_READ
) -> DatasetVersion:
    """Return one version of a dataset in the person's scope."""
    dataset = dataset_for(db, person, dataset_id, action)
    found = db.get(DatasetVersion, version_id)
    if found is None or found.dataset_id != dataset.id:
        raise NotFoundError
    return found


def listed_datasets(
    db: Session, person: Person, *, province_code: str = "", kind: str = "", limit: int, offset: int
) -> tuple[Sequence[Dataset], int]:
    """Return the datasets of a person's scope, and how many those are."""
    which = [within(person, Action.DATASET_READ, province=Dataset.province_code, operator=Dataset.operator)]
    which += [Dataset.province_code == province_code] if province_code else []
    which += [Dataset.kind == kind] if kind else []
    total = db.scalar(select(func.count()).select_from(Dataset).where(*which)) or 0
    order = (Dataset.province_code, Dataset.kind, Dataset.operator, Dataset.created_at, Dataset.id)
    found = db.scalars(select(Dataset).where(*which).order_by(*order).limit(limit).offset(offset)).all()
    return found, total


def add_dataset(
    db: Session, person: Person, *, province_code: str, kind: str, operator: str, name: str, action: Action
) -> Dataset:
    """Begin a dataset of a province."""
    if not person.may(action, province_code=province_code, operator=operator) or not db.get(Province, province_code):
        raise NotFoundError(Text("Không có tỉnh này trong phạm vi của bạn.", "No such province in your scope."))
    if kind_of(kind).name == "profile" and operator:
        raise ConflictError(Text("Bộ ngưỡng là của tỉnh.", "Thresholds are the province's own."))
    dataset = Dataset(province_code=province_code, kind=kind, operator=operator, name=name, created_by=person.id)
    db.add(dataset)
    db.flush()
    audit.record(
        db, "dataset.add", by=person, subject=("dataset", dataset.id), province_code=province_code,
        details={"kind": kind, "operator": operator},
    )  # fmt: skip
    return dataset


def add_version(
    db: Session, person: Person, dataset: Dataset, uploads: Sequence[str], told: Mapping[str, Any]
) -> tuple[DatasetVersion, Job]:
    """Make uploads the next version of a dataset; a job reads it before a study may.

    ``told``: ``vintage`` (a day or None), ``completeness``, ``ground`` (dsm, dtm; of terrain).
    """
    kind = kind_of(dataset.kind)
    if not 1 <= len(uploads) <= kind.files:
        raise ConflictError(
            Text(f"Loại này nhận từ 1 đến {kind.files} tệp.", f"This kind takes from 1 to {kind.files} files.")
        )
    files: list[dict[str, Any]] = []
    for upload_id in dict.fromkeys(uploads):
        upload = _arrived(db, person, upload_id, dataset)
        files.append({"name": _name(kind, upload.file_name, files), "sha256": upload.sha256, "size": upload.size})
        upload.dataset_id = dataset.id
    version = next_version(db, person, dataset, told)
    version.upload_id, version.files = uploads[0], files
    version.size = sum(one["size"] for one in files)
    return _to_be_checked(db, person, dataset, version, str(told.get("ground", "")))


def register_version(
    db: Session, person: Person, dataset: Dataset, path: Path, told: Mapping[str, Any]
) -> tuple[DatasetVersion, Job]:
    """Make a file or folder that stands on the service's machine the next version of a dataset."""
    version = next_version(db, person, dataset, told)
    version.folder = path.as_posix()
    return _to_be_checked(db, person, dataset, version, str(told.get("ground", "")))


def registrable(settings: ServiceSettings, folder: int, path: str) -> Path:
    """Return a file or folder inside one of the folders the settings allow; whatever leads out of it is not there."""
    if not 0 <= folder < len(settings.data_folders):
        raise NotFoundError
    root = settings.data_folders[folder].resolve()
    try:
        found = (root / path).resolve()
    except (OSError, ValueError) as error:
        raise NotFoundError from error
    if not found.is_relative_to(root) or not found.exists():
        raise NotFoundError(Text("Không có tệp hay thư mục này.", "There is no such file or folder."))
    return found


def withdraw(db: Session, person: Person, dataset: Dataset, version: DatasetVersion, reason: str) -> None:
    """Take a version out of use: studies that read it stay, new ones cannot."""
    if version.withdrawn_at is not None:
        raise ConflictError(Text("Bản này đã được rút.", "This version is withdrawn already."))
    version.withdrawn_at = now()
    audit.record(
        db, "dataset.withdraw", by=person, subject=("dataset", dataset.id), province_code=dataset.province_code,
        details={"version": version.version, "reason": reason},
    )  # fmt: skip


def _arrived(db: Session, person: Person, upload_id: str, dataset: Dataset) -> Upload:
    """Return an upload that may become part of a dataset: of its province and operator, and whole."""
    upload = db.get(Upload, upload_id)
    if (
        upload is None
        or upload.purpose != "dataset"
        or upload.province_code != dataset.province_code
        or upload.operator not in ("", dataset.operator)
        or upload.dataset_id not in (None, dataset.id)
        or not person.may(Action.DATASET_ADD, province_code=upload.province_code, operator=dataset.operator)
    ):
        raise NotFoundError(Text("Không có tệp đã gửi này.", "There is no such upload."))
    if upload.sha256 is None or upload.state not in _ARRIVED:
        raise ConflictError(Text("Tệp chưa được gửi xong.", "The file has not arrived whole."))
    return upload


def _name(kind: DataKind, file_name: str, before: Sequence[Mapping[str, Any]]) -> str:
    name = safe_name(file_name)
    if not name.endswith(kind.suffixes):
        allowed = ", ".join(kind.suffixes)
        raise ConflictError(
            Text(f"Loại này nhận các tệp {allowed}.", f"This kind takes files of {allowed}."),
        )
    if any(one["name"] == name for one in before):
        raise ConflictError(Text(f"Có hai tệp cùng tên {name}.", f"Two files are called {name}."))
    return name


def next_version(db: Session, person: Person, dataset: Dataset, told: Mapping[str, Any]) -> DatasetVersion:
    """Return the version that comes next, without its files."""
    last = db.scalar(select(func.max(DatasetVersion.version)).where(DatasetVersion.dataset_id == dataset.id))
    vintage: date | None = told.get("vintage")
    return DatasetVersion(
        dataset_id=dataset.id,
        version=(last or 0) + 1,
        files=[],
        size=0,
        vintage=vintage,
        completeness=str(told.get("completeness", "")),
        details={},
        created_by=person.id,
    )


def _to_be_checked(
    db: Session, person: Person, dataset: Dataset, version: DatasetVersion, ground: str
) -> tuple[DatasetVersion, Job]:
    db.add(version)
    db.flush()
    audit.record(
        db, "dataset.version", by=person, subject=("dataset", dataset.id), province_code=dataset.province_code,
        details={"version": version.version, "files": [dict(one) for one in version.files],
                 "registered": bool(version.folder)},
    )  # fmt: skip
    job = ask_for(
        db, CHECK_DATASET, by=person, province_code=dataset.province_code, subject_id=version.id,
        arguments={"ground": ground},
    )  # fmt: skip
    return version, job
