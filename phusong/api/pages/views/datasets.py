"""Datasets: what studies read, version by version; sent by provinces and operators, or registered on the machine."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from phusong.api.access.policy import Action, Person
from phusong.api.database.models import Dataset, DatasetVersion, Job
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id
from phusong.api.intake.uploads import NewUpload
from phusong.api.pages.forms import FormDep, file_of, model_of, text_of
from phusong.api.pages.frame import page
from phusong.api.pages.notices import go
from phusong.api.pages.scope import Place, place_of, provinces_of
from phusong.api.pages.shown import names, shown_job
from phusong.api.pages.views.uploads import sent_whole
from phusong.api.pages.windows import window_of
from phusong.api.routers.datasets import DatasetIn, ReasonIn, VersionIn, add_dataset, version_out, withdraw_version
from phusong.api.studies import datasets as room
from phusong.api.studies.downloads import job_of
from phusong.api.studies.kinds_of_data import KINDS_OF_DATA
from phusong.data.schemas.common import OPERATORS
from phusong.errors import PhuSongError
from phusong.words import Text

router = APIRouter()
Reader = Annotated[Person, Depends(Needs(Action.DATASET_READ))]
Adder = Annotated[Person, Depends(Needs(Action.DATASET_ADD))]
OPERATOR_TITLES = {option.value: option.title for option in OPERATORS}
COMPLETENESS = {
    "full": Text("đầy đủ", "full"),
    "partial": Text("một phần", "partial"),
    "none": Text("chưa có", "none"),
}
VERSION_STATES = {
    "checking": Text("Đang kiểm tra", "Being checked"),
    "usable": Text("Dùng được", "Usable"),
    "refused": Text("Không dùng được", "Refused"),
    "withdrawn": Text("Đã rút", "Withdrawn"),
}
GROUNDS = {"dsm": Text("mặt phủ (DSM)", "surface (DSM)"), "dtm": Text("mặt đất (DTM)", "bare ground (DTM)")}


@router.get("/datasets")
def datasets(request: Request, person: Reader, db: ReadDep) -> HTMLResponse:
    """Show the datasets in scope."""
    window, chosen = window_of(request), place_of(request, person).province_code
    found, total = room.listed_datasets(
        db, person, province_code=chosen, kind=request.query_params.get("kind", "")[:32], limit=window.limit,
        offset=window.offset,
    )  # fmt: skip
    may_add = [code for code in provinces_of(request, person) if _may_add(person, code)]
    return page(
        request, "datasets.html", Text("Dữ liệu", "Data"), section="datasets", total=total, window=window,
        datasets=[(one, version_out(one.versions[-1]) if one.versions else None) for one in found],
        kinds=KINDS_OF_DATA, operators=OPERATOR_TITLES, states=VERSION_STATES, provinces=may_add, chosen=chosen,
        own_operator=_own_operator(person),
    )  # fmt: skip


def _may_add(person: Person, code: str) -> bool:
    own = _own_operator(person)
    return person.may(Action.DATASET_ADD, province_code=code, operator=own or "")


def _own_operator(person: Person) -> str:
    """Return the operator a person is narrowed to; "" for those who are not."""
    held = {grant.operator for grant in person.grants_for(Action.DATASET_ADD)}
    return held.pop() if len(held) == 1 else ""


@router.post("/datasets")
def add(request: Request, person: Adder, db: WriteDep, language: LanguageDep, form: FormDep) -> Response:
    """Begin a dataset."""
    fields = ("province_code", "kind", "operator", "name")
    made = add_dataset(person, db, language, model_of(DatasetIn, {name: text_of(form, name) for name in fields}))
    return go(request, f"/datasets/{made.id}", Text("Đã tạo; hãy gửi tệp.", "Made; now send its file."))


@router.get("/datasets/{dataset_id}")
def one_dataset(request: Request, person: Reader, db: ReadDep, service: ServiceDep, dataset_id: Id) -> HTMLResponse:
    """Show one dataset with its versions."""
    dataset = room.dataset_for(db, person, dataset_id)
    versions = list(reversed(dataset.versions))
    return page(
        request, "dataset.html", Text(dataset.name, dataset.name), section="datasets",
        place=Place(dataset.province_code), dataset=dataset, kind=KINDS_OF_DATA[dataset.kind],
        versions=[version_out(one) for one in versions], states=VERSION_STATES, completeness=COMPLETENESS,
        operators=OPERATOR_TITLES, grounds=GROUNDS, job=_check(db, person, versions),
        by=names(db, (one.created_by for one in versions)), makers={one.id: one.created_by for one in versions},
        may_add=person.may(Action.DATASET_ADD, province_code=dataset.province_code, operator=dataset.operator),
        most_bytes=service.settings.upload_bytes, part_bytes=service.settings.part_bytes,
        upload=request.query_params.get("upload", "")[:16],
    )  # fmt: skip


def _check(db: Session, person: Person, versions: list[DatasetVersion]) -> Any:
    """Return the check of the newest version while it runs."""
    job: Job | None = job_of(db, room.CHECK_DATASET, versions[0].id) if versions and not versions[0].details else None
    return shown_job(db, person, job)


@router.post("/datasets/{dataset_id}/versions")
def add_version(request: Request, person: Adder, service: ServiceDep, form: FormDep, dataset_id: Id) -> Response:
    """Make a file the next version: sent with this form, or one that arrived in parts before."""
    with service.database.read() as db:
        dataset = room.dataset_for(db, person, dataset_id, Action.DATASET_ADD)
    upload_id = text_of(form, "upload_id") or _sent(request, service, person, dataset, form)
    values = {name: text_of(form, name) for name in ("vintage", "completeness", "ground")}
    given = model_of(VersionIn, {**values, "upload_ids": [upload_id]})
    with service.database.write() as db:
        dataset = room.dataset_for(db, person, dataset_id, Action.DATASET_ADD)
        room.add_version(db, person, dataset, given.upload_ids, given.model_dump(exclude={"upload_ids"}))
    return go(
        request, f"/datasets/{dataset_id}", Text("Đã nhận; đang kiểm tra.", "It has arrived and is being checked.")
    )


def _sent(request: Request, service: Any, person: Person, dataset: Dataset, form: Any) -> str:
    file = file_of(form, "file")
    if file is None or not file.filename:
        raise PhuSongError(Text("Hãy chọn một tệp.", "Choose a file."))
    kind = KINDS_OF_DATA[dataset.kind]
    new = NewUpload(
        province_code=dataset.province_code, operator=dataset.operator, purpose="dataset", kind=kind.schema,
        dataset_id=dataset.id, file_name=file.filename, size=file.size or 0,
    )  # fmt: skip
    return sent_whole(request, service, person, new, file).id


@router.post("/datasets/{dataset_id}/versions/{version_id}/withdraw")
def withdraw(request: Request, person: Adder, db: WriteDep, form: FormDep, dataset_id: Id, version_id: Id) -> Response:
    """Take a version out of use."""
    withdraw_version(person, db, dataset_id, version_id, model_of(ReasonIn, {"reason": text_of(form, "reason")}))
    return go(request, f"/datasets/{dataset_id}", Text("Đã rút bản này.", "The version is withdrawn."))
