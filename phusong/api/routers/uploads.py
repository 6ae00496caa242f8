"""Files on their way: begun, continued, stored, checked, corrected."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.requests import ClientDisconnect

from phusong.api import audit
from phusong.api.access.policy import Action, Person
from phusong.api.database.models import Job, Upload
from phusong.api.database.types import new_id
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id
from phusong.api.intake import receiving
from phusong.api.intake.accepting import Accepted, SamePlace, accept_list
from phusong.api.intake.file_names import suffix_of
from phusong.api.intake.fixing import LONGEST, MOST_CELLS, NewCell, fix_list
from phusong.api.intake.told import acknowledge, told_report
from phusong.api.intake.uploads import (
    NewUpload,
    is_acceptable,
    may_see_cells,
    open_warnings,
    reach,
    upload_in_reach,
)
from phusong.api.paging import Page, WindowDep
from phusong.api.problems import ConflictError, NotFoundError, NotReadyError, answers
from phusong.api.service import Service
from phusong.words import Text

router = APIRouter(prefix="/api/uploads", tags=["uploads"])

PART_SECONDS = 900.0
"""How long one part may take to arrive; a sender that is slower sends smaller parts."""
BYTES = "application/octet-stream"
Digest = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$", max_length=64)]
Sender = Annotated[Person, Depends(Needs(Action.UPLOAD_SEND))]
Reader = Annotated[Person, Depends(Needs(Action.UPLOAD_READ))]
_PART_BODY = {"requestBody": {"required": True, "content": {BYTES: {"schema": {"type": "string", "format": "binary"}}}}}
_FILE: dict[int | str, dict[str, Any]] = {200: {"content": {BYTES: {}}}, **answers(409)}
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT) if hasattr(errno, "EDQUOT") else (errno.ENOSPC,)


class UploadIn(BaseModel):
    """A file somebody is about to send: what it is, whose, how long."""

    model_config = ConfigDict(extra="forbid")

    province_code: str = Field(pattern=r"^\d{2}$", examples=["08"])
    commune_code: str = Field(default="", pattern=r"^(\d{5})?$")
    operator: str = Field(default="", pattern=r"^[a-z0-9_-]{0,32}$")
    purpose: Literal["gaps", "answers", "dataset"]
    kind: str = Field(default="", pattern=r"^[a-z_]{0,32}$", examples=["gaps"])
    round_id: Id | None = None
    dataset_id: Id | None = None
    replaces_id: Id | None = None
    file_name: str = Field(min_length=1, max_length=255, examples=["Danh sách lõm sóng.xlsx"])
    size: int = Field(ge=0, le=10**15)
    sha256: Digest = ""


class UploadOut(BaseModel):
    """An upload as it stands. ``received`` is where the next part begins."""

    id: str
    province_code: str
    commune_code: str
    operator: str
    purpose: str
    kind: str
    round_id: str | None
    dataset_id: str | None
    replaces_id: str | None
    file_name: str
    size: int
    received: int
    part_bytes: int
    state: str
    sha256: str | None
    good_rows: int
    errors: int
    warnings: int
    open_warnings: int
    acceptable: bool
    has_annotated: bool
    fixed_cells: int
    error: str
    job_id: str | None
    created_at: datetime
    stored_at: datetime | None
    checked_at: datetime | None


class AcknowledgeIn(BaseModel):
    """Warnings that are acknowledged: one by one, or all of a rule."""

    model_config = ConfigDict(extra="forbid")

    ids: list[Id] = Field(default=[], max_length=5_000)
    codes: list[Annotated[str, Field(pattern=r"^[a-z0-9_.]{1,64}$")]] = Field(default=[], max_length=200)


class SamePlaceIn(BaseModel):
    """What a person says of a question: whether an earlier row and one of this list are the same place."""

    model_config = ConfigDict(extra="forbid")

    before_id: str = Field(min_length=1, max_length=64, pattern=r"^[^\x00]*$")
    after_id: str = Field(min_length=1, max_length=64, pattern=r"^[^\x00]*$")
    same: bool


class AcceptIn(BaseModel):
    """Answers to the questions an earlier acceptance left."""

    model_config = ConfigDict(extra="forbid")

    answers: list[SamePlaceIn] = Field(default=[], max_length=2_000)


class CellIn(BaseModel):
    """A cell written anew, as in a list: its sheet ("" where the file has none), row, column and what it shall hold."""

    model_config = ConfigDict(extra="forbid")

    sheet: str = Field(default="", max_length=255)
    row: int = Field(ge=1, le=2**31 - 1)
    field: str = Field(pattern=r"^[a-z0-9_]{1,64}$", examples=["lon"])
    text: str = Field(max_length=LONGEST, examples=["105,34808"])


class FixIn(BaseModel):
    """Cells of a checked list to be written anew."""

    model_config = ConfigDict(extra="forbid")

    cells: list[CellIn] = Field(min_length=1, max_length=MOST_CELLS)


class QuestionOut(BaseModel):
    """Two rows of which a person must say whether they are one place; until then they are two."""

    before_id: str
    after_id: str
    why: str
    distance_m: float | None


class AcceptedOut(BaseModel):
    """What became of the rows of a round when a list was taken."""

    round_id: str
    rows: int
    new: int
    changed: int
    unchanged: int
    gone: int
    overridden: int
    questions: list[QuestionOut]


def out(upload: Upload, service: Service, job_id: str | None) -> UploadOut:
    """Return an upload as it is told."""
    told = {name: getattr(upload, name) for name in UploadOut.model_fields if hasattr(Upload, name)}
    return UploadOut(
        **told,
        part_bytes=service.settings.part_bytes,
        open_warnings=open_warnings(upload),
        acceptable=is_acceptable(upload),
        has_annotated=upload.annotated_sha256 is not None,
        fixed_cells=len(upload.fixes),
        job_id=job_id,
    )


@router.post("", status_code=201, responses=answers(404))
def begin_upload(asked: UploadIn, db: WriteDep, service: ServiceDep, person: Sender) -> UploadOut:
    """Say what is about to be sent; the parts follow."""
    upload = receiving.begin(db, service, NewUpload(**asked.model_dump()), person)
    return out(upload, service, None)


@router.get("")
def list_uploads(
    db: ReadDep,
    service: ServiceDep,
    person: Reader,
    window: WindowDep,
    round_id: Id | None = None,
    purpose: Annotated[str | None, Query(pattern=r"^[a-z]{1,16}$")] = None,
    state: Annotated[str | None, Query(pattern=r"^[a-z]{1,16}$")] = None,
) -> Page[UploadOut]:
    """List the uploads in one's scope, the newest first."""
    asked = {Upload.round_id: round_id, Upload.purpose: purpose, Upload.state: state}
    query = select(Upload).where(
        reach(person), *(column == value for column, value in asked.items() if value is not None)
    )
    total = db.scalars(select(func.count()).select_from(query.subquery())).one()
    page = query.order_by(Upload.created_at.desc(), Upload.id).limit(window.limit).offset(window.offset)
    found = db.scalars(page).all()
    jobs = _jobs_of(db, found)
    return window.page([out(one, service, jobs.get(one.id)) for one in found], total)


@router.get("/{upload_id}")
def read_upload(upload_id: Id, db: ReadDep, service: ServiceDep, person: Reader) -> UploadOut:
    """Tell how far an upload is, and what its check found."""
    upload = upload_in_reach(db, upload_id, person)
    return out(upload, service, _jobs_of(db, [upload]).get(upload.id))


@router.patch("/{upload_id}", openapi_extra=_PART_BODY)
async def send_part(
    request: Request,
    upload_id: Id,
    service: ServiceDep,
    person: Sender,
    offset: Annotated[int, Query(ge=0, le=10**15)],
    sha256: Annotated[str, Query(pattern=r"^([0-9a-f]{64})?$")] = "",
) -> UploadOut:
    """Send the part that begins at ``offset``: its bytes are the body. Once this is answered the part is kept.

    The last part is answered when the whole file is kept; where it was not answered, an empty part at the end asks
    again. ``sha256`` is that of the part, where the sender gives one.
    """
    most = service.settings.part_bytes
    if _announced(request) > most:
        raise receiving.too_large(most)
    folder = await run_in_threadpool(receiving.expect_part, service, upload_id, person, offset)
    part = folder / f"part-{new_id()}"
    try:
        found = await _written(request, part, most)
        if sha256 not in ("", found):
            raise ConflictError(
                Text("Phần này đến không nguyên vẹn: hãy gửi lại.", "The part arrived damaged: send it again.")
            )
        upload, job_id = await run_in_threadpool(
            _add_part, service, upload_id, person, offset, part, getattr(request.state, "request_id", "")
        )
    finally:
        part.unlink(missing_ok=True)
    return out(upload, service, job_id)


@router.delete("/{upload_id}")
def stop_upload(upload_id: Id, service: ServiceDep, person: Sender) -> UploadOut:
    """Stop an upload that is on its way; what has arrived of it is thrown away."""
    with service.database.write() as db:
        upload = receiving.stop(db, upload_id, person)
    receiving.forget_parts(service, upload_id)
    return out(upload, service, None)


@router.get("/{upload_id}/report", responses=answers(409))
def read_report(upload_id: Id, db: ReadDep, person: Reader, language: LanguageDep) -> dict[str, Any]:
    """Return the report of the check: the JSON of ``phusong check --json``, with ``acknowledged`` ids beside it."""
    upload = _with_cells(db, upload_id, person)
    if upload.report is None:
        raise ConflictError(upload_state_text(upload))
    return {**told_report(upload.report, language), "acknowledged": upload.acknowledged}


@router.get("/{upload_id}/original", response_class=FileResponse, responses=_FILE)
def download_original(upload_id: Id, db: ReadDep, service: ServiceDep, person: Reader) -> FileResponse:
    """Return the very bytes that were sent; they are kept for ever."""
    upload = _with_cells(db, upload_id, person)
    if upload.sha256 is None:
        raise ConflictError(upload_state_text(upload))
    return as_file(service.blobs.path(upload.sha256), upload.file_name)


@router.get("/{upload_id}/annotated", response_class=FileResponse, responses=_FILE)
def download_annotated(upload_id: Id, db: ReadDep, service: ServiceDep, person: Reader) -> FileResponse:
    """Return the sender's own file with every problem marked in its cell."""
    upload = _with_cells(db, upload_id, person)
    if upload.annotated_sha256 is None:
        raise ConflictError(
            Text("Tệp này không có bản ghi chú.", "There is no annotated copy of this file.")
            if upload.state == "checked"
            else upload_state_text(upload)
        )
    stem = upload.file_name.removesuffix(suffix_of(upload.file_name))
    return as_file(service.blobs.path(upload.annotated_sha256), f"{stem}-ghi-chu.xlsx")


@router.post("/{upload_id}/acknowledge")
def acknowledge_warnings(
    upload_id: Id, asked: AcknowledgeIn, db: WriteDep, service: ServiceDep, person: Sender
) -> UploadOut:
    """Acknowledge warnings, each by its id or all of a rule by its code."""
    upload = upload_in_reach(db, upload_id, person, Action.UPLOAD_SEND, to_change=True)
    if upload.state != "checked":
        raise ConflictError(upload_state_text(upload))
    count = acknowledge(upload, asked.ids, asked.codes)
    audit.record(
        db, "upload.acknowledge", by=person, subject=("upload", upload.id), province_code=upload.province_code,
        details={"new": count, "open": open_warnings(upload)},
    )  # fmt: skip
    return out(upload, service, _jobs_of(db, [upload]).get(upload.id))


@router.post("/{upload_id}/fixes", status_code=201, responses=answers(404, 409))
def fix_upload(request: Request, upload_id: Id, asked: FixIn, service: ServiceDep, person: Sender) -> UploadOut:
    """Correct cells of a checked list: the answer is the new upload, whose file is made and checked by its job."""
    cells = [NewCell(**one.model_dump()) for one in asked.cells]
    made = fix_list(service, upload_id, person, cells, request_id=getattr(request.state, "request_id", ""))
    with service.database.read() as db:
        return out(made, service, _jobs_of(db, [made]).get(made.id))


@router.post("/{upload_id}/accept")
def accept_upload(request: Request, upload_id: Id, asked: AcceptIn, service: ServiceDep, person: Sender) -> AcceptedOut:
    """Take a gap list without errors as the list of its round: its rows get ids that are stable over rounds."""
    answers = [SamePlace(one.before_id, one.after_id, one.same) for one in asked.answers]
    done = accept_list(service, upload_id, person, answers, request_id=getattr(request.state, "request_id", ""))
    return _accepted_out(done)


def as_file(path: Path, name: str) -> FileResponse:
    """Return bytes to be saved under a name, never to be shown or run by a browser."""
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}
    return FileResponse(path, media_type=BYTES, filename=name, headers=headers)


def upload_state_text(upload: Upload) -> Text:
    """Say why there is nothing to show of an upload yet."""
    if upload.state == "failed":
        return Text(f"Tệp không dùng được: {upload.error}", f"The file cannot be used: {upload.error}")
    if upload.state == "receiving":
        return Text("Tệp chưa gửi xong.", "The file has not arrived yet.")
    return Text("Tệp chưa được kiểm tra xong.", "The file is not checked yet.")


def _accepted_out(done: Accepted) -> AcceptedOut:
    questions = [
        QuestionOut(before_id=one.before_id, after_id=one.after_id, why=one.why, distance_m=one.distance_m)
        for one in done.questions
    ]
    return AcceptedOut(round_id=done.round_id, questions=questions, **done.counts)


def _with_cells(db: Session, upload_id: str, person: Person) -> Upload:
    upload = upload_in_reach(db, upload_id, person)
    if not may_see_cells(upload, person):
        raise NotFoundError
    return upload


def _jobs_of(db: Session, uploads: Sequence[Upload]) -> dict[str, str]:
    """Return the newest check of each upload."""
    ids = [one.id for one in uploads]
    query = select(Job.subject_id, Job.id).where(Job.kind == receiving.CHECK_UPLOAD, Job.subject_id.in_(ids))
    return {one.subject_id: one.id for one in db.execute(query.order_by(Job.created_at))}


def _add_part(
    service: Service, upload_id: str, person: Person, offset: int, part: Path, request_id: str
) -> tuple[Upload, str | None]:
    upload = receiving.add_part(service, upload_id, person, offset=offset, part=part, request_id=request_id)
    with service.database.read() as db:
        return upload, _jobs_of(db, [upload]).get(upload.id)


def _announced(request: Request) -> int:
    told = request.headers.get("content-length", "0")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 20 else 0


async def _written(request: Request, part: Path, most_bytes: int) -> str:
    """Write the body to a file, see it on the disk and return its digest; a body that is too long ends there."""
    digest, size = hashlib.sha256(), 0
    try:
        with part.open("wb") as file:
            async with asyncio.timeout(PART_SECONDS):
                async for piece in request.stream():
                    size += len(piece)
                    if size > most_bytes:
                        raise receiving.too_large(most_bytes)
                    digest.update(piece)
                    file.write(piece)
            file.flush()
            await run_in_threadpool(os.fsync, file.fileno())
    except TimeoutError as error:
        raise ConflictError(Text("Phần này đến quá chậm.", "The part came too slowly.")) from error
    except ClientDisconnect as error:
        raise ConflictError(Text("Người gửi đã ngắt kết nối.", "The sender went away.")) from error
    except FileNotFoundError as error:  # the upload was stopped, its folder is gone
        raise receiving.not_receiving() from error
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise NotReadyError(
                Text("Máy chủ hết chỗ chứa: hãy báo người quản trị.", "The server is full: tell the administrator.")
            ) from error
        raise
    return digest.hexdigest()
