"""Document sets of packages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from phusong.api.access.policy import Action, Person
from phusong.api.database.models import DocumentSet, PackageVersion
from phusong.api.deps import Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id, IdOrNone
from phusong.api.paging import Page, WindowDep
from phusong.api.problems import NotFoundError, answers
from phusong.api.studies import documents as room
from phusong.api.studies.downloads import FILE_ANSWERS, file_answer, job_of
from phusong.api.studies.packaging import package_for
from phusong.api.studies.pictures import MOST_PAGES, Size, picture_of

router = APIRouter(prefix="/api", tags=["documents"])

_Reader = Annotated[Person, Depends(Needs(Action.DOCUMENT_READ))]
_Maker = Annotated[Person, Depends(Needs(Action.DOCUMENT_MAKE))]


class SetIn(BaseModel):
    """A document set to make; without a version, of the newest."""

    model_config = ConfigDict(extra="forbid")

    language: Literal["vi", "en"] = "vi"
    version: int | None = Field(default=None, ge=1, le=10_000)
    pdf: bool = True


class FileOut(BaseModel):
    """A file of a set; ``pages`` of a PDF whose pages can be shown as pictures."""

    name: str
    size: int
    sha256: str
    pages: int | None = None


class SetOut(BaseModel):
    """A document set."""

    id: str
    province_code: str
    package_id: str
    package_code: str
    version: int
    language: str
    state: str
    error: str
    files: list[FileOut]
    job_id: str
    made_at: datetime
    finished_at: datetime | None


class AskedOut(BaseModel):
    """A set that waits for its turn, or is there already."""

    set: SetOut
    job_id: str


def set_out(db: Session, made: DocumentSet) -> SetOut:
    """Return a set as it is told."""
    version = db.get_one(PackageVersion, made.package_version_id)
    job = job_of(db, room.DOCUMENTS, made.id)
    return SetOut(
        id=made.id,
        province_code=made.province_code,
        package_id=version.package_id,
        package_code=version.package.code,
        version=version.version,
        language=made.language,
        state="running" if job is not None and job.state == "running" else made.state,
        error=made.error,
        files=[FileOut.model_validate(one) for one in made.files],
        job_id="" if job is None else job.id,
        made_at=made.made_at,
        finished_at=made.finished_at,
    )


@router.get("/document-sets")
def list_sets(person: _Reader, db: ReadDep, window: WindowDep, package_id: IdOrNone = "") -> Page[SetOut]:
    """List the document sets of your provinces, the newest first."""
    found, total = room.listed_sets(db, person, package_id=package_id, limit=window.limit, offset=window.offset)
    items = [set_out(db, one) for one in found]
    return window.page(items, total)


@router.post("/packages/{package_id}/documents", status_code=202, responses=answers(404))
def ask_set(person: _Maker, db: WriteDep, package_id: Id, given: SetIn) -> AskedOut:
    """Ask for the documents of a package; a set that is there is not made again."""
    package = package_for(db, person, package_id, Action.DOCUMENT_MAKE)
    made, job = room.ask_set(db, person, package, language=given.language, pdf=given.pdf, version=given.version)
    return AskedOut(set=set_out(db, made), job_id=job.id)


@router.get("/document-sets/{set_id}", responses=answers(404))
def one_set(person: _Reader, db: ReadDep, set_id: Id) -> SetOut:
    """Tell one document set."""
    return set_out(db, room.set_for(db, person, set_id))


@router.get("/document-sets/{set_id}/archive", response_class=FileResponse, responses=FILE_ANSWERS)
def set_archive(person: _Reader, db: ReadDep, service: ServiceDep, set_id: Id) -> FileResponse:
    """Give the whole set as one archive."""
    made = room.set_for(db, person, set_id)
    archive = room.archive_of(made)
    path = service.settings.home / made.folder / archive["name"]
    if not path.is_file():
        raise NotFoundError
    return file_answer(path, archive)


@router.get("/document-sets/{set_id}/files/{name:path}", response_class=FileResponse, responses=FILE_ANSWERS)
def set_file(
    person: _Reader,
    db: ReadDep,
    service: ServiceDep,
    set_id: Id,
    name: Annotated[str, Path(max_length=200)],
    view: Annotated[Literal["", "inline"], Query()] = "",
) -> FileResponse:
    """Give one file of a set."""
    made = room.set_for(db, person, set_id)
    found = next((one for one in made.files if one["name"] == name), None)
    path = None if found is None else service.settings.home / made.folder / found["name"]
    if found is None or path is None or not path.is_file():
        raise NotFoundError
    return file_answer(path, found, inline=view == "inline")


@router.get("/document-sets/{set_id}/pictures/{name:path}", response_class=FileResponse, responses=FILE_ANSWERS)
def page_picture(
    person: _Reader,
    db: ReadDep,
    service: ServiceDep,
    set_id: Id,
    name: Annotated[str, Path(max_length=200)],
    page: Annotated[int, Query(ge=1, le=MOST_PAGES)] = 1,
    size: Annotated[Size, Query()] = "page",
) -> FileResponse:
    """Give a picture of a page of one PDF of a set."""
    made = room.set_for(db, person, set_id)
    found = next((one for one in made.files if one["name"] == name), None)
    if found is None:
        raise NotFoundError
    picture = picture_of(service.settings.home / made.folder, found, page, size)
    return file_answer(picture, {"sha256": picture.stem}, inline=True)
