"""Datasets: what studies read, version by version."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field

from phusong.api.access.policy import Action, Person
from phusong.api.database.models import Dataset, DatasetVersion
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id
from phusong.api.paging import Page, WindowDep
from phusong.api.problems import NotFoundError, answers
from phusong.api.studies import datasets as room
from phusong.api.studies.downloads import FILE_ANSWERS, file_answer
from phusong.api.studies.kinds_of_data import KINDS_OF_DATA

router = APIRouter(prefix="/api", tags=["datasets"])

_Kind = Annotated[str, Field(max_length=32, examples=["stations"])]
_Province = Annotated[str, Field(pattern=r"^\d{2}$", examples=["04"])]
_Operator = Annotated[str, Field(max_length=64, pattern=r"^[a-z0-9_-]*$", examples=["viettel"])]
_Reader = Annotated[Person, Depends(Needs(Action.DATASET_READ))]
_Adder = Annotated[Person, Depends(Needs(Action.DATASET_ADD))]
_Registrar = Annotated[Person, Depends(Needs(Action.DATASET_REGISTER))]


class DatasetIn(BaseModel):
    """A dataset to begin."""

    model_config = ConfigDict(extra="forbid")

    province_code: _Province
    kind: _Kind
    operator: _Operator = ""
    name: str = Field(min_length=1, max_length=200, examples=["Danh sách trạm Viettel"])


class _FactsIn(BaseModel):
    """What is said of a version, wherever its files come from."""

    model_config = ConfigDict(extra="forbid")

    vintage: date | None = None
    completeness: Literal["", "full", "partial", "none"] = ""
    ground: Literal["", "dsm", "dtm"] = ""


class VersionIn(_FactsIn):
    """Uploads that become the next version."""

    upload_ids: list[Id] = Field(min_length=1, max_length=200)


class RegisteredIn(_FactsIn):
    """A file or folder on the service's machine that becomes the next version."""

    folder: int = Field(ge=0, le=100)
    path: str = Field(min_length=1, max_length=300)


class ReasonIn(BaseModel):
    """Why."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=2000)


class FileOut(BaseModel):
    """A file of a version."""

    name: str
    size: int
    sha256: str


class VersionOut(BaseModel):
    """One state of a dataset; ``details`` is what its check found."""

    id: str
    dataset_id: str
    version: int
    state: Literal["checking", "usable", "refused", "withdrawn"]
    registered: bool
    files: list[FileOut]
    size: int
    vintage: date | None
    completeness: str
    details: dict[str, Any]
    created_at: datetime


class DatasetOut(BaseModel):
    """One subject of one province."""

    id: str
    province_code: str
    kind: str
    title: str
    operator: str
    name: str
    created_at: datetime
    versions: list[VersionOut]


class AskedOut(BaseModel):
    """A version that waits for its check."""

    version: VersionOut
    job_id: str


class KindOut(BaseModel):
    """A kind of dataset."""

    kind: str
    title: str
    suffixes: list[str]
    several: bool


class DataFolderOut(BaseModel):
    """What stands in a folder whose files may be registered."""

    folder: int
    names: list[str]


def version_out(version: DatasetVersion) -> VersionOut:
    """Return a version as it is told."""
    state: Literal["checking", "usable", "refused", "withdrawn"] = "usable" if version.usable else "refused"
    if not version.details:
        state = "checking"
    if version.withdrawn_at is not None:
        state = "withdrawn"
    return VersionOut(
        id=version.id,
        dataset_id=version.dataset_id,
        version=version.version,
        state=state,
        registered=bool(version.folder),
        files=[FileOut(name=one["name"], size=one["size"], sha256=one["sha256"]) for one in version.files],
        size=version.size,
        vintage=version.vintage,
        completeness=version.completeness,
        details=version.details,
        created_at=version.created_at,
    )


def _out(dataset: Dataset, language: LanguageDep) -> DatasetOut:
    return DatasetOut(
        id=dataset.id,
        province_code=dataset.province_code,
        kind=dataset.kind,
        title=KINDS_OF_DATA[dataset.kind].title.to(language),
        operator=dataset.operator,
        name=dataset.name,
        created_at=dataset.created_at,
        versions=[version_out(one) for one in dataset.versions],
    )


@router.get("/dataset-kinds")
def kinds(_: _Reader, language: LanguageDep) -> list[KindOut]:
    """Tell the kinds of datasets there are."""
    return [
        KindOut(kind=one.name, title=one.title.to(language), suffixes=list(one.suffixes), several=one.several)
        for one in KINDS_OF_DATA.values()
    ]


@router.get("/data-folders")
def data_folders(_: _Registrar, service: ServiceDep) -> list[DataFolderOut]:
    """Tell what stands in the folders whose files may be registered."""
    found = []
    for number, folder in enumerate(service.settings.data_folders):
        names = sorted(one.name for one in folder.iterdir())[:1000] if folder.is_dir() else []
        found.append(DataFolderOut(folder=number, names=names))
    return found


@router.get("/datasets")
def list_datasets(
    person: _Reader,
    db: ReadDep,
    window: WindowDep,
    language: LanguageDep,
    province: Annotated[str, Query(max_length=2)] = "",
    kind: Annotated[str, Query(max_length=32)] = "",
) -> Page[DatasetOut]:
    """List the datasets of your provinces, or of your operator."""
    found, total = room.listed_datasets(
        db, person, province_code=province, kind=kind, limit=window.limit, offset=window.offset
    )
    return window.page([_out(one, language) for one in found], total)


@router.post("/datasets", status_code=201, responses=answers(404))
def add_dataset(person: _Adder, db: WriteDep, language: LanguageDep, given: DatasetIn) -> DatasetOut:
    """Begin a dataset."""
    made = room.add_dataset(
        db, person, province_code=given.province_code, kind=given.kind, operator=given.operator, name=given.name,
        action=Action.DATASET_ADD,
    )  # fmt: skip
    return _out(made, language)


@router.post("/registered-datasets", status_code=201, responses=answers(404))
def add_registered_dataset(person: _Registrar, db: WriteDep, language: LanguageDep, given: DatasetIn) -> DatasetOut:
    """Begin a dataset of files that stand on the service's machine."""
    made = room.add_dataset(
        db, person, province_code=given.province_code, kind=given.kind, operator=given.operator, name=given.name,
        action=Action.DATASET_REGISTER,
    )  # fmt: skip
    return _out(made, language)


@router.get("/datasets/{dataset_id}", responses=answers(404))
def one_dataset(person: _Reader, db: ReadDep, language: LanguageDep, dataset_id: Id) -> DatasetOut:
    """Tell one dataset with its versions."""
    return _out(room.dataset_for(db, person, dataset_id), language)


@router.post("/datasets/{dataset_id}/versions", status_code=202, responses=answers(404, 409))
def add_version(person: _Adder, db: WriteDep, dataset_id: Id, given: VersionIn) -> AskedOut:
    """Make uploads the next version; it is checked before a study may read it."""
    dataset = room.dataset_for(db, person, dataset_id, Action.DATASET_ADD)
    told = given.model_dump(exclude={"upload_ids"})
    version, job = room.add_version(db, person, dataset, given.upload_ids, told)
    return AskedOut(version=version_out(version), job_id=job.id)


@router.post("/datasets/{dataset_id}/registered", status_code=202, responses=answers(404))
def register_version(
    person: _Registrar, db: WriteDep, service: ServiceDep, dataset_id: Id, given: RegisteredIn
) -> AskedOut:
    """Make a file or folder of the machine the next version; only from folders that the settings allow."""
    dataset = room.dataset_for(db, person, dataset_id, Action.DATASET_REGISTER)
    path = room.registrable(service.settings, given.folder, given.path)
    told = given.model_dump(exclude={"folder", "path"})
    version, job = room.register_version(db, person, dataset, path, told)
    return AskedOut(version=version_out(version), job_id=job.id)


@router.get("/datasets/{dataset_id}/versions/{version_id}", responses=answers(404))
def one_version(person: _Reader, db: ReadDep, dataset_id: Id, version_id: Id) -> VersionOut:
    """Tell one version and what its check found."""
    return version_out(room.version_for(db, person, dataset_id, version_id))


@router.post("/datasets/{dataset_id}/versions/{version_id}/withdraw", responses=answers(404, 409))
def withdraw_version(person: _Adder, db: WriteDep, dataset_id: Id, version_id: Id, given: ReasonIn) -> VersionOut:
    """Take a version out of use; studies that read it stay as they are."""
    version = room.version_for(db, person, dataset_id, version_id, Action.DATASET_ADD)
    room.withdraw(db, person, version.dataset, version, given.reason)
    return version_out(version)


@router.get(
    "/datasets/{dataset_id}/versions/{version_id}/files/{name}", response_class=FileResponse, responses=FILE_ANSWERS
)
def version_file(
    person: _Reader,
    db: ReadDep,
    service: ServiceDep,
    dataset_id: Id,
    version_id: Id,
    name: Annotated[str, Path(max_length=100)],
) -> FileResponse:
    """Give a file of a version, as it was sent; lists of stations and of households only to whom they are for."""
    version = room.version_for(db, person, dataset_id, version_id)
    dataset = version.dataset
    kind = KINDS_OF_DATA[dataset.kind]
    if not person.may(kind.bytes_for, province_code=dataset.province_code, operator=dataset.operator):
        raise NotFoundError
    found = next((one for one in version.files if one["name"] == name), None)
    if found is None or version.folder:
        raise NotFoundError
    path = service.blobs.path(found["sha256"])
    return file_answer(path, found, name=found["name"])
