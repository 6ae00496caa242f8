"""A department's own thresholds, prices and weights: made on a page, kept as a version of a dataset, usable at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.access.policy import Action, Person
from phusong.api.access.reach import reached
from phusong.api.access.scope import within
from phusong.api.database.models import Dataset, DatasetVersion
from phusong.api.problems import ConflictError, NotFoundError
from phusong.api.service import Service
from phusong.api.studies.checking import reader_file
from phusong.api.studies.datasets import add_dataset, next_version
from phusong.api.studies.kinds_of_data import KINDS_OF_DATA
from phusong.errors import PhuSongError
from phusong.words import Text

MOST = 100
"""Own tables of one kind that a page shows."""


def listed_tables(
    db: Session, person: Person, action: Action, *, kind: str, province_code: str = ""
) -> Sequence[Dataset]:
    """Return the tables of a kind that the departments of a person's provinces have of their own."""
    which = [within(person, action, province=Dataset.province_code), Dataset.kind == kind, Dataset.operator == ""]
    which += [Dataset.province_code == province_code] if province_code else []
    order = (Dataset.province_code, Dataset.name, Dataset.id)
    return db.scalars(select(Dataset).where(*which).order_by(*order).limit(MOST)).all()


def table_for(
    db: Session, person: Person, dataset_id: str, action: Action, *, kind: str, to_change: bool = False
) -> Dataset:
    """Return an own table in whose province the person may do something; otherwise there is none."""
    dataset = reached(db, person, action, Dataset, dataset_id, to_change=to_change)
    if dataset.kind != kind or dataset.operator:
        raise NotFoundError
    return dataset


def usable_versions(dataset: Dataset) -> list[DatasetVersion]:
    """Return the versions that are in use, the newest first."""
    return [one for one in reversed(dataset.versions) if one.usable and one.withdrawn_at is None]


def version_of(dataset: Dataset, number: int | None) -> DatasetVersion:
    """Return one version that is in use, the newest where none is named; otherwise there is none."""
    found = next((one for one in usable_versions(dataset) if number in (None, one.version)), None)
    if found is None:
        raise NotFoundError
    return found


def path_of(service: Service, version: DatasetVersion) -> Path:
    """Return where the one file of a version stands.

    Raises
    ------
    ConflictError, MissingFileError
        It was registered on the server, and is gone.
    """
    if version.folder:
        found = reader_file(KINDS_OF_DATA[version.dataset.kind], Path(version.folder))
    else:
        found = service.blobs.path(version.files[0]["sha256"])
    if not found.is_file():
        raise ConflictError(
            Text(
                f"Tệp của “{version.dataset.name}” không còn trên máy chủ.",
                f"The file of “{version.dataset.name}” is no longer on the server.",
            )
        )
    return found


def readable(service: Service, dataset: Dataset) -> DatasetVersion | None:
    """Return the newest version whose file is there, None where there is none."""
    for version in usable_versions(dataset):
        try:
            path_of(service, version)
        except PhuSongError:
            continue
        return version
    return None


def new_table(db: Session, person: Person, *, kind: str, province_code: str, name: str, action: Action) -> Dataset:
    """Begin an own table of a province."""
    return add_dataset(db, person, province_code=province_code, kind=kind, operator="", name=name, action=action)


def keep_version(
    db: Session,
    service: Service,
    person: Person,
    dataset: Dataset,
    text: str,
    *,
    vintage: date | None = None,
    details: Mapping[str, Any],
) -> DatasetVersion:
    """Keep a table that was made and read on a page as the next version of its dataset."""
    content = text.encode()
    blob = service.blobs.put(db, content)
    version = next_version(db, person, dataset, {"vintage": vintage})
    version.files = [{"name": f"{dataset.kind.replace('_', '-')}.toml", "sha256": blob.sha256, "size": len(content)}]
    version.size, version.usable = len(content), True
    version.details = {"errors": 0, "warnings": 0, "notes": [], **details}
    db.add(version)
    db.flush()
    audit.record(
        db, "dataset.version", by=person, subject=("dataset", dataset.id), province_code=dataset.province_code,
        details={"version": version.version, "files": version.files, "kind": dataset.kind, "name": dataset.name},
    )  # fmt: skip
    return version
