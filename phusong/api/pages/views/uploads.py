"""Sending a round's list: the file, its check, what is acknowledged, and taking it as the list that counts."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Annotated, Any, BinaryIO

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import HTMLResponse, Response

from phusong.api.access.policy import Action, Person
from phusong.api.access.reach import reached
from phusong.api.database.models import Round, Upload
from phusong.api.database.types import new_id
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id
from phusong.api.intake import receiving
from phusong.api.intake.accepting import SamePlace, accept_list
from phusong.api.intake.uploads import NewUpload
from phusong.api.media import XLSX
from phusong.api.pages.forms import FormDep, file_of, model_of, text_of, texts_of
from phusong.api.pages.frame import page
from phusong.api.pages.notices import go, local
from phusong.api.pages.views.list_guide import guide_of
from phusong.api.pages.views.rounds import place, round_title, uploads_of
from phusong.api.problems import NotFoundError
from phusong.api.routers.uploads import AcknowledgeIn, acknowledge_warnings
from phusong.api.service import Service
from phusong.api.workflow.steps import ROUND_STATES
from phusong.data.schemas import SCHEMAS
from phusong.data.templates import write_template
from phusong.errors import PhuSongError
from phusong.words import Text, number

router = APIRouter()
Sender = Annotated[Person, Depends(Needs(Action.UPLOAD_SEND))]
Reader = Annotated[Person, Depends(Needs(Action.UPLOAD_READ))]
UPLOAD_STATES = {
    "receiving": Text("Đang gửi", "On its way"),
    "stored": Text("Đã nhận, chờ kiểm tra", "Received, waiting for its check"),
    "checking": Text("Đang kiểm tra", "Being checked"),
    "checked": Text("Đã kiểm tra", "Checked"),
    "failed": Text("Không đọc được", "Could not be read"),
}
OPEN_STATES = ("open", "returned")


@router.get("/rounds/{round_id}/uploads")
def sending(request: Request, person: Reader, db: ReadDep, service: ServiceDep, round_id: Id) -> HTMLResponse:
    """Show where a round's list is sent, and every list that was."""
    round_ = reached(db, person, Action.UPLOAD_READ, Round, round_id)
    uploads = uploads_of(db, person, round_)
    return page(
        request, "round_uploads.html", round_title(round_.batch, Text("gửi danh sách", "send a list")),
        section="rounds", place=place(round_), round=round_, tab="uploads", uploads=uploads, states=UPLOAD_STATES,
        round_states=ROUND_STATES, open=round_.state in OPEN_STATES, part_bytes=service.settings.part_bytes,
        most_bytes=service.settings.upload_bytes, last=uploads[0]["upload"].id if uploads else "",
        guide=guide_of(person, round_, None),
    )  # fmt: skip


@router.post("/rounds/{round_id}/uploads")
def send_list(request: Request, person: Sender, service: ServiceDep, form: FormDep, round_id: Id) -> Response:
    """Take a list in one piece, from a browser without script; with script it comes in parts."""
    with service.database.read() as db:
        round_ = reached(db, person, Action.UPLOAD_SEND, Round, round_id)
    file = file_of(form, "file")
    if file is None or not file.filename:
        raise PhuSongError(Text("Hãy chọn một tệp.", "Choose a file."))
    new = NewUpload(
        province_code=round_.province_code, purpose="gaps", kind="gaps", round_id=round_.id,
        replaces_id=text_of(form, "replaces_id") or None, file_name=file.filename, size=file.size or 0,
    )  # fmt: skip
    upload = sent_whole(request, service, person, new, file)
    return go(
        request,
        f"/uploads/{upload.id}",
        Text("Đã nhận tệp; đang kiểm tra.", "The file has arrived; it is being checked."),
    )


def sent_whole(request: Request, service: Service, person: Person, new: NewUpload, file: UploadFile) -> Upload:
    """Keep a file that came with a form, by the same way as one that comes in parts."""
    with service.database.write() as db:
        upload = receiving.begin(db, service, new, person)
    folder = receiving.expect_part(service, upload.id, person, 0)
    part = folder / f"part-{new_id()}"
    try:
        _write(file.file, part.open("wb"))
        request_id = getattr(request.state, "request_id", "")
        return receiving.add_part(service, upload.id, person, offset=0, part=part, request_id=request_id)
    finally:
        part.unlink(missing_ok=True)


def _write(source: BinaryIO, target: Any) -> None:
    with target:
        shutil.copyfileobj(source, target)
        target.flush()
        os.fsync(target.fileno())


@router.post("/uploads/{upload_id}/acknowledge")
def acknowledge(
    request: Request, person: Sender, db: WriteDep, service: ServiceDep, form: FormDep, upload_id: Id
) -> Response:
    """Acknowledge the warnings that were ticked, or all of one rule."""
    asked = model_of(AcknowledgeIn, {"ids": texts_of(form, "id"), "codes": [*filter(None, texts_of(form, "code"))]})
    left = acknowledge_warnings(upload_id, asked, db, service, person).open_warnings
    told = Text(f"Đã xác nhận; còn {number(left)} cảnh báo.", f"Acknowledged; {number(left, 'en')} warnings are left.")
    return go(request, local(text_of(form, "next"), otherwise=f"/uploads/{upload_id}"), told)


@router.post("/uploads/{upload_id}/accept")
def accept(request: Request, person: Sender, service: ServiceDep, form: FormDep, upload_id: Id) -> Response:
    """Take a checked list as the list of its round; places that may be the same as earlier ones are asked about."""
    request_id = getattr(request.state, "request_id", "")
    done = accept_list(service, upload_id, person, _same_places(form), request_id=request_id)
    if done.questions:
        return _questions(request, service, person, upload_id, done)
    rows = done.counts["rows"]
    told = Text(
        f"Danh sách {number(rows)} khu vực đã thành danh sách của đợt.",
        f"The list of {number(rows, 'en')} places is now the round's.",
    )
    return go(request, f"/uploads/{upload_id}", told)


def _questions(request: Request, service: Service, person: Person, upload_id: str, done: Any) -> HTMLResponse:
    with service.database.read() as db:
        round_ = reached(db, person, Action.ROUND_READ, Round, done.round_id)
    return page(
        request, "same_places.html", Text("Có phải cùng một nơi?", "Are they the same place?"), section="rounds",
        place=place(round_), questions=done.questions, upload_id=upload_id, round=round_,
    )  # fmt: skip


def _same_places(form: FormData) -> list[SamePlace]:
    """Read the answers: ``same-N`` is yes or no for the pair ``before-N``, ``after-N``."""
    answers = []
    for key in form:
        number_, answer = key.removeprefix("same-"), text_of(form, key)
        if key != number_ and answer in ("yes", "no"):
            pair = text_of(form, f"before-{number_}"), text_of(form, f"after-{number_}")
            if not all(pair):
                raise NotFoundError
            answers.append(SamePlace(*pair, answer == "yes"))
    return answers


@router.get("/empty-list/{name}")
def empty_list(person: Sender, language: LanguageDep, name: str) -> Response:
    """Give the empty form of a list, with its guide, to be filled in and sent."""
    schema = SCHEMAS.get(name)
    if schema is None:
        raise NotFoundError
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mau.xlsx"
        write_template(schema, path, language)
        content = path.read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="mau-{schema.name}.xlsx"'}
    return Response(content, media_type=XLSX, headers=headers)
